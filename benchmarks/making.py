"""The data of the bench: a made-up place of the size asked for, spoiled a little, with a given budget profile.

`make_data(folder, people=...)` is done once and kept; a folder without `work.json` was not finished and is made again.
Spoiling: in every delivered file about six rows in two thousand are changed or repeated (impossible dates, keys that
come twice, NHS numbers wrong or missing, groups without a price, people registered twice), so that refusing is part of
the work of every contender; `gaps` takes away more, and `medicines` adds prescribing. Nothing here is timed.
"""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from pathlib import Path

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
from benchmarks.gaps import is_late, leave_gaps, write_late_register
from benchmarks.medicines import write_prescribing_years

from pbc.periods import FinancialYear
from pbc.policy import load_policy
from pbc.reference.activity import ELECTIVE_METHODS, EMERGENCY_METHODS, HOSPITAL_PODS
from pbc.reference.restricted_codes import restricted_kinds
from pbc.sources.synthetic import generate

SEED = 20_091_122
YEAR = FinancialYear(2009)
KEY = bytes(range(7, 39))
STATED = 201002  # the forecast of March would be the actual; February's is worked out
ROWS_PER_PERSON = 2.13
EVERY = 2_000
Spoil = Callable[[pl.DataFrame, list[np.ndarray], date], pl.DataFrame]
Gaps = Callable[[pl.DataFrame], pl.DataFrame]


def people_for(rows: float) -> int:
    """This returns how many people bring so many activity rows a year, in whole thousands."""
    return max(1_000, round(rows / ROWS_PER_PERSON / 1_000) * 1_000)


