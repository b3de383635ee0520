"""What a person is shown before and after they speak: the page of a record, words in words, what moved."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evtrack.bilingual import Bilingual
from evtrack.claim import Claim
from evtrack.grade.grades import ClaimGrade, ClaimRecordGrade, Evidence, RecordGrade
from evtrack.record import AbstractSection, Intervention, NctId, Outcome, PartialDate, Reason, Record, RecordId, Trial
from evtrack.report.plain import plain, width
from evtrack.report.review_page import LONGEST_FIELD, ForClaim, record_page
from evtrack.report.review_text import (
    changed_line,
    has_moved,
    moved_lines,
    rules_had_said,
    value_words,
    word_lines,
    word_words,
)
from evtrack.word import Word

RECORD = Record(
    RecordId("PMID:90000001"),
    "pubmed",
    "pubmed-xml",
    "An invented trial of vesicles",
    (AbstractSection("Forty people were given vesicles. They felt better."),),
    journal="Journal of Made-up Records",
    authors=("Nobody A", "Someone B"),
    published=PartialDate(2024),
)
CLAIM = Claim("c-one", "p", "per-condition effect", "intervention", Bilingual("効く。", "It helps."), "効きます")
LEVEL = ClaimGrade("c-one", "rct", "supports", Bilingual("札", "label one"), Bilingual("人", "people"), {}, (1, 1, 0))
SAID = Word("relabel", "read in full", "N. Body", "2026-02-03T00:00:00Z", RecordId("PMID:90000001"), id=7)


def of(record: Record = RECORD, claim: Claim = CLAIM, **changed: Any) -> ForClaim:
    """The record towards a claim."""
    fields = {
        "design": "rct", "level": "rct", "synthesis": False, "role": "therapy", "agent": "native_ev", "gate": None,
        "stance": "supports", "basis": "abstract", "numbers": {"n": 40}, "flags": ("small_n",),
        "reasons": (
            Reason("R-RCT", "title", "trial", 12, 17),
            Reason("D-RODENT", "abstract", "gone since", 0, 10),
            Reason("S-BETTER", "abstract", "better", 44, 50),
            Reason("M-CONDITION", "abstract", "", 0, 0),
        ),
    }  # fmt: skip
    towards = {k: changed.pop(k) for k in ("stance", "counts_for_claim") if k in changed}
    grade = RecordGrade(**{**fields, **changed})
    graded = ClaimRecordGrade(
        grade, "selected", "measured", **{"counts_for_claim": True, "stance": "supports", **towards}
    )
    return ForClaim(claim, LEVEL, Evidence(record.id, record.source, record.title, record.year, graded))


def page(record: Record = RECORD, *towards: ForClaim, lang: str = "en", columns: int = 80, color: bool = False) -> str:
    """The page as text."""
    lines = record_page(record, towards or (of(record),), lang, columns, color=color)
    return "\n".join("".join(text for text, _ in line) for line in lines)


def test_the_page() -> None:
    """Title, journal, claim with its sentence and level, what the rules said with the words, the abstract."""
    told = page()
    order = (
        "An invented [1:trial]",
        "PMID:90000001 · 2024",
        "It helps. (c-one)",
        "効きます",
        "label one",
        "counts, better",
        "What the rules said",
        "randomised controlled trial",
        "(R-RCT)",
        '"gone since" (D-RODENT)',
        '"They felt better" (S-BETTER)',
        "n               40",
        "few participants",
        "They felt [5:better].",
    )
    places = [told.index(words) for words in order]
    assert places == sorted(places)
    assert "What the rules could not tell" not in told


def test_what_the_rules_could_not_tell_is_said() -> None:
    """A record that needs a person says why; a gated one says its gate; a number that is not stated is said to be missing."""
    told = page(
        RECORD, of(needs_review=True, stance="unclear", gate="review", numbers={}, flags=(), counts_for_claim=False)
    )
    assert "What the rules could not tell: direction not readable" in told
    assert "does not count (review)" in told
    assert "RCT (review)" in told
    assert re.search(r"n +not stated", told)
    assert "flags" not in told


def test_many_claims_are_folded() -> None:
    """Three claims are told whole, the next ones in brief, those that count no studies by their ids alone."""
    claims = [replace(CLAIM, id=f"c-{n}") for n in range(5)]
    state = replace(CLAIM, id="about-others", track="state")
    told = page(RECORD, *(of(claim=c) for c in claims), of(claim=state))
    assert told.count("In the article") == 3
    assert told.count("This record: ") == 5
    assert "Also for: about-others" in told
    only = page(RECORD, of(claim=state))
    assert "In the article" not in only
    assert "randomised controlled trial" in only


def test_a_registry_entry_and_one_without_words() -> None:
    """Of a trial each field of the registry is shown; a record with nothing but a title says that it has no abstract."""
    trial = Trial(
        NctId("NCT90000001"), brief_title="x", official_title="Official words", conditions=("Sadness",),
        interventions=(Intervention("vesicles"),), primary_outcomes=(Outcome("A scale"),), brief_summary="In short",
    )  # fmt: skip
    told = page(replace(RECORD, id=RecordId("NCT90000001"), source="ctgov", abstract=(), trial=trial))
    for words in (
        "Official title",
        "Official words",
        "Conditions",
        "Sadness",
        "Interventions",
        "Outcomes",
        "A scale",
        "In short",
    ):
        assert words in told
    assert "(no abstract)" in page(replace(RECORD, abstract=()))
    assert "抄録はありません" in page(replace(RECORD, abstract=()), lang="ja")
    assert "J Fict 2024; 1: 2" in page(replace(RECORD, citation="J Fict 2024; 1: 2"))


def test_a_huge_abstract_is_cut() -> None:
    """A megabyte is not poured over the terminal, and what is left out is said."""
    told = page(replace(RECORD, abstract=(AbstractSection("words " * 200_000),)))
    assert len(told) < 2 * LONGEST_FIELD
    assert f"and {1_200_000 - LONGEST_FIELD} more characters" in told


@given(st.text(max_size=60), st.text(max_size=200), st.sampled_from(("ja", "en")), st.booleans())
def test_nothing_foreign_reaches_the_terminal(title: str, abstract: str, lang: str, color: bool) -> None:
    """Whatever a record holds, no control character and no bidirectional mark is drawn, and its words are all there."""
    record = replace(RECORD, title=title, journal=title or None, abstract=(AbstractSection(abstract),))
    told = page(record, lang=lang, color=color)
    assert plain(told.replace("\n", "")) == told.replace("\n", "")
    shown = re.sub(r"\s", "", "".join(told.split("\n")))
    assert (
        re.sub(r"\s", "", plain(abstract)) in re.sub(r"\[\d:|(?<=\S)\]", "", shown)
        or "[" in abstract + title
        or "]" in abstract + title
    )


@pytest.mark.parametrize("columns", [40, 80, 120])
def test_lines_keep_to_the_width(columns: int) -> None:
    """No line is wider than the terminal, in either language."""
    for lang in ("ja", "en"):
        for color in (True, False):
            assert [
                line for line in page(columns=columns, lang=lang, color=color).split("\n") if width(line) > columns
            ] == []


def test_a_word_in_words() -> None:
    """What, who, when, why and its number; the values given beside what the rules had said; that it was reopened."""
    said = replace(SAID, values={"design": "rct", "n": 9}, seen={"design": "animal", "level": "animal"}, reopened=True)
    assert word_lines(said, "en") == [
        "A person's word (no. 7): relabelled, N. Body (2026-02-03): read in full [reopened]",
        "the person says: design: randomised controlled trial; n: 9",
        "the rules had said: design: animal study",
        "The record, or what the rules say of it, is another than this person saw: it must be looked at again.",
    ]
    for_one = replace(SAID, action="reject", claim_id="c-one")
    assert "no evidence here for c-one" in word_words(for_one, "en")
    assert "根拠から除く（c-one について）" in word_words(for_one, "ja")
    level = replace(SAID, action="accept", record_id=None, claim_id="c-one", reopened=True)
    assert "the level is right" in word_words(level, "en")
    assert "Level or result are others" in word_lines(level, "en")[-1]


def test_what_a_person_types_is_cleaned() -> None:
    """A name and a reason with escapes and direction marks are drawn without them."""
    told = word_words(replace(SAID, name="N\x1b[31m", reason="\u202ewhy\u202c"), "en")
    assert plain(told) == told


def test_values_of_an_added_record() -> None:
    """Of a record entered by hand what it is worth is told, claim by claim, and not its citation again."""
    values = {
        "title": "T", "url": "https://example.org", "design": "animal", "flags": ["small_n"],
        "claims": {"c-one": {"stance": "supports"}, "c-two": {}},
    }  # fmt: skip
    told = word_lines(replace(SAID, action="add", values=values), "en")
    assert told[1:] == [
        "the person says: design: animal study; flags: few participants or animals; c-one: stance: improvement"
    ]


def test_what_the_rules_had_said() -> None:
    """In the order of reading; that there is no gate and that nothing is pooled goes without saying."""
    seen = {"stance": "supports", "gate": None, "synthesis": False, "odd": 1, "design": "rct", "level": "rct"}
    assert list(rules_had_said(replace(SAID, action="accept", seen=seen))) == ["design", "level", "stance", "odd"]


def test_values_in_words() -> None:
    """Each kind of value has its words; what has none is shown as it is, cleaned."""
    assert value_words("counts_for_claim", False, "ja") == "いいえ"
    assert value_words("gate", None, "en") == "none"
    assert value_words("level", "early_clinical", "ja") == "初期の臨床研究"
    assert value_words("odd", "a\x1bb", "en") == "ab"


def test_what_moved() -> None:
    """Each claim that moved is a sentence; the rest are named, and one alone with its label."""
    other = replace(LEVEL, level="animal", label=Bilingual("別", "another label"))
    before = {"a": LEVEL, "b": LEVEL, "c": LEVEL}
    assert list(moved_lines(before, {"a": other, "b": LEVEL, "c": LEVEL}, ("a", "b", "c"), "en")) == [
        "a: label one → another label",
        "unchanged: b, c",
    ]
    assert list(moved_lines(before, before, ("a",), "en")) == ["a: unchanged, label one"]
    assert list(moved_lines({}, {"a": LEVEL}, ("a",), "en")) == ["a: not searched → label one"]
    assert not has_moved(None, None)
    assert list(moved_lines({}, {}, ("a",), "en")) == ["unchanged: a"]


def test_what_changed_in_one_line() -> None:
    """The claims that moved in one line, those whose level moved with both levels."""
    other, named = replace(LEVEL, level="animal"), replace(LEVEL, label=Bilingual("別", "another label"))
    before = {"a": LEVEL, "b": LEVEL, "c": LEVEL}
    after = {"a": other, "b": named, "c": LEVEL}
    assert changed_line(before, after, ("a", "b", "c"), "en") == "changed claims: a (RCT → animal study), b"
    assert changed_line(before, before, ("a",), "ja") == "変わった主張：なし"
    assert changed_line({}, {"a": LEVEL}, ("a",), "en") == "changed claims: a (none → RCT)"


def test_what_the_rules_say_of_a_level() -> None:
    """The rules' own and what stood with words of persons are told apart; of an old word what stood is not called the rules'."""
    stood = {"level": "rct", "stance": "supports", "k": 2, "n": 2}
    alone = {"level": "early_clinical", "stance": "mixed", "k": 0, "n": 2}
    level = replace(SAID, action="accept", record_id=None, claim_id="c-one")

    def lines(seen: dict[str, Any], *safety: str) -> list[str]:
        return word_lines(replace(level, seen=seen), "ja", safety)[1:]

    assert lines({**stood, "by_rules": alone}) == [
        "規則のみの判定：初期の臨床研究、不一致、2件中0件で改善方向",
        "その時に出ていた判定（人の判断を含む）：ランダム化比較試験、改善方向、2件中2件で改善方向",
    ]
    assert len(lines({**stood, "by_rules": stood})) == 1
    (old,) = lines({"level": "rct", "stance": "supports"})
    assert old.startswith("その時に出ていた判定")
    (safe,) = lines({**stood, "by_rules": stood}, "c-one")
    assert safe == "規則のみの判定：ランダム化比較試験、害の増加なし、2件中2件で問題の報告なし"
    (linked,) = lines({"by_rules": {**stood, "level": "observational", "stance": "n/a"}})
    assert linked == "規則のみの判定：観察研究、2件中2件で関連あり"
    assert lines({"level": None, "stance": "n/a", "k": 0, "n": 0}) == []


def test_harm_is_told_as_harm() -> None:
    """Values for a claim that nothing is harmed are told as harm or none, those for another claim are not."""
    values = {"claims": {"safe": {"stance": "supports"}, "c-one": {"stance": "supports"}}}
    said = word_lines(replace(SAID, action="add", values=values), "ja", {"safe"})[1]
    assert said == "人の判断：safe：結果の方向：害の増加なし、c-one：結果の方向：改善方向"
    assert value_words("stance", "contradicts", "en", safety=True) == "harm"


def test_the_rules_alone_on_the_page() -> None:
    """Where a person has spoken the page tells what the rules say without them."""
    worded = of(design="single_arm", numbers={"n": 999})
    told = page(RECORD, replace(worded, alone=of().evidence.graded))
    assert "randomised controlled trial" in told
    assert "999" not in told
