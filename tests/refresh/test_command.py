"""Does `evtrack refresh` keep its contract: options, exit codes, JSON, words, and the commands around it?"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from evtrack.demo.corpus import Corpus
from evtrack.demo.server import Fault
from tests.databases import stored

if TYPE_CHECKING:
    from tests.desk import Desk

pytestmark = pytest.mark.enable_socket


def test_json_answer(small: Desk) -> None:
    """The answer has every key of the contract: run, times, status, sources, claims, changes."""
    answer = small.refresh()
    assert answer["status"] == "complete"
    assert set(answer["sources"]) == {"pubmed", "ctgov"}
    assert {c["claim_id"] for c in answer["claims"]} == {"dep-effect", "ad-effect"}
    assert answer["started_at"] <= answer["finished_at"]
    assert answer["started_at"].startswith("2026-11-02")
    requests = {name: s["requests"] for name, s in answer["sources"].items()}
    assert requests == {name: small.asked(name) for name in requests}
    assert {s["retries"] for s in answer["sources"].values()} == {0}
    assert answer["run_id"] == small.run("db", "info", "--json").json["last_run"]["run_id"]


def test_answer_for_a_person(small: Desk) -> None:
    """Without --json a person reads for each service what came, and what changed; stderr is silent where it is no terminal."""
    answer = small.run("refresh")
    assert "PubMed" in answer.out
    assert "ClinicalTrials.gov" in answer.out
    assert answer.err == ""
    small.at(7)
    small.server.corpus = small.server.corpus.without("90000101", "90000102")
    told = small.run("refresh").out
    assert "Exosomes may relieve depressive symptoms" in told
    assert re.search(r"level down|fell", told)


def test_dry_run(small: Desk) -> None:
    """--dry-run counts, fetches no record, and writes nothing: no store where there was none, no byte where there is one."""
    answer = small.run("refresh", "--dry-run", "--json").json
    assert not small.place.exists()
    assert answer["sources"]["pubmed"]["found"] >= 5
    assert answer["sources"]["ctgov"]["found"] >= 2
    assert small.asked("pubmed", "efetch") == 0
    assert not [s for s in small.server.seen if "filter.ids" in s.params]
    small.refresh()
    small.server.corpus = Corpus()
    before, asked = stored(small.place), len(small.server.seen)
    assert re.search(r"\b0\b", small.run("refresh", "--dry-run").out)
    assert stored(small.place) == before
    assert len(small.server.seen) > asked


def test_dry_run_where_nothing_answers(small: Desk) -> None:
    """A dry run that could not ask is exit 3 and writes nothing either."""
    small.server.faults += [Fault("pubmed", "503"), Fault("ctgov", "503")]
    small.run("refresh", "--dry-run", code=3)
    assert not small.place.exists()


def test_one_source(small: Desk) -> None:
    """--source asks that service alone; the other is told as not asked, and nobody reads "none found" of it."""
    answer = small.run("refresh", "--source", "ctgov", "--json", code=(0, 3)).json
    assert small.asked("pubmed") == 0
    assert small.asked("ctgov") > 0
    assert set(answer["sources"]) <= {"pubmed", "ctgov"}
    assert answer["sources"]["ctgov"]["new"] == 2
    assert {c["status"] for c in answer["claims"]} <= {"complete", "partial"}
    assert {s["source"] for s in small.show("dep-effect")["searched"]} == {"ctgov"}
    assert "PubMed or ClinicalTrials.gov" not in small.run("show", "dep-effect").flat
    small.refresh("--source", "pubmed")
    assert small.show("dep-effect")["level"] == "animal"


def test_one_source_removes_nothing_of_the_other(small: Desk) -> None:
    """A later --source run leaves what the other service holds as it was."""
    small.refresh()
    evidence = small.evidence()
    assert small.refresh("--source", "pubmed")["changes"] == []
    assert small.evidence() == evidence


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (("--source", "embase"), "embase"),
        (("dep-efect",), "dep-effect"),
        (("dep-effect", "nobody"), "nobody"),
        (("--fail-on", "snow"), "change"),
        (("--nope",), "--nope"),
    ],
)
def test_wrong_usage(small: Desk, arguments: tuple[str, ...], word: str) -> None:
    """An unknown source, claim, option or word to fail on is exit 2 in one line that names it, and nothing is asked."""
    for lang in ("en", "ja"):
        answer = small.run("refresh", *arguments, "--lang", lang, code=2)
        assert answer.out == ""
        assert len(answer.err.splitlines()) == 1
        assert word in answer.err
    assert small.server.seen == ()
    assert not small.place.exists()


@pytest.mark.parametrize("name", ["RETRIES", "TIMEOUT", "DEADLINE", "PUBMED_INTERVAL", "RETRY_WAIT"])
@pytest.mark.parametrize("value", ["-1", "many"])
def test_wrong_settings(small: Desk, name: str, value: str) -> None:
    """A setting that is negative or no number is exit 2 and is named."""
    small.environ[f"EVTRACK_{name}"] = value
    assert f"EVTRACK_{name}" in small.run("refresh", code=2).err


def test_one_claim(desk: Desk) -> None:
    """Named claims alone are asked: their queries and no other; the rest keeps what it had."""
    answer = desk.refresh("dep-effect")
    queries = {s["query"] for s in desk.show("dep-effect")["searched"]}
    assert {c["claim_id"] for c in answer["claims"] if c["status"] == "complete"} == {"dep-effect"}
    assert desk.asked("pubmed", "esearch") <= 2 + 2  # its two queries, and what changed
    assert len(queries) == 4
    assert desk.show("ad-effect")["searched"] == []
    desk.refresh()
    evidence = desk.evidence()
    desk.server.corpus = desk.server.corpus.without("90000103", "90000104", "NCT90000007")
    answer = desk.refresh("ad-effect")
    removed = {c["record_id"] for c in answer["changes"] if c["kind"] == "record_removed"}
    assert removed == {"PMID:90000103", "PMID:90000104", "NCT90000007"}
    kept = {row[0] for row in desk.evidence()["records"]}
    assert kept == {row[0] for row in evidence["records"]} - removed
    desk.server.corpus = Corpus()  # nothing at all is no answer that a removal can rest on
    assert desk.refresh("dep-effect", code=3)["changes"] == []


def test_fail_on_change(small: Desk) -> None:
    """--fail-on change is 1 where something changed, 0 where nothing did, and 3 where not all could be asked."""
    small.run("refresh", "--fail-on", "change", "--json", code=1)
    small.run("refresh", "--fail-on", "change", code=0)
    small.server.corpus = small.server.corpus.without("90000101")
    small.server.faults.append(Fault("ctgov", "503"))
    answer = small.run("refresh", "--fail-on", "change", "--json", code=3).json
    assert answer["changes"]


def test_quiet(small: Desk) -> None:
    """--quiet says nothing where all is well, and on stderr what is not, so that cron writes only then."""
    assert small.run("refresh", "--quiet").said == ""
    small.server.faults.append(Fault("ctgov", "503"))
    answer = small.run("refresh", "--quiet", code=3)
    assert answer.out == ""
    assert "ClinicalTrials.gov" in answer.err
    small.mend()
    assert small.run("refresh", "--quiet", "--json").json["status"] == "complete"


NAMES = {
    "PubMed", "ClinicalTrials.gov", "evtrack", "HTTP", "HTML", "JSON", "XML", "NCT", "PMID", "RCT", "MB", "KB", "URL", "UTC", "API", "ID",
    "MeSH", "NCBI", "s", "Retry-After",
}  # fmt: skip
TYPED = re.compile(
    r"\d{4}-\d\d-\d\dT?[\d:+]*|--[a-z-]+|evtrack [a-z]+|\b[a-z]+(?:-[a-z]+)+\b|(?:PMID:|NCT)\d+|「[^」]*」|“[^”]*”|https?://\S+|\S+\.db\b"
    r"|(?:\d+\.){3}\d+(?::\d+)?|EVTRACK_\w+"
)
"""What is typed, ids, addresses, and words quoted from a service."""


def english(text: str) -> set[str]:
    """Latin words that are no names and no titles."""
    texts = json.loads((Path(__file__).parents[1] / "data" / "texts.json").read_text(encoding="utf-8"))
    titles = re.findall(r"[A-Za-z]+", " ".join(t["title"] for t in texts.values()))
    rest = TYPED.sub(" ", text)
    return {w for w in re.findall(r"[A-Za-z][A-Za-z.-]*[A-Za-z]|[A-Za-z]", rest) if w not in NAMES} - {*titles}


@pytest.mark.parametrize(
    "kind", [None, "503", "429", "html-200", "403", "cut-body", "short-page", "refuse", "redirect", "stall"]
)
def test_japanese(small: Desk, kind: str | None) -> None:
    """With --lang ja no English word stands in what a person reads, whole or cut short."""
    if kind:
        small.environ |= {"EVTRACK_TIMEOUT": "0.2", "EVTRACK_RETRIES": "1"}
        for service in ("pubmed", "ctgov"):
            small.server.faults.append(Fault(service, kind, size=1, location="http://127.0.0.1:9/"))
    code = 3 if kind else 0
    said = small.run("refresh", "--dry-run", "--lang", "ja", code=(0, 3)).said
    said += small.run("refresh", "--lang", "ja", code=code).said
    small.mend()
    said += small.run("refresh", "--lang", "ja").said
    assert re.search("[ぁ-んァ-ヶ一-龠]", said)
    assert english(said) == set()


def test_japanese_errors_in_json(small: Desk) -> None:
    """The texts of errors in JSON follow --lang; the values do not."""
    small.server.faults.append(Fault("ctgov", "503"))
    answer = small.run("refresh", "--json", "--lang", "ja", code=3).json
    assert answer["status"] == "partial"
    assert re.search("[ぁ-んァ-ヶ一-龠]", " ".join(answer["sources"]["ctgov"]["errors"]))


def test_help(small: Desk) -> None:
    """--help names every option, in both languages."""
    for lang in ("en", "ja"):
        page = small.run("--lang", lang, "refresh", "--help").out
        for option in ("--full", "--dry-run", "--source", "--json", "--quiet", "--fail-on"):
            assert option in page
