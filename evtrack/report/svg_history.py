"""How did a claim's stage move? A step a moment; below each the day from which it was known."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from markupsafe import Markup

from evtrack.claim import Claim
from evtrack.report.svg_finding import finding_of
from evtrack.report.svg_marks import el, mark, picture, texts
from evtrack.report.svg_stages import stages_of
from evtrack.wording import both

if TYPE_CHECKING:
    from evtrack.store.moments import ClaimMoment

WIDTH = 360
_LEFT, _LANE = 70.0, 24.0
MOST = 8
"""Moments that are drawn; the table beside has all."""


def history_steps(name: str, lang: str, claim: Claim, moments: Sequence[ClaimMoment]) -> Markup:
    """The last moments, oldest first, one beside the other: the distance is none of time."""
    told = moments[-MOST:]
    stages = list(reversed(stages_of(claim.track)))
    y_of = {stage: 16 + _LANE * i for i, stage in enumerate(stages)}
    bottom = y_of[stages[-1]] + _LANE / 2
    wide = (WIDTH - _LEFT - 10) / max(1, len(told))
    inside = []
    for stage, y in y_of.items():
        inside.append(texts(both(f"site.stage.{stage}"), _LEFT - 8, y + 3.5, "axis", text_anchor="end"))
        inside.append(el("path", d=f"M{_LEFT:g} {y:g}H{WIDTH - 10:g}", class_="lane"))
    placed = [(m, _LEFT + wide * (i + 0.5), y_of[m.level or "none"]) for i, m in enumerate(told)]
    path = "".join(
        f"{'M' if i == 0 else 'H'}{x:g} {f'{y:g}' if i == 0 else f'V{y:g}'}" for i, (_, x, y) in enumerate(placed)
    )
    inside.append(el("path", d=path, class_="steps"))
    for i, (moment, x, y) in enumerate(placed):
        if _known(moment):
            inside.append(mark(finding_of(claim, moment.level, moment.stance), x, y, 8.0))
        low = bottom + 12 + (11 if len(told) > 5 and i % 2 else 0)
        inside.append(el("text", moment.since[:10], x=x, y=low, class_="axis", text_anchor="middle"))
    desc = both("site.history.desc", n=len(moments), first=told[0].since[:10], last=told[-1].since[:10])
    return picture("history", name, lang, both("site.history"), desc, (WIDTH, round(bottom + 30)), inside)


def _known(moment: ClaimMoment) -> bool:
    """Whether a level could be said then: where the search was not whole, "none" was not one."""
    said = tuple(both(f"label.none_{why}").ja for why in ("incomplete", "not_searched"))
    return moment.level != "none" or not moment.label.ja.startswith(said)
