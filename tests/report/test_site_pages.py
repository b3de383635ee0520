"""Is each page whole, safe, in two languages, and in the order a clinician needs?"""

from __future__ import annotations

import itertools
import re
from base64 import b64encode
from dataclasses import replace
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from evtrack.bilingual import Bilingual
from evtrack.changes import Change
from evtrack.claim import Alert
from evtrack.record import Reason, RecordId
from evtrack.report._protocol import ClaimStatus
from evtrack.report.site import shown_with_reasons, single_page, site_of
from evtrack.report.site_studies import STUDIES_SHOWN
from evtrack.word import Word
from evtrack.wording import both

from .audits import HOSTILE
from .sites import CHANGES, LIBRARY, NOW, TEXT, TRIAL, gated, grade, others, record, status

VOID = {"meta", "input", "br", "wbr", "link", "img"}
NAMES = {
    "PubMed", "ClinicalTrials", "gov", "RCT", "MeSH", "PMID", "NCT", "DOI", "evtrack", "J", "STAGE", "jRCT", "UMIN", "CTR", "ChiCTR",
    "ICTRP", "URL", "rule", "json", "show", "English", "UTC", "changes", "An", "invented", "study", "n",
}  # fmt: skip
"""Names, commands, and the title of the synthetic records."""


class Page(HTMLParser):
    """A page taken apart: its elements, and its texts with the language they are shown in."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.texts: list[tuple[str, str, tuple[str, ...]]] = []
        self.stack: list[tuple[str, str]] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {k: v or "" for k, v in attrs}
        self.elements.append((tag, told))
        if tag not in VOID:
            self.stack.append((tag, told.get("lang", self.stack[-1][1] if self.stack else "")))

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.stack.pop()[0] == tag

    def handle_data(self, data: str) -> None:
        if data.strip() and self.stack:
            self.texts.append((self.stack[-1][1], data, tuple(t for t, _ in self.stack)))

    def all(self, tag: str, **attributes: str) -> list[dict[str, str]]:
        """The attributes of the elements of a tag that have these."""
        return [a for t, a in self.elements if t == tag and all(a.get(k) == v for k, v in attributes.items())]

    def ids(self) -> list[str]:
        return [a["id"] for _, a in self.elements if "id" in a]


def site(*more: ClaimStatus, lang: str = "ja") -> dict[str, str]:
    return site_of([status(), *others(), *more], LIBRARY, CHANGES, NOW, lang)


@pytest.fixture(scope="module")
def pages() -> dict[str, str]:
    """The site, and the same as one file."""
    return {**site(), "single": single_page([status(), *others()], LIBRARY, CHANGES, NOW, "ja")}


def test_a_page_a_claim(pages: dict[str, str]) -> None:
    """There is an index and a page for each claim, each well formed."""
    assert {"index.html", "dep-effect.html", "umbrella.html"} <= set(pages)
    for page in pages.values():
        assert page.startswith("<!doctype html>")
        assert Page(page).stack == []


def test_people_come_first() -> None:
    """What is known in people stands before the level, harms before what is provisional, then the rest in GLOSSARY's order."""
    ids = Page(site()["dep-effect.html"]).ids()
    sections = (
        "people", "level", "harms", "provisional", "timeline", "strip", "studies", "registered", "indirect", "excluded", "review",
        "searched", "change", "history", "since",
    )  # fmt: skip
    places = [ids.index(f"dep-effect-{s}") for s in sections]
    assert places == sorted(places)
    assert places[-1] < ids.index("limits")


def test_what_a_page_says(pages: dict[str, str]) -> None:
    """Statement, the article's words, label, stage, harms, alerts, persons, why a trial stopped, queries and changes stand there."""
    page = pages["dep-effect.html"]
    text = "".join(t for _, t, _ in Page(page).texts)
    for words in (
        "うつ症状を緩和する", "Vesicles may relieve depression.", "RCT 2件中0件で改善", "ランダム化比較試験（2件）：差なし", "A warning.",
        "公的機関の注意喚起 2件", "山田", "佐藤", "Too few came", "exosomes AND depression", "NCT90000002", "規則の版 3", "It would rise.", "PMID:90009999",
        both("sentence.stage").ja, both("sentence.disclaimer").en, both("change_severity.critical").ja,
        both("site.planned_design", design=both("design.rct")).ja,
    ):  # fmt: skip
        assert words in text, words
    assert "Unread." in text
    assert text.count(both("sentence.alert_unchecked").ja) == 1
    assert "fell" in [t for _, t, stack in Page(page).texts if "mark" in stack]


