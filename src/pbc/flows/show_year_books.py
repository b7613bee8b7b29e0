"""A year as the books close it, gathered for a page: from budget to each position, the risk pool, overspends by year."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

import polars as pl

from pbc.flows.gather_statement import named_input, tiers_of, with_ids
from pbc.flows.shelf import in_force, names_of
from pbc.flows.show_year_end import held_position, without_few
from pbc.flows.trace_pool import OF_OVERSPENDS, OF_THE_POOL
from pbc.methods.savings import POSITIONS
from pbc.periods import FinancialYear, Month
from pbc.policy.policy import Policy
from pbc.reports.notes import rules_table
from pbc.reports.pool_accounts import accounts_table, overspends_table, years_table
from pbc.reports.reconciliation_tables import Shown
from pbc.reports.risk_pool import STEPS, pool_walk
from pbc.reports.view import PageTable
from pbc.reports.year_end import POSITIONS as TITLES
from pbc.reports.year_walk import Closed, YearOf, holders_table, moves_table, payer_table, walk_table
from pbc.results import PublishedSet, Store

Held = Mapping[str, str | None]  # the set of each position that readers see, None for none
TABLES = (
    "budget_positions",
    "freed_up_resources",
    "overspend_years",
    "year_end_releases",
    "year_end_walks",
    "pool_movements",
)


@dataclass(frozen=True)
class YearBooks:
    """A year of somebody in every position held: tables in the order they are read."""

    whose: YearOf
    name: str
    is_made_up: bool
    tables: tuple[Shown, ...]
    pools: tuple[Shown, ...]
    is_pool_hidden: bool  # of a commissioner's, in a position at least
    rules: PageTable


def show_year_books(
    store: Store, *, year: FinancialYear, whose: YearOf, links: Mapping[str, str], policy: Policy, held: Mapping[FinancialYear, Held],
    names_all: bool = False, read_on: date | None = None,
) -> YearBooks | None:  # fmt: skip
    """This returns a year of a practice, a cluster or a commissioner as the books close it; None where no position has it.

    `links` gives, by code, the page of each holder to be named; nobody else is, unless `names_all` says that the reader may see
    every holder of that year. `held` says of each year which set of each
    position its readers see: years before it tell what was carried. A pool that bore of so few people that they are hidden
    is not shown, and the page is told so. `read_on` is the day of reading: it tells what is owed to the pool and overdue.
    To the penny, each figure with its id.
    """
    found = _positions(store, year, held)
    tables = {
        code: {name: with_ids(each, name) for name in TABLES if name in each.tables} for code, each in found.items()
    }
    closed = [Closed.of(code, tables[code], whose) for code in found]
    closed = [each for each in closed if each.practices.height]
    if not closed:
        return None
    newest = found[closed[-1].position]
    named = closed[-1].codes if names_all else frozenset(links)
    register = named_input(store, newest, kind="register")
    names = names_of(register) if register else {}
    tiers = tiers_of(policy, on=year.end)
    name = names.get(whose.code, whose.code)

    def name_of(code: str) -> str:
        return names.get(code, code)

    is_hidden = any(_is_hidden(found[code], each["pool_movements"], whose, year) for code, each in tables.items())
    moved = [tables[each.position]["pool_movements"].filter(commissioner_code=whose.code) for each in closed]
    caption = f"What the budgets of {year} leave {name}"
    shown = (
        walk_table(closed, caption=f"{name}: from the budget of {year} to what is released", tiers=tiers),
        payer_table(closed, moved, caption=caption, tiers=tiers)
        if whose.kind == "commissioner" and not is_hidden
        else None,
        moves_table(closed, caption=f"{name}: why positions differ"),
        None if whose.kind == "practice" else holders_table(closed[-1], name_of=name_of, named=named, links=links),
        overspends_table(_named(closed[-1].overspends, named), name_of=name_of, tiers=tiers),
        years_table(_years(store, whose, held), tiers=tiers),
    )
    is_newest = year.slug == max(each.slug for each in held)
    pools = _pools(found, tables, whose, f"The risk pool of {name} in {year}", policy, year)
    accounts = _named(tables[closed[-1].position]["pool_movements"], named)
    owed = accounts_table(accounts, name_of=name_of, read_on=read_on if is_newest else None)
    values = [value for value in in_force(policy, year.start) if value.name in (*OF_THE_POOL, *OF_OVERSPENDS)]
    return YearBooks(
        whose, name, newest.receipt.is_made_up, tuple(each for each in shown if each is not None),
        tuple(each for each in (pools, owed) if each is not None),
        is_hidden,
        rules_table(values, name="pool-rules", caption=f"Rules of the pool and of overspends in {year}", tiers=tiers),
    )  # fmt: skip


def unit_kind_of(store: Store, *, year: FinancialYear, code: str, held: Held) -> str:
    """This returns whether a code is a practice, a cluster or a commissioner in a year's newest position; empty where it is none."""
    found = list(_positions(store, year, {year: held}).values())
    rows = found[-1].frame("budget_positions") if found else None
    for kind in ("practice", "cluster", "commissioner") if rows is not None else ():
        if code in rows[f"{kind}_code"]:  # type: ignore[index]  # read above
            return kind
    return ""


