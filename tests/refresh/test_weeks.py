"""Does each week end with what the services hold, and is what changed told with its kind and weight?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from evtrack.demo.corpus import Corpus
    from tests.desk import Built, Desk, Invent

pytestmark = pytest.mark.enable_socket
NEWS = date(2026, 11, 6)
"""The Friday of the first week: all news of the second week carries it."""
SHOWN = ("dep-effect", "ad-effect", "ptsd-outcome", "anx-effect", "scz-effect")


def second_week(first: Corpus, invent: Invent) -> Corpus:
    """The next week: everything that may happen to a record has happened to one."""
    changed: dict[str, dict[str, Any]] = {
        # Left the query of depression (its MeSH heading is gone); one of anxiety still finds it.
        "90000102": {"mesh": ("Exosomes",), "mdat": NEWS},
        "90000103": {
            "publication_types": ("Journal Article", "Retracted Publication"),
            "corrections": (("RetractionIn", "90000110"),),
            "mdat": NEWS,
        },
        "90000106": {"merged_into": "90000107"},
        "90000105": {
            "publication_types": ("Journal Article", "Research Support, Non-U.S. Gov't"),
            "mesh": ("Exosomes", "Animals"),
            "mdat": NEWS,
        },
    }
    registry: dict[str, dict[str, Any]] = {
        "NCT90000001": {"overall_status": "COMPLETED", "last_update": NEWS},
        "NCT90000002": {"overall_status": "COMPLETED", "has_results": True, "last_update": NEWS},
        "NCT90000003": {"has_results": True, "last_update": NEWS},
        "NCT90000006": {"aliases": ("NCT90000005",), "last_update": NEWS},
    }
    new = (
        invent.article(
            110,
            "retraction notice",
            NEWS,
            publication_types=("Retraction of Publication",),
            corrections=(("RetractionOf", "90000103"),),
        ),
        invent.article(111, "null trial in depression", NEWS),
        # Made this week, and dated to the day of its publication two years ago.
        invent.article(112, "anxiety in mice", NEWS, edat=date(2024, 10, 1)),
    )
    return replace(
        first,
        articles=(*(replace(a, **changed.get(a.pmid, {})) for a in first.articles if a.pmid != "90000108"), *new),
        studies=tuple(
            replace(s, **registry.get(s.nct_id, {}))
            for s in first.studies
            if s.nct_id not in ("NCT90000004", "NCT90000005")
        ),
    )


@pytest.fixture
def second(first_week: Corpus, invent: Invent) -> Corpus:
    """What the services hold in the second week."""
    return second_week(first_week, invent)


@pytest.fixture
def told(desk: Desk, built: Callable[..., Built], first_week: Corpus, second: Corpus) -> list[dict[str, Any]]:
    """What the refresh of the second week told; the desk stands at its end."""
    desk.adopt(built("two weeks", first_week, second))
    changes: list[dict[str, Any]] = built("two weeks").told["changes"]
    return changes


def kinds(told: list[dict[str, Any]]) -> set[tuple[str, str | None, str | None, str]]:
    """Each change as (kind, claim, record, severity)."""
    return {(c["kind"], c["claim_id"], c["record_id"], c["severity"]) for c in told}


def test_first_week(desk: Desk) -> None:
    """The first refresh finds what fits, grades it, says that everything was searched, and leaves the barley alone."""
    answer = desk.refresh()
    assert answer["sources"]["pubmed"]["found"] == answer["sources"]["pubmed"]["new"] == 9
    assert answer["sources"]["ctgov"]["found"] == answer["sources"]["ctgov"]["new"] == 7
    assert {c["status"] for c in answer["claims"]} <= {"complete", "not_asked"}
    after = {c["claim_id"]: (c["level"], c["stance"], c["status"]) for c in answer["claims"]}
    assert after["dep-effect"] == ("animal", "supports", "complete")
    assert after["ad-effect"] == ("early_clinical", "supports", "complete")
    assert after["scz-effect"] == ("animal", "supports", "complete")
    assert [s["errors"] for s in answer["sources"].values()] == [[], []]
    assert ("PMID:90000199",) not in desk.rows("SELECT id FROM record")
    shown = desk.show("dep-effect")
    assert {s["source"] for s in shown["searched"]} == {"pubmed", "ctgov"}
    assert all(s["complete"] and s["count"] is not None and s["query"] for s in shown["searched"])
    assert shown["as_of"].startswith("2026-11-02")
    assert [t["id"] for t in shown["registered"]] == ["NCT90000001"]
    desk.sound()


def test_nothing_matching_may_be_said_after_a_whole_search(desk: Desk) -> None:
    """Where both services were searched whole and hold nothing, the answer says none was found, when, and what was not searched."""
    desk.server.corpus = replace(desk.server.corpus, articles=(), studies=())
    desk.refresh()
    shown = desk.show("scz-effect")
    assert (shown["level"], shown["label"]["en"]) == ("none", "no matching study (as searched)")
    assert "was found in PubMed or ClinicalTrials.gov" in desk.run("show", "scz-effect").flat


EXPECTED = {
    ("new_record", "dep-effect", "PMID:90000111", "critical"),  # a null RCT
    ("level_up", "dep-effect", None, "notable"),
    ("stance_changed", "dep-effect", None, "notable"),
    ("retracted", "ad-effect", "PMID:90000103", "critical"),
    ("level_down", "ad-effect", None, "critical"),
    ("new_record", "ad-effect", "PMID:90000110", "minor"),  # the notice
    ("new_record", "anx-effect", "PMID:90000112", "minor"),  # late, with an old [edat]
    ("record_changed", "ptsd-effect", "PMID:90000105", "minor"),  # publication types added
    ("trial_status", "dep-effect", "NCT90000001", "notable"),
    ("trial_status", "ptsd-effect", "NCT90000002", "notable"),
    ("results_posted", "ptsd-effect", "NCT90000002", "notable"),
    ("results_posted", "ptsd-effect", "NCT90000003", "notable"),
    ("record_removed", "scz-effect", "PMID:90000108", "notable"),  # deleted
    ("level_down", "scz-effect", None, "critical"),
    ("record_removed", "anx-effect", "PMID:90000106", "notable"),  # merged
    ("record_removed", "scz-effect", "NCT90000004", "minor"),  # a trial deleted
    ("record_removed", "anx-effect", "NCT90000005", "minor"),  # a trial merged
    ("query_drift", "dep-effect", "PMID:90000102", "minor"),
}
"""(kind, claim, record, severity) of what happened in the second week."""


def test_next_week_tells(told: list[dict[str, Any]]) -> None:
    """The refresh of the next week tells all that happened, of which claim and record, and how much it matters."""
    assert EXPECTED - kinds(told) == set()


def test_next_week_tells_no_more(told: list[dict[str, Any]]) -> None:
    """A status alone is no posted result, nobody is retracted by a notice but the one it names, and what left a query is not removed."""
    seen = {(kind, record) for kind, _, record, _ in kinds(told)}
    assert {r for k, r in seen if k == "retracted"} == {"PMID:90000103"}
    assert {r for k, r in seen if k == "results_posted"} == {"NCT90000002", "NCT90000003"}
    assert {r for k, r in seen if k == "trial_status"} == {"NCT90000001", "NCT90000002"}
    assert {r for k, r in seen if k == "query_drift"} == {"PMID:90000102"}
    assert {r for k, r in seen if k == "record_removed"} == {
        "PMID:90000106",
        "PMID:90000108",
        "NCT90000004",
        "NCT90000005",
    }
    assert {r for k, r in seen if k == "new_record"} == {"PMID:90000110", "PMID:90000111", "PMID:90000112"}
    assert {k for k, r in seen if r == "PMID:90000107"} == set()


def test_downgrades_carry_both_levels(told: list[dict[str, Any]]) -> None:
    """A level that fell is told from which level to which."""
    fallen = {(c["claim_id"], c["before"], c["after"]) for c in told if c["kind"] == "level_down"}
    assert ("ad-effect", "early_clinical", "animal") in fallen
    assert ("scz-effect", "animal", "none") in fallen


def test_changes_and_refresh_tell_the_same(desk: Desk, told: list[dict[str, Any]]) -> None:
    """`changes --format json` tells of the run what `refresh --json` told."""
    keys = ("kind", "claim_id", "record_id", "before", "after", "severity")
    changes = desk.run("changes", "--format", "json").json["changes"]
    assert [{k: c[k] for k in keys} for c in changes] == [{k: c[k] for k in keys} for c in told]


def test_second_week_counts(told: list[dict[str, Any]], built: Callable[..., Built]) -> None:
    """New, changed and removed are counted for each source, and each claim's level before and after is told."""
    answer = built("two weeks").told
    counted = {name: (s["new"], s["changed"], s["removed"]) for name, s in answer["sources"].items()}
    assert counted == {"pubmed": (3, 3, 2), "ctgov": (0, 4, 2)}
    claims = {c["claim_id"]: c for c in answer["claims"]}
    assert (claims["ad-effect"]["level_before"], claims["ad-effect"]["level"]) == ("early_clinical", "animal")
    dep = claims["dep-effect"]
    assert (dep["level_before"], dep["level"], dep["stance_before"], dep["stance"]) == (
        "animal",
        "rct",
        "supports",
        "no_difference",
    )


