"""Which values does a page hold, before any template sees them?"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from evtrack.bilingual import Bilingual
from evtrack.changes import Change
from evtrack.record import Reason, RecordId
from evtrack.report._protocol import ClaimStatus
from evtrack.report.addresses import doi_url, https
from evtrack.report.site import site_of
from evtrack.report.site_changes import CHANGES_SHOWN
from evtrack.report.site_claim import ClaimPage, claim_page
from evtrack.report.site_index import NEWS_SHOWN, filters, index_rows, news
from evtrack.report.site_studies import (
    LINES_SHOWN,
    STUDIES_SHOWN,
    TRIALS_SHOWN,
    dots,
    further,
    further_trials,
    left_out,
    studies,
    trials,
    waiting,
)
from evtrack.report.site_words import LONGEST, anchor, each, language_of, phrases, title_of
from evtrack.store.facts import RunKind
from evtrack.word import Word
from evtrack.wording import both

from .sites import CHANGES, CLAIM, LIBRARY, NOW, RUN, TEXT, TRIAL, gated, grade, moment, others, record, status


def page_of(one: ClaimStatus, changes: Any = CHANGES) -> ClaimPage:
    return claim_page(one, LIBRARY, frozenset({"dep-effect"}), changes, NOW, "ja")


def fired(*reasons: Reason, text: str = TEXT) -> list[tuple[str, list[str]]]:
    """Each sentence with the words that fired in it."""
    one = record(1, "rct", grade={"reasons": reasons})
    (study,) = studies(status(evidence=(one,), texts={one.id: {"title": "An invented study", "abstract": text}}))
    return [("".join(p.text for p in f.pieces), [p.text for p in f.pieces if p.fired]) for f in study.fired]


def at(words: str, rule: str = "S-DOWN", text: str = TEXT) -> Reason:
    start = text.index(words)
    return Reason(rule, "abstract", words, start, start + len(words))


def test_words_stand_in_their_sentence() -> None:
    """The words that decided are shown in the whole sentence they stand in, and no other; each sentence once."""
    assert fired(at("fell")) == [("The invented scale fell more with vesicles.", ["fell"])]
    told = fired(at("scale", "M-OUTCOME"), at("fell"), at("Forty", "R-RCT"))
    assert ("The invented scale fell more with vesicles.", ["scale", "fell"]) in told
    assert ("Forty made-up people took part.", ["Forty"]) in told


def test_words_that_overlap_are_shown_once() -> None:
    """Words that two rules took are marked once, and none of them is said twice."""
    ((sentence, words),) = fired(at("scale fell", "M-OUTCOME"), at("fell"), at("fell more", "S-ABOUT"))
    assert sentence == "The invented scale fell more with vesicles."
    assert "".join(words) in ("scale fell", "scale fell more")


@given(st.text(alphabet="ab c.。\n", max_size=900), st.data())
def test_a_sentence_is_a_piece_of_the_text(text: str, data: st.DataObject) -> None:
    """What is shown stands in the record's text, with an ellipsis where something was left out, and never runs on."""
    start = data.draw(st.integers(0, len(text)))
    words = text[start : data.draw(st.integers(start, len(text)))]
    for sentence, marked in fired(Reason("S-DOWN", "abstract", words, start, start + len(words)), text=text):
        assert len(sentence) < 440
        flat = text.replace("\n", " ")
        assert all(piece.strip() in flat for piece in sentence.split("…"))
        assert all(m in flat for m in marked)


def test_long_sentences_are_cut_beside_the_words() -> None:
    """Of a long sentence the words nearest to those that decided are kept."""
    text = "a " * 300 + "fell " + "b " * 300 + "rose " + "c " * 300
    ((sentence, words),) = fired(at("fell", text=text), at("rose", "M-OUTCOME", text=text), text=text)
    assert words == ["rose", "fell"] or words == ["fell", "rose"]
    assert sentence.count("…") == 3
    assert sentence.startswith("…a")
    assert sentence.endswith("c…")


def test_words_without_their_text() -> None:
    """Where the record's text is not at hand, or has changed, the bare words are shown; where there are none, the rule."""
    one = record(1, "rct", grade={"reasons": (at("fell"), Reason("R-RCT", "title", "", 0, 0))})
    for texts in ({}, {one.id: {"abstract": "something else entirely"}}):
        (study,) = studies(status(evidence=(one,), texts=texts))
        assert [[p.text for p in f.pieces] for f in study.fired] == [[], ["fell"]]
        assert [f.rules for f in study.fired] == ["R-RCT", "S-DOWN"]
        assert all(f.where is None for f in study.fired)


