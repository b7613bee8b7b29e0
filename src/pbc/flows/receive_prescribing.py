"""Receive a month's prescribing, which comes by its own road and often later than the hospitals' activity."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from pbc.engines import Engine
from pbc.flows.extract import Extract, open_extract
from pbc.flows.journey import Journey
from pbc.methods.costing import add_up_prescribing
from pbc.periods import Month
from pbc.results import PublishedSet, Receipt, Store
from pbc.sources.deliveries import read_prescribing
from pbc.sources.headings import HeadingMap


def receive_prescribing(
    store: Store, folder: Path | Extract, *, month: Month, engine: Engine, journey: Journey | None = None,
    headings: Sequence[HeadingMap] = (),
) -> PublishedSet | None:  # fmt: skip
    """This returns the published set `prescribing/<month>`, or None where the delivery holds no prescribing.

    Lines, their cells by practice and BNF chapter, and the rows refused. Source: methods.md, net ingredient cost.
    """
    journey = journey or Journey()
    extract = open_extract(folder)
    files = extract.find("activity", str(month), "prescribing")
    if not files:
        return None
    journey.step(f"Reading the prescribing of {month.title}", 0.0)
    read = read_prescribing(engine, files, delivery=str(month), headings=headings)
    published = store.publish(
        f"prescribing/{month}",
        {
            "prescriptions": read.rows,
            "prescribing_cells": add_up_prescribing(read.rows),
            "rejected_rows": read.rejected,
        },
        Receipt(
            flow="receive_prescribing",
            inputs=read.fingerprints,
            parameters={"month": str(month)},
            regime=extract.regime,
            engine=engine.name,
            is_made_up=extract.is_made_up,
            made_at=journey.made_at,
        ),
    )
    read.release()
    return published
