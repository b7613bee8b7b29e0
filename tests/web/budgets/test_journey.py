"""From opening a year to its second version, by the pages and the engine alone: drafted, compared, offered, asked, agreed, amended."""

import re
from datetime import date
from io import BytesIO
from typing import Any

import openpyxl
import polars as pl
from django.urls import reverse
from tests.journeys.small_pct import PRACTICES
from tests.web.budgets.conftest import SmallPct

from pbc_web.budgets.models import Decision, Draft, Offer, Pot, Round, Version, VersionLine
from pbc_web.organisations.models import Relation


def to(view: str, *args: object) -> str:
    return reverse(f"budgets:{view}", args=args)


def drafted(pct: SmallPct) -> tuple[Round, Draft]:
    """A round opened and two drafts worked out, by pages."""
    finance = pct.clients["finance_manager"]
    finance.post(to("new_round"), {"year": "2009-10"})
    in_round = Round.everywhere.get()
    for name, basis, pool in (("As before", "historic", ""), ("Fair now", "fair_shares", "5")):
        sent = {
            "name": name,
            "basis": basis,
            "risk_pool": pool,
            "pace_closed": "50" if pool else "",
            "source": "Paper 4" if pool else "",
        }
        assert finance.post(to("new_draft", in_round.id), sent).status_code == 302
    assert pct.work() == 2
    return in_round, Draft.everywhere.get(name="Fair now")


def agreed_by_pages(pct: SmallPct, draft: Draft) -> Offer:
    """The draft offered to all practices and agreed by one."""
    finance, manager = pct.clients["finance_manager"], pct.clients["practice_manager"]
    everyone = re.findall(r'name="practices"[^>]*value="(\d+)"', finance.get(to("issue", draft.id)).content.decode())
    finance.post(to("issue", draft.id), {"practices": everyone, "kind": "firm"})
    finance.post(to("issue_check", draft.id))
    offer = Offer.everywhere.get(practice__code="Z90001")
    manager.post(to("accept", offer.id), {"seen": f"{offer.id}:{offer.version}"})
    return Offer.everywhere.get(id=offer.id)


def test_drafts_are_previewed_and_compared(small_pct: SmallPct, read: Any) -> None:
    in_round, draft = drafted(small_pct)
    finance = small_pct.clients["finance_manager"]
    page = read(finance.get(to("draft", draft.id)))
    for words in (
        "Fair share, budget and distance",
        "Luck, lower",
        "practices have people who need",
        "pbc-tile",
        "does not know",
    ):
        assert words in page
    other = Draft.everywhere.get(name="As before")
    compared = read(finance.get(to("compare", in_round.id), {"drafts": [other.id, draft.id]}))
    assert "Rule values that differ between the drafts" in compared
    assert "Choose 2, 3 or 4 drafts" in read(finance.get(to("compare", in_round.id), {"drafts": [draft.id]}))
    lines = finance.get(to("draft_file", draft.id, "csv")).content.decode().splitlines()
    assert lines[0].startswith("financial_year,")
    book = openpyxl.load_workbook(BytesIO(finance.get(to("draft_file", draft.id, "xlsx")).content))
    assert book.sheetnames == ["Cover", "Previews", "Lines"]
    assert "Last year's budgets are not held" in read(finance.get(to("draft_changes", draft.id, "Z90001")))


def test_offers_are_what_the_draft_holds_and_are_agreed_once(small_pct: SmallPct, read: Any) -> None:
    _, draft = drafted(small_pct)
    finance, manager = small_pct.clients["finance_manager"], small_pct.clients["practice_manager"]
    assert "Choose at least one practice" in read(finance.post(to("issue", draft.id), {"kind": "firm"}))
    assert "Say what the provisional offers wait for" in read(
        finance.post(to("issue", draft.id), {"kind": "provisional"})
    )
    assert finance.get(to("issue_check", draft.id)).status_code == 302
    offer = agreed_by_pages(small_pct, draft)
    lines = small_pct.store.at(draft.set_name, draft.set_id).frame("budget_lines")
    assert offer.amount_pence == lines.filter(pl.col("practice_code") == "Z90001")["amount_pence"].sum()
    panel = read(manager.get(to("accepted", offer.id)))
    assert offer.reference in panel
    assert "What happens next" in panel
    again = manager.post(to("accept", offer.id), {"seen": f"{offer.id}:1"})
    assert (again.status_code, "no budget here" in read(again)) == (409, True)


