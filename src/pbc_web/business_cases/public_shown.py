"""The public page of a commissioner's decisions as tables and sentences."""

from __future__ import annotations

from collections.abc import Iterable

from pbc.reference.decision_survey import LEGS, SPANS, WITHIN
from pbc.reports.decision_times import DecisionMaterial
from pbc.reports.view import Head, PageTable
from pbc_web.business_cases.queries.public import PublicCase
from pbc_web.shell.words import count_of, day

HEADS = (
    Head("Title"), Head("What it is"), Head("From"), Head("Outcome"), Head("Reasons"), Head("What would have resolved it"),
    Head("Submitted"), Head("Decided"), Head("Days to decision", is_number=True), Head("Service changed"),
)  # fmt: skip
NOTHING = "Nothing to resolve"  # of an approval
SHARE_HEADS = (
    Head("Time taken"), Head("Cases", is_number=True), Head("Of", is_number=True), Head("Share", is_number=True), Head("Could be"),
)  # fmt: skip
BASE = (
    "Of proposals begun so long ago that the answer is known whatever happens next; one that still waits counts with what it has "
    "waited. “Could be” says how far a share of so few can be trusted, 95 times in 100."
)


def cases_table(cases: Iterable[PublicCase]) -> PageTable:
    """This returns the cases anyone may read as a table, one a row."""
    rows = tuple(
        (
            each.title, each.kind, each.owner, each.outcome, each.reasons, each.would_resolve or NOTHING,
            day(each.submitted_on), day(each.decided_on), f"{each.days_to_decision:,}", _changed(each),
        )
        for each in cases
    )  # fmt: skip
    return PageTable("decisions", "Decisions open to anyone", HEADS, rows)


def case_facts(table: PageTable) -> list[tuple[str, list[tuple[str, str]]]]:
    """This returns the same cases as a page tells them: each title with what is said of it, label by label. What would have resolved
    it is said of a refusal alone."""
    labels = [each.title for each in table.heads[1:]]
    return [
        (row[0], [(label, said) for label, said in zip(labels, row[1:], strict=True) if said != NOTHING])
        for row in table.rows
    ]


def _changed(case: PublicCase) -> str:
    if case.days_to_change is None:
        return "No change" if case.outcome != "Approved" else "Not yet"
    return f"{day(case.changed_on)}, {count_of(case.days_to_change, 'day')} after the decision"


def shares_table(material: DecisionMaterial | None) -> PageTable | None:
    """This returns the shares of both legs by the spans that can be told by now; None before there is any."""
    if material is None:
        return None
    found = {(row["leg"], row["span"]): row for row in material.shares.iter_rows(named=True)}
    rows = tuple(
        (
            f"{title[0].upper()}{title[1:]}: {span.title}", f"{row['measured_count']:,}", f"{row['judged_count']:,}",
            f"{row['measured_share']:.0%}", f"{row['low_share']:.0%} to {row['high_share']:.0%}",
        )
        for leg, title in LEGS.items() for span in SPANS if (row := found.get((leg, span.code))) and row["measured_share"] is not None
    )  # fmt: skip
    return None if not rows else PageTable("times", "How long it takes", SHARE_HEADS, rows, note=BASE)


def within_words(material: DecisionMaterial | None) -> str:
    """This returns the share decided within eight weeks in one sentence."""
    rows = material.shares.iter_rows(named=True) if material else ()
    row = next((each for each in rows if each["span"] == WITHIN and each["leg"] == "decision"), None)
    if row is None or row["measured_share"] is None:
        return "No proposal's eight weeks are over yet, so nothing can be said of how many are decided in time."
    return f"{row['measured_count']:,} of {row['judged_count']:,} ({row['measured_share']:.0%}) were decided within eight weeks."
