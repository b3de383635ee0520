"""What must a person see of a record to speak of it? The claims it is for, what the rules said and why, its words marked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from evtrack.claim import Claim
from evtrack.grade.fields import record_fields
from evtrack.grade.grades import ClaimGrade, ClaimRecordGrade, Evidence
from evtrack.record import Reason, Record
from evtrack.report.because import around
from evtrack.report.highlight import KINDS, STYLES, Kind, Piece, bracketed, kind_of, legend, pieces_of, wrapped
from evtrack.report.left_out import why_not, why_review
from evtrack.report.plain import pad, plain, width, wrap
from evtrack.report.review_text import value_words
from evtrack.report.terminal import colon, flag_words, join, stance_words, term
from evtrack.wording import word

Stroke = tuple[str, str]
"""A stretch of a line with its style (rich's words, ``""`` for none)."""
Drawn = tuple[Stroke, ...]
"""One line."""

LONGEST_FIELD = 8000
"""Characters shown of one field: a broken record may hold a megabyte."""

_COUNTED = ("intervention", "background")
"""Tracks of claims that count studies."""

_WHOLE = 3
"""Claims that are told whole: a page must stay one that is read."""

_QUOTES = 3
"""Quotes a kind: the words are marked in the text as well."""

_GROWN = 32
"""Characters of a quote that is a bare word."""


@dataclass(frozen=True, slots=True)
class ForClaim:
    """A claim with its level now, and what the record says towards it.

    ``alone``: what the rules say without any person's word, where a person has spoken.
    """

    claim: Claim
    grade: ClaimGrade
    evidence: Evidence
    alone: ClaimRecordGrade | None = None

    @property
    def by_rules(self) -> ClaimRecordGrade:
        """What the rules say."""
        return self.alone or self.evidence.graded


def record_page(record: Record, towards: Sequence[ForClaim], lang: str, columns: int, *, color: bool) -> list[Drawn]:
    """All of one record, for each claim that it waits for; what must be read to decide stands last."""
    page = _Page(record, towards, lang, columns, color=color)
    page.head()
    page.claims()
    page.rules()
    page.words()
    return page.out


def drawn(text: str, columns: int, style: str = "", indent: str = "") -> list[Drawn]:
    """Lines of one style."""
    return [((line, style),) for line in wrap(indent + plain(text), columns, indent)]


def strokes(line: Iterable[Piece], style: str = "") -> Drawn:
    """A line of pieces in their colours."""
    return tuple((p.text, STYLES[p.kind] if p.kind else style) for p in line if p.text)


class _Page:
    """The page while it is written."""

    def __init__(self, record: Record, towards: Sequence[ForClaim], lang: str, columns: int, *, color: bool) -> None:
        self.record = record
        self.lang = lang
        self.columns = columns
        self.color = color
        self.out: list[Drawn] = []
        self.fields = dict(record_fields(record))
        self.counted = [one for one in towards if one.claim.track in _COUNTED]
        """What the record says towards claims that count studies; of the others the ids are told."""
        self.others = [one.claim.id for one in towards if one.claim.track not in _COUNTED]
        graded = [one.by_rules.grade for one in self.counted or towards]
        self.grade = graded[0]
        self.reasons = list(dict.fromkeys(r for grade in graded for r in grade.reasons))

    def say(self, key: str, **fields: object) -> str:
        return word(key, self.lang, **fields)

    def text(self, text: str, indent: str = "", style: str = "") -> None:
        self.out += drawn(text, self.columns, style, indent)

    def marked(self, name: str, indent: str, style: str = "") -> None:
        """A field of the record, the words that fired marked."""
        text = self.fields.get(name, "")
        pieces = pieces_of(text[:LONGEST_FIELD], self.reasons, name)
        if not self.color:
            pieces = bracketed(pieces)
        self.out += [strokes(line, style) for line in wrapped(pieces, self.columns, indent)]
        if len(text) > LONGEST_FIELD:
            self.text(self.say("review.cut", n=len(text) - LONGEST_FIELD), indent, "dim")

    def heading(self, key: str) -> None:
        self.out += [(), ((self.say(key), "bold"),)]

    def head(self) -> None:
        record = self.record
        told = [record.id, str(record.year or ""), record.journal or "", ", ".join(record.authors[:3])]
        self.out.append(())
        self.marked("title", "", "bold")
        self.text(" · ".join(t for t in told if t), style="dim")
        if record.citation:
            self.text(record.citation, style="dim")

    def claims(self) -> None:
        """What each claim says, where it stands, and what the record is to it; of the claims after the third less."""
        for place, one in enumerate(self.counted):
            claim = one.claim
            if place < _WHOLE:
                self.out.append(())
            self.text(f"{claim.statement.get(self.lang)} ({claim.id})", style="bold" if place < _WHOLE else "")
            if claim.quote and place < _WHOLE:
                self.text(self.say("view.quote", quote=claim.quote), "  ", "dim")
            if place < _WHOLE:
                self.text(f"{self.say('view.level')}{colon(self.lang)}{one.grade.label.get(self.lang)}", "  ")
            self.text(f"{self.say('review.this_record')}{colon(self.lang)}{self._standing(one)}", "  ")
        if self.others:
            self.out.append(())
            self.text(self.say("review.other_claims", claims=join(self.others, self.lang)), style="dim")

    def _standing(self, one: ForClaim) -> str:
        """Whether it counts for a claim, and else why not; what it finds towards it."""
        graded = one.evidence.graded
        if not graded.counts_for_claim:
            reasons = (self.say(key) for key in why_not(one.evidence, one.claim))
            return self.say("review.counts_not", why=join(reasons, self.lang))
        return join((self.say("review.counts"), stance_words(one.evidence, self.lang, one.claim)), self.lang)

    def rules(self) -> None:
        """What the rules said of the record, each with the words that told it."""
        self.heading("review.rules_said")
        unsure = dict.fromkeys(
            key
            for one in self.counted
            if one.by_rules.grade.needs_review
            for key in why_review(replace(one.evidence, graded=one.by_rules))
        )
        if unsure:
            self.text(self.say("review.unsure", why=join((self.say(k) for k in unsure), self.lang)), "  ", "bold")
        rows = list(self._rows())
        first = max(width(label) for label, _, _ in rows)
        indent = " " * (first + 4)
        for label, value, reasons in rows:
            told = "  ".join((plain(value), *self._quotes(reasons)))
            self.out += [((line, ""),) for line in wrap(f"  {pad(label, first)}  {told}", self.columns, indent)]

    def _rows(self) -> Iterator[tuple[str, str, Sequence[Reason]]]:
        """What is told, its value in words, and the reasons for it."""
        grade, by_kind = self.grade, _by_kind(self.reasons)
        design = term("design", grade.design, self.lang)
        yield self.say("review.kind.design"), design, by_kind["design"]
        level = term("level_short", grade.level, self.lang)
        gate = self.say("review.gated", gate=term("gate", grade.gate, self.lang)) if grade.gate else ""
        yield self.say("view.level"), level + gate, ()
        given = join((term("agent", grade.agent, self.lang), term("role", grade.role, self.lang)), self.lang)
        yield self.say("review.kind.agent"), given, by_kind["agent"]
        towards = [one.by_rules for one in self.counted]
        matches = term_of("match", (t.condition_match for t in towards), self.lang)
        yield self.say("review.kind.condition"), matches, by_kind["condition"]
        matches = term_of("match", (t.outcome_match for t in towards), self.lang)
        yield self.say("review.kind.outcome"), matches, by_kind["outcome"]
        stances = (
            value_words("stance", one.by_rules.stance, self.lang, safety=one.claim.kind == "safety")
            for one in self.counted
        )
        yield self.say("review.kind.stance"), " / ".join(dict.fromkeys(stances)), by_kind["stance"]
        n = grade.numbers.get("n")
        yield self.say("review.n"), str(n) if n is not None else self.say("number.not_stated"), ()
        if grade.flags:
            yield self.say("review.flags"), join((flag_words(f, self.lang) for f in grade.flags), self.lang), ()

    def _quotes(self, reasons: Sequence[Reason]) -> Iterator[str]:
        """The words that fired, each once, with its rules."""
        rules: dict[str, list[str]] = {}
        for reason in reasons:
            text = self.fields.get(reason.field, "")
            if text[reason.start : reason.end] == reason.text:
                words = around(text, reason.start, reason.end, _GROWN)
            else:
                words = reason.text
            named = rules.setdefault(plain(words).replace('"', "'").strip(), [])
            if reason.rule not in named:
                named.append(reason.rule)
        for words, told in list(rules.items())[:_QUOTES]:
            if words:
                yield self.say("view.because_quote", words=words, rules=", ".join(told))

    def words(self) -> None:
        """The record's own words, those that fired marked."""
        self.heading("review.own_words")
        shown = legend(self.lang, color=self.color)
        self.out += [strokes(line, "dim") for line in wrapped(shown, self.columns, "  ")]
        if self.fields.keys() <= {"title"}:
            self.text(self.say("review.no_abstract"), "  ", "dim")
        for name in self.fields:
            if name != "title":  # it stands at the head
                self.out.append(())
                self.text(self.say(f"review.field.{name}"), "  ", "dim")
                self.marked(name, "  ")


def term_of(group: str, values: Iterable[str], lang: str) -> str:
    """Values in words, each once: claims may be told different things of one record."""
    return " / ".join(dict.fromkeys(term(group, value, lang) for value in values))


def _by_kind(reasons: Iterable[Reason]) -> Mapping[Kind, list[Reason]]:
    """Reasons by what they told, those with words first."""
    by_kind: dict[Kind, list[Reason]] = {kind: [] for kind in KINDS}
    for reason in sorted(reasons, key=lambda r: not r.text):
        by_kind[kind_of(reason.rule)].append(reason)
    return by_kind
