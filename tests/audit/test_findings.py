"""What does an audit find in whole texts? Honest ones, advertising ones, and sentences against each other."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from evtrack.audit.evidence import EvidenceSnapshot
from evtrack.audit.finding import Finding
from evtrack.audit.findings import audit
from evtrack.audit.reading import read_document
from evtrack.bilingual import Bilingual
from evtrack.claims import load_library

from .held import AS_OF, TODAY, evidence_at, grave, held, of_units, snapshot_at
from .pages import lexicon

HONEST = sorted((Path(__file__).parent / "honest").iterdir())
CLAIMS = load_library()[0].claims


def today_like() -> EvidenceSnapshot:
    """Animals for every effect, early studies for dementia and safety, nothing for claims on special people."""
    columns = {"ad-effect": "early", "ad-memory-attention": "early", "few-side-effects": "early_mixed"}
    held_at = {i: evidence_at(c, columns.get(i, "nothing" if c.population else "basic")) for i, c in CLAIMS.items()}
    return EvidenceSnapshot(held_at, AS_OF)


def only(rule: str, text: str, snapshot: EvidenceSnapshot | None = None, **more: str) -> list[Finding]:
    return [f for f in held(text, snapshot or today_like(), **more).findings if f.rule == rule]


@pytest.mark.parametrize("file", HONEST, ids=lambda f: f.stem)
def test_honest(file: Path) -> None:
    """A text that names limits and risks and reports studies faithfully gets nothing above info, and few notes."""
    audited = held(file.read_text(encoding="utf-8"), today_like(), name=file.name)
    assert [(f.rule, f.text) for f in grave(audited)] == []
    assert len(audited.findings) * 4 <= len(audited.units)


ADVERTISING = [
    ("EV201", "必ずうつ症状が改善します。"),
    ("EV201", "Results are guaranteed for people with depression."),
    ("EV202", "副作用の心配はありません。"),
    ("EV202", "It is completely safe."),
    ("EV203", "薬に頼らず、不安を和らげます。"),
    ("EV203", "Many patients with depression were able to stop their antidepressants."),
    ("EV204", "「3回の点滴で不安が消えました」"),
    ("EV204", "多くの患者様が改善を実感されています。"),
    ("EV205", "厚生労働省に届出済みの治療です。"),
    ("EV205", "Our exosome product is FDA-approved."),
    ("EV207", "うつ病への効果は科学的に証明されています。"),
    ("EV151", "当院のデータでは、うつ症状の改善率は90%でした。"),
]


@pytest.mark.parametrize(("rule", "text"), ADVERTISING)
@pytest.mark.parametrize("column", ["nothing", "basic", "early", "one_rct", "mixed", "no_difference", "contradicts"])
def test_whatever_the_evidence(rule: str, text: str, column: str) -> None:
    """What no evidence makes good is found in every column."""
    title = "# エクソソーム点滴について" if not text.isascii() else "# About exosome infusions"
    assert only(rule, f"{title}\n\n{text}\n", snapshot_at(column)), text


@pytest.mark.parametrize(("rule", "text"), [a for a in ADVERTISING if a[0] != "EV207"])
def test_even_with_trials(rule: str, text: str) -> None:
    """Several randomised trials do not make it good either."""
    title = "# エクソソーム点滴について" if not text.isascii() else "# About exosome infusions"
    assert only(rule, f"{title}\n\n{text}\n", snapshot_at("rcts")), text


@pytest.mark.parametrize(
    ("text", "rule", "severity"),
    [
        ("エクソソームの副作用はまれです。", "EV124", "error"),
        ("Side effects of exosomes are rare and mild.", "EV124", "error"),
        ("エクソソーム点滴では、重篤な副作用の報告はありません。", "EV123", "warning"),
        ("臨床試験では、エクソソームに関連する重篤な有害事象は報告されませんでした。", "EV122", "info"),
        ("9人を36週間追跡した試験では、エクソソームに関連する重篤な有害事象は報告されませんでした。", None, None),
        ("エクソソームの長期の安全性は不明です。", None, None),
        ("エクソソームの点滴後に、発熱や感染症が報告されています。", None, None),
    ],
)
def test_safety(text: str, rule: str | None, severity: str | None) -> None:
    """Praise of safety is found, also as "none was reported"; the result of a study with numbers, and harms, are not."""
    title = "# エクソソームについて" if not text.isascii() else "# About exosomes"
    wanted = [(rule, severity)] if rule else []
    assert [(f.rule, f.severity) for f in of_units(held(f"{title}\n\n{text}\n", today_like()))] == wanted


def test_rates_of_the_clinic() -> None:
    """A rate of satisfaction is own data as well."""
    assert only("EV151", "# エクソソーム点滴\n\n当院の満足度は96%です。\n")


@pytest.mark.parametrize(
    "text",
    [
        "必ず効果が得られるわけではありません。",
        "副作用がまったくないとは言えません。",
        "We cannot say that it is safe.",
        "Exosomes do not replace antidepressants.",
        "The claim that exosomes are safe is not supported by data.",
        "One small study reported better cognition with exosomes; this does not show that the treatment works.",
        "薬は自己判断でやめないでください。",
        "国内で承認された抗うつ薬があります。",
        "「必ず効く」とうたう広告に注意してください。",
        "抗うつ薬と併用します。",
        "エクソソーム点滴は必ず効きますか?",
    ],
)
def test_denied(text: str) -> None:
    """The same words denied, asked or warned of are no finding."""
    title = "# エクソソーム点滴について" if not text.isascii() else "# About exosome infusions"
    assert of_units(held(f"{title}\n\n{text}\n", today_like())) == []


@pytest.mark.parametrize("text", ["# 鍼灸\n\n必ず改善します。\n", "# エクソソーム\n\n美容液でシワが必ず改善します。\n"])
def test_elsewhere(text: str) -> None:
    """Promises of other treatments, or for the skin, are not this audit's matter."""
    assert of_units(held(text, today_like())) == []


