"""How far is a load, and how fast does it go? A line on stderr; for NLM's files a bar over the bytes of all of them."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from evtrack.bulk.names import number_of
from evtrack.cli.output import Progress as Line
from evtrack.cli.words import say
from evtrack.load import Progress

if TYPE_CHECKING:
    from rich.progress import Progress as Bar

    from evtrack.loaded import FileLoad


class LoadProgress(Progress):
    """Silent where stderr is no terminal."""

    def __init__(
        self, files: Sequence[str], lang: str, stream: TextIO | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._lang = lang
        self._line = Line(stream)
        self._clock = clock
        self._sizes = {file: Path(file).stat().st_size for file in files if number_of(file) is not None}
        self._records = 0
        """Of the files that are done."""
        self._bytes = 0
        self._since = clock()
        self._bar: Bar | None = None
        stream = stream or sys.stderr
        if self._sizes and stream.isatty():
            self._bar = _bar(stream, sum(self._sizes.values()))

    def reading(self, path: str, n: int) -> None:
        """``n`` records of ``path`` were read."""
        self._line(say("progress.reading", self._lang, path=path, n=n))

    def reading_bulk(self, path: str, n: int, done: int) -> None:
        """``n`` records of ``path``, one of NLM's files, were read, in ``done`` of its bytes."""
        self._show(path, self._records + n, self._bytes + done)

    def read_bulk(self, report: FileLoad) -> None:
        """One of NLM's files was read, or need not be."""
        self._records += report.read
        self._bytes += self._sizes[report.path]
        self._show(report.path, self._records, self._bytes)

    def grading(self, n: int) -> None:
        """``n`` records were graded."""
        self.done()
        self._line(say("progress.grading", self._lang, n=n))

    def done(self) -> None:
        """Take away what is shown."""
        if self._bar is not None:
            self._bar.stop()
            self._bar = None
        self._line.done()

    def _show(self, path: str, records: int, done: int) -> None:
        if self._bar is None:
            return
        rate = records / max(self._clock() - self._since, 0.001)
        self._bar.update(
            self._bar.task_ids[0],
            completed=done,
            told=say("progress.bulk", self._lang, path=Path(path).name),
            rate=say("progress.bulk_rate", self._lang, n=f"{records:,}", rate=f"{rate:,.0f}"),
        )


def _bar(stream: TextIO, total: int) -> Bar:
    from rich.console import Console
    from rich.progress import BarColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    columns = (
        TextColumn("{task.fields[told]}", markup=False),
        BarColumn(),
        TextColumn("{task.percentage:.0f}%", markup=False),
        TextColumn("{task.fields[rate]}", markup=False),
        TimeRemainingColumn(),
    )
    bar = Bar(*columns, console=Console(file=stream), transient=True)
    bar.add_task("", total=total, told="", rate="")
    bar.start()
    return bar
