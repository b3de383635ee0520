"""Does Datasette open the store as it is, with the metadata that ``evtrack db datasette`` writes?"""

from __future__ import annotations

import asyncio
import json
import re
import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from evtrack.claim import Library
from evtrack.record import Record, RecordId
from evtrack.report import datasette as views
from evtrack.store.store import Store
from evtrack.store.views import VIEWS
from evtrack.wording import keys

# An event loop wakes itself through a pair of sockets.
pytestmark = pytest.mark.enable_socket

Run = Callable[..., Any]
Get = Callable[..., Any]
HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)> =HYPERLINK(1) \u202e \x1b[31m ' \""
"""What a title from outside may hold."""
NO_CLAIMS = Library((), {}, {}, "")
DATA = Path(__file__).parent.parent / "data" / "cli"


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory, cache: Path) -> Iterator[Get]:
    """A filled store opened by Datasette in this process; gives ``get(path)``."""
    from datasette.app import Datasette  # type: ignore[import-untyped] # ships no types

    from evtrack.claims import load_library

    folder = tmp_path_factory.mktemp("datasette")
    path = folder / "store.db"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EVTRACK_CACHE", str(cache))
        _fill(path)
        library, _ = load_library(None)
        told = json.loads(json.dumps(views.metadata("store", library, "en")))
    # Datasette asks for ?mode=ro and no more: the file is not touched, and the raw documents beside it are not named.
    app = Datasette(files=[str(path)], metadata=told, settings={"num_sql_threads": 1})
    # In a thread of its own: a browser that other tests opened in this process keeps a loop running in this one.
    with ThreadPoolExecutor(1) as beside:
        yield from _answers(app, beside)


def _answers(app: Any, beside: ThreadPoolExecutor) -> Iterator[Get]:
    loop = asyncio.new_event_loop()
    beside.submit(loop.run_until_complete, app.invoke_startup()).result()

    def get(path: str, status: int = 200) -> Any:
        answer = beside.submit(loop.run_until_complete, app.client.get(path, follow_redirects=True)).result()
        assert answer.status_code == status, f"{path}: {answer.status_code} {answer.text[:500]}"
        return answer

    yield get
    app.executor.shutdown()
    for database in app.databases.values():
        for connection in database._all_file_connections:
            connection.close()
    loop.close()


def _fill(path: Path) -> None:
    """Two loads of invented records, one of them with a hostile title, a word of a person, and a claim that fell."""
    from evtrack.cli import main

    for files in (["articles.xml", "trials.json"], ["changed.xml"]):
        code = main(["--db", str(path), "load", *(str(DATA / file) for file in files), "--json"])
        assert code == 0
    with Store.open(path, now=lambda: datetime(2026, 11, 23, tzinfo=UTC)) as store:
        run = store.begin_run("load", "r", "c")
        hostile = Record(RecordId("PMID:90000066"), "pubmed", "jsonl", HOSTILE)
        store.save_records(run, [(hostile, b"-")])
        tie = store.ties("dep-effect")[RecordId("PMID:90000001")]
        store.save_ties(run, "dep-effect", "h", "r", {hostile.id: replace(tie.graded, counts_for_claim=True)}, "match")
        store.finish_run(run, "complete", {})


