"""What are the rules? Rule files (evtrack/grade/rules/*.yaml, evtrack/audit/rules/*.yaml) → Rules, loaded once and passed to grade/ and audit/."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from evtrack.claim import Concept
from evtrack.compiled import compiled, content_hash
from evtrack.grade.literals import Required, required
from evtrack.grade.patterns import Pattern, PatternSet, join_words, matcher_of

RULES_FOLDER = Path(__file__).parent / "grade" / "rules"
AUDIT_RULES_FOLDER = Path(__file__).parent / "audit" / "rules"


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: a pattern that gives a signal, or (without pattern) a decision that graders name as their reason.

    ``weights`` is what the signal says for or against each value its grader chooses between. ``examples`` and
    ``counterexamples`` are its tests.
    """

    id: str
    file: str
    says_ja: str
    says_en: str
    signal: str | None = None
    pattern: str | None = None
    case: bool = False
    zones: tuple[str, ...] = ()
    weights: Mapping[str, float] = field(default_factory=dict)
    source: str | None = None
    examples: tuple[str, ...] = ()
    counterexamples: tuple[str, ...] = ()


@dataclass(frozen=True)
class Rules:
    """Every rule and concept, compiled into one pattern set; graders get this and nothing else."""

    version: str
    rules: dict[str, Rule]
    concepts: dict[str, Concept]

    @cached_property
    def patterns(self) -> PatternSet:
        """Rule patterns and concept words together: one pass serves grading and matching."""
        return PatternSet(with_required([*self._rule_patterns(), *concept_patterns(self.concepts)]))

    @cached_property
    def concept_patterns(self) -> PatternSet:
        """Concept words alone: which records are candidates for which claims."""
        return PatternSet(with_required(concept_patterns(self.concepts)))

    def _rule_patterns(self) -> list[Pattern]:
        return [
            Pattern(r.id, r.signal or r.id, r.pattern, r.case, frozenset(r.zones), r.weights)
            for r in self.rules.values()
            if r.pattern is not None
        ]


def with_required(patterns: list[Pattern]) -> list[Pattern]:
    """The patterns with what their matches must hold (``Pattern.required``), out of the cache of compiled files.

    Raises ``PatternError`` for a pattern that is new there and that RE2 cannot read.
    """
    key = hashlib.sha256("\0".join(p.pattern for p in patterns).encode()).hexdigest()
    known = compiled("ways", key, lambda: [_to_json(_read_by_re2(p)) for p in patterns])
    return [replace(p, required=_required(k)) for p, k in zip(patterns, known, strict=True)]


def _read_by_re2(pattern: Pattern) -> Required:
    matcher_of(pattern)
    return required(pattern.pattern)


def _to_json(known: Required) -> list[Any]:
    return [[[sorted(words) for words in way] for way in known.ways], known.gapped]


def _required(values: list[Any]) -> Required:
    return Required(tuple(tuple(frozenset(words) for words in way) for way in values[0]), values[1])


def concept_patterns(concepts: Mapping[str, Concept]) -> list[Pattern]:
    """Patterns of the vocabulary. Signals: ``concept:ID`` for its words, ``model:ID``, ``measure:ID``, ``subtype:ID``, ``trap:ID``."""
    out: list[Pattern] = []
    for concept in concepts.values():
        kinds = (
            ("concept", (*concept.words, *concept.ja), concept.exact),
            ("model", *_by_case(concept.models)),
            ("measure", *_by_case(concept.measures)),
            ("subtype", *_by_case(concept.subtypes)),
            ("trap", *_by_case(concept.traps)),
        )
        for kind, words, exact in kinds:
            signal = f"{kind}:{concept.id}"
            if words:
                out.append(Pattern(signal, signal, join_words(words), vocabulary=True))
            if exact:
                out.append(Pattern(f"{signal}:exact", signal, join_words(exact), case=True, vocabulary=True))
    return out


