"""What went wrong, and what is a person told? Problems are one line and an exit code; a bug is a report file."""

from __future__ import annotations

import contextlib
import errno
import os
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from evtrack.cli.words import say

if TYPE_CHECKING:
    from evtrack.files import FileProblem

EXIT_FOUND = 1
"""The work was done, and what ``--fail-on`` names was found."""
EXIT_USAGE = 2
"""Wrong usage, configuration or input file."""
EXIT_PARTIAL = 3
"""Not all the work could be done; what was got is kept."""
EXIT_BUG = 70
"""A bug (sysexits.h calls it EX_SOFTWARE)."""


class Problem(Exception):  # noqa: N818 # a Problem is a person's to mend; an Error is a bug
    """What a person can mend: the catalogue's key, what fills it, and the exit code."""

    def __init__(self, key: str, *, exit_code: int = EXIT_USAGE, **fields: object) -> None:
        super().__init__(key)
        self.key = key
        self.fields = fields
        self.exit_code = exit_code

    def text(self, lang: str) -> str:
        """The one line."""
        return say(self.key, lang, **self.fields)


def line_of(error: BaseException, lang: str) -> tuple[str, int] | None:
    """The line and exit code of an exception that is no bug; ``None`` for a bug.

    Modules are looked up among those already imported: an exception's class can only come from a loaded module, and the
    start of the program stays light.
    """
    name = type(error).__name__
    if name == "ConfigError":
        from evtrack.config import ConfigError

        if isinstance(error, ConfigError):
            return say(error.key, lang, **error.fields), EXIT_USAGE
    if name == "FileProblem":
        from evtrack.files import FileProblem

        if isinstance(error, FileProblem):
            return file_line(error, lang), EXIT_USAGE
    store = sys.modules.get("evtrack.store.target")
    if store is not None and isinstance(error, store.StoreError):
        return _store_line(error, lang), EXIT_USAGE if name in _WRONG_STORE else EXIT_PARTIAL
    sqlite = sys.modules.get("sqlite3")
    if sqlite is not None and store is not None and isinstance(error, sqlite.DatabaseError):
        path = os.environ.get("EVTRACK_DB", "evtrack.db")
        if any(w in str(error) for w in _DAMAGED):
            return say("store.damaged", lang, path=path), EXIT_USAGE
        if isinstance(error, sqlite.OperationalError) and store.refused(error):
            return say("store.refused", lang, path=path), EXIT_PARTIAL
    # Usage errors of the option parser: typer carries its own copy of click since 0.26, so they are known by their shape.
    if hasattr(error, "format_message") and hasattr(error, "exit_code"):
        return _usage_line(error, lang), EXIT_USAGE
    if isinstance(error, OSError) and error.errno is not None:
        where = error.filename or error.filename2
        return say("cli.os_error", lang, where=one_line(str(where)) if where else "-", why=_os_words(error, lang)), (
            EXIT_PARTIAL
        )
    return None


def _os_words(error: OSError, lang: str) -> str:
    """What the system said, in the person's language."""
    from evtrack.wording import has_words

    key = f"os.{errno.errorcode.get(error.errno or 0, '')}"
    if lang != "ja":
        return error.strerror or type(error).__name__
    return say(key if has_words(key) else "os.other", lang)


_WRONG_STORE = frozenset(
    f"{kind}Error"
    for kind in (
        "WrongTarget", "StoreNotSupported", "StoreMissing", "NotAStore", "StoreTooNew", "StoreOutdated", "NoLocks",
    )
)  # fmt: skip
"""A store that nothing can be done with until a person names another; the rest may pass: a full disk, another run."""

_DAMAGED = ("malformed", "not a database")
"""Words of SQLite for a file that is no longer whole; any other complaint of a statement is a bug."""


def file_line(problem: FileProblem, lang: str) -> str:
    """A broken or wrong file in one line: which, where, what, and the mend."""
    from evtrack.wording.fault import fault_words

    told = (fault_words(words, lang) for words in (problem.place, problem.what, problem.mend) if words)
    return one_line(("：" if lang == "ja" else ": ").join((problem.path, *told)))


def _store_line(error: BaseException, lang: str) -> str:
    """A store that cannot be used as asked; the text names it, and in Japanese the kind of fault says why."""
    if lang != "ja":
        return one_line(str(error))
    from evtrack.wording import has_words

    key = f"store.{type(error).__name__}"
    return one_line(say(key if has_words(key) else "store.StoreError", lang, path=str(error).partition(":")[0]))


