"""Which of a few records does each of many queries find? Guessed from the records' words, and confirmed by PubMed.

Queries share their words, so these are asked about: many in one term that finds every record of which a guess is wrong.
Where it finds any, they are asked in halves, at last each group by itself. Nothing that was only guessed is told.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from evtrack.record import RecordId
from evtrack.sources._cover import LONGEST, Block, NotReadError, query_of, split
from evtrack.sources._protocol import Read
from evtrack.sources.pubmed_changed import Entrez, bare
from evtrack.sources.pubmed_query import any_word
from evtrack.sources.pubmed_search import CAP, Found, whole
from evtrack.sources.pubmed_union import all_read
from evtrack.trouble import FetchError

_MOST = 2_000
"""Records; of more, asking each query costs less."""

_BY_ITSELF = 0.7 * LONGEST
"""A block whose guess is written so long is asked by itself: that takes one request, and no guess."""

_WORD = re.compile(r"[^\W_]+")
_POSSESSIVE = re.compile(r"['’]s\b")
_AFFILIATION = re.compile(rb"<Affiliation>([^<]*)<")
_TAGGED = re.compile(r'(?:"([^"]*)"|([^"\[\]]*))\[([^\]]*)\]')


_TRIALS = (
    "clinical trial", "adaptive clinical trial", "clinical trial phase i", "clinical trial phase ii",
    "clinical trial phase iii", "clinical trial phase iv", "clinical trial protocol", "controlled clinical trial",
    "equivalence trial", "pragmatic clinical trial", "randomized controlled trial",
)  # fmt: skip
_NARROWER = {
    "clinical study": ("observational study", *_TRIALS),
    "clinical trial": _TRIALS,
    "controlled clinical trial": ("randomized controlled trial", "equivalence trial", "pragmatic clinical trial"),
    "meta analysis": ("network meta analysis",),
    "review": ("systematic review", "scoping review"),
}
"""A publication type finds the narrower ones too (nlm.nih.gov/mesh/pubtypes.html)."""


class _UnsureError(Exception):
    """The service's answer cannot be believed, or to go on costs more than to ask each query."""


def among(
    entrez: Entrez, queries: Sequence[str], reads: Mapping[RecordId, Read], witness: RecordId
) -> dict[str, frozenset[RecordId]] | None:
    """Query → those of ``reads`` that it finds; ``None`` where that could not be learned in fewer requests than queries.

    ``witness``: another record that PubMed has; it shows in each answer that the history still holds what was put there.
    """
    try:
        parsed = {query: query_of(query) for query in queries}
        if not 0 < len(reads) <= _MOST or witness in reads:
            return None
        groups = _groups({b for query in parsed.values() for b in query})
        texts = {i: _fields(read) for i, read in reads.items()}
        guesses = {g: frozenset(i for i, text in texts.items() if any(_holds(w, text) for w in g[1])) for g in groups}
        web_env, key = entrez.epost([*reads, witness], None)
        true = _Asked(entrez, frozenset(reads), bare(witness), web_env, key, len(queries) - 1).confirmed(guesses)
    except (NotReadError, FetchError, _UnsureError):
        return None
    found: dict[Block, set[RecordId]] = {}
    for group, of in groups.items():
        for block in of:
            found.setdefault(block, set()).update(true[group])
    everything = frozenset(reads)
    return {query: everything.intersection(*(found[b] for b in blocks)) for query, blocks in parsed.items()}


def _groups(blocks: Collection[Block]) -> dict[Block, list[Block]]:
    """Words that are in the same blocks, as a block of their own → the blocks that they are in. No word is in two groups."""
    of: dict[str, list[Block]] = {}
    for block in sorted(blocks, key=any_word):
        for word in sorted(block[1]):
            of.setdefault(word, []).append(block)
    groups: dict[tuple[Block, ...], set[str]] = {}
    for word, within in of.items():
        groups.setdefault(tuple(within), set()).add(word)
    return {("", frozenset(words)): list(within) for within, words in groups.items()}


