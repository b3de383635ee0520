"""What do the drawings of the site say, and what must they never say?"""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import product
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evtrack.bilingual import Bilingual
from evtrack.grade.grades import LEVELS, Level, Stance
from evtrack.report.svg_finding import FINDINGS, GROUPS, STANCES, Finding, finding_of
from evtrack.report.svg_history import MOST, history_steps
from evtrack.report.svg_marks import css_class, el, glyph, mark, marks, texts
from evtrack.report.svg_stages import stage_row, stages_of
from evtrack.report.svg_studies import Dot, strip, timeline
from evtrack.wording import both

from .sites import CLAIM, moment

SAID = Bilingual("ある", "some")
TRACKS = ("intervention", "background")
ASSOCIATION = replace(CLAIM, track="background", kind="background")
CONTENTS = replace(ASSOCIATION, condition=())
SAFETY = replace(CLAIM, kind="safety")


def parsed(svg: str) -> ET.Element:
    return ET.fromstring(svg)  # noqa: S314 # our own drawing


def of_class(root: ET.Element, name: str) -> list[ET.Element]:
    return [e for e in root.iter() if name in e.get("class", "").split()]


def row(track: str, level: Level | None, stance: Stance | Finding, **more: Any) -> ET.Element:
    claim = CLAIM if track == "intervention" else ASSOCIATION
    found = stance if isinstance(stance, Finding) else finding_of(claim, level, stance)
    return parsed(stage_row("x", "ja", track, level, found, SAID, **more))


def test_nothing_is_filled_below_the_stage() -> None:
    """Whatever stage is reached, all others are drawn alike, and so is the line: no bar grows with the level."""
    for track in TRACKS:
        rails = set()
        for level, stance in product(stages_of(track), STANCES):
            root = row(track, level, stance)
            others = of_class(root, "stage")
            assert len(others) == len(stages_of(track)) - 1
            assert len({tuple(sorted((k, v) for k, v in e.items() if k != "cx")) for e in others}) == 1
            rails |= {tuple(e.items()) for e in of_class(root, "rail")}
            assert len([e for e in root.iter() if e.tag == "use"]) == 1
        assert len(rails) == 1


def test_colour_is_of_the_stance_alone() -> None:
    """The mark of a finding is the same at each stage and on each track, and so is the colour of a stance; the place alone differs."""
    for found in FINDINGS:
        drawn = {
            (e.get("href"), e.get("class"), e.get("width"), e.get("y"))
            for track in TRACKS
            for level in stages_of(track)
            for e in row(track, level, found).iter()
            if e.tag == "use"
        }
        assert len(drawn) == 1
    neutral = {"association", "contents", "safety"}
    for stance in STANCES:
        assert len({css_class(f) for f in FINDINGS if f.stance == stance and f.kind not in neutral}) == 1
    assert {css_class(f) for f in FINDINGS if f.stance == "supports" and f.kind in neutral} == {"s-neutral"}
    assert len({css_class(f) for f in FINDINGS}) == len(STANCES) + 1


def symbols() -> dict[str, ET.Element]:
    return {e.get("id", ""): e for e in parsed(marks()).iter() if e.tag == "symbol"}


def test_findings_differ_without_colours() -> None:
    """Each finding has a shape of its own, named once, and none is larger than the box they share."""
    drawings = {ET.tostring(e).split(b">", 1)[1] for e in symbols().values()}
    assert len(symbols()) == len(drawings) == len(FINDINGS)
    assert symbols().keys() == {f"m-{f.name}" for f in FINDINGS}
    assert all(symbol.get("viewBox") == "-12 -12 24 24" for symbol in symbols().values())


def test_only_a_control_in_people_fills_a_mark() -> None:
    """Filled is what was measured against a control in people; people without that have a dashed outline, animals a small one."""
    for found in FINDINGS:
        inside = list(symbols()[f"m-{found.name}"])
        if found.kind in ("controlled", "uncontrolled", "preclinical"):
            assert any(e.get("fill") for e in inside) == (found.kind == "controlled"), found
            assert any(e.get("stroke-dasharray") for e in inside) == (found.kind == "uncontrolled"), found
            assert any(e.get("transform") for e in inside) == (found.kind == "preclinical"), found


