"""Is it the same sentence as before? Fingerprints that outlive moved lines, and the likeness of lightly edited sentences."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import TypeVar

from evtrack.audit.normalise import normalise

ALIKE = 90.0
"""rapidfuzz's ratio, 0 to 100: a typo mended or a particle changed stays above, another statement does not."""
_LONGEST = 500
"""Characters that are compared for likeness."""

T = TypeVar("T")


def sentence_key(text: str) -> str:
    """A sentence without what an editor may change unread: blanks, width, case, invisible signs."""
    return "".join(normalise(text).text.casefold().split())


def fingerprint(rule: str, text: str) -> str:
    """32 hex digits of rule and sentence; ``text`` is empty for a finding about the whole document."""
    return hashlib.sha256(f"{rule}\0{sentence_key(text)}".encode("utf-8", "surrogatepass")).hexdigest()[:32]


def most_alike(key: str, among: Mapping[str, T]) -> T | None:
    """What stands under the key most like ``key``; ``None`` where none is alike enough."""
    if key in among:
        return among[key]
    from rapidfuzz import fuzz, process

    near = {known: known[:_LONGEST] for known in among if abs(len(known) - len(key)) <= max(4, len(key) // 5)}
    found = process.extractOne(key[:_LONGEST], near, scorer=fuzz.ratio, score_cutoff=ALIKE)
    return among[found[2]] if found else None
