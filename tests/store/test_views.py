"""Do the plain-named views say what the program says?"""

from __future__ import annotations

import json
import sqlite3
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from evtrack.changes import Change
from evtrack.grade.grades import Searched
from evtrack.grade.links import long_over
from evtrack.record import PartialDate, RecordId
from evtrack.store.views import VIEWS


def rows(bench: Any, sql: str, **values: Any) -> list[dict[str, Any]]:
    """Rows of the store by column, as Datasette reads them, or another client of a server."""
    if not isinstance(bench.place, Path):
        import psycopg
        from psycopg.rows import dict_row

        from evtrack.store.postgres import spelled

        with psycopg.connect(bench.place.server, row_factory=dict_row) as client:
            return client.execute(spelled(sql), values).fetchall()
    connection = sqlite3.connect(f"file:{bench.place}?mode=ro", uri=True)
    connection.row_factory = sqlite3.Row
    try:
        return [dict(row) for row in connection.execute(sql, values)]
    finally:
        connection.close()


def test_every_view_reads_an_empty_store(bench: Any) -> None:
    """Where nothing is known, each view is there and empty."""
    for name in VIEWS:
        assert rows(bench, f'SELECT * FROM "{name}"') == []  # noqa: S608 # names of our own


def test_claim_status_leads_with_people_and_owns_to_gaps(bench: Any, make: Any) -> None:
    """People come before the level; a claim never searched has no day, one not searched in full says so."""
    store = bench.store
    for complete in (True, False):
        run = store.begin_run("refresh", "r", "c")
        store.save_claim_grades(run, "r", {i: (make.claim(i), "h") for i in ("c-one", "c-two", "c-three")})
        asked = [
            Searched("pubmed", "q", 3, True, "2026-01-05T09:00:00Z"),
            Searched("ctgov", "q", 1, complete, "2026-01-06"),
        ]
        store.save_searches(run, "c-one", asked)
        store.save_searches(run, "c-two", asked[:1])
        store.finish_run(run, "complete", {})
    told = rows(bench, "SELECT * FROM claim_status ORDER BY claim_id DESC")
    columns = list(told[0])
    assert columns.index("people_en") < columns.index("level")
    assert [(r["claim_id"], r["last_search"], r["search_complete"]) for r in told] == [
        ("c-two", "2026-01-05T09:00:00Z", 1),
        ("c-three", None, None),
        ("c-one", "2026-01-06", 0),
    ]
    assert len(rows(bench, "SELECT * FROM searches")) == 3


def test_evidence_and_changes_lead_to_the_service(bench: Any, make: Any) -> None:
    """Each record has its own page's address; a change of a claim alone has none."""
    paper, trial = make.article(1), make.study(2)
    run = bench.load(paper, trial)
    bench.store.save_ties(run, "c-one", "h", "r", {r.id: make.tied() for r in (paper, trial)}, "match")
    told = [
        Change("new_record", "c-one", paper.id, None, None, "minor"),
        Change("claim_changed", "c-one", None, None, None, "minor"),
    ]
    bench.store.save_changes(run, told)
    assert {r["record_id"]: (r["url"], r["subjects"]) for r in rows(bench, "SELECT * FROM evidence")} == {
        "PMID:90000001": ("https://pubmed.ncbi.nlm.nih.gov/90000001/", 8),
        "NCT90000002": ("https://clinicaltrials.gov/study/NCT90000002", 8),
    }
    assert [(r["kind"], r["title"], r["url"]) for r in rows(bench, "SELECT * FROM changes")] == [
        ("new_record", paper.title, "https://pubmed.ncbi.nlm.nih.gov/90000001/"),
        ("claim_changed", None, None),
    ]


def test_trials_know_their_papers_and_claims(bench: Any, make: Any) -> None:
    """Papers are counted whichever way the link was written, other registries' entries are not; why it stopped is told."""
    paper, trial = make.article(1), make.study(2, why_stopped="no money (made up)")
    run = bench.load(paper, trial)
    linked = {paper.id: (trial.id,), trial.id: (paper.id, RecordId("NCT90000099"))}
    bench.store.save_links(run, linked)
    bench.store.save_ties(run, "c-one", "h", "r", {trial.id: make.tied()}, "match")
    [told] = rows(bench, "SELECT * FROM trials")
    assert (told["papers"], json.loads(told["claims"]), told["why_stopped"]) == (1, ["c-one"], "no money (made up)")


@pytest.fixture
def made(bench: Any, make: Any) -> dict[str, str]:
    """Day of completion → when results are due, for every spelling of a partial date around the ends of months."""
    days = [
        PartialDate(2024),
        PartialDate(2023, 2),
        PartialDate(2024, 2),
        PartialDate(2024, 2, 29),
        PartialDate(2025, 12, 31),
    ]
    days += [PartialDate(2025, month) for month in range(1, 13)]
    bench.load(
        *(make.study(n, completion_date=day) for n, day in enumerate(days, 1)), make.study(90, completion_date=None)
    )
    told = rows(bench, "SELECT nct_id, completion_date, results_due FROM trials")
    assert [r["results_due"] for r in told if r["completion_date"] is None] == [None]
    return {r["completion_date"]: r["results_due"] for r in told if r["completion_date"]}


@given(day=st.integers(0, 1500))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_results_are_due_when_the_grader_says(day: int, made: dict[str, str]) -> None:
    """On whatever day it is asked, the view and the grader call the same trials overdue."""
    today = date(2024, 1, 1) + timedelta(days=day)
    for completion, due in made.items():
        assert (due < today.isoformat()) == long_over("COMPLETED", PartialDate.parse(completion), today), completion
