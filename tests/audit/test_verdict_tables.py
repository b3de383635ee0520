"""Does every row of the verdict tables do what its examples say, and has each a cell for every column?"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from evtrack.audit.tables import Example, Row, audit_rule, audit_rules, gravity, load_tables, milder, read_tables, worse

from .held import held, of_units, snapshot_at

TABLES = load_tables()
COLUMNS = ("nothing", "basic", "early", "one_rct", "rcts", "mixed", "no_difference", "contradicts")


def examples() -> Iterator[tuple[Row, Example]]:
    for row in TABLES.rows.values():
        yield from ((row, example) for example in row.examples)


@pytest.mark.parametrize(
    ("row", "example"), [pytest.param(r, e, id=f"{r.id}-{e.column}-{i}") for i, (r, e) in enumerate(examples())]
)
def test_examples(row: Row, example: Example) -> None:
    """The sentence, with every claim in that column, gets that verdict by that rule; a supported one gets nothing."""
    title = "# エクソソームについて" if any("ぁ" <= c <= "ヿ" for c in example.text) else "# About exosomes"
    found = of_units(held(f"{title}\n\n{example.text}\n", snapshot_at(example.column)))
    if example.cell.severity is None:
        assert [(f.rule, f.severity) for f in found] == []
    else:
        assert [(f.rule, f.verdict, f.severity) for f in found] == [
            (row.id, example.cell.verdict, example.cell.severity)
        ]


@pytest.mark.parametrize(
    "row", [r for r in TABLES.rows.values() if r.table not in ("state", "manual")], ids=lambda r: r.id
)
def test_whole(row: Row) -> None:
    """Each row has a cell for every column, words in both languages, a source and examples."""
    assert {row.cell(column).verdict for column in COLUMNS}
    rule = audit_rule(row.id.lower())
    assert rule is not None
    assert rule.says_ja
    assert rule.says_en
    assert rule.source
    assert row.examples


def test_rules_explained() -> None:
    """Every floor and every document rule can be explained."""
    known = audit_rules()
    assert set(TABLES.floors) <= set(known)
    assert {"EV101", "EV201", "EV301", "EV302", "EV305", "EV401"} <= set(known)


def test_steps() -> None:
    """Steps of gravity stay within the three severities."""
    assert [worse(s) for s in (None, "info", "warning", "error")] == ["info", "warning", "error", "error"]
    assert [milder(s) for s in (None, "info", "warning", "error")] == [None, None, "info", "warning"]
    assert gravity("error") > gravity("warning") > gravity("info") > gravity(None)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("- {id: EV901, cells: {nothing: praised/error}}", "is no verdict"),
        ("- {id: EV901, cells: {nothing: supported/grave}}", "is no verdict"),
        ("- id: EV901\n- id: EV901", "stands twice"),
    ],
)
def test_broken_table(text: str, what: str, tmp_path: Path) -> None:
    """A broken table is told with its place; that is a bug of the package."""
    file = tmp_path / "broken.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=f"broken.yaml:.*{what}"):
        list(read_tables([file]))
