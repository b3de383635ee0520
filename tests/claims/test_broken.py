"""Broken claim, concept and pack files: each is an error with file, line, what and mend, never an exception."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from evtrack.claim import ClaimError
from evtrack.claims import check_library, load_library
from tests.claims.written import CLAIM, PACK, concepts, write


def told(errors: list[ClaimError]) -> list[tuple[str, int, str]]:
    return [(Path(e.path).name, e.line, e.what) for e in errors]


BROKEN: list[tuple[str, str, int, str, str]] = [
    ("syntax", CLAIM + "notes: a: b\n", 9, "not valid YAML", "quotes"),
    ("syntax that never ends", "id: [some\n", 2, "not valid YAML", "quotes"),
    ("same key twice", CLAIM + "track: state\n", 9, "not valid YAML", "quotes"),
    ("control character", "id: \x01\n", 1, "not valid YAML", "quotes"),
    ("empty", "", 1, "the file is empty", "delete"),
    ("comment only", "# nothing\n", 1, "the file is empty", "delete"),
    ("a list", "- id: some-claim\n", 1, "not a list of keys and values", "KEY: VALUE"),
    ("a word", "some-claim\n", 1, "not a list of keys and values", "KEY: VALUE"),
    ("unknown key", CLAIM + "outcom: [safety]\n", 9, "unknown key outcom", "did you mean outcome?"),
    ("unknown key, nothing near", CLAIM + "zzzz: 1\n", 9, "unknown key zzzz", "README"),
    ("unknown key inside", CLAIM.replace("en: It works.", "en: It works., fr: Bien"), 5, "unknown key fr", "delete it"),
    ("unknown key in a list", CLAIM + "parts:\n  - label: {ja: あ, en: a}\n    outcomes: []\n", 11, "unknown key outcomes", "outcome?"),
    ("missing key", CLAIM.replace("quote: 効く\n", ""), 1, "quote is missing", "add quote:"),
    ("missing inside", CLAIM.replace(", en: It works.", ""), 5, "statement.en is missing", "add en:"),
    ("wrong enum", CLAIM.replace("per-condition effect", "per-condition efect"), 2, "kind cannot be per-condition efect", "did you mean per-condition effect?"),
    ("wrong enum, nothing near", CLAIM.replace("track: intervention", "track: 9z"), 3, "track cannot be 9z", "intervention, background, state, manual"),
    ("number for text", CLAIM.replace("quote: 効く", "quote: 12"), 4, "quote must be text", "quotes"),
    ("text for a truth", CLAIM + "parts_in_one_study: maybe\n", 9, "parts_in_one_study must be true or false", "without quotes"),
    ("word for a list", CLAIM.replace("[depression]", "depression"), 7, "condition must be a list", "[ONE, TWO]"),
    ("word for a group", CLAIM.replace("{ja: 効く。, en: It works.}", "効く。"), 5, "statement must have keys of its own", "indented"),
    ("word for the queries", CLAIM + "queries: x\n", 9, "queries must have keys of its own", "indented"),
    ("key that is no text", CLAIM + "queries: {pubmed: x}\n", 9, "queries.pubmed must be a list", "[ONE, TWO]"),
    ("holds itself", "&a [*a]\n", 1, "&a: a claim file has no anchors", "quotes"),
    ("nested without end", "[" * 3000, 1, "not valid YAML", "quotes"),
    ("empty text", CLAIM.replace("quote: 効く", "quote: ''"), 4, "quote is empty", "fill it in"),
    ("odd id", CLAIM.replace("id: some-claim", "id: Some_Claim"), 1, "id has not the right shape", "fits"),
    ("id is not the file's name", CLAIM.replace("id: some-claim", "id: other-claim"), 1, "id other-claim is not the name of its file (some-claim)", "id: some-claim"),
    ("unknown concept", CLAIM.replace("[depression]", "\n  - anxiety\n  - depresion"), 9, "unknown concept depresion", "did you mean depression?"),
    ("unknown concept, nothing near", CLAIM.replace("[depression]", "[qqqq]"), 7, "unknown concept qqqq", "concepts/"),
    ("concept of another role", CLAIM.replace("[depression]", "[safety]"), 7, "safety is a concept of role outcome, not condition", "under outcome"),
    ("unknown population", CLAIM + "population: treatment_resistent\n", 9, "unknown concept treatment_resistent", "treatment_resistant?"),
    ("concept of a part", CLAIM + "parts:\n  - label: {ja: あ, en: a}\n    outcome: [memry]\n", 11, "unknown concept memry", "memory?"),
    ("unknown member", CLAIM + "members: [some-clam]\n", 9, "there is no claim some-clam", "some-claim?"),
    ("member of itself", CLAIM + "members: [some-claim]\n", 9, "some-claim reads its own grade, through its members or its tests", "members"),
    ("intervention without agent", CLAIM.replace("intervention: [exosome]\n", ""), 1, "a claim of track intervention needs intervention", "add intervention:"),
    ("state without predicate", CLAIM.replace("track: intervention", "track: state"), 1, "a claim of track state needs state", "add state:"),
    ("background without outcome", CLAIM.replace("track: intervention", "track: background").replace("outcome: [depressive_symptoms]\n", ""), 1, "a claim of track background needs outcome", "add outcome:"),
    ("predicate on another track", CLAIM + "state:\n  - verdict: holds\n    text: {ja: あ, en: a}\n", 9, "only claims of track state have state", "track: state"),
    ("unknown source", CLAIM + "queries:\n  pubmd: [x]\n", 10, "unknown source pubmd", "pubmed?"),
    ("PubMed query of parameters", CLAIM + "queries:\n  pubmed:\n    - {query.cond: x}\n", 11, "a PubMed query is one text", "one line"),
    ("registry query as text", CLAIM + "queries:\n  ctgov:\n    - x\n", 11, "a ClinicalTrials.gov query is a list of parameters", "query.intr"),
    ("empty registry query", CLAIM + "queries:\n  ctgov:\n    - {query.cond: ''}\n", 11, "a ClinicalTrials.gov query is a list of parameters", "query.intr"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "line", "what", "mend"), [b[1:] for b in BROKEN], ids=[b[0] for b in BROKEN])
def test_broken_claim_is_told_with_its_line(packs: Path, text: str, line: int, what: str, mend: str) -> None:
    """A broken claim file is an error with file, line, what and mend, in both languages; never an exception."""
    path = write(packs, "some-claim", text)
    library, errors = load_library(packs)
    assert library.claims == {}
    found = [e for e in errors if e.what.startswith(what)]
    assert found, told(errors)
    assert (found[0].path, found[0].line) == (str(path), line)
    assert mend in found[0].mend
    assert found[0].what_ja != found[0].what
    assert found[0].mend_ja != found[0].mend


def test_one_broken_file_leaves_the_others(packs: Path) -> None:
    """A broken claim is told once: claims that name it as a member are not accused for it, and stay."""
    write(packs, "umbrella", CLAIM.replace("some-claim", "umbrella") + "members: [some-claim]\n")
    write(packs, "some-claim", CLAIM.replace("quote: 効く\n", ""))
    library, errors = load_library(packs)
    assert told(errors) == [("some-claim.yaml", 1, "quote is missing")]
    assert list(library.claims) == ["umbrella"]


def test_circle_of_members(packs: Path) -> None:
    """A circle through another claim is found; a claim that only leads into it is not accused."""
    write(packs, "a", CLAIM.replace("some-claim", "a") + "members: [b]\n")
    write(packs, "b", CLAIM.replace("some-claim", "b") + "members: [a, gone]\n")
    write(packs, "some-claim", CLAIM + "members: [a, b]\n")
    _, errors = load_library(packs)
    assert {Path(e.path).name for e in errors if "its own grade" in e.what} == {"a.yaml", "b.yaml"}


def test_circle_of_tests(packs: Path) -> None:
    """So is one through what a state claim asks of another; what it asks of itself is none."""
    state = CLAIM.replace("track: intervention", "track: state")
    ask = "state:\n  - when: ['{}.level = none']\n    verdict: holds\n    text: {{ja: 無い, en: there is none}}\n"
    write(packs, "a", state.replace("some-claim", "a") + ask.format("b"))
    write(packs, "b", state.replace("some-claim", "b") + ask.format("umbrella"))
    write(packs, "umbrella", CLAIM.replace("some-claim", "umbrella") + "members: [a]\n")
    write(packs, "own", state.replace("some-claim", "own") + ask.format("self"))
    write(packs, "some-claim", state + ask.format("any(a, own)"))
    _, errors = load_library(packs)
    assert {(Path(e.path).name, e.what.endswith("or its tests")) for e in errors} == {
        (f"{name}.yaml", True) for name in ("a", "b", "umbrella")
    }


def test_not_utf8(packs: Path) -> None:
    """A file in another encoding is told with the line where reading stopped."""
    path = packs / "my-article" / "some-claim.yaml"
    path.write_bytes(b"id: some-claim\nquote: " + "効く".encode("cp932") + b"\n")
    _, errors = load_library(packs)
    assert told(errors) == [("some-claim.yaml", 2, "not UTF-8 text")]


def test_byte_order_mark_is_no_harm(packs: Path) -> None:
    """Windows editors put a mark before UTF-8."""
    (packs / "my-article" / "some-claim.yaml").write_text(CLAIM, encoding="utf-8-sig")
    assert load_library(packs)[1] == []


def test_file_that_cannot_be_opened(packs: Path) -> None:
    """A folder named like a claim file is an error, not a crash."""
    (packs / "my-article" / "odd.yaml").mkdir()
    from evtrack.claims.files import read_document

    error = read_document(packs / "my-article" / "odd.yaml")
    assert isinstance(error, ClaimError)
    assert error.what.startswith("cannot be read")


def test_same_id_in_two_packs(packs: Path) -> None:
    """Claim ids are unique over all packs; the message says where the other stands."""
    other = packs / "second"
    other.mkdir()
    (other / "pack.yaml").write_text(PACK.replace("my-article", "second"), encoding="utf-8")
    (other / "some-claim.yaml").write_text(CLAIM, encoding="utf-8")
    library, errors = load_library(packs)
    assert len(errors) == 1
    assert errors[0].path == str(other / "some-claim.yaml")
    assert f"stands already at {packs / 'my-article' / 'some-claim.yaml'}:1" in errors[0].what
    assert library.claims["some-claim"].pack == "my-article"


@pytest.mark.parametrize(
    ("text", "what"),
    [
        (PACK.replace("id: my-article", "id: other"), "id other is not the name of its folder (my-article)"),
        (PACK.replace("language: ja", "language: fr"), "language cannot be fr"),
        (PACK.replace("2026-01-02", "January"), "date_seen has not the right shape"),
        ("", "the file is empty"),
    ],
)
def test_broken_pack_file(packs: Path, text: str, what: str) -> None:
    """pack.yaml is held to its shape as well."""
    (packs / "my-article" / "pack.yaml").write_text(text, encoding="utf-8")
    library, errors = load_library(packs)
    assert next(e.what for e in errors if e.path.endswith("pack.yaml")).startswith(what)
    assert library.packs == ()


def test_pack_without_its_file(packs: Path) -> None:
    """A folder of claims without pack.yaml is told."""
    (packs / "my-article" / "pack.yaml").unlink()
    assert [e.what for e in load_library(packs)[1]] == ["the folder has no pack.yaml"]


def test_no_packs(tmp_path: Path) -> None:
    """A folder without packs, and one that is not there, are errors that name the folder."""
    (tmp_path / "concepts").mkdir()
    assert [(e.path, e.what) for e in load_library(tmp_path)[1]] == [(str(tmp_path), "no pack of claims here")]
    assert [e.what for e in load_library(tmp_path / "gone")[1]] == ["there is no such folder"]


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [
        ("id: x\n", 1, "a concept file is a list"),
        ("- just a word\n", 1, "not a list of keys and values"),
        ("\n- {id: x, role: cause, label: {ja: あ, en: a}}\n", 2, "0.role cannot be cause"),
        (
            "- {id: x, role: outcome, label: {ja: あ, en: a}}\n\n- {id: x, role: outcome, label: {ja: あ, en: a}}\n",
            3,
            "id x stands already at",
        ),
        (
            "- id: x\n  role: outcome\n  label: {ja: あ, en: a}\n  covers: [memry]\n",
            4,
            "covers names memry, which is no concept",
        ),
        ("- id: x\n  role: outcome\n  label: {ja: あ, en: a}\n  wordz: []\n", 4, "unknown key wordz"),
        ("- id: X y\n  role: outcome\n  label: {ja: あ, en: a}\n", 1, "id has not the right shape"),
    ],
)
def test_broken_concepts(packs: Path, text: str, line: int, what: str) -> None:
    """Concept files are held to their shape; every error has its line."""
    path = concepts(packs, text)
    _, errors = load_library(packs)
    found = [e for e in errors if e.what.startswith(what.removeprefix("0."))]
    assert found, told(errors)
    assert (found[0].path, found[0].line) == (str(path), line)


_YAML = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.dates(), st.text(max_size=8)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=8), inner, max_size=3)),
    max_leaves=8,
)
_KEYS = st.sampled_from(
    [
        "id",
        "kind",
        "track",
        "quote",
        "statement",
        "intervention",
        "condition",
        "outcome",
        "members",
        "parts",
        "state",
        "alerts",
        "queries",
        "known",
    ]
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(_KEYS, _YAML, max_size=4))
def test_no_values_raise(packs: Path, changes: dict[str, object]) -> None:
    """Whatever stands at a key, the answer is a Library and errors: never an exception."""
    from ruamel.yaml import YAML

    values = YAML(typ="safe").load(CLAIM)
    with (packs / "my-article" / "some-claim.yaml").open("w", encoding="utf-8") as out:
        YAML(typ="safe").dump({**values, **changes}, out)
    assert all(e.line >= 1 and e.what and e.mend for e in check_library(packs))


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=60))
def test_no_text_raises(packs: Path, text: str) -> None:
    """Whatever a file holds, reading it gives errors, not exceptions; what is no claim is never taken for one."""
    (packs / "my-article" / "some-claim.yaml").write_bytes(text.encode("utf-8", "surrogatepass"))
    library, errors = load_library(packs)
    assert library.claims == {}
    assert errors


def test_an_error_pydantic_may_learn_is_still_told(packs: Path) -> None:
    """A kind of error that nobody foresaw is told with its own words and its line."""
    from evtrack.claims.files import ClaimFile, Document, _error, read_document

    document = read_document(packs / "my-article" / "some-claim.yaml")
    assert isinstance(document, Document)
    error = _error(document, ClaimFile, (), {"loc": ("track",), "type": "new_kind", "msg": "no good", "input": 1})
    assert (error.line, error.what) == (3, "track: no good")
