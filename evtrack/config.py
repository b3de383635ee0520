"""Which settings hold for this run? Flags over environment over .evtrack.toml or [tool.evtrack] of pyproject.toml."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

Lang = Literal["ja", "en"]

PUBMED_URL = "https://eutils.ncbi.nlm.nih.gov/entrez/eutils/"
CTGOV_URL = "https://clinicaltrials.gov/api/v2/"

_DIALECT = r"([A-Za-z][A-Za-z0-9+_.-]*):"
_LOOPBACK = r"localhost|127(\.\d{1,3}){3}|::1"


class ConfigError(ValueError):
    """A setting that cannot be used: ``key`` is its entry in the catalogue, ``fields`` fill it.

    ``fields["where"]`` names the variable, the flag, or ``file:key``.
    """

    def __init__(self, key: str, **fields: str) -> None:
        super().__init__(f"{fields.get('where', '')}: {key}")
        self.key = key
        self.fields = fields


@dataclass(frozen=True, slots=True, repr=False)
class Settings:
    """Every setting of CONTRACT.md. Times are seconds. ``origin`` says where each came from, by name.

    ``repr`` and ``shown`` never hold the API key, the addresses of ``notify``, nor a password of a database URL.
    """

    db: str
    lang: Lang
    claims: Path | None = None
    pubmed_url: str = PUBMED_URL
    ctgov_url: str = CTGOV_URL
    pubmed_interval: float = 0.37
    ctgov_interval: float = 1.3
    timeout: float = 30.0
    deadline: float = 300.0
    retries: int = 4
    retry_wait: float = 1.0
    email: str | None = None
    name: str | None = None
    """Who speaks in ``evtrack review``."""
    notify: str | None = None
    """Addresses that get the digest (apprise URLs, parted by spaces); they hold passwords and are never shown."""
    ncbi_api_key: str | None = None
    fixed_now: datetime | None = None
    origin: Mapping[str, str] = field(default_factory=dict)

    def now(self) -> datetime:
        """The time of this run, with its zone: ``EVTRACK_NOW`` or the clock."""
        return self.fixed_now or datetime.now(UTC).replace(microsecond=0)

    def shown(self) -> dict[str, Any]:
        """All settings as JSON values, secrets replaced by ``***``."""
        return {
            "db": _db_shown(self.db),
            "claims": str(self.claims) if self.claims else None,
            "lang": self.lang,
            "pubmed_url": self.pubmed_url,
            "ctgov_url": self.ctgov_url,
            "pubmed_interval": self.pubmed_interval,
            "ctgov_interval": self.ctgov_interval,
            "timeout": self.timeout,
            "deadline": self.deadline,
            "retries": self.retries,
            "retry_wait": self.retry_wait,
            "email": self.email,
            "name": self.name,
            "notify": "***" if self.notify else None,
            "ncbi_api_key": "***" if self.ncbi_api_key else None,
            "now": self.fixed_now.isoformat() if self.fixed_now else None,
        }

    def __repr__(self) -> str:
        return f"Settings({', '.join(f'{k}={v!r}' for k, v in self.shown().items())})"


@dataclass(frozen=True, slots=True)
class _Value:
    """One setting as found: its text and the place a message must name."""

    value: Any
    where: str


def locale_lang(environ: Mapping[str, str]) -> Lang:
    """The language of the person's locale: ``ja`` for a Japanese one, else ``en``."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if environ.get(name):
            return "ja" if environ[name].lower().startswith("ja") else "en"
    import locale

    return "ja" if (locale.getlocale()[0] or "").lower().startswith("ja") else "en"


def load_settings(flags: Mapping[str, str | None], environ: Mapping[str, str], folder: Path) -> Settings:
    """Settings from ``flags`` (by name, ``None``: not given), ``environ``, and the files of ``folder``.

    Raises ``ConfigError`` naming variable, flag or file:key.
    """
    found = _Found(flags, environ, _file_values(folder), folder)
    key = found.key()
    return Settings(
        db=found.db(),
        lang=found.lang(),
        claims=found.folder("claims"),
        pubmed_url=found.url("pubmed_url", PUBMED_URL),
        ctgov_url=found.url("ctgov_url", CTGOV_URL),
        pubmed_interval=found.number("pubmed_interval", 0.11 if key else 0.37),
        ctgov_interval=found.number("ctgov_interval", 1.3),
        timeout=found.number("timeout", 30.0, above_zero=True),
        deadline=found.number("deadline", 300.0, above_zero=True),
        retries=found.whole("retries", 4),
        retry_wait=found.number("retry_wait", 1.0),
        email=found.text("email"),
        name=found.text("name"),
        notify=found.text("notify"),
        ncbi_api_key=key,
        fixed_now=found.moment("now"),
        origin={k: v.where for k, v in found.by_name.items()},
    )


