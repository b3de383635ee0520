"""Does what others wrote stay text in every format, whatever they wrote?"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest
import rispy  # type: ignore[import-untyped] # rispy ships no types
from bibtexparser.entrypoint import parse_string

from .reading import ACTS, CONTROLS, DIRECTIONS, LINES, Page, by_lxml, cells, scheme, xml

if TYPE_CHECKING:
    from .conftest import Pages

HTML = ("html", "site")
OWN_HOSTS = re.compile(
    r"(https://(pubmed\.ncbi\.nlm\.nih\.gov|clinicaltrials\.gov|doi\.org|example\.org|www\.ncbi\.nlm\.nih\.gov|jrct\.mhlw\.go\.jp)/|#|$|[\w.-]+\.html(#|$)|data:image/(png|svg\+xml)[;,])"
)
"""Where a link of the program's own leads: the services, a page of the report, a place in it. (example.org: a person gave it.)"""


def html_of(pages: Pages) -> dict[str, str]:
    """The pages of HTML, and what stands in the entries of the feed."""
    found = {name: text for name, text in pages.of(*HTML).items() if not name.endswith(".json")}
    feed = {
        name: "".join(n.text or "" for n in xml(text).iter("{*}content")) for name, text in pages.of("atom").items()
    }
    return found | feed


def test_everything_was_read(pages: Pages) -> None:
    """No hostile record is lost: each is stored, none is skipped."""
    for told in pages.loaded:
        for file in told["files"]:
            assert file["read"] > 30
            assert file["skipped"] == []


def test_the_program_says_something(pages: Pages, harmless: Pages) -> None:
    """Every format has something of the hostile records to say, so that the tests here test something."""
    assert pages.texts.keys() >= harmless.texts.keys()
    for name, text in pages.texts.items():
        assert text, name
    for name in ("show all", "report markdown", "file csv one.csv", "file ris one.ris", "file html one.html"):
        for language in ("en", "ja"):
            assert "Exosomes of mesenchymal stem cells ease" in pages.texts[f"{language} {name}"]


@pytest.mark.parametrize("wanted", ["text", "json"])
def test_no_control_no_direction(pages: Pages, wanted: str) -> None:
    """No ESC, no BEL, no other C0 or C1 control but line ends and tabs, and no direction mark, in any answer and any file."""
    for name, text in pages.texts.items():
        if ("json" in name or "sarif" in name) != (wanted == "json"):
            continue
        for what in (CONTROLS, DIRECTIONS) if wanted == "json" else (CONTROLS, DIRECTIONS, LINES):
            found = what.search(text)
            assert found is None, f"{name}: {found and text[max(0, found.start() - 60) : found.end() + 20]!r}"


def test_html_holds_the_programs_elements_alone(pages: Pages, harmless: Pages) -> None:
    """No page has an element or an attribute that the page of harmless records would not have, by two parsers."""
    own = [Page(text) for text in html_of(harmless).values()]
    elements = set().union(*(p.elements for p in own))
    attributes = set().union(*(p.attributes for p in own))
    own_lxml = [by_lxml(text) for text in html_of(harmless).values() if text]
    elements_lxml = set().union(*(e for e, _ in own_lxml))
    attributes_lxml = set().union(*(a for _, a in own_lxml))
    for name, text in html_of(pages).items():
        page = Page(text)
        assert page.odd == [], name
        assert page.elements <= elements, name
        assert page.attributes <= attributes, name
        if text:
            got, had = by_lxml(text)
            assert got <= elements_lxml, name
            assert had <= attributes_lxml, name
        assert not {a for _, a in page.attributes if a.startswith("on")}, name


def test_html_runs_the_programs_scripts_alone(pages: Pages, harmless: Pages) -> None:
    """The scripts and styles are those of the program; data in them ends no script and opens no comment."""
    own = {s for text in html_of(harmless).values() for s in [*Page(text).scripts, *Page(text).styles]}
    for name, text in html_of(pages).items():
        page = Page(text)
        for script in [*page.scripts, *page.styles]:
            assert script in own or json.loads(script) is not None, name
            assert script in own or not re.search(r"</|<!--|<script", script, re.IGNORECASE), name


