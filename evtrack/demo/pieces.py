"""Which parts of a study do the names of ClinicalTrials.gov mean? Field names, paths, and what a search looks through."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

_MODULES = {
    "identificationModule": (
        "NCTId=nctId", "NCTIdAlias=nctIdAliases", "OrgStudyId=orgStudyIdInfo.id", "SecondaryId=secondaryIdInfos.id",
        "OrgFullName=organization.fullName", "BriefTitle=briefTitle", "OfficialTitle=officialTitle",
    ),
    "statusModule": (
        "StatusVerifiedDate=statusVerifiedDate", "OverallStatus=overallStatus", "WhyStopped=whyStopped",
        "StartDate=startDateStruct.date", "PrimaryCompletionDate=primaryCompletionDateStruct.date",
        "CompletionDate=completionDateStruct.date", "StudyFirstSubmitDate=studyFirstSubmitDate",
        "StudyFirstPostDate=studyFirstPostDateStruct.date", "ResultsFirstPostDate=resultsFirstPostDateStruct.date",
        "LastUpdateSubmitDate=lastUpdateSubmitDate", "LastUpdatePostDate=lastUpdatePostDateStruct.date",
    ),
    "sponsorCollaboratorsModule": ("LeadSponsorName=leadSponsor.name", "LeadSponsorClass=leadSponsor.class"),
    "descriptionModule": ("BriefSummary=briefSummary", "DetailedDescription=detailedDescription"),
    "conditionsModule": ("Condition=conditions", "Keyword=keywords"),
    "designModule": (
        "StudyType=studyType", "Phase=phases", "DesignAllocation=designInfo.allocation",
        "DesignInterventionModel=designInfo.interventionModel", "DesignPrimaryPurpose=designInfo.primaryPurpose",
        "DesignMasking=designInfo.maskingInfo.masking", "EnrollmentCount=enrollmentInfo.count",
        "EnrollmentType=enrollmentInfo.type",
    ),
    "armsInterventionsModule": (
        "ArmGroupLabel=armGroups.label", "ArmGroupType=armGroups.type", "InterventionName=interventions.name",
        "InterventionType=interventions.type", "InterventionDescription=interventions.description",
        "InterventionOtherName=interventions.otherNames", "ArmGroup=armGroups", "Intervention=interventions",
    ),
    "outcomesModule": (
        "PrimaryOutcomeMeasure=primaryOutcomes.measure", "PrimaryOutcomeTimeFrame=primaryOutcomes.timeFrame",
        "SecondaryOutcomeMeasure=secondaryOutcomes.measure", "PrimaryOutcome=primaryOutcomes",
        "SecondaryOutcome=secondaryOutcomes",
    ),
    "eligibilityModule": ("EligibilityCriteria=eligibilityCriteria", "MinimumAge=minimumAge", "Sex=sex"),
    "contactsLocationsModule": (
        "LocationFacility=locations.facility", "LocationCity=locations.city", "LocationCountry=locations.country",
        "Location=locations",
    ),
    "referencesModule": (
        "ReferencePMID=references.pmid", "ReferenceType=references.type", "ReferenceCitation=references.citation",
        "Reference=references",
    ),
}  # fmt: skip


def _all_pieces() -> dict[str, tuple[str, ...]]:
    pieces: dict[str, tuple[str, ...]] = {
        "HasResults": ("hasResults",),
        "ProtocolSection": ("protocolSection",),
        "ResultsSection": ("resultsSection",),
        "DerivedSection": ("derivedSection",),
        "VersionHolder": ("derivedSection", "miscInfoModule", "versionHolder"),
    }
    for module, names in _MODULES.items():
        pieces[module[0].upper() + module[1:]] = ("protocolSection", module)
        for entry in names:
            piece, _, path = entry.partition("=")
            pieces[piece] = ("protocolSection", module, *path.split("."))
    return pieces


PIECES: Mapping[str, tuple[str, ...]] = _all_pieces()
"""Piece name → path in the document (clinicaltrials.gov/data-api/about-api/study-data-structure)."""

AREAS: Mapping[str, tuple[str, ...]] = {
    "ConditionSearch": ("Condition", "Keyword", "BriefTitle", "OfficialTitle"),
    "InterventionSearch": (
        "InterventionName", "InterventionOtherName", "InterventionDescription", "ArmGroupLabel", "BriefTitle",
        "OfficialTitle",
    ),
    "OutcomeSearch": ("PrimaryOutcomeMeasure", "SecondaryOutcomeMeasure"),
    "TitleSearch": ("BriefTitle", "OfficialTitle"),
    "LocationSearch": ("LocationFacility", "LocationCity", "LocationCountry"),
    "SponsorSearch": ("LeadSponsorName", "OrgFullName"),
    "IdSearch": ("NCTId", "NCTIdAlias", "OrgStudyId", "SecondaryId"),
    "BasicSearch": ("ProtocolSection",),
    "PatientSearch": ("ProtocolSection",),
}  # fmt: skip
"""Search area → the pieces it looks through (clinicaltrials.gov/data-api/about-api/search-areas)."""

QUERY_AREAS: Mapping[str, str] = {
    "query.cond": "ConditionSearch",
    "query.term": "BasicSearch",
    "query.locn": "LocationSearch",
    "query.titles": "TitleSearch",
    "query.intr": "InterventionSearch",
    "query.outc": "OutcomeSearch",
    "query.spons": "SponsorSearch",
    "query.lead": "LeadSponsorName",
    "query.id": "IdSearch",
    "query.patient": "PatientSearch",
}


def is_ordered(piece: str) -> bool:
    """Whether studies can be sorted by it and a RANGE be taken of it: dates and numbers alone."""
    return piece in PIECES and (piece.endswith("Date") or piece == "EnrollmentCount")


def values(document: Any, path: Sequence[str]) -> Iterator[Any]:
    """All plain values at a path and below, lists taken apart."""
    if isinstance(document, list):
        for part in document:
            yield from values(part, path)
    elif isinstance(document, dict):
        for part in [document.get(path[0])] if path else document.values():
            yield from values(part, path[1:])
    elif document is not None and not path:
        yield document


def trimmed(document: Any, paths: Sequence[Sequence[str]]) -> Any:
    """The document with the paths alone; what lies below a path comes whole."""
    if isinstance(document, list):
        return [trimmed(part, paths) for part in document]
    if any(not path for path in paths):
        return document
    kept = {name: [path[1:] for path in paths if path[0] == name] for name in document}
    return {name: trimmed(document[name], below) for name, below in kept.items() if below}
