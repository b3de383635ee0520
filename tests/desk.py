"""How a test refreshes: a stand-in of both services on the loopback, a store, a clock and a cache of its own.

What is expected is written from the command-line contract alone. ``Desk`` is one person's desk: it runs ``evtrack`` in
this process or starts it in another, and says what its store holds. Records are invented.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest

from tests.databases import Place, Places, change, place_at, rows_of

if TYPE_CHECKING:
    from evtrack.demo.corpus import Article, Corpus, Study
    from evtrack.demo.server import StandIn

CLAIMS = Path(__file__).parents[1] / "claims" / "exosome-psychiatry"
SCHEMAS = Path(__file__).parent / "schemas"
FIRST = datetime(2026, 11, 2, 6, 0, tzinfo=UTC)
"""The Monday of the first week."""

RECORDS = """SELECT id, source, title, year, revised, doi, trial_status, trial_phases, trial_enrollment, trial_completion,
             trial_has_results, content_hash FROM record WHERE removed_run IS NULL ORDER BY id"""
TIES = """SELECT claim_id, record_id, level, design, synthesis, role, agent, gate, basis, condition_match, outcome_match,
          counts_for_claim, stance, preprint, indirect, needs_review, flags FROM claim_record
          WHERE valid_to IS NULL AND record_id IN (SELECT id FROM record WHERE removed_run IS NULL)
          ORDER BY claim_id, record_id"""
GRADES = """SELECT claim_id, level, provisional_level, stance, synthesis, k, n, needs_review, label_ja, label_en
            FROM claim_grade WHERE valid_to IS NULL ORDER BY claim_id"""
HISTORY = ("record_version", "record_grade", "claim_record", "claim_grade", "study_link", "change")
"""Tables that a refresh without news adds no row to."""


@dataclass(frozen=True)
class Answer:
    """What a command gave."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """stdout as one JSON value."""
        return json.loads(self.out)

    @property
    def said(self) -> str:
        """All that a person may read."""
        return self.out + self.err

    @property
    def flat(self) -> str:
        """The same without line breaks: with blanks between words, and once more (for Japanese) without any."""
        words = self.said.split()
        return f"{' '.join(words)} {''.join(words)}"


@dataclass(frozen=True)
class Built:
    """A store that was refreshed in as many weeks as there are ``corpora``, and what the last refresh told."""

    folder: Path
    place: Place
    corpora: tuple[Corpus, ...]
    told: dict[str, Any]


@dataclass
class Desk:
    """One store and all that is set around it. ``environ`` holds the settings as a user would set them."""

    server: StandIn
    folder: Path
    environ: dict[str, str]
    _monkeypatch: pytest.MonkeyPatch
    _capfd: pytest.CaptureFixture[str]
    _places: Places
    started: list[subprocess.Popen[str]] = field(default_factory=list)

    @property
    def place(self) -> Place:
        """Where the store is."""
        return place_at(self.environ["EVTRACK_DB"])

    @property
    def db(self) -> Path:
        """The store's file, for what is about files alone."""
        assert isinstance(self.place, Path)
        return self.place

    def at(self, days: float) -> None:
        """Set the clock to so many days after the first Monday."""
        self.environ["EVTRACK_NOW"] = (FIRST + timedelta(days=days)).isoformat()

    def another(self, name: str) -> Desk:
        """The same desk with another store."""
        environ = {**self.environ, "EVTRACK_DB": str(self._places.new(name))}
        return Desk(self.server, self.folder, environ, self._monkeypatch, self._capfd, self._places, self.started)

    def adopt(self, built: Built) -> None:
        """Go on with a copy of a store that was refreshed before, on the day of its last refresh."""
        self.bring(built.place)
        self.server.corpus = built.corpora[-1]
        self.at(7 * (len(built.corpora) - 1))

    def bring(self, like: Place, name: str = "evtrack") -> None:
        """Go on with a copy of another store, under this name."""
        self.environ["EVTRACK_DB"] = str(self._places.new(name, like=like))
        if isinstance(like, Path):
            for file in like.parent.glob(f"{like.name}*"):
                shutil.copy(file, self.folder / file.name.replace(like.name, self.db.name, 1))

    def run(self, *arguments: str, code: int | tuple[int, ...] = 0) -> Answer:
        """Run ``evtrack`` in this process. No traceback, no exit 70, and the exit code that is expected."""
        from evtrack.cli import main

        self._capfd.readouterr()
        with self._monkeypatch.context() as patch:
            for name in [n for n in os.environ if n.startswith("EVTRACK_") or n == "NCBI_API_KEY"]:
                patch.delenv(name)
            for name, value in self.environ.items():
                patch.setenv(name, value)
            patch.chdir(self.folder)
            got = main([str(a) for a in arguments])
        told = self._capfd.readouterr()
        answer = Answer(got, told.out, told.err)
        assert "Traceback" not in answer.said
        assert got in ((code,) if isinstance(code, int) else code), f"exit {got}: {told.err}{told.out[-3000:]}"
        return answer

    def environment(self, **settings: str) -> dict[str, str]:
        """The environment of a process of its own."""
        kept = {k: v for k, v in os.environ.items() if not k.startswith("EVTRACK_") and k != "NCBI_API_KEY"}
        return {**kept, **self.environ, **settings}

    def start(self, *arguments: str, **settings: str) -> subprocess.Popen[str]:
        """Start ``evtrack`` in a process of its own."""
        process = subprocess.Popen(
            [sys.executable, "-m", "evtrack", *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            cwd=self.folder,
            env=self.environment(**settings),
        )
        self.started.append(process)
        return process

    def mend(self) -> None:
        """The services are well again; the wait is for a socket that was closed."""
        self.server.faults.clear()
        time.sleep(0.1)

    def refresh(self, *arguments: str, code: int | tuple[int, ...] = 0) -> dict[str, Any]:
        """``evtrack refresh --json``: its answer, which fits its schema and its exit code."""
        answer = self.run("refresh", "--json", *arguments, code=code)
        told: dict[str, Any] = valid(answer.json, "refresh")
        whole = told["status"] == "complete"
        assert whole == (answer.code != 3), f"exit {answer.code}, status {told['status']}"
        assert whole or any(s["errors"] for s in told["sources"].values()), "partial, and no word why"
        return told

    def show(self, claim_id: str) -> dict[str, Any]:
        """``evtrack show --json`` of one claim."""
        shown: dict[str, Any] = valid(self.run("show", claim_id, "--json").json, "show")
        return shown

    def status(self) -> dict[str, dict[str, Any]]:
        """The rows of ``evtrack status --json`` by claim."""
        return {c["claim_id"]: c for c in valid(self.run("status", "--json").json, "status")["claims"]}

    def of(self, built: Built) -> Desk:
        """The desk of a store that was built before, to read it."""
        other = self.another("other")
        other.environ["EVTRACK_DB"] = str(built.place)
        return other

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """Rows of the store."""
        return rows_of(self.place, sql)

    def history(self) -> dict[str, list[tuple[Any, ...]]]:
        """What the tables hold that keep what was known when; a claim's grades without runs and days, each once.

        A grade that says "none was found as of" a day is said anew on another day: no news.
        """
        held = {table: self.rows(f"SELECT * FROM {table} ORDER BY 1, 2, 3") for table in HISTORY}  # noqa: S608 # names of our own
        said = {tuple(_undated(v) for v in (row[0], *row[3:])) for row in held["claim_grade"]}
        return {**held, "claim_grade": sorted(said, key=str)}

    def evidence(self) -> dict[str, Any]:
        """All that the store holds as evidence now: records, ties, grades. No run, no history, no day of searching."""
        undated = [[_undated(v) for v in row] for row in self.rows(GRADES)]
        return {"records": self.rows(RECORDS), "ties": self.rows(TIES), "claims": undated}

    def spoken(self, *claims: str) -> dict[str, Any]:
        """What ``status --json`` and ``show --json`` say, days of searching aside."""
        return {
            "status": {claim_id: _timeless(row) for claim_id, row in self.status().items()},
            "show": {claim_id: _timeless(self.show(claim_id)) for claim_id in claims},
        }

    def forget_lists(self) -> int:
        """As if nobody had kept what the searches found: the next refresh asks each of them. How many ctgov is asked."""
        change(self.place, "DELETE FROM found_list")
        return len({q for (q,) in self.rows("SELECT query FROM search WHERE source = 'ctgov'")})

    def asked(self, service: str = "", path: str = "", since: float = 0.0) -> int:
        """How many requests came for a service, to paths that hold ``path``, after a moment of the monotonic clock."""
        return sum(1 for s in self.server.seen if service in s.service and path in s.path and s.at >= since)

    def sound(self) -> None:
        """The file is whole and every reference leads somewhere."""
        if isinstance(self.place, Path):
            assert self.rows("PRAGMA integrity_check") == [("ok",)]
            assert self.rows("PRAGMA foreign_key_check") == []
        assert self.run("db", "check", "--json").json == {"ok": True, "faults": []}


def _undated(value: Any) -> Any:
    return re.sub(r"\d{4}-\d\d-\d\d", "DAY", value) if isinstance(value, str) else value


def _timeless(shown: dict[str, Any]) -> dict[str, Any]:
    """Without days, without history, and without the number of records, which counts those that were removed too."""
    timeless = {
        "as_of": None,
        "history": None,
        "retracted": sorted(shown.get("retracted", ())),
        "loaded": None,
        "searched": [{**s, "at": None} for s in shown["searched"]],
        "registered": [{**t, "history": None} for t in shown["registered"]],
    }
    told: dict[str, Any] = json.loads(_undated(json.dumps({**shown, **timeless}, sort_keys=True)))
    return told


def valid(answer: Any, schema: str) -> Any:
    """The answer, once it fits the schema the tests hold."""
    jsonschema.Draft202012Validator(json.loads((SCHEMAS / f"{schema}.json").read_text())).validate(answer)
    return answer


class Invent:
    """Makes invented records."""

    def __init__(self) -> None:
        self.texts = json.loads((Path(__file__).parent / "data" / "texts.json").read_text(encoding="utf-8"))

    def article(self, number: int, text: str, day: date = date(2026, 10, 5), **more: Any) -> Article:
        """A PubMed record, PMID 90000000 + ``number``, that came to PubMed on ``day`` and says the text of texts.json."""
        from evtrack.demo.corpus import Article

        return Article(pmid=str(90000000 + number), **{"crdt": day, **self.texts[text], **more})

    def study(self, number: int, condition: str, day: date = date(2026, 10, 5), **more: Any) -> Study:
        """A trial of exosomes, NCT90000000 + ``number``, last updated on ``day``."""
        from evtrack.demo.corpus import Study

        usual: dict[str, Any] = {
            "brief_title": f"Invented trial {number} of mesenchymal stem cell exosomes in {condition}",
            "conditions": (condition,),
            "interventions": (("BIOLOGICAL", "Exosomes of mesenchymal stem cells"),),
            "arms": (("EXPERIMENTAL", "Exosomes"),),
            "phases": ("PHASE1",),
            "enrollment": 20,
            "first_posted": date(2026, 1, 5),
            "last_update": day,
        }
        return Study(nct_id=f"NCT{90000000 + number}", **{**usual, **more})

    def notes(self, n: int, first: int = 100_000, day: date = date(2026, 10, 5)) -> tuple[Article, ...]:
        """So many short records that PubMed files under exosomes in depression; they count for nothing and grade fast."""
        from evtrack.demo.corpus import Article

        return tuple(
            Article(str(90000000 + first + i), f"Invented note {i}", day, mesh=("Depression", "Exosomes"))
            for i in range(n)
        )

    def trials(self, n: int, first: int = 100_000) -> tuple[Study, ...]:
        """So many trials of exosomes in depression."""
        return tuple(self.study(first + i, "Depression", brief_title=f"Invented trial {i}") for i in range(n))


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One cache of compiled files for all tests: the claims are compiled once."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="session")
def few_claims(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with two of the shipped claims, so that a refresh is a handful of requests."""
    folder = tmp_path_factory.mktemp("few")
    (folder / "few").mkdir()
    text = (CLAIMS / "pack.yaml").read_text(encoding="utf-8").partition("# The claims")[0]
    (folder / "few" / "pack.yaml").write_text(text.replace("id: exosome-psychiatry", "id: few"), encoding="utf-8")
    for claim_id in ("dep-effect", "ad-effect"):
        shutil.copy(CLAIMS / f"{claim_id}.yaml", folder / "few")
    return folder


@pytest.fixture(scope="session")
def invent() -> Invent:
    """A maker of records."""
    return Invent()


@pytest.fixture(scope="session")
def first_week(invent: Invent) -> Corpus:
    """What both services hold in the first week."""
    from evtrack.demo.corpus import Corpus

    texts = [
        "depression in mice", "helpless rats", "dementia in people", "dementia in mice", "fear in rats", "anxiety in mice",
        "anxiety in mice", "prepulse inhibition in mice", "review of depression",
    ]  # fmt: skip
    mesh = {"helpless rats": ("Depression", "Exosomes")}
    return Corpus(
        articles=(
            *(invent.article(101 + i, t, mesh=mesh.get(t, ())) for i, t in enumerate(texts)),
            invent.article(199, "barley"),
        ),
        studies=(
            invent.study(1, "Major Depressive Disorder"),
            invent.study(2, "PTSD", overall_status="ACTIVE_NOT_RECRUITING"),
            invent.study(3, "PTSD", overall_status="COMPLETED"),
            invent.study(4, "Schizophrenia"),
            invent.study(5, "Anxiety Disorders"),
            invent.study(6, "Anxiety Disorders"),
            invent.study(7, "Alzheimer Disease", overall_status="NOT_YET_RECRUITING"),
        ),
    )


@pytest.fixture(scope="session")
def many(first_week: Corpus, invent: Invent) -> Corpus:
    """So many records that each kind of request comes several times."""
    return first_week.with_(*invent.notes(505), *invent.trials(102))


@pytest.fixture
def whole(built: Callable[..., Built], many: Corpus, few_claims: Path) -> Built:
    """The store of a refresh that nothing disturbed."""
    return built("many", many, claims=few_claims)


@pytest.fixture
def server(first_week: Corpus) -> Iterator[StandIn]:
    """Both services on the loopback, holding the first week."""
    from evtrack.demo.server import StandIn

    with StandIn(first_week, pubmed_rate=None) as server:
        yield server


def settings_for(server: StandIn, folder: Path, cache: Path) -> dict[str, str]:
    """Settings as the environment has them: the stand-in, a store in ``folder``, no wait between requests."""
    return {
        "EVTRACK_DB": str(folder / "evtrack.db"),
        "EVTRACK_CACHE": str(cache),
        "EVTRACK_PUBMED_URL": server.pubmed_url,
        "EVTRACK_CTGOV_URL": server.ctgov_url,
        "EVTRACK_PUBMED_INTERVAL": "0",
        "EVTRACK_CTGOV_INTERVAL": "0",
        "EVTRACK_TIMEOUT": "0.5",
        "EVTRACK_DEADLINE": "3",
        "EVTRACK_RETRY_WAIT": "0.01",
        "EVTRACK_NOW": FIRST.isoformat(),
        "EVTRACK_LANG": "en",
        "NO_COLOR": "1",
        "COLUMNS": "100",
    }


@pytest.fixture(scope="session")
def built(cache: Path, lasting_places: Callable[[], Places]) -> Callable[..., Built]:
    """``built(name, *corpora, claims=…)``: a store refreshed once a week, made once for all tests that go on with it."""
    from evtrack.demo.server import StandIn

    made: dict[str, Built] = {}

    def build(name: str, *corpora: Corpus, claims: Path | None = None) -> Built:
        if name not in made:
            places = lasting_places()
            folder, place = places.folder, places.new()
            for week, corpus in enumerate(corpora):
                with StandIn(corpus, pubmed_rate=None) as server:
                    now = (FIRST + timedelta(days=7 * week)).isoformat()
                    done = subprocess.run(
                        [sys.executable, "-m", "evtrack", "refresh", "--json"],
                        capture_output=True,
                        env={
                            **os.environ,
                            **settings_for(server, folder, cache),
                            "EVTRACK_DB": str(place),
                            **({"EVTRACK_CLAIMS": str(claims)} if claims else {}),
                            "EVTRACK_NOW": now,
                        },
                        check=False,
                    )
                assert done.returncode == 0, done.stderr.decode()
            made[name] = Built(folder, place, corpora, json.loads(done.stdout))
        return made[name]

    return build


@pytest.fixture
def desk(
    server: StandIn,
    tmp_path: Path,
    cache: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    places: Places,
) -> Iterator[Desk]:
    """A desk with all shipped claims, an empty store, no wait between requests, and the clock of the first week."""
    environ = {**settings_for(server, tmp_path, cache), "EVTRACK_DB": str(places.new())}
    desk = Desk(server, tmp_path, environ, monkeypatch, capfd, places)
    yield desk
    for process in desk.started:
        if process.poll() is None:
            process.kill()
        process.communicate()


@pytest.fixture
def small(desk: Desk, few_claims: Path) -> Desk:
    """A desk with two claims only."""
    desk.environ["EVTRACK_CLAIMS"] = str(few_claims)
    return desk


@pytest.fixture
def until() -> Callable[[Callable[[], Any]], None]:
    """Wait until something holds, twenty seconds at most."""

    def wait(holds: Callable[[], Any]) -> None:
        end = time.monotonic() + 20
        while not holds():
            assert time.monotonic() < end, "nothing came in twenty seconds"
            time.sleep(0.005)

    return wait
