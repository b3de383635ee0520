"""Which kind of study does the grader read out of title and abstract?"""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest

from evtrack.grade.design import _by_types, _Choice, _guarded, _other, _people_treated, grade_design
from evtrack.grade.design_people import human_design
from evtrack.grade.design_score import FAMILIES, gather
from evtrack.grade.design_subjects import randomised
from evtrack.grade.fields import record_fields
from evtrack.grade.grades import DesignGrade
from evtrack.grade.patterns import PatternSet
from evtrack.grade.text import GradingText, Scan, scan
from evtrack.record import AbstractSection, Record, RecordId
from evtrack.rules import load_rules


@cache
def patterns() -> PatternSet:
    """The rules alone, without concepts."""
    return load_rules({}).patterns


def graded(title: str, abstract: str = "", **more: Any) -> DesignGrade:
    """The design of a made-up article."""
    record = Record(
        RecordId("PMID:9000001"), "pubmed", "jsonl", title, (AbstractSection(abstract),) if abstract else (), **more
    )
    return grade_design(scan(GradingText(record_fields(record)), patterns()), record)


TRIAL = (
    "BACKGROUND: Insomnia is common. METHODS: Eighty adults with insomnia were randomly assigned to evening tea or placebo for six weeks. "
    "RESULTS: The insomnia score fell more with tea than with placebo (P=0.02). CONCLUSIONS: Tea helped."
)
MICE = (
    "Female BALB/c mice were restrained daily for ten days and were randomly divided into two groups. Mice received vesicles or buffer "
    "through the tail vein. Immobility time in the forced swim test was shorter in treated mice."
)
CELLS = (
    "Hippocampal neurons were cultured and exposed to glutamate in vitro. Cells were treated with vesicles overnight. "
    "Western blot showed less apoptosis, and cell viability rose."
)
CASES = [
    ("Evening tea for insomnia: a randomised placebo-controlled trial", TRIAL, "rct"),
    (
        "Evening tea in insomnia",
        "Twenty adults took tea or placebo in random order in a double-blind crossover trial with a two-week wash-out. Sleep was longer with tea (P=0.03).",
        "rct",
    ),
    (
        "お茶の不眠に対する効果：ランダム化比較試験",
        "成人80名を対象に、お茶群とプラセボ群に無作為に割り付けた。不眠尺度は有意に低下した。",
        "rct",
    ),
    (
        "Evening tea for insomnia: protocol for a randomised controlled trial",
        "Insomnia is common. Eighty adults will be randomised to tea or placebo. The primary outcome will be the insomnia score. Ethics and dissemination: results will be published.",
        "protocol",
    ),
    ("Vesicles ease despair in stressed mice", MICE, "animal"),
    ("Vesicles protect cultured hippocampal neurons from glutamate", CELLS, "in_vitro"),
    (
        "Vesicles protect neurons in vitro and in vivo",
        CELLS + " In rats with stroke, vesicles were injected through the tail vein, and infarct volume fell. " + MICE,
        "animal",
    ),
    (
        "Vesicles for mood disorders: a systematic review",
        "We searched PubMed and Embase for studies of vesicles. Twelve studies were included, and the risk of bias was high.",
        "systematic_review",
    ),
    (
        "Tea for insomnia: systematic review and meta-analysis of randomised controlled trials",
        "PubMed and Cochrane were searched. Fourteen randomised controlled trials with 900 patients were pooled with a random-effects model.",
        "meta_analysis",
    ),
    (
        "Vesicles in psychiatry: current knowledge and future perspectives",
        "This review summarises what is known of vesicles in mood disorders. We discuss biogenesis, challenges and opportunities.",
        "narrative_review",
    ),
    (
        "不眠に対するお茶の総説",
        "本稿では不眠に対するお茶の作用について近年の知見を概説する。今後の展望についても述べる。",
        "narrative_review",
    ),
    (
        "Sepsis after an infusion of vesicles: a case report",
        "A 51-year-old man presented with fever after an infusion. The patient was treated with antibiotics and recovered.",
        "case_report",
    ),
    ("エクソソーム点滴を行った1例", "58歳男性。不眠に対し点滴を2回行った。尺度は低下した。", "case_report"),
    (
        "Three cases of fever after infusions: case series",
        "We report three cases of fever after infusions. All patients recovered.",
        "case_series",
    ),
    (
        "Hours of sleep and mood in nurses: a cross-sectional survey",
        "A questionnaire was filled in by 400 nurses of two hospitals. Short sleep was associated with low mood (odds ratio 2.1, 95% CI 1.4 to 3.0).",
        "observational",
    ),
    (
        "Serum vesicles as biomarkers in depression: a case-control study",
        "Plasma vesicles from 40 patients with depression and 40 healthy controls were measured. The AUC was 0.8.",
        "observational",
    ),
    (
        "Infusions of vesicles in dementia: an open-label phase 1 dose-escalation trial",
        "Nine patients with dementia received infusions of vesicles. No adverse events occurred. Scores fell from baseline.",
        "phase1",
    ),
    (
        "Exosomes ripen organoids from patients with fear",
        "Organoids grown from patients with fear were bathed in exosomes and grew larger.",
        "in_vitro",
    ),
    (
        "Proteomic profiling of cord exosomes",
        "Exosomes of cord tissue were purified. Mass spectrometry gave a list of proteins.",
        "in_vitro",
    ),
    (
        "Open-label pilot trial of tea in insomnia",
        "Twelve patients with insomnia were treated with 20 mg tea daily for six weeks in this uncontrolled open-label pilot. Adverse effects were mild, and the response rate was 40%.",
        "single_arm",
    ),
    (
        "Tea in insomnia: an alternate allocation study",
        "Forty inpatients with insomnia were allocated alternately to tea or usual care. The score improved with tea.",
        "nonrandomised_trial",
    ),
    (
        "Tea in insomnia: a non-randomised trial",
        "Forty patients with insomnia were treated with tea or usual care in a non-randomised controlled trial; patients chose. Efficacy and adverse events were recorded. Open-label treatment lasted six weeks.",
        "nonrandomised_trial",
    ),
    (
        "Green versus black: a randomised comparison of two doses of tea in insomnia",
        "Forty patients with insomnia were randomised to low-dose or high-dose tea for six weeks. Scores fell in both groups (P=0.4 between them).",
        "randomised_no_control",
    ),
    (
        "Umbilical cord versus adipose vesicles: randomised comparison in dementia",
        "Thirty patients with dementia were randomised to umbilical cord or adipose vesicles. Memory was alike in both groups.",
        "randomised_no_control",
    ),
    (
        "グルタミン酸に対するエクソソームの神経細胞保護作用",
        "初代培養神経細胞にグルタミン酸を添加し、エクソソームで処理した。アポトーシスは減少した。",
        "in_vitro",
    ),
    ("不眠モデルマウスにおけるお茶の効果", "マウスにお茶を投与した。無動時間は有意に短縮した。", "animal"),
    ("お茶のランダム化比較試験の研究計画", "本研究は成人80例を無作為に割り付けする予定である。", "protocol"),
    (
        "Vesicles in dementia: pooled follow-up",
        "We pooled 60 patients from three open-label extension studies in which all received vesicles.",
        "single_arm",
    ),
    (
        "Care of insomnia: a position paper of the sleep society",
        "Insomnia is common. Recommendations are given for clinics.",
        "guideline",
    ),
    ("Editorial: why do we sleep?", "", "opinion"),
    ("Correction to: Evening tea for insomnia", "", "notice"),
    ("Retraction: Evening tea for insomnia", "The editors retract this article.", "notice"),
]


