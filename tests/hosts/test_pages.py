"""Does a page that evtrack makes load anything from elsewhere? Every kind of page, as the command writes it, hostile records in it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from lxml import html

if TYPE_CHECKING:
    from evtrack.demo.corpus import Corpus
    from tests.desk import Desk, Invent

pytestmark = [pytest.mark.enable_socket, pytest.mark.promise("hosts")]

HOSTILE = (
    '<img src=//elsewhere.test/a><script src="//elsewhere.test/b"></script><style>@import "//elsewhere.test/c"</style>'
)
LOADS = {
    "src", "srcset", "background", "poster", "data", "code", "codebase", "archive", "manifest", "action", "formaction",
    "ping", "cite", "longdesc", "profile", "style", "xlink:href", "dynsrc", "lowsrc", "icon", "srcdoc",
}  # fmt: skip
"""Attributes by which a page loads, sends or styles."""
SENDING = {
    "script",
    "iframe",
    "frame",
    "object",
    "embed",
    "applet",
    "audio",
    "video",
    "source",
    "track",
    "base",
    "form",
    "portal",
    "image",
}


def loads(page: str) -> Iterator[str]:
    """What a page would load from, or send to, anywhere beyond itself, if its policy let it; and links that tell where one came from."""
    tree = html.document_fromstring(page)
    for element in tree.iter():
        if not isinstance(element.tag, str):
            continue
        for name, value in element.items():
            outside = re.match(r"\s*([a-z][a-z0-9+.-]*:|//)", value, re.IGNORECASE)
            if name in LOADS and not (name == "src" and value.startswith("data:")) and (outside or name == "style"):
                yield f"<{element.tag} {name}={value}>"
            if name in ("href", "xlink:href") and outside and element.tag != "a":
                yield f"<{element.tag} {name}={value}>"
            if name in ("href", "xlink:href") and outside and not value.startswith("https://"):
                yield f"<{element.tag} {name}={value}>"
            if name.startswith("on"):
                yield f"<{element.tag} {name}={value}>"
        if element.tag in SENDING and (element.tag != "script" or element.get("src") is not None):
            yield f"<{element.tag}>"
        if element.tag == "style":
            yield from re.findall(r"@import[^;]*|url\([^)]*\)|image-set\([^)]*\)", element.text or "")
        if element.tag == "meta" and (element.get("http-equiv") or "").lower() in ("refresh", "set-cookie"):
            yield "<meta refresh>"


@pytest.fixture
def written(small: Desk, first_week: Corpus, invent: Invent, tmp_path: Path) -> dict[str, str]:
    """Every kind of page by its path, of a store with hostile records and a text with hostile parts."""
    small.server.corpus = first_week.with_(
        invent.article(301, "depression in mice", title=f"Exosomes in depression {HOSTILE}"),
        invent.study(301, "Major Depressive Disorder", brief_title=f"Exosomes {HOSTILE}"),
    )
    small.refresh()
    text = tmp_path / "text.md"
    text.write_text(
        f"Exosomes cure depression {HOSTILE}.\n\n[a](javascript:alert(1)) ![b](http://elsewhere.test/x.png)\n"
    )
    for lang in ("en", "ja"):
        small.environ["EVTRACK_LANG"] = lang
        small.run("report", "-o", str(tmp_path / lang / "site"))
        small.run("report", "dep-effect", "-o", str(tmp_path / lang / "one.html"))
        small.run("changes", "--format", "html", "-o", str(tmp_path / lang / "changes.html"))
        told = small.run("audit", str(text), "--format", "html", code=(0, 1)).out
        (tmp_path / lang / "audit.html").write_text(told, encoding="utf-8")
    return {str(f.relative_to(tmp_path)): f.read_text(encoding="utf-8") for f in sorted(tmp_path.rglob("*.html"))}


def test_pages_load_nothing(written: dict[str, str], tally: Callable[[int], None]) -> None:
    """Each page of the site, the single page, the changes and the audit forbids loading anything (default-src 'none') before
    it says anything else, tells no host where a reader came from, and holds nothing that would load, were there no policy."""
    assert {"en/one.html", "ja/changes.html", "en/audit.html", "ja/site/index.html"} <= written.keys()
    for name, page in written.items():
        tree = html.document_fromstring(page)
        (policy,) = tree.xpath("//head/meta[@http-equiv='Content-Security-Policy']/@content")
        rules = dict(rule.strip().partition(" ")[::2] for rule in policy.split(";"))
        assert rules["default-src"] == "'none'", name
        assert rules["base-uri"] == rules["form-action"] == "'none'", name
        assert set(rules) <= {"default-src", "base-uri", "form-action", "style-src", "script-src", "img-src"}, name
        assert all(re.fullmatch(r"'sha256-[\w+/=]+'", rules[r]) for r in ("style-src", "script-src") if r in rules), (
            name
        )
        assert rules.get("img-src", "data:") == "data:", name
        # A policy binds what comes after it alone.
        assert not re.search(
            r"<(?!!doctype|html|head|meta)[a-z]", page.partition("Content-Security-Policy")[0], re.IGNORECASE
        ), name
        assert tree.xpath("//meta[@name='referrer']/@content") == ["no-referrer"], name
        assert "elsewhere.test" in page or "site" in name or "changes" in name
        assert list(loads(page)) == [], name
    assert sum("elsewhere.test" in page for page in written.values()) >= 4
    tally(len(written))


def test_what_would_load_is_found() -> None:
    """The search for what loads finds it, so that it can fail."""
    for part in (
        '<img src="http://h/a">', "<link rel=stylesheet href=//h/a>", "<style>@import 'http://h'</style>", "<style>a{b:url(http://h)}</style>",
        "<p style='background:url(//h)'>", "<script src=//h></script>", "<meta http-equiv=refresh content='0;url=http://h'>", "<a href='javascript:x'>",
        "<p onclick=x>", "<form action=//h>", "<base href=//h>", "<iframe src=//h></iframe>",
    ):  # fmt: skip
        assert list(loads(f"<html><body>{part}</body></html>")), part


def test_the_parts_of_pages_are_in_the_package() -> None:
    """No template names a place to load from, the favicon and the fonts included."""
    folder = Path(__file__).parents[2] / "evtrack" / "report" / "templates"
    for file in folder.iterdir():
        text = file.read_text(encoding="utf-8")
        assert not re.search(
            r"(src|href)=[\"'](https?:)?//|@import|url\(\s*[\"']?(https?:)?//|fetch\(|XMLHttpRequest|WebSocket|sendBeacon",
            text,
        ), file.name
