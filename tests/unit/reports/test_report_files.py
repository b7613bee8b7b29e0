"""Statement files: whole or not there, and never two practices in one."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pbc.errors import RefusedInput
from pbc.flows.gather_statement import gather_statement
from pbc.flows.write_statements import file_name_of
from pbc.periods import Month
from pbc.reports import build_statement, write_statement
from pbc.results import Store


@pytest.mark.parametrize("form", ["html", "xlsx", "csv"])
def test_file_cut_off_in_writing_leaves_the_old_one_whole(
    form: str, made_up_store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The disk fails at the last moment: the statement that was there still stands, and nothing half written beside it."""
    view = build_statement(gather_statement(made_up_store, month=Month(2009, 9)), practice_code="Z90001")
    path = tmp_path / f"statement.{form}"
    path.write_text("the old one")

    def fail(source: Path, target: Path) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as broken:
        broken.setattr(os, "replace", fail)
        with pytest.raises(RefusedInput, match="cannot be written"):
            write_statement(view, path=path, form=form)
    assert path.read_text() == "the old one"
    assert [found.name for found in tmp_path.iterdir()] == [path.name]
    write_statement(view, path=path, form=form)
    assert path.stat().st_size > 1000
    assert [found.name for found in tmp_path.iterdir()] == [path.name]


@given(st.text(min_size=1, max_size=6), st.text(min_size=1, max_size=6))
def test_two_codes_never_share_a_file_name(one: str, other: str) -> None:
    names = {file_name_of(one).casefold(), file_name_of(other).casefold()}
    assert len(names) == len({one, other})


@pytest.mark.parametrize("codes", [("A/1", "A-1"), ("A 1", "A-1"), ("a1", "A1"), ("..", "--")])
def test_codes_that_once_shared_a_file_name_no_longer_do(codes: tuple[str, str]) -> None:
    """Signs that used to become a hyphen, and letters that some disks take for the same."""
    names = {file_name_of(code).casefold() for code in codes}
    assert len(names) == 2
    assert not any(sign in name for name in names for sign in "/\\.%")
