"""Which way does a result point: a record's own primary result, and what it says towards one claim?"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from evtrack.grade.adverse import safety_stance
from evtrack.grade.arms import tested
from evtrack.grade.asides import is_check
from evtrack.grade.comparison import is_within
from evtrack.grade.findings import MEASURES, NAMES_OUTCOME, Finding, is_null
from evtrack.grade.grades import DesignGrade, Stance, StanceGrade
from evtrack.grade.patterns import Hit
from evtrack.grade.primary_outcome import declares_several
from evtrack.grade.primary_result import ResultReader
from evtrack.grade.reported import CONTROLLED, EMPTY, LABORATORY, SYNTHESES, UNCONTROLLED, bare
from evtrack.grade.text import Scan

_REGISTRY_FIELDS = frozenset(
    {"conditions", "interventions", "arms", "official_title", "eligibility", "outcomes", "summary"}
)
_OTHER_GROUPS = re.compile(
    rb"\b(?:between|among)\b[^.;]{0,60}\b(?:vehicle|saline|sham|controls?|naive|stressed|model)\b|\b(?:low|lower|lowest|middle|medium)[ -]dose\b|\bdose\b"
    rb"|\b(?:in|of) (?:the )?(?:control|sham|vehicle|saline|naive|unstressed|healthy|wild-?type)\b"
)
"""A null between groups that got no vesicles, or of one dose of several."""
_SETTLED = frozenset({"within_group_only", "concomitant_treatment", "harm_signal"})
"""Flags of the record that no outcome sentence can change: there was no comparison, or there was harm."""


def grade_stance(scan: Scan, design: DesignGrade) -> StanceGrade:
    """The direction of a record's own primary result, whatever it tested.

    ``n/a`` only where there is no result: a protocol, a notice, a registry entry without results, a review without a result.
    What the text does not let us read is ``unclear`` with ``needs_review``.
    """
    if design.design == "opinion" and "harm_case" in scan:
        # A letter may hold a case of harm: it is shown, whatever the letter is taken for.
        hit = ResultReader(scan, design).related_harm()
        if hit is not None:
            return StanceGrade("contradicts", ("harm_signal",), True, (scan.reason(hit),))
    if design.design in EMPTY:
        if design.design == "protocol" and not _REGISTRY_FIELDS & {name for name, _ in scan.text.fields}:
            # What is taken for a plan, and tells under a heading of its own what came of it.
            reading = ResultReader(scan, replace(design, design="observational"))
            if reading.tells_results():
                return reading.grade()
        return StanceGrade("n/a", reasons=(bare("S-NOTHING-REPORTED"),))
    if _REGISTRY_FIELDS & {name for name, _ in scan.text.fields}:
        return StanceGrade("unclear", needs_review=True, reasons=(bare("S-REGISTRY-UNREAD"),))
    return ResultReader(scan, design).grade()


def stance_for_claim(
    scan: Scan, design: DesignGrade, own: StanceGrade, *, outcomes: Sequence[str], kind: str, track: str
) -> StanceGrade:
    """The record's direction towards a claim on ``outcomes`` (concept ids); ``own`` is ``grade_stance`` of the record.

    What is said of the claim's outcome decides; where nothing is, the record's own direction. ``kind`` ``safety`` is read
    from adverse events, track ``background`` from associations: there the claim states what is wrong in the ill, so a
    finding for the worse (lower BDNF, higher cortisol) supports it.
    """
    if own.stance == "n/a" or _REGISTRY_FIELDS & {name for name, _ in scan.text.fields}:
        return own
    reading = ResultReader(scan, design, direction=True)
    towards = _towards(reading, design, own, outcomes, kind, track)
    return replace(towards, needs_review=True) if reading.title_only else towards


def _towards(
    reading: ResultReader, design: DesignGrade, own: StanceGrade, outcomes: Sequence[str], kind: str, track: str
) -> StanceGrade:
    if kind == "safety":
        return safety_stance(reading, design, own)
    relevant = _on_outcome(reading, outcomes)
    if track == "background":
        return _background(reading, own, relevant)
    settled = own.stance in ("unclear", "contradicts") and _SETTLED & {*own.flags, *design.flags}
    if not relevant or settled or reading.design == "randomised_no_control":
        return own
    if reading.design in CONTROLLED:
        return _controlled(reading, own, relevant, kind)
    return _uncontrolled(reading, own, relevant, outcomes)


def _on_outcome(reading: ResultReader, outcomes: Sequence[str]) -> list[Finding]:
    """Findings on the claim's outcome: in the clause that measures it, else in one that names it, else in its sentence."""
    told = [
        f
        for f in (*reading.results, *reading.conclusion)
        # Of what is in a vesicle, "found" is the answer.
        if (f.verdict != "reported" or reading.design == "in_vitro") and not is_check(f)
    ] or list(reading.title)
    # Reviews and papers on animals name some of their outcomes by a test, others by a word.
    whole = reading.design in SYNTHESES or reading.design == "animal"
    for kinds in (("measure", "concept"),) if whole else (("measure",), ("concept",)):
        hits = _mentions(reading.scan, outcomes, kinds)
        if not hits:
            continue
        inside = [f for f in told if any(f.start <= h.start < f.end for h in hits)]
        if inside:
            # "did not differ at week 6 but was larger at week 12": a clause that names no outcome goes on about the last one.
            sentences = {f.sentence for f in inside}
            return [f for f in told if f in inside or (f.sentence in sentences and not f.marks & NAMES_OUTCOME)]
        index = reading.scan.text.sentence_index
        sentences = {index(h.start) for h in hits}
        around = [f for f in told if f.sentence in sentences]
        if around:
            return around
    return []


