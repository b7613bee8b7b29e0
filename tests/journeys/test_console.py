"""The console as people use it: the demonstration of both regimes, then each command on the store it leaves."""

from __future__ import annotations

import csv
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import click
import openpyxl
import polars as pl
import pytest
from click.testing import CliRunner, Result

from pbc.errors import Fault
from pbc.flows.gain_terms import TERMS
from pbc.flows.journey import Journey
from pbc.methods.reconciliation.steps import DIFFERENCES
from pbc.periods import FinancialYear, Month
from pbc.policy import load_policy
from pbc.reports.settlement import is_settled
from pbc.results import Store, figure_id
from pbc_cli.main import COMMANDS, pbc_command
from pbc_web.runs.journeys import Site
from pbc_web.runs.journeys.statements import close

PEOPLE = "6000"  # the smallest world with room for what is planted in it
STORELESS = (
    "pseudonymise",
    "match-headings",
    "look-up",
    "allocations",
    "pooled-lines",
)  # done where raw extracts arrive, at the practice, or on one file: no results there
ON_THE_WEB = (
    "serve",
    "work",
    "tick",
    "backup",
    "restore",
    "verify-audit",
    "add-person",
)  # on the web's store, which PBC_HOME names


def run(*words: str, refused: bool = False) -> Result:
    """What a command printed; a refusal is a Fault, never another exception."""
    result = CliRunner().invoke(pbc_command, list(words))
    if refused:
        assert isinstance(result.exception, Fault), result.output
    else:
        assert result.exception is None, f"{result.output}\n{result.exception}"
    return result


@pytest.fixture(scope="module", params=["england-2005", "england-2025"])
def demo(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str, str]:
    """A demonstration run whole, without the published files: its folder, its regime and what it said.

    The first regime's is run here, so that its lines are measured; the other's as a process that is not, in half the time.
    """
    out = tmp_path_factory.mktemp(request.param) / "out"
    words = ["demo", "--regime", request.param, "--people", PEOPLE, "--out", str(out)]
    if request.param == "england-2005":
        with pytest.MonkeyPatch.context() as environment:
            environment.setenv("PBC_PUBLISHED_DATA", str(out / "nowhere"))
            return out, request.param, run(*words).output
    unmeasured = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE_")}
    command = [sys.executable, "-m", "pbc_cli", *words, "--store", str(out.parent / "kept")]
    given = unmeasured | {"PBC_PUBLISHED_DATA": str(out / "nowhere")}
    said = subprocess.run(command, env=given, capture_output=True, text=True, check=False, timeout=600)
    assert said.returncode == 0, said.stderr
    return out, request.param, said.stdout + said.stderr


IN_2005, IN_2025 = (pytest.mark.parametrize("demo", [f"england-{year}"], indirect=True) for year in (2005, 2025))


def store_of(out: Path) -> Path:
    """Where the demonstration kept its store: beside its pack, or where --store put it."""
    kept = out.parent / "kept"
    return kept if kept.exists() else out / "store"


def test_demo_keeps_its_store_where_it_is_told(demo: tuple[Path, str, str]) -> None:
    out, regime, said = demo
    assert (out / "store").exists() == (regime == "england-2005")
    assert f"pbc statement --store {store_of(out)}" in said


def test_demo_says_what_it_found_and_where_to_look(demo: tuple[Path, str, str]) -> None:
    out, regime, said = demo
    assert "Everything above is made up" in said
    assert "England's fair shares were not run" in said
    assert f"{(out / 'pack/index.html').resolve().as_uri()}" in said
    for found in (
        "A real saving in",
        "lucky practice, Z",
        "put back by the register",
        "came a month late",
        "partial and leaves it out",
        "sent the file again right",
        "that stand under two numbers",
    ):
        assert found in said
    assert ("a made-up local agreement stands in" in said) == (regime == "england-2025")


