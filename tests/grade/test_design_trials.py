"""Are trials told in unusual words read as trials, and texts that only sound like them not?"""

from __future__ import annotations

from functools import cache

import pytest

from evtrack.grade.design import grade_design
from evtrack.grade.design_people import UNSAID
from evtrack.grade.fields import record_fields
from evtrack.grade.grades import DesignGrade
from evtrack.grade.patterns import PatternSet
from evtrack.grade.record import grade_record
from evtrack.grade.text import GradingText, scan
from evtrack.record import AbstractSection, Record, RecordId
from evtrack.rules import load_rules


@cache
def patterns() -> PatternSet:
    """The rules alone, without concepts."""
    return load_rules({}).patterns


def record(title: str, abstract: str) -> Record:
    """A made-up article of title and abstract alone."""
    return Record(RecordId("PMID:9000001"), "pubmed", "jsonl", title, (AbstractSection(abstract),))


def graded(title: str, abstract: str) -> DesignGrade:
    """Its design."""
    made = record(title, abstract)
    return grade_design(scan(GradingText(record_fields(made)), patterns()), made)


TRIALS = {
    "randomly first": (
        "Mesh or suture for hernia and sleep",
        "METHODS: Forty adults with hernia were seen. Randomly, patients underwent mesh repair or suture repair. RESULTS: Pain at one week was lower with suture (P=0.02).",
    ),
    "assigned to randomised treatments": (
        "Low-dose tea in asthma",
        "METHODS: After a run-in, 213 patients were assigned to randomized treatments: tea plus placebo, or water plus placebo. RESULTS: Night symptoms fell more with tea (P=0.01). CONCLUSIONS: Tea helps.",
    ),
    "a randomisation table for the order": (
        "Stockings and venous flow in nurses",
        "A crossover study was done in 12 nurses. A computer generated randomization table was used to set the order of stockings and bare legs. Flow was higher with stockings (P=0.01).",
    ),
    "two trials in the title": (
        "Two double-blind, randomized, comparative trials of tea capsules in people with HIV",
        "Fatigue is common. New capsules were compared for safety. Fatigue fell in 30% of participants, mostly in those with more cells at entry (P=0.03).",
    ),
    "called by an abbreviation": (
        "Relaxation for insomnia in students",
        "Students with insomnia (SWI; n=57) slept less than others. To study treatment, 28 SWI were randomly assigned to relaxation. Treated SWI slept longer than untreated SWI at the end (P=0.02).",
    ),
    "under the heading of methods and design": (
        "Early or late bathing of newborn infants: a feasibility study",
        "Background: Bathing cools infants. Methods and Design: We have designed a randomized, multicenter, controlled study of early and late bathing; we present its feasibility. Results: Forty infants were enrolled, and temperatures were lower after early bathing (P=0.03). Conclusion: It is feasible.",
    ),
    "enrolled and randomised": (
        "Text messages and pills",
        "We enrolled and randomly assigned 160 adults to text messages or none. Pills were missed less often with messages (12% v 21%, P=0.04).",
    ),
    "schools": (
        "A lesson on sleep in twenty schools",
        "METHODS: Twenty schools were randomly allocated to a lesson on sleep or to their usual lessons. RESULTS: Pupils slept 20 minutes longer (95% CI 5 to 35).",
    ),
    "after a washout": (
        "Tea in rhinitis",
        "After a two-week washout, patients were randomised to tea or placebo for a month. Sneezing fell by 3 and 1 points (P=0.01).",
    ),
    "at most so many doses": (
        "Randomized comparison of tea and coffee for ripening",
        "One hundred women were randomly assigned to receive a tea tablet or a coffee tablet every six hours for a maximum of two doses. Delivery came earlier with coffee (P=0.02).",
    ),
    "a lottery": (
        "Peers after discharge",
        "Half of 240 patients leaving hospital, chosen by lottery, were offered a peer. Readmission at a year was 29% with and 38% without a peer (P=0.03).",
    ),
    "the sequence": (
        "Vibrating insoles and balance",
        "Twenty-two older adults stood with and without vibration, the sequence being randomised and adults and raters blind to it. Sway was smaller with vibration (P=0.004).",
    ),
    "post hoc, arms compared": (
        "Who benefits from tea? A post hoc analysis of a randomised trial",
        "In the parent trial 400 adults were randomised to tea or water. In this post hoc analysis the effect of tea compared with water was larger in women (P=0.03).",
    ),
    "memory training": (
        "Games and memory",
        "Ninety older adults were randomly assigned to memory training or crosswords. Recall rose by 4 and 1 words (P=0.02).",
    ),
}

