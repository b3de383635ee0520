"""What is a grade worth once a person has spoken? The rules' grade and a person's word give the one that holds. Pure.

Laws: a word never lifts a retraction; an accepted grade keeps its level; taking the words back gives exactly the rules'
grade; a word whose record is another one than the person saw holds the record down, where it does, and never up.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from evtrack.claim import Claim
from evtrack.grade.grades import (
    FINAL_GATES,
    ClaimRecordGrade,
    Design,
    Gate,
    Level,
    MatchGrade,
    RecordGrade,
    Role,
    Stance,
    rank,
)
from evtrack.grade.numbers import small_n
from evtrack.grade.record import GATE_OF, GATES_OF_ANY_TRACK, LEVEL_OF, SYNTHESES, fits_claim, is_direct
from evtrack.record import Reason
from evtrack.word import OF_ONE_CLAIM, REOPENED, Word

GATE_OF_ROLE: dict[Role, Gate] = {
    "biomarker": "biomarker",
    "mechanism_endogenous": "endogenous",
    "ev_induced_by_other": "ev_induced_by_other",
    "ev_release_inhibition": "ev_release_inhibition",
    "pathogenic_transfer": "pathogenic_transfer",
}
"""Row 4: roles in which the agent was not given as the treatment."""

_GATES_OF_DESIGN: frozenset[Gate] = frozenset({*(gate for gate, _ in GATE_OF.values()), "empty_review"})
_GATES_OF_ROLE: frozenset[Gate] = frozenset(GATE_OF_ROLE.values())

_FAVOUR: tuple[Stance, ...] = ("n/a", "contradicts", "no_difference", "unclear", "mixed", "supports")
"""Stances towards a claim, the least favourable first."""


_FLAGS_OF_CONDITION = frozenset({"population_not_condition", "condition_subtype"})
"""What the rules noted beside the condition that they read."""

_REASONS_OF: Mapping[str, tuple[str, ...]] = {
    "design": ("R-", "D-"),
    "gate": ("R-",),
    "level": ("R-",),
    "role": ("A-", "R-GIVEN", "R-TRIAL-INTERVENTION"),
    "agent": ("A-", "R-GIVEN", "R-TRIAL-INTERVENTION"),
    "stance": ("S-",),
    "condition_match": ("M-CONDITION",),
    "outcome_match": ("M-OUTCOME",),
}
"""Beginnings of the rules whose words no longer decide a field that a person gave."""


def rules_say(own: RecordGrade, towards: ClaimRecordGrade | None) -> dict[str, Any]:
    """What a person is shown before speaking (``Word.seen``): the record's own grade, or what it says towards one claim."""
    grade = towards.grade if towards else own
    seen: dict[str, Any] = {
        "design": grade.design,
        "level": grade.level,
        "synthesis": grade.synthesis,
        "role": grade.role,
        "agent": grade.agent,
        "gate": grade.gate,
        "stance": towards.stance if towards else own.stance,
    }
    if isinstance(n := grade.numbers.get("n"), int):
        seen["n"] = n
    if towards:
        seen["condition_match"] = towards.condition_match
        seen["outcome_match"] = towards.outcome_match
        seen["counts_for_claim"] = towards.counts_for_claim
    return seen


def is_another(word: Word, seen_hash: str, own: RecordGrade, towards: ClaimRecordGrade) -> bool:
    """Whether a word is about something else than what is there now: another content, or other grades than were accepted.

    ``seen_hash`` is of the record as it is; ``own`` and ``towards`` are the rules' grades of today. What a person rejected or relabelled was not the rules' to say,
    so other rules reopen only an ``accept``.
    """
    if word.content_hash not in (None, seen_hash):
        return True
    if word.action != "accept":
        return False
    says = rules_say(own, towards if word.claim_id else None)
    return any(says.get(name) != value for name, value in word.seen.items())


