"""A neighbourhood plan's few questions, one or two to a page."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from pbc.periods import FinancialYear
from pbc_web.budgets.models import Plan
from pbc_web.runs.pot_readings import Payer, PotMeasure, faults_of_places
from pbc_web.shell.form_fields import PoundsField

COLUMNS = ("practice_code", "neighbourhood", "from", "to")
MOST_BYTES = 1_000_000
MOST_TOLD = 10


class PayerForm(forms.Form):
    """Whose practices."""

    commissioner = forms.ChoiceField(label="Which integrated care board?")

    def __init__(self, *args: Any, payers: Sequence[Payer], **options: Any) -> None:
        super().__init__(*args, **options)
        self.payers = {each.code: each for each in payers}
        named = [(code, f"{each.name} ({each.practices:,} practices)") for code, each in self.payers.items()]
        self.fields["commissioner"].choices = [("", "Choose one"), *named]
        self.fields["commissioner"].error_messages |= dict.fromkeys(
            ("required", "invalid_choice"), "Choose an integrated care board"
        )

    def clean_commissioner(self) -> Payer:
        """This returns the board chosen."""
        return self.payers[self.cleaned_data["commissioner"]]


class PlacesForm(forms.Form):
    """Which practice is in which neighbourhood."""

    source = forms.ChoiceField(label="Which neighbourhoods?", choices=Plan.SOURCES, widget=forms.RadioSelect)
    file = forms.FileField(
        label="Upload a CSV file", required=False, widget=forms.FileInput(attrs={"accept": ".csv,.txt"}),
        help_text="Columns practice_code and neighbourhood; from and to, as dates like 2025-04-01, if practices move in the year",
    )  # fmt: skip
    pasted = forms.CharField(
        label="Or paste a list", required=False, widget=forms.Textarea(), max_length=MOST_BYTES,
        help_text="One practice a line: its code, a comma or tab, its neighbourhood. Pasting from a spreadsheet works",
    )  # fmt: skip

    def __init__(self, *args: Any, year: FinancialYear, **options: Any) -> None:
        super().__init__(*args, **options)
        self.year = year
        self.rows: list[dict[str, str]] = []
        self.fields["source"].error_messages |= dict.fromkeys(
            ("required", "invalid_choice"), "Say which neighbourhoods to use"
        )

    def clean_file(self) -> str:
        """This returns the file as text, refusing what is no short text file."""
        sent = self.cleaned_data["file"]
        if sent is None:
            return ""
        if sent.size > MOST_BYTES:
            raise ValidationError("The file must be smaller than 1 MB: it needs one short line for each practice")
        try:
            return str(sent.read().decode("utf-8-sig"))
        except UnicodeDecodeError:
            raise ValidationError("The file must be CSV in UTF-8: save it from your spreadsheet as CSV UTF-8") from None

    def clean(self) -> dict[str, Any]:
        """This reads the rows by the engine's own rules; each fault names its row and what to do."""
        said = super().clean() or {}
        if said.get("source") == "typed" and not self.errors:
            field, text = ("file", said["file"]) if said.get("file") else ("pasted", said.get("pasted", ""))
            if not text.strip():
                raise ValidationError("Upload a file or paste a list of practices and their neighbourhoods")
            self.rows = read_rows(text, self.year)
            for told in _told(faults_of_places(self.year, self.rows)):
                self.add_error(field, told)
        return said


def read_rows(text: str, year: FinancialYear) -> list[dict[str, str]]:
    """This returns lines of a file or a paste as rows; without dates a practice is in its neighbourhood from 1 April.

    >>> read_rows("practice_code,neighbourhood\\nZ90001,North", FinancialYear(2025))
    [{'practice_code': 'Z90001', 'neighbourhood': 'North', 'from': '2025-04-01', 'to': ''}]
    """
    lines = [line for line in text.splitlines() if line.strip()]
    split = "\t" if lines and "\t" in lines[0] else ","
    found = [[cell.strip() for cell in row] for row in csv.reader(io.StringIO("\n".join(lines)), delimiter=split)]
    heads = [cell.lower().replace(" ", "_") for cell in found[0]] if found else []
    if "practice_code" in heads and "neighbourhood" in heads:
        found = found[1:]
    else:
        heads = list(COLUMNS)
    rows = []
    for row in found:
        given = dict(zip(heads, row, strict=False))
        cells = {name: given.get(name, "") for name in COLUMNS}
        rows.append({**cells, "from": cells["from"] or year.start.isoformat()})
    return rows


def _told(faults: list[dict[str, Any]]) -> list[str]:
    said = [
        f"Row {each['row_number']}, {each['column_name'].replace('_', ' ')}: found {each['value_found'] or 'nothing'}, "
        f"expected {each['value_expected']}. {each['remedy']}"
        for each in faults[:MOST_TOLD]
    ]
    return said + ([f"{len(faults) - MOST_TOLD} more rows are at fault"] if len(faults) > MOST_TOLD else [])


class PotForm(forms.Form):
    """One pot."""

    name = forms.CharField(label="What is this pot for?", max_length=60, help_text="For example, Community nursing")
    amount = PoundsField(label="How much is in it for the year?")
    measure = forms.ChoiceField(label="By which need is it shared?", widget=forms.RadioSelect)

    def __init__(self, *args: Any, measures: Sequence[PotMeasure], **options: Any) -> None:
        super().__init__(*args, **options)
        choices = [(each.name, f"{each.words[0].upper()}{each.words[1:]}") for each in measures]
        self.fields["measure"].choices = choices
        self.fields["measure"].error_messages |= dict.fromkeys(
            ("required", "invalid_choice"), "Choose the need that fits what the pot pays for"
        )

    def clean_amount(self) -> int:
        """This refuses an empty pot."""
        pence: int = self.cleaned_data["amount"]
        if pence <= 0:
            raise ValidationError("The pot must hold more than £0")
        return pence
