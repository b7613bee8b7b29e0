"""Deciding: once, by whoever is entitled and unconflicted, with reasons; and what follows a decision."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.db import transaction
from tests.web.business_cases.waiting import NO, YES, at, declared, handler_of, on_day, person_of, submitted
from tests.web.governance.matrix import interest_of

from pbc.errors import RefusedInput
from pbc_web.business_cases import deciding as lent
from pbc_web.business_cases.actions import afterwards, deciding, recusing
from pbc_web.business_cases.models import Appeal, ClockEvent, Condition, Decision, Proposal, Recommendation, Recusal
from pbc_web.business_cases.watches import watch_conditions
from pbc_web.notices.models import Notice
from pbc_web.organisations.models import Relation

DUE = date(2009, 9, 1)


def state_of(proposal: Proposal) -> str:
    return str(Proposal.everywhere.get(id=proposal.id).state)


def told(actor: Any) -> list[str]:
    return list(Notice.objects.filter(person=actor.person_id).order_by("id").values_list("body", flat=True))


def test_an_officer_decides_a_light_case_with_reasons_and_conditions(place: Any) -> None:
    waits = submitted(place)
    verdict = replace(YES, conditions=(("Agree a rota.", DUE),))
    made = deciding.decide_as_officer(waits, verdict, by=handler_of(place, waits), at=on_day(10))
    found = Proposal.everywhere.get(id=waits.id)
    assert (found.state, found.decided_on) == ("approved", date(2009, 6, 11))
    assert ClockEvent.objects.get(proposal=waits, event="approved").reason == "It meets a need."
    assert [(each.words, each.due_on, each.state) for each in made.conditions.all()] == [("Agree a rota.", DUE, "open")]
    assert any("By 1 September 2009: Agree a rota." in each for each in told(place.actor("practice_manager")))
    with pytest.raises(RefusedInput, match="settled in the meantime"):
        deciding.decide_as_officer(waits, NO, by=place.actor("commissioning_manager"), at=on_day(11))
    assert Decision.objects.count() == 1


@pytest.mark.parametrize(("verdict", "match"), [
    (replace(YES, reasons=" "), "needs its reasons"),
    (replace(NO, would_resolve=" "), "what would resolve"),
    (replace(NO, conditions=(("Do it.", DUE),)), "Only an approval"),
    (replace(YES, conditions=(("Do it.", date(2009, 6, 1)),)), "still to come"),
    (replace(YES, conditions=((" ", DUE),)), "still to come"),
])  # fmt: skip
def test_half_a_decision_is_refused(place: Any, verdict: Any, match: str) -> None:
    waits = submitted(place)
    with pytest.raises(RefusedInput, match=match):
        deciding.decide_as_officer(waits, verdict, by=handler_of(place, waits), at=on_day(10))
    assert state_of(waits) == "submitted"


def test_who_may_decide_as_an_officer(place: Any) -> None:
    waits, full = submitted(place), submitted(place, title="Big", route="standard")
    manager = place.actor("commissioning_manager")
    with pytest.raises(RefusedInput, match="before they have declared"):
        deciding.decide_as_officer(waits, YES, by=manager, at=on_day(1))
    declared(full, manager)
    with pytest.raises(RefusedInput, match="decided by the committee"):
        deciding.decide_as_officer(full, YES, by=manager, at=on_day(1))
    with pytest.raises(RefusedInput, match="handles the commissioner"):
        deciding.decide_as_officer(waits, YES, by=place.actor("finance_manager"), at=on_day(1))
    declared(waits, manager)
    wrote = waits.authors.create(person_id=manager.person_id, added_by_id=manager.person_id, added_at=on_day(0))
    with pytest.raises(RefusedInput, match="An author takes no part"):
        deciding.decide_as_officer(waits, YES, by=manager, at=on_day(1))
    wrote.delete()
    interest_of(manager, place["ZPA"], about=place["ZA0001"])
    with pytest.raises(RefusedInput, match="kept away"):
        deciding.decide_as_officer(waits, YES, by=manager, at=on_day(1))


def recommended(place: Any) -> Recommendation:
    """An approval above the threshold, on a route that an officer may decide: it waits for a second person."""
    waits = submitted(place, pence=30_000_000)
    verdict = replace(YES, conditions=(("Agree a rota.", DUE),))
    place.actor("board_member")
    made = deciding.decide_as_officer(waits, verdict, by=handler_of(place, waits), at=on_day(5))
    assert isinstance(made, Recommendation)
    return made


def test_above_the_threshold_a_second_person_confirms(place: Any) -> None:
    made = recommended(place)
    assert state_of(made.proposal) == "submitted"
    assert not Decision.objects.exists()
    board = place.actor("board_member")
    with pytest.raises(RefusedInput, match="waits for a second person already"):
        deciding.decide_as_officer(made.proposal, YES, by=place.actor("commissioning_manager"), at=on_day(6))
    with pytest.raises(RefusedInput, match="before they have declared"):
        deciding.confirm(made, by=board, at=on_day(6))
    declared(made.proposal, board)
    decision = deciding.confirm(made, by=board, at=on_day(7))
    assert (decision.decided_by_id, decision.seconded_by_id) == (made.by_id, board.person_id)
    assert decision.conditions.get().due_on == DUE
    assert state_of(made.proposal) == "approved"
    with pytest.raises(RefusedInput, match="settled in the meantime"):
        deciding.confirm(made, by=board, at=on_day(8))


def test_who_does_not_confirm_and_what_is_not_confirmed_decides_nothing(place: Any) -> None:
    made = recommended(place)
    board, other = place.actor("board_member"), place.actor("board_member", world="B")
    with pytest.raises(RefusedInput, match="committee that decides"):
        deciding.confirm(made, by=other, at=on_day(6))
    Recommendation.objects.filter(id=made.id).update(by_id=board.person_id)
    with pytest.raises(RefusedInput, match="recommend and confirm"):
        deciding.confirm(made, by=board, at=on_day(6))
    Recommendation.objects.filter(id=made.id).update(by_id=made.by_id)
    declared(made.proposal, board)
    with pytest.raises(RefusedInput, match="needs its reasons"):
        deciding.turn_down(made, words="", by=board, at=on_day(6))
    deciding.turn_down(made, words="The price is not held.", by=board, at=on_day(6))
    with pytest.raises(RefusedInput, match="settled in the meantime"):
        deciding.confirm(made, by=board, at=on_day(7))
    assert state_of(made.proposal) == "submitted"
    deciding.decide_as_officer(made.proposal, NO, by=place.actor("commissioning_manager"), at=on_day(8))
    assert state_of(made.proposal) == "refused"


def test_whoever_recommended_and_is_kept_away_since_is_confirmed_by_nobody(place: Any) -> None:
    made, board = recommended(place), place.actor("board_member")
    declared(made.proposal, board)
    Recusal.objects.create(
        proposal=made.proposal, person_id=made.by_id, level="leaves", source="chair", reason="A stake.", at=on_day(6)
    )
    with pytest.raises(RefusedInput, match="kept away"):
        deciding.confirm(made, by=board, at=on_day(7))


def test_what_is_lent_is_done_in_the_decision_and_a_fault_of_it_refuses_all(place: Any, monkeypatch: Any) -> None:
    waits, seen = submitted(place), []
    handler = handler_of(place, waits)
    monkeypatch.setattr(lent, "_lent", [])

    def reserve(decision: Decision, *, by: Any, at: Any) -> None:
        seen.append((decision.outcome, by.person_id))
        if len(seen) == 1:
            raise RefusedInput("The pot does not hold so much.")

    lent.on_decision(reserve)
    lent.on_decision(reserve)
    with pytest.raises(RefusedInput, match="does not hold"):
        deciding.decide_as_officer(waits, replace(YES, conditions=(("Do.", DUE),)), by=handler, at=on_day(3))
    left = (Decision.objects.count(), Condition.objects.count(), ClockEvent.objects.filter(event="approved").count())
    assert (left, state_of(waits)) == ((0, 0, 0), "submitted")
    deciding.decide_as_officer(waits, YES, by=handler, at=on_day(3))
    assert seen == [("approved", handler.person_id)] * 2


def test_the_row_is_taken_by_one_and_what_the_database_refuses_is_told(place: Any) -> None:
    waits = submitted(place)
    handler = handler_of(place, waits)
    given = {"how": "officer", "decided_by": handler.person_id, "seconded_by": None, "by": handler, "at": on_day(1)}
    stale = Proposal.everywhere.get(id=waits.id)
    board = place.actor("board_member")
    with pytest.raises(RefusedInput, match="The database refuses"), transaction.atomic():
        deciding._decide(waits, YES, **(given | {"decided_by": board.person_id}))
    Proposal.everywhere.filter(id=waits.id).update(state="withdrawn")
    with pytest.raises(RefusedInput, match="decided in the meantime"):
        deciding._decide(stale, YES, **given)


def test_a_condition_is_reminded_of_and_judged_once_on_evidence(place: Any) -> None:
    waits = submitted(place)
    handler = handler_of(place, waits)
    verdict = replace(YES, conditions=(("Agree a rota.", DUE),))
    condition = deciding.decide_as_officer(waits, verdict, by=handler, at=on_day(3)).conditions.get()
    for day in range(10, 35):
        watch_conditions(at(date(2009, 8, day)) if day < 32 else at(date(2009, 9, day - 30)))
    keys = [each.rpartition("-")[2] for each in Notice.objects.filter(
        person=handler.person_id, key__contains="-condition-"
    ).order_by("id").values_list("key", flat=True)]  # fmt: skip
    assert keys == ["14", "3", "1"]
    with pytest.raises(RefusedInput, match="needs its reason"):
        afterwards.judge_condition(condition, is_met=True, evidence="", by=handler, at=on_day(90))
    afterwards.judge_condition(condition, is_met=True, evidence="The rota of 1 August.", by=handler, at=on_day(90))
    with pytest.raises(RefusedInput, match="judged already"):
        afterwards.judge_condition(condition, is_met=False, evidence="No.", by=handler, at=on_day(91))
    assert Condition.objects.get().get_state_display() == "Met"


def refused(place: Any) -> Decision:
    waits = submitted(place)
    made = deciding.decide_as_officer(waits, NO, by=handler_of(place, waits), at=on_day(3))
    assert isinstance(made, Decision)
    return made


def test_a_refusal_is_appealed_once_by_an_author_and_judged_by_the_region(place: Any) -> None:
    decision, author, region = refused(place), place.actor("practice_manager"), place.actor("performance_manager")
    with pytest.raises(RefusedInput, match="appealed by an author"):
        afterwards.appeal(decision, words="Wrong.", by=place.actor("gp"), at=on_day(4))
    with pytest.raises(RefusedInput, match="needs its reason"):
        afterwards.appeal(decision, words="", by=author, at=on_day(4))
    made = afterwards.appeal(decision, words="The scanner is cheaper.", by=author, at=on_day(4))
    assert made.due_on == date(2009, 7, 3)
    assert any("appeals against" in each for each in told(region))
    with pytest.raises(RefusedInput, match="appealed already"):
        afterwards.appeal(decision, words="Again.", by=author, at=on_day(5))
    judge = {"reasons": "The price was right.", "at": on_day(9)}
    for by in (place.actor("performance_manager", world="B"), place.actor("board_member")):
        with pytest.raises(RefusedInput, match="judged by the region"):
            afterwards.judge_appeal(made, state="upheld", by=by, **judge)
    with pytest.raises(RefusedInput, match="before they have declared"):
        afterwards.judge_appeal(made, state="upheld", by=region, **judge)
    declared(decision.proposal, region)
    for state in ("open", "thrown_out"):
        with pytest.raises(RefusedInput, match="upheld, dismissed or sent back"):
            afterwards.judge_appeal(made, state=state, by=region, **judge)
    afterwards.judge_appeal(made, state="sent_back", by=region, **judge)
    assert any("may be brought back" in each for each in told(author))
    assert state_of(decision.proposal) == "refused"
    with pytest.raises(RefusedInput, match="judged already"):
        afterwards.judge_appeal(made, state="dismissed", by=region, **judge)


def test_a_dismissed_appeal_says_so_and_without_a_region_there_is_none(place: Any) -> None:
    decision, author = refused(place), place.actor("practice_manager")
    made = afterwards.appeal(decision, words="Wrong.", by=author, at=on_day(4))
    region = place.actor("performance_manager")
    declared(decision.proposal, region)
    afterwards.judge_appeal(made, state="dismissed", reasons="Rightly refused.", by=region, at=on_day(5))
    assert told(author)[-1] == "Heart clinic in practices: the appeal is dismissed. Rightly refused."
    other = submitted(place, title="Other")
    declared(other, place.actor("commissioning_manager"))
    again = deciding.decide_as_officer(other, NO, by=place.actor("commissioning_manager"), at=on_day(6))
    Relation.objects.filter(relation="commissioner_region").delete()
    with pytest.raises(RefusedInput, match="no region"):
        afterwards.appeal(again, words="Wrong.", by=author, at=on_day(7))
    assert Appeal.objects.count() == 1


def test_an_approval_not_begun_lapses_after_its_time_with_a_reason(place: Any) -> None:
    waits = submitted(place)
    handler = handler_of(place, waits)
    deciding.decide_as_officer(waits, YES, by=handler, at=at(date(2009, 6, 10)))
    with pytest.raises(RefusedInput, match="only after its time"):
        afterwards.lapse(waits, reason="Never begun.", by=handler, at=at(date(2010, 6, 9)))
    with pytest.raises(RefusedInput, match="needs its reason"):
        afterwards.lapse(waits, reason="", by=handler, at=at(date(2010, 6, 10)))
    with pytest.raises(RefusedInput, match="handles the commissioner"):
        afterwards.lapse(waits, reason="So.", by=place.actor("practice_manager"), at=at(date(2010, 6, 10)))
    assert afterwards.lapse(waits, reason="Never begun.", by=handler, at=at(date(2010, 6, 10))).state == "lapsed"
    begun = submitted(place, title="Begun")
    declared(begun, handler)
    deciding.decide_as_officer(begun, YES, by=handler, at=on_day(3))
    ClockEvent.objects.create(
        proposal=begun, event="service_changed", happened_on=date(2009, 9, 1), at=at(date(2009, 9, 1))
    )
    with pytest.raises(RefusedInput, match="has changed"):
        afterwards.lapse(begun, reason="So.", by=handler, at=at(date(2011, 6, 10)))


def test_an_author_replaces_a_proposal_by_another_of_the_same_owner(place: Any) -> None:
    waits, better, author = submitted(place), submitted(place, title="Better"), place.actor("practice_manager")
    theirs = submitted(place, owner=place.actor("practice_manager", place["ZA0003"]), title="Theirs")
    with pytest.raises(RefusedInput, match="replaced by its author"):
        afterwards.supersede(waits, replacement=better, by=place.actor("gp"), at=on_day(2))
    for unfit in (waits, theirs):
        with pytest.raises(RefusedInput, match="another of the same owner"):
            afterwards.supersede(waits, replacement=unfit, by=author, at=on_day(2))
    handler = handler_of(place, waits)
    assert afterwards.supersede(waits, replacement=better, by=author, at=on_day(2)).replaced_by == better
    assert ClockEvent.objects.filter(proposal=waits, event="withdrawn_by_author").exists()
    declared(better, handler)
    deciding.decide_as_officer(better, YES, by=handler, at=on_day(3))
    best = submitted(place, title="Best")
    afterwards.supersede(better, replacement=best, by=author, at=on_day(4))
    assert (state_of(waits), state_of(better)) == ("superseded", "superseded")
    assert person_of(author).name
    assert recusing.REGISTER.audit_name == "register of interests"
