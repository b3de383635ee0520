"""Where does a digest go? To the services a person named, by apprise: the one file that imports it, and only where it is asked to send."""

from __future__ import annotations

import logging
import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from apprise import Apprise, NotifyBase

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]{0,30}):/{1,3}")


class NotifyMissingError(Exception):
    """apprise is not installed."""


class BadAddressError(ValueError):
    """An address that apprise can't use: its number, counted from 1, and its scheme. Never the address: it holds a password."""

    def __init__(self, number: int, scheme: str) -> None:
        super().__init__(f"address {number} ({scheme})")
        self.number = number
        self.scheme = scheme


@dataclass(frozen=True, slots=True)
class Message:
    """One digest in each form that a service may take. ``cut``: the last line of a text that had to be shortened."""

    title: str
    html: str
    markdown: str
    text: str
    cut: str


@dataclass(frozen=True, slots=True)
class Address:
    """One service, ready to send to. It shows its scheme alone."""

    scheme: str
    _apprise: Apprise

    def __repr__(self) -> str:
        return f"Address({self.scheme})"

    def send(self, message: Message) -> bool:
        """Whether the service took it: as HTML, Markdown or text, whichever it shows best."""
        with _silent():
            (service,) = self._apprise
            body, form = _body(service, message)
            return bool(self._apprise.notify(body=body, title=message.title, body_format=form))


def addresses_of(urls: str) -> list[Address]:
    """The services of ``urls``, which blanks part.

    Raises ``NotifyMissingError`` where apprise is not installed, and ``BadAddressError`` for what it can't use.
    """
    try:
        with _silent():
            from apprise import Apprise, AppriseAsset
    except ImportError as error:
        raise NotifyMissingError from error
    # A digest goes to the addresses given, and to none that one of them names.
    asset = AppriseAsset(app_id="evtrack", app_desc="evtrack", async_mode=False, http_redirects=False)
    found = []
    for number, url in enumerate(urls.split(), start=1):
        known = _SCHEME.match(url)
        scheme = known[1].lower() if known else "?"
        apprise = Apprise(asset=asset)
        with _silent():
            if not apprise.add(url) or len(apprise) != 1:
                raise BadAddressError(number, scheme)
        found.append(Address(scheme, apprise))
    return found


def _body(service: NotifyBase, message: Message) -> tuple[str, str]:
    """The digest in the form that ``service`` shows best, and that form; a text, cut at a line, where the rest is too long."""
    takes = str(service.resolve_format("html").value)
    body = {"html": message.html, "markdown": message.markdown}.get(takes)
    # A service whose messages have no title puts it before the text.
    room = service.body_maxlen - len(message.title) - 10
    if body is not None and len(body) <= room:
        return body, takes
    return _within(message, room), "text"


def _within(message: Message, room: int) -> str:
    """The text, worst first, as far as it fits. No name calls anybody: chats read ``@everyone`` in plain text too."""
    kept: list[str] = []
    for line in message.text.replace("@", "＠").splitlines():
        if sum(len(k) + 1 for k in kept) + len(line) + len(message.cut) + 1 > room:
            return "\n".join((*kept, message.cut))
        kept.append(line)
    return "\n".join(kept)


@contextmanager
def _silent() -> Iterator[None]:
    """Nothing that apprise or what it rests on logs or warns of is shown or kept: it may name an address."""
    before = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(before)