def test_year_closes_with_its_books_and_the_last_one_is_kept_open(demo: tuple[Path, str, str]) -> None:
    """The first year stated: three positions, twelve months reconciled, settled. The last: an estimate, accrued to date."""
    out, regime, said = demo
    store, closed = Store(store_of(out)), FinancialYear.parse("2008-09" if regime == "england-2005" else "2024-25")
    march = Month.of(closed.end)
    positions = ("closing-estimate", "frozen", "final")
    assert [name for name in positions if store.find(f"year-end/{closed.slug}/{name}")] == list(positions)
    assert store.current(f"year-end/{closed.slug}").frame("pool_movements").height
    for year in (closed, closed.plus(1)):
        for month in year.months():
            assert store.find(f"reconciliation/{month}") is not None
    settled = store.current(f"reconciliation/{march}/to-{march.plus(4)}")
    (row,) = settled.frame("ledger_positions").to_dicts()
    assert is_settled(row)
    assert row["settlement_pence"] == -sum(
        pence for step, pence in settled.frame("reconciliation_steps").group_by("step").agg(pl.col("amount_pence").sum()).rows()
        if step in DIFFERENCES and step not in ("drugs_and_devices", "agreed_adjustment")
    )  # fmt: skip
    assert "Settled: owed, invoiced with the settlement of " in said
    (last,) = store.current(f"reconciliation/{march.plus(12)}").frame("ledger_positions").to_dicts()
    assert last["accrued_pence"] or last["prepaid_pence"]
    assert last["difference_pence"] == row["difference_pence"] == 0
    assert "The journal that brings the ledger to what is owed" in said


def test_year_closes_without_an_agreement_and_pays_nothing_where_no_national_rule_is(
    demo: tuple[Path, str, str], tmp_path: Path
) -> None:
    """Given no agreement, or an example signed by nobody, then the year is published, nothing is payable and what it needs is said."""
    out, regime, _ = demo
    if regime != "england-2025":
        return
    shutil.copytree(store_of(out), tmp_path / "store")
    words = ["year-end", "--year", "2024-25", "--store", str(tmp_path / "store")]
    said = run(*words).output
    assert "Nothing payable: no signed agreement. It would need: savings.retained_share" in said
    freed = Store(tmp_path / "store").current("year-end/2024-25").frame("freed_up_resources")
    assert (freed["retained_pence"].sum(), freed["freed_up_pence"].sum() > 0) == (0, True)
    example = EXAMPLE.with_name("gain-share-70-30.yaml")
    said = run(*words, "--policy", str(example)).output
    assert "Practices would by this example be paid £" in said
    assert (
        Store(tmp_path / "store").current("year-end/2024-25").frame("freed_up_resources")["retained_pence"].sum() == 0
    )
    said = run(*words, "--policy", str(out / "made-up-agreement.yaml"), "--quality", "ZX99=0.9", refused=True)
    assert "holds no budget" in str(said.exception)


SIGNED = {
    "savings.retained_share": 0.6, "savings.gain_gate": "no_gate", "savings.gain_quality_floor": 0.0,
    "savings.gain_quality_scales": False, "savings.gain_cap_share": 1.0, "savings.loss_side": "savings_only",
    "savings.gain_partners": {"Neighbourhood": 0.8, "Trust": 0.2}, "savings.signed_by": "Two chairs",
    "savings.signed_on": "2026-03-14",
}  # fmt: skip
EXAMPLE = Path(__file__).parents[2] / "docs/examples/gain-share-2025-26.yaml"


def test_year_closes_by_the_example_agreement_of_the_documentation(demo: tuple[Path, str, str], tmp_path: Path) -> None:
    """Given the agreement of the page, laid over values in force, then practices keep three fifths and the paper is named."""
    out, regime, _ = demo
    if regime != "england-2025":
        return  # the national rule of 2009 needs no agreement
    shutil.copytree(store_of(out), tmp_path / "store")
    run("year-end", "--year", "2025-26", "--store", str(tmp_path / "store"), "--policy", str(EXAMPLE))
    closed = Store(tmp_path / "store").current("year-end/2025-26")
    shared = closed.frame("freed_up_resources").filter(pl.col("is_shared") & (pl.col("freed_up_pence") > 0))
    assert shared.height > 0
    assert set(shared["retained_share"]) == {0.6}
    assert set(shared["basis"]) == {"bill"}
    row = shared.row(0, named=True)
    explained = run(
        "explain", figure_id(closed.name, closed.set_id, "freed_up_resources", row, "retained_pence"),
        "--store", str(tmp_path / "store"), "--policy", str(EXAMPLE),
    ).output  # fmt: skip
    assert "Example gain-share agreement of a made-up integrated care board" in " ".join(explained.split())


