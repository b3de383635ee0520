"""Was every change told once, and nothing else? The history of a store against the world that it looked at.

What is expected is written from the command-line contract: what a record said before a run and after it decides which
news of it there are, and each is told once for every claim that the record is tied to on either side.
"""

from __future__ import annotations

import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from evtrack.demo.corpus import Study
from tests.soak.world import Thing

LEVELS = ("none", "in_vitro", "animal", "observational", "early_clinical", "rct")
OF_RECORDS = frozenset(
    {
        "record_changed", "record_removed", "retracted", "expression_of_concern", "corrected", "trial_status",
        "results_posted",
    }
)  # fmt: skip
News = tuple[str, str | None, str | None]
"""Kind, before, after."""


@dataclass(frozen=True)
class Interval:
    """Something that held from one run until another."""

    first: int
    end: int | None
    said: str | None

    def at(self, run: int) -> bool:
        """Whether it held at the end of a run."""
        return self.first <= run and (self.end is None or self.end > run)


class History:
    """What a store has been told and has told, by run."""

    def __init__(self, db: Path) -> None:
        with closing(sqlite3.connect(f"file:{db}?mode=ro", uri=True)) as connection:
            self.ended = [
                i for (i,) in connection.execute("SELECT id FROM run WHERE finished_at IS NOT NULL ORDER BY id")
            ]
            self.kinds = dict(connection.execute("SELECT id, kind FROM run").fetchall())
            self.versions: dict[str, list[Interval]] = defaultdict(list)
            self.ties: dict[tuple[str, str], list[Interval]] = defaultdict(list)
            self.graded: dict[str, list[Interval]] = defaultdict(list)
            self.claims: dict[str, list[Interval]] = defaultdict(list)
            self.stances: dict[str, list[Interval]] = defaultdict(list)
            for record, first, end, said in connection.execute(
                "SELECT record_id, valid_from, valid_to, raw_hash FROM record_version ORDER BY 1, 2"
            ):
                self.versions[record].append(Interval(first, end, said))
            for claim, record, first, end, said in connection.execute(
                "SELECT claim_id, record_id, valid_from, valid_to, found_by FROM claim_record ORDER BY 1, 2, 3"
            ):
                self.ties[claim, record].append(Interval(first, end, said))
            for record, first, end, said in connection.execute(
                "SELECT record_id, valid_from, valid_to, gate FROM record_grade ORDER BY 1, 2"
            ):
                self.graded[record].append(Interval(first, end, said))
            for claim, first, end, level, stance in connection.execute(
                "SELECT claim_id, valid_from, valid_to, level, stance FROM claim_grade ORDER BY 1, 2"
            ):
                self.claims[claim].append(Interval(first, end, level))
                self.stances[claim].append(Interval(first, end, stance))
            self.told: dict[int, Counter[tuple[str, str | None, str | None, str | None, str | None]]] = defaultdict(
                Counter
            )
            for run, *change in connection.execute(
                'SELECT run, kind, claim_id, record_id, before, after FROM "change"'
            ):
                self.told[run][tuple(change)] += 1
        self.ties_of: dict[str, dict[str, list[Interval]]] = defaultdict(dict)
        for (claim, record), held in self.ties.items():
            self.ties_of[record][claim] = held
        self.spoken: dict[str, set[int]] = defaultdict(set)
        for run, told in self.told.items():
            for _, _, about, *_ in told:
                self.spoken[str(about)].add(run)

    def faults(self, things: Mapping[str, Thing], served: Mapping[int, Mapping[str, str]]) -> list[str]:
        """All that was lost, told twice or invented. ``served``: refresh → record id → key of the bytes it could get."""
        found = [*self._overlaps(), *self._invented(things, served), *self._twice()]
        for record, held in self.versions.items():
            if any(one.said not in things for one in held):
                continue  # invented, as is told above
            for before, run in self._turns([*held, *self.graded[record]], record=record):
                found += self._news_of_record(things, record, before, run)
        for tie, held in self.ties.items():
            for before, run in self._turns(held, record=tie[1]):
                found += self._news_of_tie(tie, before, run)
        for before, run in pairwise([0, *self.ended]):
            found += self._news_of_claims(before, run)
            told = {(c, r) for _, c, r, *_ in self.told[run] if r}
            found += [f"{c} {r} in run {run}: told, and never tied" for c, r in told if c and (c, r) not in self.ties]
        return found

    def _turns(self, held: Iterable[Interval], record: str) -> Iterator[tuple[int, int]]:
        """The runs that ended in which something began or ended or was told, each with the one before."""
        edges = {edge for one in held for edge in (one.first, one.end) if edge is not None}
        runs = {next((i for i in self.ended if i >= edge), None) for edge in edges} | self.spoken[record]
        for run in sorted(r for r in runs if r is not None):
            yield max((i for i in self.ended if i < run), default=0), run

    def _overlaps(self) -> Iterable[str]:
        for name in ("versions", "ties", "graded", "claims"):
            for key, held in getattr(self, name).items():
                for one, two in pairwise(held):
                    if one.end is None or one.end > two.first:
                        yield f"{name} of {key}: {one} and {two} hold at once"

    def _invented(self, things: Mapping[str, Thing], served: Mapping[int, Mapping[str, str]]) -> Iterable[str]:
        for record, held in self.versions.items():
            for one in held:
                if one.said not in things:
                    yield f"{record} since run {one.first}: nobody ever said that"
                elif one.first in served and served[one.first].get(record) != one.said:
                    yield f"{record} since run {one.first}: the service said something else that week"

    def _twice(self) -> Iterable[str]:
        for run, told in self.told.items():
            yield from (f"run {run} told {n} times: {change}" for change, n in told.items() if n > 1)

    def _news_of_record(self, things: Mapping[str, Thing], record: str, before: int, run: int) -> Iterator[str]:
        told = set()
        for kind, claim, about, *values in self.told[run]:
            if about == record and kind in OF_RECORDS:
                told.add((claim, (kind, *((None, None) if kind in ("record_changed", "record_removed") else values))))
        was, is_ = self._both(self.versions[record], before, run)
        graded = [g is not None for g in self._both(self.graded[record], before, run)]
        gate = self._both(self.graded[record], before, run)[0]
        news: set[News] = set()
        if was and not is_:
            news = {("record_removed", None, None)}
        elif was and is_ and (was.said != is_.said or graded[0] != graded[1]):
            same = was.said == is_.said
            news = news_of(things[str(was.said)], things[str(is_.said)], gate.said if gate else None, graded, same=same)
        tied = {claim for claim, held in self.ties_of[record].items() if any(self._both(held, before, run))}
        expected = {(claim, one) for claim in tied or [None] for one in news}
        if told != expected:
            yield f"{record} in run {run}: told {sorted(map(str, told))}, not {sorted(map(str, expected))}"

    def _both(self, held: Iterable[Interval], before: int, run: int) -> list[Interval | None]:
        """What held at the ends of two runs."""
        return [next((i for i in held if i.at(r)), None) for r in (before, run)]

    def _news_of_tie(self, tie: tuple[str, str], before: int, run: int) -> Iterator[str]:
        (claim, record), told = tie, [k for k, c, r, *_ in self.told[run] if (c, r) == tie]
        was, is_ = self._both(self.ties[tie], before, run)
        if (is_ is not None and was is None) != ("new_record" in told):
            yield f"{claim} {record} in run {run}: tied {was} → {is_}, told {told}"

    def _news_of_claims(self, before: int, run: int) -> Iterable[str]:
        for claim, held in self.claims.items():
            levels = [next((i.said for i in held if i.at(r)), None) for r in (before, run)]
            moved = {
                (k, b, a)
                for k, c, r, b, a in self.told[run]
                if c == claim and r is None and k in ("level_up", "level_down")
            }
            expected = set()
            if None not in levels and levels[0] != levels[1]:
                old, new = str(levels[0]), str(levels[1])
                expected = {("level_up" if LEVELS.index(new) > LEVELS.index(old) else "level_down", old, new)}
            if moved != expected:
                yield f"{claim} in run {run}: told {moved}, not {expected}"
            stances = [next((i.said for i in self.stances[claim] if i.at(r)), None) for r in (before, run)]
            turned = {(b, a) for k, c, r, b, a in self.told[run] if c == claim and r is None and k == "stance_changed"}
            if turned != ({(stances[0], stances[1])} if None not in stances and stances[0] != stances[1] else set()):
                yield f"{claim} in run {run}: stance {stances}, told {turned}"


def news_of(old: Thing, new: Thing, gate: str | None, graded: list[bool], *, same: bool) -> set[News]:
    """What is news where a record said one thing and says another now, or is graded now and was not."""
    told: set[News] = set()
    changed: set[News] = set() if same else {("record_changed", None, None)}
    if isinstance(old, Study) or isinstance(new, Study):
        assert isinstance(old, Study)
        assert isinstance(new, Study)
        if old.overall_status != new.overall_status:
            told.add(("trial_status", old.overall_status, new.overall_status))
        if new.has_results and not old.has_results:
            told.add(("results_posted", None, None))
        return told or changed
    if graded[1]:
        # What the record said before is known to the reader only where it was graded then.
        noted = {kind for kind, _ in old.corrections} if graded[0] else set()
        gained = {kind for kind, _ in new.corrections} - noted
        retracted = graded[0] and "Retracted Publication" in old.publication_types
        if "Retracted Publication" in new.publication_types and not retracted:
            told.add(("retracted", gate, "retracted"))
        if "ExpressionOfConcernIn" in gained:
            told.add(("expression_of_concern", None, None))
        if "ErratumIn" in gained:
            told.add(("corrected", None, None))
    return told or changed
