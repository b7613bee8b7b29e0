"""Gathering a month's published sets into what pages are made from: the statement and all that its receipt names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import polars as pl

from pbc.errors import MissingFigure
from pbc.flows.completeness import told_left_out
from pbc.flows.shelf import Shelf, inputs_of
from pbc.flows.stop_loss import STOP_LOSS
from pbc.periods import Month
from pbc.policy.policy import Policy
from pbc.reports import Answer, MonthLeftOut, SetShown, StatementMaterial, Tiers
from pbc.results import PublishedSet, Store
from pbc.results.figures import figure_ids
from pbc.tables import ALL

OF_STATEMENT = (
    "budget_statements",
    "variance_splits",
    "chance_bands",
    "ceded_costs",
    "not_attributed",
    "bill_adjustments",
    "contract_bills",
    "bill_changes",
    "restated_months",
    "monthly_costs",
    "data_ages",
    "tier_statements",
    "prescribing_effects",
    "prescribing_prices",
    "unidentified_prescribers",
)
OF_REGION = ("tier_statements", "chance_bands")
OF_BUDGET = ("budget_lines", "budget_targets", "budget_profiles")
OF_YEAR_END = ("freed_up_resources", "budget_positions", "ceded_costs", "pool_movements", "overspend_years")
SHOWN_OF_YEAR_END = ("freed_up_resources", "pool_movements", "overspend_years")
SHOWN_BEFORE = (
    "budget_statements", "monthly_costs", "restated_months", "not_attributed", "ceded_costs", "contract_bills",
)  # fmt: skip
NO_ANSWER = Answer()
Held = Mapping[str, str | None]
NOTHING_HELD: Held = {}
ALL_ROWS = pl.lit(True)


@dataclass(frozen=True)
class MonthSets:
    """The sets behind the pages of a month: the statement, what its receipt names, and the year end that closed its year."""

    month: Month
    statement: PublishedSet
    budgets: PublishedSet | None
    register: PublishedSet | None
    prescribing: PublishedSet | None
    year_end: PublishedSet | None

    @property
    def used(self) -> list[PublishedSet]:
        """Those that pages cite, the statement first."""
        return [found for found in (self.statement, self.year_end, self.budgets, self.register) if found is not None]


@dataclass(frozen=True)
class Scope:
    """One commissioner's part of a store: its code, its practices, the codes it took over, its clusters and its region."""

    commissioner_code: str
    practices: tuple[str, ...]
    gone: tuple[str, ...]
    clusters: tuple[str, ...]
    region_code: str

    def rows(self, table: str) -> pl.Expr:
        """This returns whether a row of a table stands on this commissioner's pages."""
        if table in ("chance_bands", "ceded_costs", "freed_up_resources", "tier_statements"):
            units = [*self.clusters, self.commissioner_code, self.region_code, *self.practices]
            return pl.col("unit_code").is_in(units)
        if table in ("not_attributed", "contract_bills", "bill_changes", "pool_movements", "overspend_years"):
            return pl.col("commissioner_code") == self.commissioner_code
        if table in ("data_ages", "prescribing_prices", "unidentified_prescribers"):
            return ALL_ROWS
        return pl.col("practice_code").is_in([*self.practices, *self.gone])

    def span(self, table: str) -> pl.Expr:
        """This returns whether a row lies between the first and the last of the practices, by which files are sorted: other
        parts of a file are not read, where codes of a commissioner stand near each other."""
        if "practice_code" not in ALL[table].names:
            return ALL_ROWS
        codes = [*self.practices, *self.gone]
        return pl.col("practice_code").is_between(pl.lit(min(codes)), pl.lit(max(codes)))


