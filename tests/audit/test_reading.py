"""Is a file read as what it is, in its encoding, and refused with a clear word where it cannot be?"""

from __future__ import annotations

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evtrack.audit.reading import format_of, read_document
from evtrack.files import FileProblem

TEXT = "うつ症状が改善する可能性があります。\n①費用は5万円です。\n"


def refused(name: str, body: bytes) -> FileProblem:
    """The problem that reading ends in."""
    with pytest.raises(FileProblem) as caught:
        read_document(name, body)
    return caught.value


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932", "euc_jp", "euc_jisx0213", "iso2022_jp"])
def test_encodings(encoding: str) -> None:
    """A Japanese text is read in the encodings that Japanese files have, and its units stand at the same places."""
    text = TEXT if encoding not in ("euc_jp", "iso2022_jp") else TEXT.replace("①", "・")  # these two lack ①
    document = read_document("page.txt", text.encode(encoding))
    assert document.text == text
    assert [(u.place.line, u.place.col) for u in document.units] == [(1, 1), (2, 1)]


@pytest.mark.parametrize(("mark", "encoding"), [(codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be")])
def test_utf_16_with_its_mark(mark: bytes, encoding: str) -> None:
    """UTF-16 is read where its mark stands before it, and cut in a character names its line."""
    assert read_document("page.txt", mark + TEXT.encode(encoding)).text == TEXT
    cut = refused("page.txt", mark + TEXT.encode(encoding) + b"\x00")
    assert (cut.code, cut.place) == ("not_text", "line 3")


@pytest.mark.parametrize("label", ["Shift_JIS", "x-sjis", "windows-31j"])
def test_page_names_its_encoding(label: str) -> None:
    """What a page calls Shift_JIS is Microsoft's; the name counts in either form of the tag."""
    for tag in (f'<meta charset="{label}">', f'<meta http-equiv="Content-Type" content="text/html; charset={label}">'):
        page = f"<html><head>{tag}</head><p>ＥＶは①安全です。</p>"
        assert [u.text for u in read_document("a.html", page.encode("cp932")).units] == ["ＥＶは①安全です。"]


def test_converted_page_keeps_an_old_label() -> None:
    """A page that is UTF-8 is read as UTF-8, whatever it calls itself."""
    page = '<meta charset="Shift_JIS"><p>安全です。</p>'
    assert [u.text for u in read_document("a.html", page.encode()).units] == ["安全です。"]


def test_xml_names_its_encoding() -> None:
    """An XHTML page names its encoding in its first line."""
    page = '<?xml version="1.0" encoding="EUC-JP"?><html><body><p>安全です。</p></body></html>'
    assert [u.text for u in read_document("a.xhtml", page.encode("euc_jp")).units] == ["安全です。"]


def test_unknown_or_wrong_label() -> None:
    """An encoding that is not known is named; one that does not fit tells the line and the byte."""
    unknown = refused("a.html", '<meta charset="punycode"><p>安全</p>'.encode("cp932"))
    assert (unknown.code, unknown.what) == ("unknown_encoding", "the encoding punycode is not known")
    wrong = refused("a.html", b'<meta charset="utf-8">\n<p>\n' + "安全".encode("cp932"))
    assert (wrong.code, wrong.place, wrong.what) == ("not_text", "line 3", "not utf-8: byte 0x88")


def test_half_width_kana_do_not_mislead() -> None:
    """EUC-JP decodes as half-width kana in cp932: what reads like Japanese is taken."""
    text = "うつ病の患者さんに、点滴の効果はまだわかっていません。\n"
    assert read_document("a.txt", text.encode("euc_jp")).text == text
    assert read_document("a.txt", text.encode("cp932")).text == text


def test_bytes_that_are_no_text() -> None:
    """Bytes of no encoding, and a NUL, are told with their line and how to mend it."""
    broken = refused("a.txt", "よい行\n".encode() + b"\xff\xff\xfe\n")
    assert (broken.code, broken.place, broken.mend) == ("not_text", "line 2", "save the file as UTF-8")
    nul = refused("a.txt", b"one\r\ntwo\0\r\n")
    assert (nul.code, nul.place, nul.what) == ("not_text", "line 2", "a NUL character")


@pytest.mark.parametrize(
    ("body", "what"),
    [
        (b"PK\x03\x04..", "it is a zip archive"),
        (b"%PDF-1.7", "it is a PDF"),
        (b"\x1f\x8b\x08", "it is packed with gzip"),
    ],
)
def test_other_files_under_a_text_name(body: bytes, what: str) -> None:
    """A file of another kind is called what it is."""
    found = refused("a.txt", body)
    assert (found.code, found.what) == ("unknown_kind", what)


def test_format_by_name() -> None:
    """The ending says the format; standard input is plain text unless a name is given for it."""
    assert [format_of(n) for n in ("a.TXT", "a.md", "a.markdown", "a.htm", "a.html", "a.xhtml", "a.docx", "-")] == [
        "txt", "md", "md", "html", "html", "html", "docx", "txt",
    ]  # fmt: skip
    for name in ("a.pdf", "README", "folder.d/a"):
        assert refused(name, b"").code == "unknown_kind"
    document = read_document("-", b"<p>Fine.</p>", name="page.html")
    assert (document.path, document.format, document.text) == ("-", "html", "Fine.\n")


def test_empty_text_has_no_units() -> None:
    """An empty text, and one of rulers alone, is read and says nothing."""
    for body in (b"", b"\n\n", b"---\n***\n", "　\u200b\n".encode()):
        assert read_document("a.txt", body).units == ()


@pytest.mark.parametrize("name", ["a.txt", "a.md", "a.html"])
def test_bounds(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A text beyond all bounds, a text of too many lines or of too many sentences is refused."""
    for module in ("placed", "reading"):
        monkeypatch.setattr(f"evtrack.audit.{module}.MOST_TEXT", 1_000)
    monkeypatch.setattr("evtrack.audit.units.MOST_UNITS", 100)
    long = refused(name, b"a" * 1_001)
    assert (long.code, long.what) == ("too_large", "more than 1000 characters of text")
    broken = "a<br>" if name == "a.html" else "a\n"
    assert refused(name, broken.encode() * 102).what == "more than 100 lines"
    assert refused(name, "あ。".encode() * 101).what == "more than 100 sentences"


def test_too_many_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file larger than any page is refused before it is decoded."""
    monkeypatch.setattr("evtrack.audit.decoding.MOST_BYTES", 10)
    assert refused("a.txt", b"a" * 11).code == "too_large"
    assert refused("a.docx", b"a" * 11).code == "too_large"


@given(st.sampled_from(["a.txt", "a.md", "a.html", "a.docx"]), st.binary(max_size=200))
def test_any_bytes(name: str, body: bytes) -> None:
    """Whatever the bytes, there is a document or a problem of its own code, never a bug."""
    found = None
    try:
        document = read_document(name, body)
    except FileProblem as problem:
        found = problem
    else:
        assert document.path == name
    assert found is None or found.code in ("not_text", "unknown_kind", "unknown_encoding", "broken_packing")
    assert found is None or found.mend
