"""Are findings that were known told apart from new ones, and those that came with the evidence from those of the text?"""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evtrack.audit import baseline
from evtrack.audit.baseline import Baseline, baseline_of, held_against, read_baseline
from evtrack.audit.finding import Audited, Finding, UnitResult
from evtrack.audit.fingerprints import fingerprint, most_alike, sentence_key
from evtrack.audit.reading import read_document
from evtrack.files import FileProblem

ANIMAL: Any = {"dep-effect": ("animal", "supports")}
RCT: Any = {"dep-effect": ("rct", "no_difference")}


def found(body: str, *, path: str = "a.md", worth: Any = None, hit: str = "改善", **more: Any) -> Audited:
    """A text whose every sentence claims, with a finding on those that hold ``hit``."""
    document = read_document(path, body.encode())
    level, stance = (worth or ANIMAL)["dep-effect"]
    results = tuple(UnitResult(i, ("dep-effect",), "strong", "asserts") for i in range(len(document.units)))
    told: dict[str, Any] = {
        "rule": "EV104",
        "verdict": "overstated",
        "severity": "error",
        "claims": ("dep-effect",),
        "strength": "strong",
        **more,
    }
    findings = tuple(
        Finding(
            place=u.place, text=u.text, message="m", unit=i, level=level, stance=stance, **told
        )
        for i, u in enumerate(document.units)
        if hit in u.text
    )  # fmt: skip
    return Audited(document, results, findings)


def against(before: Audited, now: Audited, worth: Any = None) -> list[tuple[bool, bool]]:
    """Of each finding, whether it was known and whether its evidence changed."""
    return [(f.known, f.changed) for f in held_against(now, baseline_of([before], worth or ANIMAL)).findings]


def test_moved_lines() -> None:
    """A sentence that moved, or stands with other blanks and widths, is known."""
    before = found("エクソソームはうつ症状を改善します。")
    assert against(before, found("# 題\n\n前の文です。\n\nエクソソームは うつ症状を改善します｡")) == [(True, False)]


def test_new_sentence() -> None:
    """Another sentence, another rule, a worse severity, and the same sentence once more are new."""
    before = found("うつ症状を改善します。")
    assert against(before, found("認知症の人の記憶を大きく改善します。")) == [(False, False)]
    assert against(before, found("うつ症状を改善します。", rule="EV203")) == [(False, False)]
    assert against(found("うつ症状を改善します。", severity="warning"), found("うつ症状を改善します。")) == [
        (False, False)
    ]
    twice = against(before, found("うつ症状を改善します。\n\nうつ症状を改善します。"))
    assert twice == [(True, False), (False, False)]


def test_milder_is_known() -> None:
    """A finding that has become milder stays known."""
    assert against(found("うつ症状を改善します。"), found("うつ症状を改善します。", severity="info")) == [(True, False)]


def test_lightly_edited() -> None:
    """A light edit that leaves claim and strength leaves a finding known; one that makes it stronger does not."""
    before = found("エクソソーム点滴を受けた方のうつ症状を改善します。")
    edited = found("エクソソーム点滴を受けた方の、うつ症状を改善します！")
    assert against(before, edited) == [(True, False)]
    stronger = replace(edited, units=tuple(replace(u, strength="hedged") for u in edited.units))
    assert against(before, stronger) == [(False, False)]


