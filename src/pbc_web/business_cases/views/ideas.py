"""Ideas: put in one paragraph, answered by a sponsor, with the days each waited."""

from __future__ import annotations

from collections.abc import Iterable
from statistics import median

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from pbc.reports.view import Head, PageTable
from pbc_web.audit.handing_out import TableFile, hand_out_tables
from pbc_web.business_cases.actions import ideas as actions
from pbc_web.business_cases.forms.ideas import AnswerForm, IdeaForm
from pbc_web.business_cases.models import Idea
from pbc_web.business_cases.permissions import may_handle_proposals, may_propose, may_read_proposals
from pbc_web.business_cases.queries.ideas import days_waited, idea_for, ideas_for
from pbc_web.business_cases.queries.listings import commissioners_of
from pbc_web.business_cases.views.drafts import trail
from pbc_web.shell import clock
from pbc_web.shell.access import entitled
from pbc_web.shell.forms_sent import sent
from pbc_web.shell.words import day

PAGE = 50
HEADS = (
    *(Head(each) for each in ("Put on", "Idea", "From", "Answer")), Head("Days waited", is_number=True), Head("Became"),
)  # fmt: skip


@entitled(may_read_proposals)
@require_safe
def ideas(request: HttpRequest) -> HttpResponse:
    """The ideas one sees, what waits first, with how long."""
    found, today = ideas_for(request.actor), clock.today()
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    waited = [days_waited(each, today=today) for each in found]
    waiting = [days for each, days in zip(found, waited, strict=True) if each.state == "waiting"]
    answered = [days for each, days in zip(found, waited, strict=True) if each.state != "waiting"]
    told = {
        "table": _table(page), "page": page, "links": [reverse("business_cases:idea", args=[each.id]) for each in page],
        "waiting": waiting, "longest": max(waiting, default=0), "answered": answered,
        "middle": median(answered) if answered else 0, "writes": may_propose(request.actor), "trail": trail(),
        "downloads": _file(request, ()).links(f"{reverse('business_cases:ideas')}download/"),
    }  # fmt: skip
    return render(request, "business_cases/ideas.html", told)


@entitled(may_read_proposals)
@require_safe
def ideas_file(request: HttpRequest, form: str) -> HttpResponse:
    """The ideas as a file."""
    return hand_out_tables(request, _file(request, ideas_for(request.actor)), form=form)


@entitled(may_propose)
@require_http_methods(["GET", "POST"])
def put(request: HttpRequest) -> HttpResponse:
    """Put an idea to one's commissioner."""
    commissioners = commissioners_of(request.actor)
    form = IdeaForm(sent(request), commissioners=commissioners)
    if commissioners and request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        made = actions.put_idea(
            title=said["title"], words=said["words"], commissioner=form.commissioner_chosen, by=request.actor, at=clock.now()
        )  # fmt: skip
        messages.success(request, f"Your idea is with {made.commissioner.name}.")
        return redirect("business_cases:idea", made.id)
    told = {"form": form, "commissioners": commissioners, "trail": _trail()}
    return render(request, "business_cases/put_idea.html", told, status=400 if form.is_bound else 200)


@entitled(may_read_proposals)
@require_safe
def idea(request: HttpRequest, idea_id: int) -> HttpResponse:
    """An idea and its answer, or the way to answer it."""
    return _one(request, idea_for(request.actor, idea_id), AnswerForm())


@entitled(may_handle_proposals)
@require_http_methods(["POST"])
def answer_idea(request: HttpRequest, idea_id: int) -> HttpResponse:
    """Take an idea up, or say why not."""
    found, form = idea_for(request.actor, idea_id), AnswerForm(request.POST)
    if not form.is_valid():
        return _one(request, found, form)
    said = form.cleaned_data
    actions.answer_idea(found, move=said["move"], answer=said["answer"], by=request.actor, at=clock.now())
    messages.success(request, "It is answered, and whoever had the idea was told.")
    return redirect("business_cases:idea", idea_id)


def _one(request: HttpRequest, found: Idea, form: AnswerForm) -> HttpResponse:
    actor = request.actor
    told = {
        "idea": found, "form": form, "days": days_waited(found, today=clock.today()), "trail": _trail(),
        "answers": found.state == "waiting" and may_handle_proposals(actor) and found.commissioner_id == actor.organisation.id,
        "opens": found.proposal is not None and found.owner_id == actor.organisation.id,
    }  # fmt: skip
    return render(request, "business_cases/idea.html", told, status=400 if form.is_bound else 200)


def _trail() -> list[dict[str, str]]:
    return [*trail(), {"text": "Ideas", "href": reverse("business_cases:ideas")}]


def _table(found: Iterable[Idea]) -> PageTable:
    rows = tuple(
        (
            day(each.at), each.title, each.owner.name, each.get_state_display(), str(days_waited(each, today=clock.today())),
            each.proposal.code if each.proposal else "Nothing yet" if each.state == "waiting" else "Nothing",
        )
        for each in found
    )  # fmt: skip
    return PageTable("ideas", "Ideas", HEADS, rows)


def _file(request: HttpRequest, found: Iterable[Idea]) -> TableFile:
    own = request.actor.organisation
    lines = (f"Ideas as {own.name} sees them, with the days each waited for its answer.",)
    return TableFile(f"ideas-{own.code}", "Ideas", lines, (_table(found),), clock.today(), own.is_made_up)
