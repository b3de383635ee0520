"""Which inputs did the fuzzing find? Each is kept here, in its smallest form, with what must come of it."""

from __future__ import annotations

import io
import json
import time
from pathlib import Path
from typing import Any

import pytest

from evtrack.audit.baseline import read_baseline
from evtrack.audit.evidence import snapshot_of_json
from evtrack.audit.reading import read_document as read_page
from evtrack.claims.files import read_document
from evtrack.cli.problems import Problem
from evtrack.files import FileProblem
from evtrack.grade.sentences import split
from evtrack.record import Record
from evtrack.sources import ctgov_json, medline
from evtrack.sources._protocol import Read
from evtrack.sources.bibliography import read_bibliography
from evtrack.words_file import read_words
from evtrack.yaml_text import YamlFault, read_yaml
from tests.fuzz.readers import whole
from tests.fuzz.test_texts import BODY, docx
from tests.fuzz.test_written import SNAPSHOT

pytestmark = pytest.mark.promise("inputs")

YAML: dict[str, tuple[str, int, str]] = {
    "aliases to aliases": ("a: &a [x]\nb: [*a, *a]\n", 1, "yaml_sign"),
    "a merge with itself": ("a:\n  b: &b\n    <<: *b\n", 2, "yaml_sign"),
    "a tag that is code": ("a: 1\nb: !!python/object:os.system {}\n", 2, "yaml_sign"),
    "a tag that does not fit": ("a: !!bool x\n", 1, "yaml_sign"),
    "a list that is said to be ordered": ("a: !!omap 3\n", 1, "yaml_sign"),
    "a version of YAML that is none": ("%YAML 1.0\n---\na: b\n", 1, "not_yaml"),
    "a number of 5,000 digits": ("a: b\nc: " + "9" * 5_000, 2, "not_yaml"),
    "a number beyond any database": ("a: b\nc: 0x" + "f" * 5_000, 2, "not_yaml"),
    "half of a character": ('a: b\nc: "\\ud800"\n', 2, "not_yaml"),
    "half of a character in a key": ('"\\udc00": b\n', 1, "not_yaml"),
    "a NUL": ('a: b\nc: "\\0"\n', 2, "not_yaml"),
    "300,000 brackets": ("[" * 300_000, 1, "nested_too_deep"),
    "keys as a key": ("a: b\n? c: d\n: e\n", 2, "not_yaml"),
    "a list as a key": ("a: b\n? - c\n", 2, "not_yaml"),
    "a key twice": ("a: b\na: c\n", 2, "key_twice"),
}


@pytest.mark.parametrize("name", YAML)
def test_yaml_that_is_not_plain(name: str) -> None:
    """What grows, refers, runs or fits nowhere is refused with its line, in a moment; ruamel.yaml raised what nobody caught, or took hours."""
    written, line, code = YAML[name]
    begun = time.process_time()
    with pytest.raises(YamlFault) as caught:
        read_yaml(written)
    assert (caught.value.line, caught.value.code) == (line, code)
    assert time.process_time() - begun < 5


@pytest.mark.parametrize("day", ["2024-13-45", "2024-01-01T25:00:00Z", "0000-01-01", "2024-01-01 00:00:00 +99:99"])
def test_a_day_that_is_none(day: str) -> None:
    """What only looks like a day is the text that stands there; it was a ValueError from within the YAML reader."""
    assert read_yaml(f"date: {day}\n") == {"date": day}


def test_two_halves_are_a_character() -> None:
    """JSON in ASCII writes an emoji as two halves; they are joined in every file."""
    assert read_yaml('a: "\\ud83d\\ude00"\n') == {"a": "😀"}


def test_comments_that_cannot_be_kept() -> None:
    """Comments that ruamel.yaml cannot place are told as such; it raised NotImplementedError."""
    with pytest.raises(YamlFault, match="not_yaml comments stand"):
        read_yaml(": #\n s\n\n")


def test_a_claim_file_of_one_sign(tmp_path: Path) -> None:
    """In a claim file such a sign is an error with its line and its mend, in both languages."""
    file = tmp_path / "x.yaml"
    file.write_text("id: some-claim\nkind: &k caveat\n", encoding="utf-8")
    error: Any = read_document(file)
    assert (error.line, error.what) == (2, "&k: a claim file has no anchors, aliases or tags")
    assert "quotes" in error.mend


def test_a_words_file_of_one_sign() -> None:
    """In a file of words it is a fault with its line."""
    assert [(f.line, f.code) for f in read_words("words:\n  - &a {}\n", "w.yaml")[1]] == [(2, "yaml_sign")]


@pytest.mark.parametrize("claims", ["5", "1.5", "true", "dep-effect"])
def test_claims_that_are_no_claims(claims: str, tmp_path: Path) -> None:
    """``claims: 5`` in a record added by hand names its file and line; it was a TypeError."""
    from types import SimpleNamespace

    from evtrack.cli.review_desk import Desk
    from evtrack.cli.review_files import added_in

    desk: Any = SimpleNamespace(library=SimpleNamespace(claims={}), name="A")
    desk.problem = lambda error: Desk.problem(desk, error)
    file = tmp_path / "added.yaml"
    file.write_text(
        f"- title: T\n  url: https://example.org/\n  design: animal\n  claims: {claims}\n", encoding="utf-8"
    )
    with pytest.raises(Problem) as caught:
        added_in(desk, str(file), reason="read")
    assert (caught.value.fields["path"], caught.value.fields["line"]) == (str(file), 1)


