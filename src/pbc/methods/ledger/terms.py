"""The terms of each line for the year to date, and the one arithmetic by which every form of payment is worked out."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import Any

from pbc.errors import RefusedInput
from pbc.methods.ledger.agreed import Agreed, LineKey, line_of
from pbc.money import nearest
from pbc.periods import Month
from pbc.policy import Policy
from pbc.reference.payment_forms import PAYMENT_FORMS, WHOLE, PaymentForm

VARIABLE_PERCENT = "ledger.variable_percent"
LeftOut = Collection[tuple[int, str]]


@dataclass(frozen=True)
class Terms:
    """How one line is paid for a stretch of a year. Value within `floor_pence` and `ceiling_pence` is paid as the baseline;
    value above is paid at `above_percent` beyond it, value missing below is taken back at `below_percent`."""

    line: LineKey
    form: PaymentForm
    baseline_pence: int = 0
    floor_pence: int = 0
    ceiling_pence: int = 0
    above_percent: int = WHOLE
    below_percent: int = WHOLE
    local_price_pence: int | None = None
    parameter: str | None = None

    def pay(self, value_pence: int) -> int:
        """This returns what is paid for activity of a value, in whole pence; what is not paid is rounded half up.

        >>> marginal = Terms(("ZP1", "ZH1", "NEL"), PAYMENT_FORMS["marginal"], 100_000, 100_000, 100_000, above_percent=30)
        >>> marginal.pay(120_000), marginal.pay(90_000)
        (106000, 90000)
        >>> corridor = Terms(("ZP1", "ZH1", "OPFUP"), PAYMENT_FORMS["cost_and_volume"], 1_000, 950, 1_050, 50, 50)
        >>> [corridor.pay(value) for value in (850, 950, 1_040, 1_150)]
        [950, 1000, 1000, 1050]
        """
        above, below = max(value_pence - self.ceiling_pence, 0), max(self.floor_pence - value_pence, 0)
        kept_back = nearest(Fraction(above * (WHOLE - self.above_percent), WHOLE))
        left = nearest(Fraction(below * (WHOLE - self.below_percent), WHOLE))
        return self.baseline_pence + above - kept_back - below + left


def find_terms(agreed: Agreed, *, month: Month, policy: Policy, left_out: LeftOut = ()) -> dict[LineKey, Terms]:
    """This returns the terms of every line of the month's year, for the year to date, as varied by the day known.

    A baseline counts for the days gone by of the months its contract holds in (without a contract: of the year), but for
    months and kinds `left_out` because they never came; what a variation changes counts from its own first month on, over
    the days it is spread over. Amounts in pence, rounded half up once. A line that lacks what its form needs is refused by
    name. Source: rules.md 8.2 P8, 13.1; methods.md 3.11; decision methods/0179.
    """
    year = month.financial_year
    variations, spans, found = agreed.variations(year), agreed.spans(year), dict[LineKey, Terms]()
    whole = tuple(year.months())

    @cache  # most lines hold all year
    def gone(months: tuple[Month, ...], kind: str) -> Fraction:
        return share_gone(months, month=month, kind=kind, left_out=left_out)

    for row in agreed.forms(year).iter_rows(named=True):
        line = line_of(row)
        share = gone(spans.get(line[:2], whole), line[2])
        more = sum((each.baseline_pence * gone(each.months, line[2]) for each in variations.get(line, ())), Fraction(0))
        found[line] = _terms(row, share, more, month, policy=policy)
    return found


def _terms(row: dict[str, Any], share: Fraction, more: Fraction, month: Month, *, policy: Policy) -> Terms:
    """The terms of a line of which a share of the year is gone, with `more` by its variations."""
    form = require_whole(row)

    def to_date(name: str) -> int:
        return 0 if row[name] is None else nearest(row[name] * share + more)

    baseline = to_date("baseline_pence")
    is_corridor = "floor_pence" in form.needs
    above, below, parameter = _percents(row, form, month, policy)
    return Terms(
        line_of(row), form, baseline,
        to_date("floor_pence") if is_corridor else baseline, to_date("ceiling_pence") if is_corridor else baseline,
        above, below, row["local_price_pence"], parameter,
    )  # fmt: skip


def _percents(row: dict[str, Any], form: PaymentForm, month: Month, policy: Policy) -> tuple[int, int, str | None]:
    """What is paid above and taken back below, and the policy value that says so where the line does not."""
    if form.code == "variable":
        if row["marginal_percent"] is not None:
            return row["marginal_percent"], row["marginal_percent"], None
        percent = policy.whole(VARIABLE_PERCENT, on=month.financial_year.start)
        return percent, percent, VARIABLE_PERCENT
    above = row["marginal_percent"] if form.above_percent is None else form.above_percent
    below = row["below_percent"] if form.below_percent is None else form.below_percent
    return above, below, None


def require_whole(row: dict[str, Any]) -> PaymentForm:
    """This returns the form of a line of a contract, and refuses one that lacks what its form is worked out from."""
    form = PAYMENT_FORMS[row["payment_form"]]
    where = f"contract_forms, {row['provider_code']} {row['point_of_delivery']} {row['financial_year']}"
    missing = [name for name in form.needs if row[name] is None]
    if missing:
        raise RefusedInput(
            f"A {form.code} contract line has no baseline or no percent.", where=where, found=f"no {', '.join(missing)}",
            expected=", ".join(form.needs), remedy=f"Fill in {' and '.join(missing)}.",
        )  # fmt: skip
    if "floor_pence" in form.needs and not row["floor_pence"] <= row["baseline_pence"] <= row["ceiling_pence"]:
        raise RefusedInput(
            "The corridor of a contract line does not hold its baseline.", where=where,
            found=f"{row['floor_pence']}, {row['baseline_pence']}, {row['ceiling_pence']} pence",
            expected="floor, baseline and ceiling in rising order", remedy="Correct the three sums.",
        )  # fmt: skip
    return form


def share_gone(months: Sequence[Month], *, month: Month, kind: str, left_out: LeftOut = ()) -> Fraction:
    """This returns what share of the days of some months is gone by the end of `month`.

    Months of this kind of activity that are left out do not count as gone.

    >>> year = list(Month(2009, 9).financial_year.months())
    >>> share_gone(year, month=Month(2009, 9), kind="NEL"), share_gone(year[5:], month=Month(2009, 9), kind="NEL")
    (Fraction(183, 365), Fraction(15, 106))
    """
    held = [each for each in months if each <= month and (each.number, kind) not in left_out]
    return Fraction(sum(map(days_in, held)), sum(map(days_in, months)))


@cache
def days_in(month: Month) -> int:
    """This returns how many days a month has."""
    return (month.end - month.start).days + 1
