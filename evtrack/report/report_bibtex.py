"""What does a report say in BibTeX? One entry a record for JabRef, Zotero and LaTeX; no text of a record ends a field or an entry."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from evtrack.report.citation import Citation, keywords_of, notes_told, title_told
from evtrack.sources.bibliography import Author
from evtrack.wording import word

if TYPE_CHECKING:
    from bibtexparser.model import Entry

_TYPES = {"article": "article", "chapter": "incollection", "book": "book", "trial": "misc", "other": "misc"}
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")

_ESCAPED = {
    # Zotero looks for the braced spelling; a pair of braces behind the word would stay in its text.
    "\\": r"{\textbackslash}",
    "~": r"{\textasciitilde}",
    "^": r"{\textasciicircum}",
    **{sign: f"\\{sign}" for sign in "&%$#_{}"},
}
_UNMATCHED = {"{": r"\ensuremath{\lbrace}", "}": r"\ensuremath{\rbrace}"}
"""LaTeX's own BibTeX counts escaped braces too: one without its other half would take in what follows."""

_SPECIAL = re.compile(r"[\\~^&%$#_{}]")
_LIGATURE = re.compile(r"(?<=-)-|(?<=')'|(?<=`)`|(?<=[?!])`")
"""Signs that LaTeX joins into another one (a dash, a quotation mark, an inverted question mark)."""

_CAPITALS = re.compile(r"\S*[A-Z]\S*")
_VERBATIM = re.compile(r"[{}\\%\s]")


def report_bibtex(citations: Iterable[Citation], lang: str) -> str:
    """The file."""
    from bibtexparser.entrypoint import write_string
    from bibtexparser.library import Library
    from bibtexparser.middlewares import AddEnclosingMiddleware

    library = Library([_entry(c, lang) for c in citations])
    # The library's own stack copies each entry first, and joins names and months that are written already.
    braces = AddEnclosingMiddleware(reuse_previous_enclosing=False, enclose_integers=True, default_enclosing="{")
    return write_string(library, unparse_stack=[braces])


def _entry(citation: Citation, lang: str) -> Entry:
    from bibtexparser.model import Entry, Field

    fields = [Field(name, text) for name, text in _fields(citation, lang) if text]
    if citation.day and citation.day.month:
        fields.append(Field("month", _MONTHS[citation.day.month - 1], enclosing="no-enclosing"))
    return Entry(_TYPES[citation.kind], citation.key, fields)


def _fields(citation: Citation, lang: str) -> Iterator[tuple[str, str]]:
    holder = {"article": "journal", "chapter": "booktitle"}.get(citation.kind)
    yield "author", _names(citation.authors)
    yield "editor", _names(citation.editors)
    yield "title", _title(title_told(citation, lang))
    if holder and citation.journal:
        yield holder, latex(citation.journal)
    yield "shortjournal", latex(citation.abbreviation or "") if citation.kind == "article" else ""
    yield "year", f"{citation.day.year:04d}" if citation.day else ""
    yield "volume", latex(citation.volume or "")
    yield "number", latex(citation.number or citation.issue or "")
    yield "pages", "--".join(map(latex, citation.pages))
    yield "publisher", latex(citation.publisher or "")
    yield "howpublished", latex(citation.registry or citation.given or "") if _TYPES[citation.kind] == "misc" else ""
    yield "issn", latex(citation.issn or "")
    yield "doi", verbatim(citation.doi or "")
    yield "pmid", latex(citation.pmid or "")
    yield "pmcid", latex(citation.pmcid or "")
    yield "language", latex(", ".join(citation.languages))
    yield "url", verbatim(citation.url or "")
    yield "keywords", latex(", ".join(keywords_of(citation)))
    # ``note`` is printed in a list of references, ``annote`` is read in the reference manager alone.
    yield "note", latex(word("cite.retracted", lang)) if citation.retracted else ""
    yield "annote", latex(" / ".join(notes_told(citation, lang)))


def latex(text: str) -> str:
    """Text that LaTeX, and whoever reads BibTeX, shows as it is; braces always balance."""
    lone = _unmatched(text)
    out = "".join(_UNMATCHED[sign] if place in lone else _ESCAPED.get(sign, sign) for place, sign in enumerate(text))
    return _LIGATURE.sub(lambda m: "{}" + m[0], out)


def _unmatched(text: str) -> set[int]:
    """Places of braces that have no other half."""
    opened: list[int] = []
    lone: set[int] = set()
    for found in re.finditer(r"[{}]", text):
        if found[0] == "{":
            opened.append(found.start())
        elif opened:
            opened.pop()
        else:
            lone.add(found.start())
    return lone | set(opened)


def _title(text: str) -> str:
    """The title with words that hold a capital in braces: styles write the others small (BDNF would become bdnf)."""
    if "{" in text or "}" in text:
        return f"{{{latex(text)}}}"  # braces of its own may stand across words
    words = _CAPITALS.sub(lambda m: f"{{{m[0]}}}", text)
    return "".join(
        f"{{{latex(part[1:-1])}}}" if part[:1] == "{" else latex(part) for part in re.split(r"(\{[^}]*\})", words)
    )


def verbatim(text: str) -> str:
    """An address or DOI, which is never read as LaTeX: what could end the field is written as in an address."""
    return _VERBATIM.sub(lambda m: "".join(f"%{byte:02X}" for byte in m[0].encode()), text)


def _names(authors: Sequence[Author]) -> str:
    """``Last, Suffix, First and …``; a group's name in braces, so that no word of it is taken for a family name."""
    return " and ".join(map(_name, authors))


def _name(author: Author) -> str:
    if author.given is None and author.suffix is None:
        return f"{{{latex(author.family)}}}"
    return ", ".join(_part(part) for part in (author.family, author.suffix, author.given) if part)


def _part(part: str) -> str:
    """A part of a name; braces where a word or sign in it would be read as the end of the part or of the name."""
    told = latex(part)
    return f"{{{told}}}" if "," in part or re.search(r"\band\b", part, re.IGNORECASE) else told
