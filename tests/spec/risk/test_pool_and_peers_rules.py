"""The risk pool, and others to compare with.

What the risk pool bears is taken off the budgets and the cost of practices alike, also off the budget by formula. Others
are compared with on the same terms as oneself; own years count only where every member has a whole year by formula and
the list stayed much the same.
"""

from dataclasses import replace
from typing import Any

import polars as pl
import pytest

from pbc.methods.risk import (
    band_chance,
    cede_excess,
    default_cheque,
    measure_cheque,
    measure_own_history,
)
from pbc.periods import FinancialYear
from pbc.policy.policy import load_policy
from pbc.tables import BUDGET_POSITIONS, CEDED_COSTS, PERSON_SPREAD

YEAR = FinancialYear(2009)
POLICY = load_policy("england-2005")
DEFAULT = default_cheque(POLICY, on=YEAR.start)
BUDGET = 400_000_000
EARLIER = ["2007-08", "2008-09"]


def positions(codes: list[str], **given: Any) -> pl.DataFrame:
    usual = dict(
        financial_year="2009-10", statement_month=201003, cluster_code="ZC01", commissioner_code="ZP1", list_size=6_000,
        months_count=12, activity_budget_pence=BUDGET, activity_actual_pence=BUDGET,
    )  # fmt: skip
    return BUDGET_POSITIONS.from_rows([usual | given | dict(practice_code=code) for code in codes])


def past(codes: list[str], ratio: float = 1.0, people: dict[str, int] | None = None) -> pl.DataFrame:
    """Two earlier years of each practice; the first code at `ratio`, the rest on budget; lists of the first by year."""
    return pl.DataFrame([
        dict(financial_year=year, practice_code=code, budget_pence=BUDGET,
             actual_pence=round(BUDGET * ratio) if code == codes[0] else BUDGET,
             list_size=(people or {}).get(year, 6_000) if code == codes[0] else 6_000)
        for year in EARLIER for code in codes
    ])  # fmt: skip


def unit(bands: pl.DataFrame, code: str) -> dict[str, Any]:
    return bands.filter(pl.col("unit_code") == code).row(0, named=True)


def ceding(codes: list[str], pence: int) -> pl.DataFrame:
    """Every practice cedes so much, and the pool was given as much of its budget."""
    amounts = dict.fromkeys(
        ("ceded_pence", "contribution_pence", "year_contribution_pence", "budget_taken_pence"), pence
    )
    return CEDED_COSTS.from_rows([
        dict.fromkeys(CEDED_COSTS.names, 0) | amounts
        | dict(financial_year="2009-10", statement_month=201003, unit_kind="practice", unit_code=code,
               commissioner_code="ZP1", basis="expected_share", rule="R3.4", parameter="risk.stop_loss_pounds")
        for code in codes
    ])  # fmt: skip


def own_change(now: pl.DataFrame, cheque: Any, codes: list[str], ceded: pl.DataFrame) -> float:
    capped = cede_excess(now, ceded_costs=ceded)
    history = measure_own_history(past(codes), positions=capped, year=YEAR)
    found = band_chance(capped, year=YEAR, cheque=cheque, policy=POLICY, own_history=history, ceded_costs=ceded)
    return float(unit(found, codes[0])["own_change_ratio"])


