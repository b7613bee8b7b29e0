"""Twenty at once: of all who decide one case at the same moment one does, and nineteen are refused in words."""

from typing import Any

import pytest
from tests.web.budgets.test_races import THREADS, all_at_once
from tests.web.business_cases.waiting import NO, YES, declared, on_day, submitted
from tests.web.conftest import BEGAN, TESTS

from pbc_web.accounts.actions import appoint
from pbc_web.accounts.models import Person
from pbc_web.accounts.queries import actor_in
from pbc_web.audit.models import Entry
from pbc_web.audit.queries import broken_at
from pbc_web.business_cases.actions import deciding
from pbc_web.business_cases.models import ClockEvent, Decision, Proposal


@pytest.mark.database
@pytest.mark.django_db(transaction=True)
def test_twenty_deciders_at_once_make_one_decision_and_nineteen_refusals(place: Any) -> None:
    waits = submitted(place)
    officers = []
    for number in range(THREADS):
        person = Person.objects.create_user(f"officer{number}@example.invalid", name=f"Officer {number}")
        held = appoint(
            person,
            role_code="commissioning_manager",
            organisation=place["ZPA"],
            starts_on=BEGAN,
            by=TESTS,
            at=on_day(0),
        )
        officers.append(actor_in(held, on=on_day(1).date()))
    declared(waits, *officers)

    def act(number: int) -> object:
        seen = Proposal.everywhere.get(id=waits.id)
        verdict = NO if number % 5 == 4 else YES
        return deciding.decide_as_officer(seen, verdict, by=officers[number], at=on_day(1))

    assert all_at_once(act) == {"done": 1, "refused": THREADS - 1}
    decision = Decision.objects.get()
    assert Proposal.everywhere.get(id=waits.id).state == decision.outcome
    assert ClockEvent.objects.filter(event__in=("approved", "refused")).count() == 1
    assert Entry.objects.filter(verb__in=("approve_proposal", "refuse_proposal")).count() == 1
    assert broken_at() is None
