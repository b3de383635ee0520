"""How much would come? The counts of all questions, asked of the services, with nothing fetched and nothing kept."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from evtrack.claim import Library
from evtrack.part import questions_of
from evtrack.record import SourceName
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


Tell = Callable[[str, int, int], None]
"""Told with a source, how many of its questions are answered, and how many there are."""


def count_questions(
    sources: Sequence[Source], library: Library, claim_ids: Collection[str] = (), tell: Tell = lambda *_: None
) -> list[Counted]:
    """Each distinct query of each source with its count, all sources asked at once."""
    asked = {source.name: questions_of(source, library, claim_ids) for source in sources}
    return _counted(sources, asked, tell)


def first_answers(sources: Sequence[Source], library: Library) -> list[Counted]:
    """One question to each source: does it answer at all?"""
    asked = {source.name: dict(list(questions_of(source, library).items())[:1]) for source in sources}
    return _counted(sources, asked, lambda *_: None)


def _counted(
    sources: Sequence[Source], asked: Mapping[SourceName, Mapping[str, tuple[str, ...]]], tell: Tell
) -> list[Counted]:
    told: dict[str, list[Counted]] = {source.name: [] for source in sources}
    faults: list[BaseException] = []

    def count(source: Source) -> None:
        questions = asked[source.name]
        try:
            for done, (query, claims) in enumerate(questions.items()):
                tell(source.name, done, len(questions))
                told[source.name].append(_one(source, query, claims))
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


def _one(source: Source, query: str, claims: tuple[str, ...]) -> Counted:
    try:
        return Counted(source.name, query, claims, source.count(query))
    except FetchError as error:
        return Counted(source.name, query, claims, None, error.trouble)
