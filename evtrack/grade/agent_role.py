"""What was tested, and in which role? Agent, role and the gates that follow from them, for articles and registry entries."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from evtrack.grade.agent import AgentChoice, cells_agent, ev_agent, secretome_agent, subject_flags
from evtrack.grade.agent_reading import GIVEN_FIELDS, TITLE_FIELDS, Reading, Subjects, done, subjects
from evtrack.grade.grades import Agent, AgentGrade, DesignGrade, Role
from evtrack.grade.patterns import Hit
from evtrack.grade.role import RoleChoice, ev_role
from evtrack.grade.text import GradingText, Scan
from evtrack.record import Reason, Record, Trial

Subject = Literal["ev", "secretome", "cells", "measured", "none"]

MARGINAL = 2
"""Vesicles named at most so often, never in the title, never given or sampled, are at most a reading among others."""

WORDS_ONLY = frozenset({"narrative_review", "opinion", "guideline", "notice", "protocol"})
"""Designs in which a vesicle named in passing was not even measured."""

TESTED_IN_PEOPLE = frozenset(
    {"case_report", "case_series", "single_arm", "phase1", "nonrandomised_trial", "randomised_no_control", "rct",
     "systematic_review", "meta_analysis"}
)  # fmt: skip
"""Designs of a record about cells that leave no doubt that the cells were given."""

GIVING = ("role:ev_given", "role:ev_treated", "role:ev_heals", "agent:loaded_into")
"""Signals of which an abstract about given vesicles has at least one."""

PRODUCT_TYPES = frozenset({"BIOLOGICAL", "DRUG", "GENETIC", "COMBINATION_PRODUCT", "OTHER"})
"""Types under which registries list vesicles and cells; exercise, devices and diets are none of them."""


def grade_agent(scan: Scan, record: Record, design: DesignGrade) -> AgentGrade:
    """Role, agent and gate of a record (GRADING.md, intervention test, rows 1 and 4).

    Gates of rows 0, 2, 3 and 5 (retracted, review, protocol …) are the composer's; role and agent are given for those too.
    """
    reading = Reading(scan)
    if record.trial is not None and (record.trial.interventions or record.trial.arms):
        return _trial(scan, reading, record.trial)
    if record.trial is not None and record.trial.study_type == "OBSERVATIONAL" and design.design == "registered_trial":
        design = replace(design, design="observational")
    return _article(reading, subjects(reading), design)


def _article(reading: Reading, found: Subjects, design: DesignGrade) -> AgentGrade:
    if not found.any and not reading.title("role:release_blocked"):
        return _not_ev(reading, None)
    subject = _subject(reading, found, design)
    if subject == "ev":
        return _vesicles(reading, found, design)
    if subject == "secretome":
        return _secretome(reading, found)
    if subject == "cells":
        return _cells(reading, found, design)
    if subject == "measured":
        return _measured(reading, reading, found.ev[0])
    return _not_ev(reading, (found.ev or found.cells or found.secretome)[0])


def _subject(reading: Reading, found: Subjects, design: DesignGrade) -> Subject:
    """Which of them the record is about: what its title names, else what was given, else what is named most."""
    ev_given, cells_given = len(reading.body("role:ev_given")), len(reading.body("role:cells_given"))
    if found.ev_title is not None:
        through = _through_vesicles(reading, found) or _raised_by_cells(reading, found)
        return "cells" if through and cells_given >= ev_given else "ev"
    if found.secretome_title is not None:
        return "secretome"
    secretome_given = len(reading.body("role:secretome_given"))
    if found.cells_title is not None:
        if secretome_given and secretome_given >= max(ev_given, 2) and not reading.title("role:cells_given"):
            return "secretome"
        if ev_given > 1 and ev_given > cells_given and not reading.title("role:cells_given"):
            return "ev"
        return "cells"
    if reading.title("role:release_blocked") and not found.cells_title:
        return "ev"
    if found.ev and (len(found.ev) > MARGINAL or ev_given or reading.has("role:sampled")):
        return "ev"
    if len(found.cells) >= MARGINAL and done(reading, "role:cells_given"):
        return "cells"
    if found.secretome and secretome_given and found.cells:
        return "secretome"
    return "measured" if found.ev and design.design not in WORDS_ONLY else "none"


def _raised_by_cells(reading: Reading, found: Subjects) -> bool:
    """Whether the title names an infusion of cells first and vesicles only as what was measured afterwards."""
    if found.ev_title is None or found.cells_title is None or not reading.body("role:cells_given"):
        return False
    changed = reading.title("role:ev_raised", "role:marker", "role:ev_changed")
    if changed is None or reading.has("role:ev_given"):
        return False
    first = reading.title("role:cells_given")
    return first is not None and first.end <= found.ev_title.start


def _through_vesicles(reading: Reading, found: Subjects) -> bool:
    """Whether the title says that cells work *through* vesicles: then the cells were given."""
    hit = reading.title("agent:cells_through_ev")
    if hit is None or " followed by " in reading.words(hit):
        return False
    named = [h for h in found.ev if reading.is_title(h)]
    return (
        len(named) == 1
        and named[0].end >= hit.end
        and not reading.title("agent:ev_other", "agent:loaded", "agent:loaded_into")
    )


def _vesicles(reading: Reading, found: Subjects, design: DesignGrade) -> AgentGrade:
    role = ev_role(reading, found, design)
    if role.gate is not None:
        return _gated(reading, role)
    reasons = _role_reasons(reading, role)
    silent = _has_abstract(reading) and not reading.has(*GIVING) and not done(reading, "role:ev_benefits")
    if silent:
        reasons += (reading.reason("R-NOBODY-GAVE", next(iter(found.ev), None)),)
    review = silent or role.rival is not None
    return _given(reading, ev_agent(reading, found), *reasons, review=review)


def _role_reasons(reading: Reading, role: RoleChoice) -> tuple[Reason, ...]:
    """The words that decided the role, and those that nearly decided otherwise."""
    reasons = (reading.reason(role.rule, role.hit),)
    return reasons if role.rival is None else (*reasons, reading.reason("R-CLOSE-CALL", role.rival))


_GATED_AGENT: dict[Role, Agent] = {
    "ev_release_inhibition": "small_molecule",
    "pathogenic_transfer": "native_ev_other_source",
}


def _gated(reading: Reading, role: RoleChoice) -> AgentGrade:
    agent: Agent = _GATED_AGENT.get(role.role, "endogenous_ev")
    if agent == "endogenous_ev" and role.role == "mechanism_endogenous" and reading.title("agent:bacterial"):
        agent = "bacterial_ev"
    return AgentGrade(role.role, agent, role.gate, (), role.rival is not None, _role_reasons(reading, role))


def _given(reading: Reading, choice: AgentChoice, *reasons: Reason, review: bool = False) -> AgentGrade:
    flags = list(choice.flags)
    flags += [f for f in subject_flags(reading) if f not in flags]
    if choice.agent != "combination" and reading.has("agent:add_on") and reading.has("agent:ev"):
        flags.append("add_on")
    role: Role = "drug_delivery_vehicle" if choice.vehicle else "therapy"
    return AgentGrade(
        role, choice.agent, None, tuple(flags), review or choice.needs_review, (*reasons, *choice.reasons)
    )


def _secretome(reading: Reading, found: Subjects) -> AgentGrade:
    """Secretome of stem cells is a treatment; that of sick neurons is part of the disease."""
    hit = found.secretome_title or found.secretome[0]
    listed = reading.title("role:composition")
    given = reading.has("role:secretome_given") or reading.title("role:therapy")
    if listed is not None and not given:
        return _own_secretome(reading.reason("R-COMPOSITION-ONLY", listed))
    if not found.msc and not found.stem and not reading.title("role:secretome_given", "role:therapy"):
        return _own_secretome(reading.reason("R-ENDOGENOUS", hit))
    return _given(reading, secretome_agent(reading, found), reading.reason("R-GIVEN", hit))


def _own_secretome(reason: Reason) -> AgentGrade:
    return AgentGrade("mechanism_endogenous", "endogenous_ev", "endogenous", (), True, (reason,))


def _cells(reading: Reading, found: Subjects, design: DesignGrade) -> AgentGrade:
    """Cells are a treatment where they were given; else the study is of their biology."""
    blood = reading.title("agent:haematology")
    if blood is None and found.cells_title is None:
        blood = next(iter(reading.body("agent:haematology")), None)
    if blood is not None and not found.msc:
        return _not_ev(reading, blood)
    given = _msc_given(reading) if found.msc else _other_cells_given(reading, found)
    sure = design.design in TESTED_IN_PEOPLE or design.design in WORDS_ONLY or not _has_abstract(reading)
    if given is None and sure and (found.msc or reading.title("agent:graft_cells")):
        given = found.cells_title
    if given is not None:
        return _given(reading, cells_agent(reading, found), reading.reason("R-GIVEN", given))
    reason = reading.reason("R-CELLS-NOT-GIVEN", found.cells_title or found.cells[0])
    return AgentGrade("other", "none", "endogenous" if found.msc else "not_ev", (), bool(found.msc), (reason,))


def _msc_given(reading: Reading) -> Hit | None:
    titled = reading.title("role:cells_given", "role:cells_benefit", "role:therapy")
    return titled or next(iter(done(reading, "role:cells_given", "role:cells_benefit")), None)


def _other_cells_given(reading: Reading, found: Subjects) -> Hit | None:
    """Where cells other than MSC were given. Immune and blood cells are the body's own unless somebody put them in."""
    titled = reading.title("role:cells_given")
    kinds = [reading.words(h) for h in found.stem if reading.is_title(h)]
    if titled is None and any(word in kind for kind in kinds for word in ("tem cell", "herap", "幹細胞")):
        titled = reading.title("role:therapy")
    if titled is not None:
        return titled
    own = done(reading, "role:cells_given")
    return next((h for h in own if any(h.start < c.end and c.start < h.end for c in found.cells)), None)


