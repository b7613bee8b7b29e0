"""`pbc appraise`: a case's files in, what it saves and on what conditions out, every figure explained."""

from __future__ import annotations

import csv
import re
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest
from click.testing import CliRunner
from tests.journeys.small_pct import POLICY, YEAR, publish

from pbc.engines import Engine
from pbc.errors import Fault, MissingFigure, RefusedInput
from pbc.flows.appraise_case import appraise_case
from pbc.flows.case_rows import check_typed_case, read_case, type_case
from pbc.flows.explain import explain
from pbc.flows.gather_statement import with_ids
from pbc.flows.set_budgets import set_budgets
from pbc.flows.show_appraisal import show_appraisal
from pbc.flows.trace import Archive
from pbc.periods import FinancialYear
from pbc.reports import for_purpose
from pbc.reports.appraisal import appraisal_text, write_appraisal
from pbc.results import PublishedSet, Store
from pbc.tables import ALL
from pbc_cli.main import pbc_command

OPTIONS = """case,option,name,do_nothing,hospitals_told_on
HC,N,Do nothing,yes,
HC,B,Clinics in practices,no,
HC,S,Stop the evening A&E,no,2009-06-01
"""
COSTS = """case,option,year,kind,paid_from,every_year,pounds,what_for
HC,B,2009-10,set_up,freed_up_resources,no,2000,Rooms and training
HC,B,2009-10,workforce,commissioner_investment,yes,9000,A nurse
HC,B,2009-10,double_running,commissioner_investment,no,1000,Both clinics for a quarter
HC,B,2010-11,premises,partner,yes,600,A council room
HC,S,2009-10,stranded_cost,contract_change,no,1500,Staff who are redeployed
HC,S,2009-10,running,contract_change,yes,-400,Taxis no longer paid
"""
CHANGES = """case,option,hospital,kind_of_activity,specialty,practice,change_a_year,least,most,from,first_year_percent
HC,B,ZH1,OPFA,300,,-60,-30,-80,2009-07,50
HC,B,ZH1,OPFA,300,Z90001,-12,,,2009-07,
HC,B,,RX,,,40,,,2009-10,
HC,S,ZH2,AE,all,all,-20,,,2009-10,100
HC,N,ZH1,OPFA,300,all,6,,,2010-04,
"""
MONEY = "case,year,paid_from,pounds_named\n" + "".join(
    f"HC,{year},{paid},{pounds}\n"
    for year in ("2009-10", "2010-11", "2011-12", "2012-13", "2013-14")
    for paid, pounds in (("freed_up_resources", 2000), ("commissioner_investment", 10000), ("partner", 600))
)
FILES = {"options": OPTIONS, "costs": COSTS, "changes": CHANGES, "money": MONEY}


def put(folder: Path, **files: str) -> Path:
    folder.mkdir(exist_ok=True)
    for name, text in (FILES | files).items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def place(whole_store: Store, tmp_path_factory: pytest.TempPathFactory, engine: Engine) -> Store:
    """A copy of the small PCT with budgets, shared by the tests of this file: a set published twice is the same set."""
    import shutil

    folder = tmp_path_factory.mktemp("appraised")
    shutil.copytree(whole_store.path, folder, dirs_exist_ok=True)
    store = Store(folder)
    set_budgets(store, year=YEAR, basis="fair_shares", policy=POLICY, engine=engine)
    return store


@pytest.fixture(scope="module")
def appraised(place: Store, tmp_path_factory: pytest.TempPathFactory) -> PublishedSet:
    case = read_case([put(tmp_path_factory.mktemp("case"))])
    return appraise_case(place, case=case, year=YEAR, policy=POLICY)


def results(found: PublishedSet) -> dict[str, dict[str, Any]]:
    return {row["option_code"]: row for row in found.frame("appraisal_results").to_dicts()}


