"""Is a secret kept out of what is said of settings that are wrong, and are files that hold one private?"""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from evtrack.config import ConfigError, Settings, load_settings
from tests.secrets.traces import traces

if TYPE_CHECKING:
    from tests.desk import Desk

pytestmark = [pytest.mark.enable_socket, pytest.mark.promise("secrets")]

KEY = "0123456789abcdefsecretsecret"
PASSWORD = "pa/ss@w0rd"  # noqa: S105 # it opens nothing

FILES = (
    f'ncbi_api_key = "{KEY}',
    f"ncbi_api_key = {KEY}",
    f'ncbi_api_key = ["{KEY}"]',
    f'ncbi_api_key = {{key = "{KEY}"}}',
    f'ncbi_api_key "{KEY}"',
    f'ncbi_api_key = "{KEY}" "{KEY}"',
    f'ncbi_api_key = "{KEY}\\x"',
    f'ncbi_api_key = "{KEY} {KEY}"',
    f'ncbi_api_key = "{KEY}\\n{KEY}"',
    f'ncbi_api_key = "{KEY}\\u0000"',
    f'ncbi_api_key = "é{KEY}"',
    f'ncbi_api_key = "{KEY}"\nncbi_api_key = "{KEY}"',
    f'ncbi_api_key = "{KEY}"\ntimeout = -1',
    f'ncbi_api_key = "{KEY}"\npubmed_url = "https://mirror.example/"\ntimeout = "x"',
    f'notify = ["json://user:{PASSWORD}@h/"]',
    f'db = "postgresql+psycopg2://me:{PASSWORD}@h/d"',
    f'pubmed_url = "https://me:{PASSWORD}@h/"',
    f'ctgov_url = "me:{PASSWORD}@h"',
)
VARIABLES = (
    ("EVTRACK_DB", f"postgresql+psycopg://me:{PASSWORD}@h/d"),
    ("EVTRACK_DB", f"postgresql+psycopg:me:{PASSWORD}@h/d"),
    ("EVTRACK_DB", f'"postgresql+psycopg://me:{PASSWORD}@h/d"'),
    ("EVTRACK_DB", f"postgresql+psycopg://h/d?user=me&password={PASSWORD}"),
    ("EVTRACK_DB", f"mysql://me:{PASSWORD}@h/d"),
    ("EVTRACK_PUBMED_URL", f"https://me:{PASSWORD}@h/"),
    ("EVTRACK_PUBMED_URL", f"https://{PASSWORD}@h/"),
    ("EVTRACK_CTGOV_URL", f"https://h/?api_key={PASSWORD}"),
    ("EVTRACK_CTGOV_URL", f"me:{PASSWORD}@h"),
    ("EVTRACK_CTGOV_URL", f"https://h/#{PASSWORD}"),
    ("NCBI_API_KEY", f"{PASSWORD} {PASSWORD}"),
    ("EVTRACK_NCBI_API_KEY", f"{PASSWORD}\r\nX-Header: {PASSWORD}"),
)


@pytest.mark.parametrize("name", [".evtrack.toml", "pyproject.toml"])
def test_a_settings_file_that_is_wrong_is_not_repeated(desk: Desk, tally: Callable[[int], None], name: str) -> None:
    """A file that is no TOML on the line of the key, a key of a wrong type, an address with a password: exit 2, one line
    that names the file, and no secret."""
    for text in FILES:
        table = "" if name == ".evtrack.toml" else "[tool.evtrack]\n"
        (desk.folder / name).write_text(table + text + "\n", encoding="utf-8")
        desk.environ = {
            n: v
            for n, v in desk.environ.items()
            if n not in ("EVTRACK_DB", "EVTRACK_TIMEOUT", "EVTRACK_PUBMED_URL", "EVTRACK_CTGOV_URL")
        }
        answer = desk.run("status", code=2)
        assert (len(answer.err.splitlines()), name in answer.err) == (1, True), answer.err
        assert traces([KEY, PASSWORD, "w0rd"], [answer.said], []) == [], text
    tally(len(FILES))


