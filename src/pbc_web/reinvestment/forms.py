"""What people fill in about uses of pots, their money, and exceptions."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms

from pbc.periods import FinancialYear
from pbc_web.organisations.models import Organisation
from pbc_web.reinvestment.models import UseOfPot
from pbc_web.shell.form_fields import PoundsField, WordsField
from pbc_web.shell.words import amount
from pbc_web.statements.models import Pot


class BeginForm(forms.Form):
    """A new use of a pot."""

    title = WordsField(
        label="What is it called?", max_length=120, widget=forms.TextInput(), help_text="Like: A scanner for the heart clinic",
        error_messages={"required": "Enter what it is called"},
    )  # fmt: skip


class ChooseForm(forms.Form):
    """Which pot a use is paid from."""

    pot = forms.ChoiceField(
        label="Which pot is it paid from?", widget=forms.RadioSelect, error_messages={"required": "Choose the pot"}
    )

    def __init__(self, *given: Any, pots: Iterable[tuple[Pot, str]], **more: Any) -> None:
        super().__init__(*given, **more)
        held = list(pots)
        self.pots = {str(pot.id): pot for pot, _ in held}
        self.fields["pot"].choices = [(str(pot.id), words) for pot, words in held]


class SpendForm(forms.Form):
    """A part that was spent. `left` is what was left as the page was opened: sent twice, it is recorded once."""

    amount = PoundsField(label="How much was spent?", error_messages={"required": "Enter how much was spent"})
    words = WordsField(label="On what?", max_length=400, error_messages={"required": "Say on what"})
    left = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *given: Any, use: UseOfPot, **more: Any) -> None:
        super().__init__(*given, initial={"left": use.left_pence}, **more)
        self.use = use

    def clean(self) -> dict[str, Any]:
        """This returns what was said; more than is left and available is a mistake of the form, as long as nobody recorded anything
        since it was opened."""
        said, most = self.cleaned_data, max(min(self.use.left_pence, self.use.pot.left_pence), 0)
        typed = said.get("amount")
        if typed is not None and said.get("left") == self.use.left_pence and not 0 < typed <= most:
            self.add_error(
                "amount",
                f"Enter an amount above nothing, and no more than the {amount(most)} that is left and available",
            )
        return said


class WordsForm(forms.Form):
    """Why something is done."""

    words = WordsField(label="Why?", max_length=1_000, error_messages={"required": "Say why"})


class ExceptionForm(forms.Form):
    """Another share than the year's rule."""

    commissioner = forms.ChoiceField(
        label="Which commissioner?", error_messages={"required": "Choose the commissioner"}
    )
    year = forms.ChoiceField(label="Which year's freed-up money?", error_messages={"required": "Choose the year"})
    practices_percent = forms.DecimalField(
        label="Percentage the practices keep", min_value=0, max_value=100, decimal_places=2, max_digits=5, widget=forms.TextInput,
        help_text="The commissioner keeps the rest.", error_messages={"required": "Enter the percentage the practices keep"},
    )  # fmt: skip
    words = WordsField(
        label="What is agreed, and why?", max_length=1_000, error_messages={"required": "Say what is agreed, and why"}
    )

    def __init__(self, *given: Any, below: Iterable[Organisation], years: Iterable[FinancialYear], **more: Any) -> None:
        super().__init__(*given, **more)
        self.below = {each.code: each for each in below}
        self.fields["commissioner"].choices = [
            ("", "Choose"),
            *((code, each.name) for code, each in self.below.items()),
        ]
        self.fields["year"].choices = [(each.slug, str(each)) for each in years]
