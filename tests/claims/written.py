"""A pack and a claim as a writer writes them, and how they get into a folder."""

from __future__ import annotations

from pathlib import Path

PACK = """\
id: my-article
title: 題
publisher: someone
language: ja
date_seen: 2026-01-02
"""
CLAIM = """\
id: some-claim
kind: per-condition effect
track: intervention
quote: 効く
statement: {ja: 効く。, en: It works.}
intervention: [exosome]
condition: [depression]
outcome: [depressive_symptoms]
"""


def write(folder: Path, name: str, text: str) -> Path:
    """A claim of the pack."""
    path = folder / "my-article" / f"{name}.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def concepts(folder: Path, text: str) -> Path:
    """The folder's own concepts."""
    (folder / "concepts").mkdir(exist_ok=True)
    path = folder / "concepts" / "mine.yaml"
    path.write_text(text, encoding="utf-8")
    return path
