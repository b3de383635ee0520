"""How far is a refresh, how fast does it go, and how long will it take? One line on stderr."""

from __future__ import annotations

import time
from collections.abc import Callable

from evtrack.cli.output import Progress as Line
from evtrack.cli.words import say
from evtrack.refresh import Progress

_TELLING = 0.5
"""Seconds of a stage from which its rate tells something."""


class RefreshProgress(Progress):
    """Searches and records of each source, with the rate and the time left of what is going on."""

    def __init__(self, lang: str, line: Line | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        self.line = line or Line()
        self._lang = lang
        self._clock = clock
        self._stages: dict[str, tuple[str, int, int, float]] = {}
        """Source → what it does, done, total, since when."""

    def searching(self, source: str, done: int, total: int) -> None:
        """``done`` of ``total`` searches are answered."""
        self._at("searching", source, done, total)

    def fetching(self, source: str, done: int, total: int) -> None:
        """``done`` of ``total`` wanted records came."""
        self._at("fetching", source, done, total)

    def grading(self, n: int) -> None:
        """``n`` records were graded."""
        self.line(say("progress.grading", self._lang, n=n))

    def _at(self, stage: str, source: str, done: int, total: int) -> None:
        before = self._stages.get(source)
        since = before[3] if before and before[0] == stage else self._clock()
        # Another thread, of the other source, may be reading the stages there were.
        self._stages = {**self._stages, source: (stage, done, total, since)}
        parts = [
            say(f"progress.{what}", self._lang, source=say(f"source.{name}", self._lang), done=d, total=t)
            for name, (what, d, t, _) in self._stages.items()
        ]
        self.line(" · ".join([*parts, *self._rate()]))

    def _rate(self) -> list[str]:
        """The rate of all sources together, and the time that the slowest of them still needs."""
        now = self._clock()
        rates = {n: d / (now - since) for n, (_, d, _, since) in self._stages.items() if d and now - since >= _TELLING}
        if not rates:
            return []
        left = max((total - done) / rates[n] for n, (_, done, total, _) in self._stages.items() if n in rates)
        minutes, seconds = divmod(round(left), 60)
        return [say("progress.rate", self._lang, rate=f"{sum(rates.values()):.1f}", left=f"{minutes}:{seconds:02d}")]
