"""Keeping what follows from files somebody typed: one set under one name, with the fingerprint of each file in its receipt."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from pbc.flows.journey import Journey
from pbc.results import PublishedSet, Receipt, Store
from pbc.sources.published.reading import Published


def keep_files(
    store: Store,
    name: str,
    *,
    tables: Mapping[str, pl.DataFrame],
    files: Sequence[Published],
    regime: str,
    journey: Journey | None,
) -> PublishedSet:
    """This returns the set published; what is kept beside a made-up register is made up itself."""
    register = store.find("register")
    receipt = Receipt(
        flow=f"keep_{name.replace('-', '_')}", inputs={each.file_name: each.fingerprint for each in files}, regime=regime,
        is_made_up=register is not None and register.receipt.is_made_up, made_at=(journey or Journey()).made_at,
    )  # fmt: skip
    return store.publish(name, dict(tables), receipt)
