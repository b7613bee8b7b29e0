"""A business case from its file to its verdict: comparators chosen and frozen, promise against fact, every figure explained."""

from __future__ import annotations

import csv
import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest
import yaml
from click.testing import CliRunner
from tests.journeys.small_pct import POLICY, publish

from pbc.engines import Engine
from pbc.errors import MissingFigure, RefusedInput
from pbc.flows.benefit_months import NOT_KNOWN, judge_months
from pbc.flows.cells_held import deliveries_held
from pbc.flows.choose_comparators import BenefitCase, build_case, choose_comparators, read_case
from pbc.flows.compare_benefit import compare_benefit
from pbc.flows.explain import explain
from pbc.flows.show_benefit import show_benefit, show_comparators
from pbc.flows.trace import Archive
from pbc.reports import PROTECTED, for_purpose
from pbc.results import PublishedSet, Receipt, Store
from pbc.results.figures import figure_id
from pbc.tables import ALL
from pbc_cli.main import pbc_command

MARCH, ALL_SEEN = date(2009, 3, 20), for_purpose("checking benefits")
LOOSE = POLICY.lay_over(
    {
        name: {
            "values": [{"from": date(2004, 4, 1), "value": value, "status": "local_agreement", "source": "Minute 3"}]
        }
        for name, value in (("variation.comparator_ratio_tolerance", 1.0), ("variation.fewest_comparators", 2))
    },
    where="minute",
)
KINDS = ["AE", "DC", "EL", "NEL", "OPFA"]


def declared(**changes: Any) -> dict[str, Any]:
    measure = {"title": "All hospital care", "points_of_delivery": KINDS, "counted_in": "contacts", "better": "lower"}
    return {
        "case": "Clinic at Elm Tree", "practices": ["Z90001", "Z90002"], "starts": "2009-04",
        "measure": measure | changes.pop("measure", {}),
        "promise": {"contacts_a_year": 120, "pounds_a_year": 24000, "phase_in_months": 2},
    } | changes  # fmt: skip


def case(**changes: Any) -> BenefitCase:
    return build_case(declared(**changes), where="test")


@pytest.fixture(scope="module")
def judged(
    whole_store: Store, tmp_path_factory: pytest.TempPathFactory, engine: Engine
) -> tuple[Store, PublishedSet, PublishedSet]:
    """Comparators chosen on 20 March 2009 and compared over April to June; tests below only add other cases."""
    home = tmp_path_factory.mktemp("judged")
    shutil.copytree(whole_store.path, home / "store")
    store = Store(home / "store")
    chosen = choose_comparators(store, case=case(), on=MARCH, policy=LOOSE, engine=engine)
    compared = compare_benefit(store, case_code="clinic-at-elm-tree", after_months=3, policy=LOOSE, engine=engine)
    return store, chosen, compared


Judged = tuple[Store, PublishedSet, PublishedSet]


def test_choice_holds_the_promise_everybodys_year_before_and_why(judged: Judged) -> None:
    _, chosen, _ = judged
    row = chosen.frame("benefit_cases").row(0, named=True)
    assert (row["commissioner_code"], row["baseline_first_month"], row["baseline_last_month"]) == (
        "ZP1",
        200804,
        200903,
    )
    assert (row["promised_count"], row["promised_pence"], row["price_year"]) == (120, 2_400_000, "2009-10")
    assert (row["is_fair"], row["comparators_count"], row["cheque_source"], row["cheque_size"]) == (
        True,
        2,
        "events",
        1.7,
    )
    places = chosen.frame("benefit_practices")
    assert places.filter(role="case")["practice_code"].to_list() == ["Z90001", "Z90002"]
    assert places["expected_number"].sum() == pytest.approx(places["observed_count"].sum())
    assert chosen.receipt.parameters["chosen_on"] == "2009-03-20"
    assert {name.partition("/")[0] for name in chosen.receipt.inputs} == {"activity", "register", "tariff", "need"}
    assert not [name for name in chosen.receipt.inputs if name >= "activity/2009-04" and name.startswith("activity")]


