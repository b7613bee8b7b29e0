"""What people do to a proposal on the way to its decision, as data: a heading, fields, the action, and where it may be done.

One page serves all: `views/acts.py`. An act about a row of the proposal (a review, an agenda item) is given its id.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, field
from datetime import datetime
from typing import Any

from django import forms

from pbc_web.accounts.actor import Actor
from pbc_web.business_cases.models import Proposal
from pbc_web.shell.form_fields import MOST_SIGNS, WordsField

FEWEST_ROWS, MOST_ROWS = 3, 30


@dataclass(frozen=True)
class Doing:
    """Somebody doing something to a proposal: `key` is the id of the row it is about, `said` what they filled in, `rows`
    how many rows a form has where it has some."""

    proposal: Proposal
    by: Actor
    at: datetime
    key: int = 0
    said: Mapping[str, Any] = field(default_factory=dict)
    rows: int = FEWEST_ROWS

    @property
    def who(self) -> dict[str, Any]:
        """By whom and when, as actions take it."""
        return {"by": self.by, "at": self.at}


Fields = Callable[[Doing], dict[str, forms.Field]]
Said = tuple[str, str]  # a sentence, and the address of where it is done, or nothing
NOTHING_LEFT: tuple[Said, ...] = (("There is nothing left to choose from.", ""),)


@dataclass(frozen=True)
class Act:
    """One thing to do: what the page is called and says, its fields, its button, the action and what is said once it is done."""

    heading: str
    button: str
    done: str
    do: Callable[[Doing], object]
    fields: Fields = lambda doing: {}
    lead: str = ""
    _: KW_ONLY
    further: str = ""  # where its form has rows: the words of the way to more of them
    # What is said of the proposal before the form; what else once it is done; what instead of a form where a choice is empty;
    # and what is wrong with what was filled in, by field.
    about: Callable[[Doing], Sequence[tuple[str, str]]] = lambda doing: ()
    after: Callable[[Doing], str] = lambda doing: ""
    instead: Callable[[Doing], Sequence[Said]] = lambda doing: NOTHING_LEFT
    faults: Callable[[Doing, Mapping[str, Any]], Mapping[str, str]] = lambda doing, said: {}


def words(label: str, *, name: str = "reason", hint: str = "", most: int = MOST_SIGNS) -> Fields:
    """This returns the fields of an act that asks for words."""
    return lambda doing: {name: asked(label, hint=hint, most=most)}


def asked(label: str, *, is_needed: bool = True, hint: str = "", most: int = MOST_SIGNS) -> WordsField:
    """This returns a field for words: longer than `most` signs they are refused with their count, never cut."""
    return WordsField(
        label=label, required=is_needed, help_text=hint, max_length=most, error_messages={"required": f"{label}: say it in words"}
    )  # fmt: skip


def one_of(label: str, choices: list[tuple[Any, str]], *, hint: str = "") -> forms.ChoiceField:
    """This returns a field to choose one of some; none is chosen from the start."""
    is_short = len(choices) < 8
    widget, choices = (forms.RadioSelect, choices) if is_short else (forms.Select, [("", "Choose"), *choices])
    found = forms.ChoiceField(
        label=label, choices=choices, widget=widget, help_text=hint, error_messages={"required": f"{label}: choose one"}
    )
    return found


def has_no_choice(fields: Mapping[str, forms.Field]) -> bool:
    """This returns whether one of some is asked for where there is none."""
    return any(isinstance(each, forms.ChoiceField) and not each.choices for each in fields.values())


def form_of(fields: dict[str, forms.Field], sent: Any) -> forms.Form:
    """This returns a form of some fields."""
    made: forms.Form = type("ActForm", (forms.Form,), dict(fields))(sent)
    return made
