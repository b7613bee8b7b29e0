"""Budgets of practices in detailed reach: what is offered, and what was agreed with every amendment."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from ninja import Router

from pbc.errors import MissingFigure
from pbc.periods import FinancialYear
from pbc_web.api.refusals import REFUSALS
from pbc_web.api.shapes import AgreedBudget
from pbc_web.budgets.models import Offer, VersionLine
from pbc_web.budgets.permissions import may_open_offers
from pbc_web.budgets.queries.listings import offers_seen_by, version_lines_seen_by
from pbc_web.budgets.queries.payable import watermark
from pbc_web.budgets.states import LIVE
from pbc_web.shell import clock

router = Router(tags=["budgets"])


@router.get("/{financial_year}", response={200: list[AgreedBudget], **REFUSALS}, operation_id="list_budgets")
def list_budgets(request: HttpRequest, financial_year: str) -> Any:
    """The budgets of a year, like 2009-10, of every practice in detailed reach: one for each practice."""
    if not may_open_offers(request.actor):
        raise PermissionDenied
    year = FinancialYear.parse(financial_year).slug
    held = offers_seen_by(request.actor).filter(round__year=year, state__in=LIVE)
    offers = list(held.prefetch_related("lines").order_by("practice__code"))
    if not offers:
        raise MissingFigure("No budget of this year was offered within this token's reach.", found=financial_year)
    lines = list(version_lines_seen_by(request.actor).filter(version__round__year=year).order_by("id"))
    return [_budget(offer, [each for each in lines if each.practice_id == offer.practice_id]) for offer in offers]


def _budget(offer: Offer, agreed: list[VersionLine]) -> dict[str, Any]:
    newest = max((each.version for each in agreed), key=lambda version: version.number, default=None)
    shown: list[Any] = [each for each in agreed if each.version_id == newest.id] if newest else list(offer.lines.all())
    words = watermark(offer.round, holders=[offer.holder], on=clock.today())
    return {
        "practice_code": offer.practice.code, "financial_year": offer.round.year, "state": offer.state,
        "is_provisional": offer.is_provisional, "is_payable": not words, "version": newest.number if newest else 0,
        "set_name": newest.set_name if newest else "", "set_id": newest.set_id if newest else "",
        "lines": [{"service": each.service, "amount_pence": each.amount_pence} for each in shown],
    }  # fmt: skip
