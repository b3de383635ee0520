"""What does an audit say to GitHub Actions? Workflow commands that become annotations, worst first: ten of a kind are shown.

Escaping after https://github.com/actions/toolkit/blob/main/packages/core/src/command.ts (escapeData, escapeProperty).
"""

from __future__ import annotations

from collections.abc import Iterator

from evtrack.audit.finding import SEVERITIES, Audited, Finding, Severity
from evtrack.audit.unit import Place
from evtrack.report._audit_view import (
    AuditView,
    Fold,
    because_told,
    by_reason,
    folded,
    idle_words,
    lines_told,
    marks,
    ticks_told,
    verdict_words,
    why_words,
)
from evtrack.report.audit_text import fold_words, summary_told
from evtrack.report.plain import plain
from evtrack.report.terminal import join
from evtrack.wording import word

_COMMAND: dict[Severity, str] = {"error": "error", "warning": "warning", "info": "notice"}


def github_lines(view: AuditView) -> Iterator[str]:
    """A command a finding, errors of all files first; what a baseline knows is a notice."""
    told = [(a, one) for a in view.files for one in folded(a, explain=view.explain)]
    told.sort(key=lambda pair: _weight(pair[1]))
    for audited, one in told:
        path = audited.document.path
        if isinstance(one, Fold):
            yield _command("notice", path, one.place, word("severity.info", view.lang), fold_words(one, view.lang))
        else:
            title = f"{one.rule} {verdict_words(one, view.lang)}"
            kind = "notice" if one.known else _COMMAND[one.severity]
            yield _command(kind, path, one.place, title, _message(view, audited, one))
    for audited in view.files:
        for idle in audited.idle_suppressions:
            yield _command("warning", idle.path, idle.place, "evtrack", idle_words(idle, view.lang))
        for open_ in by_reason(audited.not_assessed).values():
            lines = lines_told((one.place for one in open_), view.lang)
            said = word("audit.not_assessed", view.lang, lines=lines, why=why_words(open_[0], view.lang))
            yield _command("notice", audited.document.path, open_[0].place, "evtrack", said)
    yield from summary_told(view)


def _weight(one: Finding | Fold) -> tuple[bool, int]:
    if isinstance(one, Fold):
        return False, len(SEVERITIES)
    return one.known, SEVERITIES.index(one.severity)


def _message(view: AuditView, audited: Audited, finding: Finding) -> str:
    lines = [finding.message, *marks(finding, view.lang), *ticks_told(finding, view.lang)]
    if finding.suggestion:
        lines.append(word("audit.suggestion", view.lang, text=finding.suggestion))
    if view.explain and (told := list(because_told(audited, finding, view.lang))):
        lines.append(word("audit.because_all", view.lang, all=join(told, view.lang)))
    return "\n".join(lines)


def _command(kind: str, path: str, place: Place, title: str, message: str) -> str:
    where: list[tuple[str, str | int]] = [("file", plain(path)), ("line", place.line), ("endLine", place.end_line)]
    # Columns are taken only where the end is on the same line; they are inclusive there.
    if place.line == place.end_line:
        where += [("col", place.col), ("endColumn", max(place.col, place.end_col - 1))]
    properties = ",".join(f"{name}={_property(str(value))}" for name, value in (*where, ("title", plain(title))))
    said = "\n".join(map(plain, message.split("\n")))
    return f"::{kind} {properties}::{_text(said)}"


def _text(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _text(text).replace(":", "%3A").replace(",", "%2C")
