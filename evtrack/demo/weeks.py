"""What does a small corpus hold this week, and what has become of it the next? Every text is made up."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

from evtrack.demo.article import Article
from evtrack.demo.corpus import MARK, Corpus
from evtrack.demo.study import Study

# ruff: noqa: ISC004  the labelled sections of an abstract are long texts in parentheses of their own


@dataclass(frozen=True, slots=True)
class Parts:
    """Who plays what: PMIDs and NCT ids by their part. Those of the next week say so."""

    animal_depression: str = "90000001"
    """Mice under chronic stress, vesicles help: animal, supports (dep-effect, dep-bdnf-effect, dep-neuroinflammation)."""
    animal_anxiety: str = "90000002"
    """Rats on the elevated plus maze: animal, supports (anx-effect)."""
    early_clinical_dementia: str = "90000003"
    """Nine people with Alzheimer's disease, no control group: early clinical (ad-effect)."""
    retracted_trial: str = "90000004"
    """A randomised trial in depression that supports (dep-effect: rct); next week it is retracted, and the level falls."""
    animal_ptsd: str = "90000005"
    """Rats after single prolonged stress: animal (ptsd-effect); next week it is deleted, and nothing is left."""
    merged: str = "90000006"
    """Mice given phencyclidine (scz-effect); next week merged into the one after it."""
    merged_into: str = "90000007"
    """The record it is merged into; in both weeks."""
    review: str = "90000008"
    """A narrative review: no level."""
    biomarker: str = "90000009"
    """Vesicles in the blood of patients as a marker: no level."""
    unrelated: str = "90000010"
    """No query finds it."""
    retracted_before: str = "90000011"
    """Retracted in both weeks."""
    indexed_anew: str = "90000012"
    """Found by its MeSH headings alone (dep-effect); next week they are others: it leaves the query and is still there."""
    typed_later: str = "90000013"
    """Comes without MeSH and telling publication types (ad-effect: early clinical); next week both are there and
    ``[mdat]`` has moved. Types are witnesses: it is graded again, and its level stays."""
    background: str = "90000014"
    """A meta-analysis of C-reactive protein in depression (dep-inflammation-bg): observational."""
    corrected: str = "90000015"
    """Neurons in a dish; next week an erratum is noted, which takes nothing away."""
    null_trial: str = "90000020"
    """Next week: a randomised trial in anxiety without a difference (anx-effect: rct, no difference)."""
    retraction_notice: str = "90000021"
    """Next week: the notice that retracts the trial."""
    late: str = "90000022"
    """Next week: made then (``[crdt]``), entered two years before (``[edat]``): animal, depression."""
    erratum: str = "90000023"
    """Next week: the erratum of ``corrected``."""
    trial_dementia: str = "NCT90000001"
    """The registered study of ``early_clinical_dementia``; next week its results are posted."""
    trial_depression: str = "NCT90000002"
    """Recruiting; next week terminated."""
    trial_ptsd: str = "NCT90000003"
    """Next week: registered anew."""
    trial_unrelated: str = "NCT90000009"
    """No query finds it."""
    alias_of_trial_depression: str = "NCT90000008"
    """An older id that leads to ``trial_depression``."""


PARTS = Parts()


def first_week(today: date) -> Corpus:
    """The corpus eight days before ``today`` and earlier."""
    return Corpus((*_animal_studies(today), *_studies_in_people(today), *_others(today)), _trials(today))


def next_week(today: date) -> Corpus:
    """The corpus as it is on ``today``."""
    first = first_week(today)
    yesterday = today - timedelta(days=1)
    by_id = {a.pmid: a for a in first.articles}
    trials = {s.nct_id: s for s in first.studies}
    retracted, merged = by_id[PARTS.retracted_trial], by_id[PARTS.merged]
    indexed_anew, typed, corrected = by_id[PARTS.indexed_anew], by_id[PARTS.typed_later], by_id[PARTS.corrected]
    changed = first.without(PARTS.animal_ptsd).with_(
        replace(
            retracted,
            publication_types=(*retracted.publication_types, "Retracted Publication"),
            corrections=(("RetractionIn", PARTS.retraction_notice),),
            mdat=yesterday,
        ),
        replace(merged, merged_into=PARTS.merged_into),
        replace(indexed_anew, mesh=("Mice", "Helplessness, Learned"), mdat=yesterday),
        replace(
            typed,
            publication_types=("Journal Article", "Randomized Controlled Trial"),
            mesh=("Humans", "Exosomes", "Alzheimer Disease"),
            mdat=yesterday,
        ),
        replace(corrected, corrections=(("ErratumIn", PARTS.erratum),), mdat=yesterday),
        replace(
            trials[PARTS.trial_dementia],
            has_results=True,
            results_posted=yesterday,
            last_update=yesterday,
        ),
        replace(
            trials[PARTS.trial_depression],
            overall_status="TERMINATED",
            why_stopped="Too few took part (made up)",
            last_update=yesterday,
        ),
    )
    return changed.with_(*_new_articles(today), _new_trial(yesterday))


