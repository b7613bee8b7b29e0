"""Walking back from a bill under a contract: to its form, what the form is worked out from, and the priced activity."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl

from pbc.flows.completeness import told_left_out
from pbc.flows.contracts_held import KNOWN_ON, REGISTER, contracts_of
from pbc.flows.trace import PENCE, Found, Trace, published_part, total_of
from pbc.methods.ledger import Agreed, Terms, find_terms, profile_plans
from pbc.methods.ledger.agreed import LINE
from pbc.methods.ledger.bill import LOCAL_PRICE
from pbc.methods.ledger.changes import AGAINST_PLAN, NOTICE
from pbc.methods.ledger.shares import MARGINAL, SHARED_BY
from pbc.methods.statements.left_out import Places, flag_left_out, list_places
from pbc.periods import Month
from pbc.reference.payment_forms import PAYMENT_FORMS, STEP_TITLES
from pbc.reports.explanation import Part
from pbc.results import PublishedSet
from pbc.tables import ALL

Row = dict[str, Any]
PERCENTS = {"marginal_percent": "percent paid above it", "below_percent": "percent taken back below it"}
SUMS = {
    "baseline_pence": "baseline or agreed sum of the year", "floor_pence": "lower end of the corridor, of the year",
    "ceiling_pence": "upper end of the corridor, of the year", "local_price_pence": "agreed price of a unit",
}  # fmt: skip


def trace_adjustment(found: Found) -> Trace:
    """This returns the contract terms behind an adjustment, the steps of bills it is a share of, and who else shares them."""
    row = found.row
    here = pl.col("provider_code") == row["provider_code"]
    parts = [_line_part(tariff, each) for tariff, each in _lines_of_step(found)]
    steps = found.archive.frame(found.published, "contract_bills").filter(here & (pl.col("step") == row["kind"]))
    parts += [
        _step_part(found, each, label=f"{each['point_of_delivery']}: what it does to the bill")
        for each in steps.sort(LINE).to_dicts()
    ]
    same = here & (pl.col("kind") == row["kind"])
    shares = found.archive.frame(found.published, "bill_adjustments").filter(same)
    told = f"the whole effect, shared by {shares.height} lines of practices"
    parts.append(Part(told, total_of(shares, "amount_pence"), PENCE))
    policy = (SHARED_BY,) if row["kind"] == MARGINAL else ()
    return Trace("From", tuple(parts), rules=(f"Rule {row['rule']}.",), policy=policy)


def _lines_of_step(found: Found) -> list[tuple[PublishedSet, Row]]:
    """Lines of the hospital's contract whose form makes the step."""
    year = Month.from_number(found.row["statement_month"]).financial_year
    tariff = found.archive.input(found.published, f"tariff/{year.slug}")
    if tariff is None:
        return []
    forms = [form.code for form in PAYMENT_FORMS.values() if form.step == found.row["kind"]]
    is_so = (
        pl.col("local_price_pence").is_not_null()
        if found.row["kind"] == LOCAL_PRICE
        else pl.col("payment_form").is_in(forms)
    )
    here = pl.col("provider_code") == found.row["provider_code"]
    rows = found.archive.frame(tariff, "contract_forms").filter(here & is_so).sort(LINE).to_dicts()
    return [(tariff, row) for row in rows]


def _line_part(tariff: PublishedSet, row: Row) -> Part:
    column = "baseline_pence" if row["local_price_pence"] is None else "local_price_pence"
    percent, source = row["marginal_percent"], row["source"]
    note = f"{percent}% of price above it; {source}" if percent else source
    label = f"{row['point_of_delivery']}: {SUMS[column]}"
    return published_part(tariff, "contract_forms", row=row, column=column, label=label, note=note)


