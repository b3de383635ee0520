"""What did a person say of a record, or of a claim's level? One frozen value; the store only ever adds such words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from evtrack.ids import RecordId

Action = Literal["accept", "reject", "relabel", "add", "undo"]
"""``accept``: the rules' grade is right. ``reject``: the record is no evidence here. ``relabel``: other values than the
rules gave. ``add``: a record that neither service holds. ``undo``: the word before is taken back."""

OF_ONE_CLAIM = ("stance", "condition_match", "outcome_match", "counts_for_claim")
"""Fields that say nothing of a record alone: what speaks for one claim may be harm towards another."""


REOPENED = "review_reopened"
"""The flag of a record whose word was about another content (or an accepted grade that the rules no longer give)."""


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a person. ``record_id`` ``None``: on the claim's level; ``claim_id`` ``None``: on the record for every claim.

    ``values`` are the fields that ``relabel`` and ``add`` give (values of CONTRACT.md); ``seen`` what the rules said when
    the person spoke, by the same names. ``content_hash`` is the ``seen_hash`` of the record the person saw: another one
    reopens the word.
    ``at`` is ISO, UTC. ``id`` counts up in the order given; 0 for a word that is not kept yet.
    """

    action: Action
    reason: str
    name: str
    at: str
    record_id: RecordId | None = None
    claim_id: str | None = None
    values: Mapping[str, Any] = field(default_factory=dict)
    seen: Mapping[str, Any] = field(default_factory=dict)
    content_hash: str | None = None
    id: int = 0
    reopened: bool = False
    """The record (or, for a word on a level, the level) is another one than the person saw."""
