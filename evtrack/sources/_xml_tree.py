"""How does one record's bytes become a tree? Strictly; what XML cannot carry is mended first, and said."""

from __future__ import annotations

import re

from lxml import etree
from lxml.etree import _Element as Element

# A record alone has no DTD, so there is nothing to expand or fetch; the limits of libxml2 (depth 256, 10 MB a text) stay on.
_PARSER = etree.XMLParser(
    resolve_entities=False,
    load_dtd=False,
    no_network=True,
    huge_tree=False,
    recover=False,
    remove_comments=True,
    remove_pis=True,
    collect_ids=False,
)
_SURROGATE_BYTES = re.compile(rb"\xed[\xa0-\xbf][\x80-\xbf]")
_CONTROLS = re.compile("[\x01-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_CHARACTER = re.compile(r"&#(?:x([0-9a-fA-F]{1,8})|([0-9]{1,10}));")
_PREFIX = re.compile(rb"[<\s/]([A-Za-z_][\w.-]*):[A-Za-z_]")


def tree_of(raw: bytes, flags: dict[str, None]) -> Element:
    """The record's tree, from its bytes in UTF-8. What had to be mended is put into ``flags``.

    Raises ``lxml.etree.XMLSyntaxError`` where it is not well-formed even so.
    """
    if b"\xef\xbf\xbd" in raw:
        flags["bytes_not_understood"] = None
    try:
        return etree.fromstring(raw, _PARSER)
    except etree.XMLSyntaxError:
        mended = _mended(raw, flags)
        if mended == raw:
            raise
        tree = etree.fromstring(mended, _PARSER)
        return tree[0] if tree.tag == "declared" else tree


def _mended(raw: bytes, flags: dict[str, None]) -> bytes:
    """The bytes with what XML cannot carry replaced or dropped, and prefixes declared that only the file's root declares."""

    def character(m: re.Match[str]) -> str:
        code = int(m[1], 16) if m[1] else int(m[2])
        if code == 0:
            flags["nul_removed"] = None
        elif 0xD800 <= code <= 0xDFFF:
            flags["unpaired_surrogate"] = None
            return "\ufffd"
        elif (code < 32 and code not in (9, 10, 13)) or code in (0xFFFE, 0xFFFF) or code > 0x10FFFF:
            flags["control_removed"] = None
        else:
            return m[0]
        return ""

    sound = _SURROGATE_BYTES.sub(b"\xef\xbf\xbd", raw)
    if sound != raw:
        flags["unpaired_surrogate"] = None
    text = sound.decode("utf-8", "replace")
    if text.count("\ufffd") > sound.count(b"\xef\xbf\xbd"):
        flags["bytes_not_understood"] = None
    if "\0" in text:
        text = text.replace("\0", "")
        flags["nul_removed"] = None
    if _CONTROLS.search(text):
        text = _CONTROLS.sub("", text)
        flags["control_removed"] = None
    sound = _CHARACTER.sub(character, text).encode()
    prefixes = set(_PREFIX.findall(sound)) - {b"xml", b"xmlns"}
    if not prefixes:
        return sound
    spaces = b"".join(b' xmlns:%s="urn:undeclared:%s"' % (p, p) for p in sorted(prefixes))
    return b"<declared" + spaces + b">" + sound + b"</declared>"
