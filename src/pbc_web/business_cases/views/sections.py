"""Writing a section, saving it and coming back; and everything it ever said."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from pbc_web.business_cases.actions.writing import Overtaken, require_writer, save_section
from pbc_web.business_cases.case_rows import letters_named, letters_of
from pbc_web.business_cases.forms.row_faults import gone
from pbc_web.business_cases.forms.sections import SectionForm
from pbc_web.business_cases.models import Proposal, SectionVersion
from pbc_web.business_cases.parts import notes_of
from pbc_web.business_cases.permissions import may_propose, may_read_proposals
from pbc_web.business_cases.queries.in_sight import proposal_for
from pbc_web.business_cases.queries.sections import history_of, latest_of
from pbc_web.business_cases.routing import Latest
from pbc_web.business_cases.sections import Section, section_of
from pbc_web.business_cases.sections.answers import changes_between, said_of
from pbc_web.business_cases.views.drafts import trail_of
from pbc_web.business_cases.views.gate import after_declaring
from pbc_web.shell import clock
from pbc_web.shell.access import entitled
from pbc_web.shell.forms_sent import sent


@entitled(may_propose)
@require_http_methods(["GET", "POST"])
def section(request: HttpRequest, code: str, section: str) -> HttpResponse:
    """One section as a form; what somebody else saved meanwhile is shown beside one's own words, and nothing is lost."""
    found, of = _at(request, code, section)
    require_writer(request.actor, found, section)
    history = history_of(found, section)
    last = history[0] if history else None
    latest = latest_of(found)
    form = _form(of, last, sent(request), latest)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            made = save_section(
                found, section=section, answers=form.answers, is_done=said["is_done"] == "yes", over=said["number"], by=request.actor,
                at=clock.now(),
            )  # fmt: skip
        except Overtaken as overtaken:
            return _put_together(request, found, of, overtaken.last, latest)
        lost = gone(letters_named(latest), letters_of({of.code: made})) if of.code == "options" else ""
        messages.success(
            request, f"{of.title} is saved{' and done' if made.is_done else ''}.{f' {lost}.' if lost else ''}"
        )
        return redirect(f"{reverse('business_cases:proposal', args=[code])}#sections")
    return _page(request, found, of, form, status=400 if form.is_bound else 200)


@entitled(may_read_proposals)
@require_safe
@after_declaring
def section_history(request: HttpRequest, code: str, section: str) -> HttpResponse:
    """Every version of a section with what it changed, the last one first."""
    found, of = _at(request, code, section)
    versions, on = history_of(found, section), clock.today()
    pairs = zip(versions, [*versions[1:], None], strict=True)
    told = {
        "proposal": found, "section": of, "trail": trail_of(found),
        "versions": [
            (each, changes_between(of, before.answers if before else {}, each.answers, on=on)) for each, before in pairs
        ],
    }  # fmt: skip
    return render(request, "business_cases/section_history.html", told)


def _at(request: HttpRequest, code: str, section: str) -> tuple[Proposal, Section]:
    found = proposal_for(request.actor, code)
    of = section_of(found.kind, section)
    if of is None:
        raise Http404
    return found, of


def _form(of: Section, last: SectionVersion | None, sent_: Any, latest: Latest) -> SectionForm:
    held: dict[str, Any] = {}
    if last is not None:
        held = {"answers": last.answers, "is_done": last.is_done, "number": last.number}
    return SectionForm(
        sent_, section=of, on=clock.today(), letters=letters_of(latest), named=letters_named(latest), **({"answers": {}} | held)
    )  # fmt: skip


def _put_together(
    request: HttpRequest, found: Proposal, of: Section, last: SectionVersion, latest: Latest
) -> HttpResponse:
    """The page again with one's own words in the boxes and the other's beside; saving it then is after theirs."""
    mine = request.POST.copy()
    mine["number"] = str(last.number)
    return _page(request, found, of, _form(of, last, mine, latest), last=last, status=409)


def _page(
    request: HttpRequest, found: Proposal, of: Section, form: SectionForm, *, last: SectionVersion | None = None, status: int
) -> HttpResponse:  # fmt: skip
    theirs = said_of(of, last.answers, on=clock.today()) if last else []
    told = {"proposal": found, "section": of, "form": form, "last": last, "theirs": theirs, "trail": trail_of(found)}
    told["notes"] = notes_of(found, of.code)
    return render(request, "business_cases/section.html", told, status=status)
