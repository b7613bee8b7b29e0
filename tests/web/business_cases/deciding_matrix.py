"""What the permission matrix opens on the way to a decision: the case that waits, a question about it, and one that is decided."""

from typing import Any

from tests.web.business_cases.waiting import NO, declared, on_day, submitted

from pbc_web.business_cases.actions import deciding, reviewing


def deciding_objects(place: Any) -> dict[str, Any]:
    """A question about the case that waits, and a refusal."""
    refused = submitted(place, title="Refused")
    manager, board = place.actor("commissioning_manager"), place.actor("board_member")
    declared(refused, manager, board)
    asked = reviewing.ask(refused, words="Why?", by=board, at=on_day(1))
    deciding.decide_as_officer(refused, NO, by=manager, at=on_day(2))
    return {"refused": refused, "question": asked}


def _of(act: str, key: Any = None) -> Any:
    return lambda made: {"code": made["submitted"].code, "act": act} | ({"key": 0} if key is not None else {})


DECIDING_ADDRESSES = {
    "business_cases:agenda": lambda made: {"meeting_id": made["panel_meeting"].id},
    "business_cases:outcome": lambda made: {"code": made["refused"].code},
    "business_cases:declare": lambda made: {"code": made["submitted"].code},
    "business_cases:handle": _of("defer"),
    "business_cases:handle_one": _of("end-recusal", 0),
    "business_cases:take_part": _of("ask"),
    "business_cases:take_part_in_one": _of("turn-down", 0),
    "business_cases:as_author": _of("concerned"),
    "business_cases:as_author_of_one": lambda made: {
        "code": made["refused"].code,
        "act": "answer",
        "key": made["question"].id,
    },
    "business_cases:arbitrate": lambda made: {"code": made["refused"].code},
}
