"""The reading of each band in plain words. An underspend outside chance is never called a saving here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from pbc.methods.risk.cheque import DEFAULT, ESTIMATED, Cheque
from pbc.methods.risk.labels import BETWEEN, INSIDE, NOT_JUDGED, OUTSIDE, OWN_INSIDE, OWN_NOT_SHOWN
from pbc.money import MINUS, pounds
from pbc.money import pounds_to_nearest_hundred as about
from pbc.policy.policy import Policy
from pbc.stats.bands import Z_95
from pbc.stats.power import expected_outside

SMALL_LIST = 1000
USUAL_NEED = (0.6, 1.6)
NOT_OVER = "the year is not over"
SETTLING = "the deliveries after March that settle the year are still to come"
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Wording:
    """What every sentence needs to know besides its row; `awaits` says why it is provisional, and is empty when final."""

    payer: str
    cluster: str
    cheque: Cheque
    awaits: str

    @classmethod
    def of(cls, policy: Policy, *, cheque: Cheque, on: date, awaits: str) -> Wording:
        """This returns the wording in the words of the regime."""
        return cls(
            policy.text("regime.commissioner_short", on=on), policy.text("regime.cluster_title", on=on), cheque, awaits,
        )  # fmt: skip


def write_sentences(labelled: pl.DataFrame, *, wording: Wording) -> pl.DataFrame:
    """This returns the units with their sentence. Grain in and out: one row per unit. Source: chance.md 3, 5.3."""
    practices = labelled.filter(pl.col("unit_kind") == "practice")
    counts = practices.group_by("payer_code").agg(
        (pl.col("label") != NOT_JUDGED).sum().alias("judged"),
        pl.col("label").is_in([BETWEEN, OUTSIDE]).sum().alias("out"),
    )
    rows = labelled.join(counts, on="payer_code", how="left", maintain_order="left").rows(named=True)
    return labelled.with_columns(pl.Series("sentence", [write_sentence(row, wording) for row in rows], pl.String))


def write_sentence(row: Row, wording: Wording) -> str:
    """This returns the reading of one unit: where it stands, what that can and cannot mean, and what it rests on."""
    if row["unit_kind"] == "risk_pool":
        return write_pool_sentence(row, wording)
    parts = [
        _verdict(row, wording),
        _small(row),
        _own(row, wording),
        _together(row, wording),
        _counted(row, wording),
        _rest(row, wording),
        _fixed(row),
        _unusual(row, wording),
        _past(row, wording),
        _basis(row, wording),
    ]
    return " ".join(part for part in parts if part)


def write_pool_sentence(row: Row, wording: Wording) -> str:
    """This returns the reading of a risk pool: what it had, what it bore, whose the difference is, and how far luck goes."""
    had, bore = pounds(row["budget_pence"]), pounds(row["actual_pence"])
    left = row["budget_pence"] - row["actual_pence"]
    state = f"{pounds(abs(left))} {'under' if left > 0 else 'over'}" if left else "on budget"
    parts = [
        f"The risk pool had {had} to date and bore {bore} of what people cost above "
        f"{pounds((wording.cheque.stop_loss_pounds or 0) * 100)} each: it is {state}.",
        f"What is under or over stays with the {wording.payer}: no practice's position holds any of it.",
    ]
    if row["label"] == NOT_JUDGED:
        return " ".join([*parts, "How far luck alone moves it cannot be told yet.", _state(wording)])
    low, high = _limits(row)
    parts.append(f"Luck alone moves a pool of few, costly patients between {low} and {high} in 19 years of 20.")
    if row["label"] != INSIDE:
        parts.append("This is further: compare what the pool is given with what people cost above the stop-loss.")
    return " ".join([*parts, _state(wording)])


def percent(ratio: float, *, signed: bool = False) -> str:
    """This returns a ratio as a percentage with one decimal, halves up, with a true minus sign.

    >>> percent(-0.0881, signed=True), percent(0.0942, signed=True), percent(0.05)
    ('−8.8%', '+9.4%', '5.0%')
    """
    tenths = int(abs(ratio) * 1000 + 0.5)
    sign = "" if not tenths else MINUS if ratio < 0 else "+" if signed else ""
    return f"{sign}{tenths // 10}.{tenths % 10}%"


def _verdict(row: Row, wording: Wording) -> str:
    if row["label"] == NOT_JUDGED:
        return _not_judged(row, wording)
    variance = row["actual_pence"] / row["budget_pence"] - 1 if row["budget_pence"] else 0.0
    stands = _side(variance).capitalize()
    if row["label"] == INSIDE:
        low, high = _limits(row)
        meaning = "a saving" if variance < 0 else "a real overspend"
        return f"{stands}. Luck alone moves {_who(row)} between {low} and {high} in 19 years of 20. This is not evidence of {meaning}."
    if row["label"] == BETWEEN:
        see = " See change on own position." if row["own_label"] != OWN_NOT_SHOWN else ""
        return (
            f"{stands}: further from budget than luck explains. Budgets like this one are commonly out by about "
            f"{_error_in_words(row, wording)}, so this may say more about the budget than about care.{see}"
        )
    return (
        f"{stands}: further than luck and the usual budget error explain. Check data, list, boundary and pricing first."
    )


def _side(variance: float) -> str:
    """Over or under budget by how much, or on it where what is printed would be nothing."""
    printed = percent(abs(variance))
    return "on budget" if printed == percent(0.0) else f"{'under' if variance < 0 else 'over'} budget by {printed}"


def _limits(row: Row) -> tuple[str, str]:
    low, high = (row[limit] * 100 / row["budget_pence"] - 1 for limit in ("chance_low", "chance_high"))
    return percent(low, signed=True), percent(high, signed=True)


def _error_in_band(row: Row, wording: Wording) -> float:
    """The formula's usual error as it stands in this unit's outer band: only the part that is not own past carries it."""
    at_chance = row["budget_at_chance_pence"]
    return float(row["outer"] ** 0.5 * 100 / at_chance) if at_chance > 0 else wording.cheque.formula_error


def _error_in_words(row: Row, wording: Wording) -> str:
    """The error in this unit's band and, where it is another than the formula's own, how it follows from that."""
    used, whole = _error_in_band(row, wording), wording.cheque.formula_error
    if percent(used) == percent(whole):
        return percent(used)
    by_formula = 1 - row["own_past_pence"] / row["budget_at_chance_pence"]
    part = "" if percent(by_formula) == percent(1.0) else f" of the {percent(by_formula)} of it that the formula sets"
    fewer = "" if row["unit_kind"] == "practice" else ", less because errors of several practices partly cancel"
    return f"{percent(used)} (the formula's own {percent(whole)}{part}{fewer})"


def _is_wholly_past(row: Row, wording: Wording) -> bool:
    """Nothing of the budget was set by a formula, so nothing is said of one."""
    return _is_mostly_past(row) and percent(_error_in_band(row, wording)) == percent(0.0)


def _is_mostly_past(row: Row) -> bool:
    return bool(2 * row["own_past_pence"] > row["budget_at_chance_pence"])


def _past(row: Row, wording: Wording) -> str:
    if not _is_mostly_past(row) or row["label"] == NOT_JUDGED:
        return ""
    if _is_wholly_past(row, wording):
        return "This budget is its own past: the distance tells what changed, not whether the budget is fair."
    share = percent(row["own_past_pence"] / row["budget_at_chance_pence"])
    return (
        f"This budget is mostly its own past ({share} of it), and little of it comes from the formula, which is commonly "
        f"out by {percent(wording.cheque.formula_error)}: it tells what changed, not whether the budget is fair."
    )


def _not_judged(row: Row, wording: Wording) -> str:
    if row["reason"] == "no_activity":
        return "Every line is a fixed share, or there is no budget paid by activity: no chance band."
    if row["reason"] == "too_early":
        return "Not judged yet: fewer than three months of figures."
    if row["unit_kind"] == "practice":
        return f"Too small to judge alone: luck moves a list this size by more than 20%. Read it within its {wording.cluster}."
    return "Too small to judge: luck moves a budget this size by more than 20%."


def _who(row: Row) -> str:
    return "a list this size" if row["unit_kind"] == "practice" else "practices of this size together"


def _small(row: Row) -> str:
    small = row["unit_kind"] == "practice" and row["label"] != NOT_JUDGED and row["list_size"] < SMALL_LIST
    return "The list is too small for a one-year view." if small else ""


def _own(row: Row, wording: Wording) -> str:
    if row["own_label"] == OWN_NOT_SHOWN:
        return ""
    years = {1: "last year", 2: "last two years", 3: "last three years"}[row["own_years_count"]]
    points, luck = row["own_change_ratio"], row["own_sd_ratio"] * Z_95
    figures = f"{_points(points, signed=True)} points; luck: ±{_points(luck)}"
    unit = wording.cluster if row["unit_kind"] == "cluster" else row["unit_kind"]
    own = f"this {unit}'s own {years}"
    if row["own_label"] == OWN_INSIDE:
        return f"Against {own} it has changed no more than luck explains ({figures})."
    side = "Lower" if points < 0 else "Higher"
    return f"{side} than {own} by more than luck explains ({figures})."


def _points(ratio: float, *, signed: bool = False) -> str:
    return percent(ratio, signed=signed).removesuffix("%")


def _together(row: Row, wording: Wording) -> str:
    if row["unit_kind"] != "cluster" or row["practices_count"] < 2 or row["label"] == NOT_JUDGED:
        return ""
    together = (row["variance"] ** 0.5) * 100 / row["budget_at_chance_pence"] * Z_95
    alone = row["luck_alone"] * Z_95
    return (
        f"Alone, luck moves one of its practices by about ±{percent(alone)}; "
        f"together, its {row['practices_count']} practices by about ±{percent(together)}."
    )


def _counted(row: Row, wording: Wording) -> str:
    if row["unit_kind"] != "commissioner" or not row["judged"]:
        return ""
    expected = f"{expected_outside(row['judged']):.1f}"
    shocks = "A hard winter or a wrong uplift strikes every practice alike: that is not luck and not in these bands."
    are = "is" if row["out"] == 1 else "are"
    return (
        f"Of {row['judged']} practices judged, luck alone would put about {expected} outside their bands, "
        f"half of them on each side; {row['out']} {are}. {shocks}"
    )


def _rest(row: Row, wording: Wording) -> str:
    rest = row["rest_variance_ratio"]
    if rest is None:
        return ""
    return f"The rest of the {wording.payer} is {_side(rest)}."


def _fixed(row: Row) -> str:
    fixed = about(row["fixed_pence"])
    if fixed == about(0):
        return ""
    return f"{fixed} of the budget is paid by block, the same whatever is done: no chance in it."


def _unusual(row: Row, wording: Wording) -> str:
    least, most = USUAL_NEED
    if row["unit_kind"] != "practice" or least <= row["need_ratio"] <= most:
        return ""
    return f"An unusual list: its budget per head is {row['need_ratio']:.2f} times the {wording.payer}'s."


def _basis(row: Row, wording: Wording) -> str:
    cheque = wording.cheque
    sources = {
        ESTIMATED: f"measured on the {wording.payer}'s own people",
        DEFAULT: "a default, an assumption",
    }
    size = sources.get(cheque.cheque_source, "guessed from single stays and visits, an assumption")
    rests = (
        "Luck is worked out as if hospital care were paid in equal cheques and chance decided how many come: one cheque is "
        f"{about(round(row['cheque_pounds'] * 100))} here ({size}, at this unit's need and the part of the year reached)."
    )
    if row["label"] == NOT_JUDGED or _is_wholly_past(row, wording):
        return f"{rests} {_state(wording)}"
    error = "estimated from these practices" if cheque.formula_error_source == ESTIMATED else sources[DEFAULT]
    return f"{rests} The usual budget error is {_error_in_words(row, wording)}; it is {error}. {_state(wording)}"


def _state(wording: Wording) -> str:
    return f"Provisional: {wording.awaits}." if wording.awaits else "Final."
