"""NLM's files through a Dask cluster: the store is that of one process, also where workers die; what can't be is said."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest

from evtrack import __version__
from evtrack.bulk import cluster
from evtrack.bulk.cluster import Cluster, ClusterError
from evtrack.bulk.rows import Work
from evtrack.cli import main
from evtrack.load import Progress
from evtrack.standing import Words
from tests.bulk.conftest import Place
from tests.bulk.nlm import article, baseline, record, write
from tests.same_state import assert_same

pytestmark = pytest.mark.enable_socket


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """A second of waiting is enough."""
    monkeypatch.setattr(cluster, "CONNECTING", 1.0)
    monkeypatch.setattr(cluster, "LOOKING", 0.5)


@pytest.fixture
def two() -> Iterator[Any]:
    """A scheduler here and two workers, each a process."""
    from distributed import LocalCluster

    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=":0", silence_logs=50) as started:
        yield started


class Striking(Progress):
    """Kills a worker of a cluster as soon as any records were read."""

    def __init__(self, workers: Any) -> None:
        self._workers = workers
        self.killed = 0

    def reading_bulk(self, path: str, n: int, done: int) -> None:
        """The first of the workers that there are."""
        super().reading_bulk(path, n, done)
        if n and not self.killed:
            self.killed = next(iter(self._workers.workers.values())).pid
            os.kill(self.killed, signal.SIGKILL)


@pytest.mark.promise("bulk")
def test_a_cluster_that_loses_a_worker(
    place: Place, two: Any, monkeypatch: pytest.MonkeyPatch, tally: Callable[[int], None]
) -> None:
    """With --scheduler, a worker killed on the way, the store is row by row that of one process; a second load has nothing to do."""
    monkeypatch.setattr("evtrack.bulk.loading.CHUNK", 100_000)
    files = list(baseline(place.folder, 600, 300, references=3))
    place.load("one", *files, everything=True)
    striking = Striking(two)
    place.load(
        "many", *files, everything=True, progress=striking, workers=partial(Cluster, address=two.scheduler_address)
    )
    assert striking.killed
    assert_same(place.db("many"), place.db("one"))
    monkeypatch.setenv("EVTRACK_DB", str(place.db("many")))
    assert main(["load", "--all", "--scheduler", two.scheduler_address, *map(str, files)]) == 0
    tally(1)


class Closing(Progress):
    """Ends a whole cluster as soon as any records were read."""

    def __init__(self, cluster: Any) -> None:
        self._cluster = cluster

    def reading_bulk(self, path: str, n: int, done: int) -> None:
        """Ends it."""
        super().reading_bulk(path, n, done)
        if n:
            self._cluster.close()


@pytest.mark.usefixtures("quick")
def test_a_cluster_that_goes_away(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the whole cluster ends, the file says so, what was made is kept, and the next load carries on."""
    from distributed import LocalCluster

    monkeypatch.setattr("evtrack.bulk.loading.CHUNK", 20_000)
    files = list(baseline(place.folder, 60, 60, references=3))
    with LocalCluster(n_workers=1, processes=False, dashboard_address=":0", silence_logs=50) as one:
        workers = partial(Cluster, address=one.scheduler_address)
        done = place.load("a", *files, everything=True, progress=Closing(one), workers=workers)
    assert [f.problem is not None and f.problem.code for f in done.files] == ["reader_lost", "reader_lost"]
    assert done.files[0].read
    place.load("a", *files, everything=True)
    place.load("b", *files, everything=True)
    assert_same(place.db("a"), place.db("b"))


class Sending(Progress):
    """Sends all workers home as soon as any records were read; the scheduler stays."""

    def __init__(self, cluster: Any) -> None:
        self._cluster = cluster
        self.since = 0.0

    def reading_bulk(self, path: str, n: int, done: int) -> None:
        """Sends them."""
        super().reading_bulk(path, n, done)
        if n and not self.since:
            self._cluster.scale(0)
            self.since = time.monotonic()


