"""What the rules say of freed-up money: what it may be spent on, how it is shared, until when it is spent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from pbc.errors import RefusedInput
from pbc.periods import FinancialYear, Month
from pbc.policy import Policy
from pbc_web.budgets.rules import policy_of, regime_of
from pbc_web.organisations.models import Organisation
from pbc_web.reinvestment.states import USES
from pbc_web.runs.reading import site_policy
from pbc_web.statements.models import Pot


@dataclass(frozen=True)
class Shares:
    """How what is freed up in a year is shared: the practices' percentage where the rules name one, and where it is written."""

    practices_percent: float | None
    source: str
    is_assumed: bool

    @property
    def commissioner_percent(self) -> float | None:
        """The commissioner's part."""
        return None if self.practices_percent is None else 100 - self.practices_percent


def uses_known(on: date) -> Mapping[str, str]:
    """This returns what freed-up money may be spent on by the site's rules of a day, code to words."""
    return _named(site_policy(), on)


def uses_of(commissioner: Organisation, on: date) -> Mapping[str, str]:
    """This returns what a commissioner's practices may spend freed-up money on by the rules of a day."""
    return _named(policy_of(regime_of(commissioner)), on)


def _named(policy: Policy, on: date) -> Mapping[str, str]:
    return {code: USES[code] for code in _listed(policy, "permitted_uses", on)}


def _listed(policy: Policy, name: str, on: date) -> tuple[str, ...]:
    return tuple(policy.value(f"savings.{name}", on=on).value)


def require_permitted(use: str, commissioner: Organisation, on: date) -> None:
    """This refuses what freed-up money may not be spent on by the rules of a day: above all anybody's personal income."""
    permitted = uses_of(commissioner, on)
    if use in permitted:
        return
    never = _listed(policy_of(regime_of(commissioner)), "never_for", on)
    what = (
        "Freed-up money is for patients: it is never anybody's personal income."
        if use in never
        else "This is no permitted use."
    )
    raise RefusedInput(what, found=USES.get(use, use), expected=", ".join(permitted.values()))


def shares_of(pot: Pot) -> Shares:
    """This returns how the year of a pot is shared by its rules; no percentage where only an agreement can name one."""
    policy, on = policy_of(regime_of(pot.commissioner)), FinancialYear.parse(pot.financial_year).start
    value = policy.value("savings.retained_share", on=on)
    share = value.value if isinstance(value.value, int | float) else None
    return Shares(None if share is None else float(share) * 100, value.source, value.is_assumed)


def meant_until(pot: Pot) -> date:
    """This returns the last day of the year a pot was meant for: what is left then is carried on by consent alone."""
    on = FinancialYear.parse(pot.financial_year).start
    months = policy_of(regime_of(pot.commissioner)).whole("savings.carried_months", on=on)
    return Month.of(pot.spend_due_on).plus(-months).end
