"""Which numbers does a record state? People or animals, groups, follow-up, dose, the primary p value; what is not stated is absent."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from evtrack.grade.grades import PEOPLE, DesignGrade
from evtrack.grade.patterns import Hit
from evtrack.grade.significance import first_interval, first_p, states_any
from evtrack.grade.text import Scan
from evtrack.record import Trial

ASKED: Final = ("counts_people", "n_equals", "states_dose", "states_duration", "about_primary")
"""The signals that most records are asked for here."""
SMALL: Final[Mapping[str, int]] = {"rct": 100, "early_clinical": 20, "observational": 20}
"""Below these numbers in all a study is small (GRADING.md, Settled conventions); animals: below eight a group."""
SMALL_PER_GROUP: Final = 8
HIGH_ATTRITION: Final = 0.20
"""Share of participants lost from which a trial is at high risk of bias (Sackett's 5-and-20 rule)."""

_ONES = {
    w: i
    for i, w in enumerate(
        [
            "zero",
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
            "thirteen",
            "fourteen",
            "fifteen",
            "sixteen",
            "seventeen",
            "eighteen",
            "nineteen",
        ]
    )
}
_TENS = {
    w: 10 * i for i, w in enumerate(["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"], 2)
}
_TENS["fourty"] = 40
_NUMBER_WORDS = frozenset({*_ONES, *_TENS, "hundred", "thousand", "and"})
_NOT_BETWEEN = frozenset(
    [
        "of",
        "in",
        "and",
        "or",
        "versus",
        "vs",
        "to",
        "per",
        "with",
        "from",
        "by",
        "day",
        "days",
        "week",
        "weeks",
        "month",
        "months",
        "year",
        "years",
        "hour",
        "hours",
        "percent",
        "time",
        "times",
        "dose",
        "doses",
        "studies",
        "trials",
    ]
)
"""Words between a number and "patients" that make it the number of something else."""
_NAMED = re.compile(rb"\b(?:type|phase|grade|stage|class|day|group|week) $|" + "群".encode() + b" ?$", re.IGNORECASE)
"""What a number after it names: "type 2 diabetic mice"."""
_COUNT_JA = re.compile(r"(?P<n>\d+) ?(?:例|名|人|症例|匹|頭|羽)(?!目)")
_N_EQUALS = re.compile(
    r"\b[nN] ?= ?(?P<n>\d{1,3}(?:,\d{3})+|\d+)(?P<range>[-/]\d+)?(?P<per> ?(?:per|/|each|in each|animals per|mice per|rats per))?"
)
_GROUPS = re.compile(
    r"\b(two|three|four|five|six|seven|eight|[2-9])(?: [\w\-]+){0,3}? (?:groups|arms|cohorts)\b|([2-9])(?:群|アーム)",
    re.IGNORECASE,
)
_DURATION = re.compile(
    r"(?:\b(?P<unit1>day|week|month|year)s? (?P<n1>\d+)\b|\b(?P<n2>\d+(?:\.\d+)?|one|two|three|four|five|six|seven|eight|nine|ten|twelve|sixteen|twenty-four)[ -](?P<unit2>day|week|month|year)s?\b|(?P<n3>\d+) ?(?P<unit3>日|週|[かカヵヶケ]月|年))",
    re.IGNORECASE,
)
_OLD = re.compile(rb"[- ](?:old|of age)\b|,? or older", re.IGNORECASE)
_SPREAD = re.compile(rb"(?:\xc2\xb1|\+/-) ?$|\d\.$")
_COUNT_LOST = re.compile(
    r"\b(?P<n>\d+|[A-Za-z]+)(?: [A-Za-z\-]+){0,2}? (?:patients|participants|subjects|people|dropped|withdrew|discontinued|were lost)\b"
)
_EACH_GROUP = re.compile(rb" ?(?:\(?(?:per|in each|in every|each) ?|/ ?)(?:group|arm|cohort)", re.IGNORECASE)
_PER_GROUP = re.compile(
    r"\b(\d+|[a-z]+) (?:[a-z]+ )?(?:mice|rats|animals|rabbits|pigs)?,? ?(?:per|in each|in every|/) ?(?:group|arm|cohort)\b"
    r"|\b(?:groups|arms|cohorts) of (\d+|[a-z]+)\b|(?:各群|[1一]群) ?(\d+) ?(?:匹|頭|羽|例)",
    re.IGNORECASE,
)
_GIVEN = re.compile(
    rb"exo|vesicle|\bs?EVs?\b|MSC|stem|stromal|\bcells?\b|secretome|conditioned|infus|treatment"
    + "|エクソソーム|小胞|細胞|培養上清|点滴".encode(),
    re.IGNORECASE,
)
_NO_DOSE = re.compile(r"\d\.? ?[Gg]$|[Gg]/m[lL]$")
"""Gravity, the panel of a figure, a density."""
_SHARE = re.compile(r"(\d+(?:\.\d+)?) ?%(?! ?(?:CI|confidence|CrI))")
_LONGEST = {"year": 30, "年": 30}
"""A larger figure is an age or a calendar year."""
_WEEKS = {"day": 1 / 7, "week": 1.0, "month": 52 / 12, "year": 52.0, "日": 1 / 7, "週": 1.0, "年": 52.0}
_ALL = (b"randomi", b"enrol", b"includ", b"recruit", b"analy", b"total", b"assigned", b"allocated", b"participat")
_FEW = 5
"""Fewer people than this are seldom the whole of a study, where a larger number is stated too ("Two patients withdrew")."""
_SHARE_NEXT = re.compile(rb" ?\(\d+(?:\.\d+)? ?%")

_TOKENS = 14
"""Words of a hit that may hold its number ("two thousand three hundred and six newly diagnosed …")."""


def number(words: str) -> int | None:
    """A number in digits (``1,237``) or English words (``one hundred and twenty``); ``None`` for anything else."""
    text = words.strip().lower().replace(",", "")
    if text.isdigit():
        return int(text)
    tokens = [t for t in re.split(r"[ -]+", text) if t]
    if not tokens or any(t not in _NUMBER_WORDS for t in tokens) or all(t == "and" for t in tokens):
        return None
    total, part = 0, 0
    for word in tokens:
        if word == "thousand":
            total, part = total + max(part, 1) * 1000, 0
        elif word == "hundred":
            part = max(part, 1) * 100
        else:
            part += _ONES.get(word, 0) + _TENS.get(word, 0)
    return total + part


def extract_numbers(scan: Scan, design: DesignGrade, trial: Trial | None) -> dict[str, Any]:
    """The numbers a record states, by name; a number that is not stated is absent.

    ``n``: participants, or animals in all; ``n_per_group``; ``arms``; ``follow_up`` in weeks; ``dose`` as written; ``p`` and
    ``ci`` of the first result that gives one; ``attrition`` as a share of 1; ``planned_n``: enrollment of a registered trial.
    """
    out: dict[str, Any] = {}
    if trial is not None:
        if trial.enrollment is not None:
            out["planned_n"] = trial.enrollment
        if trial.arms:
            out["arms"] = len(trial.arms)
        return out
    if design.design == "notice":
        return out
    animals = design.design == "animal"
    n = _animals(scan) if animals else participants(scan, one=design.design == "case_report")
    per_group = _per_group(scan) if animals or n is None else None
    arms = _arms(scan)
    if per_group is not None:
        out["n_per_group"] = per_group
        if n is None and arms is not None and animals:
            n = per_group * arms
    if n is not None and design.design != "in_vitro" and not design.synthesis:
        out["n"] = n
    if arms is not None:
        out["arms"] = arms
    # A time in a paper on cells is a culture's, one in a review the reach of its search.
    follow_up = None if design.design == "in_vitro" or design.synthesis else _follow_up(scan)
    if follow_up is not None:
        out["follow_up"] = follow_up
    dose = _dose(scan)
    if dose is not None:
        out["dose"] = dose
    out.update(_primary(scan))
    lost = None if design.synthesis else _attrition(scan, n)
    if lost is not None:
        out["attrition"] = lost
    return out


def small_n(numbers: Mapping[str, Any], level: str) -> bool:
    """Whether few were studied: rct below 100 in all, other human below 20, animals below 8 a group; unknown is not small."""
    if level == "animal":
        per_group = numbers.get("n_per_group")
        return per_group is not None and per_group < SMALL_PER_GROUP
    n = numbers.get("n")
    return n is not None and level in SMALL and n < SMALL[level]


def number_flags(numbers: Mapping[str, Any], design: DesignGrade, level: str) -> tuple[str, ...]:
    """``small_n``, ``n_not_stated`` (studies of people) and ``attrition`` (a fifth or more lost)."""
    flags = []
    if small_n(numbers, level):
        flags.append("small_n")
    if design.design in PEOPLE and "n" not in numbers and "planned_n" not in numbers:
        flags.append("n_not_stated")
    if numbers.get("attrition", 0.0) >= HIGH_ATTRITION:
        flags.append("attrition")
    return tuple(flags)


def participants(scan: Scan, *, one: bool = False) -> int | None:
    """People studied, in all. Numbers beside "randomised", "enrolled", "total" go first, else the first stated; two groups
    named together ("84 patients and 80 controls") are added. ``one``: a case report has one where none is stated."""
    text = scan.text
    stated: list[int] = []
    hits = sorted(
        scan.by_signal.get("counts_people", ()), key=lambda h: (text.sentence(h.start).zone == "title", h.start)
    )
    for i, hit in enumerate(hits):
        n = _counted_at(scan, hit)
        if n is None or n < 1 or _SHARE_NEXT.match(text.encoded, hit.end):
            continue
        following = next((h for h in hits[i + 1 :] if not _bracketed(scan, hit, h)), None)
        if following is not None:
            n += _controls(scan, hit, following)
        near = text.encoded[max(0, hit.start - 60) : hit.end + 60].lower()
        if n >= _FEW and any(word in near for word in _ALL):
            return n
        if n > 1 or one:
            stated.append(n)
    n = next((n for n in stated if n >= _FEW), None) or (stated[0] if stated else _sum_of_n(scan))
    return n if n is not None or not one else 1


def _controls(scan: Scan, first: Hit, second: Hit) -> int:
    """ "… and 80 healthy controls" (or "29 controls and 49 patients") in a sentence: how many; 0 where the next number is something else."""
    words = scan.text.encoded
    if words.endswith(b"controls", 0, first.end) == words.endswith(b"controls", 0, second.end):
        return 0
    if not words.endswith(b" and ", 0, second.start):
        return 0
    if scan.text.sentence_index(first.start) != scan.text.sentence_index(second.start):
        return 0
    return _counted_at(scan, second) or 0


def _bracketed(scan: Scan, first: Hit, second: Hit) -> bool:
    """Whether the second stands in brackets that open after the first: "29 controls (11 men and 18 women)"."""
    between = scan.text.encoded[first.end : second.start]
    return between.count(b"(") > between.count(b")")


def _counted_at(scan: Scan, hit: Hit) -> int | None:
    """The number a hit counts; ``None`` where its digits belong to a name ("C57BL/6 mice") or a larger number."""
    before = scan.text.encoded[max(0, hit.start - 7) : hit.start]
    if before[-1:] in (b"/", b"-", b".", b",", b":", b"%") or _NAMED.search(before):
        return None
    return _counted(scan.text.slice(hit.start, hit.end))


def _counted(words: str) -> int | None:
    """The number nearest to the noun that ends ``words``; ``None`` where a word between makes it something else's."""
    japanese = _COUNT_JA.match(words)
    if japanese:
        return int(japanese["n"])
    tokens = words.split()[-_TOKENS:-1]
    end = len(tokens)
    while end and number(tokens[end - 1]) is None:
        if tokens[end - 1].lower() in _NOT_BETWEEN:
            return None
        end -= 1
    begin = end
    while (
        begin
        and number(" ".join(tokens[begin - 1 : end])) is not None
        and not (tokens[begin - 1].isdigit() and begin < end)
    ):
        begin -= 1
    return number(" ".join(tokens[begin:end]))


def _sum_of_n(scan: Scan) -> int | None:
    """``(n = 20) … (n = 20)`` of one sentence, added; the largest alone where it is the sum of the others."""
    for text in _sentences(scan, "n_equals"):
        values = [int(m["n"].replace(",", "")) for m in _N_EQUALS.finditer(text) if not m["per"] and not m["range"]]
        if values:
            whole = len(values) > 2 and 2 * max(values) >= sum(values)
            return max(values) if whole else sum(values)
    return None


def _dose(scan: Scan) -> str | None:
    """The first dose as written; where vesicles or cells are named, only of a sentence that names them: others are a toxin's."""
    named = "about_agent" in scan
    for hit in scan.hits("states_dose", zones=("methods", "abstract", "results", "background", "objective")):
        words, sentence = scan.text.slice(hit.start, hit.end).strip(), scan.text.sentence(hit.start)
        of_agent = not named or _GIVEN.search(scan.text.encoded, sentence.start, sentence.end)
        if of_agent and not _NO_DOSE.search(words):
            return words
    return None


def _animals(scan: Scan) -> int | None:
    hits = scan.by_signal.get("counts_animals", ())
    counted = (_counted_at(scan, h) for h in hits if not _EACH_GROUP.match(scan.text.encoded, h.end))
    return next((n for n in counted if n is not None and n > 1), None)


def _per_group(scan: Scan) -> int | None:
    """Animals or people a group: "n = 8", "8 mice per group", "four groups of 10", 各群8匹."""
    found = (m for text in _sentences(scan, "n_equals") for m in _N_EQUALS.finditer(text))
    n = next((int(m["n"].replace(",", "")) for m in found), None)
    if n is not None:
        return n
    for signal in ("counts_animals", "counts_groups"):
        for text in _sentences(scan, signal):
            m = _PER_GROUP.search(text)
            n = number(m[1] or m[2] or m[3]) if m else None
            if n is not None:
                return n
    return None


def _arms(scan: Scan) -> int | None:
    found = (m for text in _sentences(scan, "counts_groups") for m in _GROUPS.finditer(text))
    return next((number(m[1] or m[2]) for m in found), None)


def _follow_up(scan: Scan) -> float | None:
    """The longest stated time that is no age, in weeks; times before the study ("for 10 years") are seldom longer."""
    longest: float | None = None
    for hit in scan.by_signal.get("states_duration", ()):
        words = scan.text.encoded
        before = words[max(0, hit.start - 14) : hit.start].lower()
        if _OLD.match(words, hit.end) or b"age" in before or _SPREAD.search(before):
            continue
        m = _DURATION.match(scan.text.slice(hit.start, hit.end))
        n = _amount(m["n1"] or m["n2"] or m["n3"]) if m else None
        if m is None or n is None or n > _LONGEST.get((m["unit1"] or m["unit2"] or m["unit3"]).lower(), 600):
            continue
        weeks = round(n * _WEEKS.get((m["unit1"] or m["unit2"] or m["unit3"]).lower(), 52 / 12), 1)
        longest = weeks if longest is None else max(longest, weeks)
    return longest


def _amount(words: str) -> float | None:
    """A number that may have decimals (``1.5``) or be a word."""
    return float(words) if "." in words else number(words)


def _primary(scan: Scan) -> dict[str, Any]:
    """``p`` and ``ci`` of the first sentence on the primary outcome that gives them, else of the first result that does."""
    text = scan.text
    named = {text.sentence_index(h.start) for h in scan.by_signal.get("about_primary", ())}
    compared = {text.sentence_index(h.start) for h in scan.by_signal.get("about_between", ())}
    results = [(i, s) for i, s in enumerate(text.sentences) if s.zone in ("results", "abstract")]
    giving = [(i, words) for i, s in results if states_any(words := text.encoded[s.start : s.end])]
    for chosen in (named, compared, {i for i, _ in giving}):
        for words in (words for i, words in giving if i in chosen):
            p, ci = first_p(words), first_interval(words)
            if p is not None or ci is not None:
                return {k: v for k, v in (("p", p), ("ci", list(ci) if ci else None)) if v is not None}
    return {}


def _attrition(scan: Scan, n: int | None) -> float | None:
    """Share of 1 that left: as a percentage, or as a count of ``n``."""
    for text in _sentences(scan, "states_attrition"):
        share = _SHARE.search(text)
        if share:
            return round(float(share[1]) / 100, 3)
        m = _COUNT_JA.search(text) or _COUNT_LOST.search(text)
        lost = number(m["n"]) if m else None
        if lost is not None and n and lost <= n:
            return round(lost / n, 3)
    return None


def _sentences(scan: Scan, signal: str) -> Iterator[str]:
    """The words of each sentence in which the signal fired, once, abstract before title."""
    text = scan.text
    indices = dict.fromkeys(text.sentence_index(h.start) for h in scan.by_signal.get(signal, ()))
    for index in sorted(indices, key=lambda i: (text.sentences[i].zone == "title", i)):
        yield text.slice(text.sentences[index].start, text.sentences[index].end)
