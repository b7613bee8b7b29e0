"""A command pays for what it loads before it does anything: heavy libraries wait until something of theirs is used."""

from __future__ import annotations

import subprocess
import sys

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


def loaded(program: str) -> tuple[str, set[str]]:
    """What a fresh Python prints, and which libraries it holds at the end; a word on its error channel is a failure."""
    told = f"{program}\nimport sys\nprint(*sorted(name for name in sys.modules if '.' not in name))"
    done = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True, timeout=120)
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
