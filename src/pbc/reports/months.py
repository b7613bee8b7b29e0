"""Cost month by month, last year beside this one: a chart with its table, and a drawn break where the two cannot be compared."""

from __future__ import annotations

from typing import Any

from pbc.periods import FinancialYear, Month
from pbc.reports import charts
from pbc.reports.amounts import about
from pbc.reports.hidden_rows import said
from pbc.reports.material import StatementMaterial
from pbc.reports.view import Chart, Head, PageTable

TITLES = {"hospital": "Hospital care", "prescribing": "Prescribing"}
NOT_HELD, TO_COME = "No data", "To come"
Row = dict[str, Any]
Held = dict[tuple[str, int], Row]


def month_chart(material: StatementMaterial, practice_code: str) -> Chart | None:
    """This returns what hospital care and prescribing cost by month of last year and this one, or None without any."""
    rows = material.of_practice("monthly_costs", practice_code).sort("line", "month").to_dicts()
    if not rows:
        return None
    years = (material.month.financial_year.plus(-1), material.month.financial_year)
    held: Held = {(row["line"], row["month"]): row for row in rows}
    lines = [line for line in TITLES if any(row["line"] == line for row in rows)]
    is_broken = any(row["is_broken"] for row in rows)
    table = _table(material, practice_code, held, lines, years, is_broken=is_broken)
    reading = "Each dot is a month, at the prices of its own year. " + (
        f"At the broken line hospital care was grouped otherwise from April {years[1].start.year} on: compare no figure "
        "left of it with one right of it."
        if is_broken
        else "The scale begins at £0."
    )
    source = f"Source: {material.statement_set.name}, monthly costs. Base: hospital care by activity, and prescribing."
    points = [_point(row, years) for row in rows if row["cost_pence"] is not None]
    title = _finding(held, lines, years, material.month, is_broken=is_broken)
    return Chart(
        "months", title, reading, f"{title}. {reading} The table holds every figure.",
        charts.months(points, broken_at=11.5 if is_broken else None, labels=_labels(years)),
        source, table,
    )  # fmt: skip


def _point(row: Row, years: tuple[FinancialYear, FinancialYear]) -> Row:
    month = Month.from_number(row["month"])
    at = month.month_of_year - 1 + 12 * (month.financial_year == years[1])
    part = "before" if row["is_broken"] else "now"
    title = TITLES[row["line"]]
    return {"line": title, "part": f"{title} {part}", "at": at, "pounds": row["cost_pence"] / 100, "month": month.title}


def _labels(years: tuple[FinancialYear, FinancialYear]) -> dict[int, str]:
    """Words under the axis, by the months since its start."""
    return {
        at: f"{Month.of(year.start).title[:3]} {year.start.year}" for at, year in ((0, years[0]), (12, years[1]))
    } | {23: f"Mar {years[1].end.year}"}


def _finding(
    held: Held, lines: list[str], years: tuple[FinancialYear, FinancialYear], month: Month, *, is_broken: bool
) -> str:
    """Like with like: only months for which both years are held, and nothing across a break."""
    line = lines[0]
    if is_broken:
        return f"{TITLES[line]} was grouped otherwise from April {years[1].start.year}: the two years stand apart"
    pairs = [
        (held[line, now.number]["cost_pence"], held[line, now.number - 100]["cost_pence"])
        for now in years[1].months()
        if now <= month and _is_known(held, line, now.number) and _is_known(held, line, now.number - 100)
    ]
    if not pairs:
        return f"{TITLES[line]} month by month"
    more = sum(now for now, _ in pairs) - sum(before for _, before in pairs)
    return (
        f"{TITLES[line]} cost {about(abs(more))} {'more' if more >= 0 else 'less'} than in the same months of last year"
    )


def _is_known(held: Held, line: str, month: int) -> bool:
    return (line, month) in held and held[line, month]["cost_pence"] is not None


def _table(
    material: StatementMaterial,
    practice_code: str,
    held: Held,
    lines: list[str],
    years: tuple[FinancialYear, FinancialYear],
    *,
    is_broken: bool,
) -> PageTable:
    heads = [Head("Month"), *(Head(f"{TITLES[line]} {year}", True) for line in lines for year in years)]
    body = []
    for now in years[1].months():
        cells = [now.title.split()[0]]
        for line in lines:
            cells += [_cell(material, practice_code, held, line, each) for each in (now.plus(-12), now)]
        body.append(tuple(cells))
    note = "Hospital care of the two years is grouped otherwise and not to be compared." if is_broken else ""
    return PageTable("months", "Cost month by month", tuple(heads), tuple(body), note=note)


def _heir_of(material: StatementMaterial, practice_code: str, month: Month) -> str:
    """Who answers for a month of a practice taken over: last year's months stand with who answers twelve months on."""
    later = 0 if month.financial_year == material.month.financial_year else 12
    first = month.plus(later).start
    heirs = (taken.heir_code for taken in material.takeovers if taken.gone_code == practice_code and taken.on <= first)
    return next(heirs, "")


def _cell(material: StatementMaterial, practice_code: str, held: Held, line: str, month: Month) -> str:
    row = held.get((line, month.number))
    if row is not None:
        return said(row, "cost_pence", say=about)
    heir = _heir_of(material, practice_code, month)
    if heir:
        return f"With {heir}"
    is_late = line == "prescribing" and material.prescribing_to is not None and month > material.prescribing_to
    return TO_COME if month > material.month or is_late else NOT_HELD
