"""What do the E-utilities answer? esearch, efetch, epost and esummary of db=pubmed, with their refusals."""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from evtrack.demo.article import xml_text
from evtrack.demo.corpus import Corpus, pubmed_xml
from evtrack.demo.faults import Fault, counted, twisted
from evtrack.demo.pubmed_index import DATE_FIELDS
from evtrack.demo.reply import RefusedError, Reply
from evtrack.demo.terms import Findings, search

CAP = 9_999
"""esearch and the history give the first 9,999 of a result alone (NBK25499)."""

_XML = "text/xml; charset=UTF-8"
_JSON = "application/json; charset=UTF-8"
_PAST_CAP = (
    "Search Backend failed: Exception:\n'retstart' cannot be larger than 9998. For PubMed, ESearch can only retrieve the"
    " first 9,999 records matching the query. To obtain more than 9,999 PubMed records, consider using EDirect that"
    " contains additional logic to batch PubMed search results automatically so that an arbitrary number can be"
    " retrieved. For details see https://www.ncbi.nlm.nih.gov/books/NBK25499/"
)
_EMPTY_IDS = "ID list is empty! Possibly it has no correct IDs."


@dataclass(slots=True)
class Eutils:
    """The answers to ``db=pubmed``. What may differ between accounts of the service is a field.

    ``cap_status``: of the refusal past the cap (some saw 400, some an error with 200). ``unknown_words``,
    ``unknown_fields``: see ``terms.search``.
    """

    cap_status: int = 200
    unknown_words: frozenset[str] = frozenset({"nosuchword"})
    unknown_fields: frozenset[str] = frozenset()
    _histories: dict[str, list[tuple[str, ...]]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def answer(self, path: str, asked: Mapping[str, str], corpus: Corpus, fault: Fault | None) -> Reply:
        """The answer to one request. ``path``: the part behind ``/eutils/``."""
        tool = path.removesuffix(".fcgi")
        known = {"esearch": self._esearch, "efetch": self._efetch, "epost": self._epost, "esummary": self._esummary}
        if tool not in known:
            return Reply(404, "text/html; charset=utf-8", b"<html><body>Not Found</body></html>")
        try:
            _refuse_other_databases(tool, asked)
            return known[tool](asked, corpus, fault)
        except RefusedError as refusal:
            return _refusal(tool, asked.get("retmode", ""), refusal)

    def _esearch(self, asked: Mapping[str, str], corpus: Corpus, fault: Fault | None) -> Reply:
        history = self._history(asked.get("WebEnv", "")) if asked.get("WebEnv") else []
        found = search(
            _whole_term(asked),
            corpus.index,
            history=dict(enumerate(history, 1)),
            unknown_words=self.unknown_words,
            unknown_fields=self.unknown_fields,
        )
        pmids = corpus.index.pmids(found.held)
        start, size = _number(asked, "retstart", 0), _number(asked, "retmax", 20)
        if start >= CAP:
            raise RefusedError(_PAST_CAP, self.cap_status)
        if size > CAP:
            found.messages.append(f"'retmax' cannot be larger than {CAP}. It was set to {CAP}.")
        page = twisted(fault, pmids[start : min(start + size, CAP)], pmids[max(start - size, 0) : start])
        count = counted(fault, len(pmids))
        kept = self._keep(tuple(pmids), asked.get("WebEnv")) if asked.get("usehistory") == "y" else None
        alone = asked.get("rettype") == "count"
        if asked.get("retmode", "xml").lower() == "json":
            return _counted_json(count) if alone else _searched_json(page, count, start, found, kept)
        return _counted_xml(count) if alone else _searched_xml(page, count, start, found, kept)

    def _efetch(self, asked: Mapping[str, str], corpus: Corpus, fault: Fault | None) -> Reply:
        pmids = self._asked_ids(asked)
        if asked.get("retmode", "xml").lower() != "xml":
            raise RefusedError("Only retmode=xml is served here.")
        # The same record asked for twice, or under an old id too, comes once.
        found = {a.pmid: a for pmid in pmids if (a := corpus.article(pmid)) is not None}
        if fault and fault.kind == "strangers":
            others = [a for a in corpus.articles if a.pmid not in found and not a.merged_into]
            found = {a.pmid: a for a in others[: len(found)]}
        return Reply(200, _XML, pubmed_xml(twisted(fault, list(found.values()), ())).encode())

    def _epost(self, asked: Mapping[str, str], _corpus: Corpus, _fault: Fault | None) -> Reply:
        key, webenv = self._keep(tuple(_ids(asked)), asked.get("WebEnv"))
        return Reply(
            200, _XML, _xml_document("ePostResult", "20090526/epost", f"{_history_xml(key, webenv)}\n").encode()
        )

    def _esummary(self, asked: Mapping[str, str], corpus: Corpus, _fault: Fault | None) -> Reply:
        if asked.get("retmode", "xml").lower() != "json":
            raise RefusedError("Only retmode=json is served here.")
        pmids = self._asked_ids(asked)
        found = {pmid: corpus.article(pmid) for pmid in pmids}
        result: dict[str, Any] = {"uids": list(found)}
        for pmid, article in found.items():
            result[pmid] = article.summary() if article else {"uid": pmid, "error": "cannot get document summary"}
        return Reply(200, _JSON, json.dumps({"header": _header("esummary"), "result": result}).encode())

    def _asked_ids(self, asked: Mapping[str, str]) -> Sequence[str]:
        """The ids of a request: its own list, or a part of the history."""
        if "query_key" not in asked:
            return _ids(asked)
        history = self._history(asked.get("WebEnv", ""))
        key = _number(asked, "query_key", 0)
        if not 1 <= key <= len(history):
            raise RefusedError(f"Unable to obtain query #{key}")
        start = _number(asked, "retstart", 0)
        if start >= CAP:
            raise RefusedError(_PAST_CAP, self.cap_status)
        return history[key - 1][start : min(start + _number(asked, "retmax", CAP), CAP)]

    def _history(self, webenv: str) -> list[tuple[str, ...]]:
        with self._lock:
            if webenv not in self._histories:
                raise RefusedError("Unable to obtain query #1: WebEnv is unknown or has expired.")
            return list(self._histories[webenv])

    def _keep(self, pmids: tuple[str, ...], webenv: str | None) -> tuple[int, str]:
        with self._lock:
            name = webenv or f"MCID_{len(self._histories) + 1:024x}"
            kept = self._histories.setdefault(name, [])
            kept.append(pmids)
            return len(kept), name


def _refuse_other_databases(tool: str, asked: Mapping[str, str]) -> None:
    if asked.get("db", "pubmed") != "pubmed":
        raise RefusedError(f"Invalid db name specified: {asked['db']}", 200 if tool == "esearch" else 400)


def _ids(asked: Mapping[str, str]) -> list[str]:
    pmids = [pmid for pmid in asked.get("id", "").replace(" ", "").split(",") if pmid.isdigit()]
    if not pmids:
        raise RefusedError(_EMPTY_IDS)
    return [str(int(pmid)) for pmid in pmids]


def _whole_term(asked: Mapping[str, str]) -> str:
    """The term with what stands beside it: a query of the history, and a range of dates."""
    parts = [f"({asked['term']})"] if asked.get("term", "").strip() else []
    if asked.get("query_key"):
        parts.append(f"#{_number(asked, 'query_key', 0)}")
    if not parts:
        raise RefusedError("Empty term and query_key - nothing todo", 200)
    for name in ("reldate", "field"):  # better refused than passed over without a word
        if name in asked:
            raise RefusedError(f"{name} is not served by this stand-in")
    first, last = asked.get("mindate"), asked.get("maxdate")
    if first or last:
        kind = asked.get("datetype", "pdat")
        if not (first and last):
            raise RefusedError("mindate and maxdate must be given together", 200)
        if kind not in DATE_FIELDS or kind == "crdt":
            raise RefusedError(f"Unknown datetype: {kind}", 200)
        parts.append(f"{first}:{last}[{kind}]")
    return " AND ".join(parts) if len(parts) > 1 else asked["term"] if asked.get("term") else parts[0]


def _number(asked: Mapping[str, str], name: str, default: int) -> int:
    text = asked.get(name, "") or str(default)
    if not text.isdigit():
        raise RefusedError(f"Invalid value of {name}: {text}")
    return int(text)


def _header(tool: str) -> dict[str, str]:
    return {"type": tool, "version": "0.3"}


def _refusal(tool: str, retmode: str, refusal: RefusedError) -> Reply:
    if retmode.lower() == "json":
        answer = {"header": _header(tool), f"{tool}result": {"ERROR": refusal.said}}
        return Reply(refusal.status, _JSON, json.dumps(answer).encode())
    name, dtd = {
        "esearch": ("eSearchResult", "20060628/esearch"),
        "efetch": ("eFetchResult", "20131226/efetch"),
        "epost": ("ePostResult", "20090526/epost"),
        "esummary": ("eSummaryResult", "20041029/esummary-v1"),
    }[tool]
    return Reply(
        refusal.status, _XML, _xml_document(name, dtd, f"\n\t<ERROR>{xml_text(refusal.said)}</ERROR>\n").encode()
    )


def _xml_document(name: str, dtd: str, content: str) -> str:
    stamp, _, file = dtd.partition("/")
    return (
        f'<?xml version="1.0" encoding="UTF-8" ?>\n<!DOCTYPE {name} PUBLIC "-//NLM//DTD {file} {stamp}//EN" '
        f'"https://eutils.ncbi.nlm.nih.gov/eutils/dtd/{dtd}.dtd">\n<{name}>{content}</{name}>\n'
    )


def _history_xml(key: int, webenv: str) -> str:
    return f"<QueryKey>{key}</QueryKey><WebEnv>{webenv}</WebEnv>"


def _counted_json(count: int) -> Reply:
    answer = {"header": _header("esearch"), "esearchresult": {"count": str(count)}}
    return Reply(200, _JSON, json.dumps(answer).encode())


def _counted_xml(count: int) -> Reply:
    return Reply(
        200, _XML, _xml_document("eSearchResult", "20060628/esearch", f"\n\t<Count>{count}</Count>\n").encode()
    )


def _searched_json(page: Sequence[str], count: int, start: int, found: Findings, kept: tuple[int, str] | None) -> Reply:
    result: dict[str, Any] = {"count": str(count), "retmax": str(len(page)), "retstart": str(start)}
    if kept:
        result |= {"querykey": str(kept[0]), "webenv": kept[1]}
    result |= {"idlist": list(page), "translationset": [], "querytranslation": found.translation}
    if found.phrases_not_found or found.fields_not_found:
        result["errorlist"] = {"phrasesnotfound": found.phrases_not_found, "fieldsnotfound": found.fields_not_found}
    if found.messages or found.quoted_not_found:
        result["warninglist"] = {
            "phrasesignored": [],
            "quotedphrasesnotfound": found.quoted_not_found,
            "outputmessages": found.messages,
        }
    return Reply(200, _JSON, json.dumps({"header": _header("esearch"), "esearchresult": result}).encode())


def _searched_xml(page: Sequence[str], count: int, start: int, found: Findings, kept: tuple[int, str] | None) -> Reply:
    def listed(tag: str, texts: Sequence[str]) -> str:
        return "".join(f"<{tag}>{xml_text(text)}</{tag}>" for text in texts)

    ids = "".join(f"\t<Id>{pmid}</Id>\n" for pmid in page)
    errors = listed("PhraseNotFound", found.phrases_not_found) + listed("FieldNotFound", found.fields_not_found)
    warnings = listed("QuotedPhraseNotFound", found.quoted_not_found) + listed("OutputMessage", found.messages)
    content = (
        f"\n<Count>{count}</Count><RetMax>{len(page)}</RetMax><RetStart>{start}</RetStart>"
        + (_history_xml(*kept) if kept else "")
        + f"<IdList>\n{ids}</IdList>\n<TranslationSet/><QueryTranslation>{xml_text(found.translation)}</QueryTranslation>"
        + (f"<ErrorList>{errors}</ErrorList>" if errors else "")
        + (f"<WarningList>{warnings}</WarningList>" if warnings else "")
        + "\n"
    )
    return Reply(200, _XML, _xml_document("eSearchResult", "20060628/esearch", content).encode())
