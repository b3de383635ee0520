"""What does the store keep of what searches found, and of the documents that were there then?"""

from __future__ import annotations

from typing import Any

from evtrack.record import RecordId
from evtrack.sources._protocol import Listed
from evtrack.store.kept import Kept

A, B = RecordId("PMID:90000001"), RecordId("PMID:90000002")


def listed(*ids: RecordId) -> Listed:
    return Listed(dict.fromkeys(ids), len(ids), True, '"x"[Title]')


def test_lists_are_kept_until_a_search_finds_something_else(bench: Any) -> None:
    """What a run of some claims finds as before leaves the lists alone; what it finds otherwise is kept no longer."""
    store = bench.store
    kept = Kept({"q1": listed(A, B), "q2": listed(B)}, frozenset({A}))
    store.save_found("pubmed", kept)
    assert store.kept("pubmed") == kept
    store.forget_found("pubmed", {"q1": listed(B, A), "q3": listed(A)})
    assert store.kept("pubmed") == kept
    store.forget_found("pubmed", {"q1": listed(A)})
    assert store.kept("pubmed") == Kept({"q2": listed(B)}, frozenset({A}))
    assert store.kept("ctgov") == Kept({}, frozenset())


def test_a_document_that_a_run_brought_proves_nothing_of_its_searches(bench: Any, make: Any) -> None:
    """Of documents as they were at a run, those are told that were there before it: its own came after its searches."""
    first = bench.load(make.article(1))
    second = bench.load(make.article(1), make.article(2))
    article = RecordId(make.article(1).id)
    other = RecordId(make.article(2).id)
    assert bench.store.raws_at({article, other}, first) == {}
    assert bench.store.raws_at({article, other}, second).keys() == {article}