def test_state_with_label() -> None:
    """A sentence that is out of date is told with the label of its claim."""
    claim = CLAIMS["state-basic-accumulating"]
    told = replace(
        evidence_at(claim, "basic", "out_of_date"), label=Bilingual("情報が古い：RCTあり", "out of date: RCTs")
    )
    snapshot = replace(today_like(), claims={**today_like().claims, claim.id: told})
    text = (
        "# エクソソーム\n\n精神症状に対する有効性については、基礎研究や初期段階の臨床データが蓄積されつつあります。\n"
    )
    found = only("EV131", text, snapshot, lang="ja")
    assert [(f.verdict, f.severity) for f in found] == [("outdated", "warning")]
    assert "RCTあり" in found[0].message
    assert "2026年11月20日時点" in str(found[0].suggestion)


def test_number_not_stated() -> None:
    """Evidence whose number the snapshot does not give says so."""
    bare = replace(evidence_at(CLAIMS["dep-effect"], "basic"), counts={})
    snapshot = replace(today_like(), claims={**today_like().claims, "dep-effect": bare})
    found = only("EV104", "# エクソソーム\n\nエクソソームはうつ症状を改善します。\n", snapshot, lang="ja")
    assert "件数の記載なし" in found[0].message


def test_results_unreadable() -> None:
    """Where the direction of results is not readable, the floor's suggestion says no more than that."""
    unread = replace(evidence_at(CLAIMS["dep-effect"], "basic"), stance="unclear")
    snapshot = replace(today_like(), claims={**today_like().claims, "dep-effect": unread})
    found = only("EV201", "# エクソソーム\n\n必ずうつ症状が改善します。\n", snapshot, lang="ja")
    assert "確認できておらず" in str(found[0].suggestion)
    assert grave(held(f"# エクソソーム\n\n{found[0].suggestion}\n", snapshot)) == []


