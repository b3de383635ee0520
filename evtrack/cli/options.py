"""Which options does every command take, and which settings follow from them?"""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from evtrack.config import Settings, load_settings

if TYPE_CHECKING:
    from evtrack.claim import Claim, Library

# Help texts are set from the catalogue when the commands are built (app.py), so that they follow --lang.
Db = Annotated[str | None, typer.Option("--db", metavar="PATH|URL", show_default=False)]
Claims = Annotated[str | None, typer.Option("--claims", metavar="FOLDER", show_default=False)]
Lang = Annotated[str | None, typer.Option("--lang", metavar="ja|en", show_default=False)]
Json = Annotated[bool, typer.Option("--json", show_default=False)]
ClaimId = Annotated[str | None, typer.Option("--claim", metavar="ID", show_default=False)]


def settings_of(context: typer.Context, **flags: str | None) -> Settings:
    """Settings of this run; a flag after the command's name wins over the same before it.

    Raises ``ConfigError``.
    """
    before: Mapping[str, str | None] = context.find_root().obj or {}
    merged = {name: flags[name] if flags.get(name) is not None else before.get(name) for name in {*before, *flags}}
    return load_settings(merged, os.environ, Path.cwd())


def library_of(settings: Settings) -> Library:
    """The claims and concepts in use. Raises ``Problem`` where a file is broken, naming the first."""
    from evtrack.claims import load_library
    from evtrack.cli.problems import Problem

    library, errors = load_library(settings.claims)
    if errors:
        raise Problem("cli.claims_broken", first=errors[0].say(settings.lang), more=len(errors) - 1)
    return library


def claim_of(library: Library, claim_id: str) -> Claim:
    """The claim with this id. Raises ``Problem`` with the nearest ids where there is none."""
    from evtrack.cli.problems import Problem

    found = library.claims.get(claim_id)
    if found is None:
        raise Problem("cli.no_such_claim", name=claim_id, near=", ".join(nearest(claim_id, library.claims)) or "-")
    return found


def day_of(where: str, text: str | None) -> date | None:
    """The day an option names. Raises ``Problem`` where it names none."""
    from evtrack.cli.problems import Problem

    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Problem("cli.bad_date", where=where, value=text) from None


def nearest(name: str, names: Mapping[str, object]) -> list[str]:
    """Up to three names that look like ``name``, best first."""
    from rapidfuzz import process

    return [str(found) for found, score, _ in process.extract(name, list(names), limit=3) if score >= 60]
