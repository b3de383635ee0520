"""What becomes of files that a command writes, of its caches and its answer, when the disk they lie on is full or read-only?"""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.disks.conftest import one_sentence, put_back

if TYPE_CHECKING:
    from tests.desk import Built, Desk
    from tests.disks.conftest import Disk

pytestmark = [pytest.mark.enable_socket, pytest.mark.promise("disks")]

OUTPUTS: dict[str, tuple[tuple[str, ...], str]] = {
    "table": (("report", "-o"), "evidence.csv"),
    "page": (("report", "-o"), "report.html"),
    "pages": (("report", "-o"), "site"),
    "digest": (("changes", "--since", "0", "--format", "atom", "-o"), "feed.xml"),
    "audit": (("audit", "page.md", "--fail-on", "never", "--format", "html", "-o"), "audit.html"),
    "baseline": (("audit", "page.md", "--write-baseline"), "baseline.json"),
    "words": (("review", "export", "-o"), "words.yaml"),
    "datasette": (("db", "datasette", "-o"), "metadata.json"),
    "backup": (("db", "backup"), "copy.db"),
}
"""What is written → the command and the file's name, which comes last."""
PAGE = "# Exosomes\n\nExosomes cure depression.\n" * 40


def _files(folder: Path) -> dict[str, bytes]:
    return {
        str(f.relative_to(folder)): f.read_bytes() for f in folder.rglob("*") if f.is_file() and f.name != "ballast"
    }


@pytest.fixture
def page(first: Desk) -> None:
    """A text to audit, in the desk's folder; with words to export."""
    (first.folder / "page.md").write_text(PAGE, encoding="utf-8")
    said = ("--name", "A. Nemo", "--reason", "invented " * 2000)
    first.run("review", "reject", "PMID:90000101", *said)


def test_a_full_disk_leaves_the_file_of_before(
    page: None, first: Desk, disk: Disk, full: bool, tally: Callable[[int], None]
) -> None:
    """A file is there whole or as it was; nothing half-written lies beside it; with the room back it is written."""
    for what in OUTPUTS if full else ("table", "pages", "baseline", "words", "backup"):
        command, name = OUTPUTS[what]
        target = disk.folder / name
        first.at(7)
        if what != "backup":  # which is never written over what is there
            first.run(*command, str(target))
            first.at(21)  # pages tell another age
        for number, room in enumerate((0, 4096, 8192, 16_384, 32_768) if full else (4096,)):
            print(what, room)  # noqa: T201 # shown where it fails
            before, lang = _files(disk.folder), ("ja", "en")[number % 2]
            disk.leave(room)
            answer = first.run(*command, str(target), "--lang", lang, code=(0, 3))
            if answer.code:
                told = one_sentence(answer.err, lang)
                assert "空き容量" in told if lang == "ja" else "No space left" in told or "free the disk" in told
                assert name in answer.err
                left = _files(disk.folder)
                # Pages that were written before the disk was full are the new ones, each whole; their marker knows them all.
                assert left.keys() == before.keys()
                assert what == "pages" or left == before
            assert number or answer.code, "the disk was not full"
            disk.empty()
            if what == "backup" and not answer.code:
                break
            tally(1)
        if what != "backup" or not target.exists():
            first.run(*command, str(target))
        elsewhere = first.folder / "elsewhere" / name
        elsewhere.parent.mkdir(exist_ok=True)
        first.run(*command, str(elsewhere))
        assert _files(disk.folder) == _files(elsewhere.parent)
        for written in (target, elsewhere):
            shutil.rmtree(written) if written.is_dir() else written.unlink()
            written.with_name(f"{name}.raw").unlink(missing_ok=True)


def test_a_read_only_disk_is_told_by_the_name_that_was_given(
    page: None, first: Desk, disk: Disk, full: bool, tally: Callable[[int], None]
) -> None:
    """One sentence with the file's name in both languages; a path that can't be written to is wrong usage of ``report``."""
    disk.read_only()
    for what in OUTPUTS if full else ("page", "digest", "backup"):
        command, name = OUTPUTS[what]
        target = disk.folder / name
        for lang in ("ja", "en"):
            print(what, lang)  # noqa: T201 # shown where it fails
            answer = first.run(*command, str(target), "--lang", lang, code=2 if command[0] == "report" else 3)
            one_sentence(answer.err, lang)
            assert str(target) in answer.err
            assert what == "backup" or ".part" not in answer.err
            tally(1)
    assert _files(disk.folder) == {}


