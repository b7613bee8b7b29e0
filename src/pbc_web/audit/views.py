"""The trail as pages."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from pbc_web.audit import names, queries
from pbc_web.audit.permissions import may_read_trail
from pbc_web.audit.sentences import told_as
from pbc_web.shell.access import entitled

PAGE = 50


@entitled(may_read_trail)
@require_safe
def trail(request: HttpRequest) -> HttpResponse:
    """What was done, newest first: all of it for an administrator, one's own organisation's for others."""
    actor = request.actor  # type: ignore[attr-defined]  # set by ActingPerson
    codes = None if actor.role.reads_all_audit else [actor.organisation_code]
    page = Paginator(queries.entries_of(codes), PAGE).get_page(request.GET.get("page"))
    known = names.names_of(entry.person for entry in page)
    rows = [(entry, told_as(entry.verb, entry.told, who=known.get(entry.person, entry.person))) for entry in page]
    return render(request, "audit/trail.html", {"page": page, "rows": rows, "is_whole": queries.broken_at() is None})
