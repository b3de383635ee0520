"""What waits for a person, and why? The queue as text and as JSON, and the words that persons gave."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence
from typing import Any

from evtrack.claim import Library
from evtrack.grade.grades import ClaimGrade
from evtrack.report.plain import plain, wrap
from evtrack.report.review_text import word_lines, word_words
from evtrack.report.status_json import word_json
from evtrack.report.terminal import Line, colon, join, term
from evtrack.waiting import Waiting
from evtrack.word import Word
from evtrack.wording import word


def why_words(one: Waiting, lang: str) -> str:
    """Why it waits, with the records that it disagrees with."""
    told = word(f"waiting.{one.because}", lang)
    return f"{told}{colon(lang)}{join(one.others, lang)}" if one.others else told


def moves_words(one: Waiting, lang: str) -> str:
    """What of a headline it could move; the claim whose headline it is stands first."""
    level = term("level_short", one.potential, lang)
    return word(f"review.queue.moves.{one.moves or 'none'}", lang, claim=one.claim_ids[0], level=level)


def queue_lines(waiting: Sequence[Waiting], library: Library, lang: str, columns: int) -> list[Line]:
    """The queue: each with its place, why it waits, and what it could move."""
    if not waiting:
        return [(word("review.queue.nothing", lang), "")]
    moving = sum(one.moves is not None for one in waiting)
    out: list[Line] = [
        (line, "bold") for line in wrap(word("review.queue.count", lang, n=len(waiting), moving=moving), columns)
    ]
    indent = " " * (len(str(len(waiting))) + 2)
    for place, one in enumerate(waiting, 1):
        out.append(("", ""))
        head = f"{str(place).rjust(len(indent) - 2)}  {_named(one, library, lang)}"
        out += [(line, "bold") for line in wrap(head, columns, indent)]
        claims = word("review.queue.claims", lang, claims=join(one.claim_ids, lang))
        told = [why_words(one, lang), moves_words(one, lang), claims]
        if one.word is not None:
            told.append(word_words(one.word, lang))
        out += [(line, "dim") for text in told for line in wrap(indent + plain(text), columns, indent)]
    out += [("", ""), *((line, "dim") for line in wrap(word("review.queue.how", lang), columns))]
    return out


def _named(one: Waiting, library: Library, lang: str) -> str:
    """A record by id, year and title; a level by its claim."""
    if one.record_id is None:
        return f"{one.claim_ids[0]}{colon(lang)}{plain(library.claims[one.claim_ids[0]].statement.get(lang))}"
    return plain(f"{one.record_id} {f'({one.year}) ' if one.year else ''}{one.title}")


def waiting_json(one: Waiting) -> dict[str, Any]:
    """One entry of ``review list --json``."""
    return {
        "record_id": one.record_id,
        "claim_ids": list(one.claim_ids),
        "why": one.why,
        "because": one.because,
        "moves": one.moves,
        "level": one.level,
        "potential": one.potential,
        "others": list(one.others),
        "title": one.title or None,
        "year": one.year,
        "word": word_json(one.word) if one.word else None,
    }


def words_lines(
    words: Sequence[Word],
    titles: Mapping[str, str],
    standing: Container[int],
    lang: str,
    columns: int,
    safety: Container[str] = (),
) -> list[Line]:
    """Words that were given, each with what it is about, what it says, and what the rules had said."""
    if not words:
        return [(word("review.no_words", lang), "")]
    out: list[Line] = []
    for one in words:
        about = one.record_id or one.claim_id or ""
        head = f"{about} {titles.get(about, '')}".rstrip()
        out += [("", "")] if out else []
        out += [(line, "bold") for line in wrap(plain(head), columns, "  ")]
        told = word_lines(one, lang, safety)
        if one.id not in standing:
            told.append(word("review.stands_no_more", lang))
        out += [(line, "") for text in told for line in wrap("  " + plain(text), columns, "    ")]
    return out


def given_json(
    run: int | None,
    words: Sequence[Word],
    before: Mapping[str, ClaimGrade],
    after: Mapping[str, ClaimGrade],
    claims: Sequence[str],
) -> dict[str, Any]:
    """What giving words did: the words with their numbers, and the claims they touch, before and after."""
    return {
        "run_id": run,
        "words": [word_json(one) for one in words],
        "claims": list(_moved(before, after, claims)),
    }


def _moved(
    before: Mapping[str, ClaimGrade], after: Mapping[str, ClaimGrade], claims: Sequence[str]
) -> Iterator[dict[str, Any]]:
    for claim_id in claims:
        old, new = before.get(claim_id), after.get(claim_id)
        yield {
            "claim_id": claim_id,
            "level_before": old.level if old else None,
            "level": new.level if new else None,
            "stance_before": old.stance if old else None,
            "stance": new.stance if new else None,
            "label_before": old.label.as_dict() if old else None,
            "label": new.label.as_dict() if new else None,
        }
