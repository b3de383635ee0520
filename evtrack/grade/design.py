"""Which kind of study is a record? Title and abstract decide; publication types and MeSH may confirm."""

from __future__ import annotations

from dataclasses import dataclass, replace

from evtrack.grade.design_people import UNSAID, human_design, plain_flags
from evtrack.grade.design_pooled import pooled_level
from evtrack.grade.design_registry import grade_registry
from evtrack.grade.design_score import FAMILIES, Evidence, add_up, decisive, gather, share, without_signs
from evtrack.grade.design_subjects import (
    OWN_WORD,
    animals_took_part,
    overlaps,
    randomised,
    tissue_only,
    vesicles_in_dish_only,
)
from evtrack.grade.design_telling import OWN_WORK, effect_of_vesicles, only_discusses, searched_itself
from evtrack.grade.grades import Design, DesignGrade
from evtrack.grade.patterns import Hit
from evtrack.grade.text import Scan
from evtrack.record import Reason, Record

_PLAIN_ENOUGH = 0.9
"""From this share on, a sign missed elsewhere does not turn the choice."""

SURE = 0.5
"""Below this share of the likelihood the design is a guess and needs review."""

_GUESSED = 0.6
"""The most that a design is sure of once something it rests on is not said."""

_NO_RCT = tuple(f for f in FAMILIES if f not in ("rct", "protocol"))
_PEOPLE_AT_MOST = ("human", "animal", "in_vitro", "synthesis")
_PEOPLE_IN_A_TRIAL = (
    "design:patient_count",
    "design:chosen_allocation",
    "design:quasi_allocation",
    "design:placebo",
    "design:blinded",
)
_SIGNS_OF_PEOPLE = (
    "people",
    "patient_count",
    "age",
    "clinic",
    "case_report",
    "people_title",
    "rating_scale",
    "observational",
    "case_title",
)

_NOTICE_TYPES = frozenset(
    {"Retraction of Publication", "Retraction Notice", "Published Erratum", "Expression of Concern"}
)
_REVIEW_TYPES = frozenset({"Review", "Systematic Review", "Meta-Analysis"})
_OPINION_TYPES = frozenset({"Editorial", "Comment", "News"})
_GUIDELINE_TYPES = frozenset({"Guideline", "Practice Guideline", "Consensus Development Conference"})

_PLAIN: dict[str, Design] = {
    "in_vitro": "in_vitro",
    "animal": "animal",
    "narrative": "narrative_review",
    "protocol": "protocol",
    "opinion": "opinion",
    "guideline": "guideline",
}


@dataclass(frozen=True, slots=True)
class _Choice:
    """A family with the next best one, and what was decided on the way."""

    family: str
    confidence: float
    against: str
    flags: tuple[str, ...] = ()
    needs_review: bool = False
    reasons: tuple[Reason, ...] = ()


def grade_design(scan: Scan, record: Record) -> DesignGrade:
    """The design of a record. ``scan`` holds the fields of ``record_fields(record)`` and every pattern of the rules.

    A registry entry is graded by its fields. Otherwise signals are added up for each family, and then hard conditions
    hold: no ``rct`` unless this report says that people were randomly allocated; a plan is no result.
    """
    if record.trial is not None:
        return grade_registry(scan, record.trial)
    types = frozenset(record.publication_types)
    evidence = gather(scan)
    general = _general_flags(scan, record)
    notice = scan.first("design:notice")
    if notice or (types & _NOTICE_TYPES and not record.abstract):
        reasons = (scan.reason(notice),) if notice else (_bare("D-TYPE-CONFIRMS"),)
        return DesignGrade("notice", 0.95, flags=general, reasons=reasons)
    choice = _by_title(scan, _guarded(scan, _best(scan, evidence)))
    choice = _by_types(choice, types, bool(record.abstract))
    if choice.family in ("rct", "human") and _animals_alone_indexed(record):
        choice = replace(
            choice,
            family="animal",
            confidence=0.6,
            needs_review=True,
            reasons=(*choice.reasons, _bare("D-TYPE-CONFLICT")),
        )
    return _grade(scan, evidence, choice, general)


def _best(scan: Scan, evidence: Evidence) -> tuple[dict[str, float], _Choice]:
    scores = add_up(scan, evidence, FAMILIES)
    first, second = sorted(scores, key=lambda f: -scores[f])[:2]
    return scores, _Choice(first, share(scores, first), second)