def test_a_new_claim_is_there_whole_or_not_at_all(
    first: Desk, disk: Disk, few_claims: Path, tally: Callable[[int], None]
) -> None:
    """Half a claim file would make every command fail."""
    shutil.copytree(few_claims, disk.folder / "claims")
    first.environ["EVTRACK_CLAIMS"] = str(disk.folder / "claims")
    before = _files(disk.folder)
    for lang, how in (("ja", "full"), ("en", "full"), ("ja", "read-only"), ("en", "read-only")):
        disk.leave(0) if how == "full" else disk.read_only()
        err = first.run("claims", "new", "a-claim", "--lang", lang, code=3).err
        one_sentence(err, lang)
        assert "a-claim.yaml" in err
        assert _files(disk.folder) == before
        disk.writable()
        disk.empty()
        tally(1)
    first.run("claims", "new", "a-claim")


@pytest.mark.parametrize("how", ["full", "read-only"])
def test_a_cache_without_room_stops_nothing(
    first: Desk, disk: Disk, how: str, tally: Callable[[int], None], monkeypatch: pytest.MonkeyPatch, cache: Path
) -> None:
    """Compiled claims, the pace of requests and the report of a bug lie in the cache: without them all works as ever."""
    expected = first.run("status", "--json").out
    first.environ["EVTRACK_CACHE"] = str(disk.folder / "cache")
    if how == "read-only":  # what was compiled before is read
        shutil.copytree(cache, disk.folder / "cache")
    before = {name: kept for name, kept in _files(disk.folder).items() if kept}
    disk.leave(0) if how == "full" else disk.read_only()
    assert first.run("status", "--json").out == expected
    first.environ |= {"EVTRACK_PUBMED_INTERVAL": "0.01", "EVTRACK_CTGOV_INTERVAL": "0.01"}
    first.refresh()

    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("a bug")

    with monkeypatch.context() as patch:
        patch.setattr("evtrack.store.upkeep.info", broken)
        for lang in ("ja", "en"):
            err = first.run("db", "info", "--lang", lang, code=70).err
            assert err.count("\n") == 1
            assert "RuntimeError" in err
            assert "bug-" not in err, "a report that is not there is named"
    # A lock file and an empty folder take no room.
    assert {name: kept for name, kept in _files(disk.folder).items() if kept} == before, "half a file is left"
    tally(4)


def test_reading_commands_on_a_read_only_disk(
    first: Desk, disk: Disk, week: Built, few_claims: Path, full: bool, tally: Callable[[int], None]
) -> None:
    """In a folder that can't be written to every command that reads says what it says elsewhere, and leaves nothing there."""
    (first.folder / "page.md").write_text(PAGE, encoding="utf-8")
    first.environ["EVTRACK_DB"] = str(disk.folder / "evtrack.db")
    put_back(first, week.folder)
    commands: list[tuple[str, ...]] = [
        ("status", "--json"), ("show", "dep-effect"), ("audit", "page.md", "--fail-on", "never"), ("report", "--format", "html"),
        ("changes", "--since", "0"), ("db", "check"), ("db", "info"), ("review", "list"),
    ]  # fmt: skip
    if full:
        commands += [
            ("show", "dep-effect", "--at", "2026-11-03", "--json"), ("report", "--format", "csv"), ("report", "--format", "ris"),
            ("report", "--format", "footnote"), ("review", "words", "--all", "--json"), ("review", "export"), ("changes", "--format", "atom"),
            ("status", "--fail-on", "stale=90d"), ("doctor", "--offline"), ("db", "backup", str(first.folder / "copy.db")),
        ]  # fmt: skip
    told = [first.run(*command) for command in commands]
    put_back(first, week.folder)
    (first.folder / "copy.db").unlink(missing_ok=True)
    (first.folder / "copy.db.raw").unlink(missing_ok=True)
    before = _files(disk.folder)
    disk.read_only()
    for command, expected in zip(commands, told, strict=True):
        assert first.run(*command) == expected, command
        tally(1)
    assert _files(disk.folder) == before


def test_an_answer_that_finds_no_room(first: Desk, full: bool, tally: Callable[[int], None]) -> None:
    """Where stdout lies on a full disk: exit 3 and one sentence, in both languages, however long the answer."""
    if not Path("/dev/full").exists():
        pytest.skip("NO /dev/full on this system")
    for command in (["db", "info"], ["show", "dep-effect", "--json"]) if full else (["db", "info"],):
        for lang in ("ja", "en"):
            with Path("/dev/full").open("w") as nowhere:
                done = subprocess.run(
                    [sys.executable, "-m", "evtrack", *command, "--lang", lang],
                    stdout=nowhere, stderr=subprocess.PIPE, text=True, env=first.environment(), cwd=first.folder, check=False,
                )  # fmt: skip
            assert done.returncode == 3, done.stderr
            assert ("空き容量" if lang == "ja" else "No space left") in one_sentence(done.stderr, lang)
            tally(1)