def test_a_study() -> None:
    """A study has its design, its direction in words that fit its level, its number, its flags and a person's word."""
    first, second, *_ = studies(status())
    assert (first.n, first.stance_words.ja) == (both("site.n", n=10), both("stance.no_difference").ja)
    assert "山田" in first.word[0].ja
    assert first.title.doi == "https://doi.org/10.5555/x(1)"
    assert first.links == ("NCT90000009",)
    assert second.stance_words == both("stance.supports.uncontrolled")
    animal = next(s for s in studies(status()) if s.title.id == "PMID:90000003")
    assert animal.n == both("site.n_animals", n=30)
    assert next(s for s in studies(status()) if s.title.id == "PMID:90000005").n is None


def test_many_studies() -> None:
    """The first studies have their reasons, the next a line, the rest are a number; each is told once."""
    many = status(evidence=tuple(record(n) for n in range(1, STUDIES_SHOWN + LINES_SHOWN + 6)))
    rest = further(many)
    assert rest is not None
    assert (len(studies(many)), len(rest.lines), rest.more) == (STUDIES_SHOWN, LINES_SHOWN, 5)
    assert rest.n == LINES_SHOWN + 5
    assert further(status()) is None
    listed = {s.title.id for s in studies(many)} | {line.title.id for line in rest.lines}
    assert len(listed) == STUDIES_SHOWN + LINES_SHOWN


def test_records_of_one_study_are_one_dot() -> None:
    """A paper and its second report are one study; a study that is not listed with its reasons has no place to go to."""
    first, second = record(1, links=(RecordId("PMID:90000002"),)), record(2, links=(RecordId("PMID:90000001"),))
    (one,) = dots(status(evidence=(first, second)))
    assert one.to in (anchor(CLAIM.id, "PMID:90000001"), anchor(CLAIM.id, "PMID:90000002"))
    many = dots(status(evidence=tuple(record(n) for n in range(1, STUDIES_SHOWN + 3))))
    assert sum(d.to is None for d in many) == 2
    assert not dots(status(evidence=(gated(1, "review"),)))
    assert dots(status(evidence=(record(1, grade={"numbers": {"n": "many"}}),)))[0].n is None


def test_what_is_left_out() -> None:
    """What does not count is told by reason, the most frequent first, with how many are not listed."""
    evidence = (*(gated(n, "review") for n in range(1, 61)), gated(61, "biomarker"), record(62))
    reviews, markers = left_out(status(evidence=evidence))
    assert (reviews.why, reviews.n) == (both("gate.review"), 60)
    assert len(reviews.lines) + reviews.more == 60
    assert (markers.n, markers.more) == (1, 0)
    assert left_out(status(evidence=())) == ()


def test_what_waits_for_a_person() -> None:
    """Records that need a person say what could not be told."""
    group = waiting(status())
    assert group is not None
    assert group.lines[0].why is not None
    assert both("stance.unclear").ja in group.lines[0].why.ja
    assert waiting(status(evidence=(record(1),))) is None


def test_trials() -> None:
    """A registered trial has its status, its plan named as a plan, why it stopped, and what the registry said before."""
    first, second = trials(status())
    assert first.title.text == "An invented trial"
    assert first.status == both("status.TERMINATED")
    assert first.facts[0].en == "planned: randomised controlled trial"
    assert first.stopped == "Too few came"
    assert first.also == "NCT90000002"
    assert len(first.moves) == 1
    assert (second.title.text, second.stopped, second.moves) == ("", None, ())
    assert second.title.url == "https://clinicaltrials.gov/study/NCT90000007"
    assert further_trials(status()) is None
    many = status(grade=grade(registered=tuple(replace(TRIAL, id=f"NCT9100{n:04}") for n in range(80))))
    rest = further_trials(many)
    assert rest is not None
    assert (len(trials(many)), rest.n, rest.more) == (TRIALS_SHOWN, 80 - TRIALS_SHOWN, 80 - TRIALS_SHOWN - LINES_SHOWN)


