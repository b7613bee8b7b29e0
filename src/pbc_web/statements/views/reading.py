"""Statements as pages: the list, a practice, a group, the commissioner, a hospital; and who has read them."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from pbc_web.accounts.roles import Sight
from pbc_web.shell import clock
from pbc_web.shell.access import entitled
from pbc_web.statements import permissions, queries, shown
from pbc_web.statements.actions.reading import acknowledge
from pbc_web.statements.doors import explained, linked
from pbc_web.statements.models import Acknowledgement
from pbc_web.statements.views.versions import leads_to_version_in_force

CONTENTS = (
    ("changed", "What changed"), ("act", "What you can do"), ("in-words", "The month in plain words"), ("charts", "In pictures"),
    ("tables", "In tables"), ("notes", "Notes"),
)  # fmt: skip
CONTENTS_WITHOUT_PICTURES = tuple(each for each in CONTENTS if each[0] != "charts")


@entitled(permissions.may_read_statements)
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """The months published, newest first, and what the reader may open of each."""
    actor = request.actor
    publications = list(queries.in_force_for(actor))
    is_practice = actor.organisation.kind == "practice"
    reads_practices = permissions.may_read_practices(actor)
    told = {
        "publications": publications, "newest": publications[0] if publications else None,
        "prepared": list(queries.prepared_for(actor)) if permissions.may_prepare(actor) else [],
        "own": actor.organisation if is_practice and reads_practices else None,
        "practices": list(queries.practices_in_detail(actor)) if not is_practice else [],
        "may_publish": permissions.may_publish(actor), "may_read_practices": reads_practices,
        "may_read_sums": permissions.may_read_sums(actor),
        "waiting": queries.open_figure_queries_for(actor, today=clock.today()) if reads_practices else None,
        "group": actor.organisation if actor.sees(Sight.OWN_GROUP) else None, "is_region": actor.sees(Sight.REGION),
    }  # fmt: skip
    return render(request, "statements/listing.html", told)


@entitled(permissions.may_read_practices)
@leads_to_version_in_force
@require_safe
def practice(request: HttpRequest, publication_id: int, code: str) -> HttpResponse:
    """One practice's statement."""
    actor = request.actor
    found = queries.practice_for(actor, code)
    publication = queries.publication_for(actor, publication_id, of_practice=found)
    answer = shown.answer_from(publication, on=clock.today())
    page = shown.practice_page(publication, found.code, protection=shown.protection_for(actor, found), answer=answer)
    is_own = permissions.may_acknowledge(actor) and actor.organisation == found
    said = list(queries.acknowledgements_for(actor, publication).filter(practice=found))
    has_read = any(each.person_id == actor.person_id for each in said)
    told = {
        "publication": publication, "practice": found, "page": page, "view": page.view, "is_made_up": page.view.is_made_up,
        "may_query": permissions.may_query(actor) and publication.state != "prepared",
        "may_drill": permissions.may_read_records(actor) and actor.organisation == found,
        "acknowledged": said, "tiers": shown.material_of(publication).tiers,
        "may_acknowledge": is_own and publication.state == "published" and not has_read,
        "asked": list(queries.figure_queries_for(actor).filter(practice=found, publication=publication)),
        "in_force": queries.in_force_instead(actor, publication) if publication.state == "replaced" else None,
        "contents": CONTENTS if page.view.charts else CONTENTS_WITHOUT_PICTURES,
    }  # fmt: skip
    return render(request, "statements/practice.html", told)


@entitled(permissions.may_read_practices)
@leads_to_version_in_force
@require_safe
def similar(request: HttpRequest, publication_id: int, code: str) -> HttpResponse:
    """A practice beside the practices most like it: nobody is ranked, few are named."""
    publication = queries.publication_for(request.actor, publication_id)
    found = queries.practice_for(request.actor, code)
    view = shown.similar_practices(publication, found.code, protection=shown.protection_for(request.actor, found))
    is_made_up = shown.material_of(publication).is_made_up
    told = {"publication": publication, "practice": found, "view": view, "is_made_up": is_made_up}
    return render(request, "statements/similar.html", told)


@entitled(permissions.may_acknowledge)
@leads_to_version_in_force
@require_http_methods(["GET", "POST"])
def acknowledge_now(request: HttpRequest, publication_id: int, code: str) -> HttpResponse:
    """Say that one has read it: where an e-mail leads, one button and a link to query."""
    publication = queries.publication_for(request.actor, publication_id)
    found = queries.practice_for(request.actor, code)
    if request.method == "GET":
        told = {"publication": publication, "practice": found, "tiers": shown.material_of(publication).tiers}
        return render(request, "statements/acknowledge.html", told)
    acknowledge(publication, found, by=request.actor, at=clock.now())
    return redirect("statements:practice", publication.id, found.code)


