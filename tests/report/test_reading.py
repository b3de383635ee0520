"""What do views read of a claim: now, on a day of the past, with its history; and how is the history told?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from evtrack.changes import Change
from evtrack.claim import Library
from evtrack.grade.grades import RegisteredTrial
from evtrack.record import RecordId
from evtrack.report._protocol import ClaimStatus
from evtrack.report.history_text import history_lines, later_words, retracted_lines, stopped_words
from evtrack.report.reading import oldest, pulled_until, read_status, read_statuses, read_with_ties
from evtrack.report.status_json import registered_json
from evtrack.store.moments import Later, Retraction
from evtrack.store.store import Store
from evtrack.word import Word
from tests.tied import tied_records

DATA = Path(__file__).parent.parent / "data" / "cli"
NOW = datetime(2026, 11, 23, tzinfo=UTC)
MICE = RecordId("PMID:90000001")


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    """The shipped claims."""
    from evtrack.claims import load_library

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EVTRACK_CACHE", str(tmp_path_factory.mktemp("cache")))
        found, errors = load_library(None)
        assert errors == []
        yield found


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory, library: Library) -> str:
    """A store of two weeks: a study of mice and a trial; a week later the study is retracted. A person spoke on the level."""
    from evtrack.cli import main

    path = str(tmp_path_factory.mktemp("reading") / "evtrack.db")
    with pytest.MonkeyPatch.context() as patch:
        for day, files in (("2026-11-09", ["articles.xml", "trials.json"]), ("2026-11-16", ["changed.xml"])):
            patch.setenv("EVTRACK_NOW", f"{day}T08:00:00+00:00")
            assert main(["--db", path, "load", *(str(DATA / file) for file in files), "--json"]) == 0
    return path


def every_record(status: ClaimStatus) -> list[RecordId]:
    """All records that are tied to the claim."""
    return [one.id for one in status.evidence]


def status_of(store: str, library: Library, **more: object) -> ClaimStatus:
    """The status of the claim on depression."""
    return read_status(store, library, library.claims["dep-effect"], NOW, **more)  # type: ignore[arg-type] # options of read_status


def test_history_is_read_where_it_is_asked_for(store: str, library: Library) -> None:
    """One moment a move, with what moved it; without asking, none; for all claims at once the same as for one."""
    assert status_of(store, library).moments == ()
    moments = status_of(store, library, history=True).moments
    assert [(m.level, m.since[:10]) for m in moments] == [("animal", "2026-11-09"), ("none", "2026-11-16")]
    assert [(c.kind, c.record_id) for c in moments[1].why] == [("retracted", MICE)]
    every = read_statuses(store, library, NOW, records=True, texts=every_record, history=True)
    assert len(every) == len(library.claims)
    [same] = [s for s in every if s.claim.id == "dep-effect"]
    assert same.moments == moments
    assert same == status_of(store, library, texts=every_record, history=True)


def test_words_are_read_of_the_records_alone_that_are_named(store: str, library: Library) -> None:
    """Who names one record gets the texts of that one; who names none reads no document for its texts."""
    assert set(status_of(store, library, texts=lambda _: [MICE]).texts) == {MICE}
    assert status_of(store, library, texts=lambda _: []).texts == {}
    assert status_of(store, library).texts == {}


def test_an_audit_is_told_the_same_in_fewer_rows(store: str, library: Library) -> None:
    """Claims without their evidence, and the columns of the records tied to them, say what the whole evidence says."""
    whole = read_statuses(store, library, NOW, records=True)
    bare, tied = read_with_ties(store, library, NOW)
    assert [(s.claim, s.grade, s.as_of, s.searched, s.evidence) for s in bare] == [
        (s.claim, s.grade, s.as_of, s.searched, ()) for s in whole
    ]
    assert tied == tied_records(whole)
    assert read_with_ties(f"{store}.none", library, NOW)[1] == {}


def test_a_day_of_the_past_knows_what_came_later(store: str, library: Library) -> None:
    """On the first day the study counts; whoever reads it is told that it was retracted since. Now it is told as retracted."""
    then = status_of(store, library, at=date(2026, 11, 10), history=True, texts=every_record)
    assert [m.level for m in then.moments] == ["animal"]
    assert then.grade.level == "animal"
    assert then.later == {MICE: Later("retracted", "2026-11-16T08:00:00Z")}
    assert then.retracted == {}
    assert then.texts[MICE]["title"].startswith("Exosomes of mesenchymal")
    now = status_of(store, library, texts=every_record)
    assert now.later == {}
    assert now.retracted == {MICE: Retraction("2026-11-16T08:00:00Z", None, "J Made-up. 2026;1:2")}
    assert now.texts[MICE]["title"].startswith("RETRACTED:")


def test_reasons_point_into_the_words_of_their_day(store: str, library: Library) -> None:
    """The words that fired stand at their place in the texts that were read with them, then as now."""
    for at in (date(2026, 11, 10), None):
        status = status_of(store, library, at=at, texts=every_record)
        for one in status.evidence:
            for reason in one.graded.grade.reasons:
                if reason.field in status.texts[one.id] and reason.text:
                    text = status.texts[one.id][reason.field]
                    assert text[reason.start : reason.end].casefold() == reason.text.casefold(), (one.id, reason)


def test_what_a_person_said_of_the_level_is_there(store: str, library: Library, tmp_path: Path) -> None:
    """A word on the claim's level comes with the claim's status, and with no other claim's."""
    import shutil

    path = tmp_path / "evtrack.db"
    for file in Path(store).parent.glob("evtrack.db*"):
        shutil.copy(file, tmp_path)
    with Store.open(path, now=lambda: NOW) as opened:
        run = opened.begin_run("review", "r", "c")
        said = Word("accept", "read in full", "A. Nobody", "2026-11-20T00:00:00Z", claim_id="dep-effect")
        opened.save_words(run, [said])
        opened.finish_run(run, "complete", {})
    told = {s.claim.id: s.words for s in read_statuses(str(path), library, NOW, records=False) if s.words}
    assert list(told) == ["dep-effect"]
    assert [(w.name, w.reason) for w in told["dep-effect"]] == [("A. Nobody", "read in full")]


