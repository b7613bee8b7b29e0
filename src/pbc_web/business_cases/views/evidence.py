"""Taking figures of published statements into a draft."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from pbc.errors import RefusedInput
from pbc_web.business_cases.actions import evidence as actions
from pbc_web.business_cases.actions.writing import require_writer
from pbc_web.business_cases.permissions import may_propose
from pbc_web.business_cases.queries.evidence import evidence_for
from pbc_web.business_cases.queries.in_sight import proposal_for
from pbc_web.business_cases.views.drafts import trail_of
from pbc_web.shell import clock
from pbc_web.shell.access import entitled
from pbc_web.shell.form_fields import WordsField
from pbc_web.shell.forms_sent import sent


class FigureForm(forms.Form):
    """A figure by its id, and what it shows."""

    figure = forms.CharField(
        max_length=400, label="Which figure?", error_messages={"required": "Enter the id of a figure"},
        help_text="Follow a number of your statement to how it came about, and copy the id from the end of that page.",
    )  # fmt: skip
    shows = WordsField(
        label="What does it show?",
        max_length=300,
        widget=forms.TextInput(),
        error_messages={"required": "Say what it shows"},
    )


@entitled(may_propose)
@require_http_methods(["GET", "POST"])
def take_figure(request: HttpRequest, code: str) -> HttpResponse:
    """Take a figure into a draft as it stands today."""
    found = proposal_for(request.actor, code)
    require_writer(request.actor, found)
    form = FigureForm(sent(request))
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            made = actions.take_figure(
                found, figure_text=said["figure"], shows=said["shows"], by=request.actor, at=clock.now()
            )
        except RefusedInput as refusal:
            form.add_error("figure", f"{refusal.what} {refusal.remedy}")
        else:
            messages.success(request, f"{made.title}, {made.said}, stands in it as it is today.")
            return redirect("business_cases:proposal", code)
    told = {
        "proposal": found, "form": form, "heading": "Take in a figure", "words": "Take it in", "trail": trail_of(found),
        "lead": "It is kept with what it says today, whatever is published later. Whoever reads the proposal reads it.",
    }  # fmt: skip
    return render(request, "business_cases/deed.html", told, status=400 if form.is_bound else 200)


@entitled(may_propose)
@require_POST
def drop_figure(request: HttpRequest, code: str, evidence_id: int) -> HttpResponse:
    """Take a figure off a draft."""
    found = evidence_for(request.actor, code, evidence_id)
    actions.drop_figure(found, by=request.actor, at=clock.now())
    messages.success(request, "The figure is taken off.")
    return redirect("business_cases:proposal", code)
