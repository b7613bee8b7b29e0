"""Runs: asked for once, done in order, stopped, done again, taken up after a crash."""

from datetime import timedelta
from typing import Any

import pytest
from tests.web.conftest import AT

from pbc.errors import RefusedInput
from pbc_web.runs.actions import ask, cancel, finish, retry, take_next, take_up_again
from pbc_web.runs.journeys import Outcome
from pbc_web.runs.models import Run
from pbc_web.runs.worker import work_off


def asked(place: Any, **more: Any) -> Run:
    given = {"organisation": place["ZPA"], "by": place.actor("information_manager"), "at": AT, "parameters": {}} | more
    return ask("bring_up_to_date", **given)


def test_the_same_key_is_the_same_run(place: Any) -> None:
    assert asked(place, key="once") == asked(place, key="once", parameters={"other": 1})
    assert asked(place) != asked(place)


def test_work_is_done_and_told(place: Any) -> None:
    run = asked(place)
    assert work_off(at=AT) == 1
    run.refresh_from_db()
    assert (run.state, run.progress, run.told, run.fault) == ("done", 1.0, {"changed": []}, None)


def test_one_that_waits_is_stopped_and_done_again(place: Any) -> None:
    by = place.actor("information_manager")
    run = cancel(asked(place), by=by, at=AT)
    assert (run.state, work_off(at=AT)) == ("cancelled", 0)
    with pytest.raises(RefusedInput, match="over already"):
        cancel(run, by=by, at=AT)
    assert (retry(run, by=by, at=AT).state, work_off(at=AT)) == ("queued", 1)
    with pytest.raises(RefusedInput, match="Only what failed"):
        retry(run, by=by, at=AT)


def test_what_died_is_taken_up_and_the_dead_attempt_writes_nothing(place: Any) -> None:
    asked(place)
    dead = take_next(at=AT)
    assert dead is not None
    assert take_up_again(at=AT) == 1
    alive = take_next(at=AT + timedelta(minutes=1))
    assert alive is not None
    assert finish(dead, Outcome(told={"of": "the dead"}), receipt=None, at=AT) is None
    assert finish(alive, Outcome(), receipt=None, at=AT) is not None
    assert Run.everywhere.get().attempts == 2


def test_one_that_kills_its_worker_is_given_up(place: Any) -> None:
    run = asked(place)
    for _ in range(3):
        assert take_next(at=AT) is not None
        assert take_up_again(at=AT) == 1
    run.refresh_from_db()
    assert (run.state, run.fault["what"][:26]) == ("failed", "The work was cut short 3 t")
