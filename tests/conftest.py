"""Tests leave nothing behind: what evtrack compiles goes into a cache of the run's own, not into the user's."""

from __future__ import annotations

import os
import shutil
import tempfile

import pytest

pytest_plugins = ["tests.databases", "tests.desk", "tests.promises", "tests.shipped"]
"""Fixtures for every room: places for stores; a desk before a stand-in of both services; the count of what was tried; claims and rules."""


def pytest_configure(config: pytest.Config) -> None:
    """One cache for the whole run; the workers of pytest-xdist inherit it."""
    if "EVTRACK_CACHE" not in os.environ:
        os.environ["EVTRACK_CACHE"] = tempfile.mkdtemp(prefix="evtrack-tests-")
        config.add_cleanup(lambda: shutil.rmtree(os.environ.pop("EVTRACK_CACHE"), ignore_errors=True))
