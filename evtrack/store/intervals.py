"""How does what was known stay known? Rows that hold from run to run are ended, never overwritten."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from evtrack.store import connect
from evtrack.store.connect import Row
from evtrack.store.read import Reader
from evtrack.store.target import Place

BATCH = 500
"""Records a transaction: some 7 MB of raw documents, so that memory stays bounded whatever a caller brings."""


class IntervalStore(Reader):
    """A store open for writing, and the two moves on its intervals."""

    def __init__(self, place: Place, *, now: Callable[[], datetime], timeout: float) -> None:
        self._writer = connect.writer_of(place, timeout)
        super().__init__(self._writer.dbapi, place)
        try:
            self._raw = self._writer.raw()
        except BaseException:
            self._writer.close()
            raise
        self._now = now
        self._kinds: dict[int, str] = {}

    def close(self) -> None:
        """Close the store and its raw documents."""
        self._raw.close()
        self._writer.close()

    def _kept(self, key: str) -> bytes:
        return self._raw.get(key)

    def _hold(self, table: Any, made: Sequence[Row], run: int, ended: Sequence[Row]) -> None:
        """``made`` holds from ``run`` on; the rows with the keys ``ended`` held until then.

        A row that this very run made before is replaced.
        """
        self._writer.execute(connect.close_before(table), [_at(keys, run) for keys in ended])
        self._writer.upsert(table, [{**row, "valid_from": run, "valid_to": None} for row in made])

    def _release(self, table: Any, ended: Sequence[Row], run: int) -> None:
        """The rows with the keys ``ended`` hold no longer, from ``run`` on."""
        keys = [_at(key, run) for key in ended]
        self._writer.execute(connect.forget_within(table), keys)
        self._writer.execute(connect.close_before(table), keys)


def _at(keys: Mapping[str, Any], run: int) -> Row:
    return {**{f"at_{name}": value for name, value in keys.items()}, "at_run": run}


def batches(made: Sequence[Row]) -> list[Sequence[Row]]:
    """``made`` in lists for one statement each."""
    return [made[i : i + BATCH] for i in range(0, len(made), BATCH)]
