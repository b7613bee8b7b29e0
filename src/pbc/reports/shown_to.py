"""A month's material as a reader may see it: what pages, charts, downloads and explanations are then all made from."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import polars as pl

from pbc.periods import Month
from pbc.reference.activity import PRESCRIBING_POD
from pbc.reports.hidden_months import (
    Decision,
    hide_all_changes,
    hide_changes,
    hide_months,
    moved_by_practice,
    told_again,
    told_of_last_year,
)
from pbc.reports.hidden_rows import blank, rounded, small
from pbc.reports.hidden_tables import (
    CAUSES,
    hide_bills,
    hide_ceded,
    hide_lost,
    hide_statements,
    hide_with,
)
from pbc.reports.hidden_tiers import dark_sums, hide_few, hide_tiers
from pbc.reports.material import StatementMaterial
from pbc.reports.protection import OWN_PRACTICE, Protection
from pbc.reports.statement_grid import Again, StatementGrid
from pbc.reports.summing import SUMMED, changes_moved, sums_of
from pbc.stats.small_numbers import HES_2018, RULES, SmallNumbers

ALL_SHOWN = "all"
NO_CLUSTER = "none"


def shown_to(material: StatementMaterial, protection: Protection) -> StatementMaterial:
    """This returns the material as a reader may see it; what was made for a reader already stays as it is.

    Figures hidden are empty, never nought, and named in the column `hidden` of their row. Each table is protected once.
    """
    if material.protection is not None:
        return material
    if protection.shows_all:
        return _kept(material, ALL_SHOWN, lambda: replace(material, sums=sums_of(material), protection=protection))
    rule = rule_of(material, protection)
    shown = _kept(material, rule.mode, lambda: replace(_protected(material, rule), protection=Protection(rule.mode)))
    return shown.with_own(material, protection) if protection.mode == OWN_PRACTICE else shown


def _kept(material: StatementMaterial, name: str, make: Callable[[], StatementMaterial]) -> StatementMaterial:
    """Protected once, then told to each reader as the material is."""
    if name not in material.protected:
        material.protected[name] = make()
    held = material.protected[name]
    same = (held.answer, held.as_of) == (material.answer, material.as_of)
    return held if same else held.told(answer=material.answer, as_of=material.as_of)


def rule_of(material: StatementMaterial, protection: Protection) -> SmallNumbers:
    """This returns the rule that protects others' figures: the one asked for, or that in force."""
    value = next((value.value for value in material.policy if value.name == "statements.small_numbers"), HES_2018.mode)
    return RULES[protection.rule_name(str(value))]


def _protected(material: StatementMaterial, rule: SmallNumbers) -> StatementMaterial:
    if "budget_statements" not in material.tables:
        return _of_region(material, rule)
    costs = _frames(material, "monthly_costs")
    decided = _decide(material, "activity_count", told_again(costs, _frames(material, "restated_months")), rule)
    last_year = _decide(material, "previous_year_activity", told_of_last_year(costs), rule)
    now, before = decided.cells, last_year.cells
    lost_rows, lost = hide_lost(_frames(material, "not_attributed"), rule=rule)
    table = material.table
    tables = {
        "budget_statements": hide_statements(table("budget_statements"), now=now, before=before, unit="practice_code"),
        "variance_splits": hide_with(
            table("variance_splits"), now, columns=CAUSES, cut="point_of_delivery", item="point_of_delivery"
        ),
        "bill_adjustments": hide_with(
            table("bill_adjustments"), now, columns=("amount_pence",), cut="provider", item="provider_code"
        ),
        "restated_months": hide_changes(table("restated_months"), now=decided, rule=rule),
        "prescribing_effects": _effects(table("prescribing_effects"), now, before),
        "unidentified_prescribers": blank(
            table("unidentified_prescribers"), ("items", "net_ingredient_cost_pence"), where=small("items", rule=rule)
        ),
        "monthly_costs": hide_months(table("monthly_costs"), now=decided, before=last_year),
        "not_attributed": lost_rows,
        "data_ages": blank(table("data_ages"), ("activity_count",), where=small("activity_count", rule=rule)),
        "tier_statements": hide_tiers(
            table("tier_statements"), now=now, before=before, lost=lost, clusters=material.clusters, rule=rule
        ),
        "ceded_costs": hide_ceded(_frames(material, "ceded_costs"), rule=rule),
    }
    bills = hide_bills(_frames(material, "contract_bills"), changes=table("bill_changes"), rule=rule)
    tables["contract_bills"], tables["bill_changes"] = bills
    tables["chance_bands"] = _bands(table("chance_bands"), tables["ceded_costs"])
    held = {name: rounded(frame, name, rule=rule) for name, frame in tables.items() if name in material.tables}
    ended = _ended(material, rule)
    held |= _pools(material, ended)
    sums = sums_of(material) | {"not_attributed": rounded(lost, "not_attributed", rule=rule)}
    sums["budget_statements"] = rounded(
        hide_statements(
            sums["budget_statements"],
            now=dark_sums(now, material.clusters),
            before=dark_sums(before, material.clusters),
            unit="unit",
        ),
        "budget_statements",
        rule=rule,
    )
    moved = moved_by_practice(table("restated_months"), shown=tables["restated_months"], now=decided)
    sums |= {"moved_by_practice": moved, "restated_months": changes_moved(moved, rule=rule)}
    sizes = {code: size for code, count in material.list_sizes.items() if (size := rule.rounded(count)) is not None}
    return replace(
        material, tables={**material.tables, **held}, sums={name: sums[name] for name in SUMMED}, list_sizes=sizes,
        rule=rule, ended=ended,
    )  # fmt: skip