def test_people_are_asked_and_found() -> None:
    """The sentence about people is taken apart without losing a word, the answer first; one of another shape stays whole."""
    people = page_of(status()).people
    assert people.asked.ja + people.found.ja == status().grade.people.ja + "。"
    assert (people.found.en, people.rest.en) == ("0 of 2 RCTs.", "")
    assert page_of(others()[3]).people.asked == Bilingual("", "")
    found = Bilingual(
        "見つかっていません。RCT 2件（計9人）：差なし", "none found; 2 RCTs (9 people; oral): no difference"
    )
    several = page_of(status(grade=grade(people=both("people.effect", found=found)))).people
    assert several.found == Bilingual("見つかっていません。", "none found.")
    assert several.rest == Bilingual("RCT 2件（計9人）：差なし。", "2 RCTs (9 people; oral): no difference.")
    safety = page_of(status(grade=grade(people=both("people.safety", found=found)))).people
    assert safety.rest.ja == ""
    inside = Bilingual("RCT 2件（計9人）。", "2 RCTs (9 people; oral)")
    assert page_of(status(grade=grade(people=both("people.effect", found=inside)))).people.rest.ja == ""


def test_what_nobody_looked_at_is_no_finding() -> None:
    """The sentence of a claim that a person checks is not set in the type of an answer."""
    page = page_of(others()[4])
    assert not page.people.checked
    pages = site_of([status(), *others()], LIBRARY, CHANGES, NOW, "ja")
    assert 'class="unasked"' in pages["practice.html"]
    assert 'class="big"' in pages["dep-effect.html"]


def test_a_state_claim_has_a_verdict() -> None:
    """A sentence about the evidence has no stage, no row and no strip, but a verdict."""
    state, manual = others()[3], others()[4]
    page = page_of(state)
    assert (page.graded, page.row, page.timeline, page.history_row) == (False, None, None, None)
    assert page.no_studies == both("view.no_studies_state")
    assert page_of(manual).at == both("view.at", date=NOW.date())


def test_a_level_not_known_is_none_at_all() -> None:
    """Where the search was not whole, "none" is no level."""
    unknown, background, *_ = others()
    assert page_of(unknown).level is None
    assert page_of(replace(unknown, grade=replace(unknown.grade, search="complete"))).level == "none"
    assert page_of(background).old is not None


def test_members_and_parts() -> None:
    """An umbrella names its claims, with a link where they have a page; parts have their words where the claim has them."""
    page = page_of(others()[5])
    assert [(m.claim_id, m.name.en) for m in page.members] == [("dep-effect", CLAIM.statement.en), (None, "no-more")]
    assert [p.name.en for p in page.parts] == ["memory", "a-part"]


def test_changes_since_last_time() -> None:
    """The worst change comes first; new records that do not count are one line; no more than some are told."""
    page = page_of(status())
    assert [c.severity for c in page.changes] == ["critical", "critical", "notable", "minor"]
    assert page.n_changes == 4
    assert page.changes[-1].told == both("site.uncounted", n=1)
    assert any("ランダム化比較試験" in c.told.ja for c in page.changes)
    many = [(RUN, Change("corrected", CLAIM.id, RecordId(f"PMID:9{n:07}"), None, None, "minor")) for n in range(60)]
    assert len(page_of(status(), many).changes) == CHANGES_SHOWN
    assert page_of(status(), many).n_changes == 60
    unsaid = status(grade=grade("none", "n/a"))
    assert page_of(unsaid).changes


def test_news_of_all_claims() -> None:
    """What befell a record is told once with all claims it touches; minor changes are left to the claims' pages."""
    told = [(RUN, replace(c, claim_id=i)) for _, c in CHANGES[:4] for i in ("dep-effect", "twin")]
    twin = replace(status(), claim=replace(CLAIM, id="twin"), texts={})
    pages = [page_of(status(), told), page_of(twin, told)]
    first, more = news(pages)
    assert first[0].change.severity == "critical"
    assert {len(n.claims) for n in first if n.change.record} == {2}
    assert len(first) <= NEWS_SHOWN
    assert more == sum(p.n_changes for p in pages) - sum(len(n.claims) for n in first)
    assert news([]) == ((), 0)


def test_rows_and_filters() -> None:
    """A filter has a button for each value that some claim has, with how many have it."""
    every = [status(), *others()]
    rows = index_rows(every, [page_of(s) for s in every], "ja")
    level, stance, track, state = filters(rows)
    assert {c.value: c.n for c in level.choices} == {
        "in_vitro": 1, "animal": 1, "observational": 1, "early_clinical": 1, "rct": 1, "unknown": 1, "ungraded": 2,
    }  # fmt: skip
    assert sum(c.n for c in track.choices) == len(every)
    assert [c.value for c in state.choices] == ["warned", "person", "review", "changed"]
    assert {c.value for c in stance.choices} == {"preclinical", "association", "contents", "safety", "no_difference"}
    assert [m.kind for c in stance.choices if c.value == "no_difference" for m in c.marks] == ["controlled"]
    assert rows[0].worst == "critical"
    assert rows[0].last_change == "2026-11-23"
    assert (rows[1].last_change, rows[1].worst, rows[1].rank) == ("", "", -1)