def test_equals_a_store_built_from_nothing(desk: Desk, told: list[dict[str, Any]]) -> None:
    """After the next week the store holds and says what a store says that was made that week: row by row, word by word."""
    fresh = desk.another("fresh")
    fresh.refresh()
    assert desk.evidence() == fresh.evidence()
    assert desk.spoken(*SHOWN) == fresh.spoken(*SHOWN)
    desk.sound()


def test_what_was_known_stays(desk: Desk, told: list[dict[str, Any]]) -> None:
    """The first week can still be asked for: the level of then, the record that was deleted since."""
    then = desk.run("show", "scz-effect", "--at", "2026-11-03", "--json").json
    assert (then["level"], [r["id"] for r in then["records"] if r["counts_for_claim"]]) == ("animal", ["PMID:90000108"])
    assert desk.run("show", "ad-effect", "--at", "2026-11-03", "--json").json["level"] == "early_clinical"
    assert "PMID:90000108" not in {r["id"] for r in desk.show("scz-effect")["records"]}


def test_a_trials_history_is_kept(desk: Desk, told: list[dict[str, Any]]) -> None:
    """The registry serves the newest version alone; what it said before is shown with its days, and only what differs."""
    history = {t["id"]: t["history"] for c in ("dep-effect", "anx-effect") for t in desk.show(c)["registered"]}
    status = [(h["since"][:10], h["overall_status"]) for h in history["NCT90000001"]]
    assert status == [("2026-11-02", "RECRUITING"), ("2026-11-09", "COMPLETED")]
    for entries in history.values():
        said = [{**entry, "since": None} for entry in entries]
        assert all(before != after for before, after in pairwise(said))