def _has_abstract(reading: Reading) -> bool:
    return any(name not in TITLE_FIELDS for name, _ in reading.scan.text.fields)


def _not_ev(reading: Reading, hit: Hit | None) -> AgentGrade:
    rule = "R-NOT-EV" if hit is None else "R-NOT-EV-MARGINAL"
    reasons = [reading.reason(rule, hit)]
    homonym = reading.hits("agent:rna_exosome", "agent:msc_other")
    if homonym:
        reasons.append(reading.scan.reason(homonym[0]))
    return AgentGrade("other", "none", "not_ev", (), hit is not None, tuple(reasons))


def _trial(scan: Scan, reading: Reading, trial: Trial) -> AgentGrade:
    """A registry entry: what its interventions and arms name decides; title and summary only explain a product's name."""
    given = Reading(scan, GIVEN_FIELDS, GIVEN_FIELDS)
    named, all_named = subjects(given), subjects(reading)
    types = {i.type for i in trial.interventions if i.type}
    cells = () if _is_for_blood(given, reading, named) else _in_names(given, trial, named.cells)
    hit = next(iter((*named.ev, *named.secretome, *cells)), None)
    if named.ev and _only_tested(types, trial, given):
        return _measured(reading, given, named.ev[0])
    if hit is not None:
        return _trial_agent(scan, reading, given, named, hit)
    product = None if _is_for_blood(given, reading, all_named) else _named_elsewhere(types, reading, all_named)
    if product is not None:
        return product
    if not all_named.ev:
        agent: Agent = "small_molecule" if types == {"DRUG"} else "none"
        reason = reading.reason("R-TRIAL-OTHER", all_named.cells[0] if all_named.cells else None)
        return AgentGrade("other", agent, "not_ev", (), False, (reason,))
    if trial.study_type == "OBSERVATIONAL" or types == {"DIAGNOSTIC_TEST"} or reading.title("role:marker"):
        return _measured(reading, reading, all_named.ev[0])
    if all_named.ev_title is None:
        return _measured(reading, reading, all_named.ev[0])
    if reading.title("agent:ev_fluid"):
        return _measured(reading, reading, all_named.ev_title)
    reason = reading.reason("R-TRIAL-OTHER", all_named.ev_title)
    return AgentGrade("ev_induced_by_other", "endogenous_ev", "ev_induced_by_other", (), False, (reason,))


