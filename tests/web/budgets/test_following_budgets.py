"""Amounts of offers, versions and drafts lead to how they came about, and never into another practice's budget."""

import re
from datetime import date
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests.journeys.small_pct import LAST, POLICY, PRACTICES
from tests.web.budgets.conftest import SmallPct
from tests.web.budgets.rounds import offered, opened
from tests.web.budgets.test_journey import agreed_by_pages, approve, drafted, propose

from pbc.engines import Engine
from pbc.flows.set_budgets import set_budgets
from pbc.results import Figure
from pbc_web.budgets.models import Draft, Offer, Version
from pbc_web.budgets.readings import figures_of, figures_of_change
from pbc_web.organisations.models import Relation

MINE, OTHER = PRACTICES[:2]


def to(view: str, *args: object) -> str:
    return reverse(f"budgets:{view}", args=args)


def links_in(page: str) -> list[str]:
    return sorted({unescape(link) for link in re.findall(r'class="pbc-figure-link" href="([^"]+)"', page)})


def parts_in(page: str) -> list[str]:
    return [unescape(link) for link in re.findall(r'href="([^"]*/figure/[?]id=[^"]+)"', page)]


def follow_all(client: Client, links: list[str], *, deep: bool = True) -> list[str]:
    """The pages behind links, and behind the parts of each: everything a page leads to can be opened."""
    pages = []
    for link in links:
        answer = client.get(link)
        assert answer.status_code == 200, link
        pages.append(answer.content.decode())
        if deep:
            pages += follow_all(client, parts_in(pages[-1]), deep=False)
    return pages


def figure(draft: Draft, row: str, table: str = "budget_targets") -> str:
    return f"{draft.set_name}@{draft.set_id}:{table}:{row}"


@pytest.fixture
def agreed(small_pct: SmallPct) -> tuple[SmallPct, Draft, Offer]:
    """A draft offered to all practices and agreed by one."""
    _, draft = drafted(small_pct)
    return small_pct, draft, agreed_by_pages(small_pct, draft)


def test_every_amount_of_an_offer_explains_itself_to_its_practice(agreed: tuple[SmallPct, Draft, Offer]) -> None:
    pct, _, offer = agreed
    manager = pct.clients["practice_manager"]
    page = manager.get(to("offer", offer.id)).content.decode()
    lines = offer.lines.count()
    assert (
        len(re.findall('class="pbc-figure-link"', page)) == lines + 2
    )  # each line, the whole in its list and on its page
    pages = follow_all(manager, links_in(page))
    assert all("How a figure came about" in each for each in pages)
    whole = next(each for each in pages if "The steps by which it was set" in each)
    assert "The parts add up to it exactly" in whole
    assert "Rule" in whole
    assert "Receipts" in whole
    steps = [each for each in pages if "The stack it stands in" in each]
    assert any("Rule values" in each for each in steps)
    assert not any(code in each for each in pages for code in PRACTICES[1:])
    panel = manager.get(to("accepted", offer.id)).content.decode()
    assert set(links_in(panel)) <= set(links_in(page))
    assert len(links_in(panel)) == 1


def test_what_a_holder_is_about_to_agree_explains_itself(small_pct: SmallPct) -> None:
    _, draft = drafted(small_pct)
    finance, manager = small_pct.clients["finance_manager"], small_pct.clients["practice_manager"]
    finance.post(to("issue", draft.id), {"practices": re.findall(r'name="practices"[^>]*value="(\d+)"', finance.get(
        to("issue", draft.id)).content.decode()), "kind": "firm"})  # fmt: skip
    links = links_in(finance.get(to("issue_check", draft.id)).content.decode())
    assert len(links) == len(PRACTICES)
    follow_all(finance, links, deep=False)
    finance.post(to("issue_check", draft.id))
    offer = Offer.everywhere.get(practice__code=MINE)
    asked = links_in(manager.get(to("accept", offer.id)).content.decode())
    assert len(asked) == offer.lines.count() + 1
    follow_all(manager, asked, deep=False)