def test_observed_are_the_contacts_of_the_cells(judged: Judged) -> None:
    """The measure is of all kinds, so each practice's contacts are those its cells hold."""
    store, chosen, compared = judged
    for published, table, months in (
        (chosen, "benefit_practices", (200804, 200903)),
        (compared, "benefit_lines", (200904, 200906)),
    ):
        cells = pl.concat([store.current(name).frame("activity_cells") for name in store.names("cells")])
        held = (
            cells.filter(pl.col("month").is_between(*months))
            .group_by("practice_code")
            .agg(pl.col("activity_count").sum())
        )
        known = dict(held.iter_rows())
        for code, count in published.frame(table).select("practice_code", "observed_count").iter_rows():
            assert known[code] == count


def test_choice_is_refused_from_the_start_month_on_and_free_before_it(
    judged: Judged, store: Store, engine: Engine
) -> None:
    with pytest.raises(RefusedInput, match="frozen: its start month has begun"):
        choose_comparators(judged[0], case=case(), on=date(2009, 4, 1), policy=LOOSE, engine=engine)
    with pytest.raises(RefusedInput, match="frozen"):  # nor by a case of the same name that begins later
        choose_comparators(judged[0], case=case(starts="2010-04"), on=date(2009, 6, 1), policy=LOOSE, engine=engine)
    with pytest.raises(RefusedInput, match=r"the outcome could have been seen.*--on YYYY-MM-DD"):
        choose_comparators(store, case=case(), on=date(2009, 4, 1), policy=LOOSE, engine=engine)
    first = choose_comparators(store, case=case(), on=MARCH, policy=LOOSE, engine=engine)
    again = choose_comparators(
        store, case=case(practices=["Z90003"]), on=date(2009, 3, 31), policy=LOOSE, engine=engine
    )
    assert first.set_id != again.set_id
    assert store.current("benefit-baseline/clinic-at-elm-tree").set_id == again.set_id


def test_comparison_tells_verdict_months_and_both_units(judged: Judged) -> None:
    _, chosen, compared = judged
    row = compared.frame("benefit_comparisons").row(0, named=True)
    assert row["verdict"] in ("cannot_tell", "less_than_promised", "as_promised", "better_than_promised")
    assert (row["months_count"], row["promised_count"], row["due_count"]) == (3, 120, pytest.approx(120 * 2.5 / 3))
    assert row["low_count"] < row["found_count"] < row["high_count"]
    before = chosen.frame("benefit_cases").row(0, named=True)
    each = before["case_observed_pence"] / before["case_observed_count"]
    assert row["found_pence"] == pytest.approx(row["found_count"] * each, abs=1)
    lines = compared.frame("benefit_lines")
    own, others = (lines.filter(role=role) for role in ("case", "comparator"))
    without = own["predicted_number"].sum() * others["observed_count"].sum() / others["predicted_number"].sum()
    assert row["found_count"] == pytest.approx((without - own["observed_count"].sum()) * 4)
    months = compared.frame("benefit_months")
    assert months["due_share"].to_list() == [0.5, 1.0, 1.0]
    assert months["is_used"].all()
    assert chosen.name in compared.receipt.inputs


def test_every_figure_explains_itself(judged: Judged) -> None:
    """Sums by their practices, others by what they were made of; a protected reader is told that they are finer than pages."""
    store, chosen, compared = judged
    archive = Archive(store)
    for published in (chosen, compared):
        for table in published.tables:
            row = published.frame(table).row(0, named=True)
            for column in [column.name for column in ALL[table].columns if column.name not in ALL[table].key]:
                told = explain(
                    store,
                    figure_id(published.name, published.set_id, table, row, column),
                    protection=ALL_SEEN,
                    archive=archive,
                )
                assert told.value == row[column]
                assert told.gap == 0, told.title
                assert told.receipts
            hidden = explain(
                store, figure_id(published.name, published.set_id, table, row), protection=PROTECTED, archive=archive
            )
            assert hidden.is_hidden
    row = compared.frame("benefit_comparisons").row(0, named=True)
    figure = figure_id(compared.name, compared.set_id, "benefit_comparisons", row)
    count = explain(store, f"{figure}:case_observed_count", protection=ALL_SEEN, archive=archive)
    assert count.is_sum
    assert [part.label for part in count.parts] == ["practice Z90001", "practice Z90002"]
    found = explain(store, figure, protection=ALL_SEEN, archive=archive)
    assert {value.name for value in found.policy} >= {"variation.drift_ratio", "variation.complete_enough_ratio"}


