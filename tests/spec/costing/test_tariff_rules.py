"""The tariff: given a price list and a contact, then what is paid, step by step (rules.md 8.2, methods.md 3.11)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import polars as pl
import pytest

from pbc.engines import Engine, open_engine
from pbc.errors import RefusedInput
from pbc.methods.costing import cost_activity, find_unpriced, reject_unpriced
from pbc.periods import FinancialYear, Month
from pbc.policy import Policy, load_policy
from pbc.policy.policy import PolicyValue
from pbc.tables import ACTIVITY_FACTS, PROVIDER_FACTORS, REJECTED_ROWS, TARIFF_PRICES

YEAR = FinancialYear(2009)


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    with open_engine("duckdb") as opened:
        yield opened


def price(point_of_delivery: str, pounds: int, **others: Any) -> dict[str, Any]:
    return {
        "financial_year": "2009-10", "hrg_code": "ZZA01", "point_of_delivery": point_of_delivery,
        "grouper_version": "ZZ1", "price_pence": pounds * 100, "trim_point_days": None, "excess_day_price_pence": None,
        "is_short_stay_reducible": False, "short_stay_percent": 100, "top_up_percent": 0, "source": "made up",
    } | others  # fmt: skip


EMERGENCY = price(
    "NEL", 3000, trim_point_days=20, excess_day_price_pence=23000, is_short_stay_reducible=True, short_stay_percent=25
)
ELECTIVE = price(
    "EL", 3000, trim_point_days=5, excess_day_price_pence=23000, is_short_stay_reducible=True, short_stay_percent=25
)
DAY_CASE = price("DC", 900, trim_point_days=5, excess_day_price_pence=23000)


def fact(point_of_delivery: str, paid_stay_days: int, **others: Any) -> dict[str, Any]:
    row = {
        "setting": "APC", "provider_code": "ZH1", "record_number": "S1", "person_id": 1, "activity_on": date(2009, 9, 1),
        "point_of_delivery": point_of_delivery, "treatment_function_code": "100", "hrg_code": "ZZA01",
        "paid_stay_days": paid_stay_days, "age_years": 40, "sex": "1", "practice_code": "Z90001",
        "recorded_practice_code": "Z90001", "attribution": "registered", "commissioner_code": "ZP1",
        "is_restricted": False, "register_version": "000000000000",
    } | others  # fmt: skip
    return row | {"month": Month.of(row["activity_on"]).number}


def factors(millionths: int = 1_054_200) -> pl.DataFrame:
    return PROVIDER_FACTORS.from_rows(
        [{"provider_code": "ZH1", "financial_year": year, "market_forces_factor_millionths": millionths, "source": "made up"}
         for year in ("2008-09", "2009-10")]
    )  # fmt: skip


def policy_with(order: str) -> Policy:
    policy = load_policy("england-2005")
    name = "costing.top_up_applies_to"
    local = PolicyValue(name, "order", "word", "", order, date(2004, 4, 1), "local_agreement", "test")
    return Policy(policy.regime, {**policy.values, name: (local,)})


def cost(
    engine: Engine, facts: list[dict[str, Any]], prices: list[dict[str, Any]], *, order: str = "whole", **given: Any
) -> pl.DataFrame:
    costed = cost_activity(
        engine.adopt(ACTIVITY_FACTS.from_rows(facts), ACTIVITY_FACTS.sql_columns),
        tariff_prices=engine.adopt(TARIFF_PRICES.from_rows(prices), TARIFF_PRICES.sql_columns),
        provider_factors=engine.adopt(given.get("factors", factors()), PROVIDER_FACTORS.sql_columns),
        financial_year=given.get("financial_year", YEAR),
        policy=policy_with(order),
    ).frame()  # fmt: skip
    steps = sum(
        costed[name]
        for name in ("base_pence", "short_stay_pence", "excess_days_pence", "top_up_pence", "market_forces_pence")
    )
    assert (steps == costed["cost_pence"]).all()
    return costed


@pytest.mark.parametrize("paid_stay_days, pence", [(1, 790_65), (10, 3162_60), (25, 4374_93)])
def test_published_vector_costs_to_the_penny(engine: Engine, paid_stay_days: int, pence: int) -> None:
    """An emergency group at £3,000, trim 20 days, £230 a day beyond, 25% for a short stay, factor 1.0542."""
    assert cost(engine, [fact("NEL", paid_stay_days)], [EMERGENCY])["cost_pence"].item() == pence


@pytest.mark.parametrize(
    "point_of_delivery, others, is_reduced",
    [
        ("NEL", {}, True),
        ("NEL", {"age_years": 19}, True),
        ("NEL", {"age_years": 18}, False),
        ("NEL", {"age_years": None}, False),
        ("NELNE", {}, False),
        ("EL", {}, False),
        ("DC", {}, False),
    ],
)
def test_short_stay_price_needs_emergency_and_adult(
    engine: Engine, point_of_delivery: str, others: dict[str, Any], is_reduced: bool
) -> None:
    """The pitfall: a short-stay price without the emergency and age test. Only NEL at 19 and over is reduced."""
    prices = [EMERGENCY | {"point_of_delivery": pod} for pod in ("NEL", "NELNE", "EL", "DC")]
    costed = cost(engine, [fact(point_of_delivery, 1, **others)], prices)
    assert costed["short_stay_pence"].item() == (-2250_00 if is_reduced else 0)


def test_short_stay_price_needs_the_mark_and_fewer_than_two_days(engine: Engine) -> None:
    """A group not so marked, and a stay of two paid days, are paid in full."""
    unmarked = EMERGENCY | {"is_short_stay_reducible": False}
    assert cost(engine, [fact("NEL", 1)], [unmarked])["short_stay_pence"].item() == 0
    assert cost(engine, [fact("NEL", 2)], [EMERGENCY])["short_stay_pence"].item() == 0


def test_elective_stay_is_tested_against_the_elective_trim_point(engine: Engine) -> None:
    """The pitfall: an elective stay of 10 days goes 5 beyond its own trim of 5, and none beyond the emergency trim of 20."""
    costed = cost(engine, [fact("EL", 10), fact("NEL", 10, record_number="S2")], [ELECTIVE, EMERGENCY])
    assert dict(costed.select("point_of_delivery", "excess_days").iter_rows()) == {"EL": 5, "NEL": 0}


def test_trim_point_is_days_and_never_a_price(engine: Engine) -> None:
    """The pitfall: a trim point returned as a price. Exactly at the trim nothing is added; one day on, one day's price."""
    costed = cost(engine, [fact("EL", 5), fact("EL", 6, record_number="S2")], [ELECTIVE])
    assert sorted(costed["excess_days_pence"]) == [0, 230_00]


