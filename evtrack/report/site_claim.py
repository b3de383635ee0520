"""What does the page of one claim show? Everything in both languages, in the order of GLOSSARY.md, cleaned and ready to place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from markupsafe import Markup

from evtrack.bilingual import Bilingual
from evtrack.changes import Change
from evtrack.claim import Library
from evtrack.grade.grades import Level, Stance
from evtrack.report._protocol import ClaimStatus
from evtrack.report.addresses import https, record_url
from evtrack.report.alerts import unverified_words
from evtrack.report.history_text import history_lines, retracted_lines
from evtrack.report.plain import plain
from evtrack.report.show_text import Page, counting_records
from evtrack.report.site_changes import ChangeEntry, Fall, Named, changes, fall_of, named
from evtrack.report.site_studies import (
    STUDIES_SHOWN,
    LeftOut,
    StudyEntry,
    TrialEntry,
    dots,
    further,
    further_trials,
    left_out,
    said,
    studies,
    trials,
    waiting,
)
from evtrack.report.site_words import anchor, clean, each, listed, same, termed, told, two
from evtrack.report.svg_finding import Finding, finding_of, in_order
from evtrack.report.svg_history import history_steps
from evtrack.report.svg_stages import stage_row
from evtrack.report.svg_studies import Dot, strip, timeline
from evtrack.report.terminal import STALE, old_words, searched_words, sentence, stance_words
from evtrack.wording import both

if TYPE_CHECKING:
    from evtrack.store.facts import Run


_WIDE = 1 << 20
"""Columns of a text that is not wrapped."""


@dataclass(frozen=True, slots=True)
class Member:
    """A claim that an umbrella rests on, or a part of a joined claim. ``claim_id`` ``None``: it has no page here."""

    claim_id: str | None
    name: Bilingual
    told: Bilingual


@dataclass(frozen=True, slots=True)
class People:
    """The one sentence about people: ``asked`` is its beginning ("studies showing efficacy in people:"), ``found`` the answer.

    ``rest`` are the clauses after the first, which say what kinds of studies there are. ``checked`` is false where nobody
    looked: such a sentence is no finding, and is not set like one.
    """

    asked: Bilingual
    found: Bilingual
    rest: Bilingual
    checked: bool = True


@dataclass(frozen=True, slots=True)
class AlertEntry:
    """A regulator's warning. ``unverified``: that nobody has read it at its source, in words, or ``""``."""

    source: str
    date: str
    text: Bilingual
    url: str | None
    unverified: Bilingual


@dataclass(frozen=True, slots=True)
class HarmEntry:
    """A study that found it worse or harmful, and what kind of study it is; ``to``: its entry on the page."""

    record: Named
    level: Bilingual
    told: Bilingual
    to: str | None


@dataclass(frozen=True, slots=True)
class SearchEntry:
    """One search: what was found when, and the query that was asked."""

    told: Bilingual
    query: str


@dataclass(frozen=True, slots=True)
class Indirect:
    """The highest stage of another agent; ``unclear``: a product that may be the claim's, a person must look."""

    agent: Bilingual
    level: Bilingual
    unclear: bool


