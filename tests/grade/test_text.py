"""Does a text keep its places, and do its sentences know their zones?"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evtrack.grade.fields import record_fields
from evtrack.grade.patterns import Pattern, PatternSet
from evtrack.grade.sentences import zone_of_label
from evtrack.grade.text import GradingText, scan
from evtrack.record import AbstractSection, Arm, Intervention, NctId, Outcome, Record, RecordId, Trial

PATTERNS = PatternSet(
    [
        Pattern("MICE", "animal", r"\bmice\b"),
        Pattern("RATS", "animal", r"\brats\b", zones=frozenset({"results"})),
        Pattern("GIVEN", "given", r"\bgiven (?:\w+ ){0,2}mice\b"),
        Pattern("SLEEP", "sleep", r"\bsleep\b", weights={"x": 1.0}),
        Pattern("TITLE", "only_title", r"\bfear\b", zones=frozenset({"title"})),
        Pattern("SLEPT", "sleep", r"\bslept (?:\w+ )?well\b"),
    ]
)


def zones(abstract: str, name: str = "abstract") -> list[str]:
    """The zones of a text's sentences."""
    return [s.zone for s in GradingText([(name, abstract)]).sentences]


def test_structured_abstract() -> None:
    """Section labels give the zones; what stands before the first label is background."""
    text = "Sleep matters. METHODS: We asked 40 nurses. All were adults. RESULTS: Sleep was short. CONCLUSIONS: Rest. TRIAL REGISTRATION: NCT90000001."
    assert zones(text) == ["background", "methods", "methods", "results", "conclusion", "registration"]


def test_labels_without_blank() -> None:
    """A label right behind a full stop starts a sentence of its own."""
    assert zones("AIMS: To sleep.METHODS: We slept.RESULTS: Well.") == ["objective", "methods", "results"]


def test_japanese_labels() -> None:
    """Japanese labels give zones, with and without brackets."""
    assert zones("【目的】睡眠を調べる。【方法】看護師40名に聞いた。【結果】短かった。【結論】休むべきである。") == [
        "objective",
        "methods",
        "results",
        "conclusion",
    ]
    assert zones("背景:睡眠は大事。方法：聞いた。結果：短かった。") == ["background", "methods", "results"]


def test_one_label_is_no_structure() -> None:
    """A single word with a colon does not make a structured abstract."""
    assert zones("Sleep is dear. RESULTS: we found little. It was short.") == ["background", "results", "results"]


def test_unstructured_abstract() -> None:
    """Without labels, aims, methods, results and conclusion are told by what sentences say."""
    text = (
        "Sleep is dear. The aim of this work was to count hours. Forty nurses were recruited. "
        "Sleep was significantly improved (P<0.01). It lasted. In conclusion, rest helps. Nurses were included."
    )
    assert zones(text) == ["background", "objective", "methods", "results", "results", "conclusion", "conclusion"]
    assert zones("In conclusion, rest helps.") == ["abstract"]


def test_other_fields() -> None:
    """Titles are one sentence of zone title; registry fields are of zone registry."""
    assert zones("Sleep. Fear. Rest.", "title") == ["title"]
    assert zones("Sleep. Fear.", "vernacular_title") == ["title", "title"]
    assert zones("Sleep. Fear.", "summary") == ["registry", "registry"]


@pytest.mark.parametrize(
    "text", ["Sleep vs. Rest in nurses.", "See Fig. 2 for more.", "J. Doe slept.", "Sleep (e.g. Naps) helps.", "x"]
)
def test_abbreviations_do_not_end_sentences(text: str) -> None:
    """Full stops of abbreviations and initials end no sentence."""
    assert len(zones(text)) == 1


def test_blank_text() -> None:
    """A text of blanks is one sentence, and blank lines make none."""
    assert zones("  ") == ["abstract"]
    assert zones("One.\n\n\nTwo.") == ["abstract", "abstract"]


@pytest.mark.parametrize(
    ("label", "zone"),
    [
        ("PATIENTS AND METHODS", "methods"),
        ("Main outcome results", "results"),
        ("症例", "results"),
        ("PROSPERO", "registration"),
        ("Odd", "abstract"),
        ("Significance", "conclusion"),
        ("はじめに", "background"),
    ],
)
def test_zone_of_label(label: str, zone: str) -> None:
    """Labels name zones in both languages."""
    assert zone_of_label(label) == zone


def test_reason_points_into_the_stored_words() -> None:
    """A reason has the stored words, not the normalised ones, and their place in code points."""
    text = GradingText([("title", "睡眠と MICE\u2010models"), ("abstract", "β\u00a0mice")])
    hit = PATTERNS.find(text.encoded)[0]
    reason = text.reason(hit.rule, hit.start, hit.end)
    assert (reason.field, reason.text, reason.start, reason.end) == ("title", "MICE", 4, 8)
    again = PATTERNS.find(text.encoded)[1]
    reason = text.reason(again.rule, again.start, again.end)
    assert (reason.field, reason.text, reason.start, reason.end) == ("abstract", "mice", 2, 6)
    assert text.slice(again.start, again.end) == "mice"
    assert text.reason("X", len(text.encoded) + 9, len(text.encoded) + 9).text == ""


def test_empty_text() -> None:
    """A text without fields has no sentences and no hits."""
    found = scan(GradingText([("title", "")]), PATTERNS)
    assert found.text.sentences == ()
    assert found.text.reason("X", 0, 0).text == ""
    assert len(found.by_signal) == 0
    assert found.first("animal") is None


