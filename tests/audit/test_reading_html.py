"""Is all that a page says and advertises with read, each at its place, and nothing else?"""

from __future__ import annotations

import html
import re

from hypothesis import given
from hypothesis import strategies as st

from evtrack.audit.reading import read_document
from evtrack.audit.unit import Document, Place

WORDS = st.sampled_from(
    ["うつ", "点滴", "です。", "効く？", "安全", " ", "\n  ", "\r\n", "\t", "　", "&amp;", "&nbsp;", "&#x3042;", "&lt;", "&copy", "&nosuch;", "& ", "&#0;",
     "\u200b", "か\u3099", "Dr. A", " < ", "<b>", "</b>", "<i class='x>y'>", "</i>", "<br>", "<br/>", "<!-- x -->", "<wbr>", "①", "・"]
)  # fmt: skip
BLOCKS = st.sampled_from(
    [
        "<p>",
        "<div>",
        "<h2>",
        "</h2>",
        "<ul><li>",
        "<li>",
        "</ul>",
        "<td>",
        "<table><tr><th>",
        "</table>",
        "</div>",
        "<nav>",
        "</nav>",
    ]
)
PAGES = st.lists(st.one_of(WORDS, WORDS, WORDS, BLOCKS), max_size=40).map("".join)


def read(page: str) -> Document:
    """The document of a page."""
    return read_document("page.html", page.encode())


def source_at(page: str, place: Place) -> str:
    """What stands at a place, tags and comments taken off, entities decoded, without blanks."""
    lines = page.replace("\r\n", "\n").split("\n")[place.line - 1 : place.end_line]
    lines[-1] = lines[-1][: place.end_col - 1]
    lines[0] = lines[0][place.col - 1 :]
    bare = re.sub(r"<!--.*?-->|</?[a-z](?:'[^']*'|[^'>])*>", "", "\n".join(lines), flags=re.DOTALL)
    return "".join(html.unescape(bare).split())


@given(PAGES)
def test_places_lead_to_the_text(page: str) -> None:
    """The source at a unit's place, stripped of tags and decoded, is the unit; its offsets give it too."""
    document = read(page)
    end = 0
    for unit in document.units:
        assert document.text[unit.start : unit.end] == unit.text
        assert unit.start >= end
        end = unit.end
        assert source_at(page, unit.place) == "".join(unit.text.split())


@given(PAGES)
def test_nothing_is_lost(page: str) -> None:
    """Every letter and digit that a page shows is in one unit."""
    shown = source_at(page, Place(1, 1, page.replace("\r\n", "\n").count("\n") + 1, len(page) + 1))
    said = "".join(u.text for u in read(page).units)
    assert re.findall(r"[^\W_]", said) == re.findall(r"[^\W_]", shown)


def test_what_a_page_advertises_with() -> None:
    """Title, description and alternative texts are units at their places; the same description is said once."""
    page = (
        "<title>うつに&amp;点滴</title>\n"
        '<meta name="description" content="うつが&quot;改善&quot;します。">\n'
        '<meta property="og:description" content="うつが&quot;改善&quot;します。"><meta name="robots" content="all">\n'
        '<p>本文<img src="a" alt="写真です。">です。</p><img alt=""><h2><img alt="見出し"></h2>\n'
    )
    document = read(page)
    assert document.title == "うつに&点滴"
    assert [(u.text, u.kind, u.place.line, u.place.col) for u in document.units] == [
        ("うつに&点滴", "heading", 1, 8),
        ('うつが"改善"します。', "sentence", 2, 35),
        ("本文です。", "sentence", 4, 4),
        ("写真です。", "sentence", 4, 24),
        ("見出し", "heading", 4, 64),
    ]


def test_what_is_not_shown() -> None:
    """Scripts, styles, comments, declarations and the readings over words are not read."""
    page = (
        "<!DOCTYPE html><style>p{}</style><script>if(a<b)'</p>うそ'</script><!-- うそ --><?x うそ?>"
        "<template>うそ</template><select><option>うそ</select><p><ruby>鬱<rp>(</rp><rt>うつ</rt><rp>)</rp></ruby>病です。<textarea>うそ</textarea>"
    )
    assert [u.text for u in read(page).units] == ["鬱病です。"]


