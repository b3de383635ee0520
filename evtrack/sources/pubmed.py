"""How is PubMed asked? E-utilities: esearch for ids, epost and esearch for what changed, efetch for the records."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import BinaryIO, TypeVar

from evtrack.claim import Claim, Concept
from evtrack.record import RecordId, SourceName
from evtrack.sources import pubmed_among, pubmed_union, pubmed_xml
from evtrack.sources._answers import cut, error_told, json_object, refuse_disguised, wrong_shape
from evtrack.sources._fetching import fetch_all, id_of
from evtrack.sources._fields import pmid_of
from evtrack.sources._protocol import Answer, Changed, Fetched, Listed, Parsed, Read, Service, SourceError
from evtrack.sources.pubmed_changed import Modified, bare
from evtrack.sources.pubmed_query import pubmed_queries
from evtrack.sources.pubmed_search import Found, listed, read_found
from evtrack.sources.pubmed_words import by_words_alone, words_seen
from evtrack.trouble import FetchError, PassingError, Trouble

T = TypeVar("T")

FETCHED = 200
"""Records of one efetch: about 3 MB. More ids ask for POST by NCBI's rules, which is taken always."""

ALONE = 20
"""Up to as many that are missing to the last are asked one by one: only so is it seen what a merged PMID became."""

_ENV = re.compile(rb"<WebEnv>\s*([^<\s]{1,2000})\s*</WebEnv>")
_KEY = re.compile(rb"<QueryKey>\s*([0-9]{1,9})\s*</QueryKey>")
_ERROR = re.compile(rb"<ERROR>([^<]*+)</ERROR>", re.IGNORECASE)
_NO_SUCH_ID = re.compile(r"ID list is empty|no correct IDs|Empty result|cannot get document", re.IGNORECASE)
"""How efetch says that it has none of the ids, beside an empty set."""


