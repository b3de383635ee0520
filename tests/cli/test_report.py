"""``evtrack report``: seven formats, to stdout, a file or a folder; whole or not at all, and nothing of others is touched."""

from __future__ import annotations

import csv
import errno
import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import rispy  # type: ignore[import-untyped] # rispy ships no types

from evtrack.cli import report_folder
from evtrack.cli.output import put_file
from evtrack.cli.report_folder import MARKER, write_file, write_folder

Run = Callable[..., Any]
DATA = Path(__file__).parent.parent / "data" / "cli"
SCHEMAS = Path(__file__).parent.parent / "schemas"
FORMATS = ("html", "markdown", "json", "csv", "ris", "bibtex", "footnote")


@pytest.fixture(scope="module")
def kept() -> dict[str, bytes]:
    """The files of the store, once a test has loaded it."""
    return {}


@pytest.fixture
def loaded(run: Run, articles: Path, tmp_path: Path, kept: dict[str, bytes]) -> Run:
    """A store with three articles and a trial; made once, and copied for the other tests."""
    if not kept:
        run("load", articles, DATA / "trials.json")
        kept.update({name: (tmp_path / name).read_bytes() for name in ("evtrack.db", "evtrack.db.raw")})
    for name, content in kept.items():
        (tmp_path / name).write_bytes(content)
    return run


def files(folder: Path) -> set[str]:
    """What lies in a folder, SQLite's own files aside."""
    return {name for name in os.listdir(folder) if not name.startswith("evtrack.db")}


def schema(name: str) -> Any:
    return json.loads((SCHEMAS / f"{name}.json").read_text(encoding="utf-8"))


def test_json(loaded: Run) -> None:
    """JSON is one object with the claims as show tells them, records included."""
    told = loaded("report", "dep-effect", "anx-effect", "--format", "json").json
    jsonschema.Draft202012Validator(schema("report")).validate(told)
    assert [c["claim_id"] for c in told["claims"]] == ["dep-effect", "anx-effect"]
    for one in told["claims"]:
        jsonschema.Draft202012Validator(schema("show")).validate(one)
    assert told["claims"][0] == loaded("show", "dep-effect", "--json").json
    assert told["as_of"].startswith("2026-11-23")


def test_all_claims(loaded: Run) -> None:
    """Without a claim all are told, in the order of the pack; one that is named twice is told once."""
    told = loaded("report", "--format", "json").json
    assert [c["claim_id"] for c in told["claims"]] == [c["claim_id"] for c in loaded("status", "--json").json["claims"]]
    assert len(loaded("report", "dep-effect", "dep-effect", "--format", "json").json["claims"]) == 1


def test_citations(loaded: Run) -> None:
    """RIS and BibTeX hold each record behind a claim once; --all those that do not count too."""
    one = rispy.loads(loaded("report", "dep-effect", "--format", "ris").out)
    assert [r["id"] for r in one] == ["pmid90000001", "nct90000001"]
    assert one[0]["title"].startswith("Mesenchymal") or one[0]["title"]
    every = rispy.loads(loaded("report", "--format", "ris", "--all").out)
    ids = [r["id"] for r in every]
    assert len(ids) == len({*ids}) > len(one)
    keywords = next(r["keywords"] for r in every if r["id"] == "pmid90000001")
    assert "evtrack:dep-effect" in keywords
    assert len(keywords) > 1
    assert "@article{pmid90000001," in loaded("report", "dep-effect", "--format", "bibtex").out


def test_csv_in_a_file_and_in_a_pipe(loaded: Run, tmp_path: Path) -> None:
    """A file begins with a byte order mark for Excel, a pipe does not; both read strictly, with CRLF."""
    piped = loaded("report", "--format", "csv").out
    assert loaded("report", "-o", "table.csv").out == ""
    written = (tmp_path / "table.csv").read_bytes()
    assert written.startswith(b"\xef\xbb\xbfclaim_id,")
    assert written.decode("utf-8-sig") == piped
    rows = list(csv.DictReader(io.StringIO(piped, newline=""), strict=True))
    assert {r["claim_id"] for r in rows} == {c["claim_id"] for c in loaded("status", "--json").json["claims"]}
    assert next(r for r in rows if r["record_id"] == "PMID:90000001")["citation"].endswith("PMID: 90000001")


def test_words_follow_the_language(loaded: Run) -> None:
    """Markdown, footnotes and notes are in the language that is asked for."""
    assert "研究段階：" in loaded("report", "dep-effect", "--format", "markdown", "--lang", "ja").out
    assert "［文献1］" in loaded("report", "dep-effect", "--format", "footnote", "--lang", "ja").out
    assert "動物実験" in loaded("report", "dep-effect", "--format", "ris", "--lang", "ja").out