NO_TRIALS = {
    "trials suggested": (
        "A retrospective study of tea after head injury",
        "A total of 44 patients were included, 33 in the control group and 11 who had tea. Scores rose more with tea (P=0.02). Given the retrospective design, we suggest that randomized controlled studies be started.",
    ),
    "picked at random": (
        "A formula for lesions",
        "A formula to grade lesions is reported. Three examples picked at random from the literature show how it works in patients.",
    ),
    "survey after a trial": (
        "What nurses think of a portal",
        "We surveyed 63 nurses and physicians following a 3-year randomized trial of a patient portal. Most found it useful (74%).",
    ),
    "interviews after a trial": (
        "Why smokers start again",
        "We sought to understand relapse from the perspective of smokers who relapsed after receiving counselling in a randomized trial. Interviews were analysed by theme. Habit and stress were named.",
    ),
    "within one arm": (
        "Who drinks less in the intervention arm?",
        "Secondary analyses of data from a randomized trial. Subjects randomized to the intervention group who finished the first call (n=239) were compared. Those who were worried drank less (OR 2.0, 95% CI 1.0 to 4.1).",
    ),
    "models of trial data": (
        "Predicting who gains from tea",
        "METHODS: Based on two randomized controlled trials, features of 507 women given tea were collected. Logistic regression and a random forest were fitted. RESULTS: The AUC was 0.73.",
    ),
    "pooled blood": (
        "Genes and the effects of tea",
        "We found variants in 81 healthy subjects who were pooled from four randomized, placebo-controlled studies. Poor metabolisers had longer effects (P=0.01).",
    ),
    "charts drawn by a table": (
        "Charts of adults with stroke",
        "METHODS: A randomization table was used to select 200 charts of patients with stroke. RESULTS: Half had slept badly before (P=0.04).",
    ),
    "a training set": (
        "A nomogram for relapse in depression",
        "Six hundred patients with depression were randomly divided into a training cohort (n=400) and a validation cohort (n=200). The AUC was 0.81.",
    ),
    "a test set": (
        "A model of relapse after stroke",
        "Patients (n=300) were randomly assigned in a 7:3 ratio to training and test sets. The AUC was 0.9.",
    ),
    "order of pictures": (
        "Faces and fear",
        "Forty adults saw faces; the order of the faces was randomised. The amygdala answered more in anxious adults (P=0.01).",
    ),
    "order of measures": (
        "Gait measures in adults with stiff joints",
        "METHODS: Thirty adults completed gait measures, in a randomized order, on two days. RESULTS: The intraclass correlation was 0.9.",
    ),
    "a test of randomisation": (
        "Voices under tea",
        "In a placebo-controlled, double-blind crossover experiment 17 adults heard voices. Randomization statistics were applied to the potentials (P=0.01).",
    ),
    "order of assays": (
        "Exosomal tau and sleep",
        "We measured tau in plasma exosomes of 60 adults enrolled in a randomized trial of light. Tau went with sleep (r=0.4, P=0.01). The order of assays was randomised.",
    ),
    "samples on plates": (
        "Plasma exosomes in depression",
        "Samples of 90 patients and 60 controls were randomised across plates and measured. Exosomal miR-1 was higher in patients (P=0.01).",
    ),
    "readers": (
        "Pages of clinics",
        "We randomly selected 100 clinics and randomly assigned two readers to each website. Most clinics sold exosomes to patients (74%).",
    ),
    "scans in random order": (
        "A marker on scans",
        "Patients were scanned in random order by two blinded raters. The volume went with exosomes in plasma (P=0.03).",
    ),
    "a trial emulated": (
        "Exosomes and propensity",
        "Eighty patients given exosomes were compared with 80 others, emulating a randomised trial. Fewer died (HR 0.7, P=0.04).",
    ),
    "a letter on a trial": (
        "On the trial of exosomes",
        "We read with interest the randomised trial of exosomes in depression. Sixty patients were randomised to exosomes or placebo. We doubt the blinding.",
    ),
    "an article on the field": (
        "Exosomes for wounds",
        "A randomised controlled trial was conducted in 40 patients with wounds, and healing was faster. This article outlines the field.",
    ),
    "pieces of skin": (
        "Exosomes on skin",
        "Skin of 12 women was cut into pieces, which were randomised to exosomes or medium. Collagen rose (P=0.01).",
    ),
    "participants with watches": (
        "Trial participants and daily life",
        "Participants of a randomised trial of tea wore watches. Sleep was shorter in those with pain (P=0.01).",
    ),
    "asked about chance": (
        "Willing or not",
        "We asked 200 patients whether they would agree to be randomised. Half would (52%).",
    ),
    "chance declined": (
        "Why patients say no",
        "Interviews with 30 patients who declined randomisation in a trial of surgery were analysed. Fear of chance was common.",
    ),
    "how they were found": (
        "Recruitment to a randomised trial of tea: lessons",
        "Of 900 patients screened, 120 were randomised over two years. Letters from doctors helped most (P=0.03).",
    ),
    "how they began": (
        "Baseline characteristics of participants in the LEAF randomised trial",
        "Between 2015 and 2017, 600 adults were randomised. Their mean age was 54, and pain at entry was high.",
    ),
    "what came after": (
        "Open-label extension of a randomised trial of tea",
        "After the randomised phase the 90 patients drank tea for a year. Scores stayed low (P=0.3).",
    ),
    "a way of asking": (
        "Cheating among students",
        "Students were surveyed by the randomised response technique. Eighteen per cent had cheated.",
    ),
    "crops": (
        "Seaweed and wheat",
        "Wheat was grown in a randomized complete block design with three treatments. Yield rose by 12% (P<0.05).",
    ),
    "being randomised": (
        "Exosomes in stroke",
        "Sixty patients with stroke are being randomised to exosomes or placebo. The primary endpoint is the Rankin score. Results are expected in 2027.",
    ),
    "responders whatever the arm": (
        "What a responder gains: post hoc analysis of a trial of tea",
        "This was a post hoc analysis. Patients were randomised to tea or placebo. Responders and non-responders were compared irrespective of the treatment received. Responders had fewer flares (P<0.001).",
    ),
    "generic and branded": (
        "Generic versus branded tea in hypertension: randomised, open-label study",
        "177 subjects were randomized to generic tea (n=91) or branded tea (n=86). Pressure fell alike in both groups (P=0.69).",
    ),
    "chips": (
        "Strips that whiten porcelain",
        "METHODS: Tea-stained porcelain chips were divided randomly into three groups and treated with two strips or none. RESULTS: Colour changed with both strips (P<0.05).",
    ),
    "to be enrolled": (
        "Antitoxin in tetanus: a randomised factorial trial",
        "The objective is to see whether antitoxin shortens ventilation. This study will enroll adults with tetanus. Eligible patients will be randomized to four arms. Previous work was small (P=0.2).",
    ),
    "a study that will evaluate": (
        "Tea as treatment for cluster headache",
        "Objective: To study tea compared with placebo. Design: Double-blind, randomized, placebo-controlled crossover design. Participants: 30 patients. Significance: Headache is a significant burden. This study will evaluate the benefit of tea.",
    ),
}

