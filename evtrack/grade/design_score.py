"""Which kind of study do the signs of a text add up to? A weighted sum of signals for each family of designs."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from math import exp
from typing import Literal, get_args

from evtrack.grade.text import Scan
from evtrack.record import Reason

Family = Literal["in_vitro", "animal", "human", "rct", "synthesis", "narrative", "protocol", "other"]
"""The kinds of study that weights tell apart; ``human`` is every study of people that is no RCT."""

FAMILIES: tuple[Family, ...] = get_args(Family)
HUMAN_KINDS = ("case", "early", "observational")
"""What the second sum tells apart once the family is ``human``."""

_PREFIX = "design:"
_SILENT = frozenset({"design:prior"})
_OF_THE_WHOLE = frozenset({"design:prior", "design:no_abstract"})
"""Signals of the whole text, which say nothing of a title."""
_WORTH_SAYING = 0.3
_SHARPER = 1.25
"""Few small weights leave the sum too modest: times this, a confidence of 0.9 and more is wrong in 1 to 2 of 100 records
that the weights were not fitted to (``tests/bench/grade_bench.py``)."""

_SIGN_OF = {
    "animal": (
        "rodent",
        "other_animal",
        "animal_word",
        "strain",
        "animal_model",
        "animal_groups",
        "animal_procedure",
        "animal_behaviour",
        "induced_model",
        "live_outcome",
    ),
    "synthesis": ("systematic_review", "meta_analysis", "databases", "searched", "n_studies"),
    "narrative": ("review_word", "this_review", "review_title", "generic_present", "recent_advances", "both_evidence"),
}
"""Families that nothing but their own signs can make: without one of these signals the next best is taken."""
_SIGNALS_OF = {family: tuple(f"design:{sign}" for sign in signs) for family, signs in _SIGN_OF.items()}


Evidence = tuple[tuple[str, str], ...]
"""What is present in a text: (signal, place), where the place is ``""`` or ``@title``; a title's signal has both."""


def gather(scan: Scan) -> Evidence:
    """The design signals of a text, in the order of the rules."""
    titles, title_only = scan.in_title, scan.patterns.title_only
    possible = scan.by_signal.possible
    present: list[tuple[str, str]] = []
    for signal in scan.patterns.weights:
        if signal not in possible or not signal.startswith(_PREFIX):
            continue
        if signal in titles and signal not in _OF_THE_WHOLE:
            present += [(signal, ""), (signal, "@title")]
        elif signal not in title_only and signal in scan:
            present.append((signal, ""))
    return tuple(present)


def add_up(scan: Scan, evidence: Evidence, values: Iterable[str]) -> dict[str, float]:
    """The sum of weights for each value."""
    scores = dict.fromkeys(values, 0.0)
    known = scan.patterns.weights_at
    for key in evidence:
        for value, weight in known.get(key, ()):
            if value in scores:
                scores[value] += weight
    return scores


def without_signs(scan: Scan, *families: str) -> frozenset[str]:
    """Those of the families of which the text holds none of the signs that make them."""
    return frozenset(f for f in families if f in _SIGNALS_OF and not any(s in scan for s in _SIGNALS_OF[f]))


def share(scores: dict[str, float], chosen: str) -> float:
    """How much of the likelihood the chosen value has, 0–1 (softmax)."""
    top = max(scores.values())
    parts = {value: exp(_SHARPER * (score - top)) for value, score in scores.items()}
    return parts[chosen] / sum(parts.values())


def decisive(scan: Scan, evidence: Evidence, chosen: str, against: str, most: int = 4) -> tuple[Reason, ...]:
    """The signals that spoke most for the chosen value against the next best one, strongest first."""
    said: list[tuple[float, str]] = []
    for signal, place in evidence:
        weights = scan.patterns.weights[signal]
        gain = weights.get(chosen + place, 0.0) - weights.get(against + place, 0.0)
        if gain >= _WORTH_SAYING and signal not in _SILENT:
            said.append((-gain, signal))
    signals = dict.fromkeys(signal for _, signal in sorted(said))
    hits = (scan.first(signal) for signal in signals)
    return tuple(scan.reason(hit) for hit in islice((h for h in hits if h), most))
