"""Is nothing lost or invented, whichever request of a refresh a fault meets? Each kind of fault at each request.

Two refreshes are disturbed: the first of all, and one of a filled store in a week with news of every kind. With ``--full``
each fault meets each request; else a few of them meet the first, a middle and the last one of a week with news.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from evtrack.demo import weeks
from evtrack.demo.server import Fault
from evtrack.rules import Rules, load_rules
from tests.databases import Place, forget
from tests.refresh.test_faults import NONE_FOUND
from tests.same_state import State, differences, history_of, state_of

if TYPE_CHECKING:
    from evtrack.claim import Concept
    from evtrack.demo.corpus import Corpus
    from evtrack.demo.faults import ServiceName
    from tests.desk import Built, Desk, Invent

pytestmark = [pytest.mark.enable_socket, pytest.mark.promise("faults")]

PASSING = (
    "429", "429-retry-after", "429-in-200", "500", "502", "503", "503-retry-after", "html-200", "json-error-200", "wrong-type", "cut-body",
    "cut-open", "cut-text", "cut-gzip", "mislabelled", "reset", "reset-body", "stall",
)  # fmt: skip
"""What is over when it is asked again (or harms nobody): once it passes the run is whole."""
TWISTED = (
    "short-page", "empty-page-with-token", "overlap", "duplicate", "repeated", "reorder", "strangers", "looping-token",
    "growing-count", "shrinking-count",
)  # fmt: skip
LOSING = ("403", "redirect", "bad-key", "drip")
"""What is not asked again."""
STANDS = {**dict.fromkeys(TWISTED, ("search", "found_list")), **dict.fromkeys(LOSING, ("found_list",))}
"""The parts of a store in which a lie of the service may stand for a week. What was asked in another way in the end is right,
and is not kept for the next week to rest on."""
WAITING = ("stall", "drip")
ONCE = [(kind, 1) for kind in (*PASSING, *TWISTED, *LOSING)]
FOR_GOOD = [(kind, None) for kind in (*PASSING, *TWISTED, *LOSING, "refuse") if kind not in ("duplicate", "reorder", "mislabelled")]  # fmt: skip
SHORT = [("503", None), ("short-page", None), ("strangers", None), ("repeated", 1)]
SERVICES: tuple[ServiceName, ...] = ("pubmed", "ctgov")
TODAY = date(2026, 11, 9)
WORDS = "SELECT claim_id, label_en, label_ja, people_en, people_ja FROM claim_grade WHERE valid_to IS NULL"
IN_PART = "SELECT DISTINCT claim_id FROM search WHERE run = (SELECT max(run) FROM search) AND complete = 0"


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Which faults are tried: a test for each kind, so that workers can share them."""
    if "kind" in metafunc.fixturenames:
        full = metafunc.config.getoption("--full")
        tried = [(week, *how) for week in ("first", "news") for how in (*ONCE, *FOR_GOOD)]
        chosen = tried if full else [("news", *how) for how in SHORT]
        ids = [f"{week}-{kind}-{'once' if times else 'for good'}" for week, kind, times in chosen]
        metafunc.parametrize(("week", "kind", "times"), chosen, ids=ids)


@dataclass(frozen=True)
class Week:
    """A refresh that is going to be disturbed, and what it comes to where nothing disturbs it."""

    corpus: Corpus
    day: int
    before: Place | None
    requests: dict[ServiceName, int]
    told: Counter[tuple[Any, ...]]
    levels: dict[str, Any]
    state: State
    history: State


def told_by(answer: dict[str, Any]) -> Counter[tuple[Any, ...]]:
    """What a refresh told."""
    names = ("kind", "claim_id", "record_id", "before", "after", "severity")
    return Counter(tuple(change[name] for name in names) for change in answer["changes"])


def of_records(told: Counter[tuple[Any, ...]]) -> Counter[tuple[Any, ...]]:
    """Of these, what is told of records."""
    return Counter({change: n for change, n in told.items() if change[2] is not None})


@pytest.fixture(scope="session")
def loaded() -> list[Rules]:
    """The rules, once they were loaded."""
    return []


