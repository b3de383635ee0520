"""Does the command read what is meant, answer in every format, and end with the exit code of the contract?"""

from __future__ import annotations

import io
import json
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from evtrack.cli.audit_files import READ

from .test_words_shown import english

Run = Callable[..., Any]
SCHEMA = Path(__file__).parents[1] / "schemas" / "audit.json"
AT = "2026-11-20T00:00:00+00:00"
STRONG = "エクソソーム点滴はうつ症状を改善します。"
HONEST = "うつ病モデルのラットでは、エクソソームの投与後に無動時間が短縮したと報告されています。人での効果は確認されていません。"
RISKS = (
    "この治療は未承認です。国内では、うつ病に抗うつ薬が使われています。諸外国での安全性の情報は十分ではありません。"
    "発熱、アレルギー反応、血栓が起こることがあります。費用は1回5万円、月1回を3か月です。製剤は国内の培養施設から入手しています。"
    "医薬品副作用被害救済制度の対象外です。お問い合わせは03-0000-0000まで。2026年11月20日時点の情報です（PMID:90000001）。"
)


def claim(claim_id: str, **more: Any) -> dict[str, Any]:
    """One claim of a snapshot: animals only, searched in full."""
    searched = [{"source": s, "query": "", "count": 3, "complete": True, "at": AT} for s in ("pubmed", "ctgov")]
    told: dict[str, Any] = {
        "claim_id": claim_id, "kind": "per-condition effect", "track": "intervention", "level": "animal", "stance": "supports",
        "statement": {"ja": "うつ症状を緩和する", "en": "may relieve depression"}, "label": {"ja": "動物実験（3件）", "en": "animal study (3)"},
        "counts": {"animal": 3}, "searched": searched, "as_of": AT,
        "records": [{"id": "PMID:90000001", "title": "An invented study", "level": "animal", "year": 2025, "counts_for_claim": True, "numbers": {}}],
    }  # fmt: skip
    return {**told, **more}


@pytest.fixture
def evidence(tmp_path: Path) -> str:
    """A snapshot that knows the claims on depression."""
    file = tmp_path / "evidence.json"
    claims = [claim("dep-effect"), claim("psych-general-effect"), claim("dep-mood")]
    file.write_text(json.dumps({"as_of": AT, "claims": claims}, ensure_ascii=False), encoding="utf-8")
    return str(file)


@pytest.fixture
def page(tmp_path: Path) -> Path:
    """A page with one claim that is too strong."""
    file = tmp_path / "page.md"
    file.write_text(f"# エクソソーム点滴\n\n{STRONG}\n", encoding="utf-8")
    return file


def rules(answer: Any, file: int = 0) -> list[str]:
    """The rules of the findings of one file."""
    return [f["rule"] for f in answer.json["files"][file]["findings"]]


def test_json_and_exit_code(run: Run, page: Path, evidence: str) -> None:
    """A sentence stronger than its evidence is an error: exit 1, unless nothing is to fail; the JSON fits its schema."""
    answer = run("audit", page, "--evidence", evidence, "--format", "json", code=1)
    jsonschema.Draft202012Validator(json.loads(SCHEMA.read_text())).validate(answer.json)
    told = answer.json["files"][0]
    assert told["path"] == str(page)
    strong = next(f for f in told["findings"] if f["text"] == STRONG)
    assert (strong["verdict"], strong["severity"], strong["line"], strong["col"]) == ("overstated", "error", 3, 1)
    assert (strong["claims"][0], strong["level"], strong["strength"]) == ("dep-effect", "animal", "strong")
    assert all(f["fingerprint"] for f in told["findings"])
    assert answer.json["as_of"] == "2026-11-20"
    assert run("audit", page, "--evidence", evidence, "--format", "json", "--fail-on", "never").json == answer.json


def test_text_and_languages(run: Run, page: Path, evidence: str) -> None:
    """The text has a line a finding with its suggestion; in Japanese every word is Japanese but the names."""
    told = run("audit", page, "--evidence", evidence, code=1).out
    assert f"{page}:3:1: error: EV104 overstated — " in told
    assert "\n    suggestion: " in told
    assert "evidence as of 2026-11-20" in told
    assert (
        f"{page}:3:1: 要修正: EV104 — 根拠より強い表現です"
        in run("audit", page, "--evidence", evidence, "--lang", "ja", code=1).out
    )


