"""Not payable is lifted by two people, from a day, until it ends; and nothing of it is ever overwritten."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from tests.web.budgets.rounds import AT, opened

from pbc.errors import RefusedInput
from pbc_web.accounts.tasks import tasks_for
from pbc_web.audit.models import Entry
from pbc_web.budgets.actions.delegations import Document, end_delegation, judge_delegation, propose_delegation
from pbc_web.budgets.models import Delegation, DelegationEnd, Round
from pbc_web.budgets.queries.payable import NOT_PAYABLE, watermark
from pbc_web.notices.models import Notice

TODAY = AT.date()
LATER = TODAY + timedelta(days=30)
SCHEME = Document("Scheme 4", "Board, 2 April", TODAY)


@pytest.fixture
def in_round(place: Any) -> Round:
    """A round under today's rules."""
    made = opened(place)
    made.regime = "england-2025"
    made.save()
    return made


def proposed(place: Any, document: Document = SCHEME) -> Delegation:
    return propose_delegation(place["ZPA"], document, held_by=place["ZA0001"], by=place.actor("board_member"), at=AT)


def judged(place: Any, delegation: Delegation, *, is_approved: bool = True, answer: str = "") -> Delegation:
    by = place.actor("non_executive")
    return judge_delegation(delegation, is_approved=is_approved, answer=answer, by=by, at=AT)


def ended(place: Any, delegation: Delegation, on: date, reason: str = "The scheme was stopped.") -> DelegationEnd:
    return end_delegation(delegation, ends_before=on, reason=reason, by=place.actor("board_member"), at=AT)


def mark(place: Any, in_round: Round, on: date = TODAY) -> str:
    return watermark(in_round, holders=[place["ZA0001"]], on=on)


def test_payable_from_approval_by_another_until_it_ends(place: Any, in_round: Round) -> None:
    made = proposed(place)
    assert mark(place, in_round) == NOT_PAYABLE
    judged(place, made)
    assert mark(place, in_round) == ""
    assert mark(place, in_round, TODAY - timedelta(days=1)) == NOT_PAYABLE
    ended(place, made, LATER)
    assert (mark(place, in_round, LATER - timedelta(days=1)), mark(place, in_round, LATER)) == ("", NOT_PAYABLE)
    ended(place, made, TODAY)  # sooner than was said; the first is kept
    assert (mark(place, in_round), DelegationEnd.objects.count()) == (NOT_PAYABLE, 2)
    verbs = list(Entry.objects.filter(verb__endswith="delegation").order_by("number").values_list("verb", flat=True))
    assert verbs == ["propose_delegation", "approve_delegation", "end_delegation", "end_delegation"]


def test_one_ends_by_its_document(place: Any, in_round: Round) -> None:
    made = judged(place, proposed(place, Document("Scheme 4", "Board", TODAY, LATER)))
    assert (made.stops_on, mark(place, in_round, LATER)) == (LATER, NOT_PAYABLE)
    with pytest.raises(RefusedInput, match="before it ends by itself"):
        ended(place, made, LATER)


def test_who_proposed_does_not_approve_in_words_nor_in_the_database(place: Any, in_round: Round) -> None:
    made, board = proposed(place), place.actor("board_member")
    with pytest.raises(RefusedInput, match="One person cannot"):
        judge_delegation(made, is_approved=True, answer="", by=board, at=AT)
    with pytest.raises(IntegrityError, match="delegation_two_people"), transaction.atomic():
        Delegation.everywhere.update(state="approved", judged_by=board.person_id, judged_at=AT)
    assert mark(place, in_round) == NOT_PAYABLE


