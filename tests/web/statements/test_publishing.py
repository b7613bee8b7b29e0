"""From what a run made to what everyone sees."""

import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse
from tests.web.ledger.test_reading import rows_of
from tests.web.statements.published import AT, WORDS, Stated

from pbc.errors import RefusedInput
from pbc.reports.amounts import about
from pbc.results import Store
from pbc_web.audit.models import Entry
from pbc_web.runs.models import Run
from pbc_web.runs.worker import work_off
from pbc_web.statements.actions.publishing import publish, sign_comment, withdraw
from pbc_web.statements.models import Publication

pytestmark = pytest.mark.django_db


def test_a_statement_is_published_once_commented_and_signed(stated: Stated, place: Any) -> None:
    prepared, by = stated.prepare(), place.actor("finance_manager")
    with pytest.raises(RefusedInput, match="no comment"):
        publish(prepared, by=by, at=AT)
    signed = sign_comment(prepared, words=WORDS, by=place.actor("commissioning_manager"), at=AT)
    assert (signed.comment_by.name, signed.comment_on) == ("Commissioning manager ZPA", AT.date())
    published = publish(prepared, by=by, at=AT)
    assert (published.state, published.version, published.is_restated) == ("published", 1, False)
    with pytest.raises(RefusedInput, match="is published"):
        publish(published, by=by, at=AT)
    with pytest.raises(RefusedInput, match="is published"):
        sign_comment(published, words=WORDS, by=by, at=AT)
    with pytest.raises(RefusedInput, match="is published"):
        withdraw(published, by=by, at=AT)


def test_who_signs_and_checks_invoices_reads_the_whole_bill_and_nobody_else_does(
    stated: Stated, settings: Any, sign_in: Callable[..., Client]
) -> None:
    """World A has few people whom no practice answers for: everybody else reads a star."""
    prepared = stated.prepare()
    address = reverse("statements:review", args=[prepared.id])
    page = sign_in("finance_manager").get(address).content.decode()
    told, hidden = (dict(rows_of(page, name)) for name in ("bill-in-full", "bill"))
    bill = Store(settings.PBC_STORE).at("statement/2009-06", stated.sets["2009-06"]).frame("tier_statements")
    own = bill.filter(unit_kind="commissioner", unit_code="ZPA", period="year_to_date")
    for words, cut in (("Care that no practice answers for", "apart"), ("The bill to date", "bill")):
        rows = own.filter(cut=cut).filter(pl.col("item").is_in(["not_attributed"]) | (pl.col("cut") == "bill"))
        assert told[words] == about(rows["actual_pence"].item())
        assert hidden[words] == "*"
    seen = sign_in("commissioning_manager").get(address).content.decode()
    assert "table-bill-in-full" not in seen
    assert 'id="table-bill"' in seen


def test_a_restated_statement_is_the_next_version_and_keeps_the_one_before(stated: Stated) -> None:
    first = stated.publish()
    second = stated.publish("restated", at=AT + timedelta(days=3))
    first.refresh_from_db()
    assert (first.state, second.state, second.version) == ("replaced", "published", 2)
    third = stated.publish("2009-05", month=second.period, at=AT + timedelta(days=4))  # another set of the same month
    assert (third.version, Publication.everywhere.filter(state="published").count()) == (3, 1)
    assert [entry.verb for entry in Entry.objects.filter(verb__endswith="_statement")].count("restate_statement") == 2


def test_results_prepared_again_are_the_same_publication(stated: Stated, place: Any) -> None:
    first = stated.prepare()
    assert stated.prepare().id == first.id
    withdraw(first, by=place.actor("finance_manager"), at=AT)
    again = stated.prepare()
    assert (again.id, again.state) == (first.id, "prepared")
    assert again.named.count() == 2


def test_the_database_holds_one_publication_in_force_a_month(stated: Stated) -> None:
    first = stated.publish()
    other = stated.prepare("restated")
    with pytest.raises(IntegrityError), transaction.atomic():
        Publication.everywhere.filter(id=other.id).update(
            state="published", version=2, published_at=AT, comment_by=first.comment_by
        )
    with pytest.raises(IntegrityError), transaction.atomic():
        Publication.everywhere.filter(id=other.id).update(state="replaced")


