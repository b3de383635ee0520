"""What leaves beside the answer: progress on a terminal, and nothing of it elsewhere."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import evtrack.load
from evtrack.cli.output import Progress, json_text

Run = Callable[..., Any]
DATA = Path(__file__).parent.parent / "data" / "cli"


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def test_progress() -> None:
    """On a terminal one line is rewritten, not too often, and taken away at the end; elsewhere nothing is written."""
    terminal, file = Terminal(), io.StringIO()
    for stream in (terminal, file):
        progress = Progress(stream, every=1000.0)
        progress("first")
        progress("too soon")
        progress.done()
        Progress(stream).done()
    assert file.getvalue() == ""
    assert terminal.getvalue() == "\r\x1b[Kfirst\r\x1b[K"


def test_load_on_a_terminal(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """A load and a regrading count on stderr while they work, and leave the answer alone."""
    monkeypatch.setattr(evtrack.load, "BATCH", 3)
    terminal = Terminal()
    monkeypatch.setattr("sys.stderr", terminal)
    assert "3 read" in run("load", DATA / "articles.xml").out
    assert "articles.xml: 3" in terminal.getvalue()
    assert terminal.getvalue().endswith("\x1b[K")


def test_grade_tells_what_it_skipped(run: Run, tmp_path: Path) -> None:
    """A record that grade cannot read is told on stderr, and the others are answered."""
    page = json.loads((DATA / "trials.json").read_text())
    page["studies"].append({"protocolSection": {"identificationModule": {}}})
    (tmp_path / "page.json").write_text(json.dumps(page))
    answer = run("grade", tmp_path / "page.json")
    assert len(answer.out.splitlines()) == 1
    assert "page.json" in answer.err
    loaded = run("load", tmp_path / "page.json")
    assert "skipped: " in loaded.out


def test_a_load_that_regrades(run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A load after an edit of a claim grades all anew, and ties what it names even so."""
    run("load", DATA / "articles.xml")
    shipped = Path(run("claims", "path").out.strip()) / "exosome-psychiatry"
    folder = tmp_path / "packs" / "mine"
    folder.mkdir(parents=True)
    (folder / "pack.yaml").write_text((shipped / "pack.yaml").read_text().replace("exosome-psychiatry", "mine"))
    (folder / "dep-effect.yaml").write_text((shipped / "dep-effect.yaml").read_text())
    run("load", DATA / "articles.xml", "--claims", "packs", "--claim", "dep-effect")
    assert len(run("show", "dep-effect", "--json", "--claims", "packs").json["records"]) == 3


@pytest.mark.parametrize("indent", [True, False])
def test_json_of_any_text(indent: bool) -> None:
    """An answer's text says the value: also half a letter, of a file's name, and nothing in it moves a terminal."""
    answer = {"path": "p\udcff.txt", "title": "\x9b2J \u202e and 脂肪 \x1b", "n": [1, None, 0.5]}
    text = json_text(answer, indent=indent)
    assert json.loads(text) == answer
    assert text.endswith("}\n")
    assert text.count("\n") == (9 if indent else 1)
    assert not set("\x9b\x1b\u202e\udcff") & set(text)
    whole = {"title": answer["title"], "n": answer["n"]}
    assert json.loads(json_text(whole, indent=indent)) == whole
