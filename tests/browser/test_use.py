"""Do search, filters, order, reasons, language and theme do what they say: by mouse, by keyboard, and without JavaScript?"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.enable_socket  # the stand-in services that the store is refreshed from
Open = Callable[..., "Page"]
JAPANESE = re.compile(r"[ぁ-んァ-ヶ一-龠]")


def shown_claims(page: Page) -> list[str]:
    """The ids of the claims that the list shows, in order."""
    ids: list[str] = page.evaluate(
        "[...document.querySelectorAll('li.claim')].filter((c) => c.checkVisibility()).map((c) => c.dataset.claim)"
    )
    return ids


def unfold_filters(page: Page) -> None:
    page.evaluate("document.querySelectorAll('details.filters').forEach((d) => { d.open = true; })")


def test_all_claims_are_listed(look: Open, site: Any) -> None:
    """The index has every claim, people before the level, and each leads to its page."""
    page = look(site.index)
    assert sorted(shown_claims(page)) == sorted(site.claims)
    assert page.locator("#found .n").inner_text() == str(len(site.claims))
    row = page.locator("li.claim[data-claim=dep-effect]")
    text = row.inner_text()
    assert text.index(site.claims["dep-effect"]["people"]["ja"].split("：")[1][:6]) < text.index("動物実験（")
    row.locator("a.claim-link").click()
    assert page.url.endswith("/dep-effect.html")
    page.locator("a.back").click()
    assert page.url.split("#")[0].endswith("/index.html")


@pytest.mark.parametrize(
    ("typed", "there", "not_there"),
    [
        ("うつ", "dep-effect", "ptsd-effect"),
        ("PTSD", "ptsd-effect", "dep-effect"),
        ("ｐｔｓｄ", "ptsd-effect", "dep-effect"),
        ("depressive symptoms", "dep-effect", "ptsd-effect"),
        ("PMID:90000020", "anx-effect", "dep-effect"),
        ("scz-effect", "scz-effect", "dep-effect"),
    ],
)
def test_search_finds_by_words_titles_and_ids(look: Open, site: Any, typed: str, there: str, not_there: str) -> None:
    """Typed words leave the claims that hold them; the count says how many; clearing brings all back."""
    page = look(site.index)
    page.locator("#find").fill(typed)
    left = shown_claims(page)
    assert there in left
    assert not_there not in left
    assert page.locator("#found .n").inner_text() == str(len(left))
    page.locator("#clear").click()
    assert len(shown_claims(page)) == len(site.claims)
    assert page.locator("#find").input_value() == ""


def test_nothing_found_is_said(look: Open, site: Any) -> None:
    """Words that no claim holds leave none, and the page says so instead of being blank; markup is text."""
    page = look(site.single)
    for typed in ("xyzzyx", "<b>", "("):
        page.locator("#find").fill(typed)
        if not shown_claims(page):
            assert page.locator("#nothing").is_visible()
            assert page.locator("#found .n").inner_text() == "0"
    page.locator("#find").fill("xyzzyx")
    assert shown_claims(page) == []


def test_filters_keep_what_they_name(look: Open, site: Any) -> None:
    """Each level filter leaves exactly the claims of that level; two of a kind add up, of two kinds both must fit."""
    page = look(site.index)
    unfold_filters(page)
    of_level: dict[str | None, set[str]] = {}
    for claim_id, claim in site.claims.items():
        of_level.setdefault(claim["level"], set()).add(claim_id)
    for level in ("animal", "rct", "none", "early_clinical"):
        button = page.locator(f"button[data-filter=level][data-value={level}]")
        button.click()
        assert button.get_attribute("aria-pressed") == "true"
        assert set(shown_claims(page)) == of_level[level], level
        assert str(len(of_level[level])) in button.inner_text()
        button.click()
        assert button.get_attribute("aria-pressed") == "false"
    page.locator("button[data-filter=level][data-value=animal]").click()
    page.locator("button[data-filter=level][data-value=rct]").click()
    assert set(shown_claims(page)) == of_level["animal"] | of_level["rct"]
    page.locator("button[data-filter=stance][data-value=no_difference]").click()
    both = {i for i in of_level["animal"] | of_level["rct"] if site.claims[i]["stance"] == "no_difference"}
    assert set(shown_claims(page)) == both
    page.locator("#find").fill("anx-effect")
    assert set(shown_claims(page)) == both & {"anx-effect"}
    page.locator("#clear").click()
    assert len(shown_claims(page)) == len(site.claims)
    assert page.locator("button[data-filter][aria-pressed=true]").count() == 0


def test_claims_that_need_a_person_are_found(look: Open, site: Any) -> None:
    """The filter for review leaves those that the program says need one."""
    page = look(site.index)
    unfold_filters(page)
    page.locator("button[data-filter=state][data-value=review]").click()
    assert set(shown_claims(page)) == {i for i, claim in site.claims.items() if claim["needs_review"]}


def test_order_can_be_changed_and_restored(look: Open, site: Any) -> None:
    """By level the highest comes first; the article's order comes back; nothing is lost on the way."""
    page = look(site.index)
    unfold_filters(page)
    first = shown_claims(page)
    ranks = ["none", "in_vitro", "animal", "observational", "early_clinical", "rct"]
    page.locator("button[data-sort=level]").click()
    by_level = shown_claims(page)
    assert sorted(by_level) == sorted(first)
    places = [ranks.index(site.claims[i]["level"]) for i in by_level if site.claims[i]["level"]]
    assert places == sorted(places, reverse=True)
    page.locator("button[data-sort=article]").click()
    assert shown_claims(page) == first


