"""Which words belong to review: the queue, the words given, what is wrong with one? (Japanese, English)."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {}
