"""Citations and claims made by hand for the tests of a report's formats; all of them invented."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from evtrack.bilingual import Bilingual
from evtrack.claim import Claim
from evtrack.grade.grades import (
    ClaimGrade,
    ClaimRecordGrade,
    Evidence,
    RecordGrade,
    RegisteredTrial,
    Searched,
    WouldChange,
)
from evtrack.record import PartialDate, RecordId
from evtrack.report._protocol import ClaimStatus
from evtrack.report.citation import Citation, Towards
from evtrack.sources.bibliography import Author
from evtrack.word import Word

HOSTILE = (
    '<script>alert(1)</script>"><img src=x onerror=alert(2)>[a](javascript:0) `x` | \x1b[31m\u202egnp.exe\u2066\r\n'
    'ER  - \nTY  - JOUR\r\nT1  - b}\n}\n@article{x, title = {stolen}}\n@comment{y\t=cmd|"/C calc"!A0;=1+1 100% a_b #1 $x$ ~ ^ \\ { @all'
)
"""A text that would be markup, a link, a line, an entry or a formula wherever it is not escaped."""
PMID = RecordId("PMID:90000001")
NCT = RecordId("NCT90000001")

texts = st.one_of(
    st.text(max_size=40),
    st.text("{}\\%$&#_^~-'`\"@=,;|<>[]()!*+ \n\r\t\x1b\u202eＡ日é", max_size=25),
    st.sampled_from([HOSTILE, "ER  - ", "TY  - JOUR", "=1+1", "＝1+1", "@SUM(A1)", "-- a", "}", "{", "a and b", "x\\"]),
)
"""Texts that are meant to break a format."""


def claim(**more: Any) -> Claim:
    """A claim."""
    told: dict[str, Any] = {
        "id": "dep-effect",
        "pack": "invented",
        "kind": "per-condition effect",
        "track": "intervention",
        "statement": Bilingual("うつ症状を緩和する可能性がある。", "May relieve depressive symptoms."),
        "quote": "うつ症状を緩和します",
        **more,
    }
    return Claim(**told)


def evidence(record_id: RecordId = PMID, **more: Any) -> Evidence:
    """One record tied to the claim: an animal study that counts, unless ``more`` says otherwise.

    Names of fields of the grades are given to them.
    """
    grade: dict[str, Any] = {
        "design": "animal",
        "level": "animal",
        "synthesis": False,
        "role": "therapy",
        "agent": "native_ev",
        "gate": None,
        "stance": "supports",
        "basis": "abstract",
        "flags": ("small_n",),
        "numbers": {"n": 12},
    }
    towards: dict[str, Any] = {
        "condition_match": "selected",
        "outcome_match": "measured",
        "counts_for_claim": True,
        "preprint": False,
        "indirect": False,
    }
    told: dict[str, Any] = {
        "source": "pubmed",
        "title": "An invented study in rats",
        "year": 2025,
        "doi": "10.9999/abc_d",
    }
    stance = more.get("stance", "supports")
    for name, value in more.items():
        for fields in (grade, towards):
            if name in fields:
                fields[name] = value
                break
        else:
            told[name] = value
    return Evidence(record_id, graded=ClaimRecordGrade(RecordGrade(**grade), stance=stance, **towards), **told)


def status(*found: Evidence, **more: Any) -> ClaimStatus:
    """One claim as it stands; names of fields of its grade are given to it."""
    level = "animal" if found else "none"
    grade: dict[str, Any] = {
        "claim_id": "dep-effect",
        "level": level,
        "stance": "supports" if found else "n/a",
        "label": Bilingual("動物実験（1件）：動物で改善方向", "animal study (1 study): improvement in animals"),
        "people": Bilingual(
            "人での有効性を示す研究：見つかっていません", "Studies showing efficacy in people: none found"
        ),
        "counts": {"animal": len(found)},
        "k_of_n": (1, 1, 0),
    }
    names = {*ClaimGrade.__dataclass_fields__} - {"claim_id"}
    told = {name: value for name, value in more.items() if name not in names}
    grade |= {name: value for name, value in more.items() if name in names}
    searched = tuple(Searched(s, "q", 3, True, "2026-11-20T06:00:00Z", 3) for s in ("pubmed", "ctgov"))
    fields: dict[str, Any] = {"searched": searched, "loaded": 3, "rules_version": "9", **told}
    one = fields.pop("claim", claim())
    as_of = fields.pop("as_of", "2026-11-20T06:00:00+00:00")
    return ClaimStatus(one, ClaimGrade(**grade), as_of, evidence=found, **fields)


def registered(**more: Any) -> RegisteredTrial:
    """A registered trial without results."""
    told: dict[str, Any] = {
        "id": NCT,
        "status": "RECRUITING",
        "phase": "PHASE2",
        "design": "rct",
        "overdue": True,
        "planned_n": 40,
    }
    return RegisteredTrial(**{**told, **more})


def word_of(**more: Any) -> Word:
    """A word of a person on the record."""
    return Word("accept", "the full text was read", "A. Reader", "2026-11-21T00:00:00Z", record_id=PMID, **more)


def would_change() -> WouldChange:
    """What would move the level."""
    return WouldChange(Bilingual("人への投与研究", "a study in people"), PMID, None)


def citation(**more: Any) -> Citation:
    """An article with every field a citation may have."""
    told: dict[str, Any] = {
        "id": PMID,
        "kind": "article",
        "title": "Vesicles & BDNF in 100% of rats: a_b #1 {x}",
        "authors": (
            Author("Example", "Alex Ken", "Jr"),
            Author("van der Sample", "Kim"),
            Author("Group of Trials and Tests"),
        ),
        "journal": "Journal of Invented Studies",
        "abbreviation": "J Inv Stud",
        "volume": "12",
        "issue": "3",
        "pages": ("101", "109"),
        "issn": "1234-5678",
        "published": PartialDate(2025, 3, 4),
        "doi": "10.9999/a_b(1)<2>3",
        "pmid": "90000001",
        "pmcid": "PMC9000001",
        "languages": ("eng", "jpn"),
        "url": "https://pubmed.ncbi.nlm.nih.gov/90000001/",
        "original_title": "架空の研究",
        "preprint": True,
        "concern": True,
        "retracted": True,
        "towards": (Towards(status(evidence()), evidence()),),
        **more,
    }
    return Citation(**told)
