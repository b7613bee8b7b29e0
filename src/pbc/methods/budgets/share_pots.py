"""Pots of money, each shared among a commissioner's practices by the published need measure that suits it."""

from __future__ import annotations

import polars as pl

from pbc.errors import RefusedInput
from pbc.methods.budgets.fair_shares import share_by_weight


def share_pots(practices: pl.DataFrame, *, pots: pl.DataFrame) -> pl.DataFrame:
    """This returns what each practice has of each pot; the parts of a pot add up to it exactly.

    Grain in: practices, one row each, with practice_code, commissioner_code, registered_population and the weighted
    populations; pots, one pot and commissioner, with pot, commissioner_code, weight_column (a column of `practices`),
    weighted_population (the publisher's name of it) and amount_pence. Grain out: one pot, commissioner and practice:
    pot, commissioner_code, practice_code, registered_population, weighted_population, amount_pence. Pence, weighted
    people. A pot for a commissioner without practices, or two of one name for one commissioner, is refused.
    """
    doubled = pots.filter(pl.struct("pot", "commissioner_code").is_duplicated())
    if doubled.height:
        raise RefusedInput(
            "A pot stands twice.", where=f"pot {doubled['pot'][0]}, commissioner {doubled['commissioner_code'][0]}",
            expected="each pot once for each commissioner", remedy="Add the two together or name them apart.",
        )  # fmt: skip
    known = set(practices["commissioner_code"])
    parts = []
    for pot in pots.sort("pot", "commissioner_code").iter_rows(named=True):
        if pot["commissioner_code"] not in known:
            raise RefusedInput(
                "A pot names a commissioner that has no practice in the published file.", where=f"pot {pot['pot']}",
                found=str(pot["commissioner_code"]), expected=f"one of {', '.join(sorted(known)[:6])} ...",
            )  # fmt: skip
        members = practices.filter(pl.col("commissioner_code") == pot["commissioner_code"]).sort("practice_code")
        shared = share_by_weight(members, total_pence=pot["amount_pence"], weight=pot["weight_column"])
        parts.append(
            shared.select(
                pl.lit(pot["pot"]).alias("pot"),
                "commissioner_code",
                "practice_code",
                "registered_population",
                pl.col(pot["weight_column"]).cast(pl.Float64).alias("weighted_population"),
                "amount_pence",
            )
        )
    return pl.concat(parts) if parts else pl.DataFrame(schema=_SHARES)


_SHARES = {
    "pot": pl.String,
    "commissioner_code": pl.String,
    "practice_code": pl.String,
    "registered_population": pl.Float64,
    "weighted_population": pl.Float64,
    "amount_pence": pl.Int64,
}