def _is_for_blood(given: Reading, reading: Reading, found: Subjects) -> bool:
    """Whether the cells are a blood transplant or immune cells against a blood disease."""
    return not (found.msc or found.ev or found.secretome) and (
        reading.title("agent:haematology") is not None or given.has("agent:haematology")
    )


def _in_names(given: Reading, trial: Trial, cells: tuple[Hit, ...]) -> tuple[Hit, ...]:
    """The mentions of cells that are part of a name or label; descriptions also tell of earlier transplants."""
    names = [n for i in trial.interventions for n in (i.name, *i.other_names)] + [a.label for a in trial.arms]
    text = GradingText([("names", "\n".join(names))]).text.lower()
    return tuple(h for h in cells if given.words(h).lower() in text)


def _only_tested(types: set[str], trial: Trial, given: Reading) -> bool:
    """Whether the named vesicles or cells are a test or a sample, not a treatment."""
    if types & {"BIOLOGICAL", "GENETIC", "COMBINATION_PRODUCT"}:
        return False
    if "DIAGNOSTIC_TEST" in types or trial.primary_purpose in ("DIAGNOSTIC", "SCREENING"):
        return True
    fluid = given.has("agent:ev_fluid", "role:marker", "role:accuracy") and not given.has("agent:ev_msc", "agent:msc")
    return fluid and not given.has("role:ev_given")


