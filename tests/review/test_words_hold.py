"""Does one word do what its person meant, no more and no less, and can it be taken back without a trace in the grades?"""

from __future__ import annotations

import json
import re
import signal
import time
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from .conftest import ADDED, ASAKO, BEN, NEWS, PACK

if TYPE_CHECKING:
    from tests.desk import Desk

    from .conftest import Story

At = Callable[[str], "Desk"]
pytestmark = pytest.mark.enable_socket
WHY = ("--reason", "read in full", "--name", ASAKO)


def shown(desk: Desk) -> dict[str, dict[str, Any]]:
    """What ``show --json`` says of every claim, but for moments of runs."""
    return {c: {**desk.show(c), "as_of": None} for c in PACK}


def words(desk: Desk) -> list[dict[str, Any]]:
    """Every word ever given."""
    given: list[dict[str, Any]] = desk.run("review", "words", "--all", "--json").json["words"]
    return given


@pytest.mark.parametrize(
    "said",
    [
        ("accept", "90000101"),
        ("reject", "90000120"),
        ("reject", "90000120", "--claim", "dep-effect"),
        ("relabel", "90000120", "design=single_arm", "n=7"),
        ("relabel", "90000123", "design=rct", "stance=contradicts", "--claim", "anx-effect"),
        ("relabel", "90000101", "agent=msc_cells", "counts_for_claim=false", "--claim", "dep-effect"),
        (
            "relabel",
            "90000109",
            "design=rct",
            "role=therapy",
            "agent=native_ev",
            "stance=supports",
            "n=40",
            "--claim",
            "dep-effect",
        ),
        ("reject", "NCT90000001"),
        ("accept", "dep-effect"),
        ("reject", "anx-effect"),
    ],
    ids=" ".join,
)
def test_undo_restores_exactly(at: At, said: tuple[str, ...]) -> None:
    """Taken back, every claim is shown as before the word; the history keeps both words."""
    desk = at("graded")
    before = shown(desk)
    number = desk.run("review", *said, *WHY, "--json").json["words"][0]["id"]
    assert shown(desk) != before
    desk.run("review", "undo", str(number), *WHY)
    assert shown(desk) == before
    assert [w["action"] for w in words(desk)] == [said[0], "undo"]
    desk.sound()


def test_undo_of_what_was_added(at: At) -> None:
    """A record added by hand and taken back is no evidence any more."""
    desk = at("graded")
    before = shown(desk)
    (desk.folder / "paper.yaml").write_text(ADDED, encoding="utf-8")
    desk.run("review", "add", "paper.yaml", *WHY)
    assert desk.show("dep-effect")["counts"]["early_clinical"] == 1
    desk.run("review", "undo", "MANUAL:10.99999/invented.1", *WHY)
    after = shown(desk)
    for claim_id in PACK:
        kept = [r for r in after[claim_id]["records"] if r["counts_for_claim"]]
        assert kept == [r for r in before[claim_id]["records"] if r["counts_for_claim"]]
        assert after[claim_id]["level"] == before[claim_id]["level"]
        assert after[claim_id]["label"] == before[claim_id]["label"]
        assert after[claim_id]["people"] == before[claim_id]["people"]


def test_a_word_for_one_claim_leaves_the_others(at: At) -> None:
    """``--claim`` moves that claim, and those that are judged by it; the same record under another claim stays as it was."""
    desk = at("graded")
    before = shown(desk)
    desk.run("review", "reject", "90000102", "--claim", "dep-effect", *WHY)
    after = shown(desk)
    moved = {c for c in PACK if after[c]["records"] != before[c]["records"]}
    assert moved == {"dep-effect"}
    assert next(r for r in after["anx-effect"]["records"] if r["id"] == "PMID:90000102")["override"] is None


def test_a_level_is_told_with_its_word(at: At) -> None:
    """Wherever the level stands, in every language and format, it is said that a person's word is in it, by whom and when."""
    desk = at("said")
    for language, name in (("en", "word"), ("ja", "人の判断")):
        for arguments in (("show", "anx-effect"), ("status",)):
            flat = desk.run("--lang", language, *arguments).flat
            assert name in flat, (language, arguments)
            assert ASAKO in flat
            assert "2026-11-03" in flat
    record = next(r for r in desk.show("anx-effect")["records"] if r["id"] == "PMID:90000123")
    assert record["override"].keys() >= {
        "id",
        "action",
        "values",
        "seen",
        "reason",
        "name",
        "at",
        "claim_id",
        "reopened",
    }
    assert record["basis"] == "person"
    assert any(r["rule"].startswith("P-") for r in record["reasons"])


