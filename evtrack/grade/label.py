"""Which few words stand for a claim's grade? Never the bare tag: "RCT (1 study, n = 12, open label): no difference shown …"."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from evtrack.bilingual import Bilingual
from evtrack.claim import StateRule
from evtrack.grade.grades import Stance
from evtrack.grade.reading import Reading, by_persons, listed
from evtrack.grade.safety import is_unread, reports_no_harm
from evtrack.grade.searching import Search
from evtrack.grade.studies import ROUTES, Study
from evtrack.wording import both

_NAMED = 3
"""Records, or diseases, that a label names; the others are counted."""
_LABEL_FLAGS = (("condition_subtype", "subtype_only"), ("minors", "minors"))


def label_of(reading: Reading) -> Bilingual:
    """Level, what it rests on, and what it found."""
    if reading.head.level == "none":
        return _none(reading)
    contents = reading.claim.track == "background" and not reading.claim.condition
    measured = contents and reading.head.level == "in_vitro"
    level = both("label.contents" if measured else f"level_short.{reading.head.level}")
    return both(
        "label.whole", level=level, counts=listed([*_size(reading), *_limits(reading)]), stance=stance_words(reading)
    )


def state_label(rule: StateRule | None, reading: Reading, tallies: Mapping[str, Sequence[Study]]) -> Bilingual:
    """The verdict of a state claim with its reason, all studies of the kind it counts, and whose word is in it."""
    if rule is None:
        return both("state.unclear")
    beside = [both("label.part", part=i, level=_tally(studies)) for i, studies in tallies.items()]
    if rule.verdict != "unclear":
        if not reading.search.done:
            beside.append(both("label.before_search"))
        if reading.spoken:
            beside.append(both("label.person_by", records=by_persons(reading.spoken, _NAMED)))
    said = both("label.state", verdict=both(f"state.{rule.verdict}"), text=rule.text)
    return both("people.terms", words=said, terms=listed(beside)) if beside else said


def unknown(search: Search) -> Bilingual:
    """That nothing can be said before the search is complete."""
    return both("label.none_not_searched" if search.state == "none" else "label.none_incomplete")


def _tally(studies: Sequence[Study]) -> Bilingual:
    """How many studies found what: "animal study, 23 of 26 better, 2 no difference, 1 worse"."""
    stances = [s.stance for s in studies]
    levels = dict.fromkeys(s.level for s in studies)
    told = [
        listed([both(f"level_short.{level}") for level in levels]),
        both("label.k_of_n", k=stances.count("supports"), n=len(stances)),
    ]
    return listed([*told, *others_of(stances)])


def others_of(stances: Sequence[Stance]) -> list[Bilingual]:
    """How many found something else than improvement, the worse first."""
    kinds: tuple[Stance, ...] = ("contradicts", "no_difference", "mixed", "unclear")
    return [both(f"label.found.{kind}", n=stances.count(kind)) for kind in kinds if kind in stances]


def stance_words(reading: Reading) -> Bilingual:
    """The stance in words that say against what, and how sure that can be at this level."""
    claim, head = reading.claim, reading.head
    k, n, unread = head.k_of_n
    read = n - unread
    if claim.kind == "safety":
        return _safety_words(reading, head.stance)
    background = claim.track == "background"
    association = background and bool(claim.condition)
    if head.stance == "mixed":
        if read < 2 or k == read:
            return both("stance.mixed.bare")
        if k == 0 and not background:
            return both("stance.mixed.none", found=listed(others_of([s.stance for s in head.studies])))
        own = "observational" if association else "animal" if head.level in ("animal", "in_vitro") else ""
        return both("stance.mixed" + f".{own}" * bool(own), k=k, n=n)
    if association:
        if head.stance in ("supports", "no_difference", "contradicts"):
            return both(f"stance.{head.stance}.observational")
    elif head.stance == "supports":
        if background:
            return both("stance.supports.composition")
        if head.level == "early_clinical":
            good = [s for s in reading.at_headline if s.stance == "supports"]
            return both(
                "stance.supports.uncontrolled"
                if any(s.uncontrolled or s.synthesis for s in good)
                else "stance.supports.nonrandomised"
            )
        return both(f"stance.supports.{head.level}")
    return both(f"stance.{head.stance}")


def _safety_words(reading: Reading, stance: Stance) -> Bilingual:
    if stance == "mixed":
        if not reading.harms:
            return both("stance.mixed.bare")
        human = reading.human
        clear = sum(map(reports_no_harm, human))
        return both("stance.mixed.safety" if len(human) > 1 else "stance.mixed.safety_bare", k=clear, n=len(human))
    if stance == "unclear":
        return _safety_unknown(reading)
    return both("stance.supports.safety" if stance == "supports" else f"stance.{stance}")


def _safety_unknown(reading: Reading) -> Bilingual:
    """Why it cannot be told: harm was reported, or what was found was not read, or nobody has compared enough people."""
    unread = [s for s in reading.human if is_unread(s)]
    posted = sum("registry_results_only" in s.flags for s in unread)
    if reading.harms:
        return both("stance.unclear.safety_harm")
    if posted:
        return both("stance.unclear.safety_posted", n=posted)
    if unread:
        return both("stance.unclear.safety_unread", n=len(unread))
    return both("stance.unclear.safety")


def _none(reading: Reading) -> Bilingual:
    """The label where nothing counts: "none" only after a whole search."""
    if not reading.search.done:
        first = unknown(reading.search)
    elif any(e.graded.grade.gate == "empty_review" for e in reading.evidence):
        first = both("label.none_empty_review")
    elif reading.registered:
        first = both("label.none_registered", n=len(reading.registered))
    else:
        named = reading.claim.population or reading.claim.comparator
        first = both("label.none_population" if named else "label.none")
    shown = [
        both("label.part", part=part.label, level=both(f"level_short.{level}"))
        for part, level in zip(reading.claim.parts, reading.head.parts, strict=False)
        if level != "none"
    ]
    more = [*([both("label.parts", parts=listed(shown))] if shown else []), *_provisional(reading)]
    return both("label.and", first=first, more=listed(more)) if more else first


def _size(reading: Reading) -> list[Bilingual]:
    """How many studies, people, and how many of them found what."""
    head, safety = reading.head, reading.claim.kind == "safety"
    out: list[Bilingual] = []
    n = len(head.studies)
    if n:
        out.append(both("label.study") if n == 1 else both("label.studies", n=n))
    if head.syntheses:
        reviews = len(head.syntheses)
        out.append(both("label.review") if reviews == 1 else both("label.reviews", n=reviews))
    out += _people(reading)
    k, _, unread = head.k_of_n
    if n > 1 and not safety and (head.stance not in ("mixed", "unclear") or k):
        own = (
            "" if reading.claim.track != "background" else "_observational" if reading.claim.condition else "_contents"
        )
        key = f"label.k_of_n{own}"
        out += [both(key, k=k, n=n)] if head.stance != "mixed" else []
    if unread and not safety and (n > 1 or head.syntheses):
        out.append(both("label.unread", n=unread))
    if n and "C-SYNTHESIS-FIRST" in head.rules:
        out.append(both("label.synthesis_first"))
    if n > 1 and head.groups == 1:
        out.append(both("label.single_group"))
    return out


def _people(reading: Reading) -> list[Bilingual]:
    """The number of people or animals, as far as it is stated."""
    head = reading.head
    total, largest = head.numbers
    if head.level == "animal":
        return [both("label.n_animals", n=total)] if total and len(head.studies) == 1 else []
    if head.level == "in_vitro":
        return []
    if total is None:
        return [both("label.n_not_stated")]
    if len(head.studies) <= 1:
        return [both("label.n", n=largest)]
    whole = all(s.n is not None for s in head.studies)
    return [both("label.n_total" if whole else "label.n_at_least", n=total)]


def _limits(reading: Reading) -> list[Bilingual]:
    """What the reader must not miss: blinding, control, route, source, subtype, age, association, preprints, a person's word."""
    head, claim = reading.head, reading.claim
    studies = reading.at_headline
    out: list[Bilingual] = []
    if head.level == "rct" and _every(head.studies, "open_label"):
        out.append(both("label.open_label"))
    if head.level == "early_clinical" and head.studies and all(s.uncontrolled for s in head.studies):
        out.append(both("label.uncontrolled"))
    out += route_limits(claim.route, studies) if head.level != "in_vitro" else []
    if claim.track == "intervention" and all(s.source_not_msc for s in studies):
        out.append(both("label.source_not_msc"))
    out += [both(f"label.{key}") for flag, key in _LABEL_FLAGS if _every(studies, flag)]
    if claim.track == "background":
        out.append(both("label.association" if claim.condition else "label.composition"))
    if claim.kind == "safety":
        out.append(both("label.safety_terms", **safety_terms(reading)))
    if claim.members:
        out.append(both("label.umbrella"))
    elif claim.parts and not claim.parts_in_one_study and len(set(head.parts)) > 1:
        out.append(both("label.weakest_part"))
    if any("expression_of_concern" in s.flags for s in studies):
        out.append(both("label.concern"))
    if claim.members and reading.spoken:
        out.append(both("label.person_by", records=by_persons(reading.spoken, _NAMED)))
    elif any(r.override for s in studies for r in s.records):
        out.append(both("label.person"))
    return out + _provisional(reading)


