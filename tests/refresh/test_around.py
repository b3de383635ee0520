"""What stands around a refresh: stale stores, the doctor, the key, services out of reach, grades made again, the demo."""

from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import Path
from shutil import copytree
from typing import TYPE_CHECKING, Any

import pytest

from evtrack.demo.server import Fault
from tests.databases import change, stored

if TYPE_CHECKING:
    from tests.desk import Desk, Invent

pytestmark = pytest.mark.enable_socket
KEY = "0123456789abcdefsecret"


def test_stale(small: Desk) -> None:
    """`status --fail-on stale=10d` is 1 as soon as one service was not searched whole for longer, though the other was, and names it."""
    small.refresh()
    small.run("status", "--fail-on", "stale=10d")
    for days in (7, 14):
        small.at(days)
        small.server.faults[:] = [Fault("ctgov", "503")]
        small.refresh(code=3)
    assert "ClinicalTrials.gov" in small.run("status", "--fail-on", "stale=10d", code=1).err
    small.mend()
    small.refresh()
    small.run("status", "--fail-on", "stale=10d")
    small.at(25)
    small.run("status", "--fail-on", "stale=10d", code=1)


def test_a_load_is_no_search(small: Desk) -> None:
    """Loading a file does not make a store fresh that nobody refreshed."""
    small.refresh()
    small.at(14)
    file = Path(__file__).parents[1] / "data" / "cli" / "articles.xml"
    small.run("load", str(file))
    small.run("status", "--fail-on", "stale=10d", code=1)


def test_doctor_names_transports(small: Desk) -> None:
    """doctor asks each service and says which answers, and by which transport."""
    small.refresh()
    answer = small.run("doctor").out
    for name in ("PubMed", "ClinicalTrials.gov"):
        assert re.search(rf"{re.escape(name)}.*httpx", answer)
    small.server.faults.append(Fault("ctgov", "refuse"))
    broken = small.run("doctor", code=(1, 3)).said
    assert "ClinicalTrials.gov" in broken
    assert re.search(r"PubMed.*httpx", broken)


def test_doctor_names_known_records_that_no_query_finds(
    desk: Desk, few_claims: Path, tmp_path: Path, invent: Invent
) -> None:
    """A known record that the services hold and no query finds is named, loaded from a file or not; one that is found is not."""
    folder = copytree(few_claims, tmp_path / "packs")
    file = folder / "few" / "dep-effect.yaml"
    text = re.sub(r"(?m)^known:.*$", "known: ['PMID:90000101', 'PMID:90000150']", file.read_text(encoding="utf-8"))
    file.write_text(text, encoding="utf-8")
    desk.environ["EVTRACK_CLAIMS"] = str(folder)
    desk.server.corpus = desk.server.corpus.with_(invent.article(150, "barley"))
    desk.refresh()
    assert desk.run("doctor", "--json").json["known_missing"]["dep-effect"] == ["PMID:90000150"]
    assert "PMID:90000150" in desk.run("doctor").out


@pytest.mark.promise("secrets")
@pytest.mark.parametrize("kind", [None, "bad-key", "redirect", "429", "html-200", "reset"])
def test_the_key_is_nowhere(small: Desk, cache: Path, kind: str | None) -> None:
    """The API key is sent to PubMed and stands nowhere else: not in any word, the store, what is kept, the cache, nor for the registry."""
    small.environ["NCBI_API_KEY"] = KEY
    small.environ["EVTRACK_RETRIES"] = "1"
    if kind:
        small.server.faults.append(Fault("pubmed", kind, location="http://127.0.0.1:9/elsewhere"))
    said = ""
    for arguments in (("refresh",), ("refresh", "--json"), ("refresh", "--dry-run"), ("doctor",), ("doctor", "--json")):
        said += small.run(*arguments, code=(0, 1, 3)).said
    said += small.run("changes").said + small.run("db", "info").said + small.run("show", "dep-effect", "--json").said
    assert {s.params.get("api_key") for s in small.server.seen if s.service == "pubmed"} == {KEY}
    assert not [s for s in small.server.seen if s.service == "ctgov" and KEY in f"{s.params}{s.user_agent}{s.path}"]
    assert KEY not in said
    for folder in (small.folder, cache):
        assert [f for f in folder.rglob("*") if f.is_file() and KEY.encode() in f.read_bytes()] == []


