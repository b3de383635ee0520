"""``evtrack report``: how does the evidence look on a page, in a table, in a reference manager, beneath an article?"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from evtrack.cli.options import Claims, Db, Lang, claim_of, day_of, library_of, settings_of
from evtrack.cli.problems import Problem
from evtrack.cli.words import say
from evtrack.config import Settings

if TYPE_CHECKING:
    from evtrack.changes import Change
    from evtrack.claim import Library
    from evtrack.record import RecordId
    from evtrack.report._protocol import ClaimStatus
    from evtrack.report.citation import Citation
    from evtrack.store.facts import Run

T = TypeVar("T")

STDOUT = "-"
_SUFFIXES = {
    ".html": "html", ".htm": "html", ".md": "markdown", ".markdown": "markdown", ".json": "json", ".csv": "csv",
    ".ris": "ris", ".bib": "bibtex", ".bibtex": "bibtex", ".txt": "footnote",
}  # fmt: skip


def report(
    context: typer.Context,
    claim_ids: Annotated[list[str] | None, typer.Argument(metavar="[CLAIM]...", show_default=False)] = None,
    output: Annotated[str | None, typer.Option("--output", "-o", metavar="FILE|FOLDER", show_default=False)] = None,
    format: Annotated[str | None, typer.Option("--format", metavar="FORMAT", show_default=False)] = None,  # noqa: A002 # the contract's name of the option
    at: Annotated[str | None, typer.Option("--at", metavar="DATE", show_default=False)] = None,
    everything: Annotated[bool, typer.Option("--all", show_default=False)] = False,
    db: Db = None,
    claims: Claims = None,
    lang: Lang = None,
) -> None:
    """The evidence for all claims, or for those named, in one of seven formats."""
    settings = settings_of(context, db=db, claims=claims, lang=lang)
    day = day_of("--at", at)
    target = None if output == STDOUT else output
    named = _format(format, target)
    library = library_of(settings)
    wanted = list(dict.fromkeys(claim_of(library, i).id for i in claim_ids or library.claims))

    def asked() -> _Asked:
        return _asked(settings, library, wanted, named, everything, day)

    if named == "html" and target is not None and _is_folder(target):
        from evtrack.cli.report_folder import write_folder

        write_folder(target, _of_one_state(settings.db, lambda: _site(asked())))
    elif target is not None:
        from evtrack.cli.report_folder import write_file

        write_file(target, _of_one_state(settings.db, lambda: _TEXT[named](asked(), True)))
    else:
        _put(_of_one_state(settings.db, lambda: _TEXT[named](asked(), False)))
        return
    from evtrack.cli.output import note

    note(f"evtrack: {say('report.written', settings.lang, path=target, n=len(wanted))}")


@dataclass(frozen=True, slots=True)
class _Asked:
    """What is to be reported."""

    settings: Settings
    library: Library
    statuses: Sequence[ClaimStatus]
    everything: bool
    at: date | None = None

    @property
    def lang(self) -> str:
        return self.settings.lang

    def citations(self, *, everything: bool = False) -> Mapping[RecordId, Citation]:
        from evtrack.report.citation import read_citations

        return read_citations(self.settings.db, self.statuses, everything=everything or self.everything)


def _asked(
    settings: Settings, library: Library, wanted: Sequence[str], named: str, everything: bool, day: date | None
) -> _Asked:
    """The claims that are wanted, as they stand."""
    from evtrack.report.reading import read_statuses

    history = named in ("html", "footnote")
    statuses = read_statuses(settings.db, library, settings.now(), records=True, history=history, at=day)
    by_id = {s.claim.id: s for s in statuses}
    return _Asked(settings, library, [by_id[i] for i in wanted], everything, day)


def _of_one_state(target: str, make: Callable[[], T]) -> T:
    """What ``make`` gives of a store that it reads several times: made anew where a run ended in between."""
    from evtrack.report.reading import last_ended

    while True:
        before = last_ended(target)
        made = make()
        if last_ended(target) == before:
            return made


def _format(named: str | None, target: str | None) -> str:
    """The format that is asked for, or that the file's name ends with; without both, pages. Raises ``Problem``."""
    if named is not None:
        if named not in _TEXT:
            raise Problem("cli.bad_format", value=named, names=", ".join(_TEXT))
        if named != "html" and target is not None and (os.path.isdir(target) or target.endswith(_SEPARATORS)):
            raise Problem("report.folder", path=target, format=named)
        return named
    if target is None:
        if sys.stdout.isatty():  # a page of markup is no answer for a person at a terminal
            raise Problem("report.where", names=", ".join(_TEXT))
        return "html"
    if _is_folder(target):
        return "html"
    suffix = os.path.splitext(target)[1].lower()
    if suffix not in _SUFFIXES:
        raise Problem("report.suffix", path=target, names=", ".join(_TEXT))
    return _SUFFIXES[suffix]


