"""What programs may ask: the same reach as pages have, role by role, practice by practice."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from tests.web.budgets.rounds import AMOUNTS, adopted, offered, opened
from tests.web.statements.conftest import stated  # noqa: F401 a fixture, asked for by name

from pbc_web.accounts.roles import ROLES
from pbc_web.audit.models import Entry
from pbc_web.runs.models import Run
from pbc_web.runs.worker import work_off

pytestmark = pytest.mark.django_db
IN_DETAIL = {"gp", "practice_nurse", "practice_manager", "cluster_lead"} | {
    f"{each}_manager" for each in ("finance", "information", "commissioning", "contracts")
}
COMMISSIONERS_OWN = {f"{each}_manager" for each in ("finance", "information", "commissioning", "contracts")}
SEES_FIGURES = set(ROLES) - {"facilitator", "researcher", "administrator"}


@pytest.fixture
def everything(place: Any, stated: Any) -> dict[str, Any]:  # noqa: F811 the fixture above
    """A published statement, offered budgets and a run of world A."""
    in_round = opened(place)
    offered(place, in_round)
    return {"publication": stated.publish(), "round": in_round}


ROUTES = (
    ("/api/v1/statements/", SEES_FIGURES),
    ("/api/v1/budgets/2009-10", IN_DETAIL),
    ("/api/v1/statements/2009-06/practices/ZA0001", IN_DETAIL),
    ("/api/v1/runs/", COMMISSIONERS_OWN | {"administrator"}),
    ("/api/v1/organisations/", set(ROLES)),
    ("/api/v1/policy-values/", set(ROLES)),
)


@pytest.mark.parametrize(("path", "entitled"), ROUTES, ids=lambda value: value if isinstance(value, str) else "")
def test_a_route_answers_each_role_as_its_pages_do(
    path: str, entitled: set[str], everything: dict[str, Any], token: Callable[..., str]
) -> None:
    client, wrong = Client(), []
    for role in ROLES:
        answer = client.get(path, headers={"authorization": token(role)})
        if answer.status_code != (200 if role in entitled else 403):
            wrong.append((role, answer.status_code))
    assert wrong == []


@pytest.mark.parametrize("path", ["/api/v1/budgets/2009-10", "/api/v1/statements/2009-06/practices/ZA0001"])
def test_another_commissioners_world_is_not_found(
    path: str, everything: dict[str, Any], program: Callable[..., Client]
) -> None:
    for role in ("practice_manager", "cluster_lead", "finance_manager"):
        answer = program(role, world="B").get(path)
        assert (answer.status_code, b"ZA0001" in answer.content and b"found" not in answer.content) == (404, False)


def test_a_practice_sees_its_own_budget_alone(everything: dict[str, Any], program: Callable[..., Client]) -> None:
    told = program("practice_manager").get("/api/v1/budgets/2009-10").json()
    assert [each["practice_code"] for each in told] == ["ZA0001"]
    assert {each["service"]: each["amount_pence"] for each in told[0]["lines"]} == AMOUNTS["ZA0001"]
    assert (told[0]["state"], told[0]["version"], told[0]["is_payable"]) == ("issued", 0, True)


def test_an_agreed_budget_comes_with_its_set(
    place: Any, everything: dict[str, Any], program: Callable[..., Client]
) -> None:
    adopted(place, everything["round"])
    told = program("finance_manager").get("/api/v1/budgets/2009-10").json()
    assert {each["version"] for each in told} == {1}
    assert {each["set_name"] for each in told} == {"budgets/2009-10"}
    assert sum(line["amount_pence"] for each in told for line in each["lines"]) == sum(
        sum(each.values()) for each in AMOUNTS.values()
    )


def test_a_year_that_is_none_is_refused_in_words(program: Callable[..., Client]) -> None:
    answer = program("finance_manager").get("/api/v1/budgets/2009-11")
    assert (answer.status_code, answer.json()["expected"]) == (409, "like 2009-10")


def test_a_statement_is_the_rows_of_its_download(everything: dict[str, Any], program: Callable[..., Client]) -> None:
    told = program("practice_manager").get("/api/v1/statements/2009-06/practices/ZA0001").json()
    assert told["is_made_up"] is True
    assert told["sentences"]
    rows = next(each["rows"] for each in told["tables"] if "figure_id" in each["rows"][0])
    assert rows[0]["figure_id"].startswith("statement/2009-06@")


def test_work_is_asked_for_once_by_a_token_that_may(place: Any, token: Callable[..., str]) -> None:
    asked = {"kind": "bring_up_to_date", "key": "every-month-1"}
    client = Client()
    for may_write, expected in ((False, 403), (True, 200), (True, 200)):
        header = {"authorization": token("information_manager", may_write=may_write)}
        answer = client.post("/api/v1/runs/", asked, content_type="application/json", headers=header)
        assert answer.status_code == expected
    assert Run.everywhere.count() == 1
    run_id = answer.json()["id"]
    work_off(at=Run.everywhere.get().asked_at)
    told = client.get(f"/api/v1/runs/{run_id}", headers=header).json()
    assert told["state"] in ("done", "failed")
    assert (told["fault"] is None) == (told["state"] == "done")


def test_a_role_without_the_duty_asks_in_vain(program: Callable[..., Client]) -> None:
    asked = {"kind": "bring_up_to_date", "key": "every-month-1"}
    answer = program("contracts_manager", may_write=True).post("/api/v1/runs/", asked, content_type="application/json")
    assert (answer.status_code, Run.everywhere.count()) == (403, 0)
    assert Entry.objects.get(verb="be_denied").told["page"].startswith("api:")


def test_a_month_belongs_to_work_of_a_month(program: Callable[..., Client]) -> None:
    client = program("finance_manager", may_write=True)
    for asked in (
        {"kind": "state_month", "month": "", "key": "12345678"},
        {"kind": "state_month", "month": "2009-13", "key": "12345678"},
    ):
        assert client.post("/api/v1/runs/", asked, content_type="application/json").status_code == 409
    other = {"kind": "bring_up_to_date", "month": "2009-06", "key": "12345678"}
    assert (
        program("information_manager", may_write=True)
        .post("/api/v1/runs/", other, content_type="application/json")
        .status_code
        == 409
    )


def test_a_run_of_another_world_is_not_found(place: Any, program: Callable[..., Client]) -> None:
    asked = {"kind": "bring_up_to_date", "key": "every-month-1"}
    run_id = (
        program("information_manager", may_write=True)
        .post("/api/v1/runs/", asked, content_type="application/json")
        .json()["id"]
    )
    assert program("information_manager", world="B").get(f"/api/v1/runs/{run_id}").status_code == 404
    assert program("information_manager").get("/api/v1/runs/99999999999999999999").status_code == 404
