"""What is wrong with a document as a whole? Risks untold, sentences against each other, route, age of the evidence, citations, advertising."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from evtrack.audit.citations import citations
from evtrack.audit.desk import Desk
from evtrack.audit.finding import Finding, NotAssessed, Severity, Verdict
from evtrack.audit.fingerprints import fingerprint
from evtrack.audit.floors import affirmed
from evtrack.audit.matching import UnitReading
from evtrack.bilingual import Bilingual
from evtrack.wording import both, keys, word

TICKS = (
    *("practice", "unapproved", "alternatives", "abroad", "adverse"),
    *("cost", "product", "relief", "contact", "dated"),
)
"""What a disclosure has to say, in the order of the list (AUDIT.md 6)."""
STALE_DAYS = 30
VERY_STALE_DAYS = 365
PROFILE = "ja-medical-ads"
GUIDELINE = {"version": "2024-03-22", "source": "https://www.mhlw.go.jp/stf/newpage_41120.html"}
"""The amendment that the profile's wording was taken from, and where it was seen."""


def document_findings(desk: Desk, profile: str | None) -> tuple[list[Finding], list[NotAssessed]]:
    """The findings about the document, and what could not be checked."""
    if not desk.page.document.units:
        return [], []
    whole = [*_risk(desk), *_inconsistent(desk), *_route(desk), *_stale(desk)]
    cited, unchecked = _citations(desk)
    ads = list(_advertising(desk)) if profile == PROFILE else []
    return [*whole, *cited, *ads], unchecked


def _claims_effect(desk: Desk, reading: UnitReading) -> bool:
    """Whether a unit promises an effect or safety; a report of a study promises nothing."""
    if reading.direction != "asserts" or reading.strength in (None, "report"):
        return False
    effect = any(desk.advice.library.claims[i].track == "intervention" for i in reading.claims)
    return effect and desk.promises(reading)


# -- risks untold


def _risk(desk: Desk) -> Iterator[Finding]:
    """One finding, with the list of what is there and what is not."""
    promising = [r for r in desk.readings if _claims_effect(desk, r)]
    if not promising:
        return
    ticks = tuple((t, any(h.said(f"tick:{t}") for h in desk.page.heard)) for t in TICKS)
    missing = [t for t, there in ticks if not there]
    if not missing:
        return
    listed = _joined([both(f"tick.{t}") for t in missing])
    offers = any(h.said("doc:offers") for h in desk.page.heard)
    severity = _risk_severity(missing, offers=offers, flat=any(r.strength != "hedged" for r in promising))
    message = word("found.risk", desk.lang, missing=listed)
    yield _whole(desk, "EV301", "missing-risk-disclosure", severity, message, ticks)


def _risk_severity(missing: list[str], *, offers: bool, flat: bool) -> Severity:
    """What matters is what may happen to a person, and that nobody has approved it; the rest is worth a note."""
    core = [t for t in ("adverse", "unapproved") if t in missing]
    if not core or not (offers or flat):
        return "info"
    return "error" if len(core) == 2 else "warning"


# -- sentences against each other


@dataclass(frozen=True, slots=True)
class _Pair:
    """Two kinds of sentences that cannot both stand; the finding is put on the second."""

    first: tuple[str, ...]
    limits: bool
    second: tuple[str, ...]
    strengths: tuple[str, ...]
    illness: bool = True
    """Only where both are about the same illness, or one about all."""


_PAIRS = (
    # 「臨床試験段階」 and 「有効な選択肢となるはず」
    _Pair(("says:trial_stage", "limit:no_human", "limit:no_trials", "limit:not_proven", "limit:limited"), True, ("says:efficacy", "floor:guarantee", "says:proven"), ("strong",)),
    # "combined with drugs" and "for those who want no drugs"
    _Pair(("says:combination",), False, ("floor:substitution",), ("hedged", "moderate", "strong"), illness=False),
    # "side effects are reported" and "no side effects"
    _Pair(("tick:adverse",), True, ("floor:absolute_safety",), ("strong",), illness=False),
    # 「全ての患者に有効とは限らない」 and 「誰でも」
    _Pair(("says:individual_differences",), True, ("floor:guarantee",), ("moderate", "strong"), illness=False),
)  # fmt: skip


def _inconsistent(desk: Desk) -> Iterator[Finding]:
    """The first sentence of each kind of pair; the message names the other one."""
    for pair in _PAIRS:
        found = next(_against(desk, pair), None)
        if found is not None:
            first, second = found
            other = desk.page.document.units[first]
            message = word("found.inconsistent", desk.lang, line=other.place.line, other=_short(other.text))
            reading = desk.readings[second]
            claim = desk.advice.library.claims[reading.claims[0]]
            yield desk.finding(second, "EV302", "inconsistent", "warning", message, claim)


