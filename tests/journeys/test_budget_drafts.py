"""From draft to agreed to amended: drafts leave the year's budgets alone, adoption copies one, amendments follow it."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from tests.journeys.small_pct import LAST, POLICY, YEAR, budgets_by_service, publish, rows, state

from pbc.engines import Engine
from pbc.errors import MissingFigure, RefusedInput
from pbc.flows.amend_budgets import amend_budgets
from pbc.flows.draft_budgets import Scenario, adopt_budgets, draft_budgets
from pbc.flows.explain import explain
from pbc.flows.make_budgets import Agreed
from pbc.flows.one_commissioner import commissioners_held
from pbc.flows.set_budgets import set_budgets
from pbc.periods import Month
from pbc.results import PublishedSet, Store, figure_id
from pbc.tables import BUDGET_AMENDMENTS, BUDGET_PROTECTIONS

SLICED = Scenario({"budgets.top_slice_share": 0.02, "budgets.pace_closed_share": 0.5}, "Finance paper 3")


def draft(store: Store, engine: Engine, name: str = "Faster pace", scenario: Scenario = SLICED) -> PublishedSet:
    return draft_budgets(
        store, year=YEAR, name=name, basis="fair_shares", policy=POLICY, engine=engine, scenario=scenario
    )


def decide(*amounts: tuple[str, int], number: int = 1, month: int = 200907, **more: object) -> pl.DataFrame:
    given = {"financial_year": "2009-10", "amendment_number": number, "service": "outpatients", "kind": "virement",
             "money_source": "practices", "effective_month": month, "decision": "PEC 7", "reason": "A clinic moved."}  # fmt: skip
    return BUDGET_AMENDMENTS.from_rows(
        [given | {"practice_code": code, "amount_pence": pence} | more for code, pence in amounts]
    )


def amend(store: Store, base: PublishedSet, amendments: pl.DataFrame) -> PublishedSet:
    return amend_budgets(store, year=YEAR, base_set_id=base.set_id, amendments=amendments)


def test_draft_stands_beside_the_budgets_and_tells_what_it_varied(store: Store, engine: Engine) -> None:
    agreed = set_budgets(store, year=YEAR, basis="historic", policy=POLICY, engine=engine)
    found = draft(store, engine)
    assert found.name == "budget-drafts/2009-10/faster-pace"
    assert store.current("budgets/2009-10").set_id == agreed.set_id
    assert found.receipt.flow == "draft_budgets"
    assert found.receipt.parameters["draft"] == "Faster pace"
    assert json.loads(found.receipt.parameters["choices"]) == dict(SLICED.choices)
    taken = found.frame("budget_lines").filter(pl.col("step") == "top_slice")["amount_pence"].sum()
    assert taken == -sum((amount * 2 + 50) // 100 for amount in _resources(store).values())
    assert draft(store, engine).set_id == found.set_id
    assert "choices" not in draft(store, engine, scenario=Scenario()).receipt.parameters


def _resources(store: Store) -> dict[str, int]:
    return dict(
        store.current("need/2009-10").frame("commissioner_resources").select("service", "amount_pence").iter_rows()
    )


def test_draft_explains_itself_by_the_values_it_varied(store: Store, engine: Engine) -> None:
    found = draft(store, engine)
    row = found.frame("budget_lines").filter(pl.col("step") == "top_slice").row(0, named=True)
    told = explain(store, figure_id(found.name, found.set_id, "budget_lines", row))
    assert [(value.value, value.source) for value in told.policy] == [(0.02, "Finance paper 3")]
    assert told.warnings == ()


def test_preview_draws_luck_before_anything_is_spent(store: Store, engine: Engine) -> None:
    found = draft(store, engine)
    shown = found.frame("budget_previews")
    kinds = dict(shown.group_by("unit_kind").len().iter_rows())
    assert kinds == {"practice": 4, "cluster": 2, "commissioner": 1}
    assert shown["cheque_source"].unique().to_list() == ["default"]
    whole = shown.filter(pl.col("unit_kind") == "commissioner").row(0, named=True)
    assert whole["budget_pence"] == found.frame("budget_lines")["amount_pence"].sum()
    assert 0 < whole["judged_pence"] < whole["budget_pence"]  # what is shared by head is not judged
    for column in ("budget_pence", "need_index_england", "chance_high_pence", "years_to_target"):
        told = explain(store, figure_id(found.name, found.set_id, "budget_previews", whole, column))
        assert told.gap == 0
        assert told.parts


def test_preview_knows_a_stop_loss(store: Store, engine: Engine) -> None:
    """With a stop-loss the lines judged are on capped cost: what the pool is given stands apart."""
    local = {"from": date(2004, 4, 1), "value": True, "status": "local_agreement", "source": "test"}
    capped = POLICY.lay_over({"risk.stop_loss_applies": {"values": [local]}}, where="test")
    for share, name in ((0.03, "Pool"), (0.0, "No pool")):
        choices = Scenario({"budgets.risk_pool_share": share}, "test")
        found = draft_budgets(
            store, year=YEAR, name=name, basis="historic", policy=capped, engine=engine, scenario=choices
        )
        assert found.frame("budget_previews")["judged_pence"].min() > 0


def test_what_changed_since_last_year_is_told_step_by_step(store: Store, engine: Engine) -> None:
    """Last year's budgets were set by fair shares alone, there being no past before them."""
    assert "budget_changes" not in draft(store, engine).tables
    last = set_budgets(store, year=LAST, basis="fair_shares", policy=POLICY, engine=engine)
    found = draft(store, engine)
    changes = found.frame("budget_changes")
    first = changes.filter(pl.col("step") == "last_year")
    assert first["amount_pence"].sum() == last.frame("budget_lines")["amount_pence"].sum()
    assert changes["amount_pence"].sum() == found.frame("budget_lines")["amount_pence"].sum()
    assert found.receipt.inputs["budgets/2008-09"] == last.set_id
    told = explain(store, figure_id(found.name, found.set_id, "budget_changes", changes.row(1, named=True)))
    assert {part.label.partition(":")[0] for part in told.parts} >= {"last year", "this year"}
    pool = changes.row(1, named=True) | {"step": "risk_pool"}  # a step of a plan counts nobody: it is told to everybody
    assert "risk pool (this step)" in {
        part.label for part in explain(store, figure_id(found.name, found.set_id, "budget_changes", pool)).parts
    }


