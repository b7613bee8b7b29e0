"""Budgets compared: every step adds up to this year's budget, list and need move nothing in all, drafts differ exactly."""

from __future__ import annotations

from typing import Any

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from pbc.methods.budgets.compare_scenarios import compare_scenarios
from pbc.methods.budgets.compare_years import BudgetYear, compare_years
from pbc.methods.budgets.preview import list_previews
from pbc.periods import FinancialYear
from pbc.tables import BUDGET_LINES, BUDGET_TARGETS, CHANCE_BANDS, COMMISSIONER_RESOURCES, WEIGHTED_LISTS

YEAR = FinancialYear(2010)
FEW = settings(max_examples=30)
CODES, SERVICES = ("A", "B", "C", "D"), ("outpatients", "prescribing", "community")
STEPS = ("historic", "need", "pace_of_change", "top_slice", "risk_pool", "adjustment", "rounding", "in_year_1")
pence = st.integers(-(10**9), 10**9)
money = st.dictionaries(st.sampled_from(SERVICES), st.integers(0, 10**10))
lines = st.dictionaries(st.tuples(st.sampled_from(CODES), st.sampled_from(SERVICES), st.sampled_from(STEPS)), pence)
people = st.dictionaries(
    st.sampled_from(CODES),
    st.tuples(st.integers(1, 90_000), st.floats(0.3, 3.0), st.sampled_from(["ZP1", "ZP2"])),
    min_size=1,
)


def stacked(steps: dict[tuple[str, str, str], int]) -> pl.DataFrame:
    return BUDGET_LINES.from_rows([
        {"financial_year": "2010-11", "practice_code": code, "service": service, "step": step, "amount_pence": amount,
         "sequence": 10 * (1 + STEPS.index(step)) + (100 if step == "in_year_1" else 0), "payment_form": "local",
         "rule": "made up", "reason": "made up"}
        for (code, service, step), amount in steps.items()
    ])  # fmt: skip


def weighted(held: dict[str, tuple[int, float, str]]) -> pl.DataFrame:
    return WEIGHTED_LISTS.from_rows([
        {"practice_code": code, "list_year": "2010-11", "component": "overall", "commissioner_code": payer, "source": "made up",
         "registered_population": float(count), "weighted_population": count * need, "need_index_england": need}
        for code, (count, need, payer) in held.items()
    ])  # fmt: skip


def resources(held: dict[str, int]) -> pl.DataFrame:
    return COMMISSIONER_RESOURCES.from_rows([
        {"financial_year": "2010-11", "commissioner_code": payer, "service": service, "amount_pence": amount,
         "payment_form": "apportioned" if service == "community" else "activity_price", "source": "made up"}
        for service, amount in held.items() for payer in ("ZP1", "ZP2")
    ])  # fmt: skip


years = st.builds(BudgetYear, lines.map(stacked), people.map(weighted), money.map(resources))


def by_line(frame: pl.DataFrame) -> dict[Any, int]:
    sums = frame.group_by("practice_code", "service").agg(pl.col("amount_pence").sum())
    return {(code, service): amount for code, service, amount in sums.iter_rows() if amount}


@FEW
@given(years, years)
def test_steps_between_two_years_add_up_to_this_years_budget(before: BudgetYear, after: BudgetYear) -> None:
    found = compare_years(before, after, year=YEAR)
    assert by_line(found) == by_line(after.lines)
    assert by_line(found.filter(pl.col("step") == "last_year")) == by_line(before.lines)
    for step in ("list_size", "need"):
        sums = found.filter(pl.col("step") == step).group_by("service").agg(pl.col("amount_pence").sum())
        assert sums.filter(pl.col("amount_pence") != 0).is_empty()


@FEW
@given(years, years, st.randoms(use_true_random=False))
def test_order_of_rows_changes_no_step(before: BudgetYear, after: BudgetYear, luck: Any) -> None:
    seed = luck.randint(0, 999)
    mixed = [
        BudgetYear(
            *(each.sample(fraction=1.0, shuffle=True, seed=seed) for each in (y.lines, y.weighted_lists, y.resources))
        )
        for y in (before, after)
    ]
    assert compare_years(*mixed, year=YEAR).equals(compare_years(before, after, year=YEAR))


@FEW
@given(st.lists(lines.map(stacked), min_size=2, max_size=4))
def test_differences_between_drafts_are_exact_for_each_practice_and_in_all(drafts: list[pl.DataFrame]) -> None:
    found = compare_scenarios({f"draft {at}": draft for at, draft in enumerate(drafts)})
    for at, draft in enumerate(drafts):
        mine = found.filter(pl.col("scenario") == f"draft {at}")
        assert mine["budget_pence"].sum() == draft["amount_pence"].sum()
        assert mine["difference_pence"].sum() == draft["amount_pence"].sum() - drafts[0]["amount_pence"].sum()


@FEW
@given(people, st.data())
def test_previews_of_clusters_and_commissioners_are_the_sums_of_their_practices(
    held: dict[str, tuple[int, float, str]], data: st.DataObject
) -> None:
    amounts = st.integers(0, 10**9)
    targets = BUDGET_TARGETS.from_rows([
        {"financial_year": "2010-11", "practice_code": code, "service": "total", "target_pence": data.draw(amounts),
         "budget_pence": data.draw(amounts), "historic_pence": data.draw(st.none() | amounts),
         "opening_distance_ratio": data.draw(st.none() | st.floats(-0.5, 0.5)), "closing_distance_ratio": 0.0}
        for code in held
    ])  # fmt: skip
    clusters = pl.DataFrame(
        {"practice_code": list(held), "cluster_code": [f"ZC{payer}" for _, _, payer in held.values()]}
    )
    payers = sorted({payer for _, _, payer in held.values()})
    units = [*(("practice", code) for code in held), *((kind, mark + payer) for payer in payers
             for kind, mark in (("cluster", "ZC"), ("commissioner", "")))]  # fmt: skip
    bands = CHANCE_BANDS.from_rows([
        {"financial_year": "2010-11", "statement_month": 201103, "unit_kind": kind, "unit_code": code, "budget_pence": 5,
         "actual_pence": 5, "budget_at_chance_pence": 5, "cheque_pounds": 1.0, "label": "", "own_label": "",
         "is_provisional": True, "sentence": ""}
        for kind, code in units
    ])  # fmt: skip
    found = list_previews(targets, weighted_lists=weighted(held), clusters=clusters, chance_bands=bands, year=YEAR)
    practices = found.filter(pl.col("unit_kind") == "practice")
    for kind in ("cluster", "commissioner"):
        above = found.filter(pl.col("unit_kind") == kind)
        for name in ("list_size", "target_pence", "budget_pence"):
            assert above[name].sum() == practices[name].sum()
    whole = found.filter(pl.col("unit_kind") == "commissioner")["need_index_commissioner"]
    assert (whole - 1).abs().max() < 1e-9
    assert found.filter((pl.col("unit_kind") != "practice") & (pl.col("historic_pence").is_null())).height % 2 == 0
