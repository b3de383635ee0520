"""Is a finding set aside where a writer said so with a reason, and only there? And is a wish that does nothing told?"""

from __future__ import annotations

from pathlib import Path

import pytest

from evtrack.audit.choosing import Choice, chosen
from evtrack.audit.finding import Audited, Finding
from evtrack.audit.reading import read_document
from evtrack.audit.suppressing import read_sidecar, suppressed
from evtrack.files import FileProblem

CLAIM = "うつ症状を改善します。"


def found(path: str, body: str, *rules: str) -> Audited:
    """A text with a finding by each rule on every unit that claims, and one on the whole."""
    document = read_document(path, body.encode())
    told = [
        Finding(rule, "overstated", "error", u.place, u.text, "m", i)
        for i, u in enumerate(document.units)
        if "改善" in u.text
        for rule in rules or ("EV104",)
    ]
    whole = Finding("EV301", "missing-risk-disclosure", "warning", document.units[0].place, "", "m")
    return Audited(document, (), (whole, *told))


def aside(audited: Audited) -> list[tuple[str, int, str]]:
    """Rule, line and reason of what was set aside."""
    told = suppressed(audited).findings
    return [(f.rule, f.place.line, f.suppressed) for f in told if f.suppressed is not None]


def idle(audited: Audited) -> list[tuple[int, str]]:
    """Line and fault of what did nothing."""
    return [(i.place.line, i.why) for i in suppressed(audited).idle_suppressions]


@pytest.mark.parametrize(
    ("path", "body", "expected"),
    [
        ("a.md", f"<!-- evtrack: ignore EV104 quoted from a law -->\n{CLAIM}{CLAIM}\n", [("EV104", 2, "quoted from a law")]),
        ("a.md", f"前の文です。\n\n{CLAIM} <!-- evtrack: ignore EV104: 引用 -->\n\n{CLAIM}\n", [("EV104", 3, "引用")]),
        ("a.md", f"<!-- evtrack: ignore EV101, ev104 — why -->\n{CLAIM}\n", [("EV104", 2, "why")]),
        ("a.md", f"<!-- evtrack: ignore EV104理由 -->\n{CLAIM}\n", [("EV104", 2, "理由")]),
        ("a.md", f"<!-- evtrack: ignore EV101 why -->\n{CLAIM}\n", []),
        ("a.md", f"<!-- evtrack: ignore EV301 why -->\n{CLAIM}\n", []),
        ("a.md", f"{CLAIM}\n\n<!-- evtrack: ignore-file EV301 EV104 why -->\n", [("EV301", 1, "why"), ("EV104", 1, "why")]),
        ("a.html", f"<p>{CLAIM}</p>\n<!-- evtrack: ignore EV104 why -->\n<div>\n<p>{CLAIM}</p></div>", [("EV104", 4, "why")]),
        ("a.html", f"<p>前の文です。</p>\n<!-- evtrack: ignore EV104\n why --><p>{CLAIM}</p>", [("EV104", 3, "why")]),
        ("a.txt", f"{CLAIM}\n\nevtrack: ignore EV104 why\n{CLAIM}\n", [("EV104", 4, "why")]),
        ("a.txt", f"うつ症状\nを改善します。\nevtrack: ignore EV104 why\n\n{CLAIM}\n", [("EV104", 5, "why")]),
    ],
)  # fmt: skip
def test_comments(path: str, body: str, expected: list[tuple[str, int, str]]) -> None:
    """A comment speaks of its line, alone on its line of the next sentence; of the document only where it says so."""
    assert aside(found(path, body)) == expected


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("ignore EV104", "no_reason"),
        ("ignore EV104 --", "no_reason"),
        ("ignore because", "no_rule"),
        ("ignore", "no_rule"),
        ("ignored EV104 why", "unreadable"),
        ("disable EV104 why", "unreadable"),
        ("ignore EV101 why", "unused"),
    ],
)
def test_what_does_nothing_is_told(said: str, why: str) -> None:
    """A wish without rule or reason sets nothing aside; it is told, as is one that nothing was found for."""
    body = found("a.md", f"<!-- evtrack: {said} -->\n{CLAIM}\n")
    assert aside(body) == []
    assert idle(body) == [(1, why)]


