"""Organisations as pages."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from pbc_web.organisations.models import Organisation
from pbc_web.shell.access import signed_in


@signed_in
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """Every organisation: who exists is public."""
    return render(request, "organisations/listing.html", {"organisations": Organisation.objects.all()[:200]})
