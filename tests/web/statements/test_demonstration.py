"""The demonstration's statements are made by the same actions as everybody's."""

import json
import shutil
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from tests.web.conftest import BELONGS
from tests.web.statements.published import Stated

from pbc_web.notices.models import Notice
from pbc_web.organisations import demonstration as of_organisations
from pbc_web.organisations.models import Organisation
from pbc_web.organisations.queries import uptake_on
from pbc_web.statements import demonstration
from pbc_web.statements.models import Acknowledgement, FigureQuery, Publication, YearEndPosition

pytestmark = pytest.mark.django_db


def test_a_year_is_published_read_and_queried_and_its_last_month_waits(
    stated: Stated, place: Any, settings: Any, tmp_path: Path
) -> None:
    shutil.copytree(settings.PBC_STORE, tmp_path / "store")
    settings.PBC_STORE = tmp_path / "store"  # one month is stated again
    (tmp_path / "deliveries").mkdir()
    planted = {"planted": {"charged_wrongly": {"charged_practice_code": "ZA0003"}}}
    (tmp_path / "deliveries" / "truths.json").write_text(json.dumps(planted))
    place.actor("finance_manager")
    for practice, relation, _ in BELONGS:
        if relation == "practice_commissioner":
            place.actor("practice_manager", place[practice])
    demonstration.fill(datetime(2010, 4, 20, 8, 0, tzinfo=UTC))
    states = Publication.everywhere.order_by("month", "version").values_list("month", "version", "state")
    assert list(states) == [
        ("2009-04", 1, "published"), ("2009-05", 1, "replaced"), ("2009-05", 2, "published"), ("2009-06", 1, "published"),
        ("2010-03", None, "prepared"),
    ]  # fmt: skip
    june = Publication.everywhere.get(month="2009-06")
    read = Acknowledgement.everywhere.filter(publication=june).values_list("practice__code", flat=True)
    assert {"ZA0001", "ZB0003"}.isdisjoint(read)
    asked = sorted(FigureQuery.everywhere.values_list("practice__code", "state"))
    assert asked == [("ZA0003", "answered"), ("ZA0003", "open")]
    assert Notice.objects.filter(kind="statement").count() >= 3
    assert not YearEndPosition.everywhere.exists()  # the store's year before has no budgets to close


def test_all_take_part_in_the_year_that_is_closed_and_the_last_declines_from_the_year_after(stated: Stated) -> None:
    of_organisations.fill(datetime(2010, 4, 20, 8, 0, tzinfo=UTC))
    practices = Organisation.objects.filter(kind="practice").order_by("code")
    *others, last = practices
    for day in (date(2008, 4, 1), date(2009, 3, 31)):
        assert set(uptake_on(day, practices).values()) == {"active"}
        assert len(uptake_on(day, practices)) == len(practices)
    assert uptake_on(date(2009, 4, 1), practices) == {last.id: "declined"} | {each.id: "active" for each in others}
