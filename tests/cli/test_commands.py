"""Every command on a small invented corpus: what it answers, in which shape, with which exit code."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest

Run = Callable[..., Any]
"""The fixture of conftest.py: runs a command, gives its code, stdout, stderr."""
DATA = Path(__file__).parent.parent / "data" / "cli"
SCHEMAS = Path(__file__).parent.parent / "schemas"
COMMANDS = {
    "load", "status", "show", "audit", "report", "grade", "regrade", "changes", "rule", "doctor", "refresh", "demo",
    "review list", "review words", "review accept", "review reject", "review relabel", "review undo", "review add",
    "review export", "review import",
    "claims list", "claims check", "claims new", "claims path", "db info", "db check", "db backup", "db restore", "db upgrade", "db datasette",
}  # fmt: skip
README = Path(__file__).parent.parent.parent / "README.md"


def valid(answer: Any, schema: str) -> Any:
    """The answer, once it fits the schema the tests hold."""
    jsonschema.Draft202012Validator(json.loads((SCHEMAS / f"{schema}.json").read_text())).validate(answer)
    return answer


def test_every_command_is_known(run: Run) -> None:
    """The commands that --help lists are the ones these tests run, no more and no fewer."""
    top = re.findall(r"^  (\w+)  ", run("--help").out.partition("Commands:")[2], re.MULTILINE)
    found = set()
    for name in top:
        inner = re.findall(r"^  (\w+)  ", run(name, "--help").out.partition("Commands:")[2], re.MULTILINE)
        found |= {f"{name} {i}" for i in inner} or {name}
    assert found == COMMANDS


def test_every_command_is_documented() -> None:
    """The README names every command."""
    text = README.read_text()
    assert {
        c for c in {c.split()[0] for c in COMMANDS} if not re.search(rf"evtrack {c}\b|^  {c}  ", text, re.MULTILINE)
    } == set()


def test_load(run: Run, articles: Path) -> None:
    """A load tells what it read; a second time nothing is new and nothing changed."""
    first = valid(run("load", articles, DATA / "trials.json", "--json").json, "load")
    assert [(Path(f["path"]).name, f["read"], f["new"], f["changed"]) for f in first["files"]] == [
        ("articles.xml", 3, 3, 0),
        ("trials.json", 1, 1, 0),
    ]
    second = run("load", articles, DATA / "trials.json", "--json").json
    assert [(f["read"], f["new"], f["changed"]) for f in second["files"]] == [(3, 0, 0), (1, 0, 0)]
    assert second["graded"] == {"records": 0, "claims": []}


def test_load_text(run: Run, articles: Path) -> None:
    """For a person a load is a line a file and one about grading, and stderr is silent where it is no terminal."""
    answer = run("load", articles)
    assert answer.out.splitlines()[0] == f"{articles}: 3 read (3 new, 0 changed, 0 skipped)"
    assert answer.err == ""


def test_same_record_twice(run: Run, articles: Path, tmp_path: Path) -> None:
    """A record that stands in two files of one load is new once."""
    copy = tmp_path / "copy.xml"
    copy.write_bytes(articles.read_bytes())
    files = run("load", articles, copy, "--json").json["files"]
    assert [(f["read"], f["new"], f["changed"]) for f in files] == [(3, 3, 0), (3, 0, 0)]


def test_broken_file(run: Run, articles: Path) -> None:
    """A file that breaks in the middle is exit 2 with its place named; what stood before and the other files are kept."""
    answer = run("load", DATA / "cut.xml", articles, "--json", code=2)
    valid(answer.json, "load")
    assert [f["read"] for f in answer.json["files"]] == [1, 3]
    assert answer.json["files"][0]["problem"]["what"]
    assert answer.err.startswith("evtrack: ")
    assert "cut.xml" in answer.err
    assert len(answer.err.splitlines()) == 1
    assert run("db", "info", "--json").json["counts"]["record"] == 4
    assert run("db", "info", "--json").json["last_run"]["status"] == "partial"
    assert "cut.xml" in run("load", DATA / "cut.xml", "--lang", "ja", code=2).err


def test_no_such_file(run: Run, tmp_path: Path) -> None:
    """A file that is not there, or a folder, is exit 2 before anything is kept."""
    assert "nowhere.xml" in run("load", "nowhere.xml", code=2).err
    assert "folder" in run("load", tmp_path, code=2).err
    assert not (tmp_path / "evtrack.db").exists()


def test_claim_tie(run: Run, articles: Path) -> None:
    """--claim ties every record of the files to that claim, new or known, and the tie outlives later loads and regrading."""
    run("load", articles)
    assert len(run("show", "ptsd-effect", "--json").json["records"]) == 0
    run("load", articles, "--claim", "ptsd-effect")
    ids = {"PMID:90000001", "PMID:90000002", "PMID:90000003"}
    assert {r["id"] for r in run("show", "ptsd-effect", "--json").json["records"]} == ids
    run("load", articles)
    run("regrade", "--all")
    assert {r["id"] for r in run("show", "ptsd-effect", "--json").json["records"]} == ids
    fresh = run("load", articles, "--claim", "ptsd-effect", "--db", "other.db", "--json").json
    assert fresh["files"][0]["new"] == 3
    assert len(run("show", "ptsd-effect", "--json", "--db", "other.db").json["records"]) == 3


def test_show(run: Run, articles: Path) -> None:
    """show tells level, records with their reasons, and that loading files was no search."""
    run("load", articles, DATA / "trials.json")
    answer = valid(run("show", "dep-effect", "--json").json, "show")
    assert answer["level"] == "animal"
    assert answer["searched"] == []
    assert answer["not_searched"] == ["医中誌", "J-STAGE", "jRCT", "UMIN-CTR", "ChiCTR", "ICTRP"]
    assert [t["id"] for t in answer["registered"]] == ["NCT90000001"]
    by_id = {r["id"]: r for r in answer["records"]}
    mouse = by_id["PMID:90000001"]
    assert (mouse["level"], mouse["counts_for_claim"], mouse["basis"]) == ("animal", True, "abstract")
    for reason in mouse["reasons"]:
        assert reason["end"] - reason["start"] == len(reason["text"])
    assert by_id["PMID:90000002"]["gate"] == "review"
    assert answer["would_change"]["down"]["record_id"] == "PMID:90000001"
    assert answer["as_of"] == "2026-11-23T00:00:00+00:00"
    assert answer["loaded"] == 4


def test_show_text(run: Run, articles: Path) -> None:
    """The sentence about people stands before the level, and a bracket in a title is text."""
    run("load", articles, DATA / "trials.json")
    text = run("show", "dep-effect").out
    assert (
        text.index("in people")
        < text.index("Evidence level")
        < text.index("PMID:90000001")
        < text.index("NCT90000001, ")
        < text.index("Not searched")
    )
    assert "No search has been made" in text
    japanese = run("show", "dep-effect", "--lang", "ja").out
    assert japanese.index("人での") < japanese.index("研究段階") < japanese.index("PMID:90000001")
    assert "検索は行っていません" in japanese
    assert "エビデンスレベル" not in japanese


def test_status(run: Run, articles: Path) -> None:
    """status --json is the objects of show without records, one for each claim."""
    run("load", articles)
    answer = valid(run("status", "--json").json, "status")
    shown = run("show", "dep-effect", "--json").json
    del shown["records"]
    assert next(c for c in answer["claims"] if c["claim_id"] == "dep-effect") == shown
    assert len(answer["claims"]) == len(run("claims", "--json").json["claims"])


def test_status_text(run: Run, articles: Path) -> None:
    """In the table what is known in people stands before the stage, in both languages."""
    run("load", articles)
    head = run("status").out.splitlines()[0]
    assert head.split() == ["Claim", "In", "people", "Evidence", "level", "Review"]
    head = run("status", "--lang", "ja").out.splitlines()[0]
    assert head.split() == ["主張", "人での研究", "研究段階", "要確認"]


def test_without_store(run: Run, tmp_path: Path) -> None:
    """Without a store show and status say that nothing is known, and make no file; what needs one is told so."""
    for lang in ("ja", "en"):
        answer = valid(run("show", "dep-effect", "--json", "--lang", lang).json, "show")
        assert (answer["level"], answer["as_of"], answer["records"]) == ("none", None, [])
    valid(run("status", "--json").json, "status")
    assert "Nothing has been searched or loaded yet" in run("show", "dep-effect").out
    for command in (("changes",), ("regrade",), ("db", "info"), ("db", "check"), ("db", "backup")):
        assert "evtrack.db" in run(*command, code=2).err
        assert "保存先" in run(*command, "--lang", "ja", code=2).err
    assert not (tmp_path / "evtrack.db").exists()


def test_stale(run: Run, articles: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """--fail-on stale is exit 1 where the last load is older, or where there was none, with the answer still given."""
    assert run("status", "--json", "--fail-on", "stale=10d", code=1).json["as_of"] is None
    run("load", articles)
    run("status", "--fail-on", "stale=10d")
    monkeypatch.setenv("EVTRACK_NOW", "2026-12-23")
    answer = run("status", "--fail-on", "stale=10d", code=1)
    assert "30 days old" in answer.err
    assert "dep-effect" in answer.out
    for wrong in ("stale", "stale=d", "stale=-1d", "other=1d"):
        assert "stale=10d" in run("status", "--fail-on", wrong, code=2).err


def test_history(run: Run, articles: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After a retraction was loaded the level falls, changes tells it as critical, and --at still answers as of before."""
    monkeypatch.setenv("EVTRACK_NOW", "2026-01-15T12:00:00+00:00")
    run("load", articles)
    monkeypatch.setenv("EVTRACK_NOW", "2026-04-01T12:00:00+00:00")
    files = run("load", DATA / "changed.xml", "--json").json["files"]
    assert (files[0]["new"], files[0]["changed"]) == (0, 1)
    assert run("show", "dep-effect", "--json").json["level"] == "none"
    then = valid(run("show", "dep-effect", "--json", "--at", "2026-02-01").json, "show")
    assert (then["level"], then["as_of"]) == ("animal", "2026-01-15T12:00:00+00:00")
    assert run("show", "dep-effect", "--json", "--at", "2025-01-01").json["records"] == []
    told = valid(run("changes", "--format", "json").json, "changes")["changes"]
    kinds = {(c["kind"], c["claim_id"], c["severity"]) for c in told}
    assert ("retracted", "dep-effect", "critical") in kinds
    assert ("level_down", "dep-effect", "critical") in kinds
    text = run("changes", "--since", "2026-03-01", "--lang", "ja").out
    assert "撤回" in text
    assert "重大" in text
    assert "level down" in run("changes", "--since", "1").out
    assert valid(run("changes", "--since", "2", "--format", "json").json, "changes") == {"changes": []}
    assert run("changes", "--since", "2027-01-01").out == ""
    assert "YYYY-MM-DD" in run("changes", "--since", "soon", code=2).err
    assert "--format" in run("changes", "--format", "csv", code=2).err
    assert "YYYY-MM-DD" in run("show", "dep-effect", "--at", "2026-13-01", code=2).err


