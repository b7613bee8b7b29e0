"""Budget against actual, for the month and the year to date, by every cut a practice manager reads."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

import polars as pl

from pbc.methods.statements.left_out import NOTHING, Places, flag_left_out
from pbc.periods import Month
from pbc.reference.activity import POINTS_OF_DELIVERY
from pbc.tables import BUDGET_STATEMENTS, UNPLACED

APPORTIONED = "apportioned"
MIXED = "mixed"
PRICED = "activity_price"
PERIODS = ("month", "year_to_date")
SERVICE_OF = {kind.code: kind.service for kind in POINTS_OF_DELIVERY.values()}


@dataclass(frozen=True)
class Reach:
    """The months a statement speaks of. `known_to` gives kinds of activity known only to an earlier month, as
    prescribing is: both budget and actual stop there, so that like is compared with like. None: not known at all.
    `left_out` are months and kinds that never came: neither their budget nor what strayed in of them counts."""

    month: Month
    known_to: Mapping[str, Month | None] = field(default_factory=dict)
    left_out: Places = NOTHING

    def within(self, period: str, *, years_before: int = 0) -> pl.Expr:
        """This returns whether a row (`month`, `point_of_delivery`) belongs to the period, or to the same one years ago."""
        back = 100 * years_before
        last = self.month.number - back
        first = last if period == "month" else next(iter(self.month.financial_year.months())).number - back
        known = pl.lit(last)
        for kind, month in self.known_to.items():
            limit = 0 if month is None else min(month.number - back, last)
            known = pl.when(pl.col("point_of_delivery") == kind).then(pl.lit(limit)).otherwise(known)
        reached = (pl.col("month") >= first) & (pl.col("month") <= known)
        return reached & ~flag_left_out(self.left_out, years_before=years_before) if self.left_out else reached

    def months_in(self, kinds: pl.Expr) -> pl.Expr:
        """This returns how many months of the year to date are in, of each kind of activity."""
        gone = pl.lit(self.month.month_of_year)
        names = sorted({name for _, name in self.left_out})
        missing = {name: sum(kind == name for _, kind in self.left_out) for name in names}
        return gone - kinds.replace_strict(missing, default=0, return_dtype=pl.Int64) if missing else gone


def compare_with_budget(
    kinds: pl.DataFrame,
    *,
    profiles: pl.DataFrame,
    reach: Reach,
    cuts: pl.DataFrame,
    forms: Mapping[str, str] | None = None,
    broken: Collection[str] = (),
) -> pl.DataFrame:
    """This returns the table budget_statements for all practices that hold a budget or have activity.

    `kinds`: `month, practice_code, point_of_delivery, activity_count, cost_pence` of this year and the one before, with
    what was shared out by head last year (without it the total of last year is empty, not too small).
    `profiles`: table budget_profiles. `cuts`: the same measures by `month, practice_code, cut, item, is_broken` for
    specialty and provider, where no budget is set. `forms`: payment form by kind of activity where contracts say more
    than the budget. `broken`: kinds whose grouping changed, whose last year is not shown. Variance is actual less budget;
    apportioned lines stand at their budget, have none and never free money. Source: rules.md 8.1, R4.5.
    """
    year = _year_lines(profiles)
    parts = []
    for period in PERIODS:
        rows = _kind_rows(kinds, profiles, year, reach, period, broken)
        rows = rows.with_columns(_payment_form(forms or {}))
        services = _add_up(rows.with_columns(pl.col("service").alias("item")), "service")
        total = _add_up(_in_scope(rows, year).with_columns(pl.lit("all").alias("item")), "total")
        by_kind = rows.filter(pl.col("point_of_delivery").is_in(list(POINTS_OF_DELIVERY)))
        by_kind = by_kind.with_columns(
            pl.lit("point_of_delivery").alias("cut"), pl.col("point_of_delivery").alias("item")
        )
        other = _cut_rows(cuts, reach, period, forms or {})
        parts += [_statement(part, reach, period) for part in (total, services, by_kind, other)]
    return pl.concat(parts).sort(BUDGET_STATEMENTS.key)


def _in_scope(rows: pl.DataFrame, year: pl.DataFrame) -> pl.DataFrame:
    """Rows of services that are budgeted at all: others are shown on their own lines and stay out of the total."""
    return rows.filter(pl.col("service").is_in(year["service"].unique().to_list())) if year.height else rows


def _year_lines(profiles: pl.DataFrame) -> pl.DataFrame:
    return profiles.group_by("practice_code", "point_of_delivery").agg(
        pl.col("service").first(),
        pl.col("payment_form").first(),
        pl.col("budget_pence").sum().alias("year_budget_pence"),
    )


def _kind_rows(
    kinds: pl.DataFrame,
    profiles: pl.DataFrame,
    year: pl.DataFrame,
    reach: Reach,
    period: str,
    broken: Collection[str],
) -> pl.DataFrame:
    key = ["practice_code", "point_of_delivery"]
    placed = kinds.filter(pl.col("practice_code") != UNPLACED)
    actual = _sums(
        placed.filter(reach.within(period)), {"activity_count": "activity_count", "cost_pence": "cost_pence"}
    )
    before = _sums(
        placed.filter(reach.within(period, years_before=1)),
        {"activity_count": "previous_year_activity", "cost_pence": "previous_year_pence"},
    )
    budget = (
        profiles.filter(reach.within(period))
        .group_by(key)
        .agg(pl.col("budget_pence").sum(), _sum_or_null("planned_activity"))
    )
    lines = year if period == "year_to_date" else year.join(budget.select(key), on=key, how="semi")
    rows = (
        lines.join(actual, on=key, how="full", coalesce=True)
        .join(budget, on=key, how="left")
        .join(before, on=key, how="full", coalesce=True)
    )
    is_apportioned = pl.col("payment_form") == APPORTIONED
    has_year = pl.col("year_budget_pence").is_not_null()
    broke = pl.col("point_of_delivery").is_in(list(broken))
    rows = rows.with_columns(
        pl.coalesce("service", pl.col("point_of_delivery").replace_strict(SERVICE_OF, default=None)),
        pl.when(has_year).then(pl.col("budget_pence").fill_null(0)).alias("budget_pence"),
        pl.when(broke).then(None).otherwise(pl.col("previous_year_pence")).alias("previous_year_pence"),
        pl.when(broke | is_apportioned)
        .then(None)
        .otherwise(pl.col("previous_year_activity"))
        .alias("previous_year_activity"),
        (broke & pl.col("previous_year_pence").is_not_null()).alias("is_broken"),
    )
    measured = pl.col("cost_pence").fill_null(0)
    rows = rows.with_columns(
        pl.when(is_apportioned).then(pl.col("budget_pence")).otherwise(measured).alias("actual_pence"),
        pl.when(is_apportioned).then(None).otherwise(pl.col("activity_count").fill_null(0)).alias("activity_count"),
    )
    return _forecast(rows, profiles, reach) if period == "year_to_date" else rows.with_columns(_no_forecast())


def _sums(rows: pl.DataFrame, names: Mapping[str, str]) -> pl.DataFrame:
    return rows.group_by("practice_code", "point_of_delivery").agg(
        pl.col(old).sum().alias(new) for old, new in names.items()
    )


def _sum_or_null(name: str) -> pl.Expr:
    return pl.when(pl.col(name).count() > 0).then(pl.col(name).sum()).alias(name)


def _no_forecast() -> pl.Expr:
    return pl.lit(None, dtype=pl.Int64).alias("forecast_outturn_pence")


def _forecast(rows: pl.DataFrame, profiles: pl.DataFrame, reach: Reach) -> pl.DataFrame:
    """The simple profile method: actual to date over the share of the year's budget profiled to date."""
    gone = reach.months_in(pl.col("point_of_delivery")) / 12
    shared = profiles.with_columns(reach.within("year_to_date").alias("is_gone"))
    gone_pence = pl.col("budget_pence").filter(pl.col("is_gone")).sum()
    by_kind = shared.group_by("point_of_delivery").agg((gone_pence / pl.col("budget_pence").sum()).alias("kind_share"))
    by_service = shared.group_by("service").agg((gone_pence / pl.col("budget_pence").sum()).alias("service_share"))
    own = pl.when(pl.col("year_budget_pence") > 0).then(pl.col("budget_pence") / pl.col("year_budget_pence"))
    share = pl.coalesce(_usable(own), _usable(pl.col("kind_share")), _usable(pl.col("service_share")), _usable(gone))
    unknown = pl.col("point_of_delivery").is_in([kind for kind, month in reach.known_to.items() if month is None])
    held_still = (pl.col("payment_form") == APPORTIONED).fill_null(False) | unknown | share.is_null()
    outturn = (pl.col("actual_pence") / share).round().cast(pl.Int64)
    return (
        rows.join(by_kind, on="point_of_delivery", how="left")
        .join(by_service, on="service", how="left")
        .with_columns(
            pl.when(held_still).then(pl.col("year_budget_pence")).otherwise(outturn).alias("forecast_outturn_pence")
        )
        .drop("kind_share", "service_share")
    )


