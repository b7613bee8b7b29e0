"""What every flow is given besides its inputs: a way to tell how far it has come, to be stopped, and the time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from pbc.errors import Cancelled


def _silent(message: str, done: float) -> None:
    """Tell nobody."""


def _never() -> bool:
    return False


@dataclass(frozen=True)
class Journey:
    """`progress` is told a sentence and the share done, 0 to 1; `cancelled` is asked between steps; `made_at` is the
    time to write on receipts, told by whoever holds a clock."""

    progress: Callable[[str, float], None] = _silent
    cancelled: Callable[[], bool] = _never
    made_at: str = ""

    def step(self, message: str, done: float) -> None:
        """This tells that a step begins, and stops the flow if the caller has asked for it."""
        if self.cancelled():
            raise Cancelled("Stopped because you asked for it. The step at hand published nothing.", where=message)
        self.progress(message, done)

    def part(self, begin: float, end: float) -> Journey:
        """This returns a journey whose 0 to 1 is told as `begin` to `end`, for a flow within a flow."""
        return Journey(
            lambda message, done: self.progress(message, begin + (end - begin) * done), self.cancelled, self.made_at
        )
