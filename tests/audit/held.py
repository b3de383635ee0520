"""Texts held against evidence that the tests choose: every claim of the shipped packs put into one column of the verdict tables."""

from __future__ import annotations

from datetime import date

from evtrack.audit.evidence import ClaimEvidence, EvidenceSnapshot
from evtrack.audit.finding import Audited, Finding
from evtrack.audit.findings import audit
from evtrack.audit.reading import read_document
from evtrack.claim import Claim, StateVerdict
from evtrack.claims import load_library
from evtrack.grade.grades import Level, Stance

from .pages import lexicon

TODAY = date(2026, 11, 23)
AS_OF = date(2026, 11, 20)
COLUMNS: dict[str, tuple[Level, Stance, int]] = {
    "nothing": ("none", "n/a", 0),
    "in_vitro": ("in_vitro", "supports", 2),
    "basic": ("animal", "supports", 3),
    "basic_mixed": ("animal", "mixed", 3),
    "basic_no_difference": ("animal", "no_difference", 3),
    "basic_contradicts": ("animal", "contradicts", 1),
    "early": ("early_clinical", "supports", 1),
    "early_mixed": ("early_clinical", "mixed", 2),
    "early_no_difference": ("early_clinical", "no_difference", 2),
    "early_contradicts": ("early_clinical", "contradicts", 2),
    "one_rct": ("rct", "supports", 1),
    "rcts": ("rct", "supports", 2),
    "mixed": ("rct", "mixed", 2),
    "no_difference": ("rct", "no_difference", 2),
    "contradicts": ("rct", "contradicts", 2),
}
"""Column → level, stance, studies; those of a stance below the level of trials are told by both words."""


def evidence_at(claim: Claim, column: str, state: StateVerdict = "holds") -> ClaimEvidence:
    """The evidence of one claim in a column."""
    level, stance, n = COLUMNS[column]
    if claim.track in ("state", "manual"):
        holds: Stance = "supports" if state == "holds" else "contradicts"
        return ClaimEvidence(claim.id, None, holds, claim.track, claim.kind, state_verdict=state, as_of=AS_OF)
    if claim.track == "background" and column != "nothing":
        level, stance = ("in_vitro" if claim.intervention else "observational"), "supports"
    people = n * 80 if level == "rct" else None
    return ClaimEvidence(
        claim.id,
        level,
        stance,
        claim.track,
        claim.kind,
        claim.statement,
        counts={level: n} if n else {},
        n_total=people,
        search="complete",
        as_of=AS_OF,
    )


def snapshot_at(column: str, state: StateVerdict = "holds") -> EvidenceSnapshot:
    """Every shipped claim in one column."""
    claims = load_library()[0].claims
    return EvidenceSnapshot({i: evidence_at(c, column, state) for i, c in claims.items()}, AS_OF)


def held(
    text: str, against: EvidenceSnapshot, *, lang: str = "en", name: str = "page.md", profile: str | None = None
) -> Audited:
    """A text audited."""
    document = read_document(name, text.encode())
    return audit(document, load_library()[0], lexicon(), against, today=TODAY, lang=lang, profile=profile)


def of_units(audited: Audited) -> list[Finding]:
    """The findings about units, without those about the document."""
    return [f for f in audited.findings if f.unit is not None]


def grave(audited: Audited) -> list[Finding]:
    """The findings above info."""
    return [f for f in audited.findings if f.severity != "info"]
