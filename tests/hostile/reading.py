"""What would a browser, a spreadsheet, a reference manager or a terminal make of a text? Strict readers for the tests."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from html.parser import HTMLParser

from lxml import etree, html

CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]|\r(?!\n)")
"""C0 and C1 but the tab and line ends."""
DIRECTIONS = re.compile("[\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c]")
LINES = re.compile("[\u2028\u2029]")
ACTS = re.compile(r"""^[\s\u200b-\u200f\ufeff"]*[=+\-@\uff1d\uff0b\uff0d\uff20\u2212\ufe63\ufe62\ufe66]""")
"""A cell that a spreadsheet takes for a formula, blanks and quotes before it aside."""
ADDRESSES = {
    "href",
    "src",
    "action",
    "formaction",
    "poster",
    "data",
    "background",
    "cite",
    "xlink:href",
    "srcdoc",
    "srcset",
    "ping",
}
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}


class Page(HTMLParser):
    """The elements, attributes, addresses and scripts of an HTML page, as written."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: set[str] = set()
        self.attributes: set[tuple[str, str]] = set()
        self.addresses: set[str] = set()
        self.scripts: list[str] = []
        self.styles: list[str] = []
        self.words: list[str] = []
        self.odd: list[str] = []
        self._open: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.add(tag)
        names = Counter(name for name, _ in attrs)
        self.odd += [f"<{tag}> has {name} twice" for name, n in names.items() if n > 1]
        for name, value in attrs:
            self.attributes.add((tag, name))
            if name in ADDRESSES:
                self.addresses.add(value or "")
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self._open.pop()

    def handle_endtag(self, tag: str) -> None:
        if tag in self._open:
            while self._open.pop() != tag:
                pass
        else:
            self.odd.append(f"</{tag}> closes nothing")

    def handle_data(self, data: str) -> None:
        inside = self._open[-1] if self._open else ""
        {"script": self.scripts, "style": self.styles}.get(inside, self.words).append(data)

    def handle_comment(self, data: str) -> None:
        self.odd.append(f"comment {data[:40]}")

    def handle_pi(self, data: str) -> None:
        self.odd.append(f"instruction {data[:40]}")

    def unknown_decl(self, data: str) -> None:
        self.odd.append(f"declaration {data[:40]}")

    @property
    def text(self) -> str:
        """What a person reads, with one blank between words."""
        return " ".join(" ".join(self.words).split())


def by_lxml(text: str) -> tuple[set[str], set[tuple[str, str]]]:
    """The elements and attributes as a lenient parser repairs them."""
    tree = html.document_fromstring(text.encode(), parser=html.HTMLParser(encoding="utf-8", huge_tree=True))
    nodes = [(n.tag, n.attrib) for n in tree.iter() if isinstance(n.tag, str)]
    return {str(tag) for tag, _ in nodes}, {(str(tag), str(name)) for tag, held in nodes for name in held}


def scheme(address: str) -> str:
    """The scheme that a browser reads: blanks and controls in it are passed over."""
    bare = re.sub(r"[\x00-\x20]", "", address).lower()
    found = re.match(r"[a-z][a-z0-9+.-]*:", bare)
    return found[0] if found else "//" if bare.startswith("//") else ""


def cells(text: str) -> list[list[str]]:
    """The rows of a CSV file, read strictly; each row as long as the first."""
    rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), strict=True))
    assert {len(row) for row in rows} == {len(rows[0])}
    return rows


def xml(text: str) -> etree._Element:
    """A document that is well-formed XML."""
    return etree.fromstring(
        text.encode(), parser=etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)
    )
