"""Walking back from a time to a decision, and from a share of cases: to the days, the events and the cases behind it."""

from __future__ import annotations

import polars as pl

from pbc.flows.trace import Found, Trace, published_part
from pbc.methods.business_cases import find_counted_cases
from pbc.reference.case_events import CASE_EVENTS
from pbc.reference.decision_survey import BANDS, CAUTION, SOURCE, TAIL, WITHIN
from pbc.reports.decision_times import BASES, JUDGED
from pbc.reports.explanation import Part
from pbc.reports.history import day_in_words

CLOCK = (
    "business_cases.decision_limit_days", "business_cases.stop_before_days", "business_cases.stops_count",
    "business_cases.first_date_kept",
)  # fmt: skip
SHARED = ("measured_share", "low_share", "high_share")
INTERVAL = "The interval is Wilson's at 95%, from the two counts alone."
RULED = ("Rules E4 and R7.10.",)
OLD_ENOUGH = {WITHIN: "whose eight weeks are over", TAIL.code: f"begun {TAIL.from_weeks} weeks ago or more"} | {
    each.code: f"begun {BANDS[-1].from_weeks} weeks ago or more" for each in BANDS
}


def trace_decision_time(found: Found) -> Trace:
    """This returns the days of a case: those stopped and the others, and the events between which they lie."""
    parts = (
        tuple(found.part(name, found.columns[name].meaning) for name in ("net_days", "stopped_days"))
        if found.column.name == "gross_days" else ()
    )  # fmt: skip
    refused = found.row["refused_stops_count"]
    stops = [f"{refused} of its stops the rules do not permit; nothing was stopped by that."] if refused else []
    said = (*_story(found), *stops, JUDGED)
    return Trace("Together", parts, is_sum=bool(parts), sentences=said, rules=("Rules E4 and R7.1.",), policy=CLOCK)


def _story(found: Found) -> list[str]:
    codes = [found.row["case_code"], found.row["earlier_case_code"]]
    events = found.archive.frame(found.published, "case_events").filter(
        pl.col("case_code").is_in(codes), pl.col("happened_on") <= found.row["as_at_on"]
    )
    return [
        f"{day_in_words(row['happened_on'])}: {row['case_code']} {CASE_EVENTS[row['event']].title}."
        for row in events.sort("happened_on", maintain_order=True).iter_rows(named=True)
    ]


def trace_decision_share(found: Found) -> Trace:
    """This returns what a share is of: how many cases it is true of, and how many could be told."""
    row, name = found.row, found.column.name
    if name.startswith("survey_"):
        return Trace(sentences=(f"Printed by {SOURCE}.", CAUTION), rules=("Rule R7.10.",))
    if name not in SHARED:
        return Trace(
            "The cases counted, with their days", _cases(found), sentences=(BASES,), rules=RULED, policy=CLOCK[:1]
        )
    parts = (
        found.part("measured_count", "cases it is true of"),
        found.part("judged_count", f"cases {OLD_ENOUGH[row['span']]}"),
    )
    return Trace("From", parts, sentences=(BASES, INTERVAL), rules=RULED, policy=CLOCK[:1])


def _cases(found: Found) -> tuple[Part, ...]:
    times = found.archive.frame(found.published, "decision_times")
    counted = find_counted_cases(
        times, commissioner=found.row["commissioner_code"], leg=found.row["leg"], span=found.row["span"]
    )
    mine = times.filter(
        pl.col("case_code").is_in(counted.get(found.column.name, counted["cases_count"])["case_code"].implode())
    ).sort("case_code")
    column = "gross_days" if found.row["leg"] == "decision" else "change_days"
    return tuple(
        published_part(
            found.published, "decision_times", row=row, column=column, label=f"{row['case_code']}, {row['state']}"
        )
        for row in mine.to_dicts()
    )
