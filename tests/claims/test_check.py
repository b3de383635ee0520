"""What only the whole shows: queries a service would refuse, odd ids, unused concepts, words that cannot match."""

from __future__ import annotations

from pathlib import Path

import pytest

from evtrack.claims import check_library, claim_paths, load_library
from evtrack.claims.check import check_files, lint_ctgov, lint_pubmed
from evtrack.claims.messages import MESSAGES
from tests.claims.written import CLAIM, concepts, write

AT_LEAST = CLAIM.replace("outcome: [depressive_symptoms]\n", "")


def check(folder: Path, extra: str = "", own: str = "") -> list[tuple[str, int, str, str]]:
    write(folder, "some-claim", AT_LEAST + extra)
    concepts(folder, own or "[]\n")
    return [(Path(e.path).name, e.line, e.what, e.mend) for e in check_library(folder)]


@pytest.mark.parametrize(
    ("query", "what"),
    [
        ("(exosom*[tiab] OR sEV[tiab] AND depressi*[tiab]", "Unbalanced opening parenthesis"),
        ("exosom*[tiab]) AND depressi*[tiab]", "Unbalanced"),
        ('"extracellular vesicle[tiab]', "Unmatched opening quote"),
        ("exosom*[tiba]", "Search field [tiba] is not supported"),
        ("exosom*[tiab] AND OR depressi*[tiab]", "Invalid operator position"),
        ("exosom*[tiab] depressi*[tiab]", "Missing operator"),
        ("exosom*[tiab] OR sEV[tiab] AND depressi*[tiab]", "without parentheses"),
        ("ex*[tiab]", "Wildcards cannot be used for short strings"),
        ("exosomes", "search field is implicit"),
        ("   ", "the query is empty"),
    ],
)
def test_pubmed_syntax_is_told_at_the_query(packs: Path, query: str, what: str) -> None:
    """A hand-written PubMed query that would not be read as meant is an error at its own line, saying where in it."""
    errors = check(packs, f"queries:\n  pubmed:\n    - exosom*[tiab]\n    - '{query}'\n")
    assert [(n, line) for n, line, *_ in errors] == [("some-claim.yaml", 11)] * len(errors)
    assert errors
    assert any(what in text for _, _, text, _ in errors), errors


