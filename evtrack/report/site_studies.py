"""What does a page say of records? Those that count with the words that decided; of the others a line each; the trials."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from evtrack.bilingual import Bilingual
from evtrack.grade.grades import HUMAN, Evidence, RegisteredTrial
from evtrack.record import Reason, RecordId
from evtrack.report._protocol import ClaimStatus
from evtrack.report.addresses import doi_url, https, record_url
from evtrack.report.because import Quote, because
from evtrack.report.left_out import why_not, why_review
from evtrack.report.plain import plain
from evtrack.report.review_text import word_lines
from evtrack.report.show_text import counting_records
from evtrack.report.site_words import anchor, each, language_of, listed, termed, title_of, told, two
from evtrack.report.svg_finding import Finding, finding_of
from evtrack.report.svg_marks import css_class
from evtrack.report.svg_studies import Dot
from evtrack.report.terminal import flag_words, stance_words
from evtrack.report.trial_moves import trial_moves
from evtrack.word import Word
from evtrack.wording import has_words

STUDIES_SHOWN = 40
"""Studies of a claim that are shown with their reasons."""

LINES_SHOWN = 24
"""Further records of one list that get a line each."""

TRIALS_SHOWN = 25
"""Registered trials that are shown with what the registry said of them."""

_SENTENCE = 200
"""Characters of words that fired: longer ones are a whole text, of which the beginning is shown."""

_AROUND = 110
"""Characters of a sentence beside the words that fired."""


_NOISE = frozenset({"machine_indexed"})
"""Flags that are true of nearly every record and tell a reader nothing of the study."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a sentence; ``fired``: its words decided something."""

    text: str
    fired: bool = False


@dataclass(frozen=True, slots=True)
class Fired:
    """A sentence with the words in it that decided, the field it stands in, and the rules that fired.

    No ``pieces``: the decision rests on what is not there.
    """

    where: Bilingual | None
    pieces: tuple[Piece, ...]
    rules: str


@dataclass(frozen=True, slots=True)
class Title:
    """How a record is named: its id, title and where it can be read."""

    id: str
    text: str
    lang: str
    year: str
    url: str | None
    doi: str | None = None


@dataclass(frozen=True, slots=True)
class StudyEntry:
    """A record that counts."""

    anchor: str
    title: Title
    found: Finding
    css: str
    stance_words: Bilingual
    design: Bilingual
    n: Bilingual | None
    flags: Bilingual
    fired: tuple[Fired, ...]
    links: tuple[str, ...]
    word: tuple[Bilingual, ...]
    """A person's word on it: what it says, and what the rules had said."""


@dataclass(frozen=True, slots=True)
class Line:
    """A record that does not count, or needs a person."""

    title: Title
    why: Bilingual | None


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Records that do not count for the same reason; ``more`` of them are not listed."""

    why: Bilingual
    n: int
    lines: tuple[Line, ...]
    more: int


@dataclass(frozen=True, slots=True)
class TrialEntry:
    """A registered trial, with what the registry said of it before."""

    anchor: str
    title: Title
    status: Bilingual
    facts: tuple[Bilingual, ...]
    stopped: str | None
    also: str
    moves: tuple[Bilingual, ...]


def title_entry(one: Evidence) -> Title:
    """How a record of a claim is named."""
    text = title_of(one.title)
    year = str(one.year) if one.year else ""
    return Title(plain(one.id), text, language_of(text), year, record_url(one.id) or https(one.url), doi_url(one.doi))


def studies(status: ClaimStatus) -> tuple[StudyEntry, ...]:
    """The records that count with their reasons, the highest level first."""
    return tuple(_study(status, one) for one in counting_records(status)[:STUDIES_SHOWN])


def further(status: ClaimStatus) -> LeftOut | None:
    """Those that count beyond ``STUDIES_SHOWN``: a line each, or their number."""
    rest = counting_records(status)[STUDIES_SHOWN:]
    lines = (Line(title_entry(one), _direction(one, status)) for one in rest[:LINES_SHOWN])
    return LeftOut(two("view.studies"), len(rest), tuple(lines), max(0, len(rest) - LINES_SHOWN)) if rest else None


def _direction(one: Evidence, status: ClaimStatus) -> Bilingual:
    return told(lambda lang: stance_words(one, lang, status.claim))


def _study(status: ClaimStatus, one: Evidence) -> StudyEntry:
    grade = one.graded.grade
    found = finding(status, one)
    n = grade.numbers.get("n")
    return StudyEntry(
        anchor(status.claim.id, one.id),
        title_entry(one),
        found,
        css_class(found),
        _direction(one, status),
        termed("design", grade.design),
        two("site.n_animals" if grade.level == "animal" else "site.n", n=n) if n is not None else None,
        listed(told(lambda lang, flag=flag: flag_words(flag, lang)) for flag in grade.flags if flag not in _NOISE),  # type: ignore[misc] # mypy reads no default of a lambda
        tuple(_fired(status, one)),
        tuple(plain(i) for i in one.links),
        said(one.override) if one.override else (),
    )


def said(one: Word) -> tuple[Bilingual, ...]:
    """A person's word with name, day and reason; which values it gave; what the rules had said."""
    return each(lambda lang: word_lines(one, lang))


