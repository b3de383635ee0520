"""What is every drawing made of? Escaped SVG elements, the marks of stances, words in two languages, a name for those who listen."""

from __future__ import annotations

from collections.abc import Iterable
from typing import get_args

from markupsafe import Markup, escape

from evtrack.claim import Bilingual
from evtrack.grade.grades import Stance
from evtrack.report.plain import plain

STANCES: tuple[Stance, ...] = get_args(Stance)

_SHAPES: dict[Stance, tuple[tuple[str, dict[str, str]], ...]] = {
    "supports": (("path", {"d": "M0-9L9 7H-9Z", "fill": "currentColor"}),),
    "contradicts": (("path", {"d": "M0 9L-9-7H9Z", "fill": "currentColor"}),),
    "no_difference": (
        ("path", {"d": "M-8-8H8V8H-8Z", "class": "hollow"}),
        ("path", {"d": "M-5-2.5H5M-5 2.5H5", "class": "line"}),
    ),
    "mixed": (
        ("path", {"d": "M0-10L10 0L0 10L-10 0Z", "class": "hollow"}),
        ("path", {"d": "M0-10L0 10L-10 0Z", "fill": "currentColor"}),
    ),
    "unclear": (
        ("circle", {"r": "8", "class": "hollow", "stroke-dasharray": "3.2 3"}),
        ("circle", {"r": "2", "fill": "currentColor"}),
    ),
    "n/a": (("circle", {"r": "7", "class": "hollow"}),),
}
"""A shape a stance, told apart without colours. Up is better, down is worse, as people draw it; none is larger."""


def el(tag: str, *inside: str, **attributes: object) -> Markup:
    """An element. Attributes and what is no markup yet are escaped; ``class_`` is ``class``, ``view_box`` is ``viewBox``."""
    named = "".join(
        f' {_NAMES.get(name) or name.rstrip("_").replace("_", "-")}="{escape(_number(value))}"'
        for name, value in attributes.items()
        if value is not None
    )
    return Markup(f"<{tag}{named}>{''.join(map(escape, inside))}</{tag}>")  # noqa: S704 # all but our own tags is escaped


_NAMES = {"view_box": "viewBox"}


def _number(value: object) -> object:
    """A coordinate to a tenth: more is never seen."""
    return f"{value:.1f}".removesuffix(".0") if isinstance(value, float) else value


def css_class(stance: Stance) -> str:
    """The class that gives a stance its colour: of the stance alone, whatever the level."""
    return "s-na" if stance == "n/a" else f"s-{stance}"


def marks() -> Markup:
    """The marks of all stances, once a page; ``mark`` draws one of them."""
    symbols = [
        el("symbol", *(el(tag, **attributes) for tag, attributes in shape), id=f"m{css_class(stance)}", view_box="-12 -12 24 24")
        for stance, shape in _SHAPES.items()
    ]  # fmt: skip
    return el("svg", *symbols, class_="marks", aria_hidden="true", width=0, height=0)


def mark(stance: Stance, x: float, y: float, r: float, more: str = "") -> Markup:
    """The mark of a stance with its centre at (x, y)."""
    classes = f"{css_class(stance)} {more}".rstrip()
    return el("use", href=f"#m{css_class(stance)}", class_=classes, x=x - r, y=y - r, width=2 * r, height=2 * r)


def glyph(stance: Stance) -> Markup:
    """The mark of a stance beside words, which say the same."""
    drawn = el("use", href=f"#m{css_class(stance)}")
    return el("svg", drawn, class_=f"glyph {css_class(stance)}", aria_hidden="true")


def texts(words: Bilingual, x: float, y: float, more: str = "", *, lines: bool = False, **attributes: object) -> Markup:
    """Words at a place in both languages, of which the page shows one, or the second below the first.

    ``lines``: English has each word on a line of its own.
    """
    if words.ja == words.en:
        return el("text", plain(words.ja), x=x, y=y, class_=more or None, **attributes)
    classes = f"t {more}".rstrip()
    en: list[str] = [plain(words.en)]
    if lines and " " in words.en:
        en = [el("tspan", w, x=x, dy="1.05em" if i else "0") for i, w in enumerate(en[0].split())]
    inside = {"ja": [plain(words.ja)], "en": en}
    return Markup("").join(
        el("text", *inside[lang], x=x, y=y, class_=classes, lang=lang, **attributes) for lang in ("ja", "en")
    )


def picture(
    kind: str,
    name: str,
    lang: str,
    title: Bilingual,
    described: Bilingual,
    size: tuple[int, int],
    inside: Iterable[str],
) -> Markup:
    """A drawing with its title and what it shows in words; ``name`` is unique on the page.

    It is labelled in ``lang``; the page's script names the other one when the language is switched.
    """
    heads = [
        el(tag, plain(words.get(one)), id=f"{name}-{tag}-{one}", lang=one)
        for one in ("ja", "en")
        for tag, words in (("title", title), ("desc", described))
    ]
    return el(
        "svg", *heads, *inside, class_=kind, role="img", view_box=f"0 0 {size[0]} {size[1]}", data_name=name,
        aria_labelledby=f"{name}-title-{lang}", aria_describedby=f"{name}-desc-{lang}",
    )  # fmt: skip
