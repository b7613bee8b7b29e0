"""Published indicators: quality and disease registers by practice, deprivation, activity by commissioner, PCT overlap."""

from __future__ import annotations

import csv
import gzip
import re
from pathlib import Path
from typing import IO

import polars as pl

from pbc.sources.published.organisations import require_practice_codes
from pbc.sources.published.reading import (
    Published,
    Text,
    cast_columns,
    note_fractions,
    number_columns,
    read_text,
    refuse,
    reject,
    require_filled,
    require_least,
    require_once,
)

_PERCENT = r"^(100(\.0*)?|[0-9]{1,2}(\.[0-9]*)?)%$"
_MANGLED = re.compile(r"(\d)\.00E\+0(\d)")  # what a spreadsheet makes of a code like 5E1


def read_practice_quality(path: Path | Text) -> Published:
    """This returns quality indicators of 2018/19, columns as in the layout. Grain: one practice.

    The national row (E92000001) and repeated rows of a practice are left out and listed; the first of a practice
    stands. Most rows are of practices since closed and hold little. Source: NHS Digital, NHS England, PHE.
    """
    text = read_text(path, "practice_quality")
    practices, others = require_practice_codes(text, cast_columns(text))
    require_least(text, practices, *number_columns(text))
    first = practices.unique("practice_code", keep="first", maintain_order=True)
    again = reject(
        text, practices.join(first.select("row_number"), on="row_number", how="anti"), column="practice_code",
        rule="duplicate_key", expected="each practice once", remedy="None: the first row of the practice stands.",
    )  # fmt: skip
    return text.published(first.drop("row_number").sort("practice_code"), rejected=[others, again])


def read_qof_prevalence(path: Path | Text) -> Published:
    """This returns disease registers of 2020/21: practice_code, register_code, patients_count, list_type, list_size.

    Grain: one practice and register. `list_type` says which ages the list counts (TOTAL, 06OV ...): a rate is
    patients_count over the list_size of its own row. Source: NHS Digital, QOF.
    """
    text = read_text(path, "qof_prevalence")
    cast = cast_columns(text)
    require_filled(text, cast, "practice_code", "register_code", "list_type")
    require_filled(text, cast, "patients_count", "list_size", least=0)
    require_once(text, cast, key="practice_code", also=("register_code",), what="A practice has a register twice.")
    return text.published(cast.drop("row_number").sort("practice_code", "register_code"))


def read_practice_deprivation(path: Path | Text) -> Published:
    """This returns practice_code, pct_code, sha_code, their names and deprivation_score (IMD 2010). Grain: one practice.

    Source: Department for Communities and Local Government.
    """
    text = read_text(path, "practice_deprivation")
    cast = cast_columns(text)
    require_once(text, cast, key="practice_code")
    require_filled(text, cast, "deprivation_score", least=0)
    return text.published(cast.drop("row_number").sort("practice_code"))


def read_monthly_activity(path: Path | Text) -> Published:
    """This returns activity by commissioner and month, columns as in the layout, counts whole. Grain: one body and month.

    PCTs to March 2013, CCGs after, never to be joined by code across that day. Source: NHS England, Monthly Activity Return.
    """
    text = read_text(path, "monthly_activity")
    cast = cast_columns(text)
    counts = [column.name for column in text.layout.columns if column.name.endswith("_count")]
    require_filled(text, cast, "month", "commissioner_code")
    require_filled(text, cast, *counts, least=0)
    require_once(text, cast, key="commissioner_code", also=("month",), what="A commissioner stands twice in a month.")
    typed = cast.with_columns(
        pl.col("month").str.replace("-", "", literal=True).cast(pl.Int32), *(pl.col(c).cast(pl.Int64) for c in counts)
    )
    rows = typed.drop("row_number").sort("month", "commissioner_code")
    return text.published(rows, notes=[note_fractions(text, cast, *counts)])


def read_pct_ccg_overlap(path: Path | Text) -> Published:
    """This returns pct_code, ccg_code and overlap_share: the part of a PCT's people that a CCG took over.

    Grain: one PCT and CCG that overlap. The file is a square of whole percents, so the shares of a PCT add up to 1 only
    within their rounding; columns without a heading are empty and left out. A code that a spreadsheet took for a number
    (5.00E+01 is 5E1, Stockton-on-Tees) is put back, and the notes say so. Source: NHS England.
    """
    text = read_text(path, "pct_ccg_overlap")
    require_filled(text, text.rows, "pct_code")
    require_once(text, text.rows, key="pct_code")
    with _opened(text.recognised.path) as stream:
        head, *body = list(csv.reader(stream))
    cells = pl.DataFrame(
        [
            (number, _MANGLED.sub(r"\1E\2", row[0].strip()), ccg, cell.strip())
            for number, row in enumerate(body, start=2)
            for ccg, cell in zip(head[1:], row[1:], strict=False)
            if ccg.strip()
        ],
        schema={"row_number": pl.Int64, "pct_code": pl.String, "ccg_code": pl.String, "found": pl.String}, orient="row",
    )  # fmt: skip
    percent = pl.when(pl.col("found").str.contains(_PERCENT)).then(pl.col("found").str.strip_suffix("%"))
    shares = cells.with_columns((percent.cast(pl.Float64) / 100).alias("overlap_share"))
    for (ccg,), bad in shares.filter(pl.col("overlap_share").is_null()).group_by("ccg_code", maintain_order=True):
        refuse(
            text, bad, column=str(ccg), rule="not_a_number", what="A cell is not a percentage.", expected="0% to 100%",
            found="found",
        )  # fmt: skip
    mangled = [row[0] for row in body if row and _MANGLED.fullmatch(row[0])]
    note = f"PCT codes a spreadsheet had turned into numbers were put back: {', '.join(mangled)}." if mangled else ""
    overlaps = shares.filter(pl.col("overlap_share") > 0).select("pct_code", "ccg_code", "overlap_share")
    return text.published(overlaps.sort("pct_code", "ccg_code"), notes=[note])


def _opened(path: Path) -> IO[str]:
    if path.suffix == ".gz":
        return gzip.open(path, "rt", encoding="utf-8-sig", newline="")
    return path.open(encoding="utf-8-sig", newline="")
