"""How a figure came about, and a statement as a file."""

from __future__ import annotations

import tempfile
from pathlib import Path

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from pbc.errors import MissingFigure, RefusedInput
from pbc.money import pounds_and_pence
from pbc.reports import write_statement
from pbc.reports.explanation import Explanation, Part, say
from pbc.reports.hidden_rows import STAR
from pbc.reports.notes import STATUS_WORDS
from pbc.reports.rules_used import value_in_words
from pbc_web.accounts.actor import Actor
from pbc_web.audit.handing_out import hand_out
from pbc_web.organisations.models import Organisation
from pbc_web.organisations.queries import as_now
from pbc_web.runs.statement_reading import explanation_of
from pbc_web.shell.access import entitled
from pbc_web.statements import permissions, queries, shown
from pbc_web.statements.models import Publication
from pbc_web.statements.views.versions import leads_to_version_in_force

FORMS = ("csv", "xlsx")


@entitled(permissions.may_read_practices)
@leads_to_version_in_force
@require_safe
def figure(request: HttpRequest, publication_id: int, code: str) -> HttpResponse:
    """One figure: its rule, parameters, prices, records counted, and what it is made of, each part leading on."""
    actor = request.actor
    practice = queries.practice_for(actor, code)
    publication = queries.publication_for(actor, publication_id, of_practice=practice)
    if not request.GET.get("id"):
        return redirect("statements:practice", publication.id, practice.code)
    found = explanation_for(actor, publication, request.GET["id"])
    told = {
        "publication": publication, "practice": practice, "found": found, "say": said,
        "pounds_and_pence": pounds_and_pence, "heading": heading_of(found), "is_made_up": found.is_made_up,
        "rules": [(value, value_in_words(value, found.tiers), STATUS_WORDS[value.status]) for value in found.policy],
        "may_read_records": permissions.may_read_records(actor) and actor.organisation == practice and bool(found.records),
        "may_query": permissions.may_query(actor) and publication.state != "prepared",
        "asking": urlencode({"id": found.figure_id}),
    }  # fmt: skip
    return render(request, "statements/figure.html", told)


def explanation_for(actor: Actor, publication: Publication, figure_text: str) -> Explanation:
    """This returns how a figure came about, for somebody who may see the organisation it is about; else not found."""
    try:
        found, owner = explanation_of(
            figure_text, behind=publication.set_name, set_id=publication.set_id,
            published=queries.sets_open_to(actor, publication), protection=shown.protection_for(actor, actor.organisation),
        )  # fmt: skip
    except (MissingFigure, RefusedInput) as missing:
        raise Http404 from missing
    if owner and not _is_in_detail(actor, owner):
        raise Http404
    return found


def said(part: Explanation | Part) -> str:
    """This returns the amount of a figure or of a part of one in words: a star where the reader may not see it."""
    if part.is_hidden:
        return STAR
    return say(part.value if isinstance(part, Explanation) else part.amount, part.kind)


def heading_of(found: Explanation) -> str:
    """This returns a figure's title without the set it was published in, which the page names at its end."""
    return found.title.rpartition(" (")[0] or found.title


def _is_in_detail(actor: Actor, code: str) -> bool:
    organisation = Organisation.objects.filter(code=code).first()
    if organisation is None:
        return False
    heirs = as_now(organisation, on=actor.on)  # who took a practice over answers for its lines of before
    return any(each.id in actor.reach.detail for each in (organisation, *heirs))


@entitled(permissions.may_read_practices)
@leads_to_version_in_force
@require_safe
def download_statement(request: HttpRequest, publication_id: int, code: str, form: str) -> HttpResponse:
    """A practice's statement in pence, every row with the id of its figure."""
    if form not in FORMS:
        raise Http404
    practice = queries.practice_for(request.actor, code)
    publication = queries.publication_for(request.actor, publication_id, of_practice=practice)
    protection = shown.protection_for(request.actor, practice)
    view = shown.practice_page(publication, practice.code, protection=protection).view
    with tempfile.TemporaryDirectory() as folder:
        path = write_statement(view, path=Path(folder) / f"statement.{form}", form=form)
        content = path.read_bytes()
    return hand_out(request, content, name=f"statement-{practice.code}-{publication.month}.{form}")
