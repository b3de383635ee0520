"""What does a feed reader get? An Atom feed (RFC 4287) with an entry a run, its digest inside; ids never change."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from evtrack.changes import Change
from evtrack.report.changes_html import changes_fragment
from evtrack.report.digest import Digest
from evtrack.report.plain import plain
from evtrack.report.terminal import term
from evtrack.wording import word

if TYPE_CHECKING:
    from evtrack.store.facts import Run

_ATOM = "http://www.w3.org/2005/Atom"
_TAG = "tag:evtrack,2026"
"""Ids are tag URIs (RFC 4151): they name, and lead nowhere."""

_NO_CHARACTERS = re.compile("[\ufffe\uffff]")
"""What XML forbids (XML 1.0, 2.2) and a terminal may be shown; ``plain`` takes away the rest."""


@dataclass(frozen=True, slots=True)
class Week:
    """One run that a feed tells of: the digest of its changes."""

    run: Run
    changes: tuple[Change, ...]
    digest: Digest


def changes_atom(weeks: Sequence[Week], lang: str, until: datetime) -> str:
    """The feed, the newest run first; ``until`` is its date where it has no entry. Always a valid feed."""
    feed = ET.Element("feed", {"xmlns": _ATOM, "xml:lang": lang})
    _put(feed, "id", f"{_TAG}:changes:{lang}")
    _put(feed, "title", word("digest.feed", lang))
    _put(feed, "updated", _moment(max((_ended(week.run) for week in weeks), default=until)))
    _put(_put(feed, "author", None), "name", "evtrack")
    _put(feed, "generator", "evtrack")
    for week in sorted(weeks, key=lambda w: w.run.id, reverse=True):
        _entry(feed, week, lang)
    ET.indent(feed)
    return f'<?xml version="1.0" encoding="utf-8"?>\n{ET.tostring(feed, encoding="unicode")}\n'


def _entry(feed: ET.Element, week: Week, lang: str) -> None:
    entry = _put(feed, "entry", None)
    _put(entry, "id", _id(week, lang))
    _put(entry, "title", week.digest.title)
    _put(entry, "updated", _moment(_ended(week.run)))
    for section in week.digest.sections:
        _put(entry, "category", None, term=section.severity, label=section.words)
    for kind in dict.fromkeys(p.kind for s in week.digest.sections for b in s.blocks for p in b.pieces):
        _put(entry, "category", None, term=kind, label=term("change_kind", kind, lang))
    if week.digest.warnings:
        _put(entry, "category", None, term="incomplete", label=word("digest.incomplete", lang))
    _put(entry, "summary", " ".join((week.digest.counts, *week.digest.warnings)))
    _put(entry, "content", changes_fragment(week.digest), type="html")


def _put(parent: ET.Element, name: str, text: str | None, **attributes: str) -> ET.Element:
    """An element with ``text``; new lines of a page stay, what XML forbids does not."""
    element = ET.SubElement(parent, name, attributes)
    if text is not None:
        element.text = "\n".join(plain(_NO_CHARACTERS.sub("", line)) for line in text.split("\n"))
    return element


def _id(week: Week, lang: str) -> str:
    """The same for the same run and changes, wherever the store lies and whenever it is asked; another for another."""
    changes = [[c.kind, c.claim_id, c.record_id, c.before, c.after, c.severity] for c in week.changes]
    facts = json.dumps([week.run.id, _moment(week.run.started_at), sorted(changes, key=str)])
    return f"{_TAG}:run:{week.run.id}:{sha256(facts.encode()).hexdigest()[:20]}:{lang}"


def _ended(run: Run) -> datetime:
    return run.finished_at or run.started_at


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
