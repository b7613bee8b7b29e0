"""The examples in docstrings are true."""

import doctest
import importlib
import pkgutil

import pytest

import pbc
import pbc_cli

MODULES = sorted(
    found.name
    for package in (pbc, pbc_cli)
    for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}.")
)


@pytest.mark.parametrize("name", MODULES)
def test_examples_in_docstrings_are_true(name: str) -> None:
    attempted = doctest.testmod(importlib.import_module(name), raise_on_error=False, verbose=False)
    assert attempted.failed == 0