def test_what_a_finding_is() -> None:
    """Improvement is said of what beat a control in people alone; it takes the claim and the study, never how high it stands."""
    for level, kind in (
        ("rct", "controlled"),
        ("early_clinical", "uncontrolled"),
        ("animal", "preclinical"),
        ("in_vitro", "preclinical"),
    ):
        for stance in ("supports", "no_difference", "contradicts", "mixed"):
            assert finding_of(CLAIM, level, stance) == Finding(stance, kind)  # type: ignore[arg-type] # values of the two literals
            assert finding_of(ASSOCIATION, level, stance).kind == "association"  # type: ignore[arg-type] # the same
            assert finding_of(CONTENTS, level, stance).kind == "contents"  # type: ignore[arg-type] # the same
    assert finding_of(SAFETY, "rct", "supports").kind == "safety"
    assert finding_of(SAFETY, "rct", "contradicts").kind == "controlled"
    assert finding_of(CLAIM, "rct", "unclear") == finding_of(ASSOCIATION, "animal", "unclear") == Finding("unclear", "")
    better = {f for f in FINDINGS if "対照群より改善" in f.words.ja}
    assert better == {Finding("supports", "controlled")}
    assert {f.words.en for f in FINDINGS if f.kind in ("association", "contents")}.isdisjoint({"improvement"})


def test_good_news_of_one_kind_is_not_that_of_another() -> None:
    """What supports is filtered by its kind; the rest by what it says; each has words."""
    assert [f.group for f in FINDINGS if f.stance == "supports"] == list(GROUPS[:6])
    assert set(GROUPS) == {
        "controlled",
        "uncontrolled",
        "preclinical",
        "association",
        "contents",
        "safety",
        *STANCES[1:],
    }
    for found in FINDINGS:
        assert found.words.ja
        assert found.words.en
    for group in set(GROUPS) - {"n/a"}:
        assert both(f"site.group.{group}").ja


def test_the_place_is_the_stage() -> None:
    """A higher stage stands further right; a stage that is not known has no mark; words say which was reached."""
    places = []
    for level in stages_of("intervention"):
        root = row("intervention", level, "supports")
        (use,) = [e for e in root.iter() if e.tag == "use"]
        places.append(float(use.get("x", "0")))
        reached = {"".join(e.itertext()) for e in of_class(root, "reached") if e.tag == "text"}
        assert both(f"site.stage.{level}").ja in reached
    assert places == sorted(places)
    assert len(set(places)) == len(LEVELS) - 1
    assert not [e for e in row("background", None, "n/a").iter() if e.tag == "use"]


def test_preprints_are_a_dashed_ring() -> None:
    """What preprints would reach is a ring and no mark; the stage that is reached anyway, and "none", have no ring."""
    assert len(of_class(row("intervention", "animal", "supports", provisional="rct"), "preprints")) == 1
    for provisional in ("animal", "none", None):
        assert not of_class(row("intervention", "animal", "supports", provisional=provisional), "preprints")


def test_small_rows_are_not_heard() -> None:
    """In a list, where words say the same beside it, a row has no words and is hidden from those who listen."""
    root = row("intervention", "animal", "supports", small=True)
    assert root.get("aria-hidden") == "true"
    assert not [e for e in root.iter() if e.tag in ("text", "title")]


def test_a_picture_has_a_name() -> None:
    """The title and the words for what it shows are there in both languages, and it is labelled in the one asked for."""
    for lang in ("ja", "en"):
        root = parsed(stage_row("x", lang, "intervention", "rct", Finding("supports", "controlled"), SAID))
        ids = {e.get("id"): e for e in root.iter() if e.get("id")}
        assert root.get("role") == "img"
        assert ids[root.get("aria-labelledby")].text == both("site.stages").get(lang)
        assert ids[root.get("aria-describedby")].text == SAID.get(lang)


@given(st.text(max_size=40))
def test_elements_escape(text: str) -> None:
    """No text, in an element or in an attribute, becomes an element."""
    told = str(el("text", text, data_x=text))
    assert re.fullmatch(r'<text data-x="[^"<>]*">[^<>]*</text>', told, re.DOTALL)


def test_words_on_lines() -> None:
    """Words that differ are drawn in both languages, English on lines where asked; a name is drawn once."""
    assert str(texts(Bilingual("同", "同"), 1, 2)) == '<text x="1" y="2">同</text>'
    told = str(texts(Bilingual("初期", "early clinical"), 1.25, 2, "axis", lines=True))
    assert told.count("<text") == 2
    assert told.count("<tspan") == 2
    assert 'x="1.2"' in told
    assert "<tspan" not in texts(Bilingual("一", "one"), 1, 2, lines=True)
    assert 'href="#m-controlled-mixed"' in glyph(Finding("mixed", "controlled"))
    assert "xlink" not in mark(Finding("n/a", ""), 1.0, 1.0, 2.0)


