"""Is a Markdown file read without its marks, each unit at its place, and without code and comments?"""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evtrack.audit.reading import read_document
from evtrack.audit.reading_md import read_md
from evtrack.audit.unit import Document

PIECES = st.sampled_from(
    ["うつ", "です。", "効く？", "\n", "\r\n", "\n\n", "# ", "## ", "- ", "* ", "1. ", "> ", "**", "*", "__", "_", "~~", "`", "```\n", "[", "](", ")", "![", "[^1]",
     "[^1]: ", "<b>", "<br>", "<!--", "-->", "&amp;", "\\*", "|", "|---|\n", "===\n", "---\n", "<https://a.b>", "a_b", "5*3", "    ", "\t", "　", "title: x\n", "[a](b)"]
)  # fmt: skip


def read(text: str) -> Document:
    """The document of a Markdown text."""
    return read_document("page.md", text.encode())


def texts(text: str) -> list[str]:
    """What its units say."""
    return [u.text for u in read(text).units]


@given(st.lists(PIECES, max_size=40).map("".join))
def test_places_lead_to_the_text(text: str) -> None:
    """Each unit's letters stand in the source between its place's start and end, in order, and its first begins it."""
    document = read(text)
    lines = text.replace("\r\n", "\n").split("\n")
    for unit in document.units:
        assert document.text[unit.start : unit.end] == unit.text
        place = unit.place
        cut = lines[place.line - 1 : place.end_line]
        cut[-1] = cut[-1][: place.end_col - 1]
        cut[0] = cut[0][place.col - 1 :]
        source = iter("\n".join(cut))
        assert "\n".join(cut)[0] == unit.text[0]
        assert all(c in source for c in unit.text if c.isalnum())


def test_marks_are_taken_off() -> None:
    """Emphasis, code, links, pictures, notes, entities and escapes show what a reader sees."""
    assert texts("エクソ**ソーム**は*炎症*を~~抑え~~`ます`。\n") == ["エクソソームは炎症を抑えます。"]
    assert texts(
        '[炎症](https://x.y/z_(a) "t")を[抑え][1]ます[^1]。![写真](a.png)\n\n[1]: https://x.y\n[^1]: 注です。\n'
    ) == [
        "炎症を抑えます。",
        "写真",
        "注です。",
    ]
    assert texts(
        "[![バナー](a.png)](b) と <https://a.b> と [3,4] &amp; \\*5*3 a_b_c * d<br>次<img src='x' alt='絵'>\n"
    ) == [
        "バナー と https://a.b と [3,4] & *5*3 a_b_c * d",
        "次絵",
    ]


def test_places() -> None:
    """A unit begins behind the marks before it and ends before the marks behind it, with CRLF as well."""
    document = read("# 点滴は**有効**か ##\r\n\r\n- **炎症**を[抑える](x)\r\n\r\n# 点滴は**有効**か ##\r\n")
    assert [(u.text, u.place.line, u.place.col, u.place.end_col) for u in document.units] == [
        ("点滴は有効か", 1, 3, 13),
        ("炎症を抑える", 3, 5, 14),
        ("点滴は有効か", 5, 3, 13),
    ]


def test_headings() -> None:
    """Headings of both kinds nest by their level, and a bold line heads what follows."""
    document = read(
        "点滴\n===\n\n効果\n---\n\n### 機序 ###\n\n炎症を抑えます。\n\n##\n\n## 安全性\n\n**短期**\n\n害はありません。\n"
    )
    found = {u.text: [document.units[i].text for i in u.headings] for u in document.units}
    assert found["炎症を抑えます。"] == ["点滴", "効果", "機序"]
    assert found["害はありません。"] == ["点滴", "安全性", "短期"]


def test_lists_and_quotations() -> None:
    """Items lose their bullet and keep their number; what hangs under an item belongs to it; quotations are such."""
    document = read(
        "効果:\n\n- 炎症を\n  抑える\n- [x] 安眠\n\n1. 安全\n2. 自然\n\n> 楽に\n> なりました。\n> - 本当です\n\n***\n"
    )
    assert [(u.text, u.kind) for u in document.units] == [
        ("効果:", "label"),
        ("炎症を\n抑える", "list-item"),
        ("安眠", "list-item"),
        ("1. 安全", "list-item"),
        ("2. 自然", "list-item"),
        ("楽に\nなりました。", "quote"),
        ("本当です", "list-item"),
    ]
    assert [u.label for u in document.units[1:5]] == [0, 0, None, None]


