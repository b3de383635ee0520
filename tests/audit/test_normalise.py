"""Are texts made comparable, and is the way back right?"""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evtrack.audit.normalise import normalise


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("ＰＴＳＤ", "PTSD"),
        ("エク\u200bソ\ufeffソーム", "エクソソーム"),
        ("下垂体－副腎", "下垂体-副腎"),
        ("下垂体\u2010副腎", "下垂体-副腎"),
        ("ｴｸｿｿｰﾑ", "エクソソーム"),
        ("か\u3099ん", "がん"),
        ("か\u200b\u3099ん", "がん"),
        ("ｶﾞﾝ", "ガン"),
        ("神経\n炎症を\r\n抑える", "神経炎症を抑える"),
        ("brain\ninflammation", "brain inflammation"),
        ("post\u2013stroke", "post-stroke"),
        ("patient\u2019s \u201cdrip\u201d", 'patient\'s "drip"'),
        ("㈱エクソ", "(株)エクソ"),
        ("EV\u00a0投与\u3000後", "EV 投与 後"),
        ("plain text", "plain text"),
        ("", ""),
    ],
)
def test_one_spelling(text: str, wanted: str) -> None:
    """Width, marks, hyphens, blanks and invisible characters do not tell texts apart."""
    assert normalise(text).text == wanted


def test_case_stays() -> None:
    """EVs and evs are two things: case is kept for whoever matches."""
    assert normalise("EVs evs").text == "EVs evs"


@pytest.mark.parametrize(
    ("text", "word", "source"),
    [
        ("点滴のエク\u200bソソームは", "エクソソーム", "エク\u200bソソーム"),
        ("ｶﾞﾝとｴｸｿ", "エクソ", "ｴｸｿ"),
        ("これはか\u3099んです", "がん", "か\u3099ん"),
        ("神経\n炎症です", "神経炎症", "神経\n炎症"),
        ("㈱です", "株", "㈱"),
    ],
)
def test_way_back(text: str, word: str, source: str) -> None:
    """A word found in the normalised text is the source's own letters."""
    normalised = normalise(text)
    start = normalised.text.index(word)
    begin, end = normalised.source(start, start + len(word))
    assert text[begin:end] == source


def test_empty_span() -> None:
    """An empty span stays at its place."""
    assert normalise("あいう").source(1, 1) == (1, 1)


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=60))
def test_offsets(text: str) -> None:
    """Offsets never run backwards, stay inside the source, and nothing invisible is left."""
    normalised = normalise(text)
    assert len(normalised.offsets) == len(normalised.text) + 1
    assert list(normalised.offsets) == sorted(normalised.offsets)
    assert normalised.offsets[-1] == len(text)
    assert not any(unicodedata.category(c) == "Cf" for c in normalised.text)
    for at in range(len(normalised.text)):
        start, end = normalised.source(at, at + 1)
        assert 0 <= start < end <= len(text)


@given(st.text(alphabet="エクソかがｶﾞﾞ\u3099\u200bEVs 。、\n-－", max_size=40))
def test_twice_is_once(text: str) -> None:
    """What is normalised stays as it is."""
    once = normalise(text).text
    assert normalise(once).text == once
