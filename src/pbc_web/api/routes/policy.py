"""Rule values in force, each with its source: public."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Router

from pbc.errors import MissingFigure, MissingPolicy
from pbc_web.api.refusals import REFUSALS
from pbc_web.api.shapes import OnDay, PolicyValueOut
from pbc_web.runs.reading import site_policy
from pbc_web.shell import clock

router = Router(tags=["policy values"])
FIELDS = ("name", "title", "unit", "value", "starts_on", "status", "source")


@router.get("/", response=REFUSALS | {200: list[PolicyValueOut]}, operation_id="list_policy_values")
def list_policy_values(request: HttpRequest, on: OnDay = None) -> Any:
    """Every rule value in force on a day, in order of their names."""
    rules, day = site_policy(), on or clock.today()
    found = []
    for name in sorted(rules.values):
        try:
            found.append(rules.value(name, on=day))
        except MissingPolicy:  # not in force yet on that day
            continue
    return [{field: getattr(each, field) for field in FIELDS} for each in found]


@router.get("/{name}", response={200: PolicyValueOut, **REFUSALS}, operation_id="show_policy_value")
def show_policy_value(request: HttpRequest, name: str, on: OnDay = None) -> Any:
    """One rule value as in force on a day."""
    rules = site_policy()
    if name not in rules.values:
        raise MissingFigure("There is no rule value of this name.", found=name)
    try:
        value = rules.value(name, on=on or clock.today())
    except MissingPolicy as fault:
        raise MissingFigure(fault.what, where=fault.where, found=fault.found) from fault
    return {field: getattr(value, field) for field in FIELDS}