class PubMed:
    """PubMed as a source. ``today`` says where the parts of a large result are cut, nothing else."""

    def __init__(self, service: Service, *, email: str | None = None, api_key: str | None = None, today: date) -> None:
        self._service = service
        self._today = today
        sent = {"db": "pubmed", "tool": "evtrack", "email": email, "api_key": api_key}
        self._always = {name: value for name, value in sent.items() if value}
        self._union: pubmed_union.AskedUnion | None = None

    @property
    def name(self) -> SourceName:
        """``pubmed``."""
        return "pubmed"

    @property
    def service(self) -> Service:
        """Where it reaches out."""
        return self._service

    def query(self, claim: Claim, concepts: Mapping[str, Concept]) -> tuple[str, ...]:
        """Terms with PubMed's tags."""
        return pubmed_queries(claim, concepts)

    def parse(self, stream: BinaryIO) -> Iterator[Parsed]:
        """The records of PubMed XML. Raises ``SourceError``."""
        return pubmed_xml.parse(stream)

    def count(self, query: str) -> int:
        """How many records PubMed counts. Raises ``FetchError``."""
        return self.esearch(query, 0, 0).count

    def search(self, query: str) -> Listed:
        """All PMIDs of a term, without days. Raises ``FetchError`` where the first request brings nothing."""
        return listed(self.esearch, query, self._today)

    def gather(self, queries: Sequence[str]) -> Listed | None:
        """All PMIDs of any of the queries, by a few terms. Raises ``FetchError``."""
        union = pubmed_union.Union(self, self._today)
        found = union.of(queries)
        self._union = union.kept
        return found

    def among(
        self, queries: Sequence[str], reads: Mapping[RecordId, Read], witness: RecordId
    ) -> Mapping[str, frozenset[RecordId]] | None:
        """Query → those of ``reads`` that it finds, learned of the blocks that the queries share."""
        return pubmed_among.among(self, queries, reads, witness)

    def seen_by(self, queries: Sequence[str]) -> Callable[[bytes], bytes | None] | None:
        """Title, abstract, keywords, headings, types, authors and where they work."""
        return words_seen if by_words_alone(queries) else None

    def changed(self, listed: Mapping[RecordId, str | None], known: Mapping[RecordId, str], since: date) -> Changed:  # noqa: ARG002  # esearch lists no days
        """The known PMIDs that PubMed says it has modified on ``since`` or later."""
        kept, self._union = self._union, None
        if kept and (changed := pubmed_union.modified(self, kept, _of_pubmed(known), since)):
            return changed
        modified = Modified(self, since)
        ids = modified.among(_of_pubmed(known))
        return Changed(ids, modified.complete, tuple(modified.troubles))

    def fetch(self, ids: Collection[RecordId]) -> Iterator[Fetched]:
        """The records as XML. A merged PMID is told by what comes for it when it is asked for alone."""
        return fetch_all(_of_pubmed(ids), self._batch, size=FETCHED, alone=ALONE)

    def esearch(self, term: str, retstart: int, retmax: int, history: Mapping[str, str] | None = None) -> Found:
        """One answer of esearch. Raises ``FetchError``."""
        paged = {"retmode": "json", "term": term, "retstart": str(retstart), "retmax": str(retmax)}
        return self._call("esearch.fcgi", read_found, {**paged, **(history or {})})

    def epost(self, ids: Sequence[RecordId], web_env: str | None) -> tuple[str, str]:
        """Put ids into the history server: ``WebEnv`` and ``query_key``. Raises ``FetchError``."""
        carried = {"WebEnv": web_env} if web_env else {}
        return self._call("epost.fcgi", _read_posted, {"id": ",".join(map(bare, ids)), **carried})

    def _batch(self, batch: Sequence[RecordId]) -> Iterator[Fetched]:
        try:
            parsed = self._call("efetch.fcgi", _read_records, {"retmode": "xml", "id": ",".join(map(bare, batch))})
        except FetchError as error:
            if error.status == 400 and _NO_SUCH_ID.search(error.trouble.fields.get("said", "")):
                return  # a list is never empty here, so it means that none of the ids exists
            raise
        if not parsed:
            return
        got = list(dict.fromkeys(filter(None, map(id_of, parsed))))
        merged = {batch[0]: got[0]} if len(batch) == len(got) == 1 and batch[0] != got[0] else {}
        yield Fetched(parsed, merged)

    def _call(self, path: str, read: Callable[[Answer], T], form: Mapping[str, str]) -> T:
        """POST, whatever is asked: long terms and id lists fit, and the key stands in no URL."""
        return self._service.ask(path, read, form={**self._always, **form})


def _of_pubmed(ids: Iterable[RecordId]) -> list[RecordId]:
    """The ids that are PubMed's, in one order: an empty list, or a foreign id in one, is refused as a whole."""
    return sorted((i for i in ids if i == f"PMID:{pmid_of(bare(i))}"), key=lambda i: int(bare(i)))


def _read_posted(answer: Answer) -> tuple[str, str]:
    refuse_disguised(answer, "pubmed")
    env, key, error = (pattern.search(answer.body) for pattern in (_ENV, _KEY, _ERROR))
    if env and key and not error:
        return env[1].decode("utf-8", "replace"), key[1].decode()
    if error:
        raise error_told(error[1].decode("utf-8", "replace").strip(), "pubmed")
    if answer.body.lstrip().startswith(b"{"):
        json_object(answer, "pubmed")  # says what its error is
    raise wrong_shape("pubmed", "ePostResult")


def _read_records(answer: Answer) -> tuple[Parsed, ...]:
    """The records of efetch; none where it says that it has none of the ids. Raises ``PassingError`` for all else."""
    refuse_disguised(answer, "pubmed")
    if answer.body.lstrip().startswith(b"{"):
        json_object(answer, "pubmed")  # says what its error is
    try:
        return tuple(pubmed_xml.parse(io.BytesIO(answer.body)))
    except SourceError as error:
        if error.code != "service_error":
            raise PassingError(Trouble("unreadable_answer", {"service": "pubmed", "said": cut(str(error))})) from error
        if _NO_SUCH_ID.search(error.what):
            return ()
        raise error_told(error.what, "pubmed") from error
