"""What do readers do with inputs that grow, nest or refer elsewhere? Read in this process of its own, watched and bounded.

``python tests/fuzz/bombs.py xml|json|written [--small]`` prints a JSON object: bomb → how it ended, what was told, what was
opened meanwhile, and the process's peak of memory in MB.
"""

from __future__ import annotations

import argparse
import gzip
import io
import json
import resource
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

MB = 1 << 20
WATCHED = (
    "open",
    "os.open",
    "socket.",
    "subprocess.",
    "os.system",
    "os.exec",
    "os.posix_spawn",
    "urllib.",
    "ftplib.",
    "http.client",
    "ctypes.dlopen",
)
"""Audit events of whatever reaches out of the process (docs.python.org/3/library/audit_events.html)."""

HEAD = b"<PubmedArticleSet>"
FOOT = b"</PubmedArticleSet>"


def article(title: bytes) -> bytes:
    """A record with this in its title."""
    return (
        b"<PubmedArticle><MedlineCitation><PMID>90000001</PMID><Article><ArticleTitle>"
        + title
        + b"</ArticleTitle></Article></MedlineCitation></PubmedArticle>"
    )


def laughs(levels: int, each: int) -> bytes:
    """A document type whose last entity is each**levels words."""
    rows = b"".join(b'<!ENTITY l%d "%s">' % (n, b"&l%d;" % (n - 1) * each) for n in range(1, levels))
    return b'<?xml version="1.0"?><!DOCTYPE PubmedArticleSet [<!ENTITY l0 "lol">' + rows + b"]>"


