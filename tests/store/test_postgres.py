"""What is a store on PostgreSQL beside what both kinds are: its schema, its refusals, its snapshot, order and secrets."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from evtrack.cli.problems import line_of
from evtrack.record import RecordId
from evtrack.store import migrate, postgres, upkeep
from evtrack.store.lock import one_writer
from evtrack.store.raw import raw_hash
from evtrack.store.read import open_reader
from evtrack.store.store import Store
from evtrack.store.target import (
    SCHEMA,
    NotAStoreError,
    StoreError,
    StoreMissingError,
    StoreOutdatedError,
    WrongTargetError,
    look,
    place_of,
    store_path,
)
from tests.databases import SERVER, Database, Places, change, definition, rows_of, run_sql
from tests.store.test_migrate import with_next

pytestmark = pytest.mark.server


def test_fresh_by_tables_and_fresh_by_steps_are_one_schema(places: Places, clock: Any) -> None:
    """What tables.py and views.py say is what the migrations build on a server too, constraint by constraint."""
    at_once, stepwise = places.new("a"), places.new("b")
    migrate.upgrade(place_of(at_once), now=clock)
    migrate.upgrade(place_of(stepwise), now=clock, stepwise=True)
    told = definition(at_once)
    assert told == definition(stepwise)
    kinds = {row[0] for row in told}
    assert kinds == {"column", "constraint", "index", "view"}
    # Texts are compared by their bytes whatever the language of the database, and numbers are as long as in SQLite.
    assert {row[4] for row in told if row[0] == "column" and row[2] == "text"} == {"C"}
    counted = {row[1] for row in told if row[0] == "column" and row[5].startswith("nextval")}
    assert counted == {f"{table}.id" for table in ("run", "search", "skipped", "override", "change")}
    assert {row[1] for row in told if row[0] == "column" and row[2] == "integer"} <= counted
    assert rows_of(at_once, "SELECT version_num FROM alembic_version") == [(f"{SCHEMA:04d}",)]


def test_an_older_store_is_upgraded_by_a_writer_and_refused_to_a_reader(
    places: Places, clock: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A later migration changes tables, makes the views anew and keeps every row; a reader names the command."""
    place = places.new(whole=True)
    with Store.open(place, now=clock) as store:
        store.begin_run("load", "1", "1")
    body = '    op.add_column("run", sa.Column("extra", sa.Text, nullable=True))\n'
    folder = with_next(tmp_path, body, """{"extras": "SELECT id, json_extract(counts, '$.n') AS n FROM run"}""")
    for name in ("migrate", "target"):
        monkeypatch.setattr(f"evtrack.store.{name}.SCHEMA", SCHEMA + 1)
    with pytest.raises(StoreOutdatedError, match="evtrack db upgrade"):
        open_reader(place)
    assert upkeep.info(place).schema == SCHEMA
    assert migrate.upgrade(place_of(place), now=clock, schema=SCHEMA + 1, migrations=folder) is None
    assert rows_of(place, "SELECT id, extra FROM run") == [(1, None)]
    assert rows_of(place, "SELECT * FROM extras") == [(1, None)]
    assert look(place_of(place)) == "current"


def test_a_failed_migration_leaves_the_old_store(places: Places, clock: Any, tmp_path: Path) -> None:
    """A step that fails is taken back, tables too: same schema, same rows."""
    place = places.new(whole=True)
    before = definition(place)
    body = '    op.drop_table("change")\n    raise RuntimeError("the power went")\n'
    with pytest.raises(migrate.MigrationFailedError, match="the power went") as caught:
        migrate.upgrade(place_of(place), now=clock, schema=SCHEMA + 1, migrations=with_next(tmp_path, body))
    assert "控え" not in str(line_of(caught.value, "ja"))  # there is none beside a database
    assert definition(place) == before
    assert look(place_of(place)) == "current"


def test_a_schema_of_its_own_is_enough(places: Places, clock: Any) -> None:
    """A store in one schema of a shared database: other tables beside it, a lock of its own, nothing outside it."""
    place = places.new()
    change(place, "CREATE TABLE theirs (x int); CREATE SCHEMA team; CREATE SCHEMA other")
    with pytest.raises(NotAStoreError, match="another program"):
        Store.open(place, now=clock)
    one, two, none = (f"{place}?options=-csearch_path%3D{name}" for name in ("team", "other", "nowhere"))
    for url in (one, two):
        Store.open(url, now=clock).close()
        assert upkeep.check(url) == []
    with one_writer(one), one_writer(two, wait=0):
        pass
    with pytest.raises(WrongTargetError, match="CREATE SCHEMA"):
        Store.open(none, now=clock)
    named = place_of(two)
    assert isinstance(named, postgres.Server)
    assert " --schema=other " in named.dump
    tables = rows_of(place, "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")
    assert tables == [(1,)]