def test_rewritten(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where almost all of a page was rewritten, no sentence is sought that another was edited from."""
    monkeypatch.setattr(baseline, "_MOST_REWRITTEN", 0)
    before = found("エクソソーム点滴を受けた方のうつ症状を改善します。")
    assert against(before, found("エクソソーム点滴を受けた方の、うつ症状を改善します！")) == [(False, False)]


def test_evidence_changed() -> None:
    """Where the text is as it was and the evidence is not, a finding says so, whether it is new or was there."""
    text = "うつ症状を改善します。"
    assert against(found(text), found(text, worth=RCT, verdict="contradicted")) == [(False, True)]
    assert against(found(text, hit="ない"), found(text, worth=RCT)) == [(False, True)]
    assert against(found(text), found(text, worth=RCT)) == [(True, True)]
    assert against(found(text, hit="ない"), found(text)) == [(False, False)]
    assert against(found("ほかの文です。"), found(text, worth=RCT)) == [(False, False)]


def test_whole_document() -> None:
    """A finding about the whole document is known whatever its first sentence has become."""
    one, two = (found(t, hit="ない") for t in ("うつ症状を改善します。", "まったく別の題です。\n\nうつ症状です。"))
    whole = Finding("EV301", "missing-risk-disclosure", "warning", one.document.units[0].place, "", "m")
    assert against(replace(one, findings=(whole,)), replace(two, findings=(whole,))) == [(True, False)]
    assert against(one, replace(two, findings=(whole,))) == [(False, False)]


def test_other_files_and_suppressed() -> None:
    """Another file's findings are not known, nor one that had been set aside."""
    before = found("うつ症状を改善します。", path="b.md")
    assert against(before, found("うつ症状を改善します。")) == [(False, False)]
    aside = found("うつ症状を改善します。")
    aside = replace(aside, findings=tuple(replace(f, suppressed="why") for f in aside.findings))
    assert against(aside, found("うつ症状を改善します。")) == [(False, False)]


def test_a_finding_without_a_claim() -> None:
    """A finding on a sentence that bears no claim is known by the sentence, and again after a light edit."""
    before = found("この治療はすべての人に効く最高の方法だと言えます。", hit="最高", claims=(), strength=None)
    before = replace(before, units=())
    now = found("この治療は、すべての人に効く最高の方法だと言えます！", hit="最高", claims=(), strength=None)
    now = replace(now, units=())
    assert against(before, now) == [(True, False)]


def test_written_and_read(tmp_path: Path) -> None:
    """What was written is read as it was."""
    before = baseline_of([found("うつ症状を改善します。")], RCT)
    file = tmp_path / "b.json"
    file.write_text(json.dumps(before.as_json(), ensure_ascii=False), encoding="utf-8")
    assert read_baseline(str(file)) == before
    assert read_baseline(str(file)) == Baseline(RCT, before.files)


@pytest.mark.parametrize(
    "text",
    [
        None, "", "{", "[]", "{}", '{"evtrack_baseline": 2, "evidence": {}, "files": {}}',
        '{"evtrack_baseline": 1, "evidence": [], "files": {}}', '{"evtrack_baseline": 1, "evidence": {"a": []}, "files": {}}',
        '{"evtrack_baseline": 1, "evidence": {}, "files": {"a": [{}]}}',
        '{"evtrack_baseline": 1, "evidence": {}, "files": {"a": [{"text": "", "claims": [], "strength": null, "findings": [1]}]}}',
    ],
)  # fmt: skip
def test_broken_baseline(tmp_path: Path, text: str | None) -> None:
    """A file that is no baseline is an error that names it."""
    file = tmp_path / "b.json"
    if text is not None:
        file.write_text(text, encoding="utf-8")
    with pytest.raises(FileProblem) as caught:
        read_baseline(str(file))
    assert caught.value.path == str(file)


@given(st.text(max_size=40))
def test_keys(text: str) -> None:
    """The key of a sentence has no blanks, stays the same when taken twice, and gives fingerprints of 32 signs."""
    key = sentence_key(text)
    assert not any(c.isspace() for c in key)
    assert sentence_key(f" {text}\u200b") == key
    assert len(fingerprint("EV104", text)) == 32


def test_alike() -> None:
    """The most alike is found; what is another sentence is not."""
    among = {sentence_key(t): t for t in ("うつ症状を改善する可能性があります。", "不安を和らげます。")}
    assert (
        most_alike(sentence_key("うつ症状を改善する可能性がありますよ。"), among)
        == "うつ症状を改善する可能性があります。"
    )
    assert most_alike(sentence_key("認知症を治します。"), among) is None
    assert most_alike("x", {}) is None
    assert most_alike(sentence_key("不安を 和らげます。"), among) == "不安を和らげます。"
