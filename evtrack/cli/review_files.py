"""Which words stand in a file? Records entered by hand, and words that were exported; what is wrong is told by file and line."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from evtrack.cli.problems import Problem

if TYPE_CHECKING:
    from evtrack.cli.review_desk import Desk
    from evtrack.word import Word
    from evtrack.words_file import WordFault


def words_in(desk: Desk, files: Sequence[str]) -> list[Word]:
    """The words of exported files, in their order. Raises ``Problem`` for the first thing that is wrong, naming file and line."""
    from evtrack.words_file import read_words

    told = []
    for file in files:
        words, faults = read_words(_text_of(file), file, desk.library.claims)
        _raise(desk, faults)
        told += words
    return told


def added_in(desk: Desk, file: str, *, reason: str) -> list[Word]:
    """Records entered by hand, one word each. What the file does not say of reason and name, ``reason`` and the desk say.

    Raises ``Problem`` for the first thing that is wrong, naming file and line.
    """
    from evtrack.word_check import WordError, faults
    from evtrack.words_file import WordFault, line_of, load_yaml, word_of

    path = "-" if file == "-" else file
    found, wrong = load_yaml(_text_of(file), path)
    _raise(desk, wrong)
    words = []
    for entry, line in _entries(found):
        if not isinstance(entry, Mapping):
            raise _problem(path, line, _both("review.not_a_record"))
        values = {str(k): v for k, v in entry.items() if k not in ("record", "reason", "name")}
        said = {"reason": entry.get("reason") or reason, "name": entry.get("name") or desk.name}
        word = word_of({"action": "add", "record": entry.get("record"), "values": values, **said})
        words.append(word)
        claims = word.values.get("claims")
        named_claims = claims if isinstance(claims, Mapping) else ()  # anything else is a fault of its own
        unknown = (("unknown_claim", c) for c in named_claims if c not in desk.library.claims)
        for fault in (*faults(word), *(WordError(code, claim=claim) for code, claim in unknown)):
            named = str(fault.fields.get("field", "claims" if fault.code == "unknown_claim" else ""))
            fields = tuple((k, str(v)) for k, v in fault.fields.items())
            wrong.append(WordFault(path, line_of(entry, named, line), fault.code, fields))
    _raise(desk, sorted(wrong, key=lambda f: f.line))
    if not words:
        raise _problem(path, 1, _both("review.not_a_record"))
    return words


def missing_in(desk: Desk, words: Sequence[Word]) -> list[str]:
    """Records that words are about and that the store does not hold."""
    from evtrack.store.read import open_reader

    about = {w.record_id for w in words if w.record_id is not None}
    with open_reader(desk.settings.db) as reader:
        return sorted(about - set(reader.record_ids()))


def _raise(desk: Desk, faults: Sequence[WordFault]) -> None:
    """Raise the first fault as a ``Problem``, with how many more there are."""
    if not faults:
        return
    from evtrack.word_check import WordError

    first, more = faults[0], len(faults) - 1
    told = desk.problem(WordError(first.code, **dict(first.fields)))
    words = _both("review.wrong", **told.fields)
    raise _problem(first.path, first.line, words, _both("review.more_faults", n=more) if more else "")


def _problem(path: str, line: int, told: object, more: object = "") -> Problem:
    return Problem("review.file", path=path, line=line, told=told, more=more)


def _text_of(file: str) -> str:
    """A file's text, or standard input's. Raises ``Problem`` where it is no UTF-8."""
    if file == "-":
        return sys.stdin.read()
    path = Path(file)
    if not path.exists() or path.is_dir():
        raise Problem("file.folder" if path.is_dir() else "file.missing", path=file)
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise _problem(file, 1, _both("review.not_utf8")) from None


def _entries(found: Any) -> Iterator[tuple[Any, int]]:
    """What a file lists, one or several, with the line each begins in."""
    from evtrack.words_file import line_of

    if isinstance(found, list):
        yield from ((entry, line_of(found, number)) for number, entry in enumerate(found))
    elif found is not None:
        yield found, 1


def _both(key: str, **fields: object) -> object:
    from evtrack.wording import both

    return both(key, **fields)
