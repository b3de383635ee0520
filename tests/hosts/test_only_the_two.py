"""Who is reached? Of all commands only those that say so, and they the two services alone; every connection and look-up is watched."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

from evtrack.demo.server import Fault

if TYPE_CHECKING:
    from tests.desk import Desk

pytestmark = [pytest.mark.enable_socket, pytest.mark.promise("hosts")]

WATCHED = """
import json, os, sys
told = open(sys.argv[1], "w", buffering=1)
WAYS = ("socket.connect", "socket.sendto", "socket.sendmsg", "socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr",
        "socket.getnameinfo", "subprocess.Popen", "os.exec", "os.posix_spawn", "os.spawn", "os.system", "webbrowser.open",
        "smtplib.connect", "ftplib.connect", "urllib.Request")
now = ""
def hear(event, given):
    if event in WAYS:
        place = given[1] if event == "socket.connect" else given[:2]
        told.write(json.dumps([now, event, place], default=str) + "\\n")
sys.addaudithook(hear)
from evtrack.cli import main
for line in sys.stdin.read().splitlines():
    now = line
    print(line, "->", main(line.split()), file=sys.__stderr__)
"""
READING = """
status
status --json
status --fail-on stale=1d
show dep-effect
show dep-effect --json
show no-such-claim
changes
changes --json
changes --format html
changes --format atom
report -o pages
report --format csv -o table.csv
report --format ris
report --format footnote
regrade --all
load articles.xml
load trials.json
grade articles.xml
audit text.md
audit text.html --format html
audit text.md --format sarif
rule
claims
claims check
claims path
review
review export -o words.yaml
review import words.yaml
db info
db check
db backup copy.db
db restore copy.db
db upgrade
doctor --offline
--version
--help
report --help
no-such-command
"""
ASKING = ("refresh", "refresh --json --full", "refresh --dry-run", "doctor", "doctor --json")

Way = tuple[str, str, Any]


def watched(desk: Desk, commands: str) -> list[Way]:
    """Run commands, a line each, in one process; every way out that was taken: by which command, how, where to."""
    file = desk.folder / "ways.jsonl"
    done = subprocess.run(
        [sys.executable, "-c", WATCHED, str(file)],
        input=commands.strip(), capture_output=True, text=True, cwd=desk.folder, env=desk.environment(), check=False,
    )  # fmt: skip
    assert done.stderr.count(" -> ") == len(commands.strip().splitlines()), done.stderr
    assert " -> 70" not in done.stderr, done.stderr
    return [tuple(json.loads(line)) for line in file.read_text().splitlines()]


def places(ways: list[Way]) -> set[str]:
    """Host and port of every connection and look-up; any other way out as it is."""
    return {f"{p[0]}:{p[1]}" if e in ("socket.connect", "socket.getaddrinfo") else f"{e} {p}" for _, e, p in ways}


def texts(folder: Path) -> None:
    """Files to load, grade and audit; they name places that nobody is to visit."""
    for name in ("articles.xml", "trials.json"):
        shutil.copy(Path(__file__).parents[1] / "data" / "cli" / name, folder)
    text = "Exosomes cure depression [1](https://elsewhere.test/).\n![x](http://elsewhere.test/a.png)\n"
    (folder / "text.md").write_text(text, encoding="utf-8")
    page = '<link rel="stylesheet" href="http://elsewhere.test/a.css"><p>Exosomes cure depression.</p><img src="//elsewhere.test/a">'
    (folder / "text.html").write_text(page, encoding="utf-8")


def test_what_only_reads_reaches_nobody(small: Desk, tally: Callable[[int], None]) -> None:
    """No command but refresh, doctor, demo and --notify makes a connection, looks up a name or starts a program."""
    small.refresh()
    texts(small.folder)
    assert watched(small, READING) == []
    tally(len(READING.strip().splitlines()))


def test_who_asks_reaches_the_two_alone(small: Desk, tally: Callable[[int], None]) -> None:
    """refresh and doctor connect to the two addresses of the settings and to no other, and look up no other name."""
    ways = watched(small, "\n".join(ASKING))
    two = {urlsplit(url).netloc for url in (small.server.pubmed_url, small.server.ctgov_url)}
    assert places(ways) == two
    assert {command for command, _, _ in ways} == set(ASKING)
    tally(len(ASKING))


def test_the_demo_stays_on_this_machine(small: Desk) -> None:
    """The demo asks its own stand-ins on the loopback, never the services of the settings."""
    found = places(watched(small, "demo"))
    assert {place.rpartition(":")[0] for place in found} == {"127.0.0.1"}
    assert not found & {urlsplit(url).netloc for url in (small.server.pubmed_url, small.server.ctgov_url)}


@pytest.fixture
def trap() -> Iterator[list[str]]:
    """A host that must not be visited: ``trap[0]`` is its host and port, what follows are its visitors."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        visitors = [f"127.0.0.1:{listener.getsockname()[1]}"]

        def wait() -> None:
            with suppress(OSError):
                while True:
                    connection = listener.accept()[0]
                    visitors.append(connection.recv(100).decode(errors="replace"))
                    connection.close()

        threading.Thread(target=wait, daemon=True).start()
        yield visitors


