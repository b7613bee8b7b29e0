"""The large figures of the newest statement, on the first page of whoever may open it."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from tests.web.statements.published import AT, Stated

from pbc_web.accounts.roles import ROLES
from pbc_web.statements.tasks import standing_of

pytestmark = pytest.mark.django_db
IN_FRONT = {"gp", "practice_nurse", "practice_manager", "cluster_lead"}


def test_each_role_sees_the_figures_of_its_own_organisation(place: Any, stated: Stated) -> None:
    stated.publish()
    found = {role: list(standing_of(place.actor(role), AT.date())) for role in ROLES}
    shown = {role for role, figures in found.items() if figures}
    of_commissioner = {role for role in ROLES if place.home_of(role).code == "ZPA"}
    assert shown == IN_FRONT | of_commissioner
    assert all("/practice/ZA0001/" in each.href for each in found["gp"])


def test_nothing_stands_before_anything_is_published(place: Any, stated: Stated) -> None:
    stated.prepare()
    assert list(standing_of(place.actor("practice_manager"), AT.date())) == []


def test_the_first_page_shows_them(stated: Stated, sign_in: Callable[..., Client]) -> None:
    stated.publish()
    page = sign_in("practice_manager").get("/").content.decode()
    assert "How are we doing" in page
    assert "pbc-headlines" in page
