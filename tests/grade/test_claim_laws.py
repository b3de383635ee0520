"""Laws of claim grading that hold for any records: order, retraction, lower records, duplicates, would_change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from evtrack.bilingual import Bilingual
from evtrack.claim import Claim, Part
from evtrack.grade.claim import grade_claim
from evtrack.grade.grades import ClaimGrade, ClaimRecordGrade, Evidence, RecordGrade, RegisteredTrial, Searched, rank
from evtrack.record import RecordId

WORDS = Bilingual("主張", "claim")
PLAIN = Claim(
    "c",
    "p",
    "per-condition effect",
    "intervention",
    WORDS,
    "q",
    ("exosome",),
    ("depression",),
    ("mood",),
    route="iv",
    direct_support=WORDS,
)
JOINED = replace(PLAIN, parts=(Part(WORDS, ("memory",)), Part(Bilingual("注意", "attention"), ("attention",))))
KINDS = (
    PLAIN,
    JOINED,
    replace(JOINED, parts_in_one_study=True),
    replace(PLAIN, kind="safety", condition=()),
    replace(PLAIN, track="background", kind="background", intervention=(), route=None),
    replace(PLAIN, track="background", kind="mechanism", condition=(), route=None),
    replace(PLAIN, members=("m", "n")),
    replace(PLAIN, members=("m", "n"), population="refractory"),
)
SINGLE = KINDS[:6]
FLAGS = (
    "uncontrolled",
    "open_label",
    "harm_signal",
    "route_iv",
    "route_intranasal",
    "source_not_msc",
    "minors",
    "pools_retracted",
    "registry_results_only",
    "expression_of_concern",
)
DESIGN = {
    "rct": "rct",
    "early_clinical": "single_arm",
    "observational": "observational",
    "animal": "animal",
    "in_vitro": "in_vitro",
    "none": "other",
}
LADDER = ("in_vitro", "animal", "observational", "early_clinical", "rct")


@st.composite
def records(draw: st.DrawFn, number: int) -> Evidence:
    """One record of any level, stance and gate, linked to any of twelve ids."""
    gate = draw(st.sampled_from([None, None, None, None, "retracted", "biomarker", "registered_only", "empty_review"]))
    level = "none" if gate else draw(st.sampled_from(LADDER))
    stance = (
        "n/a"
        if gate
        else draw(st.sampled_from(["supports", "supports", "no_difference", "contradicts", "mixed", "unclear"]))
    )
    role = (
        draw(st.sampled_from(["counts", "counts", "counts", "preprint", "indirect", "neither"]))
        if gate is None
        else "neither"
    )
    own = RecordGrade(
        design=DESIGN[level], level=level, synthesis=draw(st.integers(0, 5)) == 0, role="therapy",  # type: ignore[arg-type] # sampled from the literals
        agent=draw(st.sampled_from(["native_ev", "msc_cells", "native_ev_other_source"])) if role == "indirect" else "native_ev",
        gate=gate, stance=stance, basis="abstract", flags=tuple(draw(st.lists(st.sampled_from(FLAGS), max_size=3, unique=True))),  # type: ignore[arg-type] # the same
        numbers=draw(st.sampled_from([{}, {"n": 9}, {"n": 48}, {"n": 150}])), needs_review=draw(st.booleans()),
    )  # fmt: skip
    graded = ClaimRecordGrade(
        own, draw(st.sampled_from(["selected", "subtype", "none"])), "measured", role == "counts", stance,  # type: ignore[arg-type] # the same
        parts=tuple(sorted(draw(st.sets(st.integers(0, 1))))), preprint=role == "preprint", indirect=role == "indirect",
    )  # fmt: skip
    links = tuple(
        RecordId(f"PMID:{90000000 + i}")
        for i in sorted(draw(st.sets(st.integers(0, 11), max_size=1)))
        if draw(st.integers(0, 3)) == 0
    )
    trial = (
        RegisteredTrial(f"NCT9{number:07d}", "RECRUITING", None, "rct", overdue=draw(st.booleans()))
        if gate == "registered_only"
        else None
    )
    return Evidence(
        RecordId(f"PMID:{90000000 + number}"),
        "pubmed",
        "t",
        draw(st.sampled_from([None, 2020, 2025])),
        graded,
        links,
        trial,
        authors=(draw(st.sampled_from(["Abe, B", "Ito, C"])),),
    )


@st.composite
def bodies(draw: st.DrawFn) -> list[Evidence]:
    """Up to eight records of a claim."""
    return [draw(records(i)) for i in range(draw(st.integers(0, 8)))]


SEARCHES = st.lists(
    st.builds(
        Searched,
        st.sampled_from(["pubmed", "ctgov"]),
        st.just("q"),
        st.just(9),
        st.booleans(),
        st.just("2026-11-23"),
        st.sampled_from([None, 9]),
    ),
    max_size=3,
)


def grade(claim: Claim, evidence: Sequence[Evidence], searched: Sequence[Searched] = ()) -> ClaimGrade:
    """The grade; an umbrella's members hold the even and the odd records."""
    halves = {"m": [e for e in evidence if int(e.id[-1]) % 2 == 0], "n": [e for e in evidence if int(e.id[-1]) % 2]}
    members = {m: halves[m] for m in claim.members}
    others = {m: grade(replace(PLAIN, id=m), body) for m, body in members.items()}
    return grade_claim(
        claim, evidence, others=others, others_evidence=members, searched=searched, as_of=date(2026, 11, 23)
    )


