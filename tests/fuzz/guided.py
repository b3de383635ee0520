"""Which input takes a way through a reader that none took before? libFuzzer looks for it, guided by the lines that are run.

``python tests/fuzz/guided.py xml|claims --seconds 300 --findings FOLDER``: ends with 0 where no input crashed, hung or took
too much memory, and prints how many were tried. Needs atheris, which is made for Linux and macOS.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path
from typing import Any

TOO_LONG = 20
"""Seconds that no input may take."""
MEMORY = 2048
"""MB that the whole process may take."""


def main() -> None:
    """Fuzz one reader for so many seconds; libFuzzer ends the process."""
    parser = argparse.ArgumentParser()
    parser.add_argument("reader", choices=("xml", "claims"))
    parser.add_argument("--seconds", type=int, default=300)
    parser.add_argument("--findings", type=Path, default=Path(tempfile.gettempdir()))
    asked = parser.parse_args()
    sys.path.insert(0, str(Path(__file__).parents[2]))
    with tempfile.TemporaryDirectory(prefix="evtrack-corpus-") as folder:
        corpus, words = Path(folder) / "corpus", Path(folder) / "words"
        corpus.mkdir()
        (_xml if asked.reader == "xml" else _claims)(
            corpus, words, [f"-max_total_time={asked.seconds}", f"-artifact_prefix={asked.findings}/"]
        )


def _begin(
    one: Any, corpus: Path, words: Path, tokens: tuple[bytes, ...], seeds: tuple[bytes, ...], flags: list[str]
) -> None:
    import atheris  # type: ignore[import-not-found, import-untyped, unused-ignore] # it has no types, and no wheel for every Python

    for number, seed in enumerate(seeds):
        (corpus / str(number)).write_bytes(seed)
    words.write_text("".join('"%s"\n' % "".join(f"\\x{b:02x}" for b in t) for t in tokens if len(t) < 60))  # noqa: UP031 # quotes in quotes
    fixed = [
        "-max_len=12000",
        f"-timeout={TOO_LONG}",
        f"-rss_limit_mb={MEMORY}",
        f"-dict={words}",
        "-verbosity=0",
        "-print_final_stats=1",
    ]
    atheris.Setup([sys.argv[0], *fixed, *flags, str(corpus)], one)
    atheris.Fuzz()


def _xml(corpus: Path, words: Path, flags: list[str]) -> None:
    """PubMed XML: how it is cut, mended and read, and its bibliography."""
    import atheris  # type: ignore[import-not-found, import-untyped, unused-ignore] # it has no types, and no wheel for every Python

    with atheris.instrument_imports(include=["evtrack.sources", "evtrack.files", "evtrack.record"]):
        from evtrack import files  # noqa: F401 # imported here to be watched
        from evtrack.sources import bibliography, pubmed_xml  # noqa: F401 # the same
    from evtrack.sources._protocol import Read
    from tests.fuzz import mutation
    from tests.fuzz import seeds as known
    from tests.fuzz.readers import check_alone, check_parsed, whole

    def one(content: bytes) -> None:
        got, _ = whole([content], "a.xml")
        cut = len(content) // 3
        assert whole([content[:cut], content[cut:]], "a.xml")[0] == got
        for parsed in got:
            check_parsed(parsed)
            if isinstance(parsed, Read):
                check_alone(parsed)

    made = tuple(known.whole_file(a) for a in known.ARTICLES)
    _begin(one, corpus, words, mutation.XML, (*made, known.whole_file(*known.ARTICLES), known.packed(made[0])), flags)


def _claims(corpus: Path, words: Path, flags: list[str]) -> None:
    """Claim files, pack files and concept files; the first byte says which."""
    import atheris  # type: ignore[import-not-found, import-untyped, unused-ignore] # it has no types, and no wheel for every Python

    with atheris.instrument_imports(
        include=["evtrack.claims", "evtrack.yaml_text", "evtrack.predicates", "ruamel.yaml"]
    ):
        from evtrack.claims.compile import compile_concepts, compile_files
    import json

    from tests.fuzz import mutation
    from tests.fuzz import test_written as known

    pack = corpus.parent / "few"
    pack.mkdir()
    texts = {"some-claim.yaml": known.CLAIM, "pack.yaml": known.PACK}
    for name, written in texts.items():
        (pack / name).write_text(written, encoding="utf-8")
    shipped: dict[str, Any] = {"concepts": [], "errors": []}

    def one(content: bytes) -> None:
        name = ("some-claim.yaml", "pack.yaml", "concepts.yaml")[content[0] % 3 if content else 0]
        (pack / name).write_bytes(content[1:])
        built = (
            compile_concepts([pack / name])
            if name == "concepts.yaml"
            else compile_files(corpus.parent, [pack / n for n in texts], shipped)
        )
        if name in texts:
            (pack / name).write_text(texts[name], encoding="utf-8")
        assert all(e["line"] >= 1 and e["what"] for e in built["errors"])
        json.dumps({k: v for k, v in built.items() if k != "errors"}, ensure_ascii=False).encode()

    seeds = tuple(
        bytes([n]) + t.encode() for n, t in ((0, known.CLAIM), (0, known.STATE), (1, known.PACK), (2, known.CONCEPTS))
    )
    _begin(one, corpus, words, mutation.YAML, seeds, flags)


if __name__ == "__main__":
    main()