@pytest.mark.parametrize(
    ("name", "begins"),
    [
        ("a.html", "<!"),
        ("a.HTM", "<!"),
        ("a.md", "## "),
        ("a.json", "{"),
        ("a.ris", "TY  - "),
        ("a.bib", "@article{"),
        ("a.txt", "[evtrack "),
    ],
)
def test_the_ending_tells_the_format(loaded: Run, tmp_path: Path, name: str, begins: str) -> None:
    """A file's ending tells the format; nothing is left beside it, and stderr says what was written."""
    before = files(tmp_path)
    answer = loaded("report", "dep-effect", "-o", name)
    assert (tmp_path / name).read_text(encoding="utf-8").lower().startswith(begins.lower())
    assert files(tmp_path) - before == {name}
    assert f"{name} is written (1 claims)" in answer.err


def test_a_format_that_is_named_wins(loaded: Run, tmp_path: Path) -> None:
    """--format decides where a name says something else or nothing, and - is stdout."""
    loaded("report", "dep-effect", "--format", "ris", "-o", "library.dat")
    loaded("report", "dep-effect", "--format", "ris", "-o", "library")
    assert (tmp_path / "library.dat").read_bytes() == (tmp_path / "library").read_bytes()
    assert loaded("report", "dep-effect", "--format", "ris", "-o", "-").out.startswith("TY  - ")


def test_pages_in_a_folder(loaded: Run, tmp_path: Path) -> None:
    """A folder gets an index and a page a claim; a second report takes away the pages it has not, and nothing else."""
    loaded("report", "-o", "site/")
    site = tmp_path / "site"
    assert (site / "index.html").exists()
    assert (site / "anx-effect.html").exists()
    (site / "mine.html").write_text("mine")
    (site / "notes").mkdir()
    loaded("report", "dep-effect", "-o", "site")
    assert {p.name for p in site.iterdir()} == {"index.html", "dep-effect.html", "mine.html", "notes", MARKER}
    assert (site / "mine.html").read_text() == "mine"


def test_one_page_on_stdout(loaded: Run) -> None:
    """In a pipe the answer without a format is one page of HTML."""
    assert loaded("report", "dep-effect").out.lower().startswith("<!doctype html>")


def test_at_a_terminal(loaded: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """At a terminal markup is no answer: a file, a folder or a format is asked for."""
    monkeypatch.setattr("sys.stdout", type("Terminal", (io.StringIO,), {"isatty": lambda _: True})())
    assert "name a file or a folder with -o" in loaded("report", code=2).err


def test_no_store(run: Run) -> None:
    """Without a store each format says that nothing is known, and none fails."""
    assert run("report", "--format", "ris").out == ""
    assert run("report", "--format", "bibtex").out == ""
    assert "Nothing has been searched" in run("report", "dep-effect", "--format", "footnote").out
    assert "Nothing has been searched" in run("report", "dep-effect", "--format", "markdown").out
    assert len(run("report", "--format", "csv").out.splitlines()) == 1 + len(run("claims", "--json").json["claims"])
    assert run("report", "--format", "html").out


def test_a_past_day(loaded: Run) -> None:
    """--at tells what was known then: before the load, nothing."""
    assert loaded("report", "dep-effect", "--format", "json", "--at", "2020-01-01").json["claims"][0]["records"] == []
    assert loaded("report", "dep-effect", "--format", "ris", "--at", "2020-01-01").out == ""


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("dep-efect",), "did you mean dep-effect"),
        (("--format", "pdf"), "use html, markdown, json, csv, ris, bibtex, footnote"),
        (("-o", "a.pdf"), "its name does not tell the format"),
        (("--format", "csv", "-o", "new/"), "is a folder"),
        (("--format", "csv", "-o", "."), "is a folder"),
        (("-o", "nowhere/a.csv"), "cannot be written (no such file or folder)"),
        (("-o", "file/site/"), "cannot be written (is no folder)"),
        (("--at", "yesterday"), "YYYY-MM-DD"),
        (("-o", "a\0.csv"), "cannot be written (cannot be read or written)"),
        (("-o", f"{'a' * 300}.csv"), "cannot be written (the name is too long)"),
    ],
)
def test_wrong_usage(loaded: Run, tmp_path: Path, arguments: tuple[str, ...], words: str) -> None:
    """What a person can mend is one line that names it and the mend, exit 2, in both languages; nothing is written."""
    (tmp_path / "file").write_text("a file")
    before = files(tmp_path)
    answer = loaded("report", *arguments, code=2)
    assert words in answer.err
    assert len(answer.err.splitlines()) == 1
    ja = loaded("report", *arguments, "--lang", "ja", code=2).err
    assert any("ぁ" <= c <= "ん" for c in ja)
    assert files(tmp_path) == before


