"""A refresh and its news: what ends with exit 1, what is sent, and that a refresh that was not whole is loud."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from lxml import etree

from evtrack.demo.faults import Fault

if TYPE_CHECKING:
    from tests.desk import Desk

pytestmark = pytest.mark.enable_socket


class Sent:
    """Stands where apprise is."""

    def __init__(self, *, arrives: bool) -> None:
        self.scheme, self.arrives = "json", arrives
        self.got: list[Any] = []

    def send(self, message: Any) -> bool:
        self.got.append(message)
        return self.arrives


@pytest.fixture
def post(small: Desk, monkeypatch: pytest.MonkeyPatch) -> Sent:
    """An address to which everything arrives."""
    to = Sent(arrives=True)
    small.environ["EVTRACK_NOTIFY"] = "json://hidden"
    monkeypatch.setattr("evtrack.notify.addresses_of", lambda _: [to])
    return to


def test_fail_on_a_severity(small: Desk) -> None:
    """--fail-on critical and notable are 1 for changes so serious, 0 for lesser ones."""
    small.run("refresh", "--quiet", "--fail-on", "critical", code=0)  # a store's first records are minor
    small.server.corpus = small.server.corpus.without("90000101")
    small.at(7)
    told = {c["severity"] for c in small.refresh("--fail-on", "notable", code=1)["changes"]}
    assert "notable" in told
    assert "critical" not in told
    small.server.corpus = small.server.corpus.without("90000102")
    small.at(14)
    told = {c["severity"] for c in small.refresh("--fail-on", "critical", code=1)["changes"]}
    assert "critical" in told


def test_what_is_sent_is_this_runs_news(small: Desk, post: Sent) -> None:
    """refresh --notify sends what this run told, once; where nothing changed nothing is sent."""
    small.run("refresh", "--quiet", "--notify")
    assert [m.title[:8] for m in post.got] == ["evtrack:"]
    assert "New study that counts" in post.got[0].text
    small.run("refresh", "--quiet", "--notify")
    assert len(post.got) == 1


def test_a_refresh_that_was_not_whole_is_sent(small: Desk, post: Sent) -> None:
    """Also without a change, with what went wrong; the exit code stays 3, and changes says it until a whole one came."""
    small.run("refresh", "--quiet")
    small.server.faults.append(Fault("ctgov", "503"))
    small.at(7)
    small.run("refresh", "--quiet", "--notify", code=3)
    (message,) = post.got
    assert "search not whole" in message.title
    assert "ClinicalTrials.gov" in message.text
    for format in ("text", "markdown", "html"):  # noqa: A001 # the option's name
        assert "was not whole" in small.run("changes", "--format", format).out
    feed = etree.fromstring(small.run("changes", "--format", "atom").out.encode())
    assert "incomplete" in feed.xpath("//*[local-name()='category']/@term")
    small.mend()
    small.at(14)
    small.run("refresh", "--quiet", "--notify")
    assert small.run("changes").out == ""


def test_what_could_not_be_sent(small: Desk, post: Sent) -> None:
    """A digest that did not arrive is exit 3 and one line; what was found is kept."""
    post.arrives = False
    answer = small.run("refresh", "--quiet", "--notify", "--fail-on", "change", code=3)
    assert "json" in answer.err
    assert "hidden" not in answer.said
    assert "New study that counts" in small.run("changes").out


def test_nowhere_to_send_is_told_first(small: Desk) -> None:
    """Without addresses, or with --dry-run, --notify is wrong usage before anything is asked."""
    assert "EVTRACK_NOTIFY" in small.run("refresh", "--notify", code=2).err
    small.environ["EVTRACK_NOTIFY"] = "json://hidden"
    assert "--dry-run" in small.run("refresh", "--notify", "--dry-run", code=2).err
    assert small.server.seen == ()
    assert not small.place.exists()


def test_a_refresh_in_vain_repeats_no_old_news(small: Desk) -> None:
    """Where no service answered changes says that, and not last week's digest again."""
    small.run("refresh", "--quiet")
    assert "New study that counts" in small.run("changes").out
    small.server.faults += [Fault("pubmed", "503"), Fault("ctgov", "503")]
    small.at(7)
    small.run("refresh", "--quiet", code=3)
    said = small.run("changes").out
    assert "Run 2" in said
    assert "New study that counts" not in said


def test_a_persons_word_does_not_hide_the_news(small: Desk) -> None:
    """What the last refresh told is still told after somebody spoke, with what that changed."""
    small.refresh()
    small.server.corpus = small.server.corpus.without("90000102")
    small.at(7)
    small.refresh()
    news = small.run("changes").out
    assert "90000102" in news
    small.run("review", "reject", "PMID:90000101", "--reason", "invented", "--name", "Nemo")
    after = small.run("changes").out
    assert "90000102" in after
    assert len(after) > len(news)
