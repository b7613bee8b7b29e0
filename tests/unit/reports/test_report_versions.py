"""What changed between two versions tells nobody, but those entitled, what the care of a few people cost."""

from __future__ import annotations

from dataclasses import replace

import polars as pl
import pytest

from pbc.flows.gather_statement import gather_statement
from pbc.periods import Month
from pbc.reference.activity import POINTS_OF_DELIVERY
from pbc.reports import PROTECTED, StatementMaterial, for_purpose, own_practice, shown_to
from pbc.reports.versions import describe_restatement
from pbc.results import Store

CODE, OTHER, SEPTEMBER = "Z90001", "Z90002", Month(2009, 9)
SERVICE = POINTS_OF_DELIVERY["NEL"].service
LITTLE = "changed by a little"


@pytest.fixture(scope="module")
def before(made_up_store: Store) -> StatementMaterial:
    return gather_statement(made_up_store, month=SEPTEMBER)


def moved(before: StatementMaterial, *, contacts: int, pence: int, line: str = "NEL") -> StatementMaterial:
    """The same month with so many contacts more in one line of one practice, for so much money."""
    rows = before.table("budget_statements")
    own = (pl.col("practice_code") == CODE) & (pl.col("period") == "year_to_date")
    counted = own & (pl.col("cut") == "point_of_delivery") & (pl.col("item") == line)
    changed = rows.with_columns(
        pl.when(counted).then(pl.col("activity_count") + contacts).otherwise(pl.col("activity_count")).alias("activity_count"),
        pl.when(counted | (own & (pl.col("cut") == "total")))
        .then(pl.col("actual_pence") + pence).otherwise(pl.col("actual_pence")).alias("actual_pence"),
    )  # fmt: skip
    return replace(before, tables={**before.tables, "budget_statements": changed})


def cost_of(before: StatementMaterial, now: StatementMaterial, **more: object) -> str:
    return describe_restatement(before, now, **more).sentences[0]  # type: ignore[arg-type]  # as given


@pytest.mark.parametrize(("contacts", "pence"), [(1, 123_456), (7, 999_900), (-3, -250_000), (0, 3_700), (9, 4_900)])
@pytest.mark.parametrize("practices", [[CODE], [CODE, OTHER], None])
def test_a_small_change_is_told_to_those_entitled_alone(
    before: StatementMaterial, contacts: int, pence: int, practices: list[str] | None
) -> None:
    now = moved(before, contacts=contacts, pence=pence)
    for protection in (PROTECTED, own_practice(OTHER)):
        told = cost_of(before, now, practice_codes=practices, protection=protection)
        assert LITTLE in told
        assert "£" not in told
    assert "£" in cost_of(before, now, practice_codes=practices, protection=for_purpose("to check"))
    entitled = cost_of(before, now, practice_codes=practices, protection=own_practice(CODE))
    assert ("£" in entitled) == (practices == [CODE])


def test_an_amount_below_fifty_pounds_is_exact_for_those_entitled(before: StatementMaterial) -> None:
    told = cost_of(before, moved(before, contacts=1, pence=3_700), practice_codes=[CODE], protection=own_practice(CODE))
    assert told.endswith("£37 more.")


@pytest.mark.parametrize(("contacts", "pence", "ends"), [(8, 123_456, "£1,200 more."), (-9, -123_456, "£1,200 less.")])
def test_a_change_of_enough_contacts_is_told_to_the_nearest_hundred(
    before: StatementMaterial, contacts: int, pence: int, ends: str
) -> None:
    assert cost_of(before, moved(before, contacts=contacts, pence=pence), practice_codes=[CODE]).endswith(ends)


def test_nothing_changed_is_said_and_budgets_are_told_to_everybody(before: StatementMaterial) -> None:
    assert all("the same as before" in said for said in describe_restatement(before, before).sentences)
    rows = before.table("budget_statements").with_columns(pl.col("budget_pence") + 100)
    now = replace(before, tables={**before.tables, "budget_statements": rows})
    assert "£1 more" in describe_restatement(before, now, practice_codes=[CODE]).sentences[1]


def test_two_changes_that_cancel_out_are_not_told(before: StatementMaterial) -> None:
    now = moved(moved(before, contacts=3, pence=400_000), contacts=-3, pence=-100_000, line="OPFA")
    assert LITTLE in cost_of(before, now, practice_codes=[CODE])


def test_a_total_that_is_hidden_is_not_told_of_the_version_before(before: StatementMaterial) -> None:
    counted = pl.col("activity_count")
    own = (pl.col("practice_code") == CODE) & counted.is_not_null()
    three = pl.when(own & pl.col("item").is_in(["NEL", SERVICE])).then(3).when(own).then(0).otherwise(counted)
    few = before.table("budget_statements").with_columns(three.alias("activity_count"))
    first = replace(before, tables={**before.tables, "budget_statements": few})
    hidden = shown_to(first, PROTECTED).of_practice("budget_statements", CODE).filter(pl.col("cut") == "total")
    assert hidden["actual_pence"].null_count()
    assert LITTLE in cost_of(first, before, practice_codes=[CODE])
