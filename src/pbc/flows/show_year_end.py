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
from pbc.reports.risk_pool import owed_table, pool_walk
from pbc.reports.view import PageTable
from pbc.reports.year_end import POSITIONS as TITLES
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
    found = [(code, each) for code in POSITIONS if (each := _position(store, year, code, held or {}))]
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


def show_pools(
    store: Store,
    *,
    year: FinancialYear,
    policy: Policy | None = None,
    held: Mapping[str, str | None] | None = None,
) -> tuple[PageTable, ...]:
    """This returns the walk of each risk pool in every position published, and who owes it at the newest; none is empty.

    A pool that bore of so few people that they are hidden is not shown. `held` as in `show_year_end`.
    """
    found = [(code, each) for code in POSITIONS if (each := _position(store, year, code, held or {}))]
    found = [(code, each) for code, each in found if "pool_movements" in each.tables]
    if not found:
        return ()
    register = named_input(store, found[-1][1], kind="register")
    names = names_of(register) if register else {}
    tiers = tiers_of(policy or load_policy(found[-1][1].receipt.regime), on=year.end)
    frames = {TITLES[code]: _without_few(each, Month.of(year.end)) for code, each in found}
    payers = sorted({payer for frame in frames.values() for payer in frame["commissioner_code"]})
    tables = [
        pool_walk(
            {head: frame.filter(commissioner_code=payer) for head, frame in frames.items()},
            tiers=tiers,
            caption=f"The risk pool of {names.get(payer, payer)} in {year}",
            name=f"pool-walk-{payer.lower()}",
        )
        for payer in payers
    ]
    owed = owed_table(next(reversed(frames.values())), name_of=lambda code: names.get(code, code))
    return tuple(table for table in (*tables, owed) if table is not None)


def _without_few(published: PublishedSet, month: Month) -> pl.DataFrame:
    moved = published.frame("pool_movements")
    if "ceded_costs" not in published.tables:
        return moved
    ceded = hide_ceded({month: published.frame("ceded_costs")}, rule=HES_2018)
    few = ceded.filter((pl.col("unit_kind") == "risk_pool") & pl.col("ceded_pence").is_null())
    return moved.filter(~pl.col("commissioner_code").is_in(few["unit_code"].to_list()))


def _position(store: Store, year: FinancialYear, code: str, held: Mapping[str, str | None]) -> PublishedSet | None:
    name = position_name(year, code)
    if code not in held:
        return store.find(name)
    set_id = held[code]
    return None if set_id is None else store.at(name, set_id)
