"""What does a mark stand for? Which way a result points, and against what it was measured: improvement is only what beat a control in people."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, get_args

from evtrack.bilingual import Bilingual
from evtrack.claim import Claim
from evtrack.grade.grades import Level, Stance
from evtrack.wording import both

STANCES: tuple[Stance, ...] = get_args(Stance)

Kind = Literal["controlled", "uncontrolled", "preclinical", "association", "contents", "safety", ""]
"""``controlled``: in people, randomised against a control; ``uncontrolled``: in people without that; ``preclinical``: in
animals or cells; ``association`` and ``contents``: nothing was treated; ``safety``: no more harm than control, which is
no improvement; ``""``: nothing could be read, whatever was done."""
KINDS: tuple[Kind, ...] = get_args(Kind)


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found, of a record or of a claim: all that a mark shows."""

    stance: Stance
    kind: Kind

    @property
    def name(self) -> str:
        """Letters that tell it from all others, for ids and keys."""
        stance = "na" if self.stance == "n/a" else self.stance
        return f"{self.kind}-{stance}" if self.kind else stance

    @property
    def words(self) -> Bilingual:
        """What the mark says, for the legend and for those who do not see it."""
        return both(f"site.found.{self.kind}.{self.stance}" if self.kind else f"site.found.{self.stance}")

    @property
    def group(self) -> str:
        """The value that the first page filters by: what is good news in one kind is none in another."""
        return self.kind if self.stance == "supports" else self.stance


def finding_of(claim: Claim, level: Level | None, stance: Stance) -> Finding:
    """What a record of this level, or the claim itself, says with this stance."""
    if stance in ("unclear", "n/a"):
        return Finding(stance, "")
    if claim.track == "background":
        return Finding(stance, "association" if claim.condition else "contents")
    if claim.kind == "safety" and stance == "supports":
        return Finding(stance, "safety")
    if level == "rct":
        return Finding(stance, "controlled")
    return Finding(stance, "preclinical" if level in ("animal", "in_vitro", "none") else "uncontrolled")


_JUDGED: tuple[Stance, ...] = ("supports", "no_difference", "contradicts", "mixed")
FINDINGS: tuple[Finding, ...] = (
    *(Finding(stance, kind) for stance in _JUDGED for kind in KINDS if kind and (kind != "safety" or stance == "supports")),
    Finding("unclear", ""),
    Finding("n/a", ""),
)  # fmt: skip
"""All that there are: what supports comes first, and of one stance what was controlled in people."""

GROUPS: tuple[str, ...] = tuple(dict.fromkeys(f.group for f in FINDINGS))


def in_order(found: Iterable[Finding]) -> tuple[Finding, ...]:
    """Each once, in the order of ``FINDINGS``."""
    there = set(found)
    return tuple(one for one in FINDINGS if one in there)
