"""From each role's home every link is followed: each page opens, and of each kind of page one is held to the rules of access."""

import re
from collections import deque
from urllib.parse import urlsplit

import pytest
from tests.web.browser.conftest import faults_of
from tests.web.journeys.conftest import Be

pytestmark = [pytest.mark.browser, pytest.mark.timeout(1200)]

MOST = 40  # pages of one role
ROLES = (
    "Practice manager", "Practice nurse", "GP", "Cluster lead", "PCT finance manager", "PCT information manager",
    "PCT commissioning manager", "PCT contracts manager", "PCT public health specialist", "PCT board member",
    "Professional executive committee member", "Non-executive director", "SHA performance manager", "Joint manager",
    "Provider contract manager", "Supplier", "Pharmacist", "Dentist", "Local medical committee representative",
    "Patient representative", "Facilitator", "Survey researcher", "Administrator",
)  # fmt: skip
AWAY = ("/demonstration/", "/static/", "/api/")
LOOKED_AT: set[str] = set()  # kinds of page, by the first role that reached each; one file is one worker's
LINK = re.compile(r'<a\b[^>]*\shref="([^"#]+)')


def kind_of(path: str) -> str:
    """Pages that differ in their keys alone are of one kind."""
    return re.sub(r"/(Z\w+|\d[\w.-]*|[0-9a-f-]{36})(?=/)", "/*", urlsplit(path).path)


@pytest.mark.parametrize("role", ROLES)
def test_every_page_a_role_can_follow_opens_and_is_accessible(be: Be, role: str) -> None:
    page = be(role)
    waiting, seen = deque(["/"]), {"/"}
    per_kind: dict[str, int] = {}
    faults = []
    while waiting and len(seen) <= MOST + len(waiting):
        path = waiting.popleft()
        kind = kind_of(path)
        per_kind[kind] = per_kind.get(kind, 0) + 1
        if per_kind[kind] > (1 if kind in LOOKED_AT else 2):
            continue
        answer = page.request.get(path)
        assert answer.status == 200, (role, path, answer.status)
        if "html" not in answer.headers["content-type"]:
            continue
        found = [each.replace("&amp;", "&") for each in LINK.findall(answer.text())]
        fresh = [
            each
            for each in dict.fromkeys(found)
            if each.startswith("/") and each not in seen and not each.startswith(AWAY)
        ]
        seen |= set(fresh)
        waiting.extend(fresh)
        if kind not in LOOKED_AT:
            LOOKED_AT.add(kind)
            page.goto(path)
            faults += [f"{path}: {each}" for each in faults_of(page)]
    assert faults == []