def test_an_honest_text(run: Run, tmp_path: Path, evidence: str) -> None:
    """What is reported faithfully, with its limits and risks, is no error and no warning."""
    file = tmp_path / "honest.txt"
    file.write_text(f"エクソソーム点滴の説明\n\n{HONEST}\n\n{RISKS}\n", encoding="utf-8")
    answer = run("audit", file, "--evidence", evidence, "--format", "json", "--fail-on", "warning")
    assert answer.json["summary"]["error"] == answer.json["summary"]["warning"] == 0


@pytest.mark.parametrize("form", ["sarif", "github", "markdown", "html"])
def test_formats(run: Run, page: Path, evidence: str, form: str, tmp_path: Path) -> None:
    """Each format names the rule and the file; with -o it goes to a file, and stdout stays empty."""
    told = run("audit", page, "--evidence", evidence, "--format", form, code=1).out
    assert "EV104" in told
    assert "page" in told
    written = run("audit", page, "--evidence", evidence, "--format", form, "-o", "out", code=1)
    assert (written.out, (tmp_path / "out").read_text(encoding="utf-8")) == ("", told)
    if form == "sarif":
        assert json.loads(told)["version"] == "2.1.0"
    if form == "html":
        assert "An invented study" in told


def test_text_to_a_file(run: Run, page: Path, evidence: str, tmp_path: Path) -> None:
    """The text too can be written to a file."""
    run("audit", page, "--evidence", evidence, "-o", "out.txt", code=1)
    assert "EV104" in (tmp_path / "out.txt").read_text(encoding="utf-8")


def test_explain(run: Run, page: Path, evidence: str) -> None:
    """--explain says which words made it a claim, in text and in JSON."""
    assert "a claim because of" in run("audit", page, "--evidence", evidence, "--explain", code=1).out
    answer = run("audit", page, "--evidence", evidence, "--explain", "--format", "json", code=1)
    assert any(unit.get("why") for unit in answer.json["files"][0]["units"])


def test_standard_input(run: Run, evidence: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """- reads standard input, as plain text or as what the given name says; it can be named once."""

    def give(text: str) -> None:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode()), encoding="utf-8"))

    give(STRONG)
    told = run("audit", "-", "--evidence", evidence, "--format", "json", code=1).json["files"][0]
    assert (told["path"], told["units"][0]["text"]) == ("-", STRONG)
    give(f"<p>{STRONG}</p>")
    named = run(
        "audit", "-", "--stdin-filename", "web/a.html", "--evidence", evidence, "--format", "json", code=1
    ).json["files"][0]
    assert (named["path"], named["units"][0]["text"], named["units"][0]["col"]) == ("web/a.html", STRONG, 4)
    assert "once" in run("audit", "-", "-", "--evidence", evidence, code=2).err