def test_an_offer_leads_nobody_to_another_practice_or_another_draft(agreed: tuple[SmallPct, Draft, Offer]) -> None:
    pct, draft, offer = agreed
    other = Draft.everywhere.get(name="As before")
    wanted = [
        figure(draft, f"2009-10~{OTHER}~total"), figure(draft, f"2009-10~{OTHER}~community"), figure(other, f"2009-10~{MINE}~total"),
        figure(draft, "2009-10~commissioner~ZP1", "budget_previews"), figure(draft, f"2009-10~practice~{OTHER}", "budget_previews"),
        figure(draft, f"2009-10~{OTHER}~community~historic", "budget_lines"), figure(draft, "nothing", "rejected_rows"),
        figure(draft, f"2009-10~{MINE.lower()}~total"), f"{draft.set_name}@000000000000:budget_targets:2009-10~{MINE}~total",
        figure(draft, f"2009-10~{MINE}~nothing"), figure(draft, f"2009-10~{MINE}~total") + ":no_such_column", "nonsense",
    ]  # fmt: skip
    need = pct.store.current("need/2009-10")
    wanted.append(f"{need.name}@{need.set_id}:weighted_lists:{OTHER}~2009-10~overall:weighted_population")
    cells = pct.store.current("cells/2008-04")
    row = cells.frame("activity_cells").row(0, named=True)
    key = "~".join(
        str(row[name])
        for name in ("month", "practice_code", "provider_code", "point_of_delivery", "treatment_function_code")
    )
    wanted.append(f"{cells.name}@{cells.set_id}:activity_cells:{key}:cost_pence")
    for role in ("practice_manager", "finance_manager"):  # the commissioner follows other practices from their offers
        for text in wanted:
            assert pct.clients[role].get(to("offer_figure", offer.id), {"id": text}).status_code == 404, text
    mine = f"{need.name}@{need.set_id}:weighted_lists:{MINE}~2009-10~overall:weighted_population"
    assert pct.clients["practice_manager"].get(to("offer_figure", offer.id), {"id": mine}).status_code == 200
    back = pct.clients["practice_manager"].get(to("offer_figure", offer.id))
    assert (back.status_code, back["Location"]) == (302, to("offer", offer.id))


def test_offers_of_others_and_drafts_are_closed_to_a_practice(agreed: tuple[SmallPct, Draft, Offer]) -> None:
    pct, draft, offer = agreed
    theirs = Offer.everywhere.get(practice__code=OTHER)
    text = {"id": figure(draft, f"2009-10~{MINE}~total")}
    manager = pct.clients["practice_manager"]
    assert manager.get(to("offer_figure", theirs.id), text).status_code == 404
    assert manager.get(to("draft_figure", draft.id), text).status_code == 403
    assert pct.clients["performance_manager"].get(to("offer_figure", offer.id), text).status_code == 403
    assert (
        pct.clients["cluster_lead"].get(to("offer_figure", offer.id), text).status_code == 404
    )  # of the other cluster
    assert pct.clients["cluster_lead"].get(to("version_figure", offer.round_id, MINE), text).status_code == 404


def test_a_draft_explains_itself_to_those_who_read_it(agreed: tuple[SmallPct, Draft, Offer]) -> None:
    pct, draft, _ = agreed
    for role in ("finance_manager", "board_member"):
        client = pct.clients[role]
        links = links_in(client.get(to("draft", draft.id)).content.decode())
        assert len(links) > 80
        follow_all(client, links[::7])
    whole = {"id": figure(draft, "2009-10~commissioner~ZP1", "budget_previews") + ":budget_pence"}
    page = pct.clients["board_member"].get(to("draft_figure", draft.id), whole).content.decode()
    assert all(code in page for code in PRACTICES)
    assert "The parts add up to it exactly" in page
    other = Draft.everywhere.get(name="As before")
    text = {"id": figure(other, f"2009-10~{MINE}~total")}
    assert pct.clients["board_member"].get(to("draft_figure", draft.id), text).status_code == 404
    statement = {"id": f"statement/2009-04@0123456789ab:budget_statements:200904~{MINE}~month~total~all"}
    assert pct.clients["board_member"].get(to("draft_figure", draft.id), statement).status_code == 404
    compared = pct.clients["finance_manager"].get(
        f"{to('compare', draft.round_id)}?drafts={other.id}&drafts={draft.id}"
    )
    links = links_in(compared.content.decode())
    assert {link.split("/figure/")[0].rsplit("/", 1)[1] for link in links} == {str(other.id), str(draft.id)}
    follow_all(pct.clients["finance_manager"], links, deep=False)


def test_a_drafts_sum_names_no_practice_that_left_the_commissioner(agreed: tuple[SmallPct, Draft, Offer]) -> None:
    pct, draft, _ = agreed
    moved = PRACTICES[-1]
    away = Relation.objects.filter(member__code=moved, relation="practice_commissioner")
    away.update(ends_before=date(2009, 4, 1))
    finance = pct.clients["finance_manager"]
    whole = {"id": figure(draft, "2009-10~commissioner~ZP1", "budget_previews") + ":budget_pence"}
    page = finance.get(to("draft_figure", draft.id), whole).content.decode()
    assert moved not in page
    assert "Other practices, together" in page
    assert "The parts add up to it exactly" in page
    text = {"id": figure(draft, f"2009-10~{moved}~total")}
    assert finance.get(to("draft_figure", draft.id), text).status_code == 404