def _positions(store: Store, year: FinancialYear, held: Mapping[FinancialYear, Held]) -> dict[str, PublishedSet]:
    named = held.get(year, {})
    found = {
        code: held_position(store, year=year, code=code, held=dict.fromkeys(POSITIONS) | dict(named))
        for code in POSITIONS
    }
    return {code: each for code, each in found.items() if each is not None}


def _named(rows: pl.DataFrame, codes: frozenset[str]) -> pl.DataFrame:
    return rows.filter(pl.col("unit_code").is_in(list(codes)))


def _years(store: Store, whose: YearOf, held: Mapping[FinancialYear, Held]) -> list[tuple[str, pl.DataFrame]]:
    """Each year's overspends at its newest position, the latest year first."""
    told = []
    for year in sorted(held, key=lambda each: each.slug, reverse=True):
        for code, each in list(_positions(store, year, held).items())[-1:]:
            tables = {name: with_ids(each, name) for name in TABLES if name in each.tables}
            told.append((str(year), Closed.of(code, tables, whose).overspends))
    return told


def _pools(
    found: Mapping[str, PublishedSet], tables: Mapping[str, Mapping[str, pl.DataFrame]], whose: YearOf, caption: str, policy: Policy,
    year: FinancialYear,
) -> Shown | None:  # fmt: skip
    """The pool of a commissioner, position beside position; nobody else's page shows a pool."""
    if whose.kind != "commissioner":
        return None
    frames = {
        TITLES[code]: without_few(found[code], month=Month.of(year.end), moved=each["pool_movements"]).filter(
            commissioner_code=whose.code
        )
        for code, each in tables.items()
    }
    table = pool_walk(frames, tiers=tiers_of(policy, on=year.end), caption=caption)
    if table is None:
        return None
    moved = [frames[head.title] for head in table.heads[1:]]
    figures = {
        (at, column): text
        for column, frame in enumerate(moved, start=1)
        for at, row in enumerate(table.rows)
        if (text := _pool_figure(row[0], frame, policy, year))
    }
    return Shown(replace(table, is_background=False), figures)


def _is_hidden(published: PublishedSet, moved: pl.DataFrame, whose: YearOf, year: FinancialYear) -> bool:
    """Whether a commissioner's pool moved in a position and is not shown, as it bore of so few people."""
    if whose.kind != "commissioner":
        return False
    own = moved.filter(commissioner_code=whose.code)
    return own.height > 0 and without_few(published, month=Month.of(year.end), moved=own).is_empty()


def _pool_figure(words: str, frame: pl.DataFrame, policy: Policy, year: FinancialYear) -> str:
    """The balance at the close, and each step that is one movement."""
    payer = tiers_of(policy, on=year.end).commissioner_short
    for kind, paid, said in STEPS:
        if said.format(payer=payer) == words:
            of_step = frame.filter(pl.col("kind") == kind, pl.col("paid_from").eq_missing(paid))
            return f"{of_step['figure_id'][0]}:amount_pence" if of_step.height == 1 else ""
    return f"{frame.sort('sequence')['figure_id'][-1]}:balance_pence"
