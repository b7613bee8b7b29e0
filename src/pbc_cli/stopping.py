"""Being told to stop by SIGTERM or Ctrl-C, for commands that run until then."""

from __future__ import annotations

import signal
import time
from types import FrameType

LOOK_SECONDS = 0.1


class StopSignals:
    """Remembers that SIGTERM or Ctrl-C came.

    A handler runs between any two instructions of the main thread, so it may take no lock that this thread may hold:
    `threading.Event.set` takes one that `wait` holds now and then, and both would stand still for ever.
    """

    def __init__(self) -> None:
        self._came = False
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._remember)

    def _remember(self, number: int, frame: FrameType | None) -> None:
        self._came = True

    def is_set(self) -> bool:
        """This returns whether to stop."""
        return self._came

    def wait(self, seconds: float) -> bool:
        """This waits so many seconds, less where a signal comes, and returns whether to stop."""
        until = time.monotonic() + seconds
        while not self._came and (left := until - time.monotonic()) > 0:
            time.sleep(min(left, LOOK_SECONDS))
        return self._came
