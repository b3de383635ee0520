"""What are the stored records worth by the rules and claims of today? Graded anew is what a change of these can touch."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from evtrack.assess import KEPT_WAYS, Outcome, Progress, assess, assess_all, forced_ties, outdated
from evtrack.claim import Library, concepts_hash
from evtrack.grader import Grader
from evtrack.record import RecordId
from evtrack.rules import Rules
from evtrack.standing import Words

if TYPE_CHECKING:
    from evtrack.store.store import Store


def regrade(
    store: Store,
    library: Library,
    rules: Rules,
    *,
    now: Callable[[], datetime],
    everything: bool = False,
    progress: Progress | None = None,
) -> tuple[int, Outcome] | None:
    """Grade anew where rules or claims are others than those that graded the store (or ``everything``).

    Other rules or concepts touch every record and claim; a claim that was edited, added or taken away touches the records
    that name its words or were tied to it. Gives the run and what it came to; ``None`` where all is graded already.
    """
    if not everything and not outdated(store, library, rules):
        return None
    edited = None if everything else edited_claims(store, library, rules)
    last = store.last_ended()
    run = store.begin_run("regrade", rules.version, library.content_hash)
    grader = Grader(library, rules, Words.of(store.words()))
    if edited is None:
        before = store.state(last)
        assessed = assess_all(store, grader, forced_ties(before), progress)
        about = None
    else:
        part = replace(library, claims={i: library.claims[i] for i in library.claims if i in edited})
        had = {i: store.ties(i, last) for i in edited}
        kept = KEPT_WAYS - {"person"}
        forced = _by_record(
            {i: [r for r, t in ties.items() if t.found_by in kept] for i, ties in had.items() if i in part.claims}
        )
        assessed = assess_all(store, Grader(part, rules, grader.words), forced, progress)
        about = {*assessed.grades, *(r for ties in had.values() for r in ties)}
        before = store.state(last, about)
    with store.transaction():
        outcome = assess(
            store,
            run,
            grader,
            assessed,
            before,
            now=now(),
            complete=True,
            same_texts=edited is not None,
            about=about,
            of=edited,
        )
        store.finish_run(run, "complete", {"graded": outcome.records})
    return run, outcome


def edited_claims(store: Store, library: Library, rules: Rules) -> frozenset[str] | None:
    """The claims that alone make the store's grades due: edited, new, or gone. ``None`` where everything is due.

    So it is after a run that broke off, by other rules or concepts, and where most claims are others.
    """
    last, held = store.last_run(), store.graded_with()
    if last is None or last.status == "running" or any(version != rules.version for _, version in held.values()):
        return None
    concepts = concepts_hash(last.claims_hash)
    if concepts is None or concepts != concepts_hash(library.content_hash):
        return None
    now = {i: claim.content_hash for i, claim in library.claims.items()}
    then = {i: claim_hash for i, (claim_hash, _) in held.items()}
    edited = frozenset(i for i in now.keys() | then.keys() if now.get(i) != then.get(i))
    return edited if 2 * len(edited) <= len(now) else None


def _by_record(records_of: Mapping[str, list[RecordId]]) -> dict[RecordId, tuple[str, ...]]:
    """Record → claims, out of claim → records."""
    found: dict[RecordId, list[str]] = {}
    for claim_id in sorted(records_of):
        for record_id in records_of[claim_id]:
            found.setdefault(record_id, []).append(claim_id)
    return {i: tuple(claims) for i, claims in found.items()}
