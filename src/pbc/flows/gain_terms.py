"""The terms of one signed gain-share agreement, laid over the rules for the year it pays for, and kept in the receipt."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from pbc.errors import RefusedInput
from pbc.methods.savings import AGREED
from pbc.periods import FinancialYear
from pbc.policy.gain_share import GAIN_SHARE_VALUES, RATES, SIGNED_ON
from pbc.policy.policy import Policy, PolicyValue
from pbc.results import Receipt

TERMS = "gain_terms"


@dataclass(frozen=True)
class SignedTerms:
    """What an agreement says, by the names of `GAIN_SHARE_VALUES`, with who signed it and when; `source` names the paper.

    Plain values will do, as JSON has them: days as text, and numbers of people as text.
    """

    values: Mapping[str, Any]
    source: str


def lay_terms(policy: Policy, terms: SignedTerms | None, *, year: FinancialYear) -> Policy:
    """This returns the policy with an agreement's terms in force from the first day of its year; without terms, as it was.

    A name that is no part of an agreement, or a value of another unit, is refused.
    """
    return (
        _lay(policy, {name: (value, terms.source) for name, value in terms.values.items()}, year) if terms else policy
    )


def told_of_terms(policy: Policy, *, year: FinancialYear) -> dict[str, str]:
    """This returns what a receipt holds of the terms agreed locally, so that a year is closed, and explained, alike again."""
    agreed = {value.name: [value.value, value.source] for value in _in_force(policy, year) if value.status == AGREED}
    return {TERMS: json.dumps(agreed, sort_keys=True, default=str)} if agreed else {}


def with_terms_of(policy: Policy, receipt: Receipt) -> Policy:
    """This returns the policy with the terms a year end was closed with, where its receipt tells others than are in force."""
    told = receipt.parameters.get(TERMS)
    if told is None:
        return policy
    year = FinancialYear.parse(receipt.parameters["year"])
    if told_of_terms(policy, year=year).get(TERMS) == told:
        return policy
    return _lay(policy, {name: tuple(said) for name, said in json.loads(told).items()}, year)


def _lay(policy: Policy, said: Mapping[str, tuple[Any, str]], year: FinancialYear) -> Policy:
    strange = sorted(set(said) - set(GAIN_SHARE_VALUES))
    if strange:
        raise RefusedInput("This is no part of a gain-share agreement.", found=strange[0])
    entries = {
        name: {"values": [{"from": year.start, "value": _exact(name, value), "status": AGREED, "source": source}]}
        for name, (value, source) in said.items()
    }
    return policy.lay_over(entries, where="gain-share agreement")


def _exact(name: str, value: Any) -> Any:
    """A value as the policy has it: days as days, numbers of people as numbers."""
    if name == SIGNED_ON:
        return value if isinstance(value, date) else date.fromisoformat(value)
    return {int(people): rate for people, rate in value.items()} if name == RATES else value


def _in_force(policy: Policy, year: FinancialYear) -> list[PolicyValue]:
    return [policy.value(name, on=year.start) for name in GAIN_SHARE_VALUES if name in policy.values]
