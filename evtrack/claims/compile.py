"""Do the claim and concept files fit together? All files of a folder → JSON values for the cache, and every error."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from evtrack.claim import ClaimError
from evtrack.claims.files import (
    CLAIM_ID,
    ClaimFile,
    ConceptFile,
    Document,
    Loc,
    PackFile,
    nearest,
    read_document,
    validated,
)
from evtrack.claims.messages import claim_error
from evtrack.predicates import TestError, claims_named, read_test

SOURCES = ("pubmed", "ctgov")
_ROLES = {
    "intervention": ("intervention",),
    "condition": ("condition",),
    "outcome": ("outcome",),
    "population": ("condition", "context"),
    "comparator": ("context", "intervention"),
}

Values = dict[str, Any]
Claims = dict[str, tuple[Document, Values]]


def is_claim_id(text: str) -> bool:
    """Small letters, digits and single hyphens."""
    return re.fullmatch(CLAIM_ID, text) is not None


def compile_concepts(files: Iterable[Path]) -> Values:
    """``{"concepts", "errors"}`` of concept files as JSON values."""
    documents, unread = _read(files)
    concepts = _Concepts(documents, ())
    return {"concepts": list(concepts.by_id.values()), "errors": [asdict(e) for e in (*unread, *concepts.errors)]}


def compile_files(root: Path, files: Sequence[Path], shipped: Values) -> Values:
    """``{"packs", "claims", "concepts", "errors"}`` as JSON values; what has an error is left out.

    ``shipped`` are the concepts that are always there (``compile_concepts``); the concept files among ``files`` add to them
    or override them.
    """
    documents, errors = _read(files)
    concepts = _Concepts((d for d in documents if d.path.parent.name == "concepts"), shipped["concepts"])
    folders: dict[Path, list[Document]] = {f.parent: [] for f in files if f.parent.name != "concepts"}
    for document in documents:
        if document.path.parent in folders:
            folders[document.path.parent].append(document)
    errors += [ClaimError(**e) for e in shipped["errors"]]
    packs: list[Values] = []
    claims: Claims = {}
    for folder, documents in folders.items():
        errors += _read_pack(folder, documents, packs, claims)
    # A broken file's name stands for its claim: one error is told once, not again by every claim that names it.
    named = {*claims, *(f.stem for f in files if f.parent.name != "concepts")}
    for document, values in claims.values():
        errors += _check_claim(document, values, concepts.by_id, named)
    errors += [*concepts.errors, *_cycles(claims)]
    if not folders:
        errors.append(claim_error(str(root), 1, "no_packs" if root.is_dir() else "no_folder"))
    broken = {e.path for e in errors}
    return {
        "packs": packs,
        "claims": [_compiled(d, v) for d, v in claims.values() if str(d.path) not in broken],
        "concepts": list(concepts.by_id.values()),
        "errors": [asdict(e) for e in sorted(errors)],
    }


def _read(files: Iterable[Path]) -> tuple[list[Document], list[ClaimError]]:
    read = [read_document(f) for f in files]
    return [d for d in read if isinstance(d, Document)], [e for e in read if isinstance(e, ClaimError)]


class _Concepts:
    """The concepts of all files; they may replace the ``shipped`` ones, but not each other."""

    def __init__(self, documents: Iterable[Document], shipped: Iterable[Values]) -> None:
        self.by_id: dict[str, Values] = {c["id"]: c for c in shipped}
        self.errors: list[ClaimError] = []
        places: dict[str, tuple[Document, int]] = {}
        for document in documents:
            if not isinstance(document.values, list):
                self.errors.append(document.error((), "not_a_list"))
                continue
            for index, entry in enumerate(document.values):
                self._add(document, index, entry, places)
        for concept_id, (document, index) in places.items():
            for key in ("covers", "related"):
                for i, other in enumerate(self.by_id[concept_id][key]):
                    if other not in self.by_id:
                        self.errors.append(
                            document.error(
                                (index, key, i), "no_such_covered", nearest(other, self.by_id), key=key, name=other
                            )
                        )

    def _add(self, document: Document, index: int, entry: Any, places: dict[str, tuple[Document, int]]) -> None:
        values, wrong = validated(document, ConceptFile, entry, (index,))
        self.errors += wrong
        if values is None:
            return
        if values["id"] in places:
            other, at = places[values["id"]]
            where = f"{other.path}:{other.line((at, 'id'))}"
            self.errors.append(document.error((index, "id"), "twice", name=values["id"], where=where))
            return
        places[values["id"]] = (document, index)
        self.by_id[values["id"]] = values


def _read_pack(folder: Path, documents: Iterable[Document], packs: list[Values], claims: Claims) -> list[ClaimError]:
    """One pack's own file and its claims."""
    errors: list[ClaimError] = []
    if not (folder / "pack.yaml").is_file():
        errors.append(claim_error(str(folder), 1, "no_pack_file"))
    for document in documents:
        own = document.path.name == "pack.yaml"
        values, wrong = validated(document, PackFile if own else ClaimFile, document.values)
        errors += wrong
        if values is None:
            continue
        name = values["id"]
        wanted, what = (folder.name, "folder") if own else (document.path.stem, "file")
        if not own and name in claims:
            other = claims[name][0]
            errors.append(document.error(("id",), "twice", name=name, where=f"{other.path}:{other.line(('id',))}"))
        elif name != wanted:
            errors.append(document.error(("id",), "misnamed", name=name, wanted=wanted, what=what))
        elif own:
            packs.append(values)
        else:
            claims[name] = (document, {**values, "pack": folder.name})
    return errors


