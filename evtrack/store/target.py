"""Which file or database is the store, and may this version of evtrack open it? Light: sqlite3 alone is imported here."""

from __future__ import annotations

import os
import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from evtrack.store.postgres import Server

SCHEMA = 6
"""The schema that this evtrack writes and reads: the number of the last file in ``migrations/versions``."""

APPLICATION_ID = 0x65767472
"""``evtr``, written into the header of every store, so that another program's SQLite file is not taken for one."""

_URL = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+):(.*)\Z", re.DOTALL)

StoreState = Literal["missing", "empty", "older", "current"]

Place: TypeAlias = "Path | Server"
"""Where a store is: a file, or a database of a PostgreSQL server."""


class StoreError(Exception):
    """A store that can't be used as asked; the text says which, why, and what mends it.

    StoreError                  as such: it can't be written or read there now (a full disk, a place that is read-only)
    ├── WrongTargetError        the setting names no store that evtrack knows (wrong usage)
    ├── StoreNotSupportedError  it names a kind of store that needs a package which is not installed, or can't do this
    ├── StoreUnreachableError   the server of the store does not answer now
    ├── StoreRefusedError       the server of the store refuses user, password or database
    ├── StoreMissingError       there is no such file
    ├── NotAStoreError          the file is something else, or damaged
    ├── StoreTooNewError        written by a newer evtrack; nothing was touched
    ├── StoreOutdatedError      written by an older evtrack; ``evtrack db upgrade`` brings it up to date
    ├── StoreBusyError          another process holds it
    ├── NoLocksError            the file system has no locks
    └── MigrationFailedError    a migration did not end; the store is as it was (``migrate.py``)
    """


class WrongTargetError(StoreError):
    """The setting names no store that evtrack knows."""


class StoreNotSupportedError(StoreError):
    """The setting names a kind of store that needs a package which is not installed, or can't do this."""


class StoreUnreachableError(StoreError):
    """The server of the store does not answer now."""


class StoreRefusedError(StoreError):
    """The server of the store refuses user, password or database."""


class StoreMissingError(StoreError):
    """There is no such file."""


class NotAStoreError(StoreError):
    """The file is something else, or damaged."""


class StoreTooNewError(StoreError):
    """A newer evtrack wrote it; nothing was touched."""


class StoreOutdatedError(StoreError):
    """An older evtrack wrote it, and only a writer may bring it up to date."""


class StoreBusyError(StoreError):
    """Another process holds it."""


class NoLocksError(StoreError):
    """Its file system has no locks, so that two processes could write it at once."""


def store_path(target: str | os.PathLike[str]) -> Path:
    """The file that ``EVTRACK_DB`` or ``--db`` names, for what files alone can do.

    Raises ``StoreNotSupportedError`` for a database of a server, and what ``place_of`` raises.
    """
    place = place_of(target)
    if not isinstance(place, Path):
        raise StoreNotSupportedError(f"{place}: a store on PostgreSQL is no file: copy it with {place.dump}")
    return place


def place_of(target: str | os.PathLike[str]) -> Place:
    """The store that ``EVTRACK_DB`` or ``--db`` names: a path, a ``sqlite:`` or a ``postgresql+psycopg:`` URL.

    Raises ``WrongTargetError`` for any other URL, which is not repeated in the text: it may hold a password; and
    ``StoreNotSupportedError`` where psycopg is not installed.
    """
    text = os.fspath(target)
    if not text.strip():
        raise WrongTargetError("EVTRACK_DB is empty: give a file's path or a sqlite: URL")
    m = None if isinstance(target, Path) else _URL.match(text)
    if m is None:
        return _itself(Path(text))
    scheme, rest = m[1].lower(), m[2]
    if scheme == "postgresql+psycopg":
        from evtrack.store.postgres import server_of

        return server_of(text)
    if scheme != "sqlite":
        raise WrongTargetError(
            f"EVTRACK_DB: the dialect {scheme!r} is not known: give a file's path, or a sqlite: or postgresql+psycopg: URL"
        )
    name = rest
    if rest.startswith("//"):
        host, slash, name = rest[2:].partition("/")
        if host or not slash:
            raise WrongTargetError(
                "EVTRACK_DB: a sqlite: URL names no host: write sqlite:///evtrack.db or sqlite:////data/evtrack.db"
            )
    if "?" in name:
        raise WrongTargetError("EVTRACK_DB: a sqlite: URL takes no options after a question mark")
    if not name or name == ":memory:":
        raise WrongTargetError(
            "EVTRACK_DB: a store is a file; a database in memory is none: write sqlite:///evtrack.db"
        )
    return _itself(Path(name))


