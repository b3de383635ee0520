"""Does a sentence make a claim, and which?"""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evtrack.audit.lexicon import lexicon_of
from evtrack.audit.matching import read_units
from evtrack.audit.normalise import normalise
from evtrack.bilingual import Bilingual
from evtrack.claim import Claim, Said
from evtrack.claims import load_library

from .pages import last, lexicon, page

TITLE = "# エクソソーム点滴のご案内"


def main_claim(*lines: str) -> str:
    """The main claim of the last line, or nothing."""
    return next(iter(last(*lines).claims), "")


@pytest.mark.parametrize(
    ("sentence", "claim"),
    [
        ("点滴は再生医療の一環です。", "regen-med-status"),
        ("細胞間コミュニケーションを良くする成分です。", "intercell-communication"),
        ("精神症状への有効性については、研究データが蓄積されつつあります。", "state-basic-accumulating"),
        ("エクソソームには成長因子や脂質が含まれています。", "composition-cargo"),
        ("エクソソームは傷んだ組織の修復を早めます。", "tissue-repair-general"),
        ("心身のバランスを整えることを目指します。", "aim-neuroprotect-immune"),
        ("うつ病では炎症が続いていることが知られています。", "dep-inflammation-bg"),
        ("エクソソームはIL-10を含みます。", "cargo-tgfb-il10"),
        ("うつ病の脳で、エクソソームは神経炎症を抑えます。", "dep-neuroinflammation"),
        ("エクソソームは抑うつ症状を和らげます。", "dep-effect"),
        ("うつ病の方ではBDNFが低下しています。", "dep-bdnf-bg"),
        ("エクソソームはBDNFを増やします。", "dep-bdnf-effect"),
        ("エクソソームはシナプスを修復します。", "dep-neurogenesis"),
        ("エクソソームは脳機能を高めます。", "dep-brain-function"),
        ("うつ病ではHPA軸が過剰に活性化しています。", "dep-hpa-bg"),
        ("エクソソームはコルチゾールを整えます。", "dep-hpa-effect"),
        ("エクソソームでストレス耐性が上がります。", "dep-stress-resilience"),
        ("不安症には神経の興奮状態が関与しています。", "anx-bg"),
        ("エクソソームは不安を緩和します。", "anx-effect"),
        ("不安症で、エクソソームはGABA神経を整えます。", "anx-gaba"),
        ("統合失調症では炎症性サイトカインが上昇しています。", "scz-bg"),
        ("エクソソームは統合失調症の陰性症状を改善します。", "scz-effect"),
        ("統合失調症への有効性は基礎研究レベルにとどまっています。", "scz-limit"),
        ("エクソソームは認知症の認知機能を守ります。", "ad-effect"),
        ("エクソソームは認知症の注意力を高めます。", "ad-memory-attention"),
        ("アルツハイマー病で、エクソソームは神経細胞の保護にはたらきます。", "ad-neuroprotection"),
        ("PTSDではストレス応答が過剰に持続します。", "ptsd-bg"),
        ("エクソソームはPTSDのフラッシュバックを減らします。", "ptsd-effect"),
        ("PTSDの方の感情の安定に、エクソソームが役立ちます。", "ptsd-outcome"),
        ("動物実験では、うつ症状や不安の改善が示唆されています。", "dep-effect animal-dep anx-effect"),
        ("エクソソーム治療はまだ臨床試験の段階です。", "trials-stage"),
        ("精神疾患への有効性を示す大規模データは限られています。", "large-data-limited"),
        ("点滴は薬物療法と併用されることが多いです。", "combination-practice"),
        ("点滴は副作用が少ない治療です。", "few-side-effects"),
        ("炎症の軽減と神経の修復が同時に期待できます。", "dual-action"),
        ("他の治療法が効果を示さない場合の選択肢です。", "alternative-when-others-fail"),
        ("効果には個人差があります。", "individual-differences"),
        ("精神症状に対する治療として研究が進行中です。", "promising-in-progress"),
        ("これまでの治療では得られなかった効果が期待されています。", "novel-benefit"),
        ("薬を飲みたくない方に、点滴は有効です。", "should-be-effective"),
        ("当院のデータを解析し、有意な改善を認めました。", "own-data-improvement"),
        ("その結果は論文として発表しています。", "own-paper-published"),
        ("ただいまモニターを募集しています。", "monitor-recruit"),
    ],
)
def test_every_claim_can_be_reached(sentence: str, claim: str) -> None:
    """Each of the 43 claims is found in a sentence that makes it, on a page about the infusion."""
    assert set(claim.split()) <= set(last(TITLE, sentence).claims)


