"""Which rules are asked for? Selections by id or by the beginning of one, as ``--select EV1 --ignore EV102``."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from evtrack.audit.finding import Audited


@dataclass(frozen=True, slots=True)
class Choice:
    """Rules that are wanted (none named: all) and rules that are not; of both the longer name wins, then ``ignore``."""

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()

    def keeps(self, rule: str) -> bool:
        """Whether findings by this rule are told."""
        wanted = max((len(s) for s in self.select if rule.startswith(s)), default=-1 if self.select else 0)
        unwanted = max((len(s) for s in self.ignore if rule.startswith(s)), default=-1)
        return wanted > unwanted

    def unknown(self, rules: Iterable[str]) -> str | None:
        """The first name that no rule begins with."""
        known = tuple(rules)
        named = (*self.select, *self.ignore)
        return next((name for name in named if not any(rule.startswith(name) for rule in known)), None)


def chosen(audited: Audited, choice: Choice) -> Audited:
    """The audit with the findings of the chosen rules alone."""
    return replace(audited, findings=tuple(f for f in audited.findings if choice.keeps(f.rule)))