def test_addresses() -> None:
    """Only https addresses of plain hosts, and DOIs that are DOIs, are linked to."""
    assert https("https://www.example.org/a?b=c") == "https://www.example.org/a?b=c"
    for bad in (
        None,
        "http://www.example.org",
        "javascript:alert(1)",
        "https://a@b.org/",
        "https://a.org/\u202e",
        'https://a.org/"x',
        "https://[",
        "https://",
    ):
        assert https(bad) is None
    assert doi_url("10.5555/a<b") is None
    assert doi_url("10.5555/a b") is None
    assert doi_url("10.5555/a#b?c") == "https://doi.org/10.5555/a%23b%3Fc"
    assert doi_url(None) is None
    assert doi_url("10.5555/a\u202e") is None  # fmt: skip


def test_titles() -> None:
    """A title is shown as it is, without control characters, and cut where it is longer than any title."""
    assert title_of(" A\x1b[31m \u202etitle ") == "A[31m title"
    assert len(title_of("x" * 5000)) == LONGEST + 1
    assert (language_of("An invented study"), language_of("作った研究")) == ("en", "ja")


@given(st.text(max_size=60), st.text(max_size=60))
def test_anchors_are_the_records_own(one: str, other: str) -> None:
    """Two records have two anchors, of letters, digits and hyphens alone."""
    assert (anchor("c", one) == anchor("c", other)) == (one == other)
    assert anchor("c", one).replace("-", "").isalnum()
    assert anchor("c", one).isascii()


@given(st.text(max_size=60))
def test_phrases_add_up(text: str) -> None:
    """Breaking a text into phrases loses nothing."""
    assert "".join(phrases(text)) == text


def test_lines_in_both_languages() -> None:
    """Lines that one language has more of stand beside nothing."""
    assert each(lambda lang: ["一", "二"] if lang == "ja" else ["one"]) == (Bilingual("一", "one"), Bilingual("二", ""))


def test_harm_is_named_first() -> None:
    """Each study that counts and found it worse is named with its level, also in animals, and leads to its entry."""
    mice, unknown = page_of(status()).harms
    assert (mice.record.id, mice.level, mice.told) == (
        "PMID:90000003",
        both("level_short.animal"),
        both("stance.contradicts"),
    )
    assert mice.to == anchor(CLAIM.id, "PMID:90000003")
    assert (unknown.record.id, unknown.told.ja, unknown.to) == ("PMID:90009999", "", None)
    warned = page_of(status()).warned
    assert warned is not None
    assert warned.ja == "公的機関の注意喚起 2件、悪化または有害な結果の報告 2件、撤回済み 1件"
    assert page_of(status(claim=replace(CLAIM, alerts=()), grade=grade(), evidence=(), retracted={})).warned is None
    unnamed = status(grade=grade(), evidence=(record(3, "animal", "contradicts"), gated(4, "review")))
    assert [h.record.id for h in page_of(unnamed).harms] == ["PMID:90000003"]
    background = replace(unnamed, claim=replace(CLAIM, track="background", kind="background"))
    assert page_of(background).harms == ()


def test_alerts_are_all_shown() -> None:
    """A warning that nobody has checked is shown and marked; one that was read is not marked."""
    read, unread = page_of(status()).alerts
    assert (read.unverified.ja, unread.text.en) == ("", "Unread.")
    assert unread.unverified == both("sentence.alert_unchecked")


def fallen(kind: RunKind, *why: Change) -> ClaimStatus:
    before, now = moment("2026-11-16", "animal", "supports"), moment("2026-11-23", "none", "n/a")
    return status(grade=grade("none", "n/a"), moments=(before, replace(now, run_kind=kind, why=why)))