@pytest.mark.parametrize("order, top_up_pence, pence", [("whole", 1245_00, 5687_41), ("base", 900_00, 5323_71)])
def test_top_up_order_follows_policy(engine: Engine, order: str, top_up_pence: int, pence: int) -> None:
    """Invented here: 25 days, 30% top-up. On the whole 30% of £4,150 is £1,245 and 5,395 x 1.0542 is £5,687.41;
    on the base 30% of £3,000 is £900 and 5,050 x 1.0542 is £5,323.71."""
    costed = cost(engine, [fact("NEL", 25)], [EMERGENCY | {"top_up_percent": 30}], order=order)
    assert (costed["top_up_pence"].item(), costed["cost_pence"].item()) == (top_up_pence, pence)


def test_top_up_is_on_the_reduced_price_of_a_short_stay(engine: Engine) -> None:
    """A short stay is paid 25% of £3,000; its 30% top-up is £225, in either order."""
    prices = [EMERGENCY | {"top_up_percent": 30}]
    for order in ("whole", "base"):
        assert cost(engine, [fact("NEL", 1)], prices, order=order)["top_up_pence"].item() == 225_00


def test_unknown_top_up_order_is_refused(engine: Engine) -> None:
    """A policy value that names no order is refused, not read as one of the two."""
    with pytest.raises(RefusedInput, match="whole or to the base"):
        cost(engine, [fact("NEL", 1)], [EMERGENCY], order="both")


def test_rounding_is_once_and_half_up(engine: Engine) -> None:
    """25% of 10p is 2.5p, times 1.0 is 2.5p: paid 3p. Rounding the short stay first and then 1.2 would give 4p, not 3p."""
    tiny = EMERGENCY | {"price_pence": 10}
    assert cost(engine, [fact("NEL", 1)], [tiny], factors=factors(1_000_000))["cost_pence"].item() == 3
    assert cost(engine, [fact("NEL", 1)], [tiny], factors=factors(1_200_000))["cost_pence"].item() == 3


def test_prices_of_one_year_never_cost_another(engine: Engine) -> None:
    """A contact of March 2009 has no price when only 2009/10 is there, and is named instead of costed at zero."""
    late = fact("NEL", 3, activity_on=date(2009, 3, 31))
    assert cost(engine, [late], [EMERGENCY]).is_empty()
    assert cost(engine, [late], [EMERGENCY], financial_year=FinancialYear(2008)).is_empty()


def test_contact_without_a_price_becomes_a_rejected_row(engine: Engine) -> None:
    """The price group, its point of delivery and the record are named, unless it could be an NHS number; a hospital likewise."""
    facts = [
        fact("NEL", 3, hrg_code="ZZX99"),
        fact("NEL", 3, record_number="S2", provider_code="ZH9"),
        fact("NEL", 3, record_number="S3"),
        fact("NEL", 3, record_number="9434765919", hrg_code="ZZX99"),
    ]
    unpriced = find_unpriced(
        engine.adopt(ACTIVITY_FACTS.from_rows(facts), ACTIVITY_FACTS.sql_columns),
        tariff_prices=engine.adopt(TARIFF_PRICES.from_rows([EMERGENCY]), TARIFF_PRICES.sql_columns),
        provider_factors=engine.adopt(factors(), PROVIDER_FACTORS.sql_columns),
        financial_year=YEAR,
    )
    rejected = REJECTED_ROWS.require(
        reject_unpriced(unpriced.frame(), delivery="2009-09", financial_year=YEAR), where="test"
    )
    assert rejected["rule"].to_list() == ["no_price", "no_price", "no_market_forces_factor"]
    assert rejected["value_found"].to_list() == [
        "ZZX99 as NEL, record APC ZH1 (ten digits, not shown)",
        "ZZX99 as NEL, record APC ZH1 S1",
        "ZH9, record APC ZH9 S2",
    ]


def test_restricted_contact_is_priced_as_itself_and_pooled(engine: Engine) -> None:
    """A contact of a legally restricted kind is paid its own price under pooled codes."""
    costed = cost(engine, [fact("NEL", 10, is_restricted=True)], [EMERGENCY])
    assert costed.select("hrg_code", "treatment_function_code", "cost_pence").row(0) == ("pooled", "pooled", 3162_60)
