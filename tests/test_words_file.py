"""Do words survive a file? Written, read back the same, told by line where they are wrong."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evtrack.by_hand import manual_id
from evtrack.record import RecordId
from evtrack.word import Action, Word
from evtrack.word_check import RELABELLED, VALUES
from evtrack.wording import word as wording
from evtrack.words_file import WordFault, read_words, word_of, write_words

AT = "2026-01-05T09:00:00Z"
ADDED = {
    "title": "うつ病モデルマウスの研究",
    "url": "https://example.org/1",
    "design": "animal",
    "authors": ["山田 太郎"],
    "claims": {"dep-effect": {"stance": "supports"}, "anx-effect": {}},
}
ODD = [
    "plain", "yes: no", "- a list", "# no comment", "'quoted' \"twice\"", "two\nlines", "ends with a break\n", "\n begins", "  indented\nblock ",
    "抗うつ効果：「弱い」\n二行目", "2026-01-05", "null", "~", "1e3", "0x1f", "{a: b}", "tab\there", "\u202eright to left", "\x1b[31m", "a\n\n\nb", "@at", "%d",
    "a line that is much longer than anybody would want to see in one line of a file, " * 4, "\u2028separator", "\x85next", "\ufeffmark",
]  # fmt: skip


def told(**more: Any) -> Word:
    known: dict[str, Any] = {
        "action": "reject", "reason": "read it", "name": "A. Reader", "at": AT, "record_id": RecordId("PMID:90000001"),
        "content_hash": "abc", "seen": {"level": "rct", "gate": None, "n": 12, "synthesis": False},
    }  # fmt: skip
    return Word(**known | more)


TEXT = st.one_of(
    st.sampled_from(ODD), st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=40)
)


@st.composite
def words(draw: st.DrawFn) -> Word:
    """Any word that the store may hold."""
    action: Action = draw(st.sampled_from(get_args(Action)))
    filled = TEXT.filter(str.strip)
    values: dict[str, Any] = {}
    record: RecordId | None = RecordId("PMID:90000001")
    claim = draw(st.sampled_from([None, "dep-effect"]))
    if action == "relabel":
        values = {"stance": draw(st.sampled_from(VALUES["stance"][:-1])), "n": draw(st.integers(1, 9))}
    elif action == "add":
        claim = None
        values = {
            **ADDED, "title": draw(filled), "abstract": draw(filled), "citation": draw(filled), "year": draw(st.integers(1000, 3000)),
            "authors": draw(st.lists(filled, max_size=3)),
        }  # fmt: skip
        record = manual_id(values)
    elif claim and draw(st.booleans()):
        record = None
    return told(
        action=action, values=values, record_id=record, claim_id=claim, reason=draw(filled), name=draw(filled),
        content_hash=draw(st.sampled_from([None, "abc"])), seen=draw(st.sampled_from([{}, told().seen])),
    )  # fmt: skip


@given(said=st.lists(words(), max_size=4))
def test_what_is_written_is_read_back(said: list[Word]) -> None:
    """Every text comes back letter for letter, in its order; the same words make the same file."""
    text = write_words(said)
    found, wrong = read_words(text, "w.yaml")
    assert wrong == []
    assert found == said
    assert write_words(found) == text
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x84\x86-\x9f\u202e\ud800-\udfff]", text)


def test_the_file_is_one_for_git() -> None:
    """Ids of a store are not in it, keys stand in one order, a text of several lines is a block, Japanese is readable."""
    text = write_words([told(id=7, reopened=True, reason="一行目：はい\n二行目"), told(action="undo", seen={})])
    assert text == (
        "# Words of persons on records and levels, in the order given (evtrack review export). Only ever add at the end.\n"
        "words:\n"
        "  - action: reject\n"
        "    record: PMID:90000001\n"
        "    reason: |-\n"
        "      一行目：はい\n"
        "      二行目\n"
        "    name: A. Reader\n"
        "    at: '2026-01-05T09:00:00Z'\n"
        "    content_hash: abc\n"
        "    seen:\n"
        "      gate:\n"
        "      level: rct\n"
        "      n: 12\n"
        "      synthesis: false\n"
        "  - action: undo\n"
        "    record: PMID:90000001\n"
        "    reason: read it\n"
        "    name: A. Reader\n"
        "    at: '2026-01-05T09:00:00Z'\n"
        "    content_hash: abc\n"
    )
    assert read_words(write_words([]), "w.yaml") == ([], [])


def test_one_more_word_only_adds_lines() -> None:
    """What stands in a file already is not touched by what comes after it."""
    few = write_words([told(), told(action="accept")])
    assert write_words([told(), told(action="accept"), told(action="undo")]).startswith(few)


HEAD = "words:\n  - action: reject\n    record: PMID:90000001\n    reason: r\n    name: n\n    at: '2026-01-05T09:00:00Z'\n"


@pytest.mark.parametrize(
    ("text", "line", "code"),
    [
        ("words: [", 1, "not_yaml"),
        ("words:\n  - action: reject\n   record: x\n", 3, "not_yaml"),
        ("a: *b", 1, "yaml_sign"),
        ("\x00", 1, "not_yaml"),
        ("words:\n  - !!python/object:os.system {}\n", 2, "yaml_sign"),
        ("", 1, "no_words"),
        ("- a", 1, "no_words"),
        ("words: 3", 1, "no_words"),
        ("words: []\nmore: 1", 1, "no_words"),
        ("words:\n  - 3\n", 2, "not_a_word"),
        (HEAD + "    name: m\n", 7, "key_twice"),
        (HEAD + "    colour: red\n", 7, "unknown_key"),
        (HEAD + "    claim: 3\n", 7, "not_a_text"),
        (HEAD + "    seen: 3\n", 7, "not_a_mapping"),
        (HEAD.replace("'2026-01-05T09:00:00Z'", "Monday"), 6, "not_a_moment"),
        (HEAD.replace("'2026-01-05T09:00:00Z'", "2026-01-05"), 6, "not_a_moment"),
        (HEAD.replace("    at: '2026-01-05T09:00:00Z'\n", ""), 2, "not_a_moment"),
        (HEAD.replace("reject", "shout"), 2, "unknown_action"),
        (HEAD.replace("reason: r", "reason: ' '"), 4, "missing"),
        (HEAD.replace("record", "# record"), 2, "about_nothing"),
        (HEAD + "    values: {n: 3}\n", 2, "no_values"),
        (HEAD.replace("reject", "relabel") + "    values:\n      n: 3\n      level: high\n", 9, "unknown_value"),
        (HEAD.replace("reject", "relabel") + "    values:\n      colour: 3\n", 8, "unknown_field"),
        (HEAD.replace("reject", "add"), 2, "not_manual"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(text: str, line: int, code: str) -> None:
    """Each fault names its line and has words in both languages; a file with a fault gives no half of itself unnoticed."""
    _, wrong = read_words(text, "w.yaml")
    assert (wrong[0].path, wrong[0].line, wrong[0].code) == ("w.yaml", line, code)
    for fault in wrong:
        assert wording(f"word_error.{fault.code}", "ja", **dict(fault.fields))
        assert wording(f"word_error.{fault.code}", "en", **dict(fault.fields))


def test_all_faults_are_told() -> None:
    """Two entries that are wrong are two faults; the one between them is read."""
    good = HEAD.removeprefix("words:\n")
    found, wrong = read_words(HEAD.replace("reject", "x") + good + good.replace("reject", "y"), "w.yaml")
    assert [w.action for w in found] == ["reject"]
    assert [f.line for f in wrong] == [2, 12]


def test_a_hand_that_writes_yaml_its_own_way_is_read() -> None:
    """Moments and days without quotes, claims as a list, and an ``add`` without the id of its record."""
    text = HEAD.replace("'2026-01-05T09:00:00Z'", "2026-01-05T18:00:00+09:00")
    assert read_words(text, "w")[0][0].at == AT
    values = {**ADDED, "design": "registered_trial", "claims": ["dep-effect"], "registry_id": "ChiCTR2600999999"}
    entry = "  - {action: add, reason: r, name: n, at: 2026-01-05T09:00:00Z, values: {title: t, design: animal, url: 'https://example.org', claims: [a, b], completion: 2026-05-01}}"
    (word,), wrong = read_words(f"words:\n{entry}\n", "w")
    assert wrong == []
    assert word.values["completion"] == "2026-05-01"
    assert word.values["claims"] == {"a": {}, "b": {}}
    assert word_of({"action": "add", "values": values}).record_id == "MANUAL:ChiCTR2600999999"
    assert word_of({"action": "add", "values": {"claims": {"a": None}}}).values["claims"] == {"a": {}}
    assert word_of({"action": "add", "values": {"claims": 3}}).values["claims"] == 3
    assert word_of({}) == Word("", "", "", "")  # type: ignore[arg-type] # what nobody wrote is told by check


def test_every_relabelled_field_comes_back() -> None:
    """Each field of a relabel, with each of its values, is written and read as what it was."""
    samples: dict[str, Any] = {
        **{f: v[-1] for f, v in VALUES.items()},
        "synthesis": True,
        "counts_for_claim": False,
        "n": 9,
    }
    assert set(samples) == set(RELABELLED)
    said = [told(action="relabel", values={field: value}) for field, value in samples.items() if field != "stance"]
    said.append(told(action="relabel", values={"gate": None}))
    found, wrong = read_words(write_words(said), "w.yaml")
    assert wrong == []
    assert found == said
    assert [replace(w, id=0) for w in found] == said
    assert WordFault("a", 1, "x") < WordFault("a", 2, "x")


def test_claims_that_there_are_not() -> None:
    """Where the claims are known, a word on another one is wrong at its line; so is an add for one."""
    add = "  - {action: add, reason: r, name: n, at: 2026-01-05T09:00:00Z, values: {title: t, design: animal, url: 'https://example.org', claims: [a, b]}}"
    text = f"{HEAD}    claim: c\n{add}\n"
    (_, _), wrong = read_words(text, "w")
    assert wrong == []
    found, wrong = read_words(text, "w", {"a"})
    assert [(f.code, dict(f.fields)["claim"]) for f in wrong] == [("unknown_claim", "c"), ("unknown_claim", "b")]
    assert [f.line for f in wrong] == [7, 8]
    assert found == []
    assert len(read_words(text, "w", {"a", "b", "c"})[0]) == 2


def test_brackets_without_end() -> None:
    """What nests deeper than can be read is no bug of the program."""
    assert [f.code for f in read_words("[" * 5000, "w")[1]] == ["nested_too_deep"]
