"""How does a report come into a file or a folder? Whole or not at all; what others put there stays as it is."""

from __future__ import annotations

import contextlib
import errno
import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from evtrack.bilingual import Bilingual
from evtrack.cli.output import put_file
from evtrack.cli.problems import Problem
from evtrack.wording import both, has_words

MARKER = ".evtrack-report.json"
"""In a folder of pages: the names of those that a report has written there."""

_PAGE = re.compile(r"(?:[\w-][\w.-]*/)*[\w-][\w.-]*\.html")
"""A page's path in the folder: no part of it begins with a dot, none leads out."""

_MENDED_BY_A_PERSON = frozenset(
    {
        errno.ENOENT, errno.EACCES, errno.EPERM, errno.ENOTDIR, errno.EISDIR, errno.EEXIST, errno.EROFS,
        errno.ENAMETOOLONG, errno.ELOOP,
    }
)  # fmt: skip
"""A path that cannot be written to is wrong usage; a full disk is not."""


def write_file(path: str, text: str) -> None:
    """One file, in place of the one that was there. Raises ``Problem`` where the path cannot be written to."""
    with _told(path):
        put_file(path, text)


def write_folder(path: str, pages: Mapping[str, str]) -> None:
    """Pages by their path in the folder, which is made where it is missing.

    Pages of an earlier report that this one has not are removed. Raises ``Problem`` where a page would take the place of
    a file that no report has written.
    """
    folder = Path(path)
    with _told(path):
        folder.mkdir(parents=True, exist_ok=True)
        before = _written(folder)
        for name in pages:
            if name not in before and os.path.lexists(folder / name):
                raise Problem("report.foreign", path=folder / name)
        # Until all is there the marker names the old pages and the new: a run that is cut short leaves none unknown.
        _mark(folder, {*before, *pages})
        for name, text in pages.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            put_file(folder / name, text)
        for name in sorted(before - pages.keys()):
            (folder / name).unlink(missing_ok=True)
        _mark(folder, pages)


def _mark(folder: Path, names: Iterable[str]) -> None:
    put_file(folder / MARKER, json.dumps({"pages": sorted(names)}, ensure_ascii=False, indent=1) + "\n")


def _written(folder: Path) -> set[str]:
    """The pages that an earlier report wrote, by its marker; nothing else that a marker may name is one.

    A folder may come from elsewhere: a marker must not make a report remove what is no page, or lies outside.
    """
    try:
        named = json.loads((folder / MARKER).read_text(encoding="utf-8"))["pages"]
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return set()
    if not isinstance(named, list):
        return set()
    return {name for name in named if isinstance(name, str) and _PAGE.fullmatch(name)}


@contextlib.contextmanager
def _told(path: str) -> Iterator[None]:
    """What a person can mend as a ``Problem``, in words."""
    if "\0" in path:
        raise Problem("report.unwritable", path=path.replace("\0", ""), why=_why("EINVAL"))
    try:
        yield
    except OSError as error:
        if error.errno not in _MENDED_BY_A_PERSON:
            raise
        raise Problem("report.unwritable", path=path, why=_why(errno.errorcode[error.errno])) from error


def _why(code: str) -> Bilingual:
    """What the system said, in words."""
    return both(f"os.{code}" if has_words(f"os.{code}") else "os.other")
