"""How right is grading? Every measurement in one command, printed as the tables of the README.

    python tests/bench/grade_bench.py [--no-folds] [SHARED]

``SHARED`` is the folder with ``data`` and ``eval`` (default: ../shared beside the project). Runs the scoring scripts through the
``evtrack`` command, then grades the design corpus and the vesicle papers itself for what the scripts do not say: the confusion
matrix, how far a stated confidence holds, whom ``needs_review`` finds, and design once more by weights fitted to the other
four fifths of the records (numpy is needed for this; about a minute). That last figure is the one to expect on new records.
"""

# ruff: noqa: T201 (what a script measures, it prints)

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

from evtrack.claims import load_library
from evtrack.grade.design import grade_design
from evtrack.grade.fields import record_fields
from evtrack.grade.patterns import PatternSet
from evtrack.grade.record import grade_record, scan_record
from evtrack.grade.text import GradingText, scan
from evtrack.record import AbstractSection, MeshHeading, Record, RecordId
from evtrack.rules import Rules, load_rules

SURE = 0.9
LABELS = Path(__file__).parent / "design_labels.md"
"""Labels of the design corpus that were read again and found wrong, with the reasons."""
OTHER = "other"
TIER_OF = {
    "in_vitro": "in_vitro", "animal": "animal", "case_report": "human_nonrct", "case_series": "human_nonrct",
    "single_arm": "human_nonrct", "phase1": "human_nonrct", "nonrandomised_trial": "human_nonrct",
    "randomised_no_control": "human_nonrct", "observational": "human_nonrct", "rct": "rct",
    "systematic_review": "review_meta", "meta_analysis": "review_meta", "narrative_review": "narrative_review",
    "protocol": "protocol", "registered_trial": "protocol",
}  # fmt: skip
TIERS = ("in_vitro", "animal", "human_nonrct", "rct", "review_meta", "narrative_review", "protocol")
SCRIPTS: tuple[tuple[str, ...], ...] = (
    ("design_eval.py", "data/corpora/design_dev.jsonl"),
    ("ev_eval.py", "data/grade/ev_dev.jsonl"),
    ("ev_eval.py", "data/grade/ev_dev.jsonl", "--no-types"),
    ("ev_eval.py", "data/grade/ev_trials_dev.jsonl"),
    ("edge_eval.py", "data/grade/edge_dev.jsonl", "--cases", "data/grade/claim_cases_dev.json"),
    ("stance_eval.py", "data/corpora/stance_dev.jsonl"),
)


class Read(NamedTuple):
    """A labelled record as it was read: right or wrong (``None``: the labels leave it open), how sure, and whether to be looked at."""

    tier: str
    right: bool | None
    confidence: float
    needs_review: bool


def main() -> None:
    """Run it all and print it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("shared", type=Path, nargs="?", default=Path(__file__).parents[2] / "../shared")
    parser.add_argument("--no-folds", action="store_true", help="skip the cross-validation")
    args = parser.parse_args()
    if not (args.shared / "data").is_dir():
        sys.exit(f"the labelled records are not here: {args.shared}/data")
    for script in SCRIPTS:
        print(" ".join(script), *(f"{k}={shown(v)}" for k, v in figures_of(args.shared, script).items()), sep="\n    ")
    corpus = labelled(args.shared / "data/corpora/design_dev.jsonl")
    vesicles = labelled(args.shared / "data/grade/ev_dev.jsonl")
    patterns = load_rules({}).patterns
    fitted = [read_design(row, patterns) for row in corpus]
    design_tables("Design, weights fitted to these very records", corpus, fitted)
    rct_as_labelled_and_put_right(corpus, fitted)
    if not args.no_folds:
        design_tables(
            "Design, five folds: weights fitted to the other records", corpus, cross_validated(corpus, vesicles)
        )
    library, _ = load_library(None)
    rules = load_rules(library.concepts)
    levels = [read_level(row, rules) for row in vesicles]
    matrix(
        "Level of the vesicle papers",
        [(str(row["level"]), read.tier) for row, read in zip(vesicles, levels, strict=True)],
    )
    calibration("Level of the vesicle papers", levels)


def labelled(path: Path) -> list[dict[str, Any]]:
    """The records of a labelled file."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def shown(value: object) -> str:
    """A figure as the README writes it."""
    return f"{value:.3f}" if isinstance(value, float) else str(value)


