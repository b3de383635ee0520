"""Every word a person reads is in the catalogue, in both languages, and says what GLOSSARY.md asks for."""

from __future__ import annotations

import pkgutil
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import get_args

import pytest

from evtrack import wording
from evtrack.bilingual import Bilingual
from evtrack.claim import StateVerdict, Track
from evtrack.grade import grades
from evtrack.wording import both, has_words, keys, word, words_of

SHARED = Path(__file__).parents[2] / "../shared"
NAMES = {
    "RCT", "RCTs", "PubMed", "MEDLINE", "NBIB", "XML", "JSON", "ClinicalTrials", "gov", "J", "STAGE", "jRCT", "UMIN", "CTR", "ChiCTR", "DOI", "PMID", "NCT", "Dask", "dask",
    "evtrack", "BDNF", "MeSH", "MSC", "SQLite", "PostgreSQL", "v", "GitHub", "HTML", "CSV", "RIS", "URL", "NCBI", "YAML", "ISO", "OK", "UTF", "SARIF", "Atom",
    "BibTeX", "Markdown", "Datasette", "Esc",
}  # fmt: skip
"""Names and formats that stay Latin in Japanese."""
TYPED = {
    "sqlite",
    "postgresql",
    "psycopg",
    "postgres",
    "psql",
    "https",
    "ja",
    "en",
    "stale",
    "d",
    "T",
    "UTC",
    "JSONL",
    "TOML",
    "id",
    "title",
    "load",
    "pack",
    "json",
    "zip",
    "z",
    "PDF",
    "API",
    "protocolSection",
    "change",
    "ctgov",
    "pubmed",
    "SSL",
    "CERT",
    "FILE",
    "MB",
    "nctId",
    "ignore",
    "rules",
    "reason",
    "sentence",
    "error",
    "warning",
    "never",
    "text",
    "sarif",
    "github",
    "markdown",
    "html",
    "csv",
    "ris",
    "bibtex",
    "footnote",
    "atom",
    "notable",
    "critical",
    "notify",
    "apprise",
    "chmod",
    "pip",
    "install",
}
"""What a person types or a file holds, in the command line's own messages alone."""


READ = {
    table.name: getattr(import_module(f"evtrack.wording.{table.name}"), "WORDS", {})
    for table in pkgutil.iter_modules(wording.__path__)
}
"""Every table beside the catalogue, read whole."""


def catalogue() -> dict[str, tuple[str, str]]:
    """Every key with its words."""
    return {key: words for table in READ.values() for key, words in table.items()}


def test_each_key_has_one_place_and_is_found() -> None:
    """No key stands in two tables; each table is listed with its groups, so that a word is found where it stands."""
    assert sum(map(len, READ.values())) == len(catalogue())
    groups = {name: {key.partition(".")[0] for key in table} for name, table in READ.items() if table}
    assert groups == {name: set(listed) for name, listed in wording.TABLES.items()}
    for key, words in catalogue().items():
        assert has_words(key)
        assert words_of(key) == words
    assert not has_words("level.stars")
    assert not has_words("no words at all")


@pytest.mark.parametrize(
    ("group", "values"),
    [
        ("level", get_args(grades.Level)), ("level_short", get_args(grades.Level)), ("writer", get_args(grades.Level)), ("design", get_args(grades.Design)),
        ("role", get_args(grades.Role)), ("agent", get_args(grades.Agent)), ("gate", get_args(grades.Gate)), ("stance", get_args(grades.Stance)),
        ("stance_short", get_args(grades.Stance)), ("basis", get_args(grades.Basis)), ("match", get_args(grades.Match)), ("track", get_args(Track)),
        ("state", get_args(StateVerdict)), ("route", ("iv", "intranasal", "other", "not_stated")),
    ],
)  # fmt: skip
def test_every_value_has_words(group: str, values: tuple[str, ...]) -> None:
    """Each value of the vocabulary can be shown in both languages."""
    assert set(values) <= set(keys(group))
    for value in values:
        assert both(f"{group}.{value}", n=2, k=1).ja


def test_words_are_not_empty() -> None:
    """No key has empty words, or a field in one language only."""
    for key, (ja, en) in catalogue().items():
        assert ja.strip(), key
        assert en.strip(), key
        fields = [set(re.findall(r"\{(\w+)[^}]*\}", text)) for text in (ja, en)]
        # Of a fault, Japanese may leave out what a parser said in English.
        assert fields[0] <= fields[1] if key.startswith("fault.") else fields[0] == fields[1], key


