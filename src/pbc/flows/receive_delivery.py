"""Receive a delivery: read, join, attribute and code each row once, then cost it. Statements only add up from here."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from pbc.engines import Engine
from pbc.flows.cost_delivery import cost_delivery
from pbc.flows.extract import Extract
from pbc.flows.journey import Journey
from pbc.flows.receive_activity import receive_activity
from pbc.flows.receive_prescribing import receive_prescribing
from pbc.periods import Month
from pbc.policy import Policy
from pbc.results import PublishedSet, Store
from pbc.sources.headings import HeadingMap


def receive_delivery(
    store: Store,
    folder: Path | Extract,
    *,
    month: Month,
    key: bytes | None,
    engine: Engine,
    policy: Policy,
    journey: Journey | None = None,
    headings: Sequence[HeadingMap] = (),
) -> tuple[PublishedSet, ...]:
    """This returns the published sets `activity/<month>`, `cells/<month>` and, if delivered, `prescribing/<month>`.

    `key` may be None where every file is pseudonymised. Every row is checked, attributed and coded once; refused rows stand
    in each set's `rejected_rows`. The same delivery with the same register, prices, policy and code is the
    same sets and changes nothing. Source: performance.md 6b.
    """
    journey = journey or Journey()
    activity = receive_activity(
        store,
        folder,
        month=month,
        key=key,
        engine=engine,
        policy=policy,
        journey=journey.part(0.0, 0.6),
        headings=headings,
    )
    cells = cost_delivery(store, month=month, engine=engine, policy=policy, journey=journey.part(0.6, 0.9))
    prescribing = receive_prescribing(
        store, folder, month=month, engine=engine, journey=journey.part(0.9, 1.0), headings=headings
    )
    return (activity, cells, prescribing) if prescribing else (activity, cells)
