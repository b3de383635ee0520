"""Is a ClinicalTrials.gov study read, and does it survive whatever is missing or of a wrong type?"""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest

from evtrack.record import (
    PMID,
    Arm,
    Intervention,
    MeshHeading,
    NctId,
    Outcome,
    PartialDate,
    Record,
    RecordId,
    Skipped,
    Trial,
    TrialReference,
)
from evtrack.sources import ctgov_json
from evtrack.sources._json_text import Document
from evtrack.sources._protocol import Parsed, Read, SourceError

FILE = Path(__file__).parents[1] / "data/studies.json"
NCT = NctId("NCT90000031")


def parsed(text: str | bytes) -> list[Parsed]:
    return list(ctgov_json.parse(io.BytesIO(text if isinstance(text, bytes) else text.encode())))


def study(**modules: Any) -> dict[str, Any]:
    return {"protocolSection": {"identificationModule": {"nctId": NCT}, **modules}}


def only(value: Any) -> Record:
    (read,) = parsed(json.dumps(value))
    assert isinstance(read, Read), read
    return read.record


def test_everything_of_a_study_is_read() -> None:
    """A page gives each study with its facts in the registry's own spelling."""
    first, second, third = parsed(FILE.read_bytes())
    assert isinstance(first, Read)
    assert first.record == Record(
        id=RecordId(NCT),
        source="ctgov",
        format="ctgov-json",
        title="Invented vesicles for low mood",
        mesh=(MeshHeading("Depression"), MeshHeading("Exosomes")),
        keywords=("exosomes",),
        published=PartialDate(2024, 1, 9),
        revised=PartialDate(2025, 6, 7),
        nct_ids=(NCT, NctId("NCT90000030")),
        other_registry_ids=("jRCT1090000031", "ChiCTR9000000031", "2025-900031-31"),
        trial=Trial(
            nct_id=NCT,
            brief_title="Invented vesicles for low mood",
            official_title="A randomised invented trial of vesicles for low mood",
            overall_status="TERMINATED",
            why_stopped="Nobody came.",
            study_type="INTERVENTIONAL",
            phases=("PHASE1", "PHASE2"),
            allocation="RANDOMIZED",
            intervention_model="PARALLEL",
            primary_purpose="TREATMENT",
            masking="QUADRUPLE",
            enrollment=12,
            enrollment_type="ACTUAL",
            conditions=("Depression",),
            keywords=("exosomes",),
            arms=(
                Arm("Vesicles", "EXPERIMENTAL", "Drip.", ("Biological: vesicles",)),
                Arm("NO_INTERVENTION", "NO_INTERVENTION"),
            ),
            interventions=(
                Intervention("vesicles", "BIOLOGICAL", "From nowhere.", ("exosomes",)),
                Intervention("OTHER", "OTHER"),
            ),
            primary_outcomes=(Outcome("HAM-D", "Change.", "8 weeks"),),
            secondary_outcomes=(Outcome("BDI"),),
            brief_summary="Summary.\n\n* a point",
            detailed_description="Long.",
            eligibility_criteria="Inclusion:\n* adults",
            minimum_age="18 Years",
            maximum_age="65 Years",
            healthy_volunteers=False,
            first_submitted=PartialDate(2024, 1, 2),
            start_date=PartialDate(2024, 2),
            primary_completion_date=PartialDate(2025, 3, 4),
            completion_date=PartialDate(2025, 5),
            has_results=True,
            references=(
                TrialReference(PMID("90000001"), "RESULT", "Muster 2025"),
                TrialReference(None, "BACKGROUND", "Somebody"),
            ),
            secondary_ids=("ChiCTR9000000031", "2025-900031-31", "GRANT 7"),
            aliases=(NctId("NCT90000030"),),
            countries=("Japan",),
        ),
    )
    assert isinstance(second, Read)
    assert second.record.title == "Only an official title"
    assert third == Skipped(
        "study 3", "no nctId", b'{"protocolSection":{"identificationModule":{"briefTitle":"Without an id"}}}'
    )


