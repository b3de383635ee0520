"""What does a service send back? An answer before it is on its way, and the refusal that becomes one."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer before it is sent. ``blanks``: so many blanks follow the body, made while sending."""

    status: int
    content_type: str
    body: bytes
    headers: tuple[tuple[str, str], ...] = ()
    blanks: int = 0
    packed: bool = False
    """The body is gzip already."""


class RefusedError(Exception):
    """What was asked is refused: the words of the service, and the status it says them with."""

    def __init__(self, said: str, status: int = 400) -> None:
        super().__init__(said)
        self.said = said
        self.status = status
