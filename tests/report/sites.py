"""Statuses of claims made by hand for the tests of the site: every section has something to show."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from evtrack.bilingual import Bilingual
from evtrack.changes import Change
from evtrack.claim import Alert, Claim, Library, Pack, Part
from evtrack.grade.grades import (
    ClaimGrade,
    ClaimRecordGrade,
    Evidence,
    Level,
    RecordGrade,
    RegisteredTrial,
    Searched,
    Stance,
    WouldChange,
)
from evtrack.record import Reason, RecordId
from evtrack.report._protocol import ClaimStatus
from evtrack.store.facts import Run
from evtrack.store.moments import ClaimMoment, Retraction, TrialVersion
from evtrack.word import Word

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
TEXT = "Forty made-up people took part. The invented scale fell more with vesicles. Nothing else was measured."
RUN = Run(2, "refresh", NOW, NOW, "complete", "3", "h", "0")

CLAIM = Claim(
    "dep-effect",
    "pack",
    "per-condition effect",
    "intervention",
    Bilingual("小胞はうつ症状を緩和する可能性がある。", "Vesicles may relieve depression."),
    "うつ症状を緩和する",
    condition=("depression",),
    alerts=(
        Alert(
            "規制当局", "2025-01-02", Bilingual("注意。", "A warning."), "https://www.example.org/alert", verified=True
        ),
        Alert("誰か", "2025-01-03", Bilingual("読まれていない。", "Unread."), "https://www.example.org/unread"),
    ),
)


def record(number: int, level: Level = "animal", stance: Stance = "supports", **more: Any) -> Evidence:
    """A synthetic record that counts; ``grade``, ``tie`` and other values of ``Evidence`` by name."""
    design = {
        "rct": "rct",
        "early_clinical": "single_arm",
        "in_vitro": "in_vitro",
        "observational": "observational",
    }.get(level, "animal")
    at = TEXT.index("fell")
    values: dict[str, Any] = {
        "reasons": (Reason("R-RCT", "title", "invented", 3, 11), Reason("S-DOWN", "abstract", "fell", at, at + 4)),
        "flags": ("small_n",),
        "numbers": {"n": 10 * number},
        **more.pop("grade", {}),
    }
    grade = RecordGrade(design, level, False, "therapy", "native_ev", None, stance, "abstract")  # type: ignore[arg-type] # one of the designs above
    tie = {"counts_for_claim": True, **more.pop("tie", {})}
    graded = ClaimRecordGrade(replace(grade, **values), "selected", "measured", stance=stance, **tie)
    told: dict[str, Any] = {"title": "An invented study", "year": 2020 + number % 6, **more}
    return Evidence(RecordId(f"PMID:9000{number:04d}"), "pubmed", graded=graded, **told)


def gated(number: int, gate: str, **more: Any) -> Evidence:
    """A record that does not count."""
    tie = {"counts_for_claim": False}
    return record(number, "none", "n/a", grade={"gate": gate, "reasons": ()}, tie=tie, **more)


TRIAL = RegisteredTrial(
    "NCT90000001", "TERMINATED", "PHASE2", "rct", True, 60, "2024-05", ("NCT90000002",), "Too few came"
)
VERSIONS = tuple(
    TrialVersion(f"2026-11-{day}T00:00:00Z", status, ("PHASE2",), 60, None, None, None, False, ())
    for day, status in (("16", "RECRUITING"), ("23", "TERMINATED"))
)


def grade(level: Level | None = "rct", stance: Stance = "no_difference", **more: Any) -> ClaimGrade:
    """What the grader says of the claim."""
    told: dict[str, Any] = {
        "label": Bilingual("ランダム化比較試験（2件）：差なし", "RCT (2 studies): no difference"),
        "people": Bilingual(
            "人での有効性を示す研究：RCT 2件中0件で改善", "Studies showing efficacy in people: 0 of 2 RCTs"
        ),
        "counts": {"rct": 2},
        "k_of_n": (0, 2, 0),
        "search": "complete",
        **more,
    }
    return ClaimGrade("dep-effect", level, stance, **told)


def status(**more: Any) -> ClaimStatus:
    """A claim of which everything is known that a page can show."""
    word = Word("relabel", "読み直した", "山田", "2026-11-20T00:00:00Z", RecordId("PMID:90000001"), "dep-effect")
    evidence = (
        record(1, "rct", "no_difference", override=word, doi="10.5555/x(1)", links=(RecordId("NCT90000009"),)),
        record(2, "early_clinical"),
        record(3, "animal", "contradicts"),
        record(4, "animal", "mixed", year=None),
        record(5, "in_vitro", "unclear", grade={"numbers": {}, "needs_review": True}),
        gated(6, "review"),
        gated(7, "retracted"),
        _trial_record(),
    )
    told: dict[str, Any] = {
        "claim": CLAIM,
        "grade": grade(
            by_route={"iv": "rct"},
            harms=(RecordId("PMID:90000003"), RecordId("PMID:90009999")),
            registered=(TRIAL, RegisteredTrial("NCT90000007", None, None, "single_arm", False)),
            indirect={"msc_cells": "animal", "secretome_or_ev_unclear": "animal"},
            excluded={"review": 1},
            needs_review=1,
            would_change=WouldChange(
                Bilingual("上がる", "It would rise."), None, Bilingual("下がる", "It would fall.")
            ),
            notes=(Bilingual("点滴の研究ではありません。", "No infusion."),),
            n_total=60,
            n_largest=40,
            groups=2,
            provisional_level="rct",
        ),
        "as_of": "2026-11-23T09:00:00+00:00",
        "searched": (
            Searched("pubmed", "exosomes AND depression", 12, True, "2026-11-23T09:00:00Z"),
            Searched("ctgov", "exosome", 3, False, "2026-11-23T09:00:00Z", 1),
        ),
        "evidence": evidence,
        "histories": {"NCT90000001": VERSIONS},
        "loaded": 8,
        "rules_version": "3",
        "texts": {e.id: {"title": "An invented study", "abstract": TEXT} for e in evidence},
        "words": (Word("accept", "妥当", "佐藤", "2026-11-21T00:00:00Z", claim_id="dep-effect"),),
        "moments": (moment("2026-11-16", "animal", "supports"), moment("2026-11-23", "rct", "no_difference")),
        "retracted": {RecordId("PMID:90000007"): Retraction("2026-11-23T09:00:00Z", RecordId("PMID:90000099"))},
        **more,
    }
    return ClaimStatus(**told)


def _trial_record() -> Evidence:
    one = gated(8, "registered_only", trial=TRIAL, title="An invented trial")
    return replace(one, id=RecordId("NCT90000001"), source="ctgov")


def moment(day: str, level: Level | None, stance: Stance, label: str = "ある段階") -> ClaimMoment:
    """A moment of the claim's history."""
    why = (Change("new_record", "dep-effect", RecordId("PMID:90000001"), None, stance, "minor"),)
    words = Bilingual(label, "some level")
    return ClaimMoment(1, "refresh", f"{day}T09:00:00Z", level, None, stance, words, words, 1, 2, why)


