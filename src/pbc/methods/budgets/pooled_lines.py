"""Lines pooled by an NHS body and a local authority: who bears what of a month, by agreement, in each owner's own year."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import date
from typing import Any

import polars as pl

from pbc.errors import RefusedInput
from pbc.money import share_out
from pbc.periods import Month
from pbc.tables import POOLED_LINES, POOLED_POSITIONS, POOLED_SPENDING

WHOLE = 1_000_000
SIGNED = ("contribution_millionths", "risk_millionths", "starts_on", "signed_by", "signed_on")
Row = dict[str, Any]


def share_pooled_lines(lines: pl.DataFrame, *, spending: pl.DataFrame) -> pl.DataFrame:
    """This returns POOLED_POSITIONS: what each owner of each line bears of each month, and what settles it with the others.

    Grain in: POOLED_LINES and POOLED_SPENDING, one row for each owner of a line and month of it. While an agreement that all
    owners signed is in force, the pool's budget is contributed, and what was spent beyond it is borne, by the agreed parts;
    otherwise each bears what it spent. Sums to date run in each owner's own financial year. Pence; borne adds up to
    spent, settlements to nought. Refused: a line of one owner, parts that are not 1, a month one owner is missing from.
    Source: rules.md 13.1; decision architecture/0242.
    """
    owners = POOLED_LINES.conform(lines).sort(POOLED_LINES.key).partition_by("line_code", maintain_order=True)
    known = {each["line_code"][0]: each.to_dicts() for each in owners}
    rows: list[Row] = []
    for (code,), months in (
        POOLED_SPENDING.conform(spending).sort(POOLED_SPENDING.key).group_by("line_code", maintain_order=True)
    ):
        rows += _one_line(str(code), _require_owners(str(code), known), months)
    return POOLED_POSITIONS.from_rows(rows).sort(POOLED_POSITIONS.key)


def _require_owners(code: str, known: dict[str, list[Row]]) -> list[Row]:
    owners = known.get(code, [])
    if len(owners) < 2:
        raise RefusedInput("A pooled line has two owners or more.", where=f"line {code}", found=f"{len(owners)} owners")
    if _is_signed(owners):
        for name in ("contribution_millionths", "risk_millionths"):
            total = sum(each[name] for each in owners)
            if total != WHOLE:
                raise RefusedInput(
                    "Agreed parts of a pooled line do not add up to 1.", where=f"line {code}, {name}", found=f"{total / WHOLE:g}",
                    expected="1", remedy="Correct them from the signed agreement.",
                )  # fmt: skip
    return owners


def _is_signed(owners: list[Row]) -> bool:
    return all(each[name] is not None for each in owners for name in SIGNED)


def _in_force(owners: list[Row], month: Month) -> bool:
    """Whether an agreement that all signed, by the end of the month, holds for the whole of it."""
    return _is_signed(owners) and all(
        max(each["starts_on"], each["signed_on"]) <= month.start
        and (each["ends_before"] is None or each["ends_before"] > month.end)
        for each in owners
    )


def _one_line(code: str, owners: list[Row], months: pl.DataFrame) -> list[Row]:
    codes = [each["owner_code"] for each in owners]
    contribute, bear = _parting(codes, owners, "contribution_millionths"), _parting(codes, owners, "risk_millionths")
    sums: dict[tuple[str, date], list[int]] = defaultdict(lambda: [0, 0])
    rows: list[Row] = []
    for (number,), held in months.group_by("month", maintain_order=True):
        month, paid = (
            Month.from_number(int(str(number))),
            {row["owner_code"]: row for row in held.iter_rows(named=True)},
        )
        _require_everybody(code, month, set(codes), set(paid))
        is_shared = _in_force(owners, month)
        put_in = [paid[each]["budget_pence"] for each in codes]
        over = [paid[each]["spent_pence"] - paid[each]["budget_pence"] for each in codes]
        if is_shared:
            put_in, over = contribute(sum(put_in)), bear(sum(over))
        for owner, contribution, risk in zip(owners, put_in, over, strict=True):
            row = _position(paid[owner["owner_code"]], owner, month, contribution, risk)
            to_date = sums[owner["owner_code"], row["year_starts_on"]]
            to_date[0], to_date[1] = to_date[0] + row["borne_pence"], to_date[1] + row["settlement_pence"]
            told = {"borne_to_date_pence": to_date[0], "settlement_to_date_pence": to_date[1], "is_shared": is_shared}
            rows.append(row | told | {"reason": _in_words(owner, is_shared)})
    return rows


def _in_words(owner: Row, is_shared: bool) -> str:
    if not is_shared:
        return "no signed agreement holds: each bears its own"
    return f"signed by {owner['signed_by']} on {owner['signed_on']}"


def _parting(codes: list[str], owners: list[Row], name: str) -> Callable[[int], list[int]]:
    """Parts of amount after amount, so that what has been parted so far is always parted to the penny."""
    before, total = [0] * len(codes), 0

    def part(amount: int) -> list[int]:
        nonlocal before, total
        total += amount
        now = share_out(total, [each[name] for each in owners], keys=codes)
        parts = [after - earlier for after, earlier in zip(now, before, strict=True)]
        before = now
        return parts

    return part


def _require_everybody(code: str, month: Month, owners: set[str], paid: set[str]) -> None:
    if owners != paid:
        raise RefusedInput(
            "A month of a pooled line has not what each of its owners spent, and of nobody else.", where=f"line {code}, {month}",
            found=", ".join(sorted(paid)), expected=", ".join(sorted(owners)), remedy="Give one row for each owner; nought is a figure.",
        )  # fmt: skip


def _position(paid: Row, owner: Row, month: Month, contribution: int, risk: int) -> Row:
    first = owner["year_starts_month_number"]
    begins = date(month.start.year - (month.start.month < first), first, 1)
    borne = contribution + risk
    return paid | {
        "contribution_pence": contribution, "risk_pence": risk, "borne_pence": borne,
        "settlement_pence": borne - paid["spent_pence"], "year_starts_on": begins,
    }  # fmt: skip
