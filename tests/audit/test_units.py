"""Are texts cut into the right units? Cases made up before the rules were run, laws for any text, and what each unit stands under."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evtrack.audit.reading import read_document
from evtrack.audit.unit import Document, Unit

_ROWS = (Path(__file__).parent / "segmentation_cases.jsonl").read_text("utf-8").splitlines()
CASES: dict[str, tuple[str, list[str]]] = {r["name"]: (r["text"], r["units"]) for r in map(json.loads, _ROWS)}
"""All but the last two were written before the rules were run on them; ``heading: …`` says a unit's kind as well."""
SHARED = Path(__file__).parents[3] / "shared" / "data" / "audit"

PIECES = st.sampled_from(
    [
        "うつ", "です。", "効く？", "安全!", "「", "」", "(", ")", "（", "）", "\n", "\r\n", "\n\n", "\t", "　", " ", "・", "- ", "1. ", "(1)", "①",
        "メカニズム:", "効果：", "Dr. ", "et al. ", "e.g. ", "3.5", "vs. ", "It works. ", "safe", "。", "．", "…", "😊", "♪", "※", "\u200b", "か\u3099",
        "|", "---", "【注意】", "http://a.b/c?d=e!f", '"', "“", "”", "に", "は、", "について", "Q1. ", "STEP1 ", "\ufeff", "A.B.", "[3,4]", "p53",
    ]
)  # fmt: skip
TEXTS = st.lists(PIECES, max_size=30).map("".join)


def units(text: str) -> tuple[Unit, ...]:
    """The units of a plain text."""
    return read_document("page.txt", text.encode()).units


def under(document: Document, text: str) -> tuple[list[str], str | None]:
    """The headings and the label that the one unit with this text stands under."""
    (unit,) = (u for u in document.units if u.text == text)
    label = None if unit.label is None else document.units[unit.label].text
    return [document.units[i].text for i in unit.headings], label


@pytest.mark.parametrize("name", CASES)
def test_case(name: str) -> None:
    """A text in the manner of real pages falls into the units that a reader would make out."""
    text, wanted = CASES[name]
    got = [(u.kind, u.text) for u in units(text)]
    named = [w if re.match(r"(?:heading|label|list-item|sentence|fragment|quote|cell): ", w) else None for w in wanted]
    shown = [f"{kind}: {said}" if name else said for (kind, said), name in zip(got, named, strict=False)]
    assert shown == list(wanted)
    assert len(got) == len(wanted)


@given(TEXTS)
def test_units_cover_the_text(text: str) -> None:
    """Each letter and digit is in exactly one unit, units stand in order, and each is the text at its offsets."""
    document = read_document("page.txt", text.encode())
    covered: list[int] = []
    for unit in document.units:
        assert document.text[unit.start : unit.end] == unit.text
        assert unit.text == unit.text.strip()
        assert unit.text
        covered.extend(range(unit.start, unit.end))
    assert covered == sorted(set(covered))
    missed = set(range(len(document.text))) - set(covered)
    assert not [document.text[i] for i in missed if re.match(r"[^\W_]", document.text[i])]


@given(TEXTS)
def test_places_lead_to_the_text(text: str) -> None:
    """The source between a unit's line and column and its end is the unit, whatever breaks the lines."""
    lines = re.split(r"\r\n|\n|\r", text.removeprefix("\ufeff"))
    for unit in units(text):
        place = unit.place
        cut = lines[place.line - 1 : place.end_line]
        cut[-1] = cut[-1][: place.end_col - 1]
        cut[0] = cut[0][place.col - 1 :]
        assert "\n".join(cut) == unit.text


@given(TEXTS)
def test_what_units_stand_under(text: str) -> None:
    """Headings and labels stand before what they are over, and are of their kind."""
    found = units(text)
    for index, unit in enumerate(found):
        assert all(i < index and found[i].kind == "heading" for i in unit.headings)
        assert unit.label is None or (unit.label < index and found[unit.label].kind == "label")


def test_same_title_twice() -> None:
    """A title that stands twice is reported at each of its own lines."""
    found = units("点滴は有効か?医師が解説\n\n点滴は有効か?医師が解説\n\n本文です。\n")
    assert [(u.place.line, u.place.col) for u in found] == [(1, 1), (1, 8), (3, 1), (3, 8), (5, 1)]


