"""The fingerprint of the engine's text: it changes with the text and with nothing else."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

import pbc
from pbc.results import Receipt
from pbc.results.engine_code import KINDS, fingerprint_code, fingerprint_folder

INSTALLED = Path(pbc.__file__).parent


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A small engine."""
    for name, text in {
        "__init__.py": "one\ntwo\n",
        "methods/cost.sql": "SELECT 1\n",
        "policy/risk.yaml": "a: 1\n",
    }.items():
        (tmp_path / "engine" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "engine" / name).write_bytes(text.encode())
    return tmp_path / "engine"


def test_receipt_names_the_code_and_counts_it() -> None:
    told = Receipt("receive_register", {})
    assert told.code == fingerprint_code() == fingerprint_folder(str(INSTALLED))
    assert told.fingerprint != Receipt("receive_register", {}, code="0" * 12).fingerprint


@pytest.mark.parametrize("name", ["__init__.py", "methods/cost.sql", "policy/risk.yaml"])
def test_fingerprint_changes_with_the_text_of_any_file(checkout: Path, name: str) -> None:
    before = fingerprint_folder(str(checkout))
    (checkout / name).write_bytes((checkout / name).read_bytes().replace(b"1", b"2").replace(b"one", b"ten"))
    assert fingerprint_folder(str(checkout)) != before


def test_fingerprint_changes_when_a_file_comes_goes_or_moves(checkout: Path) -> None:
    seen = [fingerprint_folder(str(checkout))]
    (checkout / "methods" / "new.py").write_bytes(b"")
    seen.append(fingerprint_folder(str(checkout)))
    (checkout / "methods" / "new.py").rename(checkout / "new.py")
    seen.append(fingerprint_folder(str(checkout)))
    (checkout / "policy" / "risk.yaml").unlink()
    seen.append(fingerprint_folder(str(checkout)))
    assert len(set(seen)) == 4


def test_text_moved_from_one_file_to_the_next_is_another_text(checkout: Path) -> None:
    before = fingerprint_folder(str(checkout))
    (checkout / "methods" / "cost.sql").write_bytes(b"")
    (checkout / "policy" / "risk.yaml").write_bytes(b"SELECT 1\na: 1\n")
    assert fingerprint_folder(str(checkout)) != before


def test_another_checkout_of_the_same_text_has_the_same_fingerprint(checkout: Path, tmp_path: Path) -> None:
    """Elsewhere, made in another order, at another time, with other rights and line ends, after it ran."""
    other = tmp_path / "elsewhere" / "engine"
    for name in ("policy/risk.yaml", "methods/cost.sql", "__init__.py"):
        (other / name).parent.mkdir(parents=True, exist_ok=True)
        (other / name).write_bytes((checkout / name).read_bytes().replace(b"\n", b"\r\n"))
        os.utime(other / name, (1, 1))
        (other / name).chmod(0o600)
    (other / "__pycache__").mkdir()
    (other / "__pycache__" / "__init__.cpython-311.pyc").write_bytes(b"compiled")
    (other / "__init__.py~").write_bytes(b"an editor's copy")
    assert fingerprint_folder(str(other)) == fingerprint_folder(str(checkout))


def test_order_in_which_a_disk_lists_its_files_does_not_count(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before, walked = fingerprint_folder(str(checkout)), list(os.walk(checkout))
    monkeypatch.setattr(os, "walk", lambda folder: reversed(walked))
    assert fingerprint_folder(str(checkout)) == before


def test_every_file_the_engine_is_installed_with_is_counted(tmp_path: Path) -> None:
    """Whatever kind of file is added to the engine must be counted, or its change would pass unseen."""
    kinds = {path.suffix for path in INSTALLED.rglob("*") if path.is_file() and "__pycache__" not in path.parts}
    assert kinds - {".typed"} <= set(KINDS)
    copied = shutil.copytree(INSTALLED, tmp_path / "pbc")
    assert fingerprint_folder(str(copied)) == fingerprint_code()
