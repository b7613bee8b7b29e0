"""Roles as data: their names then and now, where they are held, what they need; tasks that apps lend the home page."""

from datetime import date
from typing import Any

import pytest

from pbc_web.accounts import tasks
from pbc_web.accounts.roles import ROLES, Duty, role_in
from pbc_web.accounts.tasks import Task, add_tasks, tasks_for
from pbc_web.organisations.kinds import KINDS


@pytest.mark.parametrize(
    "role, kind, title",
    [
        ("finance_manager", "pct", "PCT finance manager"),
        ("finance_manager", "icb", "ICB finance manager"),
        ("committee_member", "pct", "Professional executive committee member"),
        ("committee_member", "icb", "Primary care committee member"),
        ("cluster_lead", "pcn", "PCN clinical director"),
        ("performance_manager", "sha", "SHA performance manager"),
        ("gp", "practice", "GP"),
    ],
)
def test_a_role_has_the_name_its_regime_gives_it(role: str, kind: str, title: str) -> None:
    assert role_in(role, kind).title == title
    assert role_in(role, kind) == ROLES[role] or role_in(role, kind).code == role


def test_every_name_by_kind_is_of_a_kind_the_role_is_held_in() -> None:
    for role in ROLES.values():
        assert set(role.held_in) <= set(KINDS), role.code
        assert not role.titles or set(role.titles) == set(role.held_in), role.code


def test_whoever_decides_or_reads_records_needs_a_second_factor() -> None:
    deciding = {
        Duty.ACCEPT_BUDGET,
        Duty.SET_BUDGETS,
        Duty.APPROVE_BUDGETS,
        Duty.READ_RECORDS,
        Duty.ADMINISTER,
        Duty.APPOINT,
    }
    assert all(role.needs_second_factor for role in ROLES.values() if role.duties & deciding)
    assert not ROLES["practice_nurse"].needs_second_factor


def test_tasks_come_late_ones_first_then_by_day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tasks, "_lenders", [])
    late, soon, some_day = (
        Task("Answer a query", "/q/", date(2009, 5, 9), is_late=True), Task("Accept the budget", "/b/", date(2009, 5, 1)),
        Task("Read the statement", "/s/"),
    )  # fmt: skip

    def lender(actor: Any, today: date) -> list[Task]:
        return [some_day, soon, late]

    add_tasks(lender)
    add_tasks(lender)
    actor: Any = None
    assert tasks_for(actor, date(2009, 5, 2)) == [late, soon, some_day]