def finding(status: ClaimStatus, one: Evidence) -> Finding:
    """What a record says towards the claim, and against what it was measured."""
    return finding_of(status.claim, one.graded.grade.level, one.graded.stance)


def _fired(status: ClaimStatus, one: Evidence) -> Iterator[Fired]:
    """The words that decided, each sentence once; where the record's text is not at hand, the bare words."""
    fields = status.texts.get(one.id, {})
    placed: dict[tuple[str, int, int], list[tuple[Reason, tuple[str, ...]]]] = {}
    bare = []
    for quote in because(one, fields, track=status.claim.track, safety=status.claim.kind == "safety"):
        if quote.by_person:
            continue  # what a person typed stands beside their word, and is not the record's
        reason = _reason(quote, one.graded.grade.reasons, fields)
        if reason is None:
            words: tuple[Piece, ...] = (Piece(quote.words, fired=True),) if quote.words else ()
            bare.append(Fired(None, words, _rules(quote.rules)))
        else:
            place = reason.field, *_sentence(fields[reason.field], reason.start, reason.end)
            placed.setdefault(place, []).append((reason, quote.rules))
    for (field, low, high), found in placed.items():
        pieces = tuple(_pieces(fields[field], low, high, [r for r, _ in found]))
        yield Fired(_where(field), pieces, _rules(dict.fromkeys(rule for _, rules in found for rule in rules)))
    yield from bare


def _rules(rules: Iterable[str]) -> str:
    return ", ".join(plain(rule) for rule in rules)


def _where(field: str) -> Bilingual | None:
    return two(f"field.{field}") if has_words(f"field.{field}") else None


def _reason(quote: Quote, reasons: Iterable[Reason], fields: Mapping[str, str]) -> Reason | None:
    """The reason a quote was cut from, where its words still stand at their place."""
    core = quote.words.strip("…")
    for reason in reasons:
        text = fields.get(reason.field, "")[reason.start : reason.end]
        if core and reason.rule in quote.rules and text == reason.text:
            cleaned = plain(text).replace('"', "'").strip(" .,;")
            if cleaned and (cleaned in core or core in cleaned):
                return reason
    return None


_ENDS = (". ", "! ", "? ", "。", "！", "？", "\n")


def _sentence(text: str, start: int, end: int) -> tuple[int, int]:
    """Where the sentence around ``text[start:end]`` begins and ends."""
    low = max((at + len(mark) for mark in _ENDS if (at := text.rfind(mark, 0, start)) >= 0), default=0)
    high = min((at + len(mark.rstrip()) for mark in _ENDS if (at := text.find(mark, end)) >= 0), default=len(text))
    return low, high


def _pieces(text: str, low: int, high: int, fired: Iterable[Reason]) -> Iterator[Piece]:
    """A sentence in pieces, the stretches that fired apart; what is far from all of them gives way to an ellipsis."""
    at = low
    spans = sorted({(r.start, min(r.end, r.start + _SENTENCE)) for r in fired})
    for start, end in spans:
        if end <= at:
            continue
        start = max(start, at)
        yield Piece(_shortened(text[at:start], first=at == low, last=False))
        yield Piece(plain(text[start:end]), fired=True)
        at = end
    yield Piece(_shortened(text[at:high], first=False, last=True))


