"""Is a sentence about the state of evidence still true? Its tests read, and judged over other claims. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import get_args

from evtrack.claim import StateRule
from evtrack.grade.grades import LEVELS, Stance, rank

Test = tuple[str, str, str, str]
Measured = str | int | None

STANCES: tuple[str, ...] = get_args(Stance)
MEASURES = (
    "level",
    "provisional_level",
    "stance",
    "count.LEVEL",
    "count.LEVEL.STANCE",
    "registered",
    "registered.active",
    "n_total",
    "n_largest",
    "harms",
    "empty_review",
    "looked",
    "searched.SOURCE",
)
"""What a test may ask of a claim; ``LEVEL`` may also be ``human`` (early_clinical and rct together)."""

_TEST = re.compile(
    r"(?:(?P<quantifier>any|all)\s*\((?P<group>[\w\s,-]++)\)|(?P<claim>[\w-]+))"
    r"\.(?P<measure>[a-z][\w.]*)\s*(?P<operator>>=|<=|!=|=|>|<)\s*(?P<value>[\w/]+)"
)
_COMPARE: dict[str, Callable[[int, int], bool]] = {
    ">=": lambda a, b: a >= b,
    "<=": lambda a, b: a <= b,
    "!=": lambda a, b: a != b,
    "=": lambda a, b: a == b,
    ">": lambda a, b: a > b,
    "<": lambda a, b: a < b,
}


class TestError(ValueError):
    """A test that cannot be read; the message says what is wrong with it."""

    __test__ = False  # pytest would take a class named Test… for one of its own


def read_test(text: str, own_id: str) -> tuple[Test, ...]:
    """``any(dep-effect, anx-effect).level >= animal`` → the tests a StateRule holds (``all(…)`` gives one for each claim).

    ``self`` is the claim's own id. Raises ``TestError`` where the words, the measure or the value are not understood.
    """
    m = _TEST.fullmatch(text.strip())
    if m is None:
        raise TestError("it has not the shape CLAIM.MEASURE OPERATOR VALUE")
    measure, operator, value = m["measure"], m["operator"], m["value"]
    _check_measure(measure, operator, value)
    ids = [own_id if i == "self" else i for i in re.split(r"[\s,]+", m["group"] or m["claim"]) if i]
    if m["quantifier"] == "all":
        return tuple((i, measure, operator, value) for i in ids)
    return (("|".join(ids), measure, operator, value),)


def claims_named(tests: Iterable[Sequence[str]]) -> tuple[str, ...]:
    """The claims that tests ask about, in order, each once."""
    return tuple(dict.fromkeys(i for ids, *_ in tests for i in ids.split("|")))


def _check_measure(measure: str, operator: str, value: str) -> None:
    if measure in ("level", "provisional_level"):
        if value not in LEVELS:
            raise TestError(f"{measure} is compared with a level ({', '.join(LEVELS)}), not with {value}")
        return
    if measure == "stance":
        if value not in STANCES or operator not in ("=", "!="):
            raise TestError(f"stance is compared by = or != with one of {', '.join(STANCES)}")
        return
    if not (measure in MEASURES or _is_count(measure) or re.fullmatch(r"searched\.[a-z]+", measure)):
        raise TestError(f"{measure} is no measure (there are: {', '.join(MEASURES)})")
    if not value.isdecimal():
        raise TestError(f"{measure} is compared with a number, not with {value}")


def _is_count(measure: str) -> bool:
    name, _, rest = measure.partition(".")
    level, _, stance = rest.partition(".")
    return name == "count" and level in (*LEVELS, "human") and (not stance or stance in STANCES)


def judge(rules: Sequence[StateRule], measured: Callable[[str, str], Measured]) -> StateRule | None:
    """The first rule whose tests all hold; ``None`` where none does.

    ``measured(claim_id, measure)`` gives a level or stance by name, a number, or ``None`` where it is not known: an
    unknown number reads as 0, an unknown level as ``none``.
    """
    return next((rule for rule in rules if _holds(rule, measured)), None)


def rests_on_absence(rules: Sequence[StateRule], chosen: StateRule, measured: Callable[[str, str], Measured]) -> bool:
    """Whether more evidence could give another verdict than that of ``chosen``, the rule that ``judge`` found.

    More evidence raises levels and numbers; a verdict that only holds while something is missing rests on its absence,
    and is none where the search was not made. A stance that was read is taken as it is.
    """
    earlier = rules[: rules.index(chosen)]
    if any(rule.verdict != chosen.verdict and _may_come(rule, measured) for rule in earlier):
        return True
    return not _each(chosen, lambda claim, test: _stays(measured(claim, test[1]), test))


def _holds(rule: StateRule, measured: Callable[[str, str], Measured]) -> bool:
    return _each(rule, lambda claim, test: _fits(measured(claim, test[1]), *test[1:]))


def _may_come(rule: StateRule, measured: Callable[[str, str], Measured]) -> bool:
    """Whether a rule that does not hold could, once there is more evidence."""
    return _each(rule, lambda claim, test: _could(measured(claim, test[1]), test))


def _each(rule: StateRule, holds: Callable[[str, Test], bool]) -> bool:
    """Whether every group of tests has a claim of which all its tests are true."""
    groups: dict[str, list[Test]] = {}
    for test in rule.tests:
        groups.setdefault(test[0], []).append(test)
    return all(
        any(all(holds(claim, test) for test in tests) for claim in ids.split("|")) for ids, tests in groups.items()
    )


def _stays(found: Measured, test: Test) -> bool:
    """Whether a test holds however much evidence is added."""
    _, measure, operator, value = test
    if measure == "stance":
        return _fits(found, measure, operator, value)
    return operator in (">=", ">", "!=") and _COMPARE[">" if operator == "!=" else operator](
        *_numbers(found, measure, value)
    )


def _could(found: Measured, test: Test) -> bool:
    """Whether a test holds, or could once there is more evidence."""
    _, measure, operator, value = test
    if _fits(found, measure, operator, value) or measure == "stance" or operator in (">=", ">", "!="):
        return True
    return operator == "=" and _COMPARE["<"](*_numbers(found, measure, value))


def _fits(found: Measured, measure: str, operator: str, value: str) -> bool:
    if measure == "stance":
        return ((found or "n/a") == value) == (operator == "=")
    return _COMPARE[operator](*_numbers(found, measure, value))


def _numbers(found: Measured, measure: str, value: str) -> tuple[int, int]:
    """What was found and what it is compared with, as numbers; of levels, their places on the ladder."""
    if measure in ("level", "provisional_level"):
        return rank(None if found is None else str(found)), rank(value)
    return int(found or 0), int(value)
