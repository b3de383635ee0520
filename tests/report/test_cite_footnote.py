"""Does a footnote tell what is known, and never more than the evidence?"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import given

from evtrack.bilingual import Bilingual
from evtrack.changes import Change
from evtrack.claim import Alert
from evtrack.grade.grades import Level, Searched
from evtrack.record import RecordId
from evtrack.report.footnote import _Group, footnote, footnotes
from evtrack.report.show_text import STUDIES_SHOWN
from evtrack.store.moments import ClaimMoment
from evtrack.wording import both, word

from .cited import NCT, PMID, citation, claim, evidence, registered, status, texts, word_of


def test_a_footnote() -> None:
    """People first, then stage and direction with the references, trials, searches, what was not searched, the limits."""
    one = status(evidence(), registered=(registered(),), needs_review=2)
    assert footnote(one, {PMID: citation(retracted=False)}, "en").splitlines() == [
        (
            "[evtrack dep-effect, as of 2026-11-20] Studies showing efficacy in people: none found. Evidence level: animal study (1 study): "
            "improvement in animals [reference 1]. Registered only: 1 trials [reference 2]. "
            "Registration shows neither effect nor safety. 2 records could not be judged automatically; the stage may change. "
            "Searched: PubMed (2026-11-20), ClinicalTrials.gov (2026-11-20). Not searched: Ichushi, J-STAGE, jRCT, UMIN-CTR, ChiCTR, ICTRP. "
            "The evidence level is a stage of research: it says what kind of study exists, not how large or how certain an effect is. "
            "Sorted by evtrack from abstracts and registry entries by rules; no appraisal of full texts and no treatment advice."
        ),
        "1. Example AK Jr, van der Sample K, Group of Trials and Tests. J Inv Stud 2025;12(3):101-109. doi: 10.9999/a_b(1)<2>3, PMID: 90000001",
        "2. NCT90000001 (recruiting, phase 2, 40 planned, results overdue)",
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
    one = status(evidence(), claim=claim(track="state"), searched=(), as_of=None)
    text = footnote(one, {}, "en")
    assert "Verdict: " in text
    assert "Searched:" not in text
    assert "Not searched: PubMed, ClinicalTrials.gov, Ichushi" in text


def test_long_lists_are_counted() -> None:
    """Twenty references and three trials are named, the rest are counted with them, unless all are asked for."""
    many = status(
        *(evidence(RecordId(f"PMID:9{i:07d}")) for i in range(25)),
        registered=tuple(registered(id=f"NCT9000000{i}") for i in range(7)),
    )
    text = footnote(many, {}, "en")
    assert f"[references 1–{STUDIES_SHOWN}, and {25 - STUDIES_SHOWN} more]" in text
    assert "Registered only: 7 trials [references 21–23, and 4 more]." in text
    assert len(text.splitlines()) == 1 + STUDIES_SHOWN + 3
    everything = footnote(many, {}, "en", everything=True)
    assert "[references 1–25]" in everything
    assert "[references 26–32]" in everything
    assert everything.splitlines()[-1].startswith("32. NCT90000006 (")
    assert footnotes([many, many], {}, "ja").count("［evtrack dep-effect") == 2


def test_only_what_carries_the_level_is_cited_behind_it() -> None:
    """Studies of other levels stand apart with their own numbers; the registry's entry of a cited study is no reference of its own."""
    paper, entry = RecordId("PMID:90000002"), NCT
    people: dict[str, Any] = {"level": "early_clinical", "design": "single_arm"}
    one = status(
        *(evidence(RecordId(f"PMID:9100000{i}")) for i in range(5)),
        evidence(paper, links=(entry,), **people),
        evidence(entry, links=(paper,), source="ctgov", **people),
        level="early_clinical",
        label=Bilingual("初期の臨床研究（1件）", "early clinical (1 study)"),
    )
    lines = footnote(one, {paper: citation(id=paper, pmid="90000002", retracted=False)}, "en").splitlines()
    assert (
        "early clinical (1 study) [reference 1]. Also: animal study, 5 records [references 2–4, and 2 more]."
        in lines[0]
    )
    assert lines[1].endswith("PMID: 90000002, NCT90000001")
    assert len(lines) == 5
    ja = footnote(one, {}, "ja")
    assert "初期の臨床研究（1件）［文献1］。ほかに動物実験5件［文献2–4、ほか2件］。" in ja
    assert "1. PMID:90000002, NCT90000001\n" in ja


def test_a_single_one_of_many() -> None:
    """A group of which one is shown says so, and a claim without a level cites all that it rests on."""
    assert _Group("rct", 3, ("a",), 4).mark("en") == " [reference 4, and 2 more]"
    assert _Group("rct", 3, (), 4).mark("en") == " (3 references left out)"
    assert _Group("rct", 0, (), 4).mark("en") == ""


def test_harm_has_its_references() -> None:
    """What the graders noted of harm is told with the number of its reference where it does not count."""
    harm = evidence(RecordId("PMID:90000009"), counts_for_claim=False, stance="contradicts")
    note = both("sentence.harm", ids="PMID:90000009")
    text = footnote(status(evidence(), harm, harms=(harm.id,), notes=(note,)), {}, "en")
    assert f"{note.en.rstrip('.')} [reference 2]." in text
    assert footnote(status(evidence(), harms=(PMID,), notes=(note,)), {}, "en").count("reference") == 1


