"""How long does an answer take, from the first letter to the last, as a multiple of ``python -c "import typer, rich"``?

    python tests/bench/start_bench.py [RECORDS [ROUNDS]]

A store of RECORDS (10,000) is filled by ``evtrack refresh``, from a stand-in of both services, and by ``evtrack load``: one
record in fifteen is a study that claims are held against, the rest counts for nothing, as in real stores. Then each command runs ROUNDS
(15) times in turn with the others and with the import, and the least CPU time of each (user and system) is compared.
"""

# ruff: noqa: T201 (what a script measures, it prints; it starts nothing but evtrack)

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from datetime import date, timedelta
from itertools import cycle
from pathlib import Path

from evtrack.demo.corpus import Article, Corpus, Study, pubmed_xml
from evtrack.demo.server import StandIn

TEXTS = Path(__file__).parents[1] / "data" / "texts.json"
FLOOR = ("-c", "import typer, rich")
EVTRACK = ("-c", "import sys; from evtrack.cli import main; sys.exit(main())")
COMMANDS: dict[tuple[str, ...], float | None] = {
    ("--help",): 1.3,
    ("claims",): None,
    ("status",): 2.6,
    ("show", "ad-effect"): 2.6,
    ("show", "dep-effect", "--json"): 2.6,
    ("audit", "page.txt"): None,
}
"""What is run, and the multiple that is asked of it."""
PAGE = (
    "エクソソームとは、細胞から放出される小さな袋です。",
    "うつ症状を緩和する可能性があります。",
    "認知症の方の記憶力が改善することが証明されています。",
    "副作用はほとんどありません。",
    "ご予約はお電話でどうぞ。",
)
"""Five sentences, as a clinic writes them."""


def corpus(count: int) -> Corpus:
    """So many records that claims are held against, a tenth of them trials."""
    texts = cycle(json.loads(TEXTS.read_text(encoding="utf-8")).values())
    conditions = cycle(("Major Depressive Disorder", "PTSD", "Alzheimer Disease", "Anxiety Disorders"))
    day = date(2026, 6, 1)
    trials = count // 10
    articles = (
        Article(str(90_000_000 + n), f"{text['title']} ({n})", day - timedelta(days=n), text["abstract"])
        for n, text in zip(range(count - trials), texts, strict=False)
    )
    studies = (
        Study(
            f"NCT{90_000_000 + n}", f"Invented trial {n} of mesenchymal stem cell exosomes", day,
            conditions=(condition,), interventions=(("BIOLOGICAL", "Exosomes of mesenchymal stem cells"),),
            arms=(("EXPERIMENTAL", "Exosomes"),), phases=("PHASE1",), enrollment=20, first_posted=date(2026, 1, 5),
        )
        for n, condition in zip(range(trials), conditions, strict=False)
    )  # fmt: skip
    return Corpus(tuple(articles), tuple(studies))


def beside(count: int) -> str:
    """So many records that count for nothing, as a file of PubMed's."""
    day, abstract = date(2026, 6, 1), "It says nothing of note. " * 50
    return pubmed_xml(Article(str(91_000_000 + n), f"Invented note {n}", day, abstract) for n in range(count))


def seconds(arguments: tuple[str, ...], environ: dict[str, str], folder: Path) -> float:
    """CPU seconds of one process of Python, user's and system's."""
    with subprocess.Popen(
        [sys.executable, *arguments], env=environ, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as running:
        _, _, used = os.wait4(running.pid, 0)
        running.returncode = 0  # it has ended, and was waited for
    return used.ru_utime + used.ru_stime


def filled(folder: Path, count: int) -> dict[str, str]:
    """A store of so many records in ``folder``, and the page; the environment that names them."""
    environ = {k: v for k, v in os.environ.items() if not k.startswith(("EVTRACK_", "PYTHON"))}
    # As after an installation: nothing is compiled anew in each process, whatever the surroundings say.
    environ["PYTHONPYCACHEPREFIX"] = str(folder / "compiled")
    environ |= {"EVTRACK_DB": str(folder / "e.db"), "EVTRACK_CACHE": str(folder / "cache"), "EVTRACK_LANG": "en"}
    studies = count // 15
    (folder / "beside.xml").write_text(beside(count - studies), encoding="utf-8")
    load = [sys.executable, *EVTRACK, "load", "beside.xml"]
    subprocess.run(load, env=environ, cwd=folder, check=True, stdout=subprocess.DEVNULL)
    with StandIn(corpus(studies), pubmed_rate=None) as server:
        asked = {"EVTRACK_PUBMED_URL": server.pubmed_url, "EVTRACK_CTGOV_URL": server.ctgov_url}
        hurry = {"EVTRACK_PUBMED_INTERVAL": "0", "EVTRACK_CTGOV_INTERVAL": "0"}
        subprocess.run([sys.executable, *EVTRACK, "refresh", "--quiet"], env=environ | asked | hurry, check=True)
    (folder / "page.txt").write_text("\n".join(PAGE), encoding="utf-8")
    return environ


def measured(folder: Path, environ: dict[str, str], rounds: int) -> dict[str, float]:
    """The least CPU seconds of each command and of the import, all run in turn."""
    wanted = {"import typer, rich": FLOOR, **{f"evtrack {' '.join(c)}": (*EVTRACK, *c) for c in COMMANDS}}
    least = dict.fromkeys(wanted, float("inf"))
    for _ in range(rounds):
        for name, arguments in wanted.items():
            least[name] = min(least[name], seconds(arguments, environ, folder))
    return least


def main(count: int, rounds: int) -> None:
    """Fill the store, run all, print the table. Ends with an error where an answer takes longer than is asked."""
    with tempfile.TemporaryDirectory() as folder:
        least = measured(Path(folder), filled(Path(folder), count), rounds)
    for name, took in least.items():
        print(f"{name:32} {took * 1000:6.1f} ms  {took / least['import typer, rich']:5.2f} ×")
    asked = {f"evtrack {' '.join(c)}": most for c, most in COMMANDS.items() if most}
    if slow := [name for name, most in asked.items() if least[name] > most * least["import typer, rich"]]:
        sys.exit(f"slower than asked: {', '.join(slow)}")


if __name__ == "__main__":
    main(*(int(a) for a in [*sys.argv[1:], *("10000", "15")[len(sys.argv) - 1 :]]))
