"""How little must be asked to find all that many queries find? Their union, with what they share written once.

A query is blocks that all must hold, a block is words of which any must: ``(a OR b) AND (c)``. What is written here finds
exactly what the queries find together, no more and no less, so that its list of ids can be compared with theirs.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from itertools import combinations

LONGEST = 3_900
"""Characters of one term, 4,000 with a span of days beside it: far below what the services refuse, and as much as a person can read."""

_OPERATOR = re.compile(r'"[^"]*"?|\[[^\]]*\]?|[()]|(?<![^\s()\]"])(?:AND|OR|NOT)(?![^\s()\["])')
_SAFE_WORD = re.compile(r'(?:"[^"]*"|[^\s"()\[\]:#]+(?: [^\s"()\[\]:#]+)*)\[[^\[\]]+\]|"[^"]*"|[^\s"()\[\]:#]+')
"""A word that means the same wherever it stands in a list: one word or phrase, or any with a tag."""

Block = tuple[str, frozenset[str]]
"""Where is looked (``""``: the words say so themselves), and the words of which one must be there."""
Query = frozenset[Block]


class NotReadError(ValueError):
    """A query whose parts cannot be told apart; it can be asked as it stands alone."""


def split(text: str) -> tuple[list[str], list[str]]:
    """The parts between the operators that stand in no parentheses, and these operators. Raises ``NotReadError``."""
    text = _bare(text)
    parts: list[str] = []
    operators: list[str] = []
    depth = start = 0
    for found in _OPERATOR.finditer(text):
        sign = found[0]
        if sign[0] in '"[':
            if len(sign) == 1 or sign[-1] != {'"': '"', "[": "]"}[sign[0]]:
                raise NotReadError(text)
        elif sign in "()":
            depth += 1 if sign == "(" else -1
            if depth < 0:
                raise NotReadError(text)
        elif depth == 0:
            parts.append(text[start : found.start()].strip())
            operators.append(sign)
            start = found.end()
    parts.append(text[start:].strip())
    if depth or not all(parts):
        raise NotReadError(text)
    return parts, operators


def _bare(text: str) -> str:
    """The text without parentheses around the whole of it."""
    text = text.strip()
    while text.startswith("(") and text.endswith(")"):
        depth = 0
        for found in _OPERATOR.finditer(text):
            depth += {"(": 1, ")": -1}.get(found[0], 0)
            if not depth and found[0] == ")" and found.end() < len(text):
                return text
        text = text[1:-1].strip()
    return text


def words_of(text: str) -> frozenset[str]:
    """The words of an OR list; what is none stays one word, in parentheses. Raises ``NotReadError``."""
    parts, operators = split(text)
    if set(operators) == {"OR"}:
        return frozenset(word for part in parts for word in words_of(part))
    text = _bare(text)
    return frozenset({text if not operators and _SAFE_WORD.fullmatch(text) else f"({text})"})


def query_of(text: str) -> Query:
    """The blocks of a query. Raises ``NotReadError``."""
    parts, operators = split(text)
    return frozenset(("", words_of(part)) for part in (parts if set(operators) <= {"AND"} else [text]))


def _narrower(query: Query, other: Query) -> bool:
    """Whether all that ``query`` finds, ``other`` finds: each block of it is met by one with no other words."""
    return all(any(b[0] == a[0] and b[1] <= a[1] for b in query) for a in other)


def _size(query: Query) -> int:
    return sum(len(word) + 4 for _, words in query for word in words)


def _lean(query: Query) -> Query:
    """The query without blocks that another of its blocks implies."""
    return frozenset(a for a in query if not any(b != a and b[0] == a[0] and b[1] < a[1] for b in query))


def _widest(queries: Iterable[Query]) -> list[Query]:
    """The queries without those that another one covers (A OR (A AND B) = A)."""
    kept: list[Query] = []
    for query in sorted(set(queries), key=lambda q: (len(q), -_size(q), _written(q))):
        if not any(_narrower(query, wider) for wider in kept):
            kept = [k for k in kept if not _narrower(k, query)] + [query]
    return kept


def _joined(one: Query, other: Query) -> Query | None:
    """The one query that finds what both find, where they differ in the words of one block alone."""
    apart, beside = one - other, other - one
    if len(apart) != 1 or len(beside) != 1:
        return None
    ((where, words),), ((there, others),) = apart, beside
    return (one & other) | {(where, words | others)} if where == there else None


def _written(query: Query) -> list[tuple[str, list[str]]]:
    """What queries are put in order by: the same queries give the same terms."""
    return sorted((where, sorted(words)) for where, words in query)


def fewest(queries: Iterable[Query], longest: int = LONGEST) -> list[Query]:
    """Queries that find together what ``queries`` do, none longer than ``longest`` by being joined."""
    left = _widest(map(_lean, queries))
    while True:
        best: tuple[int, Query, Query, Query] | None = None
        for one, other in combinations(left, 2):
            joined = _joined(one, other)
            if joined is not None and _size(joined) <= longest * 0.9:
                saved = _size(one) + _size(other) - _size(joined)
                if best is None or saved > best[0]:
                    best = (saved, one, other, joined)
        if best is None:
            return left
        left = _widest([_lean(best[3]), *(q for q in left if q not in best[1:3])])


def any_of(queries: Sequence[Query], block: Callable[[Block], str]) -> str:
    """One expression that finds what any of ``queries`` finds, with blocks that several share written once."""
    shared = Counter(b for query in queries for b in query)
    best = max(shared, key=lambda b: ((shared[b] - 1) * _size(frozenset({b})), b[0], sorted(b[1])), default=None)
    if best is None or shared[best] < 2:
        alone = [" AND ".join(block((where, frozenset(words))) for where, words in _written(q)) for q in queries]
        return alone[0] if len(alone) == 1 else " OR ".join(f"({text})" for text in alone)
    inner = any_of([q - {best} for q in queries if best in q], block)
    text = f"{block(best)} AND ({inner})"
    rest = [q for q in queries if best not in q]
    return f"({text}) OR ({any_of(rest, block)})" if rest else text


def terms(queries: Sequence[Query], block: Callable[[Block], str], longest: int = LONGEST) -> list[str]:
    """As few expressions of up to ``longest`` characters as find together what ``queries`` find (one alone may be longer)."""
    bins: list[list[Query]] = []
    for query in sorted(fewest(queries, longest), key=lambda q: (-_size(q), _written(q))):
        for some in bins:
            if len(any_of([*some, query], block)) <= longest:
                some.append(query)
                break
        else:
            bins.append([query])
    return [any_of(some, block) for some in bins]
