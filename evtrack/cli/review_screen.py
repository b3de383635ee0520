"""Where does a walk through the queue take place? A person's terminal: its width, its colours, its keys and lines."""

from __future__ import annotations

import codecs
import os
import re
import select
import shutil
import sys
from collections.abc import Iterable
from importlib.util import find_spec
from typing import TYPE_CHECKING, TextIO

import typer

if TYPE_CHECKING:
    from evtrack.report.review_page import Drawn

_ESCAPE = "\x1b"
_KEYS = re.compile(r"\x1b(?:\[[0-9;?]*[@-~]|O.|.)?")
"""What arrows and other keys send: a line has none of them."""


class Screen:
    """The terminal of this process. ``NO_COLOR`` and a dumb terminal have no colours."""

    @property
    def columns(self) -> int:
        """Its width, between 40 and 120."""
        return max(40, min(120, shutil.get_terminal_size((80, 24)).columns))

    @property
    def color(self) -> bool:
        """Whether it has colours and may show them."""
        return not os.environ.get("NO_COLOR") and os.environ.get("TERM", "") not in ("", "dumb")

    def key(self) -> str:
        """One key, as it is pressed. Raises ``KeyboardInterrupt`` for ctrl-c and ``EOFError`` for ctrl-d."""
        return typer.getchar()

    def ask(self, question: str) -> str | None:
        """One line, ``None`` where it was left with Esc. What a terminal could not decode, and control characters, are left out."""
        from evtrack.report.plain import plain

        if not _has_keys():
            typed = input(question)
            return None if _ESCAPE in typed else plain(typed)
        sys.stdout.write(question)
        sys.stdout.flush()
        line = typed_line(sys.stdin.fileno(), sys.stdout)
        return None if line is None else plain(line)

    def put(self, lines: Iterable[Drawn]) -> None:
        """Lines with their styles. Text is never read as markup."""
        if not self.color:
            sys.stdout.writelines("".join(text for text, _ in line) + "\n" for line in lines)
            sys.stdout.flush()
            return
        from rich.console import Console
        from rich.text import Text

        console = Console(markup=False, highlight=False, emoji=False, soft_wrap=True)
        for line in lines:
            console.print(Text.assemble(*line))


def _has_keys() -> bool:
    """Whether keys can be read one by one: a terminal, on a system that has termios."""
    return sys.stdin.isatty() and find_spec("termios") is not None


def typed_line(fd: int, out: TextIO) -> str | None:
    """A line typed at the terminal ``fd`` and shown on ``out``; ``None`` where Esc left it. Raises ``EOFError`` for ctrl-d.

    Not ``input``: its lines can't be left with Esc. What came behind the end of the line is thrown away: no word is
    given by keys that were pressed before a person saw what is asked.
    """
    import termios
    import tty

    held, line = termios.tcgetattr(fd), _Line(out)
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    try:
        tty.setcbreak(fd)
        while not line.ended:
            sent = os.read(fd, 1024)
            # A key that sends several characters sends them at once; Esc alone is followed by nothing.
            if sent == b"\x1b" and not select.select([fd], [], [], 0.05)[0]:
                return None
            if not sent:
                raise EOFError
            line.take(_KEYS.sub("", decoder.decode(sent)))
        return line.text
    finally:
        termios.tcsetattr(fd, termios.TCSAFLUSH, held)
        out.write("\n")
        out.flush()


class _Line:
    """A line while it is typed."""

    def __init__(self, out: TextIO) -> None:
        self.text = ""
        self.ended = False
        self.out = out

    def take(self, typed: str) -> None:
        """What was typed: characters, backspace, ctrl-u for all of it, enter."""
        for c in typed:
            if c in "\r\n":
                self.ended = True
                break
            if c == "\x04" and not self.text:
                raise EOFError
            if c in "\x7f\b":
                self._back(self.text[-1:])
            elif c == "\x15":
                self._back(self.text)
            elif c.isprintable():
                self.text += c
                self.out.write(c)
        self.out.flush()

    def _back(self, what: str) -> None:
        from evtrack.report.plain import width

        columns = width(what)
        self.text = self.text[: len(self.text) - len(what)]
        self.out.write("\b" * columns + " " * columns + "\b" * columns)
