"""Does anything that a person may write crash evtrack? Claims, concepts, packs, words, records by hand, baselines, snapshots."""

from __future__ import annotations

import copy
import io
import json
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from random import Random
from typing import Any

import pytest
from ruamel.yaml import YAML

from evtrack.audit.baseline import read_baseline
from evtrack.audit.evidence import snapshot_of_json
from evtrack.claims import check_library
from evtrack.claims.compile import compile_concepts, compile_files
from evtrack.cli.problems import Problem
from evtrack.cli.review_example import EXAMPLE
from evtrack.cli.review_files import added_in
from evtrack.files import FileProblem
from evtrack.word import Word
from evtrack.words_file import read_words, write_words
from tests.claims.written import CLAIM as AT_LEAST
from tests.fuzz import mutation
from tests.fuzz.readers import plain, text
from tests.fuzz.test_records import Hunting

pytestmark = pytest.mark.promise("inputs")

PACK = "id: few\ntitle: 作り物\npublisher: Nobody\nlanguage: ja\ndate_seen: '2026-01-05'\nurl: https://example.org/\norder: [some-claim]\n"
CLAIM = (
    AT_LEAST
    + """members: []
parts:
  - label: {ja: 一部, en: A part}
    outcome: [depressive_symptoms]
parts_in_one_study: false
population: treatment_resistant
comparator: ssri
alerts:
  - source: Nobody
    date: '2026-01-05'
    text: {ja: 注意, en: Beware}
    url: https://example.org/
    verified: true
route: iv
direct_support: {ja: 試験, en: A trial}
queries:
  pubmed: ["exosomes AND {depression}"]
  ctgov: [{query.intr: exosomes, query.cond: depression}]
known: ['PMID:90000001', NCT90000001]
audit: {says: [], words: [効く], general: false}
notes: >-
  Nothing.
"""
)
STATE = """id: some-claim
kind: state-of-evidence
track: state
quote: まだない
statement: {ja: まだない。, en: None yet.}
state:
  - verdict: holds
    text: {ja: ない, en: None}
    when: ["self.level < animal", "self.count.rct = 0"]
  - verdict: unclear
    text: {ja: 不明, en: Unknown}
"""
CONCEPTS = """- id: some_thing
  role: condition
  label: {ja: 何か, en: Something}
  mesh: [Depression]
  words: [some thing, things*]
  exact: [ST]
  ja: [何か]
  models: [a model]
  measures: [a scale]
  traps: [something else]
  subtypes: [some subtype]
  pubmed: ['"something"[tiab]']
  pubmed_not: [x]
  ctgov: [something]
  covers: [depression]
  related: [anxiety]
"""
WORDS = """words:
  - action: relabel
    record: PMID:90000001
    claim: dep-effect
    values: {design: animal, n: 12, stance: supports, counts_for_claim: true}
    reason: |-
      read in full
      twice
    name: 山田
    at: '2026-11-16T00:00:00Z'
    content_hash: abc
    seen: {level: animal, by_rules: {level: animal}}
  - action: reject
    record: NCT90000001
    reason: "not this one 😀"
    name: A
    at: '2026-11-17T00:00:00+09:00'
"""


def plain_values(written: str) -> Any:
    """The values of a YAML text."""
    return YAML(typ="safe").load(written)


def yaml_of(random: Random, written: str, values: Any) -> bytes:
    """A YAML text after blows at its bytes, or other values written as YAML or as the JSON that YAML is."""
    if random.random() < 0.5:
        return mutation.mangled(random, written.encode(), mutation.YAML, (written.encode(),))
    altered = mutation.altered(random, values, YAML_ODD)
    if random.random() < 0.5:
        return json.dumps(altered, ensure_ascii=random.random() < 0.5).encode("utf-8", "surrogatepass")
    out = io.StringIO()
    try:
        YAML(typ="safe", pure=True).dump(altered, out)
    except ValueError:  # half of a character can only be written as JSON writes it
        return json.dumps(altered).encode()
    return out.getvalue().encode("utf-8", "surrogatepass")


