"""Who takes part: offered, active or declined, with dates and reasons, and the commissioner's summary."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from tests.web.accounts.test_appointments import box
from tests.web.conftest import AT, TESTS

from pbc.errors import RefusedInput
from pbc.policy import load_policy
from pbc.results import Receipt, Store
from pbc_web.audit.models import Entry
from pbc_web.organisations.actions import record_uptake
from pbc_web.organisations.charts import uptake_chart
from pbc_web.organisations.models import Relation, Uptake
from pbc_web.organisations.register import list_sizes, preview, register_set
from pbc_web.organisations.uptake_summary import summarise_uptake

BY = {"by": TESTS, "at": AT}


def offer(place: Any) -> None:
    for number in (1, 2, 3):
        record_uptake(place[f"ZA000{number}"], state="offered", on=date(2008, 4, number), **BY)
    record_uptake(place["ZA0001"], state="active", on=date(2008, 6, 15), **BY)
    record_uptake(place["ZA0002"], state="active", on=date(2008, 7, 1), **BY)
    record_uptake(place["ZA0002"], state="declined", on=date(2009, 1, 10), reason="No time for it", **BY)


def test_a_practice_is_offered_first(place: Any) -> None:
    with pytest.raises(RefusedInput, match="never offered"):
        record_uptake(place["ZA0001"], state="active", on=date(2008, 4, 1), **BY)


def test_said_again_for_a_day_it_replaces_what_was_said(place: Any) -> None:
    record_uptake(place["ZA0001"], state="offered", on=date(2008, 4, 1), **BY)
    record_uptake(place["ZA0001"], state="offered", on=date(2008, 4, 1), reason="By letter", **BY)
    assert Uptake.objects.get().reason == "By letter"


def test_the_summary_counts_practices_and_people_by_state(place: Any) -> None:
    offer(place)
    sizes = {"ZA0001": 5_000, "ZA0002": 3_000, "ZA0003": 2_000}
    summary = summarise_uptake(place["ZPA"], on=date(2009, 2, 1), list_sizes=sizes)
    told = {row.state: (row.practice_count, round(row.practice_share, 2), row.people_share) for row in summary.rows}
    assert told == {"active": (1, 0.33, 0.5), "offered": (1, 0.33, 0.2), "declined": (1, 0.33, 0.3), "": (0, 0.0, 0.0)}
    assert summary.active_count == 1


def test_the_share_of_people_is_not_told_where_a_list_is_not_known(place: Any) -> None:
    offer(place)
    summary = summarise_uptake(place["ZPA"], on=date(2009, 2, 1), list_sizes={"ZA0001": 5_000})
    assert {row.people_share for row in summary.rows} == {None}


def test_the_trend_is_of_the_first_of_each_month_and_the_day_itself(place: Any) -> None:
    offer(place)
    summary = summarise_uptake(place["ZPA"], on=date(2009, 2, 1), list_sizes={})
    assert [(f"{day:%y-%m-%d}", active) for day, active, _ in summary.trend] == [
        ("08-05-01", 0), ("08-06-01", 0), ("08-07-01", 2), ("08-08-01", 2), ("08-09-01", 2), ("08-10-01", 2),
        ("08-11-01", 2), ("08-12-01", 2), ("09-01-01", 2), ("09-02-01", 1),
    ]  # fmt: skip
    chart = uptake_chart(place["ZPA"], summary)
    assert chart is not None
    assert [(row["count"]) for row in chart.spec["data"]["values"]] == [int(row[1]) for row in chart.table.rows]
    assert chart.title == "1 of 3 practices take part, 0 on 1 May 2008"


def test_a_long_trend_keeps_its_last_three_years(place: Any) -> None:
    record_uptake(place["ZA0001"], state="offered", on=date(2004, 12, 1), **BY)
    summary = summarise_uptake(place["ZPA"], on=date(2009, 2, 1), list_sizes={})
    assert (len(summary.trend), summary.trend[0][0]) == (37, date(2006, 2, 1))


def test_where_nothing_was_said_there_is_no_chart_and_nobody_to_divide_by(place: Any) -> None:
    summary = summarise_uptake(place["ZCA1"], on=date(2003, 1, 1), list_sizes={})
    assert uptake_chart(place["ZCA1"], summary) is None
    assert (summary.practice_count, {row.practice_share for row in summary.rows}) == (0, {0.0})


@pytest.mark.parametrize("code, practices", [("ZPA", 3), ("ZCA1", 2), ("ZSHA", 3)])
def test_each_tier_sums_its_own_practices_for_everyone_to_see(
    code: str, practices: int, place: Any, sign_in: Callable[..., Client]
) -> None:
    offer(place)
    page = (
        sign_in("performance_manager")
        .get(reverse("organisations:uptake", args=[code]), box("on", date(2009, 2, 1)))
        .text
    )
    assert f"1 of {practices} practices takes part" in page
    assert "<svg" in page
    assert "No time for it" not in page


def test_reasons_are_read_by_the_practice_and_its_commissioner_alone(
    place: Any, sign_in: Callable[..., Client]
) -> None:
    offer(place)
    page, practice = reverse("organisations:organisation", args=["ZA0002"]), place["ZA0002"]
    readers = {
        "own practice": sign_in("practice_nurse", practice), "commissioner": sign_in("commissioning_manager"),
        "other practice": sign_in("practice_nurse"), "region": sign_in("performance_manager"),
    }  # fmt: skip
    seen = {name: "No time for it" in client.get(page).text for name, client in readers.items()}
    assert seen == {"own practice": True, "commissioner": True, "other practice": False, "region": False}


def test_the_commissioning_manager_records_an_answer(place: Any, sign_in: Callable[..., Client]) -> None:
    client, page = sign_in("commissioning_manager"), reverse("organisations:take_part", args=["ZA0001"])
    with time_machine.travel(AT, tick=False):
        assert client.post(page, {"state": "active", **box("on", date(2009, 4, 1))}).status_code == 409
        assert client.post(page, {"state": "offered", **box("on", date(2009, 4, 1))}).status_code == 302
        ahead = client.post(page, {"state": "declined", **box("on", date(2009, 5, 1))}).text
        assert "From must be today or earlier" in ahead
        assert "Enter why the practice declined" in ahead
        assert (
            client.post(page, {"state": "declined", "reason": "Later", **box("on", date(2009, 4, 2))}).status_code
            == 302
        )
    assert list(Uptake.objects.values_list("state", "reason")) == [("offered", ""), ("declined", "Later")]
    assert "Later" not in str(list(Entry.objects.values_list("told", flat=True)))


def test_who_takes_part_is_taken_away_as_csv_and_told(place: Any, sign_in: Callable[..., Client]) -> None:
    offer(place)
    answer = sign_in("practice_nurse").post(
        reverse("organisations:uptake_csv", args=["ZPA"]) + "?on-day=1&on-month=2&on-year=2009"
    )
    rows = answer.content.decode("utf-8-sig").splitlines()
    assert rows[1] == "2009-02-01,ZA0001,Practice A1,Takes part"
    assert len(rows) == 4
    assert Entry.objects.filter(verb="export").count() == 1


# --- the register ----------------------------------------------------------------------------------------------------------------
@pytest.fixture
def store(tmp_path: Path, settings: Any) -> Store:
    settings.PBC_STORE = tmp_path
    return Store(tmp_path)


def publish(store: Store, **changes: Any) -> None:
    organisations = [
        {
            "organisation_code": code,
            "organisation_kind": kind,
            "organisation_name": name,
            "opened_on": None,
            "closed_on": None,
        }
        for code, kind, name in (("ZP9", "pct", changes.get("name", "PCT 9")), ("ZN0001", "practice", "New practice"))
    ]
    memberships = [
        {"member_code": "ZN0001", "parent_code": "ZP9", "relation": "practice_commissioner", "starts_on": date(2008, 4, 1),
         "ends_before": changes.get("ends_before", date(9999, 12, 31))}
    ]  # fmt: skip
    days = [(date(2008, 4, 1), 900), (date(2008, 10, 1), 1_000), (date(2009, 10, 1), 2_000)]
    lists = [
        {"practice_code": "ZN0001", "as_at_on": day, "sex": sex, "age_band": "00-04", "patients_count": count // 2}
        for day, count in days for sex in ("1", "2")
    ]  # fmt: skip
    schema = {"opened_on": pl.Date, "closed_on": pl.Date}
    policy = load_policy("england-2005")
    receipt = Receipt(
        flow="receive_register",
        regime="england-2005",
        policy=policy.fingerprint,
        inputs={"list": str(changes)},
        is_made_up=True,
    )
    frames = {
        "organisations": pl.DataFrame(organisations, schema_overrides=schema), "memberships": pl.DataFrame(memberships),
        "registered_lists": pl.DataFrame(lists),
    }  # fmt: skip
    store.publish("register", frames, receipt)


def test_without_a_register_the_page_says_who_sends_one(store: Store, sign_in: Callable[..., Client]) -> None:
    client, page = sign_in("information_manager"), reverse("organisations:take_in_register")
    assert "No register was received yet" in client.get(page).text
    assert client.post(page).status_code == 200
    assert list_sizes(on=date(2009, 1, 1)) == {}


def test_the_register_is_previewed_and_just_that_is_taken_in(store: Store, sign_in: Callable[..., Client]) -> None:
    publish(store)
    client, page = sign_in("information_manager"), reverse("organisations:take_in_register")
    shown = client.get(page).text
    assert "PCT 9 (ZP9)" in shown
    assert "ZN0001 practice commissioner ZP9 from 2008-04-01" in shown
    first = register_set()
    assert first is not None
    publish(store, name="PCT 9 as renamed")
    assert client.post(page, {"set_id": first.set_id}).status_code == 302
    assert Relation.objects.filter(member__code="ZN0001").count() == 1
    after = register_set()
    assert after is not None
    assert preview(after).changed == ("PCT 9 as renamed (ZP9)",)
    client.post(page, {"set_id": after.set_id})
    assert preview(after).is_empty
    assert "nothing to take in" in client.get(page).text
    publish(store, name="PCT 9 as renamed", ends_before=date(2010, 4, 1))
    last = register_set()
    assert last is not None
    assert preview(last).changed_relations == ("ZN0001 practice commissioner ZP9 from 2008-04-01",)


def test_list_sizes_are_of_the_last_day_counted_by_then(store: Store) -> None:
    publish(store)
    assert [list_sizes(on=day) for day in (date(2008, 3, 1), date(2008, 9, 30), date(2009, 1, 1))] == [
        {}, {"ZN0001": 900}, {"ZN0001": 1_000},
    ]  # fmt: skip
