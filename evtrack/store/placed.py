"""What are the bytes of a record that stand in one of NLM's files and not in the store?"""

from __future__ import annotations

from pathlib import Path

from evtrack.sources._protocol import SourceError
from evtrack.sources._stream import as_utf8, raw_blocks, unpacked
from evtrack.store.raw import raw_hash
from evtrack.store.target import StoreError


class BulkFileMissingError(StoreError):
    """The file that the record was loaded from is not where it was, or is another now."""


def placed(record_id: str, key: str, path: str, start: int, length: int) -> bytes:
    """The ``length`` bytes from ``start`` on of the file, unpacked, which must hash to ``key``.

    A packed file is unpacked up to there: up to a second for one of NLM's. Raises ``BulkFileMissingError``.
    """
    found = _cut(Path(path), start, length)
    if found is None or raw_hash(found) != key:
        why = "is not there" if found is None else "is another file now"
        raise BulkFileMissingError(
            f"{path}: {why}, and the bytes of {record_id} stand in it: bring it back, or load it again from where it is"
        )
    return found


def _cut(path: Path, start: int, length: int) -> bytes | None:
    """These bytes of the file as its reader sees it; fewer where it ends before, ``None`` where it can't be opened."""
    found, at = b"", 0
    try:
        with path.open("rb") as stream:
            for block in as_utf8(unpacked(raw_blocks(stream))):
                found += block[max(0, start - at) : max(0, start + length - at)]
                at += len(block)
                if at >= start + length:
                    break
    except OSError:
        return None
    except SourceError:
        pass
    return found
