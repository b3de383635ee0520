"""Does a barred way, a wrong certificate, a wrong clock, a long wait or a giant answer lose anything? Around the requests."""

from __future__ import annotations

import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from shutil import which
from typing import TYPE_CHECKING, Any

import pytest

from evtrack.config import Settings
from evtrack.demo.server import Fault
from evtrack.http import HttpService
from tests.databases import Place
from tests.desk import FIRST
from tests.refresh.test_everywhere import (
    SERVICES,
    Week,
    begin,
    by_few,
    corpora,
    disturbed,
    loaded,
    met,
    told_by,
    undisturbed,
)
from tests.same_state import assert_same, differences, history_of, state_of

if TYPE_CHECKING:
    from evtrack.demo.corpus import Corpus
    from evtrack.demo.faults import ServiceName
    from tests.desk import Built, Desk

__all__ = ["by_few", "corpora", "loaded", "met", "undisturbed"]
pytestmark = [pytest.mark.enable_socket, pytest.mark.promise("faults")]

URLS = {"pubmed": "EVTRACK_PUBMED_URL", "ctgov": "EVTRACK_CTGOV_URL"}
HTTP = HttpService.__init__.__kwdefaults__ or {}


@pytest.fixture
def first(built: Callable[..., Built], first_week: Corpus, few_claims: Path) -> Place:
    """The place of a store whose first refresh nothing disturbed."""
    return built("first", first_week, claims=few_claims).place


def barred(desk: Desk, first: Place, service: ServiceName, url: str) -> list[str]:
    """A refresh with one service behind ``url``: what it says of it. Then a clean one, as if nothing had been."""
    right = desk.environ[URLS[service]]
    desk.environ[URLS[service]] = url
    answer = desk.refresh(code=3)
    other = next(outcome for name, outcome in answer["sources"].items() if name != service)
    assert (other["complete"], other["errors"]) == (True, [])
    assert answer["sources"][service]["requests"] == 1, "what cannot be reached is not asked again and again"
    assert {c["status"] for c in answer["claims"]} <= {"partial", "not_asked"}
    desk.environ[URLS[service]] = right
    desk.refresh()
    assert_same(desk.place, first, history=True)
    errors: list[str] = answer["sources"][service]["errors"]
    return errors


@pytest.mark.parametrize("service", ["pubmed", "ctgov"])
def test_a_name_that_is_not_known(
    small: Desk, first: Place, monkeypatch: pytest.MonkeyPatch, service: ServiceName
) -> None:
    """Where no name server knows the host the source is down with a sentence, and the other one is whole."""
    looked_up = socket.getaddrinfo

    def unknown(host: str, *more: Any, **named: Any) -> Any:
        if host == "nowhere.invalid":
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return looked_up(host, *more, **named)

    monkeypatch.setattr("socket.getaddrinfo", unknown)
    (error,) = barred(small, first, service, "https://nowhere.invalid/api/")
    assert "nowhere.invalid" in error


AUTHORITY = """[ca]
default_ca = it
[it]
database = {folder}/db
new_certs_dir = {folder}
serial = {folder}/serial
default_md = sha256
policy = names
x509_extensions = for
[names]
commonName = supplied
[for]
subjectAltName = {name}
basicConstraints = CA:true
"""


@pytest.fixture
def certificate(tmp_path: Path) -> Callable[..., Path]:
    """``certificate(name, start, end)``: signed by itself, for such a name and such days, with its key in the same file."""
    if not which("openssl"):
        pytest.skip("no openssl to make a certificate with")

    def make(name: str, start: str = "20200101000000Z", end: str = "20990101000000Z") -> Path:
        folder = tmp_path / "tls"
        folder.mkdir()
        (folder / "db").touch()
        (folder / "serial").write_text("01")
        (folder / "conf").write_text(AUTHORITY.format(folder=folder, name=name))
        key, request, file = (str(folder / part) for part in ("key", "request", "cert.pem"))
        ec = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj", "/CN=service")
        days = ("-startdate", start, "-enddate", end)
        sign = ("openssl", "ca", "-batch", "-notext", "-config", str(folder / "conf"), "-selfsign")
        for command in (
            ("openssl", "req", "-new", *ec, "-keyout", key, "-out", request),
            (*sign, *days, "-keyfile", key, "-in", request, "-out", file),
        ):
            subprocess.run(command, check=True, capture_output=True)
        return Path(file)

    return make


