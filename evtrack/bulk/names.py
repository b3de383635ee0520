"""Which files are NLM's baseline and update files, in which order were they made, and did their bytes arrive as sent?"""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

from evtrack.files import FileProblem

_NAME = re.compile(r"(?:pubmed|medline)(\d\d)n(\d{4,5})\.xml(?:\.gz)?")
_MD5 = re.compile(r"(?<![0-9a-fA-F])[0-9a-fA-F]{32}(?![0-9a-fA-F])")
_ENDING = ".md5"


def number_of(path: str) -> int | None:
    """The number of one of NLM's files by its name, 2600001 for ``pubmed26n0001.xml.gz``; ``None`` for any other file.

    A higher number is later: update files go on counting where the baseline of their year ends
    (https://pubmed.ncbi.nlm.nih.gov/download/), and each year has a new baseline.
    """
    m = _NAME.fullmatch(Path(path).name)
    return int(m[1]) * 100_000 + int(m[2]) if m else None


def is_checksum(path: str) -> bool:
    """Whether this is the ``.md5`` file of one of NLM's files, which is read beside that and holds no records."""
    return path.endswith(_ENDING) and number_of(path.removesuffix(_ENDING)) is not None


def digest_of(path: str) -> str:
    """The MD5 of a file, in lower-case hex; that of the ``.md5`` file beside it, where there is one, must be the same.

    Raises ``FileProblem``: codes ``wrong_md5``, ``no_md5``, ``unreadable``.
    """
    try:
        with Path(path).open("rb") as file:
            found = hashlib.file_digest(file, lambda: hashlib.md5(usedforsecurity=False)).hexdigest()
        beside = Path(path + _ENDING)
        told = beside.read_text(encoding="ascii", errors="replace")[:4096] if beside.is_file() else found
    except OSError as error:
        raise FileProblem(path, f"reading failed: {error}", code="unreadable") from error
    m = _MD5.search(told)
    if m is None:
        mend = "get the .md5 file again, or take it away"
        raise FileProblem(path, "the .md5 file beside it holds no MD5", code="no_md5", mend=mend)
    if m[0].lower() != found:
        raise FileProblem(
            path, "its MD5 is not the one in the .md5 file beside it", code="wrong_md5", mend="get the file again"
        )
    return found
