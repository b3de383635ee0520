"""The stand-in answers as API v2 of ClinicalTrials.gov does, and refuses what it refuses."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from evtrack.claim import Library
from evtrack.demo.corpus import Corpus
from evtrack.demo.essie import BadExpression, fits
from evtrack.demo.server import StandIn
from evtrack.demo.study import Study
from evtrack.sources.ctgov_query import ctgov_queries

if TYPE_CHECKING:
    from tests.demo.conftest import Client

pytestmark = pytest.mark.enable_socket

EXOSOMES = Study(
    "NCT90000001",
    "Exosomes in Alzheimer's Disease",
    date(2026, 11, 3),
    conditions=("Alzheimer Disease", "Mild Cognitive Impairment"),
    interventions=(("BIOLOGICAL", "MSC-Exo therapies"),),
    arms=(("EXPERIMENTAL", "Exosomes"),),
    phases=("PHASE1", "PHASE2"),
    allocation="RANDOMIZED",
    overall_status="NOT_YET_RECRUITING",
    enrollment=30,
    start="2026-05",
    primary_outcomes=(("ADAS-cog", "12 weeks"),),
    aliases=("NCT90000099",),
    countries=("Japan",),
)
WALKING = Study(
    "NCT90000002", "Walking", date(2026, 10, 1), conditions=("Depression",), phases=("NA",), has_results=True
)
KNEES = replace(WALKING, nct_id="NCT90000003", brief_title="Knees", last_update=date(2026, 10, 2), enrollment=5)


@pytest.fixture(autouse=True)
def _three_studies(stand_in: StandIn) -> None:
    stand_in.corpus = Corpus(studies=(EXOSOMES, WALKING, KNEES))


def found(client: Client, **asked: Any) -> list[str]:
    """The NCT ids of an answer."""
    got = client.ctgov(**asked)
    assert got.status == 200, got.text
    return [s["protocolSection"]["identificationModule"]["nctId"] for s in got.json["studies"]]


@pytest.mark.parametrize(
    ("expression", "area", "expected"),
    [
        ("exosome", "InterventionSearch", True),
        ('"MSC-Exo therapy"', "InterventionSearch", True),
        ('"extracellular vesicles" OR exosomes', "InterventionSearch", True),
        ("exosome AND walking", "InterventionSearch", False),
        ("exosome NOT walking", "InterventionSearch", True),
        ("NOT exosome", "InterventionSearch", False),
        ('"alzheimer disease"', "ConditionSearch", True),
        ('"disease mild"', "ConditionSearch", False),
        ("(dementia OR alzheimer) AND (exosome OR walking)", "ConditionSearch", True),
        ("alzheimer exosomes", "ConditionSearch", True),
        ("AREA[Phase]PHASE2", "BasicSearch", True),
        ("AREA[Phase](PHASE3 OR PHASE4)", "BasicSearch", False),
        ("AREA[OverallStatus]NOT_YET_RECRUITING", "BasicSearch", True),
        ("AREA[LastUpdatePostDate]RANGE[2026-11-01,MAX]", "BasicSearch", True),
        ("AREA[LastUpdatePostDate]RANGE[MIN, 2026-11-02]", "BasicSearch", False),
        ("AREA[LastUpdatePostDate]RANGE[2026-11,2026-11]", "BasicSearch", True),
        ("AREA[StartDate]RANGE[2026-05,2026-06]", "BasicSearch", True),
        ("AREA[EnrollmentCount]RANGE[10,30] AND AREA[HasResults]false", "BasicSearch", True),
        ("AREA[EnrollmentCount]RANGE[31,MAX]", "BasicSearch", False),
        ("AREA[ConditionSearch]alzheimer AND adas", "BasicSearch", True),
        ("EXPANSION[None]exosomes", "TitleSearch", True),
        ("japan", "LocationSearch", True),
        ('adas-cog', "OutcomeSearch", True),
    ],
)  # fmt: skip
def test_an_expression_finds_what_its_syntax_says(expression: str, area: str, expected: bool) -> None:
    """Words in singular or plural, phrases, AND before OR, areas and ranges."""
    assert fits(expression, area)(EXOSOMES) is expected


@pytest.mark.parametrize(
    "expression",
    [
        "exosome [tiab]", "]", '"open', "(open", "closed)", "AND", "a AND", "a OR", "()", "AREA[Nonsense]x", "AREA[Phase]", "***",
        "AREA[Phase]RANGE[1,2]", "AREA[StartDate]RANGE[soon,MAX]", "RANGE[1,2]", "AREA[EnrollmentCount]RANGE[MIN,2026-01]",
        "OR ".join(f"word{n} " for n in range(120)),
    ],
)  # fmt: skip
def test_a_broken_expression_is_refused(client: Client, expression: str) -> None:
    """A bare ``[``, what is left open, an area that is none, a range of what is not ordered, too many words."""
    with pytest.raises(BadExpression):
        fits(expression, "BasicSearch")
    got = client.ctgov(filter_advanced=expression)
    assert (got.status, got.content_type) == (400, "text/plain")
    assert got.text.startswith("`filter.advanced` parameter is invalid: ")


def test_every_query_of_the_claims_evaluates(client: Client, library: Library) -> None:
    """What the claims send is understood, and the trial of exosomes in Alzheimer's disease is found by those on it."""
    finding = set()
    for claim in library.claims.values():
        for query in ctgov_queries(claim, library.concepts):
            asked = {name.replace(".", "_"): text for name, text in query.items()}
            if "NCT90000001" in found(client, **asked):
                finding.add(claim.id)
    assert {"ad-effect", "ad-memory-attention", "trials-stage"} <= finding
    assert "dep-effect" not in finding


def test_areas_of_a_search_are_kept_apart(client: Client) -> None:
    """``query.cond`` does not look at interventions; several parameters must all fit."""
    assert found(client, query_cond="depression") == ["NCT90000002", "NCT90000003"]
    assert found(client, query_cond="depression", query_titles="knee") == ["NCT90000003"]
    assert found(client, query_intr="alzheimer") == ["NCT90000001"]
    assert found(client, query_intr="impairment") == []
    assert found(client, query_term="AREA[LastUpdatePostDate]RANGE[2026-10-02,2026-10-31]") == ["NCT90000003"]
    assert found(client, query_id="NCT90000002") == ["NCT90000002"]


def test_a_page_has_the_recorded_shape(client: Client) -> None:
    """``totalCount`` on the first page alone and when asked for; the token leads on, and the last page has none."""
    first = client.ctgov(countTotal="true", pageSize=2, fields="NCTId,LastUpdatePostDate").json
    assert first["totalCount"] == 3
    assert first["studies"][0] == {
        "protocolSection": {
            "identificationModule": {"nctId": "NCT90000001"},
            "statusModule": {"lastUpdatePostDateStruct": {"date": "2026-11-03"}},
        }
    }
    token = first["nextPageToken"]
    second = client.ctgov(countTotal="true", pageSize=2, fields="NCTId,LastUpdatePostDate", pageToken=token).json
    assert set(second) == {"studies"}
    assert len(second["studies"]) == 1
    assert "totalCount" not in client.ctgov().json


def test_ten_come_at_a_time_and_a_thousand_at_most(stand_in: StandIn, client: Client) -> None:
    """The default of ``pageSize``, also for 0; more than 1,000 are coerced down."""
    many = tuple(replace(WALKING, nct_id=f"NCT9{n:07}") for n in range(1_005))
    stand_in.corpus = Corpus(studies=many)
    assert len(found(client, fields="NCTId")) == 10
    assert len(found(client, fields="NCTId", pageSize=0)) == 10
    assert len(found(client, fields="NCTId", pageSize=5_000)) == 1_000


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"filter_phase": "PHASE3"}, "`filter.phase` is unknown parameter"),
        ({"api_key": "x"}, "`api.key` is unknown parameter"),
        ({"pageSize": "-1"}, "pageSize"),
        ({"pageSize": "ten"}, "pageSize"),
        ({"pageToken": "nonsense"}, "pageToken"),
        ({"pageToken": "bm9uc2Vuc2U"}, "pageToken"),
        ({"countTotal": "yes"}, "countTotal"),
        ({"fields": ""}, "fields"),
        ({"fields": "NoSuchField"}, "unknown field `NoSuchField`"),
        ({"fields": "protocolSection.nothing"}, "unknown field"),
        ({"sort": "BriefTitle"}, "sort"),
        ({"sort": "StartDate:up"}, "sort"),
        ({"sort": "StartDate,EnrollmentCount,LastUpdatePostDate"}, "at most 2"),
        ({"filter_ids": "NCT1"}, "`NCT1` has incorrect format"),
        ({"filter_overallStatus": "DONE"}, "unknown value `DONE`"),
        ({"filter_geo": "distance(1,2,3km)"}, "not served"),
        ({"format": "csv"}, "only json"),
        ({"query_cond": "exosome [tiab]"}, "`query.cond` parameter is invalid"),
    ],
)
def test_what_the_service_refuses_is_refused(client: Client, asked: dict[str, str], said: str) -> None:
    """400, plain text, and the parameter's name."""
    got = client.ctgov(**asked)
    assert (got.status, got.content_type) == (400, "text/plain")
    assert said in got.text


