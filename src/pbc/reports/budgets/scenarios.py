"""Drafts of a year's budgets side by side: each practice's budget in each, and how far it is from the first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from pbc.money import pounds
from pbc.reports.budgets.material import BudgetMaterial
from pbc.reports.budgets.tables import FigureTable, signed_pounds
from pbc.reports.budgets.values import list_values
from pbc.reports.view import Head, PageTable, Paragraph


@dataclass(frozen=True)
class ScenarioView:
    """Two to four drafts: how they differ in rules, and what that is to each practice; `figures` carries figure ids."""

    year: str
    is_made_up: bool
    paragraphs: tuple[Paragraph, ...]
    values: PageTable
    figures: FigureTable


def build_scenarios(drafts: Sequence[BudgetMaterial], comparison: pl.DataFrame) -> ScenarioView:
    """This returns drafts side by side; `comparison` is as `compare_scenarios` gives it, drafts named by their titles in order."""
    first = drafts[0]
    return ScenarioView(
        year=str(first.year),
        is_made_up=any(draft.shown.is_made_up for draft in drafts),
        paragraphs=(_told(drafts, comparison),),
        values=_values(drafts),
        figures=_figures(drafts, comparison),
    )


def _told(drafts: Sequence[BudgetMaterial], comparison: pl.DataFrame) -> Paragraph:
    said = []
    for draft in drafts[1:]:
        rows = comparison.filter(pl.col("scenario") == draft.title)
        more, less = (int((rows["difference_pence"] * sign > 0).sum()) for sign in (1, -1))
        most = rows.sort("difference_pence", "practice_code")
        said.append(
            f"Under {draft.title}, {more} practices would have more than under {drafts[0].title} and {less} less: from "
            f"{signed_pounds(most['difference_pence'][0])} for {draft.name_of(most['practice_code'][0])} to "
            f"{signed_pounds(most['difference_pence'][-1])} for {draft.name_of(most['practice_code'][-1])}."
        )
    return Paragraph("differences", "What differs", tuple(said))


def _values(drafts: Sequence[BudgetMaterial]) -> PageTable:
    """Rule values down, drafts across: those that differ."""
    tables = [{row[0]: row[1] for row in list_values(draft).rows} for draft in drafts]
    names = list(dict.fromkeys(name for table in tables for name in table))
    rows = [("Basis", *(draft.basis.replace("_", " ").capitalize() for draft in drafts))]
    rows += [(name, *(table.get(name, "Not used") for table in tables)) for name in names]
    differing = tuple(row for row in rows if len(set(row[1:])) > 1)
    heads = (Head("Rule value"), *(Head(draft.title) for draft in drafts))
    return PageTable("values", "Rule values that differ between the drafts", heads, differing)


def _figures(drafts: Sequence[BudgetMaterial], comparison: pl.DataFrame) -> FigureTable:
    ids = [_ids(draft) for draft in drafts]
    held = {(row["practice_code"], row["scenario"]): row for row in comparison.to_dicts()}
    codes = comparison["practice_code"].unique().sort().to_list()
    body, figures = [], []
    for code in codes:
        mine = [held[code, draft.title] for draft in drafts]
        body.append(
            (drafts[0].name_of(code), *_cells([(row["budget_pence"], row["difference_pence"]) for row in mine]))
        )
        figures.append(_beside(["", *(each.get(code, "") for each in ids)]))
    sums = [
        comparison.filter(pl.col("scenario") == draft.title).select("budget_pence", "difference_pence").sum().row(0)
        for draft in drafts
    ]
    body.append(("In all", *_cells(sums)))
    heads = [Head("Practice"), Head(drafts[0].title, is_number=True)]
    for draft in drafts[1:]:
        heads += [Head(draft.title, is_number=True), Head(f"{draft.title}: more or less", is_number=True)]
    caption = f"Budgets of {drafts[0].year} in each draft, beside {drafts[0].title}"
    page = PageTable("scenarios", caption, tuple(heads), tuple(body), has_total=True)
    return FigureTable(page, (*figures, ("",) * len(heads)))


def _cells(sums: Sequence[tuple[int, int]]) -> tuple[str, ...]:
    cells = [pounds(sums[0][0])]
    for budget, difference in sums[1:]:
        cells += [pounds(budget), signed_pounds(difference)]
    return tuple(cells)


def _beside(ids: Sequence[str]) -> tuple[str, ...]:
    """Ids of the budgets; a difference is of two of them and has none."""
    return (*ids[:2], *(part for each in ids[2:] for part in (each, "")))


def _ids(draft: BudgetMaterial) -> dict[str, str]:
    rows = draft.table("budget_targets").filter(pl.col("service") == "total").select("practice_code", "figure_id")
    return {code: f"{figure_id}:budget_pence" for code, figure_id in rows.iter_rows()}
