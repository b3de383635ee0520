"""Where does a walk through the queue take place? A person's terminal: its width, its colours, its keys and lines."""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from evtrack.report.review_page import Drawn

_ESCAPE = "\x1b"


class Screen:
    """The terminal of this process. ``NO_COLOR`` and a dumb terminal have no colours."""

    def __init__(self) -> None:
        with contextlib.suppress(ImportError):
            import readline  # lines typed may then be mended, wide characters too

            # Esc alone leaves a line: it is emptied, marked and ended. Where this is not understood Esc and enter do.
            readline.parse_and_bind(r'"\e": "\C-a\C-k\C-v\e\C-m"')

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

        typed = input(question)
        return None if _ESCAPE in typed else plain(typed)

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
