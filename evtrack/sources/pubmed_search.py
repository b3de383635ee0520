"""Which PMIDs does a PubMed term find, all of them? esearch gives the first 9,999 alone, so the rest is split by date."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta

from evtrack.record import RecordId, SourceName, pmid_record
from evtrack.sources._answers import cut, error_told, json_object, texts, whole_number, wrong_shape
from evtrack.sources._fields import pmid_of, sound
from evtrack.sources._protocol import Answer, Listed
from evtrack.trouble import FetchError, Trouble

CAP = 9_999
"""As many of a result's records as esearch gives (ncbi.nlm.nih.gov/books/NBK25499, "retmax")."""

PASSES = 3
"""How often a whole list is asked for before a short one is believed."""

_PAGES = 100
"""Pages that are asked for after a short one: a service that gives a hundred records at a time is followed."""

_REQUESTS_A_PART = 100
_FIRST_DAY = date(1800, 1, 1)
_LAST_DAY = date(3000, 12, 31)
_DOUBLED_IN = 5 * 365.25
"""Days in which the records of a young field double: where the parts are cut, not what is in them."""

_NAME: SourceName = "pubmed"
_REMARKS = (
    ("field", "field_not_found"),
    ("ignored", "phrase_ignored"),
    ("phrase", "phrase_not_found"),
    ("", "service_remark"),
)
"""What the lists of errors and warnings are told as, by a word of their names: the first that fits."""

