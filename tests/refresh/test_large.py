"""Is a result larger than PubMed gives at a time got whole, or said not to be?"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from shutil import copytree
from typing import TYPE_CHECKING

import pytest

from evtrack.demo.corpus import Corpus

if TYPE_CHECKING:
    from tests.desk import Desk, Invent

pytestmark = [pytest.mark.enable_socket, pytest.mark.slow]


@pytest.fixture
def one_claim(desk: Desk, few_claims: Path, tmp_path: Path) -> Desk:
    """A desk with one claim, so that a large result is asked for once."""
    folder = copytree(few_claims, tmp_path / "packs")
    (folder / "few" / "ad-effect.yaml").unlink()
    desk.environ |= {"EVTRACK_CLAIMS": str(folder), "EVTRACK_TIMEOUT": "20", "EVTRACK_DEADLINE": "60"}
    return desk


def test_a_result_of_20_000(one_claim: Desk, invent: Invent) -> None:
    """A result of 20,000 with 30 % of it on one day is got whole, by parts below the cap that add up."""
    busy = date(2026, 6, 1)
    days = [busy] * 6_000 + [busy - timedelta(days=1 + i * 7 % 2190) for i in range(14_000)]
    notes = zip(invent.notes(20_000), days, strict=True)
    one_claim.server.corpus = Corpus(tuple(replace(note, crdt=day) for note, day in notes))
    answer = one_claim.refresh()
    assert answer["sources"]["pubmed"]["new"] == 20_000
    searched = [s for s in one_claim.show("dep-effect")["searched"] if s["source"] == "pubmed"]
    assert max(s["count"] for s in searched) == 20_000
    assert all(s["complete"] for s in searched)
    assert one_claim.rows("SELECT count(*) FROM record") == [(20_000,)]


def test_a_day_above_the_cap(one_claim: Desk, invent: Invent) -> None:
    """Where one day alone holds more than the service gives, all of it is got by another cut, or the run is partial and says the count."""
    one_claim.server.corpus = Corpus(invent.notes(10_005))
    answer = one_claim.refresh(code=(0, 3))
    if answer["status"] == "complete":
        assert one_claim.rows("SELECT count(*) FROM record") == [(10_005,)]
    else:
        assert {c["status"] for c in answer["claims"]} == {"partial"}
        assert re.search("10,?005", " ".join(answer["sources"]["pubmed"]["errors"]))
