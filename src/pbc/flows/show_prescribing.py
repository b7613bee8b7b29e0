"""A month's prescribing as money, gathered for a page: why it costs other than a year ago, who is unidentified, shares by age and sex."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import polars as pl

from pbc.flows.gather_statement import with_ids
from pbc.reports.material import StatementMaterial
from pbc.reports.prescribing import describe_prescribing, effects_table
from pbc.reports.prescribing_money import practices_table, prices_table, shares_table, unidentified_months
from pbc.reports.protection import Protection
from pbc.reports.reconciliation_tables import Shown
from pbc.reports.shown_to import shown_to
from pbc.reports.view import Paragraph
from pbc.results import Store

LAG = "prescribing_months_late"
COMPARED = "prescribing_effects"


@dataclass(frozen=True)
class PrescribingShown:
    """What a page of a month's prescribing says: why, how late, the tables there are, and the set that shares by age and sex."""

    why: Paragraph
    late: str
    compared: str
    tables: tuple[Shown, ...]
    shares: Shown | None
    shares_set: tuple[str, str] | None


def show_prescribing(
    store: Store, material: StatementMaterial, *, protection: Protection, named: Collection[str]
) -> PrescribingShown:
    """This returns a month's prescribing of one commissioner as money; practices only as far as they are `named`.

    `late` says how many months late prescribing is known and how many are usual, `compared` which months are held against
    last year's, or what is missing for it; both empty where the statement tells nothing of them. Net ingredient cost.
    """
    year = material.month.financial_year
    mine = shown_to(material, protection)
    statement = store.at(mine.statement_set.name, mine.statement_set.set_id).receipt.parameters
    own = [code for code in mine.practices if code in named]
    whole = effects_table(mine)
    tables = (
        Shown(whole, {}) if whole else None,
        practices_table(mine.table("prescribing_effects"), name_of=mine.name_of, named=own),
        prices_table(mine.table("prescribing_prices")),
        unidentified_months(mine.table("unidentified_prescribers"), name_of=mine.name_of),
    )
    held = store.find(f"prescribing-budgets/{year.slug}")
    shares = None
    if held is not None:
        rows = with_ids(held, "prescribing_budgets").filter(pl.col("practice_code").is_in(mine.practices))
        caption = f"Prescribing budgets of {year} by age and sex, beside need"
        shares = shares_table(rows, name_of=mine.name_of, named=own, caption=caption)
    return PrescribingShown(
        describe_prescribing(mine), statement.get(LAG, ""), statement.get(COMPARED, ""),
        tuple(each for each in tables if each is not None), shares, (held.name, held.set_id) if held and shares else None,
    )  # fmt: skip
