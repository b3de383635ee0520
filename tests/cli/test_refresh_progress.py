"""How a refresh tells how far it is, and how it ends early."""

from __future__ import annotations

import io
import os
import signal

import pytest

from evtrack.cli.output import Progress as Line
from evtrack.cli.refresh_progress import RefreshProgress
from evtrack.cli.stopping import stopped_by_signals
from evtrack.cli.words import say


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("lang", "left"), [("en", "about 0:16 left"), ("ja", "残り約0:16")])
def test_rate_and_time_left(lang: str, left: str) -> None:
    """Each source with its stage and count; the rate of all together; the time that the slowest still needs."""
    screen, now = Terminal(), [0.0]
    told = RefreshProgress(lang, Line(screen, every=0), clock=lambda: now[0])
    told.searching("pubmed", 0, 10)
    told.searching("ctgov", 0, 4)
    now[0] = 4.0
    told.searching("pubmed", 2, 10)
    last = screen.getvalue().split("\x1b[K")[-1]
    assert "2/10" in last
    assert "0/4" in last
    assert left in last
    assert "0.5" in last
    now[0] = 5.0
    told.fetching("pubmed", 0, 100)
    now[0] = 6.0
    told.fetching("pubmed", 50, 100)
    assert "50/100" in screen.getvalue().split("\x1b[K")[-1]
    told.grading(100)
    assert "100" in screen.getvalue().split("\x1b[K")[-1]
    told.line.done()


def test_two_sources_tell_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A source that begins while the line of another is being made breaks nothing: each has a thread of its own."""
    told = RefreshProgress("en", Line(Terminal(), every=0))
    begun: list[str] = []

    def meanwhile(key: str, lang: str, **fields: object) -> str:
        if not begun:
            begun.append(key)
            told.fetching("ctgov", 1, 2)
        return say(key, lang, **fields)

    told.searching("pubmed", 1, 2)
    monkeypatch.setattr("evtrack.cli.refresh_progress.say", meanwhile)
    told.searching("pubmed", 2, 2)
    assert set(told._stages) == {"pubmed", "ctgov"}


def test_silent_without_a_terminal() -> None:
    """Where stderr is no terminal nothing is written."""
    screen = io.StringIO()
    RefreshProgress("en", Line(screen)).searching("pubmed", 1, 2)
    assert screen.getvalue() == ""


def test_the_first_signal_asks_the_second_ends() -> None:
    """SIGTERM sets the event once; what held before holds for the next, and for all when the work is done."""
    caught: list[int] = []
    before = signal.signal(signal.SIGTERM, lambda number, _: caught.append(number))
    try:
        with stopped_by_signals() as stop:
            assert not stop.is_set()
            os.kill(os.getpid(), signal.SIGTERM)
            assert stop.is_set()
            assert caught == []
            os.kill(os.getpid(), signal.SIGTERM)
            assert caught == [signal.SIGTERM]
        os.kill(os.getpid(), signal.SIGTERM)
        assert len(caught) == 2
    finally:
        signal.signal(signal.SIGTERM, before)
