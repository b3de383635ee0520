"""Do a person's words come whole into another store, and does a broken file of words say where it is broken?"""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from .conftest import ASAKO, PACK
from .test_story import spoken

if TYPE_CHECKING:
    from tests.desk import Desk

    from .conftest import Story

At = Callable[[str], "Desk"]
pytestmark = pytest.mark.enable_socket
REBUILT = ("refreshed, imported", "imported, refreshed")


def timeless(shown: dict[str, Any]) -> dict[str, Any]:
    """What ``show`` says without the days of searching and without how a registration came to say what it says."""
    told = {
        **shown,
        "as_of": None,
        "searched": [{**s, "at": None} for s in shown["searched"]],
        "registered": [{**t, "history": None} for t in shown["registered"]],
    }
    undated: dict[str, Any] = json.loads(
        re.sub(r"As of \d{4}-\d\d-\d\d|\d{4}-\d\d-\d\d時点", "DAY", json.dumps(told, ensure_ascii=False))
    )
    return undated


@pytest.mark.parametrize("name", REBUILT)
@pytest.mark.parametrize("claim_id", PACK)
def test_rebuilt_store_tells_the_same(story: Story, name: str, claim_id: str) -> None:
    """A store made anew from the services and the file of words says of each claim what the first one said."""
    original, rebuilt = (timeless(story[n].shown[claim_id]) for n in ("regraded", name))
    assert rebuilt == original


@pytest.mark.parametrize("name", REBUILT)
def test_the_same_words(story: Story, name: str) -> None:
    """The same words stand, the same are reopened, the same wait; and the file written from the new store is the same text."""
    original, rebuilt = story["regraded"], story[name]
    assert spoken(rebuilt) == spoken(original)
    assert {n: (w["stands"], w["reopened"]) for n, w in rebuilt.words.items()} == {
        n: (w["stands"], w["reopened"]) for n, w in original.words.items()
    }
    assert rebuilt.export == original.export
    assert rebuilt.waiting == original.waiting


@pytest.mark.parametrize("name", REBUILT)
def test_the_reopened_are_told_where_they_come(story: Story, name: str) -> None:
    """In the new store too it is told that records are others than the person saw: by the import or by ``changes``."""
    told = {c["record_id"] for c in story[name].changes if c["kind"] == "review_reopened"}
    told |= {w["record_id"] for w in story.told[f"{name}: import"]["words"] if w["reopened"]}
    assert told >= {"PMID:90000101", "PMID:90000105", "PMID:90000123", "NCT90000002"}


def test_import_says_what_is_missing(story: Story) -> None:
    """An import names the records that the store does not hold; their words are kept."""
    assert story.told["refreshed, imported: import"]["missing"] == ["PMID:90000106"]
    assert "PMID:90000101" in story.told["imported, refreshed: import"]["missing"]
    assert 4 in story["refreshed, imported"].words


def test_a_second_import_adds_nothing(at: At, story: Story) -> None:
    """The same file a second time, and the store's own file, add no word and no run and change no grade."""
    desk = at("regraded")
    (desk.folder / "words.yaml").write_text(story["regraded"].export, encoding="utf-8")
    before = (desk.show("dep-effect"), desk.rows("SELECT count(*) FROM run"), desk.history())
    told = desk.run("review", "import", "words.yaml", "--json").json
    assert (told["words"], told["known"], told["missing"]) == ([], len(story["regraded"].words), [])
    assert (desk.show("dep-effect"), desk.rows("SELECT count(*) FROM run"), desk.history()) == before
    assert desk.run("review", "export").out == story["regraded"].export


def test_export_is_text_for_git(at: At, story: Story) -> None:
    """The export is UTF-8 with Japanese as it is, ends with one line end, and the file of ``-o`` is the text of stdout."""
    desk = at("said")
    desk.run("review", "export", "-o", "words.yaml")
    text = (desk.folder / "words.yaml").read_bytes().decode("utf-8")
    assert text == desk.run("review", "export").out == story["said"].export
    assert "架空太郎" in text
    assert "細胞の投与" in text
    assert text.endswith("\n")
    assert not text.endswith("\n\n")
    assert not [line for line in text.splitlines() if line != line.rstrip()]
    later = story["regraded"].export
    assert later == text, "nothing was said since, so there is nothing new to commit"


