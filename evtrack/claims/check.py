"""Would the services understand what the claims ask, and is every concept used? What only the whole shows, by file and line."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from evtrack.claim import Claim, ClaimError, Concept, Library
from evtrack.claims.files import Document, Loc, nearest, read_document
from evtrack.concepts import ASSOCIATION_FILTER, HUMAN_FILTER, concepts_of, covered, placeholders
from evtrack.rules import sayable
from evtrack.sources.ctgov_query import PARAMETERS, ctgov_queries
from evtrack.sources.pubmed_query import pubmed_queries

_KNOWN_ID = re.compile(r"PMID:[1-9]\d{0,8}|NCT\d{8}")
_WORD_LISTS = ("words", "exact", "ja", "models", "measures", "traps", "subtypes")
# PubMed maps these by itself or they are a matter of style; they change nothing about what is found.
_STYLE_ONLY = ("QUALITY_", "STRUCT_0003")


def check_files(library: Library, root: Path, files: Iterable[Path]) -> list[ClaimError]:
    """Queries that a service would refuse, unknown ``{concepts}``, odd known ids, words no pattern can read, unused concepts."""
    places = _Places({})
    errors: list[ClaimError] = []
    for claim in library.claims.values():
        document = places.of(Path(claim.path))
        errors += _known_errors(claim, document)
        errors += _said_errors(claim, document)
        errors += _placeholder_errors(claim, document, library.concepts)
        errors += _pubmed_errors(claim, document, library.concepts)
        errors += _ctgov_errors(claim, document, library.concepts)
    errors += _concept_errors(library, root, files, places)
    return errors


@dataclass(frozen=True)
class _Places:
    """Files read again for their line numbers, each once."""

    read: dict[Path, Document]

    def of(self, path: Path) -> Document:
        if path not in self.read:
            found = read_document(path)
            # It was read a moment ago; one that changed since then only loses its line.
            self.read[path] = found if isinstance(found, Document) else Document(path, None, None)
        return self.read[path]


def _known_errors(claim: Claim, document: Document) -> Iterator[ClaimError]:
    for i, known in enumerate(claim.known):
        if not _KNOWN_ID.fullmatch(known):
            yield document.error(("known", i), "odd_id", name=known)
        elif claim.known.index(known) != i:
            yield document.error(("known", i), "repeated", name=known)


def _said_errors(claim: Claim, document: Document) -> Iterator[ClaimError]:
    for i, name in enumerate(claim.audit.says):
        allowed = sayable()
        if name not in allowed:
            near = nearest(name, allowed)
            yield document.error(("audit", "says", i), "unknown_said", near, name=name, allowed=", ".join(allowed))


def _placeholder_errors(claim: Claim, document: Document, concepts: Mapping[str, Concept]) -> Iterator[ClaimError]:
    for source, queries in claim.queries.items():
        for i, query in enumerate(queries):
            for name in placeholders(query):
                if name not in concepts:
                    yield document.error(("queries", source, i), "unknown_in_query", nearest(name, concepts), name=name)


def _pubmed_errors(claim: Claim, document: Document, concepts: Mapping[str, Concept]) -> Iterator[ClaimError]:
    for i, query in enumerate(pubmed_queries(claim, concepts)):
        where: Loc = ("queries", "pubmed", i) if "pubmed" in claim.queries else ()
        for problem in lint_pubmed(query):
            yield document.error(where, "pubmed_lint", problem=problem)


def lint_pubmed(query: str) -> list[str]:
    """What the ``search-query`` package finds wrong with a PubMed query, a sentence each; empty for a right one."""
    from search_query.exception import SearchQueryException
    from search_query.pubmed.parser import PubmedParser

    if not query.strip():
        return ["the query is empty"]
    parser = PubmedParser(query, silent=True)
    try:
        parser.parse()
    except SearchQueryException as error:
        if not parser.linter.messages:
            return [str(error).strip() or type(error).__name__]
    out = []
    for message in parser.linter.messages:
        if message["code"].startswith(_STYLE_ONLY):
            continue
        start, end = (message["position"] or [(0, 0)])[0]
        near = query[max(0, start - 12) : end + 12].strip()
        details = " ".join((message["details"] or message["message"]).split())
        out.append(f"{details} (near: {near})")
    return out


def _ctgov_errors(claim: Claim, document: Document, concepts: Mapping[str, Concept]) -> Iterator[ClaimError]:
    by_hand = "ctgov" in claim.queries
    for i, query in enumerate(ctgov_queries(claim, concepts)):
        for name, text in query.items():
            where: Loc = ("queries", "ctgov", i, name) if by_hand else ()
            if name not in PARAMETERS:
                yield document.error(where, "ctgov_parameter", nearest(name, PARAMETERS), name=name)
            for key in lint_ctgov(name, text):
                yield document.error(where, key, name=name, text=text)


def lint_ctgov(name: str, text: str) -> list[str]:
    """What ClinicalTrials.gov would refuse or misread in one parameter, as keys of the messages."""
    out = []
    # filter.advanced alone may hold brackets: AREA[…]RANGE[…] is Essie's own syntax there.
    if name.startswith("query.") and ("[" in text or "]" in text):
        out.append("ctgov_bracket")
    if text.count('"') % 2:
        out.append("ctgov_quote")
    if not _balanced(text):
        out.append("ctgov_parentheses")
    return out


def _balanced(text: str) -> bool:
    depth = 0
    for char in re.sub(r'"[^"]*"', "", text):
        depth += {"(": 1, ")": -1}.get(char, 0)
        if depth < 0:
            return False
    return depth == 0


def _concept_errors(library: Library, root: Path, files: Iterable[Path], places: _Places) -> Iterator[ClaimError]:
    """Of the folder's own concepts: the ones no claim uses, and words that cannot match."""
    own = root.resolve() / "concepts"
    used = _used(library)
    for file in files:
        if file.parent.resolve() != own:
            continue
        document = places.of(file)
        for index, entry in enumerate(document.values if isinstance(document.values, list) else ()):
            concept = library.concepts.get(str(entry.get("id"))) if isinstance(entry, dict) else None
            if concept is None:
                continue
            if concept.id not in used:
                yield document.error((index, "id"), "unused", name=concept.id)
            yield from _word_errors(concept, document, index)


def _word_errors(concept: Concept, document: Document, index: int) -> Iterator[ClaimError]:
    for key in _WORD_LISTS:
        words: tuple[str, ...] = getattr(concept, key)
        for i, word in enumerate(words):
            if "*" in word[:-1] or not word.strip("* "):
                yield document.error((index, key, i), "star", name=word)
            if words.index(word) != i:
                yield document.error((index, key, i), "repeated", name=word)


def _used(library: Library) -> set[str]:
    """Concepts that a claim names, covers or is related to; words of context serve the audit and the searches."""
    named = [c for claim in library.claims.values() for c in concepts_of(claim)]
    used = set(covered(library.concepts, [*named, HUMAN_FILTER, ASSOCIATION_FILTER]))
    used |= {r for c in used if c in library.concepts for r in library.concepts[c].related}
    return used | {c.id for c in library.concepts.values() if c.role == "context"}
