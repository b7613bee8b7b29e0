"""Offers: issued by one, answered by another, agreed once; provisional ones never; what is agreed is frozen."""

from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from tests.web.budgets.rounds import AMOUNTS, AT, cast_of, drafted, offered, opened

from pbc.errors import RefusedInput
from pbc_web.audit.models import Entry
from pbc_web.budgets import rules
from pbc_web.budgets.actions import offers, queries
from pbc_web.budgets.actions.rounds import open_round
from pbc_web.budgets.models import Offer, Query
from pbc_web.budgets.states import DECISION, OFFER, QUERY, move
from pbc_web.notices.models import Notice


def accept(offer: Offer, by: Any) -> str:
    return offers.accept_offers([offer], versions={offer.id: offer.version}, by=by, at=AT)


def test_offers_hold_what_the_draft_holds_and_tell_who_answers(place: Any) -> None:
    found = offered(place, opened(place))
    place.actor("practice_manager")
    assert [each.amount_pence for each in found] == [sum(AMOUNTS[each.practice.code].values()) for each in found]
    assert {line.service: line.amount_pence for line in found[0].lines.all()} == AMOUNTS[found[0].practice.code]
    entry = Entry.objects.get(verb="issue_offers")
    assert entry.told == {"count": 3, "draft": "First", "kind": "firm"}


def test_an_offer_is_told_to_those_who_may_accept_it_once(place: Any) -> None:
    manager = place.actor("practice_manager")
    offer = offered(place, opened(place), "ZA0001", waits_for="the hospital contract")[0]
    assert Notice.objects.filter(person_id=manager.person_id, kind="budgets").count() == 1
    assert "provisional" in Notice.objects.get(person_id=manager.person_id, kind="budgets").body
    offers.make_firm(offer, version=offer.version, by=place.actor("finance_manager"), at=AT)
    assert Notice.objects.filter(person_id=manager.person_id, kind="budgets").count() == 2


def test_a_new_offer_replaces_the_open_one_and_says_so(place: Any) -> None:
    in_round = opened(place)
    first = offered(place, in_round, "ZA0001")[0]
    second = offered(place, in_round, "ZA0001", draft=drafted(place, in_round, "Second"))[0]
    first.refresh_from_db()
    assert (first.state, first.replaced_by_id) == ("replaced", second.id)


def test_a_practice_receives_then_accepts_and_the_rest_is_refused(place: Any) -> None:
    cast = cast_of(place)
    offer = offered(place, opened(place), "ZA0001")[0]
    offers.receive_offer(offer, by=cast.practice, at=AT)
    assert (offer.state, offer.received_by_id) == ("received", cast.practice.person_id)
    assert offers.receive_offer(offer, by=cast.practice, at=AT).version == offer.version
    reference = accept(offer, cast.practice)
    offer.refresh_from_db()
    assert (offer.state, offer.reference) == ("accepted", reference)
    with pytest.raises(RefusedInput, match="settled in the meantime"):
        accept(offer, cast.practice)
    with pytest.raises(RefusedInput, match="settled in the meantime"):
        offers.withdraw_offer(offer, version=offer.version, by=cast.finance, at=AT)


def test_a_provisional_offer_counts_as_received_and_never_as_agreed(place: Any) -> None:
    cast = cast_of(place)
    offer = offered(place, opened(place), "ZA0001", waits_for="the contract")[0]
    offers.receive_offer(offer, by=cast.practice, at=AT)
    with pytest.raises(RefusedInput, match="cannot be accepted so"):
        accept(offer, cast.practice)
    with pytest.raises(IntegrityError), transaction.atomic():
        Offer.everywhere.filter(id=offer.id).update(
            state="accepted", accepted_at=AT, accepted_by_id=cast.practice.person_id
        )
    offers.make_firm(offer, version=offer.version, by=cast.finance, at=AT)
    with pytest.raises(RefusedInput, match="does not wait"):
        offers.make_firm(offer, version=offer.version, by=cast.finance, at=AT)
    assert accept(offer, cast.practice)


def test_somebody_else_does_not_accept_for_the_holder(place: Any) -> None:
    cast = cast_of(place)
    offer = offered(place, opened(place), "ZA0001")[0]
    for actor in (cast.cluster, place.actor("practice_manager", place["ZA0002"])):
        with pytest.raises(RefusedInput) as refused:
            accept(offer, actor)
        assert "answers for it" in refused.value.found
    held = offered(place, offer.round, "ZA0002", holder="ZCA1")[0]
    assert accept(held, cast.cluster)


def test_whoever_issues_does_not_accept(place: Any) -> None:
    cast = cast_of(place)
    offer = offered(place, opened(place), "ZA0001")[0]
    Offer.everywhere.filter(id=offer.id).update(issued_by_id=cast.practice.person_id)
    with pytest.raises(RefusedInput) as refused:
        accept(Offer.everywhere.get(id=offer.id), cast.practice)
    assert refused.value.found == "the person who issued it"
    with pytest.raises(IntegrityError), transaction.atomic():
        Offer.everywhere.filter(id=offer.id).update(
            state="accepted", accepted_at=AT, accepted_by_id=cast.practice.person_id
        )


