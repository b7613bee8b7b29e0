"""The only writes of runs: asked for, stopped, asked for again; and by the worker begun, followed and ended."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from pbc.errors import Cancelled, Fault, RefusedInput
from pbc_web.accounts.actor import Actor, Process
from pbc_web.audit.actions import Doer, record
from pbc_web.notices.actions import notify
from pbc_web.organisations.models import Organisation
from pbc_web.runs.finishing import call_failed, call_finished
from pbc_web.runs.journeys import JOURNEYS, Outcome, title_of
from pbc_web.runs.models import Run
from pbc_web.runs.permissions import may_steer
from pbc_web.runs.states import CANCELLED, DONE, FAILED, QUEUED, RUNNING, may_move

WORKER = Process("worker")
LOOKED_AT = timedelta(minutes=1)
MOST_ATTEMPTS = 3  # a run whose worker died this often is not begun again by itself


@transaction.atomic
def ask(
    kind: str, *, parameters: dict[str, Any], organisation: Organisation, by: Doer, at: datetime, key: str = ""
) -> Run:
    """Ask for work and return its run; the same key again returns the run of the first time, whatever became of it."""
    if kind not in JOURNEYS:
        raise KeyError(f"no journey is called {kind}")
    person_id = by.person_id if isinstance(by, Actor) else None
    given = {
        "kind": kind, "parameters": parameters, "organisation": organisation, "requested_by_id": person_id, "asked_at": at,
    }  # fmt: skip
    run, is_new = (
        Run.everywhere.get_or_create(key=key, defaults=given) if key else (Run.everywhere.create(**given), True)
    )
    if is_new:
        _record(run, "ask_for_run", by=by, at=at)
    return run


@transaction.atomic
def cancel(run: Run, *, by: Doer, at: datetime) -> Run:
    """Stop a run: one that waits at once, one under way after the step at hand. One that is over is refused."""
    held = _held(run)
    _require_steering(held, by)
    if held.is_over:
        raise RefusedInput(
            "This is over already, so it cannot be stopped.", where=held.title, found=held.get_state_display()
        )
    if held.cancel_asked_at is None:
        held.cancel_asked_at = at
        if held.state == QUEUED:
            _end(held, CANCELLED, at=at)
            call_failed(held)
        held.save()
        _record(held, "cancel_run", by=by, at=at)
    return held


@transaction.atomic
def retry(run: Run, *, by: Doer, at: datetime) -> Run:
    """Have a run that failed or was stopped done again: what it published before is found again, nothing is doubled."""
    held = _held(run)
    _require_steering(held, by)
    if not JOURNEYS[held.kind].duties:
        raise RefusedInput(
            "This is done again from the page it was asked for on, as what it was for may be settled.", where=held.title
        )
    if not may_move(held.state, QUEUED) or held.state == RUNNING:
        raise RefusedInput(
            "Only what failed or was stopped is done again.", where=held.title, found=held.get_state_display(),
            remedy="Ask for new work from the page it belongs to.",
        )  # fmt: skip
    held.state, held.attempts, held.progress, held.message = QUEUED, 0, 0.0, ""
    held.fault = held.cancel_asked_at = held.ended_at = None
    held.save()
    _record(held, "retry_run", by=by, at=at)
    return held


@transaction.atomic
def take_next(*, at: datetime) -> Run | None:
    """Begin the run that waited longest and return it, or None. Only the one worker calls this."""
    waiting = Run.everywhere.select_for_update().filter(state=QUEUED)
    held = waiting.order_by("asked_at", "id").first()
    if held is None:
        return None
    held.state, held.started_at, held.heartbeat_at, held.taken_as = RUNNING, at, at, uuid.uuid4().hex
    held.attempts += 1
    held.progress, held.message = 0.0, "Begun"
    held.save()
    return held


@transaction.atomic
def take_up_again(*, at: datetime) -> int:
    """Queue again what a worker that died had under way, and return how many; one that died too often is failed."""
    orphans = list(Run.everywhere.select_for_update().filter(state=RUNNING))
    for held in orphans:
        if held.cancel_asked_at is not None:
            _end(held, CANCELLED, at=at)
            call_failed(held)
        elif held.attempts >= MOST_ATTEMPTS:
            _fail(held, _died_too_often(held), at=at)
        else:
            held.state, held.message, held.taken_as = QUEUED, "Begun again after the work was cut short", ""
        held.save()
    return len(orphans)


@transaction.atomic
def give_back(run: Run) -> None:
    """Queue a run again that a worker, told to stop, has laid down."""
    own = Run.everywhere.filter(id=run.id, taken_as=run.taken_as, state=RUNNING)
    own.update(state=QUEUED, taken_as="", attempts=run.attempts - 1, message="Laid down when the service was stopped")


def beat(*, at: datetime) -> None:
    """Write that the worker lives, on the run it has under way."""
    Run.everywhere.filter(state=RUNNING).update(heartbeat_at=at)


def tell_progress(run: Run, *, message: str, done: float, at: datetime) -> None:
    """Write how far a run is, and that it lives."""
    own = Run.everywhere.filter(id=run.id, taken_as=run.taken_as, state=RUNNING)
    own.update(progress=min(max(done, 0.0), 1.0), message=message[:300], heartbeat_at=at)


def is_to_stop(run: Run) -> bool:
    """Whether an attempt is to end: somebody asked for it, or another attempt has begun."""
    own = Run.everywhere.filter(id=run.id, taken_as=run.taken_as, state=RUNNING, cancel_asked_at__isnull=True)
    return not own.exists()


@transaction.atomic
def finish(run: Run, outcome: Outcome, *, receipt: Mapping[str, Any] | None, at: datetime) -> Run | None:
    """Mark a run done with what it led to, together with what other apps make of it; None where it is ours no longer."""
    held = _held(run)
    if held.taken_as != run.taken_as or held.state != RUNNING:
        return None
    held.set_name, held.set_id, held.receipt = outcome.set_name, outcome.set_id, receipt
    held.told, held.progress, held.message = dict(outcome.told), 1.0, "Done"
    _end(held, DONE, at=at)
    held.save()
    _record(held, "finish_run", by=WORKER, at=at)
    call_finished(held)
    _tell(held, f"Done: {held.title}", "It is done. Its receipt stands on its page.", by_email=False)
    return held


@transaction.atomic
def fail(run: Run, fault: Fault, *, at: datetime) -> Run | None:
    """Mark a run failed with its fault, or stopped where that is what ended it; None where it is ours no longer."""
    held = _held(run)
    if held.taken_as != run.taken_as or held.state != RUNNING:
        return None
    if isinstance(fault, Cancelled):
        _end(held, CANCELLED, at=at)
        call_failed(held)
    else:
        _fail(held, fault, at=at)
    held.save()
    return held


def _held(run: Run) -> Run:
    return Run.everywhere.select_for_update().get(id=run.id)


def _end(held: Run, state: str, *, at: datetime) -> None:
    assert may_move(held.state, state)
    held.state, held.ended_at = state, at


def _fail(held: Run, fault: Fault, *, at: datetime) -> None:
    _end(held, FAILED, at=at)
    held.fault = {name: getattr(fault, name) for name in ("what", "where", "found", "expected", "remedy")}
    _record(held, "fail_run", by=WORKER, at=at)
    call_failed(held)
    _tell(held, f"Could not be done: {held.title}", str(fault), by_email=True)


def _require_steering(held: Run, by: Doer) -> None:
    if isinstance(by, Actor) and not may_steer(by, JOURNEYS[held.kind].duties):
        raise RefusedInput("Your role does not stop or repeat work of this kind.", where=held.title)


def _died_too_often(held: Run) -> Fault:
    return Fault(
        f"The work was cut short {held.attempts} times, so it is not begun again by itself.", where=held.message,
        remedy="Ask your administrator whether the machine has too little memory, then have it done again.",
    )  # fmt: skip


def _record(run: Run, verb: str, *, by: Doer, at: datetime) -> None:
    record(by=by, verb=verb, about=("run", run.id), at=at, told={"title": title_of(run.kind, run.parameters)})


def _tell(held: Run, subject: str, body: str, *, by_email: bool) -> None:
    """Tell whoever asked, unless it was so quick that they are looking at it still."""
    person, at = held.requested_by, held.ended_at
    if person is not None and at is not None and at - held.asked_at > LOOKED_AT:
        notify(
            person, kind="run", subject=subject[:200], body=body, link=f"/runs/{held.id}/", at=at, by_email=by_email,
            key=f"run-{held.id}-{held.taken_as}-{held.state}",
        )  # fmt: skip
