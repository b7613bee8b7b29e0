"""The interface for programs: documented whole, and never answering outside its document."""

from collections.abc import Callable
from typing import Any

import pytest
import schemathesis
from django.core.cache import cache
from django.core.wsgi import get_wsgi_application
from django.test import Client
from hypothesis import HealthCheck, given, settings

from pbc_web.api import interface as made

pytestmark = pytest.mark.django_db


def test_addresses_that_lead_nowhere_answer_in_json(program: Callable[..., Client]) -> None:
    for path in ("/api/", "/api/v1/nothing", "/api/v2/organisations/"):
        answer = program("gp").get(path)
        assert (answer.status_code, answer["Content-Type"]) == (404, "application/json")


def test_every_field_and_parameter_says_what_it_means() -> None:
    document = made.interface.get_openapi_schema()
    silent = [
        f"{name}.{field}"
        for name, shape in document["components"]["schemas"].items()
        for field, said in shape.get("properties", {}).items()
        if not said.get("description")
    ]
    assert silent == []


def test_organisations_come_in_pages(program: Callable[..., Client]) -> None:
    told = program("gp").get("/api/v1/organisations/?kind=practice&limit=2&offset=1").json()
    assert (told["count"], [each["code"] for each in told["items"]]) == (6, ["ZA0002", "ZA0003"])


def test_an_organisation_shows_the_relations_of_a_day(program: Callable[..., Client]) -> None:
    now = program("gp").get("/api/v1/organisations/ZA0001").json()
    before = program("gp").get("/api/v1/organisations/ZA0001?on=1999-01-01").json()
    assert ({each["parent_code"] for each in now["relations"]}, before["relations"]) == ({"ZPA", "ZCA1"}, [])


def test_rule_values_come_with_their_sources(program: Callable[..., Client]) -> None:
    told = program("gp").get("/api/v1/policy-values/savings.retained_share?on=2009-05-01").json()
    assert (told["value"], bool(told["source"])) == (0.7, True)
    assert program("gp").get("/api/v1/policy-values/no.such").status_code == 404


def test_too_many_requests_in_a_minute_are_refused(program: Callable[..., Client]) -> None:
    client = program("gp")
    most = int(made.MOST_A_MINUTE.split("/")[0])
    answers = [client.get("/api/v1/organisations/ZA0001").status_code for _ in range(most + 1)]
    assert (answers[-1], set(answers[:-1])) == (429, {200})


@pytest.mark.django_db(transaction=True)  # requests come through the real entry, each with its own connection
def test_hostile_requests_find_nothing(token: Callable[..., str]) -> None:
    """Schemathesis makes requests from the document, valid and broken; every answer must be one the document names."""
    header = token("finance_manager", may_write=True)
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", get_wsgi_application())
    for found in schema.get_all_operations():

        @settings(
            max_examples=25, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True, database=None
        )
        @given(case=found.ok().as_strategy())
        def tried(case: Any) -> None:
            cache.clear()
            case.call_and_validate(headers={"Authorization": header})

        tried()
