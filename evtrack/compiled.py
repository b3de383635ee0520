"""What do the YAML files say, without reading YAML each time? Files compiled to JSON in the user's cache, keyed by their content."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

FORMAT = "1"
"""Part of the key: a change of what is compiled makes old cache files unread."""


def cache_folder() -> Path:
    """The user's cache folder of evtrack; ``EVTRACK_CACHE`` names another."""
    named = os.environ.get("EVTRACK_CACHE")
    if named:
        return Path(named)
    from platformdirs import user_cache_path

    return user_cache_path("evtrack")


def content_hash(files: Sequence[Path], *extra: str) -> str:
    """Hash of the files' names and bytes, in the order given, and of ``extra``."""
    digest = hashlib.sha256(FORMAT.encode())
    for part in extra:
        digest.update(b"\0" + part.encode())
    for file in files:
        digest.update(b"\0" + file.name.encode() + b"\0")
        digest.update(file.read_bytes())
    return digest.hexdigest()


def compiled(kind: str, key: str, build: Callable[[], Any]) -> Any:
    """The compiled form of ``kind`` under ``key``; built and kept if the cache has none.

    ``build`` gives JSON values. A cache that cannot be read or written is passed by: it only saves time.
    """
    folder = cache_folder()
    file = folder / f"{kind}-{key[:32]}.json"
    try:
        return json.loads(file.read_bytes())
    except (OSError, ValueError):
        pass
    value = build()
    import tempfile

    temporary = None
    try:
        # Private: whoever could write here could say what a claim asks for.
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=folder, prefix=file.name)
        with os.fdopen(handle, "w", encoding="utf-8") as out:
            json.dump(value, out, ensure_ascii=False)
        Path(temporary).replace(file)
    except OSError:
        if temporary is not None:
            with contextlib.suppress(OSError):
                Path(temporary).unlink()  # half of it, on a disk that is full
    return value
