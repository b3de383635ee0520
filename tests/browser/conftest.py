"""How do the report's pages come to a browser? Made by the program from invented weeks, opened from files in Chromium."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

TODAY = datetime(2026, 11, 23, 6, tzinfo=UTC)
SHOWN = "dep-effect"
"""The claim with the most to tell: an RCT that was retracted, studies that count, a trial that was stopped."""
LONG_JA = "間葉系幹細胞由来エクソソームの経鼻投与がうつ病モデルマウスの行動に及ぼす影響に関する検討（架空の記録）" * 3
UNBROKEN = "Pneumonoultramicroscopicsilicovolcanoconiosis" * 6
HOSTILE = "<script>window.hit=1</script><img src=x onerror=window.hit=2> </li></svg> & ${7*7} {{7*7}}"


@dataclass(frozen=True)
class Site:
    """The pages, and what the program says of the same store in JSON."""

    folder: Path
    single: Path
    claims: dict[str, dict[str, Any]]
    store: Path

    @property
    def index(self) -> Path:
        return self.folder / "index.html"

    @property
    def claim(self) -> Path:
        return self.folder / f"{SHOWN}.html"

    def counting(self, claim_id: str = SHOWN) -> list[dict[str, Any]]:
        """The records that count for a claim."""
        return [r for r in self.claims[claim_id]["records"] if r["counts_for_claim"]]


Open = Callable[..., "Page"]


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """The pages of two invented weeks, made once."""
    return make_site(tmp_path_factory.mktemp("report"))


def make_site(folder: Path) -> Site:
    """Two invented weeks, refreshed from the stand-in services; long, unbroken and hostile titles; a person's word; all pages."""
    from evtrack.cli import main

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EVTRACK_CACHE", str(folder / "cache"))
        patch.setenv("EVTRACK_NOW", TODAY.isoformat())
        _refresh_twice(folder / "evtrack.db")
        _speak(folder / "evtrack.db")
        common = ["--db", str(folder / "evtrack.db")]
        assert main([*common, "--lang", "ja", "report", "-o", f"{folder / 'site'}/"]) == 0
        assert main([*common, "--lang", "en", "report", "-o", str(folder / "report.html")]) == 0
        assert main([*common, "report", "-o", str(folder / "report.json")]) == 0
    told = json.loads((folder / "report.json").read_text(encoding="utf-8"))
    claims = {claim["claim_id"]: claim for claim in told["claims"]}
    return Site(folder / "site", folder / "report.html", claims, folder / "evtrack.db")


def _refresh_twice(path: Path) -> None:
    """Both weeks into a store, by the program itself."""
    from evtrack.cli.options import library_of
    from evtrack.config import load_settings
    from evtrack.demo.corpus import demo_weeks
    from evtrack.demo.server import StandIn
    from evtrack.demo.weeks import PARTS
    from evtrack.refresh import refresh
    from evtrack.rules import load_rules
    from evtrack.services import open_sources
    from evtrack.store.store import Store

    settings = load_settings({"db": str(path)}, {"EVTRACK_CACHE": str(path.parent / "cache")}, path.parent)
    library = library_of(settings)
    first, second = demo_weeks(TODAY.date())
    mice = first.article(PARTS.animal_depression)
    assert mice is not None
    odd = [
        replace(mice, pmid=str(90000900 + n), title=f"Exosomes relieve depressive-like behavior in mice: {title}")
        for n, title in enumerate((LONG_JA, UNBROKEN, HOSTILE))
    ]
    with StandIn(first, pubmed_rate=None) as server:
        there = replace(
            settings,
            pubmed_url=server.pubmed_url,
            ctgov_url=server.ctgov_url,
            pubmed_interval=0.005,
            ctgov_interval=0.005,
        )
        for corpus, now in ((first.with_(*odd), TODAY - timedelta(days=7)), (second.with_(*odd), TODAY)):
            server.corpus = corpus
            at = replace(there, fixed_now=now)
            with Store.open(at.db, now=at.now) as store, open_sources(at, folder=path.parent) as sources:
                refresh(store, library, load_rules(library.concepts), sources, now=at.now)


def _speak(path: Path) -> None:
    """A person's word on a record and one on the claim's level."""
    from evtrack.record import RecordId
    from evtrack.store.store import Store
    from evtrack.word import Word

    with Store.open(path, now=lambda: TODAY) as store:
        run = store.begin_run("review", store.runs()[-1].rules_version, "c")
        said = [
            Word(
                "accept",
                "read in full (made up)",
                "A. Nobody",
                "2026-11-23T06:00:00Z",
                RecordId("PMID:90000001"),
                SHOWN,
            ),
            Word("accept", "the level is right (made up)", "B. Nobody", "2026-11-23T06:00:00Z", claim_id=SHOWN),
        ]
        store.save_words(run, said)
        store.finish_run(run, "complete", {})


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One headless Chromium for all tests."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        pytest.skip("no Chromium on this machine: the pages were not looked at")
    from playwright.sync_api import sync_playwright

    quiet = ("no-first-run", "disable-background-networking", "disable-component-update", "disable-sync", "disable-gpu")
    with sync_playwright() as playwright:
        arguments = ["--no-sandbox", *(f"--{flag}" for flag in quiet)]
        browser = playwright.chromium.launch(executable_path=chromium, args=arguments)
        yield browser
        browser.close()


@pytest.fixture
def look(browser: Browser, site: Site) -> Iterator[Open]:
    """Open a page: ``look(path, width, scheme, script)``. At the end: no error was told, nothing but files was asked for."""
    told: list[str] = []
    asked: list[str] = []
    contexts = []

    def look(path: Path, width: int = 1440, scheme: Any = "light", *, script: bool = True, at: str = "") -> Page:
        # Without motion: a smooth scroll is still on its way when the test looks.
        context = browser.new_context(
            viewport={"width": width, "height": 900},
            color_scheme=scheme,
            java_script_enabled=script,
            reduced_motion="reduce",
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(5000)
        page.on("console", lambda message: told.append(f"{message.type}: {message.text}"))
        page.on("pageerror", lambda error: told.append(str(error)))
        page.on("dialog", lambda dialog: told.append(dialog.message))
        page.on("request", lambda request: asked.append(request.url))
        page.goto(path.as_uri() + at)
        return page

    yield look
    for context in contexts:
        context.close()
    assert told == []
    own = site.folder.parent.as_uri()
    assert [url for url in asked if not url.startswith((own, "data:"))] == []
