"""Why prescribing costs other than a year ago: volume, mix and national prices, in pence that add up; and who is unidentified."""

from __future__ import annotations

import polars as pl

from pbc.engines import Relation, read_step
from pbc.periods import Month
from pbc.policy import Policy
from pbc.tables import PRESCRIBING_EFFECTS, PRESCRIBING_PRICES, UNIDENTIFIED_PRESCRIBERS, UNPLACED

PRICE_CHANGE = "prescribing.price_change_share"
CODE = (("practice_code", "VARCHAR"),)
ANSWERS = (*CODE, ("answers_code", "VARCHAR"))
PRODUCTS = (
    *CODE, ("items_then", "BIGINT"), ("items_now", "BIGINT"), ("cost_then_pence", "BIGINT"), ("cost_now_pence", "BIGINT"),
    ("price_pence", "DOUBLE"),
)  # fmt: skip
MONTHS = (("month", "INTEGER"), ("products_count", "BIGINT"), ("before_pence", "DOUBLE"), ("now_pence", "BIGINT"))
UNIDENTIFIED = (
    ("month", "INTEGER"), ("prescriber_code", "VARCHAR"), ("kind", "VARCHAR"), ("items", "BIGINT"),
    ("net_ingredient_cost_pence", "BIGINT"),
)  # fmt: skip
STEPS = (
    ("last_year", "The same months a year ago, at net ingredient cost."),
    ("volume", "More or fewer items, at what an item cost a year ago."),
    ("mix", "Other products, packs and brands than a year ago, new ones among them, at the prices of a year ago."),
    ("price", "The same products at other prices of the national list than a year ago."),
)


def split_prescribing(
    prescriptions: Relation, *, answers: pl.DataFrame, list_prices: pl.DataFrame, month: Month, known_to: Month
) -> pl.DataFrame:
    """This returns PRESCRIBING_EFFECTS: each prescriber's cost against the same months a year ago, in steps that add up.

    Grain in: PRESCRIPTIONS of April to `known_to` of this year and of the year before; `answers`: `practice_code,
    answers_code` of practices taken over, whose months all stand with who answers now; `list_prices` PRESCRIBING_PRICES,
    whose months of change are named. The price of a product is what a unit of it cost all prescribers together. Volume is
    last year's cost grown as items did; price this year's quantities times the change of price, of products dispensed in
    both years; mix the rest. Of who had no items a year ago all but price is volume. Pence, net ingredient cost.
    Source: decision methods/0189.
    """
    engine, first = prescriptions.engine, Month.of(month.financial_year.start)
    summed = engine.run(
        read_step(__file__, "add_up_products"),
        inputs={"prescriptions": prescriptions, "answers": engine.adopt(answers.select("practice_code", "answers_code"), ANSWERS)},
        parameters={"unplaced": UNPLACED, "first": first.number, "last": known_to.number},
        columns=PRODUCTS,
    ).frame()  # fmt: skip
    changed = [Month.from_number(number).title for number in list_prices.filter("is_list_changed")["month"].sort()]
    named = f" The list changed in {', '.join(changed)}." if changed else " No change of the list was seen this year."
    rows = []
    whole = summed.with_columns(pl.col("price_pence").round().cast(pl.Int64)).sort("practice_code")
    for row in whole.iter_rows(named=True):
        for at, (step, reason) in enumerate(STEPS, start=1):
            rows.append({
                "statement_month": month.number, "practice_code": row["practice_code"], "sequence": at, "step": step,
                "amount_pence": _parts(row)[at - 1], "known_to_month": known_to.number, "rule": "decision methods/0189",
                "parameter": PRICE_CHANGE if step == "price" else None, "reason": reason + (named if step == "price" else ""),
            })  # fmt: skip
    return PRESCRIBING_EFFECTS.from_rows(rows)


def _parts(row: dict[str, int]) -> tuple[int, int, int, int]:
    then, now, price = row["cost_then_pence"], row["cost_now_pence"], row["price_pence"]
    if not row["items_then"]:
        return then, now - then - price, 0, price
    grown = (2 * then * row["items_now"] + row["items_then"]) // (2 * row["items_then"])
    return then, grown - then, now - grown - price, price


def compare_list_prices(prescriptions: Relation, *, month: Month, known_to: Month, policy: Policy) -> pl.DataFrame:
    """This returns PRESCRIBING_PRICES: by month of the year to date, what its drugs cost against the month before's prices.

    Grain in: PRESCRIPTIONS from the month before April on; a month whose predecessor is not held has no row. A month is
    named as one of change where the ratio is beyond `prescribing.price_change_share` either way. Pence.
    Source: decision methods/0189.
    """
    engine, first = prescriptions.engine, Month.of(month.financial_year.start)
    found = engine.run(
        read_step(__file__, "compare_list_prices"),
        inputs={"prescriptions": prescriptions},
        parameters={"before": first.plus(-1).number, "last": known_to.number},
        columns=MONTHS,
    ).frame()
    beyond = policy.ratio(PRICE_CHANGE, on=first.start)
    ratio = pl.col("now_pence") / pl.col("before_pence") - 1
    return PRESCRIBING_PRICES.conform(
        found.with_columns(pl.col("before_pence").round().cast(pl.Int64))
        .filter(pl.col("before_pence") > 0)
        .with_columns(pl.lit(month.number, pl.Int32).alias("statement_month"), ratio.alias("change_ratio"))
        .with_columns((pl.col("change_ratio").abs() > beyond).alias("is_list_changed"))
        .sort("month")
    )


def list_unidentified(
    prescriptions: Relation, *, register_codes: pl.DataFrame, month: Month, known_to: Month
) -> pl.DataFrame:
    """This returns UNIDENTIFIED_PRESCRIBERS: what no practice of the register answers for, named by the code delivered.

    Grain in: PRESCRIPTIONS; `register_codes`: `practice_code`, one row each. With the prescribing of the register's own
    practices it adds up to all that was delivered of the months. Pence, net ingredient cost.
    """
    engine, first = prescriptions.engine, Month.of(month.financial_year.start)
    found = engine.run(
        read_step(__file__, "list_unidentified"),
        inputs={"prescriptions": prescriptions, "register": engine.adopt(register_codes.select("practice_code"), CODE)},
        parameters={"first": first.number, "last": known_to.number},
        columns=UNIDENTIFIED,
    ).frame()
    marked = found.with_columns(pl.lit(month.number, pl.Int32).alias("statement_month"))
    return UNIDENTIFIED_PRESCRIBERS.conform(marked).sort(UNIDENTIFIED_PRESCRIBERS.key)
