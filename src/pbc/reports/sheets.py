"""What a statement's downloads hold: published rows of one practice, table by table, with names and figure ids."""

from __future__ import annotations

import polars as pl

from pbc.reports.material import StatementMaterial, Tiers
from pbc.reports.view import Sheet
from pbc.tables import ALL

SHEETS = (
    ("budget_statements", "Position", "Budget against actual by every cut, month and year to date"),
    ("variance_splits", "Causes", "Why each kind of activity is over or under: four causes that add up"),
    ("prescribing_effects", "Prescribing", "Why prescribing costs other than in the same months last year"),
    ("monthly_costs", "Month by month", "What hospital care and prescribing cost by month, last year and this"),
    ("restated_months", "Changed months", "What changed in months already reported"),
    ("budget_lines", "Budget steps", "How the year's budget was built, step by step"),
    ("budget_targets", "Fair share", "Budget against fair share by service"),
    ("budget_profiles", "Budget by month", "The year's budget spread over its months"),
    ("bill_adjustments", "Contract terms", "What contract terms add to or take from the priced activity"),
)
SHARED = "not_attributed", "Not attributed", "Care of the whole commissioner that no practice answers for"
UNITS = (
    ("chance_bands", "Chance bands", "How far luck alone moves the budget, practice and cluster"),
    ("ceded_costs", "Stop-loss", "What people cost above the stop-loss, borne by the risk pool"),
    ("freed_up_resources", "Freed up", "Resources freed up in the year, on both bases"),
    ("overspend_years", "Over budget", "What becomes of a year over its budget, by the rules of the year"),
    (
        "pool_movements",
        "Risk pool",
        "What the practice or cluster paid into the risk pool, drew and repaid, and the pool's own",
    ),
)


def statement_sheets(material: StatementMaterial, practice_code: str) -> tuple[Sheet, ...]:
    """This returns the tables of the downloads, in order, leaving out those with no rows."""
    found = [Sheet(name, title, ALL[name], material.of_practice(name, practice_code)) for name, _, title in SHEETS]
    cluster = material.clusters.get(practice_code, "")
    for name, _, title in UNITS:
        said = material.tiers.said(title)
        units = [("practice", practice_code), ("cluster", cluster), ("commissioner", material.commissioner_code)]
        rows = pl.concat([material.of_unit(name, *unit) for unit in units], how="diagonal")
        found.append(Sheet(name, said, ALL[name], rows.with_columns(_unit_words(material.tiers))))
    found.append(Sheet(SHARED[0], SHARED[2], ALL[SHARED[0]], material.table(SHARED[0])))
    return tuple(_named(material, sheet) for sheet in found if sheet.frame.height)


def _unit_words(tiers: Tiers) -> pl.Expr:
    """Kinds of unit in the regime's words; the figure ids keep the engine's codes, for they are addresses."""
    kinds = ("cluster", "commissioner", "risk_pool")
    return pl.col("unit_kind").replace({kind: tiers.unit(kind) for kind in kinds})


def _named(material: StatementMaterial, sheet: Sheet) -> Sheet:
    if "cut" not in sheet.frame.columns:
        return sheet
    pairs = sheet.frame.select("cut", "item").unique(maintain_order=True).rows()
    titles = pl.DataFrame(
        [(cut, item, material.item_title(cut, item)) for cut, item in pairs],
        schema={"cut": pl.String, "item": pl.String, "item_name": pl.String}, orient="row",
    )  # fmt: skip
    frame = sheet.frame.join(titles, on=["cut", "item"], how="left", maintain_order="left")
    return Sheet(sheet.name, sheet.title, sheet.table, frame, sheet.note)


def sheet_title(name: str) -> str:
    """This returns the short name of a table's sheet."""
    short = {table: label for table, label, _ in (*SHEETS, SHARED, *UNITS)}
    return short.get(name, name.replace("_", " ").capitalize())
