"""How is a regulator's warning told? One that nobody has read at its source is told too, and marked so."""

from __future__ import annotations

from evtrack.claim import Alert
from evtrack.wording import word


def unverified_words(alert: Alert, lang: str) -> str:
    """Why a warning is not verified: ``""`` where somebody read it at its address."""
    if alert.verified:
        return ""
    return word("sentence.alert_unchecked" if alert.url else "sentence.alert_unread", lang)


def alert_words(alert: Alert, lang: str) -> str:
    """Source, date and text of a warning, marked where it is not verified; without its address."""
    words = word("sentence.alert", lang, source=alert.source, date=alert.date, text=alert.text.get(lang))
    mark = unverified_words(alert, lang)
    return word("sentence.alert_marked", lang, words=words, mark=mark) if mark else words
