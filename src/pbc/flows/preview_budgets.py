"""What a draft adds to its budgets for people to look at: previews with chance bands, and what changed since last year."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from pbc.flows.make_budgets import MadeBudgets
from pbc.flows.own_past import weigh_lines
from pbc.flows.past_activity import who_answers
from pbc.flows.stop_loss import measured_alike
from pbc.methods.attribution.successions import trace_successions
from pbc.methods.budgets.compare_years import BudgetYear, compare_years
from pbc.methods.budgets.lines import add_up_budgets
from pbc.methods.budgets.preview import list_previews
from pbc.methods.risk import (
    Cheque,
    add_up_positions,
    band_chance,
    cede_excess,
    list_ceded_costs,
    measure_cheque,
)
from pbc.periods import FinancialYear, Month
from pbc.policy import Policy
from pbc.results import PublishedSet, Store


@dataclass(frozen=True)
class Previewed:
    """Tables to publish beside a draft's, and the further sets they were made from."""

    tables: Mapping[str, pl.DataFrame]
    inputs: Mapping[str, str]


def preview_budgets(store: Store, made: MadeBudgets, *, year: FinancialYear, policy: Policy) -> Previewed:
    """This returns BUDGET_PREVIEWS of budgets not yet published, and BUDGET_CHANGES where last year's are held.

    Chance bands are drawn before any actual: how far luck alone moves a whole year of such a budget, with the cheque
    measured on the last two year ends held, or else the policy's default, and said so. Pence. Source: chance.md 5.2,
    decision methods/0164.
    """
    register = store.current("register")
    ends = [found for back in (1, 2) if (found := store.find(f"year-end/{year.plus(-back).slug}"))]
    alike = measured_alike(ends, year=year, policy=policy)
    lists = store.current(f"need/{year.slug}").frame("weighted_lists").filter(pl.col("list_year") == year.slug)
    clusters = _clusters(register, policy, year)
    practices = lists.filter(pl.col("component") == "overall").join(clusters, on="practice_code", how="left")
    bands = _bands(made, practices, alike, year=year, policy=policy)
    previews = list_previews(
        made.tables["budget_targets"], weighted_lists=lists, clusters=clusters, chance_bands=bands, year=year
    )
    changes, inputs = _changes(store, made, register, year)
    return Previewed({"budget_previews": previews, **changes}, {found.name: found.set_id for found in alike} | inputs)


def _clusters(register: PublishedSet, policy: Policy, year: FinancialYear) -> pl.DataFrame:
    relation, day = policy.text("regime.cluster_relation", on=year.start), year.start
    held = register.frame("memberships").filter(
        (pl.col("relation") == relation) & (pl.col("starts_on") <= day) & (pl.col("ends_before") > day)
    )
    named = held.select(pl.col("member_code").alias("practice_code"), pl.col("parent_code").alias("cluster_code"))
    return named.unique("practice_code", keep="first", maintain_order=True)


def _bands(
    made: MadeBudgets, practices: pl.DataFrame, ends: list[PublishedSet], *, year: FinancialYear, policy: Policy
) -> pl.DataFrame:
    lines = made.tables["budget_lines"]
    history = weigh_lines(lines, receipt=made.receipt, policy=policy, on=year.start)
    known = practices.select(
        "practice_code",
        "commissioner_code",
        "cluster_code",
        pl.col("registered_population").round().cast(pl.Int64).alias("list_size"),
        pl.lit(12, pl.Int64).alias("months_count"),
    )
    budgets = add_up_budgets(lines).with_columns(actual_pence=pl.col("budget_pence"))
    positions = add_up_positions(
        budgets, practices=known.join(history, on="practice_code", how="left"), year=year, month=Month.of(year.end)
    )
    spread = pl.concat([found.frame("person_spread") for found in ends]) if ends else None
    cheque = measure_cheque(spread, year=year, policy=policy)
    ceded = _expected_to_cede(positions, lines, cheque, policy)
    capped = positions if ceded is None else cede_excess(positions, ceded_costs=ceded)
    return band_chance(capped, year=year, cheque=cheque, policy=policy, ceded_costs=ceded)


def _expected_to_cede(
    positions: pl.DataFrame, lines: pl.DataFrame, cheque: Cheque, policy: Policy
) -> pl.DataFrame | None:
    """With a stop-loss, budgets on capped cost: what the pool is given, and nothing yet borne."""
    if cheque.stop_loss_pounds is None:
        return None
    nobody = pl.DataFrame(
        schema={"practice_code": pl.String}
        | dict.fromkeys(("measured_pence", "no_person_pence", "ceded_pence", "persons_count"), pl.Int64)
    )
    held = lines.filter(pl.col("step") == "risk_pool").group_by("practice_code")
    return list_ceded_costs(
        nobody,
        positions=positions,
        costs=positions.select("practice_code", pl.col("activity_actual_pence").alias("cost_pence")),
        held_back=held.agg((-pl.col("amount_pence").sum()).alias("held_back_pence")),
        expected_share=cheque.ceded_share,
        policy=policy,
    )


def _changes(
    store: Store, made: MadeBudgets, register: PublishedSet, year: FinancialYear
) -> tuple[dict[str, pl.DataFrame], dict[str, str]]:
    last = year.plus(-1)
    budgets, need = (store.find(f"{kind}/{last.slug}") for kind in ("budgets", "need"))
    if budgets is None or need is None:
        return {}, {}
    answers = who_answers(trace_successions(register.frame("memberships")), on=year.start)
    heir = pl.col("practice_code").replace(answers)
    before = _year_of(budgets.frame("budget_lines"), need, last)
    carried = BudgetYear(before.lines.with_columns(heir), before.weighted_lists.with_columns(heir), before.resources)
    after = _year_of(made.tables["budget_lines"], store.current(f"need/{year.slug}"), year)
    changes = compare_years(carried, after, year=year)
    return {"budget_changes": changes}, {found.name: found.set_id for found in (budgets, need)}


def _year_of(lines: pl.DataFrame, need: PublishedSet, year: FinancialYear) -> BudgetYear:
    lists = need.frame("weighted_lists").filter(pl.col("list_year") == year.slug)
    resources = need.frame("commissioner_resources").filter(pl.col("financial_year") == year.slug)
    return BudgetYear(lines, lists, resources)
