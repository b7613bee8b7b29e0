"""From matched records to items: who carries each difference, and what the law pools."""

from __future__ import annotations

import polars as pl

from pbc.methods.reconciliation.items import ITEM
from pbc.methods.reconciliation.steps import STEP_OF_REASON
from pbc.tables import UNPLACED

POOLED_BY = ("commissioner_code", "provider_code", "step", "reason", "month", "practice_code")


def list_record_items(matched: pl.DataFrame, *, elsewhere: pl.DataFrame) -> pl.DataFrame:
    """This returns the items behind records: one for each that differs, two for each charged to the wrong practice.

    Grain in: MATCHED, practices as they answer now; `elsewhere`, the practices (`commissioner_code, practice_code`) that
    are another commissioner's than the one charged. A difference stands with the practice that answers for the record;
    one that is none of our records', with the practice the hospital named. What moves between practices adds up to
    nothing. Records of legally restricted kinds are added up by month and practice, without their numbers. Pence.
    Source: rules.md 8.3 V1; decision methods/0181.
    """
    known = matched.join(elsewhere.with_columns(is_elsewhere=True), left_on=["commissioner_code", "charged_practice"],
                         right_on=["commissioner_code", "practice_code"], how="left")  # fmt: skip
    is_elsewhere = pl.col("is_elsewhere").fill_null(value=False) & (pl.col("reason") == "no_such_record")
    known = known.with_columns(
        reason=pl.when(is_elsewhere).then(pl.lit("practice_of_another_commissioner")).otherwise("reason")
    )
    difference = pl.col("charged_pence") - pl.col("ours_pence")
    kept = known.filter((difference != 0) | (pl.col("reason") == "same_stay_in_our_data_too"))
    is_ours = pl.col("reason").is_in([name for name, step in STEP_OF_REASON.items() if step in _AT_OURS])
    at_ours = pl.when(is_ours).then(pl.col("our_practice"))
    own = kept.with_columns(
        step=pl.col("reason").replace_strict(STEP_OF_REASON, return_dtype=pl.String),
        practice_code=pl.coalesce(at_ours, "charged_practice", "our_practice", pl.lit(UNPLACED)),
        difference_pence=difference,
    )
    return _pool(pl.concat([_shaped(own), *_moved(known)]))


_AT_OURS = ("price_difference", "not_charged", "late_data")


def _moved(known: pl.DataFrame) -> list[pl.DataFrame]:
    """Charged to another practice than answers for it: taken from the one, put to the other."""
    ours, theirs = pl.col("our_practice"), pl.col("charged_practice")
    is_held = ~pl.col("reason").is_in(_NOT_HELD)
    wrong = known.filter(is_held & (ours != theirs)).with_columns(
        step=pl.lit("wrong_practice"), reason=pl.lit("charged_to_another_practice")
    )
    away = wrong.with_columns(
        practice_code=ours, ours_pence=pl.col("charged_pence"), charged_pence=pl.lit(0, dtype=pl.Int64),
        difference_pence=-pl.col("charged_pence"),
    )  # fmt: skip
    onto = wrong.with_columns(
        practice_code=theirs, ours_pence=pl.lit(0, dtype=pl.Int64), difference_pence=pl.col("charged_pence")
    )
    return [_shaped(away), _shaped(onto)]


_NOT_HELD = (
    "record_charged_again", "another_commissioner_pays", "practice_of_another_commissioner", "in_another_month_or_kind",
    "no_such_record", "same_stay_another_number", "taken_back_since", "no_charge", "delivered_late",
    "moved_since",
)  # fmt: skip


def _shaped(rows: pl.DataFrame) -> pl.DataFrame:
    again = pl.when(pl.col("reason") == "record_charged_again").then(pl.concat_str(pl.lit("."), "charge_id"))
    item = pl.concat_str("setting", pl.lit("."), "record_number", again.otherwise(pl.lit("")))
    held = rows.with_columns(item.alias("item"))
    return held.with_columns(
        pl.lit(None, dtype=kind).alias(name) for name, kind in ITEM.items() if name not in held.columns
    ).select(*ITEM, "is_pooled")


def _pool(items: pl.DataFrame) -> pl.DataFrame:
    """Records of restricted kinds added up: nobody can be told from what is left."""
    plain, pooled = items.filter(~pl.col("is_pooled")), items.filter("is_pooled")
    sums = pooled.group_by(POOLED_BY).agg(pl.col("ours_pence", "charged_pence", "difference_pence").sum())
    named = sums.with_columns(item=pl.concat_str(pl.lit("pooled."), "month", pl.lit("."), "reason"))
    empty = [pl.lit(None, dtype=kind).alias(name) for name, kind in ITEM.items() if name not in named.columns]
    return pl.concat([plain.select(*ITEM), named.with_columns(empty).select(*ITEM)])
