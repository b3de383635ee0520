"""Which words belong to a report of evidence: the page, the citations, the footnotes? (Japanese, English)."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {}
