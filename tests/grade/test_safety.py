"""Safety claims are read over all levels, and comfort needs a hundred people and no harm."""

from __future__ import annotations

from typing import Any

import pytest

from evtrack.bilingual import Bilingual
from evtrack.grade.claim import grade_claim
from evtrack.grade.grades import ClaimGrade, ClaimRecordGrade, Evidence, RecordGrade
from evtrack.grade.safety import upper_limit
from evtrack.record import RecordId

WORDS = Bilingual("主張", "claim")
DESIGN: dict[str, Any] = {"rct": "rct", "early_clinical": "single_arm"}


def seen(
    number: int,
    level: Any,
    stance: Any,
    *,
    n: int | None = None,
    flags: tuple[str, ...] = (),
    design: Any = None,
    synthesis: bool = False,
    **more: Any,
) -> Evidence:
    """One counting record of a safety claim."""
    own = RecordGrade(
        design=design or DESIGN[level], level=level, synthesis=synthesis, role="therapy", agent="native_ev", gate=None,
        stance=stance, basis="abstract", flags=flags, numbers={"n": n} if n else {},
    )  # fmt: skip
    return Evidence(
        RecordId(f"PMID:{90000000 + number}"),
        "pubmed",
        "t",
        2025,
        ClaimRecordGrade(own, "any", "measured", True, stance),
        **more,
    )


def safety(*evidence: Evidence) -> ClaimGrade:
    """The grade of a safety claim about infusion."""
    from datetime import date

    from evtrack.claim import Claim

    claim = Claim("safe", "p", "safety", "intervention", WORDS, "q", ("exosome",), (), ("safety",), route="iv")
    return grade_claim(claim, evidence, others={}, others_evidence={}, searched=(), as_of=date(2026, 11, 23))


@pytest.mark.parametrize(
    ("evidence", "stance"),
    [
        ([seen(1, "rct", "supports", n=120)], "supports"),
        ([seen(1, "rct", "no_difference", n=120)], "supports"),
        ([seen(1, "early_clinical", "supports", n=120, design="nonrandomised_trial")], "supports"),
        ([seen(1, "rct", "supports", n=120, synthesis=True)], "supports"),
        ([seen(1, "early_clinical", "supports", n=900, synthesis=True)], "unclear"),
        ([seen(1, "rct", "supports", n=99)], "unclear"),
        ([seen(1, "rct", "supports")], "unclear"),
        ([seen(1, "early_clinical", "supports", n=400)], "unclear"),
        ([seen(1, "rct", "supports", n=60), seen(2, "rct", "supports", n=60)], "unclear"),
        ([seen(1, "rct", "unclear", n=400)], "unclear"),
        ([seen(1, "rct", "unclear", n=400, flags=("no_harm_reported",))], "unclear"),
        ([seen(1, "rct", "unclear", n=60, flags=("no_harm_reported",)), seen(2, "early_clinical", "contradicts")], "mixed"),
        ([seen(1, "rct", "unclear", n=60, flags=("no_harm_reported", "harm_signal"))], "unclear"),
        ([seen(1, "rct", "supports", n=400), seen(2, "early_clinical", "contradicts", design="case_report")], "mixed"),
        ([seen(1, "rct", "mixed", n=400)], "mixed"),
        ([seen(1, "early_clinical", "contradicts", design="case_report")], "contradicts"),
        ([seen(1, "rct", "unclear", n=400), seen(2, "early_clinical", "contradicts")], "contradicts"),
        ([seen(1, "rct", "supports", n=400), seen(2, "rct", "unclear", flags=("harm_signal",))], "mixed"),
        ([seen(1, "rct", "supports", n=400, flags=("harm_signal",))], "unclear"),
        ([seen(1, "rct", "unclear", flags=("harm_signal",))], "unclear"),
    ],
)  # fmt: skip
def test_stance_of_safety(evidence: list[Evidence], stance: str) -> None:
    """Support takes a controlled comparison of 100 people or more and no harm anywhere; harm beside clean studies is mixed."""
    assert safety(*evidence).stance == stance


def test_the_label_names_disease_product_and_route() -> None:
    """What safety was studied in stands in the label, and what was not."""
    g = safety(
        seen(
            1,
            "early_clinical",
            "supports",
            n=9,
            flags=("uncontrolled", "route_intranasal"),
            conditions=(Bilingual("アルツハイマー病", "Alzheimer disease"),),
        )
    )
    assert "in Alzheimer disease; native vesicles (from MSC); intranasal" in g.label.en
    assert "no study of infusion" in g.label.en
    assert "対象：アルツハイマー病" in g.label.ja
    assert safety(seen(1, "rct", "supports", n=120)).label.en.endswith("no more adverse events than control")


