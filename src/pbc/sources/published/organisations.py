"""Practices, trusts and the tiers above them as the national register publishes them."""

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
NO_PCN = "U"  # the hierarchy's placeholder for a practice in no primary care network
FOREVER = date.fromisoformat(OPEN_END)


def read_practices(path: Path) -> Published:
    """This returns PRACTICES from an `epraccur` file (no headings, 27 columns): every practice and prescribing centre.

    Grain: one practice. Closed and dormant ones are kept, with their status: money still stands against some. Practices
    proper have prescribing_setting_code 4. Source: NHS Digital, Organisation Data Service.
    """
    text = read_text(path, "epraccur")
    rows = cast_columns(text)
    require_filled(text, rows, "practice_code", "practice_name", "status_code")
    require_once(text, rows, "practice_code")
    return text.published(PRACTICES.conform(rows).sort("practice_code"))


def read_trusts(path: Path) -> Published:
    """This returns ORGANISATIONS of kind provider. Grain: one trust. NA stands for an open trust. Source: ODS."""
    text = read_text(path, "trusts")
    rows = cast_columns(text, empty=("NA",))
    require_filled(text, rows, "organisation_code", "organisation_name")
    require_once(text, rows, "organisation_code")
    return text.published(ORGANISATIONS.conform(rows.with_columns(pl.lit("provider").alias("organisation_kind"))))


def read_membership_history(path: Path) -> Published:
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


def read_hierarchy(path: Path, *, as_at: date) -> tuple[Published, Published]:
    """This returns MEMBERSHIPS and ORGANISATIONS of one publication of today's tiers, practice to region.

    Grain: one member and parent; one organisation. The file is a picture of a day, `as_at`: memberships start then,
    and what held before is not known from it. A practice in no PCN (code U) has no practice_pcn row. Relations:
    practice_pcn, practice_commissioner (its CCG or sub-ICB location), sub_icb_icb, commissioner_region. Source: NHS
    Digital; 2020 and 2023/24 label the columns differently, which the layout knows.
    """
    text = read_text(path, "practice_hierarchy")
    rows = text.rows
    require_filled(text, rows, "practice_code", "sub_icb_code", "icb_code", "region_code")
    require_once(text, rows, "practice_code")
    links = [
        ("practice_code", "pcn_code", "practice_pcn", rows.filter(pl.col("pcn_code") != NO_PCN)),
        ("practice_code", "sub_icb_code", "practice_commissioner", rows),
        ("sub_icb_code", "icb_code", "sub_icb_icb", rows),
        ("icb_code", "region_code", "commissioner_region", rows),
    ]
    memberships = pl.concat(_link(*link, as_at) for link in links).sort(MEMBERSHIPS.key)
    tiers = ("practice", "pcn", "sub_icb", "icb", "region")
    organisations = pl.concat(_tier(rows, tier) for tier in tiers).sort(ORGANISATIONS.key)
    alone = rows.filter(pl.col("pcn_code") == NO_PCN).height
    crossing = find_pcns_across_icbs(rows)
    notes = [
        f"{alone} practices are in no primary care network." if alone else "",
        f"PCNs with practices of two integrated care boards: {', '.join(crossing)}." if crossing else "",
    ]
    return text.published(memberships, notes=notes), text.published(organisations)


def find_pcns_across_icbs(rows: pl.DataFrame) -> list[str]:
    """This returns the PCN codes whose practices stand under more than one ICB. Grain in: one practice."""
    bodies = rows.filter(pl.col("pcn_code") != NO_PCN).group_by("pcn_code").agg(pl.col("icb_code").n_unique())
    return sorted(bodies.filter(pl.col("icb_code") > 1)["pcn_code"])


def find_dormant(practices: pl.DataFrame, *, register: str) -> pl.DataFrame:
    """This returns practice_code and seen_in of dormant practices. Grain in: PRACTICES; `register` names the file."""
    return practices.filter(pl.col("status_code") == DORMANT).select(
        "practice_code", pl.lit(f"the register {register}").alias("seen_in")
    )


def _link(member: str, parent: str, relation: str, rows: pl.DataFrame, as_at: date) -> pl.DataFrame:
    pairs = rows.select(pl.col(member).alias("member_code"), pl.col(parent).alias("parent_code")).unique()
    return MEMBERSHIPS.conform(
        pairs.with_columns(
            pl.lit(relation).alias("relation"),
            pl.lit(as_at).alias("starts_on"),
            pl.lit(FOREVER).alias("ends_before"),
        )
    )


def _tier(rows: pl.DataFrame, tier: str) -> pl.DataFrame:
    named = rows.filter(pl.col(f"{tier}_code") != NO_PCN).unique(f"{tier}_code", keep="first", maintain_order=True)
    return ORGANISATIONS.conform(
        named.select(
            pl.col(f"{tier}_code").alias("organisation_code"),
            pl.lit(tier).alias("organisation_kind"),
            pl.col(f"{tier}_name").alias("organisation_name"),
            pl.lit(None, pl.Date).alias("opened_on"),
            pl.lit(None, pl.Date).alias("closed_on"),
        )
    )


def require_practice_codes(text: Text, rows: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """This returns the rows whose practice_code is a practice's, and REJECTED_ROWS of the others (trusts, PCTs)."""
    is_practice = pl.col("practice_code").str.contains(PRACTICE_CODE).fill_null(value=False)
    others = reject(
        text, rows.filter(~is_practice), column="practice_code", rule="not_a_practice",
        expected="a practice code, a letter and five digits", remedy="None: it is left out of practice figures.",
    )  # fmt: skip
    return rows.filter(is_practice), others
