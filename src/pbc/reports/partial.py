"""A statement from which a month is left out because it never came: said first on every page, and on every picture and table."""

from __future__ import annotations

from dataclasses import replace

from pbc.reports.amounts import listed
from pbc.reports.material import MonthLeftOut, StatementMaterial
from pbc.reports.view import Chart, PageTable, Paragraph

MARK = "partial"


def named(left_out: MonthLeftOut) -> str:
    """This returns what is left out, as a sentence names it.

    >>> from pbc.periods import Month
    >>> named(MonthLeftOut(Month(2009, 8), ("admitted care",), is_whole=True))
    'August 2009'
    >>> named(MonthLeftOut(Month(2009, 8), ("admitted care", "outpatients"), is_whole=False))
    'August 2009 (admitted care and outpatients)'
    """
    title = left_out.month.title
    return title if left_out.is_whole else f"{title} ({listed(list(left_out.settings))})"


def describe_partial(material: StatementMaterial) -> Paragraph:
    """This returns the warning a partial statement opens with: what is missing, how much is in, what that means; else nothing."""
    left_out = material.left_out
    if not left_out:
        return Paragraph("partial", "", ())
    them = listed([named(each) for each in left_out])
    reached, many = material.month.month_of_year, len(left_out) > 1
    sentences = [
        f"The hospital data of {them} {'have' if many else 'has'} not arrived. {reached - len(left_out)} of {reached} months are "
        "in whole.",
        "What is missing is left out on both sides: its cost is not counted and neither is its budget. So it makes you look "
        "neither under budget nor over, here or in any total this statement is added up to.",
        "The year expected is worked out from the months that are in. Luck weighs more on fewer months: the band of luck is "
        "wider for its budget than it will be when all is in.",
        f"When {'they arrive' if many else 'it arrives'}, the next statement names {'them' if many else 'it'} first, among "
        "what changed. Until then no year is closed on these figures.",
    ]
    if material.ended:
        sentences.append(
            "What the year freed up, below, was counted with every month in, so it does not add up with this page."
        )
    return Paragraph("partial", f"This statement is partial: {them} left out", tuple(sentences))


def mark_table(material: StatementMaterial, table: PageTable) -> PageTable:
    """This returns a table of figures to date with its caption marked on a partial page; on a whole one, as it is."""
    return replace(table, caption=f"{table.caption} ({MARK})") if material.left_out else table


def mark_chart(material: StatementMaterial, chart: Chart) -> Chart:
    """This returns a chart with what is left out told in its title, its source and its description; on a whole page, as it is."""
    if not material.left_out:
        return chart
    them = listed([named(each) for each in material.left_out])
    return replace(
        chart,
        title=f"{chart.title} ({MARK})",
        source=f"{chart.source} Partial: {them} left out.",
        description=f"{chart.description} Partial: {them} left out.",
        table=mark_table(material, chart.table),
    )


def mark_title(material: StatementMaterial, title: str) -> str:
    """This returns a page's title, marked where the statement is partial."""
    return f"{title} ({MARK})" if material.left_out else title
