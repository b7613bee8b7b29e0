"""What is wrong with a field in words that name it, where Django's own do not."""

from __future__ import annotations

from django.forms import FileInput
from django.forms.boundfield import BoundField
from django.forms.fields import Field


def error_of(bound: BoundField) -> str:
    """This returns the first thing wrong with a field. What a form says in its own words stands."""
    first = bound.errors.as_data()[0]
    said: str = bound.errors[0]
    if said == Field.default_error_messages["required"]:
        return _missing(bound)
    if first.code == "max_length" and said.startswith("Ensure this value"):
        most, there = first.params["limit_value"], first.params["show_value"]
        return f"{bound.label}: use at most {most} letters and figures, there are {there}"
    if first.code == "invalid_choice" and said.startswith("Select a valid choice"):
        return f"{bound.label}: choose one of the answers"
    return said


def _missing(bound: BoundField) -> str:
    if isinstance(bound.field.widget, FileInput):
        return f"{bound.label}: choose a file"
    return f"{bound.label}: {'choose an answer' if hasattr(bound.field, 'choices') else 'fill this in'}"
