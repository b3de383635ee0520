"""What does a ClinicalTrials.gov API v2 study say? Survives any missing key, unknown value and wrong type."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import BinaryIO

from evtrack.record import (
    Arm,
    Intervention,
    MeshHeading,
    Outcome,
    PartialDate,
    Record,
    RecordId,
    Skipped,
    Trial,
    TrialReference,
)
from evtrack.sources._fields import is_registry_id, nct_id_of, one_line, pmid_of, sound, unique
from evtrack.sources._json_text import Document, canonical, documents
from evtrack.sources._protocol import Parsed, Read, SourceError
from evtrack.sources._stream import raw_blocks, unpacked

MOST = 10**10
"""More participants than people: a larger number is a slip, and beyond 2**63 no database takes it."""


def parse(stream: BinaryIO) -> Iterator[Parsed]:
    """Every study of a stream: one, a list, a page ``{"studies": […]}``, or one a line; plain or gzip.

    A study without a sound ``nctId`` is :class:`Skipped`. Raises :class:`SourceError` where the stream breaks off or
    holds something else.
    """
    for document in documents(unpacked(raw_blocks(stream))):
        yield from studies(document)


def holds_studies(document: Document) -> bool:
    """Whether the value is a study, a page or a list of studies (or the broken line of one)."""
    value = document.value
    if document.error:
        return b'"protocolSection"' in document.raw
    if isinstance(value, dict):
        return "protocolSection" in value or isinstance(value.get("studies"), list)
    return isinstance(value, list) and (not value or any(isinstance(v, dict) and "protocolSection" in v for v in value))


def studies(document: Document) -> Iterator[Parsed]:
    """The studies of one JSON value. Raises :class:`SourceError` where it is no study, or the stream ends in it."""
    value = document.value
    if document.error:
        yield Skipped(document.where, document.error, document.raw)
        if document.cut_off:
            raise SourceError(
                "the last line is cut off", code="broken_off", place=document.where, mend="get the file again"
            )
    elif not holds_studies(document):
        if isinstance(value, dict) and isinstance(value.get("error"), str):
            raise SourceError(
                f"the service answered with an error: {value['error'][:300]}",
                code="service_error",
                place=document.where,
                mend="ask again",
            )
        raise SourceError(
            "no ClinicalTrials.gov study: no protocolSection",
            code="not_records",
            place=document.where,
            mend="save the studies as JSON of API v2",
        )
    elif isinstance(value, dict) and "protocolSection" in value:
        yield _study(value, document, document.where, document.raw)
    else:
        where = "" if document.whole else f"{document.where}, "
        for i, study in enumerate(_listed(value), 1):
            yield _study(study, document, f"{where}study {i}")


def _listed(value: object) -> list[object]:
    """The elements of a list, or of a page's."""
    found = value.get("studies") if isinstance(value, dict) else value
    return found if isinstance(found, list) else []


def _study(study: object, document: Document, where: str, raw: bytes = b"") -> Read | Skipped:
    try:
        raw = raw or canonical(study)
    except RecursionError:
        return Skipped(where, "nested too deeply", document.raw)
    return read_study(study, raw, where, document.mended)


class _Fields:
    """One object of a study. A value of a wrong type is as if absent, with the flag ``wrong_type:<path>``."""

    def __init__(self, values: dict[str, object], path: str, flags: dict[str, None]) -> None:
        self.values = values
        self.path = path
        self.flags = flags

    def _wrong(self, name: str) -> None:
        self.flags[f"wrong_type:{self.path}{name}"] = None

    def part(self, name: str) -> _Fields:
        """The object under ``name``, empty where there is none."""
        value = self.values.get(name)
        if value is not None and not isinstance(value, dict):
            self._wrong(name)
        return _Fields(value if isinstance(value, dict) else {}, f"{self.path}{name}.", self.flags)

    def _list(self, name: str) -> list[object]:
        value = self.values.get(name)
        if value is not None and not isinstance(value, list):
            self._wrong(name)
        return value if isinstance(value, list) else []

    def parts(self, name: str) -> Iterator[_Fields]:
        """The objects of the list under ``name``."""
        for value in self._list(name):
            if isinstance(value, dict):
                yield _Fields(value, f"{self.path}{name}.", self.flags)
            else:
                self._wrong(name)

    def text(self, name: str) -> str | None:
        """A text of one line; ``None`` where it is empty."""
        value = self.long_text(name)
        return one_line(value) or None if value else None

    def long_text(self, name: str) -> str | None:
        """A text with its line breaks (Markdown)."""
        value = self.values.get(name)
        if value is None:
            return None
        if not isinstance(value, str):
            self._wrong(name)
            return None
        return sound(value, self.flags).strip() or None

    def texts(self, name: str) -> tuple[str, ...]:
        """The texts of the list under ``name``, each once."""
        values = self._list(name)
        if not all(isinstance(v, str) for v in values):
            self._wrong(name)
        return unique(one_line(sound(v, self.flags)) for v in values if isinstance(v, str))

    def number(self, name: str) -> int | None:
        """A whole number from zero to ``MOST``."""
        value = self.values.get(name)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= MOST:
            self._wrong(name)
            return None
        return value

    def truth(self, name: str) -> bool | None:
        """True, false, or not said."""
        value = self.values.get(name)
        if value is not None and not isinstance(value, bool):
            self._wrong(name)
        return value if isinstance(value, bool) else None

    def date(self, name: str) -> PartialDate | None:
        """A date as precise as it is given."""
        text = self.text(name)
        if text is None:
            return None
        date = PartialDate.parse(text)
        if date is None:
            self.flags["date_not_understood"] = None
        return date


