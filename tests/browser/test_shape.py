"""Does every page fit: phone, tablet, desktop, light, dark, on paper; for eyes and for screen readers?"""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.enable_socket  # the stand-in services that the store is refreshed from
Open = Callable[..., "Page"]
WIDTHS = (390, 800, 1440)

OVERFLOW = """() => {
  const wide = [];
  const scrolls = (e) => { for (; e; e = e.parentElement) if (/auto|scroll/.test(getComputedStyle(e).overflowX) && e !== document.documentElement && e !== document.body) return true; return false; };
  if (document.documentElement.scrollWidth > innerWidth) wide.push("page: " + document.documentElement.scrollWidth);
  for (const e of document.body.querySelectorAll("*")) {
    const r = e.getBoundingClientRect();
    if (r.width > 1 && r.height > 1 && (r.right > innerWidth + 1 || r.left < -4) && !scrolls(e) && !e.closest(".skip"))
      wide.push(`${e.tagName}.${e.className.baseVal ?? e.className}#${e.id} ${Math.round(r.left)}..${Math.round(r.right)}`);
  }
  return wide.slice(0, 5);
}"""
"""Elements that stand out of the window to the left or right and lie in nothing that scrolls."""

CLIPPED = """() => {
  const cut = [];
  const hidden = (e) => { const s = getComputedStyle(e), r = e.getBoundingClientRect(); return s.clip !== "auto" || s.clipPath !== "none" && r.width < 3 || r.width < 2 || r.height < 2; };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node; (node = walker.nextNode()); ) {
    if (!node.data.trim() || !node.parentElement.checkVisibility({visibilityProperty: true})) continue;
    const range = document.createRange(); range.selectNodeContents(node);
    const boxes = [...range.getClientRects()].filter((b) => b.width > 0 && b.height > 0);
    for (let e = node.parentElement; e && e !== document.body; e = e.parentElement) {
      if (hidden(e)) break;
      const s = getComputedStyle(e), r = e.getBoundingClientRect();
      if (e.ownerSVGElement) { continue; }
      const clipsX = /hidden|clip/.test(s.overflowX), clipsY = /hidden|clip/.test(s.overflowY);
      const out = boxes.find((b) => clipsX && (b.right > r.right + 1.5 || b.left < r.left - 1.5) || clipsY && (b.bottom > r.bottom + 2.5 || b.top < r.top - 2.5));
      if (out) { cut.push(`${e.tagName}.${e.className.baseVal ?? e.className}: ${node.data.trim().slice(0, 40)}`); break; }
    }
  }
  return cut.slice(0, 5);
}"""
"""Visible texts of which a part lies outside a box that cuts (``overflow``, a drawing's frame)."""

COLLIDING = """() => {
  const hit = [];
  for (const svg of document.querySelectorAll("svg")) {
    if (!svg.checkVisibility()) continue;
    const texts = [...svg.querySelectorAll("text")].filter((t) => t.textContent.trim() && t.checkVisibility({visibilityProperty: true}) && t.getBoundingClientRect().width > 0);
    texts.forEach((a, i) => texts.slice(i + 1).forEach((b) => {
      const p = a.getBoundingClientRect(), q = b.getBoundingClientRect();
      const x = Math.min(p.right, q.right) - Math.max(p.left, q.left), y = Math.min(p.bottom, q.bottom) - Math.max(p.top, q.top);
      if (x > 2 && y > 5 && !a.contains(b) && !b.contains(a)) hit.push(`${svg.getAttribute("class")}: ${a.textContent.trim()} × ${b.textContent.trim()}`);
    }));
  }
  return hit.slice(0, 5);
}"""
"""Labels of a drawing that lie on one another."""


def fits(page: Page) -> list[Any]:
    """What does not fit on the page as it stands."""
    return [
        f"{kind} {one}"
        for kind, script in (("wide", OVERFLOW), ("cut", CLIPPED), ("on another", COLLIDING))
        for one in page.evaluate(script)
    ]


@pytest.mark.parametrize(("language", "scheme"), [("ja", "light"), ("en", "dark"), ("both", "light")])
def test_nothing_overflows_or_is_cut(look: Open, site: Any, scheme: str, language: str) -> None:
    """Index and a claim's page, unfolded, at every width: no sideways scrolling, no clipped text, no labels on one another."""
    wrong = {}
    for path in (site.index, site.claim):
        page = look(path, 390, scheme)
        page.locator(f"label[for=show-{language}]").click()
        page.evaluate("document.querySelectorAll('details').forEach((d) => { d.open = true; })")
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            if found := fits(page):
                wrong[f"{path.name} at {width}"] = found
    assert wrong == {}


def test_the_single_file_fits(look: Open, site: Any) -> None:
    """The list and a claim in the one file, on a phone and at a desk."""
    wrong = {}
    for at in ("", "#dep-effect"):
        page = look(site.single, 390, at=at)
        for width in (390, 1440):
            page.set_viewport_size({"width": width, "height": 900})
            if found := fits(page):
                wrong[f"{at} at {width}"] = found
    assert wrong == {}


def test_every_claims_page_fits_a_phone(look: Open, site: Any) -> None:
    """Each of the pages of claims, all unfolded, at 390 px in Japanese."""
    page, wrong = look(site.index, 390), {}
    for claim_id in site.claims:
        page.goto((site.folder / f"{claim_id}.html").as_uri())
        page.evaluate("document.querySelectorAll('details').forEach((d) => { d.open = true; })")
        if found := fits(page):
            wrong[claim_id] = found
    assert wrong == {}


