"""Do patterns fire where they should, however they are run?"""

from __future__ import annotations

import pytest
import re2
from hypothesis import given, settings
from hypothesis import strategies as st

from evtrack.grade.literals import required
from evtrack.grade.patterns import Hit, Pattern, PatternError, PatternSet, join_words
from evtrack.rules import load_rules

SOME = PatternSet(
    [
        Pattern("A", "animal", r"\bmice\b"),
        Pattern("B", "blot", r"\bWestern blot\b", case=True),
        Pattern("C", "gap", r"\bmice (?:\w+ ){0,3}died\b"),
        Pattern("D", "any", r"\b\w+ing (?:\w+ )+x\b"),
        Pattern("E", "weighed", r"\btrial\b", weights={"rct": 1.0, "rct@title": 0.5}),
    ]
)
TEXTS = st.lists(
    st.sampled_from(
        [
            "patients",
            "were",
            "randomised",
            "mice",
            "rats",
            "in",
            "vitro",
            "placebo",
            "review",
            "we",
            "will",
            "case",
            "of",
            "the",
            "12",
            "a",
            "患者",
            "エクソソーム",
            ".",
            "\n",
            "study",
        ]
    ),
    max_size=30,
).map(" ".join)


def test_places() -> None:
    """Hits come in order of place, longer first, with byte offsets."""
    assert SOME.find(b"The mice that were old died. MICE") == [
        Hit("C", "gap", 4, 27),
        Hit("A", "animal", 4, 8),
        Hit("A", "animal", 29, 33),
    ]


def test_case_is_kept_where_asked() -> None:
    """A pattern that keeps its case does not fire on another."""
    assert [h.rule for h in SOME.find(b"Western blot, western blot")] == ["B"]


def test_patterns_without_a_word_are_always_tried() -> None:
    """A pattern that needs no certain word still fires."""
    assert [h.rule for h in SOME.find(b"running to and fro x")] == ["D"]


def test_fired_is_exact() -> None:
    """``fired`` names the patterns that match and no other, though more were candidates."""
    encoded = b"mice and men died"
    assert [SOME.patterns[i].id for i in SOME.fired(encoded)] == ["A", "C"]
    sure, maybe = SOME.candidates(b"the mice slept; he died")
    assert {SOME.patterns[i].id for i in sure} == {"A"}
    assert "C" in {SOME.patterns[i].id for i in maybe}
    assert not SOME.matches(2, b"the mice slept; he died")


def test_weighted_patterns() -> None:
    """Patterns with weights can be run alone, and their weights are found by place."""
    assert [p.id for p in SOME.weighted.patterns] == ["E"]
    assert SOME.weights_at == {("weighed", ""): (("rct", 1.0),), ("weighed", "@title"): (("rct", 0.5),)}


def test_broken_pattern_is_named() -> None:
    """A pattern that RE2 refuses is named by its id."""
    with pytest.raises(PatternError, match=r"^X: not a pattern"):
        PatternSet([Pattern("X", "x", "(")])


def test_empty_matches_are_no_hits() -> None:
    """A pattern that matches nothing at all gives no hit."""
    assert PatternSet([Pattern("X", "x", "a*")]).find(b"bbb") == []


@pytest.mark.parametrize(
    ("words", "fits", "misses"),
    [
        (["sleep loss"], ["sleep loss", "Sleep-loss", "sleep  loss"], ["sleeploss", "asleep loss"]),
        (["depress*"], ["depressive", "depressed"], ["antidepressant"]),
        (["MADRS-S"], ["MADRS-S", "madrs s", "madrss"], ["madrs"]),
        (["うつ"], ["うつ病の患者"], ["そう病"]),
        (["μg*"], ["5 μg/kg"], ["mg"]),
    ],
)
def test_join_words(words: list[str], fits: list[str], misses: list[str]) -> None:
    """Words match whole, blanks and hyphens alike, a star takes any ending."""
    finder = PatternSet([Pattern("W", "w", join_words(words))])
    assert all(finder.find(text.encode()) for text in fits)
    assert not any(finder.find(text.encode()) for text in misses)


@pytest.mark.parametrize(
    ("pattern", "needs", "gapped"),
    [
        (r"\bmice\b", [{"mice"}], False),
        (r"\b(?:mice|rats)\b", [{"mice", "rats"}], False),
        (r"random\w*", [{"random"}], False),
        (r"random\w* order", [{"random"}, {" order"}], True),
        (r"(?:a\w+|sleep\w*) time", [{" time"}], True),
        (r"(?:big )?mice(?:(?:x|y)\w{0,3})? died", [{" died"}, {"mice"}], True),
        (r"\d+ ?% of", [{"% of"}], False),
        (r"[]a-z] \(sd\)", [{" (sd)"}], False),
        (r"[^\]x]{2,}mouse", [{"mouse"}], True),
        (r"(?:ab)+ trial", [{" trial"}, {"ab"}], True),
        (r"x{2}yes|.", [], True),
        (r"^(?i:study)$", [{"study"}], False),
        (r"(sleep)ing", [{"sleep"}, {"ing"}], False),
        (r"(?:)study", [{"study"}], False),
        (r"患者 ?投与", [{"患者"}, {"投与"}], False),
        (r"stud(?:y|ies)\+", [{"stud"}, {"+"}], False),
        (r"a{3}b", [{"b"}, {"a"}], True),
    ],
)
def test_required(pattern: str, needs: list[set[str]], gapped: bool) -> None:
    """The words a pattern cannot do without, and whether it repeats something before its end, are read off it."""
    known = required(pattern)
    assert all(any(set(found) == need for need in needs) for found in known.needs), known
    assert known.gapped is gapped


PATTERNS = load_rules({}).patterns


def plainly() -> list[tuple[str, re2._Regexp]]:
    """Every pattern of the package by itself."""
    out = []
    for pattern in PATTERNS.patterns:
        options = re2.Options()
        options.log_errors = False
        options.case_sensitive = pattern.case
        out.append((pattern.id, re2.compile(pattern.pattern, options)))
    return out


PLAINLY = plainly()


@settings(deadline=None, max_examples=60)
@given(TEXTS)
def test_hints_lose_nothing(text: str) -> None:
    """Running a pattern only where its words stand fires the same patterns as running all of them everywhere."""
    encoded = text.encode()
    assert {PATTERNS.patterns[i].id for i in PATTERNS.fired(encoded)} == {
        rule for rule, one in PLAINLY if one.search(encoded)
    }