def test_a_folder_of_somebody_else(loaded: Run, tmp_path: Path) -> None:
    """A page never takes the place of a file that no report wrote: exit 2, and the folder is as it was."""
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "index.html").write_text("theirs")
    assert "no report wrote it" in loaded("report", "-o", "site/", code=2).err
    assert os.listdir(tmp_path / "site") == ["index.html"]
    assert (tmp_path / "site" / "index.html").read_text() == "theirs"


def test_what_a_marker_may_name(tmp_path: Path) -> None:
    """A marker that names files outside the folder, or that is none, makes no file a report's own."""
    site, outside = tmp_path / "site", tmp_path / "outside.txt"
    outside.write_text("theirs")
    site.mkdir()
    (site / "notes.txt").write_text("theirs")
    for marker in (
        json.dumps({"pages": ["../outside.txt", "../outside.html", str(outside), "", 3, "C:x", "notes.txt", "a/../b.html", "gone.html"]}), "[]", "no json", '{"pages": 3}', '"pages"', "\x00",
    ):  # fmt: skip
        (site / MARKER).write_text(marker)
        write_folder(str(site), {"a/b.html": "page"} if marker.startswith('{"pages": [') else {"c.html": "page"})
        assert outside.read_text() == (site / "notes.txt").read_text() == "theirs"
        (site / "c.html").unlink(missing_ok=True)
    assert (site / "a" / "b.html").read_text() == "page"


def test_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where writing breaks off the file of before stands, nothing lies beside it, and a full disk is no wrong usage."""
    target = tmp_path / "a.csv"
    write_file(str(target), "before")

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(OSError, match="full"):
        write_file(str(target), "after")
    assert target.read_text() == "before"
    assert os.listdir(tmp_path) == ["a.csv"]


def test_a_report_that_broke_off_is_tidied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages of a report that was cut short are known to the next one."""
    site = tmp_path / "site"
    write_folder(str(site), {"old.html": "1"})
    calls: list[str] = []

    def breaks(target: Path, text: str) -> None:
        calls.append(target.name)
        if len(calls) == 3:
            raise OSError(errno.ENOSPC, "full")
        put_file(target, text)

    monkeypatch.setattr(report_folder, "put_file", breaks)
    with pytest.raises(OSError, match="full"):
        write_folder(str(site), {"new.html": "1", "index.html": "1"})
    monkeypatch.setattr(report_folder, "put_file", put_file)
    write_folder(str(site), {"index.html": "2"})
    assert {p.name for p in site.iterdir()} == {"index.html", MARKER}


def test_it_only_reads(loaded: Run, tmp_path: Path) -> None:
    """No format loads what writes the store or reaches out, and the store is as it was."""
    before = (tmp_path / "evtrack.db").read_bytes()
    program = (
        "import sys\nfrom evtrack.cli import main\n"
        f"for name in {FORMATS!r}:\n    assert main(['report', '--format', name]) == 0\n"
        "bad = sorted(m for m in ('sqlalchemy', 'sqlmodel', 'httpx', 'rich') if m in sys.modules)\n"
        "print(bad, file=sys.stderr)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, check=False, cwd=tmp_path, env=dict(os.environ)
    )
    assert done.stderr.decode().strip() == "[]"
    assert (tmp_path / "evtrack.db").read_bytes() == before


def test_help_loads_nothing() -> None:
    """The libraries of the formats wait until a format is asked for."""
    program = (
        "import sys\nfrom evtrack.cli import main\nmain(['report', '--help'])\n"
        "print([m for m in ('rispy', 'bibtexparser', 'jinja2', 'lxml') if m in sys.modules], file=sys.stderr)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=False)
    assert done.stderr.decode().strip() == "[]"


def test_a_page_of_a_past_day_has_no_later_news(run: Run, articles: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a run told after the day asked about is not "new since last time" on the page of that day."""
    run("load", articles)
    monkeypatch.setenv("EVTRACK_NOW", "2026-12-24T00:00:00+00:00")
    run("review", "reject", "PMID:90000001", "--reason", "invented", "--name", "Nemo")
    assert "level_down" in run("changes", "--format", "json", "--since", "1").out
    fallen = "evidence level down"
    assert fallen in run("report", "dep-effect", "--format", "html").out.casefold()
    assert fallen not in run("report", "dep-effect", "--format", "html", "--at", "2026-11-30").out.casefold()


def test_a_report_is_of_one_state(run: Run, articles: Path, tmp_path: Path) -> None:
    """A report reads the store more than once: where a run ended in between it is made anew, else it is made once."""
    from evtrack.cli.report import _of_one_state

    made: list[int] = []

    def make() -> int:
        if not made:
            run("load", articles)
        made.append(len(made))
        return made[-1]

    db = str(tmp_path / "evtrack.db")
    assert _of_one_state(db, make) == 1
    assert _of_one_state(db, make) == 2
    assert made == [0, 1, 2]
