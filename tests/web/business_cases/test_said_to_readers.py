"""What the pages of deciding say to whoever reads them: with whom they deal, what they declare about, and what is late."""

from typing import Any

import time_machine
from tests.web.business_cases.matrix import draft_of
from tests.web.business_cases.waiting import handler_of, on_day, submitted

from pbc_web.accounts.queries import named_with_posts
from pbc_web.business_cases.actions import recusing
from pbc_web.business_cases.acts import Doing
from pbc_web.business_cases.acts_of_handlers import HANDLERS
from pbc_web.business_cases.acts_of_others import MEMBERS
from pbc_web.business_cases.models import Proposal
from pbc_web.business_cases.shown import proposals_table


def test_lists_of_people_say_role_and_organisation(place: Any, sign_in: Any) -> None:
    waits = submitted(place)
    doing = Doing(waits, handler_of(place, waits), on_day(1))
    post = str(place.appointment("public_health"))
    reviewer = place.actor("public_health")
    for act in ("review", "keep-away"):
        choices: Any = HANDLERS[act].fields(doing)["person"]
        assert dict(choices.choices)[reviewer.person_id] == f"{reviewer.name} ({post})", act
    author = place.actor("practice_manager")
    draft = draft_of(author, place["ZPA"])
    assert f"({place.appointment('gp')})" in sign_in("practice_manager").get(f"/proposals/{draft.code}/authors/").text
    unknown = place.appointment("gp").person
    unknown.appointments.all().delete()
    assert named_with_posts([unknown], on=on_day(1).date()) == {unknown.id: unknown.name}


def test_who_declares_is_told_whose_it_is_who_wrote_it_and_whom_it_names(place: Any, sign_in: Any) -> None:
    waits, author = submitted(place), place.actor("practice_manager")
    page = f"/proposals/{waits.code}/declare/"
    with time_machine.travel(on_day(2), tick=False):
        finance = sign_in("finance_manager")
        assert "Nobody beside its owner" in finance.get(page).text
        recusing.name_concerned(waits, about=place["ZHA"], how="provides", by=author, at=on_day(2))
        shown = finance.get(page).text
        for said in (waits.owner.name, author.name, "Hospital A: it would provide the service"):
            assert said in shown, said
        sent = {"says": "something", "words": "My brother works there."}
        told = finance.post(page, sent, follow=True).text
        assert "What you declared stands on record. You take no part in deciding on it." in told
        clean = sign_in("contracts_manager").post(page, {"says": "nothing", "words": ""}, follow=True).text
        assert "What you declared stands on record." in clean
        assert "You take no part in deciding on it." not in clean


def test_questions_are_about_sections_it_has(place: Any) -> None:
    waits = submitted(place)
    field: Any = MEMBERS["ask"].fields(Doing(waits, place.actor("board_member"), on_day(1)))["section"]
    offered = dict(field.choices)
    assert "need" in offered
    assert "stopping" not in offered


def test_the_list_says_late_as_the_page_does(place: Any) -> None:
    waits = submitted(place)
    rows = [proposals_table(Proposal.everywhere.all(), today=on_day(number).date()).rows[0][5] for number in (2, 60)]
    assert rows == [waits.get_state_display(), "Late"]
