"""Ideas: one paragraph, answered once by whoever it was put to; taken up it is a draft; its waiting is told."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from tests.web.business_cases.matrix import AT

from pbc.errors import RefusedInput
from pbc_web.audit.models import Entry
from pbc_web.business_cases.actions.ideas import answer_idea, put_idea
from pbc_web.business_cases.models import Idea
from pbc_web.business_cases.queries.ideas import days_waited
from pbc_web.business_cases.queries.sections import latest_of
from pbc_web.notices.models import Notice
from pbc_web.organisations.models import Relation
from pbc_web.shell.clock import day_of

pytestmark = pytest.mark.django_db
IDEAS = "/proposals/ideas/"


def idea_of(place: Any, role: str = "gp") -> Idea:
    place.actor("commissioning_manager")
    return put_idea(title="Feet", words="A clinic for feet.", commissioner=place["ZPA"], by=place.actor(role), at=AT)


def test_taken_up_it_becomes_a_draft_of_whoever_had_it(place: Any) -> None:
    idea, sponsor, later = idea_of(place), place.actor("commissioning_manager"), AT + timedelta(days=9)
    assert Notice.objects.get().person_id == sponsor.person_id
    assert days_waited(idea, today=day_of(later)) == 9
    answered = answer_idea(idea, move="take_up", answer="", by=sponsor, at=later)
    assert answered.proposal is not None
    assert (answered.state, answered.proposal.owner, answered.proposal.begun_by_id) == (
        "taken_up",
        idea.owner,
        idea.by_id,
    )
    assert latest_of(answered.proposal)["proposal"].answers == {"what": "A clinic for feet."}
    assert days_waited(answered, today=day_of(later) + timedelta(days=99)) == 9
    assert Notice.objects.filter(person=idea.by, subject="Your idea is answered: Feet").count() == 1
    with pytest.raises(RefusedInput, match="cannot be changed in this way"):
        answer_idea(idea, move="decline", answer="No.", by=sponsor, at=later)
    assert list(Entry.objects.filter(verb__endswith="_idea").values_list("verb", flat=True).order_by("number")) == [
        "put_idea",
        "take_up_idea",
    ]


def test_pressed_twice_it_is_put_once_until_it_is_answered(place: Any) -> None:
    idea = idea_of(place)
    assert idea_of(place) == idea
    assert (Idea.everywhere.count(), Notice.objects.count()) == (1, 1)
    assert Entry.objects.filter(verb="put_idea").count() == 1
    answer_idea(idea, move="decline", answer="Not now.", by=place.actor("commissioning_manager"), at=AT)
    assert idea_of(place) != idea


def test_declined_it_says_why_and_only_its_commissioner_answers(place: Any) -> None:
    idea, sponsor = idea_of(place), place.actor("commissioning_manager")
    for who in (place.actor("finance_manager"), place.actor("commissioning_manager", world="B")):
        with pytest.raises(RefusedInput, match="answered by the commissioner"):
            answer_idea(idea, move="take_up", answer="", by=who, at=AT)
    with pytest.raises(RefusedInput, match="does not say why"):
        answer_idea(idea, move="decline", answer=" ", by=sponsor, at=AT)
    assert answer_idea(idea, move="decline", answer="There is one.", by=sponsor, at=AT).state == "declined"
    for who, to in ((place.actor("gp"), place["ZPB"]), (sponsor, place["ZPA"])):
        with pytest.raises(RefusedInput, match="their own commissioner"):
            put_idea(title="x", words="x", commissioner=to, by=who, at=AT)


def test_it_is_put_and_answered_on_pages(place: Any, sign_in: Callable[..., Client]) -> None:
    gp, sponsor, new = sign_in("gp"), sign_in("commissioning_manager"), f"{IDEAS}new/"
    assert "Yours stands here with its answer" in gp.get(IDEAS).content.decode()
    assert gp.post(new, {}).status_code == 400
    assert gp.post(new, {"title": "Feet", "words": "9434765919"}).status_code == 400
    assert (
        "Your idea is with PCT A."
        in gp.post(new, {"title": "Feet", "words": "A clinic."}, follow=True).content.decode()
    )
    page = f"{IDEAS}{Idea.everywhere.get().id}/"
    assert "1 idea waits, the longest for 0 days. None is answered yet." in sponsor.get(IDEAS).content.decode()
    assert "Answer it" not in gp.get(page).content.decode()
    assert "Answer it" in sponsor.get(page).content.decode()
    told = sponsor.post(f"{page}answer/", {"move": "decline"})
    assert (told.status_code, "Say why you do not take it up" in told.content.decode()) == (400, True)
    sponsor.post(f"{page}answer/", {"move": "take_up", "answer": "Good."})
    assert "It became" in gp.get(page).content.decode()
    assert "1 was answered, half of them within 0 days" in gp.get(IDEAS).content.decode()
    assert b"Feet" in gp.get(f"{IDEAS}download/csv/").content


def test_others_find_nothing_of_it(place: Any, sign_in: Callable[..., Client]) -> None:
    page = f"{IDEAS}{idea_of(place).id}/"
    for client in (sign_in("gp", place["ZA0002"]), sign_in("gp", world="B"), sign_in("committee_member")):
        assert client.get(page).status_code == 404
        assert "Feet" not in client.get(IDEAS).content.decode()
    assert sign_in("cluster_lead").get(page).status_code == 200


def test_whoever_has_no_commissioner_or_two(place: Any, sign_in: Callable[..., Client]) -> None:
    lead, new = sign_in("cluster_lead"), f"{IDEAS}new/"
    Relation.objects.filter(member=place["ZA0002"], relation="practice_commissioner").update(parent=place["ZPB"])
    lead.post(new, {"title": "Feet", "words": "A clinic.", "commissioner": "ZPB"})
    assert Idea.everywhere.get().commissioner == place["ZPB"]
    Relation.objects.filter(relation="practice_commissioner").delete()
    assert "nobody to put it to" in sign_in("gp").get(new).content.decode()
