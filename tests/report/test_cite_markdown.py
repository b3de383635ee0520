"""Does a report in Markdown tell a claim in show's order, and is nothing of a record markup?"""

from __future__ import annotations

import pytest
from hypothesis import given
from markdown_it import MarkdownIt

from evtrack.bilingual import Bilingual
from evtrack.claim import Alert
from evtrack.record import RecordId
from evtrack.report.report_markdown import report_markdown, told
from evtrack.store.moments import TrialVersion

from .cited import HOSTILE, NCT, PMID, citation, claim, evidence, registered, status, texts, word_of, would_change

MARKDOWN = MarkdownIt("gfm-like", {"linkify": False})


def page(*statuses: object, lang: str = "en", **more: object) -> str:
    return report_markdown(statuses, {PMID: citation(retracted=False)}, lang, **more)  # type: ignore[arg-type] # made by hand


def test_the_order() -> None:
    """People come first, then the level, what is provisional, the studies with links, the trials, the searches."""
    versions = tuple(
        TrialVersion(f"2026-11-{day}", said, ("PHASE2",), 40, None, None, None, False, ())
        for day, said in (("01", "NOT_YET_RECRUITING"), ("20", "RECRUITING"))
    )
    alert = Alert("Agency", "2020-01-02", Bilingual("注意", "A warning."), "https://agency.example/", verified=True)
    one = status(
        evidence(override=word_of()),
        evidence(RecordId("PMID:90000003"), counts_for_claim=False, condition_match="none"),
        claim=claim(alerts=(alert,)),
        harms=(RecordId("PMID:90000003"),),
        indirect={"secretome": "rct"},
        registered=(registered(), registered(id="jRCT9")),
        histories={NCT: versions},
        needs_review=2,
        would_change=would_change(),
        n_total=12,
        days=45,
    )
    text = page(one)
    marks = [
        "## May relieve depressive symptoms.", "- dep\\-effect" if "dep\\-effect" in text else "- dep-effect", "45 days old",
        "**Studies showing efficacy in people: none found.**", "**Evidence level: animal study", "12 animals in all",
        "### Alerts", "A warning.", "### Reports of harm or of a worse result", "[PubMed](https://pubmed.ncbi.nlm.nih.gov/90000003/)",
        "### What makes this provisional", "2 records could not be judged", "A. Reader", "### Studies that count",
        "1. Example AK Jr, van der Sample K, Group of Trials and Tests. ", "[PubMed](https://pubmed.ncbi.nlm.nih.gov/90000001/) — animal study",
        "### Registered trials, no results", "- [NCT90000001](https://clinicaltrials.gov/study/NCT90000001), recruiting",
        "  - 2026-11-20", "- jRCT9, recruiting", "### Indirect", "### Not counted, by reason", "### Searched", "### What would change this",
        "The evidence level is a stage", "evtrack sorts abstracts",
    ]  # fmt: skip
    places = [text.find(mark) for mark in marks]
    assert dict(zip(marks, places, strict=True)) == dict(zip(marks, sorted(places), strict=True))
    assert min(places) >= 0


def test_japanese() -> None:
    """In Japanese all words but names and titles are Japanese."""
    text = page(status(evidence(), registered=(registered(),)), lang="ja")
    assert "**人での有効性を示す研究：見つかっていません。**" in text
    assert "- [NCT90000001](https://clinicaltrials.gov/study/NCT90000001)、募集中" in text


@pytest.mark.parametrize(("track", "words"), [("state", "sentence about the evidence"), ("manual", "a person checks it"), ("intervention", "No study counts")])  # fmt: skip
def test_no_study(track: str, words: str) -> None:
    """Where no study counts it is said, and why."""
    text = page(status(claim=claim(track=track, quote=""), label=Bilingual("判定", "a verdict")))
    assert words in text
    assert ("**Verdict: " in text) == (track != "intervention")
    assert "In the article" not in text


def test_a_past_day() -> None:
    """A report of a past day says so."""
    from datetime import date

    assert "at the end of 2025\\-01\\-02" in page(status(at=date(2025, 1, 2))).replace("2025-01-02", "2025\\-01\\-02")


def test_many_studies() -> None:
    """Twenty studies are listed and the rest are counted; with everything all are listed, cited or by their id."""
    many = status(*(evidence(RecordId(f"PMID:9{i:07d}")) for i in range(25)))
    assert "20. " in page(many)
    assert "21. " not in page(many)
    assert "and 5 more" in page(many)
    assert "25. PMID:90000024 [PubMed]" in page(many, everything=True).replace("&#58;", ":")


def links(text: str) -> set[str]:
    """Where the links and pictures of a page lead, and its tags of HTML."""
    found = set()
    for token in MARKDOWN.parse(text):
        for inner in (token, *(token.children or ())):
            found |= {str(inner.attrs[name]) for name in ("href", "src") if name in inner.attrs}
            if inner.type.startswith("html"):
                found.add(inner.content)
    return found


@given(texts)
def test_no_text_is_markup(text: str) -> None:
    """Whatever stands in a record or a claim, the page has only the links of its ids, and no HTML."""
    hostile = citation(title=text, journal=text, retracted=False)
    one = status(
        evidence(), claim=claim(statement=Bilingual(text, text), quote=text), registered=(registered(id=text),)
    )
    out = report_markdown([one], {PMID: hostile}, "en")
    assert links(out) == {"https://pubmed.ncbi.nlm.nih.gov/90000001/"}
    assert not any(ord(c) < 32 and c != "\n" for c in out)
    assert "\u202e" not in out


def test_the_hostile_text() -> None:
    """Markup, links, mentions and numbers of issues are letters."""
    assert "<" not in told(HOSTILE)
    assert told("see #12 and @all") == "see &#35;12 and &#64;all"
    assert MARKDOWN.render(told(HOSTILE)).count("<") == 2
