"""``evtrack grade``: what is a record worth, without a store?"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from evtrack.cli.options import ClaimId, Claims, Lang, claim_of, library_of, settings_of
from evtrack.cli.problems import Problem

if TYPE_CHECKING:
    from evtrack.grade.grades import ClaimRecordGrade, RecordGrade
    from evtrack.record import Record


def grade(
    context: typer.Context,
    files: Annotated[list[str] | None, typer.Argument(metavar="FILE|-", show_default=False)] = None,
    claim: ClaimId = None,
    format: Annotated[str, typer.Option("--format", metavar="jsonl", show_default=False)] = "jsonl",  # noqa: A002 # the contract's name of the option
    claims: Claims = None,
    lang: Lang = None,
) -> None:
    """A line of JSON for each record, in the order read."""
    settings = settings_of(context, claims=claims, lang=lang)
    if format != "jsonl":
        raise Problem("cli.bad_format", value=format, names="jsonl")
    named = files or ["-"]
    if named.count("-") > 1:
        raise Problem("cli.stdin_twice")
    library = library_of(settings)
    about = claim_of(library, claim) if claim else None
    from evtrack.rules import load_rules
    from evtrack.spread import grade_all, spare_collector

    rules = load_rules(library.concepts)
    spare_collector()
    sys.stdout.writelines(grade_all(_records(named, settings.lang), about, rules, _line))


def _line(record: Record, graded: RecordGrade | ClaimRecordGrade) -> str:
    """A record's grade as it is put out."""
    from evtrack.cli.output import json_text
    from evtrack.grade.grades import RecordGrade
    from evtrack.report.grade_json import grade_json, towards_json

    known = grade_json(record.id, graded) if isinstance(graded, RecordGrade) else towards_json(record.id, graded)
    return json_text(known, indent=False)


def _records(files: list[str], lang: str) -> Iterator[Record]:
    """The records of all files; one that cannot be read is told on stderr. Raises ``FileProblem``."""
    from evtrack.cli.output import note
    from evtrack.files import read_file, read_stream
    from evtrack.record import Skipped
    from evtrack.sources._protocol import Read
    from evtrack.wording.fault import fault_words

    for file in files:
        for one in read_stream(sys.stdin.buffer, "-") if file == "-" else read_file(file):
            if isinstance(one, Read):
                yield one.record
            elif isinstance(one, Skipped):
                colon = "：" if lang == "ja" else ": "
                note(colon.join((file, fault_words(one.where, lang), fault_words(one.why, lang))))
