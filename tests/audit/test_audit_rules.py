"""Is every rule of the audit right about its own examples? The examples in the rule files are tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from evtrack.audit.normalise import normalise
from evtrack.claims import load_library
from evtrack.grade.patterns import Pattern, PatternSet
from evtrack.rules import Rule, load_audit_rules, sayable

RULES = load_audit_rules()


def examples() -> Iterator[tuple[str, str, bool]]:
    """(rule, sentence, whether it must fire)."""
    for rule in RULES.values():
        yield from ((rule.id, sentence, True) for sentence in rule.examples)
        yield from ((rule.id, sentence, False) for sentence in rule.counterexamples)


def fires(rule: Rule, sentence: str) -> bool:
    patterns = PatternSet([Pattern(rule.id, rule.signal or "", rule.pattern or "", rule.case)])
    return bool(patterns.find(normalise(sentence).text.encode()))


@pytest.mark.parametrize(("rule", "sentence", "expected"), list(examples()))
def test_examples(rule: str, sentence: str, expected: bool) -> None:
    """A rule fires where its examples say so, and nowhere else."""
    assert fires(RULES[rule], sentence) is expected


def test_every_rule_is_whole() -> None:
    """Each rule has a signal, a source, words in both languages, and examples of both sorts (traps only of one)."""
    for rule in RULES.values():
        assert rule.signal
        assert rule.source
        assert rule.says_ja
        assert rule.says_en
        assert rule.examples
        assert rule.counterexamples or rule.signal.startswith("trap:"), rule.id


def test_vocabulary_names_concepts() -> None:
    """Words that pages use are added to concepts that there are."""
    concepts = load_library()[0].concepts
    for rule in RULES.values():
        kind, _, name = (rule.signal or "").partition(":")
        if kind in ("concept", "trap"):
            assert name in concepts, rule.id


def test_claims_name_what_can_be_said() -> None:
    """Every name under ``audit: says:`` is a signal of a rule."""
    named = {name for claim in load_library()[0].claims.values() for name in claim.audit.says}
    assert named
    assert named <= set(sayable())
