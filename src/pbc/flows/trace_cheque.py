"""Walking back from the size of one cheque: what stands where nothing is measured, the year's prices, the unit's own need."""

from __future__ import annotations

from datetime import date

from pbc.errors import MissingPolicy
from pbc.flows.trace import NUMBER, RATIO, Found, Trace
from pbc.flows.trace_ceded import name_cheque
from pbc.methods.risk.cheque import DEFAULT, SPELLS_ONLY
from pbc.periods import FinancialYear
from pbc.policy.policy import Policy
from pbc.reports.explanation import Part

MEANING = (
    "One cheque (phi): luck moves hospital care as if it were paid in equal cheques and chance decided how many come. Its size "
    "is the variance of cost between people over their mean cost."
)
OWN = (
    "Need: the budget per head over that of the whole commissioner, kept between 0.5 and 2, to the power 0.4. Part of the "
    "year: early on people have one event each, so a cheque begins as large as one event and grows to its whole size by the "
    "year end. Of several practices together it is their mean, weighed by hospital budget."
)
MEASURED = {
    "estimated": "Here it was measured on the commissioner's own people, whose sums stand in person_spread of the year ends read.",
    SPELLS_ONLY: "Here no person key was held: it is 1.7 times the size of one event.",
}


def trace_cheque(found: Found) -> Trace:
    """This returns how the size of one cheque came about: a rule value times prices, then times the unit's need."""
    source, value = found.row["cheque_source"], found.value
    name, policy = name_cheque(found), found.policy
    names = (name, "risk.price_index", "risk.need_adjusts_cheque", "risk.event_cheque_pounds")
    if source != DEFAULT or policy is None or not value:
        return Trace(sentences=(MEANING, MEASURED.get(str(source), ""), OWN), policy=names[1:])
    size, index = _default(policy, name, FinancialYear.parse(found.row["financial_year"]).start)
    made_with = found.published.receipt.policy
    if not size or (made_with and made_with != policy.fingerprint):
        return Trace(sentences=(MEANING, "Here it follows local agreements laid over these values.", OWN), policy=names)
    parts = (
        Part("one cheque where none is measured, pounds at the price level of the study", size, NUMBER),
        Part("times the price level of the year", index, RATIO),
        Part("times what need and the part of the year reached make of it here", value / (size * index), RATIO),
        Part("the three multiplied: one cheque here, pounds", value, NUMBER),
    )
    return Trace("Multiplied", parts, sentences=(MEANING, OWN), policy=names)


def _default(policy: Policy, name: str, on: date) -> tuple[float, float]:
    """The rule value in pounds and the price level of the day; nought where the regime has none of that day."""
    try:
        return policy.ratio(name, on=on), policy.ratio("risk.price_index", on=on)
    except MissingPolicy:
        return 0.0, 0.0
