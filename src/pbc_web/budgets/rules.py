"""What the rules say about a round: the regime a commissioner is under, its deadline, its words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from pbc.errors import MissingPolicy
from pbc.periods import FinancialYear
from pbc.policy import Policy, load_policy
from pbc_web.budgets.models import Round
from pbc_web.organisations.models import Organisation
from pbc_web.runs.reading import site_policy


@dataclass(frozen=True)
class Deadline:
    """By when budgets are agreed, and where that is written."""

    on: date
    source: str
    is_assumed: bool


def policy_of(regime: str) -> Policy:
    """This returns the rule values of a regime; those of the site's own with its local agreements laid over them."""
    ours = site_policy()
    return ours if ours.regime == regime else _as_shipped(regime)


@lru_cache
def _as_shipped(regime: str) -> Policy:
    return load_policy(regime)


def regime_of(commissioner: Organisation) -> str:
    """This returns the regime a commissioner is under, which its kind tells."""
    return "england-2005" if commissioner.kind == "pct" else "england-2025"


def deadline_of(regime: str, year: FinancialYear) -> Deadline:
    """This returns the day by which budgets and support of a year are agreed."""
    value = policy_of(regime).value("budgets.agreed_by", on=year.start)
    month, day = str(value.value).split("-")
    return Deadline(date(year.starts_in, int(month), int(day)), value.source, value.is_assumed)


def held_at(regime: str, year: FinancialYear) -> str:
    """This returns whether a practice or its group holds the budget where nobody decided otherwise."""
    return policy_of(regime).text("budgets.held_at", on=year.start)


def answer_due_on(regime: str, asked_on: date) -> date:
    """This returns the day by which an escalation is answered, and a query where no day presses."""
    return asked_on + timedelta(days=policy_of(regime).whole("budgets.query_answer_days", on=asked_on))


def query_due_on(in_round: Round, asked_on: date) -> date:
    """This returns the day by which a query of a budget is answered: soon enough to agree it in time, where there is time."""
    due = answer_due_on(in_round.regime, asked_on)
    if asked_on >= in_round.agreed_by:
        return due
    left = policy_of(in_round.regime).whole("budgets.query_answer_days_left", on=asked_on)
    return min(due, max(in_round.agreed_by - timedelta(days=left), asked_on + timedelta(days=1)))


def said_of(regime: str, names: Iterable[str], on: date) -> dict[str, str]:
    """This returns rule values in words: a share as a percentage, yes or no; a rule that has no value on the day is left out."""
    found = {}
    for name in names:
        try:
            value = policy_of(regime).value(name, on=on).value
        except MissingPolicy:
            continue
        found[name] = (
            ("yes, together" if value else "no, each by itself")
            if isinstance(value, bool)
            else f"{float(value) * 100:g}%"
        )
    return found


def words_of(regime: str, on: date) -> dict[str, str]:
    """This returns what the tiers are called: `cluster`, `commissioner` and `region`, with `commissioner_short`."""
    policy = policy_of(regime)
    return {
        name: policy.text(f"regime.{name}_title", on=on) for name in ("cluster", "commissioner", "region")
    } | {"commissioner_short": policy.text("regime.commissioner_short", on=on)}  # fmt: skip