def test_a_variable_that_is_wrong_is_not_repeated(small: Desk, tally: Callable[[int], None]) -> None:
    """The same of a variable and of a flag, for commands that may say where the store is."""
    desk, right = small, small.environ["EVTRACK_DB"]
    commands = ("status", "doctor --offline", "db info", "db check")
    for name, value in VARIABLES:
        for command in commands:
            desk.environ |= {"EVTRACK_DB": right, name: value}
            said = desk.run(*command.split(), code=(1, 2, 3)).said
            desk.environ["EVTRACK_DB"] = right
            if name == "EVTRACK_DB":
                said += desk.run(*command.split(), "--db", value, code=(1, 2, 3)).said
            else:
                assert name in said
            assert traces([PASSWORD, "w0rd"], [said], [desk.folder]) == [], (name, value, command)
        desk.environ.pop(name)
    for wrong in (("status", VARIABLES[0][1]), ("--db", VARIABLES[0][1], "no-such-command"), ("show", VARIABLES[0][1])):
        assert traces([PASSWORD, "w0rd"], [desk.run(*wrong, code=2).said], []) == []
    tally(len(VARIABLES) * len(commands))


@pytest.mark.parametrize("table", ["tool = 1\n", "[tool]\nevtrack = 'x'\n", "[[tool.evtrack]]\n"])
def test_a_table_that_is_none_is_told(tmp_path: Path, table: str) -> None:
    """A [tool.evtrack] of another kind is a line, not a bug."""
    (tmp_path / "pyproject.toml").write_text(table)
    with pytest.raises(ConfigError) as caught:
        load_settings({}, {"LANG": "C"}, tmp_path)
    assert caught.value.key == "config.table"


def test_a_file_of_a_folder_sends_no_key_away(tmp_path: Path) -> None:
    """A settings file that names another host gets the key of that file alone, not the one of the environment."""
    file = tmp_path / ".evtrack.toml"
    away = 'pubmed_url = "https://mirror.example/"\n'
    file.write_text(away)
    with pytest.raises(ConfigError) as caught:
        load_settings({}, {"NCBI_API_KEY": KEY}, tmp_path)
    assert (caught.value.key, caught.value.fields["where"]) == ("config.key_elsewhere", ".evtrack.toml:pubmed_url")
    assert load_settings({}, {}, tmp_path).pubmed_url == "https://mirror.example/"
    trusted = {"NCBI_API_KEY": KEY, "EVTRACK_PUBMED_URL": "https://mirror.example/"}
    assert load_settings({}, trusted, tmp_path).ncbi_api_key == KEY
    file.write_text(f'{away}ncbi_api_key = "{KEY}"\n')
    assert load_settings({}, {}, tmp_path).ncbi_api_key == KEY


def test_settings_show_no_secret(tmp_path: Path) -> None:
    """Neither repr, str, shown, nor an error of dataclasses holds a secret."""
    given = {"NCBI_API_KEY": KEY, "EVTRACK_NOTIFY": f"json://u:{PASSWORD}@h/", "EVTRACK_DB": VARIABLES[0][1]}
    settings = load_settings({}, given, tmp_path)
    shown = [
        repr(settings),
        str(settings),
        f"{settings}",
        str(settings.shown()),
        repr([settings]),
        repr(settings.origin),
    ]
    assert isinstance(settings, Settings)
    assert traces([KEY, PASSWORD, "w0rd"], shown, []) == []


