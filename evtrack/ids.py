"""What are records called, and which of their words are meant? Known where records themselves are not needed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NewType

PMID = NewType("PMID", str)
"""A PubMed id, digits only, no leading zero: ``"37859748"``."""

NctId = NewType("NctId", str)
"""A ClinicalTrials.gov id: ``"NCT04388982"``."""

RecordId = NewType("RecordId", str)
"""What the store and the JSON call a record: ``"PMID:37859748"``, ``"NCT04388982"``, or ``"MANUAL:…"``."""


def pmid_record(pmid: str) -> RecordId:
    """The record id of a PubMed id."""
    return RecordId(f"PMID:{pmid}")


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a value was given: the rule, the field it fired in, the words and their place (code points, end exclusive)."""

    rule: str
    field: str
    text: str
    start: int
    end: int
