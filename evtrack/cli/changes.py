"""``evtrack changes``: what has changed, and how much does it matter?"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from evtrack.cli.options import Claims, Db, Lang, day_of, library_of, settings_of
from evtrack.cli.problems import Problem
from evtrack.cli.words import say

if TYPE_CHECKING:
    from evtrack.changes import Change
    from evtrack.claim import Library
    from evtrack.report.changes_atom import Week
    from evtrack.report.digest import Digest
    from evtrack.store.facts import Run
    from evtrack.store.read import Reader

FORMATS = ("text", "json", "markdown", "html", "atom")


def changes(
    context: typer.Context,
    since: Annotated[str | None, typer.Option("--since", metavar="DATE|RUN", show_default=False)] = None,
    format: Annotated[str, typer.Option("--format", metavar="FORMAT", show_default=False)] = "text",  # noqa: A002 # the contract's name of the option
    output: Annotated[str | None, typer.Option("--output", "-o", metavar="FILE", show_default=False)] = None,
    notify: Annotated[bool, typer.Option("--notify", show_default=False)] = False,
    db: Db = None,
    claims: Claims = None,
    lang: Lang = None,
) -> None:
    """What was told by each run; without --since, from the last refresh on. Silent where nothing happened."""
    settings = settings_of(context, db=db, claims=claims, lang=lang)
    if format not in FORMATS:
        raise Problem("cli.bad_format", value=format, names=", ".join(FORMATS))
    after = _since(since)
    from evtrack.cli.notify import addresses, send
    from evtrack.store.read import open_reader

    to = addresses(settings) if notify else []
    with open_reader(settings.db) as reader:
        last = reader.last_run()
        if after is None:
            after = _before_the_news(reader.runs())
        elif isinstance(after, int) and after > (last.id if last else 0):
            raise Problem("changes.no_run", value=after, last=last.id if last else 0)
        news = _News(reader, library_of(settings), settings.lang, after, reader.changes(after), settings.now())
        if notify:
            send(news.digest(), to)
        else:
            _put(_text(news, format, output), output)
        if not news.told and not notify and sys.stderr.isatty():  # cron mails what stands on stderr
            _say_nothing(reader, settings.lang)


@dataclass(frozen=True, slots=True)
class _News:
    """What was told after a day or a run, and all that it is said with."""

    reader: Reader
    library: Library
    lang: str
    after: date | int
    told: list[tuple[Run, Change]]
    now: datetime

    def digest(self) -> Digest:
        """All of it as one."""
        from evtrack.report.digest import digest_of

        warnings = list(self._warnings())
        return digest_of(self.told, self.reader, self.library, self.lang, at=self.until(), warnings=warnings)

    def until(self) -> datetime:
        """The end of the last run."""
        end = self.reader.last_run()
        return (end.finished_at or end.started_at) if end else self.now

    def _warnings(self) -> Iterator[str]:
        """What must be known before no change is taken for no news: whether all was looked at."""
        runs = [run for run in self.reader.runs() if run.status != "running"]
        last = next((run for run in reversed(runs) if run.kind == "refresh"), None)
        if last and last.status != "complete":
            yield self._not_whole(last)
        elif not self.told and not any(r.status == "complete" and r.kind in ("refresh", "load") for r in runs):
            yield say("changes.never", self.lang)

    def _not_whole(self, run: Run) -> str:
        return say("changes.not_whole", self.lang, n=run.id, date=f"{run.started_at:%Y-%m-%d}")

    def weeks(self) -> Iterator[Week]:
        """Each run that told a change or was not whole, with claims as they stood at its end."""
        from evtrack.report.changes_atom import Week
        from evtrack.report.digest import digest_of

        of_run: dict[int, list[tuple[Run, Change]]] = {}
        for run, change in self.told:
            of_run.setdefault(run.id, []).append((run, change))
        before = self.reader.before(self.after)
        for run in (r for r in self.reader.runs() if r.id > before):
            told = of_run.get(run.id, [])
            cut = run.kind == "refresh" and run.status in ("partial", "failed")
            if told or cut:
                at = run.finished_at or run.started_at
                warnings = [self._not_whole(run)] if cut else []
                digest = digest_of(told, self.reader, self.library, self.lang, at=at, warnings=warnings, run=run.id)
                yield Week(run, tuple(change for _, change in told), digest)


def _text(news: _News, format: str, output: str | None) -> str | None:  # noqa: A002 # the option's name
    """The answer; ``None`` where it was shown, in the terminal's colours."""
    if format == "json":
        from evtrack.cli.output import json_text
        from evtrack.report.changes_text import changes_json

        return json_text(changes_json(news.told))
    if format == "markdown":
        from evtrack.report.changes_markdown import changes_markdown

        return changes_markdown(news.digest())
    if format == "html":
        from evtrack.report.changes_html import changes_html

        return changes_html(news.digest())
    if format == "atom":
        from evtrack.report.changes_atom import changes_atom

        return changes_atom(list(news.weeks()), news.lang, news.until())
    from evtrack.report.changes_text import digest_lines
    from evtrack.report.terminal import columns_of_terminal, put_lines

    lines = digest_lines(news.digest(), columns_of_terminal())
    if output is None:
        put_lines(lines)
        return None
    return "".join(f"{line}\n" for line, _ in lines)


def _put(text: str | None, output: str | None) -> None:
    """The answer, to a file (empty where nothing happened, so that ``test -s`` tells) or to stdout."""
    if text is not None and output is not None:
        from evtrack.cli.output import put_file

        put_file(output, text)
    elif text is not None:
        sys.stdout.write(text)


def _say_nothing(reader: Reader, lang: str) -> None:
    """To somebody who sits there: that nothing changed, and when something did."""
    from evtrack.cli.output import note

    note(f"evtrack: {say('changes.none', lang)}")
    before = reader.last_change()
    if before is not None:
        day = next(run.started_at for run in reader.runs() if run.id == before)
        note(f"evtrack: {say('changes.last', lang, n=before, date=f'{day:%Y-%m-%d}', since=before - 1)}")


def _before_the_news(runs: list[Run]) -> int:
    """The run before the last refresh: a person's word or a regrade since then must not hide what it told.

    Where nothing was refreshed yet, the one before the last run.
    """
    refreshed = [run.id for run in runs if run.kind == "refresh"]
    return (refreshed[-1:] or [run.id for run in runs[-1:]] or [1])[0] - 1


def _since(text: str | None) -> date | int | None:
    """A run's number or a day. Raises ``Problem``."""
    if text is not None and text.isascii() and text.isdigit() and len(text) < 8:
        return int(text)
    return day_of("--since", text)
