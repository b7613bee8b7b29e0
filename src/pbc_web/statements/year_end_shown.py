"""A year end as its readers see it: what was freed up, whose it is, and how each position walks to the next."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from pbc.periods import FinancialYear, Month
from pbc.policy import Policy
from pbc_web.runs.statement_reading import freed_up_rows
from pbc_web.statements.actions.year_ends import Clock
from pbc_web.statements.models import YearEndPosition
from pbc_web.statements.models.year_ends import POSITIONS

LABELS = {
    "inside_chance": "Inside what luck alone does",
    "outside_chance_inside_outer": "Outside luck, inside the usual error of budgets",
    "outside_outer": "Outside luck and the usual error of budgets",
    "not_judged": "Not judged: too few people or months",
}
BASES = {"price": "At the prices of activity", "bill": "In cash: the change in the bill this year"}


@dataclass(frozen=True)
class Line:
    """One unit on one basis in one position, in pence; `moved_pence` is from the position before, None in the first."""

    position: str
    basis: str
    gross_pence: int
    freed_up_pence: int
    retained_pence: int
    commissioner_pence: int
    share_words: str
    label: str
    is_shared: bool
    moved_pence: int | None


def lines_of(positions: Iterable[YearEndPosition], unit_code: str) -> list[Line]:
    """This returns a unit's year in each position published, on each basis, in order."""
    found: list[Line] = []
    before: dict[str, int] = {}
    for position in positions:
        for row in freed_up_rows(position.set_name, position.set_id):
            if row["unit_code"] != unit_code:
                continue
            last = before.get(row["basis"])
            found.append(_line(position, row, last))
            before[row["basis"]] = row["freed_up_pence"]
    return found


def _line(position: YearEndPosition, row: dict[str, Any], last: int | None) -> Line:
    return Line(
        POSITIONS[position.position], BASES[row["basis"]], row["gross_underspend_pence"], row["freed_up_pence"],
        row["retained_pence"], row["commissioner_pence"], f"{row['retained_share']:.0%}",
        LABELS.get(row["label"], row["label"]), row["is_shared"], None if last is None else row["freed_up_pence"] - last,
    )  # fmt: skip


def units_of(positions: Iterable[YearEndPosition]) -> list[str]:
    """This returns the codes of units with freed-up resources in any position."""
    return sorted({row["unit_code"] for each in positions for row in freed_up_rows(each.set_name, each.set_id)})


def shared_pence(positions: Iterable[YearEndPosition], unit_code: str) -> int:
    """This returns what the newest position lets a unit keep, on the basis shared: nothing where it freed nothing."""
    newest = list(positions)[-1:]
    rows = [row for each in newest for row in freed_up_rows(each.set_name, each.set_id)]
    return sum(row["retained_pence"] for row in rows if row["unit_code"] == unit_code and row["is_shared"])


def totals_of(positions: Iterable[YearEndPosition]) -> list[tuple[str, str, int, int, int, int]]:
    """This returns each position and basis added up over units: position, basis, gross, freed up, kept, the commissioner's."""
    found = []
    for position in positions:
        rows = freed_up_rows(position.set_name, position.set_id)
        for basis, words in BASES.items():
            of_basis = [row for row in rows if row["basis"] == basis]
            sums = (
                sum(row[name] for row in of_basis)
                for name in ("gross_underspend_pence", "freed_up_pence", "retained_pence", "commissioner_pence")
            )
            found.append((POSITIONS[position.position], words, *sums))
    return found  # type: ignore[return-value]  # four sums


def clock_of(year: FinancialYear, policy: Policy) -> Clock:
    """This returns by when a pot of a year is confirmed, made available and spent."""
    on, last = year.start, Month.of(year.end)
    confirm = last.plus(policy.whole("statements.reconciliation_months", on=on)).end
    release = confirm + timedelta(days=policy.whole("savings.release_days", on=on))
    return Clock(confirm, release, last.plus(policy.whole("savings.spend_months", on=on)).end)
