"""``evtrack db``: what does the store hold, is it sound, and how is it copied?"""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from evtrack.cli.options import Claims, Db, Json, Lang, library_of, settings_of
from evtrack.cli.problems import EXIT_FOUND, Problem
from evtrack.cli.words import say
from evtrack.config import Settings

if TYPE_CHECKING:
    from evtrack.store.facts import StoreFacts
    from evtrack.store.upkeep import Problem as Fault

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)


@app.callback()
def db(context: typer.Context, db: Db = None, lang: Lang = None) -> None:
    """The store: state, check, backup, restore."""
    root = context.find_root()
    for name, value in (("db", db), ("lang", lang)):
        if value is not None:
            root.obj[name] = value


@app.command("info")
def info(context: typer.Context, as_json: Json = False, db: Db = None, lang: Lang = None) -> None:
    """What the store holds."""
    settings = settings_of(context, db=db, lang=lang)
    from evtrack.cli.output import put, put_json
    from evtrack.store.upkeep import info as info_of_store

    facts = facts_json(info_of_store(settings.db))
    if as_json:
        put_json(facts)
        return
    put(facts_lines(facts, settings))


def facts_json(facts: StoreFacts) -> dict[str, Any]:
    """What ``db info --json`` says."""
    last = facts.last_run

    def moment(at: datetime | None) -> str | None:
        return at.isoformat() if at else None

    return {
        "path": str(facts.path),
        "schema": facts.schema,
        "journal": facts.journal,
        "bytes": facts.bytes,
        "raw_bytes": facts.raw_bytes,
        "counts": facts.counts,
        "last_run": {
            "run_id": last.id,
            "kind": last.kind,
            "status": last.status,
            "started_at": moment(last.started_at),
            "finished_at": moment(last.finished_at),
            "rules_version": last.rules_version,
            "evtrack_version": last.evtrack_version,
        }
        if last
        else None,
    }


def facts_lines(facts: dict[str, Any], settings: Settings) -> list[str]:
    """The same for a person."""
    from evtrack.store.target import SCHEMA

    lang = settings.lang
    lines = [
        say("db.file", lang, path=facts["path"], size=_size(facts["bytes"]), raw=_size(facts["raw_bytes"])),
        say("db.schema", lang, schema=facts["schema"], journal=facts["journal"]),
        say("db.records", lang, n=facts["counts"].get("record", 0), runs=facts["counts"].get("run", 0)),
    ]
    if facts["schema"] < SCHEMA:
        lines.append(say("db.older", lang, schema=SCHEMA))
    last = facts["last_run"]
    if last:
        lines.append(
            say(
                "db.last_run",
                lang,
                n=last["run_id"],
                kind=say(f"run_kind.{last['kind']}", lang),
                at=last["started_at"][:16].replace("T", " "),
            )
        )
    return lines


def _size(n: int) -> str:
    return f"{n / 1e6:.1f} MB"


@app.command("check")
def check(context: typer.Context, as_json: Json = False, db: Db = None, lang: Lang = None) -> None:
    """Is the store sound? Exit 1 where it is not."""
    settings = settings_of(context, db=db, lang=lang)
    from evtrack.cli.output import put, put_json
    from evtrack.store.upkeep import check as check_store

    faults = check_store(settings.db)
    if as_json:
        put_json({"ok": not faults, "faults": [fault_json(f) for f in faults]})
    else:
        put([fault_line(fault_json(f), settings.lang) for f in faults] or [say("db.ok", settings.lang)])
    if faults:
        raise typer.Exit(EXIT_FOUND)


def fault_json(fault: Fault) -> dict[str, str]:
    """One thing that is wrong with the store."""
    return {"fault": fault.fault, "path": str(fault.path), "text": fault.text}


def fault_line(fault: dict[str, str], lang: str) -> str:
    """The same for a person."""
    return say(f"db.fault.{fault['fault']}", lang, path=fault["path"], text=fault["text"])


@app.command("backup")
def backup(
    context: typer.Context,
    target: Annotated[str | None, typer.Argument(metavar="FILE", show_default=False)] = None,
    as_json: Json = False,
    db: Db = None,
    lang: Lang = None,
) -> None:
    """Write a copy of the store, which may be in use."""
    settings = settings_of(context, db=db, lang=lang)
    from evtrack.cli.output import put, put_json
    from evtrack.store.target import raw_path, store_path
    from evtrack.store.upkeep import backup as backup_store

    path = store_path(settings.db)
    to = Path(target) if target else path.with_name(f"{path.stem}-{settings.now():%Y%m%d-%H%M%S}{path.suffix}")
    for file in (to, raw_path(to)):
        if file.exists():
            raise Problem("cli.exists", path=file)
    made = backup_store(settings.db, to)
    if as_json:
        put_json({"path": str(to), "bytes": to.stat().st_size, "files": [str(p) for p in made]})
    else:
        put([say("db.backup", settings.lang, path=to)])


@app.command("restore")
def restore(
    context: typer.Context,
    copy: Annotated[str, typer.Argument(metavar="FILE", show_default=False)],
    as_json: Json = False,
    db: Db = None,
    lang: Lang = None,
) -> None:
    """Make a copy the store again; the store before it is set aside."""
    settings = settings_of(context, db=db, lang=lang)
    from evtrack.cli.output import put, put_json
    from evtrack.store.restore import restore as restore_store
    from evtrack.store.target import store_path

    path = store_path(settings.db)
    aside = restore_store(settings.db, Path(copy), now=settings.now)
    if as_json:
        put_json({"path": str(path), "restored_from": copy, "before": str(aside) if aside else None})
        return
    lines = [say("db.restored", settings.lang, path=path, copy=copy)]
    put([*lines, *([say("db.set_aside", settings.lang, path=aside)] if aside else [])])


@app.command("upgrade")
def upgrade(context: typer.Context, as_json: Json = False, db: Db = None, lang: Lang = None) -> None:
    """Bring the store to the schema of this evtrack; every command that writes does so by itself."""
    settings = settings_of(context, db=db, lang=lang)
    from evtrack.cli.output import put, put_json
    from evtrack.store.lock import one_writer
    from evtrack.store.migrate import upgrade as upgrade_store
    from evtrack.store.target import SCHEMA, store_path, there, writing

    path = there(store_path(settings.db))
    with one_writer(settings.db), writing(path):
        backup = upgrade_store(path, now=settings.now)
    if as_json:
        put_json({"path": str(path), "schema": SCHEMA, "backup": str(backup) if backup else None})
    elif backup:
        put([say("db.upgraded", settings.lang, schema=SCHEMA, path=backup)])
    else:
        put([say("db.current", settings.lang, schema=SCHEMA)])


@app.command("datasette")
def datasette(
    context: typer.Context,
    output: Annotated[str | None, typer.Option("--output", "-o", metavar="FILE", show_default=False)] = None,
    db: Db = None,
    claims: Claims = None,
    lang: Lang = None,
) -> None:
    """The metadata with which Datasette shows the store; the store itself is opened as it is."""
    settings = settings_of(context, db=db, claims=claims, lang=lang)
    from evtrack.cli.output import note, put_file, put_json
    from evtrack.report.datasette import metadata
    from evtrack.store.target import store_path

    path = store_path(settings.db)
    told = metadata(path.stem, library_of(settings), settings.lang)
    if output is None:
        put_json(told)
        return
    put_file(output, json.dumps(told, ensure_ascii=False, indent=1) + "\n")
    note(say("datasette.written", settings.lang, path=output, command=f"datasette {path} -m {output}"))
