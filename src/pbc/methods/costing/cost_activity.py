"""The tariff: base price by point of delivery, short stay, excess days, top-up, market forces (rules.md 8.2)."""

from __future__ import annotations

import polars as pl

from pbc.engines import Relation, read_step
from pbc.engines.step import Parameter
from pbc.errors import RefusedInput
from pbc.periods import FinancialYear
from pbc.policy import Policy
from pbc.tables import COSTED_ACTIVITY, POOLED, REJECTED_ROWS
from pbc.tables.rejected_rows import safe_value

UNPRICED = (
    ("setting", "VARCHAR"),
    ("provider_code", "VARCHAR"),
    ("record_number", "VARCHAR"),
    ("hrg_code", "VARCHAR"),
    ("point_of_delivery", "VARCHAR"),
    ("column_name", "VARCHAR"),
)
TOP_UP_ORDERS = ("whole", "base")


def cost_activity(
    activity_facts: Relation,
    *,
    tariff_prices: Relation,
    provider_factors: Relation,
    financial_year: FinancialYear,
    policy: Policy,
    priced_as: FinancialYear | None = None,
) -> Relation:
    """This returns COSTED_ACTIVITY: the contacts of one financial year, each with its steps and their sum in pence.

    Grain in: ACTIVITY_FACTS of any months; TARIFF_PRICES and PROVIDER_FACTORS of any years. Grain out: the contacts of
    `financial_year` that have a price; `find_unpriced` names the others. Prices of one year never cost another.
    The short-stay price is paid only for an emergency stay (NEL) of an adult, shorter than the policy's days, in a group
    so marked. Excess days count from the trim point of the contact's own point of delivery. Whether a top-up is on the
    whole (excess days included) or the base is the policy value `costing.top_up_applies_to`. One rounding, half up, after
    the market forces factor. `priced_as` is for plans alone: a budget built on past activity reprices it with the
    prices and rules of the year ahead (R2.4); no bill does. Source: rules.md 8.2 P2 to P7; methods.md 3.11; methods/0143.
    """
    day = (priced_as or financial_year).start
    order = policy.text("costing.top_up_applies_to", on=day)
    if order not in TOP_UP_ORDERS:
        raise RefusedInput(
            "A top-up applies to the whole or to the base.", where="costing.top_up_applies_to", found=order
        )
    return activity_facts.engine.run(
        read_step(__file__, "cost_activity"),
        inputs={
            "activity_facts": activity_facts,
            "tariff_prices": tariff_prices,
            "provider_factors": provider_factors,
        },
        parameters={
            **_year_parameters(financial_year, priced_as),
            "adult_age": policy.whole("costing.short_stay_minimum_age", on=day),
            "short_stay_below_days": policy.whole("costing.short_stay_below_days", on=day),
            "top_up_on_whole": order == "whole",
        },
        columns=COSTED_ACTIVITY.sql_columns,
    )


def find_unpriced(
    activity_facts: Relation,
    *,
    tariff_prices: Relation,
    provider_factors: Relation,
    financial_year: FinancialYear,
    priced_as: FinancialYear | None = None,
) -> Relation:
    """This returns the contacts of a financial year that `cost_activity` cannot cost, with the column at fault.

    Grain out: setting, provider, record number, price group (`pooled` where restricted), point of delivery and
    `column_name`, hrg_code or provider_code. Source: rules.md 8.2 P11 (no price is invented).
    """
    return activity_facts.engine.run(
        read_step(__file__, "find_unpriced"),
        inputs={
            "activity_facts": activity_facts,
            "tariff_prices": tariff_prices,
            "provider_factors": provider_factors,
        },
        parameters=_year_parameters(financial_year, priced_as),
        columns=UNPRICED,
    )


def _year_parameters(financial_year: FinancialYear, priced_as: FinancialYear | None) -> dict[str, Parameter]:
    months = [month.number for month in financial_year.months()]
    return {
        "financial_year": (priced_as or financial_year).slug,
        "first_month": months[0],
        "last_month": months[-1],
        "pooled": POOLED,
    }


def reject_unpriced(unpriced: pl.DataFrame, *, delivery: str, financial_year: FinancialYear) -> pl.DataFrame:
    """This returns REJECTED_ROWS, one for each contact that has no price, naming its group, hospital and record.

    `row_number` counts the refusals in the order of setting, provider and record number.
    """
    by_group = pl.col("column_name") == "hrg_code"
    hospital, number, group = (safe_value(pl.col(name)) for name in ("provider_code", "record_number", "hrg_code"))
    record = pl.concat_str("setting", hospital, number, separator=" ")
    group = pl.concat_str(group, "point_of_delivery", separator=" as ")
    named = unpriced.sort("setting", "provider_code", "record_number").with_row_index("row_number", offset=1)
    year = financial_year.slug
    return REJECTED_ROWS.conform(
        named.select(
            pl.lit(f"{delivery} priced for {year}").alias("delivery"),
            pl.lit("costed_activity").alias("table_name"),
            "row_number",
            "column_name",
            pl.when(by_group).then(pl.lit("no_price")).otherwise(pl.lit("no_market_forces_factor")).alias("rule"),
            pl.concat_str(pl.when(by_group).then(group).otherwise(hospital), pl.lit(", record "), record).alias(
                "value_found"
            ),
            pl.when(by_group)
            .then(pl.lit(f"a price group of the tariff of {year}"))
            .otherwise(pl.lit(f"a hospital with a market forces factor in {year}"))
            .alias("value_expected"),
            pl.lit(f"Add the row to the tariff of {year} and receive it again; the records are kept.").alias("remedy"),
        )
    )