def test_language_changes_every_word(look: Open, site: Any) -> None:
    """English leaves no Japanese but the article's own words and titles; Japanese comes back; the choice is remembered."""
    page = look(site.claim)
    assert page.locator("html").get_attribute("lang") == "ja"
    people = site.claims["dep-effect"]["people"]
    japanese = page.locator("body").inner_text()
    assert "人での有効性を示す研究" in japanese
    assert "Evidence level" not in japanese
    page.locator("label[for=show-en]").click()
    assert page.locator("html").get_attribute("lang") == "en"
    english = page.locator("body").inner_text()
    assert re.sub(r"\W+", "", people["en"]) in re.sub(r"\W+", "", english)
    from evtrack.wording import word

    quoted = [
        *page.locator("q").all_inner_texts(),
        *(r["title"] for r in site.claims["dep-effect"]["records"]),
    ]
    rest = english
    for words in (*quoted, "日本語", "医中誌"):
        rest = rest.replace(words, "")
    assert JAPANESE.findall(rest) == [], rest
    assert word("sentence.disclaimer", "en") in english
    page.goto(site.index.as_uri())
    assert page.locator("#show-en").is_checked()
    page.locator("label[for=show-both]").click()
    both = page.locator("li.claim[data-claim=dep-effect]").inner_text()
    assert "うつ" in both
    assert "depressive" in both


def test_reasons_show_the_words_that_decided(look: Open, site: Any) -> None:
    """Unfolded, a study tells its reasons: words of the record are marked, and rules are named."""
    page = look(site.claim)
    for record in site.counting():
        study = page.locator(f"[id='dep-effect-{record['id'].replace(':', '-')}']")
        assert study.count() == 1, record["id"]
        why = study.locator("details.why")
        assert not why.locator("mark").first.is_visible()
        why.locator("summary").click()
        marked = [m.casefold() for m in why.locator("mark").all_inner_texts()]
        assert marked
        given = " ".join(reason["text"].casefold() for reason in record["reasons"])
        assert any(
            words in given or any(r["text"].casefold() in words for r in record["reasons"] if r["text"])
            for words in marked
        )
        assert {r["rule"] for r in record["reasons"]} & set(re.findall(r"[A-Z]+-[A-Z0-9-]+", why.inner_text()))


