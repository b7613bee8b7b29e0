"""Prescribing by practice, product and month, in the two published layouts: PDPI to 2019 and EPD since 2014."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from pbc.engines import Engine
from pbc.engines.step import literal
from pbc.sources.deliveries.reading import Read, read_delivery
from pbc.sources.deliveries.shape import RowRule, Shape
from pbc.sources.headings import HeadingMap
from pbc.tables import PRESCRIPTIONS

_SUMS = {
    "practice_code": "practice_code",
    "month": "month",
    "bnf_code": "bnf_code",
    "items": "CAST(sum(items) AS BIGINT)",
    "quantity_count": "sum(quantity)",
    "net_ingredient_cost_pence": "CAST(sum(CAST(round(net_ingredient_cost * 100) AS BIGINT)) AS BIGINT)",
    "actual_cost_hundred_thousandths": "CAST(sum(CAST(actual_cost * 100000 AS BIGINT)) AS BIGINT)",
}
PDPI = Shape(
    PRESCRIPTIONS, {**_SUMS, "is_unidentified": "FALSE"}, key=("practice_code", "month", "bnf_code"), person="",
    is_summed=True,
)  # fmt: skip
EPD = Shape(
    PRESCRIPTIONS,
    {**_SUMS, "is_unidentified": "COALESCE(bool_or(unidentified = 'Y'), FALSE)"},
    key=("practice_code", "month", "bnf_code", "quantity_per_item", "unidentified"),
    person="",
    is_summed=True,
)  # fmt: skip


def read_prescribing(
    engine: Engine, files: Sequence[Path], *, delivery: str, leave_out: Sequence[str] = (),
    headings: Sequence[HeadingMap] = (),
) -> Read:  # fmt: skip
    """This returns prescriptions, one row per practice, month and product, as PRESCRIPTIONS, from PDPI or EPD files.

    EPD lists a product once per quantity; its lines are added up, in pence and hundred-thousandths of a pound, so that
    no penny is lost on the way. The practices in `leave_out` (a practice cut short by whoever cut the file) are refused
    row by row, so that what is missing can be seen.
    """
    rules = (
        (RowRule("left_out", "practice_code", f"practice_code IN {literal(tuple(leave_out))}"),) if leave_out else ()
    )
    shapes = {"pdpi": replace(PDPI, rules=rules), "epd": replace(EPD, rules=rules)}
    return read_delivery(engine, files, shapes=shapes, key=None, delivery=delivery, headings=headings)