@pytest.fixture
def listener() -> Iterator[Callable[[Path | None], tuple[str, list[bytes]]]]:
    """``listener(certificate)``: the URL of a socket that speaks TLS with it (``None``: no TLS), and what it was told."""
    over = threading.Event()
    opened: list[socket.socket] = []

    def listen(certificate: Path | None) -> tuple[str, list[bytes]]:
        told: list[bytes] = []
        door = socket.create_server(("127.0.0.1", 0))
        opened.append(door)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        if certificate:
            context.load_cert_chain(certificate, certificate.with_name("key"))

        def serve() -> None:
            while not over.is_set():
                with suppress(OSError):  # who hangs up, as they should
                    connection, _ = door.accept()
                    connection.settimeout(5)
                    if certificate:
                        connection = context.wrap_socket(connection, server_side=True)
                        told.append(connection.recv(100))
                    else:
                        connection.recv(100)
                        connection.sendall(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
                    connection.close()

        threading.Thread(target=serve, daemon=True).start()
        return f"https://127.0.0.1:{door.getsockname()[1]}/api/", told

    yield listen
    over.set()
    for door in opened:
        door.close()


@pytest.mark.parametrize(
    ("service", "wrong", "said"),
    [("pubmed", "signed by itself", "self"), ("ctgov", "expired", "expired"), ("pubmed", "of another host", "mismatch"),
     ("ctgov", "no TLS", "")],
)  # fmt: skip
def test_a_wrong_certificate_is_refused(
    small: Desk,
    first: Place,
    certificate: Callable[..., Path],
    listener: Callable[[Path | None], tuple[str, list[bytes]]],
    service: ServiceName,
    wrong: str,
    said: str,
) -> None:
    """Not a word is said to a service whose certificate is not trusted, is out of date or another's, or that has none."""
    made = None
    if wrong != "no TLS":
        name = "DNS:service.example" if wrong == "of another host" else "IP:127.0.0.1"
        made = certificate(name, end="20210101000000Z" if wrong == "expired" else "20990101000000Z")
    url, told = listener(made)
    if made and wrong != "signed by itself":
        small.environ["SSL_CERT_FILE"] = str(made)  # so that nothing else is wrong with it
    errors = barred(small, first, service, url)
    assert told == []
    assert said in " ".join(errors)
    assert any("127.0.0.1" in error for error in errors)


@pytest.mark.parametrize(
    ("retry_after", "whole"),
    [("0", True), ("a date that is past", True), ("-5", True), ("soon", True), ("1e3", True), ("999999999", False),
     ("9" * 400, False), ("Fri, 31 Dec 9999 23:59:59 GMT", False), ("Fri, 31 Dec 99999 23:59:59 +9999", True)],
    ids=["zero", "past", "negative", "garbage", "a float", "absurd", "endless", "in the year 9999", "no date"],
)  # fmt: skip
def test_whatever_a_service_asks_to_wait(
    small: Desk, first: Place, full: bool, tally: Callable[[int], None], retry_after: str, whole: bool
) -> None:
    """What can be waited for is, what is no time asks for nothing, and an absurd time costs no hour: partial, and it says so."""
    an_hour_ago = format_datetime(datetime.now(UTC) - timedelta(hours=1), usegmt=True)
    text = an_hour_ago if retry_after == "a date that is past" else retry_after
    for kind in ("429-retry-after", "503-retry-after") if full else ("429-retry-after",):
        desk = small.another(kind)
        desk.server.faults += [Fault(service, kind, nth=2, times=1, retry_after=text) for service in SERVICES]
        tally(2)
        begun = time.monotonic()
        answer = desk.refresh(code=0 if whole else 3)
        assert time.monotonic() - begun < 20
        for outcome in answer["sources"].values():
            assert outcome["retries"] == whole
            assert whole or any("wait" in e for e in outcome["errors"])
        desk.server.faults.clear()
        if not whole:
            desk.refresh()
        assert_same(desk.place, first, history=True)


@pytest.mark.parametrize(("service", "path"), [("pubmed", "esearch"), ("pubmed", "epost"), ("pubmed", "efetch"), ("ctgov", "studies")])  # fmt: skip
def test_a_giant_answer_to_each_kind_of_request(
    by_few: Desk,
    undisturbed: Callable[[str], Week],
    monkeypatch: pytest.MonkeyPatch,
    tally: Callable[[int], None],
    full: bool,
    service: ServiceName,
    path: str,
) -> None:
    """A body over the bound, packed or not, once or for good: it is not read to its end, and nothing is lost."""
    week = undisturbed("news")
    monkeypatch.setitem(HTTP, "largest", 500_000)
    tried = [(kind, times) for kind in ("gzip-bomb", "big-body") for times in (1, None)]
    for kind, times in tried if full else tried[:1]:
        begin(by_few, week, f"{path}-{kind}-{times}")
        if path == "epost":
            by_few.forget_lists()  # where the union is asked, nothing has to be posted
        disturbed(by_few, week, Fault(service, kind, path, times=times, size=1_000_000), f"{kind} to {path}")
        tally(1)


@pytest.mark.parametrize("kind", ["503", "html-200", "json-error-200", "wrong-type", "cut-text", "redirect", "reset"])
def test_counting_beforehand(small: Desk, tally: Callable[[int], None], kind: str) -> None:
    """``--dry-run`` before a service that fails: exit 3 and a sentence, and no count is taken for none."""
    small.server.faults += [Fault(service, kind, nth=2, location="http://127.0.0.1:9/") for service in SERVICES]
    tally(2)
    small.environ["EVTRACK_RETRIES"] = "1"
    answer = small.run("refresh", "--dry-run", "--json", code=3)
    assert answer.err.startswith("evtrack: ")
    for service in SERVICES:
        counts = [q["count"] for q in answer.json["queries"] if q["source"] == service]
        assert counts[0] is not None
        assert set(counts[1:]) == {None}
    assert not small.place.exists()


@pytest.mark.parametrize("days", [-3653, 0.5, 400], ids="{:+g} days".format)
def test_the_clock_jumps_in_a_run(
    by_few: Desk, undisturbed: Callable[[str], Week], monkeypatch: pytest.MonkeyPatch, days: float
) -> None:
    """The clock of the wall is put back or forth while a refresh is at work: whole, with all its news; the next one has none."""
    week = undisturbed("news")
    begin(by_few, week, "clock")
    right, calls = FIRST + timedelta(days=week.day), iter(range(10**6))
    with monkeypatch.context() as patch:
        patch.setattr(Settings, "now", lambda _: right + timedelta(days=days if next(calls) else 0))
        answer = by_few.refresh()
    assert told_by(answer) == week.told
    by_few.at(week.day + 1)
    assert by_few.refresh()["changes"] == []
    as_expected(by_few, week)
    by_few.sound()


@pytest.mark.parametrize("days", [-3653, -3, 400], ids="{:+g} days".format)
def test_the_clock_is_wrong_for_a_run(by_few: Desk, undisturbed: Callable[[str], Week], days: float) -> None:
    """A whole run by a clock that was put back or forth tells all its news, and the next true one tells none of it again."""
    week = undisturbed("news")
    begin(by_few, week, "clock")
    by_few.at(week.day + days)
    assert told_by(by_few.refresh()) == week.told
    by_few.at(week.day + 1)
    assert by_few.refresh()["changes"] == []
    as_expected(by_few, week)


@pytest.mark.parametrize("calls", [1, 12, 30])
def test_a_sleeping_machine(
    by_few: Desk, undisturbed: Callable[[str], Week], monkeypatch: pytest.MonkeyPatch, calls: int
) -> None:
    """An hour passes between two looks at the clock, as on a machine that slept: no request hangs, and nothing is lost."""
    week = undisturbed("news")
    begin(by_few, week, "slept")
    looks = iter(range(10**9))
    with monkeypatch.context() as patch:
        patch.setitem(HTTP, "clock", lambda: time.monotonic() + (3600 if next(looks) >= calls else 0))
        by_few.refresh(code=(0, 3))
    by_few.at(week.day + 1)
    by_few.refresh()
    as_expected(by_few, week)


def as_expected(desk: Desk, week: Week) -> None:
    """The store is, and was, what the week makes of it."""
    found, expected = {**state_of(desk.place), **history_of(desk.place)}, {**week.state, **week.history}
    assert differences(found, expected) == []
