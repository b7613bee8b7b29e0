"""What comes back under a new code keeps whose it is, whom it concerns and who was kept away; the region is told until it is back."""

from datetime import timedelta
from typing import Any

import pytest
from tests.web.business_cases.matrix import SUBMITTED_AT, submitted_by
from tests.web.business_cases.waiting import NO, declared, handler_of, on_day, submitted
from tests.web.governance.matrix import interest_of

from pbc_web.business_cases.actions import afterwards, clock, coming_back, deciding, recusing
from pbc_web.business_cases.actions.authors import add_author
from pbc_web.business_cases.actions.submitting import seen_of, submit
from pbc_web.business_cases.models import Proposal, Recusal
from pbc_web.business_cases.queries.in_sight import proposals_for
from pbc_web.business_cases.queries.sections import latest_of
from pbc_web.business_cases.watches import watch_due_dates
from pbc_web.notices.actions import answer_escalation
from pbc_web.notices.models import Escalation, Notice

WEEK = timedelta(weeks=1)


def again(first: Proposal, by: Any, weeks: int = 3) -> Proposal:
    """The same one brought back and submitted some weeks after it was."""
    made = coming_back.bring_back(first, by=by, at=first.submitted_at + 2 * WEEK)
    return submit(made, seen=seen_of(latest_of(made)), by=by, at=first.submitted_at + weeks * WEEK)


def test_whoever_of_the_group_brings_it_back_it_stays_whose_it_was(place: Any) -> None:
    manager, neighbour = place.actor("practice_manager"), place.actor("practice_manager", place["ZA0002"])
    sent = submitted_by(manager, place["ZPA"])
    coming_back.withdraw(sent, reason="Not yet.", by=manager, at=SUBMITTED_AT)
    person = place.appointment("practice_manager", place["ZA0002"]).person
    add_author(sent, person=person, by=manager, at=SUBMITTED_AT)
    assert coming_back.bring_back(sent, by=neighbour, at=SUBMITTED_AT).owner == place["ZA0001"]


def test_who_was_kept_away_is_kept_away_from_what_comes_back(place: Any) -> None:
    manager, board = place.actor("practice_manager"), place.actor("board_member")
    member, handler = place.actor("committee_member"), place.actor("commissioning_manager")
    public_health = place.actor("public_health")
    sent = submitted_by(manager, place["ZPA"])
    interest_of(board, place["ZPA"], about=place["ZHA"])
    recusing.name_concerned(sent, about=place["ZHA"], how="provides", by=manager, at=SUBMITTED_AT)
    declared(sent, handler)
    recusing.keep_away(
        sent, person_id=member.person_id, level="no_papers", reason="A stake.", by=handler, at=SUBMITTED_AT
    )
    recusing.declare(sent, says="something", words="A share.", by=public_health, at=SUBMITTED_AT)
    coming_back.withdraw(sent, reason="Not yet.", by=manager, at=SUBMITTED_AT + WEEK)
    back = again(sent, manager)
    assert back not in proposals_for(board)
    assert back not in proposals_for(member)
    assert not Notice.objects.filter(person=member.person_id, link__contains=back.code).exists()
    found = Recusal.objects.filter(proposal=back).values_list("person", "source", "level")
    assert set(found) == {
        (board.person_id, "detected", "no_papers"), (member.person_id, "chair", "no_papers"),
        (public_health.person_id, "declared", "leaves"),
    }  # fmt: skip


def test_a_draft_of_what_was_withdrawn_at_request_does_not_still_the_clock(place: Any) -> None:
    waits = submitted(place)
    clock.withdraw_at_request(waits, reason="Asked.", by=handler_of(place, waits), at=on_day(5))
    coming_back.bring_back(waits, by=place.actor("practice_manager"), at=on_day(6))
    watch_due_dates(on_day(57))
    assert [each.about_key for each in Escalation.everywhere.all()] == [waits.code]


def test_what_is_late_is_closed_under_every_code_it_had(place: Any) -> None:
    manager, handler = place.actor("practice_manager"), place.actor("commissioning_manager")
    sent = submitted_by(manager, place["ZPA"])
    declared(sent, handler)
    clock.withdraw_at_request(sent, reason="Asked.", by=handler, at=sent.submitted_at + WEEK)
    watch_due_dates(sent.submitted_at + 9 * WEEK)
    assert Escalation.everywhere.get().is_open
    back = again(sent, manager, weeks=10)
    declared(back, handler)
    deciding.decide_as_officer(back, NO, by=handler, at=sent.submitted_at + 11 * WEEK)
    assert not Escalation.everywhere.filter(closed_at__isnull=True).exists()


@pytest.mark.parametrize("is_answered", [False, True])
def test_what_is_late_is_put_to_the_region_once_whatever_its_code(place: Any, is_answered: bool) -> None:
    manager, handler = place.actor("practice_manager"), place.actor("commissioning_manager")
    sent = submitted_by(manager, place["ZPA"])
    declared(sent, handler)
    clock.withdraw_at_request(sent, reason="Asked.", by=handler, at=sent.submitted_at + WEEK)
    late = sent.submitted_at + 9 * WEEK
    watch_due_dates(late)
    if is_answered:
        answer_escalation(Escalation.everywhere.get(), words="Soon.", by=place.actor("performance_manager"), at=late)
    again(sent, manager, weeks=10)
    watch_due_dates(sent.submitted_at + 11 * WEEK)
    assert [each.about_key for each in Escalation.everywhere.all()] == [sent.code]
    assert Escalation.everywhere.get().is_open != is_answered


def test_what_the_author_took_back_late_is_put_again_once_it_is_back(place: Any) -> None:
    manager = place.actor("practice_manager")
    sent = submitted_by(manager, place["ZPA"])
    watch_due_dates(sent.submitted_at + 9 * WEEK)
    coming_back.withdraw(sent, reason="Not yet.", by=manager, at=sent.submitted_at + 9 * WEEK)
    back = again(sent, manager, weeks=10)
    watch_due_dates(sent.submitted_at + 11 * WEEK)
    assert [each.about_key for each in Escalation.everywhere.filter(closed_at__isnull=True)] == [back.code]


def test_what_its_author_takes_back_or_replaces_late_is_closed_with_the_region(place: Any) -> None:
    author, one, two, other = place.actor("practice_manager"), submitted(place), submitted(place), submitted(place)
    watch_due_dates(on_day(57))
    coming_back.withdraw(one, reason="Too late for us.", by=author, at=on_day(58))
    afterwards.supersede(two, replacement=other, by=author, at=on_day(58))
    left = Escalation.everywhere.filter(closed_at__isnull=True).values_list("about_key", flat=True)
    assert list(left) == [other.code]
