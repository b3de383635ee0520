"""Does the wording of harm, of animals, cells and pooled studies lead to the right stance?"""

from __future__ import annotations

import pytest

from evtrack.claims import load_library
from evtrack.grade.grades import Design, DesignGrade, Level, Stance
from evtrack.grade.stance import grade_stance, stance_for_claim
from evtrack.grade.text import GradingText, scan
from evtrack.rules import load_rules

LIBRARY, _ = load_library(None)
PATTERNS = load_rules(LIBRARY.concepts).patterns


def towards(claim_id: str, design: DesignGrade, abstract: str) -> Stance:
    scanned = scan(GradingText([("title", "A study"), ("abstract", abstract)]), PATTERNS)
    claim = LIBRARY.claims[claim_id]
    own = grade_stance(scanned, design)
    return stance_for_claim(scanned, design, own, outcomes=claim.outcome, kind=claim.kind, track=claim.track).stance


STUDIES: list[tuple[Design, str, Stance, str]] = [
    ("single_arm", "dep-effect", "supports", "Twenty patients with depression received four infusions. MADRS decreased from 29.4 to 16.2 at week 8 (P<0.001). No serious adverse events occurred."),
    ("single_arm", "ad-effect", "unclear", "Nine patients with Alzheimer's disease received vesicles. MMSE was unchanged at 24 weeks; the authors regard this as stabilisation."),
    ("single_arm", "ad-effect", "mixed", "Nine patients with Alzheimer's disease received intranasal vesicles. ADAS-cog decreased in the medium-dose arm only; amyloid PET did not change."),
    ("case_report", "dep-effect", "supports", "A 44-year-old woman with treatment-resistant depression received three vesicle infusions. Her PHQ-9 fell from 22 to 7 within six weeks."),
    ("animal", "dep-effect", "supports", "CUMS mice received vesicles or saline. Immobility in the tail suspension test was shorter with vesicles (P<0.01), without any change in locomotor activity."),
    ("animal", "anx-effect", "supports", "Time in open arms rose with exosomes versus vehicle (P=0.003). Total distance and rearing were not affected."),
    ("animal", "dep-effect", "no_difference", "Exosomes did not change sucrose preference (P=0.5) or immobility time (P=0.7) in CUMS rats. Locomotion was normal."),
    ("animal", "dep-effect", "contradicts", "Exosome-treated CUMS rats drank less sucrose solution than vehicle-treated ones and were immobile for longer (P<0.05). Exosomes aggravated depressive-like behaviour."),
    ("animal", "dep-hpa-effect", "mixed", "In stressed rats exosomes lowered corticosterone (P=0.02) but raised ACTH (P=0.03) compared with saline."),
    ("animal", "dep-hpa-effect", "mixed", "Corticosterone was reduced by exosomes (P=0.01), while CRH mRNA was not different from saline (P=0.6)."),
    ("animal", "dep-neurogenesis", "supports", "Exosomes increased the number of DCX-positive cells in the dentate gyrus of CUMS mice (P<0.01); body weight did not differ."),
    ("animal", "dep-neurogenesis", "contradicts", "Fewer BrdU/NeuN-positive cells were counted in the dentate gyrus of exosome-treated depressed mice than in vehicle-treated mice (P=0.01)."),
    ("animal", "ad-effect", "supports", "5xFAD mice treated with vesicles found the platform sooner than vehicle-treated mice (P<0.01); swimming speed did not differ."),
    ("rct", "few-side-effects", "supports", "Two hundred and ten patients were randomised to exosomes (n=105) or placebo (n=105). Adverse events were reported by 48 and 50 patients and serious adverse events by 9 and 11 (P=0.66). No event was attributed to the study product."),
    ("rct", "few-side-effects", "contradicts", "One hundred and fifty patients were randomised to exosomes or placebo. Deep vein thrombosis occurred in six patients of the exosome group and in none of the placebo group (P=0.01); four were judged related to the infusion."),
    ("rct", "few-side-effects", "contradicts", "We randomised 200 patients. Three patients in the vesicle arm had anaphylaxis, which the monitoring committee attributed to the vesicles. Otherwise treatment was well tolerated."),
    ("rct", "few-side-effects", "unclear", "Thirty patients were randomised. No serious adverse events occurred in either group."),
    ("single_arm", "few-side-effects", "unclear", "Forty patients received infusions. No serious adverse events occurred."),
    ("rct", "few-side-effects", "mixed", "METHODS: 160 patients were randomised. RESULTS: Serious adverse events were more frequent with exosomes than with placebo (18% versus 7%; P=0.03)."),
    ("case_report", "few-side-effects", "contradicts", "A 60-year-old man developed septic shock two days after an intravenous infusion of an exosome product at a private clinic."),
    ("in_vitro", "cargo-tgfb-il10", "mixed", "By ELISA, TGF-beta was present in exosomes of all donors, but IL-10 was not detected in any."),
    ("in_vitro", "cargo-tgfb-il10", "supports", "Proteomics identified TGF-beta1 and IL-10 in vesicles of all six donors."),
    ("in_vitro", "cargo-tgfb-il10", "no_difference", "Neither TGF-beta nor IL-10 could be detected in the lysed vesicles."),
    ("single_arm", "dep-effect", "supports", "うつ病患者12例にエクソソームを点滴した。HAM-Dは22.4から12.8に低下した(p<0.01)。有害事象は認めなかった。"),
    ("case_report", "few-side-effects", "contradicts", "エクソソーム点滴後に敗血症を発症した60歳男性の1例を報告する。"),
    ("single_arm", "anx-effect", "supports", "Fifteen veterans with anxiety received exosomes. GAD-7 fell from 14.8 to 8.1 at week 12 (P=0.002)."),
    ("single_arm", "dep-effect", "unclear", "Fourteen patients received vesicles. HAM-D did not change significantly (21.3 to 20.4, P=0.4)."),
    ("single_arm", "ad-effect", "unclear", "Eleven patients were treated. Cognitive scores remained stable for one year."),
    ("single_arm", "dep-effect", "contradicts", "Ten patients received vesicles. PHQ-9 rose from 12 to 17 (P=0.03)."),
    ("case_report", "dep-effect", "unclear", "A 51-year-old man with depression received exosome infusions and his BDI fell from 33 to 12. During the same period his venlafaxine dose was doubled."),
    ("animal", "anx-effect", "supports", "Exosome-treated mice spent more time in the open arms than saline-treated mice (P<0.01). Neither total distance nor velocity differed."),
    ("animal", "dep-effect", "supports", "Exosomes increased sucrose preference and shortened immobility in CUMS rats (both P<0.01). Food intake and body weight were comparable between groups."),
    ("animal", "anx-effect", "no_difference", "Time in open arms and central time were similar in exosome and vehicle mice (P=0.6 and P=0.8)."),
    ("animal", "anx-effect", "contradicts", "Exosomes reduced the time spent in the open arms relative to saline (P=0.02), with no change in total distance."),
    ("animal", "dep-hpa-effect", "mixed", "ACTH fell after exosomes (P=0.03), but corticosterone rose (P=0.04) in comparison with saline."),
    ("animal", "dep-hpa-effect", "supports", "Exosomes lowered plasma corticosterone and ACTH in CUMS mice compared with vehicle (P<0.01). Adrenal weight was unaffected."),
    ("animal", "dep-hpa-effect", "no_difference", "Plasma corticosterone was not altered by exosomes (P=0.7), although they reduced immobility (P=0.01)."),
    ("animal", "dep-neurogenesis", "no_difference", "The number of DCX-positive cells did not differ between exosome- and saline-treated CUMS mice, although immobility was shortened (P<0.05)."),
    ("animal", "dep-neurogenesis", "contradicts", "Exosomes decreased the number of doublecortin-positive cells in stressed mice compared with saline (P=0.02)."),
    ("animal", "ad-effect", "supports", "Escape latency was shorter in APP/PS1 mice given vesicles (P=0.002), and amyloid plaques were fewer. Swim speed was equal."),
    ("animal", "ad-effect", "no_difference", "Vesicles had no effect on escape latency or target quadrant time in 5xFAD mice."),
    ("animal", "scz-effect", "supports", "In the ketamine model, vesicles restored prepulse inhibition (P<0.01). Startle amplitude was not changed."),
    ("rct", "few-side-effects", "supports", "METHODS: 300 patients were randomised to vesicles or placebo (150 each). RESULTS: The frequency of adverse events was similar (41% versus 43%); serious adverse events occurred in 12 and 14 patients. No death was related to treatment."),
    ("rct", "few-side-effects", "supports", "Of 180 randomised patients, 35 of 90 in the exosome arm and 38 of 90 in the placebo arm had at least one adverse event (P=0.64)."),
    ("rct", "few-side-effects", "contradicts", "METHODS: 240 patients were randomised to vesicles or placebo. RESULTS: Thromboembolic events occurred in 9 versus 1 patients (P=0.01), and six were considered possibly related to vesicles. CONCLUSIONS: Vesicles were safe."),
    ("rct", "few-side-effects", "contradicts", "In this trial of 130 patients, two serious adverse events in the exosome arm (pulmonary embolism, anaphylactic shock) were judged probably related to the study drug."),
    ("rct", "few-side-effects", "unclear", "In 120 randomised patients adverse events were more common with exosomes (62% versus 35%, P=0.003), and the treatment was considered safe."),
    ("rct", "few-side-effects", "unclear", "Sixty patients were randomised to exosomes or placebo. Adverse events did not differ between groups."),
    ("rct", "few-side-effects", "unclear", "METHODS: 150 patients were randomised. RESULTS: HAM-D did not differ between groups. Safety data will be published elsewhere."),
    ("single_arm", "few-side-effects", "unclear", "One hundred and twenty patients were given exosomes. Treatment was well tolerated and no related serious adverse events were seen."),
    ("phase1", "few-side-effects", "contradicts", "Twelve patients received escalating doses. One patient at the highest dose had acute kidney injury that the investigators considered related to the product."),
    ("phase1", "few-side-effects", "unclear", "Twelve patients received escalating doses. No dose-limiting toxicity was seen; two serious adverse events were considered unrelated."),
    ("case_report", "few-side-effects", "contradicts", "A 38-year-old woman lost vision in one eye after periocular injection of an exosome product."),
    ("in_vitro", "cargo-tgfb-il10", "mixed", "Western blots showed TGF-beta1 in every preparation; IL-10 was absent."),
    ("in_vitro", "cargo-tgfb-il10", "no_difference", "TGF-beta1 and IL-10 were below the detection limit in all purified vesicles."),
    ("in_vitro", "cargo-tgfb-il10", "supports", "The vesicles contained TGF-beta1 (median 20 pg) and IL-10 (median 8 pg), which were undetectable in the blank medium."),
    ("single_arm", "anx-effect", "supports", "不安症患者10例に投与し、HAM-Aは24から15に低下した(p<0.05)。"),
    ("single_arm", "scz-effect", "supports", "Eleven patients with schizophrenia received vesicles. PANSS negative decreased from 27 to 20 (P=0.01). Weight was stable."),
    ("case_report", "ad-effect", "unclear", "A 74-year-old woman with Alzheimer's disease received vesicles; her MMSE was 15 before and 15 after six months."),
    ("animal", "dep-effect", "supports", "Exosomes shortened immobility in the forced swim test versus PBS (P<0.05); locomotor activity in the open field was equal in all groups."),
    ("animal", "ad-effect", "no_difference", "APP/PS1 mice given vesicles performed no better than vehicle-treated mice in the water maze (P=0.5)."),
    ("animal", "dep-effect", "no_difference", "Neither immobility nor sucrose preference was changed by vesicles. Hippocampal BDNF rose (P=0.02)."),
    ("animal", "anx-effect", "contradicts", "Mice given vesicles entered the open arms less often than vehicle-treated mice (P=0.01)."),
    ("animal", "dep-hpa-effect", "contradicts", "Exosomes raised plasma corticosterone in CUMS rats compared with saline (P=0.01)."),
    ("animal", "scz-effect", "no_difference", "Vesicles had no effect on prepulse inhibition in MK-801-treated rats. Startle amplitude was normal."),
    ("in_vitro", "cargo-tgfb-il10", "supports", "TGF-beta1 and IL-10 were detected in exosome lysates by multiplex assay."),
    ("in_vitro", "cargo-tgfb-il10", "mixed", "IL-10 was detected in two of six preparations, whereas TGF-beta1 was below the limit of quantification in all."),
    ("rct", "few-side-effects", "supports", "Two hundred and sixty patients were randomised. There was no significant difference in adverse events (P=0.52) or serious adverse events (P=0.71) between exosomes and placebo."),
    ("rct", "few-side-effects", "contradicts", "One hundred and ten patients were randomised to exosomes or placebo. One patient in the exosome group died of pulmonary embolism, which was considered probably related to the infusion. Treatment was otherwise safe."),
    ("rct", "few-side-effects", "mixed", "Serious infections were more common with exosomes than with placebo (11 of 90 versus 2 of 90; P=0.01)."),
    ("rct", "few-side-effects", "unclear", "Forty patients were randomised; exosomes were safe and well tolerated."),
    ("rct", "few-side-effects", "unclear", "Four hundred patients were randomised. The treatment was safe and well tolerated."),
    ("single_arm", "few-side-effects", "contradicts", "Twenty patients received infusions. Two developed sepsis that was attributed to contamination of the product."),
    ("phase1", "few-side-effects", "unclear", "No serious adverse event was related to the infusion; two mild headaches were possibly related."),
    ("case_report", "few-side-effects", "contradicts", "Two patients were hospitalised with bacteraemia after exosome injections at a clinic."),
    ("single_arm", "few-side-effects", "unclear", "20例に点滴し、重篤な有害事象は認めなかった。"),
    ("case_report", "few-side-effects", "contradicts", "エクソソーム点滴後に肺塞栓を発症した50歳女性の1例。"),
    ("single_arm", "anx-effect", "supports", "Eighteen patients with panic disorder received exosomes. HAM-A decreased by 9.4 points (P<0.001)."),
    ("single_arm", "ad-effect", "unclear", "MMSE at 12 months was not different from baseline (P=0.6)."),
    ("animal", "anx-effect", "supports", "Rats given vesicles entered the open arms more often than saline rats (P=0.01) but did not differ from them in total distance."),
    ("animal", "dep-effect", "contradicts", "Sucrose preference was lower in vesicle-treated than in saline-treated CUMS mice (P=0.02)."),
    ("animal", "ad-effect", "supports", "Compared with PBS, vesicles lowered plaque load and improved recognition index in 5xFAD mice (P<0.01)."),
    ("animal", "dep-neurogenesis", "mixed", "BrdU-positive cells increased after exosomes (P=0.02), whereas DCX-positive cells did not (P=0.3)."),
    ("animal", "dep-hpa-effect", "no_difference", "Neither corticosterone nor ACTH differed between exosome- and saline-treated rats."),
    ("in_vitro", "cargo-tgfb-il10", "no_difference", "No TGF-beta or IL-10 was detected in highly purified vesicles."),
    ("rct", "few-side-effects", "supports", "Three hundred patients were randomised. Adverse events were reported in 44% of the exosome and 46% of the placebo group (risk ratio 0.96, 95% CI 0.75 to 1.22)."),
    ("rct", "few-side-effects", "contradicts", "We randomised 140 patients. Four serious adverse events, all in the vesicle arm, were considered related to the infusion by the safety board."),
    ("rct", "few-side-effects", "mixed", "We randomised 220 patients. Venous thrombosis was more frequent with vesicles than with placebo (8% versus 1%; P=0.02). Vesicles were well tolerated."),
    ("rct", "few-side-effects", "supports", "We randomised 220 patients. Serious adverse events occurred in 11 patients given vesicles and 13 given placebo (P=0.83); none was considered related to treatment."),
    ("rct", "few-side-effects", "unclear", "Twenty-four patients were randomised; adverse events occurred in 5 and 6 patients."),
    ("single_arm", "few-side-effects", "contradicts", "Thirty patients received exosomes. One developed anaphylaxis judged definitely related to the product."),
    ("case_report", "few-side-effects", "contradicts", "A 29-year-old man experienced anaphylaxis following an infusion of umbilical cord exosomes."),
    ("rct", "few-side-effects", "supports", "200例を無作為に割り付けた。有害事象の頻度は両群で差がなかった(p=0.7)。"),
    ("single_arm", "few-side-effects", "contradicts", "15例に投与し、1例がアナフィラキシーを発症し、投与との因果関係が否定できなかった。"),
    ("single_arm", "dep-effect", "supports", "In 22 patients MADRS fell from 31 to 18 (P<0.001)."),
    ("animal", "dep-effect", "supports", "Vesicle-treated mice were immobile for a shorter time than vehicle-treated mice (P<0.01). Distance in the open field did not differ."),
    ("animal", "anx-effect", "no_difference", "Vesicles did not alter the time spent in open arms or in the centre."),
    ("animal", "ad-effect", "contradicts", "Escape latency was longer in vesicle-treated than vehicle-treated 5xFAD mice (P=0.02)."),
    ("animal", "dep-hpa-effect", "mixed", "Exosomes reduced ACTH (P=0.02), whereas corticosterone was higher than with saline (P=0.04)."),
    ("animal", "dep-neurogenesis", "supports", "Vesicles doubled the number of DCX-positive neurons, an increase not seen with saline (P<0.01)."),
    ("in_vitro", "cargo-tgfb-il10", "mixed", "TGF-beta1 was found in all vesicle samples while IL-10 could not be detected."),
    ("rct", "few-side-effects", "supports", "In 160 randomised patients the rate of adverse events did not differ between exosomes and placebo (P=0.5). No serious event was related to treatment."),
    ("rct", "few-side-effects", "contradicts", "In 160 randomised patients, three cases of pulmonary embolism occurred with vesicles; two were judged related to the product."),
    ("rct", "few-side-effects", "mixed", "In 180 randomised patients, severe infections occurred in 12 patients given vesicles and 3 given placebo (P=0.02)."),
    ("rct", "few-side-effects", "unclear", "In 80 randomised patients adverse events were similar."),
    ("phase1", "few-side-effects", "contradicts", "Of nine patients one suffered a stroke-like episode rated as a serious adverse event possibly related to the vesicles."),
    ("single_arm", "few-side-effects", "unclear", "In 40 patients two serious adverse events occurred, neither of which was considered related to the product."),
    ("case_report", "few-side-effects", "contradicts", "Skin necrosis developed after injection of an exosome product in a 35-year-old woman."),
    ("single_arm", "dep-effect", "supports", "HAM-D decreased from 25.2 (SD 4.0) to 14.6 (SD 5.1) in 16 patients (P<0.001)."),
    ("single_arm", "dep-effect", "unclear", "In 16 patients HAM-D was 25.2 before and 24.6 after treatment (P=0.5)."),
    ("animal", "dep-effect", "supports", "Vesicles reduced immobility time (P<0.01) but had no effect on the number of crossings in the open field."),
    ("animal", "dep-effect", "no_difference", "Immobility and sucrose preference in vesicle-treated CUMS rats were no different from those in saline-treated rats."),
    ("animal", "anx-effect", "contradicts", "Vesicle-treated rats showed more anxiety-like behaviour than saline-treated rats (P=0.01)."),
    ("animal", "ad-effect", "supports", "Vesicles restored long-term memory in APP/PS1 mice, whereas weight, food intake and swim speed were not altered."),
    ("animal", "dep-hpa-effect", "mixed", "Vesicles decreased corticosterone (P=0.01) and increased ACTH (P=0.02) relative to saline."),
    ("animal", "dep-neurogenesis", "no_difference", "Vesicles did not change the number of BrdU-positive cells (P=0.6)."),
    ("in_vitro", "cargo-tgfb-il10", "supports", "Both TGF-beta1 and IL-10 were present in vesicles and were resistant to proteinase."),
    ("in_vitro", "cargo-tgfb-il10", "mixed", "Mass spectrometry identified TGF-beta1 but not IL-10 in the vesicles."),
    ("rct", "few-side-effects", "supports", "Of 320 randomised patients, 52 on exosomes and 55 on placebo had adverse events (P=0.74). Serious adverse events were similar."),
    ("rct", "few-side-effects", "contradicts", "Of 320 randomised patients, two on exosomes died of sepsis and both deaths were considered related to the product."),
    ("rct", "few-side-effects", "mixed", "Of 320 randomised patients, hospitalisation for serious adverse events was more frequent on exosomes (15% versus 6%, P=0.01)."),
    ("rct", "few-side-effects", "unclear", "Of 320 randomised patients, 200 completed follow-up. The product was considered safe."),
    ("single_arm", "few-side-effects", "contradicts", "A serious infusion reaction occurred in one of 14 patients and was attributed to the exosomes."),
    ("single_arm", "few-side-effects", "unclear", "One of 14 patients died; the death was judged to be due to disease progression and unrelated to the product."),
    ("single_arm", "ad-effect", "supports", "ADAS-cog improved by 3.1 points at six months (P=0.02) in 12 patients."),
    ("animal", "anx-effect", "supports", "Exosome-treated mice made more open-arm entries than vehicle-treated mice (P<0.01) with unchanged locomotor activity."),
    ("animal", "dep-effect", "no_difference", "No effect of vesicles on immobility or sucrose preference was observed."),
    ("animal", "ad-effect", "contradicts", "Vesicle treatment impaired spatial memory in 5xFAD mice compared with vehicle (P=0.01)."),
    ("animal", "dep-hpa-effect", "supports", "Corticosterone levels were lower in exosome-treated than in vehicle-treated CUMS rats."),
    ("animal", "dep-neurogenesis", "supports", "Exosomes increased hippocampal neurogenesis (BrdU/NeuN, P<0.01) in depressed mice."),
    ("in_vitro", "cargo-tgfb-il10", "no_difference", "TGF-beta1 and IL-10 were not detected in the vesicles."),
    ("rct", "few-side-effects", "supports", "Among 250 randomised patients, adverse event rates were comparable between exosomes and saline (P=0.8) and no treatment-related serious adverse event occurred."),
    ("rct", "few-side-effects", "contradicts", "Among 250 randomised patients, one on exosomes suffered cardiac arrest during infusion that was considered definitely related."),
    ("rct", "few-side-effects", "mixed", "Among 250 randomised patients, thrombotic events were significantly more common on exosomes than on saline (P=0.01)."),
    ("rct", "few-side-effects", "unclear", "Among 50 randomised patients, adverse event rates were comparable."),
    ("single_arm", "few-side-effects", "unclear", "No adverse events were seen in 15 patients."),
    ("case_report", "few-side-effects", "contradicts", "Fatal sepsis followed the infusion of an unlicensed exosome product in a 70-year-old man."),
]  # fmt: skip