@pytest.mark.parametrize(("title", "abstract", "design"), CASES, ids=[c[0][:40] for c in CASES])
def test_designs(title: str, abstract: str, design: str) -> None:
    """Each design is read from title and abstract alone."""
    assert graded(title, abstract).design == design


NO_RCT = [
    (
        "Tea in insomnia: a phase II study",
        "Forty patients received tea. Placebo-controlled randomised trials are needed. Efficacy was good and adverse events were mild in this double-blind study.",
    ),
    (
        "Tea in insomnia",
        "The study was not randomised: 40 patients received tea or placebo, double-blind. The primary outcome was the score.",
    ),
    (
        "Vesicles in stressed rats: a randomised placebo-controlled trial",
        "Forty Wistar rats were randomly assigned to vesicles or placebo. Sucrose preference rose in treated rats.",
    ),
    (
        "Tea in dogs: a randomised placebo-controlled trial",
        "Forty dogs were randomly assigned to tea or placebo in a double-blind trial.",
    ),
    (
        "Who drops out of trials?",
        "Data from a randomised controlled trial of 400 patients with insomnia were used. Interviews were held with 20 patients who dropped out.",
    ),
    (
        "Protocol for a randomised trial of tea",
        "This randomised, placebo-controlled, double-blind trial: patients were randomly assigned to tea. The primary outcome is the score.",
    ),
]


