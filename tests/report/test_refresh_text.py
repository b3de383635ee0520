"""What a refresh says: each trouble has words that its fields fill, one sentence where nothing answers, counts first."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from evtrack.changes import Change
from evtrack.claims import load_library
from evtrack.counting import Counted
from evtrack.record import RecordId
from evtrack.refreshed import ClaimOutcome, Refreshed, SourceOutcome
from evtrack.report.change_words import told_once
from evtrack.report.changes_text import change_lines
from evtrack.report.refresh_text import (
    SHOWN,
    counted_json,
    counted_lines,
    refresh_json,
    refresh_lines,
    trouble_lines,
    trouble_words,
)
from evtrack.trouble import Trouble
from evtrack.wording import keys

PACKAGE = Path(__file__).parents[2] / "evtrack"
NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
PAPER = RecordId("PMID:90000001")
REFUSED = Trouble("no_connection", {"service": "pubmed", "host": "h", "why": "refused"})
FULL = SourceOutcome("pubmed", True, 3, 0, "httpx", True, 2, 1, 0, 0, (), ())
DOWN = replace(FULL, complete=False, requests=1, answered=False, found=0, new=0, errors=(REFUSED,))


def outcome(*sources: SourceOutcome, status: str = "complete", changes: tuple[Change, ...] = ()) -> Refreshed:
    claims = (
        ClaimOutcome("dep-effect", "partial", None, "none", None, "n/a"),
        ClaimOutcome("ad-effect", "not_asked", "animal", "animal", "supports", "supports"),
    )
    return Refreshed(7, NOW, NOW, status, sources, claims, changes)  # type: ignore[arg-type] # one of its words


def test_every_trouble_has_words() -> None:
    """Each code that the package raises has words in both languages, and each words belong to a code that is raised."""
    raised = set()
    for file in PACKAGE.rglob("*.py"):
        text = file.read_text(encoding="utf-8")
        if "Trouble" in text or "_trouble(" in text or "LostError" in text:
            raised |= set(re.findall(r'"([a-z]+(?:_[a-z0-9]+)+)"', text))
    assert set(keys("trouble")) <= raised | {"stalled", "deadline", "redirected", "refused", "stopped", "skipped"}
    called = re.compile(r'(?:Trouble|_trouble|_fetch_error|LostError)\(\s*"([a-z0-9_]+)"')
    for file in PACKAGE.rglob("*.py"):
        assert set(called.findall(file.read_text(encoding="utf-8"))) <= set(keys("trouble")), file


def test_trouble_words_are_plain() -> None:
    """What a service said is shown without control characters; a field that was not given is a question mark, no crash."""
    said = trouble_words(Trouble("service_error", {"service": "ctgov", "said": "a\x1b[2J\u202eb"}), "en")
    assert said == "ClinicalTrials.gov answered with an error: a[2Jb"
    assert "?" in trouble_words(Trouble("stalled", {"service": "pubmed"}), "ja")


def test_nothing_answered() -> None:
    """Where no service was reached one sentence says so and names the demo, and nothing stands on stdout."""
    done = outcome(DOWN, replace(DOWN, name="ctgov"), status="failed")
    library = load_library()[0]
    for lang in ("en", "ja"):
        assert refresh_lines(done, library, lang) == []
        (line,) = trouble_lines(done, lang)
        assert "evtrack demo" in line
        assert line.count("refused") == 2


def test_one_answered() -> None:
    """Where one service failed its trouble is told, and how many claims were searched in part or not at all."""
    done = outcome(FULL, replace(DOWN, name="ctgov"), status="partial")
    lines = trouble_lines(done, "en")
    assert lines[0] == "PubMed (h) can't be reached: refused"
    assert "1 claims were searched in part, 1 not at all" in lines[-1]
    assert trouble_lines(outcome(FULL), "en") == []
    answer = refresh_json(done, "en")
    assert answer["sources"]["ctgov"]["errors"] == ["PubMed (h) can't be reached: refused"]
    assert answer["claims"][0]["status"] == "partial"


def test_changes_of_one_record_are_one_line() -> None:
    """What befell a record is told once with its claims, what befell a claim for each; no more lines than a screen holds."""
    library = load_library()[0]
    claims = sorted(library.claims)[:9]
    retracted = [Change("retracted", c, PAPER, None, "retracted", "critical") for c in claims]
    down = [Change("level_down", c, None, "rct", "animal", "critical") for c in claims[:2]]
    assert [len(c) for c in told_once([*retracted, *down]).values()] == [9, 1, 1]
    lines = [text for text, _ in change_lines([*retracted, *down], library, "en", 400)]
    assert len(lines) == 3
    assert "9 claims" in lines[0]
    assert lines[0].count("…") == 1
    many = tuple(Change("level_down", f"claim-{n}", None, "rct", "animal", "critical") for n in range(40))
    shown = [text for text, _ in refresh_lines(outcome(FULL, changes=many), library, "en")]
    assert sum("level down" in line for line in shown) == SHOWN
    assert shown[-1] == "All of them: evtrack changes"
    assert refresh_lines(outcome(FULL), library, "ja")[-1][0] == "変化0件（うち重要0件）"


@pytest.mark.parametrize("lang", ["en", "ja"])
def test_counts(lang: str) -> None:
    """A dry run lists each query with its claims, the largest first; one that was not answered has no number."""
    counted = [
        Counted("pubmed", "p", ("a", "b"), 3),
        Counted("pubmed", "q", ("c",), 12_345),
        Counted("pubmed", "r", ("d",), None, REFUSED),
    ]
    texts = [text.split() for text, _ in counted_lines(counted, lang)]
    assert [t[0] for t in texts[1:]] == ["12,345", "3", "–"]
    answer = counted_json(counted, {"pubmed": 4}, lang)
    assert answer["sources"]["pubmed"]["found"] == 12_348
    assert len(answer["sources"]["pubmed"]["errors"]) == 1
    assert answer["queries"][0] == {"source": "pubmed", "query": "p", "claims": ["a", "b"], "count": 3, "error": None}
