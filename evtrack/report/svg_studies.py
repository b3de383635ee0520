"""When was what studied, and with how many? A timeline by year and stage, and a strip by direction and number."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil, log10

from markupsafe import Markup

from evtrack.bilingual import Bilingual
from evtrack.grade.grades import Level, Stance
from evtrack.report.plain import plain
from evtrack.report.svg_finding import FINDINGS, Finding, in_order
from evtrack.report.svg_marks import css_class, el, mark, picture, texts
from evtrack.report.svg_stages import stages_of
from evtrack.report.terminal import join
from evtrack.wording import both, word

WIDTH = 360
_LEFT, _RIGHT = 70.0, 12.0
_R = 5.0
_STEP = 2 * _R + 1.0
_COLUMNS = 15
"""Columns of a timeline: longer spans get columns of two, five, ten or twenty years."""
_SINGLE = 6
"""Studies of one place that are drawn one by one; of more, each direction is one mark with its number."""


@dataclass(frozen=True, slots=True)
class Dot:
    """One study: the id of its entry on the page (``None``: it is not listed there), and what it is."""

    to: str | None
    told: str
    year: int | None
    level: Level
    found: Finding
    n: int | None
    people: bool


def timeline(name: str, lang: str, track: str, dots: Sequence[Dot], now: int) -> Markup:
    """The studies by year and stage, people above animals above cells. Those without a year are left out."""
    dated = [(d, d.year) for d in dots if d.year is not None]
    first = min([year for _, year in dated] + [now - 4])
    last = max([year for _, year in dated] + [now])
    span = next((s for s in (1, 2, 5, 10, 20) if (last - first) // s < _COLUMNS), last - first + 1)
    first -= first % span
    columns = (last - first) // span + 1
    wide = (WIDTH - _LEFT - _RIGHT) / columns
    inside, top = [], 6.0
    for level in [one for one in reversed(stages_of(track)) if one != "none"]:
        cells: dict[int, list[Dot]] = {}
        for dot, year in dated:
            if dot.level == level:
                cells.setdefault((year - first) // span, []).append(dot)
        per_row = max(1, int(wide // _STEP))
        high = max([26.0, *(_height(cell, per_row) for cell in cells.values())])
        middle = top + high / 2
        inside.append(texts(both(f"site.stage.{level}"), _LEFT - 8, middle + 3.5, "axis", text_anchor="end"))
        inside.append(el("path", d=f"M{_LEFT:g} {top + high:g}H{WIDTH - _RIGHT:g}", class_="lane"))
        for column, cell in sorted(cells.items()):
            inside += _cell(cell, _LEFT + wide * (column + 0.5), middle, per_row)
        top += high
    every = ceil(columns / 6)
    for column in range(0, columns, every):
        x = _LEFT + wide * (column + 0.5)
        inside.append(el("text", str(first + column * span), x=x, y=top + 13, class_="axis", text_anchor="middle"))
    told = both("site.timeline.desc", n=len(dots), first=min([y for _, y in dated], default=now), last=last)
    title = both("site.timeline")
    return picture("timeline", name, lang, title, _with_counts(told, dots), (WIDTH, ceil(top + 20)), inside)


def strip(
    name: str, lang: str, title: Bilingual, ways: Mapping[Stance, Bilingual], dots: Sequence[Dot], most: int = 0
) -> Markup:
    """The studies by direction, and by how many took part on a logarithmic scale. It is no pooled estimate.

    ``ways`` are the rows, in order, with their words; ``most``: a number that the scale reaches at least.
    """
    most = max([100, most, *(d.n for d in dots if d.n)])
    decades = ceil(log10(most))
    stated = any(d.n for d in dots)
    plot = WIDTH - _LEFT - _RIGHT - 62
    rows: list[Markup] = []
    drawn: list[Markup] = []
    top = 6.0
    for stance, words in ways.items():
        cells: dict[float, list[Dot]] = {}
        for dot in (d for d in dots if d.found.stance == stance):
            x = _LEFT + plot * log10(max(1, dot.n)) / decades if dot.n else _LEFT + (plot + 46 if stated else 14)
            cells.setdefault(round(x / _STEP) * _STEP, []).append(dot)
        high = max([24.0, *(_height(cell, 1) for cell in cells.values())])
        middle = top + high / 2
        rows.append(texts(words, _LEFT - 8, middle + 3.5, "axis", text_anchor="end"))
        rows.append(el("path", d=f"M{_LEFT:g} {middle:g}H{_LEFT + plot:g}", class_="lane"))
        for x, cell in sorted(cells.items()):
            drawn += _cell(cell, x, middle, 1)
        top += high
    if stated:
        for power in range(decades + 1):
            x = _LEFT + plot * power / decades
            rows.append(el("path", d=f"M{x:g} 4V{top:g}", class_="grid"))
            rows.append(el("text", f"{10**power:,}", x=x, y=top + 13, class_="axis", text_anchor="middle"))
    x = _LEFT + (plot + 46 if stated else 14)
    if any(not d.n for d in dots):
        rows.append(texts(both("site.strip.no_n"), x, top + 13, "axis", text_anchor="middle" if stated else "start"))
    told = both("site.strip.desc", n=len(dots))
    return picture("strip", name, lang, title, _with_counts(told, dots), (WIDTH, ceil(top + 20)), [*rows, *drawn])


def _height(cell: Sequence[Dot], per_row: int) -> float:
    rows = ceil(len(cell) / per_row) if len(cell) <= _SINGLE else len({d.found for d in cell})
    return rows * _STEP + 6


def _cell(cell: Sequence[Dot], x: float, middle: float, per_row: int) -> Iterable[Markup]:
    """The marks of one place, around its middle."""
    told = sorted(cell, key=lambda d: FINDINGS.index(d.found))
    if len(told) <= _SINGLE:
        rows = ceil(len(told) / per_row)
        for i, dot in enumerate(told):
            row, place = divmod(i, per_row)
            beside = min(per_row, len(told) - row * per_row)
            yield _dot(dot, x + (place - (beside - 1) / 2) * _STEP, middle + (row - (rows - 1) / 2) * _STEP)
        return
    kinds = list(dict.fromkeys(d.found for d in told))
    for row, found in enumerate(kinds):
        y = middle + (row - (len(kinds) - 1) / 2) * _STEP
        n = sum(d.found == found for d in told)
        yield mark(found, x - 4, y, _R)
        yield el("text", str(n), x=x + 1.5, y=y + 3, class_=f"many {css_class(found)}")


def _dot(dot: Dot, x: float, y: float) -> Markup:
    """A mark with its name. A click leads to its entry (site.js): a picture may hold no link, and the list is below."""
    drawn = mark(dot.found, x, y, _R)
    return el("g", el("title", plain(dot.told)), drawn, class_="dot", data_to=dot.to)


def _with_counts(told: Bilingual, dots: Sequence[Dot]) -> Bilingual:
    """What a drawing says, for those who do not see it: how many went which way."""
    counts = [(found, sum(d.found == found for d in dots)) for found in in_order(d.found for d in dots)]
    ja, en = (
        join((word("site.count", lang, what=found.words.get(lang), n=n) for found, n in counts), lang)
        for lang in ("ja", "en")
    )
    return Bilingual(told.ja + ja, told.en + en)
