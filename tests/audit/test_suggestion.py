"""Could every suggestion be printed? Each, in both languages, for every claim in every column, is held against the evidence itself."""

from __future__ import annotations

import re

import pytest

from evtrack.audit.evidence import EvidenceSnapshot
from evtrack.audit.suggestion import Advice, advice_for
from evtrack.claim import StateVerdict
from evtrack.claims import load_library

from .held import COLUMNS, TODAY, grave, held, snapshot_at

LIBRARY = load_library()[0]
GENERAL = next(c for c in LIBRARY.claims.values() if c.audit.general)
LEVELS = {
    "ja": r"見つかっ|細胞実験|動物実験|観察研究|初期の研究|ランダム化比較試験|該当研究なし|確認できておらず",
    "en": r"no study|cell experiments|animal experiments|observational studies|early studies|randomised|no matching|could not be read",
}
TITLES = {"ja": "# エクソソーム点滴について\n\n", "en": "# About exosome infusions\n\n"}


def advice(column: str, state: StateVerdict = "holds") -> Advice:
    return Advice(LIBRARY, snapshot_at(column, state), TODAY)


def suggestions(column: str, state: StateVerdict, lang: str, rule: str) -> list[str]:
    """Every wording that could be suggested, each once."""
    told = advice(column, state)
    found = (advice_for(rule, c, GENERAL, told, lang) for c in LIBRARY.claims.values())
    return [s for s in dict.fromkeys(found) if s is not None]


@pytest.mark.parametrize("lang", ["ja", "en"])
@pytest.mark.parametrize("column", COLUMNS)
def test_passes(column: str, lang: str) -> None:
    """Every suggestion, on a page about infusions, gets no finding above info on the evidence that it tells of."""
    for suggestion in suggestions(column, "holds", lang, "EV104"):
        audited = held(f"{TITLES[lang]}{suggestion}\n", snapshot_at(column))
        assert [(f.rule, f.severity) for f in grave(audited)] == [], suggestion


@pytest.mark.parametrize("lang", ["ja", "en"])
@pytest.mark.parametrize("rule", ["EV203", "EV205", "EV304"])
@pytest.mark.parametrize("column", ["nothing", "early", "rcts"])
def test_passes_with_its_ending(column: str, rule: str, lang: str) -> None:
    """The same with what is added about the doctor, or about what an approval means."""
    for suggestion in suggestions(column, "holds", lang, rule)[:12]:
        audited = held(f"{TITLES[lang]}{suggestion}\n", snapshot_at(column))
        assert [(f.rule, f.severity) for f in grave(audited)] == [], suggestion


@pytest.mark.parametrize("lang", ["ja", "en"])
@pytest.mark.parametrize("column", ["nothing", "basic", "early", "rcts"])
def test_passes_where_state_changed(column: str, lang: str) -> None:
    """The same where the article's sentences on the state of evidence are out of date; alone, without a title."""
    for suggestion in suggestions(column, "out_of_date", lang, "EV131"):
        audited = held(f"{suggestion}\n", snapshot_at(column, "out_of_date"))
        assert [(f.rule, f.severity) for f in grave(audited)] == [], suggestion


@pytest.mark.parametrize("lang", ["ja", "en"])
@pytest.mark.parametrize("column", COLUMNS)
def test_names_what_it_rests_on(column: str, lang: str) -> None:
    """Each names level, number and date of the evidence."""
    date = "2026年11月20日" if lang == "ja" else "2026-11-20"
    for suggestion in suggestions(column, "holds", lang, "EV104"):
        assert date in suggestion
        assert re.search(LEVELS[lang], suggestion), suggestion
        assert re.search(r"\d+件" if lang == "ja" else r"\d+ (?:studies|study|records)", suggestion), suggestion


def test_keeps_the_condition() -> None:
    """The suggestion for a sentence on dementia speaks of dementia."""
    found = held("# エクソソーム\n\nエクソソームは認知症を改善します。\n", snapshot_at("early"))
    mended = next(f for f in found.findings if f.rule == "EV104")
    assert mended.suggestion is not None
    assert "認知症" in mended.suggestion


def test_language_of_the_text() -> None:
    """An English sentence gets an English suggestion, whatever the language of messages."""
    found = held("Exosomes relieve depression.\n", snapshot_at("basic"), lang="ja")
    mended = next(f for f in found.findings if f.rule == "EV104")
    assert mended.suggestion is not None
    assert mended.suggestion.isascii()
    assert "動物実験" in mended.message


def test_substitution_ends_with_the_doctor() -> None:
    """The suggestion for a sentence that replaces medication ends with the doctor."""
    found = held("# エクソソーム点滴\n\n薬に頼らず、うつ症状を改善します。\n", snapshot_at("basic"))
    mended = next(f for f in found.findings if f.rule == "EV203")
    assert mended.suggestion is not None
    assert mended.suggestion.endswith("服用中の薬は自己判断で中止せず、主治医に相談してください。")


def test_without_a_date() -> None:
    """A snapshot without dates is of today."""
    assert Advice(LIBRARY, EvidenceSnapshot({}), TODAY).day().en == "2026-11-23"


def test_nothing_to_say() -> None:
    """A claim that the snapshot lacks has no suggestion; nor has a page whose library takes no general promises."""
    empty = Advice(LIBRARY, EvidenceSnapshot({}), TODAY)
    assert advice_for("EV104", LIBRARY.claims["dep-effect"], GENERAL, empty, "ja") is None
    assert advice_for("EV104", None, None, empty, "ja") is None
    assert empty.sentence(LIBRARY.claims["large-data-limited"]) is None
    assert advice_for("EV304", None, None, empty, "en")