def test_months_that_never_came_are_left_out_and_said(judged: Judged, engine: Engine) -> None:
    store = judged[0]
    compared = compare_benefit(store, case_code="clinic-at-elm-tree", after_months=6, policy=LOOSE, engine=engine)
    months = compared.frame("benefit_months")
    assert months.filter(~pl.col("is_used"))["reason"].to_list() == ["not delivered"] * 3
    assert compared.frame("benefit_comparisons")["months_count"][0] == 3
    shown = show_benefit(store, case_code="clinic-at-elm-tree", after_months=6, policy=LOOSE, protection=ALL_SEEN)
    assert shown.lines is not None
    figure = figure_id(compared.name, compared.set_id, "benefit_comparisons", dict(shown.comparison or {}))
    left = [
        part.label for part in explain(store, figure, protection=ALL_SEEN).parts if part.label.startswith("left out")
    ]
    assert left == [f"left out: {month}, not delivered" for month in (200907, 200908, 200909)]


def test_without_enough_comparators_the_verdict_says_so(judged: Judged, engine: Engine) -> None:
    """By the regime's own rule three are the fewest, and two others are all there are."""
    store = judged[0]
    lonely = case(case="Nobody like it")
    chosen = choose_comparators(store, case=lonely, on=MARCH, policy=POLICY, engine=engine)
    assert not chosen.frame("benefit_cases")["is_fair"][0]
    compared = compare_benefit(store, case_code="nobody-like-it", after_months=3, policy=POLICY, engine=engine)
    row = compared.frame("benefit_comparisons").row(0, named=True)
    assert (row["verdict"], row["found_count"], row["effect_ratio"]) == ("no_fair_comparator", None, None)
    assert (
        explain(store, figure_id(compared.name, compared.set_id, "benefit_comparisons", row), protection=ALL_SEEN).value
        is None
    )


def test_case_judged_in_cost_is_compared_in_pence(judged: Judged, engine: Engine) -> None:
    store = judged[0]
    dear = case(case="By cost", measure={"counted_in": "cost", "hrg_codes": ["ZZA01", "ZZB01", "ZZW01", "ZZV01"]})
    chosen = choose_comparators(store, case=dear, on=MARCH, policy=LOOSE, engine=engine)
    compared = compare_benefit(store, case_code="by-cost", after_months=3, policy=LOOSE, engine=engine)
    for published, table in (
        (chosen, "benefit_practices"),
        (compared, "benefit_lines"),
        (compared, "benefit_comparisons"),
    ):
        row = published.frame(table).row(0, named=True)
        assert explain(store, figure_id(published.name, published.set_id, table, row), protection=ALL_SEEN).receipts
    assert chosen.frame("benefit_practices")["expected_number"].sum() == pytest.approx(
        chosen.frame("benefit_practices")["observed_pence"].sum()
    )


@pytest.mark.parametrize(
    "changes, fault, told",
    [
        ({"starts": "2008-10"}, MissingFigure, "no whole year before"),
        ({"starts": "2008-04"}, MissingFigure, "no whole year before"),
        ({"starts": "2010-02"}, MissingFigure, "to June 2009, 7 months before the start"),
        ({"practices": ["Z99999"]}, RefusedInput, "no list of Z99999"),
        ({"measure": {"specialties": ["999"]}}, RefusedInput, "nobody can be equally high"),
    ],
)
def test_case_that_cannot_be_compared_is_refused(
    judged: Judged, engine: Engine, changes: dict[str, Any], fault: type[Exception], told: str
) -> None:
    with pytest.raises(fault, match=told):
        choose_comparators(
            judged[0], case=case(case="Other", **changes), on=date(2008, 3, 1), policy=LOOSE, engine=engine
        )


