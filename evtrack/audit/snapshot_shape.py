"""Is this an answer of ``status --json`` or ``show --json``, as far as an audit reads it? The types of its keys, checked first."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from evtrack.grade.grades import Level


class _Read(BaseModel):
    """Of a newer or older evtrack, keys may be more or fewer."""

    model_config = ConfigDict(extra="ignore", strict=True)


class _KofN(_Read):
    k: int
    n: int
    unread: int


class _Registered(_Read):
    id: str


class _Searched(_Read):
    source: str
    count: int | None = None
    complete: bool = False
    at: str | None = None


class _Record(_Read):
    id: str
    level: Level
    title: str | None = None
    year: int | None = None
    counts_for_claim: bool = False
    numbers: dict[str, Any] | None = None


class _Claim(_Read):
    claim_id: str
    track: str
    kind: str | None = None
    counts: dict[str, int] | None = None
    k_of_n: _KofN | None = None
    n_total: int | None = None
    groups: int | None = None
    provisional_level: Level | None = None
    indirect: dict[str, str] | None = None
    by_route: dict[str, str] | None = None
    needs_review: int | None = None
    harms: list[str] | None = None
    registered: list[_Registered] | None = None
    members: dict[str, str | None] | None = None
    state_verdict: str | None = None
    records: list[_Record] | None = None
    searched: list[_Searched] | None = None


def wrong_in(answer: dict[str, Any]) -> str | None:
    """The first thing in one claim of a snapshot that is not as evtrack writes it (``harms.0``); ``None`` where all is."""
    try:
        _Claim.model_validate(answer)
    except ValidationError as error:
        return ".".join(str(step) for step in error.errors(include_url=False, include_input=False)[0]["loc"])
    return None
