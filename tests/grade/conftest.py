"""Made-up records and claims that the tests of claim grading share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from evtrack.bilingual import Bilingual
from evtrack.claim import Claim, Concept, StateRule
from evtrack.grade.claim import grade_claim
from evtrack.grade.grades import ClaimGrade, ClaimRecordGrade, Evidence, RecordGrade, RegisteredTrial, Searched
from evtrack.record import RecordId

TODAY = date(2026, 11, 23)
SEARCHED = (
    Searched("pubmed", "exosom*", 40, True, "2026-11-22T03:00:00+00:00", 40),
    Searched("ctgov", "exosome", 4, True, "2026-11-23T03:00:00+00:00", 4),
)
DESIGNS = {
    "rct": "rct",
    "early_clinical": "single_arm",
    "observational": "observational",
    "animal": "animal",
    "in_vitro": "in_vitro",
    "none": "other",
}
WORDS = Bilingual("主張", "claim")


def claim_of(claim_id: str = "c", **more: Any) -> Claim:
    """A plain effect claim about infusion for depression; ``more`` overrides its fields."""
    fields: dict[str, Any] = {
        "id": claim_id, "pack": "p", "kind": "per-condition effect", "track": "intervention", "statement": WORDS, "quote": "q",
        "intervention": ("exosome",), "condition": ("depression",), "outcome": ("depressive_symptoms",), "route": "iv",
        "direct_support": Bilingual("プラセボ対照の試験", "a placebo-controlled trial"),
    }  # fmt: skip
    return Claim(**{**fields, **more})


def seen(number: int | str, level: str, stance: str = "supports", **more: Any) -> Evidence:
    """One record as its graders left it: counting unless ``more`` says otherwise."""
    grade = {
        "design": DESIGNS[level],
        "synthesis": False,
        "role": "therapy",
        "agent": "native_ev",
        "gate": None,
        "basis": "abstract",
        "flags": (),
        "numbers": {},
        "needs_review": False,
    }
    towards = {
        "condition_match": "selected",
        "outcome_match": "measured",
        "counts_for_claim": level != "none",
        "parts": (),
        "preprint": False,
        "indirect": False,
    }
    tied = {
        "source": "pubmed",
        "title": f"Made-up study {number}",
        "year": 2025,
        "links": (),
        "trial": None,
        "authors": (f"Author{number}, A",),
    }
    for name, value in more.items():
        next(kind for kind in (grade, towards, tied, {name: None}) if name in kind)[name] = value
        if name in ("doi", "override", "conditions"):
            tied[name] = value
    if grade["gate"]:
        level, towards["counts_for_claim"], stance = "none", False, "n/a"
    own = RecordGrade(level=level, stance=stance, **grade)  # type: ignore[arg-type] # the test's short names stand for literals
    graded = ClaimRecordGrade(own, stance=stance, **towards)  # type: ignore[arg-type] # the same
    return Evidence(RecordId(number if isinstance(number, str) else f"PMID:{90000000 + number}"), graded=graded, **tied)  # type: ignore[arg-type] # the same


def registered(number: int, **more: Any) -> Evidence:
    """A registry entry without results."""
    nct = f"NCT9{number:07d}"
    trial = RegisteredTrial(
        nct,
        more.pop("status", "RECRUITING"),
        "PHASE2",
        "rct",
        more.pop("overdue", False),
        more.pop("planned_n", 40),
        also_registered=more.pop("also", ()),
    )
    return seen(nct, "none", gate=more.pop("gate", "registered_only"), source="ctgov", trial=trial, **more)


def graded(
    evidence: Sequence[Evidence],
    claim: Claim | None = None,
    *,
    others: Mapping[str, Sequence[Evidence]] | None = None,
    other_claims: Mapping[str, Claim] | None = None,
    searched: Sequence[Searched] = SEARCHED,
    concepts: Mapping[str, Concept] | None = None,
) -> ClaimGrade:
    """The grade of a claim; the claims it reads are graded first."""
    grades = {
        i: grade_claim(
            (other_claims or {}).get(i, claim_of(i)), e, others={}, others_evidence={}, searched=searched, as_of=TODAY
        )
        for i, e in (others or {}).items()
    }
    return grade_claim(
        claim or claim_of(),
        evidence,
        others=grades,
        others_evidence=others or {},
        searched=searched,
        as_of=TODAY,
        concepts=concepts,
    )


STATE = claim_of(
    "scz-limit", track="state", kind="state-of-evidence", members=("scz-effect",),
    state=(
        StateRule("out_of_date", Bilingual("古い", "old"), (("scz-effect", "level", ">=", "early_clinical"),)),
        StateRule("unclear", Bilingual("不明", "unknown"), (("scz-effect", "looked", "=", "0"),)),
        StateRule("holds", Bilingual("そのまま", "so"), (("scz-effect", "level", "<=", "animal"),)),
    ),
)  # fmt: skip
