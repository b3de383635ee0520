"""The stand-in answers as the E-utilities do, and refuses what they refuse."""

from __future__ import annotations

import io
from datetime import date
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import pytest

from evtrack.demo.article import Article
from evtrack.demo.corpus import Corpus, large_corpus
from evtrack.demo.server import StandIn
from evtrack.sources._protocol import Read
from evtrack.sources.pubmed_xml import parse

if TYPE_CHECKING:
    from tests.demo.conftest import Client, Got

pytestmark = pytest.mark.enable_socket

DAY = date(2026, 11, 2)
ARTICLES = tuple(Article(str(90_000_000 + n), f"Exosomes, note {n}", DAY) for n in range(1, 8))


@pytest.fixture(autouse=True)
def _seven_articles(stand_in: StandIn) -> None:
    stand_in.corpus = Corpus(ARTICLES)


def fetched(got: Got) -> list[str]:
    """The PMIDs of the records in an answer of efetch."""
    assert got.status == 200
    return [str(p.record.id).removeprefix("PMID:") for p in parse(io.BytesIO(got.body)) if isinstance(p, Read)]


def error(got: Got) -> str | None:
    """The text of ``<ERROR>``."""
    return ET.fromstring(got.body).findtext("ERROR")  # noqa: S314  own server


def test_a_search_answers_in_the_recorded_shape(client: Client) -> None:
    """JSON: numbers as texts, newest first, twenty at most unless asked for more."""
    answer = client.pubmed("esearch", term="exosomes[tiab]", retmode="json", retmax=2).json
    assert answer == {
        "header": {"type": "esearch", "version": "0.3"},
        "esearchresult": {
            "count": "7",
            "retmax": "2",
            "retstart": "0",
            "idlist": ["90000007", "90000006"],
            "translationset": [],
            "querytranslation": '"exosomes"[Title/Abstract]',
        },
    }
    assert len(client.found("exosomes[tiab]", retstart=6)["idlist"]) == 1


def test_a_search_without_retmode_answers_in_xml(client: Client) -> None:
    """As recorded: Count, RetMax, IdList, and errors and warnings as elements."""
    got = client.post("esearch", term="exosomes AND nosuchword AND x[nosuchtag]", retmax=3, usehistory="y")
    root = ET.fromstring(got.body)  # noqa: S314  own server
    assert got.content_type == "text/xml; charset=UTF-8"
    assert (root.tag, root.findtext("Count"), len(root.findall("IdList/Id"))) == ("eSearchResult", "0", 0)
    assert root.findtext("ErrorList/PhraseNotFound") == "nosuchword"
    assert root.findtext("ErrorList/FieldNotFound") == "nosuchtag"
    assert root.findtext("WarningList/OutputMessage") == "No items found."
    assert root.findtext("QueryKey") == "1"
    assert b"ErrorList" not in client.post("esearch", term="exosomes").body


def test_what_was_not_found_is_told_beside_the_answer(client: Client) -> None:
    """``errorlist`` and ``warninglist`` come with status 200."""
    answer = client.found('exosomes nosuchword "nosuchword too"[tiab] x[nosuchtag]')
    assert answer["errorlist"] == {"phrasesnotfound": ["nosuchword"], "fieldsnotfound": ["nosuchtag"]}
    assert answer["warninglist"]["quotedphrasesnotfound"] == ['"nosuchword too"[tiab]']
    assert answer["warninglist"]["outputmessages"] == ["No items found."]


def test_only_the_first_9999_of_a_result_are_given(stand_in: StandIn, client: Client) -> None:
    """``retmax`` above the cap is clamped with a warning; the history gives 499 of the last 500 with status 200."""
    stand_in.corpus = large_corpus(10_050)
    answer = client.found("exosomes[tiab]", retmax=20_000, usehistory="y")
    assert (answer["count"], len(answer["idlist"])) == ("10050", 9_999)
    assert "retmax" in answer["warninglist"]["outputmessages"][0]
    history: dict[str, Any] = {"WebEnv": answer["webenv"], "query_key": answer["querykey"]}
    assert len(fetched(client.post("efetch", **history, retstart=9_500, retmax=500))) == 499
    assert len(client.found("exosomes[tiab]", retstart=9_998)["idlist"]) == 1


@pytest.mark.parametrize("status", [200, 400])
def test_past_the_cap_an_error_comes(stand_in: StandIn, client: Client, status: int) -> None:
    """Some saw it with 200, some with 400: both can be had."""
    stand_in.eutils.cap_status = status
    got = client.post("esearch", term="exosomes[tiab]", retstart=9_999, retmode="json")
    assert got.status == status
    assert "'retstart' cannot be larger than 9998" in got.json["esearchresult"]["ERROR"]
    kept = client.found("exosomes[tiab]", usehistory="y")
    got = client.post("efetch", WebEnv=kept["webenv"], query_key=1, retstart=9_999)
    assert (got.status, "first 9,999" in (error(got) or "")) == (status, True)


