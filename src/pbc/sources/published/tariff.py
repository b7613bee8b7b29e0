"""National prices and costs of admitted care, 2017 to 2019: non-elective prices as published, elective ones from costs."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from pbc.errors import RefusedInput
from pbc.sources.published.reading import (
    Published,
    Text,
    cast_columns,
    number_columns,
    read_text,
    reject,
    require_filled,
    require_least,
    require_once,
    require_whole,
)
from pbc.tables import TARIFF_PRICES

NON_ELECTIVE = {"2017-18": "non_elective_2017_pounds", "2018-19": "non_elective_2018_pounds"}
COSTS_YEAR = "2017-18"
GROUPER = "HRG4+ 2017/18"
COMBINED_NOTE = (
    "The combined elective prices of this copy are about half where an HRG has separate ones: they are never read."
)
ELECTIVE_NOTE = (
    "Elective and day-case prices are mean unit costs of the 2017/18 reference costs, not tariff: the tariff copy's "
    "combined price is about half the true one where an HRG has separate prices, so it is never used."
)


def read_tariff(path: Path | Text, *, financial_year: str) -> Published:
    """This returns TARIFF_PRICES of non-elective care (NEL and NELNE alike) for 2017-18 or 2018-19.

    Grain: one year, HRG and point of delivery. Pence, days. A price of nil is not a price: the HRG is left out and
    listed. No short-stay percentage is published here, so none is applied (100%, not reducible). The file's
    `Combined_` elective prices are not in the layout and cannot be used. Source: NHS Improvement, national tariff.
    """
    if financial_year not in NON_ELECTIVE:
        raise RefusedInput(
            "The tariff file holds no prices of that year.", found=financial_year,
            expected=" or ".join(NON_ELECTIVE), remedy="Prices of one year never cost another.",
        )  # fmt: skip
    text = read_text(path, "admitted_care_tariff")
    cast = cast_columns(text)
    require_once(text, cast, key="hrg_code")
    price = NON_ELECTIVE[financial_year]
    require_filled(text, cast, "hrg_code", price, least=None)
    require_least(text, cast, *number_columns(text))
    require_whole(text, cast, "elective_trim_point_days", "non_elective_trim_point_days")
    left_out = reject(
        text, cast.filter(pl.col(price) <= 0), column=price, rule="no_price", expected="a price above nil",
        remedy="None: the HRG has no non-elective price; activity in it stays unpriced.",
    )  # fmt: skip
    priced = cast.filter(pl.col(price) > 0)
    rows = [
        _prices(priced, pod, price, "non_elective_trim_point_days", financial_year, text.layout.publisher)
        for pod in ("NEL", "NELNE")
    ]
    return text.published(
        TARIFF_PRICES.conform(pl.concat(rows)).sort(TARIFF_PRICES.key), rejected=[left_out], notes=[COMBINED_NOTE]
    )


def read_elective_prices(path: Path, *, tariff: Path) -> Published:
    """This returns TARIFF_PRICES of EL and DC for 2017-18, from reference costs, with trim points of the tariff.

    Grain: one HRG and point of delivery that was counted at least once. Pence. They are costs standing in for prices
    (see ELECTIVE_NOTE) and say so in `source`; no other year is priced by them. Source: NHS Improvement, reference costs.
    """
    costs = read_text(path, "reference_costs")
    cast = cast_columns(costs)
    require_once(costs, cast, key="hrg_code")
    trims = cast_columns(read_text(tariff, "admitted_care_tariff")).select(
        "hrg_code", "elective_trim_point_days", "excess_day_pounds"
    )
    known = cast.join(trims, on="hrg_code", how="left")
    source = f"{costs.layout.publisher}: mean unit cost standing in for a price"
    rows = [
        _prices(
            known.filter((pl.col(f"{setting}_count") > 0) & (pl.col(f"{setting}_unit_pounds") > 0)),
            pod, f"{setting}_unit_pounds", "elective_trim_point_days", COSTS_YEAR, source,
        )
        for pod, setting in (("EL", "elective"), ("DC", "day_case"))
    ]  # fmt: skip
    return costs.published(TARIFF_PRICES.conform(pl.concat(rows)).sort(TARIFF_PRICES.key), notes=[ELECTIVE_NOTE])


def read_reference_costs(path: Path | Text) -> Published:
    """This returns activity and mean unit cost by HRG and setting, columns as in the layout. Grain: one HRG. Pounds.

    A setting never counted has an empty count and cost. Source: NHS Improvement, reference costs 2017/18.
    """
    text = read_text(path, "reference_costs")
    cast = cast_columns(text)
    require_once(text, cast, key="hrg_code")
    require_filled(text, cast, "hrg_code")
    require_least(text, cast, *number_columns(text))
    return text.published(cast.drop("row_number").sort("hrg_code"))


def read_trim_points(path: Path | Text) -> Published:
    """This returns hrg_code, elective_trim_point_days, non_elective_trim_point_days. Grain: one HRG.

    A dash is no trim point: the HRG has no excess days there. Days. Source: NHS England.
    """
    text = read_text(path, "hrg_trim_points")
    cast = cast_columns(text, empty=("-",))
    require_once(text, cast, key="hrg_code")
    require_filled(text, cast, "hrg_code")
    require_least(text, cast, *number_columns(text))
    return text.published(cast.drop("row_number").sort("hrg_code"))


def _prices(frame: pl.DataFrame, pod: str, price: str, trim: str, year: str, source: str) -> pl.DataFrame:
    return frame.select(
        pl.lit(year).alias("financial_year"),
        "hrg_code",
        pl.lit(pod).alias("point_of_delivery"),
        pl.lit(GROUPER).alias("grouper_version"),
        (pl.col(price) * 100).round(0).cast(pl.Int64).alias("price_pence"),
        pl.col(trim).cast(pl.Int32).alias("trim_point_days"),
        (pl.col("excess_day_pounds") * 100).round(0).cast(pl.Int64).alias("excess_day_price_pence"),
        pl.lit(value=False).alias("is_short_stay_reducible"),
        pl.lit(100).alias("short_stay_percent"),
        pl.lit(0).alias("top_up_percent"),
        pl.lit(source).alias("source"),
    )
