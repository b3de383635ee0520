"""``evtrack review`` in a terminal: what does a person say of each record that waits? One key each, kept at once."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Protocol

from evtrack.cli.problems import Problem, line_of
from evtrack.cli.words import say

if TYPE_CHECKING:
    from evtrack.cli.review_desk import Desk
    from evtrack.report.review_page import Drawn
    from evtrack.reviewing import Waiting
    from evtrack.word import Action


class Terminal(Protocol):
    """Where a walk is shown, and what answers it. ``key`` and ``ask`` raise ``EOFError`` or ``KeyboardInterrupt``."""

    @property
    def columns(self) -> int:
        """How wide a line may be."""

    @property
    def color(self) -> bool:
        """Whether colours are shown; without them brackets tell."""

    def key(self) -> str:
        """One key."""

    def ask(self, question: str) -> str:
        """One line."""

    def put(self, lines: Iterable[Drawn]) -> None:
        """Show lines."""


def walk(desk: Desk, waiting: Sequence[Waiting], terminal: Terminal) -> None:
    """Show each that waits and take what is said of it. What was decided is kept, however the walk ends."""
    _Walk(desk, waiting, terminal).run()


class _Walk:
    """Where a person stands in the queue, and what they decided until here."""

    def __init__(self, desk: Desk, waiting: Sequence[Waiting], terminal: Terminal) -> None:
        self.desk = desk
        self.lang = desk.settings.lang
        self.waiting = waiting
        self.terminal = terminal
        self.place = 0
        self.claim = 0
        """Which of the claims is spoken of: 0 for all that the record waits for."""
        self.decided: list[int] = []
        """Places of what was decided, in this order."""
        self.last: list[str] = []
        """What the last key came to."""
        self.going = True
        self.acts: dict[str, Callable[[], None]] = {
            "a": lambda: self._speak("accept"),
            "r": lambda: self._speak("reject"),
            "l": lambda: self._speak("relabel"),
            "s": self._next,
            "u": self._undo,
            "c": self._turn_claim,
            "o": self._link,
            "?": self._help,
            "q": self._quit,
        }

    def run(self) -> None:
        shown = -1
        try:
            while self.going and self.place < len(self.waiting):
                if shown != self.place:
                    shown = self.place
                    self._page()
                self._footer()
                self._act(unicodedata.normalize("NFKC", self.terminal.key()).lower())
        except (EOFError, KeyboardInterrupt):
            self.last = ["", self._say("review.walk.stopped")]
        left = len(self.waiting) - len(self.decided)
        self._tell([*self.last, self._say("review.walk.end", decided=len(self.decided), left=left)])

    @property
    def now(self) -> Waiting:
        return self.waiting[self.place]

    def _say(self, key: str, **fields: object) -> str:
        return say(key, self.lang, **fields)

    def _tell(self, lines: Iterable[str], style: str = "") -> None:
        from evtrack.report.review_page import drawn

        for line in lines:
            self.terminal.put(drawn(line, self.terminal.columns, style) or [()])

    def _page(self) -> None:
        self.claim = 0
        line = self._say("review.walk.place", n=self.place + 1, of=len(self.waiting))
        self.terminal.put([(), ((f"{line} ".ljust(self.terminal.columns - 8, "─"), "bold"),)])
        self.terminal.put(self.desk.page(self.now, self.terminal.columns, color=self.terminal.color))

    def _footer(self) -> None:
        """What the last key came to, for which claim a word would hold, and the keys."""
        self.terminal.put([()])
        self._tell(self.last, "bold")
        self.last = []
        if len(self.now.claim_ids) > 1:
            named = self._claim_id() or self._say("review.walk.all_claims", n=len(self.now.claim_ids))
            self._tell([self._say("review.walk.for", claim=named, press="c")])
        gap = "　" if self.lang == "ja" else " · "
        self._tell([gap.join(f"{key} {self._say(f'review.walk.key.{key}')}" for key in self.acts)], "dim")

    def _act(self, key: str) -> None:
        act = self.acts.get(key)
        if act is None:
            self.last = [self._say("review.walk.no_key", press="?")]
            return
        from evtrack.store.target import StoreError

        try:
            act()
        except Problem as problem:
            self.last = [problem.text(self.lang)]
        except StoreError as error:  # another process writes, the disk is full: the person may try again
            self.last = [told[0] for told in [line_of(error, self.lang)] if told]

    def _next(self) -> None:
        self.place += 1

    def _quit(self) -> None:
        self.going = False

    def _help(self) -> None:
        self._tell(f"  {key}  {self._say(f'review.walk.help.{key}')}" for key in self.acts)

    def _link(self) -> None:
        self.last = [self.desk.link(self.now) or self._say("review.walk.no_link")]

    def _turn_claim(self) -> None:
        """All claims, then each alone, then all again."""
        self.claim = (self.claim + 1) % (len(self.now.claim_ids) + 1) if len(self.now.claim_ids) > 1 else 0

    def _claim_id(self) -> str | None:
        return self.now.claim_ids[self.claim - 1] if self.claim else None

    def _speak(self, action: Action) -> None:
        """Ask what a word needs, keep it at once, go on. An empty answer leaves all as it was."""
        values: list[str] = []
        if action == "relabel":
            values = self._values()
            if not values:
                self.last = [self._say("review.walk.nothing")]
                return
            self.desk.values(values)  # before a reason is asked for in vain
        if not (name := self._name()) or not (reason := self._reason(action)):
            self.last = [self._say("review.walk.nothing")]
            return
        self._tell([self._say("review.walk.keeping")], "dim")
        self.last = self.desk.speak(action, self.now, self._claim_id(), values, reason=reason, name=name)
        self.decided.append(self.place)
        self._next()

    def _values(self) -> list[str]:
        """``FIELD=VALUE`` as typed; a field typed alone shows its values and asks again."""
        told = self.desk.fields()
        while told:
            self._tell(told, "dim")
            typed = self.terminal.ask(self._say("review.walk.ask_values")).split()
            told = self.desk.choices(typed[0]) if len(typed) == 1 else []
        return typed

    def _name(self) -> str:
        """Who speaks: asked once where no setting says."""
        if not self.desk.name:
            self.desk.name = self.terminal.ask(self._say("review.walk.ask_name")).strip()
        return self.desk.name

    def _reason(self, action: str) -> str:
        offered = self._say(f"review.walk.reason.{action}") if action in ("accept", "undo") else ""
        asked = (
            self._say("review.walk.ask_reason_or", offered=offered) if offered else self._say("review.walk.ask_reason")
        )
        return self.terminal.ask(asked).strip() or offered

    def _undo(self) -> None:
        """Take the last word of this walk back, and stand before its record again."""
        if not self.decided:
            self.last = [self._say("review.walk.no_undo")]
            return
        reason = self._reason("undo")
        self._tell([self._say("review.walk.keeping")], "dim")
        self.last = self.desk.take_back(reason)
        self.place = self.decided.pop()