def test_another_programs_tables_are_left_alone(places: Places, clock: Any) -> None:
    """Neither without a sign nor with the table of another program's Alembic: nothing is made or read."""
    place = places.new()
    change(
        place, "CREATE TABLE alembic_version (version_num text); INSERT INTO alembic_version VALUES ('1975ea83b712')"
    )
    for use in (lambda: Store.open(place, now=clock), lambda: open_reader(place), lambda: upkeep.check(place)):
        with pytest.raises(NotAStoreError, match="another program"):
            use()
    assert rows_of(place, "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'") == [(1,)]


def test_where_nothing_is_yet(places: Places) -> None:
    """An empty database: readers are told which command makes the store, and none is made by looking."""
    place = places.new()
    for use in (open_reader, upkeep.check, upkeep.info):
        with pytest.raises(StoreMissingError, match="evtrack refresh"):
            use(place)
    assert not place.exists()


def test_texts_are_in_the_order_of_their_bytes(bench: Any, make: Any) -> None:
    """``B`` before ``a``, whatever the language of the server: as in SQLite and in Python."""
    bench.store.save_claim_grades(bench.load(), "1", {i: (make.claim(i), "h") for i in ("a", "B", "あ", "_", "Z", "ä")})
    assert list(bench.store.claim_grades()) == sorted(("a", "B", "あ", "_", "Z", "ä"))
    ((language,),) = rows_of(bench.place, "SELECT ('a' < 'B')::text")
    assert language == "true", "the tests' server sorts by bytes itself: this test proves nothing there"


def test_views_read_what_json_can_hold_and_a_text_can_not(bench: Any, make: Any) -> None:
    """Half a letter and NUL, escaped in a document, stop no view: each stands for itself as a letter that is none."""
    trial = make.study(1, why_stopped="no \ud800 money\0", enrollment=3_000_000_000)
    bench.load(trial)
    ((why,),) = rows_of(bench.place, "SELECT why_stopped FROM trials")
    assert why == "no \ufffd money\ufffd"
    (told,) = bench.store.trial_history(trial.id)
    assert told.enrollment == 3_000_000_000
    assert bench.store.record(trial.id) == trial


def test_raw_documents_are_kept_once(bench: Any) -> None:
    """The same bytes are one row, empty ones too; unknown ones are a KeyError; what is taken back leaves none."""
    raw = bench.store._raw
    keys = raw.write([b"a", b"a", b"", b"a" * 5000])
    assert keys[0] == keys[1] == raw_hash(b"a")
    assert [raw.get(k) for k in keys] == [b"a", b"a", b"", b"a" * 5000]
    raw.write([])
    with pytest.raises(KeyError):
        raw.get("0" * 64)
    assert rows_of(bench.place, "SELECT count(*) FROM raw") == [(3,)]
    with pytest.raises(RuntimeError), bench.store.transaction():  # noqa: PT012 # the transaction is what is tried
        raw.write([b"taken back"])
        raise RuntimeError
    assert rows_of(bench.place, "SELECT count(*) FROM raw") == [(3,)]


def test_a_reader_keeps_nobody_and_sees_one_moment(bench: Any, make: Any) -> None:
    """REPEATABLE READ READ ONLY in UTC: what is committed beside it, raw documents too, is for the next reader."""
    with open_reader(bench.place) as reader:
        bench.load(make.article(1))
        assert (reader.last_ended(), reader.record_count()) == (0, 0)
        with pytest.raises(KeyError):
            reader.raw("PMID:90000001")
        settings = ("transaction_isolation", "transaction_read_only", "TimeZone", "client_encoding")
        told = [next(reader._connection.execute(f"SHOW {name}"))[0] for name in settings]
        assert told == ["repeatable read", "on", "UTC", "UTF8"]


def test_a_writer_whose_connection_is_lost_keeps_nothing_and_says_so(bench: Any, make: Any) -> None:
    """Somebody ends the session in the middle: exit 3, one sentence in both languages, nothing of the step is kept."""
    run = bench.load()
    with pytest.raises(StoreError, match="connection was lost") as caught, bench.store.transaction():  # noqa: PT012 # as above
        bench.store.save_records(run, [(make.article(1), b"1")])
        run_sql(f"SELECT pg_terminate_backend({bench.store._writer.connection.info.backend_pid})")
        bench.store.save_claim_grades(run, "1", {"c": (make.claim("c"), "h")})
    for lang, mend in (("en", "try again"), ("ja", "もう一度")):
        line = line_of(caught.value, lang)
        assert line is not None
        assert (mend in line[0], line[1], "\n" in line[0]) == (True, 3, False)
    with open_reader(bench.place) as reader:
        assert reader.record_count() == 0


