"""A file of the demonstration ready to be uploaded: a month's outpatients, pseudonymised, with mistakes of the usual kinds."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl

from pbc.flows.pseudonymise import pseudonymise_file
from pbc.periods import Month
from pbc.reports.safe_csv import write_safe_csv

NAME = "outpatients-with-mistakes.csv"
MISTAKES = {  # row of the file: the column spoilt and what it says
    2: ("attendance_date", "2010-02-30"),
    3: ("attendance_date", ""),
    5: ("attendance_type", "telephone"),
    8: ("age", "seventy"),
    13: ("sex", "F"),
    21: ("practice_code", "X99999"),
    34: ("provider_code", "ZH99"),
}


def write_file_with_mistakes(deliveries: Path, out: Path, *, month: Month, key: bytes) -> Path:
    """This returns the file written: the month's outpatients as they may leave a manager's machine, some rows spoilt."""
    (delivered,) = (deliveries / "activity" / str(month)).glob("outpatients.*")
    out.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as aside:
        hidden = pseudonymise_file(delivered, Path(aside) / delivered.name, key=key).path
        rows = pl.read_parquet(hidden) if hidden.suffix == ".parquet" else pl.read_csv(hidden, infer_schema=False)
    write_safe_csv(spoilt(rows.cast(pl.String)), out / NAME)
    return out / NAME


def spoilt(rows: pl.DataFrame) -> pl.DataFrame:
    """This returns rows of text with the mistakes in them; the row after the headings is row 2."""
    at = pl.int_range(pl.len()) + 2
    for number, (column, said) in MISTAKES.items():
        rows = rows.with_columns(pl.when(at == number).then(pl.lit(said)).otherwise(pl.col(column)).alias(column))
    return rows