def _itself(path: Path) -> Path:
    """The file that a link leads to: its raw documents and its lock lie beside the store and not beside the link."""
    path = path.expanduser()
    return Path(os.path.realpath(path)) if path.is_symlink() else path


def raw_path(path: Path) -> Path:
    """The file of raw documents that belongs to the store at ``path``.

    A copy that an upgrade or a restore set aside has none of its own: those of its store are never taken away.
    """
    own = path.with_name(path.name + ".raw")
    aside = _ASIDE.fullmatch(path.name)
    return path.with_name(f"{aside[1]}.raw") if aside and not own.exists() else own


_ASIDE = re.compile(r"(.+)\.(?:schema\d+|before-restore)-\d{8}T\d{6}Z(?:-\d+)?\.bak", re.DOTALL)


def aside_of(path: Path, why: str, at: datetime) -> Path:
    """Where the store at ``path`` is set aside at this moment: a name that nothing has yet. ``why``: what ``_ASIDE`` knows."""
    stem = f"{path.name}.{why}-{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    to, number = path.with_name(f"{stem}.bak"), 1
    while to.exists():
        number += 1
        to = path.with_name(f"{stem}-{number}.bak")
    return to


def there(path: Place) -> Place:
    """``path``, once a store stands there, of whatever schema. Raises ``StoreMissingError``, or what ``look`` raises."""
    if look(path) in ("missing", "empty"):
        raise StoreMissingError(f"{path}: no store there yet: run evtrack refresh or evtrack load first")
    return path


def read_only(path: Path, timeout: float = 30.0) -> sqlite3.Connection:
    """A connection that can't write, also where the file or its folder can't be written.

    A file in WAL mode needs a ``-shm`` beside it even for reading; where that can't be made (a full disk, a place that
    is read-only) and no log is waiting, the file is opened as immutable. Raises ``StoreMissingError``, ``NotAStoreError``,
    ``StoreTooNewError`` where its head says so, ``StoreBusyError`` where a writer keeps the whole file for ``timeout``
    seconds (never in WAL), and ``StoreError`` where a log is waiting and can't be read there.
    """
    if not path.is_file():
        raise StoreMissingError(f"{path}: no such store: run evtrack load or evtrack refresh first, or set EVTRACK_DB")
    refuse_newer(path)
    waits = _waits(path)
    uri = path.absolute().as_uri()
    try:
        return _reading(f"{uri}?mode=ro", timeout)
    except sqlite3.Error as error:
        code = _code(error)
        if code in _NO_ROOM and not waits:
            try:
                return _reading(f"{uri}?mode=ro&immutable=1", timeout)
            except sqlite3.Error as again:
                error, code = again, _code(again)
        if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            raise StoreBusyError(f"{path}: another process is writing: try again when it is done") from error
        if code in _NO_ROOM and waits:
            raise StoreError(
                f"{path}: what was written last can't be read ({error}): free the disk, or copy it with its -wal to a place that can be written to"
            ) from error
        raise NotAStoreError(
            f"{path}: can't be read as an evtrack store ({error}): restore a backup or name another file"
        ) from error


_NO_ROOM = (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_FULL)
"""What SQLite says where it can't make a file, or make it larger."""


def refused(error: sqlite3.Error) -> bool:
    """Whether SQLite could not read or write there (a full disk, a read-only place, a lock), and nobody wrote bad SQL."""
    return _code(error) in (*_NO_ROOM, sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_PERM)


def _code(error: sqlite3.Error) -> int:
    """SQLite's code of an error, without the part that tells more of it."""
    return (getattr(error, "sqlite_errorcode", None) or 0) & 0xFF


def _waits(path: Path) -> bool:
    """Whether a log stands beside the file: what was written last may be in it alone."""
    wal = path.with_name(path.name + "-wal")
    return wal.exists() and wal.stat().st_size > 0


def journal_of(path: Path) -> str:
    """``wal`` or ``delete``, by the file's head: of a file that is opened as immutable SQLite says ``delete`` always."""
    with path.open("rb") as file:
        return "wal" if file.read(19)[18:] == b"\2" else "delete"


def _schema_at_head(path: Path) -> int:
    """The schema by the file's head (sqlite.org/fileformat.html), 0 where it is no store's.

    Read as bytes: SQLite leaves a ``-wal`` and a ``-shm`` beside a file that it only reads.
    """
    with path.open("rb") as file:
        head = file.read(72)
    if not head.startswith(b"SQLite format 3\0") or int.from_bytes(head[68:72], "big") != APPLICATION_ID:
        return 0
    return int.from_bytes(head[60:64], "big")


