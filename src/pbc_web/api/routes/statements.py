"""Statements in force, and a practice's own for those who may open it: the rows of its download, small numbers treated alike."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from ninja import Router

from pbc.errors import MissingFigure
from pbc.periods import Month
from pbc.reports import Protection
from pbc_web.api.refusals import REFUSALS
from pbc_web.api.shapes import PublicationOut, StatementOut
from pbc_web.statements import permissions, queries, shown
from pbc_web.statements.models import Publication

router = Router(tags=["statements"])


@router.get("/", response=REFUSALS | {200: list[PublicationOut]}, operation_id="list_statements")
def list_statements(request: HttpRequest) -> Any:
    """The statements in force in reach, newest month first."""
    if not permissions.may_read_statements(request.actor):
        raise PermissionDenied
    return [_publication(each) for each in queries.in_force_for(request.actor)]


@router.get("/{month}/practices/{code}", response={200: StatementOut, **REFUSALS}, operation_id="show_statement")
def show_statement(request: HttpRequest, month: str, code: str) -> Any:
    """A practice's statement of a month, like 2009-09."""
    if not permissions.may_read_practices(request.actor):
        raise PermissionDenied
    practice = queries.practice_for(request.actor, code)
    for publication in queries.in_force_for(request.actor).filter(month=str(Month.parse(month))):
        if practice.code in shown.practices_listed(publication):
            protection = shown.protection_for(request.actor, practice)
            return _statement(publication, practice.code, protection=protection)
    raise MissingFigure("No statement of this practice and month is in force.", found=f"{month}, {code}")


def _publication(each: Publication) -> dict[str, Any]:
    return {
        "id": each.id, "commissioner_code": each.commissioner.code, "month": each.month, "version": each.version,
        "published_at": each.published_at, "set_id": each.set_id,
    }  # fmt: skip


def _statement(publication: Publication, code: str, *, protection: Protection) -> dict[str, Any]:
    view = shown.practice_page(publication, code, protection=protection).view
    return {
        "practice_code": code, "month": view.month, "is_made_up": view.is_made_up, "is_provisional": view.is_provisional,
        "sentences": [*view.changed.sentences, *(said for each in view.paragraphs for said in each.sentences)],
        "tables": [{"name": each.name, "title": each.title, "rows": each.frame.to_dicts()} for each in view.sheets],
    }  # fmt: skip
