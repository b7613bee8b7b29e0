"""What a register of contracts must hold before it is taken in: each line has its contract, each plan adds up."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from pbc.errors import RefusedInput
from pbc.methods.ledger.agreed import Agreed, amend_contract_forms, line_of
from pbc.methods.ledger.terms import VARIABLE_PERCENT, require_whole
from pbc.periods import FinancialYear, Month
from pbc.policy import Policy

LOW_VOLUME_LIMIT = "ledger.low_volume_limit_pounds"
LOW_VOLUME = "low_volume_block"
Contract = tuple[str, str]
Row = dict[str, Any]


def require_contracts(agreed: Agreed, *, year: FinancialYear, policy: Policy) -> Agreed:
    """This returns what was agreed, unchanged, or refuses the first thing in it that cannot stand, by name.

    Refused: a line without a contract, or a contract without a line; a contract code used twice, or days outside the
    year; a line that lacks what its form is worked out from; a form the regime has no rule for; low-volume blocks above
    the limit of `ledger.low_volume_limit_pounds`; a plan of no line, outside the year, or whose months do not add up to
    the line's plan, or lines to the contract's; a variation of no line, before signature, outside the contract, or that
    takes more than there is. Source: decision methods/0235.
    """
    forms = {line_of(row): row for row in agreed.forms(year).iter_rows(named=True)}
    contracts = {_contract(row): row for row in _of_year(agreed.contracts, year)}
    for row in forms.values():
        require_whole(row)
    _require_paired(forms, contracts, year)
    _require_codes_and_days(contracts, year)
    _require_forms_of_regime(forms, year, policy)
    _require_plans(agreed, forms, contracts, year)
    for row in _of_year(agreed.contract_variations, year):
        _require_variation(row, forms, {each["contract_code"]: each for each in contracts.values()})
    _require_left(agreed, year)
    return agreed


def _of_year(frame: pl.DataFrame, year: FinancialYear) -> list[Row]:
    return frame.filter(pl.col("financial_year") == year.slug).to_dicts()


def _contract(row: Row) -> Contract:
    return row["commissioner_code"], row["provider_code"]


def _require_paired(forms: Mapping[Any, Row], contracts: Mapping[Contract, Row], year: FinancialYear) -> None:
    lines = {_contract(row) for row in forms.values()}
    for unpaired, what, remedy in (
        (
            lines - set(contracts),
            "A contract line has no contract.",
            "Add the contract to contracts, or take the line out.",
        ),
        (
            set(contracts) - lines,
            "A contract has no line.",
            "Add its lines to contract_forms, or take the contract out.",
        ),
    ):
        if unpaired:
            raise RefusedInput(
                what, where=f"contracts and contract_forms of {year}", found=" ".join(min(unpaired)),
                expected="the same commissioner and hospital in both", remedy=remedy,
            )  # fmt: skip


def _require_codes_and_days(contracts: Mapping[Contract, Row], year: FinancialYear) -> None:
    known: dict[str, Contract] = {}
    for key, row in sorted(contracts.items()):
        if row["contract_code"] in known:
            raise RefusedInput(
                "Two contracts have the same code.", where=f"contracts, {' '.join(known[row['contract_code']])}, {' '.join(key)}",
                found=row["contract_code"], expected="each code once", remedy="Give one of them a code of its own.",
            )  # fmt: skip
        known[row["contract_code"]] = key
        if not year.start <= row["starts_on"] < row["ends_before"] <= year.plus(1).start:
            raise RefusedInput(
                "A contract does not lie within its year.", where=f"contracts, {row['contract_code']}",
                found=f"{row['starts_on']} to before {row['ends_before']}", expected=f"days of {year}, the first before the last",
                remedy="Correct its days; a contract of several years is a row in each.",
            )  # fmt: skip


def _require_forms_of_regime(forms: Mapping[Any, Row], year: FinancialYear, policy: Policy) -> None:
    if any(row["payment_form"] == "variable" and row["marginal_percent"] is None for row in forms.values()):
        policy.whole(VARIABLE_PERCENT, on=year.start)
    sums: dict[Contract, int] = {}
    for row in forms.values():
        if row["payment_form"] == LOW_VOLUME:
            sums[_contract(row)] = sums.get(_contract(row), 0) + row["baseline_pence"]
    for key, total in sorted(sums.items()):
        limit = int(policy.ratio(LOW_VOLUME_LIMIT, on=year.start))
        if total > limit * 100:
            raise RefusedInput(
                "A low-volume block is larger than the rules allow.", where=f"contract_forms, {' '.join(key)} {year}",
                found=f"£{total // 100:,}", expected=f"at most £{limit:,} a year ({LOW_VOLUME_LIMIT})",
                remedy="Give its lines another form of payment.",
            )  # fmt: skip


def _require_plans(
    agreed: Agreed, forms: Mapping[Any, Row], contracts: Mapping[Contract, Row], year: FinancialYear
) -> None:
    months = {month.number for month in year.months()}
    sums: dict[Any, tuple[int, int]] = {}
    for row in _of_year(agreed.contract_plans, year):
        line = line_of(row)
        where = f"contract_plans, {' '.join(line)} {row['month']}"
        if line not in forms or row["month"] not in months:
            raise RefusedInput(
                "A plan is of no line of a contract, or of no month of its year.", where=where,
                expected=f"a line of contract_forms and a month of {year}", remedy="Correct the row, or take it out.",
            )  # fmt: skip
        count, money = sums.get(line, (0, 0))
        sums[line] = (count + row["plan_activity_count"], money + row["plan_pence"])
    for line, added in sorted(sums.items()):
        planned = (forms[line]["plan_activity_count"], forms[line]["plan_pence"])
        if added != planned:
            raise RefusedInput(
                "The months of a line do not add up to its plan of the year.", where=f"contract_plans, {' '.join(line)}",
                found=f"{added[0]} units and {added[1]} pence", expected=f"{planned[0]} units and {planned[1]} pence, as in contract_forms",
                remedy="Correct the months, or the plan of the line.",
            )  # fmt: skip
    _require_whole_plans(forms, contracts)


def _require_whole_plans(forms: Mapping[Any, Row], contracts: Mapping[Contract, Row]) -> None:
    """Where a contract's lines are planned, all of them are, and they add up to what the contract says."""
    for key, row in sorted(contracts.items()):
        lines = [each["plan_pence"] for each in forms.values() if _contract(each) == key]
        unplanned, total = lines.count(None), sum(plan or 0 for plan in lines)
        if unplanned or total != row["plan_pence"]:
            raise RefusedInput(
                "The lines of a contract do not add up to its plan of the year.", where=f"contracts, {row['contract_code']}",
                found=f"{total} pence" + (f", {unplanned} lines without a plan" if unplanned else ""),
                expected=f"{row['plan_pence']} pence", remedy="Fill in plan_pence of each line, or correct the contract's.",
            )  # fmt: skip