def test_a_full_disk_is_told(bench: Any, make: Any) -> None:
    """What the server says where it has no room: exit 3 and a mend, nothing is kept."""
    run = bench.load()
    change(
        bench.place,
        """CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
           $$ BEGIN RAISE EXCEPTION 'no space left (made up)' USING ERRCODE = '53100'; END $$;
           CREATE TRIGGER refuse BEFORE INSERT ON record EXECUTE FUNCTION refuse()""",
    )
    with pytest.raises(StoreError, match=r"can't be written .no space left") as caught:
        bench.store.save_records(run, [(make.article(1), b"1")])
    told = line_of(caught.value, "ja")
    assert told is not None
    assert ("空き容量" in told[0], told[1]) == (True, 3)
    assert bench.store.record(make.article(1).id) is None


def test_who_may_only_read_reads_and_is_told_that_he_can_not_write(guarded: str, places: Places, clock: Any) -> None:
    """SELECT is all that reading and checking need; a write is refused with exit 3."""
    place = places.new(whole=True)
    role = guarded.partition("//")[2].partition(":")[0]
    change(place, f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {role}")
    url = f"{guarded.rpartition('/')[0]}/{place.name}"
    with open_reader(url) as reader:
        assert reader.info().counts["run"] == 0
    assert upkeep.check(url) == []
    with Store.open(url, now=clock) as store, pytest.raises(StoreError, match=r"can't be written .permission denied"):
        store.begin_run("load", "1", "1")
    change(place, f"DROP OWNED BY {role}")


@pytest.fixture
def guarded(places: Places) -> Any:
    """A database's URL for a user who has a password; made and taken away by whom the server trusts."""
    place = places.new()
    assert isinstance(place, Database)
    role = place.name
    run_sql(f"CREATE ROLE {role} LOGIN PASSWORD 'ge:heim/1'; ALTER DATABASE {role} OWNER TO {role}")
    yield f"postgresql+psycopg://{role}:ge%3Aheim%2F1@{SERVER.rpartition('@')[2]}/{place.name}"
    run_sql(f"ALTER DATABASE {role} OWNER TO CURRENT_USER")
    run_sql(f"DROP OWNED BY {role}", place.name)
    run_sql(f"DROP ROLE {role}")


SECRET = re.compile(r"ge:heim|ge%3Aheim|heim/1|heim%2F1")


def test_a_url_with_a_password_opens_and_is_never_shown(guarded: str, clock: Any) -> None:
    """Each letter of a password can be given percent-encoded; no text and no copying command repeats it."""
    with Store.open(guarded, now=clock) as store:
        shown = [str(store.path), repr(store.path), repr(store.info())]
    place = place_of(guarded)
    assert isinstance(place, postgres.Server)
    shown.append(place.dump)
    with pytest.raises(StoreError, match="pg_dump") as caught:
        store_path(guarded)
    assert not SECRET.search(" ".join([*shown, str(caught.value)]))
    assert dict(place.parameters)["password"] == "ge:heim/1"  # noqa: S105 # made up


def test_every_command_about_the_store_works_on_it_without_showing_the_password(
    guarded: str, clock: Any, tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """``status``, ``doctor``, ``db info``, ``check`` and ``upgrade``, in both languages; ``doctor`` warns of a settings file that
    holds the password and is open to others.
    """
    from evtrack.cli import main

    Store.open(guarded, now=clock).close()
    monkeypatch.chdir(tmp_path)
    for name in [n for n in os.environ if n.startswith("EVTRACK_") and n != "EVTRACK_CACHE"]:
        monkeypatch.delenv(name)
    settings = tmp_path / ".evtrack.toml"
    settings.write_text(f'db = "{guarded}"\n', encoding="utf-8")
    said = ""
    for command in ("status", "doctor --offline", "db info", "db check", "db upgrade"):
        for lang in ("ja", "en"):
            assert main([*command.split(), "--lang", lang]) in ((0, 1) if "doctor" in command else (0,)), command
            told = capfd.readouterr()
            said += told.out + told.err
    assert not SECRET.search(said)
    assert f"schema {SCHEMA}" in said
    for mode, warned in ((0o644, [str(settings)]), (0o600, [])):
        settings.chmod(mode)
        main(["doctor", "--offline", "--json"])
        assert json.loads(capfd.readouterr().out)["open_to_others"] == warned


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_each_refusal_of_a_server_is_one_line(guarded: str, lang: str) -> None:
    """Server down or not to be found 3; database missing, no such role 2: a line each, without the password."""
    host = guarded.rpartition("@")[2]
    role = guarded.partition("//")[2].partition(":")[0]
    down = re.sub(r"@[^/]*", "@127.0.0.1:1", guarded)
    cases = [
        (down, 3, {"ja": "サーバーに接続できません", "en": "can't be reached"}),
        (f"{guarded}_missing", 2, {"ja": "サーバーに拒否", "en": "the server refuses"}),
        (guarded.replace(f"//{role}:", "//nobody_here:"), 2, {"ja": "サーバーに拒否", "en": "the server refuses"}),
        (f"{guarded}?sslmode=nonsense", 3, {"ja": "サーバーに接続できません", "en": "can't be reached"}),
        (f"{guarded}?nonsense=1", 2, {"ja": "保存先を読み取れません", "en": "EVTRACK_DB"}),
    ]
    assert host
    for url, code, words in cases:
        with pytest.raises(StoreError) as caught:
            open_reader(url)
        told = line_of(caught.value, lang)
        assert told is not None
        assert told[1] == code, (url, told)
        assert words[lang] in told[0]
        assert "\n" not in told[0]
        assert not SECRET.search(told[0] + str(caught.value)), told


def test_without_psycopg_the_extra_is_named(places: Places) -> None:
    """Where psycopg is not installed: exit 2 and what to install, in both languages."""
    code = (
        "import sys; sys.modules['psycopg'] = None\n"
        "from evtrack.cli import main; sys.exit(main(['status', '--db', sys.argv[1], '--lang', sys.argv[2]]))"
    )
    for lang in ("ja", "en"):
        done = subprocess.run(
            [sys.executable, "-c", code, str(places.new()), lang], capture_output=True, text=True, check=False
        )
        assert done.returncode == 2, done.stderr
        assert "pip install 'evtrack[postgres]'" in done.stderr
        assert len(done.stderr.splitlines()) == 1


def test_copying_is_pg_dumps_which_brings_it_back_whole(
    places: Places,
    clock: Any,
    make: Any,
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """``db backup`` and ``restore`` name the command; what it writes, pg_restore makes the same store of."""
    from evtrack.cli import main

    place = places.new(whole=True)
    with Store.open(place, now=clock) as store:
        run = store.begin_run("load", "1", "1")
        store.save_records(run, [(make.article(1), b"one")])
        store.finish_run(run, "complete", {})
    for lang, arguments in (("ja", ["backup"]), ("en", ["backup"]), ("en", ["restore", "x"]), ("ja", ["datasette"])):
        assert main(["db", *arguments, "--db", str(place), "--lang", lang]) == 2
        told = capfd.readouterr()
        assert told.out == ""
        assert len(told.err.splitlines()) == 1
        assert ("pg_dump --format=custom --file=evtrack.dump" in told.err) == (arguments != ["datasette"])
    server = place_of(place)
    assert isinstance(server, postgres.Server)
    copy = places.new("copy")
    assert isinstance(copy, Database)
    monkeypatch.setenv("PGPASSWORD", dict(server.parameters).get("password", ""))
    subprocess.run(server.dump.split(), check=True, cwd=tmp_path)
    subprocess.run(["pg_restore", f"--dbname={copy.server}", "evtrack.dump"], check=True, cwd=tmp_path)  # noqa: S607 # as a person types it
    assert upkeep.check(copy) == []
    with open_reader(copy) as reader:
        assert [reader.raw(r.id) for r in reader.records()] == [b"one"]
        assert reader.info().schema == SCHEMA


def test_a_writer_that_was_killed_holds_nothing(places: Places, until: Any) -> None:
    """kill -9 of a run that keeps the store: the server lets go by itself, and the next one has it."""
    place = places.new()
    code = "import sys; from evtrack.store.lock import one_writer\nwith one_writer(sys.argv[1]): print(flush=True); sys.stdin.read()"
    holder = subprocess.Popen(
        [sys.executable, "-c", code, os.fspath(place)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert holder.stdout is not None
    holder.stdout.readline()
    with pytest.raises(StoreError, match="another run"), one_writer(place, wait=0.05):
        pass
    holder.kill()
    holder.communicate()
    with one_writer(place, wait=5):
        pass


def test_the_server_is_asked_for_ids_as_they_are(bench: Any, make: Any) -> None:
    """What looks like SQL, a mark for a value or an escape in an id or a word is a text."""
    odd = [RecordId(text) for text in ("PMID:%s", "PMID:%(id)s", "PMID:'; DROP TABLE run; --", "PMID::run", "PMID:\\'")]
    bench.load(*(make.article(n, id=i) for n, i in enumerate(odd)))
    assert {r.id for r in bench.store.records(odd)} == set(odd)
    with open_reader(bench.place) as reader:
        assert [reader.record(i).id for i in odd] == odd  # type: ignore[union-attr] # each is there
        with closing(postgres.Reading(reader._connection.connection, place_of(bench.place))) as reading:  # type: ignore[arg-type] # of a server
            assert next(reading.execute("SELECT count(*) FROM run WHERE kind LIKE 'lo%'")) == (1,)