@pytest.fixture
def by_few(small: Desk, monkeypatch: pytest.MonkeyPatch, loaded: list[Rules]) -> Desk:
    """A desk that asks for few records at a time, so that a handful of them is many requests."""

    def once(concepts: Mapping[str, Concept]) -> Rules:
        # The same claims all the time: a run of their own would compile the same patterns for half a second.
        loaded.extend([] if loaded else [load_rules(concepts)])
        return loaded[0]

    monkeypatch.setattr("evtrack.rules.load_rules", once)
    monkeypatch.setattr("evtrack.sources.pubmed.FETCHED", 8)
    monkeypatch.setattr("evtrack.sources.ctgov.FETCHED", 2)
    monkeypatch.setattr("evtrack.sources.ctgov.PAGE", 3)
    small.environ |= {"EVTRACK_TIMEOUT": "10", "EVTRACK_DEADLINE": "20", "EVTRACK_RETRIES": "2"}
    return small


@pytest.fixture(scope="session")
def corpora(invent: Invent) -> tuple[Corpus, Corpus]:
    """What the services hold in the first week, and in the next: new, changed, retracted, corrected, merged, gone."""
    rats, mice = (invent.texts[text] for text in ("helpless rats", "depression in mice"))
    first = weeks.first_week(TODAY).with_(
        invent.article(201, "depression in mice"),
        invent.article(202, "depression in mice", title=f"{mice['title']} again"),
        invent.article(203, "depression in mice", title=f"{mice['title']} once more"),
        invent.article(204, "dementia in people", title=rats["title"]),
        *(invent.study(number, "Major Depressive Disorder") for number in (51, 52, 53, 54)),
    )
    merged = first.article("90000202")
    assert merged is not None
    following = weeks.next_week(TODAY).with_(
        *(a for a in first.articles if a.pmid in ("90000203", "90000204")),
        replace(merged, merged_into="90000203"),
        invent.study(52, "Major Depressive Disorder"),
        invent.study(53, "Major Depressive Disorder", date(2026, 11, 6), overall_status="WITHDRAWN"),
        invent.study(55, "Major Depressive Disorder", aliases=("NCT90000054",)),
        invent.study(56, "Alzheimer Disease", date(2026, 11, 7)),
    )
    return first, following


@pytest.fixture(scope="session")
def met() -> dict[str, Week]:
    """The weeks that were gone through undisturbed; filled by the first test that asks."""
    return {}


@pytest.fixture
def undisturbed(
    by_few: Desk, met: dict[str, Week], corpora: tuple[Corpus, Corpus], built: Callable[..., Built], few_claims: Path
) -> Callable[[str], Week]:
    """``undisturbed(name)``: the week ``first`` or ``news``."""

    def week(name: str) -> Week:
        if name not in met:
            before = built("everywhere", corpora[0], claims=few_claims).place if name == "news" else None
            there = Week(corpora[name == "news"], 7 if before else 0, before, {}, Counter(), {}, {}, {})
            begin(by_few, there, "undisturbed")
            answer = by_few.refresh()
            requests = {service: by_few.asked(service) for service in SERVICES}
            levels = {c["claim_id"]: (c["level"], c["stance"]) for c in answer["claims"]}
            state, history = state_of(by_few.place), history_of(by_few.place)
            met[name] = replace(there, requests=requests, told=told_by(answer), levels=levels, state=state, history=history)  # fmt: skip
        return met[name]

    return week


def begin(desk: Desk, week: Week, name: str) -> None:
    """Go to a week, with a store of this name as it was before."""
    if desk.place.exists():
        forget(desk.place)
    if week.before:
        desk.bring(week.before, f"trial-{name}")
    else:
        desk.environ["EVTRACK_DB"] = str(desk.another(f"trial-{name}").place)
    desk.server.corpus = week.corpus
    desk.server.forget()
    desk.at(week.day)


def fault(service: ServiceName, kind: str, nth: int, times: int | None) -> Fault:
    """A fault at the ``nth`` request of a service."""
    seconds, size = {"stall": (0.6, None), "drip": (0.02, 3)}.get(kind, (0, None))
    return Fault(service, kind, None, nth, times, seconds=seconds, size=size, location="http://127.0.0.1:9/elsewhere")