def gather_statement(
    store: Store,
    *,
    month: Month,
    policy: Policy | None = None,
    answer: Answer = NO_ANSWER,
    as_of: date | None = None,
    commissioner_code: str | None = None,
    shelf: Shelf | None = None,
    held: Held = NOTHING_HELD,
) -> StatementMaterial:
    """This returns the material of a month's pages, every published row with its figure id.

    The budget and register are those the statement's receipt names, not newer ones. Without `policy` the regime's
    own values are shown. `as_of` is the day the age of data is told for. With `commissioner_code` only its own practices
    are gathered, of a store that may hold a country's. `shelf` keeps what pages share. `held` says of names which
    set they are to give, or None for none: what was put in force for readers, not what was made since. A month without a statement is
    refused by the store, a commissioner without a practice in it by name.
    """
    shelf = shelf or Shelf(store)
    sets = find_sets(shelf, month=month, held=held)
    policy = policy or shelf.policy(sets.statement.receipt.regime)
    scope = (
        None
        if commissioner_code is None
        else find_scope(shelf, sets, policy=policy, commissioner_code=commissioner_code)
    )
    tables = _tables(sets.statement, OF_STATEMENT, scope)
    tables |= _tables(sets.budgets, OF_BUDGET, scope) if sets.budgets else {}
    tables |= _tables(sets.year_end, SHOWN_OF_YEAR_END, scope) if sets.year_end else {}
    register, on = sets.register, month.end
    relation = policy.text("regime.cluster_relation", on=on)
    list_sizes, list_as_at = shelf.list_sizes(register, on) if register else ({}, None)
    return StatementMaterial(
        month=month,
        tiers=tiers_of(policy, on=on),
        commissioner_code=scope.commissioner_code if scope else _commissioner(tables),
        names=shelf.names(register) if register else {},
        clusters=shelf.parents(register, relation, on) if register else {},
        list_sizes=list_sizes,
        list_as_at=list_as_at,
        tables=tables,
        sets=tuple(shown(found) for found in sets.used),
        policy=shelf.in_force(policy, month.financial_year.start),
        prescribing_to=_prescribing_to(sets.statement, sets.prescribing),
        answer=answer,
        unpriced=_unpriced(shelf, sets, scope),
        takeovers=shelf.takeovers(register, month) if register else (),
        closed_on=_closed_on(shelf.store, sets.year_end, sets.budgets),
        ended=_tables(sets.year_end, OF_YEAR_END, scope) if sets.year_end else {},
        closed_under=_closed_under(sets.statement, sets.year_end) if sets.year_end else (),
        payers=shelf.parents(register, "practice_commissioner", month.financial_year.start) if register else {},
        left_out=tuple(
            MonthLeftOut(each.month, each.settings, each.is_whole) for each in told_left_out(sets.statement)
        ),
        as_of=as_of,
        commissioners=_commissioners(shelf, sets, policy, scope),
        region_code=scope.region_code if scope else "",
        earlier=_earlier(shelf.store, month, scope, held),
    )


def _earlier(store: Store, month: Month, scope: Scope | None, held: Held) -> dict[Month, dict[str, pl.DataFrame]]:
    """What the year's statements before this one showed: a reader who kept them can take one from another."""
    return {
        each: {name: _rows(shown, name, scope) for name in SHOWN_BEFORE if name in shown.tables}
        for each, shown in find_earlier(store, month, held=held).items()
    }


def find_earlier(store: Store, month: Month, *, held: Held) -> dict[Month, PublishedSet]:
    """This returns the statements of the year before that of a month which were shown, oldest first."""
    before = [each for each in month.financial_year.months() if each < month]
    found = {each: _in_force(store, f"statement/{each}", held) for each in before}
    return {each: shown for each, shown in found.items() if shown is not None}


def _rows(published: PublishedSet, name: str, scope: Scope | None) -> pl.DataFrame:
    return published.lazy(name).filter(scope.rows(name) if scope else ALL_ROWS).collect()


def find_sets(shelf: Shelf, *, month: Month, held: Held = NOTHING_HELD) -> MonthSets:
    """This returns the sets behind a month's pages; a month without a statement is refused by the store."""
    name, year_end = f"statement/{month}", f"year-end/{month.financial_year.slug}"
    statement = _in_force(shelf.store, name, held) or shelf.store.current(name)
    inputs = shelf.inputs(statement)
    ended = _in_force(shelf.store, year_end, held) if month.month_of_year == 12 else None
    return MonthSets(
        month,
        statement,
        named_input(shelf.store, statement, kind=f"budgets/{month.financial_year.slug}"),
        named_input(shelf.store, statement, kind="register"),
        max(
            (each for each in inputs if each.name.startswith("prescribing/")), key=lambda each: each.name, default=None
        ),
        ended,
    )


