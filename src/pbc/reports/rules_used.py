"""Which rule values decided a figure on a practice's page, and what they say in words: only those are printed there."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import polars as pl

from pbc.policy.gain_share import GAIN_SHARE_VALUES
from pbc.policy.policy import PolicyValue
from pbc.policy.stop_loss import name_default_cheque, name_default_shares
from pbc.reference.activity import PRESCRIBING_POD
from pbc.reports.luck import band_of
from pbc.reports.material import StatementMaterial, Tiers
from pbc.reports.unusual_lists import note_of

EMERGENCY_PODS = ("NEL", "NELNE")
LAST_MONTH = 12
BY_GAIN_SHARE = "gain_share"  # the rule of freed-up resources shared by a signed agreement
TOO_EARLY = "Not judged yet: "  # how the sentence of a band begins that waits for more months
PACE = {
    "close_distance": ("budgets.pace_closed_share", "budgets.pace_tolerance_ratio", "budgets.pace_minimum_ratio"),
    "minimum_growth": ("budgets.pace_minimum_growth", "budgets.pace_maximum_growth"),
}


def rules_used(material: StatementMaterial, practice_code: str) -> tuple[PolicyValue, ...]:
    """This returns the rule values that decided a figure of a practice's statement, in the order of their names.

    A value is used where the page holds what it decided: a step of the budget that moved money, a band drawn with a
    default, a contract term, freed-up resources. Values of things that are not on the page are left out.
    """
    held = {value.name: value for value in material.policy}
    found = {name for use in USES for name in use(material, practice_code, held)}
    return tuple(held[name] for name in sorted(found & held.keys()))


Held = dict[str, PolicyValue]
Row = dict[str, Any]


def _of_budget(material: StatementMaterial, practice_code: str, held: Held) -> Iterator[str]:
    moved = material.of_practice("budget_lines", practice_code).filter(pl.col("amount_pence") != 0)
    for name in moved["parameter"].drop_nulls().unique().to_list():
        yield name
        if name == "budgets.blend_historic_share_hospital":
            yield "budgets.blend_historic_share_prescribing"
        if name == "budgets.pace_of_change" and name in held:
            yield from PACE.get(str(held[name].value), ())


def _of_statement(material: StatementMaterial, practice_code: str, held: Held) -> Iterator[str]:
    rows = material.of_practice("budget_statements", practice_code)
    if rows["budget_pence"].count():
        yield "statements.profile_method"
        method = held.get("statements.profile_method")
        if method is not None and method.value == "seasonal":
            yield "statements.profile_years"
    stays = rows.filter((pl.col("cut") == "point_of_delivery") & pl.col("item").is_in(EMERGENCY_PODS))
    if stays["actual_pence"].ne(0).fill_null(True).any():  # a hidden cost is one too
        yield from ("costing.short_stay_below_days", "costing.short_stay_minimum_age")


def _of_bill(material: StatementMaterial, practice_code: str, held: Held) -> Iterator[str]:
    if "marginal_rate" in material.of_practice("bill_adjustments", practice_code)["kind"]:
        yield "costing.marginal_rate_shared_by"
    if material.table("not_attributed").height:
        yield "attribution.believes_hospital_for_unregistered"


def _of_list(material: StatementMaterial, practice_code: str, held: Held) -> Iterator[str]:
    note = note_of(material, practice_code)
    if note is None:
        return
    words = {"fewer than": "small_list_people", "under": "typical_need_least", "over": "typical_need_most"}
    yield from (f"population.{name}" for word, name in words.items() if word in note.why)
    yield "budgets.pool_atypical_lists"


def _of_luck(material: StatementMaterial, practice_code: str, held: Held) -> Iterator[str]:
    band = band_of(material, unit_kind="practice", unit_code=practice_code)
    if band is None:
        return
    ceded = next(iter(material.of_unit("ceded_costs", "practice", practice_code).to_dicts()), None)
    if ceded is not None:
        yield from _of_stop_loss(ceded, band, held)
    is_judged = band["budget_at_chance_pence"] > 0
    if is_judged and band["sentence"].startswith(TOO_EARLY):
        yield "risk.least_months"
    elif is_judged:
        yield from _of_cheque(material, band, _studied_pounds(ceded, held))
        if PRESCRIBING_POD in material.of_practice("budget_statements", practice_code)["item"]:
            yield from ("risk.prescribing_cheque_pounds", "risk.prescribing_drift_ratio")
    if band["chance_low_pence"] is not None and band["formula_error_source"] != "estimated":
        yield "risk.formula_error_ratio"


def _of_cheque(material: StatementMaterial, band: Row, stop_loss_pounds: float | None) -> Iterator[str]:
    """Also where luck is too large for a band: then its size says so."""
    yield from ("risk.need_adjusts_cheque", "risk.price_index")
    if band["cheque_source"] == "default":
        yield name_default_cheque(stop_loss_pounds)
        if material.month.month_of_year < LAST_MONTH:  # the cheque of part of a year leans to that of single events
            yield "risk.event_cheque_pounds"


def _of_stop_loss(ceded: Row, band: Row, held: Held) -> Iterator[str]:
    yield from ("risk.stop_loss_applies", "risk.stop_loss_pounds", "risk.ceding_profile_power", "risk.price_index")
    pounds = _studied_pounds(ceded, held)
    if ceded["basis"] == "expected_share" and band["cheque_source"] != "estimated" and pounds is not None:
        yield from name_default_shares(pounds)


def _studied_pounds(ceded: Row | None, held: Held) -> float | None:
    """The stop-loss at the price level of the study, whose defaults stand in."""
    index = held.get("risk.price_index")
    return None if ceded is None or index is None else float(ceded["stop_loss_pence"] / 100 / index.value)


def _of_savings(material: StatementMaterial, practice_code: str, held: Held) -> Iterator[str]:
    units = (("practice", practice_code), ("cluster", material.clusters.get(practice_code, "")))
    for unit in units:
        rows = material.of_unit("freed_up_resources", *unit)
        if rows.height:
            yield from rows["parameter"].drop_nulls().to_list()
            yield from ("savings.retained_share_rule", "savings.shared_basis", "budgets.held_at")
            if BY_GAIN_SHARE in rows["rule"]:
                yield from GAIN_SHARE_VALUES


USES: tuple[Callable[[StatementMaterial, str, Held], Iterator[str]], ...] = (
    _of_budget,
    _of_statement,
    _of_bill,
    _of_list,
    _of_luck,
    _of_savings,
)


def value_in_words(value: PolicyValue, tiers: Tiers) -> str:
    """This returns a rule value as people say it: yes or no, a percentage, pounds, a number with its unit, or words.

    >>> from datetime import date
    >>> def rule(value, unit):
    ...     return PolicyValue("a.b", "A rule", unit, "R1", value, date(2009, 4, 1), "found", "A source")
    >>> [value_in_words(rule(*each), Tiers()) for each in ((False, "yes or no"), (0.03, "share of cost"), (1000, "people"))]
    ['No', '3% of cost', '1,000 people']
    >>> [value_in_words(rule(*each), Tiers()) for each in ((8100, "pounds at 2017/18 prices"), ("at_least", "word"))]
    ['£8,100 at 2017/18 prices', 'At least']
    >>> value_in_words(rule({5000: 0.039, 60000: 0.02}, "rates by number of people"), Tiers())
    '5000: 3.9%, 60000: 2%'
    >>> value_in_words(rule(["who_pays", "risks"], "list of words"), Tiers())
    'Who pays, risks'
    """
    found, unit = value.value, value.unit
    if isinstance(found, bool):
        return "Yes" if found else "No"
    if isinstance(found, Mapping):
        return ", ".join(f"{key}: {round(part * 100, 6):g}%" for key, part in found.items())
    if not isinstance(found, int | float):
        said = ", ".join(found) if isinstance(found, list) else str(found)
        words = tiers.said(said.replace("_", " "))
        return words[:1].upper() + words[1:]
    if unit.startswith("share"):
        return f"{round(found * 100, 6):g}%{unit.removeprefix('share').partition(',')[0]}"
    if unit.startswith("pounds"):
        return f"£{found:,.0f}{unit.removeprefix('pounds')}"
    return f"{found:g}" if unit == "ratio" else f"{found:,} {unit}"
