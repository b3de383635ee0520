"""Settings: which source wins, what is refused, and what never shows a secret."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from evtrack.config import NAMES, ConfigError, Settings, load_settings, locale_lang
from evtrack.wording import word


def settings(folder: Path, environ: dict[str, str] | None = None, **flags: str | None) -> Settings:
    return load_settings(flags, {"LANG": "C", **(environ or {})}, folder)


def refused(folder: Path, environ: dict[str, str] | None = None, **flags: str | None) -> tuple[str, str]:
    """Where the refusal points, and its English line."""
    with pytest.raises(ConfigError) as caught:
        settings(folder, environ, **flags)
    error = caught.value
    assert word(error.key, "ja", **error.fields)
    return error.fields["where"], word(error.key, "en", **error.fields)


def test_defaults(tmp_path: Path) -> None:
    """Without any source the defaults of the contract hold, and the store lies in the user's data folder."""
    got = settings(tmp_path)
    assert Path(got.db).name == "evtrack.db"
    assert (got.lang, got.claims, got.timeout, got.deadline, got.retries, got.retry_wait) == ("en", None, 30, 300, 4, 1)
    assert (got.pubmed_interval, got.ctgov_interval) == (0.37, 1.3)
    assert got.pubmed_url == "https://eutils.ncbi.nlm.nih.gov/entrez/eutils/"
    assert got.ctgov_url == "https://clinicaltrials.gov/api/v2/"
    assert got.origin == {}


def test_order(tmp_path: Path) -> None:
    """A flag wins over the environment, and the environment over the file."""
    (tmp_path / ".evtrack.toml").write_text('db = "file.db"\nlang = "ja"\ntimeout = 5\n')
    assert settings(tmp_path).db == "file.db"
    assert settings(tmp_path, {"EVTRACK_DB": "env.db"}).db == "env.db"
    got = settings(tmp_path, {"EVTRACK_DB": "env.db"}, db="flag.db", lang=None)
    assert (got.db, got.lang, got.timeout) == ("flag.db", "ja", 5)
    assert got.origin == {"db": "--db", "lang": ".evtrack.toml:lang", "timeout": ".evtrack.toml:timeout"}


def test_pyproject(tmp_path: Path) -> None:
    """[tool.evtrack] is read where there is no .evtrack.toml, and names itself in a refusal."""
    (tmp_path / "pyproject.toml").write_text("[tool.evtrack]\nretries = 2\n")
    assert settings(tmp_path).retries == 2
    (tmp_path / "pyproject.toml").write_text("[tool.evtrack]\nretries = -2\n")
    assert refused(tmp_path)[0] == "pyproject.toml:tool.evtrack.retries"
    (tmp_path / ".evtrack.toml").write_text("retries = 7\n")
    assert settings(tmp_path).retries == 7
    (tmp_path / ".evtrack.toml").unlink()
    (tmp_path / "pyproject.toml").write_text("[project]\nname = 'x'\n")
    assert settings(tmp_path).retries == 4


@pytest.mark.parametrize("name", ["pubmed_interval", "ctgov_interval", "timeout", "deadline", "retries", "retry_wait"])
@pytest.mark.parametrize("value", ["-1", "soon", "nan", "inf", "1e400"])
def test_numbers(tmp_path: Path, name: str, value: str) -> None:
    """A negative or non-numeric number is refused in a line that names its variable and the mend."""
    where, line = refused(tmp_path, {f"EVTRACK_{name.upper()}": value})
    assert where == f"EVTRACK_{name.upper()}"
    assert line.startswith(f"EVTRACK_{name.upper()}: {value}")
    assert "write a" in line


def test_numbers_of_a_kind(tmp_path: Path) -> None:
    """Retries are whole, a time-out is above zero, and true is no number."""
    assert refused(tmp_path, {"EVTRACK_RETRIES": "1.5"})[0] == "EVTRACK_RETRIES"
    assert refused(tmp_path, {"EVTRACK_TIMEOUT": "0"})[0] == "EVTRACK_TIMEOUT"
    assert settings(tmp_path, {"EVTRACK_RETRIES": "0", "EVTRACK_RETRY_WAIT": "0"}).retries == 0
    (tmp_path / ".evtrack.toml").write_text("timeout = true\n")
    assert refused(tmp_path)[0] == ".evtrack.toml:timeout"


@pytest.mark.parametrize("url", ["mysql://u:geheim@h/d", "postgresql://h/d", "mongodb:x", "oracle+x://h"])
def test_dialects(tmp_path: Path, url: str) -> None:
    """Any dialect but sqlite and postgresql+psycopg is refused, and the URL with its password is not repeated."""
    where, line = refused(tmp_path, {"EVTRACK_DB": url})
    assert where == "EVTRACK_DB"
    assert "geheim" not in line


