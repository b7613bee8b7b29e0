"""The user's own neighbourhoods: which practice is in which on a day, what they add up to, and who falls outside."""

from __future__ import annotations

from datetime import date

import polars as pl

from pbc.errors import RefusedInput
from pbc.tables import OPEN_END

UNASSIGNED = "unassigned"
EXCEPTIONS = {
    "list": pl.String,
    "practice_code": pl.String,
    "practice_name": pl.String,
    "commissioner_code": pl.String,
    "neighbourhood": pl.String,
    "reason": pl.String,
}


def require_one_neighbourhood(memberships: pl.DataFrame) -> pl.DataFrame:
    """This returns the memberships unchanged, and refuses a practice that is in two neighbourhoods on one day.

    Grain: MEMBERSHIPS of relation practice_neighbourhood, periods as [starts_on, ends_before). The refusal names the
    practice, both neighbourhoods and the first day on which it would be in both.
    """
    if UNASSIGNED in memberships["parent_code"]:
        raise RefusedInput(
            "A neighbourhood may not be called so: the word stands for practices in none.", found=UNASSIGNED,
            remedy="Give it another name, or leave its practices out of the file.",
        )  # fmt: skip
    following = memberships.sort("member_code", "starts_on", "parent_code").with_columns(
        pl.col("member_code").shift(-1).alias("next_member"),
        pl.col("parent_code").shift(-1).alias("next_parent"),
        pl.col("starts_on").shift(-1).alias("next_starts"),
    )
    clash = following.filter(
        (pl.col("member_code") == pl.col("next_member")) & (pl.col("next_starts") < pl.col("ends_before"))
    )
    if clash.height:
        row = clash.row(0, named=True)
        raise RefusedInput(
            "A practice is in two neighbourhoods at once.", where=f"practice {row['member_code']}",
            found=f"{row['parent_code']} and {row['next_parent']} on {row['next_starts']}",
            expected="one neighbourhood on any day", remedy="End the first the day before the second begins.",
        )  # fmt: skip
    return memberships


def place_in_neighbourhoods(shares: pl.DataFrame, *, memberships: pl.DataFrame, on: date) -> pl.DataFrame:
    """This returns the shares with neighbourhood, as at a day: `unassigned` where a practice is in none.

    Grain in and out: one pot, commissioner and practice. Source of membership: the commissioner's own list.
    """
    held = _in_force(require_one_neighbourhood(memberships), on).select(
        pl.col("member_code").alias("practice_code"), pl.col("parent_code").alias("neighbourhood")
    )
    return shares.join(held, on="practice_code", how="left", maintain_order="left").with_columns(
        pl.col("neighbourhood").fill_null(UNASSIGNED)
    )


def add_up_neighbourhoods(placed: pl.DataFrame) -> pl.DataFrame:
    """This returns each pot by neighbourhood and commissioner; lines of a pot, `unassigned` among them, add up to it.

    Grain in: one pot, commissioner and practice, placed. Grain out: one pot, commissioner and neighbourhood, with
    practices_count, registered_population, weighted_population and amount_pence. A neighbourhood that crosses a
    commissioner's boundary has one line with each, because each commissioner's money is its own.
    """
    return (
        placed.group_by("pot", "commissioner_code", "neighbourhood")
        .agg(
            pl.len().cast(pl.Int64).alias("practices_count"),
            pl.col("registered_population").sum().round(6),  # as many decimals as are published
            pl.col("weighted_population").sum().round(6),
            pl.col("amount_pence").sum(),
        )
        .sort("pot", "commissioner_code", "neighbourhood")
    )