def test_adopted_budgets_are_the_draft_byte_for_byte_and_cite_it(store: Store, engine: Engine) -> None:
    set_budgets(store, year=YEAR, basis="historic", policy=POLICY, engine=engine)
    found = draft(store, engine)
    adopted = adopt_budgets(store, year=YEAR, draft_set_id=found.set_id, decision="Board 12 April")
    assert adopted.name == "budgets/2009-10"
    assert adopted.manifest["tables"] == found.manifest["tables"]  # the hashes of every file
    assert adopted.receipt.inputs[found.name] == found.set_id
    assert adopted.receipt.parameters["decision"] == "Board 12 April"
    adopted.verify()
    assert (
        adopt_budgets(store, year=YEAR, draft_set_id=found.set_id, decision="Board 12 April").set_id == adopted.set_id
    )
    row = adopted.frame("budget_lines").filter(pl.col("step") == "need").row(0, named=True)
    told = explain(store, figure_id(adopted.name, adopted.set_id, "budget_lines", row))
    assert any("weighted list" in part.label for part in told.parts)


def test_agreed_budgets_are_frozen_against_another_draft(store: Store, engine: Engine) -> None:
    found, other = draft(store, engine), draft(store, engine, "Plain", Scenario())
    with pytest.raises(RefusedInput, match="reference of the decision"):
        adopt_budgets(store, year=YEAR, draft_set_id=found.set_id, decision=" ")
    adopt_budgets(store, year=YEAR, draft_set_id=found.set_id, decision="Board")
    with pytest.raises(RefusedInput, match="agreed and frozen"):
        adopt_budgets(store, year=YEAR, draft_set_id=other.set_id, decision="Board")
    with pytest.raises(RefusedInput, match="agreed and frozen"):
        set_budgets(store, year=YEAR, basis="historic", policy=POLICY, engine=engine)
    with pytest.raises(MissingFigure, match="no set 0123456789ab"):
        adopt_budgets(store, year=YEAR, draft_set_id="0123456789ab", decision="Board")


