"""Pooled lines and allocations that whoever runs the service took in from files, as pages read them."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from pbc.flows.show_today import Kept, show_allocations, show_pooled_lines
from pbc_web.runs.reading import site_store

__all__ = ["Kept", "allocations_of", "pooled_lines_of"]


def pooled_lines_of(owners: Collection[str], *, names: Mapping[str, str]) -> Kept | None:
    """This returns the pooled lines of which one of these holds a part, or None."""
    return show_pooled_lines(site_store(), owners=owners, names=names)


def allocations_of(codes: Collection[str], *, names: Mapping[str, str]) -> Kept | None:
    """This returns the allocations over years of these commissioners, or None."""
    return show_allocations(site_store(), codes=codes, names=names)
