"""NLM's files: the newest version of a record wins whatever their order, what is whole is not read again, bytes are found."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from itertools import permutations
from pathlib import Path

import pytest

import evtrack.bulk.loading
from evtrack.bulk.again import to_read_again
from evtrack.claim import Library
from evtrack.cli import main
from evtrack.demo.article import Article
from evtrack.record import pmid_record
from evtrack.rules import load_rules
from evtrack.store.facts import BulkFile
from evtrack.store.placed import BulkFileMissingError
from evtrack.store.read import open_reader
from evtrack.store.upkeep import check
from tests.bulk.conftest import Place
from tests.bulk.nlm import FIRST, article, record, write
from tests.same_state import assert_same

EASED = "Exosomes of mesenchymal stem cells ease depressive-like behavior in mice under chronic mild stress"
TILES = "Drying of roof tiles under low pressure"


def file(place: Place, number: int, titles: dict[int, str], deleted: tuple[int, ...] = (), **other: date) -> Path:
    """One of NLM's files, with records of these titles by PMID."""
    return write(place.folder / f"pubmed26n{number:04}.xml.gz", map(record, articles(titles, **other)), deleted)


def articles(titles: dict[int, str], **other: date) -> Iterator[Article]:
    """Records of these titles, by PMID."""
    return (Article(str(pmid), title, date(2024, 5, 1), **other) for pmid, title in titles.items())  # type: ignore[arg-type] # days alone


def raws(place: Place, name: str, pmids: Iterable[int]) -> list[bytes]:
    """The bytes behind records."""
    with open_reader(place.db(name)) as reader:
        return [reader.raw(f"PMID:{pmid}") for pmid in pmids]


def titles(place: Place, name: str) -> dict[str, str]:
    """What the store holds now."""
    with open_reader(place.db(name)) as reader:
        return {str(r.id): r.title for r in reader.records()}


@pytest.fixture
def three(place: Place) -> list[Path]:
    """Three files that revise, delete, bring back and take away again; the dates of revision tell another order."""
    a, b, c, d, e = (FIRST + n for n in range(5))
    return [
        file(
            place, 1, {a: f"{EASED} 1", b: f"{EASED} 1", c: f"{EASED} 1", d: TILES, e: EASED}, revised=date(2026, 3, 3)
        ),
        file(place, 2, {a: f"{EASED} 2", d: f"{EASED} 2"}, (b, c), revised=date(2026, 2, 2)),
        file(place, 3, {b: f"{EASED} 3", d: f"{TILES} 3"}, (e,), revised=date(2026, 1, 1)),
    ]


