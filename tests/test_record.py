"""Does the vocabulary keep its promises?"""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evtrack.record import AbstractSection, NctId, PartialDate, Record, RecordId, Trial, pmid_record

DATES = st.dates(min_value=date(1000, 1, 1))


def record(**fields: object) -> Record:
    return Record(id=RecordId("PMID:90000001"), source="pubmed", format="jsonl", title="t", **fields)  # type: ignore[arg-type] # any field


@settings(deadline=None)
@given(DATES, st.integers(1, 3))
def test_partial_date_reads_what_it_writes(day: date, parts: int) -> None:
    """A partial date written as text and read again is the same date, as precise as before."""
    whole = PartialDate(*(day.year, day.month, day.day)[:parts])
    assert PartialDate.parse(str(whole)) == whole


@settings(deadline=None)
@given(DATES)
def test_partial_date_latest_is_never_before_it(day: date) -> None:
    """The last day a date may mean is the day itself, or the end of its month or year."""
    assert PartialDate(day.year, day.month, day.day).latest == day
    assert PartialDate(day.year, day.month).latest >= day
    assert PartialDate(day.year).latest == date(day.year, 12, 31)


@pytest.mark.parametrize("parts", [(999,), (2024, 13), (2024, 0), (2023, 2, 29), (2024, None, 3)])
def test_partial_date_refuses_what_no_calendar_has(parts: tuple[int, ...]) -> None:
    """Parts that name no day of the calendar raise ValueError."""
    with pytest.raises(ValueError, match=r"no |without"):
        PartialDate(*parts)


@pytest.mark.parametrize("text", ["", "2024-3", "2024-13", "2024-02-30", "Spring 2024", "0999"])
def test_partial_date_parse_invents_nothing(text: str) -> None:
    """What is not a date in ISO form is None."""
    assert PartialDate.parse(text) is None


def test_partial_dates_sort() -> None:
    """Dates of one precision sort by time."""
    assert PartialDate(2024, 1, 2) < PartialDate(2024, 2, 1) < PartialDate(2025, 1, 1)


def test_abstract_text_joins_sections_with_their_labels() -> None:
    """The one text that grading reads has a line a section, with its label."""
    sections = (AbstractSection("Why.", "BACKGROUND"), AbstractSection("What."))
    assert record(abstract=sections).abstract_text == "BACKGROUND: Why.\nWhat."


def test_year_is_of_publication_else_of_first_submission_else_none() -> None:
    """A trial without a posting date has the year it was submitted; a record without dates has none."""
    trial = Trial(nct_id=NctId("NCT90000001"), first_submitted=PartialDate(2021, 5))
    assert record(published=PartialDate(2020), trial=trial).year == 2020
    assert record(trial=trial).year == 2021
    assert record(trial=Trial(nct_id=NctId("NCT90000001"))).year is None
    assert record().year is None


def test_pmid_record_names_the_source() -> None:
    """A PubMed id becomes the record id that store and JSON use."""
    assert pmid_record("90000001") == "PMID:90000001"
