"""Was it given as the treatment, or were vesicles only measured, made, blocked? Weighed evidence for each role."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from evtrack.grade.agent_reading import TITLE_FIELDS, Reading, Subjects, done
from evtrack.grade.grades import DesignGrade, Gate, Role
from evtrack.grade.patterns import Hit

Part = Literal["given", "measured", "endogenous"]
Place = Literal["title", "body", "own"]
"""``own``: the rest without what it says of others' work and of hopes."""

WEIGHTS: tuple[tuple[str, Place, Part, float], ...] = (
    ("agent:ev_msc", "title", "given", 4.5),
    ("agent:ev_msc", "body", "given", 1.5),
    ("role:ev_given", "title", "given", 3.0),
    ("role:ev_given", "own", "given", 2.5),
    ("role:ev_into_animals", "own", "given", 2.0),
    ("role:ev_treated", "title", "given", 2.0),
    ("role:ev_treated", "own", "given", 1.0),
    ("role:therapy", "title", "given", 1.0),
    ("agent:co_therapy", "title", "given", 2.5),
    ("agent:ev_with_cells", "title", "given", 2.5),
    ("role:ev_heals", "title", "given", 3.0),
    ("role:ev_heals", "body", "given", 1.0),
    ("role:ev_benefits", "title", "given", 0.5),
    ("role:cell_free", "body", "given", 1.0),
    ("agent:loaded", "title", "given", 4.0),
    ("agent:loaded_into", "title", "given", 4.0),
    ("agent:loaded_into", "own", "given", 2.5),
    ("agent:engineered", "title", "given", 4.0),
    ("agent:ev_product_source", "title", "given", 2.0),
    ("agent:mimetic", "title", "given", 3.0),
    ("agent:secretome_or_ev", "title", "given", 3.0),
    ("agent:plant", "title", "given", 2.0),
    ("agent:dietary", "title", "given", 1.0),
    ("role:marker", "title", "measured", 3.0),
    ("role:marker", "body", "measured", 1.0),
    ("role:profile", "title", "measured", 1.5),
    ("agent:ev_fluid", "title", "measured", 1.5),
    ("agent:ev_fluid", "body", "measured", 1.0),
    ("role:sampled", "body", "measured", 1.0),
    ("role:compared", "body", "measured", 1.5),
    ("role:accuracy", "body", "measured", 2.0),
    ("agent:ev_brain_enriched", "title", "measured", 1.5),
    ("agent:ev_brain_enriched", "body", "measured", 0.5),
    ("agent:ev_tumour", "title", "endogenous", 4.0),
    ("agent:ev_tumour", "body", "endogenous", 2.0),
    ("role:mechanism", "title", "endogenous", 2.0),
    ("role:mechanism", "body", "endogenous", 0.5),
    ("role:harmful", "title", "endogenous", 2.5),
    ("role:tumour_promoted", "title", "endogenous", 3.0),
    ("role:endogenous_source", "title", "endogenous", 2.0),
    ("role:endogenous_source", "body", "endogenous", 1.5),
    ("agent:ev_other", "title", "endogenous", 1.0),
)
"""What a signal says, by where it stands: once each. Set by hand on a labelled half, then held against the other papers."""

CLOSE = 1.0
"""Scores nearer than this are a close call: a person is asked, and the record is not read as given."""


GIVEN_AT_LEAST = 2.0
"""A word of treatment in the title ("exosomal miR-21 and SSRI treatment") is not enough to say that vesicles were given."""


@dataclass(frozen=True, slots=True)
class RoleChoice:
    """A role, the gate that goes with it, and the words behind it."""

    role: Role
    gate: Gate | None
    rule: str
    hit: Hit | None
    rival: Hit | None = None
    """Words that speak for another role nearly as loudly: a person is asked."""


_SICK = ("agent:ev_tumour", "role:harmful", "role:endogenous_source")
"""Vesicles on the side of the disease are put into animals to show what they do, not to treat."""


