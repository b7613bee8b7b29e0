"""The rows of a case as its sections hold them, by the names and headings of the engine's readers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pbc_web.business_cases.models import Proposal
from pbc_web.business_cases.routing import Latest

ROWS = {  # table: the section and question its rows stand in
    "case_options": ("options", "options"), "case_costs": ("activity_and_money", "costs"),
    "case_activity_changes": ("activity_and_money", "changes"), "case_money": ("who_pays", "money"),
}  # fmt: skip
SECTIONS = frozenset(section for section, _ in ROWS.values())
Typed = dict[str, list[dict[str, str]]]


def rows_of(proposal: Proposal, latest: Latest) -> Typed:
    """This returns the tables of a case that have rows, each row naming the case by the proposal's code."""
    found = {}
    for table, (section, question) in ROWS.items():
        rows: list[Mapping[str, Any]] = latest[section].answers.get(question) or [] if section in latest else []
        if rows:
            found[table] = [{"case": proposal.code, **row} for row in rows]
    return found


def table_of(section: str, question: str) -> str | None:
    """This returns the table of a case that a question's rows are, None where the engine does not read them."""
    return next((table for table, place in ROWS.items() if place == (section, question)), None)


def letters_of(latest: Latest) -> list[str]:
    """This returns the letters of the options a case has."""
    rows = latest["options"].answers.get("options") or [] if "options" in latest else []
    return [row["option"] for row in rows if row.get("option")]


def letters_named(latest: Latest) -> set[str]:
    """This returns the letters of options that the rows of costs and of activity name."""
    said = latest["activity_and_money"].answers if "activity_and_money" in latest else {}
    return {row["option"] for name in ("changes", "costs") for row in said.get(name) or [] if row.get("option")}


def made_of(latest: Latest) -> dict[str, int]:
    """This returns which version of each section its rows are from."""
    return {code: latest[code].number for code in sorted(SECTIONS) if code in latest}