def test_grade_jsonl(run: Run) -> None:
    """grade answers a line a record in the order read, without a store."""
    lines = [
        valid(json.loads(line), "grade")
        for line in run("grade", DATA / "records.jsonl", "--format", "jsonl").out.splitlines()
    ]
    assert [line["id"] for line in lines] == ["A1", "PMID:90000009"]
    assert lines[0]["level"] == "animal"
    answers = run("grade", DATA / "records.jsonl", "--claim", "dep-effect").out.splitlines()
    towards = [valid(json.loads(line), "grade_claim") for line in answers]
    assert (towards[0]["counts_for_claim"], towards[0]["stance"]) == (True, "supports")


def test_grade_files_and_stdin(run: Run, articles: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """grade reads what load reads, and standard input, and refuses what is neither."""
    ids = [json.loads(line)["id"] for line in run("grade", articles, DATA / "trials.json").out.splitlines()]
    assert ids == ["PMID:90000001", "PMID:90000002", "PMID:90000003", "NCT90000001"]
    for arguments in ((), ("-",)):
        with (DATA / "records.jsonl").open() as stdin, monkeypatch.context() as patch:
            patch.setattr("sys.stdin", stdin)
            assert len(run("grade", *arguments).out.splitlines()) == 2
    assert "line 2" in run("grade", DATA / "broken.jsonl", code=2).err
    assert "grade" in run("load", DATA / "records.jsonl", code=2).err
    assert run("grade", "-", "-", code=2).err.count("\n") == 1
    assert "jsonl" in run("grade", "--format", "csv", DATA / "records.jsonl", code=2).err


def test_regrade(run: Run, articles: Path) -> None:
    """regrade changes nothing where rules and claims are the same; with --all it grades again and nothing differs."""
    run("load", articles)
    before = run("show", "dep-effect", "--json").json
    assert valid(run("regrade", "--json").json, "regrade")["run_id"] is None
    assert "already" in run("regrade").out
    done = valid(run("regrade", "--all", "--json").json, "regrade")
    assert (done["claims"], done["changes"]) == ([], [])
    assert done["records"] > 0
    assert run("show", "dep-effect", "--json").json == before
    assert "graded again" in run("regrade", "--all").out


def test_edited_claims(run: Run, articles: Path, tmp_path: Path) -> None:
    """An edited claim is graded anew by regrade and by the next load; one that is gone is no longer shown."""
    folder = tmp_path / "packs" / "mine"
    folder.mkdir(parents=True)
    shipped = Path(run("claims", "path").out.strip()) / "exosome-psychiatry"
    (folder / "pack.yaml").write_text((shipped / "pack.yaml").read_text().replace("exosome-psychiatry", "mine"))
    for name in ("dep-effect", "anx-effect"):
        (folder / f"{name}.yaml").write_text((shipped / f"{name}.yaml").read_text())
    mine = ("--claims", "packs")
    assert [c["claim_id"] for c in run("claims", "list", "--json", *mine).json["claims"]] == [
        "dep-effect",
        "anx-effect",
    ]
    run("load", articles, *mine)
    (folder / "anx-effect.yaml").unlink()
    text = (folder / "dep-effect.yaml").read_text()
    (folder / "dep-effect.yaml").write_text(re.sub(r"(?m)^condition:.*$", "condition: [anxiety]", text))
    done = run("regrade", "--json", *mine).json
    assert done["claims"] == ["dep-effect"]
    assert {c["kind"] for c in done["changes"]} >= {"claim_changed"}
    (folder / "dep-effect.yaml").write_text(text)
    assert run("load", articles, "--json", *mine).json["graded"]["claims"] == ["dep-effect"]
    assert run("show", "dep-effect", "--json", *mine).json["level"] == "animal"


def test_claims(run: Run, tmp_path: Path) -> None:
    """claims lists, checks and begins claims; the check names file and line and is exit 2."""
    assert "dep-effect" in run("claims").out
    assert run("claims", "list").out == run("claims").out
    valid(run("claims", "--json").json, "claims")
    assert valid(run("claims", "check", "--json").json, "claims_check")["ok"]
    assert "in order" in run("claims", "check").out
    folder = tmp_path / "packs" / "mine"
    folder.mkdir(parents=True)
    shipped = Path(run("claims", "path").out.strip()) / "exosome-psychiatry"
    (folder / "pack.yaml").write_text((shipped / "pack.yaml").read_text().replace("exosome-psychiatry", "mine"))
    mine = ("--claims", "packs")
    assert run("claims", "path", *mine).out.strip() == str(tmp_path / "packs")
    assert "new-one.yaml" in run("claims", "new", "new-one", *mine).out
    assert (folder / "new-one.yaml").is_file()
    assert "new-one.yaml" in run("claims", "new", "new-one", *mine, code=2).err
    assert "New One" in run("claims", "new", "New One", *mine, code=2).err
    assert "mine" in run("claims", "new", "x", "--pack", "yours", *mine, code=2).err
    (folder / "new-one.yaml").write_text("id: new-one\nnonsense: 1\n")
    answer = run("claims", "check", "--json", *mine, code=2)
    wrong = valid(answer.json, "claims_check")
    assert not wrong["ok"]
    assert any(e["path"].endswith("new-one.yaml") for e in wrong["errors"])
    assert re.search(r"new-one\.yaml:\d+: ", run("claims", "check", *mine, code=2).out)
    assert "new-one.yaml" in run("status", *mine, code=2).err


def test_rule(run: Run) -> None:
    """rule shows one rule or all, in the language asked for, and knows what was meant."""
    rules = valid(run("rule", "--json").json, "rules")["rules"]
    patterned = next(r for r in rules if r["pattern"] and r["examples"]["match"])
    one = valid(run("rule", patterned["id"], "--json").json, "rule")
    assert one["says"] == patterned["says"]
    assert patterned["says"]["ja"] in run("rule", patterned["id"].lower(), "--lang", "ja").out
    assert f"fires: {patterned['examples']['match'][0]}" in run("rule", patterned["id"]).out
    assert len(run("rule").out.splitlines()) >= len(rules)
    assert patterned["id"] in run("rule", patterned["id"][:-1], code=2).err


def test_doctor(run: Run, articles: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """doctor tells settings with their source and no secret, the claims, what a right query must find, the store."""
    monkeypatch.setenv("NCBI_API_KEY", "verysecretkey")
    before = run("doctor", "--offline", "--json")
    valid(before.json, "doctor")
    assert not before.json["store"]["exists"]
    assert "verysecretkey" not in before.out
    key = next(s for s in before.json["settings"] if s["name"] == "ncbi_api_key")
    assert (key["value"], key["from"]) == ("***", "NCBI_API_KEY")
    assert "no store yet" in run("doctor", "--offline").out
    run("load", articles)
    after = valid(run("doctor", "--offline", "--json").json, "doctor")
    assert after["ok"]
    assert after["known_missing"]
    text = run("doctor", "--offline", "--lang", "ja").out
    assert "verysecretkey" not in text
    assert "壊れていません" in text


def test_doctor_finds(run: Run, tmp_path: Path) -> None:
    """doctor is exit 1 where the store is none, and says so in its answer."""
    (tmp_path / "evtrack.db").write_text("this is no database")
    answer = valid(run("doctor", "--offline", "--json", code=1).json, "doctor")
    assert answer["store"]["faults"]
    assert "evtrack.db" in run("doctor", "--offline", "--lang", "ja", code=1).out


def test_db(run: Run, articles: Path, tmp_path: Path) -> None:
    """db tells what is there, proves it sound, and copies it; a copy is never overwritten and answers as the store does."""
    run("load", articles)
    info = valid(run("db", "info", "--json").json, "db_info")
    assert (info["counts"]["record"], info["last_run"]["kind"]) == (3, "load")
    assert "3 records" in run("db", "info").out
    assert valid(run("db", "check", "--json").json, "db_check") == {"ok": True, "faults": []}
    assert "sound" in run("db", "check").out
    made = valid(run("db", "backup", "copy.db", "--json").json, "db_backup")
    assert Path(made["path"]).name == "copy.db"
    assert "copy.db" in run("db", "backup", "copy.db", code=2).err
    assert "copy written" in run("db", "backup").out
    assert (tmp_path / "evtrack-20261123-000000.db").is_file()
    assert run("show", "dep-effect", "--json", "--db", "copy.db").json == run("show", "dep-effect", "--json").json
    (tmp_path / "evtrack.db.raw").unlink()
    assert not valid(run("db", "check", "--json", code=1).json, "db_check")["ok"]
    assert (
        "控え" in run("db", "check", "--lang", "ja", code=1).out
        or "読み込み直して" in run("db", "check", "--lang", "ja", code=1).out
    )
