"""Weighted lists: people counted for their need, so that the weighted people of England are as many as the people."""

from __future__ import annotations

import polars as pl

from pbc.errors import RefusedInput
from pbc.tables import WEIGHTED_LISTS


def weight_lists(
    lists: pl.DataFrame, *, indices: tuple[str, ...], list_year: str, component: str, source: str
) -> pl.DataFrame:
    """This returns WEIGHTED_LISTS of one component: list x the indices, scaled back so that the total is unchanged.

    Grain in: one practice, with practice_code, commissioner_code, registered_population and the columns named in
    `indices` (ratios, England 1). Grain out: one practice, year and component. Units: people. A practice that stands
    twice, a list or index that is empty, negative or not finite is refused by name. Form: weighted capitation,
    population x age index x additional need (HFMA, Allocation, allocation, allocation, October 2011; R2.9). Prices
    (the market forces factor) enter through the provider's bill, not here (R2.10, assumption).

    >>> people = pl.DataFrame({"practice_code": ["Z90001", "Z90002"], "commissioner_code": ["ZP1", "ZP1"],
    ...     "registered_population": [6000.0, 9000.0], "age_index": [1.05, 0.96], "need_index": [1.10, 0.97]})
    >>> weighted = weight_lists(people, indices=("age_index", "need_index"), list_year="2009-10",
    ...     component="overall", source="made up")
    >>> weighted["weighted_population"].round(1).to_list(), round(weighted["weighted_population"].sum(), 6)
    ([6789.3, 8210.7], 15000.0)
    """
    _require_practices_once(lists)
    for name in ("registered_population", *indices):
        _require_amounts(lists, name)
    raw = pl.col("registered_population").cast(pl.Float64) * pl.reduce(
        lambda product, index: product * index, [pl.col(index).cast(pl.Float64) for index in indices]
    )
    weighted = lists.with_columns(raw.alias("weighted_population"))
    if lists.height and not weighted["weighted_population"].sum() > 0:
        raise RefusedInput("Nobody on these lists has any weight.", where=component, remedy="Check the index columns.")
    scale = pl.col("registered_population").sum() / pl.col("weighted_population").sum()
    named = weighted.with_columns(
        pl.lit(list_year).alias("list_year"),
        pl.lit(component).alias("component"),
        pl.lit(source).alias("source"),
        pl.col("registered_population").cast(pl.Float64),
        pl.col("weighted_population") * scale,
    )
    return WEIGHTED_LISTS.conform(index_need(named)).sort(WEIGHTED_LISTS.key)


def index_need(lists: pl.DataFrame) -> pl.DataFrame:
    """This returns the lists with need_index_england and need_index_commissioner.

    Grain in and out: one practice, year and component, with commissioner_code, registered_population and
    weighted_population. Against England: weighted over registered people. Against the commissioner: that, over the
    same ratio of the commissioner's practices together. Empty where a list or a commissioner has nobody.

    >>> index_need(pl.DataFrame({"list_year": ["2018-19"] * 2, "component": ["overall"] * 2,
    ...     "commissioner_code": ["ZP1"] * 2, "registered_population": [100.0, 100.0],
    ...     "weighted_population": [120.0, 80.0]}))["need_index_commissioner"].to_list()
    [1.2, 0.8]
    """
    place = ["list_year", "component", "commissioner_code"]
    weighted, registered = pl.col("weighted_population"), pl.col("registered_population")
    england = _over(weighted, registered)
    commissioner = _over(weighted.sum().over(place), registered.sum().over(place))
    return lists.with_columns(
        england.alias("need_index_england"), _over(england, commissioner).alias("need_index_commissioner")
    )


def _over(above: pl.Expr, below: pl.Expr) -> pl.Expr:
    return pl.when(below > 0).then(above / below)


def _require_practices_once(lists: pl.DataFrame) -> None:
    doubled = lists.filter(pl.col("practice_code").is_duplicated())
    if doubled.height:
        raise RefusedInput(
            "A practice stands more than once in these lists.", found=str(doubled["practice_code"][0]),
            expected="each practice once", remedy="Keep one row for each practice.",
        )  # fmt: skip


def _require_amounts(lists: pl.DataFrame, name: str) -> None:
    value = pl.col(name).cast(pl.Float64)
    bad = lists.filter(value.is_null() | value.is_nan() | value.is_infinite() | (value < 0))
    if bad.height:
        raise RefusedInput(
            "A list can only be weighted by numbers that are not negative.",
            where=f"practice {bad['practice_code'][0]}, {name}", found=str(bad[name][0]), expected="0 or more",
        )  # fmt: skip
