"""The commissioner's plan of a year, where its intentions came from, what was left out and why; and the calendar of the year."""

from __future__ import annotations

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from pbc.periods import FinancialYear
from pbc.reports.view import PageTable
from pbc_web.audit.handing_out import TableFile, hand_out_tables
from pbc_web.business_cases import intentions_shown as shown
from pbc_web.business_cases.actions import intentions as actions
from pbc_web.business_cases.forms.intentions import DoneForm, IntentionForm, ReasonForm, line_words
from pbc_web.business_cases.models import Intention
from pbc_web.business_cases.permissions import may_handle_proposals, may_read_proposals
from pbc_web.business_cases.queries import intentions as queries
from pbc_web.business_cases.states import INTENTION_MOVES
from pbc_web.business_cases.views.drafts import trail
from pbc_web.organisations.models import Organisation
from pbc_web.panels.queries import commissioners_for
from pbc_web.shell import clock
from pbc_web.shell.access import entitled
from pbc_web.shell.forms_sent import sent

LINES = (
    "Each intention names the lines of approved proposals it came from.",
    "Each line of an approved plan has its place in an intention, or its answer.",
)
DONE = {"agree": "It is agreed.", "drop": "It is dropped. The lines it came from wait for an answer again."}


@entitled(may_read_proposals)
@require_safe
def plans(request: HttpRequest) -> HttpResponse:
    """The commissioners whose plans one may read; where it is one, its plan of this year."""
    found, year = commissioners_for(request.actor), FinancialYear.of(clock.today())
    if len(found) == 1:
        return redirect("business_cases:year_plan", found[0].code, year.slug)
    return render(request, "business_cases/year_plans.html", {"commissioners": found, "year": year, "trail": trail()})


@entitled(may_read_proposals)
@require_safe
def year_plan(request: HttpRequest, code: str, year: str) -> HttpResponse:
    """A year's intentions, the lines that wait for an answer, and those left out."""
    of, in_year = queries.plan_at(request.actor, code, year)
    keeps = may_handle_proposals(request.actor) and request.actor.organisation.id == of.id
    address = reverse("business_cases:year_plan", args=[code, year])
    intentions, waiting, left_out = _tables(request, of, in_year, address if keeps else "")
    told = {
        "commissioner": of, "year": in_year, "years": _years(in_year), "keeps": keeps, "trail": trail(), "intentions": intentions,
        "waiting": waiting, "left_out": left_out, "address": address,
        "downloads": _file(of, in_year, (intentions, waiting, left_out)).links(f"{address}download/"),
    }  # fmt: skip
    return render(request, "business_cases/year_plan.html", told)


@entitled(may_read_proposals)
@require_safe
def year_plan_file(request: HttpRequest, code: str, year: str, form: str) -> HttpResponse:
    """The three tables of a year's plan as a file."""
    of, in_year = queries.plan_at(request.actor, code, year)
    return hand_out_tables(request, _file(of, in_year, _tables(request, of, in_year, "")), form=form)


def _tables(request: HttpRequest, of: Organisation, year: FinancialYear, address: str) -> tuple[PageTable, ...]:
    actor, today = request.actor, clock.today()
    return (
        shown.intentions_table(actor, list(queries.intentions_of(of, year)), address=address),
        shown.waiting_table(actor, queries.waiting_lines(actor, of, year), today=today, address=address),
        shown.left_out_table(actor, queries.lines_left_out(actor, of, year)),
    )  # fmt: skip


def _file(of: Organisation, year: FinancialYear, tables: tuple[PageTable, ...]) -> TableFile:
    title = f"Plan of {of.name} for {year}"
    return TableFile(f"plan-{of.code}-{year.slug}", title, (title, *LINES), tables, clock.today(), of.is_made_up)


def _years(year: FinancialYear) -> list[FinancialYear]:
    """The years beside, as far as pages of them open."""
    this = FinancialYear.of(clock.today()).starts_in
    return [each for each in (year.plus(-1), year.plus(1)) if this - 5 <= each.starts_in <= this + 2]


@entitled(may_handle_proposals)
@require_http_methods(["GET", "POST"])
def write(request: HttpRequest, code: str, year: str, intention_id: int = 0) -> HttpResponse:
    """Write an intention, or change one, with the lines it comes from."""
    actor = request.actor
    of, in_year = queries.kept_plan_at(actor, code, year)
    held = queries.intention_at(of, in_year, intention_id) if intention_id else None
    if held and held.state == "dropped":
        raise Http404
    form = IntentionForm(sent(request), offered=queries.offered_lines(actor, of, in_year), held=held)
    if request.method == "POST" and form.is_valid():
        actions.write_intention(of, in_year, form.said, form.chosen, by=actor, at=clock.now(), over=held)
        messages.success(request, "It is saved. The authors of lines that are new in it were told.")
        return redirect("business_cases:year_plan", code, year)
    moves = [
        (each, reverse("business_cases:move_intention", args=[code, year, intention_id, each])) for each in _moves(held)
    ]
    return _form_page(request, form, of, in_year, "Change an intention" if held else "Write an intention", moves=moves)


