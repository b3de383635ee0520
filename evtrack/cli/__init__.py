"""How does a person start evtrack? ``main`` runs one command and turns whatever happens into an exit code."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
from collections.abc import Iterator, Sequence

from evtrack.cli.problems import EXIT_BUG, EXIT_PARTIAL, EXIT_USAGE, Problem, line_of, write_report
from evtrack.cli.words import say


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; give the exit code of CONTRACT.md. No traceback leaves here."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    _utf8()
    lang = "en"
    try:
        with _ended_well():
            from evtrack.cli.app import language, run

            lang = language(given)
            code = run(given, lang)
            sys.stdout.flush()
    except Problem as problem:
        _complain(problem.text(lang))
        return problem.exit_code
    except BrokenPipeError:
        # The reader of our answer has gone (``evtrack status | head``): nothing is wrong.
        _give_up_stdout()
        return 0
    except KeyboardInterrupt:
        _complain(say("cli.interrupted", lang))
        return EXIT_PARTIAL
    except Exception as error:  # noqa: BLE001 # the one place that stands between a bug and a traceback on the screen
        known = line_of(error, lang)
        if known is not None:
            text, code = known
            _complain(text)
            return code
        place, file = write_report(error, given)
        _complain(say("cli.bug", lang, name=type(error).__name__, place=place, path=file or "-"))
        return EXIT_BUG
    return code


@contextlib.contextmanager
def _ended_well() -> Iterator[None]:
    """SIGTERM ends a command as Ctrl-C does: what is half done is taken back, and the exit code says so."""
    if threading.current_thread() is not threading.main_thread():  # signals are the main thread's
        yield
        return

    def end(*_: object) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _complain(text: str) -> None:
    """One line on stderr, after whatever of the answer was written; what it repeats of what was typed orders a terminal nothing."""
    from evtrack.report.plain import plain
    from evtrack.secrecy import without_passwords

    try:
        sys.stdout.flush()
    except (OSError, ValueError):
        _give_up_stdout()
    with contextlib.suppress(OSError):
        print(f"evtrack: {without_passwords(plain(text))}", file=sys.stderr)  # noqa: T201 # the one way a message reaches a person


def _give_up_stdout() -> None:
    """Nothing more can be said there: the interpreter must not try again when it ends, and tell that it failed."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _utf8() -> None:
    """Answers are UTF-8 whatever the locale; a word stderr cannot show is escaped, never an error."""
    import io

    for stream, errors in ((sys.stdout, "strict"), (sys.stderr, "backslashreplace"), (sys.stdin, "surrogateescape")):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors=errors)


__all__ = ["EXIT_BUG", "EXIT_PARTIAL", "EXIT_USAGE", "main"]
