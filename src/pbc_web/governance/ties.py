"""Who is tied to some organisations and parties on a day, and how: the question recusal asks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from pbc_web.accounts.models import FORGOTTEN, Person
from pbc_web.accounts.queries import appointments_on
from pbc_web.governance.models import Interest, Party
from pbc_web.governance.ownership import Edge, Node, paths_to
from pbc_web.organisations.models import Organisation, Relation


@dataclass(frozen=True)
class Tied:
    """Somebody is tied to what was asked about: who, each tie on the way, and all of it as a sentence."""

    holder: Node
    path: tuple[Edge, ...]
    words: str

    @property
    def person_id(self) -> int | None:
        """The person, or None where an organisation or a party is tied."""
        return self.holder[1] if self.holder[0] == "person" else None


def interests_in(organisations: Iterable[Organisation], parties: Iterable[Party] = (), *, on: date) -> list[Tied]:
    """Everybody tied to any of some organisations or parties on a day, directly or through others, each way once.

    Ties are the interests that stand in any register, as last declared; the roles people hold; and who took over whom.
    A tie holds on the days from its start until before its end. Six queries however many are asked about.
    """
    targets: set[Node] = {("organisation", each.id) for each in organisations} | {
        ("party", each.id) for each in parties
    }
    edges = [*_declared(on), *_taken_over(on), *_held(on)]
    paths = paths_to(edges, targets)
    names = _names({node for path in paths for edge in path for node in (edge.of, edge.to)})
    found = [Tied(path[0].of, path, _in_words(path, names)) for path in paths]
    return sorted(found, key=lambda each: (each.holder[0] != "person", each.words))


def _declared(on: date) -> list[Edge]:
    found = Interest.everywhere.filter(Interest.is_last(), starts_on__lte=on, ends_before__gt=on).exclude(
        state="withdrawn"
    )
    return [
        Edge(
            _one(person=each.person_id, organisation=each.holder_id, party=each.holder_party_id),
            _one(organisation=each.organisation_id, party=each.party_id), each.says,
        )
        for each in found.order_by("id")
    ]  # fmt: skip


def _one(**ids: int | None) -> Node:
    return next((kind, found) for kind, found in ids.items() if found is not None)


def _taken_over(on: date) -> list[Edge]:
    """Who was taken over by whom: a tie to the old one is a tie to the new."""
    found = Relation.objects.filter(relation="succeeds", starts_on__lte=on).order_by("id")
    return [
        Edge(("organisation", old), ("organisation", new), "was taken over by")
        for old, new in found.values_list("parent_id", "member_id")
    ]


def _held(on: date) -> list[Edge]:
    return [
        Edge(("person", each.person_id), ("organisation", each.organisation_id), f"is {each.role.title} at")
        for each in appointments_on(on).order_by("id")
    ]


def _names(nodes: set[Node]) -> dict[Node, str]:
    found: dict[Node, str] = {}
    for kind, model in (("person", Person), ("organisation", Organisation), ("party", Party)):
        ids = [key for of, key in nodes if of == kind]
        rows = model._default_manager.filter(id__in=ids).values_list("id", "name")
        found |= {(kind, key): name or FORGOTTEN for key, name in rows}
    return found


def _in_words(path: tuple[Edge, ...], names: dict[Node, str]) -> str:
    """The ties one after another: Anna Hill holds shares (30%) in Alpha Ltd, which is a partner in Hospital A."""
    said = f"{names[path[0].of]} " + ", which ".join(f"{edge.says} {names[edge.to]}" for edge in path)
    return f"{said}."
