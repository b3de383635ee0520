"""Folders of claims of a writer's own, and a cache for each room of tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.claims.written import CLAIM, PACK, write


@pytest.fixture(scope="module", autouse=True)
def _own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """One cache for the module: its files are named by content, so tests cannot meet each other's."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EVTRACK_CACHE", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture
def packs(tmp_path: Path) -> Path:
    """A folder with one pack of one claim."""
    folder = tmp_path / "packs"
    (folder / "my-article").mkdir(parents=True)
    (folder / "my-article" / "pack.yaml").write_text(PACK, encoding="utf-8")
    write(folder, "some-claim", CLAIM)
    return folder
