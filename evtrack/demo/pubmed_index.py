"""Which articles does one tagged PubMed term find? Each field of a corpus, indexed when it is first asked for."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from functools import cached_property

from evtrack.demo.article import Article
from evtrack.demo.words import Words, bits, numbers, words_of

FIELD_NAMES: Mapping[str, str] = {
    "all": "All Fields",
    "tiab": "Title/Abstract",
    "ti": "Title",
    "ab": "Abstract",
    "mh": "MeSH Terms",
    "pt": "Publication Type",
    "au": "Author",
    "fau": "Full Author Name",
    "ad": "Affiliation",
    "la": "Language",
    "uid": "UID",
    "si": "Secondary Source ID",
    "ta": "Journal",
    "crdt": "Date - Create",
    "edat": "Date - Entry",
    "mdat": "Date - Modification",
    "pdat": "Date - Publication",
}
"""The fields served, and how a translated query writes them (pubmed.ncbi.nlm.nih.gov/help, "Search field tags")."""

_OTHER_TAGS = {
    "mesh": "mh",
    "mh:noexp": "mh",
    "mesh terms:noexp": "mh",
    "majr": "mh",
    "pmid": "uid",
    "lr": "mdat",
    "dp": "pdat",
    "tw": "all",
    "text word": "all",
    "date - last revision": "mdat",
}
FIELD_OF_TAG: Mapping[str, str] = {
    **{short: short for short in FIELD_NAMES},
    **{name.lower(): short for short, name in FIELD_NAMES.items()},
    **_OTHER_TAGS,
}

DATE_FIELDS: Mapping[str, Callable[[Article], date]] = {
    "crdt": lambda a: a.crdt,
    "edat": lambda a: a.entered,
    "mdat": lambda a: a.modified,
    "pdat": lambda a: a.published or a.entered,
}

TEXT_FIELDS: Mapping[str, Callable[[Article], Sequence[str]]] = {
    "ti": lambda a: (a.title,),
    "ab": lambda a: tuple(text for _, text in a.sections),
    "tiab": lambda a: (a.title, *(text for _, text in a.sections), *a.keywords),
    "ad": lambda a: (a.affiliation,) if a.authors else (),
    "ta": lambda a: (a.journal,),
    "all": lambda a: (
        a.title,
        *(text for _, text in a.sections),
        *a.keywords,
        *a.mesh,
        *a.publication_types,
        *a.authors,
        *a.nct_ids,
        a.affiliation,
        a.journal,
        a.pmid,
    ),
}

_NARROWER = {
    "clinical trial": {
        "randomized controlled trial", "controlled clinical trial", "pragmatic clinical trial", "equivalence trial",
        "adaptive clinical trial", "clinical trial, phase i", "clinical trial, phase ii", "clinical trial, phase iii",
        "clinical trial, phase iv", "clinical trial protocol",
    },
    "review": {"systematic review", "scoping review"},
    "meta-analysis": {"network meta-analysis"},
}  # fmt: skip
_NARROWER["clinical study"] = _NARROWER["clinical trial"] | {"clinical trial", "observational study"}
"""[pt] finds the narrower types too (NLM publication characteristics, tree V03)."""

_LANGUAGES = {"english": "eng", "japanese": "jpn", "chinese": "chi", "german": "ger", "french": "fre"}

_DAY = re.compile(r"(\d{4})(?:/(\d{1,2}))?(?:/(\d{1,2}))?")


class PubmedIndex:
    """The articles that a search can find, newest first: bit ``n`` of every answer is ``articles[n]``."""

    def __init__(self, articles: Iterable[Article]) -> None:
        found = (a for a in articles if a.merged_into is None)
        self.articles: list[Article] = sorted(found, key=lambda a: (a.crdt, int(a.pmid)), reverse=True)
        self._texts: dict[str, Words] = {}
        self._days: dict[str, list[tuple[str, int]]] = {}

    @property
    def everything(self) -> int:
        """All articles."""
        return (1 << len(self.articles)) - 1

    def pmids(self, held: int) -> list[str]:
        """The PMIDs of the bits, in order."""
        return [self.articles[n].pmid for n in numbers(held)]

    def having(self, pmids: Iterable[str]) -> int:
        """The bits of the PMIDs that are there."""
        wanted = set(pmids)
        return bits((n for n, a in enumerate(self.articles) if a.pmid in wanted), len(self.articles))

    def find(self, field: str, text: str) -> int | None:
        """What a term finds in a field (short name); a date field one day, month or year, ``None`` where it is no date."""
        if field in DATE_FIELDS:
            return self.between(field, text, text)
        if field in TEXT_FIELDS:
            return self._text(field).find(text)
        plain = " ".join(words_of(text))
        if field == "la":
            plain = _LANGUAGES.get(plain, plain)
        elif field == "fau":  # "Koji Kato" and "Kato Koji" are the same person
            plain = " ".join(sorted(plain.split()))
        if field == "au" or text.rstrip().endswith("*"):  # initials are a beginning: Kato K finds Kato KA
            return _any(held for (kind, name), held in self._names.items() if kind == field and name.startswith(plain))
        return _any(self._names.get((field, name), 0) for name in {plain, *_narrower(field, text)})

    def between(self, field: str, first: str, last: str) -> int | None:
        """Articles of the days (``YYYY/MM/DD``, ``YYYY/MM``, ``YYYY``), both included; ``None`` where one is no date."""
        begin, end = _bound(first, "00"), _bound(last, "99")
        if begin is None or end is None:
            return None
        return _any(held for day, held in self._by_day(field) if begin <= day <= end)

    def uids(self, first: str, last: str) -> int:
        """Articles with a PMID in the range."""
        return self.having(a.pmid for a in self.articles if int(first) <= int(a.pmid) <= int(last))

    def _text(self, field: str) -> Words:
        if field not in self._texts:
            self._texts[field] = Words(TEXT_FIELDS[field](a) for a in self.articles)
        return self._texts[field]

    def _by_day(self, field: str) -> list[tuple[str, int]]:
        if field not in self._days:
            groups: dict[str, list[int]] = {}
            for number, article in enumerate(self.articles):
                groups.setdefault(DATE_FIELDS[field](article).isoformat(), []).append(number)
            self._days[field] = [(day, bits(found, len(self.articles))) for day, found in sorted(groups.items())]
        return self._days[field]

    @cached_property
    def _names(self) -> dict[tuple[str, str], int]:
        """(field, name in plain words) → articles, for the fields that are searched by whole names."""
        groups: dict[tuple[str, str], list[int]] = {}
        for number, a in enumerate(self.articles):
            for field, texts in (
                ("mh", a.mesh),
                ("pt", a.publication_types),
                ("la", (a.language,)),
                ("uid", (a.pmid,)),
                ("si", (*a.nct_ids, *(f"ClinicalTrials.gov/{n}" for n in a.nct_ids))),
                ("au", tuple(map(_short, a.authors))),
                ("fau", tuple(" ".join(sorted(words_of(author))) for author in a.authors)),
            ):
                for text in texts:
                    groups.setdefault((field, " ".join(words_of(text))), []).append(number)
        return {name: bits(found, len(self.articles)) for name, found in groups.items()}


def _any(parts: Iterable[int]) -> int:
    held = 0
    for part in parts:
        held |= part
    return held


def _narrower(field: str, text: str) -> Iterable[str]:
    types = _NARROWER.get(text.strip().lower(), ()) if field == "pt" else ()
    return (" ".join(words_of(kind)) for kind in types)


def _short(author: str) -> str:
    """``Kato, Koji A`` → ``Kato KA``."""
    last, _, fore = author.partition(", ")
    return f"{last} {''.join(part[0] for part in fore.split())}"


def _bound(text: str, missing: str) -> str | None:
    """A date as ISO text to compare by; what it does not say is ``missing``."""
    m = _DAY.fullmatch(text.strip())
    return "-".join((m[1], *(f"{int(part):02}" if part else missing for part in m.groups()[1:]))) if m else None
