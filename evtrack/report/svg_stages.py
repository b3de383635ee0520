"""How far has research come? A row of stages with one mark, which shows what was found, against what, and never how high it stands."""

from __future__ import annotations

from markupsafe import Markup

from evtrack.bilingual import Bilingual
from evtrack.grade.grades import LEVELS, Level
from evtrack.report.svg_finding import Finding
from evtrack.report.svg_marks import el, mark, picture, texts
from evtrack.wording import both

WIDTH, _HEIGHT, _SMALL = 360, 66, 26
_EDGE, _ROW = 32.0, 19.0


def stages_of(track: str) -> tuple[Level, ...]:
    """The stages a claim of this track may reach: ``observational`` is one of the background track alone."""
    return tuple(level for level in LEVELS if level != "observational" or track == "background")


def stage_row(
    name: str,
    lang: str,
    track: str,
    level: Level | None,
    found: Finding,
    described: Bilingual,
    *,
    provisional: Level | None = None,
    small: bool = False,
) -> Markup:
    """The row. ``level`` ``None``: not known, nothing is marked; ``provisional``: the stage that preprints would reach.

    The stages below the one reached are drawn like those above it: it is no scale that fills. ``small`` leaves the
    words out: they stand beside it, and nobody hears them twice.
    """
    stages = stages_of(track)
    step = (WIDTH - 2 * _EDGE) / (len(stages) - 1)
    at = {stage: _EDGE + step * i for i, stage in enumerate(stages)}
    row = 13.0 if small else _ROW
    inside = [el("path", d=f"M{_EDGE:g} {row:g}H{WIDTH - _EDGE:g}", class_="rail")]
    for stage, x in at.items():
        if stage == provisional != level and stage != "none":
            inside.append(el("circle", cx=x, cy=row, r=9, class_="preprints"))
        if stage != level:
            inside.append(el("circle", cx=x, cy=row, r=4, class_="stage"))
        if not small:
            reached = "reached" if stage == level else ""
            inside.append(texts(both(f"site.stage.{stage}"), x, 47.0, reached, lines=True, text_anchor="middle"))
    if level in at:
        x = at[level]
        inside += [el("circle", cx=x, cy=row, r=13, class_="ground"), mark(found, x, row, 13.0, "reached")]
    if small:
        return el("svg", *inside, class_="stages small", view_box=f"0 0 {WIDTH} {_SMALL}", aria_hidden="true")
    return picture("stages", name, lang, both("site.stages"), described, (WIDTH, _HEIGHT), inside)
