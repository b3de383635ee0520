"""Which values does a page hold, before any template sees them?"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from evtrack.changes import Change
from evtrack.claim import Bilingual
from evtrack.record import Reason, RecordId
from evtrack.report._protocol import ClaimStatus
from evtrack.report.addresses import doi_url, https
from evtrack.report.site_claim import CHANGES_SHOWN, ClaimPage, claim_page
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
from evtrack.wording import both

from .sites import CHANGES, CLAIM, LIBRARY, NOW, RUN, TEXT, TRIAL, gated, grade, others, record, status


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
    assert first.word is not None
    assert "山田" in first.word.ja
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
    """The sentence about people is taken apart without losing a word; one of another shape stays whole."""
    people = page_of(status()).people
    assert people.asked.ja + people.found.ja == status().grade.people.ja + "。"
    assert people.found.en == "0 of 2 RCTs."
    assert page_of(others()[3]).people.asked == Bilingual("", "")


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
    assert [c.value for c in state.choices] == ["review", "changed"]
    assert {c.value for c in stance.choices} == {"supports", "no_difference"}
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
