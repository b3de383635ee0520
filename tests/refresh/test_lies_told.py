"""Does a refresh ever say more than it knows? "None found", whole, no warning, news twice, and two writers at once."""

from __future__ import annotations

import os
import signal
import threading
import time
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from evtrack.demo.server import Fault
from evtrack.store.lock import one_writer
from tests.refresh.test_faults import NONE_FOUND
from tests.refresh.test_lies import PATIENTS, packs, retracted

if TYPE_CHECKING:
    from tests.desk import Desk, Invent

__all__ = ["packs"]
pytestmark = pytest.mark.enable_socket

NO_QUERIES = "\nqueries: {pubmed: [], ctgov: []}\n"
TIES = "SELECT record_id FROM claim_record WHERE claim_id = 'dep-effect' AND found_by = 'query' AND valid_to IS NULL"


def words_of(desk: Desk, claim: str) -> str:
    """All that is said of a claim in both languages."""
    shown = desk.show(claim)
    texts = [desk.run("show", claim, "--lang", lang).flat + shown["label"][lang] for lang in ("en", "ja")]
    return " ".join([*texts, shown["people"]["en"]])


def ask_of_another_condition(file: Path) -> None:
    """Edit ad-effect so that it asks for a condition of which the services hold nothing yet in the store."""
    text = file.read_text(encoding="utf-8")
    edited = text.replace("condition: [dementia]", "condition: [schizophrenia]")
    edited = edited.replace("outcome: [cognition]\n", "").replace("known: ['PMID:37859748', NCT04388982]", "known: []")
    assert edited != text
    file.write_text(edited, encoding="utf-8")


@pytest.mark.parametrize("way", ["regrade", "both down", "another claim", "one source"])
def test_an_edited_claim_was_not_searched_yet(small: Desk, packs: Path, way: str) -> None:
    """Searches of a claim's old question never say that none was found of its new one, until that one was asked."""
    small.server.corpus = replace(
        small.server.corpus,
        articles=tuple(a for a in small.server.corpus.articles if a.pmid != "90000108"),
        studies=tuple(s for s in small.server.corpus.studies if s.nct_id != "NCT90000004"),
    )
    small.refresh()
    ask_of_another_condition(packs / "ad-effect.yaml")
    small.at(7)
    if way == "regrade":
        small.run("regrade")
    elif way == "both down":
        small.server.faults += [Fault("pubmed", "refuse"), Fault("ctgov", "refuse")]
        assert small.refresh(code=3)["status"] == "failed"
    elif way == "another claim":
        small.refresh("dep-effect")
    else:
        small.server.faults.append(Fault("ctgov", "refuse"))
        small.refresh(code=3)
    assert not NONE_FOUND.search(words_of(small, "ad-effect"))
    for lang in ("en", "ja"):
        row = next(r for r in small.run("status", "--lang", lang).out.splitlines() if "ad-effect" in r)
        assert not NONE_FOUND.search(row)
    small.mend()
    small.at(14)
    small.refresh()
    assert NONE_FOUND.search(words_of(small, "ad-effect"))


def change_searches_fail(desk: Desk) -> None:
    """From now on PubMed answers the searches of the claims, and neither epost nor the searches for changes after them."""
    searches = {s["query"] for row in desk.status().values() for s in row["searched"] if s["source"] == "pubmed"}
    desk.forget_lists()
    desk.server.faults += [
        Fault("pubmed", "503", "epost"),
        Fault("pubmed", "503", "esearch", nth=len(searches) + 1),
    ]


def test_changes_that_could_not_be_asked(small: Desk) -> None:
    """Where what changed can't be asked after the searches came, claims with stored records are partial, and counted so."""
    small.refresh()
    retracted(small, PATIENTS, date(2026, 11, 5))
    change_searches_fail(small)
    small.at(7)
    answer = small.run("refresh", "--json", code=3)
    assert answer.json["sources"]["pubmed"]["found"] > 0
    assert {c["claim_id"]: c["status"] for c in answer.json["claims"]} == {
        "dep-effect": "partial",
        "ad-effect": "partial",
    }
    assert "2 claims were searched in part, 0 not at all" in answer.err
    small.mend()
    assert {c["kind"] for c in small.refresh()["changes"]} == {"level_down", "retracted"}


def test_a_claim_without_records_is_whole_all_the_same(small: Desk) -> None:
    """A claim of which PubMed held nothing has nothing that could have changed: only the other one is partial."""
    small.server.corpus = small.server.corpus.without("90000103", "90000104")
    small.refresh()
    change_searches_fail(small)
    small.at(7)
    answer = small.run("refresh", "--json", code=3)
    assert {c["claim_id"]: c["status"] for c in answer.json["claims"]} == {
        "dep-effect": "partial",
        "ad-effect": "complete",
    }
    assert "1 claims were searched in part, 0 not at all" in answer.err