def _check_claim(
    document: Document, values: Values, concepts: Mapping[str, Values], claims: Collection[str]
) -> Iterator[ClaimError]:
    """Everything one claim refers to: concepts, members, tests, sources, and what its track needs."""
    for key in ("intervention", "condition", "outcome"):
        for i, concept in enumerate(values[key]):
            yield from _check_concept(document, (key, i), key, concept, concepts)
    for key in ("population", "comparator"):
        if values[key]:
            yield from _check_concept(document, (key,), key, values[key], concepts)
    for n, part in enumerate(values["parts"]):
        for key in ("outcome", "condition"):
            for i, concept in enumerate(part[key]):
                yield from _check_concept(document, ("parts", n, key, i), key, concept, concepts)
    for i, member in enumerate(values["members"]):
        if member not in claims:
            yield document.error(("members", i), "no_claim", nearest(member, claims), name=member)
    for n, rule in enumerate(values["state"]):
        rule["tests"] = []
        for i, text in enumerate(rule["when"]):
            yield from _read_state_test(document, ("state", n, "when", i), rule, text, values["id"], claims)
    yield from _check_queries(document, values)
    yield from _check_track(document, values)


def _check_concept(
    document: Document, loc: Loc, key: str, concept: str, concepts: Mapping[str, Values]
) -> Iterator[ClaimError]:
    roles = _ROLES[key]
    if concept not in concepts:
        near = nearest(concept, [c for c, v in concepts.items() if v["role"] in roles])
        yield document.error(loc, "unknown_concept", near, name=concept)
    elif concepts[concept]["role"] not in roles:
        yield document.error(loc, "wrong_role", name=concept, role=concepts[concept]["role"], wanted=roles[0])


def _read_state_test(
    document: Document, loc: Loc, rule: Values, text: str, own_id: str, claims: Collection[str]
) -> Iterator[ClaimError]:
    try:
        tests = read_test(text, own_id)
    except TestError as error:
        yield document.error(loc, "bad_test", text=text, problem=str(error))
        return
    rule["tests"] += [list(t) for t in tests]
    for name in claims_named(tests):
        if name not in claims:
            yield document.error(loc, "no_claim", nearest(name, claims), name=name)


