"""Rows refused, each with its reason: nothing is dropped quietly."""

from pbc.tables.contract import Table, code, count, text

REJECTED_ROWS = Table(
    name="rejected_rows",
    grain="one refused row, column and rule",
    key=(
        "delivery",
        "row_number",
        "column_name",
        "rule",
    ),
    columns=(
        code("delivery", "name of the delivery"),
        code("table_name", "table it was meant for"),
        count("row_number", "row in the file, the heading being row 1"),
        code("column_name", "column at fault"),
        code("rule", "check that failed"),
        text("value_found", "what stood there, shortened; never an NHS number", nullable=True),
        text("value_expected", "what would have been accepted"),
        text("remedy", "what to do"),
    ),
)
