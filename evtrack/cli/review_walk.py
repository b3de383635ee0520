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

_SHORTEST = 3
"""Characters of a reason: a key pressed too much is none."""

_YES = "y"


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

    def ask(self, question: str) -> str | None:
        """One line; ``None`` where the person left it (Esc)."""

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
                self._act(_pressed(self.terminal))
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
        """Ask what a word needs, keep it at once, tell what it changed, go on. Whatever is left leaves all as it was."""
        values: list[str] = []
        if action == "accept" and self.desk.undecided(self.now, self._claim_id()):
            self.last = [self._say("review.walk.undecided", press="l")]
            return
        if action == "relabel" and not (values := self._values()):
            self.last = [self._say("review.walk.nothing")]
            return
        if not (name := self._name()) or not (reason := self._reason(action)):
            self.last = [self._say("review.walk.nothing")]
            return
        self._tell([self._say("review.walk.keeping")], "dim")
        came = self.desk.speak(action, self.now, self._claim_id(), values, reason=reason, name=name)
        self.decided.append(self.place)
        self._tell(came.short(self.lang), "bold")
        if came.same_study and self._sure("review.walk.sure_same_study"):
            self._tell([self._say("review.walk.keeping")], "dim")
            self._tell(self.desk.reject_too(came).short(self.lang), "bold")
        self._wait()
        self._next()

    def _wait(self) -> None:
        """What came of a word is read before the next record stands there."""
        self._tell([self._say("review.walk.go_on")], "dim")
        self.terminal.key()

    def _sure(self, key: str, **fields: object) -> bool:
        """Whether the person says yes; any other key says no."""
        self._tell([self._say(key, press=_YES, **fields)])
        return _pressed(self.terminal) == _YES

    def _values(self) -> list[str]:
        """``FIELD=VALUE`` as typed, once each can be; a field typed alone shows its values and asks again.

        What is about one claim asks first which one it is.
        """
        from evtrack.word import OF_ONE_CLAIM

        told = self.desk.fields()
        while told:
            self._tell(told, "dim")
            typed = (self.terminal.ask(self._say("review.walk.ask_values")) or "").split()
            of_one = [name for one in typed if (name := one.partition("=")[0]) in OF_ONE_CLAIM]
            if of_one and not self._one_claim(of_one):
                return []
            told = self.desk.choices(typed[0], self._claim_id()) if len(typed) == 1 else []
        values = self.desk.values(typed)  # before a reason is asked for in vain
        if claim := self._claim_id():
            will = self.desk.values_in_words(claim, values)
            self._tell([self._say("review.walk.will_say", claim=claim, values=will)], "bold")
        return typed

    def _one_claim(self, fields: Sequence[str]) -> bool:
        """Whether it is known for which claim; asked where several are open, and always where harm is spoken of."""
        ids = self.now.claim_ids
        if self.claim:
            return True
        if len(ids) == 1 and ids[0] not in self.desk.safety:
            self.claim = 1
            return True
        self._tell([self._say("review.walk.which_claim", fields=", ".join(fields))])
        claims = self.desk.library.claims
        self._tell((f"  {n}  {i} {claims[i].statement.get(self.lang)}" for n, i in enumerate(ids, 1)), "dim")
        while typed := (self.terminal.ask(self._say("review.walk.ask_claim")) or "").strip():
            numbers = {str(n): n for n in range(1, len(ids) + 1)} | {i: n for n, i in enumerate(ids, 1)}
            if number := numbers.get(unicodedata.normalize("NFKC", typed)):
                self.claim = number
                return True
        return False

    def _name(self) -> str:
        """Who speaks: asked once where no setting says."""
        if not self.desk.name:
            self.desk.name = (self.terminal.ask(self._say("review.walk.ask_name")) or "").strip()
        return self.desk.name

    def _reason(self, action: Action) -> str:
        """Why, as typed. No reason is put into a person's mouth but one that claims nothing, and that they say yes to."""
        offered = self._say(f"review.walk.reason.{action}") if action in ("accept", "undo") else ""
        key = "review.walk.ask_reason_or" if offered else "review.walk.ask_reason"
        while (typed := self.terminal.ask(self._say(key, offered=offered))) is not None:
            reason = typed.strip()
            if len(reason) >= _SHORTEST:
                return reason
            if not reason:
                sure = action == "undo" or (offered and self._sure("review.walk.sure_accept", offered=offered))
                return offered if sure else ""
            self._tell([self._say("review.walk.too_short")])
        return ""

    def _undo(self) -> None:
        """Take back what was decided last in this walk, and stand before its record again."""
        if not self.decided:
            self.last = [self._say("review.walk.no_undo")]
            return
        told = self.desk.told_last()
        if not self._sure("review.walk.sure_undo", word=told) or not (reason := self._reason("undo")):
            self.last = [self._say("review.walk.nothing")]
            return
        self._tell([self._say("review.walk.keeping")], "dim")
        self._tell(self.desk.take_back(reason).short(self.lang), "bold")
        self._wait()
        self.place = self.decided.pop()


def _pressed(terminal: Terminal) -> str:
    """A key, whatever its case and width."""
    return unicodedata.normalize("NFKC", terminal.key()).lower()
