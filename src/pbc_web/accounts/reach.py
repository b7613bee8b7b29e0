"""How far an actor sees: which organisations in detail, which as sums. The one place that turns a role's sight into rows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from pbc_web.accounts.roles import Role, Sight
from pbc_web.organisations.kinds import COMMISSIONERS, GROUPS, IN_GROUP
from pbc_web.organisations.models import Organisation
from pbc_web.organisations.queries import commissioners_below, members_of, parents_of, practices_of

Ids = frozenset[int]
NOBODY: Ids = frozenset()


@dataclass(frozen=True)
class Reach:
    """Ids of organisations: `detail` may be opened page by page, `sums` only as a sum among others (small numbers protected)."""

    detail: Ids = field(default=NOBODY)
    sums: Ids = field(default=NOBODY)

    @property
    def either(self) -> Ids:
        """Those seen at all."""
        return self.detail | self.sums


def reach_of(role: Role, own: Organisation, *, on: date) -> Reach:
    """This returns the organisations that a role held in an organisation reaches on a day."""
    match role.sight:
        case Sight.OWN_PRACTICE:
            found = Reach(_ids([own]), _above(own, on))
        case Sight.OWN_GROUP:
            found = Reach(_ids([own, *practices_of(own, on=on)]), _above(own, on))
        case Sight.COMMISSIONER:
            found = Reach(_ids([own, *_inside(own, on)]), _ids(parents_of(own, on=on)))
        case Sight.SUMS:
            around = _ids(_inside(own, on)) if own.kind in COMMISSIONERS else _above(own, on)
            found = Reach(NOBODY, _ids([own]) | around)
        case Sight.REGION:
            found = Reach(NOBODY, _ids([own, *commissioners_below(own, on=on)]))
        case Sight.NAMED:
            found = Reach(_ids([own]), NOBODY)
        case Sight.NOTHING:
            found = Reach()
    return found


def _above(own: Organisation, on: date) -> Ids:
    """The group and the commissioner an organisation belongs to, or its practices do."""
    if own.kind == "practice":
        return _ids(parents_of(own, on=on, relations=(*IN_GROUP, "practice_commissioner")))
    members = members_of(own, on=on, relations=IN_GROUP)
    return _ids(
        Organisation.objects.filter(
            downward__member__in=members, downward__relation="practice_commissioner",
            downward__starts_on__lte=on, downward__ends_before__gt=on,
        ).distinct()
    )  # fmt: skip


def _inside(own: Organisation, on: date) -> list[Organisation]:
    practices = practices_of(own, on=on)
    groups = Organisation.objects.filter(
        kind__in=GROUPS, downward__member__in=practices, downward__relation__in=IN_GROUP,
        downward__starts_on__lte=on, downward__ends_before__gt=on,
    ).distinct()  # fmt: skip
    return [*commissioners_below(own, on=on), *groups, *practices]


def _ids(organisations: Iterable[Organisation]) -> Ids:
    return frozenset(each.id for each in organisations)