def test_what_changed_since_last_year_explains_itself_step_by_step(small_pct: SmallPct, engine: Engine) -> None:
    set_budgets(small_pct.store, year=LAST, basis="fair_shares", policy=POLICY, engine=engine)
    _, draft = drafted(small_pct)
    finance = small_pct.clients["finance_manager"]
    links = links_in(finance.get(to("draft_changes", draft.id, MINE)).content.decode())
    assert len(links) > 10
    pages = follow_all(finance, links[::5])
    assert not any(code in each for each in pages for code in PRACTICES[1:])
    assert any("last year: " in each for each in pages)


def test_versions_explain_themselves_and_what_an_amendment_changed(agreed: tuple[SmallPct, Draft, Offer]) -> None:
    pct, draft, offer = agreed
    in_round = draft.round
    approve(pct, propose(pct, in_round, "adopt", draft=draft.id))
    pct.work()
    other = Offer.everywhere.get(practice__code=OTHER).practice_id
    moved = {"from_practice": other, "from_service": "planned_care", "to_practice": offer.practice_id, "to_service": "outpatients",
             "amount": "100.01", "month": "2009-05"}  # fmt: skip
    decision = propose(pct, in_round, "virement", **moved)
    approve(pct, decision)
    pct.work()
    assert Version.objects.count() == 2
    manager = pct.clients["practice_manager"]
    page = manager.get(to("versions", in_round.id, MINE)).content.decode()
    links = links_in(page)
    assert (
        len(links) == 2 * (offer.lines.count() + 1) + 1
    )  # lines and wholes of both versions, and the line that changed
    pages = follow_all(manager, links)
    assert not any(OTHER in each for each in pages)
    change = next(each for each in pages if "Every line the decision changed" in each)
    assert "Some of what it was made from is not shown to you: it is of others" in change
    text = {"id": figure(draft, f"2009-10~{MINE}~total")}
    assert (
        manager.get(to("version_figure", in_round.id, MINE), text).status_code == 404
    )  # the draft stays behind its adoption
    back = manager.get(to("version_figure", in_round.id, MINE))
    assert (back.status_code, back["Location"]) == (302, to("versions", in_round.id, MINE))


def test_only_an_amount_that_the_set_holds_is_linked(agreed: tuple[SmallPct, Draft, Offer]) -> None:
    _, draft, offer = agreed
    held = {line.service: line.amount_pence for line in offer.lines.all()}
    found = figures_of(draft.set_name, draft.set_id, MINE, held)
    assert set(found) == {*held, ""}
    assert all(Figure.parse(text).table == "budget_targets" for text in found.values())
    one = next(iter(held))
    assert set(figures_of(draft.set_name, draft.set_id, MINE, {**held, one: held[one] + 1})) == set(held) - {one}
    assert figures_of(draft.set_name, "gone", MINE, held) == {}
    assert figures_of_change(draft.set_name, "gone", MINE, held) == {}
    assert figures_of_change(draft.set_name, draft.set_id, MINE, held) == {}


def test_a_set_that_is_held_no_more_leaves_the_page_and_explains_nothing(place: Any, sign_in: Any) -> None:
    offer = offered(place, opened(place), "ZA0001")[0]
    client = sign_in("practice_manager")
    page = client.get(to("offer", offer.id))
    assert (page.status_code, links_in(page.content.decode())) == (200, [])
    text = {"id": "budget-drafts/2009-10/first@0123456789ab:budget_targets:2009-10~ZA0001~total"}
    assert client.get(to("offer_figure", offer.id), text).status_code == 404


def test_a_figure_asks_the_database_as_often_whatever_it_is_made_of(agreed: tuple[SmallPct, Draft, Offer]) -> None:
    pct, draft, _ = agreed
    client = pct.clients["finance_manager"]

    def counted(text: str) -> int:
        with CaptureQueriesContext(connection) as held:
            assert client.get(to("draft_figure", draft.id), {"id": text}).status_code == 200
        return len(held)

    one = figure(draft, f"2009-10~practice~{MINE}", "budget_previews") + ":budget_pence"
    all_of_them = figure(draft, "2009-10~commissioner~ZP1", "budget_previews") + ":budget_pence"
    counted(one)
    assert counted(one) == counted(all_of_them) <= 25
