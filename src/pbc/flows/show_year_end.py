"""A year end's positions gathered for a page about one budget holder."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from pbc.errors import MissingFigure
from pbc.flows.gather_statement import named_input, shown, tiers_of
from pbc.flows.shelf import names_of
from pbc.flows.year_end_positions import position_name
from pbc.methods.savings import POSITIONS
from pbc.periods import FinancialYear, Month
from pbc.policy.policy import Policy, load_policy
from pbc.reports.hidden_tables import hide_ceded
from pbc.reports.year_end import PositionShown, YearEndView, build_year_end
from pbc.results import PublishedSet, Store
from pbc.stats.small_numbers import HES_2018

TABLES = ("freed_up_resources", "year_end_releases", "year_end_walks", "pool_movements", "overspend_years")


def show_year_end(
    store: Store,
    *,
    year: FinancialYear,
    unit_code: str,
    practices: list[str],
    policy: Policy | None = None,
    held: Mapping[str, str | None] | None = None,
) -> YearEndView:
    """This returns a budget holder's year end in every position published, first to last.

    `practices` are those whose walks are shown: the practice itself, or a cluster's own. `held` gives the set of a
    position by its code, or None for none: what was put in force for readers. Refused where there is no position, or the
    holder is in none of them.
    """
    found = [
        (code, each) for code in POSITIONS if (each := held_position(store, year=year, code=code, held=held or {}))
    ]
    if not found:
        raise MissingFigure(
            f"No position of {year} has been published.", where=f"year-end/{year.slug}",
            remedy=f"Run pbc year-end --year {year.slug} --position closing-estimate first.",
        )  # fmt: skip
    kinds = {
        str(kind)
        for _, each in found
        for kind, code in each.frame("freed_up_resources").select("unit_kind", "unit_code").iter_rows()
        if code == unit_code
    }
    if not kinds:
        raise MissingFigure(f"{unit_code} holds no budget of {year} by itself.", where=f"year-end/{year.slug}")
    newest = found[-1][1]
    register = named_input(store, newest, kind="register")
    return build_year_end(
        [
            PositionShown(code, shown(each), {name: each.frame(name) for name in TABLES if name in each.tables})
            for code, each in found
        ],
        unit_kind=max(kinds),
        unit_code=unit_code,
        practices=practices,
        names=names_of(register) if register else {},
        tiers=tiers_of(policy or load_policy(newest.receipt.regime), on=year.end),
    )


def without_few(published: PublishedSet, *, month: Month, moved: pl.DataFrame) -> pl.DataFrame:
    """This returns movements of pools but those that bore of so few people that they are hidden."""
    if "ceded_costs" not in published.tables:
        return moved
    ceded = hide_ceded({month: published.frame("ceded_costs")}, rule=HES_2018)
    few = ceded.filter((pl.col("unit_kind") == "risk_pool") & pl.col("ceded_pence").is_null())
    return moved.filter(~pl.col("commissioner_code").is_in(few["unit_code"].to_list()))


def held_position(
    store: Store, *, year: FinancialYear, code: str, held: Mapping[str, str | None]
) -> PublishedSet | None:
    """This returns a position of a year: the one named in `held`, else the one published last; None where there is none."""
    name = position_name(year, code)
    if code not in held:
        return store.find(name)
    set_id = held[code]
    return None if set_id is None else store.at(name, set_id)
