"""A table of a page as lines for a terminal: columns aligned, numbers to the right."""

from __future__ import annotations

from collections.abc import Iterator

from pbc.reports.view import PageTable


def aligned(table: PageTable) -> Iterator[str]:
    """This yields the headings and rows of a table, each a line, without trailing spaces."""
    grid = [tuple(head.title for head in table.heads), *table.rows]
    widths = [max(len(row[at]) for row in grid) for at in range(len(table.heads))]
    for row in grid:
        cells = zip(row, widths, table.heads, strict=True)
        yield "  ".join(
            cell.rjust(width) if head.is_number else cell.ljust(width) for cell, width, head in cells
        ).rstrip()