def _measured(reading: Reading, place: Reading, hit: Hit) -> AgentGrade:
    fluid = next(iter(place.hits("agent:ev_fluid", "role:marker")), hit)
    return AgentGrade("biomarker", "endogenous_ev", "biomarker", (), False, (reading.reason("R-BIOMARKER", fluid),))


def _trial_agent(scan: Scan, reading: Reading, given: Reading, named: Subjects, hit: Hit) -> AgentGrade:
    """Vesicles, cells or secretome that an intervention or arm names."""
    reason = reading.reason("R-TRIAL-INTERVENTION", hit)
    mixed = reading.title("agent:ev_with_cells") or given.title("agent:cells_with_secretome", "agent:ev_with_cells")
    if mixed is None and named.secretome and _cells_besides(scan, named):
        mixed = named.secretome[0]
    if mixed is not None:
        return _given(reading, AgentChoice("combination", reasons=(scan.reason(mixed),)), reason)
    if named.secretome and not named.ev:
        return _given(reading, secretome_agent(given, named), reason)
    if named.ev or reading.title("agent:ev_msc"):
        # The title may say what "exosomes" in the intervention's name leaves out: the source, the load.
        wide = Reading(scan, titles=TITLE_FIELDS | GIVEN_FIELDS)
        return _given(reading, ev_agent(wide, subjects(wide)), reason)
    return _given(reading, cells_agent(given, named), reason)


def _cells_besides(scan: Scan, named: Subjects) -> bool:
    """Whether cells stand in an intervention of their own beside the secretome."""
    place = scan.text.sentence_index
    return bool({place(h.start) for h in named.cells} - {place(h.start) for h in named.secretome})


def _named_elsewhere(types: set[str], reading: Reading, found: Subjects) -> AgentGrade | None:
    """A product by its code name (``XY-42``): titles and summary say what it is."""
    given_in_title = reading.title("role:ev_given", "role:ev_treated", "role:secretome_given")
    if not types & PRODUCT_TYPES and given_in_title is None:
        return None
    measured = reading.title("role:marker", "agent:ev_fluid", "role:ev_changed", "role:release_raised")
    ev = found.ev_title if measured is None else None
    if ev is None and reading.has("agent:ev_msc") and reading.has("role:ev_given"):
        ev = reading.hits("role:ev_given")[0]
    if ev is not None:
        return _given(reading, ev_agent(reading, found), reading.reason("R-TRIAL-INTERVENTION", ev))
    if found.secretome_title:
        reason = reading.reason("R-TRIAL-INTERVENTION", found.secretome_title)
        return _given(reading, secretome_agent(reading, found), reason)
    biological = found.cells_title if types & {"BIOLOGICAL", "GENETIC"} else None
    cells = biological or next(iter(reading.hits("role:cells_given")), reading.title("role:cells_benefit"))
    if cells is not None and (found.msc or biological) and not found.ev:
        return _given(reading, cells_agent(reading, found), reading.reason("R-TRIAL-INTERVENTION", cells))
    return None
