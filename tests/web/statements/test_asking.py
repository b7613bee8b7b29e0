"""Queries of figures."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from tests.web.statements.published import AT, Stated

from pbc.errors import RefusedInput
from pbc_web.statements.actions.asking import answer_figure_query, query_figure, withdraw_figure_query
from pbc_web.statements.models import FigureQuery

pytestmark = pytest.mark.django_db


def test_a_query_has_a_day_its_answer_is_due_and_is_answered_once(stated: Stated, place: Any) -> None:
    by, finance = place.actor("practice_manager"), place.actor("finance_manager")
    query = query_figure(stated.publish(), place["ZA0001"], words="Whose are these?", by=by, at=AT, answer_days=28)
    assert query.answer_due_on == date(2009, 8, 17)
    again = query_figure(query.publication, place["ZA0001"], words="Whose are these?", by=by, at=AT, answer_days=28)
    assert again.id == query.id
    answered = answer_figure_query(query, words="Strangers; we challenge them.", by=finance, at=AT + timedelta(days=2))
    assert (answered.state, answered.answered_by.name) == ("answered", "Finance manager ZPA")
    with pytest.raises(RefusedInput, match="is answered"):
        answer_figure_query(query, words="Again.", by=finance, at=AT)
    with pytest.raises(RefusedInput, match="is answered"):
        withdraw_figure_query(query, by=by, at=AT)


def test_a_figure_of_an_unpublished_statement_is_not_queried(stated: Stated, place: Any) -> None:
    with pytest.raises(RefusedInput, match="not published"):
        query_figure(
            stated.prepare(), place["ZA0001"], words="?", by=place.actor("practice_manager"), at=AT, answer_days=28
        )


def test_a_query_is_asked_from_the_figure_and_read_by_both_sides(
    stated: Stated, figure_of: Callable[..., str], sign_in: Callable[..., Client]
) -> None:
    publication = stated.publish()
    manager, finance = sign_in("practice_manager"), sign_in("finance_manager")
    page = f"{reverse('statements:query', args=[publication.id, 'ZA0001'])}?id={figure_of()}"
    assert "emergency stays" in manager.get(page).content.decode()
    sent = manager.post(page, {"words": "Why so many?"}, follow=True)
    assert "An answer is due by" in sent.content.decode()
    query = FigureQuery.everywhere.get()
    assert query.figure_id == figure_of()
    one = reverse("statements:figure_query", args=[query.id])
    assert manager.post(one, {"words": "I answer myself."}).status_code == 403
    assert finance.post(one, {"words": ""}).status_code == 200
    finance.post(one, {"words": "A coding change."})
    assert "A coding change." in manager.get(one).content.decode()
    assert finance.post(one, {"words": "Twice."}).status_code == 409
    log = sign_in("cluster_lead").get(reverse("statements:queries")).content.decode()
    assert "emergency stays" in log


def test_a_query_may_be_withdrawn_while_open(stated: Stated, place: Any, sign_in: Callable[..., Client]) -> None:
    by = place.actor("practice_manager")
    query = query_figure(stated.publish(), place["ZA0001"], words="Why?", by=by, at=AT, answer_days=28)
    sign_in("practice_manager").post(reverse("statements:withdraw_query", args=[query.id]))
    query.refresh_from_db()
    assert query.state == "withdrawn"
    assert "was withdrawn" in sign_in("gp").get(reverse("statements:figure_query", args=[query.id])).content.decode()


def test_a_group_takes_back_its_own_queries_alone(stated: Stated, place: Any, sign_in: Callable[..., Client]) -> None:
    publication, lead = stated.publish(), place.actor("cluster_lead")
    asked = {"words": "Why?", "at": AT, "answer_days": 28}
    theirs = query_figure(publication, place["ZA0001"], by=place.actor("practice_manager"), **asked)
    own = query_figure(publication, place["ZA0001"], by=lead, **asked)
    page = sign_in("cluster_lead").get(reverse("statements:figure_query", args=[theirs.id])).content.decode()
    assert reverse("statements:withdraw_query", args=[theirs.id]) not in page
    with pytest.raises(RefusedInput, match="taken back by whoever asked"):
        withdraw_figure_query(theirs, by=lead, at=AT)
    assert withdraw_figure_query(own, by=lead, at=AT).state == "withdrawn"


def test_words_with_a_patient_in_them_are_refused(stated: Stated, sign_in: Callable[..., Client]) -> None:
    page = reverse("statements:query", args=[stated.publish().id, "ZA0001"])
    for words in ("Ask about 943 476 5919", "They live at LS1 4AP"):
        assert "Take out the" in sign_in("gp").post(page, {"words": words}).content.decode()
    assert not FigureQuery.everywhere.exists()


def test_queries_of_another_practice_are_in_no_list_page_or_count(
    stated: Stated, place: Any, sign_in: Callable[..., Client]
) -> None:
    by = place.actor("practice_manager", place["ZA0003"])
    query = query_figure(stated.publish(), place["ZA0003"], words="Zebra", by=by, at=AT, answer_days=28)
    for role, organisation in (
        ("gp", place["ZA0001"]),
        ("cluster_lead", place["ZCA1"]),
        ("finance_manager", place["ZPB"]),
    ):
        client = sign_in(role, organisation)
        assert "Practice A3" not in client.get(reverse("statements:queries")).content.decode()
        assert "1 query" not in client.get(reverse("statements:listing")).content.decode()
        assert client.get(reverse("statements:figure_query", args=[query.id])).status_code == 404
