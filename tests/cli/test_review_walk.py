"""The walk through the queue: one key each, kept at once, however it ends. Driven by scripted keys, without a terminal."""

from __future__ import annotations

import io
import os
import re
import select
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from evtrack.cli.review_desk import Desk, source_of
from evtrack.cli.review_walk import walk
from evtrack.config import load_settings
from evtrack.report.review_page import Drawn

from . import waiting

Run = Callable[..., Any]
RCT, BARE, RATS = "PMID:90000011", "PMID:90000012", "PMID:90000013"
ESC = "esc"
ON = "any"
"""The key by which a person goes on once they have read what a word came to."""


class Script:
    """A terminal that presses keys and types lines from a list: ``">text"`` is a line, ``ESC`` one that is left, an exception is raised."""

    def __init__(self, *script: str | type[BaseException], columns: int = 80, color: bool = False) -> None:
        self.script = list(script)
        self.columns = columns
        self.color = color
        self.lines: list[Drawn] = []
        self.asked: list[str] = []

    def key(self) -> str:
        told = self._next()
        assert not told.startswith(">"), f"a key was asked for, the script has {told}"
        return told

    def ask(self, question: str) -> str | None:
        self.asked.append(question)
        if (told := self._next()) == ESC:
            return None
        assert told.startswith(">"), f"a line was asked for, the script has {told}"
        return told[1:]

    def put(self, lines: Iterable[Drawn]) -> None:
        self.lines += lines

    def _next(self) -> str:
        told = self.script.pop(0)
        if isinstance(told, str):
            return told
        raise told

    @property
    def shown(self) -> str:
        """All that was shown, as one line."""
        return " ".join(" ".join("".join(text for text, _ in line) for line in self.lines).split())


Walk = Callable[..., Script]


