"""Which of NLM's files must be read again, though they were loaded?"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from evtrack.rules import Rules
from evtrack.store.facts import BulkFile

if TYPE_CHECKING:
    from evtrack.store.upkeep import Problem


def words_hash(rules: Rules) -> str:
    """What tells the words of all concepts from others: a file that was read with these need not be read again."""
    words = (f"{p.signal}\t{p.case}\t{p.pattern}" for p in rules.concept_patterns.patterns)
    return hashlib.sha256("\n".join([rules.version, *words]).encode()).hexdigest()


def to_read_again(files: Iterable[BulkFile], rules: Rules) -> list[BulkFile]:
    """Those that a load broke off in, and those of which it kept what matched other words than today's."""
    some = [f for f in files if f.kept or not f.whole]
    words = words_hash(rules) if some else ""
    return [f for f in some if not f.whole or f.kept != words]


def faults_of(files: Iterable[BulkFile], rules: Rules) -> list[Problem]:
    """The same as what is wrong with the store: one, however many files they are, or nothing."""
    from evtrack.store.upkeep import Problem

    due = to_read_again(files, rules)
    return [Problem("bulk_file_due", Path(due[0].path), str(len(due)))] if due else []