CHANGES = tuple(
    (RUN, change)
    for change in (
        Change("retracted", "dep-effect", RecordId("PMID:90000007"), None, "retracted", "critical"),
        Change("stance_changed", "dep-effect", None, "supports", "no_difference", "notable"),
        Change("new_record", "dep-effect", RecordId("PMID:90000001"), None, "no_difference", "critical"),
        Change("new_record", "dep-effect", RecordId("PMID:90000006"), None, None, "minor"),
        Change("new_record", "elsewhere", RecordId("PMID:90000006"), None, None, "minor"),
    )
)


def others() -> list[ClaimStatus]:
    """Claims of the other tracks, one that nothing was searched for, and an umbrella."""
    unknown = grade(
        "none",
        "n/a",
        search="none",
        label=Bilingual("検索していないため判定できません", "not known: nothing was searched"),
    )
    background = replace(CLAIM, id="dep-bg", track="background", kind="background", alerts=())
    state = replace(CLAIM, id="trials-stage", track="state", kind="state-of-evidence", alerts=())
    manual = replace(CLAIM, id="practice", track="manual", kind="practice", quote="", alerts=())
    umbrella = replace(CLAIM, id="umbrella", alerts=(), parts=(Part(Bilingual("記憶", "memory")),))
    safety = replace(CLAIM, id="safety", kind="safety", alerts=())
    return [
        ClaimStatus(replace(CLAIM, id="unknown", alerts=()), unknown, None),
        ClaimStatus(
            background, grade("observational", "supports"), "2026-01-01T00:00:00Z", days=326,
            evidence=(record(1, "observational"), record(2, "observational", "mixed")),
        ),
        ClaimStatus(replace(background, id="cargo", condition=()), grade("in_vitro", "supports"), None, evidence=(record(1, "in_vitro"),)),
        ClaimStatus(state, grade(None, "supports", state_verdict="holds", people=Bilingual("挙げられた主張", "the claims")), None),
        ClaimStatus(manual, grade(None, "n/a"), None, at=NOW.date()),
        ClaimStatus(
            umbrella, grade("animal", "supports", members={"dep-effect": "rct", "no-more": "animal"}, parts={"memory": "animal", "a-part": "none"}),
            None, titles={"dep-effect": CLAIM.statement}, evidence=(record(1), record(2)),
        ),
        ClaimStatus(safety, grade("early_clinical", "supports"), None, evidence=(record(1, "early_clinical"),)),
    ]  # fmt: skip


LIBRARY = Library((Pack("pack", "t", "p", "ja", "2026-01-01"),), {CLAIM.id: CLAIM}, {}, "h")
