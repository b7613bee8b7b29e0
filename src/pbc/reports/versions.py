"""What changed between two versions of one month's statement: said first on every page of the later one."""

from __future__ import annotations

from collections.abc import Collection

import polars as pl

from pbc.money import pounds
from pbc.reports.amounts import about
from pbc.reports.material import StatementMaterial
from pbc.reports.sentences import span
from pbc.reports.view import Paragraph


def describe_restatement(
    before: StatementMaterial, now: StatementMaterial, *, practice_codes: Collection[str] | None = None
) -> Paragraph:
    """This returns how the cost and the budget to date of some practices, or of all, differ from the version replaced.

    Money in pence, added over the practices; a difference below £50 is told in pounds, as rounding would hide it.
    """
    said = []
    for column, words in (("actual_pence", "The cost"), ("budget_pence", "The budget")):
        then, today = (_total(material, column, practice_codes) for material in (before, now))
        if then is None or today is None:
            continue
        moved = today - then
        if moved:
            amount = about(abs(moved)) if abs(moved) >= 5_000 else pounds(abs(moved))
            side = "more" if moved > 0 else "less"
            said.append(f"{words} for {span(now.month)} was {about(then)} and is now {about(today)}: {amount} {side}.")
        else:
            said.append(f"{words} for {span(now.month)} is the same as before.")
    return Paragraph("restated", "What changed since this month was first published", tuple(said))


def _total(material: StatementMaterial, column: str, practice_codes: Collection[str] | None) -> int | None:
    rows = material.table("budget_statements").filter((pl.col("cut") == "total") & (pl.col("period") == "year_to_date"))
    if practice_codes is not None:
        rows = rows.filter(pl.col("practice_code").is_in(list(practice_codes)))
    return None if rows[column].null_count() == rows.height else int(rows[column].sum())