def test_headings_nest() -> None:
    """Numbers in brackets nest below numbers with a stop, a bare line below the nearest number, a summary beside the first."""
    text = (
        "点滴の話\n\n1. 特徴\n(1)抗炎症\n炎症を抑えます。\n\n(2)再生\n再生を促します。\n\n2. 長所と短所\n長所\n楽です。\n\n短所\n高いです。\n\n"
        "まとめ\n以上です。\n"
    )
    document = read_document("page.txt", text.encode())
    assert document.title is None
    assert under(document, "炎症を抑えます。") == (["点滴の話", "1. 特徴", "(1)抗炎症"], None)
    assert under(document, "再生を促します。") == (["点滴の話", "1. 特徴", "(2)再生"], None)
    assert under(document, "楽です。") == (["点滴の話", "2. 長所と短所", "長所"], None)
    assert under(document, "高いです。") == (["点滴の話", "2. 長所と短所", "短所"], None)
    assert under(document, "以上です。") == (["点滴の話", "まとめ"], None)


def test_signs_stand_beside_bare_lines() -> None:
    """A heading with a sign does not fall under the bare heading before it, but under the title."""
    text = "点滴の話\n\n期待できる効果\n・安眠\n\n＜料金＞\n5万円です。\n\n■ 注意\n発熱します。\n\n第1章 歴史\n昔の話です。\n"
    document = read_document("page.txt", text.encode())
    assert under(document, "・安眠") == (["点滴の話", "期待できる効果"], None)
    assert under(document, "5万円です。") == (["点滴の話", "＜料金＞"], None)
    assert under(document, "発熱します。")[0] == ["点滴の話", "＜料金＞", "■ 注意"]
    assert under(document, "昔の話です。")[0][0] == "点滴の話"


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("効果\n\n★★★★★ 40代\n楽です。", "heading fragment sentence"),
        (
            "案内\n\n効果は？\nまだわかりません。\n\nなんと治る！？\n次です。",
            "heading heading sentence sentence sentence",
        ),
        ("案内\n\nここまで読んだ方へ。次に\n\n長い話です。", "heading fragment fragment sentence"),
        ("案内\n\n1回\t5万円\n2回\t9万円\n", "heading fragment fragment"),
        ("案内\n\nlower case line\n\nIt works well.", "heading fragment sentence"),
        ("案内\n▼ご予約はこちら\nお電話ください。", "heading boilerplate sentence"),
        ("## 案内\n## 終わりました。\n次です。", "heading list-item sentence"),
        ("案内\n■副作用：\n発熱。\n(1)効果：\n安眠。", "heading label fragment heading fragment"),
        ("案内\n\n1.5 mg を投与しました。\n\n2. 結果\n良好です。", "heading sentence heading sentence"),
        ("結果です。\nConclusion\nIt was safe.", "sentence heading sentence"),
        ("- 一つ目\n  続きです\n- 二つ目", "list-item list-item"),
        ("1) 一つ目です。\n   詳しく。\n2) 二つ目です。\n3) 三つ目", "list-item list-item list-item list-item"),
        ("患者は\n※個人の感想です", "fragment sentence"),
        ("〔注意〕\n発熱します。\n\n© 2024 Clinic", "heading sentence boilerplate"),
    ],
)
def test_kinds_of_lines(text: str, kinds: str) -> None:
    """Lines are told apart by their marks and by what stands around them."""
    assert [u.kind for u in units(text)] == kinds.split()


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("EVs did nothing at all.次に人で試します。", ["EVs did nothing at all.", "次に人で試します。"]),
        ("EVs helped mice.However, we wait.", ["EVs helped mice.", "However, we wait."]),
        ("See node.js or U.S.の例。", ["See node.js or U.S.の例。"]),
        ("Is it safe? No. It is not. See No. 5.", ["Is it safe?", "No.", "It is not.", "See No. 5."]),
        ("We gave vitamin B. However, by P. Lee it failed.", ["We gave vitamin B.", "However, by P. Lee it failed."]),
        ("Well... However, wait... no.", ["Well...", "However, wait... no."]),
        ("It fell by 30 %. 12 rats died.", ["It fell by 30 %.", "12 rats died."]),
        ("On Main St. The clinic is small.", ["On Main St.", "The clinic is small."]),
        ("EVs from Zhao et al. The cells died.", ["EVs from Zhao et al.", "The cells died."]),
        ("Yahoo! is a name (so?). 図.1を見る。", ["Yahoo! is a name (so?).", "図.1を見る。"]),
        ("「効く？」「安全？」という疑問です。", ["「効く？」「安全？」という疑問です。"]),
        ("(a [b. c) d. E f.", ["(a [b. c) d.", "E f."]),
        ('He said "no. never" twice. Then "yes.', ['He said "no.', 'never" twice.', 'Then "yes.']),
        ("Yahoo!ニュースで見た！本当です。", ["Yahoo!ニュースで見た！", "本当です。"]),
        ("As seen in Fig. 3A. Phase 2 is due.", ["As seen in Fig. 3A.", "Phase 2 is due."]),
        ("小胞は「運ぶ。」だけではない。", ["小胞は「運ぶ。」だけではない。"]),
        ("３．５倍です．次です．", ["３．５倍です．", "次です．"]),
    ],
)
def test_ends_of_sentences(text: str, wanted: list[str]) -> None:
    """Abbreviations, numbers, names and quotations end no sentence; what begins one behind them does."""
    assert [u.text for u in units(text)] == wanted