def _require_variation(row: Row, forms: Mapping[Any, Row], by_code: Mapping[str, Row]) -> None:
    where = f"contract_variations, {row['contract_code']} number {row['variation_number']} {row['point_of_delivery']}"
    contract = by_code.get(row["contract_code"])
    line = forms.get((*_contract(contract), row["point_of_delivery"])) if contract else None
    if contract is None or line is None:
        raise RefusedInput(
            "A variation is of no contract, or of no line of it.", where=where, expected="a contract_code of contracts, a line of it",
            remedy="Correct the row, or add the line it varies.",
        )  # fmt: skip
    signed = contract["signed_on"]
    if signed is None or row["agreed_on"] < signed:
        raise RefusedInput(
            "A contract was varied before it was signed.", where=where, found=f"agreed on {row['agreed_on']}",
            expected=f"a day from {signed} on" if signed else "a contract with the day it was signed on",
            remedy="Correct the day, or change the contract itself.",
        )  # fmt: skip
    first, last = Month.of(contract["starts_on"]).number, contract["ends_before"]
    if row["from_month"] < first or Month.from_number(row["from_month"]).start >= last:
        raise RefusedInput(
            "A variation begins outside its contract.", where=where, found=str(row["from_month"]),
            expected=f"a month from {contract['starts_on']} to before {last}", remedy="Correct its first month.",
        )  # fmt: skip
    if line["baseline_pence"] is None and row["baseline_change_pence"]:
        raise RefusedInput(
            "A variation changes a baseline that its line does not have.", where=where, found=f"{row['baseline_change_pence']} pence",
            expected="0", remedy="Change the plan, or give the line a form with a baseline.",
        )  # fmt: skip


def _require_left(agreed: Agreed, year: FinancialYear) -> None:
    """Whatever was varied, no line is left with less than nothing."""
    names = ("baseline_pence", "floor_pence", "plan_pence", "plan_activity_count")
    for row in amend_contract_forms(agreed, year=year).iter_rows(named=True):
        below = [name for name in names if (row[name] or 0) < 0]
        if below:
            raise RefusedInput(
                "Variations take more from a line than it has.", where=f"contract_forms, {' '.join(line_of(row))} {year}",
                found=f"{below[0]} {row[below[0]]}", expected="0 or more", remedy="Correct contract_variations.",
            )  # fmt: skip