def _mentions(scan: Scan, outcomes: Iterable[str], kinds: Sequence[str]) -> list[Hit]:
    """Hits of the outcomes' words that no trap phrase covers."""
    out: list[Hit] = []
    for one in outcomes:
        traps = scan.by_signal.get(f"trap:{one}", [])
        for kind in kinds:
            out.extend(
                h
                for h in scan.by_signal.get(f"{kind}:{one}", ())
                if not any(t.start < h.end and h.start < t.end for t in traps)
            )
    return out


def _answer(
    reading: ResultReader,
    stance: Stance,
    findings: Sequence[Finding],
    own: StanceGrade,
    *extra: str,
    review: bool = False,
) -> StanceGrade:
    reasons = tuple(reading.reason(f) for f in findings[:2]) or own.reasons
    flags = tuple(dict.fromkeys((*own.flags, *extra)))
    return StanceGrade(stance, flags, review, reasons)


def _controlled(reading: ResultReader, own: StanceGrade, relevant: list[Finding], kind: str) -> StanceGrade:
    """A trial: the comparison between groups of the claim's outcome.

    A positive outcome that is not the primary one leaves a null trial null for an effect claim; a mechanism claim asks
    for the measure itself.
    """
    answer = reading.compared(relevant)
    if answer is None or (own.stance == "no_difference" and all(is_within(f) for f in relevant)):
        return own
    stance, review, used = answer
    if own.stance == "mixed" and declares_several(reading.scan):
        return own  # several primary outcomes that disagree: one of them alone is no answer
    if stance == "supports" and own.stance in ("no_difference", "contradicts") and kind != "mechanism":
        return replace(own, flags=tuple(dict.fromkeys((*own.flags, "secondary_outcome"))), needs_review=True)
    extra = ["secondary_outcome"] if any("about_secondary" in f.marks for f in used) else []
    if kind != "mechanism" and reading.all_surrogate(used):
        extra.append("surrogate_outcome")
    return _answer(reading, stance, used, own, *extra, *reading.flags, review=review)


