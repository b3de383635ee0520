"""Are words only ever added, and read back as they were given, as of any run?"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from evtrack.record import PartialDate, RecordId
from evtrack.store.reading import seen_hash
from evtrack.word import Word


def said(**more: Any) -> Word:
    known: dict[str, Any] = {"action": "accept", "record_id": RecordId("PMID:90000001"), "claim_id": "c", "values": {}}
    return Word(reason="「読んだ」", name="山田", at="2026-01-05T09:00:00Z", **known | more)


def test_words_come_back_as_given(bench: Any, make: Any) -> None:
    """Every field, in the order given, with ids that count up; as of the run before there are none."""
    store = bench.store
    first = bench.load(make.article(1))
    run = store.begin_run("review", "1", "h")
    words = [
        said(action="relabel", values={"n": 3, "gate": None}, seen={"level": "rct"}, content_hash="x"),
        said(action="undo"),
        said(record_id=None, seen={"level": "rct", "stance": "mixed"}),
    ]
    store.save_words(run, words)
    store.save_words(run, [])
    store.finish_run(run, "complete", {})
    assert store.words() == tuple(replace(w, id=n) for n, w in enumerate(words, 1))
    assert store.words(first) == ()
    assert [w.id for w in store.standing()] == [3]
    assert store.claim_words("c") == (replace(words[2], id=3),)
    assert store.claim_words("c", first) == ()
    rows = store._rows("SELECT id, action, stands, reopened FROM words ORDER BY id")
    assert list(rows) == [(1, "relabel", 0, 0), (2, "undo", 0, 0), (3, "accept", 1, 0)]


def test_a_word_is_open_where_the_grader_says_so(bench: Any, make: Any) -> None:
    """As of each run; of words for one claim and for any, the one that decides there; a record that is not there opens nothing."""
    store, one = bench.store, RecordId("PMID:90000001")
    first = bench.load(make.article(1))
    store.save_ties(first, "c", "h", "1", {one: make.tied()}, "match")
    store.save_ties(first, "d", "h", "1", {one: make.tied()}, "match")
    run = store.begin_run("review", "1", "h")
    store.save_words(run, [said(), said(claim_id=None), said(record_id=RecordId("PMID:99999999"), claim_id=None)])
    store.finish_run(run, "complete", {})
    assert [w.reopened for w in store.standing()] == [False, False, False]
    for claim, opened in (("c", [True, False, False]), ("d", [True, True, False])):
        later = store.begin_run("refresh", "1", "h")
        store.save_ties(
            later, claim, "h", "1", {one: make.tied(grade=make.graded(flags=("small_n", "review_reopened")))}, "match"
        )
        store.finish_run(later, "complete", {})
        assert [w.reopened for w in store.standing()] == opened
        assert [bool(r) for (r,) in store._rows("SELECT reopened FROM words ORDER BY id")] == opened
    assert [w.reopened for w in store.standing(run)] == [False, False, False]


def test_what_a_person_would_see_as_of_a_run(bench: Any, make: Any) -> None:
    """The fingerprint of a record is that of its words, as they were at each run; of a record that is not there is none."""
    store, one = bench.store, RecordId("PMID:90000001")
    first = bench.load(make.article(1))
    bench.load(make.article(1, title="Another title", revised=PartialDate(2026)))
    assert store.seen_hashes([one, RecordId("PMID:9")], first) == {one: seen_hash(make.article(1))}
    assert store.seen_hashes([one]) == {one: seen_hash(make.article(1, title="Another title"))}


def test_the_same_work_under_another_id(bench: Any, make: Any) -> None:
    """A DOI in other capitals and a registry id are found; the record itself is not."""
    store = bench.store
    bench.load(make.article(1), make.study(2))
    other = make.article(9, doi=make.article(1).doi.upper(), other_registry_ids=("nct90000002",))
    assert store.same_work(other) == ["NCT90000002", "PMID:90000001"]
    assert store.same_work(make.article(1)) == []
    assert store.same_work(make.article(9, doi=None)) == []