def test_a_busy_day_splits_by_the_day_records_were_made(stand_in: StandIn, client: Client) -> None:
    """Of a large corpus, 30 % are made on one day, and the parts add up to the whole."""
    stand_in.corpus = large_corpus(1_000)
    whole = int(client.found("exosomes[tiab]")["count"])
    busy = int(client.found("exosomes[tiab] AND 2026/06/01[crdt]")["count"])
    before = int(client.found("(exosomes[tiab]) AND 1900:2026/05/31[crdt]")["count"])
    assert (whole, busy, before) == (1_000, 300, 700)


def test_records_come_by_ids(client: Client) -> None:
    """By GET and by POST; the same one asked for twice comes once; an unknown one is left out without a word."""
    assert fetched(client.pubmed("efetch", id="90000002,90000001", retmode="xml")) == ["90000002", "90000001"]
    assert fetched(client.post("efetch", id="90000001,99999999,90000001")) == ["90000001"]
    got = client.post("efetch", id="99999999", retmode="xml")
    assert fetched(got) == []
    assert b"<PubmedArticleSet></PubmedArticleSet>" in got.body


@pytest.mark.parametrize("asked", [{}, {"id": ""}, {"id": ",,"}, {"id": "none"}])
def test_an_empty_list_of_ids_is_refused(client: Client, asked: dict[str, str]) -> None:
    """400 with the words of the service."""
    got = client.post("efetch", **asked)
    assert (got.status, error(got)) == (400, "ID list is empty! Possibly it has no correct IDs.")


def test_a_merged_record_comes_as_the_one_it_was_merged_into(stand_in: StandIn, client: Client) -> None:
    """It is found no more, and asked for by its id the other one comes, once."""
    stand_in.corpus = stand_in.corpus.with_(Article("90000001", "Exosomes", DAY, merged_into="90000002"))
    assert "90000001" not in client.found("exosomes")["idlist"]
    assert fetched(client.post("efetch", id="90000001,90000002")) == ["90000002"]


def test_searches_are_kept_in_a_history(client: Client) -> None:
    """``usehistory``, ``query_key`` beside a term, ``#1`` in a term, epost, and efetch of a part of it."""
    kept = client.found("note 3", usehistory="y")
    webenv = kept["webenv"]
    assert client.found("exosomes", WebEnv=webenv, query_key="1")["idlist"] == ["90000003"]
    posted = ET.fromstring(client.post("epost", id="90000001, 90000005", WebEnv=webenv).body)  # noqa: S314 # what our own server sent
    assert (posted.findtext("WebEnv"), posted.findtext("QueryKey")) == (webenv, "2")
    assert client.found("(#1 OR #2) NOT 90000005[uid]", WebEnv=webenv)["idlist"] == ["90000003", "90000001"]
    assert client.found("", WebEnv=webenv, query_key="2", retmax=0)["count"] == "2"
    part = {"WebEnv": webenv, "query_key": "2", "retstart": "1", "retmax": "5"}
    assert fetched(client.post("efetch", **part)) == ["90000005"]


@pytest.mark.parametrize("asked", [{"WebEnv": "gone"}, {"query_key": "9"}, {}])
def test_a_history_that_is_not_there_is_refused(client: Client, asked: dict[str, str]) -> None:
    """An unknown WebEnv or query key is a 400."""
    webenv = client.found("exosomes", usehistory="y")["webenv"]
    got = client.post("efetch", **{"WebEnv": webenv, "query_key": "1", **asked})
    assert got.status == (400 if asked else 200)
    assert bool(error(got)) == bool(asked)


@pytest.mark.parametrize(
    ("asked", "status", "said"),
    [
        ({}, 200, "Empty term and query_key - nothing todo"),
        ({"term": "x", "db": "nosuchdb"}, 200, "Invalid db name specified: nosuchdb"),
        ({"term": "x", "mindate": "2026"}, 200, "mindate and maxdate must be given together"),
        ({"term": "x", "mindate": "2026", "maxdate": "2026", "datetype": "crdt"}, 200, "Unknown datetype: crdt"),
        ({"term": "x", "reldate": "7"}, 400, "reldate is not served by this stand-in"),
        ({"term": "x", "retmax": "many"}, 400, "Invalid value of retmax: many"),
        ({"term": "x", "retstart": "-1"}, 400, "Invalid value of retstart: -1"),
    ],
)
def test_a_search_that_makes_no_sense_is_refused(client: Client, asked: dict[str, str], status: int, said: str) -> None:
    """Mostly with status 200 and ``esearchresult.ERROR``."""
    got = client.post("esearch", retmode="json", **asked)
    assert (got.status, got.json["esearchresult"]["ERROR"]) == (status, said)