def test_the_list_above_is_whole() -> None:
    """No claim is left out of it."""
    (mark,) = test_every_claim_can_be_reached.pytestmark  # type: ignore[attr-defined] # pytest puts it there
    named = {c for _, claims in mark.args[1] for c in claims.split()}
    assert named == set(load_library()[0].claims)


@pytest.mark.parametrize(
    "sentence",
    [
        "SNRIはうつ病の症状を改善します。",
        "運動は不安を和らげ、記憶力を高めます。",
        "認知行動療法はPTSDに有効です。",
        "血中エクソソームはうつ病の診断に役立つと期待されています。",
        "エクソソーム配合の美容液がシワを改善します。",
        "植物由来のエクソソームが炎症を抑えます。",
        "がんの転移をエクソソームが促します。",
        "エクソソームで膝関節の炎症が改善します。",
        "点滴の料金は1回3万円です。",
        "不安が強いときは深呼吸をしてみましょう。",
        "うつ病とエクソソームについて解説します。",
        "エクソソームはうつ病に有効でしょうか。",
        "認知症の方ではBDNFが減っています。",
        "エクソソームは直径およそ百ナノメートルの粒です。",
        "Vitamin drips relieve fatigue.",
        "Lithium relieves depression.",
        "Exosomes are secreted by most cells.",
        "Does the infusion relieve depression?",
    ],
)
def test_distractors(sentence: str) -> None:
    """Other treatments, diagnostics, cosmetics, plants, cancer, other illnesses, prices, advice and questions claim nothing."""
    found = last(TITLE, sentence)
    assert found.claims == ()
    assert found.strength is None
    assert found.direction == "other"
    assert found.why == ()


def test_condition_from_heading() -> None:
    """A section's heading names the illness for the sentences under it; the inner heading wins."""
    lines = (TITLE, "## うつ病", "### 不安症", "エクソソームは症状を和らげるといわれます。")
    assert main_claim(*lines) == "anx-effect"
    assert main_claim(TITLE, "## 統合失調症", "エクソソームが炎症を軽減する可能性があります。") == "scz-effect"


def test_condition_from_label_and_sentence_before() -> None:
    """A label and the sentence before carry too."""
    assert main_claim(TITLE, "PTSDへの効果:", "神経系の修復を助けます。") == "ptsd-effect"
    before = "エクソソームはアルツハイマー病で研究されています。"
    assert main_claim(TITLE, before, "神経細胞の保護が期待されます。") == "ad-neuroprotection"


def test_intervention_must_be_there() -> None:
    """A page that never names the intervention claims nothing about it."""
    assert main_claim("# うつ病の話", "不安を緩和します。") == ""
    assert main_claim(TITLE, "不安を緩和します。") == "anx-effect"
    assert last("不安を緩和します。", title="エクソソーム点滴").claims == ("anx-effect",)


def test_subject_is_carried_over_a_paragraph() -> None:
    """Japanese names its subject once; other paragraphs do not inherit it."""
    lines = ("エクソソームは小さな粒です。", "細胞から出ます。", "不安を緩和します。")
    assert main_claim(*lines) == "anx-effect"
    assert main_claim("エクソソームは小さな粒です。", "## 別の話", "不安を緩和します。") == ""


def test_other_treatment_blocks_the_title() -> None:
    """The page's product is not carried into a sentence about another drug, but it is where that drug failed or is added to."""
    assert main_claim(TITLE, "抗うつ薬は気分の落ち込みを改善します。") == ""
    assert main_claim(TITLE, "抗うつ薬で効果が得られなかった方にも有効です。") == "alternative-when-others-fail"
    assert main_claim(TITLE, "抗うつ薬と併用できます。") == "combination-practice"