_ENV = re.compile(r"[^<\s]{1,2000}")
_KEY = re.compile(r"[0-9]{1,9}")
_NOTHING_FOUND = re.compile(r"no (?:items|documents) found\.?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Found:
    """One answer of esearch. ``unknown``: what it says of fields and phrases it did not know, lower case.

    ``kept_as``: ``WebEnv`` and ``query_key`` of the result, where the service was asked to keep it.
    """

    count: int
    pmids: tuple[str, ...] = ()
    translation: str | None = None
    troubles: tuple[Trouble, ...] = ()
    unknown: tuple[str, ...] = ()
    kept_as: tuple[str, str] | None = None

    def knows(self, tag: str, day: str) -> bool:
        """Whether the date field ``tag`` was understood in a range that starts on ``day`` (as written there)."""
        if any(re.search(rf"(?<![a-z]){tag}(?![a-z])", said) for said in self.unknown):
            return False
        return not re.search(rf'{re.escape(day)}"?\s*\[all fields\]', self.translation or "", re.IGNORECASE)


Ask = Callable[[str, int, int], Found]
"""esearch of (term, retstart, retmax). Raises ``FetchError``."""


def read_found(answer: Answer) -> Found:
    """The answer of esearch. Raises ``PassingError`` for an error with status 200, and for what is no answer of it."""
    result = json_object(answer, _NAME).get("esearchresult")
    if not isinstance(result, dict):
        raise wrong_shape(_NAME, "esearchresult")
    if said := result.get("ERROR"):
        if re.search(r"\b(?:field|tag)\b.*\b(?:crdt|mdat|edat|lr)\b", str(said), re.IGNORECASE):
            return Found(0, unknown=(str(said).lower(),))
        raise error_told(str(said), _NAME)
    count = whole_number(result.get("count"))
    if count is None:
        raise wrong_shape(_NAME, "esearchresult.count")
    listed = result.get("idlist", None if count else [])
    pmids = [pmid_of(str(i)) for i in listed] if isinstance(listed, list) else [None]
    known_pmids = tuple(dict.fromkeys(p for p in pmids if p))
    if None in pmids:
        raise wrong_shape(_NAME, "esearchresult.idlist")
    translation = result.get("querytranslation")
    troubles, unknown = _said(result)
    read_as = sound(translation, {}).strip() if isinstance(translation, str) else ""
    env, key = (str(result.get(name, "")) for name in ("webenv", "querykey"))
    kept_as = (env, key) if _ENV.fullmatch(env) and _KEY.fullmatch(key) else None
    return Found(count, known_pmids, read_as or None, troubles, unknown, kept_as)


def _said(result: dict[str, object]) -> tuple[tuple[Trouble, ...], tuple[str, ...]]:
    """What a person must know of the search, and what was not known to the service."""
    told: dict[str, list[str]] = {}
    for name in ("errorlist", "warninglist"):
        listed = result.get(name)
        for key, value in listed.items() if isinstance(listed, dict) else ():
            code = next(code for word, code in _REMARKS if word in str(key).lower())
            told.setdefault(code, []).extend(v for v in texts(value) if not _NOTHING_FOUND.fullmatch(v.strip()))
    troubles = tuple(
        Trouble(code, {"service": _NAME, "number": str(len(said)), "said": cut("; ".join(said))})
        for code, said in told.items()
        if said
    )
    return troubles, tuple(v.lower() for said in told.values() for v in said)


@dataclass(slots=True)
class Part:
    """The ids of one term, and what the service counted last. ``troubles`` say why they are not ``complete``."""

    pmids: dict[str, None]
    count: int
    complete: bool = False
    troubles: list[Trouble] = field(default_factory=list)


def whole(ask: Ask, term: str, first: Found) -> Part:
    """All ids of ``term`` up to ``CAP``. ``first`` is the answer to ``ask(term, 0, CAP)``.

    A short page looks like a deletion: the rest is asked for, then the whole again, and what came is joined.
    """
    part = Part(dict.fromkeys(first.pmids), first.count)
    found = first
    for number in range(PASSES):
        try:
            if number:
                found = ask(term, 0, CAP)
            part.count = found.count
            part.pmids.update(dict.fromkeys(found.pmids))
            _ask_on(ask, term, part, len(found.pmids))
            if len(part.pmids) >= min(part.count, CAP):
                return Part(part.pmids, part.count, complete=part.count <= CAP)
            part.troubles = [fewer(len(part.pmids), part.count)]
        except FetchError as error:
            part.troubles = [error.trouble]
            if error.down:
                break
    return part


def _ask_on(ask: Ask, term: str, part: Part, at: int) -> None:
    """Ask for what follows a short page, as long as that brings something new."""
    end = min(part.count, CAP)
    for _ in range(_PAGES):
        before = len(part.pmids)
        if not 0 < at < end or before >= end:
            return
        more = ask(term, at, end - at)
        part.pmids.update(dict.fromkeys(more.pmids))
        at += len(more.pmids)
        if len(part.pmids) == before:
            return


def fewer(got: int, counted: int) -> Trouble:
    """The service counts more than it gives."""
    return Trouble("fewer_than_counted", {"service": _NAME, "got": str(got), "counted": str(counted)})


@dataclass(frozen=True, slots=True)
class Span:
    """Days from ``first`` to ``last``, both within."""

    first: date
    last: date

    def term(self, term: str, tag: str) -> str:
        """``term`` within these days; the last day of all is left open, as PubMed writes it."""
        last = "3000" if self.last == _LAST_DAY else f"{self.last:%Y/%m/%d}"
        return f'({term}) AND ("{self.first:%Y/%m/%d}"[{tag}] : "{last}"[{tag}])'

    def halves(self, share: float, today: date) -> tuple[Span, Span]:
        """Two spans; ``share`` of the records are in the earlier one where their number doubles every five years."""
        if self.first >= today:  # a clock that is behind: nothing is known of those days
            days_on = (self.last - self.first).days // 2
        else:
            days = (min(self.last, today) - self.first).days
            begun = 2 ** (-days / _DOUBLED_IN)
            days_on = days + math.floor(_DOUBLED_IN * math.log2(begun + share * (1 - begun)))
            days_on = max(0, min(days_on, (self.last - self.first).days - 1))
        middle = self.first + timedelta(days=days_on)
        return Span(self.first, middle), Span(middle + timedelta(days=1), self.last)


EVER = Span(_FIRST_DAY, _LAST_DAY)


class _FieldNotKnownError(Exception):
    """The service does not know the date field that its result was to be split by."""


class _TooManyRequestsError(Exception):
    """More requests than any true result needs: its counts do not hold."""


@dataclass(slots=True)
class Split:
    """A result of more than ``CAP`` records, in parts by date. ``counted``: the counts of the parts, added up."""

    ask: Ask
    term: str
    tag: str
    today: date
    left: int
    """Requests that may still be sent."""
    pmids: dict[str, None] = field(default_factory=dict)
    counted: int = 0
    troubles: list[Trouble] = field(default_factory=list)

    def gather(self, span: Span, count: int, found: Found | None = None) -> None:
        """All of ``span``, for which the service counted ``count``. ``found``: its first answer, if it was asked for."""
        if found is None and (count <= CAP or span.first == span.last):
            found = self._asked(span)
        if found is not None:
            self.pmids.update(dict.fromkeys(found.pmids))
            count = found.count
            if count <= CAP or span.first == span.last:
                part = whole(self._paced, span.term(self.term, self.tag), found)
                self.pmids.update(part.pmids)
                count = part.count
                if count <= CAP or span.first == span.last:
                    self.counted += count
                    self.troubles += part.troubles
                    self.troubles += [_over_cap(span.first, count)] if count > CAP else []
                    return
        parts = math.ceil(count / (CAP * 0.85))  # some room, since no guess of the share is right
        early, late = span.halves((parts // 2) / parts, self.today)
        found = self._asked(early)
        self.gather(early, found.count, found)
        # What the earlier span does not hold is in the later one: that needs no request where it is split anyway.
        if count != found.count:
            self.gather(late, count - found.count)

    def _paced(self, term: str, retstart: int, retmax: int) -> Found:
        if not self.left:
            raise _TooManyRequestsError
        self.left -= 1
        return self.ask(term, retstart, retmax)

    def _asked(self, span: Span) -> Found:
        found = self._paced(span.term(self.term, self.tag), 0, CAP)
        if not found.knows(self.tag, f"{span.first:%Y/%m/%d}"):
            raise _FieldNotKnownError
        return found


def _over_cap(day: date, count: int) -> Trouble:
    """More records of one day than esearch gives: there is no shorter span to ask for."""
    fields = {"service": _NAME, "day": day.isoformat(), "counted": str(count), "cap": str(CAP)}
    return Trouble("day_over_cap", fields)


def in_parts(ask: Ask, term: str, first: Found, today: date) -> Part:
    """All ids of a result of more than ``CAP``. ``first`` is the answer to ``ask(term, 0, CAP)``.

    Split by ``[crdt]``, the day a record came into PubMed; by ``[edat]`` with a trouble where that is not known.
    """
    part = Part(dict.fromkeys(first.pmids), first.count)
    for tag, instead in (("crdt", "edat"), ("edat", "")):
        split = Split(ask, term, tag, today, _REQUESTS_A_PART * math.ceil(first.count / CAP))
        try:
            split.gather(EVER, first.count)
        except _FieldNotKnownError:
            part.troubles.append(field_not_known(tag, instead))
            continue
        except _TooManyRequestsError:
            split.troubles.append(Trouble("counts_do_not_hold", {"service": _NAME, "counted": str(first.count)}))
        except FetchError as error:
            split.troubles.append(error.trouble)
        part.pmids.update(split.pmids)
        part.troubles += split.troubles
        if not split.troubles:
            _add_up(ask, term, split, part)
        return part
    return part


def _add_up(ask: Ask, term: str, split: Split, part: Part) -> None:
    """Compare the parts with the whole, which may have grown or shrunk since it was counted."""
    part.count = max(part.count, split.counted)
    if part.count != split.counted or len(part.pmids) < part.count:
        try:
            part.count = ask(term, 0, 0).count
        except FetchError as error:
            part.troubles.append(error.trouble)
            return
    missing = part.count - len(part.pmids)
    part.complete = missing <= 0
    if missing > 0:
        fields = {"service": _NAME, "missing": str(missing), "counted": str(part.count), "field": split.tag}
        part.troubles.append(Trouble("in_no_part", fields))


def listed(ask: Ask, term: str, today: date) -> Listed:
    """All ids of ``term``, however many. Raises ``FetchError`` where the first request brings nothing."""
    first = ask(term, 0, CAP)
    part = whole(ask, term, first) if first.count <= CAP else Part({}, first.count)
    if part.count > CAP:
        part = in_parts(ask, term, first, today)
    ids: dict[RecordId, str | None] = dict.fromkeys(map(pmid_record, part.pmids))
    return Listed(ids, part.count, part.complete, first.translation, (*first.troubles, *part.troubles))


def field_not_known(tag: str, instead: str) -> Trouble:
    """The service does not know a date field; ``instead``: the one that is asked then, ``""`` for none."""
    code = "date_field_replaced" if instead else "date_field_not_known"
    return Trouble(code, {"service": _NAME, "field": tag, **({"instead": instead} if instead else {})})
