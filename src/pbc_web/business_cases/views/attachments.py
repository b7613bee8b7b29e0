"""Files that go with a proposal: attached and taken off by its authors, handed out to whoever may read its papers."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pbc.errors import RefusedInput
from pbc_web.audit.handing_out import hand_out
from pbc_web.business_cases.actions import attachments as actions
from pbc_web.business_cases.actions.writing import require_writer
from pbc_web.business_cases.attaching import path_of
from pbc_web.business_cases.permissions import may_propose, may_read_proposals
from pbc_web.business_cases.queries.attachments import attachment_for
from pbc_web.business_cases.queries.in_sight import proposal_for
from pbc_web.business_cases.views.drafts import trail_of
from pbc_web.business_cases.views.gate import after_declaring
from pbc_web.shell import clock
from pbc_web.shell.access import entitled


class AttachForm(forms.Form):
    """A file."""

    file = forms.FileField(
        label="The file", allow_empty_file=True, error_messages={"required": "Choose a file"},
        help_text="A PDF, Word, Excel or CSV file, plain text or a picture, 3.5 MB at most. No patient may be named in it: "
        "what is in a PDF or a picture is not looked through for you.",
    )  # fmt: skip


@entitled(may_propose)
@require_http_methods(["GET", "POST"])
def attach(request: HttpRequest, code: str) -> HttpResponse:
    """Attach a file; what is wrong with it is told beside it."""
    found = proposal_for(request.actor, code)
    require_writer(request.actor, found)
    form = AttachForm(request.POST, request.FILES) if request.method == "POST" else AttachForm()
    if form.is_bound and form.is_valid():
        sent: Any = form.cleaned_data["file"]
        try:
            made = actions.attach(found, chunks=sent.chunks(), name=sent.name, by=request.actor, at=clock.now())
        except RefusedInput as refusal:
            form.add_error("file", f"{refusal.what} {refusal.remedy}")
        else:
            messages.success(request, f"{made.name} is attached.")
            return redirect("business_cases:proposal", code)
    told = {"proposal": found, "form": form, "trail": trail_of(found)}
    return render(request, "business_cases/attach.html", told, status=400 if form.is_bound else 200)


@entitled(may_read_proposals)
@require_safe
@after_declaring
def attachment(request: HttpRequest, code: str, attachment_id: int) -> HttpResponse:
    """A file as a download, never shown in the page."""
    found = attachment_for(request.actor, code, attachment_id)
    content = path_of(found.sha256).read_bytes()
    return hand_out(request, content, name=f"{code}-{found.name}", about=("proposal", code))


@entitled(may_propose)
@require_POST
def take_off(request: HttpRequest, code: str, attachment_id: int) -> HttpResponse:
    """Take a file off a draft."""
    found = attachment_for(request.actor, code, attachment_id)
    actions.take_off(found, by=request.actor, at=clock.now())
    messages.success(request, f"{found.name} is taken off.")
    return redirect("business_cases:proposal", code)