def test_numbered_lines() -> None:
    """Numbered lines that count on are items, one alone over its text is a heading."""
    document = read("# 点滴\n\n1. 特徴\n効果:\n安眠。\n\n2. 注意\n\n- 発熱\n\n1. 安全\n2. 自然\n")
    assert [u.kind for u in document.units] == [
        "heading",
        "heading",
        "label",
        "fragment",
        "heading",
        *["list-item"] * 3,
    ]


def test_tables() -> None:
    """The cells of a table are units; a short first cell names its row."""
    document = read("| 項目 | 内容 |\n|---|:-:|\n| 副作用 | 発熱\\|頭痛 |\n| 費用 | 無料 |\n\n費用|5万円\n")
    assert [(u.text, u.kind, u.label) for u in document.units] == [
        ("項目", "label", None),
        ("内容", "label", None),
        ("副作用", "label", None),
        ("発熱|頭痛", "cell", 2),
        ("費用", "label", None),
        ("無料", "cell", 4),
        ("費用|5万円", "fragment", None),
    ]


@pytest.mark.parametrize(
    "hidden",
    [
        "```python\nうそ\n```",
        "~~~\nうそ\n```\nうそ\n~~~",
        "<!-- うそ\n\nうそ -->",
        "<script>うそ\n</script>",
        "<style>うそ</style>",
        "[x]: うそ",
    ],
)
def test_what_is_not_read(hidden: str) -> None:
    """Code blocks, comments, scripts and addresses are not read, and what follows keeps its place."""
    document = read(f"前です。\n\n{hidden}\n\n後です。\n")
    assert [u.text for u in document.units] == ["前です。", "後です。"]
    assert document.units[1].place.line == 5 + hidden.count("\n")


@pytest.mark.parametrize(
    "form", ['---\ntitle: "{}"\ntags: [a]\ndescription: {}\n---\n', "+++\ntitle = '{}'\ndescription = '{}'\n+++\n"]
)
def test_front_matter(form: str) -> None:
    """Title and description of the front matter are read at their places, its other values are not."""
    document = read(form.format("点滴の話", "うつが改善します。") + "本文です。\n")
    assert document.title == "点滴の話"
    assert [(u.text, u.kind, u.headings) for u in document.units] == [
        ("点滴の話", "heading", ()),
        ("うつが改善します。", "sentence", (0,)),
        ("本文です。", "sentence", (0,)),
    ]
    assert document.units[1].place.line == (4 if form.startswith("---") else 3)


def test_no_front_matter() -> None:
    """A ruler on the first line opens no front matter that is never closed."""
    assert texts("---\n本文です。\n") == ["本文です。"]
    assert texts("---\ntitle: >-\n---\n本文です。\n") == ["本文です。"]


@pytest.mark.parametrize(
    "source",
    [
        "[a " + "![picture](x.png) " * 300,
        "[a " + "[link](https://example.org) " * 300,
        "# a" + " " * 100_000 + "x",
        "a|b\n" + " " * 100_000 + "x",
        "---\ntitle: a" + " " * 100_000 + "x\n---\n",
        "---\n" + "\n" * 100_000,
    ],
    ids=["pictures", "links", "heading", "table", "title", "front matter"],
)
def test_nothing_is_tried_again_and_again(source: str) -> None:
    """What can be read in many ways is read in one: a page is read in the time that its length needs."""
    begun = time.process_time()
    read_md(source)
    assert time.process_time() - begun < 2


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("# Title", "Title"),
        ("## Title ##  ", "Title"),
        ("# C#", "C#"),
        ("# a # b", "a # b"),
        ("#  a  ", "a"),
        ("# ##", ""),
        ("#", ""),
    ],
)
def test_marks_that_close_a_heading(line: str, text: str) -> None:
    """Marks after a blank at the end are none of its words."""
    assert read_md(line).text.strip() == text