def test_a_token_holds_for_the_same_question_alone(client: Client) -> None:
    """Another query or filter with the token of a first one is refused; another page size is not."""
    token = client.ctgov(query_cond="depression", pageSize=1).json["nextPageToken"]
    assert client.ctgov(query_cond="knees", pageSize=1, pageToken=token).status == 400
    assert found(client, query_cond="depression", pageSize=5, pageToken=token) == ["NCT90000003"]


def test_full_studies_come_by_ids(client: Client) -> None:
    """``filter.ids`` by comma or pipe; an alias leads to its study; unknown ids are left out."""
    assert found(client, filter_ids="NCT90000003|nct90000002,NCT91111111") == ["NCT90000002", "NCT90000003"]
    assert found(client, filter_ids="NCT90000099") == ["NCT90000001"]
    assert found(client, filter_ids="NCT90000002", query_cond="alzheimer") == []
    assert found(client, postFilter_overallStatus="RECRUITING|COMPLETED") == ["NCT90000002", "NCT90000003"]


def test_filters_are_ignored_where_a_query_holds_ids_alone(client: Client) -> None:
    """As the description of the API says."""
    asked = {"query_term": "NCT90000001, NCT90000002", "filter_overallStatus": "COMPLETED"}
    assert found(client, **asked) == ["NCT90000001", "NCT90000002"]


