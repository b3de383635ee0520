"""Which words stand, of all that were ever said? Pure, and light: who reads the store needs it, and no grading."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from evtrack.ids import RecordId
from evtrack.word import Word

TAKEN_BACK = ("at", "name", "action")
"""How an ``undo`` names the word that it takes back, in ``seen``."""


@dataclass(frozen=True, slots=True)
class Words:
    """All words by what they are about: (record id or ``None``, claim id or ``None``) → those that stand, the oldest first.

    An ``undo`` takes back the one before it on the same record and claim.
    """

    about: Mapping[tuple[RecordId | None, str | None], tuple[Word, ...]] = field(default_factory=dict)

    @classmethod
    def of(cls, spoken: Iterable[Word]) -> Words:
        """The words out of all that were ever said, in whatever order they come: they count in the order in which they were said.

        Words of several persons may be kept in any order (``id``), as their files came.
        """
        return cls().then(sorted(spoken, key=said_at))

    def then(self, later: Iterable[Word]) -> Words:
        """What holds once these were said too, one after the other."""
        about = dict(self.about)
        for word in later:
            key = word.record_id, word.claim_id
            before = about.get(key, ())
            about[key] = _without(before, word) if word.action == "undo" else (*before, word)
        return Words({key: words for key, words in about.items() if words})

    def on(self, record_id: RecordId, claim_id: str) -> tuple[Word, ...]:
        """What holds of a record towards a claim: how it was added, and the latest word (for this claim before for any).

        A record that was rejected for every claim since is rejected for this one too.
        """
        of_any = self.about.get((record_id, None), ())
        latest = self.about.get((record_id, claim_id), ())[-1:] or of_any[-1:]
        if of_any and of_any[-1].action == "reject" and said_at(of_any[-1]) > said_at(latest[0]):
            latest = of_any[-1:]
        added = [word for word in of_any if word.action == "add"][-1:]
        return (*(word for word in added if word not in latest), *latest)

    def on_claim(self, claim_id: str) -> Word | None:
        """The word that stands on the claim's level."""
        return next(iter(self.about.get((None, claim_id), ())[-1:]), None)

    def added(self, record_id: RecordId) -> Word | None:
        """The word by which a record was entered by hand; the latest one has its citation."""
        return next((word for word in reversed(self.about.get((record_id, None), ())) if word.action == "add"), None)

    def claims_of(self, record_id: RecordId) -> frozenset[str]:
        """Claims that a person said this record is about: those of its ``add``, and those it was relabelled for."""
        added = self.added(record_id)
        named = added.values.get("claims", {}) if added else {}
        told = {c for (r, c), (*_, last) in self.about.items() if r == record_id and c and last.action == "relabel"}
        return frozenset({*named, *told})

    def followed(self, merged: Mapping[RecordId, RecordId]) -> tuple[Word, ...]:
        """The words on records that a service keeps under another id now, on that id, in the order given.

        What a person said must not be lost because an id ended. Where the record there is another than the person saw,
        the word is open again (``content_hash`` stays); what was said of the other record itself goes before.
        """
        taken = [w for w in self.standing if w.record_id in merged and w.action != "add"]
        there = {(r, c) for r, c in self.about if r in merged.values()}
        moved = [replace(w, record_id=merged[w.record_id], id=0) for w in taken if w.record_id]
        return tuple(
            w for w in sorted(moved, key=said_at) if there.isdisjoint({(w.record_id, w.claim_id), (w.record_id, None)})
        )

    @property
    def records(self) -> frozenset[RecordId]:
        """Records of which anything is said."""
        return frozenset(record_id for record_id, _ in self.about if record_id is not None)

    @property
    def standing(self) -> tuple[Word, ...]:
        """The words that hold now, in the order given: the latest of each pair, and the adds below them."""
        kept = {w.id: w for words in self.about.values() for w in (*(o for o in words if o.action == "add"), words[-1])}
        return tuple(kept[i] for i in sorted(kept))


def said_at(word: Word) -> tuple[str, int]:
    """By what words are ordered: when they were said, and of one second in the order given."""
    return word.at, word.id


def _without(words: tuple[Word, ...], undo: Word) -> tuple[Word, ...]:
    """The words but the one that was taken back: the one that the undo names (``seen``), else the last.

    Two persons' words may come together from two stores: an undo takes back what its speaker saw, not what came between.
    """
    named = [word for word in words if all(undo.seen.get(f) == getattr(word, f) for f in TAKEN_BACK)]
    taken = (named or words)[-1:]
    return tuple(word for word in words if word not in taken)
