"""Is every domain value read back as it was written?"""

from __future__ import annotations

import json
import typing
from dataclasses import fields, is_dataclass
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evtrack.bilingual import Bilingual
from evtrack.grade.grades import ClaimGrade, ClaimRecordGrade, RecordGrade
from evtrack.record import AbstractSection, NctId, PartialDate, Record, RecordId, Trial
from evtrack.store.document import dump, dump_plain, load

PLAIN = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**40), 2**40)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=4,
)
DATES = st.builds(PartialDate, st.integers(1000, 9999)) | st.dates().filter(lambda d: d.year >= 1000).map(
    lambda d: PartialDate(d.year, d.month, d.day)
)
SMALL = st.text(max_size=6)


def strategy(hint: Any) -> st.SearchStrategy[Any]:
    """Values of a type of the vocabulary, small ones."""
    if hint is PartialDate:
        return DATES
    if isinstance(hint, type) and is_dataclass(hint):
        hints = typing.get_type_hints(hint)
        return st.builds(hint, **{f.name: strategy(hints[f.name]) for f in fields(hint)})
    origin, args = typing.get_origin(hint), typing.get_args(hint)
    if hint is Any:
        return PLAIN
    if origin is typing.Literal:
        return st.sampled_from(args)
    if origin is tuple:
        if len(args) == 2 and args[1] is Ellipsis:
            return st.lists(strategy(args[0]), max_size=2).map(tuple)
        return st.tuples(*(strategy(a) for a in args))
    if origin is dict:
        return st.dictionaries(strategy(args[0]), strategy(args[1]), max_size=2)
    if args:
        return st.none() | strategy(next(a for a in args if a is not type(None)))
    if hasattr(hint, "__supertype__"):
        return SMALL
    return {
        str: SMALL,
        int: st.integers(0, 2**40),
        float: st.floats(0, 1),
        bool: st.booleans(),
    }[hint]


@pytest.mark.parametrize("cls", [Record, RecordGrade, ClaimRecordGrade, ClaimGrade])
def test_what_is_written_is_read_back_the_same(cls: type) -> None:
    """load(cls, dump(x)) == x, and the text is canonical: written again it is the same text."""

    @settings(max_examples=40, deadline=None)
    @given(strategy(cls))
    def law(value: Any) -> None:
        text = dump(value)
        again: Any = load(cls, text)
        assert again == value
        assert type(again) is cls
        assert dump(again) == text

    law()


def test_text_is_sorted_and_leaves_out_what_is_at_its_default() -> None:
    """A field added later with a default changes no hash: defaults are not written, keys are sorted."""
    record = Record(
        RecordId("PMID:90000001"), "pubmed", "medline", "T", (AbstractSection("a"),), revised=PartialDate(2020, 5)
    )
    assert dump(record) == (
        '{"abstract":[{"text":"a"}],"format":"medline","id":"PMID:90000001","revised":"2020-05","source":"pubmed","title":"T"}'
    )


def test_order_of_keys_in_numbers_does_not_matter() -> None:
    """Two grades that are equal have one text, whatever the order in which their numbers were found."""
    known: dict[str, Any] = {
        "design": "rct",
        "level": "rct",
        "synthesis": False,
        "role": "therapy",
        "agent": "none",
        "gate": None,
        "stance": "unclear",
        "basis": "title",
    }
    one = RecordGrade(**known, numbers={"n": 1, "arms": {"b": 1, "a": [1, {"d": 1, "c": 2}]}})
    two = RecordGrade(**known, numbers={"arms": {"a": [1, {"c": 2, "d": 1}], "b": 1}, "n": 1})
    assert dump(one) == dump(two)


def test_japanese_stays_readable_and_a_lone_surrogate_is_escaped() -> None:
    """Text is UTF-8 for whoever opens the database; what is no UTF-8 is kept all the same."""
    assert "動物" in dump(Bilingual("動物", "animal"))
    odd = Bilingual("\ud800", "x")
    assert dump(odd).encode()
    assert load(Bilingual, dump(odd)) == odd


def test_keys_of_a_newer_evtrack_are_left_out() -> None:
    """A document with a key that this evtrack does not know is still read."""
    assert load(AbstractSection, '{"text":"a","newer":[1]}') == AbstractSection("a")


def test_dates_within_a_trial_survive() -> None:
    """Dates keep their precision inside nested values."""
    value = Trial(nct_id=NctId("NCT90000001"), start_date=PartialDate(2020), completion_date=PartialDate(2021, 2))
    assert json.loads(dump(value)) == {"nct_id": "NCT90000001", "start_date": "2020", "completion_date": "2021-02"}
    assert load(Trial, dump(value)) == value


def test_no_number_is_no_number() -> None:
    """NaN is a bug of whoever made it, told at once."""
    with pytest.raises(ValueError, match="JSON compliant"):
        dump_plain({"n": float("nan")})
