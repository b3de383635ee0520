"""What does ClinicalTrials.gov's API v2 answer? /studies, /studies/{nctId} and /version, with their refusals."""

from __future__ import annotations

import hashlib
import json
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping, Sequence
from typing import Any

from evtrack.demo.corpus import Corpus
from evtrack.demo.essie import BadExpression, Fits, fits
from evtrack.demo.faults import Fault, counted, twisted
from evtrack.demo.pieces import PIECES, QUERY_AREAS, is_ordered, trimmed, values
from evtrack.demo.reply import RefusedError, Reply
from evtrack.demo.study import Study

LARGEST_PAGE = 1_000
PARAMETERS = frozenset(
    {"format", "fields", "sort", "countTotal", "pageSize", "pageToken", "aggFilters", "geoDecay", "markupFormat"}
    | set(QUERY_AREAS)
    | {
        f"{kind}.{name}"
        for kind in ("filter", "postFilter")
        for name in ("overallStatus", "geo", "ids", "advanced", "synonyms")
    }
)
"""Every other parameter is refused (OpenAPI description of API v2, "listStudies")."""

STATUSES = frozenset(
    {
        "ACTIVE_NOT_RECRUITING", "COMPLETED", "ENROLLING_BY_INVITATION", "NOT_YET_RECRUITING", "RECRUITING", "SUSPENDED",
        "TERMINATED", "WITHDRAWN", "AVAILABLE", "NO_LONGER_AVAILABLE", "TEMPORARILY_NOT_AVAILABLE",
        "APPROVED_FOR_MARKETING", "WITHHELD", "UNKNOWN",
    }
)  # fmt: skip

_NCT_ID = re.compile(r"(?:NCT|nct)\d{8}")
_NOT_SERVED = ("geoDecay", "filter.geo", "filter.synonyms", "postFilter.geo", "postFilter.synonyms", "aggFilters")
_PER_PAGE = ("countTotal", "pageSize", "pageToken")


def answer(path: str, asked: Mapping[str, str], corpus: Corpus, fault: Fault | None) -> Reply:
    """The answer to one GET. ``path``: the part behind ``/api/v2/``."""
    try:
        if path == "version":
            return _json({"apiVersion": "2.0.5", "dataTimestamp": f"{corpus.updated.isoformat()}T09:00:05"})
        if path == "studies":
            return _studies(asked, corpus, fault)
        if path.startswith("studies/"):
            return _one(path.removeprefix("studies/"), asked, corpus)
    except RefusedError as refusal:
        return Reply(refusal.status, "text/plain", refusal.said.encode())
    return Reply(404, "text/plain", b"Not found")


def _one(nct_id: str, asked: Mapping[str, str], corpus: Corpus) -> Reply:
    _refuse_unknown(asked, {"format", "fields", "markupFormat"})
    if not _NCT_ID.fullmatch(nct_id):
        raise RefusedError(f"`nctId` parameter has incorrect format: {nct_id}")
    study = corpus.study(nct_id)
    if study is None:
        raise RefusedError(f"NCT number {nct_id} not found", 404)
    paths = _paths(asked)
    return _json(trimmed(study.json(), paths) if paths else study.json())


def _studies(asked: Mapping[str, str], corpus: Corpus, fault: Fault | None) -> Reply:
    _refuse_unknown(asked, PARAMETERS)
    for name in _NOT_SERVED:
        if name in asked:
            raise RefusedError(f"`{name}` is not served by this stand-in")
    paths, size = _paths(asked), _page_size(asked)
    found = _sorted(_found(asked, corpus), asked)
    start = _start(asked)
    if fault and fault.kind == "strangers" and "filter.ids" in asked:
        found = [study for study in corpus.studies if study not in found][: len(found)]
    page = twisted(fault, found[start : start + size], found[max(start - size, 0) : start])
    end = start + size
    if fault and fault.kind in ("empty-page-with-token", "looping-token"):
        end = start  # the next page starts where this one did: nothing is lost, but nobody gets further by it
    result: dict[str, Any] = {}
    if _truth(asked, "countTotal") and not start and "pageToken" not in asked:
        result["totalCount"] = counted(fault, len(found))
    result["studies"] = [trimmed(study.json(), paths) if paths else study.json() for study in page]
    if end < len(found):
        result["nextPageToken"] = _token(asked, end)
    return _json(result)


def _refuse_unknown(asked: Mapping[str, str], known: frozenset[str] | set[str]) -> None:
    for name in asked:
        if name not in known:
            raise RefusedError(f"`{name}` is unknown parameter")
    if asked.get("format", "json") != "json":
        raise RefusedError("`format`: only json is served by this stand-in")


def _listed(text: str) -> list[str]:
    return [part.strip() for part in re.split(r"[,|]", text) if part.strip()]


