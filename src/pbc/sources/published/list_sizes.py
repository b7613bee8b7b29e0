"""People on practice lists by sex and age band, and the weights that turn them into prescribing units."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl

from pbc.errors import RefusedInput
from pbc.sources.published.organisations import require_practice_codes
from pbc.sources.published.reading import (
    Published,
    Text,
    cast_columns,
    layouts,
    read_text,
    reject,
    require_filled,
    require_once,
)
from pbc.sources.published.workbook import fingerprint_of, read_sheet
from pbc.tables import REGISTERED_LISTS, REJECTED_ROWS

CCG_SUFFIX = "00"  # the file writes commissioner 07L as 07L00
SEXES = {"Male": "1", "Female": "2"}


def read_list_sizes(path: Path | Text, *, as_at: date) -> Published:
    """This returns REGISTERED_LISTS of a quarter: people by practice, sex and nine age bands.

    Grain: one practice, day, sex and band. The file does not state its day, so the caller does. Prescribing centres
    with nobody on their list, and rows whose code is not a practice's, are left out and listed. Practices under a body
    that is no CCG (a council, a trust) are kept and named in the notes: their people are real. Source: NHSBSA.
    """
    text = read_text(path, "list_sizes")
    cast = cast_columns(text)
    bands = [column.name for column in text.layout.columns if column.kind == "whole"]
    require_filled(text, cast, *bands, least=0)
    require_once(text, cast, key="practice_code")
    practices, others = require_practice_codes(text, cast)
    counted = practices.with_columns(pl.sum_horizontal(bands).alias("patients_count"))
    nobody = reject(
        text, counted.filter(pl.col("patients_count") == 0), column="practice_code", rule="nobody_on_the_list",
        expected="at least one patient", remedy="None: a prescribing centre without a list.",
    )  # fmt: skip
    kept = counted.filter(pl.col("patients_count") > 0)
    strange = kept.filter(~pl.col("commissioner_code").str.contains(r"^\d\d[A-Z]00$"))
    note = ", ".join(
        f"{row['practice_code']} under {row['commissioner_name']}" for row in strange.iter_rows(named=True)
    )
    long = (
        kept.drop("patients_count")
        .unpivot(bands, index="practice_code", value_name="patients_count")
        .select(
            "practice_code",
            pl.lit(as_at).alias("as_at_on"),
            pl.col("variable").str.slice(0, 1).alias("sex"),
            pl.col("variable").str.slice(2).alias("age_band"),
            "patients_count",
        )
    )
    return text.published(
        REGISTERED_LISTS.conform(long).sort(REGISTERED_LISTS.key), rejected=[others, nobody],
        notes=[f"Not under a CCG: {note}." if note else ""],
    )  # fmt: skip


def read_astro_pu(path: Path) -> Published:
    """This returns the ASTRO-PU weights: basis (cost or items), version, sex, age_band, astro_pu.

    Grain: one basis, version, sex and age band; male 0 to 4 on cost is 1. Bands as in `read_list_sizes`. The specific
    therapeutic weights (STAR-PU) of the same workbook are not read. Source: Health and Social Care Information Centre.
    """
    rows: list[dict[str, object]] = []
    basis, versions = "", {}
    for row in read_sheet(path, "ASTRO-PUs"):
        first = str(row[0] or "")
        if first.endswith("-based"):
            basis = {"Cost": "cost", "Item": "items"}[first.removesuffix("-based")]
        elif first.startswith("ASTRO PU"):
            versions = {at: str(cell)[-4:] for at, cell in enumerate(row) if str(cell or "").startswith("ASTRO PU")}
        elif first[:1].isdigit() and basis:
            rows += _band_weights(row, basis, versions)
    weights = pl.DataFrame(rows, schema=_WEIGHTS)
    if weights.height != 72 or not weights["astro_pu"].is_finite().all():
        raise RefusedInput(
            "The ASTRO-PU sheet is not laid out as published.", where=f"{path.name}, ASTRO-PUs",
            found=f"{weights.height} weights", expected="2 bases x 2 versions x 2 sexes x 9 age bands",
        )  # fmt: skip
    return Published(
        weights.sort("basis", "version", "sex", "age_band"), REJECTED_ROWS.empty(), "astro_pu",
        "Health and Social Care Information Centre, ASTRO-PU weightings 2013", path.name, fingerprint_of(path),
    )  # fmt: skip


_WEIGHTS = {"basis": pl.String, "version": pl.String, "sex": pl.String, "age_band": pl.String, "astro_pu": pl.Float64}


def _band_weights(row: tuple[object, ...], basis: str, versions: dict[int, str]) -> list[dict[str, object]]:
    found = []
    for at, version in versions.items():
        low, dash, high = str(row[at]).partition("-")
        band = f"{int(low):02d}-{int(high):02d}" if dash else low
        for offset, sex in enumerate(SEXES.values(), start=1):
            found.append(
                {"basis": basis, "version": version, "sex": sex, "age_band": band, "astro_pu": row[at + offset]}
            )
    return found


def age_bands() -> list[str]:
    """This returns the age bands of list sizes and weights, youngest first."""
    names = [column.name for column in layouts("list_sizes")[0].columns if column.kind == "whole"]
    return list(dict.fromkeys(name[2:] for name in names))
