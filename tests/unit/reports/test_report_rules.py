"""The foot of a statement lists the rule values that decided a figure on it, in words, and no others; unusual lists are told."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import polars as pl
import pytest

from pbc.flows.gather_statement import gather_statement
from pbc.methods.risk import band_chance, default_cheque
from pbc.periods import FinancialYear, Month
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
from pbc.reports.material import Takeover
from pbc.reports.notes import list_policy
from pbc.reports.rules_used import rules_used, value_in_words
from pbc.reports.unusual_lists import describe_lists, pooled_codes
from pbc.results import Store
from pbc.tables import BUDGET_POSITIONS, CEDED_COSTS

SEPTEMBER = Month(2009, 9)
POOL = {
    "Z90001": "need 0.36 of England's, under 0.6: perhaps a university practice; pooled",
    "Z90004": "need 2.4 of England's, over 1.6: perhaps care homes; pooled",
    "Z90005": "fewer than 1,000 people; judged alone: a new town; it grows",
}

OF_CHEQUE = {
    "risk.cheque_pounds", "risk.event_cheque_pounds", "risk.need_adjusts_cheque", "risk.prescribing_cheque_pounds",
    "risk.prescribing_drift_ratio", "risk.price_index",
}  # fmt: skip
LUCK = OF_CHEQUE | {"risk.formula_error_ratio"}
CEDING = {"risk.stop_loss_applies", "risk.stop_loss_pounds", "risk.ceding_profile_power", "risk.price_index"}


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
        "costing.short_stay_below_days", "costing.short_stay_minimum_age", "statements.profile_method",
        "statements.profile_years", *LUCK,
    }  # fmt: skip


@pytest.mark.parametrize(
    "table, columns, gone, come",
    [
        ("chance_bands", {"cheque_source": "estimated"}, "risk.cheque_pounds", None),
        ("chance_bands", {"cheque_source": "spells"}, "risk.event_cheque_pounds", None),
        ("chance_bands", {"formula_error_source": "estimated"}, "risk.formula_error_ratio", None),
        ("bill_adjustments", {"kind": "block"}, "costing.marginal_rate_shared_by", None),
        ("budget_statements", {"budget_pence": pl.lit(None, pl.Int64)}, "statements.profile_method", None),
        ("budget_lines", {"parameter": "budgets.risk_pool_share"}, None, "budgets.risk_pool_share"),
        ("budget_lines", {"parameter": "budgets.pace_of_change"}, None, "budgets.pace_closed_share"),
        ("budget_lines", {"parameter": "budgets.blend_historic_share_hospital"}, None, "budgets.blend_historic_share_prescribing"),
    ],
    ids=[
        "measured", "from-spells", "error-measured", "no-marginal-rate", "no-budget", "risk-pool", "pace", "blend",
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


def of_luck(material: StatementMaterial) -> set[str]:
    return {name for name in names(material) if name.startswith("risk.")}


def capped(material: StatementMaterial, *, pounds: int = 17_400, basis: str = "expected_share") -> StatementMaterial:
    row = dict.fromkeys(CEDED_COSTS.names, 0) | {
        "financial_year": "2009-10", "statement_month": 200909, "unit_kind": "practice", "unit_code": "Z90001",
        "commissioner_code": "ZP1", "stop_loss_pence": pounds * 100, "expected_ceded_share": 0.049, "basis": basis,
        "rule": "R3.4", "parameter": "risk.stop_loss_pounds",
    }  # fmt: skip
    ceded = CEDED_COSTS.from_rows([row]).with_columns(figure_id=pl.lit("x"))
    return replace(material, tables={**material.tables, "ceded_costs": ceded})


@pytest.mark.parametrize(
    "pounds, basis, cheque, shares",
    [
        (17_400, "expected_share", 20_000, [20_000]),
        (20_000, "expected_share", 50_000, [20_000, 50_000]),
        (80_000, "expected_share", 100_000, [50_000, 100_000]),
        (20_000, "held_back", 50_000, []),
    ],
)
def test_rules_of_a_stop_loss_are_those_that_decided_the_band_and_the_budget(
    material: StatementMaterial, pounds: int, basis: str, cheque: int, shares: list[int]
) -> None:
    """Sums of 2009/10 against the studied ones at 2017/18 prices: 20,000 pounds of then are 22,989 of now."""
    found = of_luck(capped(material, pounds=pounds, basis=basis))
    named = {f"risk.cheque_capped_at_{cheque}_pounds", *(f"risk.ceded_at_{share}_share" for share in shares)}
    assert found == (LUCK - {"risk.cheque_pounds"}) | CEDING | named


def test_what_was_measured_is_cited_to_no_default(material: StatementMaterial) -> None:
    measured = with_rows(capped(material), "chance_bands", cheque_source="estimated", formula_error_source="estimated")
    defaults = {"risk.cheque_pounds", "risk.event_cheque_pounds", "risk.formula_error_ratio"}
    assert of_luck(measured) == (LUCK - defaults) | CEDING


def sentence_of(**given: int) -> str:
    """What the band of one practice says, as the method writes it."""
    policy = load_policy("england-2005")
    usual = dict(
        financial_year="2009-10", statement_month=200909, practice_code="Z90001", cluster_code="ZC01", commissioner_code="ZP1",
        list_size=6_000, months_count=6, activity_budget_pence=4 * 10**8, activity_actual_pence=4 * 10**8,
    )  # fmt: skip
    year = FinancialYear(2009)
    rows = BUDGET_POSITIONS.from_rows([usual | given])
    bands = band_chance(rows, year=year, cheque=default_cheque(policy, on=year.start), policy=policy)
    row = bands.filter(pl.col("unit_kind") == "practice").row(0, named=True)
    assert (row["label"], row["chance_low_pence"]) == ("not_judged", None)
    return str(row["sentence"])


@pytest.mark.parametrize(
    "given, at_chance, wanted",
    [
        (dict(months_count=2), 10**8, ["risk.least_months"]),
        (dict(activity_budget_pence=10**6, activity_actual_pence=10**6), 10**6, sorted(OF_CHEQUE)),
        (dict(activity_budget_pence=0, activity_actual_pence=0, fixed_budget_pence=5), 0, []),
    ],
    ids=["too-early", "too-small", "all-block"],
)
def test_band_not_drawn_cites_what_kept_it_from_being_drawn(
    material: StatementMaterial, given: dict[str, int], at_chance: int, wanted: list[str]
) -> None:
    """Months where they are too few, the cheque where luck is too large, nothing where all is block; a stop-loss always."""
    columns = {
        "chance_low_pence": pl.lit(None, pl.Int64),
        "sentence": sentence_of(**given),
        "budget_at_chance_pence": pl.lit(at_chance, pl.Int64),
    }
    assert of_luck(with_rows(material, "chance_bands", **columns)) == set(wanted)
    held_back = with_rows(capped(material, basis="held_back"), "chance_bands", **columns)
    at_stop_loss = {name.replace("risk.cheque_", "risk.cheque_capped_at_20000_") for name in wanted}
    assert of_luck(held_back) == at_stop_loss | CEDING


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
    drawer = page.split('<details class="rules">')[-1].split("</details>")[0]
    assert "the 13 rule values that decided figures on this page" in drawer
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


def test_pooled_list_of_a_practice_taken_over_stands_with_its_heir(material: StatementMaterial) -> None:
    """Given Z90004 taken over by Z90002, then notes, the pool's distance and the marks are those of who answers now."""
    taken = Takeover("Z90004", "Z90002", date(2009, 7, 1))
    bands = material.table("chance_bands").filter(pl.col("unit_code") != "Z90004")
    merged = replace(
        noted(material, POOL), takeovers=(taken,), tables={**noted(material, POOL).tables, "chance_bands": bands}
    )
    now = bands.filter(pl.col("unit_code").is_in(["Z90001", "Z90002"]))
    distance = f"{abs(now['actual_pence'].sum() / now['budget_pence'].sum() - 1) * 100:.1f}%"
    heir = said(merged, "Z90002")
    assert "The list of Market Square Surgery (Z90004), which you took over, is unusual: need 2.4" in heir
    assert "its fair share is pooled with that of Elm Tree Surgery (Z90001): together" in heir
    assert f"the pool stands {distance} " in heir
    assert "pooled with that of The Old Forge Practice (Z90002): together" in said(merged, "Z90001")
    assert pooled_codes(merged) == ["Z90001", "Z90002"]
    assert "population.typical_need_most" in names(merged, "Z90002")
    lists = describe_lists(merged).sentences[0]
    assert "Market Square Surgery (Z90004), now with The Old Forge Practice (Z90002): need 2.4" in lists
    both = replace(merged, takeovers=(replace(taken, heir_code="Z90001"),))
    assert "Your list is unusual: need 0.36" in said(both, "Z90001")
    assert "with lists that are all yours now" in said(both, "Z90001")


def test_lists_are_pooled_with_those_of_their_own_commissioner_alone(material: StatementMaterial) -> None:
    notes = POOL | dict.fromkeys(("Z90002", "Z90003"), "fewer than 1,000 people; pooled")
    payers = dict.fromkeys(("Z90001", "Z90004"), "ZP1") | dict.fromkeys(("Z90002", "Z90003"), "ZP2")
    two = replace(noted(material, notes), payers=payers)
    assert "pooled with that of Market Square Surgery (Z90004): together" in said(two, "Z90001")
    first, second, _ = describe_lists(two).sentences
    assert ("(Z90004)" in first, "(Z90002)" in first) == (True, False)
    assert ("(Z90004)" in second, "(Z90002)" in second) == (False, True)
    assert first.split("the pool stands")[1] != second.split("the pool stands")[1]


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
