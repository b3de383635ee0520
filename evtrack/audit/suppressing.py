"""Which findings did a writer set aside, and with which reason? Comments in the text, and a sidecar for formats without."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from evtrack.audit.finding import Audited, IdleSuppression
from evtrack.audit.fingerprints import most_alike, sentence_key
from evtrack.audit.unit import Document, Place
from evtrack.files import FileProblem

SIDECAR = ".evtrack.toml"
"""``page.docx.evtrack.toml`` stands beside ``page.docx``."""
_ONE_RULE = r"[A-Za-z]{2,3}-?\d{2,4}(?![A-Za-z0-9])"
_RULE = re.compile(_ONE_RULE)
_DIRECTIVE = re.compile(
    rf"evtrack:\s*(?P<scope>ignore-file|ignore)\b\s*(?P<rules>{_ONE_RULE}(?:[\s,、]*{_ONE_RULE})*)?(?P<reason>.*)\Z",
    re.DOTALL,
)
_ENTRY = re.compile(r"^[ \t]*\[\[[ \t]*ignore[ \t]*\]\]", re.MULTILINE)
_KEYS = {"rules", "sentence", "reason"}


@dataclass(frozen=True, slots=True)
class Suppression:
    """A wish to ignore rules, with its reason.

    ``units``: indices of the units it speaks of, ``None`` for the whole document. ``path`` and ``place``: where it stands.
    """

    rules: tuple[str, ...]
    reason: str
    units: frozenset[int] | None
    path: str
    place: Place
    text: str

    @property
    def amiss(self) -> Literal["no_reason", "no_rule"] | None:
        """Why it does nothing, whatever was found: a rule and a reason are both required."""
        if not self.rules:
            return "no_rule"
        return None if self.reason else "no_reason"


def suppressed(audited: Audited, beside: Iterable[Suppression] = ()) -> Audited:
    """The audit with each finding that was set aside marked with its reason, and each wish that did nothing listed.

    Where several wishes speak of a finding, the reason of the first is told.
    """
    alike: dict[tuple[tuple[str, ...], frozenset[int] | None], list[Suppression]] = {}
    idle = []
    for wish in (*_in_text(audited.document), *beside):
        if isinstance(wish, IdleSuppression):
            idle.append(wish)
        elif wish.amiss:
            idle.append(_idle(wish, wish.amiss))
        else:
            alike.setdefault((wish.rules, wish.units), []).append(wish)
    at: dict[tuple[str, int | None], list[int]] = {}
    by_rule: dict[str, list[int]] = {}
    for index, finding in enumerate(audited.findings):
        at.setdefault((finding.rule, finding.unit), []).append(index)
        by_rule.setdefault(finding.rule, []).append(index)
    reasons: dict[int, str] = {}
    for (rules, units), wishes in alike.items():
        if units is None:
            covered = [i for rule in rules for i in by_rule.get(rule, ())]
        else:
            covered = [i for rule in rules for unit in units for i in at.get((rule, unit), ())]
        for index in covered:
            reasons.setdefault(index, wishes[0].reason)
        if not covered:
            idle += [_idle(wish, "unused") for wish in wishes]
    idle.sort(key=lambda one: (one.path != audited.document.path, one.place.line, one.place.col))
    findings = (replace(f, suppressed=reasons[i]) if i in reasons else f for i, f in enumerate(audited.findings))
    return replace(audited, findings=tuple(findings), idle_suppressions=tuple(idle))


def _idle(wish: Suppression, why: Literal["unused", "no_reason", "no_rule"]) -> IdleSuppression:
    return IdleSuppression(wish.path, wish.place, wish.text, why)


def _in_text(document: Document) -> Iterator[Suppression | IdleSuppression]:
    """The wishes in a document's comments: for the line where one stands, or, alone on its line, for the next unit."""
    if not document.comments:
        return
    lines = _Lines(document)
    for comment in document.comments:
        said = _DIRECTIVE.match(comment.text)
        if said is None:
            yield IdleSuppression(document.path, comment.place, comment.text, "unreadable")
            continue
        rules = tuple(sorted({rule.upper() for rule in _RULE.findall(said["rules"] or "")}))
        reason = said["reason"].strip(" \t\r\n\u3000-–—:：")
        units = None if said["scope"] == "ignore-file" else lines.meant(comment.place)
        yield Suppression(rules, reason, units, document.path, comment.place, comment.text)


