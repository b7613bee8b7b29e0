"""Lists too unusual to budget alone: the formula misjudges students, care-home residents and homeless people most."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import polars as pl

from pbc.errors import RefusedInput
from pbc.policy import Policy

KINDS = {"university": "university practice", "care_home": "care-home practice", "homeless": "homeless practice"}


def flag_atypical_lists(
    weighted_lists: pl.DataFrame,
    *,
    policy: Policy,
    on: date,
    known_kinds: Mapping[str, str] | None = None,
    judged_alone: Mapping[str, str] | None = None,
) -> pl.DataFrame:
    """This returns the practices with is_atypical, is_pooled and list_note: which lists are unusual, why, and what follows.

    Grain in: one practice, year and component (only `overall` is read); grain out: one practice, with
    practice_code, is_atypical, is_pooled, list_note. A list is atypical when it is smaller than
    population.small_list_people, when need_index_england lies outside typical_need_least to typical_need_most, or
    when `known_kinds` (practice to university, care_home or homeless) says so. An atypical list is pooled unless
    `judged_alone` (practice to reason) takes it out, and the reason is then part of the note; a blank one is refused.
    Thresholds are assumptions (the project's study of chance); the note says what was seen.
    """
    for code, reason in (judged_alone or {}).items():
        if not reason.strip():
            raise RefusedInput("Taking a list out of the pool needs a reason.", where=f"practice {code}")
    strange = {code: kind for code, kind in (known_kinds or {}).items() if kind not in KINDS}
    if strange:
        code, kind = next(iter(strange.items()))
        raise RefusedInput(
            "This kind of list is not known.", where=f"practice {code}", found=kind, expected=", ".join(KINDS)
        )
    small = policy.whole("population.small_list_people", on=on)
    least, most = (policy.ratio(f"population.typical_need_{end}", on=on) for end in ("least", "most"))
    index = pl.col("need_index_england")
    seen = weighted_lists.filter(pl.col("component") == "overall").select(
        "practice_code",
        _told(pl.col("practice_code"), known_kinds or {}, KINDS).alias("kind"),
        pl.when(pl.col("registered_population") < small).then(pl.lit(f"fewer than {small:,} people")).alias("small"),
        pl.when(index < least)
        .then(pl.format("need {} of England's, under {}: perhaps a university practice", index.round(2), pl.lit(least)))
        .when(index > most)
        .then(pl.format("need {} of England's, over {}: perhaps care homes", index.round(2), pl.lit(most)))
        .alias("need"),
        _told(pl.col("practice_code"), judged_alone or {}).alias("alone"),
    )
    why = pl.concat_str("kind", "small", "need", separator="; ", ignore_nulls=True)
    follows = (
        pl.when(pl.col("alone").is_null())
        .then(pl.lit("; pooled"))
        .otherwise(pl.format("; judged alone: {}", pl.col("alone")))
    )
    return (
        seen.with_columns(why.alias("why"))
        .select(
            "practice_code",
            (pl.col("why") != "").alias("is_atypical"),
            ((pl.col("why") != "") & pl.col("alone").is_null()).alias("is_pooled"),
            pl.when(pl.col("why") != "").then(pl.concat_str("why", follows)).alias("list_note"),
        )
        .sort("practice_code")
    )


def _told(code: pl.Expr, words: Mapping[str, str], titles: Mapping[str, str] | None = None) -> pl.Expr:
    shown = {key: (titles or {}).get(word, word) for key, word in words.items()}
    return code.replace_strict(shown, default=None, return_dtype=pl.String) if shown else pl.lit(None, pl.String)
