"""Statements: given a budget, its profile and what was spent, then what a practice manager reads."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import polars as pl
import pytest

from pbc.engines import open_engine
from pbc.errors import RefusedInput
from pbc.methods.statements.add_up import (
    add_up_kinds,
    add_up_lines,
    add_up_specialties,
    carry_successions,
    price_prescribing,
)
from pbc.methods.statements.compare import Reach, compare_with_budget
from pbc.methods.statements.profile import list_kinds, profile_budgets, share_months
from pbc.methods.statements.restated import list_restated_months
from pbc.methods.statements.split_variance import split_variance
from pbc.periods import FinancialYear, Month
from pbc.tables import ACTIVITY_CELLS, BUDGET_PROFILES, BUDGET_STATEMENTS, VARIANCE_SPLITS

YEAR, SEPTEMBER = FinancialYear(2009), Month(2009, 9)
MONTHS = [month.number for month in YEAR.months()]
NO_CUTS = pl.DataFrame(
    schema={
        "month": pl.Int32, "practice_code": pl.String, "item": pl.String, "cut": pl.String,
        "point_of_delivery": pl.String, "activity_count": pl.Int64, "cost_pence": pl.Int64, "is_broken": pl.Boolean,
    }
)  # fmt: skip


def kinds(*rows: tuple[int, str, str, int, int]) -> pl.DataFrame:
    names = ["month", "practice_code", "point_of_delivery", "activity_count", "cost_pence"]
    return pl.DataFrame(list(rows), schema=names, orient="row").with_columns(pl.col("month").cast(pl.Int32))


def budgets(**pence: int) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "practice_code": ["A"] * len(pence), "service": list(pence),
            "payment_form": ["apportioned" if name == "community" else "activity_price" for name in pence],
            "budget_pence": list(pence.values()),
        }
    )  # fmt: skip


def profiles(past: pl.DataFrame | None = None, method: str = "equal", **pence: int) -> pl.DataFrame:
    held = kinds((200809, "A", "AE", 0, 0)).clear() if past is None else past
    names = [kind for service in pence for kind in [*list_kinds(service), service]]
    shares = share_months(held, year=YEAR, kinds=names, method=method)
    sizes = pl.DataFrame({"practice_code": ["A"], "planned_list_size": [1000.0]})
    return profile_budgets(budgets(**pence), year=YEAR, past=held, month_shares=shares, list_sizes=sizes)


def row(statement: pl.DataFrame, item: str, period: str = "year_to_date", cut: str = "service") -> dict[str, Any]:
    wanted = (pl.col("item") == item) & (pl.col("period") == period) & (pl.col("cut") == cut)
    return statement.filter(wanted).row(0, named=True)


def state(actual: pl.DataFrame, held: pl.DataFrame, reach: Reach | None = None, **more: Any) -> pl.DataFrame:
    found = compare_with_budget(actual, profiles=held, reach=reach or Reach(SEPTEMBER), cuts=NO_CUTS, **more)
    assert BUDGET_STATEMENTS.check(found) == []
    return found


def test_budget_is_profiled_over_months_to_the_penny() -> None:
    """Given £1.00 and twelfths, then four months hold 9 pence, eight hold 8, and the year is £1.00."""
    found = profiles(accident_and_emergency=100)
    assert sorted(found["budget_pence"].to_list()) == [8] * 8 + [9] * 4
    assert BUDGET_PROFILES.check(found) == []


def test_seasonal_profile_follows_last_year_cost_a_day() -> None:
    """Given a February that cost a day what other months did, then a leap February's 29 days get 29 days' share."""
    year = FinancialYear(2007)
    past = kinds(*((m.plus(-12).number, "A", "NEL", 1, 100 * (m.plus(-12).end.day)) for m in year.months()))
    shares = share_months(past, year=year, kinds=["NEL"], method="seasonal")["NEL"]
    assert shares[10] == pytest.approx(29 / 366)
    with pytest.raises(RefusedInput, match="not a way to profile"):
        share_months(past, year=year, kinds=["NEL"], method="guess")


def test_service_without_a_past_stays_whole_and_one_with_a_past_is_split_by_it() -> None:
    """Given day cases at £300 and stays at £100 last year, then planned care's £800 is £600 and £200, else one line."""
    past = kinds(
        *((m.plus(-12).number, "A", pod, 1, 300 if pod == "DC" else 100) for m in YEAR.months() for pod in ("DC", "EL"))
    )
    split = profiles(past, planned_care=800).group_by("point_of_delivery").agg(pl.col("budget_pence").sum())
    assert dict(split.iter_rows()) == {"DC": 600, "EL": 200}
    assert profiles(planned_care=800)["point_of_delivery"].unique().to_list() == ["planned_care"]


