"""Who or what was it done to: people, animals, or tissue in a dish? Read sentence by sentence, beside the sum of signs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from evtrack.grade.patterns import Hit
from evtrack.grade.text import Scan

_ELSEWHERE = frozenset({"title", "background", "objective", "conclusion"})
"""Zones that name people or animals for whom the work is meant, not those it was done to."""

_ANIMALS = ("design:animal_subjects", "design:rodent", "design:other_animal", "design:strain")
_DISH = ("design:organoid", "design:culture", "design:cell_line", "design:in_vitro_word")


_KEPT = ("design:organoid", "design:culture", "design:vesicles_on_cells")
"""Signs that tissue or cells were kept in a dish and treated there."""

OWN_WORD = frozenset({"D-RANDOM-OWN", "D-RANDOM-WE", "D-RANDOM-DONE", "D-RANDOM-JOINED", "D-RANDOM-DEVICE"})
"""Rules by which a study says of itself, and not of others, that it was randomised."""

_OF_THIS_REPORT = OWN_WORD - {"D-RANDOM-DONE"}
"""These speak of this report wherever they stand; other words of chance in a conclusion, or under the heading of the
background, may be of other trials. Without headings nothing tells the background for certain."""

_BACK = 2
"""So many sentences back may those stand of whom "they were randomised" speaks."""


@dataclass(frozen=True, slots=True)
class Randomised:
    """Who was randomly allocated: the hit that says so of people, or the one that says so of animals or of a dish."""

    people: Hit | None = None
    animals: Hit | None = None
    dish: Hit | None = None


def randomised(scan: Scan) -> Randomised:
    """Who was randomly allocated in this very report.

    Denials, other studies and plans are put aside. A sentence that names no one speaks of those whom the sentences
    before it named last; the title counts only where no sentence speaks of animals.
    """
    denied = scan.hits("design:random_not", "design:random_before", "design:future_randomised")
    own = [h for h in scan.hits("design:random_own") if not overlaps(h, denied)]
    # "Volunteers took part in a randomised study" is this very study, though the same words may tell of another.
    aside = [*denied, *(h for h in scan.hits("design:random_elsewhere") if not overlaps(h, own))]
    others = ("background", "conclusion") if "design:sections" in scan else ("conclusion",)
    hits = [
        h
        for h in scan.hits(
            "design:random_own", "design:random_were", "design:random_design", "design:random_allocation"
        )
        if not overlaps(h, aside) and (h.rule in _OF_THIS_REPORT or scan.text.sentence(h.start).zone not in others)
    ]
    if not hits:
        return Randomised()
    named = _named(scan)
    dishes = scan.hits("design:dish_groups")
    people: Hit | None = None
    animals: Hit | None = None
    dish: Hit | None = None
    unsaid: Hit | None = None
    for hit in hits:
        if overlaps(hit, dishes):
            dish = dish or hit
            continue
        kind = _who(scan, named, hit)
        if kind == "animals":
            animals = animals or hit
        elif kind == "people" and scan.text.sentence(hit.start).zone != "title":
            people = hit if people is None or (hit.rule in OWN_WORD and people.rule not in OWN_WORD) else people
        else:
            unsaid = unsaid or hit
    if people is None and animals is None and dish is None and unsaid:
        only = _animals_alone(scan, named)
        return Randomised(animals=only) if only else Randomised(people=unsaid)
    return Randomised(people, animals, dish)


def overlaps(hit: Hit, others: Iterable[Hit]) -> bool:
    """Whether a hit shares a place with any of the others."""
    return any(o.start < hit.end and hit.start < o.end for o in others)


@dataclass(frozen=True, slots=True)
class _Named:
    """Sentence → the first hit there that names people, or animals."""

    people: dict[int, Hit]
    animals: dict[int, Hit]


def _named(scan: Scan) -> _Named:
    subjects = scan.hits("design:animal_subjects", "design:animal_groups")
    persons = [h for h in scan.hits("design:persons") if not overlaps(h, subjects)]
    if subjects and "design:veterinary" in scan:
        # Patients of a veterinary clinic are the animals; only words that fit nobody else are left for people.
        persons = []
    return _Named(
        {scan.text.sentence_index(h.start): h for h in reversed(persons)},
        {scan.text.sentence_index(h.start): h for h in reversed(subjects)},
    )


def _who(scan: Scan, named: _Named, hit: Hit) -> str:
    """``people``, ``animals`` or ``""``: who the sentence, or the nearest one before it, names."""
    here = scan.text.sentence_index(hit.start)
    for at in range(here, -1, -1):
        if at != here and (scan.text.sentences[at].zone == "title" or at < here - _BACK):
            break
        if at in named.people:
            return "people"
        if at in named.animals:
            return "animals"
    return ""


def _animals_alone(scan: Scan, named: _Named) -> Hit | None:
    """The first animals, or tests of animals, in a text that names no people outside title, background and conclusion."""
    if any(scan.text.sentences[i].zone not in _ELSEWHERE for i in named.people):
        return None
    return named.animals[min(named.animals)] if named.animals else scan.first("design:maze")


def animals_took_part(scan: Scan) -> Hit | None:
    """Animals in a text that was taken for one on people, though it names no people to whom anything was done."""
    if not any(s in scan for s in ("design:animal_groups", "design:veterinary", "design:strain")):
        return None
    named = _named(scan)
    there = {i: h for i, h in named.animals.items() if scan.text.sentences[i].zone not in ("title", "conclusion")}
    people = any(scan.text.sentences[i].zone not in _ELSEWHERE for i in named.people)
    return there[min(there)] if there and not people else None


def tissue_only(scan: Scan) -> Hit | None:
    """Words of dish work in a text where animals are named only as those the tissue came from."""
    if "design:live_work" in scan or not any(s in scan for s in _KEPT):
        return None
    tissue = scan.hits("design:tissue_of_animals")
    animals = [h for h in scan.hits(*_ANIMALS) if scan.text.sentence(h.start).zone not in ("background", "conclusion")]
    return tissue[0] if tissue and all(overlaps(h, tissue) for h in animals) else None


def vesicles_in_dish_only(scan: Scan) -> Hit | None:
    """Words of a text in which animals were given cells, and the vesicles were given to cells alone."""
    denied = scan.first("design:vesicles_not_live")
    if denied is None and "design:cells_to_animals" not in scan:
        return None
    put_on = _sentences(scan, "design:vesicles_on_cells")
    dish = {**_sentences(scan, *_DISH), **put_on}
    if denied and dish:
        return denied
    tissue = scan.hits("design:tissue_of_animals")
    live = {
        scan.text.sentence_index(h.start)
        for h in scan.hits("design:animal_subjects", "design:live_work")
        if not overlaps(h, tissue)
    }
    vesicles = {
        i: h
        for i, h in _sentences(scan, "design:vesicles", "agent:vesicle").items()
        if scan.text.sentences[i].zone not in ("title", "conclusion")
    }
    cells = [i for i in _sentences(scan, "design:cells_to_animals") if i not in vesicles]
    if not cells or not put_on or any(i in live for i in vesicles):
        return None
    done = [i for i in vesicles if scan.text.sentences[i].zone not in _ELSEWHERE]
    return put_on[min(put_on)] if all(i in dish for i in done) else None


def _sentences(scan: Scan, *signals: str) -> dict[int, Hit]:
    """Sentence → the first hit of any of the signals there."""
    return {scan.text.sentence_index(h.start): h for h in reversed(scan.hits(*signals))}
