"""Does any text at all stay text, however long, however odd, and whoever wrote it: a service, a file, a person at the keyboard?"""

from __future__ import annotations

import json
import os
import pty
import re
import select
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from bibtexparser.entrypoint import parse_string
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from ..review.conftest import Teller  # noqa: TID252 # a runner of the neighbouring folder
from .conftest import (
    ESC,
    MICE,
    RAW,
    REPORTS,
    SURROGATES,
    TEXTS,
    TITLE,
    few_claims,
    medline,
    pubmed_xml,
    studies,
    yaml_of,
)
from .reading import ACTS, CONTROLS, DIRECTIONS, Page, cells, xml

ODD = st.one_of(
    st.text(max_size=30),
    st.text(
        "<>&\"'/=+-@{}[]()|\\%$#;:,!*_`~ \t\n\r\x0b\x1b\x07\x00\x7f\x85\x9b\u2028\u202e\u2066\u200f\u200b\ufeff\ufffe＝＋あé😀",
        max_size=25,
    ),
    st.lists(st.sampled_from([*TEXTS.values(), *RAW.values()]).map(lambda t: t[:120]), min_size=1, max_size=3).map(
        "".join
    ),
    st.tuples(
        st.sampled_from(
            ["ER  - ", "TY  - JOUR", "=", "＝", "@", "-", "+", "}", "{", "<", "]]>", "[", "!", "\\", '"', "'", "|", "%"]
        ),
        st.text(max_size=10),
    ).map("".join),
)
"""Texts meant to break a format, and any others."""
WORD = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def desk(folder: Path, cache: Path) -> Teller:
    """An empty store with a few claims."""
    environ = {
        "EVTRACK_DB": str(folder / "evtrack.db"), "EVTRACK_CLAIMS": str(few_claims(folder)), "EVTRACK_CACHE": str(cache),
        "EVTRACK_NOW": "2026-11-16T00:00:00+00:00", "EVTRACK_LANG": "en", "NO_COLOR": "1", "COLUMNS": "100",
    }  # fmt: skip
    return Teller(environ, folder)


def load(teller: Teller, name: str, content: str) -> Any:
    """Load a file's content and say what was read."""
    (teller.folder / name).write_text(content, encoding="utf-8", newline="")
    return teller.run("load", name, "--claim", "dep-effect", "--json").json["files"][0]


def looked_at(teller: Teller) -> None:
    """Every format is looked at: no control, no direction mark, no formula, no foreign element, as many entries as records."""
    texts = {}
    for name, arguments in REPORTS.items():
        if name != "site":
            teller.run("report", *arguments)
            texts[name] = (teller.folder / arguments[-1]).read_bytes().decode("utf-8")
    for form in ("text", "markdown", "html", "atom"):
        texts[f"changes {form}"] = teller.run("changes", "--since", "2000-01-01", "--format", form).out
    texts["show"] = teller.run("show", "dep-effect", "--all").out
    texts["words"] = teller.run("review", "words", "--all").out
    known = {r["id"] for c in json.loads(texts["json"])["claims"] for r in c["records"]}
    for name, text in texts.items():
        if name != "json":
            found = CONTROLS.search(text) or DIRECTIONS.search(text)
            assert found is None, f"{name}: {found and text[max(0, found.start() - 60) : found.end() + 20]!r}"
    assert not [c for row in cells(texts["csv"]) for c in row if ACTS.match(c)]
    for page in (Page(texts["html"]), Page(texts["changes html"])):
        assert page.odd == []
        assert page.elements.isdisjoint(
            {"hxq-tag", "iframe", "object", "embed", "base", "img", "plaintext", "textarea", "marquee"}
        )
        assert not [a for _, a in page.attributes if a.startswith("on") or a == "srcdoc"]
    xml(texts["changes atom"])
    assert len(re.findall(r"(?m)^TY  - ", texts["ris"])) == len(re.findall(r"(?m)^ER  -", texts["ris"])) == len(known)
    library = parse_string(texts["bibtex"])
    assert (library.failed_blocks, library.comments, library.strings, library.preambles) == ([], [], [], [])
    assert len(library.entries) == len(known)


