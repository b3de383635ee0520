"""The recipes of the README can be pasted: they parse, and each evtrack command and option in them exists."""

from __future__ import annotations

import configparser
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import typer
from ruamel.yaml import YAML

from evtrack.cli.app import application
from evtrack.config import NAMES

README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")
NAMED = ("cron", "evtrack.service", "evtrack.timer", "workflow")


def recipe(name: str) -> str:
    """The block under ``<!-- recipe: name -->``."""
    found = re.search(rf"<!-- recipe: {re.escape(name)} -->\n```\w+\n(.*?)```", README, re.DOTALL)
    assert found, f"the README has no recipe {name}"
    return found[1]


def workflow() -> Any:
    """The workflow, as GitHub reads it."""
    return YAML(typ="safe").load(recipe("workflow"))


def unit(name: str) -> configparser.RawConfigParser:
    """A unit of systemd."""
    parser = configparser.RawConfigParser(strict=True, delimiters=("=",))
    parser.optionxform = str  # type: ignore[assignment,method-assign] # its keys have capital letters
    parser.read_string(recipe(name))
    return parser


def jobs() -> list[str]:
    """The command of each line of the crontab that has a time."""
    lines = recipe("cron").splitlines()
    found = [re.match(r"(?:[\d*/,-]+ +){5}(.*)", line) for line in lines]
    settings = [line for line, job in zip(lines, found, strict=True) if not job]
    assert all(re.fullmatch(r"[A-Z_]+=\S+", line) for line in settings)
    return [job[1] for job in found if job]


def scripts() -> dict[str, str]:
    """Every shell text of the recipes, by where it stands."""
    steps = {f"workflow {n}": s["run"] for n, s in enumerate(workflow()["jobs"]["refresh"]["steps"]) if "run" in s}
    cron = {f"cron {n}": line for n, line in enumerate(jobs())}
    console = re.findall(r"```console\n(pip install 'evtrack\[notify\]'.*?)```", README, re.DOTALL)
    return {**cron, **steps, "service": unit("evtrack.service")["Service"]["ExecStart"], "notify": console[0]}


def calls() -> list[list[str]]:
    """Every call of evtrack in the recipes, as words."""
    call = re.compile(r"(?<![\w.@=/-])(?:/\S+/)?evtrack +([a-z][^;|&>\n]*)")
    return [shlex.split(words) for script in scripts().values() for words in call.findall(script)]


@pytest.mark.parametrize("name", NAMED)
def test_the_recipe_is_there(name: str) -> None:
    """The README has a recipe for cron, for systemd and for a scheduled workflow."""
    assert recipe(name).strip()


def test_shell_lines_are_shell() -> None:
    """bash reads every line without an error."""
    bash = shutil.which("bash")
    if bash is None:
        pytest.skip("no bash here")
    for where, script in scripts().items():
        plain = re.sub(r"\$\{\{.*?\}\}", "x", script)
        done = subprocess.run([bash, "-n"], input=plain, capture_output=True, text=True, check=False)
        assert (done.returncode, done.stderr) == (0, ""), where


def test_every_call_is_one_of_ours() -> None:
    """Each command of evtrack is there, and takes the options it is given."""
    command: Any = typer.main.get_command(application())
    told = calls()
    assert {c[0] for c in told} == {"refresh", "changes", "status"}
    for name, *arguments in told:
        options = {o for p in command.commands[name].params for o in (*p.opts, *p.secondary_opts)}
        assert {a for a in arguments if a.startswith("-")} <= options, (name, arguments)


def test_every_setting_is_one_of_ours() -> None:
    """Each variable in the recipes is read by evtrack."""
    known = {f"EVTRACK_{name.upper()}" for name in NAMES} | {"EVTRACK_CACHE"}
    text = "\n".join((*map(recipe, NAMED), *scripts().values()))
    assert set(re.findall(r"EVTRACK_[A-Z_]+", text)) <= known


def test_cron_lines() -> None:
    """A line a week refreshes and mails the news also where the refresh was not whole; another watches over it."""
    weekly, watch = jobs()
    assert "0|3) evtrack changes" in weekly
    assert "stale=" in watch
    assert "%" not in weekly + watch, "cron reads % as the end of a line"
    assert "MAILTO=" in recipe("cron")


def test_units() -> None:
    """The service is one shot and sends its news; the timer catches up and does not ask the services all at once."""
    service, timer = unit("evtrack.service")["Service"], unit("evtrack.timer")["Timer"]
    assert service["Type"] == "oneshot"
    assert service["ExecStart"].endswith("evtrack refresh --quiet --notify")
    assert (timer["Persistent"], timer["RandomizedDelaySec"]) == ("true", "1h")


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="no systemd here")
def test_units_are_what_systemd_reads(tmp_path: Path) -> None:
    """systemd-analyze has nothing to say against them."""
    for name in ("evtrack.service", "evtrack.timer"):
        text = re.sub(r"ExecStart=\S+", f"ExecStart={sys.executable}", recipe(name))
        (tmp_path / name).write_text(text, encoding="utf-8")
    done = subprocess.run(
        ["systemd-analyze", "verify", *map(str, sorted(tmp_path.iterdir()))],  # noqa: S607 # wherever systemd put it
        capture_output=True,
        text=True,
        check=False,
    )
    complaints = [line for line in done.stderr.splitlines() if "evtrack" in line]
    assert complaints == []


def test_the_workflow() -> None:
    """It may write contents and nothing else, runs once at a time, pins its actions, keeps what came, and fails loudly."""
    told = workflow()
    assert told["permissions"] == {"contents": "write"}
    assert told["concurrency"]
    on = told.get("on", told.get(True))  # YAML 1.1 reads the word as a truth
    assert re.fullmatch(r"(?:[\d*]+ ?){5}", on["schedule"][0]["cron"])
    steps = told["jobs"]["refresh"]["steps"]
    assert all(re.fullmatch(r"actions/[a-z-]+@v\d+", s["uses"]) for s in steps if "uses" in s)
    (refresh,) = (s for s in steps if s.get("id") == "refresh")
    assert refresh["continue-on-error"] is True
    assert steps[-1] == {"if": "steps.refresh.outcome == 'failure'", "run": "exit 1"}
    keys = [v for k, v in told["jobs"]["refresh"]["env"].items() if "KEY" in k]
    assert keys == ["${{ secrets.NCBI_API_KEY }}"]
