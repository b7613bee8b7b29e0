"""What stands beside an offered budget: last year's, the change, what made it, the fair share; and what to do without agreeing."""

import re
from typing import Any

from django.urls import reverse
from tests.journeys.small_pct import LAST, POLICY
from tests.web.budgets.conftest import SmallPct
from tests.web.budgets.test_journey import drafted

from pbc.engines import Engine
from pbc.flows.set_budgets import set_budgets
from pbc.money import pounds
from pbc_web.budgets.models import Draft, Offer
from pbc_web.runs.budget_readings import beside_of


def offered(pct: SmallPct, draft: Draft) -> Offer:
    finance = pct.clients["finance_manager"]
    address = reverse("budgets:issue", args=[draft.id])
    everyone = re.findall(r'name="practices"[^>]*value="(\d+)"', finance.get(address).content.decode())
    finance.post(address, {"practices": everyone, "kind": "firm"})
    finance.post(reverse("budgets:issue_check", args=[draft.id]))
    return Offer.everywhere.get(practice__code="Z90001")


def test_an_offer_stands_beside_last_years_budget_step_by_step(small_pct: SmallPct, engine: Engine, read: Any) -> None:
    set_budgets(small_pct.store, year=LAST, basis="fair_shares", policy=POLICY, engine=engine)
    offer, manager = offered(small_pct, drafted(small_pct)[1]), small_pct.clients["practice_manager"]
    page = read(manager.get(reverse("budgets:offer", args=[offer.id])))
    beside = beside_of(offer.draft.set_name, offer.draft.set_id, "Z90001")
    assert beside is not None
    last_year = sum(beside.last_year.values())
    table = page.partition("What the budget holds")[2].partition("</table>")[0]
    assert all(f">{head}</th>" in table for head in ("2008/09", "2009/10", "Change", "Questions"))
    total = table.partition("pbc-total")[2]
    assert all(pounds(abs(pence)) in total for pence in (last_year, offer.amount_pence, offer.amount_pence - last_year))
    assert re.search(r"<details[^>]*><summary[^>]*><span[^>]*>What changed since last year", page)
    assert f"{pounds(beside.target_pence)}, what the needs of the list would have" in page
    assert f"for each of {beside.list_size:,} people on the list" in page
    agree = read(manager.get(reverse("budgets:accept", args=[offer.id])))
    assert ">2008/09</th>" in agree
    followed = re.search(r'href="([^"]*offers[^"]*figure[^"]*)"', page.partition("What changed since last year")[2])
    assert followed is not None
    assert manager.get(followed.group(1).replace("&amp;", "&")).status_code == 200


def test_an_offer_says_what_to_do_without_agreeing(small_pct: SmallPct, read: Any) -> None:
    offer, manager = offered(small_pct, drafted(small_pct)[1]), small_pct.clients["practice_manager"]
    page = read(manager.get(reverse("budgets:offer", args=[offer.id])))
    assert "Last year's budget is not held" in page or "Last year&#39;s budget is not held" in page
    asking = page.partition("If you do not agree")[2]
    assert reverse("budgets:ask", args=[offer.id]) in asking
    assert reverse("budgets:escalate", args=[offer.round_id]) in asking
    line = reverse("budgets:ask", args=[offer.id]) + "?line=outpatients"
    assert line in page
    asked = read(manager.get(line))
    assert re.search(r'<option value="outpatients" selected', asked)
    assert "An answer is due by 28 April 2009; the budget is to be agreed by 1 May 2009." in asked
    others = read(small_pct.clients["finance_manager"].get(reverse("budgets:offer", args=[offer.id])))
    assert "If you do not agree" not in others
