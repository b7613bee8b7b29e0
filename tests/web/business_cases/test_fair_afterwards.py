"""Once it is decided too: papers open after declaring, outcome and reasons to all; who is kept away then keeps out of what follows."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from tests.web.business_cases.sittings import ON, VOTING, before_the_panel, held, sitting, voted
from tests.web.business_cases.waiting import NO, YES, at, declared, handler_of, on_day, submitted
from tests.web.governance.matrix import interest_of
from tests.web.mobilisation.matrix import APPROVED, added, approved, author

from pbc.errors import RefusedInput
from pbc_web.business_cases.actions import afterwards, coming_back, deciding, meetings, recusing
from pbc_web.business_cases.actions.deciding import Verdict
from pbc_web.business_cases.deciding_parts import decision_shown
from pbc_web.business_cases.models import Proposal, Recusal
from pbc_web.business_cases.queries.conflicts import must_declare
from pbc_web.business_cases.queries.in_sight import proposals_for
from pbc_web.business_cases.queries.meetings import kept_out
from pbc_web.mobilisation import queries
from pbc_web.mobilisation.benefits import ask_comparators

LONG_AFTER = at(date(2012, 6, 10))


def now_of(proposal: Proposal) -> Proposal:
    return Proposal.everywhere.get(id=proposal.id)


def test_papers_of_what_is_decided_or_withdrawn_open_after_declaring_and_its_outcome_to_all(
    place: Any, sign_in: Callable[..., Client]
) -> None:
    made, refused, back = submitted(place), submitted(place, title="Refused"), submitted(place, title="Withdrawn")
    handler = handler_of(place, made)
    declared(refused, handler)
    deciding.decide_as_officer(made, YES, by=handler, at=on_day(1))
    deciding.decide_as_officer(refused, NO, by=handler, at=on_day(1))
    coming_back.withdraw(back, reason="Not yet.", by=place.actor("practice_manager"), at=on_day(1))
    with time_machine.travel(on_day(2), tick=False):
        finance = sign_in("finance_manager")
        for each in (made, refused, back):
            assert must_declare(place.actor("finance_manager"), now_of(each))
            found = finance.get(f"/proposals/{each.code}/")
            assert (found.status_code, found.url) == (302, f"/proposals/{each.code}/declare/")
        for each in (made, refused):
            assert finance.get(f"/proposals/{each.code}/outcome/").status_code == 200
        finance.post(f"/proposals/{made.code}/declare/", {"says": "nothing", "words": ""})
        assert finance.get(f"/proposals/{made.code}/").status_code == 200
        assert sign_in("commissioning_manager").get(f"/proposals/{made.code}/").status_code == 200
        for reader in ("practice_manager", "performance_manager"):
            assert sign_in(reader).get(f"/proposals/{made.code}/").status_code == 200
    draft = now_of(made)
    draft.state = "draft"
    assert not must_declare(place.actor("finance_manager"), draft)


def test_a_tie_found_as_somebody_declares_afterwards_hides_its_papers(place: Any) -> None:
    waits, board = submitted(place), place.actor("board_member")
    deciding.decide_as_officer(waits, YES, by=handler_of(place, waits), at=on_day(1))
    interest_of(board, place["ZPA"], about=place["ZA0001"])
    assert waits in proposals_for(board)
    recusing.declare(waits, says="nothing", by=board, at=on_day(2))
    assert waits not in proposals_for(board)


def test_a_stake_that_arises_after_approval_keeps_somebody_from_conditions_and_lapse(
    place: Any, sign_in: Callable[..., Client]
) -> None:
    waits, other = submitted(place), place.actor("board_member")
    handler = handler_of(place, waits)
    declared(waits, other)
    verdict = Verdict("approved", "It meets a need.", conditions=(("A nurse is found.", date(2009, 9, 1)),))
    decision = deciding.decide_as_officer(waits, verdict, by=handler, at=on_day(3))
    second = place.actor("commissioning_manager", world="B")  # of another commissioner
    given = {"person_id": handler.person_id, "level": "may_speak", "reason": "Bought shares.", "at": on_day(4)}
    with pytest.raises(RefusedInput, match="chair of the panel"):
        recusing.keep_away(waits, by=second, **given)
    with time_machine.travel(on_day(4), tick=False):
        shown = sign_in("commissioning_manager").get(f"/proposals/{waits.code}/").text
    assert "Keep somebody away" in shown
    assert "Say whom it concerns" not in shown
    made = recusing.keep_away(waits, by=handler, **given)
    condition = decision.conditions.get()  # type: ignore[union-attr]  # decided, not recommended
    with pytest.raises(RefusedInput, match="kept away"):
        afterwards.judge_condition(condition, is_met=True, evidence="Seen.", by=handler, at=on_day(5))
    with pytest.raises(RefusedInput, match="kept away"):
        afterwards.lapse(waits, reason="Never begun.", by=handler, at=LONG_AFTER)
    with pytest.raises(RefusedInput, match="kept away"):
        recusing.end_recusal(made, reason="Mine.", by=handler, at=on_day(5))


def test_the_votes_a_decision_was_made_by_stay_though_somebody_is_kept_away_afterwards(place: Any) -> None:
    item, handler = before_the_panel(place, sitting(place))
    held(place, item.meeting, *VOTING)
    voted(place, item)
    made = meetings.decide_at_meeting(item, YES, by=place.actor("non_executive"), at=ON)
    member = place.actor("board_member").person_id
    later = ON + timedelta(days=1)
    recusing.keep_away(item.proposal, person_id=member, level="leaves", reason="Shares.", by=handler, at=later)
    assert "3 to approve" in str(decision_shown(handler, item.proposal)["facts"])
    assert (member in kept_out(item.proposal), member in kept_out(item.proposal, then=made.at)) == (True, False)


def test_of_a_refusal_nobody_is_kept_away_by_hand(place: Any) -> None:
    waits = submitted(place)
    handler = handler_of(place, waits)
    deciding.decide_as_officer(waits, NO, by=handler, at=on_day(1))
    with pytest.raises(RefusedInput, match="settled in the meantime"):
        recusing.keep_away(waits, person_id=1, level="leaves", reason="So.", by=handler, at=on_day(2))


def test_whoever_is_kept_away_at_any_level_keeps_no_milestones_and_asks_for_no_benefit(place: Any) -> None:
    case, handler = approved(place), place.actor("commissioning_manager")
    on = APPROVED.date()
    assert queries.keeps(handler, case)
    assert handler.person_id in {each.id for each in queries.may_own(case, on=on)}
    Recusal.objects.create(
        proposal=case, person_id=handler.person_id, level="may_speak", source="chair", reason="Shares.", at=APPROVED
    )
    assert not queries.keeps(handler, case)
    assert handler.person_id not in {each.id for each in queries.may_own(case, on=on)}
    assert queries.keeps(author(place), case)
    with pytest.raises(RefusedInput, match="authors and by whoever handles"):
        ask_comparators(case, {}, by=handler, at=APPROVED + timedelta(days=1))


def test_milestones_and_benefit_open_after_declaring_as_its_papers_do(
    place: Any, sign_in: Callable[..., Client]
) -> None:
    case = approved(place)
    milestone = added(place, case)
    at_case = f"/mobilisation/{case.code}/"
    pages = [
        f"{at_case}{each}"
        for each in (f"{milestone.number}/", "milestones/csv/", "benefit/", "benefit/0/download/csv/")
    ]
    finance = sign_in("finance_manager")
    for page in pages:
        assert finance.get(page).headers["Location"] == f"/proposals/{case.code}/declare/"
    declared(case, place.actor("finance_manager"))
    assert [finance.get(page).status_code for page in pages[:3]] == [200, 200, 200]
    assert sign_in("gp").get(pages[0]).status_code == 200


def test_milestones_and_benefit_are_kept_after_declaring_too(place: Any, sign_in: Callable[..., Client]) -> None:
    case = submitted(place)
    Proposal.everywhere.filter(id=case.id).update(state="approved", decided_on=APPROVED.date())  # by another handler
    number = added(place, case).number
    handler = sign_in("commissioning_manager")
    kept = ("new/", f"{number}/change/", f"{number}/drop/", "service/", "benefit/choose/")
    asked = [(handler.get, each) for each in kept] + [(handler.post, each) for each in (*kept, "benefit/3/compare/")]

    def answers() -> set[tuple[int, str]]:
        found = [ask(f"/mobilisation/{case.code}/{each}") for ask, each in asked]
        return {(each.status_code, each.headers.get("Location", "")) for each in found}

    assert answers() == {(302, f"/proposals/{case.code}/declare/")}
    declared(case, place.actor("commissioning_manager"))
    assert answers() == {(200, ""), (400, ""), (409, "")}  # the form; sent empty; nothing to compare with
