"""The mistakes a delivery can hold, as data: what refuses a file, what refuses a row, and what another part answers for."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from pbc.sources.rejects import RULES, Rule


@dataclass(frozen=True)
class FileMistake:
    """A mistake that refuses a whole file: how the refusal begins, and how its remedy does."""

    name: str
    mistake: str
    refusal: str
    remedy: str


@cache
def file_mistakes() -> dict[str, FileMistake]:
    """This returns the mistakes that refuse a whole file, by name."""
    entries = _read()["files"]
    return {name: FileMistake(name, e["mistake"], e["refusal"], e["remedy"]) for name, e in entries.items()}


def row_mistakes() -> dict[str, Rule]:
    """This returns the mistakes that refuse a row and no more, by the rule written in the rejected row."""
    return RULES


@cache
def answered_elsewhere() -> dict[str, tuple[str, str]]:
    """This returns mistakes readers accept because another part of the engine answers for them: mistake and answer."""
    return {name: (entry["mistake"], entry["answer"]) for name, entry in _read()["elsewhere"].items()}


def _read() -> dict[str, dict[str, dict[str, str]]]:
    content: dict[str, dict[str, dict[str, str]]] = yaml.safe_load(
        Path(__file__).with_name("mistakes.yaml").read_text(encoding="utf-8")
    )
    return content
