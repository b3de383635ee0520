"""Sentences about the state of evidence: how their tests are read and judged, and what the six of the article say."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from evtrack.bilingual import Bilingual
from evtrack.claim import StateRule
from evtrack.claims import load_library
from evtrack.predicates import Measured, TestError, judge, read_test, rests_on_absence

Facts = Mapping[str, Mapping[str, Measured]]


def measured(facts: Facts) -> Callable[[str, str], Measured]:
    return lambda claim, measure: facts.get(claim, {}).get(measure)


@pytest.mark.parametrize(
    ("text", "tests"),
    [
        ("scz-effect.level >= early_clinical", (("scz-effect", "level", ">=", "early_clinical"),)),
        ("self.empty_review>=1", (("own", "empty_review", ">=", "1"),)),
        ("any(a, self, b).stance = n/a", (("a|own|b", "stance", "=", "n/a"),)),
        (
            "all( a,b ).count.rct.supports = 0",
            (("a", "count.rct.supports", "=", "0"), ("b", "count.rct.supports", "=", "0")),
        ),
        (" a.count.human < 3 ", (("a", "count.human", "<", "3"),)),
        ("a.provisional_level != none", (("a", "provisional_level", "!=", "none"),)),
        ("a.searched.ctgov > 0", (("a", "searched.ctgov", ">", "0"),)),
        ("a.registered.active <= 2", (("a", "registered.active", "<=", "2"),)),
    ],
)
def test_a_test_is_read(text: str, tests: tuple[tuple[str, str, str, str], ...]) -> None:
    """CLAIM.MEASURE OPERATOR VALUE; any(…) is one test over several claims, all(…) one test each; self is the claim itself."""
    assert read_test(text, "own") == tests


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("dep-effect >= animal", "shape"),
        ("dep-effect.level animal", "shape"),
        ("none(a).level = rct", "shape"),
        ("a.level >= animals", "compared with a level"),
        ("a.stance >= supports", "by = or !="),
        ("a.stance = good", "by = or !="),
        ("a.counts.rct = 1", "no measure"),
        ("a.count.people = 1", "no measure"),
        ("a.count.rct.good = 1", "no measure"),
        ("a.count = 1", "no measure"),
        ("a.registered = some", "compared with a number"),
    ],
)
def test_a_wrong_test_says_why(text: str, why: str) -> None:
    """What is not understood raises with the reason."""
    with pytest.raises(TestError, match=why):
        read_test(text, "own")


def rule(*tests: str, verdict: str = "holds") -> StateRule:
    return StateRule(verdict, Bilingual("", ""), tuple(t for text in tests for t in read_test(text, "own")))  # type: ignore[arg-type] # a test's own word


def test_the_first_rule_that_holds_is_taken() -> None:
    """Rules are tried in order; one without tests always holds; none may hold."""
    rules = [rule("a.level >= rct", verdict="out_of_date"), rule("a.level >= animal"), rule(verdict="overstated")]
    for level, verdict in (
        ("rct", "out_of_date"),
        ("animal", "holds"),
        ("in_vitro", "overstated"),
        (None, "overstated"),
    ):
        found = judge(rules, measured({"a": {"level": level}}))
        assert found is not None
        assert found.verdict == verdict
    assert judge(rules[:2], measured({})) is None


def test_tests_of_one_group_must_hold_for_one_claim() -> None:
    """Two trials here and many people there do not make "two trials with many people"."""
    both = [rule("any(a, b).count.rct >= 2", "any(a, b).n_total >= 300")]
    assert judge(both, measured({"a": {"count.rct": 2, "n_total": 40}, "b": {"count.rct": 1, "n_total": 400}})) is None
    assert judge(both, measured({"b": {"count.rct": 2, "n_total": 400}})) is both[0]


@pytest.mark.parametrize(
    ("operator", "of_nothing", "of_one"),
    [
        (">=", True, True),
        ("<=", True, False),
        ("=", True, False),
        ("!=", False, True),
        (">", False, True),
        ("<", False, False),
    ],
)
def test_operators_compare_numbers_and_levels(operator: str, of_nothing: bool, of_one: bool) -> None:
    """Numbers by size, levels by their place on the ladder; what is not known is 0 and none."""
    for text, one in ((f"a.harms {operator} 0", {"harms": 1}), (f"a.level {operator} none", {"level": "rct"})):
        assert (judge([rule(text)], measured({})) is not None) == of_nothing
        assert (judge([rule(text)], measured({"a": one})) is not None) == of_one


@pytest.mark.parametrize(
    ("tests", "earlier", "facts", "absence"),
    [
        (["a.count.rct >= 1"], [], {"count.rct": 1}, False),
        (["a.count.rct > 0"], [], {"count.rct": 1}, False),
        (["a.level != none"], [], {"level": "animal"}, False),
        (["a.level != rct"], [], {"level": "animal"}, True),
        (["a.level <= animal"], [], {"level": "animal"}, True),
        (["a.count.rct = 0"], [], {}, True),
        (["a.count.rct = 1"], [], {"count.rct": 1}, True),
        (["a.stance = supports"], [], {"stance": "supports"}, False),
        ([], [], {}, False),
        ([], ["a.looked = 0"], {"looked": 3}, False),
        ([], ["a.count.rct = 2"], {"count.rct": 1}, True),
        ([], ["a.count.rct < 1"], {"count.rct": 1}, False),
        ([], ["a.count.rct >= 1"], {}, True),
        ([], ["a.stance = supports"], {"stance": "unclear"}, True),
        ([], ["any(a, b).count.rct >= 2", "a.looked = 0"], {"looked": 3}, False),
        (["any(a, b).count.rct >= 1"], [], {"count.rct": 1}, False),
    ],
)
def test_what_a_verdict_rests_on(
    tests: list[str], earlier: list[str], facts: dict[str, Measured], absence: bool
) -> None:
    """A verdict that more evidence could turn rests on something not being there; one of the same verdict turns nothing."""
    chosen = rule(*tests)
    rules = [rule(*earlier, verdict="out_of_date"), chosen] if earlier else [chosen]
    assert judge(rules, measured({"a": facts})) is chosen
    assert rests_on_absence(rules, chosen, measured({"a": facts})) is absence
    same = [rule(*earlier), chosen] if earlier else [chosen]
    assert rests_on_absence(same, chosen, measured({"a": facts})) is (absence and not earlier)


def test_stances_are_the_same_or_not() -> None:
    """An unknown stance is n/a."""
    assert judge([rule("a.stance = n/a")], measured({}))
    assert judge([rule("a.stance != supports")], measured({"a": {"stance": "mixed"}}))
    assert not judge([rule("a.stance = supports")], measured({"a": {"stance": "mixed"}}))


EFFECTS = ("dep-effect", "anx-effect", "scz-effect", "ptsd-effect")
SEEN: dict[str, dict[str, Measured]] = {c: {"looked": 3, "level": "none"} for c in (*EFFECTS, "ad-effect")}


def verdict(claim_id: str, **facts: dict[str, Measured]) -> str:
    """The verdict of a state claim where the effects were looked at and found nothing, but for ``facts``."""
    claim = load_library()[0].claims[claim_id]
    known = {
        c: {**SEEN.get(c, {}), **facts.get(c.replace("-", "_"), {})}
        for c in {*SEEN, *(f.replace("_", "-") for f in facts)}
    }
    found = judge(claim.state, measured(known))
    assert found is not None
    assert found.text.ja
    assert found.text.en
    return found.verdict


ANIMALS: dict[str, Measured] = {"level": "animal", "count.animal": 2, "count.animal.supports": 2}


def test_nothing_is_said_of_an_empty_store() -> None:
    """Where nothing was searched or loaded every state claim is unclear: neither right nor wrong."""
    library, _ = load_library()
    for claim in library.claims.values():
        if claim.track == "state":
            found = judge(claim.state, measured({}))
            assert found is not None, claim.id
            assert found.verdict == "unclear", claim.id


def test_every_state_claim_always_has_a_verdict() -> None:
    """Whatever is known, some rule holds: the last one has no tests."""
    for claim in load_library()[0].claims.values():
        if claim.track == "state":
            assert claim.state[-1].tests == (), claim.id


def test_scz_limit() -> None:
    """ "Only basic research" is true until people were treated and results told; then it is out of date at once."""
    assert verdict("scz-limit", scz_effect=ANIMALS) == "holds"
    assert verdict("scz-limit") == "holds"
    assert verdict("scz-limit", scz_effect={"level": "early_clinical"}) == "out_of_date"
    assert verdict("scz-limit", scz_effect={"level": "rct"}) == "out_of_date"
    assert verdict("scz-limit", scz_effect={"level": "none", "looked": 0}, scz_limit={"empty_review": 1}) == "holds"


def test_animal_dep() -> None:
    """Needs better depressive and better anxious behaviour, each in an animal study."""
    assert verdict("animal-dep", dep_effect=ANIMALS, anx_effect=ANIMALS) == "holds"
    assert verdict("animal-dep", dep_effect=ANIMALS) == "overstated"
    assert verdict("animal-dep", anx_effect=ANIMALS) == "overstated"
    assert verdict("animal-dep") == "overstated"
    assert (
        verdict("animal-dep", dep_effect=ANIMALS, anx_effect={"count.animal": 1, "count.animal.no_difference": 1})
        == "overstated"
    )


def test_state_basic_accumulating() -> None:
    """ "Early clinical data" is overstated until people with a psychiatric disorder were treated; dementia does not help."""
    assert (
        verdict("state-basic-accumulating", dep_effect=ANIMALS, ad_effect={"level": "early_clinical", "count.human": 1})
        == "overstated"
    )
    assert verdict("state-basic-accumulating") == "overstated"
    assert verdict("state-basic-accumulating", ptsd_effect={"count.human": 1}) == "holds"


def test_large_data_limited() -> None:
    """ "Limited" is too mild while there is no randomised trial, true while few, and out of date once many people were in several."""
    assert verdict("large-data-limited", dep_effect=ANIMALS) == "understated"
    assert verdict("large-data-limited", dep_effect={"count.rct": 1, "n_total": 60}) == "holds"
    assert (
        verdict("large-data-limited", dep_effect={"count.rct": 2, "count.rct.supports": 2, "n_total": 100}) == "holds"
    )
    assert (
        verdict("large-data-limited", anx_effect={"count.rct": 2, "count.rct.supports": 2, "n_total": 400})
        == "out_of_date"
    )


def test_promising_in_progress() -> None:
    """Research goes on while a registered trial is active; "none" is said only where the registry was searched."""
    assert verdict("promising-in-progress", scz_effect={"registered": 1, "registered.active": 1}) == "holds"
    assert verdict("promising-in-progress", dep_effect={"registered": 1}) == "out_of_date"
    assert verdict("promising-in-progress", promising_in_progress={"searched.ctgov": 1}) == "overstated"
    assert verdict("promising-in-progress") == "unclear"


def test_trials_stage() -> None:
    """ "Still at the trial stage" holds with a registered trial or results in people, for any disease."""
    assert verdict("trials-stage", trials_stage={"registered": 4}) == "holds"
    assert verdict("trials-stage", ad_effect={"count.human": 1}) == "holds"
    assert verdict("trials-stage", trials_stage={"searched.ctgov": 1}) == "overstated"
    assert verdict("trials-stage") == "unclear"


def test_tests_name_only_claims_and_measures_there_are(tmp_path: Path) -> None:
    """A predicate over a claim that does not exist, or a measure nobody knows, is an error with its line."""
    pack = tmp_path / "p"
    pack.mkdir()
    (pack / "pack.yaml").write_text(
        "id: p\ntitle: t\npublisher: p\nlanguage: ja\ndate_seen: 2026-01-02\n", encoding="utf-8"
    )
    (pack / "s.yaml").write_text(
        "id: s\nkind: state-of-evidence\ntrack: state\nquote: q\nstatement: {ja: あ, en: a}\nstate:\n  - verdict: holds\n    when:\n"
        "      - any(self, dep-effect).level >= animal\n      - self.size > 3\n    text: {ja: あ, en: a}\n",
        encoding="utf-8",
    )
    errors = load_library(tmp_path)[1]
    assert [(e.line, e.what.split(":")[0]) for e in errors] == [
        (9, "there is no claim dep-effect"),
        (10, "test not understood"),
    ]
