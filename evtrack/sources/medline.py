"""What does a record in MEDLINE format (.nbib) say? Read with Bio.Medline, one record at a time."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import BinaryIO

from evtrack.record import AbstractSection, Correction, Record, Skipped, pmid_record
from evtrack.sources._fields import doi_of, mesh_heading, one_line, pmid_of, registry_ids, sound, unique, written_date
from evtrack.sources._protocol import Parsed, Read, SourceError
from evtrack.sources._stream import as_utf8, lines_of, raw_blocks, unpacked

LARGEST = 32 * 1024 * 1024
"""Bytes of the largest record that is read."""

_KEPT_OF_LARGE = 1024 * 1024
_CORRECTIONS: dict[str, str] = {
    "CIN": "CommentIn",
    "CON": "CommentOn",
    "CRF": "CorrectedandRepublishedFrom",
    "CRI": "CorrectedandRepublishedIn",
    "DDIN": "AssociatedPublication",
    "DRIN": "AssociatedDataset",
    "ECF": "ExpressionOfConcernFor",
    "ECI": "ExpressionOfConcernIn",
    "EFR": "ErratumFor",
    "EIN": "ErratumIn",
    "ORI": "OriginalReportIn",
    "PRIN": "PartialRetractionIn",
    "PROF": "PartialRetractionOf",
    "RIN": "RetractionIn",
    "ROF": "RetractionOf",
    "RPF": "RepublishedFrom",
    "RPI": "RepublishedIn",
    "RRF": "RetractedandRepublishedFrom",
    "RRI": "RetractedandRepublishedIn",
    "SPIN": "SummaryForPatientsIn",
    "UIN": "UpdateIn",
    "UOF": "UpdateOf",
}
"""MEDLINE's tags of comments and corrections and their names in the XML (nlm.nih.gov/bsd/mms/medlineelements.html)."""

_PMID_IN_CITATION = re.compile(r"\s*PMID:\s*(\d+)\.?")
_IDENTIFIER = re.compile(r"(.*?)\s*\[(\w+)\]\s*\Z")
_PMCID = re.compile(r"PMC\d+")


def parse(stream: BinaryIO) -> Iterator[Parsed]:
    """Every record of a MEDLINE stream (plain or gzip), in order.

    What has no PMID is :class:`Skipped`. Raises :class:`SourceError` where the stream breaks off or is something else.
    """
    return parse_blocks(unpacked(raw_blocks(stream)))


def parse_blocks(blocks: Iterable[bytes]) -> Iterator[Parsed]:
    """:func:`parse` of unpacked blocks of bytes."""
    any_record = False
    lines: list[bytes] = []
    start = number = size = 0
    blank = True
    try:
        for line, _ in lines_of(as_utf8(blocks), LARGEST):
            number += 1
            if not line.strip():
                blank = blank or not line  # a line of blanks alone is an empty fold (AD), and ends nothing
                continue
            if lines and _begins(line, blank, lines):
                found = _record(lines, start, size)
                any_record = any_record or isinstance(found, Read)
                yield found
                lines, size = [], 0
            if not lines:
                start = number
            blank = False
            size += len(line)
            # Of a record beyond all measure only the first lines are kept, so that memory stays flat.
            if size - len(line) <= LARGEST:
                lines.append(line)
    except SourceError as error:
        if lines:
            yield Skipped(f"line {start}", f"cut off: {error.what}", _joined(lines))
        raise SourceError(
            error.what, code=error.code, place=f"line {number} ({error.place})", mend=error.mend
        ) from error
    if lines:
        found = _record(lines, start, size)
        any_record = any_record or isinstance(found, Read)
        if any_record or any(line.startswith(b"PMID-") for line in lines):
            yield found
            return
    raise SourceError(
        "no MEDLINE record: no line begins with 'PMID-'",
        code="not_medline",
        place="line 1",
        mend="save the records in PubMed format",
    )


def _begins(line: bytes, blank: bool, lines: list[bytes]) -> bool:
    """Whether a line begins a record: a PMID line, any field after a blank line, or the owner said a second time."""
    if line.startswith(b"PMID-"):
        return True
    if blank:
        return line[:1] not in (b" ", b"\t")  # what is folded goes on with its field
    return line.startswith(b"OWN -") and any(earlier.startswith(b"OWN -") for earlier in lines)


def _joined(lines: list[bytes]) -> bytes:
    return b"\n".join(lines).rstrip() + b"\n"