@pytest.fixture
def walked(run: Run, articles: Path, cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Walk:
    """Walk through a store with two that wait; give the terminal after it."""
    from evtrack.claims import load_library
    from evtrack.store.read import open_reader
    from evtrack.waiting import queue

    waiting.compile_once(monkeypatch)
    waiting.store(run, articles, cache, tmp_path)

    def walked(*script: str | type[BaseException], name: str = "N. Body", lang: str = "en", **terminal: Any) -> Script:
        settings = load_settings({"lang": lang}, os.environ, tmp_path)
        desk = Desk(settings, load_library(None)[0], name)
        with open_reader(settings.db) as reader:
            told = queue(reader, desk.library)
        screen = Script(*script, **terminal)
        walk(desk, told, screen)
        assert screen.script == []
        return screen

    return walked


def words(run: Run) -> list[tuple[str, str | None, str | None, str]]:
    """What was kept."""
    told = run("review", "words", "--all", "--json").json["words"]
    return [(w["action"], w["record_id"], w["claim_id"], w["reason"]) for w in told]


def differ(run: Run, record_id: str = RATS) -> int:
    """Two persons differ on a record that the rules could decide; gives its place in the queue."""
    run("review", "reject", record_id, "--reason", "not so", "--name", "A. Nother")
    run("review", "accept", record_id, "--reason", "it is so", "--name", "B. Other")
    told = run("review", "list", "--json").json["waiting"]
    return [w["record_id"] for w in told].index(record_id)


def test_one_key_each(walked: Walk, run: Run) -> None:
    """A decision needs a key and a reason; one line says what it changed, a key goes on, and the end says how many."""
    screen = walked("r", ">an invented trial", ON, "r", ">only a title", ON)
    assert words(run) == [("reject", RCT, None, "an invented trial"), ("reject", BARE, None, "only a title")]
    assert "── 1/2" in screen.shown
    assert "── 2/2" in screen.shown
    first, second = re.findall(r"changed claims: (.*?) Any key goes on\.", screen.shown)
    assert "dep-effect (RCT → animal study)" in first
    assert second == "none"
    assert "includes a person's word" not in screen.shown
    assert screen.shown.endswith("2 decided, 0 left.")
    assert [q.partition(" (")[0] for q in screen.asked] == ["Why", "Why"]


def test_nobody_signs_what_they_did_not_say(walked: Walk, run: Run) -> None:
    """Accept has no reason that says a text was read: enter alone offers one that claims nothing, and is kept after a yes alone."""
    to = ["s"] * differ(run)
    screen = walked(*to, "a", ">", "n", "a", ">", "y", ON, name="C. Third")
    assert words(run)[2:] == [("accept", RATS, None, "I agree with the rules (full text not read)")]
    assert screen.shown.count("Keep it as “I agree with the rules (full text not read)”?") == 2
    assert screen.shown.count("Left: nothing was decided.") == 1


def test_what_the_rules_left_open_is_not_accepted(walked: Walk, run: Run) -> None:
    """Where the rules could not decide there is nothing to accept: it is said, and the person is asked to relabel."""
    screen = walked("a", "c", "a", "s", "a", "q")
    assert words(run) == []
    assert screen.shown.count("The rules could not decide this one, so there is nothing to accept") == 3
    assert screen.asked == []


def test_a_short_reason_is_asked_again(walked: Walk, run: Run) -> None:
    """A reason of one or two characters is a slip of the key: it is asked again."""
    screen = walked("r", ">x", ">誤り", ">another product", ON, "q")
    assert [w[3] for w in words(run)] == ["another product"]
    assert screen.shown.count("A reason has 3 characters or more.") == 2


@pytest.mark.parametrize(
    "script",
    [("r", ESC), ("l", ESC), ("l", ">stance=mixed", ESC), ("l", ">stance=mixed", ">1", ESC), ("l", ">design", ESC)],
    ids=str,
)
def test_escape_leaves_every_prompt(walked: Walk, run: Run, script: tuple[str, ...]) -> None:
    """Esc leaves each prompt, the name's too, without a word being given; the record stands there still."""
    screen = walked(*script, "q")
    assert words(run) == []
    assert "Left: nothing was decided." in screen.shown
    assert screen.shown.endswith("0 decided, 2 left.")
    assert "name" in walked("r", ESC, "q", name="").asked[0]
    assert words(run) == []


def test_a_direction_is_about_one_claim(walked: Walk, run: Run) -> None:
    """What is about one claim asks for it first, with no claim as a default; the others are told nothing."""
    claims = run("review", "list", "--json").json["waiting"][0]["claim_ids"]
    place = claims.index("dep-effect") + 1
    screen = walked("l", ">stance", f">{len(claims) + 1}", f">{place}", ">stance=mixed n=41", ">full text", ON, "q")
    assert words(run) == [("relabel", RCT, "dep-effect", "full text")]
    assert "stance is about one claim. Which one?" in screen.shown
    assert f"{place} dep-effect Exosomes may relieve" in screen.shown
    assert "for dep-effect: stance: mixed; n: 41" in screen.shown
    first = run("review", "list", "--json").json["waiting"][0]
    assert first["record_id"] == RCT
    other = walked("c", "l", ">counts_for_claim=false", ">not this", ON, "q")
    assert not [q for q in other.asked if "Number" in q]
    assert words(run)[-1][:3] == ("relabel", RCT, first["claim_ids"][0])


def test_harm_is_told_as_harm(walked: Walk, run: Run) -> None:
    """In a claim that nothing is harmed the directions are harm or none; it is asked for even where it waits alone."""
    from evtrack.claims import load_library
    from evtrack.cli.review_walk import walk as walk_through
    from evtrack.store.read import open_reader
    from evtrack.waiting import queue

    library = load_library(None)[0]
    settings = load_settings({"lang": "ja"}, os.environ, Path.cwd())
    with open_reader(settings.db) as reader:
        (one,) = (w for w in queue(reader, library) if w.record_id == RCT)
    for claim, asked in (("few-side-effects", 1), ("dep-effect", 0)):
        screen = Script("l", ">stance", *[">1"] * asked, ">stance=supports", ">全文を読んだ", ON)
        walk_through(Desk(settings, library, "N"), [replace(one, claim_ids=(claim,))], screen)
        harm = "supports（害の増加なし）、contradicts（有害）" in screen.shown.replace(" ", "")
        assert harm == bool(asked)
        assert ("改善方向" in screen.shown.partition("項目だけを打つと")[2]) != bool(asked)
        assert len([q for q in screen.asked if q.startswith("主張の番号")]) == asked
    assert [w[:3] for w in words(run)] == [("relabel", RCT, "few-side-effects"), ("relabel", RCT, "dep-effect")]
    told = "".join(run("review", "words", "--lang", "ja").out.split())
    assert "人の判断：結果の方向：害の増加なし" in told
    assert "人の判断：結果の方向：改善方向" in told


def test_the_rest_of_a_rejected_study(walked: Walk, run: Run) -> None:
    """After a reject the walk offers what else of the study counts; a yes leaves it out for the same reason, undo takes both back."""
    abstract = waiting.ABSTRACTS[90000013] + " ClinicalTrials.gov: NCT90000099."
    one = waiting.article(90000013, abstract=abstract, year=2026)
    run("load", waiting.write(Path.cwd(), one, one.replace("90000013", "90000014")))
    to = ["s"] * differ(run)
    differ(run, "PMID:90000014")
    first = walked(*to, "r", ">another product", "n", ON, "q")
    assert "PMID:90000014 is of the same study and still counts" in first.shown
    assert "evtrack review reject" not in first.shown
    assert [w[:2] for w in words(run)[4:]] == [("reject", RATS)]
    second = walked(*to, "r", ">another product", "y", ON, "u", "y", ">", ON, "q")
    assert [(w[0], w[1]) for w in words(run)[5:]] == [
        ("reject", RATS), ("reject", "PMID:90000014"), ("undo", "PMID:90000014"), ("undo", RATS),
    ]  # fmt: skip
    assert words(run)[6][3] == "another product"
    assert "PMID:90000013: no evidence here, PMID:90000014: no evidence here" in second.shown


def test_the_page_tells_the_rules_alone(walked: Walk, run: Run) -> None:
    """Of a record that a person relabelled what the rules say is theirs, not the person's."""
    given = ("design=rct", "stance=supports", "n=300", "--claim", "dep-effect", "--reason", "full text", "--name", "N")
    run("review", "relabel", RATS, *given)
    run("review", "accept", RATS, "--reason", "as it is", "--name", "Other")
    told = run("review", "list", "dep-effect", "--json").json["waiting"]
    place = [w["record_id"] for w in run("review", "list", "--json").json["waiting"]].index(RATS)
    assert RATS in [w["record_id"] for w in told]
    page = re.split(r"── \d/\d ─+", walked(*"s" * place, "q").shown)[place + 1]
    rules = page.partition("What the rules said")[2].partition("The record's own words")[0]
    assert "design animal study" in rules
    assert "300" not in rules
    assert "P-RELABEL" not in rules


def test_the_page_has_all_that_is_needed(walked: Walk) -> None:
    """Claim with the article's sentence and its level, title, year, journal, what the rules said and why, the abstract."""
    shown = walked("q").shown
    for words_ in (
        "its direction could not be read",
        "it could move the level of",
        "Exosomes may relieve depressive symptoms. (dep-effect)",
        "In the article: “うつ症状を緩和する可能性があります”",
        "Evidence level: RCT (1 study, n = 40): direction not readable",
        "PMID:90000011 · 2025 · Journal of Made-up Records · Nobody, Ann",
        "design randomised controlled trial",
        "(R-RCT",
        "agent native vesicles (from MSC), given as the treatment",
        "n 40",
        "The scores of both groups are told elsewhere.",
        "Also for: ",
        "a accept · r reject · l relabel",
    ):
        assert words_ in re.sub(r"\[\d:|\](?!\w)", "", shown) or words_ in shown, words_


def test_without_colours_brackets_tell_what_fired(walked: Walk) -> None:
    """The words that fired stand in brackets with a number, and the legend says which number is what."""
    shown = walked("q").shown
    assert "Words that fired: [1:design] [2:agent] [3:condition] [4:outcome] [5:stance]" in shown
    assert re.search(r"\[4:Hamilton Depression[^]]*\]", shown)


def test_with_colours_styles_tell_what_fired(walked: Walk) -> None:
    """With colours the same words have the style of their kind, and no bracket."""
    from evtrack.report.highlight import STYLES

    screen = walked("q", color=True)
    assert "[4:" not in screen.shown
    styled = {text.strip() for line in screen.lines for text, style in line if style == STYLES["outcome"]}
    assert any("Hamilton Depression" in text for text in styled)


@pytest.mark.parametrize("columns", [40, 80, 120])
@pytest.mark.parametrize("lang", ["ja", "en"])
def test_a_hostile_record_does_no_harm(walked: Walk, lang: str, columns: int) -> None:
    """No control character and no bidirectional mark is shown, and no line is wider than the terminal but for one word."""
    from evtrack.report.plain import width

    screen = walked("?", "q", lang=lang, columns=columns)
    told = ["".join(text for text, _ in line) for line in screen.lines]
    assert not re.search("[\x00-\x1f\x7f\u202a-\u202e\u2066-\u2069]", "".join(told))
    assert [line for line in told if width(line) > columns and " " in line.strip()] == []
    assert "[/red]" in screen.shown


def test_relabel_asks_for_values(walked: Walk, run: Run) -> None:
    """Relabel lists the fields, of a field typed alone the values, takes FIELD=VALUE, and says at once where one is wrong."""
    asked = (">role", ">n", ">synthesis", ">role=biomarker n=41")
    screen = walked("l", ">role=biomarkr", "l", *asked, ">full text", ON, "q")
    assert words(run) == [("relabel", RCT, None, "full text")]
    assert "design (design), level (level), role (role)" in screen.shown
    assert "therapy (given as the treatment)" in screen.shown
    assert "a whole number of 1 or more" in screen.shown
    assert "true or false" in screen.shown
    assert "role is never biomarkr" in screen.shown
    assert "did you mean biomarker" in screen.shown


def test_an_empty_answer_decides_nothing(walked: Walk, run: Run) -> None:
    """A reject without a reason, a relabel without values and a word without a name are not kept."""
    screen = walked("r", ">  ", "l", ">", "q")
    assert words(run) == []
    assert screen.shown.count("nothing was decided") == 2
    assert screen.shown.endswith("0 decided, 2 left.")
    assert walked("r", ">", "q", name="").shown.count("nothing was decided") == 1


def test_the_name_is_asked_once(walked: Walk, run: Run) -> None:
    """Where no setting says who speaks, the walk asks before the first word alone."""
    screen = walked("r", ">A. Nyone", ">a mistake", ON, "r", ">another", ON, name="")
    assert [q for q in screen.asked if "name" in q] == [screen.asked[0]]
    assert {w["name"] for w in run("review", "words", "--json").json["words"]} == {"A. Nyone"}


def test_undo_stands_before_the_record_again(walked: Walk, run: Run) -> None:
    """u asks before it takes the last word back, then shows its record again; where nothing was decided it says so."""
    screen = walked("u", "r", ">a mistake", ON, "u", "n", "u", "y", ESC, "u", "y", ">", ON, "s", "q")
    assert [(w[0], w[3]) for w in words(run)] == [("reject", "a mistake"), ("undo", "a slip of the key")]
    assert "Nothing was decided in this walk yet." in screen.shown
    assert screen.shown.count(f"Take this back ({RCT}: no evidence here)?") == 3
    assert screen.shown.count("── 1/2") == 2
    assert screen.shown.endswith("0 decided, 2 left.")


def test_for_one_of_the_claims(walked: Walk, run: Run) -> None:
    """c turns through the claims: all, then each, then all again."""
    claims = run("review", "list", "--json").json["waiting"][0]["claim_ids"]
    assert walked(*["c"] * (len(claims) + 1), "q").shown.count(f"for: all {len(claims)} claims") == 2
    screen = walked("c", "c", "c", "r", ">not this", ON, "q")
    assert words(run) == [("reject", RCT, claims[2], "not this")]
    assert f"The word will be for: all {len(claims)} claims (c changes it)" in screen.shown
    assert f"The word will be for: {claims[2]} (c changes it)" in screen.shown


def test_other_keys(walked: Walk, run: Run) -> None:
    """o shows where the source stands, ? what each key does, a wide or a capital letter is its key, another one is told."""
    screen = walked("o", "?", "x", "Ｓ", "Q")
    assert "https://pubmed.ncbi.nlm.nih.gov/90000011/" in screen.shown
    assert "u take back the last word of this walk" in screen.shown
    assert "No such key" in screen.shown
    assert "── 2/2" in screen.shown
    assert words(run) == []


@pytest.mark.parametrize("how", [EOFError, KeyboardInterrupt])
def test_a_walk_that_breaks_off_keeps_what_was_decided(walked: Walk, run: Run, how: type[BaseException]) -> None:
    """The end of input and ctrl-c end the walk with a sentence; what was decided is kept."""
    screen = walked("r", ">a mistake", ON, "r", how)
    assert [w[0] for w in words(run)] == ["reject"]
    assert "Stopped; what was decided is kept. 1 decided, 1 left." in screen.shown


def test_a_busy_store_ends_nothing(walked: Walk, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where another process writes, the walk says so and stays at the record."""
    from evtrack.store import lock
    from evtrack.store.target import StoreBusyError

    def busy(*_: Any, **__: Any) -> Any:
        raise StoreBusyError("evtrack.db: another run of evtrack is writing")

    with monkeypatch.context() as patch:
        patch.setattr(lock, "one_writer", busy)
        screen = walked("r", ">a mistake", "q")
    assert "another run of evtrack is writing" in screen.shown
    assert words(run) == []


def test_in_japanese(walked: Walk, run: Run) -> None:
    """The walk speaks Japanese: legend, keys, reasons, what moved."""
    to = ["s"] * differ(run)
    screen = walked(*to, "a", ">", "y", ON, lang="ja", name="C. Third")
    assert words(run)[2][3] == "規則の判定に同意（全文は未確認）"
    for words_ in (
        "規則の判定",
        "記録の本文",
        "「規則の判定に同意（全文は未確認）」として記録しますか",
        "変わった主張：",
        "何かキーを押すと次へ",
        "a 認める r 除く",
    ):
        assert words_ in screen.shown, words_


def test_a_level_that_moved(walked: Walk, run: Run) -> None:
    """A word on a level that has moved since waits too; it is shown with the claim, and has no link."""
    run("review", "accept", "dep-effect", "--reason", "so it is", "--name", "N")
    run("review", "reject", RCT, "--reason", "a mistake", "--name", "N")
    told = run("review", "list", "--json").json["waiting"]
    place = [w["because"] for w in told].index("level_moved")
    assert told[place]["record_id"] is None
    assert "dep-effect: Exosomes may relieve" in run("review", "list", "dep-effect").out
    screen = walked(*"s" * place, "o", "a", ">so it is now", ON, *"s" * (len(told) - place - 1))
    assert "level or stance moved after a person's word" in screen.shown
    assert "they must be looked at again" in screen.shown
    assert "Where it stands is not known." in screen.shown
    assert words(run)[-1] == ("accept", None, "dep-effect", "so it is now")


def test_links() -> None:
    """A record's own page is at its service; one entered by hand has the address that was given, or its DOI."""
    assert source_of("NCT90000001", None, None) == "https://clinicaltrials.gov/study/NCT90000001"
    assert source_of("MANUAL:1", "https://example.org/1", "10.9999/1") == "https://example.org/1"
    assert source_of("MANUAL:1", None, "10.9999/1") == "https://doi.org/10.9999/1"
    assert source_of("MANUAL:1", None, None) is None


def test_the_screen(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """The terminal of this process: its width within bounds, colours unless NO_COLOR, lines cleaned, markup shown as it is."""
    import typer

    from evtrack.cli.review_screen import Screen

    screen = Screen()
    monkeypatch.setenv("COLUMNS", "500")
    assert screen.columns == 120
    monkeypatch.setenv("COLUMNS", "20")
    assert screen.columns == 40
    for environment, color in (
        ({"TERM": "xterm"}, True),
        ({"TERM": "dumb"}, False),
        ({"TERM": "xterm", "NO_COLOR": "1"}, False),
    ):
        monkeypatch.delenv("NO_COLOR", raising=False)
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        assert screen.color is color
        screen.put([(("[/red] ", "bold"), ("漢字", "")), ()])
        assert capsys.readouterr().out.endswith("[/red] 漢字\n\n")
    monkeypatch.setattr("builtins.input", lambda question: f"{question}\x07[31mwhy\udce3")
    assert screen.ask("? ") == "? [31mwhy"
    monkeypatch.setattr("builtins.input", lambda _: "half a reas\x1b")
    assert screen.ask("? ") is None
    monkeypatch.setattr(typer, "getchar", lambda: "a")
    assert screen.key() == "a"


@pytest.mark.parametrize(
    ("sent", "line"),
    [
        (b"why not\r", "why not"),
        ("全文を読んだx\x7f\n".encode(), "全文を読んだ"),
        ("全文\x7f\x7f\x7f\r".encode(), ""),
        (b"a slip\x15another\r", "another"),
        (b"left\x1b[D\x1b[1;5Cright\x1bOA\x1bx\x07\r", "leftright"),
        (b"one line\ra and the next", "one line"),
        (b"\xe5\x85 half\r", "\ufffd half"),
        (b"no end\x04 of it\r", "no end of it"),
        (b"\x1b", None),
        (b"\x04", EOFError),
    ],
)
def test_a_line_is_typed_or_left(sent: bytes, line: Any) -> None:
    """A line is typed and mended, Esc alone leaves it, keys that send more are no text, and nothing pressed ahead is taken."""
    import pty
    import termios

    from evtrack.cli.review_screen import typed_line

    leader, follower = pty.openpty()
    held = termios.tcgetattr(follower)
    out = io.StringIO()
    os.write(leader, b"pressed before\r")
    # A terminal hands keys on with a delay: they must have come before anybody can pass over them.
    assert select.select([follower], [], [], 10)[0]

    def press() -> None:
        while termios.tcgetattr(follower)[3] & termios.ECHO:  # until the line is read
            time.sleep(0.005)
        os.write(leader, sent)

    threading.Thread(target=press, daemon=True).start()
    try:
        if isinstance(line, type):
            with pytest.raises(line):
                typed_line(follower, out)
        else:
            assert typed_line(follower, out) == line
        assert out.getvalue().endswith("\n")
        assert termios.tcgetattr(follower) == held
    finally:
        os.close(leader)
        os.close(follower)


def test_the_screen_asks_by_keys(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """At a terminal the screen reads keys and shows the question; what is typed is cleaned."""
    import sys

    from evtrack.cli import review_screen

    class Keyboard(io.StringIO):
        def isatty(self) -> bool:
            return True

        def fileno(self) -> int:
            return 0

    monkeypatch.setattr(sys, "stdin", Keyboard())
    told = iter(("a\u202eb", None))
    monkeypatch.setattr(review_screen, "typed_line", lambda *_: next(told))
    assert [review_screen.Screen().ask("Why? "), review_screen.Screen().ask("")] == ["ab", None]
    assert capsys.readouterr().out == "Why? "


def test_in_a_terminal_it_walks(run: Run, walked: Walk, monkeypatch: pytest.MonkeyPatch) -> None:
    """With a terminal on both sides ``evtrack review`` walks; where nothing waits it says so."""
    import sys

    import typer

    class Keyboard(io.StringIO):
        def isatty(self) -> bool:
            return True

    keys = iter("sq")
    monkeypatch.setattr(sys, "stdin", Keyboard())
    monkeypatch.setattr(typer, "getchar", lambda: next(keys))
    with monkeypatch.context() as patch:
        patch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
        answer = run("review")
    assert "── 2/2" in answer.out
    assert answer.out.endswith("0 decided, 2 left.\n")
    for record_id in (RCT, BARE):
        run("review", "accept", record_id, "--reason", "read", "--name", "N")
    with monkeypatch.context() as patch:
        patch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
        assert run("review").out == "Nothing waits for a person.\n"
