"""What the permission matrix opens of budgets: a round with a draft under way, an offer asked about, a proposed virement."""

from collections.abc import Callable
from typing import Any

from tests.web.budgets.rounds import AT, adopted, asked, offered, opened, proposed

from pbc.periods import FinancialYear
from pbc_web.budgets.actions.delegations import Document, propose_delegation
from pbc_web.budgets.actions.neighbourhoods import begin_plan
from pbc_web.budgets.models import Draft

BUDGET_ADDRESSES: dict[str, Callable[[Any], dict[str, Any]]] = {
    **dict.fromkeys(
        [
            f"budgets:{view}"
            for view in ("round", "support", "delegation", "escalate", "new_draft", "compare", "decisions", "propose")
        ],
        lambda made: {"round_id": made["round"].id},
    ),
    **dict.fromkeys(
        [f"budgets:neighbourhood_{view}" for view in ("places", "pots", "check", "result")],
        lambda made: {"plan_id": made["plan"].id},
    ),
    "budgets:neighbourhood_file": lambda made: {"plan_id": made["plan"].id, "kind": "csv"},
    "budgets:dependency": lambda made: {"round_id": made["round"].id, "kind": "tariff"},
    **dict.fromkeys(
        ("budgets:propose_kind", "budgets:propose_check"),
        lambda made: {"round_id": made["round"].id, "kind": "virement"},
    ),
    **dict.fromkeys(
        ("budgets:draft", "budgets:draft_figure", "budgets:issue", "budgets:issue_check"),
        lambda made: {"draft_id": made["draft"].id},
    ),
    "budgets:draft_changes": lambda made: {"draft_id": made["draft"].id, "practice_code": "ZA0001"},
    "budgets:draft_file": lambda made: {"draft_id": made["draft"].id, "kind": "csv"},
    **dict.fromkeys(
        [
            f"budgets:{view}"
            for view in ("offer", "offer_figure", "receive", "make_firm", "withdraw", "accept", "accepted", "ask")
        ],
        lambda made: {"offer_id": made["offer"].id},
    ),
    "budgets:offer_file": lambda made: {"offer_id": made["offer"].id, "kind": "csv"},
    **dict.fromkeys(
        [f"budgets:{view}" for view in ("answer", "follow_up", "close")],
        lambda made: {"query_id": made["budget_query"].id},
    ),
    **dict.fromkeys(
        [f"budgets:{view}" for view in ("decision", "judge", "take_up")],
        lambda made: {"decision_id": made["decision"].id},
    ),
    **dict.fromkeys(
        ("budgets:judge_delegation", "budgets:end_delegation"),
        lambda made: {"delegation_id": made["delegation"].id},
    ),
    **dict.fromkeys(
        ("budgets:versions", "budgets:version_figure"),
        lambda made: {"round_id": made["round"].id, "practice_code": "ZA0001"},
    ),
    "budgets:versions_file": lambda made: {"round_id": made["round"].id, "practice_code": "ZA0001", "kind": "xlsx"},
}


def budget_objects(place: Any) -> dict[str, Any]:
    """In world A; the offer is provisional."""
    in_round = opened(place)
    offer = offered(place, in_round, "ZA0001", waits_for="the contract")[0]
    query = asked(place, offer)
    adopted(place, in_round)
    lines = ("ZA0001", "planned_care", -100), ("ZA0001", "outpatients", 100)
    decision = proposed(place, in_round, "virement", *lines)
    Draft.everywhere.filter(id=offer.draft_id).update(state="asked")  # its set is no file here
    plan = begin_plan(
        commissioner_code="ZI1", commissioner_name="Made-up board", year=FinancialYear(2025),
        by=place.actor("finance_manager"), at=AT,
    )  # fmt: skip
    delegation = propose_delegation(
        place["ZPA"],
        Document("Scheme 4", "Board", AT.date()),
        held_by=place["ZA0001"],
        by=place.actor("board_member"),
        at=AT,
    )
    return {
        "plan": plan,
        "delegation": delegation,
        "round": in_round,
        "offer": offer,
        "budget_query": query,
        "decision": decision,
        "draft": offer.draft,
    }
