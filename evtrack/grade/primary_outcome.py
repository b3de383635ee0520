"""Which findings are on the outcome the authors called primary?"""

from __future__ import annotations

import re
from collections.abc import Sequence

from evtrack.grade.comparison import speaks
from evtrack.grade.findings import ASIDE, NAMES_OUTCOME, Finding, is_null
from evtrack.grade.text import Scan

_TERMS_AFTER = re.compile(
    rb"primary (?:efficacy |clinical |composite )?(?:end[ -]?points?|outcomes?|objective|aim|measures?)(?: measures?| variables?)?[^.]{0,40}?(?: (?:was|were|is|are|included|being|of)\b|:) ?(?P<terms>[^.;]{3,160})",
    re.IGNORECASE,
)
_TERMS_BEFORE = re.compile(
    rb"(?P<terms>[^.;]{3,120}?)\)?,? (?:was|were|served as|as) (?:the |a |our )?(?:co-?)?primary (?:efficacy |study )?(?:end[ -]?points?|outcomes?)",
    re.IGNORECASE,
)
_SEVERAL = re.compile(rb"\bco-?primary|\b(?:two|both|three|dual) primary", re.IGNORECASE)
_WORD = re.compile(rb"[A-Za-z][A-Za-z0-9\-]{2,}")
_STOP = frozenset(
    b"the and was were with from that for which defined measured assessed using after before between study group groups patients participants "
    b"treatment time weeks week months month days day years year change changes rate rates score scores scale total mean baseline primary secondary "
    b"outcome outcomes end point endpoint endpoints points measure measures percentage proportion number incidence analysis including evaluate determine compare "
    b"compared difference differences clinical improvement reduction randomization randomisation arm arms least who had this disease cancer than both following grade "
    b"treat intent population all any not its their our effect effects efficacy safety placebo control event".split()
)
"""Words that name no outcome by themselves."""

_OF_GROUPS = re.compile(
    rb"\bno (?:[\w\-]+ ){0,3}?(?:group|treatment|arm) (?:differences?|effects?) (?:emerged|was|were|remained|at|after)\b"
    rb"|\bno (?:[\w\-]+ ){0,2}?differences? (?:between (?:the )?(?:two )?(?:groups|arms|conditions)|emerged|remained)\b"
)
"""That the groups did not differ, whatever in."""
_REACH = 220
"""Bytes before and after "primary outcome" in which the outcome is named."""
_LOOKED_AT = 6
"""Mentions of a primary outcome that are looked at: it is declared in one of the first."""


def outcome_terms(scan: Scan) -> tuple[frozenset[bytes], frozenset[bytes]]:
    """Words of the declared primary outcome: (abbreviations, content words), lower case; both empty where none is declared."""
    for hit in scan.by_signal.get("about_primary", [])[:_LOOKED_AT]:
        sentence = scan.text.sentence(hit.start)
        words = scan.text.encoded[max(sentence.start, hit.start - _REACH) : min(sentence.end, hit.end + _REACH)]
        m = _TERMS_AFTER.search(words) or _TERMS_BEFORE.search(words)
        named = _WORD.findall(m["terms"]) if m else []
        short = frozenset(w.lower() for w in named if sum(65 <= c <= 90 for c in w) >= 2)
        long = frozenset(w.lower() for w in named if len(w) > 3) - short - _STOP
        if short or long:
            return short, long
    return frozenset(), frozenset()


def declares_several(scan: Scan) -> bool:
    """Whether the text names two or more (co-)primary outcomes: they have to agree."""
    return any(
        _SEVERAL.search(scan.text.encoded, max(0, h.start - 12), h.end)
        for h in scan.by_signal.get("about_primary", ())[:_LOOKED_AT]
    )


def on_primary_outcome(scan: Scan, results: Sequence[Finding]) -> list[Finding]:
    """Findings of the results on the primary outcome, in order: those that call it so, else those that name it best."""
    named = [f for f in results if "about_primary" in f.marks and "about_subgroup" not in f.marks and speaks(f)]
    if named:
        return named
    short, long = outcome_terms(scan)
    fits: list[tuple[int, Finding]] = []
    for f in results:
        if f.around & ASIDE or not speaks(f) or "about_baseline" in f.marks:
            continue
        fit = 2 * sum(s in f.scope for s in short) + sum(w in f.scope for w in long)
        if fit >= 2 or (fit and len(long) + len(short) < 2):
            fits.append((fit, f))
    best = max((fit for fit, _ in fits), default=0)
    found = [f for fit, f in fits if fit == best]
    # ", with no difference between the groups": a clause that names no outcome goes on about the one before it, and one
    # that speaks of the groups alone is about the one that its sentence names later.
    told = {f.sentence: f.start for f in found}
    return [
        f
        for f in results
        if f in found
        or (
            is_null(f)
            and not f.marks & NAMES_OUTCOME
            and f.sentence in told
            and (told[f.sentence] < f.start or _OF_GROUPS.search(f.scope))
        )
    ]
