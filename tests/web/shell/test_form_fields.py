"""What people type into forms: days, pounds, words."""

import re
from collections.abc import Callable
from datetime import date

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.template import engines
from django.test import Client

from pbc_web.shell.form_errors import error_of
from pbc_web.shell.form_fields import MOST_SIGNS, DayField, PoundsField, SplitDate, WordsField


@pytest.mark.parametrize(
    ("typed", "day"), [(("1", "5", "2009"), date(2009, 5, 1)), (("29", "02", "2008"), date(2008, 2, 29))]
)
def test_a_day_is_read_from_three_boxes(typed: tuple[str, str, str], day: date) -> None:
    assert DayField(label="The day").clean(typed) == day


@pytest.mark.parametrize(
    "typed",
    [
        ("29", "2", "2009"),
        ("1", "13", "2009"),
        ("1", "5", "09"),
        ("1", "", "2009"),
        ("１", "5", "2009"),
        ("-1", "5", "2009"),
    ],
)
def test_a_day_in_no_calendar_is_refused_with_an_example(typed: tuple[str, str, str]) -> None:
    with pytest.raises(ValidationError, match="must be a real date, like 1 5 2009"):
        DayField(label="The day").clean(typed)


def test_a_day_not_given_is_none_where_it_may_be() -> None:
    assert DayField(label="The day", required=False).clean(("", "", "")) is None


def test_boxes_of_a_day_keep_what_was_typed() -> None:
    typed = SplitDate().value_from_datadict(QueryDict("on-day=31&on-month=2&on-year=2009"), {}, "on")
    assert (typed, SplitDate().parts(typed), SplitDate().parts(date(2009, 5, 1))) == (
        ("31", "2", "2009"), ("31", "2", "2009"), ("1", "5", "2009"),
    )  # fmt: skip


@pytest.mark.parametrize(("typed", "pence"), [("12500", 1_250_000), ("£12,500.05", 1_250_005), (" 3 ", 300), ("0", 0)])
def test_pounds_are_kept_as_pence(typed: str, pence: int) -> None:
    assert PoundsField(label="The sum").clean(typed) == pence


@pytest.mark.parametrize("typed", ["twelve", "1e309", "NaN", "inf", "12.5.0", "12,5", "£", "1" * 29, "٣"])
def test_what_is_no_amount_is_refused_with_an_example(typed: str) -> None:
    with pytest.raises(ValidationError, match="must be an amount in pounds, like 12500"):
        PoundsField(label="The sum").clean(typed)


def test_less_than_nothing_only_where_it_may_be() -> None:
    assert PoundsField(label="The sum", allow_negative=True).clean("−£30.5") == -3050
    with pytest.raises(ValidationError, match="cannot be less than nothing"):
        PoundsField(label="The sum").clean("-30.5")


def test_words_lose_signs_nobody_sees_and_nothing_else() -> None:
    assert WordsField(label="Why").clean("  a\u202eb\u200bc\r\n<b>naïve</b> & 'so'  ") == "abc\n<b>naïve</b> & 'so'"


@pytest.mark.parametrize(
    "typed", ["see 999 000 0018 please", "9990000018", "who lives at AB1 2CD", "x" * (MOST_SIGNS + 1)]
)
def test_words_with_a_patient_in_them_are_refused(typed: str) -> None:
    with pytest.raises(ValidationError):
        WordsField(label="Why").clean(typed)


class Everything(forms.Form):
    """One field of each kind, all of them needed."""

    name = forms.CharField(label="What do you call this draft?", max_length=4)
    basis = forms.ChoiceField(label="How are budgets set?", choices=[("a", "A")], widget=forms.RadioSelect)
    file = forms.FileField(label="The file")
    said = forms.CharField(label="Your comment", error_messages={"required": "Write your comment"})


def test_what_is_wrong_names_the_field() -> None:
    form = Everything({})
    assert [error_of(each) for each in form] == [
        "What do you call this draft?: fill this in", "How are budgets set?: choose an answer", "The file: choose a file",
        "Write your comment",
    ]  # fmt: skip
    form = Everything({"name": "Fair shares", "basis": "b"})
    assert [error_of(each) for each in form if each.name in ("name", "basis")] == [
        "What do you call this draft?: use at most 4 letters and figures, there are 11",
        "How are budgets set?: choose one of the answers",
    ]  # fmt: skip


def test_a_form_with_mistakes_names_each_field_on_its_page(sign_in: Callable[..., Client]) -> None:
    page = sign_in("information_manager").post("/deliveries/feeds/new/", {"supplier": "A"}).content.decode()
    assert "This field is required" not in page
    assert page.count("What is it called?: fill this in") == 2  # at the top, and beside the field


def test_the_boxes_of_a_day_on_a_page_are_those_that_are_read() -> None:
    """What a browser sends of the boxes is what the field reads: names are compared as a page prints them."""

    class Form(forms.Form):
        on = DayField(label="Day it ends")

    asked = '{% from "shell/form.html" import field with context %}{{ field(form["on"]) }}'
    page = engines["jinja2"].from_string(asked).render({"form": Form(initial={"on": date(2009, 2, 1)}, prefix="first")})
    boxes = re.findall(r'<input [^>]*name="([^"]+)"[^>]*value="([^"]*)"', page)
    assert [name for name, _ in boxes] == ["first-on-day", "first-on-month", "first-on-year"]
    form = Form(dict(boxes), prefix="first")
    assert form.is_valid()
    assert form.cleaned_data == {"on": date(2009, 2, 1)}
