"""Are animals, dishes, doses and devices told apart from people randomised against something else?"""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest

from evtrack.grade.design import grade_design
from evtrack.grade.fields import record_fields
from evtrack.grade.grades import DesignGrade
from evtrack.grade.patterns import PatternSet
from evtrack.grade.text import GradingText, scan
from evtrack.record import AbstractSection, MeshHeading, Record, RecordId
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


FELL = " The mood score fell by 6 points in the vesicle group and by 2 in the other (P=0.02)."
BOTH = " The mood score fell in all groups, without a difference between them (P=0.6)."
MOOD = "MSC exosomes in low mood: a randomised double-blind trial"
PLAIN = "MSC exosomes in low mood"

DOSES = [
    "Forty patients with low mood were randomised to 1 x 10^9, 5 x 10^9 or 2 x 10^10 particles of MSC exosomes. No placebo arm was included.",
    "Forty outpatients were randomly assigned to weekly or monthly infusions of MSC exosomes. The trial had no control group.",
    "Thirty patients with low mood were randomised 1:1 to one infusion or three infusions of MSC exosomes. There was no sham group.",
    "Thirty patients were randomised to intravenous or intranasal MSC exosomes, without an untreated arm.",
    "Thirty patients were randomised to fresh or freeze-dried MSC exosomes. A placebo was not used.",
    "Forty patients were randomised to exosomes of adipose MSCs or exosomes of dental pulp MSCs. Neither placebo nor sham was given.",
    "Forty patients were randomised to exosomes from two different donors. A control group was not included.",
    "Forty patients were randomised to a low dose or a high dose of exosomes on top of usual care.",
    "Forty patients were randomly allocated to 20 ug or 80 ug of vesicles a day; all continued standard treatment. The lack of a placebo arm is a limitation.",
    "Sixty adults were randomised to vesicle product A or vesicle product B, each diluted in 100 mL saline.",
    "Forty patients were randomised to receive exosomes twice daily or once daily. No participant received placebo.",
    "Forty patients were randomised to autologous or allogeneic MSC exosomes. There were no untreated controls.",
    "Forty patients were randomised to a single infusion or repeated infusions of exosomes. The absence of a sham arm limits the conclusions.",
    "Forty patients were randomised between three dose levels of vesicles; a comparison with placebo was not made. Placebo-controlled trials are needed.",
    "Patients with low mood (n = 36) were randomised to exosomes at 2 mg/kg or 4 mg/kg, and neither group was given placebo.",
    "患者40例を低用量群と高用量群に無作為に割り付けた。プラセボ群は設けなかった。",
]

TRUE_RCT = [
    "Sixty patients with low mood were randomised to low-dose exosomes, high-dose exosomes or placebo.",
    "Sixty patients with low mood were randomised to 1 x 10^9 particles, 1 x 10^10 particles or saline.",
    "Forty patients with low mood were allocated by a computer-generated list to exosomes or saline.",
    "Forty outpatients were assigned with a table of random numbers to exosomes (n=20) or a sham infusion (n=20).",
    "Forty outpatients were allocated by drawing lots to exosomes or usual care.",
    "Minimisation was used to allocate 84 patients with low mood to exosomes or placebo.",
    "Allocation of the 60 patients was in permuted blocks of four to exosomes or placebo, double-blind.",
    "Sixty patients were allotted to exosomes or placebo by opening sequentially numbered sealed opaque envelopes.",
    "Sixty patients were assigned by coin toss to exosomes or a wait-list.",
    "Sixty patients were assigned through an interactive web response system in a 2:1 ratio to exosomes or matching placebo.",
    "A computer-generated sequence assigned 60 participants to exosomes or dummy infusions.",
    "不眠の患者60例を乱数表により小胞群とプラセボ群に割り付けた。二重盲検とした。主要評価項目は有意に低下した。",
    "患者60例を置換ブロック法により小胞群と対照群に割付した。主要評価項目は有意に低下した。",
    "患者60例を封筒法で小胞群または生理食塩水群に割り付けた。主要評価項目は有意に低下した。",
    "患者60例を無作為に2群に分け、小胞またはプラセボを投与した。主要評価項目は有意に低下した。",
]