def _check_queries(document: Document, values: Values) -> Iterator[ClaimError]:
    """Hand-written queries must be for a source there is, and have its shape."""
    for source, queries in values["queries"].items():
        if source not in SOURCES:
            yield document.error(
                ("queries", source), "unknown_source", nearest(source, SOURCES), name=source, allowed=", ".join(SOURCES)
            )
            continue
        for i, query in enumerate(queries):
            if source == "pubmed" and not isinstance(query, str):
                yield document.error(("queries", source, i), "pubmed_shape")
            if source == "ctgov" and not _is_parameters(query):
                yield document.error(("queries", source, i), "ctgov_shape")


def _is_parameters(query: Any) -> bool:
    return isinstance(query, dict) and bool(query) and all(isinstance(v, str) and v for v in query.values())


def _check_track(document: Document, values: Values) -> Iterator[ClaimError]:
    """What a track needs, and what it cannot have."""
    track = values["track"]
    needed = {"intervention": "intervention", "background": "outcome", "state": "state"}.get(track)
    if needed and not values[needed] and not (needed == "outcome" and values["parts"]):
        yield document.error((needed,), "track_needs", track=track, key=needed)
    if track != "state" and values["state"]:
        yield document.error(("state",), "only_state", track=track)


def _cycles(claims: Claims) -> Iterator[ClaimError]:
    """Claims that read their own grade through others: none of them could be graded before the rest."""
    reads = {i: _read_by(i, values) for i, (_, values) in claims.items()}
    for claim_id, (document, values) in claims.items():
        todo, passed = list(reads[claim_id]), set[str]()
        while todo:
            read = todo.pop()
            if read == claim_id:
                yield document.error(("members",) if values["members"] else ("state",), "cycle", name=claim_id)
                break
            if read not in passed:
                passed.add(read)
                todo += reads.get(read, ())


def _read_by(claim_id: str, values: Values) -> set[str]:
    """The claims whose grades one claim reads: its members, and those that its tests name beside itself."""
    tested = claims_named(test for rule in values["state"] for test in rule["tests"])
    return {*values["members"], *(i for i in tested if i != claim_id)}


def _compiled(document: Document, values: Values) -> Values:
    """One right claim as it goes into the cache."""
    outcome = dict.fromkeys([*values["outcome"], *(o for p in values["parts"] for o in p["outcome"])])
    queries = {s: [_one_line(q) for q in qs] for s, qs in values["queries"].items()}
    alerts = [{**a, "verified": bool(a["verified"] and a["url"])} for a in values["alerts"]]
    return {**values, "outcome": list(outcome), "queries": queries, "alerts": alerts, "path": str(document.path)}


def _one_line(query: str | dict[str, str]) -> str:
    """A query as one text: parameters as they stand in a URL."""
    return urlencode(query) if isinstance(query, dict) else " ".join(query.split())


SKELETON = """\
# claims/README.md explains every key. Lines that begin with # may be deleted.
id: CLAIM-ID                      # the same as the file's name
kind: per-condition effect        # per-condition effect, mechanism, safety, background, state-of-evidence, practice, self-report, caveat
track: intervention               # intervention, background, state, manual
quote: ここに記事の言葉をそのまま   # FILL IN: the article's own words, as short as they can be
statement:                        # FILL IN: what the sentence says, in full, in both languages
  ja: エクソソームは○○を改善する可能性がある。
  en: Exosomes may improve ….
intervention: [exosome]           # concept ids (claims/concepts/intervention.yaml)
condition: [depression]           # FILL IN: who has what (condition.yaml); leave the line out for "any"
outcome: [depressive_symptoms]    # FILL IN: what was measured (outcome.yaml)
route: iv                         # how the product of the article is given: iv, intranasal, oral, local, intrathecal, other
direct_support:                   # FILL IN: which study would show it directly
  ja: ○○の人を対象にしたランダム化比較試験。
  en: A randomised trial in people with ….
# known: ['PMID:12345678', NCT12345678]   # studies that a right search must find
# notes: >-
#   What the next writer should know.
"""