def _uncontrolled(
    reading: ResultReader, own: StanceGrade, relevant: list[Finding], outcomes: Sequence[str]
) -> StanceGrade:
    """Animals, cells, people without a control, syntheses: all that is said of the claim's outcome."""
    better = [f for f in relevant if f.verdict == "better"]
    moved = [f for f in relevant if f.verdict in ("changed", "associated")]
    worse = [f for f in relevant if f.verdict == "worse"]
    nulls = [f for f in relevant if is_null(f) or f.verdict == "stable"]
    if better:
        if reading.design in LABORATORY and _both_ways(better[0]):
            return _answer(reading, "mixed", better[:1], own)
        if reading.design in UNCONTROLLED and all("about_one_arm" in f.marks for f in better):
            return _answer(reading, "mixed", better, own)
        against = nulls if reading.design not in LABORATORY else _against(reading, better, relevant, outcomes)
        if not against and own.stance == "mixed" and reading.design in SYNTHESES:
            # "The one randomised trial showed no benefit": a null that names no outcome is on the one asked for.
            told = (*reading.results, *reading.conclusion)
            against = [f for f in told if is_null(f) and not f.marks & NAMES_OUTCOME]
        if against:
            return _answer(reading, "mixed", [better[0], against[0]], own)
        return _answer(reading, "supports", better, own)
    if nulls and not moved:
        stance: Stance = "unclear" if reading.design in UNCONTROLLED else "no_difference"
        return _answer(reading, stance, nulls, own, review=stance == "unclear")
    if nulls:
        return _answer(reading, "mixed", [moved[0], nulls[0]], own, review=True)
    if worse and (
        own.stance == "contradicts" or (reading.design in LABORATORY and all("about_agent" in f.marks for f in worse))
    ):
        return _answer(reading, "contradicts", worse, own, review=own.stance != "contradicts")
    if moved and not any(f.verdict == "better" for f in (*reading.title, *reading.results, *reading.conclusion)):
        # Changed, but not which way: "increase of what, against what".
        return _answer(reading, "unclear", moved, own, review=True)
    # "Worse" alone is mostly the model described: the record's own result speaks.
    return own


def _against(
    reading: ResultReader, better: Sequence[Finding], relevant: Sequence[Finding], outcomes: Sequence[str]
) -> list[Finding]:
    """Measures of the same outcome that did not follow: "lowered corticosterone, whereas ACTH rose", "sucrose preference did not change".

    Elsewhere in a paper on animals "worse" is mostly the model described, and a null on the measure that moved is another
    dose, time or group: only a measure of its own, not moved in any sentence, speaks against.
    """
    hits = [*reading.scan.hits(*MEASURES), *_mentions(reading.scan, outcomes, ("measure", "concept"))]
    encoded = reading.scan.text.encoded

    def named(finding: Finding) -> set[bytes]:
        return {encoded[h.start : h.end].lower() for h in hits if finding.start <= h.start < finding.end}

    first, moved = better[0], set[bytes]().union(*(named(f) for f in better))
    out: list[Finding] = []
    for f in relevant:
        if f.start <= first.start or f.verdict not in ("null", "worse"):
            continue
        apart = f.verdict == "null" and not _OTHER_GROUPS.search(f.scope)
        if f.sentence == first.sentence:
            fits = bool(f.marks & MEASURES) or (apart and f.hit.signal == "found_null_tail")
        else:
            measures = named(f)
            fits = apart and bool(measures) and not measures & moved
        if fits:
            out.append(f)
    return out


def _both_ways(finding: Finding) -> bool:
    """ "Vesicles lowered corticosterone (P=0.01) and raised ACTH (P=0.02)": two measures tested, and one went the wrong way."""
    return (
        finding.worse_too
        and "about_agent" in finding.marks
        and "found_better" not in finding.marks
        and tested(finding.scope) > 1
    )


def _background(reading: ResultReader, own: StanceGrade, relevant: list[Finding]) -> StanceGrade:
    """An association as the claim states it: the direction that is bad for the ill."""
    told = [f for f in relevant if "about_baseline" not in f.marks or not is_null(f)]
    if not told:
        shown = [f for f in (*reading.results, *reading.title) if f.verdict == "reported"]
        if reading.design == "in_vitro" and shown:
            return _answer(reading, "supports", shown, own)
        return own
    moved = ("worse", "changed", "associated", *(("reported", "stable") if reading.design == "in_vitro" else ()))
    found = [f for f in told if f.verdict in moved or f.worse_too]
    better = [f for f in told if f.verdict == "better" and not f.worse_too]
    nulls = [f for f in told if f.verdict == "null"]
    one_missing = nulls and reading.design == "in_vitro"  # of several things looked for in vesicles, one was not there
    if found and not one_missing and not (nulls and is_null(told[0])):
        return _answer(reading, "mixed" if len(nulls) > len(found) else "supports", found, own)
    if found:
        return _answer(reading, "mixed", [nulls[0], found[0]], own)
    if nulls:
        return _answer(reading, "no_difference" if not better else "mixed", nulls, own)
    if better:
        # Lower in the recovered, or in the controls named first: the words alone do not tell.
        return _answer(reading, "unclear", better, own, review=True)
    return own