@entitled(permissions.may_read_sums)
@leads_to_version_in_force
@require_safe
def commissioner(request: HttpRequest, publication_id: int) -> HttpResponse:
    """The commissioner's page; with its practices for those who may open them."""
    actor = request.actor
    publication = queries.publication_for(actor, publication_id)
    sees_practices = actor.sees(Sight.COMMISSIONER)
    view = shown.commissioner_page(publication, names_practices=sees_practices)
    held = set(shown.practices_listed(publication)) if sees_practices else set()
    told = {
        "publication": publication, "view": view, "is_made_up": view.is_made_up,
        "restated": shown.restatement_of(publication),
        **explained(actor, publication, view, ("commissioner", publication.commissioner.code)),
        "practices": [each for each in queries.practices_in_detail(actor) if each.code in held],
    }  # fmt: skip
    return render(request, "statements/summary.html", told)


@entitled(permissions.may_read_sums)
@leads_to_version_in_force
@require_safe
def group(request: HttpRequest, publication_id: int, code: str) -> HttpResponse:
    """A group's page."""
    actor = request.actor
    publication = queries.publication_for(actor, publication_id)
    found = queries.organisation_for_sums(actor, code)
    is_own = found.id in actor.reach.detail
    view = shown.cluster_page(publication, found.code, names_practices=is_own)
    if view is None:
        raise Http404
    inside = shown.practices_of_group(publication, found.code) if is_own else []
    told = {
        "publication": publication, "view": view, "is_made_up": view.is_made_up,
        "restated": shown.restatement_of(publication, inside) if is_own else None,
        "practices": [each for each in queries.practices_in_detail(actor) if each.code in inside],
        "may_see_readers": permissions.may_see_readers(actor) and is_own,
        **explained(actor, publication, view, ("cluster", found.code)),
    }  # fmt: skip
    return render(request, "statements/summary.html", told)


@entitled(permissions.may_read_regions)
@leads_to_version_in_force
@require_safe
def region(request: HttpRequest, publication_id: int) -> HttpResponse:
    """The region's page, once all its commissioners in the set have published it; until then their own pages."""
    actor = request.actor
    publication = queries.publication_for(actor, publication_id)
    held = shown.commissioners_of_region(publication, actor.organisation_code)
    of_set = queries.of_same_set(actor, publication)
    missing = sorted(held - {each.commissioner.code for each in of_set})
    if missing or not held:
        return render(
            request, "statements/region_waits.html", {"publication": publication, "of_set": of_set, "missing": missing}
        )
    view = shown.region_page(publication, actor.organisation_code)
    told = {
        "publication": publication, "view": view, "is_made_up": view.is_made_up, "restated": None, "practices": [],
        **explained(actor, publication, view, ("region", actor.organisation_code)),
    }  # fmt: skip
    return render(request, "statements/summary.html", told)


@entitled(permissions.may_read_own_lines)
@leads_to_version_in_force
@require_safe
def hospital(request: HttpRequest, publication_id: int) -> HttpResponse:
    """A hospital's own lines; the commissioner chooses which hospital by ?code=."""
    actor = request.actor
    publication = queries.publication_for(actor, publication_id)
    named = publication.named.select_related("provider")
    named = named.filter(provider=actor.organisation) if actor.sees(Sight.NAMED) else named
    chosen = next((each.provider for each in named if request.GET.get("code") in (None, each.provider.code)), None)
    if chosen is None:
        raise Http404
    view = shown.hospital_page(publication, chosen.code)
    told = {
        "publication": publication, "view": view, "is_made_up": view.is_made_up, "restated": None, "practices": [],
        **linked(actor, publication, shown.figures_on_hospital(publication, view, chosen.code)),
    }  # fmt: skip
    return render(request, "statements/summary.html", told)


@entitled(permissions.may_see_readers)
@leads_to_version_in_force
@require_safe
def readers(request: HttpRequest, publication_id: int) -> HttpResponse:
    """Which practices of the group have said they read a month: for the group alone."""
    actor = request.actor
    publication = queries.publication_for(actor, publication_id)
    said: dict[int, list[Acknowledgement]] = {}
    for each in queries.acknowledgements_for(actor, publication):
        said.setdefault(each.practice_id, []).append(each)
    practices = [(each, said.get(each.id, [])) for each in queries.practices_in_detail(actor)]
    return render(request, "statements/readers.html", {"publication": publication, "practices": practices})