@settings(
    max_examples=3,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
@given(texts=st.lists(ODD, min_size=12, max_size=20))
def test_any_text_stays_text(texts: list[str], cache: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Whatever stands in titles, abstracts, names, journals, statuses and reasons, every format holds it as text."""
    teller = desk(tmp_path_factory.mktemp("any"), cache)
    load(teller, "a.xml", pubmed_xml([WORD.sub("\ufffd", t) for t in texts], 90000100))
    load(
        teller, "b.nbib", medline([re.sub("[\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]", " ", t) for t in texts], 90000300)
    )
    load(teller, "c.json", studies(texts, 90000500))
    given_words = [
        {
            "action": "reject",
            "record": f"PMID:{90000100 + i}",
            "reason": f"x{t}",
            "name": f"y{t}",
            "at": "2026-11-16T00:00:00Z",
        }
        for i, t in enumerate(
            text.replace("\0", "\ufffd") for text in texts
        )  # a NUL is refused with its line: tests/fuzz
    ]
    (teller.folder / "words.yaml").write_text(yaml_of({"words": given_words}), encoding="utf-8")
    teller.run("review", "import", "words.yaml")
    looked_at(teller)
    exported = teller.run("review", "export").out
    (teller.folder / "again.yaml").write_text(exported, encoding="utf-8", newline="")
    told = teller.run("review", "import", "again.yaml", "--json").json
    assert (told["words"], told["known"]) == ([], len(texts))


@pytest.mark.parametrize("key", ["reason", "name", "title", "abstract", "citation"])
def test_halves_of_characters(cache: Path, tmp_path: Path, key: str) -> None:
    """A half of a character in a person's file is refused with its place or mended; it is never a bug."""
    teller = desk(tmp_path, cache)
    load(teller, "a.xml", pubmed_xml(["x"], 90000100))
    word = {"action": "reject", "record": "PMID:90000100", "reason": "x", "name": "y", "at": "2026-11-16T00:00:00Z"}
    record = {
        "title": "t",
        "citation": "c",
        "abstract": "a",
        "registry_id": "jRCT1",
        "design": "animal",
        "agent": "native_ev",
        "role": "therapy",
    }
    command = ("import", "half.yaml") if key in word else ("add", "half.yaml", "--reason", "x", "--name", "y")
    (tmp_path / "half.yaml").write_text(
        json.dumps({"words": [{**word, key: "a\ud800b"}]} if key in word else [{**record, key: "a\ud800b"}])
    )
    teller.run("review", *command, code=(0, 2))
    teller.run("review", "words", "--all")
    teller.run("review", "export")


def test_a_megabyte(cache: Path, tmp_path: Path) -> None:
    """Abstracts of a megabyte, of one word, of markup alone, and a title of 10,000 characters are stored, graded and reported in good time."""
    teller = desk(tmp_path, cache)
    start = time.monotonic()
    long = [
        MICE + " " + "word " * 200_000,
        "x" * 1_000_000,
        "<b>" * 330_000,
        ". " * 500_000,
        "(" * 1_000_000,
        "あ" * 350_000,
    ]
    records = "\n".join(
        f"PMID- {90000100 + i}\nTI  - {TITLE} {'long ' * (2000 if i == 0 else 1)}\nAB  - {t}\nPT  - Journal Article\nDP  - 2025\n"
        for i, t in enumerate(long)
    )
    told = load(teller, "a.nbib", records)
    assert (told["read"], told["skipped"]) == (6, [])
    looked_at(teller)
    assert (tmp_path / "one.html").stat().st_size < 5_000_000
    assert time.monotonic() - start < 120, "a megabyte is read, not struggled with"


def test_odd_ids(cache: Path, tmp_path: Path) -> None:
    """Ids of odd forms are skipped and told, or brought to the one form; none stands in a page, an address or a key as it came."""
    teller = desk(tmp_path, cache)
    odd = [
        '1"><script>',
        "1 OR 1=1",
        "../../etc/passwd",
        "９００００１０１",
        "1\u202e2",
        "-1",
        "1e5",
        "",
        "javascript:alert(1)",
        "9" * 400,
        "%0a%0d",
    ]
    (tmp_path / "a.nbib").write_text(
        "\n".join(f"\nPMID- {i}\nTI  - {TITLE}\nAB  - {MICE}\nPT  - Journal Article\nDP  - 2025\n" for i in odd),
        encoding="utf-8",
    )
    study = json.loads(studies(["x"], 90000500))["studies"][0]
    (tmp_path / "b.json").write_text(
        json.dumps(
            {
                "studies": [
                    {
                        **study,
                        "protocolSection": {
                            **study["protocolSection"],
                            "identificationModule": {"nctId": i, "briefTitle": "t"},
                        },
                    }
                    for i in odd
                ]
            }
        ),
        encoding="utf-8",
    )
    for name in ("a.nbib", "b.json"):
        teller.run("load", name, "--claim", "dep-effect")
    teller.run("report", "-o", "one.html")
    teller.run("report", "--format", "json", "-o", "one.json")
    ids = {r["id"] for c in json.loads((tmp_path / "one.json").read_text())["claims"] for r in c["records"]}
    assert all(re.fullmatch(r"PMID:[0-9]{1,10}|NCT[0-9]{8}", i) for i in ids), ids
    page = Page((tmp_path / "one.html").read_text(encoding="utf-8"))
    assert page.odd == []
    assert not [a for a in page.addresses if "script" in a or ".." in a]


@pytest.fixture(scope="session")
def stored(tmp_path_factory: pytest.TempPathFactory, cache: Path) -> Teller:
    """A store with hostile records that wait for a person."""
    teller = desk(tmp_path_factory.mktemp("stored"), cache)
    load(
        teller,
        "a.nbib",
        medline([RAW["esc"], RAW["link"], RAW["bel"], TEXTS["rtl"], TEXTS["c1"], TEXTS["rich"], RAW["nul"]], 90000100),
    )
    bare = "\n".join(
        f"\nPMID- {90000200 + i}\nTI  - {t} {TITLE}\nPT  - Journal Article\nDP  - 2025\n"
        for i, t in enumerate(RAW.values())
        if "\n" not in t
    )
    load(teller, "b.nbib", bare)
    return teller


def copy_of(stored: Teller, folder: Path) -> Teller:
    """A copy of that store."""
    for file in stored.folder.glob("evtrack.db*"):
        shutil.copy(file, folder)
    return Teller({**stored.environ, "EVTRACK_DB": str(folder / "evtrack.db")}, folder)


@pytest.mark.parametrize(
    "text",
    [RAW["esc"], RAW["returns"], SURROGATES["byte"], TEXTS["rtl"], TEXTS["c1"], TEXTS["rich"], TEXTS["long"]],
    ids=range(7),
)
@pytest.mark.parametrize("place", ["target", "claim", "field", "reason", "name"])
def test_typed_at_the_keyboard(stored: Teller, text: str, place: str, tmp_path: Path) -> None:
    """What a person types is kept or refused, never a bug, and is said back without controls."""
    teller = copy_of(stored, tmp_path)
    typed = {"target": "90000100", "claim": "dep-effect", "field": "n=12", "reason": "x", "name": "y", place: text}
    given = ("--claim", typed["claim"], "--reason", typed["reason"], "--name", typed["name"])
    must = (2,) if place in ("target", "claim", "field") else (0, 2)
    answer = teller.run("review", "relabel", typed["target"], typed["field"], *given, code=must)
    for said in (answer.out, answer.err):
        assert not CONTROLS.search(said), repr(said[:200])
        assert not DIRECTIONS.search(said), repr(said[:200])
    kept = teller.run("review", "words", "--all").out
    assert not CONTROLS.search(kept)
    assert not DIRECTIONS.search(kept)


def test_walking_in_a_terminal(stored: Teller, tmp_path: Path) -> None:
    """In a terminal too, where colours are the program's, no sequence of a record reaches the screen."""
    copy_of(stored, tmp_path)
    environ = {k: v for k, v in os.environ.items() if not k.startswith("EVTRACK_")}
    environ |= {
        **stored.environ,
        "EVTRACK_DB": str(tmp_path / "evtrack.db"),
        "TERM": "xterm-256color",
        "LINES": "40",
        "EVTRACK_NAME": "A",
    }
    environ.pop("NO_COLOR", None)
    leader, follower = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "evtrack", "review"],
        stdin=follower,
        stdout=follower,
        stderr=follower,
        env=environ,
        cwd=tmp_path,
    )
    os.close(follower)
    seen, end = b"", time.monotonic() + 25
    keys = iter(b"ssssssssssq")
    while process.poll() is None and time.monotonic() < end:
        ready, _, _ = select.select([leader], [], [], 0.4)
        try:
            if ready:
                seen += os.read(leader, 65536)
            else:
                os.write(leader, bytes([next(keys, ord("q"))]))
        except OSError:
            break
    process.kill()
    process.wait()
    os.close(leader)
    screen = seen.decode("utf-8", "replace")
    assert TITLE[:20] in screen, screen[-2000:]
    assert "Traceback" not in screen
    assert "evtrack: a bug" not in screen
    for foreign in (f"{ESC}]0;", f"{ESC}]8;;http://evil", f"{ESC}[2J{ESC}[1A", "\x9b", "\u202e", "\x07", "\x00"):
        assert foreign not in screen
