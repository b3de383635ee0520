"""What is the news? All changes of some runs in words, worst first and by claim: the one value each format of a digest is made of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING

from evtrack.changes import SEVERITIES, Change, Severity
from evtrack.claim import Library
from evtrack.record import RecordId
from evtrack.report.addresses import record_url
from evtrack.report.change_effect import Effects
from evtrack.report.change_words import Beside, beside_of, change_sentence, folded, told_once
from evtrack.report.plain import fit, plain
from evtrack.report.terminal import join, not_searched_words, term
from evtrack.wording import word

if TYPE_CHECKING:
    from evtrack.grade.grades import ClaimGrade
    from evtrack.store.facts import Run
    from evtrack.store.read import Reader

_RETRACTED = "retracted"
_ORDER = (_RETRACTED, "claim", "record")
"""Blocks of a section: what was believed and is gone comes before what is new."""

_TITLE = 200
"""Columns of a title that are shown."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One change in words. ``day``: of its run, where the digest tells of several.

    ``record`` (with its title, and ``url`` where it is read) is given where the heading does not name it.
    """

    kind: str
    sentence: str
    day: str = ""
    record: str = ""
    title: str = ""
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Block:
    """Changes of one severity under one heading: a claim's, or those of one record that touch several claims or none.

    ``details``: of a retracted paper, what it had said and what its loss does to each claim.

    ``id`` is the claim's or the record's, ``claim`` the claim's, ``url`` where the record is read, ``touches`` which
    claims it touches. ``now`` (a claim's label) and ``people`` are said once in a digest, where the claim comes first.
    """

    heading: str
    id: str
    pieces: tuple[Piece, ...]
    claim: str = ""
    url: str | None = None
    touches: str = ""
    now: str = ""
    people: str = ""
    details: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """All changes of one severity: ``n`` of them. ``more``: that so many new records count nowhere, in words.

    Or all that followed from what persons said in one run: ``severity`` is then the worst, ``said`` their words.
    """

    severity: Severity
    words: str
    n: int
    blocks: tuple[Block, ...]
    more: str = ""
    said: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Digest:
    """The news. ``title`` is a subject line, ``counts`` the first line, ``runs`` which runs told it, ``at`` until when.

    ``warnings``: what a reader must know before taking silence for good news. A digest without sections and warnings
    is false: nothing happened.
    """

    lang: str
    title: str
    counts: str
    runs: str
    at: datetime
    warnings: tuple[str, ...] = ()
    sections: tuple[Section, ...] = ()
    limits: tuple[str, ...] = ()
    """What was not searched, and what this is not: the last lines."""

    def __bool__(self) -> bool:
        return bool(self.sections or self.warnings)


@dataclass(slots=True)
class _Around:
    """What every piece is made with. ``told_of``: claims whose state was said already."""

    library: Library
    lang: str
    beside: Beside
    grades: Mapping[str, ClaimGrade]
    days: bool
    effects: Effects
    told_of: set[str] = field(default_factory=set)

    def sentence(self, change: Change) -> str:
        """The change in words."""
        return change_sentence(change, self.lang, self.beside)


def digest_of(
    told: Sequence[tuple[Run, Change]],
    reader: Reader,
    library: Library,
    lang: str,
    at: datetime,
    warnings: Sequence[str] = (),
    run: int | None = None,
) -> Digest:
    """The digest of ``told``, up to the moment ``at``; where claims stand is said as of the end of the run ``run``: now, if none."""
    runs = list({run.id: run for run, _ in told}.values())
    around = _Around(
        library,
        lang,
        beside_of([c for _, c in told], reader, library, lang, run),
        reader.claim_grades(run),
        days=len(runs) > 1,
        effects=Effects(reader, library, lang, {one.id: _of(one, told) for one in runs}),
    )
    once = [
        (one, _as_it_stands(change, around.beside), claims)
        for one in runs
        for change, claims in told_once(_of(one, told), around.sentence).items()
    ]
    # What a person's word moved is no news of the evidence: it stands apart, under the person's name.
    found = [told for told in once if told[0].kind != "review"]
    spoken = [
        (one, mine) for one in runs if one.kind == "review" and (mine := [told for told in once if told[0] is one])
    ]
    n = {s: sum(change.severity == s for _, change, _ in found) for s in SEVERITIES}
    whole = () if not warnings else (word("digest.incomplete", lang),)
    persons = [word("digest.count.person", lang, n=sum(len(mine) for _, mine in spoken))] if spoken else []
    counts = join((*(word(f"digest.count.{s}", lang, n=n[s]) for s in SEVERITIES if n[s]), *persons, *whole), lang)
    sections = []
    for severity in SEVERITIES:
        if severity == "minor":  # hundreds of new records would bury what a person moved
            sections += [_of_persons(one, mine, around) for one, mine in spoken]
        if n[severity]:
            sections.append(
                _section(severity, [one for one in found if one[1].severity == severity], n[severity], around)
            )
    return Digest(
        lang,
        title=word("digest.title", lang, counts=counts, date=_day(at)),
        counts=counts,
        runs=_runs(runs, lang),
        at=at,
        warnings=tuple(map(plain, warnings)),
        sections=tuple(sections),
        limits=(not_searched_words(lang), word("sentence.disclaimer", lang)),
    )


def _of(run: Run, told: Iterable[tuple[Run, Change]]) -> list[Change]:
    return [change for other, change in told if other.id == run.id]


def _day(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d}"


def _runs(runs: Sequence[Run], lang: str) -> str:
    if not runs:
        return ""
    first, last = runs[0], runs[-1]
    if first is last:
        kind = term("run_kind", first.kind, lang)
        return word("changes.run", lang, n=first.id, kind=kind, at=f"{first.started_at:%Y-%m-%d %H:%M}")
    dates = {"since": _day(first.started_at), "until": _day(last.started_at)}
    return word("digest.runs", lang, first=first.id, last=last.id, **dates)


def _section(severity: Severity, once: Sequence[tuple[Run, Change, list[str]]], n: int, around: _Around) -> Section:
    """Retracted papers first, then claims in the order of their article, then records and the rest.

    New records that count nowhere are one number.
    """
    blocks: dict[tuple[str, str, tuple[str, ...]], list[tuple[Run, Change, list[str]]]] = {}
    for told in once:
        _, change, claims = told
        if change.kind == "retracted":
            blocks.setdefault((_RETRACTED, change.record_id or "", ()), []).append(told)
        elif not folded(change) or _harm(change, around.beside):
            touched = (
                ("claim", claims[0], ()) if len(claims) == 1 else ("record", change.record_id or "", tuple(claims))
            )
            blocks.setdefault(touched, []).append(told)
    order = {claim_id: place for place, claim_id in enumerate(around.library.claims)}
    first = sorted(blocks, key=lambda own: (_ORDER.index(own[0]), order.get(own[1], len(order))))
    uncounted = {c.record_id for _, c, _ in once if folded(c) and not _harm(c, around.beside)}
    more = word("digest.folded", around.lang, n=len(uncounted)) if uncounted else ""
    name = term("change_severity", severity, around.lang).capitalize()
    made = [(_of_claim if own[0] == "claim" else _of_record)(own[1], blocks[own], around) for own in first]
    return Section(severity, name, n, tuple(made), more)


def _of_claim(claim_id: str, told: Sequence[tuple[Run, Change, list[str]]], around: _Around) -> Block:
    pieces = []
    for run, change, _ in told:
        record = change.record_id or ""
        title = fit(plain(around.beside.titles.get(record, "")), _TITLE)
        pieces.append(replace(_piece(run, change, around), record=plain(record), title=title, url=record_url(record)))
    claim, grade = around.library.claims.get(claim_id), around.grades.get(claim_id)
    heading = plain(claim.statement.get(around.lang)) if claim else ""
    block = Block(heading, plain(claim_id), tuple(pieces), claim=plain(claim_id))
    if grade is None or claim is None or claim_id in around.told_of:
        return block
    around.told_of.add(claim_id)
    return replace(block, now=plain(grade.label.get(around.lang)), people=plain(grade.people.get(around.lang)))


def _of_record(record: str, told: Sequence[tuple[Run, Change, list[str]]], around: _Around) -> Block:
    """The changes of a record that touches several claims or none; without a record, those of no claim at all."""
    touched = {claim_id for _, _, claims in told for claim_id in claims}
    claims = [claim_id for claim_id in around.library.claims if claim_id in touched]
    claims += sorted(touched.difference(claims))
    names = join(map(around.effects.claim_name, claims), around.lang)
    touches = word("digest.several", around.lang, n=len(claims), names=names) if claims else ""
    title = fit(plain(around.beside.titles.get(record, "")), _TITLE)
    heading = title if record else word("digest.no_claim", around.lang)
    pieces = tuple(_piece(run, change, around) for run, change, _ in told)
    retracted = [run for run, change, _ in told if change.kind == "retracted"]
    details = around.effects.retraction(RecordId(record), claims, retracted[-1]) if retracted else ()
    touches = "" if retracted else touches  # the details name each claim
    return Block(heading, plain(record), pieces, url=record_url(record), touches=plain(touches), details=tuple(details))


def _piece(run: Run, change: Change, around: _Around) -> Piece:
    said = around.sentence(change)
    if change.kind == "level_down" or (
        change.kind == "stance_changed" and change.after == "n/a" and not change.record_id
    ):
        said += around.effects.causes(change, run)
    if run.kind == "review" and change.severity != "minor":  # its section has no severity of its own
        severity = term("change_severity", change.severity, around.lang)
        said = word("digest.severity", around.lang, severity=severity, sentence=said)
    day = _day(run.finished_at or run.started_at) if around.days and run.kind != "review" else ""
    return Piece(change.kind, said, day)


def _as_it_stands(change: Change, beside: Beside) -> Change:
    """A new record that counts no more is no good news and no bad: what took it away is told with its own weight.

    One that tells of harm is never minor, though it may not count.
    """
    if change.kind != "new_record":
        return change
    if (change.claim_id, change.record_id) in beside.ended:
        return replace(change, severity="minor")
    return replace(change, severity="notable") if change.after is None and _harm(change, beside) else change


def _harm(change: Change, beside: Beside) -> bool:
    """Whether a new record tells of harm: such a one is told, whether it counts or not."""
    return (change.claim_id, change.record_id) in beside.harms


def _of_persons(run: Run, told: Sequence[tuple[Run, Change, list[str]]], around: _Around) -> Section:
    """What followed from the words of one run: under the name of who gave them, with the words themselves."""
    worst = min((change.severity for _, change, _ in told), key=SEVERITIES.index)
    facts = {"name": around.effects.persons(run), "date": _day(run.finished_at or run.started_at)}
    section = _section(worst, told, len(told), around)
    return replace(section, words=word("digest.person", around.lang, **facts), said=around.effects.said(run))
