"""What files of contracts, invoices and the ledger come to, hospital by hospital: looked at before they are accepted."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from pbc.engines import Engine, Relation
from pbc.results import Store
from pbc.tables import CHARGED_ACTIVITY, MONITORED_TOTALS

MONEY: Mapping[str, str] = {  # the column that says what a row of a table comes to
    "invoices": "amount_pence", "invoice_lines": "amount_pence", "ledger_entries": "amount_pence", "contracts": "plan_pence",
    "contract_plans": "plan_pence", CHARGED_ACTIVITY.name: "charged_pence", MONITORED_TOTALS.name: "charged_pence",
}  # fmt: skip
HELD_AS: Mapping[str, tuple[str, str | None]] = {  # layouts of charges: the table they are held in, and the kind they are of
    "patient_level_monitoring": (CHARGED_ACTIVITY.name, "activity"), "drugs_monitoring": (CHARGED_ACTIVITY.name, "drug"),
    "devices_monitoring": (CHARGED_ACTIVITY.name, "device"), "aggregate_monitoring": (MONITORED_TOTALS.name, None),
}  # fmt: skip


def sums_by_hospital(name: str, rows: pl.DataFrame) -> dict[str, int]:
    """This returns what the rows of a table come to, in pence by hospital; under no code what names none. Nothing for others.

    >>> sums_by_hospital("invoices", pl.DataFrame({"provider_code": ["ZH1", "ZH1"], "amount_pence": [100, -30]}))
    {'ZH1': 70}
    """
    if name not in MONEY:
        return {}
    grouped = rows.group_by(pl.col("provider_code").fill_null("")).agg(pl.col(MONEY[name]).sum())
    return dict(grouped.sort("provider_code").iter_rows())


def charged_by_hospital(engine: Engine, rows: Relation) -> dict[str, int]:
    """This returns what charges come to, in pence by hospital, added up where they are: there may be many.

    Grain in: CHARGED_ACTIVITY or MONITORED_TOTALS.
    """
    columns = (("provider_code", "VARCHAR"), ("charged_pence", "BIGINT"))
    summed = f"SELECT provider_code, sum(charged_pence) AS charged_pence FROM {rows.name} GROUP BY provider_code"
    return sums_by_hospital(CHARGED_ACTIVITY.name, engine.frame(engine.view(summed, columns)))


def sums_held(store: Store, set_name: str, *, layout: str, commissioner: str) -> dict[str, int]:
    """This returns the same of a commissioner's rows, of what a layout brings, in a set; nothing where none is held."""
    table, kind = HELD_AS.get(layout, (layout, None))
    held = store.find(set_name)
    if held is None or table not in held.tables or table not in MONEY:
        return {}
    of_kind = {"charge_kind": kind} if kind else {}
    rows = held.lazy(table).filter(commissioner_code=commissioner, **of_kind).select("provider_code", MONEY[table])
    return sums_by_hospital(table, rows.collect())
