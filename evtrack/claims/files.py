"""What do the claim files say, and where is each word of it? YAML → checked values, every error with its line."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from rapidfuzz import process

from evtrack.claim import ClaimError, ConceptRole, StateVerdict, Track
from evtrack.claims.messages import claim_error
from evtrack.yaml_text import YamlFault, read_yaml

Kind = Literal[
    "per-condition effect", "mechanism", "safety", "background", "state-of-evidence", "practice", "self-report", "caveat"
]  # fmt: skip
Route = Literal["iv", "intranasal", "oral", "local", "intrathecal", "other"]
Loc = tuple[str | int, ...]
CLAIM_ID = r"^[a-z0-9]+(-[a-z0-9]+)*$"
CONCEPT_ID = r"^[a-z][a-z0-9_]*$"


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


Word = Field(min_length=1)


class _Text(_Strict):
    ja: str = Word
    en: str = Word


class _Part(_Strict):
    label: _Text
    outcome: list[str] = []
    condition: list[str] = []


class _State(_Strict):
    verdict: StateVerdict
    text: _Text
    when: list[str] = []


class _Alert(_Strict):
    source: str = Word
    date: str = Word
    text: _Text
    url: str | None = None
    verified: bool = False


class _Said(_Strict):
    says: list[str] = []
    words: list[str] = []
    general: bool = False


class ClaimFile(_Strict):
    """One claim as its file has it."""

    id: str = Field(pattern=CLAIM_ID)
    kind: Kind
    track: Track
    quote: str = Word
    statement: _Text
    intervention: list[str] = []
    condition: list[str] = []
    outcome: list[str] = []
    members: list[str] = []
    parts: list[_Part] = []
    parts_in_one_study: bool = False
    population: str | None = None
    comparator: str | None = None
    state: list[_State] = []
    alerts: list[_Alert] = []
    route: Route | None = None
    direct_support: _Text | None = None
    queries: dict[str, list[Any]] = {}
    known: list[str] = []
    audit: _Said = _Said()
    notes: str | None = None


class ConceptFile(_Strict):
    """One concept as its file has it."""

    id: str = Field(pattern=CONCEPT_ID)
    role: ConceptRole
    label: _Text
    mesh: list[str] = []
    words: list[str] = []
    exact: list[str] = []
    ja: list[str] = []
    models: list[str] = []
    measures: list[str] = []
    traps: list[str] = []
    subtypes: list[str] = []
    pubmed: list[str] = []
    pubmed_not: list[str] = []
    ctgov: list[str] = []
    covers: list[str] = []
    related: list[str] = []


class PackFile(_Strict):
    """A pack's own file."""

    id: str = Field(pattern=CLAIM_ID)
    title: str = Word
    publisher: str = Word
    language: Literal["ja", "en"]
    date_seen: str = Field(pattern=r"^\d{4}-\d{2}-\d{2}$")
    url: str | None = None
    order: list[str] = []


@dataclass(frozen=True)
class Document:
    """One YAML file: its plain values, and the lines they stand on."""

    path: Path
    values: Any
    marked: Any

    def line(self, loc: Loc = ()) -> int:
        """1-based line of a key or element; of the nearest thing around it where it is not there."""
        node, line = self.marked, 1
        for step in loc:
            places = getattr(getattr(node, "lc", None), "data", None) or {}
            if step not in places:
                break
            line = places[step][0] + 1
            node = node[step]
        return line

    def error(self, loc: Loc, key: str, near: str | None = None, /, **values: str) -> ClaimError:
        """An error at a place of this file; ``key`` names its message."""
        return claim_error(str(self.path), self.line(loc), key, near, **values)


def read_document(path: Path) -> Document | ClaimError:
    """One YAML file, or why it cannot be read."""
    try:
        marked = read_yaml(path.read_text(encoding="utf-8-sig"))
    except UnicodeDecodeError as error:
        return claim_error(str(path), path.read_bytes()[: error.start].count(b"\n") + 1, "not_utf8")
    except YamlFault as fault:
        key = "yaml_sign" if fault.code == "yaml_sign" else "not_yaml"
        return claim_error(str(path), fault.line, key, problem=_problem(fault))
    except OSError as error:
        return claim_error(str(path), 1, "unreadable", problem=str(error.strerror))
    if marked is None:
        return claim_error(str(path), 1, "empty_file")
    return Document(path, _plain(marked), marked)


def _problem(fault: YamlFault) -> str:
    """What the reader of YAML says, in words."""
    told = {"key_twice": f'found duplicate key "{fault.why}"', "nested_too_deep": "nested too deep"}
    return told.get(fault.code, fault.why)


def _plain(node: Any) -> Any:
    """Marked YAML → plain JSON values."""
    if isinstance(node, Mapping):
        return {str(k): _plain(v) for k, v in node.items()}
    if isinstance(node, list):
        return [_plain(v) for v in node]
    return str(node) if isinstance(node, str) else node


def validated(
    document: Document, model: type[BaseModel], values: Any, at: Loc = ()
) -> tuple[dict[str, Any] | None, list[ClaimError]]:
    """The values as the model has them, or what is wrong with each, by line. ``at`` is where they stand in the file."""
    if not isinstance(values, dict):
        return None, [document.error(at, "not_keys")]
    try:
        return model.model_validate(values).model_dump(), []
    except ValidationError as error:
        return None, [_error(document, model, at, e) for e in error.errors(include_url=False)]


_WRONG_TYPE = {
    "string_type": "not_text",
    "bool_type": "not_truth",
    "list_type": "not_list",
    "dict_type": "not_group",
    "model_type": "not_group",
}


def _error(document: Document, model: type[BaseModel], at: Loc, error: Any) -> ClaimError:
    """One of pydantic's errors in a writer's words."""
    loc: Loc = tuple(error["loc"])
    name, last, place = ".".join(str(x) for x in loc), str(loc[-1]), (*at, *loc)
    kind, context = error["type"], error.get("ctx", {})
    match kind:
        case "extra_forbidden":
            return document.error(place, "unknown_key", nearest(last, _keys(model, loc[:-1])), name=last)
        case "missing":
            return document.error(place, "missing", name=name, key=last)
        case "literal_error":
            allowed = re.findall(r"'([^']*)'", str(context["expected"]))
            near = nearest(str(error["input"]), allowed)
            return document.error(
                place, "wrong_value", near, name=name, value=str(error["input"]), allowed=", ".join(allowed)
            )
        case "string_type" | "bool_type" | "list_type" | "dict_type" | "model_type":
            return document.error(place, _WRONG_TYPE[kind], name=name)
        case "string_pattern_mismatch":
            return document.error(place, "wrong_shape", name=name, shape=str(context["pattern"]))
        case "string_too_short":
            return document.error(place, "empty_value", name=name)
        case _:
            return document.error(place, "wrong", name=name, problem=str(error["msg"]))


def _keys(model: type[BaseModel], loc: Loc) -> list[str]:
    """The keys allowed at a place of a model."""
    for step in loc:
        if isinstance(step, int):
            continue
        model = next(iter(_models(model.model_fields[step].annotation)))
    return list(model.model_fields)


def _models(annotation: Any) -> Iterable[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in get_args(annotation):
        yield from _models(inner)


def nearest(word: str, allowed: Iterable[str]) -> str | None:
    """The allowed word that ``word`` was probably meant to be."""
    found = process.extractOne(word, list(allowed), score_cutoff=60)
    return str(found[0]) if found else None