def _by_case(words: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Words in any case, and abbreviations (no lower-case run of three letters) that must keep theirs."""
    exact = tuple(w for w in words if w.isascii() and sum(c.isupper() for c in w) >= 2 and len(w) <= 8 and " " not in w)
    return tuple(w for w in words if w not in exact), exact


def rule_files() -> list[Path]:
    """The rule files, by name."""
    return sorted(RULES_FOLDER.glob("*.yaml"))


def load_rules(concepts: Mapping[str, Concept]) -> Rules:
    """Every rule of the package, with the concepts of the claims in use.

    Raises ``ValueError`` (``file:line: what``) for a broken rule file; that is a bug of the package.
    """
    version, rules = _read("rules", rule_files())
    return Rules(version, rules, dict(concepts))


def load_audit_rules() -> dict[str, Rule]:
    """The rules by which sentences of a page are read, by id. Raises like ``load_rules``."""
    return _read("audit-rules", sorted(AUDIT_RULES_FOLDER.glob("*.yaml")))[1]


def sayable() -> tuple[str, ...]:
    """What claim files may name under ``audit: says:``, in the order of the rule files."""
    signals = (r.signal or "" for r in load_audit_rules().values())
    return tuple(dict.fromkeys(s.removeprefix("says:") for s in signals if s.startswith("says:")))


def _read(kind: str, files: list[Path]) -> tuple[str, dict[str, Rule]]:
    """The version and the rules of files, out of the cache where they have not changed."""
    built = compiled(kind, content_hash(files), lambda: _build(files))
    rules = [_from_json(r) for r in built["rules"]]
    return built["version"], {r.id: r for r in rules}


def _from_json(values: dict[str, Any]) -> Rule:
    """A rule out of the cache, its lists as tuples again."""
    known: Any = {key: tuple(value) if isinstance(value, list) else value for key, value in values.items()}
    return Rule(**known)


def _build(files: list[Path]) -> dict[str, Any]:
    """The rule files as JSON values."""
    from ruamel.yaml import YAML

    version, rules = "", []
    seen: dict[str, str] = {}
    for file in files:
        loaded = YAML(typ="rt").load(file.read_text(encoding="utf-8"))
        if file.name == "version.yaml":
            version = str(loaded["rules_version"])
            continue
        for entry in loaded or ():
            place = f"{file.name}:{entry.lc.line + 1}"
            rule = _rule(file.name, dict(entry), place)
            if rule.id in seen:
                raise ValueError(f"{place}: rule {rule.id} stands already at {seen[rule.id]}")
            seen[rule.id] = place
            rules.append(asdict(rule))
    return {"version": version, "rules": rules}


_KEYS = {"id", "signal", "pattern", "any", "words", "case", "zones", "weights", "says", "source", "examples"}


def _rule(file: str, entry: dict[str, Any], place: str) -> Rule:
    """One entry of a rule file. ``any`` is a list of patterns, ``words`` of plain words, joined into one pattern."""
    unknown = set(entry) - _KEYS
    if unknown or "id" not in entry or "says" not in entry:
        raise ValueError(f"{place}: rule needs id and says {{ja, en}}; unknown keys: {sorted(unknown)}")
    alternatives = [f"(?:{p})" for p in entry.get("any", ())]
    if entry.get("words"):
        alternatives.append(f"(?:{join_words([str(w) for w in entry['words']])})")
    if entry.get("pattern"):
        alternatives.insert(0, f"(?:{entry['pattern']})")
    examples = entry.get("examples") or {}
    return Rule(
        id=str(entry["id"]),
        file=file,
        says_ja=str(entry["says"]["ja"]),
        says_en=str(entry["says"]["en"]),
        signal=entry.get("signal"),
        pattern="|".join(alternatives) or None,
        case=bool(entry.get("case", False)),
        zones=tuple(entry.get("zones", ())),
        weights={k: float(v) for k, v in (entry.get("weights") or {}).items()},
        source=entry.get("source"),
        examples=tuple(str(e) for e in examples.get("match", ())),
        counterexamples=tuple(str(e) for e in examples.get("no_match", ())),
    )
