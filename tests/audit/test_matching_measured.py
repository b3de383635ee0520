"""How well do readings hold on the article and the labelled sentences outside the repository? Skipped where they are absent."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from evtrack.audit.matching import UnitReading, read_units

from .pages import last, lexicon, page

SHARED = Path(__file__).parents[2] / "../shared"
GOLD = SHARED / "data/audit/article_gold.jsonl"
DEV = SHARED / "data/audit/match_dev.jsonl"
MAP = SHARED / "eval/claim_map.json"

pytestmark = pytest.mark.skipif(
    not MAP.is_file(), reason="needs ../shared (third-party texts, never part of the repository)"
)


def rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


class Score:
    """Micro counts over groups of claims that say nearly the same."""

    def __init__(self) -> None:
        known = json.loads(MAP.read_text(encoding="utf-8"))
        self.neutral = set(known["neutral"])
        self.groups: dict[str, set[str]] = {}
        for group, ids in known["groups"].items():
            for claim in ids:
                self.groups.setdefault(claim, set()).add(group)
        self.found = self.missed = self.wrong = 0

    def of(self, claims: Iterable[str]) -> set[str]:
        return {g for c in claims for g in self.groups.get(c, ())}

    def add(self, row: dict[str, Any], reading: UnitReading) -> int:
        """Count one sentence; how many of its claims are wrong."""
        said, good = self.of(reading.claims), {*row["groups"], *self.of(row["claims"])}
        kept = [c for c in reading.claims if c not in {*row["claims"], *row.get("accept", ())} | self.neutral]
        wrong = {min(self.groups.get(c, {c})) for c in kept if not self.groups.get(c, set()) & good}
        self.found += sum(g in said for g in row["groups"])
        self.missed += sum(g not in said for g in row["groups"])
        self.wrong += len(wrong)
        return len(wrong)

    @property
    def f1(self) -> float:
        return 2 * self.found / (2 * self.found + self.missed + self.wrong)


def test_article() -> None:
    """On the article's own units: claims by group F1 at least .92, strength at least .90."""
    gold = rows(GOLD)
    lines: list[Any] = []
    for row in gold:
        level = (
            "#" if row["line"] < 20 else "##" if row["text"][:2] in {"1.", "2.", "3.", "4.", "5.", "まと"} else "###"
        )
        lines.append(f"{level} {row['text']}" if row["kind"] == "heading" else (row["kind"], row["text"]))
    score, strengths = Score(), list[bool]()
    for row, reading in zip(gold, read_units(page(*lines), lexicon()), strict=True):
        if row["kind"] in ("sentence", "fragment"):
            score.add(row, reading)
        if row["is_claim"]:
            strengths.append(reading.strength in {row["strength"], *row.get("alt_strengths", ())})
    assert score.f1 >= 0.92
    assert sum(strengths) >= 0.9 * len(strengths)


def test_sentences() -> None:
    """On single sentences: claims by group F1 at least .93, at most one distractor with a claim."""
    score, false = Score(), 0
    for row in rows(DEV):
        title = "エクソソーム点滴について" if row["lang"] == "ja" else "About exosome infusions"
        above = [f"# {title}"] if row["topic"] else []
        wrong = score.add(row, last(*above, *([row["label"]] if row["label"] else []), row["text"]))
        false += bool(row["distractor"] and wrong)
    assert score.f1 >= 0.93
    assert false <= 1
