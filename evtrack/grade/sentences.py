"""Where does a sentence of a field end, and which part of a paper is it? Section labels tell, else what it says."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cache

from evtrack.grade.automaton import matching, options_of

ZONES = ("title", "background", "objective", "methods", "results", "conclusion", "registration", "abstract", "registry")
"""Zone of a sentence. ``abstract``: in the abstract, nothing says where; ``registry``: a field of a registry entry."""

_LABEL_ZONE: tuple[tuple[str, str], ...] = (
    (r"TRIAL REGIST|REGISTRATION|REGISTRY|CLINICALTRIALS|FUNDING|PROSPERO|SYSTEMATIC REVIEW REGIST", "registration"),
    (r"CONCLU|INTERPRETATION|DISCUSSION|IMPLICATION|SIGNIFICANCE|TAKEAWAY|まとめ|結論|考察|結語", "conclusion"),
    (r"RESULT|FINDING|OUTCOMES?$|MAIN OUTCOME RESULTS|CASE|PATIENT CONCERNS|結果|成績|症例|経過", "results"),
    (
        (
            r"METHOD|DESIGN|SETTING|PARTICIPANT|PATIENTS|SUBJECTS|INTERVENTION|MEASURE|PROCEDURE|MATERIALS|DATA SOURCES|SEARCH"
            r"|SELECTION|ELIGIB|STUDY|ANALYSIS|EXPERIMENTAL|APPROACH|EXPOSURE|方法|対象"
        ),
        "methods",
    ),
    (r"AIM|OBJECTIVE|PURPOSE|HYPOTHES|GOAL|QUESTION|目的", "objective"),
    (r"BACKGROUND|INTRODUCTION|CONTEXT|RATIONALE|IMPORTANCE|背景|はじめに", "background"),
)
_ZONE_OF_LABEL = tuple((re.compile(p), z) for p, z in _LABEL_ZONE)
_LABEL = re.compile(
    r"\s*(?P<label>[A-Z][A-Z0-9 ,/&()'\-]{2,60}|(?:Background|Introduction|Objectives?|Aims?|Purpose|"
    r"Methods?|Materials and methods|Patients and methods|Design|Setting|Participants|Interventions?|Results?|Findings|Conclusions?|"
    r"Discussion|Interpretation|Significance|Trial registration|Methods and results|Methods and analysis|Ethics and dissemination"
    r"|Methods and [Dd]esign|Methods/Design|Design and [Mm]ethods|Subjects and [Mm]ethods|Main [Oo]utcome [Mm]easures?)"
    r"|[【\[]?(?:背景|目的|方法|対象|結果|成績|症例|考察|結論|結語)[】\]]?)(?:\s?[::.]\s|[::]|(?<=[】\]]))"
)  # fmt: skip
_BREAK = re.compile(
    r"[.!?。\n](?:(?<=[.!?])[\"')\]]*\s+(?=[A-Z0-9(\[\"'<>=+-])|(?<=。)\s*(?=\S)|(?<=[!?])(?=\S)|(?<=\n)|(?<=\.)(?=(?:BACKGROUND|OBJECTIVES?|AIMS?|METHODS?|RESULTS?|CONCLUSIONS?)\b[A-Z ]*:))"
)
"""The mark comes first and what it must be last: ``re`` leaps from mark to mark where a pattern begins with a class."""
_NO_BREAK = re.compile(
    r"(?:\b(?:vs|ca|cf|et al|e\.g|i\.e|Fig|Figs|Dr|Prof|No|approx|resp|St|spp?|Eq|Ref|min|max)|(?<![\w\-])[A-Z])\Z"
)
_CUES = {
    "concludes": (
        r"\b(?:in conclusion|to conclude|in summary|taken together|collectively|conclusively|overall, (?:these|our)"
        r"|(?:these|our|the present|the current|this) (?:findings?|results?|data|study|work)\b[^.]{0,40}"
        r"\b(?:suggest|indicate|demonstrate|show|support|provide|reveal|highlight|imply)"
        r"|we conclude|thus,|therefore,|we (?:propose|suggest) that)"
    ),
    "aims": (
        r"\b(?:(?:the )?(?:aim|objective|purpose|goal)s? (?:of|was|were|is)"
        r"|we (?:aim|aimed|sought|hypothesi[sz]ed|investigated|examined|evaluated|assessed|explored|tested|studied|asked) "
        r"|(?:this|the present|the current|our) (?:study|trial|work|review|paper|article) "
        r"(?:aim|was designed|sought|investigat|examin|evaluat|assess|explor|test)\w*"
        r"|to (?:determine|investigate|evaluate|assess|examine|compare|explore|test) )"
    ),
    "results": (
        r"\bp\s?[<=>]\s?0?\.\d|\b95\s?% ?CI\b"
        r"|\b(?:significantly|was|were) (?:higher|lower|greater|improved|increased|decreased|reduced|associated|observed|found)\b"
        r"|\bwe (?:found|observed|showed)\b|\b(?:results|analysis|data) (?:showed|revealed|demonstrated|indicated)\b"
        r"|\bno (?:significant )?differences?\b"
    ),
    "methods": (
        r"\b(?:were|was) (?:randomi[sz]ed|randomly|assigned|allocated|recruited|enrolled|divided|treated with|administered"
        r"|injected|measured|performed|conducted|isolated|cultured|searched|included|assessed)\b"
    ),
}
"""What a sentence of an abstract without labels says of its place."""


@cache
def _cues() -> Callable[[bytes], list[int]]:
    # A sentence is too short for gaps to grow an automaton: all four in one.
    return matching(list(_CUES.values()), options_of(case=False))


def zone_of_label(label: str) -> str:
    """The zone that an abstract's section label names, ``abstract`` where it says nothing."""
    upper = label.upper()
    for pattern, zone in _ZONE_OF_LABEL:
        if pattern.search(upper):
            return zone
    return "abstract"