def test_not_only() -> None:
    """ "Not only" denies nothing."""
    assert only("EV202", "# About exosomes\n\nExosomes are not only effective but completely safe.\n")


def test_comparison_is_worse() -> None:
    """A comparison makes the finding one step worse, also from supported."""
    plain = "# エクソソーム\n\nうつ症状の改善が期待されています。\n"
    set_above = "# エクソソーム\n\n従来の治療を超えるうつ症状の改善が期待されています。\n"
    assert [f.severity for f in of_units(held(plain, snapshot_at("basic")))] == ["warning"]
    assert [f.severity for f in of_units(held(set_above, snapshot_at("basic")))] == ["error"]
    assert [(f.rule, f.severity) for f in of_units(held(set_above, snapshot_at("rcts")))] == [("EV206", "info")]


def test_several_illnesses() -> None:
    """Where several illnesses are named side by side, the worst of them counts."""
    trials = snapshot_at("rcts")
    claims = {**trials.claims, "anx-effect": evidence_at(CLAIMS["anx-effect"], "basic")}
    found = only(
        "EV104", "# エクソソーム\n\nエクソソームは、うつ病や不安症を改善します。\n", replace(trials, claims=claims)
    )
    assert [(f.severity, f.claims[0]) for f in found] == [("error", "anx-effect")]


def test_other_claims_as_notes() -> None:
    """Other claims of the sentence are named beside the main one."""
    text = "# エクソソーム\n\nエクソソームは神経の炎症を抑え、うつ症状を改善します。\n"
    found = only("EV104", text, today_like(), lang="ja")
    assert "同じ文のほかの主張" in found[0].message


@pytest.mark.parametrize(
    "text",
    [
        "マウスで改善しており、人のうつ症状にも効果が期待されます。",
        "Mice showed less anxiety, so patients with anxiety will improve too.",
    ],
)
def test_carried_over(text: str) -> None:
    """A result in animals carried over to people in the same sentence is not excused by naming the animals."""
    title = "# エクソソームについて" if not text.isascii() else "# About exosomes"
    assert grave(held(f"{title}\n\n{text}\n", today_like()))


def test_conceded_differences() -> None:
    """Individual differences that are only conceded do not carry the promise that follows."""
    text = "# エクソソーム\n\nエクソソームの効果には個人差がありますが、多くの方に効果があります。\n"
    assert [f.severity for f in only("EV104", text)] == ["error"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("エクソソームは統合失調症の症状をコントロールします。", True),
        ("薬物療法と組み合わせることで、より高い効果が得られます。", True),
        ("In a randomised trial, exosomes did not improve depression more than placebo.", False),
        ("エクソソームを統合失調症の患者に投与する試験を計画しています。", False),
        ("当院では、エクソソームの副作用はほとんど報告されていません。", True),
        ("Exosomes have been used safely in thousands of patients.", True),
    ],
)
def test_promises(text: str, found: bool) -> None:
    """What promises is found whatever its verb; what denies, plans or gives promises nothing."""
    title = "# エクソソームについて" if not text.isascii() else "# About exosomes"
    assert bool(grave(held(f"{title}\n\n{text}\n", today_like()))) is found


def test_level_in_the_section() -> None:
    """A limit named in the section makes its hedged sentences good; that of another section does not."""
    own = "# エクソソーム\n\n## うつ病\n\nうつ症状を緩和する可能性があります。\n動物実験の段階にとどまっています。\n"
    other = "# エクソソーム\n\n## うつ病\n\nうつ症状を緩和する可能性があります。\n\n## 課題\n\n動物実験の段階にとどまっています。\n"
    assert only("EV102", own) == []
    assert len(only("EV102", other)) == 1


def test_conceded_level() -> None:
    """A level that is only conceded excuses nothing."""
    text = "# エクソソーム点滴\n\nまだ動物実験の段階ですが、エクソソームはうつ症状を改善します。\n"
    assert [f.severity for f in only("EV104", text)] == ["error"]