def test_what_was_searched_and_not_is_said(look: Open, site: Any) -> None:
    """Each query can be unfolded, its day stands beside it, and what was not searched is named."""
    page = look(site.claim)
    page.locator("label[for=show-en]").click()
    searched = page.locator("#dep-effect-searched")
    text = searched.inner_text()
    assert all(name in text for name in ("PubMed", "ClinicalTrials.gov", "ChiCTR", "J-STAGE", "2026-11-23"))
    query = searched.locator("details.query").first
    query.locator("summary").click()
    asked = {"".join(s["query"].split()) for s in site.claims["dep-effect"]["searched"]}
    assert any(q in "".join(query.inner_text().split()) for q in asked)


def test_history_and_retraction_are_told(look: Open, site: Any) -> None:
    """The page says that it was an RCT until a week ago, which paper was retracted and when, and who spoke."""
    page = look(site.claim)
    page.locator("label[for=show-en]").click()
    history = page.locator("#dep-effect-history").inner_text()
    assert history.index("2026-11-16") < history.index("2026-11-23")
    assert "RCT" in history
    assert "animal study" in history
    assert "PMID:90000004" in history
    whole = page.locator("body").inner_text()
    assert "A. Nobody" in whole
    assert "B. Nobody" in whole
    assert re.search(r"retracted.*seen on 2026-11-23", whole)
    assert "Too few took part (made up)" in whole


def test_people_come_first(look: Open, site: Any) -> None:
    """On a claim's page the sentence about people stands before the level, and both before any study."""
    page = look(site.claim, 390)
    tops = [
        page.locator(f"#dep-effect-{part}").bounding_box()["y"]  # type: ignore[index] # all three are shown
        for part in ("people", "level", "studies")
    ]
    assert tops == sorted(tops)
    assert tops[0] < 700, "the sentence about people is not on the first screen of a phone"


def test_theme_can_be_chosen(look: Open, site: Any) -> None:
    """Dark is dark and light is light, whatever the system says, and stays so on the next page."""
    ground = (
        "getComputedStyle(document.body).backgroundColor.match(/\\d+/g).slice(0, 3).map(Number).reduce((a, b) => a + b)"
    )
    page = look(site.index, scheme="light")
    light = page.evaluate(ground)
    page.locator("label[for=theme-dark]").click()
    assert page.evaluate(ground) < 200 < 600 < light
    page.goto(site.claim.as_uri())
    assert page.evaluate(ground) < 200
    page.locator("label[for=theme-light]").click()
    assert page.evaluate(ground) > 600


def test_outside_text_is_text(look: Open, site: Any) -> None:
    """A title full of markup is shown letter by letter; nothing of it runs or becomes an element."""
    for path, at in ((site.claim, ""), (site.single, "#dep-effect")):
        page = look(path, at=at)
        assert "<script>window.hit=1</script>" in page.locator("body").inner_text()
        assert page.evaluate("window.hit") is None
        assert page.locator("img").count() == 0
        assert page.evaluate("document.scripts.length") == 1


def test_the_single_file_is_a_site(look: Open, site: Any) -> None:
    """One file: a claim's link shows that claim alone, back shows the list, a claim's address opens it at once."""
    page = look(site.single)
    page.locator("li.claim[data-claim=dep-effect] a.claim-link").click()
    articles = page.locator("article.evidence")
    assert [a.get_attribute("id") for a in articles.all() if a.is_visible()] == ["dep-effect"]
    assert not page.locator("#find").is_visible()
    page.go_back()
    assert page.locator("#find").is_visible()
    page.goto(site.single.as_uri() + "#anx-effect")
    assert [a.get_attribute("id") for a in articles.all() if a.is_visible()] == ["anx-effect"]


