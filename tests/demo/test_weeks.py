"""The small corpus and its next week play the parts they are cast for, and evtrack's own readers take them as they are."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from dataclasses import fields
from datetime import date, timedelta

import pytest

from evtrack.claim import Library
from evtrack.demo.article import Article
from evtrack.demo.corpus import MARK, Corpus, demo_weeks, large_corpus, pubmed_xml
from evtrack.demo.study import Study
from evtrack.demo.terms import search
from evtrack.demo.weeks import PARTS, Parts
from evtrack.grade.grades import ClaimRecordGrade
from evtrack.record import AbstractSection, Correction, MeshHeading, NctId, PartialDate, Record
from evtrack.rules import Rules
from evtrack.sources import ctgov_json
from evtrack.sources import pubmed_xml as pubmed_reader
from evtrack.sources._protocol import Read
from evtrack.sources.ctgov_query import ctgov_queries
from evtrack.sources.pubmed_query import pubmed_queries
from evtrack.spread import grade_one

TODAY = date(2026, 11, 22)
WEEKS = demo_weeks(TODAY)


def read(corpus: Corpus) -> Iterator[Record]:
    """All records of a corpus, by the package's own readers."""
    documents = json.dumps([study.json() for study in corpus.studies]).encode()
    for parsed in (
        *pubmed_reader.parse(io.BytesIO(pubmed_xml(corpus.articles).encode())),
        *ctgov_json.parse(io.BytesIO(documents)),
    ):
        assert isinstance(parsed, Read), parsed
        yield parsed.record


def ids(corpus: Corpus) -> set[str]:
    """PMIDs and NCT ids."""
    return {a.pmid for a in corpus.articles} | {s.nct_id for s in corpus.studies}


@pytest.mark.parametrize("corpus", WEEKS)
def test_the_readers_take_every_record_without_a_flag(corpus: Corpus) -> None:
    """As many as there are, each marked as made up, each in the rooms of numbers that no real record has."""
    records = list(read(corpus))
    assert len(records) == len(ids(corpus))
    for record in records:
        assert record.parse_flags == ()
        assert record.title.startswith(MARK)
        assert str(record.id).startswith(("PMID:9000", "NCT9000"))


def graded(week: int, part: str, claim_id: str, library: Library, rules: Rules) -> ClaimRecordGrade:
    """The grade of one part in one week towards a claim."""
    record = next(r for r in read(WEEKS[week]) if str(r.id).removeprefix("PMID:") == getattr(PARTS, part))
    grade = grade_one(record, library.claims[claim_id], rules)
    assert isinstance(grade, ClaimRecordGrade)
    return grade


@pytest.mark.parametrize(
    ("week", "part", "claim_id", "level", "gate", "stance", "counts"),
    [
        (0, "animal_depression", "dep-effect", "animal", None, "supports", True),
        (0, "animal_depression", "dep-bdnf-effect", "animal", None, "supports", True),
        (0, "indexed_anew", "dep-effect", "animal", None, "supports", True),
        (1, "indexed_anew", "dep-effect", "animal", None, "supports", True),
        (1, "late", "dep-effect", "animal", None, "supports", True),
        (0, "retracted_trial", "dep-effect", "rct", None, "supports", True),
        (1, "retracted_trial", "dep-effect", "none", "retracted", "n/a", False),
        (1, "retraction_notice", "dep-effect", "none", "notice", "n/a", False),
        (0, "retracted_before", "dep-effect", "none", "retracted", "n/a", False),
        (0, "review", "dep-effect", "none", "review", "n/a", False),
        (0, "biomarker", "dep-effect", "none", "biomarker", "n/a", False),
        (0, "trial_depression", "dep-effect", "none", "registered_only", "n/a", False),
        (0, "animal_anxiety", "anx-effect", "animal", None, "supports", True),
        (1, "null_trial", "anx-effect", "rct", None, "no_difference", True),
        (0, "animal_ptsd", "ptsd-effect", "animal", None, "supports", True),
        (0, "merged_into", "scz-effect", "animal", None, "supports", True),
        (0, "early_clinical_dementia", "ad-effect", "early_clinical", None, "mixed", True),
        (0, "typed_later", "ad-effect", "early_clinical", None, "no_difference", True),
        (0, "trial_dementia", "ad-effect", "none", "registered_only", "n/a", False),
        (1, "trial_dementia", "ad-effect", "early_clinical", None, "unclear", True),
        (0, "corrected", "ad-neuroprotection", "in_vitro", None, "supports", True),
        (1, "corrected", "ad-neuroprotection", "in_vitro", None, "supports", True),
        (0, "background", "dep-inflammation-bg", "observational", None, "supports", True),
    ],
)  # fmt: skip
def test_each_is_graded_as_its_part_says(
    library: Library,
    rules: Rules,
    week: int,
    part: str,
    claim_id: str,
    level: str,
    gate: str | None,
    stance: str,
    counts: bool,
) -> None:
    """Level, gate, stance and whether it counts, in the week that is meant."""
    grade = graded(week, part, claim_id, library, rules)
    told = (grade.grade.level, grade.grade.gate, grade.stance, grade.counts_for_claim)
    assert told == (level, gate, stance, counts)


