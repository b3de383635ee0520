"""Which files are meant? Names, folders, patterns that no shell expanded, and standard input, each file once."""

from __future__ import annotations

import glob
import os
from collections.abc import Iterator
from pathlib import Path

from evtrack.audit.decoding import MOST_BYTES
from evtrack.cli.problems import Problem
from evtrack.files import FileProblem

STDIN = "-"
READ = (".txt", ".text", ".md", ".markdown", ".html", ".htm", ".xhtml", ".docx")
"""How the names end that a folder or a pattern stands for."""


def files_meant(named: list[str]) -> list[str]:
    """The files in the order named, those of a folder by name. Raises ``Problem`` for a name that stands for none."""
    if named.count(STDIN) > 1:
        raise Problem("cli.stdin_twice")
    return list(dict.fromkeys(file for name in named for file in _meant(name)))


def _meant(name: str) -> list[str]:
    # os.path and not Path: a name too long, or with a NUL, is just no file to it, and is told when it is opened.
    if name == STDIN:
        return [name]
    if os.path.isdir(name):
        return _some(name, list(_inside(name)))
    if glob.has_magic(name) and not os.path.exists(name):
        return _some(name, sorted(f for f in glob.glob(name, recursive=True) if _reads(f) and os.path.isfile(f)))
    return [name]


def _some(name: str, files: list[str]) -> list[str]:
    if not files:
        raise Problem("audit.no_files", path=name)
    return files


def _inside(folder: str) -> Iterator[str]:
    """The files of a folder and the folders in it; hidden ones and the locks that Word leaves are not read."""
    for where, folders, names in os.walk(folder):
        folders[:] = sorted(f for f in folders if not f.startswith("."))
        yield from (os.path.join(where, n) for n in sorted(names) if _reads(n))


def _reads(path: str) -> bool:
    name = os.path.basename(path)
    return name.lower().endswith(READ) and not name.startswith((".", "~$"))


def bytes_of(path: str) -> bytes:
    """What a file holds; of one that is too large for any page, as much as shows it. Raises :class:`FileProblem`."""
    try:
        with Path(path).open("rb") as file:
            return file.read(MOST_BYTES + 1)
    except FileNotFoundError as error:
        raise FileProblem(path, "no such file", code="missing", mend="check the path") from error
    except PermissionError as error:
        raise FileProblem(path, "may not be read", code="forbidden", mend="check its permissions") from error
    except (OSError, ValueError) as error:  # a name too long, or with a NUL
        raise FileProblem(path, f"cannot be opened: {error}", code="unreadable", mend="check the path") from error
