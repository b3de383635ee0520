"""``evtrack changes``: the news in each format, silence where there is none, and sending it."""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

Run = Callable[..., Any]
DATA = Path(__file__).parent.parent / "data" / "cli"
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def news(run: Run, articles: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Two loads, the second of which tells a retraction."""
    monkeypatch.setenv("EVTRACK_NOW", "2026-01-15T12:00:00+00:00")
    run("load", articles)
    monkeypatch.setenv("EVTRACK_NOW", "2026-04-01T12:00:00+00:00")
    run("load", DATA / "changed.xml")
    return run


def test_text(news: Run) -> None:
    """The first line counts; the worst comes first, with what is known in people."""
    for lang, counts, severity, people in (
        ("en", "critical", "Critical (2)", "Studies showing efficacy in people"),
        ("ja", "重大2件", "重大（2件）", "人での有効性を示す研究"),
    ):
        said = news("changes", "--lang", lang).out
        assert counts in said.splitlines()[0]
        assert said.index(severity) < said.index(people)


@pytest.mark.parametrize("format", ["text", "json", "markdown", "html", "atom"])
def test_a_file_holds_what_stdout_says(news: Run, tmp_path: Path, format: str) -> None:  # noqa: A002 # the option's name
    """-o writes the same to a file, whole, and nothing to stdout."""
    said = news("changes", "--format", format).out
    assert "PMID:90000001" in said or "pubmed.ncbi.nlm.nih.gov/90000001" in said
    answer = news("changes", "--format", format, "-o", "news")
    assert (answer.out, answer.err) == ("", "")
    assert (tmp_path / "news").read_text(encoding="utf-8") == said
    assert sorted(p.name for p in tmp_path.glob("news*")) == ["news"]


def test_silent_where_nothing_happened(news: Run, tmp_path: Path) -> None:
    """Nothing stands on stdout nor on stderr (cron mails both), a file is empty; JSON and feed stay what they are."""
    for format in ("text", "markdown", "html"):  # noqa: A001 # the option's name
        answer = news("changes", "--since", "2", "--format", format)
        assert (answer.out, answer.err) == ("", "")
        news("changes", "--since", "2", "--format", format, "-o", "news")
        assert (tmp_path / "news").read_bytes() == b""
    assert news("changes", "--since", "2", "--format", "json").json == {"changes": []}
    feed = etree.fromstring(news("changes", "--since", "2", "--format", "atom").out.encode())
    assert feed.findall(f"{ATOM}entry") == []


def test_who_sits_there_is_told(news: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a terminal stderr says that nothing changed, and where the last changes are."""
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    answer = news("changes", "--since", "2")
    assert answer.out == ""
    assert answer.err == (
        "evtrack: Nothing changed.\n"
        "evtrack: The last changes were told by run 2 (2026-04-01): evtrack changes --since 1\n"
    )
    assert news("changes").err == ""


def test_a_store_in_which_nothing_ever_changed(
    run: Run, articles: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Where no run told anything yet nothing is pointed at, and where none was whole that is said aloud."""
    empty = tmp_path / "empty.xml"
    empty.write_text("<PubmedArticleSet></PubmedArticleSet>")
    run("load", empty)
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    assert run("changes").err == "evtrack: Nothing changed.\n"
    cut = DATA / "cut.xml"
    run("load", "--db", "other.db", cut, code=2)
    assert "No refresh has been whole yet" in run("changes", "--since", "1", "--db", "other.db").out


def test_the_feed_of_a_store(news: Run) -> None:
    """The feed has an entry a run that changed something, says what stood then, and is the same a second time."""
    news("load", DATA / "changed.xml")
    said = news("changes", "--since", "0", "--format", "atom").out
    feed = etree.fromstring(said.encode())
    newest, oldest = feed.findall(f"{ATOM}entry")
    assert newest.findtext(f"{ATOM}updated") == "2026-04-01T12:00:00Z"
    assert "animal study" in (oldest.findtext(f"{ATOM}content") or "")
    assert news("changes", "--since", "0", "--format", "atom").out == said
    alone = etree.fromstring(news("changes", "--since", "2026-02-01", "--format", "atom").out.encode())
    assert [e.findtext(f"{ATOM}id") for e in alone.findall(f"{ATOM}entry")] == [newest.findtext(f"{ATOM}id")]


@pytest.mark.parametrize(
    ("arguments", "environ", "words"),
    [
        (("--format", "csv"), {}, "atom"),
        (("--since", "soon"), {}, "YYYY-MM-DD"),
        (("--since", "9"), {}, "2"),
        (("--notify",), {}, "EVTRACK_NOTIFY"),
        (("--notify",), {"EVTRACK_NOTIFY": "nosuch://hidden"}, "nosuch"),
    ],
)
def test_wrong_usage(
    news: Run, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], environ: dict[str, str], words: str
) -> None:
    """What can't be done is one line with its mend, exit 2, in both languages, and shows no address."""
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    for lang in ("en", "ja"):
        answer = news("changes", *arguments, "--lang", lang, code=2)
        assert answer.out == ""
        assert len(answer.err.splitlines()) == 1
        assert words in answer.err
        assert "hidden" not in answer.err


def test_without_the_extra(news: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without apprise it is said how to get it."""
    monkeypatch.setenv("EVTRACK_NOTIFY", "json://x")
    monkeypatch.setitem(sys.modules, "apprise", None)
    assert "pip install 'evtrack[notify]'" in news("changes", "--notify", code=2).err


class Sent:
    """Stands where apprise is: what was sent, and whether it arrives."""

    def __init__(self, scheme: str, *, arrives: bool) -> None:
        self.scheme, self.arrives = scheme, arrives
        self.got: list[Any] = []

    def send(self, message: Any) -> bool:
        self.got.append(message)
        return self.arrives


@pytest.fixture
def post(monkeypatch: pytest.MonkeyPatch) -> list[Sent]:
    """Two addresses, of which the second one fails."""
    monkeypatch.setenv("EVTRACK_NOTIFY", "json://hidden@a slack://hidden")
    to = [Sent("json", arrives=True), Sent("slack", arrives=False)]
    monkeypatch.setattr("evtrack.notify.addresses_of", lambda urls: to if "hidden" in urls else [])
    return to


@pytest.mark.parametrize("lang", ["en", "ja"])
def test_a_digest_is_sent(news: Run, post: list[Sent], lang: str) -> None:
    """--notify sends the digest in each form and prints nothing; what did not arrive is named by its scheme, exit 3."""
    answer = news("changes", "--notify", "--lang", lang, code=3)
    assert answer.out == ""
    assert "(slack)" in answer.err.replace("（", "(").replace("）", ")")
    assert "hidden" not in answer.err
    assert len(answer.err.splitlines()) == 1
    (message,) = post[0].got
    assert post[1].got == [message]
    assert message.title.startswith("evtrack")
    assert message.html.startswith("<h1>evtrack")
    assert message.markdown.startswith("# evtrack")
    assert "evtrack show dep-effect" in message.text
    assert "evtrack changes" in message.cut
    post[1].arrives = True
    assert news("changes", "--notify", "--lang", lang).err == ""


def test_nothing_is_sent_where_nothing_happened(news: Run, post: list[Sent]) -> None:
    """No news is no mail."""
    answer = news("changes", "--notify", "--since", "2")
    assert (answer.out, answer.err) == ("", "")
    assert post[0].got == []


def test_the_addresses_are_a_secret(news: Run, post: list[Sent], monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither doctor nor the report of a bug shows them."""
    said = news("doctor", "--offline", code=0)
    assert "hidden" not in said.out + said.err
    from evtrack.cli.problems import write_report

    _, file = write_report(RuntimeError("at json://hidden@a and slack://hidden"), [])
    assert file
    assert "hidden" not in file.read_text(encoding="utf-8")


@pytest.mark.enable_socket
def test_it_arrives(news: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Over a real socket, by apprise itself, the digest comes to a web service of this machine."""
    got: list[dict[str, Any]] = []

    class Letterbox(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            got.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Nothing on stderr."""

    with HTTPServer(("127.0.0.1", 0), Letterbox) as server:
        threading.Thread(target=server.handle_request, daemon=True).start()
        monkeypatch.setenv("EVTRACK_NOTIFY", f"json://127.0.0.1:{server.server_port}/?format=text")
        answer = news("changes", "--notify", "--lang", "ja")
    assert (answer.out, answer.err) == ("", "")
    assert got[0]["title"].startswith("evtrack：重大2件")
    assert "人での有効性を示す研究" in got[0]["message"]
