"""A demonstrated saving, for some years, does not lower the baseline that the practice's budget starts from."""

from __future__ import annotations

import polars as pl

from pbc.errors import RefusedInput
from pbc.money import pounds_and_pence
from pbc.periods import FinancialYear

_KEY = ["practice_code", "service"]
PROTECTED = {
    "practice_code": pl.String, "service": pl.String, "protected_pence": pl.Int64, "protected_reason": pl.String,
}  # fmt: skip


def list_protected(protections: pl.DataFrame | None, *, year: FinancialYear, usual_years: int) -> pl.DataFrame:
    """This returns what is protected in a year: `practice_code, service, protected_pence, protected_reason`.

    Grain in: BUDGET_PROTECTIONS; grain out: one practice and service. A protection holds from its first year for its own
    number of years, or for `usual_years` where it names none (budgets.saving_protected_years; no national rule found,
    decision methods/0162). One without reason, or of nothing, is refused. Pence, as demonstrated: no uplift.

    >>> shown = pl.DataFrame({"practice_code": ["A"], "service": ["outpatients"], "first_year": ["2009-10"],
    ...     "amount_pence": [500], "years_count": [2], "decision": ["PEC 7"], "reason": ["Fewer follow-ups."]})
    >>> [list_protected(shown, year=FinancialYear(start), usual_years=3)["protected_pence"].to_list()
    ...     for start in (2008, 2009, 2010, 2011)]
    [[], [500], [500], []]
    """
    if protections is None:
        return pl.DataFrame(schema=PROTECTED)
    _require_sound(protections)
    starts = pl.col("first_year").str.head(4).cast(pl.Int64)
    ends = starts + pl.col("years_count").fill_null(usual_years)
    last = (ends - 1).cast(pl.String) + "-" + (ends % 100).cast(pl.String).str.zfill(2)
    held = protections.filter((starts <= year.starts_in) & (year.starts_in < ends)).with_columns(
        last.alias("last_year")
    )
    told = pl.format("{} ({}, to {})", pl.col("reason").str.strip_chars(), "decision", "last_year")
    return (
        held.group_by(_KEY)
        .agg(
            pl.col("amount_pence").sum().alias("protected_pence"), told.sort().str.join("; ").alias("protected_reason")
        )
        .sort(_KEY)
    )


def _require_sound(protections: pl.DataFrame) -> None:
    for row in protections.iter_rows(named=True):
        where = f"{row['practice_code']}, {row['service']}"
        if row["amount_pence"] <= 0:
            raise RefusedInput(
                "A protected saving is an amount above nothing.",
                where=where,
                found=pounds_and_pence(row["amount_pence"]),
            )
        if not row["reason"].strip() or not row["decision"].strip():
            raise RefusedInput("A protected saving needs its reason and the decision that recognised it.", where=where)


def add_protected(base: pl.DataFrame, *, protected: pl.DataFrame) -> pl.DataFrame:
    """This returns the past with protected savings added back: `practice_code, service, historic_pence`.

    Grain in and out: one practice and service. A protection of a line without a past has no baseline to hold up and is
    refused by name. Source: decision methods/0162.
    """
    lost = protected.join(base.filter(pl.col("historic_pence") > 0), on=_KEY, how="anti")
    if lost.height:
        raise RefusedInput(
            "A saving is protected where there is no past activity to protect.",
            where=f"{lost['practice_code'][0]}, {lost['service'][0]}", expected="a practice and service with a past",
            remedy="Correct the practice or service, or take the protection out.",
        )  # fmt: skip
    joined = base.join(protected, on=_KEY, how="left", maintain_order="left")
    added = pl.col("historic_pence") + pl.col("protected_pence").fill_null(0)
    return joined.with_columns(added.alias("historic_pence")).select(base.columns)


def split_protected(standing: pl.DataFrame, *, protected: pl.DataFrame) -> pl.DataFrame:
    """This returns the standing with the protected part of its past in columns of its own, `historic_pence` without it.

    Grain in and out: one practice and service; only a line that opens from its past is parted.
    """
    opens = pl.col("opening_pence").is_not_null()
    joined = standing.join(protected, on=_KEY, how="left", maintain_order="left")
    part = pl.when(opens).then(pl.col("protected_pence").fill_null(0)).otherwise(0)
    return joined.with_columns(part.alias("protected_pence"), (pl.col("historic_pence") - part).alias("historic_pence"))