_SEPARATORS = ("/", os.sep)


def _is_folder(target: str) -> bool:
    """Whether a folder is meant: it is one, its name says so, or it has no ending and is no file."""
    if os.path.isdir(target) or target.endswith(_SEPARATORS):
        return True
    return not os.path.splitext(target)[1] and not os.path.exists(target)


def _site(asked: _Asked) -> dict[str, str]:
    from evtrack.report.site import site_of

    statuses, changes = _with_words(asked)
    return site_of(statuses, asked.library, changes, asked.settings.now(), asked.lang)


def _html(asked: _Asked, file: bool) -> str:  # noqa: ARG001 (all formats are called alike)
    from evtrack.report.site import single_page

    statuses, changes = _with_words(asked)
    return single_page(statuses, asked.library, changes, asked.settings.now(), asked.lang)


def _with_words(asked: _Asked) -> tuple[list[ClaimStatus], list[tuple[Run, Change]]]:
    """The claims with the words that the reasons shown point into, and what the last run with news told of them, with what persons said since."""
    from evtrack.grade.fields import record_fields
    from evtrack.report.site import shown_with_reasons
    from evtrack.store.read import open_reader
    from evtrack.store.target import StoreMissingError

    wanted = {s.claim.id: shown_with_reasons(s) for s in asked.statuses}
    try:
        reader = open_reader(asked.settings.db)
    except StoreMissingError:
        return list(asked.statuses), []
    with reader:
        ids = {i for some in wanted.values() for i in some}
        texts = {record.id: dict(record_fields(record)) for record in reader.records(ids, asked.at)}
        last = reader.last_change(asked.at) or 0
        # What a person said since is added: it must not push the last news of the evidence out of sight.
        first = max((run.id for run in reader.runs() if run.id <= last and run.kind != "review"), default=last)
        changes = reader.changes(first - 1) if last else []
    statuses = [replace(s, texts={i: texts[i] for i in wanted[s.claim.id] if i in texts}) for s in asked.statuses]
    return statuses, [(run, change) for run, change in changes if run.id <= last]


def _markdown(asked: _Asked, file: bool) -> str:  # noqa: ARG001 (all formats are called alike)
    from evtrack.report.report_markdown import report_markdown

    return report_markdown(asked.statuses, asked.citations(), asked.lang, everything=asked.everything)


def _json(asked: _Asked, file: bool) -> str:  # noqa: ARG001 (all formats are called alike)
    from evtrack.cli.output import json_text
    from evtrack.report.reading import oldest
    from evtrack.report.status_json import claim_json

    claims = [claim_json(s, asked.lang, records=True) for s in asked.statuses]
    return json_text({"as_of": oldest(asked.statuses), "claims": claims})


def _csv(asked: _Asked, file: bool) -> str:
    from evtrack.report.report_csv import BOM, report_csv

    return (BOM if file else "") + report_csv(asked.statuses, asked.citations(everything=True), asked.lang)


def _ris(asked: _Asked, file: bool) -> str:  # noqa: ARG001 (all formats are called alike)
    from evtrack.report.report_ris import report_ris

    return report_ris(asked.citations().values(), asked.lang)


def _bibtex(asked: _Asked, file: bool) -> str:  # noqa: ARG001 (all formats are called alike)
    from evtrack.report.report_bibtex import report_bibtex

    return report_bibtex(asked.citations().values(), asked.lang)


def _footnote(asked: _Asked, file: bool) -> str:  # noqa: ARG001 (all formats are called alike)
    from evtrack.report.footnote import footnotes

    return footnotes(asked.statuses, asked.citations(), asked.lang, everything=asked.everything)


_TEXT: dict[str, Callable[[_Asked, bool], str]] = {
    "html": _html,
    "markdown": _markdown,
    "json": _json,
    "csv": _csv,
    "ris": _ris,
    "bibtex": _bibtex,
    "footnote": _footnote,
}


def _put(text: str) -> None:
    """The answer on stdout, its line ends as they are (a table's are CRLF on every system)."""
    import io

    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(newline="")
    sys.stdout.write(text)
