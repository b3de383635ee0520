"""How does a store fare through many weeks? Each a refresh of a changed world, one request in twenty failing."""

from __future__ import annotations

import json
import random
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

from evtrack.demo.faults import KINDS, Fault, ServiceName
from tests.desk import CLAIMS, FIRST, valid
from tests.soak import oracle
from tests.soak.told import LEVELS, History
from tests.soak.world import World, key_of

if TYPE_CHECKING:
    from tests.desk import Desk, Invent

SERVICES: tuple[ServiceName, ...] = get_args(ServiceName)
RATE = 0.05
"""Of the requests, how many fail."""
CLAIM_IDS = (
    "dep-effect",
    "ad-effect",
    "anx-effect",
    "scz-effect",
    "ptsd-effect",
    "dep-inflammation-bg",
    "animal-dep",
    "trials-stage",
)
MAY_BE_AWAY = ("dep-inflammation-bg", "animal-dep", "trials-stage")
"""Claims that no other one is made of."""
NONE_FOUND = "no matching study (as searched)"


@dataclass
class Week:
    """What a week came to. ``wal``: bytes of both logs when it was over. ``files``: in its folder and its cache."""

    how: str
    code: int
    status: str
    held: dict[str, int] = field(default_factory=dict)
    wal: int = 0
    bytes: int = 0
    files: int = 0
    compared: bool = False


