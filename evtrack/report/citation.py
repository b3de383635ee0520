"""How is a record cited? One value that each format of citations is made of: who, what, where, and how evtrack graded it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from evtrack.grade.grades import Evidence
from evtrack.record import PartialDate, Record, RecordId
from evtrack.report._protocol import ClaimStatus
from evtrack.report.addresses import record_url
from evtrack.report.history_text import later_words
from evtrack.report.left_out import why_not
from evtrack.report.plain import plain
from evtrack.report.show_text import counting_records
from evtrack.report.terminal import join, stance_words, term
from evtrack.sources.bibliography import NOTHING, Author, Bibliography, read_bibliography
from evtrack.store.placed import BulkFileMissingError
from evtrack.store.read import Reader, open_reader
from evtrack.store.target import StoreMissingError
from evtrack.wording import word

Kind = Literal["article", "chapter", "book", "trial", "other"]
"""``other``: what a person entered without a journal."""

_BREAKS = re.compile(r"[\t\n\v\f\r\x1c-\x1f\x85\u2028\u2029 ]+")
_PAGES = re.compile(r"([^-–,;]+)[-–]([^-–,;]+)\Z")
_ONE_STOP = re.compile(r"(?<=[^.\s])\.\Z")
_SAID_ALREADY = re.compile(r"\W*(?:retracted|撤回)", re.IGNORECASE)
_ABOUT = ("selected", "subtype", "measured", "any")
_AUTHORS_SHOWN = 3
"""Authors before "et al." in one line."""


@dataclass(frozen=True, slots=True)
class Towards:
    """What a record says towards one claim, as that claim stands."""

    status: ClaimStatus
    evidence: Evidence

    @property
    def later(self) -> str | None:
        """What became of the record after the day asked about (``retracted`` …)."""
        told = self.status.later.get(self.evidence.id)
        return told.kind if told else None


@dataclass(frozen=True, slots=True)
class Citation:
    """One record as it is cited. All texts are one line without control characters; absent is ``None`` or ``()``.

    ``pages`` are first and last, the last in full (``101-9`` gives ``("101", "109")``), or one text where they are no
    range. ``published`` is the date of print, ``epub`` the day on line; of a trial, the day of registration. No abstract
    is carried: it belongs to its publisher, and a reference manager gets it from PubMed by the PMID.
    """

    id: RecordId
    kind: Kind
    title: str
    authors: tuple[Author, ...] = ()
    editors: tuple[Author, ...] = ()
    original_title: str | None = None
    journal: str | None = None
    abbreviation: str | None = None
    volume: str | None = None
    issue: str | None = None
    pages: tuple[str, ...] = ()
    issn: str | None = None
    publisher: str | None = None
    published: PartialDate | None = None
    epub: PartialDate | None = None
    doi: str | None = None
    pmid: str | None = None
    pmcid: str | None = None
    languages: tuple[str, ...] = ()
    registry_ids: tuple[str, ...] = ()
    status: str | None = None
    """Of a trial: the registry's status (``RECRUITING``)."""
    planned_n: int | None = None
    has_results: bool = False
    """Of a trial: results are posted in the registry. Nothing of them is read."""
    revised: PartialDate | None = None
    url: str | None = None
    given: str | None = None
    """Of a record entered by hand: the citation in the person's words."""
    retracted: bool = False
    concern: bool = False
    preprint: bool = False
    towards: tuple[Towards, ...] = field(default=())

    @property
    def key(self) -> str:
        """ASCII, unique, and the same as long as the record has its id: ``pmid90000001``, ``nct90000001``."""
        if re.fullmatch(r"PMID:[0-9]+|NCT[0-9]+", self.id):
            return self.id.replace(":", "").lower()
        from hashlib import sha256

        named = re.sub(r"[^a-z0-9]+", "-", self.id.lower()).strip("-")[:40]
        return f"{named or 'record'}-{sha256(self.id.encode(errors='replace')).hexdigest()[:8]}"

    @property
    def registry(self) -> str | None:
        """The registry that holds the trial; of one that was entered by hand, its id alone tells."""
        return "ClinicalTrials.gov" if self.kind == "trial" and self.id.startswith("NCT") else None

    @property
    def number(self) -> str | None:
        """The trial's id in its registry."""
        if self.kind != "trial":
            return None
        return self.id if self.id.startswith("NCT") else next(iter(self.registry_ids), None)

    @property
    def day(self) -> PartialDate | None:
        """The date to cite: of print, else on line."""
        return self.published or self.epub


