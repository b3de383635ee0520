"""What does the command line say? The catalogue, loaded when the first word is needed."""

from __future__ import annotations


def say(key: str, lang: str, **fields: object) -> str:
    """The words of ``key`` in ``lang``, filled with ``fields``."""
    from evtrack.wording import word

    return word(key, "ja" if lang == "ja" else "en", **fields)