@dataclass(frozen=True, slots=True)
class AuditSettings:
    """The table ``audit`` of a settings file: what the flags of ``evtrack audit`` say where none is given."""

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    fail_on: str | None = None
    profile: str | None = None
    baseline: str | None = None
    evidence: str | None = None


def load_audit_settings(folder: Path) -> AuditSettings:
    """``[audit]`` of ``.evtrack.toml``, or ``[tool.evtrack.audit]`` of ``pyproject.toml``. Raises ``ConfigError``."""
    table, prefix = _file_table(folder)
    names = tuple(AuditSettings.__dataclass_fields__)
    values: dict[str, Any] = {}
    told = table.get("audit", {})
    for key, value in told.items() if isinstance(told, dict) else [("", told)]:
        where = f"{prefix}audit.{key}"
        if key not in names:
            raise ConfigError("config.unknown", where=where, names=", ".join(names))
        if key in ("select", "ignore"):
            if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
                raise ConfigError("config.texts", where=where)
            value = tuple(value)
        elif not isinstance(value, str):
            raise ConfigError("config.text", where=where)
        values[key] = value
    return AuditSettings(**values)


def _file_values(folder: Path) -> dict[str, _Value]:
    """The settings of a file but its table ``audit``, which one command reads for itself."""
    table, prefix = _file_table(folder)
    out = {}
    for key, value in table.items():
        if key == "audit":
            continue
        if key not in NAMES:
            raise ConfigError("config.unknown", where=prefix + key, names=", ".join((*NAMES, "audit")))
        if (
            isinstance(value, int) and abs(value) >= 2**63
        ):  # TOML has none; from 4,300 digits on it could not even be told
            raise ConfigError("config.number", where=prefix + key, value=hex(value)[:20] + "…")
        out[key] = _Value(value, prefix + key)
    return out


def _file_table(folder: Path) -> tuple[dict[str, Any], str]:
    """``.evtrack.toml``, or, without one, ``[tool.evtrack]`` of ``pyproject.toml``; and what stands before a key in messages."""
    own, project = folder / ".evtrack.toml", folder / "pyproject.toml"
    if own.is_file():
        return _toml(own), f"{own.name}:"
    table: Any = _toml(project) if project.is_file() else {}
    where = f"{project.name}:"
    for name in ("tool", "evtrack"):
        where, table = f"{where}{name}", table.get(name, {})
        if not isinstance(table, dict):
            raise ConfigError("config.table", where=where)
        where += "."
    return table, where


def _toml(file: Path) -> dict[str, Any]:
    import tomllib

    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except (
        OSError,
        ValueError,
        RecursionError,
    ) as error:  # beside its own error: a number of 5,000 digits, 3,000 brackets
        raise ConfigError("config.toml", where=file.name, why=str(error)) from error


NAMES = (
    "db", "claims", "lang", "pubmed_url", "ctgov_url", "pubmed_interval", "ctgov_interval", "timeout", "deadline",
    "retries", "retry_wait", "email", "name", "notify", "ncbi_api_key", "now",
)  # fmt: skip


def _host_of(text: str) -> str | None:
    """The host of a base URL: http or https, a host, perhaps a port and a path, and nothing else; ``None`` for any other text.

    Neither a user name (it is not sent, and it disguises a host: ``https://good@evil/``), nor a query, a fragment, a
    backslash or a letter outside ASCII, which programs read in different ways.
    """
    if not re.match(r"https?://[^\s/]\S*\Z", text) or re.search(r"[^!-~]|[@?#\\]", text):
        return None
    from urllib.parse import urlsplit

    try:
        host, port = urlsplit(text).hostname, urlsplit(text).port
    except ValueError:
        return None
    return None if port == 0 else host


def _db_shown(db: str) -> str:
    """A store as it may be shown: a file's path whole, of a database URL the dialect alone."""
    from evtrack.secrecy import without_passwords

    dialect, colon, _ = db.partition(":")
    return f"{dialect}://***" if colon and dialect.lower() == "postgresql+psycopg" else without_passwords(db)


def known_secrets(environ: Mapping[str, str], folder: Path) -> set[str]:
    """Every secret that the settings of a run hold, be they right or wrong."""
    from evtrack.secrecy import secrets_around

    table: dict[str, Any] = {}
    with suppress(ConfigError):
        table, _ = _file_table(folder)
    return secrets_around(environ, table)


def _at_home(path: Path) -> Path:
    """``~`` as the user's home; as it is written where there is no such user."""
    try:
        return path.expanduser()
    except RuntimeError:
        return path


