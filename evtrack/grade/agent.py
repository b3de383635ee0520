"""Which agent is a record about? Vesicles, cells or secretome, their source, and what was done to them."""

from __future__ import annotations

from dataclasses import dataclass

from evtrack.grade.grades import Agent
from evtrack.grade.patterns import Hit
from evtrack.grade.text import Scan
from evtrack.record import Reason

TITLE_FIELDS = frozenset({"title", "vernacular_title", "official_title"})
GIVEN_FIELDS = frozenset({"interventions", "arms"})


_LONGEST = 240
"""Bytes between vesicles and the verb of giving, above which they are taken for two clauses. Patterns themselves leave the
gap open: RE2 is many times slower with counted gaps."""

_STRETCHES = frozenset({"role:ev_given", "role:ev_treated"})
_VESICLE_WORDS = ("exo", "vesicle", "ev", "sev", "エク", "エキ", "小胞")
_PEOPLE = ("patients", "participants", "subjects", "mice", "rats", "animals", "women", "adults")
_OTHERS_GIVEN = (
    " who ",
    " whose ",
    *(f" {who} {verb}" for who in _PEOPLE for verb in ("receiv", "given", "administ", "inject", "treated")),
    *(f"{joint} {who} were " for who in _PEOPLE for joint in (",", " and", ", the", " and the")),
)
_OTHERS_VERBS = (
    " on ",
    " had ",
    " show",
    " level",
    " concentration",
    " higher",
    " increas",
    " decreas",
    " were ",
    " was ",
)


class Reading:
    """A scan read by place: what stands in the title, and what in the rest.

    ``within``: only hits in these fields are seen (of a registry entry, the fields that say what is given);
    ``titles``: the fields that are read as titles.
    """

    def __init__(self, scan: Scan, within: frozenset[str] | None = None, titles: frozenset[str] = TITLE_FIELDS) -> None:
        self.scan = scan
        self._within = within
        self._titles = titles
        self._hits: dict[str, list[Hit]] = {}

    def is_title(self, hit: Hit) -> bool:
        """Whether a hit stands in a field that is read as a title."""
        return self.scan.text.sentence(hit.start).field in self._titles

    def hits(self, *signals: str) -> list[Hit]:
        """Hits of the signals anywhere, in order."""
        if len(signals) == 1:
            return self._of(signals[0])
        return sorted((h for s in signals for h in self._of(s)), key=lambda h: h.start)

    def _of(self, signal: str) -> list[Hit]:
        found = self._hits.get(signal)
        if found is None:
            found = self.scan.hits(signal)
            if signal in _STRETCHES:
                found = [h for h in found if not self._is_stretched(h)]
            if self._within is not None:
                found = [h for h in found if self.scan.text.sentence(h.start).field in self._within]
            self._hits[signal] = found
        return found

    def title(self, *signals: str) -> Hit | None:
        """The first hit in a title."""
        return next((h for h in self.hits(*signals) if self.is_title(h)), None)

    def body(self, *signals: str) -> list[Hit]:
        """Hits outside the titles."""
        return [h for h in self.hits(*signals) if not self.is_title(h)]

    def has(self, *signals: str) -> bool:
        """Whether any of the signals fired."""
        return any(self._of(s) for s in signals)

    def _is_stretched(self, hit: Hit) -> bool:
        """Whether a pattern of giving reached over somebody else's verb: "patients given lithium had more exosomes"."""
        if hit.end - hit.start > _LONGEST:
            return True
        words = self.words(hit).lower()
        if words.startswith(_VESICLE_WORDS):
            return any(w in words for w in _OTHERS_GIVEN)
        return any(w in words for w in _OTHERS_VERBS)

    def words(self, hit: Hit) -> str:
        """The normalised words of a hit."""
        return self.scan.text.slice(hit.start, hit.end)

    def reason(self, rule: str, hit: Hit | None = None) -> Reason:
        """A decision's reason, pointing at the words that led to it; without words, at the first title."""
        if hit is None:
            return Reason(rule, "title", "", 0, 0)
        return self.scan.text.reason(rule, hit.start, hit.end)


@dataclass(frozen=True, slots=True)
class Subjects:
    """Where vesicles, MSC, other cells and secretome are spoken of."""

    ev: tuple[Hit, ...]
    ev_title: Hit | None
    msc: tuple[Hit, ...]
    stem: tuple[Hit, ...]
    cells: tuple[Hit, ...]
    cells_title: Hit | None
    secretome: tuple[Hit, ...]
    secretome_title: Hit | None

    @property
    def any(self) -> bool:
        """Whether the record speaks of any of them."""
        return bool(self.ev or self.cells or self.secretome)


_BARE = frozenset({"MSC", "MSCs", "ASC", "ASCs", "SHED", "SHEDs", "SCAP", "SCAPs"})
"""Abbreviations with other meanings; ``hUC-MSC`` and ``ADSC`` have none."""


def _apart(hits: list[Hit], inside: list[Hit]) -> list[Hit]:
    """The hits that lie in none of the others."""
    return [h for h in hits if not any(o.start <= h.start and h.end <= o.end for o in inside)]


