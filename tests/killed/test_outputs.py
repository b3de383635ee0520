"""Are the files that a command writes beside the store there whole or not at all when it is killed?"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from evtrack.cli.output import put_file
from evtrack.store.upkeep import backup, check

from .playing import Scene, Stage, empty, lay, played, run_struck, sound

pytestmark = [pytest.mark.enable_socket, pytest.mark.promise("kills")]
ARTICLE = "# Exosomes\n\nExosomes cure depression.\n\nExosomes may relieve depressive symptoms in mice.\n"


@dataclass(frozen=True)
class Output:
    """A command that writes files: what it is called with, and how an earlier run of it was called."""

    arguments: tuple[str, ...]
    earlier: tuple[str, ...]


OUTPUTS = {
    "report": Output(("report", "-o", "pages"), ("report", "-o", "pages", "dep-effect")),
    "export": Output(("review", "export", "-o", "out.yaml"), ()),
    "baseline": Output(
        ("audit", "article.md", "--write-baseline", "base.json"),
        ("audit", "other.md", "--write-baseline", "base.json"),
    ),
    "backup": Output(("db", "backup", "copy.db"), ()),
}


def written(folder: Path) -> dict[str, bytes]:
    """What lies in a folder beside the store, parts of files that were never finished aside."""
    files = (p for p in folder.rglob("*") if p.is_file() and not p.name.startswith("evtrack.db"))
    return {
        p.relative_to(folder).as_posix(): p.read_bytes()
        for p in files
        if not p.name.endswith((".part", "-journal", "-wal", "-shm"))
    }


@pytest.mark.parametrize("name", OUTPUTS)
def test_files_are_whole_or_not_there(
    stage: Stage, name: str, full: bool, tally: Callable[[int], None], tmp_path: Path
) -> None:
    """Killed while it writes a report, an export, a baseline or a backup: each file is the old one or the new one, and the next run writes all."""
    if not full:
        pytest.skip("of the long form")
    loaded, output = stage.play("load"), OUTPUTS[name]
    before = lay(loaded.scene.before, tmp_path / "before")
    (before / "article.md").write_text(ARTICLE, encoding="utf-8")
    (before / "other.md").write_text("Exosomes were studied in mice.\n", encoding="utf-8")
    scene = replace(loaded.scene, arguments=output.arguments, before=before)
    if output.earlier:
        assert run_struck(replace(scene, arguments=output.earlier), before, {}).code == 0
    for file in loaded.after.glob("evtrack.db*"):
        shutil.copy(file, before)  # the store has moved since
    play = played(scene, tmp_path / "after")
    old, new = written(before), written(play.after)
    assert old != new
    for killed in stage.kills(play, 8):
        with stage.noted(play, killed.strike):
            there = written(killed.folder)
            assert not [n for n, held in there.items() if held not in (old.get(n), new.get(n))]
            assert old.keys() & new.keys() <= there.keys()
            sound(killed.folder)
            again = run_struck(scene, killed.folder, {})
            # A backup never takes the place of one that is there.
            kept = name == "backup" and {"copy.db", "copy.db.raw"} & there.keys()
            assert again.code == (2 if kept else 0), again.err
            if again.code == 0:
                assert written(killed.folder) == new
    tally(stage.killed)


def test_a_restore_is_whole_or_not_at_all(
    stage: Stage, full: bool, tally: Callable[[int], None], tmp_path: Path
) -> None:
    """Killed while it restores, the store is the one before or the copy, and what was set aside is the one before."""
    if not full:
        pytest.skip("of the long form")
    loaded = stage.play("load")
    before = lay(loaded.scene.before, tmp_path / "before")
    for end in ("", ".raw"):
        shutil.copy(loaded.after / f"evtrack.db{end}", before / f"copy.db{end}")
    scene = Scene("restore", ("db", "restore", "copy.db", "--json"), before, loaded.scene.environ)
    play = played(scene, tmp_path / "after")
    play.told = loaded.told
    for killed in stage.kills(play, 8):
        with stage.noted(play, killed.strike):
            done = stage.holds(play, killed.folder, killed.ended)
            stage.converges(play, killed.folder, done=done)
    tally(stage.killed)


def test_a_backup_takes_the_place_of_what_a_killed_one_left(tmp_path: Path) -> None:
    """A copy that was not ended bears another name, and the next backup of the same name is whole and leaves none."""
    store = empty(tmp_path / "store", made=True) / "evtrack.db"
    to = tmp_path / "copy.db"
    for end in (".part", ".part-journal", ".raw.part"):
        to.with_name(to.name + end).write_bytes(b"half a page")
    assert backup(store, to) == [to, tmp_path / "copy.db.raw"]
    assert {p.name for p in tmp_path.iterdir() if p.is_file()} == {"copy.db", "copy.db.raw"}
    assert check(to) == []


def test_parts_of_a_killed_run_do_not_stay(tmp_path: Path) -> None:
    """What a killed process left of a file goes when the file is next written; that of one at work stays."""
    file = tmp_path / "index.html"
    put_file(file, "old")
    killed, working = tmp_path / ".index.html.4711.part", tmp_path / ".index.html.4712.part"
    other = tmp_path / ".other.html.4711.part"
    for part in (killed, working, other):
        part.write_text("ha", encoding="utf-8")
    for part in (killed, other):
        os.utime(part, (1_700_000_000, 1_700_000_000))
    put_file(file, "new")
    assert {p.name for p in tmp_path.iterdir()} == {file.name, working.name, other.name}
    assert file.read_text(encoding="utf-8") == "new"
