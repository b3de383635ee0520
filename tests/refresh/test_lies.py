"""Is a change ever missed, or a loss told that is none? Stops, empty answers, old files, wrong clocks and wrong days."""

from __future__ import annotations

import json
import os
import signal
import time
from dataclasses import replace
from datetime import date
from pathlib import Path
from shutil import copytree
from typing import TYPE_CHECKING, Any

import pytest

from evtrack.demo.article import Article
from evtrack.demo.corpus import Corpus, pubmed_xml
from evtrack.demo.server import Fault
from evtrack.demo.study import Study

if TYPE_CHECKING:
    from tests.desk import Desk, Invent

pytestmark = pytest.mark.enable_socket

RETRACTED: dict[str, Any] = {
    "publication_types": ("Journal Article", "Retracted Publication"),
    "corrections": (("RetractionIn", "90000120"),),
}
PATIENTS = "90000103"
"""The one study in people of the first week: it alone lifts ad-effect above animals."""


def changed(desk: Desk, record: str, **more: Any) -> None:
    """The services hold this article or study with other values from now on."""
    corpus = desk.server.corpus
    desk.server.corpus = replace(
        corpus,
        articles=tuple(replace(a, **more) if a.pmid == record else a for a in corpus.articles),
        studies=tuple(replace(s, **more) if s.nct_id == record else s for s in corpus.studies),
    )


def retracted(desk: Desk, pmid: str, day: date, **more: Any) -> None:
    """The article was retracted on a day."""
    changed(desk, pmid, **{"mdat": day, **RETRACTED, **more})


def told(answer: dict[str, Any], kind: str) -> list[str]:
    """The records of which such a change is told, each once."""
    return sorted({c["record_id"] for c in answer["changes"] if c["kind"] == kind})


def gate(desk: Desk, claim: str, record: str) -> str:
    """What stands against counting a record."""
    gates: dict[str, str] = {r["id"]: r["gate"] for r in desk.show(claim)["records"]}
    return gates[record]


def trial(desk: Desk, claim: str, record: str) -> str | None:
    """The status of a trial as ``show`` tells it; ``None`` where it tells no such trial."""
    statuses: dict[str, str] = {t["id"]: t["status"] for t in desk.show(claim)["registered"]}
    return statuses.get(record)


def cursor(desk: Desk, source: str = "pubmed") -> list[tuple[Any, ...]]:
    """Up to when a source is known, and when all of it was last fetched."""
    return desk.rows(f"SELECT since, full_at FROM pull WHERE source = '{source}'")  # noqa: S608 # a name of our own


def level(desk: Desk, claim: str) -> str:
    """The level of a claim."""
    return str(desk.show(claim)["level"])


def fresh(desk: Desk) -> Desk:
    """A new store, refreshed once from what the services hold now."""
    other = desk.another("fresh")
    other.refresh()
    return other


@pytest.fixture
def packs(small: Desk, few_claims: Path, tmp_path: Path) -> Path:
    """The folder of the two claims, as a copy that may be edited."""
    folder = copytree(few_claims, tmp_path / "packs")
    small.environ["EVTRACK_CLAIMS"] = str(folder)
    return folder / "few"


def stop_at_the_first_answer(desk: Desk, monkeypatch: pytest.MonkeyPatch, waiting: int) -> dict[str, Any]:
    """A refresh that gets SIGTERM while its first answer is being kept, and so many answers of PubMed are there already."""
    from evtrack.cli.refresh_progress import RefreshProgress

    before = desk.asked("pubmed", "efetch")
    sent: list[float] = []

    def terminate(self: RefreshProgress, source: str, done: int, total: int) -> None:
        if source != "pubmed" or sent:
            return
        end = time.monotonic() + 5
        while desk.asked("pubmed", "efetch") < before + waiting and time.monotonic() < end:
            time.sleep(0.005)
        assert desk.asked("pubmed", "efetch") >= before + waiting
        time.sleep(0.1)  # the last of them is read and put into the queue
        sent.append(time.monotonic())
        os.kill(os.getpid(), signal.SIGTERM)

    with monkeypatch.context() as patch:
        patch.setattr(RefreshProgress, "fetching", terminate)
        # PubMed alone: answers of the registry would take the places of its own in the queue.
        answer = desk.refresh("--source", "pubmed", code=3)
    assert sent
    return answer


