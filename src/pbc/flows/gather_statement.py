"""Gathering a month's published sets into what pages are made from: the statement and all that its receipt names."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import polars as pl

from pbc.errors import MissingPolicy
from pbc.flows.completeness import told_left_out
from pbc.flows.count_unpriced import count_unpriced
from pbc.flows.stop_loss import STOP_LOSS
from pbc.methods.attribution.successions import trace_successions
from pbc.periods import Month
from pbc.policy.policy import Policy, PolicyValue, load_policy
from pbc.reports import Answer, MonthLeftOut, SetShown, StatementMaterial, Takeover, Tiers
from pbc.results import PublishedSet, Store, figure_id

OF_STATEMENT = (
    "budget_statements",
    "variance_splits",
    "chance_bands",
    "ceded_costs",
    "not_attributed",
    "bill_adjustments",
    "restated_months",
    "monthly_costs",
    "data_ages",
)
OF_BUDGET = ("budget_lines", "budget_targets", "budget_profiles")  # fmt: skip
OF_YEAR_END = ("freed_up_resources", "budget_positions", "ceded_costs")
NO_ANSWER = Answer()


def gather_statement(
    store: Store,
    *,
    month: Month,
    policy: Policy | None = None,
    answer: Answer = NO_ANSWER,
    as_of: date | None = None,
) -> StatementMaterial:
    """This returns the material of a month's pages, every published row with its figure id.

    The budget and register are those the statement's receipt names, not newer ones. Without `policy` the regime's
    own values are shown. `as_of` is the day the age of data is told for. A month without a statement is refused by the store.
    """
    statement = store.current(f"statement/{month}")
    policy = policy or load_policy(statement.receipt.regime)
    budgets = named_input(store, statement, kind=f"budgets/{month.financial_year.slug}")
    register = named_input(store, statement, kind="register")
    prescribing = newest_input(store, statement, kind="prescribing")
    year_end = store.find(f"year-end/{month.financial_year.slug}") if month.month_of_year == 12 else None
    tables = _tables(statement, OF_STATEMENT)
    tables |= _tables(budgets, OF_BUDGET) if budgets else {}
    tables |= _tables(year_end, ("freed_up_resources",)) if year_end else {}
    names = names_of(register) if register else {}
    clusters = _parents(register, policy.text("regime.cluster_relation", on=month.end), month.end) if register else {}
    list_sizes, list_as_at = _list_sizes(register, month.end) if register else ({}, None)
    used = [found for found in (statement, year_end, budgets, register) if found is not None]
    return StatementMaterial(
        month=month,
        tiers=tiers_of(policy, on=month.end),
        commissioner_code=_commissioner(tables),
        names=names,
        clusters=clusters,
        list_sizes=list_sizes,
        list_as_at=list_as_at,
        tables=tables,
        sets=tuple(shown(found) for found in used),
        policy=_in_force(policy, month.financial_year.start),
        prescribing_to=_prescribing_to(statement, prescribing),
        answer=answer,
        unpriced=count_unpriced(store, cells=_cells(store, statement), month=month, register=register),
        takeovers=_takeovers(register, month) if register else (),
        closed_on=_closed_on(store, year_end, budgets),
        ended=_tables(year_end, OF_YEAR_END) if year_end else {},
        closed_under=_closed_under(statement, year_end) if year_end else (),
        payers=_parents(register, "practice_commissioner", month.financial_year.start) if register else {},
        left_out=tuple(MonthLeftOut(each.month, each.settings, each.is_whole) for each in told_left_out(statement)),
        as_of=as_of,
    )


def _takeovers(register: PublishedSet, month: Month) -> tuple[Takeover, ...]:
    """Who answers for whom in the month, by the rule of the figures: whoever answers on its first day (decision 0141)."""
    successions = trace_successions(register.frame("memberships"))
    held = successions.filter((pl.col("starts_on") <= month.start) & (pl.col("ends_before") > month.start))
    rows = held.select("predecessor_code", "successor_code", "starts_on").sort("starts_on", "predecessor_code")
    return tuple(Takeover(*row) for row in rows.iter_rows())


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


def inputs_of(store: Store, published: PublishedSet) -> list[PublishedSet]:
    """This returns the sets a set was made from, as its receipt names them; files it names are not sets."""
    named = published.receipt.inputs.items()
    return [store.at(name, set_id) for name, set_id in named if len(set_id) == 12 and "." not in name]


def named_input(store: Store, published: PublishedSet, *, kind: str) -> PublishedSet | None:
    """This returns the input of a kind (`register`), or of a full name, nearest to the set through receipts, or None."""
    nearest = inputs_of(store, published)
    for found in nearest:
        if kind in (found.name, found.name.split("/")[0]):
            return found
    return next((deep for found in nearest if (deep := named_input(store, found, kind=kind)) is not None), None)


def newest_input(store: Store, published: PublishedSet, *, kind: str) -> PublishedSet | None:
    """This returns the last by name of the inputs of a kind, or None."""
    found = [each for each in inputs_of(store, published) if each.name.split("/")[0] == kind]
    return max(found, key=lambda each: each.name, default=None)


def _cells(store: Store, statement: PublishedSet) -> list[PublishedSet]:
    return [found for found in inputs_of(store, statement) if found.name.startswith("cells/")]


def _tables(published: PublishedSet, names: tuple[str, ...]) -> dict[str, pl.DataFrame]:
    return {name: with_ids(published, name) for name in names if name in published.tables}


def with_ids(published: PublishedSet, table: str) -> pl.DataFrame:
    """This returns a table of a set with the figure id of each row as its last column."""
    frame = published.frame(table)
    ids = [figure_id(published.name, published.set_id, table, row) for row in frame.iter_rows(named=True)]
    return frame.with_columns(pl.Series("figure_id", ids, dtype=pl.String))


def shown(published: PublishedSet) -> SetShown:
    """This returns a set as pages cite it."""
    receipt = published.receipt
    return SetShown(
        published.name, published.set_id, receipt.flow, receipt.made_at, receipt.version, receipt.regime, receipt.is_made_up
    )  # fmt: skip


def tiers_of(policy: Policy, *, on: date) -> Tiers:
    """This returns what a regime calls its tiers on a day."""
    parts = ("cluster_title", "commissioner_title", "commissioner_short")
    return Tiers(*(policy.text(f"regime.{part}", on=on) for part in parts))


def _in_force(policy: Policy, on: date) -> tuple[PolicyValue, ...]:
    found = []
    for name in sorted(policy.values):
        try:
            found.append(policy.value(name, on=on))
        except MissingPolicy:  # a value of later years is not used in this one
            continue
    return tuple(value for value in found if not value.name.startswith("regime."))


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


def names_of(register: PublishedSet) -> dict[str, str]:
    """This returns names by code of every organisation in a register."""
    organisations = register.frame("organisations").select("organisation_code", "organisation_name")
    practices = register.frame("practices").select("practice_code", "practice_name")
    return dict(organisations.iter_rows()) | dict(practices.iter_rows())


def _parents(register: PublishedSet, relation: str, on: date) -> dict[str, str]:
    members = register.frame("memberships").filter(
        (pl.col("relation") == relation) & (pl.col("starts_on") <= on) & (pl.col("ends_before") > on)
    )
    return dict(members.select("member_code", "parent_code").iter_rows())


def _list_sizes(register: PublishedSet, on: date) -> tuple[dict[str, int], date | None]:
    lists = register.frame("registered_lists").filter(pl.col("as_at_on") <= on)
    days = lists["as_at_on"].to_list()
    if not days:
        return {}, None
    day: date = max(days)
    counted = lists.filter(pl.col("as_at_on") == day).group_by("practice_code").agg(pl.col("patients_count").sum())
    return dict(counted.iter_rows()), day
