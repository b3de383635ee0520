"""How are persons' words written to a file that git can keep, and read back? YAML, one entry a word, in the order given."""

from __future__ import annotations

import io
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from evtrack.by_hand import manual_id
from evtrack.record import RecordId
from evtrack.store.facts import as_utc
from evtrack.word import Word
from evtrack.word_check import CITED, faults

KEYS = ("action", "record", "claim", "values", "reason", "name", "at", "content_hash", "seen")
"""Keys of an entry, in the order written. There are no ids: they are each store's own."""

_HEAD = (
    "# Words of persons on records and levels, in the order given (evtrack review export). Only ever add at the end.\n"
)
_FIRST = ("title", "citation", "url", "doi", "registry_id", "year", "journal", "authors", "language", "design")


@dataclass(frozen=True, slots=True, order=True)
class WordFault:
    """What is wrong with an entry: ``code`` and ``fields`` of ``word_error.<code>`` in the catalogue; ``line`` is 1-based."""

    path: str
    line: int
    code: str
    fields: tuple[tuple[str, str], ...] = ()


def write_words(words: Iterable[Word]) -> str:
    """All words as one YAML document, oldest first; the same words, the same text."""
    from ruamel.yaml import YAML

    yaml = YAML(typ="rt")
    yaml.width = 100_000  # a line a value: a text folded anew would differ in git where nothing was said
    yaml.allow_unicode = True
    yaml.indent(mapping=2, sequence=4, offset=2)
    stream = io.StringIO()
    entries = [_entry(word) for word in words]
    if not entries:
        return _HEAD + "words: []\n"
    yaml.dump({"words": entries}, stream)
    # What does not print stands in double quotes (see ``_writable``), where YAML reads an escape as the sign itself.
    return _HEAD + "".join(c if c == "\n" or c.isprintable() else _escape(c) for c in stream.getvalue())


def _escape(sign: str) -> str:
    return f"\\u{ord(sign):04x}" if ord(sign) < 0x10000 else f"\\U{ord(sign):08x}"


def _entry(word: Word) -> dict[str, Any]:
    values: dict[str, Any] = {
        "action": word.action,
        "record": word.record_id,
        "claim": word.claim_id,
        "values": _in_order(word.values, (*_FIRST, *CITED)),
        "reason": word.reason,
        "name": word.name,
        "at": word.at,
        "content_hash": word.content_hash,
        "seen": _in_order(word.seen, ()),
    }
    return {key: _writable(values[key]) for key in KEYS if values[key] not in (None, {})}


def _in_order(values: Mapping[str, Any], first: tuple[str, ...]) -> dict[str, Any]:
    names = [n for n in dict.fromkeys(first) if n in values]
    return {name: values[name] for name in (*names, *sorted(values.keys() - set(names)))}


