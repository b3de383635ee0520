"""Which commands are there? The typer application, its words in the person's language."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from evtrack.cli import (
    audit,
    changes,
    claims,
    db,
    demo,
    doctor,
    grade,
    load,
    refresh,
    regrade,
    report,
    review,
    rule,
    show,
    status,
)
from evtrack.cli.options import Claims, Db, Lang
from evtrack.cli.words import say
from evtrack.config import ConfigError, load_settings, locale_lang
from evtrack.wording import catalogue

app = typer.Typer(
    name="evtrack",
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["--help", "-h"]},
)
app.command("refresh")(refresh.refresh)
app.command("load")(load.load)
app.command("status")(status.status)
app.command("show")(show.show)
app.command("audit")(audit.audit)
app.command("report")(report.report)
app.command("grade")(grade.grade)
app.command("regrade")(regrade.regrade)
app.add_typer(claims.app, name="claims")
app.command("changes")(changes.changes)
app.add_typer(review.app, name="review")
app.command("rule")(rule.rule)
app.command("demo")(demo.demo)
app.command("doctor")(doctor.doctor)
app.add_typer(db.app, name="db")


def _version(wanted: bool) -> None:
    """Print evtrack's version and the rules', and end."""
    if wanted:
        from evtrack import __version__
        from evtrack.rules import load_rules

        typer.echo(f"evtrack {__version__} (rules {load_rules({}).version})")
        raise typer.Exit


@app.callback()
def root(
    context: typer.Context,
    db: Db = None,
    claims: Claims = None,
    lang: Lang = None,
    version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, show_default=False)] = False,  # noqa: ARG001 # its callback does the work
) -> None:
    """How good is the evidence behind a medical sentence, today, and why?"""
    context.obj = {"db": db, "claims": claims, "lang": lang}


def language(arguments: Sequence[str]) -> str:
    """The language for help and errors, known before the options are parsed; a setting that is wrong is told later."""
    flag = None
    for place, argument in enumerate(arguments):
        if argument.startswith("--lang="):
            flag = argument.partition("=")[2]
        elif argument == "--lang" and place + 1 < len(arguments):
            flag = arguments[place + 1]
    try:
        return load_settings({"lang": flag}, os.environ, Path.cwd()).lang
    except (ConfigError, OSError):
        return flag if flag in ("ja", "en") else locale_lang(os.environ)


def run(arguments: Sequence[str], lang: str) -> int:
    """Run one command; give its exit code. Whatever is raised is for ``main`` to tell."""
    command = typer.main.get_command(app)
    _translate(command, "", lang)
    # Not command.main(): it turns a closed pipe into exit code 1, which here means "found what it was to fail on".
    try:
        with command.make_context("evtrack", list(arguments)) as context:
            command.invoke(context)
    except typer.Exit as end:
        return end.exit_code
    except typer.Abort:
        raise KeyboardInterrupt from None
    except Exception as error:
        # typer's own click has no public names, so this one is known by its name.
        if type(error).__name__ != "NoArgsIsHelpError":
            raise
        typer.echo(str(error))
    return 0


def _translate(command: Any, path: str, lang: str) -> None:
    """Give a command, its options and its subcommands the catalogue's words. ``Any``: typer's own click has no public name."""
    command.help = say(f"help.{path or 'evtrack'}", lang)
    command.short_help = command.help.split("\n")[0]
    if hasattr(command, "commands"):
        command.subcommand_metavar = say("help.metavar", lang)
    command.options_metavar = say("help.options", lang)
    plain_help = command.get_help
    command.get_help = lambda context: _help(plain_help(context), lang)
    for parameter in command.params:
        if hasattr(parameter, "help"):
            # A command's own words, else those of the group it belongs to, else those of all.
            places = (f"{path}.", f"{path.rpartition('.')[0]}.", "")
            own = (f"option.{place}{parameter.name}" for place in places)
            parameter.help = say(next((k for k in own if k in catalogue()), f"option.{parameter.name}"), lang)
    for name, inner in getattr(command, "commands", {}).items():
        _translate(inner, f"{path}.{name}" if path else name, lang)


_WORDS = ("usage", "options", "arguments", "commands", "required", "show")


def _help(text: str, lang: str) -> str:
    """A help page in the person's language: the parser's own few words are English, its types are Python's."""
    text = re.sub(r" <(?:list\[)?\w+\]?>", "", text)
    for name in _WORDS:
        text = text.replace(say(f"help.word.{name}", "en"), say(f"help.word.{name}", lang))
    return text
