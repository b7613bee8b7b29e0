"""V2: what is sent twice is done once; what is too long, no number or no state is refused in words."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from tests.web.budgets.rounds import offered, opened
from tests.web.statements.published import Stated
from tests.web.statements.world import held

from pbc_web.audit.models import Entry
from pbc_web.statements.models import FigureQuery


@pytest.fixture(autouse=True)
def results(settings: Any) -> None:
    settings.PBC_STORE = held()[0]


def count(verb: str) -> int:
    return Entry.objects.filter(verb=verb).count()


def test_v2_a_form_sent_twice_is_one_deed(place: Any, sign_in: Callable[..., Client]) -> None:
    publication = Stated(held()[1], place).publish()
    offer = offered(place, opened(place), "ZA0001")[0]
    manager = sign_in("practice_manager")
    at = [publication.id, "ZA0001"]
    posts = {
        "acknowledge_statement": (reverse("statements:acknowledge", args=at), {}),
        "query_figure": (reverse("statements:query", args=at), {"words": "Why is it so?"}),
        "accept_offer": (reverse("budgets:accept", args=[offer.id]), {"seen": f"{offer.id}:{offer.version}"}),
    }
    for verb, (address, body) in posts.items():
        first, _ = (manager.post(address, body).status_code for _ in range(2))
        assert first == 302, verb
        assert count(verb) == 1, verb


def test_v2_a_month_published_twice_is_published_once(place: Any, sign_in: Callable[..., Client]) -> None:
    stated = Stated(held()[1], place)
    publication, finance = stated.prepare(), sign_in("finance_manager")
    finance.post(reverse("statements:comment", args=[publication.id]), {"words": "One thing. And another."})
    address = reverse("statements:publish", args=[publication.id])
    assert [finance.post(address).status_code for _ in range(2)] == [302, 409]
    assert count("publish_statement") == 1


@pytest.mark.parametrize("words", ["a" * 10_000_000, "NHS number 943 476 5919", "\u202e\u200b"])
def test_v2_words_without_end_without_sense_or_with_a_patient_are_refused(
    place: Any, sign_in: Callable[..., Client], words: str
) -> None:
    publication = Stated(held()[1], place).publish()
    answer = sign_in("practice_manager").post(
        reverse("statements:query", args=[publication.id, "ZA0001"]), {"words": words}
    )
    assert (answer.status_code in (200, 400, 413), count("query_figure")) == (True, 0)


def test_v2_nobody_dates_a_deadline_from_outside(place: Any, sign_in: Callable[..., Client]) -> None:
    publication = Stated(held()[1], place).publish()
    sent = {"words": "Why?", "answer_due_on": "2099-01-01", "asked_at": "1999-01-01", "state": "answered"}
    sign_in("practice_manager").post(reverse("statements:query", args=[publication.id, "ZA0001"]), sent)
    query = FigureQuery.everywhere.get()
    assert (query.answer_due_on.year < 2099, query.asked_at.year > 1999, query.state) == (True, True, "open")
