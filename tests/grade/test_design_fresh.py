"""Are sentences written after the rules, in other words than theirs, read with the right design?"""

from __future__ import annotations

from functools import cache

import pytest

from evtrack.grade.design import grade_design
from evtrack.grade.fields import record_fields
from evtrack.grade.patterns import PatternSet
from evtrack.grade.text import GradingText, scan
from evtrack.record import AbstractSection, Record, RecordId
from evtrack.rules import load_rules

FELL = " The mood score fell by 6 points in the vesicle group and by 2 in the other (P=0.02)."
BOTH = " The mood score fell in all groups, without a difference between them (P=0.6)."
R = " The score fell by 5 points (P=0.03)."


@cache
def patterns() -> PatternSet:
    """The rules alone, without concepts."""
    return load_rules({}).patterns


def design(title: str, abstract: str) -> str:
    """The design of a made-up article, of title and abstract alone."""
    record = Record(RecordId("PMID:9000001"), "pubmed", "jsonl", title, (AbstractSection(abstract),))
    return grade_design(scan(GradingText(record_fields(record)), patterns()), record).design


TEXTS: list[tuple[str, str, str]] = [
    (
        "randomised_no_control",
        "Frequency of exosome infusions in panic: a randomised trial",
        "Twenty-six people with panic disorder were randomised to infusions of MSC exosomes every two weeks or every four weeks. None received placebo."
        + BOTH,
    ),
    (
        "randomised_no_control",
        "Two cord exosome brands in insomnia",
        "Fifty adults with insomnia were randomly assigned to brand A or brand B of cord exosomes. The study did not include an untreated group."
        + BOTH,
    ),
    (
        "randomised_no_control",
        "Exosomes in OCD: randomised dose comparison",
        "Adults with OCD (n=45) were randomised (1:1:1) to 50, 100 or 200 ug of exosomes by nasal spray. Without a placebo group, placebo response cannot be excluded."
        + BOTH,
    ),
    (
        "randomised_no_control",
        "Exosomes in burnout",
        "Forty-four workers were randomised to half dose or full dose of exosomes. Lack of a sham-treated group limits the results."
        + BOTH,
    ),
    (
        "randomised_no_control",
        "Exosomes in autism",
        "Twenty-two children were randomised to cord blood exosomes vs adipose exosomes. All children kept their usual therapy."
        + BOTH,
    ),
    (
        "randomised_no_control",
        "Exosomes in PTSD: an uncontrolled randomised dose-finding study",
        "Thirty veterans were randomised to 3 or 6 infusions of exosomes." + BOTH,
    ),
    (
        "randomised_no_control",
        "Short versus long courses of vesicles in depression: randomised open-label study",
        "Forty patients were randomised to a 2-week course or a 6-week course of vesicles. There was no comparator arm."
        + BOTH,
    ),
    (
        "rct",
        "Exosomes versus escitalopram in depression: randomised trial",
        "Eighty patients with depression were randomised to MSC exosomes or escitalopram. There was no placebo arm. The score fell less with exosomes (P=0.04).",
    ),
    (
        "rct",
        "Exosomes in depression: three-arm randomised trial",
        "Ninety patients were randomised to one infusion of exosomes, three infusions of exosomes, or no infusion. No placebo was given."
        + FELL,
    ),
    (
        "rct",
        "Exosomes added to usual care in depression",
        "Ninety patients were randomised to exosomes plus usual care or to usual care alone. A placebo was not used."
        + FELL,
    ),
    (
        "rct",
        "Exosomes in depression: randomised trial",
        "Ninety patients were randomised to exosomes or waiting list. The lack of a sham infusion is a limitation."
        + FELL,
    ),
    (
        "rct",
        "Exosomes for fatigue",
        "Seventy patients were assigned 1:1 using a computerised randomisation list to exosomes or placebo." + FELL,
    ),
    (
        "rct",
        "Exosomes for fatigue",
        "The allocation sequence was made by a statistician with a random-number generator; 70 patients were allocated to exosomes or placebo."
        + FELL,
    ),
    (
        "rct",
        "Exosomes for fatigue: a placebo-controlled double-blind trial",
        "Seventy patients were assigned by lot to exosomes or placebo." + FELL,
    ),
    (
        "rct",
        "Exosomes for fatigue: a placebo-controlled double-blind trial",
        "Seventy patients were assigned to exosomes or placebo with a biased-coin method." + FELL,
    ),
    (
        "nonrandomised_trial",
        "Exosomes for fatigue: a placebo-controlled trial",
        "Seventy patients took exosomes or placebo in alternating order of their arrival." + FELL,
    ),
    (
        "nonrandomised_trial",
        "Exosomes for fatigue: a controlled trial",
        "Seventy patients were allocated to exosomes (odd record numbers) or usual care (even record numbers)." + FELL,
    ),
    (
        "nonrandomised_trial",
        "Exosomes for fatigue: a controlled trial",
        "Seventy patients were assigned to exosomes or usual care depending on the weekday of their first visit."
        + FELL,
    ),
    (
        "animal",
        "Exosomes for fear in assistance-bred Labradors: randomised placebo-controlled trial",
        "Twenty-eight Labrador Retrievers were randomised to exosomes or placebo. Handlers and raters were blinded."
        + R,
    ),
    (
        "animal",
        "Exosomes for osteoarthritis pain in pets: a randomised double-blind trial",
        "Thirty-eight pets were randomised to exosomes or placebo. Owners were blinded." + R,
    ),
    (
        "animal",
        "Exosomes for cognitive dysfunction in old companion animals",
        "Patients were recruited at three veterinary hospitals. Twenty dogs and twelve cats were randomised to exosomes or saline."
        + R,
    ),
    (
        "animal",
        "Randomised blinded placebo-controlled study of MSC vesicles",
        "Cynomolgus monkeys (6 per arm) were randomised to vesicles or placebo after stroke." + R,
    ),
    (
        "animal",
        "Randomised blinded placebo-controlled study of MSC vesicles",
        "Neonates of Yorkshire sows were randomised to vesicles or placebo after asphyxia." + R,
    ),
    (
        "animal",
        "MSC vesicles in anxiety: a randomised controlled study",
        "Sixty SD males, 8 weeks old, were randomly allocated to six groups (n=10): control, stress, vehicle and three doses of vesicles. Time in the open arms rose.",
    ),
    (
        "animal",
        "MSC vesicles in anxiety: a randomised controlled study",
        "Sixty adult male SD were divided by a random-number table into vesicle and placebo groups. Time in the open arms of the elevated plus maze rose.",
    ),
    (
        "animal",
        "MSC vesicles in depression",
        "Pregnant Wistar dams were stressed; their offspring were randomly assigned to vesicles or saline. Immobility was shorter.",
    ),
    (
        "animal",
        "MSC vesicles after birth asphyxia: randomised placebo-controlled trial",
        "Newborn lambs were randomised to vesicles or placebo; observers were blinded." + R,
    ),
    (
        "animal",
        "Vesicles and sleep: a randomised crossover trial",
        "Twelve mares were randomised to vesicles and saline in a crossover design." + R,
    ),
    (
        "animal",
        "ストレスモデルに対するエクソソームのランダム化プラセボ対照試験",
        "SD系雄性ラット40匹を無作為に割り付け、エクソソームまたはプラセボを投与した。不動時間は有意に短縮した。",
    ),
    (
        "animal",
        "犬の分離不安に対するエクソソームのランダム化比較試験",
        "動物病院を受診した犬30頭を無作為に割り付け、エクソソームまたはプラセボを投与した。",
    ),
    (
        "in_vitro",
        "Exosomes rescue explanted dorsal root ganglia",
        "Dorsal root ganglia of rat pups were explanted and cultured with exosomes. Neurites were longer.",
    ),
    (
        "in_vitro",
        "Exosomes and long-term potentiation ex vivo",
        "Transverse hippocampal slices of adult C57BL/6 mice were superfused with exosomes. Potentiation was larger (P=0.01).",
    ),
    (
        "in_vitro",
        "Exosomes ease stress of primary microglia",
        "Primary microglia isolated from neonatal rats were stimulated with LPS and treated with exosomes. TNF fell.",
    ),
    (
        "in_vitro",
        "MSCs and MSC vesicles in experimental Parkinson's disease",
        "MSCs were grafted into the striatum of rats, and turning was less. Vesicles were used only on SH-SY5Y cells, which survived longer.",
    ),
    (
        "animal",
        "Exosomes in rat pups and slices",
        "Rat pups were given exosomes through the nose. Slices of their brains were stained.",
    ),
    (
        "in_vitro",
        "Exosomes in brain slices of patients",
        "Cortical slices from patients operated on for epilepsy were cultured with exosomes. Fewer cells died.",
    ),
    (
        "rct",
        "Pig-derived vesicles in fatigue: a randomised placebo-controlled trial",
        "Seventy adults were randomised to porcine vesicles or placebo." + FELL,
    ),
    (
        "rct",
        "Camel-milk vesicles in autism: double-blind randomised trial",
        "Fifty children were randomised to camel-milk vesicles or cow's milk placebo. Earlier work in mice was promising."
        + FELL,
    ),
    (
        "rct",
        "Vesicles in depression: a randomised trial",
        "In mice, vesicles lessen despair. We randomised 80 outpatients to vesicles or saline." + FELL,
    ),
    (
        "rct",
        "Vesicles in depression: a randomised trial",
        "Eighty outpatients took part. They were randomised to vesicles or saline. Vesicles had been safe in dogs."
        + FELL,
    ),
    (
        "rct",
        "Exosomes in depression: randomised placebo-controlled trial",
        "BACKGROUND: In rats exosomes lessen despair. METHODS: This was a double-blind randomised trial at two hospitals. Eighty outpatients got exosomes or placebo. RESULTS: The score fell more with exosomes (P=0.02).",
    ),
    (
        "randomised_no_control",
        "Vesicles for grief: randomised pilot",
        "Eighteen women were randomised to vesicles by mouth spray or by nose spray. All arms contained vesicles; none was a control."
        + BOTH,
    ),
    (
        "randomised_no_control",
        "Vesicles for grief: randomised pilot",
        "Eighteen women were randomly assigned to early (week 1) or late (week 6) vesicle infusions, with no untreated comparison."
        + BOTH,
    ),
    (
        "randomised_no_control",
        "Vesicles for grief: randomised pilot",
        "Participants (n=24) were randomised to 100 billion, 200 billion or 400 billion particles of exosomes. Since no one was given placebo, effects cannot be told from time."
        + BOTH,
    ),
    (
        "randomised_no_control",
        "Vesicles for grief: a randomised study",
        "Forty men were randomised to morning or evening doses of vesicles. The study lacked a control arm." + BOTH,
    ),
    (
        "randomised_no_control",
        "Vesicles for grief: a randomised study",
        "Forty men were randomised to conditioned medium of young or old donors; no placebo was foreseen." + BOTH,
    ),
    (
        "randomised_no_control",
        "Vesicles for grief: a randomised study",
        "Forty men were randomised to the intravenous or the intrathecal route of MSC exosomes. The trial was not placebo-controlled."
        + BOTH,
    ),
    (
        "randomised_no_control",
        "抑うつに対するエクソソーム：ランダム化用量比較試験",
        "患者36例を1回投与群と3回投与群に無作為に割り付けた。対照群は設定しなかった。",
    ),
    (
        "rct",
        "Vesicles for grief: randomised trial",
        "Sixty men were randomised to vesicles or no vesicles on top of counselling. Placebo infusions were not used."
        + FELL,
    ),
    (
        "rct",
        "Vesicles for grief: randomised trial",
        "Sixty men were randomised to vesicles or sham nose spray. Scores were no better with vesicles than with sham.",
    ),
    (
        "rct",
        "Vesicles for grief: randomised trial",
        "Sixty men were randomised to vesicles at 10 or 20 ug or matching placebo. Neither dose beat placebo (P=0.4).",
    ),
    (
        "rct",
        "Vesicles for grief: double-blind trial",
        "Sixty men with grief were allotted by sealed envelope to vesicles or saline nose drops." + FELL,
    ),
    (
        "rct",
        "Vesicles for grief: placebo-controlled trial",
        "The order of vesicles and placebo was decided by tossing a coin for each of 30 participants, allocated in a crossover design."
        + FELL,
    ),
    (
        "nonrandomised_trial",
        "Vesicles for grief: a controlled trial",
        "Sixty men were assigned to vesicles or usual care according to whether their birthday fell on an even or odd date."
        + FELL,
    ),
    (
        "animal",
        "Nasal vesicles for noise fear: randomised, placebo-controlled, double-blind",
        "Fifty-two privately owned dogs with fear of fireworks, presented by their owners, were randomised. Owners rated fear on a visual scale."
        + R,
    ),
    (
        "animal",
        "Nasal vesicles for noise fear: randomised, placebo-controlled, double-blind",
        "Subjects were 30 neutered cats living in homes. Subjects were randomised to vesicles or placebo." + R,
    ),
    (
        "animal",
        "Vesicles after spinal injury in companion dogs: a randomised trial",
        "Dachshunds with disc disease were randomised to vesicles or saline. Patients were assessed by neurologists."
        + R,
    ),
    (
        "animal",
        "Vesicles in stress: randomised blinded trial",
        "Adolescent Göttingen minipig females were allocated by a computer list to vesicles or placebo." + R,
    ),
    (
        "animal",
        "Vesicles in stress: randomised blinded trial",
        "Wild-type siblings and Shank3-/- males were randomised at weaning to vesicles or placebo. Grooming fell.",
    ),
    (
        "animal",
        "Vesicles in stress: randomised blinded trial",
        "Danio rerio were randomly assigned to vesicles or placebo bath. Tank diving was less.",
    ),
    (
        "animal",
        "Vesicles in stress: a randomised controlled trial",
        "Vervet monkeys were randomised to vesicles or placebo." + R,
    ),
    (
        "animal",
        "Vesicles in stress: a randomised controlled trial",
        "Depression is common in adults. C57BL/6N pups were randomised to vesicles or placebo after maternal separation."
        + R,
    ),
    (
        "animal",
        "Vesicles in stress: a randomised controlled trial",
        "After approval of the animal care committee, forty males were randomly split into sham, stress and stress plus vesicle groups. Sucrose intake rose.",
    ),
    (
        "in_vitro",
        "Vesicles and spreading depression",
        "Coronal cortical slices (400 um) were cut from Sprague-Dawley rats and perfused with vesicles. Depolarisation was delayed.",
    ),
    (
        "in_vitro",
        "Vesicles guard the retina ex vivo",
        "Retinas were dissected from pigs and kept as explants with vesicles for four days. Fewer photoreceptors died.",
    ),
    (
        "in_vitro",
        "Vesicles and hypoxic neurons",
        "Primary hippocampal neurons prepared from newborn rat pups were deprived of oxygen and treated with vesicles. Fewer died.",
    ),
    (
        "in_vitro",
        "Stem cells and their exosomes in experimental stroke",
        "Rats with stroke were injected with MSCs and walked better. Oxygen-deprived neurons in culture were treated with exosomes of the same cells and survived. No animal received exosomes.",
    ),
    (
        "rct",
        "Vesicles for grief: randomised trial",
        "Vesicles eased despair in rats and mice. Here 60 men were randomised to vesicles or placebo." + FELL,
    ),
    (
        "rct",
        "Cat-allergy vesicles: randomised placebo-controlled trial",
        "Sixty adults allergic to cats were randomised to vesicles or placebo." + FELL,
    ),
    (
        "rct",
        "Vesicles in farmers: randomised trial",
        "Sixty farmers who keep pigs and cattle were randomised to vesicles or placebo." + FELL,
    ),
    (
        "randomised_no_control",
        "Vesicles in depression: a randomised study",
        "Fifty patients on treatment with escitalopram were randomised to plasma vesicles or milk vesicles. There was no placebo arm."
        + BOTH,
    ),
    (
        "randomised_no_control",
        "Vesicles in depression: a randomised study",
        "BACKGROUND: Placebo response is high in depression, and earlier studies had controls. METHODS: Fifty patients were randomised to 5 ug or 50 ug of vesicles. RESULTS: Scores fell in both arms (P=0.7).",
    ),
    (
        "randomised_no_control",
        "Allogeneic versus autologous MSC exosomes in dementia: a randomised trial",
        "Forty patients took part. Cognition did not differ between the arms (P=0.5).",
    ),
    (
        "rct",
        "Allogeneic or autologous MSC exosomes in dementia: a randomised placebo-controlled trial",
        "Forty-five patients were randomised to allogeneic exosomes, autologous exosomes or placebo." + FELL,
    ),
    (
        "rct",
        "Vesicles in pain: randomised trial",
        "Ninety adults were randomised to vesicles, hyaluronic acid or saline. There was no untreated group." + FELL,
    ),
    (
        "rct",
        "Vesicles in pain: randomised trial",
        "Ninety adults were randomised to vesicles or corticosteroid injection. There was no placebo group." + FELL,
    ),
    (
        "rct",
        "Vesicles in depression",
        "METHODS: In this double-blind, parallel-group trial, 80 outpatients were randomly assigned (1:1) to vesicles or placebo. RESULTS: MADRS fell more with vesicles (P=0.01).",
    ),
    (
        "animal",
        "Vesicles in depression: a double-blind placebo-controlled randomised trial",
        "Tree shrews were randomised to vesicles or placebo after social stress." + R,
    ),
    (
        "animal",
        "Vesicles in depression: a randomised study",
        "Male ICR were randomly grouped into sham, model, vesicle and fluoxetine groups. Sucrose preference rose.",
    ),
    (
        "animal",
        "Vesicles in aged companion dogs with dementia",
        "Client-owned dogs received vesicles monthly in an open-label study. Owners completed a questionnaire." + R,
    ),
    ("animal", "Vesicles in depression", "Broiler chicks and quails were randomised to vesicles or placebo." + R),
    (
        "animal",
        "Vesicles in anxiety: a randomised trial",
        "APPswe/PS1dE9 males (n=12 per group) were randomised to vesicles or vehicle. They spent more time in the open arms.",
    ),
    (
        "animal",
        "Intranasal vesicles after status epilepticus",
        "F344 males were randomly assigned to vesicles or vehicle. Object recognition was better (P=0.02).",
    ),
    (
        "animal",
        "Vesicles and slices of treated mice",
        "Mice were given vesicles by gavage for two weeks. Acute slices were then recorded ex vivo; currents were larger.",
    ),
    (
        "rct",
        "Vesicles in older adults: a randomised trial",
        "Sixty older adults were allocated in random permuted blocks to vesicles or placebo." + FELL,
    ),
    (
        "nonrandomised_trial",
        "Vesicles in older adults: a placebo-controlled trial",
        "Sixty older adults were randomised by alternation to vesicles or placebo." + FELL,
    ),
    (
        "nonrandomised_trial",
        "Vesicles in older adults: a placebo-controlled trial",
        "Sixty older adults were assigned to vesicles or placebo on the basis of the month of birth." + FELL,
    ),
    (
        "rct",
        "Vesicles in caregivers",
        "Sixty caregivers of dogs with epilepsy were randomised to vesicles or placebo." + FELL,
    ),
]


@pytest.mark.parametrize(("expected", "title", "abstract"), TEXTS, ids=[f"{i}-{t[0]}" for i, t in enumerate(TEXTS)])
def test_classes(expected: str, title: str, abstract: str) -> None:
    """Doses alone, chance, turn, animals, dishes and people beside animals are told apart in other words too."""
    assert design(title, abstract) == expected
