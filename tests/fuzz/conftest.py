"""How many inputs are tried, and from which seed? Few and always the same in the short form; a million, and others each time, in the long one."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from random import Random
from typing import Any

import pytest

from tests.fuzz.hunting import Make, hunt

PARTS = 8
"""Parts of each hunt, so that several processes share it."""


@pytest.fixture(params=range(PARTS))
def part(request: pytest.FixtureRequest) -> int:
    """Which part of a hunt."""
    number: int = request.param
    return number


@pytest.fixture
def hunting(
    part: int, full: bool, tally: Callable[[int], None], request: pytest.FixtureRequest
) -> Callable[[int, int, Make, Callable[[Random, Any], object]], None]:
    """``hunting(short, long, make, check)``: this part of so many inputs."""

    def begin(short: int, long: int, make: Make, check: Callable[[Random, Any], object]) -> None:
        tries = (long if full else short) // PARTS
        seed = secrets.token_hex(4) if full else "evtrack"
        hunt(f"{request.node.name}/{seed}", tries, make, check)
        tally(tries)

    return begin