@pytest.mark.parametrize(("title", "abstract"), NO_RCT, ids=[c[0][:40] for c in NO_RCT])
def test_never_rct(title: str, abstract: str) -> None:
    """Nothing is called an RCT unless people were randomly allocated in this very report."""
    assert graded(title, abstract).design != "rct"


def test_missing_allocation_asks_for_a_person() -> None:
    """What looks like an RCT but does not say so is taken lower, with the reason, and needs review."""
    grade = graded(
        "Tea versus placebo in insomnia: a double-blind, placebo-controlled study",
        "Eighty patients with insomnia received tea or placebo. The primary outcome was the score (P=0.02).",
    )
    assert grade.design == "nonrandomised_trial"
    assert grade.needs_review
    found = _guarded(
        read("Tea versus placebo", "A double-blind study of 80 patients."),
        ({**dict.fromkeys(FAMILIES, 0.0), "rct": 1.0}, _Choice("rct", 0.9, "human")),
    )
    assert (found.family, found.needs_review, found.reasons[0].rule) == ("human", True, "D-NO-RANDOM-EVIDENCE")


def test_reasons_have_places() -> None:
    """The reasons name rules of the package and the words that fired."""
    grade = graded(CASES[0][0], TRIAL)
    assert grade.reasons
    assert {r.rule for r in grade.reasons} <= set(load_rules({}).rules)
    assert all({"title": CASES[0][0], "abstract": TRIAL}[r.field][r.start : r.end] == r.text for r in grade.reasons)
    assert grade.confidence > 0.8


FLAGS = [
    (
        "Open-label extension of a randomised trial of tea",
        "Twenty-two patients with insomnia who had finished a randomised placebo-controlled trial entered an open-label extension in which all received tea. Sleep stayed long.",
        "open_label_extension",
    ),
    (
        "Tea in insomnia: a randomised crossover trial",
        "Twenty patients were randomised in a double-blind crossover trial of tea and placebo with a wash-out.",
        "crossover",
    ),
    ("Tea in insomnia: an open-label randomised trial", TRIAL, "open_label"),
    ("Tea in insomnia: a post hoc analysis of a randomised trial", TRIAL, "post_hoc_subgroup"),
    (
        "Tea in insomnia: a retrospective chart review",
        "Charts of 80 patients with insomnia were reviewed retrospectively.",
        "retrospective",
    ),
    (
        "Tea in insomnia: an uncontrolled open-label pilot trial",
        "Twelve patients with insomnia were treated with tea in an uncontrolled pilot. Adverse events were mild.",
        "uncontrolled",
    ),
    ("Evening tea", "", "title_only"),
    ("不眠とお茶", "不眠の成人にお茶を投与した。", "language_jpn"),
    (
        "Vesicles in mice and first-in-human open-label study",
        MICE + " Afterwards twelve patients received two infusions of vesicles. They had no side effects.",
        "mixed_species",
    ),
    (
        "Vesicles in rodent stroke: a systematic review and meta-analysis of preclinical studies",
        "We searched PubMed. Sixteen rodent studies were pooled.",
        "synthesis_preclinical",
    ),
    (
        "Tea: protocol for an open-label trial",
        "Eighty adults will be randomised to tea or placebo, open label.",
        "open_label",
    ),
]


