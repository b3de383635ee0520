"""Where does one record of a PubMed file end and the next begin? Cuts the byte stream; nothing is parsed here."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from evtrack.sources._protocol import SourceError
from evtrack.sources._stream import as_utf8, head_of, transcoded

LARGEST = 32 * 1024 * 1024
"""Bytes of the largest record that is read; the real ones stay below 2 MB (author lists of big consortia)."""

_KEPT_OF_LARGE = 1024 * 1024
_LONGEST_PROLOG = 1024 * 1024
_NAMES = rb"PubmedArticle|PubmedBookArticle|MedlineCitation|DeleteCitation|DeleteDocument"
_STARTS = (b"<PubmedArticle", b"<PubmedBookArticle")
"""What no record holds: seen inside one, its end tag is missing and the one that was found is another's."""

_SET = re.compile(rb"(?:Pubmed(?:Book)?Article|MedlineCitation)Set\Z")
_PROLOG = re.compile(rb"\s+|<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^\[>]*(?:\[.*?\]\s*)?>", re.DOTALL)
_ROOT = re.compile(rb"<([A-Za-z_][\w.:-]*)(?=[\s/>])")
_ENCODING = re.compile(rb"<\?xml[^>]*?\sencoding\s*=\s*[\"']([A-Za-z][\w.:-]*)[\"']")
_COVERED = re.compile(rb"<!--.*?(?:-->|\Z)|<!\[CDATA\[.*?(?:\]\]>|\Z)", re.DOTALL)
_ERROR = re.compile(rb"<(?:ERROR|Error|error)>([^<]*+)</")
_PMID = re.compile(rb"<PMID[^>]*>\s*(\d{1,12})")
_LOOKS = 64
"""End tags looked at inside comments before the record is given up: bounds a hostile file."""


@dataclass(frozen=True, slots=True)
class Cut:
    """One record's bytes and its place: ordinal and line are 1-based, ``start`` is how many bytes of the stream stand before it.

    ``fault`` says why it is not whole.
    """

    raw: bytes
    ordinal: int
    line: int
    fault: str | None = None
    start: int = 0

    @property
    def where(self) -> str:
        """The place for a person: ordinal, line, and the PMID where one is seen."""
        m = _PMID.search(self.raw)
        pmid = f" (PMID {m[1].decode()})" if m else ""
        return f"record {self.ordinal}, line {self.line}{pmid}"


def cut_records(blocks: Iterable[bytes], largest: int = LARGEST) -> Iterator[Cut]:
    """Every record of a PubMed XML stream (any encoding its first line names), with flat memory.

    One without its end tag, or larger than ``largest`` bytes, comes with a ``fault`` and the others go on. Raises
    :class:`SourceError` at the end of a stream that breaks off or that is no PubMed XML.
    """
    return _Cutter(_decoded(blocks), largest).run()


def _decoded(blocks: Iterable[bytes]) -> Iterator[bytes]:
    head, blocks = head_of(as_utf8(blocks), 256)
    m = _ENCODING.match(head.lstrip()[:256])  # whatever more the first block brought
    name = m[1].decode().lower().replace("_", "-") if m else "utf-8"
    # A file that says UTF-16 in plain ASCII letters was transcoded by somebody who left the first line as it was.
    if name in ("utf-8", "utf8", "us-ascii", "ascii") or name.startswith(
        ("utf-16", "utf-32", "utf16", "utf32", "ucs", "iso-10646")
    ):
        return blocks
    return transcoded(blocks, name)