def test_not_assessed() -> None:
    """A claim without a verdict is listed with the reason, in the language of messages."""
    unknown = replace(evidence_at(CLAIMS["dep-effect"], "basic"), search="incomplete")
    snapshot = EvidenceSnapshot({"dep-effect": unknown}, AS_OF)
    found = held("# エクソソーム\n\nエクソソームはうつ症状を改善します。\n", snapshot, lang="ja")
    assert [(n.place.line, n.why) for n in found.not_assessed] == [(3, "検索が完了していません")]
    assert of_units(found) == []


def test_risks() -> None:
    """One finding a document, with the list of what is there; 個人差 is no risk."""
    text = "# エクソソーム点滴\n\nうつ症状を改善します。\n効果には個人差があります。\n料金は1回5万円です。\n"
    found = only("EV301", text)
    assert [(f.severity, f.unit) for f in found] == [("error", None)]
    assert dict(found[0].ticks)["cost"] is True
    assert dict(found[0].ticks)["adverse"] is False


def test_risks_partly_named() -> None:
    """With unapproved status alone it is a warning; with concrete harms as well a note; all of it, nothing."""
    base = "# エクソソーム点滴\n\nうつ症状を改善します。\n国内では未承認です。\n"
    harms = base + "発熱や感染症が起こることがあります。\n"
    rest = (
        "月に1回、計3回の点滴で、費用は1回5万円です。\n国内で承認された治療薬が他にあります。\n"
        "米国FDAは未承認製品の安全性について警告しています（2020年）。\n製剤は国内の施設で製造されています。\n"
        "副作用被害救済制度の対象外です。\nお問い合わせはお電話でどうぞ。\n"
    )
    assert [f.severity for f in only("EV301", base)] == ["warning"]
    assert [f.severity for f in only("EV301", harms)] == ["info"]
    assert only("EV301", harms + rest) == []


def test_no_promise_no_disclosure() -> None:
    """A text that promises nothing needs no disclosure."""
    assert only("EV301", "# エクソソーム\n\nラットでは無動時間が短縮したと報告されています。\n") == []


@pytest.mark.parametrize(
    "text",
    [
        "エクソソームはまだ臨床試験の段階です。\n\nうつ病に有効な治療選択肢となるはずです。",
        "抗うつ薬と併用して使われることが多い治療です。\n\nエクソソーム点滴は、薬に頼らずうつ病を治療したい方に有効です。",
        "点滴後に発熱や感染症が報告されています。\n\nエクソソーム点滴に副作用はありません。",
        "効果には個人差があり、全ての方に有効とは限りません。\n\n必ずうつ症状が改善します。",
    ],
)
def test_inconsistent(text: str) -> None:
    """Two sentences that cannot both stand are told at the one that promises, with the line of the other."""
    found = only("EV302", f"# エクソソーム点滴\n\n{text}\n", lang="en")
    assert [(f.place.line, f.verdict) for f in found] == [(5, "inconsistent")]
    assert "line 3" in found[0].message


def test_other_illness_is_consistent() -> None:
    """A limit for one illness does not contradict a promise for another."""
    text = "# エクソソーム\n\n統合失調症については臨床試験の段階です。\n\n認知症には有効です。\n"
    assert only("EV302", text) == []


def test_route() -> None:
    """Once a document: the studies in people used another route than the page is about."""
    early = replace(evidence_at(CLAIMS["ad-effect"], "early"), by_route={"intranasal": "early_clinical"})
    snapshot = replace(today_like(), claims={**today_like().claims, "ad-effect": early})
    text = (
        "# エクソソーム点滴\n\n認知症の認知機能が改善する可能性があります。\n認知症の認知機能の改善が期待されます。\n"
    )
    found = only("EV303", text, snapshot, lang="ja")
    assert [f.severity for f in found] == ["info"]
    assert "経鼻" in found[0].message
    assert only("EV303", text.replace("点滴", "の話"), snapshot) == []


