"""What has changed since last week? One refresh: claims → queries → ids → records → store → grades → what is told.

Each source is asked in a thread of its own, so that one that does not answer costs the others no time; the store is
written here alone, and no transaction is open while anything is waited for. A source that failed is a value.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from evtrack.assess import KEPT_WAYS, Assessed, Found, Outcome, assess, assess_all, forced_ties, outdated
from evtrack.changes import Change, Search, State, query_drift
from evtrack.claim import Library
from evtrack.gate import to_keep
from evtrack.grade.grades import Searched
from evtrack.grader import Grader
from evtrack.part import Asking, Part, Steps, questions_of
from evtrack.pulled import Fetching, Gathered, Known, Pulled, SearchesDone, Searching, Step
from evtrack.record import RecordId
from evtrack.refreshed import ClaimOutcome, Ending, Refreshed, source_outcome, worst
from evtrack.rules import Rules
from evtrack.sources._protocol import Listed, Read, Source
from evtrack.standing import Words
from evtrack.store.facts import Pull, as_utc
from evtrack.trouble import Trouble

if TYPE_CHECKING:
    from evtrack.store.store import Store

FULL_EVERY = timedelta(days=27)
"""Known records are fetched anew when they last were so long ago: every fourth week, though cron be an hour early."""


class Progress:
    """What a refresh tells while it works; silent unless a view speaks."""

    def searching(self, source: str, done: int, total: int) -> None:
        """``done`` of ``total`` searches are answered."""

    def fetching(self, source: str, done: int, total: int) -> None:
        """``done`` of ``total`` wanted records came."""

    def grading(self, n: int) -> None:
        """``n`` records were graded."""


def refresh(
    store: Store,
    library: Library,
    rules: Rules,
    sources: Sequence[Source],
    *,
    now: Callable[[], datetime],
    claim_ids: Collection[str] = (),
    full: bool = False,
    progress: Progress | None = None,
    stop: threading.Event | None = None,
) -> Refreshed:
    """Ask ``sources`` for the claims (``claim_ids``, or all), keep what they hold, grade it, tell what changed.

    ``full``: fetch all known records again. ``stop``: when it is set, the run ends with what it has, as ``partial``.
    """
    before, anew = store.state(store.last_ended()), outdated(store, library, rules)
    run = store.begin_run("refresh", rules.version, library.content_hash)
    refreshing = _Refreshing(
        store,
        run,
        Grader(library, rules, Words.of(store.words())),
        before,
        tuple(claim_ids),
        now(),
        progress or Progress(),
        anew=anew,
    )
    refreshing.gather(sources, full=full, stop=stop or threading.Event())
    return refreshing.end(now)


class _Refreshing:
    """The state of one refresh."""

    def __init__(
        self,
        store: Store,
        run: int,
        grader: Grader,
        before: State,
        claim_ids: tuple[str, ...],
        started: datetime,
        tell: Progress,
        *,
        anew: bool,
    ) -> None:
        self.store = store
        self.run = run
        self.grader = grader
        self.before = before
        self.claim_ids = claim_ids or tuple(grader.library.claims)
        self.whole = len(self.claim_ids) == len(grader.library.claims)
        self.started = started
        self.tell = tell
        self.anew = anew
        self.parts: list[Part] = []
        self.assessed = Assessed()

    def gather(self, sources: Sequence[Source], *, full: bool, stop: threading.Event) -> None:
        """Ask all sources at once and keep the records as they come."""
        steps: Steps = queue.Queue(4)
        pulls = self.store.pulls()
        again = self._wanted_again() if self.anew else {}
        asking: list[Asking] = []
        for source in sources:
            earlier = pulls.get(source.name)
            due = _due(earlier, self.started)
            questions = questions_of(source, self.grader.library, self.claim_ids)
            tied = self.store.tied_of(source.name)
            for claim_id, ids in again.get(source.name, {}).items():
                tied[claim_id] = {**ids, **tied.get(claim_id, {})}
            part = Part(source, questions, tied, earlier, full or (due and self.whole), Pulled(len(questions)))
            if self.whole:
                part.kept, part.today = self.store.kept(source.name), self.started.date()
            self.parts.append(part)
            asking.append(Asking(part, steps))
        for thread in asking:
            thread.start()
        waiting = len(self.parts)
        while waiting and not stop.is_set():
            try:
                part, step = steps.get(timeout=0.2)
            except queue.Empty:
                continue
            if step is None:
                waiting -= 1
                part.heard_out = True
            elif isinstance(step, BaseException):
                raise step
            else:
                self._follow(part, step)
        for part in self.parts:
            if not part.heard_out:
                kept = self.store.revised(sorted(part.pulled.found))
                part.pulled = part.pulled.cut_short(Trouble("stopped", {"service": part.source.name}), kept)

    def _wanted_again(self) -> dict[str, dict[str, dict[RecordId, str]]]:
        """What is stored and tied to no claim, and what a claim asks for now by its words: source → claim → records.

        Nobody looked after it as long as no claim held it, so it is asked for as what is tied is: it may be another by now.
        """
        tied = {record_id for _, record_id in self.before.ties}
        found: dict[str, dict[str, dict[RecordId, str]]] = {}
        for record in self.store.records():
            if record.id not in tied and (graded := self.grader.grade(record)):
                for claim_id in graded.towards:
                    found.setdefault(record.source, {}).setdefault(claim_id, {})[record.id] = "match"
        return found

    def _follow(self, part: Part, step: Step) -> None:
        match step:
            case Searching(done, total):
                self.tell.searching(part.source.name, done, total)
            case Gathered(fetched):
                part.known.put(self._known(part, fetched))
            case SearchesDone():
                part.found = self._found_by([part])
                part.known.put(self._known(part))
            case Fetching(fetched, done, total):
                reads = [(p.record, p.raw) for p in fetched.parsed if isinstance(p, Read)]
                saved = self.store.save_records(self.run, reads)
                part.new.update(saved.new)
                part.changed.update(i for i in saved.changed if i not in part.new)
                self.tell.fetching(part.source.name, done, total)
                if part.found and not self.anew:
                    # Now, while the next answer is on its way.
                    part.forced = part.forced or forced_ties(self.before, part.found)
                    for record_id, record in saved.kept.items():
                        self.assessed.add(record_id, self.grader.grade(record, part.forced.get(record_id, ())))

    def _known(self, part: Part, fetched: Collection[RecordId] = ()) -> Known:
        held = {i for claim_id in self.claim_ids for i in part.tied.get(claim_id, ())}
        lost = {i for claim_id in self.claim_ids for i in part.lost(claim_id)}
        stored = self.store.revised(sorted({*part.pulled.found, *part.pulled.gathered, *held}))
        if part.watched is None:
            part.watched = self.store.watched(part.earlier.run) if part.earlier else frozenset()
        others = {i for ties in part.tied.values() for i in ties} - stored.keys()
        elsewhere = min(others, default=None)
        return Known(
            stored,
            frozenset(held),
            frozenset(lost),
            frozenset(stored.keys() - part.watched),
            frozenset(self.store.moved_since(part.source.name, part.earlier.run) if part.earlier else ()),
            self.store.raws_at(fetched, part.earlier.run) if part.earlier else {},
            elsewhere,
        )

    def end(self, now: Callable[[], datetime]) -> Refreshed:
        """Grade what came, tell what changed, and keep it all at once: who reads sees the run whole or not at all."""
        skipped = [s for part in self.parts for s in part.pulled.skipped]
        if skipped:
            self.store.save_skipped(self.run, skipped)
        found = replace(self._found_by(self.parts), changes=self._drift())
        followed = self.grader.words.followed(found.merged)
        self.grader.words = self.grader.words.then(followed)
        if self.anew:
            # Other rules or claims than those that graded it: all of it, as a regrade would.
            self.assessed = assess_all(self.store, self.grader, forced_ties(self.before, found), self.tell.grading)
        elif ids := self._to_grade():
            self._grade(ids, forced_ties(self.before, found))
        with self.store.transaction():
            for part in self.parts:
                part.removed = self.store.mark_removed(self.run, part.pulled.gone)
                for record_id in part.removed:
                    self.assessed.add(record_id, None)
            self._save_searches()
            self.store.save_words(self.run, followed)
            outcome = assess(
                self.store,
                self.run,
                self.grader,
                self.assessed,
                self.before,
                now=now(),
                found=found,
                complete=self.anew,
                due=self.grader.library.claims if any(part.full for part in self.parts) else (),
            )
            self._save_pulls()
            done = self._refreshed(outcome, now())
            counts = {
                "graded": outcome.records,
                "sources": {
                    s.name: {"requests": s.requests, "found": s.found, "new": s.new, "changed": s.changed}
                    for s in done.sources
                },
            }
            self.store.finish_run(self.run, done.status, counts)
        return done

    def _to_grade(self) -> set[RecordId]:
        """Records that are not graded yet and are another now, or whose tie is; and those that left a search."""
        touched = {i for part in self.parts for i in (*part.new, *part.changed)}
        left = set()
        for part in self.parts:
            for claim_id in self.claim_ids:
                ties = part.tied.get(claim_id, {})
                touched |= {i for i in part.listed(claim_id) if ties.get(i, "match") == "match"}
                left |= part.left(claim_id)
        # What left was graded as if the search still held it: nobody knew yet whether it would come.
        # So was what another record was merged into: nobody knew yet of the ties that it takes over.
        merged = {new for part in self.parts for new in part.pulled.merged.values()}
        return (touched - self.assessed.looked_at) | left | merged

    def _grade(self, ids: Collection[RecordId], forced: Mapping[RecordId, tuple[str, ...]]) -> None:
        for n, record in enumerate(self.store.records(sorted(ids)), 1):
            self.assessed.add(record.id, self.grader.grade(record, forced.get(record.id, ())))
            if n % 100 == 0:
                self.tell.grading(n)

    def _found_by(self, parts: Sequence[Part]) -> Found:
        """What the searches say of ties; a record that they found and nobody delivered is graded by nobody.

        A record that was merged leaves its ties to the one it was merged into.
        """
        merged = {old: new for part in parts for old, new in part.pulled.merged.items()}
        left = {c: frozenset(i for part in parts for i in part.left(c)) for c in self.claim_ids}
        by: dict[str, set[RecordId]] = {}
        for claim_id in self.claim_ids:
            by[claim_id] = {i for part in parts for i in part.listed(claim_id)}
            for part in parts:
                ties = part.tied.get(claim_id, {})
                kept = {(new, way) for old, new in merged.items() if (way := ties.get(old)) in KEPT_WAYS}
                # What has just left this very search takes over no tie that a search made.
                by[claim_id] |= {new for new, way in kept if way != "query" or new not in left[claim_id]}
        return Found(by=by, way="query", left=left, merged=merged)

    def _drift(self) -> list[Change]:
        """Queries that are no longer the same question, told for each claim that asks them.

        Two queries of a claim whose counts moved alike are one news: what is told names no query.
        """
        told = []
        for part in self.parts:
            earlier = self.store.translations(part.source.name)
            for query, listed in part.pulled.listed.items():
                for claim_id in part.questions[query]:
                    last = earlier.get((claim_id, query))
                    if last and self._whole(part, listed):
                        now = Search(listed.count, listed.translation)
                        told.append(query_drift(claim_id, Search(*last), now))
        return list(dict.fromkeys(change for change in told if change))

    def _whole(self, part: Part, listed: Listed) -> bool:
        """Whether all that a search counted is in the store."""
        return listed.complete and part.pulled.ended and part.pulled.undelivered.isdisjoint(listed.ids)

    def _save_searches(self) -> None:
        """What was asked for each claim. A query that was not answered has no count: "none found" can't be said then."""
        at = as_utc(self.started)
        for part in self.parts:
            for claim_id in self.claim_ids:
                rows, translations = [], {}
                for query in part.queries(claim_id):
                    listed = part.pulled.listed.get(query)
                    if listed is None:
                        rows.append(Searched(part.source.name, query, None, complete=False, at=at, got=0))
                        continue
                    got = len(listed.ids) - len(part.pulled.undelivered & listed.ids.keys())
                    whole = self._whole(part, listed)
                    rows.append(Searched(part.source.name, query, listed.count, whole, at, got))
                    if listed.translation:
                        translations[query] = listed.translation
                self.store.save_searches(self.run, claim_id, rows, translations)

    def _save_pulls(self) -> None:
        for part in self.parts:
            last = part.earlier or Pull(self.run)
            transport = part.source.service.transport
            if part.pulled.settled and self.whole:
                full_at = self.started if part.full else last.full_at
                self.store.save_pull(part.source.name, Pull(self.run, self.started, full_at, transport))
                self.store.save_found(part.source.name, to_keep(part.pulled))
            elif part.pulled.listed:
                self.store.save_pull(part.source.name, replace(last, transport=transport))
                self.store.forget_found(part.source.name, part.pulled.listed)

    def _refreshed(self, outcome: Outcome, finished: datetime) -> Refreshed:
        sources = tuple(source_outcome(part) for part in self.parts)
        asked = any(part.questions for part in self.parts)
        answered = any(part.pulled.answered for part in self.parts)
        status: Ending = "complete" if all(s.complete for s in sources) else "partial"
        if asked and not answered:
            status = "failed"
        after = self.store.claim_grades()
        claims = tuple(
            ClaimOutcome(
                claim_id,
                worst([told for part in self.parts if (told := part.status(claim_id))]),
                was.level if (was := self.before.claims.get(claim_id)) else None,
                after[claim_id].level,
                was.stance if was else None,
                after[claim_id].stance,
            )
            for claim_id in self.claim_ids
        )
        return Refreshed(self.run, self.started, finished, status, sources, claims, outcome.changes)


def _due(earlier: Pull | None, now: datetime) -> bool:
    """Whether all known records are to be fetched anew; so too where the clock was ahead in an earlier run."""
    if earlier is None or earlier.since is None or earlier.full_at is None:
        return True
    return now - earlier.full_at >= FULL_EVERY or earlier.full_at > now or earlier.since > now
