"""Which characters do these bytes mean? UTF-8 first, then what the file declares, then the Japanese encodings."""

from __future__ import annotations

import codecs
import re

from evtrack.files import FileProblem

MOST_BYTES = 64 << 20
"""A file beyond this is refused: pages carry pictures inside, but not these many."""
_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_JAPANESE = ("cp932", "euc_jp", "euc_jisx0213")  # the last knows the NEC characters (①, ㈱) that EUC pages carry too
_LABELS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("utf-8", "utf8"), ("utf-8",)),
    # Pages that say Shift_JIS mean Microsoft's: https://encoding.spec.whatwg.org/#names-and-labels
    **dict.fromkeys(("shift_jis", "shift-jis", "sjis", "x-sjis", "windows-31j", "ms932", "cp932"), ("cp932",)),
    **dict.fromkeys(("euc-jp", "x-euc-jp", "eucjp"), ("euc_jp", "euc_jisx0213")),
    **dict.fromkeys(("windows-1252", "iso-8859-1", "latin1", "us-ascii", "ascii"), ("cp1252", "latin-1")),
}
"""What a page calls its encoding, and the codecs to try: a fixed list, since Python has codecs that no page may ask for."""
_DECLARED = re.compile(
    rb"<meta[^>]{0,300}?charset\s{0,8}=\s{0,8}[\"']?\s{0,8}([\w.:-]{1,40})|^\s{0,80}<\?xml[^>]{0,200}?encoding=[\"']([\w.:-]{1,40})",
    re.IGNORECASE,
)
_KANA = re.compile("[ぁ-んァ-ヶー、。]")
_HALF_KANA = re.compile("[ｦ-ﾟ]")
_ESCAPES = (b"\x1b$B", b"\x1b$@")
_BINARY = (
    (b"PK\x03\x04", "a zip archive"),
    (b"%PDF", "a PDF"),
    (b"\xd0\xcf\x11\xe0", "an old Office document"),
    (b"\x1f\x8b", "packed with gzip"),
)


def decoded(path: str, body: bytes, *, declares: bool) -> str:
    r"""The text of ``body``, its line breaks all ``\n`` and its byte order mark gone.

    ``declares``: it may name its encoding as HTML does. Raises :class:`FileProblem`, with the line, for what cannot be
    decoded and for NUL, which no text has.
    """
    check_size(path, body)
    for mark, what in _BINARY:
        if body.startswith(mark):
            raise FileProblem(path, f"it is {what}", code="unknown_kind", mend=READS)
    text = _characters(path, body, declares=declares)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    nul = text.find("\0")
    if nul >= 0:
        line = text.count("\n", 0, nul) + 1
        raise FileProblem(path, "a NUL character", code="not_text", place=f"line {line}", mend="save the file as UTF-8")
    return text


READS = "evtrack audit reads .txt, .md, .html and .docx"


def check_size(path: str, body: bytes) -> None:
    """Raises :class:`FileProblem` for a file that no page is as large as."""
    if len(body) > MOST_BYTES:
        raise FileProblem(path, f"more than {MOST_BYTES} bytes", code="too_large", mend="split the file")


def _characters(path: str, body: bytes, *, declares: bool) -> str:
    for mark, encoding in _MARKS:
        if body.startswith(mark):
            return _by_name(path, body[len(mark) :], encoding)
    if any(escape in body for escape in _ESCAPES):  # ISO-2022-JP is ASCII, byte by byte
        return _by_name(path, body, "iso2022_jp_2")
    # Before what the page says: other encodings are next to never valid UTF-8, and converted pages keep their old label.
    try:
        return body.decode()
    except UnicodeDecodeError as error:
        told = error
    declared = _DECLARED.search(body[:4096]) if declares else None
    if declared:
        label = (declared[1] or declared[2]).decode("ascii").lower()
        if label not in _LABELS:
            what = f"the encoding {label} is not known"
            raise FileProblem(path, what, code="unknown_encoding", mend="save the file as UTF-8")
        return _by_name(path, body, *_LABELS[label])
    return _guessed(path, body, told)


def _by_name(path: str, body: bytes, *encodings: str) -> str:
    """The text in the first of these encodings that fits."""
    faults = []
    for encoding in encodings:
        try:
            return body.decode(encoding)
        except UnicodeDecodeError as error:
            faults.append(error)
    raise _undecodable(path, body, faults[0]) from faults[0]


def _guessed(path: str, body: bytes, told: UnicodeDecodeError) -> str:
    """The Japanese encoding in which the bytes read most like Japanese: each often decodes the other's, to half-width kana."""
    best, best_score = "", -1.0
    for encoding in _JAPANESE:
        try:
            text = body.decode(encoding)
        except UnicodeDecodeError as error:
            told = max(told, error, key=lambda e: e.start)  # what got farthest is most likely what was meant
            continue
        sample = text[:200_000]
        score = (1 + len(_KANA.findall(sample))) / (1 + len(_HALF_KANA.findall(sample)))
        if score > best_score:
            best, best_score = text, score
    if best_score < 0:
        raise _undecodable(path, body, told) from told
    return best


def _undecodable(path: str, body: bytes, error: UnicodeDecodeError) -> FileProblem:
    name = error.encoding.replace("_", "-")
    line = len(re.findall(rb"\r\n?|\n", body[: error.start])) + 1
    if name.startswith("utf-16"):
        line = body[: error.start].decode(error.encoding, "replace").count("\n") + 1
    what = f"not {name}: byte 0x{body[error.start]:02x}"
    return FileProblem(path, what, code="not_text", place=f"line {line}", mend="save the file as UTF-8")