def test_html_leads_nowhere_else(pages: Pages) -> None:
    """Every address of a page is one of the services, a page beside it, or what a person gave; none is a script or a foreign host."""
    for name, text in html_of(pages).items():
        for address in Page(text).addresses:
            assert scheme(address) in ("", "https:", "data:", "mailto:"), (name, address)
            assert OWN_HOSTS.match(address), (name, address)


def test_html_says_what_was_written(pages: Pages) -> None:
    """What looks like markup, an entity or a template is read as it was written: nothing is dropped, nothing reckoned."""
    text = Page(pages.texts["en file html one.html"]).text
    for written in (
        "<script>window.hxq=1</script><hxq-tag hxqattr=1>",
        "{{ 7*7 }} {% for x in y %}",
        "[/red] [bold red]x[/bold]",
        "[click](http://evil.example/a)",
    ):
        assert written in text
    assert "49 " not in text.partition("{{ 7*7 }}")[2][:20]


@pytest.mark.parametrize("language", ["en", "ja"])
def test_text_says_what_was_written(pages: Pages, language: str) -> None:
    """A terminal's markup is text too: nothing is dropped from ``show``, ``changes`` and ``review words``."""
    flat = " ".join(pages.texts[f"{language} show all"].split())
    assert "[/red] [bold red]x[/bold] [link=http://evil.example]y[/link]" in flat
    assert "{{ 7*7 }}" in flat
    assert "%s %n %d {!r}" in flat


def test_csv_holds_no_formula(pages: Pages) -> None:
    """The table is strict CSV, every row as wide as the header, and no cell is one that a spreadsheet would run."""
    for name, text in pages.of("csv").items():
        rows = cells(text)
        assert len(rows) > 100, name
        for row in rows:
            for cell in row:
                assert not ACTS.match(cell), (name, cell[:60])
                assert not CONTROLS.search(cell.replace("\r\n", "\n")), name
                assert len(cell) <= 32_767, "more than a cell of a spreadsheet holds"


def test_csv_read_by_other_separators(pages: Pages) -> None:
    """Where a spreadsheet splits at semicolons or tabs, a cell's beginning is still no formula of the texts."""
    import csv
    import io

    for name, text in pages.of("csv").items():
        for delimiter in "\t;":
            for row in csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), delimiter=delimiter):
                assert not [c for c in row if re.match(r"\s*[=@＝＠]", c)], (name, delimiter)


@pytest.mark.parametrize("language", ["en", "ja"])
def test_ris_holds_each_record_once(pages: Pages, language: str) -> None:
    """rispy reads as many entries as there are records, each with its id and type; a text that says ER or TY makes none."""
    text = pages.texts[f"{language} file ris one.ris"]
    entries = rispy.loads(text)
    shown = json.loads(pages.texts[f"{language} file json one.json"])
    known = {r["id"] for c in shown["claims"] for r in c["records"]}
    assert len(entries) == len(known)
    assert len({e["id"] for e in entries}) == len(entries)
    assert not [e for e in entries if str(e.get("title") or e.get("primary_title")).strip() == "stolen"]
    starts = re.findall(r"(?m)^TY  - ", text)
    ends = re.findall(r"(?m)^ER  -", text)
    assert len(starts) == len(ends) == len(entries)
    assert not [line for line in text.splitlines() if line and not re.match(r"[A-Z][A-Z0-9]  - ", line)]


