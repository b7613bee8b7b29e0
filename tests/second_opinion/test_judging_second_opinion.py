"""Slow and obvious versions of positions, own history, formula error and the split, one practice at a time."""

import math
import random
from fractions import Fraction
from pathlib import Path

import polars as pl
import pytest

from pbc.methods.risk import (
    add_up_positions,
    band_chance,
    complete_positions,
    default_cheque,
    list_own_years,
    measure_formula_error,
    measure_own_history,
)
from pbc.methods.savings import find_split, split_freed_up_resources
from pbc.periods import FinancialYear, Month
from pbc.policy.policy import load_policy

YEAR = FinancialYear(2009)
POLICY = load_policy("england-2005")
SERVICES = [
    ("planned_care", "activity_price"), ("emergency_care", "marginal"), ("outpatients", "block"),
    ("prescribing", "activity_price"), ("community", "apportioned"),
]  # fmt: skip


@pytest.fixture(params=[1, 2, 3])
def chance(request: pytest.FixtureRequest) -> random.Random:
    return random.Random(request.param)


def made_up_lines(chance: random.Random) -> list[dict[str, object]]:
    return [
        dict(practice_code=f"Z{i:02}", service=service, payment_form=form, budget_pence=chance.randrange(10**8, 10**9),
             actual_pence=chance.randrange(10**8, 10**9), price_effect_pence=chance.randrange(-1000, 1000))
        for i in range(12) for service, form in SERVICES
    ]  # fmt: skip


def made_up_positions(lines: list[dict[str, object]]) -> pl.DataFrame:
    practices = pl.DataFrame([
        dict(practice_code=f"Z{i:02}", cluster_code=f"ZC{i % 3}", commissioner_code="ZP1", list_size=4_000 + 500 * i,
             months_count=12, bill_adjustment_pence=-1_000_003 * i)
        for i in range(12)
    ])  # fmt: skip
    return add_up_positions(pl.DataFrame(lines), practices=practices, year=YEAR, month=Month(2010, 3))


def test_positions_are_sums_of_lines(chance: random.Random) -> None:
    lines = made_up_lines(chance)
    for row in complete_positions(made_up_positions(lines)).rows(named=True):
        mine = {line["service"]: line for line in lines if line["practice_code"] == row["practice_code"]}
        for what in ("budget_pence", "actual_pence"):
            assert row[f"activity_{what}"] == mine["planned_care"][what] + mine["emergency_care"][what]  # type: ignore[operator]
            assert row[f"prescribing_{what}"] == mine["prescribing"][what]
            assert row[f"fixed_{what}"] == mine["outpatients"][what]
        assert row["apportioned_budget_pence"] == mine["community"]["budget_pence"]


def test_own_history_is_a_mean_of_gaps_to_the_rest(chance: random.Random) -> None:
    positions = made_up_positions(made_up_lines(chance))
    budgets = {
        row["practice_code"]: row["activity_budget_pence"] + row["prescribing_budget_pence"]
        for row in positions.rows(named=True)
    }
    past = [
        dict(financial_year=year, practice_code=code, budget_pence=budget, list_size=4_000,
             actual_pence=round(budget * chance.uniform(0.8, 1.2)))
        for code, budget in budgets.items() for year in ("2006-07", "2007-08", "2008-09")
    ]  # fmt: skip
    now = positions.with_columns(pl.lit(4_000).cast(pl.Int64).alias("list_size"))
    found = measure_own_history(pl.DataFrame(past), positions=now, year=YEAR)
    clusters = dict(zip(now["practice_code"], now["cluster_code"], strict=True))
    for row in found.rows(named=True):
        gaps = []
        for year in ("2006-07", "2007-08", "2008-09"):
            this = [r for r in past if r["financial_year"] == year]
            mine = [r for r in this if row["unit_code"] in (r["practice_code"], clusters[r["practice_code"]])]
            rest = [r for r in this if r not in mine]
            ratios = [
                sum(r["actual_pence"] for r in part) / sum(r["budget_pence"] for r in part) for part in (mine, rest)
            ]
            gaps.append(ratios[0] - ratios[1])
        assert row["own_variance_ratio"] == pytest.approx(sum(gaps) / 3, rel=1e-9)
    assert found.height == 12 + 3


