"""Which addresses may a setting name? https to a host, http to this machine; anything else is refused before anybody is asked."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from evtrack.config import ConfigError, load_settings
from evtrack.wording import word

pytestmark = pytest.mark.promise("hosts")

REFUSED = (
    "file:///etc/passwd", "ftp://h/", "data:text/plain,x", "unix:/run/x.sock", "javascript:alert(1)", "gopher://h/", "ws://h/", "socks5://h/",
    "http+unix://%2Frun%2Fx/", "eutils.ncbi.nlm.nih.gov", "//h/", "https:h/", "https:/h/", "https://", "https:///x", "://h/", "https://?x", "https://:80/",
    "https://good@evil/", "https://good:443@evil/", "https://good%40x@evil/", "https://h/?x=1", "https://h/#x", "https://h?", "https://good\\@evil/",
    "https://h\\evil/", "https://h /", "https://h\t/", "https://h/\nHost: evil", "https://h:port/", "https://h:99999/", "https://h:0/", "https://h:-1/",
    "https://[::1/", "https://exämple/", "https://ｈ/", "https://h。evil/", "https://h/\x00", "https://h/\x7f",
)  # fmt: skip
CLEAR = (
    "http://eutils.ncbi.nlm.nih.gov/entrez/eutils/", "http://h/", "http://10.0.0.1/", "http://128.0.0.1/", "http://127.0.0.1.evil/", "http://localhost.evil/",
    "http://127.1/", "http://0x7f.0.0.1/", "http://[::2]/", "http://[::ffff:10.0.0.1]/", "http://127.0.0.1./", "http://xlocalhost/",
)  # fmt: skip
TAKEN = (
    "https://h/", "https://h", "https://h:8443/a/b", "https://[2001:db8::1]/", "https://h./a%20b/", "https://xn--exmple-cua.test/",
    "http://localhost/", "http://localhost:8000/a", "http://127.0.0.1:9", "http://127.255.0.1/", "http://[::1]:9/", "http://LOCALHOST/",
)  # fmt: skip


@pytest.mark.parametrize("name", ["pubmed_url", "ctgov_url"])
@pytest.mark.parametrize("source", ["variable", "file"])
def test_only_addresses_of_services_are_taken(
    tmp_path: Path, tally: Callable[[int], None], name: str, source: str
) -> None:
    """Other schemes, none, a user name, a query, a fragment, a wrong port, letters that programs read differently, and http to
    another machine are refused by the variable's name or by file and key, with the mend, in both languages."""
    where = f"EVTRACK_{name.upper()}" if source == "variable" else f".evtrack.toml:{name}"

    def got(url: str) -> str:
        if source == "variable":
            return str(getattr(load_settings({}, {where: url}, tmp_path), name))
        escaped = "".join(f"\\U{ord(letter):08x}" for letter in url)
        (tmp_path / ".evtrack.toml").write_text(f'{name} = "{escaped}"\n')
        return str(getattr(load_settings({}, {}, tmp_path), name))

    for url in (*REFUSED, *CLEAR):
        with pytest.raises(ConfigError) as caught:
            got(url)
        assert caught.value.key == ("config.url" if url in REFUSED else "config.plain_http"), url
        for lang in ("en", "ja"):
            line = word(caught.value.key, lang, **caught.value.fields)
            assert line.startswith(where)
            assert "https:" in line
            assert len(line.splitlines()) == 1
    for url in TAKEN:
        assert got(url) == (url if url.endswith("/") else f"{url}/")
    tally(len(REFUSED) + len(CLEAR))