def test_lists_tables_and_definitions() -> None:
    """Items, cells and definitions have their kinds and labels, with end tags or without."""
    page = (
        "<h2>点滴</h2><p><b>期待される効果：</b></p><ul><li>安眠<li>記憶力<ul><li>短期</ul></ul><p>以上です。</p>"
        "<table><tr><th>項目<th>内容<tr><td>副作用<td>発熱<br>頭痛<tr><td>これは長い文なので行の名前ではありません。<td>値</table>"
        "<dl><dt>費用<dd>5万円<dt>期間<dd>3か月</dl><blockquote>楽でした。</blockquote>"
    )
    document = read(page)
    label = {u.text: u.label for u in document.units}
    kinds = {u.text: u.kind for u in document.units}
    text = [u.text for u in document.units]

    def named(said: str) -> str | None:
        index = label[said]
        return None if index is None else text[index]

    assert [named(s) for s in ("安眠", "記憶力", "短期", "以上です。")] == ["期待される効果："] * 3 + [None]
    assert [named(s) for s in ("発熱", "頭痛", "値", "5万円", "3か月")] == ["副作用", "副作用", "内容", "費用", "期間"]
    assert [kinds[s] for s in ("安眠", "発熱", "副作用", "項目", "楽でした。")] == [
        "list-item",
        "cell",
        "label",
        "label",
        "quote",
    ]
    assert {u.headings for u in document.units[1:]} == {(0,)}


def test_nested_tables_keep_their_rows() -> None:
    """After an inner table the outer row goes on."""
    document = read("<table><tr><td>費用<td><table><tr><td>内<td>外</table><td>5万円</table>")
    found = {u.text: u for u in document.units}
    label = found["5万円"].label
    assert label is not None
    assert document.units[label].text == "費用"


def test_navigation_is_boilerplate() -> None:
    """Links of a menu are boilerplate, a sentence in it is not."""
    document = read("<nav><ul><li>ホーム<li>うつが治ります。</ul></nav><p>本文です。")
    assert [u.kind for u in document.units] == ["boilerplate", "sentence", "sentence"]


def test_bold_line_is_a_heading() -> None:
    """A line that is all bold heads what follows, unless it is a sentence."""
    document = read(
        "<h1>点滴</h1><p><strong>安全性</strong></p><p>重い害は<b>報告</b>されていません。</p><p><b>必ず効きます</b></p><p>次です。"
    )
    assert [u.kind for u in document.units] == ["heading", "heading", "sentence", "sentence", "sentence"]
    assert document.units[2].headings == (0, 1)
    assert document.units[3].text == "必ず効きます"


def test_breaks() -> None:
    """``<br>`` ends a line of a reader, a broken line of the source does not; both are line breaks in the text."""
    document = read("<p>多くの\n  成分を含む\n  液体<br>点滴<br><br>注意：<br>発熱</p><pre>一行\n二行</pre>")
    assert [u.text for u in document.units] == ["多くの\n成分を含む\n液体", "点滴", "注意：", "発熱", "一行", "二行"]


def test_broken_markup() -> None:
    """A page that breaks off in a tag or a comment, and odd tags, are read as browsers read them."""
    assert [u.text for u in read("<p>終わり。<a href='x").units] == ["終わり。"]
    assert [u.text for u in read("<p>終わり。<!-- x <p>うそ。").units] == ["終わり。"]
    assert [u.text for u in read("<p>a<!-->b<!--->c</ 1>d</p x=1>").units] == ["abcd"]
    assert [u.text for u in read("1 <2 &lt;3<").units] == ["1 <2 <3<"]
    assert [u.text for u in read('<p title = "a>b" =x y=z/>はい。</p>').units] == ["はい。"]
    assert [u.text for u in read("<p>a</b></div></table>b").units] == ["a", "b"]
    assert [u.text for u in read("<svg><title>絵</title></svg><p>はい。").units] == ["絵", "はい。"]


def test_hostile_pages_cost_little() -> None:
    """Deep nesting and unclosed marks are read in one pass: here a tenth of a second, squared it would be minutes."""
    deep = read("<div>" * 5_000 + "うつ。" + "</div>" * 5_000)
    assert [u.text for u in deep.units] == ["うつ。"]
    for mark in ("<a ", "<!--", "<![", "<li><ul>", '<a b="', "&#", "<table><td>"):
        assert read(mark * 1_000).title is None
