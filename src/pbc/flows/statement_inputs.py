"""Everything a month's statement is made from, gathered once and placed with who answers for it."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from pbc.engines import Engine
from pbc.flows.cells_held import Deliveries, broken_kinds, deliveries_held, lines_held, prescribing_held, tariff_frame
from pbc.flows.completeness import Missing, choose
from pbc.flows.contracts_held import agreed_held, contracts_of
from pbc.methods.attribution.successions import trace_successions
from pbc.methods.ledger import Agreed
from pbc.methods.statements.add_up import add_up_kinds, add_up_specialties, carry_successions, price_prescribing
from pbc.methods.statements.compare import Reach
from pbc.methods.statements.left_out import NOTHING, LeftOut, Places, flag_left_out, list_places
from pbc.periods import FinancialYear, Month
from pbc.reference.activity import PRESCRIBING_POD
from pbc.results import PublishedSet, Store
from pbc.tables import ACTIVITY_CELLS, BUDGET_PROFILES, NOT_ATTRIBUTED


@dataclass(frozen=True)
class StatementInputs:
    """`lines` are this year's and last year's cells by hospital; `kinds` the same by kind of activity, prescribing
    included; `cuts` by specialty and provider. All are placed with who answers for them (mergers carried), and hold
    nothing of what is `left_out`."""

    reach: Reach
    register: PublishedSet
    budgets: PublishedSet
    cells: Deliveries
    prescribing: Deliveries
    lines: pl.DataFrame
    kinds: pl.DataFrame
    cuts: pl.DataFrame
    profiles: pl.DataFrame
    lists: pl.DataFrame
    successions: pl.DataFrame
    agreed: Agreed
    broken: tuple[str, ...]
    others: dict[str, str]
    left_out: tuple[LeftOut, ...] = ()

    @property
    def contract_forms(self) -> pl.DataFrame:
        """How hospitals are paid, as first agreed for the year."""
        return self.agreed.contract_forms

    @property
    def known_to(self) -> Month | None:
        """The last month of prescribing known."""
        return self.reach.known_to.get(PRESCRIBING_POD)


def gather_statement_inputs(
    store: Store,
    *,
    month: Month,
    engine: Engine,
    delivered_to: Month | None = None,
    missing: Missing | None = None,
) -> StatementInputs:
    """This returns what the statement of a month rests on: deliveries up to that month and no later ones.

    A year end reads on to `delivered_to`, for rows of the year that came late. Refused by the store where there are no
    budgets of the year or no register, and by `missing` as `choose` tells; without it nothing is asked or left out.
    """
    year = month.financial_year
    first, before = Month.of(year.start), Month.of(year.plus(-1).start)
    register, budgets = store.current("register"), store.current(f"budgets/{year.slug}")
    successions = trace_successions(register.frame("memberships"))
    until = delivered_to or month
    cells = deliveries_held(store, "cells", keep=lambda delivered: before <= delivered <= until)
    prescribing = deliveries_held(store, "prescribing", keep=lambda delivered: before <= delivered <= until)
    tariffs = {slug: tariff_frame(store, slug=slug) for slug in (year.plus(-1).slug, year.slug)}
    broken = broken_kinds(*tariffs.values())
    held = lines_held(cells, engine, first=before, last=month)
    left_out = choose(list(cells.sets), held, month=month, missing=missing) if missing else ()
    gone = list_places(left_out)
    lines = _carried(held.filter(~flag_left_out(gone)), first, successions)
    items = prescribing_held(prescribing, first=before, last=month)
    now, earlier = items.filter(pl.col("month") >= first.number), items.filter(pl.col("month") < first.number)
    medicines = pl.concat(
        [price_prescribing(now, earlier_cells=earlier), price_prescribing(earlier, earlier_cells=earlier)]
    )
    known = Month.from_number(int(str(now["month"].max()))) if now.height else None
    others = pl.concat([medicines, _shared_last_year(store, year)], how="diagonal_relaxed")
    kinds = pl.concat([add_up_kinds(lines), _carried(others, first, successions)], how="diagonal_relaxed")
    return StatementInputs(
        reach=Reach(month, {PRESCRIBING_POD: known}, gone),
        register=register,
        budgets=budgets,
        cells=cells,
        prescribing=prescribing,
        lines=lines,
        kinds=add_up_kinds(kinds),
        cuts=_cuts(cells, lines, engine, (before, first, month), successions, broken, gone),
        profiles=_carry_profiles(budgets.frame("budget_profiles"), successions),
        lists=_count_people(register.frame("registered_lists"), successions),
        successions=successions,
        agreed=agreed_held(store, year=year, known_on=until.end),
        broken=broken,
        others={
            name: store.current(name).set_id
            for name in [*(f"tariff/{slug}" for slug in tariffs), f"budgets/{year.plus(-1).slug}", contracts_of(year)]
            if store.find(name)
        },
        left_out=left_out,
    )


def _shared_last_year(store: Store, year: FinancialYear) -> pl.DataFrame:
    """What last year's budgets shared out by head, as if it were activity: there is no other measure of it."""
    held = store.find(f"budgets/{year.plus(-1).slug}")
    profiles = BUDGET_PROFILES.empty() if held is None else held.frame("budget_profiles")
    return profiles.filter(pl.col("payment_form") == "apportioned").select(
        "month",
        "practice_code",
        "point_of_delivery",
        pl.lit(0, dtype=pl.Int64).alias("activity_count"),
        pl.col("budget_pence").alias("cost_pence"),
        pl.col("budget_pence").alias("plan_price_pence"),
    )


