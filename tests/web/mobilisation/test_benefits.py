"""Promise and fact: comparators frozen before the start, comparisons shown whatever they find, nothing for whoever is kept away."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from tests.web.business_cases.waiting import at
from tests.web.mobilisation.matrix import approved, author
from tests.web.mobilisation.test_milestones import keep_away
from tests.web.panels.test_panels import boxes
from tests.web.statements.world import held

from pbc.errors import RefusedInput
from pbc.reports.benefit_pages import comparison_chart, comparisons_table
from pbc_web.audit.models import Entry
from pbc_web.mobilisation.actions import record_service_change
from pbc_web.mobilisation.benefits import ask_comparators, ask_comparison, compare_what_is_due
from pbc_web.mobilisation.forms import BenefitForm
from pbc_web.mobilisation.models import BenefitWork
from pbc_web.mobilisation.queries import benefit_code, practices_of
from pbc_web.runs.benefit_readings import comparators_shown, comparison_shown
from pbc_web.runs.models import Run
from pbc_web.runs.worker import work_off
from pbc_web.statements.models import Publication

pytestmark = pytest.mark.django_db
MARCH, NOW = date(2009, 3, 20), at(date(2009, 7, 20))
LOOSE = """
variation.comparator_ratio_tolerance:
  values: [{from: 2004-04-01, value: 1.0, status: local_agreement, source: "Minute 3"}]
variation.fewest_comparators:
  values: [{from: 2004-04-01, value: 2, status: local_agreement, source: "Minute 3"}]
