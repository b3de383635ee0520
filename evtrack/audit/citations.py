"""Which papers and trials does a text name by number? PMIDs, NCT numbers and DOIs as record ids."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

_PMID = re.compile(
    r"\bPMID[:\s]{0,3}(\d{1,8})\b|pubmed\.ncbi\.nlm\.nih\.gov/(\d{1,8})|/pubmed/(\d{1,8})", re.IGNORECASE
)
_NCT = re.compile(r"\bNCT\d{8}\b", re.IGNORECASE)
_DOI = re.compile(r"\b10\.\d{4,9}/[^\s\"'<>、。,;()（）「」]+", re.IGNORECASE)


def citations(text: str) -> Iterator[str]:
    """``PMID:…``, ``NCT…`` and ``DOI:…`` (in lower case) in the order of their kinds."""
    plain = unicodedata.normalize("NFKC", text)
    for found in _PMID.finditer(plain):
        yield f"PMID:{next(g for g in found.groups() if g)}"
    yield from (found[0].upper() for found in _NCT.finditer(plain))
    yield from (f"DOI:{found[0].rstrip('.').lower()}" for found in _DOI.finditer(plain))