def test_large_letters_fit(look: Open, site: Any) -> None:
    """With letters twice as large (WCAG 1.4.4) no text is lost on a tablet."""
    wrong = {}
    for path in (site.index, site.claim):
        page = look(path, 800)
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        if found := [f for f in fits(page) if not f.startswith("on another")]:
            wrong[path.name] = found
    assert wrong == {}


@pytest.mark.parametrize(("width", "scheme"), [(390, "dark"), (1440, "light")])
def test_a_screen_reader_finds_its_way(look: Open, site: Any, scheme: str, width: int) -> None:
    """axe-core finds no serious and no critical issue, also where all is unfolded."""
    from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped] # ships no types

    wrong = {}
    for path in (site.index, site.claim):
        page = look(path, width, scheme)
        page.evaluate("document.querySelectorAll('details').forEach((d) => { d.open = true; })")
        found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
        serious = [v for v in found if v["impact"] in ("serious", "critical")]
        if serious:
            wrong[path.name] = [(v["id"], v["nodes"][0]["html"][:200], len(v["nodes"])) for v in serious]
    assert wrong == {}


def test_headings_make_an_outline(look: Open, site: Any) -> None:
    """One first heading, and no level is skipped on the way down."""
    for path in (site.index, site.claim):
        page = look(path)
        levels = page.evaluate(
            "[...document.querySelectorAll('h1,h2,h3,h4,h5,h6')].filter((h) => h.checkVisibility()).map((h) => +h.tagName[1])"
        )
        assert levels.count(1) == 1, path.name
        assert levels[0] == 1
        assert all(after - before <= 1 for before, after in pairwise(levels)), (path.name, levels)


def _rgb(text: str) -> tuple[int, int, int] | None:
    found = re.match(r"rgba?\((\d+), (\d+), (\d+)(?:, ([\d.]+))?\)", text)
    return (int(found[1]), int(found[2]), int(found[3])) if found and found[4] != "0" else None


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_level_is_green(look: Open, site: Any, scheme: str) -> None:
    """No fill, stroke, letter or ground of the drawings and labels is a green that praises."""
    script = """() => [...document.querySelectorAll("svg *, .stand *, .tag, [class*=level] *")].flatMap((e) => {
      const s = getComputedStyle(e); return [s.fill, s.stroke, s.color, s.backgroundColor]; })"""
    for path in (site.index, site.claim):
        seen = {c for text in look(path, 1440, scheme).evaluate(script) if (c := _rgb(text))}
        assert seen
        assert [c for c in seen if c[1] > 1.25 * max(c[0], c[2]) and c[1] > 60] == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_print_unfolds_all_and_fits_the_sheet(look: Open, site: Any, scheme: str) -> None:
    """For the printer: every study with its reasons, dark letters on white, no controls, nothing beyond the sheet."""
    page = look(site.claim, 794, scheme)
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    shown = page.locator("body").inner_text()
    assert [r["id"] for r in site.counting() if r["id"] not in shown] == []
    assert fits(page) == []
    ground = page.evaluate("[document.documentElement, document.body].map((e) => getComputedStyle(e).backgroundColor)")
    assert {_rgb(c) for c in ground} <= {None, (255, 255, 255)}
    letters = _rgb(page.evaluate("getComputedStyle(document.querySelector('h1')).color"))
    assert letters is not None
    assert sum(letters) < 200
    for control in ("#find", "label[for=show-ja]", "a.skip"):
        assert not any(one.is_visible() for one in page.locator(control).all()), control


def test_the_pdf_has_all_studies(look: Open, site: Any, tmp_path: Path) -> None:
    """On paper a claim has every study that counts, those that don't by reason, and its Japanese; the list has every claim."""
    reader = shutil.which("pdftotext")
    if reader is None:
        pytest.skip("no pdftotext here: the PDF was not read")

    def printed(path: Path, at: str = "") -> str:
        pdf = tmp_path / f"{path.stem}{at}.pdf"
        look(path, at=at).pdf(path=pdf, format="A4")
        told = subprocess.run([reader, str(pdf), "-"], capture_output=True, text=True, check=True).stdout
        return re.sub(r"\s+", "", told)

    claim = printed(site.claim)
    assert [r["id"] for r in site.claims["dep-effect"]["records"] if r["id"] not in claim] == []
    assert "人での有効性を示す研究" in claim
    assert "間葉系幹細胞由来エクソソームの経鼻投与" in claim
    of_single = printed(site.single, "#dep-effect")
    assert [r["id"] for r in site.counting() if r["id"] not in of_single] == []
    listed = printed(site.single)
    # Lines of three columns come one after another: only what begins a line is whole.
    begins = {i: "".join(claim["statement"]["en"].split()[:1]) for i, claim in site.claims.items()}
    assert [i for i, words in begins.items() if words not in listed] == []


def test_what_does_not_fit_is_seen(look: Open, site: Any) -> None:
    """The looking itself: a box that is too wide, a text that is cut, and labels on one another are each found."""
    path = site.folder.parent / "wrong.html"
    path.write_text(
        "<!doctype html><title>wrong</title><body style='margin:0'><h1>fits</h1>{wide}{cut}"
        "<svg width=200 height=40><text x=5 y=20>one label</text><text x=20 y=22>another</text></svg>".format(
            wide="<p style='width:900px'>wide</p>",
            cut="<p style='width:60px;height:20px;overflow:hidden;white-space:nowrap'>このテキストは途中で切れています</p>",
        ),
        encoding="utf-8",
    )
    told = " ".join(fits(look(path, 390)))
    assert all(kind in told for kind in ("wide page", "wide P", "cut P.: このテキスト", "on another"))
