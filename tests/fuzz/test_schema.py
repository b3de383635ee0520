"""Does a whole record survive whatever stands at each of its places? Strategies of hypothesis, made of the records' own structure.

The hunts of test_records.py try many; here hypothesis looks for the smallest input that fails, and keeps what failed.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml.etree import _Element as Element

from evtrack.record import Skipped
from evtrack.sources._protocol import Read
from tests.fuzz import seeds
from tests.fuzz.readers import check_alone, check_parsed, pieces, whole
from tests.fuzz.test_records import FIRST, LAST

pytestmark = pytest.mark.promise("inputs")

LOOKED_AT = settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
SLOWLY = settings(LOOKED_AT, max_examples=15)
"""Making a whole article takes hypothesis longer than reading it."""
ODD = st.one_of(
    st.none(), st.booleans(), st.integers(), st.integers(10**12, 10**40), st.floats(), st.text(st.characters(exclude_categories=()), max_size=12),
    st.lists(st.integers(), max_size=2), st.dictionaries(st.text(max_size=3), st.none(), max_size=2),
)  # fmt: skip
"""What the registry's own schema does not allow at most of its places."""


def like(value: Any) -> st.SearchStrategy[Any]:
    """Values of the shape of ``value``: each key there, missing, or another's; lists of none to three; odd ones in between."""
    shape: st.SearchStrategy[Any]
    if isinstance(value, dict):
        shape = st.fixed_dictionaries({}, optional={key: like(inner) for key, inner in value.items()})
    elif isinstance(value, list):
        shape = st.lists(like(value[0]), max_size=3)
    else:
        shape = st.just(value)
    return st.one_of(shape, shape, shape, shape, ODD)


def named(study: Any) -> Any:
    """The study with its id, so that half of them are read."""
    if isinstance(study, dict) and isinstance(study.get("protocolSection"), dict):
        part = study["protocolSection"].get("identificationModule")
        study["protocolSection"]["identificationModule"] = {
            **(part if isinstance(part, dict) else {}),
            "nctId": "NCT90003001",
        }
    return study


STUDIES = st.one_of(like(seeds.STUDY), like(seeds.STUDY).map(named))


@LOOKED_AT
@given(study=STUDIES, random=st.randoms(use_true_random=False))
def test_studies(tally: Callable[[int], None], study: Any, random: Any) -> None:
    """A study of any shape is read or Skipped with a reason and its bytes; those beside it are as they were."""
    beside = {"protocolSection": {"identificationModule": {"nctId": "NCT90009001", "briefTitle": "x"}}}
    content = json.dumps([beside, study, beside]).encode()
    got, problem = whole([content], "a.json")
    assert problem is None
    assert len(got) == 3
    assert got[0] == got[2]
    assert isinstance(got[0], Read)
    assert isinstance(got[1], Read | Skipped)
    check_parsed(got[1])
    if isinstance(got[1], Read):
        check_alone(got[1])
    assert whole(pieces(random, content), "a.json")[0] == got
    tally(1)


WORDS = st.one_of(
    st.text(st.characters(codec="utf-8"), max_size=12),
    st.sampled_from(("&#0;", "&#xD800;", "&nosuch;", "&amp;", "2024", "13", "0", "9" * 40, "Jan", "NCT90000009", "10.1/x", "<![CDATA[<x>]]>", "<!-- x -->", "<?x?>", "<i>x</i>")),
)  # fmt: skip


def element(like_this: Element) -> st.SearchStrategy[str]:
    """Elements of the shape of this one: children in any order, some of them missing or twice; attributes and texts of any kind."""
    tag = str(like_this.tag)
    children = [element(child) for child in like_this if isinstance(child.tag, str)]
    inner = st.lists(st.one_of(*children), max_size=len(children) + 2).map("".join) if children else WORDS
    kept = (
        st.permutations(children).flatmap(lambda some: st.tuples(*some)).map("".join)
        if children
        else st.just(escape(like_this.text or ""))
    )
    attributes = {str(k): str(v) for k, v in like_this.attrib.items()}
    given_ = st.fixed_dictionaries(
        {},
        optional={
            k: st.one_of(
                st.just(v), st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Cn"]), max_size=5)
            )
            for k, v in attributes.items()
        },
    )

    def written(made: tuple[dict[str, str], str]) -> str:
        return f"<{tag}{''.join(f' {k}={quoteattr(v)}' for k, v in made[0].items())}>{made[1]}</{tag}>"

    return st.tuples(given_, st.one_of(kept, kept, inner)).map(written)


@SLOWLY
@given(article=st.one_of(*map(element, seeds.TREES)), random=st.randoms(use_true_random=False))
def test_articles(tally: Callable[[int], None], article: str, random: Any) -> None:
    """An article of any shape is read or Skipped with a reason and its bytes; those beside it are as they were."""
    content = seeds.whole_file(FIRST, article.encode("utf-8", "surrogatepass"), LAST)
    got, problem = whole([content], "a.xml")
    assert problem is None
    assert len(got) == 3
    assert [got[0], got[2]] == whole(
        [seeds.whole_file(FIRST, b"<DeleteCitation><PMID>1</PMID></DeleteCitation>", LAST)], "a.xml"
    )[0][::2]
    assert isinstance(got[1], Read | Skipped)
    check_parsed(got[1])
    if isinstance(got[1], Read):
        check_alone(got[1])
    assert whole(pieces(random, content), "a.xml")[0] == got
    tally(1)
