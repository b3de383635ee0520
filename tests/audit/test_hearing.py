"""What is heard in a sentence, and what is a trap?"""

from __future__ import annotations

import time

import pytest

from evtrack.audit.hearing import Heard, hear

from .pages import lexicon


def heard(text: str) -> Heard:
    return hear(text, lexicon())


@pytest.mark.parametrize(
    ("text", "yes", "no"),
    [
        ("抗うつ薬や抗不安薬を飲んでいます。", "", "depression anxiety"),
        ("うつ伏せになって休みます。", "", "depression"),
        ("情緒が不安定です。", "", "anxiety"),
        ("副作用で使えない方に。", "medication_unsuitable", "safety"),
        ("神経再生因子を増やします。", "neurotrophic_other", "neurogenesis"),
        ("神経保護因子を供給します。", "", "neuroprotection"),
        ("神経炎症を抑えます。", "neuroinflammation", "inflammation"),
        ("認知症のリスクを下げます。", "dementia", "safety"),
        ("小胞体とシナプス小胞を観察しました。", "", "exosome"),
        ("5xFADマウスとCUMSラット", "dementia depression", "ptsd"),
        ("ＭＳＣ由来ＥＶを投与した", "exosome", ""),
        ("エ\u200bク\u200bソソームを投与した", "exosome", ""),
        ("幹細胞培養上清液の点滴", "exosome", ""),
        ("人混みが怖く、動悸がする", "anxiety", ""),
        ("幻聴と妄想", "schizophrenia", "dementia"),
        ("悪夢とフラッシュバック", "ptsd", ""),
        ("EVs eased worry and flashbacks", "exosome anxiety ptsd", "depression"),
        ("evs and previews", "", "exosome"),
        ("patients with traumatic brain injury", "", "ptsd"),
        ("Regenerates nerve cells", "neurogenesis", "tissue_repair"),
    ],
)
def test_concepts(text: str, yes: str, no: str) -> None:
    """Drug names hide conditions, longer words win, populations claim no harm, models stand for conditions."""
    found = set(heard(text).concepts(lexicon().roles))
    assert set(yes.split()) <= found
    assert not found & set(no.split())


def test_words_of_one_span_are_all_heard() -> None:
    """うつ症状 is the illness and what is measured of it."""
    assert {"depression", "depressive_symptoms"} <= set(heard("うつ症状").concepts(lexicon().roles))


def test_a_longer_word_hides_a_veto() -> None:
    """がん化 speaks of safety, not of cancer."""
    assert heard("がん化する危険はありません。").said("veto:oncology") is None
    assert heard("がんの治療です。").said("veto:oncology") is not None


def test_places() -> None:
    """A word knows its place in the text as it was given, also behind invisible characters and width."""
    one = heard("この「エク\u200bソソーム」でＰＴＳＤを")
    exosome = one.concepts(["exosome"])["exosome"]
    start, end = one.source(exosome)
    assert one.normalised.text[exosome.start : exosome.end] == "エクソソーム"
    assert (start, end) == (3, 10)


def test_a_text_without_end() -> None:
    """Of a unit longer than any sentence only the beginning is heard, so that a hostile file ends soon."""
    text = "エクソソームはうつ病の炎症を改善します、" * 50_000
    start = time.process_time()
    found = heard(text)
    assert time.process_time() - start < 1.5
    assert len(found.text) == 5_000


def test_parts_of_a_text() -> None:
    """What was heard in a clause is heard there alone."""
    whole = heard("うつ病では炎症が高く、点滴は不安を和らげます。")
    assert set(whole.within(0, 11).concepts(["depression", "anxiety"])) == {"depression"}
    assert len(whole.all_said("says:benefit")) == 1
    assert whole.said("nothing", "says:benefit") is not None
    assert whole.said("nothing") is None
    assert whole.japanese
    assert not heard("plain").japanese
