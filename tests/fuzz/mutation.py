"""How is a hostile input made of a harmless one? Bytes cut, flipped and spliced; values and elements lost, doubled, of another type.

Everything here follows from a ``Random``: the same seed, the same input.
"""

from __future__ import annotations

import copy
import json
import pickle
from collections.abc import Callable, Iterator, Sequence
from random import Random
from typing import Any

from lxml import etree
from lxml.etree import _Element as Element

LARGEST = 24_000
"""Bytes of what is made: small inputs are many inputs. What must be large is tried in test_bombs.py."""

GENERAL = (
    b"\0", b"\x1b", b"\xff", b"\xfe\xff", b"\xef\xbb\xbf", b"\xed\xa0\x80", b"\xc0\x80", b"\xf4\x90\x80\x80", b"\r", b"\n\n", b"\t", b"\x85",
    "\u2028".encode(), "\u202e".encode(), "\ufffe".encode(), "\U000e0041".encode(), b"9" * 30, b"1e999", b"-1", b"0", b"9" * 5000, b"A" * 3000, b"%s%n", b"../../etc/passwd",
)  # fmt: skip
"""Pieces that harm whatever does not expect them."""
XML = (
    b"<", b">", b"</", b"/>", b"<!--", b"-->", b"<![CDATA[", b"]]>", b"<?xml version='1.0' encoding='utf-16'?>", b"<?x?>", b"<!DOCTYPE a [<!ENTITY e SYSTEM 'file:///etc/passwd'>]>",
    b"&e;", b"&", b"&#0;", b"&#xD800;", b"&#99999999999;", b"&lt;", b"<PubmedArticle>", b"</PubmedArticle>", b"<PMID>", b"</PMID>", b"<MedlineCitation>", b"</MedlineCitation>",
    b"</PubmedArticleSet>", b"<PubmedBookArticle>", b"<DeleteCitation><PMID>1</PMID></DeleteCitation>", b"<Year>0</Year>", b"<mml:a>", b" a='1' a='2'", b"xmlns:x='y'", b"<ReferenceList>", b"<x><x><x><x>",
)  # fmt: skip
JSON = (
    b"{", b"}", b"[", b"]", b",", b":", b'"', b"null", b"true", b"NaN", b"-Infinity", b"\\ud800", b"\\u0000", b"\\", b'{"protocolSection":', b'"nctId":', b'{"studies":[', b"[[[[[[[[", b'{"a":' * 9, b"1e400", b"\n",
)  # fmt: skip
LINES = (
    b"PMID- ",
    b"\nPMID- 90000001\n",
    b"\n\n",
    b"\n      ",
    b"OWN - NLM\n",
    b"TI  - ",
    b"\nDP  - ",
    b"/*",
    b" [doi]",
    b"\nPMID-",
    b"PMID: 1",
    b"SI  - ISRCTN/",
    b"\r\n",
    b"-",
    b"- ",
)
YAML = (
    b"&a ", b"*a", b"<<: *a\n", b"!!python/object:os.system ", b"!!python/object/apply:os.system ['true']", b"!!binary ", b"!!set {a, b}", b"!!omap ", b"!!int ", b"!!float ", b"!!timestamp ", b"!x ", b"- ", b"? ",
    b": ", b"| \n", b">-\n", b"{", b"}", b"[", b"]", b"\t", b"#", b"%YAML 1.1\n---\n", b"---\n", b"...\n", b"'", b'"', b"\\ud800", b"2024-13-45", b"2024-01-01", b"~", b"null", b".inf", b".nan", b"0x" + b"f" * 4000, b"1_0:99",
    b"0o77", b"[[[[[[[[", b"{a: {b: ", b"@", b"`", b"\\x00", b'"\\ud800"', b'"\\0"', b"!!timestamp 9", b"!!binary '='", b"!!int x", b"!!float x", b"!!bool x", b"!!null x", b"!!map ", b"!!seq ", b"!!str ", b"9999-99-99T99:99:99Z",
)  # fmt: skip
TOML = (
    b"[",
    b"]",
    b"[[",
    b"=",
    b'"',
    b'"""',
    b"'''",
    b"tool",
    b"[tool]\n",
    b"tool = 1\n",
    b"1979-13-45",
    b"07:99:00",
    b"0x" + b"f" * 400,
    b"9" * 400,
    b"nan",
    b"inf",
    b"\\ud800",
    b"{a={",
    b"a.b.c=1\n",
    b"#",
    b"true",
    b"[audit]\n",
    b"audit=1\n",
    b"evtrack=1\n",
)
HTML = (
    b"<script>", b"</script>", b"<!--", b"-->", b"<table><tr><td>", b"</td>", b"<p", b"</p>", b"&#0;", b"&#x110000;", b"&nosuch;", b"<svg><title>", b"<meta charset='utf-7'>", b"<meta charset=utf-16>", b"<![CDATA[", b"<a href='", b"<li>" * 40,
    b"<b>" * 60, b"</b>" * 60, b"```", b"~~~", b"| a | b |\n|--|", b"> > > > > ", b"    ", b"![", b"](", b"[^1]: ", b"<!-- evtrack:ignore -->", b"<!-- evtrack", b"***", b"___", b"# ", b"=====", b"\xe3\x81", b"\x1b$B", b"\x82\xa0",
)  # fmt: skip


