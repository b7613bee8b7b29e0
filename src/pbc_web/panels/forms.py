"""What people fill in to keep a panel: what it is, who sits on it, when it meets, who was there."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from pbc_web.accounts.models import Appointment
from pbc_web.panels.models import Meeting, Member, Panel
from pbc_web.shell.form_fields import DayField, WordsField
from pbc_web.shell.typed_days import day_typed

EXAMPLE = "18 June 2009, 4 June 2009"


class PanelForm(forms.Form):
    """What a panel is."""

    name = WordsField(
        label="What is it called?",
        max_length=80,
        widget=forms.TextInput(),
        error_messages={"required": "Enter its name"},
    )
    starts_on = DayField(label="From when does it decide?", error_messages={"required": "Enter the first day"})
    quorum = forms.IntegerField(
        label="How many voting members make a quorum?", min_value=1, max_value=50, widget=forms.TextInput(attrs={"inputmode": "numeric"}),
        error_messages={"required": "Enter how many make a quorum"},
    )  # fmt: skip
    alternate = forms.ChoiceField(
        required=False, label="Which panel decides where too few of yours may take part?",
        help_text="The panel of a commissioner of the same region.",
    )  # fmt: skip

    def __init__(self, *given: Any, neighbours: Iterable[Panel], least: int, held: Panel | None, **more: Any) -> None:
        if held is not None:
            columns = ("name", "starts_on", "quorum")
            more["initial"] = {name: getattr(held, name) for name in columns} | {"alternate": held.alternate_id or ""}
        super().__init__(*given, **more)
        self.panels = {str(each.id): each for each in neighbours}
        self.fields["alternate"].choices = [("", "None"), *((key, str(each)) for key, each in self.panels.items())]
        self.fields["quorum"].help_text = f"{least} or more."

    def clean(self) -> dict[str, Any]:
        """This returns what was said, with the panel found that stands in."""
        said = self.cleaned_data
        said["alternate"] = self.panels.get(said.get("alternate", ""))
        return said


class SeatForm(forms.Form):
    """Who sits on a panel, and how."""

    person = forms.ChoiceField(label="Who?", error_messages={"required": "Choose who"})
    seat = forms.ChoiceField(
        label="How do they sit on it?", widget=forms.RadioSelect, error_messages={"required": "Choose how they sit on it"},
        choices=[("voting", "With a vote"), ("chair", "As its chair, with a vote"), ("speaking", "Without a vote")],
    )  # fmt: skip
    starts_on = DayField(label="From when?", error_messages={"required": "Enter the first day"})

    def __init__(self, *given: Any, people: Iterable[Appointment], **more: Any) -> None:
        super().__init__(*given, **more)
        self.people = {str(each.id): each for each in people}
        named = ((key, f"{each.person.name}, {each.role.title}") for key, each in self.people.items())
        self.fields["person"].choices = [("", "Choose"), *named]


class EndForm(forms.Form):
    """Until when somebody sits on a panel."""

    last_day = DayField(label="What is their last day?", error_messages={"required": "Enter the last day"})


class PlanForm(forms.Form):
    """Several meetings at once."""

    days = WordsField(
        label="Meetings, one a line", help_text=f"The day of the meeting, then the last day for papers, like {EXAMPLE}.",
        error_messages={"required": "Enter at least one meeting"},
    )  # fmt: skip
    lead = forms.IntegerField(
        required=False, min_value=0, max_value=90, label="Days from papers to meeting, where a line has no day for papers",
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """This returns what was said, with `meetings`: of each the day and its papers' last day."""
        said = self.cleaned_data
        lines = [each for each in said.get("days", "").split("\n") if each.strip()]
        try:
            said["meetings"] = [_meeting(line, said.get("lead")) for line in lines]
        except ValidationError as fault:
            self.add_error("days", fault)
        return said


def _meeting(line: str, lead: int | None) -> tuple[date, date]:
    days = [_day(part) for part in re.split(r"[,;\t]", line) if part.strip()]
    if len(days) == 1 and lead is not None and days[0] > date.min + timedelta(days=lead):
        return days[0], days[0] - timedelta(days=lead)
    if len(days) != 2:
        raise ValidationError(
            f"“{line.strip()}” must be the day of a meeting and the last day for papers, like {EXAMPLE}"
        )
    return days[0], days[1]


def _day(typed: str) -> date:
    found, is_day = day_typed(typed) or (None, False)
    if found is None or not is_day:
        raise ValidationError(f"“{typed.strip()}” must be a real date, like 18 June 2009")
    return found


class MoveForm(forms.Form):
    """The day of a meeting, and its papers'."""

    meets_on = DayField(label="When is it held?", error_messages={"required": "Enter the day of the meeting"})
    papers_due_on = DayField(
        label="Until when are papers taken?", error_messages={"required": "Enter the last day for papers"}
    )

    def __init__(self, *given: Any, meeting: Meeting, **more: Any) -> None:
        more["initial"] = {"meets_on": meeting.meets_on, "papers_due_on": meeting.papers_due_on}
        super().__init__(*given, **more)


class CancelForm(forms.Form):
    """Why a meeting is cancelled."""

    reason = WordsField(label="Why is it cancelled?", max_length=400, error_messages={"required": "Say why"})


class AttendForm(forms.Form):
    """Who was at a meeting."""

    present = forms.MultipleChoiceField(required=False, label="Who was there?", widget=forms.CheckboxSelectMultiple)

    def __init__(self, *given: Any, members: Iterable[Member], was_there: Iterable[int], **more: Any) -> None:
        more["initial"] = {"present": [str(each) for each in was_there]}
        super().__init__(*given, **more)
        self.fields["present"].choices = [(str(each.person_id), each.person.name) for each in members]