def _again(scores: dict[str, float], choice: _Choice, allowed: tuple[str, ...], reason: Reason) -> _Choice:
    """The best of the allowed families instead, to be looked at by a person."""
    rest = {f: scores[f] for f in allowed}
    first = max(rest, key=lambda f: rest[f])
    return _Choice(first, min(0.6, share(rest, first)), choice.family, choice.flags, True, (*choice.reasons, reason))


def _guarded(scan: Scan, best: tuple[dict[str, float], _Choice]) -> _Choice:
    """The hard conditions, whatever the sum says."""
    scores, choice = best
    if choice.family == "human":
        unfit = _not_of_people(scan, choice)
    elif choice.family == "narrative" and not any(f"design:{s}" in scan for s in OWN_WORK):
        unfit = frozenset()
    else:
        unfit = without_signs(scan, choice.family)
    if unfit:
        unfit |= without_signs(scan, *FAMILIES)
        rest = tuple(f for f in FAMILIES if f not in unfit)
        choice = _again(scores, choice, rest, _bare("D-WEAK"))
    if choice.family == "human" and choice.confidence < _PLAIN_ENOUGH and only_discusses(scan):
        choice = _again(scores, choice, ("narrative", "synthesis"), _bare("D-WEAK"))
    if choice.family == "narrative" and "design:retrospective" in scan and "design:patient_count" in scan:
        choice = _again(scores, choice, ("human",), _bare("D-CHARTS-REVIEWED"))
    if choice.family == "synthesis" and "design:extension" in scan and "design:systematic_review" not in scan:
        choice = _again(scores, choice, ("human",), _bare("D-EXTENSION-OF-TRIAL"))
    if choice.family in ("animal", "human", "in_vitro", "narrative", "other") and searched_itself(scan):
        choice = replace(choice, family="synthesis", against=choice.family, confidence=0.6)
    form = scan.first("design:registry_form")
    if form and choice.family != "protocol":
        return _again(scores, choice, ("protocol",), scan.reason(form))
    plan = scan.first("design:protocol_title_form")
    planned = "design:future_randomised" in scan or (choice.family == "synthesis" and "design:future_tense" in scan)
    if plan and choice.family != "protocol" and planned:
        return _again(scores, choice, ("protocol",), scan.text.reason("D-PLAN-NOT-RESULT", plan.start, plan.end))
    if choice.family in ("human", "narrative", "other"):
        choice = _dish_guard(scan, choice)
    if choice.family == "human":
        choice = _own_word(scan, choice)
    if choice.family == "rct":
        choice = _rct_guard(scan, scores, choice)
    if choice.family == "human":
        animals = animals_took_part(scan)
        if animals:
            choice = _again(scores, choice, ("animal",), scan.reason(animals))
    if choice.family in ("animal", "in_vitro"):
        people = _people_treated(scan)
        if people:
            reasons = (scan.text.reason("D-HUMANS-WIN", people.start, people.end),)
            return _Choice("human", 0.6, choice.family, ("mixed_species",), True, reasons)
    return _dish_or_live(scan, choice)


def _not_of_people(scan: Scan, choice: _Choice) -> frozenset[str]:
    """The families of studies of people, as far as the text cannot be one: it shows nobody, or tells what vesicles do."""
    if effect_of_vesicles(scan):
        return frozenset({"human", "rct"})
    doubtful = choice.confidence < SURE and not any(f"design:{s}" in scan for s in _SIGNS_OF_PEOPLE)
    return frozenset({"human"}) if doubtful else frozenset()


def _dish_or_live(scan: Scan, choice: _Choice) -> _Choice:
    """Live animals that were given something are not overlooked; those that only gave their tissue do not count."""
    if choice.family not in ("animal", "in_vitro"):
        return choice
    dosed: Hit | None = None
    if choice.family == "in_vitro":
        tissue = scan.hits("design:tissue_of_animals")
        dosed = next((h for h in scan.hits("design:animal_groups") if not overlaps(h, tissue)), None)
        if dosed is None or "design:rodent" not in scan:
            return choice
    dish = tissue_only(scan) or vesicles_in_dish_only(scan)
    if dish and choice.family == "animal":
        found = (scan.text.reason("D-TISSUE-ONLY", dish.start, dish.end),)
        return _Choice("in_vitro", 0.6, "animal", reasons=found)
    if dish or dosed is None:
        return choice
    confidence = min(choice.confidence, 0.7)
    return replace(choice, family="animal", against="in_vitro", confidence=confidence, reasons=(scan.reason(dosed),))