def test_six_months_may_lie_between_the_year_before_and_the_start(judged: Judged, engine: Engine) -> None:
    chosen = choose_comparators(
        judged[0], case=case(case="Ahead", starts="2010-01"), on=date(2008, 3, 1), policy=LOOSE, engine=engine
    )
    assert chosen.frame("benefit_cases")["baseline_last_month"].to_list() == [200906]


def test_comparison_that_cannot_be_made_is_refused(judged: Judged, engine: Engine) -> None:
    store = judged[0]
    with pytest.raises(RefusedInput, match="3 or 6 or 12"):
        compare_benefit(store, case_code="clinic-at-elm-tree", after_months=4, policy=LOOSE, engine=engine)
    with pytest.raises(MissingFigure, match="pbc choose-comparators FILE"):
        compare_benefit(store, case_code="never-chosen", after_months=3, policy=LOOSE, engine=engine)
    choose_comparators(store, case=case(case="Late", starts="2009-05"), on=MARCH, policy=LOOSE, engine=engine)
    with pytest.raises(MissingFigure, match="July 2009: not delivered"):
        compare_benefit(store, case_code="late", after_months=3, policy=LOOSE, engine=engine)


def test_prices_that_never_came_are_asked_for(store: Store, engine: Engine) -> None:
    shutil.rmtree(store.path / "sets/tariff")
    with pytest.raises(MissingFigure, match="no prices to cost the measure at"):
        choose_comparators(store, case=case(), on=MARCH, policy=LOOSE, engine=engine)


def test_groupings_are_never_compared_across_a_break_and_need_may_be_missing(store: Store, engine: Engine) -> None:
    shutil.rmtree(store.path / "sets/need")
    chosen = choose_comparators(
        store,
        case=case(measure={"hrg_codes": ["ZZA01", "ZZB01", "ZZW01", "ZZV01"]}),
        on=MARCH,
        policy=LOOSE,
        engine=engine,
    )
    assert chosen.frame("benefit_practices")["need_index"].is_null().all()
    tariff = store.current("tariff/2009-10")
    tables = {name: tariff.frame(name) for name in tariff.tables}
    tables["tariff_prices"] = tables["tariff_prices"].with_columns(grouper_version=pl.lit("another"))
    publish(store, tariff.name, tables, parameters={"v": "regrouped"})
    with pytest.raises(RefusedInput, match="grouping of price groups changed"):
        compare_benefit(store, case_code="clinic-at-elm-tree", after_months=3, policy=LOOSE, engine=engine)


def test_practices_of_two_commissioners_are_no_one_case(store: Store, engine: Engine) -> None:
    register = store.current("register")
    tables = {name: register.frame(name) for name in register.tables}
    moved = (pl.col("member_code") == "Z90002") & (pl.col("relation") == "practice_commissioner")
    parent = pl.when(moved).then(pl.lit("ZP2")).otherwise(pl.col("parent_code"))
    tables["memberships"] = tables["memberships"].with_columns(parent_code=parent)
    opened = tables["registered_lists"].filter(
        (pl.col("practice_code") != "Z90004") | (pl.col("as_at_on") > date(2008, 9, 1))
    )
    publish(store, "register", tables | {"registered_lists": opened}, parameters={"v": "two"})
    with pytest.raises(RefusedInput, match="practices of ZP1, ZP2"):
        choose_comparators(store, case=case(), on=MARCH, policy=LOOSE, engine=engine)
    chosen = choose_comparators(store, case=case(practices=["Z90001"]), on=MARCH, policy=LOOSE, engine=engine)
    why = dict(chosen.frame("benefit_practices").select("practice_code", "reason").iter_rows())
    assert why["Z90004"] == "not open through the whole year before"
    assert "Z90002" not in why