def test_budget_by_formula_is_less_what_the_pool_bears() -> None:
    """Given a twentieth of every budget and cost ceded, then a practice that spent its budget by formula did not change."""
    codes = [f"P{at:02}" for at in range(10)]
    ceded = ceding(codes, BUDGET // 20)
    capped = replace(DEFAULT, stop_loss_pounds=20_000, ceded_share=0.05, pool_cheque_pounds=30_000.0)
    blended = dict(history_weight_ratio=0.5, history_years_count=1, formula_budget_pence=BUDGET)
    now = positions(codes, **blended)
    assert own_change(now, capped, codes, ceded) == pytest.approx(0.0, abs=1e-12)
    costlier = now.with_columns(
        activity_actual_pence=pl.when(pl.col("practice_code") == "P00").then(BUDGET * 11 // 10).otherwise(BUDGET)
    )
    # 10% of the whole budget, over the part of it the practice still bears
    assert own_change(costlier, capped, codes, ceded) == pytest.approx(0.1 / 0.95, rel=1e-9)


@pytest.mark.parametrize("borne, ceded, share", [(90.0, 10.0, 0.1), (50.0, 50.0, 0.5), (100.0, 0.0, 0.0)])
def test_ceded_share_is_of_all_cost(borne: float, ceded: float, share: float) -> None:
    """Given what practices bear and what the pool bears, then the share ceded is of the two together."""
    n = 60_000
    row = dict(
        financial_year="2009-10", practice_code="Z90001", persons_count=n, person_years=float(n), cost_pounds=borne * n,
        cost_squared_pounds=borne**2 * n * 10, cost_exposure_pounds=borne * n, exposure_squared_years=float(n),
        event_cost_pounds=borne * n, event_cost_squared_pounds=borne**2 * n, ceded_pounds=ceded * n,
        ceded_squared_pounds=ceded**2 * n * 10, ceded_exposure_pounds=ceded * n, negative_persons_count=0,
    )  # fmt: skip
    found = measure_cheque(PERSON_SPREAD.from_rows([row]), year=YEAR, policy=POLICY)
    assert found.ceded_share == pytest.approx(share)


@pytest.mark.parametrize("lacking", [dict(year_share=0.5), dict(history_weight_ratio=0.5, history_years_count=1)])
def test_cluster_is_judged_on_its_own_years_only_when_every_member_can_be(lacking: dict[str, Any]) -> None:
    """Given one member without a whole year by formula, then its cluster shows no own position; without it, one."""
    whole, other = positions(["A", "B"]), positions(["C"], cluster_code="ZC02")
    for members, shown in ((whole, True), (pl.concat([whole[:1], positions(["B"], **lacking)]), False)):
        now = pl.concat([members, other])
        history = measure_own_history(past(["A", "B", "C"], ratio=1.06), positions=now, year=YEAR)
        bands = band_chance(now, year=YEAR, cheque=DEFAULT, policy=POLICY, own_history=history)
        assert (unit(bands, "ZC01")["own_change_z"] is not None) == shown
        assert unit(bands, "A")["own_change_z"] is not None


def test_history_in_the_budget_widens_the_comparison_with_others() -> None:
    """Given budgets that are last year's own cost, then a distance from others counts for less, by the root of 1.6."""
    codes = [f"P{at:02}" for at in range(10)]
    higher = pl.when(pl.col("practice_code") == "P00").then(BUDGET * 12 // 10).otherwise(BUDGET)
    z = {
        weight: unit(
            band_chance(
                positions(codes, history_weight_ratio=weight, history_years_count=1).with_columns(
                    activity_actual_pence=higher
                ),
                year=YEAR, cheque=DEFAULT, policy=POLICY,
            ),
            "P00",
        )["peer_z"]
        for weight in (0.0, 1.0)
    }  # fmt: skip
    g = 1 + 1 - 2 * DEFAULT.persistence
    assert z[0.0] / z[1.0] == pytest.approx(g**0.5, rel=1e-9)


@pytest.mark.parametrize("before, years", [(5_000, 1), (5_200, 1), (5_218, 2), (6_000, 2), (7_050, 2), (7_500, 1)])
def test_list_that_changed_by_over_fifteen_in_a_hundred_starts_afresh(before: int, years: int) -> None:
    """Given the list two years ago and 6,000 since, then the years that count: 20% and 15.4% more cut off, 15% do not."""
    rows = past(["A", "B"], ratio=1.06, people={"2007-08": before})
    found = measure_own_history(rows, positions=positions(["A", "B"]), year=YEAR)
    assert found.filter(pl.col("unit_code") == "A")["own_years_count"].to_list() == [years]
