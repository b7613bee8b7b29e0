"""Two at once: of twenty who own or settle one difference at the same moment one succeeds, and the trail holds."""

from typing import Any

import pytest
from tests.web.budgets.test_races import THREADS, all_at_once
from tests.web.ledger.test_differences import AT, DUE, OF_A, person_of

from pbc.reports.reconciliation_tables import Difference as Stands
from pbc_web.audit.models import Entry
from pbc_web.audit.queries import broken_at
from pbc_web.ledger.actions import Sides, give_owner, move_difference
from pbc_web.ledger.models import Difference, DifferenceEvent

STANDS = Stands(OF_A, "ZPA", "ZHA", "on_account", "So.", -5_00, 1, None, 0, "", "")


@pytest.mark.database
@pytest.mark.django_db(transaction=True)
def test_owning_and_settling_at_once_have_one_outcome(place: Any) -> None:
    sides, owner = Sides(place["ZPA"], place["ZHA"]), person_of(place, "finance_manager")
    people = [place.actor("contracts_manager"), place.actor("finance_manager")]
    assert all(by.reach.detail for by in people)  # worked out before the threads begin

    def act(number: int) -> object:
        by = people[number % 2]
        if number % 4 == 3:
            return move_difference(STANDS, sides, move="settle", reason="Credited.", version=0, by=by, at=AT)
        return give_owner(STANDS, sides, owner=owner, due_on=DUE, version=0, by=by, at=AT)

    assert all_at_once(act) == {"done": 1, "refused": THREADS - 1}
    held = Difference.everywhere.get()
    assert held.version == 1
    assert (held.state == "settled") != (held.owner_id == owner.id)
    assert DifferenceEvent.objects.count() == Entry.objects.filter(subject_kind="difference").count() == 1
    assert broken_at() is None