@pytest.mark.parametrize(("title", "abstract", "flag"), FLAGS, ids=[c[2] + c[0][:20] for c in FLAGS])
def test_flags(title: str, abstract: str, flag: str) -> None:
    """Warnings are set from the text."""
    assert flag in graded(title, abstract).flags


def test_extension_is_no_comparison() -> None:
    """An open-label extension of an RCT is a single arm."""
    assert graded(FLAGS[0][0], FLAGS[0][1]).design in ("single_arm", "observational")


def test_mixed_species_is_human() -> None:
    """Where people were treated too, the human part wins, and a person is asked."""
    grade = graded(FLAGS[8][0], FLAGS[8][1])
    assert grade.design in ("phase1", "single_arm", "observational")
    assert grade.needs_review


POOLED = [
    (
        "Vesicles in animal models of stroke: a systematic review",
        "PubMed was searched. Nineteen studies were included.",
        "animal",
    ),
    (
        "Tea in insomnia: meta-analysis of randomised controlled trials",
        "PubMed was searched; 14 trials were included.",
        "rct",
    ),
    (
        "Tea in insomnia: a systematic review",
        "We searched PubMed. RESULTS: Four clinical trials and two rodent studies were included.",
        "early_clinical",
    ),
    (
        "Tea in insomnia: a systematic review",
        "We searched PubMed. RESULTS: Nine patients in two reports.",
        "early_clinical",
    ),
    (
        "Sleep and mood: meta-analysis of cohort studies",
        "PubMed was searched; 14 studies were included.",
        "observational",
    ),
    ("Tea: a systematic review of in vitro studies", "PubMed was searched; 14 studies were included.", "in_vitro"),
    (
        "Tea in narcolepsy: a systematic review",
        "PubMed and Embase were searched. RESULTS: No trials met the inclusion criteria.",
        "none",
    ),
    ("Tea in narcolepsy: a systematic review", "", None),
    ("Extracellular vesicles for stroke: a systematic review", "", "animal"),
]


@pytest.mark.parametrize(("title", "abstract", "pooled"), POOLED)
def test_pooled_level(title: str, abstract: str, pooled: str | None) -> None:
    """A review has the level of what it pools, and needs review where it does not say."""
    grade = graded(title, abstract)
    assert grade.synthesis
    assert grade.pooled == pooled
    if pooled is None:
        assert grade.needs_review


def test_types_confirm() -> None:
    """Publication types help where the text is silent."""
    assert graded("Sleep", publication_types=("Editorial",)).design == "opinion"
    assert graded("Sleep", publication_types=("Published Erratum",)).design == "notice"
    assert graded(CASES[0][0], TRIAL, publication_types=("Clinical Trial",)).design == "rct"
    assert graded(CASES[0][0], TRIAL, publication_types=("Review",)).design == "narrative_review"


def choice(family: str, confidence: float = 0.9) -> _Choice:
    """A made-up choice of family."""
    return _Choice(family, confidence, "other")


