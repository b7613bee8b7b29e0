"""A question answered in rows: a box for each column, some empty rows below, an empty row counting as none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from pbc.errors import RefusedInput
from pbc.money import pence_typed_by_a_person
from pbc_web.business_cases.forms.typed import as_read
from pbc_web.business_cases.sections import Column
from pbc_web.shell.form_fields import WordsField

SPARE, MOST, SIGNS = 2, 60, 500
Row = dict[str, str]


class RowsInput(forms.Widget):
    """Rows of boxes named `question-row-column`."""

    columns: Sequence[Column] = ()

    def value_from_datadict(self, sent: Mapping[str, Any], files: Any, name: str) -> list[Row]:
        """This returns the rows as they were typed, those left empty not among them."""
        rows = [
            {each.name: str(sent.get(f"{name}-{at}-{each.name}", "")).strip() for each in self.columns}
            for at in range(MOST)
        ]
        return [{column: said for column, said in row.items() if said} for row in rows if any(row.values())]

    def value_omitted_from_data(self, sent: Mapping[str, Any], files: Any, name: str) -> bool:
        """This returns whether nothing of it was sent."""
        return not any(each.startswith(f"{name}-") for each in sent)

    def slots(self, rows: Sequence[Row] | None) -> list[Row]:
        """This returns the rows as boxes show them, with empty ones to go on in."""
        held = list(rows or [])
        return [*held, *({} for _ in range(min(SPARE, MOST - len(held))))]


class RowsField(forms.Field):
    """Rows, each cell held to its column."""

    widget = RowsInput

    def __init__(self, *, columns: Sequence[Column], on: date, **options: Any) -> None:
        super().__init__(**options)
        self.columns, self.on = columns, on
        self.widget.columns = columns

    def clean(self, value: Any) -> list[Row]:
        """This returns the rows, telling the first cell that is wrong by its row and column."""
        cell = WordsField(required=False, max_length=SIGNS)
        cleaned: list[Row] = []
        for number, row in enumerate(value or [], start=1):
            for column in self.columns:
                said = row.get(column.name, "")
                try:
                    row[column.name] = cell.clean(said)
                    _require_of(column, said)
                    row[column.name] = as_read(column.reads, row[column.name], on=self.on) if said else ""
                except ValidationError as fault:
                    raise ValidationError(f"Row {number}, {column.label}: {fault.messages[0]}") from fault
            cleaned.append({name: said for name, said in row.items() if said})
        return cleaned


def _require_of(column: Column, said: str) -> None:
    if said and column.choices and said not in column.choices:
        raise ValidationError("Choose one of the list")
    if said and column.is_pounds:
        try:
            pence_typed_by_a_person(said)
        except RefusedInput:
            raise ValidationError("Enter an amount in pounds, like 12500, or −12500 for what is saved") from None
