"""Does a footnote stand up to evtrack's own audit? One refresh of the demo's records, then every claim in both languages.

It takes some seconds: 43 claims, as they stand after a whole search, are told and read back sentence by sentence.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from evtrack.audit.evidence import snapshot_of_statuses
from evtrack.audit.findings import audit
from evtrack.audit.lexicon import lexicon_of
from evtrack.audit.reading import read_document
from evtrack.claim import Library
from evtrack.record import RecordId
from evtrack.report._protocol import ClaimStatus
from evtrack.report.citation import Citation, read_citations
from evtrack.report.footnote import footnote
from evtrack.report.reading import oldest, read_statuses
from tests.tied import tied_records

pytestmark = pytest.mark.enable_socket  # the demo's stand-in of the services listens on the loopback
NOW = datetime(2026, 11, 23, tzinfo=UTC)
Demo = tuple[Library, list[ClaimStatus], Mapping[RecordId, Citation]]


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    """The claims as a refresh of the demo's second week leaves them, and their citations."""
    import pytest_socket  # type: ignore[import-untyped,unused-ignore] # it ships no types

    from evtrack.claims import load_library
    from evtrack.config import load_settings
    from evtrack.demo.corpus import demo_weeks
    from evtrack.demo.server import StandIn
    from evtrack.refresh import refresh
    from evtrack.rules import load_rules
    from evtrack.services import open_sources
    from evtrack.store.store import Store

    pytest_socket.enable_socket()  # a fixture of the module is set up before the mark of its first test is read
    folder = tmp_path_factory.mktemp("demo")
    library, _ = load_library(None)
    settings = load_settings(
        {"db": str(folder / "demo.db")}, {"EVTRACK_CACHE": os.environ["EVTRACK_CACHE"]}, Path(folder)
    )
    with StandIn(demo_weeks(NOW.date())[1], pubmed_rate=None) as server:
        there = replace(
            settings,
            pubmed_url=server.pubmed_url,
            ctgov_url=server.ctgov_url,
            pubmed_interval=0.001,
            ctgov_interval=0.001,
            fixed_now=NOW,
        )
        with Store.open(there.db, now=there.now) as store, open_sources(there, folder=folder) as sources:
            assert refresh(store, library, load_rules(library.concepts), sources, now=there.now).status == "complete"
    statuses = read_statuses(there.db, library, NOW, records=True)
    return library, statuses, read_citations(there.db, statuses)


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_a_footnote_says_no_more_than_the_evidence(demo: Demo, lang: str) -> None:
    """The audit of each claim's footnote finds nothing above a note, and hears claims in some."""
    library, statuses, citations = demo
    known, lexicon = snapshot_of_statuses(statuses, tied_records(statuses), oldest(statuses)), lexicon_of(library)
    heard, found = 0, []
    for status in statuses:
        document = read_document("footnote.txt", footnote(status, citations, lang).encode())
        told = audit(document, library, lexicon, known, today=NOW.date(), lang="en", profile=None)
        heard += sum(bool(unit.claims) for unit in told.units)
        found += [(status.claim.id, f.rule, f.text) for f in told.findings if f.severity != "info"]
    assert found == []
    assert heard > 0


def test_references_are_those_that_count(demo: Demo) -> None:
    """The footnote of a claim with animal studies has as many references as records that count and trials, cited and not bare ids."""
    _, statuses, citations = demo
    (one,) = (s for s in statuses if s.claim.id == "dep-effect")
    lines = footnote(one, citations, "en").splitlines()[1:]
    counting = sum(e.graded.counts_for_claim for e in one.evidence)
    assert len(lines) == counting + len(one.grade.registered) > counting > 1
    assert all("Synth J Demo" in line and "PMID: 9" in line for line in lines[:counting])
    assert all("ClinicalTrials.gov" in line for line in lines[counting:])
