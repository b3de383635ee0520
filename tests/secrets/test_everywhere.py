"""Does a key, or the password of an address, ever stand where somebody could read it? Everything that comes out is searched."""

from __future__ import annotations

import logging
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from evtrack.demo.reply import Reply
from evtrack.demo.server import Fault, Seen, StandIn
from tests.desk import settings_for
from tests.secrets.traces import spellings, traces

if TYPE_CHECKING:
    from evtrack.demo.corpus import Corpus
    from tests.desk import Desk

pytestmark = [pytest.mark.enable_socket, pytest.mark.promise("secrets")]

KEY = "k3y/0123456789+abcdef&<secret>"
PROXY = "pr0xy:p@ss/word"
PROXY_URL = "http://me:pr0xy%3Ap%40ss%2Fword@127.0.0.1:9"
TOKEN = "t0ken-of-a-ch4nnel"  # noqa: S105 # it opens nothing
NOTIFY = f"json://user:n0tify-passw0rd@127.0.0.1:9/{TOKEN}"
SECRETS = (KEY, PROXY, TOKEN, "n0tify-passw0rd")

LOUD = ("", "httpx", "httpcore", "httpcore.http11", "httpcore.connection", "stamina", "apprise", "alembic", "urllib3", "sqlalchemy")
COMMANDS = """
refresh
refresh --json
refresh --dry-run
refresh --full --notify
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
changes --notify
report -o pages
report --format csv -o table.csv
report --format bibtex
regrade --all
load articles.xml
load no-such-file.xml
grade articles.xml
audit text.md
audit text.md --format sarif
audit text.md --format html
rule
claims
claims check
claims path
review
review export -o words.yaml
db info
db info --json
db check
db backup copy.db
db upgrade
doctor
doctor --json
doctor --offline
--version
--help
no-such-command
"""