def test_planned_activity_is_what_the_budget_buys_at_past_prices() -> None:
    """Given an average price of £2 and a budget of £24, then twelve attendances are planned."""
    past = kinds(*((m.plus(-12).number, "A", "AE", 1, 200) for m in YEAR.months()))
    assert profiles(past, accident_and_emergency=2400)["planned_activity"].sum() == pytest.approx(12)


def test_statement_shows_variance_year_budget_and_simple_forecast() -> None:
    """Given £600 of £1,200 profiled by September and £660 spent, then £60 over and an outturn of £1,320."""
    held = profiles(accident_and_emergency=120000)
    actual = kinds(*((m, "A", "AE", 2, 11000) for m in MONTHS[:6]), (MONTHS[6], "A", "AE", 9, 99999))
    found = row(state(actual, held), "accident_and_emergency")
    assert (found["actual_pence"], found["budget_pence"], found["variance_pence"]) == (66000, 60000, 6000)
    assert (found["year_budget_pence"], found["forecast_outturn_pence"]) == (120000, 132000)
    assert row(state(actual, held), "accident_and_emergency", "month")["activity_count"] == 2


def test_apportioned_line_has_no_variance() -> None:
    """Given community care shared out by head, then it stands at its budget, without variance or count."""
    found = row(
        state(kinds((200904, "A", "AE", 1, 5)), profiles(community=1200, accident_and_emergency=1200)), "community"
    )
    assert (found["actual_pence"], found["variance_pence"], found["activity_count"]) == (600, None, None)
    assert found["forecast_outturn_pence"] == 1200


def test_prescribing_is_compared_as_far_as_it_is_known() -> None:
    """Given prescribing known to July, then September's statement holds four months against four months' budget."""
    held = profiles(prescribing=12000)
    actual = kinds(*((m, "A", "RX", 10, 1100) for m in MONTHS[:4]))
    found = state(actual, held, Reach(SEPTEMBER, {"RX": Month(2009, 7)}))
    assert row(found, "prescribing")["variance_pence"] == 400
    assert row(found, "prescribing")["forecast_outturn_pence"] == 13200
    assert found.filter((pl.col("period") == "month") & (pl.col("item") == "prescribing")).is_empty()


def test_prescribing_not_known_at_all_is_not_an_underspend() -> None:
    """Given no prescribing yet, then nothing is held against nothing and the year is expected to end on budget."""
    found = state(
        kinds((200904, "A", "AE", 1, 5)),
        profiles(prescribing=12000, accident_and_emergency=12),
        Reach(SEPTEMBER, {"RX": None}),
    )
    assert row(found, "prescribing")["variance_pence"] == 0
    assert row(found, "prescribing")["forecast_outturn_pence"] == 12000


def test_last_year_is_not_compared_across_a_change_of_grouping() -> None:
    """Given A&E regrouped this year, then its last year is empty, and so is the total; other lines keep theirs."""
    held = profiles(accident_and_emergency=1200, prescribing=1200)
    actual = kinds((200804, "A", "AE", 3, 30), (200904, "A", "AE", 4, 40), (200804, "A", "RX", 5, 50))
    found = state(actual, held, broken=("AE",))
    assert row(found, "accident_and_emergency")["previous_year_pence"] is None
    assert row(found, "all", cut="total")["previous_year_pence"] is None
    assert row(found, "prescribing")["previous_year_pence"] == 50


def test_activity_nobody_answers_for_is_on_no_practice_statement() -> None:
    """Given activity that stands not attributed, then no statement carries it."""
    found = state(kinds((200904, "not-attributed", "AE", 1, 5)), profiles(accident_and_emergency=12))
    assert found["practice_code"].unique().to_list() == ["A"]


def test_service_outside_the_budget_is_shown_and_kept_out_of_the_total() -> None:
    """Given A&E spent but not budgeted, then its line has no budget and the total is of budgeted services alone."""
    found = state(kinds((200904, "A", "AE", 1, 500), (200904, "A", "RX", 1, 90)), profiles(prescribing=120))
    assert row(found, "accident_and_emergency")["budget_pence"] is None
    assert row(found, "all", cut="total")["actual_pence"] == 90


