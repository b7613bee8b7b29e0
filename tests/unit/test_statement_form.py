"""The form of one practice's statement is that of its file's ending; --format may repeat it, never contradict it."""

from __future__ import annotations

from pathlib import Path

import pytest

from pbc.errors import RefusedInput
from pbc_cli.statement import form_of


@pytest.mark.parametrize(
    ("name", "asked", "form"),
    [
        ("auto.xlsx", None, "xlsx"), ("auto.CSV", None, "csv"), ("auto.htm", None, "html"), ("auto.html", "html", "html"),
        ("auto", None, "html"), ("auto", "csv", "csv"),
    ],
)  # fmt: skip
def test_form_follows_the_ending(name: str, asked: str | None, form: str) -> None:
    assert form_of(Path(name), asked) == form


@pytest.mark.parametrize(
    ("name", "asked", "words"),
    [("a.pdf", None, "found .pdf; expected a name that ends in .html"), ("a.pdf", "csv", "found .pdf"),
     ("a.xlsx", "html", "contradict each other")],
)  # fmt: skip
def test_unknown_ending_and_contradiction_are_refused(name: str, asked: str | None, words: str) -> None:
    with pytest.raises(RefusedInput) as refused:
        form_of(Path(name), asked)
    assert words in str(refused.value)
