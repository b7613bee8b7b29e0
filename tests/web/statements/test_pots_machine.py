"""A pot against a pure model: every move is taken or refused as the model says, and no money comes from or goes nowhere."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from tests.web.statements.matrix import CLOCK

from pbc.errors import RefusedInput
from pbc_web.audit.models import Entry
from pbc_web.statements.actions import year_ends
from pbc_web.statements.actions.year_ends import Declaration
from pbc_web.statements.models import Pot, PotMove, ReductionNotice

AT = datetime(2010, 5, 10, 9, 0, tzinfo=UTC)
PENCE = st.just(0) | st.integers(1, 120_000)  # nothing said: all that may be moved
pytestmark = [pytest.mark.django_db, pytest.mark.database]


def _of(pence: int, most: int) -> tuple[int, bool]:
    """How much is tried, and whether it may be moved."""
    tried = pence or max(most, 1)
    return tried, tried <= most


def declared(place: Any, pence: int, held_back: int) -> Pot:
    said = Declaration("2009-10", pence, pence, held_back, "Closing estimate")
    by = place.actor("finance_manager")
    return year_ends.declare_pot(place["ZPA"], place["ZA0001"], said, clock=CLOCK, by=by, at=AT)


class OnePot(RuleBasedStateMachine):
    """A pot of a place that is there already; each example is rolled back."""

    place: Any

    def __init__(self) -> None:
        super().__init__()
        self.block = transaction.atomic()
        self.block.__enter__()
        self.day, self.moves, self.is_final = 0, 1, False
        self.notices: list[list[int]] = []  # pence left to take back, day from which

    @initialize(pence=st.integers(1, 100_000), share=st.integers(0, 100))
    def declare(self, pence: int, share: int) -> None:
        back = pence * share // 100
        self.pot = declared(self.place, pence, back)
        self.sums = {"declared": pence, "held_back": back, "confirmed": 0, "available": 0, "spent": 0}
        self.taken_back = 0

    @rule(days=st.integers(1, 40))
    def wait(self, days: int) -> None:
        self.day += days

    @rule()
    def close_for_good(self) -> None:
        if not self.is_final:
            for name in ("closing_estimate", "frozen", "final"):
                year_ends.publish_position(
                    self.place["ZPA"], financial_year="2009-10", position=name, set_name=f"year-end/2009-10/{name}",
                    set_id="0" * 12, by=self.place.actor("finance_manager"), at=self._at(),
                )  # fmt: skip
        self.is_final = True

    @rule(pence=PENCE)
    def confirm(self, pence: int) -> None:
        held = self.sums
        back = 0 if self.is_final else held["held_back"]
        pence, fits = _of(pence, held["declared"] - held["confirmed"] - back - self._noticed())
        if self._does("confirm", pence, "commissioning_manager", fits):
            held["confirmed"] += pence

    @rule(pence=PENCE)
    def release(self, pence: int) -> None:
        pence, fits = _of(pence, self.sums["confirmed"] - self.sums["available"])
        if self._does("release", pence, "finance_manager", fits):
            self.sums["available"] += pence

    @rule(pence=PENCE)
    def spend(self, pence: int) -> None:
        pence, fits = _of(pence, self.sums["available"] - self.sums["spent"])
        if self._does("spend", pence, "finance_manager", fits):
            self.sums["spent"] += pence

    @rule(pence=PENCE, days=st.integers(1, 40))
    def give_notice(self, pence: int, days: int) -> None:
        pence, fits = _of(pence, self.sums["declared"] - self.sums["spent"] - self._noticed())
        given = {"words": "Fewer were freed.", "takes_effect_on": (self._at() + timedelta(days=days)).date()}
        if self._is_taken(fits, year_ends.give_notice, pence, "finance_manager", **given):
            self.notices.append([pence, self.day + days])

    @rule(pence=PENCE)
    def take_back(self, pence: int) -> None:
        due = [each for each in self.notices if each[1] <= self.day]
        held = self.sums
        pence, fits = _of(pence, min(sum(each[0] for each in due), held["declared"] - held["spent"]))
        if not self._is_taken(fits, year_ends.take_back, pence, "finance_manager", reason="As noticed"):
            return
        left = pence
        for each in sorted(due, key=lambda each: each[1]):
            part = min(left, each[0])
            each[0], left = each[0] - part, left - part
        held["declared"] -= pence
        held["held_back"] = min(max(held["held_back"] - pence, 0), held["declared"])
        held["confirmed"] = min(held["confirmed"], held["declared"])
        held["available"] = min(held["available"], held["confirmed"])
        self.taken_back += pence
        self.moves += 1

    def _does(self, move: str, pence: int, role: str, fits: bool) -> bool:
        done = self._is_taken(fits, getattr(year_ends, f"{move}_pot"), pence, role, reason="Agreed")
        self.moves += done
        return done

    def _is_taken(self, fits: bool, act: Any, pence: int, role: str, **said: Any) -> bool:
        try:
            with transaction.atomic():
                act(self.pot, amount_pence=pence, by=self.place.actor(role), at=self._at(), **said)
        except RefusedInput:
            assert not fits
        else:
            assert fits
        return fits

    def _noticed(self) -> int:
        return sum(each[0] for each in self.notices)

    def _at(self) -> datetime:
        return AT + timedelta(days=self.day)

    @invariant()
    def agrees_with_the_model(self) -> None:
        if not hasattr(self, "pot"):
            return
        held = Pot.everywhere.get()
        assert {name: getattr(held, f"{name}_pence") for name in self.sums} == self.sums
        assert 0 <= held.spent_pence <= held.available_pence <= held.confirmed_pence <= held.declared_pence
        kinds = [(each.kind, each.amount_pence) for each in PotMove.objects.all()]
        by_kind = {kind: sum(pence for of, pence in kinds if of == kind) for kind in ("declare", "spend", "take_back")}
        assert (len(kinds), by_kind["spend"], by_kind["take_back"]) == (self.moves, held.spent_pence, self.taken_back)
        assert by_kind["declare"] - by_kind["take_back"] == held.declared_pence
        assert sum(each.amount_pence - each.taken_pence for each in ReductionNotice.objects.all()) == self._noticed()
        assert Entry.objects.filter(subject_kind="pot").count() == self.moves + len(self.notices)

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.block.__exit__(None, None, None)


def test_what_was_noticed_is_taken_back_though_all_that_was_confirmed_is_spent(place: Any) -> None:
    pot, finance, later = declared(place, 100_000, 40_000), place.actor("finance_manager"), AT + timedelta(days=30)
    for move, role in (
        ("confirm", "commissioning_manager"),
        ("release", "finance_manager"),
        ("spend", "finance_manager"),
    ):
        pot = getattr(year_ends, f"{move}_pot")(pot, amount_pence=60_000, reason="Agreed", by=place.actor(role), at=AT)
    year_ends.give_notice(pot, amount_pence=40_000, words="Fewer", takes_effect_on=later.date(), by=finance, at=AT)
    assert year_ends.possible_moves(Pot.everywhere.get(), on=later.date()) == {"take_back": 40_000}
    pot = year_ends.take_back(pot, amount_pence=40_000, reason="As noticed", by=finance, at=later)
    assert (pot.declared_pence, pot.spent_pence, pot.step) == (60_000, 60_000, "spent")


def test_a_pot_keeps_to_the_model_whatever_is_done_with_it(place: Any) -> None:
    for role in ("finance_manager", "commissioning_manager"):
        place.actor(role)
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        type("PotOfPlace", (OnePot,), {"place": place}),
        settings=settings(
            max_examples=40, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
    assert not Pot.everywhere.exists()  # every example was rolled back
