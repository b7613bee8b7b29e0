"""V1: words meant to become script or formula, typed into every text field of every form, stay words wherever they come out."""

import csv
import io
import re
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook
from tests.web.matrix_objects import ADDRESS, make_objects
from tests.web.statements.world import held
from tests.web.test_permission_matrix import ROWS

from pbc_web.accounts.roles import ROLES
from pbc_web.notices.models import Letter

# Script, event, template, formula, a sign that turns writing round; two sentences, as a comment must be; short enough for a name.
HOSTILE = "=1+zqx</td><script>a()</script>{{7*7}}\u202e\"'><img src=x onerror=a()>. End."
RAW = re.compile(r"zqx</td>|<script>a\(\)|<img src=x|=1\+zqx</td|\{\{7\*7\}\}<|1\+zqx.{0,40}49")
# Forms whose answer is stored and shown again; more are found and tried, these are the fewest that must take the words.
FEWEST_STORED = 8


class Fields(HTMLParser):
    """The forms of a page: where each is sent, its fields and what they hold."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.forms: list[tuple[str, dict[str, list[str]], list[str]]] = []
        self._select = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append((given.get("action", ""), {}, []))
        if not self.forms:
            return
        _, held_here, typed = self.forms[-1]
        name = given.get("name", "")
        if tag == "textarea" or (tag == "input" and given.get("type", "text") == "text" and name):
            typed.append(name)
        elif tag == "input" and name and given.get("type") not in ("file", "submit"):
            self._choose(held_here, given)
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select and given.get("value"):
            held_here.setdefault(self._select, [given["value"]])

    @staticmethod
    def _choose(held_here: dict[str, list[str]], given: dict[str, str]) -> None:
        name, value = given["name"], given.get("value", "on")
        if given.get("type") == "email":
            value = "new.person@example.invalid"
        if given.get("type") == "checkbox":
            held_here.setdefault(name, []).append(value)
        else:
            held_here.setdefault(name, [value])


def words_for(name: str, page: str) -> str:
    """What is typed: hostile words, but where only a day or an amount is taken, such a thing."""
    part = name.rpartition("_")[2].rpartition("-")[2]
    days = {"day": "20", "month": "6", "year": "2010"}
    if part in days:
        return days[part]
    is_number = re.search(rf'name="{re.escape(name)}"[^>]*inputmode="(numeric|decimal)"', page)
    return "100" if is_number else HOSTILE


def opened(
    row: dict[str, Any], objects: dict[str, Any], sign_in: Callable[..., Client]
) -> Iterator[tuple[Client, str]]:
    """An address as each of the first roles that may open it."""
    asked = ADDRESS.get(row["view"], lambda made: {})(objects)
    kinds = [{name: kind} for name in ("kind", "form") if name in asked for kind in ("csv", "xlsx")] or [{}]
    allowed = [
        role for role in row.get("only", ROLES) if row["open_to"] in ("all", "signed_in") or role in row["open_to"]
    ]
    for role in allowed[:2]:
        for kind in kinds:
            yield sign_in(role), reverse(row["view"], kwargs=asked | kind)


def require_plain(answer: Any, address: str) -> None:
    """What came out holds the words as words."""
    if answer.streaming or answer.status_code != 200:
        return
    kind, found = answer.headers["Content-Type"], answer.content
    if "html" in kind:
        assert RAW.search(found.decode()) is None, address
    elif "csv" in kind:
        cells = [cell for line in csv.reader(io.StringIO(found.decode("utf-8-sig"))) for cell in line]
        assert [cell for cell in cells if "zqx" in cell and cell[0] in "=+-@\t\r"] == [], address
    elif "spreadsheet" in kind:
        book = load_workbook(io.BytesIO(found))
        assert [cell.coordinate for page in book for row in page for cell in row if cell.data_type == "f"] == [], (
            address
        )


def fill_in(client: Client, address: str) -> bool:
    """Fill every form with text fields of a page; whether one was taken."""
    page = client.get(address)
    if page.status_code != 200 or "html" not in page.headers["Content-Type"]:
        return False
    text, is_taken = page.content.decode(), False
    for action, given, typed in Fields(text).forms:
        if typed:
            filled = given | {name: [words_for(name, text)] for name in typed}
            answer = client.post(action.split("#")[0] or address, filled)
            require_plain(answer, address)
            is_taken |= answer.status_code == 302
    return is_taken


@pytest.mark.timeout(900)
def test_v1_words_typed_into_every_text_field_stay_words_in_page_file_and_e_mail(
    place: Any, sign_in: Callable[..., Client], settings: Any
) -> None:
    settings.PBC_STORE = held()[0]
    objects = make_objects(place)
    rows = [row for row in ROWS if row.get("method", "get") == "get" and not row["view"].startswith("account_")]
    found = [(row["view"], *each) for row in rows for each in opened(row, objects, sign_in)]
    stored = {view for view, client, address in found if fill_in(client, address)}
    assert len(stored) >= FEWEST_STORED, stored
    for _, client, address in found:
        require_plain(client.get(address), address)
    for letter in Letter.objects.all():
        assert "\n" not in letter.subject
        assert "\u202e" not in letter.subject + letter.body
