"""Rounds as pages: what waits, where each practice stands, dates, support, escalation."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods, require_safe

from pbc.periods import FinancialYear
from pbc_web.accounts.actor import Actor
from pbc_web.accounts.roles import Sight
from pbc_web.budgets import permissions, rules
from pbc_web.budgets.actions import escalating, rounds
from pbc_web.budgets.forms.rounds import DependencyForm, EscalationForm, SupportForm, YearForm
from pbc_web.budgets.models import Round
from pbc_web.budgets.queries import listings
from pbc_web.budgets.queries.payable import delegation_for, watermark
from pbc_web.budgets.queries.standing import groups_of, standings_of, tally
from pbc_web.budgets.views.finding import actor_of, links, page, the_round
from pbc_web.notices.models import Escalation
from pbc_web.organisations.models import Organisation
from pbc_web.organisations.queries import practices_of
from pbc_web.shell import clock
from pbc_web.shell.access import entitled
from pbc_web.shell.forms_sent import sent


@entitled(permissions.may_follow_budgets)
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """What waits for this person in budgets, then the rounds in sight."""
    actor = actor_of(request)
    may_open = permissions.may_open_offers(actor)
    told = {
        "rounds": list(listings.rounds_seen_by(actor)),
        "offers": list(listings.offers_to_answer(actor)) if may_open else [],
        "queries": list(listings.queries_waiting(actor)) if permissions.may_answer_queries(actor) else [],
        "decisions": list(listings.decisions_to_judge(actor)) if permissions.may_judge_decisions(actor) else [],
        "may_open_round": permissions.may_set_budgets(actor),
        "may_plan": permissions.may_plan_neighbourhoods(actor),
        "may_read_decisions": permissions.may_read_decisions(actor),
    }
    return page(request, "budgets/listing.html", told)


@entitled(permissions.may_set_budgets)
@require_http_methods(["GET", "POST"])
def new_round(request: HttpRequest) -> HttpResponse:
    """Open the budgets of a year."""
    actor = actor_of(request)
    form = YearForm(sent(request), this_year=FinancialYear.of(clock.today()))
    if request.method == "POST" and form.is_valid():
        year = FinancialYear.parse(form.cleaned_data["year"])
        opened = rounds.open_round(actor.organisation, year=year, by=actor, at=clock.now())
        return redirect("budgets:round", opened.id)
    return page(request, "budgets/one_form.html", {"form": form, "heading": "Open a year's budgets", "trail": links()})


@entitled(permissions.may_follow_budgets)
@require_safe
def round_page(request: HttpRequest, round_id: int) -> HttpResponse:
    """Where a round stands: the day, what it waits for, who is late, and what was escalated."""
    actor, in_round = actor_of(request), the_round(request, round_id)
    today = clock.today()
    standings = sorted(standings_of(in_round, on=today), key=lambda each: each.practice != actor.organisation)
    is_own = in_round.commissioner_id == actor.organisation.id
    may_delegate = is_own and in_round.is_under_todays_rules and permissions.may_delegate(actor)
    told = {
        "round": in_round, "standings": standings, "tally": tally(standings), "trail": links(),
        "days_left": (in_round.agreed_by - today).days, "dependencies": list(in_round.dependencies.all()),
        "words": rules.words_of(in_round.regime, in_round.financial_year.start),
        "escalations": list(escalations_of(in_round, actor)), "mark": watermark(in_round, holders=[], on=today),
        "opens": actor.reach.detail if permissions.may_open_offers(actor) else frozenset(),
        "may_set": is_own and permissions.may_set_budgets(actor),
        "may_support": is_own and permissions.may_record_support(actor),
        "may_delegate": may_delegate,
        "delegation": delegation_for(in_round, holders=[], on=today) if in_round.is_under_todays_rules else None,
        "delegations": list(listings.delegations_kept_by(actor)) if may_delegate else [],
        "may_escalate": permissions.may_escalate(actor),
        "drafts": list(listings.drafts_seen_by(actor).filter(round=in_round)) if permissions.may_read_drafts(actor) else [],
        "may_read_decisions": permissions.may_read_decisions(actor), "is_agreed_round": in_round.versions.exists(),
        "own_practices": [each.practice for each in standings if each.practice.id in actor.reach.detail],
    }  # fmt: skip
    return page(request, "budgets/round.html", told)


def escalations_of(in_round: Round, actor: Actor) -> Any:
    """This returns what was put to the region: by the clock, which everyone sees, and what the actor may see else."""
    about = Escalation.everywhere.filter(about_kind=escalating.ABOUT, about_key=str(in_round.id))
    seen = about.filter(raised_by=None) | about.filter(raised_by__in=actor.reach.detail)
    if actor.organisation.id == in_round.commissioner_id or actor.sees(Sight.REGION):
        seen = about
    return seen.select_related("raised_by", "region").order_by("opened_at", "id")


@entitled(permissions.may_set_budgets)
@require_http_methods(["GET", "POST"])
def dependency(request: HttpRequest, round_id: int, kind: str) -> HttpResponse:
    """Date something the round waits for."""
    in_round = the_round(request, round_id, is_own=True)
    held = get_object_or_404(in_round.dependencies.all(), kind=kind)
    form = DependencyForm(sent(request), initial={"promised_on": held.promised_on, "met_on": held.met_on})
    if request.method == "POST" and form.is_valid():
        rounds.date_dependency(held, **form.cleaned_data, by=actor_of(request), at=clock.now())
        return redirect("budgets:round", in_round.id)
    told = {"form": form, "heading": held.get_kind_display(), "trail": links(in_round)}
    return page(request, "budgets/one_form.html", told)


@entitled(permissions.may_record_support)
@require_http_methods(["GET", "POST"])
def support(request: HttpRequest, round_id: int) -> HttpResponse:
    """Record support agreed with a practice or a group."""
    in_round = the_round(request, round_id, is_own=True)
    chosen = request.GET.get("organisation", "")
    form = SupportForm(sent(request), organisations=parties_of(in_round), initial={"organisation": chosen})
    if request.method == "POST" and form.is_valid():
        support = rounds.record_support(in_round, **form.cleaned_data, by=actor_of(request), at=clock.now())
        messages.success(request, f"Support is recorded as agreed with {support.organisation.name}.")
        return redirect("budgets:round", in_round.id)
    told = {"form": form, "heading": "Record support that is agreed", "trail": links(in_round)}
    return page(request, "budgets/one_form.html", told)


@entitled(permissions.may_escalate)
@require_http_methods(["GET", "POST"])
def escalate(request: HttpRequest, round_id: int) -> HttpResponse:
    """Put one's own budget to the region."""
    actor, in_round = actor_of(request), the_round(request, round_id)
    form = EscalationForm(sent(request))
    if request.method == "POST" and form.is_valid():
        opened = escalating.escalate(in_round, words=form.cleaned_data["words"], by=actor, at=clock.now())
        messages.success(request, f"{opened.region.name} is told. It is to answer by {opened.answer_due_on:%-d %B %Y}.")
        return redirect("budgets:round", in_round.id)
    told = {
        "form": form,
        "heading": "Put your budget to the region",
        "trail": links(in_round),
        "button": "Send to the region",
    }
    return page(request, "budgets/one_form.html", told)


def parties_of(in_round: Round) -> list[Organisation]:
    """This returns the groups and practices of a round."""
    day = in_round.financial_year.start
    practices = list(practices_of(in_round.commissioner, on=day))
    groups = {each.id: each for each in groups_of([each.id for each in practices], on=day).values()}
    return [*sorted(groups.values(), key=lambda each: each.name), *practices]
