"""A published file, or a file of the user's own, judged whole: every cell by the rules of its reader, every fault told."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl

from pbc.errors import RefusedInput
from pbc.sources.delimited import Recognised
from pbc.sources.layout import Layout
from pbc.sources.published import indicators, list_sizes, organisations, prescribing_spend, tariff, tiers, waits
from pbc.sources.published.allocations import read_allocations
from pbc.sources.published.business_cases import read_case_events, read_decision_meetings
from pbc.sources.published.cases import (
    read_case_activity_changes,
    read_case_costs,
    read_case_money,
    read_case_options,
)
from pbc.sources.published.local import read_neighbourhoods, read_pots
from pbc.sources.published.organisation_changes import read_organisation_changes
from pbc.sources.published.pooled_lines import read_pooled_lines, read_pooled_spending
from pbc.sources.published.reading import Faults, Published, Text, heading_of, layouts, read_blocks
from pbc.sources.published.weighted_populations import LAYOUT_OF_YEAR, read_weighted_population, weight_columns
from pbc.sources.published.workbook import read_sheet_as_text
from pbc.tables import REJECTED_ROWS

BLOCK_ROWS = 100_000  # registers of practices are smaller, so that their row of totals meets every row it adds up
ANY_DAY = date(2010, 4, 1)  # a reader must be told the day of a file that names none; no rule asks for it
ANY_YEAR = 2010
WORKBOOKS = (".xlsx", ".xlsm")


@dataclass(frozen=True)
class Judged:
    """What is wrong with a file, what its reader leaves out for a known reason (both REJECTED_ROWS), rows and notes."""

    title: str
    faults: pl.DataFrame
    left_out: pl.DataFrame
    rows_count: int
    notes: tuple[str, ...] = ()


def judge_published(recognised: Recognised) -> Judged:
    """This returns every fault of a file in a published layout, or of pots or neighbourhoods, by the rules of its reader.

    Read a block of rows at a time: memory does not grow with the file, but for eight bytes a row where keys may not
    repeat. A file that cannot be read as a table, or a file of one's own without rows, is refused.
    """
    faults, seen = Faults(), 0
    left_out, notes = [REJECTED_ROWS.empty()], list[str]()
    for block in read_blocks(recognised, faults, rows_count=BLOCK_ROWS):
        seen += block.rows.height
        for read in READERS[recognised.layout.name](block):
            left_out.append(read.rejected)
            notes += read.notes
    known = pl.concat(left_out).unique(REJECTED_ROWS.key, keep="first")
    layout = recognised.layout
    return Judged(layout.title, _headed(faults.rows, layout), _headed(known, layout), seen, tuple(_added_up(notes)))


def _headed(told: pl.DataFrame, layout: Layout) -> pl.DataFrame:
    """The rows with each column called as in the file, in order."""
    headings = {name: heading_of(layout, name) for name in layout.names}
    return told.with_columns(pl.col("column_name").replace(headings)).sort(REJECTED_ROWS.key)


def _added_up(notes: list[str]) -> list[str]:
    """The notes of all blocks, each once; of those that begin with a count and go on alike the counts are added up."""
    counts: dict[str, int | None] = {}
    for note in notes:
        number, _, rest = note.partition(" ")
        plain = number.replace(",", "")
        if plain.isdigit():
            counts[rest] = (counts.get(rest) or 0) + int(plain)
        else:
            counts[note] = None
    return [words if count is None else f"{count:,} {words}" for words, count in counts.items()]


def judge_workbook(path: Path) -> Judged:
    """This returns every fault of a published workbook: the lookup of sub-ICB locations, or the prescribing weights."""
    faults = Faults()
    try:
        tiers.read_sub_icb_lookup(path, as_at=ANY_DAY, faults=faults)
    except RefusedInput as lookup:
        if "columns needed" not in lookup.what:
            raise
        weights = list_sizes.read_astro_pu(path)
        return Judged("ASTRO-PU weights", faults.rows, REJECTED_ROWS.empty(), weights.rows.height)
    layout = layouts("sub_icb_lookup")[0]
    rows_count = read_sheet_as_text(path, layout).rows.height
    return Judged(layout.title, _headed(faults.rows, layout), REJECTED_ROWS.empty(), rows_count)


def _one(read: Callable[[Text], Published]) -> Callable[[Text], tuple[Published, ...]]:
    return lambda text: (read(text),)


def _weighted(year: str) -> Callable[[Text], tuple[Published, ...]]:
    return lambda text: (read_weighted_population(text, year=year),)


def _measures() -> dict[str, str]:
    return {heading: name for year in LAYOUT_OF_YEAR for heading, name in weight_columns(year).items()}


READERS: Mapping[str, Callable[[Text], tuple[Published, ...]]] = {
    **{layout: _weighted(year) for year, layout in LAYOUT_OF_YEAR.items()},
    "epraccur": _one(organisations.read_practices),
    "membership_history": _one(organisations.read_membership_history),
    "trusts": _one(organisations.read_trusts),
    "practice_hierarchy": lambda text: tiers.read_hierarchy(text, as_at=ANY_DAY),
    "practice_deprivation": lambda text: (
        indicators.read_practice_deprivation(text), *tiers.read_pct_hierarchy(text, as_at=ANY_DAY),
    ),
    "pct_ccg_overlap": _one(indicators.read_pct_ccg_overlap),
    "list_sizes": lambda text: (list_sizes.read_list_sizes(text, as_at=ANY_DAY),),
    "practice_spend": lambda text: (prescribing_spend.read_practice_spend(text, year=ANY_YEAR),),
    "practice_name_match": _one(prescribing_spend.read_practice_name_match),
    "monthly_activity": _one(indicators.read_monthly_activity),
    "waits": _one(waits.read_waits),
    "admitted_care_tariff": lambda text: tuple(
        tariff.read_tariff(text, financial_year=year) for year in tariff.NON_ELECTIVE
    ),
    "hrg_trim_points": _one(tariff.read_trim_points),
    "reference_costs": _one(tariff.read_reference_costs),
    "practice_quality": _one(indicators.read_practice_quality),
    "qof_prevalence": _one(indicators.read_qof_prevalence),
    "pots": lambda text: (read_pots(text, measures=_measures()),),
    "neighbourhoods": _one(read_neighbourhoods),
    "pooled_lines": _one(read_pooled_lines),
    "pooled_spending": _one(read_pooled_spending),
    "allocations": _one(read_allocations),
    "organisation_changes": _one(read_organisation_changes),
    "case_options": _one(read_case_options),
    "case_costs": _one(read_case_costs),
    "case_activity_changes": _one(read_case_activity_changes),
    "case_money": _one(read_case_money),
    "case_events": _one(read_case_events),
    "decision_meetings": _one(read_decision_meetings),
}  # fmt: skip