def test_two_people_disagree(at: At) -> None:
    """The later of two words holds, both are kept, and the queue says that people differ; agreeing again ends it."""
    desk = at("graded")
    desk.run("review", "accept", "90000120", "--reason", "fine", "--name", ASAKO)
    desk.run("review", "reject", "90000120", "--reason", "not so", "--name", BEN)
    assert desk.show("dep-effect")["level"] == "animal"
    waiting = [w for w in desk.run("review", "list", "--json").json["waiting"] if w["record_id"] == "PMID:90000120"]
    assert [w["why"] for w in waiting] == ["disagreement"]
    assert [(w["name"], w["stands"]) for w in words(desk)] == [(ASAKO, False), (BEN, True)]
    desk.run("review", "reject", "90000120", "--reason", "now I see", "--name", ASAKO)
    assert not [w for w in desk.run("review", "list", "--json").json["waiting"] if w["record_id"] == "PMID:90000120"]
    assert desk.show("dep-effect")["level"] == "animal"


def test_show_at_a_day_before_the_words(at: At, story: Story) -> None:
    """``show --at`` a day before the words tells the grades of then, without any word; at their day, with them."""
    desk = at("regraded")
    for claim_id in PACK:
        then = desk.run("show", claim_id, "--at", "2026-11-02", "--json").json
        was = story["graded"].shown[claim_id]
        for key in ("level", "stance", "label", "people", "counts", "k_of_n", "excluded"):
            assert then[key] == was[key], (claim_id, key)
        assert {r["id"] for r in then["records"]} == {r["id"] for r in was["records"]}
        assert [r["id"] for r in then["records"] if r["override"]] == []
    later = desk.run("show", "anx-effect", "--at", "2026-11-03", "--json").json
    assert later["level"] == story["said"].shown["anx-effect"]["level"] == "rct"
    word = next(r for r in later["records"] if r["id"] == "PMID:90000123")["override"]
    assert (word["action"], word["reopened"]) == ("relabel", False), "it was not reopened on that day"


def test_a_retraction_wins_over_every_word(at: At, story: Story) -> None:
    """Accept and relabel of a record that is retracted afterwards, and relabel of one that is retracted already, lift nothing."""
    desk = at("graded")
    desk.run("review", "relabel", "90000103", "design=rct", "stance=supports", "n=90", "--claim", "ad-effect", *WHY)
    assert desk.show("ad-effect")["level"] == "rct"
    desk.run("review", "accept", "ad-effect", *WHY)
    desk.server.corpus = story.second
    desk.at(14)
    told = desk.refresh()
    assert {(c["kind"], c["severity"]) for c in told["changes"] if c["claim_id"] == "ad-effect"} >= {
        ("retracted", "critical"),
        ("level_down", "critical"),
    }
    assert desk.show("ad-effect")["level"] == "animal"
    for said in (
        ("accept", "90000103"),
        ("relabel", "90000103", "design=rct", "stance=supports", "n=90", "--claim", "ad-effect"),
    ):
        desk.run("review", *said, *WHY, code=(0, 2))
        record = next(r for r in desk.show("ad-effect")["records"] if r["id"] == "PMID:90000103")
        assert (record["gate"], record["counts_for_claim"]) == ("retracted", False)
        assert desk.show("ad-effect")["level"] == "animal"


def test_a_notice_of_concern_or_a_new_date(at: At, story: Story) -> None:
    """A word said after the change holds: it is of the record as it is now, and another refresh leaves it."""
    desk = at("second")
    desk.server.corpus = story.second
    desk.run("review", "relabel", "90000123", "design=rct", "stance=supports", "--claim", "anx-effect", *WHY)
    assert desk.show("anx-effect")["level"] == "rct"
    desk.at(21)
    assert desk.refresh()["changes"] == []
    assert desk.show("anx-effect")["level"] == "rct"
    record = next(r for r in desk.show("anx-effect")["records"] if r["id"] == "PMID:90000123")
    assert record["override"]["reopened"] is False