@pytest.mark.parametrize("db", ["a.db", "sqlite:///a.db", "postgresql+psycopg://u@h/d", r"C:\data\a.db", "/x/y.db"])
def test_stores(tmp_path: Path, db: str) -> None:
    """Paths (a drive letter is no dialect) and the two kinds of URL pass as they are."""
    assert settings(tmp_path, db=db).db == db


def test_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """~ is the person's home."""
    monkeypatch.setenv("HOME", str(tmp_path))
    assert settings(tmp_path, db="~/a.db").db == str(tmp_path / "a.db")


def test_texts(tmp_path: Path) -> None:
    """A language, a URL, a folder, a moment that cannot be used is refused by the name of its source."""
    assert refused(tmp_path, lang="de")[0] == "--lang"
    assert refused(tmp_path, {"EVTRACK_PUBMED_URL": "ftp://x"})[0] == "EVTRACK_PUBMED_URL"
    assert refused(tmp_path, claims="nowhere")[0] == "--claims"
    assert refused(tmp_path, {"EVTRACK_NOW": "yesterday"})[0] == "EVTRACK_NOW"
    (tmp_path / ".evtrack.toml").write_text("db = 3\n")
    assert refused(tmp_path)[0] == ".evtrack.toml:db"
    (tmp_path / ".evtrack.toml").write_text("databse = 'x'\n")
    assert refused(tmp_path)[0] == ".evtrack.toml:databse"
    (tmp_path / ".evtrack.toml").write_text("db = \n")
    assert refused(tmp_path)[0] == ".evtrack.toml"


def test_urls_and_folders(tmp_path: Path) -> None:
    """A base URL ends with a slash whether or not it was written, and a claims folder is taken from the current one."""
    (tmp_path / "mine").mkdir()
    got = settings(
        tmp_path, {"EVTRACK_CTGOV_URL": "http://127.0.0.1:9/api", "EVTRACK_PUBMED_URL": "https://x/"}, claims="mine"
    )
    assert (got.ctgov_url, got.pubmed_url, got.claims) == ("http://127.0.0.1:9/api/", "https://x/", tmp_path / "mine")


def test_now(tmp_path: Path) -> None:
    """EVTRACK_NOW is the clock; without a zone it is UTC; a TOML date-time is read as well."""
    assert settings(tmp_path, {"EVTRACK_NOW": "2026-11-23T00:00:00"}).now() == datetime(2026, 11, 23, tzinfo=UTC)
    (tmp_path / ".evtrack.toml").write_text("now = 2026-01-02T03:04:05+00:00\n")
    assert settings(tmp_path).now() == datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    (tmp_path / ".evtrack.toml").unlink()
    assert settings(tmp_path).now().tzinfo is UTC


def test_secrets(tmp_path: Path) -> None:
    """Neither the key nor a password of a URL is in repr, str or what doctor shows; the key sets the pace."""
    got = settings(tmp_path, {"NCBI_API_KEY": "0123456789abcdef", "EVTRACK_DB": "postgresql+psycopg://me:geheim@h/d"})
    assert got.ncbi_api_key == "0123456789abcdef"
    assert got.pubmed_interval == 0.11
    for text in (repr(got), str(got), f"{got}", str(got.shown())):
        assert "0123456789abcdef" not in text
        assert "geheim" not in text
    assert got.origin["ncbi_api_key"] == "NCBI_API_KEY"
    own = settings(tmp_path, {"NCBI_API_KEY": "other", "EVTRACK_NCBI_API_KEY": "own"})
    assert (own.ncbi_api_key, own.origin["ncbi_api_key"]) == ("own", "EVTRACK_NCBI_API_KEY")


def test_shown_names() -> None:
    """Every setting is shown by doctor under the name the file uses."""
    assert set(Settings(db="a", lang="en").shown()) == set(NAMES)


@pytest.mark.parametrize(
    ("environ", "lang"),
    [
        ({"LANG": "ja_JP.UTF-8"}, "ja"),
        ({"LC_ALL": "C", "LANG": "ja_JP"}, "en"),
        ({"LC_MESSAGES": "ja"}, "ja"),
        ({"LANG": "de_DE"}, "en"),
    ],
)
def test_locale(environ: dict[str, str], lang: str) -> None:
    """Japanese for a Japanese locale, English for any other, LC_ALL before LANG."""
    assert locale_lang(environ) == lang


def test_locale_of_the_system() -> None:
    """Without variables the system is asked."""
    assert locale_lang({}) in ("ja", "en")


def test_empty_is_not_set(tmp_path: Path) -> None:
    """An empty variable is as if it were not there."""
    assert settings(tmp_path, {"EVTRACK_LANG": "", "EVTRACK_EMAIL": " "}).email is None