def test_the_shape_of_the_file_does_not_matter() -> None:
    """One study, a list, a page and lines give equal records; bytes are exact for a line, sorted and compact in a page."""
    one = {"hasResults": False, **study()}
    line = json.dumps(one)
    shapes = [line, json.dumps([one]), json.dumps({"studies": [one]}), f"{line}\n{line}\n", json.dumps(one, indent=2)]
    reads = [parsed(shape)[0] for shape in shapes]
    assert all(isinstance(r, Read) and r.record == only(one) for r in reads)
    assert [r.raw for r in reads if isinstance(r, Read)] == [
        line.encode(),
        b'{"hasResults":false,"protocolSection":{"identificationModule":{"nctId":"NCT90000031"}}}',
        b'{"hasResults":false,"protocolSection":{"identificationModule":{"nctId":"NCT90000031"}}}',
        line.encode(),
        json.dumps(one, indent=2).encode(),
    ]


def test_raw_bytes_read_alone_give_the_same() -> None:
    """Regrading reads the stored bytes: record and bytes are the same."""
    for read in parsed(FILE.read_bytes()):
        if isinstance(read, Read):
            assert parsed(read.raw) == [read]


@pytest.mark.parametrize("wrong", [7, "text", True, [], {}, [7], [[]], {"x": 1}, 1.5, None])
def test_any_value_anywhere_is_survived(wrong: object) -> None:
    """Whatever stands in any place of a study, the study is read or skipped, and what is of a wrong type is flagged."""

    def places(value: object, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
        found = [path] if path else []
        if isinstance(value, dict):
            found += [p for k, v in value.items() for p in places(v, (*path, k))]
        elif isinstance(value, list):
            found += [p for i, v in enumerate(value) for p in places(v, (*path, i))]
        return found

    whole = json.loads(FILE.read_text(encoding="utf-8"))["studies"][0]
    for path in places(whole):
        changed: Any = json.loads(json.dumps(whole))
        place = changed
        for step in path[:-1]:
            place = place[step]
        place[path[-1]] = wrong
        (got,) = parsed(json.dumps([changed, study()]))[:1]
        assert isinstance(got, Read | Skipped)


def test_wrong_types_are_flagged_by_their_path() -> None:
    """A field of a wrong type is as if absent, and the flag names it."""
    record = only(
        study(
            statusModule={"overallStatus": 7, "startDateStruct": "2024", "completionDateStruct": {"date": "soon"}},
            designModule={"phases": "PHASE1", "enrollmentInfo": {"count": "12"}},
            eligibilityModule={"healthyVolunteers": "No"},
            conditionsModule={"conditions": ["Depression", 4]},
            armsInterventionsModule={"armGroups": ["one"]},
        )
    )
    assert record.trial is not None
    assert record.trial.conditions == ("Depression",)
    assert (record.trial.phases, record.trial.enrollment, record.trial.overall_status) == ((), None, None)
    assert set(record.parse_flags) == {
        "date_not_understood",
        "wrong_type:protocolSection.statusModule.overallStatus",
        "wrong_type:protocolSection.statusModule.startDateStruct",
        "wrong_type:protocolSection.designModule.phases",
        "wrong_type:protocolSection.designModule.enrollmentInfo.count",
        "wrong_type:protocolSection.eligibilityModule.healthyVolunteers",
        "wrong_type:protocolSection.conditionsModule.conditions",
        "wrong_type:protocolSection.armsInterventionsModule.armGroups",
    }


def test_unknown_values_are_kept() -> None:
    """A status the registry invents tomorrow is kept as it is spelt."""
    record = only(study(statusModule={"overallStatus": "ON_THE_MOON"}))
    assert record.trial is not None
    assert record.trial.overall_status == "ON_THE_MOON"
    assert record.parse_flags == ()


@pytest.mark.parametrize(
    ("extra", "posted"),
    [
        ({}, False),
        ({"hasResults": True}, True),
        ({"hasResults": False, "resultsSection": {"x": 1}}, False),
        ({"resultsSection": {"x": 1}}, True),
        ({"resultsSection": {}}, False),
    ],
)
def test_whether_results_are_posted(extra: dict[str, Any], posted: bool) -> None:
    """The registry's word counts; where it is missing, the results or their date do."""
    record = only({**study(), **extra})
    assert record.trial is not None
    assert record.trial.has_results is posted


def test_a_date_of_results_means_results() -> None:
    """An answer trimmed to a few fields may have the date alone."""
    record = only(study(statusModule={"resultsFirstPostDateStruct": {"date": "2025-01-02"}}))
    assert record.trial is not None
    assert record.trial.has_results


def test_what_no_database_takes_is_mended() -> None:
    """NUL and lone surrogates go from the fields with a flag; the bytes stay as received."""
    line = b'{"protocolSection":{"identificationModule":{"nctId":"NCT90000031","briefTitle":"a\\u0000b\\ud800c"}}}'
    (read,) = parsed(line)
    assert isinstance(read, Read)
    assert read.record.title == "ab\ufffdc"
    assert read.record.parse_flags == ("nul_removed", "unpaired_surrogate")
    assert read.raw == line
    (paged,) = parsed(b"[" + line + b"]")
    assert isinstance(paged, Read)
    assert paged.record == read.record
    assert parsed(paged.raw) == [paged]
    (latin,) = parsed(line.replace(b"\\u0000", b"\xff"))
    assert isinstance(latin, Read)
    assert "bytes_not_understood" in latin.record.parse_flags


@pytest.mark.parametrize("nct_id", [7, "NCT1", ""])
def test_a_study_without_a_sound_id_is_skipped(nct_id: object) -> None:
    """It is listed with what its id is."""
    (got,) = parsed(json.dumps({"protocolSection": {"identificationModule": {"nctId": nct_id}}}))
    assert isinstance(got, Skipped)
    assert "is not NCT and eight digits" in got.why


def test_elements_that_are_no_studies_are_skipped() -> None:
    """A page with something else in it gives the rest."""
    got = parsed(json.dumps({"studies": [7, study()]}))
    assert [type(x) for x in got] == [Skipped, Read]
    assert parsed('{"studies": []}') == parsed("[]") == []


def test_broken_lines_are_skipped_and_the_last_is_told() -> None:
    """A broken line in the middle costs itself; a last one that is cut off ends the file with its place."""
    line = json.dumps(study())
    assert [type(x) for x in parsed(f"{line}\n{line[:-9]}\n{line}\n")] == [Read, Skipped, Read]
    got: list[Parsed] = []
    with pytest.raises(SourceError, match="line 2: the last line is cut off"):
        got.extend(ctgov_json.parse(io.BytesIO(f"{line}\n{line[:-9]}".encode())))
    assert [type(x) for x in got] == [Read, Skipped]


def test_a_page_a_line() -> None:
    """Pages, one a line, give the studies of all."""
    page = json.dumps({"studies": [study(), 7]})
    got = parsed(f"{page}\n{page}\n")
    assert [type(x) for x in got] == [Read, Skipped, Read, Skipped]
    assert isinstance(got[3], Skipped)
    assert got[3].where == "line 2, study 2"


def test_a_page_cut_off_gives_what_was_whole() -> None:
    """The studies before the place where a page ends are given, then the place is named."""
    text = json.dumps({"totalCount": 3, "studies": [study()] * 3}, indent=1)
    got: list[Parsed] = []
    with pytest.raises(SourceError, match="the JSON breaks off") as error:
        got.extend(ctgov_json.parse(io.BytesIO(text[:-40].encode())))
    assert [type(x) for x in got] == [Read, Read]
    assert error.value.code == "broken_off"


def test_other_answers_are_errors() -> None:
    """An error body is told with its words; other JSON is no study."""
    with pytest.raises(SourceError, match="answered with an error: rate limit"):
        parsed('{"error": "rate limit"}')
    for text in ('{"a": 1}', "7", '[{"a": 1}]', '{"studies": 7}'):
        with pytest.raises(SourceError, match=r"no ClinicalTrials\.gov study"):
            parsed(text)
    with pytest.raises(SourceError, match=r"line 1, column 1: "):
        parsed("nothing like it")


def test_nesting_without_end_is_skipped() -> None:
    """A study nested a hundred thousand deep is no crash."""
    deep = '{"protocolSection": ' + '{"a": ' * 100_000 + "1" + "}" * 100_001
    assert isinstance(parsed(f"{json.dumps(study())}\n{deep}\n")[1], Skipped)
    value: Any = study()
    for _ in range(5000):
        value = {"protocolSection": value}
    document = Document([value], b"raw", "line 1")
    assert list(ctgov_json.studies(document)) == [Skipped("line 1, study 1", "nested too deeply", b"raw")]
