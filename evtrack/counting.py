"""How much would come? The counts of all questions, asked of the services, with nothing fetched and nothing kept."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from evtrack.claim import Library
from evtrack.part import questions_of
from evtrack.sources._protocol import Source
from evtrack.trouble import FetchError, Trouble


@dataclass(frozen=True, slots=True)
class Counted:
    """One distinct query: the claims that ask it, and how many records the service counts, or why it did not say."""

    source: str
    query: str
    claims: tuple[str, ...]
    count: int | None
    trouble: Trouble | None = None


def count_questions(
    sources: Sequence[Source],
    library: Library,
    claim_ids: Collection[str] = (),
    tell: Callable[[str, int, int], None] = lambda *_: None,
) -> list[Counted]:
    """Each distinct query of each source with its count; ``tell(source, done, total)`` while it goes on."""
    told: dict[str, list[Counted]] = {source.name: [] for source in sources}
    faults: list[BaseException] = []

    def count(source: Source) -> None:
        try:
            _count(source, library, claim_ids, tell, told[source.name])
        except BaseException as error:  # noqa: BLE001 # a bug is raised where somebody hears it
            faults.append(error)

    threads = [threading.Thread(target=count, args=(source,), daemon=True) for source in sources]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if faults:
        raise faults[0]
    return [counted for of_source in told.values() for counted in of_source]


def _count(
    source: Source,
    library: Library,
    claim_ids: Collection[str],
    tell: Callable[[str, int, int], None],
    told: list[Counted],
) -> None:
    questions = questions_of(source, library, claim_ids)
    for done, (query, claims) in enumerate(questions.items()):
        tell(source.name, done, len(questions))
        try:
            told.append(Counted(source.name, query, claims, source.count(query)))
        except FetchError as error:
            told.append(Counted(source.name, query, claims, None, error.trouble))