def _animal_studies(today: date) -> tuple[Article, ...]:
    return (
        Article(
            PARTS.animal_depression,
            f"{MARK} Exosomes from mesenchymal stem cells relieve depressive-like behavior in mice under chronic"
            " unpredictable mild stress",
            today - timedelta(days=40),
            "C57BL/6 mice went through six weeks of chronic unpredictable mild stress. They were then given exosomes"
            " of human umbilical cord mesenchymal stem cells or saline through the tail vein (n = 12 per group)."
            " Compared with saline, exosomes significantly increased sucrose preference and reduced immobility in the"
            " forced swim test. Microglial activation in the hippocampus was lower in mice that received"
            " exosomes, and BDNF and GDNF in the hippocampus were significantly increased. Exosomes improved"
            " depressive-like behavior in stressed mice.",
            mesh=("Animals", "Mice", "Exosomes", "Depression", "Mesenchymal Stem Cells"),
        ),
        Article(
            PARTS.animal_anxiety,
            f"{MARK} Extracellular vesicles of bone marrow stromal cells reduce anxiety-like behavior in rats",
            today - timedelta(days=33),
            "Rats with anxiety-like behavior after chronic stress received intravenous extracellular vesicles of bone"
            " marrow mesenchymal stromal cells or vehicle (n = 10 per group). Vesicle-treated rats spent significantly"
            " more time in the open arms of the elevated plus maze than vehicle-treated rats (P < 0.01). Extracellular"
            " vesicles reduced anxiety-like behavior.",
            mesh=("Animals", "Rats", "Extracellular Vesicles", "Anxiety"),
        ),
        Article(
            PARTS.animal_ptsd,
            f"{MARK} Mesenchymal stem cell exosomes improve fear extinction in rats after single prolonged stress",
            today - timedelta(days=30),
            "Rats underwent single prolonged stress as a model of post-traumatic stress disorder and were treated with"
            " exosomes of mesenchymal stem cells or saline. Exosome-treated rats showed significantly less freezing"
            " during fear extinction than controls, and hippocampal neurogenesis was significantly increased. Exosomes"
            " improved PTSD-like behavior.",
        ),
        Article(
            PARTS.merged,
            f"{MARK} Exosomes improve prepulse inhibition in mice given phencyclidine (advance record)",
            today - timedelta(days=25),
            "Mice given phencyclidine as a model of schizophrenia were treated with exosomes of mesenchymal stem cells"
            " or saline. Prepulse inhibition was significantly improved in mice that received exosomes.",
        ),
        Article(
            PARTS.merged_into,
            f"{MARK} Exosomes improve prepulse inhibition in mice given phencyclidine",
            today - timedelta(days=24),
            "Mice given phencyclidine as a model of schizophrenia were treated with exosomes of mesenchymal stem cells"
            " or saline. Prepulse inhibition was significantly improved in mice that received exosomes.",
            doi="10.9999/synthetic.7",
        ),
        Article(
            PARTS.indexed_anew,
            f"{MARK} Stem cell exosomes in mice after learned helplessness training",
            today - timedelta(days=50),
            "Mice went through learned helplessness training and were treated with intravenous exosomes of mesenchymal"
            " stem cells or saline. Exosomes significantly increased sucrose preference and shortened immobility in"
            " the forced swim test compared with saline.",
            mesh=("Animals", "Mice", "Exosomes", "Depression"),
        ),
        Article(
            PARTS.retracted_before,
            f"{MARK} Exosomes abolish depressive-like behavior in rats",
            today - timedelta(days=400),
            "Depressed rats were treated with exosomes of mesenchymal stem cells. Sucrose preference was significantly"
            " increased compared with saline.",
            publication_types=("Journal Article", "Retracted Publication"),
        ),
        Article(
            PARTS.corrected,
            f"{MARK} Exosomes shield cultured neurons from amyloid-beta: a model of Alzheimer's disease",
            today - timedelta(days=60),
            "Primary hippocampal neurons were exposed to amyloid-beta as in Alzheimer's disease and treated with"
            " exosomes of mesenchymal stem cells. Neuronal survival was significantly higher with exosomes than"
            " without.",
        ),
    )