UNSAID_TEXTS = {
    "double-blind and placebo": (
        "Scents after influenza",
        "Eighty adults with smell loss took part in this double-blind, placebo-controlled trial. Scents or plain oil were sniffed for four months. Scores rose by 3.1 and 1.2 points (P=0.01).",
    ),
    "double-blind against another drug": (
        "Tea against coffee in newly admitted patients",
        "Tea was compared with coffee in a 4-week double-blind study of 40 patients. Tea had somewhat less effect (P=0.04).",
    ),
    "crossover in volunteers": (
        "Tea lowers theta waves in healthy volunteers",
        "METHOD: In a double-blind, cross-over, placebo-controlled experiment we studied tea in 20 healthy volunteers. RESULTS: Theta waves fell after tea (P=0.01).",
    ),
    "placebo without a word of blinding": (
        "Tea and cues in drinkers",
        "Fifty-three men in treatment received tea (50 mg) or placebo. Urge to drink was lower in the tea group (P=0.03).",
    ),
    "allocated to": (
        "Controlled trial of treatment for concussion",
        "178 patients were allocated to a routine treatment or to an active treatment group, in which the patient was given exercises. Time off work was 32 and 18 days.",
    ),
}

OBSERVED = {
    "such trials are wanted": (
        "Sleep of nurses",
        "METHODS: Sixty nurses filled in a questionnaire. RESULTS: Half slept badly, the older ones more often (P=0.04). CONCLUSIONS: Double-blind, placebo-controlled trials of tea are needed.",
    ),
    "others did such a trial": (
        "Sleep of nurses",
        "BACKGROUND: Tea was tested in a double-blind, placebo-controlled study. METHODS: Sixty nurses filled in a questionnaire. RESULTS: Half slept badly (P=0.04).",
    ),
    "among participants of a randomised one": (
        "Sleep of nurses in a trial",
        "METHODS: Sixty nurses who had been given tea or placebo in an earlier randomised trial filled in a questionnaire. RESULTS: Half slept badly, the older ones more often (P=0.04).",
    ),
}


