"""What does an audit say as a page? The text with its sentences marked, and beside each the evidence; one file, nothing fetched."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib import resources
from typing import TYPE_CHECKING

from evtrack.audit.evidence import ClaimEvidence
from evtrack.audit.finding import SEVERITIES, Audited, Finding
from evtrack.report._audit_view import (
    AuditView,
    because_told,
    by_reason,
    day_told,
    findings_of,
    idle_words,
    level_words,
    lines_told,
    marks,
    tick_words,
    verdict_once,
    why_words,
)
from evtrack.report.addresses import record_url
from evtrack.report.audit_text import summary_told
from evtrack.report.plain import plain
from evtrack.wording import word

if TYPE_CHECKING:
    from jinja2 import Template

_MOST_RECORDS = 8
_JAPANESE = re.compile("[ぁ-んァ-ヶ]")


@dataclass(frozen=True, slots=True)
class Study:
    """One study beside a sentence."""

    id: str
    title: str
    year: str
    url: str | None


@dataclass(frozen=True, slots=True)
class Beside:
    """The evidence for one claim, in words."""

    claim: str
    statement: str
    label: str
    people: str
    date: str
    studies: tuple[Study, ...]
    more: int


@dataclass(frozen=True, slots=True)
class Note:
    """One finding, in words."""

    anchor: str
    severity: str
    severity_words: str
    rule: str
    verdict: str
    message: str
    text: str
    place: str
    suggestion: str | None
    marks: tuple[str, ...]
    ticks: tuple[tuple[str, bool], ...]
    because: tuple[str, ...]
    evidence: tuple[Beside, ...]


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of the text: ``anchor`` of the finding it is marked for, or ``why`` it was not assessed."""

    text: str
    severity: str = ""
    anchor: str = ""
    rules: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class Passage:
    """A block of the text and the notes that stand beside it."""

    kind: str
    line: int
    stretches: tuple[Stretch, ...]
    notes: tuple[Note, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """One file."""

    path: str
    title: str
    whole: tuple[Note, ...]
    passages: tuple[Passage, ...]
    idle: tuple[str, ...]
    open: tuple[str, ...]
    """Why sentences were not assessed, and which lines they stand in."""
    lang: str
    """Of the text, as far as its letters tell."""


def audit_html(view: AuditView) -> str:
    """The page."""
    from markupsafe import Markup

    pages = [_page(view, audited, number) for number, audited in enumerate(view.files, start=1)]
    return _template().render(
        lang=view.lang,
        say=lambda key, **fields: word(key, view.lang, **fields),
        pages=pages,
        summary=[plain(line) for line in summary_told(view)],
        style=Markup(_style()),  # noqa: S704 # our own file, in an element where escaping would be wrong
        style_hash=f"sha256-{b64encode(sha256(_style().encode()).digest()).decode()}",
    )


@cache
def _template() -> Template:
    from jinja2 import Environment, StrictUndefined

    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    return environment.from_string(_own("audit.html"))


@cache
def _style() -> str:
    return _own("audit.css")


def _own(name: str) -> str:
    return (resources.files("evtrack.report") / "templates" / name).read_text(encoding="utf-8")


def _page(view: AuditView, audited: Audited, number: int) -> Page:
    document = audited.document
    findings = findings_of(audited)
    notes = {id(f): _note(view, audited, f, f"f{number}-{n}") for n, f in enumerate(findings, start=1)}
    whole = tuple(notes[id(f)] for f in findings if f.unit is None)
    idle = tuple(plain(f"{i.path}:{i.place.line} {idle_words(i, view.lang)}") for i in audited.idle_suppressions)
    passages = tuple(_passages(view, audited, findings, notes))
    reasons = by_reason(audited.not_assessed)
    open_ = tuple(
        plain(word("audit.not_assessed", view.lang, lines=lines_told((o.place for o in told), view.lang), why=why))
        for why, told in ((why_words(told[0], view.lang), told) for told in reasons.values())
    )
    lang = "ja" if _JAPANESE.search(document.text) else "en"
    return Page(plain(document.path), plain(document.title or ""), whole, passages, idle, open_, lang)


def _passages(view: AuditView, audited: Audited, findings: list[Finding], notes: dict[int, Note]) -> Iterator[Passage]:
    """The text in blocks: units that follow each other on one line of the text, or in one paragraph, stand together."""
    text, units = audited.document.text, audited.document.units
    of_unit: dict[int, list[Finding]] = {}
    for finding in findings:
        if finding.unit is not None:
            of_unit.setdefault(finding.unit, []).append(finding)
    open_ = {(n.place.line, n.place.col): why_words(n, view.lang) for n in audited.not_assessed}
    stretches: list[Stretch] = []
    beside: list[Note] = []
    first = 0
    for index, unit in enumerate(units):
        between = text[units[index - 1].end : unit.start] if index else ""
        if stretches and (unit.kind != "sentence" or units[index - 1].kind != "sentence" or "\n" in between.strip(" ")):
            yield Passage(units[first].kind, units[first].place.line, tuple(stretches), tuple(beside))
            stretches, beside = [], []
        if not stretches:
            first = index
        elif between:
            stretches.append(Stretch(plain(between)))
        told = sorted(of_unit.get(index, ()), key=lambda f: SEVERITIES.index(f.severity))
        if told:
            rules = " ".join(f.rule for f in told)
            stretches.append(Stretch(plain(unit.text), told[0].severity, notes[id(told[0])].anchor, rules))
            beside += [notes[id(f)] for f in told]
        else:
            why = open_.get((unit.place.line, unit.place.col), "")
            stretches.append(Stretch(plain(unit.text), why=plain(why)))
    if stretches:
        yield Passage(units[first].kind, units[first].place.line, tuple(stretches), tuple(beside))


def _note(view: AuditView, audited: Audited, finding: Finding, anchor: str) -> Note:
    lang = view.lang
    return Note(
        anchor,
        finding.severity,
        word(f"severity.{finding.severity}", lang),
        finding.rule,
        verdict_once(finding, lang),
        plain(finding.message),
        plain(finding.text),
        word("audit.place", lang, line=finding.place.line, col=finding.place.col),
        plain(finding.suggestion) if finding.suggestion else None,
        tuple(marks(finding, lang)),
        tuple((plain(tick_words(what, lang)), there) for what, there in finding.ticks),
        tuple(plain(b) for b in because_told(audited, finding, lang)) if view.explain else (),
        tuple(_beside(view, evidence, finding) for evidence in view.evidence(finding)),
    )


def _beside(view: AuditView, evidence: ClaimEvidence, finding: Finding) -> Beside:
    lang = view.lang
    main = bool(finding.claims) and finding.claims[0] == evidence.claim_id
    years = {r.id: r.year for r in evidence.records}
    ids = list(dict.fromkeys((*(finding.records if main else ()), *years)))
    studies = tuple(
        Study(str(i), plain(view.titles.get(i, "")), str(years.get(i) or ""), record_url(i))
        for i in ids[:_MOST_RECORDS]
    )
    return Beside(
        evidence.claim_id,
        plain(evidence.statement.get(lang)) if evidence.statement else "",
        plain(level_words(evidence, lang)),
        plain(evidence.people.get(lang)) if evidence.people else "",
        day_told(view.snapshot.day(evidence)),
        studies,
        len(ids) - len(studies),
    )
