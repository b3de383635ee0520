"""What does an answer of status 200 hold: what was asked for, or an error in disguise? Shared by the services' clients."""

from __future__ import annotations

import json
import re

from evtrack.record import SourceName
from evtrack.sources._fields import one_line, sound
from evtrack.sources._protocol import Answer
from evtrack.trouble import PassingError, Trouble

_HTML = re.compile(rb"\s*<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE)
_SAID = 300
_NUMBER = re.compile(r"[0-9]{1,12}\Z")


def cut(text: str) -> str:
    """What a service said, as a trouble keeps it: one line of at most 300 characters that any database takes.

    No word is cut in two: half of a key would not be known for one where keys are taken out (http.py).
    """
    text = one_line(sound(text, {}))
    return text if len(text) <= _SAID else text[:_SAID].rpartition(" ")[0]


def whole_number(value: object) -> int | None:
    """A count, which comes as a text or as a number; ``None`` for anything else."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        return None
    return int(value) if _NUMBER.match(str(value)) else None


def texts(value: object) -> list[str]:
    """The texts of a list; nothing where it is none."""
    return [v for v in value if isinstance(v, str)] if isinstance(value, list) else []


def wrong_shape(source: SourceName, where: str) -> PassingError:
    """An answer whose field ``where`` is missing, or is not what it must be."""
    return PassingError(Trouble("wrong_shape", {"service": source, "where": where}))


def refuse_disguised(answer: Answer, source: SourceName) -> None:
    """Raises :class:`PassingError` for a page of HTML: a proxy, a portal, or a service under repair."""
    if _HTML.match(answer.body.removeprefix(b"\xef\xbb\xbf")):  # its content type may say JSON all the same
        raise PassingError(Trouble("html_answer", {"service": source}))


def error_told(said: str, source: SourceName) -> PassingError:
    """An error that came with status 200, in the service's own words."""
    code = "too_many_requests" if "rate limit" in said.lower() else "service_error"
    return PassingError(Trouble(code, {"service": source, "status": "200", "said": cut(said)}))


def json_object(answer: Answer, source: SourceName) -> dict[str, object]:
    """The JSON object that is the answer; bytes that are no UTF-8 become U+FFFD.

    Raises :class:`PassingError` for HTML, for what is no JSON object, and for one that says ``error`` at its top.
    """
    refuse_disguised(answer, source)
    try:
        value = json.loads(answer.body.decode("utf-8-sig", "replace"), strict=False)
    except (ValueError, RecursionError) as error:
        said = error.msg if isinstance(error, json.JSONDecodeError) else type(error).__name__
        raise PassingError(Trouble("not_json", {"service": source, "said": said})) from None
    if not isinstance(value, dict):
        raise wrong_shape(source, type(value).__name__)
    if value.get("error"):
        raise error_told(str(value["error"]), source)
    return value
