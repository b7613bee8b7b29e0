"""Second opinions: budgets and statements by loops and fractions, row by row, against the fast versions."""

from __future__ import annotations

from collections import defaultdict
from fractions import Fraction

import numpy as np
import polars as pl
import pytest

from pbc.engines import open_engine
from pbc.methods.budgets.opening import set_historic, weigh_service
from pbc.methods.budgets.pace_of_change import CloseDistance, close_distance
from pbc.methods.statements.add_up import add_up_lines, add_up_specialties
from pbc.methods.statements.compare import Reach, compare_with_budget
from pbc.methods.statements.profile import count_days, list_kinds, profile_budgets, share_months
from pbc.money import share_out
from pbc.periods import FinancialYear, Month
from pbc.reference.activity import POINTS_OF_DELIVERY
from pbc.tables import ACTIVITY_CELLS, COMMISSIONER_RESOURCES, WEIGHTED_LISTS

YEAR = FinancialYear(2009)
LUCK = np.random.default_rng(2009)
CODES = [f"Z9{at:04d}" for at in range(40)]
PAST = [month.plus(-12) for month in YEAR.months()]


def past_kinds() -> pl.DataFrame:
    kinds = ["DC", "EL", "NEL", "AE", "OPFA", "RX"]
    made = [
        (month.number, code, kind, int(LUCK.integers(1, 40)), int(LUCK.integers(1, 10**7)))
        for month in (*PAST, *YEAR.months()) for code in CODES for kind in kinds if LUCK.random() < 0.9
    ]  # fmt: skip
    names = ["month", "practice_code", "point_of_delivery", "activity_count", "cost_pence"]
    return pl.DataFrame(made, schema=names, orient="row").with_columns(pl.col("month").cast(pl.Int32))


def test_opening_budgets_agree_with_fractions() -> None:
    weights = {code: int(LUCK.integers(1, 10**6)) for code in CODES}
    history = {code: int(LUCK.integers(1, 10**9)) for code in CODES[:-3]}
    lists = WEIGHTED_LISTS.from_rows([
        {"practice_code": code, "list_year": "2009-10", "component": "general_acute", "commissioner_code": "ZP1",
         "registered_population": 1.0, "weighted_population": float(weight), "source": "made up"}
        for code, weight in weights.items()
    ])  # fmt: skip
    money = COMMISSIONER_RESOURCES.from_rows([
        {"financial_year": "2009-10", "commissioner_code": "ZP1", "service": "outpatients", "amount_pence": 3_141_592_653,
         "payment_form": "activity_price", "source": "made up"}
    ])  # fmt: skip
    base = pl.DataFrame(
        {"practice_code": list(history), "service": "outpatients", "historic_pence": list(history.values())}
    )
    found = set_historic(base, weighted_lists=lists, resources=money)
    average = Fraction(sum(history.values()), sum(weights[code] for code in history))
    opened = share_out(
        3_141_592_653, [Fraction(history.get(code, average * weights[code])) for code in CODES], keys=CODES
    )
    assert np.abs(found["opening_pence"].to_numpy() - np.array(opened)).max() <= 1
    assert found["target_pence"].to_list() == share_out(3_141_592_653, [weights[code] for code in CODES], keys=CODES)
    assert weigh_service(lists, service="outpatients", by_head=False)["weight"].to_list() == list(weights.values())


@pytest.mark.parametrize("seed", range(8))
def test_pace_of_change_agrees_with_a_search_by_halving(seed: int) -> None:
    """The side that moves less is moved faster by one factor: found here by halving, there between the bends."""
    luck = np.random.default_rng(seed)
    targets = luck.integers(10**7, 10**9, 60)
    opening = (targets * luck.uniform(0.6, 1.5, 60)).astype(np.int64)
    opening = (opening * (targets.sum() / opening.sum())).astype(np.int64)
    opening[0] += targets.sum() - opening.sum()
    pace = CloseDistance(closed_share=0.07, tolerance_ratio=0.1, minimum_ratio=0.02)
    gap = (targets - opening).astype(float)
    asked = targets * pace.move(np.abs(gap) / targets)
    expected = opening.astype(float)
    moved = max(asked[gap > 0].sum(), asked[gap < 0].sum())
    for side, sign in ((gap > 0, 1), (gap < 0, -1)):
        low, high = 0.0, 1e6
        for _ in range(200):
            middle = (low + high) / 2
            short = np.minimum(np.abs(gap[side]), middle * asked[side]).sum() < moved
            low, high = (middle, high) if short else (low, middle)
        expected[side] += sign * np.minimum(np.abs(gap[side]), high * asked[side])
    found = close_distance(opening, targets=targets, pace=pace)
    assert np.abs(found - expected).max() < 2


def profiled(
    services: list[str], past: pl.DataFrame
) -> tuple[pl.DataFrame, list[str], dict[str, np.ndarray], pl.DataFrame]:
    """Budgets by luck, their kinds of activity, the shares of the months and the profiles."""
    budgets = pl.DataFrame([(code, service, "activity_price", int(LUCK.integers(1, 10**9))) for code in CODES for service in services],
        schema=["practice_code", "service", "payment_form", "budget_pence"], orient="row")  # fmt: skip
    kinds = [kind for service in services for kind in list_kinds(service)]
    shares = share_months(past, year=YEAR, kinds=kinds, method="seasonal")
    sizes = pl.DataFrame({"practice_code": CODES, "planned_list_size": 1.0})
    return budgets, kinds, shares, profile_budgets(budgets, year=YEAR, past=past, month_shares=shares, list_sizes=sizes)