def test_leaving_a_query_is_not_losing_evidence(desk: Desk, told: list[dict[str, Any]]) -> None:
    """What a query no longer finds and the service still has stays, and the grader says whether it counts."""
    drifted = next(r for r in desk.show("dep-effect")["records"] if r["id"] == "PMID:90000102")
    assert drifted["counts_for_claim"]


def test_a_record_that_no_query_finds_any_more_stays(small: Desk) -> None:
    """A record that left every query and is still at the service is drift, not removal, this week and the next."""
    small.refresh()
    articles = (replace(a, mesh=()) if a.pmid == "90000102" else a for a in small.server.corpus.articles)
    small.server.corpus = replace(small.server.corpus, articles=tuple(articles))
    small.at(7)
    told = kinds(small.refresh()["changes"])
    assert ("query_drift", "dep-effect", "PMID:90000102", "minor") in told
    assert {k for k, *_ in told} <= {"query_drift", "record_changed"}
    assert "PMID:90000102" in {r["id"] for r in small.show("dep-effect")["records"] if r["counts_for_claim"]}
    small.at(14)
    assert small.refresh()["changes"] == []
    assert "PMID:90000102" in {r["id"] for r in small.show("dep-effect")["records"] if r["counts_for_claim"]}


def test_a_drifted_record_that_is_deleted_later_is_removed(small: Desk) -> None:
    """A record that no query finds is still looked after: deleted at the service, it is told removed by the next whole re-fetch."""
    small.refresh()
    corpus = small.server.corpus
    articles = (replace(a, mesh=()) if a.pmid == "90000102" else a for a in corpus.articles)
    small.server.corpus = replace(corpus, articles=tuple(articles))
    small.at(7)
    small.refresh()
    small.server.corpus = replace(corpus, articles=tuple(a for a in corpus.articles if a.pmid != "90000102"))
    small.at(14)
    assert ("record_removed", "PMID:90000102") in {(k, r) for k, _, r, _ in kinds(small.refresh("--full")["changes"])}