@pytest.fixture
def loud(desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Every logger writes all it has to say into a file; the home and the cache are of the test's own."""
    home = tmp_path / "home"
    home.mkdir()
    for name in ("HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME", "XDG_CONFIG_HOME"):
        monkeypatch.setenv(name, str(home))
    desk.environ["EVTRACK_CACHE"] = str(tmp_path / "cache")
    file = tmp_path / "everything.log"
    handler = logging.FileHandler(file)
    before = {name: logging.getLogger(name).level for name in LOUD}
    logging.getLogger().addHandler(handler)
    for name in LOUD:
        logging.getLogger(name).setLevel(logging.DEBUG)
    yield file
    logging.getLogger().removeHandler(handler)
    handler.close()
    for name, level in before.items():
        logging.getLogger(name).setLevel(level)


def armed(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every secret that evtrack can be told is set: the key, the addresses of a digest, a proxy that is passed by."""
    desk.environ |= {"EVTRACK_NCBI_API_KEY": KEY, "EVTRACK_NOTIFY": NOTIFY, "EVTRACK_RETRIES": "1"}
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, PROXY_URL)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


def texts(folder: Path) -> None:
    """Files to load, to grade and to audit."""
    shutil.copy(Path(__file__).parents[1] / "data" / "cli" / "articles.xml", folder)
    (folder / "text.md").write_text("Exosomes cure depression.\n", encoding="utf-8")


@pytest.mark.parametrize("lang", ["en", "ja"])
def test_no_command_shows_a_secret(
    small: Desk, loud: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tally: Callable[[int], None], lang: str
) -> None:
    """With every secret set and every logger at DEBUG, no command says one, and none stands in any file that is left."""
    armed(small, monkeypatch)
    texts(tmp_path)
    small.environ["EVTRACK_LANG"] = lang
    said = []
    commands = COMMANDS.strip().splitlines()
    for command in commands:
        said.append(small.run(*shlex.split(command), code=(0, 1, 2, 3)).said)
        # What is written comes back as what is read, so a proxy that is asked is one more place.
    monkeypatch.delenv("NO_PROXY")
    said += [small.run(c, code=(0, 1, 3)).said for c in ("refresh", "doctor")]
    assert loud.stat().st_size
    assert {s.params.get("api_key") for s in small.server.seen if s.service == "pubmed"} == {KEY}
    assert traces(SECRETS, said, [tmp_path]) == []
    tally(len(commands) + 2)


@pytest.mark.parametrize("kind", ["bad-key", "redirect", "429", "429-in-200", "html-200", "json-error-200", "403", "500", "reset"])
def test_no_failure_shows_a_secret(
    small: Desk, loud: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    """Whatever PubMed fails with, its refusal of the key and a redirect that repeats it too, no secret is told, logged or kept."""
    armed(small, monkeypatch)
    small.server.faults.append(Fault("pubmed", kind, location=f"http://127.0.0.1:9/{KEY}?api_key={KEY}"))
    said = [small.run(*c.split(), code=(0, 1, 3)).said for c in ("refresh", "refresh --json", "doctor", "doctor --json", "changes")]
    assert loud.exists()
    assert traces(SECRETS, said, [tmp_path]) == []


class Echoing(StandIn):
    """Services that say the key again in their right answers: in a title, in a query's translation, in one that is packed."""

    def reply(self, request: Seen, url_length: int, fault: Fault | None) -> Reply:
        reply = super().reply(request, url_length, fault)
        key = request.params.get("api_key", "").encode()
        body = reply.body
        for told in (key, *(s.encode() for s in spellings(KEY)[1:2])):
            body = body.replace(b"<ArticleTitle>", b"<ArticleTitle>Echo " + told.replace(b"&", b"&amp;").replace(b"<", b"&lt;") + b" ")
            body = body.replace(b'"querytranslation": "', b'"querytranslation": "' + told + b" ")
            body = body.replace(b'"querytranslation":"', b'"querytranslation":"' + told + b" ")
        return Reply(reply.status, reply.content_type, body, reply.headers, reply.blanks, reply.packed)


def test_a_key_said_again_in_a_right_answer_is_not_kept(
    first_week: Corpus, small: Desk, loud: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A key that PubMed repeats in titles and translations is in no store, no raw document, no page, and the rest is kept."""
    armed(small, monkeypatch)
    with Echoing(first_week, pubmed_rate=None) as echoing:
        small.environ |= {n: v for n, v in settings_for(echoing, tmp_path, tmp_path).items() if n.endswith("_URL")}
        said = [small.run("refresh").said]
    said += [small.run(*c.split()).said for c in ("show dep-effect --json", "report -o pages", "changes")]
    assert loud.exists()
    assert small.rows("SELECT count(*) FROM record WHERE title LIKE 'Echo ***%'") != [(0,)]
    assert small.rows("SELECT count(*) FROM search WHERE translation LIKE '***%'") != [(0,)]
    assert traces(SECRETS, said, [tmp_path]) == []


def test_the_process_list_shows_no_secret(small: Desk, monkeypatch: pytest.MonkeyPatch, until: Callable[..., None]) -> None:
    """While it asks, the command line that other users can see holds no secret."""
    shown = Path("/proc/self/cmdline")
    if not shown.exists():
        pytest.skip("no /proc")
    armed(small, monkeypatch)
    small.server.faults.append(Fault("pubmed", "stall", seconds=5))
    process = small.start("refresh", EVTRACK_TIMEOUT="5")
    until(lambda: small.asked("pubmed"))
    seen = [f.read_bytes().decode() for f in Path(f"/proc/{process.pid}").glob("task/*/comm")]
    seen.append(Path(f"/proc/{process.pid}/cmdline").read_bytes().decode())
    assert "refresh" in seen[-1]
    assert traces(SECRETS, seen, []) == []


BROKEN = """
import faulthandler, importlib, logging, os, sys, threading, warnings
import rich.traceback
rich.traceback.install(show_locals=True)
faulthandler.enable()
logging.basicConfig(level=logging.DEBUG)
place, secret = sys.argv.pop(1), sys.argv.pop(1)
module, _, path = place.partition(":")
owner = importlib.import_module(module)
*names, last = path.split(".")
for name in names:
    owner = getattr(owner, name)
def broken(*given, **named):
    api_key, everything = secret, dict(os.environ)
    try:
        raise KeyError(api_key)
    except KeyError as error:
        raise RuntimeError(f"bug at https://x/?api_key={api_key} with {api_key!r} and {everything}") from error
setattr(owner, last, broken)
from evtrack.cli import main
sys.exit(main(sys.argv[1:]))
"""
BUGS = (
    ("evtrack.http:HttpService._answer", "refresh"),
    ("evtrack.http:HttpService._body", "doctor"),
    ("evtrack.transports:Wire.send", "refresh --dry-run"),
    ("evtrack.net:proxy_for", "doctor --json"),
    ("evtrack.sources.pubmed:PubMed.__init__", "refresh --json"),
    ("evtrack.store.target:store_path", "status"),
    ("evtrack.config:_Found.moment", "show dep-effect"),
    ("evtrack.notify:addresses_of", "changes --notify"),
    ("evtrack.cli.doctor:_lines", "doctor --offline"),
)


@pytest.mark.parametrize(("place", "command"), BUGS)
def test_no_bug_shows_a_secret(small: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str, command: str) -> None:
    """A bug deep inside, with every secret in its words and variables, in developer mode and with rich's own tracebacks
    that show variables: exit 70, one line, and a report with no secret."""
    armed(small, monkeypatch)
    small.environ["EVTRACK_CACHE"] = str(tmp_path / "cache")
    done = subprocess.run(
        [sys.executable, "-X", "dev", "-c", BROKEN, place, KEY, *command.split()],
        capture_output=True, text=True, cwd=tmp_path, env=small.environment(), check=False,
    )  # fmt: skip
    assert done.returncode == 70, done.stderr
    assert re.findall(r"(?m)^evtrack: .*RuntimeError", done.stderr)
    assert "Traceback" not in done.stderr
    (report,) = (tmp_path / "cache" / "reports").iterdir()
    assert "RuntimeError: bug at" in report.read_text()
    assert f"command: {command.split()[0]}\n" in report.read_text()
    assert traces(SECRETS, [done.stdout, done.stderr], [tmp_path]) == []
