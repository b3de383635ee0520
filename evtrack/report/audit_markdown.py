"""What does an audit say in Markdown? Tables for an issue or a pull request; what comes from the text is never markup."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from evtrack.audit.finding import Audited, Finding
from evtrack.report._audit_view import (
    AuditView,
    Fold,
    by_reason,
    day_told,
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
from evtrack.report.addresses import record_url
from evtrack.report.audit_text import summary_told
from evtrack.report.plain import fit, plain
from evtrack.wording import word

_MARKUP = re.compile(
    r"[\\`*_{}\[\]()<>|~&@$^!]"
    r"|:(?=//)|:(?=[a-z0-9_+-]+:)|(?<=www)\."  # addresses and :names: that GitHub makes links and pictures of
    r"|\A\s*(?:[#+=-]|\d+(?=[.)]))",
    re.IGNORECASE,
)
_AS_NUMBER = "<>&@|:$."
_MOST_RECORDS = 5


def audit_markdown(view: AuditView) -> str:
    """The page."""
    return "\n".join(_lines(view)) + "\n"


def _lines(view: AuditView) -> Iterator[str]:
    lang = view.lang
    yield f"# {_said('audit.title', lang)}"
    yield ""
    yield from (f"- {escaped(line)}" for line in summary_told(view))
    for audited in view.files:
        yield ""
        yield f"## {escaped(audited.document.path)}"
        yield ""
        yield from _findings(view, audited)
        if audited.not_assessed:
            yield ""
            yield f"### {_said('audit.open', lang)}"
            yield ""
            for told in by_reason(audited.not_assessed).values():
                lines = lines_told((one.place for one in told), lang)
                said = word("audit.not_assessed", lang, lines=lines, why=why_words(told[0], lang))
                yield f"- {escaped(said)}"
        if audited.idle_suppressions:
            yield ""
            yield f"### {_said('audit.idle', lang)}"
            yield ""
            yield from (
                f"- {escaped(f'{i.path}:{i.place.line}')} {escaped(idle_words(i, lang))}"
                for i in audited.idle_suppressions
            )
    yield ""
    yield escaped(word("sentence.disclaimer", lang))


def _findings(view: AuditView, audited: Audited) -> Iterator[str]:
    lang = view.lang
    told = folded(audited, explain=view.explain)
    if not told:
        yield _said("audit.no_findings", lang)
        return
    columns = ("place", "severity", "finding", "sentence", "evidence")
    yield _row(_said(f"audit.column.{c}", lang) for c in columns)
    yield _row("---" for _ in columns)
    for one in told:
        if isinstance(one, Fold):
            key = "audit.fold_short" if one.section else "audit.fold_short_top"
            said = word(key, lang, n=len(one.findings), section=one.section)
            rules = rules_told(one.findings, lang)
            lines = lines_told((f.place for f in one.findings), lang)
            yield _row((escaped(lines), _said("severity.info", lang), escaped(said), "", escaped(rules)))
        else:
            yield _row(_cells(view, one))


def _cells(view: AuditView, finding: Finding) -> Iterator[str]:
    lang = view.lang
    yield f"{finding.place.line}:{finding.place.col}"
    yield _said(f"severity.{finding.severity}", lang)
    said = [f"{finding.rule} {verdict_once(finding, lang)}".rstrip(), finding.message, *marks(finding, lang)]
    said += ticks_told(finding, lang)
    if finding.suggestion:
        said.append(word("audit.suggestion", lang, text=finding.suggestion))
    yield "<br>".join(map(escaped, said))
    yield escaped(fit(plain(finding.text), 200))
    yield "<br>".join(_evidence(view, finding))


def _evidence(view: AuditView, finding: Finding) -> Iterator[str]:
    lang = view.lang
    for evidence in view.evidence(finding)[:1]:
        day = day_told(view.snapshot.day(evidence))
        yield escaped(f"{evidence.claim_id}: {level_words(evidence, lang)} ({day})")
    for record in finding.records[:_MOST_RECORDS]:
        url = record_url(record)
        yield f"[{escaped(record)}]({url})" if url else escaped(record)
    if len(finding.records) > _MOST_RECORDS:
        yield escaped(word("audit.studies_more", lang, n=len(finding.records) - _MOST_RECORDS))


def _said(key: str, lang: str) -> str:
    return escaped(word(key, lang))


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def escaped(text: str) -> str:
    """Text that Markdown shows as it is: no markup of its own or of HTML, no mention, no link, one line."""
    return _MARKUP.sub(_escape, plain(text))


def _escape(found: re.Match[str]) -> str:
    """A reference where a backslash would not do."""
    sign = found[0].lstrip()
    if sign.isdigit():  # of a numbered list
        return f"{sign[:-1]}&#{ord(sign[-1])};"
    return f"&#{ord(sign)};" if sign in _AS_NUMBER else f"\\{sign}"
