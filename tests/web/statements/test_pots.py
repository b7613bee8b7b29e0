"""Year ends and pots: in order, by two people, never above the pot, nothing back without notice."""

import re
import shutil
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse
from tests.web.statements.matrix import CLOCK
from tests.web.statements.published import Stated

from pbc.errors import RefusedInput
from pbc.results import Store
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
    with pytest.raises(RefusedInput, match="is neither spent nor promised"):
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
    finance.post(reverse("statements:publish_position", args=["2009-10"]), {"set_id": stated.sets["year_end"]})
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


YEAR, NAME = "2009-10", "year-end/2009-10/closing-estimate"
CAUSES = ("budget", "late_data", "restatement", "prescribing", "price", "terms")


def test_what_is_to_be_released_waits_for_finance_until_each_pot_is_declared(stated: Stated, place: Any) -> None:
    """A pot holds what is left once the pool is repaid; whoever confirms pots declares none."""
    position(place, "closing_estimate", set_id=stated.sets["year_end"])
    finance, approver = place.actor("finance_manager"), place.actor("board_member")
    released = year_end_rows(NAME, stated.sets["year_end"], "year_end_releases")
    left = {row["unit_code"]: row["retained_pence"] for row in released if row["retained_pence"] > 0}
    own = [code for code in left if code.startswith(("ZA", "ZCA"))]

    def waiting(actor: Any) -> list[tuple[str, date | None, bool]]:
        found = tasks_for(actor, date(2010, 7, 10))
        return [(task.title, task.due_on, task.is_late) for task in found if " pot" in task.title]

    assert own
    assert waiting(approver) == []
    for at, code in enumerate(own):
        count = len(own) - at
        words = f"Declare {count} pot{'s' if count > 1 else ''} of 2009/10"
        assert waiting(finance) == [(words, date(2010, 6, 30), True)]
        said = Declaration(YEAR, left[code], left[code], 0, "Closing estimate")
        declare_pot(place["ZPA"], place[code], said, clock=CLOCK, by=finance, at=AT)
    assert waiting(finance) == []


@pytest.mark.parametrize("late", [0, 500], ids=["nothing moved", "late data"])
def test_a_final_year_says_what_is_left_to_declare_and_once_where_nothing_moved(
    stated: Stated, place: Any, settings: Any, tmp_path: Path, sign_in: Callable[..., Client], late: int
) -> None:
    settings.PBC_STORE = shutil.copytree(settings.PBC_STORE, tmp_path / "store")
    store = Store(settings.PBC_STORE)
    first = store.at(NAME, stated.sets["year_end"])
    position(place, "closing_estimate", set_id=first.set_id)
    for name in ("frozen", "final"):
        receipt = replace(first.receipt, inputs={**first.receipt.inputs, "of": name})
        made = store.publish(f"year-end/{YEAR}/{name}", as_later(first, name, late), receipt)
        publish_position(
            place["ZPA"], financial_year=YEAR, position=name, set_name=made.name, set_id=made.set_id,
            by=place.actor("finance_manager"), at=AT,
        )  # fmt: skip
    finance = sign_in("finance_manager")
    page = finance.get(reverse("statements:year_end", args=[YEAR])).content.decode()
    assert ("nothing moved for any of those below" in page) == (not late)
    assert page.count('id="table-walk-') == (2 if late else 0)
    assert set(re.findall(rf"year-ends/{YEAR}/pot/(\w+)/", page)) == {"ZA0001", "ZA0003"}
    assert page.count("Nothing is to be released, so there is no pot") == 1
    declare = finance.get(reverse("statements:declare_pot", args=[YEAR, "ZA0003"])).content.decode()
    assert "Final, year end 2009/10" in declare
    assert "confirmed only when" not in declare
    nothing = finance.get(reverse("statements:declare_pot", args=[YEAR, "ZA0002"])).content.decode()
    assert "nothing to be released" in nothing
    assert "<form method" not in nothing.partition("<main")[2].partition("</main")[0]


def as_later(first: Any, name: str, late: int) -> dict[str, pl.DataFrame]:
    """The tables of a position as a later one that found the same, but for what came late of one practice; another's repays."""
    tables = {each: first.frame(each) for each in first.tables}
    kept = pl.when(pl.col("unit_code") == "ZA0002").then(0).otherwise("retained_pence")
    tables["year_end_releases"] = tables["year_end_releases"].with_columns(
        position=pl.lit(name), held_back_pence=pl.lit(0), retained_pence=kept
    )
    freed = tables["freed_up_resources"].filter(unit_kind="practice")
    moved = pl.when(pl.col("practice_code") == "ZA0001").then(-late).otherwise(0)
    return tables | {
        "year_end_walks": freed.select(
            "financial_year", pl.lit(name).alias("position"), pl.col("unit_code").alias("practice_code"), "basis",
            pl.lit(0).alias("before_pence"), *(pl.lit(0).alias(f"{each}_pence") for each in CAUSES), pl.lit(0).alias("now_pence"),
        ).with_columns(late_data_pence=moved, now_pence=moved)
    }  # fmt: skip
