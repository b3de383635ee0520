"""Is the store whole, how big is it, and how is it copied? What ``evtrack db check``, ``info`` and ``backup`` do."""

from __future__ import annotations

import os
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Set
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from evtrack.store.facts import StoreFacts
from evtrack.store.migrate import copy_store
from evtrack.store.read import Reader
from evtrack.store.target import (
    NotAStoreError,
    Place,
    StoreError,
    StoreMissingError,
    place_of,
    raw_path,
    read_only,
    schema_of,
    store_path,
    there,
)
from evtrack.store.views import VIEWS

if TYPE_CHECKING:
    from evtrack.store.postgres import Server

Fault = Literal[
    "damaged", "broken_reference", "bulk_file_due", "bulk_file_missing", "raw_file_missing", "raw_missing", "view_missing"
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with a store: which fault, in which file, and what concerns it."""

    fault: Fault
    path: Place
    text: str
    """SQLite's own words, the id concerned, how many documents were in the file that is missing, or how many files are due."""


def check(target: str | os.PathLike[str]) -> list[Problem]:
    """All that is wrong with the store, nothing where it is whole; the store is only read.

    Looks at the pages and indexes of both files, at every reference between rows, at every raw document that a row
    names, and at the views. Raises ``StoreMissingError``, ``NotAStoreError`` and ``StoreTooNewError``.
    """
    path = place_of(target)
    if not isinstance(path, Path):
        return _check_server(path)
    raw = raw_path(path)
    try:
        opened = read_only(path)
    except NotAStoreError as error:
        if getattr(error.__cause__, "sqlite_errorcode", None) != sqlite3.SQLITE_CORRUPT:
            raise
        return [Problem("damaged", path, str(error.__cause__))]
    with closing(opened) as connection:
        state = schema_of(connection, path)
        found = _damage(connection, path)
        for table, _, parent, _ in _each(connection, "PRAGMA foreign_key_check"):
            found.append(Problem("broken_reference", path, f"a row of {table} refers to no row of {parent}"))
        views = {name for (name,) in _each(connection, "SELECT name FROM sqlite_master WHERE type = 'view'")}
        # An older schema has views of its own; the upgrade makes those of today.
        wanted = VIEWS if state == "current" else ()
        found += [Problem("view_missing", path, view) for view in wanted if view not in views]
        found += _raw_faults(raw, _each(connection, _NAMED if state == "current" else _NAMED_BEFORE))
    return found


_DOCUMENTS = """SELECT record_id AS named_by, raw_hash FROM record_version UNION SELECT id, raw_hash FROM record
                UNION SELECT 'skipped at ' || place, raw_hash FROM skipped"""
_NAMED = f"""SELECT named_by, d.raw_hash, path FROM ({_DOCUMENTS}) d
             LEFT JOIN bulk_place p ON p.record_id = named_by AND p.raw_hash = d.raw_hash
             LEFT JOIN bulk_file ON number = file ORDER BY 1"""  # noqa: S608 # a constant
"""What names a raw document, which, and in which of NLM's files it stands."""

_NAMED_BEFORE = f"SELECT named_by, raw_hash, NULL FROM ({_DOCUMENTS}) d ORDER BY 1"  # noqa: S608 # a constant
"""The same in an older schema, which may know nothing of NLM's files."""


def _check_server(server: Server) -> list[Problem]:
    """The same of a database: its pages are the server's to check (``pg_amcheck``)."""
    from evtrack.store import postgres

    with closing(postgres.Reading(postgres.connect(server, reading=True), server)) as reading:
        state, _ = postgres.schema_of(reading, server)
        if state == "empty":
            raise StoreMissingError(f"{server}: no store there yet: run evtrack refresh or evtrack load first")
        found = [
            Problem("broken_reference", server, f"a row of {table} refers to no row of {parent}")
            for table, parent in postgres.broken_references(reading)
        ]
        wanted = VIEWS if state == "current" else ()
        found += [Problem("view_missing", server, view) for view in wanted if view not in postgres.views_of(reading)]
        held = {h for (h,) in reading.execute("SELECT hash FROM raw")}
        return found + _missing(server, reading.execute(_NAMED if state == "current" else _NAMED_BEFORE), held)


def _raw_faults(raw: Path, named: Iterable[tuple[Any, ...]]) -> list[Problem]:
    """Damage of the file of raw documents, and which of ``named`` (what names it, hash, file of NLM's) are nowhere."""
    found: list[Problem] = []
    held: set[str] = set()
    try:
        with closing(read_only(raw)) as kept:
            found += _damage(kept, raw)
            held = {h for (h,) in _each(kept, "SELECT hash FROM raw")}
    except StoreMissingError:
        n = sum(1 for _ in named)
        return [Problem("raw_file_missing", raw, str(n))] if n else []
    except NotAStoreError as error:
        return [Problem("damaged", raw, str(error.__cause__))]
    return found + _missing(raw, named, held)


def _missing(place: Place, named: Iterable[tuple[Any, ...]], held: Set[str]) -> list[Problem]:
    """Which documents are neither ``held`` in ``place`` nor stand in a file of NLM's that is there.

    One by one: there may be as many as PubMed has.
    """
    away: Counter[Path] = Counter()
    lost: list[Problem] = []
    for of, key, file in named:
        if key not in held:
            if file:
                away[Path(file)] += 1
            else:
                lost.append(Problem("raw_missing", place, of))
    return [Problem("bulk_file_missing", file, str(n)) for file, n in sorted(away.items()) if not file.is_file()] + lost


def _each(connection: sqlite3.Connection, sql: str) -> Iterator[tuple[Any, ...]]:
    """Row by row; up to where the file is too damaged to answer (``integrity_check`` has told)."""
    with suppress(sqlite3.DatabaseError):
        yield from connection.execute(sql)


def _damage(connection: sqlite3.Connection, path: Path) -> list[Problem]:
    try:
        told = [text for (text,) in connection.execute("PRAGMA integrity_check(20)")]
    except sqlite3.DatabaseError as error:
        told = [str(error)]
    return [Problem("damaged", path, text) for text in told if text != "ok"]


def backup(target: str | os.PathLike[str], to: Path) -> list[Path]:
    """Copy the store and its raw documents, also while others use it; the files made, each private to its owner.

    Raises ``StoreError`` where ``to`` is there already: nothing is overwritten.
    """
    path = store_path(target)
    raw, raw_to = raw_path(path), raw_path(to)
    for file in (to, raw_to):
        if file.exists():
            raise StoreError(f"{file}: is there already: name another file")
    made = {to: _part(path, to)}
    try:
        # After the store: raw documents come first when saving, so none that the copy names can be missing.
        if raw.exists():
            made[raw_to] = _part(raw, raw_to)
        # The store last: who is killed before it has no copy, rather than one that is not whole.
        for end in reversed(made):
            made[end].replace(end)
    except BaseException:
        for part in made.values():
            part.unlink(missing_ok=True)
        raise
    return list(made)


def _part(path: Path, to: Path) -> Path:
    """A copy of ``path`` beside ``to``, in place of what a killed process left there."""
    part = to.with_name(f"{to.name}.part")
    for end in ("", "-journal"):
        part.with_name(part.name + end).unlink(missing_ok=True)
    copy_store(path, part)
    return part


def info(target: str | os.PathLike[str]) -> StoreFacts:
    """Schema, journal, rows by table, sizes, last run, of a store of an older schema too. Raises what ``look`` raises."""
    path = there(place_of(target))
    if isinstance(path, Path):
        with Reader(read_only(path), path) as reader:
            return reader.info()
    from evtrack.store.postgres import Reading, connect

    with Reader(Reading(connect(path, reading=True), path), path) as reader:
        return reader.info()
