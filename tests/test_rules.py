"""Are rule files read right, and broken ones refused with their place?"""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from evtrack.bilingual import Bilingual
from evtrack.claim import Concept
from evtrack.rules import RULES_FOLDER, _build, concept_patterns, load_rules, rule_files


def built(folder: Path, text: str) -> list[dict[str, object]]:
    """The rules of one made-up file."""
    file = folder / "made.yaml"
    file.write_text(text, encoding="utf-8")
    rules = _build([file])["rules"]
    assert isinstance(rules, list)
    return rules


def test_version_and_files() -> None:
    """The package has rule files, a version, and ids that stand once."""
    rules = load_rules({})
    assert rules.version
    assert len(rule_files()) > 5
    assert all(key == rule.id for key, rule in rules.rules.items())


def test_words_and_patterns_join(tmp_path: Path) -> None:
    """``pattern``, ``any`` and ``words`` of a rule become one pattern."""
    (rule,) = built(
        tmp_path,
        "- id: X\n  pattern: 'one'\n  any: ['two', 'three']\n  words: [four*]\n  says: {ja: 一, en: one}\n  weights: {rct: 1}\n  zones: [title]\n",
    )
    assert rule["pattern"] == r"(?:one)|(?:two)|(?:three)|(?:\bfour\w*)"
    assert rule["weights"] == {"rct": 1.0}
    assert rule["zones"] == ("title",)


def test_decision_without_pattern(tmp_path: Path) -> None:
    """A rule without pattern is a decision that code names."""
    (rule,) = built(tmp_path, "- id: R-X\n  says: {ja: 一, en: one}\n")
    assert rule["pattern"] is None
    assert rule["signal"] is None


def test_same_id_twice(tmp_path: Path) -> None:
    """An id that stands twice is refused with both places."""
    with pytest.raises(ValueError, match=r"made\.yaml:3: rule X stands already at made\.yaml:1"):
        built(tmp_path, "- id: X\n  says: {ja: 一, en: one}\n- id: X\n  says: {ja: 一, en: one}\n")


@pytest.mark.parametrize(
    "entry", ["- id: X\n", "- says: {ja: 一, en: one}\n", "- id: X\n  colour: red\n  says: {ja: 一, en: one}\n"]
)
def test_unknown_or_missing_keys(tmp_path: Path, entry: str) -> None:
    """A rule without id or words, or with a key nobody reads, is refused with its place."""
    with pytest.raises(ValueError, match=r"made\.yaml:1: rule needs id and says"):
        built(tmp_path, entry)


def test_concepts_join_the_rules() -> None:
    """Concepts bring patterns of their own; abbreviations keep their case."""
    concept = Concept(
        id="sleep",
        role="outcome",
        label=Bilingual("睡眠", "sleep"),
        words=("sleep*",),
        ja=("睡眠",),
        exact=("REM",),
        measures=("PSQI", "sleep diary"),
    )
    rules = load_rules({"sleep": concept})
    signals = {p.signal for p in rules.concept_patterns.patterns}
    assert signals == {"concept:sleep", "measure:sleep"}
    assert len(rules.patterns.patterns) > len(rules.concept_patterns.patterns)
    assert {p.id: p.case for p in concept_patterns({"sleep": concept})}["measure:sleep:exact"] is True


def test_a_changed_rule_raises_the_version() -> None:
    """version.yaml holds the hash of the rules it stands for: a rule cannot change while the version stays.

    After a change: raise ``rules_version``, put the hash this test prints beside it, and add a line to README's Changes.
    """
    digest = hashlib.sha256()
    for file in rule_files():
        if file.name != "version.yaml":
            digest.update(file.read_bytes())
    stated = YAML(typ="safe").load((RULES_FOLDER / "version.yaml").read_text(encoding="utf-8"))
    assert stated["sha256"] == digest.hexdigest()
    readme = Path(__file__).parents[1] / "README.md"
    assert f"Rules version {stated['rules_version']}" in readme.read_text(encoding="utf-8")