def _studies_in_people(today: date) -> tuple[Article, ...]:
    return (
        Article(
            PARTS.early_clinical_dementia,
            f"{MARK} Intranasal exosomes in mild to moderate Alzheimer's disease: an open-label phase 1 study",
            today - timedelta(days=45),
            (
                ("METHODS", "Nine patients with mild to moderate Alzheimer's disease received intranasal exosomes of"
                 " adipose mesenchymal stem cells twice weekly for 12 weeks. There was no control group."),
                ("RESULTS", "No serious adverse events were related to the exosomes. ADAS-cog scores improved from"
                 " baseline to week 12 in the medium-dose group."),
                ("CONCLUSIONS", "Intranasal exosomes were well tolerated. Controlled trials are needed."),
            ),
            publication_types=("Journal Article", "Clinical Trial, Phase I"),
            nct_ids=(PARTS.trial_dementia,),
        ),
        Article(
            PARTS.retracted_trial,
            f"{MARK} Intravenous exosomes for major depressive disorder: a randomized, double-blind, placebo-controlled"
            " trial",
            today - timedelta(days=20),
            (
                ("METHODS", "We randomly assigned 84 adults with major depressive disorder to intravenous infusions of"
                 " exosomes of mesenchymal stem cells or placebo. The primary outcome was the change in the Hamilton"
                 " Depression Rating Scale at week 8."),
                ("RESULTS", "At week 8 the Hamilton score had fallen more with exosomes than with placebo (mean"
                 " difference -4.1, 95% CI -6.0 to -2.2; P < 0.001)."),
                ("CONCLUSIONS", "Exosomes reduced depressive symptoms compared with placebo."),
            ),
            publication_types=("Journal Article", "Randomized Controlled Trial"),
            mesh=("Humans", "Exosomes", "Depressive Disorder, Major", "Depressive Disorder"),
        ),
        Article(
            PARTS.typed_later,
            f"{MARK} Exosomes of stem cells in Alzheimer's disease: safety and cognition over six months",
            today - timedelta(days=12),
            "Sixty patients with Alzheimer's disease were assigned to intravenous exosomes of mesenchymal stem cells or"
            " placebo, double blind, for six months. ADAS-cog scores at six months did not differ between the groups"
            " (P = 0.64). Adverse events were few and mild.",
            publication_types=("Journal Article",),
        ),
        Article(
            PARTS.background,
            f"{MARK} C-reactive protein in depression: a systematic review and meta-analysis",
            today - timedelta(days=90),
            "We searched three databases for studies that compared C-reactive protein in people with major depressive"
            " disorder and healthy controls. Forty-one studies with 9,204 participants were pooled. C-reactive protein"
            " was significantly higher in depression (standardized mean difference 0.31, 95% CI 0.22 to 0.40).",
            publication_types=("Journal Article", "Meta-Analysis", "Systematic Review"),
            mesh=("Humans", "Depression", "Inflammation"),
        ),
    )  # fmt: skip


def _others(today: date) -> tuple[Article, ...]:
    return (
        Article(
            PARTS.review,
            f"{MARK} Exosomes as a coming treatment of psychiatric disorders: a narrative review",
            today - timedelta(days=35),
            "In this review we discuss how exosomes might one day be used in depression, anxiety and schizophrenia.",
            publication_types=("Journal Article", "Review"),
        ),
        Article(
            PARTS.biomarker,
            f"{MARK} MicroRNAs in serum exosomes as diagnostic biomarkers of major depressive disorder",
            today - timedelta(days=28),
            "Exosomes were isolated from the serum of 40 patients with major depressive disorder and 40 healthy"
            " controls. Levels of three microRNAs told patients from controls with an area under the curve of 0.81.",
        ),
        Article(
            PARTS.unrelated,
            f"{MARK} Flower visits of bumblebees on roadside meadows",
            today - timedelta(days=15),
            "We counted bumblebees on twelve meadows.",
        ),
    )


