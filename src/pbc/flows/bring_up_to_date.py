"""Bring deliveries already held up to date with a register or a tariff that has changed since, visibly."""

from __future__ import annotations

from pbc.engines import Engine
from pbc.flows.cost_delivery import cost_delivery
from pbc.flows.journey import Journey
from pbc.flows.receive_activity import reattribute
from pbc.periods import Month
from pbc.policy import Policy
from pbc.results import PublishedSet, Store


def bring_up_to_date(
    store: Store, *, engine: Engine, policy: Policy, journey: Journey | None = None
) -> list[PublishedSet]:
    """This returns the sets that changed: facts placed again by the register in force, cells costed again from them.

    Nothing raw is needed. A delivery whose register, tariff and policy are those it was decided with is left as it is;
    one that changes keeps its former set in the store's history, and the next statement lists what was restated.
    Source: performance.md 6b; decision methods/0142.
    """
    journey = journey or Journey()
    names = store.names("activity")
    before = {name: store.current(name).set_id for name in [*names, *store.names("cells")]}
    made: list[PublishedSet] = []
    for position, name in enumerate(names):
        month = Month.parse(name.removeprefix("activity/"))
        part = journey.part(position / len(names), (position + 1) / len(names))
        made.append(reattribute(store, month=month, engine=engine, policy=policy, journey=part.part(0.0, 0.5)))
        made.append(cost_delivery(store, month=month, engine=engine, policy=policy, journey=part.part(0.5, 1.0)))
    return [published for published in made if before.get(published.name) != published.set_id]
