"""What does a digest say as a page? One file that a mail can carry and a browser opens from a disk: no script, nothing fetched."""

from __future__ import annotations

from base64 import b64encode
from functools import cache
from hashlib import sha256
from importlib import resources
from typing import TYPE_CHECKING

from evtrack.report.digest import Digest
from evtrack.wording import word

if TYPE_CHECKING:
    from jinja2 import Environment


def changes_html(digest: Digest) -> str:
    """The page; ``""`` where nothing happened."""
    if not digest:
        return ""
    from markupsafe import Markup

    style = _own("changes.css")
    return (
        _templates()
        .get_template("changes.html")
        .render(
            digest=digest,
            say=_say(digest.lang),
            style=Markup(style),  # noqa: S704 # our own file, in an element where escaping would be wrong
            style_hash=f"sha256-{b64encode(sha256(style.encode()).digest()).decode()}",
        )
        + "\n"
    )


def changes_fragment(digest: Digest) -> str:
    """What stands on the page, without head and style: the content of a feed's entry."""
    return _templates().get_template("changes_body.html").render(digest=digest, say=_say(digest.lang))


def _say(lang: str) -> object:
    return lambda key, **fields: word(key, lang, **fields)


@cache
def _templates() -> Environment:
    from jinja2 import Environment, FunctionLoader, StrictUndefined

    return Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, loader=FunctionLoader(_own)
    )


@cache
def _own(name: str) -> str:
    return (resources.files("evtrack.report") / "templates" / name).read_text(encoding="utf-8")