def safety_terms(reading: Reading) -> dict[str, Bilingual]:
    """Which diseases, products and routes the safety of which was studied in people."""
    records = [r for s in reading.human for r in s.records]
    every = list(dict.fromkeys(_condition_label(reading, c) for r in records for c in r.conditions))
    conditions = every[:_NAMED]
    if len(every) > _NAMED:
        conditions.append(both("label.more", n=len(every) - _NAMED))
    if not all(r.conditions for r in records):
        conditions.append(both("sentence.safety_others" if conditions else "sentence.safety_various"))
    if any("minors" in r.graded.grade.flags for r in records):
        conditions.append(both("sentence.safety_minors"))
    return {
        "conditions": listed(conditions),
        "products": listed([both(f"agent.{a}") for a in sorted({r.graded.grade.agent for r in records})]),
        "routes": listed([both(f"route.{r}") for r in ROUTES if any(r in s.routes for s in reading.human)]),
    }


def _condition_label(reading: Reading, name: Bilingual) -> Bilingual:
    """A disease as the registry names it, in English; in the words of its concept where there is one."""
    plain = name.en.casefold()
    if plain in ("healthy", "healthy volunteers"):
        return both("label.healthy")
    for concept in reading.concepts.values():
        words = [w.casefold() for w in (concept.label.en, *concept.mesh, *concept.words, *concept.exact)]
        if concept.role == "condition" and any(
            plain.startswith(w[:-1]) if w.endswith("*") else plain == w for w in words
        ):
            return concept.label
    return name


def _provisional(reading: Reading) -> list[Bilingual]:
    if reading.provisional_level == reading.head.level:
        return []
    return [both("label.provisional", level=both(f"level_short.{reading.provisional_level}"))]


def route_limits(route: str | None, studies: Iterable[Study]) -> list[Bilingual]:
    """Words where no study used the claim's route."""
    used = [r for r in ROUTES if any(r in s.routes for s in studies)]
    if route is None or route in used or not used:
        return []
    if used == ["not_stated"]:
        return [both("label.route_not_stated", wanted=both(f"route_plain.{route}"))]
    words = listed([both(f"route.{r}") for r in used])
    return [
        both(
            "label.route_unseen" if "not_stated" in used else "label.route_only",
            route=words,
            wanted=both(f"route_plain.{route}"),
        )
    ]


def _every(studies: Iterable[Study], flag: str) -> bool:
    studies = tuple(studies)
    return bool(studies) and all(flag in s.flags for s in studies)
