"""``evtrack doctor``: are settings, claims and store in order?"""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from evtrack.cli.options import Claims, Db, Json, Lang, settings_of
from evtrack.cli.problems import EXIT_FOUND, line_of
from evtrack.cli.words import say
from evtrack.config import Settings

if TYPE_CHECKING:
    from evtrack.claim import Library
    from evtrack.store.read import Reader


def doctor(
    context: typer.Context,
    offline: Annotated[bool, typer.Option("--offline", show_default=False)] = False,
    as_json: Json = False,
    db: Db = None,
    claims: Claims = None,
    lang: Lang = None,
) -> None:
    """Are settings, claims, store and services in order? Exit 1 where something is wrong."""
    settings = settings_of(context, db=db, claims=claims, lang=lang)
    from evtrack.cli.output import put, put_json

    answer = examine(settings, offline=offline)
    if as_json:
        put_json(answer)
    else:
        put(_lines(answer, settings))
    if not answer["ok"]:
        raise typer.Exit(EXIT_FOUND)


def examine(settings: Settings, *, offline: bool) -> dict[str, Any]:
    """Everything that is looked at; ``offline``: no service is asked.

    A store that is not there yet is no fault; known records that no query finds are told only.
    """
    from evtrack import __version__
    from evtrack.bulk.again import faults_of
    from evtrack.claims import check_library, load_library
    from evtrack.cli.db import facts_json, fault_json
    from evtrack.rules import load_rules
    from evtrack.store.read import open_reader
    from evtrack.store.target import StoreError, StoreMissingError
    from evtrack.store.upkeep import check as check_store

    library, _ = load_library(settings.claims)
    errors = [e.say(settings.lang) for e in check_library(settings.claims)]
    rules = load_rules(library.concepts)
    store: dict[str, Any] = {"path": settings.shown()["db"], "exists": True, "faults": [], "info": None}
    found: set[tuple[str, str]] = set()
    transports: dict[str, str | None] = {}
    try:
        with open_reader(settings.db) as reader:
            store["info"] = facts_json(reader.info())
            transports = {name: pull.transport for name, pull in reader.pulls().items()}
            found = _found(reader, library)
            due = faults_of(reader.bulk_files().values(), rules)
        store["faults"] = [fault_json(f) for f in (*check_store(settings.db), *due)]
    except StoreMissingError:
        store["exists"] = False
    except StoreError as error:
        told = line_of(error, settings.lang)
        store["faults"] = [{"fault": "unusable", "path": store["path"], "text": told[0] if told else str(error)}]
    missing = {c.id: [k for k in c.known if (c.id, k) not in found] for c in library.claims.values()}
    services = [] if offline else _services(settings, library, transports)
    return {
        "ok": not errors and not store["faults"] and all(s["answers"] for s in services),
        "evtrack_version": __version__,
        "rules_version": rules.version,
        "rules": len(rules.rules),
        "settings": [{"name": n, "value": v, "from": settings.origin.get(n)} for n, v in settings.shown().items()],
        "claims": {"n": len(library.claims), "concepts": len(library.concepts), "errors": errors},
        "known_missing": {i: ids for i, ids in missing.items() if ids},
        "store": store,
        "open_to_others": _open_to_others(settings),
        "services": services,
    }


def _found(reader: Reader, library: Library) -> set[tuple[str, str]]:
    """(claim id, record id) of the records that a claim's query finds; where nothing was searched, of those that are there."""
    claims = library.claims.values()
    if any(reader.searches(c.id) for c in claims):
        return {(c.id, i) for c in claims for i, tie in reader.ties(c.id).items() if tie.found_by != "match"}
    there = set(reader.record_ids())
    return {(c.id, i) for c in claims for i in c.known if i in there}


def _open_to_others(settings: Settings) -> list[str]:
    """Files that hold a secret, or the store, and that other users of this machine may read or write."""
    from evtrack.secrecy import without_passwords
    from evtrack.store.target import StoreError, raw_path, store_path

    secret = ("ncbi_api_key", "notify", *(("db",) if without_passwords(settings.db) != settings.db else ()))
    # "file:key" is a setting's origin in a file of the current folder.
    origins = (settings.origin.get(name, "").partition(":") for name in secret)
    files = {Path.cwd() / file for file, colon, _ in origins if colon}
    with contextlib.suppress(StoreError):
        path = store_path(settings.db)
        files |= {path, raw_path(path)}
    return sorted(str(f) for f in files if os.name == "posix" and f.exists() and f.stat().st_mode & 0o066)


def _services(settings: Settings, library: Library, transports: dict[str, str | None]) -> list[dict[str, Any]]:
    """Which service answers, and by which transport; all are asked at once."""
    from evtrack.counting import first_answers
    from evtrack.report.refresh_text import trouble_words
    from evtrack.services import open_sources

    with open_sources(settings, transports=transports) as sources:
        told = {c.source: c for c in first_answers(sources, library)}
        return [
            {
                "name": source.name,
                "answers": source.name in told and told[source.name].trouble is None,
                "transport": source.service.transport,
                "trouble": trouble_words(trouble, settings.lang)
                if source.name in told and (trouble := told[source.name].trouble)
                else None,
            }
            for source in sources
        ]


def _lines(answer: dict[str, Any], settings: Settings) -> list[str]:
    from evtrack.cli.db import facts_lines, fault_line

    lang = settings.lang
    lines = [
        f"evtrack {answer['evtrack_version']}",
        say("doctor.rules", lang, version=answer["rules_version"], n=answer["rules"]),
    ]
    lines += ["", say("doctor.settings", lang)]
    for one in answer["settings"]:
        origin = say("doctor.from", lang, where=one["from"]) if one["from"] else ""
        lines.append(f"  {one['name']} = {'–' if one['value'] is None else one['value']} {origin}".rstrip())
    lines += [f"  {say('doctor.open_to_others', lang, path=path)}" for path in answer["open_to_others"]]
    claims = answer["claims"]
    lines += ["", say("doctor.claims", lang)]
    lines += [f"  {e}" for e in claims["errors"]] or [
        f"  {say('claims.ok', lang, claims=claims['n'], concepts=claims['concepts'])}"
    ]
    lines += ["", say("doctor.known", lang)]
    lines += [
        f"  {say('doctor.known_missing', lang, claim=i, ids='、'.join(ids) if lang == 'ja' else ', '.join(ids))}"
        for i, ids in answer["known_missing"].items()
    ] or [f"  {say('doctor.known_all', lang)}"]
    if answer["services"]:
        lines += ["", say("doctor.services", lang)]
    for service in answer["services"]:
        name = say(f"source.{service['name']}", lang)
        if service["answers"]:
            lines.append(f"  {say('doctor.answers', lang, source=name, transport=service['transport'])}")
        else:
            lines.append(f"  {service['trouble'] or say('doctor.not_asked', lang, source=name)}")
    store = answer["store"]
    lines += ["", say("doctor.store", lang)]
    if not store["exists"]:
        lines.append(f"  {say('cli.no_store', lang, path=store['path'])}")
    elif store["info"]:
        lines += [f"  {line}" for line in facts_lines(store["info"], settings)]
    lines += [f"  {fault_line(fault, lang)}" for fault in store["faults"]]
    if store["exists"] and not store["faults"]:
        lines.append(f"  {say('db.ok', lang)}")
    return lines