def test_a_removed_record_that_comes_back(small: Desk, first_week: Corpus) -> None:
    """A record that was removed and is served again is new again, and the level with it."""
    small.refresh()
    small.server.corpus = replace(
        first_week, articles=tuple(a for a in first_week.articles if a.pmid not in ("90000101", "90000102"))
    )
    small.at(7)
    small.refresh()
    assert small.show("dep-effect")["level"] == "none"
    small.server.corpus = first_week
    small.at(14)
    told = kinds(small.refresh()["changes"])
    assert ("level_up", "dep-effect", None, "notable") in told
    assert ("new_record", "PMID:90000101") in {(k, r) for k, _, r, _ in told}
    fresh = small.another("fresh")
    fresh.refresh()
    assert small.evidence() == fresh.evidence()


def test_week_without_news(desk: Desk, told: list[dict[str, Any]]) -> None:
    """A week without news changes nothing and costs six requests at most beyond one id search per distinct query."""
    kept = desk.history()
    before = len(desk.server.seen)
    desk.at(14)
    answer = desk.refresh()
    cost = len(desk.server.seen) - before
    queries = {(s["source"], s["query"]) for row in desk.status().values() for s in row["searched"]}
    beyond = cost - len(queries)
    assert beyond <= 6, f"{cost} requests for {len(queries)} distinct queries: {beyond} beyond one each"
    assert sum(s["requests"] for s in answer["sources"].values()) == cost
    assert answer["changes"] == []
    assert {(s["new"], s["changed"], s["removed"]) for s in answer["sources"].values()} == {(0, 0, 0)}
    assert desk.history() == kept
    assert all(c["level_before"] == c["level"] and c["stance_before"] == c["stance"] for c in answer["claims"])


def test_same_answers_change_nothing(desk: Desk) -> None:
    """A second refresh on the same day, and a full one, find nothing new: no version, no grade, no tie, no change is written."""
    desk.refresh()
    kept, evidence = desk.history(), desk.evidence()
    for arguments in ((), ("--full",)):
        answer = desk.refresh(*arguments)
        assert answer["changes"] == []
        assert {(s["new"], s["changed"], s["removed"]) for s in answer["sources"].values()} == {(0, 0, 0)}
        assert desk.history() == kept
        assert desk.evidence() == evidence


def quietly_corrected(corpus: Corpus) -> Corpus:
    """A correction that moved no date: the service's own [mdat] does not show it, nor does the registry's date."""
    return replace(
        corpus,
        articles=tuple(
            replace(a, corrections=(("ErratumIn", "90000120"),)) if a.pmid == "90000101" else a for a in corpus.articles
        ),
        studies=tuple(
            replace(s, overall_status="WITHDRAWN") if s.nct_id == "NCT90000001" else s for s in corpus.studies
        ),
    )


@pytest.mark.parametrize(("days", "arguments"), [(7, ("--full",)), (28, ())], ids=["full", "fourth week"])
def test_known_records_are_fetched_again(small: Desk, days: int, arguments: tuple[str, ...]) -> None:
    """Known records are fetched again on --full and in the fourth week, so that a change without a date arrives."""
    small.refresh()
    for week in range(7, days, 7):
        small.at(week)
        assert small.refresh()["changes"] == []
    small.server.corpus = quietly_corrected(small.server.corpus)
    small.at(days)
    told = {(k, r) for k, _, r, _ in kinds(small.refresh(*arguments)["changes"])}
    assert told == {("corrected", "PMID:90000101"), ("trial_status", "NCT90000001")}