@dataclass(slots=True)
class _Asked:
    """Asks about blocks of records that are in the history. ``left``: requests that may still be sent."""

    entrez: Entrez
    records: frozenset[RecordId]
    witness: str
    web_env: str
    key: str
    left: int
    _true: dict[Block, frozenset[RecordId]] = field(default_factory=dict)

    def confirmed(self, guesses: Mapping[Block, frozenset[RecordId]]) -> Mapping[Block, frozenset[RecordId]]:
        """Group → the records that have any of its words, as PubMed says. Raises ``_UnsureError``, ``FetchError``."""
        wrong = {b: self._wrong(b, guess) for b, guess in guesses.items()}
        packs: list[list[Block]] = []
        for b in sorted(guesses, key=lambda b: (-len(wrong[b]), any_word(b))):
            if len(wrong[b]) > _BY_ITSELF:
                packs.append([b])
                continue
            for pack in packs:
                if sum(len(wrong[p]) + 6 for p in pack) + len(wrong[b]) < LONGEST - 80:
                    pack.append(b)
                    break
            else:
                packs.append([b])
        if len(packs) > self.left:
            raise _UnsureError
        for pack in packs:
            self._confirm(pack, guesses, wrong)
        return self._true

    def _confirm(
        self, pack: Sequence[Block], guesses: Mapping[Block, frozenset[RecordId]], wrong: Mapping[Block, str]
    ) -> None:
        if len(pack) == 1:
            self._true[pack[0]] = self._found(any_word(pack[0]))
        elif not self._found(" OR ".join(f"({wrong[b]})" for b in pack)):
            self._true |= {b: guesses[b] for b in pack}
        else:
            half = len(pack) // 2
            self._confirm(pack[:half], guesses, wrong)
            self._confirm(pack[half:], guesses, wrong)

    def _wrong(self, block: Block, guess: frozenset[RecordId]) -> str:
        """A term that finds the records of which the guess is wrong."""
        words, others = any_word(block), self.records - guess
        if not guess:
            return words
        if len(guess) <= len(others):
            ids = _ids(guess)
            return f"({words} NOT {ids}) OR ({ids} NOT {words})"
        if not others:
            return f"#{self.key} NOT {words}"
        ids = _ids(others)
        return f"({words} AND {ids}) OR ((#{self.key} NOT {ids}) NOT {words})"

    def _found(self, term: str) -> frozenset[RecordId]:
        """Those of the records that a term finds. Raises ``_UnsureError``, ``FetchError``."""
        if not self.left:
            raise _UnsureError
        self.left -= 1

        def ask(asked: str, start: int, size: int) -> Found:
            return self.entrez.esearch(asked, start, size, {"WebEnv": self.web_env, "usehistory": "y"})

        written = f"#{self.key} AND (({term}) OR {self.witness}[uid])"
        first = ask(written, 0, CAP)
        part = whole(ask, written, first)
        found = frozenset(i for i in self.records if bare(i) in part.pmids)
        if (
            not part.complete
            or first.troubles
            or first.unknown
            or not all_read(written, first)
            or self.witness not in part.pmids
            or len(part.pmids) != len(found) + 1
        ):
            raise _UnsureError
        return found


def _ids(ids: Collection[RecordId]) -> str:
    return f"({' OR '.join(f'{bare(i)}[uid]' for i in sorted(ids))})"


def _fields(read: Read) -> Mapping[str, Sequence[str]]:
    """Tag → texts of a record, as words between blanks."""
    record = read.record
    title = [record.title, record.vernacular_title or ""]
    sections = [s.text for s in (*record.abstract, *record.other_abstracts)]
    headings = [m.descriptor for m in record.mesh]
    fields = {
        "ti": title,
        "ab": sections,
        "tiab": [*title, *sections, *record.keywords],
        "mh": headings,
        "mesh": headings,
        "pt": list(record.publication_types),
        "au": list(record.authors),
        "fau": list(record.authors),
        "ad": [text.decode("utf-8", "replace") for text in _AFFILIATION.findall(read.raw)],
    }
    return {tag: [_written(text) for text in texts if text] for tag, texts in fields.items()}


def _written(text: str) -> str:
    return f" {' '.join(_WORD.findall(_POSSESSIVE.sub('', text).lower()))} "


def _holds(text: str, fields: Mapping[str, Sequence[str]]) -> bool:
    """Whether a record seems to fit an expression, read from left to right as PubMed does."""
    parts, operators = split(text)
    if operators:
        held = _holds(parts[0], fields)
        for operator, part in zip(operators, parts[1:], strict=True):
            right = _holds(part, fields)
            held = {"AND": held and right, "OR": held or right, "NOT": held and not right}[operator]
        return held
    tagged = _TAGGED.fullmatch(parts[0].strip("() "))
    if tagged is None:
        return False
    sought = _written(tagged[1] or tagged[2])
    texts = fields.get(tagged[3].lower(), ())
    if tagged[3].lower() in ("ti", "ab", "tiab", "ad"):
        sought = sought.rstrip() if (tagged[1] or tagged[2]).endswith("*") else sought
        return any(sought in text for text in texts)
    if tagged[3].lower() in ("au", "fau"):
        return any(set(sought.split()[:1]) <= set(text.split()) for text in texts)
    narrower = _NARROWER.get(sought.strip(), ()) if tagged[3].lower() == "pt" else ()
    return any(text in (sought, *(f" {kind} " for kind in narrower)) for text in texts)