def _focused(page: Page) -> dict[str, Any]:
    found: dict[str, Any] = page.evaluate(
        """() => { const e = document.activeElement, s = getComputedStyle(e), l = e.labels && e.labels[0] ? getComputedStyle(e.labels[0]) : s,
             r = e.getBoundingClientRect();
             return { tag: e.tagName, id: e.id, cls: String(e.className.baseVal ?? e.className), name: e.getAttribute("name"),
               ring: [s, l].some((c) => c.outlineStyle !== "none" && parseFloat(c.outlineWidth) > 0 || c.boxShadow !== "none"),
               seen: r.bottom > 0 && r.top < innerHeight, filter: e.dataset.filter || null, summary: e.closest("details.why") !== null }; }"""
    )
    return found


def test_keyboard_alone_is_enough(look: Open, site: Any) -> None:
    """Skip link, language, search, filter, claim, reasons: all by Tab, Enter and Space, and what is focused is seen to be."""
    page = look(site.index)
    page.keyboard.press("Tab")
    assert "skip" in _focused(page)["cls"]
    assert page.locator("a.skip").is_visible()
    page.keyboard.press("Enter")
    assert page.url.endswith("#main")
    reached, unseen = set(), []
    for _ in range(60):
        page.keyboard.press("Tab")
        at = _focused(page)
        if at["tag"] == "BODY":
            break
        if not (at["ring"] and at["seen"]):
            unseen.append(at)
        reached.add(at["id"] or at["filter"] or at["cls"])
        if at["id"] == "find":
            page.keyboard.type("depressive symptoms")
        elif at["filter"] == "level" and "pressed" not in reached:
            page.keyboard.press("Space")
            assert page.locator("button[data-filter=level][aria-pressed=true]").count() == 1
            page.keyboard.press("Space")
            reached.add("pressed")
        elif "claim-link" in at["cls"]:
            page.keyboard.press("Enter")
            page.wait_for_url(re.compile(r"/(?!index)[a-z-]+\.html$"))
            break
    assert unseen == []
    assert {"find", "pressed"} <= reached
    assert not page.url.startswith(site.index.as_uri())
    page.goto(site.claim.as_uri())
    for _ in range(120):
        page.keyboard.press("Tab")
        at = _focused(page)
        if at["summary"] and at["tag"] == "SUMMARY":
            page.keyboard.press("Enter")
            assert page.locator("details.why[open] mark").first.is_visible()
            break
    else:
        pytest.fail("no reasons were reached by Tab")


def test_language_and_theme_by_keyboard(look: Open, site: Any) -> None:
    """The switches are reached by Tab and moved by arrow keys, and the one that is focused shows it."""
    page = look(site.index)
    for _ in range(8):
        page.keyboard.press("Tab")
        if _focused(page)["name"] == "show":
            break
    at = _focused(page)
    assert at["name"] == "show"
    assert at["ring"], at
    page.keyboard.press("ArrowRight")
    assert page.locator("html").get_attribute("lang") == "en"


def test_readable_without_javascript(look: Open, site: Any) -> None:
    """Without scripts all claims, studies and folded reasons are there; what needs a script is not shown; language still switches."""
    page = look(site.index, script=False)
    assert page.locator("li.claim").count() == len(site.claims)
    assert all(one.is_visible() for one in page.locator("li.claim").all())
    assert not page.locator("#find").is_visible()
    one = look(site.claim, script=False)
    text = one.locator("body").inner_text()
    assert [r["id"] for r in site.counting() if r["id"] not in text] == []
    one.locator("details.why summary").first.click()
    assert one.locator("details.why mark").first.is_visible()
    one.locator("label[for=show-en]").click()
    assert "Evidence level" in one.locator("body").inner_text()
    single = look(site.single, script=False)
    assert all(a.is_visible() for a in single.locator("article.evidence").all())
    assert single.locator("article.evidence").count() == len(site.claims)
