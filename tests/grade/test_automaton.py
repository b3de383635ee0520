"""Is RE2, asked directly, of one mind with the packages whose words it spares?"""

from __future__ import annotations

import pickle
import re
from pathlib import Path

import pytest
import re2
from hypothesis import given, settings
from hypothesis import strategies as st

from evtrack.claims import load_library
from evtrack.files import read_file
from evtrack.grade import arms, asides, findings, significance
from evtrack.grade.automaton import holds, options_of, words_in
from evtrack.grade.patterns import Pattern, PatternSet
from evtrack.grade.record import grade_for_claim, grade_record, scan_record, scan_records
from evtrack.record import Record
from evtrack.rules import load_rules
from evtrack.sources._protocol import Read

FOLDER = Path(__file__).parents[1] / "data"
PIECES = (
    "both", "group", "p", "=", "<", "0.03", "from 12 to 9", "placebo", "vs", "improved", "less", "than", "baseline", "but",
    ", ", "; ", "and", "not", "differ", " ", "95% CI 0.2 to 0.8", "HR 0.7 (0.5-0.9)", "ratio", "n", "5", "対照", "群", "が、", "改善",
    "without", "effects", "however", "were similar to each", "with unchanged ", "é", "É", "K",
)  # fmt: skip
WORDS = st.lists(st.sampled_from(PIECES), max_size=14).map(lambda some: " ".join(some).encode())
SOME = tuple(
    PatternSet([Pattern("A", "a", pattern)])
    for pattern in (r"p?", r"\bbut\b", r"\w+ (?:\w+ )?group", r"[^,;]{0,4},", r"群")
)


NAMED = ("but", "differ", "if", "k", "s", "群", "改善", ", ", "with u", "baseline but")


@given(words=st.lists(st.sampled_from((*PIECES, "ſ", "\u212a", "BUT", "Differ")), max_size=14).map(" ".join))
@settings(deadline=None)
def test_words_are_found_as_re2_finds_them(words: str) -> None:
    """``words_in`` names every word that RE2 finds without regard to case, one within another too, and no other."""
    insensitive = options_of(case=False)
    encoded = words.encode()
    known = {i for i, word in enumerate(NAMED) if re2.compile(re2.escape(word), insensitive).search(encoded)}
    assert words_in(NAMED)(encoded) == known


@given(words=WORDS)
@settings(deadline=None)
def test_holds_answers_as_re(words: bytes) -> None:
    """``holds`` says of any words what ``re.search`` says of them: a byte is a character, with and without case."""
    for pattern in (
        rb"\bp ?[=<>]",
        rb"(both|each).{0,6} group",
        rb"[^.;]{3,5}\xe7\xbe\xa4",
        "群|改善".encode(),
        rb"\xc3\xa9",
    ):
        assert holds(pattern)(words) == (re.search(pattern, words) is not None)
    for pattern in (rb"hr|ci\b", rb"\bk\b", rb"N 5"):
        assert holds(pattern, case=False)(words) == (re.search(pattern, words, re.IGNORECASE) is not None)


@given(words=WORDS)
@settings(deadline=None)
def test_what_is_asked_first_keeps_no_answer_back(words: bytes) -> None:
    """Where a quick question is answered with no, the pattern behind it does not match either."""
    assert significance._gives_p(words) or not significance._P.search(words)
    interval = significance._CI.search(words) or significance._BARE_CI.search(words)
    assert significance._gives_interval(words) or not interval
    assert arms._goes(words) == (arms._FROM_TO.search(words) is not None)
    assert arms._to_before(words) == (arms._BEFORE.search(words) is not None)
    assert findings._may_break(words) == (findings._BREAK.search(words) is not None)
    assert isinstance(asides._plan(words), bool)


@given(words=WORDS)
@settings(deadline=None)
def test_places_are_those_of_the_package(words: bytes) -> None:
    """The places of a pattern are those that ``finditer`` of the RE2 package gives, empty ones left out."""
    for one in SOME:
        package = re2.compile(one.patterns[0].pattern, options_of(case=False)).finditer(words)
        assert [(h.start, h.end) for h in one.places(0, words)] == [m.span() for m in package if m.end() > m.start()]


def records(*files: str) -> list[Record]:
    return [one.record for file in files for one in read_file(FOLDER / file) if isinstance(one, Read)]


@pytest.mark.parametrize("files", [("cli/articles.xml", "pubmed.xml"), ("cli/articles.xml", "cli/trials.json")])
def test_read_together_as_read_alone(files: tuple[str, ...]) -> None:
    """Records that are read together have the grades that each has alone, registry entries among them or not."""
    library = load_library()[0]
    rules, claim = load_rules(library.concepts), library.claims["dep-effect"]
    some = records(*files)
    assert some
    for record, scan in zip(some, scan_records(some, rules), strict=True):
        alone = scan_record(record, rules)
        own = grade_record(scan, record)
        assert own == grade_record(alone, record)
        assert grade_for_claim(scan, record, own, claim, rules) == grade_for_claim(alone, record, own, claim, rules)
        assert set(scan.by_signal) == set(alone.by_signal)


def test_a_set_is_handed_over_as_its_patterns() -> None:
    """Another process compiles its own automata, and finds the same."""
    for one in SOME:
        assert pickle.loads(pickle.dumps(one)).find("p, 群 group".encode()) == one.find("p, 群 group".encode())  # noqa: S301 # our own bytes
