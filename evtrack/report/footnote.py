"""What may a writer put beneath an article? One short text a claim: what is known in people, the stage, the references, the searches.

It says no more than the evidence does: what the graders noted against it stands in it, and ``evtrack audit`` finds
nothing to mend in it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from evtrack.record import RecordId
from evtrack.report._protocol import ClaimStatus
from evtrack.report.citation import Citation, cited, reference, shown
from evtrack.report.show_text import STUDIES_SHOWN, Page, beginnings, counting_records
from evtrack.report.terminal import STALE, colon, join, old_words, searched_words, sentence, term
from evtrack.wording import word

_TRIALS_SHOWN = 5
_TOLD_APART = (
    "sentence.registered_only",
    "sentence.registered_only_n_not_stated",
    "sentence.registered_more",
    "sentence.overdue",
)
"""Notes on registered trials, which have a sentence of their own here."""


def footnotes(
    statuses: Sequence[ClaimStatus], citations: Mapping[RecordId, Citation], lang: str, *, everything: bool = False
) -> str:
    """A footnote a claim, with an empty line between them."""
    return "\n".join(footnote(s, citations, lang, everything=everything) for s in statuses)


def footnote(
    status: ClaimStatus, citations: Mapping[RecordId, Citation], lang: str, *, everything: bool = False
) -> str:
    """The text of one claim: a paragraph, then the numbered references. ``everything``: however many there are."""
    counting = [e.id for e in counting_records(status)]
    harms = [i for i in (e.id for e in cited(status)) if i in status.grade.harms and i not in counting]
    listed = [*counting, *harms]
    named = listed if everything else listed[:STUDIES_SHOWN]
    said = dict.fromkeys(_said(status, lang, len(counting)))
    lines = [("" if lang == "ja" else " ").join(said)]
    for number, record_id in enumerate(named, start=1):
        citation = citations.get(record_id)
        lines.append(f"{number}. {reference(citation, lang, title=False) if citation else record_id}")
    if len(listed) > len(named):
        lines.append(word("footnote.more", lang, n=len(listed) - len(named)))
    return "".join(f"{shown(line)}\n" for line in lines)


def _said(status: ClaimStatus, lang: str, counting: int) -> Iterator[str]:
    """The sentences, in ``show``'s order: people first."""
    grade, claim, page = status.grade, status.claim, Page(status, lang, 0)
    date = status.as_of[:10] if status.as_of else "–"
    yield word("footnote.head", lang, claim=claim.id, date=date)
    yield sentence(grade.people.get(lang), lang)
    key = "view.level" if claim.track in ("intervention", "background") else "view.verdict"
    studies = word("footnote.references", lang, first=1, last=counting) if counting > 1 else ""
    studies = word("footnote.reference", lang, first=1) if counting == 1 else studies
    yield sentence(f"{word(key, lang)}{colon(lang)}{grade.label.get(lang).rstrip('。.')}{studies}", lang)
    begins = beginnings(_TOLD_APART, lang)
    notes = (note.get(lang) for note in grade.notes)
    yield from (sentence(note, lang) for note in notes if not note.startswith(begins))
    yield from _registered(page)
    if grade.needs_review:
        yield word("sentence.needs_review", lang, n=grade.needs_review)
    yield from _searched(status, lang)
    if status.days > STALE:
        yield old_words(status.days, status.as_of or "", lang)
    yield word("sentence.stage", lang)
    yield word("footnote.disclaimer", lang)


def _registered(page: Page) -> Iterator[str]:
    """Registered trials with what the registry says, and that a registration shows nothing."""
    lang, trials = page.lang, page.grade.registered
    if trials:
        shown_trials = trials[:_TRIALS_SHOWN]
        told = [word("footnote.trial", lang, id=t.id, facts=page.trial_facts(t)) for t in shown_trials]
        if len(trials) > _TRIALS_SHOWN:
            told.append(word("footnote.more", lang, n=len(trials) - _TRIALS_SHOWN))
        yield word("footnote.registered", lang, trials=join(told, lang))


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
