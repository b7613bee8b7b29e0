"""Months and years of a file, as people write them."""

from collections.abc import Callable
from datetime import date
from types import SimpleNamespace

import pytest

from pbc_web.deliveries.forms import Upload
from pbc_web.deliveries.models import Feed

pytestmark = pytest.mark.django_db


def said(feed_of: Callable[..., Feed], layout: str, period: str) -> Upload:
    feed = feed_of(layout)
    form = Upload(
        {"feed": str(feed.id), "period": period},
        {"file": SimpleNamespace(name="x.csv", size=1)},
        feeds=[feed],
        today=date(2010, 5, 3),
    )
    form.is_valid()
    return form


@pytest.mark.parametrize(
    ("layout", "typed", "filed"),
    [
        ("outpatients", "March 2010", "2010-03"),
        ("pdpi", "2010-03", "2010-03"),
        ("weighted_lists", "2009/10", "2009-10"),
        ("registrations", "", ""),
    ],
)
def test_a_period_is_read_as_people_write_it(feed_of: Callable[..., Feed], layout: str, typed: str, filed: str) -> None:
    form = said(feed_of, layout, typed)
    assert ("period" in form.errors, form.cleaned_data["period"]) == (False, filed)


@pytest.mark.parametrize(
    ("layout", "typed", "wanted"),
    [
        ("outpatients", "", "Say which month, like September 2009 or 2009-09"),
        ("outpatients", "the third month of last year", "Say which month, like September 2009 or 2009-09"),
        ("outpatients", "2010-13", "Say which month, like September 2009 or 2009-09"),
        ("outpatients", "June 2010", "This month has not begun"),
        ("weighted_lists", "March 2010", "Say which financial year, like 2009/10"),
        ("registrations", "2010-03", "Leave the month empty: the register is of no month"),
    ],
)
def test_a_period_that_is_none_says_what_to_write(
    feed_of: Callable[..., Feed], layout: str, typed: str, wanted: str
) -> None:
    assert said(feed_of, layout, typed).errors["period"] == [wanted]