def test_questions_are_asked_and_answered_on_the_offers_page(small_pct: SmallPct, read: Any) -> None:
    _, draft = drafted(small_pct)
    finance, manager = small_pct.clients["finance_manager"], small_pct.clients["practice_manager"]
    practice = re.findall(r'name="practices"[^>]*value="(\d+)"', read(finance.get(to("issue", draft.id))))
    finance.post(to("issue", draft.id), {"practices": practice, "kind": "provisional", "waits_for": "the contract"})
    assert "the contract" in read(finance.get(to("issue_check", draft.id)))
    finance.post(to("issue_check", draft.id))
    offer = Offer.everywhere.get(practice__code="Z90001")
    manager.post(to("receive", offer.id))
    assert "It counts as received, not as agreed" in read(manager.get(to("offer", offer.id)))
    assert "Take out the NHS number" in read(manager.post(to("ask", offer.id), {"words": "About 943 476 5919."}))
    manager.post(to("ask", offer.id), {"service": "outpatients", "words": "Why so little?"})
    query = offer.queries.get()
    finance.post(to("answer", query.id), {"words": "Fewer clinics.", "version": query.version})
    manager.post(to("follow_up", query.id), {"words": "Which?", "version": query.version + 1})
    manager.post(to("close", query.id), {"version": query.version + 2})
    page = read(finance.get(to("offer", offer.id)))
    assert all(words in page for words in ("Why so little?", "Fewer clinics.", "Which?", "Closed"))
    offer.refresh_from_db()
    finance.post(to("make_firm", offer.id), {"version": offer.version})
    offer.refresh_from_db()
    assert (offer.state, offer.is_provisional) == ("received", False)
    finance.post(to("withdraw", offer.id), {"version": offer.version})
    assert Offer.everywhere.get(id=offer.id).state == "withdrawn"


def propose(pct: SmallPct, in_round: Round, kind: str, **sent: object) -> Decision:
    finance = pct.clients["finance_manager"]
    assert finance.post(to("propose", in_round.id), {"kind": kind}).url == to("propose_kind", in_round.id, kind)
    assert finance.post(to("propose_kind", in_round.id, kind), {"reason": "A clinic moved.", **sent}).status_code == 302
    assert "Check your proposal" in finance.get(to("propose_check", in_round.id, kind)).content.decode()
    finance.post(to("propose_check", in_round.id, kind))
    return Decision.everywhere.first()  # type: ignore[return-value]  # newest first


def approve(pct: SmallPct, decision: Decision) -> None:
    pct.clients["board_member"].post(
        to("judge", decision.id), {"outcome": "approve", "answer": "Yes.", "version": decision.version}
    )


def test_agreed_budgets_are_adopted_and_amended_version_by_version(small_pct: SmallPct, read: Any) -> None:
    in_round, draft = drafted(small_pct)
    agreed_by_pages(small_pct, draft)
    approve(small_pct, propose(small_pct, in_round, "adopt", draft=draft.id))
    assert small_pct.work() == 1
    practice = Offer.everywhere.get(practice__code="Z90001").practice_id
    virement = {"from_practice": practice, "from_service": "planned_care", "to_practice": practice, "to_service": "outpatients",
                "amount": "100.01", "month": "2009-05"}  # fmt: skip
    approve(small_pct, propose(small_pct, in_round, "virement", **virement))
    pool = {
        "practice": practice,
        "service": "planned_care",
        "amount": "1,000",
        "money_source": "risk_pool",
        "month": "2009-06",
    }
    approve(small_pct, propose(small_pct, in_round, "risk_pool", **pool))
    assert small_pct.work() == 2
    assert [each.number for each in Version.objects.all()] == [1, 2, 3]
    published = small_pct.store.current("budgets/2009-10")
    assert Version.objects.latest("number").set_id == published.set_id
    manager = small_pct.clients["practice_manager"]
    page = re.sub("<[^>]+>", "", read(manager.get(to("versions", in_round.id, "Z90001"))))
    assert all(words in page for words in ("Version 3", "Outpatients +£100", "Planned hospital care +£1,000"))
    rows = manager.get(to("versions_file", in_round.id, "Z90001", "csv")).content.decode().splitlines()
    last = sum(int(row.split(",")[-2]) for row in rows[1:] if row.startswith("3,"))
    lines = published.frame("budget_lines")
    assert last == lines.filter(pl.col("practice_code") == "Z90001")["amount_pence"].sum()
    pot = Pot.objects.get(kind="risk_pool")
    assert (pot.drawn_pence, pot.held_pence) == (
        100_000,
        -lines.filter(pl.col("step") == "risk_pool")["amount_pence"].sum(),
    )