def run(store: Store, *words: str) -> str:
    result = CliRunner().invoke(pbc_command, [*words, "--store", str(store.path)], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


def test_console_chooses_compares_and_writes_every_form(store: Store, tmp_path: Path) -> None:
    local = [{"from": date(2004, 4, 1), "value": 1.0, "status": "local_agreement", "source": "Minute 3"}]
    fewest = [{**local[0], "value": 2}]
    overlay, file = tmp_path / "agreed.yaml", tmp_path / "case.yaml"
    overlay.write_text(
        yaml.safe_dump(
            {
                "variation.comparator_ratio_tolerance": {"values": local},
                "variation.fewest_comparators": {"values": fewest},
            }
        )
    )
    file.write_text(yaml.safe_dump(declared()), encoding="utf-8")
    told = run(
        store,
        "choose-comparators",
        str(file),
        "--on",
        "2009-03-20",
        "--policy",
        str(overlay),
        "--out",
        str(tmp_path / "c.csv"),
    )
    assert told.startswith("Comparators of Clinic at Elm Tree\nMADE-UP DATA")
    assert "2 comparators are near enough" in told
    assert "like Z90001: " not in told  # figures behind the words are for those who may see all
    table = list(csv.DictReader((tmp_path / "c.csv").read_text(encoding="utf-8").splitlines()))
    assert [row["role"] for row in table] == ["case", "case", "comparator", "comparator"]
    assert all(int(row["observed_count"]) % 5 == 0 for row in table)
    assert all(row["figure_id"].startswith("benefit-baseline/clinic-at-elm-tree@") for row in table)
    words = ("compare-benefit", "Clinic at Elm Tree", "--months", "3", "--policy", str(overlay))
    told = run(store, *words, "--out", str(tmp_path / "b.xlsx"))
    assert "Promised a full year: 120 contacts and £24,000." in told
    assert "Judged: 3 months, April 2009 to June 2009." in told
    book = openpyxl.load_workbook(tmp_path / "b.xlsx")
    assert book.sheetnames == ["Cover", "Comparison", "Practices", "Months"]
    assert "Judged: 3 months" in run(store, *words)
    run(store, *words, "--purpose", "query 12", "--out", str(tmp_path / "all.xlsx"))
    assert openpyxl.load_workbook(tmp_path / "all.xlsx").sheetnames[-1] == "After"
    run(store, *words, "--out", str(tmp_path / "b.txt"))
    assert (tmp_path / "b.txt").read_text(encoding="utf-8").startswith("Clinic at Elm Tree, 3 months after April 2009")
    with pytest.raises(RefusedInput, match="not written in a file of this kind"):
        run(store, *words, "--out", "b.pdf")
    with pytest.raises(RefusedInput, match="frozen"):
        run(store, "choose-comparators", str(file))  # today is long after


def test_day_of_a_choice_is_told_on_made_up_data_alone(store: Store, tmp_path: Path) -> None:
    register = store.current("register")
    receipt = Receipt(flow="test", inputs={}, regime="england-2005")
    store.publish("register", {name: register.frame(name) for name in register.tables}, receipt)
    (tmp_path / "case.yaml").write_text(yaml.safe_dump(declared()), encoding="utf-8")
    with pytest.raises(RefusedInput, match="made-up data alone"):
        run(store, "choose-comparators", str(tmp_path / "case.yaml"), "--on", "2009-03-20")


def test_file_that_is_no_yaml_is_refused_by_its_line(tmp_path: Path) -> None:
    (tmp_path / "case.yaml").write_text("case: [one\nstarts: 2009-04\n", encoding="utf-8")
    with pytest.raises(RefusedInput, match="line 2"):
        read_case(tmp_path / "case.yaml")
    (tmp_path / "case.yaml").write_bytes(b"case: \xff\xfe")
    with pytest.raises(RefusedInput, match="cannot be read"):
        read_case(tmp_path / "case.yaml")


def test_shorter_comparisons_are_known_when_a_longer_one_is_shown(judged: Judged) -> None:
    """What is shown of a choice and of a comparison is rounded, and after the start no practice stands alone."""
    store = judged[0]
    shown = show_benefit(store, case_code="clinic-at-elm-tree", after_months=3, policy=LOOSE)
    assert shown.lines is None
    assert shown.comparison is not None
    assert shown.comparison["case_observed_count"] % 5 == 0
    choice = show_comparators(store, case_code="clinic-at-elm-tree", policy=LOOSE)
    assert (choice.practices["observed_count"].drop_nulls() % 5).sum() == 0


def test_month_far_from_complete_is_not_judged(store: Store, engine: Engine) -> None:
    """Given half of each month comes a month late, then a newest month is half there: neither chosen by nor judged."""
    for name in store.names("cells"):
        held = store.current(name)
        own = held.frame("activity_cells")
        late = own.with_columns(pl.col("month") - 1).filter(pl.col("month") % 100 > 0)
        tables = {table: held.frame(table) for table in held.tables} | {"activity_cells": pl.concat([own, late])}
        publish(store, name, tables, inputs=dict(held.receipt.inputs), parameters={"v": "late"})
    chosen = choose_comparators(store, case=case(starts="2009-05"), on=MARCH, policy=LOOSE, engine=engine)
    assert chosen.frame("benefit_cases")["baseline_last_month"][0] == 200903
    with pytest.raises(MissingFigure, match=r"June 2009: only 51.1% has usually come by now, of 95% wanted"):
        compare_benefit(store, case_code="clinic-at-elm-tree", after_months=3, policy=LOOSE, engine=engine)


def test_kind_of_delivery_that_never_came_is_named(store: Store, engine: Engine) -> None:
    """Given hundreds of contacts a month of each kind and no A&E in May, then May is not judged, and says so."""
    for name in store.names("cells"):
        held = store.current(name)
        cells = held.frame("activity_cells").with_columns(pl.col("activity_count") * 20)
        cells = cells.filter((pl.col("point_of_delivery") != "AE") | (pl.col("month") != 200905))
        tables = {table: held.frame(table) for table in held.tables} | {"activity_cells": cells}
        publish(store, name, tables, inputs=dict(held.receipt.inputs), parameters={"v": "no A&E"})
    choose_comparators(store, case=case(), on=MARCH, policy=LOOSE, engine=engine)
    with pytest.raises(MissingFigure, match="May 2009: next to no accident and emergency in it"):
        compare_benefit(store, case_code="clinic-at-elm-tree", after_months=3, policy=LOOSE, engine=engine)


def test_months_are_judged_where_nobody_can_tell_yet_how_they_fill_up(whole_store: Store, engine: Engine) -> None:
    """Given months are full only after forty, then none is: each is judged, and says that it cannot be told."""
    later = [{"from": date(2004, 4, 1), "value": 40, "status": "local_agreement", "source": "Minute 4"}]
    policy = POLICY.lay_over({"statements.reconciliation_months": {"values": later}}, where="minute")
    cells = deliveries_held(whole_store, "cells", keep=lambda month: month.financial_year.starts_in == 2009)
    states = judge_months(cells, engine, months=sorted(cells.sets), measure=case().measure, policy=policy)
    assert [state.is_used for state in states] == [True] * 3
    assert {state.reason for state in states} == {NOT_KNOWN}


def test_version_with_few_contacts_more_than_the_one_it_replaced_is_hidden(judged: Judged) -> None:
    """A month came late and added four contacts: both versions side by side would tell of them."""
    store, _, compared = judged
    tables = {name: compared.frame(name) for name in compared.tables}
    for more in (0, 4):
        tables["benefit_comparisons"] = compared.frame("benefit_comparisons").with_columns(
            pl.col("case_observed_count") + more
        )
        receipt = replace(compared.receipt, parameters={"case": "late", "months": "3", "version": str(more)})
        store.publish("benefit/late/3", tables, receipt)
        row = show_benefit(store, case_code="late", after_months=3, policy=LOOSE).comparison
        assert row is not None
        assert row["is_hidden"] is (more == 4)


def test_verdict_is_by_what_was_due_not_by_the_whole_promise(judged: Judged, engine: Engine) -> None:
    """3,000 a year are promised over ten years: of the first quarter a sixtieth, 50 a year, is due, and that is not ruled out."""
    store, _, _ = judged
    slow = case(case="Slow clinic", promise={"contacts_a_year": 3000, "pounds_a_year": 0, "phase_in_months": 120})
    choose_comparators(store, case=slow, on=MARCH, policy=LOOSE, engine=engine)
    found = compare_benefit(store, case_code="slow-clinic", after_months=3, policy=LOOSE, engine=engine)
    row = found.frame("benefit_comparisons").row(0, named=True)
    assert (row["due_count"], row["verdict"]) == (pytest.approx(50.0), "cannot_tell")
    assert row["high_count"] < row["promised_count"] == 3000
