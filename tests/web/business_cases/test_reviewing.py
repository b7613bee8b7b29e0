"""Reviews: who is asked, scores with reasons and their weighted total, questions with what changed since."""

from dataclasses import replace
from typing import Any

import pytest
from tests.web.business_cases.matrix import submitted_by
from tests.web.business_cases.waiting import YES, declared, handler_of, on_day, person_of, submitted
from tests.web.governance.matrix import interest_of
from tests.web.panels.matrix import panel_in, seated

from pbc.errors import RefusedInput
from pbc_web.accounts.models import Appointment
from pbc_web.accounts.tasks import tasks_for
from pbc_web.audit.models import Entry
from pbc_web.audit.queries import open_to
from pbc_web.business_cases import deciding_parts
from pbc_web.business_cases.actions import deciding, recusing, reviewing
from pbc_web.business_cases.actions.writing import save_section
from pbc_web.business_cases.models import Proposal, Recusal, Score, SectionVersion
from pbc_web.business_cases.queries.reviews import (
    changes_since,
    given_first,
    questions_in,
    recommendations_for,
    reviews_in,
    total_of,
)
from pbc_web.business_cases.queries.sections import latest_of
from pbc_web.business_cases.rules import CRITERIA
from pbc_web.business_cases.watches import watch_due_dates, watch_reviews
from pbc_web.notices.models import Notice
from pbc_web.notices.queries import escalations_seen_by

DAY = on_day(1).date()
MARKS = {
    "need": (5, "Great."),
    "benefit": (4, "Good."),
    "money": (2, "Dear."),
    "safety": (3, "Fair."),
    "fairness": (0, "None."),
}


def test_a_reviewer_is_asked_reminded_and_scores_once_with_reasons(place: Any) -> None:
    waits, public_health = submitted(place), place.actor("public_health")
    handler = handler_of(place, waits)
    review = reviewing.assign(waits, person=person_of(public_health), by=handler, at=on_day(1))
    assert review.due_on == on_day(15).date()
    with pytest.raises(RefusedInput, match="asked already"):
        reviewing.assign(waits, person=person_of(public_health), by=handler, at=on_day(1))
    for number in range(2, 20):
        watch_reviews(on_day(number))
    keys = Notice.objects.filter(person=public_health.person_id, key__contains=f"review-{review.id}-")
    assert sorted(each.key.rpartition(f"review-{review.id}-")[2] for each in keys) == ["-1", "3"]
    with pytest.raises(RefusedInput, match="before they have declared"):
        reviewing.score(review, marks=MARKS, by=public_health, at=on_day(3))
    declared(waits, public_health)
    reviewing.score(review, marks=MARKS, words="Worth it.", by=public_health, at=on_day(3))
    with pytest.raises(RefusedInput, match="scored it already"):
        reviewing.score(review, marks=MARKS, by=public_health, at=on_day(3))
    found = total_of(Score.objects.all())
    assert found is not None
    assert found.words == "64.0 of 100: 320 of 500, each mark times the weight of its criterion"
    assert [each.done_at for each in reviews_in(waits)] == [on_day(3)]


def test_a_score_of_whoever_is_kept_away_afterwards_is_not_counted_with_the_others(place: Any) -> None:
    waits, handler = submitted(place), place.actor("commissioning_manager")
    given = (
        (place.actor("public_health"), MARKS),
        (place.actor("finance_manager"), {each: (1, "So.") for each in MARKS}),
    )
    declared(waits, handler, *(actor for actor, _ in given))
    for actor, marks in given:
        review = reviewing.assign(waits, person=person_of(actor), by=handler, at=on_day(1))
        reviewing.score(review, marks=marks, by=actor, at=on_day(2))

    def read(day: int) -> dict[str, Any]:
        part = deciding_parts.review(handler, Proposal.everywhere.get(id=waits.id), on_day(day))
        assert part is not None
        return {"total": part["total"].split()[0]} | {
            each["total"].split()[0]: each["is_counted"] for each in part["reviews"]
        }

    assert read(2) == {"total": "42.0", "64.0": True, "20.0": True}
    away = {"level": "leaves", "reason": "A stake.", "by": handler}
    recusing.keep_away(waits, person_id=given[0][0].person_id, **away, at=on_day(3))
    assert read(3) == {"total": "20.0", "64.0": False, "20.0": True}
    deciding.decide_as_officer(waits, YES, by=handler, at=on_day(4))
    recusing.keep_away(waits, person_id=given[1][0].person_id, **away, at=on_day(5))
    assert read(5) == {"total": "20.0", "64.0": False, "20.0": True}