def test_changing_back_is_looked_at_too(at: At, story: Story) -> None:
    """A record that changed and changed back never lifts in silence: the word was reopened, and that was told."""
    desk = at("said")
    one = desk.show("anx-effect")
    assert one["level"] == "rct"
    article = next(a for a in story.second.articles if a.pmid == "90000123")
    desk.server.corpus = story.second
    desk.at(14)
    desk.refresh()
    assert desk.show("anx-effect")["level"] == "early_clinical"
    old = replace(
        article, abstract=str(article.abstract).replace(" Two adults left early.", ""), mdat=NEWS.replace(day=13)
    )
    desk.server.corpus = story.second.with_(old)
    desk.at(21)
    told = desk.refresh()["changes"]
    level = desk.show("anx-effect")["level"]
    assert level == "early_clinical" or ("level_up", "anx-effect") in {(c["kind"], c["claim_id"]) for c in told}


@pytest.mark.parametrize(
    "arguments",
    [
        ("accept", "90000101", "--reason", "x"),
        ("accept", "90000101", "--reason", "x", "--name", ""),
        ("accept", "90000101", "--reason", "x", "--name", " \t"),
        ("accept", "90000101", "--name", ASAKO),
        ("accept", "90000101", "--name", ASAKO, "--reason", "\u3000"),
        ("accept", "90000777", *WHY),
        ("accept", "nothing", *WHY),
        ("accept", "", *WHY),
        ("accept", "90000101", "--claim", "nothing", *WHY),
        ("accept", "90000105", "--claim", "dep-effect", *WHY),
        ("relabel", "90000101", *WHY),
        ("relabel", "90000101", "design", *WHY),
        ("relabel", "90000101", "=rct", *WHY),
        ("relabel", "90000101", "design=", *WHY),
        ("relabel", "90000101", "design=RCT!", *WHY),
        ("relabel", "90000101", "design=rct", "design=animal", *WHY),
        ("relabel", "90000101", "colour=red", *WHY),
        ("relabel", "90000101", "stance=better", *WHY),
        ("relabel", "90000101", "agent=snake_oil", *WHY),
        ("relabel", "90000101", "role=cure", *WHY),
        ("relabel", "90000101", "gate=none_of_it", *WHY),
        ("relabel", "90000101", "n=0", *WHY),
        ("relabel", "90000101", "n=1e3", *WHY),
        ("relabel", "90000101", "n=９.５", *WHY),
        ("relabel", "90000101", "n=99999999999999999999999999", *WHY),
        ("relabel", "90000101", "level=rct", *WHY),
        ("relabel", "90000101", "title=Another title", *WHY),
        ("relabel", "90000101", "id=PMID:1", *WHY),
        ("relabel", "90000101", "counts_for_claim=maybe", *WHY),
        ("relabel", "dep-effect", "level=none", *WHY),
        ("undo", "90000101", *WHY),
        ("undo", "7", *WHY),
        ("undo", "0", *WHY),
        ("undo", "-1", *WHY),
        ("undo", "dep-effect", *WHY),
        ("add", "nothing.yaml", *WHY),
        ("import", "nothing.yaml"),
        ("import", "."),
        ("add", ".", *WHY),
    ],
    ids=" ".join,
)
def test_wrong_usage(at: At, arguments: tuple[str, ...]) -> None:
    """What can't be meant ends with exit 2 and a line that says so, in either language, and nothing is stored."""
    desk = at("graded")
    for language in ("en", "ja"):
        answer = desk.run("--lang", language, "review", *arguments, code=2)
        assert answer.out == ""
        assert answer.err.startswith("evtrack: ")
        assert len(answer.err.strip().splitlines()) == 1
    assert words(desk) == []
    assert desk.rows("SELECT count(*) FROM run") == [(1,)]


@pytest.mark.parametrize(
    "text",
    [
        "", "- 3", "title: alone", "- {}", "- title: ''\n  doi: 10.9/x", "- title: T\n  design: rct",
        ADDED.replace("design: single_arm", "design: great"), ADDED.replace("n: 12", "n: dozen"),
        ADDED.replace("dep-effect:", "nothing-effect:"), ADDED.replace("stance: supports", "stance: good"),
        ADDED.replace("year: 2024", "year: never"), ADDED.replace("year: 2024", "year: 20240"), ADDED + "  colour: red\n",
        ADDED.replace("10.99999/invented.1", "javascript:alert(1)"), ADDED + "  url: javascript:alert(1)\n",
        ADDED + "  url: 'data:text/html,x'\n", ADDED.replace("  design: single_arm\n", ""), "[" * 3000, "- &a [*a]", "\x00", "{{ 7*7 }}",
    ],
    ids=range(21),
)  # fmt: skip
def test_a_broken_file_to_add(at: At, text: str) -> None:
    """What can't be added ends with exit 2 and the file's place, and nothing is stored."""
    desk = at("graded")
    (desk.folder / "odd.yaml").write_text(text, encoding="utf-8")
    answer = desk.run("review", "add", "odd.yaml", *WHY, code=2)
    assert re.search(r"odd\.yaml(:\d+)?: ", answer.err), answer.err
    assert words(desk) == []
    assert desk.rows("SELECT count(*) FROM record WHERE id LIKE 'MANUAL:%'") == [(0,)]


