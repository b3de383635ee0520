"""The way in: languages, errors of use, bugs, closed pipes."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]


def test_help(run: Run) -> None:
    """Help is in the language asked for, and the command alone shows it."""
    assert "How good is the evidence" in run("--help").out
    assert run().out.strip() == run("--help").out.strip()
    japanese = run("--lang", "ja", "load", "--help").out
    assert "ファイルから" in japanese
    assert "この説明を表示します" in japanese
    assert "Usage" not in japanese
    assert "<" not in run("grade", "--help").out
    assert "info" in run("db").out


def test_every_page_of_help(run: Run) -> None:
    """Every command's help is in Japanese where asked, without an English sentence."""
    import re

    for command in ("load", "status", "show", "grade", "regrade", "changes", "rule", "doctor", "claims", "db"):
        page = run("--lang", "ja", command, "--help").out
        for name in ("", *re.findall(r"^  (\w+)  ", page.partition("コマンド：")[2], re.MULTILINE)):
            page = run("--lang", "ja", command, *([name] if name else []), "--help").out
            assert "オプション：" in page
            assert not re.search(r"[a-z]+ [a-z]+ [a-z]+", page.replace(f"evtrack {command} {name}", "")), page


def test_version(run: Run) -> None:
    """--version names evtrack's version and the rules'."""
    assert run("--version").out.startswith("evtrack 0.")
    assert "(rules " in run("--version").out


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (("nope",), "nope"),
        (("status", "--nope"), "--nope"),
        (("show",), "CLAIM"),
        (("show", "dep-efect"), "dep-effect"),
        (("show", "dep-effect", "too-much"), "too-much"),
        (("load", "nowhere.xml"), "nowhere.xml"),
        (("load",), "FILE"),
        (("status", "--lang", "de"), "de"),
        (("status", "--db", "mysql://x"), "mysql"),
        (("status", "--claims", "nowhere"), "nowhere"),
        (("show", "--at"), "--at"),
    ],
)
def test_wrong_usage(run: Run, arguments: tuple[str, ...], word: str) -> None:
    """Wrong usage is exit 2 and one line on stderr that names what was wrong; in Japanese too; stdout stays empty."""
    for lang in ((), ("--lang", "ja")):
        if "--lang" in arguments and lang:
            continue
        answer = run(*lang, *arguments, code=2)
        assert answer.out == ""
        assert len(answer.err.splitlines()) == 1
        assert word in answer.err


def test_wrong_usage_in_japanese(run: Run) -> None:
    """What the parser says in English is said in Japanese, with its guess."""
    assert run("--lang", "ja", "shw", code=2).err == "evtrack: shw というコマンドはありません。（show ですか）\n"
    assert run("--lang", "ja", "show", "a", "b", code=2).err == "evtrack: 余分な引数があります：b\n"
    assert run("--lang", "ja", "show", "--at", code=2).err == "evtrack: --at には値が要ります。\n"
    assert (
        run("--lang", "ja", "status", "--jsn", code=2).err
        == "evtrack: --jsn というオプションはありません。（--json ですか）\n"
    )
    assert "unexpected: b" in run("show", "a", "b", code=2).err


def test_options_before_and_after(run: Run, tmp_path: Path) -> None:
    """--db, --claims and --lang stand before or after the command; the later one wins."""
    assert run("--lang", "ja", "status").out == run("status", "--lang", "ja").out
    assert run("--lang", "ja", "status", "--lang", "en").out == run("status").out
    for arguments in (("--db", "x.db", "db", "info"), ("db", "--db", "x.db", "info"), ("db", "info", "--db", "x.db")):
        assert "x.db" in run(*arguments, code=2).err
    assert "nowhere" in run("claims", "--claims", "nowhere", code=2).err
    assert "nowhere" in run("claims", "--claims", "nowhere", "list", code=2).err
    assert run("db", "--lang", "ja", "info", code=2).err == run("--lang", "ja", "db", "info", code=2).err


def test_settings_file(run: Run, tmp_path: Path) -> None:
    """A wrong setting of the folder's file is exit 2 and names file and key."""
    (tmp_path / ".evtrack.toml").write_text("retries = 'many'\n")
    assert ".evtrack.toml:retries" in run("status", code=2).err


def test_bug(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A bug is exit 70, one line with class and place, and a report without secrets or values of variables."""
    (tmp_path / ".evtrack.toml").write_text("ncbi_api_key = 'keyofafile'\n")
    monkeypatch.setenv("EVTRACK_CACHE", str(tmp_path / "cache"))

    def broken(*_: Any, **__: Any) -> None:
        hidden = "a value of a variable"
        raise RuntimeError(f"api_key=abc postgresql+psycopg://me:geheim@host keyofafile {len(hidden)}")

    monkeypatch.setattr("evtrack.report.reading.read_statuses", broken)
    answer = run("status", code=70)
    assert "RuntimeError" in answer.err
    assert len(answer.err.splitlines()) == 1
    (report,) = (tmp_path / "cache" / "reports").iterdir()
    assert str(report) in answer.err
    text = report.read_text()
    assert "evtrack/cli/status.py:" in text
    for secret in ("keyofafile", "abc", "geheim", "a value of a variable"):
        assert secret not in text
    assert "プログラムの誤り" in run("status", "--lang", "ja", code=70).err


def test_bug_without_a_folder(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where no report can be written a bug is still one line."""
    (tmp_path / "file").write_text("")

    def broken(*_: Any, **__: Any) -> None:
        monkeypatch.setenv("EVTRACK_CACHE", str(tmp_path / "file"))
        raise RuntimeError

    monkeypatch.setattr("evtrack.report.reading.read_statuses", broken)
    assert run("status", code=70).err.count("\n") == 1


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (KeyboardInterrupt(), 3, "interrupted"),
        (OSError(errno.ENOSPC, "No space left on device", "evtrack.db"), 3, "evtrack.db: No space left"),
        (BrokenPipeError(), 0, ""),
    ],
)
def test_what_may_happen(run: Run, monkeypatch: pytest.MonkeyPatch, error: BaseException, code: int, said: str) -> None:
    """An interruption and a full disk are exit 3 in one line; a reader that went away is no error."""

    def broken(*_: Any, **__: Any) -> None:
        raise error

    monkeypatch.setattr("os.dup2", lambda *_: None)
    monkeypatch.setattr("evtrack.report.reading.read_statuses", broken)
    assert said in run("status", code=code).err