def test_who_asks(small: Desk) -> None:
    """Each request says honestly who asks: name and version, and the address where one is set; PubMed is told tool and email."""
    small.environ["EVTRACK_EMAIL"] = "someone@example.org"
    small.refresh()
    assert all(re.match(r"evtrack/\d", s.user_agent) for s in small.server.seen)
    assert all("someone@example.org" in s.user_agent for s in small.server.seen)
    pubmed = [s.params for s in small.server.seen if s.service == "pubmed"]
    assert {(p.get("tool"), p.get("email")) for p in pubmed} == {("evtrack", "someone@example.org")}


def test_nothing_the_services_refuse_is_asked(desk: Desk) -> None:
    """With all shipped claims no request is refused: no URL is too long, no parameter unknown, no id list empty."""
    desk.refresh()
    desk.at(7)
    desk.refresh("--full")
    assert {s.status for s in desk.server.seen} == {200}


@pytest.mark.parametrize("how", ["refused", "dropped"])
def test_services_that_cannot_be_reached(small: Desk, how: str) -> None:
    """Where no service can be reached, packets refused or dropped, one sentence says so soon, exit 3, and names `evtrack demo`."""
    import socket
    import time

    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        waiting = []
        if how == "dropped":  # a queue that is full answers no further knock
            deaf.listen(0)
            for _ in range(3):
                knock = socket.socket()
                knock.setblocking(False)
                knock.connect_ex(deaf.getsockname())
                waiting.append(knock)
        address = f"http://127.0.0.1:{deaf.getsockname()[1]}/"
        small.environ |= {"EVTRACK_PUBMED_URL": address, "EVTRACK_CTGOV_URL": address, "EVTRACK_TIMEOUT": "1"}
        del small.environ["EVTRACK_RETRY_WAIT"], small.environ["EVTRACK_DEADLINE"]
        started = time.monotonic()
        answer = small.run("refresh", code=3)
        took = time.monotonic() - started
        for knock in waiting:
            knock.close()
    assert took < 4  # with the default of 30 s for TIMEOUT: below 60 s and some
    assert len(answer.err.strip().splitlines()) == 1
    assert "0 found" not in answer.out  # nobody looked
    assert "evtrack demo" in answer.err
    for claim in ("dep-effect", "ad-effect"):
        assert "no matching study" not in small.run("show", claim).flat


def test_services_that_accept_and_never_answer(small: Desk) -> None:
    """A service that takes the connection and stays silent is given up after three requests, not after all of them."""
    small.server.faults += [Fault("pubmed", "stall", seconds=5), Fault("ctgov", "stall", seconds=5)]
    small.environ |= {"EVTRACK_TIMEOUT": "0.1", "EVTRACK_RETRIES": "1"}
    answer = small.refresh(code=3)
    assert {c["status"] for c in answer["claims"]} == {"not_asked"}
    assert all(s["requests"] <= 6 for s in answer["sources"].values())
    assert "evtrack demo" in small.run("refresh", code=3).err


@pytest.mark.parametrize("tables", [("record_grade", "claim_grade"), ("record_grade", "claim_grade", "claim_record")])
def test_grades_can_be_made_again_from_what_is_kept(small: Desk, tables: tuple[str, ...]) -> None:
    """All grades deleted, `regrade --all` makes the same again from the documents kept, without asking a service."""
    small.refresh()
    before, shown = small.evidence(), small.show("dep-effect")
    change(small.place, ";".join(f"DELETE FROM {table}" for table in tables))  # noqa: S608 # names of our own
    asked = len(small.server.seen)
    small.run("regrade", "--all")
    assert len(small.server.seen) == asked
    assert small.evidence() == before
    again = small.show("dep-effect")
    assert {k: again[k] for k in ("level", "stance", "counts", "k_of_n", "records")} == {
        k: shown[k] for k in ("level", "stance", "counts", "k_of_n", "records")
    }


