"""How did a claim's grade move, and what became of its records?"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Mapping
from datetime import date
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from evtrack.changes import Change, State, compare
from evtrack.record import PMID, Correction, PartialDate, Record, RecordId
from evtrack.store.moments import Later, Retraction
from evtrack.store.read import open_reader
from evtrack.store.store import Store

Run = Callable[..., int]


@pytest.fixture
def week(bench: Any, make: Any) -> Run:
    """One run of a week: records, their ties to ``c-one``, the claim's grade; the changes are told as a run tells them."""

    def run(
        grade: Any,
        ties: Mapping[RecordId, Any],
        records: tuple[Record, ...] = (),
        gates: Mapping[RecordId, str] | None = None,
        claim_hash: str = "h",
        rules: str = "r1",
        kind: str = "refresh",
        beside: tuple[Change, ...] = (),
    ) -> int:
        store: Store = bench.store
        before: State = store.state(store.last_ended())
        number = store.begin_run(kind, rules, "c")  # type: ignore[arg-type] # one of the kinds
        store.save_records(number, [(record, make.raw(record)) for record in records])
        graded = {r: make.graded(tie.grade.level, gate=(gates or {}).get(r)) for r, tie in ties.items()}
        store.save_record_grades(number, rules, graded)
        store.save_ties(number, "c-one", claim_hash, rules, ties, "query", replace=True)
        store.save_claim_grades(number, rules, {"c-one": (grade, claim_hash)})
        store.save_changes(number, [*beside, *compare(before, store.state())])
        bench.clock.forward(hours=1)
        store.finish_run(number, "complete", {})
        bench.clock.forward(days=7)
        return number

    return run


def test_a_claim_without_a_grade_has_no_moments(bench: Any) -> None:
    """Nothing was known of it, so nothing moved."""
    bench.load()
    with open_reader(bench.store.path) as reader:
        assert reader.claim_history("c-one") == ()
        assert reader.claim_histories([]) == {}


def test_only_moves_are_moments(bench: Any, make: Any, week: Run) -> None:
    """A week that only says the same on another day, or in other words, is no moment; what was known then is kept."""
    mice = make.article(1)
    week(make.claim(level="animal"), {mice.id: make.tied()}, (mice,))
    week(make.claim(level="animal", notes=(make.claim().label,)), {mice.id: make.tied()})
    paper = make.article(2)
    week(make.claim(level="rct", k_of_n=(1, 1, 0)), {mice.id: make.tied(), paper.id: make.tied("rct")}, (paper,))
    with open_reader(bench.store.path) as reader:
        first, second = reader.claim_history("c-one")
        assert (first.run, first.run_kind, first.since, first.level, first.k, first.n) == (
            1, "refresh", "2026-01-05T10:00:00Z", "animal", 1, 1,
        )  # fmt: skip
        assert (second.run, second.since, second.level) == (3, "2026-01-19T12:00:00Z", "rct")
        assert (first.label, first.people) == (make.claim().label, make.claim().people)
        assert [(c.kind, c.record_id) for c in first.why] == [("new_record", mice.id)]
        assert [(c.kind, c.record_id) for c in second.why] == [("new_record", paper.id)]


def test_history_ends_at_the_day_asked_about(bench: Any, make: Any, week: Run) -> None:
    """What came later was not known then, and is not told."""
    mice = make.article(1)
    week(make.claim(level="animal"), {mice.id: make.tied()}, (mice,))
    week(make.claim(level="none", stance="n/a"), {})
    with open_reader(bench.store.path) as reader:
        assert [m.level for m in reader.claim_history("c-one", date(2026, 1, 4))] == []
        assert [m.level for m in reader.claim_history("c-one", date(2026, 1, 5))] == ["animal"]
        assert [m.level for m in reader.claim_history("c-one", 1)] == ["animal"]
        assert [m.level for m in reader.claim_history("c-one")] == ["animal", "none"]


