"""Which words does a person read? One catalogue, Japanese and English, keyed by value.

The tables are plain Python dictionaries by noun (``key: (Japanese, English)``). Keys read ``group.value``: ``level.animal``, ``gate.retracted``, ``sentence.nothing_found`` …
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from importlib import import_module

from evtrack.bilingual import Bilingual

TABLES: Mapping[str, tuple[str, ...]] = {
    "record": (
        "agent",
        "basis",
        "confidence",
        "design",
        "field",
        "gate",
        "left_out",
        "level",
        "level_short",
        "match",
        "number",
        "reason",
        "role",
        "route",
        "route_dosing",
        "route_plain",
        "source",
        "stance",
        "stance_short",
        "writer",
    ),
    "registry": ("flag", "language", "phase", "registered", "status", "trial"),
    "claim": ("claim_status", "kind", "lang", "not_searched", "state", "track"),
    "label": ("change", "label"),
    "sentence": ("people", "sentence"),
    "verdict": ("direction", "severity", "strength", "unit", "verdict"),
    "change": ("change", "change_kind", "change_severity", "changes"),
    "history": ("history", "view"),
    "datasette": ("column", "datasette", "question", "table"),
    "fault": ("fault",),
    "trouble": ("demo", "progress", "refresh", "trouble"),
    "help": ("help", "option"),
    "interface": ("cli", "cluster", "config", "file", "load", "os", "progress", "regrade", "store", "usage"),
    "view": ("claims", "db", "doctor", "rule", "run_kind", "view", "zone"),
    "audit": ("ad", "advice", "found", "not_assessed", "tick"),
    "audit_view": ("audit",),
    "report": ("cite", "footnote", "report", "site"),
    "review": ("review",),
    "said": ("waiting", "word_error"),
    "notify": ("digest", "notify"),
}
"""Table (a file beside this one) → the groups whose words it holds. A table is read when a word of it is asked for."""


@cache
def _group(group: str) -> dict[str, tuple[str, str]]:
    """The keys of one group with their (Japanese, English) words."""
    words: dict[str, tuple[str, str]] = {}
    for table, groups in TABLES.items():
        if group in groups:
            held: dict[str, tuple[str, str]] = import_module(f"evtrack.wording.{table}").WORDS
            words |= {key: said for key, said in held.items() if key.partition(".")[0] == group}
    return words


def has_words(key: str) -> bool:
    """Whether the catalogue has ``key``."""
    return key in _group(key.partition(".")[0])


def words_of(key: str) -> tuple[str, str]:
    """The (Japanese, English) words of ``key``, its fields not filled in. Raises ``KeyError``."""
    try:
        return _group(key.partition(".")[0])[key]
    except KeyError:
        raise KeyError(f"no words for {key!r} in evtrack/wording") from None


def keys(group: str) -> Iterator[str]:
    """The values that have words in ``group``: ``keys("level")`` gives ``none``, ``in_vitro`` …"""
    return (key.partition(".")[2] for key in _group(group))


def word(key: str, lang: str, **fields: object) -> str:
    """The words for ``key`` in ``lang`` (``"ja"`` or ``"en"``), with its fields filled in.

    Raises ``KeyError`` naming a key the catalogue lacks, or a field that the words ask for and the caller did not give.
    """
    return both(key, **fields).get(lang)


def both(key: str, **fields: object) -> Bilingual:
    """The words for ``key`` in both languages. A field may be a ``Bilingual``: each language then gets its own."""
    ja, en = words_of(key)
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