def test_a_claim_whose_queries_were_emptied(small: Desk, packs: Path) -> None:
    """A claim that asks nothing any more keeps no tie that a query made, and the day of the others is their own."""
    small.refresh()
    assert small.rows(TIES)
    with (packs / "dep-effect.yaml").open("a", encoding="utf-8") as file:
        file.write(NO_QUERIES)
    small.at(7)
    small.refresh()
    assert small.rows(TIES) == []
    small.at(14)
    small.refresh()
    status = small.run("status", "--json").json
    assert status["as_of"].startswith("2026-11-16")
    assert not NONE_FOUND.search(words_of(small, "dep-effect"))


@pytest.mark.parametrize(
    ("fields", "words", "said"),
    [
        ({"tiab"}, set(), "fields of a query that it does not know"),
        (set(), {"exosome", "exosomes"}, "phrases of a query that it does not find"),
    ],
    ids=["field", "phrase"],
)
def test_warnings_are_seen(small: Desk, fields: set[str], words: set[str], said: str) -> None:
    """What PubMed ignored of a query stands on stderr in words for whoever reads the text, and not with --quiet."""
    small.server.eutils.unknown_fields = frozenset(fields)
    small.server.eutils.unknown_words = frozenset(words)
    answer = small.run("refresh")
    assert said in answer.err
    assert said not in answer.out
    assert small.run("refresh", "--quiet").said == ""
    warnings = small.refresh()["sources"]["pubmed"]["warnings"]
    assert any(said in w for w in warnings)


def drifts(answer: dict[str, Any]) -> list[tuple[str, Any]]:
    """Claims and records of which a drift of their queries is told."""
    return [(c["claim_id"], c["record_id"]) for c in answer["changes"] if c["kind"] == "query_drift"]


def test_a_jump_is_told_once(small: Desk, invent: Invent) -> None:
    """A count that jumps while the records can't be fetched is told once, by the run that has them, and by no other."""
    small.refresh()
    small.server.corpus = small.server.corpus.with_(*invent.notes(60))
    small.server.faults.append(Fault("pubmed", "503", "efetch"))
    small.at(7)
    assert drifts(small.refresh(code=3)) == []
    small.at(8)
    assert drifts(small.refresh(code=3)) == []
    small.mend()
    small.at(9)
    jumped = drifts(small.refresh())
    assert jumped
    assert set(jumped) == {("dep-effect", None)}
    small.at(10)
    assert drifts(small.refresh()) == []


def test_a_claim_that_is_gone_has_not_drifted(small: Desk, packs: Path) -> None:
    """A claim whose file was deleted is asked no more: that its queries find nothing is no news."""
    small.refresh()
    (packs / "ad-effect.yaml").unlink()
    small.at(7)
    assert drifts(small.refresh()) == []


@pytest.mark.files("links between files")
def test_a_link_to_a_store_is_that_store(small: Desk, tmp_path: Path) -> None:
    """A store that is reached through a symbolic link has the lock of the store: nobody writes beside another run."""
    small.refresh()
    link = tmp_path / "elsewhere" / "link.db"
    link.parent.mkdir()
    link.symlink_to(small.db)
    asked = len(small.server.seen)
    through = small.another("through")
    through.environ |= {"EVTRACK_DB": str(link), "EVTRACK_TIMEOUT": "0.3"}
    with one_writer(small.place):
        assert "another run of evtrack is writing" in through.run("refresh", code=3).err
    assert len(small.server.seen) == asked


@pytest.mark.files("links between files")
def test_what_comes_through_a_link_is_the_stores(small: Desk, invent: Invent, tmp_path: Path) -> None:
    """What a run through a symbolic link keeps is whole for who opens the store itself: its bytes lie beside the store."""
    small.refresh()
    link = tmp_path / "elsewhere" / "link.db"
    link.parent.mkdir()
    link.symlink_to(small.db)
    through = small.another("through")
    through.environ["EVTRACK_DB"] = str(link)
    small.server.corpus = small.server.corpus.with_(invent.article(111, "null trial in depression", date(2026, 11, 6)))
    through.at(7)
    through.refresh()
    assert [p.name for p in link.parent.iterdir()] == ["link.db"]
    small.sound()


def test_sigterm_while_waiting_for_the_lock(small: Desk) -> None:
    """SIGTERM ends a run that waits for another one at once, with 3 and a sentence, and nothing was asked."""
    small.refresh()
    small.environ["EVTRACK_TIMEOUT"] = "15"
    asked, sent = len(small.server.seen), []
    default = signal.getsignal(signal.SIGTERM)

    def terminate() -> None:
        end = time.monotonic() + 5
        while signal.getsignal(signal.SIGTERM) == default and time.monotonic() < end:
            time.sleep(0.01)
        time.sleep(0.2)  # it waits by now
        if signal.getsignal(signal.SIGTERM) != default:
            sent.append(time.monotonic())
            os.kill(os.getpid(), signal.SIGTERM)

    with one_writer(small.place):
        thread = threading.Thread(target=terminate)
        thread.start()
        answer = small.run("refresh", "--json", code=3)
        ended = time.monotonic()
        thread.join()
    assert sent
    assert ended - sent[0] < 2
    assert answer.out == ""
    assert answer.err.startswith("evtrack: ")
    assert len(small.server.seen) == asked
