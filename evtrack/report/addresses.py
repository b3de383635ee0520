"""Where can a record be read? Addresses that a page or a text may link to, and no other."""

from __future__ import annotations

import re
from urllib.parse import quote, urlsplit

from evtrack.record import RecordId
from evtrack.report.plain import plain

_DOI = re.compile(r"10\.\d{4,9}/[^\s<>\"]{1,200}\Z")
_HOST = re.compile(r"[A-Za-z0-9.-]{1,253}\Z")


def record_url(record: RecordId | str) -> str | None:
    """Where a record can be read; ``None`` for an id of another kind."""
    if record.startswith("PMID:") and record[5:].isdigit():
        return f"https://pubmed.ncbi.nlm.nih.gov/{record[5:]}/"
    if record.startswith("NCT") and record[3:].isdigit():
        return f"https://clinicaltrials.gov/study/{record}"
    return None


def https(url: str | None) -> str | None:
    """An address that may be linked to: https, a plain host, no name or password in it; ``None`` for any other."""
    if url is None or plain(url) != url or any(c in url for c in " <>\"'\\`"):
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return url if parts.scheme == "https" and _HOST.match(parts.netloc) else None


def doi_url(doi: str | None) -> str | None:
    """Where a DOI leads; ``None`` for what is none."""
    if doi is None or not _DOI.match(doi) or plain(doi) != doi:
        return None
    return f"https://doi.org/{quote(doi, safe='/:;()._-')}"
