"""The foot of a statement lists the rule values that decided a figure on it, in words, and no others; unusual lists are told."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import polars as pl
import pytest

from pbc.flows.gather_statement import gather_statement
from pbc.periods import Month
from pbc.policy import load_policy
from pbc.policy.policy import PolicyValue
from pbc.reports import (
    StatementMaterial,
    Tiers,
    build_commissioner,
    build_index,
    build_statement,
    luck,
    render_statement,
)
from pbc.reports.notes import list_policy
from pbc.reports.rules_used import rules_used, value_in_words
from pbc.results import Store

SEPTEMBER = Month(2009, 9)
POOL = {
    "Z90001": "need 0.36 of England's, under 0.6: perhaps a university practice; pooled",
    "Z90004": "need 2.4 of England's, over 1.6: perhaps care homes; pooled",
    "Z90005": "fewer than 1,000 people; judged alone: a new town; it grows",
}


@pytest.fixture(scope="module")
def material(made_up_store: Store) -> StatementMaterial:
    return gather_statement(made_up_store, month=SEPTEMBER)


def with_rows(material: StatementMaterial, table: str, **columns: Any) -> StatementMaterial:
    frame = material.table(table)
    new = {name: value if isinstance(value, pl.Expr) else pl.lit(value) for name, value in columns.items()}
    return replace(material, tables={**material.tables, table: frame.with_columns(**new)})


def noted(material: StatementMaterial, notes: dict[str, str]) -> StatementMaterial:
    said = pl.col("practice_code").replace_strict(notes, default=None, return_dtype=pl.String)
    return with_rows(material, "budget_targets", list_note=said)


def names(material: StatementMaterial, practice_code: str = "Z90001") -> set[str]:
    return {value.name for value in rules_used(material, practice_code)}


def test_rules_of_an_ordinary_month_are_those_of_profile_luck_and_prices(material: StatementMaterial) -> None:
    assert names(material) == {
        "attribution.believes_hospital_for_unregistered", "costing.marginal_rate_shared_by",
        "costing.short_stay_below_days", "costing.short_stay_minimum_age", "risk.cheque_pounds",
        "risk.formula_error_ratio", "risk.need_adjusts_cheque", "risk.prescribing_cheque_pounds",
        "risk.prescribing_drift_ratio", "statements.profile_method", "statements.profile_years",
    }  # fmt: skip


@pytest.mark.parametrize(
    "table, columns, gone, come",
    [
        ("chance_bands", {"cheque_source": "estimated"}, "risk.cheque_pounds", None),
        ("chance_bands", {"cheque_source": "spells"}, "risk.cheque_pounds", "risk.event_cheque_pounds"),
        ("chance_bands", {"formula_error_source": "estimated"}, "risk.formula_error_ratio", None),
        ("chance_bands", {"chance_low_pence": pl.lit(None, pl.Int64)}, "risk.cheque_pounds", "risk.least_months"),
        ("bill_adjustments", {"kind": "block"}, "costing.marginal_rate_shared_by", None),
        ("budget_statements", {"budget_pence": pl.lit(None, pl.Int64)}, "statements.profile_method", None),
        ("budget_lines", {"parameter": "budgets.risk_pool_share"}, None, "budgets.risk_pool_share"),
        ("budget_lines", {"parameter": "budgets.pace_of_change"}, None, "budgets.pace_closed_share"),
        ("budget_lines", {"parameter": "budgets.blend_historic_share_hospital"}, None, "budgets.blend_historic_share_prescribing"),
    ],
    ids=[
        "measured", "from-spells", "error-measured", "not-judged", "no-marginal-rate", "no-budget", "risk-pool", "pace", "blend",
    ],
)  # fmt: skip
def test_rule_is_listed_only_where_the_page_holds_what_it_decided(
    material: StatementMaterial, table: str, columns: dict[str, Any], gone: str | None, come: str | None
) -> None:
    found = names(with_rows(material, table, **columns))
    assert gone is None or gone not in found
    assert come is None or come in found


def test_rule_of_a_step_that_moved_nothing_is_not_listed(material: StatementMaterial) -> None:
    still = with_rows(
        material, "budget_lines", parameter="budgets.risk_pool_share", amount_pence=pl.lit(0, dtype=pl.Int64)
    )
    assert "budgets.risk_pool_share" not in names(still)


def test_rules_of_what_was_freed_up_come_with_it(material: StatementMaterial, made_up_store: Store) -> None:
    freed = made_up_store.current("year-end/2009-10").frame("freed_up_resources").with_columns(figure_id=pl.lit("x"))
    closed = replace(material, tables={**material.tables, "freed_up_resources": freed})
    assert names(closed) - names(material) == {
        "budgets.held_at", "savings.retained_share", "savings.retained_share_rule", "savings.shared_basis",
    }  # fmt: skip
    assert names(closed, "Z90002") == names(material, "Z90002") | {"costing.marginal_rate_shared_by"}


def test_stop_loss_is_listed_only_where_it_is_switched_on(material: StatementMaterial) -> None:
    switched = tuple(
        replace(value, value=True) if value.name == "risk.stop_loss_applies" else value for value in material.policy
    )
    assert names(replace(material, policy=switched)) - names(material) >= {
        "risk.stop_loss_applies",
        "risk.stop_loss_pounds",
    }


@pytest.mark.parametrize("regime", ["england-2005", "england-2025"])
def test_every_rule_value_reads_as_words(regime: str) -> None:
    """No raw yes-or-no, code or bare share reaches a page, whichever rule decides a figure."""
    values: list[PolicyValue] = [dated[-1] for dated in load_policy(regime).values.values()]
    said = [value_in_words(value, Tiers()) for value in values]
    assert not [words for words in said if "_" in words or "True" in words or "False" in words or "0 to 1" in words]
    shares = [
        value_in_words(value, Tiers()) for value in values if value.unit.startswith("share") and value.value != "local"
    ]
    assert all("%" in words or not words[0].isdigit() for words in shares)
    assert {words for words in said if words in ("Yes", "No")} == {"Yes", "No"}


def test_page_keeps_the_rules_in_a_closed_drawer_with_status_and_source(material: StatementMaterial) -> None:
    page = render_statement(build_statement(material, practice_code="Z90001"))
    drawer = page.split('<details class="rules">')[1].split("</details>")[0]
    assert "the 11 rule values that decided figures on this page" in drawer
    assert "£10,000 at 2017/18 prices" in drawer
    assert "Project&#39;s study" in drawer or "Study of chance bands" in drawer
    assert "Found at second hand" in drawer
    table = list_policy(material, "Z90001")
    assert table is not None
    assert [row[2] for row in table.rows].index("Found in the source") > 0  # what was assumed comes first
    assert list_policy(replace(material, policy=()), "Z90001") is None


def said(material: StatementMaterial, practice_code: str) -> str:
    view = build_statement(material, practice_code=practice_code)
    return " ".join(sentence for paragraph in view.paragraphs for sentence in paragraph.sentences)


def test_pooled_list_is_told_why_and_with_whom_and_where_the_pool_stands(material: StatementMaterial) -> None:
    pooled = noted(material, POOL)
    bands = pooled.table("chance_bands").filter(pl.col("unit_code").is_in(["Z90001", "Z90004"]))
    words = said(pooled, "Z90001")
    assert "Your list is unusual: need 0.36 of England's, under 0.6: perhaps a university practice." in words
    assert "pooled with that of Market Square Surgery (Z90004): together" in words
    assert "Elm Tree Surgery (Z90001): together" not in words
    distance = bands["actual_pence"].sum() / bands["budget_pence"].sum() - 1
    assert (
        f"the pool stands {abs(distance) * 100:.1f}% {'over' if distance > 0 else 'under'} budget; luck alone" in words
    )
    assert "unusual" not in said(pooled, "Z90002")
    assert "population.typical_need_least" in names(pooled)
    assert "population.typical_need_most" not in names(pooled)
    assert {"population.small_list_people", "budgets.pool_atypical_lists"} <= names(pooled, "Z90005")


def test_list_judged_alone_or_alone_in_the_pool_is_told_so(material: StatementMaterial) -> None:
    assert "yours is judged alone: a new town; it grows." in said(noted(material, POOL), "Z90005")
    lone = noted(material, {"Z90001": "fewer than 1,000 people; alone in the pool, so at its own fair share"})
    assert "there is none to pool it with" in said(lone, "Z90001")
    no_bands = replace(
        noted(material, POOL),
        tables={**noted(material, POOL).tables, "chance_bands": material.table("chance_bands").clear()},
    )
    assert "Where they stand together has not been worked out." in said(no_bands, "Z90001")


def test_commissioner_names_its_unusual_lists_and_marks_them_in_tables(material: StatementMaterial) -> None:
    view = build_commissioner(noted(material, POOL))
    lists = next(paragraph for paragraph in view.paragraphs if paragraph.name == "lists")
    assert lists.sentences[0].startswith(
        "Pooled with each other, for fair shares and for chance, because the formula is least sure of them: "
        "Elm Tree Surgery (Z90001): need 0.36"
    )
    assert lists.sentences[1].endswith("(fewer than 1,000 people) and is judged alone: a new town; it grows.")
    assert sum("; pooled" in row[-1] for row in view.charts[0].table.rows) == 2
    index = build_index(noted(material, POOL), pages={}, commissioner_page="c.html")
    assert [row[0][-8:] for row in index.tables[0].rows if row[-1].endswith("; pooled")] == ["(Z90001)", "(Z90004)"]
    assert next(p for p in build_commissioner(material).paragraphs if p.name == "lists").sentences == ()


def test_luck_of_practices_joined_is_that_of_their_joint_budget(material: StatementMaterial) -> None:
    """Widths of practices, squared and added, give the band published for the cluster they make up."""
    members = [code for code in material.practices if material.clusters[code] == "ZC01"]
    bands = [luck.band_of(material, unit_kind="practice", unit_code=code) for code in members]
    cluster = luck.band_of(material, unit_kind="cluster", unit_code="ZC01")
    assert cluster is not None
    assert len(members) == 4
    assert luck.together([band for band in bands if band]) == pytest.approx(luck.half_width(cluster), rel=1e-3)
    assert luck.together([]) is None