"""
FEWEST = "How few comparators make a fair comparison"
SAID: dict[str, Any] = {
    "practices": ["ZA0001"], "starts": "2009-04",
    "measure": {
        "title": "All hospital care", "points_of_delivery": ["AE", "DC", "EL", "NEL", "OPFA"], "counted_in": "contacts", "better": "lower",
    },
    "promise": {"contacts_a_year": 120, "pounds_a_year": 24000, "phase_in_months": 2},
}  # fmt: skip
FORM = {
    "practices": ["ZA0001"], "starts": "2009-04", "title": "All hospital care", "points_of_delivery": ["AE", "DC", "EL", "NEL", "OPFA"],
    "counted_in": "contacts", "better": "lower", "contacts_a_year": "120", "pounds_a_year": "24,000", "phase_in_months": "2",
}  # fmt: skip


@pytest.fixture
def store(settings: Any, tmp_path: Path) -> None:
    """A store of world A, to be added to, with a local agreement that lets two practices compare."""
    shutil.copytree(held()[0], tmp_path / "store")
    (tmp_path / "loose.yaml").write_text(LOOSE)
    settings.PBC_STORE, settings.PBC_POLICY = str(tmp_path / "store"), [str(tmp_path / "loose.yaml")]


def test_a_promise_is_declared_frozen_and_held_against_fact_on_pages(
    store: None, place: Any, sign_in: Callable[..., Client]
) -> None:
    case, manager = approved(place), sign_in("practice_manager")
    address = f"/mobilisation/{case.code}/benefit/"
    assert "Nobody to compare with is chosen" in manager.get(address).content.decode()
    assert manager.get(f"{address}choose/").status_code == 200
    assert manager.post(f"{address}choose/", {}).status_code == 400
    assert sign_in("gp").post(f"{address}choose/", FORM).status_code == 409
    assert manager.post(f"{address}3/compare/").status_code == 409
    assert manager.post(f"{address}choose/", FORM).status_code == 409  # today is long after the start
    assert manager.post(f"{address}choose/", FORM | boxes(chosen_on=MARCH)).status_code == 302
    assert "It is being worked out" in manager.get(address).content.decode()
    work_off(at=NOW)
    shown = manager.get(address).content.decode()
    for words in (
        "Nothing is compared yet",
        "ZA0002",
        "Compared with",
        "frozen from the first day",
        "Indirect standardisation",
        FEWEST,
        "Minute 3",
    ):
        assert words in shown
    assert "against the same of comparators" not in shown  # it says how figures come about that are there
    assert manager.post(f"{address}3/compare/").status_code == 302
    work_off(at=NOW)
    shown = sign_in("commissioning_manager").get(address).content.decode()
    for words in (
        "After 3 months",
        "Contacts of the comparators",
        "Promised a full year: 120 contacts",
        "Counts of 1 to",
        "against the same of comparators",
        "Usual drift of a practice",
    ):
        assert words in shown
    for path in ("0/download/xlsx/", "0/download/csv/", "3/download/xlsx/", "3/download/csv/"):
        assert sign_in("gp").get(f"{address}{path}").status_code == 200
    for path in ("6/download/csv/", "3/download/pdf/"):
        assert manager.get(f"{address}{path}").status_code == 404
    assert "what was promised, and what then happened" in manager.get(f"/proposals/{case.code}/").content.decode()
    asked = Entry.objects.filter(verb__startswith="ask_c", subject_kind="proposal").order_by("number")
    assert list(asked.values_list("verb", flat=True)) == ["ask_choose_comparators", "ask_compare_benefit"]


def test_whom_it_is_compared_with_is_chosen_before_and_by_its_keepers(store: None, place: Any) -> None:
    case, by = approved(place), author(place)
    told: dict[str, Any] = {"by": by, "at": NOW, "chosen_on": MARCH}
    with pytest.raises(RefusedInput, match="case's authors"):
        ask_comparators(case, SAID, **(told | {"by": place.actor("gp")}))
    with pytest.raises(RefusedInput, match="not practices of the case"):
        ask_comparators(case, SAID | {"practices": ["ZA0002"]}, **told)
    with pytest.raises(RefusedInput, match="cannot be used"):
        ask_comparators(case, SAID | {"starts": "soon"}, **told)
    with pytest.raises(RefusedInput, match="frozen from then on"):
        ask_comparators(case, SAID, **(told | {"chosen_on": date(2009, 4, 1)}))
    first = ask_comparators(case, SAID, **told)
    assert ask_comparators(case, SAID, **told) == first  # under way already
    with pytest.raises(RefusedInput, match="nothing to compare with"):
        ask_comparison(case, 3, by=by, at=NOW)
    work_off(at=NOW)
    with pytest.raises(RefusedInput, match="frozen from then on"):  # nor by a later start month of the same case
        ask_comparators(case, SAID | {"starts": "2009-09"}, **(told | {"chosen_on": date(2009, 4, 2)}))
    again = ask_comparators(case, SAID, **(told | {"chosen_on": date(2009, 3, 30)}))
    assert again != first
    with pytest.raises(RefusedInput, match="nothing to compare with"):
        ask_comparison(case, 4, by=by, at=NOW)
    assert "chosen_on" not in BenefitForm(None, practices=[], is_made_up=False).fields
    record_service_change(case, date(2009, 7, 1), over=0, by=by, at=NOW)
    with pytest.raises(RefusedInput, match="The service has changed"):
        ask_comparators(case, SAID, **told)
    with pytest.raises(IntegrityError), transaction.atomic():
        BenefitWork.objects.filter(id=first.id).update(after_months=4)
    case.owner = place["ZCA1"]
    assert [each.code for each in practices_of(case, on=NOW.date())] == ["ZA0001", "ZA0002"]


def published(place: Any, month: str) -> None:
    person = place.appointment("finance_manager").person
    Publication.everywhere.create(
        commissioner=place["ZPA"], month=month, set_id="a" * 12, state="published", version=1, prepared_at=NOW, comment_by=person,
        published_at=NOW, published_by=person,
    )  # fmt: skip


def test_what_is_due_is_compared_by_itself_once_its_months_are_published(store: None, place: Any) -> None:
    case = approved(place)
    work = ask_comparators(case, SAID, by=author(place), at=NOW, chosen_on=MARCH)
    published(place, "2009-06")
    compare_what_is_due(NOW)
    assert BenefitWork.objects.count() == 1  # nobody is chosen yet
    work_off(at=NOW)
    Publication.everywhere.update(month="2009-05")
    compare_what_is_due(NOW)
    assert BenefitWork.objects.count() == 1  # June is not published
    Publication.everywhere.update(month="2009-06")
    for _ in range(3):
        compare_what_is_due(NOW)
    made = BenefitWork.objects.exclude(id=work.id).get()
    assert (made.after_months, made.asked_by, made.run.requested_by) == (3, None, None)
    work_off(at=NOW)
    assert comparison_shown(benefit_code(case), 3) is not None
    assert Entry.objects.get(verb="ask_compare_benefit", subject_kind="proposal").person == "clock"
    Publication.everywhere.all().delete()
    compare_what_is_due(NOW)


def test_that_one_of_them_was_made_by_other_rule_values_is_said_once_whichever_it_is(
    store: None, place: Any, sign_in: Callable[..., Client], settings: Any, tmp_path: Path
) -> None:
    case, ours = approved(place), settings.PBC_POLICY
    (tmp_path / "other.yaml").write_text(LOOSE.replace("value: 1.0", "value: 0.9"))
    ask_comparators(case, SAID, by=author(place), at=NOW, chosen_on=MARCH)
    work_off(at=NOW)
    ask_comparison(case, 3, by=author(place), at=NOW)
    work_off(at=NOW)
    settings.PBC_POLICY = [str(tmp_path / "other.yaml")]
    ask_comparators(case, SAID, by=author(place), at=NOW, chosen_on=date(2009, 3, 30))  # again: the last one holds
    work_off(at=NOW)
    settings.PBC_POLICY = ours
    shown = sign_in("practice_manager").get(f"/mobilisation/{case.code}/benefit/").text
    for words in ("not those this set was made with", "Indirect standardisation", "against the same of comparators"):
        assert shown.count(words) == 1


def test_results_are_shown_whatever_they_found(store: None, place: Any, settings: Any) -> None:
    settings.PBC_POLICY = []  # by the regime's own rule there are too few to compare with
    case = approved(place)
    ask_comparators(case, SAID, by=author(place), at=NOW, chosen_on=MARCH)
    work_off(at=NOW)
    ask_comparison(case, 3, by=author(place), at=NOW)
    work_off(at=NOW)
    name = benefit_code(case)
    found = comparison_shown(name, 3)
    assert found is not None
    assert found.comparison is not None
    row = comparisons_table([found]).rows[0]
    assert row[:3] == ("3", "No fair comparator", "Nothing to compare with")
    assert comparison_chart([found]) is None
    assert comparison_shown(name, 6) is None
    assert comparators_shown("nothing-of-that-name") is None
    told = {"found": 40.0, "low": -9.0, "high": 80.0}
    unit = {f"{key}_count": value for key, value in told.items()} | {
        f"{key}_pence": int(value * 100) for key, value in told.items()
    }
    drawn = replace(found, comparison={**found.comparison, **unit, "verdict": "cannot_tell"})
    in_money = replace(drawn, case={**drawn.case, "counted_in": "cost"})
    assert comparisons_table([drawn]).rows[0][1:4] == ("Cannot be told from chance", "40", "−9 to 80")
    assert comparisons_table([in_money]).rows[0][2:4] == ("£40", "−£9 to £80")
    chart = comparison_chart([drawn])
    assert chart is not None
    assert "3 months: 40, luck -9 to 80" in chart.description
    hidden = replace(found, comparison={**found.comparison, "is_hidden": True})
    assert comparisons_table([hidden]).rows[0][2] == "*"


def test_what_could_not_be_worked_out_says_why_and_kept_away_is_kept_away(
    store: None, place: Any, sign_in: Callable[..., Client]
) -> None:
    case = approved(place)
    early = SAID | {"starts": "2008-04"}
    ask_comparators(case, early, by=author(place), at=NOW, chosen_on=date(2008, 3, 20))
    work_off(at=NOW)
    assert (
        "no whole year before"
        in sign_in("practice_manager").get(f"/mobilisation/{case.code}/benefit/").content.decode()
    )
    keep_away(case, place.actor("commissioning_manager"))
    client = sign_in("commissioning_manager")
    for path in ("", "choose/", "0/download/csv/"):
        assert client.get(f"/mobilisation/{case.code}/benefit/{path}").status_code == 404
    run = Run.everywhere.get()
    assert case.code not in run.title
    assert case.code not in client.get("/runs/").content.decode()