def test_scan_finds_by_signal() -> None:
    """Hits are found by signal, in order, held to their zones; what is absent is absent."""
    found = scan(
        GradingText(
            [("title", "Fear in mice"), ("abstract", "AIMS: Rats and fear. RESULTS: Rats given old mice slept well.")]
        ),
        PATTERNS,
    )
    assert [h.rule for h in found.hits("animal")] == ["MICE", "RATS", "MICE"]
    assert [h.rule for h in found.hits("animal", zones=("results",))] == ["RATS", "MICE"]
    assert [h.rule for h in found.hits("animal", "given")] == ["MICE", "RATS", "GIVEN", "MICE"]
    assert len(found.by_signal["only_title"]) == 1
    assert "animal" in found
    assert "given" in found
    assert "nothing" not in found
    assert found.by_signal.get("nothing", 3) == 3
    assert set(found.by_signal) == {"animal", "given", "only_title", "sleep"}
    with pytest.raises(KeyError):
        found.by_signal["nothing"]
    assert found.reason(found.hits("given")[0]).text == "given old mice"


def test_zoned_rule_alone() -> None:
    """A signal whose only rule fired outside its zones is absent."""
    found = scan(GradingText([("title", "Sleep"), ("abstract", "Of fear.")]), PATTERNS)
    assert "only_title" not in found
    assert found.by_signal.get("only_title") is None


def test_candidate_without_hit() -> None:
    """A signal that has its words but not its pattern is absent."""
    found = scan(GradingText([("abstract", "Given to men. The mice slept.")]), PATTERNS)
    assert "given" not in found
    with pytest.raises(KeyError):
        found.by_signal["given"]


WORDS = st.lists(
    st.sampled_from(
        ["mice", "rats", "given", "old", "sleep", "slept", "well", "fear", "RESULTS:", "METHODS:", "café", ".", "\n"]
    ),
    max_size=25,
).map(" ".join)


@given(title=WORDS, abstract=WORDS, asked=st.permutations(["in", "first", "get"]))
@settings(max_examples=150)
def test_first_hit(title: str, abstract: str, asked: list[str]) -> None:
    """A signal's first hit is the first of its hits, and whether it fires is whether it has any, in whatever order it is asked."""
    read, fresh = (scan(GradingText([("title", title), ("abstract", abstract)]), PATTERNS) for _ in range(2))
    answers: dict[str, Callable[[str], object]] = {
        "in": read.__contains__,
        "first": read.first,
        "get": lambda signal: read.by_signal.get(signal, []),
    }
    for signal in PATTERNS.giving:
        hits = fresh.by_signal.get(signal, [])
        told = {question: answers[question](signal) for question in asked}
        assert told == {"in": bool(hits), "first": hits[0] if hits else None, "get": hits}


def test_empty_match_is_no_place() -> None:
    """A pattern that fits everywhere has a place only where it fits words."""
    loose = PatternSet([Pattern("X", "loose", "x*")])
    assert loose.span(0, b"ax xx") == (1, 2)
    assert not loose.matches(0, b"sleep")
    read = scan(GradingText([("title", "sleep")]), loose)
    assert read.first("loose") is None


def test_in_title() -> None:
    """Weighted signals of either title are known apart."""
    assert scan(GradingText([("title", "Sleep"), ("abstract", "Mice.")]), PATTERNS).in_title == {"sleep"}
    assert scan(
        GradingText([("title", "Rest"), ("vernacular_title", "sleep"), ("abstract", "Mice.")]), PATTERNS
    ).in_title == {"sleep"}


def test_record_fields() -> None:
    """An article gives titles and abstracts; a registry entry its own fields as well; nothing empty."""
    article = Record(
        RecordId("PMID:9000001"),
        "pubmed",
        "jsonl",
        "Sleep",
        (AbstractSection("Rest.", "AIMS"),),
        vernacular_title="睡眠",
        other_abstracts=(AbstractSection("休む。"),),
    )
    assert record_fields(article) == [
        ("title", "Sleep"),
        ("abstract", "AIMS: Rest."),
        ("vernacular_title", "睡眠"),
        ("other_abstract", "休む。"),
    ]
    trial = Trial(
        NctId("NCT90000001"),
        official_title="A trial of sleep",
        conditions=("Fear",),
        interventions=(Intervention("Nap", None, "Daily", ("Siesta",)),),
        arms=(Arm("Nap", None, "At noon"),),
        primary_outcomes=(Outcome("Hours", "Slept"),),
        brief_summary="Short.",
        keywords=("rest",),
    )
    entry = Record(RecordId("NCT90000001"), "ctgov", "ctgov-json", "Sleep", vernacular_title="Sleep", trial=trial)
    assert dict(record_fields(entry)) == {
        "title": "Sleep",
        "official_title": "A trial of sleep",
        "conditions": "Fear",
        "interventions": "Nap. Siesta. Daily",
        "arms": "Nap. At noon",
        "keywords": "rest",
        "summary": "Short.",
        "outcomes": "Hours. Slept",
    }


@settings(deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from(["title", "abstract", "summary"]), st.text(alphabet="abA. \n:。睡β-’", max_size=80)),
        max_size=3,
        unique_by=lambda f: f[0],
    )
)
def test_sentences_cover_every_field(fields: list[tuple[str, str]]) -> None:
    """The sentences of a text follow on each other and cover every field; bytes and code points agree."""
    text = GradingText(fields)
    joined = "".join(text.slice(s.start, s.end) for s in text.sentences)
    assert joined == "".join(GradingText([field]).text for field in text.fields)
    for sentence in text.sentences:
        assert text.byte(text.char(sentence.start)) == sentence.start
        assert text.sentence(sentence.start) == sentence or sentence.start == sentence.end
