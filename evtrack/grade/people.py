"""What is known in people? The one sentence that stands above every level (GLOSSARY.md, The order of show, 2)."""

from __future__ import annotations

from collections.abc import Sequence

from evtrack.claim import Bilingual
from evtrack.grade.grades import HUMAN, rank
from evtrack.grade.reading import Reading, listed
from evtrack.grade.studies import ROUTES, Study
from evtrack.wording import both


def people_of(reading: Reading) -> Bilingual:
    """The sentence of a claim that is graded on records."""
    if reading.claim.track == "background" and not reading.claim.condition:
        return both("people.composition")
    return both(_frame(reading), found=_found(reading))


def people_unasked(track: str) -> Bilingual:
    """The sentence of a claim whose records are not asked for."""
    return both("people.effect", found=both("people.unasked" if track == "manual" else "people.of_members"))


def _frame(reading: Reading) -> str:
    if reading.claim.kind == "safety":
        return "people.safety"
    return "people.background" if reading.claim.track == "background" else "people.effect"


def _found(reading: Reading) -> Bilingual:
    human = reading.human
    out = _studies(reading, human) if human else [_nothing(reading)]
    if human and rank(reading.head.level) < rank("observational"):
        out.append(both("people.partly"))
    preprints = [
        e
        for e in reading.evidence
        if e.graded.preprint and e.graded.grade.level in HUMAN and e.graded.grade.gate is None
    ]
    if preprints:
        out.append(both("people.preprint", n=len(preprints)))
    if not human and reading.registered:
        out.append(both("people.registered", n=len(reading.registered)))
    harmed = [e for e in reading.harms if e.graded.grade.level in HUMAN]
    if harmed:
        out.append(both("people.harm", n=len(harmed)))
    return listed(out, "people.list")


def _nothing(reading: Reading) -> Bilingual:
    """ "None" only after a whole search."""
    if reading.search.state == "none":
        return both("people.not_searched")
    return both("people.none_found" if reading.search.done else "people.incomplete")


def _studies(reading: Reading, human: Sequence[Study]) -> list[Bilingual]:
    singles = [s for s in human if not s.synthesis]
    reviews = [s for s in human if s.synthesis]
    effect = _frame(reading) == "people.effect"
    rct = [s for s in singles if s.level == "rct"]
    observed = [s for s in singles if s.level == "observational"]
    early = [s for s in singles if s.level == "early_clinical"]
    uncontrolled = [s for s in early if s.uncontrolled]
    controlled = [s for s in early if not s.uncontrolled]
    out = [_trials(rct, effect)] if rct else []
    for key, group in (("nonrandomised", controlled), ("uncontrolled", uncontrolled), ("observational", observed)):
        if group:
            out.append(_with_terms(both(f"people.{key}", n=len(group)), group))
    if reviews:
        out.append(both("people.synthesis", n=len(reviews)))
    if effect and reading.head.level == "rct" and reading.head.stance == "no_difference":
        out.append(both("people.null"))
    if effect and not any(s.level == "rct" for s in human):
        out.append(both("people.not_effect"))
    return out


def _trials(rct: Sequence[Study], effect: bool) -> Bilingual:
    stances = [s.stance for s in rct]
    unread = stances.count("unclear")
    key = "people.rct_plain" if not effect else "people.rct_unread" if unread else "people.rct"
    return _with_terms(both(key, n=len(rct), k=stances.count("supports"), unread=unread), rct)


def _with_terms(words: Bilingual, studies: Sequence[Study]) -> Bilingual:
    """Routes where they are stated, and the number of people."""
    terms = [both(f"route.{r}") for r in ROUTES[:-1] if any(r in s.routes for s in studies)]
    stated = [s.n for s in studies if s.n is not None]
    if stated:
        terms.append(both("people.total" if len(stated) == len(studies) else "people.total_stated", n=sum(stated)))
    return both("people.terms", words=words, terms=listed(terms)) if terms else words
