"""What do all formats of an audit share? One value that each is made of, and the order, folding and words they have in common."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from evtrack.audit.carrying import Because
from evtrack.audit.evidence import ClaimEvidence, EvidenceSnapshot
from evtrack.audit.finding import SEVERITIES, Audited, Finding, IdleSuppression, NotAssessed, Severity
from evtrack.audit.unit import Place
from evtrack.report.terminal import term
from evtrack.rules import Rule
from evtrack.wording import has_words, word


@dataclass(frozen=True, slots=True)
class AuditView:
    """Every audited file and what it was held against.

    ``titles``: of records by id, where they are known; ``rules``: by the ids that findings name. ``explain``: nothing is
    folded, and each finding says which words it rests on.
    """

    files: tuple[Audited, ...]
    snapshot: EvidenceSnapshot
    lang: str
    rules: Mapping[str, Rule] = field(default_factory=dict)
    titles: Mapping[str, str] = field(default_factory=dict)
    explain: bool = False

    def summary(self) -> dict[Severity, int]:
        """How many findings of each severity there are, those that were set aside left out."""
        told = [f.severity for a in self.files for f in findings_of(a)]
        return {severity: told.count(severity) for severity in SEVERITIES}

    def evidence(self, finding: Finding) -> list[ClaimEvidence]:
        """What is known of the claims of a finding, the main one first."""
        return [self.snapshot.claims[c] for c in finding.claims if c in self.snapshot.claims]


@dataclass(frozen=True, slots=True)
class Fold:
    """Notes of one section, told as one. ``place``: of the first."""

    section: str
    findings: tuple[Finding, ...]

    @property
    def place(self) -> Place:
        return self.findings[0].place


def findings_of(audited: Audited) -> list[Finding]:
    """The findings that a person is told, in the order of the text, at one place the worst first."""
    return sorted((f for f in audited.findings if f.suppressed is None), key=in_text)


def in_text(finding: Finding) -> tuple[int, int, int, str]:
    """Sorts findings by place, then from worst to least."""
    return finding.place.line, finding.place.col, SEVERITIES.index(finding.severity), finding.rule


def folded(audited: Audited, *, explain: bool = False) -> list[Finding | Fold]:
    """The findings in order, the notes of one section as one (an editor switches off a tool that marks every hedge)."""
    out: list[Finding | Fold] = []
    notes: dict[tuple[int, ...], list[Finding]] = {}
    for finding in findings_of(audited):
        if explain or finding.severity != "info" or finding.unit is None:
            out.append(finding)
        else:
            notes.setdefault(audited.document.units[finding.unit].headings, []).append(finding)
    for headings, told in notes.items():
        section = " ".join(audited.document.units[h].text for h in headings[-1:])
        out.append(told[0] if len(told) == 1 else Fold(section, tuple(told)))
    return sorted(out, key=lambda one: (one.place.line, one.place.col, isinstance(one, Fold)))


def text_at(audited: Audited, finding: Finding) -> str:
    """What stands at the place of a finding; of one about the whole document that is its first unit."""
    units = audited.document.units
    return finding.text or next((u.text for u in units if u.place == finding.place), "")


def by_reason(not_assessed: Iterable[NotAssessed]) -> dict[str, list[NotAssessed]]:
    """What was not assessed, by the reason why."""
    out: dict[str, list[NotAssessed]] = {}
    for one in not_assessed:
        out.setdefault(one.why, []).append(one)
    return out


def lines_told(places: Iterable[Place], lang: str, most: int = 12) -> str:
    """The lines of some places, the first dozen of them."""
    lines = sorted({place.line for place in places})
    told = ("、" if lang == "ja" else ", ").join(map(str, lines[:most]))
    return told + (" …" if len(lines) > most else "")


def rules_told(findings: Iterable[Finding], lang: str) -> str:
    """Rules and verdicts of some findings, each once with how often it stands there."""
    told = [f"{f.rule} {verdict_words(f, lang)}" for f in findings]
    return "; ".join(f"{one} ×{told.count(one)}" if told.count(one) > 1 else one for one in dict.fromkeys(told))


def verdict_words(finding: Finding, lang: str) -> str:
    """The verdict: in English its own short name, in Japanese the words for it."""
    if lang != "ja":
        return finding.verdict
    key = f"verdict.{finding.verdict}"
    if finding.verdict == "contradicted":
        key += ".no_difference" if finding.stance == "no_difference" else ".harm"
    return word(key, lang, n="").replace("（日前）", "")


def verdict_once(finding: Finding, lang: str) -> str:
    """The verdict, unless the message begins with it: words are not said twice."""
    verdict = verdict_words(finding, lang)
    return "" if finding.message.startswith(verdict) else verdict


def marks(finding: Finding, lang: str) -> list[str]:
    """What is said beside a finding that a baseline knows something of."""
    out = [word("audit.changed", lang)] if finding.changed else []
    return [*out, word("audit.known", lang)] if finding.known else out


def why_words(one: NotAssessed, lang: str) -> str:
    """Why something was not assessed: a key of the catalogue, or words already."""
    return word(one.why, lang) if has_words(one.why) else one.why


def idle_words(one: IdleSuppression, lang: str) -> str:
    """What is amiss with a wish to ignore a rule."""
    return word(f"audit.idle.{one.why}", lang, text=" ".join(one.text.split()))


def ticks_told(finding: Finding, lang: str) -> list[str]:
    """The list of what is there and what is missing, readable without colours."""
    return [f"[{'x' if there else ' '}] {tick_words(what, lang)}" for what, there in finding.ticks]


def tick_words(what: str, lang: str) -> str:
    """One entry of such a list."""
    return word(f"tick.{what}", lang) if has_words(f"tick.{what}") else what


def because_told(audited: Audited, finding: Finding, lang: str) -> Iterator[str]:
    """Which words of which place made this a claim."""
    if finding.unit is None:
        return
    at = bisect_left(audited.units, finding.unit, key=lambda r: r.unit)
    for because in (b for r in audited.units[at : at + 1] if r.unit == finding.unit for b in r.why):
        yield word(
            "audit.because",
            lang,
            what=word(f"audit.what.{because.what}", lang),
            words=because.words,
            source=source_words(audited, because, lang),
        )


def source_words(audited: Audited, because: Because, lang: str) -> str:
    """Where a reason stands, with its line where it is another than the sentence's."""
    source = word(f"audit.source.{because.source.replace(' ', '_')}", lang)
    if because.unit is None or because.source == "sentence":
        return source
    return word("audit.source.line", lang, source=source, line=audited.document.units[because.unit].place.line)


def rule_says(view: AuditView, rule: str) -> str:
    """What a rule is about, in one line."""
    found = view.rules.get(rule)
    return (found.says_ja if view.lang == "ja" else found.says_en) if found else rule


def level_words(evidence: ClaimEvidence, lang: str) -> str:
    """The label of a claim; its level alone where the evidence has no words of its own."""
    label = evidence.label.get(lang) if evidence.label else ""
    return term("level", evidence.level, lang) if label in ("", evidence.level) else label


def day_told(day: date | None) -> str:
    """A day as it is written in every language."""
    return day.isoformat() if day else "-"
