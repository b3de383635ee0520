"""How good is the evidence behind this sentence? Records towards a claim → level, stance, receipt. Pure; any order, same grade."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import TypedDict

from evtrack.claim import Claim, Concept
from evtrack.grade.grades import (
    FINAL_GATES,
    NATIVE,
    Agent,
    ClaimGrade,
    Evidence,
    Level,
    RegisteredTrial,
    Searched,
    WouldChange,
    rank,
)
from evtrack.grade.headline import Headline, counting, read_headline, sole_record, with_preprints
from evtrack.grade.label import label_of, state_label, unknown
from evtrack.grade.links import long_over
from evtrack.grade.notes import notes_of, own_paper_note, search_notes, state_notes
from evtrack.grade.people import people_of, people_unasked
from evtrack.grade.reading import Reading, harms_of, ids_of
from evtrack.grade.safety import SafetyReading, is_unread, read_safety
from evtrack.grade.searching import answered, read_search, with_others
from evtrack.grade.state import STANCE_OF, claims_asked, facts_of, measured_by, tallies_asked
from evtrack.grade.studies import by_route, counts, highest, studies_of, together, whole_studies
from evtrack.grade.turning import would_change
from evtrack.grade.umbrella import member_records, provisional_umbrella, read_umbrella, sole_member_record
from evtrack.predicates import judge, rests_on_absence
from evtrack.record import PartialDate, RecordId
from evtrack.wording import both

_UNDER_TEST: frozenset[Agent] = NATIVE | {"secretome_or_ev_unclear"}
"""What a registered trial must give to be listed under a claim: the claim's agent, or what is sold as such."""

_THIS_CONDITION = frozenset({"selected", "subtype", "any"})


class _Read(TypedDict):
    """What a claim over others adds to its ``Reading``."""

    read: tuple[Evidence, ...]
    read_harms: frozenset[RecordId]


def grade_claim(
    claim: Claim,
    evidence: Sequence[Evidence],
    *,
    others: Mapping[str, ClaimGrade],
    others_evidence: Mapping[str, Sequence[Evidence]],
    searched: Sequence[Searched],
    as_of: date,
    concepts: Mapping[str, Concept] | None = None,
) -> ClaimGrade:
    """The grade of one claim from the records tied to it.

    ``others`` and ``others_evidence``: grades and records of the claims it is a predicate over (tracks state, umbrella);
    one that is missing counts as without records, so grade members before umbrellas, and both before state claims.
    ``searched``: every query made for the claim; nothing is said to be "not found" unless all of them are complete.
    ``as_of``: the day from which an overdue result is reckoned. ``concepts`` name condition and intervention in the sentence "nothing found"; without them it says "this claim".
    """
    records = tuple(sorted(evidence, key=lambda e: e.id))
    if claim.track == "manual":
        return _manual(claim, records, searched)
    if claim.track == "state":
        return _state(claim, records, others, others_evidence, searched, as_of, concepts or {})
    return _graded(claim, records, others, others_evidence, searched, as_of, concepts or {})


def grading_order(claims: Mapping[str, Claim]) -> tuple[str, ...]:
    """Claim ids such that each comes after those it reads, whatever reads them; by id where that leaves a choice."""
    order: dict[str, None] = {}

    def put(claim_id: str, readers: frozenset[str]) -> None:
        # A circle is entered by its first id.
        if claim_id in order or claim_id in readers or claim_id not in claims:
            return
        for asked in sorted(claims_asked(claims[claim_id])):
            put(asked, readers | {claim_id})
        order[claim_id] = None

    for claim_id in sorted(claims):
        put(claim_id, frozenset())
    return tuple(order)


def _graded(
    claim: Claim,
    records: tuple[Evidence, ...],
    others: Mapping[str, ClaimGrade],
    others_evidence: Mapping[str, Sequence[Evidence]],
    searched: Sequence[Searched],
    as_of: date,
    concepts: Mapping[str, Concept],
) -> ClaimGrade:
    counted = counting(records)
    sole: RecordId | None
    if claim.members:
        theirs = {e.id: e for found in member_records(claim, counted, others_evidence).values() for e in found}
        counted = tuple(theirs[i] for i in sorted(theirs))
        head = read_umbrella(claim, counted, others, others_evidence)
        provisional = provisional_umbrella(claim, records, others, others_evidence)
        sole = sole_member_record(claim, counted, head.level, others, others_evidence)
        below = _umbrella_without(claim, sole, records, others, others_evidence) if sole else "none"
    else:
        head = read_headline(claim, counted)
        provisional = read_headline(claim, with_preprints(records)).level
        sole = sole_record(claim, counted, head.level)
        below = read_headline(claim, [e for e in counted if e.id != sole]).level
    k_of_n = head.k_of_n
    if claim.kind == "safety" and head.level != "none":
        safety = read_safety(studies_of(counted))
        head = replace(head, stance=safety.stance, rules=(*head.rules, "C-SAFETY"))
        k_of_n = _safety_k_of_n(safety, counted)
    registered = _registered(records, as_of)
    search = read_search(searched)
    reading = Reading(
        claim=claim,
        head=head,
        counted=counted,
        evidence=records,
        registered=registered,
        search=with_others(search, [others[m].search for m in claim.members if m in others])
        if claim.members
        else search,
        provisional_level=provisional,
        needs_review=_needs_review(records),
        concepts=concepts,
        members={m: others[m] for m in claim.members if m in others},
        **_read([m for m in claim.members if m in others], others, others_evidence),
    )
    total, largest = head.numbers
    return ClaimGrade(
        claim_id=claim.id,
        level=head.level,
        stance=head.stance,
        label=label_of(reading),
        people=people_of(reading),
        counts=counts(counted),
        k_of_n=k_of_n,
        synthesis=bool(head.syntheses),
        provisional_level=provisional,
        indirect=_indirect(records),
        by_route=by_route(counted) if claim.track == "intervention" else {},
        harms=tuple(e.id for e in reading.harms),
        registered=registered,
        excluded=_excluded(records),
        needs_review=reading.needs_review,
        would_change=would_change(claim, head, sole, below),
        members={m: others[m].level if m in others else None for m in claim.members},
        parts={p.label.en: level for p, level in zip(claim.parts, head.parts, strict=False)},
        notes=notes_of(reading),
        n_total=total,
        n_largest=largest,
        groups=head.groups,
        looked=len(records) + answered(searched),
        search=reading.search.state,
        rules=_rules(reading),
    )