@pytest.mark.promise("hosts")
def test_policy_lets_nothing_else_in(pages: dict[str, str]) -> None:
    """Nothing is loaded from anywhere: the policy names the hashes of the page's own style and script."""
    for page in pages.values():
        (policy,) = Page(page).all("meta", **{"http-equiv": "Content-Security-Policy"})
        for tag in ("style", "script"):
            (inside,) = re.findall(f"<{tag}>(.*?)</{tag}>", page, re.DOTALL)
            assert f"{tag}-src 'sha256-{b64encode(sha256(inside.encode()).digest()).decode()}'" in policy["content"]
        assert "default-src 'none'" in policy["content"]


@pytest.mark.promise("hosts")
def test_links_lead_where_they_may(pages: dict[str, str]) -> None:
    """No source of another host; links lead to the two services, a DOI, an alert's page, or a place that is there."""
    for name, page in pages.items():
        parts = Page(page)
        assert not [a for _, a in parts.elements if {"src", "style", "srcset", "action", "background"} & a.keys()]
        known = set(parts.ids())
        for tag, attributes in parts.elements:
            href = attributes.get("href")
            if href is None:
                continue
            if href.startswith("#"):
                assert href[1:] in known, (name, href)
            elif href.startswith("https:"):
                host = urlsplit(href).netloc
                assert tag == "a"
                assert host in {"pubmed.ncbi.nlm.nih.gov", "clinicaltrials.gov", "doi.org", "www.example.org"}
            else:
                assert href in pages, (name, href)


def test_ids_are_unique(pages: dict[str, str]) -> None:
    """No id stands twice, not even where all claims share one file; what a label or a name points at is there."""
    for page in pages.values():
        parts = Page(page)
        assert len(parts.ids()) == len(set(parts.ids()))
        for _, attributes in parts.elements:
            for pointer in ("for", "aria-labelledby", "aria-describedby", "data-to"):
                for target in attributes.get(pointer, "").split():
                    assert target in parts.ids()


def test_headings_are_in_order(pages: dict[str, str]) -> None:
    """One first heading, and no level is left out."""
    for page in pages.values():
        levels = [int(t[1]) for t, _ in Page(page).elements if re.fullmatch("h[1-6]", t)]
        assert levels.count(1) == 1
        assert levels[0] == 1
        assert all(after - before <= 1 for before, after in itertools.pairwise(levels))


def test_japanese_has_no_english_words(pages: dict[str, str]) -> None:
    """What is shown in Japanese holds no English word but names, ids, commands, and titles as they are."""
    for name, page in pages.items():
        for lang, text, stack in Page(page).texts:
            if lang != "ja" or {"style", "script", "code", "pre"} & set(stack):
                continue
            bare = re.sub(r"\b[a-z]+(-[a-z]+)+\b|PMID:\d+|NCT\d+|--[a-z]+", " ", text)
            assert not set(re.findall("[A-Za-z]+", bare)) - NAMES, (name, text)


def test_english_has_no_japanese(pages: dict[str, str]) -> None:
    """What is shown in English holds no Japanese but persons' names and reasons, and the services that have no other name."""
    allowed = {"山田", "読み直した", "佐藤", "妥当"}
    for lang, text, _ in Page(pages["dep-effect.html"]).texts:
        for words in re.findall("[ぁ-んァ-ヶ一-龠]+", text) if lang == "en" else ():
            assert words in allowed, text