def test_console_says_first_what_it_saves_and_writes_both_files(place: Store, tmp_path: Path) -> None:
    words = ["appraise", str(put(tmp_path / "case")), "--year", "2009-10", "--store", str(place.path)]
    for name in ("case.csv", "case.xlsx"):
        result = CliRunner().invoke(pbc_command, [*words, "--out", str(tmp_path / name)])
        assert result.exit_code == 0, result.output
    shorter = CliRunner().invoke(pbc_command, words)
    assert shorter.output == "\n".join([*result.output.splitlines()[:-1], ""])
    lines = result.output.splitlines()
    assert lines[0] == "Case HC, appraised at the prices of 2009/10"
    assert re.match(
        r"Clinics in practices \(B\) leaves the commissioner £[\d,]+ better off than doing nothing, from 2009/10",
        lines[3],
    )
    for said in (
        "It has paid for itself in",
        "of the promised change in activity",
        "With all against it",
        "within the money named",
    ):
        assert said in result.output
    for table in ("what it changes", "step by step", "what moves it most", "who pays", "charged to budgets"):
        assert f"Clinics in practices: {table}" in result.output
    with (tmp_path / "case.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["table"] for row in rows} >= {"appraisal_results", "appraisal_lines", "bill_changes", "case_costs"}
    assert {row["is_made_up"] for row in rows} == {"yes"}
    assert openpyxl.load_workbook(tmp_path / "case.xlsx").sheetnames[:3] == [
        "Cover",
        "Appraisal results",
        "Appraisal lines",
    ]


def test_what_is_changed_stands_beside_what_was_done_and_too_much_is_told(place: Store, tmp_path: Path) -> None:
    """A pound sign and commas are read as people type them; steps of the workbook stand in their order."""
    changes = CHANGES.replace("HC,S,ZH2,AE,all,all,-20", "HC,S,ZH2,AE,,,-90000")
    folder = put(tmp_path / "case", changes=changes, costs=COSTS.replace("no,2000,", 'no,"£2,000",'))
    report = show_appraisal(appraise_case(place, case=read_case([folder]), year=YEAR, policy=POLICY))
    stopped, clinic = (next(page for page in report.pages if page.name == f"activity-{option}") for option in "sb")
    assert "−90,000 a&e attendances a year is more than was done of them at that pace" in stopped.note
    assert "more than" not in clinic.note
    first = dict(zip([head.title for head in clinic.heads], clinic.rows[0], strict=True))
    assert [first[name] for name in ("Hospital", "Specialty", "From", "Change a year")] == [
        "ZH1",
        "300",
        "July 2009",
        "−60",
    ]
    assert first["Paid for one"].startswith("£")
    assert report.tables["case_costs"].sort("cost_number")["cost_pence"][0] == 200_000
    book = openpyxl.load_workbook(write_appraisal(report, path=tmp_path / "case.xlsx"))
    orders = [
        row[3] for row in book["Appraisal lines"].iter_rows(min_row=4, values_only=True) if row[1:3] == ("B", "2009-10")
    ]
    assert orders == sorted(orders)
    assert len(orders) > 3


def test_set_cites_what_it_read_and_the_same_case_is_the_same_set(
    place: Store, appraised: PublishedSet, tmp_path: Path
) -> None:
    receipt = appraised.receipt
    for name in (
        "register",
        "tariff/2009-10",
        "budgets/2009-10",
        "need/2009-10",
        "cells/2009-06",
        "prescribing/2009-04",
    ):
        assert receipt.inputs[name] == place.current(name).set_id
    assert {"options.csv", "costs.csv", "changes.csv", "money.csv"} < set(receipt.inputs)
    assert receipt.parameters == {
        "case": "HC",
        "year": "2009-10",
        "months": "April 2009 to June 2009",
        "months_count": "3",
    }
    again = appraise_case(place, case=read_case([put(tmp_path / "case")]), year=YEAR, policy=POLICY)
    assert again.set_id == appraised.set_id
    assert appraised.name == "appraisal/hc"


def test_lines_of_every_option_add_up_to_its_worth_and_budgets_to_its_changes(appraised: PublishedSet) -> None:
    lines, found = appraised.frame("appraisal_lines"), results(appraised)
    worth = dict(lines.group_by("option_code").agg(pl.col("amount_pence").sum()).iter_rows())
    for option in "BS":
        assert worth[option] - worth["N"] == found[option]["net_present_value_pence"]
    changes = appraised.frame("appraisal_changes")
    charged = dict(changes.group_by("option_code").agg(pl.col("budget_change_pence").sum()).iter_rows())
    lost = dict(
        appraised.frame("appraisal_budgets").group_by("option_code").agg(pl.col("change_pence").sum()).iter_rows()
    )
    assert lost == {option: charged[option] - charged["N"] for option in "BS"}
    assert found["N"]["net_present_value_pence"] == found["N"]["net_pence"] == 0


def test_a_block_falls_only_once_it_is_set_anew(appraised: PublishedSet) -> None:
    """A&E at ZH2 is a block. Told on 1 June, half a year's notice ends in the year: the next contract follows, from 2010/11."""
    bill = appraised.frame("bill_changes").filter(pl.col("change_code") == "S")
    by_year = dict(bill.group_by("financial_year").agg(pl.col("amount_pence").sum()).iter_rows())
    assert by_year["2009-10"] == 0
    priced = bill.filter((pl.col("step") == "priced") & (pl.col("financial_year") == "2010-11"))["amount_pence"][0]
    assert by_year["2010-11"] == by_year["2013-14"] == priced < 0
    years = appraised.frame("appraisal_years").filter(pl.col("option_code") == "S").sort("financial_year")
    assert years["cost_pence"].to_list() == [-150_000 + 40_000, *[40_000] * 4]
    pessimistic = appraised.frame("appraisal_sensitivities").filter(
        (pl.col("option_code") == "S") & (pl.col("driver") == "baseline")
    )
    assert pessimistic["swing_pence"][0] > 0


def test_a_lines_part_is_explained_by_changes_of_its_service_alone(place: Store, appraised: PublishedSet) -> None:
    """The option changes outpatients and prescribing: neither is behind the other's line of a budget."""
    rows = with_ids(appraised, "appraisal_budgets").filter(
        (pl.col("option_code") == "B") & (pl.col("financial_year") == "2010-11") & (pl.col("practice_code") == "Z90001")
    )
    told = {row["service"]: explain(place, row["figure_id"], policy=POLICY) for row in rows.to_dicts()}
    kinds = {service: sorted({part.label.split(" ")[0] for part in each.parts}) for service, each in told.items()}
    assert kinds == {"outpatients": ["OPFA"], "prescribing": ["RX"]}


def test_every_figure_is_explained_and_sums_have_no_gap(place: Store, appraised: PublishedSet) -> None:
    report, archive, told = show_appraisal(appraised), Archive(place), 0
    for name, rows in report.tables.items():
        for row in rows.to_dicts():
            columns = [
                column
                for column in rows.columns
                if column.endswith(("_pence", "_ratio", "_count")) or column == "is_affordable"
            ]
            for column in columns:
                found = explain(
                    place,
                    f"{row['figure_id']}:{column}",
                    archive=archive,
                    protection=for_purpose("a test"),
                    policy=POLICY,
                )
                assert found.gap == 0, (name, column, row)
                assert found.value == row[column]
                told += bool(found.parts)
    assert told > 200
    protected = explain(place, f"{report.tables['appraisal_results']['figure_id'][0]}:net_present_value_pence")
    assert not protected.is_hidden
    assert "appraisal.discount_rate" in {value.name for value in protected.policy}


def test_prices_of_the_year_before_hold_where_nothing_came_yet(place: Store, tmp_path: Path) -> None:
    later = FinancialYear(2010)
    for kind, year_column in (("tariff", "financial_year"), ("need", "list_year")):
        held = place.current(f"{kind}/2009-10")
        frames = {name: held.frame(name) for name in held.tables}
        moved = pl.lit("2010-11").alias(year_column)
        frames = {
            name: rows.with_columns(moved) if year_column in rows.columns else rows for name, rows in frames.items()
        }
        publish(place, f"{kind}/2010-11", frames)
    files = {
        name: text.replace("2013-14", "2012-13").replace("2009-10", "2010-11").replace("2009-07", "2010-07")
        for name, text in FILES.items()
    }
    folder = put(tmp_path / "case", **files | {"money": MONEY.splitlines()[0] + "\n"})
    found = appraise_case(place, case=read_case([folder]), year=later, policy=POLICY)
    assert found.receipt.parameters["months"] == "April 2009 to June 2009"
    assert results(found)["B"]["is_affordable"] is None
    assert "budgets/2010-11" not in found.receipt.inputs
    assert "The case names no money to pay it from." in appraisal_text(show_appraisal(found))


def test_local_prices_and_optimism_are_explained(store: Store) -> None:
    held = store.current("tariff/2009-10")
    frames = {name: held.frame(name) for name in held.tables}
    forms = frames["contract_forms"].to_dicts()
    local = forms[0] | {
        "provider_code": "ZH1",
        "point_of_delivery": "OPFA",
        "payment_form": "local",
        "baseline_pence": None,
    }
    frames["contract_forms"] = ALL["contract_forms"].from_rows([*forms, local | {"local_price_pence": 20_000}])
    publish(store, "tariff/2009-10", frames, parameters={"local": "yes"})
    entry = {"from": YEAR.start, "value": 0.1, "status": "local_agreement", "source": "Minute 7"}
    policy = POLICY.lay_over({"appraisal.optimism_share": {"values": [entry]}}, where="minute")
    typed = {
        "case_options": [{"case": "L", "option": "N", "name": "Nothing", "do_nothing": "yes"},
                         {"case": "L", "option": "B", "name": "Something", "do_nothing": "no"}],
        "case_costs": [{"case": "L", "option": "B", "year": "2009-10", "kind": "set_up", "paid_from": "contract_change",
                        "every_year": "no", "pounds": "100", "what_for": "rooms"}],
        "case_activity_changes": [{"case": "L", "option": "B", "hospital": "ZH1", "kind_of_activity": "opfa", "change_a_year": "-10",
                                   "from": "2009-04"}],
    }  # fmt: skip
    found = appraise_case(store, case=type_case(typed), year=YEAR, policy=policy)
    report = show_appraisal(found)
    price = report.tables["appraisal_prices"].to_dicts()[0]
    assert (price["price_basis"], price["cost_pence"]) == ("local_price", 20_000 * price["activity_count"])
    told = explain(store, price["figure_id"], policy=policy)
    assert told.parts[-1].amount == 20_000
    steps = {
        row["step"]: row
        for row in report.tables["appraisal_lines"].filter(pl.col("financial_year") == "2009-10").to_dicts()
    }
    assert (steps["optimism"]["amount_pence"], steps["priced"]["amount_pence"]) == (-1_000, 200_000)
    assert [part.amount for part in explain(store, steps["optimism"]["figure_id"], policy=policy).parts] == [-10_000]


def test_place_where_nothing_was_done_yet_knows_no_price(whole_store: Store, tmp_path: Path) -> None:
    bare = Store(tmp_path / "bare")
    for name in ("register", "tariff/2009-10"):
        held = whole_store.current(name)
        publish(bare, name, {table: held.frame(table) for table in held.tables})
    folder = put(tmp_path / "case", changes=CHANGES.splitlines()[0] + "\n" + CHANGES.splitlines()[3] + "\n")
    with pytest.raises(RefusedInput, match="row 2; found fewer than 10 prescribing in no month"):
        appraise_case(bare, case=read_case([folder]), year=YEAR, policy=POLICY)


def test_only_changed_hospital_activity_is_needed_and_a_contract_without_months_is_none(place: Store) -> None:
    rows = {
        "case_options": [{"case": "one", "option": "N", "name": "Nothing", "do_nothing": "yes"},
                         {"case": "one", "option": "B", "name": "Something", "do_nothing": "no"}],
    }  # fmt: skip
    found = appraise_case(place, case=type_case(rows), year=YEAR, policy=POLICY)
    said = appraisal_text(show_appraisal(found))
    assert "It changes no bill of a hospital." in said
    assert "It is worth it whatever part of the promised change in activity comes." in said
    assert "It never costs more than it has saved." in said
    assert set(found.receipt.inputs) > {"case_options typed in"}


REFUSED: list[tuple[dict[str, str], str]] = [
    ({"costs": COSTS.replace("9000", "9,000.5.1")}, "costs.csv"), ({"costs": COSTS.replace("workforce", "people")}, "row 3, column kind"),
    ({"costs": COSTS.replace("A nurse", "A\x1bnurse")}, "row 3, column what_for"),
    ({"options": OPTIONS.replace("Clinics in", "\u202eClinics in")}, "row 3, column name"),
    ({"costs": COSTS.replace("2009-10,set_up", "2009-11,set_up")}, "row 2, column year"),
    ({"costs": COSTS.replace("no,2000", "never,2000")}, "row 2, column every_year"),
    ({"options": OPTIONS.replace("no,\n", "maybe,\n")}, "row 3, column do_nothing"),
    ({"changes": CHANGES.replace("-30,-80", "-90,-80")}, "row 2, column least"),
    ({"changes": CHANGES.replace("-30,-80", "-30,80")}, "row 2, column most"),
    ({"changes": CHANGES.replace("HC,B,,RX", "HC,B,ZH1,RX")}, "row 4, column hospital"),
    ({"changes": CHANGES.replace("HC,S,ZH2", "HC,S,")}, "row 5, column hospital"),
    ({"changes": CHANGES.replace("RX,,", "RX,100,")}, "row 4, column specialty"),
    ({"changes": CHANGES.replace("OPFA,300,,", "OPFA,skin,,")}, "three digits like 330"),
    ({"costs": COSTS.replace("2009-10,workforce", "Oct-09,workforce")}, "make the column Text first"),
    ({"changes": CHANGES.replace("2009-07,50", "2009-07,150")}, "row 2, column first_year_percent"),
    ({"changes": CHANGES.replace("AE,", "AA,")}, "row 5, column kind_of_activity"),
    ({"money": MONEY.replace(",600\n", ",-600\n", 1)}, "column pounds_named"),
    ({"money": MONEY + "HC,2009-10,partner,1\n"}, "column paid_from"),
    ({"more": COSTS}, "costs.csv and more.csv"),
]  # fmt: skip


@pytest.mark.parametrize("files, where", REFUSED)
def test_file_that_cannot_be_used_is_refused_by_row(files: dict[str, str], where: str, tmp_path: Path) -> None:
    with pytest.raises(Fault) as refused:
        read_case([put(tmp_path / "case", **files)])
    assert where in str(refused.value)


def test_case_without_options_and_a_place_without_a_commissioner_are_refused(
    tmp_path: Path, whole_store: Store
) -> None:
    folder = put(tmp_path / "case")
    with pytest.raises(RefusedInput, match="A case has no options"):
        read_case([folder / "costs.csv"])
    bare = Store(tmp_path / "bare")
    for name in ("register", "tariff/2009-10"):
        held = whole_store.current(name)
        frames = {table: held.frame(table) for table in held.tables}
        if name == "register":
            frames["memberships"] = frames["memberships"].clear()
        publish(bare, name, frames)
    with pytest.raises(MissingFigure, match="Whose money"):
        appraise_case(bare, case=read_case([folder]), year=YEAR, policy=POLICY)


def test_rows_typed_are_read_as_files_are_and_every_fault_is_told(place: Store, appraised: PublishedSet) -> None:
    names = {"case_options": OPTIONS, "case_costs": COSTS, "case_activity_changes": CHANGES, "case_money": MONEY}
    typed = {name: list(csv.DictReader(text.splitlines())) for name, text in names.items()}
    assert check_typed_case(typed).is_empty()
    found = appraise_case(place, case=type_case(typed), year=YEAR, policy=POLICY)
    assert found.frame("appraisal_lines").equals(appraised.frame("appraisal_lines"))
    typed["case_costs"][0] |= {"kind": "sundries", "pounds": "ten"}
    typed["case_activity_changes"][1]["change_a_year"] = ""
    told = check_typed_case(typed).select("table_name", "row_number", "column_name").rows()
    assert told == [
        ("case_costs", 1, "kind"),
        ("case_costs", 1, "pounds"),
        ("case_activity_changes", 2, "yearly_activity_change"),
    ]


def test_another_kind_of_file_is_refused(appraised: PublishedSet, tmp_path: Path) -> None:
    with pytest.raises(RefusedInput, match=r"\.xlsx or \.csv"):
        write_appraisal(show_appraisal(appraised), path=tmp_path / "case.pdf")


def test_files_of_one_name_and_cases_of_one_set_are_told_apart(place: Store, tmp_path: Path) -> None:
    """A receipt names files by their names, and a set a case: two of one name would each hide the other."""
    for name in ("options", "costs"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "rows.csv").write_text(FILES[name], encoding="utf-8")
    with pytest.raises(RefusedInput, match="Two files of a case have one name"):
        read_case([tmp_path / "options", tmp_path / "costs"])
    other = {name: text.replace("HC,", "h-c,") for name, text in FILES.items()}
    long = {name: text.replace("HC,", "x" * 101 + ",") for name, text in FILES.items()}
    appraise_case(place, case=read_case([put(tmp_path / "other", **other)]), year=YEAR, policy=POLICY)
    another = {name: text.replace("HC,", "H C,") for name, text in FILES.items()}
    for files, why in (
        (another, "Another case is kept under this name. .appraisal/h-c; found h-c"),
        (long, "too long for a set"),
    ):
        with pytest.raises(RefusedInput, match=why):
            appraise_case(place, case=read_case([put(tmp_path / "again", **files)]), year=YEAR, policy=POLICY)


def test_a_file_that_cannot_be_written_is_refused_before_anything_is_kept(place: Store, tmp_path: Path) -> None:
    folder = put(tmp_path / "case", **{name: text.replace("HC,", "PDF,") for name, text in FILES.items()})
    words = [
        "appraise",
        str(folder),
        "--year",
        "2009-10",
        "--store",
        str(place.path),
        "--out",
        str(tmp_path / "case.pdf"),
    ]
    told = CliRunner().invoke(pbc_command, words)
    assert "not written in a file of this kind" in str(told.exception)
    assert "appraisal/pdf" not in Store(place.path).names("appraisal")