def test_after_an_outage_of_weeks(small: Desk, first_week: Corpus, invent: Invent) -> None:
    """What came to the services while nobody asked is found by the next refresh, weeks later, however old its own dates are."""
    small.refresh()
    late = invent.article(111, "null trial in depression", date(2026, 11, 4), edat=date(2024, 1, 1))
    small.server.corpus = replace(first_week, articles=(*first_week.articles, late))
    small.at(70)
    told = kinds(small.refresh()["changes"])
    assert ("new_record", "dep-effect", "PMID:90000111", "critical") in told
    assert small.show("dep-effect")["level"] == "rct"


def test_an_edited_claim_is_asked_anew(small: Desk, few_claims: Any, tmp_path: Any) -> None:
    """A claim file that was edited is searched by its new query and told as changed."""
    from shutil import copytree

    folder = copytree(few_claims, tmp_path / "packs")
    small.environ["EVTRACK_CLAIMS"] = str(folder)
    small.refresh()
    file = folder / "few" / "ad-effect.yaml"
    file.write_text(
        file.read_text(encoding="utf-8")
        .replace("condition: [dementia]", "condition: [anxiety]")
        .replace("outcome: [cognition]", "outcome: [anxiety_symptoms]"),
        encoding="utf-8",
    )
    small.at(7)
    told = kinds(small.refresh()["changes"])
    assert ("claim_changed", "ad-effect", None, "minor") in told
    assert {r["id"] for r in small.show("ad-effect")["records"] if r["counts_for_claim"]} == {
        "PMID:90000102",
        "PMID:90000106",
        "PMID:90000107",
    }


def test_what_left_a_search_takes_over_no_tie_from_what_is_merged_into_it(small: Desk, invent: Invent) -> None:
    """A record that speaks of something else now is tied to its old claim no more, though another was merged into it that week."""
    small.refresh()
    small.at(7)
    merged = invent.article(103, "dementia in people", merged_into="90000104")
    rewritten = invent.article(104, "depression in mice", mdat=NEWS)
    small.server.corpus = small.server.corpus.with_(merged, rewritten)
    told = kinds(small.refresh()["changes"])
    assert ("query_drift", "ad-effect", "PMID:90000104", "minor") in told
    fresh = small.another("fresh")
    fresh.refresh()
    assert small.evidence() == fresh.evidence()


def test_what_is_retracted_on_its_way_out_is_told(small: Desk, invent: Invent) -> None:
    """Evidence that was retracted in the week in which no claim asks for it any more: the retraction is told, and its grade says so."""
    small.refresh()
    small.at(7)
    types = ("Journal Article", "Retracted Publication")
    gone = invent.article(
        104, "barley", publication_types=types, corrections=(("RetractionIn", "90000199"),), mdat=NEWS
    )
    small.server.corpus = small.server.corpus.with_(gone)
    told = kinds(small.refresh()["changes"])
    assert ("query_drift", "ad-effect", "PMID:90000104", "minor") in told
    assert ("retracted", "ad-effect", "PMID:90000104", "critical") in told
    graded = "SELECT gate FROM record_grade WHERE record_id = 'PMID:90000104' AND valid_to IS NULL"
    assert small.rows(graded) == [("retracted",)]


def test_what_nobody_held_is_asked_for_when_a_claim_wants_it_again(
    small: Desk, invent: Invent, few_claims: Any, tmp_path: Any
) -> None:
    """A claim whose file was away finds what it had in the store: as the service has it today, not as it was then."""
    from shutil import copytree

    folder = copytree(few_claims, tmp_path / "packs")
    small.environ["EVTRACK_CLAIMS"] = str(folder)
    small.refresh()
    assert "PMID:90000104" in {r["id"] for r in small.show("ad-effect")["records"]}
    file = folder / "few" / "ad-effect.yaml"
    text = file.read_text(encoding="utf-8")
    file.unlink()
    small.at(7)
    small.refresh()
    small.server.corpus = small.server.corpus.with_(invent.article(104, "barley", mdat=NEWS))
    small.at(14)
    small.refresh()
    file.write_text(text, encoding="utf-8")
    small.at(21)
    small.refresh()
    assert "PMID:90000104" not in {r["id"] for r in small.show("ad-effect")["records"]}
