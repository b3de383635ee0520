"""Is this record about this claim? Condition: selected for, measured, or only mentioned. Outcome: measured or only mentioned."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from evtrack.claim import Claim, Concept
from evtrack.concepts import covered
from evtrack.grade.grades import Match, MatchGrade
from evtrack.grade.patterns import Hit
from evtrack.grade.text import Scan
from evtrack.record import Reason

BEHAVIOUR_OF = {
    "depression": "depressive_symptoms",
    "anxiety": "anxiety_symptoms",
    "schizophrenia": "psychotic_symptoms",
    "ptsd": "ptsd_symptoms",
}
"""Behaviour specific enough to stand for its condition in animals. Poor memory is not: rats after head injury have it too."""

BESIDE = ("secretome", "mesenchymal_cells")
"""Concepts looked at beside a claim's own intervention: what else of the kind was given."""

KINDS = ("concept", "model", "measure", "subtype")
"""The kinds of words by which a text may name a concept."""

_TOLD = frozenset({"title", "methods", "results", "abstract"})
_SELECT_REACH = 110
"""Bytes between the word for people and the condition they were chosen for ("adults aged 18 to 65 years with …")."""

_EFFECT_REACH = 60
"""Bytes between a verb of effect and what it acts on ("relieves the core symptoms of depression")."""


def mentions(scan: Scan, ids: Sequence[str], *kinds: str) -> list[Hit]:
    """Hits of the concepts' words (``concept``, ``model``, ``measure``, ``subtype``) that no trap phrase covers."""
    out: list[Hit] = []
    for one in ids:
        traps = scan.hits(f"trap:{one}")
        hits = scan.hits(*(f"{kind}:{one}" for kind in kinds))
        out += [h for h in hits if not any(t.start < h.end and h.start < t.end for t in traps)]
    out.sort(key=lambda h: h.start)
    return out


@dataclass(frozen=True, slots=True)
class Wanted:
    """Concepts of which a record must name one each to be looked at for a claim; an empty set asks for nothing."""

    agents: tuple[str, ...]
    conditions: tuple[str, ...]
    outcomes: tuple[str, ...]


def wanted(claim: Claim, concepts: Mapping[str, Concept]) -> Wanted:
    """What a record must name to be a candidate for a claim.

    Cells and secretome are looked at beside vesicles, since they are shown as indirect evidence. An effect claim asks
    for no outcome: whether it was measured is the grader's word, and a record without it must be shown as looked at.
    Other claims would drown in such records.
    """
    conditions = covered(concepts, claim.condition)
    agents = (
        (*claim.intervention, *BESIDE) if claim.intervention and claim.track == "intervention" else claim.intervention
    )
    outcomes: list[str] = []
    if claim.kind != "per-condition effect" or not conditions:
        outcomes = covered(concepts, (*claim.outcome, *(o for part in claim.parts for o in part.outcome)))
    behaviour = (BEHAVIOUR_OF[c] for c in conditions if c in BEHAVIOUR_OF)
    return Wanted(tuple(agents), (*conditions, *behaviour), tuple(outcomes))


def is_candidate(scan: Scan, need: Wanted) -> bool:
    """Whether a record is worth grading for a claim: the claim's things are all named somewhere in it."""
    named = ((need.agents, ("concept",)), (need.conditions, KINDS), (need.outcomes, KINDS))
    return all(not ids or bool(mentions(scan, ids, *kinds)) for ids, kinds in named)


@dataclass(frozen=True, slots=True)
class _Found:
    match: Match
    hit: Hit | None = None
    flags: tuple[str, ...] = ()


