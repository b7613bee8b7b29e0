"""What identifies nobody, and what is known too late: the holes of real deliveries, by shares that are made up.

The generator leaves few. These shares are larger, so that every way of placing a contact is a visible part of the work.
They are synthetic: chosen for the bench, fitted to no published file.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import polars as pl

from pbc.periods import FinancialYear
from pbc.sources.synthetic.nhs_numbers import CAPACITY, made_up_nhs_numbers
from pbc.sources.synthetic.records import STRANGERS

SYNTHETIC_EMPTY_SHARE = {"admitted_care": 0.007, "outpatients": 0.004, "accident_and_emergency": 0.04}
SYNTHETIC_UNREGISTERED_SHARE = {"admitted_care": 0.006, "outpatients": 0.003, "accident_and_emergency": 0.02}
SYNTHETIC_LATE_SHARE = 0.15  # of registrations that begin in the year: the first register does not have them yet
RECORD = {
    "admitted_care": "spell_number",
    "outpatients": "attendance_number",
    "accident_and_emergency": "attendance_number",
}
LATE = "late"
_MILLION = 1_000_000


def _drawn(name: str, share: float, *, seed: int) -> pl.Expr:
    """By the value and not by the row: every episode of a stay, and every row of a person, has the same fate."""
    return (pl.col(name).hash(seed) % _MILLION < round(share * _MILLION)).fill_null(False)


def leave_gaps(frame: pl.DataFrame, kind: str) -> pl.DataFrame:
    """This returns deliveries of a kind, some without an NHS number and some with one that no register knows."""
    record = RECORD[kind]
    of_record = (frame[record].hash(1) % STRANGERS).cast(pl.Int64).to_numpy()
    strangers = pl.Series("stranger", made_up_nhs_numbers(CAPACITY - 1 - of_record)).cast(pl.String)
    number = (
        pl.when(_drawn(record, SYNTHETIC_EMPTY_SHARE[kind], seed=2))
        .then(None)
        .when(_drawn(record, SYNTHETIC_UNREGISTERED_SHARE[kind], seed=3))
        .then(pl.lit(strangers))
        .otherwise(pl.col("nhs_number"))
    )
    return frame.with_columns(number.alias("nhs_number"))


def is_late(year: FinancialYear) -> pl.Expr:
    """This returns whether a registration that begins in the year reaches the register only after it."""
    return (pl.col("starts_on") >= year.start) & _drawn("nhs_number", SYNTHETIC_LATE_SHARE, seed=4)


def write_late_register(folder: Path) -> Path:
    """This returns where the whole register is to stand that is delivered after the year, beside its small files."""
    late = folder / LATE / "register"
    late.mkdir(parents=True, exist_ok=True)
    shutil.copy(folder / "world.json", folder / LATE)
    for path in (folder / "register").glob("*.csv"):
        shutil.copy(path, late)
    return late / "registrations.parquet"