@pytest.mark.parametrize(
    ("family", "types", "abstract", "result", "review"),
    [
        ("rct", "Clinical Trial Protocol", True, "protocol", True),
        ("other", "Review", True, "narrative", False),
        ("rct", "Review", True, "narrative", True),
        ("animal", "Review", True, "animal", True),
        ("synthesis", "Review", True, "synthesis", False),
        ("narrative", "Editorial", True, "opinion", False),
        ("human", "Comment", False, "opinion", False),
        ("human", "Comment", True, "human", False),
        ("narrative", "Practice Guideline", True, "guideline", False),
        ("narrative", "Case Reports", True, "human", True),
        ("human", "Randomized Controlled Trial", True, "human", True),
        ("rct", "Randomized Controlled Trial", True, "rct", False),
    ],
)
def test_types_never_raise(family: str, types: str, abstract: bool, result: str, review: bool) -> None:
    """Where type and text conflict the lower is taken and a person is asked; a type alone makes no RCT."""
    found = _by_types(choice(family), frozenset({types}), abstract)
    assert (found.family, found.needs_review) == (result, review)


def test_letter_with_a_case_is_a_case() -> None:
    """A letter that reports a case counts as a case report."""
    assert (
        graded(
            "Letter to the editor: sepsis after vesicles",
            "To the editor: A 51-year-old man presented with fever after an infusion. The patient recovered.",
        ).design
        == "case_report"
    )


def read(title: str, abstract: str = "") -> Scan:
    """The signals of a made-up text."""
    return scan(GradingText([("title", title), ("abstract", abstract)]), patterns())


@pytest.mark.parametrize(
    ("family", "title", "abstract", "result"),
    [
        ("animal", "Sleep and fear", "Nothing was given to anybody.", "other"),
        ("synthesis", "Sleep and fear", "Nothing was given to anybody.", "other"),
        ("in_vitro", "Sleep and fear", "Mice were injected with vesicles.", "animal"),
        ("in_vitro", "Sleep and fear", "Neurons were cultured.", "in_vitro"),
        (
            "rct",
            "Sleep and fear",
            "Forty rats were randomly assigned to vesicles. Half were randomly assigned to food at night.",
            "animal",
        ),
        ("rct", "Sleep and fear", "Forty adults were randomly assigned to tea or placebo.", "rct"),
        ("rct", "Sleep and fear", "A double-blind comparison.", "other"),
        (
            "rct",
            "Sleep and fear",
            "Forty adults were randomly assigned to tea or placebo. Sleep will be measured.",
            "protocol",
        ),
        (
            "rct",
            "Sleep and fear",
            "Forty adults were randomly assigned to tea or placebo. Sleep rose by 20%. Trials will be needed.",
            "rct",
        ),
        (
            "rct",
            "Sleep and fear: protocol for a trial",
            "Forty adults were randomly assigned to tea or placebo.",
            "protocol",
        ),
        ("synthesis", "Sleep and fear", "Patients of two extension studies were pooled.", "human"),
        ("synthesis", "Sleep and fear", "A systematic review of extension studies.", "synthesis"),
        ("human", "Sleep and fear: study protocol", "Participants will be randomised.", "protocol"),
        ("human", "Sleep and fear: study protocol", "Participants slept.", "human"),
        ("narrative", "Sleep and fear", "Charts of 80 patients were retrospectively reviewed.", "human"),
        (
            "animal",
            "Vesicles in mice",
            "METHODS: Mice slept. Nine patients received vesicles. RESULTS: All slept.",
            "human",
        ),
    ],
)
def test_guards(family: str, title: str, abstract: str, result: str) -> None:
    """Whatever the sum says, a family must have its own signs, and live animals and treated people are not overlooked."""
    scores: dict[str, float] = {f: 1.0 if f == family else 0.5 if f == "other" else 0.0 for f in FAMILIES}
    assert _guarded(read(title, abstract), (scores, _Choice(family, 0.9, "other"))).family == result


