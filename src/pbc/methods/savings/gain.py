"""A saving, or a loss, shared by agreement: past the gate, by quality, share and cap, among the partners, step by step."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import polars as pl

from pbc.errors import RefusedInput
from pbc.methods.savings.gain_terms import MINIMUM_RATE, OUTSIDE_CHANCE, GainAgreement, GainTerms
from pbc.money import share_out
from pbc.policy.gain_share import CAP, FLOOR, GATE, LOSS_CAP, SHARE, SIDE
from pbc.tables import FREED_UP_RESOURCES, GAIN_SHARES

GAIN_SHARE = "gain_share"
OUTSIDE = ("outside_chance_inside_outer", "outside_outer")
_UNIT = ["unit_kind", "unit_code"]
_PARAMETERS = (None, None, GATE, FLOOR, SHARE, CAP, SIDE, LOSS_CAP)
Steps = list[tuple[str, Fraction, str]]  # step, what stands after it, and why


@dataclass(frozen=True)
class GainFacts:
    """What the agreement asks of a unit's year and no delivery tells: its quality score, 0 to 1, and its revenue."""

    quality: Fraction | None = None
    revenue_pence: int | None = None


NOTHING_KNOWN = GainFacts()


def share_gain(
    units: pl.DataFrame, *, people: pl.DataFrame, agreement: GainAgreement, facts: Mapping[str, GainFacts] | None = None
) -> pl.DataFrame:
    """This returns GAIN_SHARES: what each unit's saving or loss gives each partner, step by step; no terms give no rows.

    Grain in: FREED_UP_RESOURCES, one unit and basis: budget is the benchmark, actual what was spent, `label` its place
    against luck; `people`: `unit_kind, unit_code, people_count`; `facts` by unit code. Benchmark less actual is the gross
    saving. Inside the gate nothing counts, neither way; below the quality floor, or without a score where there is a floor,
    nothing is earned; the share earned is kept to the cap. Of a loss partners bear 1 less the share earned, within least
    and most, up to the lower of both limits. Pence, largest remainder; partners and steps add up. Without a signed agreement
    `is_payable` is false. Source: methods.md 3.13; rules.md 13.1, 13.2; decision methods/0193.
    """
    terms = agreement.terms
    if terms is None:
        return GAIN_SHARES.empty()
    held = FREED_UP_RESOURCES.conform(units).join(people.select(*_UNIT, "people_count"), on=_UNIT, how="left")
    if held["people_count"].null_count():
        missing = held.filter(pl.col("people_count").is_null())["unit_code"][0]
        raise RefusedInput(
            "Nobody says how many people a unit answers for.", where=f"unit {missing}", found="no people"
        )
    rows = [
        {**_key(row), "partner_code": partner, **step, "is_payable": agreement.is_payable}
        for row in held.iter_rows(named=True)
        for partner, step in _by_partner(_steps(row, terms, (facts or {}).get(row["unit_code"], NOTHING_KNOWN)), terms)
    ]
    return GAIN_SHARES.from_rows(rows).sort("financial_year", *_UNIT, "basis", "partner_code", "step_number")


def apply_gain(freed: pl.DataFrame, *, gain_shares: pl.DataFrame, agreement: GainAgreement) -> pl.DataFrame:
    """This returns FREED_UP_RESOURCES with what a signed agreement gives each unit's partners; without one they are unchanged.

    What partners owe of a loss stands in GAIN_SHARES alone: nothing was freed up there. Pence; both parts sum to what was
    freed up. Grain in and out: one unit and basis. Source: decision methods/0193.
    """
    if not agreement.is_payable or agreement.terms is None:
        return freed
    keys = [*_UNIT, "basis"]
    paid = gain_shares.group_by(keys).agg(pl.col("amount_pence").sum().clip(0).alias("paid_pence"))
    joined = freed.join(paid, on=keys, how="left", maintain_order="left").with_columns(
        pl.col("paid_pence").fill_null(0)
    )
    return FREED_UP_RESOURCES.conform(
        joined.with_columns(
            pl.col("paid_pence").alias("retained_pence"),
            (pl.col("freed_up_pence") - pl.col("paid_pence")).alias("commissioner_pence"),
            pl.lit(float(agreement.terms.share)).alias("retained_share"),
            pl.lit(GAIN_SHARE).alias("rule"),
        )
    )


def _key(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: row[name] for name in ("financial_year", *_UNIT, "basis")}