def _decide(
    material: StatementMaterial, measure: str, again: Mapping[Month, Sequence[Again]], rule: SmallNumbers
) -> Decision:
    """What a measure hides in this statement, those of the year before it being known."""
    practices = material.table("budget_statements")["practice_code"].unique().to_list()
    clusters = {code: material.clusters.get(code, NO_CLUSTER) for code in practices}
    grid = StatementGrid(_frames(material, "budget_statements"), clusters, measure, again)
    return Decision(grid, grid.hidden(rule, material.decisions)[material.month], material.month)


def _of_region(material: StatementMaterial, rule: SmallNumbers) -> StatementMaterial:
    """A region's page holds sums of commissioners and, of practices, only how much changed."""
    tables = {
        **material.tables,
        "tier_statements": rounded(
            hide_few(material.table("tier_statements"), rule=rule), "tier_statements", rule=rule
        ),
        "restated_months": rounded(
            hide_all_changes(material.table("restated_months"), rule=rule), "restated_months", rule=rule
        ),
    }
    moved = moved_by_practice(material.table("restated_months"), shown=tables["restated_months"])
    sums = {**sums_of(material), "moved_by_practice": moved, "restated_months": changes_moved(moved, rule=rule)}
    return replace(material, tables=tables, sums=sums, rule=rule)


def _frames(material: StatementMaterial, table: str) -> dict[Month, pl.DataFrame]:
    return {**material.earlier_frames(table), material.month: material.table(table)}


def _ended(material: StatementMaterial, rule: SmallNumbers) -> dict[str, pl.DataFrame]:
    """What the pool bore in the year that ended, held against what statements of the year showed of it."""
    ended = dict(material.ended)
    if "ceded_costs" in ended:
        ended["ceded_costs"] = hide_ceded(
            {**material.earlier_frames("ceded_costs"), material.month: ended["ceded_costs"]}, rule=rule
        )
    return ended


def _effects(effects: pl.DataFrame, now: pl.DataFrame, before: pl.DataFrame) -> pl.DataFrame:
    """A practice whose prescribing of either year is hidden is compared with nothing."""
    line = effects.with_columns(point_of_delivery=pl.lit(PRESCRIBING_POD))
    cut = "point_of_delivery"
    for cells in (now, before):
        line = hide_with(line, cells, columns=("amount_pence",), cut=cut, item=cut)
    return line.drop(cut)


def _pools(material: StatementMaterial, ended: dict[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
    """A pool that bore of too few people is shown with nothing that moved in it: its balances would give them away."""
    if "pool_movements" not in material.tables or "ceded_costs" not in ended:
        return {}
    few = ended["ceded_costs"].filter((pl.col("unit_kind") == "risk_pool") & pl.col("ceded_pence").is_null())
    moved = material.tables["pool_movements"]
    return {"pool_movements": moved.filter(~pl.col("commissioner_code").is_in(few["unit_code"].to_list()))}


def _bands(bands: pl.DataFrame, ceded: pl.DataFrame) -> pl.DataFrame:
    """What a practice bears is what is judged: with the tables of cost it would give away what it ceded of a few people."""
    few = ceded.filter((pl.col("unit_kind") == "practice") & pl.col("ceded_pence").is_null())["unit_code"]
    where = (pl.col("unit_kind") == "practice") & pl.col("unit_code").is_in(few.to_list())
    return blank(bands, ("actual_pence",), where=where)
