"""What does a report say in Markdown? Each claim in ``show``'s order, short enough for a wiki or an issue; no outside text is markup."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from evtrack.record import RecordId
from evtrack.report._protocol import ClaimStatus
from evtrack.report.addresses import record_url
from evtrack.report.alerts import alert_words
from evtrack.report.audit_markdown import escaped
from evtrack.report.citation import Citation, reference
from evtrack.report.show_text import STUDIES_SHOWN, Page, counting_records
from evtrack.report.terminal import STALE, colon, join, old_words, searched_words, sentence, term
from evtrack.report.trial_moves import trial_moves
from evtrack.wording import word


def report_markdown(
    statuses: Sequence[ClaimStatus], citations: Mapping[RecordId, Citation], lang: str, *, everything: bool = False
) -> str:
    """The page. ``citations`` of the records that count; with ``everything`` all of them are listed."""
    lines: list[str] = []
    for status in statuses:
        lines += [*_claim(status, citations, lang, everything=everything), ""]
    lines += [told(word("sentence.stage", lang)), "", told(word("sentence.disclaimer", lang))]
    return "\n".join(lines) + "\n"


def told(text: str) -> str:
    """Text that is no markup in Markdown as GitHub reads it, where ``#12`` would lead to an issue too."""
    return "&#35;".join(map(escaped, text.split("#")))


def _claim(
    status: ClaimStatus, citations: Mapping[RecordId, Citation], lang: str, *, everything: bool
) -> Iterator[str]:
    claim, grade, page = status.claim, status.grade, Page(status, lang, 0)
    yield f"## {told(claim.statement.get(lang))}"
    yield ""
    yield f"- {told(claim.id)}"
    if claim.quote:
        yield f"- {told(word('view.quote', lang, quote=claim.quote))}"
    if status.at is not None:
        yield f"- {told(word('view.at', lang, date=status.at))}"
    if status.days > STALE:
        yield f"- **{told(old_words(status.days, status.as_of or '', lang))}**"
    yield ""
    yield f"**{told(sentence(grade.people.get(lang), lang))}**"
    yield ""
    key = "view.level" if claim.track in ("intervention", "background") else "view.verdict"
    yield f"**{told(word(key, lang))}{colon(lang)}{told(grade.label.get(lang))}**"
    yield from _part("", map(str.strip, page.beside()))
    alerts = (f"{alert_words(a, lang)} {a.url or ''}".rstrip() for a in claim.alerts)
    yield from _part(word("view.alerts", lang), alerts)
    yield from _listed(word("view.harms", lang), grade.harms, citations, lang)
    yield from _part(word("view.provisional", lang), dict.fromkeys(page.what_is_provisional()))
    yield from _studies(page, citations, everything=everything)
    yield from _registered(page)
    indirect = [words for _, words in page.indirect_agents()]
    yield from _part(word("view.indirect", lang), [word("view.indirect_note", lang), *indirect] if indirect else [])
    yield from _part(word("view.excluded", lang), filter(None, [page.excluded()]))
    yield from _part(word("view.searched", lang), searched_words(status, lang))
    change = grade.would_change
    yield from _part(word("view.would_change", lang), [b.get(lang) for b in (change.up, change.down_text) if b])


def _part(heading: str, texts: Iterable[str]) -> Iterator[str]:
    """A heading with a list below it; nothing where the list is empty."""
    yield from _lines(heading, (f"- {told(text)}" for text in texts))


def _lines(heading: str, lines: Iterable[str]) -> Iterator[str]:
    lines = list(lines)
    if lines:
        yield ""
        if heading:
            yield f"### {told(heading)}"
            yield ""
        yield from lines


def _listed(heading: str, ids: Iterable[RecordId], citations: Mapping[RecordId, Citation], lang: str) -> Iterator[str]:
    yield from _lines(heading, (f"- {_reference(record_id, citations, lang)}" for record_id in ids))


def _reference(record_id: RecordId, citations: Mapping[RecordId, Citation], lang: str) -> str:
    """The citation with a link to its page, or the bare id where the record has gone."""
    citation = citations.get(record_id)
    words = told(reference(citation, lang)) if citation else told(record_id)
    url = record_url(record_id)
    source = "pubmed" if record_id.startswith("PMID:") else "ctgov"
    return f"{words} [{term('source', source, lang)}]({url})" if url else words


def _studies(page: Page, citations: Mapping[RecordId, Citation], *, everything: bool) -> Iterator[str]:
    counting = counting_records(page.status)
    lang, track = page.lang, page.status.claim.track
    if not counting:
        yield from _part(word("view.studies", lang), [no_studies(track, lang)])
        return
    shown = counting if everything else counting[:STUDIES_SHOWN]
    lines = [
        f"{number}. {_reference(one.id, citations, lang)} — {told(join(page.facts(one), lang))}"
        for number, one in enumerate(shown, start=1)
    ]
    if len(counting) > len(shown):
        lines += ["", told(word("view.more", lang, n=len(counting) - len(shown)))]
    yield from _lines(word("view.studies", lang), lines)


def no_studies(track: str, lang: str) -> str:
    """That no study counts, and why not where the claim is of a kind that counts none."""
    return word(f"view.no_studies_{track}" if track in ("state", "manual") else "view.no_studies", lang)


def _registered(page: Page) -> Iterator[str]:
    lines = []
    for trial in page.grade.registered:
        url = record_url(trial.id)
        named = f"[{told(trial.id)}]({url})" if url else told(trial.id)
        lines.append(f"- {named}{'、' if page.lang == 'ja' else ', '}{told(page.trial_facts(trial))}")
        lines += [f"  - {told(moved)}" for moved in trial_moves(page.status.histories.get(trial.id, ()), page.lang)]
    yield from _lines(word("view.registered", page.lang), lines)