def test_without_a_store_nothing_is_known(library: Library, tmp_path: Path) -> None:
    """No file, no error: every claim is unknown, on a day of the past too."""
    path = str(tmp_path / "none.db")
    assert {s.as_of for s in read_statuses(path, library, NOW, records=True, history=True)} == {None}
    then = read_status(path, library, library.claims["dep-effect"], NOW, at=date(2026, 1, 1), history=True)
    assert (then.at, then.moments, then.later) == (date(2026, 1, 1), (), {})
    assert pulled_until(path) is None


def test_as_of_is_the_day_of_the_last_load(store: str, library: Library) -> None:
    """Where nothing was searched, what is known is as old as the last load, and no refresh is claimed."""
    statuses = read_statuses(store, library, NOW, records=False)
    assert oldest(statuses) == "2026-11-16T08:00:00+00:00"
    assert {s.days for s in statuses} == {6}
    assert pulled_until(store) is None
    early = read_statuses(store, library, NOW, records=False, at=date(2026, 11, 1))
    assert {(s.as_of, s.loaded) for s in early} == {(None, 0)}


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_history_in_words(store: str, library: Library, lang: str) -> None:
    """A line a moment: its day, the level of then, and the records that moved it by kind."""
    lines = list(history_lines(status_of(store, library, history=True), lang))
    first, second = lines
    assert first.startswith("2026-11-09")
    assert second.startswith("2026-11-16")
    assert ("動物実験" if lang == "ja" else "animal study") in first
    assert f"{'撤回：' if lang == 'ja' else 'retracted: '}{MICE}" in second
    assert bool(re.search(r"[ぁ-んァ-ヶ一-龠]", second)) == (lang == "ja")


def test_long_reasons_are_counted(store: str, library: Library) -> None:
    """Three records of a kind are named, the rest counted; a move without a told reason is a bare line."""
    status = status_of(store, library, history=True)
    new = [
        Change("new_record", "dep-effect", RecordId(f"PMID:9000010{n}"), None, "supports", "minor") for n in range(5)
    ]
    rules = Change("regraded", None, None, "1", "2", "minor")
    moment = replace(status.moments[0], why=(*new, rules))
    bare = replace(status.moments[0], why=())
    [long, short] = history_lines(replace(status, moments=(moment, bare)), "en")
    assert long.endswith("← new record: PMID:90000100 PMID:90000101 PMID:90000102 and 2 more, regraded (rules changed)")
    assert "←" not in short