@pytest.mark.parametrize("where", ["variable", "file"])
def test_doctor_says_that_the_key_is_set_and_where(small: Desk, where: str) -> None:
    """doctor shows three stars for the key and the addresses, and the variable or the file they come from."""
    if where == "variable":
        small.environ |= {"NCBI_API_KEY": KEY, "EVTRACK_NOTIFY": f"json://u:{PASSWORD}@h/"}
        places = ("(NCBI_API_KEY)", "(EVTRACK_NOTIFY)")
    else:
        (small.folder / ".evtrack.toml").write_text(f'ncbi_api_key = "{KEY}"\nnotify = "json://u:{PASSWORD}@h/"\n')
        places = ("(.evtrack.toml:ncbi_api_key)", "(.evtrack.toml:notify)")
    answer = small.run("doctor", "--offline")
    assert f"ncbi_api_key = *** {places[0]}" in answer.out
    assert f"notify = *** {places[1]}" in answer.out
    assert traces([KEY, PASSWORD, "w0rd"], [answer.said, small.run("doctor", "--offline", "--json").said], []) == []


@pytest.fixture(params=[0o000, 0o022], ids=["umask-000", "umask-022"])
def umask(request: pytest.FixtureRequest) -> Iterator[int]:
    """What new files are open to, as the system or the person has it."""
    before = os.umask(request.param)
    yield request.param
    os.umask(before)


def test_files_are_private(
    small: Desk, cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, umask: int, tally: Callable[[int], None]
) -> None:
    """Store, raw documents, logs of SQLite, lock, backups, exported words, cache, pace and reports of bugs are their owner's
    alone, whatever the umask says; only a page that was asked for is as open as other files."""
    small.run("status", code=(0, 2))
    own = tmp_path / "cache"
    small.environ["EVTRACK_CACHE"] = str(own / "evtrack")
    shutil.copytree(cache, own / "evtrack", ignore=shutil.ignore_patterns("pace", "reports", "claims-*"))
    (own / "evtrack").rmdir() if not any((own / "evtrack").iterdir()) else (own / "evtrack").chmod(0o700)
    small.environ["EVTRACK_DB"] = str(tmp_path / "data" / "evtrack.db")
    small.environ["EVTRACK_NAME"] = "A Person"
    small.refresh()
    small.run("review", "PMID:90000101", "--reject", "--reason", "invented", code=(0, 1, 2))
    small.run("review", "export", "-o", str(tmp_path / "data" / "words.yaml"))
    small.run("db", "backup", str(tmp_path / "data" / "copy.db"))
    small.run("db", "restore", str(tmp_path / "data" / "copy.db"))
    page = tmp_path / "page.html"
    small.run("changes", "--format", "html", "-o", str(page))
    monkeypatch.setattr("evtrack.config._Found.moment", lambda *_: 1 // 0)
    from evtrack.cli import main

    for name, value in small.environ.items():
        monkeypatch.setenv(name, value)
    assert main(["status"]) == 70
    files = [f for folder in (tmp_path / "data", own) for f in folder.rglob("*")]
    names = {f.name for f in files}
    assert {"evtrack.db", "evtrack.db.raw", "words.yaml", "copy.db", "pace", "reports"} <= names
    assert len(list((own / "evtrack" / "reports").iterdir())) == 1
    assert [(f.name, oct(f.stat().st_mode)) for f in files if f.stat().st_mode & 0o077] == []
    assert stat.S_IMODE(page.stat().st_mode) == 0o666 & ~umask
    tally(len(files))


def test_doctor_warns_of_files_that_others_may_read(small: Desk) -> None:
    """A settings file with a key, or a store, that is open to others is named, with the mend; a private one is not."""
    small.refresh()
    file = small.folder / ".evtrack.toml"
    file.write_text(f'ncbi_api_key = "{KEY}"\n')
    file.chmod(0o640)
    small.db.chmod(0o604)
    answer = small.run("doctor", "--offline")
    assert f"warning: {file}: other users of this machine may read it: chmod 600" in answer.out
    assert small.run("doctor", "--offline", "--json").json["open_to_others"] == sorted([str(file), str(small.db)])
    file.chmod(0o600)
    small.db.chmod(0o600)
    assert small.run("doctor", "--offline", "--json").json["open_to_others"] == []
