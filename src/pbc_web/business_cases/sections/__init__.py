"""The sections of each kind of proposal, declared once: forms, reading pages and reviewers are all made of them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import date

from pbc_web.business_cases.sections.case import CASE
from pbc_web.business_cases.sections.plan import PLAN, USE_OF_POT
from pbc_web.business_cases.sections.schema import Column, Question, Section

__all__ = ["Column", "Question", "Section", "asked_of", "choices_of", "lend_choices", "section_of", "sections_of"]

SECTIONS: Mapping[str, tuple[Section, ...]] = {"plan": PLAN, "case": CASE, "use_of_pot": USE_OF_POT}
Choices = Callable[[date], Mapping[str, str]]
_lent: dict[str, Choices] = {}


def sections_of(kind: str) -> tuple[Section, ...]:
    """This returns the sections of a kind of proposal, in the order they are read."""
    return SECTIONS[kind]


def section_of(kind: str, code: str) -> Section | None:
    """This returns one section, or None where the kind has none of the code."""
    return next((each for each in SECTIONS[kind] if each.code == code), None)


def lend_choices(name: str, choices: Choices) -> None:
    """Have what may be chosen decided by rules of a day: `risks`, `markets`, `uses`. Nothing lent: free text is asked for."""
    _lent[name] = choices


def choices_of(question: Question, *, on: date) -> Mapping[str, str]:
    """This returns what may be chosen for a question on a day, code to words; nothing where words are asked for instead."""
    lent = _lent.get(question.choices_from)
    return lent(on) if lent else question.choices


def asked_of(kind: str, *, asks_for: Collection[str], risks: Collection[str]) -> tuple[Section, ...]:
    """This returns the sections that have to be done before a proposal can be submitted.

    Of a plan and of the use of a pot all of them; of a case those its route asks for, and those its risks do.
    """
    if kind != "case":
        return SECTIONS[kind]
    return tuple(each for each in SECTIONS[kind] if each.code in asks_for or set(each.asked_for_risks) & set(risks))
