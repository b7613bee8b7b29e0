"""Why prescribing costs other than a year ago, and who signed what no practice counts, as pages show it."""

from __future__ import annotations

from typing import Any

import polars as pl

from pbc.periods import Month
from pbc.reports.amounts import about, listed
from pbc.reports.hidden_rows import STAR, said
from pbc.reports.material import StatementMaterial
from pbc.reports.position_tables import signed
from pbc.reports.view import Head, PageTable, Paragraph

Row = dict[str, Any]
STEPS = {
    "last_year": "The same months last year", "volume": "More or fewer items", "mix": "Other products, packs and brands",
    "price": "Prices of the national list",
}  # fmt: skip
KINDS = {"unidentified": "Marked unidentified", "not_in_register": "No practice of the register"}


def describe_prescribing(material: StatementMaterial, *, practice_code: str | None = None) -> Paragraph:
    """This returns how prescribing moved since last year and in which months the price list changed; a practice's, or all."""
    steps = _steps(material, practice_code)
    if not steps:
        return Paragraph("prescribing", "Prescribing against last year", ())
    now, then = sum(steps.values()), steps["last_year"]
    known = Month.from_number(material.table("prescribing_effects")["known_to_month"][0])
    words = [
        f"To {known.title} prescribing cost {about(now)}, against {about(then)} in the same months last year: "
        f"{signed(steps['volume'])} of items, {signed(steps['mix'])} of other products, {signed(steps['price'])} of prices set "
        "nationally, which no practice chooses."
    ]
    changed = material.table("prescribing_prices").filter("is_list_changed").sort("month")
    if changed.height:
        months = [f"{Month.from_number(row['month']).title} ({row['change_ratio']:+.1%})" for row in changed.to_dicts()]
        words.append(f"The national price list changed in {listed(months)}.".replace("-", "\u2212"))
    return Paragraph("prescribing", "Prescribing against last year", tuple(words))


def effects_table(material: StatementMaterial, *, practice_code: str | None = None) -> PageTable | None:
    """This returns last year's cost, the three effects and this year's, which they add up to; None where not worked out."""
    steps = _steps(material, practice_code)
    if steps == {}:
        return None
    if steps is None:
        body = [(words, STAR) for words in (*STEPS.values(), "This year")]
    else:
        body = [(words, (about if name == "last_year" else signed)(steps[name])) for name, words in STEPS.items()]
        body.append(("This year", about(sum(steps.values()))))
    heads = (Head("Step"), Head("Pounds", True))
    note = "Net ingredient cost, to the last month known. Of a practice that took over another, both together in both years."
    return PageTable(
        "prescribing-effects",
        "Prescribing against the same months last year",
        heads,
        tuple(body),
        note=note,
        has_total=True,
    )


def _steps(material: StatementMaterial, practice_code: str | None) -> dict[str, int] | None:
    """The amount of each step, empty where there are none; None where one is hidden."""
    if practice_code is not None:
        rows = material.of_practice("prescribing_effects", practice_code)
    else:
        rows = material.table("prescribing_effects").filter(pl.col("practice_code").is_in(material.practices))
    if rows["amount_pence"].null_count():
        return None
    return dict(rows.group_by("step").agg(pl.col("amount_pence").sum()).iter_rows())


def unidentified_table(material: StatementMaterial) -> PageTable | None:
    """This returns prescribing that no practice's statement counts, by the code it was signed under, or None."""
    rows = material.table("unidentified_prescribers")
    summed = rows.group_by("prescriber_code", "kind").agg(
        pl.col("month").min(), *(_sum_or_hidden(name) for name in ("items", "net_ingredient_cost_pence"))
    )
    body = tuple(
        (
            material.name_of(row["prescriber_code"]), KINDS[row["kind"]], Month.from_number(row["month"]).title,
            said(row, "items", say="{:,}".format), said(row, "net_ingredient_cost_pence", say=about),
        )
        for row in summed.sort("kind", "prescriber_code").to_dicts()
    )  # fmt: skip
    heads = (Head("Prescriber code"), Head("Why"), Head("Oldest from"), Head("Items", True), Head("Cost", True))
    note = (
        "Counted in no practice's statement. With the practices of the register these rows are all that was delivered."
    )
    return PageTable("unidentified", "Unidentified prescribers", heads, body, note=note) if body else None


def _sum_or_hidden(name: str) -> pl.Expr:
    return pl.when(pl.col(name).null_count() == 0).then(pl.col(name).sum()).alias(name)
