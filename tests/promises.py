"""What was tried to prove what evtrack promises, and how often it failed? The table that README shows.

A test of a promise is marked ``promise("a row of the table")`` and says with ``tally(n)`` how many faults, kills or inputs
it tried; without that it counts as one. ``pytest -m promise --full`` runs all of it in its long form and prints the table.
"""

from __future__ import annotations

from collections.abc import Callable, Generator

import pytest

ROWS = {
    "faults": "faults of the services, each at a request of a refresh",
    "kills": "kill -9 of a refresh, load, regrade, migration or review",
    "bulk": "loads of NLM's files that were killed, or lost workers",
    "disks": "disks that are full or read-only",
    "together": "processes on one store at a time",
    "migrations": "upgrades of stores of every released schema",
    "inputs": "hostile and mutated inputs of the readers",
    "soak": "refreshes of a changing corpus, one request in twenty failing",
    "secrets": "places where a key or a password could stand",
    "hosts": "ways out to anybody but the two services",
}
"""Row → what its figure counts."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """``--full``: the long form."""
    parser.addoption("--full", action="store_true", help="the long form of the tests of what evtrack promises")


@pytest.fixture(scope="session")
def full(request: pytest.FixtureRequest) -> bool:
    """Whether the long form was asked for."""
    return bool(request.config.getoption("--full"))


@pytest.fixture
def tally(request: pytest.FixtureRequest) -> Callable[[int], None]:
    """``tally(n)``: so many more were tried by this test."""
    marker = request.node.get_closest_marker("promise")
    assert marker is not None
    assert marker.args[0] in ROWS

    def more(n: int) -> None:
        # As a property of the test it reaches the controller of pytest-xdist too.
        request.node.user_properties.append(("tried", n))

    return more


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Each report of such a test says which row it belongs to."""
    marker = item.get_closest_marker("promise")
    report = yield
    if marker is not None:
        report.user_properties.append(("promise", marker.args[0]))
    return report


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """The table, in Markdown; with ``--full`` alone, for it is no news otherwise."""
    if not config.getoption("--full"):
        return
    tried, failed, seconds = (dict.fromkeys(ROWS, 0.0) for _ in range(3))
    for outcome in ("passed", "failed", "error"):
        for report in terminalreporter.stats.get(outcome, ()):
            told = dict(report.user_properties)
            row = told.get("promise")
            if row is None or (report.when != "call" and outcome == "passed"):
                continue
            tried[row] += sum(n for name, n in report.user_properties if name == "tried") or 1
            failed[row] += outcome != "passed"
            seconds[row] += report.duration
    terminalreporter.section("what was tried")
    terminalreporter.write_line("| what | tried | tests that failed | seconds |\n|---|---|---|---|")
    for row, words in ROWS.items():
        terminalreporter.write_line(f"| {words} | {tried[row]:,.0f} | {failed[row]:.0f} | {seconds[row]:,.0f} |")
