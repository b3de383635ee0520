"""What comes with the package: its claims and its rules. Tests that want other claims set ``library`` anew in their file."""

from __future__ import annotations

import pytest

from evtrack.claim import Library
from evtrack.claims import load_library
from evtrack.rules import Rules, load_rules


@pytest.fixture(scope="session")
def library() -> Library:
    """The claims and concepts that come with the package."""
    library, errors = load_library(None)
    assert errors == []
    return library


@pytest.fixture(scope="module")
def rules(library: Library) -> Rules:
    """The rules, with the concepts of ``library``."""
    return load_rules(library.concepts)
