"""What was known when: a record that changes from load to load, and files that come in another order."""

from __future__ import annotations

from collections.abc import Callable
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]

ARTICLE = """<PubmedArticle><MedlineCitation Status="MEDLINE" Owner="NLM"><PMID Version="1">{pmid}</PMID>
<DateRevised><Year>2026</Year><Month>{month:02d}</Month><Day>01</Day></DateRevised>
<Article PubModel="Print"><Journal><JournalIssue CitedMedium="Print"><PubDate><Year>2025</Year></PubDate></JournalIssue>
<Title>Journal of Made-up Records</Title></Journal><ArticleTitle>{title}</ArticleTitle>
<Abstract><AbstractText>Mice underwent chronic mild stress and were injected with exosomes of mesenchymal stem cells or with saline.
{result}</AbstractText></Abstract><Language>eng</Language>
<PublicationTypeList><PublicationType UI="">Journal Article</PublicationType></PublicationTypeList></Article>
{corrections}</MedlineCitation></PubmedArticle>"""
TITLE = "Exosomes of mesenchymal stem cells and depression-like behaviour in mice"
SHORTER = "Immobility in the forced swim test was significantly shorter with exosomes than with saline (P=0.01)."
LONGER = "Immobility in the forced swim test was significantly longer with exosomes than with saline (P=0.01)."
CORRECTED = '<CommentsCorrectionsList><CommentsCorrections RefType="ErratumIn"><RefSource>J Made-up. 2026</RefSource></CommentsCorrections></CommentsCorrectionsList>'


def write(folder: Path, name: str, *articles: str) -> Path:
    """A PubMed XML file of the articles."""
    file = folder / name
    file.write_text(
        "<?xml version='1.0' encoding='UTF-8'?>\n<PubmedArticleSet>\n"
        + "\n".join(articles)
        + "\n</PubmedArticleSet>\n",
        encoding="utf-8",
    )
    return file


def article(month: int, title: str = TITLE, result: str = SHORTER, corrections: str = "", pmid: int = 90000501) -> str:
    """One version of the record, revised in the given month of 2026."""
    return ARTICLE.format(pmid=pmid, month=month, title=title, result=result, corrections=corrections)


def test_three_loads_are_three_answers(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Support in January, harm after the correction of March, nothing after the retraction of June: each date answers as it was."""
    versions = {
        "2026-01-15": article(1),
        "2026-03-15": article(3, result=LONGER, corrections=CORRECTED),
        "2026-06-15": article(6, title=f"RETRACTED: {TITLE}", result=LONGER),
    }
    for day, text in versions.items():
        monkeypatch.setenv("EVTRACK_NOW", f"{day}T12:00:00+00:00")
        answer = run("load", write(tmp_path, f"{day}.xml", text), "--json").json["files"][0]
        assert answer["new"] + answer["changed"] == 1
    monkeypatch.setenv("EVTRACK_NOW", "2026-11-23T00:00:00+00:00")
    seen = {
        day: (got["level"], got["stance"], got["excluded"])
        for day in ("2026-01-14", "2026-01-15", "2026-02-20", "2026-03-15", "2026-06-14", "2026-06-15", "2026-11-23")
        for got in [run("show", "dep-effect", "--json", "--at", day).json]
    }
    assert seen["2026-01-14"] == ("none", "n/a", {})
    assert seen["2026-01-15"] == seen["2026-02-20"] == ("animal", "supports", {})
    assert seen["2026-03-15"] == seen["2026-06-14"] == ("animal", "contradicts", {})
    assert seen["2026-06-15"] == seen["2026-11-23"] == ("none", "n/a", {"retracted": 1})
    corrected = run("show", "dep-effect", "--json", "--at", "2026-04-01").json["records"][0]
    assert "corrected" in corrected["flags"]


def test_files_in_any_order_give_one_answer(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Three versions of one record and another beside it: whichever file comes first, status and every record are the same."""
    files = [
        write(tmp_path, "a.xml", article(1)),
        write(tmp_path, "b.xml", article(3, result=LONGER, corrections=CORRECTED), article(2, pmid=90000502)),
        write(tmp_path, "c.xml", article(2, title=TITLE + " again")),
    ]
    answers = []
    for number, order in enumerate(permutations(files)):
        monkeypatch.setenv("EVTRACK_DB", str(tmp_path / f"{number}.db"))
        run("load", *order)
        answers.append((run("status", "--json").out, run("show", "dep-effect", "--json").out))
    assert len(set(answers)) == 1
    assert len(run("show", "dep-effect", "--json").json["records"]) == 2