@pytest.mark.usefixtures("quick")
def test_workers_that_stay_away(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody works any more: that is waited out once, not with each file; what was made is kept, and the next load carries on."""
    from distributed import LocalCluster

    monkeypatch.setattr(cluster, "ALONE", 2.0)
    monkeypatch.setattr("evtrack.bulk.loading.CHUNK", 20_000)
    files = list(baseline(place.folder, 120, 20, references=3))
    with LocalCluster(n_workers=1, processes=False, dashboard_address=":0", silence_logs=50) as one:
        sending = Sending(one)
        workers = partial(Cluster, address=one.scheduler_address)
        done = place.load("a", *files, everything=True, progress=sending, workers=workers)
        waited = time.monotonic() - sending.since
    assert {f.problem is not None and f.problem.code for f in done.files} == {"reader_lost"}
    assert 2.0 <= waited < 2.0 * len(files)
    place.load("a", *files, everything=True)
    place.load("b", *files, everything=True)
    assert_same(place.db("a"), place.db("b"))


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize(
    ("address", "name", "code", "said"),
    [
        ("tcp://127.0.0.1:9", "pubmed26n0001.xml.gz", 3, "no scheduler answers there"),
        ("nowhere:x:y", "pubmed26n0001.xml.gz", 3, "no scheduler answers there"),
        ("tcp://127.0.0.1:9", "mine.xml.gz", 2, "a cluster has nothing to do"),
    ],
)
def test_nobody_there(
    place: Place,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    address: str,
    name: str,
    code: int,
    said: str,
) -> None:
    """Where no scheduler answers, or there is nothing for it, one line says so, and no run was begun."""
    path = write(place.folder / name, [record(article(1))])
    monkeypatch.setenv("EVTRACK_DB", str(place.db("a")))
    monkeypatch.setenv("EVTRACK_LANG", "en")
    assert main(["load", "--scheduler", address, str(path)]) == code
    told = capsys.readouterr()
    assert said in told.err
    assert len(told.err.splitlines()) == 1
    if code == 3:
        assert place.rows("a", "SELECT 1 FROM run") == []


@pytest.mark.usefixtures("quick")
def test_without_workers_and_with_others(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """A cluster without workers, and one whose workers have another evtrack, are refused."""
    from distributed import LocalCluster

    work = Work(place.library, place.rules, Words(), {})
    with LocalCluster(n_workers=0, processes=False, dashboard_address=":0", silence_logs=50) as empty:
        with pytest.raises(ClusterError, match="no_workers"):
            Cluster(work, empty.scheduler_address)
        empty.scale(1)
        empty.wait_for_workers(1)
        monkeypatch.setattr(cluster, "__version__", f"{__version__}.1")
        with pytest.raises(ClusterError, match=f"other_version: {__version__}"):
            Cluster(work, empty.scheduler_address)


def test_a_worker_that_comes_later(
    place: Place, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """One with another evtrack makes no rows: the load ends with a line, and the next one carries on."""
    from distributed import LocalCluster

    path = write(place.folder / "pubmed26n0001.xml.gz", [record(article(1))])
    monkeypatch.setenv("EVTRACK_DB", str(place.db("a")))
    monkeypatch.setenv("EVTRACK_LANG", "en")
    with LocalCluster(n_workers=1, processes=False, dashboard_address=":0", silence_logs=50) as one:
        monkeypatch.setattr(cluster, "_plugin", partial(plugin_of_another, cluster._plugin))
        assert main(["load", "--scheduler", one.scheduler_address, str(path)]) == 2
    assert f"workers have another evtrack or none ({__version__})" in capsys.readouterr().err
    place.load("a", path)
    assert main(["status"]) == 0


def plugin_of_another(plugin: Callable[..., Any], key: str, work: Work, version: str) -> Any:
    """What makes workers of another version ready: none of these."""
    return plugin(key, work, f"{version}.1")


def test_without_the_extra(place: Place, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Without dask the line names the extra."""
    path = write(place.folder / "pubmed26n0001.xml.gz", [record(article(1))])
    monkeypatch.setitem(sys.modules, "distributed", None)
    monkeypatch.setenv("EVTRACK_DB", str(place.db("a")))
    assert main(["load", "--scheduler", "tcp://127.0.0.1:9", str(path)]) == 2
    assert "evtrack[dask]" in capsys.readouterr().err
