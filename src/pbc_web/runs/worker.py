"""The worker: one process that does the runs one after another and keeps the clock going. Started by `pbc work`.

Killed at any moment, whoever starts next takes up what it had begun: publishing is whole or not at all, and the same work has
the same receipt and is the same set.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from django.db import close_old_connections, connection

from pbc.errors import Cancelled, Fault
from pbc.flows.journey import Journey
from pbc_web.notices.clock import tick
from pbc_web.runs.actions import (
    beat,
    fail,
    finish,
    give_back,
    is_to_stop,
    take_next,
    take_up_again,
    tell_progress,
)
from pbc_web.runs.journeys import JOURNEYS, Outcome
from pbc_web.runs.models import Run
from pbc_web.runs.reading import site, site_store
from pbc_web.shell import clock
from pbc_web.shell.one_at_a_time import Held, alone

LOG = logging.getLogger("pbc.worker")
Now = Callable[[], datetime]
PAUSE_SECONDS, TICK_SECONDS = 1.0, 60.0


class Stop(Protocol):
    """Whoever tells the worker to stop."""

    def is_set(self) -> bool: ...
    def wait(self, seconds: float, /) -> bool: ...


def work_off(*, at: datetime) -> int:
    """Do every run that waits, in this process, and return how many: for tests and for who needs no process of its own."""
    count = 0
    while do_next(lambda: at):
        count += 1
    return count


def work(stop: Stop, *, now: Now = clock.now, pause: float = PAUSE_SECONDS) -> None:
    """Work until told to stop. While another worker is at it this one waits, and takes over the moment it is gone."""
    while not stop.is_set():
        with alone("worker") as held:
            if held is not None:
                _work_alone(held, stop, now, pause)
        stop.wait(pause)


def _work_alone(held: Held, stop: Stop, now: Now, pause: float) -> None:
    LOG.info("the worker begins; %d runs are taken up again", take_up_again(at=now()))
    is_over = threading.Event()
    ticking = threading.Thread(target=_keep_ticking, args=(is_over, now), name="clock", daemon=True)
    ticking.start()
    try:
        while not stop.is_set() and held.still_ours():
            close_old_connections()
            if not do_next(now, stop.is_set):
                stop.wait(pause)
    finally:
        is_over.set()
        ticking.join(timeout=TICK_SECONDS)


def do_next(now: Now, is_stopping: Callable[[], bool] = lambda: False) -> bool:
    """Do the run that waited longest; False where none waits."""
    run = take_next(at=now())
    if run is not None:
        _do(run, now, is_stopping)
    return run is not None


def _do(run: Run, now: Now, is_stopping: Callable[[], bool]) -> None:
    journey = Journey(
        progress=lambda message, done: tell_progress(run, message=message, done=done, at=now()),
        cancelled=lambda: is_stopping() or is_to_stop(run),
        made_at=now().strftime("%Y-%m-%dT%H:%M:%SZ"),
    )
    try:
        outcome = JOURNEYS[run.kind].function(site(), run.parameters, journey)
        finish(run, outcome, receipt=_receipt(outcome), at=now())
    except Cancelled as stopped:
        if is_to_stop(run):
            fail(run, stopped, at=now())
        else:  # the worker itself is told to stop: whoever works next takes it up
            give_back(run)
    except Fault as fault:
        fail(run, fault, at=now())
    except Exception as error:
        LOG.exception("run %d, %s, failed by our own mistake", run.id, run.kind)
        fail(run, _our_mistake(error), at=now())


def _receipt(outcome: Outcome) -> dict[str, object] | None:
    return site_store().at(outcome.set_name, outcome.set_id).receipt.to_json() if outcome.set_name else None


def _our_mistake(error: Exception) -> Fault:
    return Fault(
        "Something went wrong in our own work; nothing half done was kept.", found=type(error).__name__,
        remedy="Have it done again. If it fails again, tell your administrator the number of this run.",
    )  # fmt: skip


def _keep_ticking(is_over: threading.Event, now: Now) -> None:
    """The clock goes on while a long run is under way, in a thread with a connection of its own."""
    try:
        while not is_over.is_set():
            close_old_connections()
            try:
                beat(at=now())
                tick(now())
            except Exception:  # a database that is away for a minute
                LOG.exception("the clock missed a round")
            is_over.wait(TICK_SECONDS)
    finally:
        connection.close()