def test_the_same_paper_twice(at: At) -> None:
    """The same paper added twice, or one that PubMed holds under the same DOI, is one study and no second one."""
    desk = at("graded")
    (desk.folder / "paper.yaml").write_text(ADDED, encoding="utf-8")
    desk.run("review", "add", "paper.yaml", *WHY)
    once = desk.show("dep-effect")
    desk.run("review", "add", "paper.yaml", *WHY, code=(0, 2))
    twice = desk.show("dep-effect")
    assert (twice["counts"], twice["k_of_n"]) == (once["counts"], once["k_of_n"])
    assert desk.rows("SELECT count(*) FROM record WHERE id LIKE 'MANUAL:%'") == [(1,)]


def test_the_name_from_the_settings(at: At) -> None:
    """EVTRACK_NAME says who speaks, and ``--name`` wins over it."""
    desk = at("graded")
    desk.environ["EVTRACK_NAME"] = BEN
    desk.run("review", "accept", "90000101", "--reason", "x")
    desk.run("review", "accept", "90000102", "--reason", "x", "--name", ASAKO)
    assert [w["name"] for w in words(desk)] == [BEN, ASAKO]


def test_a_killed_review_leaves_nothing_half(at: At) -> None:
    """Killed at any moment, the word is there with its grades or not at all, and the next command goes on as if nothing had been."""
    desk = at("graded")
    before = shown(desk)
    desk.run("review", "reject", "90000120", *WHY)
    after = shown(desk)
    assert after != before
    for delay in (0.5, 0.8, 1.0, 1.2, 1.5):
        desk = at("graded")
        process = desk.start("review", "reject", "90000120", *WHY)
        time.sleep(delay)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        desk.sound()
        given = words(desk)
        assert shown(desk) == (after if given else before)
        if not given:
            desk.run("review", "reject", "90000120", *WHY)
        assert len(words(desk)) == 1
        assert {**shown(desk), "as_of": None} == {**after, "as_of": None}


def test_a_killed_import_leaves_all_or_nothing(at: At, story: Story) -> None:
    """Killed at any moment, all words of the file are in or none."""
    text = story["said"].export
    for delay in (0.6, 0.9, 1.2):
        desk = at("graded")
        (desk.folder / "words.yaml").write_text(text, encoding="utf-8")
        process = desk.start("review", "import", "words.yaml")
        time.sleep(delay)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        desk.sound()
        assert len(words(desk)) in (0, 23)
        desk.run("review", "import", "words.yaml")
        assert desk.run("review", "export").out == text


def test_a_word_tells_what_moved(at: At) -> None:
    """The answer names each claim the word touched with level and stance before and after; ``show`` then says the same."""
    desk = at("graded")
    before = desk.status()
    told = desk.run("review", "reject", "90000120", *WHY, "--json").json
    after = desk.status()
    for claim in told["claims"]:
        claim_id = claim["claim_id"]
        assert (claim["level_before"], claim["stance_before"]) == (
            before[claim_id]["level"],
            before[claim_id]["stance"],
        )
        assert (claim["level"], claim["stance"]) == (after[claim_id]["level"], after[claim_id]["stance"])
    named = {c["claim_id"] for c in told["claims"]}
    assert named >= {
        c for c in PACK if (before[c]["level"], before[c]["stance"]) != (after[c]["level"], after[c]["stance"])
    }
    changes = desk.run("changes", "--since", "2026-11-10", "--format", "json").json["changes"]
    assert ("level_down", "dep-effect", "critical") in {(c["kind"], c["claim_id"], c["severity"]) for c in changes}


def test_json_is_the_contract(at: At) -> None:
    """``override`` is an object with who, when, what and why, or null; never anything else."""
    desk = at("said")
    seen = 0
    for claim_id in PACK:
        for record in desk.show(claim_id)["records"]:
            word = record["override"]
            assert word is None or isinstance(word, dict)
            seen += word is not None
            assert json.dumps(word)
    assert seen > 20
