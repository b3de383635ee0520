"""Which findings were known before, and which came because the evidence changed? A baseline is written and held against."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path, PurePath
from typing import Any

from evtrack.audit.finding import SEVERITIES, Audited, Finding, UnitResult
from evtrack.audit.fingerprints import most_alike, sentence_key
from evtrack.files import FileProblem

VERSION = 1

_MOST_REWRITTEN = 2_000
"""Sentences that are gone from a file; among more, none is sought that a new one was edited from."""

Worth = tuple[str | None, str | None]
"""Level and stance of a claim."""
Told = tuple[str, str, str]
"""Rule, verdict and severity of a finding."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence that bore a claim or had a finding; ``text`` is empty for what was said of the whole document."""

    text: str
    claims: tuple[str, ...]
    strength: str | None
    findings: tuple[Told, ...]

    @property
    def gist(self) -> tuple[str | None, str | None]:
        """What a light edit must leave: the main claim and how strongly it is made."""
        return (self.claims[0] if self.claims else None), self.strength


@dataclass(frozen=True, slots=True)
class Baseline:
    """What was known: the worth of every claim, and the sentences by file."""

    evidence: Mapping[str, Worth]
    files: Mapping[str, tuple[Sentence, ...]]

    def as_json(self) -> dict[str, Any]:
        """What :func:`read_baseline` reads."""
        return {
            "evtrack_baseline": VERSION,
            "evidence": {claim: list(worth) for claim, worth in sorted(self.evidence.items())},
            "files": {
                path: [
                    {"text": s.text, "claims": s.claims, "strength": s.strength, "findings": s.findings}
                    for s in sentences
                ]
                for path, sentences in self.files.items()
            },
        }


def baseline_of(audits: Iterable[Audited], evidence: Mapping[str, Worth]) -> Baseline:
    """What is known now; findings that were set aside are not part of it."""
    return Baseline(dict(evidence), {_path(a.document.path): tuple(_sentences(a)) for a in audits})


def read_baseline(path: str) -> Baseline:
    """A baseline as it was written. Raises :class:`FileProblem`."""
    mend = "write it anew with --write-baseline"
    try:
        read = json.loads(Path(path).read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise FileProblem(path, "no such file", code="missing", mend="check the path") from error
    except (OSError, ValueError, RecursionError) as error:
        raise FileProblem(path, "not a baseline of evtrack audit", code="unreadable", mend=mend) from error
    try:
        [VERSION].index(read["evtrack_baseline"])  # of another version: a ValueError as for any other fault
        evidence = {str(claim): (worth[0], worth[1]) for claim, worth in read["evidence"].items()}
        files = {str(name): tuple(_sentence(s) for s in told) for name, told in read["files"].items()}
    except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
        raise FileProblem(path, "not a baseline of evtrack audit", code="unknown_kind", mend=mend) from error
    return Baseline(evidence, files)


def held_against(audited: Audited, baseline: Baseline) -> Audited:
    """The audit with each finding marked that was known, and each whose text is as it was and whose evidence is not.

    A finding is known where the same sentence, or one lightly edited with the same claim and strength, had the same
    verdict by the same rule and no milder. A sentence that now stands once more than before is new where it was added.
    """
    before = _Before(baseline.files.get(_path(audited.document.path), ()))
    results = {r.unit: r for r in audited.units}
    of_unit: dict[int | None, tuple[Sentence | None, bool]] = {None: before.same("")}
    for index in sorted({f.unit for f in audited.findings if f.unit is not None} | results.keys()):
        of_unit[index] = before.same(audited.document.units[index].text)
    for index in {f.unit for f in audited.findings if f.unit is not None}:
        if of_unit[index][0] is None:
            gist = _gist(results.get(index), audited.findings, index)
            of_unit[index] = before.alike(audited.document.units[index].text, gist), False
    return replace(audited, findings=tuple(_judged(f, *of_unit[f.unit], baseline.evidence) for f in audited.findings))


class _Before:
    """The sentences of one file as they were, each taken once."""

    def __init__(self, sentences: Iterable[Sentence]) -> None:
        self._left: dict[str, list[Sentence]] = {}
        for sentence in sentences:
            self._left.setdefault(sentence_key(sentence.text), []).append(sentence)

    def same(self, text: str) -> tuple[Sentence | None, bool]:
        """The sentence with this text, and whether there was one."""
        key = sentence_key(text)
        return (self._take(key), True) if key in self._left else (None, False)

    def alike(self, text: str, gist: tuple[str | None, str | None]) -> Sentence | None:
        """The sentence that this one was lightly edited from; not sought where almost everything was rewritten."""
        if len(self._left) > _MOST_REWRITTEN:
            return None
        among = {key: key for key, left in self._left.items() if key and left[0].gist == gist}
        key = most_alike(sentence_key(text), among)
        return self._take(key) if key is not None else None

    def _take(self, key: str) -> Sentence:
        left = self._left[key]
        taken = left.pop(0)
        if not left:
            del self._left[key]
        return taken


def _judged(finding: Finding, was: Sentence | None, same: bool, evidence: Mapping[str, Worth]) -> Finding:
    known = was is not None and any(
        (rule, verdict) == (finding.rule, finding.verdict) and _rank(severity) <= _rank(finding.severity)
        for rule, verdict, severity in was.findings
    )
    then = evidence.get(finding.claims[0]) if finding.claims else None
    weighed = finding.level is not None or finding.stance is not None
    changed = same and weighed and then is not None and then != (finding.level, finding.stance)
    return replace(finding, known=known, changed=changed)


def _rank(severity: str) -> int:
    """The lower, the worse."""
    return list[str](SEVERITIES).index(severity) if severity in SEVERITIES else len(SEVERITIES)


def _gist(result: UnitResult | None, findings: Iterable[Finding], index: int) -> tuple[str | None, str | None]:
    if result is not None:
        return (result.claims[0] if result.claims else None), result.strength
    first = next(f for f in findings if f.unit == index)
    return (first.claims[0] if first.claims else None), first.strength


def _sentences(audited: Audited) -> Iterator[Sentence]:
    """What is kept of a document."""
    findings: dict[int | None, list[Told]] = {}
    for f in audited.findings:
        if f.suppressed is None:
            findings.setdefault(f.unit, []).append((f.rule, f.verdict, f.severity))
    if None in findings:
        yield Sentence("", (), None, tuple(findings[None]))
    results = {r.unit: r for r in audited.units if r.claims}
    for index in sorted({*results, *(unit for unit in findings if unit is not None)}):
        result = results.get(index)
        yield Sentence(
            audited.document.units[index].text,
            result.claims if result else (),
            result.strength if result else None,
            tuple(findings.get(index, ())),
        )


def _sentence(read: Any) -> Sentence:
    strength = read["strength"]
    told = tuple((str(rule), str(verdict), str(severity)) for rule, verdict, severity in read["findings"])
    return Sentence(str(read["text"]), tuple(map(str, read["claims"])), strength, told)


def _path(path: str) -> str:
    """A file's path as it is told on every system."""
    return PurePath(path).as_posix()
