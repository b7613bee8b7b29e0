"""Walking back from what a case is worth: to its years, their steps, the case's own rows, the bill, prices and contracts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import polars as pl

from pbc.flows.trace import Found, Row, Trace, published_part
from pbc.methods.appraisal.rules import (
    ACTIVITY_RANGE,
    COST_LOWER,
    COST_UPPER,
    DELAY,
    DISCOUNT_RATE,
    HORIZON,
    LEAST_COUNT,
    REACH,
)
from pbc.reference.activity import POINTS_OF_DELIVERY
from pbc.reports.explanation import Part
from pbc.tables import CONTRACT_FORMS
from pbc.tables.appraisal_lines import BILL_STEPS, COST_STEPS, DISCOUNT

WORTH = "What an option leaves the commissioner with, against doing nothing, at the prices of the year appraised (decision methods/0254)."
PROMISE = "What a case promises, priced and followed through the contract (decision methods/0253)."
VARIED = (
    "One thing varied at a time, all else as expected, doing nothing as expected throughout (decision methods/0255)."
)
CHARGED = "A change for all practices is shared by what each did of it, to the penny (decision methods/0253)."
ALIKE = "Practices that did few of it bear alike, so that no part tells of a few people (decision methods/0262)."
BILL_RULES = ("ledger.notice_days", "ledger.rebased_from", "ledger.rebased_share")
OF_DRIVERS = {
    "activity": (ACTIVITY_RANGE,), "cost": (COST_LOWER, COST_UPPER), "start": (DELAY,), "baseline": BILL_RULES,
    "all_against": (ACTIVITY_RANGE, COST_LOWER, COST_UPPER, DELAY, *BILL_RULES),
}  # fmt: skip
YEARS, LINES = "appraisal_years", "appraisal_lines"


def trace_appraisal_line(found: Found) -> Trace:
    """This returns what a step of an option's year is made of: rows of the case, steps of the bill, or the steps it discounts."""
    row, step = found.row, found.row["step"]
    said, rules = (row["reason"],), (f"Rule: {row['rule']}.",)
    policy = (row["parameter"],) if row["parameter"] else ()
    if step == DISCOUNT:
        left = tuple(_steps(found, (*COST_STEPS, *BILL_STEPS)))
        return Trace("Discounted", left, sentences=said, rules=rules, policy=policy)
    if step in BILL_STEPS:
        steps = _where(
            found, "bill_changes", change_code=row["option_code"], financial_year=row["financial_year"], step=step
        )
        parts = [
            _negated(
                published_part(found.published, "bill_changes", row=each, column="amount_pence", label=_place(each))
            )
            for each in steps.to_dicts()
        ]
        return Trace(
            "What the bill does, line by line", tuple(parts), is_sum=True, sentences=said, rules=rules, policy=policy
        )
    costs = [each for each in _costs(found, row["financial_year"]) if _belongs(each, step)]
    times = 1 if step == "paid_by_partner" else -1
    parts = [_negated(_cost_part(found, each), times=times) for each in costs]
    is_sum = step != "optimism"
    return Trace("Rows of the case", tuple(parts), is_sum=is_sum, sentences=said, rules=rules, policy=policy)


def trace_appraisal_year(found: Found) -> Trace:
    """This returns what a year of an option is made of: its steps, or itself less doing nothing, or the years before it."""
    name, row = found.column.name, found.row
    of_steps = {
        "cost_pence": COST_STEPS,
        "bill_pence": BILL_STEPS,
        "present_value_pence": (*COST_STEPS, *BILL_STEPS, DISCOUNT),
    }
    if name in of_steps:
        return Trace(
            "Step by step", tuple(_steps(found, of_steps[name])), is_sum=True, rules=(WORTH,), policy=(DISCOUNT_RATE,)
        )
    if name == "net_pence":
        parts = (found.part("cost_pence", "by costs"), found.part("bill_pence", "by the hospitals' bill"))
        return Trace("Together", parts, is_sum=True, rules=(WORTH,))
    if name in ("against_pence", "against_present_value_pence"):
        own = "net_pence" if name == "against_pence" else "present_value_pence"
        nothing = _negated(found.part(own, "less that of doing nothing", option_code=_nothing(found)))
        return Trace("Against doing nothing", (found.part(own, "of the option"), nothing), is_sum=True, rules=(WORTH,))
    if name == "running_pence":
        years = _where(found, YEARS, option_code=row["option_code"]).filter(
            pl.col("financial_year") <= row["financial_year"]
        )
        return Trace("Year by year", _of_years(found, years, "against_pence"), is_sum=True, rules=(WORTH,))
    return Trace(rules=(WORTH,), policy=(DISCOUNT_RATE,))


