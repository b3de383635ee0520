"""``evtrack audit``: does a text say more than the evidence behind it?"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from evtrack.cli.options import Claims, Db, Lang, library_of, settings_of
from evtrack.cli.problems import EXIT_FOUND, EXIT_PARTIAL, EXIT_USAGE, Problem, file_line
from evtrack.cli.words import say
from evtrack.config import Settings, load_audit_settings

if TYPE_CHECKING:
    from evtrack.audit.choosing import Choice
    from evtrack.audit.evidence import EvidenceSnapshot
    from evtrack.audit.finding import Audited, Severity
    from evtrack.claim import Library
    from evtrack.report._audit_view import AuditView

_FORMATS = ("text", "json", "sarif", "github", "markdown", "html")
_FAIL_ON: dict[str, frozenset[Severity]] = {
    "error": frozenset({"error"}),
    "warning": frozenset({"error", "warning"}),
    "never": frozenset(),
}
_PROFILE = "ja-medical-advertising"


def audit(
    context: typer.Context,
    files: Annotated[list[str], typer.Argument(metavar="FILE|-", show_default=False)],
    stdin_filename: Annotated[str | None, typer.Option("--stdin-filename", metavar="NAME", show_default=False)] = None,
    evidence: Annotated[str | None, typer.Option("--evidence", metavar="SNAPSHOT", show_default=False)] = None,
    format: Annotated[str, typer.Option("--format", metavar="FORMAT", show_default=False)] = "text",  # noqa: A002 # the contract's name of the option
    fail_on: Annotated[str | None, typer.Option("--fail-on", metavar="SEVERITY", show_default=False)] = None,
    baseline: Annotated[str | None, typer.Option("--baseline", metavar="FILE", show_default=False)] = None,
    write_baseline: Annotated[str | None, typer.Option("--write-baseline", metavar="FILE", show_default=False)] = None,
    select: Annotated[
        list[str] | None, typer.Option("--select", "--rules", metavar="RULES", show_default=False)
    ] = None,
    ignore: Annotated[list[str] | None, typer.Option("--ignore", metavar="RULES", show_default=False)] = None,
    profile: Annotated[str | None, typer.Option("--profile", metavar="NAME", show_default=False)] = None,
    explain: Annotated[bool, typer.Option("--explain", show_default=False)] = False,
    output: Annotated[str | None, typer.Option("--output", "-o", metavar="FILE", show_default=False)] = None,
    db: Db = None,
    claims: Claims = None,
    lang: Lang = None,
) -> None:
    """Hold each sentence of a text against its evidence."""
    settings = settings_of(context, db=db, claims=claims, lang=lang)
    of_folder = load_audit_settings(Path.cwd())
    _one_of("--format", format, _FORMATS)
    fails = _FAIL_ON[_one_of("--fail-on", fail_on or of_folder.fail_on or "error", tuple(_FAIL_ON))]
    profile = profile or of_folder.profile
    if profile:
        _one_of("--profile", profile, (_PROFILE,))
    choice = _choice(_named(select) or of_folder.select, _named(ignore) or of_folder.ignore)
    from evtrack.audit.baseline import baseline_of, held_against, read_baseline
    from evtrack.cli.audit_files import files_meant
    from evtrack.cli.output import note, put_file

    baseline = baseline or of_folder.baseline
    before = read_baseline(baseline) if baseline else None
    meant = files_meant(files)
    library = library_of(settings)
    known = _evidence_of(settings, library, evidence or of_folder.evidence)
    audits, broken = _audited(meant, stdin_filename, settings, library, known, profile, choice)
    if before:
        audits = [held_against(a, before) for a in audits]
    if write_baseline:
        worth = {i: (c.level, c.stance) for i, c in known.snapshot.claims.items()}
        kept = baseline_of(audits, worth).as_json()
        put_file(write_baseline, json.dumps(kept, ensure_ascii=False, indent=1) + "\n")
        n = sum(f.suppressed is None for a in audits for f in a.findings)
        note(f"evtrack: {say('audit.wrote_baseline', settings.lang, path=write_baseline, n=n)}")
    _put(_view(audits, known, settings, explain=explain), format, output, baseline=before is not None)
    for told in broken:
        note(f"evtrack: {told}")
    if broken:
        raise typer.Exit(EXIT_USAGE)
    if known.nothing and any(r.claims for a in audits for r in a.units):
        note(f"evtrack: {say('audit.no_evidence', settings.lang)}")
        raise typer.Exit(EXIT_PARTIAL)
    if not write_baseline and any(
        f.severity in fails and f.suppressed is None and not f.known for a in audits for f in a.findings
    ):
        raise typer.Exit(EXIT_FOUND)


@dataclass(frozen=True, slots=True)
class _Known:
    """The evidence in use. ``titles``: of records, by id; ``nothing``: the store has none at all."""

    snapshot: EvidenceSnapshot
    titles: dict[str, str]
    nothing: bool


def _evidence_of(settings: Settings, library: Library, path: str | None) -> _Known:
    """The evidence of a snapshot, or of the store. Raises ``FileProblem`` for a snapshot that is none."""
    from evtrack.audit.evidence import snapshot_of_json, snapshot_of_statuses

    if path is not None:
        from evtrack.cli.audit_files import bytes_of
        from evtrack.files import FileProblem

        try:
            answer: Any = json.loads(bytes_of(path))
        except (ValueError, RecursionError) as error:
            mend = "give the answer of `evtrack status --json`"
            raise FileProblem(path, "not JSON", code="not_a_snapshot", mend=mend) from error
        return _Known(snapshot_of_json(answer, path), _titles(answer), nothing=False)
    from evtrack.report.reading import oldest, read_with_ties

    statuses, tied = read_with_ties(settings.db, library, settings.now())
    as_of = oldest(statuses)
    titles = {str(record.id): record.title for records in tied.values() for record in records}
    return _Known(snapshot_of_statuses(statuses, tied, as_of), titles, nothing=as_of is None)


def _titles(answer: Any) -> dict[str, str]:
    """Titles of the records in a snapshot that lists them."""
    claims = [answer] if "claim_id" in answer else answer["claims"]
    records = (r for c in claims for r in c.get("records") or () if isinstance(r, dict))
    return {str(r["id"]): str(r.get("title") or "") for r in records if "id" in r}


def _audited(
    meant: Iterable[str],
    stdin_filename: str | None,
    settings: Settings,
    library: Library,
    known: _Known,
    profile: str | None,
    choice: Choice,
) -> tuple[list[Audited], list[str]]:
    """Every file that can be read with its findings, and a line for each that cannot."""
    from evtrack.audit.choosing import chosen
    from evtrack.audit.decoding import MOST_BYTES
    from evtrack.audit.document_rules import PROFILE
    from evtrack.audit.findings import audit as audit_document
    from evtrack.audit.lexicon import lexicon_of
    from evtrack.audit.reading import read_document
    from evtrack.audit.suppressing import read_sidecar, suppressed
    from evtrack.cli.audit_files import STDIN, bytes_of
    from evtrack.files import FileProblem

    lexicon = lexicon_of(library)
    today = settings.now().date()
    audits, broken = [], []
    for path in meant:
        try:
            if path == STDIN:
                document = read_document(stdin_filename or path, sys.stdin.buffer.read(MOST_BYTES + 1))
            else:
                document = read_document(path, bytes_of(path))
            beside = read_sidecar(document)
        except FileProblem as problem:
            broken.append(file_line(problem, settings.lang))
            continue
        found = audit_document(
            document,
            library,
            lexicon,
            known.snapshot,
            today=today,
            lang=settings.lang,
            profile=PROFILE if profile else None,
        )
        audits.append(chosen(suppressed(found, beside), choice))
    return audits, broken


def _view(audits: list[Audited], known: _Known, settings: Settings, *, explain: bool) -> AuditView:
    from evtrack.audit.tables import audit_rules
    from evtrack.report._audit_view import AuditView

    return AuditView(tuple(audits), known.snapshot, settings.lang, audit_rules(), known.titles, explain)


def _put(view: AuditView, format: str, output: str | None, *, baseline: bool) -> None:  # noqa: A002 # the option's name
    """The answer, to a file or to stdout."""
    if format == "text" and output is None:
        from evtrack.report.audit_text import audit_lines
        from evtrack.report.terminal import put_lines

        put_lines(audit_lines(view))
        return
    text = _TEXT[format](view, baseline)
    if output is None:
        sys.stdout.write(text)
    else:
        from evtrack.cli.output import put_file

        put_file(output, text)


def _text(view: AuditView, _: bool) -> str:
    from evtrack.report.audit_text import audit_lines

    return "".join(f"{line}\n" for line, _style in audit_lines(view))


def _json(view: AuditView, _: bool) -> str:
    from evtrack.cli.output import json_text
    from evtrack.report.audit_json import audit_json

    return json_text(audit_json(view))


def _sarif(view: AuditView, baseline: bool) -> str:
    from evtrack import __version__
    from evtrack.cli.output import json_text
    from evtrack.report.audit_sarif import audit_sarif

    return json_text(audit_sarif(view, __version__, baseline=baseline))


def _github(view: AuditView, _: bool) -> str:
    from evtrack.report.audit_github import github_lines

    return "".join(f"{line}\n" for line in github_lines(view))


def _markdown(view: AuditView, _: bool) -> str:
    from evtrack.report.audit_markdown import audit_markdown

    return audit_markdown(view)


def _html(view: AuditView, _: bool) -> str:
    from evtrack.report.audit_html import audit_html

    return audit_html(view)


_TEXT: dict[str, Callable[[AuditView, bool], str]] = {
    "text": _text,
    "json": _json,
    "sarif": _sarif,
    "github": _github,
    "markdown": _markdown,
    "html": _html,
}


def _one_of(where: str, value: str, names: tuple[str, ...]) -> str:
    if value not in names:
        raise Problem("audit.bad_choice", where=where, value=value, names=", ".join(names))
    return value


def _named(given: list[str] | None) -> tuple[str, ...]:
    """Rules named by a flag, once or several times, with commas."""
    return tuple(name.strip().upper() for one in given or () for name in one.split(",") if name.strip())


def _choice(select: tuple[str, ...], ignore: tuple[str, ...]) -> Choice:
    """The rules asked for. Raises ``Problem`` for a name that no rule begins with."""
    from evtrack.audit.choosing import Choice

    choice = Choice(tuple(s.upper() for s in select), tuple(i.upper() for i in ignore))
    if choice.select or choice.ignore:
        from evtrack.audit.tables import audit_rules

        for where, names in (("--select", choice.select), ("--ignore", choice.ignore)):
            unknown = Choice(names).unknown(audit_rules())
            if unknown is not None:
                raise Problem("audit.no_such_rule", where=where, value=unknown)
    return choice