def test_why_names_what_can_move_a_grade(bench: Any, make: Any, week: Run) -> None:
    """A retraction, a removal and a new preprint are told with the move; a new review that counts for nothing is not."""
    trial, mice, review, preprint = (make.article(n) for n in (1, 2, 3, 4))
    aside = {"counts_for_claim": False}
    ties = {trial.id: make.tied("rct"), mice.id: make.tied(), review.id: make.tied("none", "n/a", **aside)}
    week(make.claim(level="rct"), ties, (trial, mice, review))
    gone = {
        trial.id: make.tied("none", "n/a", **aside),
        review.id: ties[review.id],
        preprint.id: make.tied("rct", preprint=True, **aside),
    }
    again = make.article(3, title="The review, worded anew", revised=PartialDate(2026, 1, 9))
    week(
        make.claim(level="none", stance="n/a", provisional_level="rct"),
        gone,
        (preprint, again),
        {trial.id: "retracted"},
    )
    with open_reader(bench.store.path) as reader:
        first, second = reader.claim_history("c-one")
        assert {c.record_id for c in first.why} == {trial.id, mice.id}
        assert [(c.kind, c.record_id) for c in second.why] == [
            ("retracted", trial.id),
            ("query_drift", mice.id),
            ("new_record", preprint.id),
        ]
        assert (second.provisional_level, second.k, second.n) == ("rct", 1, 1)


def test_an_edited_claim_and_other_rules_are_reasons(bench: Any, make: Any, week: Run) -> None:
    """Where no record changed, the move is told as of the edited file or of other rules, never of itself."""
    mice = make.article(1)
    week(make.claim(level="animal"), {mice.id: make.tied()}, (mice,))
    week(make.claim(level="in_vitro"), {mice.id: make.tied("in_vitro")}, claim_hash="other", rules="r2", kind="regrade")
    with open_reader(bench.store.path) as reader:
        moment = reader.claim_history("c-one")[-1]
        assert moment.run_kind == "regrade"
        assert {(c.kind, c.before, c.after) for c in moment.why} == {
            ("claim_changed", None, None),
            ("regraded", "r1", "r2"),
        }


def test_other_claims_changes_are_not_told(bench: Any, make: Any, week: Run) -> None:
    """What a run told of another claim is no reason here."""
    mice = make.article(1)
    other = Change("claim_changed", "c-two", None, None, None, "minor")
    week(make.claim(level="animal"), {mice.id: make.tied()}, (mice,), beside=(other,))
    with open_reader(bench.store.path) as reader:
        assert other not in reader.claim_history("c-one")[0].why
        assert reader.claim_histories(["c-one", "c-two"])["c-two"] == ()


def test_what_became_of_records_after_a_day(bench: Any, make: Any, week: Run) -> None:
    """Who asks about a day of the past is told which of its papers were retracted, merged or put in doubt since."""
    trial, mice, twin, doubted = (make.article(n) for n in (1, 2, 3, 4))
    ties = {r.id: make.tied() for r in (trial, mice, twin, doubted)}
    week(make.claim(level="animal"), ties, (trial, mice, twin, doubted))
    concern = Change("expression_of_concern", "c-one", doubted.id, None, None, "notable")
    week(make.claim(level="animal"), ties, beside=(concern,))
    merged = Change("record_removed", "c-one", mice.id, None, str(twin.id), "notable")
    gone = Change("record_removed", "c-one", trial.id, None, None, "minor")
    retracted = Change("retracted", "c-one", trial.id, None, "retracted", "critical")
    week(make.claim(level="none"), ties, beside=(retracted, gone, merged))
    ids = sorted(ties)
    with open_reader(bench.store.path) as reader:
        assert reader.later(ids, date(2026, 1, 5)) == {
            trial.id: Later("retracted", "2026-01-19T12:00:00Z"),
            mice.id: Later("record_removed", "2026-01-19T12:00:00Z", str(twin.id)),
            doubted.id: Later("expression_of_concern", "2026-01-12T11:00:00Z"),
        }
        assert set(reader.later(ids, 2)) == {trial.id, mice.id}
        assert reader.later([twin.id], 1) == {}
        assert reader.later(ids, None) == {}