def trace_appraisal_result(found: Found) -> Trace:
    """This returns the years a result is the sum of, or what it was found from."""
    name, option = found.column.name, found.row["option_code"]
    years = _where(found, YEARS, option_code=option)
    summed = {"net_present_value_pence": "against_present_value_pence", "net_pence": "against_pence"}
    if name in summed:
        parts = _of_years(found, years, summed[name])
        return Trace("Year by year", parts, is_sum=True, rules=(WORTH,), policy=(DISCOUNT_RATE, HORIZON))
    if name == "bill_pence":
        nothing = _of_years(found, _where(found, YEARS, option_code=_nothing(found)), name)
        parts = (*_of_years(found, years, name), *(_negated(each) for each in nothing))
        return Trace("Year by year, less doing nothing", parts, is_sum=True, rules=(WORTH,), policy=BILL_RULES)
    if name == "is_affordable":
        short = _where(found, "appraisal_payers", option_code=option)
        parts = tuple(
            published_part(
                found.published, "appraisal_payers", row=each, column="left_pence",
                label=f"{each['financial_year']}, {_words(each['paid_from'])}: named less needed",
            )
            for each in short.to_dicts()
        )  # fmt: skip
        return Trace("Affordable where none of these is below nought", parts, rules=(WORTH,))
    if name == "break_even_activity_ratio":
        said = "Sought to a thousandth of the promised change, on the side that is not a loss; all else as expected."
        return Trace(
            "From",
            (found.part("net_present_value_pence", "worth with all of it"),),
            sentences=(said,),
            rules=(WORTH,),
            policy=(REACH,),
        )
    if name == "partner_present_value_pence":
        steps = _where(found, LINES, option_code=option, step="paid_by_partner").sort("financial_year")
        parts = tuple(
            published_part(
                found.published, LINES, row=each, column="amount_pence", label=each["financial_year"].replace("-", "/")
            )
            for each in steps.to_dicts()
        )
        return Trace("Discounted, less doing nothing", parts, rules=(WORTH,), policy=(DISCOUNT_RATE,))
    column = "against_pence" if name == "recurrent_pence" else "running_pence"
    said = (
        "The last year, without costs that come once."
        if name == "recurrent_pence"
        else f"{found.column.meaning[0].upper()}{found.column.meaning[1:]}."
    )
    return Trace("From", _of_years(found, years, column), sentences=(said,), rules=(WORTH,), policy=(HORIZON,))


def trace_appraisal_payer(found: Found) -> Trace:
    """This returns the costs that somebody is asked for, or what is named less what is needed."""
    row, name = found.row, found.column.name
    if name == "needed_pence":
        costs = [each for each in _costs(found, row["financial_year"]) if each["paid_from"] == row["paid_from"]]
        parts = tuple(_cost_part(found, each) for each in costs)
        return Trace("Rows of the case", parts, is_sum=True, rules=(PROMISE,))
    if name == "left_pence" and row["named_pence"] is not None:
        parts = (found.part("named_pence", "named"), _negated(found.part("needed_pence", "less needed")))
        return Trace("From", parts, is_sum=True, rules=(PROMISE,))
    return Trace(rules=(PROMISE,))