@pytest.mark.parametrize("name", TRIALS)
def test_read_as_randomised(name: str) -> None:
    """People randomly allocated are an RCT, in whatever words chance is told."""
    assert graded(*TRIALS[name]).design == "rct"


@pytest.mark.parametrize("name", NO_TRIALS)
def test_never_read_as_randomised(name: str) -> None:
    """Chance in the choice of pictures, samples or readers, others' trials, and plans make no RCT."""
    assert graded(*NO_TRIALS[name]).design != "rct"


@pytest.mark.parametrize("name", UNSAID_TEXTS)
def test_allocation_not_stated(name: str) -> None:
    """A comparison that does not say how people were allocated is no RCT, is not sure of itself, and asks for a person."""
    grade = graded(*UNSAID_TEXTS[name])
    assert grade.design == "nonrandomised_trial"
    assert UNSAID in grade.flags
    assert grade.needs_review
    assert grade.confidence <= 0.6


@pytest.mark.parametrize("name", OBSERVED)
def test_no_comparison_of_its_own(name: str) -> None:
    """A blinded trial that is wanted, or that others did, makes no trial of an observation."""
    grade = graded(*OBSERVED[name])
    assert grade.design == "observational"
    assert UNSAID not in grade.flags


@pytest.mark.parametrize("name", ["to be enrolled", "a study that will evaluate", "being randomised"])
def test_plans(name: str) -> None:
    """What is still to be done is a plan, in whatever tense."""
    assert graded(*NO_TRIALS[name]).design == "protocol"


def test_one_patient_stays_a_case() -> None:
    """A title that says case report holds, though placebo was given blindly."""
    grade = graded(
        "Tea in a sleepless man: case report", "We report a man who took tea and placebo, double-blind, in turn."
    )
    assert grade.design == "case_report"


def test_level_of_vesicles_held() -> None:
    """Vesicles against placebo, double-blind, without a word of chance: early clinical, and a person must look."""
    made = record(
        "MSC exosomes in depression: a double-blind, placebo-controlled trial",
        "Sixty adults with depression received MSC exosomes or saline placebo under double-blind conditions. Depression scores fell by 6 points with exosomes and by 2 with placebo (P=0.02).",
    )
    grade = grade_record(scan(GradingText(record_fields(made)), patterns()), made)
    assert (grade.level, grade.gate, grade.needs_review) == ("early_clinical", None, True)
    assert UNSAID in grade.flags


def test_cultures_alone_were_randomised() -> None:
    """Where chance chose the cultures and nobody says that it chose people, a blinded trial in the title is no RCT."""
    told = graded(
        "A drug against placebo for depression: a randomised trial",
        "Cell cultures were randomly assigned to drug or placebo. Adverse events in patients were few. The trial was double-blind.",
    )
    assert told.design == "in_vitro"


def test_a_blind_trial_without_a_word_of_chance_and_still_to_come_is_a_plan() -> None:
    """Placebo, blinding and numbers make no trial of what nobody has done yet."""
    grade = graded(
        "Tea against sham for sleep",
        "METHODS: Double-blind, crossover, 90 patients. Treatment group, placebo group. RESULTS: Results are pending (P=0.05). NCT91234567.",
    )
    assert grade.design == "protocol"
    assert "D-PLAN-NOT-RESULT" in {reason.rule for reason in grade.reasons}