def list_exceptions(
    placed: pl.DataFrame, *, practices: pl.DataFrame, memberships: pl.DataFrame, dormant: pl.DataFrame, on: date
) -> pl.DataFrame:
    """This returns the practices a commissioner must look at: unmatched, without_pot, unassigned, dormant, cross_boundary, moving.

    Grain in: placed shares; practices (every one published, with practice_name and commissioner_code); memberships;
    dormant (practice_code and seen_in, the register that says so). Grain out: one list and practice, with a reason in words.
    Nothing is left out of the shares on this account: unmatched practices have no published weight and so no share,
    those without a pot no money to share; all the others have their part, and the reason says where it stands.
    """
    held = _in_force(memberships, on).select(
        pl.col("member_code").alias("practice_code"), pl.col("parent_code").alias("neighbourhood")
    )
    ours = placed.unique("practice_code").select("practice_code", "commissioner_code", "neighbourhood")
    named = ours.join(practices.select("practice_code", "practice_name"), on="practice_code", how="left")
    lists = [
        _unmatched(memberships, practices),
        _without_pot(held, practices, named),
        named.filter(pl.col("neighbourhood") == UNASSIGNED).with_columns(
            pl.lit("unassigned").alias("list"),
            pl.lit("In a commissioner with pots but in no neighbourhood on this day; its share stands as unassigned.").alias("reason"),
        ),
        named.join(dormant.select("practice_code", "seen_in"), on="practice_code").with_columns(
            pl.lit("dormant").alias("list"),
            pl.format("Dormant in {}; its share still stands in its neighbourhood.", pl.col("seen_in")).alias("reason"),
        ),
        _cross_boundary(held, practices, named),
        _moving(memberships, named, on),
    ]  # fmt: skip
    return pl.concat(
        [part.select(pl.col(name).cast(kind) for name, kind in EXCEPTIONS.items()) for part in lists]
    ).sort("list", "practice_code")


def _unmatched(memberships: pl.DataFrame, practices: pl.DataFrame) -> pl.DataFrame:
    named = memberships.group_by("member_code").agg(pl.col("parent_code").unique().sort().str.join("; "))
    ever = named.rename({"member_code": "practice_code", "parent_code": "neighbourhood"})
    return ever.join(practices.select("practice_code"), on="practice_code", how="anti").with_columns(
        pl.lit("unmatched").alias("list"),
        pl.lit("", pl.String).alias("practice_name"),
        pl.lit("", pl.String).alias("commissioner_code"),
        pl.lit("Not in the published weighted populations of this year: new, merged or mistyped. It has no share.").alias("reason"),
    )  # fmt: skip


def _without_pot(held: pl.DataFrame, practices: pl.DataFrame, named: pl.DataFrame) -> pl.DataFrame:
    everyone = held.join(practices.select("practice_code", "practice_name", "commissioner_code"), on="practice_code")
    return everyone.join(named.select("practice_code"), on="practice_code", how="anti").with_columns(
        pl.lit("without_pot").alias("list"),
        pl.lit("In a neighbourhood, but no pot is given for its commissioner, so it has no share.").alias("reason"),
    )


def _cross_boundary(held: pl.DataFrame, practices: pl.DataFrame, named: pl.DataFrame) -> pl.DataFrame:
    everyone = held.join(practices.select("practice_code", "practice_name", "commissioner_code"), on="practice_code")
    crossing = everyone.group_by("neighbourhood").agg(pl.col("commissioner_code").unique().sort().alias("bodies"))
    return (
        everyone.join(crossing.filter(pl.col("bodies").list.len() > 1), on="neighbourhood")
        .filter(pl.col("neighbourhood").is_in(named["neighbourhood"].unique().to_list()))
        .with_columns(
            pl.lit("cross_boundary").alias("list"),
            pl.format(
                "Its neighbourhood has practices of {}; each commissioner's money is shown apart.",
                pl.col("bodies").list.join(" and "),
            ).alias("reason"),
        )
    )


def _moving(memberships: pl.DataFrame, named: pl.DataFrame, on: date) -> pl.DataFrame:
    begins = memberships.filter(pl.col("starts_on") > on).select(
        pl.col("member_code").alias("practice_code"),
        pl.format("joins {} on {}", "parent_code", "starts_on").alias("what"),
    )
    ends = _in_force(memberships, on).filter(pl.col("ends_before") < date.fromisoformat(OPEN_END))
    leaves = ends.select(
        pl.col("member_code").alias("practice_code"),
        pl.format("is in {} until {}", "parent_code", pl.col("ends_before").dt.offset_by("-1d")).alias("what"),
    )
    changes = (
        pl.concat([leaves, begins]).group_by("practice_code", maintain_order=True).agg(pl.col("what").str.join("; "))
    )
    return named.join(changes, on="practice_code").with_columns(
        pl.lit("moving").alias("list"),
        pl.format("{}; the whole year's share stands where it is on {}.", pl.col("what"), pl.lit(on.isoformat())).alias(
            "reason"
        ),
    )


def _in_force(memberships: pl.DataFrame, on: date) -> pl.DataFrame:
    return memberships.filter((pl.col("starts_on") <= on) & (pl.col("ends_before") > on))