def under_word(graded: ClaimRecordGrade, word: Word, claim: Claim) -> ClaimRecordGrade:
    """The grade that holds under a person's word; ``graded`` is what the rules say (or an ``add`` before this word).

    ``accept`` clears ``needs_review`` and changes nothing else; ``reject``: it does not count here; ``relabel`` and ``add``:
    the values given hold, and what follows from them follows (GRADING.md). Under a word that is ``reopened``, the lower of
    both holds: see ``lower_of``. ``undo`` is no word that stands: raises ``ValueError``.
    """
    if word.action == "undo":
        raise ValueError("an undo stands for nothing: Words.of takes it out")
    if word.action == "accept":
        worded = _signed(graded, "P-ACCEPT", word)
    elif word.action == "reject":
        left_out = replace(graded, counts_for_claim=False, preprint=False, indirect=False)
        worded = _signed(left_out, "P-REJECT", word)
    else:
        worded = _relabelled(graded, word, claim)
    return lower_of(graded, worded) if word.reopened else worded


def lower_of(graded: ClaimRecordGrade, worded: ClaimRecordGrade) -> ClaimRecordGrade:
    """What holds where the word was given on another content: in each of level, counting and stance the lower of the two.

    Neither may the word hold the record above what the rules read today, nor may the change alone undo what a person took
    down. The record waits for a person (``needs_review``, flag ``review_reopened``).
    """
    low = worded if rank(worded.grade.level) < rank(graded.grade.level) or worded.grade.gate is not None else graded
    counts = graded.counts_for_claim and worded.counts_for_claim
    provisional = _provisional(graded) and _provisional(worded)
    beside = (_provisional(graded) or graded.indirect) and (_provisional(worded) or worded.indirect)
    stance = min(graded.stance, worded.stance, key=_FAVOUR.index)
    flags = tuple(dict.fromkeys((*graded.grade.flags, *worded.grade.flags, REOPENED)))
    reasons = tuple(dict.fromkeys((*worded.grade.reasons[:1], *low.grade.reasons)))
    return replace(
        low,
        grade=replace(low.grade, flags=flags, needs_review=True, reasons=reasons),
        condition_match=graded.condition_match,
        outcome_match=graded.outcome_match,
        parts=graded.parts,
        counts_for_claim=counts,
        preprint=provisional and not counts,
        indirect=beside and not provisional,
        stance=stance,
    )


def _provisional(graded: ClaimRecordGrade) -> bool:
    return graded.counts_for_claim or graded.preprint


def _signed(graded: ClaimRecordGrade, rule: str, word: Word, *, needs_review: bool = False) -> ClaimRecordGrade:
    """With the person's reason beside those of the rules."""
    reason = Reason(rule, "word", word.reason, 0, len(word.reason))
    grade = replace(graded.grade, needs_review=needs_review, reasons=(reason, *graded.grade.reasons))
    return replace(graded, grade=grade)