def requests_met(n: int, *, full: bool) -> Iterator[int]:
    """Which of ``n`` requests are met: all, or the first, a middle and the last one."""
    yield from range(1, n + 1) if full else sorted({1, n // 2 + 1, n})


def test_a_fault_at_each_request(
    by_few: Desk,
    undisturbed: Callable[[str], Week],
    full: bool,
    tally: Callable[[int], None],
    week: str,
    kind: str,
    times: int | None,
) -> None:
    """Whole and as if nothing had been, or partial, exit 3, with nothing invented; then one clean run makes up for it."""
    expected = undisturbed(week)
    for service in SERVICES:
        for nth in requests_met(expected.requests[service], full=full):
            begin(by_few, expected, f"{service}-{nth}")
            where = f"{kind} {'once' if times else 'for good'} at request {nth} of {service}"
            disturbed(by_few, expected, fault(service, kind, nth, times), where)
            tally(1)


def disturbed(desk: Desk, week: Week, fault: Fault, where: str) -> None:
    """Go through a week with one fault, and once more without it."""
    waits = {"EVTRACK_TIMEOUT": "0.4", "EVTRACK_DEADLINE": "1.2", "EVTRACK_RETRIES": "1" if fault.times else "0"}
    usual = dict(desk.environ)
    desk.environ |= waits if fault.kind in WAITING else {}
    desk.server.faults.append(fault)
    answer = desk.refresh(code=(0, 3))
    desk.environ |= usual
    desk.server.faults.clear()
    if fault.kind == "refuse":
        desk.mend()
    assert fault.matched >= fault.nth or fault.kind == "refuse", f"{where}: it was never met"
    told = told_by(answer)
    if fault.times and fault.kind in PASSING:
        assert answer["status"] == "complete", f"{where}: {answer['sources']}"
    if answer["status"] == "complete":
        assert told == week.told, where
        same(desk, week, where, without=STANDS.get(fault.kind, ()))
        if fault.kind in PASSING:
            return  # the very store that nothing disturbed: a clean run finds what it finds there
    else:
        not_wrong(desk, week, answer, where)
    desk.at(week.day + 0.1)
    clean = desk.refresh()
    assert clean["status"] == "complete", where
    same(desk, week, where)
    assert of_records(told + told_by(clean)) == of_records(week.told), where
    follows(answer, clean, week, where)


def same(desk: Desk, week: Week, where: str, without: tuple[str, ...] = ()) -> None:
    """The store is, and was, what it would have been; ``without`` these parts."""
    expected, found = {**week.state, **week.history}, {**state_of(desk.place), **history_of(desk.place)}
    for part in without:
        expected.pop(part), found.pop(part)
    apart = differences(found, expected)
    assert not apart, "\n".join([f"{where}: {len(apart)} differences", *apart[:20]])


def not_wrong(desk: Desk, week: Week, answer: dict[str, Any], where: str) -> None:
    """A run that is not whole: it says what is missing, tells nothing but true news, and no claim says that none was found."""
    assert [e for s in answer["sources"].values() for e in s["errors"] if len(e) > 20], where
    assert not of_records(told_by(answer)) - of_records(week.told), where
    whole = {c["claim_id"] for c in answer["claims"] if c["status"] == "complete"}
    for claim in answer["claims"]:
        if claim["claim_id"] in whole:
            assert (claim["level"], claim["stance"]) == week.levels[claim["claim_id"]], where
    searched_in_part = {claim_id for (claim_id,) in desk.rows(IN_PART)}
    for claim_id, *words in desk.rows(WORDS):
        # What a search found is there: that is all that "none found" says. What else is missing stands in the errors.
        assert claim_id not in searched_in_part or not NONE_FOUND.search(" ".join(words)), f"{where}: {words}"


def follows(answer: dict[str, Any], clean: dict[str, Any], week: Week, where: str) -> None:
    """What both runs told of the levels leads from what it was to what it is, and each step is told."""
    for first, then in zip(answer["claims"], clean["claims"], strict=True):
        claim_id = first["claim_id"]
        assert (first["level"], first["stance"]) == (then["level_before"], then["stance_before"]), where
        assert (then["level"], then["stance"]) == week.levels[claim_id], where
        for claim, run in ((first, answer), (then, clean)):
            kinds = [c["kind"] for c in run["changes"] if c["claim_id"] == claim_id and c["record_id"] is None]
            moved = claim["level_before"] not in (None, claim["level"])
            assert len([k for k in kinds if k.startswith("level_")]) == moved, where