def _dish_guard(scan: Scan, choice: _Choice) -> _Choice:
    """Organoids from patients and the contents of vesicles are work in the dish, where nobody took part."""
    if any(f"design:{s}" in scan for s in ("patient_count", "age", "this_review", "rodent")):
        return choice
    dish = scan.first("design:organoid") if "design:organoid" in scan.in_title else None
    if (
        dish is None
        and "design:people" not in scan
        and scan.first("design:vesicles", "agent:vesicle", zones=("title",))
    ):
        dish = scan.first("design:composition", "design:product_tested")
    if dish is None:
        return choice
    return _Choice("in_vitro", 0.6, choice.family, reasons=(scan.reason(dish),))


def _own_word(scan: Scan, choice: _Choice) -> _Choice:
    """A study of people that says of itself that it randomised them is taken at its word."""
    found = randomised(scan)
    if found.people is None or found.people.rule not in OWN_WORD:
        return choice
    return replace(choice, family="rct", against="human", confidence=0.6, reasons=(scan.reason(found.people),))


def _rct_guard(scan: Scan, scores: dict[str, float], choice: _Choice) -> _Choice:
    """No ``rct`` without words that people were randomly allocated, in this very report, as done."""
    found = randomised(scan)
    if found.people is None:
        if found.animals:
            reason = scan.text.reason("D-ANIMALS-RANDOMISED", found.animals.start, found.animals.end)
            return _again(scores, choice, ("animal",), reason)
        if found.dish:
            return _again(scores, choice, ("in_vitro",), scan.reason(found.dish))
        coming = scan.first("design:future_randomised")
        if coming and _all_to_come(scan):
            plan = scan.text.reason("D-PLAN-NOT-RESULT", coming.start, coming.end)
            return _again(scores, choice, ("protocol",), plan)
        elsewhere = scan.first("design:random_elsewhere", "design:random_not", "design:placebo", "design:blinded")
        reason = (
            scan.text.reason("D-NO-RANDOM-EVIDENCE", elsewhere.start, elsewhere.end)
            if elsewhere
            else _bare("D-NO-RANDOM-EVIDENCE")
        )
        people = any(signal in scan for signal in _PEOPLE_IN_A_TRIAL)
        allowed = _PEOPLE_AT_MOST if people and "design:people" in scan else _NO_RCT
        return _again(scores, choice, allowed, reason)
    if found.people.rule not in OWN_WORD and "design:case_report" in scan and "design:patient_count" not in scan:
        # One person's story, with a trial named beside it.
        return _again(scores, choice, ("human",), _bare("D-NO-RANDOM-EVIDENCE"))
    animals = scan.first("design:animal_groups", "design:rodent", "design:other_animal")
    if animals and "design:people" not in scan and "design:persons" not in scan:
        return _again(scores, choice, ("animal",), scan.text.reason("D-ANIMALS-RANDOMISED", animals.start, animals.end))
    others = scan.first("design:others_work")
    if others and found.people.rule != "D-RANDOM-WE":
        return _again(scores, choice, ("narrative", "other"), scan.reason(others))
    apart = scan.first("design:before_results")
    if apart is None and "design:post_hoc" in scan:
        apart = scan.first("design:arms_ignored")
    if apart:
        return _again(scores, choice, ("human",), scan.reason(apart))
    title_plan = scan.first("design:protocol_title_form")
    if title_plan:
        return _again(
            scores, choice, ("protocol",), scan.text.reason("D-PLAN-NOT-RESULT", title_plan.start, title_plan.end)
        )
    future = scan.first("design:future_tense")
    if future and ("design:statistics" not in scan or _all_to_come(scan)):
        return _again(scores, choice, ("protocol",), scan.text.reason("D-PLAN-NOT-RESULT", future.start, future.end))
    return choice


def _all_to_come(scan: Scan) -> bool:
    """Whether what is said to be done to people is still to be done, and hardly anything is told as done."""
    coming, denied = scan.hits("design:future_randomised"), scan.hits("design:random_not")
    return "design:past_told" not in scan and any(not overlaps(hit, denied) for hit in coming)


def _people_treated(scan: Scan) -> Hit | None:
    """Where a paper on animals or cells says that people were given the treatment too."""
    first = scan.first("design:phase1", zones=("title", "methods", "results", "conclusion"))
    for hit in scan.hits("design:humans_treated"):
        sentence = scan.text.sentence(hit.start)
        if sentence.zone in ("background", "conclusion", "objective"):
            continue
        if first or any(sentence.start <= n.start < sentence.end for n in scan.hits("design:patient_count")):
            return hit
    return None


