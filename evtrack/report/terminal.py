"""How do ``status`` and ``show`` look in a terminal? Text in the order of GLOSSARY.md, never markup."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Protocol

from evtrack.grade.grades import ClaimGrade, Evidence
from evtrack.report._protocol import ClaimStatus
from evtrack.report.plain import fit, pad, plain, width, wrap
from evtrack.wording import catalogue, word

STUDIES_SHOWN = 20
"""Studies listed by ``show``; the rest are counted. ``--json`` has all."""

Line = tuple[str, str]
"""A line of text and its style (rich's words, ``""`` for none)."""


class _Heading(Protocol):
    def __call__(self, key: str) -> None: ...


class _Text(Protocol):
    def __call__(self, words: str, indent: str = "", style: str = "") -> None: ...


def term(group: str, value: str | None, lang: str) -> str:
    """The words for a value (``term("gate", "review", "ja")``); a value without words is shown as it is."""
    key = f"{group}.{'null' if value is None else value}"
    return word(key, lang) if key in catalogue() and "{" not in catalogue()[key][0] else str(value or "")


def flag_words(flag: str, lang: str) -> str:
    """A flag in words; ``language_*`` with the language's code, any other unknown flag with its own name."""
    if flag.startswith("language_"):
        return word("flag.language", lang, name=plain(flag.removeprefix("language_")))
    if f"flag.{flag}" in catalogue():
        return word(f"flag.{flag}", lang)
    return word("flag.other", lang, name=plain(flag))


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
    text(_sentence(grade.people.get(lang), lang), style="bold")
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
            text(_join(parts, lang), "  ")
    if grade.indirect:
        heading("view.indirect")
        # The products of unclear kind are those that are sold: they come first (GRADING.md, Directness).
        for agent, level in sorted(
            grade.indirect.items(), key=lambda pair: (pair[0] != "secretome_or_ev_unclear", pair[0])
        ):
            text(f"{term('agent', agent, lang)}{_colon(lang)}{term('level', level, lang)}", "  ")
    if grade.excluded:
        heading("view.excluded")
        text(
            _join(
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
    yield f"{word('view.level', lang)}{_colon(lang)}{grade.label.get(lang)}", "bold"
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
        yield _join(facts, lang), ""
    if grade.by_route:
        routes = (
            f"{term('route', route, lang)} {term('level_short', level, lang)}"
            for route, level in sorted(grade.by_route.items(), key=_route_place)
        )
        yield f"{word('view.routes', lang)}{_colon(lang)}{_join(routes, lang)}", ""
    for key, levels in (("view.members", grade.members), ("view.parts", grade.parts)):
        if levels:
            yield word(key, lang), ""
            for name, level in levels.items():
                title = status.titles[name].get(lang) if name in status.titles else name
                yield f"  {title}{_colon(lang)}{term('level', level, lang)}", ""
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
            text(f"{alert.source} {alert.date}{_colon(lang)}{alert.text.get(lang)} {alert.url or ''}", "  ", "yellow")
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
            (line, "dim") for line in wrap(f"    {_join((plain(f) for f in facts if f), lang)}", columns, "    ")
        )
    if len(counting) > STUDIES_SHOWN:
        out.append((f"  {word('view.more', lang, n=len(counting) - STUDIES_SHOWN)}", "dim"))


def counting_records(status: ClaimStatus) -> list[Evidence]:
    """The records that count, highest level first, then newest."""
    from evtrack.grade.grades import rank

    counting = [e for e in status.evidence if e.graded.counts_for_claim]
    return sorted(counting, key=lambda e: (-rank(e.graded.grade.level), -(e.year or 0), e.id))


def stance_words(one: Evidence, lang: str) -> str:
    """The stance of a record, in the words that fit its level: an uncontrolled change is not "better"."""
    stance, grade = one.graded.stance, one.graded.grade
    if stance == "supports":
        kind = grade.level
        if kind == "early_clinical":
            kind = "nonrandomised" if grade.design == "nonrandomised_trial" else "uncontrolled"  # type: ignore[assignment] # not a level: the catalogue's finer key
        return term("stance", f"supports.{kind}" if f"stance.supports.{kind}" in catalogue() else "supports", lang)
    if stance == "mixed":
        return word("stance.mixed.bare", lang)
    return term("stance", stance, lang)


def searched_words(status: ClaimStatus, lang: str) -> list[str]:
    """Step 10: what was searched and when, and what was not. Loading files is no search, and is not told as one."""
    lines = []
    for search in status.searched:
        key = "view.search" if search.complete else "view.search_partial"
        count = "?" if search.count is None else search.count
        lines.append(word(key, lang, source=term("source", search.source, lang), count=count, at=search.at[:10]))
    if not status.searched:
        if status.as_of and status.loaded:
            lines.append(word("view.loaded_only", lang, date=status.as_of[:10], n=status.loaded))
        else:
            lines.append(word("view.nothing_loaded", lang))
    names = [*(() if status.searched else ("PubMed", "ClinicalTrials.gov")), *status.not_searched]
    lines.append(
        word(
            "view.not_searched",
            lang,
            names=_join(("Ichushi" if n == "医中誌" and lang == "en" else n for n in names), lang),
        )
    )
    return lines


def status_lines(statuses: list[ClaimStatus], as_of: str | None, lang: str, columns: int = 100) -> list[Line]:
    """The table of ``status``: what is known in people stands before the stage, so that no tag is read alone."""
    heads = [word(k, lang) for k in ("view.claim", "view.people", "view.level", "view.k_of_n", "view.review")]
    rows = [_row(s, lang) for s in statuses]
    widest = [max([width(heads[i]), *(width(r[i]) for r in rows)]) for i in range(len(heads))]
    fixed = [min(widest[0], 28), 0, min(widest[2], 24 if columns >= 96 else 15), widest[3], widest[4]]
    fixed[1] = max(15, min(widest[1], columns - sum(fixed) - 2 * (len(heads) - 1)))
    out: list[Line] = [(_cells(heads, fixed), "bold")]
    for row in rows:
        cells = [wrap(cell, fixed[i]) or [""] for i, cell in enumerate(row)]
        cells = [[fit(line, fixed[i]) for line in lines] for i, lines in enumerate(cells)]
        height = max(len(lines) for lines in cells)
        out.extend((_cells([lines[n] if n < len(lines) else "" for lines in cells], fixed), "") for n in range(height))
    out.append(("", ""))
    out.append((word("view.as_of", lang, date=as_of[:10]) if as_of else word("view.nothing_loaded", lang), "dim"))
    if statuses and as_of:
        out.extend((line, "dim") for words in searched_words(statuses[0], lang) for line in wrap(words, columns))
    out.extend((line, "dim") for line in wrap(word("view.stage_note", lang), columns))
    out.extend((line, "dim") for line in wrap(word("sentence.disclaimer", lang), columns))
    return out


def _row(status: ClaimStatus, lang: str) -> list[str]:
    """The cells of one claim. The column's head says "in people": the sentence's own beginning is left out."""
    grade: ClaimGrade = status.grade
    k, n, _ = grade.k_of_n
    people = grade.people.get(lang).removeprefix(word("people.effect", lang, found=""))
    people = people.replace(word("people.not_searched", lang), word("view.unsearched", lang))
    if status.claim.track == "state":
        level = term("state", grade.state_verdict or grade.stance, lang)
    elif grade.level == "none":
        # "none" alone would say that something was searched.
        level = grade.label.get(lang).replace(
            word("label.none_not_searched", lang), word("view.level_unsearched", lang)
        )
    else:
        level = term("level_short", grade.level, lang)
    return [
        status.claim.id,
        plain(people),
        plain(level),
        word("view.k", lang, k=k, n=n) if n else "",
        str(grade.needs_review or ""),
    ]


def _cells(cells: list[str], columns: list[int]) -> str:
    return "  ".join(pad(cell, columns[i]) for i, cell in enumerate(cells)).rstrip()


def _route_place(pair: tuple[str, str]) -> tuple[int, str]:
    """Infusion first: it is what the claims speak of."""
    order = ("iv", "intranasal", "other", "not_stated")
    return order.index(pair[0]) if pair[0] in order else len(order), pair[0]


def _sentence(text: str, lang: str) -> str:
    return text if text.endswith(("。", ".")) else text + ("。" if lang == "ja" else ".")


def _join(parts: Iterable[str], lang: str) -> str:
    return ("、" if lang == "ja" else ", ").join(p for p in parts if p)


def _colon(lang: str) -> str:
    return "：" if lang == "ja" else ": "


def put_lines(lines: Iterable[Line], *, color: bool = True) -> None:
    """Write lines to stdout, with their styles where it is a terminal that has colours (``NO_COLOR`` is honoured)."""
    import sys

    if not (color and sys.stdout.isatty()):
        sys.stdout.writelines(f"{text}\n" for text, _ in lines)
        return
    from rich.console import Console
    from rich.text import Text

    console = Console(markup=False, highlight=False, emoji=False, soft_wrap=True)
    for text, style in lines:
        console.print(Text(text, style=style))


def columns_of_terminal() -> int:
    """How wide an answer may be: the terminal's width between 60 and 120, 100 where there is none."""
    import shutil

    return max(60, min(120, shutil.get_terminal_size((100, 24)).columns))
