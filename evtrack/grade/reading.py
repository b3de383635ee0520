"""What do the words about a claim rest on? One value with the headline, the records, the trials and the search."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from evtrack.bilingual import Bilingual
from evtrack.claim import Claim, Concept
from evtrack.grade.grades import HUMAN, ClaimGrade, Evidence, Level, RegisteredTrial
from evtrack.grade.headline import Headline
from evtrack.grade.searching import Search
from evtrack.grade.studies import Study, studies_of
from evtrack.record import RecordId
from evtrack.wording import both


@dataclass(frozen=True, slots=True)
class Reading:
    """Everything label, people sentence, notes and "would change" are made from."""

    claim: Claim
    head: Headline
    counted: tuple[Evidence, ...]
    evidence: tuple[Evidence, ...]
    registered: tuple[RegisteredTrial, ...]
    search: Search
    provisional_level: Level
    needs_review: int = 0
    concepts: Mapping[str, Concept] = field(default_factory=dict)
    members: Mapping[str, ClaimGrade] = field(default_factory=dict)
    read: tuple[Evidence, ...] = ()
    """Records of the other claims that this one reads."""
    read_harms: frozenset[RecordId] = frozenset()
    """Those of ``read`` that report harm towards the claim they were read for."""

    @property
    def at_headline(self) -> tuple[Study, ...]:
        """Single studies and reviews of the headline level."""
        return (*self.head.studies, *self.head.syntheses)

    @property
    def human(self) -> tuple[Study, ...]:
        """Counting studies in people, of any level, highest first."""
        return tuple(s for s in studies_of(self.counted) if s.level in HUMAN)

    @property
    def harms(self) -> tuple[Evidence, ...]:
        """Ungated records that report harm, counting or not, and what counts against the claim or those it reads."""
        found = {e.id: e for e in self.read if e.id in self.read_harms}
        found.update({e.id: e for e in harms_of(self.claim, self.evidence)})
        return tuple(found[i] for i in sorted(found))

    @property
    def spoken(self) -> tuple[Evidence, ...]:
        """Records of which a person said something, its own and those of the claims it reads: a verdict may rest on them."""
        found = {e.id: e for e in (*self.read, *self.evidence) if e.override is not None}
        return tuple(found[i] for i in sorted(found))


def harms_of(claim: Claim, evidence: Iterable[Evidence]) -> tuple[Evidence, ...]:
    """Records that report harm: flagged so, speaking against a safety claim, or counting with a worse result.

    Gated records are no witnesses; an association the other way (track background) is no harm.
    """

    def worse(e: Evidence) -> bool:
        counts = claim.track == "intervention" and e.graded.counts_for_claim
        return e.graded.stance == "contradicts" and (counts or claim.kind == "safety")

    return tuple(
        sorted(
            (
                e
                for e in evidence
                if e.graded.grade.gate is None and ("harm_signal" in e.graded.grade.flags or worse(e))
            ),
            key=lambda e: e.id,
        )
    )


def listed(words: Sequence[Bilingual], mark: str = "sentence.expression_list") -> Bilingual:
    """Several words as one list, with each language's own mark between them."""
    between = both(mark)
    return Bilingual(between.ja.join(w.ja for w in words), between.en.join(w.en for w in words))


def ids_of(records: Iterable[Evidence] | Iterable[Study]) -> str:
    """Record ids as a list that reads the same in both languages."""
    return ", ".join(str(r.id) for r in records)


def named(records: Sequence[Evidence]) -> Bilingual:
    """Record ids, each with its level."""
    return listed(
        [both("people.terms", words=e.id, terms=both(f"level_short.{e.graded.grade.level}")) for e in records]
    )


def by_persons(records: Sequence[Evidence], most: int | None = None) -> Bilingual:
    """Record ids, each with who spoke of it and when; those beyond ``most`` are counted."""
    shown = records[:most]
    more = [both("label.more", n=len(records) - len(shown))] if len(records) > len(shown) else []
    return listed(
        [
            *(
                both("people.terms", words=e.id, terms=listed([both("label.word", name=w.name, date=w.at[:10])]))
                for e in shown
                if (w := e.override) is not None
            ),
            *more,
        ]
    )


def known_word(group: str, value: str | None) -> Bilingual:
    """The words for a value of a service; a value the catalogue does not know is shown as it came."""
    try:
        return both(f"{group}.{value or 'null'}")
    except KeyError:
        return Bilingual(value or "", value or "")
