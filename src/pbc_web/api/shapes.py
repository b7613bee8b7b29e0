"""What goes in and out, each field with its meaning and unit."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

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


class RunOut(Schema):
    """Work that was asked for."""

    id: int = Field(description="its number")
    kind: str = Field(description="kind of work")
    title: str = Field(description="what is done, in words")
    state: str = Field(description="queued, running, done, failed or cancelled")
    progress: float = Field(description="share done, 0 to 1")
    message: str = Field(description="how far it is, in words")
    fault: Refusal | None = Field(description="why it failed, if it did")
    set_name: str = Field(description="the set it published, if one")
    set_id: str = Field(description="the id of that set")
    asked_at: datetime = Field(description="when it was asked for")
    ended_at: datetime | None = Field(description="when it ended")


class RunPage(Schema):
    """A page of runs."""

    count: int = Field(description="how many there are in all")
    items: list[RunOut] = Field(description="those of this page, newest first")


class RunAsked(Schema):
    """Work to be done."""

    kind: Literal["bring_up_to_date", "state_month"] = Field(description="kind of work")
    month: str = Field("", max_length=7, description="the month to state, like 2009-09; empty for other work")
    key: str = Field(
        min_length=8, max_length=80, description="your own key: asked again with the same key it is the same run"
    )


class AgreedLine(Schema):
    """What an agreed budget holds for one service."""

    service: str = Field(description="service line")
    amount_pence: int = Field(description="budget of the year, in pence")


class AgreedBudget(Schema):
    """A practice's budget of a year as it stands."""

    practice_code: str = Field(description="the practice")
    financial_year: str = Field(description="the year, like 2009-10")
    state: str = Field(description="issued, received, queried or accepted; accepted is agreed")
    is_provisional: bool = Field(description="pending contract: it counts as received, never as agreed")
    is_payable: bool = Field(description="false for a shadow budget: no money may be paid by it")
    version: int = Field(description="0 for an offer; from 1 for an agreed budget and each amendment of it")
    set_name: str = Field(description="the set the agreed budget stands in, if it is agreed")
    set_id: str = Field(description="the id of that set")
    lines: list[AgreedLine] = Field(description="by service; their sum is the budget")


class PublicationOut(Schema):
    """A month's statement as it was put in force."""

    id: int = Field(description="its number")
    commissioner_code: str = Field(description="who published it")
    month: str = Field(description="the month, like 2009-09")
    version: int = Field(description="1, and higher where the month was stated anew")
    published_at: datetime = Field(description="when it was put in force")
    set_id: str = Field(description="the id of the set it shows")


class StatementTable(Schema):
    """One table of a statement, as its download holds it."""

    name: str = Field(description="its name")
    title: str = Field(description="what it shows")
    rows: list[dict[str, Any]] = Field(description="its rows by column; amounts in pence; what is hidden is null or *")


class StatementOut(Schema):
    """A practice's statement of a month."""

    practice_code: str = Field(description="the practice")
    month: str = Field(description="the month")
    is_made_up: bool = Field(description="true where the data are made up")
    is_provisional: bool = Field(description="later data will change it")
    sentences: list[str] = Field(description="the statement in plain words")
    tables: list[StatementTable] = Field(description="its tables, each row with the id of its figure")
