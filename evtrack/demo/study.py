"""What does one synthetic trial look like as ClinicalTrials.gov serves it? A value that renders itself as API v2 JSON."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any


@dataclass(frozen=True, slots=True)
class Study:
    """One registered study. Absent values are left out of the document, as the registry leaves them out.

    ``interventions``: ``(type, name)``; ``arms``: ``(type, label)``, each given all interventions; outcomes:
    ``(measure, time frame)``; ``references``: ``(type, pmid)``. ``aliases``: older ids that lead here.
    """

    nct_id: str
    brief_title: str
    last_update: date
    """``lastUpdatePostDateStruct``."""
    first_posted: date | None = None
    """Without one: ``last_update``."""
    official_title: str | None = None
    brief_summary: str | None = None
    conditions: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    interventions: tuple[tuple[str, str], ...] = ()
    arms: tuple[tuple[str, str], ...] = ()
    study_type: str = "INTERVENTIONAL"
    allocation: str | None = None
    masking: str | None = None
    primary_purpose: str | None = "TREATMENT"
    phases: tuple[str, ...] = ()
    overall_status: str = "RECRUITING"
    why_stopped: str | None = None
    enrollment: int | None = None
    enrollment_type: str = "ESTIMATED"
    start: str | None = None
    primary_completion: str | None = None
    completion: str | None = None
    has_results: bool = False
    results_posted: date | None = None
    """Without one, where there are results: ``last_update``."""
    primary_outcomes: tuple[tuple[str, str], ...] = ()
    secondary_outcomes: tuple[tuple[str, str], ...] = ()
    references: tuple[tuple[str, str], ...] = ()
    aliases: tuple[str, ...] = ()
    secondary_ids: tuple[str, ...] = ()
    sponsor: str = "Institute of Synthetic Records"
    countries: tuple[str, ...] = ("United States",)

    def json(self) -> dict[str, Any]:
        """The study's document."""
        names = [f"{kind.title()}: {name}" for kind, name in self.interventions]
        protocol = {
            "identificationModule": {
                "nctId": self.nct_id,
                "nctIdAliases": list(self.aliases),
                "orgStudyIdInfo": {"id": f"SYNTHETIC-{self.nct_id[3:]}"},
                "secondaryIdInfos": [{"id": number, "type": "REGISTRY"} for number in self.secondary_ids],
                "organization": {"fullName": self.sponsor, "class": "OTHER"},
                "briefTitle": self.brief_title,
                "officialTitle": self.official_title,
            },
            "statusModule": self._status(),
            "sponsorCollaboratorsModule": {"leadSponsor": {"name": self.sponsor, "class": "OTHER"}},
            "descriptionModule": {"briefSummary": self.brief_summary},
            "conditionsModule": {"conditions": list(self.conditions), "keywords": list(self.keywords)},
            "designModule": {
                "studyType": self.study_type,
                "phases": list(self.phases),
                "designInfo": {
                    "allocation": self.allocation,
                    "interventionModel": "PARALLEL" if len(self.arms) > 1 else "SINGLE_GROUP",
                    "primaryPurpose": self.primary_purpose,
                    "maskingInfo": {"masking": self.masking},
                },
                "enrollmentInfo": {"count": self.enrollment, "type": self.enrollment_type if self.enrollment else None},
            },
            "armsInterventionsModule": {
                "armGroups": [{"label": label, "type": kind, "interventionNames": names} for kind, label in self.arms],
                "interventions": [{"type": kind, "name": name} for kind, name in self.interventions],
            },
            "outcomesModule": {
                "primaryOutcomes": [{"measure": m, "timeFrame": t} for m, t in self.primary_outcomes],
                "secondaryOutcomes": [{"measure": m, "timeFrame": t} for m, t in self.secondary_outcomes],
            },
            "eligibilityModule": {"healthyVolunteers": False, "sex": "ALL", "minimumAge": "18 Years"},
            "contactsLocationsModule": {
                "locations": [{"facility": self.sponsor, "city": "Nowhere", "country": c} for c in self.countries]
            },
            "referencesModule": {"references": [{"pmid": pmid, "type": kind} for kind, pmid in self.references]},
        }
        document: dict[str, Any] = _present(
            {
                "protocolSection": protocol,
                "resultsSection": self._results() if self.has_results else None,
                "derivedSection": {"miscInfoModule": {"versionHolder": self.last_update.isoformat()}},
                "hasResults": self.has_results,
            }
        )
        return document

    def _status(self) -> dict[str, Any]:
        first = self.first_posted or self.last_update
        results = (self.results_posted or self.last_update).isoformat() if self.has_results else None
        return {
            "statusVerifiedDate": f"{self.last_update:%Y-%m}",
            "overallStatus": self.overall_status,
            "whyStopped": self.why_stopped,
            "startDateStruct": {"date": self.start},
            "primaryCompletionDateStruct": {"date": self.primary_completion},
            "completionDateStruct": {"date": self.completion},
            "studyFirstSubmitDate": first.isoformat(),
            "studyFirstPostDateStruct": {"date": first.isoformat(), "type": "ACTUAL"},
            "resultsFirstPostDateStruct": {"date": results, "type": "ACTUAL" if results else None},
            "lastUpdateSubmitDate": self.last_update.isoformat(),
            "lastUpdatePostDateStruct": {"date": self.last_update.isoformat(), "type": "ACTUAL"},
        }

    def _results(self) -> dict[str, Any]:
        return {
            "outcomeMeasuresModule": {
                "outcomeMeasures": [
                    {"type": "PRIMARY", "title": measure, "reportingStatus": "POSTED", "timeFrame": frame}
                    for measure, frame in self.primary_outcomes
                ]
            }
        }


def _present(value: Any) -> Any:
    """The value without what is absent or empty in it."""
    if isinstance(value, dict):
        kept = {name: _present(part) for name, part in value.items()}
        return {name: part for name, part in kept.items() if part not in (None, [], {})}
    return [_present(part) for part in value] if isinstance(value, list) else value
