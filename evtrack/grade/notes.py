"""What must a reader know beside the label? Fixed sentences of GLOSSARY.md, each said only where it is true."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from evtrack.bilingual import Bilingual
from evtrack.claim import Claim, Concept
from evtrack.grade.grades import HUMAN, NATIVE, RegisteredTrial, rank
from evtrack.grade.label import route_limits
from evtrack.grade.reading import Reading, by_persons, ids_of, known_word, listed, named
from evtrack.grade.safety import read_safety, upper_limit
from evtrack.grade.searching import SOURCES, Search
from evtrack.grade.studies import Study
from evtrack.wording import both


def notes_of(reading: Reading) -> tuple[Bilingual, ...]:
    """Every note of a graded claim, most important first, each once."""
    found = (
        *_harm(reading),
        *_null(reading),
        *_search(reading),
        *_headline(reading),
        *_scope(reading),
        *_doubts(reading),
    )
    return tuple(dict.fromkeys(found))


def state_notes(reading: Reading) -> tuple[Bilingual, ...]:
    """What must be known beside the verdict on a sentence about the evidence: harm, the search, who spoke of what it reads."""
    return (*_harm(reading), *search_notes(reading.search), *_persons(reading))


def search_notes(search: Search) -> list[Bilingual]:
    """That a search is missing or cut short."""
    if search.state == "none":
        return [both("sentence.not_searched")]
    if search.state != "partial":
        return []
    if search.asked is None:
        return [both("sentence.search_incomplete_bare")]
    return [both("sentence.search_incomplete", n=search.asked, m=search.got)]


def _harm(reading: Reading) -> Iterator[Bilingual]:
    if reading.harms:
        yield both("sentence.harm", ids=named(reading.harms))
    if reading.claim.kind == "safety" and reading.human:
        yield from _safety(reading)


def _safety(reading: Reading) -> Iterator[Bilingual]:
    """What "no events" in a few people means."""
    found = read_safety(reading.human)
    # Where all were treated, none of n had an event; in a controlled trial only one arm was, so its n says nothing here.
    for n in sorted({s.n for s in found.clear if s.uncontrolled and not s.synthesis and s.n is not None}):
        yield both("sentence.safety_no_events", n=n, upper=upper_limit(n))


def _null(reading: Reading) -> Iterator[Bilingual]:
    head = reading.head
    if head.level == "rct" and head.stance == "no_difference" and reading.claim.kind != "safety":
        singles, reviews = (
            [s for s in found if s.stance == "no_difference"] for found in (head.studies, head.syntheses)
        )
        people = [s.n for s in singles or reviews]
        key = "sentence.rct_null" if all(people) else "sentence.rct_null_n_not_stated"
        yield both(key, k=len(people), n=sum(n or 0 for n in people))
    if any("registry_results_only" in s.flags and s.stance == "unclear" for s in head.studies):
        yield both("sentence.registry_results_unread")


def _search(reading: Reading) -> Iterator[Bilingual]:
    yield from search_notes(reading.search)
    if reading.head.level == "none" and not reading.claim.members and reading.search.done:
        yield _nothing_found(reading)
    if not reading.human:
        yield from registered_notes(reading.registered)
    overdue = [t.id for t in reading.registered if t.overdue]
    if overdue:
        yield both("sentence.overdue", ids=", ".join(overdue))


def _nothing_found(reading: Reading) -> Bilingual:
    near = any(
        e.graded.grade.agent in NATIVE
        and e.graded.grade.gate in (None, "registered_only")
        and e.graded.condition_match != "none"
        for e in reading.evidence
    )
    return _none_as_of(reading.claim, reading.search, reading.concepts, near=near)


def dated_anew(
    notes: Sequence[Bilingual], claim: Claim, was: Search, search: Search, concepts: Mapping[str, Concept]
) -> tuple[Bilingual, ...]:
    """The notes of a claim of which nothing was found, with the day of the later ``search``; ``()`` where none names the day."""
    said = {
        _none_as_of(claim, was, concepts, near=near): _none_as_of(claim, search, concepts, near=near)
        for near in (False, True)
    }
    return () if said.keys().isdisjoint(notes) else tuple(said.get(note, note) for note in notes)


def _none_as_of(claim: Claim, search: Search, concepts: Mapping[str, Concept], *, near: bool) -> Bilingual:
    """GLOSSARY's sentence names condition and intervention: said only where no study of the two exists at all."""
    if search.state == "one":
        return both("sentence.nothing_found_in", date=search.since, **_one_source(search))
    condition = [concepts[c].label for c in claim.condition if c in concepts]
    intervention = [concepts[c].label for c in claim.intervention if c in concepts]
    if near or claim.track != "intervention" or not condition or not intervention:
        return both("sentence.nothing_found_any", date=search.since)
    return both(
        "sentence.nothing_found", date=search.since, condition=listed(condition), intervention=listed(intervention)
    )


def own_paper_note(search: Search) -> Bilingual:
    """That no citation is given, and where none was found: never more than was searched."""
    if search.state == "one":
        return both("sentence.own_paper_in", **_one_source(search))
    return both("sentence.own_paper" if search.state == "complete" else "sentence.own_paper_not_searched")


def _one_source(search: Search) -> dict[str, Bilingual]:
    """The source that was searched, and the one that was not."""
    other = next(s for s in SOURCES if s != search.source)
    return {"source": both(f"source.{search.source}"), "other": both(f"source.{other}")}


