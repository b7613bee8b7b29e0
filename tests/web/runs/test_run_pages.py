"""Runs as pages: how far they are, what came of them, stopping and doing again, whose they are."""

from collections import defaultdict
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from tests.web.conftest import AT

from pbc.errors import Cancelled, RefusedInput
from pbc.results import Receipt
from pbc_web.accounts.roles import Duty
from pbc_web.notices.models import LastTick, Letter, Notice
from pbc_web.runs import finishing, worker
from pbc_web.runs.actions import (
    ask,
    beat,
    cancel,
    fail,
    finish,
    give_back,
    is_to_stop,
    retry,
    take_next,
    take_up_again,
    tell_progress,
)
from pbc_web.runs.journeys import JOURNEYS, Kind, Outcome, title_of
from pbc_web.runs.models import Run
from pbc_web.shell import clock

LATER = AT + timedelta(minutes=30)


@pytest.fixture
def run(place: Any) -> Run:
    LastTick.objects.create(name="tick", at=clock.now())
    return ask(
        "bring_up_to_date", parameters={}, organisation=place["ZPA"], by=place.actor("information_manager"), at=AT
    )


@pytest.fixture
def journey(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[..., Outcome]], None]:
    """Puts a function in the place of the one kind of work asked for here."""

    def put(function: Callable[..., Outcome]) -> None:
        monkeypatch.setitem(JOURNEYS, "bring_up_to_date", Kind("Work on {what}", function, frozenset({Duty.DELIVER})))

    return put


