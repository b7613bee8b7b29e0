"""Pieces of pages about budgets: tiles in grey and on a telephone, words of distances, what a budget does not know."""

from __future__ import annotations

import itertools

import pytest

from pbc.periods import FinancialYear
from pbc.policy import regimes
from pbc.reports.budgets import BudgetMaterial, build_preview, describe_not_known
from pbc.reports.budgets.tiles import STEPS, map_need
from pbc.reports.material import SetShown, Tiers
from pbc.tables import BUDGET_PREVIEWS


def material(*rows: dict[str, object], tiers: Tiers = Tiers()) -> BudgetMaterial:  # noqa: B008 - a frozen value
    base = {"financial_year": "2009-10", "unit_kind": "practice", "commissioner_code": "ZP1", "list_size": 100,
            "target_pence": 100, "budget_pence": 110, "closing_distance_ratio": 0.1, "judged_pence": 0, "cheque_pounds": 8.0}  # fmt: skip
    frame = BUDGET_PREVIEWS.from_rows([base | row for row in rows])
    frame = frame.with_columns(figure_id="unit_code")
    shown = SetShown(
        "budget-drafts/2009-10/a", "0123456789ab", "draft_budgets", "", "1", "england-2005", is_made_up=False
    )
    return BudgetMaterial(
        FinancialYear(2009), "A", "england-2005", "historic", shown, tiers, {"Z1": "High Street"}, {"budget_previews": frame}, ()
    )  # fmt: skip


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_tiles_can_be_read_and_told_apart_in_grey() -> None:
    """WCAG: text 4.5 to 1 on its tile; each step is clearly darker than the one before, whatever its hue."""
    assert all(contrast(step.background, step.ink) >= 4.5 for step in STEPS)
    assert all(contrast(one.background, other.background) >= 1.25 for one, other in itertools.pairwise(STEPS))
    assert [step.low for step in STEPS[1:]] == [step.high for step in STEPS[:-1]]


def test_tiles_are_grouped_and_carry_their_value_as_text() -> None:
    found = map_need(material(
        {"unit_code": "Z1", "cluster_code": "ZC2", "need_index_england": 1.3},
        {"unit_code": "Z2", "cluster_code": "ZC1", "need_index_england": 0.7},
        {"unit_code": "Z3", "need_index_england": 1.0},
    ))  # fmt: skip
    assert [group.name for group in found.groups] == ["ZC1", "ZC2", "In no cluster"]
    tile = found.groups[1].tiles[0]
    assert (tile.value, tile.step, tile.words) == ("1.30", 4, "High Street (Z1): 1.30, much more need")
    assert tile.figure_id == "Z1:need_index_england"
    assert found.title.startswith("1 of 3 practices has")
    assert [row[1] for row in found.table.page.rows] == ["1.30", "0.70", "1.00"]


def test_need_unknown_against_england_is_told_against_the_commissioner() -> None:
    known = {"unit_code": "Z1", "need_index_commissioner": 1.1, "need_index_england": 1.2}
    found = map_need(material(known, {"unit_code": "Z2"}, tiers=Tiers(commissioner_short="ICB")))
    tiles = [tile for group in found.groups for tile in group.tiles]
    assert [tile.value for tile in tiles] == ["1.10", "not known"]
    assert tiles[1].step is None
    assert tiles[1].figure_id == ""
    assert "the ICB's average" in found.title


def test_budget_too_small_to_judge_and_lists_of_nobody_say_so() -> None:
    view = build_preview(material({"unit_code": "Z1", "list_size": 0}))
    cells = [cell for table in view.tables for row in table.page.rows for cell in row]
    assert "Too small to judge" in cells
    assert "Not known" in cells
    assert view.headlines[2].figure == "Too small to judge"


@pytest.mark.parametrize(
    "source, words",
    [
        ("estimated", "was measured on the people"),
        ("spells", "guessed from single stays"),
        ("default", "is the default"),
    ],
)
def test_preview_says_how_the_cheque_was_found(source: str, words: str) -> None:
    view = build_preview(material({"unit_code": "Z1", "cheque_source": source, "formula_error_source": source,
                                   "chance_low_pence": 90, "chance_high_pence": 130, "judged_pence": 110,
                                   "outer_low_pence": 80, "outer_high_pence": 140, "opening_distance_ratio": 0.3}))  # fmt: skip
    told = view.paragraphs[1].sentences
    assert words in told[1]
    assert ("was measured here" in told[2]) == (source == "estimated")
    assert view.headlines[2].figure == "18.2% either way"


def test_chart_of_many_practices_draws_the_furthest_and_says_so() -> None:
    view = build_preview(
        material(*({"unit_code": f"Z{at:03d}", "closing_distance_ratio": at / 100} for at in range(45)))
    )
    (chart,) = view.charts
    assert len(chart.spec["data"]["values"]) == 40
    assert "40 furthest" in chart.reading
    assert len(chart.table.rows) == 45


@pytest.mark.parametrize("regime", regimes())
def test_what_a_budget_does_not_know_is_said_for_each_regime(regime: str) -> None:
    told = " ".join(describe_not_known(regime).sentences)
    for word in ("Unmet need", "Temporary residents", "Social care", "Housing"):
        assert word in told
    assert len(describe_not_known(regime).sentences) > len(describe_not_known("elsewhere").sentences)