def _state(
    claim: Claim,
    records: tuple[Evidence, ...],
    others: Mapping[str, ClaimGrade],
    others_evidence: Mapping[str, Sequence[Evidence]],
    searched: Sequence[Searched],
    as_of: date,
    concepts: Mapping[str, Concept],
) -> ClaimGrade:
    """Still true, overstated, understated, out of date: a predicate over other claims. Level null."""
    asked = [i for i in claims_asked(claim) if i in others]
    registered = _registered(records, as_of)
    own = ClaimGrade(
        claim.id, None, "n/a", both("state.unclear"), both("state.unclear"), {}, (0, 0, 0), registered=registered
    )
    own = replace(own, harms=tuple(e.id for e in harms_of(claim, records)), looked=len(records) + answered(searched))
    facts = {i: facts_of(others[i], others_evidence.get(i, ())) for i in asked}
    facts[claim.id] = facts_of(own, records, searched)
    measured = measured_by(facts)
    rule = judge(claim.state, measured)
    search = with_others(read_search(searched), [others[i].search for i in asked])
    decides = (
        rule is None or rule.verdict == "unclear" or search.done or not rests_on_absence(claim.state, rule, measured)
    )
    empty = sum(e.graded.grade.gate == "empty_review" for e in records)
    found: dict[RecordId, Evidence] = {e.id: e for i in asked for e in counting(others_evidence.get(i, ()))}
    counted = tuple(found[i] for i in sorted(found))
    trials = {t.id: t for i in asked for t in others[i].registered} | {t.id: t for t in registered}
    top = highest(counted)
    at_top = tuple(s for s in studies_of(counted) if s.level == top)
    reading = Reading(
        claim=claim,
        head=Headline(top, together(s.stance for s in at_top), at_top),
        counted=counted,
        evidence=records,
        registered=tuple(trials[i] for i in sorted(trials)),
        search=search,
        provisional_level="none",
        concepts=concepts,
        **_read(asked, others, others_evidence),
    )
    return replace(
        own,
        stance=STANCE_OF[rule.verdict] if rule and decides else "unclear",
        label=state_label(rule, reading, tallies_asked(rule, facts)) if decides else unknown(search),
        people=people_of(reading) if asked else people_unasked("state"),
        counts={"none": empty} if empty else {},
        registered=reading.registered,
        excluded=_excluded([e for e in records if e.graded.grade.gate != "empty_review"]),
        needs_review=_needs_review(records),
        would_change=WouldChange(claim.direct_support, None, None),
        members={i: others[i].level if i in others else None for i in claim.members},
        harms=tuple(e.id for e in reading.harms),
        notes=state_notes(reading),
        state_verdict=None if rule is None else rule.verdict if decides else "unclear",
        search=search.state,
        rules=("C-STATE",) if decides else ("C-STATE", "C-STATE-UNSEARCHED"),
    )


def _manual(claim: Claim, records: tuple[Evidence, ...], searched: Sequence[Searched]) -> ClaimGrade:
    """Practice, self-report, aim, caveat: no level. A self-report wants a citation that resolves, and is never called false."""
    search = read_search(searched)
    label, notes = both("label.manual"), search_notes(search)
    if claim.kind == "self-report":
        cited = [e for e in records if e.id in claim.known and e.graded.grade.gate not in FINAL_GATES]
        label = both("label.manual_cited" if cited else "label.manual_uncited")
        notes = [both("sentence.own_paper_cited", ids=ids_of(cited)), *notes] if cited else [own_paper_note(search)]
    return ClaimGrade(
        claim_id=claim.id,
        level=None,
        stance="n/a",
        label=label,
        people=people_unasked("manual"),
        counts={},
        k_of_n=(0, 0, 0),
        excluded=_excluded(records),
        would_change=WouldChange(claim.direct_support, None, None),
        notes=tuple(notes),
        looked=len(records) + answered(searched),
        search=search.state,
        rules=("C-MANUAL",),
    )


