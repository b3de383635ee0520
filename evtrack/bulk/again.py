"""Which of NLM's files must be read again, though they were loaded?"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from evtrack.rules import Rules
from evtrack.store.facts import BulkFile


def words_hash(rules: Rules) -> str:
    """What tells the words of all concepts from others: a file that was read with these need not be read again."""
    words = (f"{p.signal}\t{p.case}\t{p.pattern}" for p in rules.concept_patterns.patterns)
    return hashlib.sha256("\n".join([rules.version, *words]).encode()).hexdigest()


def to_read_again(files: Iterable[BulkFile], rules: Rules) -> list[BulkFile]:
    """Those that a load broke off in, and those of which it kept what matched other words than today's."""
    some = [f for f in files if f.kept or not f.whole]
    words = words_hash(rules) if some else ""
    return [f for f in some if not f.whole or f.kept != words]


def fault_of(files: Iterable[BulkFile], rules: Rules) -> dict[str, str] | None:
    """The same as a fault of the store, as ``db.fault_json`` tells one."""
    due = to_read_again(files, rules)
    return {"fault": "bulk_file_due", "path": due[0].path, "text": str(len(due))} if due else None