@pytest.fixture(autouse=True)
def endings(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a test lends the worker is gone after it; what apps lent stays for the tests that come later."""
    for name in ("_finished", "_failed"):
        monkeypatch.setattr(finishing, name, defaultdict(list))


def test_a_page_tells_how_far_a_run_is_with_and_without_script(run: Run, sign_in: Callable[..., Client]) -> None:
    client = sign_in("information_manager")
    address = f"/runs/{run.id}/"
    assert client.get(address, HTTP_ACCEPT="application/json").json() == {
        "share_done": 0.0, "message": "Waiting to begin", "is_over": False,
    }  # fmt: skip
    begun = take_next(at=AT)
    assert begun is not None
    tell_progress(begun, message="Costing 2009-04", done=0.4, at=AT)
    page = client.get(address).content.decode()
    assert all(part in page for part in ("Costing 2009-04", 'value="0.4"', "Check again", "Stop this work"))
    assert "Costing 2009-04" in client.get(address, HTTP_ACCEPT="application/json").json()["message"]


def test_whoever_waits_is_told_that_no_worker_is_there(
    run: Run, sign_in: Callable[..., Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    client, address = sign_in("information_manager"), f"/runs/{run.id}/"
    monkeypatch.setattr(clock, "now", lambda: LATER)
    LastTick.objects.update(at=AT)
    assert "nothing has been at work for 5 minutes" in client.get(address).content.decode()
    LastTick.objects.update(at=LATER - timedelta(minutes=2))
    assert "Waiting to begin" in client.get(address).content.decode()


def test_those_ahead_are_counted(run: Run, place: Any, sign_in: Callable[..., Client]) -> None:
    later = ask(
        "bring_up_to_date", parameters={}, organisation=place["ZPA"], by=place.actor("information_manager"), at=LATER
    )
    assert "Waiting for 1 before it" in sign_in("finance_manager").get(f"/runs/{later.id}/").content.decode()


def test_a_run_is_stopped_and_done_again_by_whoever_has_the_duty(run: Run, sign_in: Callable[..., Client]) -> None:
    manager, contracts = sign_in("information_manager"), sign_in("contracts_manager")
    assert "Stop this work" not in contracts.get(f"/runs/{run.id}/").content.decode()
    assert contracts.post(f"/runs/{run.id}/stop/").status_code == 409
    assert manager.post(f"/runs/{run.id}/stop/").status_code == 302
    assert "Do it again" in manager.get(f"/runs/{run.id}/").content.decode()
    assert manager.post(f"/runs/{run.id}/again/").status_code == 302
    assert Run.everywhere.get().state == "queued"


def test_a_fault_of_the_engine_is_told_in_words_with_row_and_remedy(
    run: Run, journey: Callable[..., None], sign_in: Callable[..., Client]
) -> None:
    def refuses(*_: Any) -> Outcome:
        raise RefusedInput("A price is missing.", where="row 7", found="-", expected="pence", remedy="Add the price.")

    journey(refuses)
    worker.do_next(lambda: LATER)
    page = sign_in("information_manager").get(f"/runs/{run.id}/").content.decode()
    assert all(part in page for part in ("A price is missing.", "row 7", "pence", "Add the price.", "Do it again"))
    assert (Letter.objects.get().subject, Notice.objects.get().link) == (
        "Could not be done: Work on –",
        f"/runs/{run.id}/",
    )


def test_our_own_mistake_is_told_without_its_traceback(run: Run, journey: Callable[..., None], caplog: Any) -> None:
    journey(lambda *_: Outcome(told={"share": 1 / 0}))
    worker.work_off(at=AT)
    held = Run.everywhere.get()
    assert (held.state, held.fault["found"]) == ("failed", "ZeroDivisionError")
    assert [said.exc_info[0] for said in caplog.records if said.exc_info] == [ZeroDivisionError]  # for whoever mends it
    assert not Notice.objects.exists()  # so quick that whoever asked still looks at the page


def test_a_receipt_is_kept_and_shown(run: Run, journey: Callable[..., None], sign_in: Callable[..., Client]) -> None:
    receipt = Receipt(
        "state_month", {"cells/2009-04": "0123456789ab"}, {"month": "2009-04"}, regime="england-2005", made_at="x"
    )

    def publishes(site: Any, *_: Any) -> Outcome:
        made = site.store.publish("test/receipts", {}, receipt)
        return Outcome(made.name, made.set_id, {"changed": ["cells/2009-04"]})

    journey(publishes)
    worker.work_off(at=AT)
    page = sign_in("information_manager").get(f"/runs/{run.id}/").content.decode()
    assert all(
        part in page for part in ("test/receipts", receipt.fingerprint, "0123456789ab", "england-2005", "cells/2009-04")
    )
    assert "Work on –" in sign_in("finance_manager").get("/runs/").content.decode()


def test_stopped_in_the_middle_nothing_more_is_done(run: Run, place: Any, journey: Callable[..., None]) -> None:
    told: list[str] = []

    def stops(site: Any, parameters: Any, journey: Any) -> Outcome:
        journey.step("First", 0.1)
        cancel(run, by=place.actor("administrator"), at=AT)
        cancel(run, by=place.actor("administrator"), at=AT)  # asked for twice is asked for once
        told.append("asked")
        journey.step("Second", 0.2)
        return Outcome()

    journey(stops)
    finishing.on_failure("bring_up_to_date", lambda ended: told.append(ended.state))
    worker.work_off(at=AT)
    assert (Run.everywhere.get().state, told) == ("cancelled", ["asked", "cancelled"])


def test_a_worker_told_to_stop_gives_its_run_back(run: Run, journey: Callable[..., None]) -> None:
    journey(lambda site, parameters, journey: journey.step("First", 0.1) or Outcome())
    worker.do_next(lambda: AT, lambda: True)
    held = Run.everywhere.get()
    assert (held.state, held.attempts) == ("queued", 0)


def test_what_another_app_makes_of_a_run_stands_or_falls_with_it(run: Run) -> None:
    def refuses(ended: Run) -> None:
        raise RefusedInput("The draft was closed meanwhile.")

    finishing.on_finish("bring_up_to_date", refuses)
    finishing.on_finish("bring_up_to_date", refuses)
    assert len(finishing._finished["bring_up_to_date"]) == 1
    worker.work_off(at=AT)
    held = Run.everywhere.get()
    assert (held.state, held.fault["what"]) == ("failed", "The draft was closed meanwhile.")


def test_an_attempt_that_is_no_longer_current_ends_nothing(run: Run, place: Any) -> None:
    old = take_next(at=AT)
    assert old is not None
    take_up_again(at=AT)
    new = take_next(at=AT)
    assert new is not None
    assert fail(old, Cancelled("Stopped."), at=AT) is None
    assert (is_to_stop(old), is_to_stop(new)) == (True, False)
    give_back(old)
    tell_progress(old, message="Dead", done=0.9, at=AT)
    beat(at=LATER)
    held = Run.everywhere.get()
    assert (held.state, held.message, held.heartbeat_at) == ("running", "Begun", LATER)
    assert finish(new, Outcome(), receipt=None, at=LATER) is not None
    assert Notice.objects.get().subject.startswith("Done:")


def test_one_that_was_to_stop_when_its_worker_died_is_stopped(run: Run, place: Any) -> None:
    assert take_next(at=AT) is not None
    cancel(run, by=place.actor("administrator"), at=AT)
    take_up_again(at=AT)
    assert Run.everywhere.get().state == "cancelled"


def test_only_what_is_over_is_done_again_and_a_kind_must_be_known(run: Run, place: Any) -> None:
    by = place.actor("information_manager")
    with pytest.raises(RefusedInput, match="Only what failed"):
        retry(run, by=by, at=AT)
    with pytest.raises(KeyError, match="no journey"):
        ask("dance", parameters={}, organisation=place["ZPA"], by=by, at=AT)
    assert title_of("dance_slowly", {}) == "Dance slowly"
    assert (
        title_of("close_year", {"year": "2009-10", "position": "closing_estimate"})
        == "Close the year 2009/10, closing estimate"
    )
    assert title_of("state_month", {"month": "2009-12"}) == "State December 2009"
    Run.everywhere.update(kind="dance_slowly")
    assert str(Run.everywhere.get()) == "Dance slowly"


def test_an_adoption_is_done_again_from_its_decision_alone(
    run: Run, place: Any, sign_in: Callable[..., Client]
) -> None:
    """Repeated from here it would publish budgets whose decision was given up meanwhile."""
    Run.everywhere.update(kind="adopt_budgets", state="cancelled", ended_at=AT)
    with pytest.raises(RefusedInput, match="from the page it was asked for"):
        retry(run, by=place.actor("administrator"), at=AT)
    assert "Do it again" not in sign_in("administrator").get(f"/runs/{run.id}/").content.decode()


def test_a_run_of_a_kind_no_longer_known_is_still_shown(run: Run, sign_in: Callable[..., Client]) -> None:
    Run.everywhere.update(kind="dance_slowly")
    assert "Dance slowly" in sign_in("information_manager").get(f"/runs/{run.id}/").content.decode()


def test_the_listing_takes_as_many_queries_for_many_as_for_few(
    run: Run, place: Any, sign_in: Callable[..., Client], django_assert_max_num_queries: Any
) -> None:
    client = sign_in("information_manager")
    client.get("/runs/")
    for _ in range(5):
        ask("bring_up_to_date", parameters={}, organisation=place["ZPA"], by=place.actor("information_manager"), at=AT)
    with django_assert_max_num_queries(14):
        assert client.get("/runs/").status_code == 200
