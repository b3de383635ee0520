"""How are many inputs tried, so that one that fails can be tried again? Each by a seed of its own, none longer than twenty seconds."""

from __future__ import annotations

import signal
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from random import Random
from types import FrameType
from typing import Any

import pytest

LONGEST = 20.0
"""Seconds that no input may take."""

Make = Callable[[Random], Any]


class _TooLongError(BaseException):
    """No reader may catch this."""


def _ring(_signal: int, _frame: FrameType | None) -> None:
    raise _TooLongError


def hunt(seed: str, tries: int, make: Make, check: Callable[[Random, Any], object]) -> None:
    """Make ``tries`` inputs and check each. Fails with the seed of the one that failed, and the file that it was written to."""
    before = signal.signal(signal.SIGALRM, _ring)
    try:
        for number in range(tries):
            random = Random(f"{seed}/{number}")  # noqa: S311 # chosen, not kept secret
            made = make(random)
            signal.setitimer(signal.ITIMER_REAL, LONGEST)
            begun = time.monotonic()
            try:
                check(random, made)
            except _TooLongError:
                pytest.fail(f"{seed}/{number}: longer than {LONGEST:.0f} s: {_kept(made)}")
            except Exception as error:
                raise AssertionError(f"{seed}/{number}: {type(error).__name__}: {error}: {_kept(made)}") from error
            assert time.monotonic() - begun < LONGEST, f"{seed}/{number}: too long: {_kept(made)}"
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _kept(made: Any) -> str:
    """The file with the input that failed."""
    with tempfile.NamedTemporaryFile("wb", prefix="evtrack-failed-", delete=False) as out:
        out.write(made if isinstance(made, bytes) else repr(made).encode("utf-8", "backslashreplace"))
    return str(Path(out.name))
