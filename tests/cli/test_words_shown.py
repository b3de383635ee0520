"""What a person reads over all commands: nothing English in Japanese, and each rule shown is explained."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from evtrack.claims import load_library

Run = Callable[..., Any]
DATA = Path(__file__).parent.parent / "data" / "cli"
PACKAGE = Path(__file__).parent.parent.parent / "evtrack"
NAMES = {
    "PubMed", "ClinicalTrials.gov", "RCT", "BDNF", "HPA", "GABA", "TGF", "IL", "J-STAGE", "jRCT", "UMIN-CTR", "UMIN", "ChiCTR", "ICTRP",
    "CiNii", "DOI", "PMID", "evtrack", "n", "XML", "JSON", "JSONL", "PTSD", "miRNA", "RNA", "UTC", "MB", "wal", "MSC", "MEDLINE", "PDF", "nctId", "URL",
}  # fmt: skip
"""Names, abbreviations of medicine, formats."""
LOOKED_FOR = frozenset({"endoplasmic", "reticulum", "EV", "I", "II", "IV", "in", "vitro", "vivo", "for"})
TYPED = re.compile(
    r"\d{4}-\d\d-\d\dT?[\d:+]*|--[a-z-]+(?: json)?|evtrack (?:[a-z-]+ ?)+|\b[a-z0-9]+(?:-[a-z0-9]+)+\b|\b[A-Z]+-[A-Z0-9-]+\b|(?:PMID:|NCT)\d+|「[^」]*」|https?://\S+"
    r"|\S*\.(?:xml|db|json|jsonl|yaml|raw)\b|\((?:http|EVTRACK)[^)]*\)|（EVTRACK_\w+）|（--\w+）|<[^>]*>|\"[^\"]*\""
)
"""What is typed, ids of claims, rules and records, addresses, files, dates, and words quoted from records."""


def english(text: str, also: frozenset[str] = frozenset()) -> set[str]:
    """Latin words that are no names."""
    rest = TYPED.sub(" ", text)
    return {w for w in re.findall(r"[A-Za-z][A-Za-z.-]*[A-Za-z]|[A-Za-z]", rest) if w not in NAMES | also}


def test_japanese_answers_have_no_english(run: Run, articles: Path, tmp_path: Path) -> None:
    """Every command's words are Japanese but names, ids, titles and what is quoted, on whole and on broken files."""
    broken = tmp_path / "broken.xml"
    broken.write_bytes(articles.read_bytes().replace(b'<PMID Version="1">90000002</PMID>', b"<PMID>none</PMID>"))
    studies = tmp_path / "studies.json"
    studies.write_text(json.dumps({"studies": [None, {"protocolSection": {}}]}))
    agencies = " ".join(a.source for c in load_library()[0].claims.values() for a in c.alerts)
    named = f"{articles.read_text()} {(DATA / 'trials.json').read_text()} {agencies} FDA"
    titles = frozenset(re.findall(r"[A-Za-z][A-Za-z.-]*[A-Za-z]|[A-Za-z]", named))
    ja = ("--lang", "ja")
    told = []
    for arguments, code in (
        (("load", articles, DATA / "trials.json"), 0),
        (("load", broken), 0),
        (("load", studies), 0),
        (("load", DATA / "cut.xml"), 2),
        (("load", DATA / "records.jsonl"), 2),
        (("grade", DATA / "broken.jsonl"), 2),
        (("load", tmp_path), 2),
        (("load", "nowhere.xml"), 2),
        (("status",), 0),
        (("status", "--fail-on", "stale=0d"), 0),
        (("show", "dep-effect"), 0),
        (("show", "dep-effect", "--all"), 0),
        (("report", "dep-effect", "--format", "markdown"), 0),
        (("report", "--format", "footnote"), 0),
        (("report", "-o", "library.json"), 0),
        (("show", "dep-effect", "--at", "2025-01-01"), 0),
        (("changes",), 0),
        (("changes", "--since", "0"), 0),
        (("changes", "--since", "99"), 2),
        (("regrade",), 0),
        (("regrade", "--all"), 0),
        (("claims",), 0),
        (("claims", "check"), 0),
        (("rule",), 0),
        (("db", "check"), 0),
        (("db", "info"), 0),
        (("db", "backup", "copy.db"), 0),
        (("db", "backup", "copy.db"), 2),
    ):
        answer = run(*arguments, *ja, code=code)
        said = answer.out + answer.err
        for path in (tmp_path, DATA, PACKAGE.parent):
            said = said.replace(str(path), "")
        # A rule speaks of the words it looks for.
        words = english(said, titles | (LOOKED_FOR if arguments == ("rule",) else frozenset()))
        if words:
            told.append((arguments, words))
    assert {" ".join(map(str, a)): w for a, w in told} == {}


