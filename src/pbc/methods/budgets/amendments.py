"""What may change an agreed budget in the year, and the rules each change must keep before it is made."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import polars as pl

from pbc.errors import RefusedInput
from pbc.money import pounds_and_pence
from pbc.periods import FinancialYear, Month

OUTSIDE = ("reserve", "contingency", "national")  # money from beyond what budgets ever held
SOURCES: Mapping[str, tuple[str, ...]] = {
    "virement": ("practices",),
    "in_year": OUTSIDE,
    "risk_pool": ("risk_pool",),
    "top_slice": ("top_slice",),
    "saving_protected": OUTSIDE,
}
ONLY_GIVES = ("top_slice", "saving_protected")
ONE_EACH = ("kind", "money_source", "effective_month", "decision")


def require_amendments(
    amendments: pl.DataFrame, *, lines: pl.DataFrame, payers: pl.DataFrame, year: FinancialYear,
    closed_to: Month | None = None,
) -> pl.DataFrame:  # fmt: skip
    """This returns the amendments unchanged if every one keeps the rules, and refuses the first that does not, by name.

    Grain: BUDGET_AMENDMENTS of one year; `lines` BUDGET_LINES so far; `payers` practice_code and commissioner_code;
    `closed_to` the last month stated. A virement sums to nought with each commissioner; a draw on the risk pool or a
    release of top-slice is at most what that commissioner still holds there; every amendment has a reason, a decision
    and a month not yet stated. Source: rules.md R1.4, R3.3, R3.5, R3.6; decision methods/0163.
    """
    placed = amendments.join(payers, on="practice_code", how="left")
    _require_known(placed, lines)
    held = _held_back(lines, payers)
    for number, part in _by_number(placed):
        where = f"amendment {number}"
        _require_one_decision(part, where)
        _require_month(part.row(0, named=True), where, year, closed_to)
        _require_kind(part, where)
        _require_balance(part, where, held)
    return amendments


def _by_number(amendments: pl.DataFrame) -> Iterator[tuple[int, pl.DataFrame]]:
    ordered = amendments.sort("amendment_number", "practice_code", "service")
    return ((part["amendment_number"][0], part) for part in ordered.partition_by("amendment_number"))


def _require_known(placed: pl.DataFrame, lines: pl.DataFrame) -> None:
    key = ["practice_code", "service"]
    lost = placed.join(lines.select(key).unique(), on=key, how="anti").sort(key)
    if lost.height:
        known = lines.filter(pl.col("practice_code") == lost["practice_code"][0])["service"].unique().sort().to_list()
        raise RefusedInput(
            "An amendment names a practice or service that has no budget this year.",
            where=f"amendment {lost['amendment_number'][0]}", found=f"{lost['practice_code'][0]}, {lost['service'][0]}",
            expected=f"a service of the practice: {', '.join(known)}" if known else "a practice with a budget",
            remedy="Correct it, or take the row out.",
        )  # fmt: skip
    doubled = placed.filter(pl.struct("amendment_number", *key).is_duplicated()).sort(key)
    if doubled.height:
        row = doubled.row(0, named=True)
        raise RefusedInput(
            "An amendment changes one line twice.", where=f"amendment {row['amendment_number']}",
            found=f"{row['practice_code']}, {row['service']}", remedy="Add the two amounts together.",
        )  # fmt: skip


def _require_one_decision(part: pl.DataFrame, where: str) -> None:
    for name in ONE_EACH:
        found = part[name].unique().sort().to_list()
        if len(found) > 1:
            raise RefusedInput(
                f"Rows of one amendment differ in {name.replace('_', ' ')}.", where=where, found=" and ".join(map(str, found)),
                remedy="Give each decision a number of its own.",
            )  # fmt: skip
    for name in ("reason", "decision"):
        if (part[name].str.strip_chars() == "").any():
            raise RefusedInput(f"An amendment needs its {name}.", where=where)


def _require_month(row: Mapping[str, Any], where: str, year: FinancialYear, closed_to: Month | None) -> None:
    if row["financial_year"] != year.slug or Month.from_number(row["effective_month"]).financial_year != year:
        raise RefusedInput(
            "An amendment belongs to another year.", where=where, found=f"{row['financial_year']}, from {row['effective_month']}",
            expected=f"a month of {year}",
        )  # fmt: skip
    begins = Month.from_number(row["effective_month"])
    if closed_to is not None and begins <= closed_to:
        raise RefusedInput(
            "This month has been stated: its budget no longer changes.", where=where, found=begins.title,
            expected=f"a month after {closed_to.title}", remedy="Let it begin in a month still to be stated.",
        )  # fmt: skip


def _require_kind(part: pl.DataFrame, where: str) -> None:
    kind, source = part["kind"][0], part["money_source"][0]
    if source not in SOURCES[kind]:
        raise RefusedInput(
            "This kind of amendment takes its money from elsewhere.", where=where, found=f"{kind} from {source}",
            expected=" or ".join(SOURCES[kind]),
        )  # fmt: skip
    if (part["amount_pence"] == 0).any():
        raise RefusedInput("An amendment of nothing changes nothing.", where=where, remedy="Take the row out.")
    if kind in ONLY_GIVES and (part["amount_pence"] < 0).any():
        raise RefusedInput(
            f"An amendment of kind {kind} only adds to budgets.", where=where,
            found=pounds_and_pence(int(part["amount_pence"].min() or 0)),  # type: ignore[arg-type]
        )  # fmt: skip


def _require_balance(part: pl.DataFrame, where: str, held: dict[tuple[str, str], int]) -> None:
    """Each commissioner's money apart: nobody's virement or pool reaches into another's."""
    kind = part["kind"][0]
    for payer, amount in part.group_by("commissioner_code").agg(pl.col("amount_pence").sum()).sort("*").iter_rows():
        if kind == "virement" and amount:
            raise RefusedInput(
                "A virement must sum to nought.", where=f"{where}, commissioner {payer}", found=pounds_and_pence(amount),
                remedy="Name the line that gives what another gets.",
            )  # fmt: skip
        if kind in ("risk_pool", "top_slice"):
            left = held.get((payer, kind), 0) - amount
            if left < 0:
                raise RefusedInput(
                    f"The {kind.replace('_', ' ').replace('top slice', 'top-slice')} does not hold so much.",
                    where=f"{where}, commissioner {payer}",
                    found=pounds_and_pence(amount), expected=f"at most {pounds_and_pence(left + amount)}",
                )  # fmt: skip
            held[payer, kind] = left


def _held_back(lines: pl.DataFrame, payers: pl.DataFrame) -> dict[tuple[str, str], int]:
    """What each commissioner's pool and top-slice still hold: handed back at the start, less what amendments drew since."""
    kind = pl.col("step").str.replace(r"_\d+$", "")
    rows = lines.with_columns(kind.alias("kind")).filter(pl.col("kind").is_in(["risk_pool", "top_slice"]))
    sums = (
        rows.join(payers, on="practice_code").group_by("commissioner_code", "kind").agg(-pl.col("amount_pence").sum())
    )
    return {(payer, kind): amount for payer, kind, amount in sums.iter_rows()}
