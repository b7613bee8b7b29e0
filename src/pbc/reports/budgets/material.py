"""What pages about a year's budgets are made from: one set's tables with figure ids, names, and the values in force."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import polars as pl

from pbc.periods import FinancialYear
from pbc.policy.policy import PolicyValue
from pbc.reports.material import MADE_UP_MARK, SetShown, Tiers
from pbc.tables import ALL


@dataclass(frozen=True)
class BudgetMaterial:
    """A draft, or a year's budgets. `title` is what people call it; `tables` holds published frames by name, all but
    `budget_lines` with a `figure_id` column; `policy` the values in force under it, those it `varied` itself among them."""

    year: FinancialYear
    title: str
    regime: str
    basis: str
    shown: SetShown
    tiers: Tiers
    names: Mapping[str, str]
    tables: Mapping[str, pl.DataFrame]
    policy: tuple[PolicyValue, ...]
    varied: tuple[str, ...] = ()

    def table(self, name: str) -> pl.DataFrame:
        """This returns a whole table; one that was not published has no rows."""
        return self.tables.get(name, ALL[name].empty().with_columns(figure_id=pl.lit("")))

    def name_of(self, code: str) -> str:
        """This returns the name of an organisation with its code, or the code where the register has none."""
        name = self.names.get(code, code)
        name = name.removesuffix(MADE_UP_MARK) if self.shown.is_made_up else name
        return code if name == code else f"{name} ({code})"

    def plain_name_of(self, code: str) -> str:
        """This returns the name alone, for drawings that have no room for the code; the code where the register has no name."""
        return self.name_of(code).removesuffix(f" ({code})")

    def units(self, kind: str) -> list[dict[str, object]]:
        """This returns the previews of one kind of unit, by code."""
        return self.table("budget_previews").filter(pl.col("unit_kind") == kind).sort("unit_code").to_dicts()


def rows_of(tables: Mapping[str, pl.DataFrame], practices: Collection[str]) -> dict[str, pl.DataFrame]:
    """This returns a draft's tables with the rows of some practices alone, and of the groups and payers that preview them.

    A draft is worked out for every commissioner a store holds; each sees its own.
    """
    codes = sorted(practices)
    previews = tables.get("budget_previews")
    payers: list[str] = []
    if previews is not None:
        own = (pl.col("unit_kind") == "practice") & pl.col("unit_code").is_in(codes)
        payers = previews.filter(own)["commissioner_code"].unique().to_list()
    is_practice = pl.col("unit_kind") == "practice"
    unit = (
        pl.when(is_practice).then(pl.col("unit_code").is_in(codes)).otherwise(pl.col("commissioner_code").is_in(payers))
    )
    return {
        name: frame.filter(unit if name == "budget_previews" else pl.col("practice_code").is_in(codes))
        for name, frame in tables.items()
    }
