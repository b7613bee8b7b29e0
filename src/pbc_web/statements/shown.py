"""A publication as its readers see it: pages built by the engine's reports from the set that is in force."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

import polars as pl

from pbc.reports import StatementMaterial, build_commissioner, build_statement
from pbc.reports.cell_figures import Cells, figures_of
from pbc.reports.hospital import build_hospital
from pbc.reports.versions import describe_restatement
from pbc.reports.view import PageTable, Paragraph, StatementView, SummaryView
from pbc_web.runs.statement_reading import statement_material
from pbc_web.statements.models import Publication, YearEndPosition

NAMES_PRACTICES = ("practices", "practice-bands")  # charts and tables with a practice on each line


@dataclass(frozen=True)
class PracticePage:
    """A practice's statement, what changed since an earlier version, and the figure in each cell of its tables."""

    view: StatementView
    restated: Paragraph | None
    figures: Mapping[str, Cells]


def material_of(publication: Publication) -> StatementMaterial:
    """This returns all that the pages of a publication are made from, with the year end published beside its last month."""
    return statement_material(publication.period, publication.set_id, year_end_id=_year_end(publication))


def _year_end(publication: Publication) -> str | None:
    month = publication.period
    if month.month_of_year != 12:
        return None
    held = YearEndPosition.everywhere.filter(
        commissioner_id=publication.commissioner_id, financial_year=month.financial_year.slug
    )
    newest = held.order_by("-published_at").first()
    return newest.set_id if newest else None


def practice_page(publication: Publication, practice_code: str) -> PracticePage:
    """This returns a practice's page; a practice without a statement is refused by the engine."""
    material = material_of(publication)
    view = build_statement(material, practice_code=practice_code)
    tables: list[PageTable] = [*view.tables, *(chart.table for chart in view.charts)]
    tables += [view.changed_table] if view.changed_table else []
    figures = {table.name: figures_of(material, table, practice_code=practice_code) for table in tables}
    return PracticePage(view, restatement_of(publication, [practice_code]), figures)


def restatement_of(publication: Publication, practice_codes: Collection[str] | None = None) -> Paragraph | None:
    """This returns what a later version changed of the month it replaces, or None for the first version."""
    earlier = [
        each
        for each in Publication.everywhere.filter(commissioner_id=publication.commissioner_id, month=publication.month)
        if each.version and each.version < (publication.version or 10_000) and each.id != publication.id
    ]
    if not earlier:
        return None
    before = max(earlier, key=lambda each: each.version or 0)
    return describe_restatement(material_of(before), material_of(publication), practice_codes=practice_codes)


def commissioner_page(publication: Publication, *, names_practices: bool) -> SummaryView:
    """This returns the commissioner's page; without practices by name for those who see sums only."""
    view = build_commissioner(material_of(publication))
    if names_practices:
        return view
    charts = tuple(chart for chart in view.charts if chart.name not in NAMES_PRACTICES)
    tables = tuple(table for table in view.tables if table.name not in NAMES_PRACTICES)
    return replace(view, charts=charts, tables=tables)


def cluster_page(publication: Publication, cluster_code: str, *, names_practices: bool) -> SummaryView | None:
    """This returns a group's page, its practices added up, or None where none of them has a statement."""
    material = material_of(publication)
    codes = set(practices_of_group(publication, cluster_code))
    if not codes:
        return None
    inside = replace(
        material, tables={name: _within(frame, codes, cluster_code) for name, frame in material.tables.items()}
    )
    view = build_commissioner(inside)
    title = view.title.replace(f"the {material.tiers.commissioner_short}", f"the {material.tiers.cluster}", 1)
    view = replace(view, caption=material.name_of(cluster_code), title=title)
    charts = view.charts if names_practices else ()
    keep = ("services", "groups", "providers", "data-age")
    return replace(view, charts=charts, tables=tuple(table for table in view.tables if table.name in keep))


def _within(frame: pl.DataFrame, codes: set[str], cluster_code: str) -> pl.DataFrame:
    if "unit_code" in frame.columns:
        return frame.filter(pl.col("unit_code").is_in([*codes, cluster_code]))
    return (
        frame.filter(pl.col("practice_code").is_in(list(codes))) if "practice_code" in frame.columns else frame.clear()
    )


def hospital_page(publication: Publication, provider_code: str) -> SummaryView:
    """This returns a hospital's own lines over all practices."""
    return build_hospital(material_of(publication), provider_code=provider_code)


def practices_listed(publication: Publication) -> list[str]:
    """This returns the codes of the practices with a statement."""
    return material_of(publication).practices


def practices_of_group(publication: Publication, cluster_code: str) -> list[str]:
    """This returns the codes of a group's practices with a statement."""
    material = material_of(publication)
    return [code for code in material.practices if material.clusters.get(code) == cluster_code]