def test_half_a_score_is_refused_and_nobody_scores_for_another(place: Any) -> None:
    waits, public_health = submitted(place), place.actor("public_health")
    review = reviewing.assign(waits, person=person_of(public_health), by=handler_of(place, waits), at=on_day(1))
    declared(waits, public_health)
    for marks in ({}, MARKS | {"need": (6, "Too much.")}, MARKS | {"need": (1, " ")}, MARKS | {"need": (-1, "Less.")}):
        with pytest.raises(RefusedInput, match="Every criterion"):
            reviewing.score(review, marks=marks, by=public_health, at=on_day(3))
    with pytest.raises(RefusedInput, match="whoever was asked"):
        reviewing.score(review, marks=MARKS, by=place.actor("board_member"), at=on_day(3))
    assert total_of([]) is None
    assert set(MARKS) == set(CRITERIA)


def test_whoever_is_tied_or_wrote_it_or_reviews_nothing_is_not_asked(place: Any) -> None:
    waits, board = submitted(place), place.actor("board_member")
    handler = handler_of(place, waits)
    interest_of(board, place["ZPA"], about=place["ZA0001"])
    waits.authors.create(
        person=person_of(place.actor("finance_manager")), added_by_id=handler.person_id, added_at=on_day(0)
    )
    for who, match in (
        ("board_member", "does not review"),
        ("finance_manager", "does not review"),
        ("dentist", "nobody who reviews"),
    ):
        with pytest.raises(RefusedInput, match=match):
            reviewing.assign(waits, person=person_of(place.actor(who)), by=handler, at=on_day(1))


def test_a_stake_found_after_the_review_was_asked_for_stops_the_score(place: Any) -> None:
    waits, board = submitted(place), place.actor("board_member")
    review = reviewing.assign(waits, person=person_of(board), by=handler_of(place, waits), at=on_day(1))
    declared(waits, board)
    interest_of(board, place["ZPA"], about=place["ZA0001"])
    assert Recusal.objects.count() == 1
    with pytest.raises(RefusedInput, match="kept away"):
        reviewing.score(review, marks=MARKS, by=board, at=on_day(3))


def test_questions_are_asked_answered_once_and_show_what_changed_since(place: Any) -> None:
    waits, board, author = submitted(place), place.actor("board_member"), place.actor("practice_manager")
    declared(waits, board)

    def saved(number: int, **answers: Any) -> None:
        SectionVersion.objects.create(
            proposal=waits, section="need", number=number, answers=answers, by_id=author.person_id, at=on_day(0)
        )

    saved(1, need="Everybody", now="Three wait.")
    asked = reviewing.ask(waits, section="need", words="Who was not heard?", by=board, at=on_day(2))
    assert (asked.number_then, changes_since(asked, on=DAY)) == (1, [])
    saved(2, need="Everybody", now="Four wait.")
    changed = changes_since(questions_in(waits)[0], on=DAY)
    assert [each.label for each in changed] == ["What happens today, and what is wrong with it?"]
    assert ("in", "Four") in [(kind, text.strip()) for kind, text in changed[0].pieces]
    with pytest.raises(RefusedInput, match="answered by an author"):
        reviewing.answer(asked, words="Them.", by=board, at=on_day(3))
    with pytest.raises(RefusedInput, match="Say what you answer"):
        reviewing.answer(asked, words="", by=author, at=on_day(3))
    reviewing.answer(asked, words="Night workers.", by=author, at=on_day(3))
    with pytest.raises(RefusedInput, match="answered already"):
        reviewing.answer(asked, words="Again.", by=author, at=on_day(3))
    assert Notice.objects.filter(person=board.person_id, body__contains="Night workers.").exists()
    whole = reviewing.ask(waits, words="Why now?", by=board, at=on_day(4))
    assert changes_since(whole, on=DAY) == []


def test_questions_come_from_the_commissioners_reviewers_who_declared(place: Any) -> None:
    waits = submitted(place)
    with pytest.raises(RefusedInput, match="whoever reviews"):
        reviewing.ask(waits, words="What?", by=place.actor("gp"), at=on_day(1))
    with pytest.raises(RefusedInput, match="before they have declared"):
        reviewing.ask(waits, words="What?", by=place.actor("board_member"), at=on_day(1))
    recusing.declare(waits, says="nothing", by=place.actor("board_member"), at=on_day(1))
    for section in ("stopping", "money", "nothing"):  # of another route, of another kind, of none
        with pytest.raises(RefusedInput, match="no such section"):
            reviewing.ask(waits, section=section, words="What?", by=place.actor("board_member"), at=on_day(1))
    assert not waits.questions.exists()
    with pytest.raises(RefusedInput, match="Say what you ask"):
        reviewing.ask(waits, words=" ", by=place.actor("board_member"), at=on_day(1))