def test_formula_error_by_the_book(chance: random.Random) -> None:
    positions = made_up_positions(made_up_lines(chance))
    cheque = default_cheque(POLICY, on=YEAR.start)
    average = positions["activity_budget_pence"].sum() / positions["list_size"].sum()
    weights, ratios = [], []
    for row in positions.rows(named=True):
        hospital, drugs = row["activity_budget_pence"] / 100, row["prescribing_budget_pence"] / 100
        need = min(max(row["activity_budget_pence"] / row["list_size"] / average, 0.5), 2.0)
        variance = cheque.cheque_pounds * need**0.4 * hospital + 83 * drugs + (0.012 * drugs) ** 2
        if variance / (hospital + drugs) ** 2 <= 0.04:
            weights.append((hospital + drugs) ** 2 / variance)
            ratios.append(
                (row["activity_actual_pence"] + row["prescribing_actual_pence"]) / 100 / (hospital + drugs) - 1
            )
    mean = sum(w * x for w, x in zip(weights, ratios, strict=True)) / sum(weights)
    q = sum(w * (x - mean) ** 2 for w, x in zip(weights, ratios, strict=True))
    squared = max(0.0, (q - (len(weights) - 1)) / (sum(weights) - sum(w * w for w in weights) / sum(weights)))
    used = math.sqrt((10 * 0.09**2 + (len(weights) - 1) * squared) / (10 + len(weights) - 1))
    found = measure_formula_error(positions, year=YEAR, cheque=cheque, policy=POLICY)
    assert found.formula_error == pytest.approx(used, rel=1e-9)


@pytest.mark.parametrize("share", ["0.7", "0.85", "1.0"])
def test_split_is_by_the_book(chance: random.Random, share: str, tmp_path: Path) -> None:
    local = f"savings.retained_share:\n  values:\n    - {{from: 2009-04-01, value: {share}, status: local_agreement, source: 'Compact'}}\n"
    (tmp_path / "compact.yaml").write_text(local, encoding="utf-8")
    policy = load_policy("england-2005", overlays=[tmp_path / "compact.yaml"])
    assert find_split(policy, on=YEAR.start).retained == Fraction(share)
    positions = made_up_positions(made_up_lines(chance))
    found = split_freed_up_resources(positions, year=YEAR, policy=policy, held_at="cluster")
    for row in found.rows(named=True):
        net = gross = 0
        for line in positions.filter(pl.col("cluster_code") == row["unit_code"]).rows(named=True):
            actual = line["activity_actual_pence"] + line["price_effect_pence"] + line["prescribing_actual_pence"]
            actual += line["bill_adjustment_pence"] if row["basis"] == "bill" else 0
            under = line["activity_budget_pence"] + line["prescribing_budget_pence"] - actual
            net, gross = net + under, gross + max(0, under)
        freed = max(0, net)
        assert (row["freed_up_pence"], row["gross_underspend_pence"]) == (freed, gross)
        exact = Fraction(share) * freed
        assert abs(row["retained_pence"] - exact) <= Fraction(1, 2)
        assert row["retained_pence"] + row["commissioner_pence"] == freed


def test_own_years_are_last_years_positions(chance: random.Random) -> None:
    positions = made_up_positions(made_up_lines(chance))
    bands = band_chance(positions, year=YEAR, cheque=default_cheque(POLICY, on=YEAR.start), policy=POLICY)
    found = {row["practice_code"]: row for row in list_own_years(bands, positions=positions).rows(named=True)}
    for row in positions.rows(named=True):
        mine = found[row["practice_code"]]
        assert mine["budget_pence"] == row["activity_budget_pence"] + row["prescribing_budget_pence"]
        fixed_over = row["fixed_actual_pence"] - row["fixed_budget_pence"]
        assert mine["actual_pence"] == row["activity_actual_pence"] + row["prescribing_actual_pence"] + fixed_over