def gated(e: Evidence) -> Evidence:
    """The same record after its retraction was learned."""
    own = replace(e.graded.grade, gate="retracted", level="none", stance="n/a")
    return replace(
        e, graded=replace(e.graded, grade=own, counts_for_claim=False, stance="n/a", preprint=False, indirect=False)
    )


@settings(deadline=None)  # two shared cores: time per example says nothing
@given(st.sampled_from(KINDS), bodies(), SEARCHES, st.randoms(use_true_random=False))
def test_order_does_not_matter(
    claim: Claim, evidence: list[Evidence], searched: list[Searched], random: object
) -> None:
    """The same records and searches in any order give the same grade, words included."""
    mixed, asked = list(evidence), list(searched)
    random.shuffle(mixed)  # type: ignore[attr-defined] # hypothesis types it as its own Random
    random.shuffle(asked)  # type: ignore[attr-defined] # the same
    assert grade(claim, mixed, asked) == grade(claim, evidence, searched)


@settings(deadline=None)  # two shared cores: time per example says nothing
@given(st.sampled_from(KINDS), bodies(), st.integers(0, 7))
def test_a_retraction_never_raises_a_level(claim: Claim, evidence: list[Evidence], which: int) -> None:
    """Gating any one record leaves no level higher than before."""
    before = grade(claim, evidence)
    after = grade(claim, [gated(e) if i == which else e for i, e in enumerate(evidence)])
    assert rank(after.level) <= rank(before.level)
    assert rank(after.provisional_level) <= rank(before.provisional_level)
    assert all(rank(after.by_route.get(route)) <= rank(level) for route, level in before.by_route.items())


@settings(deadline=None)  # two shared cores: time per example says nothing
@given(st.sampled_from(KINDS), bodies(), records(8))
def test_a_lower_record_never_lowers_a_claim(claim: Claim, evidence: list[Evidence], more: Evidence) -> None:
    """One record more, of whatever level, leaves no level lower than before; the provisional one is never below it."""
    before, after = grade(claim, evidence), grade(claim, [*evidence, more])
    assert rank(after.level) >= rank(before.level)
    assert rank(after.provisional_level) >= rank(after.level)


@settings(deadline=None)  # two shared cores: time per example says nothing
@given(st.sampled_from(SINGLE), bodies(), records(8))
def test_what_counts_below_the_headline_changes_no_stance(
    claim: Claim, evidence: list[Evidence], more: Evidence
) -> None:
    """Of a plain claim, a record below the headline level leaves stance and k of n alone (safety is read over all levels)."""
    before = grade(claim, evidence)
    if claim.parts or claim.kind == "safety" or rank(more.graded.grade.level) >= rank(before.level):
        return
    after = grade(claim, [*evidence, replace(more, links=())])
    assert (after.level, after.stance, after.k_of_n) == (before.level, before.stance, before.k_of_n)