def test_a_count_comes_alone(client: Client) -> None:
    """``rettype=count``, in both formats."""
    assert client.found("exosomes", rettype="count") == {"count": "7"}
    assert ET.fromstring(client.post("esearch", term="exosomes", rettype="count").body).findtext("Count") == "7"  # noqa: S314 # what our own server sent


def test_dates_beside_the_term_narrow_it(client: Client, stand_in: StandIn) -> None:
    """``mindate`` and ``maxdate`` by ``datetype``."""
    stand_in.corpus = stand_in.corpus.with_(Article("90000009", "Exosomes", DAY, edat=date(2020, 5, 5)))
    dates = {"mindate": "2020/01/01", "maxdate": "2020/12/31"}
    assert client.found("exosomes[ti]", datetype="edat", **dates)["idlist"] == ["90000009"]
    assert client.found("exosomes[ti]", **dates)["count"] == "1"
    assert client.found("exosomes[ti]", datetype="mdat", **dates)["count"] == "0"


def test_summaries_come_as_json(client: Client) -> None:
    """One document summary for each id; of an unknown one an error."""
    result = client.post("esummary", id="90000001,99999999", retmode="json").json["result"]
    assert result["uids"] == ["90000001", "99999999"]
    assert result["90000001"]["title"] == "Exosomes, note 1"
    assert result["90000001"]["history"][0] == {"pubstatus": "pubmed", "date": "2026/11/02 00:00"}
    assert result["99999999"]["error"] == "cannot get document summary"


def test_what_is_not_served_is_refused(client: Client) -> None:
    """Other tools, other formats, other databases, other paths."""
    assert client.post("elink", id="1").status == 404
    assert client.post("efetch", id="90000001", retmode="text").status == 400
    assert client.post("esummary", id="90000001").status == 400
    assert client.post("efetch", id="1", db="pmc").status == 400
    assert client.ask(client.stand_in.pubmed_url.replace("eutils", "other")).status == 404


def test_a_bad_key_is_refused_and_said_again(stand_in: StandIn, client: Client) -> None:
    """400, and the body echoes the key: whoever logs it has logged the key."""
    stand_in.keys = frozenset({"good"})
    got = client.pubmed("esearch", term="x", api_key="s3cret")
    assert (got.status, got.json["api-key"]) == (400, "s3cret")
    assert got.json["error"] == "API key invalid"
    assert client.pubmed("esearch", term="x", api_key="good").status == 200


def test_more_than_three_in_any_second_are_refused(stand_in: StandIn, client: Client) -> None:
    """429 with a JSON body and no Retry-After, on calls for XML too; ten with a key."""
    stand_in.pubmed_rate = 3
    answers = [client.pubmed("efetch", id="90000001", retmode="xml") for _ in range(4)]
    assert [a.status for a in answers] == [200, 200, 200, 429]
    assert answers[3].json["error"] == "API rate limit exceeded"
    assert "Retry-After" not in answers[3].headers
    with_key = [client.pubmed("esearch", term="x", api_key="k").status for _ in range(11)]
    assert with_key == [200] * 10 + [429]


def test_long_urls_are_refused_and_posts_are_not(client: Client) -> None:
    """414; the same form posted is answered."""
    ids = ",".join(str(90_000_000 + n) for n in range(1_000))
    assert client.pubmed("efetch", id=ids).status == 414
    assert len(fetched(client.post("efetch", id=ids))) == 7


def test_every_request_is_seen(stand_in: StandIn, client: Client) -> None:
    """Service, path, parameters of URL and form, and the status that was sent, in order."""
    client.ask(f"{stand_in.pubmed_url}efetch.fcgi?id=1&db=pubmed", {"id": "2"})
    client.ctgov("version")
    first, second = stand_in.seen
    assert (first.service, first.method, first.path, first.status) == (
        "pubmed",
        "POST",
        "/entrez/eutils/efetch.fcgi",
        200,
    )
    assert first.params == {"id": "1,2", "db": "pubmed"}
    assert first.user_agent.startswith("Python-urllib/")
    assert (second.service, second.method, second.path) == ("ctgov", "GET", "/api/v2/version")
    assert first.at <= second.at
    stand_in.forget()
    assert stand_in.seen == ()


def test_the_corpus_is_swapped_while_it_runs(stand_in: StandIn, client: Client) -> None:
    """The next search sees the next corpus."""
    stand_in.corpus = stand_in.corpus.without("90000001", "90000002")
    assert client.found("exosomes")["count"] == "5"