def test_section_on_another_treatment() -> None:
    """A section on another treatment is not about the page's product; a question that only names it is no such section."""
    assert main_claim(TITLE, "## TMS治療", "気分の落ち込みをやわらげます。") == ""
    assert main_claim(TITLE, "## TMS治療", "エクソソームも落ち込みをやわらげます。") == "dep-effect"
    assert main_claim(TITLE, "## 抗うつ薬とエクソソーム", "気分の落ち込みをやわらげます。") == "dep-effect"
    assert (
        main_claim(TITLE, "## 抗うつ薬を飲んでいても受けられますか?", "はい、お薬と併用できます。")
        == "combination-practice"
    )


def test_state_of_another_illness() -> None:
    """On a page about dementia, missing data are not those on psychiatric illness."""
    found = last("# 認知症とエクソソーム", "臨床試験のデータは不足しています。").claims
    assert found == ("trials-stage",)
    assert "large-data-limited" in last("# うつ病とエクソソーム", "臨床試験のデータは不足しています。").claims


def test_general_promise() -> None:
    """A promise that names nobody takes the section's condition, else the page's, else the umbrella claim."""
    assert main_claim(TITLE, "## PTSD", "高い効果があります。") == "ptsd-effect"
    assert main_claim("# うつ病とエクソソーム点滴", "高い効果があります。") == "dep-effect"
    assert main_claim("# うつ病・不安症とエクソソーム点滴", "高い効果があります。") == "should-be-effective"
    assert main_claim(TITLE, "高い効果があります。") == "should-be-effective"


def test_umbrella_sentence() -> None:
    """Psychiatric illness as such takes the umbrella claim."""
    assert main_claim(TITLE, "エクソソームは精神疾患に有効です。") == "should-be-effective"


def test_premise() -> None:
    """What is said about the illness alone is a premise; with a promise after it, the promise is the claim."""
    premise = last(TITLE, "うつ病では慢性炎症が関与しています。")
    assert (premise.claims, premise.direction) == (("dep-inflammation-bg",), "premise")
    both = last(TITLE, "PTSDではストレス応答が過剰に持続しており、エクソソームがストレス耐性を高めます。")
    assert both.claims[0] == "ptsd-effect"
    assert "ptsd-bg" in both.claims
    assert both.direction == "asserts"


@pytest.mark.parametrize(
    ("sentence", "claim", "direction"),
    [
        ("うつ病患者二十名の非対照試験で、HAM-Dが低下したと報告されています。", "dep-effect", "asserts"),
        ("比較試験では、プラセボとの差はありませんでした。", "should-be-effective", "limits"),
        ("エクソソームの点滴でうつ病が悪化したという報告もあります。", "dep-effect", "limits"),
        ("エクソソームとうつ病の研究は少なく、効果も安全性も確立していません。", "dep-effect", "limits"),
        ("お薬をやめて、エクソソーム点滴に切り替えましょう。", "should-be-effective", "asserts"),
        ("点滴は抗うつ薬より安全です。", "novel-benefit", "asserts"),
    ],
)
def test_results_harms_and_comparisons(sentence: str, claim: str, direction: str) -> None:
    """Results of trials, harm, unproven effects, substitution and comparison are claims with a direction."""
    found = last(TITLE, sentence)
    assert claim in found.claims
    assert found.direction == direction


def test_concession_is_no_claim() -> None:
    """What a sentence concedes before it asserts is not its claim."""
    found = last(TITLE, "まだ動物実験の段階ですが、うつ病に有効です。")
    assert found.claims == ("dep-effect",)
    assert found.direction == "asserts"


def test_limits_put_the_state_first() -> None:
    """A limiting sentence is about the state of evidence first, and about its illness too."""
    found = last(TITLE, "うつ病への有効性を示すデータは不足しています。")
    assert found.claims == ("large-data-limited", "dep-effect")
    assert found.direction == "limits"


def test_missing_safety_data_are_about_safety() -> None:
    """長期の安全性のデータがない says nothing about efficacy."""
    assert last(TITLE, "長期の安全性を示すデータはありません。").claims == ("few-side-effects",)