def mangled(random: Random, whole: bytes, tokens: Sequence[bytes], others: Sequence[bytes] = ()) -> bytes:
    """``whole`` after one to six blows. ``tokens`` are words of its format, ``others`` what it may be spliced with."""
    for _ in range(1 + int(random.random() ** 2 * 6)):
        whole = random.choice(_BLOWS)(random, whole, tokens, others)[:LARGEST]
    return whole


def _span(random: Random, whole: bytes, longest: int = 400) -> tuple[int, int]:
    start = random.randrange(len(whole) + 1)
    return start, min(len(whole), start + 1 + int(random.random() ** 3 * longest))


def _flip(random: Random, whole: bytes, *_: object) -> bytes:
    if not whole:
        return b"\0"
    at = random.randrange(len(whole))
    return whole[:at] + bytes([whole[at] ^ 1 << random.randrange(8)]) + whole[at + 1 :]


def _byte(random: Random, whole: bytes, *_: object) -> bytes:
    at = random.randrange(len(whole) + 1)
    return whole[:at] + bytes([random.randrange(256)]) + whole[at + random.randrange(2) :]


def _cut(random: Random, whole: bytes, *_: object) -> bytes:
    at = random.randrange(len(whole) + 1)
    return whole[:at] if random.random() < 0.7 else whole[at:]


def _drop(random: Random, whole: bytes, *_: object) -> bytes:
    start, end = _span(random, whole)
    return whole[:start] + whole[end:]


def _double(random: Random, whole: bytes, *_: object) -> bytes:
    start, end = _span(random, whole)
    return whole[:end] + whole[start:end] * random.choice((1, 1, 1, 2, 40)) + whole[end:]


def _move(random: Random, whole: bytes, *_: object) -> bytes:
    start, end = _span(random, whole)
    rest = whole[:start] + whole[end:]
    at = random.randrange(len(rest) + 1)
    return rest[:at] + whole[start:end] + rest[at:]


def _insert(random: Random, whole: bytes, tokens: Sequence[bytes], _: object) -> bytes:
    at = random.randrange(len(whole) + 1)
    token = random.choice(tokens if random.random() < 0.7 else GENERAL)
    return whole[:at] + token + whole[at + random.choice((0, 0, len(token))) :]


def _splice(random: Random, whole: bytes, _: object, others: Sequence[bytes]) -> bytes:
    other = random.choice(others) if others else whole
    start, end = _span(random, other, 2_000)
    at = random.randrange(len(whole) + 1)
    return whole[:at] + other[start:end] + whole[at + random.choice((0, end - start)) :]


def _line(random: Random, whole: bytes, *_: object) -> bytes:
    """Lines in another order, doubled or lost."""
    lines = whole.split(b"\n")
    i, j = random.randrange(len(lines)), random.randrange(len(lines))
    how = random.randrange(3)
    if how == 0:
        lines[i], lines[j] = lines[j], lines[i]
    elif how == 1:
        lines.insert(j, lines[i])
    else:
        del lines[i]
    return b"\n".join(lines)


_BLOWS: tuple[Callable[..., bytes], ...] = (
    _flip, _byte, _byte, _cut, _drop, _drop, _double, _move, _insert, _insert, _insert, _splice, _line
)  # fmt: skip


# -- values