def _record(raw_lines: list[bytes], start: int, size: int) -> Parsed:
    from Bio import Medline

    raw = _joined(raw_lines)
    where = f"line {start}"
    if size > LARGEST:
        return Skipped(
            where, f"larger than {LARGEST:,} bytes; the first {_KEPT_OF_LARGE:,} bytes are kept", raw[:_KEPT_OF_LARGE]
        )
    flags: dict[str, None] = {}
    # Bio.Medline keeps a folded line of most fields as a value of its own, so lines are unfolded first.
    lines = _unfolded(raw, flags)
    fields: Mapping[str, str | list[str]] = Medline.read(lines) if lines else {}  # type: ignore[no-untyped-call] # Biopython ships no types
    texts = _Texts(fields)
    pmid = pmid_of(texts.first("PMID"))
    if pmid is None:
        return Skipped(where, "no PMID, or one that is no number", raw)
    nct_ids, other_registry_ids = registry_ids(_bank(t) for t in texts.all("SI"))
    titles = [texts.joined(tag) for tag in ("TI", "TT", "BTI")]
    identifiers = [m for t in (*texts.all("LID"), *texts.all("AID")) for m in _IDENTIFIER.finditer(t)]
    abstract = texts.joined("AB")
    return Read(
        Record(
            id=pmid_record(pmid),
            source="pubmed",
            format="medline",
            title=next(filter(None, titles), ""),
            abstract=(AbstractSection(abstract),) if abstract else (),
            vernacular_title=titles[1] or None,
            other_abstracts=tuple(AbstractSection(t) for t in texts.all("OAB")),
            languages=unique(texts.all("LA")),
            publication_types=unique(texts.all("PT")),
            mesh=tuple(filter(None, map(mesh_heading, texts.all("MH")))),
            keywords=unique(t.lstrip("*") for t in texts.all("OT")),
            journal=texts.joined("JT") or texts.joined("TA") or titles[2] or None,
            authors=(*(texts.all("FAU") or texts.all("AU")), *texts.all("CN")),
            published=written_date(texts.first("CTDT"), flags)
            or written_date(texts.first("DP"), flags)
            or written_date(texts.first("DEP"), flags),
            revised=written_date(texts.first("LR"), flags),
            doi=next((doi_of(m[1]) for m in identifiers if m[2].lower() == "doi"), None),
            pmcid=next((m[0] for tag in ("PMC", "OID") for t in texts.all(tag) if (m := _PMCID.search(t))), None),
            nct_ids=nct_ids,
            other_registry_ids=other_registry_ids,
            corrections=tuple(
                _correction(ref_type, t) for tag, ref_type in _CORRECTIONS.items() for t in texts.all(tag)
            ),
            status=texts.first("STAT"),
            parse_flags=tuple(flags),
        ),
        raw,
    )


def _unfolded(raw: bytes, flags: dict[str, None]) -> list[str]:
    text = raw.decode("utf-8", "replace")
    if "\ufffd" in text:
        flags["bytes_not_understood"] = None
    out: list[list[str]] = []  # joined at the end: a text that is lengthened by each of a million lines takes hours
    for line in sound(text, flags).split("\n"):
        if not line.strip():
            continue
        if line[0] in " \t" and out:
            out[-1].append(line.strip())
        else:
            out.append([line.strip(" \t\r")])
    return [" ".join(pieces) + "\n" for pieces in out]


class _Texts:
    """The values of a record by tag, whichever way Bio.Medline keeps a tag (one text, or a list)."""

    def __init__(self, fields: Mapping[str, str | list[str]]) -> None:
        self.fields = fields

    def all(self, tag: str) -> list[str]:
        value = self.fields.get(tag, [])
        texts = [value] if isinstance(value, str) else value
        return [t for t in map(one_line, texts) if t]

    def first(self, tag: str) -> str | None:
        return next(iter(self.all(tag)), None)

    def joined(self, tag: str) -> str:
        return " ".join(self.all(tag))


def _bank(text: str) -> tuple[str, str]:
    bank, _, accession = text.partition("/")
    return bank, accession


def _correction(ref_type: str, text: str) -> Correction:
    m = _PMID_IN_CITATION.search(text)
    citation = (text[: m.start()] + text[m.end() :]).strip() if m else text
    return Correction(ref_type, citation or None, pmid_of(m[1]) if m else None)