class _Cutter:
    """The stream's bytes from ``at`` on that are not yet given out, and where they stand; ``before`` went before ``buf``."""

    def __init__(self, blocks: Iterator[bytes], largest: int) -> None:
        self.blocks = blocks
        self.largest = largest
        self.buf = b""
        self.at = 0
        self.before = 0
        self.line = 1
        self.ordinal = 0
        self.broken: SourceError | None = None
        self.root: bytes | None = None
        self.head = b""
        self.open = False

    def run(self) -> Iterator[Cut]:
        yield from self._records()
        if self.broken:
            raise SourceError(
                self.broken.what,
                code=self.broken.code,
                place=f"{self._place()} ({self.broken.place})",
                mend=self.broken.mend,
            )
        if not self.ordinal and (_ERROR.search(self.head) or not (self.root and _SET.match(self.root))):
            raise self._foreign()
        if self.open and self.root:
            raise SourceError(
                f"the file breaks off: no </{self.root.decode()}> at its end",
                code="broken_off",
                place=self._place(),
                mend="get the file again",
            )

    def _place(self) -> str:
        return f"line {self.line}, after record {self.ordinal}" if self.ordinal else f"line {self.line}"

    def _foreign(self) -> SourceError:
        m = _ERROR.search(self.head)
        if m:
            said = " ".join(m[1].decode("utf-8", "replace").split())[:300]
            return SourceError(f"the service answered with an error: {said}", code="service_error", mend="ask again")
        what = (
            f"its first element is <{self.root.decode('utf-8', 'replace')[:60]}>" if self.root else "it has no element"
        )
        return SourceError(
            f"not PubMed XML: {what}", code="not_pubmed", place="line 1", mend="save the records as PubMed XML"
        )

    def _more(self) -> bool:
        """Take in about as much again as is waiting, so that a large record is not joined anew for each block."""
        wanted = max(1, len(self.buf) - self.at)
        parts = [self.buf[self.at :]]
        got = 0
        while got < wanted and not self.broken:
            try:
                block = next(self.blocks, None)
            except SourceError as error:
                self.broken = error
                break
            if block is None:
                break
            parts.append(block)
            got += len(block)
        if got:
            self.buf = b"".join(parts)
            self.before += self.at
            self.at = 0
        return got > 0

    def _advance(self, to: int) -> None:
        self.line += self.buf.count(b"\n", self.at, to)
        self.at = to

    def _records(self) -> Iterator[Cut]:
        self._prolog()
        root = re.escape(self.root or b"PubmedArticleSet")
        tags = re.compile(rb"<(?:(!--)|(%s)(?=[\s/>])|/(%s)\s*>|(/?)%s(?=[\s/>]))" % (_NAMES, _NAMES, root))
        gap = last = b""  # what stood since the last record, and what that was
        while True:
            m = tags.search(self.buf, self.at)
            end = m.start() if m else self._sure()
            gap += self.buf[self.at : min(end, self.at + _KEPT_OF_LARGE - len(gap))]
            self._advance(end)
            if not m:
                if not self._more():
                    return
            elif m[1]:
                if not self._skip_to(b"-->"):
                    return
            elif m[2]:
                yield from self._record(m[2])
                gap, last = b"", m[2]
            elif m[3]:
                # After a citation that was found without its article's start tag, the article's end tag is its own.
                if last != b"MedlineCitation":
                    self.ordinal += 1
                    yield Cut(gap + m[0], self.ordinal, self.line, f"the start tag <{m[3].decode()}> is missing")
                gap, last = b"", m[3]
                self._advance(m.end())
            else:
                self.open = not m[4]
                gap = last = b""
                self._advance(m.end())

    def _sure(self) -> int:
        """Up to where the buffer surely holds no tag that counts: one may be cut in two by the end of the block."""
        begun = self.buf.rfind(b"<", max(self.at, len(self.buf) - 256))
        return begun if begun >= 0 else len(self.buf)

    def _prolog(self) -> None:
        """Pass over what stands before the first element, and take down that element's name."""
        while len(self.buf) - self.at <= _LONGEST_PROLOG and self._more():
            while m := _PROLOG.match(self.buf, self.at):
                self._advance(m.end())
            if m := _ROOT.match(self.buf, self.at):
                self.root = m[1]
                self.head = self.buf[self.at : self.at + 4096]
                return

    def _skip_to(self, mark: bytes) -> bool:
        while (end := self.buf.find(mark, self.at)) < 0:
            self._advance(max(self.at, len(self.buf) - len(mark) + 1))
            if not self._more():
                self._advance(len(self.buf))
                return False
        self._advance(end + len(mark))
        return True

    def _record(self, name: bytes) -> Iterator[Cut]:
        """The record whose start tag stands at ``at``; afterwards ``at`` is behind it."""
        self.ordinal += 1
        close = b"</" + name + b">"
        looked = 0  # bytes after ``at``, which moves when more is taken in
        for _ in range(_LOOKS):
            while (end := self.buf.find(close, self.at + looked)) < 0:
                looked = max(0, len(self.buf) - self.at - len(close) + 1)
                if looked > self.largest:
                    yield self._large(close)
                    return
                if not self._more():
                    yield from self._unclosed(name, self.buf[self.at :])
                    return
            raw = self.buf[self.at : end + len(close)]
            seen = _masked(raw) if b"<!" in raw else raw
            if seen.endswith(close):
                break
            looked = len(raw)  # that end tag stood in a comment
        begun = raw.find(b">") + 1
        if raw[begun - 2 : begun] == b"/>":
            yield self._whole(begun)
        elif any(seen.find(tag, 1) > 0 for tag in _STARTS) or (
            name == b"MedlineCitation" and seen.find(b"<MedlineCitation", 1) > 0
        ):
            yield from self._unclosed(name, seen)
        elif len(raw) > self.largest:
            yield self._large(close)
        else:
            yield self._whole(len(raw))

    def _whole(self, length: int, fault: str | None = None) -> Cut:
        cut = Cut(self.buf[self.at : self.at + length], self.ordinal, self.line, fault, self.before + self.at)
        self._advance(self.at + length)
        return cut

    def _unclosed(self, name: bytes, seen: bytes) -> Iterator[Cut]:
        """The record up to where the next begins (or the set ends, or the file): its end tag is missing or odd."""
        odd = re.compile(rb"</%s\s+>" % name).search(seen)
        starts = _NAMES if name == b"MedlineCitation" else _NAMES.replace(b"MedlineCitation|", b"")
        following = re.compile(rb"<(?:%s)(?=[\s/>])|</\w+Set\s*>" % starts).search(seen, 1)
        if odd and not (following and following.start() < odd.start()):
            yield self._whole(odd.end())
        else:
            yield self._whole(
                following.start() if following else len(seen), f"the end tag </{name.decode()}> is missing"
            )

    def _large(self, close: bytes) -> Cut:
        """A record larger than is read: its first bytes are kept, the rest is passed over."""
        kept, line = self.buf[self.at : self.at + _KEPT_OF_LARGE], self.line
        self._skip_to(close)
        return Cut(
            kept, self.ordinal, line, f"larger than {self.largest:,} bytes; the first {len(kept):,} bytes are kept"
        )


def _masked(raw: bytes) -> bytes:
    """The bytes with comments and CDATA sections blanked out, places unchanged."""
    return _COVERED.sub(lambda m: b" " * len(m[0]), raw)
