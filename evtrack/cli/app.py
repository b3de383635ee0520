"""Which commands are there? The typer application, its words in the person's language."""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Sequence
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any

import typer

from evtrack.cli.options import Claims, Db, Lang
from evtrack.cli.words import say
from evtrack.config import ConfigError, load_settings, locale_lang
from evtrack.wording import has_words

COMMANDS = (
    "refresh", "load", "status", "show", "audit", "report", "grade", "regrade", "changes", "rule", "demo", "doctor",
    "claims", "review", "db",
)  # fmt: skip
"""In the order of ``--help``. Each is the module of its name here: a function of that name, or ``app`` with commands of its own."""


def application(wanted: Collection[str] = COMMANDS) -> typer.Typer:
    """The application. Of the commands that are not ``wanted`` nothing but their names is there: no module is read for them."""
    app = typer.Typer(
        name="evtrack",
        add_completion=False,
        no_args_is_help=True,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["--help", "-h"]},
    )
    app.callback()(root)
    for name in COMMANDS:
        module = import_module(f"evtrack.cli.{name}") if name in wanted else None
        if module is None:
            app.command(name)(_not_wanted)
        elif hasattr(module, "app"):
            app.add_typer(module.app, name=name)
        else:
            app.command(name)(getattr(module, name))
    return app


def _not_wanted() -> None:
    """Stands for a command that is only listed."""


def _version(wanted: bool) -> None:
    """Print evtrack's version and the rules', and end."""
    if wanted:
        from evtrack import __version__
        from evtrack.rules import load_rules

        typer.echo(f"evtrack {__version__} (rules {load_rules({}).version})")
        raise typer.Exit


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
    command = typer.main.get_command(application(arguments))
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
            parameter.help = say(next((k for k in own if has_words(k)), f"option.{parameter.name}"), lang)
    for name, inner in getattr(command, "commands", {}).items():
        _translate(inner, f"{path}.{name}" if path else name, lang)


_WORDS = ("usage", "options", "arguments", "commands", "required", "show")


def _help(text: str, lang: str) -> str:
    """A help page in the person's language: the parser's own few words are English, its types are Python's."""
    text = re.sub(r" <(?:list\[)?\w+\]?>", "", text)
    for name in _WORDS:
        text = text.replace(say(f"help.word.{name}", "en"), say(f"help.word.{name}", lang))
    return text
