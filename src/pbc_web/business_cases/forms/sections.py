"""A section as a form, made of its questions: everything may be saved unfinished, and is asked for once it is called done."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from pbc_web.business_cases.forms.row_faults import row_fault
from pbc_web.business_cases.forms.rows import RowsField
from pbc_web.business_cases.sections import Question, Section, choices_of
from pbc_web.business_cases.sections.answers import Answers, is_answered, missing_of
from pbc_web.business_cases.sections.schema import CHOICE, DAY, LINE, NONE, POUNDS, ROWS, TICKS
from pbc_web.shell.form_fields import DayField, PoundsField, WordsField

LINE_SIGNS = 200


class TicksField(forms.MultipleChoiceField):
    """Boxes to tick, of which one says that none of the others is so."""

    widget = forms.CheckboxSelectMultiple

    def clean(self, value: Any) -> list[str]:
        """This returns what was ticked, refusing none together with others."""
        ticked: list[str] = super().clean(value)
        if NONE in ticked and len(ticked) > 1:
            raise ValidationError("Tick none of these, or those that are so")
        return ticked


class SectionForm(forms.Form):
    """The questions of a section. `number` is that of the version it was opened at: what somebody saved since is not overwritten.

    `letters` are those of the options the case has, which rows of a done section name; `named` those that other rows name.
    """

    def __init__(
        self, *given: Any, section: Section, on: date, answers: Answers, is_done: bool = False, number: int = 0,
        letters: Collection[str] = (), named: Collection[str] = (), **more: Any
    ) -> None:  # fmt: skip
        shown = {each.name: _shown(each, answers.get(each.name)) for each in section.questions}
        super().__init__(*given, initial={"is_done": "yes" if is_done else "no", "number": number} | shown, **more)
        self.section, self.letters, self.named = section, letters, named
        self.fields = {each.name: _field(each, on) for each in section.questions}
        self.fields["is_done"] = forms.ChoiceField(
            label="Have you completed this section?", choices=[("yes", "Yes"), ("no", "No, I will come back to it")],
            widget=forms.RadioSelect,
        )  # fmt: skip
        self.fields["number"] = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
        self._mark_optional()

    def full_clean(self) -> None:
        """As Django's: nothing is required to save, whatever pages mark as optional."""
        for each in self.section.questions:
            self.fields[each.name].required = False
        super().full_clean()
        self._mark_optional()

    def _mark_optional(self) -> None:
        """What pages mark as optional is what a section can be done without."""
        for each in self.section.questions:
            self.fields[each.name].required = each.is_needed

    def clean(self) -> dict[str, Any]:
        """This returns what was said; where the section is called done, what it needs has to be there."""
        said = self.cleaned_data
        if said.get("is_done") == "yes":
            for each in missing_of(self.section, self.answers):
                if each.name not in self.errors:
                    self.add_error(each.name, f"Answer this, or leave the section open: {each.label}")
            for each in self.section.questions:
                fault = self._row_fault(each) if each.kind == ROWS and each.name not in self.errors else ""
                if fault:
                    self.add_error(each.name, fault)
        return said

    def _row_fault(self, question: Question) -> str:
        rows = self.cleaned_data.get(question.name) or []
        return row_fault(self.section, question, rows, letters=self.letters, named=self.named)

    @property
    def answers(self) -> dict[str, Any]:
        """What was answered, as it is kept."""
        said = {each.name: self.cleaned_data.get(each.name) for each in self.section.questions}
        kept = {name: value.isoformat() if isinstance(value, date) else value for name, value in said.items()}
        return {name: value for name, value in kept.items() if is_answered(value)}


def _shown(question: Question, answer: Any) -> Any:
    """An answer as its boxes show it."""
    if question.kind == DAY and answer:
        return date.fromisoformat(answer)
    if question.kind == POUNDS and answer is not None:
        return f"{answer / 100:.2f}".removesuffix(".00")
    return answer


def _field(question: Question, on: date) -> forms.Field:
    told: dict[str, Any] = {"label": question.label, "help_text": question.hint, "required": False}
    known: Mapping[str, str] = choices_of(question, on=on)
    if question.kind == ROWS:
        made: forms.Field = RowsField(columns=question.columns, on=on, **told)
    elif question.kind == DAY:
        made = DayField(**told)
    elif question.kind == POUNDS:
        made = PoundsField(**told)
    elif question.kind == TICKS:
        made = TicksField(choices=list(known.items()), **told)
    elif question.kind == CHOICE and known:
        made = forms.ChoiceField(choices=list(known.items()), widget=forms.RadioSelect, **told)
    elif question.kind in (CHOICE, LINE):
        made = WordsField(max_length=LINE_SIGNS, widget=forms.TextInput(), **told)
    else:
        made = WordsField(**told)
    return made
