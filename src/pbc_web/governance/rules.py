"""What the rules say of interests: days to declare in, how long a declaration holds, how long entries stay published."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from pbc.periods import Month
from pbc_web.budgets.rules import policy_of, regime_of
from pbc_web.organisations.models import Organisation


@dataclass(frozen=True)
class Rules:
    """The rule values of one register on a day."""

    declare_days: int
    confirm_months: int
    published_months: int
    gift_published_months: int
    kept_years: int
    declared_from_pence: dict[str, int]
    approved_above_pence: dict[str, int]
    assumed: bool

    def due_on(self, said_on: date) -> date:
        """The last day on which what was said still holds."""
        return months_after(said_on, self.confirm_months)

    def days_late(self, since: date, declared_on: date) -> int:
        """How many days after the time to declare something was declared; nought in time."""
        return max(0, (declared_on - since).days - self.declare_days)

    def published_if_ended_after(self, on: date) -> date:
        """What ended on this day or before is published no longer."""
        return months_after(on, -self.published_months)


def rules_of(register: Organisation, *, on: date) -> Rules:
    """This returns the rule values of a commissioner's register on a day."""
    rules = policy_of(regime_of(register))
    worth = {
        name: rules.whole(f"interests.{name}", on=on)
        for name in (
            "gift_declared_from_pence", "hospitality_declared_from_pence", "gift_approved_above_pence",
            "hospitality_approved_above_pence",
        )
    }  # fmt: skip
    return Rules(
        declare_days=rules.whole("interests.declare_days", on=on),
        confirm_months=rules.whole("interests.confirm_months", on=on),
        published_months=rules.whole("interests.published_months", on=on),
        gift_published_months=rules.whole("interests.gift_published_months", on=on),
        kept_years=rules.whole("interests.kept_years", on=on),
        declared_from_pence={kind: worth[f"{kind}_declared_from_pence"] for kind in ("gift", "hospitality")},
        approved_above_pence={kind: worth[f"{kind}_approved_above_pence"] for kind in ("gift", "hospitality")},
        assumed=rules.value("interests.declare_days", on=on).is_assumed,
    )


def months_after(day: date, months: int) -> date:
    """This returns the same day some months on, or the last of its month where that has no such day.

    >>> months_after(date(2009, 8, 31), -6), months_after(date(2008, 2, 29), 12)
    (datetime.date(2009, 2, 28), datetime.date(2009, 2, 28))
    """
    month = Month.of(day).plus(months)
    return min(month.start + timedelta(days=day.day - 1), month.end)
