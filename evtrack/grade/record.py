"""What is one record worth: on its own (the ladder of GRADING.md), and towards one claim?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from evtrack.claim import Claim
from evtrack.concepts import covered
from evtrack.grade.agent_reading import NAMES
from evtrack.grade.agent_role import grade_agent
from evtrack.grade.design import grade_design
from evtrack.grade.fields import record_fields
from evtrack.grade.findings import SIGNALS
from evtrack.grade.grades import (
    NATIVE,
    PEOPLE,
    AgentGrade,
    Basis,
    ClaimRecordGrade,
    Design,
    DesignGrade,
    Gate,
    Level,
    MatchGrade,
    RecordGrade,
    StanceGrade,
)
from evtrack.grade.numbers import ASKED, extract_numbers, number_flags
from evtrack.grade.relevance import match_claim, mentions, parts_shown
from evtrack.grade.stance import grade_stance, stance_for_claim
from evtrack.grade.text import GradingText, Scan, scan_together
from evtrack.grade.text import scan as scan_text
from evtrack.record import Reason, Record
from evtrack.rules import Rules

LEVEL_OF: dict[Design, tuple[Level, str]] = {
    "rct": ("rct", "R-RCT"),
    "randomised_no_control": ("early_clinical", "R-EARLY-CLINICAL"),
    "nonrandomised_trial": ("early_clinical", "R-EARLY-CLINICAL"),
    "single_arm": ("early_clinical", "R-EARLY-CLINICAL"),
    "phase1": ("early_clinical", "R-EARLY-CLINICAL"),
    "case_series": ("early_clinical", "R-EARLY-CLINICAL"),
    "case_report": ("early_clinical", "R-EARLY-CLINICAL"),
    "observational": ("early_clinical", "R-EARLY-CLINICAL"),
    "animal": ("animal", "R-ANIMAL"),
    "in_vitro": ("in_vitro", "R-IN-VITRO"),
}
"""Rows 6–9: what a design is worth once the agent was given. A retrospective study of treated people is row 7."""

GATE_OF: dict[Design, tuple[Gate, str]] = {
    "notice": ("notice", "R-NOTICE"),
    "narrative_review": ("review", "R-REVIEW"),
    "guideline": ("opinion", "R-OPINION"),
    "opinion": ("opinion", "R-OPINION"),
    "protocol": ("protocol", "R-PROTOCOL"),
    "registered_trial": ("registered_only", "R-REGISTERED"),
}
"""Rows 0, 2 and 3: designs that are no evidence whatever was given."""

SYNTHESES: frozenset[Design] = frozenset({"systematic_review", "meta_analysis"})
HUMAN_DESIGNS = PEOPLE | {"registered_trial", "protocol"}
TRIALS = PEOPLE - {"observational"}

GATES_OF_ANY_TRACK: frozenset[Gate] = frozenset(
    {"retracted", "notice", "review", "opinion", "protocol", "registered_only", "empty_review"}
)

_GATES_OF_KIND: frozenset[Gate] = frozenset({"review", "opinion", "protocol"})
"""Gates that rest on the kind of text alone: where that was a guess, the gate is one."""

_ASKED_OF_MOST = tuple(dict.fromkeys((*SIGNALS["association"], *ASKED, *sorted(NAMES))))
"""Signals that nearly every paper is asked for where it may give them: they are looked for in many papers at once."""

_FIRST_WORDS = 400
"""Characters; no whole abstract of the field that was seen is shorter and breaks off."""

_RETRACTED_TYPES = frozenset({"Retracted Publication"})
_NOTICE_TYPES = frozenset(
    {"Retraction of Publication", "Retraction Notice", "Published Erratum", "Expression of Concern"}
)
_RETRACTED_REFS = frozenset({"RetractionIn", "RetractedandRepublishedIn"})
_NOTICE_REFS = frozenset({"RetractionOf", "ErratumFor", "ExpressionOfConcernFor", "PartialRetractionOf"})
_FLAG_OF_REF = {
    "ExpressionOfConcernIn": "expression_of_concern",
    "ErratumIn": "corrected",
    "PartialRetractionIn": "corrected",
    "RepublishedFrom": "republished",
    "RetractedandRepublishedFrom": "republished",
}
_RETRACTED_TITLES = (
    "retracted:",
    "retracted article",
    "[retracted",
    "withdrawn:",
    "withdrawn article",
    "retraction notice to",
)


def scan_record(record: Record, rules: Rules) -> Scan:
    """Every pattern and word of the rules found in a record: read once, used by both grades."""
    return scan_text(GradingText(record_fields(record)), rules.patterns)


def scan_records(records: Sequence[Record], rules: Rules) -> list[Scan]:
    """``scan_record`` of each; some dozens of papers at once take less time than one by one."""
    if any(r.trial is not None for r in records):  # of a registry entry, less is asked
        return [scan_record(r, rules) for r in records]
    return scan_together([GradingText(record_fields(r)) for r in records], rules.patterns, _ASKED_OF_MOST)


def grade_record(scan: Scan, record: Record) -> RecordGrade:
    """The intervention test: what depends on the record alone. ``scan`` is ``scan_record(record, rules)``."""
    design = grade_design(scan, record)
    agent = grade_agent(scan, record, design)
    own = grade_stance(scan, design)
    numbers = extract_numbers(scan, design, record.trial)
    gate, gate_reason = _gate(record, design, agent)
    level, level_reason = _level(design, gate)
    flags = [*design.flags, *agent.flags, *own.flags, *_record_flags(record)]
    flags += number_flags(numbers, design, level)
    basis: Basis = (
        "registry" if record.source == "ctgov" else "abstract" if record.abstract or record.other_abstracts else "title"
    )
    unread = gate is None and (
        design.needs_review or agent.needs_review or level == "none" or basis == "title" or own.needs_review
    )
    cut = _cut_short(record)
    flags += ["abstract_truncated"] * (cut and "abstract_truncated" not in flags)
    unread = unread or cut or (gate in _GATES_OF_KIND and design.needs_review and basis == "abstract")
    return RecordGrade(
        design=design.design,
        level=level,
        synthesis=design.synthesis,
        role=agent.role,
        agent=agent.agent,
        gate=gate,
        stance=own.stance,
        basis=basis,
        flags=tuple(dict.fromkeys(flags)),
        numbers=numbers,
        confidence=round(design.confidence, 3),
        needs_review=unread,
        reasons=(*gate_reason, *level_reason, *design.reasons, *agent.reasons, *own.reasons),
        planned=design.planned,
    )


def grade_for_claim(scan: Scan, record: Record, own: RecordGrade, claim: Claim, rules: Rules) -> ClaimRecordGrade:
    """What a record says towards one claim: its match, whether it counts, its stance under the claim's own test."""
    grade = _background(scan, record, own, claim) if claim.track == "background" else own
    people = grade.design in HUMAN_DESIGNS or (grade.synthesis and grade.level not in ("animal", "in_vitro"))
    match = match_claim(scan, claim, rules.concepts, people=people)
    towards = _towards(scan, grade, claim, match, rules)
    flags = tuple(dict.fromkeys((*grade.flags, *match.flags, *towards.flags)))
    fits = fits_claim(grade, match, claim, flags)
    preprint, direct = "preprint" in flags, claim.track != "intervention" or is_direct(grade)
    pending = fits and (towards.needs_review or towards.stance == "unclear")
    graded = replace(
        grade,
        flags=flags,
        needs_review=grade.needs_review or pending,
        reasons=(*grade.reasons, *match.reasons, *towards.reasons),
    )
    return ClaimRecordGrade(
        grade=graded,
        condition_match=match.condition_match,
        outcome_match=match.outcome_match,
        counts_for_claim=fits and direct and not preprint,
        stance=towards.stance,
        parts=parts_shown(scan, claim, rules.concepts),
        preprint=fits and direct and preprint,
        indirect=fits and not direct,
    )


