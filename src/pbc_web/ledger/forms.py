"""What people fill in on the pages of the books."""

from __future__ import annotations

from typing import Any

from django import forms

from pbc.errors import RefusedInput
from pbc.periods import Month
from pbc_web.accounts.models import Person
from pbc_web.ledger.states import MEANS, MOVE_WORDS, MOVES
from pbc_web.shell.form_fields import DayField, WordsField

NO_CODE = {
    "invalid": "Enter the code as your ledger has it, like 52110",
    "required": "Enter the code as your ledger has it, like 52110",
}


ACCOUNTS = {
    "expenditure": "Expenditure", "accruals": "Accruals", "prepayments": "Prepayments", "payables": "Owed to suppliers",
    "disputes": "In dispute",
}  # fmt: skip


class AccountField(forms.RegexField):
    """An account code as the ledger has it."""

    def __init__(self, **more: Any) -> None:
        super().__init__(r"^[A-Za-z0-9.-]{1,20}$", error_messages=NO_CODE, **more)


class ReconcileForm(forms.Form):
    """Which month is reconciled, and how far later deliveries are read."""

    month = forms.ChoiceField(label="Month to reconcile")
    read_to = forms.CharField(
        required=False, max_length=7, label="Read deliveries and invoices on to",
        help_text="For a year end. A later month, like 2010-06; leave it empty to read up to the month itself.",
    )  # fmt: skip

    def __init__(self, *given: Any, months: list[Month], **more: Any) -> None:
        super().__init__(*given, **more)
        self.fields["month"].choices = [(str(each), each.title) for each in months]

    def clean(self) -> dict[str, Any]:
        """This returns the month, and a later one to read on to."""
        said = self.cleaned_data
        if said.get("read_to") and said.get("month"):
            try:
                is_later = Month.parse(said["read_to"]) > Month.parse(said["month"])
            except RefusedInput:
                self.add_error("read_to", "Enter a month like 2010-06")
            else:
                if not is_later:
                    self.add_error("read_to", "Enter a month after the one to reconcile")
        return said


class OwnerForm(forms.Form):
    """Whose a difference is, and by when it is settled."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    owner = forms.ChoiceField(label="Owner", error_messages={"required": "Choose who is to settle it"})
    due_on = DayField(label="Settle it by", help_text="For example, 31 5 2010. A reminder is sent before.")

    def __init__(self, *given: Any, people: list[Person], **more: Any) -> None:
        super().__init__(*given, **more)
        self.fields["owner"].choices = [(str(each.id), each.name) for each in people]


class MoveForm(forms.Form):
    """Where a difference stands now, and why."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    move = forms.ChoiceField(
        label="What has become of it?", widget=forms.RadioSelect, error_messages={"required": "Choose what has become of it"}
    )  # fmt: skip
    reason = WordsField(
        label="Reason", max_length=2_000, help_text="The hospital can read this. Do not name a patient: give the number of a record."
    )  # fmt: skip

    def __init__(self, *given: Any, state: str, **more: Any) -> None:
        super().__init__(*given, **more)
        self.fields["move"].choices = [(each, MOVE_WORDS[each]) for each in MOVES[state]]
        self.fields["move"].choice_hints = {each: MEANS[each] for each in MOVES[state]}


class WriteForm(forms.Form):
    """What is said about a difference, by either side."""

    words = WordsField(
        label="Your words", max_length=2_000, help_text="The other side can read this. Do not name a patient: give the number of a record."
    )  # fmt: skip


class JournalForm(forms.Form):
    """The ledger's own account codes, by the names the engine has for them; nothing of it is kept."""

    expenditure = AccountField(label="Account for what is bought")
    accruals = AccountField(label="Account for what is owed and not yet invoiced")
    prepayments = AccountField(label="Account for what was paid on account ahead of care")
    payables = AccountField(label="Account for invoices posted and owed to suppliers")
    disputes = AccountField(label="Account for what is in dispute or to be claimed back")
