"""Decisions as pages: proposed, checked, judged, published; and a practice's budget version by version."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pbc.periods import Month
from pbc_web.audit.handing_out import hand_out
from pbc_web.budgets import files, permissions
from pbc_web.budgets.actions import judging, proposals
from pbc_web.budgets.forms.decisions import FORMS, Choices, JudgeForm, KindForm, ProposalForm
from pbc_web.budgets.models import Decision, Draft, Round, VersionLine
from pbc_web.budgets.models.decisions import KINDS
from pbc_web.budgets.names import EFFECTS, SOURCES_IN_WORDS, in_order
from pbc_web.budgets.queries import listings
from pbc_web.budgets.queries.payable import watermark
from pbc_web.budgets.queries.standing import groups_of
from pbc_web.budgets.queries.versions import Held, versions_of
from pbc_web.budgets.readings import figures_of, figures_of_change
from pbc_web.budgets.views import answers
from pbc_web.budgets.views.finding import actor_of, links, number_sent, page, the_decision, the_practice, the_round
from pbc_web.organisations.queries import practices_of
from pbc_web.shell import clock
from pbc_web.shell.access import entitled
from pbc_web.shell.forms_sent import sent


@entitled(permissions.may_read_decisions)
@require_safe
def decisions(request: HttpRequest, round_id: int) -> HttpResponse:
    """The decisions of a round, and what is left of pools."""
    actor, in_round = actor_of(request), the_round(request, round_id)
    told = {
        "round": in_round, "decisions": list(listings.decisions_seen_by(actor).filter(round=in_round)),
        "pots": list(in_round.pots.all()), "trail": links(in_round),
        "may_propose": permissions.may_set_budgets(actor) and in_round.commissioner_id == actor.organisation.id,
    }  # fmt: skip
    return page(request, "budgets/decisions.html", told)


@entitled(permissions.may_set_budgets)
@require_http_methods(["GET", "POST"])
def propose(request: HttpRequest, round_id: int) -> HttpResponse:
    """Choose what to propose."""
    in_round = the_round(request, round_id, is_own=True)
    form = KindForm(sent(request))
    if request.method == "POST" and form.is_valid():
        return redirect("budgets:propose_kind", in_round.id, form.cleaned_data["kind"])
    told = {"form": form, "heading": "Propose a change of budgets", "trail": _above(in_round), "button": "Continue"}
    return page(request, "budgets/one_form.html", told)


@entitled(permissions.may_set_budgets)
@require_http_methods(["GET", "POST"])
def propose_kind(request: HttpRequest, round_id: int, kind: str) -> HttpResponse:
    """Fill in a proposal of a kind."""
    in_round = the_round(request, round_id, is_own=True)
    name = f"propose-{in_round.id}-{kind}"
    form = _form(request, in_round, kind, request.POST if request.method == "POST" else answers.kept(request, name))
    if request.method == "POST" and form.is_valid():
        answers.keep(request, name)
        return redirect("budgets:propose_check", in_round.id, kind)
    above = [*_above(in_round), {"text": "What to propose", "href": reverse("budgets:propose", args=[in_round.id])}]
    told = {"form": form, "heading": KINDS[kind], "trail": above, "button": "Continue"}
    return page(request, "budgets/one_form.html", told)


@entitled(permissions.may_set_budgets)
@require_http_methods(["GET", "POST"])
def propose_check(request: HttpRequest, round_id: int, kind: str) -> HttpResponse:
    """Check a proposal, then send it to who may approve it."""
    in_round = the_round(request, round_id, is_own=True)
    name = f"propose-{in_round.id}-{kind}"
    form = _form(request, in_round, kind, answers.kept(request, name))
    if not form.is_valid():
        return redirect("budgets:propose_kind", in_round.id, kind)
    proposal = form.proposal()
    if request.method == "POST":
        made = proposals.propose(in_round, proposal, by=actor_of(request), at=clock.now())
        answers.drop(request, name)
        messages.success(request, f"Your proposal {made.reference} is sent to those who may approve it.")
        return redirect("budgets:decision", made.id)
    told = {
        "round": in_round, "proposal": proposal, "kind": kind, "kind_title": KINDS[kind],
        "effect": EFFECTS[kind], "from_month": Month.parse(proposal.effective_month).title if proposal.effective_month else "",
        "source": SOURCES_IN_WORDS.get(proposal.money_source, ""), "trail": _above(in_round),
    }  # fmt: skip
    return page(request, "budgets/propose_check.html", told)


def _form(request: HttpRequest, in_round: Round, kind: str, sent: object) -> ProposalForm:
    form_class = FORMS.get(kind) or get_object_or_404(Decision.everywhere.none())
    day = in_round.financial_year.start
    practices = list(practices_of(in_round.commissioner, on=day))
    groups = {each.id: each for each in groups_of([each.id for each in practices], on=day).values()}
    lines = VersionLine.everywhere.filter(version__round=in_round).values_list("service", flat=True).distinct()
    choices = Choices(
        practices=practices, groups=list(groups.values()), services=[code for code, _ in in_order(dict.fromkeys(lines, 0))],
        drafts=list(Draft.everywhere.filter(round=in_round, state="ready")), year=in_round.financial_year,
    )  # fmt: skip
    return form_class(sent, kind=kind, choices=choices)


@entitled(permissions.may_read_decisions)
@require_safe
def decision(request: HttpRequest, decision_id: int) -> HttpResponse:
    """A decision: what it changes, why, who proposed and who judged it."""
    actor, found = actor_of(request), the_decision(request, decision_id)
    concerned = {line.practice_id for line in found.lines.all()}
    is_ours = found.commissioner_id == actor.organisation.id
    waits = found.state == "proposed" and found.proposed_by_id != actor.person_id
    told = {
        "decision": found, "trail": _above(found.round),
        "source": SOURCES_IN_WORDS.get(found.money_source, ""), "effect": EFFECTS[found.kind],
        "from_month": Month.parse(found.effective_month).title if found.effective_month else "",
        "is_year_over": found.state == "proposed" and clock.today() > found.round.financial_year.end,
        "may_judge": waits and is_ours and permissions.may_delegate(actor),
        "may_consent": waits and found.kind == "virement" and actor.organisation.id in concerned and permissions.may_accept_budgets(actor),
        "has_consented": actor.organisation.id in {each.practice_id for each in found.consents.all()},
        "may_withdraw": found.state == "proposed" and is_ours and permissions.may_set_budgets(actor),
        "may_retry": found.state == "failed" and is_ours and permissions.may_set_budgets(actor),
        "mark": watermark(found.round, holders=[], on=clock.today()),
        "run": found.run if is_ours and found.state == "approved" else None,
    }  # fmt: skip
    return page(request, "budgets/decision.html", told)


@entitled(permissions.may_judge_decisions)
@require_http_methods(["GET", "POST"])
def judge(request: HttpRequest, decision_id: int) -> HttpResponse:
    """Approve or refuse, with a reason: at the commissioner; or, of a virement of its lines, at the practice."""
    actor, found = actor_of(request), the_decision(request, decision_id)
    form = JudgeForm(sent(request))
    if request.method == "POST" and form.is_valid():
        said, seen = form.cleaned_data, number_sent(request, "version")
        if said["outcome"] == "refuse":
            judging.refuse(found, version=seen, answer=said["answer"], by=actor, at=clock.now())
        elif actor.organisation.id == found.commissioner_id:
            judging.approve(found, version=seen, answer=said["answer"], by=actor, at=clock.now())
        else:
            judging.consent(found, version=seen, by=actor, at=clock.now())
        messages.success(request, "Your answer is recorded.")
        return redirect("budgets:decision", found.id)
    told = {
        "form": form, "heading": found.get_kind_display(), "version": found.version, "decision": found, "button": "Send",
        "effect": EFFECTS[found.kind],
        "trail": [*_above(found.round), {"text": found.reference, "href": reverse("budgets:decision", args=[found.id])}],
    }  # fmt: skip
    return page(request, "budgets/judge.html", told)


@entitled(permissions.may_set_budgets)
@require_POST
def take_up(request: HttpRequest, decision_id: int) -> HttpResponse:
    """Take a proposal back, try a failed one again, or give it up."""
    acts = {"withdraw": proposals.withdraw_proposal, "retry": judging.retry, "give_up": judging.give_up}
    found = get_object_or_404(
        listings.decisions_seen_by(actor_of(request)).filter(commissioner=actor_of(request).organisation),
        id=decision_id,
    )
    act = acts.get(request.POST.get("verb", ""))
    if act is not None:
        act(found, version=number_sent(request, "version"), by=actor_of(request), at=clock.now())
    return redirect("budgets:decision", found.id)


@entitled(permissions.may_open_offers)
@require_safe
def versions(request: HttpRequest, round_id: int, practice_code: str) -> HttpResponse:
    """A practice's budget, version by version."""
    in_round, practice = the_round(request, round_id), the_practice(request, practice_code)
    held = versions_of(practice, in_round, actor_of(request))
    services = in_order({name: 0 for each in held for name in each.amounts})
    told = {
        "figures": {each.version.number: _figures(each, practice.code) for each in held},
        "explain": reverse("budgets:version_figure", args=[in_round.id, practice.code]),
        "round": in_round, "practice": practice, "versions": held, "services": [name for name, _ in services],
        "trail": links(in_round), "mark": watermark(in_round, holders=[practice], on=clock.today()),
        "offer": listings.offers_seen_by(actor_of(request)).filter(round=in_round, practice=practice, state="accepted").first(),
    }  # fmt: skip
    return page(request, "budgets/versions.html", told)


@entitled(permissions.may_open_offers)
@require_safe
def versions_file(request: HttpRequest, round_id: int, practice_code: str, kind: str) -> HttpResponse:
    """The same as a file."""
    in_round, practice = the_round(request, round_id), the_practice(request, practice_code)
    mark = watermark(in_round, holders=[practice], on=clock.today())
    book = files.versions_book(practice, in_round, versions_of(practice, in_round, actor_of(request)), mark)
    return hand_out(request, book.as_kind(kind), name=f"budget-versions-{in_round.year}-{practice.code}.{kind}")


def _figures(held: Held, practice_code: str) -> dict[str, dict[str, str]]:
    of, amounts, changes = (held.version.set_name, held.version.set_id), held.amounts, held.changes
    return {"lines": figures_of(*of, practice_code, amounts), "changes": figures_of_change(*of, practice_code, changes)}


def _above(in_round: Round) -> list[dict[str, str]]:
    return links(in_round, ("Decisions", reverse("budgets:decisions", args=[in_round.id])))