def _umbrella_without(
    claim: Claim,
    sole: RecordId,
    records: Sequence[Evidence],
    others: Mapping[str, ClaimGrade],
    others_evidence: Mapping[str, Sequence[Evidence]],
) -> Level:
    """The level without one record: the highest it can still have is that of the member it was taken from."""
    left = {m: [e for e in others_evidence.get(m, ()) if e.id != sole] for m in claim.members}
    lowered = {
        m: replace(g, level=min(g.level or "none", highest(counting(left[m])), key=rank))
        for m, g in others.items()
        if m in left
    }
    return read_umbrella(claim, counting(e for e in records if e.id != sole), lowered, left).level


def _read(
    claims: Sequence[str], others: Mapping[str, ClaimGrade], others_evidence: Mapping[str, Sequence[Evidence]]
) -> _Read:
    """The records of the claims read, and which of them report harm there."""
    records = {e.id: e for i in claims for e in others_evidence.get(i, ())}
    return {
        "read": tuple(records[i] for i in sorted(records)),
        "read_harms": frozenset(h for i in claims for h in others[i].harms),
    }


def _safety_k_of_n(safety: SafetyReading, counted: Sequence[Evidence]) -> tuple[int, int, int]:
    """(studies that report no harm, studies, unread) over all levels: a safety claim is read over all."""
    singles = [s for s in studies_of(counted) if not s.synthesis]
    clear = sum(s in singles for s in safety.clear)
    return clear, len(singles), sum(map(is_unread, singles))


def _registered(records: Sequence[Evidence], as_of: date) -> tuple[RegisteredTrial, ...]:
    """Trials under test, one row a trial: entries without results, of this agent and condition, with no paper that reports them."""
    here = {e.id for e in records}
    out: list[RegisteredTrial] = []
    for members in whole_studies(records):
        rows = [e.trial for e in members if e.trial is not None and _is_under_test(e)]
        if not rows or any(e.graded.grade.gate is None for e in members):
            continue
        row, ids = rows[0], {i for t in rows for i in (t.id, *t.also_registered)}
        # Whoever made the row may have taken a linked protocol for a report; where every linked record is here, none reports.
        unreported = all(link in here for e in members for link in e.links)
        completion = PartialDate.parse(row.completion or "")
        overdue = row.overdue or (unreported and long_over(row.status, completion, as_of))
        out.append(replace(row, overdue=overdue, also_registered=tuple(sorted(ids - {row.id}))))
    return tuple(sorted(out, key=lambda t: t.id))


def _is_under_test(e: Evidence) -> bool:
    grade = e.graded.grade
    return (
        grade.gate == "registered_only"
        and grade.role == "therapy"
        and grade.agent in _UNDER_TEST
        and e.graded.condition_match in _THIS_CONDITION
        and not (e.override is not None and e.override.action == "reject")
    )


def needs_person(e: Evidence) -> bool:
    """Whether neither rules nor a person decided it and it could still matter: not gated for good, of this condition.

    A person's word that stands has cleared ``needs_review`` where it decides; one that is reopened has set it.
    """
    settled = e.override is not None and not e.override.reopened
    pools_retracted = e.graded.counts_for_claim and "pools_retracted" in e.graded.grade.flags and not settled
    return (
        (e.graded.grade.needs_review or pools_retracted)
        and e.graded.grade.gate not in FINAL_GATES
        and e.graded.condition_match != "none"
    )


def _needs_review(records: Sequence[Evidence]) -> int:
    return sum(map(needs_person, records))


def _indirect(records: Sequence[Evidence]) -> dict[str, Level]:
    """Highest level by agent of what would count but for its agent; the unclear products that are sold come first."""
    agents = {e.graded.grade.agent for e in records if e.graded.indirect and e.graded.grade.gate is None}
    ordered = sorted(agents, key=lambda a: (a != "secretome_or_ev_unclear", a))
    return {
        a: highest(
            e for e in records if e.graded.indirect and e.graded.grade.gate is None and e.graded.grade.agent == a
        )
        for a in ordered
    }


def _excluded(records: Sequence[Evidence]) -> dict[str, int]:
    """How many records each gate shut out."""
    out: dict[str, int] = {}
    for gate in sorted(str(e.graded.grade.gate) for e in records if e.graded.grade.gate is not None):
        out[gate] = out.get(gate, 0) + 1
    return out


def _rules(reading: Reading) -> tuple[str, ...]:
    """Ids of the decisions behind the grade (rules/claim.yaml)."""
    rules = dict.fromkeys(reading.head.rules)
    if any(len(s.records) > 1 for s in reading.at_headline):
        rules["C-LINKED-ONCE"] = None
    if any("pools_retracted" in s.flags for s in reading.head.syntheses):
        rules["C-POOLS-RETRACTED"] = None
    if rank(reading.provisional_level) > rank(reading.head.level):
        rules["C-PREPRINT"] = None
    return tuple(rules)