def test_what_is_kept_is_what_came(small: Desk) -> None:
    """Every record's bytes as received are kept, and loading them elsewhere gives the same record."""
    from evtrack.store.read import open_reader

    small.refresh()
    with open_reader(str(small.place)) as reader:
        kept = {record_id: reader.raw(record_id) for (record_id,) in small.rows("SELECT id FROM record")}
    articles, studies = small.folder / "kept.xml", small.folder / "kept.json"
    articles.write_bytes(
        b"<PubmedArticleSet>%s</PubmedArticleSet>" % b"".join(raw for i, raw in kept.items() if i.startswith("PMID"))
    )
    studies.write_bytes(b"[%s]" % b",".join(raw for i, raw in kept.items() if i.startswith("NCT")))
    fresh = small.another("fresh")
    fresh.run("load", str(articles), str(studies))
    assert fresh.evidence()["records"] == small.evidence()["records"]


def test_a_count_that_jumps(small: Desk, invent: Invent) -> None:
    """A query whose count jumps is told: query_drift, with the claim and the counts before and after."""
    small.refresh()
    small.server.corpus = small.server.corpus.with_(*invent.notes(300))
    small.at(7)
    drift = [c for c in small.refresh()["changes"] if c["kind"] == "query_drift" and c["record_id"] is None]
    assert {c["claim_id"] for c in drift} == {"dep-effect"}
    assert all(c["before"] and c["after"] for c in drift)


def test_counts_that_jump_alike_are_told_once(small: Desk, invent: Invent) -> None:
    """Two queries of a claim whose counts jump from the same number to the same are one news."""
    small.refresh()
    small.server.corpus = small.server.corpus.with_(*(invent.study(500 + i, "Depression") for i in range(100)))
    small.at(7)
    told = [tuple(c.values()) for c in small.refresh()["changes"] if c["kind"] == "query_drift"]
    counts = small.rows("SELECT DISTINCT query, count FROM search WHERE claim_id = 'dep-effect' AND source = 'ctgov'")
    assert sorted(n for _, n in counts) == [1, 1, 101, 101]
    assert len(told) == len(set(told)) == 1


def test_queries_are_kept_as_sent_and_as_read(small: Desk) -> None:
    """The store keeps each query as sent, and PubMed's translation of it."""
    small.refresh()
    kept = small.rows("SELECT query, translation, count, complete FROM search WHERE source = 'pubmed'")
    assert kept
    sent = {s.params.get("term") for s in small.server.seen if s.service == "pubmed"}
    for query, translation, count, complete in kept:
        assert query in sent
        assert translation
        assert (count >= 0, complete) == (True, 1)


def test_demo(small: Desk) -> None:
    """`evtrack demo` shows the whole path on invented records, each line marked as such, whatever the settings; it leaves nothing."""
    small.environ |= {
        "EVTRACK_PUBMED_URL": "http://127.0.0.1:9/",
        "EVTRACK_CTGOV_URL": "http://127.0.0.1:9/",
        "NCBI_API_KEY": KEY,
    }
    before = stored(small.place)
    for lang, mark in (("en", "synthetic"), ("ja", "架空|合成|模擬|見本")):
        process = small.start("demo", "--lang", lang)
        out, err = process.communicate(timeout=20)
        assert process.returncode == 0, err
        lines = [line for line in (out + err).splitlines() if line.strip()]
        assert len(lines) > 10
        assert [line for line in lines if not re.search(mark, line, re.IGNORECASE)] == []
    assert stored(small.place) == before
    assert len(small.server.seen) == 0


def test_five_weeks_in_a_row(small: Desk, invent: Invent) -> None:
    """Five weeks with one new record each: each is told once, in its week, the fourth too, where all is fetched again."""
    small.refresh()
    for week in range(1, 6):
        day = date(2026, 11, 2) + timedelta(days=7 * week - 2)
        small.server.corpus = small.server.corpus.with_(
            invent.article(200 + week, "anxiety in mice", day, title=f"Exosomes in depression, note {week}")
        )
        small.at(7 * week)
        told: list[Any] = [(c["kind"], c["record_id"]) for c in small.refresh()["changes"]]
        assert ("new_record", f"PMID:{90000200 + week}") in told
        assert {r for k, r in told if k == "new_record"} == {f"PMID:{90000200 + week}"}
