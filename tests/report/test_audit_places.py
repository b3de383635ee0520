"""Does every format name the place where the sentence stands? The source at its place, decoded and without tags, is the sentence."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest

from evtrack.audit.finding import Audited
from evtrack.report.audit_github import github_lines
from evtrack.report.audit_html import audit_html
from evtrack.report.audit_json import audit_json
from evtrack.report.audit_markdown import audit_markdown
from evtrack.report.audit_sarif import audit_sarif
from evtrack.report.audit_text import audit_lines

from .audits import audited, docx, view

CLAIM = "うつ症状を改善します。"
Place = tuple[int, int, int, int]

TEXTS: dict[str, tuple[str, str]] = {
    "crlf": ("a.txt", f"一行目です。\r\n\r\n{CLAIM}\r\nほかの文です。{CLAIM}\r\n"),
    "tabs": ("a.txt", f"\t表\tの\t前です。\t{CLAIM}\n"),
    "full-width": ("a.txt", f"　　ＡＢＣ（２０２６）です。{CLAIM}\n"),
    "zero-width": ("a.txt", "前の文です。う\u200bつ症\u200d状を改善します。\n"),
    "combining": ("a.txt", "か\u3099んの文です。うつ症状か\u3099改善します。\n"),
    "surrogates": ("a.txt", f"𠮷野家😀です。{CLAIM}\n"),
    "twice": (
        "a.html",
        "<title>うつ症状を改善します。</title>\n<h1>うつ症状を改善します。</h1>\n<p>前置きです。</p><h1>うつ症状を改善します。</h1>",
    ),
    "entities": ("a.html", "<p>前&nbsp;です。うつ&amp;症状&#12434;改善します&#x3002;</p>"),
    "nested": ("a.html", "<div><p>前の文です。<b>うつ<i>症状</i></b>を<a href='x>y'>改善</a>します。</p></div>"),
    "wrapped": ("a.html", "<p>前の文です。うつ症状を\n   改善します。\nあとの文です。</p>"),
    "attribute": ("a.html", '<p><img src="a.png" alt="うつ症状を改善します。"></p>'),
    "marks": ("a.md", "# 題\n\n前の文です。**うつ症状**を[改善](https://example.org/a)します。\n"),
    "quote": ("a.md", f"> 引用です。\n> {CLAIM}\n"),
    "cells": ("a.md", f"| 列 | 別の列 |\n|---|---|\n| 前です。 | {CLAIM} |\n"),
    "front": ("a.md", f"---\ntitle: 題\n---\n\n{CLAIM}\n"),
    "told": ("a.txt", f"evtrack: ignore EV999 理由\n{CLAIM}\n"),
}


def source_at(body: str, place: Place) -> str:
    """What stands at a place, without the marks of its format."""
    lines = body.replace("\r\n", "\n").split("\n")
    line, col, end_line, end_col = place
    told = lines[line - 1 : end_line]
    told[-1] = told[-1][: end_col - 1]
    told[0] = told[0][col - 1 :]
    without = re.sub(r"<[^<>']*(?:'[^']*'[^<>']*)?>|\*\*|\[|\]\([^)]*\)", "", "\n".join(told))
    return shown(html.unescape(without))


def shown(text: str) -> str:
    """A text without blanks."""
    return re.sub(r"\s+", "", text)


def told_by_json(found: Audited) -> list[Place]:
    told = audit_json(view(found))["files"][0]["findings"]
    return [(f["line"], f["col"], f["end_line"], f["end_col"]) for f in told]


def told_by_sarif(found: Audited) -> list[Place]:
    regions = [
        r["locations"][0]["physicalLocation"]["region"] for r in audit_sarif(view(found), "0")["runs"][0]["results"]
    ]
    return [(r["startLine"], r["startColumn"], r["endLine"], r["endColumn"]) for r in regions]


@pytest.mark.parametrize("name", TEXTS)
def test_places(name: str) -> None:
    """In JSON and SARIF the source from line and column to end is the sentence, each time that it stands there."""
    path, body = TEXTS[name]
    found = audited(path, body, "改善")
    sentences = [shown(f.text) for f in found.findings]
    assert sentences
    for places in (told_by_json(found), told_by_sarif(found)):
        assert [source_at(body, p) for p in places] == sentences
        assert len(set(places)) == len(places)


@pytest.mark.parametrize("name", TEXTS)
def test_places_for_readers(name: str) -> None:
    """Text, GitHub and Markdown name the same line and column, and HTML marks the same sentences."""
    path, body = TEXTS[name]
    found = audited(path, body, "改善")
    starts = [(f.place.line, f.place.col) for f in found.findings]
    lines = [re.match(r"\S+?:(\d+):(\d+): error", line) for line, _ in audit_lines(view(found))]
    assert [(int(m[1]), int(m[2])) for m in lines if m] == starts
    table = [re.match(r"\| (\d+):(\d+) \|", line) for line in audit_markdown(view(found)).splitlines()]
    assert [(int(m[1]), int(m[2])) for m in table if m] == starts
    commands = [c for c in github_lines(view(found)) if c.startswith("::error")]
    for command, one in zip(commands, found.findings, strict=True):
        at: dict[str, Any] = dict(p.split("=", 1) for p in command.split("::")[1].removeprefix("error ").split(","))
        assert (int(at["line"]), int(at["endLine"])) == (one.place.line, one.place.end_line)
        if one.place.line == one.place.end_line:
            assert (int(at["col"]), int(at["endColumn"]) + 1) == (one.place.col, one.place.end_col)
    marked = re.findall(r'<a class="mark error"[^>]*>(.*?)</a>', audit_html(view(found)), re.DOTALL)
    assert [shown(html.unescape(m)) for m in marked] == [shown(f.text.replace("\u200b", "")) for f in found.findings]


def test_word_files() -> None:
    """In a Word file a line is a paragraph in document order, tables too; SARIF gives no region but a logical place."""
    body = docx("前の文です。", "二つ目です。うつ症状を改善します。", table=("項目", "うつ症状を改善します。"))
    found = audited("a.docx", body, "改善")
    assert [(f.place.line, f.place.col) for f in found.findings] == [(2, 7), (4, 1)]
    results = audit_sarif(view(found), "0")["runs"][0]["results"]
    assert [r["locations"][0]["logicalLocations"][0]["fullyQualifiedName"] for r in results] == [
        "paragraph/2/7-18",
        "paragraph/4/1-12",
    ]
    assert all("region" not in r["locations"][0]["physicalLocation"] for r in results)
    assert [p[0] for p in told_by_json(found)] == [2, 4]