def dot(
    n: int | None = 10, year: int | None = 2024, stance: Stance = "supports", level: Level = "animal", **more: Any
) -> Dot:
    told: dict[str, Any] = {"to": "c-1", "told": "PMID:90000001", "people": level == "rct", **more}
    return Dot(year=year, level=level, found=finding_of(CLAIM, level, stance), n=n, **told)


def test_a_dot_a_study() -> None:
    """Each study is a mark at its year and stage that leads to its entry; one that is not listed leads nowhere."""
    root = parsed(timeline("t", "ja", "intervention", [dot(), dot(level="rct", to=None), dot(year=None)], 2026))
    found = of_class(root, "dot")
    assert [e.get("data-to") for e in found] == [None, "c-1"]
    assert found[0].find("title") is not None
    heights = [float(e.find("use").get("y", "0")) for e in found]  # type: ignore[union-attr] # each dot has its mark
    assert heights[0] < heights[1]


def test_later_is_further_right() -> None:
    """A later year stands further right, over four years and over ninety."""
    for years in ((2022, 2024, 2026), (1934, 1980, 2026)):
        root = parsed(timeline("t", "en", "background", [dot(year=y) for y in years], 2026))
        places = [float(e.find("use").get("x", "0")) for e in of_class(root, "dot")]  # type: ignore[union-attr] # each dot has its mark
        assert places == sorted(places)
        assert len(set(places)) == 3
        assert len([e for e in root.iter() if (e.text or "").isdigit()]) <= 7


def test_dense_years_are_counted() -> None:
    """Where many studies share a place, each direction is one mark with its number: none hides another."""
    many = [dot() for _ in range(30)] + [dot(stance="contradicts")] * 2
    root = parsed(timeline("t", "ja", "intervention", many, 2026))
    assert [e.text for e in of_class(root, "many")] == ["30", "2"]
    assert not of_class(root, "dot")
    desc = next(e for e in root.iter() if e.tag == "desc")
    assert "動物・細胞で改善方向 30件" in (desc.text or "")


WAYS: dict[Stance, Bilingual] = {s: both(f"site.way.{s}") for s in ("supports", "no_difference", "contradicts")}


def test_more_people_are_further_right() -> None:
    """The place tells the number on a logarithmic scale; a number not stated stands apart, past the scale."""
    root = parsed(strip("s", "ja", SAID, WAYS, [dot(5), dot(50), dot(500), dot(None)]))
    places = [float(e.find("use").get("x", "0")) for e in of_class(root, "dot")]  # type: ignore[union-attr] # each dot has its mark
    assert places == sorted(places)
    assert places[1] - places[0] == pytest.approx(places[2] - places[1], abs=11)
    words = ["".join(e.itertext()) for e in of_class(root, "axis")]
    assert "1,000" in words
    assert both("site.strip.no_n").ja in words


def test_a_strip_without_numbers_has_no_scale() -> None:
    """Where no number is stated, none is drawn."""
    words = ["".join(e.itertext()) for e in of_class(parsed(strip("s", "ja", SAID, WAYS, [dot(None)])), "axis")]
    assert not [w for w in words if w.replace(",", "").isdigit()]
    assert both("site.strip.no_n").ja in words


def test_directions_have_rows() -> None:
    """Better, no difference and worse have a row each, whether a study stands there or not."""
    root = parsed(strip("s", "en", SAID, WAYS, [dot(stance="contradicts")]))
    assert {w.en for w in WAYS.values()} <= {e.text for e in root.iter()}


def test_history_steps() -> None:
    """A mark a moment at its stage, with its day; the last ones where there are many; nothing where nothing was known."""
    told = [moment(f"2026-01-{day:02}", "animal" if day % 2 else "rct", "supports") for day in range(1, 12)]
    root = parsed(history_steps("h", "ja", CLAIM, told))
    uses = [e for e in root.iter() if e.tag == "use"]
    assert len(uses) == MOST
    assert len({e.get("y") for e in uses}) == 2
    assert "2026-01-11" in [e.text for e in root.iter()]
    unknown = moment("2026-01-01", "none", "n/a", both("label.none_not_searched").ja)
    root = parsed(history_steps("h", "ja", CLAIM, [unknown, moment("2026-01-02", "none", "n/a")]))
    assert len([e for e in root.iter() if e.tag == "use"]) == 1