def test_every_word_comes_in_both_languages(pages: dict[str, str]) -> None:
    """A text in one language stands beside the same in the other, whichever the page opens in."""
    for page in (pages["dep-effect.html"], site(lang="en")["dep-effect.html"]):
        shown = [a["lang"] for t, a in Page(page).elements if t == "span" and a.get("class") == "t"]
        assert shown[::2] == ["ja"] * (len(shown) // 2)
        assert shown[1::2] == ["en"] * (len(shown) // 2)


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_the_language_it_opens_in(lang: str) -> None:
    """The page, its title, its pictures and its switch are in the language asked for."""
    parts = Page(site(lang=lang)["dep-effect.html"])
    assert parts.all("html")[0]["lang"] == lang
    (chosen,) = [a for a in parts.all("input", name="show") if "checked" in a]
    assert chosen["value"] == lang
    (title,) = [t for _, t, stack in parts.texts if stack[-1] == "title" and "head" in stack]
    assert title == status().claim.statement.get(lang)
    assert all(a["aria-labelledby"].endswith(f"title-{lang}") for a in parts.all("svg", role="img"))


def test_lines_break_between_phrases() -> None:
    """A Japanese statement may break between its phrases, and reads the same without the breaks."""
    page = site()["dep-effect.html"]
    (heading,) = re.findall("<h1[^>]*>(.*?)</h1>", page, re.DOTALL)
    assert "<wbr>" in heading
    assert "小胞はうつ症状を緩和する可能性がある。" in heading.replace("<wbr>", "")


def test_the_index() -> None:
    """A row a claim with people before the level, what the filters and the search look at, and the news once for all claims."""
    page = site()["index.html"]
    parts = Page(page)
    rows = {a["data-claim"]: a for a in parts.all("li", **{"class": "claim"})}
    assert len(rows) == 8
    assert rows["dep-effect"]["data-level"] == "rct"
    assert rows["dep-effect"]["data-stance"] == "no_difference"
    assert rows["dep-effect"]["data-state"].split() == ["warned", "person", "review", "changed"]
    assert "PMID:90000001" in rows["dep-effect"]["data-find"]
    assert "NCT90000001 An invented trial" in rows["dep-effect"]["data-find"]
    assert rows["unknown"]["data-level"] == "unknown"
    assert rows["trials-stage"]["data-level"] == "ungraded"
    assert page.index("in-people") < page.index('class="stages small"')
    buttons = {(a["data-filter"], a["data-value"]) for a in parts.all("button") if "data-filter" in a}
    assert {("level", "rct"), ("stance", "no_difference"), ("track", "manual"), ("state", "review")} <= buttons
    assert ("level", "none") not in buttons
    news = page[page.index('class="changes"') : page.index('id="claims-h"')]
    assert news.count(">PMID:90000007<") == 1


def test_nothing_known_yet() -> None:
    """A site of no claims, or of claims nothing was searched for, says so."""
    empty = single_page([], LIBRARY, (), NOW, "ja")
    assert both("view.nothing_loaded").ja in empty
    page = site()["unknown.html"]
    assert both("view.nothing_loaded").ja in page
    assert not [a for t, a in Page(page).elements if t == "use" and "reached" in a.get("class", "")]


def test_texts_wanted() -> None:
    """The texts that a page quotes are those of the records it shows with reasons, no more."""
    many = status(evidence=tuple(record(n) for n in range(1, STUDIES_SHOWN + 9)))
    assert len(shown_with_reasons(many)) == STUDIES_SHOWN
    assert set(shown_with_reasons(status())) == {f"PMID:9000000{n}" for n in range(1, 6)}


@pytest.fixture(scope="module")
def skeleton() -> set[tuple[str, frozenset[str]]]:
    """The elements and attributes that the template itself may make."""
    page = single_page([hostile("x"), *others()], LIBRARY, CHANGES, NOW, "ja")
    return {(tag, frozenset(attributes)) for tag, attributes in Page(page).elements}


def hostile(text: str) -> ClaimStatus:
    """A claim with this text wherever something comes from outside."""
    words = Bilingual(text, text + " ")
    reasons = (Reason("R-RCT", "title", text, 0, len(text)), Reason(text, "abstract", "fell", 3, 7))
    one = record(
        1, "rct", "no_difference", title=text, doi=text, links=(RecordId(text),),
        grade={"reasons": reasons, "flags": (text, "language_" + text), "numbers": {"n": 5}},
        override=Word("reject", text, text, text, RecordId("PMID:90000001")),
    )  # fmt: skip
    out = gated(2, "review", title=text)
    unnamed = replace(record(3, title=text, year=None), id=RecordId("MANUAL:" + text))
    trial = replace(TRIAL, why_stopped=text, status=text, phase=text, completion=text, also_registered=(text,))
    told = status()
    alert = Alert(text, text, words, "https://www.example.org/" + text, verified=True)
    return replace(
        told,
        claim=replace(told.claim, statement=words, quote=text, alerts=(alert,)),
        grade=replace(
            told.grade, label=words, people=words, registered=(trial,), notes=(words,), indirect={text: "animal"},
            would_change=replace(told.grade.would_change, up=words, down_text=words),
        ),
        searched=(replace(told.searched[0], query=text), replace(told.searched[1], source=text)),
        evidence=(one, out, unnamed),
        texts={one.id: {"title": text, "abstract": "It " + TEXT}},
        words=(Word("accept", text, text, text),),
        moments=tuple(replace(m, label=words) for m in told.moments),
        titles={"dep-effect": words},
        rules_version=text,
    )  # fmt: skip


UNWANTED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def check_harmless(text: str, skeleton: set[tuple[str, frozenset[str]]]) -> None:
    page = single_page([hostile(text), *others()], LIBRARY, CHANGES, NOW, "ja")
    parts = Page(page)
    for tag, attributes in parts.elements:
        assert any(tag == known and attributes.keys() <= allowed for known, allowed in skeleton), (tag, attributes)
        href = attributes.get("href", "#")
        assert href.startswith(("#", "https://")), href
        assert not href.startswith("https://") or not UNWANTED.search(href)
    assert not UNWANTED.search(page)
    assert page.count("<script>") == page.count("<style>") == 1


@pytest.mark.parametrize(
    "text",
    [HOSTILE, "</script><script>alert(1)</script>", "</style>", "{{ 7 * 7 }}{% raw %}", "<!--", "]]>", "\u202eabc\u2066", "&lt;b&gt;", "' onclick='x"],
)  # fmt: skip
def test_hostile_texts(text: str, skeleton: set[tuple[str, frozenset[str]]]) -> None:
    """Markup, scripts, templates, escapes and signs of direction stay text, or are left out."""
    check_harmless(text, skeleton)
    if "{{" in text:
        page = single_page([hostile(text)], LIBRARY, (), NOW, "ja")
        assert "{{ 7 * 7 }}" in page
        assert ">49<" not in page


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(alphabet=st.one_of(st.sampled_from("<>\"'&{}/=\x1b\u202e\x00 a"), st.characters()), max_size=30))
def test_no_text_becomes_markup(skeleton: set[tuple[str, frozenset[str]]], text: str) -> None:
    """Whatever comes from outside, the page has no element and no attribute but the template's own."""
    check_harmless(text, skeleton)


def test_long_texts_stay_short() -> None:
    """A title or a reason as long as a book does not make the page one."""
    long = "<b>" + "x" * 1_000_000
    page = site_of([replace(hostile("x"), evidence=(record(1, title=long, grade={"reasons": ()}), gated(2, "review", title=long)))], LIBRARY, (), NOW, "ja")  # fmt: skip
    assert sum(map(len, page.values())) < 200_000


def test_many_records_stay_small() -> None:
    """A claim with two thousand records, half of them counted, has a page of some hundred thousand characters."""
    counted = [record(n, "rct" if n % 3 else "animal") for n in range(1, 1001)]
    rest = [gated(n, "review" if n % 2 else "biomarker") for n in range(1001, 2001)]
    trials = tuple(replace(TRIAL, id=f"NCT9{n:07}") for n in range(200))
    many = status(evidence=(*counted, *rest), grade=grade(registered=trials), retracted={}, histories={})
    page = site_of([many], LIBRARY, (), NOW, "ja")["dep-effect.html"]
    assert len(page) < 250_000
    text = "".join(t for _, t, _ in Page(page).texts)
    assert both("site.more", n=1000 - STUDIES_SHOWN - 24, claim="dep-effect").ja in text
    assert both("site.further_trials", n=175).ja in text


def test_ids_that_only_look_like_records() -> None:
    """A record that neither service holds is named without a link, or with the address that a person gave."""
    odd = replace(record(1), id=RecordId("MANUAL:1"))
    given = replace(odd, id=RecordId("MANUAL:2"), url="https://www.example.org/2")
    bad = replace(odd, id=RecordId("MANUAL:3"), url="javascript:alert(1)")
    page = site_of([status(evidence=(odd, given, bad), retracted={})], LIBRARY, (), NOW, "ja")["dep-effect.html"]
    assert '<span class="id">MANUAL:1</span>' in page
    assert 'href="https://www.example.org/2">MANUAL:2</a>' in page
    assert '<span class="id">MANUAL:3</span>' in page
    assert 'id="dep-effect-MANUAL-1"' in page


def test_a_persons_word_does_not_hide_the_last_news(tmp_path: Path) -> None:
    """What the last refresh told stays "new since last time" until the next one, whatever a person says in between."""
    from evtrack.cli.report import _Asked, _with_words
    from evtrack.config import load_settings
    from evtrack.store.store import Store

    path = tmp_path / "evtrack.db"
    fell = Change("level_down", "dep-effect", None, "rct", "animal", "critical")
    said = Change("stance_changed", "dep-effect", None, "supports", "mixed", "notable")
    with Store.open(path, now=lambda: NOW) as store:
        for kind, told in (("load", []), ("refresh", [fell]), ("review", [said])):
            run = store.begin_run(kind, "3", "h")  # type: ignore[arg-type] # three of the kinds
            store.save_changes(run, told)
            store.finish_run(run, "complete", {})
    settings = load_settings({"db": str(path)}, {}, tmp_path)
    _, news = _with_words(_Asked(settings, LIBRARY, [], everything=False))
    assert [(run.kind, change) for run, change in news] == [("refresh", fell), ("review", said)]