def _usage_line(error: BaseException, lang: str) -> str:
    """A usage error in the person's language where it is one of the common ones, else in the parser's words."""
    name = type(error).__name__
    hint = ""
    possible = getattr(error, "possibilities", None)
    if possible:
        hint = say("cli.did_you_mean", lang, names=", ".join(possible))
    if name == "NoSuchOption":
        return say("usage.no_such_option", lang, name=getattr(error, "option_name", "?")) + hint
    if name == "MissingParameter":
        parameter = getattr(error, "param", None)
        return say("usage.missing", lang, name=getattr(parameter, "metavar", None) or getattr(parameter, "name", "?"))
    message = one_line(str(getattr(error, "message", None) or error))
    for pattern, key in _USAGE:
        match = re.search(pattern, message)
        if match:
            return say(key, lang, name=match[1]) + (hint or _meant(message, lang))
    return say("usage.other", lang, why=message)


_USAGE = (
    (r"No such command '([^']*)'", "usage.no_such_command"),
    (r"unexpected extra argument\(?s?\)? \((.*)\)", "usage.extra"),
    (r"Option '([^']*)' requires", "usage.needs_value"),
)
"""What the parser says in English alone, by the words it says it with."""


def _meant(message: str, lang: str) -> str:
    """The parser's own guess, in the person's language."""
    guess = re.search(r"Did you mean (.*?)\?", message)
    return say("cli.did_you_mean", lang, names=guess[1].replace("'", "")) if guess else ""


def one_line(text: str) -> str:
    """Text as one line without control characters."""
    from evtrack.report.plain import plain

    return plain(" ".join(text.split()))


def write_report(error: BaseException, arguments: Sequence[str]) -> tuple[str, Path | None]:
    """Write what a developer needs (no locals, no secrets); give the bug's place and the file, ``None`` if none could be written."""
    import platform
    import time
    import traceback

    frames = traceback.extract_tb(error.__traceback__)
    own = [f for f in frames if f"{os.sep}evtrack{os.sep}" in f.filename] or list(frames)
    place = f"{_short(own[-1].filename)}:{own[-1].lineno}" if own else "?"
    from evtrack import __version__

    lines = [
        f"evtrack {__version__}, Python {platform.python_version()}, {platform.platform()}",
        f"command: {_command(arguments)}",
        "",
        *(f"{_short(f.filename)}:{f.lineno} in {f.name}\n    {f.line or ''}" for f in frames),
        "",
        f"{type(error).__name__}: {error}",
    ]
    text = _without_secrets("\n".join(lines)) + "\n"
    from platformdirs import user_state_path

    folder = Path(os.environ.get("EVTRACK_CACHE") or user_state_path("evtrack")) / "reports"
    file = folder / f"bug-{time.strftime('%Y%m%d-%H%M%S')}-{os.getpid()}.txt"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        # Private: the text of an error may hold a word of a record or of a person.
        handle = os.open(file, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8", errors="backslashreplace") as out:
            out.write(text)
    except OSError:
        with contextlib.suppress(OSError):
            file.unlink()  # half of one, on a disk that is full
        return place, None
    return place, file


def _command(arguments: Sequence[str]) -> str:
    """Which command was typed. No more of what was typed, for it may be an address with a password."""
    words = zip(("", *arguments), arguments, strict=False)
    found = (word for before, word in words if before not in ("--db", "--claims", "--lang"))
    return next((word for word in found if re.fullmatch(r"[a-z]+", word)), "-")


def _short(filename: str) -> str:
    """A file's path from the package on: a report need not say where a person's home is."""
    for mark in (f"{os.sep}evtrack{os.sep}", f"{os.sep}site-packages{os.sep}"):
        _, found, rest = filename.rpartition(mark)
        if found:
            return (f"evtrack/{rest}" if mark.endswith(f"evtrack{os.sep}") else rest).replace(os.sep, "/")
    return Path(filename).name


def _without_secrets(text: str) -> str:
    """Text with every secret replaced that stands in the environment or in a settings file."""
    from evtrack.config import known_secrets
    from evtrack.secrecy import secrets_pattern, without_passwords

    secrets: set[str] = set()
    with contextlib.suppress(OSError):  # a folder that is gone
        secrets = known_secrets(os.environ, Path.cwd())
    return without_passwords(secrets_pattern(*secrets).sub("***", text))