def test_agreed_budgets_are_frozen(place: Any) -> None:
    cast = cast_of(place)
    in_round = opened(place)
    accept(offered(place, in_round, "ZA0001")[0], cast.practice)
    with pytest.raises(RefusedInput, match="frozen"):
        offered(place, in_round)
    assert Offer.everywhere.filter(round=in_round).count() == 1


def test_issuing_refuses_nobody_unready_and_unknown(place: Any) -> None:
    in_round = opened(place)
    draft = drafted(place, in_round)
    finance = place.actor("finance_manager")
    with pytest.raises(RefusedInput, match="No practice"):
        offers.issue_offers(draft, holders={}, amounts=AMOUNTS, waits_for="", by=finance, at=AT)
    with pytest.raises(RefusedInput, match="holds no budget"):
        offers.issue_offers(
            draft, holders={place["ZB0001"]: place["ZB0001"]}, amounts=AMOUNTS, waits_for="", by=finance, at=AT
        )
    draft.state = "asked"
    with pytest.raises(RefusedInput, match="not worked out"):
        offers.issue_offers(draft, holders={}, amounts=AMOUNTS, waits_for="", by=finance, at=AT)
    with pytest.raises(RefusedInput, match="no budget here"):
        offers.accept_offers([], versions={}, by=finance, at=AT)


def test_a_query_holds_acceptance_until_it_is_answered(place: Any) -> None:
    cast = cast_of(place)
    offer = offered(place, opened(place), "ZA0001")[0]
    query = queries.ask(offer, service="outpatients", words="Why so little?", by=cast.practice, at=AT)
    assert (offer.state, query.answer_by.isoformat()) == ("queried", "2009-04-28")
    with pytest.raises(RefusedInput):
        accept(offer, cast.practice)
    queries.answer(query, version=query.version, words="Last year's clinics.", by=cast.finance, at=AT)
    assert offer.state == "received"
    queries.follow_up(query, version=query.version, words="Which?", by=cast.practice, at=AT)
    assert offer.state == "queried"
    queries.close(query, version=query.version, by=cast.practice, at=AT)
    assert (offer.state, [each.kind for each in query.remarks.all()]) == (
        "received",
        ["question", "answer", "follow_up"],
    )
    assert accept(offer, cast.practice)


@pytest.mark.parametrize(
    ("asked_on", "due_on"),
    [
        (date(2009, 4, 10), date(2009, 4, 24)),  # two weeks
        (date(2009, 4, 20), date(2009, 4, 28)),  # three days before the day
        (date(2009, 4, 29), date(2009, 4, 30)),  # no time left: the next day
        (date(2009, 5, 1), date(2009, 5, 15)),  # the day is here: two weeks again
    ],
)
def test_asking_does_not_make_a_practice_late(place: Any, asked_on: date, due_on: date) -> None:
    assert rules.query_due_on(opened(place), asked_on) == due_on


def test_two_queries_keep_an_offer_queried_until_both_are_answered(place: Any) -> None:
    cast = cast_of(place)
    offer = offered(place, opened(place), "ZA0001")[0]
    first = queries.ask(offer, service="", words="Why?", by=cast.practice, at=AT)
    queries.ask(offer, service="outpatients", words="And this?", by=cast.practice, at=AT)
    queries.answer(Query.objects.get(id=first.id), version=1, words="So.", by=cast.finance, at=AT)
    assert Offer.everywhere.get(id=offer.id).state == "queried"


def test_queries_refuse_strangers_unknown_lines_and_old_versions(place: Any) -> None:
    cast = cast_of(place)
    offer = offered(place, opened(place), "ZA0001")[0]
    with pytest.raises(RefusedInput, match="by who it is offered to"):
        queries.ask(offer, service="", words="Why?", by=place.actor("practice_manager", place["ZA0002"]), at=AT)
    with pytest.raises(RefusedInput, match="no such line"):
        queries.ask(offer, service="dentistry", words="Why?", by=cast.practice, at=AT)
    query = queries.ask(offer, service="", words="Why?", by=cast.practice, at=AT)
    with pytest.raises(RefusedInput, match="Somebody changed this"):
        queries.answer(query, version=9, words="So.", by=cast.finance, at=AT)


def test_a_round_opened_twice_is_one_and_its_day_is_the_rules(place: Any) -> None:
    first = opened(place)
    again = open_round(place["ZPA"], year=first.financial_year, by=place.actor("finance_manager"), at=AT)
    assert (again.id, first.agreed_by.isoformat(), first.is_deadline_assumed) == (first.id, "2009-05-01", False)
    assert [each.kind for each in first.dependencies.all()] == ["contract", "tariff", "list"]


@pytest.mark.parametrize("moves", [OFFER, QUERY, DECISION], ids=["offer", "query", "decision"])
def test_every_verb_is_refused_from_every_other_state(moves: Any) -> None:
    states = {each for found in moves.values() for each in (*found.sources, found.target)}
    for verb, found in moves.items():
        for state in states:
            if state in found.sources:
                assert move(moves, verb, state, where="here") == found.target
            else:
                with pytest.raises(RefusedInput):
                    move(moves, verb, state, where="here")
