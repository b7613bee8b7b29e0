"""Counting the contacts that a statement leaves out because no price is held for them: said on its pages, never only in a store."""

from __future__ import annotations

import polars as pl

from pbc.flows.past_activity import who_answers
from pbc.methods.attribution.successions import trace_successions
from pbc.periods import Month
from pbc.results import PublishedSet, Store

KEY = ("setting", "provider_code", "record_number")
RECORD = r", record (?<setting>\S+) (?<provider_code>\S+) (?<record_number>.+)$"  # as reject_unpriced writes it

NOBODY = {"month": pl.Int32, "practice_code": pl.String}


def count_unpriced(
    store: Store, *, cells: list[PublishedSet], month: Month, register: PublishedSet | None
) -> dict[str, int]:
    """This returns how many contacts of the year to a month have no price, by the practice that answers for them.

    `cells` are the sets a statement was made from. What no practice answers for is counted under `not-attributed`.
    A practice without such contacts is not named. Source: rules.md 8.2 P11 (no price is invented).
    """
    first = Month.of(month.financial_year.start).number
    found = [_left_out(store, each, slug=month.financial_year.slug) for each in cells]
    left_out = pl.concat([pl.DataFrame(schema=NOBODY), *found])
    heirs = who_answers(trace_successions(register.frame("memberships")), on=month.end) if register else {}
    counted = (
        left_out.filter(pl.col("month").is_between(first, month.number))
        .group_by(pl.col("practice_code").replace(heirs))
        .len()
    )
    return dict(counted.sort("practice_code").iter_rows())


def _left_out(store: Store, cells: PublishedSet, *, slug: str) -> pl.DataFrame:
    """Month and practice of each contact refused a price: the refusal names the record, the facts know whose it was."""
    if "rejected_rows" not in cells.tables or not cells.rows("rejected_rows"):
        return pl.DataFrame(schema=NOBODY)
    refused = cells.frame("rejected_rows").filter(pl.col("delivery").str.ends_with(f" priced for {slug}"))
    name = cells.name.replace("cells/", "activity/")
    records = refused.select(pl.col("value_found").str.extract_groups(RECORD).alias("record")).unnest("record")
    facts = pl.scan_parquet(store.at(name, cells.receipt.inputs[name]).files("activity_facts"))
    return (
        facts.select(*KEY, "month", "practice_code")
        .join(records.lazy(), on=KEY, how="semi")
        .select("month", "practice_code")
        .collect()
    )