ODD: tuple[Any, ...] = (
    None, True, False, 0, -1, 1.5, 10**9, 10**30, 10**400, -(10**400), float("nan"), float("inf"), "", " ", "\0", "a\0b", "\ud800", "x\udfffy", "\n", "\u2028", "x" * 3000, "あ" * 900, "UNKNOWN_ENUM", "2024-13-45", "0000-00-00",
    "9" * 5000, "9" * 12, "NCT90000001", "PMID:1", "<b>&amp;</b>", "[/red]", [], {}, [[]], [{}], [None], {"": ""}, {"a": {"b": {"c": []}}}, ["a", 1, None, {}], "٣", "²", "１２", "1e999", "\ufffe", "true", "-0",
)  # fmt: skip
"""What may stand where another type, another range or another alphabet was meant."""


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every holder and key in a value, outermost first."""
    for key in list(value) if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ():
        yield value, key
        yield from _places(value[key])


def altered(random: Random, value: Any, odd: Sequence[Any] = ODD) -> Any:
    """A copy of a JSON value after one to four blows at any level: keys and elements lost, doubled, renamed, of another type."""
    value = pickle.loads(pickle.dumps(value))  # noqa: S301 # a copy of our own value, and four times as fast as deepcopy
    for _ in range(random.choice((1, 1, 1, 2, 3, 4))):
        places = list(_places(value))
        if not places:
            return random.choice(odd)
        holder, key = random.choice(places)
        how = random.randrange(9)
        if how == 0:
            del holder[key]
        elif how == 1 and isinstance(holder, list):
            holder.insert(random.randrange(len(holder) + 1), copy.deepcopy(holder[key]))
        elif how == 2 and isinstance(holder, list):
            random.shuffle(holder)
        elif how == 2:
            holder[random.choice(("x", "", "\0", "\ud800", key.upper(), key * 50))] = holder.pop(key)
        elif how == 3:
            holder[key] = [holder[key]] * random.choice((1, 1, 2, 200))
        elif how == 4:
            holder[key] = {random.choice(("x", key if isinstance(key, str) else "y")): holder[key]}
        elif how == 5:
            other, at = random.choice(places)
            holder[key] = copy.deepcopy(other[at]) if at in other or (isinstance(at, int) and at < len(other)) else None
        else:
            holder[key] = copy.deepcopy(random.choice(odd))
    return value


def json_bytes(random: Random, value: Any) -> bytes:
    """The value as one of the ways to write it; lone surrogates as escapes, or as bytes that are no UTF-8."""
    text = json.dumps(value, ensure_ascii=random.random() < 0.5, indent=random.choice((None, None, 1)))
    return text.encode("utf-8", "surrogatepass")


# -- elements

TEXTS = (
    "", " ", "x", "0", "-1", "9" * 30, "9" * 5000, "2024", "13", "31", "1e9", "Jan", "NCT90000009", "10.1/x", "x" * 3000, "あ" * 900, "PMC1", "²", "٣", "\u2028", "\u202e", "Retracted Publication", "UNKNOWN_ENUM",
    "§NUL§", "§SURROGATE§", "§LATIN§", "§CHARACTER§", "§ENTITY§", "§CONTROL§", "§ASTRAL§",
)  # fmt: skip
RAW = {
    "§NUL§": b"a\0b", "§SURROGATE§": b"\xed\xa0\x80", "§LATIN§": b"caf\xe9", "§CHARACTER§": b"&#0;&#xD800;&#x1b;&#99999999;", "§ENTITY§": b"&nosuch;", "§CONTROL§": b"\x1b[31m\x08", "§ASTRAL§": "\U0001f600".encode(),
}  # fmt: skip
"""What no tree can hold is put in when it is written out."""


def altered_tree(random: Random, tree: Element) -> bytes:
    """The bytes of an element after one to four blows at any level: elements, attributes and texts lost, doubled, moved, odd.

    It stays one element of the same name, and no text of it looks like a tag.
    """
    tree = copy.deepcopy(tree)
    for _ in range(random.choice((1, 1, 1, 2, 3, 4))):
        inner = [e for e in tree.iter() if e is not tree and isinstance(e.tag, str)]
        if not inner:
            break
        at = random.choice(inner)
        around = at.getparent()
        assert around is not None
        how = random.randrange(10)
        if how == 0:
            around.remove(at)
        elif how == 1:
            around.insert(random.randrange(len(around) + 1), copy.deepcopy(at))
        elif how == 2:
            random.choice([e for e in inner if at not in (e, *e.iterancestors())] or [tree]).append(at)
        elif how == 3:
            at.tag = random.choice(("x", random.choice(inner).tag))
        elif how == 4:
            at.clear()
        elif how == 5:
            name = random.choice([*map(str, at.attrib), "IdType", "RefType", "Source", "x"])
            at.set(name, random.choice(TEXTS))
        elif how == 6:
            at.attrib.clear()
        elif how == 7:
            at.append(etree.Comment(" a comment "))
        else:
            at.text = random.choice(TEXTS)
    whole = etree.tostring(tree, encoding="utf-8").strip()
    for mark, raw in RAW.items():
        whole = whole.replace(mark.encode(), raw)
    return whole