@dataclass
class LongLived:
    """A process that runs evtrack again and again."""

    folder: Path
    process: subprocess.Popen[str] = field(init=False)

    def __post_init__(self) -> None:
        command = [sys.executable, str(Path(__file__).with_name("long_lived.py"))]
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=self.folder, encoding="utf-8"
        )

    def run(self, environ: dict[str, str], *arguments: str) -> dict[str, Any]:
        """One command; its ``code``, ``out``, ``err`` and what the process holds after it."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps({"arguments": arguments, "environ": environ}) + "\n")
        self.process.stdin.flush()
        answer: dict[str, Any] = json.loads(self.process.stdout.readline())
        assert answer["code"] != 70, answer["err"]
        assert "Traceback" not in answer["err"]
        return answer

    def end(self) -> None:
        """Let it go."""
        self.process.communicate()


class Soak:
    """One store through the weeks, with all that is checked in each; every so many weeks against a new store."""

    def __init__(self, desk: Desk, invent: Invent, seed: int, every: int) -> None:
        self.every = every
        self.rng = random.Random(seed)  # noqa: S311 # no secret hangs on it
        self.desk = desk
        texts = {name: (text["title"], text["abstract"]) for name, text in invent.texts.items()}
        self.world = World(random.Random(seed + 1), texts)  # noqa: S311 # the same
        self.world.learn()
        self.now = FIRST
        self.weeks: list[Week] = []
        self.served: dict[int, dict[str, str]] = {}
        self.runs = 0
        self.hit: list[tuple[str, str, int]] = []
        self.claims = desk.folder / "claims"
        self._write_claims()
        desk.environ |= {"EVTRACK_CLAIMS": str(self.claims), "EVTRACK_NAME": "Soak"}
        self.user = LongLived(desk.folder)
        self.world.begin()

    def _write_claims(self) -> None:
        pack = self.claims / "soak"
        pack.mkdir(parents=True)
        text = (CLAIMS / "pack.yaml").read_text(encoding="utf-8").partition("# The claims")[0]
        (pack / "pack.yaml").write_text(text.replace("id: exosome-psychiatry", "id: soak"), encoding="utf-8")
        for claim_id in CLAIM_IDS:
            shutil.copy(CLAIMS / f"{claim_id}.yaml", pack)
        shutil.copytree(self.claims, self.desk.folder / "all")

    def week(self, *, clean: bool = False, full: bool = False, crowd: str = "") -> Week:
        """One week: the world moves, somebody may do something, and the store is refreshed and looked at."""
        since = self.now.date()
        if self.weeks:
            self.now += self._step()
        if self.weeks and not clean:
            self.world.pass_by(since, self.now.date(), self.rng.choice((0, 1, 3, 5, 8, 12)))
        if crowd:
            getattr(self.world, crowd)()
        self.desk.environ["EVTRACK_NOW"] = self.now.isoformat()
        self.desk.server.corpus = self.world.serve()
        if not clean and self.weeks:
            self._somebody()
        self._note_runs()
        there = self.desk.db.exists()
        before = oracle.levels(self.desk.db) if there else {}
        searched, runs = oracle.by_search(self.desk.db) if there else set(), self.runs
        week = self._refresh(clean=clean, full=full)
        self.hit = [(f.service, f.kind, f.nth) for f in self.desk.server.faults if f.matched >= f.nth]
        self.desk.server.faults.clear()
        self._note_runs()
        self._drift(searched, runs)
        self._look(week, before, clean=clean)
        self._measure(week)
        self.weeks.append(week)
        return week

    def _step(self) -> timedelta:
        moved = self.rng.random()
        if moved < 0.06:
            return timedelta(hours=-1)
        if moved < 0.15:
            return timedelta(hours=self.rng.randint(1, 12))
        return timedelta(days=self.rng.randint(1, 30)) if moved < 0.5 else timedelta(days=7)

    def _run(self, *arguments: str, code: tuple[int, ...] = (0,)) -> dict[str, Any]:
        answer = self.user.run({**self.desk.environ, **oracle.CLEAN}, *arguments)
        assert answer["code"] in code, f"{arguments}: exit {answer['code']}: {answer['err']}{answer['out']}"
        return answer

    def _somebody(self) -> None:
        """What a person may do between two refreshes."""
        if self.rng.random() < 0.12:
            self._speak()
        if self.rng.random() < 0.08:
            self._load()
        if self.rng.random() < 0.08:
            self._claim_away()
        if self.rng.random() < 0.06:
            self._claim_edited()
        if self.rng.random() < 0.04:
            self._run("regrade")
        if self.rng.random() < 0.04:
            copy = self.desk.folder / f"backup-{len(self.weeks)}.db"
            self._run("db", "backup", str(copy))
            for file in self.desk.folder.glob(f"{copy.name}*"):
                file.unlink()

    def _speak(self) -> None:
        ties = oracle.rows(
            self.desk.db, "SELECT claim_id, record_id FROM claim_record WHERE valid_to IS NULL ORDER BY 1, 2"
        )
        if not ties:
            return
        claim, record = self.rng.choice(ties)
        said = self.rng.choice(
            (
                ["reject", record],
                ["accept", record],
                ["relabel", record, "stance=mixed"],
                ["relabel", record, "level=animal"],
            )
        )
        spoken = oracle.rows(
            self.desk.db, "SELECT record_id, claim_id FROM override WHERE action <> 'undo' ORDER BY id"
        )
        if spoken and self.rng.random() < 0.4:
            record, claim = self.rng.choice(spoken)
            said = ["undo", record]
        # A word that says nothing new, or takes back what nobody says any more, is refused.
        self._run("review", *said, "--claim", claim, "--reason", "a soak", code=(0, 2))

    def _load(self) -> None:
        """A file: what a service holds or held, or a record that it never had."""
        name = f"load-{len(self.weeks)}"
        thing = self.rng.choice(sorted(self.world.things.values(), key=key_of))
        if self.rng.random() < 0.4:
            thing = self.world.never_there()
        claim = ("--claim", "dep-effect") if self.rng.random() < 0.2 else ()
        self.world.things[key_of(thing)] = thing
        self._run("load", *claim, *oracle.write(self.desk.folder, name, [thing]))

    def _claim_away(self) -> None:
        name = f"{self.rng.choice(MAY_BE_AWAY)}.yaml"
        here, away = self.claims / "soak" / name, self.desk.folder / name
        (here if here.exists() else away).rename(away if here.exists() else here)

    def _claim_edited(self) -> None:
        file = self.claims / "soak" / "ad-effect.yaml"
        text = file.read_text(encoding="utf-8")
        file.write_text(
            text.replace("route: iv\n", "") if "route: iv" in text else f"{text}route: iv\n", encoding="utf-8"
        )

    def restore_claims(self) -> None:
        """Every claim's file is there again, for the end."""
        for name in MAY_BE_AWAY:
            if (self.desk.folder / f"{name}.yaml").exists():
                (self.desk.folder / f"{name}.yaml").rename(self.claims / "soak" / f"{name}.yaml")

    def _set_faults(self) -> dict[str, str]:
        """Which requests of the week fail and how; the settings of the week."""
        faults = self.desk.server.faults
        for service in SERVICES:
            for nth in range(1, 600):
                if self.rng.random() < RATE:
                    kind = self.rng.choice([k for k in KINDS if k != "refuse"])
                    size = {"big-body": 200_000, "gzip-bomb": 200_000, "drip": 400}.get(kind)
                    seconds = {"stall": 0.5, "drip": 0.002, "429-retry-after": 0.0}.get(kind, 0.0)
                    faults.append(Fault(service, kind, nth=nth, times=1, seconds=seconds, size=size))
        if self.rng.random() < 0.04:
            faults.append(Fault(self.rng.choice(SERVICES), "refuse", nth=self.rng.randint(1, 12)))
        return {"EVTRACK_TIMEOUT": "0.3", "EVTRACK_DEADLINE": "1", "EVTRACK_RETRIES": self.rng.choice("0014")}

    def _refresh(self, *, clean: bool, full: bool) -> Week:
        chance = self.rng.random()
        how = "kill" if chance < 0.03 else "term" if chance < 0.06 else "whole"
        more: tuple[str, ...] = ()
        if 0.06 <= chance < 0.12:
            how, more = "one claim", (self.rng.choice(CLAIM_IDS[:5]),)
        elif 0.12 <= chance < 0.14:
            how, more = "one source", ("--source", self.rng.choice(SERVICES))
        elif 0.14 <= chance < 0.26:
            how, more = "whole", ("--full",)
        if clean or not self.weeks:
            how, more = "whole", ("--full",) if full else ()
        quiet = clean or not self.weeks or self.rng.random() < 0.15
        environ = {**self.desk.environ, **(oracle.CLEAN if quiet else self._set_faults())}
        if how in ("kill", "term"):
            return self._cut_short(how, environ)
        answer = self.user.run(environ, "refresh", "--json", *more)
        told = valid(json.loads(answer["out"]), "refresh")
        assert (answer["code"] == 3) == (told["status"] != "complete"), f"exit {answer['code']}, {told['status']}"
        assert answer["code"] in (0, 3), answer["err"]
        assert (told["status"] == "complete") == (not any(s["errors"] for s in told["sources"].values())), told[
            "sources"
        ]
        if quiet and not self._without_witness():
            assert told["status"] == "complete", told["sources"]
        kept = oracle.rows(self.desk.db, f'SELECT count(*) FROM "change" WHERE run = {told["run_id"]}')  # noqa: S608 # a number
        assert kept == [(len(told["changes"]),)]
        half = {c["claim_id"] for c in told["claims"] if c["status"] == "partial"}
        assert told["status"] != "complete" or not half, f"complete, and partial for {half}"
        return Week(how, answer["code"], told["status"], answer["held"])

    def _without_witness(self) -> bool:
        """A service holds no more of what is tied to claims: that all is gone is not believed of anybody, and told each week."""
        tied = """SELECT source, id FROM record WHERE removed_run IS NULL
                  AND id IN (SELECT record_id FROM claim_record WHERE valid_to IS NULL)"""
        known = set(oracle.rows(self.desk.db, tied))
        held = {source for source, i in known if i in self.world.served[-1]}
        return bool({source for source, _ in known if source in SERVICES} - held)

    def _cut_short(self, how: str, environ: dict[str, str]) -> Week:
        """A refresh in a process of its own that somebody ends in its middle."""
        self.desk.server.forget()
        process = self.desk.start("refresh", "--json", **environ)
        after = self.rng.randint(1, 40)
        while process.poll() is None and len(self.desk.server.seen) < after:
            time.sleep(0.002)
        time.sleep(self.rng.random() * 0.15)
        process.send_signal(signal.SIGKILL if how == "kill" else signal.SIGTERM)
        process.communicate()
        code = process.returncode
        # The signal may come when all is done and the process is on its way out.
        assert code in (0, 3, -signal.SIGKILL if how == "kill" else -signal.SIGTERM), code
        return Week(how, code, "complete" if code == 0 else "partial")

    def _note_runs(self) -> None:
        """Which refresh saw which week."""
        if not self.desk.db.exists():
            return
        for run, kind in oracle.rows(self.desk.db, f"SELECT id, kind FROM run WHERE id > {self.runs}"):  # noqa: S608 # a number
            self.runs = run
            if kind == "refresh":
                self.served[run] = self.world.served[-1]

    def _look(self, week: Week, before: dict[str, str | None], *, clean: bool) -> None:
        """What must hold after any week; and after a complete one, that nothing is missing, stale or invented."""
        db, n = self.desk.db, len(self.weeks)
        assert oracle.rows(db, "PRAGMA quick_check") == [("ok",)]
        assert oracle.rows(db, "PRAGMA foreign_key_check") == []
        if n % 20 == 19:
            assert json.loads(self._run("db", "check", "--json")["out"]) == {"ok": True, "faults": []}
        self._nothing_is_said_too_early()
        self._stands()
        after = oracle.levels(db)
        rose = {c for c, level in after.items() if _rank(level) > _rank(before.get(c))}
        whole = week.how == "whole" and week.status == "complete"
        if not (whole and (clean or n % self.every == 0)) and not rose:
            return
        away = {p.stem for p in (self.desk.folder / "all" / "soak").iterdir()} - {
            p.stem for p in (self.claims / "soak").iterdir()
        }
        everything = self.desk.folder / "all" if away else self.claims
        served = self.world.served[-1]
        other = oracle.build(self.desk, f"oracle-{n}", db, self.world.things, served, everything, whole=whole)
        right = oracle.levels(other)
        for claim in rose:
            assert _rank(after[claim]) <= _rank(right[claim]), f"{claim} rose to {after[claim]}, and is {right[claim]}"
        vanished = oracle.kept(db).records.keys() - served.keys()
        # What was merged hands its ties on, for a week at least: the next search says whether they hold.
        inherited = oracle.by_search(db) - oracle.by_search(other)
        if whole:
            assert inherited <= self._handed_on(), f"tied by no search: {inherited}"
        if whole and not vanished and not inherited:
            told = oracle.apart(db, other)
            assert not told, "\n".join([f"week {n}: {len(told)} differences", *told[:30], f"after {self.hit}"])
            week.compared = True
        for file in [*self.desk.folder.glob("oracle-*"), *self.desk.folder.glob("load-*")]:
            file.unlink()

    def _drift(self, searched: set[tuple[str, str]], runs: int) -> None:
        """What left a search and is still there is told, once, and nothing else. ``searched``: what searches tied before."""
        live = {i for (i,) in oracle.rows(self.desk.db, "SELECT id FROM record WHERE removed_run IS NULL")}
        asked = oracle.levels(self.desk.db).keys()
        left = [(c, r) for c, r in searched - oracle.by_search(self.desk.db) if r in live and c in asked]
        sql = """SELECT claim_id, record_id FROM "change" WHERE kind = 'query_drift' AND record_id IS NOT NULL AND run > """
        assert sorted(oracle.rows(self.desk.db, f"{sql}{runs}")) == sorted(left)

    def _nothing_is_said_too_early(self) -> None:
        """Nobody says that nothing was found while a search of the claim is not answered in full."""
        for claim in valid(json.loads(self._run("status", "--json")["out"]), "status")["claims"]:
            if any(not s["complete"] or s["count"] is None for s in claim["searched"]):
                assert not claim["label"]["en"].startswith(NONE_FOUND), claim["label"]

    def _stands(self) -> None:
        """What was not graded again this week is what grading all of it gives."""
        if oracle.rows(self.desk.db, "SELECT 1 FROM run WHERE id = (SELECT max(id) FROM run) AND finished_at IS NULL"):
            return
        copy = self.desk.folder / "oracle-graded.db"
        self._run("db", "backup", str(copy))
        self._run("regrade", "--all", "--db", str(copy))
        for sql in (
            "SELECT claim_id, claim_hash, grade FROM claim_grade WHERE valid_to IS NULL ORDER BY 1",
            "SELECT record_id, linked_id FROM study_link WHERE valid_to IS NULL ORDER BY 1, 2",
        ):
            assert oracle.rows(self.desk.db, sql) == oracle.rows(copy, sql), f"week {len(self.weeks)}: {sql}"
        for file in self.desk.folder.glob(f"{copy.name}*"):
            file.unlink()

    def _handed_on(self) -> set[tuple[str, str]]:
        """Ties of records that were merged in the last run, with the records they were merged into."""
        sql = """SELECT claim_id, after FROM "change" WHERE kind = 'record_removed' AND after IS NOT NULL
                 AND run = (SELECT max(id) FROM run)"""
        return set(oracle.rows(self.desk.db, sql))

    def _measure(self, week: Week) -> None:
        logs = list(self.desk.folder.glob("evtrack.db*-wal"))
        week.wal = sum(log.stat().st_size for log in logs)
        week.bytes = self.desk.db.stat().st_size
        week.files = len(list(self.desk.folder.iterdir())) + len(
            list(Path(self.desk.environ["EVTRACK_CACHE"]).rglob("*"))
        )

    def orphans(self) -> int:
        """Raw documents that no row names."""
        named = (
            "SELECT raw_hash FROM record_version UNION SELECT raw_hash FROM record UNION SELECT raw_hash FROM skipped"
        )
        hashes = {h for (h,) in oracle.rows(self.desk.db, named)}
        raw = self.desk.db.with_name(f"{self.desk.db.name}.raw")
        return len({h for (h,) in oracle.rows(raw, "SELECT hash FROM raw")} - hashes)

    def close(self) -> None:
        """The process that was measured is let go."""
        self.user.end()

    def faults(self, db: Path | None = None) -> list[str]:
        """All that was lost, told twice or invented in all weeks, by the store or a copy of it."""
        return History(db or self.desk.db).faults(self.world.things, self.served)


def _rank(level: str | None) -> int:
    return LEVELS.index(level or "none")
