"""What is asked of whoever delivers, decides, or keeps the register of feeds."""

from __future__ import annotations

from calendar import month_name
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from pbc.errors import RefusedInput
from pbc.periods import FinancialYear, Month
from pbc_web.deliveries.models import Feed
from pbc_web.deliveries.permissions import HOSPITAL_KINDS
from pbc_web.deliveries.sides import ANALYSIS, BOOKS, Side
from pbc_web.organisations.models import Organisation
from pbc_web.runs.delivery_readings import is_monthly, kind_of, known_layouts, parsed
from pbc_web.shell.form_fields import DayField, WordsField

BOOKS_HELP = "A month like September 2009; for contracts a year like 2009/10"
BOOKS_FILE_HELP = "CSV (also .csv.gz) or Parquet. You can drop the file here"


class Upload(forms.Form):
    """A file, for a feed and a period."""

    feed = forms.ChoiceField(
        label="What is in the file?",
        widget=forms.RadioSelect,
        help_text="The feeds in the register that may be used today",
    )
    period = forms.CharField(
        label="Which month, or financial year?", required=False,
        help_text="A month like September 2009 for activity and prescribing; a year like 2009/10 for prices and need; else nothing",
    )  # fmt: skip

    file = forms.FileField(
        label="The file", allow_empty_file=True, widget=forms.FileInput(attrs={"accept": ".csv,.gz,.parquet"}),
        help_text="CSV (also .csv.gz) or Parquet, pseudonymised on your own machine with pbc pseudonymise. You can drop the file here",
    )  # fmt: skip

    def __init__(self, *args: Any, side: Side = ANALYSIS, feeds: list[Feed], today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if side is BOOKS:
            self.fields["period"].help_text, self.fields["period"].required = BOOKS_HELP, True
            self.fields["file"].help_text = BOOKS_FILE_HELP
        self.feeds, self.today = {str(each.id): each for each in feeds}, today
        self.fields["feed"].choices = [(key, each.name) for key, each in self.feeds.items()]

    def clean(self) -> dict[str, Any]:
        """This returns what was given, refusing a period that does not go with what is in the file."""
        given = super().clean() or {}
        feed = self.feeds.get(given.get("feed", ""))
        if feed is None:
            return given
        period = ""
        try:
            period = self._period(kind_of(feed.layout), str(given.get("period", "")).strip())
        except ValidationError as refused:
            self.add_error("period", refused)
        return given | {"feed": feed, "period": period}

    def _period(self, kind: str, said: str) -> str:
        """The period as it is filed, from how people write it."""
        if kind == "register":
            if said:
                raise ValidationError("Leave the month empty: the register is of no month")
            return ""
        try:
            found = parsed(kind, month_typed(said) if is_monthly(kind) else said)
        except RefusedInput:
            wanted = "month, like September 2009 or 2009-09" if is_monthly(kind) else "financial year, like 2009/10"
            raise ValidationError(f"Say which {wanted}") from None
        if isinstance(found, Month) and found.start > self.today:
            raise ValidationError("This month has not begun")
        return found.slug if isinstance(found, FinancialYear) else str(found)


def month_typed(said: str) -> str:
    """This returns a month written out as it is filed, and anything else as it stands.

    >>> month_typed("March 2010"), month_typed("sept 2009"), month_typed("2009-09"), month_typed("Mai 2009")
    ('2010-03', '2009-09', '2009-09', 'Mai 2009')
    """
    name, _, year = said.casefold().partition(" ")
    numbers = [at for at, month in enumerate(month_name) if len(name) > 2 and month.casefold().startswith(name)]
    return f"{year.strip()}-{numbers[0]:02}" if numbers else said


class Decision(forms.Form):
    """Why a file is rejected."""

    reason = WordsField(
        label="Why is it rejected?",
        max_length=1_000,
        help_text="Whoever uploaded it reads this, so say what they should send instead",
    )


class Sure(forms.Form):
    """That a file of unusual size is right."""

    is_sure = forms.BooleanField(
        label="Yes, this file is right and whole",
        error_messages={"required": "Say that the file is right, or reject it"},
    )


class FeedEntry(forms.Form):
    """An entry of the register of feeds."""

    name = forms.CharField(
        label="What is it called?", max_length=120, help_text="For example: Outpatients from St Elsewhere"
    )
    layout = forms.ChoiceField(label="What does it bring?")
    supplier = forms.CharField(label="Who supplies it?", max_length=200)
    provider = forms.ModelChoiceField(
        Organisation.objects.filter(kind="provider"), required=False, empty_label="None: we upload its files ourselves",
        label="Does a hospital send its own files?",
        help_text="For invoices and the records behind them: its contract manager may then upload its own, and no other's",
    )  # fmt: skip
    purpose = WordsField(label="What is it used for?", max_length=1_000)
    legal_basis = WordsField(
        label="On which legal basis?", max_length=1_000, help_text="The law, direction or agreement, with its reference"
    )
    controller = forms.CharField(label="Who is the data controller?", max_length=200)
    starts_on = DayField(label="First day it may be used", help_text="For example, 1 4 2009")
    expires_on = DayField(
        label="Last day it may be used",
        help_text="A right without an end is not entered: it would never be looked at again",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["layout"].choices = [("", "Choose"), *known_layouts().items()]

    def clean(self) -> dict[str, Any]:
        """This returns the entry, refusing one that ends before it starts."""
        given = super().clean() or {}
        first, last = given.get("starts_on"), given.get("expires_on")
        if first and last and last < first:
            self.add_error("expires_on", "The last day must not lie before the first")
        if given.get("provider") and kind_of(given.get("layout", "")) not in HOSPITAL_KINDS:
            self.add_error("provider", "A hospital sends invoices and the records behind them, and nothing else")
        return given


class Renewal(forms.Form):
    """A right renewed."""

    expires_on = DayField(label="New last day", help_text="For example, 31 3 2010")
    legal_basis = WordsField(label="On which legal basis?", max_length=1_000)


class Ending(forms.Form):
    """A feed ended."""

    on = DayField(label="Last day it may be used", help_text="For example, 31 3 2010")
