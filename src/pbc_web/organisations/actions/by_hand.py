"""What is said of organisations by hand: those in no register, who belongs to whom, who took over whom."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.db.models import Sum

from pbc.errors import RefusedInput
from pbc_web.audit.actions import Doer, record
from pbc_web.organisations.kinds import BY_HAND, KINDS, RELATIONS, UPWARD, may_follow
from pbc_web.organisations.models import OPEN_END, Organisation, Relation
from pbc_web.organisations.permissions import may_close, may_say
from pbc_web.organisations.queries import successors_of

SOURCE = "entered by hand"


@transaction.atomic
def add_organisation(
    *, code: str, kind: str, name: str, opened_on: date | None, by: Doer, at: datetime
) -> Organisation:
    """Add an organisation that no register names."""
    if kind not in BY_HAND:
        raise RefusedInput(
            "Organisations of this kind come from a register.", found=KINDS.get(kind, kind),
            expected=", ".join(KINDS[each] for each in BY_HAND),
        )  # fmt: skip
    if Organisation.objects.filter(code=code).exists():
        raise RefusedInput(
            "This code is taken.", found=code, remedy="Look the organisation up: it may be known already."
        )
    made = Organisation.objects.create(code=code, kind=kind, name=name, opened_on=opened_on, source=SOURCE)
    told = {"name": name, "code": code, "kind": KINDS[kind]}
    record(by=by, verb="add_organisation", about=("organisation", code), at=at, told=told)
    return made


@transaction.atomic
def add_relation(
    member: Organisation, *, relation: str, parent: Organisation, starts_on: date, by: Doer, at: datetime
) -> Relation:
    """Say to whom an organisation belongs from a day on; where it belonged to another in that way, that ends the day before."""
    _require_ours(may_say(by, relation), member)
    wanted = UPWARD.get(member.kind, {}).get(relation, ())
    if parent.kind not in wanted:
        raise RefusedInput(
            "These two do not belong together in this way.", where=str(member), found=str(parent),
            expected=", ".join(KINDS[kind] for kind in wanted) or "another relation",
        )  # fmt: skip
    held = Relation.objects.select_for_update().filter(member=member, relation=relation, ends_before__gt=starts_on)
    if held.filter(starts_on__gte=starts_on).exists():
        raise RefusedInput(
            "Something was said of a later day already.", where=str(member), found=starts_on.isoformat(),
            remedy="Choose a later day, or end what was said first.",
        )  # fmt: skip
    held.update(ends_before=starts_on)
    made = Relation.objects.create(member=member, parent=parent, relation=relation, starts_on=starts_on, source=SOURCE)
    told = {"member": member.name, "relation": RELATIONS[relation], "parent": parent.name, "on": starts_on.isoformat()}
    record(by=by, verb="add_relation", about=("organisation", member.code), at=at, told=told)
    return made


@transaction.atomic
def end_relation(relation: Relation, *, on: date, by: Doer, at: datetime) -> Relation:
    """End a relation after its last day."""
    relation = Relation.objects.select_for_update().select_related("member", "parent").get(id=relation.id)
    _require_ours(may_say(by, relation.relation), relation.member)
    if not relation.starts_on <= on < relation.ends_before:
        raise RefusedInput(
            "A relation ends on a day on which it held.", found=on.isoformat(),
            expected=f"{relation.starts_on} or later, before {relation.ends_before}",
        )  # fmt: skip
    relation.ends_before = on + timedelta(days=1)
    relation.save(update_fields=["ends_before"])
    told = {
        "member": relation.member.name, "relation": RELATIONS[relation.relation], "parent": relation.parent.name,
        "on": on.isoformat(),
    }  # fmt: skip
    record(by=by, verb="end_relation", about=("organisation", relation.member.code), at=at, told=told)
    return relation


@transaction.atomic
def record_succession(
    taken_over: Organisation,
    *,
    successor: Organisation,
    on: date,
    share: Decimal,
    by: Doer,
    at: datetime,
    source: str = SOURCE,
) -> Relation:
    """Say who took an organisation over from a day, whole or a share of it. Taken over whole, it closes and belongs nowhere more."""
    _require_ours(may_close(by, taken_over), taken_over)
    if not may_follow(taken_over.kind, successor.kind) or successor.id == taken_over.id:
        raise RefusedInput(
            "An organisation is taken over by another of its kind.", where=str(taken_over), found=str(successor)
        )
    if _leads_to(successor, taken_over):
        raise RefusedInput("Each would have taken over the other.", where=str(taken_over), found=str(successor))
    Organisation.objects.select_for_update().get(id=taken_over.id)
    given = Relation.objects.filter(relation="succeeds", parent=taken_over).aggregate(sum=Sum("share"))[
        "sum"
    ] or Decimal(0)
    if given + share > 1:
        raise RefusedInput(
            "More than the whole of it would be taken over.", where=str(taken_over), found=f"{given + share:.0%}",
            expected=f"at most {1 - given:.0%} more",
        )  # fmt: skip
    try:
        with transaction.atomic():
            made = Relation.objects.create(
                member=successor, parent=taken_over, relation="succeeds", starts_on=on, share=share, source=source
            )
    except IntegrityError:
        raise RefusedInput("This was said already.", where=str(taken_over), found=str(successor)) from None
    if given + share == 1:
        _close(taken_over, on)
    told = {"taken_over": taken_over.name, "successor": successor.name, "share": f"{share:.0%}", "on": on.isoformat()}
    record(by=by, verb="record_succession", about=("organisation", taken_over.code), at=at, told=told)
    return made


def _require_ours(is_ours: bool, about: Organisation) -> None:
    if not is_ours:
        raise RefusedInput(
            "To which region a commissioner answers, and who took it over, is said by an administrator.", where=str(about),
            found="somebody it belongs to", remedy="Ask your administrator, with the paper that says so.",
        )  # fmt: skip


def _leads_to(first: Organisation, last: Organisation) -> bool:
    return any(each.member_id == last.id for each in successors_of(first))


def _close(organisation: Organisation, on: date) -> None:
    organisation.closed_on = on - timedelta(days=1)
    organisation.save(update_fields=["closed_on"])
    held = Relation.objects.filter(member=organisation, ends_before__gt=on, starts_on__lt=on).exclude(
        relation="succeeds"
    )
    held.update(ends_before=on)
    Relation.objects.filter(member=organisation, ends_before=OPEN_END, starts_on__gte=on).exclude(
        relation="succeeds"
    ).delete()
