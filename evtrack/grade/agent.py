"""Which agent was given? Vesicles, cells or secretome, their source, and what was done to them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from evtrack.grade.agent_reading import GIVEN_FIELDS, TITLE_FIELDS, Reading, Subjects, done, first_in_title
from evtrack.grade.grades import Agent
from evtrack.grade.patterns import Hit
from evtrack.record import Reason

_ROUTES = {
    "agent:route_iv": "route_iv",
    "agent:route_intranasal": "route_intranasal",
    "agent:route_other": "route_other",
}
_DESCRIPTIONS = frozenset({"summary", "description"})


@dataclass(frozen=True, slots=True)
class AgentChoice:
    """An agent, whether it is a carrier (role ``drug_delivery_vehicle``), its flags and the words behind it."""

    agent: Agent
    vehicle: bool = False
    flags: tuple[str, ...] = ()
    needs_review: bool = False
    reasons: tuple[Reason, ...] = ()


def ev_agent(reading: Reading, found: Subjects) -> AgentChoice:
    """The agent of a record whose vesicles were given; the first rule that fits decides."""
    special = _special_kind(reading, found) or _mixture(reading, found)
    if special:
        return special
    choice = _changed(reading, found) or _source(reading, found)
    native_arm = done(reading, "agent:native_arm")
    if native_arm and (choice.agent == "engineered_ev" or "primed" in choice.flags):
        flags = (*choice.flags, "has_native_arm")
        reasons = (*choice.reasons, reading.scan.reason(native_arm[0]))
        return AgentChoice(choice.agent, choice.vehicle, flags, choice.needs_review, reasons)
    return choice


def _special_kind(reading: Reading, found: Subjects) -> AgentChoice | None:
    """Plant, bacterial and artificial vesicles, and products between secretome and vesicles."""
    kinds: tuple[tuple[str, Agent], ...] = (
        ("agent:plant", "plant_ev"),
        ("agent:bacterial", "bacterial_ev"),
        ("agent:mimetic", "ev_mimetic"),
    )
    for signal, agent in kinds:
        hit = reading.title(signal)
        if hit is None and not reading.title("agent:ev_msc", "agent:ev_other"):
            own = done(reading, signal)
            hit = own[0] if len(own) > 1 or (own and agent == "ev_mimetic") else None
        if hit is not None:
            return AgentChoice(agent, reasons=(reading.scan.reason(hit),))
    unclear = reading.title("agent:secretome_or_ev")
    if unclear is None and not found.ev_title:
        unclear = next(iter(done(reading, "agent:secretome_or_ev")), None)
    if unclear is not None:
        return AgentChoice("secretome_or_ev_unclear", False, ("agent_unclear",), True, (reading.scan.reason(unclear),))
    return None


def _mixture(reading: Reading, found: Subjects) -> AgentChoice | None:
    """Vesicles with cells, or in a gel or scaffold with no arm of vesicles alone."""
    cells = reading.title("agent:ev_with_cells")
    if cells is not None:
        return AgentChoice("combination", reasons=(reading.scan.reason(cells),))
    gel = reading.title("agent:ev_scaffold") or (found.ev_title and reading.title("agent:scaffold"))
    if gel and "caffold-free" in reading.scan.text.slice(gel.start, reading.scan.text.sentence(gel.start).end):
        gel = None
    if gel is None:
        own = done(reading, "agent:ev_scaffold")
        gel = own[0] if len(own) > 1 else None
    if gel is not None and not _has_arm_alone(reading):
        return AgentChoice("combination", reasons=(reading.scan.reason(gel),))
    partner = reading.title("agent:co_therapy")
    if partner is not None and not reading.has("agent:contrast", "agent:ev_alone"):
        return AgentChoice("combination", False, (), True, (reading.scan.reason(partner),))
    return None


_NO_ARM = (
    " was not ",
    " were not ",
    "no group",
    "no arm",
    "no animal",
    "no rats",
    "no mice",
    "no patient",
    "not includ",
)
_ARM_STUDIED = (" studied", " tested", " included", " examined", " available", " investigated", " evaluated", " assessed",
                " given")  # fmt: skip
_MIXED_WITH = ("gel", "scaffold", "sponge", "patch", "/", "+", "@")


def _has_arm_alone(reading: Reading) -> bool:
    """Whether vesicles were also given without their gel; "exosomes alone were not studied" says that they were not."""
    return any(not _is_missing(reading, hit) for hit in reading.body("agent:ev_alone"))


def _is_missing(reading: Reading, hit: Hit) -> bool:
    text = reading.scan.text
    sentence = text.sentence(hit.start)
    words = f" {text.slice(sentence.start, sentence.end).lower()} "
    before = text.slice(max(sentence.start, hit.start - 14), hit.start).lower()
    if any(word in before for word in _MIXED_WITH) and not reading.words(hit).lower().endswith(("alone", "only")):
        return True
    denied = any(w in words for w in _NO_ARM) or "neither" in words
    return denied and any(w in words for w in _ARM_STUDIED)


def _changed(reading: Reading, found: Subjects) -> AgentChoice | None:
    """Loaded, engineered, gene-modified or primed vesicles."""
    loaded = reading.title("agent:loaded", "agent:loaded_into") or next(iter(done(reading, "agent:loaded_into")), None)
    if loaded is not None:
        return AgentChoice("engineered_ev", True, reasons=(reading.scan.reason(loaded),))
    engineered = reading.title("agent:engineered", "agent:gene_modified")
    if engineered is None:
        engineered = next(iter(done(reading, "agent:engineered")), None)
    if engineered is None and not reading.has("agent:explains"):
        own = done(reading, "agent:gene_modified")
        engineered = own[0] if len(own) > 1 else None
    if engineered is not None:
        return AgentChoice("engineered_ev", reasons=(reading.scan.reason(engineered),))
    primed = reading.title("agent:primed")
    if primed is None or _primes_others(reading.words(primed)):
        own = [h for h in done(reading, "agent:primed") if not _primes_others(reading.words(h))]
        primed = own[0] if len(own) > 1 else None
    if primed is None:
        return None
    source = _source(reading, found)
    agent: Agent = "native_ev_primed" if source.agent == "native_ev" else source.agent
    return AgentChoice(agent, False, (*source.flags, "primed"), False, (*source.reasons, reading.scan.reason(primed)))


_PRIMERS = re.compile(r"(?:ed|ing|ment|tion) (?:with|by|using) ")
_GIVEN_VESICLES = re.compile(
    r"(?:[\w/-]+ ){0,6}?[\w/-]*(?:msc|stem|strom|mesenchym|exosom|vesicle|ev)s?\w*(?: cells?)?$"
)
_CELL_STEMS = ("msc", "asc", "dpsc", "stem", "strom", "exo", "vesicle", "macrophage", "cells")
_NOT_PRIMED = (
    " mice", " mouse", " rats", " rat ", " pups", " animals", " patients", " neurons", " received", " were given", " brain",
    " survive", " with msc", " injur", " isch", " enceph",
)  # fmt: skip
"""Between "hypoxic" or "LPS-treated" and the cells, these say that somebody else was hypoxic or treated."""


def _primes_others(words: str) -> bool:
    """Whether animals or other cells were primed, be it with vesicles ("pretreatment of rats with MSC exosomes")."""
    words = words.lower()
    if any(other in words for other in _NOT_PRIMED):
        return True
    cut = _PRIMERS.search(words)
    if cut is None or any(stem in words[: cut.start()] for stem in _CELL_STEMS):
        return False
    return words.startswith("pre") is False or _GIVEN_VESICLES.match(words, cut.end()) is not None


def _source(reading: Reading, found: Subjects) -> AgentChoice:
    """Native vesicles: of stem or stromal cells, of something else, or of a source not named."""
    msc_title = first_in_title(reading, found.msc)
    if msc_title is not None:
        return _stem_source(reading, msc_title)
    foreign = reading.title("agent:other_cells", "agent:ev_other", "agent:dietary") or reading.title("agent:ev_fluid")
    if foreign is not None:
        return _other_source(reading, foreign)
    stem_title = reading.title("agent:ev_msc")
    if stem_title is not None:
        return _stem_source(reading, stem_title)
    own_other = done(reading, "agent:ev_other", "agent:ev_fluid", "agent:dietary")
    if found.msc and (not own_other or done(reading, "agent:ev_msc")):
        return _stem_source(reading, found.msc[0])
    others = own_other or reading.hits("agent:ev_other")
    if others:
        return _other_source(reading, others[0])
    hit = next(iter(found.ev), None)
    return AgentChoice("native_ev", reasons=(reading.reason("A-DECIDED-UNSPECIFIED", hit),))


def _stem_source(reading: Reading, hit: Hit) -> AgentChoice:
    return AgentChoice("native_ev", reasons=(reading.reason("A-DECIDED-NATIVE", hit),))


def _other_source(reading: Reading, hit: Hit) -> AgentChoice:
    flags: tuple[str, ...] = ("source_not_msc",)
    if reading.has("agent:dietary"):
        flags += ("dietary_ev",)
    return AgentChoice("native_ev_other_source", False, flags, False, (reading.scan.reason(hit),))


def cells_agent(reading: Reading, found: Subjects) -> AgentChoice:
    """MSC or other cells. Cells that a record calls only "stem cells" are read as MSC; named others are not."""
    other = reading.title("agent:other_cells")
    msc_title = first_in_title(reading, found.msc)
    if other is not None and msc_title is None:
        return AgentChoice("other_cells", reasons=(reading.scan.reason(other),))
    if not found.msc and (bodied := reading.hits("agent:other_cells")):
        return AgentChoice("other_cells", reasons=(reading.scan.reason(bodied[0]),))
    hit = msc_title or (found.msc or found.cells)[0]
    return AgentChoice("msc_cells", reasons=(reading.reason("A-DECIDED-CELLS", hit),))


def secretome_agent(reading: Reading, found: Subjects) -> AgentChoice:
    """Secretome, alone or with cells. Products between secretome and vesicles name both: ``ev_agent`` sees them."""
    mixed = reading.title("agent:ev_with_cells")
    if mixed is not None:
        return AgentChoice("combination", reasons=(reading.scan.reason(mixed),))
    return AgentChoice("secretome", reasons=(reading.scan.reason(found.secretome_title or found.secretome[0]),))


def subject_flags(reading: Reading) -> tuple[str, ...]:
    """Flags on product, donor and route of whatever was given."""
    pairs = (
        ("agent:product", "product_uncharacterised"),
        ("agent:autologous", "autologous"),
        ("agent:allogeneic", "allogeneic"),
        ("agent:concomitant", "concomitant_treatment"),
    )
    return (*(flag for signal, flag in pairs if reading.has(signal)), *_routes(reading))


def _routes(reading: Reading) -> tuple[str, ...]:
    """How it was given. Where a registry entry's titles or arms say it, its description may speak of other routes' risks."""
    hits = [(h, reading.scan.text.sentence(h.start).field) for h in reading.hits(*_ROUTES)]
    if any(field in TITLE_FIELDS | GIVEN_FIELDS for _, field in hits):
        hits = [(h, field) for h, field in hits if field not in _DESCRIPTIONS]
    fired = {h.signal for h, _ in hits}
    return tuple(flag for signal, flag in _ROUTES.items() if signal in fired)
