"""Reading publications, queries and pots, each for an actor."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet
from django.http import Http404

from pbc.periods import FinancialYear
from pbc_web.accounts.actor import Actor
from pbc_web.accounts.queries import appointments_on
from pbc_web.accounts.roles import ROLES, Duty, Sight, role_in
from pbc_web.organisations.models import Organisation
from pbc_web.statements.models import Acknowledgement, FigureQuery, Pot, Publication, YearEndPosition
from pbc_web.statements.permissions import may_confirm_pots, may_prepare, may_read_records, may_read_year_ends

WITH_PEOPLE = ("commissioner", "comment_by", "published_by", "prepared_by")


class Replaced(Http404):
    """A version that was replaced is closed to the reader; `in_force` is the one to read instead, or None out of reach."""

    def __init__(self, publication: Publication, in_force: Publication | None) -> None:
        super().__init__("This version was replaced.")
        self.publication, self.in_force = publication, in_force


def versions_for(actor: Actor) -> QuerySet[Publication]:
    """What was published, versions replaced too, to name them; as far as the actor sees its commissioner; for a hospital,
    what names it; newest month first."""
    if actor.sees(Sight.NAMED):
        found = Publication.everywhere.filter(named__provider__in=actor.reach.detail)
    else:
        found = Publication.objects.visible_to(actor, sums=True)
    shown = Q(state__in=("published", "replaced"))
    if may_prepare(actor):
        shown |= Q(state="prepared", commissioner__in=actor.reach.detail)
    return found.filter(shown).select_related(*WITH_PEOPLE)


def publications_for(actor: Actor) -> QuerySet[Publication]:
    """What the actor may read: what is in force and, for those who prepare it, what is not yet published."""
    return versions_for(actor).exclude(state="replaced")


def in_force_for(actor: Actor) -> QuerySet[Publication]:
    """The publications in force, newest month first."""
    return versions_for(actor).filter(state="published")


def of_same_set(actor: Actor, publication: Publication) -> QuerySet[Publication]:
    """What commissioners in sight put in force of the set that a publication is of."""
    return in_force_for(actor).filter(month=publication.month, set_id=publication.set_id)


def publication_for(actor: Actor, publication_id: int, *, of_practice: Organisation | None = None) -> Publication:
    """One publication, or not found. A version replaced is for those entitled in `of_practice`, on its own pages alone: two
    versions side by side would tell everybody else of the few people between them."""
    found = versions_for(actor).filter(id=publication_id).first()
    if found is None:
        raise Http404
    if found.state == "replaced" and not is_entitled_in(actor, of_practice):
        raise Replaced(found, in_force_instead(actor, found))
    return found


def in_force_instead(actor: Actor, publication: Publication) -> Publication | None:
    """The version in force of the month, as far as the actor sees it."""
    return in_force_for(actor).filter(month=publication.month, commissioner=publication.commissioner).first()


def entitled_in(practice: Organisation, *, on: date) -> list[str]:
    """Who in a practice sees all of its figures and the records behind them, by name and role."""
    codes = [role.code for role in ROLES.values() if Duty.READ_RECORDS in role.duties]
    held = appointments_on(on).filter(role_code__in=codes, organisation=practice).order_by("person__name")
    return [f"{each.person.name}, {role_in(each.role_code, practice.kind).title}" for each in held]


def is_entitled_in(actor: Actor, practice: Organisation | None) -> bool:
    """Whether the actor sees all of a practice's own figures, few people or many."""
    return practice is not None and may_read_records(actor) and actor.organisation.id == practice.id


def sets_open_to(actor: Actor, publication: Publication) -> set[str]:
    """The ids of the statements and year ends of a publication's commissioner that figures may be followed into: those in
    force, versions replaced for those entitled in their own practice, and the positions published."""
    states = ("published", "replaced") if is_entitled_in(actor, actor.organisation) else ("published",)
    of_commissioner = {"commissioner_id": publication.commissioner_id}
    statements = Publication.everywhere.filter(state__in=states, **of_commissioner)
    year_ends = YearEndPosition.everywhere.filter(**of_commissioner)
    return {*statements.values_list("set_id", flat=True), *year_ends.values_list("set_id", flat=True)}