class _Links(HTMLParser):
    """Tags and addresses of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.to: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.to += [value or "" for name, value in attrs if name == "href"]
        assert not any(name.startswith("on") and "alert" in (value or "") for name, value in attrs)


def columns_of(path: Path) -> dict[str, list[str]]:
    """Table or view → its columns, by the schema."""
    with sqlite3.connect(path) as connection:
        names = [n for (n,) in connection.execute("SELECT name FROM sqlite_master WHERE type IN ('table', 'view')")]
        found = {n: [row[1] for row in connection.execute(f'PRAGMA table_info("{n}")')] for n in names}
    connection.close()
    return found


@pytest.fixture
def schema(bench_path: Path) -> dict[str, list[str]]:
    return columns_of(bench_path)


@pytest.fixture
def bench_path(run: Run, articles: Path, tmp_path: Path) -> Path:
    run("load", articles)
    return tmp_path / "evtrack.db"


def test_every_table_and_column_is_told_of_as_it_is(schema: dict[str, list[str]]) -> None:
    """The metadata names each table and view of the schema once: shown, hidden or kept back; of those shown, each column."""
    groups = [set(views.SHOWN), set(views.HIDDEN), set(views.KEPT_BACK)]
    assert sum(map(len, groups)) == len(set().union(*groups))
    assert set().union(*groups) == set(schema)
    assert set(views.SHOWN) >= {"claim_status", "evidence", "trials"}
    assert {name: shown.columns.split() for name, shown in views.SHOWN.items()} == {n: schema[n] for n in views.SHOWN}
    assert set(VIEWS) == {name for name in schema if name in views.SHOWN or name in views.KEPT_BACK} - {
        "record", "claim_record", "study_link", "run", "skipped",
    }  # fmt: skip


def test_words_are_those_that_are_needed() -> None:
    """No table, column or question has words that nobody shows."""
    used = {column for shown in views.SHOWN.values() for column in shown.columns.split()}
    assert set(keys("column")) == used
    assert set(keys("table")) == set(views.SHOWN)
    asked = views.metadata("d", NO_CLAIMS, "en")["databases"]["d"]["queries"]
    assert set(keys("question")) == set(asked)


def test_sorts_and_facets_are_columns() -> None:
    """What a view is sorted and counted by at first is one of its columns."""
    for name, shown in views.SHOWN.items():
        columns = set(shown.columns.split())
        named = {*shown.facets.split(), *filter(None, [(shown.sort or "").removeprefix("-"), shown.label])}
        assert named <= columns, name


def test_the_command_writes_what_datasette_reads(run: Run, tmp_path: Path) -> None:
    """To stdout or into a file, for the store in use, whether it is there yet or not; Datasette parses it."""
    from datasette.utils import parse_metadata  # type: ignore[import-untyped] # ships no types

    told = run("db", "datasette")
    assert told.json["databases"].keys() == {"evtrack"}
    into = tmp_path / "metadata.json"
    written = run("db", "datasette", "-o", str(into), "--db", str(tmp_path / "other.db"))
    assert written.out == ""
    assert f"datasette {tmp_path / 'other.db'} -m {into}" in written.err
    parsed = parse_metadata(into.read_text(encoding="utf-8"))
    assert parsed["databases"]["other"] == told.json["databases"]["evtrack"]
    assert "no treatment advice" in parsed["description"]
    assert "ChiCTR" in parsed["databases"]["other"]["description"]


def test_in_japanese_every_word_is(run: Run) -> None:
    """Titles, descriptions and the claims' statements follow --lang; names of tables, columns and questions never do."""
    ja, en = (run("db", "datasette", "--lang", lang).json for lang in ("ja", "en"))
    store, other = ja["databases"]["evtrack"], en["databases"]["evtrack"]
    assert store["tables"].keys() == other["tables"].keys()
    assert store["queries"].keys() == other["queries"].keys()
    said = [ja["title"], ja["description"], store["description"], store["source"], store["license"]]
    for table in store["tables"].values():
        said += [table.get("description", "表"), *table.get("columns", {}).values()]
    said += [query["title"] for query in store["queries"].values()]
    assert [words for words in said if not re.search(r"[ぁ-んァ-ヶ一-龠]", words)] == []
    assert "people_ja" in store["queries"]["claims"]["sql"]
    assert "エクソソーム" in store["queries"]["claims"]["sql"]
    assert not re.search(r"[ぁ-ん]", json.dumps(en, ensure_ascii=False))