AWAY = (
    "http://{trap}/", "//{trap}/", "https://{trap}/", "http://{here}@{trap}/", "https://{here}@{trap}/", "//{here}@{trap}",
    "http://{trap}\\@{here}/", "http://{here}\\@{trap}/", "http://{trap}#@{here}/", "http://{trap}?@{here}/", "http:\\\\{trap}/",
    "/\\{trap}/", "\\\\{trap}/", "///{trap}/", "http:///{trap}/", "http://127.0.0.1./", "http://127.1:{port}/", "http://2130706433:{port}/",
    "http://0x7f000001:{port}/", "http://localhost:{port}/", "http://[::ffff:127.0.0.1]:{port}/", "https://{here}/", "http://１２７.0.0.1:{port}/",
    "http://127。0.0.1:{port}/", "http://xn--exmple-cua.test/", "http://exämple.test/", "http://evil[127.0.0.1]:{port}/", "ftp://{here}/",
    "file:///etc/passwd", "data:text/plain,x", "javascript:alert(1)", "unix:/run/x.sock", "gopher://{here}/", "http://{here}:{port}/", "http://",
    "http://{here}\t@{trap}/", "ht\ttp://{trap}/", " http://{trap}/", "http://{trap}\r/", "http://%31%32%37.0.0.1:{port}/",
)  # fmt: skip


def test_no_redirect_leads_away(small: Desk, trap: list[str], tally: Callable[[int], None], full: bool) -> None:
    """A Location that names another host, port or scheme, however it is disguised, is not visited, and neither is its name looked up."""
    chosen = AWAY if full else AWAY[::4]
    here = urlsplit(small.server.pubmed_url).netloc
    two = {here, urlsplit(small.server.ctgov_url).netloc}
    for number, location in enumerate(chosen, start=1):
        to = location.format(trap=trap[0], here=here, port=trap[0].rpartition(":")[2])
        small.server.faults.append(Fault("pubmed", "redirect", nth=number, times=1, location=to))
    assert places(watched(small, "\n".join(["doctor"] * len(chosen)))) == two
    assert all(fault.matched >= fault.nth for fault in small.server.faults)
    assert trap[1:] == []
    tally(len(chosen))


class _Letterbox(BaseHTTPRequestHandler):
    """Takes a digest and answers with a redirect to elsewhere."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(307)
        self.send_header("Location", f"http://{self.server.elsewhere}/")  # type: ignore[attr-defined] # set by the test
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Nothing on stderr."""


def test_a_digest_goes_to_the_addresses_given_alone(small: Desk, trap: list[str]) -> None:
    """--notify connects to the address it was given, and follows no redirect from there."""
    small.refresh()
    with ThreadingHTTPServer(("127.0.0.1", 0), _Letterbox) as box:
        box.elsewhere = trap[0]  # type: ignore[attr-defined] # read by its handler
        threading.Thread(target=box.serve_forever, args=(0.01,), daemon=True).start()
        address = f"127.0.0.1:{box.server_address[1]}"
        small.environ["EVTRACK_NOTIFY"] = f"json://{address}/"
        assert places(watched(small, "changes --notify")) == {address}
        box.shutdown()
    assert trap[1:] == []
