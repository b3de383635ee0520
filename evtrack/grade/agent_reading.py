"""What does a record speak of, and where? Vesicles, cells and secretome by place: title, own work, what is said of others."""

from __future__ import annotations

from dataclasses import dataclass

from evtrack.grade.patterns import Hit
from evtrack.grade.text import Scan
from evtrack.record import Reason

TITLE_FIELDS = frozenset({"title", "vernacular_title", "official_title"})
GIVEN_FIELDS = frozenset({"interventions", "arms"})

_LONGEST = 240
"""Bytes between vesicles and the verb of giving, above which they are taken for two clauses. Patterns themselves leave the
gap open: RE2 is many times slower with counted gaps."""

_STRETCHES = frozenset({"role:ev_given", "role:ev_treated", "agent:ev_fluid"})
_AFTERWARDS = ("stem cell", " after ", " following ", " before ", " infus", " inject", " treated ")
"""Between a body fluid and vesicles, these say that the fluid was looked at when the vesicles had been given."""
_MEASURED = (
    "level", "concentration", "number", "count", "marker", "content", "cargo", "release", "secretion", "biogenesis",
    "inhibitor", "bdnf", "tau", "protein", "as outcome", "as a secondary",
)  # fmt: skip
"""What is measured or made of vesicles: "a trial with exosome counts" gave nobody any."""
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
    " raised ",
    " elevated ",
    " changed ",
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
        if hit.signal == "agent:ev_fluid":
            return any(w in words for w in _AFTERWARDS)
        if words.endswith(("exosome", "exosomes", "exosomal", "vesicle", "vesicles", "ev", "evs")):
            after = self.scan.text.slice(hit.end, min(hit.end + 24, self.scan.text.sentence(hit.end - 1).end))
            if after.lower().lstrip(" -").startswith(_MEASURED):
                return True
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


_OF_NONE = Subjects((), None, (), (), (), None, (), None)
"""Nothing of them is spoken of."""

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


_KINDS = ("agent:plant", "agent:bacterial", "agent:dietary")
NAMES = frozenset(
    {*_KINDS, "agent:ev", "agent:msc", "agent:msc_abbreviation", "agent:stem", "agent:other_cells"}
    | {"agent:secretome", "agent:secretome_or_ev"}
)
"""Without any of these a record speaks of no vesicles, cells or secretome: other words need one of them beside."""
_NAMED = ("vesic", "exosom", "小胞", "ソーム", "ナノ粒子")
"""Of plants, bacteria and milk only what is called a vesicle counts as one: OMV and ELN are other things elsewhere."""


def subjects(reading: Reading) -> Subjects:
    """What the record speaks of, homonyms taken away (RNA exosome; MSC for something else)."""
    if NAMES.isdisjoint(reading.scan.by_signal.possible):
        return _OF_NONE
    rna = reading.hits("agent:rna_exosome")
    inside = reading.hits("agent:vesicle_inside")
    kinds = [h for h in reading.hits(*_KINDS) if any(w in reading.words(h).lower() for w in _NAMED)]
    full = _apart([*reading.hits("agent:ev"), *kinds], [*rna, *inside])
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
    if msc or full:
        full = full + reading.hits("agent:mimetic")
        ev = ev + reading.hits("agent:mimetic")
    cells = msc + stem + reading.hits("agent:other_cells")
    if full or msc:  # in such company "vesicles" alone are those that cells give off
        ev = ev + _apart(reading.hits("agent:vesicle"), inside)
    return Subjects(
        ev=(ev_hits := _ordered(ev)),
        ev_title=first_in_title(reading, ev_hits),
        msc=_ordered(msc),
        stem=_ordered(stem),
        cells=(cell_hits := _ordered(cells)),
        cells_title=first_in_title(reading, cell_hits),
        secretome=(secretome := _ordered(reading.hits("agent:secretome", "agent:secretome_or_ev"))),
        secretome_title=first_in_title(reading, secretome),
    )


def _ordered(hits: list[Hit]) -> tuple[Hit, ...]:
    return tuple(_one_a_place(sorted(hits, key=lambda h: (h.start, -h.end))))


def first_in_title(reading: Reading, hits: tuple[Hit, ...]) -> Hit | None:
    return next((h for h in hits if reading.is_title(h)), None)


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
