"""Which texts are secret, and how do they stay out of every word that leaves? The API key, passwords, addresses that hold them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from html.entities import codepoint2name
from urllib.parse import unquote, urlsplit

_IN_A_URL = re.compile(
    r"(://[^/@:\s]*:)\S*(?=@)"
    r"|((?:\b(?:password|passwd|sslpassword|api[_-]?key)|[?&](?:pass|pwd|token|secret|key))=)[^&\s]*",
    re.IGNORECASE,
)
_CERTAIN = 16
_TELLING = 8
"""Letters of a piece of an address (a token, a channel) from which on it is taken for a secret."""


def secrets_pattern(*secrets: str | None) -> re.Pattern[str]:
    """What finds each secret however it is spelled, as it is or as it stands in a URL, in JSON or in HTML, letter by letter."""
    longest_first = sorted({secret for secret in secrets if secret}, key=len, reverse=True)
    return re.compile("|".join("".join(map(_spelled, s)) for s in longest_first) or r"(?!)", re.IGNORECASE)


def _spelled(letter: str) -> str:
    """The pattern of one letter: ``/`` is also ``%2F``, ``%252F``, ``\\/``, ``\\u002f``, ``&#47;``, ``&#x2f;``, ``&sol;``."""
    code = ord(letter)
    ways = [
        rf"\\?{re.escape(letter)}",
        "".join(f"%(?:25)*{byte:02x}" for byte in letter.encode(errors="surrogatepass")),
        rf"\\?{re.escape(json.dumps(letter)[1:-1])}",
        rf"\\u{code:04x}",
        rf"&#(?:0*{code}|x0*{code:x});?",
    ]
    if letter == " ":
        ways.append(r"\+")
    if code in codepoint2name:
        ways.append(f"&{codepoint2name[code]};")
    # The longest first: of ``&amp;`` the ``&`` alone would be found, and the rest would stay and end the match.
    return f"(?:{'|'.join(reversed(ways))})"


def unechoed(body: bytes, secrets: Iterable[str]) -> bytes:
    """``body`` without the secrets that a service says again in a right answer, so that none is ever stored.

    Short ones are left: they stand in records by chance, and NCBI's keys have 36 letters.
    """
    for secret in secrets:
        # Nobody escapes letters and digits in a right answer: megabytes without them need no pattern.
        run = max(re.findall(rb"[A-Za-z0-9]+", secret.encode()), key=len, default=b"")
        if len(secret) >= _CERTAIN and any(form in body for form in (run, run.lower(), run.upper())):
            body = re.sub(secrets_pattern(secret).pattern.encode(), b"***", body, flags=re.IGNORECASE)
    return body


def without_passwords(text: str) -> str:
    """``text`` with ``***`` in place of each password of a URL that stands in it, also of one in a parameter."""
    return _IN_A_URL.sub(lambda found: f"{found[1] or found[2]}***", text)


def secrets_of(texts: Iterable[str]) -> set[str]:
    """What is secret in addresses: passwords, a name that stands alone before the ``@``, and pieces long enough for a token."""
    found: set[str] = set()
    for text in texts:
        for address in text.split():
            scheme, _, rest = address.partition("://")
            before, at, _ = rest.rpartition("@")
            if at:
                name, _, password = before.partition(":")
                found.add(unquote(password or name))
            if scheme.lower() not in ("http", "https", "sqlite", "postgresql+psycopg"):
                found |= {unquote(piece) for piece in re.split(r"[/:@?&=,]+", rest) if len(piece) >= _TELLING}
    return found - {""}


def secrets_around(environ: Mapping[str, str], values: Mapping[str, object]) -> set[str]:
    """All secrets that a run may know: of the environment, its proxies too, and of a settings file's ``values``."""
    named = {name.removeprefix("EVTRACK_").lower(): text for name, text in environ.items()}
    told = [*named.items(), *((name, text) for name, text in values.items() if isinstance(text, str))]
    keys = {text.strip() for name, text in told if name == "ncbi_api_key"}
    addresses = [
        text for name, text in told if name in ("db", "notify", "pubmed_url", "ctgov_url") or name.endswith("_proxy")
    ]
    return (keys | secrets_of(addresses)) - {""}


def password_of(url: str | None) -> str | None:
    """The password of a URL, or the name where that stands alone, as it is before it is percent-encoded."""
    try:
        parts = urlsplit(url or "")
        return unquote(parts.password or parts.username or "") or None
    except ValueError:
        return None