@pytest.mark.parametrize(
    "words",
    ["One sentence only.", "One. Two. Three.", "", "No stop", f"Long {'word ' * 100}. And more."],
)
def test_a_comment_of_another_length_is_refused(stated: Stated, place: Any, words: str) -> None:
    with pytest.raises(RefusedInput, match="The comment is"):
        sign_comment(stated.prepare(), words=words, by=place.actor("finance_manager"), at=AT)


def test_a_month_is_asked_for_reviewed_signed_and_published_on_pages(
    stated: Stated, place: Any, sign_in: Callable[..., Client]
) -> None:
    finance = sign_in("finance_manager")
    month = reverse("statements:month", args=["2009-06"])
    assert "Not received" not in finance.get(month).content.decode()
    assert finance.post(month, {}).status_code == 302
    assert work_off(at=AT) == 1
    prepared = Publication.everywhere.get()
    assert (prepared.state, prepared.named.count()) == ("prepared", 2)
    review = reverse("statements:review", args=[prepared.id])
    assert "Nobody has signed a comment yet" in finance.get(review).content.decode()
    refused = finance.post(reverse("statements:comment", args=[prepared.id]), {"words": "Only one."})
    assert "The comment is two sentences: 1 sentence found" in refused.content.decode()
    finance.post(reverse("statements:comment", args=[prepared.id]), {"words": WORDS})
    finance.post(reverse("statements:publish", args=[prepared.id]))
    prepared.refresh_from_db()
    assert prepared.state == "published"
    assert WORDS in sign_in("practice_manager").get(reverse("statements:listing")).content.decode()


def test_leaving_out_is_offered_and_asked_for(stated: Stated, sign_in: Callable[..., Client]) -> None:
    finance = sign_in("finance_manager")
    finance.post(reverse("statements:month", args=["2009-06"]), {"leaves_out": "on"})
    assert Run.everywhere.get().parameters == {"month": "2009-06", "leaves_out": True}
    assert finance.get(reverse("statements:month", args=["June"])).status_code == 404


def test_nobody_sees_what_is_only_prepared(stated: Stated, sign_in: Callable[..., Client]) -> None:
    prepared = stated.prepare()
    for role in ("practice_manager", "cluster_lead", "contracts_manager", "board_member", "performance_manager"):
        address = reverse("statements:commissioner", args=[prepared.id])
        assert sign_in(role).get(address).status_code == 404
        assert "June 2009" not in sign_in(role).get(reverse("statements:listing")).content.decode()
    practice = reverse("statements:practice", args=[prepared.id, "ZA0001"])
    assert "Preview" in sign_in("finance_manager").get(practice).content.decode()
    assert sign_in("practice_manager").get(practice).status_code == 404


KILLED = """
import os, signal, sys
import tests.web.settings as ours
ours.DATABASES["default"]["NAME"] = sys.argv[1]
os.environ["DJANGO_SETTINGS_MODULE"] = "tests.web.settings"
import django
django.setup()
from django.db import transaction
from datetime import UTC, datetime
from pbc_web.accounts.models import Person
from pbc_web.accounts.queries import acting_as
from pbc_web.statements.actions.publishing import publish
from pbc_web.statements.models import Publication
by = acting_as(Person.objects.get(id=int(sys.argv[3])), {})
with transaction.atomic():
    publish(Publication.everywhere.get(id=int(sys.argv[2])), by=by, at=datetime(2009, 7, 24, tzinfo=UTC))
    assert Publication.everywhere.get(id=int(sys.argv[2])).state == "published"
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.django_db(transaction=True)
def test_killed_while_publishing_nothing_half_done_shows(stated: Stated, place: Any) -> None:
    first, second, by = stated.publish(), stated.prepare("restated"), place.actor("finance_manager")
    sign_comment(second, words=WORDS, by=by, at=AT)
    entries = Entry.objects.count()
    given = [str(connection.settings_dict["NAME"]), str(second.id), str(by.person_id)]
    killed = subprocess.run([sys.executable, "-c", KILLED, *given], cwd=Path.cwd(), check=False, capture_output=True)
    assert killed.returncode == -9, killed.stderr.decode()
    states = dict(Publication.everywhere.values_list("id", "state"))
    assert (states[first.id], states[second.id], Entry.objects.count()) == ("published", "prepared", entries)
    assert publish(second, by=by, at=AT).version == 2
