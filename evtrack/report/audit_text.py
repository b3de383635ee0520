"""What does an audit say on a terminal? A line a finding, as compilers write them, so that editors can jump to it."""

from __future__ import annotations

from collections.abc import Iterator

from evtrack.audit.finding import Audited, Finding, Severity
from evtrack.report._audit_view import (
    AuditView,
    Fold,
    because_told,
    by_reason,
    day_told,
    findings_of,
    folded,
    idle_words,
    level_words,
    lines_told,
    marks,
    rules_told,
    ticks_told,
    verdict_once,
    why_words,
)
from evtrack.report.plain import plain
from evtrack.report.terminal import Line, join
from evtrack.wording import word

_STYLE: dict[Severity, str] = {"error": "bold red", "warning": "yellow", "info": "cyan"}


def audit_lines(view: AuditView) -> list[Line]:
    """The findings of every file in order, what was not assessed, and the summary."""
    lines = [(plain(text), style) for audited in view.files for text, style in _file(view, audited)]
    return [*lines, *((plain(text), "bold") for text in summary_told(view))]


def summary_told(view: AuditView) -> Iterator[str]:
    """How much was found, and what that does not mean."""
    lang = view.lang
    told = [f for a in view.files for f in findings_of(a)]
    open_ = sum(len(a.not_assessed) for a in view.files)
    if not told:
        yield _nothing_told(view)
    yield word("audit.summary", lang, files=len(view.files), open=open_, **view.summary())
    if known := sum(f.known for f in told):
        yield word("audit.summary_known", lang, n=known)
    if aside := sum(f.suppressed is not None for a in view.files for f in a.findings):
        yield word("audit.summary_suppressed", lang, n=aside)
    yield as_of_told(view)


def _nothing_told(view: AuditView) -> str:
    """That nothing was found, and in how much: least of all is it an approval where nothing was looked at."""
    claiming = held = 0
    for audited in view.files:
        open_ = {one.place for one in audited.not_assessed}
        places = [audited.document.units[read.unit].place for read in audited.units if read.claims]
        claiming += len(places)
        held += sum(place not in open_ for place in places)
    if held == 1:
        return word("audit.none_one", view.lang)
    if held:
        return word("audit.none", view.lang, n=held)
    return word("audit.none_open" if claiming else "audit.none_stated", view.lang)


def as_of_told(view: AuditView) -> str:
    """How old the evidence is."""
    day = view.snapshot.as_of
    return word("audit.as_of", view.lang, date=day_told(day)) if day else word("audit.as_of_none", view.lang)


def _file(view: AuditView, audited: Audited) -> Iterator[Line]:
    lang, path = view.lang, audited.document.path
    for one in folded(audited, explain=view.explain):
        at = f"{path}:{one.place.line}:{one.place.col}"
        if isinstance(one, Fold):
            yield f"{at}: {word('severity.info', lang)}: {fold_words(one, lang)}", _STYLE["info"]
        else:
            yield f"{at}: {finding_words(one, lang)}", _STYLE[one.severity]
            yield from ((f"    {text}", "") for text in _below(view, audited, one))
    for idle in audited.idle_suppressions:
        at = f"{idle.path}:{idle.place.line}:{idle.place.col}"
        yield f"{at}: {word('severity.warning', lang)}: {idle_words(idle, lang)}", _STYLE["warning"]
    for told in by_reason(audited.not_assessed).values():
        why = why_words(told[0], lang)
        if view.explain:
            said = word("audit.not_assessed_one", lang, why=why)
            yield from ((f"{path}:{n.place.line}:{n.place.col}: {said}", "dim") for n in told)
        else:
            lines = lines_told((one.place for one in told), lang)
            yield f"{path}: {word('audit.not_assessed', lang, lines=lines, why=why)}", "dim"


def finding_words(finding: Finding, lang: str) -> str:
    """``severity: rule verdict — message``, with what a baseline knows of it."""
    beside = marks(finding, lang)
    mark = (f"（{join(beside, lang)}）" if lang == "ja" else f" ({join(beside, lang)})") if beside else ""
    head = " ".join(filter(None, (finding.rule, verdict_once(finding, lang))))
    return f"{word(f'severity.{finding.severity}', lang)}: {head} — {finding.message}{mark}"


def fold_words(fold: Fold, lang: str) -> str:
    """The notes of one section in a line."""
    key = "audit.fold" if fold.section else "audit.fold_top"
    lines = lines_told((f.place for f in fold.findings), lang)
    return word(
        key, lang, n=len(fold.findings), section=fold.section, lines=lines, rules=rules_told(fold.findings, lang)
    )


def _below(view: AuditView, audited: Audited, finding: Finding) -> Iterator[str]:
    """What stands indented under a finding."""
    yield from ticks_told(finding, view.lang)
    if finding.suggestion:
        yield word("audit.suggestion", view.lang, text=finding.suggestion)
    if view.explain:
        told = list(because_told(audited, finding, view.lang))
        if told:
            yield word("audit.because_all", view.lang, all=join(told, view.lang))
        for evidence in view.evidence(finding)[:1]:
            yield f"{evidence.claim_id}: {level_words(evidence, view.lang)}"
        if finding.records:
            yield ", ".join(finding.records)