def weigh(reading: Reading, design: DesignGrade) -> tuple[dict[Part, float], dict[Part, Hit]]:
    """Points for each part, and the weightiest words behind each."""
    points: dict[Part, float] = {"given": 0.0, "measured": 0.0, "endogenous": 0.0}
    heaviest: dict[Part, tuple[float, Hit]] = {}
    for signal, place, part, weight in WEIGHTS:
        hit = reading.title(signal) if place == "title" else next(iter(_besides_title(reading, signal, place)), None)
        if hit is None or (signal == "role:ev_into_animals" and reading.title(*_SICK)):
            continue
        points[part] += weight
        if part not in heaviest or heaviest[part][0] < weight:
            heaviest[part] = (weight, hit)
    if design.design == "observational":
        points["measured"] += 1.5
    elif design.design == "in_vitro":
        points["endogenous"] += 0.5
        points["measured"] -= 1.0
    return points, {part: hit for part, (_, hit) in heaviest.items()}


_BY_HAND = (
    "role:ev_given", "role:ev_treated", "role:ev_into_animals", "agent:loaded_into", "agent:ev_msc", "agent:co_therapy",
    "agent:engineered", "agent:gene_modified", "agent:mimetic", "agent:plant", "agent:bacterial", "agent:ev_with_cells",
    "agent:secretome_or_ev", "agent:ev_product_source", "agent:loaded",
)  # fmt: skip


def _nobody_gave(reading: Reading, design: DesignGrade) -> bool:
    """Whether a title names vesicles of the body's own, and the abstract tells of nobody who gave any."""
    own = reading.title("agent:ev_other", "agent:ev_fluid", "agent:ev_brain_enriched")
    read = any(name not in TITLE_FIELDS for name, _ in reading.scan.text.fields)
    return own is not None and read and not design.synthesis and not reading.has(*_BY_HAND)


def _besides_title(reading: Reading, signal: str, place: Place) -> list[Hit]:
    return done(reading, signal) if place == "own" else reading.body(signal)


def ev_role(reading: Reading, found: Subjects, design: DesignGrade) -> RoleChoice:
    """The role of the vesicles a record is about."""
    early = (
        _blocked(reading)
        or _removed(reading)
        or _carried_over(reading)
        or _induced(reading, found)
        or _composition(reading)
    )
    if early:
        return early
    points, words = weigh(reading, design)
    given, measured, endogenous = points["given"], points["measured"], points["endogenous"]
    if given > max(measured, endogenous) and given >= GIVEN_AT_LEAST and not _nobody_gave(reading, design):
        other: Part = "measured" if measured >= endogenous else "endogenous"
        rival = words.get(other) if given - points[other] < CLOSE else None
        return RoleChoice("therapy", None, "R-GIVEN", words.get("given"), rival)
    if measured >= endogenous and measured > 0:
        rival = words.get("given") if measured - given < CLOSE else None
        return RoleChoice("biomarker", "biomarker", "R-BIOMARKER", words.get("measured"), rival)
    rival = words.get("given") if endogenous - given < CLOSE else None
    return RoleChoice("mechanism_endogenous", "endogenous", "R-ENDOGENOUS", words.get("endogenous"), rival)


def _blocked(reading: Reading) -> RoleChoice | None:
    """Release inhibitors are the treatment where the title says so; elsewhere GW4869 is a control in the lab."""
    hit = reading.title("role:release_blocked")
    if hit is None or reading.title("agent:ev_msc"):
        return None
    return RoleChoice("ev_release_inhibition", "ev_release_inhibition", "R-INHIBITED", hit)


def _removed(reading: Reading) -> RoleChoice | None:
    """Vesicles filtered out of blood: the treatment is that there are fewer of them."""
    hit = reading.title("role:removed")
    return None if hit is None else RoleChoice("other", "endogenous", "R-ENDOGENOUS", hit)


_SICK_DONORS = ("patient", "depressed", "stressed", "schizophreni", "diseased", "患者", "ストレス")