def _gate(record: Record, design: DesignGrade, agent: AgentGrade) -> tuple[Gate | None, tuple[Reason, ...]]:
    """Rows 0–5: why the record is no evidence at all, with the words that say so."""
    title = Reason("R-RETRACTED", "title", record.title[:40], 0, min(40, len(record.title)))
    republished = any(c.ref_type == "RetractedandRepublishedFrom" for c in record.corrections)
    if _NOTICE_TYPES & set(record.publication_types) or any(c.ref_type in _NOTICE_REFS for c in record.corrections):
        if not republished:
            return "notice", (replace(title, rule="R-NOTICE"),)
    elif not republished and (
        _RETRACTED_TYPES & set(record.publication_types)
        or any(c.ref_type in _RETRACTED_REFS for c in record.corrections)
        or record.title.casefold().startswith(_RETRACTED_TITLES)
    ):
        return "retracted", (title,)
    from_design = GATE_OF.get(design.design)
    if from_design and design.design != "registered_trial":
        gate, rule = from_design
        if not (gate == "review" and agent.gate == "not_ev"):
            return gate, _first(design, rule)
    if agent.gate:
        return agent.gate, ()
    if from_design:
        return from_design[0], _first(design, from_design[1])
    if design.design in SYNTHESES and design.pooled == "none":
        return "empty_review", _first(design, "R-EMPTY-REVIEW")
    return None, ()


