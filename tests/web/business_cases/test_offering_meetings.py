"""What is offered to whoever sets a proposal before a meeting: the days with what they mean, a move, or why there is none."""

from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from tests.web.business_cases.sittings import MEETS, before_the_panel, sitting
from tests.web.business_cases.waiting import handler_of, on_day, submitted
from tests.web.governance.matrix import interest_of
from tests.web.panels.matrix import keeper

from pbc_web.business_cases.actions import meetings
from pbc_web.business_cases.acts import Doing, form_of, has_no_choice, one_of
from pbc_web.business_cases.acts_of_handlers import HANDLERS, verdict_faults
from pbc_web.business_cases.deciding_parts import decision
from pbc_web.business_cases.models import AgendaItem
from pbc_web.notices.models import Notice
from pbc_web.panels.actions import plan_meetings

LATE = MEETS + timedelta(days=90)


def test_without_a_meeting_the_page_says_why_and_the_ways_out_and_has_no_form(place: Any, sign_in: Any) -> None:
    sitting(place)
    waits = submitted(place, route="standard", pence=10_000_000)
    interest_of(place.actor("non_executive"), place["ZPA"], about=place["ZA0001"])
    handler_of(place, waits)
    page = f"/proposals/{waits.code}/handle/agenda/"
    with time_machine.travel(on_day(2), tick=False):
        officer = sign_in("commissioning_manager")
        shown = officer.get(page).text
        assert officer.post(page, {"meeting": "1"}).status_code == 400
    main = shown.split("<main")[-1]
    assert "The chair of Panel A may not take part" in main
    assert 'href="/panels/ZPA/"' in main
    assert f'href="/proposals/{waits.code}/#conflicts"' in main
    assert "the chair can decide alone" not in main
    assert "<form" not in main


def test_where_it_has_no_panel_or_no_meeting_that_is_said(place: Any) -> None:
    waits, said = submitted(place), HANDLERS["agenda"].instead
    doing = Doing(waits, handler_of(place, waits), on_day(1))
    assert "has no panel" in said(doing)[0][0]
    sitting(place)
    assert "No further meeting" in said(Doing(waits, doing.by, on_day(10)))[0][0]


def test_where_no_meeting_falls_in_time_and_too_few_may_take_part_the_chair_can_act(place: Any) -> None:
    sitting(place)
    interest_of(place.actor("board_member"), place["ZPA"], about=place["ZA0001"])
    waits = submitted(place, route="standard", pence=10_000_000, on=date(2009, 6, 5))
    said = HANDLERS["agenda"].instead(Doing(waits, handler_of(place, waits), on_day(5)))
    assert [text for text, _ in said if "the chair can decide alone" in text]


def test_a_meeting_after_the_due_date_is_marked_and_setting_it_there_moves_it(place: Any) -> None:
    panel = sitting(place)
    item, handler = before_the_panel(place, panel)
    waits = item.proposal
    assert Notice.objects.filter(subject=f"{waits.code} is put before the meeting of 18 June 2009").exists()
    plan_meetings(panel, [(LATE, LATE - timedelta(days=14))], by=keeper(place), at=on_day(1))
    field = HANDLERS["agenda"].fields(Doing(waits, handler, on_day(2)))["meeting"]
    assert [text.split("; ")[-1] for _, text in field.choices] == ["after it is due on 27 July 2009"]  # type: ignore[attr-defined]
    assert "before 18 June 2009, and is moved" in field.help_text
    later = panel.meetings.get(meets_on=LATE)
    made = meetings.put_on_agenda(waits, meeting=later, by=handler, at=on_day(2))
    assert list(AgendaItem.objects.filter(taken_off_at__isnull=True)) == [made]
    assert Notice.objects.filter(body__contains="taken off the meeting of 18 June 2009").exists()


def test_once_the_last_meeting_took_its_papers_none_is_left_in_time(place: Any) -> None:
    sitting(place)
    waits = submitted(place, route="standard", pence=10_000_000)
    author = place.actor("practice_manager")
    on_time, after = (decision(author, waits, on_day(day)) for day in (2, 5))
    assert on_time is not None
    assert "The last meeting in time is on 18 June 2009" in on_time["before"][0]
    assert after is not None
    assert "No meeting is left in time" in after["before"][0]


def test_a_list_begins_with_choose_and_a_choice_of_nothing_is_known() -> None:
    many = one_of("Who?", [(str(each), f"Person {each}") for each in range(9)])
    none = one_of("Who else?", [])
    assert many.choices[0] == ("", "Choose")
    assert (has_no_choice({"a": many}), has_no_choice({"a": none})) == (False, True)
    assert form_of({"a": many}, {"a": ""}).errors == {"a": ["Who?: choose one"]}


@pytest.mark.parametrize(("condition", "due", "where"), [
    ("Agree a rota.", None, ["due_1"]), ("Agree a rota.", date(2009, 5, 1), ["due_1"]), ("", date(2009, 9, 1), ["condition_1"]),
    ("Agree a rota.", date(2009, 9, 1), []),
])  # fmt: skip
def test_what_a_condition_lacks_is_told_at_its_field(
    place: Any, condition: str, due: date | None, where: list[str]
) -> None:
    waits = submitted(place)
    said = {f"{name}_{number}": None for name in ("condition", "due") for number in (1, 2, 3)}
    doing = Doing(waits, place.actor("commissioning_manager"), on_day(1))
    assert list(verdict_faults(doing, said | {"condition_1": condition, "due_1": due})) == where