def _steps(row: Mapping[str, Any], terms: GainTerms, facts: GainFacts) -> Steps:
    benchmark = row["budget_pence"]
    saved = benchmark - row["actual_pence"]
    passes, why = _passes(row, terms, abs(saved))
    steps: Steps = [
        ("benchmark", Fraction(benchmark), "what was to be spent"),
        ("actual", Fraction(saved), "what was spent"),
    ]
    left = Fraction(saved if passes else 0)
    steps.append(("gate", left, why))
    earned, told = _earned(terms, facts)
    left = Fraction(0) if left > 0 and earned is None else left
    steps.append(("quality", left, told))
    rate = earned or Fraction(0)
    left = left * rate if left > 0 else left
    steps.append(("share", left, f"{_percent(rate)} of a saving is earned"))
    left = min(left, terms.cap_share * benchmark) if left > 0 else left
    steps.append(("cap", left, f"at most {_percent(terms.cap_share)} of the benchmark"))
    borne = min(max(1 - rate, terms.loss_least_share), terms.loss_most_share) if terms.shares_losses else Fraction(0)
    left = left * borne if left < 0 else left
    steps.append(("loss", left, f"{_percent(borne)} of a loss is borne" if terms.shares_losses else "no loss is borne"))
    if left < 0:
        left = max(left, -_most_owed(terms, benchmark, facts, where=row["unit_code"]))
    steps.append(("loss_limit", left, f"at most {_percent(terms.loss_cap_share)} of the benchmark is owed"))
    return steps


def _passes(row: Mapping[str, Any], terms: GainTerms, moved: int) -> tuple[bool, str]:
    """Whether a saving or loss of this size counts, and why."""
    if terms.gate == OUTSIDE_CHANCE:
        return row["label"] in OUTSIDE, f"counts outside what luck explains: {row['label'].replace('_', ' ')}"
    if terms.gate != MINIMUM_RATE:
        return True, "no gate"
    rate = terms.minimum_rate(row["people_count"])
    if rate is None:
        return False, f"no rate is agreed for {row['people_count']:,} people: too few"
    return moved >= rate * row["budget_pence"], f"counts from {_percent(rate)} of the benchmark on"


def _earned(terms: GainTerms, facts: GainFacts) -> tuple[Fraction | None, str]:
    """The share of a saving that quality lets be earned, or None, and why."""
    if facts.quality is None:
        if terms.quality_floor or terms.quality_scales:
            return None, "the quality score is not known, so nothing is earned"
        return terms.share, "quality changes nothing"
    if not 0 <= facts.quality <= 1:
        raise RefusedInput("A quality score lies between 0 and 1.", found=str(float(facts.quality)))
    if facts.quality < terms.quality_floor:
        return None, f"quality {_percent(facts.quality)} is below the floor of {_percent(terms.quality_floor)}"
    told = f"quality {_percent(facts.quality)} meets the floor of {_percent(terms.quality_floor)}"
    return terms.share * (facts.quality if terms.quality_scales else 1), told


def _most_owed(terms: GainTerms, benchmark: int, facts: GainFacts, *, where: str) -> Fraction:
    limit = terms.loss_cap_share * benchmark
    if terms.loss_revenue_share == 1:
        return limit
    if facts.revenue_pence is None:
        raise RefusedInput(
            "The agreement limits what is owed by the partners' revenue, and nobody says what that is.", where=f"unit {where}",
            found="no revenue", expected="the revenue of the year", remedy="Give it, or agree on no such limit (a share of 1).",
        )  # fmt: skip
    return min(limit, terms.loss_revenue_share * facts.revenue_pence)


def _by_partner(steps: Steps, terms: GainTerms) -> list[tuple[str, dict[str, Any]]]:
    """Each step parted among the partners, so that what stands after it is parted exactly, and amounts are differences."""
    partners = sorted(terms.partners)
    weights = [terms.partners[each] for each in partners]
    before, found = [0] * len(partners), []
    for number, (name, left, why) in enumerate(steps):
        parts = share_out(_nearest(left), weights, keys=partners)
        for partner, part, earlier in zip(partners, parts, before, strict=True):
            amounts = {"amount_pence": part - earlier, "left_pence": part}
            known = {"step": name, "step_number": number + 1, "reason": why, "parameter": _PARAMETERS[number]}
            found.append((partner, known | amounts))
        before = parts
    return found


def _nearest(amount: Fraction) -> int:
    """Whole pence, halves away from nought, so that a saving and a loss mirror each other."""
    whole = (2 * abs(amount.numerator) + amount.denominator) // (2 * amount.denominator)
    return whole if amount >= 0 else -whole


def _percent(share: Fraction) -> str:
    return f"{round(float(share) * 100, 4):g}%"