def _writable(value: Any) -> Any:
    """Texts of several lines as a block, so that a change of one line is a change of one line."""
    from ruamel.yaml.scalarstring import DoubleQuotedScalarString, LiteralScalarString

    if isinstance(value, Mapping):
        return {str(k): _writable(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [_writable(v) for v in value]
    if not isinstance(value, str) or value.isalnum():
        return value
    lines = value.split("\n")
    plain = all(line == line.rstrip() and line.isprintable() and line for line in lines) and not lines[0][0].isspace()
    if len(lines) > 1 and plain:
        return LiteralScalarString(value)
    return value if value.isprintable() and len(lines) == 1 else DoubleQuotedScalarString(value)


def read_words(text: str, path: str, claims: Container[str] | None = None) -> tuple[list[Word], list[WordFault]]:
    """The words of a file that ``write_words`` wrote, in its order, and what is wrong with it. With faults, take none of it.

    ``claims``: the claims that there are; a word on another one is wrong.
    """
    found, wrong = load_yaml(text, path)
    entries = found.get("words") if isinstance(found, Mapping) and set(found) == {"words"} else None
    if not isinstance(entries, list):
        return [], wrong or [WordFault(path, 1, "no_words")]
    words: list[Word] = []
    for number, entry in enumerate(entries):
        line = line_of(entries, number)
        faulty = list(_faults_of(entry, path, line))
        if not faulty and claims is not None:
            faulty = list(_of_no_claim(entry, word_of(entry), claims, path, line))
        wrong += faulty
        if not faulty:
            words.append(word_of(entry))
    return words, wrong


def _of_no_claim(entry: Any, word: Word, claims: Container[str], path: str, line: int) -> Iterator[WordFault]:
    """Claims that a word names and that there are not."""
    if word.claim_id is not None and word.claim_id not in claims:
        yield WordFault(path, line_of(entry, "claim", line), "unknown_claim", (("claim", word.claim_id),))
    for claim in word.values.get("claims", ()):
        if claim not in claims:
            yield WordFault(path, line_of(entry["values"], "claims", line), "unknown_claim", (("claim", claim),))


def load_yaml(text: str, path: str) -> tuple[Any, list[WordFault]]:
    """The document with the lines of its keys, and why it can't be read where it can't. Days stay the texts that somebody typed."""
    from evtrack.yaml_text import YamlFault, read_yaml

    try:
        return read_yaml(text), []
    except YamlFault as fault:
        named = {"not_yaml": "why", "key_twice": "field", "yaml_sign": "sign"}.get(fault.code)
        return None, [WordFault(path, fault.line, fault.code, ((named, fault.why),) if named else ())]


def word_of(entry: Mapping[str, Any]) -> Word:
    """The word of one entry with known keys; an ``add`` may leave its record's id to be made from the citation."""
    given = _plain(entry)
    values = given.get("values") or {}
    claims = values.get("claims")
    if isinstance(claims, list):
        values = {**values, "claims": {str(c): {} for c in claims}}
    elif isinstance(claims, dict):
        values = {**values, "claims": {c: own or {} for c, own in claims.items()}}
    record = given.get("record") or (manual_id(values) if given.get("action") == "add" else None)
    return Word(
        action=given.get("action", ""),
        reason=_text(given.get("reason")),
        name=_text(given.get("name")),
        at=_moment(_text(given.get("at"))),
        record_id=RecordId(record) if record else None,
        claim_id=given.get("claim"),
        values=values,
        seen=given.get("seen") or {},
        content_hash=given.get("content_hash"),
    )


def _text(value: Any) -> str:
    return "" if value is None else str(value)


def _faults_of(entry: Any, path: str, line: int) -> Iterator[WordFault]:
    """All that is wrong with one entry of a file of words."""
    if not isinstance(entry, Mapping):
        yield WordFault(path, line, "not_a_word")
        return
    odd = False
    for key, value in entry.items():
        at = line_of(entry, key, line)
        if key not in KEYS:
            odd = True
            yield WordFault(path, at, "unknown_key", (("field", str(key)), ("fields", ", ".join(KEYS))))
        elif key in ("values", "seen") and value is not None and not isinstance(value, Mapping):
            odd = True
            yield WordFault(path, at, "not_a_mapping", (("field", key),))
        elif key not in ("values", "seen", "at") and value is not None and not isinstance(value, str):
            odd = True
            yield WordFault(path, at, "not_a_text", (("field", key), ("value", str(value))))
    if odd:
        return
    word = word_of(entry)
    if not _is_moment(word.at):
        yield WordFault(path, line_of(entry, "at", line), "not_a_moment", (("value", word.at),))
    yield from _faults_in(word, entry, entry.get("values"), path, line)


def _faults_in(word: Word, entry: Any, values: Any, path: str, line: int) -> Iterator[WordFault]:
    """What ``word_check`` finds in a word, at the line of the field that it names."""
    for fault in faults(word):
        fields = tuple(sorted((name, str(value)) for name, value in fault.fields.items()))
        named = str(fault.fields.get("field", ""))
        at = line_of(values, named, 0) or line_of(entry, named, line)
        yield WordFault(path, at, fault.code, fields)


def _is_moment(text: str) -> bool:
    try:
        moment = datetime.fromisoformat(text)
        as_utc(moment)
    except (ValueError, OverflowError):  # the first and the last day of the calendar are others in UTC
        return False
    return moment.tzinfo is not None


def _moment(text: str) -> str:
    """A moment as the store spells it; what is none stays as it is, to be told."""
    return as_utc(datetime.fromisoformat(text)) if _is_moment(text) else text


def line_of(holder: Any, key: Any, otherwise: int = 1) -> int:
    """The 1-based line of an entry or key, as far as the reader kept it."""
    marks = getattr(holder, "lc", None)
    try:
        return int((marks.item(key) if isinstance(key, int) else marks.key(key))[0]) + 1 if marks else otherwise
    except (KeyError, TypeError, AttributeError):
        return otherwise


def _plain(value: Any) -> Any:
    """YAML's own classes as plain values."""
    if isinstance(value, Mapping):
        return {str(k): _plain(v) for k, v in value.items()}
    if isinstance(value, list):
        return [_plain(v) for v in value]
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, int):
        return int(value)
    return str(value) if isinstance(value, str) else value