def test_no_events_in_nine_people_leave_a_third_possible() -> None:
    """0 of 9 is said with its upper limit, only where all nine were treated."""
    small = safety(seen(1, "early_clinical", "supports", n=9, flags=("uncontrolled",)))
    said = safety(seen(1, "early_clinical", "unclear", n=9, flags=("uncontrolled", "no_harm_reported")))
    assert (said.notes, said.k_of_n) == (small.notes, (1, 1, 0))
    assert any(n.en == "0 of 9, upper 95 % limit about 33 %: safety cannot be judged." for n in small.notes)
    assert not any(n.en.startswith("0 of") for n in safety(seen(1, "rct", "supports", n=60)).notes)


@pytest.mark.parametrize(("n", "upper"), [(1, 95), (4, 53), (5, 60), (9, 33), (100, 3)])
def test_rule_of_three(n: int, upper: int) -> None:
    """The upper limit is 3/n, and exact where that would pass all bounds."""
    assert upper_limit(n) == upper


def test_harm_is_listed_and_counted() -> None:
    """Records that speak against safety are harms, and k of n counts studies of all levels without harm."""
    g = safety(
        seen(1, "rct", "supports", n=60), seen(2, "early_clinical", "contradicts"), seen(3, "early_clinical", "unclear")
    )
    assert (g.harms, g.k_of_n) == (("PMID:90000002",), (1, 3, 1))
    assert g.label.en.endswith("harm was reported, results disagree (none reported in 1 of 3)")
    assert (
        g.people.en
        == "Studies of safety in people: RCTs: 1 (60 people); 2 without a control group; reports of harm: 1; safety cannot be judged"
    )
    wide = safety(seen(1, "early_clinical", "mixed"))
    assert (wide.harms, wide.label.en.endswith("): mixed results")) == ((), True)
    told = safety(seen(1, "early_clinical", "mixed", flags=("harm_signal",)))
    assert told.label.en.endswith("harm was reported, mixed results")
    assert safety(seen(1, "early_clinical", "contradicts")).label.en.endswith("worse, or harm")


@pytest.mark.parametrize(
    ("evidence", "reason"),
    [
        ([seen(1, "rct", "unclear", n=400, flags=("registry_results_only",)), seen(2, "rct", "unclear")], "results of 1 are posted"),
        ([seen(1, "rct", "unclear", n=400), seen(2, "rct", "supports", n=60)], "adverse events of 1 could not be read"),
        ([seen(1, "rct", "supports", n=60)], "not shown in a controlled comparison"),
        ([seen(1, "rct", "unclear", flags=("harm_signal",))], "harm was reported"),
    ],
)  # fmt: skip
def test_the_reason_given_is_the_reason(evidence: list[Evidence], reason: str) -> None:
    """Results that nobody has read are not results that failed to show safety."""
    g = safety(*evidence)
    assert reason in g.label.en.rsplit("safety cannot be judged (", 1)[1]
    assert g.people.en.endswith("; safety cannot be judged")
    assert safety(seen(1, "rct", "supports", n=120)).people.en == "Studies of safety in people: RCTs: 1 (120 people)"


def test_the_label_says_whose_safety() -> None:
    """Diseases as the registry names them, in a concept's words where there is one, children among them, and who is not named."""
    from datetime import date

    from evtrack.claim import Claim, Concept

    claim = Claim("safe", "p", "safety", "intervention", WORDS, "q", ("exosome",), (), ("safety",))
    known = {
        "outcome": Concept("outcome", "outcome", Bilingual("肺炎", "Pneumonia")),
        "dementia": Concept("dementia", "condition", Bilingual("認知症", "dementia"), words=("alzheimer*",)),
    }
    names = ("Healthy", "Alzheimer Disease", "Pneumonia", "Extreme Prematurity")
    evidence = [
        seen(1, "rct", "unclear", flags=("minors",), conditions=tuple(Bilingual(n, n) for n in names)),
        seen(2, "rct", "unclear"),
    ]
    g = grade_claim(
        claim, evidence, others={}, others_evidence={}, searched=(), as_of=date(2026, 11, 23), concepts=known
    )
    assert "対象：健康な人、認知症、Pneumonia、ほか1件、そのほか（各研究を参照）、未成年を含む、" in g.label.ja