def _usable(share: pl.Expr) -> pl.Expr:
    return pl.when(share.is_finite() & (share > 0)).then(share)


def _payment_form(forms: Mapping[str, str]) -> pl.Expr:
    contract = pl.col("point_of_delivery").replace_strict(dict(forms), default=None, return_dtype=pl.String)
    kept = pl.col("payment_form") != PRICED
    return (
        pl.when(kept)
        .then(pl.col("payment_form"))
        .otherwise(pl.coalesce(contract, "payment_form", pl.lit(PRICED)))
        .alias("payment_form")
    )


def _add_up(rows: pl.DataFrame, cut: str) -> pl.DataFrame:
    """Kinds added to a service or the total: a count only where all count alike, last year only where none broke."""
    counted = cut == "service"
    unknown = (pl.col("payment_form") == APPORTIONED) & pl.col("previous_year_pence").is_null()
    unbroken = ~(pl.col("is_broken") | unknown).any()
    has_budget = pl.col("budget_pence").count() > 0
    forms = pl.col("payment_form").unique()
    return rows.group_by("practice_code", "item").agg(
        pl.lit(cut).alias("cut"),
        pl.when(forms.len() == 1).then(forms.first()).otherwise(pl.lit(MIXED)).alias("payment_form"),
        _sum_or_null("activity_count") if counted else _nothing("activity_count", pl.Int64),
        _sum_or_null("planned_activity") if counted else _nothing("planned_activity", pl.Float64),
        pl.col("actual_pence").sum(),
        pl.when(has_budget).then(pl.col("budget_pence").sum()).alias("budget_pence"),
        _sum_or_null("year_budget_pence"),
        _sum_or_null("forecast_outturn_pence"),
        pl.when(unbroken).then(_sum_or_null("previous_year_activity")).alias("previous_year_activity")
        if counted
        else _nothing("previous_year_activity", pl.Int64),
        pl.when(unbroken).then(_sum_or_null("previous_year_pence")).alias("previous_year_pence"),
    )


