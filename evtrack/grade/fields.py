"""Which texts of a record are graded? Those that reasons point into, by name."""

from __future__ import annotations

from evtrack.record import Record


def record_fields(record: Record) -> list[tuple[str, str]]:
    """The fields of a record that are graded, in reading order. A registry entry gives its own fields."""
    fields = [("title", record.title), ("abstract", record.abstract_text)]
    if record.vernacular_title and record.vernacular_title != record.title:
        fields.append(("vernacular_title", record.vernacular_title))
    if record.other_abstracts:
        fields.append(("other_abstract", "\n".join(s.text for s in record.other_abstracts)))
    trial = record.trial
    if trial:
        fields += [
            ("official_title", trial.official_title or ""),
            ("conditions", "; ".join(trial.conditions)),
            (
                "interventions",
                "\n".join(
                    ". ".join(filter(None, (i.name, *i.other_names, i.description))) for i in trial.interventions
                ),
            ),
            ("arms", "\n".join(". ".join(filter(None, (a.label, a.description))) for a in trial.arms)),
            ("keywords", "; ".join(trial.keywords)),
            ("summary", trial.brief_summary or ""),
            ("description", trial.detailed_description or ""),
            (
                "outcomes",
                "\n".join(
                    ". ".join(filter(None, (o.measure, o.description)))
                    for o in (*trial.primary_outcomes, *trial.secondary_outcomes)
                ),
            ),
            ("eligibility", trial.eligibility_criteria or ""),
        ]
    return [(n, t) for n, t in fields if t]