@dataclass(frozen=True, slots=True)
class ClaimPage:
    """All that stands on the page of one claim."""

    id: str
    track: str
    kind: Bilingual
    track_words: Bilingual
    statement: Bilingual
    quote: str
    quote_lang: str
    at: Bilingual | None
    old: Bilingual | None
    people: People
    graded: bool
    """Whether the claim has a level at all."""
    level: Level | None
    found: Finding
    label: Bilingual
    fall: Fall | None
    row: Markup | None
    facts: tuple[Bilingual, ...]
    members: tuple[Member, ...]
    parts: tuple[Member, ...]
    notes: tuple[Bilingual, ...]
    alerts: tuple[AlertEntry, ...]
    harms: tuple[HarmEntry, ...]
    warned: Bilingual | None
    """How many alerts, reports of harm and retractions there are: said before all else, for they may stand further down."""
    provisional: tuple[Bilingual, ...]
    retracted: tuple[tuple[Named, Bilingual], ...]
    words: tuple[tuple[Bilingual, ...], ...]
    persons: Bilingual | None
    """Whose word is in the answer, and when it was given."""
    legend: tuple[Finding, ...]
    """The marks that are on the page."""
    timeline: Markup | None
    strips: tuple[tuple[Bilingual, Markup], ...]
    undated: int
    """Studies without a year, which the timeline leaves out."""
    studies: tuple[StudyEntry, ...]
    no_studies: Bilingual
    n_counted: int
    further: LeftOut | None
    trials: tuple[TrialEntry, ...]
    n_trials: int
    further_trials: LeftOut | None
    indirect: tuple[Indirect, ...]
    left_out: tuple[LeftOut, ...]
    waiting: LeftOut | None
    searches: tuple[SearchEntry, ...]
    searched_notes: tuple[Bilingual, ...]
    would_change: tuple[Bilingual, ...]
    history: tuple[Bilingual, ...]
    history_row: Markup | None
    changes: tuple[ChangeEntry, ...]
    n_changes: int
    needs_review: int
    as_of: str


def claim_page(
    status: ClaimStatus, library: Library, pages: frozenset[str], told_changes: Sequence[tuple[Run, Change]],
    now: datetime, lang: str,
) -> ClaimPage:  # fmt: skip
    """The page of ``status``. ``pages`` are the claims that have one; ``told_changes`` what is new since last time."""
    claim, grade = status.claim, status.grade
    graded = claim.track in ("intervention", "background")
    known = not (grade.level == "none" and grade.search in ("none", "partial"))
    label = clean(grade.label)
    found = finding_of(claim, grade.level, grade.stance)
    row = None
    if graded:
        level = grade.level if known else None
        row = stage_row(f"{claim.id}-stages", lang, claim.track, level, found, label, provisional=grade.provisional_level)  # fmt: skip
    drawn = dots(status)
    moved = {finding_of(claim, m.level, m.stance) for m in status.moments} if graded else set()
    pack = next((p for p in library.packs if p.id == claim.pack), None)
    members, parts = _members(status, pages), _parts(status)
    new, n_new = changes(status, told_changes)
    alerts, harms, retracted = tuple(_alerts(status)), tuple(_harms(status)), tuple(_retracted(status))
    provisional = tuple(dict.fromkeys(each(lambda lang: _of(status, lang).what_is_provisional())))
    return ClaimPage(
        id=claim.id,
        track=claim.track,
        kind=termed("kind", claim.kind),
        track_words=termed("track", claim.track),
        statement=clean(claim.statement),
        quote=plain(claim.quote),
        quote_lang=pack.language if pack else "ja",
        at=two("view.at", date=status.at) if status.at else None,
        old=told(lambda lang: old_words(status.days, status.as_of or "", lang)) if status.days > STALE else None,
        people=_people(status),
        graded=graded,
        level=grade.level if known else None,
        found=found,
        label=label,
        fall=fall_of(status) if graded else None,
        row=row,
        facts=_facts(status),
        members=members,
        parts=parts,
        notes=tuple(n for n in each(lambda lang: _of(status, lang).notes()) if n not in provisional),
        alerts=alerts,
        harms=harms,
        warned=_warned(("view.alerts", len(alerts)), ("view.harms", len(harms)), ("gate.retracted", len(retracted))),
        provisional=provisional,
        retracted=retracted,
        words=tuple(said(w) for w in status.words),
        persons=_persons(status),
        legend=in_order({d.found for d in drawn} | moved | ({found} if graded and known else set())),
        timeline=timeline(f"{claim.id}-time", lang, claim.track, drawn, (status.at or now).year) if drawn else None,
        strips=tuple(_strips(status, drawn, lang)),
        undated=sum(d.year is None for d in drawn),
        studies=studies(status),
        no_studies=two(f"view.no_studies_{claim.track}" if claim.track in ("state", "manual") else "view.no_studies"),
        n_counted=len(counting_records(status)),
        further=further(status),
        trials=trials(status),
        n_trials=len(grade.registered),
        further_trials=further_trials(status),
        indirect=tuple(_indirect(status)),
        left_out=left_out(status),
        waiting=waiting(status),
        searches=tuple(_searches(status)),
        searched_notes=_searched_notes(status),
        would_change=tuple(clean(w) for w in (grade.would_change.up, grade.would_change.down_text) if w),
        history=each(lambda lang: history_lines(status, lang)),
        history_row=history_steps(f"{claim.id}-steps", lang, claim, status.moments) if graded and status.moments else None,
        changes=new,
        n_changes=n_new,
        needs_review=grade.needs_review,
        as_of=(status.as_of or "")[:10],
    )  # fmt: skip