class Stream(io.RawIOBase):
    """Bytes that are made while they are read, so that what is measured is the reader's memory."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        super().__init__()
        self._pieces = pieces

    def read1(self, _size: int = -1) -> bytes:
        """The next piece."""
        return next(self._pieces, b"")


def of(*pieces: bytes, times: int = 1, end: bytes = b"") -> Iterator[bytes]:
    """The first pieces, the last of them so many times, and the end."""
    yield from pieces[:-1]
    for _ in range(times):
        yield pieces[-1]
    yield end


def xml_bombs(size: int) -> dict[str, Iterator[bytes]]:
    """PubMed XML. ``size``: MB of what is large."""
    outside = b'<!DOCTYPE PubmedArticleSet [<!ENTITY e SYSTEM "%s"><!ENTITY %% p SYSTEM "%s">%%p;]>'
    block = b"a" * MB
    return {
        "laughs": of(laughs(12, 10) + HEAD + article(b"&l11;") + article(b"x") + FOOT),
        "laughs within": of(HEAD + laughs(9, 10)[21:] + article(b"&l8;") + FOOT),
        "quadratic": of(b'<!DOCTYPE a [<!ENTITY b "' + b"b" * 100_000 + b'">]>' + HEAD + article(b"&b;" * 20_000) + FOOT),
        "a file": of(outside % (b"file:///etc/passwd", b"file:///etc/hosts") + HEAD + article(b"&e;") + FOOT),
        "the net": of(outside % (b"http://127.0.0.1:9/x", b"ftp://127.0.0.1:9/x") + HEAD + article(b"&e;") + FOOT),
        "another type": of(b'<!DOCTYPE PubmedArticleSet SYSTEM "http://127.0.0.1:9/x.dtd">' + HEAD + article(b"x") + FOOT),
        "included": of(HEAD + article(b'<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file:///etc/passwd" parse="text"/>') + FOOT),
        "styled": of(b'<?xml-stylesheet type="text/xsl" href="http://127.0.0.1:9/x.xsl"?>' + HEAD + article(b'<?xml-stylesheet href="file:///etc/passwd"?>x') + FOOT),
        "schema": of(HEAD + article(b'<x xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="a http://127.0.0.1:9/x.xsd"/>') + FOOT),
        "deep": of(HEAD + article(b"<i>" * 1_000_000) + article(b"x") + FOOT),
        "deep and closed": of(HEAD + article(b"<i>" * 200_000 + b"</i>" * 200_000) + FOOT),
        "many attributes": of(HEAD + article(b"<i " + b" ".join(b'a%d="1"' % n for n in range(60_000)) + b"/>") + FOOT),
        "references": of(HEAD + article(b"&#120;" * 500_000) + FOOT),
        "one text": of(HEAD + article(b"")[:-60], block, times=size, end=article(b"")[-60:] + FOOT),
        "without end": of(HEAD + b"<PubmedArticle>", block, times=size),
        "prolog": of(b"<!--", block, times=size),
        "no tags": of(HEAD, block, times=size, end=FOOT),
        "open tags": of(HEAD, b"<" * MB, times=min(size // 4, 60), end=FOOT),
        "end tags in comments": of(HEAD + b"<PubmedArticle>", b"<!-- </PubmedArticle> -->" * 1_000, times=200, end=FOOT),
        "packed blanks": iter([gzip.compress(b" " * (10 * MB), 1) * (size // 10)]),
        "packed text": iter([gzip.compress(HEAD + b"<PubmedArticle>"), gzip.compress(b"a" * (10 * MB), 1) * (size // 10)]),
        "packed twice": iter([gzip.compress(gzip.compress(b" " * (10 * MB), 1) * 20, 1)]),
        "lines": of(b"PMID- 90000001\nTI  - ", block, times=size),
        "folds": of(b"PMID- 90000001\nTI  - x\n", b"      a\n" * 100_000, times=min(size // 4, 30)),
        "fields": of(b"PMID- 90000001\n", b"AU  - a\n" * 100_000, times=min(size // 10, 30)),
    }  # fmt: skip


def json_bombs(size: int) -> dict[str, Iterator[bytes]]:
    """Studies and JSON lines."""
    study = b'{"protocolSection":{"identificationModule":{"nctId":"NCT90000001"%s}}}'
    block = b"a" * MB
    return {
        "lists": of(b"[" * 1_000_000),
        "objects": of(b'{"a":' * 1_000_000),
        "a study within lists": of(b'{"studies":' + b"[" * 900 + study % b"" + b"]" * 900 + b"}"),
        **{f"deep {n}": of(b'{"studies":[' + study % b"" + b"," + (study % (b',"briefTitle":' + b"[" * n + b"]" * n)) + b',{"protocolSection":{"identificationModule":{"nctId":' + b"[" * n + b"]" * n + b"}}}]}") for n in range(900, 1_000, 9)},
        "a number": of(study % (b',"x":' + b"9" * 1_000_000)),
        "a small number": of(study % (b',"x":1e' + b"9" * 1_000)),
        "one text": of(b'{"studies":[{"x":"', block, times=size, end=b'"}]}'),
        "one line": of(b'{"title":"', block, times=size, end=b'"}\n'),
        "many": of(b"[", b"{}," * 300_000, times=min(size // 10, 12), end=b"{}]"),
        "many keys": of(b'{"title":"x"', b"".join(b',"k%d":1' % n for n in range(100_000)), times=5, end=b"}"),
        "packed": iter([gzip.compress(b'{"title":"'), gzip.compress(b"a" * (10 * MB), 1) * (size // 10)]),
        "blank lines": of(b'{"title":"x"}\n', b"\n" * MB, times=min(size, 8)),
    }  # fmt: skip


def written_bombs(folder: Path) -> dict[str, Callable[[], str]]:
    """Claim files, files of words, pages and Word files: each a call that tells how it ended."""
    from evtrack.audit.reading import read_document as read_page
    from evtrack.claims.compile import compile_concepts
    from evtrack.files import FileProblem
    from evtrack.words_file import read_words

    def claim(name: str, written: str) -> Callable[[], str]:
        path = folder / f"{name}.yaml"
        path.write_text(written, encoding="utf-8")
        return lambda: "; ".join(e["what"] for e in compile_concepts([path])["errors"]) or "read"

    def words(written: str) -> Callable[[], str]:
        return lambda: "; ".join(f.code for f in read_words(written, "w.yaml")[1]) or "read"

    def page(name: str, content: bytes) -> Callable[[], str]:
        def told() -> str:
            try:
                return f"read: {len(read_page(name, content).units)} units"
            except FileProblem as problem:
                return problem.what

        return told

    def docx(**parts: bytes) -> bytes:
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
            for part, content in parts.items():
                archive.writestr(part.replace("__", "/") + ".xml", content)
        return out.getvalue()

    yaml = {
        "laughs": "- a: &a [lol]\n"
        + "".join(f"- &b{n} [{', '.join([f'*b{n - 1}' if n else '*x'] * 10)}]\n" for n in range(10)),
        "itself": "- &a [*a]\n",
        "merge": "- &a\n  <<: *a\n",
        "tags": "- !!python/object/apply:os.system ['touch owned']\n- !!python/name:os.system\n",
        "deep": "[" * 300_000,
        "deep keys": "{a: " * 300_000,
        "deep blocks": "\n".join(" " * n + "a:" for n in range(2_000)),
        "number": "- id: " + "9" * 100_000 + "\n",
        "include": "- !include /etc/passwd\n",
    }
    outside = b'<!DOCTYPE d [<!ENTITY e SYSTEM "file:///etc/passwd">]><w:document xmlns:w="u"><w:p><w:t>&e;</w:t></w:p></w:document>'
    body = b'<w:document xmlns:w="u"><w:p><w:r><w:t>%s</w:t></w:r></w:p></w:document>'
    related = b'<Relationships xmlns="u"><Relationship Id="r" Target="http://127.0.0.1:9/x" TargetMode="External"/></Relationships>'
    return {
        **{f"claim {name}": claim(name.replace(" ", "-"), text) for name, text in yaml.items()},
        **{f"words {name}": words("words:\n" + text if name not in ("deep", "deep keys") else text) for name, text in yaml.items()},
        "page outside": page("a.html", b"<link rel=stylesheet href=http://127.0.0.1:9/x><img src=file:///etc/passwd alt=x><iframe src=file:///etc/passwd></iframe><p>x"),
        "page deep": page("a.html", b"<div>" * 200_000 + b"x"),
        "page quotes": page("a.md", b"> " * 100_000 + b"x\n"),
        "page lists": page("a.md", b"".join(b" " * n + b"- x\n" for n in range(1_000))),
        "page emphasis": page("a.md", b"*_[" * 50_000),
        "page comments": page("a.html", b"<!--" * 100_000),
        "page references": page("a.html", b"&amp" * 200_000 + b"<p>"),
        "word outside": page("a.docx", docx(word__document=outside)),
        "word laughs": page("a.docx", docx(word__document=laughs(10, 10) + body % b"&l9;")),
        "word related": page("a.docx", docx(word__document=body % b"x", **{"word___rels__document.xml.rels": related})),
        "word bomb": page("a.docx", docx(word__document=body % (b" " * (100 * MB)))),
        "word deep": page("a.docx", docx(word__document=b'<w:document xmlns:w="u">' + b"<w:p>" * 300_000)),
    }  # fmt: skip


def read(pieces: Iterator[bytes]) -> str:
    """How reading a file ended."""
    from evtrack.files import FileProblem, read_stream
    from evtrack.record import Skipped

    got, skipped, why = 0, 0, ""
    try:
        for parsed in read_stream(Stream(pieces), "a.txt"):  # type: ignore[arg-type] # all that is asked of it is read1
            got += 1
            if isinstance(parsed, Skipped):
                skipped += 1
                why = parsed.why
    except FileProblem as problem:
        why = f"{problem.code}: {problem.what}"
    return f"{got} ({skipped} skipped) {why}"[:400]


def main() -> None:
    """Read all bombs of a kind."""
    parser = argparse.ArgumentParser()
    parser.add_argument("kind", choices=("xml", "json", "written"))
    parser.add_argument("--small", action="store_true")
    asked = parser.parse_args()
    sys.path.insert(0, str(Path(__file__).parents[2]))
    opened: list[str] = []
    watching = False

    def watch(event: str, arguments: tuple[Any, ...]) -> None:
        if watching and event.startswith(WATCHED) and not str(arguments[:1]).startswith(f"('{folder}"):
            opened.append(f"{event} {arguments[:1]}")

    told: dict[str, Any] = {}
    with tempfile.TemporaryDirectory(prefix="evtrack-bombs-") as folder:
        sys.addaudithook(watch)
        size = 40 if asked.small else 300
        bombs: dict[str, Any] = (
            written_bombs(Path(folder))
            if asked.kind == "written"
            else (xml_bombs if asked.kind == "xml" else json_bombs)(size)
        )
        _warm(bombs, asked.kind)
        for name, bomb in bombs.items():
            opened.clear()
            begun = time.process_time()
            watching = True
            how = bomb() if asked.kind == "written" else read(bomb)
            watching = False
            told[name] = {"how": how, "seconds": round(time.process_time() - begun, 2), "opened": list(opened)}
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // (1024 if sys.platform != "darwin" else MB)
    print(json.dumps({"bombs": told, "mb": peak}))  # noqa: T201 # the answer of this script


def _warm(bombs: dict[str, Any], kind: str) -> None:
    """Import what the readers import, so that no import is taken for a file that was opened."""
    if kind == "written":
        for name in ("page lists", "page outside", "word related", "claim number", "words itself"):
            bombs[name]()
        return
    for content in (
        HEAD + article(b"x") + FOOT,
        b"PMID- 1\n",
        b'{"title":"x"}',
        b'{"protocolSection":{}}',
        b'{"studies":[]}',
    ):
        read(iter([content]))


if __name__ == "__main__":
    main()
