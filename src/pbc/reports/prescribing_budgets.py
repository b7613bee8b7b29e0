"""Prescribing by age and sex beside need, as a terminal and a file show it."""

from __future__ import annotations

import polars as pl

from pbc.money import pounds
from pbc.reports.plain_files import PlainSheet


def budgets_sheet(found: pl.DataFrame, *, title: str) -> PlainSheet:
    """This returns the table as a file's sheet, one practice a row, in its published columns."""
    return PlainSheet("Prescribing", title, found.drop("rule", "parameter"))


def describe_budgets(found: pl.DataFrame) -> list[str]:
    """This returns the pot, whose weights shared it and each practice's line: by age and sex, by need, difference, as set."""
    said = [
        f"{pounds(int(found['age_sex_pence'].sum()))} of prescribing shared among {found.height} practices. "
        f"Weights: {', '.join(sorted(set(found['weights_source'])))}.",
        f"{'practice':<12}{'by age and sex':>16}{'by need':>16}{'difference':>16}{'as set':>16}",
    ]
    for row in found.sort("practice_code").iter_rows(named=True):
        amounts = [pounds(row[name]) for name in ("age_sex_pence", "need_pence", "difference_pence", "set_pence")]
        said.append(f"{row['practice_code']:<12}" + "".join(f"{amount:>16}" for amount in amounts))
    return said