def refuse_newer(path: Path) -> None:
    """Raise ``StoreTooNewError`` where the head of the file says so, before anything is made beside it."""
    # Where a log is waiting the head may be an old one: SQLite tells, and leaves nothing that was not there.
    if path.is_file() and not _waits(path):
        _newer(_schema_at_head(path), path)


def _newer(schema: int, path: Place) -> None:
    if schema > SCHEMA:
        raise StoreTooNewError(
            f"{path}: written by a newer evtrack (schema {schema}, this one knows {SCHEMA}): upgrade evtrack; nothing was changed"
        )


def cannot_write(path: Place, error: sqlite3.Error) -> StoreError:
    """What to tell a person about a write that SQLite refused."""
    if "locked" in str(error) or "busy" in str(error):
        return StoreBusyError(f"{path}: another process is writing: try again when it is done")
    return StoreError(
        f"{path}: can't be written ({error}): nothing of this step was kept; free the disk or name another file"
    )


@contextmanager
def writing(path: Place) -> Iterator[None]:
    """Turn what SQLite or the system refuses inside into ``cannot_write`` of ``path``; any other error passes."""
    try:
        yield
    except sqlite3.OperationalError as error:
        if not refused(error):
            raise
        raise cannot_write(path, error) from error
    except OSError as error:
        raise cannot_write(path, sqlite3.OperationalError(error.strerror or str(error))) from error


def _reading(uri: str, timeout: float) -> sqlite3.Connection:
    connection = sqlite3.connect(uri, uri=True, timeout=timeout, isolation_level=None, check_same_thread=False)
    try:
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def schema_of(connection: sqlite3.Connection, path: Path) -> StoreState:
    """Whether the schema fits this evtrack. Raises ``StoreTooNewError`` or ``NotAStoreError``."""
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    (schema,) = connection.execute("PRAGMA user_version").fetchone()
    (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    if application != APPLICATION_ID:
        if application == 0 and schema == 0 and tables == 0:
            return "empty"
        raise NotAStoreError(f"{path}: a SQLite file, but no evtrack store: name another file")
    return state_of_schema(schema, path)


def state_of_schema(schema: int, place: Place) -> StoreState:
    """Whether this number is today's. Raises ``StoreTooNewError``."""
    _newer(schema, place)
    return "current" if schema == SCHEMA else "older"


def look(path: Place) -> StoreState:
    """What stands at ``path``, without touching it. Raises what ``schema_of`` and ``read_only`` raise."""
    if not isinstance(path, Path):
        from evtrack.store.postgres import look as look_at_server

        return look_at_server(path)
    if not path.exists():
        return "missing"
    if path.is_file() and path.stat().st_size == 0:
        return "empty"
    connection = read_only(path)
    try:
        return schema_of(connection, path)
    finally:
        connection.close()


def make_private(path: Path) -> None:
    """Make an empty file that only its owner may read, before SQLite opens it; its log takes the same permissions."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    except FileExistsError:
        return


_NETWORK = (
    "nfs",
    "cifs",
    "smb",
    "9p",
    "afs",
    "ncpfs",
    "fuse.sshfs",
    "fuse.rclone",
    "glusterfs",
    "ceph",
    "lustre",
    "davfs",
)


def on_network_share(path: Path, mounts: str) -> bool:
    """Whether ``path`` lies on a file system where SQLite's WAL is unsafe, by the text of ``/proc/self/mounts``."""
    here = os.path.realpath(path)
    if here.startswith("\\\\"):
        return True
    kind, longest = "", -1
    for line in mounts.splitlines():
        parts = line.split(" ")
        if len(parts) < 3:
            continue
        folder = parts[1].replace("\\040", " ").rstrip("/")
        if len(folder) > longest and (here == folder or here.startswith(folder + "/")):
            kind, longest = parts[2], len(folder)
    return kind.startswith(_NETWORK)


def set_journal(connection: sqlite3.Connection, path: Path) -> str:
    """Choose the journal: WAL, or SQLite's first one where WAL is unsafe or refused. Gives the mode that holds."""
    try:
        mounts = Path("/proc/self/mounts").read_text(encoding="utf-8", errors="replace")
    except OSError:
        mounts = ""
    wanted = "DELETE" if on_network_share(path, mounts) else "WAL"
    (mode,) = connection.execute(f"PRAGMA journal_mode={wanted}").fetchone()
    # In WAL a commit is safe from kill -9 without a sync, and a power cut never corrupts; other journals need each sync.
    connection.execute(f"PRAGMA synchronous={'NORMAL' if mode == 'wal' else 'FULL'}")
    # A batch of 500 records is some 2,000 pages: with SQLite's 1,000 every commit would copy the log and sync the file.
    connection.execute("PRAGMA wal_autocheckpoint=8000")
    return str(mode)
