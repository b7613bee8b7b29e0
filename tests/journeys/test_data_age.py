"""How old and how complete the data behind a statement are: published with it and told on its pages."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import polars as pl
import pytest
from tests.journeys.small_pct import POLICY, YEAR, facts, publish, rows, state

from pbc.engines import Engine
from pbc.flows.cost_delivery import cost_delivery
from pbc.flows.gather_statement import gather_statement
from pbc.flows.set_budgets import set_budgets
from pbc.periods import Month
from pbc.reports import build_commissioner, build_statement
from pbc.reports.data_age import data_age_table, describe_data_age
from pbc.reports.material import StatementMaterial
from pbc.results import Store

JUNE = Month(2009, 6)


@pytest.fixture
def material(store: Store, engine: Engine) -> StatementMaterial:
    """June received on 15 July with one row of outpatients refused; what came before tells no day."""
    set_budgets(store, year=YEAR, basis="historic", policy=POLICY, engine=engine)
    refused = {"delivery": "2009-06/outpatients.parquet", "table_name": "attendances", "row_number": 4, "column_name": "sex",
               "rule": "unknown_code", "value_expected": "a code", "remedy": "ask"}  # fmt: skip
    tables = {
        "activity_facts": facts(JUNE, seed=6),
        "referrals": rows("referrals"),
        "rejected_rows": rows("rejected_rows", refused),
    }
    given = {"register": store.current("register").set_id}
    publish(store, f"activity/{JUNE}", tables, inputs=given, made_at="2009-07-15T09:00:00Z")
    cost_delivery(store, month=JUNE, engine=engine, policy=POLICY)
    state(store, engine, JUNE)
    return gather_statement(store, month=JUNE, as_of=date(2009, 7, 20))


def test_every_delivery_of_the_year_is_told_with_its_statement(material: StatementMaterial) -> None:
    ages = material.table("data_ages")
    assert ages.group_by("setting").len()["len"].to_list() == [3] * 4
    june = ages.filter((pl.col("month") == 200906) & (pl.col("setting") == "outpatients")).row(0, named=True)
    assert (june["received_at"], june["refused_count"]) == ("2009-07-15T09:00:00Z", 1)
    assert (june["completion_ratio"], june["is_left_out"]) == (1.0, False)
    assert june["usual_ratio"] == pytest.approx(june["activity_count"] / june["usual_count"])


def test_page_tells_age_completeness_and_refusals(material: StatementMaterial) -> None:
    said = describe_data_age(material).sentences
    assert (
        said[0] == "The newest hospital data, of June 2009, were received on 15 July 2009, 5 days before 20 July 2009."
    )
    assert said[1] == "Of earlier months nearly everything had come by this time: next to nothing came later."
    assert said[-1].startswith("1 row of the deliveries of this year was refused")
    table = data_age_table(material)
    assert table is not None
    line = next(row for row in table.rows if row[:2] == ("June 2009", "Outpatients"))
    assert (line[2], line[3], line[-1]) == ("15 July 2009", "5", "1")
    for view in (build_statement(material, practice_code="Z90001"), build_commissioner(material)):
        assert "data-age" in [shown.name for shown in view.tables]
        assert "age" in [shown.name for shown in view.paragraphs]


def test_part_still_to_come_is_told_by_kind_of_delivery(material: StatementMaterial) -> None:
    ages = material.table("data_ages").with_columns(completion_ratio=0.95)
    said = describe_data_age(replace(material, tables={**material.tables, "data_ages": ages})).sentences
    assert said[1].startswith("So soon after a month, 95.0% of accident and emergency, 95.0% of admitted care and")


def test_what_was_not_written_down_is_said_so(material: StatementMaterial) -> None:
    ages = material.table("data_ages").with_columns(
        received_at=pl.lit(None, dtype=pl.String), completion_ratio=pl.lit(None, dtype=pl.Float64), usual_ratio=0.5,
        refused_count=2,
    )  # fmt: skip
    bare = replace(material, tables={**material.tables, "data_ages": ages}, as_of=None)
    said = describe_data_age(bare).sentences
    assert said[0] == "When the hospital data of June 2009 were received was not written down."
    assert said[1].startswith("No month is held long enough")
    assert "50% of the usual" in said[2]
    assert said[3].startswith("24 rows of the deliveries of this year were refused")


def test_page_of_a_set_without_ages_says_nothing_of_them(material: StatementMaterial) -> None:
    """Statements made before ages were kept are shown as they are."""
    old = replace(material, tables={name: table for name, table in material.tables.items() if name != "data_ages"})
    assert describe_data_age(old).sentences == ()
    assert data_age_table(old) is None


def test_age_is_told_to_the_day_the_statement_was_made_where_no_other_is_given(material: StatementMaterial) -> None:
    made = tuple(replace(each, made_at="2009-07-16T00:00:00Z") for each in material.sets)
    said = describe_data_age(replace(material, as_of=None, sets=made)).sentences
    assert said[0].endswith("15 July 2009, 1 day before this statement was made.")
