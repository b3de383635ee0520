"""How strongly does a sentence say it, and in which direction? Read from its final predicate, negation first."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from evtrack.audit.hearing import Heard, Word
from evtrack.audit.unit import Strength

_JA_TAIL = re.compile(r"[、,;](?=[^、,;]*$)")
_EN_TAIL = re.compile(r"(?:;|,? (?:so|but|therefore|thus|however|yet)\b,?|, and therefore\b)")
_EN_BECAUSE = re.compile(r"\b(?:because|since|as they are|thanks to)\b")
_ASIDE = re.compile(r"\([^()]*\)|（[^（）]*）|「[^「」]*」$")
_CLOSING = re.compile(r"[\s。.!！」』\)）\]】]+$")
_ASKS = re.compile(r"\b(?:what|how|why|who|when|where)\b[^.!]*$", re.IGNORECASE)
_FINITE = re.compile(
    r"\b(?:is|are|was|were|be|been|has|have|had|may|might|can|could|will|would|should|must|does|do|did|not|\w+ed"
    r"|(?:help|reliev|reduc|improv|treat|heal|cur|eas|restor|repair|regenerat|calm|lift|boost|stop|work|fight|protect|prevent|beat|slow)e?s"
    r"|help|relieve|reduce|improve|heal|restore|boost)\b",
    re.IGNORECASE,
)
_LIMITS = ("is:limits", "says:data_limited", "says:basic_only", "says:unapproved", "says:individual_differences")
_CONTENT = ("says:benefit", "says:change", "says:efficacy", "says:own_paper", "says:own_data")
"""A last clause that says none of this (…はなく、自由診療で行われます) leaves the word to the clauses before it."""
_NOMINAL = re.compile(
    r"(?:[一-鿿々ァ-ヺーA-Za-z0-9]|こと|もの|とき|ところ|ため|まとめ|はたらき|働き|しくみ|仕組み|違い|ちがい|つながり|悩み|流れ|すすめ)$"
)


@dataclass(frozen=True, slots=True)
class Predicate:
    """What the end of a sentence makes of it."""

    strength: Strength
    direction: Literal["asserts", "limits"]


def predicate(heard: Heard, above: Heard | None = None, before: Heard | None = None) -> Predicate:
    """Strength and direction of a sentence.

    ``above``: its label or heading, from which a noun phrase takes its strength. ``before``: the sentence before; a
    finding told after a study was named there, or above, is a report of that study.

    Order of reading: double negation, safety said outright, limits, hedges, reports scoped to a study, expectations; what
    is left is a flat statement.
    """
    start, end = _main(heard)
    tail = heard.within(start, end)
    if not _marks(tail) and not tail.said(*_CONTENT):
        tail = heard
    nominal = is_nominal(heard)
    if tail.said("is:double_negative"):
        return Predicate("moderate", "asserts")
    hedged, reported = tail.said("is:hedged"), tail.said("is:reported")
    study = any(h is not None and _study(h) for h in (heard, above, before)) and not heard.said("says:own_data")
    if tail.said("is:safe") and not tail.said("says:data_limited"):
        return Predicate("report" if study and reported else "hedged" if hedged else "strong", "asserts")
    if tail.said(*_LIMITS):
        return Predicate("hedged" if hedged and not _last_is(tail, "is:limits") else "moderate", "limits")
    if study and reported and not (hedged and _last_is(tail, "is:hedged")):
        return Predicate("report", "asserts")
    if hedged:
        return Predicate("hedged", "asserts")
    if tail.said("is:strong"):
        return Predicate("strong", "asserts")
    if tail.said("is:moderate"):
        return Predicate("moderate", "asserts")
    if nominal:
        return Predicate(_inherited(above), "asserts")
    return Predicate("strong", "asserts")


def _study(heard: Heard) -> bool:
    """Whether it speaks of a study, and not of the clinic's own patients."""
    return heard.said("is:study") is not None and heard.said("says:own_data") is None


def is_nominal(heard: Heard) -> bool:
    """Whether a unit is a noun phrase, with no predicate of its own."""
    if heard.japanese:
        return _NOMINAL.search(_CLOSING.sub("", heard.text)) is not None
    if _ASKS.search(heard.text):
        return True
    return not heard.text.rstrip(" \"')”’").endswith((".", "!")) and _FINITE.search(heard.text) is None


def _inherited(above: Heard | None) -> Strength:
    """A bare list of benefits promises at least that they can be expected."""
    if above is not None and above.said("is:hedged"):
        return "hedged"
    return "moderate"


def _main(heard: Heard) -> tuple[int, int]:
    """The span of the clause that carries the sentence: the last one, in English the one that is no reason."""
    text = _ASIDE.sub(lambda m: "\0" * len(m[0]), heard.text)
    text = _CLOSING.sub("", text.rstrip("\0 。."))
    if heard.japanese:
        tails = [m.end() for m in _JA_TAIL.finditer(text)]
        return (tails[-1] if tails else 0), len(heard.text)
    reason = _EN_BECAUSE.search(text)
    end = reason.start() if reason and reason.start() > 0 else len(text)
    starts = [m.end() for m in _EN_TAIL.finditer(text, 0, end)]
    return (starts[-1] if starts else 0), end


def _marks(heard: Heard) -> list[Word]:
    return [w for w in heard.words if w.signal.startswith("is:") and w.signal != "is:study"]


def _last_is(tail: Heard, signal: str) -> bool:
    """Whether this is the last mark of strength in the clause: Japanese puts what counts at the end."""
    marks = _marks(tail)
    last = max(marks, key=lambda w: (w.end, w.end - w.start))
    return any(w.signal == signal and w.end >= last.end for w in marks)