def test_no_other_draft_is_adopted_than_was_agreed(small_pct: SmallPct, read: Any) -> None:
    in_round, draft = drafted(small_pct)
    other = Draft.everywhere.get(name="As before")
    early = propose(small_pct, in_round, "adopt", draft=other.id)
    agreed_by_pages(small_pct, draft)
    board, finance = small_pct.clients["board_member"], small_pct.clients["finance_manager"]
    said = {"outcome": "approve", "answer": "Yes.", "version": early.version}
    assert "this draft holds others" in read(board.post(to("judge", early.id), said))
    finance.post(to("take_up", early.id), {"verb": "withdraw", "version": early.version})
    kept = {"reason": "A clinic moved.", "draft": other.id}
    finance.post(to("propose_kind", in_round.id, "adopt"), kept)
    assert finance.post(to("propose_check", in_round.id, "adopt")).status_code == 409
    approve(small_pct, propose(small_pct, in_round, "adopt", draft=draft.id))
    assert small_pct.work() == 1
    assert Version.objects.get().decision.draft == draft


def test_an_offer_of_another_draft_than_was_adopted_is_not_agreed(small_pct: SmallPct, read: Any) -> None:
    in_round, draft = drafted(small_pct)
    approve(small_pct, propose(small_pct, in_round, "adopt", draft=Draft.everywhere.get(name="As before").id))
    offer = agreed_by_pages(small_pct, draft)
    assert offer.state == "issued"
    sent = {"seen": f"{offer.id}:{offer.version}"}
    answer = small_pct.clients["practice_manager"].post(to("accept", offer.id), sent)
    assert (answer.status_code, "adopted with another budget" in read(answer)) == (409, True)


def test_a_draft_shows_the_practices_of_its_commissioner_alone(small_pct: SmallPct, read: Any) -> None:
    """A store may hold another commissioner's practices too, and a draft is worked out for all of them."""
    in_round, draft = drafted(small_pct)
    moved, other = PRACTICES[-1], Draft.everywhere.get(name="As before")
    finance = small_pct.clients["finance_manager"]
    pages = [to("draft", draft.id), f"{to('compare', in_round.id)}?drafts={other.id}&drafts={draft.id}"]
    pages += [to("draft_file", draft.id, "csv")]
    assert all(moved in read(finance.get(page)) for page in pages)
    away = Relation.objects.filter(member__code=moved, relation="practice_commissioner")
    away.update(ends_before=date(2009, 4, 1))
    assert not any(moved in read(finance.get(page)) for page in pages)
    assert finance.get(to("draft_changes", draft.id, moved)).status_code == 404
    book = openpyxl.load_workbook(BytesIO(finance.get(to("draft_file", draft.id, "xlsx")).content))
    assert not any(moved in row for sheet in book for row in sheet.iter_rows(values_only=True))


def test_what_the_engine_refuses_is_told_and_given_up(small_pct: SmallPct, read: Any) -> None:
    in_round, draft = drafted(small_pct)
    approve(small_pct, propose(small_pct, in_round, "adopt", draft=draft.id))
    small_pct.work()
    small_pct.store.publish("year-end/2009-10", *_as(small_pct, "budgets/2009-10"))
    practice = VersionLine.everywhere.first().practice_id  # type: ignore[union-attr]
    sent = {
        "practice": practice,
        "service": "outpatients",
        "amount": "5",
        "money_source": "reserve",
        "month": "2009-06",
    }
    decision = propose(small_pct, in_round, "in_year", **sent)
    approve(small_pct, decision)
    small_pct.work()
    finance = small_pct.clients["finance_manager"]
    assert "is closed" in read(finance.get(to("decision", decision.id)))
    decision.refresh_from_db()
    finance.post(to("take_up", decision.id), {"verb": "give_up", "version": decision.version})
    finance.post(to("take_up", decision.id), {"verb": "nothing known"})
    assert Decision.everywhere.get(id=decision.id).state == "refused"


def _as(pct: SmallPct, name: str) -> tuple[dict[str, pl.DataFrame], Any]:
    held = pct.store.current(name)
    return {table: held.frame(table) for table in held.tables}, held.receipt
