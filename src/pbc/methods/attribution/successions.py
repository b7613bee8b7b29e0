"""Practices that took over others: who answers for a code from which day (decision methods/0141)."""

from __future__ import annotations

from datetime import date

import polars as pl

from pbc.errors import RefusedInput
from pbc.tables import OPEN_END

SUCCESSIONS = (
    ("predecessor_code", "VARCHAR"),
    ("successor_code", "VARCHAR"),
    ("starts_on", "DATE"),
    ("ends_before", "DATE"),
)
_SCHEMA = {"predecessor_code": pl.String, "successor_code": pl.String, "starts_on": pl.Date, "ends_before": pl.Date}


def trace_successions(memberships: pl.DataFrame) -> pl.DataFrame:
    """This returns, for each code taken over, who answers for it in which period, chains followed to their end.

    Grain in: MEMBERSHIPS (relation `succeeds`: `member_code` took over `parent_code` from `starts_on`). Grain out: one
    row per predecessor and period [starts_on, ends_before). Two successors of one code at once, and a practice that in
    the end succeeds itself, are refused. Source: decision methods/0141.

    >>> rows = pl.DataFrame({"member_code": ["B"], "relation": ["succeeds"], "parent_code": ["A"],
    ...                      "starts_on": [date(2009, 7, 1)], "ends_before": [date(9999, 12, 31)]})
    >>> trace_successions(rows).rows()
    [('A', 'B', datetime.date(2009, 7, 1), datetime.date(9999, 12, 31))]
    """
    links: dict[str, tuple[str, date]] = {}
    for row in memberships.filter(pl.col("relation") == "succeeds").iter_rows(named=True):
        gone = row["parent_code"]
        if gone in links:
            raise RefusedInput(
                "A practice cannot be taken over by two others.", where=f"memberships, {gone}",
                found=f"{links[gone][0]} and {row['member_code']}",
                remedy="Where a list was split, move its people in the registrations and name no successor.",
            )  # fmt: skip
        links[gone] = (row["member_code"], row["starts_on"])
    periods = [period for code in sorted(links) for period in _periods(code, links)]
    return pl.DataFrame(periods, schema=_SCHEMA, orient="row")


def _periods(code: str, links: dict[str, tuple[str, date]]) -> list[tuple[str, str, date, date]]:
    chain: list[tuple[str, date]] = []
    seen, holder = {code}, code
    while holder in links:
        successor, starts_on = links[holder]
        if successor in seen:
            raise RefusedInput("A practice succeeds itself in the end.", where=f"memberships, {code}", found=successor)
        seen.add(successor)
        chain.append((successor, max([starts_on, *(earlier for _, earlier in chain)])))
        holder = successor
    ends = [starts for _, starts in chain[1:]] + [date.fromisoformat(OPEN_END)]
    return [(code, heir, starts, end) for (heir, starts), end in zip(chain, ends, strict=True) if starts < end]
