"""The published hierarchies: asked for, read by the worker, previewed, and just what was shown taken in, with its sources."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests.journeys.made_up_hierarchies import write_hierarchies
from tests.web.accounts.test_appointments import box
from tests.web.conftest import AT, TESTS

from pbc_web.audit.models import Entry
from pbc_web.organisations.actions import import_organisations
from pbc_web.organisations.models import OPEN_END, Organisation, Relation
from pbc_web.organisations.queries import as_now, members_of
from pbc_web.organisations.register import held_set, preview
from pbc_web.runs.models import Run
from pbc_web.runs.worker import work_off
from pbc_web.shell import clock

ASK, TAKE_IN = reverse("runs:read_hierarchies"), reverse("organisations:take_in_hierarchies")


@pytest.fixture
def keeper(place: Any, sign_in: Callable[..., Client], settings: Any, tmp_path: Path) -> Client:
    settings.PBC_STORE = tmp_path / "store"
    settings.PBC_PUBLISHED_DATA = str(write_hierarchies(tmp_path / "published"))
    return sign_in("information_manager")


def read(client: Client, codes: str = "") -> Run:
    asked = client.post(ASK, {"commissioners": codes})
    assert asked.status_code == 302
    assert work_off(at=clock.now()) == 1
    return Run.everywhere.latest("id")


def take_in(client: Client) -> str:
    found = held_set("hierarchies")
    assert found is not None
    assert client.post(TAKE_IN, {"set_id": found.set_id}).status_code == 302
    return found.set_id


def codes(found: Any) -> set[str]:
    return {each.code for each in found}


@pytest.mark.database
def test_what_is_read_is_previewed_and_taken_in_with_its_sources(keeper: Client) -> None:
    assert "were not read yet" in keeper.get(TAKE_IN).text
    run = read(keeper)
    assert (run.state, run.set_name, len(run.receipt["inputs"]["history.csv"])) == ("done", "hierarchies", 64)
    assert TAKE_IN in keeper.get(reverse("runs:progress", args=[run.id])).text
    shown = keeper.get(TAKE_IN).text
    for words in (
        "Made-up Board - 1ZA (1ZA)",
        "Z00001 practice commissioner 1ZA",
        "health boards of Wales",
        "Open Government",
    ):
        assert words in shown
    assert not Organisation.objects.filter(code="1ZA").exists()
    set_id = take_in(keeper)
    assert Entry.objects.get(verb="import_organisations", subject=f"hierarchies {set_id}")
    assert Organisation.objects.get(code="1ZA").kind == "sub_icb"  # the later of its two roles
    trust, group = Organisation.objects.get(code="5ZC"), Organisation.objects.get(code="0ZA")
    assert codes(members_of(trust, on=date(2010, 1, 1))) == {"Z00001", "Z00002", "Z00003", "Z00004"}
    assert codes(members_of(group, on=date(2018, 4, 1))) == {"Z00001", "Z00004"}
    assert codes(as_now(trust, on=date(2014, 1, 1))) == {"0ZA", "0ZB"}
    page = keeper.get(reverse("organisations:organisation", args=["5ZC"]), box("on", date(2010, 1, 1))).text
    for words in (
        "As published by NHS Digital, Organisation Data Service, epcmem (history.csv)",
        "Open Government Licence",
        "67%",
    ):
        assert words in page
    assert "nothing to take in" in keeper.get(TAKE_IN).text


def test_only_what_was_previewed_is_taken_in(keeper: Client) -> None:
    first = read(keeper, "0zc").set_id
    read(keeper)
    assert keeper.post(TAKE_IN, {"set_id": first}).status_code == 302
    assert not Organisation.objects.filter(code="Z00001").exists()
    assert Organisation.objects.filter(code="Z00003").exists()
    for strange in ("0123456789ab", "../../register"):
        assert keeper.post(TAKE_IN, {"set_id": strange}).status_code == 404


def test_a_share_said_otherwise_is_a_change_and_a_register_leaves_shares_alone(keeper: Client) -> None:
    read(keeper)
    take_in(keeper)
    part = Relation.objects.get(relation="succeeds", parent__code="5ZC", member__code="0ZB")
    Relation.objects.filter(id=part.id).update(share="0.4")
    found = held_set("hierarchies")
    assert found is not None
    assert preview(found).changed_relations == ("0ZB succeeds 5ZC from 2013-04-01",)
    row = {
        "member_code": "0ZB", "relation": "succeeds", "parent_code": "5ZC", "starts_on": part.starts_on, "ends_before": OPEN_END,
    }  # fmt: skip
    import_organisations([], [row], source="register", by=TESTS, at=AT)
    assert str(Relation.objects.get(id=part.id).share) == "0.400000"
    take_in(keeper)
    assert str(Relation.objects.get(id=part.id).share) == "0.333333"


def test_a_code_that_no_file_knows_fails_the_run_in_words(keeper: Client) -> None:
    run = read(keeper, "9XX")
    assert run.state == "failed"
    assert "no commissioner or region" in run.fault["what"]
    page = keeper.post(ASK, {"commissioners": "<b>"})
    assert (page.status_code, "Codes must be letters and digits" in page.text) == (400, True)


def test_without_files_the_page_says_whom_to_ask(keeper: Client, settings: Any, tmp_path: Path) -> None:
    settings.PBC_PUBLISHED_DATA = str(tmp_path / "nowhere")
    assert "Ask your administrator" in keeper.get(ASK).text


@pytest.mark.database
def test_as_many_relations_as_england_has_are_taken_in_by_the_thousand(place: Any) -> None:
    """48,000 relations: a statement for many of them, none for one; again as many, and nothing is doubled."""
    practices = [
        {"organisation_code": f"Y{at:05d}", "organisation_kind": "practice", "organisation_name": "", "opened_on": None, "closed_on": None}
        for at in range(12_000)
    ]  # fmt: skip
    relations = [
        {
            "member_code": f"Y{at:05d}", "relation": "practice_commissioner", "parent_code": "ZPA",
            "starts_on": date(2000 + part, 4, 1), "ends_before": date(2001 + part, 4, 1), "source_title": "tests",
        }
        for at in range(12_000) for part in range(4)
    ]  # fmt: skip
    before = Relation.objects.count()
    for _ in range(2):
        with CaptureQueriesContext(
            connection,
        ) as asked:
            counts = import_organisations(practices, relations, source="tests", by=TESTS, at=AT)
        assert counts == (12_000, 48_000)
        assert len(asked) < 600
    assert Relation.objects.count() == before + 48_000