def test_folders_and_patterns(run: Run, tmp_path: Path, evidence: str) -> None:
    """A folder stands for the files in it that are read, hidden ones left out; a pattern is expanded; each file once."""
    for name in ("s/b.md", "s/in/a.HTML", "s/.git/c.md", "s/.d.txt", "s/~$e.docx", "s/f.py", "s/g.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(HONEST, encoding="utf-8")

    def meant(*named: str) -> list[str]:
        told = run("audit", *named, "--evidence", evidence, "--format", "json", "--fail-on", "never")
        return [f["path"] for f in told.json["files"]]

    assert meant("s") == ["s/b.md", "s/g.txt", "s/in/a.HTML"]
    assert meant("s/*") == ["s/b.md", "s/g.txt"]
    assert meant("s/**/*.HTML", "s/in/a.HTML", "s/b.md") == ["s/in/a.HTML", "s/b.md"]
    (tmp_path / "empty").mkdir()
    for name in ("empty", "none/*.md"):
        assert name in run("audit", name, "--evidence", evidence, code=2).err


def test_files_that_cannot_be_read(run: Run, page: Path, tmp_path: Path, evidence: str) -> None:
    """A file that cannot be read is told with exit 2, and the others are still audited."""
    (tmp_path / "a.docx").write_bytes(b"PK\x03\x04")
    (tmp_path / "b.txt").write_bytes(b"a\x00b")
    (tmp_path / "c.rtf").write_text("x")
    (tmp_path / "page.md.evtrack.toml").write_text("ignore = 1")
    answer = run(
        "audit",
        "a.docx",
        "b.txt",
        "c.rtf",
        "none.md",
        "page.md",
        page,
        "--evidence",
        evidence,
        "--format",
        "json",
        code=2,
    )
    assert answer.json["files"] == []
    assert len(answer.err.splitlines()) == 6
    assert "none.md: no such file: check the path" in answer.err
    assert "cannot be opened" in run("audit", "x" * 5000, "--evidence", evidence, code=2).err
    (tmp_path / "page.md.evtrack.toml").unlink()
    told = run("audit", "none.md", "page.md", "--evidence", evidence, "--format", "json", "--lang", "ja", code=2)
    assert rules(told)
    assert "none.md：ファイルがありません：名前を確かめてください" in told.err


def test_evidence_that_is_none(run: Run, page: Path, tmp_path: Path) -> None:
    """Without a store there is no evidence: what was read is told, with exit 3; a broken snapshot is wrong usage."""
    answer = run("audit", page, "--format", "json", code=3)
    assert [n["text"] for n in answer.json["files"][0]["not_assessed"]] == [STRONG]
    assert "evtrack refresh" in answer.err
    assert "there are no evidence data" in run("audit", page, code=3).out
    (tmp_path / "plain.txt").write_text("受付は9時からです。", encoding="utf-8")
    assert "No findings, but nothing was held against the evidence" in run("audit", "plain.txt").out
    for text in ("{", "[]", "{}", '{"claims": [1]}'):
        (tmp_path / "broken.json").write_text(text)
        assert "broken.json" in run("audit", page, "--evidence", "broken.json", code=2).err
    assert "no such file" in run("audit", page, "--evidence", "none.json", code=2).err


def test_the_store(run: Run, page: Path, articles: Path) -> None:
    """Without --evidence the store is read; the same audit from its own snapshot says the same of every sentence."""
    run("load", articles)
    told = run("audit", page, "--format", "json", "--fail-on", "never").json
    Path("snapshot.json").write_text(run("status", "--json").out, encoding="utf-8")
    again = run("audit", page, "--evidence", "snapshot.json", "--format", "json", "--fail-on", "never").json
    assert again["files"][0]["units"] == told["files"][0]["units"]
    assert [f["rule"] for f in again["files"][0]["findings"]] == [f["rule"] for f in told["files"][0]["findings"]]


def test_baseline(run: Run, page: Path, evidence: str) -> None:
    """What a baseline knows does not fail; a sentence added since does; evidence that changed is told."""
    assert "findings written" in run("audit", page, "--evidence", evidence, "--write-baseline", "base.json").err
    page.write_text(f"# エクソソーム点滴\n\n前置きです。\n\n{STRONG}\n", encoding="utf-8")
    known = run("audit", page, "--evidence", evidence, "--baseline", "base.json", "--format", "json")
    assert {f["known"] for f in known.json["files"][0]["findings"]} == {True}
    assert "known before" in run("audit", page, "--evidence", evidence, "--baseline", "base.json").out
    changed = json.loads(Path(evidence).read_text(encoding="utf-8"))
    for one in changed["claims"]:
        one.update(level="rct", stance="contradicts", counts={"rct": 1})
    Path("newer.json").write_text(json.dumps(changed), encoding="utf-8")
    newer = run("audit", page, "--evidence", "newer.json", "--baseline", "base.json", code=1)
    assert "the evidence changed, not the text" in newer.out
    page.write_text(f"{STRONG}\n\n{STRONG}\n", encoding="utf-8")
    run("audit", page, "--evidence", evidence, "--baseline", "base.json", code=1)
    assert "base.json" not in run("audit", page, "--evidence", evidence, "--baseline", "none.json", code=2).err


def test_suppression(run: Run, page: Path, evidence: str) -> None:
    """A comment with a reason sets a finding aside (SARIF still has it); one without is told."""
    page.write_text(f"# 題\n\n<!-- evtrack: ignore EV104 引用 -->\n{STRONG}\n", encoding="utf-8")
    told = run("audit", page, "--evidence", evidence, "--format", "json", "--ignore", "EV3")
    assert rules(told) == []
    assert told.json["files"][0]["suppressed"] == 1
    log = json.loads(run("audit", page, "--evidence", evidence, "--format", "sarif", "--ignore", "EV3").out)
    assert log["runs"][0]["results"][0]["suppressions"][0]["justification"] == "引用"
    chosen = run(
        "audit", page, "--evidence", evidence, "--format", "json", "--select", "EV301,EV2", "--fail-on", "never"
    )
    assert chosen.json["files"][0]["idle_suppressions"] == []
    page.write_text(f"# 題\n\n<!-- evtrack: ignore EV104 -->\n{STRONG}\n", encoding="utf-8")
    assert "without a reason" in run("audit", page, "--evidence", evidence, code=1).out


def test_rules_and_settings(run: Run, page: Path, evidence: str, tmp_path: Path) -> None:
    """Rules are chosen by flags, and by settings where no flag is given; a wrong name or value is wrong usage."""
    ask = ("audit", page, "--evidence", evidence, "--format", "json")
    assert set(rules(run(*ask, "--select", "ev301", code=1))) == {"EV301"}
    assert "EV104" not in rules(run(*ask, "--ignore", "EV101,EV104", "--fail-on", "never"))
    settings = tmp_path / ".evtrack.toml"
    settings.write_text('[audit]\nselect = ["EV104"]\nfail_on = "never"\n')
    assert rules(run(*ask)) == ["EV104"]
    assert set(rules(run(*ask, "--rules", "EV301", "--fail-on", "error", code=1))) == {"EV301"}
    settings.write_text(f'[audit]\nevidence = "{evidence}"\nprofile = "ja-medical-advertising"\nfail_on = "never"\n')
    assert run("audit", page, "--format", "json").json["as_of"] == "2026-11-20"
    settings.unlink()
    (tmp_path / "pyproject.toml").write_text('[tool.evtrack.audit]\nignore = ["EV"]\n')
    assert rules(run(*ask)) == []
    for wrong in (
        "audit = 1",
        "[audit]\nrules = []",
        "[audit]\nselect = 'EV1'",
        "[audit]\nprofile = 1",
        "[audit]\nselect = [1]",
    ):
        settings.write_text(wrong)
        assert ".evtrack.toml:audit" in run(*ask, code=2).err


@pytest.mark.parametrize(
    ("flags", "told"),
    [
        (("--format", "xml"), "--format xml: use text, json"),
        (("--fail-on", "info"), "--fail-on info: use error"),
        (("--profile", "x"), "--profile x: use ja-medical-advertising"),
        (("--select", "QQ"), "--select QQ: no rule begins with it"),
        (("--ignore", "QQ"), "--ignore QQ: no rule begins with it"),
    ],
)
def test_wrong_usage(run: Run, page: Path, evidence: str, flags: tuple[str, ...], told: str) -> None:
    """A value that is none of those that there are is wrong usage, and the message names them."""
    assert told in run("audit", page, "--evidence", evidence, *flags, code=2).err


def test_nothing_is_kept(run: Run, page: Path, evidence: str, tmp_path: Path) -> None:
    """An audit writes no store and no file that was not asked for."""
    before = sorted(tmp_path.iterdir())
    run("audit", page, code=3)
    run("audit", page, "--evidence", evidence, code=1)
    assert sorted(tmp_path.iterdir()) == before


def test_rules_are_explained(run: Run, page: Path, evidence: str) -> None:
    """Each rule that a finding names is explained by ``evtrack rule``, with its examples."""
    for rule in set(rules(run("audit", page, "--evidence", evidence, "--format", "json", code=1))):
        assert run("rule", rule.lower()).out.startswith(rule)
    assert "EV104" in run("rule").out
    assert "Exosomes relieve depression." in run("rule", "EV104").out


def test_japanese_has_no_english(run: Run, page: Path, evidence: str) -> None:
    """What is said around a text is Japanese in every format for people."""
    page.write_text(
        f"# 題\n\n<!-- evtrack: ignore -->\n{STRONG}\n\n{STRONG}うつ症状の改善が期待されます。\n", encoding="utf-8"
    )
    ask = ("audit", "page.md", "--evidence", evidence, "--lang", "ja", "--explain")
    allowed = frozenset({"page.md", "ignore", "An", "invented", "study"})
    for form in ("text", "markdown"):
        told = run(*ask, "--format", form, code=1)
        assert (
            english(re.sub(r"EV\d+|\w+-effect|\(https[^)]*\)|&#\d+;|<br>", " ", told.out) + told.err, allowed) == set()
        ), form


def test_the_hook_takes_what_is_read(run: Run) -> None:
    """The pre-commit hook runs this command on the files that it reads, and on no others."""
    from ruamel.yaml import YAML

    hook = YAML(typ="safe").load((Path(__file__).parents[2] / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))[0]
    assert (hook["id"], hook["entry"]) == ("evtrack-audit", "evtrack audit")
    assert all(re.search(hook["files"], f"a/b{ending}") for ending in READ)
    assert not re.search(hook["files"], "a/b.py")
