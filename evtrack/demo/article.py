"""What does one synthetic article look like as PubMed serves it? A value that renders itself as XML."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Any
from xml.sax.saxutils import escape, quoteattr

_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

PMC_JOURNAL = "Synthetic Journal of Demonstrations"


def xml_text(text: str) -> str:
    """Text as XML can carry it: ESC and its like, and lone surrogates, have no place in XML 1.0."""
    return escape(_NOT_IN_XML.sub("\ufffd", text))


@dataclass(frozen=True, slots=True)
class Article:
    """One article. Dates: ``crdt`` when the record was made, ``edat`` when it entered, ``mdat`` when it last changed.

    ``abstract``: a text, or sections ``(label, text)``. ``authors`` and ``corrections`` as PubMed writes them:
    ``"Last, Fore"``, and ``(ref_type, pmid)``. ``merged_into``: the record is found no more, and asked for by its id
    the other one comes.
    """

    pmid: str
    title: str
    crdt: date
    abstract: str | tuple[tuple[str, str], ...] = ""
    publication_types: tuple[str, ...] = ("Journal Article",)
    mesh: tuple[str, ...] = ()
    edat: date | None = None
    """Without one: ``crdt``."""
    mdat: date | None = None
    """Without one: ``crdt``."""
    published: date | None = None
    """Without one: ``edat``."""
    revised: date | None = None
    """``DateRevised``; without one: ``mdat``."""
    corrections: tuple[tuple[str, str], ...] = ()
    nct_ids: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    authors: tuple[str, ...] = ("Example, Alex", "Sample, Kim")
    affiliation: str = "Institute of Synthetic Records, Nowhere"
    journal: str = PMC_JOURNAL
    language: str = "eng"
    doi: str | None = None
    merged_into: str | None = None

    @property
    def entered(self) -> date:
        """``[edat]``: the publication date where the record came more than a year late."""
        return self.edat or self.crdt

    @property
    def modified(self) -> date:
        """``[mdat]``."""
        return self.mdat or self.crdt

    @property
    def sections(self) -> tuple[tuple[str, str], ...]:
        """The abstract as labelled sections; one without a label where it is plain."""
        if isinstance(self.abstract, str):
            return (("", self.abstract),) if self.abstract else ()
        return self.abstract

    def xml(self) -> str:
        """One ``<PubmedArticle>``."""
        published, revised = self.published or self.entered, self.revised or self.modified
        indexed = ' IndexingMethod="Automated"' if self.mesh else ""
        status = "MEDLINE" if self.mesh else "PubMed-not-MEDLINE"
        types = "".join(
            f'<PublicationType UI="D016428">{xml_text(t)}</PublicationType>' for t in self.publication_types
        )
        return (
            f'<PubmedArticle><MedlineCitation Status="{status}" Owner="NLM"{indexed}>'
            f'<PMID Version="1">{self.pmid}</PMID>'
            + _day("DateRevised", revised, padded=True)
            + '<Article PubModel="Electronic"><Journal><JournalIssue CitedMedium="Internet"><Volume>1</Volume>'
            f"<PubDate><Year>{published.year}</Year><Month>{published:%b}</Month><Day>{published.day:02}</Day></PubDate>"
            f"</JournalIssue><Title>{xml_text(self.journal)}</Title></Journal>"
            f"<ArticleTitle>{xml_text(self.title)}</ArticleTitle>"
            + (f'<ELocationID EIdType="doi" ValidYN="Y">{xml_text(self.doi)}</ELocationID>' if self.doi else "")
            + self._abstract()
            + self._authors()
            + f"<Language>{xml_text(self.language)}</Language>"
            + self._data_banks()
            + f"<PublicationTypeList>{types}</PublicationTypeList>"
            "</Article><MedlineJournalInfo><MedlineTA>Synth J Demo</MedlineTA></MedlineJournalInfo>"
            + self._corrections()
            + self._mesh()
            + self._keywords()
            + "</MedlineCitation>"
            + self._pubmed_data()
            + "</PubmedArticle>"
        )

    def _abstract(self) -> str:
        texts = "".join(
            f"<AbstractText Label={quoteattr(label)}>{xml_text(text)}</AbstractText>"
            if label
            else f"<AbstractText>{xml_text(text)}</AbstractText>"
            for label, text in self.sections
        )
        return f"<Abstract>{texts}</Abstract>" if texts else ""

    def _authors(self) -> str:
        found = []
        for author in self.authors:
            last, _, fore = author.partition(", ")
            initials = "".join(part[0] for part in fore.split())
            found.append(
                f'<Author ValidYN="Y"><LastName>{xml_text(last)}</LastName><ForeName>{xml_text(fore)}</ForeName>'
                f"<Initials>{xml_text(initials)}</Initials><AffiliationInfo>"
                f"<Affiliation>{xml_text(self.affiliation)}</Affiliation></AffiliationInfo></Author>"
            )
        return f'<AuthorList CompleteYN="Y">{"".join(found)}</AuthorList>' if found else ""

    def _data_banks(self) -> str:
        if not self.nct_ids:
            return ""
        numbers = "".join(f"<AccessionNumber>{xml_text(nct_id)}</AccessionNumber>" for nct_id in self.nct_ids)
        return (
            '<DataBankList CompleteYN="Y"><DataBank><DataBankName>ClinicalTrials.gov</DataBankName>'
            f"<AccessionNumberList>{numbers}</AccessionNumberList></DataBank></DataBankList>"
        )

    def _corrections(self) -> str:
        entries = "".join(
            f"<CommentsCorrections RefType={quoteattr(ref_type)}><RefSource>{xml_text(self.journal)}</RefSource>"
            f'<PMID Version="1">{xml_text(pmid)}</PMID></CommentsCorrections>'
            for ref_type, pmid in self.corrections
        )
        return f"<CommentsCorrectionsList>{entries}</CommentsCorrectionsList>" if entries else ""

    def _mesh(self) -> str:
        headings = "".join(
            f'<MeshHeading><DescriptorName UI="D000000" MajorTopicYN="N">{xml_text(h)}</DescriptorName></MeshHeading>'
            for h in self.mesh
        )
        return f"<MeshHeadingList>{headings}</MeshHeadingList>" if headings else ""

    def _keywords(self) -> str:
        words = "".join(f'<Keyword MajorTopicYN="N">{xml_text(word)}</Keyword>' for word in self.keywords)
        return f'<KeywordList Owner="NOTNLM">{words}</KeywordList>' if words else ""

    def _pubmed_data(self) -> str:
        history = "".join(
            _day("PubMedPubDate", day, f' PubStatus="{kind}"') for kind, day in self.history if day is not None
        )
        doi = f'<ArticleId IdType="doi">{xml_text(self.doi)}</ArticleId>' if self.doi else ""
        return (
            f"<PubmedData><History>{history}</History><PublicationStatus>epublish</PublicationStatus>"
            f'<ArticleIdList><ArticleId IdType="pubmed">{self.pmid}</ArticleId>{doi}</ArticleIdList></PubmedData>'
        )

    @property
    def history(self) -> tuple[tuple[str, date | None], ...]:
        """The dates PubMed shows; the day the record was made is not among them."""
        return (
            ("pubmed", self.entered),
            ("medline", self.modified if self.mesh else None),
            ("entrez", self.entered),
        )

    def summary(self) -> dict[str, Any]:
        """The document summary (``esummary``, JSON)."""
        published = self.published or self.entered
        return {
            "uid": self.pmid,
            "pubdate": f"{published:%Y %b} {published.day}",
            "source": "Synth J Demo",
            "authors": [{"name": a.replace(",", ""), "authtype": "Author", "clusterid": ""} for a in self.authors],
            "title": self.title,
            "lang": [self.language],
            "pubtype": list(self.publication_types),
            "history": [
                {"pubstatus": kind, "date": f"{day:%Y/%m/%d} 00:00"} for kind, day in self.history if day is not None
            ],
            "sortpubdate": f"{published:%Y/%m/%d} 00:00",
            "fulljournalname": self.journal,
        }


def _day(tag: str, day: date, attributes: str = "", *, padded: bool = False) -> str:
    month, number = (f"{day.month:02}", f"{day.day:02}") if padded else (str(day.month), str(day.day))
    return f"<{tag}{attributes}><Year>{day.year}</Year><Month>{month}</Month><Day>{number}</Day></{tag}>"
