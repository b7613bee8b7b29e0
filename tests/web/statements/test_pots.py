"""Year ends and pots: in order, by two people, never above the pot, nothing back without notice."""

import threading
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse
from tests.web.statements.matrix import CLOCK
from tests.web.statements.published import Stated

from pbc.errors import RefusedInput
from pbc_web.accounts.tasks import tasks_for
from pbc_web.runs.statement_reading import year_end_rows
from pbc_web.statements import year_end_shown
from pbc_web.statements.actions import year_ends
from pbc_web.statements.actions.year_ends import Declaration, declare_pot, publish_position
from pbc_web.statements.models import Pot, PotMove, YearEndPosition

AT = datetime(2010, 5, 10, 9, 0, tzinfo=UTC)
pytestmark = pytest.mark.django_db


def declared(place: Any, *, pence: int = 100_000, held_back: int = 30_000) -> Pot:
    said = Declaration("2009-10", pence, pence, held_back, "Closing estimate")
    return declare_pot(place["ZPA"], place["ZA0001"], said, clock=CLOCK, by=place.actor("finance_manager"), at=AT)


def position(place: Any, name: str, set_id: str = "0" * 12) -> None:
    publish_position(
        place["ZPA"], financial_year="2009-10", position=name, set_name="year-end/2009-10/closing-estimate", set_id=set_id,
        by=place.actor("finance_manager"), at=AT,
    )  # fmt: skip


def move(pot: Pot, kind: str, pence: int, *, by: Any, at: datetime = AT) -> Pot:
    return getattr(year_ends, f"{kind}_pot" if kind != "take_back" else kind)(
        pot, amount_pence=pence, reason="Agreed", by=by, at=at
    )


def test_money_moves_from_declared_to_spent_by_two_people(place: Any) -> None:
    pot, finance, approver = declared(place), place.actor("finance_manager"), place.actor("commissioning_manager")
    with pytest.raises(RefusedInput, match="declared cannot be moved"):
        move(pot, "spend", 1, by=finance)
    with pytest.raises(RefusedInput, match="Whoever declared"):
        move(pot, "confirm", 1, by=finance)
    pot = move(pot, "confirm", 60_000, by=approver)
    assert pot.step == "confirmed"
    with pytest.raises(RefusedInput, match=r"No more than £600\.00 is confirmed"):
        move(pot, "release", 60_001, by=finance)
    pot = move(pot, "release", 50_000, by=finance)
    assert pot.step == "available"
    with pytest.raises(RefusedInput, match="is available"):
        move(pot, "spend", 50_001, by=finance)
    pot = move(pot, "spend", 50_000, by=finance)
    pot = move(pot, "release", 10_000, by=finance)
    pot = move(pot, "spend", 10_000, by=finance)
    assert (pot.step, pot.left_pence) == ("spent", 0)
    assert [each.kind for each in pot.moves.all()] == ["declare", "confirm", "release", "spend", "release", "spend"]


def test_what_is_held_back_is_confirmed_only_when_the_year_is_final(place: Any) -> None:
    pot, approver = declared(place), place.actor("commissioning_manager")
    with pytest.raises(RefusedInput, match=r"No more than £700\.00 can be confirmed now"):
        move(pot, "confirm", 70_001, by=approver)
    for name in ("closing_estimate", "frozen", "final"):
        position(place, name)
    assert move(pot, "confirm", 100_000, by=approver).confirmed_pence == 100_000


