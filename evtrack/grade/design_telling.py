"""What does the way a paper tells of itself say of its design? Laboratory work, a mere discussion, a search of its own."""

from __future__ import annotations

from evtrack.grade.text import Scan

OWN_WORK = ("statistics", "own_work", "patient_count", "animal_subjects", "random_allocation", "past_told")
"""Signs that something was done: a text with one of them, and no word of literature, is no review."""

_COUNTED = ("patient_count", "age", "observational", "measured_in_people")


def effect_of_vesicles(scan: Scan) -> bool:
    """A title that states what vesicles do to a process, over a text in which no people are counted: laboratory work.

    Patients of the first sentence are those for whom it is meant.
    """
    title = scan.in_title
    said = "design:vesicles" in title and ("design:effect_title" in title or "design:via_title" in title)
    return said and not any(f"design:{s}" in scan for s in (*_COUNTED, "case_report", "people_title", "rating_scale"))


def only_discusses(scan: Scan) -> bool:
    """Whether the text says that it reviews or discusses, and nothing says that anything was done."""
    return "design:this_review" in scan and not any(f"design:{s}" in scan for s in (*OWN_WORK, "case_title", "age"))


def searched_itself(scan: Scan) -> bool:
    """Whether the paper itself searched the literature and says what it took in."""
    return "design:own_search" in scan and "design:studies_taken_in" in scan
