"""The formula written out practice by practice in exact fractions, and neighbourhoods kept in plain dictionaries."""

from datetime import date
from fractions import Fraction
from pathlib import Path

import polars as pl
import pytest

from pbc.errors import RefusedInput
from pbc.flows.journey import Journey
from pbc.flows.share_fairly import share_fairly
from pbc.flows.share_pots import share_pots_by_neighbourhood
from pbc.methods.budgets.fair_shares_england import find_total_pence, set_fair_shares
from pbc.methods.budgets.neighbourhoods import list_exceptions, require_one_neighbourhood
from pbc.periods import FinancialYear
from pbc.policy import load_policy
from pbc.sources.published.find import find_one_published
from pbc.sources.published.weighted_populations import layout_of_year, read_weighted_population
from pbc.tables import MEMBERSHIPS

TODAY = load_policy("england-2025")


def slow_targets(rows: list[dict[str, float]], total: int) -> dict[str, Fraction]:
    """Each practice's target by the published formula, one at a time, in exact fractions of the published decimals."""
    people = sum(Fraction(row["registered_population"]) for row in rows)

    def normalised(raw: list[Fraction]) -> list[Fraction]:
        return [value / sum(raw) * people for value in raw]

    tenth = Fraction(0.1)
    hospital = normalised(
        [
            ((1 - tenth) * Fraction(row["hospital_and_community_weighted_population"])
             + tenth * Fraction(row["inequalities_weighted_population"]))
            * Fraction(row["market_forces_index"]) * Fraction(row["area_cost_index"])
            for row in rows
        ]
    )  # fmt: skip
    drugs = normalised(
        [
            (1 - tenth) * Fraction(row["prescribing_weighted_population"])
            + tenth * Fraction(row["inequalities_weighted_population"])
            for row in rows
        ]
    )
    share, rest = Fraction(0.87948237), Fraction(0.12051763)
    weights = [share * h + rest * d for h, d in zip(hospital, drugs, strict=True)]
    return {str(row["practice_code"]): total * w / sum(weights) for row, w in zip(rows, weights, strict=True)}


def test_set_fair_shares_agrees_with_the_formula_in_fractions(made_up_england: Path) -> None:
    practices = read_weighted_population(made_up_england / "made_up_2018_19.csv", year="2018-19").rows
    total = find_total_pence(practices)
    fast = set_fair_shares(practices, total_pence=total, policy=TODAY, on=date(2018, 4, 1))
    slow = slow_targets(practices.to_dicts(), total)
    assert all(abs(pence - slow[code]) < 1 for code, pence in fast.select("practice_code", "amount_pence").iter_rows())


@pytest.mark.published
def test_set_fair_shares_agrees_with_plain_loops_over_england(published_data: Path) -> None:
    """Loops over 7,325 practices in plain Python; the first 200 shares are compared."""
    path = find_one_published(published_data, layout_of_year("2018-19"), year="2018-19")
    practices = read_weighted_population(path, year="2018-19").rows
    total = find_total_pence(practices)
    fast = set_fair_shares(practices, total_pence=total, policy=TODAY, on=date(2018, 4, 1))
    people = float(practices["registered_population"].sum())
    rows = practices.to_dicts()
    raw = [(0.9 * r["hospital_and_community_weighted_population"] + 0.1 * r["inequalities_weighted_population"])
           * r["market_forces_index"] * r["area_cost_index"] for r in rows]  # fmt: skip
    drugs = [0.9 * r["prescribing_weighted_population"] + 0.1 * r["inequalities_weighted_population"] for r in rows]
    whole, all_drugs = sum(raw), sum(drugs)
    for row, first, second, pence in zip(rows[:200], raw[:200], drugs[:200], fast["amount_pence"], strict=False):
        need = 0.87948237 * first / whole * people + 0.12051763 * second / all_drugs * people
        assert abs(pence - total / people * need) < 2, row["practice_code"]


def test_share_pots_by_neighbourhood_agrees_with_dictionaries(made_up_england: Path, tmp_path: Path) -> None:
    practices = read_weighted_population(made_up_england / "made_up_2025_26.csv", year="2025-26").rows.to_dicts()
    (tmp_path / "pots.csv").write_text(
        "pot,commissioner_code,weighted_population,pounds\ncore,ZI1,Final WP,1000000.01\nprimary,ZI1,Final PMC WP,5\n"
    )
    place = {row["practice_code"]: f"N{at % 5}" for at, row in enumerate(practices) if at % 7}
    lines = [f"{code},{name},2024-04-01," for code, name in place.items()]
    (tmp_path / "places.csv").write_text("practice_code,neighbourhood,from,to\n" + "\n".join(lines) + "\n")
    result = share_pots_by_neighbourhood(
        made_up_england, year=FinancialYear(2025), pots=tmp_path / "pots.csv", neighbourhoods=tmp_path / "places.csv",
        journey=Journey(),
    )  # fmt: skip
    ours = [row for row in practices if row["commissioner_code"] == "ZI1"]
    for pot, column, pence in (("core", "overall", 100_000_001), ("primary", "primary_medical", 500)):
        whole = sum(row[f"{column}_weighted_population"] for row in ours)
        slow: dict[str, float] = {}
        for row in ours:
            name = place.get(row["practice_code"], "unassigned")
            slow[name] = slow.get(name, 0.0) + pence * row[f"{column}_weighted_population"] / whole
        fast = dict(
            result.neighbourhoods.filter(pl.col("pot") == pot).select("neighbourhood", "amount_pence").iter_rows()
        )
        assert fast == pytest.approx(slow, abs=len(ours))
        assert sum(fast.values()) == pence
    unassigned = {row["practice_code"] for row in ours} - set(place)
    assert set(result.exceptions.filter(pl.col("list") == "unassigned")["practice_code"]) == unassigned


def test_require_one_neighbourhood_agrees_with_looking_at_every_day() -> None:
    days = [date(2025, 4, day) for day in range(1, 9)]
    for first_end in range(1, 8):
        for second_start in range(7):
            rows = [("A", days[0], days[first_end]), ("B", days[second_start], days[7])]
            members = MEMBERSHIPS.from_rows(
                [
                    {
                        "member_code": "Z90001", "parent_code": name, "relation": "practice_neighbourhood",
                        "starts_on": start, "ends_before": end,
                    }
                    for name, start, end in rows
                ]
            )  # fmt: skip
            both = any(all(start <= day < end for _, start, end in rows) for day in days)
            try:
                require_one_neighbourhood(members)
                refused = False
            except RefusedInput:
                refused = True
            assert refused == both


def test_list_exceptions_agrees_that_nobody_is_forgotten(made_up_england: Path) -> None:
    """Every practice of a published file is shared with, and none is on a list of those without a share."""
    result = share_fairly(
        made_up_england, year=FinancialYear(2025), policy=TODAY, journey=Journey(), resource_pence=10**9
    )
    placed = result.shares.select(
        pl.lit("all").alias("pot"), "commissioner_code", "practice_code", pl.lit("N1").alias("neighbourhood")
    )
    named = placed.select("practice_code", pl.col("practice_code").alias("practice_name"), "commissioner_code")
    nobody = pl.DataFrame(schema={"practice_code": pl.String, "seen_in": pl.String})
    listed = list_exceptions(
        placed, practices=named, memberships=MEMBERSHIPS.empty(), dormant=nobody, on=date(2025, 4, 1)
    )
    assert listed.is_empty()
