"""Does a service that says a secret again, in whatever spelling, packing and place, get it told or kept?"""

from __future__ import annotations

import gzip
import itertools
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from evtrack.http import HttpService
from evtrack.pace import Pace
from evtrack.secrecy import secrets_of, secrets_pattern, unechoed, without_passwords
from evtrack.trouble import FetchError
from tests.http.conftest import Server, mock, ok, whole
from tests.secrets.traces import spellings, traces

pytestmark = [pytest.mark.enable_socket, pytest.mark.promise("secrets")]

KEYS = ("0123456789abcdef0123456789abcdef0123", "K3Y/with+sign&<tag>\"'%41=?", "abc", "p:a@s/s")
STATUSES = (200, 302, 400, 401, 403, 404, 408, 429, 500, 503)


def chain(error: BaseException | None) -> Iterator[BaseException]:
    """An error, what caused it, and what was being handled when it was raised."""
    seen: set[int] = set()
    rest = [error]
    while rest:
        one = rest.pop()
        if one is not None and id(one) not in seen:
            seen.add(id(one))
            yield one
            rest += [one.__cause__, one.__context__]


def told_by(service: HttpService) -> list[str]:
    """All that asking brings to light: the answer or the error with whatever hangs on it, and what the service tells."""
    told = []
    try:
        told.append(service.ask("search", whole, form={"a": "b"}).body.decode(errors="replace"))
    except FetchError as error:
        for one in chain(error):
            told += [str(one), repr(one), str(one.args), str(vars(one)), *getattr(one, "__notes__", ())]
        told.append("".join(traceback.format_exception(error)))
    return [*told, str(service.down), *map(str, service.told)]


def asking(folder: Path, url: str, key: str, **more: Any) -> HttpService:
    pace = Pace(folder / "pace", "x", 0.0)
    usual: dict[str, Any] = {
        "timeout": 0.5,
        "deadline": 2.0,
        "retries": 0,
        "retry_wait": 0.01,
        "user_agent": "evtrack/test",
    }
    return HttpService("pubmed", url, pace=pace, secrets=[key], **usual, **more)


@pytest.mark.parametrize("key", KEYS)
def test_no_echo_is_told(tmp_path: Path, tally: Callable[[int], None], key: str) -> None:
    """A key in the body, in a header or in a Location, with each status, in each spelling, packed or in JSON, HTML and text."""
    n = 0
    for status, spelled in itertools.product(STATUSES, spellings(key)):
        for body in (
            spelled,
            f'{{"error":"API key invalid","api-key":"{spelled}"}}',
            f"<html><b>{spelled}</b> no</html>",
            "x" * 16_370 + spelled * 9,
        ):
            if status == 200 and (len(key) < 16 or key[:3].lower() not in spelled.lower()):
                continue  # short ones stand in records by chance; none escapes letters in a right answer
            headers = {"Content-Encoding": "gzip", "Location": f"http://elsewhere.test/{spelled}"}

            def answer(
                _: httpx.Request, status: int = status, headers: Any = headers, body: str = body
            ) -> httpx.Response:
                # As a stream, for what httpx has at once it unpacks.
                packed = httpx.ByteStream(gzip.compress(body.encode(), compresslevel=1))
                return httpx.Response(status, headers=headers, stream=packed)

            with asking(tmp_path, "http://service.test/", key, **mock(answer)) as service:
                assert not [s for t in told_by(service) for s in spellings(key) if s in t], (
                    status,
                    spelled,
                    body[:100],
                )
            n += 1
    tally(n)


@pytest.mark.parametrize("transport", ["httpx", "urllib"])
@pytest.mark.parametrize("cut", [1, 2, 5])
def test_no_echo_is_told_however_it_comes(tmp_path: Path, transport: str, cut: int) -> None:
    """Over sockets: the key in chunks that cut it anywhere, in a reason, in no HTTP at all, in a body that breaks off."""
    key = KEYS[0]
    pieces = [key[i : i + cut] for i in range(0, len(key), cut)]
    chunked = "".join(f"{len(p):x}\r\n{p}\r\n" for p in pieces) + "0\r\n\r\n"
    answers = {
        "chunks": ok(chunked.encode(), "Transfer-Encoding: chunked", status="400 Bad"),
        "right chunks": ok(chunked.encode(), "Transfer-Encoding: chunked"),
        "reason": ok(b"no", status=f"500 {key}"),
        "no http": f"{key[:cut]} {key}\r\n\r\n".encode(),
        "bad header": f"HTTP/1.1 200 OK\r\n{key}\x00: {key}\r\n\r\n".encode(),
        "broken off": ok(key.encode(), "Content-Length: 1000"),
        "to a name": ok(status=f"302 {key}").replace(
            b"\r\n\r\n", f"\r\nLocation: https://{key}.test:1/{key}\r\n\r\n".encode()
        ),
        "to no name": ok(status="302 Found").replace(b"\r\n\r\n", f"\r\nLocation: http://[{key}/\r\n\r\n".encode()),
    }
    for name, answer in answers.items():

        def once(connection: Any, answer: bytes = answer) -> None:
            connection.sendall(answer)

        server = Server([once])
        with asking(tmp_path, server.url, key, transports=("httpx", "urllib"), first=transport) as service:
            assert traces([key], told_by(service), []) == [], name
        server.close()
        assert len(server.seen) == 1


def test_what_is_like_a_key_is_kept() -> None:
    """A short key, or only a part of a key, changes no answer."""
    assert unechoed(b"abc 0123456789abcdef", ["abc", KEYS[0]]) == b"abc 0123456789abcdef"
    assert unechoed(f"a {KEYS[0]} b".encode(), ["abc", KEYS[0]]) == b"a *** b"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("x://me:pw@h/d", "x://me:***@h/d"),
        ("x://me:p/w:@@h/d y", "x://me:***@h/d y"),
        ("x://h/d?user=me&password=pw&a=b", "x://h/d?user=me&password=***&a=b"),
        ("https://h/?api_key=k3y", "https://h/?api_key=***"),
        ("https://h:80/a", "https://h:80/a"),
        ("a.md:12:3: no", "a.md:12:3: no"),
    ],
)
def test_passwords_in_texts(text: str, shown: str) -> None:
    """Passwords of URLs go, whatever letters they have; the rest stays."""
    assert without_passwords(text) == shown


def test_secrets_of_addresses() -> None:
    """Passwords, names that stand alone, and tokens are secrets; hosts, ports and short words are not."""
    assert secrets_of(["http://me:p%40w@h:80/ https://t0ken@h/", "slack://T1/ABCDEFGHIJ/xyz"]) == {
        "p@w",
        "t0ken",
        "ABCDEFGHIJ",
    }
    assert secrets_pattern(*secrets_of(["http://me:p%40w@h/"])).sub("*", "p@w p%40w p%2540w me") == "* * * me"
