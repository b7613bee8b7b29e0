"""What a value may be by the unit its parameter declares, so that a local agreement mistyped is refused when it is read."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import Any

from pbc.errors import RefusedInput

COUNTED = ("days", "months", "years", "people", "people-years")
RATES_BY_SIZE, PARTS, WORDS = "rates by number of people", "parts of 1 by partner", "list of words"
MADE_OF_SEVERAL = {
    "day": "a day, like 2025-03-14, without quotation marks",
    RATES_BY_SIZE: "a rate from 0 to 1 for each number of people, the larger the smaller: {5000: 0.039, 60000: 0.02}",
    PARTS: "each partner with its part of 1, together 1: {Z90001: 0.5, Z90002: 0.5}",
    WORDS: "words in brackets, each once: [need, risks]",
}


def require_of_unit(value: Any, *, unit: str, choices: tuple[str, ...], where: str) -> None:
    """This raises a refusal of a value that its unit does not allow: a share is 0 to 1, pounds are above 0, and so on.

    `choices` are the words a parameter may be, where they are few; a word without them may be any.
    """
    expected = _expected(unit, choices)
    if not _is_of(value, unit, choices):
        raise RefusedInput(
            "This value is not of the unit of its parameter.", where=where, found=str(value), expected=expected,
            remedy="Correct the value; pbc policy show NAME tells its unit and rule.",
        )  # fmt: skip


def _expected(unit: str, choices: tuple[str, ...]) -> str:
    if unit == "word":
        return " or ".join(choices) or "a word"
    if unit == "yes or no":
        return "true or false, without quotation marks"
    if unit.startswith("share"):
        return f"{unit.removesuffix(', 0 to 1')}, a number from 0 to 1, like 0.7 for 70%"
    if unit in MADE_OF_SEVERAL:
        return "; of ".join([MADE_OF_SEVERAL[unit], *([", ".join(choices)] if choices else [])])
    if unit in COUNTED:
        return f"{unit}, a whole number from 0 up"
    return f"{unit}, a number above 0" if unit.startswith("pounds") else f"{unit}, a number from 0 up"


def _is_of(value: Any, unit: str, choices: tuple[str, ...]) -> bool:
    if unit == "word":
        return isinstance(value, str) and bool(value.strip()) and (not choices or value in choices)
    if unit in MADE_OF_SEVERAL:
        return _is_made_of_several(value, unit, choices)
    if isinstance(value, bool) or unit == "yes or no":
        return isinstance(value, bool) and unit == "yes or no"
    if not isinstance(value, int | float) or not math.isfinite(value):
        return False
    if unit in COUNTED:
        return isinstance(value, int) and value >= 0
    return 0 <= value <= 1 if unit.startswith("share") else value > 0 if unit.startswith("pounds") else value >= 0


def _is_made_of_several(value: Any, unit: str, choices: tuple[str, ...]) -> bool:
    if unit == "day":
        return type(value) is date
    if unit == WORDS:
        are_words = isinstance(value, list) and bool(value) and all(_is_of(each, "word", choices) for each in value)
        return are_words and len(set(value)) == len(value)
    return isinstance(value, Mapping) and _is_mapping(value, unit)


def _is_mapping(value: Mapping[Any, Any], unit: str) -> bool:
    """Whether each key has a share, the keys of their kind, and all of them together as their unit says."""
    if not value or not all(_is_of(part, "share", ()) for part in value.values()):
        return False
    if unit == PARTS:
        is_named = all(isinstance(name, str) and name.strip() for name in value)
        return is_named and sum(Fraction(str(part)) for part in value.values()) == 1
    if not all(type(people) is int and people >= 0 for people in value):
        return False
    rates = [value[people] for people in sorted(value)]
    return rates == sorted(rates, reverse=True)