def trace_bill(found: Found) -> Trace:
    """This returns how a step of a contract's bill came about: priced activity month by month, or the terms of the line."""
    row = found.row
    rules = (f"Rule: {row['rule']}.",)
    if row["step"] == "priced":
        return Trace("Month by month, all practices together", _months(found), is_sum=True, sentences=(row["reason"],))
    if found.column.name != "amount_pence":
        return Trace(rules=rules)
    steps = _steps(found, row)
    before = [_step_part(found, each) for each in steps if each["sequence"] < row["sequence"]]
    counted = (
        [found.part("activity_count", "stays and attendances", step="priced")] if row["step"] == "local_price" else []
    )
    terms = _terms_of(found, row)
    policy = (row["parameter"],) if row["parameter"] else ()
    return Trace(
        "From", (*before, *counted, *terms), sentences=(row["reason"], _as_varied(found)), rules=rules, policy=policy
    )


def trace_bill_change(found: Found) -> Trace:
    """This returns how a step of what a change does to the bill came about: value against plan, and the terms of the line."""
    row = found.row
    rules, policy = (f"Rule: {row['rule']}.",), (row["parameter"],) if row["parameter"] else ()
    now = Month.from_number(row["statement_month"])
    if (
        row["change_code"] == AGAINST_PLAN
        and row["step"] == "priced"
        and row["financial_year"] == now.financial_year.slug
    ):
        value = [_step_part(found, each) for each in _steps(found, row) if each["step"] in ("priced", "local_price")]
        planned = Part("planned to date, as varied", -_planned(found, now), PENCE)
        return Trace(
            "Done, less planned",
            (*value, *_outside(found, now), planned),
            is_sum=True,
            sentences=(row["reason"],),
            rules=rules,
        )
    parts = [found.part("amount_pence", "change at contract prices", step="priced")] if row["step"] != "priced" else []
    if row["step"] == "priced":
        parts = [found.part("amount_pence", "the same to date, this year", financial_year=now.financial_year.slug)]
    if row["step"] in ("rebased", "stranded"):
        parts.append(found.part("amount_pence", "what the form does not follow", step="not_paid"))
        policy = (*policy, NOTICE)
    return Trace("From", (*parts, *_terms_of(found, row)), sentences=(row["reason"],), rules=rules, policy=policy)


def _title(row: Row) -> str:
    return STEP_TITLES[row["step"]].lower()


def _step_part(found: Found, row: Row, *, label: str = "") -> Part:
    return published_part(
        found.published, "contract_bills", row=row, column="amount_pence", label=label or _title(row), note=row["rule"]
    )


def _on(row: Row) -> pl.Expr:
    return pl.all_horizontal(pl.col(name) == row[name] for name in LINE)


def _steps(found: Found, row: Row) -> list[Row]:
    return found.archive.frame(found.published, "contract_bills").filter(_on(row)).sort("sequence").to_dicts()


def _months(found: Found) -> tuple[Part, ...]:
    """What was done on the line in each month, of all practices and of nobody's, over the deliveries read."""
    row, column = found.row, "cost_pence" if found.column.name == "amount_pence" else "activity_count"
    last = Month.from_number(row["statement_month"])
    span = pl.col("month").is_between(Month.of(last.financial_year.start).number, last.number)
    added: dict[int, int] = {}
    for delivery in found.archive.deliveries(found.published, "cells"):
        held = delivery.where("activity_cells", _on(row) & span & ~found.archive.left_out(found.published))
        for month, amount in held.group_by("month").agg(pl.col(column).sum()).iter_rows():
            added[month] = added.get(month, 0) + amount
    return tuple(Part(Month.from_number(month).title, added[month], found.column.kind) for month in sorted(added))


def _terms_of(found: Found, row: Row) -> tuple[Part, ...]:
    """The line as first agreed, what was varied on it, and what its baseline came to by the month."""
    month = Month.from_number(row["statement_month"])
    tariff = found.archive.input(found.published, f"tariff/{month.financial_year.slug}")
    held = found.archive.frame(tariff, "contract_forms").filter(_on(row)).to_dicts() if tariff else []
    if tariff is None or not held:
        return ()
    parts = [
        published_part(tariff, "contract_forms", row=held[0], column=name, label=label, note=held[0]["source"])
        for name, label in (SUMS | PERCENTS).items() if held[0][name] is not None
    ]  # fmt: skip
    terms = _terms(found, row)
    if terms is not None and terms.form.needs:
        parts += [
            *_variations(found, row),
            Part("baseline or agreed sum to date, as varied", terms.baseline_pence, PENCE),
        ]
    return tuple(parts)