@pytest.mark.parametrize(("kind", "section", "changed"), [
    ("case", "activity_and_money", {"yearly": 9_000_000}),
    ("plan", "money", {"lines": []}),
])  # fmt: skip
def test_while_a_question_is_open_its_section_is_revised_but_neither_value_nor_risks(
    place: Any, kind: str, section: str, changed: Any
) -> None:
    author, board = place.actor("practice_manager"), place.actor("board_member")
    waits = submitted_by(author, place["ZPA"], kind=kind)
    declared(waits, board)
    held = latest_of(waits)[section].answers

    def saved(over: int, **answers: Any) -> Any:
        given = {"section": section, "answers": held | answers, "is_done": True, "over": over}
        return save_section(Proposal.everywhere.get(id=waits.id), **given, by=author, at=on_day(1))

    with pytest.raises(RefusedInput, match="cannot be changed now"):
        saved(1, basis="Unasked.")
    asked = reviewing.ask(waits, section=section, words="How sure is it?", by=board, at=on_day(1))
    with pytest.raises(RefusedInput, match="they decided its route"):
        saved(1, **changed)
    saved(1, basis="Asked and told.")
    reviewing.answer(asked, words="Quite.", by=author, at=on_day(2))
    with pytest.raises(RefusedInput, match="cannot be changed now"):
        saved(2, basis="Too late.")


def test_a_reviewer_reads_no_score_and_no_recommendation_before_giving_their_own(place: Any) -> None:
    waits, handler = submitted(place, pence=30_000_000), place.actor("commissioning_manager")
    first, later, chair = (place.actor(each) for each in ("public_health", "board_member", "non_executive"))
    seated(place, panel_in(place), "non_executive", is_chair=True)
    declared(waits, handler, first, later, chair)
    given = [
        reviewing.assign(waits, person=person_of(each), by=handler, at=on_day(1)) for each in (first, later, chair)
    ]
    reviewing.score(given[0], marks=MARKS, words="Do it soon.", by=first, at=on_day(2))
    deciding.decide_as_officer(waits, YES, by=handler, at=on_day(2))

    def reads(actor: Any) -> list[bool]:
        """Mark, total and words of the other; who recommends; the task and the notice of the second person; the trail."""
        parts = (("review", deciding_parts.review), ("decision", deciding_parts.decision))
        part = {name: str(find(actor, waits, on_day(3))) for name, find in parts}
        shown = [each in part["review"] for each in ("5 of 5", "64.0 of 100", "Do it soon.")]
        tasks = [each.title for each in tasks_for(actor, DAY)]
        told = Notice.objects.filter(person=actor.person_id, subject__contains="second person").exists()
        trail = open_to(Entry.objects.filter(verb="recommend_proposal"), actor).exists()
        links = "Confirm as the second person" in part["decision"]
        return [*shown, "recommends" in part["decision"], links, any("Confirm" in each for each in tasks), told, trail]

    assert reads(later) == [False] * 8
    assert reads(first) == [True] * 4 + [False] * 3 + [True]  # of no committee
    assert reads(chair)[:6] == [True] * 6
    assert reads(handler)[:4] == [True] * 4
    assert (reads(chair)[7], reads(handler)[7]) == (True, True)
    for seen in (place.actor("finance_manager"), handler, chair):
        through_their_eyes = replace(seen, seen_by_number=later.person_number, seen_by_id=later.person_id)
        assert reads(through_their_eyes)[:6] + reads(through_their_eyes)[7:] == [False] * 7
    assert not recommendations_for(later).filter(proposal=waits).exists()
    reviewing.score(given[1], marks=MARKS, by=later, at=on_day(3))
    assert reads(later) == [True] * 8


def test_what_is_not_read_yet_is_kept_out_of_the_trail_alone_for_nobody_who_reads_it_elsewhere(place: Any) -> None:
    waits, handler = submitted(place, pence=30_000_000), place.actor("commissioning_manager")
    finance, chair = place.actor("finance_manager"), place.actor("non_executive")
    seated(place, panel_in(place), "non_executive", is_chair=True)
    declared(waits, handler, finance, chair)
    for each in (handler, finance, chair):
        reviewing.assign(waits, person=person_of(each), by=handler, at=on_day(1))
    deciding.decide_as_officer(waits, YES, by=handler, at=on_day(2))
    about = Entry.objects.filter(subject=waits.code)
    assert [open_to(about, each).exists() for each in (finance, handler, chair)] == [False, True, True]
    watch_due_dates(on_day(57))
    assert escalations_seen_by(finance).exists()
    assert Notice.objects.filter(person=finance.person_id, kind="escalation").exists()


def test_who_chaired_the_panel_reads_nothing_at_once_when_their_appointment_is_over(place: Any) -> None:
    waits, chair = submitted(place), place.actor("non_executive")
    seated(place, panel_in(place), "non_executive", is_chair=True)
    handler = handler_of(place, waits)
    reviewing.assign(waits, person=person_of(chair), by=handler, at=on_day(1))
    assert not given_first(chair).exists()
    over = Appointment.objects.filter(id=place.appointment("non_executive").id)
    over.update(ends_before=chair.on)
    assert given_first(chair).exists()
