"""Money of uses: promised in the moment of approval and never above the pot, spent in parts, set free; nothing is lost."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from tests.web.budgets.test_races import THREADS, all_at_once
from tests.web.business_cases.waiting import submitted
from tests.web.reinvestment.matrix import AT, CLOCK, YES, approved, decider, pot_of, sent_in

from pbc.errors import RefusedInput
from pbc_web.audit.models import Entry
from pbc_web.business_cases.actions import afterwards, deciding, recusing
from pbc_web.business_cases.models import Decision, Proposal
from pbc_web.reinvestment.actions import spending
from pbc_web.reinvestment.models import Carried, UseMove, UseOfPot
from pbc_web.statements.actions import year_ends
from pbc_web.statements.models import Pot, PotMove

pytestmark = pytest.mark.django_db


def use_in(place: Any, pot: Pot, pence: int, title: str = "A scanner") -> UseOfPot:
    """A use that waits, made without its sections."""
    made = submitted(place, title=title, kind="use_of_pot", pence=pence, on=date(2010, 5, 3))
    return UseOfPot.everywhere.create(proposal=made, pot=pot, use="services", pence=pence)


def test_approval_promises_the_money_or_nothing_is_decided(place: Any) -> None:
    pot = pot_of(place, confirmed=50_000)
    too_much = sent_in(place, pot, pence=20_001)  # free when it is submitted, and no longer when it is decided
    use = approved(place, pot)
    pot.refresh_from_db()
    assert (pot.reserved_pence, use.reserved_pence, use.left_pence) == (30_000, 30_000, 30_000)
    assert [each.move.kind for each in use.moves.all()] == ["reserve"]
    officer = decider(place, too_much)
    with pytest.raises(RefusedInput, match=r"No more than £200\.00 is confirmed"), transaction.atomic():
        deciding.decide_as_officer(too_much, YES, by=officer, at=AT)
    assert Proposal.everywhere.get(id=too_much.id).state == "submitted"
    assert not Decision.objects.filter(proposal=too_much).exists()
    refusal = replace(YES, outcome="refused", would_resolve="A cheaper one.")
    deciding.decide_as_officer(too_much, refusal, by=officer, at=AT)
    pot.refresh_from_db()
    assert pot.reserved_pence == 30_000
    with pytest.raises(RefusedInput, match="promised before"):
        spending.promise(use, by=officer, at=AT)


def test_a_use_that_names_no_pot_is_not_approved(place: Any) -> None:
    waits = submitted(place, kind="use_of_pot", on=date(2010, 5, 3))
    with pytest.raises(RefusedInput, match="which pot it is paid from"):
        deciding.decide_as_officer(waits, YES, by=decider(place, waits), at=AT)
    spending.free_if_ended(waits, by=place.actor("practice_manager"), at=AT)  # nothing to set free


def test_what_is_promised_is_spent_in_parts_and_the_rest_set_free(place: Any) -> None:
    pot, finance = pot_of(place, confirmed=50_000, available=10_000), place.actor("finance_manager")
    use, told = approved(place, pot), {"by": finance, "at": AT}
    with pytest.raises(RefusedInput, match=r"No more than £100\.00 is promised and available"):
        spending.record_spending(use, amount_pence=10_001, words="Paid", **told)
    spending.record_spending(use, amount_pence=10_000, words="Paid a part", **told)
    year_ends.release_pot(pot, amount_pence=40_000, reason="All of it", **told)
    with pytest.raises(RefusedInput, match=r"No more than £200\.00 is promised to this use"):
        spending.record_spending(use, amount_pence=20_001, words="Paid", **told)
    for by in (place.actor("commissioning_manager"), place.actor("finance_manager", world="B")):
        with pytest.raises(RefusedInput, match="close the commissioner's year"):
            spending.record_spending(use, amount_pence=1, words="Paid", by=by, at=AT)
    use = spending.finish(use, words="It was cheaper", **told)
    pot.refresh_from_db()
    assert (use.spent_pence, use.freed_pence, use.left_pence) == (10_000, 20_000, 0)
    assert (pot.spent_pence, pot.reserved_pence, pot.unpromised_pence) == (10_000, 0, 40_000)
    with pytest.raises(RefusedInput, match="Nothing is left"):
        spending.finish(use, words="Again", **told)
    kept = UseMove.objects.order_by("id").values_list("move__kind", "move__reason", "words")
    code = use.proposal.code
    assert list(kept) == [
        ("reserve", f"Approved: {code}", ""), ("spend", code, "Paid a part"), ("free", code, "It was cheaper"),
    ]  # fmt: skip
    verbs = Entry.objects.filter(subject_kind="pot").order_by("number").values_list("verb", flat=True)
    assert list(verbs)[-4:] == ["reserve_pot", "spend_pot", "release_pot", "free_pot"]


def test_what_lapses_or_is_replaced_sets_its_money_free(place: Any) -> None:
    pot = pot_of(place, confirmed=80_000, available=80_000)
    first, second = approved(place, pot), approved(place, pot)
    spending.record_spending(second, amount_pence=5_000, words="A part", by=place.actor("finance_manager"), at=AT)
    afterwards.lapse(
        first.proposal, reason="Not begun.", by=place.actor("commissioning_manager"), at=AT + timedelta(days=900)
    )
    third = sent_in(place, pot)
    afterwards.supersede(second.proposal, replacement=third, by=place.actor("practice_manager"), at=AT)
    afterwards.supersede(third, replacement=sent_in(place, pot), by=place.actor("practice_manager"), at=AT)
    pot.refresh_from_db()
    assert (pot.reserved_pence, pot.spent_pence) == (0, 5_000)
    freed = UseOfPot.everywhere.order_by("id").values_list("freed_pence", flat=True)
    assert list(freed) == [30_000, 25_000, 0, 0]
    with pytest.raises(RefusedInput, match="approved uses alone"):
        spending.record_spending(first, amount_pence=1, words="More", by=place.actor("finance_manager"), at=AT)


def test_a_use_of_which_a_part_is_spent_does_not_lapse_and_its_rest_goes_back(place: Any) -> None:
    use, finance = approved(place, pot_of(place, confirmed=80_000, available=80_000)), place.actor("finance_manager")
    spending.record_spending(use, amount_pence=5_000, words="A part", by=finance, at=AT)
    with pytest.raises(RefusedInput, match="what was begun does not lapse"):
        afterwards.lapse(
            use.proposal, reason="Not begun.", by=place.actor("commissioning_manager"), at=AT + timedelta(days=900)
        )
    use.refresh_from_db()
    assert (Proposal.everywhere.get(id=use.proposal_id).state, use.left_pence) == ("approved", 25_000)
    assert spending.finish(use, words="Enough.", by=finance, at=AT).left_pence == 0


def test_after_its_year_a_pot_is_promised_only_where_it_was_carried_on(place: Any) -> None:
    pot, finance = pot_of(place, confirmed=50_000), place.actor("finance_manager")
    in_year, after = datetime(2011, 3, 31, 9, tzinfo=UTC), datetime(2011, 4, 1, 9, tzinfo=UTC)
    waits = [use_in(place, pot, 1_000, f"Use {number}") for number in range(4)]
    spending.promise(waits[0], by=finance, at=in_year)
    with pytest.raises(RefusedInput, match="time in which this pot is spent is over"):
        spending.promise(waits[1], by=finance, at=after)
    with pytest.raises(RefusedInput, match="close the commissioner's year"):
        spending.agree_to_carry(pot, words="Late.", by=place.actor("board_member"), at=after)
    spending.agree_to_carry(pot, words="The builder was late.", by=finance, at=after)
    assert (Carried.objects.get().amount_pence, Carried.objects.get().until) == (100_000, date(2012, 3, 31))
    with pytest.raises(RefusedInput, match="carried on before"):
        spending.agree_to_carry(pot, words="Again.", by=finance, at=after)
    spending.promise(waits[1], by=finance, at=after)
    over = datetime(2012, 4, 1, 9, tzinfo=UTC)
    with pytest.raises(RefusedInput, match="time in which this pot is spent is over"):
        spending.promise(waits[2], by=finance, at=over)
    other = pot_of(place, year="2007-08", clock=CLOCK)
    with pytest.raises(RefusedInput, match="nothing to carry on"):
        spending.agree_to_carry(other, words="Late.", by=finance, at=over)


def test_the_database_itself_holds_what_is_promised_and_spent(place: Any) -> None:
    use = approved(place, pot_of(place, confirmed=50_000))
    for wrong in (
        {"reserved_pence": 1}, {"spent_pence": 30_001}, {"spent_pence": 20_000, "freed_pence": 10_001}, {"freed_pence": -1},
        {"pence": -1},
    ):  # fmt: skip
        with pytest.raises(IntegrityError), transaction.atomic():
            UseOfPot.everywhere.filter(id=use.id).update(**wrong)
    with pytest.raises(DatabaseError), transaction.atomic():
        UseMove.objects.all().delete()
    with pytest.raises(DatabaseError), transaction.atomic():
        UseMove.objects.update(words="Something else")


@pytest.mark.database
@pytest.mark.django_db(transaction=True)
def test_twenty_approvals_at_once_never_promise_more_than_the_pot(place: Any) -> None:
    pot, officer = pot_of(place, confirmed=100_000), place.actor("commissioning_manager")
    uses = [use_in(place, pot, 30_000, f"Use {number}") for number in range(THREADS)]
    for each in uses:
        recusing.declare(each.proposal, says="nothing", by=officer, at=AT)

    def act(number: int) -> object:
        return deciding.decide_as_officer(uses[number].proposal, YES, by=officer, at=AT)

    assert all_at_once(act) == {"done": 3, "refused": THREADS - 3}
    pot.refresh_from_db()
    assert (pot.reserved_pence, pot.unpromised_pence) == (90_000, 10_000)
    assert Decision.objects.count() == UseOfPot.everywhere.filter(reserved_pence=30_000).count() == 3
    assert Proposal.everywhere.filter(state="submitted").count() == THREADS - 3
    connection.close()


class OnePotAndItsUses(RuleBasedStateMachine):
    """A pot with three uses beside a pure model; each example is rolled back."""

    place: Any

    def __init__(self) -> None:
        super().__init__()
        self.block = transaction.atomic()
        self.block.__enter__()

    @initialize(asked=st.lists(st.integers(1, 60_000), min_size=3, max_size=3))
    def begin(self, asked: list[int]) -> None:
        self.pot = pot_of(self.place)
        self.uses = [use_in(self.place, self.pot, pence, f"Use {at}") for at, pence in enumerate(asked)]
        Proposal.everywhere.update(state="approved", decided_on=AT.date())
        self.asked, self.promised, self.spent, self.freed = asked, [0] * 3, [0] * 3, [0] * 3
        self.confirmed, self.available, self.elsewhere = 0, 0, 0

    def left(self, at: int) -> int:
        return self.promised[at] - self.spent[at] - self.freed[at]

    def all_left(self) -> int:
        return sum(self.left(at) for at in range(3))

    def all_spent(self) -> int:
        return sum(self.spent) + self.elsewhere

    @rule(pence=st.integers(1, 100_000))
    def confirm(self, pence: int) -> None:
        if self.tries(
            pence <= 100_000 - self.confirmed, year_ends.confirm_pot, "board_member", amount_pence=pence, reason="So"
        ):
            self.confirmed += pence

    @rule(pence=st.integers(1, 100_000))
    def release(self, pence: int) -> None:
        if self.tries(pence <= self.confirmed - self.available, year_ends.release_pot, amount_pence=pence, reason="So"):
            self.available += pence

    @rule(at=st.integers(0, 2))
    def promise(self, at: int) -> None:
        free = self.confirmed - self.all_spent() - self.all_left()
        if self.tries(not self.promised[at] and self.asked[at] <= free, spending.promise, of=self.uses[at]):
            self.promised[at] = self.asked[at]

    @rule(at=st.integers(0, 2), pence=st.integers(1, 60_000))
    def spend(self, at: int, pence: int) -> None:
        fits = pence <= min(self.left(at), self.available - self.all_spent())
        if self.tries(fits, spending.record_spending, of=self.uses[at], amount_pence=pence, words="Paid"):
            self.spent[at] += pence

    @rule(pence=st.integers(1, 60_000))
    def spend_elsewhere(self, pence: int) -> None:
        most = min(self.available - self.all_spent(), self.confirmed - self.all_spent() - self.all_left())
        if self.tries(pence <= most, year_ends.spend_pot, amount_pence=pence, reason="Paid"):
            self.elsewhere += pence

    @rule(at=st.integers(0, 2))
    def finish(self, at: int) -> None:
        left = self.left(at)
        if self.tries(left > 0, spending.finish, of=self.uses[at], words="Done"):
            self.freed[at] += left

    def tries(self, fits: bool, act: Any, role: str = "finance_manager", of: Any = None, **said: Any) -> bool:
        try:
            with transaction.atomic():
                act(of or self.pot, by=self.place.actor(role), at=AT, **said)
        except RefusedInput:
            assert not fits
        else:
            assert fits
        return fits

    @invariant()
    def agrees_with_the_model(self) -> None:
        if not hasattr(self, "uses"):
            return
        pot = Pot.everywhere.get()
        assert (pot.confirmed_pence, pot.available_pence) == (self.confirmed, self.available)
        assert (pot.spent_pence, pot.reserved_pence) == (self.all_spent(), self.all_left())
        kept = UseOfPot.everywhere.order_by("id").values_list("reserved_pence", "spent_pence", "freed_pence")
        assert list(kept) == list(zip(self.promised, self.spent, self.freed, strict=True))
        assert pot.spent_pence + pot.reserved_pence + pot.unpromised_pence == pot.confirmed_pence
        assert sum(each.amount_pence for each in PotMove.objects.filter(kind="spend")) == pot.spent_pence
        assert UseMove.objects.count() == PotMove.objects.filter(use_move__isnull=False).count()

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.block.__exit__(None, None, None)


@pytest.mark.database
def test_money_is_conserved_whatever_is_done_with_it(place: Any) -> None:
    for role in ("finance_manager", "board_member", "practice_manager"):
        place.actor(role)
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        type("UsesOfPlace", (OnePotAndItsUses,), {"place": place}),
        settings=settings(
            max_examples=15, stateful_step_count=15, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
    assert not UseOfPot.everywhere.exists()
