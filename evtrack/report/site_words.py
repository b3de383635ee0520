"""How is a value said in both languages at once, cleaned for a page? Pairs of words, their lists, and anchors."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import cache, lru_cache
from hashlib import sha256
from itertools import zip_longest
from typing import TYPE_CHECKING

from evtrack.bilingual import Bilingual
from evtrack.report.plain import plain
from evtrack.report.terminal import join, term
from evtrack.wording import both

if TYPE_CHECKING:
    from budoux.parser import Parser

_JAPANESE = re.compile("[ぁ-んァ-ヶ一-龠]")
_KANA = re.compile("[ぁ-んァ-ヶ]")
_PLAIN_ID = re.compile(r"[A-Za-z]{1,12}:?[A-Za-z0-9]{1,40}\Z")

LONGEST = 400
"""Characters of a title: what is longer is no title, and is cut."""


def two(key: str, **fields: object) -> Bilingual:
    """The words for a key of the catalogue."""
    return clean(both(key, **fields))


def clean(words: Bilingual) -> Bilingual:
    """Both texts without control characters and direction marks."""
    return Bilingual(plain(words.ja), plain(words.en))


def told(say: Callable[[str], str]) -> Bilingual:
    """What ``say`` says in each language."""
    return Bilingual(plain(say("ja")), plain(say("en")))


def each(say: Callable[[str], Iterable[str]]) -> tuple[Bilingual, ...]:
    """The lines that ``say`` says in each language, side by side."""
    lines = zip_longest(say("ja"), say("en"), fillvalue="")
    return tuple(Bilingual(plain(ja).strip(), plain(en).strip()) for ja, en in lines)


@lru_cache(2048)
def termed(group: str, value: str | None) -> Bilingual:
    """The words for a value, as ``term`` gives them."""
    return told(lambda lang: term(group, value, lang))


def same(text: object) -> Bilingual:
    """A name, a number or a date: the same in every language."""
    return Bilingual(plain(str(text)), plain(str(text)))


def listed(parts: Iterable[Bilingual]) -> Bilingual:
    """A list of words."""
    known = list(parts)
    return Bilingual(join((p.ja for p in known), "ja"), join((p.en for p in known), "en"))


def title_of(text: str) -> str:
    """A record's title as it is, cleaned, and cut where it is longer than any title."""
    text = plain(text).strip()
    return text if len(text) <= LONGEST else text[:LONGEST].rstrip() + "…"


def language_of(text: str) -> str:
    """The language of a title, as far as its letters tell: titles come in English, or in Japanese."""
    return "ja" if _KANA.search(text) or _JAPANESE.search(text) else "en"


def anchor(claim_id: str, record_id: str) -> str:
    """The id of a record's entry on a claim's page: letters, digits and hyphens alone, and another one for each record."""
    if _PLAIN_ID.match(record_id):
        return f"{claim_id}-{record_id.replace(':', '-')}"
    return f"{claim_id}-{sha256(record_id.encode(errors='replace')).hexdigest()[:12]}"


def phrases(text: str) -> list[str]:
    """A Japanese text in pieces that a line may end between (BudouX); they add up to the text."""
    return _parser().parse(text) if text else []


@cache
def _parser() -> Parser:
    import budoux

    return budoux.load_default_japanese_parser()
