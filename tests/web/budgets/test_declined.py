"""Practices that declined: not ticked when budgets are offered, with why; offered one all the same, they are listed."""

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import time_machine
from django.test import Client
from django.urls import reverse
from tests.web.budgets.rounds import AT, drafted, offered, opened
from tests.web.conftest import TESTS

from pbc_web.budgets.queries.standing import standings_of, tally
from pbc_web.organisations.actions import record_uptake


def declined(place: Any) -> None:
    record_uptake(place["ZA0003"], state="offered", on=date(2008, 12, 1), by=TESTS, at=AT)
    record_uptake(place["ZA0003"], state="declined", on=date(2009, 1, 15), by=TESTS, at=AT, reason="No time this year")


def test_a_practice_that_declined_is_not_ticked_and_the_page_says_why(
    place: Any, sign_in: Callable[..., Client]
) -> None:
    declined(place)
    draft = drafted(place, opened(place))
    with time_machine.travel(AT, tick=False):
        page = sign_in("finance_manager").get(reverse("budgets:issue", args=[draft.id])).content.decode()
    boxes = re.findall(r'<input[^>]*name="practices"[^>]*>', page)
    assert [("checked" in each) for each in boxes] == [True, True, False]
    assert "Not ticked, as it declined to take part on 15 January 2009: No time this year" in page


def test_a_declined_practice_is_listed_only_where_it_was_offered_a_budget(place: Any) -> None:
    declined(place)
    in_round = opened(place)
    assert [each.practice.code for each in standings_of(in_round, on=AT.date())] == ["ZA0001", "ZA0002"]
    offered(place, in_round)
    found = standings_of(in_round, on=AT.date())
    assert ([each.practice.code for each in found], tally(found).offered) == (["ZA0001", "ZA0002", "ZA0003"], 3)


def test_a_practice_finds_its_own_row_first(place: Any, sign_in: Callable[..., Client]) -> None:
    in_round = opened(place)
    offered(place, in_round)
    with time_machine.travel(AT, tick=False):
        client = sign_in("practice_manager", place["ZA0003"])
        page = client.get(reverse("budgets:round", args=[in_round.id])).content.decode()
    names = re.findall(r"Practice A\d", page.partition("Where each practice stands")[2])
    assert names[0] == "Practice A3"