@pytest.mark.parametrize(
    "choices, source, words",
    [
        ({"savings.retained_share": 0.5}, "paper", "not one that a draft may vary"),
        ({"budgets.top_slice_share": 0.02}, " ", "need a source"),
        ({"budgets.top_slice_share": "two"}, "paper", "not of the unit"),
        ({"budgets.pace_of_change": "guess"}, "paper", "not of the unit"),
    ],
)
def test_choices_that_no_draft_may_make_are_refused(
    store: Store, engine: Engine, choices: dict[str, object], source: str, words: str
) -> None:
    with pytest.raises(RefusedInput, match=words):
        draft(store, engine, scenario=Scenario(choices, source))  # type: ignore[arg-type]
    with pytest.raises(RefusedInput, match="no letter or figure"):
        draft(store, engine, name="!!")


def test_protected_saving_holds_up_a_draft_and_leaves_a_line(store: Store, engine: Engine) -> None:
    saving = BUDGET_PROTECTIONS.from_rows([
        {"practice_code": "Z90001", "service": "outpatients", "first_year": "2009-10", "amount_pence": 100_000,
         "decision": "PEC 3", "reason": "Fewer follow-ups."}
    ])  # fmt: skip
    plain = draft(store, engine, "Plain", Scenario())
    held = draft(store, engine, "Protected", Scenario(agreed=Agreed(protections=saving)))
    line = held.frame("budget_lines").filter(pl.col("step") == "saving_protected")
    assert line.select("practice_code", "amount_pence").rows() == [("Z90001", 100_000)]
    assert budgets_by_service(held) == budgets_by_service(plain)
    assert "protections" in held.receipt.parameters
    told = explain(store, figure_id(held.name, held.set_id, "budget_lines", line.row(0, named=True)))
    assert [value.name for value in told.policy] == ["budgets.saving_protected_years"]
    stranger = saving.with_columns(practice_code=pl.lit("Z99999"))
    with pytest.raises(RefusedInput, match="A protection names a practice"):
        draft(store, engine, "Stranger", Scenario(agreed=Agreed(protections=stranger)))


def test_amendments_follow_the_agreed_set_and_explain_themselves(store: Store, engine: Engine) -> None:
    base = adopt_budgets(store, year=YEAR, draft_set_id=draft(store, engine).set_id, decision="Board")
    once = amend(store, base, decide(("Z90001", -10_000), ("Z90002", 10_000)))
    again = amend(store, once, decide(("Z90003", 7_777), kind="in_year", money_source="contingency"))
    assert (
        amend(store, once, decide(("Z90003", 7_777), kind="in_year", money_source="contingency")).set_id == again.set_id
    )
    assert again.frame("budget_amendments")["amendment_number"].to_list() == [1, 1, 2]
    assert sum(budgets_by_service(again).values()) - sum(budgets_by_service(base).values()) == 7_777
    assert again.receipt.inputs[base.name] == once.set_id
    lines = again.frame("budget_lines").filter(pl.col("step") == "virement_1")
    told = explain(store, figure_id(again.name, again.set_id, "budget_lines", lines.row(0, named=True)))
    (decided,) = [part for part in told.parts if part.label == "amendment 1"]
    assert "A clinic moved. Decision: PEC 7." in decided.note
    whole = explain(store, decided.figure_id)
    assert sorted(part.amount for part in whole.parts) == [-10_000, 10_000]
    target = again.frame("budget_targets").filter(
        (pl.col("practice_code") == "Z90003") & (pl.col("service") == "total")
    )
    assert explain(store, figure_id(again.name, again.set_id, "budget_targets", target.row(0, named=True))).gap == 0


def test_amendment_of_a_set_no_longer_in_force_or_of_nothing_is_refused(store: Store, engine: Engine) -> None:
    base = adopt_budgets(store, year=YEAR, draft_set_id=draft(store, engine).set_id, decision="Board")
    amend(store, base, decide(("Z90001", -10_000), ("Z90002", 10_000)))
    with pytest.raises(RefusedInput, match="have changed since"):
        amend(store, base, decide(("Z90001", -10), ("Z90002", 10)))
    with pytest.raises(RefusedInput, match="no amendment to make"):
        amend(store, base, BUDGET_AMENDMENTS.empty())


def test_closed_year_and_budgets_of_nobodys_money_are_not_amended(store: Store, engine: Engine) -> None:
    base = adopt_budgets(store, year=YEAR, draft_set_id=draft(store, engine).set_id, decision="Board")
    publish(store, "year-end/2009-10", {})
    with pytest.raises(RefusedInput, match="The year 2009/10 is closed"):
        amend(store, base, decide(("Z90001", -10), ("Z90002", 10)))
    tables = {table: base.frame(table) for table in base.tables}
    lost = publish(store, "budgets/2009-10", tables, parameters={"year": "2009-10"})
    with pytest.raises(MissingFigure, match="whose money they are"):
        amend(store, lost, decide(("Z90001", -10), ("Z90002", 10)))