QUASI = [
    "Sixty patients were allocated to exosomes or saline by date of birth (odd or even).",
    "Sixty patients were assigned to exosomes or usual care according to the day of admission.",
    "Every other patient was given exosomes; the others had usual care. Sixty patients took part in this trial.",
    "Sixty patients were allotted in turn to exosomes or saline by chart number.",
    "Alternate patients (60 in all) were given exosomes or placebo.",
    "Sixty patients were randomised by the last digit of the hospital number to exosomes or placebo.",
    "Sixty patients were assigned on alternate weeks to exosomes or to placebo in this trial.",
    "Sixty patients were allocated by month of birth to exosomes or placebo.",
    "患者60例を生年月日により小胞群とプラセボ群に割り付けた。有効性を調べた。",
    "患者60例を来院順に小胞群とプラセボ群に割り付けた。有効性を調べた。",
]

ANIMALS = [
    "Thirty-two Long-Evans females were randomly divided into vesicle and saline groups. Marble burying was counted.",
    "Twenty-four C57BL/6J males were randomised to vesicles or placebo. The raters were blinded.",
    "Wistar pups (P7) were randomly assigned to vesicles or sham injections. Ultrasonic calls were fewer.",
    "Thirty client-owned cats with chronic fear were randomised to vesicles or placebo. Owners filled in a score.",
    "Privately owned horses (n=18) were randomly allocated to vesicles or saline. The veterinarian was blinded.",
    "Sixteen shelter dogs were randomised to vesicles or placebo and scored by masked raters.",
    "Twenty Göttingen minipigs were randomly assigned to vesicles or vehicle in a double-blind manner.",
    "Twelve aged rhesus macaques were randomised to vesicles or saline; the raters were blinded.",
    "Adult zebrafish were randomly divided into control, stress, and stress plus exosome groups. The time at the bottom of the tank was shorter.",
    "Eighteen Beagles were randomly allocated to exosomes or placebo.",
    "Twenty-two New Zealand White rabbits were randomised to vesicles or saline, with blinded assessment.",
    "Thoroughbred geldings were randomised to vesicles or placebo in a double-blind crossover.",
    "Thirty BALB/c females were allocated by a computer-generated list to vesicles or placebo.",
    "Vesicles were made of cells of three healthy volunteers. Forty rats (n = 10 per group) were randomly divided into four groups.",
    "Many patients do not respond to drugs. Forty ICR males were randomly divided into vesicle, placebo and sham groups. Immobility was shorter.",
    "Canine patients with anxiety, presented to a veterinary hospital, were randomised to vesicles or placebo.",
    "Thirty marmosets were randomly assigned to vesicles or placebo.",
    "Forty ewes were randomised to vesicles or saline.",
]

DISH = [
    (
        "Exosomes calm organotypic slices",
        "Hippocampal slices of P6 rats were treated with exosomes. Cell death was less.",
    ),
    (
        "Exosomes save retinal explants",
        "Retinal explants from C57BL/6 mice were kept in culture with or without exosomes for three days. More cells survived (P=0.01).",
    ),
    (
        "Exosomes and synaptic strength in acute slices",
        "Acute brain slices were prepared from male mice and bathed in exosomes. Field potentials were larger.",
    ),
    (
        "Exosomes shield neurons",
        "Cortical neurons of E17 rat embryos were cultured and incubated with exosomes. Apoptosis was less.",
    ),
    (
        "Exosomes in human organoids: a randomised blinded experiment",
        "Organoids were randomly assigned to exosomes or vehicle. Neurons were more numerous with exosomes.",
    ),
    (
        "Cells and their vesicles in a model of dementia",
        "5xFAD mice were given MSCs through the tail vein and learned faster. Cultured neurons were incubated with vesicles of these cells, and fewer died. Vesicles were not tested in vivo.",
    ),
    (
        "MSCs and MSC exosomes in experimental fear",
        "Rats received MSCs into the tail vein and froze less. In vitro, microglia were exposed to MSC exosomes and released less TNF.",
    ),
]

LIVE = [
    (
        "Exosomes ease fear and strengthen synapses in slices",
        "Rats were injected with exosomes. Hippocampal slices from treated rats were recorded. Long-term potentiation was larger.",
    ),
    (
        "MSCs and their exosomes in experimental fear",
        "Rats received MSCs or exosomes into the tail vein. Cultured microglia were exposed to exosomes and released less TNF.",
    ),
]