def _in_force(store: Store, name: str, held: Held) -> PublishedSet | None:
    if name not in held:
        return store.find(name)
    set_id = held[name]
    return None if set_id is None else store.at(name, set_id)


def find_scope(shelf: Shelf, sets: MonthSets, *, policy: Policy, commissioner_code: str) -> Scope:
    """This returns one commissioner's part of a month; a commissioner without a practice in it is refused."""
    places = places_of(shelf, sets=sets, policy=policy)
    own = places.filter(pl.col("commissioner") == commissioner_code)
    if own.is_empty():
        raise MissingFigure(
            f"No practice of {commissioner_code} has a statement of {sets.month.title}.", where=sets.statement.name,
            found=f"practices of {places['commissioner'].n_unique()} commissioners",
            remedy="Check the commissioner's code.",
        )  # fmt: skip
    codes = own["practice_code"].to_list()
    taken = shelf.takeovers(sets.register, sets.month) if sets.register else ()
    gone = [each.gone_code for each in taken if each.heir_code in codes and each.gone_code not in codes]
    return Scope(commissioner_code, tuple(codes), tuple(gone), tuple(own["cluster"].unique()), own["region"][0])


def gather_region(
    store: Store,
    *,
    month: Month,
    region_code: str,
    policy: Policy | None = None,
    as_of: date | None = None,
    shelf: Shelf | None = None,
    held: Held = NOTHING_HELD,
) -> StatementMaterial:
    """This returns the material of a region's page: its commissioners' sums and bands; of practices only what changed.

    A region without a commissioner in the month is refused by name.
    """
    shelf = shelf or Shelf(store)
    sets = find_sets(shelf, month=month, held=held)
    policy = policy or shelf.policy(sets.statement.receipt.regime)
    own = places_of(shelf, sets=sets, policy=policy).filter(pl.col("region") == region_code)
    if own.is_empty():
        raise MissingFigure(
            f"No commissioner of {region_code} has a statement of {month.title}.", where=sets.statement.name,
            remedy="Check the region's code.",
        )  # fmt: skip
    payers = own["commissioner"].unique().sort().to_list()
    scope = Scope("", tuple(own["practice_code"]), (), tuple(payers), region_code)
    kinds = pl.col("unit_kind").is_in(["commissioner", "region"]) & pl.col("unit_code").is_in([*payers, region_code])
    tables = {name: with_ids(sets.statement, name, keep=kinds) for name in OF_REGION if name in sets.statement.tables}
    tables |= _tables(sets.statement, ("restated_months", "data_ages"), scope)
    return StatementMaterial(
        month=month,
        tiers=tiers_of(policy, on=month.end),
        commissioner_code="",
        names=shelf.names(sets.register) if sets.register else {},
        clusters={},
        list_sizes={},
        list_as_at=None,
        tables=tables,
        sets=tuple(shown(found) for found in sets.used),
        left_out=tuple(
            MonthLeftOut(each.month, each.settings, each.is_whole) for each in told_left_out(sets.statement)
        ),
        as_of=as_of,
        commissioners=dict(own.select("practice_code", "commissioner").iter_rows()),
        region_code=region_code,
    )


def find_commissioner(shelf: Shelf, sets: MonthSets, *, policy: Policy, practice_code: str) -> str | None:
    """This returns who pays for a practice with a statement, or None where there is no such practice."""
    own = places_of(shelf, sets=sets, policy=policy).filter(pl.col("practice_code") == practice_code)
    return None if own.is_empty() else str(own["commissioner"][0])


def places_of(shelf: Shelf, *, sets: MonthSets, policy: Policy) -> pl.DataFrame:
    """This returns where each practice of a month stands: `practice_code, cluster, commissioner, region`."""
    if sets.register is None:
        raise MissingFigure("This statement names no register, so nobody knows whose practices these are.",
                            where=sets.statement.name)  # fmt: skip
    return shelf.places(sets.register, sets.statement, policy, sets.month.end)


def _commissioners(shelf: Shelf, sets: MonthSets, policy: Policy, scope: Scope | None) -> Mapping[str, str]:
    if scope is not None:
        return dict.fromkeys(scope.practices, scope.commissioner_code)
    if sets.register is None:
        return {}
    return dict(places_of(shelf, sets=sets, policy=policy).select("practice_code", "commissioner").iter_rows())


