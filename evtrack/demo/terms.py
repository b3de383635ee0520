"""What does a PubMed search term find? Its syntax read as PubMed reads it: strictly from left to right."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from evtrack.demo.pubmed_index import DATE_FIELDS, FIELD_NAMES, FIELD_OF_TAG, PubmedIndex
from evtrack.demo.words import words_of

_TOKEN = re.compile(
    r"""\s*(?:
        (?P<sign>[():])
      | \#(?P<history>\d+)
      | "(?P<quoted>[^"]*)"?
      | \[(?P<tag>[^\]]*)\]?
      | (?P<word>[^\s()":\[\]]+)
      | (?P<stray>\])
    )""",
    re.VERBOSE,
)

SHORTEST_TRUNCATED = 4
"""Letters that must stand before a ``*`` (pubmed.ncbi.nlm.nih.gov/help, "Truncation")."""


@dataclass(slots=True)
class Findings:
    """What a term found and what PubMed says about it. ``held``: bits of the index's articles."""

    held: int = 0
    translation: str = ""
    phrases_not_found: list[str] = field(default_factory=list)
    fields_not_found: list[str] = field(default_factory=list)
    quoted_not_found: list[str] = field(default_factory=list)
    messages: list[str] = field(default_factory=list)


Found = tuple[int, str]
"""Bits, and how the part was translated."""


def search(
    term: str,
    index: PubmedIndex,
    *,
    history: Mapping[int, Collection[str]] | None = None,
    unknown_words: Collection[str] = (),
    unknown_fields: Collection[str] = (),
) -> Findings:
    """What ``term`` finds.

    ``history``: query key → PMIDs, for ``#1``. ``unknown_words``: words that no record of all PubMed holds; any other
    word counts as known even where this small corpus lacks it, as 38 million records hold nearly every word.
    ``unknown_fields``: tags to be treated as if PubMed did not know them.
    """
    return _Search(term, index, history or {}, unknown_words, unknown_fields).run()


class _Search:
    def __init__(
        self,
        term: str,
        index: PubmedIndex,
        history: Mapping[int, Collection[str]],
        unknown_words: Collection[str],
        unknown_fields: Collection[str],
    ) -> None:
        self.tokens = [(m.lastgroup or "", m[m.lastgroup or 0]) for m in _TOKEN.finditer(term)]
        self.at = 0
        self.index = index
        self.history = history
        self.unknown_words = unknown_words
        self.unknown_fields = unknown_fields
        self.findings = Findings()

    def run(self) -> Findings:
        found: Found | None = None
        while self.at < len(self.tokens):  # a ")" too many ends an expression early; PubMed goes on after it
            found = self._joined(found, "AND", self._expression())
            self.at += 1
        if found is not None:
            self.findings.held, self.findings.translation = found
        if not self.findings.held:
            self.findings.messages.append("No items found.")
        return self.findings

    def _next(self) -> tuple[str, str]:
        return self.tokens[self.at] if self.at < len(self.tokens) else ("", "")

    def _expression(self) -> Found | None:
        found: Found | None = None
        operator = "AND"
        while (token := self._next()) not in (("", ""), ("sign", ")")):
            if token[0] == "word" and token[1] in ("AND", "OR", "NOT"):
                operator = token[1]
                self.at += 1
                continue
            found = self._joined(found, operator, self._operand())
            operator = "AND"
        return found

    @staticmethod
    def _joined(left: Found | None, operator: str, right: Found | None) -> Found | None:
        """Two parts; one that PubMed ignores leaves the other as it is (recorded: a word not found is dropped)."""
        if left is None or right is None:
            return left or right
        held = {"AND": left[0] & right[0], "OR": left[0] | right[0], "NOT": left[0] & ~right[0]}[operator]
        return held, f"{left[1]} {operator} {right[1]}"

    def _operand(self) -> Found | None:
        kind, text = self._next()
        if (kind, text) == ("sign", "("):
            self.at += 1
            found = self._expression()
            self.at += 1
            return found and (found[0], f"({found[1]})")
        if kind == "history":
            self.at += 1
            return self.index.having(self.history.get(int(text), ())), f"#{text}"
        if kind not in ("quoted", "word"):
            self.at += 1
            return None
        left, quoted, tag = self._term()
        if self._next() == ("sign", ":"):
            self.at += 1
            if self._next()[0] in ("quoted", "word"):
                right, _, right_tag = self._term()
                return self._range(left, right, right_tag or tag or "")
        if tag is None and not quoted:
            found = None
            for word in left.split():
                found = self._joined(found, "AND", self._found(word, "all", word))
            return found
        written = f'"{left}"' if quoted else left
        return self._tagged(left, quoted, tag, written)

    def _term(self) -> tuple[str, bool, str | None]:
        """Text, whether it was quoted, and its tag: a tag belongs to all plain words right before it."""
        kind, text = self._next()
        self.at += 1
        if kind == "word":
            start = self.at
            words = [text]
            while self._next()[0] == "word" and self._next()[1] not in ("AND", "OR", "NOT"):
                words.append(self._next()[1])
                self.at += 1
            if self._next()[0] == "tag" or self._next() == ("sign", ":"):
                text = " ".join(words)
            else:
                self.at = start
        if self._next()[0] == "tag":
            tag = self._next()[1].strip()
            self.at += 1
            return text, kind == "quoted", tag
        return text, kind == "quoted", None

    def _field(self, tag: str) -> str | None:
        name = FIELD_OF_TAG.get(tag.lower())
        if name is None or name in self.unknown_fields:
            if tag not in self.findings.fields_not_found:
                self.findings.fields_not_found.append(tag)
            return None
        return name

    def _tagged(self, text: str, quoted: bool, tag: str | None, written: str) -> Found | None:
        if tag is None:
            return self._found(text, "all", written, quoted)
        name = self._field(tag)
        return self._found(text, name or "all", f"{written}[{tag}]", quoted)

    def _found(self, text: str, name: str, written: str, quoted: bool = False) -> Found | None:
        held = 0 if self._unknown(text) else self.index.find(name, text)
        if held is None or self._unknown(text):
            (self.findings.quoted_not_found if quoted else self.findings.phrases_not_found).append(written)
            return None if name == "all" or held is None else (0, f'"{text}"[{FIELD_NAMES[name]}]')
        return held, text if name in DATE_FIELDS else f'"{text}"[{FIELD_NAMES[name]}]'

    def _unknown(self, text: str) -> bool:
        words = words_of(text)
        short = text.endswith("*") and len("".join(words)) < SHORTEST_TRUNCATED
        return not words or short or any(word in self.unknown_words for word in words)

    def _range(self, first: str, last: str, tag: str) -> Found | None:
        name = self._field(tag)
        written = f"{first}:{last}[{tag}]"
        if name == "uid" and first.isdigit() and last.isdigit():
            return self.index.uids(first, last), f"{first}:{last}[UID]"
        if name is None:
            return None
        held = self.index.between(name, first, last) if name in DATE_FIELDS else None
        if held is None:
            self.findings.phrases_not_found.append(written)
            return None
        return held, f"{first}:{last}[{FIELD_NAMES[name]}]"
