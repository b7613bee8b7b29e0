"""A draft as pages: every practice, every figure with an id that explains itself, sums that agree, words without drawings."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import polars as pl
import pytest
from tests.journeys.small_pct import LAST, POLICY, YEAR
from tests.journeys.test_budget_drafts import draft

from pbc.engines import Engine
from pbc.errors import RefusedInput
from pbc.flows.draft_budgets import Scenario
from pbc.flows.explain import explain
from pbc.flows.set_budgets import set_budgets
from pbc.flows.show_budgets import gather_budgets, show_changes, show_preview, show_scenarios
from pbc.money import pounds
from pbc.policy.policy import PolicyValue
from pbc.reports.budgets import build_preview
from pbc.reports.charts import draw
from pbc.results import Store


def explained(store: Store, ids: tuple[tuple[str, ...], ...]) -> int:
    """How many figures of a table were explained; one that cannot be is a fault."""
    told = [explain(store, figure_id) for row in ids for figure_id in row if figure_id]
    return len(told)


def test_every_figure_of_a_preview_explains_itself(store: Store, engine: Engine) -> None:
    view = show_preview(store, draft(store, engine))
    assert [len(table.page.rows) for table in view.tables] == [4, 4, 4, 3, 3]
    for table in view.tables:
        assert explained(store, table.figure_ids) >= 10
        assert {len(row) for row in (*table.page.rows, *table.figure_ids)} == {len(table.page.heads)}
    assert explained(store, view.need_map.table.figure_ids) == 4
    assert view.is_made_up
    assert dict(view.facts)["Practices"] == "4"


def test_preview_says_where_the_cheque_comes_from_and_what_the_draft_varies(store: Store, engine: Engine) -> None:
    view = show_preview(store, draft(store, engine))
    (luck,) = [paragraph for paragraph in view.paragraphs if paragraph.name == "luck"]
    assert "is the default" in luck.sentences[1]
    assert "9.0%, which is the default (assumption)" in luck.sentences[2]
    own = [row for row in view.policy_table.rows if row[2] == "Varied in this draft"]
    assert {row[1] for row in own} == {"2% of the resource", "50% of the distance"}
    assert {row[3] for row in own} == {"Finance paper 3"}
    assert [note.name for note in view.notes] == ["not-known", "source"]


def test_need_that_is_the_same_beside_both_averages_is_shown_once(store: Store, engine: Engine) -> None:
    material = gather_budgets(store, draft(store, engine))
    alike, other = (
        material.tables["budget_previews"].with_columns(
            need_index_england=pl.lit(1.0), need_index_commissioner=pl.lit(own)
        )
        for own in (1.0, 1.1)
    )
    heads = [
        [
            head.title
            for head in build_preview(replace(material, tables={**material.tables, "budget_previews": rows}))
            .tables[0]
            .page.heads
        ]
        for rows in (alike, other)
    ]
    assert heads[0] == ["Practice", "People", "Need (England is 1)", "Unusual list"]
    assert heads[1][3] == "Need (PCT is 1)"


def test_values_of_later_years_are_not_shown(store: Store, engine: Engine) -> None:
    later = PolicyValue(
        "budgets.top_slice_share", "Top-slice", "share", "R1.4", 0.5, date(2015, 4, 1), "found", "later"
    )
    policy = replace(POLICY, values={**POLICY.values, "budgets.top_slice_share": (later,)})
    found = draft(store, engine, scenario=Scenario())
    view = show_preview(store, found, policy=policy)
    assert "later" not in {row[3] for row in view.policy_table.rows}


def test_distance_is_drawn_wide_and_narrow_with_its_table(store: Store, engine: Engine) -> None:
    (chart,) = show_preview(store, draft(store, engine)).charts
    assert len(chart.table.rows) == 4
    assert "<svg" in draw(chart)
    assert "<svg" in draw(chart, is_narrow=True)
    assert "practices would be within a tenth of their fair share" in chart.title


def test_set_without_previews_is_a_page_without_rows(store: Store, engine: Engine) -> None:
    found = set_budgets(store, year=YEAR, basis="historic", policy=POLICY, engine=engine)
    view = build_preview(gather_budgets(store, found))
    assert view.title == "Budgets of 2009/10"
    assert [table.page.rows for table in view.tables] == [()] * 5
    assert show_changes(store, found) is None


def test_changes_read_from_last_year_to_this_for_a_practice_and_for_all(store: Store, engine: Engine) -> None:
    set_budgets(store, year=LAST, basis="fair_shares", policy=POLICY, engine=engine)
    found = draft(store, engine)
    one, everyone = show_changes(store, found, practice_code="Z90001"), show_changes(store, found)
    assert one is not None
    assert everyone is not None
    whole = pounds(int(found.frame("budget_lines")["amount_pence"].sum()))
    assert everyone.page.rows[-1][-1] == whole
    assert [row[0] for row in everyone.page.rows][-1] == "In all"
    assert one.page.heads[1].title == "Last year"
    assert explained(store, one.figure_ids) >= 6


def test_scenarios_stand_side_by_side_and_add_up(store: Store, engine: Engine) -> None:
    faster, plain = draft(store, engine), draft(store, engine, "Plain", Scenario())
    view = show_scenarios(store, [plain, faster])
    heads = [head.title for head in view.figures.page.heads]
    assert heads == ["Practice", "Plain", "Faster pace", "Faster pace: more or less"]
    sums = [pounds(int(each.frame("budget_lines")["amount_pence"].sum())) for each in (plain, faster)]
    assert list(view.figures.page.rows[-1][1:3]) == sums
    assert explained(store, view.figures.figure_ids) == 8
    assert {row[0] for row in view.values.rows} >= {
        "Share of every service handed back for the commissioner's management costs"
    }
    assert "practices would have more than under Plain" in view.paragraphs[0].sentences[0]
    with pytest.raises(RefusedInput, match="two to four"):
        show_scenarios(store, [plain])


def test_versions_of_one_draft_are_told_apart(store: Store, engine: Engine) -> None:
    first = draft(store, engine)
    second = draft(store, engine, scenario=Scenario({"budgets.top_slice_share": 0.01}, "Finance paper 4"))
    view = show_scenarios(store, [first, second])
    assert len({head.title for head in view.figures.page.heads}) == 4
    assert first.set_id[:6] in view.figures.page.heads[1].title
    assert pl.Series(view.figures.page.rows).len() == 5
