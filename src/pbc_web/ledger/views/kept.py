"""Lines pooled with a local authority, and allocations over years: what was read from files, shown to those it is about."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from pbc_web.accounts.actor import Actor
from pbc_web.audit.handing_out import TableFile, hand_out_tables
from pbc_web.ledger import permissions
from pbc_web.organisations.kinds import COMMISSIONERS
from pbc_web.organisations.models import Organisation
from pbc_web.runs.explaining import Door, explained_at, open_cells, told_of
from pbc_web.runs.kept_readings import Kept, allocations_of, pooled_lines_of
from pbc_web.shell import clock
from pbc_web.shell.access import entitled


@dataclass(frozen=True)
class Page:
    """One of the two pages: its name, words, the table whose rows open, by which part of their key, and how it is read."""

    view: str
    title: str
    lead: str
    table: str
    key: str
    read: Callable[[Actor], Kept | None]


def _pooled(actor: Actor) -> Kept | None:
    names = Organisation.objects.filter(kind__in=(*COMMISSIONERS, "local_authority"))
    return pooled_lines_of([actor.organisation.code], names=dict(names.values_list("code", "name")))


def _allocated(actor: Actor) -> Kept | None:
    found = _commissioners(actor)
    return allocations_of(list(found), names=found)


def _commissioners(actor: Actor) -> dict[str, str]:
    """The commissioners an actor works for, sits on the board of, or watches over, by code."""
    found = Organisation.objects.filter(kind__in=COMMISSIONERS, id__in=actor.reach.either)
    return dict(found.values_list("code", "name"))


POOLED = Page(
    "pooled_lines", "Lines pooled with a local authority",
    "Two owners pool money for a line, each with its own financial year. While an agreement that all signed holds, both put in and bear "
    "their agreed parts; otherwise each bears what it spent.",
    "pooled_positions", "line_code", _pooled,
)  # fmt: skip
ALLOCATIONS = Page(
    "allocations", "Allocations over years",
    "What each year opens with, its growth and convergence, and how far from its target that leaves it. No value stands here that was not "
    "read from a file or does not follow from one.",
    "allocation_paths", "commissioner_code", _allocated,
)  # fmt: skip


@entitled(permissions.may_read_pooled_lines)
@require_safe
def pooled_lines(request: HttpRequest) -> HttpResponse:
    """The pooled lines that the reader's own organisation holds a part of."""
    return _shown(request, POOLED)


@entitled(permissions.may_read_pooled_lines)
@require_safe
def pooled_figure(request: HttpRequest) -> HttpResponse:
    """How a figure of a pooled line came about."""
    return _figure(request, POOLED)


@entitled(permissions.may_read_pooled_lines)
@require_safe
def pooled_file(request: HttpRequest, form: str) -> HttpResponse:
    """Pooled lines as a file."""
    return _handed(request, POOLED, form)


@entitled(permissions.may_read_allocations)
@require_safe
def allocations(request: HttpRequest) -> HttpResponse:
    """The allocations of the commissioners in sight."""
    return _shown(request, ALLOCATIONS)


@entitled(permissions.may_read_allocations)
@require_safe
def allocation_figure(request: HttpRequest) -> HttpResponse:
    """How a figure of an allocation came about."""
    return _figure(request, ALLOCATIONS)


@entitled(permissions.may_read_allocations)
@require_safe
def allocation_file(request: HttpRequest, form: str) -> HttpResponse:
    """Allocations as a file."""
    return _handed(request, ALLOCATIONS, form)


def _shown(request: HttpRequest, page: Page) -> HttpResponse:
    kept = page.read(request.actor)
    here = reverse(f"ledger:{page.view}")
    told: dict[str, Any] = {"page": page, "kept": kept, "reads_ledger": permissions.may_read_position(request.actor)}
    if kept is not None:
        door = _door(page, kept)
        told |= {
            "is_made_up": kept.is_made_up, "tables": [(each, open_cells(door, each.figures)) for each in kept.tables],
            "explain": f"{here}figure/", "downloads": _file(page, kept).links(f"{here}download/"),
        }  # fmt: skip
    return render(request, "ledger/kept.html", told)


def _figure(request: HttpRequest, page: Page) -> HttpResponse:
    here, kept = reverse(f"ledger:{page.view}"), page.read(request.actor)
    if not request.GET.get("id"):
        return redirect(here)
    if kept is None:
        raise Http404
    found = explained_at(_door(page, kept), request.GET["id"])
    trail = [{"text": page.title, "href": here}]
    return render(request, "runs/figure.html", told_of(found, here=f"{here}figure/") | {"trail": trail})


def _handed(request: HttpRequest, page: Page, form: str) -> HttpResponse:
    kept = page.read(request.actor)
    if kept is None:
        raise Http404
    return hand_out_tables(request, _file(page, kept), form=form)


def _door(page: Page, kept: Kept) -> Door:
    """Rows of the lines, or of the commissioners, that the page shows."""
    return Door(
        sets=((kept.set_name, kept.set_id),), opens=lambda named: named.key.get(page.key) in kept.codes,
        tables=frozenset({page.table}),
    )  # fmt: skip


def _file(page: Page, kept: Kept) -> TableFile:
    lines = (page.lead, f"{kept.set_name}, {kept.set_id}, taken in {kept.made_at[:10]}")
    tables = tuple(each.table for each in kept.tables)
    return TableFile(page.view.replace("_", "-"), page.title, lines, tables, clock.today(), kept.is_made_up)
