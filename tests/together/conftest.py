"""Which store do several processes share? The one of the first week, with the second week's news at the services."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.disks.conftest import first, week

if TYPE_CHECKING:
    from tests.desk import Desk

__all__ = ["first", "shared", "week"]

READS = """
import contextlib, io, json, pathlib, sys
from evtrack.cli import main
folder, number, commands = pathlib.Path(sys.argv[1]), sys.argv[2], json.loads(sys.argv[3])
with (folder / f"{number}.answers").open("w") as answers:
    while True:
        end = (folder / "end").exists()
        for command in commands:
            out, err = io.StringIO(), io.StringIO()
            with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
                code = main(command)
            answers.write(json.dumps([command, code, out.getvalue(), err.getvalue()]) + "\\n")
            answers.flush()
        if end:
            break
"""


@dataclass
class Readers:
    """Processes that ask the same again and again until they are ended."""

    desk: Desk
    folder: Path
    commands: Sequence[Sequence[str]]

    def start(self, n: int) -> None:
        """Start so many, and wait until each has had its first answers."""
        self.folder.mkdir()
        for number in range(n):
            arguments = [str(self.folder), str(number), json.dumps(self.commands)]
            self.desk.started.append(
                subprocess.Popen(
                    [sys.executable, "-c", READS, *arguments],
                    stdout=subprocess.PIPE,
                    stderr=subprocess.PIPE,
                    text=True,
                    cwd=self.desk.folder,
                    env=self.desk.environment(),
                )
            )
        self.processes = self.desk.started[-n:]
        while not all(len(answers) >= len(self.commands) for answers in self._answers()):
            assert all(p.poll() is None for p in self.processes), self.processes[0].communicate()

    def end(self) -> list[list[Any]]:
        """Let each ask once more; what each was told, in order: command, exit code, stdout, stderr."""
        (self.folder / "end").touch()
        for process in self.processes:
            _, err = process.communicate(timeout=60)
            assert process.returncode == 0, err
        return self._answers()

    def _answers(self) -> list[list[Any]]:
        files = [self.folder / f"{number}.answers" for number in range(len(self.processes))]
        texts = [f.read_text() if f.exists() else "" for f in files]
        return [[json.loads(line) for line in text.splitlines(keepends=True) if line.endswith("\n")] for text in texts]


@pytest.fixture
def shared(first: Desk) -> Desk:
    """The desk; a writer waits for another, and a refresh takes its time."""
    first.environ |= {
        "EVTRACK_TIMEOUT": "30",
        "EVTRACK_DEADLINE": "60",
        "EVTRACK_PUBMED_INTERVAL": "0.05",
        "EVTRACK_CTGOV_INTERVAL": "0.05",
    }
    return first
