"""What goes in and out, each field with its meaning and unit."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from ninja import Field, Query, Schema

OnDay = Annotated[date | None, Query(description="the day; today if absent")]


class Refusal(Schema):
    """Why something was not done, and what to do."""

    detail: str = Field(description="what is wrong, in a sentence")
    where: str = Field("", description="the row, field or record")
    found: str = Field("", description="what was found there")
    expected: str = Field("", description="what was expected")
    remedy: str = Field("", description="the next thing to do")


class FieldFault(Schema):
    """One value that could not be read."""

    type: str = Field(description="kind of fault")
    loc: list[str | int] = Field(description="where the value stands")
    msg: str = Field(description="what is wrong with it")


class Unreadable(Schema):
    """Values that could not be read, each named."""

    detail: list[FieldFault] = Field(description="every value that could not be read")


class OrganisationOut(Schema):
    """An organisation."""

    code: str = Field(description="its code")
    kind: str = Field(description="practice, cluster, pct, icb, sha, region, provider and so on")
    name: str = Field(description="its name")
    opened_on: date | None = Field(description="first day, where known")
    closed_on: date | None = Field(description="last day, where it has closed")


class RelationOut(Schema):
    """An organisation belonged to another from a day until before another."""

    member_code: str = Field(description="code of the lower organisation, or of the successor")
    parent_code: str = Field(description="code of the higher organisation, or of the one taken over")
    relation: str = Field(description="what the relation is")
    starts_on: date = Field(description="first day")
    ends_before: date = Field(description="first day on which it no longer holds; 9999-12-31 while open")


class OrganisationPage(Schema):
    """A page of organisations."""

    count: int = Field(description="how many there are in all")
    items: list[OrganisationOut] = Field(description="those of this page")


class OrganisationWhole(OrganisationOut):
    """An organisation with its relations."""

    relations: list[RelationOut] = Field(description="those that held on the day asked for")


class PolicyValueOut(Schema):
    """A rule value in force on a day, with where it comes from."""

    name: str = Field(description="its name")
    title: str = Field(description="what it is")
    unit: str = Field(description="its unit")
    value: Any = Field(description="the value")
    starts_on: date = Field(description="first day it is in force")
    status: str = Field(description="found, found_second_hand, partial, assumption, memory or local_agreement")
    source: str = Field(description="where it was read")
