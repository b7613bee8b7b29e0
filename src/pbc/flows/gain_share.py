"""A year's gain share: by a whole signed agreement, or nothing payable and what is missing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import polars as pl

from pbc.errors import RefusedInput
from pbc.flows.gain_terms import told_of_terms
from pbc.methods.savings import (
    GAIN_SHARE,
    NO_AGREEMENT,
    GainAgreement,
    GainFacts,
    apply_gain,
    count_people_of_units,
    find_deficit_first,
    find_gain_agreement,
    find_split,
    share_gain,
    split_freed_up_resources,
)
from pbc.money import pounds
from pbc.periods import FinancialYear
from pbc.policy import Policy

__all__ = ["Gain", "GainFacts", "describe_gain_share", "share_freed_up"]
NOTHING = "Nothing payable: no signed agreement."


@dataclass(frozen=True)
class Gain:
    """Freed-up resources as an agreement shares them, the tables it adds and what the receipt says of it."""

    freed: pl.DataFrame
    tables: dict[str, pl.DataFrame]
    told: dict[str, str]


def share_freed_up(
    positions: pl.DataFrame,
    chance_bands: pl.DataFrame,
    *,
    year: FinancialYear,
    policy: Policy,
    facts: Mapping[str, GainFacts] | None = None,
    commissioner_deficit_pence: int = 0,
) -> Gain:
    """This returns freed-up resources by the rule of the year or a signed agreement, and `gain_shares` where its terms are known.

    Grain in: BUDGET_POSITIONS of the year end and CHANCE_BANDS. A deficit of the commissioner that would come before the split is
    refused: an agreement names who bears what. So are facts of a unit that holds no budget.
    """
    held_at = policy.text("budgets.held_at", on=year.start)
    freed = split_freed_up_resources(
        positions, year=year, policy=policy, held_at=held_at, chance_bands=chance_bands,
        commissioner_deficit_pence=commissioner_deficit_pence,
    )  # fmt: skip
    if not _is_gain_share(policy, year.start):
        is_open = find_split(policy, on=year.start).rule == NO_AGREEMENT
        return Gain(freed, {}, {"agreement": f"{NOTHING} It would need: a locally agreed share"} if is_open else {})
    _require_known(freed, facts or {})
    if commissioner_deficit_pence and find_deficit_first(policy, on=year.start):
        raise RefusedInput(
            "A signed agreement is not cut by the commissioner's own deficit.", where="savings.special_circumstances_agreed",
            found=pounds(commissioner_deficit_pence), expected="no deficit met before the split",
            remedy="Change the agreement's share with its partners, or leave the deficit to the commissioner's part.",
        )  # fmt: skip
    agreement = find_gain_agreement(policy, on=year.start, year_ends_on=year.end)
    people = count_people_of_units(positions, held_at=held_at)
    shares = share_gain(freed, people=people, agreement=agreement, facts=facts)
    return Gain(
        apply_gain(freed, gain_shares=shares, agreement=agreement),
        {"gain_shares": shares} if shares.height else {},
        {"agreement": _in_words(agreement)} | _facts_told(facts or {}) | told_of_terms(policy, year=year),
    )


def describe_gain_share(policy: Policy, *, on: date) -> list[str]:
    """This returns whether anything is payable under the policy on a day, by whose signature, or what it would need."""
    if not _is_gain_share(policy, on):
        return []
    year = FinancialYear.of(on)
    return [_in_words(find_gain_agreement(policy, on=on, year_ends_on=year.end))]


def _is_gain_share(policy: Policy, on: date) -> bool:
    held = policy.values.get("savings.retained_share_rule", ())
    return (
        any(value.starts_on <= on for value in held) and policy.text("savings.retained_share_rule", on=on) == GAIN_SHARE
    )


def _require_known(freed: pl.DataFrame, facts: Mapping[str, GainFacts]) -> None:
    strange = sorted(set(facts) - set(freed["unit_code"]))
    if strange:
        raise RefusedInput(
            "A quality score or revenue is given for one that holds no budget of the year.", found=", ".join(strange),
            expected=f"one of {', '.join(sorted(set(freed['unit_code']))[:6])} ...",
        )  # fmt: skip


def _in_words(agreement: GainAgreement) -> str:
    if agreement.is_payable:
        return f"Payable by the agreement {agreement.source}, signed by {agreement.signed_by} on {agreement.signed_on}."
    shown = "" if agreement.terms is None else " What the terms named would give is shown; none of it is paid."
    return f"{NOTHING}{shown} It would need: {'; '.join(agreement.lacks)}."


def _facts_told(facts: Mapping[str, GainFacts]) -> dict[str, str]:
    """What a receipt holds of the facts given, so that the year can be closed alike again."""
    return {
        f"gain_facts_{code}": f"quality {each.quality}, revenue_pence {each.revenue_pence}"
        for code, each in sorted(facts.items())
    }
