"""How a load tells how far it is: on a terminal alone."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from evtrack.cli.load_progress import LoadProgress
from evtrack.loaded import FileLoad


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("lang", "words"), [("en", ("reading", "records, 200/s")), ("ja", ("を読んでいます", "毎秒200件"))]
)
def test_bar_and_rate(tmp_path: Path, lang: str, words: tuple[str, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    """Of NLM's files: which one, how much of all their bytes, how many records, and how many a second."""
    monkeypatch.setenv("COLUMNS", "120")
    files = [tmp_path / f"pubmed26n000{n}.xml.gz" for n in (1, 2)]
    for file in files:
        file.write_bytes(b"x" * 500)
    screen, now = Terminal(), [0.0]
    told = LoadProgress([str(f) for f in files], lang, screen, clock=lambda: now[0])
    now[0] = 5.0
    told.read_bulk(FileLoad(str(files[0]), read=800))
    told.reading_bulk(str(files[1]), 200, 250)
    told.done()
    said = screen.getvalue()
    assert "75%" in said
    assert "1,000" in said
    assert "pubmed26n0002.xml.gz" in said
    assert all(word in said for word in words)
    told.grading(100)
    assert "100" in screen.getvalue()[len(said) :]
    told.done()


def test_silent_elsewhere(tmp_path: Path) -> None:
    """Where nobody looks at a terminal nothing is written, whatever is loaded."""
    file = tmp_path / "pubmed26n0001.xml.gz"
    file.write_bytes(b"x")
    screen = io.StringIO()
    told = LoadProgress([str(file), "mine.xml"], "en", screen)
    told.reading("mine.xml", 5)
    told.reading_bulk(str(file), 5, 1)
    told.read_bulk(FileLoad(str(file), read=5))
    told.grading(3)
    told.done()
    assert screen.getvalue() == ""
