"""Which wording does no evidence make good? Guarantees, absolute safety, substitution, testimonials, authority; comparisons; own data."""

from __future__ import annotations

import re
from collections.abc import Iterator

from evtrack.audit.carrying import Page
from evtrack.audit.citations import citations
from evtrack.audit.evidence import EvidenceSnapshot
from evtrack.audit.hearing import Heard, Word
from evtrack.audit.matching import UnitReading
from evtrack.audit.strength import predicate

FLOORS = {
    "EV201": "floor:guarantee",
    "EV202": "floor:absolute_safety",
    "EV203": "floor:substitution",
    "EV204": "floor:testimonial",
    "EV205": "floor:authority",
    "EV304": "doc:wrong_term",
}
_PROMISES = ("says:benefit", "says:efficacy", "says:own_data", "says:beyond_existing")
_ELSEWHERE = ("veto:cosmetic", "veto:diagnostic", "veto:oncology", "veto:plant", "concept:cosmetic", "topic:question")
_OWN = re.compile(r"当院|当法人|当クリニック|弊院|当施設|当社|弊社|私たち|我々|私ども|\bwe\b|\bour\b", re.IGNORECASE)
_BY_OTHERS = re.compile(r"(?:発表|掲載|公開|報告)され|\b(?:was|were|been|are|is) (?:published|reported|presented)\b")
_REPORTED = re.compile(
    r"でした|[^。.;]{0,60}\b(?:was|were|have been|has been) (?:reported|observed|seen|recorded|noted|found)\b"
)
"""Told of a study or a time ("none was reported"), not promised."""
_DENIED_AFTER = re.compile(
    r"[^。、]{0,16}(?:と(?:は|も)(?:言|い)え|と(?:は|も)言い切|わけでは|ものでは|では(?:ありません|ない(?:。|$))|とは限|かどうか|か(?:は|も)?(?:不明|分か|わか)|保証(?:は|する)|(?:なり|なれ|でき|き)ません|ならない|なれない|べきではな|ことは(?:でき|あり)ま(?:せん))|[^.;]{0,60}\b(?:is|are) (?:not (?:supported|true|proven|backed|shown|established)|unproven|false|wrong|unsupported|misleading)\b"
)
_DENIED_BEFORE = re.compile(
    r"(?:\b(?:not(?! only| just| merely)|cannot|never|nobody|no one|whether|nor|neither|unlikely|if|unable to|too \w+ to|no (?:evidence|proof|guarantee|data))\b|n't\b)[^.,;:]{0,40}$",
    re.IGNORECASE,
)
_RATE = re.compile(r"(?:満足度|率)[^。、]{0,6}[0-9]|\b(?:rate|satisfaction)\b[^.;]{0,20}[0-9]", re.IGNORECASE)
_WARNS = re.compile(
    r"(?:広告|宣伝|うた[うっい]|表現|サイト|情報)[^。]{0,12}(?:注意|気をつけ|鵜呑み|疑)|という(?:意味|こと)では(?:ありません|ない)|(?:示す|意味する|保証する)(?:もの|わけ)では(?:ありません|ない)|\b(?:be wary|beware|be (?:careful|cautious|sceptical|skeptical)|(?:does|do|did) not (?:mean|show|prove|establish|demonstrate)|not the same as)\b",
    re.IGNORECASE,
)
"""A sentence that warns of such wording, or says what it does not mean."""
_KEEPS = re.compile(
    r"併用|続けながら|加えて|\b(?:alongside|together with|in addition to|combined with)\b", re.IGNORECASE
)
_SPEAKING = frozenset({"sentence", "list-item", "fragment", "quote", "cell", "heading"})


def floors(page: Page, index: int, reading: UnitReading) -> Iterator[str]:
    """Ids of the floors that a unit falls through."""
    heard = page.heard[index]
    spoken = [rule for rule, signal in FLOORS.items() if affirmed(heard, signal)]
    if not spoken or page.document.units[index].kind not in _SPEAKING or heard.said(*_ELSEWHERE):
        return
    if not reading.claims and page.intervention(index) is None:
        return
    limits = (reading.direction if reading.claims else predicate(heard).direction) == "limits"
    for rule in spoken:
        if rule == "EV304" or (not limits and _applies(rule, page, heard, reading)):
            yield rule


def _applies(rule: str, page: Page, heard: Heard, reading: UnitReading) -> bool:
    """Whether what was heard is meant: a report of a study promises nothing, and advice to go on with a drug is none to stop it."""
    promise = heard.said(*_PROMISES) is not None
    match rule:
        case "EV201":
            return reading.strength != "report"
        case "EV202":
            flat = reading.strength == "strong" or (not reading.claims and heard.said("is:safe") is not None)
            return flat and not all(_REPORTED.match(heard.text, w.end) for w in heard.all_said(FLOORS[rule]))
        case "EV203":
            kept = heard.said("veto:advice") is not None or _KEEPS.search(heard.text) is not None
            named = heard.said("topic:deictic") or heard.concepts(page.lexicon.interventions)
            return not kept and bool(promise or reading.claims or named)
        case "EV204":
            return reading.strength != "report" and promise
        case _:  # EV205: another treatment may well be approved
            return heard.said("veto:other_agent") is None or bool(heard.concepts(page.lexicon.interventions))


def denied(heard: Heard, word: Word) -> bool:
    """Whether what a word says is denied or left open: 「ないとは言えません」, "we cannot say that it is safe"."""
    text = heard.text
    return bool(_WARNS.search(text) or _DENIED_AFTER.match(text, word.end) or _DENIED_BEFORE.search(text[: word.start]))


def affirmed(heard: Heard, *signals: str) -> bool:
    """Whether one of these signals is heard and not denied."""
    return any(not denied(heard, word) for word in heard.all_said(*signals))


def comparative(page: Page, index: int, reading: UnitReading) -> bool:
    """Whether a unit sets the treatment above others."""
    stepped = affirmed(page.heard[index], "step:comparative")
    return stepped and reading.direction == "asserts" and reading.strength != "report"


def own_data(page: Page, index: int, reading: UnitReading, snapshot: EvidenceSnapshot) -> bool | None:
    """Whether a unit reports the clinic's own data without a citation that resolves: ``True`` where it says so flatly."""
    heard = page.heard[index]
    if not reading.claims or reading.direction == "limits" or heard.said("floor:testimonial"):
        return None
    paper = heard.said("says:own_paper") is not None
    if paper and not _OWN.search(heard.text) and _BY_OTHERS.search(heard.text):
        return None
    praised = heard.said(*_PROMISES[:2]) is not None or _RATE.search(heard.text) is not None
    if not (paper or (heard.said("says:own_data") and praised)):
        return None
    near = page.document.units[index : index + 2]
    cited = {c for unit in near for c in citations(unit.text)}
    if cited and (snapshot.known is None or cited & snapshot.known):
        return None
    return reading.strength == "strong"