def _of(status: ClaimStatus, lang: str) -> Page:
    return Page(status, lang, _WIDE)


def _people(status: ClaimStatus) -> People:
    whole = told(lambda lang: sentence(status.grade.people.get(lang), lang))
    checked = status.claim.track != "manual"
    for frame in ("people.effect", "people.safety", "people.background", "people.manual"):
        asked = two(frame, found="")
        if whole.ja.startswith(asked.ja) and whole.en.startswith(asked.en):
            found = Bilingual(whole.ja[len(asked.ja) :], whole.en[len(asked.en) :])
            # Elsewhere the verdict stands last: it must not be the smaller part.
            return People(asked, *(_clauses(found) if frame == "people.effect" else (found, same(""))), checked)
    return People(same(""), whole, same(""), checked)


def _clauses(found: Bilingual) -> tuple[Bilingual, Bilingual]:
    """The first clause, which is the answer, and the others; all is the first one where either language has no other."""
    ends = both("people.list")
    (ja, _, more_ja), (en, _, more_en) = found.ja.partition(ends.ja), found.en.partition(ends.en)
    if not more_ja or not more_en or any(clause.count("(") != clause.count(")") for clause in (en, more_en)):
        return found, same("")
    return Bilingual(f"{ja}。", f"{en}."), Bilingual(more_ja, more_en)


def _retracted(status: ClaimStatus) -> Iterator[tuple[Named, Bilingual]]:
    """Each retracted paper with what is known of its retraction; its id is a link, and not said twice."""
    ids = [e.id for e in status.evidence if e.id in status.retracted]
    for record_id, words in zip(ids, each(lambda lang: retracted_lines(status, lang)), strict=True):
        bare = Bilingual(*(w.removeprefix(plain(record_id)).lstrip() for w in (words.ja, words.en)))
        yield Named(plain(record_id), "", record_url(record_id)), bare


def _members(status: ClaimStatus, pages: frozenset[str]) -> tuple[Member, ...]:
    out = []
    for claim_id, level in status.grade.members.items():
        name = status.titles.get(claim_id, same(claim_id))
        label = status.labels.get(claim_id) or termed("level", level)
        out.append(Member(claim_id if claim_id in pages else None, clean(name), clean(label)))
    return tuple(out)


def _parts(status: ClaimStatus) -> tuple[Member, ...]:
    labels = {p.label.en: p.label for p in status.claim.parts}
    return tuple(
        Member(None, clean(labels.get(name, same(name))), termed("level", level))
        for name, level in status.grade.parts.items()
    )


def _facts(status: ClaimStatus) -> tuple[Bilingual, ...]:
    """How many there were, and by which route; where nothing was given there is no route."""
    size = each(lambda lang: _of(status, lang).size())
    return size if status.claim.track == "background" else (*size, *each(lambda lang: _of(status, lang).routes()))


def _alerts(status: ClaimStatus) -> Iterator[AlertEntry]:
    """All warnings: one that nobody has read at its source yet is marked, not held back."""
    for alert in status.claim.alerts:
        unread = told(lambda lang, one=alert: unverified_words(one, lang))  # type: ignore[misc] # mypy reads no default of a lambda
        yield AlertEntry(plain(alert.source), plain(alert.date), clean(alert.text), https(alert.url), unread)


