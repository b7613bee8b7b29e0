"""What people fill in about a case under way."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django import forms

from pbc.reports.benefit_pages import PODS
from pbc_web.accounts.models import Person
from pbc_web.mobilisation.actions import Planned
from pbc_web.mobilisation.models import Milestone
from pbc_web.mobilisation.states import NEEDS_REASON, RISKS
from pbc_web.organisations.models import Organisation
from pbc_web.shell.form_fields import DayField, PoundsField, WordsField
from pbc_web.shell.words import day


class MilestoneForm(forms.Form):
    """What a milestone is; of one that is there, why its day is moved."""

    title = WordsField(
        label="What is to be done?", max_length=120, widget=forms.TextInput(), error_messages={"required": "Say what is to be done"}
    )  # fmt: skip
    owner = forms.ChoiceField(label="Who sees to it?", error_messages={"required": "Choose who sees to it"})
    due_on = DayField(label="By when?", error_messages={"required": "Enter the day it is due"})
    depends_on = forms.ChoiceField(label="Which other does it wait for?", required=False)
    risk = forms.ChoiceField(
        label="How likely is it to slip?", choices=list(RISKS.items()), widget=forms.RadioSelect,
        error_messages={"required": "Choose how likely it is to slip"},
    )  # fmt: skip
    risk_words = WordsField(
        label="What could go wrong?", max_length=300, required=False, widget=forms.TextInput()
    )  # fmt: skip
    reason = WordsField(
        label="Why is it moved?", max_length=1_000, required=False,
        help_text="Needed if you change the day. Every earlier day stays on record."
    )  # fmt: skip

    def __init__(
        self, *given: Any, people: Iterable[Person], named: Mapping[int, str], others: Iterable[Milestone],
        held: Milestone | None = None, **more: Any,
    ) -> None:  # fmt: skip
        if held is not None:
            same = {name: getattr(held, name) for name in ("title", "due_on", "risk", "risk_words")}
            more["initial"] = same | {"owner": str(held.owner_id), "depends_on": str(held.depends_on_id or "")}
        super().__init__(*given, **more)
        self.held = held
        self.people = {str(each.id): each for each in people}
        self.others = {str(each.id): each for each in others}
        names = ((key, named[each.id]) for key, each in self.people.items())
        self.fields["owner"].choices = [("", "Choose"), *names]  # type: ignore[attr-defined]  # a choice field
        waits = ((key, each.title) for key, each in self.others.items())
        self.fields["depends_on"].choices = [("", "None"), *waits]  # type: ignore[attr-defined]  # a choice field
        if held is None:
            del self.fields["reason"]

    def clean(self) -> dict[str, Any]:
        """This returns what was said; a day moved without its reason is a mistake of the form."""
        said = self.cleaned_data
        is_moved = self.held is not None and said.get("due_on") not in (None, self.held.due_on)
        if is_moved and not said.get("reason"):
            self.add_error("reason", "Say why the day is moved")
        return said

    @property
    def planned(self) -> Planned:
        """What was said, with person and milestone found."""
        said = self.cleaned_data
        return Planned(
            said["title"], self.people[said["owner"]], said["due_on"], self.others.get(said["depends_on"]), said["risk"],
            said["risk_words"],
        )  # fmt: skip


class MoveForm(forms.Form):
    """Why a milestone is dropped or opened again, or how it was done."""

    reason = WordsField(label="Why?", max_length=1_000, error_messages={"required": "Say why"})

    def __init__(self, *given: Any, move: str, **more: Any) -> None:
        super().__init__(*given, **more)
        if move not in NEEDS_REASON:
            self.fields["reason"].required = False
            self.fields["reason"].label = "What was done?"


class ServiceForm(forms.Form):
    """The day a service changed; of one recorded before, why the day is corrected."""

    happened_on = DayField(
        label="On which day did the service change?", error_messages={"required": "Enter the day"},
        help_text="The first day on which a patient could be seen in the changed service, or the last of one that stopped.",
    )  # fmt: skip
    reason = WordsField(label="Why is it corrected?", max_length=1_000, error_messages={"required": "Say why"})

    def __init__(self, *given: Any, recorded_on: date | None, approved_on: date, today: date, **more: Any) -> None:
        self.approved_on, self.today = approved_on, today
        if recorded_on is not None:
            more["initial"] = {"happened_on": recorded_on}
        super().__init__(*given, **more)
        if recorded_on is None:
            del self.fields["reason"]

    def clean_happened_on(self) -> date:
        """This returns the day; one before the approval, or still to come, is a mistake of the form."""
        typed: date = self.cleaned_data["happened_on"]
        if not self.approved_on <= typed <= self.today:
            raise forms.ValidationError(
                f"A service changes after its approval, and is recorded once it has: enter a day from {day(self.approved_on)} to "
                f"{day(self.today)}"
            )  # fmt: skip
        return typed


class BenefitForm(forms.Form):
    """What a case promises, and by what it will be judged."""

    practices = forms.MultipleChoiceField(
        label="At which practices does the service change?", widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one practice"},
    )  # fmt: skip
    starts = forms.CharField(
        label="In which month does it change?", max_length=7,
        help_text="A month like 2009-04. Comparators are frozen from its first day.",
        error_messages={"required": "Enter the month"},
    )  # fmt: skip
    title = WordsField(
        label="What is counted?", max_length=120, widget=forms.TextInput(), help_text="In words, like: first dermatology attendances.",
        error_messages={"required": "Say what is counted"},
    )  # fmt: skip
    points_of_delivery = forms.MultipleChoiceField(
        label="Which kinds of activity?", widget=forms.CheckboxSelectMultiple, choices=list(PODS.items()),
        error_messages={"required": "Choose at least one kind of activity"},
    )  # fmt: skip
    specialties = WordsField(
        label="Which specialties?", max_length=200, required=False, widget=forms.TextInput(),
        help_text="Codes, a comma between. Empty for all.",
    )  # fmt: skip
    hrg_codes = WordsField(label="Which price groups?", max_length=200, required=False, widget=forms.TextInput())
    hospitals = WordsField(label="Which hospitals?", max_length=200, required=False, widget=forms.TextInput())
    counted_in = forms.ChoiceField(
        label="What is it judged by?", widget=forms.RadioSelect, choices=[("contacts", "Contacts"), ("cost", "Cost")],
        error_messages={"required": "Choose what it is judged by"},
    )  # fmt: skip
    better = forms.ChoiceField(
        label="Which way is better?", widget=forms.RadioSelect, choices=[("lower", "Lower"), ("higher", "Higher")],
        error_messages={"required": "Choose which way is better"},
    )  # fmt: skip
    contacts_a_year = forms.IntegerField(
        label="By how many contacts does a full year improve?", min_value=0, widget=forms.TextInput(attrs={"inputmode": "numeric"}),
        error_messages={"required": "Enter how many contacts"},
    )  # fmt: skip
    pounds_a_year = PoundsField(
        label="By how many pounds?", error_messages={"required": "Enter how many pounds"}
    )  # fmt: skip
    phase_in_months = forms.IntegerField(
        label="Over how many months does it come about?", min_value=0, max_value=120, help_text="0 if at once.",
        widget=forms.TextInput(attrs={"inputmode": "numeric"}), error_messages={"required": "Enter how many months"},
    )  # fmt: skip
    chosen_on = DayField(label="Day of the choice", required=False, help_text="Made-up data has no today.")

    def __init__(self, *given: Any, practices: Iterable[Organisation], is_made_up: bool, **more: Any) -> None:
        super().__init__(*given, **more)
        named = [(each.code, each.name) for each in practices]
        self.fields["practices"].choices = named  # type: ignore[attr-defined]  # a choice field
        if not is_made_up:
            del self.fields["chosen_on"]

    @property
    def said(self) -> dict[str, Any]:
        """What was said, as the engine takes a case, but for its name."""
        said = self.cleaned_data
        codes = {
            name: [each.strip() for each in said[name].split(",") if each.strip()]
            for name in ("specialties", "hrg_codes", "hospitals")
        }
        measure = {name: said[name] for name in ("title", "points_of_delivery", "counted_in", "better")}
        promise = {name: said[name] for name in ("contacts_a_year", "phase_in_months")}
        return {
            "practices": said["practices"], "starts": said["starts"], "measure": measure | codes,
            "promise": promise | {"pounds_a_year": said["pounds_a_year"] / 100},
        }  # fmt: skip