def _nothing(name: str, kind: type[pl.DataType]) -> pl.Expr:
    return pl.lit(None, dtype=kind).alias(name)


def _cut_rows(cuts: pl.DataFrame, reach: Reach, period: str, forms: Mapping[str, str]) -> pl.DataFrame:
    key = ["practice_code", "cut", "item"]
    placed = cuts.filter(pl.col("practice_code") != UNPLACED)
    now = placed.filter(reach.within(period)).group_by(key).agg(pl.col("activity_count", "cost_pence").sum())
    before = (
        placed.filter(reach.within(period, years_before=1))
        .group_by(key)
        .agg(pl.col("activity_count", "cost_pence").sum().name.prefix("previous_"), pl.col("is_broken").any())
    )
    whole = ~pl.col("is_broken").fill_null(False)
    form = PRICED if set(forms.values()) <= {PRICED} else MIXED
    return now.join(before, on=key, how="full", coalesce=True).select(
        *key,
        pl.lit(form).alias("payment_form"),
        pl.col("activity_count").fill_null(0),
        pl.lit(None, dtype=pl.Float64).alias("planned_activity"),
        pl.col("cost_pence").fill_null(0).alias("actual_pence"),
        *[
            pl.lit(None, dtype=pl.Int64).alias(name)
            for name in ("budget_pence", "year_budget_pence", "forecast_outturn_pence")
        ],
        pl.when(whole).then(pl.col("previous_activity_count")).alias("previous_year_activity"),
        pl.when(whole).then(pl.col("previous_cost_pence")).alias("previous_year_pence"),
    )


def _statement(rows: pl.DataFrame, reach: Reach, period: str) -> pl.DataFrame:
    variance = pl.when(pl.col("payment_form") != APPORTIONED).then(pl.col("actual_pence") - pl.col("budget_pence"))
    return BUDGET_STATEMENTS.conform(
        rows.with_columns(
            pl.lit(reach.month.number).alias("statement_month"),
            pl.lit(period).alias("period"),
            variance.alias("variance_pence"),
        )
    )