def test_retractions_say_since_when_and_by_which_notice(bench: Any, make: Any, week: Run) -> None:
    """The day is the one on which the store first saw it; the notice is the record's own word for it."""
    notes = (Correction("ErratumIn", "J Invent. 2025", PMID("90000050")),)
    notice = Correction("RetractionIn", "J Invent. 2026 Jan;1:1", PMID("90000051"))
    paper, bare, mice = make.article(1, corrections=notes), make.article(2), make.article(3)
    sound = {r.id: make.tied() for r in (paper, bare, mice)}
    week(make.claim(), sound, (paper, bare, mice))
    told = make.article(1, corrections=(*notes, notice), revised=PartialDate(2026, 1, 10))
    ties = {**sound, paper.id: make.tied("none", "n/a", counts_for_claim=False)}
    week(make.claim(), ties, (told,), {paper.id: "retracted", bare.id: "retracted"})
    with open_reader(bench.store.path) as reader:
        since = "2026-01-12T11:00:00Z"
        assert reader.retractions(sorted(sound)) == {
            paper.id: Retraction(since, RecordId("PMID:90000051"), "J Invent. 2026 Jan;1:1"),
            bare.id: Retraction(since),
        }
        assert reader.retractions(sorted(sound), 1) == {}


_GRADES = st.tuples(
    st.sampled_from(["none", "animal", "rct"]),
    st.sampled_from([None, "rct"]),
    st.sampled_from(["supports", "mixed"]),
    st.integers(0, 1),
    st.integers(1, 2),
)


@given(told=st.lists(_GRADES, max_size=8))
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_moments_are_the_runs_of_equal_grades(told: list[Any], tmp_path: Path, make: Any, clock: Any) -> None:
    """Whatever the grades of the weeks were, the moments are these grades with repetitions left out."""
    path = tmp_path / f"{time.monotonic_ns()}.db"
    with Store.open(path, now=clock) as store:
        for level, provisional, stance, k, n in told:
            run = store.begin_run("refresh", "r", "c")
            grade = make.claim(level=level, provisional_level=provisional, stance=stance, k_of_n=(k, n, 0))
            store.save_claim_grades(run, "r", {"c-one": (grade, "h")})
            store.finish_run(run, "complete", {})
        seen = [(m.level, m.provisional_level, m.stance, m.k, m.n) for m in store.claim_history("c-one")]
    assert seen == [grade for grade, _ in groupby(told)]


def test_ten_years_of_weeks_are_read_at_once(bench: Any) -> None:
    """43 claims and 500 weeks with 100 changes each are read in well under a second."""
    bench.store.close()
    path = bench.store.path
    claims = [f"c-{n}" for n in range(43)]
    with sqlite3.connect(path) as connection:
        connection.executemany(
            "INSERT INTO run VALUES (?, 'refresh', '2026-01-05T09:00:00Z', '2026-01-05T10:00:00Z', 'complete', 'r', 'c', '0', '{}')",
            [(n,) for n in range(1, 501)],
        )
        grades = [
            (claim, n, n + 1 if n < 500 else None, "animal" if n % 10 else "rct")
            for claim in claims
            for n in range(1, 501)
        ]
        connection.executemany(
            """INSERT INTO claim_grade (claim_id, valid_from, valid_to, level, stance, synthesis, k, n, needs_review, label_ja,
               label_en, people_ja, people_en, rules_version, claim_hash, grade)
               VALUES (?, ?, ?, ?, 'supports', 0, 1, 1, 0, '', '', '', '', 'r', 'h', '{}')""",
            grades,
        )
        connection.executemany(
            """INSERT INTO "change" (run, kind, claim_id, record_id, severity) VALUES (?, 'new_record', ?, ?, 'minor')""",
            [(n, claims[i % 43], f"PMID:{90000000 + n * 100 + i}") for n in range(1, 501) for i in range(100)],
        )
    connection.close()
    with open_reader(path) as reader:
        started = time.perf_counter()
        histories = reader.claim_histories(claims)
        took = time.perf_counter() - started
    assert {len(h) for h in histories.values()} == {100}
    assert took < 1.0, f"{took:.2f} s"
