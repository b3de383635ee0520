"""Where does a secret stand, however it is spelled or packed? What the tests of secrets search."""

from __future__ import annotations

import base64
import html
import json
import sqlite3
import stat
import zlib
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import quote, quote_plus


def spellings(secret: str) -> tuple[str, ...]:
    """The secret as it is, and as it may stand in a URL, JSON, HTML, a header of authorisation, or a dump."""
    percent = quote(secret, safe="")
    return tuple(
        dict.fromkeys(
            (
                secret,
                percent,
                percent.lower(),
                quote_plus(secret),
                quote(percent),
                "".join(f"%{byte:02X}" for byte in secret.encode()),
                json.dumps(secret)[1:-1],
                secret.replace("/", r"\/"),
                "".join(rf"\u{ord(letter):04x}" for letter in secret),
                html.escape(secret),
                "".join(f"&#{ord(letter)};" for letter in secret),
                "".join(f"&#x{ord(letter):X};" for letter in secret),
                secret.upper(),
            )
        )
    )


def _dumped(secret: str) -> tuple[bytes, ...]:
    """Every spelling as bytes, and how bytes are packed as text."""
    raw = secret.encode()
    packed = (base64.b64encode(raw).rstrip(b"="), raw.hex().encode(), secret.encode("utf-16-le"))
    return (*(spelled.encode() for spelled in spellings(secret)), *packed)


def traces(secrets: Iterable[str], said: Iterable[str], folders: Iterable[Path]) -> list[str]:
    """Where a secret stands: in what was said (by its number), or in a file of ``folders``, its packed parts too."""
    wanted = [dumped for secret in secrets for dumped in _dumped(secret)]
    found = []
    for number, text in enumerate(said):
        found += [f"text {number}: {w!r}" for w in wanted if w in text.encode(errors="replace")]
    for folder in folders:
        for file in sorted(folder.rglob("*")):
            if stat.S_ISREG(file.lstat().st_mode):
                found += [f"{file.name}: {w!r}" for part in _parts(file) for w in wanted if w in part]
            found += [f"the name of {file.name}" for w in wanted if w in file.name.encode(errors="replace")]
    return found


def _parts(file: Path) -> Iterator[bytes]:
    """A file's bytes; of a SQLite file also every value, unpacked."""
    raw = file.read_bytes()
    yield raw
    if not raw.startswith(b"SQLite format 3\0"):
        yield from _unpacked(raw)
        return
    with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as connection:
        for (table,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
            for row in connection.execute(f'SELECT * FROM "{table}"'):  # noqa: S608 # names of the file's own
                for value in row:
                    if isinstance(value, bytes):
                        yield from _unpacked(value)


def _unpacked(raw: bytes) -> Iterator[bytes]:
    try:
        yield zlib.decompressobj(zlib.MAX_WBITS | 32).decompress(raw)
    except zlib.error:
        yield raw
