"""What people fill in to declare an interest, a gift, or that there is nothing."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from pbc_web.accounts.models import Person
from pbc_web.governance.actions import GiftFacts, InterestFacts
from pbc_web.governance.models import Gift, Interest
from pbc_web.governance.states import GIFT_KINDS, KIND_MEANS, KINDS, SAYS, THROUGH, TIES
from pbc_web.organisations.models import OPEN_END, Organisation
from pbc_web.organisations.queries import found_by
from pbc_web.shell.form_fields import DayField, PoundsField, WordsField

NEAR = 5
NO_ADDRESS = (
    "Everybody who reads the register reads this. No private address, no patient, and nobody of your household by name."
)
REASON = "Say why, for whoever keeps the register"


class NameField(WordsField):
    """A name on one line."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=120, widget=forms.TextInput(), **options)


def organisation_named(said: str, *, is_other: bool) -> Organisation | str:
    """The one organisation of a code or a name; a name alone where it is none, which has to be said where some are like it."""
    exact = [each for each in found_by(said) if said.casefold() in (each.code.casefold(), each.name.casefold())]
    if len(exact) == 1:
        return exact[0]
    near = exact or list(found_by(said)[:NEAR])
    if near and not is_other:
        known = "; ".join(f"{each.code} for {each.name}" for each in near[:NEAR])
        raise ValidationError(f"Enter a code: {known}. If it is none of these, say so below")
    return said


class _Form(forms.Form):
    """Fields of which a page shows some, by name."""

    def __init__(self, *given: Any, only: Iterable[str] = (), without: Iterable[str] = (), **more: Any) -> None:
        super().__init__(*given, **more)
        for name in list(self.fields):
            if (only and name not in only) or name in without:
                del self.fields[name]

    def _resolve(self, said: dict[str, Any], field: str = "where") -> None:
        if said.get(field):
            try:
                said["about" if field == "where" else field] = organisation_named(
                    said[field], is_other=bool(said.get("is_other"))
                )
            except ValidationError as fault:
                self.add_error(field, fault)


class InterestForm(_Form):
    """An interest, or what of it has changed."""

    kind = forms.ChoiceField(
        label="What kind of interest is it?", choices=list(KINDS.items()), widget=forms.RadioSelect,
        error_messages={"required": "Choose the kind of interest"},
    )  # fmt: skip
    where = NameField(
        label="In which organisation?", help_text="Its code, or its name. A company in no register stands under the name you enter.",
        error_messages={"required": "Enter the organisation"},
    )  # fmt: skip
    is_other = forms.BooleanField(required=False, label="It is none of the organisations this service knows")
    tie = forms.ChoiceField(label="What is the tie?", choices=[(code, words[0]) for code, words in TIES.items()])
    percent = forms.DecimalField(
        required=False, min_value=0, max_value=100, decimal_places=2, label="Percentage of the shares", widget=forms.TextInput,
        help_text="If you know it, like 12.5",
    )  # fmt: skip
    through = forms.ChoiceField(
        required=False, label="Through whom?", choices=[("", "Through nobody"), *THROUGH.items()],
        help_text="For an indirect interest. The relation only: nobody of a household is ever named.",
    )  # fmt: skip
    words = WordsField(
        label="What is it?", max_length=1_000, help_text=NO_ADDRESS, error_messages={"required": "Say what it is"}
    )
    starts_on = DayField(label="Since when?", error_messages={"required": "Enter the day it began"})
    last_day = DayField(required=False, label="Last day", help_text="If it has ended, or its end is known.")
    since = DayField(label="From when is that so?", error_messages={"required": "Enter the day from which it is so"})
    reason = WordsField(label="Why?", max_length=1_000, help_text=REASON, error_messages={"required": "Say why"})
    number = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *given: Any, last: Interest | None = None, **more: Any) -> None:
        if last is not None:
            more["initial"] = {
                "kind": last.kind, "where": last.organisation.code if last.organisation else last.named,
                "is_other": last.party is not None, "tie": last.tie, "percent": last.percent, "through": last.through,
                "words": last.words, "starts_on": last.starts_on, "last_day": last.last_day, "number": last.number,
            }  # fmt: skip
        super().__init__(*given, **more)
        if "kind" in self.fields:
            self.fields["kind"].choice_hints = KIND_MEANS  # type: ignore[attr-defined]  # read by the template of fields

    def clean(self) -> dict[str, Any]:
        """This returns what was said, with the organisation found and what does not go together told."""
        said = self.cleaned_data
        self._resolve(said)
        if "kind" in said and (said["kind"] == "indirect") != bool(said.get("through")):
            self.add_error("through", "Say through whom an indirect interest is, and of no other kind")
        if said.get("tie") == "household" and not said.get("through"):
            self.add_error("tie", "What somebody of the household has is an indirect interest")
        if said.get("percent") is not None and (said.get("tie") != "shareholder" or not said["percent"]):
            self.add_error("percent", "Only shares have a percentage, above 0")
        if said.get("last_day") and said.get("starts_on") and said["last_day"] < said["starts_on"]:
            self.add_error("last_day", "The last day is before the first")
        return said


