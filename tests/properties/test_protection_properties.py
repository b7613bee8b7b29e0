"""Protected savings: the service keeps its money to the penny, who is protected never opens lower, and lines still add up."""

from __future__ import annotations

import polars as pl
from hypothesis import given
from hypothesis import strategies as st
from tests.properties.test_budget_properties import SERVICES, YEAR, build, small_world, sums

from pbc.methods.budgets.lines import NEED, add_up_budgets, stack_lines
from pbc.methods.budgets.opening import set_historic
from pbc.methods.budgets.protection import add_protected, list_protected, split_protected
from pbc.methods.budgets.set_budgets import keep_historic
from pbc.tables import BUDGET_PROTECTIONS, COMMISSIONER_RESOURCES, WEIGHTED_LISTS


def world_again(standing: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """The past, lists and resources that made a standing."""
    base = standing.select("practice_code", "service", "historic_pence")
    lists = standing.filter(pl.col("service") == SERVICES[0]).with_columns(
        list_year=pl.lit(YEAR.slug), component=pl.lit("overall"), commissioner_code=pl.lit("ZP1"), source=pl.lit("made up"),
        registered_population="weight", weighted_population="weight", need_index_england=pl.lit(1.0),
        need_index_commissioner=pl.lit(1.0),
    )  # fmt: skip
    money = standing.group_by("service").agg(pl.col("target_pence").sum().alias("amount_pence")).with_columns(
        financial_year=pl.lit(YEAR.slug), commissioner_code=pl.lit("ZP1"), payment_form=pl.lit("activity_price"),
        source=pl.lit("made up"),
    )  # fmt: skip
    return base, WEIGHTED_LISTS.conform(lists), COMMISSIONER_RESOURCES.conform(money)


@given(small_world, st.integers(1, 10**8), st.data())
def test_protection_conserves_each_service_and_only_ever_helps_who_is_protected(
    world: list[tuple[int, int, int, int]], saving: int, data: st.DataObject
) -> None:
    plain = build(world)
    held = plain.filter((pl.col("historic_pence") > 0) & pl.col("opening_pence").is_not_null())
    if held.is_empty():
        return
    code, service = data.draw(st.sampled_from(held.select("practice_code", "service").rows()))
    shown = BUDGET_PROTECTIONS.from_rows([
        {"practice_code": code, "service": service, "first_year": YEAR.slug, "amount_pence": saving, "years_count": 1,
         "decision": "PEC 7", "reason": "why"}
    ])  # fmt: skip
    base, lists, money = world_again(plain)
    protected = list_protected(shown, year=YEAR, usual_years=3)
    again = set_historic(add_protected(base, protected=protected), weighted_lists=lists, resources=money)
    standing = split_protected(again, protected=protected)
    assert sums(standing, "opening_pence") == sums(plain, "opening_pence")
    assert standing["historic_pence"].to_list() == plain["historic_pence"].to_list()
    mine = (pl.col("practice_code") == code) & (pl.col("service") == service)
    before, after = (each.filter(mine)["opening_pence"][0] for each in (plain, standing))
    assert after >= before - 1  # a penny of largest remainder may fall elsewhere
    budget = keep_historic(standing)
    lines = stack_lines(budget, year=YEAR, pace=NEED, is_blend=True)
    added = add_up_budgets(lines).join(budget, on=["practice_code", "service"])
    assert added["budget_pence"].to_list() == added["budget_pence_right"].to_list()
    assert lines.filter(pl.col("step") == "saving_protected")["amount_pence"].to_list() == [saving]