def test_one_of_two_rules() -> None:
    """Of two findings on a sentence only the one that is named is set aside; two wishes for it are both used."""
    comment = "<!-- evtrack: ignore EV104 one --><!-- evtrack: ignore EV104 two -->"
    body = found("a.md", f"{comment}\n{CLAIM}\n", "EV104", "EV203")
    assert aside(body) == [("EV104", 2, "one")]
    assert idle(body) == []


def test_comment_after_all_text() -> None:
    """A comment with nothing after it speaks of nothing."""
    assert idle(found("a.md", f"{CLAIM}\n\n<!-- evtrack: ignore EV104 why -->\n")) == [(3, "unused")]


def sidecar(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "a.txt.evtrack.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_sidecar(tmp_path: Path) -> None:
    """A sidecar sets a sentence aside wherever it stands, lightly edited too, and a rule for the whole document."""
    file = sidecar(
        tmp_path,
        '[[ignore]]\nrules = ["EV104"]\nsentence = "エクソソームの点滴はうつ症状をよく改善します。"\nreason = "引用"\n\n'
        '[[ignore]]\nrules = ["ev301"]\nreason = "別紙"\n\n[[ignore]]\nrules = ["EV104"]\nsentence = "ない文です。"\nreason = "x"\n',
    )
    path = str(tmp_path / "a.txt")
    body = found(path, f"{CLAIM}\n\nエクソソームの点滴は、うつ症状をよく改善します。\n\n{CLAIM}\n")
    done = suppressed(body, read_sidecar(body.document))
    assert [(f.rule, f.place.line, f.suppressed) for f in done.findings if f.suppressed] == [
        ("EV301", 1, "別紙"),
        ("EV104", 3, "引用"),
    ]
    assert [(i.path, i.place.line, i.why) for i in done.idle_suppressions] == [(str(file), 10, "unused")]


def test_sidecar_without_reason(tmp_path: Path) -> None:
    """In a sidecar too a rule and a reason are required, and there need be no sidecar."""
    body = found(str(tmp_path / "a.txt"), f"{CLAIM}\n")
    assert read_sidecar(body.document) == ()
    sidecar(tmp_path, '[[ignore]]\nrules = ["EV104"]\n[[ignore]]\nreason = "x"\n')
    done = suppressed(body, read_sidecar(body.document))
    assert [(i.place.line, i.why) for i in done.idle_suppressions] == [(1, "no_reason"), (3, "no_rule")]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("ignore = [", ""),
        ("[other]\na = 1\n", ""),
        ("ignore = 3\n", ""),
        ('[[ignore]]\nrules = ["EV104"]\nreason = "a"\n\n[[ignore]]\nrules = "EV104"\n', "line 5"),
        ("[[ignore]]\nrules = [1]\n", "line 1"),
        ("[[ignore]]\nsentense = 'x'\n", "line 1"),
        ("ignore = [1]\n", "line 1"),
    ],
)
def test_broken_sidecar(tmp_path: Path, text: str, place: str) -> None:
    """A sidecar that cannot be read is an error that names it, and the line of the entry."""
    file = sidecar(tmp_path, text)
    with pytest.raises(FileProblem) as caught:
        read_sidecar(found(str(tmp_path / "a.txt"), f"{CLAIM}\n").document)
    assert (caught.value.path, caught.value.place) == (str(file), place)


@pytest.mark.parametrize(
    ("select", "ignore", "kept"),
    [
        ((), (), "EV101 EV104 EV301"),
        (("EV1",), (), "EV101 EV104"),
        (("EV1",), ("EV104",), "EV101"),
        ((), ("EV1",), "EV301"),
        (("EV104",), ("EV1",), "EV104"),
        (("EV104",), ("EV104",), ""),
    ],
)
def test_choice(select: tuple[str, ...], ignore: tuple[str, ...], kept: str) -> None:
    """Rules are chosen by their ids' beginnings; the longer name wins, and of two equal ones ``ignore``."""
    choice = Choice(select, ignore)
    told = chosen(found("a.md", f"{CLAIM}\n", "EV101", "EV104"), choice)
    assert sorted(f.rule for f in told.findings) == kept.split()
    assert choice.unknown(["EV101", "EV104"]) is None


def test_unknown_rule() -> None:
    """A name that no rule begins with is told."""
    assert Choice(("EV1", "XX"), ()).unknown(["EV101"]) == "XX"