def trace_sensitivity(found: Found) -> Trace:
    """This returns what was varied, beside what the option is worth as expected."""
    row = found.row
    result = _where(found, "appraisal_results", option_code=row["option_code"]).to_dicts()[0]
    worth = published_part(
        found.published, "appraisal_results", row=result, column="net_present_value_pence", label="worth as expected"
    )
    said = f"Low: {row['low_reason']}. High: {row['high_reason']}."
    return Trace("Beside", (worth,), sentences=(said,), rules=(VARIED,), policy=OF_DRIVERS[row["driver"]])


def trace_appraisal_change(found: Found) -> Trace:
    """This returns the row of the case that promises a change, and the price it was valued at."""
    row = found.row
    promised = _where(
        found, "case_activity_changes", option_code=row["option_code"], change_number=row["change_number"]
    )
    price = _where(
        found,
        "appraisal_prices",
        **{name: row[name] for name in ("provider_code", "point_of_delivery", "treatment_function_code")},
    )
    parts = [
        published_part(
            found.published,
            "case_activity_changes",
            row=each,
            column="yearly_activity_change",
            label="promised in a full year",
        )
        for each in promised.to_dicts()
    ]
    column = "plan_price_pence" if found.column.name == "budget_change_pence" else "cost_pence"
    for each in price.to_dicts():
        parts.append(
            published_part(
                found.published, "appraisal_prices", row=each, column=column, label="what was averaged came to"
            )
        )
        parts.append(
            published_part(found.published, "appraisal_prices", row=each, column="activity_count", label="for so many")
        )
    parts.append(found.part("activity_change", "more in this year, by month begun and percent reached"))
    return Trace("From", tuple(parts), rules=(PROMISE,))


def trace_appraisal_price(found: Found) -> Trace:
    """This returns what a price is the average of, or the line of the contract that agrees it locally."""
    row = found.row
    tariff = found.archive.input(found.published, "tariff")
    parts = [found.part("cost_pence", "paid"), found.part("activity_count", "for so many")]
    if row["price_basis"] == "local_price" and tariff is not None:
        here = (pl.col("provider_code") == row["provider_code"]) & (
            pl.col("point_of_delivery") == row["point_of_delivery"]
        )
        held = found.archive.frame(tariff, "contract_forms").filter(here & pl.col("local_price_pence").is_not_null())
        parts += [
            published_part(
                tariff,
                "contract_forms",
                row=each,
                column="local_price_pence",
                label="agreed price of a unit",
                note=each["source"],
            )
            for each in held.to_dicts()
        ]
    return Trace("From", tuple(parts), sentences=(row["reason"],), rules=(PROMISE,), policy=(LEAST_COUNT,))


def trace_budget_effect(found: Found) -> Trace:
    """This returns the changes of the year, of the line's service, that the line's part is a share of."""
    row = found.row
    kinds = [code for code, kind in POINTS_OF_DELIVERY.items() if kind.service == row["service"]]
    mine = pl.col("option_code").is_in([row["option_code"], _nothing(found)]) & (
        pl.col("financial_year") == row["financial_year"]
    )
    changes = found.archive.frame(found.published, "appraisal_changes").filter(
        mine & pl.col("practice_code").is_in([row["practice_code"], "all"]) & pl.col("point_of_delivery").is_in(kinds)
    )
    parts = tuple(
        published_part(
            found.published, "appraisal_changes", row=each, column="budget_change_pence",
            label=f"{_place(each)}, {'of all practices' if each['practice_code'] == 'all' else 'its own'}",
        )
        for each in changes.to_dicts()
    )  # fmt: skip
    return Trace("Shared from", parts, sentences=(ALIKE,), rules=(CHARGED,), policy=(LEAST_COUNT,))


