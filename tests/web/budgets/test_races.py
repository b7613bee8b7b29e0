"""Two at once: of twenty who act on one offer or decision at the same moment one succeeds, and the trail holds."""

import threading
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from tests.web.budgets.rounds import AT, adopted, offered, opened, proposed

from pbc.errors import RefusedInput
from pbc_web.audit.models import Entry
from pbc_web.audit.queries import broken_at
from pbc_web.budgets.actions import judging, offers
from pbc_web.budgets.models import Decision, Offer, Pot

THREADS = 20


def all_at_once(act: Callable[[int], object]) -> Counter[str]:
    """What came of twenty threads that began together: done, or refused in words; anything else fails the test."""
    ends: list[str] = []
    gate = threading.Barrier(THREADS)

    def run(number: int) -> None:
        try:
            gate.wait()
            act(number)
            ends.append("done")
        except RefusedInput:
            ends.append("refused")
        except Exception as error:
            ends.append(repr(error))
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return Counter(ends)


@pytest.mark.database
@pytest.mark.django_db(transaction=True)
def test_two_acceptances_and_withdrawals_at_once_have_one_outcome(place: Any) -> None:
    offer = offered(place, opened(place), "ZA0001")[0]
    acceptors = [place.actor("practice_manager"), place.actor("gp")]
    finance = place.actor("finance_manager")

    def act(number: int) -> object:
        seen = Offer.everywhere.select_related("round", "practice", "holder", "commissioner").get(id=offer.id)
        if number % 4 == 3:
            return offers.withdraw_offer(seen, version=1, by=finance, at=AT)
        return offers.accept_offers([seen], versions={seen.id: 1}, by=acceptors[number % 2], at=AT)

    assert all_at_once(act) == {"done": 1, "refused": THREADS - 1}
    held = Offer.everywhere.get(id=offer.id)
    assert held.version == 2
    verb = {"accepted": "accept_offer", "withdrawn": "withdraw_offer"}[held.state]
    assert list(Entry.objects.filter(subject_kind="offer").values_list("verb", flat=True)) == [verb]
    assert broken_at() is None


@pytest.mark.database
@pytest.mark.django_db(transaction=True)
def test_two_deciders_at_once_make_one_decision(place: Any) -> None:
    in_round = opened(place)
    adopted(place, in_round)
    decision = proposed(place, in_round, "risk_pool", ("ZA0001", "outpatients", 100))
    deciders = [place.actor(role) for role in ("board_member", "non_executive", "committee_member")]

    def act(number: int) -> object:
        seen = Decision.everywhere.get(id=decision.id)
        verb = judging.refuse if number % 5 == 4 else judging.approve
        return verb(seen, version=1, answer="Judged.", by=deciders[number % 3], at=AT)

    assert all_at_once(act) == {"done": 1, "refused": THREADS - 1}
    assert Decision.everywhere.get(id=decision.id).version == 2


@pytest.mark.database
@pytest.mark.django_db(transaction=True)
def test_draws_at_once_never_take_more_than_the_pool_holds(place: Any) -> None:
    in_round = opened(place)
    adopted(place, in_round)
    each = 7_000_00
    decisions = [proposed(place, in_round, "risk_pool", ("ZA0001", "outpatients", each)) for _ in range(THREADS)]
    board = place.actor("board_member")

    def act(number: int) -> object:
        seen = Decision.everywhere.select_related("round__commissioner").get(id=decisions[number].id)
        return judging.approve(seen, version=1, answer="Agreed.", by=board, at=AT)

    assert all_at_once(act) == {"done": 4, "refused": THREADS - 4}
    pot = Pot.objects.get(kind="risk_pool")
    assert pot.drawn_pence == 4 * each <= pot.held_pence


@pytest.mark.database
@pytest.mark.django_db(transaction=True)
def test_the_last_two_who_agree_at_once_do_not_both_wait_for_the_other(place: Any) -> None:
    in_round = opened(place)
    adopted(place, in_round)
    decision = proposed(place, in_round, "virement", ("ZA0001", "planned_care", -100), ("ZA0002", "planned_care", 100))
    managers = [place.actor("practice_manager", place[code]) for code in ("ZA0001", "ZA0002")]
    all_at_once(lambda number: judging.consent(
        Decision.everywhere.get(id=decision.id), version=1, by=managers[number % 2], at=AT
    ))  # fmt: skip
    assert Decision.everywhere.get(id=decision.id).state == "approved"
