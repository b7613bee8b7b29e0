"""The month's publication: what has come in, ask for the run, preview, sign, publish."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pbc.errors import RefusedInput
from pbc.periods import Month
from pbc_web.runs.actions import ask
from pbc_web.runs.models import Run
from pbc_web.runs.statement_reading import deliveries_held, months_stated, months_to_state
from pbc_web.shell import clock
from pbc_web.shell.access import entitled
from pbc_web.shell.forms_sent import sent
from pbc_web.statements import permissions, queries, shown
from pbc_web.statements.actions.publishing import publish, sign_comment, withdraw
from pbc_web.statements.doors import explained
from pbc_web.statements.forms.statements import AskForStatement, CommentForm
from pbc_web.statements.models import Publication
from pbc_web.statements.views.versions import leads_to_version_in_force


@entitled(permissions.may_publish)
@require_safe
def months(request: HttpRequest) -> HttpResponse:
    """The months whose data are in, and what was published of each."""
    in_force = {each.month: each for each in queries.in_force_for(request.actor)}
    waiting = {each.month: each for each in queries.prepared_for(request.actor)}
    made = months_stated()
    rows = [(month, in_force.get(str(month)), waiting.get(str(month)), month in made) for month in months_to_state()]
    return render(request, "statements/months.html", {"rows": rows})


@entitled(permissions.may_publish)
@require_http_methods(["GET", "POST"])
def month(request: HttpRequest, month: str) -> HttpResponse:
    """One month: which deliveries are in and how old they are; asking for its statement."""
    period = _month(month)
    actor = request.actor
    form = AskForStatement(sent(request))
    if request.method == "POST" and form.is_valid():
        parameters = {"month": str(period), "leaves_out": form.cleaned_data["leaves_out"]}
        run = ask("state_month", parameters=parameters, organisation=actor.organisation, by=actor, at=clock.now())
        return redirect("runs:progress", run.id)
    runs = Run.objects.visible_to(actor).filter(kind="state_month", parameters__month=str(period))
    told = {
        "month": period, "form": form, "deliveries": deliveries_held(period), "today": clock.today(),
        "run": runs.filter(organisation=actor.organisation).order_by("-id").first(),
        "prepared": list(queries.prepared_for(actor).filter(month=str(period))),
        "published": list(queries.versions_for(actor).filter(month=str(period)).exclude(state="prepared")),
    }  # fmt: skip
    return render(request, "statements/month.html", told)


def _month(said: str) -> Month:
    try:
        return Month.parse(said)
    except RefusedInput as refusal:
        raise Http404 from refusal


@entitled(permissions.may_prepare)
@leads_to_version_in_force
@require_safe
def review(request: HttpRequest, publication_id: int) -> HttpResponse:
    """What was prepared, before anybody else sees it."""
    return _review(request, _prepared(request, publication_id), CommentForm())


def _review(request: HttpRequest, publication: Publication, form: CommentForm) -> HttpResponse:
    view = shown.commissioner_page(publication, names_practices=True)
    held = set(shown.practices_listed(publication))
    told = {
        "publication": publication, "view": view, "form": form, "restated": shown.restatement_of(publication),
        "may_publish": permissions.may_publish(request.actor), "may_comment": permissions.may_comment(request.actor),
        "practices": [each for each in queries.practices_in_detail(request.actor) if each.code in held],
        "is_made_up": view.is_made_up,
        "bill": shown.bill_in_full(publication) if permissions.may_see_whole_bill(request.actor) else None,
        **explained(request.actor, publication, view, ("commissioner", publication.commissioner.code)),
    }  # fmt: skip
    return render(request, "statements/review.html", told)


def _prepared(request: HttpRequest, publication_id: int) -> Publication:
    found = queries.publication_for(request.actor, publication_id)
    if found.commissioner_id not in request.actor.reach.detail:
        raise Http404
    return found


@entitled(permissions.may_comment)
@leads_to_version_in_force
@require_POST
def comment(request: HttpRequest, publication_id: int) -> HttpResponse:
    """Sign the comment."""
    publication = _prepared(request, publication_id)
    form = CommentForm(request.POST)
    if not form.is_valid():
        return _review(request, publication, form)
    sign_comment(publication, words=form.cleaned_data["words"], by=request.actor, at=clock.now())
    return redirect("statements:review", publication.id)


@entitled(permissions.may_publish)
@leads_to_version_in_force
@require_POST
def publish_now(request: HttpRequest, publication_id: int) -> HttpResponse:
    """Switch what everyone sees."""
    published = publish(_prepared(request, publication_id), by=request.actor, at=clock.now())
    messages.success(request, f"The statement of {published.period.title} is published. Practices are told by e-mail.")
    return redirect("statements:commissioner", published.id)


@entitled(permissions.may_publish)
@leads_to_version_in_force
@require_POST
def withdraw_now(request: HttpRequest, publication_id: int) -> HttpResponse:
    """Take back what was prepared."""
    withdrawn = withdraw(_prepared(request, publication_id), by=request.actor, at=clock.now())
    return redirect("statements:month", withdrawn.month)
