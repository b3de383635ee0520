"""Where in its work does a command die? Run as a process of its own: ``struck.py STRIKE ARGUMENT…`` is ``evtrack ARGUMENT…``.

Every statement of every SQLite connection, every file that is opened for writing, renamed or removed in the current
folder, and the end of the answer is a moment, counted from 1. ``STRIKE`` is JSON: ``{"count": FILE}`` writes down the
moments; ``{"at": n, "wait": seconds, "signal": 9}`` sends this process the signal at the n-th of them: before it, or so many
seconds after it began, while it goes on. ``{"after": seconds, "signal": 9}`` counts the seconds from the first moment.
Nothing in evtrack knows of it.
"""

from __future__ import annotations

import json
import os
import sqlite3
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_FILES = {"os.rename", "os.remove", "os.mkdir", "shutil.copyfile"}


class Strike:
    """What is to happen, and the moments until now: each as [kind, words, seconds since the first, seconds it took]."""

    def __init__(self, wanted: dict[str, Any]) -> None:
        self.wanted = wanted
        self.moments: list[list[Any]] = []
        self._lock = threading.Lock()
        self._began = 0.0

    @contextmanager
    def moment(self, kind: str, words: str) -> Iterator[None]:
        """One moment, as long as what is done in it."""
        with self._lock:
            started = time.monotonic()
            if not self.moments:
                self._began = started
                if "after" in self.wanted:
                    self._later(self.wanted["after"])
            told = [kind, " ".join(words.split())[:60], started - self._began, 0.0]
            self.moments.append(told)
            here = len(self.moments) == self.wanted.get("at")
        if here:
            if wait := self.wanted.get("wait", 0.0):
                self._later(wait)
            else:
                self._strike()
        try:
            yield
        finally:
            told[3] = time.monotonic() - started

    def _later(self, seconds: float) -> None:
        """SQLite frees the interpreter while it writes: a thread strikes in the midst of a commit."""

        def wait() -> None:
            time.sleep(seconds)
            self._strike()

        threading.Thread(target=wait, daemon=True).start()

    def _strike(self) -> None:
        os.kill(os.getpid(), self.wanted["signal"])

    def audited(self, event: str, arguments: tuple[Any, ...]) -> None:
        """An audit hook: files of the current folder are about to be changed."""
        if event == "open" and not (isinstance(arguments[2], int) and arguments[2] & _WRITES):
            return
        if event != "open" and event not in _FILES:
            return
        path = arguments[0]
        if isinstance(path, (str, bytes, os.PathLike)) and os.path.abspath(os.fsdecode(path)).startswith(str(_HERE)):
            with self.moment("file", f"{event} {Path(os.fsdecode(path)).name}"):
                pass


_HERE = Path.cwd()
STRIKE = Strike({})


class Cursor(sqlite3.Cursor):
    """A cursor whose statements are moments."""

    def execute(self, sql: str, parameters: Any = (), /) -> Cursor:
        with STRIKE.moment(_kind(sql), sql):
            super().execute(sql, parameters)
        return self

    def executemany(self, sql: str, parameters: Any, /) -> Cursor:
        with STRIKE.moment("write", sql):
            super().executemany(sql, parameters)
        return self


class Connection(sqlite3.Connection):
    """A connection whose statements, copies and end (it folds the log into the file) are moments."""

    def cursor(self, factory: Any = None) -> Any:
        return super().cursor(factory or Cursor)

    def execute(self, sql: str, parameters: Any = (), /) -> sqlite3.Cursor:
        return self.cursor().execute(sql, parameters)  # type: ignore[no-any-return] # a Cursor of the class above

    def executemany(self, sql: str, parameters: Any, /) -> sqlite3.Cursor:
        return self.cursor().executemany(sql, parameters)  # type: ignore[no-any-return] # a Cursor of the class above

    def backup(self, target: sqlite3.Connection, **more: Any) -> None:
        with STRIKE.moment("write", "backup"):
            super().backup(target, **more)

    def close(self) -> None:
        with STRIKE.moment("write", "close"):
            super().close()


def _kind(sql: str) -> str:
    asks = sql.lstrip().upper().startswith(("SELECT", "WITH")) or (sql.startswith("PRAGMA") and "=" not in sql)
    return "read" if asks else "write"


def main() -> int:
    """Run ``evtrack`` under the strike that the command line names."""
    STRIKE.wanted = json.loads(sys.argv[1])
    connect = sqlite3.connect

    def counted(*arguments: Any, **more: Any) -> sqlite3.Connection:
        with STRIKE.moment("write", "connect"):
            return connect(*arguments, factory=Connection, **more)

    from evtrack.cli import main as evtrack

    sqlite3.connect = sqlite3.dbapi2.connect = counted  # type: ignore[assignment] # what a test puts in its place
    sys.addaudithook(STRIKE.audited)
    code = evtrack(sys.argv[2:])
    with STRIKE.moment("told", f"exit {code}"):
        pass
    if "count" in STRIKE.wanted:
        Path(STRIKE.wanted["count"]).write_text(json.dumps(STRIKE.moments), encoding="utf-8")
    return code


if __name__ == "__main__":
    sys.exit(main())