def _shortened(text: str, *, first: bool, last: bool) -> str:
    """The words between two that fired: no more than a line of them, those nearest kept."""
    text = plain(text)
    if len(text) <= _AROUND:
        return text.lstrip() if first else text.rstrip() if last else text
    if first:
        return "…" + text[-_AROUND:]
    return text[:_AROUND] + "…" if last else text[: _AROUND // 2] + "…" + text[-_AROUND // 2 :]


def dots(status: ClaimStatus) -> list[Dot]:
    """A dot a study: records of one study are one, the first that counts stands for it."""
    seen: set[RecordId] = set()
    out = []
    for place, one in enumerate(counting_records(status)):
        if one.id in seen:
            continue
        seen |= {one.id, *one.links}
        grade, year = one.graded.grade, one.year
        title = title_of(one.title)[:120]
        to = anchor(status.claim.id, one.id) if place < STUDIES_SHOWN else None
        n = grade.numbers.get("n")
        number = n if isinstance(n, int) else None
        told_of = f"{one.id} {title} ({year or '–'}{f', n = {number}' if number else ''})"
        out.append(Dot(to, told_of, year, grade.level, finding(status, one), number, grade.level in HUMAN))
    return out


def left_out(status: ClaimStatus) -> tuple[LeftOut, ...]:
    """What does not count, by reason, the most frequent first."""
    by_reason: dict[str, list[Evidence]] = {}
    for one in status.evidence:
        if not one.graded.counts_for_claim:
            by_reason.setdefault(why_not(one, status.claim)[0], []).append(one)
    out, room = [], 2 * LINES_SHOWN
    for key, found in sorted(by_reason.items(), key=lambda pair: (-len(pair[1]), pair[0])):
        shown = _newest(found)[: max(3, min(LINES_SHOWN // 2, room))]
        room -= len(shown)
        out.append(LeftOut(two(key), len(found), tuple(_line(e, ()) for e in shown), len(found) - len(shown)))
    return tuple(out)


def waiting(status: ClaimStatus) -> LeftOut | None:
    """What needs a person, with what could not be told."""
    found = _newest([e for e in status.evidence if e.graded.grade.needs_review])
    shown = found[:LINES_SHOWN]
    lines = tuple(_line(e, why_review(e)) for e in shown)
    return LeftOut(two("view.needs_review"), len(found), lines, len(found) - len(shown)) if found else None


def _newest(found: Iterable[Evidence]) -> list[Evidence]:
    return sorted(found, key=lambda e: (-(e.year or 0), e.id))


def _line(one: Evidence, why: Sequence[str]) -> Line:
    return Line(title_entry(one), listed(two(key) for key in why) if why else None)


def trials(status: ClaimStatus) -> tuple[TrialEntry, ...]:
    """The registered trials without results."""
    by_id = {str(e.id): e for e in status.evidence}
    return tuple(_trial(status, trial, by_id.get(trial.id)) for trial in status.grade.registered[:TRIALS_SHOWN])


def further_trials(status: ClaimStatus) -> LeftOut | None:
    """The registered trials beyond ``TRIALS_SHOWN``: a line each, or their number."""
    rest = status.grade.registered[TRIALS_SHOWN:]
    by_id = {str(e.id): e for e in status.evidence}
    lines = tuple(Line(_trial_title(t, by_id.get(t.id)), termed("status", t.status)) for t in rest[:LINES_SHOWN])
    return LeftOut(two("view.registered"), len(rest), lines, len(rest) - len(lines)) if rest else None


def _trial_title(trial: RegisteredTrial, one: Evidence | None) -> Title:
    return title_entry(one) if one else Title(plain(trial.id), "", "en", "", record_url(trial.id))


def _trial(status: ClaimStatus, trial: RegisteredTrial, one: Evidence | None) -> TrialEntry:
    # What is read with the records is newer than what a grade kept.
    now = one.trial if one and one.trial else trial
    facts = [two("site.planned_design", design=termed("design", trial.design)), termed("phase", trial.phase)]
    if trial.planned_n is not None:
        facts.append(two("view.planned", n=trial.planned_n))
    if trial.completion:
        facts.append(two("site.completion", date=plain(trial.completion)))
    if trial.overdue:
        facts.append(two("registered.overdue"))
    history = status.histories.get(trial.id, ())
    ja, en = (tuple(trial_moves(history, lang)) for lang in ("ja", "en"))
    return TrialEntry(
        anchor(status.claim.id, trial.id),
        _trial_title(trial, one),
        termed("status", trial.status),
        tuple(facts),
        title_of(now.why_stopped) if now.why_stopped else None,
        ", ".join(plain(i) for i in trial.also_registered),
        tuple(Bilingual(plain(a), plain(b)) for a, b in zip(ja, en, strict=True)),
    )
