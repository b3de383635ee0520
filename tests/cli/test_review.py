"""``evtrack review``: what waits, what persons say, what comes of it, and what is told where something is wrong."""

from __future__ import annotations

import io
import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from evtrack.cli.review_example import EXAMPLE

from . import waiting

Run = Callable[..., Any]
SCHEMAS = Path(__file__).parent.parent / "schemas"
RCT, BARE, RATS, MICE = "PMID:90000011", "PMID:90000012", "PMID:90000013", "PMID:90000001"
WHY = ("--reason", "read in full")


def valid(answer: Any, schema: str) -> Any:
    """The answer, once it fits the schema the tests hold."""
    jsonschema.Draft202012Validator(json.loads((SCHEMAS / f"{schema}.json").read_text())).validate(answer)
    return answer


@pytest.fixture
def stored(run: Run, articles: Path, cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """A store with what waits, and a person who speaks."""
    waiting.compile_once(monkeypatch)
    waiting.store(run, articles, cache, tmp_path)
    monkeypatch.setenv("EVTRACK_NAME", "I. Clinician")
    return run


def moved(answer: Any) -> dict[str, tuple[str | None, str | None]]:
    """Claims whose level moved, by id."""
    return {c["claim_id"]: (c["level_before"], c["level"]) for c in answer["claims"] if c["level_before"] != c["level"]}


def test_the_queue(stored: Run) -> None:
    """What waits is listed with why and what it could move, the record that could make the highest level first."""
    answer = valid(stored("review", "list", "--json").json, "review_list")
    assert [(w["record_id"], w["why"], w["because"]) for w in answer["waiting"]] == [
        (RCT, "needs_review", "direction_unread"),
        (BARE, "needs_review", "title_only"),
    ]
    of_claim = stored("review", "list", "dep-effect", "--json").json["waiting"]
    assert [w["claim_ids"] for w in of_claim] == [["dep-effect"]] * 2
    text = stored("review", "list", "dep-effect").out
    assert text.startswith("2 wait for a person")
    assert text.index(RCT) < text.index("only its title is known")
    assert "could move the level of dep-effect (the record: up to early clinical)" in text or "RCT" in text
    assert "evtrack review in a terminal" in text


def test_without_a_terminal_it_lists(stored: Run) -> None:
    """Where nobody can press a key the queue is listed."""
    assert stored("review").out == stored("review", "list").out
    assert "人の確認を待つもの：2件" in stored("review", "--lang", "ja").out


def test_nothing_waits(run: Run, articles: Path) -> None:
    """An empty queue says so, and a store without words that none was given."""
    run("load", articles)
    assert run("review").out == "Nothing waits for a person.\n"
    assert run("review", "words").out == "No word was given.\n"
    assert run("review", "list", "--json").json == {"waiting": []}


def test_relabel_tells_what_moved(stored: Run) -> None:
    """A relabel takes effect at once and tells the label before and after; the rest is said to be unchanged."""
    answer = stored("review", "relabel", "90000011", "stance=no_difference", "n=41", "--claim", "dep-effect", *WHY)
    assert (
        f"{RCT}: A person's word (no. 1): relabelled for dep-effect, I. Clinician (2026-11-23): read in full"
        in answer.out
    )
    assert re.search(r"^dep-effect: RCT .* → RCT .*n = 41.*: no difference shown", answer.out, re.MULTILINE)
    assert not re.search("^few-side-effects: ", answer.out, re.MULTILINE)
    show = stored("show", "dep-effect", "--json").json
    assert show["stance"] == "no_difference"
    held = next(r for r in show["records"] if r["id"] == RCT)
    assert held["override"]["values"] == {"stance": "no_difference", "n": 41}
    assert held["override"]["seen"]["stance"] == "unclear"


def test_reject_and_undo(stored: Run) -> None:
    """A rejected record counts no longer; taken back, all is as it was; each tells the level before and after."""
    before = stored("show", "dep-effect", "--json").json
    first = valid(stored("review", "reject", "pmid:90000011", *WHY, "--json").json, "review_given")
    assert moved(first)["dep-effect"] == ("rct", "animal")
    assert [(w["action"], w["id"], w["record_id"]) for w in first["words"]] == [("reject", 1, RCT)]
    second = valid(stored("review", "undo", "1", *WHY, "--json").json, "review_given")
    assert moved(second)["dep-effect"] == ("animal", "rct")
    after = stored("show", "dep-effect", "--json").json
    assert {k: before[k] for k in ("level", "label", "records")} == {k: after[k] for k in ("level", "label", "records")}
    assert "no word on PMID:90000011 to take back" in stored("review", "undo", RCT, *WHY, code=2).err


def test_for_one_claim(stored: Run) -> None:
    """With --claim a word holds for that claim alone."""
    stored("review", "reject", RATS, "--claim", "dep-effect", *WHY)
    here = next(r for r in stored("show", "dep-effect", "--json").json["records"] if r["id"] == RATS)
    there = next(r for r in stored("show", "animal-dep", "--json").json["records"] if r["id"] == RATS)
    assert here["override"]["claim_id"] == "dep-effect"
    assert "left out by a person's word" in stored("show", "dep-effect", "--all").out
    assert there["override"] is None


def test_words_are_listed(stored: Run) -> None:
    """The words that stand are listed, of all or of one record or claim; with --all the undone ones too."""
    stored("review", "accept", RATS, *WHY)
    stored("review", "reject", MICE, "--claim", "dep-effect", "--reason", "another product")
    stored("review", "accept", "dep-effect", "--reason", "as I would say")
    stored("review", "undo", RATS, "--reason", "a slip")
    standing = valid(stored("review", "words", "--json").json, "review_words")["words"]
    assert [(w["action"], w["stands"]) for w in standing] == [("reject", True), ("accept", True)]
    every = valid(stored("review", "words", "--all", "--json").json, "review_words")["words"]
    assert [w["action"] for w in every] == ["accept", "reject", "accept", "undo"]
    assert [w["stands"] for w in every] == [False, True, True, False]
    assert [w["id"] for w in stored("review", "words", MICE, "--json").json["words"]] == [2]
    assert [w["id"] for w in stored("review", "words", "dep-effect", "--json").json["words"]] == [2, 3]
    text = " ".join(stored("review", "words", "--all").out.split())
    assert "no evidence here for dep-effect, I. Clinician (2026-11-23): another product" in text
    assert "the rules had said: " in text
    assert "it holds no longer" in text
    assert "the level is right" in text


def test_the_rules_alone_are_told_as_theirs(stored: Run) -> None:
    """Of a level that a person's relabel made, what the rules alone say is told beside it; the person's is never called the rules'."""
    given = ("design=single_arm", "stance=supports", "n=4", "--claim", "dep-effect")
    stored("review", "relabel", RCT, *given, *WHY)
    word = stored("review", "accept", "dep-effect", *WHY, "--json").json["words"][0]
    assert word["seen"] == {
        "level": "early_clinical", "stance": "supports", "k": 1, "n": 1,
        "by_rules": {"level": "rct", "stance": "unclear", "k": 0, "n": 1},
    }  # fmt: skip
    for lang, told in (
        ("en", ("by the rules alone: RCT, unclear, 0 of 1 better", "what stood then (with what persons said): early clinical, improvement, 1 of 1 better")),
        ("ja", ("規則のみの判定：ランダム化比較試験、要確認、1件中0件で改善方向", "その時に出ていた判定（人の判断を含む）：初期の臨床研究、改善方向、1件中1件で改善方向")),
    ):  # fmt: skip
        for command in (("review", "words", "dep-effect"), ("show", "dep-effect")):
            shown = "".join(stored(*command, "--lang", lang).out.split())
            for words in told:
                assert words.replace(" ", "") in shown, (command, words)


def test_a_reason_is_no_word_of_the_paper(stored: Run) -> None:
    """What a person typed is told as theirs, not among the words of the record that decided."""
    stored("review", "relabel", RCT, "design=single_arm", "stance=supports", "--claim", "dep-effect", *WHY)
    assert 'a person wrote: "read in full" (P-RELABEL)' in stored("show", "dep-effect").out
    shown = "".join(stored("show", "dep-effect", "--lang", "ja").out.split())
    assert "人の記入：「readinfull」（P-RELABEL）" in shown
    assert "根拠となった語：「readinfull」" not in shown


def test_the_other_record_of_a_rejected_study(stored: Run) -> None:
    """A reject that leaves another record of the same study counting says so, and how that is left out too."""
    twin = "PMID:90000014"
    one = waiting.article(
        90000013, abstract=waiting.ABSTRACTS[90000013] + " ClinicalTrials.gov: NCT90000099.", year=2026
    )
    stored("load", waiting.write(Path.cwd(), one, one.replace("90000013", "90000014")))
    text = stored("review", "reject", RATS, "--claim", "dep-effect", *WHY).out
    assert f"{twin} is of the same study and still counts (for dep-effect)." in text
    assert f"evtrack review reject {twin} --claim dep-effect --reason" in text
    stored("review", "undo", RATS, *WHY)
    answer = valid(stored("review", "reject", RATS, *WHY, "--json").json, "review_given")
    (left,) = answer["same_study"]
    assert left["record_id"] == twin
    assert "dep-effect" in left["claim_ids"]
    assert "まだ数えています" in stored("review", "reject", RATS, *WHY, "--lang", "ja").out
    assert stored("review", "reject", twin, *WHY, "--json").json["same_study"] == []


def test_added_for_a_claim_of_another_condition(stored: Run) -> None:
    """A record entered by hand whose words do not name its claim's condition is taken with a warning, which says what they fit."""
    text = "title: Exosomes of mesenchymal stem cells in {}\nurl: https://example.org/1\ndesign: single_arm\nn: 9\n"
    text += "agent: native_ev\nrole: therapy\n"
    text += "claims: {{scz-effect: {{condition_match: selected, outcome_match: measured, stance: supports}}}}\n"
    Path("mine.yaml").write_text(text.format("schizophrenia"))
    assert stored("review", "add", "mine.yaml", *WHY).err == ""
    Path("mine.yaml").write_text(text.format("major depressive disorder"))
    told = stored("review", "add", "mine.yaml", *WHY, "--json")
    assert len(told.json["words"]) == 1
    assert "do not name the condition of claim scz-effect (they fit: " in told.err
    assert "dep-effect" in told.err
    Path("mine.yaml").write_text(text.format("うつ病").replace("/1", "/2"))
    assert (
        "主張 scz-effect の疾患・対象者が見当たりません"
        in stored("review", "add", "mine.yaml", *WHY, "--lang", "ja").err
    )
    Path("mine.yaml").write_text(text.format("something").replace("/1", "/3"))
    assert "scz-effect; look at the source" in stored("review", "add", "mine.yaml", *WHY).err


def test_a_word_of_all_claims_is_a_word_of_each(stored: Run) -> None:
    """Asked for one claim, words on its records that were given for all claims are among them."""
    stored("review", "accept", RATS, *WHY)
    assert [w["id"] for w in stored("review", "words", "dep-effect", "--json").json["words"]] == [1]
    assert stored("review", "words", "ptsd-effect", "--json").json["words"] == []


def test_undo_of_several(stored: Run) -> None:
    """Where a record has words for several claims, undo asks which; an older word of the same is not taken back by number."""
    stored("review", "accept", RATS, "--claim", "dep-effect", *WHY)
    stored("review", "reject", RATS, *WHY)
    stored("review", "accept", RATS, *WHY)
    assert "words for several claims (1, 3)" in stored("review", "undo", RATS, *WHY, code=2).err
    stored("review", "undo", RATS, "--claim", "dep-effect", *WHY)
    stored("review", "undo", RATS, *WHY)
    assert [w["id"] for w in stored("review", "words", "--json").json["words"]] == [2]
    assert "no word on dep-effect" in stored("review", "undo", "dep-effect", *WHY, code=2).err


def test_words_are_shown_where_the_level_is(stored: Run) -> None:
    """show has the word at the level and at the record, with name, day, reason and what the rules said; status has a mark."""
    stored("review", "reject", "dep-effect", "--reason", "too few people")
    stored("review", "relabel", RCT, "stance=no_difference", "--claim", "dep-effect", *WHY)
    for lang, words in (
        ("en", ("the level is not right, I. Clinician (2026-11-23): too few people", "the person says: stance: no difference", "the rules had said: stance: unclear", "[reopened]")),
        ("ja", ("この研究段階を認めない。I. Clinician（2026-11-23）、理由：too few people", "人の判断：結果の方向：差なし", "規則の判定では：結果の方向：要確認", "【要再確認】")),
    ):  # fmt: skip
        told = re.sub(r"\s+", " ", stored("show", "dep-effect", "--lang", lang).out)
        squeezed = told.replace(" ", "")
        for some in words:
            assert some.replace(" ", "") in squeezed, some
    row = re.sub(r"\s+", "", stored("status", "--lang", "ja").out)
    assert "［人の判断1件］" in row
    assert "［この研究段階を認めない：" in row


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("accept", RCT), "no reason is given"),
        (("accept", RCT, "--reason", "  "), "no reason is given"),
        (("accept", "PMID:90000099", *WHY), "did you mean"),
        (("accept", "dep-efect", *WHY), "dep-effect"),
        (("accept", "dep-effect", "--claim", "dep-effect", *WHY), "--claim goes with a record"),
        (("accept", RCT, "--claim", "dep-efect", *WHY), "dep-effect"),
        (("reject", RCT, "--claim", "ptsd-effect", *WHY), "not one of claim ptsd-effect"),
        (("relabel", RCT, "desing=rct", *WHY), "did you mean design"),
        (("relabel", RCT, "design=rtc", *WHY), "did you mean rct"),
        (("relabel", RCT, "design", *WHY), "write it like design=rct"),
        (("relabel", RCT, "n=many", *WHY), "a whole number"),
        (("relabel", RCT, "synthesis=perhaps", *WHY), "true or false"),
        (("relabel", "dep-effect", "level=rct", *WHY), "a level is never typed in"),
        (("relabel", RCT, "design=animal", "level=rct", *WHY), "the level of design animal is animal"),
        (("relabel", RCT, *WHY), "missing"),
        (("relabel", RCT, "stance=supports", "n=40", *WHY), "stance is about one claim; say which with --claim ID"),
        (("undo", "7", *WHY), "no record or claim 7"),
        (("list", "dep-efect"), "dep-effect"),
        (("words", "nowhere"), "no record or claim nowhere"),
        (("add",), "--example"),
        (("add", "nowhere.yaml"), "no such file"),
        (("import", "."), "is a folder"),
    ],
)
def test_what_is_wrong(stored: Run, arguments: tuple[str, ...], told: str) -> None:
    """What can't be done is exit 2 with one line that names it, what is near it and the mend; nothing is kept."""
    answer = stored("review", *arguments, code=2)
    assert told in answer.err
    assert len(answer.err.splitlines()) == 1
    in_japanese = stored("review", *arguments, "--lang", "ja", code=2).err
    assert re.search("[ぁ-ん]", in_japanese)
    assert stored("review", "words", "--all", "--json").json["words"] == []


