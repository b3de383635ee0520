"""Does a key, or the password of an address, ever stand where somebody could read it? Everything that comes out is searched."""

from __future__ import annotations

import json
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

LOUD = ("", "httpx", "httpcore", "httpcore.http11", "httpcore.connection", "stamina", "apprise", "alembic", "urllib3")
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
def own_cache(small: Desk, cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache of the test's own, which holds what was compiled before, and a home of its own."""
    small.run("status", code=(0, 2))  # compiles, where no test did
    own = tmp_path / "cache"
    shutil.copytree(cache, own, ignore=shutil.ignore_patterns("pace", "reports"))
    small.environ["EVTRACK_CACHE"] = str(own)
    for name in ("HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME", "XDG_CONFIG_HOME"):
        monkeypatch.setenv(name, str(tmp_path / "home"))
    return own


@pytest.fixture
def loud(own_cache: Path, tmp_path: Path) -> Iterator[Path]:
    """Every logger writes all it has to say into a file."""
    assert own_cache.is_dir()
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
    small: Desk,
    loud: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    tally: Callable[[int], None],
    lang: str,
    full: bool,
) -> None:
    """With every secret set and every logger at DEBUG, no command says one, and none stands in any file that is left."""
    armed(small, monkeypatch)
    texts(tmp_path)
    small.environ["EVTRACK_LANG"] = lang
    commands = COMMANDS.strip().splitlines()
    if lang == "ja" and not full:
        commands = ["refresh", "doctor --offline", "changes --notify", "show dep-effect", "review"]
    said = [small.run(*shlex.split(command), code=(0, 1, 2, 3)).said for command in commands]
    monkeypatch.delenv("NO_PROXY")  # now the proxy is asked, and refuses
    said += [small.run(c, code=(0, 1, 3)).said for c in ("refresh", "doctor")]
    assert loud.stat().st_size
    assert {s.params.get("api_key") for s in small.server.seen if s.service == "pubmed"} == {KEY}
    assert traces(SECRETS, said, [tmp_path]) == []
    tally(len(commands) + 2)


@pytest.mark.parametrize(
    "kind", ["bad-key", "redirect", "429", "429-in-200", "html-200", "json-error-200", "403", "500", "reset"]
)
def test_no_failure_shows_a_secret(
    small: Desk, loud: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str, full: bool
) -> None:
    """Whatever PubMed fails with, its refusal of the key and a redirect that repeats it too, no secret is told, logged or kept."""
    if not (full or kind in ("bad-key", "redirect")):
        pytest.skip("in the long form; in the short one tests/refresh/test_around.py has it")
    armed(small, monkeypatch)
    small.server.faults.append(Fault("pubmed", kind, location=f"http://127.0.0.1:9/{KEY}?api_key={KEY}"))
    commands = ("refresh", "refresh --json", "doctor", "doctor --json", "changes")
    said = [small.run(*c.split(), code=(0, 1, 3)).said for c in commands]
    assert loud.exists()
    assert traces(SECRETS, said, [tmp_path]) == []


class Echoing(StandIn):
    """Services that say the key again in their right answers: in a title, in a query's translation, in one that is packed."""

    def reply(self, request: Seen, url_length: int, fault: Fault | None) -> Reply:
        reply = super().reply(request, url_length, fault)
        key = request.params.get("api_key", "").encode()
        body = reply.body
        for told in (key, *(s.encode() for s in spellings(KEY)[1:2])):
            body = body.replace(
                b"<ArticleTitle>", b"<ArticleTitle>Echo " + told.replace(b"&", b"&amp;").replace(b"<", b"&lt;") + b" "
            )
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


def test_the_process_list_shows_no_secret(
    small: Desk, monkeypatch: pytest.MonkeyPatch, until: Callable[..., None]
) -> None:
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


BUGS = (
    ("evtrack.http:HttpService._answer", "refresh"),
    ("evtrack.http:HttpService._body", "doctor"),
    ("evtrack.transports:Wire.send", "refresh --dry-run"),
    ("evtrack.transports:proxy_for", "doctor --json"),
    ("evtrack.sources.pubmed:PubMed.__init__", "refresh --json"),
    ("evtrack.report.reading:read_statuses", "status"),
    ("evtrack.config:_Found.moment", "show dep-effect"),
    ("evtrack.notify:addresses_of", "changes --notify"),
    ("evtrack.cli.doctor:_lines", "doctor --offline"),
)
BROKEN = """
import faulthandler, importlib, json, logging, os, sys
from pathlib import Path
import rich.traceback
rich.traceback.install(show_locals=True)
faulthandler.enable()
logging.basicConfig(level=logging.DEBUG)
bugs, secret = json.loads(sys.argv[1]), sys.argv[2]
def broken(*given, **named):
    api_key, everything = secret, dict(os.environ)
    try:
        raise KeyError(api_key)
    except KeyError as error:
        raise RuntimeError(f"bug at https://x/?api_key={api_key} with {api_key!r} and {everything}") from error
from evtrack.cli import main
for number, (place, command) in enumerate(bugs):
    module, _, path = place.partition(":")
    owner = importlib.import_module(module)
    *names, last = path.split(".")
    for name in names:
        owner = getattr(owner, name)
    right = getattr(owner, last)
    setattr(owner, last, broken)
    print("exit", main(command.split()))
    setattr(owner, last, right)
    reports = Path(os.environ["EVTRACK_CACHE"], "reports")
    reports.rename(reports.with_name(f"reports-{number}"))
"""


def test_no_bug_shows_a_secret(
    small: Desk, own_cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tally: Callable[[int], None]
) -> None:
    """A bug deep inside, with every secret in its words and variables, in developer mode and with rich's own tracebacks
    that show variables: exit 70, one line, and a report with no secret; in every part that knows one."""
    armed(small, monkeypatch)
    done = subprocess.run(
        [sys.executable, "-X", "dev", "-c", BROKEN, json.dumps(BUGS), KEY],
        capture_output=True, text=True, cwd=tmp_path, env=small.environment(), check=False,
    )  # fmt: skip
    assert done.stdout.split() == ["exit", "70"] * len(BUGS), done.stderr
    assert len(re.findall(r"(?m)^evtrack: .*RuntimeError", done.stderr)) == len(BUGS)
    assert "Traceback" not in done.stderr
    for number, (_, command) in enumerate(BUGS):
        (report,) = (own_cache / f"reports-{number}").iterdir()
        assert "RuntimeError: bug at" in report.read_text()
        assert f"command: {command.split()[0]}\n" in report.read_text()
    assert traces(SECRETS, [done.stdout, done.stderr], [tmp_path]) == []
    tally(len(BUGS))
