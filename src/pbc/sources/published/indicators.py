"""Published indicators: quality and disease registers by practice, deprivation, activity by commissioner, PCT overlap."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import polars as pl

from pbc.errors import RefusedInput
from pbc.sources.file_form import examine
from pbc.sources.published.organisations import require_practice_codes
from pbc.sources.published.reading import Published, cast_columns, read_text, reject, require_filled, require_once
from pbc.tables import REJECTED_ROWS

_MANGLED = re.compile(r"(\d)\.00E\+0(\d)")  # what a spreadsheet makes of a code like 5E1


def read_practice_quality(path: Path) -> Published:
    """This returns quality indicators of 2018/19, columns as in the layout. Grain: one practice.

    The national row (E92000001) and repeated rows of a practice are left out and listed; the first of a practice
    stands. Most rows are of practices since closed and hold little. Source: NHS Digital, NHS England, PHE.
    """
    text = read_text(path, "practice_quality")
    practices, others = require_practice_codes(text, cast_columns(text))
    first = practices.unique("practice_code", keep="first", maintain_order=True)
    again = reject(
        text, practices.join(first.select("row_number"), on="row_number", how="anti"), column="practice_code",
        rule="duplicate_key", expected="each practice once", remedy="None: the first row of the practice stands.",
    )  # fmt: skip
    return text.published(first.drop("row_number").sort("practice_code"), rejected=[others, again])


def read_qof_prevalence(path: Path) -> Published:
    """This returns disease registers of 2020/21: practice_code, register_code, patients_count, list_type, list_size.

    Grain: one practice and register. `list_type` says which ages the list counts (TOTAL, 06OV ...): a rate is
    patients_count over the list_size of its own row. Source: NHS Digital, QOF.
    """
    text = read_text(path, "qof_prevalence")
    cast = cast_columns(text)
    require_filled(text, cast, "practice_code", "register_code", "list_type")
    require_filled(text, cast, "patients_count", "list_size", least=0)
    doubled = cast.filter(pl.struct("practice_code", "register_code").is_duplicated())
    if doubled.height:
        raise RefusedInput(
            "A practice has a register twice.", where=f"{path.name}, row {doubled['row_number'][1]:,}",
            found=f"{doubled['practice_code'][0]} {doubled['register_code'][0]}", expected="once",
        )  # fmt: skip
    return text.published(cast.drop("row_number").sort("practice_code", "register_code"))


def read_practice_deprivation(path: Path) -> Published:
    """This returns practice_code, pct_code, sha_code, their names and deprivation_score (IMD 2010). Grain: one practice.

    Source: Department for Communities and Local Government.
    """
    text = read_text(path, "practice_deprivation")
    cast = cast_columns(text)
    require_once(text, cast, key="practice_code")
    require_filled(text, cast, "deprivation_score", least=0)
    return text.published(cast.drop("row_number").sort("practice_code"))


def read_monthly_activity(path: Path) -> Published:
    """This returns activity by commissioner and month, columns as in the layout, counts whole. Grain: one body and month.

    PCTs to March 2013, CCGs after, never to be joined by code across that day. Source: NHS England, Monthly Activity Return.
    """
    text = read_text(path, "monthly_activity")
    cast = cast_columns(text)
    counts = [column.name for column in text.layout.columns if column.name.endswith("_count")]
    require_filled(text, cast, "month", "commissioner_code")
    require_filled(text, cast, *counts, least=0)
    typed = cast.with_columns(
        pl.col("month").str.replace("-", "", literal=True).cast(pl.Int32), *(pl.col(c).cast(pl.Int64) for c in counts)
    )
    if typed.select(pl.struct("month", "commissioner_code").is_duplicated().any()).item():
        raise RefusedInput("A commissioner stands twice in a month.", where=path.name, expected="once a month")
    return text.published(typed.drop("row_number").sort("month", "commissioner_code"))


def read_pct_ccg_overlap(path: Path) -> Published:
    """This returns pct_code, ccg_code and overlap_share: the part of a PCT's people that a CCG took over.

    Grain: one PCT and CCG that overlap. The file is a square of whole percents, so the shares of a PCT add up to 1 only
    within their rounding; columns without a heading are empty and left out. A code that a spreadsheet took for a number
    (5.00E+01 is 5E1, Stockton-on-Tees) is put back, and the notes say so. Source: NHS England.
    """
    form = examine(path)
    with path.open(encoding="utf-8-sig", newline="") as stream:
        head, *body = list(csv.reader(stream))
    if head[:1] != ["PCT_Code"] or not body:
        raise RefusedInput(
            "This is not the table of PCT and CCG overlap.", where=f"{path.name}, row 1", found=", ".join(head[:5]),
            expected="PCT_Code, then one column for each CCG",
        )  # fmt: skip
    rows = [
        (_MANGLED.sub(r"\1E\2", row[0]), ccg, _percent(path, number, ccg, cell) / 100)
        for number, row in enumerate(body, start=2)
        for ccg, cell in zip(head[1:], row[1:], strict=False)
        if ccg.strip() and row[0].strip()
    ]
    long = pl.DataFrame(
        rows, schema={"pct_code": pl.String, "ccg_code": pl.String, "overlap_share": pl.Float64}, orient="row"
    )
    mangled = [row[0] for row in body if _MANGLED.fullmatch(row[0])]
    notes = [f"PCT codes a spreadsheet had turned into numbers were put back: {', '.join(mangled)}."] if mangled else []
    return Published(
        long.filter(pl.col("overlap_share") > 0).sort("pct_code", "ccg_code"), REJECTED_ROWS.empty(), "pct_ccg_overlap",
        "NHS England, PCT to CCG overlap", path.name, form.sha256, tuple(notes),
    )  # fmt: skip


def _percent(path: Path, row: int, ccg: str, cell: str) -> float:
    text = cell.strip()
    if not (text.endswith("%") and text[:-1].replace(".", "", 1).isdigit() and float(text[:-1]) <= 100):
        raise RefusedInput(
            "A cell is not a percentage.",
            where=f"{path.name}, row {row:,}, column {ccg}",
            found=cell,
            expected="0% to 100%",
        )
    return float(text[:-1])
