"""What could the writer print instead? One wording in the language of the text, with level, number and date of the evidence."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from evtrack.audit.evidence import ClaimEvidence, EvidenceSnapshot
from evtrack.audit.verdict import column_of, level_column, unknown
from evtrack.bilingual import Bilingual
from evtrack.claim import Claim, Library
from evtrack.wording import both

_MOST_LEVELS = 6


@dataclass(frozen=True, slots=True)
class Advice:
    """Words about evidence, for suggestions and messages."""

    library: Library
    snapshot: EvidenceSnapshot
    today: date

    def sentence(self, claim: Claim) -> Bilingual | None:
        """What can be printed about a claim today; ``None`` where the snapshot does not hold it."""
        evidence = self.snapshot.claims.get(claim.id)
        if claim.track == "state":
            return self._stages(claim)
        if evidence is None or claim.track == "manual":
            return None
        if claim.track == "background" and claim.outcome and claim.condition:
            return self._premise(claim, evidence)
        if claim.track == "background" and level_column(evidence) != "nothing":
            return both("advice.content", **self._fields(claim, evidence))
        if claim.kind == "safety":
            key = "safety_nothing" if level_column(evidence) == "nothing" else "safety"
            return both(f"advice.{key}", **self._fields(claim, evidence))
        return both(f"advice.{_key(evidence)}", **self._fields(claim, evidence))

    def subject(self, claim: Claim) -> Bilingual:
        """What the claim is about: the intervention, for whom."""
        if claim.kind == "safety":
            return both("found.subject_safety")
        if claim.population:
            return both("found.subject_population", condition=self._label(claim.population))
        if claim.track == "background" and claim.intervention:
            return both("found.subject_content")
        if not claim.condition:
            return both("found.subject_any")
        return both("found.subject", condition=self._label(claim.condition[0]))

    def evidence(self, claim: Claim) -> Bilingual | None:
        """The evidence of a claim in one phrase."""
        known = self.snapshot.claims.get(claim.id)
        if known is None or claim.track == "manual":
            return None
        day = self.day(known)
        if claim.track == "state":
            return both("found.state", label=known.label, date=day) if known.label and known.label.ja else None
        fields = {"subject": self.subject(claim), "level": both(f"level.{known.level or 'null'}"), "date": day}
        if known.level in (None, "none"):
            return both("found.evidence_none", **fields)
        stance = both("stance.mixed.bare") if known.stance == "mixed" else both(f"stance.{known.stance}")
        return both("found.evidence", **fields, stance=stance, n=_number(known))

    def day(self, evidence: ClaimEvidence | None = None) -> Bilingual:
        """The day the evidence is known as of."""
        at = self.snapshot.day(evidence)
        if at is None:
            at = self.today
        return both("advice.date", year=at.year, month=at.month, day=at.day)

    def _fields(self, claim: Claim, evidence: ClaimEvidence) -> dict[str, object]:
        return {
            "subject": self.subject(claim),
            "date": self.day(evidence),
            "level": both(f"advice.level.{evidence.level or 'none'}"),
            "n": _number(evidence),
        }

    def _premise(self, claim: Claim, evidence: ClaimEvidence) -> Bilingual:
        labels = {"condition": self._label(claim.condition[0]), "outcome": self._label(claim.outcome[0])}
        return both("advice.premise", **self._fields(claim, evidence), **labels)

    def _stages(self, claim: Claim) -> Bilingual | None:
        """The levels of the claims that a sentence on the state of evidence is about."""
        told = list(self._members(claim))[:_MOST_LEVELS]
        if not told:
            return None
        levels = [
            both(
                "advice.one_level",
                condition=self._label(c.condition[0]),
                level=both(f"advice.level.{e.level or 'none'}"),
                n=_number(e),
            )
            for c, e in told
        ]
        proven = any(level_column(e) == "rcts" for _, e in told)
        listed = Bilingual("、".join(b.ja for b in levels), "; ".join(b.en for b in levels))
        return both("advice.state_rcts" if proven else "advice.state", date=self.day(), levels=listed)

    def _members(self, claim: Claim) -> Iterator[tuple[Claim, ClaimEvidence]]:
        seen: set[str] = set()
        for one in effects_of(claim, self.library):
            evidence = self.snapshot.claims.get(one.id)
            if evidence is not None and one.condition[0] not in seen:
                seen.add(one.condition[0])
                yield one, evidence

    def _label(self, concept: str) -> Bilingual:
        return self.library.concepts[concept].label


def effects_of(claim: Claim, library: Library) -> Iterable[Claim]:
    """The claims of effect that a sentence on the state of evidence is about: its members, its condition's, or all."""
    every = [
        c
        for c in library.claims.values()
        if c.track == "intervention" and c.kind == "per-condition effect" and c.condition and not c.population
    ]
    own = [c for c in every if c.id in claim.members]
    near = [c for c in every if set(c.condition) & set(claim.condition)]
    return own or near or [c for c in every if not c.members]


def _key(evidence: ClaimEvidence) -> str:
    if unknown(evidence) is not None:
        return "unknown"
    column = column_of(evidence)
    if column in ("mixed", "no_difference", "contradicts", "nothing", "one_rct", "rcts"):
        return column
    return "early_clinical" if column == "early" else str(evidence.level)


def _number(evidence: ClaimEvidence) -> Bilingual:
    n = evidence.studies
    if evidence.level in (None, "none"):
        n = 0
    if n is None:
        return both("found.n_unsaid")
    return both("found.n_one") if n == 1 else both("found.n", n=n)


def advice_for(rule: str, claim: Claim | None, general: Claim | None, advice: Advice, lang: str) -> str | None:
    """The wording that one would print in place of a sentence that a rule found; ``general`` serves where no claim can."""
    if rule == "EV304":
        return both("advice.term").get(lang)
    told = next((t for c in (claim, general) if c is not None and (t := advice.sentence(c)) is not None), None)
    if told is None:
        return None
    sentence = told.get(lang)
    extra = {"EV203": "advice.doctor", "EV205": "advice.authority"}.get(rule)
    if extra is None and claim is not None and claim.population == "medication_unsuitable":
        extra = "advice.doctor"
    if extra is None:
        return sentence
    more = both(extra).get(lang)
    return f"{sentence}{more}" if lang == "ja" else f"{sentence} {more}"