def test_somebody_must_speak(stored: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without --name, EVTRACK_NAME or the setting a word is not taken."""
    monkeypatch.delenv("EVTRACK_NAME")
    assert "EVTRACK_NAME" in stored("review", "accept", RATS, *WHY, code=2).err
    answer = stored("review", "accept", RATS, *WHY, "--name", "A. Other", "--json").json
    assert answer["words"][0]["name"] == "A. Other"
    Path(".evtrack.toml").write_text('name = "By Setting"\n')
    assert stored("review", "accept", RATS, *WHY, "--json").json["words"][0]["name"] == "By Setting"


def test_values_as_they_are_typed(stored: Run) -> None:
    """none is no gate, true and false are said in both languages."""
    told = stored(
        "review", "relabel", RATS, "counts_for_claim=いいえ", "gate=none", "--claim", "dep-effect", *WHY, "--json"
    ).json
    assert told["words"][0]["values"] == {"counts_for_claim": False, "gate": None}


def test_no_store(run: Run) -> None:
    """Without a store there is nothing to speak of."""
    for arguments in (("list",), ("words",), ("accept", RCT, *WHY, "--name", "N"), ("export",)):
        assert "no such store" in run("review", *arguments, code=2).err


def test_options_before_the_command(stored: Run, tmp_path: Path) -> None:
    """What is given after ``review`` holds for its commands."""
    (tmp_path / "other.db").write_bytes((tmp_path / "evtrack.db").read_bytes())
    stored("review", "--db", "other.db", "--lang", "ja", "accept", RATS, *WHY)
    assert stored("review", "words", "--json").json["words"] == []
    assert len(stored("review", "words", "--json", "--db", "other.db").json["words"]) == 1


def test_the_example_can_be_added(stored: Run, tmp_path: Path) -> None:
    """The skeleton, as it is printed, is a file that review add takes; its records are then shown with their citation."""
    for lang in ("en", "ja"):
        printed = stored("review", "add", "--example", "--lang", lang).out
        assert printed == EXAMPLE[lang]
        file = tmp_path / "mine.yaml"
        file.write_text(printed, encoding="utf-8")
        db = ("--db", f"{lang}.db")
        shutil.copy(tmp_path / "evtrack.db", tmp_path / f"{lang}.db")
        answer = valid(stored("review", "add", file, *WHY, *db, "--json").json, "review_given")
        assert [w["record_id"] for w in answer["words"]][1] == "MANUAL:jRCT9999999999"
        shown = stored("show", "dep-effect", "--json", *db).json
        by_hand = [r for r in shown["records"] if r["source"] == "manual"]
        assert len(by_hand) == 2
        assert {r["basis"] for r in by_hand} == {"person"}
        stored("review", "add", file, *WHY, *db)
        again = stored("show", "dep-effect", "--json", *db).json["records"]
        assert len([r for r in again if r["source"] == "manual"]) == 2


def test_add_from_standard_input(stored: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """One record alone may come from standard input, with its own reason and name; undone it is gone."""
    text = "title: An invented paper\nurl: https://example.org/1\ndesign: animal\nagent: native_ev\nrole: therapy\n"
    text += "year: 2020\nclaims: {dep-effect: {condition_match: selected, outcome_match: measured, stance: supports}}\n"
    monkeypatch.setattr(
        "sys.stdin", io.StringIO(text + "reason: it is in no service\nname: B. Other\nrecord: MANUAL:one\n")
    )
    word = stored("review", "add", "-", "--json").json["words"][0]
    assert (word["record_id"], word["name"], word["reason"]) == ("MANUAL:one", "B. Other", "it is in no service")
    assert "1 records" in stored("show", "dep-effect").out
    stored("review", "accept", "MANUAL:one", *WHY)
    assert "word 2 came after word 1" in stored("review", "undo", "1", *WHY, code=2).err
    stored("review", "undo", "2", *WHY)
    stored("review", "undo", "manual:one", *WHY)
    assert "MANUAL:one" not in stored("show", "dep-effect", "--json").out


@pytest.mark.parametrize(
    ("text", "line", "told"),
    [
        ("- title: x\n  design: [\n", 3, "mend the YAML"),
        ("title: x\ntitle: y\n", 2, "stands twice"),
        ("- just words\n", 1, "evtrack review add --example"),
        ("", 1, "evtrack review add --example"),
        ("title: x\nurl: https://example.org\nclaims: [dep-effect]\n", 1, "design is missing"),
        ("title: x\nurl: https://example.org\ndesign: rtc\nclaims: [dep-effect]\n", 3, "did you mean rct"),
        ("title: x\nurl: https://example.org\ndesign: rct\nclaims: [dep-efect]\n", 4, "did you mean dep-effect"),
        ("title: x\ndesign: rct\nclaims: [dep-effect]\n", 1, "give a url, a doi or a registry_id"),
        ("title: x\ndesgin: rct\nclaims: [dep-effect]\n", 1, "and 2 more"),
        (
            "title: x\nurl: https://example.org\ndesign: rct\ncompletion: 2026-13\nclaims: [dep-effect]\n",
            4,
            "2026-11-23",
        ),
    ],
)
def test_a_wrong_file_is_told_by_line(stored: Run, text: str, line: int, told: str) -> None:
    """What is wrong with a record entered by hand is told with file and line, in both languages; nothing is added."""
    Path("mine.yaml").write_text(text)
    answer = stored("review", "add", "mine.yaml", *WHY, code=2)
    assert f"mine.yaml:{line}: " in answer.err
    assert told in answer.err
    assert f"mine.yaml:{line}：" in stored("review", "add", "mine.yaml", *WHY, "--lang", "ja", code=2).err
    assert stored("review", "words", "--all", "--json").json["words"] == []


def test_no_text(stored: Run) -> None:
    """A file that is no UTF-8 is told so."""
    Path("mine.yaml").write_bytes("題名".encode("utf-16"))
    assert "save it as UTF-8" in stored("review", "add", "mine.yaml", *WHY, code=2).err


def test_export_and_import(stored: Run, run: Run, articles: Path, tmp_path: Path) -> None:
    """Words that were exported come into another store once, however often they are read; what is not there is named."""
    stored("review", "accept", MICE, *WHY)
    stored("review", "reject", RATS, "--claim", "dep-effect", *WHY)
    stored("review", "undo", MICE, *WHY)
    assert stored("review", "export", "-o", "words.yaml").out == "3 words written to words.yaml\n"
    assert stored("review", "export").out == Path("words.yaml").read_text(encoding="utf-8")
    new = ("--db", "new.db")
    run("load", articles, *new)
    first = valid(run("review", "import", "words.yaml", *new, "--json").json, "review_import")
    assert (len(first["words"]), first["known"], first["missing"]) == (3, 0, [RATS])
    again = valid(run("review", "import", "words.yaml", *new, "--json").json, "review_import")
    assert (again["run_id"], again["words"], again["known"], again["missing"]) == (None, [], 3, [])
    assert run("review", "export", *new).out == Path("words.yaml").read_text(encoding="utf-8")
    empty = run("review", "import", "words.yaml", "--db", "empty.db").out
    assert empty.startswith("3 new words read; 0 were there already\n")
    assert f"they hold as soon as these come: {MICE}, {RATS}" in empty
    assert run("review", "import", "words.yaml", "--db", "empty.db").out == "0 new words read; 3 were there already\n"


def test_a_wrong_file_of_words(stored: Run) -> None:
    """A file of words with something wrong is told by line, and none of it is read."""
    stored("review", "accept", MICE, *WHY)
    stored("review", "export", "-o", "words.yaml")
    text = Path("words.yaml").read_text(encoding="utf-8")
    Path("words.yaml").write_text(text.replace("action: accept", "action: acept"), encoding="utf-8")
    answer = stored("review", "import", "words.yaml", "--db", "new.db", code=2)
    assert re.search(r"words\.yaml:\d+: there is no acept", answer.err)
    assert not Path("new.db").exists()


def test_reopened(stored: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """A word on a record that came anew with other words waits for a person first, and every view says that it is open again."""
    stored("review", "accept", RCT, *WHY)
    assert RCT not in [w["record_id"] for w in stored("review", "list", "--json").json["waiting"]]
    changed = waiting.article(90000011, abstract=waiting.ABSTRACTS[90000011] + " Nothing else was done.", year=2026)
    stored("load", waiting.write(Path.cwd(), changed))
    first = valid(stored("review", "list", "--json").json, "review_list")["waiting"][0]
    assert (first["record_id"], first["why"], first["because"]) == (RCT, "reopened", "content_changed")
    assert first["word"]["reopened"]
    assert "the record changed after a person's word" in stored("review", "list").out
    assert "[reopened]" in stored("review", "words", RCT).out
    assert "[reopened]" in " ".join(stored("show", "dep-effect").out.split())


def test_japanese_has_no_english(stored: Run) -> None:
    """What the commands say in Japanese is Japanese but names, ids, titles and what is typed."""
    from .test_words_shown import english

    titles = frozenset(re.findall(r"[A-Za-z][A-Za-z.-]*[A-Za-z]|[A-Za-z]", " ".join(waiting.TITLES.values())))
    allowed = titles | {"I", "I.", "Clinician", "read", "in", "full", "MANUAL"}
    told = []
    for arguments in (
        ("list",),
        ("accept", RATS, *WHY),
        ("relabel", RCT, "stance=no_difference", "--claim", "dep-effect", *WHY),
        ("reject", "dep-effect", *WHY),
        ("words", "--all"),
        ("undo", "1", *WHY),
    ):
        words = english(stored("review", *arguments, "--lang", "ja").out, allowed)
        if words:
            told.append((arguments, words))
    assert told == []
