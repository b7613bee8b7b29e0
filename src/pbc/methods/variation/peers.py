"""The practices most like one practice by declared criteria, and what care costs there per person weighted for need."""

from __future__ import annotations

import polars as pl

CRITERIA = {
    "need_index": "need for hospital care",
    "list_size_log": "size of the list",
    "share_under_15": "share of people under 15",
    "share_65_plus": "share of people of 65 and over",
    "deprivation": "deprivation",
}
MANY_ENOUGH = 2  # values: with one alone nobody differs
FEWEST = 5  # peers: of fewer no median is told


def find_peers(practices: pl.DataFrame, *, practice_code: str, count: int) -> pl.DataFrame:
    """This returns the practices nearest to one by the criteria it has: `practice_code, distance_ratio`, nearest first.

    Grain in: one row per practice, `practice_code` and any of `CRITERIA`, empty where not held. Each criterion is counted in
    standard deviations over the practices that have all the criteria used; distance is the root of the mean square. A
    criterion that the practice lacks, or in which nobody differs, is not used; a practice that lacks one used is no peer.
    Equals are settled by code. Nothing for a practice without any criterion. Source: decision methods/0172.

    >>> practices = pl.DataFrame({"practice_code": ["A", "B", "C"], "need_index": [1.0, 1.1, 0.5]})
    >>> find_peers(practices, practice_code="A", count=1)["practice_code"].to_list()
    ['B']
    """
    used = list_used(practices, practice_code=practice_code)
    if not used:
        return pl.DataFrame(schema={"practice_code": pl.String, "distance_ratio": pl.Float64})
    whole = practices.drop_nulls(used)
    own = whole.row(by_predicate=pl.col("practice_code") == practice_code, named=True)
    squares = [((pl.col(name) - own[name]) / pl.col(name).std(ddof=0)) ** 2 for name in used]
    return (
        whole.select("practice_code", pl.mean_horizontal(squares).sqrt().alias("distance_ratio"))
        .filter(pl.col("practice_code") != practice_code)
        .sort("distance_ratio", "practice_code")
        .head(count)
    )


def list_used(practices: pl.DataFrame, *, practice_code: str) -> list[str]:
    """This returns the criteria by which a practice can be held beside others: those it has, and in which others differ."""
    own = practices.filter(pl.col("practice_code") == practice_code)
    held = [name for name in CRITERIA if name in practices.columns and own.height and own[name][0] is not None]
    while held:
        whole = practices.drop_nulls(held)
        flat = [name for name in held if whole[name].n_unique() < MANY_ENOUGH]
        if not flat:
            break
        held = [name for name in held if name not in flat]
    return held


def compare_with_peers(costs: pl.DataFrame, *, practice_code: str, peers: list[str]) -> pl.DataFrame:
    """This returns a practice's cost per weighted head beside its peers' median and quartiles, by service.

    Grain in: `practice_code, service, actual_pence, weighted_population`. Grain out: one row per service of the practice's
    with at least five peers: `service, own_pence, median_pence, lower_quartile_pence, upper_quartile_pence, peers_count`, pence
    per person weighted for the need of that kind of care. A peer without weighted people in a service, or whose cost the
    reader may not see (empty), is left out of it. No range is told: its ends are single practices.
    Source: decisions methods/0172 and architecture/0217.
    """
    per_head = costs.filter((pl.col("weighted_population") > 0) & pl.col("actual_pence").is_not_null()).with_columns(
        (pl.col("actual_pence") / pl.col("weighted_population")).alias("per_head")
    )
    own = per_head.filter(pl.col("practice_code") == practice_code).select(
        "service", pl.col("per_head").alias("own_pence")
    )
    others = (
        per_head.filter(pl.col("practice_code").is_in(peers) & (pl.col("practice_code") != practice_code))
        .group_by("service")
        .agg(
            pl.col("per_head").median().alias("median_pence"),
            pl.col("per_head").quantile(0.25, "linear").alias("lower_quartile_pence"),
            pl.col("per_head").quantile(0.75, "linear").alias("upper_quartile_pence"),
            pl.len().cast(pl.Int64).alias("peers_count"),
        )
    )
    return own.join(others.filter(pl.col("peers_count") >= FEWEST), on="service").sort("service")
