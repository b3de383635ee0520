"""Which words does a person read? One catalogue, Japanese and English, keyed by value.

The tables are plain Python dictionaries by noun (``key: (Japanese, English)``), so that reading them costs nothing at
start-up. Keys read ``group.value``: ``level.animal``, ``gate.retracted``, ``sentence.nothing_found`` …
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from evtrack.claim import Bilingual
from evtrack.wording import (
    audit,
    audit_view,
    change,
    claim,
    datasette,
    fault,
    history,
    interface,
    label,
    notify,
    record,
    registry,
    report,
    review,
    said,
    sentence,
    trouble,
    verdict,
    view,
)

TABLES = (
    record.WORDS,
    registry.WORDS,
    claim.WORDS,
    label.WORDS,
    sentence.WORDS,
    verdict.WORDS,
    change.WORDS,
    history.WORDS,
    datasette.WORDS,
    fault.WORDS,
    trouble.WORDS,
    interface.WORDS,
    view.WORDS,
    audit.WORDS,
    audit_view.WORDS,
    report.WORDS,
    review.WORDS,
    said.WORDS,
    notify.WORDS,
)


@cache
def catalogue() -> dict[str, tuple[str, str]]:
    """Every key with its (Japanese, English) words. Raises ``ValueError`` where two tables hold one key."""
    words: dict[str, tuple[str, str]] = {}
    for table in TABLES:
        twice = words.keys() & table.keys()
        if twice:
            raise ValueError(f"words given twice: {sorted(twice)}")
        words.update(table)
    return words


def keys(group: str) -> Iterator[str]:
    """The values that have words in ``group``: ``keys("level")`` gives ``none``, ``in_vitro`` …"""
    prefix = group + "."
    return (key.removeprefix(prefix) for key in catalogue() if key.startswith(prefix))


def word(key: str, lang: str, **fields: object) -> str:
    """The words for ``key`` in ``lang`` (``"ja"`` or ``"en"``), with its fields filled in.

    Raises ``KeyError`` naming a key the catalogue lacks, or a field that the words ask for and the caller did not give.
    """
    return both(key, **fields).get(lang)


def both(key: str, **fields: object) -> Bilingual:
    """The words for ``key`` in both languages. A field may be a ``Bilingual``: each language then gets its own."""
    try:
        ja, en = catalogue()[key]
    except KeyError:
        raise KeyError(f"no words for {key!r} in evtrack/wording") from None
    return Bilingual(_fill(key, ja, "ja", fields), _fill(key, en, "en", fields))


def _fill(key: str, text: str, lang: str, fields: dict[str, object]) -> str:
    """``text`` with ``{name}`` replaced; what a field holds is never read as a template."""
    if "{" not in text:
        return text
    values = {name: v.get(lang) if isinstance(v, Bilingual) else v for name, v in fields.items()}
    try:
        return text.format_map(values)
    except KeyError as missing:
        raise KeyError(f"the words for {key!r} ask for {missing}") from None