def _one_a_place(hits: list[Hit]) -> list[Hit]:
    """Hits that overlap an earlier one left out: several rules may fire on the same words."""
    out: list[Hit] = []
    for hit in hits:
        if not out or hit.start >= out[-1].end:
            out.append(hit)
    return out


def subjects(reading: Reading) -> Subjects:
    """What the record speaks of, homonyms taken away (RNA exosome; MSC for something else)."""
    rna = reading.hits("agent:rna_exosome")
    full = _apart(reading.hits("agent:ev"), rna)
    if rna and all(reading.words(h).lower() in ("exosome", "exosomes") for h in full):
        full = []  # beside the RNA exosome, a bare "exosome" is the same complex
    msc_full = reading.hits("agent:msc")
    not_cells = reading.hits("agent:not_cells")
    stem = _apart(reading.hits("agent:stem"), not_cells)
    ev_short = reading.hits("agent:ev_abbreviation")
    short = [] if "agent:msc_other" in reading.scan else reading.hits("agent:msc_abbreviation")
    backers = ("agent:msc", "agent:stem", "agent:secretome", "agent:ev", "agent:ev_abbreviation", "role:cells_given")
    supported = any(s in reading.scan for s in backers) or any(reading.words(h) not in _BARE for h in short)
    # An abbreviation alone proves nothing ("MSC" has a dozen meanings): it needs cells or vesicles somewhere.
    msc = msc_full + (short if supported else [])
    ev = full + (ev_short if full or (not rna and (msc or "agent:ev" in reading.scan)) else [])
    cells = msc + stem + reading.hits("agent:other_cells")
    if full or msc:  # in such company "vesicles" alone are those that cells give off
        ev = ev + _apart(reading.hits("agent:vesicle"), reading.hits("agent:vesicle_inside"))
    return Subjects(
        ev=(ev_hits := _ordered(ev)),
        ev_title=_first_in_title(reading, ev_hits),
        msc=_ordered(msc),
        stem=_ordered(stem),
        cells=(cell_hits := _ordered(cells)),
        cells_title=_first_in_title(reading, cell_hits),
        secretome=(secretome := _ordered(reading.hits("agent:secretome", "agent:secretome_or_ev"))),
        secretome_title=_first_in_title(reading, secretome),
    )


def _ordered(hits: list[Hit]) -> tuple[Hit, ...]:
    return tuple(_one_a_place(sorted(hits, key=lambda h: (h.start, -h.end))))


def _first_in_title(reading: Reading, hits: tuple[Hit, ...]) -> Hit | None:
    return next((h for h in hits if reading.is_title(h)), None)


@dataclass(frozen=True, slots=True)
class AgentChoice:
    """An agent, whether it is a carrier (role ``drug_delivery_vehicle``), its flags and the words behind it."""

    agent: Agent
    vehicle: bool = False
    flags: tuple[str, ...] = ()
    needs_review: bool = False
    reasons: tuple[Reason, ...] = ()


_OWN_WORK = (" we ", " were ", " was ", " here", "this study", "present study")
_HOPES = (" avenue", " could ", " in the future", "future studies", " might ", " warrant")
"""Zones of an abstract without labels are guessed: a background sentence with these words tells of the authors' own work."""


def done(reading: Reading, *signals: str) -> list[Hit]:
    """Hits outside title and conclusion, and outside what the background says of others."""
    return [h for h in reading.body(*signals) if not _is_aside(reading, h)]


def _is_aside(reading: Reading, hit: Hit) -> bool:
    text = reading.scan.text
    sentence = text.sentence(hit.start)
    words = f" {text.slice(sentence.start, sentence.end).lower()} "
    if sentence.zone == "background":
        return not any(own in words for own in _OWN_WORK)
    return sentence.zone == "conclusion" or any(hope in words for hope in _HOPES)


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
    if gel is None:
        own = done(reading, "agent:ev_scaffold")
        gel = own[0] if len(own) > 1 else None
    if gel is not None and not reading.body("agent:ev_alone"):
        return AgentChoice("combination", reasons=(reading.scan.reason(gel),))
    partner = reading.title("agent:co_therapy")
    if partner is not None and not reading.has("agent:contrast", "agent:ev_alone"):
        return AgentChoice("combination", False, (), True, (reading.scan.reason(partner),))
    return None


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


def _primes_others(words: str) -> bool:
    """Whether vesicles or cells are what something else was primed with ("neurons pretreated with exosomes")."""
    before, _, after = words.lower().partition("ed with ")
    return bool(after) and not any(stem in before for stem in ("msc", "stem", "strom", "exo", "vesicle", "ev"))


def _source(reading: Reading, found: Subjects) -> AgentChoice:
    """Native vesicles: of stem or stromal cells, of something else, or of a source not named."""
    msc_title = _first_in_title(reading, found.msc)
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
    msc_title = _first_in_title(reading, found.msc)
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
        ("agent:route_iv", "route_iv"),
        ("agent:route_intranasal", "route_intranasal"),
        ("agent:route_other", "route_other"),
    )
    return tuple(flag for signal, flag in pairs if reading.has(signal))
