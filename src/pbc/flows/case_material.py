"""What a store holds that a case is appraised with: prices, contracts, what was done, budgets, and which sets they are."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from pbc.errors import MissingFigure
from pbc.flows.case_rows import CaseRows
from pbc.flows.cells_held import Deliveries, deliveries_held, prescribing_held
from pbc.flows.contracts_held import agreed_held, contracts_of
from pbc.flows.one_commissioner import commissioners_held, refuse_others
from pbc.methods.attribution.successions import trace_successions
from pbc.methods.ledger import Agreed
from pbc.methods.statements.add_up import carry_successions
from pbc.periods import FinancialYear, Month
from pbc.reference.activity import PRESCRIBING_POD
from pbc.results import PublishedSet, Store
from pbc.tables import ACTIVITY_CELLS, BUDGET_LINES, PRESCRIBING_CELLS


@dataclass(frozen=True)
class CaseMaterial:
    """`cells` are what was done in `months`, `items` what was prescribed in `item_months`, placed with who answers for it; `agreed`
    is narrowed to the lines that the case changes; `sets` are all that was read."""

    commissioner_code: str
    cells: pl.DataFrame
    items: pl.DataFrame
    months: tuple[Month, ...]
    item_months: tuple[Month, ...]
    agreed: Agreed
    budget_lines: pl.DataFrame
    providers: frozenset[str]
    practices: frozenset[str]
    sets: tuple[PublishedSet, ...]

    @property
    def window(self) -> str:
        """The months in words."""
        return _in_words(self.months)

    @property
    def items_window(self) -> str:
        """The months of prescribing in words: it comes later than activity, so that they may be others."""
        return _in_words(self.item_months)


def _in_words(months: tuple[Month, ...]) -> str:
    if not months:
        return "no month"
    first, last = months[0].title, months[-1].title
    return first if first == last else f"{first} to {last}"


def gather_case_material(store: Store, case: CaseRows, *, year: FinancialYear) -> CaseMaterial:
    """This returns what a case of a year is appraised with, read once from the sets in force.

    What was done is that of the year's months delivered so far or, where none is, of the year before at its own prices.
    Variations of contracts count as delivered. Refused where there is no register, no tariff of the year, no commissioner or
    more than one.
    """
    register, tariff = store.current("register"), store.current(f"tariff/{year.slug}")
    commissioners = commissioners_held(store, year=year)
    refuse_others(commissioners, where=f"case of {year}")
    if not commissioners:
        raise MissingFigure(
            "Whose money a case would spend is not known.", where="register", expected="one commissioner"
        )
    named = [store.find(name) for name in (contracts_of(year), f"budgets/{year.slug}", f"need/{year.slug}")]
    contracts, budgets, need = named
    kinds = case.changes["point_of_delivery"].unique().to_list()
    cells, months = _latest(store, "cells", year)
    items, item_months = _latest(store, "prescribing", year) if PRESCRIBING_POD in kinds else (Deliveries({}), ())
    agreed = agreed_held(store, year=year)
    successions = trace_successions(register.frame("memberships"))
    done = _done(cells, months, kinds)
    places = [
        done["provider_code"],
        agreed.contract_forms["provider_code"],
        register.frame("organisations")["organisation_code"],
    ]
    return CaseMaterial(
        commissioner_code=commissioners[0],
        cells=carry_successions(done, successions=successions),
        items=carry_successions(_items(items, item_months), successions=successions),
        months=months or item_months,
        item_months=item_months,
        agreed=_narrowed(agreed, case.changes),
        budget_lines=budgets.frame("budget_lines") if budgets else BUDGET_LINES.empty(),
        providers=frozenset(code for codes in places for code in codes.to_list()),
        practices=frozenset(register.frame("practices")["practice_code"].to_list()),
        sets=tuple(
            found for found in (register, tariff, contracts, budgets, need, *cells.sets.values(), *items.sets.values()) if found
        ),
    )  # fmt: skip


def _latest(store: Store, kind: str, year: FinancialYear) -> tuple[Deliveries, tuple[Month, ...]]:
    """Deliveries that hold the year's months so far, else those of the year before, and the months that came."""
    for wanted in (year, year.plus(-1)):
        first, last = Month.of(wanted.start), Month.of(wanted.end)
        held = _since(store, kind, first)
        months = tuple(month for month in held.sets if month <= last)
        if months:
            return held, months
    return Deliveries({}), ()


def _since(store: Store, kind: str, first: Month) -> Deliveries:
    return deliveries_held(store, kind, keep=lambda month: month >= first)


def _done(cells: Deliveries, months: tuple[Month, ...], kinds: list[str]) -> pl.DataFrame:
    numbers = [month.number for month in months]
    wanted = pl.col("month").is_in(numbers) & pl.col("point_of_delivery").is_in(kinds)
    held = [found.where(ACTIVITY_CELLS.name, wanted) for found in cells.sets.values()]
    return pl.concat([ACTIVITY_CELLS.empty(), *held])


def _items(items: Deliveries, months: tuple[Month, ...]) -> pl.DataFrame:
    return prescribing_held(items, first=months[0], last=months[-1]) if months else PRESCRIBING_CELLS.empty()


def _narrowed(agreed: Agreed, changes: pl.DataFrame) -> Agreed:
    """What was agreed, with the lines alone that the case changes: one that is not whole elsewhere is not its business."""
    line = ["provider_code", "point_of_delivery"]
    forms = agreed.contract_forms.join(changes.select(line).unique(), on=line, how="semi")
    return Agreed(forms, agreed.contracts, agreed.contract_plans, agreed.contract_variations, agreed.known_on)
