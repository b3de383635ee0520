"""Are words only ever added, and read back as they were given, as of any run?"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from evtrack.record import RecordId
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
    assert list(rows) == [(1, "relabel", 0, 1), (2, "undo", 0, 0), (3, "accept", 1, 0)]


def test_a_word_is_open_where_the_content_is_another(bench: Any, make: Any) -> None:
    """Told as of each run; a record that is not there opens nothing, and content that is back closes it."""
    store = bench.store
    first = bench.load(make.article(1))
    now = store.content_hashes(frozenset({RecordId("PMID:90000001")}))[RecordId("PMID:90000001")]
    run = store.begin_run("review", "1", "h")
    store.save_words(run, [said(content_hash=now), said(record_id=RecordId("PMID:99999999"), content_hash="y")])
    store.finish_run(run, "complete", {})
    assert [w.reopened for w in store.standing()] == [False, False]
    second = bench.load(make.article(1, title="Another title", revised=make.article(1).published))
    assert first < run < second
    changed = [w.reopened for w in store.standing()]
    kept = store.content_hashes(frozenset({RecordId("PMID:90000001")}))[RecordId("PMID:90000001")]
    assert changed == [kept != now, False]
    assert [w.reopened for w in store.standing(run)] == [False, False]


def test_the_same_work_under_another_id(bench: Any, make: Any) -> None:
    """A DOI in other capitals and a registry id are found; the record itself is not."""
    store = bench.store
    bench.load(make.article(1), make.study(2))
    other = make.article(9, doi=make.article(1).doi.upper(), other_registry_ids=("nct90000002",))
    assert store.same_work(other) == ["NCT90000002", "PMID:90000001"]
    assert store.same_work(make.article(1)) == []
    assert store.same_work(make.article(9, doi=None)) == []
