"""Forms of a round: opening it, dates, support, escalation."""

from __future__ import annotations

from typing import Any

from django import forms

from pbc.periods import FinancialYear
from pbc_web.organisations.models import Organisation
from pbc_web.shell.form_fields import DayField, WordsField


class YearForm(forms.Form):
    """Which year's budgets."""

    year = forms.ChoiceField(label="Which year's budgets do you want to open?", widget=forms.RadioSelect)

    def __init__(self, *args: Any, this_year: FinancialYear, **options: Any) -> None:
        super().__init__(*args, **options)
        years = [this_year.plus(at) for at in (-1, 0, 1)]
        self.fields["year"].choices = [(each.slug, str(each)) for each in years]


class DependencyForm(forms.Form):
    """When something is promised for, and when it came."""

    promised_on = DayField(label="Promised for", required=False, help_text="For example, 31 3 2009")
    met_on = DayField(label="Came on", required=False, help_text="Leave it empty while it has not come")


class PartyForm(forms.Form):
    """About a practice, a group, or the commissioner."""

    organisation = forms.ChoiceField(label="With whom is it agreed?")

    def __init__(self, *args: Any, organisations: list[Organisation], **options: Any) -> None:
        super().__init__(*args, **options)
        self.known = {str(each.id): each for each in organisations}
        choices = [("", "Choose one"), *((key, each.name) for key, each in self.known.items())]
        self.fields["organisation"].choices = choices

    def clean_organisation(self) -> Organisation:
        """This returns the organisation chosen."""
        return self.known[self.cleaned_data["organisation"]]


class SupportForm(PartyForm):
    """Support agreed with a practice or a group."""

    agreed_on = DayField(label="Agreed on", help_text="For example, 27 4 2009")
    what = WordsField(
        label="What is agreed?", max_length=1_000,
        help_text="The management allowance, the staff or outside help named, and the plan for what is still needed",
    )  # fmt: skip


class EscalationForm(forms.Form):
    """What is put to the region."""

    words = WordsField(
        label="What do you want the region to know?", max_length=2_000,
        help_text="Say what was promised, what came, and what you ask for. Do not name patients.",
    )  # fmt: skip
