"""Do the words of stance.yaml and numbers.yaml fire where they should, and only there?"""

from __future__ import annotations

import pytest

from evtrack.grade.patterns import Pattern, PatternSet
from evtrack.rules import Rule, load_rules

MINE = ("stance.yaml", "numbers.yaml")
RULES = [r for r in load_rules({}).rules.values() if r.file in MINE]
WITH_PATTERN = [r for r in RULES if r.pattern is not None]


def fires(rule: Rule, sentence: str) -> bool:
    assert rule.pattern is not None
    return bool(PatternSet([Pattern(rule.id, rule.signal or rule.id, rule.pattern, rule.case)]).find(sentence.encode()))


@pytest.mark.parametrize("rule", WITH_PATTERN, ids=lambda r: r.id)
def test_examples_fire_and_counterexamples_do_not(rule: Rule) -> None:
    """Every rule's examples match and its counterexamples do not."""
    assert rule.examples
    assert rule.counterexamples
    assert [e for e in rule.examples if not fires(rule, e)] == []
    assert [e for e in rule.counterexamples if fires(rule, e)] == []


def test_every_rule_speaks_both_languages() -> None:
    """A reason can be shown to a reader of Japanese and of English."""
    assert RULES
    assert [r.id for r in RULES if not (r.says_ja and r.says_en)] == []


def test_every_rule_named_by_the_code_exists() -> None:
    """A reason whose rule is unknown would be shown without words."""
    import inspect
    import re

    from evtrack.grade import findings, primary_result, reported, stance

    named = {
        n
        for m in (findings, primary_result, reported, stance)
        for n in re.findall(r'"(S-[A-Z-]+)"', inspect.getsource(m))
    }
    assert named - {r.id for r in RULES} == set()