def _relabelled(graded: ClaimRecordGrade, word: Word, claim: Claim) -> ClaimRecordGrade:
    """The values given, and what follows from them."""
    given: Mapping[str, Any] = word.values
    if word.action == "add":
        named: Mapping[str, Any] = given.get("claims", {})
        if claim.id not in named:  # its words name this claim too, of which the person said nothing
            given = {field: value for field, value in given.items() if field not in OF_ONE_CLAIM}
        given = {**given, **(named.get(claim.id) or {})}
    rule = "P-ADD" if word.action == "add" else "P-RELABEL"
    old = graded.grade
    if old.gate in FINAL_GATES:
        return _signed(graded, rule, word)
    background = claim.track == "background"
    design: Design = given.get("design", old.design)
    synthesis = bool(given.get("synthesis", design in SYNTHESES if "design" in given else old.synthesis))
    gate = _gate(old, given, design, background=background)
    level = _level(old, given, design, gate, background=background)
    numbers = {**old.numbers, **({"n": given["n"]} if "n" in given else {})}
    flags = [f for f in old.flags if f not in ("small_n", *(("n_not_stated",) if "n" in numbers else ()))]
    flags += ["small_n"] * small_n(numbers, level)
    flags = list(dict.fromkeys((*flags, *given.get("flags", ()))))
    if "condition_match" in given:
        flags = [f for f in flags if f not in _FLAGS_OF_CONDITION]
    overruled = tuple(beginning for name, rules in _REASONS_OF.items() if name in given for beginning in rules)
    match = MatchGrade(
        given.get("condition_match", graded.condition_match), given.get("outcome_match", graded.outcome_match)
    )
    grade = replace(
        old,
        design=design,
        level=level,
        synthesis=synthesis,
        role=old.role if background else given.get("role", old.role),
        agent=old.agent if background else given.get("agent", old.agent),
        gate=gate,
        basis="person",
        flags=tuple(flags),
        numbers=numbers,
        planned=given.get("planned_design", old.planned),
        reasons=tuple(r for r in old.reasons if not r.rule.startswith(overruled)),
    )
    # That it was prevention is read by rules; a person who says that it counts has read it too.
    told_to_count = given.get("counts_for_claim") is True
    read = tuple(f for f in flags if not (told_to_count and f == "prevention"))
    fits = fits_claim(grade, match, claim, read) and given.get("counts_for_claim") is not False
    stance = _stance(graded, given, grade, match, claim, fits=fits)
    unread = fits and stance == "unclear" and "stance" not in given
    direct, preprint = claim.track != "intervention" or is_direct(grade), "preprint" in flags
    held = replace(
        graded,
        grade=grade,
        condition_match=match.condition_match,
        outcome_match=match.outcome_match,
        counts_for_claim=fits and direct and not preprint,
        stance=stance,
        preprint=fits and direct and preprint,
        indirect=fits and not direct,
    )
    return _signed(held, rule, word, needs_review=unread)


def _gate(old: RecordGrade, given: Mapping[str, Any], design: Design, *, background: bool) -> Gate | None:
    """The gate given, or what is left of the rules' gate: one that rested on a value that is another now falls away."""
    gate = old.gate
    if "gate" in given:
        gate = given["gate"]
    else:
        if "design" in given and gate in _GATES_OF_DESIGN:
            gate = None
        if "role" in given and gate in _GATES_OF_ROLE:
            gate = None
        if "agent" in given and gate == "not_ev":
            gate = None
        if gate is None and given.get("agent") == "none":
            gate = "not_ev"
        if gate is None and "role" in given:
            gate = GATE_OF_ROLE.get(given["role"])
    if design in GATE_OF and gate not in FINAL_GATES:
        gate = gate or GATE_OF[design][0]
    # Rows 1 and 4 are not asked of an association.
    return None if background and gate not in GATES_OF_ANY_TRACK else gate


def _level(old: RecordGrade, given: Mapping[str, Any], design: Design, gate: Gate | None, *, background: bool) -> Level:
    """The ladder's level of the design; a synthesis has the one that is given, for it has that of what it pools."""
    if gate is not None:
        return "none"
    if "design" not in given and "level" not in given and old.gate is None:
        return old.level
    if design in SYNTHESES:
        pooled: Level = given.get("level", old.level if old.synthesis else "none")
        if background:
            return "observational" if pooled in ("none", "early_clinical") else pooled
        return "early_clinical" if pooled == "observational" else pooled
    if background and design == "observational":
        return "observational"
    return LEVEL_OF[design][0] if design in LEVEL_OF else "none"


def _stance(
    graded: ClaimRecordGrade,
    given: Mapping[str, Any],
    grade: RecordGrade,
    match: MatchGrade,
    claim: Claim,
    *,
    fits: bool,
) -> Stance:
    """The stance given or read; what was read of a lower kind of study, or not at all, is ``unclear`` under a new level."""
    if claim.track in ("state", "manual"):
        return "supports" if fits else "n/a"
    if grade.gate is not None or grade.level == "none" or match.outcome_match not in ("measured", "any"):
        return "n/a"
    told: Stance = given.get("stance", graded.stance)
    if told == "n/a" or ("stance" not in given and grade.level == "rct" != graded.grade.level):
        return "unclear"
    return told
