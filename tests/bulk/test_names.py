"""Which files are NLM's, in which order they were made, and whether their bytes arrived as sent."""

from __future__ import annotations

from pathlib import Path

import pytest

from evtrack.bulk.names import digest_of, is_checksum, number_of
from evtrack.files import FileProblem


@pytest.mark.parametrize(
    ("name", "number"),
    [
        ("pubmed26n0001.xml.gz", 2600001),
        ("/mnt/nlm/pubmed26n1334.xml", 2601334),
        ("pubmed27n10001.xml.gz", 2710001),
        ("medline17n0892.xml.gz", 1700892),
        ("pubmed26n0001.xml.gz.md5", None),
        ("pubmed26n0001 (1).xml.gz", None),
        ("my_pubmed26n0001.xml.gz", None),
        ("pubmed26n1500_stats.html", None),
        ("pubmed.xml", None),
    ],
)
def test_the_name_tells_the_order(name: str, number: int | None) -> None:
    """NLM's own names have a number that grows from file to file and from year to year; any other name has none."""
    assert number_of(name) == number


def test_checksums_are_no_records() -> None:
    """The ``.md5`` files that a glob brings along are known by their names."""
    assert is_checksum("pubmed26n0001.xml.gz.md5")
    assert not is_checksum("pubmed26n0001.xml.gz")
    assert not is_checksum("mine.xml.md5")


@pytest.mark.parametrize("told", ["MD5({name})= {md5}\n", "{md5}  {name}\n", "{md5}", "MD5 ({name}) = {MD5}"])
def test_every_way_of_writing_an_md5(told: str, tmp_path: Path) -> None:
    """As NLM writes it, as md5sum does, alone, and in capitals: the file's own MD5 is given."""
    file = tmp_path / "pubmed26n0001.xml.gz"
    file.write_bytes(b"abc")
    md5 = "900150983cd24fb0d6963f7d28e17f72"  # RFC 1321
    assert digest_of(str(file)) == md5
    beside = tmp_path / f"{file.name}.md5"
    beside.write_text(told.format(name=file.name, md5=md5, MD5=md5.upper()))
    assert digest_of(str(file)) == md5


@pytest.mark.parametrize(
    ("told", "code"), [("0" * 32, "wrong_md5"), ("", "no_md5"), ("0" * 31, "no_md5"), ("0" * 64, "no_md5")]
)
def test_what_is_not_its_md5(told: str, code: str, tmp_path: Path) -> None:
    """Another MD5 is a fault of the file; what is none (a SHA-256 too) is one of the file beside."""
    file = tmp_path / "pubmed26n0001.xml.gz"
    file.write_bytes(b"abc")
    (tmp_path / f"{file.name}.md5").write_text(told)
    with pytest.raises(FileProblem) as raised:
        digest_of(str(file))
    assert raised.value.code == code


def test_a_file_that_is_gone(tmp_path: Path) -> None:
    """A file that went while others were loaded is a fault of its own."""
    with pytest.raises(FileProblem) as raised:
        digest_of(str(tmp_path / "pubmed26n0001.xml.gz"))
    assert raised.value.code == "unreadable"
