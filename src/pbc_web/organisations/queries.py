"""Who belonged to whom on a day, as it was then or as it is now."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date

from django.db.models import Q, QuerySet

from pbc_web.organisations.kinds import COMMISSIONERS, IN_GROUP
from pbc_web.organisations.models import Organisation, Relation, Uptake


def relations_on(day: date) -> QuerySet[Relation]:
    """The relations that held on a day."""
    return Relation.objects.filter(starts_on__lte=day, ends_before__gt=day)


def members_of(parent: Organisation, *, on: date, relations: tuple[str, ...] = ()) -> QuerySet[Organisation]:
    """The organisations directly below one on a day, of some relations or of any but succession."""
    held = relations_on(on).filter(parent=parent)
    held = held.filter(relation__in=relations) if relations else held.exclude(relation="succeeds")
    return Organisation.objects.filter(id__in=held.values("member_id"))


def parents_of(member: Organisation, *, on: date, relations: tuple[str, ...] = ()) -> QuerySet[Organisation]:
    """The organisations directly above one on a day."""
    held = relations_on(on).filter(member=member)
    held = held.filter(relation__in=relations) if relations else held.exclude(relation="succeeds")
    return Organisation.objects.filter(id__in=held.values("parent_id"))


def practices_of(organisation: Organisation, *, on: date) -> QuerySet[Organisation]:
    """The practices of any tier on a day: itself, those of a group, those a commissioner pays for, those of a region."""
    if organisation.kind == "practice":
        return Organisation.objects.filter(id=organisation.id)
    held = relations_on(on)
    direct = held.filter(parent=organisation, relation__in=(*IN_GROUP, "practice_commissioner"))
    if organisation.kind not in ("icb", "sha", "region"):
        return Organisation.objects.filter(id__in=direct.values("member_id"))
    below = commissioners_below(organisation, on=on)
    through = held.filter(parent__in=below, relation="practice_commissioner")
    return Organisation.objects.filter(Q(id__in=direct.values("member_id")) | Q(id__in=through.values("member_id")))


def commissioners_below(organisation: Organisation, *, on: date) -> QuerySet[Organisation]:
    """The commissioners that answer to a region, or the parts of an ICB, on a day."""
    held = relations_on(on).filter(relation__in=("commissioner_region", "sub_icb_icb"))
    first = held.filter(parent=organisation).values("member_id")
    second = held.filter(parent_id__in=first).values("member_id")
    return Organisation.objects.filter(Q(id__in=first) | Q(id__in=second), kind__in=COMMISSIONERS)


def successors_of(organisation: Organisation) -> list[Relation]:
    """Who took an organisation over, one after another, first to last; a split names each part."""
    found: list[Relation] = []
    layer, seen = [organisation.id], {organisation.id}
    while layer:
        taken = list(
            Relation.objects.filter(relation="succeeds", parent_id__in=layer)
            .select_related("member")
            .order_by("starts_on")
        )
        found += taken
        layer = [each.member_id for each in taken if each.member_id not in seen]
        seen.update(layer)
    return found


def as_now(organisation: Organisation, *, on: date) -> list[Organisation]:
    """Who answers on a day for an organisation: itself, or those that took it over."""
    ended = [each for each in successors_of(organisation) if each.starts_on <= on]
    gone = {each.parent_id for each in ended}
    return [each.member for each in ended if each.member_id not in gone] or [organisation]


def codes_answered_for(organisations: Collection[int], *, on: date) -> frozenset[str]:
    """The codes of organisations and of all that they had taken over by a day."""
    found = dict(Organisation.objects.filter(id__in=organisations).values_list("id", "code"))
    layer = set(found)
    while layer:
        taken = Relation.objects.filter(relation="succeeds", member_id__in=layer, starts_on__lte=on)
        gone = dict(taken.values_list("parent_id", "parent__code"))
        layer = gone.keys() - found.keys()
        found |= gone
    return frozenset(found.values())


def uptake_on(day: date, practices: QuerySet[Organisation]) -> dict[int, str]:
    """The state of each practice on a day, by the practice's id; one never offered has none."""
    rows = Uptake.objects.filter(practice__in=practices, starts_on__lte=day).order_by("starts_on", "id")
    return dict(rows.values_list("practice_id", "state"))


def declined_on(day: date, practices: Iterable[Organisation]) -> dict[int, Uptake]:
    """What practices that had declined by a day said, by the practice's id."""
    rows = Uptake.objects.filter(practice__in=practices, starts_on__lte=day).order_by("starts_on", "id")
    return {
        each.practice_id: each for each in {row.practice_id: row for row in rows}.values() if each.state == "declined"
    }


def found_by(words: str = "", kind: str = "") -> QuerySet[Organisation]:
    """Organisations by a part of their name, or their code, and their kind."""
    found = Organisation.objects.exclude(kind="service")
    if words:
        found = found.filter(Q(name__icontains=words) | Q(code__iexact=words))
    return found.filter(kind=kind) if kind else found


def taken_over_by(organisation: Organisation) -> list[Relation]:
    """Whom an organisation took over, first to last."""
    found = Relation.objects.filter(relation="succeeds", member=organisation)
    return list(found.select_related("parent").order_by("starts_on"))


def upward_relations(member: Organisation, *, on: date) -> list[Relation]:
    """To whom an organisation belonged on a day, and how."""
    held = relations_on(on).filter(member=member).exclude(relation="succeeds")
    return list(held.select_related("parent").order_by("relation", "parent__name"))


def downward_relations(parent: Organisation, *, on: date) -> list[Relation]:
    """Who belonged to an organisation on a day, and how."""
    held = relations_on(on).filter(parent=parent).exclude(relation="succeeds")
    return list(held.select_related("member").order_by("relation", "member__name"))


def uptake_of(practice: Organisation) -> list[Uptake]:
    """What was said of a practice's taking part, newest first."""
    return list(Uptake.objects.filter(practice=practice).order_by("-starts_on", "-id"))
