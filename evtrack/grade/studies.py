"""What do the records behind a claim say together? Records → studies → one stance, numbers, routes, independent groups."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from evtrack.grade.grades import Evidence, Level, Stance, rank
from evtrack.grade.links import Groups

ROUTES = ("iv", "intranasal", "other", "not_stated")
"""Keys of ``by_route``, in the order shown."""

CONTROLLED_DESIGNS = frozenset({"rct", "nonrandomised_trial"})
"""Designs of single studies that compare the agent with something that is not it."""


@dataclass(frozen=True, slots=True)
class Study:
    """The counting records of one study at one level: a paper, its registry entry with results, a second paper.

    ``synthesis``: the records pool studies; a review is kept apart from the studies it pools.
    """

    records: tuple[Evidence, ...]
    level: Level
    synthesis: bool

    @property
    def id(self) -> str:
        """The smallest record id: what the study is named by."""
        return str(self.records[0].id)

    @property
    def stance(self) -> Stance:
        """What the study found; readable records win over unread ones.

        A secondary analysis that is positive does not turn a null study (GRADING.md, Stance).
        """
        said = {r.graded.stance for r in self.records} - {"unclear", "n/a"}
        return "no_difference" if said == {"supports", "no_difference"} else together(said)

    @property
    def flags(self) -> frozenset[str]:
        """Flags of any of its records."""
        return frozenset(f for r in self.records for f in r.graded.grade.flags)

    @property
    def n(self) -> int | None:
        """Participants (or animals); the largest number where records differ, ``None`` where none is stated."""
        stated = [n for r in self.records if isinstance(n := r.graded.grade.numbers.get("n"), int) and n > 0]
        return max(stated, default=None)

    @property
    def year(self) -> int | None:
        """When its first record was published."""
        return min((r.year for r in self.records if r.year is not None), default=None)

    @property
    def uncontrolled(self) -> bool:
        """Whether nothing tells that it had a control group: unsure counts as none."""
        if "uncontrolled" in self.flags:
            return True
        return not self.synthesis and not any(r.graded.grade.design in CONTROLLED_DESIGNS for r in self.records)

    @property
    def routes(self) -> tuple[str, ...]:
        """Routes any of its records names; ``not_stated`` where none does."""
        flags = self.flags
        return tuple(r for r in ROUTES if f"route_{r}" in flags) or ("not_stated",)

    @property
    def source_not_msc(self) -> bool:
        """Whether the vesicles came from a source other than MSC."""
        return "source_not_msc" in self.flags or all(
            r.graded.grade.agent == "native_ev_other_source" for r in self.records
        )


def together(stances: Iterable[Stance]) -> Stance:
    """All positive supports, all null ``no_difference``, null and harm ``contradicts``, else mixed; unread ones are set aside.

    Nothing readable is ``unclear``; a stance that is not applicable says nothing.
    """
    said = set(stances) - {"unclear", "n/a"}
    if not said:
        return "unclear"
    if len(said) == 1:
        return said.pop()
    return "contradicts" if said == {"no_difference", "contradicts"} else "mixed"


def whole_studies(evidence: Iterable[Evidence]) -> tuple[tuple[Evidence, ...], ...]:
    """The records grouped by study, whatever their levels, sorted.

    Two records are one study where one names the other in ``links``, both name a third, or they share a DOI.
    """
    records = sorted(evidence, key=lambda e: e.id)
    groups = Groups()
    for e in records:
        for link in e.links:
            groups.join(e.id, link)
        if e.doi:
            groups.join(e.id, f"doi:{e.doi.casefold()}")
    found: dict[str, list[Evidence]] = {}
    for e in records:
        found.setdefault(groups.root(e.id), []).append(e)
    return tuple(tuple(members) for members in found.values())


def studies_of(evidence: Iterable[Evidence]) -> tuple[Study, ...]:
    """The studies of the records given, one for each level a study has records at: highest first, then by id."""
    found: list[Study] = []
    for members in whole_studies(evidence):
        kinds: dict[tuple[Level, bool], list[Evidence]] = {}
        for e in members:
            kinds.setdefault((e.graded.grade.level, e.graded.grade.synthesis), []).append(e)
        found += [Study(tuple(records), level, synthesis) for (level, synthesis), records in kinds.items()]
    return tuple(sorted(found, key=lambda s: (-rank(s.level), s.id, s.synthesis)))


def highest(evidence: Iterable[Evidence]) -> Level:
    """The highest level of the records given; ``none`` for none."""
    return max((e.graded.grade.level for e in evidence), key=rank, default="none")


def counts(evidence: Iterable[Evidence]) -> dict[str, int]:
    """Studies by level, highest first; reviews are counted with them, linked records of one level once."""
    out: dict[str, int] = {}
    for study in studies_of(evidence):
        out[study.level] = out.get(study.level, 0) + 1
    return out


def by_route(evidence: Iterable[Evidence]) -> dict[str, Level]:
    """The highest level reached by each route."""
    out: dict[str, Level] = {}
    for study in studies_of(evidence):
        for route in study.routes:
            out.setdefault(route, study.level)
    return {route: out[route] for route in ROUTES if route in out}


def independent_groups(studies: Sequence[Study]) -> int | None:
    """How many research groups stand behind the studies, judged by authors' names; ``None`` where no author is known.

    Careful, so that replication is never claimed too soon: two studies are one group where they share a collective, or
    where the last author of one is any author of the other; a study without authors adds no group.
    """
    lists = [[r.authors for r in s.records if r.authors] for s in studies]
    seniors = {_name(a) for papers in lists for authors in papers for a in authors if a == authors[-1] or "," not in a}
    groups = Groups()
    known = [(f"study {i}", papers) for i, papers in enumerate(lists) if papers]
    for study, papers in known:
        for name in {_name(a) for authors in papers for a in authors} & seniors:
            groups.join(study, f"author {name}")
    return len({groups.root(study) for study, _ in known}) or None


def _name(author: str) -> str:
    """Family name and first initial of ``Müller, Anna B.``, without accents; the name of a collective (no comma) whole."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", author.casefold()) if not unicodedata.combining(c))
    family, comma, given = plain.partition(",")
    return f"{family.strip()}, {given.strip()[:1]}" if comma else " ".join(plain.split())
