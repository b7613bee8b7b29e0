"""What a change in activity does to the bill: this year as the form pays it, next year once the baseline is set anew."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import polars as pl

from pbc.methods.ledger.agreed import LINE, Agreed, LineKey, line_of
from pbc.methods.ledger.bill import add_up_lines_done, value_at_contract
from pbc.methods.ledger.plans import profile_plans
from pbc.methods.ledger.terms import LeftOut, Terms, find_terms, share_gone
from pbc.money import nearest
from pbc.periods import FinancialYear, Month
from pbc.policy import Policy
from pbc.tables import BILL_CHANGES

AGAINST_PLAN = "against_plan"
NOTICE, REBASED_FROM, REBASED_SHARE = "ledger.notice_days", "ledger.rebased_from", "ledger.rebased_share"
AFTER_NOTICE = "after_notice"
CHANGE_SCHEMA = {
    "commissioner_code": pl.String, "provider_code": pl.String, "point_of_delivery": pl.String,
    "before_pence": pl.Int64, "change_pence": pl.Int64, "next_before_pence": pl.Int64, "next_change_pence": pl.Int64,
}  # fmt: skip
YEARLY_SCHEMA = {
    "commissioner_code": pl.String, "provider_code": pl.String, "point_of_delivery": pl.String, "financial_year": pl.String,
    "before_pence": pl.Int64, "change_pence": pl.Int64, "noticed_on": pl.Date,
}  # fmt: skip


@dataclass(frozen=True)
class _Stretch:
    """A year's part that a bill is told for, and what share of it lies after the baseline is set anew."""

    year: FinancialYear
    terms: dict[LineKey, Terms]
    first: date
    last: date

    def share_after(self, day: date) -> Fraction:
        whole = (self.last - self.first).days + 1
        return Fraction(min(max((self.last - day).days + 1, 0), whole), whole)


def compare_with_plan(
    activity_cells: pl.DataFrame, *, agreed: Agreed, statement_month: Month, policy: Policy, left_out: LeftOut = ()
) -> pl.DataFrame:
    """This returns BILL_CHANGES of the code `against_plan`: what activity beside its contract's plan does to the bill.

    Grain in: ACTIVITY_CELLS or lines of them. A line whose contract has no plan is not told, nor is activity of months that
    the contract does not hold in. The change is the value at
    contract prices less the plan, year to date; next year it is taken to go on at the same rate for twelve months, at
    the plan of this year. Notice can be given on the last day of the month. Source: decision methods/0236.
    """
    year = statement_month.financial_year
    done = add_up_lines_done(agreed.within(activity_cells, year=year), month=statement_month)
    terms = find_terms(agreed, month=statement_month, policy=policy, left_out=left_out)
    whole, to_date = _plans(agreed, year, statement_month, left_out)
    rows, spans, whole_year = [], agreed.spans(year), tuple(year.months())
    for line, planned in to_date.items():
        count, priced = done.get(line, (0, 0))
        change = value_at_contract(terms[line], count=count, priced_pence=priced) - planned
        months = spans.get(line[:2], whole_year)
        gone = share_gone(months, month=statement_month, kind=line[2], left_out=left_out)
        later = nearest(change / gone) if gone else 0
        rows.append((*line, planned, change, whole[line], later))
    changes = pl.DataFrame(rows, schema=CHANGE_SCHEMA, orient="row")
    return measure_changes(
        changes,
        change_code=AGAINST_PLAN,
        agreed=agreed,
        statement_month=statement_month,
        policy=policy,
        left_out=left_out,
    )


def measure_changes(
    changes: pl.DataFrame, *, change_code: str, agreed: Agreed, statement_month: Month, policy: Policy,
    noticed_on: date | None = None, left_out: LeftOut = (),
) -> pl.DataFrame:  # fmt: skip
    """This returns BILL_CHANGES: what a change in activity does to the bill, year to date and in the whole of next year.

    Grain in: one row per line of a contract, columns `CHANGE_SCHEMA`: value without the change and the change itself, at
    contract prices, for the year to date and for next year. `priced` is the change; `not_paid` what the form does not
    follow of it; `rebased` takes that back from the day the baseline is set anew: notice is given on `noticed_on`
    (default: the month's last day) and runs as long as the contract says, or `ledger.notice_days`; `ledger.rebased_from`
    tells whether the end of notice or the next contract is waited for. `stranded` is the share of it that stays with the
    commissioner even then (`ledger.rebased_share`). Steps add up to the change of the bill, in pence. Next year's terms
    are this year's, as varied. Lines not in a contract are paid by price.
    Source: rules.md 13.1; methods.md 3.11; decision methods/0236.
    """
    year = statement_month.financial_year
    march, told_on = Month.of(year.end), noticed_on or statement_month.end
    now = find_terms(agreed, month=statement_month, policy=policy, left_out=left_out)
    later, next_year = find_terms(agreed, month=march, policy=policy), year.plus(1)
    stretches = (
        ("", _Stretch(year, now, year.start, statement_month.end)),
        ("next_", _Stretch(next_year, later, next_year.start, next_year.end)),
    )
    share = Fraction(str(policy.ratio(REBASED_SHARE, on=year.start)))
    held = {(row["commissioner_code"], row["provider_code"]): row for row in agreed.of_year(year)}
    rows = []
    for change in changes.sort(LINE).iter_rows(named=True):
        line = line_of(change)
        rebased_on = _rebased_on(held.get(line[:2]), year, told_on, policy)
        for prefix, stretch in stretches:
            before, moved = change[f"{prefix}before_pence"], change[f"{prefix}change_pence"]
            steps = _steps(stretch.terms.get(line), before, moved, stretch.share_after(rebased_on), share, rebased_on)
            rows += _keyed(steps, change_code, statement_month, line, stretch)
    return BILL_CHANGES.from_rows(rows).sort(BILL_CHANGES.key)


