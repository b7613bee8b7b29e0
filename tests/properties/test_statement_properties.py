"""Statements: splits telescope, profiles sum, and cuts agree with each other whatever the numbers."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from pbc.methods.statements.add_up import add_up_kinds, carry_successions, price_prescribing
from pbc.methods.statements.compare import SERVICE_OF, Reach, compare_with_budget
from pbc.methods.statements.left_out import (
    NOTHING,
    LeftOut,
    Places,
    flag_left_out,
    list_places,
    trace_left_out,
    write_left_out,
)
from pbc.methods.statements.months import list_monthly_costs
from pbc.methods.statements.profile import list_kinds, profile_budgets, share_months, share_rows
from pbc.methods.statements.restated import list_restated_months
from pbc.methods.statements.split_variance import CAUSES, split_variance, whole_parts
from pbc.money import share_out
from pbc.periods import FinancialYear, Month
from pbc.reference.activity import HOSPITAL_SETTINGS

YEAR = FinancialYear(2009)
MONTHS = [month.number for month in (*YEAR.plus(-1).months(), *YEAR.months())]
pence = st.integers(0, 10**9)
amounts = st.floats(0, 1e6, allow_nan=False)


@given(
    st.lists(st.tuples(pence, amounts, amounts, amounts, st.integers(0, 10**5), pence, pence), min_size=1, max_size=8)
)
def test_split_telescopes_to_the_variance(rows: list[tuple[float, ...]]) -> None:
    names = [
        "budget_pence", "planned_activity", "planned_list_size", "list_size", "activity_count", "plan_price_pence", "cost_pence",
    ]  # fmt: skip
    lines = pl.DataFrame(
        [(f"Z{at}", "DC", *row) for at, row in enumerate(rows)],
        schema=["practice_code", "point_of_delivery", *names],
        orient="row",
    )
    found = split_variance(lines, month=Month(2009, 9))
    assert (found.select(pl.sum_horizontal(CAUSES)).to_series() == found["variance_pence"]).all()


@given(st.lists(st.lists(st.floats(-1e7, 1e7), min_size=4, max_size=4), min_size=1, max_size=5))
def test_whole_parts_are_within_a_penny_and_keep_the_sum(rows: list[list[float]]) -> None:
    parts = np.array(rows)
    parts[:, 3] += np.rint(parts.sum(axis=1)) - parts.sum(axis=1)
    found = whole_parts(parts, totals=np.rint(parts.sum(axis=1)).astype(np.int64))
    assert (found.sum(axis=1) == np.rint(parts.sum(axis=1))).all()
    assert (np.abs(found - parts) < 1 + 1e-6).all()


@given(st.integers(0, 10**12), st.lists(st.integers(0, 10**6), min_size=1, max_size=12).filter(any))
def test_rows_shared_agree_with_sharing_one_by_one(total: int, weights: list[int]) -> None:
    found = share_rows(np.array([total]), np.array([weights], dtype=np.float64))[0]
    exact = share_out(total, weights, keys=range(len(weights)))
    assert found.sum() == total
    assert (np.abs(found - np.array(exact)) <= 1).all()


def activity(draw: st.DrawFn) -> pl.DataFrame:
    row = st.tuples(
        st.sampled_from(MONTHS), st.sampled_from(["A", "B", "not-attributed"]), st.sampled_from(["DC", "EL", "AE", "RX"]),
        st.integers(0, 50), pence,
    )  # fmt: skip
    rows = draw(st.lists(row, max_size=30))
    names = {
        "month": pl.Int32, "practice_code": pl.String, "point_of_delivery": pl.String, "activity_count": pl.Int64,
        "cost_pence": pl.Int64,
    }  # fmt: skip
    return pl.DataFrame(rows, schema=names, orient="row").with_columns(pl.col("cost_pence").alias("plan_price_pence"))


worlds = st.composite(activity)()


def spread(kinds: pl.DataFrame, money: list[int]) -> pl.DataFrame:
    services = ["planned_care", "accident_and_emergency", "prescribing"]
    lines = [(code, at) for code in "AB" for at in range(3)]
    budgets = pl.DataFrame(
        {
            "practice_code": [code for code, _ in lines],
            "service": [services[at] for _, at in lines],
            "payment_form": ["activity_price"] * 6,
            "budget_pence": [money[at] + at for _, at in lines],
        }
    )
    past = kinds.filter((pl.col("month") < 200904) & (pl.col("practice_code") != "not-attributed"))
    names = [kind for service in services for kind in [*list_kinds(service), service]]
    return profile_budgets(
        budgets,
        year=YEAR,
        past=past,
        month_shares=share_months(past, year=YEAR, kinds=names, method="seasonal"),
        list_sizes=pl.DataFrame({"practice_code": ["A", "B"], "planned_list_size": [900.0, 1100.0]}),
    )


@settings(max_examples=30)
@given(worlds, st.lists(pence, min_size=3, max_size=3), st.integers(0, 11))
def test_profiles_sum_to_budgets_and_cuts_agree(kinds: pl.DataFrame, money: list[int], reached: int) -> None:
    profiles = spread(kinds, money)
    month = list(YEAR.months())[reached]
    for code in ("A", "B"):
        held = profiles.filter(pl.col("practice_code") == code).group_by("service").agg(pl.col("budget_pence").sum())
        assert sorted(held["budget_pence"]) == sorted(amount + at for at, amount in enumerate(money))
    statement = compare_with_budget(kinds, profiles=profiles, reach=Reach(month), cuts=no_cuts())
    to_date = statement.filter((pl.col("period") == "year_to_date") & (pl.col("practice_code") == "A"))
    total, services = (to_date.filter(pl.col("cut") == cut) for cut in ("total", "service"))
    for measure in ("actual_pence", "budget_pence", "variance_pence", "year_budget_pence"):
        assert total[measure].sum() == services[measure].sum()
    spent = kinds.filter((pl.col("practice_code") == "A") & pl.col("month").is_between(200904, month.number))
    assert total["actual_pence"].sum() == spent["cost_pence"].sum()
    if month.month_of_year == 12:
        assert (services["budget_pence"] == services["year_budget_pence"]).all()
    shuffled = compare_with_budget(
        kinds.sample(fraction=1.0, shuffle=True, seed=3), profiles=profiles, reach=Reach(month), cuts=no_cuts()
    )
    assert shuffled.equals(statement)


def no_cuts() -> pl.DataFrame:
    return pl.DataFrame(
        schema={
            "month": pl.Int32, "practice_code": pl.String, "item": pl.String, "cut": pl.String,
            "point_of_delivery": pl.String, "activity_count": pl.Int64, "cost_pence": pl.Int64, "is_broken": pl.Boolean,
        }
    )  # fmt: skip


@settings(max_examples=40)
@given(worlds, worlds)
def test_restatements_account_for_every_penny_of_change(before: pl.DataFrame, now: pl.DataFrame) -> None:
    reasons = pl.DataFrame(
        schema={"practice_code": pl.String, "month": pl.Int32, "point_of_delivery": pl.String, "reason": pl.String}
    )
    found = list_restated_months(now, before=before, reasons=reasons, month=Month(2009, 9))
    assert (found["now_pence"] - found["before_pence"]).sum() == now["cost_pence"].sum() - before["cost_pence"].sum()


@settings(max_examples=40)
@given(worlds)
def test_takeovers_move_rows_and_lose_none(kinds: pl.DataFrame) -> None:
    taken = pl.DataFrame(
        {
            "predecessor_code": ["A"], "successor_code": ["B"], "starts_on": [date(2009, 7, 1)],
            "ends_before": [date(9999, 12, 31)],
        }
    )  # fmt: skip
    carried = add_up_kinds(carry_successions(kinds, successions=taken))
    assert carried["cost_pence"].sum() == kinds["cost_pence"].sum()
    assert carried.filter((pl.col("practice_code") == "A") & (pl.col("month") >= 200907)).is_empty()


@given(st.lists(st.tuples(st.sampled_from(["01", "02", "21"]), st.integers(0, 999), pence), max_size=12))
def test_prescribing_keeps_its_items_and_net_ingredient_cost(rows: list[tuple[str, int, int]]) -> None:
    names = {"month": pl.Int32, "practice_code": pl.String, "bnf_chapter": pl.String, "items": pl.Int64}
    schema = names | {"net_ingredient_cost_pence": pl.Int64}
    cells = pl.DataFrame([(200904, "A", *row) for row in rows], orient="row", schema=schema)
    found = price_prescribing(cells, earlier_cells=cells.head(4))
    assert found["cost_pence"].sum() == cells["net_ingredient_cost_pence"].sum()
    assert found["activity_count"].sum() == cells["items"].sum()


@given(st.data())
def test_monthly_costs_keep_every_penny_of_the_measured_lines(data: st.DataObject) -> None:
    """Whatever the rows and their order: sums by practice and line are those of the rows, and no key comes twice."""
    row = st.tuples(
        st.sampled_from(MONTHS), st.sampled_from(["A", "B", "not-attributed"]), st.sampled_from(["NEL", "AE", "RX", "COM"]), pence
    )  # fmt: skip
    names = ["month", "practice_code", "point_of_delivery", "cost_pence"]
    rows = (
        pl.DataFrame(data.draw(st.lists(row, max_size=30)), schema=dict.fromkeys(names), orient="row")
        .cast({"month": pl.Int32, "practice_code": pl.String, "point_of_delivery": pl.String, "cost_pence": pl.Int64})
        .with_columns(activity_count=pl.lit(1, dtype=pl.Int64))
    )
    month = Month(2009, 9)
    found = list_monthly_costs(rows, month=month, broken=("NEL",))
    wanted = rows.filter(
        (pl.col("practice_code") != "not-attributed") & (pl.col("month") <= month.number) & (pl.col("point_of_delivery") != "COM")
    )  # fmt: skip
    for line, kinds in (("hospital", ["NEL", "AE"]), ("prescribing", ["RX"])):
        for code in ("A", "B"):
            mine = (pl.col("practice_code") == code) & (pl.col("line") == line)
            contacts = wanted.filter(
                (pl.col("practice_code") == code) & pl.col("point_of_delivery").is_in(kinds)
            ).height
            assert found.filter(mine)["activity_count"].sum() == contacts
            given_pence = wanted.filter(
                (pl.col("practice_code") == code) & pl.col("point_of_delivery").is_in(kinds)
            )["cost_pence"].sum()  # fmt: skip
            assert found.filter(mine)["cost_pence"].sum() == given_pence
    assert found.select("practice_code", "line", "month").is_unique().all()
    assert found.equals(list_monthly_costs(rows.reverse(), month=month, broken=("NEL",)))
    assert not found.filter(pl.col("is_broken") & (pl.col("month") >= 200904)).height


@given(
    worlds,
    st.lists(pence, min_size=6, max_size=6),
    st.sets(st.sampled_from(MONTHS[12:18]), min_size=1, max_size=4),
    st.booleans(),
)
@settings(max_examples=60)
def test_missing_month_never_looks_like_a_saving(
    kinds: pl.DataFrame, money: list[int], gone: set[int], only_ae: bool
) -> None:
    """What is left out moves variances by exactly its own actual less budget; counted again, the sums are what they were."""
    profiles, month = spread(kinds, money), Month.from_number(MONTHS[17])
    chosen = ("accident and emergency",) if only_ae else tuple(HOSPITAL_SETTINGS)
    left_out = [LeftOut(Month.from_number(number), chosen) for number in sorted(gone)]
    places = list_places(left_out)
    cuts = pl.DataFrame(schema={**kinds.schema, "cut": pl.String, "item": pl.String, "is_broken": pl.Boolean})

    def state(rows: pl.DataFrame, out: Places) -> pl.DataFrame:
        found = compare_with_budget(rows, profiles=profiles, reach=Reach(month, left_out=out), cuts=cuts)
        return found.filter((pl.col("cut") == "service") & pl.col("budget_pence").is_not_null())

    whole, partial = state(kinds, NOTHING), state(kinds, places)
    told = trace_left_out(write_left_out(left_out))
    assert state(kinds.filter(~flag_left_out(places)), list_places(told)).equals(partial)
    key = ["practice_code", "period", "item"]
    both = whole.join(partial, on=key, how="left", suffix="_partial").fill_null(0).sort(key)
    named = pl.col("point_of_delivery").replace_strict(SERVICE_OF, default=None).alias("item")
    for period, first in (("year_to_date", MONTHS[12]), ("month", month.number)):
        here = flag_left_out(places) & pl.col("month").is_between(first, month.number)
        cost = kinds.filter(here).group_by("practice_code", named).agg(pl.col("cost_pence").sum().alias("cost"))
        due = (
            profiles.filter(here)
            .group_by("practice_code", pl.col("service").alias("item"))
            .agg(pl.col("budget_pence").sum().alias("due"))
        )
        rows = both.filter(pl.col("period") == period).join(cost, on=["practice_code", "item"], how="left")
        rows = rows.join(due, on=["practice_code", "item"], how="left").fill_null(0)
        assert (rows["actual_pence"] - rows["actual_pence_partial"] == rows["cost"]).all()
        assert (rows["budget_pence"] - rows["budget_pence_partial"] == rows["due"]).all()
        assert (rows["variance_pence"] - rows["variance_pence_partial"] == rows["cost"] - rows["due"]).all()