def _first(design: DesignGrade, rule: str) -> tuple[Reason, ...]:
    """The decision's rule, at the place of the words that decided the design."""
    words = design.reasons[0] if design.reasons else Reason(rule, "title", "", 0, 0)
    return (replace(words, rule=rule),)


def _level(design: DesignGrade, gate: Gate | None) -> tuple[Level, tuple[Reason, ...]]:
    if gate is not None:
        return "none", ()
    if design.design in SYNTHESES:
        pooled = design.pooled or "animal"
        return ("early_clinical" if pooled == "observational" else pooled), _first(design, "R-POOLED")
    if design.design in LEVEL_OF:
        level, rule = LEVEL_OF[design.design]
        return level, _first(design, rule)
    return "none", _first(design, "R-DESIGN-UNREAD")


def _record_flags(record: Record) -> list[str]:
    """Flags that the record's own bibliography gives."""
    flags = [_FLAG_OF_REF[c.ref_type] for c in record.corrections if c.ref_type in _FLAG_OF_REF]
    if "Corrected and Republished Article" in record.publication_types:
        flags.append("republished")
    if "Preprint" in record.publication_types or _preprint_server(record):
        flags.append("preprint")
    if record.indexing_method:
        flags.append("machine_indexed")
    if not record.abstract and not record.other_abstracts and record.trial is None:
        flags.append("title_only")
    elif record.abstract_text.rstrip().endswith(("...", "…", "(ABSTRACT TRUNCATED)")):
        flags.append("abstract_truncated")
    flags += [f"language_{one}" for one in record.languages if one and one != "eng"]
    if record.trial:
        status = (record.trial.overall_status or "").upper()
        flags += [status.lower()] * (status in ("WITHDRAWN", "SUSPENDED"))
        flags += ["registry_results_only"] * record.trial.has_results
    return flags


def _cut_short(record: Record) -> bool:
    """Whether only the first words of an abstract are there: too few to tell what was done, and ending in no sentence."""
    text = record.abstract_text.rstrip()
    return 0 < len(text) < _FIRST_WORDS and text[-1] not in ".!?。)\"'”"


def _preprint_server(record: Record) -> bool:
    journal, doi = (record.journal or "").casefold(), (record.doi or "").casefold()
    return any(s in journal for s in ("biorxiv", "medrxiv", "research square", "preprint", "ssrn")) or doi.startswith(
        ("10.1101/20", "10.21203/rs", "10.20944/preprints")
    )


def is_direct(grade: RecordGrade) -> bool:
    """Whether what was given is the claim's agent: native vesicles, primed ones through their native arm."""
    return grade.agent in NATIVE and (grade.agent != "native_ev_primed" or "has_native_arm" in grade.flags)


