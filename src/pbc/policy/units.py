"""What a value may be by the unit its parameter declares, so that a local agreement mistyped is refused when it is read."""

from __future__ import annotations

import math
from typing import Any

from pbc.errors import RefusedInput

COUNTED = ("days", "months", "years", "people", "people-years")


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
    if unit in COUNTED:
        return f"{unit}, a whole number from 0 up"
    return f"{unit}, a number above 0" if unit.startswith("pounds") else f"{unit}, a number from 0 up"


def _is_of(value: Any, unit: str, choices: tuple[str, ...]) -> bool:
    if unit == "word":
        return isinstance(value, str) and bool(value.strip()) and (not choices or value in choices)
    if isinstance(value, bool) or unit == "yes or no":
        return isinstance(value, bool) and unit == "yes or no"
    if not isinstance(value, int | float) or not math.isfinite(value):
        return False
    if unit in COUNTED:
        return isinstance(value, int) and value >= 0
    return 0 <= value <= 1 if unit.startswith("share") else value > 0 if unit.startswith("pounds") else value >= 0
