"""How does an answer leave? JSON and text on stdout, words about the work on stderr."""

from __future__ import annotations

import contextlib
import json
import os
import sys
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any, TextIO


def json_text(answer: Any, *, indent: bool = True) -> str:
    """An answer as JSON that may be looked at in a terminal."""
    import orjson

    from evtrack.report.plain import escaped

    try:
        text = orjson.dumps(answer, option=orjson.OPT_INDENT_2 if indent else 0).decode()
    except orjson.JSONEncodeError:
        # The name of a file may be bytes that are no text: half a letter, which only the standard library writes.
        text = json.dumps(answer, ensure_ascii=False, indent=2 if indent else None)
    return escaped(text) + "\n"


def put_json(answer: Any) -> None:
    """One JSON answer and nothing else on stdout."""
    sys.stdout.write(json_text(answer))


def put_line(answer: Any) -> None:
    """One line of JSONL."""
    sys.stdout.write(json_text(answer, indent=False))


def put(lines: Iterable[str]) -> None:
    """Lines of text on stdout."""
    sys.stdout.writelines(f"{line}\n" for line in lines)


def put_file(path: str | Path, text: str, *, private: bool = False) -> None:
    """A file, whole or not at all; its line ends are the text's own. ``private``: for its owner alone."""
    target = Path(path)
    beside = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        handle = os.open(beside, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600 if private else 0o666)
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as out:
            out.write(text)
        _sweep(target, beside.stat().st_mtime)
        beside.replace(target)
    except BaseException as error:
        with contextlib.suppress(OSError):
            beside.unlink()
        if isinstance(error, OSError):
            # By the name a person knows: a write tells none, all else names the file beside.
            error.filename, error.filename2 = str(target), None
        raise


_ABANDONED = 3600.0
"""Seconds after which the part of a file belongs to a process that was killed."""


def _sweep(target: Path, now: float) -> None:
    """Remove what killed processes left of this file: nobody else would."""
    for part in target.parent.iterdir():
        if part.name.startswith(f".{target.name}.") and part.name.endswith(".part"):
            with contextlib.suppress(OSError):
                if now - part.stat().st_mtime > _ABANDONED:
                    part.unlink()


def note(text: str) -> None:
    """A word for the person, beside the answer."""
    print(text, file=sys.stderr)  # noqa: T201 # stderr is where it belongs


class Progress:
    """A line on stderr that counts; silent where stderr is no terminal."""

    def __init__(self, stream: TextIO | None = None, every: float = 0.2) -> None:
        self._stream = stream or sys.stderr
        self._on = self._stream.isatty()
        self._every = every
        self._last = 0.0

    def __call__(self, text: str) -> None:
        """Show ``text`` in place of what was shown, a few times a second at most."""
        now = time.monotonic()
        if self._on and now - self._last >= self._every:
            self._last = now
            self._stream.write(f"\r\x1b[K{text}")
            self._stream.flush()

    def done(self) -> None:
        """Take the line away."""
        if self._on and self._last:
            self._stream.write("\r\x1b[K")
            self._stream.flush()