def test_profiles_agree_with_sharing_one_row_at_a_time() -> None:
    past = past_kinds().filter(pl.col("month") < 200904)
    services = ["planned_care", "accident_and_emergency"]
    budgets, kinds, shares, found = profiled(services, past)
    held = {
        row[:4]: row[4]
        for row in found.select("practice_code", "service", "point_of_delivery", "month", "budget_pence").iter_rows()
    }
    spent: dict[tuple[str, str], int] = defaultdict(int)
    by_month: dict[tuple[str, int], int] = defaultdict(int)
    for number, code, kind, _, cost in past.iter_rows():
        spent[code, kind] += cost
        by_month[kind, number] += cost
    for kind in kinds:
        booked = kind in ("DC", "EL")
        daily = [
            by_month[kind, month.number] / count_days(month, booked=booked) * count_days(month.plus(12), booked=booked)
            for month in PAST
        ]
        assert shares[kind].tolist() == pytest.approx([part / sum(daily) for part in daily])
    for code, service, _, budget in budgets.iter_rows():
        mine = list_kinds(service)
        split = share_out(budget, [spent[code, kind] for kind in mine], keys=range(len(mine)))
        for kind, part in zip(mine, split, strict=True):
            months = share_out(part, shares[kind].tolist(), keys=range(12))
            assert [held[code, service, kind, month.number] for month in YEAR.months()] == pytest.approx(months, abs=1)


def test_statement_agrees_with_adding_up_row_by_row() -> None:
    activity = past_kinds()
    past = activity.filter(pl.col("month") < 200904)
    services = ["planned_care", "emergency_care", "outpatients", "accident_and_emergency", "prescribing"]
    _, _, _, profiles = profiled(services, past)
    cuts = activity.select("month", "practice_code", pl.col("point_of_delivery").alias("item"), pl.lit("provider").alias("cut"),
        pl.lit("").alias("point_of_delivery"), "activity_count", "cost_pence", pl.lit(False).alias("is_broken"))  # fmt: skip
    month, known = Month(2009, 11), Month(2009, 9)
    found = compare_with_budget(activity, profiles=profiles, reach=Reach(month, {"RX": known}), cuts=cuts)
    expected: dict[tuple[str, str, str], list[int]] = defaultdict(lambda: [0, 0, 0])
    for at, rows in ((0, activity), (1, profiles)):
        for row in rows.iter_rows(named=True):
            kind, value = row["point_of_delivery"], row["cost_pence"] if at == 0 else row["budget_pence"]
            last = known.number if kind == "RX" else month.number
            service = POINTS_OF_DELIVERY[kind].service
            for back, place in ((0, at), (100, 2)) if at == 0 else ((0, at),):
                if 200904 - back <= row["month"] <= last - back:
                    for key in (("total", "all"), ("service", service), ("point_of_delivery", kind)):
                        expected[row["practice_code"], *key][place] += value
    to_date = found.filter((pl.col("period") == "year_to_date") & (pl.col("cut") != "provider"))
    wanted = to_date.select(
        "practice_code", "cut", "item", "actual_pence", "budget_pence", "previous_year_pence"
    ).iter_rows()
    assert {row[:3]: [value or 0 for value in row[3:]] for row in wanted} == dict(expected)


def test_steps_over_cells_agree_with_frames() -> None:
    base = dict.fromkeys((column.name for column in ACTIVITY_CELLS.columns if column.kind in ("count", "pence")), 0)
    made = [
        {
            "month": 200903 + int(LUCK.integers(0, 4)), "practice_code": CODES[int(LUCK.integers(3))],
            "provider_code": f"ZH{LUCK.integers(1, 3)}", "point_of_delivery": ["DC", "AE"][int(LUCK.integers(2))],
            "treatment_function_code": str(100 + LUCK.integers(0, 5)), "commissioner_code": "ZP1",
            "activity_count": int(LUCK.integers(1, 9)), "cost_pence": int(LUCK.integers(1, 10**12)),
            "plan_price_pence": int(LUCK.integers(1, 10**12)),
        }
        for _ in range(500)
    ]  # fmt: skip
    cells = ACTIVITY_CELLS.from_rows([base | row for row in made])
    wanted = cells.filter(pl.col("month").is_between(200904, 200905))
    with open_engine() as engine:
        held = engine.adopt(cells, ACTIVITY_CELLS.sql_columns)
        lines = add_up_lines(held, first=Month(2009, 4), last=Month(2009, 5)).frame()
        specialties = add_up_specialties(held, first=Month(2009, 4), last=Month(2009, 5), broken=("AE",)).frame()
    key = ["month", "practice_code", "commissioner_code", "provider_code", "point_of_delivery"]
    slow = wanted.group_by(key).agg(pl.col("activity_count", "cost_pence", "plan_price_pence").sum())
    assert lines.sort(key).equals(slow.select(lines.columns).sort(key))
    key = ["month", "practice_code", "treatment_function_code"]
    slow = wanted.group_by(key).agg(
        pl.col("activity_count", "cost_pence").sum(),
        (pl.col("point_of_delivery") == "AE").sum().cast(pl.Int64).alias("broken_count"),
    )
    assert specialties.sort(key).equals(slow.sort(key))
