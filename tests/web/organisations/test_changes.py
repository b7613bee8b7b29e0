"""A file of organisation changes: every fault by its row, what would change shown, and all of it taken in or none."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from tests.web.conftest import AT, TESTS

from pbc.errors import RefusedInput
from pbc_web.audit.models import Entry
from pbc_web.organisations.actions import record_succession, take_in_changes
from pbc_web.organisations.changes import MOST_ROWS, Checked, check_changes
from pbc_web.organisations.kinds import may_follow
from pbc_web.organisations.models import Organisation, Relation
from pbc_web.organisations.queries import as_now

PAGE = reverse("organisations:take_in_changes")
HEAD = "old_code,new_code,on,share\n"
SPLIT = HEAD + "za0001,ZA0002,2009-10-01,0.6\nZA0001,ZA0003,2009-10-01,.4\n\n"


def faults_of(rows: str, *, keeps: Callable[[Organisation], bool] = lambda _: True) -> list[tuple[int, str, str]]:
    return [(each.row, each.column, each.found) for each in check_changes(HEAD + rows, keeps=keeps).faults]


@pytest.mark.database
def test_a_split_is_previewed_and_taken_in_with_its_trail(sign_in: Callable[..., Client], place: Any) -> None:
    client = sign_in("information_manager")
    shown = client.post(PAGE, {"file": SimpleUploadedFile("mergers.csv", SPLIT.encode())})
    assert (shown.status_code, "2 changes" in shown.text, "Practice A1 (ZA0001)" in shown.text) == (200, True, True)
    assert not Relation.objects.filter(relation="succeeds").exists()
    taken = client.post(PAGE, {"confirmed": "yes", "name": "mergers.csv", "pasted": SPLIT})
    assert taken.status_code == 302
    parts = Relation.objects.filter(relation="succeeds", parent=place["ZA0001"])
    assert {(each.member.code, each.share, each.source) for each in parts} == {
        ("ZA0002", Decimal("0.6"), "file of changes mergers.csv"), ("ZA0003", Decimal("0.4"), "file of changes mergers.csv"),
    }  # fmt: skip
    old = Organisation.objects.get(code="ZA0001")
    assert (old.closed_on, {each.code for each in as_now(old, on=date(2009, 10, 1))}) == (
        date(2009, 9, 30), {"ZA0002", "ZA0003"},
    )  # fmt: skip
    assert Entry.objects.filter(verb="record_succession").count() == 2
    assert Entry.objects.get(verb="take_in_changes").told == {"rows": 2, "name": "mergers.csv"}
    again = sign_in("administrator").post(PAGE, {"confirmed": "yes", "pasted": SPLIT})
    assert (again.status_code, "taken over already" in again.text) == (400, True)


@pytest.mark.parametrize(
    "rows, told",
    [
        ("ZNONE,ZA0002,2009-10-01,1", (2, "old_code", "ZNONE")),
        ("ZA0001,<b>,2009-10-01,1", (2, "new_code", "<B>".lower())),
        ("ZA0001,ZCA1,2009-10-01,1", (2, "new_code", "ZCA1, cluster")),
        ("ZA0001,ZA0001,2009-10-01,1", (2, "new_code", "ZA0001")),
        ("ZA0001,ZA0002,1/10/2009,1", (2, "on", "1/10/2009")),
        ("ZA0001,ZA0002,2009-02-30,1", (2, "on", "2009-02-30")),
        ("ZA0001,ZA0002,2009-10-01,0", (2, "share", "0")),
        ("ZA0001,ZA0002,2009-10-01,60%", (2, "share", "60%")),
        ("ZA0001,ZA0002,2009-10-01,1.5", (2, "share", "1.5")),
        ("ZA0001,ZA0002", (2, "", "2")),
        ("ZA0001,ZA0002,2009-10-01,0.6\nZA0001,ZA0003,2009-10-01,0.3", (3, "share", "0.9")),
        ("ZA0001,ZA0002,2009-10-01,0.6\nZA0001,ZA0003,2010-10-01,0.4", (3, "on", "2009-10-01, 2010-10-01")),
        ("ZA0001,ZA0002,2009-10-01,0.5\nZA0001,ZA0002,2009-10-01,0.5", (3, "new_code", "ZA0001")),
        ("ZA0001,ZA0002,2009-10-01,1\nZA0002,ZA0001,2010-10-01,1", (3, "new_code", "ZA0001")),
    ],
)  # fmt: skip
def test_a_fault_is_told_at_its_row(rows: str, told: tuple[int, str, str], place: Any) -> None:
    assert faults_of(rows) == [told]


def test_every_fault_of_every_row_is_told_at_once(place: Any, sign_in: Callable[..., Client]) -> None:
    rows = "ZNONE,ZNO,never,2\nZA0001,ZA0002,2009-10-01\n,ZA0002,2009-10-01,1\n"
    assert [fault[:2] for fault in faults_of(rows)] == [
        (2, "new_code"), (2, "old_code"), (2, "on"), (2, "share"), (4, "old_code"),
    ]  # fmt: skip
    page = sign_in("information_manager").post(PAGE, {"pasted": HEAD + rows})
    assert (page.status_code, "5 faults" in page.text, "Nothing was taken in" in page.text) == (400, True, True)


def test_a_file_without_headings_rows_or_end_is_told_as_such(place: Any) -> None:
    keeps = {"keeps": lambda _: True}
    for text in ("", "a,b\n1,2\n", HEAD, HEAD + "ZA0001,ZA0002,2009-10-01,1\n" * (MOST_ROWS + 1), "x" * 140_000):
        (fault,) = check_changes(text, **keeps).faults
        assert fault.row == 1
    tabs = SPLIT.replace(",", "\t")
    assert len(check_changes(tabs, **keeps).changes) == 2


def test_what_another_commissioner_keeps_is_not_taken_over_by_a_file(
    sign_in: Callable[..., Client], place: Any
) -> None:
    other = HEAD + "ZB0001,ZB0002,2009-10-01,1\n"
    refused = sign_in("information_manager").post(PAGE, {"confirmed": "yes", "pasted": other})
    assert (refused.status_code, "kept by somebody else" in refused.text) == (400, True)
    assert not Relation.objects.filter(relation="succeeds").exists()
    assert sign_in("administrator").post(PAGE, {"confirmed": "yes", "pasted": other}).status_code == 302


def test_a_file_is_taken_in_whole_or_not_at_all(place: Any) -> None:
    with pytest.raises(RefusedInput, match="with faults"):
        take_in_changes(Checked((), ()), name="none", by=TESTS, at=AT)
    rows = "ZA0002,ZA0003,2009-10-01,1\nZA0001,ZA0003,2009-10-01,1\n"
    checked = check_changes(HEAD + rows, keeps=lambda _: True)
    record_succession(
        place["ZA0001"], successor=place["ZA0002"], on=date(2009, 4, 1), share=Decimal(1), by=TESTS, at=AT
    )
    with pytest.raises(RefusedInput, match="More than the whole"):
        take_in_changes(checked, name="late", by=TESTS, at=AT)
    assert Relation.objects.filter(relation="succeeds").count() == 1


def test_one_commissioner_follows_another_and_nobody_else_does() -> None:
    assert may_follow("pct", "ccg")
    assert may_follow("practice", "practice")
    assert not may_follow("practice", "ccg")


@pytest.mark.parametrize(
    "sent, told",
    [
        ({}, "Upload a file or paste its rows"),
        ({"file": SimpleUploadedFile("a.csv", b"\xff\xfe\x00")}, "text in UTF-8"),
        ({"file": SimpleUploadedFile("a.csv", b"x" * 200_001)}, "at most 200,000 bytes"),
    ],
    ids=["nothing", "not-text", "too-long"],
)
def test_a_file_that_cannot_be_read_is_told_at_its_field(
    sent: dict[str, Any], told: str, sign_in: Callable[..., Client]
) -> None:
    page = sign_in("information_manager").post(PAGE, sent)
    assert (page.status_code, told in page.text) == (400, True)
