"""The shape of differences as they are found, before they are named, aged and added up."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import polars as pl

from pbc.tables import RECONCILIATION_ITEMS, UNPLACED

LATER = ("statement_month", "difference_id", "first_seen_month")  # filled in when items are named and aged
ITEM = {
    **{name: kind for name, kind in RECONCILIATION_ITEMS.polars_schema.items() if name not in LATER},
    "item": pl.String,
}


def list_rows(rows: Iterable[dict[str, Any]]) -> pl.DataFrame:
    """This returns items: what is not said of a row is empty, its practice not attributed, the difference theirs less ours."""
    filled = []
    for row in rows:
        ours, charged = row.get("ours_pence", 0), row.get("charged_pence", 0)
        filled.append(
            {name: None for name in ITEM}
            | {"practice_code": UNPLACED, "ours_pence": ours, "charged_pence": charged}
            | {"difference_pence": charged - ours}
            | row
        )
    return pl.DataFrame(filled, schema=ITEM, orient="row")
