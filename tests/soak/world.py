"""What do the services hold this week? A seeded world of invented articles and trials in which everything happens."""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from evtrack.demo.corpus import Article, Corpus, Study

# ruff: noqa: ISC004  the texts are long and stand in parentheses of their own

Thing = Article | Study

TEXTS = {
    "depression in an open trial": (
        "Exosomes of mesenchymal stem cells in major depressive disorder: an open-label, single-arm phase 1 trial",
        "Eleven patients with major depressive disorder received intravenous exosomes of mesenchymal stem cells in an "
        "open-label, single-arm phase 1 trial. The Hamilton Depression Rating Scale fell significantly (P = 0.02).",
    ),
    "depression in a randomised trial": (
        "Exosomes of mesenchymal stem cells in major depressive disorder: a randomised, double-blind, placebo-controlled trial",
        "We randomly allocated 90 adults with major depressive disorder to intravenous exosomes of mesenchymal stem cells "
        "(n = 45) or placebo (n = 45). The Hamilton Depression Rating Scale was significantly lower with exosomes than "
        "with placebo (mean difference -3.1, 95% CI -4.5 to -1.7, P < 0.001).",
    ),
    "anxiety in a randomised trial": (
        "Exosomes of mesenchymal stem cells in generalised anxiety disorder: a randomised, placebo-controlled trial",
        "We randomly allocated 80 adults with generalised anxiety disorder to intravenous exosomes of mesenchymal stem "
        "cells (n = 40) or placebo (n = 40). There was no significant difference in the Hamilton Anxiety Rating Scale.",
    ),
    "inflammation in depression": (
        "C-reactive protein and interleukin-6 in depression: a meta-analysis of invented cohorts",
        "In a meta-analysis of 20 cohorts, C-reactive protein was significantly higher in depression than in controls.",
    ),
}  # fmt: skip
"""Invented texts beside those of ``tests/data/texts.json``."""

CONDITIONS = ("Major Depressive Disorder", "PTSD", "Anxiety Disorders", "Schizophrenia", "Alzheimer Disease")
STATUSES = (
    "NOT_YET_RECRUITING",
    "RECRUITING",
    "ACTIVE_NOT_RECRUITING",
    "COMPLETED",
    "SUSPENDED",
    "TERMINATED",
    "UNKNOWN",
)
UNSEARCHED = "Osteoarthritis"
BY_MESH = ("Depression", "Exosomes")
NOTES, TRIALS = 205, 105
"""How many come at once, and go again: more than one request fetches."""