@IN_2025
def test_year_closes_from_its_page_by_the_terms_signed_there(demo: tuple[Path, str, str], tmp_path: Path) -> None:
    """Given plain terms as a page hands them on, then the work of closing pays by them and the receipt keeps them."""
    shutil.copytree(store_of(demo[0]), tmp_path / "store")
    site = Site(Store(tmp_path / "store"), load_policy("england-2025"))
    given = {"year": "2025-26", "position": "closing_estimate", "terms": SIGNED, "terms_source": "Compact, version 2"}
    made = close(site, given, Journey())
    closed = site.store.at(made.set_name, made.set_id)
    kept = json.loads(closed.receipt.parameters[TERMS])
    assert {name: value for name, (value, _) in kept.items()} == SIGNED
    assert {source for _, source in kept.values()} == {"Compact, version 2"}
    shares = closed.frame("gain_shares")
    assert shares.height > 0
    assert shares["is_payable"].all()
    paid = closed.frame("freed_up_resources").filter(pl.col("is_shared") & (pl.col("freed_up_pence") > 0))
    assert paid["retained_pence"].sum() > 0


def test_page_of_local_agreements_shows_the_example_as_it_is() -> None:
    page = (EXAMPLE.parents[1] / "local-agreements.md").read_text(encoding="utf-8")
    assert EXAMPLE.read_text(encoding="utf-8") in page


def test_pages_speak_the_language_of_their_regime(demo: tuple[Path, str, str]) -> None:
    out, regime, _ = demo
    words = re.sub(r"<[^>]+>", " ", (out / "pack/index.html").read_text(encoding="utf-8"))
    assert "Made-up data" in words
    assert ("PCT" in words) == (regime == "england-2005")
    assert ("ICB" in words) == (regime == "england-2025")


def month_of(regime: str) -> str:
    return "2010-03" if regime == "england-2005" else "2026-03"


