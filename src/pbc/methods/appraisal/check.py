"""Whether the rows of a case belong together: one case, one doing nothing, years that are looked at, places that are known."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date
from itertools import accumulate
from typing import Any

import polars as pl

from pbc.errors import RefusedInput
from pbc.methods.appraisal.rules import AppraisalRules
from pbc.money import LARGEST_PENCE, pounds
from pbc.periods import FinancialYear, Month
from pbc.tables.case_activity_changes import ALL_OF_IT

NUMBERED = {"case_costs": "cost_number", "case_activity_changes": "change_number"}
FILES = {
    "case_options": "options of a case",
    "case_costs": "costs of a case",
    "case_activity_changes": "changes of activity of a case",
    "case_money": "money of a case",
}
HEADINGS = {
    "option_code": "option", "provider_code": "hospital", "practice_code": "practice", "from_month": "from", "financial_year": "year",
    "noticed_on": "hospitals_told_on",
}  # fmt: skip


def require_case(
    case_options: pl.DataFrame, *, case_costs: pl.DataFrame, case_activity_changes: pl.DataFrame, case_money: pl.DataFrame,
    rules: AppraisalRules, providers: Collection[str], practices: Collection[str],
) -> str:  # fmt: skip
    """This returns the code of the one case, and refuses by row what cannot be appraised.

    Grain in: CASE_OPTIONS, CASE_COSTS, CASE_ACTIVITY_CHANGES, CASE_MONEY. Refused are: several cases or none; none or two
    options that are doing nothing, or no other; a row of an option that is not there; a year that is not looked at, for it
    would be left out in silence; a hospital or practice that nobody knows; a day of notice far from those years; sums that
    nobody has. Decision methods/0254.
    """
    tables = {
        "case_options": case_options, "case_costs": case_costs, "case_activity_changes": case_activity_changes,
        "case_money": case_money,
    }  # fmt: skip
    codes: list[str] = sorted({code for rows in tables.values() for code in rows["case_code"].to_list()})
    if len(codes) != 1:
        raise RefusedInput(
            "One case is appraised at a time.", where="case", found=", ".join(codes) or "no row", expected="one case",
            remedy="Put each case into files of its own.",
        )  # fmt: skip
    nothing = case_options.filter("is_do_nothing").height
    if nothing != 1 or case_options.height < 2:
        raise RefusedInput(
            "A case needs exactly one option that is doing nothing, and another.", where=f"case_options of {codes[0]}",
            found=f"{case_options.height} options, {nothing} of them doing nothing",
            expected="one doing nothing and one or more others", remedy="Add it, even if it costs nothing.",
        )  # fmt: skip
    options = case_options["option_code"].to_list()
    for row in case_options.iter_rows(named=True):
        _refuse("case_options", row, _notice_faults(row["noticed_on"], rules))
    for name in NUMBERED:
        for row in tables[name].iter_rows(named=True):
            _refuse(name, row, _faults(name, row, options, rules, providers, practices))
    for row in case_money.iter_rows(named=True):
        _refuse("case_money", row, _year_faults(row["financial_year"], rules))
    for number, pence in zip(case_costs["cost_number"], accumulate(case_costs["cost_pence"].abs()), strict=True):
        require_within_reach(pence * len(rules.years), where=f"{FILES['case_costs']}, row {number}, pounds")
    return codes[0]


def require_within_reach(pence: int, *, where: str) -> None:
    """This refuses sums of a case, added up over its rows and years, beyond which pence cannot be counted."""
    if pence > LARGEST_PENCE:
        raise RefusedInput(
            "A case cannot move so much.", where=where, found=pounds(pence), expected=f"less than {pounds(LARGEST_PENCE)} in all",
            remedy="Correct the row.",
        )  # fmt: skip


KNOWN_BY = {"case_options": ("option_code",), "case_money": ("financial_year", "paid_from")}
Wrong = tuple[str, str, str, str]  # column, what, found, expected


def _faults(
    name: str, row: dict[str, Any], options: Collection[str], rules: AppraisalRules, providers: Collection[str],
    practices: Collection[str],
) -> Iterator[Wrong]:  # fmt: skip
    if row["option_code"] not in options:
        yield "option_code", "There is no such option.", row["option_code"], ", ".join(sorted(options))
    if name == "case_costs":
        yield from _year_faults(row["financial_year"], rules)
        return
    month = Month.from_number(row["from_month"])
    if month.financial_year not in rules.years:
        yield "from_month", "A change begins in a year that is not looked at.", str(month), _span(rules)
    for column, known, what in (("provider_code", providers, "hospital"), ("practice_code", practices, "practice")):
        if row[column] != ALL_OF_IT and row[column] not in known:
            yield (
                column,
                f"There is no such {what} in the register or in what was done.",
                row[column],
                f"a {what}'s code",
            )


def _notice_faults(noticed_on: date | None, rules: AppraisalRules) -> Iterator[Wrong]:
    first, last = rules.years[0].plus(-len(rules.years)).start, rules.years[-1].end
    if noticed_on is not None and not first <= noticed_on <= last:
        yield "noticed_on", "Hospitals are not told so long before or after.", str(noticed_on), f"{first} to {last}"


def _year_faults(slug: str, rules: AppraisalRules) -> Iterator[Wrong]:
    if FinancialYear.parse(slug) not in rules.years:
        yield "financial_year", "Money stands in a year that is not looked at.", slug, _span(rules)


def _span(rules: AppraisalRules) -> str:
    return f"{rules.years[0].slug} to {rules.years[-1].slug}"


def _refuse(name: str, row: dict[str, Any], faults: Iterator[Wrong]) -> None:
    wrong = next(faults, None)
    if wrong is not None:
        column, what, found, expected = wrong
        at = f"row {row[NUMBERED[name]]}" if name in NUMBERED else " ".join(row[key] for key in KNOWN_BY[name])
        raise RefusedInput(
            what,
            where=f"{FILES[name]}, {at}, {HEADINGS[column]}",
            found=found,
            expected=expected,
            remedy="Correct the row.",
        )
