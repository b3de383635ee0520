"""How are dates, ids, headings and texts written in the records, and what do they mean? Shared by the readers."""

from __future__ import annotations

import re
from collections.abc import Iterable

from evtrack.record import PMID, MeshHeading, NctId, PartialDate

_MONTHS = {
    name: i
    for i, name in enumerate(("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), 1)
}
_LONG_MONTHS = {
    name: i
    for i, name in enumerate(
        (
            "january",
            "february",
            "march",
            "april",
            "may",
            "june",
            "july",
            "august",
            "september",
            "october",
            "november",
            "december",
        ),
        1,
    )
}
_BLANKS = re.compile(r"[ \t\r\n]{2,}|[\t\r\n]")
_DIGITS = re.compile(r"[0-9]{1,12}\Z")
_NCT = re.compile(r"NCT[0-9]{8}\Z")
_WRITTEN = re.compile(r"(\d{4})(?:[ /]([A-Za-z]{3,9}\.?|(?<=/)\d{1,2})(?:[ /](\d{1,2}))?)?\Z")
_DAYS_OF_ONE_MONTH = re.compile(r"(\d{4}) ([A-Za-z]{3,9}) \d{1,2} ?[-–] ?\d{1,2}\Z")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})\Z")
_YEAR = re.compile(r"(?<!\d)(?:1[5-9]|20)\d\d(?!\d)")
_SURROGATE = re.compile("[\ud800-\udfff]")

_REGISTRIES = frozenset(
    [
        "anzctr",
        "chictr",
        "chimctr",
        "clinicaltrialsgov",
        "cris",
        "ctis",
        "ctri",
        "drks",
        "ensaiosclinicos",
        "eudract",
        "euctr",
        "irct",
        "isrctn",
        "itmctr",
        "japiccti",
        "jmacct",
        "jmaiia",
        "jprn",
        "jrct",
        "lbctr",
        "ntr",
        "nntr",
        "lntr",
        "pactr",
        "phrr",
        "rebec",
        "repec",
        "rpcec",
        "slctr",
        "tctr",
        "umin",
        "uminctr",
    ]
)
"""NLM's DataBankName of trial registries, letters only (nlm.nih.gov/bsd/medline_databank_source.html), and ways they are written."""

_REGISTRY_ID = re.compile(
    r"(?:ISRCTN\d{6,}|ACTRN\d{10,}|ChiCTR[A-Z0-9-]*\d{6,}|DRKS\d{6,}|JPRN-\w+|UMIN\d{6,}|jRCTs?\w*\d{6,}|JapicCTI-?\d{5,}|JMA-IIA\d{5}|KCT\d{6,}|"
    r"CTRI/\d{4}/\d{2,3}/\d+|IRCT\w*\d{8,}N?\d*|PACTR\d{10,}|RBR-\w{5,}|RPCEC\d{6,}|SLCTR/\d{4}/\d+|TCTR\d{8,}|NL-?(?:OMON)?\d{4,}|NTR\d{3,}|PER-\d{3}-\d{2}|"
    r"(?:EudraCT(?: number)?:? ?)?20\d\d-\d{6}-\d{2}|20\d\d-5\d{5}-\d{2}-\d{2})\Z",
    re.IGNORECASE,
)


def one_line(text: str) -> str:
    """The text without blanks at its ends, runs of blanks as one. Non-breaking and thin spaces are the authors' and stay."""
    text = text.strip(" \t\r\n")
    return _BLANKS.sub(" ", text) if "\n" in text or "  " in text or "\t" in text or "\r" in text else text


def sound(text: str, flags: dict[str, None]) -> str:
    """The text without NUL and lone surrogates, which no database takes; what was mended is put into ``flags``."""
    if "\0" in text:
        text = text.replace("\0", "")
        flags["nul_removed"] = None
    if not text.isascii() and _SURROGATE.search(text):
        text = _SURROGATE.sub("\ufffd", text)
        flags["unpaired_surrogate"] = None
    return text