def test_lists_of_benefits() -> None:
    """A bare illness in a list of whom it is for is a claim; in another list it is none."""
    assert main_claim(TITLE, "対象となる症状:", "うつ病") == "dep-effect"
    assert main_claim(TITLE, "当院の診療科目:", "うつ病") == ""


def test_headings() -> None:
    """A heading claims only where it is a sentence; labels and navigation never do."""
    assert main_claim(TITLE, "## エクソソームがうつ症状を和らげる") == "dep-effect"
    assert main_claim(TITLE, "## うつ症状に対するエクソソームの可能性") == ""
    assert last(TITLE, "エクソソームはうつを和らげます:").claims == ()
    boiler = page(TITLE, ("boilerplate", "エクソソームはうつを和らげます。"))
    assert read_units(boiler, lexicon())[-1].claims == ()


def test_why() -> None:
    """Each reading says which words it rests on, and where they stand."""
    document = page(TITLE, "## 不安症", "症状が\u200b改善します。", title="再生医療")
    found = read_units(document, lexicon())[-1]
    why = {(b.what, b.words, b.source, b.unit) for b in found.why}
    assert ("intervention", "エクソソーム", "title", 0) in why
    assert ("condition", "不安症", "heading", 1) in why
    said = last("# 点滴", "細胞のような小さな粒です。", title="エクソソーム").why
    assert said == ()
    outcome = next(b for b in last(TITLE, "エク\u200bソソームは神経炎症を抑えます。").why if b.what == "outcome")
    assert (outcome.words, outcome.start, outcome.end, outcome.source) == ("神経炎症", 8, 12, "sentence")


def test_why_from_the_title() -> None:
    """What stands in a page's own title has no unit."""
    found = last("不安を緩和します。", title="エクソソーム点滴")
    assert found.why[0].source == "title"
    assert found.why[0].unit is None


PIECES = st.sampled_from(
    [
        *(
            "エクソソーム",
            "ｴｸｿ\u200bｿｰﾑ",
            "うつ病",
            "不安",
            "BDNF",
            "ＰＴＳＤ",
            "は",
            "が",
            "を",
            "、",
            "。",
            "改善します",
            "減っています",
        ),
        *(
            " exosomes ",
            "relieve ",
            "depression",
            ", so ",
            "because ",
            "?",
            "(",
            "「",
            "\n",
            "小胞体",
            "可能性があります",
            "ではありません",
        ),
        *("モニター募集", "を目指します", "ですが", "\u3099", "\x00", "😀"),
    ]
)


@given(st.lists(st.lists(PIECES, min_size=1, max_size=9).map("".join), min_size=1, max_size=5))
@settings(max_examples=60, deadline=None)
def test_any_text_has_a_reading(lines: list[str]) -> None:
    """Whatever a page says, each unit gets one reading, and the words it rests on stand where it says."""
    document = page(*(("sentence", line) for line in lines), title="エクソソーム")
    readings = read_units(document, lexicon())
    assert [r.unit for r in readings] == list(range(len(lines)))
    for found in readings:
        assert (found.strength is None) is (found.claims == ())
        assert len(set(found.claims)) == len(found.claims)
        for reason in found.why:
            text = document.title if reason.unit is None else document.units[reason.unit].text
            assert text is not None
            assert reason.words in normalise(text[reason.start : reason.end]).text


def library_with(claim: Claim) -> set[str]:
    """The claims heard in one sentence where a writer's own claim joins the shipped ones."""
    library = load_library()[0]
    own = replace(library, claims={**library.claims, claim.id: claim})
    document = page("# エクソソーム点滴", "このクリニックは駅から歩いて五分の場所にあります。")
    return set(read_units(document, lexicon_of(own))[-1].claims)


@pytest.mark.parametrize(
    ("quote", "words", "found"),
    [("駅から歩いて五分", (), True), ("海の見える部屋", (), False), ("海の見える部屋", ("歩いて五分",), True)],
)
def test_own_words(quote: str, words: tuple[str, ...], found: bool) -> None:
    """A claim of a writer's own that concepts cannot tell is known by its words, else by its quote."""
    own = Claim(
        "near-station", "mine", "practice", "manual", Bilingual("駅に近い。", "Near."), quote, audit=Said(words=words)
    )
    assert ("near-station" in library_with(own)) is found