def test_label_holds_for_what_follows_it() -> None:
    """A label holds for its paragraph or list, also after a blank line, and not beyond."""
    text = (
        "期待される効果:\n\n・記憶力の改善\n・安眠\nなお、個人差があります。\n\n副作用:\n発熱。\n\n関係のない文です。\n"
    )
    document = read_document("page.txt", text.encode())
    assert under(document, "・安眠")[1] == "期待される効果:"
    assert under(document, "なお、個人差があります。")[1] is None
    assert under(document, "発熱。")[1] == "副作用:"
    assert under(document, "関係のない文です。")[1] is None


def test_unclosed_quotation_swallows_nothing() -> None:
    """A quotation that is never closed, or closed a page later, keeps no sentence from being one."""
    assert len(units("「効きます。安全です。痛くありません。")) == 3
    assert len(units("「効きます。" + "安全です。" * 200 + "」と言う。")) > 150


def test_quotation_over_lines() -> None:
    """A quotation that is closed on the next line is one unit."""
    assert [u.text for u in units("「楽になりました。\nまた来ます。」（40代）\n\n次です。")] == [
        "「楽になりました。\nまた来ます。」（40代）",
        "次です。",
    ]


def test_kinds() -> None:
    """Kinds: a quotation that is all of its line, a fragment without a predicate, and what leads elsewhere."""
    found = {
        u.text: u.kind
        for u in units("「楽になりました。」\n\n痛みの軽減。\n\n効果があります(仮説)。\n\n詳しくはこちら\n")
    }
    assert found == {
        "「楽になりました。」": "quote",
        "痛みの軽減。": "fragment",
        "効果があります(仮説)。": "sentence",
        "詳しくはこちら": "boilerplate",
    }


@pytest.mark.corpus
@pytest.mark.skipif(not SHARED.is_dir(), reason="the labelled segmentation cases are not here")
def test_labelled_cases() -> None:
    """The labelled segmentation cases and the article's units come out as labelled."""
    rows = [json.loads(line) for line in (SHARED / "seg_cases.jsonl").read_text("utf-8").splitlines()]
    right = sum(
        [(u.start, u.end) for u in units(r["text"] + "\n")] == [(w["start"], w["end"]) for w in r["units"]]
        for r in rows
    )
    assert right == len(rows)
    gold = [json.loads(line) for line in (SHARED / "article_gold.jsonl").read_text("utf-8").splitlines()]
    body = {(g["line"], g["col"], g["end_col"]) for g in gold if g["kind"] in ("sentence", "fragment")}
    article = read_document("article.txt", (SHARED / "article.txt").read_bytes())
    spans = {
        (u.place.line, u.place.col, u.place.end_col)
        for u in article.units
        if u.kind not in ("heading", "label") and u.place.line in {line for line, _, _ in body}
    }
    assert 2 * len(body & spans) / (len(body) + len(spans)) >= 0.97
