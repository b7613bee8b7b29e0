"""The pages on the way to a decision, from declaring to what came of it, each for whom it is made."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from tests.web.business_cases.sittings import MEETS, VOTING, held, sitting
from tests.web.business_cases.waiting import YES, at, declared, handler_of, on_day, submitted
from tests.web.governance.matrix import boxes

from pbc_web.accounts.tasks import tasks_for
from pbc_web.business_cases.actions import deciding, meetings, recusing, reviewing
from pbc_web.business_cases.models import AgendaItem, Proposal, Recusal
from pbc_web.business_cases.rules import CRITERIA
from pbc_web.shell.clock import today

NOTHING = {"says": "nothing", "words": ""}
VERDICT = {"outcome": "approved", "reasons": "It meets a need.", "would_resolve": ""}


@pytest.fixture(autouse=True)
def day_two() -> Iterator[Any]:
    """The second day of the clock."""
    with time_machine.travel(on_day(2), tick=False) as moved:
        yield moved


def words_of(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, (answer.status_code, address)
    return answer.content.decode()


def post(client: Client, address: str, status: int = 302, **sent: Any) -> str:
    answer = client.post(address, sent)
    assert answer.status_code == status, (address, answer.status_code, answer.content.decode().split("<main")[-1][:600])
    return str(answer.url) if status == 302 else answer.content.decode()


def into(client: Client, waits: Proposal) -> Client:
    """A client who has declared that there is nothing."""
    post(client, f"/proposals/{waits.code}/declare/", **NOTHING)
    return client


def test_papers_open_after_declaring_and_what_is_declared_is_told(place: Any, sign_in: Any) -> None:
    waits = submitted(place)
    page, finance = f"/proposals/{waits.code}/", sign_in("finance_manager")
    for address in (page, f"{page}sections/need/history/", f"{page}part/ask/"):
        assert finance.get(address).url == f"{page}declare/"
    assert "a stake in it?" in words_of(finance, f"{page}declare/")
    said = post(finance, f"{page}declare/", 409, says="something", words="")
    assert "Say what you have to declare." in said
    assert post(finance, f"{page}declare/", says="something", words="My brother works there.") == page
    assert finance.get(f"{page}declare/").url == page
    shown = words_of(finance, page)
    assert "You take no part in deciding on it." in shown
    assert "Ask the authors" not in shown
    assert "Declared an interest in what this proposal concerns." in words_of(sign_in("practice_manager"), page)
    assert "Days gone by" in words_of(sign_in("performance_manager"), page)


def test_whoever_is_found_as_they_declare_goes_back_to_the_list(place: Any, sign_in: Any) -> None:
    waits = submitted(place)
    member = place.appointment("committee_member")
    place.appointment("gp").person.appointments.update(person=member.person)
    kept = sign_in("committee_member")
    assert post(kept, f"/proposals/{waits.code}/declare/", **NOTHING) == "/proposals/"
    assert "You are kept away from this proposal" in words_of(kept, "/proposals/")


def test_a_handler_stops_resumes_puts_off_and_keeps_away_on_pages(place: Any, sign_in: Any) -> None:
    waits = submitted(place)
    page = f"/proposals/{waits.code}/"
    handler = into(sign_in("commissioning_manager"), waits)
    assert "1 proposal to be decided, none late" in words_of(handler, "/proposals/due/")
    assert "Stop the clock" in words_of(handler, page)
    post(handler, f"{page}handle/stop/", missing_item="activity plan")
    assert "Let the clock run again" in words_of(handler, page)
    author = sign_in("practice_manager")
    assert "Say that what was missing is there" in words_of(author, page)
    post(author, f"{page}author/resume/")
    assert author.post(f"{page}author/resume/").status_code == 409
    assert "Stop the clock" not in words_of(handler, page)  # one is permitted
    for act in ("defer", "in-principle"):
        post(handler, f"{page}handle/{act}/", reason="Later.")
    member = place.actor("committee_member")
    post(handler, f"{page}handle/keep-away/", person=member.person_id, level="may_speak", reason="A friend.")
    post(handler, f"{page}handle/end-recusal/{Recusal.objects.get().id}/", reason="No friend.")
    post(handler, f"{page}handle/concerned/", about="ZHA", how="rivals")
    assert "more than one" not in post(handler, f"{page}handle/concerned/", 400, about="Hospital", how="rivals")
    post(author, f"{page}author/concerned/", about="Alpha Care Ltd", how="provides")
    shown = words_of(handler, page)
    for said in (
        "Ended: No friend.",
        "Hospital A: it provides it now",
        "Alpha Care Ltd",
        "deferred. Later.",
        "activity plan",
    ):
        assert said in shown, said
    assert handler.get(f"{page}handle/unheard-of/").status_code == 404
    post(handler, f"{page}handle/withdraw-at-request/", reason="We asked.")
    assert "Nothing was decided." in words_of(handler, page)


def test_nothing_typed_is_cut_and_no_patient_is_named_as_whom_it_concerns(place: Any, sign_in: Any) -> None:
    waits = submitted(place)
    page, handler = f"/proposals/{waits.code}/", into(sign_in("commissioning_manager"), waits)
    told = post(handler, f"{page}handle/stop/", 400, missing_item="x" * 201)
    assert "use at most 200 letters and figures, there are 201" in told
    away = {"person": place.actor("committee_member").person_id, "level": "leaves"}
    assert "there are 250" in post(handler, f"{page}handle/keep-away/", 400, reason="y" * 250, **away)
    for named, found in (("Mrs Jones, ZZ99 3WZ", "postcode"), ("Patient 943 476 5919", "NHS number")):
        told = post(handler, f"{page}handle/concerned/", 400, about=named, how="rivals")
        assert f"Take out the {found}" in told
    assert not waits.concerns.exists()
    assert not Recusal.objects.exists()


def test_an_approval_has_as_many_conditions_as_it_needs(place: Any, sign_in: Any) -> None:
    waits = submitted(place)
    decide, handler = f"/proposals/{waits.code}/handle/decide/", into(sign_in("commissioning_manager"), waits)
    shown = words_of(handler, decide)
    assert 'href="?rows=6"' in shown
    assert "Of an approval: condition 1 (optional)" in shown
    assert [each in shown for each in ("is due on (optional)", "resolve the reasons? (optional)")] == [False, False]
    assert "condition_4" not in words_of(handler, f"{decide}?rows=none")
    assert 'href="?rows=' not in words_of(handler, f"{decide}?rows=999")
    six, due = f"{decide}?rows=6", MEETS + timedelta(days=40)
    asked = {f"condition_{number}": f"Agree part {number}." for number in range(1, 6)}
    said = post(handler, six, 400, **VERDICT, **asked, **boxes(**{f"due_{number}": due for number in range(1, 5)}))
    assert "Condition 5 needs a day still to come" in said
    post(handler, six, **VERDICT, **asked, **boxes(**{f"due_{number}": due for number in range(1, 6)}))
    assert waits.decision.conditions.count() == 5


def test_a_review_is_asked_for_given_and_questions_answered_on_pages(place: Any, sign_in: Any) -> None:
    waits = submitted(place)
    page, reviewer = f"/proposals/{waits.code}/", place.actor("public_health")
    handler = into(sign_in("commissioning_manager"), waits)
    post(handler, f"{page}handle/review/", person=reviewer.person_id)
    assert [each.title for each in tasks_for(reviewer, today()) if each.title.startswith("Score")] == [
        f"Score {waits.code}"
    ]
    scorer = into(sign_in("public_health"), waits)
    review = waits.reviews.get()
    marks = {f"mark_{name}": "4" for name in CRITERIA} | {f"why_{name}": f"So for {name}." for name in CRITERIA}
    post(scorer, f"{page}part/score/{review.id}/", **marks, words="Good.")
    post(scorer, f"{page}part/ask/", section="need", words="Whose need?")
    author = sign_in("practice_manager")
    assert "80.0 of 100" in words_of(scorer, page)
    assert "80.0 of 100" not in words_of(author, page)
    question = waits.questions.get()
    assert f"Answer a question about {waits.code}" in words_of(author, "/")
    assert "Revise the section" in words_of(author, page)
    section = f"{page}sections/need/"
    post(author, section, need="Theirs.", evidence="Counted.", now="They wait.", is_done="yes", number="0")
    post(author, f"{page}author/answer/{question.id}/", words="It says so now.")
    shown = words_of(scorer, page)
    assert "It says so now." in shown
    assert "What changed in the section since" in shown
    assert "Counted." in shown
    assert author.get(section).status_code == 409


def on_the_agenda(place: Any, sign_in: Any) -> AgendaItem:
    """A full case set before a meeting on pages, taken off it and set before it again."""
    panel = sitting(place)
    waits = submitted(place, route="standard", pence=30_000_000)
    page, agenda = f"/proposals/{waits.code}/", f"/proposals/agendas/{panel.meetings.get().id}/"
    handler = into(sign_in("commissioning_manager"), waits)
    assert "The last meeting in time is on 18 June 2009" in words_of(handler, page)
    post(handler, f"{page}handle/agenda/", meeting=panel.meetings.get().id)
    assert waits.code in words_of(handler, agenda)
    assert "Take it off the agenda of 18 June 2009" in words_of(handler, page)
    post(handler, f"{page}handle/off-agenda/{AgendaItem.objects.get().id}/")
    assert "Nothing stands before" in words_of(handler, agenda)
    post(handler, f"{page}handle/agenda/", meeting=panel.meetings.get().id)
    return AgendaItem.objects.select_related("meeting__panel").get(taken_off_at__isnull=True)


def test_a_meeting_decides_on_pages_and_the_outcome_is_open(place: Any, sign_in: Any, day_two: Any) -> None:
    item = on_the_agenda(place, sign_in)
    waits, page = item.proposal, f"/proposals/{item.proposal.code}/"
    day_two.move_to(at(MEETS))
    held(place, item.meeting, *VOTING)
    clients = {role: into(sign_in(role), waits) for role in VOTING}
    for role, client in clients.items():
        assert f"Vote on {waits.code}" in [each.title for each in tasks_for(place.actor(role), today())]
        assert f"{page}part/vote/{item.id}/" in words_of(client, page)
        post(client, f"{page}part/vote/{item.id}/", says="approve")
    chair, result = clients["non_executive"], f"{page}part/declare-result/{item.id}/"
    refusal = VERDICT | {"outcome": "refused", "would_resolve": "Less."}
    assert "Declare what the meeting decided" in words_of(chair, page)
    assert "do not carry" in post(chair, result, 409, **refusal)
    said = post(chair, result, 400, **VERDICT, condition_1="Agree a rota.")
    assert 'href="#id_due_1-day"' in said or 'href="#id_due_1"' in said
    assert "Condition 1 needs a day still to come" in said
    post(chair, result, **VERDICT, condition_1="Agree a rota.", **boxes(due_1=MEETS + timedelta(days=40)))
    assert "a second person confirms" in words_of(chair, page)
    assert f"Confirm {waits.code}" in words_of(clients["board_member"], "/")
    assert "Do not confirm" in words_of(clients["board_member"], page)
    post(clients["board_member"], f"{page}part/confirm/{waits.recommendations.get().id}/")
    outsider = sign_in("practice_manager", place["ZA0003"])
    assert waits.code in words_of(outsider, "/proposals/library/")
    shown = words_of(outsider, f"{page}outcome/")
    for said in ("It meets a need.", "3 to approve, 0 to refuse, 0 abstentions", "Agree a rota.", "Confirmed by"):
        assert said in shown, said
    assert outsider.get(page).status_code == 404
    assert "Open the proposal" in words_of(chair, f"{page}outcome/")
    handler = sign_in("commissioning_manager")
    post(handler, f"{page}handle/condition/{waits.decision.conditions.get().id}/", is_met="yes", evidence="The rota.")
    assert "Met</strong>: The rota." in words_of(handler, page)


def test_a_refusal_is_appealed_and_judged_on_pages(place: Any, sign_in: Any) -> None:
    waits = submitted(place)
    page = f"/proposals/{waits.code}/"
    handler = into(sign_in("commissioning_manager"), waits)
    refusal = {"outcome": "refused", "reasons": "Too dear."}
    assert "what would resolve" in post(handler, f"{page}handle/decide/", 409, **refusal)
    post(handler, f"{page}handle/decide/", **refusal, would_resolve="A lower price.")
    author, region = sign_in("practice_manager"), sign_in("performance_manager")
    shown = words_of(author, page)
    assert "A lower price." in shown
    assert "Appeal to the region" in shown
    post(author, f"{page}author/appeal/", reason="The price was right.")
    assert "Judge the appeal" in words_of(region, "/")
    into(region, waits)
    assert "Judge the appeal" in words_of(region, page)
    post(region, f"{page}arbitrate/", state="upheld", reasons="It was.")
    assert "Upheld. It was." in words_of(author, f"{page}outcome/")


def test_the_chair_acts_replaces_are_linked_and_lapses_are_offered_in_their_time(
    place: Any, sign_in: Any, day_two: Any
) -> None:
    late = submitted(place, title="Late", route="standard", pence=10_000_000)
    first, better = submitted(place, title="First"), submitted(place, title="Better")
    handler = handler_of(place, first)
    declared(better, handler)
    for each in (first, better):
        deciding.decide_as_officer(each, YES, by=handler, at=on_day(1))
    panel = sitting(place)
    panel.meetings.update(state="cancelled", reason="Snow.")
    chair = into(sign_in("non_executive"), late)
    shown = words_of(chair, f"/proposals/{late.code}/")
    assert "No meeting planned falls inside its eight weeks: the chair decides alone." in shown
    assert "Decide by chair&#39;s action" in shown
    post(
        chair,
        f"/proposals/{late.code}/part/keep-away/",
        person=place.actor("board_member").person_id,
        level="leaves",
        reason="Kin.",
    )
    post(chair, f"/proposals/{late.code}/part/end-recusal/{Recusal.objects.get().id}/", reason="No kin.")
    post(chair, f"/proposals/{late.code}/part/chairs-action/", **VERDICT)
    author = sign_in("practice_manager")
    assert "Replace it by another" in words_of(author, f"/proposals/{first.code}/")
    post(author, f"/proposals/{first.code}/author/supersede/", replacement=better.code)
    assert f"It is replaced by {better.code}." in words_of(author, f"/proposals/{first.code}/")
    officer = sign_in("commissioning_manager")
    assert "Let the approval lapse" not in words_of(officer, f"/proposals/{better.code}/")
    day_two.move_to(on_day(400))
    officer = sign_in("commissioning_manager")
    assert "Let the approval lapse" in words_of(officer, f"/proposals/{better.code}/")
    post(officer, f"/proposals/{better.code}/handle/lapse/", reason="Never begun.")


def test_turned_down_on_pages_and_next_steps_are_named(place: Any, sign_in: Any, day_two: Any) -> None:
    panel = sitting(place)
    waits = submitted(place, pence=30_000_000)
    full = submitted(place, title="Full", route="full")
    handler = handler_of(place, waits)
    declared(full, handler, place.actor("board_member"))
    officer, board = sign_in("commissioning_manager"), into(sign_in("board_member"), waits)
    assert "Set it before a meeting" in words_of(officer, "/proposals/due/")
    reviewing.assign(full, person=place.appointment("board_member").person, by=handler, at=on_day(2))
    assert "Wait for its reviews" in words_of(officer, "/proposals/due/")
    full.reviews.update(done_at=on_day(2))
    meetings.put_on_agenda(full, meeting=panel.meetings.get(), by=handler, at=on_day(2))
    assert "It stands before a meeting" in words_of(officer, "/proposals/due/")
    post(officer, f"/proposals/{waits.code}/handle/decide/", **VERDICT)
    shown = words_of(officer, "/proposals/due/")
    assert "A second person confirms it" in shown
    post(board, f"/proposals/{waits.code}/part/turn-down/{waits.recommendations.get().id}/", reason="Not yet.")
    day_two.move_to(on_day(60))
    officer = sign_in("commissioning_manager")
    full.items.get().meeting.panel.meetings.update(meets_on=on_day(58).date())
    assert "That is after it is due." in words_of(officer, f"/proposals/{full.code}/")
    shown = words_of(officer, "/proposals/due/")
    assert "2 proposals to be decided, 2 late" in shown
    assert "Declare what the meeting decided" in shown
    assert {each.is_late for each in tasks_for(handler, today()) if each.title.startswith("See ")} == {True}
    recusing.keep_away(
        full, person_id=place.actor("board_member").person_id, level="leaves", reason="Kin.", by=handler, at=on_day(60)
    )
    assert not [each for each in tasks_for(place.actor("board_member"), today()) if "Vote" in each.title]


def test_lists_ask_as_often_for_three_as_for_one(place: Any, sign_in: Any, django_assert_max_num_queries: Any) -> None:
    officer = sign_in("commissioning_manager")
    assert "Nothing waits for a decision" in words_of(officer, "/proposals/due/")
    assert "Nothing is decided yet" in words_of(officer, "/proposals/library/")
    counts = []
    for number in range(3):
        waits = submitted(place, title=f"Case {number}", route="standard")
        done = submitted(place, title=f"Done {number}")
        handler = place.actor("commissioning_manager")
        declared(done, handler)
        deciding.decide_as_officer(done, YES, by=handler, at=on_day(1))
        assert waits.state == "submitted"
        with django_assert_max_num_queries(68) as found:
            words_of(officer, "/proposals/due/")
            words_of(officer, "/proposals/library/")
            list(tasks_for(handler, today()))
        counts.append(len(found))
    assert len(set(counts)) == 1, counts