def test_every_view_and_table_opens(opened: Get) -> None:
    """The index, every table and every view: 200, with the description of each column; those kept back are not listed."""
    front = opened("/").text
    assert "An evtrack store" in front or "an evtrack store" in front
    listed = opened("/store").text
    assert "PubMed and ClinicalTrials.gov" in listed
    for name, shown in views.SHOWN.items():
        page = opened(f"/store/{name}").text
        assert shown.columns.split()[0] in page
        assert f'href="/store/{name}"' in listed, name
        rows = opened(f"/store/{name}.json?_shape=objects").json()
        assert rows["columns"] == shown.columns.split() or {"rowid", *rows["columns"]} >= set(shown.columns.split())
    assert "stage of research" in opened("/store/claim_status").text
    assert 'href="/store/evidence_held"' not in listed
    opened("/store/evidence_held", status=403)
    hidden = [t["name"] for t in opened("/store.json").json()["tables"] if t["hidden"]]
    assert set(views.HIDDEN) <= set(hidden)
    assert not set(hidden) & set(views.SHOWN)


def test_every_question_is_answered(opened: Get) -> None:
    """Each canned query runs; the claims come with their statements, people before levels."""
    library_size = 43
    for name in keys("question"):
        answer = opened(f"/store/{name}.json?_shape=objects&claim_id=dep-effect").json()
        assert answer.get("ok", True), answer
        opened(f"/store/{name}")
    claims = opened("/store/claims.json?_shape=array").json()
    assert len(claims) == library_size
    assert list(claims[0])[:4] == ["claim_id", "statement", "people_en", "level"]
    assert next(c for c in claims if c["claim_id"] == "dep-effect")["statement"].startswith("Exosomes may relieve")
    counted = opened("/store/evidence_of_claim.json?_shape=array&claim_id=dep-effect").json()
    assert "PMID:90000066" in {row["record_id"] for row in counted}
    last = opened("/store/last_changes.json?_shape=array").json()
    assert last
    assert len({row["day"] for row in last}) == 1


def test_foreign_keys_lead_from_row_to_row(opened: Get) -> None:
    """A tie leads to its record by title and to its run by day; a record leads back to its ties."""
    ties = _Links(opened("/store/claim_record?claim_id=dep-effect").text)
    assert "/store/record/PMID~3A90000001" in ties.to
    assert any(re.fullmatch(r"/store/run/\d+", to) for to in ties.to)
    page = opened("/store/record/PMID~3A90000001")
    assert any("/store/claim_record?record_id=" in to for to in _Links(page.text).to)
    expanded = opened("/store/claim_record.json?claim_id=dep-effect&_labels=on&_shape=objects").json()["rows"]
    assert {"PMID:90000001"} <= {row["record_id"]["value"] for row in expanded}
    assert all(row["record_id"]["label"] for row in expanded)


def test_hostile_titles_stay_text(opened: Get) -> None:
    """A title full of markup adds no tag to any page that shows it."""
    plain = set(_Links(opened("/store/run").text).tags)
    for page in ("evidence?record_id=PMID:90000066", "record?id=PMID:90000066", "claim_record?record_id=PMID:90000066"):
        told = opened(f"/store/{page}").text
        assert "&lt;script&gt;alert(1)" in told
        assert "<script>alert(1)" not in told
        assert "<img" not in told
        assert "img" not in set(_Links(told).tags) - plain


def test_claims_are_quoted_for_sql() -> None:
    """A statement with quotes and a NUL is one text of the query; a library without claims asks for nothing."""
    empty = views.metadata("d", NO_CLAIMS, "en")["databases"]["d"]["queries"]["claims"]["sql"]
    connection = sqlite3.connect(":memory:")
    connection.execute(
        "CREATE TABLE claim_status (claim_id, people_en, level, stance, label_en, last_search, search_complete)"
    )
    assert connection.execute(empty).fetchall() == []
    assert connection.execute(f"SELECT {views._quoted(HOSTILE + chr(0))}").fetchone() == (HOSTILE,)  # what is tested
    connection.close()