def test_types_that_come_later_lift_no_level(library: Library, rules: Rules) -> None:
    """They are witnesses: the grade is made again, says that the indexing was a machine's, and the level stays."""
    before, after = (graded(week, "typed_later", "ad-effect", library, rules).grade for week in (0, 1))
    assert before.level == after.level == "early_clinical"
    assert set(after.flags) - set(before.flags) == {"machine_indexed"}


def finders(week: int, library: Library) -> dict[str, set[str]]:
    """PMID → the claims with a query that finds it."""
    found: dict[str, set[str]] = {}
    index = WEEKS[week].index
    for claim in library.claims.values():
        for query in pubmed_queries(claim, library.concepts):
            for pmid in index.pmids(search(query, index).held):
                found.setdefault(pmid, set()).add(claim.id)
    return found


def test_the_queries_of_the_claims_find_what_they_should(library: Library) -> None:
    """All but the unrelated one; the next week what is deleted, merged or indexed anew is found no more."""
    first, second = finders(0, library), finders(1, library)
    assert {a.pmid for a in WEEKS[0].articles} - set(first) == {PARTS.unrelated}
    gone = {PARTS.animal_ptsd, PARTS.merged, PARTS.indexed_anew}
    assert set(first) - set(second) == gone
    assert set(second) - set(first) == {PARTS.null_trial, PARTS.retraction_notice, PARTS.late, PARTS.erratum}
    assert "dep-effect" in first[PARTS.indexed_anew]


def test_what_left_the_query_is_still_there() -> None:
    """Asked for by id: one is there, one is another now, one is gone."""
    _, second = WEEKS
    assert second.article(PARTS.indexed_anew) is not None
    merged = second.article(PARTS.merged)
    assert merged is not None
    assert merged.pmid == PARTS.merged_into
    assert second.article(PARTS.animal_ptsd) is None


def test_all_that_changed_has_a_date_of_the_week() -> None:
    """``[mdat]`` or the day of the last update has moved for each that changed, and no date lies ahead of today."""
    first, second = WEEKS
    week = timedelta(days=7)
    for article in second.articles:
        before = next((a for a in first.articles if a.pmid == article.pmid), None)
        changed = before != article and article.merged_into is None
        assert (TODAY - article.modified < week) == changed, article.pmid
        assert max(article.modified, article.crdt) < TODAY
    for study in second.studies:
        assert (TODAY - study.last_update < week) == (study not in first.studies), study.nct_id
    late = second.article(PARTS.late)
    assert late is not None
    assert (late.crdt - late.entered).days > 365


def test_registered_trials_are_found_by_the_claims(library: Library) -> None:
    """Depression and Alzheimer's disease in both weeks, PTSD in the next; an alias leads to its study."""
    claims = {c.id for c in library.claims.values() if ctgov_queries(c, library.concepts)}
    assert {"dep-effect", "ad-effect", "ptsd-effect"} <= claims
    first, second = WEEKS
    assert first.study(PARTS.trial_ptsd) is None
    assert second.study(PARTS.trial_ptsd) is not None
    assert first.study(PARTS.alias_of_trial_depression) == first.study(PARTS.trial_depression)