def trace_case_bill(found: Found) -> Trace:
    """This returns how a case's change of the bill came about: what it promises on the line, then the terms of the contract."""
    row = found.row
    rules, policy = (f"Rule: {row['rule']}.",), (row["parameter"],) if row["parameter"] else ()
    if row["step"] == "priced":
        same = {name: row[name] for name in ("provider_code", "point_of_delivery", "financial_year")}
        parts = tuple(
            published_part(
                found.published,
                "appraisal_changes",
                row=each,
                column="change_pence",
                label=f"change {each['change_number']}",
            )
            for each in _where(found, "appraisal_changes", option_code=row["change_code"], **same).to_dicts()
        )
        return Trace(
            "Promised on this line", parts, is_sum=True, sentences=(row["reason"],), rules=rules, policy=policy
        )
    before = "priced" if row["step"] == "not_paid" else "not_paid"
    parts = (
        found.part(
            "amount_pence",
            "change at contract prices" if before == "priced" else "what the form does not follow",
            step=before,
        ),
    )
    parts += _terms(found, row)
    told = (*policy, *BILL_RULES) if row["step"] in ("rebased", "stranded") else policy
    return Trace("From", parts, sentences=(row["reason"],), rules=rules, policy=tuple(dict.fromkeys(told)))


def _terms(found: Found, row: Row) -> tuple[Part, ...]:
    """The baseline of the line's contract, where one names the line."""
    tariff = found.archive.input(found.published, "tariff")
    forms = found.archive.frame(tariff, "contract_forms") if tariff else CONTRACT_FORMS.empty()
    line = [pl.col(name) == row[name] for name in ("commissioner_code", "provider_code", "point_of_delivery")]
    held = [(tariff, each) for each in forms.filter(pl.all_horizontal(line)).to_dicts() if tariff]
    said = "baseline or agreed sum of the year"
    return tuple(
        published_part(source, "contract_forms", row=each, column="baseline_pence", label=said, note=each["source"])
        for source, each in held
    )


def _where(found: Found, table: str, **held: object) -> pl.DataFrame:
    rows = found.archive.frame(found.published, table)
    return rows.filter(pl.all_horizontal([pl.col(name) == value for name, value in held.items()]))


def _nothing(found: Found) -> str:
    return str(_where(found, "case_options", is_do_nothing=True)["option_code"][0])


def _steps(found: Found, steps: Iterable[str]) -> list[Part]:
    row = found.row
    rows = _where(found, LINES, option_code=row["option_code"], financial_year=row["financial_year"])
    return [
        published_part(found.published, LINES, row=each, column="amount_pence", label=_words(each["step"]))
        for each in rows.filter(pl.col("step").is_in(list(steps))).sort("sequence").to_dicts()
    ]


def _of_years(found: Found, years: pl.DataFrame, column: str) -> tuple[Part, ...]:
    return tuple(
        published_part(found.published, YEARS, row=each, column=column, label=each["financial_year"].replace("-", "/"))
        for each in years.sort("financial_year").to_dicts()
    )


def _costs(found: Found, year: str) -> list[Row]:
    """Costs of the row's option that are paid in a year."""
    own = _where(found, "case_costs", option_code=found.row["option_code"])
    paid = (pl.col("financial_year") == year) | (pl.col("is_recurrent") & (pl.col("financial_year") < year))
    return own.filter(paid).to_dicts()


def _belongs(cost: Row, step: str) -> bool:
    is_partners = bool(cost["paid_from"] == "partner")
    if step == "optimism":
        return not is_partners and bool(cost["cost_pence"] > 0)
    return is_partners if step == "paid_by_partner" else bool(cost["kind"] == step)


def _cost_part(found: Found, cost: Row) -> Part:
    note = f"{_words(cost['kind'])}, from {_words(cost['paid_from'])}"
    return published_part(found.published, "case_costs", row=cost, column="cost_pence", label=cost["reason"], note=note)


def _negated(part: Part, *, times: int = -1) -> Part:
    """The part as it counts here: what is paid is less."""
    return replace(part, amount=part.amount * times if isinstance(part.amount, int) else part.amount)


def _place(row: Row) -> str:
    return f"{row['point_of_delivery']} at {row['provider_code']}"


def _words(code: str) -> str:
    return code.replace("_", " ")