def pmid_of(text: object) -> PMID | None:
    """A PubMed id out of digits, ``None`` for anything else (zero too)."""
    if isinstance(text, str) and _DIGITS.match(text := text.strip()):
        return PMID(text.lstrip("0")) if text.strip("0") else None
    return None


def nct_id_of(text: object) -> NctId | None:
    """A ClinicalTrials.gov id, in capitals, ``None`` for anything else."""
    if isinstance(text, str) and _NCT.match(text := text.strip().upper()):
        return NctId(text)
    return None


def doi_of(text: str | None) -> str | None:
    """A DOI without the address or the ``doi:`` some publishers put before it; ``None`` where it is none."""
    text = (text or "").strip()
    at = text.find("10.")
    return text[at:] if at >= 0 and "/" in text[at:] else None


def month_of(text: str) -> int | None:
    """``Jan``, ``January``, ``01`` or ``1``; ``None`` for a range or a season."""
    text = text.strip().lower().rstrip(".")
    if text.isascii() and text.isdigit():
        return int(text[:4])
    return _MONTHS.get(text) or _LONG_MONTHS.get(text) or (9 if text == "sept" else None)


def date_of(year: str | None, month: str | None, day: str | None, flags: dict[str, None]) -> PartialDate | None:
    """The date that three fields give, as far as they are sound: a season or a range of months leaves the year alone.

    What names no day of the calendar is dropped with the flag ``date_not_understood``.
    """
    if not year or not (year := year.strip()):
        return None
    try:
        date = PartialDate(int(year))
    except ValueError:
        flags["date_not_understood"] = None
        return None
    number = month_of(month) if month else None
    if number is None:
        return date
    try:
        date = PartialDate(date.year, number)
        return PartialDate(date.year, number, int(day)) if day and day.strip().isdecimal() else date
    except ValueError:
        flags["date_not_understood"] = None
        return date


def written_date(text: str | None, flags: dict[str, None]) -> PartialDate | None:
    """The date in ``2000 Jun 3``, ``2006/02/15`` or ``20151119``, or what is certain in ``1998 Dec-1999 Jan``: its first year."""
    text = (text or "").strip()
    if not text:
        return None
    if m := _WRITTEN.match(text):
        return date_of(m[1], m[2], m[3], flags)
    if m := _COMPACT.match(text):
        return date_of(m[1], m[2], m[3], flags)
    if m := _DAYS_OF_ONE_MONTH.match(text):
        return date_of(m[1], m[2], None, flags)
    if m := _YEAR.search(text):
        return PartialDate(int(m[0]))
    flags["date_not_understood"] = None
    return None


def registry_ids(accessions: Iterable[tuple[str, str]]) -> tuple[tuple[NctId, ...], tuple[str, ...]]:
    """NCT ids, and ids of other trial registries, among (data bank, accession number); GenBank and its like are left out."""
    nct: dict[NctId, None] = {}
    other: dict[str, None] = {}
    for bank, accession in accessions:
        accession = accession.strip()
        nct_id = nct_id_of(accession)
        if nct_id:
            nct[nct_id] = None
        elif accession and ("".join(filter(str.isalpha, bank)).lower() in _REGISTRIES or is_registry_id(accession)):
            other[f"ISRCTN{accession}" if bank.strip().upper() == "ISRCTN" and accession.isdigit() else accession] = (
                None
            )
    return tuple(nct), tuple(other)


def is_registry_id(text: str) -> bool:
    """Whether it is written like an id of a trial registry other than ClinicalTrials.gov."""
    return bool(_REGISTRY_ID.match(text.strip()))


def mesh_heading(text: str) -> MeshHeading | None:
    """A heading in MEDLINE's writing: ``Depression/*drug therapy/genetics``, a star where it is a major topic."""
    parts = [p.strip() for p in text.split("/")]
    names = [p.lstrip("*").strip() for p in parts]
    if not names[0]:
        return None
    return MeshHeading(names[0], tuple(n for n in names[1:] if n), any(p.startswith("*") for p in parts))


def unique(texts: Iterable[str]) -> tuple[str, ...]:
    """The texts that are not empty, each once, in order."""
    return tuple(dict.fromkeys(t for t in texts if t))
