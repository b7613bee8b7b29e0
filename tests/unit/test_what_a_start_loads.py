"""A command pays for what it loads before it does anything: heavy libraries wait until something of theirs is used."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = ("scipy", "pyarrow", "openpyxl", "xlsxwriter", "jinja2", "vl_convert", "sqlglot", "pyspark", "pandas")
WITHOUT_NUMPY = ("pbc.methods.costing", "pbc.methods.statements.compare", "pbc.methods.spells", "pbc.policy")
THERE_AND_BACK = """
import polars as pl
from pbc.engines import Step, open_engine
columns = (("practice_code", "VARCHAR"), ("month", "INTEGER"))
with open_engine() as engine:
    given = engine.adopt(pl.DataFrame({"practice_code": ["Z90001", None], "month": [200909, 200910]}), columns)
    later = Step("later", "SELECT practice_code, month FROM given WHERE month > 200909")
    print(engine.run(later, inputs={"given": given}, parameters={}, columns=columns).frame().rows())
"""
READ_AND_REFUSED = """
import sys
from pathlib import Path
from pbc.engines import open_engine
from pbc.sources.delimited import read_frame
from pbc.sources.deliveries import read_registrations
from pbc.sources.layout import read_layouts
path = Path(sys.argv[1])
with open_engine() as engine:
    read = read_registrations(engine, [path], key=bytes(range(40)), delivery="register")
    print(read.rejected["rule"].to_list(), read_frame(path, read_layouts("registrations")).height)
"""
TWICE_AT_ONCE = """nhs_number,practice_code,starts_on,ends_before,birth_year,sex
9434765919,Z90001,2008-04-01,,1950,1
9434765919,Z90002,2009-04-01,,1950,1
"""


def loaded(program: str, *words: str) -> tuple[str, set[str]]:
    """What a fresh Python prints, and which libraries it holds at the end; a word on its error channel is a failure."""
    told = f"{program}\nimport sys\nprint(*sorted(name for name in sys.modules if '.' not in name))"
    done = subprocess.run([sys.executable, "-c", told, *words], capture_output=True, text=True, check=True, timeout=120)
    assert done.stderr == ""
    said, _, names = done.stdout.strip().rpartition("\n")
    return said, set(names.split())


@pytest.mark.parametrize(
    "module", ["pbc_cli.statement", "pbc_cli.receive", "pbc_cli.check", "pbc_cli.main", *WITHOUT_NUMPY]
)
def test_module_is_imported_without_heavy_libraries(module: str) -> None:
    _, names = loaded(f"import {module}")
    assert names.isdisjoint({*HEAVY, "numpy"} if module in WITHOUT_NUMPY else HEAVY)


def test_help_on_rule_values_comes_without_the_libraries_of_tables() -> None:
    _, names = loaded("import pbc_cli.policy")
    assert names.isdisjoint({*HEAVY, "numpy", "polars", "duckdb"})


def test_frames_go_to_the_engine_and_back_without_arrow_and_without_a_word_at_the_end() -> None:
    said, names = loaded(THERE_AND_BACK)
    assert said == "[(None, 200910)]"
    assert names.isdisjoint(HEAVY)


def test_delivery_is_read_and_its_rows_refused_without_arrow(tmp_path: Path) -> None:
    path = tmp_path / "registrations.csv"
    path.write_text(TWICE_AT_ONCE)
    said, names = loaded(READ_AND_REFUSED, str(path))
    assert said == "['two_registrations_at_once'] 2"
    assert names.isdisjoint(HEAVY)
