"""What is known of the year after a made-up world's last: its prices and its need, so that budgets can be drafted for it."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping
from pathlib import Path

from pbc.periods import FinancialYear
from pbc.sources.synthetic.parameters import price_index
from pbc.sources.synthetic.tariff import tariff_rows
from pbc.sources.synthetic.writing import write_rows
from pbc.tables import COMMISSIONER_RESOURCES, CONTRACT_FORMS, PROVIDER_FACTORS, TARIFF_PRICES, WEIGHTED_LISTS, Table

MONEY = ("amount_pence", "baseline_pence", "floor_pence", "ceiling_pence", "plan_pence")
PRICES = ("local_price_pence",)
TO_POUNDS = 100_000  # sums are told to the nearest £1,000, as the world's own
AS_LAST_YEAR: Mapping[str, tuple[Table, ...]] = {
    "tariff": (PROVIDER_FACTORS, CONTRACT_FORMS), "need": (WEIGHTED_LISTS, COMMISSIONER_RESOURCES),
}  # fmt: skip


def write_next_year(folder: Path, out: Path) -> FinancialYear:
    """This returns the year after the last of a made-up deliveries folder, having written its prices and need into `out`.

    Lists, need and forms of contract are those of the last year; prices and sums move with the made-up price level. No
    contract is signed yet: there is no register of contracts.
    """
    about = json.loads((folder / "world.json").read_text(encoding="utf-8"))
    last = max(FinancialYear.parse(year) for year in about["years"])
    year = last.plus(1)
    ratio = price_index(year.starts_in) / price_index(last.starts_in)
    write_rows(out / "tariff" / year.slug / "tariff_prices.csv", TARIFF_PRICES, rows=tariff_rows(year))
    for kind, tables in AS_LAST_YEAR.items():
        for table in tables:
            held = folder / kind / last.slug / f"{table.name}.csv"
            write_rows(out / kind / year.slug / held.name, table, rows=_moved(held, last, year, ratio))
    (out / "world.json").write_text(json.dumps(about | {"years": [year.slug]}), encoding="utf-8")
    return year


def _moved(path: Path, last: FinancialYear, year: FinancialYear, ratio: float) -> Iterator[dict[str, str | int | None]]:
    with path.open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            moved: dict[str, str | int | None] = {
                name: year.slug if value == last.slug else value for name, value in row.items()
            }
            moved |= {name: round(int(row[name]) * ratio / TO_POUNDS) * TO_POUNDS for name in MONEY if row.get(name)}
            moved |= {name: round(int(row[name]) * ratio / 100) * 100 for name in PRICES if row.get(name)}
            yield moved
