"""A demonstration on a register of a handful of organisations, served for real: `python server.py FOLDER`."""

import sys
from datetime import date
from pathlib import Path

import polars as pl

from pbc.results import Receipt, Store
from pbc.tables import ALL
from pbc_web.config import demonstrating

PLACES = (
    ("ZP1", "pct"),
    ("ZS1", "sha"),
    ("ZC1", "cluster"),
    ("ZH1", "provider"),
    ("Z00001", "practice"),
    ("Z00002", "practice"),
)
BELONGS = (
    ("ZP1", "ZS1", "commissioner_region"), ("Z00001", "ZP1", "practice_commissioner"), ("Z00001", "ZC1", "practice_cluster"),
    ("Z00002", "ZP1", "practice_commissioner"),
)  # fmt: skip


def publish_register(store: Path) -> None:
    rows = {
        "organisations": [(code, kind, f"Made-up {code}", date(1998, 4, 1), None) for code, kind in PLACES],
        "memberships": [(*each, date(1998, 4, 1), date(9999, 12, 31)) for each in BELONGS],
    }
    tables = {
        name: pl.DataFrame(found, schema=list(ALL[name].polars_schema), orient="row") for name, found in rows.items()
    }
    receipt = Receipt("receive_register", {}, regime="england-2005", is_made_up=True)
    Store(store).publish("register", tables, receipt)


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    publish_register(folder / "store")
    demonstrating.prepare(folder / "web", store=folder / "store", regime="england-2005")
    demonstrating.fill(demonstrating.begins_on(2010))
    demonstrating.serve(0)