def match_claim(scan: Scan, claim: Claim, concepts: Mapping[str, Concept], *, people: bool) -> MatchGrade:
    """Condition and outcome of a claim held against a record; ``people``: it is a study of humans."""
    condition = covered(concepts, claim.condition)
    found = _condition(scan, condition, people=people)
    if claim.population and not mentions(scan, covered(concepts, (claim.population,)), "concept", "measure", "subtype"):
        found = _Found("mentioned", found.hit, ("population_not_condition",))
    if claim.comparator and not mentions(scan, covered(concepts, (claim.comparator,)), "concept"):
        found = _Found("mentioned", found.hit)
    outcome_ids = [covered(concepts, claim.outcome), *(covered(concepts, p.outcome) for p in claim.parts)]
    effect = claim.kind == "per-condition effect"
    told = _outcome(
        scan, tuple(dict.fromkeys(o for ids in outcome_ids for o in ids)), condition if effect else (), concepts
    )
    if (
        effect
        and told.match != "measured"
        and any(name == "conditions" for name, _ in scan.text.fields)
        and not any(name == "outcomes" for name, _ in scan.text.fields)
    ):
        # A registry entry that lists no outcome at all leaves its condition's own symptoms as the likeliest one.
        told = _Found("measured", found.hit)
    flags = list(found.flags)
    if "given_before_stress" in scan and not people:
        flags.append("prevention")
    if people and "minors" in scan:
        flags.append("minors")
    return MatchGrade(
        found.match,
        told.match,
        tuple(flags),
        reasons=tuple(_reasons(scan, (("M-CONDITION", found), ("M-OUTCOME", told)))),
    )


def parts_shown(scan: Scan, claim: Claim, concepts: Mapping[str, Concept]) -> tuple[int, ...]:
    """Indices of the parts of a joined claim whose outcome (and condition, where the part names one) the record measured."""
    shown = []
    for index, part in enumerate(claim.parts):
        told = _outcome(scan, covered(concepts, part.outcome), (), concepts)
        if part.outcome and told.match == "measured":
            shown.append(index)
    return tuple(shown)


def _reasons(scan: Scan, found: Iterable[tuple[str, _Found]]) -> Iterable[Reason]:
    for rule, one in found:
        if one.hit is not None:
            yield scan.text.reason(rule, one.hit.start, one.hit.end)


def _condition(scan: Scan, condition: Sequence[str], *, people: bool) -> _Found:
    if not condition:
        return _Found("any")
    words = mentions(scan, condition, "concept", "subtype")
    models = mentions(scan, condition, "model")
    measures = mentions(scan, condition, "measure")
    if not people:
        behaviour = tuple(BEHAVIOUR_OF[c] for c in condition if c in BEHAVIOUR_OF)
        measures += mentions(scan, behaviour, "concept", "measure")
    spoken = [h for h in words if _told(scan, h)]
    chosen = [h for h in spoken if _selected(scan, h)] if people else [h for h in models if _told(scan, h)] + spoken
    if people and chosen and _for_something_else(scan, words, measures):
        return _Found("measured", chosen[0], ("population_not_condition",))
    if chosen:
        subtypes = mentions(scan, condition, "subtype")
        if all(any(s.start <= h.start and h.end <= s.end for s in subtypes) for h in chosen):
            return _Found("subtype", chosen[0], ("condition_subtype",))
        return _Found("selected", chosen[0])
    for hit in measures:
        if _told(scan, hit):
            return _Found("measured", hit, ("population_not_condition",) if people else ())
    if words or measures or models:
        return _Found("mentioned", (words or measures or models)[0], ("population_not_condition",) if people else ())
    return _Found("none", None, ("population_not_condition",) if people else ())


def _told(scan: Scan, hit: Hit) -> bool:
    """Whether the words stand where something is said of this study, not of the world."""
    sentence = scan.text.sentence(hit.start)
    if any(
        sentence.start <= p.start < sentence.end and (sentence.zone != "title" or p.start < _clause_end(scan, hit))
        for p in scan.hits("prevalence_statement")
    ):
        return False
    if _with(scan, hit, "speculation"):
        return False
    if sentence.zone in _TOLD:
        return True
    if sentence.zone == "registry":
        return sentence.field in ("conditions", "keywords", "official_title", "outcomes")
    return _with(scan, hit, "subjects_act")


def _clause_end(scan: Scan, hit: Hit) -> int:
    """Where the title's clause with this hit ends (at a colon): the other clause says its own thing."""
    colon = scan.text.encoded.find(b":", hit.end)
    return colon if colon >= 0 else len(scan.text.encoded)


