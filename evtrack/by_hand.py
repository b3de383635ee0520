"""Which record is it that a person enters by hand? A citation and what the person read of it → a Record like any other."""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Mapping
from typing import Any

from evtrack.record import AbstractSection, NctId, PartialDate, Record, RecordId, Trial
from evtrack.word import Word

_LANGUAGES = {"ja": "jpn", "en": "eng", "zh": "chi", "ko": "kor", "de": "ger", "fr": "fre", "es": "spa", "ru": "rus"}
"""ISO 639-1 → what NLM writes."""

_LONGEST = 60


def manual_id(values: Mapping[str, Any]) -> RecordId:
    """``MANUAL:`` and its DOI, its registry id, or words of its title with a short hash: the same citation, the same id.

    The DOI first: one registered trial may have two papers.
    """
    named = values.get("doi") or values.get("registry_id")
    if named and str(named).isascii():
        return RecordId(f"MANUAL:{_plain(str(named))}")
    title = str(values.get("title", ""))
    told = f"{title}\0{named or values.get('url', '')}"
    short = hashlib.sha256(told.encode("utf-8", "replace")).hexdigest()[:8]
    return RecordId("MANUAL:" + "-".join(filter(None, (_plain(title.casefold())[:_LONGEST].strip("-"), short))))


def _plain(text: str) -> str:
    """ASCII letters, digits and what ids are made of; everything else is one hyphen."""
    ascii_only = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^A-Za-z0-9._/-]+", "-", ascii_only).strip("-")


def record_of(word: Word) -> Record:
    """The record that an ``add`` enters; what a person read of it (design, stance …) is the word's and not here."""
    values = word.values
    abstract, year = values.get("abstract"), values.get("year")
    language = values.get("language")
    registry_id = values.get("registry_id")
    return Record(
        id=RecordId(str(word.record_id)),
        source="manual",
        format="manual",
        title=str(values.get("title", "")),
        abstract=(AbstractSection(str(abstract)),) if abstract else (),
        languages=(_LANGUAGES.get(str(language), str(language)),) if language else (),
        publication_types=("Preprint",) if "preprint" in values.get("flags", ()) else (),
        journal=values.get("journal"),
        authors=tuple(values.get("authors", ())),
        published=PartialDate(year) if isinstance(year, int) else None,
        doi=values.get("doi"),
        other_registry_ids=(str(registry_id),) if registry_id else (),
        trial=_trial(values) if values.get("design") == "registered_trial" else None,
        citation=values.get("citation"),
        url=values.get("url"),
    )


def bytes_of(word: Word) -> bytes:
    """What is kept as received: the values as they were given."""
    return json.dumps(dict(word.values), ensure_ascii=True, sort_keys=True).encode()


def _trial(values: Mapping[str, Any]) -> Trial:
    """What a registry that neither service holds says of a study."""
    status = values.get("status")
    return Trial(
        nct_id=NctId(str(values.get("registry_id", ""))),
        brief_title=values.get("title"),
        overall_status=str(status).strip().upper().replace(" ", "_") if status else None,
        phases=tuple(p.strip() for p in str(values.get("phase", "")).split("/") if p.strip()),
        enrollment=values.get("planned_n"),
        completion_date=PartialDate.parse(str(values.get("completion", ""))),
    )
