"""The demonstration's statements are made by the same actions as everybody's."""

from datetime import UTC, datetime
from typing import Any

import pytest
from tests.web.conftest import BELONGS
from tests.web.statements.published import Stated

from pbc_web.notices.models import Notice
from pbc_web.statements import demonstration
from pbc_web.statements.models import Acknowledgement, FigureQuery, Publication

pytestmark = pytest.mark.django_db


def test_a_year_is_published_read_and_queried_and_its_last_month_waits(stated: Stated, place: Any) -> None:
    place.actor("finance_manager")
    for practice, relation, _ in BELONGS:
        if relation == "practice_commissioner":
            place.actor("practice_manager", place[practice])
    demonstration.fill(datetime(2010, 4, 20, 8, 0, tzinfo=UTC))
    states = Publication.everywhere.order_by("month").values_list("month", "state")
    assert list(states) == [
        ("2009-04", "published"), ("2009-05", "published"), ("2009-06", "published"), ("2010-03", "prepared"),
    ]  # fmt: skip
    june = Publication.everywhere.get(month="2009-06")
    read = Acknowledgement.everywhere.filter(publication=june).values_list("practice__code", flat=True)
    assert {"ZA0001", "ZB0003"}.isdisjoint(read)
    assert sorted(FigureQuery.everywhere.values_list("state", flat=True)) == ["answered", "open"]
    assert Notice.objects.filter(kind="statement").count() >= 3