def rendered(thing: Thing) -> bytes:
    """The bytes of one record as its service sends them; of a study, which comes within a page, with its keys in order."""
    if isinstance(thing, Article):
        return thing.xml().encode()
    return json.dumps(thing.json(), ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()


def key_of(thing: Thing) -> str:
    """The key of those bytes: SHA-256, lower-case hex."""
    return hashlib.sha256(rendered(thing)).hexdigest()


def id_of(thing: Thing) -> str:
    """How evtrack names the record."""
    return f"PMID:{thing.pmid}" if isinstance(thing, Article) else thing.nct_id


@dataclass
class World:
    """Both services through the weeks. ``served``: week → record id → key of its bytes; ``things``: key → the record."""

    rng: random.Random
    texts: dict[str, tuple[str, str]]
    articles: dict[str, Article] = field(default_factory=dict)
    studies: dict[str, Study] = field(default_factory=dict)
    served: list[dict[str, str]] = field(default_factory=list)
    things: dict[str, Thing] = field(default_factory=dict)
    happened: dict[str, int] = field(default_factory=dict)
    _number: int = 100
    _days: tuple[date, date] = (date(2026, 10, 5), date(2026, 10, 5))
    _gone: list[Thing] = field(default_factory=list)
    _left: dict[str, Thing] = field(default_factory=dict)
    _posted: dict[str, set[date | None]] = field(default_factory=dict)

    def learn(self) -> None:
        """The texts of this module beside those that were given."""
        self.texts = {**self.texts, **TEXTS}

    def never_there(self) -> Article:
        """An article that no service holds."""
        title, abstract = self.texts["depression in mice"]
        return Article(str(self._next()), f"{title}, from a file", self._days[1], abstract)

    @property
    def corpus(self) -> Corpus:
        """What the services hold now."""
        return Corpus(tuple(self.articles.values()), tuple(self.studies.values()))

    def begin(self) -> None:
        """What is there when the first refresh comes."""
        for _ in range(24):
            self._add_article()
        for _ in range(12):
            self._add_study()

    def pass_by(self, since: date, until: date, happenings: int) -> None:
        """So many things happen on days from ``since`` to ``until``."""
        self._days = (min(since, until), until)
        for _ in range(happenings):
            crowd = sum(a.merged_into is None for a in self.articles.values()) + len(self.studies)
            does = self.rng.choice(self._happenings(crowd))
            name = does.__name__.strip("_")
            self.happened[name] = self.happened.get(name, 0) + bool(does())

    def serve(self) -> Corpus:
        """The corpus of a week, which is remembered."""
        corpus = self.corpus
        held: list[Thing] = [*(a for a in corpus.articles if a.merged_into is None), *corpus.studies]
        week = {}
        for thing in held:
            key = key_of(thing)
            self.things[key] = thing
            week[id_of(thing)] = key
        self.served.append(week)
        return corpus

    def crowd(self) -> None:
        """Many come at once: a count jumps, and what is asked for takes several requests."""
        if any(p in self.articles for p in map(str, range(90100000, 90100000 + NOTES))):
            return
        for n in range(NOTES):
            note = Article(str(90100000 + n), f"Invented note {n}", self._day(), mesh=BY_MESH)
            self.articles[note.pmid] = replace(note, mdat=self._days[1])
        for n in range(TRIALS):
            trial = self._study(f"NCT{90100000 + n}", "Depression")
            self.studies[trial.nct_id] = replace(trial, interventions=(("DRUG", "Exosomes"),), arms=())

    def renew(self) -> None:
        """Something new is found at each service: where all that was known has gone, nobody could say that it has."""
        self._add_article(mesh=BY_MESH)
        self._add_study()

    def scatter(self) -> None:
        """They go: most are deleted, some only leave the search."""
        for n in range(NOTES):
            note = self.articles.get(pmid := str(90100000 + n))
            if note and n % 20 == 0:
                self.articles[pmid] = replace(note, mesh=(), mdat=self._days[1])
            else:
                self.articles.pop(pmid, None)
        for n in range(TRIALS):
            self.studies.pop(f"NCT{90100000 + n}", None)

    def _happenings(self, crowd: int) -> Sequence[Callable[[], bool]]:
        often: list[Callable[[], bool]] = [
            self._add_article, self._add_article, self._add_late, self._add_study, self._retitle, self._retitle,
            self._rewrite, self._index, self._retype, self._retract, self._concern, self._erratum, self._status,
            self._status, self._results, self._back_date, self._leave, self._leave, self._enter, self._rename_study,
            self._leave_study,
        ]  # fmt: skip
        fewer: list[Callable[[], bool]] = [self._delete, self._delete, self._delete_study, self._merge, self._alias]
        return [*often, *fewer, self._return] if crowd < 70 else [*often, *fewer * 5]

    def _day(self) -> date:
        first, last = self._days
        return first + timedelta(days=self.rng.randint(0, (last - first).days))

    def _next(self) -> int:
        self._number += 1
        return 90000000 + self._number

    def _put(self, article: Article) -> bool:
        self.articles[article.pmid] = replace(article, mdat=self._day())
        return True

    def _any(self, which: Callable[[Article], bool] = lambda _: True) -> Article | None:
        found = [a for a in self.articles.values() if a.merged_into is None and a.pmid < "90100000" and which(a)]
        return self.rng.choice(found) if found else None

    def _any_study(self, which: Callable[[Study], bool] = lambda _: True) -> Study | None:
        found = [s for s in self.studies.values() if s.nct_id < "NCT90100000" and which(s)]
        return self.rng.choice(found) if found else None

    def _add_article(self, **more: Any) -> bool:
        number = self._next()
        text = self.rng.choice(sorted(self.texts))
        title, abstract = self.texts[text]
        mesh = BY_MESH if text == "helpless rats" else ()
        types = ("Meta-Analysis",) if text == "inflammation in depression" else ("Journal Article",)
        day = self._day()
        usual = {"mesh": mesh, "publication_types": types, "doi": f"10.99999/{number}"}
        if self.studies and self.rng.random() < 0.2:
            usual["nct_ids"] = (self.rng.choice(sorted(self.studies)),)
        self.articles[str(number)] = Article(str(number), f"{title} ({number})", day, abstract, **{**usual, **more})
        return True

    def _add_late(self) -> bool:
        return self._add_article(edat=date(2023, 5, 1))

    def _retitle(self) -> bool:
        article = self._any()
        return bool(article and self._put(replace(article, title=f"{article.title[:150]} – {self._next()}")))

    def _rewrite(self) -> bool:
        """Another abstract: the claims that it speaks of may be others."""
        article = self._any(lambda a: a.mesh == ())
        if not article:
            return False
        title, abstract = self.texts[self.rng.choice(sorted(self.texts))]
        return self._put(replace(article, title=f"{title} ({self._next()})", abstract=abstract))

    def _index(self) -> bool:
        article = self._any(lambda a: a.mesh == ())
        return bool(article and self._put(replace(article, mesh=("Exosomes", "Mice", "Animals"))))

    def _retype(self) -> bool:
        article = self._any(lambda a: "Retracted Publication" not in a.publication_types)
        if not article:
            return False
        more = self.rng.choice(("Randomized Controlled Trial", "Comparative Study", "Clinical Trial, Phase I"))
        kept = [t for t in article.publication_types if t != more]
        return self._put(replace(article, publication_types=(*kept, more)))

    def _retract(self) -> bool:
        ended = {
            "Retracted Publication",
            "Retraction of Publication",
        }  # what is once retracted stays so; a notice is none
        article = self._any(lambda a: ended.isdisjoint(a.publication_types))
        if not article:
            return False
        notice = str(self._next())
        self.articles[notice] = Article(
            notice, f"Retraction: {article.title[:120]}", self._day(),
            publication_types=("Retraction of Publication",), corrections=(("RetractionOf", article.pmid),),
        )  # fmt: skip
        types = (*article.publication_types, "Retracted Publication")
        noted = (*article.corrections, ("RetractionIn", notice))
        return self._put(replace(article, publication_types=types, corrections=noted))

    def _note(self, kind: str) -> bool:
        article = self._any(lambda a: all(k != kind for k, _ in a.corrections))
        noted = (kind, str(self._next()))
        return bool(article and self._put(replace(article, corrections=(*article.corrections, noted))))

    def _concern(self) -> bool:
        return self._note("ExpressionOfConcernIn")

    def _erratum(self) -> bool:
        return self._note("ErratumIn")

    def _delete(self) -> bool:
        article = self._any()
        if article:
            self._gone.append(self.articles.pop(article.pmid))
        return bool(article)

    def _merge(self) -> bool:
        old, new = self._any(), self._any()
        if not old or not new or old is new:
            return False
        self.articles[old.pmid] = replace(old, merged_into=new.pmid)
        return True

    def _leave(self) -> bool:
        """Out of its search: MeSH headings went, or the words."""
        article = self._any(lambda a: a.pmid not in self._left)
        if not article:
            return False
        self._left[article.pmid] = article
        title, abstract = self.texts["barley"]
        if article.mesh:
            return self._put(replace(article, mesh=()))
        return self._put(replace(article, title=f"{title} ({self._next()})", abstract=abstract))

    def _enter(self) -> bool:
        article = self._any(lambda a: a.pmid in self._left)
        if not article:
            return False
        before = self._left.pop(article.pmid)
        assert isinstance(before, Article)
        return self._put(replace(article, title=before.title, abstract=before.abstract, mesh=before.mesh or BY_MESH))

    def _return(self) -> bool:
        """What was deleted is there again."""
        if not self._gone:
            return False
        thing = self._gone.pop(self.rng.randrange(len(self._gone)))
        if isinstance(thing, Study):
            return self._put_study(thing)
        return self._put(thing)

    def _study(self, nct_id: str, condition: str) -> Study:
        return Study(
            nct_id,
            f"Invented trial {nct_id[3:]} of mesenchymal stem cell exosomes in {condition}",
            self._day(),
            first_posted=date(2026, 1, 5),
            conditions=(condition,),
            interventions=(("BIOLOGICAL", "Exosomes of mesenchymal stem cells"),),
            arms=(("EXPERIMENTAL", "Exosomes"),),
            phases=("PHASE1",),
            enrollment=20,
            overall_status=self.rng.choice(STATUSES),
        )

    def _put_study(self, study: Study, day: date | None = None) -> bool:
        """The registry posts a study once a day: another text has another day."""
        before = self.studies.get(study.nct_id, study)
        day = day or self._day()
        posted = self._posted.setdefault(study.nct_id, {before.last_update})
        while day in posted:
            day -= timedelta(days=1)
        posted.add(day)
        self.studies[study.nct_id] = replace(study, last_update=day)
        return True

    def _add_study(self) -> bool:
        study = self._study(f"NCT{self._next()}", self.rng.choice(CONDITIONS))
        self.studies[study.nct_id] = study
        return True

    def _status(self) -> bool:
        study = self._any_study()
        others = [s for s in STATUSES if study and s != study.overall_status]
        return bool(study and self._put_study(replace(study, overall_status=self.rng.choice(others))))

    def _results(self) -> bool:
        study = self._any_study(lambda s: not s.has_results)
        return bool(study and self._put_study(replace(study, has_results=True, results_posted=self._day())))

    def _back_date(self) -> bool:
        """A change that carries a day before the one it carried."""
        study = self._any_study()
        if not study:
            return False
        day = study.last_update - timedelta(days=self.rng.randint(1, 40))
        return self._put_study(replace(study, enrollment=(study.enrollment or 0) + 1), day)

    def _rename_study(self) -> bool:
        study = self._any_study()
        return bool(study and self._put_study(replace(study, official_title=f"Invented title {self._next()}")))

    def _leave_study(self) -> bool:
        """Out of its search, or back."""
        study = self._any_study()
        if not study:
            return False
        out = study.conditions != (UNSEARCHED,)
        condition = UNSEARCHED if out else self.rng.choice(CONDITIONS)
        title = f"Invented trial {study.nct_id[3:]} of mesenchymal stem cell exosomes in {condition}"
        return self._put_study(replace(study, conditions=(condition,), brief_title=title))

    def _delete_study(self) -> bool:
        study = self._any_study()
        if study:
            self._gone.append(self.studies.pop(study.nct_id))
        return bool(study)

    def _alias(self) -> bool:
        """One study is filed under another's number."""
        old, new = self._any_study(), self._any_study()
        if not old or not new or old is new or old.aliases:
            return False
        del self.studies[old.nct_id]
        return self._put_study(replace(new, aliases=(*new.aliases, old.nct_id)))
