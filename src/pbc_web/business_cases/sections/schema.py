"""What a section is: its questions, declared once for forms, for whoever reads and for whoever reviews."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

WORDS, LINE, POUNDS, DAY, CHOICE, TICKS, ROWS = "words", "line", "pounds", "day", "choice", "ticks", "rows"
MONTH, YEAR, ASKED_ON = (
    "month",
    "year",
    "asked_on",
)  # what a column of rows reads, besides DAY; asked_on: not in the future
NONE = "none"  # of things to tick: that one has looked, and none is so


@dataclass(frozen=True)
class Column:
    """A column of a question answered in rows: a line of text, an amount in pounds, or one of some choices."""

    name: str
    label: str
    choices: Mapping[str, str] = field(default_factory=dict)
    is_pounds: bool = False
    is_needed: bool = False
    reads: str = ""  # day, month, year or asked_on


@dataclass(frozen=True)
class Question:
    """One question. `is_needed` before its section can be marked as done; `choices_from` names choices that rules decide."""

    name: str
    label: str
    kind: str = WORDS
    hint: str = ""
    is_needed: bool = True
    choices: Mapping[str, str] = field(default_factory=dict)
    choices_from: str = ""  # risks, markets or uses
    columns: tuple[Column, ...] = ()
    has_sum: bool = False  # of rows: what their pounds add up to is shown


@dataclass(frozen=True)
class Section:
    """A section of a kind of proposal. `asked_for_risks`: asked whatever the route where the case has any of these."""

    code: str
    title: str
    lead: str
    questions: tuple[Question, ...]
    asked_for_risks: tuple[str, ...] = ()

    def question(self, name: str) -> Question:
        """The question of a name."""
        return next(each for each in self.questions if each.name == name)
