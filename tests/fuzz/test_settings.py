"""Does any settings file crash evtrack? ``.evtrack.toml`` and ``pyproject.toml`` after any blows."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from random import Random

import pytest

from evtrack.config import ConfigError, load_audit_settings, load_settings
from tests.fuzz import mutation
from tests.fuzz.test_records import Hunting

pytestmark = pytest.mark.promise("inputs")

OWN = b"""db = "evtrack.db"
lang = "ja"
pubmed_interval = 0.4
timeout = 30
deadline = 300.0
retries = 4
email = "nobody@example.org"
now = 2026-11-16T00:00:00Z

[audit]
select = ["EV001"]
fail_on = "error"
"""
PROJECT = b"[tool.evtrack]\n" + OWN.replace(b"[audit]", b"[tool.evtrack.audit]")


def test_settings(hunting: Hunting, tmp_path: Path) -> None:
    """A settings file after any blows: settings, or one ConfigError that names file and key."""

    def make(random: Random) -> tuple[str, bytes]:
        name, whole = random.choice(((".evtrack.toml", OWN), ("pyproject.toml", PROJECT)))
        return name, mutation.mangled(random, whole, mutation.TOML, (OWN, PROJECT))

    def check(_: Random, made: tuple[str, bytes]) -> None:
        file = tmp_path / made[0]
        file.write_bytes(made[1])
        with suppress(ConfigError):
            load_settings({}, {}, tmp_path).shown()
        with suppress(ConfigError):
            load_audit_settings(tmp_path)
        file.unlink()

    hunting(1_600, 40_000, make, check)


@pytest.mark.parametrize(
    "written",
    ["retries = " + "9" * 5_000, "retries = 0x" + "f" * 1_000, "now = 0x" + "f" * 6_000, "a = " + "[" * 3_000, 'claims = "' + "a" * 5_000 + '"', 'claims = "~nosuchuser/x"'],
    ids=["5,000 digits", "beyond a float", "beyond a text", "brackets", "a long name", "no such home"],
)  # fmt: skip
def test_a_setting_beyond_measure(written: str, tmp_path: Path) -> None:
    """Each is one ConfigError that names the file; each was a traceback."""
    (tmp_path / ".evtrack.toml").write_text(written, encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        load_settings({}, {}, tmp_path)
    assert ".evtrack.toml" in caught.value.fields["where"]
