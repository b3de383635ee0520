"""Do patterns fire where they should, however they are run?"""

from __future__ import annotations

from itertools import product

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
    ("pattern", "ways"),
    [
        (r"random\w* order", [["random", " order"]]),
        (r"(?:big )?mice(?:(?:x|y)\w{0,3})? died", [["mice", " died"]]),
        (r"[^\]x]{2,}mouse", [["mouse"]]),
        (r"(?:ab)+ trial", [["ab trial"]]),
        (r"\w+ (?i:study)$", [[" study"]]),
        (r"\w+ (sleep)ing(?:)", [[" sleeping"]]),
        (r"\w+患者 ?投与", [["患者投与|患者 投与"]]),
        (r"\w+ stud(?:y|ies)\+", [[" study+| studies+"]]),
        (r"\w+ [bp]ig[ -]toes", [[" big toes| pig toes| big-toes| pig-toes"]]),
        (r"\w+ [\-.]toes", [[" -toes| .toes"]]),
        (r"\w+[a-f]toes[ab\w]f[^x]l[abcde]a", [["toes"]]),
        (r"\w+[]a]toes", [["]toes|atoes"]]),
        (r"\w+\ntoes\pLfeet\.\p{Greek}l\x41a\x{42}e", [["\ntoes", "feet."]]),
        (r"\w+βtoes", [["toes"]]),
        (r"\w+(?:mice|rats) \d+ (?:died|lived)", [["mice |rats ", " died| lived"]]),
        (r"\w+toes[ab]{3}feet", [["toesa|toesb", "afeet|bfeet"]]),
        (r"\w+ (?:sleep \w+ loss|mice \w+ died)", [["sleep ", " loss"], ["mice ", " died"]]),
        (r"\w+ sleeps|\w+ naps", [[" sleeps| naps"]]),
        (r"\w+(?:mice\w+|rats\w+)(?:slept\w+|.)x", [["mice", "slept"], ["rats", "slept"], ["mice|rats"]]),
        (
            r"\w+(?:one\w+|two\w+|six\w+)(?:mice\w+|rats\w+|pigs\w+)x",
            [["mice|rats|pigs", a] for a in ("one", "two", "six")],
        ),
        (r"\w+(?:one\w+|two\w+|six\w+)(?:mice\w+|rats\w+|.)x", [["one|two|six"]]),
        (
            r"\w+[患者投与][患者投与][患者投与]群[ab]群",
            [["|".join("".join(w) + "群" for w in product("患者投与", repeat=3)), "a群|b群"]],
        ),
        (r"x{2}\w+yes|.", []),
        (r"\w+ the", []),
        (r"(?:mice|.)\w+x", []),
    ],
)
def test_required(pattern: str, ways: list[list[str]]) -> None:
    """Each way through a pattern tells the words that it cannot do without; neighbours among them make longer ones."""
    known = {frozenset(way) for way in required(pattern).ways}
    assert known == {frozenset(frozenset(need.split("|")) for need in way) for way in ways}


@pytest.mark.parametrize(
    ("pattern", "gapped"),
    [
        (r"\bmice\b", False),
        (r"random\w*", False),
        (r"random\w* order", True),
        (r"\d+ ?% of", False),
        (r"(?:big )?mice(?:(?:x|y)\w{0,3})? died", True),
        (r"(?:a|b\w*)$", False),
        (r"a{3}b", True),
        (r"(?:)study", False),
    ],
)
def test_gaps(pattern: str, gapped: bool) -> None:
    """Something repeated is a gap where more follows, but for digits and blanks; without a gap no words are asked for."""
    known = required(pattern)
    assert known.gapped is gapped
    assert gapped or not known.ways


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