def test_export_only_grows(at: At, story: Story) -> None:
    """One more word adds lines at the end of the file and touches no line before."""
    desk = at("said")
    desk.run("review", "undo", "90000105", "--reason", "read again", "--name", ASAKO)
    text = desk.run("review", "export").out
    assert text.startswith(story["said"].export)
    assert text != story["said"].export


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("action: accept", "action: acept", "acept"),
        ("    name: Asako Example\n", "", "name"),
        ("    name: Asako Example\n", "    name: '  '\n", "name"),
        ("    reason: read in full\n", "", "reason"),
        ("    reason: read in full\n", "    reason: ''\n", "reason"),
        ("design: nonrandomised_trial", "design: magic", "magic"),
        ("stance: no_difference\n    reason", "stance: fine\n    reason", "fine"),
        ("agent: msc_cells", "agent: 7", "agent"),
        ("n: 24", "n: many", "n "),
        ("n: 24", "n: -3", "n "),
        ("n: 24", "n: true", "n "),
        ("n: 24", "size: 24", "size"),
        ("counts_for_claim: false", "counts_for_claim: perhaps", "counts_for_claim"),
        ("at: '2026-11-03T06:00:00Z'", "at: yesterday", "yesterday"),
        ("  - action: accept\n", "  - colour: red\n    action: accept\n", "colour"),
        ("record: PMID:90000105", "record: hello", "hello"),
        ("record: PMID:90000105", "record: PMID90000105", "PMID90000105"),
        ("record: PMID:90000105", "record: PMID:9000010x", "9000010x"),
        ("record: PMID:90000105", "record: NCT1", "NCT1"),
        ("record: PMID:90000105", "record: [a]", "record"),
        ("claim: scz-effect", "claim: scz-efect", "scz-efect"),
        ("  - action: accept\n", "  - [[\n", ""),
        ("words:\n", "words: 3\nothers:\n", ""),
    ],
)
def test_edited_file_is_told_by_line(at: At, story: Story, old: str, new: str, said: str) -> None:
    """A slip in an edited file ends with exit 2, the file, the line and what is wrong; no word of the file is taken in."""
    desk = at("graded")
    text = story["said"].export
    assert old in text
    edited = text.replace(old, new, 1)
    (desk.folder / "edited.yaml").write_text(edited, encoding="utf-8")
    answer = desk.run("review", "import", "edited.yaml", code=2)
    place = re.search(r"edited\.yaml:(\d+): (.+)", answer.err)
    assert place, answer.err
    assert said in place[2]
    line = text[: text.index(old)].count("\n") + 1
    assert line - 12 <= int(place[1]) <= line + 2, f"line {place[1]}, and the slip is on line {line}"
    assert desk.run("review", "words", "--all", "--json").json["words"] == []


def test_more_slips_are_counted(at: At, story: Story) -> None:
    """Where a file has two slips, the first is named and it is said that there is one more."""
    desk = at("graded")
    edited = story["said"].export.replace("action: accept", "action: acept", 1).replace("n: 24", "n: many", 1)
    (desk.folder / "edited.yaml").write_text(edited, encoding="utf-8")
    answer = desk.run("review", "import", "edited.yaml", code=2)
    assert "acept" in answer.err
    assert "(and 1 more)" in answer.err


@pytest.mark.parametrize(
    "content",
    [b"", b"words:", b"- a", b"\xff\xfe\x00", b"words: [!!python/object/apply:os.system [ls]]", b"a: &a [*a]", b"words: [{action: accept}]",
     b"[" * 5000, b'words: [{action: reject, record: "PMID:90000101", reason: "a\\ud800b", name: y, at: "2026-11-16T00:00:00Z"}]', b"words: &w\n  - *w\n", b"words:\n  - \x1b[31m: 1\n"],
    ids=range(11),
)  # fmt: skip
def test_no_words_file(at: At, content: bytes) -> None:
    """A file that is no list of words is refused or holds none; it is never a bug, and nothing is run or stored."""
    desk = at("graded")
    (desk.folder / "odd.yaml").write_bytes(content)
    answer = desk.run("review", "import", "odd.yaml", code=(0, 2))
    assert "\x1b" not in answer.said
    assert answer.code == 0 or "odd.yaml" in answer.err
    assert desk.run("review", "words", "--all", "--json").json["words"] == []


def test_two_files_of_two_people(at: At, story: Story, tmp_path: Any) -> None:
    """Files of two people go in together, whichever comes first; and the later word is the one that stands."""
    header, _, body = story["said"].export.partition("words:\n")
    entries = re.split(r"(?m)^(?=  - action)", body)[1:]
    (tmp_path / "asako.yaml").write_text(
        f"{header}words:\n" + "".join(e for e in entries if ASAKO in e), encoding="utf-8"
    )
    (tmp_path / "ben.yaml").write_text(
        f"{header}words:\n" + "".join(e for e in entries if ASAKO not in e), encoding="utf-8"
    )
    said = {}
    for order in (("asako", "ben"), ("ben", "asako")):
        desk = at("graded")
        told = desk.run("review", "import", *(f"{n}.yaml" for n in order), "--json").json
        assert len(told["words"]) == len(entries)
        said[order] = desk.show("dep-effect")
        word = next(r for r in said[order]["records"] if r["id"] == "PMID:90000122")["override"]
        assert (word["action"], word["name"]) == ("reject", "Ben Sample"), "said a minute after the accept"
    levels = [(s["level"], s["stance"], s["k_of_n"], s["counts"]) for s in said.values()]
    assert levels[0] == levels[1]
    original = story["said"].shown["dep-effect"]
    assert levels[0] == (original["level"], original["stance"], original["k_of_n"], original["counts"])


def test_words_survive_backup_and_upgrade(at: At, story: Story) -> None:
    """A backup holds every word; restored and upgraded it tells what was told before."""
    desk = at("regraded")
    desk.run("db", "backup", "copy.db")
    before = desk.show("dep-effect")
    desk.run("review", "undo", "90000120", "--claim", "dep-effect", "--reason", "x", "--name", ASAKO)
    desk.run("db", "restore", "copy.db")
    desk.run("db", "upgrade")
    assert desk.run("review", "export").out == story["regraded"].export
    assert desk.show("dep-effect") == before
    desk.sound()


def test_words_are_only_ever_added(at: At) -> None:
    """No later word rewrites or deletes a row of an earlier one."""
    desk = at("said")

    def rows() -> list[tuple[Any, ...]]:
        connection = sqlite3.connect(f"file:{desk.db}?mode=ro", uri=True)
        try:
            return connection.execute("SELECT * FROM override ORDER BY 1").fetchall()
        finally:
            connection.close()

    before = rows()
    assert len(before) == 23
    desk.run("review", "undo", "PMID:90000101", "--reason", "again", "--name", ASAKO)
    desk.run("review", "reject", "PMID:90000102", "--reason", "again", "--name", ASAKO)
    after = rows()
    assert after[: len(before)] == before
    assert len(after) == len(before) + 2
