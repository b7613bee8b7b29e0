"""The practice's own records behind a figure of its statement, costed as the figure was, a page at a time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

import polars as pl

from pbc.engines import Engine, open_engine
from pbc.errors import RefusedInput
from pbc.flows.cost_delivery import cost_year, take_prices
from pbc.flows.drill import Cell, drill
from pbc.flows.explain import look_up_figure, query_of_figure
from pbc.flows.trace import Archive, Query
from pbc.kept import Kept
from pbc.methods.statements.add_up import carry_successions
from pbc.periods import FinancialYear, Month
from pbc.policy import Policy, load_policy
from pbc.reports.drill import DrillView
from pbc.results import PublishedSet, Store
from pbc.results.remembering import RememberingStore
from pbc.tables import ACTIVITY_FACTS, COSTED_ACTIVITY, POOLED
from pbc.tables.rejected_rows import safe_value

KEY = ["setting", "provider_code", "record_number"]
STEPS = ["base_pence", "short_stay_pence", "excess_days_pence", "top_up_pence", "market_forces_pence", "cost_pence"]
COLUMNS = [
    "activity_on", "month", *KEY, "person_id", "point_of_delivery", "treatment_function_code", "hrg_code",
    "paid_stay_days", "excess_days", *STEPS, "delivery",
]  # fmt: skip
MOST_KEPT, MOST_ARCHIVES, MOST_AT_ONCE = 16, 4, 500
_SCHEMA = {**ACTIVITY_FACTS.polars_schema, **COSTED_ACTIVITY.polars_schema, "delivery": pl.String}


@dataclass(frozen=True)
class RecordsBehind:
    """A page of the records behind a figure, dearest first, and what all of them come to.

    `records`: one row per stay or attendance with its price steps in pence; `person_id` is the pseudonym. Records of
    legally restricted kinds are never listed: they are counted together in `restricted_count` and `restricted_pence`.
    `cost_pence` is everything, listed on any page or restricted: the figure itself, to the penny, where it is all hospital
    care. `offset` and `records_count` tell where the page stands.
    """

    practice_code: str
    records: pl.DataFrame
    records_count: int
    offset: int
    cost_pence: int
    restricted_count: int
    restricted_pence: int


class RecordsReader:
    """Records behind figures, for many pages of one store: what a figure rests on is read once while it is paged through."""

    def __init__(self, store: Store, *, policy: Policy | None = None) -> None:
        self._store, self._policy = RememberingStore(store), policy
        self._kept: Kept[pl.DataFrame] = Kept(MOST_KEPT)
        self._archives: Kept[Archive] = Kept(MOST_ARCHIVES)

    def behind(self, figure_id: str, *, practice_code: str, limit: int = 50, offset: int = 0) -> RecordsBehind:
        """This returns a page of the records behind a figure of a practice's own; what is another's is refused.

        `practice_code` is the practice the reader is entitled to. Refused too: a figure that rests on no hospital records,
        such as a budget or prescribing, and a page of no rows or of more than 500.
        """
        archive = self._archive(figure_id.partition(":")[0])
        found = look_up_figure(archive, figure_id)
        query = query_of_figure(found)
        if query is None or not query.pods:
            raise RefusedInput(
                "No hospital records stand behind this figure.", found=figure_id,
                remedy="pbc explain tells what it is made of.",
            )  # fmt: skip
        if query.practice_code != practice_code:
            raise RefusedInput(
                "These records are another practice's.", found=query.practice_code, expected=practice_code
            )
        return self._page(archive, found.published, query, limit, offset)

    def of_cell(self, cell: Cell, *, limit: int = 50, offset: int = 0) -> RecordsBehind:
        """This returns a page of the records of a cell of the statement in force; the caller knows who may see them."""
        published = self._store.current(f"statement/{cell.month}")
        return self._page(self._archive(_name(published)), published, cell.query, limit, offset)

    def drill(self, cell: Cell) -> DrillView:
        """This returns a cell of the statement in force with its parts by every measure it is not yet narrowed by."""
        published = self._store.current(f"statement/{cell.month}")
        return drill(self._archive(_name(published)), published, cell=cell)

    def _archive(self, named: str) -> Archive:
        return self._archives.get(named, lambda: Archive(self._store))

    def _page(self, archive: Archive, published: PublishedSet, query: Query, limit: int, offset: int) -> RecordsBehind:
        if not 0 < limit <= MOST_AT_ONCE or offset < 0:
            raise RefusedInput(
                "This is no page of records.", found=f"{limit} records from {offset} on",
                expected=f"1 to {MOST_AT_ONCE} records, from 0 on",
            )  # fmt: skip
        make = partial(list_records, archive, published, query=query, policy=self._policy)
        whole = self._kept.get((_name(published), query), make)
        open_to_see = whole.filter(pl.col("hrg_code") != POOLED)
        restricted = whole.filter(pl.col("hrg_code") == POOLED)
        return RecordsBehind(
            practice_code=query.practice_code,
            records=open_to_see.slice(offset, limit),
            records_count=open_to_see.height,
            offset=offset,
            cost_pence=int(whole["cost_pence"].sum()),
            restricted_count=restricted.height,
            restricted_pence=int(restricted["cost_pence"].sum()),
        )


def _name(published: PublishedSet) -> str:
    return f"{published.name}@{published.set_id}"


def records_behind(
    store: Store, figure_id: str, *, practice_code: str, policy: Policy | None = None, limit: int = 50, offset: int = 0
) -> RecordsBehind:
    """This returns a page of the records behind a figure, as `RecordsReader.behind` does, for one look at a store."""
    return RecordsReader(store, policy=policy).behind(
        figure_id, practice_code=practice_code, limit=limit, offset=offset
    )


def list_records(
    archive: Archive, published: PublishedSet, *, query: Query, policy: Policy | None = None
) -> pl.DataFrame:
    """This returns every record behind a query of a published set, dearest first, in `COLUMNS`, restricted kinds pooled.

    Read are the facts of the deliveries that the set's receipt names, at the prices their cells were costed with, so that
    the sum is that of the cells. Contacts without a price are in no cell and not here. Pence.
    """
    rules = policy or load_policy(published.receipt.regime)
    alike: dict[tuple[FinancialYear, str], list[pl.DataFrame]] = {}
    for cells in archive.deliveries(published, "cells"):
        if Month.parse(cells.name.partition("/")[2]) >= query.first:  # a delivery holds nothing of months to come
            for year, facts in _by_year(_facts(archive, published, cells, query)):
                tariff = cells.receipt.inputs.get(f"tariff/{year.slug}", "")
                alike.setdefault((year, tariff), []).append(facts)
    parts = [pl.DataFrame(schema=_SCHEMA).select(COLUMNS)]
    with open_engine() as engine:
        for (year, tariff), found in alike.items():
            priced = archive.store.at(f"tariff/{year.slug}", tariff) if tariff else None
            parts.append(_cost(engine, pl.concat(found), priced, year=year, policy=rules))
    order = ["cost_pence", "activity_on", *KEY]
    listed = pl.concat(parts).sort(order, descending=[True, *[False] * 4])
    return listed.with_columns(safe_value(pl.col("record_number")).alias("record_number"))


def _facts(archive: Archive, published: PublishedSet, cells: PublishedSet, query: Query) -> pl.DataFrame:
    """The practice's contacts of one delivery that the query asks for, judged by who answers for them."""
    activity = archive.input(cells, "activity")
    if activity is None:
        return ACTIVITY_FACTS.empty().with_columns(delivery=pl.lit(""))
    wanted = pl.col("practice_code").is_in(archive.family(published, query.practice_code))
    wanted &= pl.col("month").is_between(query.first.number, query.last.number)
    wanted &= pl.col("point_of_delivery").is_in(query.pods)
    if query.provider_code:
        wanted &= pl.col("provider_code") == query.provider_code
    if query.treatment_function_code:
        is_pooled = query.treatment_function_code == POOLED
        named = pl.col("treatment_function_code") == query.treatment_function_code
        wanted &= pl.col("is_restricted") if is_pooled else (named & ~pl.col("is_restricted"))
    held = pl.scan_parquet(activity.files("activity_facts"), glob=False).filter(wanted).collect()
    later = 12 if query.year_later else 0
    carried = carry_successions(held, successions=archive.successions(published), months_later=later)
    gone = archive.left_out(published, years_before=int(query.year_later))
    mine = carried.filter((pl.col("practice_code") == query.practice_code) & ~gone)
    return mine.with_columns(delivery=pl.lit(cells.name.partition("/")[2]))


def _by_year(facts: pl.DataFrame) -> Iterator[tuple[FinancialYear, pl.DataFrame]]:
    years = sorted({Month.from_number(number).financial_year for number in facts["month"].unique().to_list()})
    for year in years:
        months = [month.number for month in year.months()]
        yield year, facts.filter(pl.col("month").is_between(months[0], months[-1]))


def _cost(
    engine: Engine, facts: pl.DataFrame, tariff: PublishedSet | None, *, year: FinancialYear, policy: Policy
) -> pl.DataFrame:
    relation = engine.adopt(ACTIVITY_FACTS.conform(facts), ACTIVITY_FACTS.sql_columns)
    costed = cost_year(relation, take_prices(engine, tariff), year=year, policy=policy).frame()
    dated = facts.select(*KEY, "activity_on", "paid_stay_days", "delivery")
    joined = costed.join(dated, on=KEY, how="left")
    return joined.select(pl.col(name).cast(_SCHEMA[name]) for name in COLUMNS)