def fits_claim(grade: RecordGrade, match: MatchGrade, claim: Claim, flags: tuple[str, ...]) -> bool:
    """Whether the record would count but for its agent and its being a preprint."""
    if claim.track in ("state", "manual"):
        # Such claims read other claims; the one record that speaks for them is a review that searched and found none.
        return claim.track == "state" and grade.gate == "empty_review"
    if grade.gate is not None or grade.level == "none" or match.outcome_match not in ("measured", "any"):
        return False
    if claim.track == "background":
        # What vesicles contain is seen in the vesicles: what rose in the animal that got them is no cargo.
        contents = not claim.condition and bool(claim.intervention)
        return match.condition_match in ("selected", "subtype", "any") and not (contents and grade.level != "in_vitro")
    if grade.role != "therapy" or (grade.level == "in_vitro" and claim.kind != "mechanism"):
        return False
    if claim.kind == "safety" and grade.level not in ("early_clinical", "rct"):
        return False
    if "prevention" in flags and not set(claim.outcome) & {"stress_resilience"}:
        return False
    good = ("selected", "subtype", "any", "measured") if grade.level == "animal" else ("selected", "subtype", "any")
    return match.condition_match in good


def _towards(scan: Scan, grade: RecordGrade, claim: Claim, match: MatchGrade, rules: Rules) -> StanceGrade:
    """The record's stance towards the claim; ``n/a`` where it is gated or did not measure the claim's outcome."""
    if claim.track in ("state", "manual"):
        return StanceGrade("supports" if claim.track == "state" and grade.gate == "empty_review" else "n/a")
    if grade.gate is not None or match.outcome_match not in ("measured", "any"):
        return StanceGrade("n/a")
    if claim.track == "background" and grade.level == "none":
        return StanceGrade("n/a")
    pooled = grade.level if grade.synthesis else None
    design = DesignGrade(grade.design, grade.confidence, synthesis=grade.synthesis, pooled=pooled, flags=grade.flags)
    outcomes = covered(rules.concepts, (*claim.outcome, *(o for part in claim.parts for o in part.outcome)))
    return stance_for_claim(
        scan, design, StanceGrade(grade.stance), outcomes=outcomes, kind=claim.kind, track=claim.track
    )


def _background(scan: Scan, record: Record, own: RecordGrade, claim: Claim) -> RecordGrade:
    """The background test: rows 0, 2 and 3 as above, rows 1 and 4 do not apply; association is ``observational``."""
    level: Level
    gate: Gate | None = own.gate if own.gate in GATES_OF_ANY_TRACK else None
    if gate is None and own.gate is not None and own.design in GATE_OF:
        gate = GATE_OF[own.design][0]
    level, rule = _association(scan, own) if gate is None else ("none", "R-DESIGN-UNREAD")
    composition = not claim.condition and bool(mentions(scan, claim.intervention, "concept"))
    if composition and gate is None and own.design not in SYNTHESES and level in ("none", "observational"):
        level, rule = "in_vitro", "R-IN-VITRO"
    title = Reason(rule, "title", record.title, 0, len(record.title))
    return replace(
        own,
        role="other",
        agent="none",
        gate=gate,
        level=level,
        needs_review=gate is None and level == "none",
        reasons=(title, *own.reasons),
    )


def _association(scan: Scan, own: RecordGrade) -> tuple[Level, str]:
    """What a design is worth for a claim of association, with its rule."""
    if own.design in SYNTHESES:
        return ("animal" if "synthesis_preclinical" in own.flags else "observational"), "R-OBSERVATIONAL"
    if own.design == "observational":
        return "observational", "R-OBSERVATIONAL"
    if own.design in ("animal", "in_vitro"):
        return LEVEL_OF[own.design]
    # A trial of another treatment is no witness for an association, unless it gave the exposure itself.
    if own.design in TRIALS and "challenge" in scan:
        return LEVEL_OF[own.design][0], "R-OBSERVATIONAL"
    return "none", "R-BACKGROUND-TRIAL" if own.design in TRIALS else "R-DESIGN-UNREAD"
