"""Are dates, ids, headings and texts read as they are meant?"""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evtrack.record import MeshHeading, PartialDate
from evtrack.sources._fields import (
    date_of,
    doi_of,
    is_registry_id,
    mesh_heading,
    month_of,
    nct_id_of,
    one_line,
    pmid_of,
    registry_ids,
    sound,
    unique,
    written_date,
)


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("2000 Jun 3", PartialDate(2000, 6, 3)),
        ("2000 Jun", PartialDate(2000, 6)),
        ("2000", PartialDate(2000)),
        ("2006/02/15", PartialDate(2006, 2, 15)),
        ("20151119", PartialDate(2015, 11, 19)),
        ("2011 Mar 3-9", PartialDate(2011, 3)),
        ("1998 Dec-1999 Jan", PartialDate(1998)),
        ("2008 Jul-Aug", PartialDate(2008)),
        ("2001-02", PartialDate(2001)),
        ("1947-1948", PartialDate(1947)),
        ("Spring 2004", PartialDate(2004)),
        ("2004 Spring", PartialDate(2004)),
        ("2004 Sept", PartialDate(2004, 9)),
        (None, None),
        ("  ", None),
    ],
)
def test_written_dates_keep_what_is_certain(text: str | None, date: PartialDate | None) -> None:
    """A range or a season leaves the year alone; days of one month leave the month."""
    flags: dict[str, None] = {}
    assert written_date(text, flags) == date
    assert not flags


@pytest.mark.parametrize("text", ["Winter", "20151399", "2015/13/01"])
def test_written_dates_that_name_no_day_are_flagged(text: str) -> None:
    """What is no date is not guessed at, and the flag says so."""
    flags: dict[str, None] = {}
    got = written_date(text, flags)
    assert got in (None, PartialDate(2015))
    assert "date_not_understood" in flags


@settings(deadline=None)
@given(st.text(max_size=20))
def test_written_dates_never_crash(text: str) -> None:
    """Any text gives a date or none."""
    assert written_date(text, {}) is None or isinstance(written_date(text, {}), PartialDate)


@settings(deadline=None)
@given(*(st.one_of(st.none(), st.text(max_size=6)) for _ in range(3)))
def test_dates_of_fields_never_crash(year: str | None, month: str | None, day: str | None) -> None:
    """Any three fields give a date or none."""
    assert date_of(year, month, day, {}) is None or isinstance(date_of(year, month, day, {}), PartialDate)


def test_a_day_that_the_month_lacks_is_dropped() -> None:
    """30 February is February, flagged."""
    flags: dict[str, None] = {}
    assert date_of("2024", "Feb", "30", flags) == PartialDate(2024, 2)
    assert flags == {"date_not_understood": None}
    assert date_of("2024", "2", "x", {}) == PartialDate(2024, 2)
    assert date_of("0024", None, None, flags) is None


def test_months_by_name_and_number() -> None:
    """Short, long and numbered months are read; a range is none."""
    assert [month_of(t) for t in ("Jan", "december", "09", "Sept.", "Jan-Mar", "Fall")] == [1, 12, 9, 9, None, None]


def test_ids() -> None:
    """PMIDs lose leading zeros, NCT ids gain capitals, DOIs lose addresses; what is none is None."""
    assert [pmid_of(x) for x in (" 0042 ", "0", "4x", "", None, 42)] == ["42", None, None, None, None, None]
    assert [nct_id_of(x) for x in ("nct90000001", "NCT9", None)] == ["NCT90000001", None, None]
    assert [doi_of(x) for x in ("https://doi.org/10.1/x", "doi:10.1/x", "10.1", None)] == [
        "10.1/x",
        "10.1/x",
        None,
        None,
    ]


def test_registry_ids_are_told_from_data_banks() -> None:
    """Trial registries are kept, gene banks are not; an NCT id is one under whatever bank it stands."""
    nct, other = registry_ids(
        [
            ("figshare", "NCT90000001"),
            ("ISRCTN", "90000003"),
            ("UMIN-CTR", "C000000001"),
            ("", "ChiCTR9000000001"),
            ("PDB", "1ABC"),
            ("DRKS", ""),
        ]
    )
    assert nct == ("NCT90000001",)
    assert other == ("ISRCTN90000003", "C000000001", "ChiCTR9000000001")


@pytest.mark.parametrize(
    "text",
    [
        "ISRCTN90000003",
        "jRCTs031900001",
        "2019-900001-31",
        "EudraCT 2019-900001-31",
        "UMIN000090001",
        "DRKS00090001",
        "2023-590001-12-00",
    ],
)
def test_registry_ids_by_their_writing(text: str) -> None:
    """Ids of other registries are known by how they are written."""
    assert is_registry_id(text)
    assert not is_registry_id(f"grant {text}")


def test_mesh_headings_of_medline() -> None:
    """A star on the heading or on a qualifier makes it a major topic."""
    assert mesh_heading("Depression/*drug therapy/genetics") == MeshHeading(
        "Depression", ("drug therapy", "genetics"), True
    )
    assert mesh_heading("*Exosomes") == MeshHeading("Exosomes", (), True)
    assert mesh_heading("Humans") == MeshHeading("Humans")
    assert mesh_heading(" /x") is None


@settings(deadline=None)
@given(st.text(st.characters(exclude_categories=())))
def test_sound_text_can_be_stored(text: str) -> None:
    """Sound text holds neither NUL nor a lone surrogate, and a flag says what was mended."""
    flags: dict[str, None] = {}
    got = sound(text, flags)
    got.encode()
    assert "\0" not in got
    assert (got != text) == bool(flags)


def test_one_line_keeps_the_authors_spaces() -> None:
    """Folds and runs of blanks become one; non-breaking spaces stay."""
    assert one_line(" a\n   b\tc\u00a0\u00a0d ") == "a b c\u00a0\u00a0d"


def test_unique_keeps_the_order() -> None:
    """Each text once, in order, none empty."""
    assert unique(["b", "", "a", "b"]) == ("b", "a")
