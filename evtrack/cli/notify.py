"""``--notify``: is there a place to send the digest to, and did it arrive?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from evtrack.cli.problems import EXIT_PARTIAL, Problem
from evtrack.cli.words import say

if TYPE_CHECKING:
    from evtrack.config import Settings
    from evtrack.notify import Address
    from evtrack.report.digest import Digest

_COLUMNS = 10_000
"""A chat breaks lines itself."""


def addresses(settings: Settings) -> list[Address]:
    """Where the digest goes. Raises ``Problem`` before any work is done, where it can go nowhere."""
    if not settings.notify:
        raise Problem("notify.none")
    from evtrack.notify import BadAddressError, NotifyMissingError, addresses_of

    try:
        return addresses_of(settings.notify)
    except NotifyMissingError as error:
        raise Problem("notify.extra") from error
    except BadAddressError as error:
        where = settings.origin.get("notify", "EVTRACK_NOTIFY")
        raise Problem("notify.bad", where=where, n=error.number, scheme=error.scheme) from error


def send(digest: Digest, to: list[Address]) -> None:
    """Send the digest to every address; where nothing happened, nothing is sent. Raises ``Problem`` naming what failed."""
    if not digest:
        return
    from evtrack.notify import Message
    from evtrack.report.changes_html import changes_fragment
    from evtrack.report.changes_markdown import changes_markdown
    from evtrack.report.changes_text import digest_lines

    lang = digest.lang
    message = Message(
        digest.title,
        changes_fragment(digest),
        changes_markdown(digest),
        "\n".join(line for line, _ in digest_lines(digest, _COLUMNS)),
        say("digest.cut", lang, command="evtrack changes"),
    )
    failed = [one.scheme for one in to if not one.send(message)]
    if failed:
        raise Problem("notify.failed", names=", ".join(dict.fromkeys(failed)), exit_code=EXIT_PARTIAL)