def make_data(folder: Path, *, people: int) -> Path:
    """This returns the folder, made if it was not there: deliveries, `profile.parquet` and `work.json`.

    Beside the year stand `late`, the register as delivered after it, and `before`, the prescribing of the year before.
    """
    if (folder / "work.json").exists():
        return folder
    shutil.rmtree(folder, ignore_errors=True)
    practices = max(4, people // 6_000)
    generate(
        folder, seed=SEED, people=people, practices=practices, clusters=max(2, practices // 7),
        hospitals=max(3, people // 250_000), years=(YEAR.slug,), plant=True, form="parquet",
    )  # fmt: skip
    rng = np.random.default_rng(SEED)
    for month in YEAR.months():
        for name, spoil in SPOILS.items():
            path = folder / "activity" / str(month) / f"{name}.parquet"
            spoil_file(path, spoil, rng, month.end, gaps=partial(leave_gaps, kind=name))
    register = folder / "register" / "registrations.parquet"
    spoil_file(register, _spoil_register, rng, YEAR.end)
    keep_late_for_later(register, write_late_register(folder))
    write_prescribing_years(folder, YEAR)
    write_profile(folder, rng)
    (folder / "work.json").write_text(json.dumps(given(folder), indent=1))
    return folder


def given(folder: Path) -> dict[str, object]:
    """This returns what every contender is told: the rules of the year and the key, in plain values."""
    policy, day = load_policy("england-2005"), YEAR.start

    def pattern(field: str) -> str:
        return "^(" + "|".join(sorted({code for kind in restricted_kinds() for code in kind.prefixes(field)})) + ")"

    return {
        "key": KEY.hex(),
        "commissioners": json.loads((folder / "world.json").read_text())["commissioner_codes"],
        "year": YEAR.slug,
        "first_month": 200904,
        "last_month": 201003,
        "stated_month": STATED,
        "last_day": "2010-03-31",
        "adult_age": policy.whole("costing.short_stay_minimum_age", on=day),
        "short_stay_below_days": policy.whole("costing.short_stay_below_days", on=day),
        "top_up_on_whole": policy.text("costing.top_up_applies_to", on=day) == "whole",
        "elective": ELECTIVE_METHODS,
        "emergency": EMERGENCY_METHODS,
        "restricted_diagnosis": pattern("diagnosis"),
        "restricted_procedure": pattern("procedure"),
        "restricted_specialty": pattern("specialty"),
    }


def spoil_file(
    path: Path, spoil: Spoil, rng: np.random.Generator, month_end: date, *, gaps: Gaps | None = None
) -> None:
    """This rewrites a file row group by row group, so that memory stays bounded, with its first group spoiled.

    `gaps` are left in every group.
    """
    source, aside = pq.ParquetFile(path), path.with_suffix(".spoiled")
    schema = pa.schema([pa.field(field.name, _plain(field.type)) for field in source.schema_arrow])
    with pq.ParquetWriter(aside, schema, compression="zstd", compression_level=1, store_schema=False) as writer:
        for number in range(source.num_row_groups):
            table = source.read_row_group(number).cast(schema)
            if gaps:
                table = gaps(_frame(table)).to_arrow().cast(schema)
            if number == 0:
                table = _spoiled(table, spoil, rng, month_end, wanted=source.metadata.num_rows // EVERY).cast(schema)
            writer.write_table(table, row_group_size=250_000)
    aside.replace(path)


def keep_late_for_later(register: Path, whole: Path) -> None:
    """This moves the register to where it is delivered after the year, and leaves in its place what was known in time."""
    register.replace(whole)
    source = pq.ParquetFile(whole)
    with pq.ParquetWriter(register, source.schema_arrow, compression="zstd", compression_level=1) as writer:
        for number in range(source.num_row_groups):
            known = _frame(source.read_row_group(number)).filter(~is_late(YEAR))
            writer.write_table(known.to_arrow().cast(source.schema_arrow), row_group_size=250_000)


def _frame(table: pa.Table) -> pl.DataFrame:
    frame = pl.from_arrow(table)
    assert isinstance(frame, pl.DataFrame)
    return frame


def _plain(kind: pa.DataType) -> pa.DataType:
    return kind.value_type if pa.types.is_dictionary(kind) else kind


def _spoiled(table: pa.Table, spoil: Spoil, rng: np.random.Generator, day: date, *, wanted: int) -> pa.Table:
    frame = _frame(table)
    each = max(1, min(wanted, frame.height // 20))
    drawn = rng.permutation(frame.height)[: 8 * each]
    return spoil(frame, [drawn[at * each : (at + 1) * each] for at in range(8)], day).to_arrow()


def _set(frame: pl.DataFrame, rows: np.ndarray, **values: pl.Expr) -> pl.DataFrame:
    chosen = np.zeros(frame.height, dtype=bool)
    chosen[rows] = True
    mask = pl.lit(pl.Series(chosen))
    return frame.with_columns(
        pl.when(mask).then(value).otherwise(pl.col(name)).alias(name) for name, value in values.items()
    )


def _spoil_people(frame: pl.DataFrame, rows: list[np.ndarray]) -> pl.DataFrame:
    wrong = pl.col("nhs_number").str.slice(0, 9) + ((pl.col("nhs_number").str.slice(9).cast(pl.Int32) + 1) % 10).cast(
        pl.String
    )
    frame = _set(frame, rows[0], nhs_number=wrong)
    frame = _set(frame, rows[1], nhs_number=pl.lit(None))
    return _set(frame, rows[1][: len(rows[1]) // 2], practice_code=pl.lit(None))


def _spoil_contacts(frame: pl.DataFrame, rows: list[np.ndarray]) -> pl.DataFrame:
    frame = _spoil_people(frame, rows)
    frame = _set(frame, rows[2], hrg_code=pl.lit("ZZX99"))
    frame = _set(frame, rows[3], provider_code=pl.lit("ZH99"))
    contradicting = frame[rows[5]].with_columns(hrg_code=pl.lit("ZZX98"))
    return pl.concat([frame, frame[rows[4]], contradicting])


def _spoil_stays(frame: pl.DataFrame, rows: list[np.ndarray], month_end: date) -> pl.DataFrame:
    frame = _spoil_contacts(frame, rows)
    frame = _set(frame, rows[6], discharge_date=pl.col("admission_date") - timedelta(days=3))
    return _set(frame, rows[7], discharge_date=pl.lit(month_end + timedelta(days=400)))


def _spoil_attendances(column: str) -> Spoil:
    def spoil(frame: pl.DataFrame, rows: list[np.ndarray], month_end: date) -> pl.DataFrame:
        frame = _spoil_contacts(frame, rows)
        frame = _set(frame, rows[6], **{column: pl.lit(date(1890, 1, 1))})
        return _set(frame, rows[7], **{column: pl.lit(month_end + timedelta(days=400))})

    return spoil


def _spoil_register(frame: pl.DataFrame, rows: list[np.ndarray], _: date) -> pl.DataFrame:
    frame = _spoil_people(frame, rows)
    frame = _set(frame, rows[1], practice_code=pl.lit("Z90001"))
    frame = _set(frame, rows[2], ends_before=pl.col("starts_on"))
    is_open = pl.col("ends_before").is_null()
    again = (
        frame[rows[3]]
        .filter(is_open)
        .with_columns(pl.col("starts_on") + timedelta(days=10), practice_code=pl.lit("Z90002"))
    )
    return pl.concat([frame, frame[rows[4]], again])


SPOILS: dict[str, Spoil] = {
    "admitted_care": _spoil_stays,
    "outpatients": _spoil_attendances("attendance_date"),
    "accident_and_emergency": _spoil_attendances("arrival_date"),
}


def write_profile(folder: Path, rng: np.random.Generator) -> None:
    """This writes a budget in pence for every practice, kind of activity and month; a practice taken over holds none after."""
    with (folder / "register" / "memberships.csv").open() as stream:
        gone = {
            row["parent_code"]: int(row["starts_on"][:7].replace("-", ""))
            for row in csv.DictReader(stream)
            if row["relation"] == "succeeds"
        }
    with (folder / "register" / "practices.csv").open() as stream:
        codes = sorted(row["practice_code"] for row in csv.DictReader(stream))
    months = [month.number for month in YEAR.months()]
    lines = [(code, kind, month) for code in codes for kind in HOSPITAL_PODS for month in months]
    frame = pl.DataFrame(
        lines, schema={"practice_code": pl.String, "point_of_delivery": pl.String, "month": pl.Int32}, orient="row"
    )
    frame = frame.with_columns(budget_pence=pl.Series(rng.integers(100_000, 9_000_000, frame.height)))
    closed = pl.col("practice_code").replace_strict(gone, default=999_999, return_dtype=pl.Int32)
    frame.filter(pl.col("month") < closed).write_parquet(folder / "profile.parquet")
