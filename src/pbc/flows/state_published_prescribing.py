"""Stating real practices' prescribing against their fair shares, from published files alone."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from pbc.errors import RefusedInput
from pbc.flows.journey import Journey
from pbc.methods.budgets.fair_shares_prescribing import share_prescribing
from pbc.methods.population.atypical_lists import flag_atypical_lists
from pbc.methods.population.weight_lists import index_need
from pbc.periods import FinancialYear
from pbc.policy import Policy
from pbc.reports.published_statement import PublishedStatement
from pbc.sources.published.find import find_one_published
from pbc.sources.published.prescribing_spend import read_practice_name_match
from pbc.sources.published.reading import Published
from pbc.sources.published.weighted_populations import layout_of_year, list_weighted, read_weighted_population

NEED_YEAR = FinancialYear(2018)
SPENDING_YEAR = 2019  # the matched file's own headings name it


def state_published_prescribing(
    folder: Path, *, commissioner_code: str, year: int, policy: Policy, journey: Journey
) -> PublishedStatement:
    """This returns a commissioner's practices, their real prescribing month by month and their fair shares of it.

    Grain: one practice, and one practice and month. The commissioner's own total of the calendar year is shared by
    the prescribing need of its lists in 2018/19; both years and sources stand on every row, and no financial year is
    claimed. Prescribing centres without a list (walk-in, out of hours) are left out and named with their cost; practices
    whose prescribing could not be matched are left out of both sides and named with their people.
    """
    if year != SPENDING_YEAR:
        raise RefusedInput(
            "Practice prescribing by month is published here for one calendar year.", found=str(year),
            expected=str(SPENDING_YEAR), remedy=f"Use --year {SPENDING_YEAR}.",
        )  # fmt: skip
    journey.step("Reading the published lists and prescribing", 0.0)
    lists = read_weighted_population(
        find_one_published(folder, layout_of_year(NEED_YEAR.slug), year=NEED_YEAR.slug), year=NEED_YEAR.slug
    )
    spending = read_practice_name_match(find_one_published(folder, "practice_name_match"))
    everyone = _practices_of(lists.rows, commissioner_code)
    ours = _require_spending(everyone, spending.rows)
    journey.step("Sharing each month by need", 0.6)
    months = share_prescribing(spending.rows, lists=ours)
    practices = _add_up(months, ours, spending.rows).join(_list_notes(lists, policy), on="practice_code", how="left")
    named = months.join(ours.select("practice_code", "practice_name"), on="practice_code", maintain_order="left")
    journey.step("Stated", 1.0)
    return PublishedStatement(
        commissioner_code, str(ours["commissioner_name"][0]), year, str(NEED_YEAR),
        _labelled(practices, lists, spending, year), _labelled(named, lists, spending, year),
        (
            f"Prescribing: {spending.source}, January to December {year}",
            f"Need: {lists.source}, practice weighted populations {NEED_YEAR}",
        ),
        tuple(_notes(lists, spending, everyone, commissioner_code)),
    )  # fmt: skip


def _practices_of(lists: pl.DataFrame, commissioner_code: str) -> pl.DataFrame:
    ours = lists.filter(pl.col("commissioner_code") == commissioner_code).sort("practice_code")
    if not ours.height:
        known = sorted(set(lists["commissioner_code"]))
        raise RefusedInput(
            "No practice of this commissioner is in the published lists.", found=commissioner_code,
            expected=f"one of {len(known)} CCG codes such as {', '.join(known[:5])}",
        )  # fmt: skip
    return ours


def _require_spending(everyone: pl.DataFrame, spending: pl.DataFrame) -> pl.DataFrame:
    ours = everyone.join(spending, on="practice_code", how="semi")
    if not ours.height:
        raise RefusedInput(
            "None of this commissioner's practices could be matched to prescribing.",
            found=str(everyone["commissioner_name"][0]), remedy="Choose another, like 02A for NHS Trafford.",
        )  # fmt: skip
    return ours


def _add_up(months: pl.DataFrame, ours: pl.DataFrame, spending: pl.DataFrame) -> pl.DataFrame:
    year = months.group_by("practice_code").agg(pl.col("actual_pence", "fair_share_pence", "variance_pence").sum())
    known = ours.select(
        "practice_code", "practice_name", "registered_population", "prescribing_weighted_population",
        (pl.col("prescribing_weighted_population") / pl.col("registered_population")).alias("prescribing_need_index"),
    )  # fmt: skip
    match = spending.unique("practice_code").select("practice_code", pl.col("match").alias("matched_by"))
    return (
        known.join(year, on="practice_code")
        .join(match, on="practice_code")
        .with_columns((pl.col("variance_pence") / pl.col("fair_share_pence")).alias("variance_share"))
        .sort("practice_code")
    )


def _list_notes(lists: Published, policy: Policy) -> pl.DataFrame:
    weighted = index_need(list_weighted(lists.rows, year=NEED_YEAR.slug, source=lists.source))
    flags = flag_atypical_lists(weighted, policy=policy, on=NEED_YEAR.start)
    seen = pl.col("list_note").str.replace("; pooled$", "")  # nothing is pooled here: each list stands by itself
    return flags.select("practice_code", seen)


def _labelled(frame: pl.DataFrame, lists: Published, spending: Published, year: int) -> pl.DataFrame:
    return frame.with_columns(
        pl.lit(f"calendar {year}").alias("prescribing_period"),
        pl.lit(spending.source).alias("prescribing_source"),
        pl.lit(str(NEED_YEAR)).alias("need_year"),
        pl.lit(lists.source).alias("need_source"),
    )


def _notes(lists: Published, spending: Published, everyone: pl.DataFrame, commissioner_code: str) -> list[str]:
    others = (
        spending.rows.filter(pl.col("commissioner_code") == commissioner_code)
        .join(everyone, on="practice_code", how="anti")
        .group_by("practice_code", "practice_name")
        .agg(pl.col("net_ingredient_cost_pence").sum())
        .sort("practice_code")
    )
    named = [f"{name} ({code}), £{pence // 100:,}" for code, name, pence in others.iter_rows()]
    lost = everyone.join(spending.rows, on="practice_code", how="anti")
    missed = [
        f"{row['practice_name']} ({row['practice_code']}), {row['registered_population']:,.0f} people"
        for row in lost.iter_rows(named=True)
    ]
    return [
        *(
            [f"Left out of both sides, because their prescribing could not be matched: {'; '.join(missed)}."]
            if missed
            else []
        ),
        *([f"Left out, because they have no list: {'; '.join(named)}."] if named else []),
        "Net ingredient cost is the price before discounts, not what the NHS paid.",
        f"Files read: {lists.file_name} (SHA-256 {lists.fingerprint[:16]}...) and {spending.file_name} "
        f"(SHA-256 {spending.fingerprint[:16]}...).",
    ]
