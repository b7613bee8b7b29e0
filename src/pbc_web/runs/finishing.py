"""What apps on higher floors want done when a run ends: lent when they start, called by the worker."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable

from pbc_web.runs.models import Run

Ending = Callable[[Run], None]
_finished: dict[str, list[Ending]] = defaultdict(list)
_failed: dict[str, list[Ending]] = defaultdict(list)


def on_finish(kind: str, ending: Ending) -> None:
    """Have a function called in the transaction that marks a run of a kind done. A fault it raises fails the run."""
    if ending not in _finished[kind]:
        _finished[kind].append(ending)


def on_failure(kind: str, ending: Ending) -> None:
    """Have a function called in the transaction that marks a run of a kind failed or cancelled. It must not raise."""
    if ending not in _failed[kind]:
        _failed[kind].append(ending)


def call_finished(run: Run) -> None:
    """Call what was lent for a run that is done."""
    for ending in _finished[run.kind]:
        ending(run)


def call_failed(run: Run) -> None:
    """Call what was lent for a run that failed or was cancelled."""
    for ending in _failed[run.kind]:
        ending(run)
