"""Prescribing of the size of England's, this year and the year before: the generator's lines, in more packs of each product.

A practice-month of the generator has some 140 products, England's some 700. The numbers here are made up.
"""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl

from pbc.periods import FinancialYear

SYNTHETIC_PACKS = 5
SYNTHETIC_NEW_SHARE = 0.08  # of lines with nothing a year ago
BEFORE = "before"


def write_prescribing_years(folder: Path, year: FinancialYear) -> None:
    """This replaces the year's prescribing by Parquet of the size wanted, and writes the year before's under `before`."""
    for month in year.months():
        place = folder / "activity" / str(month)
        made = place / "prescribing.csv.gz"
        lines = _in_packs(pl.read_csv(made, schema_overrides={"PERIOD": pl.Int32}))
        lines.write_parquet(place / "prescribing.parquet", compression="zstd", compression_level=1)
        made.unlink()
        earlier = folder / BEFORE / "activity" / str(month.plus(-12))
        earlier.mkdir(parents=True, exist_ok=True)
        _a_year_ago(lines).write_parquet(earlier / "prescribing.parquet", compression="zstd", compression_level=1)
    about = json.loads((folder / "world.json").read_text()) | {"years": [year.plus(-1).slug]}
    (folder / BEFORE / "world.json").write_text(json.dumps(about))


def _in_packs(lines: pl.DataFrame) -> pl.DataFrame:
    """Each pack has a code of its own; what there is of it falls off from the first pack to the last."""
    packs = [
        lines.with_columns(
            pl.concat_str(pl.col("BNF CODE").str.slice(0, 13), pl.lit(f"{pack:02d}")).alias("BNF CODE"),
            *(_part(name, pack) for name in ("ITEMS", "QUANTITY")),
            *(_pounds(pl.col(name) * 100 / (pack + 1)).alias(name) for name in ("NIC", "ACT COST")),
        )
        for pack in range(1, SYNTHETIC_PACKS + 1)
    ]
    return pl.concat(packs)


def _part(name: str, pack: int) -> pl.Expr:
    return pl.max_horizontal(pl.col(name) // (pack + 1), pl.lit(1)).alias(name)


def _pounds(pence: pl.Expr) -> pl.Expr:
    """At least a penny, and two decimals as written: Polars divides by multiplying, which leaves a tail of digits."""
    return (pl.max_horizontal(pence.round(), pl.lit(1.0)) / 100).round(2)


def _a_year_ago(lines: pl.DataFrame) -> pl.DataFrame:
    """Other prices by product, and no line where the pack is new."""
    key = pl.concat_str("PRACTICE", "BNF CODE")
    held = lines.filter(key.hash(5) % 1_000_000 >= round(SYNTHETIC_NEW_SHARE * 1_000_000))
    percent = 92 + (pl.col("BNF CODE").hash(6) % 12).cast(pl.Float64)
    cheaper = [_pounds(pl.col(name) * percent).alias(name) for name in ("NIC", "ACT COST")]
    return held.with_columns(*cheaper, pl.col("PERIOD") - 100)
