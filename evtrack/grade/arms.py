"""Which arm did better, where a clause tells both, and does it tell one arm alone? Read from the words of the clause."""

from __future__ import annotations

import re
from typing import Final

from evtrack.grade.automaton import holds

_ARM: Final = re.compile(
    rb"(?P<control>(?:placebo|sham|saline|vehicle|(?<!random)historical (?:cohort|group|patients)|sertraline|escitalopram|fluoxetine|paroxetine|venlafaxine|duloxetine|donepezil|memantine|pregabalin|citalopram|mirtazapine|bupropion|vortioxetine|agomelatine|quetiapine|olanzapine|risperidone|aripiprazole|haloperidol|clozapine|(?:es)?ketamine|lithium|rivastigmine|galantamine|buspirone|lorazepam|diazepam|prazosin|(?:historical |registry )?controls?\b(?! (?:trial|study|of\b))|usual[ -]care"
    rb"|standard[ -](?:of[ -])?care|untreated|wait(?:ing)?[ -]?list|comparators?|those (?:who did )?not\b|who did not|\bgroup [b2]\b"
    + "|プラセボ|対照|生理食塩".encode()
    + rb")(?:[ -](?:treated|injected|given))?)"
    rb"|(?P<treated>exosom\w*|vesicles?\b|\bs?evs?\b|\btreated\b|(?:treatment|intervention|experimental|active|study)[ -](?:group|arm)|\bgroup [a1]\b"
    + "|エクソソーム|小胞".encode()
    + rb")"
)
_NOT_CHANGES = re.compile(
    rb"\bp(?:[ -]?values?)?(?: for [a-z -]{1,30})? ?(?:=|<|>|of|was) ?=? ?[\d.]+|9\d(?:\.\d+)? ?% ?(?:ci|confidence|credible)[^;)\]]*"
    rb"|\b(?:weeks?|months?|days?|years?) \d+|\b\d+[ -](?:weeks?|months?|days?|years?)\b|\b[nt] ?= ?[\d.]+|\(sd [\d.]+\)|\bse [\d.]+"
    rb"|\b\d+ (?:(?!in |with |of |points?|and )[a-z\-]+ ){0,2}?(?:patients|participants|controls|adults|mice|rats)\b"
)
"""Numbers that are no amount of change: p values, intervals, times, head counts."""
_NUMBER = re.compile(rb"(?<![\w.\-])[-+]?\d+(?:\.\d+)?")
_SHARE = re.compile(rb"\b(\d+) of (?:the )?(\d+)\b")
_FROM_TO = re.compile(
    rb"(?:\bfrom|\b(?:exosomes?|vesicles?|controls?|placebo|sham|saline)) (\d+(?:\.\d+)?) (?:points )?to (\d+(?:\.\d+)?)"
    rb"|(\d+(?:\.\d+)?)(?:" + "点)?から".encode() + rb"(\d+(?:\.\d+)?)"
)
_goes = holds(_FROM_TO.pattern)
_P = re.compile(rb"\bp ?[=<>] ?0?\.\d")
_sets_against = holds(
    rb"\bversus\b|\bvs?\b|\bcompared with\b|as against|\b(?:placebo|sham|saline|vehicle|controls?|historical|usual|standard|untreated|wait\w*|not|group b)\b|"
    + "対照|プラセボ".encode()
)
_THAN = re.compile(rb" than | (?:superior|inferior|preferable) to | outperform(?:s|ed) | surpass(?:es|ed) ")
_BEFORE = re.compile(
    rb"pre-? ?post comparisons?|paired comparisons?|"
    + "(?:投与|治療)前(?:に|と|より)?(?:比べ|比し|比較)?|".encode()
    + rb"\b(?:lower|higher|less|greater|better)\b[^,;.]{0,30}\bthan (?:before|prior|at baseline|baseline|pre)\b|\bv(?:s|ersus)?\.? (?:the )?(?:baseline|before|pre-?\w+)|"
    rb"(?:lower|higher|less|greater|better|compared|relative|versus) (?:than |with |to )?(?:the |at )?(?:baseline|before|pre-?\w+)\b(?: \w*treatment)?"
)
_to_before = holds(_BEFORE.pattern)
_contrast = holds(
    rb"\bthan\b|\bversus\b|\bvs?\b|between|differ|\bratio|interaction|\bcompared\b|comparison|relative to|superior|inferior|favou?r|as against|as opposed"
    rb"|\b(?:lower|higher|greater|more|less|fewer|shorter|longer|better|smaller|larger|slower|faster|worse|similar\w*|comparable)\b|"
    + "より|群間|比べ|比し|比較|両群|有意差".encode()
)
_each = holds(
    rb"\bboth (?:changes|decreases|reductions|improvements|were)[^.;]{0,12} significant|\bboth p\b|p ?[<=] ?[\d.]+,? (?:for|in) (?:both|each)|"
    + "いずれも|ともに".encode()
)
"""One p value told for each of two arms."""
_each_group = holds("両群とも|両群(?:で)?いずれも|群内".encode())
_change = holds(
    rb"\b(?:fell|rose|drop|declin|decreas|reduc|improv|increas|chang|worsen|deteriorat|recover|significant|unchanged|remain|stay|no such|constant|did not|than before|missed|at baseline)|"
    + "低下|減少|上昇|増加|改善|変化".encode()
)
_in_arm = holds(
    rb"\b(?:patients|participants|those|subjects|adults) (?:receiving|given|treated with|assigned to|on|who (?:received|got)) |\b(?:in|within|for|among) (?:the )?(?:[a-z\-]+ )?(?:group|arm)\b|\bafter (?:saline|sham|placebo|exosomes|vesicles)\b"
    rb"|\b(?:in|with|among) (?:the )?(?:controls|sham|saline|placebo)\b|\bgroup [ab12]\b"
    rb"|\b(?:group|arm) (?:also |did not )?(?:showed|improve|decrease|decline|fall|rise|change|exhibited|demonstrated|had|changed|experienced|improved|decreased|declined|fell|rose|reported)|"
    + "群(?:で|に)(?:は)?".encode()
)
_less = holds(
    rb"\b(?:fell|decreased|dropped|improved|increased|rose|recovered|reduced|lowered|gained) (?:significantly |markedly )?(?:less\b|more slowly|slower)"
)
_compares = holds(
    rb"\b(?:more|less|greater|smaller|fewer|slower|faster|lower|higher|better|worse|larger|shorter|longer)\b"
)


