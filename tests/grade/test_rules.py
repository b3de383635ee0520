"""Is every rule right about its own examples? The examples in the rule files are tests."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from evtrack.grade.patterns import Pattern, PatternSet
from evtrack.grade.sentences import ZONES
from evtrack.grade.text import GradingText
from evtrack.rules import Rule, load_rules

RULES = load_rules({}).rules
JAPANESE = re.compile(r"[ぁ-んァ-ヴ一-龠々]")


def examples() -> Iterator[tuple[str, str, bool]]:
    """(rule, sentence, whether the rule should fire)."""
    for rule in RULES.values():
        yield from ((rule.id, sentence, True) for sentence in rule.examples)
        yield from ((rule.id, sentence, False) for sentence in rule.counterexamples)


def fires(rule: Rule, sentence: str) -> bool:
    """Whether a rule's pattern matches anywhere in a sentence, wherever it stands."""
    patterns = PatternSet([Pattern(rule.id, rule.signal or rule.id, rule.pattern or "", rule.case)])
    return bool(patterns.find(GradingText([("title", sentence)]).encoded))


@pytest.mark.parametrize(("rule", "sentence", "expected"), list(examples()))
def test_examples(rule: str, sentence: str, expected: bool) -> None:
    """A rule fires on its examples and keeps silent on its counterexamples."""
    assert fires(RULES[rule], sentence) is expected


@pytest.mark.parametrize("rule", RULES)
def test_both_languages(rule: str) -> None:
    """A rule says what it means in both languages, in Japanese with Japanese letters."""
    assert JAPANESE.search(RULES[rule].says_ja)
    assert RULES[rule].says_en.strip()
    assert not JAPANESE.search(RULES[rule].says_en)


def test_examples_are_sentences() -> None:
    """No example was read by YAML as anything but text (an unquoted colon makes a mapping)."""
    odd = [(rule, sentence) for rule, sentence, _ in examples() if sentence.startswith(("{'", "["))]
    assert not odd


def test_patterns_have_examples() -> None:
    """Every rule with a pattern has at least one example."""
    assert not [rule.id for rule in RULES.values() if rule.pattern and not rule.examples]


def test_zones_exist() -> None:
    """Rules name only zones that text.py gives."""
    assert not {zone for rule in RULES.values() for zone in rule.zones} - set(ZONES)


def test_patterns_share_one_set() -> None:
    """All patterns of all files compile into one set."""
    rules = load_rules({})
    assert len(rules.patterns.patterns) == sum(rule.pattern is not None for rule in rules.rules.values())