def test_nothing_is_taken_back_without_notice_that_has_taken_effect(place: Any) -> None:
    pot, finance = declared(place), place.actor("finance_manager")
    with pytest.raises(RefusedInput, match=r"No more than £0\.00 notice has taken effect of"):
        move(pot, "take_back", 1, by=finance)
    with pytest.raises(RefusedInput, match="Notice comes before"):
        year_ends.give_notice(pot, amount_pence=40_000, words="Fewer", takes_effect_on=AT.date(), by=finance, at=AT)
    later = AT + timedelta(days=30)
    year_ends.give_notice(pot, amount_pence=40_000, words="Fewer", takes_effect_on=later.date(), by=finance, at=AT)
    with pytest.raises(RefusedInput, match="is not spent yet"):
        year_ends.give_notice(pot, amount_pence=60_001, words="Fewer", takes_effect_on=later.date(), by=finance, at=AT)
    with pytest.raises(RefusedInput, match="notice has taken effect"):
        move(pot, "take_back", 1, by=finance)
    with pytest.raises(RefusedInput, match=r"No more than £300\.00 can be confirmed"):
        move(pot, "confirm", 30_001, by=place.actor("commissioning_manager"))
    lowered = move(pot, "take_back", 35_000, by=finance, at=later)
    assert (lowered.declared_pence, lowered.held_back_pence) == (65_000, 0)
    with pytest.raises(RefusedInput, match=r"No more than £50\.00"):
        move(pot, "take_back", 5_001, by=finance, at=later)


def test_taking_back_never_touches_what_is_spent(place: Any) -> None:
    pot, finance, approver = (
        declared(place, held_back=0),
        place.actor("finance_manager"),
        place.actor("commissioning_manager"),
    )
    pot = move(pot, "confirm", 100_000, by=approver)
    pot = move(pot, "release", 100_000, by=finance)
    later = AT + timedelta(days=30)
    year_ends.give_notice(pot, amount_pence=80_000, words="Fewer", takes_effect_on=later.date(), by=finance, at=AT)
    pot = move(pot, "spend", 30_000, by=finance)
    with pytest.raises(RefusedInput, match=r"No more than £700\.00"):
        move(pot, "take_back", 80_000, by=finance, at=later)
    pot = move(pot, "take_back", 70_000, by=finance, at=later)
    assert (pot.declared_pence, pot.confirmed_pence, pot.available_pence, pot.spent_pence) == (30_000,) * 4


def test_positions_are_published_once_and_in_order(place: Any) -> None:
    with pytest.raises(RefusedInput, match="in order"):
        position(place, "frozen")
    for name in ("closing_estimate", "frozen", "final"):
        position(place, name)
        with pytest.raises(RefusedInput, match="once each"):
            position(place, name)


@pytest.mark.parametrize(("pence", "held_back"), [(0, 0), (-1, 0), (10, 11), (10, -1)])
def test_a_pot_holds_something_and_no_more_is_held_back(place: Any, pence: int, held_back: int) -> None:
    with pytest.raises(RefusedInput, match="A pot holds"):
        declared(place, pence=pence, held_back=held_back)


def test_a_pot_is_declared_once_and_the_database_holds_its_order(place: Any) -> None:
    pot = declared(place)
    with pytest.raises(RefusedInput, match="declared before"):
        declared(place)
    for wrong in (
        {"spent_pence": 1},
        {"available_pence": 1},
        {"confirmed_pence": 100_001},
        {"held_back_pence": 100_001},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Pot.everywhere.filter(id=pot.id).update(**wrong)


@pytest.mark.database
@pytest.mark.django_db(transaction=True)
def test_twenty_who_spend_at_once_never_spend_more_than_the_pot(place: Any) -> None:
    pot, finance = declared(place, held_back=0), place.actor("finance_manager")
    pot = move(pot, "confirm", 100_000, by=place.actor("commissioning_manager"))
    pot = move(pot, "release", 100_000, by=finance)
    gate, outcomes = threading.Barrier(20), []

    def spend() -> None:
        gate.wait()
        try:
            move(pot, "spend", 30_000, by=finance)
            outcomes.append("spent")
        except RefusedInput:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=spend) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    pot.refresh_from_db()
    assert (outcomes.count("spent"), outcomes.count("refused")) == (3, 17)
    assert pot.spent_pence == sum(each.amount_pence for each in PotMove.objects.filter(pot=pot, kind="spend")) == 90_000