def names_comparator(words: bytes) -> bool:
    """Whether ``words`` (lower case) name the comparator."""
    return any(m.lastgroup == "control" for m in _ARM.finditer(words))


def turned(words: bytes) -> bool:
    """Whether a direction word in ``words`` (lower case) holds for the comparator, or is outdone by it.

    "improved more with placebo than with vesicles", "improved less", and a decline "by 0.9 in the treated and 2.6 in controls":
    of what both arms had, the treated had less.
    """
    than = _THAN.search(words)
    if than:
        before = _last(words[: than.start()])
        after = _ARM.search(words, than.end())
        if before == "control" and after and after.lastgroup == "treated":
            return True
    if _less(words):
        return True
    if _compares(words):
        return False
    pair = amounts(words)
    return pair is not None and abs(pair[0]) < abs(pair[1])


def higher(words: bytes) -> bool | None:
    """Whether the treated had the higher value, where a clause only tells both; ``None`` where it does not, or they are equal."""
    pair = amounts(words)
    return None if pair is None or pair[0] == pair[1] else pair[0] > pair[1]


def tested(words: bytes) -> int:
    """How many p values a clause (lower case) gives."""
    return len(_P.findall(words))


def told_apart(words: bytes) -> bool:
    """Whether two clauses (lower case) tell one arm each and one p value for both: they are one comparison."""
    return tested(words) == 1 and not _contrast(words) and amounts(words) is not None


def amounts(words: bytes) -> tuple[float, float] | None:
    """What the treated and the comparator had, in this order; ``None`` where the clause does not tell just two amounts."""
    if not _sets_against(words):
        return None
    first: int
    steps = list(_FROM_TO.finditer(words))
    shares = list(_SHARE.finditer(words))
    if len(steps) == 2:
        numbers = [float(s[2] or s[4]) - float(s[1] or s[3]) for s in steps]
        first = steps[0].start()
    elif len(shares) == 2:
        numbers = [float(s[1]) / max(1.0, float(s[2])) for s in shares]
        first = shares[0].start()
    elif shares:
        return None
    else:
        found = list(_NUMBER.finditer(_NOT_CHANGES.sub(lambda m: b" " * len(m[0]), words)))
        if len(found) != 2:
            return None
        numbers = [float(n[0]) for n in found]
        first = found[0].start()
    treated_first = _treated_first(words, first)
    if treated_first is None:
        return None
    return (numbers[0], numbers[1]) if treated_first else (numbers[1], numbers[0])


def _treated_first(words: bytes, number: int) -> bool | None:
    """Whether the first number is that of the treated: the arms are named in the order of their numbers."""
    order = [(m.lastgroup, m.start()) for m in _ARM.finditer(words)]
    treated = next((at for arm, at in order if arm == "treated"), None)
    control = next((at for arm, at in order if arm == "control"), None)
    if treated is not None and control is not None:
        return treated < control
    if treated is not None:
        return True if treated < number else None
    return True if control is not None and control > number else None


def treated_first(words: bytes) -> bool | None:
    """Whether the treated are named before the comparator, of two arms set side by side by their amounts; ``None`` where they are not."""
    if _compares(words) or amounts(words) is None:
        return None
    arms = [m.lastgroup for m in _ARM.finditer(words)]
    return arms[0] == "treated" if len(set(arms)) == 2 else None


def _last(words: bytes) -> str | None:
    arm = None
    for m in _ARM.finditer(words):
        arm = m.lastgroup
    return arm


_WHOLE: Final = re.compile(rb"\b(?:whole|entire|full|total|overall) (?:study )?(?:group|sample|cohort)\b")
"""All who took part: no arm."""


def one_arm(words: bytes) -> bool:
    """Whether a clause (lower case) tells how one arm changed, or each for itself, and does not set them against each other.

    Two p values for two arms, "from 24 to 13" without a test between them, or "in the sham group the decrease was not significant".
    """
    if not _change(words) and not _goes(words):
        return False
    if _each_group(words) and "群間".encode() not in words:
        return True
    plain = _BEFORE.sub(b" before ", words) if _to_before(words) else words
    if _contrast(plain):
        return False
    p_values = tested(plain)
    steps = len(_FROM_TO.findall(plain)) if _goes(plain) else 0
    if (p_values >= 2 or _each(plain)) and (steps >= 2 or _both_arms(plain)):
        return True
    if steps:
        return not (p_values == 1 and _both_arms(plain))
    return _in_arm(_WHOLE.sub(b"all", plain)) and not _both_arms(plain)


def _both_arms(words: bytes) -> bool:
    """Whether the treated and the comparator are both named."""
    return len({m.lastgroup for m in _ARM.finditer(words)}) == 2
