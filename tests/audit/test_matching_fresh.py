"""Do readings hold on sentences that were written before the lexicon was looked at?

fresh_sentences.jsonl: forty in the manner of three kinds of clinic pages and a clinic abroad, written before the first
run and not changed since. later_sentences.jsonl: further sets, each written before its first run; classes of misses were
mended after each. ``claims`` lists what must be found, each as ids any of which will do; ``accept`` what may be found too.
"""

from __future__ import annotations

import time
from typing import Any

import pytest

from evtrack.audit.matching import UnitReading, read_units

from .pages import last, lexicon, page, rows


def reading(row: dict[str, Any]) -> UnitReading:
    above = [f"# {row['title']}"] if row["title"] else []
    return last(*above, *([row["label"]] if row["label"] else []), row["text"])


@pytest.mark.parametrize("name", ["fresh_sentences.jsonl", "later_sentences.jsonl"])
def test_found(name: str) -> None:
    """At least 95 of 100 claims are found, and hardly any sentence that makes none is given one."""
    wanted = found = empty = false = 0
    for row in rows(name):
        claims = set(reading(row).claims)
        wanted += len(row["claims"])
        found += sum(not claims.isdisjoint(any_of) for any_of in row["claims"])
        if not row["claims"]:
            empty += 1
            false += not claims <= set(row["accept"])
    assert found >= 0.95 * wanted
    assert false <= 0.05 * empty


@pytest.mark.parametrize("name", ["fresh_sentences.jsonl", "later_sentences.jsonl"])
def test_strength_and_direction(name: str) -> None:
    """Nine in ten of the strengths and directions are as a reader gave them."""
    strengths: list[bool] = []
    directions: list[bool] = []
    for row in rows(name):
        found = reading(row)
        if found.claims and row["strength"]:
            strengths.append(found.strength in row["strength"])
        if found.claims and row["direction"]:
            directions.append(found.direction == row["direction"])
    assert sum(strengths) >= 0.9 * len(strengths)
    assert sum(directions) >= 0.9 * len(directions)


def test_quick() -> None:
    """A thousand sentences take half a second: three hundred stay under a second even where coverage traces every line."""
    sentences = [row["text"] for name in ("fresh_sentences.jsonl", "later_sentences.jsonl") for row in rows(name)]
    document = page("# エクソソーム点滴", *sentences[:300])
    lexicon()
    start = time.process_time()
    read_units(document, lexicon())
    assert time.process_time() - start < 1.0