@IN_2025
def test_statement_of_one_practice_comes_in_three_forms_that_agree(demo: tuple[Path, str, str], tmp_path: Path) -> None:
    out, regime, _ = demo
    for form in ("html", "xlsx", "csv"):
        words = ["statement", "--store", str(store_of(out)), "--practice", "Z90001", "--month", month_of(regime)]
        run(*words, "--format", form, "--out", str(tmp_path / f"one.{form}"), "--contact", "Ann Example")
    with (tmp_path / "one.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = [row for row in csv.DictReader(file) if (row["cut"], row["period"]) == ("total", "year_to_date")]
    actual = next(row for row in rows if row["measure"] == "actual_pence")
    book = openpyxl.load_workbook(tmp_path / "one.xlsx", read_only=True)
    cells = {cell for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row if cell is not None}
    assert int(actual["value"]) in cells
    assert "Ann Example" in (tmp_path / "one.html").read_text(encoding="utf-8")
    explained = run("explain", actual["figure_id"], "--store", str(store_of(out))).output
    assert f"{int(actual['value']) // 100:,}" in explained
    assert "made up" in explained.lower()


@IN_2005
def test_absorbed_practice_is_pointed_to_its_heir_and_the_heir_names_it(
    demo: tuple[Path, str, str], tmp_path: Path
) -> None:
    out, regime, _ = demo
    with (out / "deliveries/register/memberships.csv").open(encoding="utf-8", newline="") as file:
        link = next(row for row in csv.DictReader(file) if row["relation"] == "succeeds")
    heir, gone = link["member_code"], link["parent_code"]
    ask = ["statement", "--store", str(store_of(out)), "--month", month_of(regime), "--out", str(tmp_path / "a.html")]
    told = str(run(*ask, "--practice", gone.lower(), refused=True).exception)
    year = link["starts_on"][:4]
    assert f"({gone}) was absorbed by" in told
    assert f"({heir}) on 1 October {year}." in told
    run(*ask, "--practice", heir.lower())
    words = (tmp_path / "a.html").read_text(encoding="utf-8")
    assert re.search(rf"Since 1 October {year} this statement includes [^<]+ \({gone}\)", words)


@IN_2005
def test_year_closed_and_budgeted_again_is_warned_of_until_it_is_closed_again(
    demo: tuple[Path, str, str], tmp_path: Path
) -> None:
    """Given the year before, whose budgets nobody adopted, set on another basis after its closing, then the page of its March
    says which figures follow which."""
    out, regime, _ = demo
    shutil.copytree(store_of(out), tmp_path / "store")
    years = json.loads((out / "deliveries/world.json").read_text())["years"]
    agreed = ["--policy", str(out / "made-up-agreement.yaml")] if regime == "england-2025" else []
    more = ["--store", str(tmp_path / "store"), *agreed]
    ask = [
        "statement",
        "--practice",
        "Z90001",
        "--month",
        f"20{years[1][-2:]}-03",
        "--out",
        str(tmp_path / "page.html"),
        *more,
    ]
    pages = []
    closing = ["year-end", "--year", years[1], *more]
    budgeting = ["set-budgets", "--year", years[1], "--basis", "fair_shares", *more]
    for steps in ([], [budgeting], [closing]):
        for step in steps:
            run(*step)
        run(*ask)
        pages.append((tmp_path / "page.html").read_text(encoding="utf-8"))
    assert ["closed on other budgets" in page for page in pages] == [False, True, False]


@IN_2005
def test_months_of_a_page_add_up_to_its_year_and_each_is_explained(demo: tuple[Path, str, str], tmp_path: Path) -> None:
    """Given the CSV of a heir, then this year's months come to its measured services, and a month of last year to its cells."""
    out, regime, _ = demo
    path = tmp_path / "one.csv"
    run("statement", "--store", str(store_of(out)), "--practice", "Z90003", "--month", month_of(regime), "--format", "csv",
        "--own-practice", "--out", str(path))  # fmt: skip
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    months = [row for row in rows if (row["table"], row["measure"]) == ("monthly_costs", "cost_pence")]
    first = int(month_of(regime)[:4] + "04") - 100
    services = [
        int(row["value"]) for row in rows
        if (row["table"], row["period"], row["cut"], row["measure"]) == ("budget_statements", "year_to_date", "service", "actual_pence")
        and row["item"] not in ("community", "mental_health")
    ]  # fmt: skip
    assert sum(int(row["value"]) for row in months if int(row["month"]) >= first) == sum(services)
    before = next(row for row in months if int(row["month"]) < first and row["item"] == "hospital")
    explained = run("explain", before["figure_id"], "--store", str(store_of(out))).output
    assert "Its kinds of activity, by hospital" in explained
    assert "miss" not in explained


@IN_2025
def test_commands_run_again_change_nothing(demo: tuple[Path, str, str]) -> None:
    out, regime, _ = demo
    store, years = ["--store", str(store_of(out))], json.loads((out / "deliveries/world.json").read_text())["years"]
    before = sorted(path.read_text() for path in (store_of(out) / "sets").rglob("current"))
    agreed = ["--policy", str(out / "made-up-agreement.yaml")] if regime == "england-2025" else []
    run("receive", str(out / "deliveries"), "--month", f"20{years[-1][-2:]}-03", "--key-file", str(out / "key"), *store,
        *agreed)  # fmt: skip
    budgets = run("set-budgets", "--year", years[1], "--basis", "historic", *store, *agreed).output
    again = run("set-budgets", "--year", years[-1], "--basis", "fair_shares", *store, *agreed, refused=True)
    closed = run("year-end", "--year", years[-1], "--position", "closing-estimate", *store, *agreed).output
    assert ("practices hold" in budgets, "is closed" in closed) == (True, True)
    assert "are agreed and frozen" in str(again.exception)
    assert sorted(path.read_text() for path in (store_of(out) / "sets").rglob("current")) == before
    assert "every file is as it was published" in run("verify", *store).output


@IN_2005
def test_adjustments_are_read_with_their_reasons_or_refused_by_row(demo: tuple[Path, str, str], tmp_path: Path) -> None:
    out, _, _ = demo
    store, years = ["--store", str(store_of(out))], json.loads((out / "deliveries/world.json").read_text())["years"]
    agreed = tmp_path / "agreed.csv"
    head = "financial_year,practice_code,service,amount_pence,reason\n"
    ask = ["set-budgets", "--year", years[1], "--basis", "fair_shares", "--adjustments", str(agreed), *store]
    moved = [f"{years[1]},Z9000{n},outpatients,{sign}5000,A clinic moved" for n, sign in ((1, "-"), (2, ""))]
    agreed.write_text(head + "\n".join(moved) + "\n", encoding="utf-8")
    assert "adjustment £0" in run(*ask).output
    agreed.write_text(head + f"{years[1]},Z90001,outpatients,5000,\n", encoding="utf-8")
    assert "row 2, reason" in str(run(*ask, refused=True).exception)
    agreed.write_text(head + f"{years[1]},Z99999,outpatients,0,Nobody\n", encoding="utf-8")
    assert "Z99999" in str(run(*ask, refused=True).exception)
    agreed.write_text(head + f"{years[1]},Z90001,outpatiens,0,Misspelt\n", encoding="utf-8")
    assert "one like outpatients" in str(run(*ask, refused=True).exception)
    agreed.write_text(head + "2001-02,Z90001,outpatients,5000,Old\n", encoding="utf-8")
    assert "another year" in str(run(*ask, refused=True).exception)


@IN_2005
def test_verify_tells_every_fault_of_a_damaged_store_and_refuses_an_empty_one(
    demo: tuple[Path, str, str], tmp_path: Path
) -> None:
    """Given a copy of the store with a pointer, a manifest and a whole delivery gone, then each is told."""
    out, regime, _ = demo
    damaged, year = tmp_path / "store", (regime == "england-2005" and "2009") or "2025"
    shutil.copytree(store_of(out), damaged)
    (damaged / "sets/register/current").unlink()
    shutil.rmtree(damaged / f"sets/cells/{year}-08")
    told = run("verify", "--store", str(damaged), refused=True)
    assert "register is in force" in told.output
    assert f"cells/{year}-08" in told.output
    assert "nothing to verify" in str(run("verify", "--store", str(tmp_path / "none"), refused=True).exception)


@IN_2025
def test_pack_of_every_practice_is_written_without_a_practice_named(
    demo: tuple[Path, str, str], tmp_path: Path
) -> None:
    out, regime, _ = demo
    run("statement", "--store", str(store_of(out)), "--month", month_of(regime), "--out", str(tmp_path / "pack"),
        "--answer-by", "2030-01-31")  # fmt: skip
    assert "31 January 2030" in (tmp_path / f"pack/statement-Z90001-{month_of(regime)}.html").read_text("utf-8")


@pytest.mark.parametrize(
    "words, said",
    [
        (("statement", "--out", "x"), "Which month?"),
        (("statement", "--month", "2009-13", "--out", "x"), "not a month"),
        (("statement", "--month", "2009-09", "--out", "x"), "Nothing has been published"),
        (("statement", "--published", ".", "--out", "x"), "needs a commissioner"),
        (("statement", "--published", ".", "--format", "csv", "--out", "x"), "written in every form"),
        (("statement", "--month", "2009-09", "--format", "html", "--out", "x"), "written in every form"),
        (("set-budgets", "--year", "2009-11", "--basis", "historic"), "not a financial year"),
        (("year-end", "--year", "2009-10"), "Nothing has been published"),
        (("explain", "nonsense"), "not a figure id"),
        (("policy", "show", "nothing-like-it"), "no rule value of this name"),
    ],
    ids=lambda value: " ".join(value[:1]) if isinstance(value, tuple) else None,
)
def test_careless_words_are_refused_with_a_remedy(
    words: tuple[str, ...], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert said in str(run(*words, refused=True).exception)


def test_refusal_is_one_sentence_without_traceback_and_leaves_with_one() -> None:
    """Given the program itself and not its functions, then words on the error stream and exit status 1."""
    left = subprocess.run(
        [sys.executable, "-m", "pbc_cli.main", "explain", "nonsense"], capture_output=True, text=True, check=False
    )
    assert (left.returncode, left.stdout) == (1, "")
    assert left.stderr.startswith("pbc: This is not a figure id.")
    assert "Traceback" not in left.stderr


def test_place_that_cannot_be_written_is_said_without_traceback(tmp_path: Path) -> None:
    """Given a file where a folder should be, then the system's words and a remedy, exit status 1."""
    (tmp_path / "file").write_text("")
    left = subprocess.run(
        [sys.executable, "-m", "pbc_cli.main", "make-up", str(tmp_path / "file" / "world"), "--people", "300", "--practices", "1"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert left.returncode == 1
    assert "Choose another place" in left.stderr
    assert "Traceback" not in left.stderr


def test_policy_shows_one_value_whole_and_in_words(tmp_path: Path) -> None:
    nowhere = ["--store", str(tmp_path)]
    shown = run("policy", "show", "savings.retained_share", "--on", "2009-04-01", *nowhere).output
    assert "savings.retained_share = 70%, from " in shown
    assert "Source:" in shown
    assert "savings.retained_share = 50%" not in shown
    dated = run("policy", "show", "savings.retained_share", *nowhere).output
    assert dated.count("savings.retained_share =") > 1
    assert "= No, from" in run("policy", "show", "attribution.believes_hospital_for_unregistered", *nowhere).output


def test_policy_lists_names_that_begin_so_or_hold_the_word_with_the_value_in_force(tmp_path: Path) -> None:
    shown = run("policy", "show", "risk.cheque", "--on", "2009-04-01", "--store", str(tmp_path)).output.splitlines()
    assert shown[0] == "england-2005, in force on 2009-04-01:"
    assert shown[-1].startswith("pbc policy show NAME")
    assert {line.partition(".")[0] for line in shown[1:-1]} == {"risk"}
    assert any(
        line.startswith("risk.cheque_pounds: £10,000 at 2017/18 prices (ASSUMED). Size of one") for line in shown
    )
    held = run("policy", "show", "Stop-Loss", "--store", str(tmp_path)).output
    assert "risk.stop_loss_applies: " in held
    assert "savings." not in held
    every = run("policy", "show", "--on", "2003-04-01", "--store", str(tmp_path)).output
    assert "savings.retained_share: none in force; from " in every


def test_policy_name_that_is_not_there_is_answered_with_the_nearest(tmp_path: Path) -> None:
    said = str(run("policy", "show", "savings.retaned_share", "--store", str(tmp_path), refused=True).exception)
    assert "expected one like savings.retained_share" in said
    said = str(run("policy", "show", "zzzz", "--store", str(tmp_path), refused=True).exception)
    assert "a subject: appraisal, attribution, budgets" in said


def test_policy_speaks_the_regime_of_the_store_unless_told(demo: tuple[Path, str, str]) -> None:
    out, regime, _ = demo
    words = ["policy", "show", "regime.title", "--store", str(store_of(out))]
    assert run("policy", "show", "regime", "--store", str(store_of(out))).output.startswith(f"{regime}, in force")
    other = "england-2025" if regime == "england-2005" else "england-2005"
    assert run(*words).output != run(*words, "--regime", other).output


def test_menu_lists_every_command_and_each_has_help() -> None:
    menu = run("--help").output
    for name in COMMANDS:
        assert name in menu
        assert len(run(name, "--help").output) > 200


def test_every_option_says_in_its_help_what_it_is_for() -> None:
    """Read aloud, a help text leaves no option unexplained; each command that works on a store names it with --store."""
    with click.Context(pbc_command) as context:
        commands = {name: pbc_command.get_command(context, name) for name in COMMANDS}
    policy = commands.pop("policy")
    assert isinstance(policy, click.Group)
    commands["policy show"] = policy.commands["show"]
    for name, command in commands.items():
        assert command is not None
        silent = [each.name for each in command.params if isinstance(each, click.Option) and not each.help]
        assert silent == [], name
        assert name in (*STORELESS, *ON_THE_WEB) or any("--store" in each.opts for each in command.params), name
