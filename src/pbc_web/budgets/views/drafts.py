"""Drafts as pages: asked for, previewed, compared, downloaded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from pbc.reports.budgets import FigureTable, rows_of
from pbc_web.accounts.actor import Actor
from pbc_web.audit.handing_out import hand_out
from pbc_web.budgets import files, permissions, rules
from pbc_web.budgets.actions import drafts
from pbc_web.budgets.doors import door_of_draft
from pbc_web.budgets.forms.drafts import POOLED, SHARES, CompareForm, DraftForm
from pbc_web.budgets.models import Draft, Round
from pbc_web.budgets.queries import listings
from pbc_web.budgets.queries.payable import watermark
from pbc_web.budgets.readings import budget_set
from pbc_web.budgets.views.finding import actor_of, links, page, the_draft, the_round
from pbc_web.organisations.queries import practices_of
from pbc_web.runs.budget_readings import changes_of, preview_of, scenarios_of
from pbc_web.runs.explaining import open_cells
from pbc_web.shell import clock
from pbc_web.shell.access import entitled
from pbc_web.shell.forms_sent import sent

SHEETS = ("budget_previews", "budget_changes", "budget_lines")


@entitled(permissions.may_set_budgets)
@require_http_methods(["GET", "POST"])
def new_draft(request: HttpRequest, round_id: int) -> HttpResponse:
    """Ask for a draft."""
    in_round = the_round(request, round_id, is_own=True)
    said_by_rules = rules.said_of(in_round.regime, (*SHARES.values(), POOLED), in_round.financial_year.start)
    form = DraftForm(sent(request), rules=said_by_rules)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        made = drafts.ask_for_draft(
            in_round,
            name=said["name"],
            basis=said["basis"],
            choices=form.choices_made(),
            source=said["source"],
            by=actor_of(request),
            at=clock.now(),
        )
        return redirect("budgets:draft", made.id)
    told = {"form": form, "heading": "New draft of budgets", "trail": links(in_round), "button": "Work it out"}
    return page(request, "budgets/new_draft.html", told)


@entitled(permissions.may_read_drafts)
@require_safe
def draft(request: HttpRequest, draft_id: int) -> HttpResponse:
    """A draft: how far the work is, then what it would give each practice and why."""
    actor, found = actor_of(request), the_draft(request, draft_id)
    others = [each for each in _ready(request, found.round_id) if each.id != found.id]
    told = {
        "draft": found, "run": found.run, "trail": links(found.round), "others": others,
        "may_issue": permissions.may_set_budgets(actor) and found.round.commissioner_id == actor.organisation.id,
        "mark": watermark(found.round, holders=[], on=clock.today()),
    }  # fmt: skip
    if found.state == "ready":
        own = _practices(found.round)
        shown, changes = preview_of(found.set_name, found.set_id, own), changes_of(found.set_name, found.set_id, own)
        folded = replace(changes, page=replace(changes.page, is_background=True)) if changes else None
        told |= {"shown": shown, "changes": folded}
        told |= _explained(actor, found, [*shown.tables, *shown.chart_tables, *([changes] if changes else [])])
    return page(request, "budgets/draft.html", told)


@entitled(permissions.may_read_drafts)
@require_safe
def draft_changes(request: HttpRequest, draft_id: int, practice_code: str) -> HttpResponse:
    """What a draft changes of one practice's budget since last year, line by line."""
    found = the_draft(request, draft_id)
    own = _practices(found.round)
    if practice_code not in own:
        raise Http404
    changes = changes_of(found.set_name, found.set_id, own, practice_code) if found.state == "ready" else None
    told = {
        "draft": found,
        "changes": changes,
        "trail": links(found.round),
        "mark": watermark(found.round, holders=[], on=clock.today()),
        **(_explained(actor_of(request), found, [changes]) if changes else {}),
    }
    return page(request, "budgets/draft_changes.html", told)


@entitled(permissions.may_read_drafts)
@require_safe
def draft_file(request: HttpRequest, draft_id: int, kind: str) -> HttpResponse:
    """A draft as a file."""
    found = the_draft(request, draft_id)
    if found.state != "ready":
        return redirect("budgets:draft", found.id)
    held = budget_set(found.set_name, found.set_id)
    tables = rows_of({name: held.frame(name) for name in SHEETS if name in held.tables}, _practices(found.round))
    book = files.draft_book(found, tables, watermark(found.round, holders=[], on=clock.today()))
    return hand_out(request, book.as_kind(kind), name=f"budget-draft-{found.round.year}-{found.id}.{kind}")


@entitled(permissions.may_read_drafts)
@require_safe
def compare(request: HttpRequest, round_id: int) -> HttpResponse:
    """Two to four drafts side by side, chosen on the page itself."""
    in_round = the_round(request, round_id)
    ready = _ready(request, in_round.id)
    form = CompareForm(request.GET or None, drafts=[(str(each.id), each.name) for each in ready])
    told = {
        "round": in_round,
        "form": form,
        "trail": links(in_round),
        "ready": ready,
        "mark": watermark(in_round, holders=[], on=clock.today()),
    }
    if form.is_valid():
        chosen = [each for each in ready if str(each.id) in form.cleaned_data["drafts"]]
        shown = scenarios_of([(each.set_name, each.set_id) for each in chosen], _practices(in_round))
        doors = [reverse("budgets:draft_figure", args=[each.id]) for each in chosen]
        explain = {
            max(2 * at, 1): address for at, address in enumerate(doors)
        }  # a draft's column; beside it is the difference
        told |= {"chosen": chosen, "shown": shown, "figures": shown.figures.cells, "explain": explain}
    return page(request, "budgets/compare.html", told)


def _explained(actor: Actor, draft: Draft, tables: Sequence[FigureTable]) -> dict[str, Any]:
    """Where the numbers of a draft's tables lead."""
    door = door_of_draft(actor, draft)
    return {
        "figures": {each.page.name: open_cells(door, each.cells) for each in tables},
        "explain": reverse("budgets:draft_figure", args=[draft.id]),
    }


def _practices(in_round: Round) -> frozenset[str]:
    """The practices a round is about: a draft is worked out for every commissioner the store holds."""
    held = practices_of(in_round.commissioner, on=in_round.financial_year.start)
    return frozenset(held.values_list("code", flat=True))


def _all(request: HttpRequest):  # type: ignore[no-untyped-def]  # a query of drafts
    return listings.drafts_seen_by(actor_of(request))


def _ready(request: HttpRequest, round_id: int) -> list[Draft]:
    return list(_all(request).filter(round=round_id, state="ready"))