def _by_title(scan: Scan, choice: _Choice) -> _Choice:
    """Titles that say what the paper is: an editorial, a letter, a guideline. Cases in a letter stay cases."""
    if choice.family in ("synthesis", "protocol", "rct", "animal", "in_vitro"):
        return choice
    form = scan.first("design:opinion_form", "design:guideline_form")
    if form and not (choice.family == "human" and "design:case_report" in scan):
        return replace(choice, family="other", against=choice.family, confidence=0.8, reasons=(scan.reason(form),))
    return choice


def _by_types(choice: _Choice, types: frozenset[str], has_abstract: bool) -> _Choice:
    """What NLM's publication types confirm or gainsay. They never raise a design."""
    if not types:
        return choice
    confirms = _bare("D-TYPE-CONFIRMS")
    conflict = _bare("D-TYPE-CONFLICT")
    if "Clinical Trial Protocol" in types and choice.family in ("rct", "human"):
        return replace(choice, family="protocol", needs_review=True, reasons=(*choice.reasons, conflict))
    if types & _REVIEW_TYPES and choice.family not in ("synthesis", "narrative", "protocol"):
        if choice.family == "other":
            return replace(choice, family="narrative", confidence=0.7, reasons=(confirms,))
        lower = choice.confidence < 0.8 or choice.family == "rct"
        return replace(
            choice,
            family="narrative" if lower else choice.family,
            needs_review=True,
            reasons=(*choice.reasons, conflict),
        )
    if types & _OPINION_TYPES and (not has_abstract or choice.family in ("other", "narrative")):
        return replace(choice, family="opinion", confidence=0.8, reasons=(confirms,), needs_review=False)
    if types & _GUIDELINE_TYPES and choice.family in ("other", "narrative"):
        return replace(choice, family="guideline", confidence=0.8, reasons=(confirms,), needs_review=False)
    if "Case Reports" in types and choice.family in ("other", "narrative"):
        return replace(choice, family="human", needs_review=True, reasons=(confirms,))
    if "Randomized Controlled Trial" in types and choice.family == "human":
        return replace(choice, needs_review=True, reasons=(*choice.reasons, conflict))
    return choice


def _animals_alone_indexed(record: Record) -> bool:
    """Whether NLM calls it a veterinary study, or names animals and no people."""
    headings = {heading.descriptor for heading in record.mesh}
    return any("Veterinary" in t for t in record.publication_types) or (
        "Animals" in headings and "Humans" not in headings
    )


def _grade(scan: Scan, evidence: Evidence, choice: _Choice, general: tuple[str, ...]) -> DesignGrade:
    """The design within the family, its flags and reasons."""
    reasons = (*choice.reasons, *decisive(scan, evidence, choice.family, choice.against))
    flags = (*general, *choice.flags)
    review = choice.needs_review or choice.confidence < SURE
    if choice.family == "synthesis":
        design: Design = "meta_analysis" if "design:meta_analysis" in scan else "systematic_review"
        pooled, hit = pooled_level(scan)
        unsaid = pooled is None
        review = review or unsaid
        if unsaid and "design:vesicles" in scan:
            pooled, hit = "animal", scan.first("design:vesicles")
        flags += ("synthesis_preclinical",) * (pooled in ("animal", "in_vitro"))
        if hit:
            reasons += (scan.text.reason("D-POOLED-UNSAID" if unsaid else "D-POOLED", hit.start, hit.end),)
        return DesignGrade(design, choice.confidence, True, pooled, None, flags, review, reasons)
    if choice.family in ("human", "rct"):
        design, more, why, doubt = human_design(scan, evidence, choice.family)
        return DesignGrade(
            design,
            min(choice.confidence, _GUESSED) if UNSAID in more else choice.confidence,
            flags=tuple(dict.fromkeys((*flags, *more))),
            needs_review=review or doubt,
            reasons=(*why, *reasons),
        )
    design = _PLAIN.get(choice.family) or _other(scan)
    if design == "protocol":
        flags = tuple(dict.fromkeys((*flags, *plain_flags(scan))))
    return DesignGrade(design, choice.confidence, flags=flags, needs_review=review, reasons=reasons)


def _other(scan: Scan) -> Design:
    """Guideline, opinion, or none of these."""
    if "design:guideline_form" in scan or "design:guideline_title" in scan:
        return "guideline"
    if "design:opinion_form" in scan or "design:opinion_title" in scan:
        return "opinion"
    return "other"


def _general_flags(scan: Scan, record: Record) -> tuple[str, ...]:
    only_title = not record.abstract and not record.other_abstracts
    japanese = "jpn" in record.languages or "design:japanese" in scan
    return ("title_only",) * only_title + ("language_jpn",) * japanese


def _bare(rule: str) -> Reason:
    """A reason that rests on no words of the text."""
    return Reason(rule, "title", "", 0, 0)
