"""Rows of budgets."""

from pbc_web.budgets.models.decisions import Consent, Decision, DecisionLine, Pot, Version, VersionLine
from pbc_web.budgets.models.delegations import Delegation, DelegationEnd
from pbc_web.budgets.models.drafts import Draft
from pbc_web.budgets.models.neighbourhoods import Plan, PlanPot
from pbc_web.budgets.models.offers import Offer, OfferLine, Query, Remark
from pbc_web.budgets.models.rounds import Dependency, Round, Support

__all__ = [
    "Consent", "Decision", "DecisionLine", "Delegation", "DelegationEnd", "Dependency", "Draft", "Offer", "OfferLine", "Plan", "PlanPot",
    "Pot", "Query", "Remark", "Round", "Support", "Version", "VersionLine",
]  # fmt: skip