@pytest.mark.parametrize(
    "plan, actual, then",
    [
        ((1000, 10.0, 100.0), (110.0, 12, 1260, 1300), (100, 100, 60, 40)),  # all four causes
        ((1000, 10.0, 100.0), (100.0, 10, 1000, 900), (0, 0, 0, -100)),  # price alone
        ((1000, None, 100.0), (100.0, 7, 700, 700), (0, -300, 0, 0)),  # nothing planned: volume
        ((1000, 10.0, None), (None, 10, 1000, 1000), (0, 0, 0, 0)),  # no list known
    ],
)
def test_variance_has_four_causes_that_add_up(plan: Any, actual: Any, then: tuple[int, ...]) -> None:
    """Given budget, planned activity and list, then people, activity a head, case mix and price explain it all."""
    line = pl.DataFrame(
        [("A", "DC", *plan, *actual)], orient="row",
        schema={
            "practice_code": pl.String, "point_of_delivery": pl.String, "budget_pence": pl.Int64,
            "planned_activity": pl.Float64, "planned_list_size": pl.Float64, "list_size": pl.Float64,
            "activity_count": pl.Int64, "plan_price_pence": pl.Int64, "cost_pence": pl.Int64,
        },
    )  # fmt: skip
    found = split_variance(line, month=SEPTEMBER)
    assert found.row(0)[4:] == then
    assert VARIANCE_SPLITS.check(found) == []


def test_restated_month_names_before_now_and_why() -> None:
    """Given a late stay for July, then July is restated with both figures and the reason; June is not mentioned."""
    before = kinds((200906, "A", "AE", 1, 10), (200907, "A", "AE", 2, 20))
    now = kinds((200906, "A", "AE", 1, 10), (200907, "A", "AE", 3, 35))
    why = now.select("practice_code", "month", "point_of_delivery").with_columns(pl.lit("late rows").alias("reason"))
    found = list_restated_months(now, before=before, reasons=why, month=SEPTEMBER)
    assert found.drop("statement_month").rows() == [("A", 200907, "AE", 2, 3, 20, 35, "late rows")]


def test_successor_answers_for_months_after_the_takeover() -> None:
    """Given A taken over by B on 1 July, then its July stands at B and its June at A; last July is compared with B."""
    taken = pl.DataFrame(
        {
            "predecessor_code": ["A"], "successor_code": ["B"], "starts_on": [date(2009, 7, 1)],
            "ends_before": [date(9999, 12, 31)],
        }
    )  # fmt: skip
    rows = kinds((200906, "A", "AE", 1, 1), (200907, "A", "AE", 1, 1))
    assert carry_successions(rows, successions=taken)["practice_code"].to_list() == ["A", "B"]
    last = kinds((200806, "A", "AE", 1, 1), (200807, "A", "AE", 1, 1))
    assert carry_successions(last, successions=taken, months_later=12)["practice_code"].to_list() == ["A", "B"]


def test_prescribing_plan_price_is_the_past_average_of_the_chapter() -> None:
    """Given items at £1 a year ago and £1.20 now, then the plan price is £1 an item; an unknown chapter has its own."""
    cells = pl.DataFrame(
        {"month": [200904] * 2, "practice_code": ["A"] * 2, "bnf_chapter": ["01", "21"], "items": [10, 1],
         "net_ingredient_cost_pence": [1200, 77]}
    )  # fmt: skip
    past = cells.filter(pl.col("bnf_chapter") == "01").with_columns(pl.lit(1000).alias("net_ingredient_cost_pence"))
    assert price_prescribing(cells, earlier_cells=past)["plan_price_pence"].to_list() == [1077]


def test_cells_of_several_deliveries_add_up() -> None:
    """Given a month delivered and a late row of it in the next delivery, then the lines hold both; others are left out."""
    base = dict.fromkeys((column.name for column in ACTIVITY_CELLS.columns if column.kind in ("count", "pence")), 0)
    cell = base | {
        "month": 200904, "practice_code": "A", "provider_code": "ZH1", "point_of_delivery": "AE",
        "treatment_function_code": "180", "commissioner_code": "ZP1", "activity_count": 2, "cost_pence": 50,
    }  # fmt: skip
    late = cell | {"activity_count": 1, "cost_pence": 25, "treatment_function_code": "300"}
    with open_engine() as engine:
        both = engine.union(
            [
                engine.adopt(ACTIVITY_CELLS.from_rows(rows), ACTIVITY_CELLS.sql_columns)
                for rows in ([cell], [late, late | {"month": 200903}])
            ]
        )
        lines = add_up_lines(both, first=Month(2009, 4), last=Month(2010, 3)).frame()
        found = add_up_specialties(both, first=Month(2009, 4), last=Month(2010, 3), broken=("AE",)).frame()
    assert add_up_kinds(lines).select("activity_count", "cost_pence").rows() == [(3, 75)]
    assert sorted(found.select("treatment_function_code", "activity_count", "broken_count").rows()) == [
        ("180", 2, 1),
        ("300", 1, 1),
    ]
    assert np.isfinite(found["cost_pence"].sum())
