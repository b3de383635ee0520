"""When may the next request to this host start? One pace for all processes and all stores of the user."""

from __future__ import annotations

import math
import os
import re
import time
from collections.abc import Callable
from pathlib import Path

from filelock import FileLock

_PATIENCE = 30.0
"""Seconds to wait for the lock: whoever has it sleeps one interval at most, so longer means that it is stuck."""

_POLL = 0.005
"""Seconds between two looks at the lock: as short as the answers of a near service, so that nobody is starved."""


class Pace:
    """Starts of requests to ``host`` that are at least ``interval`` seconds apart, over all processes of the user.

    ``folder`` (made if absent, private) has two files for each host: the lock, and the time of the last start, which
    is not in the lock file itself because a lock file may be emptied or be unreadable for others while it is held.
    ``clock`` is the wall clock: the only one that processes share.
    """

    def __init__(
        self,
        folder: Path,
        host: str,
        interval: float,
        *,
        clock: Callable[[], float] = time.time,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        name = re.sub(r"[^A-Za-z0-9.-]", "_", host)
        self._folder = folder
        self._lock = folder / f"{name}.lock"
        self._stamp = folder / f"{name}.last"
        self._interval = interval
        self._clock = clock
        self._sleep = sleep
        self._last: float | None = None
        self._shared = True

    @property
    def shared(self) -> bool:
        """False once the folder could not be used: from then on this process paces itself alone."""
        return self._shared

    def wait(self) -> None:
        """Return when the next request may start; that moment is the new last start."""
        if self._shared:
            try:
                self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
                with FileLock(self._lock, timeout=_PATIENCE, poll_interval=_POLL, mode=0o600):
                    self._pause(self._read())
                    handle = os.open(self._stamp, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600)
                    with os.fdopen(handle, "w", encoding="ascii") as out:
                        out.write(repr(self._last))
                    return
            except OSError:
                # A cache that is full, read-only or on a share without locks must not stop the work.
                self._shared = False
        self._pause(self._last)

    def _pause(self, last: float | None) -> None:
        """Sleep what is missing since ``last``, and take the time."""
        if last is not None:
            # A stamp in the future is of a clock that was put back: never wait more than one interval for it.
            missing = min(self._interval - (self._clock() - last), self._interval)
            if missing > 0:
                self._sleep(missing)
        self._last = self._clock()

    def _read(self) -> float | None:
        """The last start; ``None`` where there was none."""
        try:
            last = float(self._stamp.read_text(encoding="ascii"))
        except FileNotFoundError:
            return None
        except ValueError:
            last = math.nan
        # Who wrote garbage may have started just now.
        return last if math.isfinite(last) else self._clock()
