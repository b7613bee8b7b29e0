"""Plans and variations: given the plan of a line and what was varied, then its months and the contract as it stands."""

from __future__ import annotations

from datetime import date
from typing import Any

from tests.spec.ledger.made_up_contracts import KEY, YEAR, agreed, line, variation

from pbc.methods.ledger import Agreed, amend_contract_forms, profile_plans
from pbc.tables import CONTRACT_FORMS, CONTRACT_PLANS

PLANNED = line("activity_price", plan_pence=36_500, plan_activity_count=365)


def by_month(given: Agreed) -> dict[int, tuple[int, int]]:
    found = profile_plans(given, year=YEAR)
    CONTRACT_PLANS.require(found, where="test")
    return {row["month"]: (row["plan_activity_count"], row["plan_pence"]) for row in found.to_dicts()}


def months(**units_by_month: int) -> list[dict[str, Any]]:
    return [
        KEY | {"point_of_delivery": "NEL", "month": int(name[1:]), "plan_activity_count": count, "plan_pence": count * 100,
               "source": "made up"}
        for name, count in units_by_month.items()
    ]  # fmt: skip


def test_plan_of_the_year_is_parted_by_days_where_no_month_is_delivered() -> None:
    """A unit and a pound a day: 30 in April, 31 in May, 28 in February."""
    found = by_month(agreed(PLANNED))
    assert (found[200904], found[200905], found[201002]) == ((30, 3_000), (31, 3_100), (28, 2_800))
    assert len(found) == 12


def test_plan_without_units_is_parted_in_money_alone() -> None:
    """A contract may say what a line comes to and not how many that is."""
    assert by_month(agreed(PLANNED | {"plan_activity_count": None}))[200904] == (0, 3_000)


def test_delivered_months_stand_as_they_are() -> None:
    """All of the year is planned for May and June: the other months are planned at nothing."""
    found = by_month(agreed(PLANNED, contract_plans=months(m200905=200, m200906=165)))
    assert (found[200904], found[200905], found[200906]) == ((0, 0), (200, 20_000), (165, 16_500))


def test_line_without_a_plan_has_no_months() -> None:
    """Nothing is invented for it."""
    assert by_month(agreed(line("block", 100))) == {}


def test_variation_adds_to_the_months_from_its_first_on() -> None:
    """£59 and 59 units more from February on: 28 days of it in February, 31 in March."""
    more = variation(1, first=201002, plan_change_pence=5_900, plan_activity_change=59)
    found = by_month(agreed(PLANNED, contract_variations=[more]))
    assert (found[201001], found[201002], found[201003]) == ((31, 3_100), (56, 5_600), (62, 6_200))


def test_contract_as_varied_moves_the_corridor_with_its_baseline() -> None:
    """£50 more: £1,050 is paid between £1,000 and £1,100."""
    corridor = {"floor_pence": 95_000, "ceiling_pence": 105_000, "below_percent": 50}
    more = variation(1, first=200909, baseline_change_pence=5_000)
    given = agreed(line("cost_and_volume", 100_000, 30, **corridor), contract_variations=[more])
    found = CONTRACT_FORMS.require(amend_contract_forms(given, year=YEAR), where="test").row(0, named=True)
    assert (found["floor_pence"], found["baseline_pence"], found["ceiling_pence"]) == (100_000, 105_000, 110_000)
    assert found["plan_pence"] is None


def test_contract_as_varied_knows_what_was_agreed_by_the_day() -> None:
    """Two variations, agreed in June and August: on 1 July one of them counts."""
    rows = [variation(1, first=200907, baseline_change_pence=700, agreed_on=date(2009, 6, 15)),
            variation(2, first=200909, baseline_change_pence=90, agreed_on=date(2009, 8, 15))]  # fmt: skip
    stands = {
        day: amend_contract_forms(agreed(line("block", 1_000), contract_variations=rows, known_on=day), year=YEAR)[
            "baseline_pence"
        ].item()
        for day in (date(2009, 6, 14), date(2009, 7, 1), date(2009, 8, 15))
    }
    assert list(stands.values()) == [1_000, 1_700, 1_790]