def test_studies_are_sorted_by_dates_and_numbers(client: Client) -> None:
    """Dates newest first, numbers smallest first, those without one last, two fields at most."""
    assert found(client, sort="LastUpdatePostDate") == ["NCT90000001", "NCT90000003", "NCT90000002"]
    assert found(client, sort="LastUpdatePostDate:asc") == ["NCT90000002", "NCT90000003", "NCT90000001"]
    assert found(client, sort="EnrollmentCount") == ["NCT90000003", "NCT90000001", "NCT90000002"]
    assert found(client, sort="EnrollmentCount:desc,@relevance") == ["NCT90000001", "NCT90000003", "NCT90000002"]


def test_one_study_comes_by_its_id_or_an_older_one(client: Client) -> None:
    """404 in plain text where there is none, 400 where the id is none."""
    assert client.ctgov("studies/NCT90000001").json == EXOSOMES.json()
    assert client.ctgov("studies/nct90000099").json == EXOSOMES.json()
    trimmed = client.ctgov("studies/NCT90000002", fields="HasResults|protocolSection.designModule.phases").json
    assert trimmed == {"protocolSection": {"designModule": {"phases": ["NA"]}}, "hasResults": True}
    trimmed = client.ctgov("studies/NCT90000001", fields="InterventionName,Phase,StudyType").json
    assert trimmed == {
        "protocolSection": {
            "designModule": {"studyType": "INTERVENTIONAL", "phases": ["PHASE1", "PHASE2"]},
            "armsInterventionsModule": {"interventions": [{"name": "MSC-Exo therapies"}]},
        }
    }
    missing = client.ctgov("studies/NCT91111111")
    assert (missing.status, missing.content_type) == (404, "text/plain")
    assert client.ctgov("studies/PMID1").status == 400
    assert client.ctgov("studies/NCT90000001", pageSize=1).status == 400


def test_the_version_moves_with_the_corpus(stand_in: StandIn, client: Client) -> None:
    """``dataTimestamp`` is the day of the last change, or the day the corpus gives."""
    assert client.ctgov("version").json["dataTimestamp"] == "2026-11-03T09:00:05"
    stand_in.corpus = Corpus(day=date(2026, 11, 9))
    assert client.ctgov("version").json["dataTimestamp"].startswith("2026-11-09")


def test_other_paths_methods_and_long_urls_are_refused(client: Client) -> None:
    """404, 405, 414."""
    assert client.ctgov("nowhere").status == 404
    assert client.ask(f"{client.stand_in.ctgov_url}studies", {"pageSize": "1"}).status == 405
    assert client.ctgov(query_term="x" * 9_000).status == 414


def test_a_lone_surrogate_goes_as_an_escape(stand_in: StandIn, client: Client) -> None:
    """As documents that hold one do come; other texts are UTF-8."""
    stand_in.corpus = Corpus(studies=(replace(WALKING, brief_title="bad \ud800 title \x1b"),))
    body = client.ctgov().body
    assert rb"\ud800" in body
    assert rb"\u001b" in body
    assert json.loads(body)["studies"]
