"""What do the two services hold? A corpus of synthetic articles and studies, and how the next week's comes of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cached_property

from evtrack.demo.article import Article
from evtrack.demo.pubmed_index import PubmedIndex
from evtrack.demo.study import Study

__all__ = ["Article", "Corpus", "Study", "demo_weeks", "large_corpus"]

MARK = "[SYNTHETIC]"
"""Every title of a corpus made here starts so."""


@dataclass(frozen=True)
class Corpus:
    """What is to be found on one day. PMIDs and NCT ids are each there once."""

    articles: tuple[Article, ...] = ()
    studies: tuple[Study, ...] = ()
    day: date | None = None
    """The day of ``/version``; without one the latest day anything changed."""

    def with_(self, *new: Article | Study) -> Corpus:
        """The corpus with these in it, in place of those with the same ids."""
        articles = {a.pmid: a for a in self.articles} | {a.pmid: a for a in new if isinstance(a, Article)}
        studies = {s.nct_id: s for s in self.studies} | {s.nct_id: s for s in new if isinstance(s, Study)}
        return Corpus(tuple(articles.values()), tuple(studies.values()), self.day)

    def without(self, *ids: str) -> Corpus:
        """The corpus without the articles and studies of these PMIDs and NCT ids."""
        return Corpus(
            tuple(a for a in self.articles if a.pmid not in ids),
            tuple(s for s in self.studies if s.nct_id not in ids),
            self.day,
        )

    def article(self, pmid: str) -> Article | None:
        """The article of a PMID: where it was merged, the one it was merged into."""
        found = self._by_pmid.get(pmid)
        return self.article(found.merged_into) if found and found.merged_into else found

    def study(self, nct_id: str) -> Study | None:
        """The study of an NCT id or of an alias."""
        return self._by_nct_id.get(nct_id.upper())

    @property
    def updated(self) -> date:
        """The day of the last change."""
        days = [a.modified for a in self.articles] + [s.last_update for s in self.studies]
        return self.day or max(days, default=date(2000, 1, 1))

    @cached_property
    def index(self) -> PubmedIndex:
        """The articles made ready for searching."""
        return PubmedIndex(self.articles)

    @cached_property
    def _by_pmid(self) -> dict[str, Article]:
        return {a.pmid: a for a in self.articles}

    @cached_property
    def _by_nct_id(self) -> dict[str, Study]:
        aliases = {alias: s for s in self.studies for alias in s.aliases}
        return aliases | {s.nct_id: s for s in self.studies}


def pubmed_xml(articles: Iterable[Article]) -> str:
    """A ``PubmedArticleSet`` as efetch answers it."""
    records = "\n".join(article.xml() for article in articles)
    return (
        '<?xml version="1.0" ?>\n<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD PubMedArticle, 1st January 2025//EN" '
        '"https://dtd.nlm.nih.gov/ncbi/pubmed/out/pubmed_250101.dtd">\n'
        f"<PubmedArticleSet>{records}</PubmedArticleSet>\n"
    )


def large_corpus(n: int, on_one_day: float = 0.3, *, first_pmid: int = 91_000_000) -> Corpus:
    """``n`` articles on exosomes in depression, ``on_one_day`` of them (a share) made on the same day.

    The others are spread over the six years before it. Cheap to make: the same few words in each.
    """
    busy_day = date(2026, 6, 1)
    busy = round(n * on_one_day)
    return Corpus(
        tuple(
            Article(
                pmid=str(first_pmid + number),
                title=f"{MARK} Exosomes and depressive-like behaviour in mice, report {number}",
                crdt=busy_day if number < busy else busy_day - timedelta(days=1 + number * 7 % 2190),
                abstract="Mice received exosomes of stem cells after chronic mild stress.",
            )
            for number in range(n)
        )
    )


def demo_weeks(today: date | None = None) -> tuple[Corpus, Corpus]:
    """A small corpus that touches several claims, and the same one week later; ``weeks.PARTS`` says who plays what.

    All dates lie before ``today`` (without one, that of the computer), so that cursors of this day see the changes.
    """
    from evtrack.demo import weeks  # built of what stands above

    today = today or datetime.now(UTC).date()
    return weeks.first_week(today), weeks.next_week(today)
