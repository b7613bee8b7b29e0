"""What pages add up over practices and rows, always from raw figures and never from those a reader sees."""

from __future__ import annotations

from collections.abc import Collection

import polars as pl

from pbc.reports.hidden_months import moved_by_practice
from pbc.reports.hidden_rows import sum_or_none
from pbc.reports.hidden_tables import CAUSES, add_lost
from pbc.reports.material import StatementMaterial
from pbc.reports.statement_grid import COMMISSIONER
from pbc.stats.small_numbers import SmallNumbers

SUMMED = (
    "budget_statements",
    "variance_splits",
    "not_attributed",
    "restated_months",
    "moved_by_practice",
    "list_sizes",
)
ADDED = (
    "activity_count", "actual_pence", "budget_pence", "variance_pence", "year_budget_pence", "forecast_outturn_pence",
    "previous_year_activity", "previous_year_pence",
)  # fmt: skip


def summed(material: StatementMaterial, name: str) -> pl.DataFrame:
    """This returns one of the sums, as the reader may see it, or of raw figures where the material is for no reader yet."""
    found = material.sums.get(name)
    return sums_of(material)[name] if found is None else found


def changes_moved(by_practice: pl.DataFrame, *, rule: SmallNumbers | None) -> pl.DataFrame:
    """This returns by how many pence what came late, and what changed otherwise, moved the cost of all practices.

    Hidden where the practices that hide their changes would follow from it: theirs must be of enough contacts, or of none.
    """
    found = []
    for is_late in (True, False):
        part = by_practice.filter(pl.col("is_late") == is_late)
        dark = part.filter(pl.col("change_pence").is_null())
        few = abs(int(dark["change_count"].sum()))
        is_told = dark.is_empty() or rule is None or (few >= rule.smallest_shown and dark.height > 1)
        found.append(int(part["total_pence"].sum()) if is_told else None)
    return pl.DataFrame([found], schema={"late_pence": pl.Int64, "changed_pence": pl.Int64}, orient="row")


def moved_of(material: StatementMaterial, practice_codes: Collection[str]) -> tuple[int | None, int | None]:
    """This returns by how many pence what came late, and what changed otherwise, moved some practices together; None where
    one of them hides it."""
    rows = summed(material, "moved_by_practice").filter(pl.col("practice_code").is_in(list(practice_codes)))
    sides = [rows.filter(pl.col("is_late") == is_late)["change_pence"] for is_late in (True, False)]
    late, other = (None if pence.null_count() else int(pence.sum()) for pence in sides)
    return late, other


def sums_of(material: StatementMaterial) -> dict[str, pl.DataFrame]:
    """This returns sums by name: of statements over practices, by cluster and commissioner; of causes by practice; of care that
    nobody answers for by hospital and reason, the whole last; of changes in months already told; of people on the lists.

    A sum with a missing part is missing.
    """
    statements = material.table("budget_statements")
    clusters = {code: f"cluster {cluster}" for code, cluster in material.clusters.items()}
    grouped = [
        statements.with_columns(unit=pl.lit(COMMISSIONER)),
        statements.with_columns(
            unit=pl.col("practice_code").replace_strict(clusters, default=None, return_dtype=pl.String)
        ).filter(pl.col("unit").is_not_null()),
    ]
    whole = [sum_or_none(name) for name in ADDED]
    added = pl.concat(grouped).group_by("unit", "period", "cut", "item").agg(*whole, pl.col("payment_form").first())
    lost, changes = material.table("not_attributed"), material.table("restated_months")
    moved = moved_by_practice(changes, shown=changes)
    return {
        "budget_statements": added,
        "variance_splits": material.table("variance_splits").group_by("practice_code").agg(pl.col(*CAUSES).sum()),
        "not_attributed": pl.concat([add_lost(lost, ["provider_code", "attribution"]), add_lost(lost, [])]),
        "restated_months": changes_moved(moved, rule=None),
        "moved_by_practice": moved,
        "list_sizes": pl.DataFrame(
            {"people_count": [sum(material.list_sizes.get(code, 0) for code in material.practices)]}
        ),
    }