def figures_of(shared: Path, script: Sequence[str]) -> dict[str, Any]:
    """What a scoring script measures of the ``evtrack`` beside this Python."""
    name, *rest = script
    with tempfile.TemporaryDirectory() as folder:
        kept = Path(folder) / "figures.json"
        command = [sys.executable, str(shared / "eval" / name), *(str(shared / a) if "/" in a else a for a in rest)]
        command += ["--evtrack", str(Path(sys.executable).parent / "evtrack"), "--json", str(kept)]
        environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True, env=environment, check=False)
        if done.returncode:
            sys.exit(f"{name}: {done.stdout.splitlines()[-1]}")
        found: dict[str, Any] = json.loads(kept.read_text(encoding="utf-8"))["figures"]
    return found


def record_of(row: Mapping[str, Any], *, witnesses: bool = False) -> Record:
    """A labelled row as a record; with ``witnesses``, publication types and MeSH too."""
    types = tuple(row.get("publication_types") or ()) if witnesses else ()
    mesh = tuple(MeshHeading(heading) for heading in row.get("mesh") or ()) if witnesses else ()
    abstract = (AbstractSection(row["abstract"]),) if row.get("abstract") else ()
    title = row["title"] or ""
    return Record(RecordId(str(row["id"])), "pubmed", "jsonl", title, abstract, publication_types=types, mesh=mesh)


def read_design(row: Mapping[str, Any], patterns: PatternSet) -> Read:
    """The design of a row of the design corpus, from title and abstract alone."""
    record = record_of(row)
    grade = grade_design(scan(GradingText(record_fields(record)), patterns), record)
    tier = TIER_OF.get(grade.design, OTHER)
    if row["tier"] == tier:
        right: bool | None = True
    elif row["tier"] in TIERS and (tier == OTHER or tier in row["not_tiers"]):
        right = False
    else:
        right = False if tier in row["not_tiers"] else None
    return Read(tier, right, grade.confidence, grade.needs_review)


def read_level(row: Mapping[str, Any], rules: Rules) -> Read:
    """The level of a row of the vesicle papers, as ``evtrack grade`` says it."""
    record = record_of(row, witnesses=True)
    grade = grade_record(scan_record(record, rules), record)
    return Read(grade.level, grade.level == row["level"], grade.confidence, grade.needs_review)


def cross_validated(corpus: list[dict[str, Any]], vesicles: list[dict[str, Any]]) -> list[Read]:
    """Each row of the corpus read by weights that were fitted without it and without the rest of its fifth."""
    import fit_design as fitting  # type: ignore[import-not-found] # the script beside this one
    import numpy as np

    rows = fitting.features([*corpus, *vesicles])
    names, x = fitting.matrix(rows)
    allowed, weight = fitting.family_rows(corpus, vesicles)
    places, kinds, kind_weight = fitting.human_rows(corpus, vesicles)
    human_names, human_x = fitting.matrix([rows[r] for r in places])
    fold = np.random.RandomState(0).randint(0, 5, len(x))
    patterns = load_rules({}).patterns
    out: dict[int, Read] = {}
    for k in range(5):
        rest = fold != k
        human_rest = rest[np.array(places)]
        family = fitting.fit(names, x[rest], allowed[rest], weight[rest], fitting.OF_FAMILY)
        kind = fitting.fit(
            human_names, human_x[human_rest], kinds[human_rest], kind_weight[human_rest], fitting.OF_KIND
        )
        found = fitting.weights_of([(names, family, fitting.FAMILIES), (human_names, kind, fitting.HUMAN_KINDS)])
        other = PatternSet(replace(p, weights=found.get(p.signal, {})) for p in patterns.patterns)
        out |= {i: read_design(row, other) for i, row in enumerate(corpus) if fold[i] == k}
    return [out[i] for i in range(len(corpus))]


def per_tier(corpus: Sequence[Mapping[str, Any]], reads: Sequence[Read]) -> dict[str, tuple[int, int, int]]:
    """Tier → right, falsely read so, overlooked; only records whose source rules the tier out count against it."""
    out = {}
    for tier in TIERS:
        pairs = list(zip(corpus, reads, strict=True))
        right = sum(row["tier"] == tier == read.tier for row, read in pairs)
        wrong = sum(read.tier == tier != row["tier"] and tier in row["not_tiers"] for row, read in pairs)
        out[tier] = right, wrong, sum(row["tier"] == tier for row in corpus) - right
    return out


def f1(counts: tuple[int, int, int]) -> float:
    """F1 of right, falsely read so, overlooked."""
    right, wrong, overlooked = counts
    return 2 * right / max(1, 2 * right + wrong + overlooked)


