"""Pictures of the tiers above practices on one day: PCT and SHA in 2010, PCN, sub-ICB location, ICB and region today."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import polars as pl

from pbc.sources.published.reading import (
    Faults,
    Published,
    Text,
    layouts,
    read_text,
    require_filled,
    require_once,
)
from pbc.sources.published.workbook import read_sheet_as_text
from pbc.tables import MEMBERSHIPS, OPEN_END, ORGANISATIONS

NO_PCN = "U"  # the hierarchy's placeholder for a practice in no primary care network
FOREVER = date.fromisoformat(OPEN_END)
TODAY = (
    ("practice", "pcn", "practice_pcn"),
    ("practice", "sub_icb", "practice_commissioner"),
    ("sub_icb", "icb", "sub_icb_icb"),
    ("icb", "region", "commissioner_region"),
)
IN_2010 = (("practice", "pct", "practice_commissioner"), ("pct", "sha", "commissioner_region"))


def read_hierarchy(path: Path | Text, *, as_at: date) -> tuple[Published, Published]:
    """This returns MEMBERSHIPS and ORGANISATIONS of one publication of today's tiers, practice to region.

    Grain: one member and parent; one organisation. The file is a picture of a day, `as_at`: memberships start then,
    and what held before is not known from it. A practice in no PCN (code U) has no practice_pcn row. Relations:
    practice_pcn, practice_commissioner (its CCG or sub-ICB location), sub_icb_icb, commissioner_region. Source: NHS
    Digital; 2020 and 2023/24 label the columns differently, which the layout knows.
    """
    text = read_text(path, "practice_hierarchy")
    require_filled(text, text.rows, "practice_code", "sub_icb_code", "icb_code", "region_code")
    require_once(text, text.rows, key="practice_code")
    memberships, organisations = _tiers(text.rows, TODAY, as_at)
    alone = text.rows.filter(pl.col("pcn_code") == NO_PCN).height
    crossing = find_pcns_across_icbs(text.rows)
    notes = [
        f"{alone} practices are in no primary care network." if alone else "",
        f"PCNs with practices of two integrated care boards: {', '.join(crossing)}." if crossing else "",
    ]
    return text.published(memberships, notes=notes), text.published(organisations)


def read_pct_hierarchy(path: Path | Text, *, as_at: date) -> tuple[Published, Published]:
    """This returns MEMBERSHIPS and ORGANISATIONS of practices, PCTs and SHAs from the deprivation file of 2010.

    Grain: one member and parent; one organisation. Dated from `as_at`, as `read_hierarchy`. Source: Department for
    Communities and Local Government.
    """
    text = read_text(path, "practice_deprivation")
    require_filled(text, text.rows, "practice_code", "pct_code", "sha_code")
    require_once(text, text.rows, key="practice_code")
    memberships, organisations = _tiers(text.rows, IN_2010, as_at)
    return text.published(memberships), text.published(organisations)


def read_sub_icb_lookup(path: Path, *, as_at: date, faults: Faults | None = None) -> tuple[Published, Published]:
    """This returns MEMBERSHIPS (sub_icb_icb, commissioner_region) and ORGANISATIONS from the workbook of July 2022.

    Grain: one member and parent; one organisation. Source: NHS Digital, Organisation Data Service.
    """
    text = read_sheet_as_text(path, layouts("sub_icb_lookup")[0], faults=faults)
    rows = text.rows
    require_filled(text, rows, "sub_icb_code", "icb_code", "region_code")
    require_once(text, rows, key="sub_icb_code")
    memberships, organisations = _tiers(rows, TODAY[2:], as_at)
    return text.published(memberships), text.published(organisations)


def find_pcns_across_icbs(rows: pl.DataFrame) -> list[str]:
    """This returns the PCN codes whose practices stand under more than one ICB. Grain in: one practice."""
    bodies = rows.filter(pl.col("pcn_code") != NO_PCN).group_by("pcn_code").agg(pl.col("icb_code").n_unique())
    return sorted(bodies.filter(pl.col("icb_code") > 1)["pcn_code"])


def _tiers(rows: pl.DataFrame, links: Sequence[tuple[str, str, str]], as_at: date) -> tuple[pl.DataFrame, pl.DataFrame]:
    memberships = pl.concat([_link(rows, *link, as_at) for link in links]).sort(MEMBERSHIPS.key)
    tiers = dict.fromkeys(tier for member, parent, _ in links for tier in (member, parent))
    return memberships, pl.concat([_tier(rows, tier) for tier in tiers]).sort(ORGANISATIONS.key)


def _link(rows: pl.DataFrame, member: str, parent: str, relation: str, as_at: date) -> pl.DataFrame:
    pairs = rows.select(pl.col(f"{member}_code").alias("member_code"), pl.col(f"{parent}_code").alias("parent_code"))
    return MEMBERSHIPS.conform(
        pairs.unique()
        .filter(pl.col("parent_code") != NO_PCN)
        .with_columns(
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
            pl.col(f"{tier}_name").fill_null("").alias("organisation_name"),
            pl.lit(None, pl.Date).alias("opened_on"),
            pl.lit(None, pl.Date).alias("closed_on"),
        )
    )