@settings(deadline=None)  # two shared cores: time per example says nothing
@given(st.sampled_from(KINDS), bodies())
def test_taking_the_named_record_away_lowers_the_level(claim: Claim, evidence: list[Evidence]) -> None:
    """would_change.down names a record without which the level does fall; where it names none, no one record does."""
    before = grade(claim, evidence)
    named = before.would_change.down_record_id
    falls = [
        e.id for e in evidence if rank(grade(claim, [o for o in evidence if o.id != e.id]).level) < rank(before.level)
    ]
    assert (named in falls) if falls else named is None
    assert (before.would_change.down_text is None) == (before.level == "none")


@settings(deadline=None)  # two shared cores: time per example says nothing
@given(st.sampled_from(SINGLE), bodies(), st.integers(0, 7))
def test_a_second_record_of_a_study_does_not_count_again(claim: Claim, evidence: list[Evidence], which: int) -> None:
    """A linked copy of a record changes neither level, stance, counts, k of n nor the number of people."""
    if which >= len(evidence):
        return
    before = grade(claim, evidence)
    copy = replace(evidence[which], id=RecordId("PMID:90000099"), links=(evidence[which].id,))
    after = grade(claim, [*evidence, copy])
    assert (after.level, after.stance, after.counts, after.k_of_n, after.n_total) == (
        before.level,
        before.stance,
        before.counts,
        before.k_of_n,
        before.n_total,
    )


@settings(deadline=None)  # two shared cores: time per example says nothing
@given(st.sampled_from(KINDS), bodies(), SEARCHES)
def test_the_words_are_whole_and_never_say_none_too_soon(
    claim: Claim, evidence: list[Evidence], searched: list[Searched]
) -> None:
    """Label and people sentence are never empty or half filled; without a whole search nothing is said to be not found."""
    g = grade(claim, evidence, searched)
    texts = [g.label, g.people, *g.notes, *(t for t in (g.would_change.up, g.would_change.down_text) if t)]
    assert all(t.ja and t.en and "{" not in t.ja + t.en for t in texts)
    assert g.label.en not in ("RCT", "animal study")
    if not searched or not all(s.complete for s in searched):
        assert not any(
            "見つかりませんでした" in t.ja or "見つかっていません" in t.ja or "該当研究なし（検索範囲内）" in t.ja
            for t in texts
        )


@settings(deadline=None)  # two shared cores: time per example says nothing
@given(st.sampled_from(KINDS), bodies(), records(8))
def test_what_does_not_count_raises_no_level(claim: Claim, evidence: list[Evidence], more: Evidence) -> None:
    """A registered trial, a preprint, an indirect product and anything gated leave the level as it was."""
    if more.graded.counts_for_claim and more.graded.grade.gate is None:
        return
    before, after = grade(claim, evidence), grade(claim, [*evidence, more])
    assert rank(after.level) == rank(before.level)


@settings(deadline=None)  # two shared cores: time per example says nothing
@given(st.sampled_from(SINGLE), bodies())
def test_harm_is_always_shown(claim: Claim, evidence: list[Evidence]) -> None:
    """Every ungated record that reports harm, and every counting one with a worse result, is named, whatever the level."""
    told = {
        e.id
        for e in evidence
        if e.graded.grade.gate is None
        and (
            "harm_signal" in e.graded.grade.flags
            or (e.graded.stance == "contradicts" and e.graded.counts_for_claim and claim.track == "intervention")
        )
    }
    assert told <= set(grade(claim, evidence).harms)


@settings(deadline=None)  # two shared cores: time per example says nothing
@given(bodies())
def test_a_null_trial_is_never_rescued_from_below(evidence: list[Evidence]) -> None:
    """Where all that counts at the top is null, no study of a lower level makes the claim supported; a tainted review is not read."""
    g = grade(PLAIN, evidence)
    top = [e for e in evidence if e.graded.counts_for_claim and e.graded.grade.level == g.level]
    if top and all(e.graded.stance == "no_difference" for e in top):
        tainted = any("pools_retracted" in e.graded.grade.flags for e in top)
        assert g.stance == "no_difference" or (tainted and g.stance == "unclear")
