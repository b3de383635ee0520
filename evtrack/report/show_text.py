"""How does ``show`` look in a terminal? The order 1–12 of GLOSSARY.md, and below each study the words that decided."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from evtrack.claim import Bilingual
from evtrack.grade.grades import Evidence, rank
from evtrack.report._protocol import ClaimStatus
from evtrack.report.because import because
from evtrack.report.left_out import why_not, why_review
from evtrack.report.plain import plain, wrap
from evtrack.report.terminal import Line, colon, flag_words, join, searched_words, sentence, stance_words, term
from evtrack.wording import word

STUDIES_SHOWN = 20
"""Studies listed by ``show``; the rest are counted. ``--all`` and ``--json`` have all."""


def show_lines(status: ClaimStatus, lang: str, columns: int = 100) -> list[Line]:
    """The whole answer of ``show``, in the order 1–12 of GLOSSARY.md."""
    out: list[Line] = []

    def heading(key: str) -> None:
        out.append(("", ""))
        out.append((word(key, lang), "bold"))

    def text(words: str, indent: str = "", style: str = "") -> None:
        out.extend((line, style) for line in wrap(indent + plain(words), columns, indent))

    grade = status.grade
    text(status.claim.statement.get(lang), style="bold")
    if status.claim.quote:
        text(word("view.quote", lang, quote=status.claim.quote), style="dim")
    out.append(("", ""))
    text(sentence(grade.people.get(lang), lang), style="bold")
    provisional = list(dict.fromkeys(_provisional(status, lang)))
    for words, style in _headline(status, lang):
        if words not in provisional:
            text(words, style=style)
    _alerts_and_harms(status, lang, heading, text)
    if provisional:
        heading("view.provisional")
        for words in provisional:
            text(words, "  ")
    _studies(status, lang, columns, heading, out)
    if grade.registered:
        heading("view.registered")
        for trial in grade.registered:
            parts = [trial.id, term("status", trial.status, lang), term("phase", trial.phase, lang)]
            if trial.planned_n is not None:
                parts.append(word("view.planned", lang, n=trial.planned_n))
            if trial.overdue:
                parts.append(word("view.overdue", lang))
            text(join(parts, lang), "  ")
    if grade.indirect:
        heading("view.indirect")
        # The products of unclear kind are those that are sold: they come first (GRADING.md, Directness).
        for agent, level in sorted(
            grade.indirect.items(), key=lambda pair: (pair[0] != "secretome_or_ev_unclear", pair[0])
        ):
            text(f"{term('agent', agent, lang)}{colon(lang)}{term('level', level, lang)}", "  ")
    if grade.excluded:
        heading("view.excluded")
        text(
            join(
                (
                    f"{term('gate', gate, lang)} {n}"
                    for gate, n in sorted(grade.excluded.items(), key=lambda pair: (-pair[1], pair[0]))
                ),
                lang,
            ),
            "  ",
        )
    heading("view.searched")
    for words in searched_words(status, lang):
        text(words, "  ")
    change = grade.would_change
    if change.up or change.down_text:
        heading("view.would_change")
        for both in (change.up, change.down_text):
            if both:
                text(both.get(lang), "  ")
    out.append(("", ""))
    text(word("view.stage_note", lang), style="dim")
    text(word("sentence.disclaimer", lang), style="dim")
    return out


def _headline(status: ClaimStatus, lang: str) -> Iterator[Line]:
    """Step 3: the level with its stance, and everything that keeps it from being a bare tag."""
    grade = status.grade
    yield f"{word('view.level', lang)}{colon(lang)}{grade.label.get(lang)}", "bold"
    k, n, unread = grade.k_of_n
    facts = []
    if n:
        facts.append(word(_k_of_n_key(status), lang, k=k, n=n))
        if unread:
            facts.append(word("view.unread", lang, n=unread))
    who = "animals" if grade.level in ("animal", "in_vitro") else "people"
    if grade.n_total is not None:
        facts.append(word(f"view.n_total.{who}", lang, n=grade.n_total))
    if grade.n_largest is not None and grade.n_largest != grade.n_total:
        facts.append(word("view.n_largest", lang, n=grade.n_largest))
    if grade.groups is not None and n > 1:
        facts.append(word("view.groups", lang, n=grade.groups))
    if facts:
        yield join(facts, lang), ""
    if grade.by_route:
        routes = (
            f"{term('route', route, lang)} {term('level_short', level, lang)}"
            for route, level in sorted(grade.by_route.items(), key=_route_place)
        )
        yield f"{word('view.routes', lang)}{colon(lang)}{join(routes, lang)}", ""
    for key, levels in (("view.members", grade.members), ("view.parts", grade.parts)):
        if levels:
            yield word(key, lang), ""
            for name, level in levels.items():
                title = status.titles[name].get(lang) if name in status.titles else name
                yield f"  {title}{colon(lang)}{term('level', level, lang)}", ""
    for note in grade.notes:
        yield note.get(lang), ""


def _k_of_n_key(status: ClaimStatus) -> str:
    """What k of n says: benefit, no harm, or an association."""
    if status.claim.kind == "safety":
        return "label.k_of_n_safety"
    return {"intervention": "label.k_of_n", "background": "label.k_of_n_observational"}.get(
        status.claim.track, "view.k"
    )


def _alerts_and_harms(status: ClaimStatus, lang: str, heading: _Heading, text: _Text) -> None:
    """Step 4."""
    alerts = [a for a in status.claim.alerts if a.verified]
    if alerts:
        heading("view.alerts")
        for alert in alerts:
            text(f"{alert.source} {alert.date}{colon(lang)}{alert.text.get(lang)} {alert.url or ''}", "  ", "yellow")
    if status.grade.harms:
        heading("view.harms")
        by_id = {e.id: e for e in status.evidence}
        for harm in status.grade.harms:
            text(f"{harm} {by_id[harm].title if harm in by_id else ''}", "  ", "yellow")


def _provisional(status: ClaimStatus, lang: str) -> Iterator[str]:
    """Step 5: what a reader must not take as settled."""
    grade = status.grade
    if grade.needs_review:
        yield word("sentence.needs_review", lang, n=grade.needs_review)
    # What the grader noted of the search stands here and not beside the label.
    begins = tuple(
        word(k, lang).split("（" if lang == "ja" else " (")[0]
        for k in ("sentence.not_searched", "sentence.search_incomplete_bare", "sentence.preprint_only")
    )
    told = [note.get(lang) for note in grade.notes if note.get(lang).startswith(begins)]
    yield from told
    if any(not s.complete for s in status.searched) and not told:
        yield word("sentence.search_incomplete_bare", lang)
    if grade.provisional_level is not None and grade.provisional_level != grade.level:
        yield word("sentence.preprint_higher", lang, level=term("level", grade.provisional_level, lang))
    people = [e for e in status.evidence if e.override]
    if people:
        yield word("view.person", lang, n=len(people))
        for one in people:
            said = {"name": "", "at": "", "reason": "", **{k: str(v) for k, v in (one.override or {}).items()}}
            yield f"{one.id} {word('view.override', lang, name=said['name'], date=said['at'][:10], reason=said['reason'])}"


def _studies(status: ClaimStatus, lang: str, columns: int, heading: _Heading, out: list[Line]) -> None:
    """Step 6: the records that count, highest level first, newest first."""
    heading("view.studies")
    counting = counting_records(status)
    if not counting:
        out.append((f"  {word('view.no_studies', lang)}", ""))
        return
    for one in counting[:STUDIES_SHOWN]:
        grade = one.graded.grade
        facts = [str(one.year or ""), term("design", grade.design, lang), stance_words(one, lang)]
        number = grade.numbers.get("n")
        if number is not None:
            facts.append(f"n = {number}")
        facts.extend(flag_words(flag, lang) for flag in grade.flags)
        out.extend((line, "") for line in wrap(f"  {one.id} {plain(one.title)}", columns, "    "))
        out.extend(
            (line, "dim") for line in wrap(f"    {join((plain(f) for f in facts if f), lang)}", columns, "    ")
        )
    if len(counting) > STUDIES_SHOWN:
        out.append((f"  {word('view.more', lang, n=len(counting) - STUDIES_SHOWN)}", "dim"))


def counting_records(status: ClaimStatus) -> list[Evidence]:
    """The records that count, highest level first, then newest."""
    from evtrack.grade.grades import rank

    counting = [e for e in status.evidence if e.graded.counts_for_claim]
    return sorted(counting, key=lambda e: (-rank(e.graded.grade.level), -(e.year or 0), e.id))


def _route_place(pair: tuple[str, str]) -> tuple[int, str]:
    """Infusion first: it is what the claims speak of."""
    order = ("iv", "intranasal", "other", "not_stated")
    return order.index(pair[0]) if pair[0] in order else len(order), pair[0]