def read_study(study: object, raw: bytes, where: str, mended: bool = False) -> Read | Skipped:
    """One study object; :class:`Skipped` where it is no object or has no sound ``nctId``."""
    if not isinstance(study, dict):
        return Skipped(where, f"a study must be an object, not {type(study).__name__}", raw)
    flags: dict[str, None] = {"bytes_not_understood": None} if mended else {}
    whole = _Fields(study, "", flags)
    protocol = whole.part("protocolSection")
    identification = protocol.part("identificationModule")
    given = identification.values.get("nctId")
    nct_id = nct_id_of(given)
    if nct_id is None:
        return Skipped(
            where, "no nctId" if given is None else f"nctId {str(given)[:40]!r} is not NCT and eight digits", raw
        )
    status = protocol.part("statusModule")
    description = protocol.part("descriptionModule")
    design = protocol.part("designModule")
    design_info = design.part("designInfo")
    enrollment = design.part("enrollmentInfo")
    conditions = protocol.part("conditionsModule")
    treatment = protocol.part("armsInterventionsModule")
    outcomes = protocol.part("outcomesModule")
    eligibility = protocol.part("eligibilityModule")
    posted = whole.truth("hasResults")
    if posted is None:  # answers trimmed by ``fields=`` may lack it
        posted = (
            bool(whole.part("resultsSection").values)
            or status.part("resultsFirstPostDateStruct").date("date") is not None
        )
    secondary_ids = unique(found.text("id") or "" for found in identification.parts("secondaryIdInfos"))
    own_id = identification.part("orgStudyIdInfo").text("id")
    aliases = tuple(filter(None, map(nct_id_of, identification.texts("nctIdAliases"))))
    keywords = conditions.texts("keywords")
    trial = Trial(
        nct_id=nct_id,
        brief_title=identification.text("briefTitle"),
        official_title=identification.text("officialTitle"),
        overall_status=status.text("overallStatus"),
        why_stopped=status.text("whyStopped"),
        study_type=design.text("studyType"),
        phases=design.texts("phases"),
        allocation=design_info.text("allocation"),
        intervention_model=design_info.text("interventionModel"),
        primary_purpose=design_info.text("primaryPurpose"),
        masking=design_info.part("maskingInfo").text("masking"),
        enrollment=enrollment.number("count"),
        enrollment_type=enrollment.text("type"),
        conditions=conditions.texts("conditions"),
        keywords=keywords,
        arms=tuple(
            Arm(label, arm.text("type"), arm.long_text("description"), arm.texts("interventionNames"))
            for arm in treatment.parts("armGroups")
            if (label := arm.text("label") or arm.text("type"))
        ),
        interventions=tuple(
            Intervention(name, given_.text("type"), given_.long_text("description"), given_.texts("otherNames"))
            for given_ in treatment.parts("interventions")
            if (name := given_.text("name") or given_.text("type"))
        ),
        primary_outcomes=_outcomes(outcomes, "primaryOutcomes"),
        secondary_outcomes=_outcomes(outcomes, "secondaryOutcomes"),
        brief_summary=description.long_text("briefSummary"),
        detailed_description=description.long_text("detailedDescription"),
        eligibility_criteria=eligibility.long_text("eligibilityCriteria"),
        minimum_age=eligibility.text("minimumAge"),
        maximum_age=eligibility.text("maximumAge"),
        healthy_volunteers=eligibility.truth("healthyVolunteers"),
        first_submitted=status.date("studyFirstSubmitDate"),
        start_date=status.part("startDateStruct").date("date"),
        primary_completion_date=status.part("primaryCompletionDateStruct").date("date"),
        completion_date=status.part("completionDateStruct").date("date"),
        has_results=posted,
        references=tuple(
            TrialReference(pmid_of(reference.text("pmid")), reference.text("type"), reference.text("citation"))
            for reference in protocol.part("referencesModule").parts("references")
        ),
        secondary_ids=secondary_ids,
        aliases=aliases,
        countries=unique(
            place.text("country") or "" for place in protocol.part("contactsLocationsModule").parts("locations")
        ),
    )
    record = Record(
        id=RecordId(nct_id),
        source="ctgov",
        format="ctgov-json",
        title=trial.brief_title or trial.official_title or "",
        mesh=_mesh(whole.part("derivedSection")),
        keywords=keywords,
        published=status.part("studyFirstPostDateStruct").date("date"),
        revised=status.part("lastUpdatePostDateStruct").date("date"),
        nct_ids=(nct_id, *aliases),
        other_registry_ids=unique(i for i in (own_id or "", *secondary_ids) if is_registry_id(i)),
        trial=trial,
        parse_flags=tuple(flags),
    )
    return Read(record, raw)


def _outcomes(module: _Fields, name: str) -> tuple[Outcome, ...]:
    return tuple(
        Outcome(measure, outcome.long_text("description"), outcome.text("timeFrame"))
        for outcome in module.parts(name)
        if (measure := outcome.text("measure"))
    )


def _mesh(derived: _Fields) -> tuple[MeshHeading, ...]:
    """The MeSH terms the registry's own program found in conditions and interventions."""
    modules: Iterable[_Fields] = (derived.part("conditionBrowseModule"), derived.part("interventionBrowseModule"))
    return tuple(
        MeshHeading(term)
        for term in unique(entry.text("term") or "" for module in modules for entry in module.parts("meshes"))
    )
