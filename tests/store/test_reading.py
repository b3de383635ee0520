"""When is a record another one to the person who judged it, and when is it only kept up?"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from evtrack.record import PMID, AbstractSection, Correction, MeshHeading, NctId, PartialDate, RecordId
from evtrack.store.reading import seen_hash

from .conftest import article, study

SECTIONS = (AbstractSection("Mice were given vesicles.", "METHODS"), AbstractSection("They swam longer.", "RESULTS"))
READ = article(
    1,
    abstract=SECTIONS,
    publication_types=("Journal Article",),
    corrections=(Correction("ErratumIn", "J Made Up. 2026", PMID("9")),),
)


@pytest.mark.parametrize(
    "kept_up",
    [
        {"id": RecordId("PMID:90000002")},
        {"revised": PartialDate(2026, 11, 6)},
        {"published": PartialDate(2026, 1)},
        {"status": "MEDLINE", "indexing_method": "Automated"},
        {"mesh": (MeshHeading("Mice"),), "keywords": ("mice",)},
        {"journal": "J Made Up", "authors": ("Someone A",), "pmcid": "PMC9"},
        {"format": "medline", "parse_flags": ("nul_removed",), "abstract": (AbstractSection(" ".join(f"{s.label}: {s.text}" for s in SECTIONS)),)},
        {"publication_types": ("Research Support, Non-U.S. Gov't", "Journal Article")},
        {"corrections": (*READ.corrections, Correction("CommentIn", "J Made Up. 2027", PMID("8")))},
        {"corrections": (Correction("ErratumIn", "Cited otherwise", PMID("9")),)},
    ],
)  # fmt: skip
def test_what_is_only_kept_up(kept_up: dict[str, Any]) -> None:
    """Dates, indexing, spelling, comments by others and the format of the same words make no other record."""
    assert seen_hash(replace(READ, **kept_up)) == seen_hash(READ)


@pytest.mark.parametrize(
    "other",
    [
        {"title": "Another title"},
        {"abstract": SECTIONS[:1]},
        {"abstract": ()},
        {"vernacular_title": "別の題"},
        {"other_abstracts": (AbstractSection("要旨"),)},
        {"publication_types": ("Journal Article", "Randomized Controlled Trial")},
        {"corrections": (*READ.corrections, Correction("RetractionIn", pmid=PMID("7")))},
        {"corrections": ()},
        {"nct_ids": (NctId("NCT90000001"),)},
        {"other_registry_ids": ("jRCT9999999999",)},
        {"doi": "10.99999/another"},
        {"languages": ("jpn",)},
    ],
)
def test_what_makes_it_another(other: dict[str, Any]) -> None:
    """Text, types, notices and links are what a person judged by."""
    assert seen_hash(replace(READ, **other)) != seen_hash(READ)


def test_what_a_registry_says_counts() -> None:
    """A trial's status, results and size make it another; one more country does not."""
    trial = study(1)
    for more in ({"overall_status": "COMPLETED"}, {"has_results": True}, {"enrollment": 13}):
        assert seen_hash(study(1, **more)) != seen_hash(trial)
    assert seen_hash(study(1, countries=("Japan",))) == seen_hash(trial)
