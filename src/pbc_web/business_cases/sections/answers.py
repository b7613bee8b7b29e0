"""What was answered: as words on pages, what is still missing, what rows add up to, and what one version changed of another."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from difflib import SequenceMatcher
from typing import Any

from pbc.errors import RefusedInput
from pbc.money import pence_typed_by_a_person, pounds_exactly
from pbc_web.business_cases.sections import Question, Section, choices_of
from pbc_web.business_cases.sections.schema import CHOICE, DAY, POUNDS, ROWS, TICKS
from pbc_web.shell.words import day

Answers = Mapping[str, Any]
NOT_SAID = "Not provided"


@dataclass(frozen=True)
class Said:
    """An answer as pages show it: words, or rows under headings with what their pounds add up to."""

    label: str
    words: str = ""
    heads: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    sum_pence: int | None = None


@dataclass(frozen=True)
class Changed:
    """What a version changed of one answer: pieces in order, each `same`, `out` or `in`."""

    label: str
    pieces: tuple[tuple[str, str], ...]


def said_of(section: Section, answers: Answers, *, on: date) -> list[Said]:
    """This returns the answers of a section as pages show them; `on` is the day whose rules name the choices."""
    return [_said(each, answers.get(each.name), on) for each in section.questions]


def missing_of(section: Section, answers: Answers) -> list[Question]:
    """This returns the questions that have to be answered and are not."""
    return [each for each in section.questions if each.is_needed and not is_answered(answers.get(each.name))]


def is_answered(answer: Any) -> bool:
    """This returns whether there is an answer: nought pounds is one."""
    return answer not in (None, "", [])


def sum_of(question: Question, answer: Any) -> int:
    """This returns what the pounds of rows add up to, in pence; what is no amount counts nothing, for its row says so."""
    money = [each.name for each in question.columns if each.is_pounds]
    return sum(_pence(row.get(name, "")) for row in answer or [] for name in money)


def changes_between(section: Section, before: Answers, after: Answers, *, on: date) -> list[Changed]:
    """This returns what one version changed of another, answer by answer, word by word."""
    pairs = zip(said_of(section, before, on=on), said_of(section, after, on=on), strict=True)
    return [Changed(new.label, tuple(_pieces(_text(old), _text(new)))) for old, new in pairs if old != new]


def _said(question: Question, answer: Any, on: date) -> Said:
    if question.kind == ROWS:
        heads = tuple(each.label.partition(", like")[0] for each in question.columns)
        rows = tuple(tuple(_cell(each, row) for each in question.columns) for row in answer or [])
        total = sum_of(question, answer) if question.has_sum and rows else None
        return Said(question.label, "" if rows else NOT_SAID, heads, rows, total)
    return Said(question.label, _words(question, answer, on) if is_answered(answer) else NOT_SAID)


def _words(question: Question, answer: Any, on: date) -> str:
    known = choices_of(question, on=on)
    if question.kind == DAY:
        return day(date.fromisoformat(answer))
    if question.kind == POUNDS:
        return pounds_exactly(answer)
    if question.kind == TICKS:
        return "\n".join(known.get(each, each) for each in answer)
    return known.get(answer, answer) if question.kind == CHOICE else str(answer)


def _cell(column: Any, row: Mapping[str, str]) -> str:
    said = row.get(column.name, "")
    return column.choices.get(said, said) or "–"


def _pence(said: str) -> int:
    try:
        return pence_typed_by_a_person(said) if said else 0
    except RefusedInput:
        return 0


def _text(said: Said) -> str:
    return "\n".join([said.words, *("; ".join(row) for row in said.rows)]).strip()


def _pieces(before: str, after: str) -> Iterator[tuple[str, str]]:
    old, new = (re.findall(r"\s+|\S+", each) for each in (before, after))
    for kind, of, to, at, until in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            yield "same", "".join(old[of:to])
            continue
        if to > of:
            yield "out", "".join(old[of:to])
        if until > at:
            yield "in", "".join(new[at:until])
