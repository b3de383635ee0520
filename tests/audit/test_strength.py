"""Is a sentence's strength read from its final predicate, and negation before everything?"""

from __future__ import annotations

import pytest

from evtrack.audit.hearing import hear
from evtrack.audit.strength import is_nominal, predicate

from .pages import last, lexicon


@pytest.mark.parametrize(
    ("sentence", "strength", "direction"),
    [
        # flat
        ("小胞は落ち込みを和らげます。", "strong", "asserts"),
        ("点滴はうつに有効です。", "strong", "asserts"),
        ("副作用が少ない。", "strong", "asserts"),
        ("よい選択肢になるはずです。", "strong", "asserts"),
        ("The drip relieves anxiety.", "strong", "asserts"),
        ("Vesicles have been shown to relieve anxiety.", "strong", "asserts"),
        # hedged
        ("小胞は落ち込みを和らげる可能性があります。", "hedged", "asserts"),
        ("改善することが示唆されています(「小胞仮説」)。", "hedged", "asserts"),
        ("神経の回復を助けると考えられています。", "hedged", "asserts"),
        ("症状が軽くなることがあります。", "hedged", "asserts"),
        ("Vesicles may relieve anxiety.", "hedged", "asserts"),
        # moderate
        ("気分の改善が期待されています。", "moderate", "asserts"),
        ("有望な治療として研究が進行中です。", "moderate", "asserts"),
        ("A lift in mood can be expected.", "moderate", "asserts"),
        # the last clause decides
        ("期待が高まる中、気分を改善します。", "strong", "asserts"),
        ("気分を改善し、記憶にも役立つ可能性があります。", "hedged", "asserts"),
        ("There were no serious events in the study, so the drip is safe.", "strong", "asserts"),
        ("It may be new, but it works.", "strong", "asserts"),
        ("It has no side effects because vesicles may be natural.", "strong", "asserts"),
        # reports, scoped to a study
        ("ラットでは無動時間が短縮したと報告されています。", "report", "asserts"),
        ("小規模な試験では、有害事象は認められなかった。", "report", "asserts"),
        ("In mice, immobility was reduced.", "report", "asserts"),
        ("落ち込みが減ったと報告されています。", "moderate", "asserts"),
        ("有害事象は報告されていませんが、対象は12名と少数です。", "report", "asserts"),
        ("当院の30名のうち20名が改善しました。", "strong", "asserts"),
        ("マウスで改善が示唆されています。", "hedged", "asserts"),
        # limits
        ("大規模なデータは限られています。", "moderate", "limits"),
        ("有効性は人で確かめられたわけではありません。", "moderate", "limits"),
        ("効果には個人差があります。", "moderate", "limits"),
        ("国内で承認された製品はなく、自由診療で行われます。", "moderate", "limits"),
        ("投与後に発熱が出ることがあります。", "hedged", "limits"),
        ("Evidence in people is still limited.", "moderate", "limits"),
        # negation of negation, and of harm
        ("うつに効かないという証拠はありません。", "moderate", "asserts"),
        ("There is no evidence that it does not work.", "moderate", "asserts"),
        ("副作用の心配はありません。", "strong", "asserts"),
        ("副作用は少ないと考えられています。", "hedged", "asserts"),
        ("It carries no risk.", "strong", "asserts"),
    ],
)
def test_final_predicate(sentence: str, strength: str, direction: str) -> None:
    """Double negation, safety, limits, hedges, reports, expectations, and then flat statements."""
    said = predicate(hear(sentence, lexicon()))
    assert (said.strength, said.direction) == (strength, direction)


@pytest.mark.parametrize(
    ("above", "strength"),
    [("期待される効果:", "moderate"), ("改善する可能性のある症状:", "hedged"), ("メリット:", "moderate")],
)
def test_fragments_inherit(above: str, strength: str) -> None:
    """A bare list of benefits is as strong as its label."""
    said = predicate(hear("記憶力の改善、気分の安定。", lexicon()), hear(above, lexicon()))
    assert said.strength == strength


def test_study_named_above() -> None:
    """Under a heading on animal work, a finding in the past is a report."""
    heading = "## 動物での研究"
    assert last("# エクソソームとうつ病", heading, "海馬の神経新生も増えていました。").strength == "report"
    assert last("# エクソソームとうつ病", "海馬の神経新生も増えていました。").strength == "strong"


def test_study_named_before() -> None:
    """A finding told right after a study was named is that study's; the clinic's own patients are none."""
    study = "エクソソームの小規模な試験が海外で行われました。"
    assert last(study, "有害事象は観察されませんでした。").strength == "report"
    assert last(study, "当院の患者様でも不安が軽くなりました。").strength == "strong"


@pytest.mark.parametrize(
    ("text", "nominal"),
    [
        ("記憶力の改善", True),
        ("代替手段として注目。", True),
        ("いまわかっていること", True),
        ("副作用が少ない。", False),
        ("炎症をしずめる", False),
        ("Benefits for memory", True),
        ("Exosomes help memory", False),
        ("Say goodbye to worry!", False),
        ("Exosomes: what people should know", True),
    ],
)
def test_noun_phrases(text: str, nominal: bool) -> None:
    """A noun phrase has no predicate of its own."""
    assert is_nominal(hear(text, lexicon())) is nominal