def prepared_for(actor: Actor) -> QuerySet[Publication]:
    """What waits to be commented and published."""
    return publications_for(actor).filter(state="prepared")


def practice_for(actor: Actor, code: str) -> Organisation:
    """A practice whose own pages the actor may open, or not found."""
    return _in_detail(actor, code, ("practice",))


def organisation_for_sums(actor: Actor, code: str) -> Organisation:
    """A group or commissioner whose page the actor may open, in detail or as a sum, or not found."""
    found = Organisation.objects.filter(code=code, id__in=actor.reach.either).exclude(kind="practice").first()
    if found is None:
        raise Http404
    return found


def _in_detail(actor: Actor, code: str, kinds: tuple[str, ...]) -> Organisation:
    found = Organisation.objects.filter(code=code, kind__in=kinds, id__in=actor.reach.detail).first()
    if found is None:
        raise Http404
    return found


def practices_in_detail(actor: Actor) -> QuerySet[Organisation]:
    """The practices whose own pages the actor may open."""
    return Organisation.objects.filter(kind="practice", id__in=actor.reach.detail)


def acknowledgements_for(actor: Actor, publication: Publication) -> QuerySet[Acknowledgement]:
    """Who of the actor's own practices has said they read a statement: nothing for anybody else than practice and group."""
    if actor.role.sight not in (Sight.OWN_PRACTICE, Sight.OWN_GROUP):
        return Acknowledgement.everywhere.none()
    found = Acknowledgement.objects.visible_to(actor).filter(publication=publication)
    return found.select_related("person", "practice")


def figure_queries_for(actor: Actor) -> QuerySet[FigureQuery]:
    """You asked, we answered: queries of the practices in the actor's reach, those still open and soonest due first."""
    found = FigureQuery.objects.visible_to(actor)
    people = ("practice", "publication", "publication__commissioner", "asked_by", "answered_by")
    return found.select_related(*people).order_by("state", "answer_due_on", "-id")


def figure_query_for(actor: Actor, query_id: int) -> FigureQuery:
    """One query, or not found."""
    found = figure_queries_for(actor).filter(id=query_id).first()
    if found is None:
        raise Http404
    return found


def open_figure_queries_for(actor: Actor, *, today: date) -> dict[str, Any]:
    """How many queries wait for an answer, how many of them late, and when the next is due."""
    due = list(FigureQuery.objects.visible_to(actor).filter(state="open").values_list("answer_due_on", flat=True))
    return {"count": len(due), "late": sum(day < today for day in due), "next_on": min(due, default=None)}


def positions_for(actor: Actor) -> QuerySet[YearEndPosition]:
    """The positions of year ends published by commissioners the actor sees."""
    return YearEndPosition.objects.visible_to(actor, sums=True).select_related("commissioner", "published_by")


def has_published_year(actor: Actor, commissioner: Organisation, year: FinancialYear) -> bool:
    """Whether the actor may open a commissioner's year end: one of its positions is published."""
    if not may_read_year_ends(actor):
        return False
    return positions_for(actor).filter(commissioner=commissioner, financial_year=year.slug).exists()


def final_years_of(commissioners: Iterable[Organisation]) -> set[tuple[FinancialYear, str]]:
    """The years that commissioners closed for good, each with the commissioner's code."""
    final = YearEndPosition.everywhere.filter(commissioner__in=list(commissioners), position="final")
    held = final.values_list("financial_year", "commissioner__code")
    return {(FinancialYear.parse(year), code) for year, code in held}


def pots_for(actor: Actor) -> QuerySet[Pot]:
    """The pots of units the actor sees in detail, or of the commissioner for those who confirm them."""
    found = Pot.objects.visible_to(actor, sums=may_confirm_pots(actor))
    return found.select_related("unit", "commissioner")


def pot_for(actor: Actor, pot_id: int) -> Pot:
    """One pot, or not found."""
    found = pots_for(actor).filter(id=pot_id).first()
    if found is None:
        raise Http404
    return found