def _paths(asked: Mapping[str, str]) -> list[tuple[str, ...]]:
    """The paths of ``fields=``; none for all."""
    if "fields" not in asked:
        return []
    names = _listed(asked["fields"])
    if not names:
        raise RefusedError("`fields` parameter must not be empty")
    paths = []
    for name in names:
        path = PIECES.get(name) or tuple(name.split("."))
        if path not in PIECES.values():
            raise RefusedError(f"`fields` parameter: unknown field `{name}`")
        paths.append(path)
    return paths


def _page_size(asked: Mapping[str, str]) -> int:
    text = asked.get("pageSize", "0")
    if not text.isdigit():
        raise RefusedError(f"`pageSize` parameter has incorrect format: {text}")
    return min(int(text) or 10, LARGEST_PAGE)


def _truth(asked: Mapping[str, str], name: str) -> bool:
    text = asked.get(name, "false")
    if text not in ("true", "false"):
        raise RefusedError(f"`{name}` parameter has incorrect format: {text}")
    return text == "true"


def _found(asked: Mapping[str, str], corpus: Corpus) -> list[Study]:
    tests: list[Fits] = []
    queries = {name: text for name, text in asked.items() if name in QUERY_AREAS and text.strip()}
    for name, text in queries.items():
        tests.append(_expression(name, text, QUERY_AREAS[name]))
    if not any(_only_nct_ids(text) for text in queries.values()):  # with ids alone the filters are ignored
        for name in asked:
            if name.endswith("ilter.advanced"):
                tests.append(_expression(name, asked[name], "BasicSearch"))
            elif name.endswith("ilter.overallStatus"):
                tests.append(_of_status(name, asked[name]))
            elif name.endswith("ilter.ids"):
                tests.append(_of_ids(name, asked[name]))
    return [study for study in corpus.studies if all(test(study) for test in tests)]


def _expression(name: str, text: str, area: str) -> Fits:
    if area == "BasicSearch" and _only_nct_ids(text):
        return _of_ids(name, re.sub(r"[\s,]+", ",", text.strip()))
    try:
        return fits(text, area)
    except BadExpression as error:
        raise RefusedError(f"`{name}` parameter is invalid: {error}") from error


def _only_nct_ids(text: str) -> bool:
    return all(_NCT_ID.fullmatch(part) for part in re.split(r"[\s,]+", text.strip()))


def _of_status(name: str, text: str) -> Fits:
    statuses = _listed(text)
    for status in statuses:
        if status not in STATUSES:
            raise RefusedError(f"`{name}` parameter: unknown value `{status}`")
    return lambda study: study.overall_status in statuses


def _of_ids(name: str, text: str) -> Fits:
    ids = _listed(text)
    for nct_id in ids:
        if not _NCT_ID.fullmatch(nct_id):
            raise RefusedError(f"`{name}` parameter: `{nct_id}` has incorrect format")
    wanted = {nct_id.upper() for nct_id in ids}
    return lambda study: study.nct_id in wanted or not wanted.isdisjoint(study.aliases)


def _sorted(studies: Sequence[Study], asked: Mapping[str, str]) -> list[Study]:
    """Unsorted unless asked for; studies without the field come last."""
    found = list(studies)
    orders = _listed(asked.get("sort", ""))
    if len(orders) > 2:
        raise RefusedError("`sort` parameter: at most 2 fields")
    for order in reversed(orders):
        name, _, direction = order.partition(":")
        if name == "@relevance":
            continue
        if not is_ordered(name) or direction not in ("", "asc", "desc"):
            raise RefusedError(f"`sort` parameter: sorting by `{order}` is not supported")
        down = (direction or ("desc" if name.endswith("Date") else "asc")) == "desc"
        with_field = [study for study in found if _key(study, name) is not None]
        with_field.sort(key=lambda study: _key(study, name), reverse=down)
        found = with_field + [study for study in found if _key(study, name) is None]
    return found


def _key(study: Study, piece: str) -> Any:
    return next(values(study.json(), PIECES[piece]), None)


def _fingerprint(asked: Mapping[str, str]) -> str:
    """The parameters that must be the same for every page."""
    same = sorted((name, text) for name, text in asked.items() if name not in _PER_PAGE)
    return hashlib.sha256(repr(same).encode()).hexdigest()[:12]


def _token(asked: Mapping[str, str], start: int) -> str:
    return urlsafe_b64encode(f"{start}.{_fingerprint(asked)}".encode()).decode().rstrip("=")


def _start(asked: Mapping[str, str]) -> int:
    if "pageToken" not in asked:
        return 0
    token = asked["pageToken"]
    try:
        start, _, fingerprint = urlsafe_b64decode(token + "=" * (-len(token) % 4)).decode().partition(".")
        known = fingerprint == _fingerprint(asked)
        return int(start) if known else _bad_token()
    except ValueError:
        return _bad_token()


def _bad_token() -> int:
    raise RefusedError("`pageToken` parameter is invalid, or other parameters have changed")


def _json(value: Any) -> Reply:
    try:
        body = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
    except UnicodeEncodeError:  # a lone surrogate goes as an escape, as such documents do come
        body = json.dumps(value, separators=(",", ":")).encode()
    return Reply(200, "application/json", body)
