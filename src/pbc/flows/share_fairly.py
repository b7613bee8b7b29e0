"""Sharing money among England's practices by the published need of their lists."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import polars as pl

from pbc.errors import RefusedInput
from pbc.flows.journey import Journey
from pbc.methods.budgets.fair_shares_england import find_total_pence, set_fair_shares
from pbc.methods.population.atypical_lists import flag_atypical_lists
from pbc.methods.population.weight_lists import index_need
from pbc.money import pounds_and_pence
from pbc.periods import FinancialYear
from pbc.policy import Policy
from pbc.results import PublishedSet, Receipt, Store
from pbc.sources.published.find import find_one_published
from pbc.sources.published.reading import Published
from pbc.sources.published.weighted_populations import layout_of_year, list_weighted, read_weighted_population
from pbc.tables import BUDGET_LINES

COLUMNS = (
    "practice_code", "commissioner_code", "registered_population", "target_pence", "need_index_england",
    "need_index_commissioner",
)  # fmt: skip


@dataclass(frozen=True)
class FairShares:
    """England's practices with their shares (COLUMNS, ordered by practice), and words to stand beside them."""

    shares: pl.DataFrame
    total_pence: int
    source: str
    notes: tuple[str, ...]
    published: PublishedSet | None = None


def share_fairly(
    folder: Path, *, year: FinancialYear, policy: Policy, journey: Journey,
    resource_pence: int | None = None, store: Store | None = None,
) -> FairShares:  # fmt: skip
    """This returns each practice's fair share of a total, by the formula of the year, in pence that add up to it.

    Without `resource_pence` the total is the year's published one before remoteness; a year that publishes none needs
    it. Input: a folder of published files (found by their headings) or the file. With a store, the shares and their
    weighted lists are published as set `fair-shares/<year>`. Sources and what was left out stand in `notes`.
    """
    if resource_pence is not None and resource_pence <= 0:
        raise RefusedInput(
            "There is nothing to share.", found=pounds_and_pence(resource_pence), expected="an amount above nothing"
        )
    journey.step("Reading the published weighted populations", 0.0)
    published = _read(folder, year)
    journey.step("Sharing by need", 0.5)
    total_pence = find_total_pence(published.rows) if resource_pence is None else resource_pence
    shares = share_practices(published.rows, year=year, policy=policy, total_pence=total_pence)
    notes = (*published.notes, *_notes(year, resource_pence), _note_atypical(published, year, policy))
    kept = None
    if store is not None:
        journey.step("Publishing with its receipt", 0.8)
        kept = _publish(store, published, shares, year=year, policy=policy, total_pence=total_pence, journey=journey)
    journey.step("Shared", 1.0)
    return FairShares(shares, total_pence, published.source, notes, kept)


def share_practices(practices: pl.DataFrame, *, year: FinancialYear, policy: Policy, total_pence: int) -> pl.DataFrame:
    """This returns COLUMNS for practices already read: the part of `share_fairly` that a scenario runs again.

    Grain in and out: one practice. The need indices are the published overall need, against England and against the
    commissioner (decision 0111); the money follows the year's formula before remoteness.
    """
    shared = set_fair_shares(practices, total_pence=total_pence, policy=policy, on=year.start)
    indexed = index_need(
        shared.with_columns(
            pl.lit(year.slug).alias("list_year"),
            pl.lit("overall").alias("component"),
            pl.col("overall_weighted_population").alias("weighted_population"),
        )
    )
    return indexed.rename({"amount_pence": "target_pence"}).select(COLUMNS).sort("practice_code")


def _read(folder: Path, year: FinancialYear) -> Published:
    path = find_one_published(folder, layout_of_year(year.slug), year=year.slug)
    return read_weighted_population(path, year=year.slug)


def _notes(year: FinancialYear, resource_pence: int | None) -> tuple[str, ...]:
    what = (
        "the published total before remoteness"
        if resource_pence is None
        else "a sum named for the purpose (--resource-pounds), no published allocation"
    )
    return (
        f"Shared: {what}, for {year}. A target is where the formula would put the money, "
        "not the budget a commissioner agreed.",
    )


def _note_atypical(published: Published, year: FinancialYear, policy: Policy) -> str:
    lists = index_need(list_weighted(published.rows, year=year.slug, source=published.source))
    flags = flag_atypical_lists(lists, policy=policy, on=year.start)
    count = int(flags["is_atypical"].sum())
    small = policy.whole("population.small_list_people", on=year.start)
    least, most = (policy.ratio(f"population.typical_need_{end}", on=year.start) for end in ("least", "most"))
    return (
        f"{count} of {flags.height:,} lists are small or unlike others (under {small:,} people, or need outside {least:g} "
        f"to {most:g} of England's; assumption): the formula is least sure of them, so budgets pool them by default."
    )


def _publish(
    store: Store, published: Published, shares: pl.DataFrame, *, year: FinancialYear, policy: Policy,
    total_pence: int, journey: Journey,
) -> PublishedSet:  # fmt: skip
    receipt = Receipt(
        flow="share_fairly",
        inputs={published.file_name: published.fingerprint},
        parameters={"year": year.slug, "total_pence": str(total_pence)},
        regime=policy.regime,
        policy=policy.fingerprint,
        made_at=journey.made_at,
    )
    lists = index_need(list_weighted(published.rows, year=year.slug, source=published.source))
    lines = shares.select(
        pl.lit(year.slug).alias("financial_year"),
        "practice_code",
        pl.lit("total").alias("service"),
        pl.lit(1).alias("sequence"),
        pl.lit("need").alias("step"),
        pl.col("target_pence").alias("amount_pence"),
        pl.lit("local").alias("payment_form"),
        pl.lit("target of the published weighted populations").alias("rule"),
        pl.lit("population.target_formula").alias("parameter"),
        pl.lit(f"Fair share by the published need of its list ({published.source}).").alias("reason"),
    )
    tables = {"weighted_lists": lists, "budget_lines": BUDGET_LINES.conform(lines)}
    return store.publish(f"fair-shares/{year.slug}", tables, receipt)
