"""What of some records of one of NLM's files goes into the store? Parsed, hashed, matched, graded: all that needs no store."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from evtrack.claim import Library
from evtrack.grade.fields import record_fields
from evtrack.grade.text import GradingText
from evtrack.grader import Graded, Grader
from evtrack.record import Deleted, Record, RecordId, Skipped
from evtrack.rules import Rules
from evtrack.sources._xml_cut import Cut
from evtrack.sources.pubmed_xml import parse_cut
from evtrack.standing import Words
from evtrack.store.raw import pack
from evtrack.store.reading import Place, Reading, reading_of


@dataclass(frozen=True, slots=True)
class Work:
    """What whoever makes rows must know, given once.

    ``forced``: claims that a record stays tied to whatever its words say. ``everything``: keep what matches nothing, too.
    ``grading``: grade what matches. ``claim_id``: tie every record to this claim.
    """

    library: Library
    rules: Rules
    words: Words
    forced: Mapping[RecordId, tuple[str, ...]]
    everything: bool = False
    grading: bool = True
    claim_id: str | None = None


class Row(NamedTuple):
    """A record that is to be kept. ``graded``: ``None`` where no claim asks for it, or grading was not asked for."""

    pmid: int
    reading: Reading
    graded: Graded | None


@dataclass(slots=True)
class Rows:
    """What some cuts came to. ``passed``: PMID and which cut, of each record that matches nothing."""

    kept: list[Row] = field(default_factory=list)
    passed: list[tuple[int, int]] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    deleted: set[int] = field(default_factory=set)


class RowMaker:
    """Makes rows of cuts. Pure: the same cuts, the same rows, wherever they are made."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self.grader = Grader(work.library, work.rules, work.words)

    @cached_property
    def _near(self) -> frozenset[RecordId]:
        """Records that a query, ``--claim`` or a person tied to a claim."""
        return frozenset(self._work.forced) | self._work.words.records

    def rows(self, number: int, cuts: Sequence[Cut]) -> Rows:
        """The rows of some cuts of the file ``number``."""
        out = Rows()
        for nth, cut in enumerate(cuts):
            for one in parse_cut(cut):
                if isinstance(one, Skipped):
                    out.skipped.append(one)
                elif isinstance(one, Deleted):
                    out.deleted.add(pmid_of(one.id))
                else:
                    pmid = pmid_of(one.record.id)
                    out.deleted.discard(pmid)  # deleted before, and brought again
                    asked, matched = self._matches(one.record)
                    if matched:
                        out.kept.append(self._row(number, pmid, one.record, cut, asked=asked))
                    else:
                        out.passed.append((pmid, nth))
        return out

    def again(self, number: int, cuts: Sequence[Cut]) -> Iterator[Row]:
        """The rows of cuts that match nothing, whose records the store has: it is to have them as they are now."""
        for cut in cuts:
            for one in parse_cut(cut):
                if not isinstance(one, (Skipped, Deleted)):
                    yield self._row(number, pmid_of(one.record.id), one.record, cut, asked=False)

    def _matches(self, record: Record) -> tuple[bool, bool]:
        """Whether a claim may ask for the record, and whether it is to be kept."""
        encoded = GradingText(record_fields(record)).encoded
        if self._work.claim_id or record.id in self._near or self.grader.asked_first.fired(encoded):
            return True, True
        return False, self._work.everything or bool(self._work.rules.concept_patterns.fired(encoded))

    def _row(self, number: int, pmid: int, record: Record, cut: Cut, *, asked: bool) -> Row:
        # The bytes behind what a claim may rest on are kept here, those of all the rest stay where they are.
        packed = pack(cut.raw) if asked else None
        graded = None
        if asked and self._work.grading:
            named = (self._work.claim_id,) if self._work.claim_id else ()
            graded = self.grader.grade(record, {*self._work.forced.get(record.id, ()), *named})
        return Row(pmid, reading_of(record, cut.raw, Place(number, cut.start, len(cut.raw), packed)), graded)


def pmid_of(record_id: str) -> int:
    """The number in a PubMed record's id."""
    return int(record_id.removeprefix("PMID:"))
