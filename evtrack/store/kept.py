"""What does the store keep of the searches of a source, so that the next pull need not ask each?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from evtrack.record import RecordId
from evtrack.sources._protocol import Listed


@dataclass(frozen=True, slots=True)
class Kept:
    """What the searches of a source found when it was last pulled whole.

    ``lists``: query → all that it found. ``modified``: known records that the service called modified of late, then.
    """

    lists: Mapping[str, Listed] = field(default_factory=dict)
    modified: frozenset[RecordId] = frozenset()