def test_statements_hold_to_the_amended_budgets_from_the_month_on(store: Store, engine: Engine) -> None:
    base = adopt_budgets(store, year=YEAR, draft_set_id=draft(store, engine).set_id, decision="Board")
    may = state(store, engine, Month(2009, 5))
    with pytest.raises(RefusedInput, match="has been stated"):
        amend(store, base, decide(("Z90001", -10_000), ("Z90002", 10_000), month=200905))
    amended = amend(store, base, decide(("Z90001", -10_000), ("Z90002", 10_000), month=200906))
    june = state(store, engine, Month(2009, 6))
    assert june.receipt.inputs["budgets/2009-10"] == amended.set_id
    assert _total(june, "Z90002", "year_budget_pence") - _total(may, "Z90002", "year_budget_pence") == 10_000
    early = pl.col("month") < 200906
    assert amended.frame("budget_profiles").filter(early).equals(base.frame("budget_profiles").filter(early))


def _total(statement: PublishedSet, practice: str, column: str) -> int:
    rows = statement.frame("budget_statements").filter(
        (pl.col("practice_code") == practice) & (pl.col("cut") == "total") & (pl.col("period") == "year_to_date")
    )
    return int(rows[column][0])


def give_to_another(store: Store, *practices: str) -> None:
    """The need told anew: some practices stand in the lists of ZP2, which has as much to spend."""
    held = store.current("need/2009-10")
    resources = held.frame("commissioner_resources")
    other = pl.col("practice_code").is_in(practices)
    payer = pl.when(other).then(pl.lit("ZP2")).otherwise("commissioner_code").alias("commissioner_code")
    changed = {
        "weighted_lists": held.frame("weighted_lists").with_columns(payer),
        "commissioner_resources": pl.concat([resources, resources.with_columns(commissioner_code=pl.lit("ZP2"))]),
    }
    tables = {name: held.frame(name) for name in held.tables} | changed
    publish(store, held.name, tables, parameters={"told": "anew"})


def test_budgets_of_two_commissioners_are_never_adopted_together(store: Store, engine: Engine) -> None:
    """One set holds all of a year's budgets: adopting it for ZP1 would freeze what ZP2 never approved."""
    assert commissioners_held(store, year=YEAR) == ("ZP1",)
    alone = draft(store, engine, "Alone")
    give_to_another(store, "Z90003", "Z90004")
    assert commissioners_held(store, year=YEAR) == ("ZP1", "ZP2")
    found = draft(store, engine, "Together")
    with pytest.raises(RefusedInput, match="more than one commissioner") as refused:
        adopt_budgets(store, year=YEAR, draft_set_id=found.set_id, decision="Board")
    assert "ZP1, ZP2" in str(refused.value)
    assert "a store for each commissioner" in str(refused.value)
    assert store.find("budgets/2009-10") is None
    adopt_budgets(store, year=YEAR, draft_set_id=alone.set_id, decision="Board")  # this one holds ZP1 alone


def test_commissioners_are_told_by_the_register_before_there_is_a_need(tmp_path: Path) -> None:
    store = Store(tmp_path)
    assert commissioners_held(store, year=YEAR) == ()
    begun, ended = date(2004, 4, 1), date(9999, 12, 31)
    links = [("Z90001", "ZP1", begun, ended), ("Z90002", "ZP2", begun, ended), ("Z90003", "ZP3", begun, YEAR.start)]
    held = rows("memberships", *(
        {"member_code": member, "relation": "practice_commissioner", "parent_code": parent, "starts_on": starts, "ends_before": ends}
        for member, parent, starts, ends in links
    ))  # fmt: skip
    publish(store, "register", {"memberships": held})
    assert commissioners_held(store, year=YEAR) == ("ZP1", "ZP2")


def test_budgets_that_name_no_need_are_nobodys_to_adopt(store: Store, engine: Engine) -> None:
    found = draft(store, engine)
    orphan = publish(store, found.name, {name: found.frame(name) for name in found.tables})
    with pytest.raises(MissingFigure, match="whose money"):
        adopt_budgets(store, year=YEAR, draft_set_id=orphan.set_id, decision="Board")
