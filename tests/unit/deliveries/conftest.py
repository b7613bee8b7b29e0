"""A hospital's delivery in miniature, good in every cell, for tests to spoil one thing at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from pbc.engines.duckdb_engine import DuckDBEngine
from pbc.sources.layout import read_layouts
from pbc.sources.synthetic.nhs_numbers import made_up_nhs_numbers

Row = dict[str, str]
NUMBERS = [str(number) for number in made_up_nhs_numbers(np.arange(50))]
GOOD: dict[str, Row] = {
    "admitted_care": {
        "provider_code": "ZH1", "spell_number": "S1", "episode_number": "1", "nhs_number": NUMBERS[0],
        "admission_date": "2009-09-01", "discharge_date": "2009-09-04", "episode_start_date": "2009-09-01",
        "episode_end_date": "2009-09-04", "admission_method": "21", "patient_classification": "1", "hrg_code": "ZZA01",
        "treatment_function_code": "300", "primary_diagnosis": "J189", "primary_procedure": "", "age_on_admission": "64",
        "sex": "2", "practice_code": "Z90001", "unpaid_days": "0",
    },
    "outpatients": {
        "provider_code": "ZH1", "attendance_number": "O1", "nhs_number": NUMBERS[1], "attendance_date": "2009-09-02",
        "attendance_type": "first", "hrg_code": "ZZO01", "treatment_function_code": "100", "age": "40", "sex": "1",
        "practice_code": "Z90001", "referral_source": "A&E",
    },
    "accident_and_emergency": {
        "provider_code": "ZH1", "attendance_number": "E1", "nhs_number": NUMBERS[2], "arrival_date": "2009-09-03",
        "hrg_code": "ZZE01", "age": "7", "sex": "9", "practice_code": "",
    },
    "referrals": {
        "provider_code": "ZH1", "referral_number": "R1", "nhs_number": NUMBERS[3], "practice_code": "Z90001",
        "referral_date": "2009-09-04", "treatment_function_code": "110", "referral_source": "GP",
    },
    "registrations": {
        "nhs_number": NUMBERS[0], "practice_code": "Z90001", "starts_on": "2001-05-01", "ends_before": "",
        "birth_year": "1945", "sex": "2",
    },
    "pdpi": {
        "PRACTICE": "Z90001", "BNF CODE": "0101010G0AAABAB", "ITEMS": "3", "NIC": "12.34", "ACT COST": ".95",
        "QUANTITY": "600", "PERIOD": "200909",
    },
    "hes_outpatients": {
        "ATTENDKEY": "123456789012", "PSEUDO_HESID": "TESTabc", "PROCODE3": "RXF", "APPTDATE": "2003-09-17",
        "ATTENDED": "5", "FIRSTATT": "1", "TRETSPEF": "&", "MAINSPEF": "110", "APPTAGE": "54.0", "SEX": "0",
        "GPPRAC": "&", "REFSOURC": "03", "DIAG_4_01": "R69X", "OPERTN_4_01": "-   ", "SUSHRG": "",
    },
}  # fmt: skip
KEY = bytes(range(40))


def as_csv(rows: list[Row]) -> bytes:
    """The rows as a CSV with the headings of the first."""
    return "\n".join([",".join(rows[0]), *(",".join(row.values()) for row in rows), ""]).encode()


def good_rows(kind: str, *, count: int = 3) -> list[Row]:
    """Good rows of a kind, each with its own key."""
    own = {"admitted_care": "spell_number", "referrals": "referral_number", "registrations": "nhs_number", "pdpi": "PRACTICE",
           "hes_outpatients": "ATTENDKEY"}.get(kind, "attendance_number")  # fmt: skip
    values = {"registrations": NUMBERS[10:], "pdpi": [f"Z9000{at}" for at in range(1, 9)]}.get(
        kind, [f"X{at}" for at in range(1, 9)]
    )
    return [{**GOOD[kind], own: values[at]} for at in range(count)]


@pytest.fixture
def engine() -> Iterator[DuckDBEngine]:
    with DuckDBEngine() as opened:
        yield opened


@pytest.fixture
def deliver(tmp_path: Path) -> Callable[..., Path]:
    """Writes bytes, or rows as CSV, to a file of the folder."""

    def write(content: bytes | list[Row], name: str = "delivered.csv") -> Path:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else as_csv(content))
        return path

    return write


def layout_names() -> set[str]:
    """Every layout of this folder."""
    return {layout.name for layout in read_layouts()}