def test_every_part_is_played(library: Library) -> None:
    """No id stands for two parts, and each is in one of the weeks."""
    named = [getattr(PARTS, f.name) for f in fields(Parts)]
    assert len(set(named)) == len(named)
    assert set(named) - {PARTS.alias_of_trial_depression} == ids(WEEKS[0]) | ids(WEEKS[1])


def test_without_a_day_the_weeks_end_yesterday() -> None:
    """So that cursors of today see what changed."""
    second = demo_weeks()[1]
    assert second.updated - demo_weeks(TODAY)[1].updated >= timedelta(0)


def test_an_article_says_all_it_holds() -> None:
    """Every field of an article is in its XML as the reader finds it; characters XML cannot carry are replaced."""
    article = Article(
        "90000042",
        "A < B & \x1bC",
        date(2026, 11, 2),
        (("AIM", "To see."), ("", "Seen.")),
        publication_types=("Letter",),
        mesh=("Mice",),
        edat=date(2026, 10, 31),
        published=date(2026, 3, 1),
        revised=date(2026, 11, 8),
        corrections=(("ErratumIn", "90000043"),),
        nct_ids=("NCT90000001",),
        keywords=("made up",),
        authors=("Sample, Kim B",),
        journal="Journal & Co",
        language="jpn",
        doi="10.9999/a<b",
    )
    (record,) = read(Corpus((article,)))
    assert record.title == "A < B & �C"
    assert record.abstract == (AbstractSection("To see.", "AIM"), AbstractSection("Seen.", None))
    assert (record.publication_types, record.mesh) == (("Letter",), (MeshHeading("Mice"),))
    assert (record.keywords, record.authors, record.languages) == (("made up",), ("Sample, Kim B",), ("jpn",))
    assert (record.journal, record.doi) == ("Journal & Co", "10.9999/a<b")
    assert (record.published, record.revised) == (PartialDate(2026, 3, 1), PartialDate(2026, 11, 8))
    assert record.nct_ids == (NctId("NCT90000001"),)
    assert [(c.ref_type, c.pmid) for c in record.corrections if isinstance(c, Correction)] == [
        ("ErratumIn", "90000043")
    ]
    assert record.indexing_method == "Automated"
    assert dict(article.history)["entrez"] == date(2026, 10, 31)


def test_an_article_may_have_next_to_nothing() -> None:
    """No abstract, no author, no types."""
    (record,) = read(Corpus((Article("90000042", "Bare", date(2026, 1, 2), authors=(), publication_types=()),)))
    assert (record.abstract, record.authors, record.publication_types) == ((), (), ())


def test_a_study_leaves_out_what_is_absent() -> None:
    """As the registry does: no nulls, no empty lists."""
    text = json.dumps(Study("NCT90000001", "Bare", date(2026, 1, 2)).json())
    assert "null" not in text
    assert "[]" not in text
    assert "{}" not in text


def test_a_corpus_is_changed_by_ids() -> None:
    """``with_`` puts in place or adds, ``without`` takes away, and the old corpus stays as it was."""
    one, other = Article("1", "One", date(2026, 1, 1)), Article("2", "Two", date(2026, 1, 2))
    trial = Study("NCT90000001", "Trial", date(2026, 1, 3))
    corpus = Corpus((one,), (trial,))
    more = corpus.with_(other, Article("1", "Uno", date(2026, 1, 1)))
    assert [a.title for a in more.articles] == ["Uno", "Two"]
    assert more.without("1", "NCT90000001") == Corpus((other,))
    assert corpus == Corpus((one,), (trial,))
    assert corpus.updated == date(2026, 1, 3)
    assert Corpus().updated == date(2000, 1, 1)


def test_a_large_corpus_has_its_share_on_one_day() -> None:
    """And each article is found by a claim's query."""
    corpus = large_corpus(200, on_one_day=0.5)
    days = [a.crdt for a in corpus.articles]
    assert (len(days), max(map(days.count, days))) == (200, 100)
    assert len({a.pmid for a in corpus.articles}) == 200
