"""How is a long list of words written so that it can be read? As words, with blanks between them."""

from __future__ import annotations


def words(listed: str) -> frozenset[str]:
    """The words of a list."""
    return frozenset(listed.split())
