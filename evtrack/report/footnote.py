"""What may a writer put beneath an article? One short text a claim: what is known in people, the stage, the references, the searches.

It says no more than the evidence does: what the graders noted against it stands in it, and ``evtrack audit`` finds
nothing to mend in it. Only the studies that carry the level are cited behind it; others are named for what they are.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from evtrack.grade.grades import HUMAN, rank
from evtrack.record import RecordId
from evtrack.report._protocol import ClaimStatus
from evtrack.report.alerts import unverified_words
from evtrack.report.citation import Citation, cited, reference, shown
from evtrack.report.plain import fit
from evtrack.report.review_text import CITATION, action_words, rules_had_said, values_words
from evtrack.report.show_text import STUDIES_SHOWN, Page, beginnings, counting_records
from evtrack.report.terminal import STALE, colon, join, old_words, searched_words, sentence, term
from evtrack.word import Word
from evtrack.wording import word

_TITLE = 90
"""Columns of a title in a reference."""
_BESIDE = 3
"""References of a group that does not carry the level, and to registered trials."""
_WORDS_SHOWN = 3
"""Words of persons that are told with what the rules had said; the rest are counted."""
_TOLD_APART = (
    "sentence.registered_only",
    "sentence.registered_only_n_not_stated",
    "sentence.registered_more",
    "sentence.overdue",
)
"""Notes that have a sentence of their own here."""


@dataclass(frozen=True, slots=True)
class _Group:
    """Records that are cited together: ``shown`` of ``n``, numbered from ``first`` on."""

    key: str
    n: int
    shown: tuple[str, ...]
    first: int

    def mark(self, lang: str) -> str:
        """The numbers of its references, as they stand behind a sentence."""
        more, last = self.n - len(self.shown), self.first + len(self.shown) - 1
        if not self.shown:
            return word("footnote.not_listed", lang, more=more) if more else ""
        key = "footnote.reference" if len(self.shown) == 1 else "footnote.references"
        if more:
            return word(f"{key}_more", lang, first=self.first, last=last, more=more)
        return word(key, lang, first=self.first, last=last)


def footnotes(
    statuses: Sequence[ClaimStatus], citations: Mapping[RecordId, Citation], lang: str, *, everything: bool = False
) -> str:
    """A footnote a claim, with an empty line between them."""
    return "\n".join(footnote(s, citations, lang, everything=everything) for s in statuses)


def footnote(
    status: ClaimStatus, citations: Mapping[RecordId, Citation], lang: str, *, everything: bool = False
) -> str:
    """The text of one claim: a paragraph, then the numbered references. ``everything``: however many, and with titles."""
    groups = {group.key: group for group in _groups(status, everything=everything)}
    lines = [("" if lang == "ja" else " ").join(dict.fromkeys(_said(status, lang, groups)))]
    page, twins = Page(status, lang, 0), _twins(status)
    trials = {t.id: page.trial_facts(t) for t in status.grade.registered}
    for group in groups.values():
        for number, record_id in enumerate(group.shown, start=group.first):
            told = _reference(record_id, citations, lang, twins.get(record_id, ()), title=everything)
            if facts := trials.get(record_id):
                told = word("footnote.trial", lang, reference=told, facts=facts)
            lines.append(f"{number}. {told}")
    return "".join(f"{shown(line)}\n" for line in lines)


def _reference(
    record_id: str, citations: Mapping[RecordId, Citation], lang: str, twins: Sequence[str], *, title: bool
) -> str:
    """A reference, and the ids under which the same study is registered.

    Many titles promise what no study showed, and beneath an article they read as the article's own words.
    """
    citation = citations.get(RecordId(record_id))
    told = reference(_cut(citation), lang, title=title) if citation else record_id
    return join((told, *(twin for twin in twins if twin not in told)), "en")


def _cut(citation: Citation) -> Citation:
    """The citation with its title cut at a word."""
    cut = fit(citation.title, _TITLE)
    return citation if cut == citation.title else replace(citation, title=f"{cut.rpartition(' ')[0] or cut[:-1]} …")


# -- what is cited


def _groups(status: ClaimStatus, *, everything: bool) -> Iterator[_Group]:
    """The records of the headline level first, then the other levels from people down, harm, registered trials."""
    twins = {twin for some in _twins(status).values() for twin in some}
    levels: dict[str, list[str]] = {}
    for one in counting_records(status):
        if one.id not in twins:
            levels.setdefault(one.graded.grade.level, []).append(one.id)
    ungraded = status.grade.level is None
    first = 1
    harmful: list[str] = [e.id for e in cited(status) if e.id in status.grade.harms and not e.graded.counts_for_claim]
    levels |= {"harm": harmful, "registered": [t.id for t in status.grade.registered]}
    for key, ids in levels.items():
        carries = ungraded or key == status.grade.level
        most = len(ids) if everything else STUDIES_SHOWN if carries or key in (*HUMAN, "harm") else _BESIDE
        if ids:
            yield _Group(key, len(ids), tuple(ids[:most]), first)
            first += min(most, len(ids))


def _twins(status: ClaimStatus) -> dict[str, list[str]]:
    """Paper → registry entries of the same study that count too: they are one reference."""
    counting = {e.id: e for e in counting_records(status)}
    twins: dict[str, list[str]] = {}
    for one in counting.values():
        papers = [i for i in one.links if i in counting and counting[i].trial is None and not i.startswith("NCT")]
        if one.id.startswith("NCT") and papers:
            twins.setdefault(min(papers, key=lambda i: -rank(counting[i].graded.grade.level)), []).append(one.id)
    return twins


# -- what is said


def _said(status: ClaimStatus, lang: str, groups: Mapping[str, _Group]) -> Iterator[str]:
    """The sentences, in ``show``'s order: people first."""
    grade, claim = status.grade, status.claim
    date = status.as_of[:10] if status.as_of else "–"
    yield word("footnote.head", lang, claim=claim.id, date=date)
    yield from _alerts(status, lang)
    yield sentence(grade.people.get(lang), lang)
    key = "view.level" if claim.track in ("intervention", "background") else "view.verdict"
    carrying = groups.get(grade.level or "")
    studies = carrying.mark(lang) if carrying else ""
    yield sentence(f"{word(key, lang)}{colon(lang)}{grade.label.get(lang).rstrip('。.')}{studies}", lang)
    yield from _fell(status, lang)
    yield from _beside(status, lang, groups)
    words = [*(said for e in status.evidence if (said := e.override) is not None), *status.words]
    begins = beginnings((*_TOLD_APART, *(("sentence.person",) if words else ())), lang)
    notes = (note.get(lang) for note in grade.notes)
    harm = beginnings(("sentence.harm",), lang)
    for note in notes:
        mark = groups["harm"].mark(lang) if note.startswith(harm) and "harm" in groups else ""
        if not note.startswith(begins):
            yield sentence(f"{note.rstrip('。.')}{mark}", lang)
    yield from _persons(words, lang)
    if registered := groups.get("registered"):
        yield word("footnote.registered", lang, n=registered.n, studies=registered.mark(lang))
    if grade.needs_review:
        yield word("sentence.needs_review", lang, n=grade.needs_review)
    yield from _searched(status, lang)
    if status.days > STALE:
        yield old_words(status.days, status.as_of or "", lang)
    yield word("sentence.stage", lang)
    yield word("footnote.disclaimer_person" if words or status.spoken_of else "footnote.disclaimer", lang)