@pytest.mark.parametrize("language", ["en", "ja"])
def test_bibtex_holds_each_record_once(pages: Pages, language: str) -> None:
    """bibtexparser reads as many entries as there are records, and no comment, string, preamble or broken block."""
    text = pages.texts[f"{language} file bibtex one.bib"]
    library = parse_string(text)
    shown = json.loads(pages.texts[f"{language} file json one.json"])
    known = {r["id"] for c in shown["claims"] for r in c["records"]}
    assert library.failed_blocks == []
    assert (library.comments, library.strings, library.preambles) == ([], [], [])
    assert len(library.entries) == len(known)
    assert "stolen" not in {e.key for e in library.entries}
    for entry in library.entries:
        for field in entry.fields:
            depth = 0
            for c in re.sub(r"\\[{}\\]", "", str(field.value)):
                depth += (c == "{") - (c == "}")
                assert depth >= 0, (entry.key, field.key)
            assert depth == 0, (entry.key, field.key)


@pytest.mark.parametrize("language", ["en", "ja"])
def test_markdown_holds_no_foreign_markup(pages: Pages, harmless: Pages, language: str) -> None:
    """Read as Markdown (tables too), there is no HTML, image, link or heading that comes from the records."""
    from markdown_it import MarkdownIt

    def parts(text: str) -> list[Any]:
        tokens = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).parse(text)
        return [t for token in tokens for t in [token, *(token.children or [])]]

    def named(texts: dict[str, str], kind: str) -> list[tuple[str, str]]:
        return [(n, t) for n, t in texts.items() if n.startswith(language) and kind in n.split()]

    for kind in ("markdown", "footnote"):
        own = {p.type for _, text in named(harmless.texts, kind) for p in parts(text)} | {
            "text",
            "softbreak",
            "text_special",
        }
        own_html = {
            p.content for _, text in named(harmless.texts, kind) for p in parts(text) if p.type.startswith("html")
        }
        for name, text in named(pages.texts, kind):
            if kind == "footnote":
                continue  # plain text to paste; its marks are looked at elsewhere
            for part in parts(text):
                assert part.type in own, (name, part.type, part.content[:80])
                assert not part.type.startswith("html") or part.content in own_html, (name, part.content[:80])
                if part.type == "link_open":
                    assert OWN_HOSTS.match(str(part.attrs["href"])), (name, part.attrs)


def test_the_feed_is_xml(pages: Pages) -> None:
    """The feed is well-formed, its elements are Atom's, and its ids and links are the program's."""
    for name, text in pages.of("atom").items():
        root = xml(text)
        tags = {str(n.tag) for n in root.iter()}
        assert all(t.startswith(("{http://www.w3.org/2005/Atom}", "{http://www.w3.org/1999/xhtml}")) for t in tags), (
            name
        )
        for link in root.iter("{http://www.w3.org/2005/Atom}link"):
            assert scheme(link.get("href", "")) in ("", "https:"), name


def test_json_is_json(pages: Pages) -> None:
    """Every JSON answer is one strict document, without NaN and without halves of characters."""

    def strict(value: str) -> Any:
        raise AssertionError(value)

    for name, text in pages.texts.items():
        if "json" in name or "sarif" in name:
            told = json.loads(text, parse_constant=strict)
            assert json.dumps(told, ensure_ascii=False).encode("utf-8"), name


@pytest.mark.parametrize("form", ["github"])
def test_workflow_commands_are_not_forged(pages: Pages, form: str) -> None:
    """On GitHub no line of the audit begins a command but those of the program."""
    for text in pages.of(form).values():
        commands = {m[1] for m in re.finditer(r"(?m)^\s*::([\w-]+)", text)}
        assert commands <= {"error", "warning", "notice", "group", "endgroup"}


def test_export_of_words_reads_back(pages: Pages) -> None:
    """The words with hostile reasons and names are YAML that ``import`` reads as the same words."""
    teller = pages.teller
    (teller.folder / "words.yaml").write_text(pages.texts["en review export"], encoding="utf-8", newline="")
    told = teller.run("review", "import", "words.yaml", "--json").json
    assert told["words"] == []
    assert told["known"] > 30