def test_a_year_end_is_published_and_its_pot_declared_confirmed_and_noticed_on_pages(
    stated: Stated, place: Any, sign_in: Callable[..., Client]
) -> None:
    finance, approver = sign_in("finance_manager"), sign_in("board_member")
    finance.post(reverse("statements:publish_position", args=["2009-10"]))
    year = finance.get(reverse("statements:year_end", args=["2009-10"])).content.decode()
    assert "Closing estimate" in year
    assert "In cash: the change in the bill this year" in year
    address = reverse("statements:declare_pot", args=["2009-10", "ZA0001"])
    finance.post(address, {"amount": "1", "held_back": "0.30", "reason": "Closing estimate"})
    pot = Pot.everywhere.get()
    assert (pot.declared_pence, pot.confirm_due_on, pot.spend_due_on) == (100, date(2010, 6, 30), date(2012, 3, 31))
    page = reverse("statements:pot", args=[pot.id])
    moved = reverse("statements:move_pot", args=[pot.id, "confirm"])
    assert approver.post(moved, {"confirm-amount": "", "confirm-reason": ""}).status_code == 200
    approver.post(moved, {"confirm-amount": "0.50", "confirm-reason": "Half now"})
    assert "Half now" in sign_in("practice_manager").get(page).content.decode()
    notice = {
        f"give_notice-takes_effect_on-{part}": value for part, value in (("day", 1), ("month", 9), ("year", 2099))
    }
    sent = notice | {"give_notice-amount": "0.20", "give_notice-words": "Late data"}
    finance.post(reverse("statements:move_pot", args=[pot.id, "give_notice"]), sent)
    told = sign_in("gp").get(page).content.decode()
    assert "Late data" in told
    assert "Nothing may be taken back now" in told
    assert finance.post(reverse("statements:move_pot", args=[pot.id, "vanish"])).status_code == 404


def test_totals_of_a_year_are_of_the_commissioners_own_units(stated: Stated, place: Any) -> None:
    """The set holds a practice of the other commissioner too."""
    name = "year-end/2009-10/closing-estimate"
    position(place, "closing_estimate", set_id=stated.sets["year_end"])
    held = list(YearEndPosition.everywhere.select_related("commissioner"))
    rows = [row for row in year_end_rows(name, stated.sets["year_end"]) if row["basis"] == "price"]
    assert "ZB0001" in {row["unit_code"] for row in rows}
    own = sum(row["gross_underspend_pence"] for row in rows if row["unit_code"].startswith(("ZA", "ZCA")))
    assert year_end_shown.totals_of(held)[0][2] == own


def test_pots_that_wait_are_on_the_home_page_until_all_is_moved(place: Any) -> None:
    finance, approver = place.actor("finance_manager"), place.actor("commissioning_manager")

    def waiting(actor: Any) -> list[tuple[str, bool]]:
        return [
            (task.title.split(":")[0], task.is_late)
            for task in tasks_for(actor, date(2010, 7, 10))
            if "Pot" in task.title
        ]

    pot = declared(place, held_back=0)
    assert (waiting(finance), waiting(approver)) == ([], [("Confirm", True)])
    pot = move(pot, "confirm", 100_000, by=approver)
    assert (waiting(finance), waiting(approver)) == ([("Make available", False)], [])
    move(pot, "release", 100_000, by=finance)
    assert waiting(finance) == []


def test_a_page_shows_only_the_moves_that_are_possible(place: Any) -> None:
    pot, finance = declared(place), place.actor("finance_manager")
    on = AT.date()
    assert year_ends.possible_moves(pot, on=on) == {"confirm": 70_000, "give_notice": 100_000}
    later = AT + timedelta(days=30)
    year_ends.give_notice(pot, amount_pence=10_000, words="Fewer", takes_effect_on=later.date(), by=finance, at=AT)
    assert year_ends.possible_moves(pot, on=on) == {"confirm": 60_000, "give_notice": 90_000}
    assert year_ends.possible_moves(pot, on=later.date())["take_back"] == 10_000