def registered_notes(trials: Sequence[RegisteredTrial]) -> Iterator[Bilingual]:
    """That trials in people are registered only."""
    if not trials:
        return
    first = trials[0]
    key = "sentence.registered_only" if first.planned_n is not None else "sentence.registered_only_n_not_stated"
    yield both(key, id=first.id, status=known_word("status", first.status), n=first.planned_n)
    if len(trials) > 1:
        yield both("sentence.registered_more", n=len(trials) - 1)


def _headline(reading: Reading) -> Iterator[Bilingual]:
    head, claim = reading.head, reading.claim
    n = head.k_of_n[1]
    if (
        head.level == "early_clinical"
        and head.studies
        and all(s.uncontrolled for s in head.studies)
        and claim.kind != "safety"
    ):
        total = head.numbers[0]
        yield both("sentence.uncontrolled" if total is not None else "sentence.uncontrolled_n_not_stated", n=total)
    if head.level in HUMAN and claim.track == "intervention":
        yield from _route(reading)
    if head.k_of_n[2] and claim.kind != "safety":
        yield both("sentence.unread", n=n, unread=head.k_of_n[2])
    if head.newer:
        yield both("sentence.newer_than_synthesis", ids=ids_of(head.newer))
    if n > 1 and head.groups == 1:
        yield both("sentence.single_group")
    for flag in ("subtype_only", "minors"):
        if reading.at_headline and all(
            {"subtype_only": "condition_subtype"}.get(flag, flag) in s.flags for s in reading.at_headline
        ):
            yield both(f"sentence.{flag}")
    if claim.track == "intervention" and reading.at_headline and all(s.source_not_msc for s in reading.at_headline):
        yield both("sentence.source_not_msc")


def _route(reading: Reading) -> Iterator[Bilingual]:
    """The fixed sentence speaks of infusion, the route of the pages this was made for."""
    studies: tuple[Study, ...] = reading.at_headline
    if reading.claim.route != "iv" or not route_limits("iv", studies):
        return
    routes = [r for r in ("intranasal", "other") if any(r in s.routes for s in studies)]
    if not routes:
        yield both("sentence.route_not_stated")
    elif not any("not_stated" in s.routes for s in studies):
        yield both("sentence.route", route=listed([both(f"route_dosing.{r}") for r in routes], "sentence.or"))


def _scope(reading: Reading) -> Iterator[Bilingual]:
    """What the claim joins, and what the level does not speak of."""
    claim, head = reading.claim, reading.head
    if claim.track == "background" and head.level != "none":
        yield both("sentence.background" if claim.condition else "sentence.composition")
    if claim.members:
        levels = [
            both("label.part", part=grade_id, level=both(f"level_short.{grade.level or 'none'}"))
            for grade_id, grade in reading.members.items()
        ]
        yield both("sentence.members", members=listed(levels))
    if claim.population or claim.comparator:
        yield both("sentence.members_population")
    if claim.parts:
        missing = [p.label for p, level in zip(claim.parts, head.parts, strict=False) if level == "none"]
        if missing:
            yield both("sentence.parts_missing", parts=listed(missing))
        elif claim.parts_in_one_study:
            yield both("sentence.parts_in_one_study")
        elif len(set(head.parts)) > 1:
            weakest = [p.label for p, level in zip(claim.parts, head.parts, strict=True) if level == head.level]
            yield both("sentence.parts_weakest", parts=listed(weakest))


def _persons(reading: Reading) -> Iterator[Bilingual]:
    """Whose word is in it."""
    if reading.spoken:
        yield both("sentence.person", ids=by_persons(reading.spoken))


def _doubts(reading: Reading) -> Iterator[Bilingual]:
    """What makes the grade provisional."""
    level, provisional = reading.head.level, reading.provisional_level
    if rank(provisional) > rank(level):
        if level == "none":
            yield both("sentence.preprint_only")
        yield both("sentence.preprint_higher", level=both(f"level_short.{provisional}"))
    beside = [
        e
        for e in reading.evidence
        if e.graded.preprint
        and (e.graded.stance in ("no_difference", "contradicts") or "harm_signal" in e.graded.grade.flags)
    ]
    if beside:
        yield both("sentence.preprint_beside", ids=ids_of(sorted(beside, key=lambda e: e.id)))
    retracted = sum(e.graded.grade.gate == "retracted" for e in reading.evidence)
    if retracted:
        yield both("sentence.retracted_n", n=retracted)
    concern = [e for e in reading.counted if "expression_of_concern" in e.graded.grade.flags]
    if concern:
        yield both("sentence.concern", ids=ids_of(concern))
    pooled = [e for e in reading.counted if "pools_retracted" in e.graded.grade.flags]
    if pooled:
        yield both("sentence.pools_retracted", ids=ids_of(pooled))
    if reading.needs_review:
        yield both("sentence.needs_review", n=reading.needs_review)
    yield from _persons(reading)
    indirect = sorted(
        {e.graded.grade.agent for e in reading.evidence if e.graded.indirect},
        key=lambda a: (a != "secretome_or_ev_unclear", a),
    )
    if indirect:
        yield both("sentence.indirect", agents=listed([both(f"agent.{a}") for a in indirect]))
