"""Does an input that grows, nests or refers elsewhere take more than its share, or reach out? Read in a process of its own that is watched."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.desk import Desk
from tests.fuzz.bombs import FOOT, HEAD, article, laughs

pytestmark = [pytest.mark.promise("inputs"), pytest.mark.enable_socket]

MOST_MB = 1_000
"""Read as a whole are one JSON document of 64 MB, and one record of 32 MB, which may have three million fields."""

TOLD = {
    "laughs": "Entity 'l11' not defined",
    "quadratic": "Entity 'b' not defined",
    "a file": "Entity 'e' not defined",
    "the net": "Entity 'e' not defined",
    "deep": "Excessive depth",
    "prolog": "not_pubmed",
    "packed blanks": "empty",
    "lists": "nested too deeply",
    "objects": "nested too deeply",
    "a number": "not JSON",
    "claim laughs": "&a: a claim file has no anchors",
    "claim itself": "&a: a claim file has no anchors",
    "claim tags": "has no anchors, aliases or tags",
    "claim include": "!include: a claim file has no anchors",
    "claim deep": "nested too deep",
    "claim deep keys": "nested too deep",
    "claim deep blocks": "nested too deep",
    "claim number": "a number that cannot be read",
    "words laughs": "yaml_sign",
    "words merge": "yaml_sign",
    "words tags": "yaml_sign",
    "words deep": "nested_too_deep",
    "word outside": "has a document type",
    "word laughs": "has a document type",
    "word bomb": "bytes, unpacked",
}
"""What is told of some of them."""


@pytest.mark.parametrize("kind", ["xml", "json", "written"])
def test_bombs(kind: str, full: bool, tally: Callable[[int], None]) -> None:
    """Every one ends within twenty seconds of work, in bounded memory, with a sentence where it is refused; nothing is opened or asked for."""
    script = Path(__file__).with_name("bombs.py")
    done = subprocess.run(
        [sys.executable, str(script), kind, *([] if full else ["--small"])],
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    answer: dict[str, Any] = json.loads(done.stdout)
    for name, told in answer["bombs"].items():
        assert told["opened"] == [], name
        assert told["seconds"] < 20, f"{name}: {told}"
        assert TOLD.get(name, "") in told["how"], f"{name}: {told}"
    assert answer["mb"] < MOST_MB
    tally(len(answer["bombs"]))


def test_why_is_stored(small: Desk, tally: Callable[[int], None]) -> None:
    """``evtrack load`` keeps the reason and the bytes of what it could not read, and the record beside it."""
    broken = (
        article(b"&l11;"),
        article(b"<i>" * 300 + b"</i>" * 300),
        b"<PubmedArticle><MedlineCitation/></PubmedArticle>",
    )
    content = laughs(12, 10) + HEAD + b"".join(broken) + article(b"A sound one") + FOOT
    (small.folder / "a.xml").write_bytes(content)
    study = {
        "protocolSection": {
            "identificationModule": {"nctId": "NCT90000001"},
            "designModule": {"enrollmentInfo": {"count": 10**30}},
        }
    }
    (small.folder / "b.json").write_text(json.dumps({"studies": [study, 5, {"protocolSection": {}}]}), encoding="utf-8")
    told = small.run("load", "a.xml", "b.json", "--json").json
    assert [len(f["skipped"]) for f in told["files"]] == [3, 2]
    rows = small.rows("SELECT place, why, raw_hash FROM skipped ORDER BY id")
    whys = [why for _, why, _ in rows]
    assert len(rows) == 5
    assert "Entity 'l11' not defined" in whys[0]
    assert "Excessive depth" in whys[1]
    assert whys[2:] == ["no PMID, or one that is no number", "a study must be an object, not int", "no nctId"]
    assert all(place and raw_hash for place, _, raw_hash in rows)
    assert small.rows("SELECT id FROM record ORDER BY id") == [("NCT90000001",), ("PMID:90000001",)]
    tally(len(rows))