YAML_ODD = tuple(odd for odd in mutation.ODD if not (isinstance(odd, int) and abs(odd) > 10**30))
"""Python writes no number of 4,300 digits; such ones are tried as text."""


def test_claim_files(hunting: Hunting, tmp_path: Path) -> None:
    """Claims, packs and concepts after any blows: a Library that can be kept, and errors with lines; never an exception."""
    pack = tmp_path / "few"
    pack.mkdir()
    (tmp_path / "concepts").mkdir()
    files = {"pack.yaml": PACK, "some-claim.yaml": CLAIM, "concepts.yaml": CONCEPTS}
    paths = {n: (tmp_path / "concepts" if n == "concepts.yaml" else pack) / n for n in files}
    texts = [(name, written, plain_values(written)) for name, written in (*files.items(), ("some-claim.yaml", STATE))]
    for name, path in paths.items():
        path.write_text(files[name], encoding="utf-8")
    shipped: dict[str, Any] = {"concepts": [], "errors": []}

    def make(random: Random) -> tuple[str, bytes]:
        name, written, values = random.choice(texts)
        return name, yaml_of(random, written, values)

    def check(_: Random, made: tuple[str, bytes]) -> None:
        name, content = made
        paths[name].write_bytes(content)
        if name == "concepts.yaml":
            built = compile_concepts([paths[name]])
        else:
            built = compile_files(tmp_path, [paths["pack.yaml"], paths["some-claim.yaml"]], shipped)
        paths[name].write_text(files[name], encoding="utf-8")
        for error in built["errors"]:
            assert error["line"] >= 1
            assert error["what"]
        json.dumps({k: v for k, v in built.items() if k != "errors"}, ensure_ascii=False).encode()

    hunting(320, 24_000, make, check)


@pytest.mark.parametrize("some", range(4))
def test_claims_whole(some: int, full: bool, tmp_path: Path, tally: Callable[[int], None]) -> None:
    """``claims check`` of a claim without each of its keys, and with each value of another type: errors, never an exception."""
    pack = tmp_path / "few"
    pack.mkdir()
    (pack / "pack.yaml").write_text(PACK, encoding="utf-8")
    odd: tuple[Any, ...] = (None, 5, "x", [], {}, [[]], {"a": 1}, True)
    tried = 0
    for number, values in enumerate(without_each(plain_values((CLAIM, STATE)[some % 2]), odd if full else odd[:2])):
        if number % 2 != some // 2 or (not full and number % 8 > 1):
            continue
        tried += 1
        (pack / "some-claim.yaml").write_text(json.dumps(values), encoding="utf-8")
        assert all(e.line >= 1 and e.what and e.mend for e in check_library(tmp_path))
    tally(tried)


def without_each(values: Any, odd: tuple[Any, ...]) -> Iterator[Any]:
    """The value without each of its keys and elements at every level, and with each of ``odd`` in its place."""
    for key in list(values) if isinstance(values, dict) else range(len(values)) if isinstance(values, list) else ():
        less = copy.copy(values)
        del less[key]
        yield less
        for other in (*odd, *without_each(values[key], odd)):
            changed = copy.copy(values)
            changed[key] = other
            yield changed


def test_words_files(hunting: Hunting) -> None:
    """A file of words after any blows: words that a store can hold and that are written again, or faults with their lines."""
    values = plain_values(WORDS)

    def check(_: Random, content: bytes) -> None:
        found, wrong = read_words(content.decode("utf-8", "replace"), "w.yaml", {"dep-effect"})
        for fault in wrong:
            assert fault.line >= 1
        for word in found:
            plain(
                json.loads(
                    json.dumps([word.values, word.seen, word.reason, word.name, word.claim_id], ensure_ascii=False)
                )
            )
        if not wrong:
            assert read_words(write_words(found), "w.yaml")[0] == found

    hunting(240, 16_000, lambda random: yaml_of(random, WORDS, values), check)


