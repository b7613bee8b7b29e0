"""Budgets against a pure model: money is conserved, the state is the model's, versions are amendments."""

from collections import defaultdict
from typing import Any

from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from tests.web.budgets.rounds import AT, FLAT, HELD, adopted, approved, in_force, opened, proposed

from pbc.errors import RefusedInput
from pbc_web.audit.models import Entry
from pbc_web.budgets.actions import judging, proposals, publishing
from pbc_web.budgets.models import Decision, Pot, Version, VersionLine

PLACES = sorted(FLAT)


class Budgets(RuleBasedStateMachine):
    """Budgets of a place that is there already; each example is rolled back."""

    place: Any

    def __init__(self) -> None:
        super().__init__()
        self.block = transaction.atomic()
        self.block.__enter__()
        self.lines: dict[tuple[str, str], int] = dict(FLAT)
        self.pots = dict(HELD)
        self.outside = 0
        self.states: dict[int, str] = {}
        self.asked: dict[int, tuple[str, list[tuple[str, str, int]]]] = {}
        self.versions = 1

    @initialize()
    def begin(self) -> None:
        self.round = opened(self.place)
        self.states[adopted(self.place, self.round).decision_id] = "published"

    @rule(of=st.sampled_from(PLACES), to=st.sampled_from(PLACES), pence=st.integers(1, 25_000_000))
    def propose_virement(self, of: tuple[str, str], to: tuple[str, str], pence: int) -> None:
        if of != to:
            self._propose("virement", [(*of, -pence), (*to, pence)])

    @rule(
        kind=st.sampled_from(["risk_pool", "top_slice", "in_year"]),
        to=st.sampled_from(PLACES),
        pence=st.integers(1, 2_000_000),
    )
    def propose_money(self, kind: str, to: tuple[str, str], pence: int) -> None:
        self._propose(kind, [(*to, pence)])

    def _propose(self, kind: str, lines: list[tuple[str, str, int]]) -> None:
        decision = proposed(self.place, self.round, kind, *lines)
        self.states[decision.id], self.asked[decision.id] = "proposed", (kind, lines)

    def _waiting(self, state: str) -> list[int]:
        return sorted(number for number, held in self.states.items() if held == state)

    @precondition(lambda self: self._waiting("proposed"))
    @rule(data=st.data())
    def approve(self, data: st.DataObject) -> None:
        number = data.draw(st.sampled_from(self._waiting("proposed")))
        kind, lines = self.asked[number]
        waits: dict[tuple[str, str], int] = defaultdict(int)
        for other in (*self._waiting("approved"), *self._waiting("failed"), number):
            for code, service, pence in self.asked[other][1]:
                waits[code, service] += pence
        total = sum(pence for *_, pence in lines)
        fits = all(self.lines[at] + pence >= 0 for at, pence in waits.items())
        fits = fits and (kind not in self.pots or total <= self.pots[kind])
        try:
            with transaction.atomic():
                approved(self.place, Decision.everywhere.get(id=number))
        except RefusedInput:
            assert not fits
        else:
            assert fits
            self.states[number] = "approved"
            if kind in self.pots:
                self.pots[kind] -= total

    @precondition(lambda self: self._waiting("proposed"))
    @rule(data=st.data(), is_refused=st.booleans())
    def end(self, data: st.DataObject, is_refused: bool) -> None:
        number = data.draw(st.sampled_from(self._waiting("proposed")))
        held = Decision.everywhere.get(id=number)
        if is_refused:
            judging.refuse(held, version=held.version, answer="No.", by=self.place.actor("board_member"), at=AT)
        else:
            proposals.withdraw_proposal(held, version=held.version, by=self.place.actor("finance_manager"), at=AT)
        self.states[number] = "refused" if is_refused else "withdrawn"

    @precondition(lambda self: self._waiting("approved"))
    @rule(is_published=st.sampled_from([True, True, True, False]))
    def engine_ends(self, is_published: bool) -> None:
        held = Decision.everywhere.get(state="approved", run__isnull=False)
        if not is_published:
            publishing.fail(held, fault="Stated already.", at=AT)
            self.states[held.id] = "failed"
            return
        kind, lines = self.asked[held.id]
        for code, service, pence in lines:
            self.lines[code, service] += pence
        self.outside += sum(pence for *_, pence in lines) if kind == "in_year" else 0
        self.versions += 1
        in_force(held, self.lines, set_id=f"s{self.versions}")
        self.states[held.id] = "published"

    @precondition(lambda self: self._waiting("failed"))
    @rule(data=st.data(), again=st.booleans())
    def take_up(self, data: st.DataObject, again: bool) -> None:
        number = data.draw(st.sampled_from(self._waiting("failed")))
        held = Decision.everywhere.get(id=number)
        act = judging.retry if again else judging.give_up
        act(held, version=held.version, by=self.place.actor("finance_manager"), at=AT)
        self.states[number] = "approved" if again else "refused"
        kind, lines = self.asked[number]
        if not again and kind in self.pots:
            self.pots[kind] += sum(pence for *_, pence in lines)

    @invariant()
    def agrees_with_the_model(self) -> None:
        assert {each.id: each.state for each in Decision.everywhere.all()} == self.states
        latest = Version.objects.order_by("-number").first()
        if latest is None:
            return
        held = VersionLine.everywhere.filter(version=latest).select_related("practice")
        assert {(each.practice.code, each.service): each.amount_pence for each in held} == self.lines
        assert latest.number == self.versions == Entry.objects.filter(verb="publish_budget_decision").count()
        assert {pot.kind: pot.left_pence for pot in Pot.objects.all()} == self.pots

    @invariant()
    def conserves_money(self) -> None:
        on_the_way = sum(
            pence
            for number in (*self._waiting("approved"), *self._waiting("failed"))
            for *_, pence in self.asked[number][1]
            if self.asked[number][0] in self.pots
        )
        held = sum(self.lines.values()) + sum(self.pots.values()) + on_the_way - self.outside
        assert held == sum(FLAT.values()) + sum(HELD.values())

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.block.__exit__(None, None, None)


def test_budgets_keep_to_the_model_whatever_is_decided(place: Any) -> None:
    for role in ("finance_manager", "board_member", "practice_manager"):
        place.actor(role)
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        type("BudgetsOfPlace", (Budgets,), {"place": place}),
        settings=settings(
            max_examples=12, stateful_step_count=15, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
    assert not Decision.everywhere.exists()  # every example was rolled back
