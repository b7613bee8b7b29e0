"""The worker: one process that does the runs one after another and keeps the clock going.

    python -m pbc_web.runs.worker        (or: pbc work)

Killed at any moment, whoever starts next takes up what it had begun: publishing is whole or not at all, and the same work has
the same receipt and is the same set.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime

from pbc.errors import Fault
from pbc.flows.journey import Journey
from pbc_web.runs.actions import fail, finish, is_to_stop, take_next, tell_progress
from pbc_web.runs.journeys import JOURNEYS, Outcome
from pbc_web.runs.models import Run
from pbc_web.runs.reading import site

LOG = logging.getLogger("pbc.worker")
Now = Callable[[], datetime]


def work_off(*, at: datetime) -> int:
    """Do every run that waits, in this process, and return how many: for tests and for who needs no process of its own."""
    count = 0
    while do_next(lambda: at):
        count += 1
    return count


def do_next(now: Now) -> bool:
    """Do the run that waited longest; False where none waits."""
    run = take_next(at=now())
    if run is not None:
        _do(run, now)
    return run is not None


def _do(run: Run, now: Now) -> None:
    journey = Journey(
        progress=lambda message, done: tell_progress(run, message=message, done=done, at=now()),
        cancelled=lambda: is_to_stop(run),
        made_at=now().strftime("%Y-%m-%dT%H:%M:%SZ"),
    )
    try:
        place = site()
        outcome = JOURNEYS[run.kind].function(place, run.parameters, journey)
        finish(run, outcome, receipt=_receipt(outcome), at=now())
    except Fault as fault:
        fail(run, fault, at=now())
    except Exception as error:
        LOG.exception("run %s, %s, failed by our own mistake", run.id, run.kind)
        fail(run, _our_mistake(error), at=now())


def _receipt(outcome: Outcome) -> dict[str, object] | None:
    if not outcome.set_name:
        return None
    return site().store.at(outcome.set_name, outcome.set_id).receipt.to_json()


def _our_mistake(error: Exception) -> Fault:
    return Fault(
        "Something went wrong in our own work; nothing half done was kept.", found=type(error).__name__,
        remedy="Have it done again. If it fails again, tell your administrator the number of this run.",
    )  # fmt: skip