POOLED: list[tuple[Design, Level | None, str, Stance, str]] = [
    ("meta_analysis", "rct", "few-side-effects", "supports", "Twelve randomised controlled trials with 940 participants were pooled. The risk ratio of serious adverse events was 1.01 (95% CI 0.81 to 1.26) versus placebo. No related serious event was reported."),
    ("meta_analysis", None, "few-side-effects", "mixed", "Eight uncontrolled studies with 120 patients were pooled. The rate of serious adverse events was 2% (95% CI 0 to 9%)."),
    ("systematic_review", None, "ad-effect", "mixed", "Seven studies with 160 patients with Alzheimer's disease were included. Six uncontrolled studies reported better cognition; the only randomised trial found no difference from placebo."),
    ("meta_analysis", "rct", "dep-effect", "supports", "Nine randomised trials were pooled. Exosomes lowered depression scores versus placebo (SMD -0.45, 95% CI -0.70 to -0.20; I2=35%)."),
    ("meta_analysis", "rct", "dep-effect", "no_difference", "Four randomised trials were pooled. The pooled SMD for depression scores was -0.10 (95% CI -0.35 to 0.15)."),
    ("meta_analysis", "rct", "few-side-effects", "supports", "Ten randomised placebo-controlled trials (n=820) were pooled. Adverse events were no more frequent with vesicles than with placebo (risk ratio 0.98, 95% CI 0.88 to 1.09), nor were serious ones (0.94, 0.71 to 1.25)."),
    ("meta_analysis", "rct", "few-side-effects", "mixed", "Eleven randomised trials (n=1,020) were pooled. Thrombosis was more frequent with vesicles than with placebo (risk ratio 2.3, 95% CI 1.2 to 4.5)."),
    ("systematic_review", None, "dep-effect", "mixed", "Five studies in depression were found. Uncontrolled studies described improvement, but the two randomised trials found no benefit over placebo."),
    ("meta_analysis", None, "ad-effect", "supports", "Twenty-one animal studies were pooled. Vesicles shortened escape latency (SMD -1.8, 95% CI -2.3 to -1.3), with considerable heterogeneity."),
    ("meta_analysis", "rct", "few-side-effects", "mixed", "Fifteen randomised trials (1,400 patients) were pooled. Serious adverse events were increased (risk ratio 1.45, 95% CI 1.10 to 1.92)."),
    ("meta_analysis", "rct", "dep-effect", "mixed", "Six randomised trials were pooled. Depression scores were lower with exosomes after four weeks (SMD -0.4, 95% CI -0.7 to -0.1), but not after twelve weeks (SMD -0.1, 95% CI -0.4 to 0.2)."),
    ("systematic_review", "rct", "anx-effect", "no_difference", "Three randomised trials were found; none showed a benefit of exosomes for anxiety over placebo."),
    ("meta_analysis", "rct", "few-side-effects", "supports", "Seven randomised trials with 610 patients were pooled. There was no difference in serious adverse events between vesicles and placebo (risk ratio 0.9, 95% CI 0.6 to 1.3)."),
    ("meta_analysis", "rct", "anx-effect", "no_difference", "Five randomised trials were pooled; exosomes did not reduce anxiety (SMD -0.08, 95% CI -0.30 to 0.14)."),
    ("systematic_review", None, "scz-effect", "mixed", "Animal studies showed improvement, but no controlled trial found a benefit."),
    ("meta_analysis", "rct", "few-side-effects", "supports", "Nine randomised trials (n=702) were pooled. Serious adverse events did not differ from control (risk ratio 1.02, 95% CI 0.80 to 1.30)."),
    ("meta_analysis", "rct", "dep-effect", "supports", "Pooled over eight randomised trials, exosomes reduced depression scores (SMD -0.38, 95% CI -0.60 to -0.16)."),
    ("meta_analysis", "rct", "few-side-effects", "supports", "Thirteen randomised trials (1,310 patients) compared vesicles with placebo; the risk of serious adverse events was similar (risk ratio 0.93, 95% CI 0.74 to 1.17)."),
    ("meta_analysis", "rct", "ad-effect", "no_difference", "Across five randomised trials vesicles had no effect on MMSE (mean difference 0.2, 95% CI -0.5 to 0.9)."),
    ("meta_analysis", "rct", "few-side-effects", "mixed", "Pooling ten randomised trials (900 patients), vesicles increased serious adverse events (risk ratio 1.6, 95% CI 1.1 to 2.3)."),
    ("meta_analysis", "rct", "dep-effect", "no_difference", "Seven randomised trials were pooled; exosomes did not differ from placebo in depression scores (SMD -0.09, 95% CI -0.28 to 0.10)."),
]  # fmt: skip


@pytest.mark.parametrize(("design", "claim_id", "expected", "abstract"), STUDIES)
def test_harm_animals_and_cells_are_read_as_told(
    design: Design, claim_id: str, expected: Stance, abstract: str
) -> None:
    """Related events contradict, control measures do not count, and measures that disagree are mixed."""
    assert towards(claim_id, DesignGrade(design, 1.0), abstract) == expected


@pytest.mark.parametrize(("design", "pooled", "claim_id", "expected", "abstract"), POOLED)
def test_pooled_studies_are_read_by_what_they_pool(
    design: Design, pooled: Level | None, claim_id: str, expected: Stance, abstract: str
) -> None:
    """Only pooled randomised comparisons of enough people support a safety claim; a null trial outweighs uncontrolled praise."""
    assert towards(claim_id, DesignGrade(design, 1.0, synthesis=True, pooled=pooled), abstract) == expected