def test_it_is_judged_once_and_refused_with_a_reason(place: Any, in_round: Round) -> None:
    made = proposed(place)
    with pytest.raises(RefusedInput, match="needs its reason"):
        judged(place, made, is_approved=False, answer=" ")
    judged(place, made, is_approved=False, answer="No such scheme.")
    with pytest.raises(RefusedInput, match="judged in the meantime"):
        judged(place, made)
    with pytest.raises(RefusedInput, match="that was approved"):
        ended(place, made, LATER)
    assert mark(place, in_round) == NOT_PAYABLE
    proposed(place)  # a new row beside the refused one
    assert [each.state for each in Delegation.everywhere.order_by("id")] == ["refused", "proposed"]


def test_only_the_commissioners_approvers_delegate(place: Any) -> None:
    made = proposed(place)
    for by in (place.actor("finance_manager"), place.actor("board_member", world="B")):
        with pytest.raises(RefusedInput, match="delegated at the commissioner"):
            judge_delegation(made, is_approved=True, answer="", by=by, at=AT)
        with pytest.raises(RefusedInput, match="delegated at the commissioner"):
            propose_delegation(place["ZPA"], SCHEME, held_by=place["ZA0002"], by=by, at=AT)
        with pytest.raises(RefusedInput, match="delegated at the commissioner"):
            end_delegation(made, ends_before=LATER, reason="So.", by=by, at=AT)


def test_what_makes_no_sense_is_refused(place: Any) -> None:
    made = proposed(place)
    with pytest.raises(RefusedInput, match="waits to be judged already"):
        proposed(place)
    with pytest.raises(RefusedInput, match="ends after it begins"):
        proposed(place, Document("Scheme 5", "Board", TODAY, TODAY))
    judged(place, made)
    with pytest.raises(RefusedInput, match="from today or a later day"):
        ended(place, made, TODAY - timedelta(days=1))
    with pytest.raises(RefusedInput, match="needs its reason"):
        ended(place, made, LATER, " ")


def test_a_second_person_is_told_and_ends_it_by_pages(
    place: Any, in_round: Round, sign_in: Callable[..., Client]
) -> None:
    place.appointment("non_executive")
    made = proposed(place)
    title = "Decide: delegate budgets to Practice A1"
    asked, proposer = place.actor("non_executive"), place.actor("board_member")
    assert title in [each.title for each in tasks_for(asked, TODAY)]
    assert title not in [each.title for each in tasks_for(proposer, TODAY)]
    assert Notice.objects.filter(person_id=asked.person_id, key__contains="delegation-").exists()
    Round.everywhere.update(year="2026-27")
    in_round.refresh_from_db()
    today = date(2026, 4, 20)
    with time_machine.travel(today, tick=False):
        client = sign_in("non_executive")
        page = reverse("budgets:round", args=[in_round.id])
        judge, end = (reverse(f"budgets:{verb}_delegation", args=[made.id]) for verb in ("judge", "end"))
        assert judge in client.get(page).text
        assert "Judge a delegation" in client.get(judge).text
        client.post(judge, {"outcome": "approve", "answer": ""})
        assert (mark(place, in_round, today), end in client.get(page).text) == ("", True)
        day = {f"ends_before-{part}": str(getattr(today, part)) for part in ("day", "month", "year")}
        client.post(end, day)
        assert not DelegationEnd.objects.exists()  # no reason was given
        assert client.post(end, {**day, "reason": "It was stopped."}).status_code == 302
        assert "It was stopped." in client.get(page).text
    assert mark(place, in_round, today) == NOT_PAYABLE


def test_the_form_refuses_an_end_before_the_start(in_round: Round, place: Any, sign_in: Callable[..., Client]) -> None:
    sent = {"organisation": place["ZA0001"].id, "document": "Scheme 4", "decided_by": "Board"}
    for name, year in (("starts_on", 2010), ("ends_before", 2009)):
        sent |= {f"{name}-day": 1, f"{name}-month": 4, f"{name}-year": year}
    answer = sign_in("board_member").post(reverse("budgets:delegation", args=[in_round.id]), sent)
    assert "must be after the day it begins" in answer.text
    assert not Delegation.everywhere.exists()
