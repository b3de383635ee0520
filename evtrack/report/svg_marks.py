"""What is every drawing made of? Escaped SVG elements, the marks of findings, words in two languages, a name for those who listen."""

from __future__ import annotations

from collections.abc import Iterable

from markupsafe import Markup, escape

from evtrack.bilingual import Bilingual
from evtrack.grade.grades import Stance
from evtrack.report.plain import plain
from evtrack.report.svg_finding import FINDINGS, Finding, Kind

_UP, _DOWN, _SQUARE, _DIAMOND = "M0-9L9 7H-9Z", "M0 9L-9-7H9Z", "M-8-8H8V8H-8Z", "M0-10L10 0L0 10L-10 0Z"
_SMALL = "scale(.68)"
_DASHES = "3.4 2.4"

Shape = tuple[tuple[str, dict[str, str]], ...]


def _shape(found: Finding) -> Shape:
    """A shape a stance, told apart without colours: up is better, down is worse, as people draw it.

    Filled is what was measured against a control in people, and nothing else; a broken outline is of people without that,
    a small one of animals and cells. None is larger than the box they share.
    """
    stance = found.stance
    if found.kind in _NEUTRAL:
        return _NEUTRAL[found.kind] + _BESIDE.get(stance, ())
    if stance in _UNREAD:
        return _UNREAD[stance]
    outline, inner = _OUTLINES[stance]
    if found.kind == "controlled":
        if stance == "mixed":
            return ("path", {"d": _DIAMOND, "class": "hollow"}), (
                "path",
                {"d": "M0-10L0 10L-10 0Z", "fill": "currentColor"},
            )
        filled = ("path", {"d": outline, "fill": "currentColor"})
        return (filled, ("path", {"d": inner, "class": "cut"})) if inner else (filled,)
    more = {"stroke-dasharray": _DASHES} if found.kind == "uncontrolled" else {"transform": _SMALL}
    hollow = ("path", {"d": outline, "class": "hollow", **more})
    return (
        (hollow, ("path", {"d": inner, "class": "line", **({} if "stroke-dasharray" in more else more)}))
        if inner
        else (hollow,)
    )


_OUTLINES: dict[Stance, tuple[str, str]] = {
    "supports": (_UP, ""),
    "contradicts": (_DOWN, ""),
    "no_difference": (_SQUARE, "M-5-2.5H5M-5 2.5H5"),
    "mixed": (_DIAMOND, "M0-9V9"),
}
"""The outline of a stance, and what is drawn in it."""

_UNREAD: dict[Stance, Shape] = {
    "unclear": (
        ("circle", {"r": "8", "class": "hollow", "stroke-dasharray": "3.2 3"}),
        ("circle", {"r": "2", "fill": "currentColor"}),
    ),
    "n/a": (("circle", {"r": "7", "class": "hollow"}),),
}

_NEUTRAL: dict[Kind, Shape] = {
    "association": (
        ("circle", {"cx": "-5.5", "r": "4", "class": "hollow"}),
        ("circle", {"cx": "5.5", "r": "4", "class": "hollow"}),
        ("path", {"d": "M-1.5 0H1.5", "class": "line"}),
    ),
    "contents": (("path", {"d": "M-8-7V8H8V-7", "class": "line"}), ("circle", {"cy": "2", "r": "3", "fill": "currentColor"})),
    "safety": (("circle", {"r": "8", "class": "hollow"}), ("path", {"d": "M-4.5 0H4.5", "class": "line"})),
}  # fmt: skip
"""Where nothing was treated, or no harm is all that was found: neither up nor down."""

_BESIDE: dict[Stance, Shape] = {
    "no_difference": (("path", {"d": "M-7 10L7-10", "class": "line"}),),
    "contradicts": (("path", {"d": "M-7 10L7-10M-7-10L7 10", "class": "line"}),),
    "mixed": (("path", {"d": "M-10 11H10", "class": "line", "stroke-dasharray": "4 3"}),),
}
"""What is drawn over a neutral mark: struck out where nothing was found, crossed where it was the other way."""


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


def css_class(found: Finding) -> str:
    """The class that gives a finding its colour: of the stance, whatever the level; what is neither up nor down has none of them."""
    if found.kind in _NEUTRAL and found.stance == "supports":
        return "s-neutral"
    return "s-na" if found.stance == "n/a" else f"s-{found.stance}"


def marks() -> Markup:
    """The marks of all findings, once a page; ``mark`` draws one of them."""
    symbols = [
        el("symbol", *(el(tag, **attributes) for tag, attributes in _shape(found)), id=f"m-{found.name}", view_box="-12 -12 24 24")
        for found in FINDINGS
    ]  # fmt: skip
    return el("svg", *symbols, class_="marks", aria_hidden="true", width=0, height=0)


def mark(found: Finding, x: float, y: float, r: float, more: str = "") -> Markup:
    """The mark of a finding with its centre at (x, y)."""
    classes = f"{css_class(found)} {more}".rstrip()
    return el("use", href=f"#m-{found.name}", class_=classes, x=x - r, y=y - r, width=2 * r, height=2 * r)


def glyph(found: Finding) -> Markup:
    """The mark of a finding beside words, which say the same."""
    return el("svg", el("use", href=f"#m-{found.name}"), class_=f"glyph {css_class(found)}", aria_hidden="true")


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
