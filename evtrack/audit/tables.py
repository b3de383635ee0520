"""Which finding does a sentence get by the evidence of its claim? The verdict tables (tables/*.yaml), and every rule of the audit by id."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, cast, get_args

from evtrack.audit.finding import SEVERITIES, Severity, Verdict
from evtrack.compiled import compiled, content_hash
from evtrack.rules import Rule, load_audit_rules

TABLES_FOLDER = Path(__file__).parent / "tables"


@dataclass(frozen=True, slots=True)
class Cell:
    """A verdict and how grave it is; ``severity`` ``None``: nothing is said."""

    verdict: Verdict
    severity: Severity | None = None


@dataclass(frozen=True, slots=True)
class Example:
    """A sentence, the column that its claims stand in, and what it must get."""

    text: str
    column: str
    cell: Cell


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a verdict table: a rule with a cell for every column."""

    id: str
    table: str
    name: str
    cells: Mapping[str, Cell]
    examples: tuple[Example, ...]

    def cell(self, column: str) -> Cell:
        """The cell of a column; one that the row does not tell apart reads as the broader one (``early_said``: ``early``)."""
        known = column
        while known not in self.cells and known:
            known = known.rpartition("_")[0]
        return self.cells[known or column]


@dataclass(frozen=True)
class Tables:
    """Every row by table and name, the floors by rule id, and all that can be explained."""

    rows: Mapping[tuple[str, str], Row]
    floors: Mapping[str, Cell]
    rules: Mapping[str, Rule]

    def row(self, table: str, name: str) -> Row:
        """A row; a mechanism's that has none of its own is read as an effect's."""
        return self.rows.get((table, name)) or self.rows["effect", name]


@cache
def load_tables() -> Tables:
    """The tables of the package. Raises ``ValueError`` (``file:line: what``) for a broken one; that is a bug."""
    files = sorted(TABLES_FOLDER.glob("*.yaml"))
    rows: dict[tuple[str, str], Row] = {}
    floors: dict[str, Cell] = {}
    rules: dict[str, Rule] = {}
    for entry in compiled("audit-tables", content_hash(files), lambda: list(read_tables(files))):
        floors.update({i: _cell(c) for i, c in entry.get("floors", {}).items()})
        if "says" in entry:
            rules[entry["id"]] = _rule(entry)
        if "table" in entry:
            row = _row(entry)
            rows[row.table, row.name] = row
    return Tables(rows, floors, {**load_audit_rules(), **rules})


def audit_rules() -> dict[str, Rule]:
    """Every rule of the audit by id: what is heard in a sentence, and what comes of it (``evtrack rule EV101``)."""
    return dict(sorted(load_tables().rules.items()))


def audit_rule(rule_id: str) -> Rule | None:
    """One rule of the audit, in any case of its letters."""
    return audit_rules().get(rule_id.upper())


def worse(severity: Severity | None) -> Severity:
    """One step graver."""
    return "info" if severity is None else SEVERITIES[max(SEVERITIES.index(severity) - 1, 0)]


def milder(severity: Severity | None) -> Severity | None:
    """One step milder."""
    return None if severity in (None, "info") else SEVERITIES[SEVERITIES.index(severity) + 1]


def gravity(severity: Severity | None) -> int:
    """Where a severity stands; the greater the graver."""
    return 0 if severity is None else len(SEVERITIES) - SEVERITIES.index(severity)


def read_tables(files: Iterable[Path]) -> Iterator[dict[str, Any]]:
    """The entries of table files as JSON values, each checked. Raises ``ValueError`` (``file:line: what``)."""
    from ruamel.yaml import YAML

    seen: set[str] = set()
    for file in files:
        for entry in YAML(typ="rt").load(file.read_text(encoding="utf-8")):
            place = f"{file.name}:{entry.lc.line + 1}"
            if entry["id"] in seen:
                raise ValueError(f"{place}: rule {entry['id']} stands twice")
            seen.add(entry["id"])
            for cell in (*entry.get("cells", {}).values(), *entry.get("floors", {}).values()):
                _checked(str(cell), place)
            yield {**_plain(entry), "file": file.name}


def _plain(value: Any) -> Any:
    """Without what the YAML reader adds."""
    if isinstance(value, dict):
        return {str(k): _plain(v) for k, v in value.items()}
    return [_plain(v) for v in value] if isinstance(value, list) else str(value)


def _checked(cell: str, place: str) -> None:
    verdict, _, severity = cell.partition("/")
    if verdict not in get_args(Verdict) or severity not in ("", *SEVERITIES):
        raise ValueError(f"{place}: {cell!r} is no verdict and severity")


def _cell(text: str) -> Cell:
    verdict, _, severity = text.partition("/")
    return Cell(cast("Verdict", verdict), cast("Severity", severity) if severity else None)


def _row(entry: dict[str, Any]) -> Row:
    examples = tuple(Example(e["text"], e["at"], _cell(e["is"])) for e in entry.get("examples", ()))
    cells = {column: _cell(c) for column, c in entry["cells"].items()}
    return Row(entry["id"], entry["table"], entry["row"], cells, examples)


def _rule(entry: dict[str, Any]) -> Rule:
    found = [e for e in entry.get("examples", ()) if e["is"] != "supported"]
    clear = [e for e in entry.get("examples", ()) if e["is"] == "supported"]
    return Rule(
        id=entry["id"],
        file=entry["file"],
        says_ja=entry["says"]["ja"],
        says_en=entry["says"]["en"],
        source=entry["source"],
        examples=tuple(f"{e['text']} [{e['at']}: {e['is']}]" for e in found),
        counterexamples=tuple(f"{e['text']} [{e['at']}]" for e in clear),
    )