def _carried_over(reading: Reading) -> RoleChoice | None:
    """Vesicles of patients, or full of disease protein, put into animals and making them ill."""
    if not reading.has("role:pathogenic_source") or reading.title("agent:ev_msc"):
        return None
    by_title = reading.title("role:recipients") and reading.title("role:pathogenic_source")
    if not reading.has("role:ev_given") and not by_title:
        return None
    carried = reading.title("role:disease_carried", "role:harmful")
    if carried is None and reading.title("role:pathogenic_source", "agent:ev_fluid") and reading.has("role:ev_given"):
        carried = next(iter(reading.body("role:disease_carried")), None)
    if carried is None and by_title and reading.has("role:ev_given") and not reading.title("role:ev_benefits"):
        sick = reading.title("role:pathogenic_source")
        carried = sick if sick and any(who in reading.words(sick).lower() for who in _SICK_DONORS) else None
    if carried is None or (reading.title("role:ev_benefits", "role:ev_heals") and not reading.title("role:harmful")):
        return None
    return RoleChoice("pathogenic_transfer", "pathogenic_transfer", "R-PATHOGENIC", carried)


def _composition(reading: Reading) -> RoleChoice | None:
    """What vesicles of stem cells consist of or how they are made: nothing was treated with them."""
    hit = reading.title("role:composition")
    if hit is None or not reading.title("agent:ev_msc") or reading.title("role:ev_heals", "role:therapy"):
        return None
    if reading.has("role:ev_given", "role:ev_treated") or reading.body("role:ev_heals", "role:ev_benefits"):
        return None
    return RoleChoice("mechanism_endogenous", "endogenous", "R-COMPOSITION-ONLY", hit)


_OTHER_KINDS = ("agent:ev_msc", "agent:co_therapy", "agent:add_on", "agent:ev_with_cells")
_GIVEN_KINDS = ("agent:plant", "agent:dietary", "agent:bacterial", "agent:mimetic", "agent:loaded", "agent:loaded_into")


def _induced(reading: Reading, found: Subjects) -> RoleChoice | None:
    """Exercise, acupuncture or a drug changes the body's own vesicles."""
    if found.ev_title is None or reading.has("role:ev_given") or reading.title("role:marker"):
        return None
    raised = reading.title("role:release_raised")
    if raised is None and not reading.title(*_OTHER_KINDS, *_GIVEN_KINDS, "role:ev_treated"):
        raised = _raised(reading) or _through_own_vesicles(reading)
    if raised is not None:
        return RoleChoice("ev_induced_by_other", "ev_induced_by_other", "R-INDUCED", raised)
    inducer = reading.title("role:inducer")
    if inducer is None or reading.title(*_OTHER_KINDS, *_GIVEN_KINDS):
        return None
    leads = inducer.start < found.ev_title.start and reading.body("agent:ev") and not reading.has("role:ev_treated")
    if reading.title("role:ev_heals") and not reading.title("role:ev_changed") and not leads:
        return None
    return RoleChoice("ev_induced_by_other", "ev_induced_by_other", "R-INDUCED", inducer)


def _raised(reading: Reading) -> Hit | None:
    """A treatment that raises vesicles, or something that raises them *and* does good: disease raises them too."""
    raised = reading.title("role:ev_raised")
    if raised is None or not reading.title("role:inducer", "role:inducer_drug", "role:ev_heals"):
        return None
    return None if any(link in reading.words(raised) for link in (" via ", " through ", " by ")) else raised


def _through_own_vesicles(reading: Reading) -> Hit | None:
    """A drug that the title says to work through vesicles; "ketamine-induced" names a model."""
    drug = reading.title("role:inducer_drug")
    if drug is None or reading.title("role:ev_changed") is None:
        return None
    after = reading.scan.text.slice(drug.end, drug.end + 9).lower()
    return None if after.startswith(("-induced", " induced")) else drug
