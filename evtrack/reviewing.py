"""What becomes of what a person says? The one way by which words come into the store, and grades move under them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from evtrack.assess import Assessed, Outcome, assess, assess_all, forced_ties, outdated
from evtrack.by_hand import bytes_of, manual_id, record_of
from evtrack.by_rules import level_by_rules
from evtrack.changes import State
from evtrack.grade.grades import FINAL_GATES, ClaimGrade, ClaimRecordGrade
from evtrack.grade.word import rules_say, under_word
from evtrack.grader import Grader
from evtrack.record import Record, RecordId
from evtrack.standing import TAKEN_BACK, Words
from evtrack.store.facts import as_utc
from evtrack.store.reading import seen_hash
from evtrack.waiting import Waiting, queue
from evtrack.word import OF_ONE_CLAIM, Word
from evtrack.word_check import WordError, check

if TYPE_CHECKING:
    from evtrack.store.read import Reader
    from evtrack.store.store import Store

__all__ = ["Given", "Waiting", "WordError", "bring_in", "give", "manual_id", "queue", "spoken", "standing"]


@dataclass(frozen=True, slots=True)
class Given:
    """What giving words did. ``run`` is 0 and ``outcome`` ``None`` where there was nothing new to give.

    ``words``: those that were added, with their ids. ``known``: how many the store had already (``bring_in``).
    """

    run: int
    words: tuple[Word, ...]
    outcome: Outcome | None
    known: int = 0


def spoken(reader: Reader) -> list[Word]:
    """All that was ever said, in the order given: what was undone, and the undoing, too."""
    return list(reader.words())


def standing(reader: Reader) -> list[Word]:
    """The words that hold now, in the order given; ``reopened`` where what they are about is another now."""
    return list(reader.standing())


def give(store: Store, grader: Grader, words: Sequence[Word], *, now: Callable[[], datetime]) -> Given:
    """Take in words that a person says now, all or none, as one run; grade what they touch; tell what that changes.

    What a person saw (``content_hash``, ``seen``) and ``at`` are filled in where they are empty. The words that ``grader``
    knows are not asked: those of the store are. Raises ``WordError`` for the first word that can't be taken.
    """
    anew = outdated(store, grader.library, grader.rules)
    before = _before(store, words, anew=anew)
    saying = _Saying(store, grader, before, now())
    return _write(store, grader, [saying.heard(word) for word in words], before, now, anew=anew)


def bring_in(store: Store, grader: Grader, words: Sequence[Word], *, now: Callable[[], datetime]) -> Given:
    """Take in words that were said elsewhere (``review import``), in their order; those the store has are passed over.

    They may be about records and claims that are not here: they hold as soon as those come. A word whose record is another
    than the person saw comes in ``reopened``. Raises ``WordError`` for a
    word that can't be true whatever it is about.
    """
    held = Counter(map(_told, store.words()))
    new = []
    for word in words:
        check(word)
        if word.action == "relabel" and word.claim_id is None:
            for name in OF_ONE_CLAIM:
                if name in word.values:  # towards which claim it was meant, nobody can tell here
                    raise WordError("of_one_claim", field=name)
        if held[_told(word)]:
            held[_told(word)] -= 1
        else:
            new.append(word)
    if not new:
        return Given(0, (), None, len(words))
    anew = outdated(store, grader.library, grader.rules)
    given = _write(store, grader, new, _before(store, new, anew=anew), now, anew=anew)
    return replace(given, known=len(words) - len(new))


def _before(store: Store, words: Iterable[Word], *, anew: bool) -> State:
    """What was told last of the records that words are about; of all records where all are graded anew."""
    about = {w.record_id for w in words if w.record_id is not None}
    return store.state(store.last_ended(), None if anew else about)


def _told(word: Word) -> tuple[object, ...]:
    """All that makes two words the same one."""
    return (
        word.action,
        word.record_id,
        word.claim_id,
        word.reason,
        word.name,
        word.at,
        word.content_hash,
        repr(_sorted(word.values)),
        repr(_sorted(word.seen)),
    )


def _sorted(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _sorted(value[key]) for key in sorted(value)}
    return value


def _write(
    store: Store, grader: Grader, words: Sequence[Word], before: State, now: Callable[[], datetime], *, anew: bool
) -> Given:
    """Keep the words and all that follows from them as one transaction: who reads sees it whole or not at all."""
    if not words:
        return Given(0, (), None)
    library, rules = grader.library, grader.rules
    with store.transaction():
        run = store.begin_run("review", rules.version, library.content_hash)
        store.save_words(run, words)
        all_words = store.words()
        under = Grader(library, rules, Words.of(all_words))
        touched = sorted({w.record_id for w in words if w.record_id is not None})
        by_hand = [i for i in touched if any(w.action == "add" and w.record_id == i for w in all_words)]
        assessed = Assessed()
        entered = _enter(store, run, under.words, by_hand)
        forced = forced_ties(before)
        if anew:
            assessed = assess_all(store, under, forced)
        else:
            for record_id in touched:
                assessed.add(record_id, None)
            for record in store.records(touched):
                assessed.add(record.id, under.grade(record, forced.get(record.id, ())))
        same = not anew and not entered
        about = None if anew else touched
        outcome = assess(store, run, under, assessed, before, now=now(), complete=anew, same_texts=same, about=about)
        store.finish_run(run, "complete", {"words": len(words), "graded": outcome.records})
        stands = {word.id: word for word in store.standing()}
    return Given(run, tuple(stands.get(w.id, w) for w in all_words[-len(words) :]), outcome)


def _enter(store: Store, run: int, words: Words, ids: Iterable[RecordId]) -> bool:
    """Records entered by hand become what the latest word that stands says; without one they are gone. Whether any moved."""
    moved = False
    for record_id in ids:
        added = words.added(record_id)
        record = record_of(added) if added else None
        held = next(store.records([record_id]), None)
        if held == record:
            continue
        moved = True
        if held is not None:
            store.mark_removed(run, [record_id])
        if added and record:
            store.save_records(run, [(record, bytes_of(added))])
    return moved


class _Saying:
    """What must be known to take words one after the other, each as if those before it were kept already."""

    def __init__(self, store: Store, grader: Grader, before: State, now: datetime) -> None:
        self.store = store
        self.library = grader.library
        self.by_rules = Grader(grader.library, grader.rules)
        self.at = as_utc(now)
        self.today = now.date()
        self.before = before
        self.forced = forced_ties(self.before)
        self.said = list(store.words())
        self.tied: dict[RecordId, set[str]] = {}
        for claim_id, record_id in self.before.ties:
            self.tied.setdefault(record_id, set()).add(claim_id)

    def heard(self, word: Word) -> Word:
        """The word with what the person saw. Raises ``WordError``."""
        if word.action == "relabel":
            word = self._of_its_claim(word)
        # Whoever speaks now speaks last, also after a word that came from a machine whose clock was ahead.
        before = (w.at for w in self.said if (w.record_id, w.claim_id) == (word.record_id, word.claim_id))
        word = replace(word, at=word.at or max((self.at, *before)), reason=word.reason.strip(), name=word.name.strip())
        check(word)
        if word.claim_id is not None and word.claim_id not in self.library.claims:
            raise WordError("unknown_claim", claim=word.claim_id)
        if word.action == "undo":
            word = self._undo(word)
        elif word.action == "add":
            word = self._add(word)
        elif word.record_id is None:
            word = self._level(word)
        else:
            word = self._record(word, word.record_id)
        last = self.said[-1].id if self.said else 0
        self.said.append(replace(word, id=last + 1))
        return word

    def _undo(self, word: Word) -> Word:
        there = Words.of(self.said).about.get((word.record_id, word.claim_id))
        if not there:
            raise WordError("nothing_to_undo", record=word.record_id or "", claim=word.claim_id or "")
        return replace(word, seen=word.seen or {field: getattr(there[-1], field) for field in TAKEN_BACK})

    def _add(self, word: Word) -> Word:
        claims = word.values["claims"]
        for claim_id in claims:
            if claim_id not in self.library.claims:
                raise WordError("unknown_claim", claim=claim_id)
        record = record_of(word)
        held = Words.of(self.said).added(record.id)
        if held and all(held.values.get(field) != word.values.get(field) for field in ("title", "citation")):
            raise WordError("there_already", record=record.id)
        for there in self.store.same_work(record):
            raise WordError("there_already", record=there)
        return replace(word, content_hash=word.content_hash or seen_hash(record))

    def _level(self, word: Word) -> Word:
        claim_id = str(word.claim_id)
        held = self.store.claim_grades().get(claim_id)
        if held is None:
            raise WordError("claim_not_graded", claim=claim_id)
        # Beside what the person saw stands what the rules alone say: a value that a person gave is never the rules'.
        alone = level_by_rules(self.store, self.by_rules, Words.of(self.said), claim_id, self.today)
        return replace(word, seen=word.seen or {**_level_says(held), "by_rules": _level_says(alone)})

    def _record(self, word: Word, record_id: RecordId) -> Word:
        added = Words.of(self.said).added(record_id)
        record: Record | None = record_of(added) if added else next(self.store.records([record_id]), None)
        if record is None:
            raise WordError("unknown_record", record=record_id)
        claims = self._claims_of(record_id, added)
        if word.claim_id is not None and word.action != "relabel" and word.claim_id not in claims:
            raise WordError("not_tied", record=record_id, claim=word.claim_id)
        named = {word.claim_id} if word.claim_id is not None else set()
        forced = {*self.forced.get(record_id, ()), *claims, *named}
        graded = self.by_rules.grade(record, sorted(forced))
        if graded is None or not (named or claims):
            raise WordError("tied_to_none", record=record_id)
        about = named or claims & graded.towards.keys()
        if word.action == "relabel":
            self._relabel(word, {c: graded.towards[c] for c in sorted(about)}, added)
        towards = graded.towards[word.claim_id] if word.claim_id else None
        return replace(
            word,
            content_hash=word.content_hash or seen_hash(record),
            seen=word.seen or rules_say(graded.own, towards),
        )

    def _claims_of(self, record_id: RecordId, added: Word | None) -> set[str]:
        """Claims that a record is tied to, or was ``added`` for."""
        return self.tied.get(record_id, set()) | set(added.values["claims"] if added else ())

    def _of_its_claim(self, word: Word) -> Word:
        """What is about one claim is not said of several at once, nor of those that the record comes to be tied to."""
        given = [name for name in OF_ONE_CLAIM if name in word.values]
        if word.claim_id is not None or word.record_id is None or not given:
            return word
        claims = self._claims_of(word.record_id, Words.of(self.said).added(word.record_id))
        known = (self.library.claims[i] for i in sorted(claims & self.library.claims.keys()))
        about = [c.id for c in sorted(known, key=lambda c: c.track not in ("intervention", "background"))]
        if len(about) > 1:
            raise WordError("claim_needed", fields=", ".join(given), claims=", ".join(about))
        return replace(word, claim_id=about[0]) if about else word

    def _relabel(self, word: Word, by_rules: Mapping[str, ClaimRecordGrade], added: Word | None) -> None:
        """Whether the values can be true of this record, towards at least one of the claims they are said for.

        A stance that nobody has read is wanted wherever it is missing.
        """
        faults: list[WordError | None] = []
        for claim_id, towards in by_rules.items():
            claim = self.library.claims[claim_id]
            base = under_word(towards, added, claim) if added else towards
            faults.append(next(_not_true(word.values, base, under_word(base, word, claim)), None))
        told = [fault for fault in faults if fault is not None]
        unread = [fault for fault in told if fault.code == "stance_needed"]
        if unread or len(told) == len(faults):
            raise (unread or told)[0]


def _level_says(grade: ClaimGrade) -> dict[str, Any]:
    """Level and result of a claim, with k of n studies."""
    k, n, _ = grade.k_of_n
    return {"level": grade.level, "stance": grade.stance, "k": k, "n": n}


def _not_true(given: Mapping[str, Any], base: ClaimRecordGrade, held: ClaimRecordGrade) -> Iterator[WordError]:
    """What of the values given is not so when all that follows from them has followed."""
    grade = held.grade
    if base.grade.gate in FINAL_GATES:
        yield WordError("final_gate", gate=base.grade.gate)
    elif "level" in given and given["level"] != grade.level:
        yield WordError("level_of_design", design=grade.design, level=given["level"], right=grade.level)
    elif "synthesis" in given and "design" not in given and given["synthesis"] != base.grade.synthesis:
        yield WordError("synthesis_of_design", design=grade.design)
    elif "gate" in given and given["gate"] != grade.gate:
        yield WordError("gate_of_design", design=grade.design, gate=grade.gate or "")
    elif given.get("counts_for_claim") is True and not held.counts_for_claim:
        yield WordError("cannot_count", why=_why_not(held))
    elif held.stance == "unclear" and grade.needs_review:
        yield WordError("stance_needed", level=grade.level)


def _why_not(held: ClaimRecordGrade) -> str:
    grade = held.grade
    if grade.gate is not None:
        return grade.gate
    if held.preprint or held.indirect:
        return "preprint" if held.preprint else grade.agent
    if held.outcome_match not in ("measured", "any"):
        return f"outcome_match={held.outcome_match}"
    if held.condition_match not in ("selected", "subtype", "any", "measured"):
        return f"condition_match={held.condition_match}"
    return f"level={grade.level}, role={grade.role}"
