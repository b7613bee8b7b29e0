"""The form of a gain-share agreement: every part is asked for, none has a default."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from pbc.policy import gain_share as names
from pbc_web.organisations.models import Organisation
from pbc_web.shell.form_fields import WordsField

GATES = (
    ("no_gate", "Every saving counts"), ("minimum_savings_rate", "From a minimum savings rate on"),
    ("outside_chance", "Only outside what luck alone explains"),
)  # fmt: skip
SIDES = (("savings_only", "Savings only"), ("savings_and_losses", "Savings and losses"))
LOSSES = ("loss_least", "loss_most", "loss_cap", "loss_revenue")
OF_FIELD = {
    "share": names.SHARE, "gate": names.GATE, "rates": names.RATES, "floor": names.FLOOR, "scales": names.SCALES, "cap": names.CAP,
    "side": names.SIDE, "loss_least": names.LEAST, "loss_most": names.MOST, "loss_cap": names.LOSS_CAP,
    "loss_revenue": names.LOSS_REVENUE, "partners": names.PARTNERS,
}  # fmt: skip


def _share_of(typed: str) -> float:
    """A share from a percentage as people type it; what lies outside 0 to 100 is told."""
    try:
        share = Decimal(typed.strip().removesuffix("%").strip()) / 100
    except InvalidOperation:
        raise ValidationError("Enter a percentage, like 60 or 2.5") from None
    if not share.is_finite():  # "nan" is a number to Decimal, and can be compared with none
        raise ValidationError("Enter a percentage, like 60 or 2.5")
    if not 0 <= share <= 1:
        raise ValidationError("Enter a percentage from 0 to 100")
    return float(share)


class PercentField(forms.CharField):
    """A percentage typed, kept as a share."""

    def to_python(self, value: Any) -> Any:
        """This returns the share, or nothing where nothing was typed."""
        typed = super().to_python(value)
        return _share_of(typed) if typed else None


class PercentsField(forms.CharField):
    """Lines of a name, or a number of people, with a percentage each: kept as shares by name."""

    widget = forms.Textarea

    def to_python(self, value: Any) -> dict[str, float]:
        """This returns shares by what stands before the colon."""
        found: dict[str, float] = {}
        for line in filter(None, map(str.strip, (super().to_python(value) or "").splitlines())):
            name, colon, percent = line.rpartition(":")
            if not colon or not name.strip():
                raise ValidationError("Write one on each line: a name, a colon and a percentage")
            if name.strip() in found:
                raise ValidationError(f"{name.strip()} stands there twice")
            found[name.strip()] = _share_of(percent)
        return found


class GainShareForm(forms.Form):
    """All parts of a signed paper, as it says them."""

    partner = forms.ChoiceField(
        label="Who signs for the partners?", error_messages={"required": "Choose who signs"},
        help_text="A group of practices. It signs for all who hold a budget, and they are all told",
    )  # fmt: skip
    document = forms.CharField(label="Reference of the paper", max_length=120)
    share = PercentField(label="Share that the partners keep", help_text="Percent of a saving. For example, 60")
    gate = forms.ChoiceField(label="When does a saving count?", choices=GATES, widget=forms.RadioSelect)
    rates = PercentsField(
        label="Minimum savings rates", required=False,
        help_text="Only where there is one. On each line a number of people and a percentage of the benchmark: 5000: 3.9",
    )  # fmt: skip
    floor = PercentField(
        label="Quality floor", help_text="Percent of the best score, below which nothing is earned. 0 is none"
    )
    scales = forms.ChoiceField(
        label="Does the share follow the quality score?",
        choices=(("yes", "Yes"), ("no", "No")),
        widget=forms.RadioSelect,
    )
    cap = PercentField(label="Cap", help_text="The most that is paid, as a percentage of the benchmark. 100 is none")
    side = forms.ChoiceField(label="What is shared?", choices=SIDES, widget=forms.RadioSelect)
    loss_least = PercentField(
        label="Least part of a loss that partners bear", required=False, help_text="With losses only"
    )
    loss_most = PercentField(label="Most of a loss that partners bear", required=False, help_text="With losses only")
    loss_cap = PercentField(label="Most owed, of the benchmark", required=False, help_text="With losses only")
    loss_revenue = PercentField(
        label="Most owed, of the partners' revenue", required=False, help_text="With losses only. 100 is no such limit"
    )
    partners = PercentsField(
        label="Partners and their parts", help_text="One on each line, together 100: Neighbourhood provider: 80"
    )

    def __init__(self, *given: Any, partners: list[Organisation], **more: Any) -> None:
        super().__init__(*given, **more)
        self.known = {str(each.id): each for each in partners}
        self.fields["partner"].choices = [("", "Choose one"), *((key, each.name) for key, each in self.known.items())]

    def clean_rates(self) -> dict[str, float]:
        """This returns rates by whole numbers of people, the larger the smaller."""
        typed: dict[str, float] = self.cleaned_data["rates"]
        if not all(people.isdecimal() and len(people) < 10 for people in typed):
            raise ValidationError("Before each colon stands a whole number of people")
        rates = {str(int(people)): rate for people, rate in typed.items()}
        if len(rates) < len(typed):
            raise ValidationError("A number of people stands there twice")
        ordered = [rates[people] for people in sorted(rates, key=int)]
        if ordered != sorted(ordered, reverse=True):
            raise ValidationError("The larger the number of people, the smaller the rate")
        return rates

    def clean_partners(self) -> dict[str, float]:
        """This returns the partners' parts, which are all of it."""
        parts: dict[str, float] = self.cleaned_data["partners"]
        if sum(map(Decimal, map(str, parts.values()))) != 1:
            raise ValidationError("The parts must be 100 together")
        for name in parts:
            WordsField().clean(name)  # refuses what looks like a patient
        return parts

    def clean(self) -> dict[str, Any]:
        """This returns everything; rates go with their gate, and limits of a loss with losses."""
        said = self.cleaned_data
        if said.get("gate") == "minimum_savings_rate" and not said.get("rates"):
            self.add_error("rates", "Enter at least one rate, as the gate needs it")
        if said.get("side") == "savings_and_losses":
            for name in LOSSES:
                if said.get(name) is None and name not in self.errors:
                    self.add_error(name, "Enter a percentage, as losses are shared")
            if (said.get("loss_least") or 0) > (1 if said.get("loss_most") is None else said["loss_most"]):
                self.add_error("loss_most", "The most cannot be below the least")
        return said

    def terms(self) -> dict[str, Any]:
        """This returns the terms by the names of the rules' values; what is no part of this agreement is left out."""
        said = self.cleaned_data | {"scales": self.cleaned_data["scales"] == "yes"}
        left_out = [] if said["side"] == "savings_and_losses" else [*LOSSES]
        left_out += [] if said["gate"] == "minimum_savings_rate" else ["rates"]
        return {value: said[name] for name, value in OF_FIELD.items() if name not in left_out}


class WithdrawForm(forms.Form):
    """Why a version is withdrawn."""

    reason = WordsField(label="Why is it withdrawn?", max_length=1_000)