def _against(desk: Desk, pair: _Pair) -> Iterator[tuple[int, int]]:
    """The pairs of units that fit, those about the same illness (or illness in general) before others."""
    heard = desk.page.heard
    told = [r.unit for r in desk.readings if r.claims and heard[r.unit].said(*pair.first)]
    told = [i for i in told if (desk.readings[i].direction == "limits") == pair.limits]
    if not told:
        return
    for reading in desk.readings:
        if reading.direction != "asserts" or reading.strength not in pair.strengths or not _promises(desk, reading):
            continue
        if not affirmed(heard[reading.unit], *pair.second) or heard[reading.unit].said(
            "says:own_data", "says:own_paper"
        ):
            continue
        near = sorted((i for i in told if i != reading.unit), key=lambda i: not _alike(desk, i, reading.unit))
        yield from ((i, reading.unit) for i in near if not pair.illness or _fits(desk, i, reading.unit))


def _promises(desk: Desk, reading: UnitReading) -> bool:
    """Whether its main claim is an effect on people, or safety."""
    return bool(reading.claims) and desk.advice.library.claims[reading.claims[0]].kind in (
        "per-condition effect",
        "safety",
    )


def _illness(desk: Desk, unit: int) -> frozenset[str]:
    found = desk.page.condition(unit)
    return found.ids if found else frozenset()


def _alike(desk: Desk, first: int, second: int) -> bool:
    """Whether the first is about illness in general, or about an illness of the second."""
    own = _illness(desk, first)
    return not own or bool(own & desk.page.lexicon.umbrellas) or not own.isdisjoint(_illness(desk, second))


def _fits(desk: Desk, first: int, second: int) -> bool:
    """Whether two units can be about the same illness."""
    other = _illness(desk, second)
    return _alike(desk, first, second) or not other or bool(other & desk.page.lexicon.umbrellas)


# -- evidence and its age


def _route(desk: Desk) -> Iterator[Finding]:
    """Once a document: the studies in people used another route than the page's."""
    for reading in desk.readings:
        if not reading.claims or reading.direction != "asserts" or not desk.other_route(reading.claims[0]):
            continue
        claim = desk.advice.library.claims[reading.claims[0]]
        routes = desk.advice.snapshot.claims[claim.id].routes
        names = _joined([both(f"route.{r}") if r in set(keys("route")) else Bilingual(r, r) for r in routes])
        message = word("found.route", desk.lang, subject=desk.advice.subject(claim), routes=names)
        yield desk.finding(reading.unit, "EV303", "overstated", "info", message, claim)
        return


def _stale(desk: Desk) -> Iterator[Finding]:
    at = desk.advice.snapshot.as_of
    days = (desk.advice.today - at).days if at else 0
    if days > STALE_DAYS and any(r.claims for r in desk.readings):
        severity: Severity = "warning" if days > VERY_STALE_DAYS else "info"
        yield _whole(desk, "EV305", "stale-store", severity, word("verdict.stale-store", desk.lang, n=days))


def _citations(desk: Desk) -> tuple[list[Finding], list[NotAssessed]]:
    """Papers and trials named by number that are not among the records known."""
    found, unchecked = [], []
    known = desk.advice.snapshot.known
    for index, unit in enumerate(desk.page.document.units):
        named = list(dict.fromkeys(citations(unit.text)))
        if named and known is None:
            unchecked.append(NotAssessed(unit.place, unit.text, word("not_assessed.citation", desk.lang)))
        missing = [c for c in named if known is not None and c not in known]
        if missing:
            message = word(
                "found.citation", desk.lang, ids="、".join(missing) if desk.lang == "ja" else ", ".join(missing)
            )
            found.append(desk.finding(index, "EV306", "unverifiable", "info", message))
    return found, unchecked


# -- Japan's medical advertising guidelines, where asked for


def _advertising(desk: Desk) -> Iterator[Finding]:
    """Wording to be checked; whether it is allowed is not for a program to say."""
    rules = {r.signal: r.id for r in desk.tables.rules.values() if (r.signal or "").startswith("ad:")}
    for index, heard in enumerate(desk.page.heard):
        for signal, rule in sorted(rules.items(), key=lambda r: r[1]):
            said = heard.said(str(signal))
            if said is None:
                continue
            matter = both("ad." + str(signal).removeprefix("ad:"))
            start, end = heard.source(said)
            words = desk.page.document.units[index].text[start:end]
            message = word("found.guideline", desk.lang, words=words, matter=matter, **GUIDELINE)
            yield desk.finding(index, rule, "unverifiable", "warning", message)


# -- words


def _whole(
    desk: Desk, rule: str, verdict: Verdict, severity: Severity, message: str, ticks: tuple[tuple[str, bool], ...] = ()
) -> Finding:
    """A finding about the document; it stands at its first unit."""
    first = desk.page.document.units[0]
    return Finding(rule, verdict, severity, first.place, "", message, ticks=ticks, fingerprint=fingerprint(rule, ""))


def _joined(words: list[Bilingual]) -> Bilingual:
    return Bilingual("、".join(w.ja for w in words), ", ".join(w.en for w in words))


def _short(text: str, most: int = 40) -> str:
    return text if len(text) <= most else text[:most] + "…"
