"""Organisations: who exists is public among those who hold a token."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Query, Router

from pbc.errors import MissingFigure
from pbc_web.api.refusals import REFUSALS
from pbc_web.api.shapes import OnDay, OrganisationPage, OrganisationWhole
from pbc_web.organisations.models import Organisation
from pbc_web.organisations.queries import relations_on
from pbc_web.shell import clock

router = Router(tags=["organisations"])
LARGEST_PAGE = 500


@router.get("/", response={200: OrganisationPage, **REFUSALS}, operation_id="list_organisations")
def list_organisations(
    request: HttpRequest,
    kind: str = Query("", max_length=20, description="only those of one kind"),
    offset: int = Query(0, ge=0, le=1_000_000, description="how many to pass over"),
    limit: int = Query(100, ge=1, le=LARGEST_PAGE, description="how many at most"),
) -> Any:
    """Organisations in order of their names, a page at a time."""
    found = Organisation.objects.filter(kind=kind) if kind else Organisation.objects.all()
    return {"count": found.count(), "items": list(found[offset : offset + limit])}


@router.get("/{code}", response={200: OrganisationWhole, **REFUSALS}, operation_id="show_organisation")
def show_organisation(request: HttpRequest, code: str, on: OnDay = None) -> Any:
    """One organisation with the relations that held on a day."""
    found = Organisation.objects.filter(code=code).first()
    if found is None:
        raise MissingFigure("There is no such organisation.", found=code)
    held = relations_on(on or clock.today()).select_related("member", "parent")
    relations = [
        {"member_code": each.member.code, "parent_code": each.parent.code, "relation": each.relation,
         "starts_on": each.starts_on, "ends_before": each.ends_before}
        for each in (*held.filter(member=found), *held.filter(parent=found))
    ]  # fmt: skip
    return {
        "code": found.code, "kind": found.kind, "name": found.name, "opened_on": found.opened_on,
        "closed_on": found.closed_on, "relations": relations,
    }  # fmt: skip