def test_wrong_term() -> None:
    """小胞体 for 小胞 is told, with the right word; stress of the endoplasmic reticulum is not meant."""
    found = only("EV304", "# エクソソーム\n\nナノサイズの小胞体(エクソソーム)です。\n")
    assert [f.severity for f in found] == ["info"]
    assert "小胞（細胞外小胞）" in str(found[0].suggestion)
    assert only("EV304", "# エクソソーム\n\nエクソソームは小胞体ストレスを軽減します。\n") == []


@pytest.mark.parametrize(("days", "severity"), [(30, []), (31, ["info"]), (366, ["warning"])])
def test_stale(days: int, severity: list[str]) -> None:
    """Evidence older than 30 days is told, and after a year more loudly."""
    document = read_document("a.md", "# エクソソーム\n\nエクソソームはうつ症状を改善します。\n".encode())
    today = date.fromordinal(AS_OF.toordinal() + days)
    found = audit(document, load_library()[0], lexicon(), today_like(), today=today)
    assert [f.severity for f in found.findings if f.rule == "EV305"] == severity


def test_citations() -> None:
    """A number that is not among the records known is told; where none are listed, that it was not checked."""
    text = "# エクソソーム\n\nラットで改善しました（PMID: 90000001、10.1234/abc、NCT90000001）。\n"
    known = replace(today_like(), known=frozenset({"PMID:90000001", "DOI:10.1234/abc"}))
    found = only("EV306", text, known)
    assert [f.severity for f in found] == ["info"]
    assert "NCT90000001" in found[0].message
    assert "90000001、" not in found[0].message
    unchecked = held(text, today_like(), lang="en").not_assessed
    assert "citations were not checked" in unchecked[-1].why


def test_own_paper_with_citation() -> None:
    """Own data with a citation that resolves are no finding of their own; a citation that does not resolve is no help."""
    text = "# エクソソーム点滴\n\n当院では、うつ症状の改善を論文発表しています（PMID: 90000001）。\n"
    assert only("EV151", text, replace(today_like(), known=frozenset({"PMID:90000001"}))) == []
    assert len(only("EV151", text, replace(today_like(), known=frozenset({"PMID:90000002"})))) == 1


def test_papers_of_others() -> None:
    """Papers that others published are not the clinic's own."""
    assert only("EV151", "# エクソソーム\n\n海外では、うつ症状が改善したという論文も発表されています。\n") == []


def test_advertising_profile() -> None:
    """Only where asked for: wording to be checked against the guidelines, with source and date, never as forbidden."""
    text = "# エクソソーム点滴\n\n患者様の声を紹介します。\n日本一の実績です。\n"
    assert only("EV402", text) == []
    found = [f for f in held(text, today_like(), lang="ja", profile="ja-medical-ads").findings if f.rule >= "EV4"]
    assert [f.rule for f in found] == ["EV402", "EV401"]
    assert all("照合が必要" in f.message and "2024-03-22" in f.message and "違" not in f.message for f in found)


def test_rules_off() -> None:
    """Rules can be switched off by id."""
    document = read_document("a.md", "# エクソソーム\n\nエクソソームはうつ症状を改善します。\n".encode())
    found = audit(document, load_library()[0], lexicon(), today_like(), today=TODAY, off={"EV301"})
    assert {f.rule for f in found.findings} == {"EV104"}


def test_empty() -> None:
    """An empty text has no findings."""
    audited = held("", today_like())
    assert (audited.findings, audited.not_assessed, audited.units) == ((), (), ())


def test_findings_are_whole() -> None:
    """Each finding has a message in the language asked for, a fingerprint, and names level and stance of its claim."""
    text = "# エクソソーム\n\nエクソソームはうつ症状を改善します。\n"
    (ja,), (en,) = only("EV104", text, lang="ja"), only("EV104", text, lang="en")
    assert "動物実験" in ja.message
    assert ja.message != en.message
    assert en.message.isascii()
    assert (en.level, en.stance, en.claims[0]) == ("animal", "supports", "dep-effect")
    assert len(en.fingerprint) == 32
