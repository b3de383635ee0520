"""Does a footnote tell what is known, and never more than the evidence?"""

from __future__ import annotations

from hypothesis import given

from evtrack.claim import Bilingual
from evtrack.grade.grades import Searched
from evtrack.record import RecordId
from evtrack.report.footnote import footnote, footnotes
from evtrack.report.show_text import STUDIES_SHOWN

from .cited import PMID, citation, evidence, registered, status, texts


def test_a_footnote() -> None:
    """People first, then stage and direction with the references, trials, searches, what was not searched, the limits."""
    one = status(evidence(), registered=(registered(),), needs_review=2)
    assert footnote(one, {PMID: citation(retracted=False)}, "en").splitlines() == [
        (
            "[evtrack dep-effect, as of 2026-11-20] Studies showing efficacy in people: none found. Evidence level: animal study (1 study): "
            "improvement in animals [reference 1]. Registered only: NCT90000001 (recruiting, phase 2, 40 planned, results overdue). "
            "Registration shows neither effect nor safety. 2 records could not be judged automatically; the stage may change. "
            "Searched: PubMed (2026-11-20), ClinicalTrials.gov (2026-11-20). Not searched: Ichushi, J-STAGE, jRCT, UMIN-CTR, ChiCTR, ICTRP. "
            "The evidence level is a stage of research: it says what kind of study exists, not how large or how certain an effect is. "
            "Sorted by evtrack from abstracts and registry entries by rules; no appraisal of full texts and no treatment advice."
        ),
        "1. Example AK Jr, van der Sample K, Group of Trials and Tests. J Inv Stud 2025;12(3):101-109. doi: 10.9999/a_b(1)<2>3, PMID: 90000001",
    ]
    ja = footnote(one, {PMID: citation(retracted=False)}, "ja").splitlines()[0]
    assert ja.startswith(
        "［evtrack dep-effect、2026-11-20時点］人での有効性を示す研究：見つかっていません。研究段階：動物実験（1件）：動物で改善方向［文献1］。"
    )
    assert "検索していないもの：医中誌、J-STAGE、jRCT、UMIN-CTR、ChiCTR、ICTRP。" in ja
    assert "研究段階は研究の種類を示すもので、効果の大きさや確からしさの評価ではありません。" in ja


def test_what_is_not_whole_is_told() -> None:
    """A search that is not complete, old data, harm, and a reference that was retracted are told."""
    partial = (Searched("pubmed", "q", 9, False, "2026-11-19T06:00:00Z", 3),)
    harm = evidence(RecordId("PMID:90000009"), counts_for_claim=False, stance="contradicts")
    one = status(
        evidence(),
        harm,
        searched=partial,
        days=45,
        harms=(harm.id,),
        notes=(Bilingual("注", "A note"), Bilingual("注", "A note.")),
    )
    text = footnote(one, {PMID: citation()}, "en")
    assert "The search is incomplete" in text
    assert "only part of 9 was got (2026-11-19)" in text
    assert "45 days old" in text
    assert text.count("A note.") == 1
    assert "This paper was retracted. J Inv Stud" in text
    assert text.splitlines()[2] == "2. PMID:90000009"


def test_nothing_was_searched() -> None:
    """Records that were loaded from files are no search, and a verdict is called one."""
    from .cited import claim

    one = status(evidence(), claim=claim(track="state"), searched=(), as_of=None)
    text = footnote(one, {}, "en")
    assert "Verdict: " in text
    assert "Searched:" not in text
    assert "Not searched: PubMed, ClinicalTrials.gov, Ichushi" in text


def test_long_lists_are_counted() -> None:
    """Twenty references and five trials are named, the rest are counted, unless all are asked for."""
    many = status(
        *(evidence(RecordId(f"PMID:9{i:07d}")) for i in range(25)),
        registered=tuple(registered(id=f"NCT9000000{i}") for i in range(7)),
    )
    text = footnote(many, {}, "en")
    assert "[references 1–25]" in text
    assert text.splitlines()[-1] == f"and {25 - STUDIES_SHOWN} more"
    assert "NCT90000004 (recruiting, phase 2, 40 planned, results overdue), and 2 more." in text
    assert footnote(many, {}, "en", everything=True).splitlines()[-1] == "25. PMID:90000024"
    assert footnotes([many, many], {}, "ja").count("［evtrack dep-effect") == 2


@given(texts)
def test_no_text_breaks_a_line(text: str) -> None:
    """Whatever stands in a record, a reference is one line without control characters."""
    from evtrack.report.citation import shown

    one = status(evidence(), label=Bilingual(text, text))
    out = footnote(one, {PMID: citation(title=shown(text), journal=shown(text), abbreviation=None)}, "ja")
    assert len(out.splitlines()) == 2
    assert not any(ord(c) < 32 and c != "\n" for c in out)
    assert "\u202e" not in out