def _register(found: Found) -> PublishedSet | None:
    year = Month.from_number(found.row["statement_month"]).financial_year
    return found.archive.input(found.published, contracts_of(year))


def _agreed(found: Found) -> Agreed:
    """What the set was made with, as known on its day."""
    year = Month.from_number(found.row["statement_month"]).financial_year
    tariff, register = found.archive.input(found.published, f"tariff/{year.slug}"), _register(found)
    forms = found.archive.frame(tariff, "contract_forms") if tariff else ALL["contract_forms"].empty()
    if register is None:
        return Agreed(forms)
    contracts, plans, variations = (found.archive.frame(register, name) for name in REGISTER)
    return Agreed(forms, contracts, plans, variations, known_on=_known_on(found))


def _known_on(found: Found) -> date:
    """The day by whose end variations count: the month's last, or the day to which a year's end read."""
    told = found.published.receipt.parameters.get(KNOWN_ON)
    return date.fromisoformat(told) if told else Month.from_number(found.row["statement_month"]).end


def _terms(found: Found, row: Row) -> Terms | None:
    month, policy = Month.from_number(row["statement_month"]), found.policy
    if policy is None:
        return None
    return find_terms(_agreed(found), month=month, policy=policy, left_out=_gone(found)).get(
        (row["commissioner_code"], row["provider_code"], row["point_of_delivery"])
    )


def _gone(found: Found) -> Places:
    return list_places(told_left_out(found.published))


def _variations(found: Found, row: Row) -> list[Part]:
    register = _register(found)
    if register is None:
        return []
    contracts = found.archive.frame(register, "contracts").filter(
        (pl.col("commissioner_code") == row["commissioner_code"]) & (pl.col("provider_code") == row["provider_code"])
    )
    mine = (pl.col("contract_code").is_in(contracts["contract_code"].to_list())) & (
        pl.col("point_of_delivery") == row["point_of_delivery"]
    )
    known = mine & (pl.col("agreed_on") <= _known_on(found))
    held = found.archive.frame(register, "contract_variations").filter(known).sort("variation_number").to_dicts()
    return [
        published_part(
            register, "contract_variations", row=each, column="baseline_change_pence",
            label=f"variation {each['variation_number']}, agreed {each['agreed_on']}, from {Month.from_number(each['from_month']).title}",
            note=each["reason"],
        )
        for each in held
    ]  # fmt: skip


def _as_varied(found: Found) -> str:
    count = len(_variations(found, found.row))
    return (
        f"{count} variation{'s' if count > 1 else ''} of the line {'are' if count > 1 else 'is'} counted."
        if count
        else ""
    )


def _outside(found: Found, month: Month) -> tuple[Part, ...]:
    """What was done in months that the contract does not hold in, taken out of what was done; nothing where it always holds."""
    agreed, amount = _agreed(found), 0
    for delivery in found.archive.deliveries(found.published, "cells"):
        held = delivery.where("activity_cells", _on(found.row) & ~found.archive.left_out(found.published))
        year = held.filter(pl.col("month").is_between(Month.of(month.financial_year.start).number, month.number))
        kept = agreed.within(year, year=month.financial_year)
        amount += int(total_of(year, "cost_pence") - total_of(kept, "cost_pence"))
    told = "done in months the contract does not hold in"
    return (Part(told, -amount, PENCE),) if amount else ()


def _planned(found: Found, month: Month) -> int:
    plans = profile_plans(_agreed(found), year=month.financial_year)
    to_date = (pl.col("month") <= month.number) & ~flag_left_out(_gone(found))
    return int(total_of(plans.filter(_on(found.row) & to_date), "plan_pence"))