@pytest.mark.parametrize("everything", [False, True])
@pytest.mark.parametrize("chunk", [1, evtrack.bulk.loading.CHUNK])
@pytest.mark.parametrize(
    ("told", "newest"),
    [
        ([(EASED, 2025), (TILES, 2026)], 1),
        ([(TILES, 2025), (EASED, 2026)], 1),
        ([(f"{EASED} now", 2026), (EASED, 2025)], 0),
        ([(EASED, 2026), (f"{EASED} now", 2026)], 1),
        ([(f"{EASED} now", 2026), (EASED, 2026)], 1),
        ([(EASED, 2026), (TILES, 2026)], 1),
    ],
)
def test_twice_in_one_file(
    place: Place,
    told: list[tuple[str, int]],
    newest: int,
    chunk: int,
    everything: bool,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Of two records with one PMID in a file the newer one wins, then the later one, wherever a chunk ends; it alone is graded."""
    monkeypatch.setattr(evtrack.bulk.loading, "CHUNK", chunk)
    made = [record(Article(str(FIRST), title, date(2024, 5, 1), revised=date(year, 1, 1))) for title, year in told]
    path = write(place.folder / "pubmed26n0001.xml.gz", made)
    for _ in range(2):
        place.load("a", path, everything=everything)
        title = told[newest][0]
        assert titles(place, "a") == {f"PMID:{FIRST}": title}
        ties = place.rows("a", "SELECT DISTINCT record_id FROM claim_record WHERE valid_to IS NULL")
        assert len(ties) == (title != TILES)


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_the_newest_wins_in_any_order(place: Place, three: list[Path], order: tuple[int, ...]) -> None:
    """Loaded one by one in any order with --all, the store is the one of all at once: what a later file says or deletes holds."""
    place.load("once", *reversed(three), everything=True)
    for nth in order:
        place.load("one by one", three[nth], everything=True)
    # A record that ceased to match keeps the grade it had, where it had one; no claim reads it.
    assert_same(place.db("one by one"), place.db("once"), without={"record_grade"})
    graded = """SELECT record_id, grade FROM record_grade WHERE valid_to IS NULL AND record_id IN (
                SELECT record_id FROM claim_record WHERE valid_to IS NULL) ORDER BY 1"""
    assert place.rows("one by one", graded) == place.rows("once", graded) != []
    a, b, d = (f"PMID:{FIRST + n}" for n in (0, 1, 3))
    assert titles(place, "one by one") == {a: f"{EASED} 2", b: f"{EASED} 3", d: f"{TILES} 3"}


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0)])
def test_no_claim_rests_on_an_old_version(place: Place, three: list[Path], order: tuple[int, ...]) -> None:
    """Without --all too: a record whose newest version matches nothing counts for no claim, though older ones would."""
    for nth in order:
        place.load("some", three[nth])
    a, b, d = (f"PMID:{FIRST + n}" for n in (0, 1, 3))
    held = titles(place, "some")
    assert {i: t for i, t in held.items() if i != d} == {a: f"{EASED} 2", b: f"{EASED} 3"}
    assert held.get(d, f"{TILES} 3") == f"{TILES} 3"
    assert place.rows("some", "SELECT DISTINCT record_id FROM claim_record WHERE valid_to IS NULL ORDER BY 1") == [
        (a,),
        (b,),
    ]


def test_what_matches_nothing(place: Place) -> None:
    """Without --all what names no concept is passed over and counted; with it, it is stored and not graded."""
    path = file(place, 1, {FIRST: EASED, FIRST + 1: TILES, FIRST + 2: "Sleep of nurses and their depression"})
    (some,) = place.load("some", path).files
    assert (some.read, some.new, some.passed) == (3, 2, 1)
    (every,) = place.load("every", path, everything=True).files
    assert (every.read, every.new, every.passed) == (3, 3, 0)
    for name in ("some", "every"):
        assert place.rows(name, "SELECT record_id FROM record_grade") == [(f"PMID:{FIRST}",)]


def test_what_the_service_said_is_gone(place: Place) -> None:
    """A record that a refresh found gone does not come back by a file that may be older; by a later text of it, it does."""
    place.load("a", file(place, 2, {FIRST: EASED, FIRST + 1: EASED}, revised=date(2026, 2, 2)))
    with place.open("a") as store:
        run = store.begin_run("refresh", place.rules.version, place.library.content_hash)
        store.mark_removed(run, [pmid_record(str(FIRST))])
        store.finish_run(run, "complete", {})
    place.load("a", file(place, 3, {FIRST: f"{EASED} again"}, revised=date(2026, 2, 2)))
    assert titles(place, "a") == {f"PMID:{FIRST + 1}": EASED}
    place.load("a", file(place, 4, {FIRST: f"{EASED} later"}, revised=date(2026, 2, 3)))
    assert titles(place, "a") == {f"PMID:{FIRST}": f"{EASED} later", f"PMID:{FIRST + 1}": EASED}


def test_as_if_from_an_ordinary_file(place: Place) -> None:
    """Records and grades are those that the same file gives under a name that NLM does not use."""
    path = write(place.folder / "pubmed26n0001.xml.gz", (record(article(n), 3) for n in range(120)))
    place.load("bulk", path, everything=True)
    place.load("ordinary", Path(shutil.copy(path, place.folder / "mine.xml.gz")))
    assert_same(place.db("bulk"), place.db("ordinary"), without={"bulk_file", "bulk_place", "raw"})
    assert len(place.rows("bulk", "SELECT 1 FROM claim_record")) > 3


def test_whole_files_are_not_read_again(place: Place) -> None:
    """A file that was loaded is said and not read, also from another folder; changed bytes, --all or other words are."""
    path = file(place, 1, {FIRST: EASED, FIRST + 1: TILES})
    assert not place.load("a", path).files[0].loaded_before
    assert place.load("a", path).files[0].loaded_before
    moved = place.folder / "elsewhere" / path.name
    moved.parent.mkdir()
    path.rename(moved)
    assert place.load("a", moved).files[0].loaded_before
    assert place.rows("a", "SELECT path FROM bulk_file") == [(str(moved),)]
    every = place.load("a", moved, everything=True).files[0]
    assert (every.loaded_before, every.new) == (False, 1)
    assert place.load("a", moved).files[0].loaded_before
    again = file(place, 1, {FIRST: EASED, FIRST + 1: f"{TILES} 2"})
    assert (place.load("a", again, everything=True).files[0].changed) == 1


def test_bytes_follow_their_record(place: Place) -> None:
    """What stands unchanged in a later file, a new year's or one issued again, is read there: the old file may go."""
    said = {FIRST: EASED, FIRST + 1: TILES}
    old = file(place, 1, said)
    place.load("a", old, everything=True)
    before = raws(place, "a", said)
    new = write(place.folder / "pubmed27n0001.xml.gz", map(record, articles({FIRST + 2: TILES, **said})))
    place.load("a", new, everything=True)
    old.unlink()
    assert raws(place, "a", said) == before
    issued_again = write(new, map(record, articles(said)))
    assert place.load("a", issued_again, everything=True).files[0].changed == 0
    assert raws(place, "a", said) == before


@pytest.fixture
def wider(place: Place) -> Library:
    """The library with a word more for a concept: that of the roof tiles."""
    depression = place.library.concepts["depression"]
    words = (*depression.words, "roof tiles")
    concepts = {**place.library.concepts, "depression": replace(depression, words=words)}
    return replace(place.library, concepts=concepts, content_hash="other")


def test_other_words_read_it_again(place: Place, wider: Library) -> None:
    """Where a concept got a word that was not there before, a file that was passed over by the old words is read by the new."""
    path = file(place, 1, {FIRST: EASED, FIRST + 1: TILES})
    place.load("a", path)
    (read,) = place.load("a", path, library=wider, rules=load_rules(wider.concepts)).files
    assert (read.loaded_before, read.new) == (False, 1)


def test_files_to_read_again_are_told(
    place: Place, wider: Library, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A file that a load broke off in, and those that passed over records by other words, are told until they are read."""
    one, two = file(place, 1, {FIRST: EASED, FIRST + 1: TILES}), file(place, 2, {FIRST + 2: EASED})
    place.load("a", one)
    place.load("all", one, everything=True)
    rules = load_rules(wider.concepts)
    for name, due in (("a", [str(one)]), ("all", [])):
        with place.open(name) as store:
            assert to_read_again(store.bulk_files().values(), place.rules) == []
            assert [f.path for f in to_read_again(store.bulk_files().values(), rules)] == due
            # As a kill leaves it.
            store.begin_bulk_file(1, BulkFile(2600002, str(two), "its digest", ""))
    monkeypatch.setenv("EVTRACK_DB", str(place.db("all")))
    monkeypatch.setenv("EVTRACK_LANG", "en")
    for command in (["regrade"], ["load", "--all", str(one)]):
        assert main(command) == 0
        assert f"1 of NLM's files, the first {two}, must be loaded again" in capsys.readouterr().err
    assert main(["doctor", "--offline"]) == 1
    assert "must be loaded again" in capsys.readouterr().out
    assert main(["load", "--all", str(two)]) == 0
    assert main(["doctor", "--offline"]) == 0
    told = capsys.readouterr()
    assert "must be loaded again" not in told.out + told.err


def test_a_wrong_md5_stops_one_file(
    place: Place, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A file whose bytes are not those that its .md5 file names is an error of its own; the others are loaded, and the exit is 2."""
    good, bad, odd = (file(place, n, {FIRST + n: EASED}) for n in (1, 2, 3))
    bad.with_name(f"{bad.name}.md5").write_text(good.with_name(f"{good.name}.md5").read_text())
    odd.with_name(f"{odd.name}.md5").write_text("<html>not found</html>")
    monkeypatch.setenv("EVTRACK_DB", str(place.db("a")))
    monkeypatch.setenv("EVTRACK_LANG", "en")
    assert main(["load", str(bad), str(odd), f"{bad}.md5", str(good), "--json"]) == 2
    told = capsys.readouterr()
    answer = json.loads(told.out)["files"]
    assert [(f["read"], f["problem"] and f["problem"]["what"]) for f in answer] == [
        (0, "its MD5 is not the one in the .md5 file beside it"),
        (0, "the .md5 file beside it holds no MD5"),
        (1, None),
    ]
    assert str(bad) in told.err
    assert titles(place, "a") == {f"PMID:{FIRST + 1}": EASED}
    assert main(["load", str(bad), "--lang", "ja"]) == 2
    assert "指紋" in capsys.readouterr().err


def test_a_file_that_breaks_off(place: Place) -> None:
    """What stands before the break is kept and graded, the file is not whole, and the whole one is loaded when it comes."""
    path = write(place.folder / "pubmed26n0001.xml.gz", (record(article(n), 3) for n in range(60)), md5=False)
    packed = path.read_bytes()
    path.write_bytes(packed[: len(packed) * 2 // 3])
    cut = place.load("a", path).files[0]
    assert cut.problem is not None
    assert cut.problem.code == "broken_off"
    assert cut.read
    assert place.rows("a", "SELECT 1 FROM record_grade")
    path.write_bytes(packed)
    assert place.load("a", path).files[0].problem is None
    place.load("b", path)
    assert_same(place.db("a"), place.db("b"))


def test_where_the_bytes_are(place: Place) -> None:
    """The bytes behind what a claim may ask for are in the store, those of the rest are read out of NLM's file; without it
    the one that is missing is named, ``db check`` says so, and grading anew needs it not."""
    made = [article(n) for n in range(30)]
    path = write(place.folder / "pubmed26n0001.xml.gz", (record(a, 3) for a in made))
    place.load("a", path, everything=True)
    with place.open("a") as store:
        kept = {f"PMID:{a.pmid}": store.raw(f"PMID:{a.pmid}").decode() for a in made}
    assert kept == {f"PMID:{a.pmid}": record(a, 3) for a in made}
    assert check(place.db("a")) == []
    path.unlink()
    with open_reader(place.db("a")) as reader:
        assert reader.raw(f"PMID:{FIRST}").decode() == record(made[0], 3)
        with pytest.raises(BulkFileMissingError, match=r"pubmed26n0001\.xml\.gz: is not there"):
            reader.raw(f"PMID:{FIRST + 2}")
    assert [(p.fault, p.path, p.text) for p in check(place.db("a"))] == [("bulk_file_missing", path, "22")]
    write(path, (record(a, 4) for a in made))
    with open_reader(place.db("a")) as reader, pytest.raises(BulkFileMissingError, match="is another file now"):
        reader.raw(f"PMID:{FIRST + 2}")


def test_regrade_without_the_files(
    place: Place, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """``regrade --all`` grades the same when NLM's files are gone."""
    path = write(place.folder / "pubmed26n0001.xml.gz", (record(article(n), 3) for n in range(60)))
    place.load("a", path, everything=True)
    before = place.rows("a", "SELECT record_id, grade FROM record_grade ORDER BY 1")
    path.unlink()
    monkeypatch.setenv("EVTRACK_DB", str(place.db("a")))
    assert main(["regrade", "--all"]) == 0
    capsys.readouterr()
    assert place.rows("a", "SELECT record_id, grade FROM record_grade ORDER BY 1") == before


@pytest.mark.parametrize("form", ["csv", "ris", "bibtex"])
def test_reports_without_the_files(
    place: Place, form: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What a claim came to ask for later is reported without what only its bytes tell, where NLM's file is gone."""
    path = file(place, 1, {FIRST: EASED})
    place.load("a", path, everything=True, library=replace(place.library, claims={}))
    path.unlink()
    monkeypatch.setenv("EVTRACK_DB", str(place.db("a")))
    assert main(["regrade"]) == 0
    capsys.readouterr()
    assert main(["report", "dep-effect", "--format", form]) == 0
    assert "ease depressive-like behavior" in capsys.readouterr().out


def test_named_claim(place: Place) -> None:
    """--claim ties every record of NLM's files to the claim, also those that were loaded before without it."""
    path = file(place, 1, {FIRST: EASED, FIRST + 1: TILES})
    place.load("a", path)
    place.load("a", path, claim_id="ptsd-effect")
    with place.open("a") as store:
        assert {t.found_by for t in store.ties("ptsd-effect").values()} == {"--claim"}
        assert len(store.ties("ptsd-effect")) == 2


def test_beside_other_files(place: Place) -> None:
    """In one load with files of other kinds all are reported in the order given, and the store is that of two loads."""
    bulk = file(place, 1, {FIRST: EASED, FIRST + 1: TILES})
    mine = write(place.folder / "mine.xml.gz", [record(article(50))])
    both = place.load("both", mine, bulk, mine).files
    assert [(f.path, f.new) for f in both] == [(str(mine), 1), (str(bulk), 1), (str(mine), 0)]
    place.load("two", bulk)
    place.load("two", mine)
    assert_same(place.db("both"), place.db("two"))


def test_what_is_told(place: Place) -> None:
    """Of a load of everything the news are about records that touch a claim: a new one, one revised, one deleted."""
    place.load("a", file(place, 1, {FIRST: EASED, FIRST + 1: TILES, FIRST + 2: EASED}), everything=True)
    done = place.load(
        "a", file(place, 2, {FIRST: f"{EASED} 2", FIRST + 1: f"{TILES} 2"}, (FIRST + 2,)), everything=True
    )
    told = {(c.kind, c.record_id) for c in done.outcome.changes}
    assert told >= {("record_changed", f"PMID:{FIRST}"), ("record_removed", f"PMID:{FIRST + 2}")}
    assert not {i for _, i in told if i == f"PMID:{FIRST + 1}"}


def test_a_record_that_a_query_found(place: Place) -> None:
    """A record that another file tied to a claim stays tied and is graded anew when one of NLM's files revises it."""
    place.load("a", write(place.folder / "mine.xml.gz", [record(article(3))]), claim_id="dep-effect")
    place.load("a", file(place, 1, {FIRST + 3: f"{TILES}, revised"}, revised=date(2026, 9, 9)))
    assert titles(place, "a") == {f"PMID:{FIRST + 3}": f"{TILES}, revised"}
    with place.open("a") as store:
        (tie,) = store.ties("dep-effect").values()
        assert tie.found_by == "--claim"
