"""Which invented records wait for a person? Made in the tests' own words, with what a hostile record may hold."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import pytest

HOSTILE = "\u202eevil\u202c [/red] [bold]loud[/bold] <b>x</b> 鼻から投与した（点滴ではない）。"
"""Direction marks and what looks like markup; XML may hold no escape character (tests/report/test_review_text.py has it)."""

TITLES = {
    90000011: "Exosomes of mesenchymal stem cells in major depressive disorder: a randomized controlled trial [/red]",
    90000012: "Mesenchymal stem cell exosomes and depressive symptoms in patients with major depressive disorder",
    90000013: "Exosomes of mesenchymal stem cells ease depressive-like behavior in rats under chronic mild stress",
}

ABSTRACTS = {
    90000011: (
        "BACKGROUND: Nothing was known. METHODS: Forty patients with major depressive disorder were randomly assigned to"
        " exosomes of mesenchymal stem cells (n = 20) or to placebo (n = 20), given intravenously once a week for four"
        f" weeks. {HOSTILE} RESULTS: The Hamilton Depression Rating Scale was recorded at weeks four and eight."
        " CONCLUSIONS: The scores of both groups are told elsewhere."
    ),
    90000012: "",
    90000013: (
        "METHODS: Rats under chronic unpredictable mild stress were injected intravenously with exosomes of mesenchymal"
        " stem cells (n = 10) or saline (n = 10). RESULTS: Immobility in the forced swim test was significantly shorter"
        " in the exosome group (p = 0.01)."
    ),
}


def article(pmid: int, *, abstract: str | None = None, year: int = 2025) -> str:
    """One record as PubMed sends it."""
    text = ABSTRACTS[pmid] if abstract is None else abstract
    parts = f"<Abstract><AbstractText>{escape(text)}</AbstractText></Abstract>" if text else ""
    return (
        f'<PubmedArticle><MedlineCitation Status="MEDLINE" Owner="NLM"><PMID Version="1">{pmid}</PMID>'
        f'<DateRevised><Year>{year + 1}</Year><Month>01</Month><Day>10</Day></DateRevised><Article PubModel="Print">'
        f'<Journal><JournalIssue CitedMedium="Print"><PubDate><Year>{year}</Year></PubDate></JournalIssue>'
        f"<Title>Journal of Made-up Records</Title></Journal><ArticleTitle>{escape(TITLES[pmid])}</ArticleTitle>{parts}"
        '<AuthorList CompleteYN="Y"><Author ValidYN="Y"><LastName>Nobody</LastName><ForeName>Ann</ForeName>'
        "<Initials>A</Initials></Author></AuthorList><Language>eng</Language><PublicationTypeList>"
        '<PublicationType UI="">Journal Article</PublicationType></PublicationTypeList></Article></MedlineCitation></PubmedArticle>'
    )


def write(folder: Path, *articles: str) -> Path:
    """A file of PubMed XML; all of the invented records where none is named."""
    path = folder / "waiting.xml"
    told = articles or tuple(article(pmid) for pmid in TITLES)
    path.write_text(f"<PubmedArticleSet>{''.join(told)}</PubmedArticleSet>", encoding="utf-8")
    return path


def store(run: Callable[..., Any], articles: Path, cache: Path, folder: Path) -> None:
    """The store of a test, with all of the invented records. It is made once and copied."""
    kept = cache / "waiting"
    if not kept.exists():
        run("load", articles, write(folder))
        kept.mkdir()
        for file in folder.glob("evtrack.db*"):
            shutil.copy(file, kept)
    for file in kept.iterdir():
        shutil.copy(file, folder)


def compile_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let all commands of this process share the compiled rules: each would compile the same ones anew."""
    from evtrack import rules

    load = rules.load_rules

    def shared(concepts: Mapping[str, Any]) -> Any:
        key = tuple(concepts)
        if key not in _RULES:
            _RULES[key] = load(concepts)
        return _RULES[key]

    monkeypatch.setattr(rules, "load_rules", shared)


_RULES: dict[tuple[str, ...], Any] = {}
