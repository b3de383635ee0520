"""Do a person's words outlive the next refresh and the next rules, and is what they were said of looked at again once it changed?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from .conftest import ASAKO, DECISIONS, PACK

if TYPE_CHECKING:
    from .conftest import Stage, Story

pytestmark = pytest.mark.enable_socket
LEVELS = ["none", "in_vitro", "animal", "early_clinical", "rct"]
CHANGED = {
    ("NCT90000002", None),
    ("PMID:90000101", None),
    ("PMID:90000103", "ad-effect"),
    ("PMID:90000105", None),
    ("PMID:90000123", "anx-effect"),
    (None, "anx-effect"),
}
"""Words whose record (or level) the second week made another one than the person saw."""
SEEN_AGAIN = {("PMID:90000104", "ad-effect"), ("PMID:90000102", None), ("PMID:90000107", None), ("NCT90000003", None)}
"""Words of which nothing changed; of 90000104 only the day on which PubMed last touched it."""


def told_of(changes: list[dict[str, Any]], kind: str) -> list[tuple[str | None, str | None]]:
    """The changes of a kind, as record and claim."""
    return [(c["record_id"], c["claim_id"]) for c in changes if c["kind"] == kind]


def spoken(stage: Stage) -> dict[int, tuple[Any, ...]]:
    """Who said what of what, when and why; by number."""
    keys = ("action", "record_id", "claim_id", "values", "seen", "reason", "name", "at")
    return {n: tuple(word[k] for k in keys) for n, word in stage.words.items()}


def test_who_when_why_what(story: Story) -> None:
    """Every decision is kept in the order given, with the name, the moment, the reason and what was said."""
    words = story["said"].words
    assert sorted(words) == list(range(1, len(words) + 1))
    kept = [w["id"] for given in story.given for w in given["words"]]
    assert kept == sorted(words)
    for (action, target, *rest), given in zip(DECISIONS, story.given, strict=True):
        for word in given["words"]:
            assert word["action"] == action
            assert word["reason"] == rest[rest.index("--reason") + 1]
            assert word["name"] == rest[rest.index("--name") + 1]
            if action in ("accept", "reject", "relabel"):
                assert target in (word["record_id"] or word["claim_id"]).removeprefix("PMID:")
                pairs = dict(field.split("=") for field in rest if "=" in field)
                assert {k: str(v).lower() for k, v in word["values"].items()} == pairs
    moments = [w["at"] for w in words.values()]
    assert moments == sorted(moments)
    assert moments[0] == "2026-11-03T06:00:00Z"


@pytest.mark.parametrize("name", ["second", "quiet", "regraded"])
def test_words_stand_through_refresh_and_regrade(story: Story, name: str) -> None:
    """A refresh with news, one without and a regrade by other rules leave every word as it was said."""
    assert spoken(story[name]) == spoken(story["said"])
    standing = {n: w["stands"] for n, w in story[name].words.items()}
    assert standing == {n: w["stands"] for n, w in story["said"].words.items()}
    assert {n for n, stands in standing.items() if not stands} == {13, 14, 15, 22, 23}


def test_what_is_reopened(story: Story) -> None:
    """Words on records whose content changed are reopened, the others are not."""
    reopened = story["second"].reopened()
    assert reopened >= CHANGED
    assert not reopened & SEEN_AGAIN
    assert story["said"].reopened() <= {(None, "dep-effect")}


def test_reopening_is_told_once(story: Story) -> None:
    """``changes`` tells each reopened word once, at the refresh that brought the news; never again."""
    told = told_of(story.told["second"]["changes"], "review_reopened")
    assert len(told) == len(set(told))
    assert set(told) >= CHANGED
    for later in ("quiet", "regraded"):
        assert told_of(story.told[later]["changes"], "review_reopened") == []
    every = told_of(story["regraded"].changes, "review_reopened")
    assert len(every) == len(set(every))


def test_reopened_is_shown_where_the_level_is(story: Story) -> None:
    """``show``, ``status``, ``review words`` and ``review list`` say which words are to be looked at again."""
    stage = story["second"]
    for (_, record_id), record in stage.records().items():
        word = record["override"]
        if word is not None:
            assert word["reopened"] == ((record_id, word["claim_id"]) in stage.reopened())
    waiting = {(w["record_id"], c) for w in stage.waiting if w["why"] == "reopened" for c in w["claim_ids"]}
    for changed, claim_id in CHANGED:
        if changed == "PMID:90000103":
            continue  # retracted: nothing that a person says of it could move anything
        found = {c for r, c in waiting if r == changed}
        assert claim_id in found if claim_id else found, (changed, claim_id)
    assert {r for r, _ in waiting}.isdisjoint({"PMID:90000102", "PMID:90000107", "NCT90000003"})
    assert story["said"].status["anx-effect"]["needs_review"] < stage.status["anx-effect"]["needs_review"]


def test_a_reject_lowers(story: Story) -> None:
    """What a person takes away is taken away: a relabelled RCT is none, and the claim comes down with it."""
    before, after = (story[n].shown["dep-effect"] for n in ("graded", "said"))
    assert (before["level"], after["level"]) == ("rct", "early_clinical")
    downs = told_of(story["said"].changes, "level_down")
    assert (None, "dep-effect") in downs
    assert (None, "scz-effect") in downs
    assert story["said"].record("ptsd-effect", "PMID:90000105")["counts_for_claim"] is False
    assert story["said"].record("dep-effect", "PMID:90000122")["counts_for_claim"] is False


def test_reopened_never_lifts(story: Story) -> None:
    """Once the record changed, a word that had raised a level raises it no more, and a reject still holds."""
    assert story["said"].shown["anx-effect"]["level"] == "rct"
    assert story["second"].shown["anx-effect"]["level"] == "early_clinical"
    assert (None, "anx-effect") in told_of(story.told["second"]["changes"], "level_down")
    assert story["second"].record("ptsd-effect", "PMID:90000105")["counts_for_claim"] is False
    for claim_id in PACK:
        had, has = story["said"].shown[claim_id]["level"], story["second"].shown[claim_id]["level"]
        assert has is None or LEVELS.index(has) <= LEVELS.index(had)


def test_a_retraction_wins(story: Story) -> None:
    """A retracted record counts no more, whatever a person had said of it; the word is still shown beside it."""
    record = story["second"].record("ad-effect", "PMID:90000103")
    assert record["gate"] == "retracted"
    assert record["counts_for_claim"] is False
    assert record["override"]["action"] == "relabel"
    retracted = [c for c in story.told["second"]["changes"] if c["kind"] == "retracted"]
    assert [(c["claim_id"], c["severity"]) for c in retracted] == [("ad-effect", "critical")]


def test_by_hand_is_never_told_gone(story: Story) -> None:
    """What a person added no service holds: no refresh tells it gone, and it is there to the end."""
    for stage in story.stages.values():
        assert not [r for r, _ in told_of(stage.changes, "record_removed") if r and r.startswith("MANUAL:")]
        assert not [r for r, _ in told_of(stage.changes, "query_drift") if r and r.startswith("MANUAL:")]
    by_hand = {"MANUAL:10.99999/invented.1", "MANUAL:ChiCTR2699999999", "MANUAL:jRCT9999999999"}
    for name in ("said", "second", "quiet", "regraded"):
        assert {r for _, r in story[name].records()} >= by_hand


def test_what_was_added(story: Story) -> None:
    """A Japanese paper counts with its citation and basis ``person``; registrations elsewhere stand among the registered."""
    paper = story["said"].record("dep-effect", "MANUAL:10.99999/invented.1")
    assert (paper["basis"], paper["design"], paper["level"]) == ("person", "single_arm", "early_clinical")
    assert paper["title"].startswith("間葉系幹細胞由来エクソソームとうつ病")
    assert "架空医学雑誌" in paper["citation"]
    assert paper["counts_for_claim"] is True
    assert paper["override"]["name"] == ASAKO
    registered = {claim: {t["id"] for t in story["said"].shown[claim]["registered"]} for claim in PACK}
    assert "MANUAL:ChiCTR2699999999" in registered["dep-effect"]
    assert "MANUAL:jRCT9999999999" in registered["anx-effect"]
    for claim in ("dep-effect", "anx-effect"):
        trials = [r for r in story["said"].shown[claim]["records"] if r["gate"] == "registered_only"]
        assert trials
        assert not any(t["counts_for_claim"] for t in trials)


def test_regrade_moves_nothing(story: Story) -> None:
    """Rules under another version that say the same move no level, no word, no record."""
    assert {c["kind"] for c in story.told["regraded"]["changes"]} <= {"regraded"}
    before, after = ({**story[n].records()} for n in ("quiet", "regraded"))
    assert before == after
    for claim_id in PACK:
        old, new = (
            {k: v for k, v in story[n].shown[claim_id].items() if k not in ("as_of", "rules_version")}
            for n in ("quiet", "regraded")
        )
        assert old == new


def test_a_quiet_week_is_quiet(story: Story) -> None:
    """A refresh without news tells nothing, words or not."""
    assert story.told["quiet"]["changes"] == []
    assert story["quiet"].records() == story["second"].records()
    assert story["quiet"].waiting == story["second"].waiting