def test_damaged_store(run: Run, tmp_path: Path) -> None:
    """A store damaged in the middle is told as one, and is no bug of the program."""
    run("load", Path(__file__).parent.parent / "data" / "cli" / "articles.xml")
    store = tmp_path / "evtrack.db"
    whole = bytearray(store.read_bytes())
    whole[4096:] = b"\xff" * (len(whole) - 4096)
    store.write_bytes(whole)
    assert "evtrack.db" in run("status", code=2).err
    assert "保存先" in run("status", "--lang", "ja", code=2).err


def test_busy_store() -> None:
    """A store that another process holds, or a disk that is full, is exit 3; a wrong one is exit 2."""
    from evtrack.cli.problems import line_of
    from evtrack.store.target import NotAStoreError, StoreBusyError, StoreError

    for error, code in (
        (StoreBusyError("a.db: held"), 3),
        (StoreError("a.db: full"), 3),
        (NotAStoreError("a.db: no"), 2),
    ):
        for lang in ("ja", "en"):
            told = line_of(error, lang)
            assert told is not None
            assert told[0].startswith("a.db")
            assert told[1] == code


def environment(tmp_path: Path, cache: Path) -> dict[str, str]:
    """A subprocess's environment."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("EVTRACK_")}
    return {**kept, "EVTRACK_DB": str(tmp_path / "e.db"), "EVTRACK_CACHE": str(cache), "LC_ALL": "C"}


def test_utf8_whatever_the_locale(tmp_path: Path, cache: Path) -> None:
    """Japanese leaves as UTF-8 in a C locale, and a closed pipe is quiet."""
    command = [sys.executable, "-m", "evtrack", "claims", "--lang", "ja"]
    environ = {**environment(tmp_path, cache), "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    done = subprocess.run(command, capture_output=True, env=environ, check=True)
    assert "うつ症状" in done.stdout.decode("utf-8")
    with subprocess.Popen([*command, "--json"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environ) as piped:
        assert piped.stdout
        assert piped.stderr
        piped.stdout.close()
        assert piped.stderr.read() == b""
    assert piped.returncode == 0


def test_every_word_is_used() -> None:
    """No word of the interface's catalogue is left over from something that is gone."""
    from evtrack.wording import help, interface, view  # noqa: A004 # the table of --help

    package = Path(__file__).parent.parent.parent / "evtrack"
    source = "".join(
        f.read_text() for f in package.rglob("*.py") if f.name not in ("interface.py", "view.py", "help.py")
    )
    made = (
        "help.",
        "option.",
        "file.",
        "store.",
        "run_kind.",
        "db.fault.",
        "rule.",
        "view.n_total.",
        "view.no_studies_",
        "os.",
        "zone.",
    )  # keys put together from a value
    assert [
        k
        for k in (*help.WORDS, *interface.WORDS, *view.WORDS)
        if f'"{k}"' not in source and f"'{k}'" not in source and not k.startswith(made)
    ] == []


def test_lines_of_problems() -> None:
    """Files and stores that cannot be used have a line in both languages, whatever the kind of fault."""
    from evtrack.cli.problems import file_line, line_of
    from evtrack.files import FileProblem

    problem = FileProblem("a.xml", "broken off", code="broken_off", place="byte 9", mend="get it again")
    assert file_line(problem, "en") == "a.xml: byte 9: broken off: get it again"
    cut = FileProblem("a.xml", "the packed file is cut off", code="broken_off", place="line 9", mend="get it again")
    assert file_line(cut, "ja") == "a.xml：9行目：圧縮ファイルが途中で切れています：もう一度取得してください"
    assert file_line(FileProblem("a.xml", "?", code="brand_new"), "ja") == "a.xml：?"
    full = OSError(errno.ENOSPC, "No space left on device", "a.db")
    assert line_of(full, "ja") == ("a.db：空き容量がありません", 3)
    assert line_of(OSError(errno.EXDEV, "Invalid cross-device link"), "ja") == ("-：読み書きできません", 3)
    assert line_of(ValueError("x"), "en") is None
    assert line_of(OSError("no number"), "en") is None


def test_abort(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """An answer that was broken off at a question is an interruption."""
    import typer

    def abort(*_: Any, **__: Any) -> None:
        raise typer.Abort

    monkeypatch.setattr("evtrack.report.reading.read_statuses", abort)
    assert "interrupted" in run("status", code=3).err


def test_language_when_a_setting_is_wrong(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """The language of an error follows the flag even where another setting is wrong."""
    monkeypatch.setenv("EVTRACK_RETRIES", "many")
    assert "0以上" in run("--lang=ja", "status", code=2).err
    assert "write a number" in run("status", code=2).err
