"""``evtrack review``: what waits for a person, and what do they say?"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from evtrack.cli.options import Claims, Db, Json, Lang, claim_of, library_of, settings_of
from evtrack.cli.problems import Problem
from evtrack.cli.words import say
from evtrack.config import Settings

if TYPE_CHECKING:
    from evtrack.cli.review_came import Came
    from evtrack.cli.review_desk import Desk
    from evtrack.store.read import Reader
    from evtrack.word import Action, Word

app = typer.Typer(no_args_is_help=False, rich_markup_mode=None)

Target = Annotated[str, typer.Argument(metavar="RECORD|CLAIM", show_default=False)]
ForClaim = Annotated[str | None, typer.Option("--claim", metavar="ID", show_default=False)]
Reason = Annotated[str | None, typer.Option("--reason", metavar="TEXT", show_default=False)]
Name = Annotated[str | None, typer.Option("--name", metavar="NAME", show_default=False)]


@app.callback(invoke_without_command=True)
def review(context: typer.Context, db: Db = None, claims: Claims = None, lang: Lang = None) -> None:
    """Walk through what waits, in a terminal; else list it."""
    root = context.find_root()
    for name, value in (("db", db), ("claims", claims), ("lang", lang)):
        if value is not None:
            root.obj[name] = value
    if context.invoked_subcommand is not None:
        return
    settings = settings_of(context)
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        _list(settings, None, as_json=False)
        return
    from evtrack.cli.review_screen import Screen
    from evtrack.cli.review_walk import walk
    from evtrack.store.read import open_reader
    from evtrack.waiting import queue

    desk = _desk(settings)
    with open_reader(settings.db) as reader:
        waiting = queue(reader, desk.library)
    if waiting:
        walk(desk, waiting, Screen())
    else:
        typer.echo(say("review.queue.nothing", settings.lang))


@app.command("list")
def list_(
    context: typer.Context,
    claim_id: Annotated[str | None, typer.Argument(metavar="CLAIM", show_default=False)] = None,
    as_json: Json = False,
    db: Db = None,
    claims: Claims = None,
    lang: Lang = None,
) -> None:
    """What waits, most consequential first."""
    _list(settings_of(context, db=db, claims=claims, lang=lang), claim_id, as_json=as_json)


def _list(settings: Settings, claim_id: str | None, *, as_json: bool) -> None:
    from evtrack.cli.output import put_json
    from evtrack.report.review_queue import queue_lines, waiting_json
    from evtrack.report.terminal import columns_of_terminal, put_lines
    from evtrack.store.read import open_reader
    from evtrack.waiting import queue

    library = library_of(settings)
    claim = claim_of(library, claim_id).id if claim_id is not None else None
    with open_reader(settings.db) as reader:
        waiting = queue(reader, library, claim)
    if as_json:
        put_json({"waiting": [waiting_json(one) for one in waiting]})
    else:
        put_lines(queue_lines(waiting, library, settings.lang, columns_of_terminal()))


@app.command("words")
def words(
    context: typer.Context,
    target: Annotated[str | None, typer.Argument(metavar="RECORD|CLAIM", show_default=False)] = None,
    every: Annotated[bool, typer.Option("--all", show_default=False)] = False,
    as_json: Json = False,
    db: Db = None,
    claims: Claims = None,
    lang: Lang = None,
) -> None:
    """The words that stand, or every word ever given."""
    settings = settings_of(context, db=db, claims=claims, lang=lang)
    from evtrack.cli.output import put_json
    from evtrack.report.review_queue import words_lines
    from evtrack.report.status_json import word_json
    from evtrack.report.terminal import columns_of_terminal, put_lines
    from evtrack.store.read import open_reader

    desk = _desk(settings)
    with open_reader(settings.db) as reader:
        standing = {word.id: word for word in reader.standing()}
        told = [standing.get(word.id, word) for word in reader.words() if every or word.id in standing]
        if target is not None:
            told = _of_target(desk, reader, target, told)
        titles = {str(r.id): r.title for r in reader.records(sorted({w.record_id for w in told if w.record_id}))}
    titles |= {i: claim.statement.get(settings.lang) for i, claim in desk.library.claims.items()}
    if as_json:
        put_json({"words": [{**word_json(word), "stands": word.id in standing} for word in told]})
    else:
        columns = columns_of_terminal()
        put_lines(words_lines(told, titles, frozenset(standing), settings.lang, columns, desk.safety))


def _of_target(desk: Desk, reader: Reader, target: str, told: list[Word]) -> list[Word]:
    """Words on a record; or on a claim, its level and the records that are tied to it."""
    about = desk.about(target, None, reader)
    if about.record_id is not None:
        return [word for word in told if word.record_id == about.record_id]
    tied = reader.ties(str(about.claim_id)).keys()
    of_all = [word for word in told if word.claim_id is None and word.record_id in tied]
    return [word for word in told if word.claim_id == about.claim_id or word in of_all]


def _without_values(action: Action) -> None:
    """The command of a word that has no values: ``accept`` (the rules are right), ``reject`` (no evidence here)."""

    @app.command(action)
    def speak(
        context: typer.Context,
        target: Target,
        claim: ForClaim = None,
        reason: Reason = None,
        name: Name = None,
        as_json: Json = False,
        db: Db = None,
        claims: Claims = None,
        lang: Lang = None,
    ) -> None:
        desk = _desk(settings_of(context, db=db, claims=claims, lang=lang), name)
        _speak(desk, action, target, claim, [], reason, as_json=as_json)


_without_values("accept")
_without_values("reject")


@app.command("relabel")
def relabel(
    context: typer.Context,
    record: Annotated[str, typer.Argument(metavar="RECORD", show_default=False)],
    values: Annotated[list[str], typer.Argument(metavar="FIELD=VALUE", show_default=False)],
    claim: ForClaim = None,
    reason: Reason = None,
    name: Name = None,
    as_json: Json = False,
    db: Db = None,
    claims: Claims = None,
    lang: Lang = None,
) -> None:
    """Other values than the rules gave."""
    desk = _desk(settings_of(context, db=db, claims=claims, lang=lang), name)
    _speak(desk, "relabel", record, claim, values, reason, as_json=as_json)


def _speak(
    desk: Desk, action: Action, target: str, claim: str | None, values: list[str], reason: str | None, *, as_json: bool
) -> None:
    from evtrack.store.read import open_reader
    from evtrack.word import Word

    said, name = _reason(reason), _name(desk)
    given = desk.values(values)
    with open_reader(desk.settings.db) as reader:
        about = desk.about(target, claim, reader)
    _tell(desk, desk.give([Word(action, said, name, "", about.record_id, about.claim_id, given)]), as_json=as_json)


@app.command("undo")
def undo(
    context: typer.Context,
    target: Annotated[str, typer.Argument(metavar="NUMBER|RECORD|CLAIM", show_default=False)],
    claim: ForClaim = None,
    reason: Reason = None,
    name: Name = None,
    as_json: Json = False,
    db: Db = None,
    claims: Claims = None,
    lang: Lang = None,
) -> None:
    """Take a word back."""
    desk = _desk(settings_of(context, db=db, claims=claims, lang=lang), name)
    said, who = _reason(reason), _name(desk)
    from evtrack.cli.review_desk import undo_of
    from evtrack.store.read import open_reader

    with open_reader(desk.settings.db) as reader:
        word = _to_undo(desk, reader, target, claim)
    _tell(desk, desk.give([undo_of(word, said, who)]), as_json=as_json)


def _to_undo(desk: Desk, reader: Reader, target: str, claim: str | None) -> Word:
    """The one standing word that was meant. Raises ``Problem`` where there is none, or more than one."""
    from evtrack.standing import said_at

    standing = {word.id: word for word in reader.standing()}
    if target.isascii() and target.isdigit() and claim is None and int(target) in standing:
        word = standing[int(target)]
        # An undo takes back the latest of its record and claim: of an older one it would take back another.
        of_both = (w for w in standing.values() if (w.record_id, w.claim_id) == (word.record_id, word.claim_id))
        if (later := max(of_both, key=said_at)) != word:
            raise Problem("review.undo_later", id=word.id, later=later.id)
        return word
    about = desk.about(target, claim, reader)
    of_it = [w for w in standing.values() if w.record_id == about.record_id and claim in (None, w.claim_id)]
    if about.record_id is None:
        of_it = [w for w in standing.values() if w.record_id is None and w.claim_id == about.claim_id]
    if not of_it:
        raise Problem("review.nothing_to_undo", name=target)
    if len({w.claim_id for w in of_it}) > 1:
        raise Problem("review.undo_which", name=target, numbers=", ".join(str(w.id) for w in of_it))
    return max(of_it, key=said_at)


@app.command("add")
def add(
    context: typer.Context,
    file: Annotated[str | None, typer.Argument(metavar="FILE|-", show_default=False)] = None,
    example: Annotated[bool, typer.Option("--example", show_default=False)] = False,
    reason: Reason = None,
    name: Name = None,
    as_json: Json = False,
    db: Db = None,
    claims: Claims = None,
    lang: Lang = None,
) -> None:
    """Records that neither service holds."""
    settings = settings_of(context, db=db, claims=claims, lang=lang)
    if example:
        from evtrack.cli.review_example import EXAMPLE

        typer.echo(EXAMPLE[settings.lang], nl=False)
        return
    if file is None:
        raise Problem("review.add_what")
    desk = _desk(settings, name)
    from evtrack.cli.output import note
    from evtrack.cli.review_files import added_in

    words = added_in(desk, file, reason=(reason or "").strip())
    came = desk.give(words)
    _tell(desk, came, as_json=as_json)
    for warning in desk.warnings(came.given.words):
        note(warning)


@app.command("export")
def export(
    context: typer.Context,
    output: Annotated[str | None, typer.Option("--output", "-o", metavar="FILE", show_default=False)] = None,
    db: Db = None,
    lang: Lang = None,
) -> None:
    """Every word ever given, as YAML."""
    settings = settings_of(context, db=db, lang=lang)
    from evtrack.cli.output import put, put_file
    from evtrack.store.read import open_reader
    from evtrack.words_file import write_words

    with open_reader(settings.db) as reader:
        told = reader.words()
    text = write_words(told)
    if output is None:
        sys.stdout.write(text)
        return
    put_file(output, text, private=True)  # words of named people: whom to give them to is theirs to say
    put([say("review.exported", settings.lang, n=len(told), path=output)])


@app.command("import")
def import_(
    context: typer.Context,
    files: Annotated[list[str], typer.Argument(metavar="FILE", show_default=False)],
    as_json: Json = False,
    db: Db = None,
    claims: Claims = None,
    lang: Lang = None,
) -> None:
    """Words that were given elsewhere."""
    desk = _desk(settings_of(context, db=db, claims=claims, lang=lang))
    from evtrack.cli.output import put, put_json
    from evtrack.cli.review_files import missing_in, words_in

    told = words_in(desk, files)
    came = desk.bring_in(told)
    missing = missing_in(desk, came.given.words)
    if as_json:
        put_json({**came.json(), "known": came.given.known, "missing": missing})
        return
    lang_ = desk.settings.lang
    lines = [say("review.imported", lang_, new=len(came.given.words), known=came.given.known)]
    if missing:
        lines.append(say("review.not_here", lang_, names=", ".join(missing)))
    opened = sorted({str(w.record_id or w.claim_id) for w in came.given.words if w.reopened})
    if opened:
        lines.append(say("review.imported_open", lang_, names=", ".join(opened)))
    put([*lines, *came.moved(lang_)])


def _desk(settings: Settings, name: str | None = None) -> Desk:
    from evtrack.cli.review_desk import Desk

    return Desk(settings, library_of(settings), (name or settings.name or "").strip())


def _reason(reason: str | None) -> str:
    """Why; an empty one is none. Raises ``Problem``."""
    if not (reason or "").strip():
        raise Problem("review.no_reason")
    return str(reason).strip()


def _name(desk: Desk) -> str:
    """Who speaks. Raises ``Problem`` where nobody is named."""
    if not desk.name:
        raise Problem("review.no_name")
    return desk.name


def _tell(desk: Desk, came: Came, *, as_json: bool) -> None:
    from evtrack.cli.output import put, put_json

    if as_json:
        put_json(came.json())
    else:
        put(came.lines(desk.settings.lang))