def read_citations(
    target: str, statuses: Sequence[ClaimStatus], *, everything: bool = False
) -> dict[RecordId, Citation]:
    """The citations of these claims, by record id, in the order of the claims and of ``cited``; each record once.

    With ``everything`` of every record that is tied to one of them. Where there is no store, none.
    """
    towards: dict[RecordId, list[Towards]] = {}
    for status in statuses:
        for one in status.evidence if everything else cited(status):
            towards.setdefault(one.id, []).append(Towards(status, one))
    if not towards:
        return {}
    try:
        reader = open_reader(target)
    except StoreMissingError:
        return {}
    with reader:
        found = {record.id: record for record in reader.records(towards)}
        citations = {}
        for record_id, said in towards.items():
            record = found.get(record_id) or reader.record(
                record_id
            )  # it may have been removed since the day asked for
            if record is not None:
                citations[record_id] = citation_of(record, _bibliography(reader, record), said)
        return citations


def _bibliography(reader: Reader, record: Record) -> Bibliography:
    if record.format not in ("pubmed-xml", "medline"):
        return NOTHING
    try:
        return read_bibliography(reader.raw(record.id), record.format)
    except (
        KeyError,
        BulkFileMissingError,
    ):  # a store may have been copied without its documents, or without NLM's files
        return NOTHING


def cited(status: ClaimStatus) -> list[Evidence]:
    """The records behind a claim's grade: those that count, report harm or are registered, and the retracted ones.

    A retracted paper about the claim is told, for somebody may have relied on it. In the order of ``show``.
    """
    counting = counting_records(status)
    told = {*(e.id for e in counting)}
    named = {*status.grade.harms, *(trial.id for trial in status.grade.registered)}
    beside = [e for e in status.evidence if e.id not in told and (e.id in named or _retracted_about(e))]
    return [*counting, *sorted(beside, key=lambda e: (e.trial is not None, e.id))]


def _retracted_about(one: Evidence) -> bool:
    towards = one.graded
    return (
        towards.grade.gate == "retracted" and towards.condition_match in _ABOUT and towards.outcome_match in _ABOUT[2:]
    )


def citation_of(record: Record, found: Bibliography = NOTHING, towards: Iterable[Towards] = ()) -> Citation:
    """The citation of a record; ``found`` is what its bytes say beside it. Title and retraction are those of ``towards``."""
    towards = tuple(towards)
    trial = record.trial
    first = towards[0].evidence if towards else None
    flags = {flag for t in towards for flag in t.evidence.graded.grade.flags}
    later = {t.later for t in towards}
    kind: Kind = "trial" if trial else found.kind if record.source == "pubmed" or record.journal else "other"
    authors = found.authors or (() if found.editors else tuple(map(Author.of, record.authors)))
    pmid = record.id.removeprefix("PMID:") if record.id.startswith("PMID:") else None
    return Citation(
        id=RecordId(shown(record.id)),
        kind=kind,
        title=_ONE_STOP.sub("", shown(first.title if first else record.title)),
        authors=tuple(map(_author, authors)),
        editors=tuple(map(_author, found.editors)),
        original_title=_shown(record.vernacular_title if record.vernacular_title != record.title else None),
        journal=_shown(found.journal or record.journal),
        abbreviation=_shown(found.abbreviation),
        volume=_shown(found.volume),
        issue=_shown(found.issue),
        pages=tuple(map(shown, pages_of(found.pages or ""))),
        issn=_shown(found.issn),
        publisher=_shown(found.publisher),
        published=record.published or (trial.first_submitted if trial else None),
        epub=found.epub,
        doi=_shown(record.doi),
        pmid=_shown(pmid),
        pmcid=_shown(record.pmcid),
        languages=tuple(map(shown, record.languages)),
        registry_ids=tuple(map(shown, dict.fromkeys((*record.nct_ids, *record.other_registry_ids)))),
        status=_shown(trial.overall_status) if trial else None,
        planned_n=trial.enrollment if trial else None,
        has_results=trial.has_results if trial else False,
        revised=record.revised if trial else None,
        url=record_url(record.id) or _address(record.url),
        given=_shown(record.citation),
        # Who asks about a past day must not cite what was retracted since.
        retracted="retracted" in later or any(t.evidence.graded.grade.gate == "retracted" for t in towards),
        concern="expression_of_concern" in later | flags,
        preprint="preprint" in flags or "Preprint" in record.publication_types,
        towards=towards,
    )


def _address(url: str | None) -> str | None:
    """An address that leads to a page, and to nothing else (``javascript:``)."""
    url = shown(url or "")
    return url if url.lower().startswith(("https://", "http://")) else None


def _author(author: Author) -> Author:
    return replace(author, family=shown(author.family), given=_shown(author.given), suffix=_shown(author.suffix))


def shown(text: str) -> str:
    """Text as one line without control characters and direction marks; runs of blanks are one blank."""
    return _BREAKS.sub(" ", plain(_BREAKS.sub(" ", text))).strip(" ")


def _shown(text: str | None) -> str | None:
    return shown(text) or None if text else None