def _harms(status: ClaimStatus) -> Iterator[HarmEntry]:
    """Those that the grade names, and every study that counts and found it worse, in animals and cells too."""
    by_id = {str(e.id): e for e in status.evidence}
    shown = {e.id for e in counting_records(status)[:STUDIES_SHOWN]}
    worse = (
        e.id
        for e in counting_records(status)
        if e.graded.stance == "contradicts" and status.claim.track != "background"
    )
    for record_id in dict.fromkeys((*status.grade.harms, *worse)):
        one = by_id.get(record_id)
        level = termed("level_short", one.graded.grade.level) if one else same("")
        words = told(lambda lang, one=one: stance_words(one, lang, status.claim)) if one else same("")  # type: ignore[misc] # mypy reads no default of a lambda
        yield HarmEntry(
            named(status, record_id), level, words, anchor(status.claim.id, record_id) if record_id in shown else None
        )


def _warned(*counts: tuple[str, int]) -> Bilingual | None:
    said = [two("site.count", what=both(key), n=n) for key, n in counts if n]
    return listed(said) if said else None


def _persons(status: ClaimStatus) -> Bilingual | None:
    """Who spoke, of the level or of a record of the claim, and when: each name once, with the last day."""
    spoken = [*status.words, *(e.override for e in status.evidence if e.override)]
    if not spoken:
        return None
    last: dict[str, str] = {}
    for one in sorted(spoken, key=lambda w: w.at):
        last[plain(one.name)] = plain(one.at[:10])
    who = [two("site.person", name=name, date=day) for name, day in last.items()]
    return two("site.persons", who=listed(who))


def _strips(status: ClaimStatus, drawn: Sequence[Dot], lang: str) -> Iterator[tuple[Bilingual, Markup]]:
    """A strip a stage of studies in people, then one of animals and cells: what they found does not compare."""
    most = max((d.n for d in drawn if d.people and d.n), default=0)
    for who in ("rct", "early_clinical", "observational", "animals"):
        of = [d for d in drawn if (d.level == who if d.people else who == "animals")]
        if of:
            title = two(f"site.strip.{who}")
            yield title, strip(f"{status.claim.id}-{who}", lang, title, _ways(status, of), of, most)


def _ways(status: ClaimStatus, drawn: Sequence[Dot]) -> Mapping[Stance, Bilingual]:
    """The rows of a strip: the four directions always, the others where something stands in them."""
    claim, found = status.claim, {d.found.stance for d in drawn}
    finer = ""
    if claim.track == "background":
        finer = ".observational" if claim.condition else ".composition"
    elif claim.kind == "safety":
        finer = ".safety"
    better = ".controlled" if not finer and any(d.found.kind == "controlled" for d in drawn) else finer
    always: tuple[Stance, ...] = ("supports", "no_difference", "contradicts")
    rest: tuple[Stance, ...] = ("mixed", "unclear", "n/a")
    ways = {s: two(f"site.way.{s}{finer if s in always else ''}") for s in (*always, *(r for r in rest if r in found))}
    return {**ways, "supports": two(f"site.way.supports{better}")}


def _indirect(status: ClaimStatus) -> Iterator[Indirect]:
    """Products of unclear kind are those that are sold: they come first."""
    unclear = "secretome_or_ev_unclear"
    for agent, level in sorted(status.grade.indirect.items(), key=lambda pair: (pair[0] != unclear, pair[0])):
        yield Indirect(termed("agent", agent), termed("level_short", level), agent == unclear)


def _searches(status: ClaimStatus) -> Iterator[SearchEntry]:
    for search in status.searched:
        alone = replace(status, searched=(search,), at=None)
        yield SearchEntry(told(lambda lang, one=alone: searched_words(one, lang)[0]), plain(search.query))  # type: ignore[misc] # mypy reads no default of a lambda


def _searched_notes(status: ClaimStatus) -> tuple[Bilingual, ...]:
    """What was not searched, and what stands instead of a search."""
    lines = each(lambda lang: searched_words(status, lang))
    return lines[-1:] if status.searched else lines