PEOPLE = [
    (
        "Therapy dogs for fear: a randomised trial",
        "Sixty adults with fear of surgery were randomised to a visit with therapy dogs or to usual care. The score fell more with dogs (P=0.02).",
    ),
    (
        "Equine-assisted therapy for veterans: a randomised controlled trial",
        "Forty veterans were randomly assigned to equine-assisted therapy with horses or a wait-list. Scores improved.",
    ),
    (
        "Stress in veterinary students: a randomised controlled trial",
        "Eighty veterinary students were randomised to a course or a wait-list. The stress score fell (P=0.01).",
    ),
    (
        "Vesicles in stroke: from rats to a randomised placebo-controlled trial",
        "In rats with stroke, vesicles shortened recovery. Sixty patients with stroke were then randomised to vesicles or placebo. The score was better with vesicles (P=0.03).",
    ),
]


@pytest.mark.parametrize("title", [MOOD, PLAIN])
@pytest.mark.parametrize("abstract", DOSES)
def test_doses_alone(title: str, abstract: str) -> None:
    """Doses, routes, schedules, sources or products randomised against each other are no RCT of the agent."""
    assert graded(title, abstract + BOTH).design == "randomised_no_control"


@pytest.mark.parametrize("abstract", TRUE_RCT)
def test_devices_of_chance(abstract: str) -> None:
    """Allocation by list, lot, block, envelope or minimisation is random, whatever word stands there."""
    assert graded(PLAIN, abstract + FELL).design == "rct"


@pytest.mark.parametrize("title", [PLAIN, "MSC exosomes in low mood: a placebo-controlled trial"])
@pytest.mark.parametrize("abstract", QUASI)
def test_quasi(title: str, abstract: str) -> None:
    """Allocation that can be foreseen (turn, birth, day, number) is not random."""
    grade = graded(title, abstract + FELL)
    assert grade.design == "nonrandomised_trial"
    assert "quasi_randomised" in grade.flags


@pytest.mark.parametrize(
    "title",
    ["Human " + MOOD, "Vesicles ease fear", "Vesicles in patients with fear: a randomised, placebo-controlled study"],
)
@pytest.mark.parametrize("abstract", ANIMALS)
def test_animals(title: str, abstract: str) -> None:
    """Animals stay animals: named by strain, owner or breed, called patients, or blinded and given placebo."""
    types = ("Randomized Controlled Trial",)
    assert graded(title, abstract + FELL, publication_types=types).design == "animal"


@pytest.mark.parametrize(("title", "abstract"), DISH, ids=[t[:30] for t, _ in DISH])
def test_dish(title: str, abstract: str) -> None:
    """Slices, explants and cells of animals are work in the dish, and so are vesicles that no animal was given."""
    assert graded(title, abstract).design == "in_vitro"


@pytest.mark.parametrize(("title", "abstract"), LIVE, ids=[t[:30] for t, _ in LIVE])
def test_live(title: str, abstract: str) -> None:
    """Where living animals were given the vesicles, slices and cells beside do not lower the level."""
    assert graded(title, abstract).design == "animal"


@pytest.mark.parametrize(("title", "abstract"), PEOPLE, ids=[t[:30] for t, _ in PEOPLE])
def test_people_beside_animals(title: str, abstract: str) -> None:
    """People randomised are an RCT though animals stand in the text as a help, a trade or an earlier step."""
    assert graded(title, abstract).design == "rct"


def test_witnesses_lower() -> None:
    """A veterinary publication type, or MeSH that names animals and no people, lowers; MeSH with both does not."""
    text = "Forty were randomised to vesicles or placebo, double-blind." + FELL
    assert graded(MOOD, text).design == "rct"
    assert graded(MOOD, text, publication_types=("Clinical Trial, Veterinary",)).design == "animal"
    animals = (MeshHeading("Animals"), MeshHeading("Dogs"))
    assert graded(MOOD, text, mesh=animals).design == "animal"
    assert graded(MOOD, text, mesh=(*animals, MeshHeading("Humans"))).design == "rct"