def test_places_of_faults_follow_the_language(run: Run, tmp_path: Path) -> None:
    """In JSON what is said of a fault and its place follows --lang, as a message does."""
    studies = tmp_path / "studies.json"
    studies.write_text(json.dumps({"studies": [None, {"protocolSection": {}}]}))
    told = [run("load", studies, "--json", "--lang", lang).json["files"][0]["skipped"] for lang in ("en", "ja")]
    assert [s["where"] for s in told[0]] == ["study 1", "study 2"]
    assert [s["where"] for s in told[1]] == ["試験1", "試験2"]
    assert [s["why"] for s in told[1]] == [
        "試験は { } で囲んだ値でなければなりません（空の値です）",
        "nctId がありません",
    ]
    answer = run("load", DATA / "cut.xml", "--json", "--lang", "ja", code=2).json["files"][0]["problem"]
    assert answer["mend"] == "ファイルをもう一度取得してください"
    assert "試験1" in run("load", studies, "--lang", "ja").out
    assert "試験1" in run("grade", studies, "--lang", "ja").err
    assert "study 1: a study must be an object" in run("grade", studies).err


def test_every_rule_shown_is_explained(run: Run, articles: Path) -> None:
    """Each rule id that the graders name, and each that an answer shows, is known to ``evtrack rule``, in both languages."""
    known = {r["id"]: r["says"] for r in run("rule", "--json").json["rules"]}
    named = {
        i
        for file in (PACKAGE / "grade").glob("*.py")
        for i in re.findall(r"\"([A-Z]+-[A-Z0-9][A-Z0-9-]*)\"", file.read_text(encoding="utf-8"))
    }
    assert len(named) > 50
    assert named - known.keys() == set()
    assert all(says["ja"] and says["en"] for says in known.values())
    run("load", articles, DATA / "trials.json")
    answer = run("show", "dep-effect", "--json").json
    shown = {x["rule"] for r in answer["records"] for x in r["reasons"]} | set(answer["rules"])
    assert shown
    assert shown - known.keys() == set()
    text = run("show", "dep-effect", "--all").out
    for rule in set(re.findall(r"\b[A-Z]-[A-Z]+(?:-[A-Z0-9]+)*\b", text)) - {"J-STAGE"}:
        assert run("rule", rule).out.startswith(rule)


def test_deciding_words_are_shown(run: Run, articles: Path) -> None:
    """Below the study stand its own words with the rules; --all (-v) lists the records that do not count."""
    run("load", articles, DATA / "trials.json")
    text = " ".join(run("show", "dep-effect").out.split())
    assert 'because: "' in text
    assert "was significantly higher" in text
    assert "PMID:90000002" not in text
    every = run("show", "dep-effect", "--all").out
    assert run("show", "dep-effect", "-v").out == every
    assert "PMID:90000002" in every
    assert "根拠となった語：「" in run("show", "dep-effect", "--lang", "ja").out


def test_a_record_without_an_id(run: Run, tmp_path: Path) -> None:
    """A record with nothing but a title is graded; its id is null."""
    file = tmp_path / "a.jsonl"
    file.write_text('{"title": "An invented title"}\n{"title": "Another", "id": "A2"}\n')
    for claim in ((), ("--claim", "dep-effect")):
        lines = [json.loads(line) for line in run("grade", file, *claim).out.splitlines()]
        assert [line["id"] for line in lines] == [None, "A2"]


def test_a_load_in_vain_makes_nothing_fresh(run: Run, articles: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that gave no record leaves the evidence as old as it was, and a store without any is stale."""
    nothing = Path("empty.xml")
    nothing.write_text("<PubmedArticleSet></PubmedArticleSet>")
    run("load", nothing)
    assert "counts as stale" in run("status", "--fail-on", "stale=9999d", code=1).err
    run("load", articles)
    monkeypatch.setenv("EVTRACK_NOW", "2026-12-23")
    run("load", nothing)
    assert run("status", "--json").json["as_of"].startswith("2026-11-23")
    assert "30 days old" in run("status", "--fail-on", "stale=10d", code=1).err
    assert "30日前" in run("status", "--fail-on", "stale=10d", "--lang", "ja", code=1).err


def test_a_run_that_was_never(run: Run, articles: Path) -> None:
    """Changes since a run that is not there are wrong usage: "nothing changed" would be a lie."""
    run("load", articles)
    assert "the last is 1" in run("changes", "--since", "7", code=2).err
    assert run("changes", "--since", "1").out == ""


def test_the_past_says_so(run: Run, articles: Path) -> None:
    """show --at names the day, and counts what was there then."""
    run("load", articles)
    assert "at the end of 2026-11-24" in run("show", "dep-effect", "--at", "2026-11-24").out
    assert run("show", "dep-effect", "--at", "2026-11-24", "--json").json["loaded"] == 3
    before = run("show", "dep-effect", "--at", "2020-01-01")
    assert "By 2020-01-01 nothing had been searched" in before.out
    assert "at the end of 2020-01-01" in run("show", "dep-effect", "--at", "2020-01-01", "--db", "none.db").out


def test_claims_are_in_the_articles_order(run: Run) -> None:
    """status and claims keep the order of the pack, which is the article's."""
    ids = [c["claim_id"] for c in run("status", "--json").json["claims"]]
    assert ids.index("dep-effect") < ids.index("anx-effect") < ids.index("ad-effect") < ids.index("ptsd-effect")
    assert ids == [c["claim_id"] for c in run("claims", "--json").json["claims"]]
    table = run("status").out
    assert "Exosomes may relieve" in table
