"""The life of a proposal against a pure model: every act is taken or refused as the model says, and a decision is there exactly when
the state says so, made by somebody who declared and is not kept away, on a clock that is counted by hand."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from tests.web.business_cases.waiting import NO, YES, on_day, submitted
from tests.web.panels.matrix import panel_in, seated

from pbc.errors import RefusedInput
from pbc_web.business_cases import deciding as lent
from pbc_web.business_cases.actions import afterwards, clock, deciding, recusing
from pbc_web.business_cases.models import ClockEvent, Decision, Proposal, Recommendation, Recusal
from pbc_web.business_cases.queries.clock import clock_on

STARTS = (
    date(2009, 6, 1),
    date(2009, 2, 16),
    date(2009, 9, 28),
    date(2012, 2, 1),
)  # by changes of the clock and a leap day
ROLES = ("commissioning_manager", "board_member", "non_executive")
WHO = st.sampled_from(ROLES)
OFFICER, BOARD, CHAIR = ROLES
pytestmark = [pytest.mark.django_db]


class OneLife(RuleBasedStateMachine):
    """A proposal of a place that is there already; each example is rolled back."""

    place: Any
    people: dict[str, Any]
    pot: dict[str, bool]

    def __init__(self) -> None:
        super().__init__()
        self.block = transaction.atomic()
        self.block.__enter__()
        self.day, self.state, self.outcome = 0, "submitted", ""
        self.declared: set[str] = set()
        self.kept: set[str] = set()
        self.staked: set[str] = set()  # who declared a stake that nobody has weighed
        self.stopped_on: int | None = None
        self.stops = self.stopped_days = 0
        self.ended_on: int | None = None
        self.waits = self.appealed = False

    def actor(self, role: str) -> Any:
        return self.people[role]

    @initialize(start=st.sampled_from(STARTS), is_large=st.booleans())
    def submit(self, start: date, is_large: bool) -> None:
        self.start, self.is_large = start, is_large
        self.proposal = submitted(self.place, on=start, pence=30_000_000 if is_large else 4_000_000)
        self.pot["is_empty"] = False

    @rule(days=st.sampled_from((0, 1, 3, 8, 20)))
    def wait(self, days: int) -> None:
        self.day += days

    @rule(who=WHO, says=st.sampled_from(("nothing", "nothing", "something")))
    def declare(self, who: str, says: str) -> None:
        if self._done(
            who not in self.declared,  # of what is decided too, before its papers are opened
            recusing.declare,
            self.proposal,
            who=who,
            says=says,
            words="A stake.",
        ):
            self.declared.add(who)
            if says == "something":
                self.kept.add(who)
                self.staked.add(who)

    @rule(who=st.sampled_from((OFFICER, BOARD)))
    def keep_away(self, who: str) -> None:
        given = {"person_id": self.actor(who).person_id, "level": "may_speak", "reason": "A stake."}
        before = self._recusal(who)
        if self._done(self._is_settled() and self._fair(CHAIR), recusing.keep_away, self.proposal, who=CHAIR, **given):
            self.kept.add(who)
            self._weighed(who, before)

    @rule(who=st.sampled_from((OFFICER, BOARD)))
    def let_in(self, who: str) -> None:
        row = self._recusal(who)
        if row is not None and self._done(self._fair(CHAIR), recusing.end_recusal, row, who=CHAIR, reason="Over."):
            self._weighed(who, row)
            if who not in self.staked:
                self.kept.discard(who)

    def _recusal(self, who: str) -> Recusal | None:
        return Recusal.objects.filter(person=self.actor(who).person_id, ended_at__isnull=True).first()

    def _weighed(self, who: str, row: Recusal | None) -> None:
        if row is not None and row.source == "declared":
            self.staked.discard(who)

    @rule()
    def stop(self) -> None:
        fits = self._waits() and self._fair(OFFICER) and self.stopped_on is None and self.stops == 0 and self.day < 42
        if self._done(fits, clock.stop, self.proposal, who=OFFICER, missing_item="plan"):
            self.stopped_on, self.stops = self.day, 1

    @rule(who=st.sampled_from(("practice_manager", OFFICER)))
    def resume(self, who: str) -> None:
        may = who == "practice_manager" or self._fair(who)
        if self._done(self._waits() and may and self.stopped_on is not None, clock.resume, self.proposal, who=who):
            self._end_stop()

    @rule()
    def defer(self) -> None:
        self._done(self._waits() and self._fair(OFFICER), clock.defer, self.proposal, who=OFFICER, reason="Full.")

    @rule()
    def have_it_withdrawn(self) -> None:
        if self.day < 30:
            return
        fits = self._waits() and self._fair(OFFICER)
        if self._done(fits, clock.withdraw_at_request, self.proposal, who=OFFICER, reason="Asked."):
            self.state = "withdrawn"
            self.waits = False
            self._end_stop()

    @rule(is_empty=st.booleans())
    def fill_pot(self, is_empty: bool) -> None:
        self.pot["is_empty"] = is_empty

    @rule(verdict=st.sampled_from((YES, YES, NO)))
    def decide(self, verdict: Any) -> None:
        recommends = verdict is YES and self.is_large
        fits = self._waits() and self._fair(OFFICER) and not (recommends and self.waits)
        fits = fits and (recommends or verdict is NO or not self.pot["is_empty"])
        if self._done(fits, deciding.decide_as_officer, self.proposal, verdict, who=OFFICER):
            self.waits = recommends
            if not recommends:
                self._decided(verdict.outcome)

    @rule(does=st.sampled_from(("confirm", "confirm", "turn_down")))
    def second(self, does: str) -> None:
        row = Recommendation.objects.order_by("-id").first()
        if row is None:
            return
        fits = self._waits() and self.waits and self._fair(BOARD)
        if does == "turn_down":
            if self._done(fits, deciding.turn_down, row, who=BOARD, words="Not yet."):
                self.waits = False
        elif self._done(fits and self._fair(OFFICER) and not self.pot["is_empty"], deciding.confirm, row, who=BOARD):
            self._decided("approved")

    @rule()
    def appeal(self) -> None:
        made = Decision.objects.first()
        if made is not None:
            fits = self.state == "refused" and not self.appealed
            self.appealed |= self._done(fits, afterwards.appeal, made, who="practice_manager", words="Wrong.")

    def _waits(self) -> bool:
        return self.state == "submitted"

    def _is_settled(self) -> bool:
        return self.state in ("submitted", "approved")

    def _fair(self, who: str) -> bool:
        return who in self.declared and who not in self.kept

    def _end_stop(self) -> None:
        if self.stopped_on is not None:
            self.stopped_days, self.stopped_on = self.day - self.stopped_on, None

    def _decided(self, outcome: str) -> None:
        self.were_fair = self._fair(OFFICER)
        self.state, self.ended_on, self.waits = outcome, self.day, False
        self._end_stop()

    def _done(self, fits: bool, act: Any, *about: Any, who: str, **said: Any) -> bool:
        try:
            with transaction.atomic():
                act(*about, by=self.actor(who), at=on_day(self.day, self.start), **said)
        except RefusedInput:
            assert not fits
        else:
            assert fits, act
        return fits

    @invariant()
    def agrees_with_the_model(self) -> None:
        if not hasattr(self, "proposal"):
            return
        held = Proposal.everywhere.get()
        assert (held.state, held.due_on) == (self.state, self.start + timedelta(days=56))
        is_decided = self.state in ("approved", "refused")
        made = Decision.objects.first()
        assert (made is not None) is is_decided is (held.decided_on is not None)
        assert ClockEvent.objects.filter(event__in=("approved", "refused")).count() == is_decided
        if made is not None:
            assert (made.outcome, made.seconded_by_id is not None) == (
                self.state,
                self.is_large and self.state == "approved",
            )
            assert self.were_fair  # who is kept away afterwards did not decide unfairly
        stood = clock_on(held, self.start + timedelta(days=self.day))
        gross = self.day if self.ended_on is None else self.ended_on
        running = self.day - self.stopped_on if self.stopped_on is not None else self.stopped_days
        assert (stood.gross_days, stood.net_days, stood.is_late) == (gross, gross - running, gross > 56)
        live = Recusal.objects.filter(ended_at__isnull=True).values_list("person_id", flat=True)
        assert set(live) == {self.actor(who).person_id for who in self.kept}

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.block.__exit__(None, None, None)


def test_a_proposal_lives_as_the_model_says_whatever_is_done_with_it(place: Any, monkeypatch: Any) -> None:
    pot = {"is_empty": False}

    def reserve(decision: Decision, *, by: Any, at: Any) -> None:
        if pot["is_empty"] and decision.outcome == "approved":
            raise RefusedInput("The pot does not hold so much.")

    monkeypatch.setattr(lent, "_lent", [reserve])
    place.actor("performance_manager")
    seated(place, panel_in(place), "non_executive", is_chair=True)
    people = {role: place.actor(role) for role in (*ROLES, "practice_manager")}
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        type("LifeInPlace", (OneLife,), {"place": place, "people": people, "pot": pot}),
        settings=settings(
            max_examples=6, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
    assert not Proposal.everywhere.exists()  # every example was rolled back