class _Lines:
    """Which units stand on which line of the source."""

    def __init__(self, document: Document) -> None:
        on: dict[int, set[int]] = {}
        for index, unit in enumerate(document.units):
            for line in range(unit.place.line, unit.place.end_line + 1):
                on.setdefault(line, set()).add(index)
        self._on = {line: frozenset(units) for line, units in on.items()}
        self._starts = sorted((unit.place.line, index) for index, unit in enumerate(document.units))

    def meant(self, place: Place) -> frozenset[int]:
        """The units beside a comment; where there are none, the next one."""
        if place.line == place.end_line and place.line in self._on:
            return self._on[place.line]
        beside = frozenset(u for line in range(place.line, place.end_line + 1) for u in self._on.get(line, ()))
        if beside:
            return beside
        after = bisect_left(self._starts, (place.end_line + 1, -1))
        return frozenset(index for _, index in self._starts[after : after + 1])


def read_sidecar(document: Document, path: Path | None = None) -> tuple[Suppression, ...]:
    """The wishes of the sidecar beside a document, none where there is no such file.

    ``[[ignore]]`` entries with ``rules``, ``reason`` and ``sentence`` (without it, the whole document). A sentence that was
    lightly edited since is still found. Raises :class:`FileProblem` naming the sidecar and the line of the entry.
    """
    file = path or Path(document.path + SIDECAR)
    if not file.is_file():
        return ()
    import tomllib

    mend = 'write [[ignore]] with rules = ["EV101"], reason = "…" and sentence = "…"'
    try:
        text = file.read_text(encoding="utf-8")
        table = tomllib.loads(text)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise FileProblem(str(file), f"not TOML: {error}", code="unreadable", mend=mend) from error
    entries = table.get("ignore")
    if set(table) - {"ignore"} or not isinstance(entries, list):
        raise FileProblem(str(file), "not a sidecar of evtrack audit", code="unknown_kind", mend=mend)
    lines = [text.count("\n", 0, found.start()) + 1 for found in _ENTRY.finditer(text)]
    keys: dict[str, list[int]] = {}
    for index, unit in enumerate(document.units):
        keys.setdefault(sentence_key(unit.text), []).append(index)
    out = []
    for number, entry in enumerate(entries):
        line = lines[number] if number < len(lines) else 1
        if not _fits(entry):
            place = f"line {line}"
            raise FileProblem(str(file), "an entry that cannot be read", code="unknown_kind", place=place, mend=mend)
        out.append(_wish(str(file), line, entry, keys))
    return tuple(out)


def _fits(entry: Any) -> bool:
    """Whether an entry has texts where texts belong."""
    if not isinstance(entry, dict) or set(entry) - _KEYS:
        return False
    rules = entry.get("rules", [])
    texts = (entry.get("reason", ""), entry.get("sentence", ""), *(rules if isinstance(rules, list) else [None]))
    return all(isinstance(text, str) for text in texts)


def _wish(path: str, line: int, entry: dict[str, Any], keys: dict[str, list[int]]) -> Suppression:
    units: frozenset[int] | None = None
    sentence = entry.get("sentence", "")
    if sentence:
        units = frozenset(most_alike(sentence_key(sentence), keys) or ())
    rules = tuple(rule.upper() for rule in entry.get("rules", ()))
    return Suppression(rules, entry.get("reason", "").strip(), units, path, Place(line, 1, line, 1), sentence)
