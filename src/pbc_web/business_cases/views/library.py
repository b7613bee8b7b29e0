"""The library of decided proposals: finding, reading an entry, opening what is one's own, and starting a new one from it."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from pbc.periods import FinancialYear
from pbc_web.audit.handing_out import TableFile, hand_out_tables
from pbc_web.business_cases.actions import library as actions
from pbc_web.business_cases.forms.library import OpeningForm, StartForm, WantedForm
from pbc_web.business_cases.library_shown import FILE_LINES, entry_facts, library_table, sections_read
from pbc_web.business_cases.permissions import may_handle_proposals, may_propose, may_read_proposals
from pbc_web.business_cases.queries import library as queries
from pbc_web.business_cases.queries.in_sight import outcomes_for, proposal_for
from pbc_web.business_cases.queries.listings import commissioners_of
from pbc_web.business_cases.views.drafts import trail, trail_of
from pbc_web.shell import clock
from pbc_web.shell.access import entitled
from pbc_web.shell.forms_sent import sent

PAGE = 50


@entitled(may_read_proposals)
@require_safe
def library(request: HttpRequest) -> HttpResponse:
    """Decided proposals, failures included, found by words, kind, outcome and year."""
    actor, form = request.actor, _form(request)
    wanted = form.wanted
    page = Paginator(queries.entries_in(actor, wanted), PAGE).get_page(request.GET.get("page"))
    entries = queries.entries_of(actor, page)
    given = urlencode({name: value for name, value in vars(wanted).items() if value})
    told = {
        "form": form, "asked": given, "page": page, "commissioners": commissioners_of(actor), "trail": trail(),
        "table": library_table(entries),
        "links": [reverse("business_cases:library_entry", args=[each.proposal.code]) for each in entries],
        "downloads": _file(request, []).links(f"{reverse('business_cases:library')}download/", asked=given),
    }  # fmt: skip
    return render(request, "business_cases/library.html", told)


@entitled(may_read_proposals)
@require_safe
def library_file(request: HttpRequest, form: str) -> HttpResponse:
    """The library as it was asked for, as a file, with reasons."""
    entries = queries.entries_of(request.actor, queries.entries_in(request.actor, _form(request).wanted))
    return hand_out_tables(request, _file(request, entries), form=form)


@entitled(may_read_proposals)
@require_safe
def library_entry(request: HttpRequest, code: str) -> HttpResponse:
    """One entry: outcome, reasons, what would have resolved it, how long it took, and the sections that are open."""
    actor = request.actor
    entry = queries.entry_at(actor, code)
    sections = queries.sections_open_to(actor, entry.proposal)
    told = {
        "entry": entry, "facts": entry_facts(entry), "sections": sections_read(entry.proposal, sections),
        "is_told_whole": outcomes_for(actor).filter(id=entry.proposal.id).exists(), "may_start": bool(sections) and may_propose(actor),
        "trail": library_trail(),
    }  # fmt: skip
    return render(request, "business_cases/library_entry.html", told)


@entitled(may_propose)
@require_http_methods(["GET", "POST"])
def start_from(request: HttpRequest, code: str) -> HttpResponse:
    """Start a new proposal from an entry: its open sections are copied, and it is named as the source."""
    actor, entry = request.actor, queries.entry_at(request.actor, code)
    source, commissioners = entry.proposal, commissioners_of(actor)
    form = StartForm(
        sent(request), this_year=FinancialYear.of(clock.today()), commissioners=commissioners, kind=source.kind,
        initial={"title": source.title},
    )  # fmt: skip
    if request.method == "POST" and commissioners and form.is_valid():
        made = actions.start_from(
            source, form.named, commissioner=form.commissioner_chosen, by=actor, at=clock.now()
        )  # fmt: skip
        messages.success(
            request,
            f"{made.code} is begun and says what the open sections of {code} say. Make it your own before you submit it.",
        )
        return redirect("business_cases:proposal", made.code)
    sections = queries.sections_open_to(actor, source)
    told = {
        "proposal": source, "form": form, "heading": "Start a new one from this", "words": "Begin",
        "lead": f"Copied: {', '.join(each.title.lower() for each in sections) or 'nothing, for no section is open'}. "
        "The new draft names this one as its source.",
        "trail": library_trail(),
    }  # fmt: skip
    return render(request, "business_cases/deed.html", told, status=400 if form.is_bound else 200)


@entitled(may_propose)
@require_http_methods(["GET", "POST"])
def opening(request: HttpRequest, code: str) -> HttpResponse:
    """What an author opens of a decided proposal, to whom."""
    found = proposal_for(request.actor, code)
    form = OpeningForm(sent(request), openable=queries.openable_in(found), held=queries.opening_of(found))
    if request.method == "POST" and form.is_valid():
        actions.set_opening(found, form.opened, by=request.actor, at=clock.now())
        messages.success(request, "It is saved, and holds from now on.")
        return redirect("business_cases:proposal", code)
    told = {
        "proposal": found, "form": form, "heading": "Who may read it", "words": "Save", "trail": trail_of(found),
        "lead": "Everybody of your commissioner finds its outcome and reasons in the library anyway. You say here what others find. "
        "What was started from it stays, should you close it again.",
    }  # fmt: skip
    return render(request, "business_cases/deed.html", told, status=400 if form.is_bound else 200)


@entitled(may_handle_proposals)
@require_http_methods(["GET", "POST"])
def publish(request: HttpRequest, code: str) -> HttpResponse:
    """What anyone would read of a decided proposal; show it on the public page, or take it off."""
    actor = request.actor
    found = proposal_for(actor, code)
    if request.method == "POST":
        is_shown = request.POST.get("move") == "show"
        act = actions.show_to_anyone if is_shown else actions.take_off_public_page
        act(found, by=actor, at=clock.now())
        messages.success(request, f"It {'stands' if is_shown else 'stands no longer'} on the public page.")
        return redirect("business_cases:publish", code)
    entry = queries.entry_at(actor, code)
    told = {
        "entry": entry,
        "opening": entry.opening,
        "facts": entry_facts(entry, is_public=True),
        "trail": trail_of(found),
    }
    return render(request, "business_cases/publish.html", told)


def library_trail() -> list[dict[str, str]]:
    """The way back to the library."""
    return [*trail(), {"text": "Library", "href": reverse("business_cases:library")}]


def _form(request: HttpRequest) -> WantedForm:
    return WantedForm(request.GET, years=queries.years_in(request.actor))


def _file(request: HttpRequest, entries: list[queries.LibraryEntry]) -> TableFile:
    own = request.actor.organisation
    table = library_table(entries, is_whole=True)
    return TableFile(
        f"library-{own.code}", "Library of decided proposals", FILE_LINES, (table,), clock.today(), own.is_made_up
    )
