"""Does everything that the readers of files say have words in Japanese?"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from evtrack.wording.fault import WORDS, fault_key, fault_words

PACKAGE = Path(__file__).parents[2] / "evtrack"
SAYS = {"Skipped", "SourceError", "FileProblem", "_bad", "Cut"}
"""Calls whose texts a person may read."""


def _texts(node: ast.expr) -> Iterator[str]:
    """The texts an expression may be, "7" in place of what is filled in."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.JoinedStr):
        yield "".join(str(v.value) if isinstance(v, ast.Constant) else "7" for v in node.values)
    elif isinstance(node, ast.IfExp):
        yield from _texts(node.body)
        yield from _texts(node.orelse)


def _said() -> Iterator[tuple[str, str]]:
    for file in (*sorted((PACKAGE / "sources").glob("*.py")), *sorted(PACKAGE.glob("*.py"))):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            name = getattr(node, "func", None)
            if isinstance(node, ast.Call) and (getattr(name, "id", None) or getattr(name, "attr", None)) in SAYS:
                named = [k.value for k in node.keywords if k.arg != "code"]
                for value in (*node.args, *named):
                    for text in _texts(value):
                        yield f"{file.name}:{node.lineno}", text


def test_every_fault_has_words() -> None:
    """Each reason, place and mend that stands in the readers is in the catalogue, word for word."""
    said = [s for s in _said() if s[1] and s[1] != "-"]
    assert len(said) > 60
    assert [s for s in said if fault_key(s[1]) is None] == []


@pytest.mark.parametrize(
    ("english", "japanese"),
    [
        ("line 5", "5行目"),
        ("record 4", "記録4"),
        ("record 4, line 17 (PMID 90000001)", "記録4（17行目、PMID 90000001）"),
        ("line 3, study 2", "3行目の試験2"),
        ("line 9 (after byte 7 of the packed file)", "9行目（圧縮ファイルの7バイト目の後）"),
        ("not well-formed XML, line 2 of the record: mismatched tag", "XMLとして壊れています（記録の2行目）"),
        ("a study must be an object, not NoneType", "試験は { } で囲んだ値でなければなりません（空の値です）"),
        ("cut off: the packed file is damaged", "途中で切れています（圧縮ファイルが壊れています）"),
        (
            "larger than 4,000 bytes; the first 1,000 bytes are kept",
            "4,000バイトを超えています（最初の1,000バイトを保存）",
        ),
        ("nobody has said this before", "nobody has said this before"),
    ],
)
def test_faults_in_japanese(english: str, japanese: str) -> None:
    """Words within words follow; what a parser said in English is left out; unknown words stay. English stays as it is."""
    assert fault_words(english, "ja") == japanese
    assert fault_words(english, "en") == english


def test_each_has_its_own_words() -> None:
    """No two faults say the same, so that the words find the key; the words of each find it."""
    assert len({en for _, en in WORDS.values()}) == len(WORDS)
    for key, (_, english) in WORDS.items():
        sample = re.sub(r"\{\w+\}", "7", english)
        assert fault_key(sample) is not None, key
        found, _ = fault_key(sample) or ("", {})
        assert found == key
