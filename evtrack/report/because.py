"""Which words of a record decided its grade? A few short quotes with the rule that fired, for a line below each study."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from evtrack.grade.grades import Evidence
from evtrack.ids import Reason
from evtrack.report.plain import plain

LONGEST = 60
"""Characters of one quote."""

_SHORT = 40
"""Characters up to which words that say little alone ("fell", "randomized") are shown with those around them."""

_GIVEN = frozenset({"R-GIVEN", "R-TRIAL-INTERVENTION"})
_BOUND = re.compile(r"(?:[.!?;:]\s+|[。！？；：\n])")
"""Where a sentence or a clause ends: a quote does not run over it."""


@dataclass(frozen=True, slots=True)
class Quote:
    """Words of the record ("" where the decision rests on what is not there) and the ids of the rules they fired."""

    words: str
    rules: tuple[str, ...]

    @property
    def by_person(self) -> bool:
        """Whether a person typed these words: they are their reason, and no words of the record."""
        return any(rule.startswith("P-") for rule in self.rules)


def because(
    one: Evidence, fields: Mapping[str, str], *, track: str = "intervention", safety: bool = False
) -> tuple[Quote, ...]:
    """What decided level (or gate), agent, condition, outcome and stance of a record, in this order.

    ``fields`` are the record's texts by the names that reasons use; without them the bare words of a reason are shown.
    """
    reasons = one.graded.grade.reasons
    agent = () if track == "background" else _agent(reasons)
    matched = [r for r in reasons if r.rule in ("M-CONDITION", "M-OUTCOME")]
    quotes = [_quote(rules, r, fields, _SHORT) for rules, r in (*_decision(reasons), *agent)]
    quotes += [_quote((r.rule,), r, fields, 0) for r in matched]
    if one.graded.stance != "n/a":
        stance = _stance(reasons, unclear=one.graded.stance == "unclear" and not safety)
        quotes += [_quote((r.rule,), r, fields, LONGEST) for r in stance]
    return tuple(_merged(quotes))


def _decision(reasons: Sequence[Reason]) -> Iterable[tuple[tuple[str, ...], Reason]]:
    """The row of the ladder, or the gate. Where it names the whole title, the words that told the design say more."""
    first = next((r for r in reasons if r.rule.startswith("R-") and r.rule not in _GIVEN), None)
    if first is None:
        # What a person typed in is a person's to give reasons for.
        yield from (((r.rule,), r) for r in reasons[:1] if r.rule in ("P-RELABEL", "P-ADD"))
        return
    told = next((r for r in reasons if r.rule.startswith("D-") and r.text), None)
    whole = first.field == "title" and first.start == 0 and len(first.text) > _SHORT
    if whole and first.rule == "R-IN-VITRO":
        # Contents were measured (background test): no one word of the title decided that.
        yield (first.rule,), Reason(first.rule, "title", "", 0, 0)
    elif told is not None and (whole or not first.text) and first.rule not in ("R-RETRACTED", "R-NOTICE"):
        yield (first.rule, told.rule), told
    else:
        yield (first.rule,), first


def _agent(reasons: Sequence[Reason]) -> Iterable[tuple[tuple[str, ...], Reason]]:
    """What was given: the product's words, and those of the giving where they hold them."""
    given = next((r for r in reasons if r.rule in _GIVEN), None)
    kind = next((r for r in reasons if r.rule.startswith("A-")), None)
    if given and kind and (kind.text in given.text or not kind.text):
        yield (given.rule, kind.rule), given
    elif kind or given:
        one = kind or given
        if one is not None:
            yield (one.rule,), one


def _stance(reasons: Sequence[Reason], *, unclear: bool) -> list[Reason]:
    """The words that told the direction towards the claim, else the record's own; two at most.

    What made a direction unclear (an active comparator, too few people) stands among the record's own.
    """
    last = max((i for i, r in enumerate(reasons) if r.rule.startswith("M-")), default=-1)
    own = [r for r in reasons[: last + 1] if r.rule.startswith("S-")]
    told = [r for r in reasons[last + 1 :] if r.rule.startswith("S-")]
    if told and unclear:
        known = {r.rule for r in told}
        return [*told[:1], *[r for r in own if r.rule not in known][-1:]]
    return (told or own)[:2]


def _merged(quotes: Iterable[Quote]) -> Iterable[Quote]:
    """Each quote once, with all its rules."""
    by_words: dict[str, list[str]] = {}
    for quote in quotes:
        rules = by_words.setdefault(quote.words, [])
        rules.extend(r for r in quote.rules if r not in rules)
    return (Quote(words, tuple(rules)) for words, rules in by_words.items())


def _quote(rules: tuple[str, ...], reason: Reason, fields: Mapping[str, str], grow: int) -> Quote:
    text = fields.get(reason.field, "")
    if text[reason.start : reason.end] != reason.text:
        # The record has changed since, or the words are of no stored field: they are shown as they were kept.
        text, start, end = reason.text, 0, len(reason.text)
    else:
        start, end = reason.start, reason.end
    return Quote(plain(around(text, start, end, grow)).replace('"', "'").strip(), rules)


def around(text: str, start: int, end: int, grow: int) -> str:
    """The words ``text[start:end]`` with those beside them, up to ``grow`` characters and never over a clause's end.

    At most ``LONGEST`` characters, cut at a word where there are blanks; ``…`` stands where the clause goes on.
    """
    if not text[start:end].strip():
        return ""
    low = max((m.end() for m in _BOUND.finditer(text, 0, start)), default=0)
    after = _BOUND.search(text, end)
    high = after.start() if after else len(text)
    while start > low and _is_letter(text[start - 1]) and _is_letter(text[start]):
        start -= 1
    while end < high and _is_letter(text[end]) and _is_letter(text[end - 1]):
        end += 1
    room = max(0, grow - (end - start) - 2)
    first, last = max(low, start - room // 2), min(high, end + room - min(room // 2, start - low))
    first, last = _at_word_after(text, first, start, low), _at_word_before(text, end, last, high)
    shown = text[first:last].strip(" .,;")
    # An ellipsis only where words were left out of what was meant to be shown.
    before, behind = ("…" if grow and first > low else ""), ("…" if grow and last < high else "")
    if len(before + shown + behind) > LONGEST:
        cut = shown[: LONGEST - len(before) - 1]
        shown, behind = (cut.rsplit(" ", 1)[0] if " " in cut else cut), "…"
    return before + shown + behind


def _is_letter(c: str) -> bool:
    """A letter of a script that writes words with blanks between them."""
    return (c.isalnum() or c in "-/") and ord(c) < 0x2E80


def _at_word_after(text: str, first: int, start: int, low: int) -> int:
    """The first beginning of a word from ``first`` on."""
    if first <= low or not (_is_letter(text[first - 1]) and _is_letter(text[first])):
        return first
    blank = text.find(" ", first, start)
    return blank + 1 if blank >= 0 else start


def _at_word_before(text: str, end: int, last: int, high: int) -> int:
    """The last end of a word up to ``last``."""
    if last >= high or not (_is_letter(text[last - 1]) and _is_letter(text[last])):
        return last
    blank = text.rfind(" ", end, last)
    return blank if blank >= 0 else end