def _latin(text: str) -> Iterator[str]:
    """Latin words of a Japanese text that are no names, fields, ids (with hyphens), flags or commands."""
    text = re.sub(
        r"\"[^\"]*\"|<[^>]*>|\{[^}]*\}|--[a-z-]+|\bEVTRACK_\w+|\.\w+\b|evtrack( [a-z]+)+|YYYY-MM-DD|\b[a-z]+(-[a-z]+)+\b",
        " ",
        text,
    )
    for found in re.findall(r"[A-Za-zＡ-Ｚａ-ｚ]+", text):
        if found not in NAMES:
            yield found


def test_japanese_has_no_english_words() -> None:
    """No English word stands in Japanese but names and ids."""
    typed = dict.fromkeys(
        (
            *READ["interface"],
            *READ["help"],
            *READ["view"],
            *READ["fault"],
            *READ["trouble"],
            *READ["change"],
            *READ["notify"],
        ),
        TYPED,
    )
    stray = {key: sorted(set(_latin(ja)) - typed.get(key, set())) for key, (ja, _) in catalogue().items()}
    assert {key: found for key, found in stray.items() if found} == {}


def test_forbidden_words() -> None:
    """Japanese says 研究段階, never エビデンスレベル; nothing is called GRADE; an ad is never called a breach."""
    for key, (ja, en) in catalogue().items():
        assert "エビデンスレベル" not in ja, key
        assert "GRADE" not in ja + en, key
        assert "違反" not in ja, key


def test_english_has_no_japanese() -> None:
    """English words are English."""
    assert [key for key, (_, en) in catalogue().items() if re.search(r"[ぁ-んァ-ヶ一-龠]", en)] == []


def test_fields_are_filled_in_each_language() -> None:
    """A bilingual field gives each language its own words; what is filled in is never read as a template."""
    words = both("label.part", part=Bilingual("記憶", "memory"), level="{part}")
    assert (words.ja, words.en) == ("記憶＝{part}", "memory: {part}")
    assert word("level.animal", "ja") == "動物実験"
    assert word("level.animal", "en") == "animal study"


def test_missing_keys_and_fields_are_named() -> None:
    """A key the catalogue lacks, and a field nobody gave, are errors that name them."""
    with pytest.raises(KeyError, match=r"level\.moon"):
        word("level.moon", "ja")
    with pytest.raises(KeyError, match=r"sentence\.route.*route"):
        word("sentence.route", "en")


FIELDS = {
    "日付": "date", "疾患": "condition", "介入": "intervention", "ID": "id", "募集状況": "status", "経鼻": "route", "intranasal": "route",
    "○年○月": "version",
}  # fmt: skip


@pytest.mark.corpus
@pytest.mark.skipif(not SHARED.exists(), reason="../shared is not here")
def test_fixed_sentences_are_the_glossarys() -> None:
    """Each fixed sentence of GLOSSARY.md stands in the catalogue word for word, its blanks as fields."""
    text = (SHARED / "GLOSSARY.md").read_text(encoding="utf-8")
    fixed = text.split("**Fixed sentences**")[1].split("## ")[0]
    pairs = re.findall(r'「(.+)」 / "(.+)"', fixed)
    assert len(pairs) == 12
    have_ja, have_en = ({pair[i] for pair in catalogue().values()} for i in (0, 1))
    for ja, en in pairs:
        assert _with_fields(ja) in have_ja
        assert _with_fields(en) in have_en


@pytest.mark.corpus
@pytest.mark.skipif(not SHARED.exists(), reason="../shared is not here")
def test_tables_are_the_glossarys() -> None:
    """Levels, verdicts and stances of GLOSSARY.md's tables stand in the catalogue word for word."""
    text = (SHARED / "GLOSSARY.md").read_text(encoding="utf-8")
    for group, column in (("level", 1), ("verdict", 1)):
        for key in keys(group):
            row = next((r for r in text.splitlines() if r.startswith(f"| {key} |")), None)
            if row is None:
                continue
            cells = [c.strip() for c in row.strip("| ").split("|")]
            shown = re.split(r" ?[/／] ?", cells[column]) if group == "level" else cells[1:3]
            assert both(f"{group}.{key}", n="{n}") == Bilingual(shown[0], shown[1]), key


def _with_fields(sentence: str) -> str:
    return re.sub(r"\{([^}]+)\}", lambda m: "{" + FIELDS.get(m[1], m[1]) + "}", sentence)
