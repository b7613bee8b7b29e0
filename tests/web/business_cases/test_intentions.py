"""The commissioner's plan: where each intention came from, an answer to each line left out, and the calendar of the year."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.web.business_cases.opened import decided, lines
from tests.web.business_cases.waiting import on_day
from tests.web.governance.matrix import interest_of

from pbc.errors import RefusedInput
from pbc.periods import FinancialYear
from pbc_web.accounts.tasks import tasks_for
from pbc_web.audit.models import Entry
from pbc_web.business_cases.actions import intentions as actions
from pbc_web.business_cases.actions.intentions import Intended
from pbc_web.business_cases.actions.recusing import find_conflicts
from pbc_web.business_cases.models import Intention, LineLeftOut, Proposal, Recusal, YearStep
from pbc_web.business_cases.queries import intentions as queries
from pbc_web.notices.models import Notice
from pbc_web.organisations.models import Organisation
from pbc_web.shell import clock

pytestmark = pytest.mark.django_db
YEAR = FinancialYear(2009)
PAGE = "/proposals/intentions/ZPA/2009-10/"
FEET = Intended("Better feet", "community", 500_000)


@pytest.fixture(autouse=True)
def in_september(monkeypatch: pytest.MonkeyPatch) -> None:
    """A day in the year of the plans."""
    monkeypatch.setattr(clock, "_moved_by", on_day(100) - clock.now())


def plan(place: Any, *words: str, title: str = "Our year") -> Proposal:
    """An approved plan with lines."""
    return decided(place, kind="plan", title=title, answers=lines(*words))


def handler(place: Any) -> Any:
    return place.actor("commissioning_manager")


def waiting(place: Any) -> list[str]:
    return [each.words for each in queries.waiting_lines(handler(place), place["ZPA"], YEAR)]


def line(place: Any, words: str) -> queries.Line:
    found = queries.offered_lines(handler(place), place["ZPA"], YEAR)
    return next(each for each in found if each.words == words)


def write(place: Any, *words: str, over: Intention | None = None) -> Intention:
    taken = [line(place, each) for each in words]
    return actions.write_intention(place["ZPA"], YEAR, FEET, taken, by=handler(place), at=on_day(40), over=over)


def leave_out(place: Any, words: str, reason: str = "No money.") -> LineLeftOut:
    return actions.leave_out(line(place, words), reason=reason, by=handler(place), at=on_day(41))


def test_each_line_waits_until_it_has_its_place_or_its_answer(place: Any) -> None:
    author = place.actor("practice_manager")
    made, case = plan(place, "Feet", "Hearts", "Lungs"), decided(place, title="Heart clinic")
    assert waiting(place) == ["Feet", "Hearts", "Lungs"]
    assert [(each.place, each.pence) for each in queries.lines_in([made, case])] == [
        ("money-0", 12_000), ("money-1", 12_000), ("money-2", 12_000), ("whole", 4_000_000),
    ]  # fmt: skip
    intended = write(place, "Feet", "Heart clinic")
    assert waiting(place) == ["Hearts", "Lungs"]
    leave_out(place, "Hearts")
    assert waiting(place) == ["Lungs"]
    told = list(Notice.objects.filter(person=author.person_id, subject__contains="a line is").order_by("id"))
    assert [each.subject.split(": ")[1] for each in told] == [
        "a line is in the commissioner's plan", "a line is in the commissioner's plan", "a line is not in the commissioner's plan",
    ]  # fmt: skip
    assert [each.link for each in told] == [PAGE] * 3
    assert "No money." in told[2].body
    verbs = Entry.objects.filter(verb__in=("write_intention", "leave_line_out")).order_by("number")
    assert [(each.verb, each.told.get("count")) for each in verbs] == [("write_intention", 2), ("leave_line_out", None)]
    write(place, "Hearts", over=intended)
    assert waiting(place) == ["Feet", "Lungs"]
    assert not LineLeftOut.objects.filter(ended_at__isnull=True).exists()
    write(place, "Hearts", over=intended)
    assert Entry.objects.filter(verb="change_intention").count() == 2
    assert intended.sources.count() == 3


def test_what_is_dropped_sets_its_lines_free_and_stays_as_it_was(place: Any) -> None:
    plan(place, "Feet")
    intended, by = write(place, "Feet"), handler(place)
    with pytest.raises(RefusedInput, match="This line is in the plan"):
        leave_out(place, "Feet")
    actions.move_intention(intended, "agree", by=by, at=on_day(42))
    with pytest.raises(RefusedInput, match="dropped with its reason"):
        actions.move_intention(intended, "drop", by=by, at=on_day(43), reason=" ")
    actions.move_intention(intended, "drop", by=by, at=on_day(43), reason="No nurse was found.")
    assert waiting(place) == ["Feet"]
    with pytest.raises(RefusedInput, match="cannot be changed"):
        write(place, over=intended)
    with pytest.raises(RefusedInput, match="intention"):
        actions.move_intention(intended, "agree", by=by, at=on_day(44))
    leave_out(place, "Feet")
    with pytest.raises(RefusedInput, match="answered already"):
        leave_out(place, "Feet")
    with pytest.raises(RefusedInput, match="left out with its reason"):
        leave_out(place, "Feet", " ")


def test_who_keeps_the_plan_and_of_which_proposals(place: Any) -> None:
    made, by = plan(place, "Feet"), handler(place)
    feet, other = line(place, "Feet"), place.actor("commissioning_manager", world="B")
    for who in (place.actor("finance_manager"), other):
        with pytest.raises(RefusedInput, match="kept by whoever handles"):
            actions.write_intention(place["ZPA"], YEAR, FEET, [], by=who, at=on_day(40))
        with pytest.raises(RefusedInput, match="handles the commissioner"):
            actions.leave_out(feet, reason="No.", by=who, at=on_day(40))
        with pytest.raises(RefusedInput, match="kept by whoever handles"):
            actions.tick_step(place["ZPA"], YEAR, "year_agreed", done_on=date(2009, 3, 1), by=who, at=on_day(40))
    with pytest.raises(RefusedInput, match="another commissioner or year"):
        actions.write_intention(place["ZPA"], YEAR.plus(1), FEET, [feet], by=by, at=on_day(40))
    theirs = actions.write_intention(place["ZPB"], YEAR, FEET, [], by=other, at=on_day(40))
    with pytest.raises(RefusedInput, match="cannot be changed"):
        write(place, over=theirs)
    interest_of(by, place["ZPA"], about=place["ZA0001"])
    find_conflicts(made, at=on_day(0))
    with pytest.raises(RefusedInput, match="kept away"):
        actions.leave_out(feet, reason="No.", by=by, at=on_day(40))
    assert waiting(place) == []


def test_whoever_is_kept_away_reads_no_line_of_it(place: Any, sign_in: Callable[..., Client]) -> None:
    made = plan(place, "Feet words", "Heart words", "Lung words")
    write(place, "Feet words")
    leave_out(place, "Heart words", "Answer words")
    kept = place.actor("finance_manager")
    interest_of(kept, place["ZPA"], about=place["ZA0001"])
    find_conflicts(made, at=on_day(0))
    client = sign_in("finance_manager")
    files = [f"{PAGE}download/csv/?table={name}" for name in ("intentions", "waiting", "left-out")]
    for address in (PAGE, *files):
        page = client.get(address).content.decode()
        assert [
            each for each in ("Feet words", "Heart words", "Lung words", "Answer words", made.code) if each in page
        ] == []
    assert "A proposal you are kept away from" in client.get(PAGE).content.decode()


def test_the_plan_is_kept_on_pages_and_read_by_every_practice(place: Any, sign_in: Callable[..., Client]) -> None:
    client, gp = sign_in("commissioning_manager"), sign_in("gp", place["ZA0003"])
    for words in ("Nothing is intended for 2009/10 yet", "No line of an approved plan", "No line was left out"):
        assert words in gp.get(PAGE).content.decode()
    made = plan(place, "Feet", "Hearts")
    key = f"{made.code}:money-0"
    assert client.post(f"{PAGE}write/", {"words": ""}).status_code == 400
    client.post(f"{PAGE}write/", {"words": "Better feet", "service": "community", "pence": "-5,000", "lines": [key]})
    intended = Intention.everywhere.get()
    assert (intended.service, intended.pence) == ("community", -500_000)
    change = client.get(f"{PAGE}{intended.id}/").content.decode()
    assert f'value="{key}" checked' in change
    assert "-5000.00" in change
    client.post(f"{PAGE}{intended.id}/", {"words": "Better feet", "service": "", "pence": "", "lines": [key]})
    client.post(f"{PAGE}{intended.id}/agree/", {})
    assert client.get(f"{PAGE}{intended.id}/agree/").status_code == 404
    answer = f"{PAGE}answer/{made.code}/money-1/"
    assert "Hearts, £120" in client.get(answer).content.decode()
    assert client.post(answer, {}).status_code == 400
    client.post(answer, {"reason": "The hospital does it."})
    assert client.get(answer).status_code == 404
    plan(place, "Lungs", title="Another")
    page = gp.get(PAGE).content.decode()
    for each, money in ((PAGE, "£120"), (f"{PAGE}download/csv/?table=waiting", ",12000,")):
        assert [money in client.get(each).text, money in gp.get(each).text] == [True, False]
        assert "Lungs" in gp.get(each).text
    for words in ("Better feet", f"{made.code}, Practice A1: Feet", "Agreed", "The hospital does it.", "Not named"):
        assert words in page
    assert "Write an intention" not in page
    client.post(f"{PAGE}{intended.id}/drop/", {"reason": "No nurse."})
    assert client.get(f"{PAGE}{intended.id}/").status_code == 404
    page = gp.get(PAGE).content.decode()
    assert "Dropped: No nurse." in page
    assert "90 days" in page


def test_which_plans_open(place: Any, sign_in: Callable[..., Client]) -> None:
    client, gp = sign_in("commissioning_manager"), sign_in("gp", place["ZA0003"])
    assert gp.get(f"{PAGE}download/xlsx/").status_code == 200
    assert "Which lines" not in client.get(f"{PAGE}write/").content.decode()
    for nowhere in ("1990-91", "nonsense"):
        assert gp.get(f"/proposals/intentions/ZPA/{nowhere}/").status_code == 404
    assert client.get(f"{PAGE}999999/").status_code == 404
    assert gp.get("/proposals/intentions/").url == PAGE
    assert "No plan is yours to read" in sign_in("gp", lonely(place)).get("/proposals/intentions/").content.decode()


def lonely(place: Any) -> Organisation:
    """A practice of no commissioner."""
    return Organisation.objects.create(code="ZX0001", kind="practice", name="Lonely practice")


def test_handlers_are_asked_for_answers_by_the_calendars_day(place: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def asked(role: str = "commissioning_manager") -> list[tuple[str, date | None, bool]]:
        found = tasks_for(place.actor(role), clock.today())
        return [(each.title, each.due_on, each.is_late) for each in found if each.title.startswith("Answer")]

    assert asked() == []
    made = plan(place, "Feet", "Hearts")
    assert asked() == [("Answer 2 lines of plans for 2009/10", None, False)]  # approved after that year's day
    assert asked("finance_manager") == []
    write(place, "Feet")
    assert asked() == [("Answer 1 line of plans for 2009/10", None, False)]
    Proposal.everywhere.filter(id=made.id).update(financial_year="2010-11")
    assert asked() == [("Answer 1 line of plans for 2010/11", date(2010, 2, 28), False)]
    monkeypatch.setattr(clock, "_moved_by", on_day(273) - (clock.now() - clock._moved_by))
    assert asked() == [("Answer 1 line of plans for 2010/11", date(2010, 2, 28), True)]


def test_whoever_is_kept_away_from_a_plan_at_any_level_is_not_asked_to_answer_its_lines(
    place: Any, sign_in: Callable[..., Client]
) -> None:
    by, told = handler(place), {"source": "chair", "reason": "Shares.", "at": on_day(40)}
    away, other = plan(place, "Feet"), plan(place, "Hearts", title="Another")
    Recusal.objects.create(proposal=away, person_id=by.person_id, level="may_speak", **told)
    asked = [each.title for each in tasks_for(by, clock.today()) if each.title.startswith("Answer")]
    assert asked == ["Answer 1 line of plans for 2009/10"]
    page = sign_in("commissioning_manager").get(PAGE).text
    assert "Feet" in page
    assert [f"{PAGE}answer/{each.code}/money-0/" in page for each in (away, other)] == [False, True]


def test_the_calendar_of_both_regimes_runs_from_needs_to_contracts(place: Any) -> None:
    icb = Organisation.objects.create(kind="icb", code="ZICB", name="ICB")
    for commissioner, year in ((place["ZPA"], FinancialYear(2010)), (icb, FinancialYear(2026))):
        steps = queries.calendar_of(commissioner, year)
        due = {each.code: each.due_on for each in steps}
        assert due["needs_assessed"] == date(year.starts_in - 1, 9, 30)
        assert due["contracts_signed"] == date(year.starts_in, 3, 31)
        assert due["budgets_agreed"] == date(year.starts_in, 5, 1)
        assert all(each.is_assumed for each in steps if each.code != "budgets_agreed")
        assert len(due) == len(queries.STEPS)


def test_steps_are_ticked_off_corrected_and_shown_late(place: Any, sign_in: Callable[..., Client]) -> None:
    client, gp, by = sign_in("commissioning_manager"), sign_in("gp"), handler(place)
    signed = f"{PAGE}calendar/contracts_signed/"
    page = gp.get(f"{PAGE}calendar/").content.decode()
    assert "Contracts signed" in page
    assert page.count("days late") == len(queries.STEPS)
    assert "Tick off a step" not in page
    assert client.post(signed, {}).status_code == 400
    client.post(signed, {"done_on-day": "30", "done_on-month": "3", "done_on-year": "2009"})
    assert "Done in time" in gp.get(f"{PAGE}calendar/").content.decode()
    actions.tick_step(place["ZPA"], YEAR, "contracts_signed", done_on=date(2009, 4, 10), by=by, at=on_day(50))
    page = client.get(f"{PAGE}calendar/").content.decode()
    assert "Done 10 days late" in page
    assert "correct the day" in page
    assert "It is not done" in client.get(signed).content.decode()
    client.post(signed, {"undo": "yes"})
    assert not YearStep.everywhere.exists()
    with pytest.raises(RefusedInput, match="not done"):
        actions.untick_step(place["ZPA"], YEAR, "contracts_signed", by=by, at=on_day(50))
    with pytest.raises(RefusedInput, match="by today"):
        actions.tick_step(place["ZPA"], YEAR, "contracts_signed", done_on=date(2012, 1, 1), by=by, at=on_day(50))
    with pytest.raises(RefusedInput, match="no such step"):
        actions.tick_step(place["ZPA"], YEAR, "nothing", done_on=date(2009, 1, 1), by=by, at=on_day(50))
    assert client.get(f"{PAGE}calendar/nothing/").status_code == 404
    assert "days left" in gp.get("/proposals/intentions/ZPA/2010-11/calendar/").content.decode()
    assert Entry.objects.filter(verb__in=("tick_step", "untick_step")).count() == 3


def test_the_plan_takes_as_many_queries_for_three_as_for_one(place: Any, sign_in: Callable[..., Client]) -> None:
    client, counts = sign_in("gp"), []
    for more in (1, 2):
        for number in range(more):
            plan(place, f"Taken {more}{number}", f"Out {more}{number}", f"Waits {more}{number}")
            write(place, f"Taken {more}{number}")
            leave_out(place, f"Out {more}{number}")
        client.get(PAGE)
        with CaptureQueriesContext(connection) as asked:
            client.get(PAGE)
        counts.append(len(asked))
    assert counts[0] == counts[1]


@pytest.mark.database
def test_the_database_keeps_one_answer_a_line_and_each_with_its_reason(place: Any) -> None:
    plan(place, "Feet", "Hearts")
    held, source = leave_out(place, "Feet"), write(place, "Hearts").sources.get()
    for again in (held, source):
        again.pk = None
        with pytest.raises(IntegrityError), transaction.atomic():
            again.save(force_insert=True)
    with pytest.raises(IntegrityError, match="line_left_out_with_reason"), transaction.atomic():
        LineLeftOut.objects.update(reason="")
    with pytest.raises(IntegrityError, match="intention_dropped_why"), transaction.atomic():
        Intention.everywhere.update(state="dropped")
