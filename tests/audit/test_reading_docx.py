"""Is a Word file read paragraph by paragraph, in document order, and never further than it is safe?"""

from __future__ import annotations

import io
import re
import zipfile
from xml.sax.saxutils import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evtrack.audit.reading import read_document
from evtrack.audit.unit import Document
from evtrack.files import FileProblem

_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_STYLES = f"""<w:styles {_W}><w:style w:styleId="Heading1"><w:name w:val="heading 1"/></w:style>
<w:style w:styleId="a3"><w:name w:val="Title"/></w:style><w:style w:styleId="L"><w:name w:val="List Bullet"/></w:style>
<w:style w:styleId="Q"><w:name w:val="Quote"/></w:style><w:style w:styleId="N"><w:name w:val="Normal"/></w:style>
<w:style w:styleId="Own"><w:name w:val="大見出し"/><w:pPr><w:outlineLvl w:val="1"/></w:pPr></w:style></w:styles>"""


def packed(body: str, **others: str) -> bytes:
    """A Word file with this body; ``others`` are further parts, by name without folder and ending."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", f"<w:document {_W}><w:body>{body}</w:body></w:document>")
        archive.writestr("word/styles.xml", _STYLES)
        for name, xml in others.items():
            archive.writestr(f"word/{name}.xml", f"<w:part {_W}>{xml}</w:part>")
    return file.getvalue()


def p(said: str, properties: str = "", run: str = "") -> str:
    """A paragraph of one run."""
    return f'<w:p><w:pPr>{properties}</w:pPr><w:r><w:rPr>{run}</w:rPr><w:t xml:space="preserve">{escape(said)}</w:t></w:r></w:p>'


def style(name: str) -> str:
    """The property that gives a paragraph its style."""
    return f'<w:pStyle w:val="{name}"/>'


def table(*rows: tuple[str, ...]) -> str:
    """A table of one paragraph a cell."""
    return (
        f"<w:tbl>{''.join('<w:tr>' + ''.join(f'<w:tc>{p(c)}</w:tc>' for c in row) + '</w:tr>' for row in rows)}</w:tbl>"
    )


def read(body: str, **others: str) -> Document:
    """The document of a Word file."""
    return read_document("page.docx", packed(body, **others))


def problem(body: bytes) -> FileProblem:
    """The problem that reading ends in."""
    with pytest.raises(FileProblem) as caught:
        read_document("page.docx", body)
    return caught.value


SAID = st.text("うつ病です。効くか？ (1)・:：\u200bか\u3099&<「」safe. ", max_size=25)


@given(st.lists(st.one_of(SAID, st.lists(SAID, min_size=1, max_size=3)), max_size=8))
def test_lines_are_paragraphs(parts: list[str | list[str]]) -> None:
    """A unit's line counts the paragraphs in document order, those of tables too, and its columns lie in that paragraph."""
    body = "".join(p(part) if isinstance(part, str) else table(tuple(part)) for part in parts)
    paragraphs = [said for part in parts for said in ([part] if isinstance(part, str) else part)]
    document = read(body)
    for unit in document.units:
        assert document.text[unit.start : unit.end] == unit.text
        assert unit.place.line == unit.place.end_line
        assert paragraphs[unit.place.line - 1][unit.place.col - 1 : unit.place.end_col - 1] == unit.text
    said = "".join(u.text for u in document.units)
    assert re.findall(r"[^\W_]", said) == re.findall(r"[^\W_]", "".join(paragraphs))


def test_styles() -> None:
    """Titles, headings, lists and quotations are known by their styles, a heading also by its outline level."""
    document = read(
        p("点滴の話", style("a3"))
        + p("効果", style("Heading1"))
        + p("機序", style("Own"))
        + p("炎症を抑えます。", style("N"))
        + p("安眠", style("L"))
        + p("記憶力", '<w:numPr><w:numId w:val="3"/></w:numPr>')
        + p("これは本文です。", '<w:numPr><w:numId w:val="0"/></w:numPr>')
        + p("楽でした。", style("Q"))
        + p("安全性", '<w:outlineLvl w:val="0"/>')
        + p("短期", run="<w:b/>")
        + p("害はありません。", run='<w:b w:val="0"/>')
    )
    assert document.title == "点滴の話"
    assert [(u.text, u.kind, u.headings) for u in document.units] == [
        ("点滴の話", "heading", ()),
        ("効果", "heading", (0,)),
        ("機序", "heading", (0, 1)),
        ("炎症を抑えます。", "sentence", (0, 1, 2)),
        ("安眠", "list-item", (0, 1, 2)),
        ("記憶力", "list-item", (0, 1, 2)),
        ("これは本文です。", "sentence", (0, 1, 2)),
        ("楽でした。", "quote", (0, 1, 2)),
        ("安全性", "heading", (0,)),
        ("短期", "heading", (0, 8)),
        ("害はありません。", "sentence", (0, 8, 9)),
    ]


def test_file_without_styles() -> None:
    """Where a writer used no styles, the lines' own marks tell headings and labels."""
    document = read(p("1. 特徴") + p("期待される効果：") + p("安眠。") + p("") + p("別の話です。"))
    assert [(u.text, u.kind, u.headings, u.label, u.place.line) for u in document.units] == [
        ("1. 特徴", "heading", (), None, 1),
        ("期待される効果：", "label", (0,), None, 2),
        ("安眠。", "fragment", (0,), 1, 3),
        ("別の話です。", "sentence", (0,), None, 5),
    ]