def _trials(today: date) -> tuple[Study, ...]:
    dementia = Study(
        PARTS.trial_dementia,
        f"{MARK} Intranasal Exosomes in Alzheimer's Disease",
        today - timedelta(days=200),
        first_posted=today - timedelta(days=900),
        brief_summary="A made-up open-label study of intranasal exosomes.",
        conditions=("Alzheimer Disease",),
        interventions=(("BIOLOGICAL", "Mesenchymal stem cell exosomes"),),
        arms=(("EXPERIMENTAL", "Exosomes"),),
        allocation="NA",
        masking="NONE",
        phases=("PHASE1",),
        overall_status="COMPLETED",
        enrollment=9,
        enrollment_type="ACTUAL",
        start=f"{today - timedelta(days=880):%Y-%m}",
        primary_completion=f"{today - timedelta(days=300):%Y-%m}",
        completion=f"{today - timedelta(days=260):%Y-%m}",
        primary_outcomes=(("ADAS-cog change", "12 weeks"), ("Adverse events", "12 weeks")),
        references=(("DERIVED", PARTS.early_clinical_dementia),),
    )
    depression = Study(
        PARTS.trial_depression,
        f"{MARK} Exosome Infusion in Major Depressive Disorder",
        today - timedelta(days=70),
        first_posted=today - timedelta(days=300),
        brief_summary="A made-up randomized trial of intravenous exosomes against placebo.",
        conditions=("Depressive Disorder, Major", "Depression"),
        interventions=(("BIOLOGICAL", "Exosomes"), ("OTHER", "Placebo")),
        arms=(("EXPERIMENTAL", "Exosomes"), ("PLACEBO_COMPARATOR", "Placebo")),
        allocation="RANDOMIZED",
        masking="QUADRUPLE",
        phases=("PHASE1", "PHASE2"),
        overall_status="RECRUITING",
        enrollment=60,
        start=f"{today - timedelta(days=280):%Y-%m-%d}",
        primary_completion=f"{today + timedelta(days=400):%Y-%m}",
        completion=f"{today + timedelta(days=500):%Y-%m}",
        primary_outcomes=(("Hamilton Depression Rating Scale", "8 weeks"),),
        aliases=(PARTS.alias_of_trial_depression,),
    )
    unrelated = Study(
        PARTS.trial_unrelated,
        f"{MARK} Walking for Stiff Knees",
        today - timedelta(days=100),
        conditions=("Knee Osteoarthritis",),
        interventions=(("BEHAVIORAL", "Walking"),),
        arms=(("EXPERIMENTAL", "Walking"),),
        phases=("NA",),
        enrollment=40,
    )
    return dementia, depression, unrelated


def _new_articles(today: date) -> tuple[Article, ...]:
    return (
        Article(
            PARTS.null_trial,
            f"{MARK} Exosome infusion for generalized anxiety disorder: a randomized placebo-controlled trial",
            today - timedelta(days=4),
            (
                ("METHODS", "We randomly assigned 120 adults with generalized anxiety disorder to intravenous exosomes"
                 " of mesenchymal stem cells or placebo. The primary outcome was the Hamilton Anxiety Rating Scale at"
                 " week 8."),
                ("RESULTS", "At week 8 the Hamilton Anxiety score did not differ between exosomes and placebo (mean"
                 " difference -0.3, 95% CI -1.9 to 1.3; P = 0.71)."),
                ("CONCLUSIONS", "Exosomes did not reduce anxiety compared with placebo."),
            ),
            publication_types=("Journal Article", "Randomized Controlled Trial"),
        ),
        Article(
            PARTS.retraction_notice,
            f"{MARK} Retraction: Intravenous exosomes for major depressive disorder: a randomized, double-blind,"
            " placebo-controlled trial",
            today - timedelta(days=3),
            publication_types=("Retraction of Publication",),
            corrections=(("RetractionOf", PARTS.retracted_trial),),
        ),
        Article(
            PARTS.late,
            f"{MARK} Vesicles of mesenchymal stem cells after social defeat: exosomes and behavior in mice",
            today - timedelta(days=2),
            "Mice showed depressive-like behavior after chronic social defeat stress and received intravenous exosomes"
            " of mesenchymal stem cells or saline. Exosomes significantly increased sucrose preference compared with"
            " saline.",
            edat=today - timedelta(days=730),
        ),
        Article(
            PARTS.erratum,
            f"{MARK} Erratum: Exosomes shield cultured neurons from amyloid-beta: a model of Alzheimer's disease",
            today - timedelta(days=2),
            publication_types=("Published Erratum",),
            corrections=(("ErratumFor", PARTS.corrected),),
        ),
    )  # fmt: skip


def _new_trial(day: date) -> Study:
    return Study(
        PARTS.trial_ptsd,
        f"{MARK} Exosomes for Post-Traumatic Stress Disorder",
        day,
        brief_summary="A made-up randomized trial of intravenous exosomes against placebo.",
        conditions=("PTSD",),
        interventions=(("BIOLOGICAL", "Exosomes"), ("OTHER", "Placebo")),
        arms=(("EXPERIMENTAL", "Exosomes"), ("PLACEBO_COMPARATOR", "Placebo")),
        allocation="RANDOMIZED",
        masking="DOUBLE",
        phases=("PHASE2",),
        overall_status="NOT_YET_RECRUITING",
        enrollment=80,
        primary_outcomes=(("CAPS-5 total score", "12 weeks"),),
    )  # fmt: skip
