"""``evtrack claims``: which claims are there, is each file right, and how is a new one begun?"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from evtrack.cli.options import Claims, Json, Lang, library_of, settings_of
from evtrack.cli.problems import EXIT_USAGE, Problem
from evtrack.cli.words import say
from evtrack.config import Settings

app = typer.Typer(no_args_is_help=False, rich_markup_mode=None)


@app.callback(invoke_without_command=True)
def claims(context: typer.Context, as_json: Json = False, claims: Claims = None, lang: Lang = None) -> None:
    """List, check and write claim files."""
    root = context.find_root()
    for name, value in (("claims", claims), ("lang", lang)):
        if value is not None:
            root.obj[name] = value
    if context.invoked_subcommand is None:
        _list(settings_of(context), as_json=as_json)


@app.command("list")
def list_(context: typer.Context, as_json: Json = False, claims: Claims = None, lang: Lang = None) -> None:
    """The claims in use."""
    _list(settings_of(context, claims=claims, lang=lang), as_json=as_json)


def _list(settings: Settings, *, as_json: bool) -> None:
    from evtrack.cli.output import put, put_json
    from evtrack.report.plain import pad, plain, width

    library = library_of(settings)
    if as_json:
        put_json(
            {
                "claims": [
                    {
                        "claim_id": c.id,
                        "pack": c.pack,
                        "kind": c.kind,
                        "track": c.track,
                        "statement": c.statement.as_dict(),
                        "quote": c.quote,
                        "intervention": list(c.intervention),
                        "condition": list(c.condition),
                        "outcome": list(c.outcome),
                        "members": list(c.members),
                        "known": list(c.known),
                        "path": c.path,
                    }
                    for c in library.claims.values()
                ]
            }
        )
        return
    widest = max((width(i) for i in library.claims), default=0)
    put(f"{pad(c.id, widest)}  {plain(c.statement.get(settings.lang))}" for c in library.claims.values())


@app.command("check")
def check(context: typer.Context, as_json: Json = False, claims: Claims = None, lang: Lang = None) -> None:
    """Check every claim and concept file."""
    settings = settings_of(context, claims=claims, lang=lang)
    from evtrack.claims import check_library, load_library
    from evtrack.cli.output import put, put_json

    errors = check_library(settings.claims)
    library, _ = load_library(settings.claims)
    if as_json:
        told = [
            {
                "path": e.path,
                "line": e.line,
                "what": _half(e.what, e.what_ja, settings),
                "mend": _half(e.mend, e.mend_ja, settings),
            }
            for e in errors
        ]
        put_json({"ok": not errors, "claims": len(library.claims), "concepts": len(library.concepts), "errors": told})
    else:
        put(e.say(settings.lang) for e in errors)
        ok = say("claims.ok", settings.lang, claims=len(library.claims), concepts=len(library.concepts))
        put([say("claims.bad", settings.lang, n=len(errors)) if errors else ok])
    if errors:
        raise typer.Exit(EXIT_USAGE)


def _half(en: str, ja: str, settings: Settings) -> str:
    return ja if settings.lang == "ja" else en


@app.command("new")
def new(
    context: typer.Context,
    claim_id: Annotated[str, typer.Argument(metavar="ID", show_default=False)],
    pack: Annotated[str | None, typer.Option("--pack", metavar="PACK", show_default=False)] = None,
    claims: Claims = None,
    lang: Lang = None,
) -> None:
    """Write a commented skeleton of a claim into a pack's folder."""
    settings = settings_of(context, claims=claims, lang=lang)
    from evtrack.claims import new_claim
    from evtrack.cli.output import put

    folder = _folder(settings)
    packs = sorted(p.parent.name for p in folder.glob("*/pack.yaml"))
    if pack is None and len(packs) == 1:
        pack = packs[0]
    if pack not in packs:
        raise Problem("claims.which_pack", names=", ".join(packs) or "-")
    try:
        path = new_claim(claim_id, folder / pack)
    except FileExistsError:
        raise Problem("cli.exists", path=folder / pack / f"{claim_id}.yaml") from None
    except ValueError:
        raise Problem("claims.no_id", name=claim_id) from None
    put([say("claims.written", settings.lang, path=path)])


@app.command("path")
def path(context: typer.Context, claims: Claims = None, lang: Lang = None) -> None:
    """Where the folder of packs is."""
    from evtrack.cli.output import put

    put([str(_folder(settings_of(context, claims=claims, lang=lang)))])


def _folder(settings: Settings) -> Path:
    from evtrack.claims import shipped_folder

    return settings.claims or shipped_folder()
