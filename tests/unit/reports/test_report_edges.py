"""Pages stay whole and honest where something is missing, late or odd."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import polars as pl
import pytest

from pbc.flows.gather_statement import gather_statement
from pbc.periods import Month
from pbc.reports import (
    StatementMaterial,
    StatementView,
    build_commissioner,
    build_index,
    build_statement,
    render_statement,
)
from pbc.reports.amounts import about, over_or_under
from pbc.results import Store

SEPTEMBER = Month(2009, 9)


@pytest.fixture(scope="module")
def material(made_up_store: Store) -> StatementMaterial:
    return gather_statement(made_up_store, month=SEPTEMBER)


def changed(material: StatementMaterial, table: str, **columns: Any) -> StatementMaterial:
    """The material with columns of a table set to an expression or a value."""
    frame = material.tables[table]
    new = {
        name: value if isinstance(value, pl.Expr) else pl.lit(value, dtype=frame.schema[name])
        for name, value in columns.items()
    }
    return replace(material, tables={**material.tables, table: frame.with_columns(**new)})


def without(material: StatementMaterial, *tables: str) -> StatementMaterial:
    return replace(material, tables={name: frame for name, frame in material.tables.items() if name not in tables})


def words(view: StatementView) -> str:
    said = [sentence for shown in (view.changed, *view.paragraphs, *view.notes) for sentence in shown.sentences]
    return " ".join([*said, *(f"{line.figure} {line.words}" for line in view.headlines)])


def test_statement_without_bands_says_so_and_draws_no_band(material: StatementMaterial) -> None:
    view = build_statement(without(material, "chance_bands"), practice_code="Z90001")
    assert "No chance band has been worked out" in words(view)
    assert [chart.name for chart in view.charts] == ["services", "months", "causes"]
    assert view.is_provisional


def test_statement_of_a_practice_not_judged_shows_no_limits(material: StatementMaterial) -> None:
    unjudged = changed(
        material, "chance_bands", label="not_judged", chance_low_pence=None, chance_high_pence=None,
        outer_low_pence=None, outer_high_pence=None,
    )  # fmt: skip
    view = build_statement(unjudged, practice_code="Z90001")
    assert "Not judged" in words(view)
    assert "In pounds" not in words(view)
    assert "chance" not in {chart.name for chart in view.charts}


def test_statement_without_a_budget_compares_with_none(material: StatementMaterial) -> None:
    names = ("budget_pence", "variance_pence", "year_budget_pence", "forecast_outturn_pence")
    bare = changed(material, "budget_statements", **dict.fromkeys(names))
    view = build_statement(without(bare, "budget_lines", "variance_splits"), practice_code="Z90001")
    assert "No budget has been set to compare it with." in words(view)
    assert "have no budget this year" in words(view)
    assert "services" not in {chart.name for chart in view.charts}
    assert render_statement(view)


def test_statement_names_a_service_without_a_budget_and_leaves_it_out(material: StatementMaterial) -> None:
    emergency = pl.col("item") == "accident_and_emergency"
    names = ("budget_pence", "variance_pence", "year_budget_pence")
    bare = changed(
        material, "budget_statements", **{name: pl.when(~emergency).then(pl.col(name)).alias(name) for name in names}
    )
    view = build_statement(bare, practice_code="Z90001")
    assert "Accident and emergency (" in words(view)
    assert "has no budget this year: shown, and left out of every total." in words(view)
    services = next(table for table in view.tables if table.name == "year-to-date-service")
    assert "left out of the total" in services.note
    assert services.rows[-1][0] == "All services"


def test_statement_says_how_far_prescribing_is_known(material: StatementMaterial) -> None:
    late = replace(material, prescribing_to=Month(2009, 7))
    assert "Prescribing is known only to July 2009" in words(build_statement(late, practice_code="Z90001"))
    unknown = replace(material, prescribing_to=None)
    assert "Prescribing is known" not in words(build_statement(unknown, practice_code="Z90001"))


def test_statement_says_when_all_care_was_attributed(material: StatementMaterial) -> None:
    view = build_statement(without(material, "not_attributed"), practice_code="Z90001")
    assert "All hospital care paid for so far could be attributed to a practice." in words(view)
    assert "not-attributed" not in {table.name for table in view.tables}


def test_statement_compares_last_year_only_where_both_years_are_measured(material: StatementMaterial) -> None:
    measured = pl.col("payment_form") != "apportioned"
    doubled = pl.when(measured).then(pl.col("actual_pence") * 2).alias("previous_year_pence")
    view = build_statement(changed(material, "budget_statements", previous_year_pence=doubled), practice_code="Z90001")
    assert "at that year's prices: 50.0% less now." in words(view)


def test_statement_shows_contract_terms_apart_from_priced_activity(material: StatementMaterial) -> None:
    view = build_statement(material, practice_code="Z90001")
    assert "make the bill £1,200 less than the priced activity above" in words(view)
    terms = next(table for table in view.tables if table.name == "adjustments")
    assert terms.rows == (("Hospital 1", "Marginal rate on emergency care", "−£1,200"),)


def test_statement_of_march_expects_no_year_end_and_tells_what_was_freed(
    material: StatementMaterial, made_up_store: Store
) -> None:
    freed = made_up_store.current("year-end/2009-10").frame("freed_up_resources").with_columns(figure_id=pl.lit("x"))
    march = replace(material, month=Month(2010, 3), tables={**material.tables, "freed_up_resources": freed})
    view = build_statement(march, practice_code="Z90001")
    assert "If the rest of the year" not in words(view)
    assert "freed up £40,000 in the year, counted as the change in the bill" in words(view)
    assert "keep £28,000 (70%)" in words(view)
    assert "it does not by itself show that care changed" in words(view)
    assert len(next(table for table in view.tables if table.name == "freed-up").rows) == 2


def test_statement_never_calls_an_underspend_a_saving_of_its_own_accord(material: StatementMaterial) -> None:
    said = words(build_statement(without(material, "chance_bands"), practice_code="Z90001"))
    assert "saving" not in said.lower()


def test_commissioner_pages_stand_without_bands_and_without_losses(material: StatementMaterial) -> None:
    bare = without(material, "chance_bands", "not_attributed")
    bare = replace(bare, commissioner_code="ZP1")
    assert build_commissioner(bare).charts == ()
    index = build_index(bare, pages={}, commissioner_page="commissioner.html")
    assert {row[-1] for row in index.tables[0].rows} == {"No band"}
    assert index.tables[0].links == {}


@pytest.mark.parametrize(("pence", "said"), [(4_999, "£0"), (5_000, "£100"), (-5_000, "−£100"), (-4_999, "£0")])
def test_amounts_round_to_a_hundred_pounds(pence: int, said: str) -> None:
    assert about(pence) == said
    assert (over_or_under(pence) == "on budget") == (said == "£0")


@pytest.mark.parametrize(
    "actual, said",
    [(1_100_000, "10.0% over"), (950_000, "5.0% under"), (1_000_400, "on budget")],
    ids=str,
)
def test_luck_card_names_the_distance_that_was_judged(material: StatementMaterial, actual: int, said: str) -> None:
    """Given a distance on the lines judged that is not that of all lines, then the card beside luck shows the one judged."""
    judged = changed(material, "chance_bands", budget_pence=1_000_000, actual_pence=actual)
    card = build_statement(judged, practice_code="Z90001").headlines[-1]
    assert f"the other lines stand {said}, and luck moves them" in card.words