def pages_of(pages: str) -> tuple[str, ...]:
    """First and last page, the last in full (NLM writes ``101-9``); one text where it is no one range; none where empty."""
    pages = pages.strip()
    found = _PAGES.match(pages)
    if not found:
        return (pages,) if pages else ()
    first, last = found[1].strip(), found[2].strip()
    if last.isdigit() and len(last) < len(first) and first[-len(last) :].isdigit():
        last = first[: -len(last)] + last
    return (first, last) if first and last else (pages,)


# -- in words


def title_told(citation: Citation, lang: str) -> str:
    """The title, with the retraction before it unless PubMed has put it there."""
    if citation.retracted and not _SAID_ALREADY.match(citation.title):
        return word("cite.retracted_title", lang, title=citation.title)
    return citation.title


def notes_told(citation: Citation, lang: str) -> list[str]:
    """What stands beside the citation: retraction and concern first, then what evtrack said towards each claim and when."""
    return [*_warnings(citation, lang), *(graded_told(towards, lang) for towards in citation.towards)]


def _warnings(citation: Citation, lang: str) -> Iterator[str]:
    if citation.retracted:
        yield word("cite.retracted", lang)
    if citation.concern:
        yield word("cite.concern", lang)
    if citation.preprint:
        yield word("cite.preprint", lang)
    if citation.kind == "trial":
        n = citation.planned_n
        planned = word("view.planned", lang, n=n) if n is not None else ""
        key = "cite.trial_results" if citation.has_results else "cite.trial"
        yield word(key, lang, status=join((term("status", citation.status, lang), planned), lang))
    if citation.given:
        yield word("cite.given", lang, citation=citation.given)
    if citation.original_title:
        yield word("cite.original_title", lang, title=citation.original_title)


def graded_told(towards: Towards, lang: str) -> str:
    """Level and direction towards one claim, or why it does not count; the day of the evidence and the rules."""
    one, status = towards.evidence, towards.status
    claim = status.claim
    if one.graded.counts_for_claim:
        said = join((term("level", one.graded.grade.level, lang), stance_words(one, lang, claim)), lang)
    else:
        said = word("cite.not_counted", lang, why=join((word(key, lang) for key in why_not(one, claim)), lang))
    date = status.as_of[:10] if status.as_of else "–"
    told = word("cite.graded", lang, claim=claim.id, said=said, date=date, rules=status.rules_version or "–")
    beside = [later_words(status, one.id, lang) or ""]
    if (person := one.override) is not None:
        beside.append(word("view.override", lang, name=person.name, date=person.at[:10], reason=person.reason))
    return shown(" ".join(filter(None, (told, *beside))))


def keywords_of(citation: Citation) -> list[str]:
    """``evtrack:dep-effect`` for each claim, so that a reference manager finds the records of one sentence."""
    return [f"evtrack:{towards.status.claim.id}" for towards in citation.towards]


def reference(citation: Citation, lang: str, *, title: bool = True) -> str:
    """The citation in one line: authors, title, journal year;volume(issue):pages, DOI, ids. Plain text, no markup."""
    parts = [_people(citation.authors or citation.editors, lang), title_told(citation, lang) if title else ""]
    if not title and citation.retracted:
        parts.append(word("cite.retracted", lang).rstrip("。."))
    parts.append(_printed(citation, lang))
    if citation.given:  # it is whole as it is
        parts = [word("cite.retracted", lang).rstrip("。."), citation.given] if citation.retracted else [citation.given]
    line = " ".join(part if part.endswith((".", "?", "!", "。", "…")) else f"{part}." for part in parts if part)
    ids = [f"{name}: {told}" for name, told in (("doi", citation.doi), ("PMID", citation.pmid)) if told]
    if not citation.pmid:
        others = [citation.number] if citation.number else [*citation.registry_ids, citation.url]
        ids += [other for other in others if other and other not in line]
    return " ".join(filter(None, (line, join(ids, "en"))))


def _people(authors: Sequence[Author], lang: str) -> str:
    named = [" ".join(filter(None, (a.family, a.initials or a.given, a.suffix))) for a in authors[:_AUTHORS_SHOWN]]
    return join(named, "en") + (word("cite.et_al", lang) if len(authors) > _AUTHORS_SHOWN else "")


def _printed(citation: Citation, lang: str) -> str:
    """Journal, year, volume, issue and pages; of a trial, the registry and the day."""
    day = citation.day
    if citation.kind == "trial":
        registered = word("cite.registered", lang, date=day) if day else ""
        return join((citation.registry or "", registered), lang)
    issue = f"({citation.issue})" if citation.issue else ""
    where = f"{citation.volume or ''}{issue}"
    pages = f":{'-'.join(citation.pages)}" if citation.pages else ""
    year = str(day.year) if day else ""
    when = f"{year};{where}{pages}" if where or pages else year
    return " ".join(filter(None, (citation.abbreviation or citation.journal, when)))