def test_titles_are_for_the_whole_list() -> None:
    """A title may promise what no study showed: it stands in the references only where all is asked for, cut at a word."""
    told = citation(title="An invented title of very many words " * 4, retracted=False)
    one = status(evidence())
    assert "invented title" not in footnote(one, {PMID: told}, "en")
    line = footnote(one, {PMID: told}, "en", everything=True).splitlines()[1]
    assert "An invented title of very many words An invented" in line
    assert " … J Inv Stud" in line
    assert "【撤回】" in footnote(one, {PMID: citation()}, "ja", everything=True)
    long = citation(title="字" * 80, retracted=False)
    assert "字 … J Inv Stud" in footnote(one, {PMID: long}, "ja", everything=True)


def test_alerts_come_first() -> None:
    """Regulators' warnings are one clause before the sentence about people, marked where nobody read them at their source."""
    text = Bilingual("架空の注意喚起", "An invented alert")
    alerts = (
        Alert("FDA", "2019-12-06", text, "https://a.example/", True),
        Alert("MHLW", "2024-07-31", text, None, False),
    )
    one = status(evidence(), claim=claim(alerts=alerts))
    en, ja = footnote(one, {}, "en"), footnote(one, {}, "ja")
    assert "Regulators have issued alerts: FDA (2019-12-06), MHLW (2024-07-31; unverified" in en
    assert en.index("FDA") < en.index("Studies showing efficacy in people")
    assert "公的機関の注意喚起があります：FDA（2019-12-06）、MHLW（2024-07-31、未確認" in ja


def moment(run: int, level: Level, *why: Change) -> ClaimMoment:
    """A claim's grade from a day on."""
    same = Bilingual("同", "same")
    return ClaimMoment(run, "refresh", f"2026-11-1{run}T00:00:00Z", level, None, "supports", same, same, 1, 1, why)


def test_a_level_that_fell_is_told_with_what_has_gone() -> None:
    """Beside the level stands that it fell when the claim last moved, and which study is gone; a rise or an older fall is not told."""
    gone = Change("record_removed", "dep-effect", PMID, None, None, "notable")
    edited = Change("claim_changed", "dep-effect", None, None, None, "minor")
    fell = (moment(1, "animal"), moment(2, "none", gone, edited))
    one = status(moments=fell)
    assert (
        "On 2026-11-12 the evidence level fell (animal study → no matching study); no longer counted: PMID:90000001 (record removed)."
        in footnote(one, {}, "en")
    )
    assert (
        "2026-11-12に研究段階が下がりました（動物実験 → 該当研究なし）。数えなくなった研究：PMID:90000001（記録の削除）。"
        in footnote(one, {}, "ja")
    )
    assert "fell (animal study → no matching study). " in footnote(
        status(moments=(fell[0], moment(2, "none"))), {}, "en"
    )
    for moments in ((), fell[:1], (*fell, moment(3, "rct")), (*fell, moment(3, "none"))):
        assert "fell" not in footnote(status(moments=moments), {}, "en")


def test_a_persons_word_has_name_date_and_what_the_rules_said() -> None:
    """Who changed what and when stands in it with what the rules had said, and the last sentence does not claim it for the rules."""
    person = both("sentence.person", ids="PMID:90000001")
    relabel = replace(
        word_of(
            values={"design": "rct", "stance": "supports", "title": "x"},
            seen={"design": "single_arm", "stance": "no_difference", "n": 3},
        ),
        action="relabel",
    )
    one = status(evidence(override=relabel), notes=(person,))
    en, ja = footnote(one, {}, "en"), footnote(one, {}, "ja")
    assert (
        "By the word of A. Reader (2026-11-21): PMID:90000001, design: randomised controlled trial; stance: improvement; the rules had said: "
        in en
    )
    assert "the rules had said: design: single-arm" in en
    assert person.en not in en
    assert "A. Readerの判断（2026-11-21）が入っています：PMID:90000001、" in ja
    assert "規則では 研究の種類：" in ja
    for text, ends in ((en, "with the words of persons named above"), (ja, "上に記した人の判断を加えたもの")):
        assert ends in text
    level = status(evidence(), words=(word_of(seen={"level": "animal"}),) * 5)
    text = footnote(
        replace(level, words=tuple(replace(w, record_id=None, claim_id="dep-effect") for w in level.words)), {}, "en"
    )
    assert "the evidence level, " in text
    assert "and 2 more." in text
    assert word("footnote.disclaimer", "en") not in text
    assert person.en in footnote(status(evidence(), notes=(person,)), {}, "en")


@given(texts)
def test_no_text_breaks_a_line(text: str) -> None:
    """Whatever stands in a record, a reference is one line without control characters."""
    from evtrack.report.citation import shown

    one = status(evidence(), label=Bilingual(text, text))
    out = footnote(one, {PMID: citation(title=shown(text), journal=shown(text), abbreviation=None)}, "ja")
    assert len(out.splitlines()) == 2
    assert not any(ord(c) < 32 and c != "\n" for c in out)
    assert "\u202e" not in out
