"""What its authors do with a proposal as a whole: name it, share the writing, put it aside, take it back, bring it back."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from pbc.periods import FinancialYear
from pbc_web.accounts.queries import named_with_posts
from pbc_web.business_cases.actions import authors, coming_back, drafting
from pbc_web.business_cases.actions.writing import require_author, require_writer
from pbc_web.business_cases.forms.deeds import AuthorForm, WithdrawForm
from pbc_web.business_cases.forms.drafts import NamedForm
from pbc_web.business_cases.permissions import may_propose
from pbc_web.business_cases.queries.authors import may_be_asked
from pbc_web.business_cases.queries.in_sight import proposal_for
from pbc_web.business_cases.queries.listings import plans_of
from pbc_web.business_cases.views.drafts import trail_of
from pbc_web.shell import clock
from pbc_web.shell.access import entitled
from pbc_web.shell.forms_sent import sent

DONE = {
    "discard": "It is discarded. Nothing of it is lost: you can take it up again.",
    "restore": "It is a draft again.",
}


@entitled(may_propose)
@require_http_methods(["GET", "POST"])
def named(request: HttpRequest, code: str) -> HttpResponse:
    """Its title, its plan, and whether it is a quick win."""
    found = proposal_for(request.actor, code)
    require_writer(request.actor, found)
    held = {
        "title": found.title, "year": found.financial_year, "is_quick_win": found.is_quick_win,
        "parent": found.parent.code if found.parent else "",
    }  # fmt: skip
    plans = [
        each for each in plans_of(request.actor) if each.commissioner_id == found.commissioner_id and each != found
    ]
    year = FinancialYear.parse(found.financial_year)
    form = NamedForm(sent(request), initial=held, this_year=year, plans=plans, kind=found.kind, has_year=False)
    if request.method == "POST" and form.is_valid():
        drafting.rename(found, form.named, by=request.actor, at=clock.now())
        messages.success(request, "It is saved.")
        return redirect("business_cases:proposal", code)
    told = {"proposal": found, "form": form, "heading": "Title and plan", "words": "Save", "trail": trail_of(found)}
    return render(request, "business_cases/deed.html", told, status=400 if form.is_bound else 200)


@entitled(may_propose)
@require_http_methods(["GET", "POST"])
def add_author(request: HttpRequest, code: str) -> HttpResponse:
    """Have somebody write with one."""
    found = proposal_for(request.actor, code)
    require_author(request.actor, found)
    people = may_be_asked(found, on=clock.today())
    form = AuthorForm(sent(request), people=people, named=named_with_posts(people, on=clock.today()))
    if request.method == "POST" and form.is_valid():
        authors.add_author(found, person=form.chosen, by=request.actor, at=clock.now())
        messages.success(request, f"{form.chosen.name} writes it with you now, and was told.")
        return redirect("business_cases:proposal", code)
    told = {
        "proposal": found, "form": form, "heading": "Write it with somebody", "words": "Add them", "trail": trail_of(found),
        "lead": "Colleagues, and people of your group who may propose. They see and change all of it.",
    }  # fmt: skip
    return render(request, "business_cases/deed.html", told, status=400 if form.is_bound else 200)


@entitled(may_propose)
@require_POST
def join(request: HttpRequest, code: str) -> HttpResponse:
    """Write with one's colleagues."""
    found = proposal_for(request.actor, code)
    authors.join(found, by=request.actor, at=clock.now())
    messages.success(request, "You write it with your colleagues now.")
    return redirect("business_cases:proposal", code)


@entitled(may_propose)
@require_POST
def leave(request: HttpRequest, code: str) -> HttpResponse:
    """Write it no longer."""
    found = proposal_for(request.actor, code)
    authors.leave(found, by=request.actor, at=clock.now())
    messages.success(request, f"You do not write {code} any more.")
    return redirect("business_cases:listing")


@entitled(may_propose)
@require_POST
def put_aside(request: HttpRequest, code: str, move: str) -> HttpResponse:
    """Discard a draft, or take it up again."""
    found = proposal_for(request.actor, code)
    if move not in DONE:
        raise Http404
    drafting.put_aside(found, move=move, by=request.actor, at=clock.now())
    messages.success(request, DONE[move])
    return redirect("business_cases:proposal", code)


@entitled(may_propose)
@require_http_methods(["GET", "POST"])
def withdraw(request: HttpRequest, code: str) -> HttpResponse:
    """Take back what is not decided yet."""
    found = proposal_for(request.actor, code)
    require_author(request.actor, found)
    form = WithdrawForm(sent(request))
    if request.method == "POST" and form.is_valid():
        coming_back.withdraw(found, reason=form.cleaned_data["reason"], by=request.actor, at=clock.now())
        messages.success(request, "It is withdrawn, and the commissioner was told. You can bring it back.")
        return redirect("business_cases:proposal", code)
    told = {
        "proposal": found, "form": form, "heading": "Withdraw it", "words": "Withdraw it", "trail": trail_of(found),
        "lead": "Nothing will be decided. If you bring it back, it keeps the day it was first submitted.",
    }  # fmt: skip
    return render(request, "business_cases/deed.html", told, status=400 if form.is_bound else 200)


@entitled(may_propose)
@require_POST
def bring_back(request: HttpRequest, code: str) -> HttpResponse:
    """Begin again, under a new code, what was withdrawn or refused."""
    found = proposal_for(request.actor, code)
    made = coming_back.bring_back(found, by=request.actor, at=clock.now())
    messages.success(
        request, f"{made.code} is begun and says all that {code} said. Change what has to change, and submit it."
    )
    return redirect("business_cases:proposal", made.code)
