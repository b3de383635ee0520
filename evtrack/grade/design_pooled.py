"""What level have the studies that a review pools?"""

from __future__ import annotations

from evtrack.grade.grades import Level
from evtrack.grade.patterns import Hit
from evtrack.grade.text import Scan


def pooled_level(scan: Scan) -> tuple[Level | None, Hit | None]:
    """The level of the pooled studies with the words that say so; ``None``: it does not say.

    Animals alone: ``animal``; randomised trials alone: ``rct``; a mix or an unknown share of them: ``early_clinical``;
    associations: ``observational``; nothing found: ``none``. The title outweighs the abstract.
    """
    empty = scan.first("design:review_found_none", zones=("results", "conclusion", "abstract", "methods", "title"))
    if empty:
        return "none", empty
    for zones in (("title",), ("methods", "results", "objective", "abstract", "conclusion")):
        found = _in(scan, zones)
        if found:
            return found
    return None, None


def _in(scan: Scan, zones: tuple[str, ...]) -> tuple[Level, Hit] | None:
    animals = scan.first("design:pools_animals", zones=zones)
    rcts = _reported(scan, scan.hits("design:pools_rcts", zones=zones))
    people = scan.first("design:pools_clinical", zones=zones)
    associations = scan.first("design:pools_observational", zones=zones)
    cells = scan.first("design:pools_cells", zones=zones)
    if animals and not (rcts or people):
        return "animal", animals
    if rcts and not (animals or associations or "design:pools_not_randomised" in scan):
        return "rct", rcts
    if associations and not (animals or rcts):
        return "observational", associations
    if clinical := rcts or people:
        return "early_clinical", clinical
    return ("in_vitro", cells) if cells else None


def _reported(scan: Scan, hits: list[Hit]) -> Hit | None:
    """The first hit in a sentence that does not merely ask for such trials."""
    wanted = {scan.text.sentence_index(h.start) for h in scan.hits("design:trials_wanted")}
    return next((h for h in hits if scan.text.sentence_index(h.start) not in wanted), None)