def _moves(held: Intention | None) -> list[str]:
    return list(INTENTION_MOVES[held.state]) if held else []


@entitled(may_handle_proposals)
@require_http_methods(["GET", "POST"])
def move(request: HttpRequest, code: str, year: str, intention_id: int, move: str) -> HttpResponse:
    """Agree an intention, or drop it with the reason."""
    of, in_year = queries.kept_plan_at(request.actor, code, year)
    held = queries.intention_at(of, in_year, intention_id)
    if move not in _moves(held):
        raise Http404
    form = (ReasonForm if move == "drop" else Form)(sent(request))
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data.get("reason", "")
        actions.move_intention(held, move, by=request.actor, at=clock.now(), reason=reason)
        messages.success(request, DONE[move])
        return redirect("business_cases:year_plan", code, year)
    return _form_page(request, form, of, in_year, f"{move.capitalize()} this intention", lead=held.words)


@entitled(may_handle_proposals)
@require_http_methods(["GET", "POST"])
def answer_line(request: HttpRequest, code: str, year: str, proposal: str, line: str) -> HttpResponse:
    """Leave a line of an approved plan out, and say why."""
    of, in_year = queries.kept_plan_at(request.actor, code, year)
    found = queries.line_at(request.actor, of, in_year, f"{proposal}:{line}")
    form = ReasonForm(sent(request))
    if request.method == "POST" and form.is_valid():
        actions.leave_out(found, reason=form.cleaned_data["reason"], by=request.actor, at=clock.now())
        messages.success(request, "It is answered, and its authors were told.")
        return redirect("business_cases:year_plan", code, year)
    lead = f"{line_words(found)}. To take it up instead, write an intention and tick this line there."
    return _form_page(request, form, of, in_year, "Leave this line out", lead=lead)


@entitled(may_read_proposals)
@require_safe
def year_calendar(request: HttpRequest, code: str, year: str) -> HttpResponse:
    """The commissioning calendar of a year, from needs assessment to contract."""
    of, in_year = queries.plan_at(request.actor, code, year)
    today, steps = clock.today(), queries.calendar_of(of, in_year)
    keeps = may_handle_proposals(request.actor) and request.actor.organisation.id == of.id
    told = {
        "commissioner": of, "year": in_year, "years": _years(in_year), "keeps": keeps, "steps": steps,
        "trail": _trail(of, in_year),
        "table_of_steps": shown.calendar_table(steps, today=today),
        "late": [each for each in steps if each.is_late(today) and not each.done],
    }  # fmt: skip
    return render(request, "business_cases/year_calendar.html", told)


@entitled(may_handle_proposals)
@require_http_methods(["GET", "POST"])
def tick(request: HttpRequest, code: str, year: str, step: str) -> HttpResponse:
    """Tick off a step with its day, correct the day, or say that it is not done."""
    of, in_year = queries.kept_plan_at(request.actor, code, year)
    found = next((each for each in queries.calendar_of(of, in_year) if each.code == step), None)
    if found is None:
        raise Http404
    who = {"by": request.actor, "at": clock.now()}
    form = DoneForm(sent(request), initial={"done_on": found.done.done_on if found.done else None})
    if request.method == "POST" and request.POST.get("undo"):
        actions.untick_step(of, in_year, step, **who)
        return redirect("business_cases:year_calendar", code, year)
    if request.method == "POST" and form.is_valid():
        actions.tick_step(of, in_year, step, done_on=form.cleaned_data["done_on"], **who)
        return redirect("business_cases:year_calendar", code, year)
    return _form_page(request, form, of, in_year, found.title, undo=found.done is not None)


def _form_page(
    request: HttpRequest, form: Form, of: Organisation, year: FinancialYear, heading: str, **more: object
) -> HttpResponse:  # fmt: skip
    told = {"form": form, "commissioner": of, "year": year, "heading": heading, "trail": _trail(of, year), **more}
    return render(request, "business_cases/year_form.html", told, status=400 if form.is_bound else 200)


def _trail(of: Organisation, year: FinancialYear) -> list[dict[str, str]]:
    address = reverse("business_cases:year_plan", args=[of.code, year.slug])
    return [*trail(), {"text": f"Plan for {year}", "href": address}]
