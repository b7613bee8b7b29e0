"""Invoices, backing and ledgers that cannot be taken in: each refusal names the file, the row and the remedy."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from tests.unit.deliveries.test_monitoring_readers import DRUGS

from pbc.engines import Engine, open_engine
from pbc.errors import RefusedInput
from pbc.flows.extract import Extract, accepted_files
from pbc.flows.receive_invoices import receive_invoices
from pbc.flows.spreadsheets import _plain
from pbc.periods import FinancialYear, Month
from pbc.results import Receipt, Store
from pbc.sources.pseudonym import key_fingerprint
from pbc.tables import INVOICE_LINES, INVOICES, LEDGER_ENTRIES, REGISTRATIONS, Table

MONTH, KEY = Month(2009, 5), bytes(range(40))
HEAD = {
    "commissioner_code": "ZP1", "provider_code": "ZH1", "invoice_number": "I1", "invoice_month": "200905",
    "invoice_kind": "monitoring", "dated_on": "2009-05-31", "amount_pence": "100",
}  # fmt: skip
LINE = {
    "commissioner_code": "ZP1", "provider_code": "ZH1", "invoice_number": "I1", "line_number": "1", "month": "200904",
    "line_kind": "activity", "point_of_delivery": "DC", "amount_pence": "100",
}  # fmt: skip
ENTRY = {
    "commissioner_code": "ZP1", "entry_number": "E1", "posted_on": "2009-05-31", "month": "200905", "account_code": "52110",
    "entry_kind": "invoice", "provider_code": "ZH1", "invoice_number": "I1", "amount_pence": "100",
}  # fmt: skip
CHARGE = (
    "commissioner_code,provider_code,charge_kind,charge_number,record_number,nhs_number,activity_date,practice_code,"
    "point_of_delivery,treatment_function_code,item_code,activity_count,charged_pence\n"
    "ZP1,ZH1,activity,1,S1,9434765919,2009-04-03,Z90001,NEL,300,ZZB01,1,100\n"
)
TOTALS = (
    "ORGANISATION IDENTIFIER (CODE OF COMMISSIONER),ORGANISATION IDENTIFIER (CODE OF PROVIDER),FINANCIAL YEAR,FINANCIAL MONTH,"
    "POINT OF DELIVERY CODE,ACTIVITY TREATMENT FUNCTION CODE,ACTUAL ACTIVITY (CONTRACT MONITORING),"
    "ACTUAL COST (CONTRACT MONITORING)\nZP1,ZH1,2009-10,1,NEL,300,1,1.00\n"
)


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    with open_engine("duckdb") as opened:
        yield opened


def table(folder: Path, definition: Table, *rows: dict[str, str]) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{definition.name}.csv"
    lines = [",".join(definition.names), *(",".join(row.get(name, "") for name in definition.names) for row in rows)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def sent(folder: Path, *, month: Month = MONTH, heads: tuple[dict[str, str], ...] = (HEAD,), lines: tuple[dict[str, str], ...] = (LINE,),
         entries: tuple[dict[str, str], ...] = (), backing: dict[str, str] | None = None) -> Extract:  # fmt: skip
    """Files accepted one by one, without a folder of deliveries."""
    files = {
        f"invoices/{month}/invoices": table(folder, INVOICES, *heads),
        f"invoices/{month}/invoice_lines": table(folder, INVOICE_LINES, *lines),
    }
    if entries:
        files[f"ledger/{month}/ledger_entries"] = table(folder, LEDGER_ENTRIES, *entries)
    for name, text in (backing or {}).items():
        path = folder / f"{name}.csv"
        path.write_text(text, encoding="utf-8")
        files[f"invoice-backing/{month}/{name}"] = path
    return accepted_files(
        files, regime="england-2005", commissioners=["ZP1"], years=[FinancialYear(2009)], is_made_up=True
    )


def receive(
    store: Store, extract: Extract, engine: Engine, *, month: Month = MONTH, key: bytes | None = KEY
) -> list[str]:
    return [made.name for made in receive_invoices(store, extract, month=month, key=key, engine=engine)]


def test_what_is_delivered_is_taken_in_and_what_is_not_is_not(tmp_path: Path, engine: Engine) -> None:
    store = Store(tmp_path / "store")
    assert receive(store, sent(tmp_path / "a"), engine) == ["invoices/2009-05"]
    backing = {"charged_activity": CHARGE, "aggregate_monitoring": TOTALS}
    made = receive(store, sent(tmp_path / "b", entries=(ENTRY,), backing=backing), engine)
    assert made == ["invoices/2009-05", "invoice-backing/2009-05", "ledger/2009-05"]
    backed = store.current("invoice-backing/2009-05")
    assert (backed.rows("charged_activity"), backed.rows("monitored_totals")) == (1, 1)
    assert backed.receipt.parameters["key"] == key_fingerprint(KEY)


def test_totals_alone_back_an_invoice_without_a_key(tmp_path: Path, engine: Engine) -> None:
    store = Store(tmp_path / "store")
    receive(store, sent(tmp_path / "a", backing={"aggregate_monitoring": TOTALS}), engine, key=None)
    backed = store.current("invoice-backing/2009-05")
    assert (backed.rows("charged_activity"), backed.rows("monitored_totals")) == (0, 1)


@pytest.mark.parametrize(
    "given, said",
    [
        pytest.param({"lines": (LINE, {**LINE, "invoice_number": "I9"})},
                     "belongs to no invoice.*invoice_lines, row 3; found ZH1 I9", id="invoice"),
        pytest.param({"lines": ({**LINE, "point_of_delivery": ""},)}, "does not say what kind.*row 2; found activity for", id="no kind"),
        pytest.param({"lines": ({**LINE, "point_of_delivery": "XX", "line_kind": "block"},
                                {**LINE, "line_number": "2", "point_of_delivery": ""})},
                     "row 2; found block for XX.*1 more like it", id="strange kind"),
        pytest.param({"heads": ({**HEAD, "amount_pence": "12.50"},)},
                     "A row of this table cannot be read.*row 2, amount_pence", id="pounds"),
        pytest.param({"heads": (HEAD, HEAD)}, "Two rows have the same key.*rows 2 and 3", id="twice"),
        pytest.param({"backing": {"charged_activity": CHARGE, "drugs_monitoring": CHARGE}}, "in two layouts", id="two layouts"),
    ],
)  # fmt: skip
def test_invoice_that_cannot_be_read_whole_is_refused_by_row(
    tmp_path: Path, engine: Engine, given: dict[str, object], said: str
) -> None:
    """Nothing of it is taken in."""
    store = Store(tmp_path / "store")
    with pytest.raises(RefusedInput, match=said):
        receive(store, sent(tmp_path / "a", **given), engine)  # type: ignore[arg-type]
    assert [name for name in store.names() if name.startswith("invoice-backing")] == []


OTHER_HOSPITAL, OTHER_PAYER = CHARGE.replace("ZP1,ZH1", "ZP1,ZH2"), {"commissioner_code": "ZP2"}
BOTH = CHARGE + OTHER_HOSPITAL.splitlines()[1] + "\n"
BILLED = {"heads": (HEAD, HEAD | OTHER_PAYER), "lines": (LINE, LINE | OTHER_PAYER)}


@pytest.mark.parametrize(
    "held, given, said",
    [
        pytest.param({"backing": {"charged_activity": BOTH}},
                     {"backing": {"charged_activity": CHARGE, "aggregate_monitoring": TOTALS.replace("ZH1", "ZH2")}},
                     "found nothing of ZP1 and ZH2 in charged_activity;", id="named in another table"),
        pytest.param({"backing": {"charged_activity": BOTH}},
                     {"backing": {"charged_activity": CHARGE + OTHER_HOSPITAL.splitlines()[1].replace("S1", "") + "\n"}},
                     "found nothing of ZP1 and ZH2 in charged_activity;", id="every row of it refused"),
        pytest.param(BILLED, {}, "found nothing of ZP2 and ZH1 in invoices, ZP2 and ZH1 in invoice_lines;", id="another payer"),
        pytest.param({"entries": (ENTRY, ENTRY | OTHER_PAYER)}, {"entries": (ENTRY,)},
                     "found nothing of ZP2 in ledger_entries;", id="another payer's ledger"),
    ],
)  # fmt: skip
def test_accepted_files_take_nobodys_rows_away(
    tmp_path: Path, engine: Engine, held: dict[str, Any], given: dict[str, Any], said: str
) -> None:
    """Table by table, by the rows that can be used; the same again is no loss."""
    store = Store(tmp_path / "store")
    receive(store, sent(tmp_path / "a", **held), engine)
    before = {name: store.current(name).set_id for name in store.names()}
    with pytest.raises(RefusedInput, match=said):
        receive(store, sent(tmp_path / "b", **given), engine)
    receive(store, sent(tmp_path / "c", **held), engine)
    assert {name: store.current(name).set_id for name in store.names()} == before


def test_each_hospital_may_charge_in_a_layout_of_its_own(tmp_path: Path, engine: Engine) -> None:
    """Ours from one, a national one from the other; one hospital in both is refused (above)."""
    store, drugs = Store(tmp_path / "store"), f"{DRUGS}\nZP1,ZH2,9434765919,S1,,2009-04-03,Z90001,300,1,1.10\n"
    receive(store, sent(tmp_path / "a", backing={"charged_activity": CHARGE, "drugs_monitoring": drugs}), engine)
    assert sorted(store.current("invoice-backing/2009-05").frame("charged_activity")["provider_code"]) == ["ZH1", "ZH2"]


def test_entry_another_month_holds_is_refused(tmp_path: Path, engine: Engine) -> None:
    """An extract to date sent again would count twice."""
    store = Store(tmp_path / "store")
    receive(store, sent(tmp_path / "a", entries=(ENTRY,)), engine)
    again = sent(tmp_path / "b", month=MONTH.next, heads=({**HEAD, "invoice_number": "I2"},),
                 lines=({**LINE, "invoice_number": "I2"},), entries=(ENTRY,))  # fmt: skip
    with pytest.raises(RefusedInput, match=r"ledger/2009-05 holds this already.*ledger_entries, row 2; found ZP1 E1"):
        receive(store, again, engine, month=MONTH.next)


def test_key_of_the_register_is_refused_so_that_no_pseudonym_is_shared(tmp_path: Path, engine: Engine) -> None:
    """Checking invoices and analysis are two purposes: no row of the one leads to a person of the other."""
    store = Store(tmp_path / "store")
    parameters = {"key": key_fingerprint(KEY), "commissioners": "ZP1"}
    store.publish(
        "register", {"registrations": REGISTRATIONS.empty()}, Receipt(flow="test", inputs={}, parameters=parameters)
    )
    extract = sent(tmp_path / "a", backing={"charged_activity": CHARGE})
    with pytest.raises(RefusedInput, match=r"would join these patients to the analysis.*another key"):
        receive(store, extract, engine)
    assert "invoice-backing/2009-05" in receive(store, extract, engine, key=bytes(range(7, 47)))


def test_cells_of_a_workbook_are_written_as_layouts_want_them() -> None:
    cells = [datetime(2009, 5, 31, 12, tzinfo=UTC), date(2009, 5, 31), 9434765919.0, 12.5, 7, None, "ZP1"]
    assert [_plain(cell) for cell in cells] == ["2009-05-31", "2009-05-31", "9434765919", "12.5", "7", "", "ZP1"]


def of_each(*folders: Path) -> Extract:
    """Files of hospitals that each send their own, in folders named as the hospital, kept under the name of their place."""
    own = [{"provider_code": each.name, "invoice_number": "I1"} for each in folders]
    heads = [table(folder, INVOICES, HEAD | named) for folder, named in zip(folders, own, strict=True)]
    lines = [table(folder, INVOICE_LINES, LINE | named) for folder, named in zip(folders, own, strict=True)]
    files = {f"invoices/{MONTH}/invoices": heads, f"invoices/{MONTH}/invoice_lines": lines}
    return accepted_files(
        files, regime="england-2005", commissioners=["ZP1"], years=[FinancialYear(2009)], is_made_up=True
    )


def test_each_hospitals_own_files_are_one_month(tmp_path: Path, engine: Engine) -> None:
    store, extract = Store(tmp_path / "store"), of_each(tmp_path / "ZH1", tmp_path / "ZH2")
    [made] = receive_invoices(store, extract, month=MONTH, key=None, engine=engine, kinds=["invoices"])
    assert made.frame("invoices")["provider_code"].to_list() == ["ZH1", "ZH2"]
    assert {"ZH1/invoices.csv", "ZH2/invoices.csv"} < set(made.receipt.inputs)
    assert [each.set_id for each in receive_invoices(store, extract, month=MONTH, key=None, engine=engine)] == [
        made.set_id
    ]


def test_one_invoice_in_two_files_is_refused(tmp_path: Path, engine: Engine) -> None:
    extract = of_each(tmp_path / "a" / "ZH1", tmp_path / "b" / "ZH1")
    with pytest.raises(RefusedInput, match=r"invoices does not hold what it promises.*found"):
        receive(Store(tmp_path / "store"), extract, engine)
