"""Panels and uses of pots in a real browser: accessible at 320 pixels; meetings planned without script, and the warning they leave."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page, expect
from tests.web.browser.conftest import NARROW, looked_at
from tests.web.business_cases.waiting import declared
from tests.web.panels.matrix import panel_objects
from tests.web.reinvestment.matrix import reinvestment_objects

from pbc_web.shell import clock

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_pages_of_panels_and_pots_fit_and_meetings_are_planned(
    place: Any, sign_in: Callable[..., Client], open_browser: Callable[..., Page]
) -> None:
    meeting, made = panel_objects(place)["panel_meeting"], reinvestment_objects(place)
    page = open_browser(sign_in("commissioning_manager"), width=NARROW, script=False)
    page.goto("/panels/ZPA/meetings/plan/")
    today = clock.today()
    days = (f"{today + timedelta(days=ahead):%d/%m/%Y}" for ahead in (30, 160))
    page.get_by_label("Meetings, one a line").fill("\n".join(days))
    page.get_by_label("Days from papers to meeting").fill("14")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("region", name="Warning")).to_contain_text(
        "cannot be decided at a meeting within eight weeks"
    )
    page = open_browser(sign_in("finance_manager"), width=NARROW)
    declared(made["use"], place.actor("finance_manager"))
    addresses = (
        "/panels/ZPA/", f"/panels/ZPA/meetings/{meeting.id}/", "/reinvestment/",
        reverse("statements:pot", args=[made["used_pot"].id]), f"/proposals/{made['use'].code}/",
        reverse("reinvestment:spend", args=[made["use"].code]),
    )  # fmt: skip
    assert looked_at(page, addresses) == dict.fromkeys(addresses, ([], 0))
