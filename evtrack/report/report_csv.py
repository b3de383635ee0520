"""What does a report say as a table? A row for each claim and record; no cell is a formula, whatever a title says.

RFC 4180 (CRLF, quotes doubled). The columns are those of the store's ``evidence`` view, with the claim's before them and
the citation behind.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from evtrack.grade.grades import Evidence
from evtrack.record import RecordId
from evtrack.report._protocol import ClaimStatus
from evtrack.report.citation import Citation, reference, shown, title_told

COLUMNS = (
    "claim_id", "statement_ja", "statement_en", "people_ja", "people_en", "claim_level", "claim_stance", "label_ja",
    "label_en", "as_of", "searched", "record_id", "title", "year", "design", "level", "counts_for_claim", "stance", "n",
    "role", "agent", "gate", "condition_match", "outcome_match", "basis", "synthesis", "preprint", "indirect",
    "needs_review", "flags", "person", "doi", "url", "rules_version", "citation",
)  # fmt: skip
BOM = "\ufeff"
"""Goes before a file, for Excel on Japanese Windows reads one without it as Shift_JIS; never into a pipe, where programs
would take it for a part of the first column's name."""

LONGEST = 32_767
"""Characters of one cell that Excel reads; what is longer would run over into the next rows."""

_SIGNS = "=+@＝＋＠－-"
_FORMULA = re.compile(rf"[\s\"'‘’“”`\x00-\x20]*[{_SIGNS}]")
_INNER = re.compile(rf"(;[\s\"'‘’“”`]*)(?=[{_SIGNS}])")
"""A spreadsheet that takes the semicolon for the separator (German, French Excel) would begin a cell there, and take quotes
before the sign for those of the cell."""


def report_csv(statuses: Sequence[ClaimStatus], citations: Mapping[RecordId, Citation], lang: str) -> str:
    """The table, with one row for a claim that has no record, so that none is missing. Without a BOM."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    writer.writerows([cell(value) for value in row] for status in statuses for row in _rows(status, citations, lang))
    return out.getvalue()


def cell(value: object) -> object:
    """A value as a spreadsheet shows it and never reckons it: a text that begins like a formula gets an apostrophe.

    What may stand before the sign and be skipped (blanks, quotes, control characters) does not hide it, nor does a
    full-width sign, which Japanese Excel reads as the narrow one.
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return int(value)
    if not isinstance(value, str):
        return value
    text = _INNER.sub(r"\1'", shown(value))
    text = f"'{text}" if _FORMULA.match(text) else text
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def _rows(status: ClaimStatus, citations: Mapping[RecordId, Citation], lang: str) -> Iterator[Sequence[object]]:
    claim, grade = status.claim, status.grade
    front = (
        claim.id, claim.statement.ja, claim.statement.en, grade.people.ja, grade.people.en, grade.level, grade.stance,
        grade.label.ja, grade.label.en, (status.as_of or "")[:10], _searched(status),
    )  # fmt: skip
    for one in status.evidence:
        yield (*front, *_record(one, citations.get(one.id), lang, status.rules_version))
    if not status.evidence:
        yield (*front, *[None] * (len(COLUMNS) - len(front)))


def _record(one: Evidence, citation: Citation | None, lang: str, rules_version: str) -> Iterable[object]:
    towards, grade = one.graded, one.graded.grade
    said = one.override
    person = f"{said.action} {said.at[:10]} {said.name}: {said.reason}" if said else None
    return (
        one.id, title_told(citation, lang) if citation else one.title, one.year, grade.design, grade.level,
        towards.counts_for_claim, towards.stance, grade.numbers.get("n"), grade.role, grade.agent, grade.gate,
        towards.condition_match, towards.outcome_match, grade.basis, grade.synthesis, towards.preprint, towards.indirect,
        grade.needs_review, " ".join(grade.flags), person, one.doi, citation.url if citation else None, rules_version,
        reference(citation, lang) if citation else None,
    )  # fmt: skip


def _searched(status: ClaimStatus) -> str:
    """``pubmed 2026-11-23 (complete)``, a source after the other."""
    seen: dict[str, tuple[str, bool]] = {}
    for s in status.searched:
        at, complete = seen.get(s.source, (s.at[:10], True))
        seen[s.source] = (min(at, s.at[:10]), complete and s.complete)
    return ", ".join(f"{name} {at} ({'complete' if whole else 'partial'})" for name, (at, whole) in seen.items())