def _selected(scan: Scan, hit: Hit) -> bool:
    """Whether people were chosen for the condition named here."""
    sentence = scan.text.sentence(hit.start)
    if sentence.zone == "registry":
        return sentence.field in ("conditions", "official_title")
    people = [p for p in scan.hits("people") if sentence.start <= p.start < sentence.end]
    encoded = scan.text.encoded
    links = scan.hits("selected_by")
    for person in people:
        between = encoded[hit.end : person.start]
        if 0 <= person.start - hit.end <= 30 and not any(word in between for word in (b" in ", b" of ", b" among ")):
            return True
        if 0 <= hit.start - person.end <= _SELECT_REACH and any(
            person.end <= s.start and s.end <= hit.start + 4 for s in links
        ):
            return True
    if sentence.zone != "title":
        return False
    # A title names its population last ("… on anxiety in patients with asthma"); without one, its condition is the one treated.
    other = any(
        p.start >= hit.end
        and (b" in " in encoded[hit.end : p.start] or any(p.end <= s.start <= p.end + 20 for s in links))
        for p in people
    )
    # Healthy people beside patients are their controls; healthy people alone have no disease.
    patients = any(b"patient" in encoded[p.start : p.end].lower() for p in scan.hits("people"))
    return not other and (patients or "healthy_people" not in scan)


def _for_something_else(scan: Scan, words: Sequence[Hit], measures: Sequence[Hit]) -> bool:
    """The treatment was given for another disease, and the claim's scale was a side outcome."""

    def elsewhere(given: Hit) -> bool:
        lasting = any(given.start <= d.start < given.end for d in scan.hits("duration"))
        for_it = any(given.start <= w.start <= given.end + 20 for w in words)
        return not (lasting or for_it) and _with(scan, given, "side_outcome")

    return any(elsewhere(given) for given in scan.hits("treated_for")) or bool(not words and measures)


def _with(scan: Scan, hit: Hit, *signals: str) -> bool:
    """Whether one of the signals stands in the sentence of a hit."""
    sentence = scan.text.sentence(hit.start)
    return any(sentence.start <= other.start < sentence.end for other in scan.hits(*signals))


def _outcome(scan: Scan, outcome: Sequence[str], condition: Sequence[str], concepts: Mapping[str, Concept]) -> _Found:
    """Whether an outcome was measured. For effect claims, "relieves depression" speaks of depression's symptoms."""
    if not outcome:
        return _Found("any")
    hits = mentions(scan, outcome, "concept", "measure")
    for hit in hits:
        if _measured(scan, hit):
            return _Found("measured", hit)
    if "safety" in outcome:
        # A harm that happened is the measurement itself ("septic shock four hours after …").
        harm = next((h for h in scan.hits("harm_case", "harm_related") if _told(scan, h)), None)
        if harm:
            return _Found("measured", harm)
    elsewhere = [
        h
        for c in concepts.values()
        if c.role == "outcome" and c.id not in outcome
        for h in scan.hits(f"concept:{c.id}")
    ]
    for hit in mentions(scan, condition, "concept", "subtype"):
        if _told(scan, hit) and scan.text.sentence(hit.start).zone != "methods" and _affected(scan, hit, elsewhere):
            return _Found("measured", hit)
    return _Found("mentioned", hits[0]) if hits else _Found("none")


def _affected(scan: Scan, hit: Hit, elsewhere: Sequence[Hit]) -> bool:
    """Whether an effect is stated on what is named here, not on something named between ("effect on BDNF in depression")."""
    start = scan.text.sentence(hit.start).start
    verbs = [v for v in scan.hits("effect_verb") if start <= v.start and 0 <= hit.start - v.end <= _EFFECT_REACH]
    return any(not any(v.end <= e.start and e.end <= hit.start for e in elsewhere) for v in verbs)


def _measured(scan: Scan, hit: Hit) -> bool:
    """Whether the outcome named here was measured: a finding is told of it, not a plan, a denial or the world."""
    sentence = scan.text.sentence(hit.start)
    if _with(scan, hit, "not_measured"):
        return False
    if sentence.field == "outcomes" or _with(scan, hit, "declared_outcome"):
        return True
    if not _told(scan, hit) and sentence.zone != "conclusion":
        return False
    if sentence.zone in ("methods", "abstract") and hit.signal.startswith("measure:"):
        return True  # a scale named among the methods was used
    return sentence.zone == "results" or _with(scan, hit, "finding", "effect_verb")
