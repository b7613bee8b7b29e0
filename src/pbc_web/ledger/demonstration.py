"""The books of the demonstration: the largest differences owned, one agreed, two disputed, one of them answered."""

from __future__ import annotations

from datetime import datetime, timedelta

from pbc.reports.reconciliation_tables import Difference as Stands
from pbc_web.accounts.demonstration import somebody
from pbc_web.accounts.models import Appointment, Person
from pbc_web.ledger.actions import Sides, give_owner, move_difference, write_words
from pbc_web.ledger.queries import Books, newest_books
from pbc_web.ledger.watches import tell_of_differences
from pbc_web.organisations.models import Organisation
from pbc_web.shell.clock import day_of

DISPUTE = "Made up: no agreement is named on these lines. Send it, or take them back."
DRUGS = "Made up: we do not find the approval of the dearest of these. Whose is it?"
ANSWER = "Made up: it was approved in April. We send the letter this week."
AGREED = "Made up: the on-account sum is taken back once the month is invoiced by activity."
TAKEN_UP = (
    ("on_account", "agree", AGREED),
    ("unexplained", "dispute", DISPUTE),
    ("drugs_and_devices", "dispute", DRUGS),
)


def fill(at: datetime) -> None:
    """Own, dispute, answer and agree some of the newest month's differences; where nothing is reconciled, none."""
    contracts = somebody("contracts_manager")
    owner = Person.objects.get(id=contracts.person_id)
    for books in newest_books(contracts):
        for step, move, reason in TAKEN_UP:
            for stands in [each for each in books.differences if each.step == step][:1]:
                sides, when = _sides(books, stands), at - timedelta(days=6)
                due_on = day_of(at) + timedelta(days=10)
                give_owner(stands, sides, owner=owner, due_on=due_on, version=0, by=contracts, at=when)
                move_difference(stands, sides, move=move, reason=reason, version=1, by=contracts, at=when)
                if reason == DRUGS:
                    _answer(stands, sides, at - timedelta(days=2))
    tell_of_differences(at)


def _sides(books: Books, stands: Stands) -> Sides:
    return Sides(books.commissioner, Organisation.objects.filter(code=stands.provider_code).first())


def _answer(stands: Stands, sides: Sides, when: datetime) -> None:
    """The hospital's contract manager answers, where the demonstration has one there."""
    role = "provider_contract_manager"
    is_held = Appointment.objects.filter(role_code=role, organisation=sides.hospital).exists()
    if sides.hospital is not None and is_held:
        write_words(stands, sides, words=ANSWER, by=somebody(role, sides.hospital), at=when)
