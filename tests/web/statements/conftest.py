"""Statements of world A in a store made once for all tests of a worker, and what tests publish of it."""

from collections.abc import Callable
from typing import Any

import pytest
from tests.web.statements import world
from tests.web.statements.published import Stated


@pytest.fixture
def stated(place: Any, settings: Any) -> Stated:
    """Statements ready to be published for world A."""
    settings.PBC_STORE, sets = world.held()
    return Stated(sets, place)


@pytest.fixture
def figure_of(stated: Stated) -> Callable[..., str]:
    """The id of a practice's cost to date of emergency stays."""

    def made(
        practice_code: str = "ZA0001", *, name: str = "2009-06", item: str = "NEL", column: str = "actual_pence"
    ) -> str:
        key = f"200906~{practice_code}~year_to_date~point_of_delivery~{item}:{column}"
        return f"statement/2009-06@{stated.sets[name]}:budget_statements:{key}"

    return made
