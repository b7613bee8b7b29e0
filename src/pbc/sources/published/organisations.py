"""Practices, trusts and the history of who answered for a practice, as the national register publishes them."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl

from pbc.sources.published.reading import (
    PRACTICE_CODE,
    Published,
    Text,
    cast_columns,
    read_text,
    reject,
    require_filled,
    require_once,
)
from pbc.tables import MEMBERSHIPS, OPEN_END, ORGANISATIONS, PRACTICES

GP_PRACTICE = "4"  # prescribing setting of a general practice; the others are clinics, prisons, hospices, ...
DORMANT = "D"
FOREVER = date.fromisoformat(OPEN_END)


def read_practices(path: Path | Text) -> Published:
    """This returns PRACTICES from an `epraccur` file (no headings, 27 columns): every practice and prescribing centre.

    Grain: one practice. Closed and dormant ones are kept, with their status: money still stands against some. Practices
    proper have prescribing_setting_code 4. Source: NHS Digital, Organisation Data Service.
    """
    text = read_text(path, "epraccur")
    rows = cast_columns(text)
    require_filled(text, rows, "practice_code", "practice_name", "status_code")
    require_once(text, rows, key="practice_code")
    return text.published(PRACTICES.conform(rows).sort("practice_code"))


def read_practice_commissioners(path: Path | Text) -> Published:
    """This returns MEMBERSHIPS of relation practice_commissioner from `epraccur`: whom a practice is paid by, since when.

    Grain: one practice and the body its row names; a row without a body or its first day has none, nor one that ended
    before it began. What was before stands in the membership history alone. Source: NHS Digital ODS.
    """
    text = read_text(path, "epraccur")
    rows = cast_columns(text).filter(
        pl.col("commissioner_code").is_not_null() & pl.col("commissioner_from").is_not_null()
    )
    dated = rows.select(
        pl.col("practice_code").alias("member_code"),
        pl.col("commissioner_code").alias("parent_code"),
        pl.lit("practice_commissioner").alias("relation"),
        pl.col("commissioner_from").alias("starts_on"),
        pl.col("commissioner_until").dt.offset_by("1d").fill_null(FOREVER).alias("ends_before"),
    )
    lasting = dated.filter(pl.col("starts_on") < pl.col("ends_before"))
    return text.published(MEMBERSHIPS.conform(lasting).sort(MEMBERSHIPS.key))


def read_trusts(path: Path | Text) -> Published:
    """This returns ORGANISATIONS of kind provider. Grain: one trust. NA stands for an open trust. Source: ODS."""
    text = read_text(path, "trusts")
    rows = cast_columns(text, empty=("NA",))
    require_filled(text, rows, "organisation_code", "organisation_name")
    require_once(text, rows, key="organisation_code")
    return text.published(ORGANISATIONS.conform(rows.with_columns(pl.lit("provider").alias("organisation_kind"))))


def read_membership_history(path: Path | Text) -> Published:
    """This returns MEMBERSHIPS of relation practice_commissioner since 1999, from `epcmem` (no headings, 6 columns).

    Grain: one practice, body and start; the last day of the file becomes ends_before, the day after. Bodies are health
    authorities' groups, PCTs and CCGs alike, each under its own code. Source: NHS Digital ODS.
    """
    text = read_text(path, "membership_history")
    rows = cast_columns(text)
    require_filled(text, rows, "practice_code", "parent_code", "starts_on")
    backwards = rows.filter(pl.col("ends_on") < pl.col("starts_on"))
    left_out = reject(
        text, backwards, column="ends_on", rule="ends_before_start", expected="a last day on or after the first",
        remedy="Ask the publisher; the membership is not used.",
    )  # fmt: skip
    kept = rows.filter(pl.col("ends_on").is_null() | (pl.col("ends_on") >= pl.col("starts_on")))
    dated = kept.select(
        pl.col("practice_code").alias("member_code"),
        "parent_code",
        pl.lit("practice_commissioner").alias("relation"),
        "starts_on",
        pl.col("ends_on").dt.offset_by("1d").fill_null(FOREVER).alias("ends_before"),
    )
    return text.published(MEMBERSHIPS.conform(dated).sort(MEMBERSHIPS.key), rejected=[left_out])


def find_dormant(practices: pl.DataFrame, *, register: str) -> pl.DataFrame:
    """This returns practice_code and seen_in of dormant practices. Grain in: PRACTICES; `register` names the file."""
    return practices.filter(pl.col("status_code") == DORMANT).select(
        "practice_code", pl.lit(f"the register {register}").alias("seen_in")
    )


def require_practice_codes(text: Text, rows: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """This returns the rows whose practice_code is a practice's, and REJECTED_ROWS of the others (trusts, PCTs)."""
    is_practice = pl.col("practice_code").str.contains(PRACTICE_CODE).fill_null(value=False)
    others = reject(
        text, rows.filter(~is_practice), column="practice_code", rule="not_a_practice",
        expected="a practice code, a letter and five digits", remedy="None: it is left out of practice figures.",
    )  # fmt: skip
    return rows.filter(is_practice), others