def _carried(rows: pl.DataFrame, first: Month, successions: pl.DataFrame) -> pl.DataFrame:
    """This year's months go to who answers in them; last year's to who answers for them twelve months on."""
    now = carry_successions(rows.filter(pl.col("month") >= first.number), successions=successions)
    then = carry_successions(rows.filter(pl.col("month") < first.number), successions=successions, months_later=12)
    return pl.concat([now, then])


def _cuts(
    cells: Deliveries,
    lines: pl.DataFrame,
    engine: Engine,
    span: tuple[Month, Month, Month],
    successions: pl.DataFrame,
    broken: tuple[str, ...],
    left_out: Places,
) -> pl.DataFrame:
    before, first, month = span
    relation = cells.relation("activity_cells", engine, ACTIVITY_CELLS.sql_columns)
    specialties = add_up_specialties(relation, first=before, last=month, broken=broken, left_out=left_out).frame()
    by_specialty = _carried(specialties, first, successions).with_columns(
        (pl.col("broken_count") > 0).alias("is_broken")
    )
    by_provider = lines.filter(~flag_left_out(left_out, years_before=1)).with_columns(
        pl.col("point_of_delivery").is_in(list(broken)).alias("is_broken")
    )
    return pl.concat(
        _cut(rows, cut, item)
        for rows, cut, item in (
            (by_specialty, "specialty", "treatment_function_code"),
            (by_provider, "provider", "provider_code"),
        )
    )


def _cut(rows: pl.DataFrame, cut: str, item: str) -> pl.DataFrame:
    return rows.group_by("month", "practice_code", pl.col(item).alias("item")).agg(
        pl.lit(cut).alias("cut"),
        pl.lit("").alias("point_of_delivery"),
        pl.col("activity_count", "cost_pence").sum(),
        pl.col("is_broken").any(),
    )


def _carry_profiles(profiles: pl.DataFrame, successions: pl.DataFrame) -> pl.DataFrame:
    carried = carry_successions(profiles, successions=successions)
    added = carried.group_by(BUDGET_PROFILES.key).agg(
        pl.col("payment_form").first(),
        pl.col("budget_pence", "planned_list_size").sum(),
        _sum_or_null("planned_activity"),
    )
    return BUDGET_PROFILES.conform(added).sort(BUDGET_PROFILES.key)


def _sum_or_null(name: str) -> pl.Expr:
    return pl.when(pl.col(name).count() > 0).then(pl.col(name).sum()).alias(name)


def _count_people(registered_lists: pl.DataFrame, successions: pl.DataFrame) -> pl.DataFrame:
    """People on each list on the first of each month, counted with who answers then: `practice_code, month, list_size`."""
    day = pl.col("as_at_on")
    month = (day.dt.year() * 100 + day.dt.month().cast(pl.Int32)).alias("month")
    firsts = carry_successions(registered_lists.filter(day.dt.day() == 1).with_columns(month), successions=successions)
    return firsts.group_by("practice_code", "month").agg(pl.col("patients_count").sum().alias("list_size"))


def list_unplaced(cells: Deliveries, *, month: Month, left_out: Places = NOTHING) -> pl.DataFrame:
    """This returns the table not_attributed for the year to date: by month, so that its age can be read."""
    first = Month.of(month.financial_year.start).number
    held = cells.frame("not_attributed", NOT_ATTRIBUTED.empty())
    wanted = held.filter(pl.col("month").is_between(first, month.number) & ~flag_left_out(left_out))
    return wanted.group_by(NOT_ATTRIBUTED.key).agg(pl.col("activity_count", "cost_pence").sum())


def payment_forms(contract_forms: pl.DataFrame) -> dict[str, str]:
    """This returns the payment form of each kind of activity by its contracts; mixed where hospitals differ."""
    forms = contract_forms.group_by("point_of_delivery").agg(pl.col("payment_form").unique())
    return {kind: found[0] if len(found) == 1 else "mixed" for kind, found in forms.iter_rows()}
