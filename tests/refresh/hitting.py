"""What corpus do the shipped claims really find? Records made of the words of each query, so that none finds nothing."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from typing import Any

from evtrack.claim import Library
from evtrack.demo.corpus import Article, Corpus, Study
from evtrack.part import questions_of
from evtrack.sources._cover import query_of
from evtrack.sources.ctgov import ClinicalTrials
from evtrack.sources.pubmed import PubMed

FIELDS = {"mh": "mesh", "pt": "publication_types", "ti": "title", "tiab": "abstract", "ad": "affiliation", "au": "authors", "fau": "authors"}  # fmt: skip
FIRST_PMID = 92_000_000
FIRST_NCT = 92_000_000


@cache
def queries(source: str) -> tuple[str, ...]:
    """The distinct queries of the shipped claims."""
    from evtrack.claims import load_library

    library: Library = load_library()[0]
    asked: Any = PubMed(None, today=date(2026, 11, 2)) if source == "pubmed" else ClinicalTrials(None)  # type: ignore[arg-type]  # nothing is asked
    return tuple(questions_of(asked, library))


def _words(query: str, pick: random.Random) -> Mapping[str, list[str]]:
    """Field of an article → words, one of each block of the query."""
    chosen: dict[str, list[str]] = {}
    for _, words in sorted(query_of(query), key=lambda block: sorted(block[1])):
        text = pick.choice(sorted(words)).partition(" NOT ")[0]
        word, tag = pick.choice(re.findall(r'("[^"]+"|[\w*/+-]+(?: [A-Z])?)\[(\w+)\]', text))
        chosen.setdefault(FIELDS[tag], []).append("Kato, Koji" if tag in ("au", "fau") else word.strip('"').rstrip("*"))
    return chosen


def article(number: int, query: str, day: date, **more: Any) -> Article:
    """PMID 92000000 + ``number``: a record that the query finds."""
    fields = _words(query, random.Random(number))  # noqa: S311 # the same record each time
    abstract = f"Invented note {number} on {', '.join(fields.get('abstract', ['nothing']))} of no meaning."
    made: dict[str, Any] = {
        "title": f"Invented note {number}: {', '.join(fields.get('title', ['of no meaning']))}",
        "abstract": abstract,
        "mesh": tuple(fields.get("mesh", ())),
        "publication_types": ("Journal Article", *fields.get("publication_types", ())),
    }
    if "authors" in fields:
        made["authors"] = tuple(fields["authors"])
    if "affiliation" in fields:
        made["affiliation"] = "Wako, Nagoya, Eihokai"
    return Article(pmid=str(FIRST_PMID + number), crdt=day, **{**made, **more})


def study(number: int, query: str, day: date, **more: Any) -> Study:
    """NCT92000000 + ``number``: a trial that the query finds."""
    pick = random.Random(number)  # noqa: S311 # the same trial each time
    parameters = dict(part.split("=", 1) for part in query.split("&"))
    word = {name: pick.choice(text.strip("()").split(" OR ")).strip('"') for name, text in parameters.items()}
    made: dict[str, Any] = {
        "brief_title": f"Invented trial {number}",
        "conditions": (word.get("query.cond", "Something else"),),
        "interventions": (("BIOLOGICAL", word["query.intr"]),),
        "arms": (("EXPERIMENTAL", "Given"),),
        "first_posted": day - timedelta(days=100),
        "last_update": day,
        "countries": (word["query.locn"],) if "query.locn" in word else (),
    }
    return Study(nct_id=f"NCT{FIRST_NCT + number}", **{**made, **more})


def corpus(n: int, trials: int, day: date = date(2026, 9, 7)) -> Corpus:
    """``n`` articles and so many trials, each query's turn after the other's, and some that none finds."""
    asked, registered = queries("pubmed"), queries("ctgov")
    return Corpus(
        tuple(article(i, asked[i % len(asked)], day - timedelta(days=i % 700)) for i in range(n))
        + tuple(Article(str(FIRST_PMID + 900_000 + i), f"Invented barley {i}", day) for i in range(20)),
        tuple(study(i, registered[i % len(registered)], day - timedelta(days=i % 700)) for i in range(trials)),
    )


def on(corpus: Corpus, day: date) -> Corpus:
    """The same corpus on a later day: ``dataTimestamp`` is newer, nothing else."""
    return replace(corpus, day=day)


def ordinary_week(before: Corpus, day: date, *, new: int = 60, revised: int = 200, reworded: int = 40) -> Corpus:
    """The next week: new articles; some revised, ``reworded`` of them in what searches look at; one deleted; three trials changed."""
    asked = queries("pubmed")
    found = [a for a in before.articles if int(a.pmid) < FIRST_PMID + 900_000]
    touched = found[1 : revised + 1]
    other = [
        replace(
            a,
            mdat=day,
            publication_types=(*a.publication_types, "Comparative Study"),
            mesh=(*a.mesh, "Humans", ("Depression", "Inflammation", "Neurogenesis")[n % 3]),
        )
        for n, a in enumerate(touched[:reworded])
    ]
    dated = [replace(a, mdat=day, doi=f"10.9999/{a.pmid}") for a in touched[reworded:]]
    gone = found[-1]
    status = [replace(s, overall_status="TERMINATED", last_update=day) for s in before.studies[:3]]
    fresh = [article(500_000 + n, asked[n % len(asked)], day) for n in range(new)]
    return before.without(gone.pmid).with_(*other, *dated, *fresh, *status)