def test_tables() -> None:
    """Cells stand under the first of their row; after an inner table the outer row goes on."""
    inner = f"<w:tc>{table(('甲', '乙'))}{p('')}</w:tc>"
    row = f"<w:tr><w:tc>{p('副作用')}</w:tc>{inner}<w:tc>{p('発熱。頭痛。')}</w:tc></w:tr>"
    document = read(f"<w:tbl>{row}</w:tbl>")
    assert [(u.text, u.kind, u.label, u.place.line) for u in document.units] == [
        ("副作用", "label", None, 1),
        ("甲", "label", None, 2),
        ("乙", "cell", 1, 3),
        ("発熱。", "cell", 0, 5),
        ("頭痛。", "cell", 0, 5),
    ]


def test_what_runs_hold() -> None:
    """Breaks, tabs and hyphens count; readings over words, deleted and moved text, and copies for old programs do not."""
    runs = (
        "<w:r><w:t>一行</w:t><w:br/><w:t>二</w:t><w:tab/><w:t>行</w:t><w:noBreakHyphen/></w:r><w:del><w:r><w:delText>うそ</w:delText></w:r></w:del>"
        "<w:moveFrom><w:r><w:t>うそ</w:t><w:br/></w:r></w:moveFrom><w:ruby><w:rt><w:r><w:t>うつ</w:t></w:r></w:rt><w:rubyBase><w:r><w:t>鬱</w:t></w:r></w:rubyBase></w:ruby>"
    )
    box = f"<w:r><w:AlternateContent><w:Choice>{p('枠の中です。')}</w:Choice><w:Fallback>{p('枠の中です。')}</w:Fallback></w:AlternateContent></w:r>"
    document = read(f"<w:p>{runs}{box}<w:r><w:t>です。</w:t></w:r></w:p>{p('次です。')}")
    assert [(u.text, u.place.line, u.place.col) for u in document.units] == [
        ("一行", 1, 1),
        ("二\t行-鬱です。", 1, 4),
        ("枠の中です。", 2, 1),
        ("次です。", 4, 1),
    ]


def test_notes_headers_and_footers() -> None:
    """Notes, headers and footers are read after the body; their lines go on counting."""
    document = read(p("本文です。"), footer1=p("自由診療です。"), footnotes=p("出典です。"), comments=p("うそ"))
    assert [(u.text, u.place.line) for u in document.units] == [
        ("本文です。", 1),
        ("出典です。", 2),
        ("自由診療です。", 3),
    ]


def test_bombs(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that unpacks to more than is allowed, in one part or in all, is refused before it is unpacked whole."""
    monkeypatch.setattr("evtrack.audit.reading_docx.MOST_XML", 100_000)
    assert problem(packed(p("a" * 100_000))).what == "more than 100000 bytes, unpacked"
    notes = {f"footer{n}": p("a" * 20_000) for n in range(6)}
    assert problem(packed(p("a"), **notes)).code == "too_large"


def test_too_much_text(monkeypatch: pytest.MonkeyPatch) -> None:
    """A text beyond all bounds is refused."""
    monkeypatch.setattr("evtrack.audit.reading_docx.MOST_TEXT", 100)
    assert problem(packed(p("a" * 60) * 2)).what == "more than 100 characters of text"


def test_document_type_is_refused() -> None:
    """A document type, and with it any entity, is not let in."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("word/document.xml", '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]><a>&x;</a>')
    found = problem(file.getvalue())
    assert (found.code, found.what) == ("unreadable", "word/document.xml has a document type")


@pytest.mark.parametrize("encoding", ["utf-61", "rot13"])
def test_an_encoding_that_is_none(encoding: str) -> None:
    """A part that says it is written in what is no encoding of text is told as such."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("word/document.xml", f'<?xml version="1.0" encoding="{encoding}"?><a>a</a>')
    found = problem(file.getvalue())
    assert (found.code, found.what) == ("unreadable", "word/document.xml is in an unknown encoding")


def test_damaged_files() -> None:
    """What is no zip, no Word file, encrypted, cut or not XML is told as such."""
    whole = packed(p("本文です。"))
    assert problem(b"nothing").code == "broken_packing"
    assert problem(whole[:-30]).code == "broken_packing"
    assert (
        problem(whole.replace(b"word/document.xml", b"word/documentx.xm")).what
        == "not a Word file: no word/document.xml"
    )
    assert "not well-formed XML" in problem(packed("<w:p>")).what
    at = whole.index(b"word/document.xml") + len(b"word/document.xml")
    broken = whole[:at] + bytes(b ^ 0xFF for b in whole[at : at + 20]) + whole[at + 20 :]
    assert problem(broken).code == "broken_packing"
    flags = bytearray(whole)
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        flags[flags.index(mark) + offset] |= 1
    assert problem(bytes(flags)).what == "it is encrypted"


def test_deep_nesting() -> None:
    """A file nested thousands deep is read."""
    depth = 20_000
    assert read("<w:x>" * depth + "</w:x>" * depth + p("本文です。")).units[0].text == "本文です。"