def split(name: str, text: str) -> list[tuple[int, int, str]]:
    """(start, end, zone) of each sentence of a field, in code points."""
    if name == "title":
        return [(0, len(text), "title")]
    spans: list[tuple[int, int]] = []
    begin = looked = (
        0  # from ``begin`` to ``looked`` all is blank: looking there again takes hours in a text of line breaks
    )
    for m in _BREAK.finditer(text):
        if text[m.start()] == "." and _NO_BREAK.search(text, max(0, m.start() - 8), m.start()):
            continue
        if text[looked : m.end()].strip():
            spans.append((begin, m.end()))
            begin = m.end()
        looked = m.end()
    if text[begin:].strip() or not spans:
        spans.append((begin, len(text)))
    spans[-1] = (spans[-1][0], len(text))
    if name not in ("abstract", "other_abstract"):
        return [(a, b, "title" if name == "vernacular_title" else "registry") for a, b in spans]
    labels = [zone_of_label(label["label"]) if (label := _LABEL.match(text, a, b)) else "abstract" for a, b in spans]
    if sum(zone != "abstract" for zone in labels) < _LABELLED:
        return _guess_zones(text, spans)
    zone, out = "background", []
    for (a, b), named in zip(spans, labels, strict=True):
        zone = named if named != "abstract" else zone
        out.append((a, b, zone))
    return out


_LABELLED = 2
"""So many section labels make a structured abstract; one alone may be a word with a colon."""


def _guess_zones(text: str, spans: Sequence[tuple[int, int]]) -> list[tuple[int, int, str]]:
    """Zones of an abstract without labels, from what its sentences say and where they stand."""
    zone = "background" if len(spans) > 2 else "abstract"
    cues, known, out = _cues(), tuple(_CUES), list[tuple[int, int, str]]()
    for i, (a, b) in enumerate(spans):
        said = {known[index] for index in cues(text[a:b].encode("utf-8", "replace"))}
        if i and "concludes" in said and i >= len(spans) // 2:
            zone = "conclusion"
        elif zone in ("background", "abstract") and "aims" in said:
            out.append((a, b, "objective"))
            zone = "abstract"
            continue
        elif "results" in said:
            zone = "results"
        elif zone != "conclusion" and "methods" in said:
            zone = "methods"
        out.append((a, b, zone))
    if not any(zone in ("objective", "methods", "results") for _, _, zone in out):
        # Nothing says where the work begins (a short letter, a case in Japanese): then it may begin anywhere.
        return [(a, b, "abstract" if zone == "background" else zone) for a, b, zone in out]
    return out