def measure_years(
    changes: pl.DataFrame, *, change_code: str, agreed: Agreed, year: FinancialYear, policy: Policy
) -> pl.DataFrame:
    """This returns BILL_CHANGES: what a change in activity does to the bill in each of several years.

    Grain in: one line of a contract and financial year, columns `YEARLY_SCHEMA`: value of the whole year without the change
    and the change itself, at contract prices, and the day on which the hospital is told. Steps, rules and rounding are those
    of `measure_changes`; terms of every year are those of `year`, as varied, and the month told is its last. Notice runs as the
    contract says; told in a later year, it is that year's contract that ends before the baseline is set anew, where policy
    waits for the next. Pence. Source: rules.md 13.1; decisions methods/0236 and methods/0253.
    """
    march = Month.of(year.end)
    terms = find_terms(agreed, month=march, policy=policy)
    share = Fraction(str(policy.ratio(REBASED_SHARE, on=year.start)))
    held = {(row["commissioner_code"], row["provider_code"]): row for row in agreed.of_year(year)}
    rows = []
    for change in changes.iter_rows(named=True):
        line, told, told_on = line_of(change), FinancialYear.parse(change["financial_year"]), change["noticed_on"]
        stretch = _Stretch(told, terms, told.start, told.end)
        noticed_in = max(FinancialYear.of(told_on), year)
        contract = held.get(line[:2])
        if contract and noticed_in > year:
            contract = contract | {"ends_before": noticed_in.plus(1).start}
        rebased_on = _rebased_on(contract, noticed_in, told_on, policy)
        steps = _steps(
            terms.get(line), change["before_pence"], change["change_pence"], stretch.share_after(rebased_on), share,
            rebased_on,
        )  # fmt: skip
        rows += _keyed(steps, change_code, march, line, stretch)
    return BILL_CHANGES.from_rows(rows).sort(BILL_CHANGES.key)


def _keyed(
    steps: list[dict[str, Any]], change_code: str, month: Month, line: LineKey, stretch: _Stretch
) -> list[dict[str, Any]]:
    terms = stretch.terms.get(line)
    key = dict(zip(LINE, line, strict=True)) | {
        "change_code": change_code, "statement_month": month.number, "financial_year": stretch.year.slug,
        "payment_form": terms.form.code if terms else "none",
    }  # fmt: skip
    return [key | step for step in steps]


def _steps(
    terms: Terms | None, before: int, moved: int, after: Fraction, share: Fraction, rebased_on: date
) -> list[dict[str, Any]]:
    paid = moved if terms is None else terms.pay(before + moved) - terms.pay(before)
    not_paid = paid - moved
    waived = nearest(not_paid * after)
    stranded = waived - nearest(waived * share)
    day = f"{rebased_on.day} {rebased_on:%B %Y}"
    says = "Paid by price." if terms is None else terms.form.says
    told = (
        ("priced", moved, "change at contract prices", None, "What the change comes to at the prices of the contract."),
        ("not_paid", not_paid, "what the form does not follow", terms.parameter if terms else None, says),
        ("rebased", -waived, "baseline set anew", REBASED_FROM, f"From {day} the baseline can follow the change."),
        (
            "stranded",
            stranded,
            "what does not follow",
            REBASED_SHARE,
            "What stays as it is although the baseline was set anew.",
        ),
    )
    return [
        {"sequence": at, "step": step, "amount_pence": amount, "rule": rule, "parameter": parameter, "reason": reason}
        for at, (step, amount, rule, parameter, reason) in enumerate(told, start=1)
    ]  # fmt: skip


def _rebased_on(contract: dict[str, Any] | None, year: FinancialYear, told_on: date, policy: Policy) -> date:
    """The first day of the month on or after the end of notice, and not before the next contract unless policy says so."""
    days = contract["notice_days"] if contract else None
    if days is None:
        days = policy.whole(NOTICE, on=year.start)
    ends = told_on + timedelta(days=days)
    first = ends if ends.day == 1 else Month.of(ends).plus(1).start
    if policy.text(REBASED_FROM, on=year.start) == AFTER_NOTICE:
        return first
    return max(first, contract["ends_before"] if contract else year.plus(1).start)


def _plans(
    agreed: Agreed, year: FinancialYear, month: Month, left_out: LeftOut
) -> tuple[dict[LineKey, int], dict[LineKey, int]]:
    """The plan of the year and the plan to date, by line; months and kinds that never came are not in the second."""
    whole: dict[LineKey, int] = {}
    to_date: dict[LineKey, int] = {}
    for row in profile_plans(agreed, year=year).iter_rows(named=True):
        line = line_of(row)
        is_held = row["month"] <= month.number and (row["month"], line[2]) not in left_out
        whole[line] = whole.get(line, 0) + row["plan_pence"]
        to_date[line] = to_date.get(line, 0) + row["plan_pence"] * is_held
    return whole, to_date
