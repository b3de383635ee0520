"""What do all texts for a terminal share? Lines with styles, values in words, lists, widths; never markup."""

from __future__ import annotations

from collections.abc import Iterable

from evtrack.claim import Claim
from evtrack.grade.grades import Evidence
from evtrack.report._protocol import NOT_SEARCHED, ClaimStatus
from evtrack.report.plain import plain
from evtrack.wording import has_words, word, words_of

Line = tuple[str, str]
"""A line of text and its style (rich's words, ``""`` for none)."""


def term(group: str, value: str | None, lang: str) -> str:
    """The words for a value (``term("gate", "review", "ja")``); a value without words is shown as it is."""
    key = f"{group}.{'null' if value is None else value}"
    return word(key, lang) if has_words(key) and "{" not in words_of(key)[0] else str(value or "")


def flag_words(flag: str, lang: str) -> str:
    """A flag in words; ``language_*`` with the language's code, any other unknown flag with its own name."""
    if flag.startswith("language_"):
        code = flag.removeprefix("language_")
        known = has_words(f"language.{code}")
        return word("flag.language", lang, name=word(f"language.{code}", lang) if known else plain(code))
    if has_words(f"flag.{flag}"):
        return word(f"flag.{flag}", lang)
    return word("flag.other", lang, name=plain(flag))


def stance_words(one: Evidence, lang: str, claim: Claim | None = None) -> str:
    """The stance of a record, in the words that fit its level and claim: an uncontrolled change is not "better"."""
    stance, grade = one.graded.stance, one.graded.grade
    own = own_words(stance, claim)
    if own == "safety" and stance == "unclear" and "registry_results_only" in grade.flags:
        return word("stance.unclear.safety_posted_one", lang)
    if own and stance != "mixed" and has_words(f"stance.{stance}.{own}"):
        return word(f"stance.{stance}.{own}", lang)
    if stance == "supports":
        kind = grade.level
        if kind == "early_clinical":
            kind = "nonrandomised" if grade.design == "nonrandomised_trial" else "uncontrolled"  # type: ignore[assignment] # not a level: the catalogue's finer key
        return term("stance", f"supports.{kind}" if has_words(f"stance.supports.{kind}") else "supports", lang)
    if stance == "mixed":
        return word("stance.mixed.bare", lang)
    return term("stance", stance, lang)


def own_words(stance: str, claim: Claim | None) -> str | None:
    """The finer key of the words for a stance that a claim's own kind asks for: an association, contents, or safety."""
    if claim is not None and claim.track == "background":
        return "observational" if claim.condition or stance != "supports" else "composition"
    return "safety" if claim is not None and claim.kind == "safety" else None


STALE = 30
"""Days from which data are called old (AUDIT.md 6)."""


def old_words(days: int, as_of: str, lang: str) -> str:
    """That the evidence is old: what came since is not in it."""
    return word("view.old", lang, n=days, date=as_of[:10])


def searched_words(status: ClaimStatus, lang: str) -> list[str]:
    """Step 10: what was searched and when, and what was not. Loading files is no search, and is not told as one."""
    lines = []
    if status.at is not None and not status.as_of:
        lines.append(word("view.nothing_then", lang, date=status.at))
    for search in status.searched:
        source, at = term("source", search.source, lang), search.at[:10]
        if search.count is None and not search.complete:
            lines.append(word("view.search_failed", lang, source=source, at=at))
            continue
        key = "view.search" if search.complete else "view.search_partial"
        count = "?" if search.count is None else search.count
        lines.append(word(key, lang, source=source, count=count, at=at))
    lines = list(dict.fromkeys(lines)) if any(s.count is None for s in status.searched) else lines
    return [*lines, *_not_searched(status, lang)]


def searched_summary(statuses: list[ClaimStatus], lang: str) -> list[str]:
    """``searched_words`` for all claims together: a line a source, with the oldest day and how many were got in part."""
    lines = []
    searched = [(status.claim.id, s) for status in statuses for s in status.searched]
    for source in dict.fromkeys(s.source for _, s in searched):
        asked = [(claim, s) for claim, s in searched if s.source == source]
        failed = {claim for claim, _ in asked} - {claim for claim, s in asked if s.count is not None or s.complete}
        answered = [(claim, s) for claim, s in asked if claim not in failed]
        partial = {claim for claim, s in answered if not s.complete}
        for key, claims, of in (
            ("view.searched_claims_partial" if partial else "view.searched_claims", {c for c, _ in answered}, answered),
            ("view.searched_claims_failed", failed, asked),
        ):
            if claims:
                at = min(s.at for claim, s in of if claim in claims)[:10]
                name = term("source", source, lang)
                lines.append(word(key, lang, source=name, n=len(claims), partial=len(partial), at=at))
    told = next((s for s in statuses if s.searched), statuses[0])
    return [*lines, *_not_searched(told, lang)]


def _not_searched(status: ClaimStatus, lang: str) -> list[str]:
    lines = []
    if not status.searched:
        if status.as_of and status.loaded:
            lines.append(word("view.loaded_only", lang, date=status.as_of[:10], n=status.loaded))
        elif status.at is None:
            lines.append(word("view.nothing_loaded", lang))
    names = [*(() if status.searched else ("PubMed", "ClinicalTrials.gov")), *status.not_searched]
    return [*lines, not_searched_words(lang, names)]


def not_searched_words(lang: str, names: Iterable[str] = NOT_SEARCHED) -> str:
    """What was not searched, in one line."""
    told = ("Ichushi" if n == "医中誌" and lang == "en" else n for n in names)
    return word("view.not_searched", lang, names=join(told, lang))


def sentence(text: str, lang: str) -> str:
    return text if text.endswith(("。", ".")) else text + ("。" if lang == "ja" else ".")


def join(parts: Iterable[str], lang: str) -> str:
    return ("、" if lang == "ja" else ", ").join(p for p in parts if p)


def colon(lang: str) -> str:
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


def columns_of_terminal(widest: int = 120) -> int:
    """How wide an answer may be: the terminal's width between 60 and ``widest``, 100 where there is none."""
    import shutil

    return max(60, min(widest, shutil.get_terminal_size((100, 24)).columns))