def _unpriced(shelf: Shelf, sets: MonthSets, scope: Scope | None) -> Mapping[str, int]:
    counted = shelf.unpriced(sets.statement, sets.month, sets.register)
    return counted if scope is None else {code: counted[code] for code in scope.practices if code in counted}


def _closed_on(store: Store, year_end: PublishedSet | None, budgets: PublishedSet | None) -> SetShown | None:
    """The budgets a year end was closed on, where they are other ones than the statement's."""
    if year_end is None or budgets is None:
        return None
    set_id = year_end.receipt.inputs.get(budgets.name, budgets.set_id)
    return None if set_id == budgets.set_id else shown(store.at(budgets.name, set_id))


def _closed_under(statement: PublishedSet, year_end: PublishedSet) -> tuple[str, ...]:
    """How the rules of a year end differ from those of the statement beside it: what receipts tell of both, by name."""
    if statement.receipt.policy == year_end.receipt.policy:
        return ()
    told = [found.receipt.parameters.get(STOP_LOSS) for found in (year_end, statement)]
    if told[0] == told[1]:
        return ("other values of local agreements",)
    ended, stated = (f"a stop-loss of £{int(pounds):,}" if pounds else "no stop-loss" for pounds in told)
    return (f"{ended}, where the statement has {stated}",)


def named_input(store: Store, published: PublishedSet, *, kind: str) -> PublishedSet | None:
    """This returns the input of a kind (`register`), or of a full name, nearest to the set through receipts, or None."""
    nearest = inputs_of(store, published)
    for found in nearest:
        if kind in (found.name, found.name.split("/")[0]):
            return found
    return next((deep for found in nearest if (deep := named_input(store, found, kind=kind)) is not None), None)


def _tables(published: PublishedSet, names: tuple[str, ...], scope: Scope | None = None) -> dict[str, pl.DataFrame]:
    held = [name for name in names if name in published.tables]
    if scope is None:
        return {name: with_ids(published, name) for name in held}
    return {name: with_ids(published, name, keep=scope.rows(name), span=scope.span(name)) for name in held}


def with_ids(
    published: PublishedSet, table: str, *, keep: pl.Expr = ALL_ROWS, span: pl.Expr = ALL_ROWS
) -> pl.DataFrame:
    """This returns a table of a set, or the rows to keep of it, with the figure id of each row as its last column.

    Only `span` is asked of the files, so that what lies outside it is not read; `keep` is asked of what is left.
    """
    frame = published.where(table, span).filter(keep)
    return frame.with_columns(figure_ids(published.name, published.set_id, table, frame))


def shown(published: PublishedSet) -> SetShown:
    """This returns a set as pages cite it."""
    receipt = published.receipt
    return SetShown(
        published.name, published.set_id, receipt.flow, receipt.made_at, receipt.version, receipt.regime, receipt.is_made_up
    )  # fmt: skip


def tiers_of(policy: Policy, *, on: date) -> Tiers:
    """This returns what a regime calls its tiers on a day."""
    parts = ("cluster_title", "commissioner_title", "commissioner_short", "region_title", "region_short")
    return Tiers(*(policy.text(f"regime.{part}", on=on) for part in parts))


def _commissioner(tables: Mapping[str, pl.DataFrame]) -> str:
    bands = tables.get("chance_bands")
    codes = bands.filter(pl.col("unit_kind") == "commissioner")["unit_code"].to_list() if bands is not None else []
    lost = tables.get("not_attributed")
    codes += lost["commissioner_code"].to_list() if lost is not None else []
    return str(codes[0]) if codes else ""


def _prescribing_to(statement: PublishedSet, prescribing: PublishedSet | None) -> Month | None:
    said = statement.receipt.parameters.get("prescribing_known_to")
    if said is not None:
        return None if said == "none" else Month.parse(said)
    if prescribing is None or "prescribing_cells" not in prescribing.tables:
        return None
    last = prescribing.frame("prescribing_cells")["month"].max()
    return Month.from_number(int(str(last))) if last is not None else None
