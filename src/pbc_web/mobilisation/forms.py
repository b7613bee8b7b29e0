"""What people fill in about a case under way."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms

from pbc_web.accounts.models import Person
from pbc_web.mobilisation.actions import Planned
from pbc_web.mobilisation.models import Milestone
from pbc_web.mobilisation.states import NEEDS_REASON, RISKS
from pbc_web.shell.form_fields import DayField, WordsField


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
        self, *given: Any, people: Iterable[Person], others: Iterable[Milestone], held: Milestone | None = None, **more: Any
    ) -> None:  # fmt: skip
        if held is not None:
            same = {name: getattr(held, name) for name in ("title", "due_on", "risk", "risk_words")}
            more["initial"] = same | {"owner": str(held.owner_id), "depends_on": str(held.depends_on_id or "")}
        super().__init__(*given, **more)
        self.held = held
        self.people = {str(each.id): each for each in people}
        self.others = {str(each.id): each for each in others}
        names = ((key, each.name) for key, each in self.people.items())
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

    def __init__(self, *given: Any, recorded_on: date | None, **more: Any) -> None:
        if recorded_on is not None:
            more["initial"] = {"happened_on": recorded_on}
        super().__init__(*given, **more)
        if recorded_on is None:
            del self.fields["reason"]
