"""How many cases were decided, and services changed, within eight weeks and by a survey's bands, by commissioner and leg."""

from __future__ import annotations

from typing import Any

import polars as pl

from pbc.reference.case_events import APPROVED, CHANGED, WITHDRAWN_BY_AUTHOR
from pbc.reference.decision_survey import BANDS, DECISION, SERVICE_CHANGE, SPANS, TAIL, WITHIN, Span
from pbc.stats.shares import wilson_interval
from pbc.tables import DECISION_SHARES
from pbc.tables.decision_times import CONTINUED

KNOWN_AFTER_DAYS = {each.code: BANDS[-1].from_days for each in BANDS} | {TAIL.code: TAIL.from_days}


def measure_decision_shares(times: pl.DataFrame) -> pl.DataFrame:
    """This returns DECISION_SHARES of DECISION_TIMES: one commissioner, leg and span, each share with its 95% interval.

    Its base are cases begun long enough ago for the answer to be known whatever happens next: for eight weeks, those whose due
    date is past; for the bands, 20 weeks; for the tail, 25. So a case that still waits is counted with what it has waited, and
    quick decisions on recent cases do not flatter. What the survey of 2009 printed stands beside as what it is. Source: rules.md
    E4 and R7.10, decision methods/0251.
    """
    legs, as_at = pl.concat([_decisions(times), _service_changes(times)]), times["as_at_on"].max()
    rows = [
        _row(commissioner, leg, span, legs) | {"as_at_on": as_at}
        for commissioner in times["commissioner_code"].unique().sort()
        for leg in (DECISION, SERVICE_CHANGE)
        for span in SPANS
        if leg == DECISION or span.code != WITHIN
    ]
    return DECISION_SHARES.conform(_with_shares(DECISION_SHARES.from_rows(rows)))


def _decisions(times: pl.DataFrame) -> pl.DataFrame:
    is_withdrawn = pl.col("state") == WITHDRAWN_BY_AUTHOR
    return times.filter(pl.col("state") != CONTINUED).select(
        "case_code",
        "commissioner_code",
        "is_judged",
        is_withdrawn=is_withdrawn,
        leg=pl.lit(DECISION),
        reached_days=pl.col("gross_days"),
        since_days=(pl.col("as_at_on") - pl.col("submitted_on")).dt.total_days(),
        is_within=pl.col("is_judged") & ~pl.col("is_late"),
        is_waiting=~pl.col("is_decided") & ~is_withdrawn,
    )


def _service_changes(times: pl.DataFrame) -> pl.DataFrame:
    never = pl.lit(value=False)
    return times.filter(pl.col("state").is_in([APPROVED, CHANGED])).select(
        "case_code",
        "commissioner_code",
        is_judged=never,
        is_withdrawn=never,
        leg=pl.lit(SERVICE_CHANGE),
        reached_days=pl.col("change_days"),
        since_days=(pl.col("as_at_on") - pl.col("decided_on")).dt.total_days(),
        is_within=never,
        is_waiting=pl.col("changed_on").is_null(),
    )


def find_counted_cases(times: pl.DataFrame, *, commissioner: str, leg: str, span: str) -> dict[str, pl.DataFrame]:
    """This returns the cases behind a row of DECISION_SHARES, by the count they make: `case_code` and the days that count.

    Grain in: DECISION_TIMES. Each of the counts is the number of rows returned under its name.
    """
    legs = _decisions(times) if leg == DECISION else _service_changes(times)
    return _counted(commissioner, leg, next(each for each in SPANS if each.code == span), legs)


def _counted(commissioner: str, leg: str, span: Span, legs: pl.DataFrame) -> dict[str, pl.DataFrame]:
    cases = legs.filter((pl.col("commissioner_code") == commissioner) & (pl.col("leg") == leg))
    judged = cases.filter(_is_known(span))
    measured = judged.filter(_is_true(span))
    return {
        "cases_count": cases, "judged_count": judged, "measured_count": measured,
        "waiting_count": measured.filter("is_waiting"),
    }  # fmt: skip


def _row(commissioner: str, leg: str, span: Span, legs: pl.DataFrame) -> dict[str, Any]:
    counted = _counted(commissioner, leg, span, legs)
    printed = span.share_of(leg)
    return {
        "commissioner_code": commissioner,
        "leg": leg,
        "span": span.code,
        **{name: cases.height for name, cases in counted.items()},
        "survey_share": printed,
        "survey_asked": span.asked if printed is not None else None,
    }


def _is_known(span: Span) -> pl.Expr:
    if span.code == WITHIN:
        return pl.col("is_judged")
    after = KNOWN_AFTER_DAYS[span.code]
    return (pl.col("since_days") >= after) & ~(pl.col("is_withdrawn") & (pl.col("reached_days") < after))


def _is_true(span: Span) -> pl.Expr:
    if span.code == WITHIN:
        return pl.col("is_within")
    before = pl.lit(value=True) if span.before_days is None else pl.col("reached_days") < span.before_days
    return (pl.col("reached_days") >= span.from_days) & before


def _with_shares(counted: pl.DataFrame) -> pl.DataFrame:
    low, high = wilson_interval(counted["measured_count"].to_numpy(), counted["judged_count"].to_numpy())
    shares = counted.with_columns(pl.Series("low_share", low), pl.Series("high_share", high))
    is_known = pl.col("judged_count") > 0
    return shares.with_columns(
        pl.when(is_known).then(pl.col("measured_count") / pl.col("judged_count")).alias("measured_share"),
        *(pl.when(is_known).then(name).alias(name) for name in ("low_share", "high_share")),
    )