def test_why_the_level_fell() -> None:
    """Where the level is lower than before, the records that went are named beside it; what else was told that day is not."""
    gone = Change("record_removed", CLAIM.id, RecordId("PMID:90000005"), None, None, "notable")
    fell = Change("level_down", CLAIM.id, None, "animal", "none", "critical")
    new = Change("new_record", CLAIM.id, RecordId("PMID:90000006"), None, "supports", "minor")
    fall = page_of(fallen("refresh", fell, new, gone)).fall
    assert fall is not None
    assert "2026-11-23" in fall.told.en
    assert both("level_short.animal").en in fall.told.en
    assert [(why, r.id if r else None) for why, r in fall.causes] == [(both("change.record_removed"), "PMID:90000005")]
    changed = page_of(fallen("refresh", fell, new)).fall
    assert changed is not None
    assert [why for why, _ in changed.causes] == [both("change_kind.new_record")]
    person = page_of(fallen("review", fell)).fall
    assert person is not None
    assert person.causes == ((both("site.by_person"), None),)
    told = page_of(fallen("refresh", fell, gone), [(RUN, fell), (RUN, gone)]).changes
    assert [c.causes for c in told] == [((both("change.record_removed"), told[1].record),), ()]
    assert page_of(status()).fall is None
    assert page_of(status(moments=())).fall is None
    assert 'id="dep-effect-fell"' in site_of([fallen("refresh", gone)], LIBRARY, (), NOW, "ja")["dep-effect.html"]


def test_a_persons_word_is_marked() -> None:
    """Who spoke, and when, stands in the first box; the word says what it changed and what the rules had said."""
    page = page_of(status())
    assert page.persons == both(
        "site.persons", who=Bilingual("山田（2026-11-20）、佐藤（2026-11-21）", "山田 (2026-11-20), 佐藤 (2026-11-21)")
    )
    said = Word(
        "relabel",
        "読み直した",
        "山田",
        "2026-11-20T00:00:00Z",
        RecordId("PMID:90000001"),
        CLAIM.id,
        {"design": "rct"},
        {"design": "single_arm"},
    )
    one = record(1, "rct", "supports", override=said)
    (study,) = studies(status(evidence=(one,)))
    assert both("design.rct").ja in study.word[1].ja
    assert both("design.single_arm").ja in study.word[2].ja
    assert page_of(status(evidence=(record(1),), words=())).persons is None


def test_a_retraction_is_told_before_all_else() -> None:
    """However much is told that day, and whatever a person said since, the retraction comes first, on the page and on the index."""
    spoken = replace(RUN, id=3, kind="review")
    news_of_day = [
        Change("stance_changed", CLAIM.id, RecordId(f"PMID:9{n:07}"), None, "no_difference", "critical")
        for n in range(30)
    ]
    retracted = Change("retracted", CLAIM.id, RecordId("PMID:99999999"), None, "retracted", "critical")
    told = [*((RUN, c) for c in news_of_day[:15]), (RUN, retracted), *((spoken, c) for c in news_of_day)]
    page = page_of(status(), told)
    assert page.changes[0].record is not None
    assert page.changes[0].record.id == "PMID:99999999"
    assert [c.by_person for c in page.changes] == [False] * 16 + [True] * 4
    first, _ = news([page])
    assert first[0].change is page.changes[0]


def test_marks_that_are_there_are_explained() -> None:
    """The legend has the marks of the page and no others; what is filled is said only where something could be."""
    assert {f.name for f in page_of(status()).legend} == {
        "controlled-no_difference", "uncontrolled-supports", "preclinical-supports", "preclinical-contradicts", "preclinical-mixed", "unclear",
    }  # fmt: skip
    pages = site_of([status(), *others()], LIBRARY, CHANGES, NOW, "ja")
    assert both("site.legend").ja in pages["dep-effect.html"]
    assert both("site.legend").ja not in pages["cargo.html"]
    assert both("site.found.contents.supports").ja in pages["cargo.html"]
    assert (
        both("stance_short.supports").ja
        not in re.findall(r'<dl class="legend">.*?</dl>', pages["dep-bg.html"], re.DOTALL)[0]
    )


def test_noise_is_left_out() -> None:
    """A flag that nearly every record has is not told of each study; a background claim has no routes."""
    one = record(1, "rct", grade={"flags": ("machine_indexed", "small_n")})
    (study,) = studies(status(evidence=(one,)))
    assert study.flags == both("flag.small_n")
    background = status(claim=replace(CLAIM, track="background", kind="background"))
    routes = both("view.routes").ja
    assert any(routes in f.ja for f in page_of(status()).facts)
    assert not any(routes in f.ja for f in page_of(background).facts)