def test_records_by_hand(hunting: Hunting, tmp_path: Path) -> None:
    """A file for ``review add`` after any blows: words whose records can be stored, or one Problem that names the line."""
    from types import SimpleNamespace

    from evtrack.by_hand import bytes_of, record_of
    from evtrack.cli.review_desk import Desk
    from evtrack.sources._protocol import Read
    from tests.fuzz.readers import check_record

    desk: Any = SimpleNamespace(library=SimpleNamespace(claims={"dep-effect": None}), name="A")
    desk.problem = lambda error: Desk.problem(desk, error)
    file = tmp_path / "added.yaml"
    values = plain_values(EXAMPLE["en"])

    def check(_: Random, content: bytes) -> None:
        file.write_bytes(content)
        try:
            words: list[Word] = added_in(desk, str(file), reason="read")
        except Problem as problem:
            text(str(problem))
            return
        for word in words:
            check_record(Read(record_of(word), bytes_of(word)))

    hunting(240, 10_000, lambda random: yaml_of(random, EXAMPLE["en"], values), check)


SNAPSHOT = {
    "as_of": "2026-11-16T00:00:00Z",
    "claims": [
        {
            "claim_id": "dep-effect", "level": "animal", "stance": "supports", "track": "intervention", "kind": "per-condition effect", "statement": {"ja": "効く", "en": "works"}, "label": {"ja": "動物", "en": "animals"},
            "people": {"ja": "なし", "en": "none"}, "counts": {"animal": 2}, "k_of_n": {"k": 1, "n": 2, "unread": 0}, "n_total": 20, "groups": 1, "synthesis": False, "provisional_level": None, "indirect": {"msc_cells": "animal"},
            "by_route": {"iv": "animal"}, "needs_review": 1, "harms": ["PMID:90000001"], "registered": [{"id": "NCT90000001", "status": "RECRUITING"}], "members": {}, "state_verdict": None, "as_of": "2026-11-16T00:00:00Z",
            "searched": [{"source": "pubmed", "query": "x", "count": 3, "complete": True, "at": "2026-11-16T00:00:00Z"}],
            "records": [{"id": "PMID:90000002", "title": "T", "level": "animal", "year": 2020, "counts_for_claim": True, "numbers": {"n": 12}}],
        }
    ],
}  # fmt: skip
BASELINE = {
    "evtrack_baseline": 1,
    "evidence": {"dep-effect": ["animal", "supports"]},
    "files": {
        "a.md": [
            {"text": "効く。", "claims": ["dep-effect"], "strength": "may", "findings": [["EV001", "x", "warning"]]}
        ]
    },
}


def test_snapshots(hunting: Hunting) -> None:
    """An answer of ``status --json`` with any value of another type is a snapshot or one FileProblem."""

    def check(_: Random, answer: Any) -> None:
        snapshot = None
        with suppress(FileProblem):
            snapshot = snapshot_of_json(answer)
        if snapshot is None:
            return
        for claim in snapshot.claims.values():
            assert isinstance(claim.studies, int | None)
            assert all(isinstance(route, str) for route in claim.routes)

    hunting(4_000, 100_000, lambda random: mutation.altered(random, SNAPSHOT), check)


def test_baselines(hunting: Hunting, tmp_path: Path) -> None:
    """A baseline after any blows is a baseline or one FileProblem."""
    file = tmp_path / "baseline.json"

    def make(random: Random) -> bytes:
        content = mutation.json_bytes(random, mutation.altered(random, BASELINE))
        return content if random.random() < 0.7 else mutation.mangled(random, content, mutation.JSON, (content,))

    def check(_: Random, content: bytes) -> None:
        file.write_bytes(content)
        with suppress(FileProblem):
            read_baseline(str(file))

    hunting(1_600, 24_000, make, check)