class _Found:
    """The settings as their sources give them, and the checks of each kind of value."""

    def __init__(
        self, flags: Mapping[str, str | None], environ: Mapping[str, str], file: Mapping[str, _Value], folder: Path
    ) -> None:
        self.environ = environ
        self.base = folder
        self.by_name: dict[str, _Value] = dict(file)
        for name in NAMES:
            variable = f"EVTRACK_{name.upper()}"
            if environ.get(variable, "").strip():
                self.by_name[name] = _Value(environ[variable].strip(), variable)
            elif name == "ncbi_api_key" and environ.get("NCBI_API_KEY", "").strip():
                self.by_name[name] = _Value(environ["NCBI_API_KEY"].strip(), "NCBI_API_KEY")
            if flags.get(name) is not None:
                self.by_name[name] = _Value(flags[name], f"--{name}")

    def text(self, name: str) -> str | None:
        found = self.by_name.get(name)
        if found is None:
            return None
        if not isinstance(found.value, str):
            raise ConfigError("config.text", where=found.where)
        return found.value.strip() or None

    def lang(self) -> Lang:
        text = self.text("lang")
        if text is None:
            return locale_lang(self.environ)
        if text == "ja":
            return "ja"
        if text == "en":
            return "en"
        raise ConfigError("config.lang", where=self.by_name["lang"].where, value=text)

    def db(self) -> str:
        text = self.text("db")
        if text is None:
            from platformdirs import user_data_path

            return str(user_data_path("evtrack") / "evtrack.db")
        dialect = re.match(_DIALECT, text) or re.search(r"([A-Za-z][A-Za-z0-9+_.-]*)://", text)
        # One letter before the colon is a drive of Windows, not a dialect.
        if not dialect or len(dialect[1]) == 1:
            return str(_at_home(Path(text)))
        if dialect.start() or dialect[1].lower() not in ("sqlite", "postgresql+psycopg"):
            raise ConfigError("config.dialect", where=self.by_name["db"].where, value=dialect[1])
        return text

    def folder(self, name: str) -> Path | None:
        text = self.text(name)
        if text is None:
            return None
        path = self.base / _at_home(Path(text))
        try:
            there = path.is_dir()
        except OSError:  # a name too long
            there = False
        if not there:
            raise ConfigError("config.folder", where=self.by_name[name].where, value=text)
        return path

    def url(self, name: str, default: str) -> str:
        text = self.text(name)
        if text is None:
            return default
        where, host = self.by_name[name].where, _host_of(text)
        if host is None:
            # What stands before an @ or after a ? may be a password, and which is which cannot be told of a wrong URL.
            shown = "***" if re.search(r"[@?#]", text) else " ".join(text.split())
            raise ConfigError("config.url", where=where, value=shown)
        if not re.fullmatch(_LOOPBACK, host):
            if not text.startswith("https:"):
                raise ConfigError("config.plain_http", where=where)
            key = self.by_name.get("ncbi_api_key")
            # A folder that came from elsewhere may hold a settings file: it must not send away a key it does not hold.
            if name == "pubmed_url" and key and ":" in where and ":" not in key.where:
                raise ConfigError("config.key_elsewhere", where=where, holder=key.where)
        return text if text.endswith("/") else text + "/"

    def key(self) -> str | None:
        """The API key. One with blanks or control signs was copied wrongly: it is refused, and not repeated."""
        text = self.text("ncbi_api_key")
        if text is not None and not re.fullmatch(r"[!-~]+", text):
            raise ConfigError("config.key", where=self.by_name["ncbi_api_key"].where)
        return text

    def number(self, name: str, default: float, *, above_zero: bool = False) -> float:
        found = self.by_name.get(name)
        if found is None:
            return default
        try:
            number = float(found.value)
        except (TypeError, ValueError, OverflowError):
            number = math.nan
        if isinstance(found.value, bool) or not math.isfinite(number) or number < 0 or (above_zero and number == 0):
            key = "config.number_above_zero" if above_zero else "config.number"
            raise ConfigError(key, where=found.where, value=str(found.value))
        return number

    def whole(self, name: str, default: int) -> int:
        number = self.number(name, default)
        if number != int(number):
            found = self.by_name[name]
            raise ConfigError("config.whole", where=found.where, value=str(found.value))
        return int(number)

    def moment(self, name: str) -> datetime | None:
        found = self.by_name.get(name)
        if found is None:
            return None
        # A date-time of TOML arrives as datetime; its text is ISO again.
        try:
            moment = datetime.fromisoformat(str(found.value))
        except ValueError as error:
            raise ConfigError("config.now", where=found.where, value=str(found.value)) from error
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