def test_right_queries_pass_without_a_word(packs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A right query gives no error, and the linter prints nothing."""
    assert check(packs, "queries: {pubmed: ['{exosome} AND {depression}'], ctgov: [{query.intr: '{exosome}'}]}\n") == []
    assert lint_pubmed("exosom*[tiab] OR OR sEV[tiab]") != []
    out = capsys.readouterr()
    assert (out.out, out.err) == ("", "")


def test_query_built_from_a_broken_concept_is_told(packs: Path) -> None:
    """A concept whose pubmed words PubMed would not read is told at the claim that asks with them."""
    errors = check(
        packs,
        own="- {id: depression, role: condition, label: {ja: う, en: d}, pubmed: ['depressi*[tibs]'], ctgov: ['depression[x']}\n",
    )
    assert [(n, line) for n, line, *_ in errors] == [("some-claim.yaml", 1)] * len(errors)
    assert any("[tibs]" in text for _, _, text, _ in errors)
    assert any("square bracket" in text for _, _, text, _ in errors)


@pytest.mark.parametrize(
    ("parameters", "what", "mend"),
    [
        ("query.cnd: depression", "unknown parameter query.cnd", "query.cond"),
        ("xyz: depression", "unknown parameter xyz", "query.intr"),
        ("query.cond: 'depression[tiab]'", "query.cond holds a square bracket", "[tiab]"),
        ("query.cond: 'depress]'", "query.cond holds a square bracket", "[tiab]"),
        ("query.cond: '\"depressive disorder'", "query.cond has an open quote", '"'),
        ("query.cond: '(depression OR mood'", "query.cond has parentheses that do not match", "("),
        ("query.cond: 'depression) OR (mood'", "query.cond has parentheses that do not match", "("),
    ],
)
def test_registry_syntax_is_told_at_the_parameter(packs: Path, parameters: str, what: str, mend: str) -> None:
    """A hand-written ClinicalTrials.gov query that the service would refuse is an error at its own line."""
    errors = check(packs, f"queries:\n  ctgov:\n    - query.intr: exosome\n      {parameters}\n")
    assert [(n, line) for n, line, *_ in errors] == [("some-claim.yaml", 11)]
    assert errors[0][2].startswith(what)
    assert mend in errors[0][3]


def test_brackets_are_right_in_the_advanced_filter() -> None:
    """``filter.advanced`` speaks Essie, whose AREA[…] needs brackets; a parenthesis in a phrase is only text."""
    assert lint_ctgov("filter.advanced", "AREA[StartDate]RANGE[2020-01-01,MAX]") == []
    assert lint_ctgov("query.cond", '"depression (major"') == []


def test_unknown_concept_in_a_query(packs: Path) -> None:
    """A ``{concept}`` that does not exist is told with the near one, in either source's query."""
    errors = check(packs, "queries:\n  pubmed: ['{exosme} AND x[tiab]']\n  ctgov: [{query.intr: '{qqqqq}'}]\n")
    assert ("some-claim.yaml", 9, "unknown concept {exosme} in the query", "did you mean exosome?") in errors
    assert ("some-claim.yaml", 10, "unknown concept {qqqqq} in the query", "take it out, or add the concept") in errors


def test_known_ids(packs: Path) -> None:
    """Known items are PMIDs or NCT ids, each once."""
    errors = check(
        packs,
        "known:\n  - 'PMID:37859748'\n  - '37859748'\n  - NCT0438898\n  - PMID:01234567\n  - 'PMID:37859748'\n  - NCT04388982\n",
    )
    assert [(line, what.split()[0]) for _, line, what, _ in errors] == [
        (10, "37859748"),
        (11, "NCT0438898"),
        (12, "PMID:01234567"),
        (13, "PMID:37859748"),
    ]
    assert errors[3][2].endswith("stands here twice")


def test_unused_concept(packs: Path) -> None:
    """A writer's concept that nothing uses is told; words of context serve the audit and are not; nor are shipped ones."""
    errors = check(
        packs,
        own="- id: insomnia\n  role: condition\n  label: {ja: 不眠, en: insomnia}\n"
        "- {id: hype, role: context, label: {ja: 宣伝, en: hype}}\n- {id: depression, role: condition, label: {ja: う, en: d}, words: [depression], covers: [gloom]}\n"
        "- {id: gloom, role: condition, label: {ja: う, en: g}, words: [gloom]}\n",
    )
    assert errors == [("mine.yaml", 1, "no claim uses the concept insomnia", "use it in a claim, or delete it")]


def test_words_that_cannot_match(packs: Path) -> None:
    """A star inside a phrase, a bare star and a word written twice are told at the word."""
    errors = check(
        packs,
        own="- id: depression\n  role: condition\n  label: {ja: う, en: d}\n  words:\n    - depress* mood\n    - '*'\n    - gloom\n    - gloom\n",
    )
    assert [(line, what) for name, line, what, _ in errors if name == "mine.yaml"] == [
        (5, "'depress* mood': a * can stand only at the end of a word or phrase"),
        (6, "'*': a * can stand only at the end of a word or phrase"),
        (8, "gloom stands here twice"),
    ]


def test_broken_concepts_do_not_stop_the_check(packs: Path) -> None:
    """Entries that could not be read are told by the reading alone."""
    errors = check(packs, own="- word\n- {id: x}\n")
    assert [(line, what) for _, line, what, _ in errors] == [
        (1, "not a list of keys and values"),
        (2, "label is missing"),
        (2, "role is missing"),
    ]
    (packs / "concepts" / "mine.yaml").write_text("id: x\n", encoding="utf-8")
    assert [e.what for e in check_library(packs)] == ["a concept file is a list"]


def test_file_that_went_away_loses_only_its_line(packs: Path) -> None:
    """A claim file deleted between reading and checking is still checked, at line 1."""
    check(packs, "known: ['x']\n")
    library, _ = load_library(packs)
    (packs / "my-article" / "some-claim.yaml").unlink()
    assert [(e.line, e.what) for e in check_files(library, packs, claim_paths(packs))] == [(1, "x is no record id")]


def test_linter_crash_is_an_error_value(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the query package gives up without a message, its own words are told."""
    from search_query.exception import SearchQueryException
    from search_query.pubmed.parser import PubmedParser

    def gives_up(_: PubmedParser) -> None:
        raise SearchQueryException("")

    monkeypatch.setattr(PubmedParser, "parse", gives_up)
    assert lint_pubmed("x[tiab]") == ["SearchQueryException"]


def test_every_message_is_bilingual() -> None:
    """Each message has what and mend in both languages, with the same places to fill."""
    import string

    for key, (what, mend, what_ja, mend_ja) in MESSAGES.items():
        names = [{n for _, n, _, _ in string.Formatter().parse(t) if n} for t in (what, mend, what_ja, mend_ja)]
        assert names[2] | names[3] <= names[0] | names[1], key
        assert any(ord(c) > 0x3000 for c in what_ja), key
        assert any(ord(c) > 0x3000 for c in mend_ja), key