def test_retracted_papers_are_named(store: str, library: Library) -> None:
    """Each with its id, its title, its notice where that is named, and the day; what stands beside is not named."""
    status = status_of(store, library)
    [line] = retracted_lines(status, "en")
    assert line.startswith(f"{MICE} RETRACTED: Exosomes")
    assert "(notice: J Made-up. 2026;1:2, seen on 2026-11-16)" in line
    bare = replace(status, retracted={MICE: Retraction("2026-11-16T08:00:00Z")})
    assert [text.partition("mild stress")[2] for text in retracted_lines(bare, "en")] == [
        ": retracted (seen on 2026-11-16); it is not counted."
    ]
    notice = replace(status, retracted={MICE: Retraction("2026-11-16T08:00:00Z", RecordId("PMID:90000099"))})
    assert "告知：PMID:90000099、2026-11-16に確認" in next(retracted_lines(notice, "ja"))


def test_outside_words_are_plain(store: str, library: Library) -> None:
    """Escapes and direction marks of a title, a citation or a registry do not reach the page."""
    status = status_of(store, library)
    evil = "\x1b[31mred\u202etxt"
    one = replace(next(e for e in status.evidence if e.id == MICE), title=evil)
    told = replace(status, evidence=(one,), retracted={MICE: Retraction("2026-11-16", None, evil)})
    said = [*retracted_lines(told, "en"), stopped_words(_trial(evil), "en") or ""]
    assert not any("\x1b" in words or "\u202e" in words for words in said)


def test_show_tells_of_retractions_then_and_now(store: str, library: Library) -> None:
    """``show --at`` says before the studies that one was retracted since; ``show`` names the retracted; ``--all`` has the history."""
    from evtrack.report.show_text import show_lines

    def shown(status: ClaimStatus, **more: bool) -> str:
        return "\n".join(text for text, _ in show_lines(status, "en", 400, **more))

    then = shown(status_of(store, library, at=date(2026, 11, 10)))
    since = f"{MICE}: Retracted since (seen on 2026-11-16)"
    assert then.index(since) < then.index("Studies that count")
    assert then.count("Retracted since") == 2
    now = status_of(store, library, history=True)
    told = shown(now)
    assert told.index("Retracted papers\n") < told.index("Studies that count")
    assert "Retracted since" not in told
    assert told.index("How the level moved") < told.index("2026-11-09  animal study")
    assert "How the level moved" not in shown(replace(now, moments=()))
    stopped = replace(now, grade=replace(now.grade, registered=(_trial("no money (made up)"),)))
    assert "why it stopped, in the registry's words: no money (made up)" in shown(stopped)


def test_json_has_history_and_retractions(store: str, library: Library) -> None:
    """What text says of the past stands in the JSON of ``show --all`` too, and not where it is not asked for."""
    from evtrack.report.status_json import claim_json

    now = claim_json(status_of(store, library, history=True), "en", records=True, past=True)
    assert [(m["since"][:10], m["level"], m["run_kind"]) for m in now["history"]] == [
        ("2026-11-09", "animal", "load"),
        ("2026-11-16", "none", "load"),
    ]
    assert now["history"][1]["why"][0]["kind"] == "retracted"
    assert now["retracted"][MICE]["citation"] == "J Made-up. 2026;1:2"
    assert now["later"] == {}
    then = claim_json(status_of(store, library, at=date(2026, 11, 10)), "en", records=True, past=True)
    assert then["later"][MICE]["kind"] == "retracted"
    assert "history" not in claim_json(status_of(store, library, history=True), "en", records=True)


def _trial(why: str | None) -> RegisteredTrial:
    return RegisteredTrial("NCT90000001", "TERMINATED", "PHASE1", "rct", overdue=False, why_stopped=why)


def test_why_a_trial_stopped_is_told() -> None:
    """The registry's own words, in text and in JSON; where it gives none, nothing is said."""
    assert (
        stopped_words(_trial("no money (made up)"), "en")
        == "why it stopped, in the registry's words: no money (made up)"
    )
    assert stopped_words(_trial(None), "ja") is None
    assert registered_json(_trial("no money (made up)"))["why_stopped"] == "no money (made up)"


def test_what_became_of_a_record_since(store: str, library: Library) -> None:
    """Each fate has its sentence; a record that nothing befell has none."""
    then = status_of(store, library, at=date(2026, 11, 10))
    assert later_words(then, MICE, "en") == "Retracted since (seen on 2026-11-16); it is no longer counted."
    assert later_words(then, RecordId("PMID:90000002"), "en") is None
    fates = [
        Later("record_removed", "2026-11-16"),
        Later("record_removed", "2026-11-16", "PMID:90000077"),
        Later("expression_of_concern", "2026-11-16"),
    ]
    said = [later_words(replace(then, later={MICE: fate}), MICE, lang) for fate in fates for lang in ("ja", "en")]
    assert len(set(said)) == 6
    assert "PMID:90000077" in (said[3] or "")
