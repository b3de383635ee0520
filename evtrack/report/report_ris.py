"""What does a report say in RIS? One reference a record for Zotero, EndNote and JabRef; no text of a record makes a line of its own.

Tags as EndNote and Zotero read them: AN the PMID (with DB), C2 the PMCID, J2 the abbreviated journal, M3 the kind of work.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from evtrack.record import PartialDate
from evtrack.report.citation import Citation, keywords_of, notes_told, title_told
from evtrack.sources.bibliography import Author
from evtrack.wording import word

_TYPES = {"article": "JOUR", "chapter": "CHAP", "book": "BOOK", "trial": "GEN", "other": "GEN"}
"""RIS has no type for a registry's entry: EndNote and Zotero show every field of GEN."""


def report_ris(citations: Iterable[Citation], lang: str) -> str:
    """The file."""
    import rispy  # type: ignore[import-untyped] # rispy ships no types

    class Plain(rispy.RisWriter):  # type: ignore[misc] # the same
        """Without the number before each reference, which is no RIS and which strict readers take for a broken line."""

        def set_header(self, count: int) -> str:  # noqa: ARG002 # the library's signature
            return ""

    return str(rispy.dumps([dict(_fields(c, lang)) for c in citations], implementation=Plain))


def _fields(citation: Citation, lang: str) -> Iterator[tuple[str, Any]]:
    """The fields by rispy's names, only those that are known."""
    every: tuple[tuple[str, Any], ...] = (
        ("type_of_reference", _TYPES[citation.kind]),
        ("id", citation.key),
        ("authors", [_name(a) for a in citation.authors]),
        ("secondary_authors", [_name(a) for a in citation.editors]),
        ("title", title_told(citation, lang)),
        ("secondary_title", citation.journal if citation.kind != "book" else None),
        ("alternate_title1", citation.abbreviation),
        ("volume", citation.volume),
        ("number", citation.issue),
        ("start_page", citation.pages[0] if citation.pages else None),
        ("end_page", citation.pages[1] if len(citation.pages) > 1 else None),
        ("year", f"{citation.day.year:04d}" if citation.day else None),
        ("date", _date(citation.day)),
        ("issn", citation.issn),
        ("publisher", citation.registry or citation.publisher),
        ("doi", citation.doi),
        ("accession_number", citation.pmid or citation.number),
        ("name_of_database", "PubMed" if citation.pmid else citation.registry),
        ("custom2", citation.pmcid),
        ("language", ", ".join(citation.languages)),
        ("type_of_work", _work(citation, lang)),
        # A semicolon would begin a second address.
        ("urls", [citation.url.replace(";", "%3B")] if citation.url else []),
        ("access_date", _date(citation.revised)),
        ("keywords", keywords_of(citation)),
        ("notes", notes_told(citation, lang)),
    )
    return ((name, told) for name, told in every if told)


def _work(citation: Citation, lang: str) -> str | None:
    if citation.kind == "trial":
        return word("cite.work_results" if citation.has_results else "design.registered_trial", lang)
    return word("flag.preprint", lang) if citation.preprint else None


def _name(author: Author) -> str:
    """``Last, First, Suffix``. A name without a given one is a group's; its comma would make it a person's."""
    if author.given is None and author.suffix is None:
        return author.family.replace(",", " ").replace("  ", " ")
    return ", ".join(filter(None, (author.family, author.given or "", author.suffix)))


def _date(day: PartialDate | None) -> str | None:
    """``YYYY/MM/DD/`` as the RIS specification has it, parts that are not known left empty."""
    if day is None:
        return None
    return f"{day.year:04d}/{f'{day.month:02d}' if day.month else ''}/{f'{day.day:02d}' if day.day else ''}/"
