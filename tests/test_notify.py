"""Sending the digest: it arrives as the service shows it best, a failure is told by its scheme alone, no secret anywhere."""

from __future__ import annotations

import json
import logging
import sys
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from evtrack.notify import Address, BadAddressError, Message, NotifyMissingError, addresses_of

pytestmark = pytest.mark.enable_socket
SECRET = "s3cretT0ken"  # noqa: S105 # it opens nothing
MESSAGE = Message("The title", "<p>as HTML</p>", "as **Markdown**", "line 1\nline 2 @everyone\nline 3", "cut here")


class Letterbox:
    """A web service on the loopback that keeps what is sent to it. ``status``: its answer; ``wait``: seconds before it."""

    def __init__(self) -> None:
        self.got: list[dict[str, Any]] = []
        self.paths: list[str] = []
        self.status, self.wait = 200, 0.0
        box = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                time.sleep(box.wait)
                box.got.append(json.loads(body))
                box.paths.append(self.path)
                self.send_response(box.status)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Nothing on stderr."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()

    def url(self, options: str = "") -> str:
        """Its address, with a secret in it."""
        return f"json://user:{SECRET}@127.0.0.1:{self.server.server_port}/{SECRET}{options}"


@pytest.fixture
def box() -> Iterator[Letterbox]:
    box = Letterbox()
    yield box
    box.server.shutdown()
    box.server.server_close()


@pytest.mark.parametrize(
    ("options", "body"),
    [
        ("", "<p>as HTML</p>"),
        ("?format=html", "<p>as HTML</p>"),
        ("?format=markdown", "as **Markdown**"),
        ("?format=text", "line 1\nline 2 ＠everyone\nline 3"),
    ],
)
def test_it_arrives_as_the_service_shows_it(box: Letterbox, options: str, body: str) -> None:
    """A service gets HTML, Markdown or text, whichever it takes, and plain text calls nobody by a mention."""
    (address,) = addresses_of(box.url(options))
    assert address.send(MESSAGE)
    (got,) = box.got
    assert (got["title"], got["message"]) == ("The title", body)


def test_what_is_too_long_is_cut_at_a_line(box: Letterbox) -> None:
    """A digest longer than a message may be is sent as text, the worst first, and says that it was cut."""
    lines = [f"line {n} {'x' * 80}" for n in range(1000)]
    (address,) = addresses_of(box.url())
    assert address.send(Message("t", "<p>" * 40_000, "m" * 40_000, "\n".join(lines), "cut here"))
    told = box.got[0]["message"].splitlines()
    assert told[-1] == "cut here"
    assert told[:-1] == lines[: len(told) - 1]
    assert 30_000 < len(box.got[0]["message"]) < 32_768


def test_a_service_that_refuses(box: Letterbox) -> None:
    """An answer that is no success, a service that is gone and one that does not answer in time are failures, not crashes."""
    (address,) = addresses_of(box.url())
    box.status = 500
    assert not address.send(MESSAGE)
    box.status, box.wait = 200, 1.0
    (slow,) = addresses_of(box.url("?rto=0.1"))
    assert not slow.send(MESSAGE)
    (gone,) = addresses_of("json://127.0.0.1:1/")
    assert not gone.send(MESSAGE)


def test_several_addresses(box: Letterbox) -> None:
    """Blanks and new lines part addresses; each is one service."""
    found = addresses_of(f" {box.url()}\n{box.url('?format=text')} ")
    assert [a.scheme for a in found] == ["json", "json"]
    assert all(a.send(MESSAGE) for a in found)
    assert len(box.got) == 2


@pytest.mark.parametrize(
    ("url", "scheme"),
    [(f"nosuch://{SECRET}@host", "nosuch"), (SECRET, "?"), (f"slack://{SECRET}", "slack"), (f"{SECRET * 9}://x", "?")],
)
def test_a_wrong_address_is_named_by_its_scheme(
    url: str, scheme: str, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    """What apprise can't use is an error with number and scheme; the address stands in no text and no log."""
    with caplog.at_level(logging.DEBUG), pytest.raises(BadAddressError) as told:
        addresses_of(f"json://127.0.0.1:9 {url}")
    assert (told.value.number, told.value.scheme) == (2, scheme)
    said = capfd.readouterr()
    assert SECRET not in f"{told.value!r} {told.value} {said.out} {said.err} {caplog.text}"


def test_nothing_shows_an_address(
    box: Letterbox, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    """Neither an address's words nor any log, also of a failure, holds a password; logging is as before afterwards."""
    box.status = 500
    with caplog.at_level(logging.DEBUG):
        (address,) = addresses_of(box.url())
        address.send(MESSAGE)
        assert logging.root.manager.disable == logging.NOTSET
    said = capfd.readouterr()
    assert repr(address) == str(address) == "Address(json)"
    assert SECRET not in said.out + said.err + caplog.text


def test_without_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where apprise is not installed that is an error of its own."""
    monkeypatch.setitem(sys.modules, "apprise", None)
    with pytest.raises(NotifyMissingError):
        addresses_of("json://x")


def test_nothing_of_apprise_is_loaded_before() -> None:
    """Importing this module costs nothing: apprise is loaded when something is sent."""
    import subprocess

    code = "import sys, evtrack.notify, evtrack.cli.notify, evtrack.cli.changes; sys.exit('apprise' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_an_address_is_a_value(box: Letterbox) -> None:
    """An address can't be changed once it is made."""
    (address,) = addresses_of(box.url())
    assert isinstance(address, Address)
    with pytest.raises(AttributeError):
        address.scheme = "x"  # type: ignore[misc] # that it fails is the test
