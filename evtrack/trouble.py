"""What went wrong at a service? A value that a view says in either language, and the exception that carries it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Trouble:
    """One thing that went wrong, or that a person must know of a search.

    ``code`` is its entry in the catalogue (``wording/trouble.py``, ``trouble.<code>``), ``fields`` fill the entry's
    ``{names}``. No field ever holds a secret; what a service said is cut to 300 characters.
    """

    code: str
    fields: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        told = ", ".join(f"{name}={value}" for name, value in self.fields.items())
        return f"{self.code}: {told}" if told else self.code


class FetchError(Exception):
    """A request that brought no answer to read; ``trouble`` says why.

    ``down``: the source is given up for this run (no connection, a key it refuses, three requests in a row that ran
    out of tries): nothing more will be asked of it. ``too_large``: the body passed the bound, so ask for less at a
    time. ``status``: the HTTP status where the service refused, with what it said in ``trouble.fields["said"]``.
    """

    def __init__(
        self, trouble: Trouble, *, down: bool = False, too_large: bool = False, status: int | None = None
    ) -> None:
        super().__init__(str(trouble))
        self.trouble = trouble
        self.down = down
        self.too_large = too_large
        self.status = status


class PassingError(Exception):
    """An answer that may be a good one if asked again: an error in disguise, a page of HTML, a body cut short.

    Raised by whoever reads an answer; ``retry_after`` in seconds where the answer itself says how long to wait.
    """

    def __init__(self, trouble: Trouble, *, retry_after: float | None = None) -> None:
        super().__init__(str(trouble))
        self.trouble = trouble
        self.retry_after = retry_after
