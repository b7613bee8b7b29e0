"""The register of patients: who was on which practice's list from when to when."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from pbc.engines import Engine
from pbc.sources.deliveries.reading import Read, read_delivery
from pbc.sources.deliveries.shape import RowRule, Shape
from pbc.sources.headings import HeadingMap
from pbc.tables import OPEN_END, REGISTRATIONS

REGISTERED = Shape(
    REGISTRATIONS,
    {
        "person_id": "person_id",
        "practice_code": "practice_code",
        "starts_on": "starts_on",
        "ends_before": f"COALESCE(ends_before, DATE '{OPEN_END}')",
        "birth_year": "birth_year",
        "sex": "sex",
    },
    key=("person_key", "starts_on"),
    rules=(RowRule("ends_before_start", "ends_before", "ends_before <= starts_on"),),
    needs_person=True,
    has_periods=True,
)


def read_registrations(
    engine: Engine, files: Sequence[Path], *, key: bytes | None, delivery: str, headings: Sequence[HeadingMap] = ()
) -> Read:
    """This returns registrations as half-open periods, one row per person and start, as REGISTRATIONS.

    A row without a valid NHS number is refused: nobody could be matched to it. Of two registrations that overlap the
    one that began first stands and the other is refused, since which of the two is true is not ours to guess.
    """
    return read_delivery(
        engine, files, shapes={"registrations": REGISTERED}, key=key, delivery=delivery, headings=headings
    )
