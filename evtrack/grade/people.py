"""What is known in people? The one sentence that stands above every level (GLOSSARY.md, The order of show, 2)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from evtrack.bilingual import Bilingual
from evtrack.grade.grades import HUMAN, Stance, rank
from evtrack.grade.reading import Reading, listed
from evtrack.grade.studies import ROUTES, Study
from evtrack.wording import both

_WORST_FIRST: tuple[Stance, ...] = ("contradicts", "no_difference", "mixed", "unclear", "supports")


def people_of(reading: Reading) -> Bilingual:
    """The sentence of a claim that is graded on records: for an effect, first whether any study shows it, then every other."""
    if reading.claim.track == "background" and not reading.claim.condition:
        return both("people.composition")
    return both(_frame(reading), found=listed([*_found(reading)], "people.list"))


def people_unasked(track: str) -> Bilingual:
    """The sentence of a claim whose records are not asked for."""
    if track == "manual":
        return both("people.manual", found=both("people.unasked"))
    return both("people.effect", found=both("people.of_members"))


def _frame(reading: Reading) -> str:
    if reading.claim.kind == "safety":
        return "people.safety"
    return "people.background" if reading.claim.track == "background" else "people.effect"


def _found(reading: Reading) -> Iterator[Bilingual]:
    human, frame = reading.human, _frame(reading)
    if frame == "people.effect":
        yield from _effect(reading, human)
    else:
        yield from _studied(human) if human else [_nothing(reading)]
    if human and rank(reading.head.level) < rank("observational"):
        yield both("people.partly")
    preprints = [
        e
        for e in reading.evidence
        if e.graded.preprint and e.graded.grade.level in HUMAN and e.graded.grade.gate is None
    ]
    if preprints:
        yield both("people.preprint", n=len(preprints))
    if not human and reading.registered:
        yield both("people.registered", n=len(reading.registered))
    harmed = [e for e in reading.harms if e.graded.grade.level in HUMAN]
    if harmed:
        yield both("people.harm", n=len(harmed))
    if frame == "people.safety" and reading.head.stance != "supports":
        yield both("people.not_safe")


def _nothing(reading: Reading) -> Bilingual:
    """ "None" only after a whole search."""
    if reading.search.state == "none":
        return both("people.not_searched")
    return both("people.none_found" if reading.search.done else "people.incomplete")


def _effect(reading: Reading, human: Sequence[Study]) -> Iterator[Bilingual]:
    """The randomised trials that were better than control, or that there are none; then what the others found."""
    trials = [s for s in human if s.level == "rct" and not s.synthesis]
    pooled = [s for s in human if s.level == "rct" and s.synthesis]
    better = [s for s in trials if s.stance == "supports"]
    if better:
        yield _with_terms(both("people.rct", n=len(trials), k=len(better)), better)
    elif not any(s.stance == "supports" for s in pooled):
        unread = any(s.stance == "unclear" for s in (*trials, *pooled))
        yield both("people.none_confirmed") if unread and reading.search.done else _nothing(reading)
    rest = [s for s in trials if s.stance != "supports"]
    yield from _by_finding("rct_rest" if better else "rct_plain", rest)
    yield from _by_finding("rct_synthesis", pooled)
    early = [s for s in human if s.level != "rct" and not s.synthesis]
    yield from _by_finding("nonrandomised", [s for s in early if not s.uncontrolled])
    for key, group in (
        ("uncontrolled", [s for s in early if s.uncontrolled]),
        ("synthesis", [s for s in human if s.level != "rct" and s.synthesis]),
    ):
        if group:
            yield _said(key, group, both("people.not_effect"))


def _by_finding(key: str, studies: Sequence[Study]) -> Iterator[Bilingual]:
    """A line for each finding, the worse first: which studies, how many people, what they found."""
    for stance in _WORST_FIRST:
        group = [s for s in studies if s.stance == stance]
        if group:
            unfit = stance == "supports" and key == "nonrandomised"
            yield _said(key, group, both("people.found.nonrandomised" if unfit else f"people.found.{stance}"))


def _said(key: str, group: Sequence[Study], finding: Bilingual) -> Bilingual:
    return both("people.said", studies=_with_terms(both(f"people.{key}", n=len(group)), group), finding=finding)


def _studied(human: Sequence[Study]) -> Iterator[Bilingual]:
    """How many studies of which kind: what they found stands in the label."""
    singles = [s for s in human if not s.synthesis]
    early = [s for s in singles if s.level == "early_clinical"]
    for key, group in (
        ("rct_plain", [s for s in singles if s.level == "rct"]),
        ("nonrandomised", [s for s in early if not s.uncontrolled]),
        ("uncontrolled", [s for s in early if s.uncontrolled]),
        ("observational", [s for s in singles if s.level == "observational"]),
    ):
        if group:
            yield _with_terms(both(f"people.{key}", n=len(group)), group)
    if reviews := [s for s in human if s.synthesis]:
        yield both("people.synthesis", n=len(reviews))


def _with_terms(words: Bilingual, studies: Sequence[Study]) -> Bilingual:
    """Routes where they are stated, and the number of people."""
    terms = [both(f"route.{r}") for r in ROUTES[:-1] if any(r in s.routes for s in studies)]
    stated = [s.n for s in studies if s.n is not None]
    if stated:
        whole = len(stated) == len(studies)
        key = "people.total_stated" if not whole else "people.total" if len(studies) > 1 else "people.number"
        terms.append(both(key, n=sum(stated)))
    return both("people.terms", words=words, terms=listed(terms)) if terms else words