@pytest.fixture
def by_threes(small: Desk, first_week: Corpus, invent: Invent, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A desk that fetches three articles at a time: nine come in three answers, and a trial in people is in the last."""
    monkeypatch.setattr("evtrack.sources.pubmed.FETCHED", 3)
    small.server.corpus = first_week.with_(*invent.notes(3), invent.article(200_000, "null trial in depression"))
    return small


def test_a_stop_before_the_queue_is_empty(by_threes: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Stopped while answers wait to be kept, a first refresh is partial and moves no cursor; the next gets everything."""
    answer = stop_at_the_first_answer(by_threes, monkeypatch, waiting=3)
    assert answer["status"] == "partial"
    assert answer["sources"]["pubmed"]["complete"] is False
    assert {c["status"] for c in answer["claims"]} <= {"partial", "not_asked"}
    assert [row for row in cursor(by_threes) if row != (None, None)] == []
    by_threes.refresh()
    assert by_threes.evidence() == fresh(by_threes).evidence()


@pytest.mark.parametrize(("day", "news"), [(7, 8), (40, 0)], ids=["changed ones", "all"])
def test_a_stop_loses_no_retraction(
    by_threes: Desk, invent: Invent, monkeypatch: pytest.MonkeyPatch, day: int, news: int
) -> None:
    """A retraction whose answer still waited when the run was stopped is told by the next run, however late it comes."""
    by_threes.refresh()
    assert level(by_threes, "dep-effect") == "rct"
    held = cursor(by_threes)
    retracted(by_threes, "90200000", date(2026, 11, 7))
    # News of lower numbers, which come first.
    by_threes.server.corpus = by_threes.server.corpus.with_(*invent.notes(news, 150_000, date(2026, 11, 5)))
    by_threes.at(day)
    assert stop_at_the_first_answer(by_threes, monkeypatch, waiting=3)["status"] == "partial"
    assert cursor(by_threes) == held
    by_threes.at(day + 25)
    assert told(by_threes.refresh(), "retracted") == ["PMID:90200000"]
    assert level(by_threes, "dep-effect") == "animal"
    assert by_threes.evidence() == fresh(by_threes).evidence()


def test_an_empty_answer_for_articles_removes_none(small: Desk) -> None:
    """An empty set of efetch, with 200 and again and again, is no proof that a record is gone: partial, and it converges."""
    small.refresh()
    changed(small, "90000102", mesh=())  # it only leaves its query
    small.server.corpus = small.server.corpus.without("90000101")
    small.server.faults.append(Fault("pubmed", "short-page", "efetch", size=1000))
    small.at(7)
    answer = small.refresh(code=3)
    assert (answer["status"], answer["sources"]["pubmed"]["removed"], answer["changes"]) == ("partial", 0, [])
    small.mend()
    small.at(14)
    answer = small.refresh()
    assert told(answer, "record_removed") == ["PMID:90000101"]
    assert told(answer, "query_drift") == ["PMID:90000102"]
    assert small.refresh("--full")["changes"] == []


def test_an_empty_answer_without_a_witness_removes_none(small: Desk) -> None:
    """Nor does an empty set where the searches found nothing, so that no record they found could be asked for beside."""
    only = tuple(a for a in small.server.corpus.articles if a.pmid == "90000102")
    small.server.corpus = replace(small.server.corpus, articles=only)
    small.refresh()
    changed(small, "90000102", mesh=())  # it only leaves its query, which finds nothing now
    small.server.faults.append(Fault("pubmed", "short-page", "efetch", size=1000))
    small.at(7)
    assert told(small.refresh(code=(0, 3)), "record_removed") == []
    assert small.rows("SELECT id FROM record WHERE removed_run IS NOT NULL") == []
    small.mend()
    small.at(14)
    assert told(small.refresh(), "record_removed") == []


def test_an_empty_answer_for_trials_removes_none(small: Desk) -> None:
    """``{"studies": []}`` for a trial that left its search is no proof that it is gone: partial, and it converges."""
    small.refresh()
    asked = small.asked("ctgov", "studies")
    lipid: dict[str, Any] = {"interventions": (("DRUG", "Lipid"),), "arms": (("EXPERIMENTAL", "Lipid"),), "brief_title": "x"}  # fmt: skip
    changed(small, "NCT90000007", **lipid)
    searches = small.forget_lists()
    assert searches < asked
    small.server.faults.append(Fault("ctgov", "short-page", "studies", nth=searches + 1, size=1000))
    small.at(7)
    answer = small.refresh(code=3)
    assert (answer["status"], answer["sources"]["ctgov"]["removed"], answer["changes"]) == ("partial", 0, [])
    assert trial(small, "ad-effect", "NCT90000007") == "NOT_YET_RECRUITING"
    small.mend()
    small.at(14)
    answer = small.refresh()
    assert told(answer, "record_removed") == []
    assert told(answer, "query_drift") == ["NCT90000007"]
    assert small.refresh("--full")["changes"] == []


def test_an_old_file_after_the_last_pull(small: Desk, invent: Invent, tmp_path: Path) -> None:
    """A record out of an old file, retracted long before the cursor, is seen as retracted by the next refresh."""
    small.refresh()
    old = invent.article(150, "null trial in depression", date(2026, 9, 1))
    (tmp_path / "old.xml").write_text(pubmed_xml([old]), encoding="utf-8")
    small.at(20)
    small.refresh()
    small.run("load", str(tmp_path / "old.xml"))
    assert level(small, "dep-effect") == "rct"
    small.server.corpus = small.server.corpus.with_(replace(old, mdat=date(2026, 9, 20), **RETRACTED))
    small.at(26)  # not yet the week in which all is fetched anew
    assert told(small.refresh(), "retracted") == ["PMID:90000150"]
    assert (level(small, "dep-effect"), gate(small, "dep-effect", "PMID:90000150")) == ("animal", "retracted")


def test_an_old_file_before_a_refresh_of_another_claim(small: Desk, invent: Invent, tmp_path: Path) -> None:
    """A refresh of another claim in between looks after no record of this one: the next whole refresh still does."""
    small.refresh()
    old = invent.article(150, "null trial in depression", date(2026, 9, 1))
    (tmp_path / "old.xml").write_text(pubmed_xml([old]), encoding="utf-8")
    small.at(20)
    small.refresh()
    small.run("load", str(tmp_path / "old.xml"))
    small.server.corpus = small.server.corpus.with_(replace(old, mdat=date(2026, 9, 20), **RETRACTED))
    small.refresh("ad-effect")
    small.at(26)
    assert told(small.refresh(), "retracted") == ["PMID:90000150"]


def test_a_claim_that_was_away(small: Desk, packs: Path) -> None:
    """A retraction of the weeks in which a claim's file was away is seen when the file is back."""
    small.refresh()
    text = (packs / "ad-effect.yaml").read_text(encoding="utf-8")
    (packs / "ad-effect.yaml").unlink()
    small.at(7)
    small.refresh()
    retracted(small, PATIENTS, date(2026, 11, 10))
    for day in (28, 35):  # with the week in which all is fetched anew behind it
        small.at(day)
        small.refresh()
    (packs / "ad-effect.yaml").write_text(text, encoding="utf-8")
    small.at(42)
    small.refresh()
    assert (level(small, "ad-effect"), gate(small, "ad-effect", f"PMID:{PATIENTS}")) == ("animal", "retracted")


def test_a_trial_whose_day_goes_back(small: Desk) -> None:
    """A trial that the registry gives an earlier day and another status has that status: its word wins, and is told once."""
    small.refresh()
    changed(small, "NCT90000001", last_update=date(2026, 10, 3), overall_status="WITHDRAWN")
    small.at(7)
    assert told(small.refresh(), "trial_status") == ["NCT90000001"]
    assert trial(small, "dep-effect", "NCT90000001") == "WITHDRAWN"
    small.at(14)
    assert small.refresh()["changes"] == []


def test_an_article_whose_day_goes_back(small: Desk) -> None:
    """A retraction under an earlier day of revision than the store has is a retraction."""
    changed(small, PATIENTS, mdat=date(2026, 10, 20), revised=date(2026, 10, 20))
    small.refresh()
    retracted(small, PATIENTS, date(2026, 11, 5), revised=date(2026, 10, 19))
    small.at(7)
    assert told(small.refresh(), "retracted") == [f"PMID:{PATIENTS}"]
    assert level(small, "ad-effect") == "animal"


def test_a_clock_that_was_a_year_ahead(small: Desk) -> None:
    """After one run with a clock a year ahead all is fetched anew until a true run is whole, and the store is stale till then."""
    small.refresh()
    small.at(365)
    small.refresh()
    small.at(30)
    retracted(small, PATIENTS, date(2026, 11, 5))
    assert "2027" in small.run("status", "--fail-on", "stale=10d", code=1).err
    small.server.faults.append(Fault("pubmed", "503", "efetch"))
    small.refresh(code=3)
    small.run("status", "--fail-on", "stale=10d", code=1)
    small.mend()
    small.at(37)
    assert told(small.refresh(), "retracted") == [f"PMID:{PATIENTS}"]
    small.run("status", "--fail-on", "stale=10d")
    assert {str(cursor(small, source)[0][0])[:10] for source in ("pubmed", "ctgov")} == {"2026-12-09"}


def test_tied_twice_and_gone(small: Desk, tmp_path: Path) -> None:
    """A record that a query and a person tied, gone from the service, is removed by the first whole search that lacks it."""
    small.refresh()
    for name, text in (
        ("a.xml", pubmed_xml([a for a in small.server.corpus.articles if a.pmid == PATIENTS])),
        ("t.json", json.dumps({"studies": [s.json() for s in small.server.corpus.studies if s.nct_id == "NCT90000007"]})),
    ):  # fmt: skip
        (tmp_path / name).write_text(text, encoding="utf-8")
        small.run("load", str(tmp_path / name), "--claim", "ad-effect")
    assert small.rows("SELECT count(*) FROM claim_record WHERE found_by = '--claim' AND valid_to IS NULL") == [(2,)]
    small.server.corpus = small.server.corpus.without(PATIENTS, "NCT90000007")
    small.at(7)
    answer = small.refresh()
    assert told(answer, "record_removed") == ["NCT90000007", f"PMID:{PATIENTS}"]
    assert level(small, "ad-effect") == "animal"


def test_a_trial_that_no_list_names(small: Desk, invent: Invent, tmp_path: Path) -> None:
    """A trial that a person tied and no search finds is looked after: what it says, and that it is gone, is seen in a week."""
    small.refresh()
    lipid = invent.study(50, "Ageing", interventions=(("DRUG", "Lipid"),), arms=(), brief_title="A lipid in ageing")
    (tmp_path / "t.json").write_text(json.dumps({"studies": [lipid.json()]}), encoding="utf-8")
    small.server.corpus = small.server.corpus.with_(lipid)
    small.run("load", str(tmp_path / "t.json"), "--claim", "ad-effect")
    small.at(7)
    assert small.refresh()["changes"] == []
    changed(small, "NCT90000050", overall_status="WITHDRAWN", last_update=date(2026, 11, 12))
    small.at(14)
    assert told(small.refresh(), "trial_status") == ["NCT90000050"]
    small.server.corpus = small.server.corpus.without("NCT90000050")
    small.at(21)
    assert told(small.refresh(), "record_removed") == ["NCT90000050"]


def test_a_trial_that_left_its_search(small: Desk) -> None:
    """A trial that left its search and stays tied by its words is looked after like the others, to its end."""
    small.refresh()
    title = "Exosomes in Alzheimer disease, told in the title only"
    changed(small, "NCT90000007", interventions=(("DRUG", "Lipid"),), arms=(), brief_title=title, last_update=date(2026, 11, 5))  # fmt: skip
    small.at(7)
    small.refresh()
    assert trial(small, "ad-effect", "NCT90000007") == "NOT_YET_RECRUITING"
    changed(small, "NCT90000007", overall_status="WITHDRAWN", last_update=date(2026, 11, 12))
    small.at(14)
    assert told(small.refresh(), "trial_status") == ["NCT90000007"]
    small.server.corpus = small.server.corpus.without("NCT90000007")
    small.at(21)
    assert told(small.refresh(), "record_removed") == ["NCT90000007"]


def test_a_list_without_days(small: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the registry's list tells no day of update, a trial's change is seen the next week all the same."""
    dated = Study._status

    def undated(self: Study) -> dict[str, Any]:
        return {name: value for name, value in dated(self).items() if name != "lastUpdatePostDateStruct"}

    monkeypatch.setattr(Study, "_status", undated)
    small.refresh()
    changed(small, "NCT90000001", overall_status="WITHDRAWN")
    small.at(7)
    assert told(small.refresh(), "trial_status") == ["NCT90000001"]


def test_a_merged_record_leaves_its_tie(small: Desk, invent: Invent, tmp_path: Path) -> None:
    """A record that a person tied and PubMed merged leaves that tie to the record it was merged into."""
    told_of = invent.article(160, "dementia in people")
    plain = str(told_of.abstract).replace("exosomes of mesenchymal stem cells", "the product")
    old = replace(told_of, title="Nine patients treated", abstract=plain)
    (tmp_path / "a.xml").write_text(pubmed_xml([old]), encoding="utf-8")
    small.server.corpus = small.server.corpus.with_(old)
    small.refresh()
    small.run("load", str(tmp_path / "a.xml"), "--claim", "dep-effect")
    into = replace(old, pmid="90000161")
    small.server.corpus = small.server.corpus.with_(replace(old, merged_into=into.pmid), into)
    small.at(7)
    answer = small.refresh("--full")
    assert told(answer, "record_removed") == ["PMID:90000160"]
    ties = "SELECT claim_id, record_id, found_by FROM claim_record WHERE valid_to IS NULL AND record_id LIKE 'PMID:9000016%'"
    assert small.rows(ties) == [("dep-effect", "PMID:90000161", "--claim")]


def test_an_unreadable_record(small: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """A record of PubMed that can't be read is said each time, with exit 3, and holds up nothing: the cursor moves."""
    sound, nested = Article.xml, 5000

    def broken(self: Article) -> str:
        text = sound(self)
        if self.pmid != PATIENTS:
            return text
        return text.replace("<ArticleTitle>", "<ArticleTitle>" + "<i>" * nested).replace(
            "</ArticleTitle>", "</i>" * nested + "</ArticleTitle>"
        )

    monkeypatch.setattr(Article, "xml", broken)
    for day, monday in ((0, "2026-11-02"), (7, "2026-11-09")):
        small.at(day)
        answer = small.refresh(code=3)
        assert any("can't be read" in e and PATIENTS in e for e in answer["sources"]["pubmed"]["errors"])
        assert str(cursor(small)[0][0]).startswith(monday)
    assert {c["claim_id"]: c["status"] for c in answer["claims"]} == {"dep-effect": "complete", "ad-effect": "partial"}