def macro_f1(corpus: Sequence[Mapping[str, Any]], reads: Sequence[Read]) -> float:
    """Mean F1 of the seven tiers."""
    return sum(f1(counts) for counts in per_tier(corpus, reads).values()) / len(TIERS)


def design_tables(head: str, corpus: list[dict[str, Any]], reads: list[Read]) -> None:
    """Figures a tier, the interval, the confusion matrix, and how far confidence holds."""
    random, pairs = Random(11), list(zip(corpus, reads, strict=True))  # noqa: S311 (a bootstrap keeps no secrets)
    means = sorted(macro_f1(*zip(*random.choices(pairs, k=len(pairs)), strict=True)) for _ in range(100))
    print(f"\n{head}: macro-F1 {macro_f1(corpus, reads):.3f} (95 % {means[2]:.3f} to {means[97]:.3f})\n")
    print("| tier | records | precision | recall | F1 |\n|---|---|---|---|---|")
    for tier, (right, wrong, overlooked) in per_tier(corpus, reads).items():
        there = right + overlooked
        print(
            f"| {tier} | {there} | {right / max(1, right + wrong):.3f} | {right / there:.3f} | {f1((right, wrong, overlooked)):.3f} |"
        )
    matrix(head, [(row["tier"], read.tier) for row, read in pairs])
    calibration(head, reads)


def put_right(file: Path = LABELS) -> dict[str, str]:
    """Id → the tier that design_labels.md gives it, or ``unsaid``."""
    rows = (line.split("|") for line in file.read_text(encoding="utf-8").splitlines() if re.match(r"\| \w+:\d", line))
    return {row[1].strip(): row[2].strip() for row in rows}


def rct_as_labelled_and_put_right(corpus: Sequence[dict[str, Any]], reads: Sequence[Read]) -> None:
    """What the RCT figures are, and what they would be with the labels of design_labels.md put right."""
    right = put_right()
    mended = [
        {**row, "tier": tier, "not_tiers": [t for t in TIERS if t != tier]}
        if (tier := right.get(row["id"])) in TIERS
        else row
        for row in corpus
    ]
    told = [i for i, row in enumerate(corpus) if right.get(row["id"]) != "unsaid"]
    for head, rows, kept in (
        ("as labelled", corpus, range(len(corpus))),
        ("labels of design_labels.md put right", mended, range(len(corpus))),
        ("and those left out that do not say how people were allocated", mended, told),
    ):
        hit, wrong, overlooked = per_tier([rows[i] for i in kept], [reads[i] for i in kept])["rct"]
        print(
            f"RCT, {head}: {hit + overlooked} records, precision {hit / (hit + wrong):.3f}, "
            f"recall {hit / (hit + overlooked):.3f}, F1 {f1((hit, wrong, overlooked)):.3f}"
        )


def matrix(head: str, pairs: Iterable[tuple[str, str]]) -> None:
    """The confusion matrix, right (rows) by answered (columns)."""
    count = Counter(pairs)
    values = [v for v in (*TIERS, "none", "observational", "early_clinical", OTHER) if any(v in pair for pair in count)]
    print(f"\n{head}: right (rows) by answered (columns)\n\n| | {' | '.join(values)} |\n|{'---|' * (len(values) + 1)}")
    for row in values:
        print(f"| {row} | {' | '.join(str(count[row, column] or '·') for column in values)} |")


def calibration(head: str, reads: Sequence[Read]) -> None:
    """How many reach the high confidence, how many of those are wrong, and whom ``needs_review`` finds."""
    known = [read for read in reads if read.right is not None]
    high = [read for read in known if read.confidence >= SURE]
    wrong_high = sum(not read.right for read in high)
    print(
        f"\n{head}: confidence {SURE} or more in {len(high) / len(known):.1%} of {len(known)} records, wrong in "
        f"{wrong_high / max(1, len(high)):.1%} of these ({wrong_high})"
    )
    wrong, right = (share_reviewed(known, right=value) for value in (False, True))
    print(
        f"needs_review: {wrong:.1%} of those read wrongly, {right:.1%} of the others ({wrong / max(right, 1e-9):.1f} times as often)"
    )


def share_reviewed(reads: Iterable[Read], *, right: bool) -> float:
    """How many of the right, or of the wrong ones, are to be looked at."""
    asked = list(reviewed(reads, right=right))
    return sum(asked) / max(1, len(asked))


def reviewed(reads: Iterable[Read], *, right: bool) -> Iterator[bool]:
    """``needs_review`` of the right, or of the wrong ones."""
    return (read.needs_review for read in reads if read.right is right)


if __name__ == "__main__":
    main()
