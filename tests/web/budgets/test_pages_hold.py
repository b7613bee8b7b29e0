"""Budgets' pages hold: hostile words stay words, and a page asks the database as often for many practices as for few."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests.web.budgets.rounds import AT, adopted, asked, drafted, offered, opened, proposed

from pbc_web.notices.models import Letter
from pbc_web.organisations.actions import import_organisations

HOSTILE = (
    "<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "=cmd|' /C calc'!A0", "{{ 7*7 }}", "javascript:alert(1)",
    "'; DROP TABLE budgets_offer; --", "+1+1", "@SUM(1)", "\u202etxt.exe",
)  # fmt: skip


def to(view: str, *args: object) -> str:
    return reverse(f"budgets:{view}", args=args)


@pytest.mark.parametrize("words", HOSTILE)
def test_hostile_words_stay_words_on_pages_and_files(place: Any, sign_in: Callable[..., Client], words: str) -> None:
    in_round = opened(place)
    offer = offered(place, in_round, "ZA0001", waits_for=words)[0]
    asked(place, offer, words)
    drafted(place, in_round, f"D {words}"[:60])
    client, finance = sign_in("practice_manager"), sign_in("finance_manager")
    client.post(to("escalate", in_round.id), {"words": words})
    pages = [client.get(to("offer", offer.id)), client.get(to("listing")), finance.get(to("round", in_round.id))]
    for page in (answer.content.decode() for answer in pages):
        assert "<script>alert" not in page
        assert "<img src=x" not in page
        assert "49</" not in page
    lines = client.get(to("offer_file", offer.id, "csv")).content.decode()
    assert not any(cell[:1] in "=+@" for line in lines.splitlines() for cell in line.split(",") if cell)
    assert Letter.objects.exists()


def more_practices(place: Any, count: int) -> None:
    made = [
        {"organisation_code": f"ZA1{at:03d}", "organisation_kind": "practice", "organisation_name": f"More {at}",
         "opened_on": None, "closed_on": None}
        for at in range(count)
    ]  # fmt: skip
    links = [
        {"member_code": each["organisation_code"], "relation": relation, "parent_code": parent,
         "starts_on": date(2004, 4, 1), "ends_before": date(9999, 12, 31)}
        for each in made for relation, parent in (("practice_commissioner", "ZPA"), ("practice_cluster", "ZCA1"))
    ]  # fmt: skip
    import_organisations(made, links, source="tests", by=place.actor("administrator"), at=AT)


def queries(client: Client, *addresses: str) -> list[int]:
    counts = []
    for address in addresses:
        with CaptureQueriesContext(connection) as held:
            assert client.get(address).status_code == 200
        counts.append(len(held))
    return counts


def test_pages_ask_the_database_as_often_for_many_as_for_few(place: Any, sign_in: Callable[..., Client]) -> None:
    in_round = opened(place)
    offer = offered(place, in_round, "ZA0001")[0]
    asked(place, offer)
    adopted(place, in_round)
    finance, manager = sign_in("finance_manager"), sign_in("practice_manager")
    pages = to("round", in_round.id), to("listing"), to("decisions", in_round.id), to("offer", offer.id)
    proposed(place, in_round, "in_year", ("ZA0001", "outpatients", 1))
    own = to("versions", in_round.id, "ZA0001"), to("listing")
    queries(finance, *pages), queries(manager, *own)  # the session is written once
    few, few_of_own = queries(finance, *pages), queries(manager, *own)
    more_practices(place, 12)
    for at in range(6):
        proposed(place, in_round, "in_year", ("ZA0001", "outpatients", 2 + at), ("ZA0002", "outpatients", 2 + at))
        asked(place, type(offer).everywhere.get(id=offer.id), f"And {at}?")
    assert queries(finance, *pages) == few
    assert queries(manager, *own) == few_of_own
    assert max(few) <= 40
