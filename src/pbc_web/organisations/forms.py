"""What is said of organisations by hand."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from pbc_web.organisations.kinds import BY_HAND, KINDS, RELATIONS
from pbc_web.organisations.models import Organisation, Uptake
from pbc_web.shell.form_fields import DayField, WordsField

DAY_HINT = "For example, 1 4 2009"
MOST_SIGNS = 200_000


class SearchForm(forms.Form):
    """Which organisations to list."""

    words = forms.CharField(label="Name or code", required=False, max_length=120)
    kind = forms.ChoiceField(label="Kind", required=False)

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        shown = [(kind, name[0].upper() + name[1:]) for kind, name in KINDS.items() if kind != "service"]
        self.fields["kind"].choices = [("", "Every kind"), *shown]


class DayForm(forms.Form):
    """As it was on a day."""

    on = DayField(label="As it was on", required=False, help_text=DAY_HINT)


class CodeField(forms.CharField):
    """The code of an organisation that is known."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=20, **options)

    def clean(self, value: Any) -> Organisation | None:
        """This returns the organisation of a code."""
        code = super().clean(value).strip().upper()
        if not code:
            return None
        found = Organisation.objects.filter(code=code).first()
        if found is None:
            raise ValidationError(f"No organisation has the code {code}")
        return found


class AddForm(forms.Form):
    """An organisation that no register names."""

    kind = forms.ChoiceField(
        label="Kind", widget=forms.RadioSelect, choices=[(kind, KINDS[kind].capitalize()) for kind in BY_HAND]
    )
    code = forms.RegexField(
        r"^\s*[A-Za-z0-9]{2,20}\s*$", label="Code", help_text="Its code in the NHS directory, or one of your own: letters and digits",
        error_messages={"invalid": "Code must be 2 to 20 letters and digits"},
    )  # fmt: skip
    name = WordsField(label="Name", max_length=200, widget=forms.TextInput())
    opened_on = DayField(label="Opened on", required=False, help_text=DAY_HINT)

    def clean_code(self) -> str:
        """The code in capitals, taken by nobody."""
        code: str = self.cleaned_data["code"].strip().upper()
        if Organisation.objects.filter(code=code).exists():
            raise ValidationError("Code is taken by an organisation known already")
        return code


class RelationForm(forms.Form):
    """To whom an organisation belongs."""

    relation = forms.ChoiceField(label="What is said", widget=forms.RadioSelect)
    parent = CodeField(label="Code of the other organisation")
    starts_on = DayField(label="From", help_text=DAY_HINT)

    def __init__(self, *given: Any, wanted: Mapping[str, tuple[str, ...]], **named: Any) -> None:
        super().__init__(*given, **named)
        self.wanted = wanted
        self.fields["relation"].choices = [
            (relation, f"It {RELATIONS[relation]} a {' or '.join(KINDS[kind] for kind in kinds)}")
            for relation, kinds in self.wanted.items()
        ]

    def clean(self) -> dict[str, Any]:
        """Everything; the other organisation is of a kind that the relation leads to."""
        cleaned = super().clean() or {}
        parent, relation = cleaned.get("parent"), cleaned.get("relation")
        if parent and relation and parent.kind not in self.wanted[relation]:
            self.add_error("parent", f"{parent.name} is a {parent.get_kind_display()}")
        return cleaned


class EndForm(forms.Form):
    """The last day of a relation."""

    on = DayField(label="Last day", help_text=DAY_HINT)


class SuccessionForm(forms.Form):
    """Who took an organisation over."""

    successor = CodeField(label="Code of the organisation that took it over")
    on = DayField(label="From", help_text=DAY_HINT)
    share_percent = forms.DecimalField(
        label="Share of it", initial=100, min_value=Decimal("0.01"), max_value=100, max_digits=6, decimal_places=2,
        help_text="100 if it was taken over whole; less where it was split among several",
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
    )  # fmt: skip


class ChangesForm(forms.Form):
    """A file of organisation changes, uploaded or pasted."""

    file = forms.FileField(
        label="Upload a CSV file", required=False, widget=forms.FileInput(attrs={"accept": ".csv,.txt"}),
        help_text="Columns old_code, new_code, on and share, like 5NR,02A,2013-04-01,1. Shares of one old code add up to 1",
    )  # fmt: skip
    pasted = forms.CharField(
        label="Or paste the rows", required=False, max_length=MOST_SIGNS, widget=forms.Textarea(),
        help_text="With the headings in the first row. Pasting from a spreadsheet works",
    )  # fmt: skip

    def clean_file(self) -> tuple[str, str] | None:
        """The name of the file and its text."""
        sent = self.cleaned_data["file"]
        if sent is None:
            return None
        if sent.size > MOST_SIGNS:
            raise ValidationError(f"The file must be at most {MOST_SIGNS:,} bytes")
        try:
            return sent.name[:80], sent.read().decode("utf-8-sig")
        except UnicodeDecodeError:
            raise ValidationError("The file must be text in UTF-8: save it as CSV UTF-8") from None

    def clean(self) -> dict[str, Any]:
        """The text, and what to call it."""
        cleaned = super().clean() or {}
        if "file" in self.errors:
            return cleaned
        name, text = cleaned.get("file") or ("pasted", cleaned.get("pasted", ""))
        if not text.strip():
            self.add_error("file", "Upload a file or paste its rows")
        return {"name": name, "text": text}


class UptakeForm(forms.Form):
    """What a practice answered, from which day, and why."""

    state = forms.ChoiceField(label="What is so", choices=Uptake.STATES, widget=forms.RadioSelect)
    on = DayField(label="From", help_text=DAY_HINT)
    reason = WordsField(
        label="Reason", required=False, max_length=1_000, help_text="Seen by the practice and its commissioner"
    )

    def __init__(self, *given: Any, today: date, **named: Any) -> None:
        super().__init__(*given, **named)
        self.today = today

    def clean(self) -> dict[str, Any]:
        """Everything; no day ahead, and a practice that declined says why."""
        cleaned = super().clean() or {}
        if cleaned.get("on") and cleaned["on"] > self.today:
            self.add_error("on", "From must be today or earlier")
        if cleaned.get("state") == "declined" and not cleaned.get("reason"):
            self.add_error("reason", "Enter why the practice declined")
        return cleaned
