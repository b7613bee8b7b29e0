"""The demonstration's panel leaves a gap to be warned of, and its first pot is promised and spent in part."""

from datetime import UTC, datetime
from typing import Any

import pytest

from pbc_web.panels import demonstration as panels
from pbc_web.panels import queries, shown
from pbc_web.panels.models import Meeting
from pbc_web.reinvestment import demonstration
from pbc_web.reinvestment.models import UseOfPot
from pbc_web.shell import clock
from pbc_web.statements.models import Pot, YearEndPosition

pytestmark = pytest.mark.django_db


def test_the_panel_meets_but_for_a_while_in_which_eight_weeks_cannot_be_kept(place: Any) -> None:
    for role in ("commissioning_manager", *panels.SEATS):
        place.actor(role)
    panels.fill(clock.now())
    assert shown.impossible_days(queries.calendar_ahead(place["ZPA"], clock.today())) > 0
    assert queries.quorum_of(Meeting.objects.get(state="held")).is_met


@pytest.mark.parametrize("pence", [{}, {"ZA0001": 6_000_000, "ZA0002": 900_000, "ZA0003": 1}, {"ZCA1": 500_000}])
def test_two_pots_are_declared_and_the_first_is_used(place: Any, pence: dict[str, int]) -> None:
    at = datetime(2010, 4, 20, 9, tzinfo=UTC)
    demonstration.fill(at)  # no year is final: nothing to do
    for role in ("finance_manager", "board_member", "practice_manager", "cluster_lead", "commissioning_manager"):
        place.actor(role)
    position = YearEndPosition.everywhere.create(
        commissioner=place["ZPA"], financial_year="2008-09", position="final", set_name="year-end/2008-09/final", set_id="0" * 12,
        published_at=at, published_by_id=place.actor("finance_manager").person_id,
    )  # fmt: skip
    demonstration.begin_again(position, pence, at)
    assert Pot.everywhere.count() == min(len(pence), 2)
    uses = UseOfPot.everywhere.values_list("pot__unit__code", "reserved_pence", "spent_pence")
    first = next(iter(pence.items()), None)
    asked = min(first[1] // 2, demonstration.MOST_PENCE) if first else 0
    assert list(uses) == ([(first[0], asked, asked // 3)] if first else [])
