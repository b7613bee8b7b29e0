"""How old and how complete the deliveries behind a statement are, from their receipts and from how earlier months filled up."""

from __future__ import annotations

import polars as pl

from pbc.flows.cells_held import Deliveries
from pbc.flows.statement_inputs import StatementInputs
from pbc.methods.forecasting import list_data_ages
from pbc.methods.forecasting.completion import COUNTS
from pbc.periods import Month
from pbc.policy import Policy
from pbc.reference.activity import HOSPITAL_SETTINGS
from pbc.results import PublishedSet, Store

CODES = {title: title.replace(" ", "_") for title in HOSPITAL_SETTINGS}  # also the names of the files hospitals send
KINDS = {kind: CODES[title] for title, kinds in HOSPITAL_SETTINGS.items() for kind in kinds}
PRESCRIBING = "prescribing"
RECEIVED = {
    "month": pl.Int32, "setting": pl.String, "received_at": pl.String, "refused_count": pl.Int64, "is_left_out": pl.Boolean,
}  # fmt: skip


def age_data(store: Store, given: StatementInputs, *, policy: Policy) -> pl.DataFrame:
    """This returns the table data_ages of a statement: each month of the year to date, by kind of delivery.

    When a delivery came is what its receipt says; how full a month is follows from the deliveries the statement reads.
    A month is taken to be full after `statements.reconciliation_months`.
    """
    month = given.reach.month
    months = [each for each in month.financial_year.months() if each <= month]
    out = {(each.month, CODES[title]) for each in given.left_out for title in each.settings}
    told = [row for each in months for row in _hospital(store, given.cells, each)]
    told += [_medicines(given.prescribing, each) for each in months]
    rows = [(each.number, setting, at, refused, (each, setting) in out) for each, setting, at, refused in told]
    received = pl.DataFrame(rows, schema=RECEIVED, orient="row")
    full_after = policy.whole("statements.reconciliation_months", on=month.financial_year.start)
    return list_data_ages(_counts(given), received=received, month=month, full_after=full_after)


def _hospital(store: Store, cells: Deliveries, month: Month) -> list[tuple[Month, str, str | None, int]]:
    costed = cells.sets.get(month)
    name = f"activity/{month}"
    delivery = store.at(name, costed.receipt.inputs[name]) if costed and name in costed.receipt.inputs else None
    refused = _refused(delivery)
    return [(month, code, _received_at(delivery), refused.get(code, 0)) for code in CODES.values()]


def _medicines(prescribing: Deliveries, month: Month) -> tuple[Month, str, str | None, int]:
    delivery = prescribing.sets.get(month)
    refused = delivery.rows("rejected_rows") if delivery and "rejected_rows" in delivery.tables else 0
    return month, PRESCRIBING, _received_at(delivery), refused


def _received_at(delivery: PublishedSet | None) -> str | None:
    return (delivery.receipt.made_at or None) if delivery else None


def _refused(delivery: PublishedSet | None) -> dict[str, int]:
    """Rows refused by the name of the file they stood in."""
    if delivery is None or not delivery.rows("rejected_rows"):
        return {}
    stem = pl.col("delivery").str.extract(r"([a-z_]+)\.[a-z.]+$")
    rows = delivery.frame("rejected_rows").select(stem.alias("setting"), "row_number").unique()
    return dict(rows.group_by("setting").agg(pl.len().cast(pl.Int64)).iter_rows())


def _counts(given: StatementInputs) -> pl.DataFrame:
    medicines = pl.lit(PRESCRIBING)
    parts = [
        _added(found.lazy("prescribing_cells"), delivered, medicines, pl.col("items"))
        for delivered, found in given.prescribing.sets.items()
    ]
    return pl.concat([count_by_delivery(given.cells).lazy(), *parts]).collect()


def count_by_delivery(cells: Deliveries) -> pl.DataFrame:
    """This returns `COUNTS` of hospital care: contacts by month of delivery, month of care and kind of delivery."""
    setting = pl.col("point_of_delivery").replace_strict(KINDS, default=None, return_dtype=pl.String)
    parts = [
        _added(found.lazy("activity_cells"), delivered, setting, pl.col("activity_count"))
        for delivered, found in cells.sets.items()
    ]
    return pl.concat([pl.LazyFrame(schema=COUNTS), *parts]).collect()


def _added(rows: pl.LazyFrame, delivered: Month, setting: pl.Expr, count: pl.Expr) -> pl.LazyFrame:
    """Late rows that reach back before the delivery are kept; nothing of a month to come is."""
    held = rows.filter(pl.col("month") <= delivered.number)
    added = held.group_by("month", setting.alias("setting")).agg(count.sum().cast(pl.Int64).alias("activity_count"))
    return added.select(pl.lit(delivered.number, dtype=pl.Int32).alias("delivered"), *list(COUNTS)[1:])