def facts_of(said: dict[str, Any], last: Interest | None = None) -> InterestFacts:
    """This returns what a form says of an interest, what it does not ask as it last stood."""
    held: dict[str, Any] = {}
    if last is not None:
        held = {
            name: getattr(last, name)
            for name in ("kind", "tie", "words", "starts_on", "ends_before", "through", "percent")
        }
        held["about"] = last.organisation or last.named
    held |= {name: value for name, value in said.items() if name in InterestFacts.__dataclass_fields__}
    if "last_day" in said:
        held["ends_before"] = said["last_day"] + timedelta(days=1) if said["last_day"] else OPEN_END
    return InterestFacts(**held)


class GiftForm(_Form):
    """A gift or hospitality."""

    kind = forms.ChoiceField(
        label="What was offered?", choices=list(GIFT_KINDS.items()), widget=forms.RadioSelect,
        error_messages={"required": "Choose gift or hospitality"},
    )  # fmt: skip
    where = NameField(
        label="By which organisation?", help_text="Its code, or its name. Never the name of a patient: enter “a patient” instead.",
        error_messages={"required": "Enter who offered it"},
    )  # fmt: skip
    is_other = forms.BooleanField(required=False, label="It is none of the organisations this service knows")
    words = WordsField(
        label="What was it?", max_length=1_000, help_text=NO_ADDRESS, error_messages={"required": "Say what it was"}
    )
    worth = PoundsField(
        label="What is it worth?",
        help_text="In pounds; an estimate will do.",
        error_messages={"required": "Enter its worth"},
    )
    is_accepted = forms.ChoiceField(
        label="Was it accepted?", choices=[("yes", "Accepted"), ("no", "Refused")], widget=forms.RadioSelect,
        error_messages={"required": "Choose accepted or refused"},
    )  # fmt: skip
    why = WordsField(
        label="Why was it offered, and accepted or refused?", max_length=1_000, error_messages={"required": "Say why"}
    )
    offered_on = DayField(label="When was it offered?", error_messages={"required": "Enter the day"})
    reason = WordsField(
        label="Why do you correct it?", max_length=1_000, help_text=REASON, error_messages={"required": "Say why"}
    )
    number = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *given: Any, last: Gift | None = None, **more: Any) -> None:
        if last is not None:
            more["initial"] = {
                "kind": last.kind, "where": last.organisation.code if last.organisation else last.named,
                "is_other": last.party is not None, "words": last.words, "worth": f"{last.worth_pence / 100:.2f}",
                "is_accepted": "yes" if last.is_accepted else "no", "why": last.why, "offered_on": last.offered_on,
                "number": last.number,
            }  # fmt: skip
        super().__init__(*given, **more)

    def clean(self) -> dict[str, Any]:
        """This returns what was said, with the organisation found."""
        self._resolve(self.cleaned_data)
        return self.cleaned_data


def gift_of(said: dict[str, Any], last: Gift | None = None) -> GiftFacts:
    """This returns what a form says of a gift, or the gift as it last stood where the form asks for a reason alone."""
    if "kind" not in said and last is not None:
        return GiftFacts(
            last.kind,
            last.organisation or last.named,
            last.words,
            last.worth_pence,
            last.is_accepted,
            last.why,
            last.offered_on,
        )
    return GiftFacts(
        said["kind"],
        said["about"],
        said["words"],
        said["worth"],
        said["is_accepted"] == "yes",
        said["why"],
        said["offered_on"],
    )


class _FromPaper(forms.Form):
    """Whose it is, and the day on the paper."""

    person = forms.ChoiceField(required=False, label="Whose is it?")
    declared_on = DayField(
        label="Declared on", help_text="The day on the paper.", error_messages={"required": "Enter the day"}
    )

    def __init__(self, *given: Any, people: Iterable[Person], **more: Any) -> None:
        super().__init__(*given, **more)
        own = dict.fromkeys((str(each.id), each.name) for each in people)
        self.fields["person"].choices = [("", "Choose"), *own]


class InterestFromPaper(_FromPaper, InterestForm):
    """An interest of somebody else, or of an organisation such as the commissioner's own provider service."""

    holder = NameField(
        required=False,
        label="Or of which organisation?",
        help_text="For a tie between organisations: its code, or its name.",
    )
    field_order = ("person", "holder", "declared_on")

    def clean(self) -> dict[str, Any]:
        """This returns what was said, of one person or one organisation."""
        said = super().clean()
        if bool(said.get("person")) == bool(said.get("holder")):
            self.add_error("person", "Choose a person, or enter an organisation")
        self._resolve(said, "holder")
        return said


class GiftFromPaper(_FromPaper, GiftForm):
    """A gift or hospitality of somebody else."""

    field_order = ("person", "declared_on")

    def clean(self) -> dict[str, Any]:
        """This returns what was said, of one person."""
        said = super().clean()
        if not said.get("person"):
            self.add_error("person", "Choose a person")
        return said


class ConfirmFromPaper(_FromPaper):
    """On paper somebody said that there is nothing, or that all is complete."""

    says = forms.ChoiceField(
        label="What does the paper say?", choices=list(SAYS.items()), widget=forms.RadioSelect,
        error_messages={"required": "Choose what the paper says"},
    )  # fmt: skip

    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        self.fields["person"].required = True


class FindForm(forms.Form):
    """Which entries of a register to show."""

    who = forms.CharField(required=False, max_length=120, label="Who")
    where = forms.CharField(required=False, max_length=120, label="In which organisation")
    past = forms.BooleanField(required=False, label="Also what is published no longer")