@pytest.mark.parametrize(
    ("title", "abstract", "family"),
    [
        ("Organoids in fear", "Organoids grew.", "in_vitro"),
        ("Organoids in fear", "Forty patients were asked.", "human"),
        ("Exosomes in fear", "Proteomic profiling was done.", "in_vitro"),
        ("Exosomes in fear", "Proteomic profiling was done in patients.", "human"),
        ("Fear", "Proteomic profiling of exosomes was done.", "human"),
        ("Exosomes in fear", "They were seen.", "human"),
    ],
)
def test_dish(title: str, abstract: str, family: str) -> None:
    """Organoids and the contents of vesicles are in vitro where nobody took part."""
    scores: dict[str, float] = {f: 1.0 if f == "human" else 0.0 for f in FAMILIES}
    assert _guarded(read(title, abstract), (scores, _Choice("human", 0.9, "other"))).family == family


def test_weak_human_without_people() -> None:
    """A guess at a study of people, in a text that names none, is dropped."""
    scores: dict[str, float] = {f: {"human": 1.0, "in_vitro": 0.9}.get(f, 0.0) for f in FAMILIES}
    assert _guarded(read("Proteins of vesicles"), (scores, _Choice("human", 0.3, "in_vitro"))).family == "in_vitro"


def test_human_without_people_but_animals() -> None:
    """What looked like a study of people is one of animals where animals were dosed and nobody else is named."""
    scores: dict[str, float] = {f: 1.0 if f == "human" else 0.0 for f in FAMILIES}
    found = _guarded(
        read("Tea and fear", "METHODS: Client-owned dogs were given tea."), (scores, _Choice("human", 0.9, "other"))
    )
    assert (found.family, found.needs_review) == ("animal", True)


def test_randomised_people() -> None:
    """Animals, plans and denials are no random allocation of people."""
    assert randomised(read("Fear", "Forty mice were randomly divided into groups.")).people is None
    assert randomised(read("Fear", "The trial was not randomised.")).people is None
    assert randomised(read("Fear", "Forty adults will be randomised.")).people is None
    assert randomised(read("Fear", "Forty adults were randomised.")).people is not None


def test_people_treated() -> None:
    """People count as treated where methods or results say so, with a number, not in the background."""
    assert (
        _people_treated(read("Fear", "BACKGROUND: Nine patients received vesicles before. METHODS: Mice slept."))
        is None
    )
    assert _people_treated(read("Fear", "METHODS: The patients received vesicles. RESULTS: Mice slept.")) is None
    assert _people_treated(read("Fear", "METHODS: Nine patients received vesicles. RESULTS: Mice slept.")) is not None


@pytest.mark.parametrize(
    ("title", "design"),
    [
        ("Stained glass", "other"),
        ("Sleep: a viewpoint", "opinion"),
        ("Notes of an invited guest", "opinion"),
        ("Guidelines and nurses", "guideline"),
        ("Expert consensus", "guideline"),
    ],
)
def test_other(title: str, design: str) -> None:
    """What is no study is told apart by its title."""
    assert _other(read(title)) == design


@pytest.mark.parametrize(
    ("title", "abstract", "design"),
    [
        ("Tea in insomnia", "Forty patients were randomised to tea by alternate allocation.", "nonrandomised_trial"),
        ("Low or high dose of tea in insomnia", "Forty patients were randomised.", "randomised_no_control"),
        ("Low or high dose of tea in insomnia", "Forty patients were randomised; others received placebo.", "rct"),
        ("Tea in insomnia", "Forty patients were randomised to low-dose or high-dose tea.", "randomised_no_control"),
        ("Tea in insomnia", "Two doses were once given. Forty patients were randomised.", "rct"),
        (
            "Tea in insomnia",
            "All patients received tea in the open-label extension; they had been randomised before.",
            "single_arm",
        ),
    ],
)
def test_within_randomised(title: str, abstract: str, design: str) -> None:
    """Among randomised studies, alternation, doses alone and extensions are no RCT."""
    found = read(title, abstract)
    assert human_design(found, gather(found), "rct")[0] == design