@pytest.mark.parametrize("count", [10**10 + 1, 2**63, 10**400])
def test_more_participants_than_people(count: int) -> None:
    """Such a number is a slip of the registry, flagged and left out; no database took it, and the whole load ended there."""
    study = {
        "protocolSection": {
            "identificationModule": {"nctId": "NCT90000001"},
            "designModule": {"enrollmentInfo": {"count": count}},
        }
    }
    (read,) = ctgov_json.parse(io.BytesIO(json.dumps(study).encode()))
    assert isinstance(read, Read)
    assert read.record.trial is not None
    assert read.record.trial.enrollment is None
    assert "wrong_type:protocolSection.designModule.enrollmentInfo.count" in read.record.parse_flags


def test_a_title_of_a_million_lines() -> None:
    """A MEDLINE field folded over a million lines is read in seconds, by both readers; each line copied all before it."""
    raw = b"PMID- 90000001\nTI  - x\n" + b"      a\n" * 1_000_000
    begun = time.process_time()
    (read,) = medline.parse(io.BytesIO(raw))
    assert isinstance(read, Read)
    assert len(read.record.title) == 2_000_001
    read_bibliography(raw, "medline")
    assert time.process_time() - begun < 20


def test_a_summary_of_line_breaks() -> None:
    """Half a million line breaks before the first word are one sentence with it; each break looked at all before it again."""
    begun = time.process_time()
    assert split("brief_summary", "\n" * 500_000 + "x") == [(0, 500_001, "registry")]
    assert split("brief_summary", "\n\nOne.\n\n\nTwo.") == [(0, 9, "registry"), (9, 13, "registry")]
    assert time.process_time() - begun < 10


def test_a_part_before_its_file() -> None:
    """A Word file whose part is said to begin before the file does is damaged; zipfile raises a ValueError of it."""
    whole = docx(("word/document.xml", BODY.encode()))
    with pytest.raises(FileProblem, match="damaged") as caught:
        read_page("a.docx", whole[20:])
    assert caught.value.code == "broken_packing"


@pytest.mark.parametrize(
    ("key", "value"),
    [("counts", 5), ("counts", {"animal": "x"}), ("k_of_n", {}), ("k_of_n", [1]), ("needs_review", "x"), ("harms", [[]]), ("registered", ["x"]), ("registered", [{}]),
     ("members", "x"), ("records", [{"id": 5}]), ("records", [{"counts_for_claim": True}]), ("searched", 5), ("searched", ["x"]), ("by_route", {"iv": []}), ("indirect", [1]), ("n_total", "x")],
)  # fmt: skip
def test_a_snapshot_of_another_shape(key: str, value: object) -> None:
    """A snapshot with a value of another type is refused, naming claim and key; each of these was a traceback."""
    claims: Any = SNAPSHOT["claims"]
    with pytest.raises(FileProblem, match=f"claim dep-effect: {key}") as caught:
        snapshot_of_json({"claims": [{**claims[0], key: value}]})
    assert caught.value.code == "not_a_snapshot"


@pytest.mark.parametrize("key", ["searched", "records", "counts", "k_of_n", "harms", "registered", "members"])
def test_a_snapshot_with_nothing_at_a_key(key: str) -> None:
    """``null`` is as good as no key at all."""
    claims: Any = SNAPSHOT["claims"]
    assert snapshot_of_json({"claims": [{**claims[0], key: None}]}).claims.keys() == {"dep-effect"}


def test_a_baseline_of_brackets(tmp_path: Path) -> None:
    """A hundred thousand brackets are no baseline; they were a RecursionError."""
    file = tmp_path / "baseline.json"
    file.write_text("[" * 100_000, encoding="utf-8")
    with pytest.raises(FileProblem, match="not a baseline"):
        read_baseline(str(file))


def test_harmless_records_are_as_before() -> None:
    """What bounds hostile input leaves a sound number and a sound fold alone."""
    study = {
        "protocolSection": {
            "identificationModule": {"nctId": "NCT90000001"},
            "designModule": {"enrollmentInfo": {"count": 10**10}},
        }
    }
    (read,) = ctgov_json.parse(io.BytesIO(json.dumps(study).encode()))
    assert isinstance(read, Read)
    assert read.record.trial is not None
    assert read.record.trial.enrollment == 10**10
    (folded,) = medline.parse(io.BytesIO(b"PMID- 1\nTI  - one\n      two  \n\tthree\n"))
    assert isinstance(folded, Read)
    assert isinstance(folded.record, Record)
    assert folded.record.title == "one two three"


def test_an_encoding_without_end() -> None:
    """An XML file whose first line names an encoding of thousands of letters is read the same in any blocks; in one block the name was looked up."""
    article = b"<PubmedArticle><MedlineCitation><PMID>90000001</PMID></MedlineCitation></PubmedArticle>"
    content = b'<?xml version="1.0" encoding="ut%s-8"?><PubmedArticleSet>%s</PubmedArticleSet>' % (
        b"9" * 5_000,
        article,
    )
    got = whole([content], "a.xml")
    for size in (1, 64, 4096):
        assert whole([content[i : i + size] for i in range(0, len(content), size)], "a.xml") == got
    assert len(got[0]) == 1
