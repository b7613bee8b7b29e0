"""What somebody may not see reaches them by no other door: the idea it was, the plan it is part of, the trail, intentions, other eyes."""

from collections.abc import Callable
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests.web.business_cases.matrix import AT, draft_of
from tests.web.business_cases.opened import decided, lines
from tests.web.business_cases.test_attachments import PDF
from tests.web.business_cases.waiting import handler_of, on_day, submitted
from tests.web.conftest import TESTS

from pbc.periods import FinancialYear
from pbc_web.accounts.actions import appoint
from pbc_web.accounts.actor import Actor
from pbc_web.accounts.queries import VIEWING, acting_as
from pbc_web.audit.queries import as_sentences, entries_of, open_to
from pbc_web.business_cases.actions import coming_back, intentions, recusing, reviewing
from pbc_web.business_cases.actions.attachments import attach
from pbc_web.business_cases.actions.ideas import answer_idea, put_idea
from pbc_web.business_cases.models import Proposal, Recusal
from pbc_web.business_cases.queries import intentions as queries
from pbc_web.business_cases.queries.in_sight import proposals_for
from pbc_web.notices.models import Notice


def kept_away(proposal: Proposal, person_id: int) -> None:
    Recusal.objects.create(
        proposal=proposal, person_id=person_id, level="no_papers", source="chair", reason="A stake.", at=on_day(2)
    )


def told_in_trail(actor: Actor) -> str:
    return " ".join(said for _, _, said in as_sentences(open_to(entries_of(None), actor)))


def test_the_idea_it_was_is_not_there_either(place: Any, sign_in: Callable[..., Client]) -> None:
    handler, gp, finance = place.actor("commissioning_manager"), place.actor("gp"), place.actor("finance_manager")
    second = place.appointment("commissioning_manager", place["ZPA"])
    idea = put_idea(title="Feet of all", words="A clinic.", commissioner=place["ZPA"], by=gp, at=AT)
    taken = answer_idea(idea, move="take_up", answer="", by=handler, at=AT)
    waits = submitted(place, title="Heart clinic")
    Proposal.everywhere.filter(id=taken.proposal_id).update(  # it waits: what a draft says is for its authors alone
        **{name: getattr(waits, name) for name in ("state", "route", "submitted_at", "first_submitted_on", "due_on")}
    )
    client = sign_in("finance_manager")
    assert "Feet of all" in client.get("/proposals/ideas/").text
    proposal = Proposal.everywhere.get(id=taken.proposal_id)
    for person in (finance.person_id, second.person_id):
        recusing._kept_away(
            Recusal(proposal=proposal, person_id=person, level="no_papers", source="chair", reason="A stake."),
            by=recusing.REGISTER, at=AT,
        )  # fmt: skip
    for page in ("/proposals/ideas/", "/proposals/ideas/download/csv/"):
        assert b"Feet of all" not in client.get(page).content
    assert client.get(f"/proposals/ideas/{idea.id}/").status_code == 404
    assert not Notice.objects.filter(person=second.person_id, link=f"/proposals/ideas/{idea.id}/").exists()
    assert proposal.code not in told_in_trail(finance)
    assert "Feet of all" in sign_in("gp").get("/proposals/ideas/").text


def test_the_plan_it_is_part_of_is_named_to_who_sees_that(place: Any, sign_in: Callable[..., Client]) -> None:
    plan = draft_of(place.actor("practice_manager"), place["ZPA"], kind="plan", title="Our secret year")
    waits = submitted(place, parent=plan)
    handler_of(place, waits)
    page = f"/proposals/{waits.code}/"
    assert "Our secret year" in sign_in("practice_manager").get(page).text
    found = sign_in("commissioning_manager").get(page).text
    assert (waits.title in found, "Our secret year" in found) == (True, False)


def test_a_file_taken_of_it_has_no_entry_for_them(place: Any, sign_in: Callable[..., Client]) -> None:
    author, board = place.actor("practice_manager"), place.actor("board_member")
    draft = draft_of(author, place["ZPA"])
    made = attach(draft, chunks=[SimpleUploadedFile("a.pdf", PDF).read()], name="a.pdf", by=author, at=AT)
    sign_in("practice_manager").get(f"/proposals/{draft.code}/files/{made.id}/")
    assert f"the file {draft.code}-a.pdf" in told_in_trail(author)
    kept_away(draft, board.person_id)
    assert draft.code not in told_in_trail(board)


def test_an_intention_keeps_lines_its_writer_may_not_see(place: Any) -> None:
    by = place.actor("commissioning_manager")
    made, year = decided(place, kind="plan", title="Year", answers=lines("Feet")), FinancialYear(2009)
    feet = queries.waiting_lines(by, place["ZPA"], year)
    said = intentions.Intended("A clinic for feet.")
    intended = intentions.write_intention(place["ZPA"], year, said, feet, by=by, at=on_day(40))
    kept_away(made, by.person_id)
    intentions.write_intention(place["ZPA"], year, said, [], by=by, at=on_day(41), over=intended)
    assert intended.sources.filter(ended_at__isnull=True).count() == len(feet) > 0


def test_nobody_sees_it_through_the_eyes_of_another(place: Any) -> None:
    waits, administrator = submitted(place), place.appointment("administrator").person
    seen_as = acting_as(administrator, {VIEWING: place.appointment("finance_manager").id})
    assert seen_as is not None
    assert waits in proposals_for(seen_as)
    kept_away(waits, administrator.id)
    assert waits not in proposals_for(seen_as)


def test_whoever_is_given_a_role_in_the_practice_later_is_kept_away_from_then_on(place: Any) -> None:
    waits, officer = submitted(place), place.appointment("contracts_manager")
    actor = place.actor("contracts_manager")
    recusing.declare(waits, says="nothing", by=actor, at=on_day(1))
    assert waits in proposals_for(actor)
    appoint(
        officer.person, role_code="practice_manager", organisation=place["ZA0001"], starts_on=on_day(2).date(), by=TESTS, at=on_day(2)
    )  # fmt: skip
    assert waits not in proposals_for(actor)


def test_a_question_pressed_twice_is_asked_once(place: Any) -> None:
    waits = submitted(place)
    handler = handler_of(place, waits)
    made = [reviewing.ask(waits, words="Who leads it?", by=handler, at=on_day(1)) for _ in range(2)]
    assert made[0] == made[1]


def test_scores_are_not_read_by_taking_it_back(place: Any, sign_in: Callable[..., Client]) -> None:
    waits, reviewer = submitted(place, route="standard"), place.actor("public_health")
    handler = handler_of(place, waits)
    person = place.appointment("public_health").person
    review = reviewing.assign(waits, person=person, by=handler, at=on_day(1))
    recusing.declare(waits, says="nothing", by=reviewer, at=on_day(1))
    marks = {name: (2, f"Weak on {name}.") for name in ("need", "benefit", "money", "safety", "fairness")}
    reviewing.score(review, marks=marks, by=reviewer, at=on_day(2))
    coming_back.withdraw(waits, reason="To see the scores.", by=place.actor("practice_manager"), at=on_day(3))
    assert "Weak on need." not in sign_in("practice_manager").get(f"/proposals/{waits.code}/").text
    assert "Weak on need." in sign_in("commissioning_manager").get(f"/proposals/{waits.code}/").text
