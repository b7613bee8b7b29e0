"""Walking back from a business case's benefit: to both groups, to each practice's line, and to what was frozen before it began."""

from __future__ import annotations

import polars as pl

from pbc.flows.trace import NUMBER, RATIO, Found, Row, Trace, published_part, total_of
from pbc.methods.variation.cases import OBSERVED
from pbc.reports.explanation import Part
from pbc.reports.history import day_in_words
from pbc.results import PublishedSet
from pbc.tables.contract import Kind

STANDARDISED = (
    "Indirect standardisation: a practice's people in each sex and age band, times what everybody's people there had in the "
    "year before. Observed over expected is the standardised ratio. Its interval counts independent events, fewer than contacts "
    "because the same people come back."
)
CARRIED = (
    "Predicted is expected times 1 and the lasting part of the ratio's distance from 1. The rest of the distance was luck, and goes "
    "by itself: without this every service started where it was dearest would seem to save."
)
COMPARED = (
    "The change of the case's practices is observed over predicted, against the same of comparators chosen before the start. What "
    "moved both alike drops out. The band holds the luck of both groups, and how practices drift from year to year."
)
A_YEAR = "Found is what no change of their own would have brought, less what was observed, at a year's pace; better is above 0."
FROZEN = "Chosen on {} and frozen: a choice is refused from the first day of the start month."
RULES = ("Decisions methods/0256 to 0258.",)
NEAR = (
    "variation.comparator_ratio_tolerance", "variation.comparator_size_factor", "variation.comparator_need_tolerance",
    "variation.fewest_comparators", "variation.most_comparators",
)  # fmt: skip
LUCK = ("variation.spread_ratio", "variation.drift_ratio", "risk.persistence_ratio", "risk.least_person_years")
MONTHS = ("variation.complete_enough_ratio", "risk.least_months")
HOW_CHOSEN, HOW_COMPARED = (STANDARDISED,), (CARRIED, COMPARED, A_YEAR)
GROUPS = {"case": "case", "comparators": "comparator"}


def trace_benefit_case(found: Found) -> Trace:
    """This returns the practices behind what a case's practices had in the year before, and what was frozen with them."""
    sentences = (FROZEN.format(day_in_words(found.row["chosen_on"])), found.row["reason"])
    if found.column.name in ("case_observed_count", "case_observed_pence"):
        rows = found.archive.frame(found.published, "benefit_practices").filter(pl.col("role") == "case")
        column = found.column.name.removeprefix("case_")
        parts = _lines(found.published, "benefit_practices", rows, column)
        return Trace("Of its practices", parts, is_sum=True, sentences=sentences, rules=RULES)
    return Trace(sentences=(*sentences, STANDARDISED), rules=RULES, policy=(*NEAR, *LUCK))


def trace_benefit_practice(found: Found) -> Trace:
    """This returns observed and expected of a practice in the year before, and why it was chosen or not."""
    observed = OBSERVED[_case(found)["counted_in"]]
    parts = (
        found.part(observed, "observed in the year before"),
        found.part("expected_number", "expected of its people at the commissioner's rates"),
    )
    why = f"{found.row['role'].capitalize()}: {found.row['reason']}."
    return Trace("From", parts, sentences=(STANDARDISED, why), rules=RULES, policy=NEAR)


def trace_benefit_line(found: Found) -> Trace:
    """This returns what a practice's prediction after the start was made of: people at old rates, and what lasts of its past."""
    held = _baseline(found)
    own = pl.col("practice_code") == found.row["practice_code"]
    past = found.archive.frame(held, "benefit_practices").row(by_predicate=own, named=True)
    label = "standardised ratio of the year before"
    parts = (
        found.part("expected_number", "expected of its people at the rates of the year before"),
        published_part(held, "benefit_practices", row=past, column="standardised_ratio", label=label),
        found.part("lasting_ratio", "part of the ratio's distance from 1 that lasts"),
    )
    return Trace("From", parts, sentences=(CARRIED,), rules=RULES, policy=LUCK)


def trace_comparison(found: Found) -> Trace:
    """This returns a comparison's figure as its practices' lines, or as what both groups had and were predicted."""
    name = found.column.name
    group, _, column = name.partition("_")
    if group in GROUPS and column in ("observed_count", "observed_pence", "predicted_number"):
        rows = found.archive.frame(found.published, "benefit_lines").filter(pl.col("role") == GROUPS[group])
        parts = _lines(found.published, "benefit_lines", rows, column)
        return Trace("Of its practices", parts, is_sum=True, sentences=(CARRIED,), rules=RULES, policy=LUCK)
    unit = OBSERVED[_case(found)["counted_in"]]
    parts = (
        found.part(f"case_{unit}", "observed at the case's practices in the months judged"),
        found.part("case_predicted_number", "predicted there if nothing changed, before the trend of all"),
        found.part(f"comparators_{unit}", "observed at the comparators"),
        found.part("comparators_predicted_number", "predicted there"),
        found.part("drift_ratio", "how practices drift beyond luck"),
        Part("months judged", found.row["months_count"], Kind.COUNT),
        *_months(found),
    )
    sentences = (found.row["reason"], COMPARED, A_YEAR)
    return Trace("From", parts, sentences=sentences, rules=RULES, policy=(*LUCK, *MONTHS))


def _months(found: Found) -> tuple[Part, ...]:
    """The months left out, each with its reason, and how much of the promise was due in those judged."""
    rows = found.archive.frame(found.published, "benefit_months").sort("month")
    used = rows.filter("is_used")
    due = Part("part of the full promise due in them, on average", total_of(used, "due_share") / used.height, RATIO)
    left = rows.filter(~pl.col("is_used")).to_dicts()
    return (due, *(Part(f"left out: {each['month']}, {each['reason']}", None, NUMBER) for each in left))


def _lines(published: PublishedSet, table: str, rows: pl.DataFrame, column: str) -> tuple[Part, ...]:
    return tuple(
        published_part(published, table, row=row, column=column, label=f"practice {row['practice_code']}")
        for row in rows.sort("practice_code").to_dicts()
    )


def _case(found: Found) -> Row:
    """The case's own row, of this set or of the frozen one it was made from."""
    held = found.published if "benefit_cases" in found.published.tables else _baseline(found)
    row: Row = found.archive.frame(held, "benefit_cases").row(0, named=True)
    return row


def _baseline(found: Found) -> PublishedSet:
    return next(each for each in found.archive.inputs(found.published) if each.name.startswith("benefit-baseline/"))