def _alerts(status: ClaimStatus, lang: str) -> Iterator[str]:
    told = []
    for alert in status.claim.alerts:
        mark = unverified_words(alert, lang)
        key = "footnote.alert_marked" if mark else "footnote.alert"
        told.append(word(key, lang, source=alert.source, date=alert.date, mark=mark))
    if told:
        yield word("footnote.alerts", lang, alerts=join(told, lang))


def _fell(status: ClaimStatus, lang: str) -> Iterator[str]:
    """That the level fell when the claim last moved, and what has gone: nobody must take "none" for "never any"."""
    before, now = (*(None, None), *status.moments)[-2:]
    if before is None or now is None or rank(now.level) >= rank(before.level):
        return
    gone = [
        word("footnote.gone", lang, id=c.record_id, what=term("change_kind", c.kind, lang))
        for c in now.why
        if c.record_id is not None and c.kind in ("retracted", "record_removed", "record_changed", "query_drift")
    ]
    facts = {"date": now.since[:10], "gone": join(gone, lang)}
    levels = {"before": term("level_short", before.level, lang), "after": term("level_short", now.level, lang)}
    yield word("footnote.fell" if gone else "footnote.fell_bare", lang, **facts, **levels)


def _beside(status: ClaimStatus, lang: str, groups: Mapping[str, _Group]) -> Iterator[str]:
    """What was found at other levels, each with its own references."""
    found = []
    for key, group in groups.items():
        if key not in ("harm", "registered", status.grade.level):
            level = term("level_short", key, lang)
            found.append(word("footnote.also_level", lang, level=level, n=group.n, studies=group.mark(lang)))
    if found:
        yield word("footnote.also", lang, found=join(found, lang))


def _persons(words: Sequence[Word], lang: str) -> Iterator[str]:
    """Who said what, when, and what the rules had said."""
    for one in words[:_WORDS_SHOWN]:
        values = {} if one.action == "accept" else {f: v for f, v in one.values.items() if f not in CITATION}
        given = values_words(_of_study(values), lang) or action_words(one, lang)
        had = values_words(_of_study(rules_had_said(one)), lang)
        facts = {"name": one.name, "date": one.at[:10], "about": one.record_id or word("footnote.level", lang)}
        key = "footnote.word" if had else "footnote.word_bare"
        yield word(key, lang, **facts, given=given, **({"had": had} if had else {}))
    if len(words) > _WORDS_SHOWN:
        yield sentence(word("footnote.more", lang, n=len(words) - _WORDS_SHOWN), lang)


def _of_study(values: Mapping[str, object]) -> dict[str, object]:
    """The values that say what kind of study it is and which way it points."""
    return {field: value for field, value in values.items() if field in ("design", "level", "gate", "stance")}


def _searched(status: ClaimStatus, lang: str) -> Iterator[str]:
    """Databases and days; where a search was not whole, what came of each."""
    if status.searched and all(s.complete for s in status.searched):
        days: dict[str, str] = {}
        for s in status.searched:
            name = term("source", s.source, lang)
            days[name] = min(s.at[:10], days.get(name, s.at[:10]))
        searched = join((word("footnote.source", lang, source=name, date=day) for name, day in days.items()), lang)
        yield word("footnote.searched", lang, searched=searched)
        yield from (sentence(words, lang) for words in searched_words(status, lang)[-1:])
        return
    if status.searched:
        yield word("sentence.search_incomplete_bare", lang)
    yield from (sentence(words, lang) for words in searched_words(status, lang))
