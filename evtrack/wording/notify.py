"""Which words belong to the digest of changes, as page, feed and message? (Japanese, English)."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {}
