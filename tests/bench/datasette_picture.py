"""How does the store look in Datasette? Takes the picture of the README, on made-up records.

    python tests/bench/datasette_picture.py -o FILE.png

Two weeks of invented records are refreshed from the stand-in services, ``evtrack db datasette`` writes the metadata,
Datasette serves both on the loopback, and headless Chromium looks at it.
"""

from __future__ import annotations

import argparse
import json
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from evtrack.cli.options import library_of
from evtrack.config import load_settings
from evtrack.demo.corpus import demo_weeks
from evtrack.demo.server import StandIn
from evtrack.refresh import refresh
from evtrack.report.datasette import metadata
from evtrack.rules import load_rules
from evtrack.services import open_sources
from evtrack.store.store import Store

TODAY = datetime(2026, 11, 23, 6, tzinfo=UTC)
PAGE = "/evtrack/last_changes"
WIDTH, HEIGHT = 1200, 760


def fill(path: Path) -> dict[str, object]:
    """Refresh twice into ``path``; gives the metadata."""
    settings = load_settings(
        {"db": str(path), "lang": "en"}, {"EVTRACK_CACHE": str(path.parent / "cache")}, path.parent
    )
    library = library_of(settings)
    first, second = demo_weeks(TODAY.date())
    with StandIn(first, pubmed_rate=None) as server:
        there = replace(
            settings,
            pubmed_url=server.pubmed_url,
            ctgov_url=server.ctgov_url,
            pubmed_interval=0.005,
            ctgov_interval=0.005,
        )
        for corpus, now in ((first, TODAY - timedelta(days=7)), (second, TODAY)):
            server.corpus = corpus
            at = replace(there, fixed_now=now)
            with Store.open(at.db, now=at.now) as store, open_sources(at, folder=path.parent) as sources:
                refresh(store, library, load_rules(library.concepts), sources, now=at.now)
    return metadata(path.stem, library, "en")


def free_port() -> int:
    """A port of the loopback that nobody listens on."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def wait_for(url: str, seconds: float = 30.0) -> None:
    """Wait until ``url`` answers. Raises ``TimeoutError``."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            with urllib.request.urlopen(url, timeout=2):  # noqa: S310 # our own loopback
                return
        except OSError:
            time.sleep(0.1)
    raise TimeoutError(url)


def picture(url: str, to: Path) -> None:
    """What stands at ``url``, into a PNG."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT})
        page.goto(url)
        page.screenshot(path=to)
        browser.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("-o", "--output", type=Path, required=True)
    to = parser.parse_args().output
    with TemporaryDirectory(prefix="evtrack-picture-") as folder:
        store, told, port = Path(folder) / "evtrack.db", Path(folder) / "metadata.json", free_port()
        told.write_text(json.dumps(fill(store)), encoding="utf-8")
        command = [sys.executable, "-m", "datasette", str(store), "-m", str(told), "-p", str(port)]
        server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            wait_for(f"http://127.0.0.1:{port}/-/versions.json")
            to.parent.mkdir(parents=True, exist_ok=True)
            picture(f"http://127.0.0.1:{port}{PAGE}", to)
        finally:
            server.terminate()
            server.wait()
    print(f"{to}: {to.stat().st_size / 1000:.0f} kB")  # noqa: T201 # what the command answers


if __name__ == "__main__":
    main()
