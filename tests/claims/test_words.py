"""Do the shipped words say what they mean? Sentences of our own, each with the concepts that must and must not be heard in it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from evtrack.claims import load_library
from evtrack.grade.patterns import PatternSet
from evtrack.grade.text import GradingText
from evtrack.rules import concept_patterns

Heard = Callable[[str], set[str]]


@pytest.fixture(scope="module")
def heard() -> Heard:
    """Concept ids heard in a text: a hit that overlaps one of the concept's traps is none."""
    patterns = PatternSet(concept_patterns(load_library()[0].concepts))

    def hear(text: str) -> set[str]:
        hits = patterns.find(GradingText([("title", text)]).encoded)
        found = set[str]()
        for hit in hits:
            kind, _, concept = hit.signal.partition(":")
            traps = [t for t in hits if t.signal == f"trap:{concept}" and t.start < hit.end and hit.start < t.end]
            if kind != "trap" and not traps:
                found.add(concept)
        return found

    return hear


@pytest.mark.parametrize(
    ("text", "yes", "no"),
    [
        ("MSC-derived exosomes and small extracellular vesicles (sEVs) were given", "exosome mesenchymal_cells", ""),
        ("由来細胞外小胞（エクソソーム）を点滴した", "exosome", ""),
        ("The RNA exosome complex degrades transcripts; EXOSC3 is a subunit of it", "", "exosome"),
        ("小胞体ストレスを調べた", "", "exosome stress"),
        ("歯髄幹細胞の培養上清を投与した", "secretome mesenchymal_cells", "exosome"),
        ("Cancer stem cells resisted the drug", "", "mesenchymal_cells"),
        ("Adults with major depressive disorder (MDD)", "depression", "anxiety"),
        ("Opioids caused respiratory depression and myocardial depression", "", "depression depressive_symptoms"),
        (
            "ST-segment depression, cortical spreading depression and long-term depression of synapses",
            "synapse",
            "depression",
        ),
        ("The Great Depression was an economic depression", "", "depression"),
        ("The immune response was depressed", "", "depression"),
        ("rats exposed to chronic unpredictable mild stress (CUMS)", "depression stress", "ptsd"),
        ("post-stroke depression", "depression", ""),
        (
            "Immobility time in the forced swim test and the tail suspension test fell",
            "depressive_symptoms depression",
            "",
        ),
        ("Hindlimb unloading by tail suspension caused atrophy", "", "depression depressive_symptoms"),
        ("HAM-D and MADRS scores fell", "depressive_symptoms", "anxiety_symptoms"),
        ("抗うつ薬と抗不安薬を服用している方", "", "depression anxiety"),
        ("うつ伏せで休む。気分が不安定だ", "", "depression anxiety"),
        ("うつ病や不安症の患者さん", "depression anxiety", "schizophrenia"),
        (
            "Time in the open arms of the elevated plus maze rose, an anxiolytic effect",
            "anxiety anxiety_symptoms",
            "depression",
        ),
        ("Dental anxiety before surgery", "", "anxiety"),
        (
            "PCP-induced schizophrenia-like mice: prepulse inhibition was restored",
            "schizophrenia psychotic_symptoms",
            "dementia",
        ),
        ("Social interaction rose in BTBR mice", "social_behaviour psychiatric", "schizophrenia psychotic_symptoms"),
        ("Patients on a proton pump inhibitor (PPI)", "", "psychotic_symptoms"),
        ("5xFAD and APP/PS1 mice, a model of Alzheimer's disease", "dementia", "psychiatric"),
        ("Patients with atopic dermatitis (AD) got AD-MSCs", "mesenchymal_cells", "dementia"),
        ("Rats with head injury swam the Morris water maze", "cognition memory", "dementia"),
        ("MMSE and ADAS-cog in mild cognitive impairment", "dementia cognition", ""),
        ("軽度認知障害とアルツハイマー型認知症", "dementia", "psychiatric"),
        ("single prolonged stress, a model of PTSD", "ptsd", "depression"),
        ("post-traumatic osteoarthritis of the knee", "", "ptsd"),
        ("Contextual freezing fell and fear memory faded", "fear_memory", "ptsd ptsd_symptoms"),
        ("autism and bipolar disorder are mental disorders", "psychiatric", "dementia"),
        ("treatment-resistant depression", "treatment_resistant depression", ""),
        ("multidrug-resistant tuberculosis", "", "treatment_resistant"),
        ("Oxidative stress, ER stress, shear stress and stress echocardiography", "", "stress stress_response"),
        ("耐性菌。酸化ストレス", "", "stress stress_resilience"),
        ("ストレス耐性を高める", "stress_resilience", "depression"),
        ("Immune memory of memory T cells", "", "memory"),
        ("This topic attracted attention and received attention", "", "attention"),
        ("注目されている治療", "", "attention"),
        ("Sustained attention and working memory improved", "attention memory", ""),
        ("Corticosterone-induced depression was treated", "depression", "hpa_axis"),
        ("Plasma corticosterone and ACTH were measured", "hpa_axis", ""),
        ("Hippocampal BDNF rose", "bdnf", "neurotrophic_other"),
        ("Nerve growth factor and GDNF rose", "neurotrophic_other", "bdnf"),
        ("Brain-derived neurotrophic factor rose", "bdnf", "neurotrophic_other"),
        ("Iba1-positive microglia and neuroinflammation fell", "neuroinflammation", ""),
        ("Microglia-derived exosomes were isolated", "exosome", "neuroinflammation"),
        ("DCX+ newborn neurons and dendritic spines", "neurogenesis synapse", ""),
        ("immunological synapse", "", "synapse"),
        ("GABAergic interneurons with parvalbumin", "gaba", "sedation"),
        ("The procedure was done under sedation", "", "sedation"),
        ("No serious adverse events; the infusion was well tolerated", "safety", ""),
        ("Mice with sepsis by cecal ligation", "", "safety"),
        ("She developed septic shock after the infusion", "safety", ""),
        ("副作用は少ない", "safety", ""),
        ("Wound healing and tissue repair", "tissue_repair", ""),
        ("Mismatch repair genes", "", "tissue_repair"),
        ("再生医療クリニック", "", "tissue_repair"),
        ("miR-21 and other microRNAs are their cargo", "cargo", ""),
        ("A mirror was used", "", "cargo"),
        ("TGF-β1 and IL-10 in the vesicles", "cargo_tgfb_il10 cytokines", ""),
        ("superior to placebo", "", "standard_treatment"),
        ("versus treatment as usual", "standard_treatment", ""),
    ],
)
def test_words(heard: Heard, text: str, yes: str, no: str) -> None:
    """Each sentence is heard as what it speaks of, and not as what it only sounds like."""
    found = heard(text)
    assert set(yes.split()) - found == set()
    assert set(no.split()) & found == set()


def test_every_concept_hears_its_own_words(heard: Heard) -> None:
    """No concept's traps or spelling silence all of its words: each list has at least one word that is heard."""
    for concept in load_library()[0].concepts.values():
        for words in (concept.words, concept.exact, concept.ja, concept.models, concept.measures):
            assert not words or any(concept.id in heard(f"x {w.removesuffix('*')} x") for w in words), (
                concept.id,
                words,
            )


def test_no_word_is_silenced_by_its_own_traps(heard: Heard) -> None:
    """A word that one of its concept's traps always covers is a slip in one of them."""
    for concept in load_library()[0].concepts.values():
        for word in (
            *concept.words,
            *concept.exact,
            *concept.ja,
            *concept.models,
            *concept.measures,
            *concept.subtypes,
        ):
            assert concept.id in heard(f"x {word.removesuffix('*')} x"), (concept.id, word)
